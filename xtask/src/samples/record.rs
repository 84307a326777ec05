//! The records of the data model, with the values most of them have; the fields are those of every
//! small-alliance pack.
//!
//! A record knows its fate, what the rules should make of it, so that the samples can be added up
//! without the engine. Not here: how records are written (`table` for CSV, `summary_sheet` for
//! JSON).

use guiju::Date;

/// A value of a field.
pub(crate) enum Cell {
    Missing,
    Text(String),
    Flag(bool),
    Count(i64),
    /// In 元.
    Money(i64),
    Day(Date),
    Span(Date, Date),
    Words(Vec<&'static str>),
}

/// Why a record is not counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flaw {
    pub(crate) clause: &'static str,
    pub(crate) en: &'static str,
    pub(crate) zh: &'static str,
}

/// A flaw, briefly.
pub(crate) const fn flaw(clause: &'static str, en: &'static str, zh: &'static str) -> Flaw {
    Flaw { clause, en, zh }
}

/// What the rules of 108 should make of a record in its own tally.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Counted,
    /// Out of scope or refused.
    Not(Flaw),
    /// Something is missing that decides.
    Unknown(Flaw),
}

/// An amount of 元, where a bare number is a count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Money(pub(crate) i64);

/// What every kind of record can do.
pub(crate) trait Record {
    fn fate(&self) -> Fate;
    /// The fields in the order of the data model.
    fn cells(&self) -> Vec<(&'static str, Cell)>;
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        if text.is_empty() { Cell::Missing } else { Cell::Text(text) }
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Cell {
        Cell::Flag(value)
    }
}

impl From<Date> for Cell {
    fn from(day: Date) -> Cell {
        Cell::Day(day)
    }
}

impl From<(Date, Date)> for Cell {
    fn from((start, end): (Date, Date)) -> Cell {
        Cell::Span(start, end)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Missing, Into::into)
    }
}

impl From<Money> for Cell {
    fn from(Money(amount): Money) -> Cell {
        Cell::Money(amount)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Cell {
        Cell::Count(value)
    }
}

impl From<Vec<&'static str>> for Cell {
    fn from(words: Vec<&'static str>) -> Cell {
        Cell::Words(words)
    }
}

/// Declares a record: its fields in order, which are its cells, and its fate.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)*
            pub(crate) fate: Fate,
        }

        impl Record for $name {
            fn fate(&self) -> Fate {
                self.fate
            }

            fn cells(&self) -> Vec<(&'static str, Cell)> {
                vec![$((stringify!($field), Cell::from(self.$field.clone()))),*]
            }
        }
    };
}

record! {
    /// The alliance itself.
    Head {
        id: String, name: String, host: String, field: &'static str, phase: i64, phase_year: i64, grant: Money,
        website_since: Option<Date>, website_updated: Option<Date>, website_names_ministry: Option<bool>, highlights: &'static str,
        banner_format: &'static str, banner_width: Option<i64>, banner_height: Option<i64>,
    }
}

record! {
    /// A member of an alliance.
    Member {
        name: String, kind: &'static str, origin: &'static str, registered: bool, contract: Option<(Date, Date)>,
        contract_kind: &'static str, core_related: Option<bool>, contract_signatory: &'static str, member_seal: &'static str,
        institution_seal: &'static str, pi_signed: bool, renewal: bool, renewal_receipt: Option<bool>, fee: Money,
        region: &'static str, size: &'static str, industry: &'static str, new_hires: Option<i64>, added_value: Option<Money>,
        added_value_method: &'static str, added_value_evidence: String, responsible_person: String, address: String, phone: String,
    }
}

record! {
    /// Money that the alliance took in.
    Revenue {
        id: String, category: &'static str, source: &'static str, payer: String, payer_kind: &'static str, amount: Money,
        received: Date, receipt_stamped: bool, label_matches: bool, explanation_signed: Option<bool>, evidence: String,
        evidence_amount: Option<Money>,
    }
}

record! {
    /// A technology licence contract.
    Transfer {
        id: String, counterpart: String, signed: Date, amount: Money, transferor: &'static str, derived_in_programme: bool,
        evidence: String,
    }
}

record! {
    /// A joint project.
    Collaboration {
        id: String, counterpart: String, signed: Option<Date>, status: &'static str, amount: Money, signatory: &'static str,
        derived_in_programme: bool, evidence_kind: &'static str, evidence: String,
    }
}

record! {
    /// A promotion, seminar, consultation or site visit.
    Activity {
        id: String, kind: &'static str, date: Date, event: String, role: &'static str, audience: &'static str, participants: i64,
        evidence_kinds: Vec<&'static str>,
    }
}

record! {
    /// A product, technology or patent.
    Outcome {
        id: String, kind: &'static str, beneficiary: String, owner: &'static str, patent_no: String, patent_company: String,
        patent_state: &'static str, evidence: String,
    }
}

record! {
    /// The people of one level.
    Staff {
        id: String, level: &'static str, approved: i64, actual: i64, monthly_pay: Option<Money>, company_pays_monthly: Option<Money>,
    }
}
