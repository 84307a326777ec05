//! The resolved, typed rules: what both evaluators read and nothing else does.
//!
//! Every name is an index, every expression has a type and a place in the rules. A [`Rules`] is what checking produced; a
//! [`Plan`] adds the order of evaluation. Not here: how any of it is computed (`eval`).

use std::sync::Arc;

use crate::date::{Date, Period};
use crate::diagnostic::Severity;
use crate::eval::Engine;
#[cfg(feature = "columnar")]
use crate::eval::Program;
use crate::number::Exact;
use crate::schema::{Choices, Schema};
use crate::source::{Source, SourceId, Span};
use crate::text::Localized;
use crate::unit::Unit;

/// Rules in the order they are evaluated.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) rules: Arc<Rules>,
    pub(crate) steps: Vec<Step>,
    /// KPIs in an order where each stands after those it is computed from.
    pub(crate) kpi_order: Vec<usize>,
    /// Compiled when it is first needed.
    #[cfg(feature = "columnar")]
    program: Arc<std::sync::OnceLock<Program>>,
    pub(crate) engine: Engine,
}

/// One step over all records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Verdicts of a tally by its own requirements.
    Tally(usize),
    /// A non-duplication rule over tallies that are done.
    Once(usize),
}

/// Everything a pack says, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) period: Option<Period>,
    pub(crate) sources: Vec<Source>,
    /// The packs these rules were laid over one another from, the oldest first, each with its files.
    pub(crate) editions: Vec<(String, Vec<SourceId>)>,
    pub(crate) documents: Vec<Document>,
    pub(crate) schema: Arc<Schema>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) classes: Vec<Class>,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) onces: Vec<Once>,
    /// KPIs of the root first, in the order of `schema.kpis`, then those of the programme.
    pub(crate) kpis: Vec<Kpi>,
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) checks: Vec<Check>,
}

/// A document that rules come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its id, the part of a citation before the colon.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// The day it bears.
    pub dated: Option<Date>,
    /// Its clauses, in the order listed.
    pub clauses: Vec<Clause>,
}

/// A clause of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Its id within the document.
    pub id: String,
    /// What it says, in the pack author's words.
    pub summary: Localized,
    /// Why no rule can compute it, where its author says so.
    pub uncomputable: Option<Localized>,
    /// Where it is listed.
    pub listed: Span,
    /// Where rules cite it.
    pub cited: Vec<Span>,
}

/// Why a rule is as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Clauses, as document and clause index.
    Clauses(Vec<(usize, usize)>),
    /// The author's own reason.
    Because(Localized),
    /// Nothing was said.
    None,
}

#[derive(Clone, Debug)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) value: Value,
    pub(crate) ty: Type,
    pub(crate) basis: Basis,
}

#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) entity: usize,
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) choices: Arc<Choices>,
    pub(crate) ordered: bool,
    pub(crate) rows: Vec<ClassRow>,
    pub(crate) otherwise: Option<(usize, Basis)>,
}

#[derive(Clone, Debug)]
pub(crate) struct ClassRow {
    pub(crate) span: Span,
    pub(crate) guard: Expr,
    pub(crate) value: usize,
    pub(crate) basis: Basis,
}

#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) entity: usize,
    pub(crate) select: Vec<Expr>,
    pub(crate) require: Vec<Requirement>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) splits: Vec<Split>,
    /// The non-duplication rules that name this tally, in order: their refusals follow those of the requirements.
    pub(crate) onces: Vec<usize>,
    pub(crate) basis: Basis,
}

#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub(crate) condition: Expr,
    pub(crate) message: Localized,
    pub(crate) basis: Basis,
}

#[derive(Clone, Debug)]
pub(crate) struct Measure {
    /// What is added up; `None` counts records.
    pub(crate) sum: Option<Expr>,
    /// The KPI that shows it.
    pub(crate) kpi: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Split {
    /// A value of an enumeration, or a condition whose two answers are parts 0 (true) and 1 (false).
    pub(crate) by: Expr,
    /// The KPI of each part.
    pub(crate) parts: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Once {
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) groups: Vec<Vec<Claimant>>,
    pub(crate) within_programme: bool,
    /// Whether each root is a party of its own, so that claims of one group in two roots are in conflict.
    pub(crate) by_root: bool,
    pub(crate) keep: Keep,
    pub(crate) message: Localized,
    pub(crate) basis: Basis,
}

/// A tally in a non-duplication rule, and the field of its entity that is the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claimant {
    pub(crate) tally: usize,
    pub(crate) field: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    None,
    /// Groups by rank: the first that claims a key keeps it.
    First(Vec<usize>),
    /// The group that wins where both choices meet as many targets.
    Best {
        preferred: usize,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Kpi {
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) unit: Unit,
    pub(crate) kind: KpiKind,
    pub(crate) scope: KpiScope,
    pub(crate) when: Option<Expr>,
    pub(crate) basis: Basis,
}

#[derive(Clone, Debug)]
pub(crate) enum KpiKind {
    /// A measure of a tally.
    Measure { tally: usize, measure: usize },
    /// A part of a tally's first measure.
    Part { tally: usize, split: usize, part: usize },
    /// A formula over other KPIs.
    Formula(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KpiScope {
    Root,
    /// Over all roots; where a field of the root is named, also for each of its values.
    Programme {
        by: Option<usize>,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Obligation {
    pub(crate) name: String,
    pub(crate) label: Localized,
    pub(crate) severity: Severity,
    pub(crate) scope: ObligationScope,
    pub(crate) when: Option<Expr>,
    pub(crate) expect: Expr,
    pub(crate) message: Option<Localized>,
    pub(crate) basis: Basis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObligationScope {
    Root,
    /// Once for every KPI of the root that has a target.
    EveryTarget,
    Programme,
}

#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) entity: usize,
    pub(crate) field: Option<usize>,
    pub(crate) severity: Severity,
    pub(crate) when: Option<Expr>,
    pub(crate) expect: Expr,
    pub(crate) message: Localized,
    pub(crate) basis: Basis,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Bool,
    Number(Unit),
    Text,
    Date,
    Period,
    Choice(Arc<Choices>),
    List(Arc<Choices>),
    Reference(usize),
    /// Already reported; agrees with everything.
    Error,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Number(Exact),
    /// Folded, as texts are compared.
    Text(String),
    Date(Date),
    Period(Period),
    Choice(usize),
}

/// A typed expression.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) ty: Type,
    pub(crate) kind: ExprKind,
    /// Nodes in this tree, charged as fuel for each record.
    pub(crate) nodes: u64,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    Constant(Value),
    /// A field of the record; `via` names the reference field through which another record of the same parent is reached.
    Field {
        via: Option<usize>,
        field: usize,
    },
    /// A field of the root that the record belongs to.
    RootField(usize),
    /// A field of the programme's own record.
    ProgrammeField(usize),
    /// A classification of the record, or of one it refers to.
    Class {
        via: Option<usize>,
        class: usize,
    },
    Kpi(usize),
    Previous(usize),
    Target(usize),
    /// In an obligation for every target: the KPI's value and its target.
    EachValue,
    EachTarget,
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// One of constants.
    OneOf(Box<Expr>, Vec<Value>),
    /// A day or a period within a period.
    Within(Box<Expr>, Box<Expr>),
    /// A list has any, or all, of a set of values.
    Has {
        list: Box<Expr>,
        set: u128,
        all: bool,
    },
    IsKnown(Box<Expr>),
    /// A text among the ids of `reviewed` or `elsewhere`.
    Listed(Box<Expr>, Register),
    CountedIn {
        via: Option<usize>,
        tally: usize,
    },
    Default(Box<Expr>, Box<Expr>, Localized),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    /// How many characters a text has.
    Length(Box<Expr>),
    /// The least, or the greatest, of two or more numbers of one unit.
    Extremum {
        greatest: bool,
        of: Vec<Expr>,
    },
    /// Over all roots of the programme or group: of a number of the root, or of a condition on it (how many, which part of them).
    Aggregate(Aggregate, Option<Box<Expr>>),
}

impl ExprKind {
    /// The expressions this one is made of.
    pub(crate) fn parts(&self) -> Vec<&Expr> {
        match self {
            ExprKind::Not(a)
            | ExprKind::IsKnown(a)
            | ExprKind::Negate(a)
            | ExprKind::Length(a)
            | ExprKind::Listed(a, _)
            | ExprKind::OneOf(a, _) => vec![a],
            ExprKind::Has { list, .. } => vec![list],
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Extremum { of: parts, .. } => parts.iter().collect(),
            ExprKind::Compare(_, a, b) | ExprKind::Within(a, b) | ExprKind::Default(a, b, _) | ExprKind::Arithmetic(_, a, b) => vec![a, b],
            ExprKind::Aggregate(_, Some(of)) => vec![of],
            _ => Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The two lists of evidence that count no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Register {
    Reviewed,
    Elsewhere,
}

impl Register {
    /// Its name in rules and data.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Register::Reviewed => "reviewed",
            Register::Elsewhere => "elsewhere",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum,
    Average,
    Count,
    Maximum,
    /// Which part of the roots meet a condition, or which part of the whole programme's sum is the group's.
    Share,
}

impl Plan {
    pub(crate) fn new(rules: Arc<Rules>, steps: Vec<Step>, kpi_order: Vec<usize>) -> Plan {
        Plan {
            rules,
            steps,
            kpi_order,
            #[cfg(feature = "columnar")]
            program: Arc::default(),
            engine: Engine::default(),
        }
    }

    #[cfg(feature = "columnar")]
    pub(crate) fn program(&self) -> &Program {
        self.program.get_or_init(|| Program::new(&self.rules))
    }

    /// The pack's name.
    pub fn name(&self) -> &str {
        &self.rules.name
    }

    /// The data model.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.rules.schema
    }

    /// The period the pack is about, where it declares one.
    pub fn period(&self) -> Option<Period> {
        self.rules.period
    }
}

impl Rules {
    /// The clauses of a basis as `document:clause`, the first one first.
    pub(crate) fn clause_ids(&self, basis: &Basis) -> Vec<String> {
        match basis {
            Basis::Clauses(clauses) => clauses.iter().map(|(document, clause)| self.clause_id(*document, *clause)).collect(),
            _ => Vec::new(),
        }
    }

    fn clause_id(&self, document: usize, clause: usize) -> String {
        let document = &self.documents[document];
        format!("{}:{}", document.name, document.clauses[clause].id)
    }

    /// The edition that a place in the rules belongs to.
    pub(crate) fn edition(&self, span: Span) -> &str {
        let holds = |(_, sources): &&(String, Vec<SourceId>)| sources.contains(&span.source);
        self.editions.iter().find(holds).map_or(&self.name, |(name, _)| name)
    }

    /// The id of an obligation in results: its name, and the KPI where it stands for every KPI with a target.
    pub(crate) fn obligation_id(&self, obligation: usize, kpi: Option<usize>) -> String {
        let name = &self.obligations[obligation].name;
        kpi.map_or_else(|| name.clone(), |kpi| format!("{name}_{}", self.kpis[kpi].name))
    }

    /// The unit in which an obligation's gap is measured.
    pub(crate) fn obligation_unit(&self, obligation: usize, kpi: Option<usize>) -> Unit {
        if let Some(kpi) = kpi {
            return self.kpis[kpi].unit.clone();
        }
        match &self.obligations[obligation].expect.kind {
            ExprKind::Compare(_, left, _) => match &left.ty {
                Type::Number(unit) => unit.clone(),
                _ => Unit::Number,
            },
            _ => Unit::Number,
        }
    }

    /// The stable id of what refuses a record: a requirement of the tally by its number, or a non-duplication rule by name.
    pub(crate) fn refusal(&self, tally: usize, index: usize) -> Refusal<'_> {
        let tally = &self.tallies[tally];
        match tally.require.get(index) {
            Some(requirement) => {
                Refusal { rule: format!("{}.require.{}", tally.name, index + 1), message: &requirement.message, basis: &requirement.basis }
            }
            None => {
                let once = &self.onces[tally.onces[index - tally.require.len()]];
                Refusal { rule: once.name.clone(), message: &once.message, basis: &once.basis }
            }
        }
    }
}

/// What refused a record.
pub(crate) struct Refusal<'a> {
    pub(crate) rule: String,
    pub(crate) message: &'a Localized,
    pub(crate) basis: &'a Basis,
}
