//! What an evaluation found: values with their state, verdicts, obligations, issues. Plain data,
//! the same from either evaluator.
//!
//! Not here: the JSON of it (`output`), and the reasons in full (`explain`), which are made on
//! demand.

use crate::date::{Date, Period};
use crate::diagnostic::Severity;
use crate::index::{EntityId, FieldId, KpiId, List, TallyId};
use crate::memory::Holder;
use crate::needs::Needs;
use crate::number::{Exact, NumberError};
use crate::standing::AwardOutcome;
use crate::text::{Locale, Localized};

/// The result of judging a dataset by a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// One for each root (alliance), as in the data.
    pub roots: Vec<RootOutcome>,
    /// The programme as a whole.
    pub programme: Group,
    /// For each field that something is grouped by: its values that occur, and the programme's KPIs
    /// for each.
    pub groups: Vec<Grouping>,
    /// For each award, what it decided.
    pub awards: Vec<AwardOutcome>,
    /// For each tally, one verdict for each record of its entity.
    pub verdicts: List<TallyId, Vec<Verdict>>,
    /// Units of effort spent, comparable between evaluations of one engine version.
    pub fuel: u64,
}

/// The result for one root.
#[derive(Clone, Debug, PartialEq)]
pub struct RootOutcome {
    /// One for each KPI of the root, in the order of declaration.
    pub kpis: List<KpiId, KpiValue>,
    /// Targets that follow from records where the data gives none: pairs of KPI index and value, in
    /// the order of KPIs.
    pub targets: Vec<(KpiId, KpiValue)>,
    /// One for each obligation that applies or could.
    pub obligations: Vec<ObligationOutcome>,
    /// What checks and rules had to say about single records.
    pub issues: Vec<Issue>,
    /// The keys that records count under by rules across years, this year and before, in order.
    pub counted: Vec<Counted>,
}

/// A key that a record counted under: later years look it up. In the order of its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    pub tally: String,
    /// The parts of the key with their names, as texts that are compared: the first is called
    /// `document`, others as their fields.
    pub key: Vec<(String, String)>,
    /// The record's own day, where the rule has one.
    pub day: Option<Date>,
    /// Of the year that counted it.
    pub period: Option<Period>,
}

/// KPIs over all roots, or over those of one group.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Group {
    /// Pairs of KPI index and value.
    pub kpis: Vec<(KpiId, KpiValue)>,
    /// Obligations of the programme; none for groups.
    pub obligations: Vec<ObligationOutcome>,
}

/// The groups made by one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// The field of the root.
    pub field: FieldId,
    /// Value of the field, and the KPIs of its roots.
    pub values: Vec<(usize, Group)>,
}

/// A value with its state.
#[derive(Clone, Debug, PartialEq)]
pub enum KpiValue {
    /// The exact value.
    Known(Exact),
    /// Missing data leaves it open between two bounds, both included; `None` where nothing bounds
    /// it.
    Undetermined {
        /// The least it can be.
        low: Option<Exact>,
        /// The most it can be.
        high: Option<Exact>,
        /// Whether it may turn out to have no value at all: not to apply, or to be invalid. The
        /// bounds hold of the value that it has otherwise.
        may_be_none: bool,
        /// What would have to be known.
        needs: Needs,
    },
    /// The KPI does not apply here.
    NotApplicable,
    /// It has no value, for a reason.
    Invalid(NumberError),
}

impl KpiValue {
    /// The name of its state in results.
    pub fn state(&self) -> &'static str {
        match self {
            KpiValue::Known(_) => "known",
            KpiValue::Undetermined { .. } => "undetermined",
            KpiValue::NotApplicable => "not_applicable",
            KpiValue::Invalid(_) => "invalid",
        }
    }
}

/// A field of a record that is missing and matters; for values given beside records, the KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A field of a record.
    Field {
        /// Entity of the record.
        entity: EntityId,
        /// Row of the record.
        row: usize,
        /// The field.
        field: FieldId,
    },
    /// The previous value of a KPI.
    Previous {
        /// The root, or `None` for the programme.
        root: Option<usize>,
        /// The KPI.
        kpi: KpiId,
    },
    /// The target of a KPI.
    Target {
        /// The root, or `None` for the programme.
        root: Option<usize>,
        /// The KPI.
        kpi: KpiId,
    },
    /// A figure of the programme, where not all roots are there.
    Programme {
        /// The KPI.
        kpi: KpiId,
    },
    /// A list of the programme that the data does not have.
    List {
        /// The entity that is the list.
        entity: EntityId,
    },
}

/// The verdict of a tally on a record, in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict(pub u8);

impl Verdict {
    pub const OUT_OF_SCOPE: Verdict = Verdict(0);
    pub const COUNTED: Verdict = Verdict(1);
    /// May be counted once what is missing is known.
    pub const UNDETERMINED: Verdict = Verdict(2);
    /// Either out of scope or refused, never counted; which of the two is not known.
    pub const NEVER: Verdict = Verdict(3);
    const REFUSED: u8 = 4;
    /// The most requirements and non-duplication rules one tally may have.
    pub const MAX_REFUSALS: usize = 250;

    pub fn refused(index: usize) -> Verdict {
        Verdict(Verdict::REFUSED + index.min(Verdict::MAX_REFUSALS) as u8)
    }

    /// The name in results.
    pub fn id(self) -> &'static str {
        match (self, self.refusal()) {
            (Verdict::OUT_OF_SCOPE, _) => "out_of_scope",
            (Verdict::COUNTED, _) => "counted",
            (_, Some(_)) => "refused",
            _ => "undetermined",
        }
    }

    /// The index of what refused the record: a requirement, or after those a non-duplication rule.
    pub fn refusal(self) -> Option<usize> {
        self.0.checked_sub(Verdict::REFUSED).map(usize::from)
    }
}

/// Whether an obligation is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Met,
    /// It is not, whatever the missing data are.
    NotMet,
    /// Missing data decide.
    Undetermined,
    /// Its condition does not hold.
    NotApplicable,
}

impl Status {
    /// The name in results.
    pub fn id(self) -> &'static str {
        match self {
            Status::Met => "met",
            Status::NotMet => "not_met",
            Status::Undetermined => "undetermined",
            Status::NotApplicable => "not_applicable",
        }
    }
}

/// The result of one obligation.
#[derive(Clone, Debug, PartialEq)]
pub struct ObligationOutcome {
    /// The obligation in the rules.
    pub obligation: usize,
    /// The KPI, where the obligation stands for every KPI with a target.
    pub kpi: Option<KpiId>,
    /// Whether it is met.
    pub status: Status,
    /// How much is missing where it is not met and both sides are known.
    pub gap: Option<Exact>,
    /// What would decide it.
    pub needs: Needs,
}

/// Something to say about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The record's entity.
    pub entity: EntityId,
    /// The record's row.
    pub row: usize,
    /// The field concerned.
    pub field: Option<FieldId>,
    /// The check's name, or the code of a finding of the engine.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What to tell the reader.
    pub message: Localized,
    /// The clause, as `document:clause`.
    pub clause: Option<String>,
}

/// An evaluation that a limit stopped. Nothing in the rules can observe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Abort {
    /// The fuel did not suffice.
    #[error("the evaluation needs more than {limit} steps")]
    Fuel {
        /// What was allowed.
        limit: u64,
    },
    /// The host stopped it; unlike the others this need not happen at the same point again.
    #[error("the evaluation was stopped")]
    Stopped,
    /// The memory did not suffice. How much an evaluation holds differs a little between
    /// evaluators and between numbers of threads, so that the same data may pass with one and not
    /// with another where it comes close.
    #[error(
        "{} ask for {asked} bytes together with what is held already, and {limit} are allowed; give fewer records at once, or allow more (`Limits::memory`)",
        by.name(Locale::En)
    )]
    Memory {
        /// What was allowed.
        limit: u64,
        /// What it would have come to.
        asked: u64,
        /// What asked for it.
        by: Holder,
    },
    /// The dataset was read with another pack's schema.
    #[error("the data was read for another pack")]
    WrongSchema,
}

impl Abort {
    /// What happened, in the reader's language.
    pub fn message(self, locale: Locale) -> String {
        match (self, locale) {
            (abort, Locale::En) => abort.to_string(),
            (Abort::Fuel { limit }, Locale::ZhTw) => format!("評核所需步驟超過上限 {limit}"),
            (Abort::Stopped, Locale::ZhTw) => "評核已中止".to_owned(),
            (Abort::Memory { limit, asked, by }, Locale::ZhTw) => format!(
                "{}連同已占用的記憶體共需 {asked} 位元組，上限是 {limit}；請分批處理資料，或提高上限（`Limits::memory`）",
                by.name(Locale::ZhTw)
            ),
            (Abort::WrongSchema, Locale::ZhTw) => "資料是依另一個規則包讀入的".to_owned(),
        }
    }
}
