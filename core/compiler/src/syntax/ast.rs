//! The parsed items as plain data: what the author wrote, with places, before any name is resolved.
//! No behaviour but walking it.

use guiju_model::date::{Date, Period};
use guiju_model::diagnostic::Severity;
use guiju_model::number::Exact;
use guiju_model::rules::{Function, Rest, Ties, Toward};
use guiju_model::source::{Span, Spanned};
use guiju_model::text::Localized;

mod once;
mod table;

pub use once::{Across, Among, Keep, KeepRecord, Once};
pub use table::{SheetRow, Table, TableFile, TableKey, TableRow};

pub type Name = Spanned<String>;

/// Why a rule is as it is: clauses, or the author's own reason.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    Clauses(Vec<Name>),
    Because(Localized),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub span: Span,
    pub kind: ItemKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    Pack(Pack),
    Drop(Drop),
    Extend(Extend),
    ExtendTally(ExtendTally),
    Period(Spanned<Period>, Option<Ground>),
    Source(SourceDocument),
    Let(Let),
    Table(Table),
    Entity(Entity),
    Classify(Classify),
    Tally(Tally),
    Once(Once),
    Award(Award),
    Kpi(Kpi),
    Obligation(Obligation),
    Check(Check),
    Example(Example),
    Test(Test),
    /// An item that could not be read.
    Lost(Lost),
}

/// What could be told of an item that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// The word it begins with, or was meant to.
    pub word: String,
    /// Its name, and those of its further measures.
    pub names: Vec<String>,
    /// The counters it introduces.
    pub units: Vec<String>,
    /// Whether it stands for parts only: the item without them stands before it.
    pub partly: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    pub name: Name,
    pub label: Option<Localized>,
    /// The pack that this one is an edition of.
    pub amends: Option<Name>,
}

/// What an edition takes out of its base.
#[derive(Clone, Debug, PartialEq)]
pub struct Drop {
    pub names: Vec<Dropped>,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dropped {
    /// The word that items of its kind begin with, where the author says it.
    pub kind: Option<String>,
    /// As other rules write it: a classification with its entity before it.
    pub name: Name,
}

/// Further fields for an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Extend {
    pub entity: Name,
    pub fields: Vec<Field>,
    pub ground: Option<Ground>,
}

/// What an edition changes in a tally of its base.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtendTally {
    pub tally: Name,
    pub edits: Vec<Edit>,
    pub select: Vec<Select>,
    pub measures: Vec<Measure>,
    pub targets: Vec<TargetRule>,
    pub splits: Vec<Split>,
    pub ground: Option<Ground>,
}

/// One change to the requirements of a tally, each named by its condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    Require(Place, Require),
    Drop(Vec<Name>, Option<Ground>),
}

/// Where a further requirement is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    First,
    After(Name),
    Last,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SourceDocument {
    pub name: Name,
    pub label: Option<Localized>,
    pub dated: Option<Date>,
    pub clauses: Vec<SourceClause>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SourceClause {
    pub span: Span,
    pub id: Name,
    pub summary: Option<Localized>,
    /// Why no rule can compute it.
    pub uncomputable: Option<Localized>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// The entity whose records have it; none for a constant.
    pub owner: Option<Name>,
    pub name: Name,
    pub label: Option<Localized>,
    pub value: Expr,
    /// Why a record is refused where it is required and does not hold.
    pub message: Option<Localized>,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    pub name: Name,
    pub label: Option<Localized>,
    pub parent: Option<Name>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub span: Span,
    pub name: Name,
    pub label: Option<Localized>,
    pub key: bool,
    pub optional: bool,
    pub kind: FieldKind,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// A built-in type or an entity.
    Named(Name),
    Enum(Vec<EnumValue>),
    List(Vec<EnumValue>),
    Range(Spanned<Exact>, Spanned<Exact>),
    /// A number with decimals: the least and the most it can be, and its unit.
    Decimal(Option<(Spanned<Exact>, Spanned<Exact>)>, Option<Name>),
    /// Money that may be below zero.
    Signed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    pub name: Name,
    pub label: Option<Localized>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Classify {
    pub entity: Name,
    pub name: Name,
    pub label: Option<Localized>,
    pub values: Vec<EnumValue>,
    pub ordered: bool,
    pub rows: Vec<Row>,
    pub otherwise: Option<(Name, Option<Ground>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub span: Span,
    pub guard: Expr,
    pub value: Name,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// With the entity before it whose records have its figures: `receipt.paid`.
    pub name: Name,
    /// That entity; none where the root has them.
    pub owner: Option<Name>,
    pub label: Option<Localized>,
    pub unit: Option<Name>,
    pub entity: Name,
    /// What the records have in common with the owner they belong to.
    pub by: Vec<Name>,
    pub select: Vec<Select>,
    pub require: Vec<Require>,
    /// What later editions change in these, in order.
    pub edits: Vec<Edit>,
    pub measures: Vec<Measure>,
    pub targets: Vec<TargetRule>,
    pub splits: Vec<Split>,
    pub ground: Option<Ground>,
}

impl Tally {
    /// Its name without the entity before it.
    pub fn short(&self) -> &str {
        self.name.node.rsplit('.').next().unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    pub span: Span,
    pub condition: Expr,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Require {
    pub span: Span,
    pub condition: Expr,
    /// None where the condition is made of named ones, which have their own.
    pub message: Option<Localized>,
    pub ground: Option<Ground>,
}

/// What the target is where the data gives none.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRule {
    pub span: Span,
    /// What is added up; `None` counts records.
    pub sum: Option<Expr>,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub span: Span,
    pub function: Function,
    /// What it is taken of; `None` counts records.
    pub of: Option<Expr>,
    pub twin: Option<Twin>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    pub name: Name,
    pub label: Option<Localized>,
    pub unit: Option<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub span: Span,
    pub by: Expr,
    /// Names for true and false, where the split is by a condition.
    pub into: Option<[EnumValue; 2]>,
}

/// A decision over all roots, or over the records of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Award {
    pub name: Name,
    pub label: Option<Localized>,
    pub scope: Option<Scope>,
    pub unit: Option<Name>,
    pub entity: Name,
    pub require: Vec<Require>,
    /// Everything else, in the order written.
    pub parts: Vec<Spanned<AwardPart>>,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AwardPart {
    Order(Vec<(Toward, Expr)>),
    Places(Expr),
    Budget(Expr),
    Give(Expr),
    Rest(Rest),
    Proportion(Expr),
    Step(Expr),
    Ties(Ties),
    Reserve(Expr),
}

impl Award {
    /// Its expressions, without the conditions it requires.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().flat_map(|part| match &part.node {
            AwardPart::Order(criteria) => criteria.iter().map(|(_, expr)| expr).collect(),
            AwardPart::Places(expr)
            | AwardPart::Budget(expr)
            | AwardPart::Give(expr)
            | AwardPart::Proportion(expr)
            | AwardPart::Step(expr)
            | AwardPart::Reserve(expr) => vec![expr],
            AwardPart::Rest(_) | AwardPart::Ties(_) => Vec::new(),
        })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    pub span: Span,
    pub by: Option<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Kpi {
    pub name: Name,
    pub label: Option<Localized>,
    pub scope: Option<Scope>,
    pub unit: Option<Name>,
    pub value: Expr,
    pub when: Option<Expr>,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    pub name: Name,
    pub label: Option<Localized>,
    pub scope: Option<Scope>,
    pub every_target: bool,
    pub severity: Severity,
    pub when: Option<Expr>,
    pub expect: Expr,
    pub message: Option<Localized>,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub name: Name,
    pub label: Option<Localized>,
    pub entity: Name,
    pub field: Option<Name>,
    pub severity: Severity,
    pub when: Option<Expr>,
    pub expect: Expr,
    pub message: Localized,
    pub ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub name: Name,
    pub entity: Name,
    pub assignments: Vec<Assignment>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub name: Name,
    pub records: Vec<TestRecord>,
    pub expects: Vec<TestExpect>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TestRecord {
    pub entity: Name,
    pub key: Name,
    pub like: Option<Name>,
    pub assignments: Vec<Assignment>,
    pub tables: Vec<(Name, Vec<Assignment>)>,
    pub children: Vec<TestRecord>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    pub name: Name,
    pub value: Spanned<TestValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TestValue {
    /// `?`: not known.
    Missing,
    Number(Exact, Option<String>),
    Date(Date),
    Period(Period),
    Text(String),
    Bool(bool),
    Word(String),
    List(Vec<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct TestExpect {
    pub span: Span,
    pub path: Vec<String>,
    pub claim: Claim,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    Equals(TestValue),
    Between(TestValue, TestValue),
    Verdict { verdict: String, tally: String, clauses: Vec<Name> },
    OutOfScope { tally: String },
    Issue { code: String, present: bool },
    State(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
    /// Height of this tree, so that no tree is ever deeper than the limit.
    pub height: usize,
}

/// The expressions that one is made of, by whichever reference it is held.
macro_rules! parts {
    ($kind:expr, $each:ident, $inner:ident) => {
        match $kind {
            ExprKind::Call(_, parts)
            | ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::List(parts) => parts.$each().collect(),
            ExprKind::Not(a) | ExprKind::Negate(a) | ExprKind::IsKnown(a) => vec![a],
            ExprKind::Over(_, _, condition) => vec![condition],
            ExprKind::CountedIn(who, _) => who.$inner().into_iter().collect(),
            ExprKind::Binary(_, a, b) | ExprKind::Default(a, b, _) => vec![a, b],
            ExprKind::Case(case) => {
                let rows =
                    case.rows.$each().flat_map(|CaseRow { guard, value, .. }| [guard, value]);
                rows.chain(case.otherwise.$each().map(|(value, _)| value)).collect()
            }
            ExprKind::Number(..)
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::Date(_)
            | ExprKind::Path(_)
            | ExprKind::IsMet(_)
            | ExprKind::Error => Vec::new(),
        }
    };
}

impl Expr {
    /// The name that it is, where it is nothing but a name.
    pub fn path(&self) -> Option<&[Name]> {
        if let ExprKind::Path(path) = &self.kind { Some(path) } else { None }
    }

    /// The expressions directly within this one.
    pub fn parts(&self) -> Vec<&Expr> {
        parts!(&self.kind, iter, as_deref)
    }

    /// The same, to change them.
    pub fn parts_mut(&mut self) -> Vec<&mut Expr> {
        parts!(&mut self.kind, iter_mut, as_deref_mut)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Number(Exact, Option<Name>),
    Text(String),
    Bool(bool),
    Date(Date),
    /// A name, possibly dotted.
    Path(Vec<Name>),
    Call(Vec<Name>, Vec<Expr>),
    /// `some(entity: condition)`: a function over the records of an entity.
    Over(Vec<Name>, Name, Box<Expr>),
    /// Values in parentheses, two or more.
    List(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    IsKnown(Box<Expr>),
    /// Whether the obligation of this name is met.
    IsMet(Name),
    /// `who counted in tally`; without `who`, the record itself.
    CountedIn(Option<Box<Expr>>, Name),
    /// `(value or fallback because "…")`.
    Default(Box<Expr>, Box<Expr>, Localized),
    /// A value chosen by conditions.
    Case(Box<Case>),
    /// Something that did not parse or was too deep and has been reported.
    Error,
}

/// Values, each with the condition under which it is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its first word, or the name of the classification that it is.
    pub word: Name,
    /// Whether the first that holds is chosen; otherwise no two may hold at once.
    pub ordered: bool,
    pub rows: Vec<CaseRow>,
    pub otherwise: Option<(Expr, Option<Ground>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CaseRow {
    pub span: Span,
    pub guard: Expr,
    pub value: Expr,
    pub ground: Option<Ground>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Covers,
    Matches,
    Has,
    HasAny,
    HasAll,
    Range,
    Add,
    Subtract,
    Multiply,
    Divide,
}
