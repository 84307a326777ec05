//! The parsed items as plain data: what the author wrote, with places, before any name is resolved. No behaviour
//! but walking it.

use crate::date::{Date, Period};
use crate::diagnostic::Severity;
use crate::number::Exact;
use crate::source::{Span, Spanned};
use crate::text::Localized;

/// Words that no name may be, because they join or end expressions.
pub(crate) const RESERVED: &[&str] =
    &["and", "or", "not", "in", "is", "has", "covers", "counted", "because", "else", "when", "expect", "otherwise", "true", "false"];

pub(crate) type Name = Spanned<String>;

/// Why a rule is as it is: clauses, or the author's own reason.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ground {
    Clauses(Vec<Name>),
    Because(Localized),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) span: Span,
    pub(crate) kind: ItemKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ItemKind {
    Pack(Pack),
    Drop(Drop),
    Extend(Extend),
    Period(Spanned<Period>, Option<Ground>),
    Source(SourceDocument),
    Let(Let),
    Entity(Entity),
    Classify(Classify),
    Tally(Tally),
    Once(Once),
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
pub(crate) struct Lost {
    /// The word it begins with, or was meant to.
    pub(crate) word: String,
    /// Its name, and those of its further measures.
    pub(crate) names: Vec<String>,
    /// The counters it introduces.
    pub(crate) units: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pack {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    /// The pack that this one is an edition of.
    pub(crate) amends: Option<Name>,
}

/// What an edition takes out of its base.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drop {
    pub(crate) names: Vec<Dropped>,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dropped {
    /// The word that items of its kind begin with, where the author says it.
    pub(crate) kind: Option<String>,
    /// As other rules write it: a classification with its entity before it.
    pub(crate) name: Name,
}

/// Further fields for an entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Extend {
    pub(crate) entity: Name,
    pub(crate) fields: Vec<Field>,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SourceDocument {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) dated: Option<Date>,
    pub(crate) clauses: Vec<SourceClause>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SourceClause {
    pub(crate) span: Span,
    pub(crate) id: Name,
    pub(crate) summary: Option<Localized>,
    /// Why no rule can compute it.
    pub(crate) uncomputable: Option<Localized>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Let {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) value: Expr,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) parent: Option<Name>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) span: Span,
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) key: bool,
    pub(crate) optional: bool,
    pub(crate) kind: FieldKind,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FieldKind {
    /// A built-in type or an entity.
    Named(Name),
    Enum(Vec<EnumValue>),
    List(Vec<EnumValue>),
    Range(Spanned<Exact>, Spanned<Exact>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EnumValue {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Classify {
    pub(crate) entity: Name,
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) values: Vec<EnumValue>,
    pub(crate) ordered: bool,
    pub(crate) rows: Vec<Row>,
    pub(crate) otherwise: Option<(Name, Option<Ground>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) span: Span,
    pub(crate) guard: Expr,
    pub(crate) value: Name,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tally {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) unit: Option<Name>,
    pub(crate) entity: Name,
    pub(crate) select: Vec<Select>,
    pub(crate) require: Vec<Require>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) splits: Vec<Split>,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Select {
    pub(crate) span: Span,
    pub(crate) condition: Expr,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Require {
    pub(crate) span: Span,
    pub(crate) condition: Expr,
    pub(crate) message: Localized,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measure {
    pub(crate) span: Span,
    /// What is added up; `None` counts records.
    pub(crate) sum: Option<Expr>,
    pub(crate) twin: Option<Twin>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Twin {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) unit: Option<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Split {
    pub(crate) span: Span,
    pub(crate) by: Expr,
    /// Names for true and false, where the split is by a condition.
    pub(crate) into: Option<[EnumValue; 2]>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Once {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) key: Name,
    pub(crate) groups: Vec<Vec<Name>>,
    pub(crate) within_programme: bool,
    /// The entity whose records are to be parties of their own: the root.
    pub(crate) by_root: Option<Name>,
    pub(crate) keep: Keep,
    pub(crate) message: Localized,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Keep {
    None,
    First(Spanned<Vec<Name>>),
    Best(Spanned<Vec<Name>>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scope {
    pub(crate) span: Span,
    pub(crate) by: Option<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kpi {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) scope: Option<Scope>,
    pub(crate) unit: Option<Name>,
    pub(crate) value: Expr,
    pub(crate) when: Option<Expr>,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Obligation {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) scope: Option<Scope>,
    pub(crate) every_target: bool,
    pub(crate) severity: Severity,
    pub(crate) when: Option<Expr>,
    pub(crate) expect: Expr,
    pub(crate) message: Option<Localized>,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) name: Name,
    pub(crate) label: Option<Localized>,
    pub(crate) entity: Name,
    pub(crate) field: Option<Name>,
    pub(crate) severity: Severity,
    pub(crate) when: Option<Expr>,
    pub(crate) expect: Expr,
    pub(crate) message: Localized,
    pub(crate) ground: Option<Ground>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    pub(crate) name: Name,
    pub(crate) entity: Name,
    pub(crate) assignments: Vec<Assignment>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    pub(crate) name: Name,
    pub(crate) records: Vec<TestRecord>,
    pub(crate) expects: Vec<TestExpect>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TestRecord {
    pub(crate) entity: Name,
    pub(crate) key: Name,
    pub(crate) like: Option<Name>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) tables: Vec<(Name, Vec<Assignment>)>,
    pub(crate) children: Vec<TestRecord>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) name: Name,
    pub(crate) value: Spanned<TestValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TestValue {
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
pub(crate) struct TestExpect {
    pub(crate) span: Span,
    pub(crate) path: Vec<String>,
    pub(crate) claim: Claim,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Claim {
    Equals(TestValue),
    Between(TestValue, TestValue),
    Verdict { verdict: String, tally: String, clauses: Vec<Name> },
    OutOfScope { tally: String },
    Issue { code: String, present: bool },
    State(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) kind: ExprKind,
    /// Height of this tree, so that no tree is ever deeper than the limit.
    pub(crate) height: usize,
}

impl Expr {
    /// The name that it is, where it is nothing but a name.
    pub(crate) fn path(&self) -> Option<&[Name]> {
        if let ExprKind::Path(path) = &self.kind { Some(path) } else { None }
    }

    /// The expressions directly within this one.
    pub(crate) fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Call(_, parts) | ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::List(parts) => parts.iter().collect(),
            ExprKind::Not(a) | ExprKind::Negate(a) | ExprKind::IsKnown(a) => vec![a],
            ExprKind::CountedIn(who, _) => who.as_deref().into_iter().collect(),
            ExprKind::Binary(_, a, b) | ExprKind::Default(a, b, _) => vec![a, b],
            ExprKind::Number(..) | ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Date(_) | ExprKind::Path(_) | ExprKind::Error => {
                Vec::new()
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExprKind {
    Number(Exact, Option<Name>),
    Text(String),
    Bool(bool),
    Date(Date),
    /// A name, possibly dotted.
    Path(Vec<Name>),
    Call(Vec<Name>, Vec<Expr>),
    /// Values in parentheses, two or more.
    List(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    IsKnown(Box<Expr>),
    /// `who counted in tally`; without `who`, the record itself.
    CountedIn(Option<Box<Expr>>, Name),
    /// `(value or fallback because "…")`.
    Default(Box<Expr>, Box<Expr>, Localized),
    /// Something that did not parse or was too deep and has been reported.
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Covers,
    Has,
    HasAny,
    HasAll,
    Range,
    Add,
    Subtract,
    Multiply,
    Divide,
}
