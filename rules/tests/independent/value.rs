//! Reading single values out of a JSON record, the slow and obvious way: fractions, dates as three
//! numbers, and a truth value with a third state. Nothing here knows a rule, and nothing here comes
//! from the engine.

use num_bigint::BigInt;
use num_rational::BigRational;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// An exact number.
pub(crate) type Q = BigRational;

/// Kleene's three truth values. `min` is "and", `max` is "or".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tri {
    No,
    Unknown,
    Yes,
}

impl Tri {
    pub(crate) fn and(self, other: Tri) -> Tri {
        self.min(other)
    }

    pub(crate) fn or(self, other: Tri) -> Tri {
        self.max(other)
    }

    pub(crate) fn not(self) -> Tri {
        match self {
            Tri::No => Tri::Yes,
            Tri::Unknown => Tri::Unknown,
            Tri::Yes => Tri::No,
        }
    }
}

/// What a known value answers; a missing one answers nothing.
pub(crate) fn ask<T>(value: Option<T>, question: impl Fn(T) -> bool) -> Tri {
    match value {
        None => Tri::Unknown,
        Some(value) => sure(question(value)),
    }
}

pub(crate) fn sure(answer: bool) -> Tri {
    if answer { Tri::Yes } else { Tri::No }
}

/// A field that is there: not absent, not null, not blank text.
pub(crate) fn field<'a>(record: &'a Value, name: &str) -> Option<&'a Value> {
    match record.get(name)? {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        value => Some(value),
    }
}

pub(crate) fn text<'a>(record: &'a Value, name: &str) -> Option<&'a str> {
    field(record, name).map(|value| value.as_str().expect("text"))
}

pub(crate) fn flag(record: &Value, name: &str) -> Tri {
    ask(field(record, name), |value| value.as_bool().expect("a truth value"))
}

/// Is the text of a field one of these?
pub(crate) fn one_of(record: &Value, name: &str, options: &[&str]) -> Tri {
    ask(text(record, name), |text| options.contains(&text))
}

/// A number of any spelling, money in 元.
pub(crate) fn number(record: &Value, name: &str) -> Option<Q> {
    field(record, name).map(amount)
}

/// A number as text, as a JSON number, or with a unit beside it.
pub(crate) fn amount(value: &Value) -> Q {
    match value {
        Value::String(text) => decimal(text),
        Value::Number(number) => decimal(&number.to_string()),
        Value::Object(parts) => {
            let yuan = match parts["unit"].as_str().expect("a unit") {
                "元" => 1,
                "仟元" | "千元" => 1_000,
                "萬元" => 10_000,
                "億元" => 100_000_000,
                unit => panic!("a unit this test does not use: {unit}"),
            };
            amount(&parts["amount"]) * whole(yuan)
        }
        other => panic!("not an amount: {other}"),
    }
}

pub(crate) fn whole(number: i64) -> Q {
    Q::from_integer(BigInt::from(number))
}

/// `-12.50` as a fraction.
pub(crate) fn decimal(text: &str) -> Q {
    let (digits, places) = match text.split_once('.') {
        None => (text.to_owned(), 0),
        Some((before, after)) => (format!("{before}{after}"), after.len()),
    };
    let digits: BigInt = digits.parse().unwrap_or_else(|_| panic!("not a decimal: {text}"));
    Q::new(digits, BigInt::from(10).pow(places as u32))
}

/// `401/800`, or a whole number, as a fraction.
pub(crate) fn fraction(text: &str) -> Q {
    match text.split_once('/') {
        None => decimal(text),
        Some((over, under)) => decimal(over) / decimal(under),
    }
}

/// A fraction with a finite decimal expansion, without exponent or trailing zeros.
pub(crate) fn plain(number: &Q) -> String {
    let mut places = 0;
    let mut scaled = number.clone();
    while !scaled.is_integer() {
        scaled *= whole(10);
        places += 1;
        assert!(places < 40, "{number} has no finite decimal expansion");
    }
    point(&scaled.to_integer(), places)
}

/// Exactly six decimals, a tie going away from zero.
pub(crate) fn six(number: &Q) -> String {
    let scaled = number * whole(1_000_000);
    let below = scaled.floor();
    let rest = &scaled - &below;
    let half = Q::new(BigInt::from(1), BigInt::from(2));
    let up = rest > half || (rest == half && *number > whole(0));
    let rounded = if up { below + whole(1) } else { below };
    point(&rounded.to_integer(), 6)
}

fn point(digits: &BigInt, places: usize) -> String {
    let negative = *digits < BigInt::from(0);
    let mut text = digits.magnitude().to_string();
    if places > 0 {
        text = format!("{text:0>width$}", width = places + 1);
        text.insert(text.len() - places, '.');
    }
    if negative { format!("-{text}") } else { text }
}

/// A day as (year, month, day) of the common era, from `2019-10-31`, `108/10/31`, `108.10.31` or
/// `1081031`.
pub(crate) type Day = (u32, u32, u32);

pub(crate) fn day(text: &str) -> Day {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = |part: &str| part.parse::<u32>().expect("digits of a date");
    if text.contains('-') {
        (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]))
    } else {
        (number(&digits[..3]) + 1911, number(&digits[3..5]), number(&digits[5..]))
    }
}

pub(crate) fn within(record: &Value, name: &str, (first, last): (Day, Day)) -> Tri {
    ask(text(record, name), |text| first <= day(text) && day(text) <= last)
}

/// What two spellings of one identity have in common: full-width forms folded, composed, trimmed.
pub(crate) fn folded(text: &str) -> String {
    let half: String = text
        .chars()
        .map(|letter| match letter {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(letter as u32 - 0xfee0).expect("an ASCII letter")
            }
            other => other,
        })
        .collect();
    half.nfc().collect::<String>().trim().to_owned()
}
