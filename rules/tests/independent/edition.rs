//! The four editions, and what differs between them as plain values: their year and the days that
//! matter. What differs in the rules is said where the rules are (`members.rs`, `naive.rs`,
//! `once.rs`, `figures.rs`, `duties.rs`).

use crate::value::Day;

/// In the order of their years, so that `edition >= Edition::E107` reads "from 107 on".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edition {
    E104,
    E107,
    E108,
    E115,
}

impl Edition {
    pub(crate) const ALL: [Edition; 4] =
        [Edition::E104, Edition::E107, Edition::E108, Edition::E115];

    /// What holds in each, from 104 to 115.
    pub(crate) fn pick<T: Copy>(self, each: [T; 4]) -> T {
        each[self as usize]
    }

    pub(crate) fn pack(self) -> &'static str {
        self.pick(["alliance_104", "alliance_107", "alliance_108", "alliance_115"])
    }

    /// The Gregorian year in which the programme year begins.
    pub(crate) fn begins(self) -> u32 {
        1911 + self.pick([104, 107, 108, 115])
    }

    /// The programme year, both ends included.
    pub(crate) fn year(self) -> (Day, Day) {
        ((self.begins(), 2, 1), (self.begins() + 1, 1, 31))
    }

    /// The window in which a contract is signed: the programme year, and from 108 on the month
    /// before it too.
    pub(crate) fn signing(self) -> (Day, Day) {
        let first_month = self.pick([2, 2, 1, 1]);
        ((self.begins(), first_month, 1), (self.begins() + 1, 1, 31))
    }

    /// The day a membership has to span.
    pub(crate) fn audit(self) -> Day {
        (self.begins(), 10, 31)
    }
}
