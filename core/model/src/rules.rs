//! The resolved, typed rules: what both evaluators read and nothing else does.
//!
//! Every name is an index, every expression has a type and a place in the rules. A [`Rules`] is
//! what checking produces. Not here: how any of it is computed, which is the engine's.

mod award;
mod expr;
mod flow;
mod message;

use std::sync::Arc;

use crate::date::{Date, Period};
use crate::diagnostic::Severity;
use crate::index::{EntityId, FieldId, KpiId, List, TallyId};
use crate::schema::{Choices, Schema};
use crate::source::{Source, SourceId, Span};
use crate::text::Localized;
use crate::unit::Unit;

pub use award::{Award, Criterion, Give, Rest, Ties, Toward};
pub use expr::{
    Aggregate, Arithmetic, Case, CaseOtherwise, CaseRow, Comparison, Expr, ExprKind, Listing,
    MOST_CLASS_STEPS, Placing, Register, Type, Value,
};
pub use flow::{Flow, Node, Rounds};
pub use message::{Hole, Message};

/// One step over all records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Verdicts of a tally by its own requirements.
    Tally(TallyId),
    /// A non-duplication rule over tallies that are done.
    Once(usize),
}

/// Everything a pack says, resolved.
#[derive(Clone, Debug)]
pub struct Rules {
    pub name: String,
    pub label: Localized,
    pub period: Option<Period>,
    pub sources: Vec<Source>,
    /// The packs these rules were laid over one another from, the oldest first, each with its
    /// files.
    pub editions: Vec<(String, Vec<SourceId>)>,
    /// The files that hold rules, and not only tests and examples of them, in order.
    pub rule_files: Vec<SourceId>,
    pub documents: Vec<Document>,
    pub schema: Arc<Schema>,
    pub constants: Vec<Constant>,
    pub tables: Vec<Table>,
    pub classes: Vec<Class>,
    pub tallies: List<TallyId, Tally>,
    pub onces: Vec<Once>,
    pub awards: Vec<Award>,
    /// The awards in an order where each stands after those it asks about.
    pub award_order: Vec<usize>,
    /// KPIs of the root first, in the order of `schema.kpis`, then those of the programme.
    pub kpis: List<KpiId, Kpi>,
    pub obligations: Vec<Obligation>,
    pub checks: Vec<Check>,
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
pub enum Basis {
    /// Clauses, as document and clause index.
    Clauses(Vec<(usize, usize)>),
    /// The author's own reason.
    Because(Localized),
    /// Nothing was said.
    None,
}

#[derive(Clone, Debug)]
pub struct Constant {
    pub name: String,
    pub label: Localized,
    pub value: Value,
    pub ty: Type,
    pub basis: Basis,
}

/// Values chosen by constants.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub label: Localized,
    /// Those that are equal first; at most one with steps, which is the last.
    pub keys: Vec<TableKey>,
    pub columns: Vec<TableColumn>,
    /// In the order of their keys.
    pub rows: Vec<TableRow>,
    pub otherwise: Option<TableOtherwise>,
    /// Whether each part of the last key has the rate of its own row.
    pub graduated: bool,
    pub basis: Basis,
}

impl Table {
    /// The steps of finding a row where all keys are known: rows are halved again and again, once
    /// for either end of those of one kind and once for the step, and keys compared. Of a graduated
    /// one, all rows of a kind are gone through. What is open is charged beside.
    pub fn steps(&self) -> u64 {
        let rows = self.rows.len() as u64;
        if self.graduated {
            return rows;
        }
        let halvings = u64::from(u64::BITS - rows.leading_zeros());
        halvings.saturating_mul(self.keys.len() as u64 + 1).saturating_mul(2).min(rows)
    }
}

#[derive(Clone, Debug)]
pub struct TableKey {
    pub matches: KeyMatch,
    pub ty: Type,
}

/// Which row a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMatch {
    /// The one it is equal to.
    Equal,
    /// The last that begins at it or below.
    From,
    /// The last that begins below it.
    Above,
}

#[derive(Clone, Debug)]
pub struct TableColumn {
    /// Empty where it is the only one and has none.
    pub name: String,
    pub label: Localized,
    pub ty: Type,
}

#[derive(Clone, Debug)]
pub struct TableRow {
    pub span: Span,
    pub keys: Vec<Value>,
    pub values: Vec<Value>,
    pub basis: Basis,
}

#[derive(Clone, Debug)]
pub struct TableOtherwise {
    pub values: Vec<Value>,
    pub basis: Basis,
}

#[derive(Clone, Debug)]
pub struct Class {
    pub entity: EntityId,
    pub name: String,
    pub label: Localized,
    pub choices: Arc<Choices>,
    pub ordered: bool,
    pub rows: Vec<ClassRow>,
    pub otherwise: Option<(usize, Basis)>,
}

#[derive(Clone, Debug)]
pub struct ClassRow {
    pub span: Span,
    pub guard: Expr,
    pub value: usize,
    pub basis: Basis,
}

#[derive(Clone, Debug)]
pub struct Tally {
    pub name: String,
    pub label: Localized,
    pub entity: EntityId,
    /// Whose figures it makes; `None` for those of the root, which are KPIs.
    pub owner: Option<Owner>,
    pub select: Vec<Expr>,
    pub require: Vec<Requirement>,
    /// None where the figures are an owner's.
    pub measures: Vec<Measure>,
    pub target: Option<TargetRule>,
    pub splits: Vec<Split>,
    /// The non-duplication rules that name this tally, in order: their refusals follow those of the
    /// requirements.
    pub onces: Vec<usize>,
    pub basis: Basis,
}

impl Tally {
    /// Whether it is told of every record what it decided: figures of records without a requirement
    /// decide nothing.
    pub fn decides(&self) -> bool {
        self.owner.is_none() || !self.require.is_empty()
    }

    /// All that it asks of its records, and what its figures are taken of. As a list: chains of
    /// iterators are compiled anew for each use.
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut exprs: Vec<&Expr> = self.select.iter().collect();
        self.require.iter().for_each(|requirement| exprs.push(&requirement.condition));
        self.measures.iter().for_each(|measure| exprs.extend(&measure.of));
        self.target.iter().for_each(|target| exprs.extend(&target.sum));
        self.owner
            .iter()
            .flat_map(|owner| &owner.figures)
            .for_each(|figure| exprs.extend(&figure.of));
        self.splits.iter().for_each(|split| exprs.push(&split.by));
        exprs
    }
}

#[derive(Clone, Debug)]
pub struct Requirement {
    pub condition: Expr,
    pub message: Message,
    pub basis: Basis,
}

#[derive(Clone, Debug)]
pub struct Measure {
    pub function: Function,
    /// What it is taken of; `None` counts records.
    pub of: Option<Expr>,
    /// The KPI that shows it.
    pub kpi: KpiId,
}

/// What the target of a tally's first measure is where the data gives none: that of nobody is none.
#[derive(Clone, Debug)]
pub struct TargetRule {
    /// What every record that counts adds to it; `None` counts records.
    pub sum: Option<Expr>,
    pub basis: Basis,
}

/// What a measure makes of the values of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Their sum or, of no values, the number of records.
    Sum,
    Average,
    Minimum,
    Maximum,
    /// How many different ones there are.
    Distinct,
}

impl Function {
    /// Whether there is none of no records.
    pub fn is_of_some(self) -> bool {
        matches!(self, Function::Average | Function::Minimum | Function::Maximum)
    }
}

/// The records that a tally makes figures for, each of the tally's records that belong to it.
#[derive(Clone, Debug)]
pub struct Owner {
    pub entity: EntityId,
    pub link: Link,
    /// Its first is called as the tally is, the others by their own names.
    pub figures: Vec<Figure>,
}

/// Which records belong to an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Those that refer to it by this field.
    Reference(FieldId),
    /// Those with the same key: fields of theirs, and those of the owner, in the same order.
    Key { theirs: Vec<FieldId>, own: Vec<FieldId> },
}

/// A figure of an owner.
#[derive(Clone, Debug)]
pub struct Figure {
    pub name: String,
    pub label: Localized,
    pub unit: Unit,
    pub function: Function,
    /// What it is taken of; `None` counts records.
    pub of: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Split {
    /// A value of an enumeration, or a condition whose two answers are parts 0 (true) and 1
    /// (false).
    pub by: Expr,
    /// The KPI of each part.
    pub parts: Vec<KpiId>,
}

#[derive(Clone, Debug)]
pub struct Once {
    pub name: String,
    pub label: Localized,
    pub groups: Vec<Vec<Claimant>>,
    pub within_programme: bool,
    /// Whether each root is a party of its own, so that claims of one group in two roots are in
    /// conflict.
    pub by_root: bool,
    pub keep: Keep,
    pub message: Message,
    pub basis: Basis,
}

impl Once {
    /// Whether what earlier years counted goes first, and where.
    pub fn across(&self) -> Option<&Across> {
        self.among().and_then(|among| among.across.as_ref())
    }

    /// Everything that it reads of the records it compares: their keys, and what it asks of them.
    pub fn exprs(&self) -> Vec<&Expr> {
        let keys = self.groups.iter().flatten().flat_map(|claimant| &claimant.key);
        let keys = keys.map(|part| &part.value);
        keys.chain(self.among().into_iter().flat_map(Among::exprs)).collect()
    }

    /// What it asks of the records of one tally; `None` for a rule between groups of tallies.
    pub fn among(&self) -> Option<&Among> {
        match &self.keep {
            Keep::Among(among) => Some(among),
            _ => None,
        }
    }
}

/// A tally in a non-duplication rule, and what the key of its records is made of.
#[derive(Clone, Debug)]
pub struct Claimant {
    pub tally: TallyId,
    pub key: Vec<KeyPart>,
}

/// A field of a record or a value of it that has a name, as part of its key.
#[derive(Clone, Debug)]
pub struct KeyPart {
    pub name: String,
    pub label: Localized,
    pub value: Expr,
}

impl KeyPart {
    /// The field that it is.
    pub fn field(&self) -> Option<FieldId> {
        match self.value.kind {
            ExprKind::Field { via: None, field } => Some(field),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub enum Keep {
    None,
    /// Groups by rank: the first that claims a key keeps it.
    First(Vec<usize>),
    /// The group that wins where both choices meet as many targets.
    Best {
        preferred: usize,
    },
    /// Records of one tally against each other.
    Among(Box<Among>),
}

/// A rule among the records of one tally.
#[derive(Clone, Debug)]
pub struct Among {
    /// Which records take part; all where it says nothing.
    pub when: Option<Expr>,
    pub keep: Kept,
    /// Whether what earlier years counted goes first.
    pub across: Option<Across>,
}

/// Keys that earlier years counted count no more.
#[derive(Clone, Debug)]
pub struct Across {
    /// Only where this day of a record lies in the period of the year that counted its key.
    pub day: Option<Expr>,
}

/// Which of several records with one key counts.
#[derive(Clone, Debug)]
pub enum Kept {
    None,
    /// The first by the text of the records' own keys.
    First,
    /// The first by these, each where those before it are equal.
    Order(Vec<Criterion>),
}

impl Among {
    /// Everything that it reads of a record, besides the key.
    pub fn exprs(&self) -> Vec<&Expr> {
        let order = if let Kept::Order(criteria) = &self.keep { criteria.as_slice() } else { &[] };
        let day = self.across.iter().flat_map(|across| &across.day);
        self.when.iter().chain(order.iter().map(|criterion| &criterion.value)).chain(day).collect()
    }
}

#[derive(Clone, Debug)]
pub struct Kpi {
    pub name: String,
    pub label: Localized,
    pub unit: Unit,
    pub kind: KpiKind,
    pub scope: KpiScope,
    pub when: Option<Expr>,
    pub basis: Basis,
}

#[derive(Clone, Debug)]
pub enum KpiKind {
    /// A measure of a tally.
    Measure { tally: TallyId, measure: usize },
    /// A part of a tally's first measure.
    Part { tally: TallyId, split: usize, part: usize },
    /// A formula over other KPIs.
    Formula(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KpiScope {
    Root,
    /// Over all roots; where a field of the root is named, also for each of its values.
    Programme {
        by: Option<FieldId>,
    },
}

#[derive(Clone, Debug)]
pub struct Obligation {
    pub name: String,
    pub label: Localized,
    pub severity: Severity,
    pub scope: ObligationScope,
    pub when: Option<Expr>,
    pub expect: Expr,
    pub message: Option<Localized>,
    pub basis: Basis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObligationScope {
    Root,
    /// Once for every KPI of the root that has a target.
    EveryTarget,
    Programme,
}

#[derive(Clone, Debug)]
pub struct Check {
    pub name: String,
    pub entity: EntityId,
    pub field: Option<FieldId>,
    pub severity: Severity,
    pub when: Option<Expr>,
    pub expect: Expr,
    pub message: Message,
    pub basis: Basis,
}

impl Rules {
    /// What its rules read of one another.
    pub fn flow(&self) -> Flow<'_> {
        Flow {
            tallies: &self.tallies,
            onces: &self.onces,
            awards: &self.awards,
            kpis: &self.kpis,
            obligations: &self.obligations,
            checks: &self.checks,
        }
    }

    /// The clauses of a basis as `document:clause`, the first one first.
    pub fn clause_ids(&self, basis: &Basis) -> Vec<String> {
        match basis {
            Basis::Clauses(clauses) => clauses
                .iter()
                .map(|(document, clause)| self.clause_id(*document, *clause))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn clause_id(&self, document: usize, clause: usize) -> String {
        let document = &self.documents[document];
        format!("{}:{}", document.name, document.clauses[clause].id)
    }

    /// The edition that a place in the rules belongs to.
    pub fn edition(&self, span: Span) -> &str {
        let holds = |(_, sources): &&(String, Vec<SourceId>)| sources.contains(&span.source);
        self.editions.iter().find(holds).map_or(&self.name, |(name, _)| name)
    }

    /// The id of an obligation in results: its name, and the KPI where it stands for every KPI with
    /// a target.
    pub fn obligation_id(&self, obligation: usize, kpi: Option<KpiId>) -> String {
        let name = &self.obligations[obligation].name;
        kpi.map_or_else(|| name.clone(), |kpi| format!("{name}_{}", self.kpis[kpi].name))
    }

    /// The unit in which an obligation's gap is measured.
    pub fn obligation_unit(&self, obligation: usize, kpi: Option<KpiId>) -> Unit {
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

    /// Whether a reason for a refusal tells figures of records.
    pub fn tells_figures(&self) -> bool {
        let messages = self
            .tallies
            .iter()
            .flat_map(|tally| &tally.require)
            .map(|requirement| &requirement.message);
        messages.flat_map(|message| &message.holes).any(|hole| hole.value.reads_figures())
    }

    /// The stable id of what refuses a record: a requirement of the tally by its number, or a
    /// non-duplication rule by name.
    pub fn refusal(&self, tally: TallyId, index: usize) -> Refusal<'_> {
        let tally = &self.tallies[tally];
        match tally.require.get(index) {
            Some(requirement) => Refusal {
                rule: format!("{}.require.{}", tally.name, index + 1),
                message: &requirement.message,
                basis: &requirement.basis,
            },
            None => {
                let once = &self.onces[tally.onces[index - tally.require.len()]];
                Refusal { rule: once.name.clone(), message: &once.message, basis: &once.basis }
            }
        }
    }
}

/// What refused a record.
pub struct Refusal<'a> {
    pub rule: String,
    pub message: &'a Message,
    pub basis: &'a Basis,
}
