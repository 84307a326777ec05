//! Typed expressions: what a condition or formula is made of. Not here: the declarations that they
//! stand in (`rules`).

use std::sync::Arc;

use super::Basis;
use crate::calendar::Calendar;
use crate::date::{Date, Period};
use crate::index::{EntityId, FieldId, KpiId, TallyId};
use crate::number::{Exact, Rounding};
use crate::schema::Choices;
use crate::source::Span;
use crate::text::Localized;
use crate::unit::Unit;

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Bool,
    Number(Unit),
    Text,
    Date,
    Period,
    Choice(Arc<Choices>),
    List(Arc<Choices>),
    Reference(EntityId),
    /// A number of months, as a constant: a year is twelve.
    Months,
    /// Already reported; agrees with everything.
    Error,
}

impl Type {
    /// The type in words, for messages.
    pub fn describe(&self) -> Localized {
        match self {
            Type::Bool => Localized::new("條件（是或否）", "a condition (true or false)"),
            Type::Number(unit) => unit.describe(),
            Type::Text => Localized::new("文字", "a text"),
            Type::Date => Localized::new("日期", "a date"),
            Type::Period => Localized::new("期間", "a period"),
            Type::Choice(choices) => Localized::new(
                format!("選項（{}）", choices.names()),
                format!("one of {}", choices.names()),
            ),
            Type::List(choices) => Localized::new(
                format!("選項清單（{}）", choices.names()),
                format!("a list of {}", choices.names()),
            ),
            Type::Reference(_) => Localized::new("另一筆資料", "another record"),
            Type::Months => Localized::new(
                "月數或年數（只能接在日期的 `+`、`-` 之後，或寫在 `span` 裡）",
                "months or years, which stand after a day and `+` or `-`, or in `span`",
            ),
            Type::Error => Localized::same("?"),
        }
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
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
pub struct Expr {
    pub span: Span,
    pub ty: Type,
    pub kind: ExprKind,
    /// Nodes in this tree, charged as fuel for each record.
    pub nodes: u64,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Constant(Value),
    /// A field of the record; `via` names the reference field through which another record of the
    /// same parent is reached.
    Field {
        via: Option<FieldId>,
        field: FieldId,
    },
    /// A field of the root that the record belongs to.
    RootField(FieldId),
    /// A field of the programme's own record.
    ProgrammeField(FieldId),
    /// A classification of the record, or of one it refers to.
    Class {
        via: Option<FieldId>,
        class: usize,
    },
    /// A figure that a tally makes for the record, or for one it refers to.
    Figure {
        via: Option<FieldId>,
        tally: TallyId,
        figure: usize,
    },
    Kpi(KpiId),
    /// A figure of the programme, read by rules of its roots and their records.
    OfProgramme(KpiId),
    /// The same of the group that the root belongs to by a field of it.
    OfGroup {
        field: FieldId,
        kpi: KpiId,
    },
    Previous(KpiId),
    Target(KpiId),
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
    /// A text has any, or all, of these folded texts somewhere in it.
    Contains {
        text: Box<Expr>,
        parts: Vec<String>,
        all: bool,
    },
    /// A text has one of these forms: see [`crate::form::matches`].
    Matches {
        text: Box<Expr>,
        forms: Vec<String>,
    },
    IsKnown(Box<Expr>),
    /// A text that a list has.
    Listed(Box<Expr>, Listing),
    CountedIn {
        via: Option<FieldId>,
        tally: TallyId,
    },
    /// Whether the root meets an obligation of its own.
    IsMet(usize),
    /// Whether an award counts the root, the record, or one it refers to.
    Awarded {
        via: Option<FieldId>,
        award: usize,
    },
    /// What an award made of it.
    Placed {
        via: Option<FieldId>,
        award: usize,
        placing: Placing,
    },
    Default(Box<Expr>, Box<Expr>, Localized),
    /// A value chosen by conditions.
    Case(Box<Case>),
    /// A value of a table, by its keys in the order of the table's; `steps` is what finding a row
    /// takes ([`Table::steps`](super::Table::steps)).
    Lookup {
        table: usize,
        column: usize,
        of: Vec<Expr>,
        steps: u64,
    },
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    /// How many characters a text has.
    Length(Box<Expr>),
    /// The least, or the greatest, of two or more numbers of one unit.
    Extremum {
        greatest: bool,
        of: Vec<Expr>,
    },
    /// A number to a multiple of a step, which is a constant above zero.
    Round(Rounding, Box<Expr>, Box<Expr>),
    /// A function of days and periods, with as many arguments as it takes.
    Calendar(Calendar, Vec<Expr>),
    /// Whether a condition holds for every record of an entity within the root, or for one at
    /// least.
    Over {
        every: bool,
        entity: EntityId,
        condition: Box<Expr>,
    },
    /// Over all roots of the programme or group: of a number of the root, or of a condition on it
    /// (how many, which part of them).
    Aggregate(Aggregate, Option<Box<Expr>>),
}

impl Expr {
    /// Whether it reads a figure that a tally or an award makes for records.
    pub fn reads_figures(&self) -> bool {
        matches!(self.kind, ExprKind::Figure { .. } | ExprKind::Placed { .. })
            || self.kind.parts().into_iter().any(Expr::reads_figures)
    }
}

/// Values, each with the condition under which it is chosen.
#[derive(Clone, Debug)]
pub struct Case {
    /// Whether the first that holds is chosen; otherwise no two hold at once.
    pub ordered: bool,
    pub rows: Vec<CaseRow>,
    pub otherwise: Option<CaseOtherwise>,
}

#[derive(Clone, Debug)]
pub struct CaseRow {
    pub span: Span,
    pub guard: Expr,
    pub value: Expr,
    pub basis: Basis,
}

#[derive(Clone, Debug)]
pub struct CaseOtherwise {
    pub value: Expr,
    pub basis: Basis,
}

impl Case {
    /// All conditions and values.
    fn parts(&self) -> Vec<&Expr> {
        let rows = self.rows.iter().flat_map(|row| [&row.guard, &row.value]);
        rows.chain(self.otherwise.iter().map(|otherwise| &otherwise.value)).collect()
    }

    fn parts_mut(&mut self) -> Vec<&mut Expr> {
        let rows = self.rows.iter_mut().flat_map(|row| [&mut row.guard, &mut row.value]);
        rows.chain(self.otherwise.iter_mut().map(|otherwise| &mut otherwise.value)).collect()
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        self.rows
            .iter()
            .map(|row| &row.value)
            .chain(self.otherwise.iter().map(|otherwise| &otherwise.value))
    }
}

/// The expressions that one is made of, by whichever reference it is held.
macro_rules! parts {
    ($kind:expr, $each:ident, $parts:ident) => {
        match $kind {
            ExprKind::Not(a)
            | ExprKind::IsKnown(a)
            | ExprKind::Negate(a)
            | ExprKind::Length(a)
            | ExprKind::Listed(a, _)
            | ExprKind::OneOf(a, _) => vec![a],
            ExprKind::Has { list, .. } => vec![list],
            ExprKind::Contains { text, .. } | ExprKind::Matches { text, .. } => vec![text],
            ExprKind::Over { condition, .. } => vec![condition],
            ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::Extremum { of: parts, .. }
            | ExprKind::Calendar(_, parts)
            | ExprKind::Lookup { of: parts, .. } => parts.$each().collect(),
            ExprKind::Compare(_, a, b)
            | ExprKind::Within(a, b)
            | ExprKind::Default(a, b, _)
            | ExprKind::Arithmetic(_, a, b)
            | ExprKind::Round(_, a, b) => {
                vec![a, b]
            }
            ExprKind::Aggregate(_, Some(of)) => vec![of],
            ExprKind::Case(case) => case.$parts(),
            _ => Vec::new(),
        }
    };
}

/// The most steps that deciding one classification may take.
pub const MOST_CLASS_STEPS: u64 = 1_000_000;

/// The steps of counting the characters of a text, which may be a long one.
const COUNTING: u64 = 8;

impl ExprKind {
    /// The steps of evaluating this and all it is made of; `classes` has what deciding each
    /// classification takes.
    pub fn steps(&self, classes: &[u64]) -> u64 {
        let own = match self {
            ExprKind::Class { class, .. } => classes.get(*class).copied().unwrap_or(0),
            ExprKind::Length(_) => COUNTING,
            // The text is gone through for each.
            ExprKind::Contains { parts, .. } | ExprKind::Matches { forms: parts, .. } => {
                COUNTING.saturating_mul(parts.len() as u64)
            }
            ExprKind::Lookup { steps, .. } => *steps,
            // Each is compared.
            ExprKind::OneOf(_, values) => values.len() as u64,
            _ => 0,
        };
        self.parts()
            .into_iter()
            .fold(own.saturating_add(1), |sum, part| sum.saturating_add(part.nodes))
    }

    /// The expressions this one is made of.
    pub fn parts(&self) -> Vec<&Expr> {
        parts!(self, iter, parts)
    }

    /// The same, to change them.
    pub fn parts_mut(&mut self) -> Vec<&mut Expr> {
        parts!(self, iter_mut, parts_mut)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    /// Whether it holds for two known values in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterEqual => order.is_ge(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A figure of an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placing {
    Rank,
    Amount,
    Reserve,
}

impl Placing {
    /// Its name in rules and results.
    pub const NAMES: [(&'static str, Placing); 3] =
        [("rank", Placing::Rank), ("amount", Placing::Amount), ("reserve", Placing::Reserve)];
}

/// A list of texts that comes with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listing {
    Register(Register),
    /// The keys of an entity that has nothing else, of the root or shared by all.
    Entity(EntityId),
}

/// The two lists of evidence that count no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    /// What was reviewed before.
    Reviewed,
    /// What is claimed elsewhere.
    Elsewhere,
}

impl Register {
    /// Its name in rules and data.
    pub fn name(self) -> &'static str {
        match self {
            Register::Reviewed => "reviewed",
            Register::Elsewhere => "elsewhere",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    Sum,
    Average,
    Count,
    Maximum,
    Minimum,
    /// Which part of the roots meet a condition, or which part of the whole programme's sum is the
    /// group's.
    Share,
}
