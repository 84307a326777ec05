//! Units: what a number counts. Numbers of different units are never added or compared.

use std::fmt;

use crate::number::Exact;
use crate::text::Localized;

/// What a number counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Nothing in particular.
    Number,
    /// A share: 1 is 100 %.
    Ratio,
    /// 元 (New Taiwan dollars).
    Money,
    /// Days.
    Days,
    /// Things counted with a counter, such as 家.
    Count(String),
    /// One unit for each of another, such as 元/家.
    Per(Box<Unit>, Box<Unit>),
}

/// The units of money, and how many 元 each is.
pub const MONEY: &[(&str, i64)] =
    &[("元", 1), ("仟元", 1_000), ("千元", 1_000), ("萬元", 10_000), ("億元", 100_000_000)];

/// How many 元 a unit of money is.
pub fn money_factor(name: &str) -> Option<Exact> {
    MONEY.iter().find(|(unit, _)| *unit == name).map(|(_, factor)| Exact::from(*factor))
}

/// The counter of characters, which needs no declaration.
pub const CHARACTERS: &str = "字";

impl Unit {
    /// Characters of a text.
    pub fn characters() -> Unit {
        Unit::Count(CHARACTERS.to_owned())
    }

    /// The sign shown after a value; empty for plain numbers.
    pub fn sign(&self) -> String {
        match self {
            Unit::Number => String::new(),
            Unit::Ratio => "%".to_owned(),
            Unit::Money => "元".to_owned(),
            Unit::Days => "天".to_owned(),
            Unit::Count(name) => name.clone(),
            Unit::Per(of, each) => format!("{}/{}", of.sign(), each.sign()),
        }
    }

    /// A value as results write it: a plain decimal; a share, and any quotient that is no finite
    /// decimal, with six decimals.
    pub fn decimal(&self, value: &Exact) -> String {
        if *self == Unit::Ratio { value.to_fixed(6) } else { value.to_string() }
    }

    /// The unit in words, for messages.
    pub fn describe(&self) -> Localized {
        match self {
            Unit::Number => Localized::new("沒有單位的數字", "a number without a unit"),
            Unit::Ratio => Localized::new("比率（%）", "a share (%)"),
            Unit::Money => Localized::new("金額（元）", "money (元)"),
            Unit::Days => Localized::new("天數", "days"),
            Unit::Count(name) => {
                Localized::new(format!("以「{name}」計的數量"), format!("a count in {name}"))
            }
            Unit::Per(..) => Localized::new(
                format!("單價（{}）", self.sign()),
                format!("an amount in {}", self.sign()),
            ),
        }
    }

    /// The unit of a product; `None` where it has none.
    pub fn times(&self, other: &Unit) -> Option<Unit> {
        match (self, other) {
            // A share of anything, or a number of times it, is that thing.
            (Unit::Ratio, unit)
            | (unit, Unit::Ratio)
            | (Unit::Number, unit)
            | (unit, Unit::Number) => Some(unit.clone()),
            (Unit::Per(of, each), unit) | (unit, Unit::Per(of, each)) if **each == *unit => {
                Some((**of).clone())
            }
            _ => None,
        }
    }

    /// The unit of a quotient.
    pub fn over(&self, other: &Unit) -> Unit {
        match (self, other) {
            (Unit::Number, Unit::Number) => Unit::Ratio,
            (unit, Unit::Number | Unit::Ratio) => unit.clone(),
            (a, b) if a == b => Unit::Ratio,
            (a, b) => Unit::Per(Box::new(a.clone()), Box::new(b.clone())),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sign())
    }
}
