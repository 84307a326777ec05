//! Questions and their answers, as data; put into words for people by `text`, written as JSON by `json`.
//!
//! Amounts reconcile to the last cent: declared = out of scope + refused + undetermined + counted.

use super::Explainer;
use crate::data::Dataset;
use crate::eval::reference;
use crate::pack::Pack;
use guiju_model::limits::Limits;
use guiju_model::outcome::{Need, Outcome};
use guiju_model::rules::{Basis, KpiScope};
use guiju_model::text::{Locale, Localized, fold, nearest};

/// What is to be explained, for one root (alliance).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A KPI by its id.
    Kpi(String),
    /// A record by its entity and key.
    Record {
        /// The entity's name.
        entity: String,
        /// The record's key.
        key: String,
    },
    /// An obligation by its id, such as `exceed_grant` or `reach_target_company_members`.
    Obligation(String),
}

/// A question about something that is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// No KPI, record, entity or obligation of that name.
    #[error("there is no {kind} `{name}`{}", suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    Unknown {
        /// KPI, entity, record or obligation.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// The nearest one there is.
        suggestion: Option<String>,
    },
    /// A KPI of the programme: explanations are of one root.
    #[error("`{name}` is a figure over all roots; ask for the KPIs of one that it is made of")]
    OfProgramme {
        /// The KPI's id.
        name: String,
    },
}

impl ExplainError {
    /// What is not there, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        let (kind, name, suggestion) = match self {
            ExplainError::Unknown { kind, name, suggestion } => (kind, name, suggestion),
            ExplainError::OfProgramme { name } => return format!("`{name}` 是整體計畫的指標，無法就單一對象說明；請改問組成它的指標"),
        };
        let kind = match *kind {
            "KPI" => "指標",
            "entity" => "資料類別",
            "record" => "資料",
            "obligation" => "義務",
            other => other,
        };
        let suggestion = suggestion.as_ref().map(|name| format!("；是否要寫 `{name}`？")).unwrap_or_default();
        format!("沒有{kind} `{name}`{suggestion}")
    }
}

/// An answer, as data; [`Explanation::to_text`] puts it into words.
#[derive(Clone, Debug)]
pub enum Explanation {
    /// On a KPI.
    Kpi(Box<KpiExplanation>),
    /// On a record.
    Record(RecordExplanation),
    /// On an obligation.
    Obligation(Box<ObligationExplanation>),
}

/// Why a KPI has its value.
#[derive(Clone, Debug)]
pub struct KpiExplanation {
    /// The root's key.
    pub root: String,
    /// The KPI's id.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// Its value in words.
    pub value: Localized,
    /// Its target and the difference from it, in words.
    pub target: Option<(Localized, Option<Localized>)>,
    /// Where the rule comes from.
    pub rule: RuleReference,
    /// The formula as written, for a KPI that is computed from others.
    pub formula: Option<String>,
    /// What the formula refers to, with values.
    pub operands: Vec<Operand>,
    /// Where every declared record went, for a KPI that counts records.
    pub statement: Option<Statement>,
    /// What is missing and would decide it.
    pub needs: Vec<String>,
}

/// Something a formula refers to.
#[derive(Clone, Debug)]
pub struct Operand {
    /// Its name in the rules.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// Its value in words.
    pub value: Localized,
    /// The clauses it rests on, for a constant of the pack.
    pub clauses: Vec<String>,
}

/// The declared records of an entity, each in exactly one line.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What the records are called.
    pub entity: Localized,
    /// All of them.
    pub declared: Line,
    /// Out of scope, refused (by requirement, in order), undetermined, and counted, which add up to what was declared.
    pub lines: Vec<Line>,
}

/// Some records of a statement.
#[derive(Clone, Debug)]
pub struct Line {
    /// Why they are here.
    pub label: Localized,
    /// The clause behind it.
    pub clauses: Vec<String>,
    /// How many.
    pub records: usize,
    /// What they amount to, exactly, where the KPI adds up an amount; amounts not given are left out.
    pub amount: Option<String>,
    /// How many of them do not give the amount.
    pub without_amount: usize,
    /// Their keys; shortened where there are more than an explanation may hold.
    pub keys: Vec<String>,
    /// How many keys were left out.
    pub truncated: usize,
}

/// Why a record counts or does not.
#[derive(Clone, Debug)]
pub struct RecordExplanation {
    /// The root's key.
    pub root: String,
    /// The record's entity.
    pub entity: Localized,
    /// The record's key.
    pub key: String,
    /// Classifications of the record, with the possible values.
    pub classes: Vec<ClassExplanation>,
    /// Each tally of such records.
    pub verdicts: Vec<VerdictExplanation>,
}

/// What a classification makes of a record.
#[derive(Clone, Debug)]
pub struct ClassExplanation {
    /// What the classification is called.
    pub label: Localized,
    /// The value, or the values that remain possible.
    pub values: Vec<Localized>,
    /// The row that decided, or otherwise.
    pub rule: Option<RuleReference>,
}

/// The verdict of one tally on a record.
#[derive(Clone, Debug)]
pub struct VerdictExplanation {
    /// The tally's id.
    pub tally: String,
    /// What people call it.
    pub label: Localized,
    /// `out_of_scope`, `counted`, `refused` or `undetermined`.
    pub verdict: &'static str,
    /// Each requirement with its answer, in order; empty out of scope.
    pub requirements: Vec<RequirementExplanation>,
}

/// A requirement on a record.
#[derive(Clone, Debug)]
pub struct RequirementExplanation {
    /// `met`, `failed` or `unknown`.
    pub answer: &'static str,
    /// What is said where it fails.
    pub message: Localized,
    /// Where the rule comes from.
    pub rule: RuleReference,
    /// What would have to change, where it is not met.
    pub change: Option<Localized>,
    /// The records of other groups with the same key, for a non-duplication rule.
    pub rivals: Vec<String>,
}

/// Why an obligation is met or not.
#[derive(Clone, Debug)]
pub struct ObligationExplanation {
    /// The root's key.
    pub root: String,
    /// The obligation's id.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// `met`, `not_met`, `undetermined` or `not_applicable`.
    pub status: &'static str,
    /// What is said where it is not met.
    pub message: Option<Localized>,
    /// The conditions as written.
    pub when: Option<String>,
    /// What is expected, as written.
    pub expect: String,
    /// What the conditions refer to, with values.
    pub operands: Vec<Operand>,
    /// How much is missing, in words.
    pub gap: Option<Localized>,
    /// Where the rule comes from.
    pub rule: RuleReference,
    /// What is missing and would decide it.
    pub needs: Vec<String>,
}

/// Where a rule comes from.
#[derive(Clone, Debug, Default)]
pub struct RuleReference {
    /// The pack: where editions amend one another, the one that says it.
    pub pack: String,
    /// The file and line.
    pub place: Option<String>,
    /// The clauses, as `document:clause`, with what they say in short.
    pub clauses: Vec<(String, Localized)>,
    /// The author's own reason, where no clause is cited.
    pub because: Option<Localized>,
}

/// Explains one thing about one root.
///
/// # Errors
/// [`ExplainError`] where the question names something that is not there.
pub fn explain(
    pack: &Pack,
    data: &Dataset,
    outcome: &Outcome,
    root: usize,
    question: &Question,
    limits: &Limits,
) -> Result<Explanation, ExplainError> {
    let state = reference::replay(pack, data, root..root + 1);
    let explainer =
        Explainer { rules: &pack.rules, data, outcome, state: &state, root, nodes: limits.explanation_nodes, compared: Vec::new() };
    match question {
        Question::Kpi(name) => explainer.kpi(name).map(Box::new).map(Explanation::Kpi),
        Question::Record { entity, key } => explainer.record(entity, key).map(Explanation::Record),
        Question::Obligation(name) => explainer.obligation(name).map(Box::new).map(Explanation::Obligation),
    }
}

impl Explainer<'_> {
    pub(super) fn root_key(&self) -> String {
        self.data.root_key(self.root).to_owned()
    }

    pub(super) fn find_kpi(&self, name: &str) -> Result<usize, ExplainError> {
        let root_kpis = || self.rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root).map(|kpi| kpi.name.as_str());
        root_kpis().position(|kpi| kpi == name).ok_or_else(|| match self.rules.kpis.iter().find(|kpi| kpi.name == name) {
            Some(kpi) => ExplainError::OfProgramme { name: kpi.name.clone() },
            None => unknown("KPI", name, root_kpis()),
        })
    }

    pub(super) fn find_record(&self, entity: &str, key: &str) -> Result<(usize, usize), ExplainError> {
        let entities = &self.rules.schema.entities;
        let index = entities
            .iter()
            .position(|shape| shape.name == entity)
            .ok_or_else(|| unknown("entity", entity, entities.iter().map(|shape| shape.name.as_str())))?;
        let wanted = fold(key);
        let mut rows = self.data.rows_of(index, self.root);
        let keys = rows.clone().map(|row| self.data.key(index, row));
        let row = rows.find(|row| fold(self.data.key(index, *row)) == wanted).ok_or_else(|| unknown("record", key, keys))?;
        Ok((index, row))
    }

    /// Where a rule at a place in the pack comes from.
    pub(super) fn reference(&self, basis: &Basis, span: guiju_model::source::Span) -> RuleReference {
        let source = self.rules.sources.get(span.source.0 as usize);
        let place = source.map(|source| format!("{}:{}", source.name(), source.position(span.start).line));
        RuleReference { pack: self.rules.edition(span).to_owned(), place, ..self.ground(basis) }
    }

    /// The clauses or the reason of a rule.
    pub(super) fn ground(&self, basis: &Basis) -> RuleReference {
        let clauses = match basis {
            Basis::Clauses(clauses) => self
                .rules
                .clause_ids(basis)
                .into_iter()
                .zip(clauses)
                .map(|(id, (document, clause))| (id, self.rules.documents[*document].clauses[*clause].summary.clone()))
                .collect(),
            _ => Vec::new(),
        };
        RuleReference {
            pack: self.rules.name.clone(),
            place: None,
            clauses,
            because: if let Basis::Because(reason) = basis { Some(reason.clone()) } else { None },
        }
    }

    /// Missing values as `member/甲公司 會費`, each once.
    pub(super) fn needs(&self, needs: &[Need]) -> Vec<String> {
        let schema = &self.rules.schema;
        let beside =
            |root: Option<usize>, list: &str, kpi: usize| format!("{} {list}.{}", self.data.owner(root), self.rules.kpis[kpi].name);
        needs
            .iter()
            .take(self.nodes)
            .map(|need| match need {
                Need::Field { entity, row, field } => {
                    format!("{} {}", self.data.named(*entity, *row), schema.entities[*entity].fields[*field].name)
                }
                Need::Previous { root, kpi } => beside(*root, "previous", *kpi),
                Need::Target { root, kpi } => beside(*root, "targets", *kpi),
            })
            .collect()
    }
}

pub(super) fn unknown<'a>(kind: &'static str, name: &str, known: impl IntoIterator<Item = &'a str>) -> ExplainError {
    ExplainError::Unknown { kind, name: guiju_model::text::show(name), suggestion: nearest(name, known).map(str::to_owned) }
}
