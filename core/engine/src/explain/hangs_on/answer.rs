//! What a verdict hangs on, as data; put into words and JSON by `told`. Not here: how it is found.

use guiju_model::outcome::Abort;
use guiju_model::text::Localized;

/// What a verdict hangs on.
#[derive(Clone, Debug)]
pub struct HangsOn {
    /// The root's key; `None` for an obligation of the programme.
    pub root: Option<String>,
    /// The record that an award decides on, as `entity/key`; `None` where that is the root, and for
    /// obligations.
    pub record: Option<String>,
    /// The id of the obligation, or the name of the award.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// `met`, `not_met`, `undetermined` or `not_applicable`; of an award `counted`, `refused` or
    /// `undetermined`.
    pub verdict: &'static str,
    /// Each single thing whose change turns the verdict: those that turn it for certain first, then
    /// those that leave it open.
    pub changes: Vec<TurningChange>,
    /// How many of them were left out, because there are more than an explanation may hold.
    pub truncated: usize,
    /// What was tried.
    pub tried: ChangesTried,
}

/// A single thing whose change turns the verdict.
#[derive(Clone, Debug)]
pub struct TurningChange {
    /// The record as `entity/key`, or whose value is given.
    pub record: String,
    /// The value of it; `None` where the whole record is meant.
    pub field: Option<String>,
    /// What people call the record or its field.
    pub label: Localized,
    /// What the value is now.
    pub now: Option<Localized>,
    /// The verdict where the record is left out, or the value is not given; `None` where that does
    /// not turn it.
    pub without: Option<&'static str>,
    /// Other values that turn it: of a number or a day the nearest found below and above and, where
    /// these only leave it open, the nearest beyond that turn it for certain.
    pub others: Vec<TurningValue>,
}

impl TurningChange {
    /// Whether it turns the verdict to another that is certain, and not only leaves it open.
    pub fn is_certain(&self) -> bool {
        let others = self.others.iter().map(|other| other.verdict);
        self.without.into_iter().chain(others).any(|verdict| verdict != "undetermined")
    }
}

/// Another value that turns the verdict.
#[derive(Clone, Debug)]
pub struct TurningValue {
    /// The value in words.
    pub words: Localized,
    /// The same as data has it: a plain number, a day in ISO 8601, the name of a choice, `true` or
    /// `false`.
    pub value: String,
    /// The verdict with it.
    pub verdict: &'static str,
    /// Of a number or a day, its neighbour on the way from what it is now, with which the verdict
    /// is not this one yet.
    pub beside: Option<Neighbour>,
}

/// A value beside one that turns the verdict.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// The value in words.
    pub words: Localized,
    /// The same as data has it.
    pub value: String,
    /// The verdict with it: as it is now, or open.
    pub verdict: &'static str,
}

/// What was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesTried {
    /// Records that were left out, each by itself.
    pub records: u64,
    /// Values that were not given, each by itself.
    pub values: u64,
    /// How many records and values there are to be tried.
    pub planned: u64,
    /// Other values that were tried.
    pub others: u64,
    /// What ended it before all were tried.
    pub stopped: Option<Abort>,
}
