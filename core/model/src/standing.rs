//! What awards decided: who is counted, at which rank, with how much, and why. Plain data, the same
//! from either evaluator.
//!
//! Not here: how it is decided, and the words for it, which are the engine's.

use crate::needs::Needs;
use crate::number::{Exact, NumberError};
use crate::outcome::KpiValue;

/// The result of one award.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AwardOutcome {
    /// One for each record of its entity, or for each root.
    pub standings: Vec<Standing>,
    /// One for each group that shares a limit: the whole programme, each value of the grouping
    /// field, or each record that some of them belong to.
    pub contests: Vec<Contest>,
}

/// Those who share one limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Contest {
    /// The value of the grouping field, or the row of the record that these belong to, which may be
    /// a root; `None` for the whole programme.
    pub of: Option<usize>,
    /// How many places there are, or how much there is to give.
    pub limit: KpiValue,
    /// How many are counted, or how much they are given.
    pub given: KpiValue,
    /// Rows of those who have a rank or a share, the first first; equals by their keys.
    pub list: Vec<usize>,
    /// How many of the list stand above the line of the cut: all that are counted are among them.
    pub line: usize,
    /// Whether bounds of this contest may be wider than what can come out.
    pub outer: bool,
}

/// What an award made of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub decision: Decision,
    pub cause: Cause,
    /// 1 for the first; equals share one and the next is skipped. Not applicable to who takes no
    /// part.
    pub rank: KpiValue,
    /// What is given, which is nothing to who is refused. Not applicable where places are given.
    pub amount: KpiValue,
    /// The place on the waiting list.
    pub reserve: KpiValue,
    /// What would decide it.
    pub needs: Needs,
    /// Whether the bounds may be wider than what can come out.
    pub outer: bool,
}

/// Whether a record is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Counted,
    Refused,
    /// Missing data decide, or equals whom nothing parts yet.
    Undetermined,
}

impl Decision {
    /// The name in results.
    pub fn id(self) -> &'static str {
        match self {
            Decision::Counted => "counted",
            Decision::Refused => "refused",
            Decision::Undetermined => "undetermined",
        }
    }
}

/// Why.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// It is counted and gets all it may get.
    Fits,
    /// It gets what was left.
    Rest,
    /// A requirement fails; its index.
    Requirement(usize),
    /// A criterion has no value: its index, and why where it is known.
    NoKey(usize, Option<NumberError>),
    /// What it is to be given has no value, or is below zero.
    NoAmount(Option<NumberError>),
    BelowZero,
    /// Nothing is left for it.
    Room(Room),
    /// Equals whom nothing parts cannot all be counted.
    Tie,
    /// The limit has no value.
    NoLimit,
    /// Missing data decide: its own, those of others, or the limit.
    Open,
    /// The award looks at all, and not all are here.
    Whole,
}

/// What stood before one for whom nothing is left.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Room {
    /// The row of the last that was counted before it; of equals the first by their keys.
    pub last: Option<usize>,
    /// How much was left when its turn came, where that is known.
    pub left: Option<Exact>,
    /// How much it asked for, where that is known.
    pub asked: Option<Exact>,
}
