//! Values as tests write them, and as they are found. Not here: where a value is found (`judge`).

use crate::syntax::ast::{Claim, TestValue};
use guiju_engine::eval::reference::named::Told;
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Expr, Type, Value};
use guiju_model::text::fold;
use guiju_model::unit::{Unit, money_factor};
use guiju_model::words::{Name, built_in};

/// The number of a test's value in the unit of a KPI; `None` where it has another unit.
pub(super) fn number_in(value: &TestValue, unit: &Unit) -> Option<Exact> {
    let TestValue::Number(number, written) = value else { return None };
    match (written.as_deref(), unit) {
        (None, Unit::Number) => Some(number.clone()),
        (Some("%"), Unit::Ratio) => number.div(&Exact::from(100)).ok(),
        (Some(name), Unit::Money) => number.mul(&money_factor(name)?).ok(),
        (Some(name), Unit::Count(counter)) if name == counter => Some(number.clone()),
        (Some("天" | "日"), Unit::Days) => Some(number.clone()),
        _ => None,
    }
}

/// A claim as a test writes it.
pub(super) fn claimed_in_words(claim: &Claim) -> String {
    match claim {
        Claim::Equals(value) => format!("= {}", show_value(value)),
        Claim::Between(low, high) => format!("{} .. {}", show_value(low), show_value(high)),
        Claim::Verdict { verdict, tally, .. } => format!("{verdict} in {tally}"),
        Claim::OutOfScope { tally } => format!("not in {tally}"),
        Claim::Issue { code, present: true } => format!("has issue {code}"),
        Claim::Issue { code, present: false } => format!("has no issue {code}"),
        Claim::State(state) => format!("is {state}"),
    }
}

/// A known value as a test writes it.
pub(super) fn value_of(told: &Told, of: &Expr) -> Option<TestValue> {
    let Told::Known(value) = told else { return None };
    Some(match (value, &of.ty) {
        (Value::Bool(value), _) => TestValue::Bool(*value),
        (Value::Text(text), _) => TestValue::Text(text.clone()),
        (Value::Date(day), _) => TestValue::Date(*day),
        (Value::Period(period), _) => TestValue::Period(*period),
        (Value::Choice(at), Type::Choice(choices)) => {
            TestValue::Word(choices.values.get(*at)?.name.clone())
        }
        _ => return None,
    })
}

/// Whether a test expects what was found; texts are compared as rules compare them.
pub(super) fn is_same(found: &TestValue, expected: &TestValue) -> bool {
    match (found, expected) {
        // As in its records, a text that is a name needs no quotation marks.
        (TestValue::Text(found), TestValue::Text(expected) | TestValue::Word(expected)) => {
            *found == fold(expected)
        }
        (TestValue::List(found), TestValue::List(expected)) => {
            let sorted = |list: &[String]| {
                let mut list = list.to_vec();
                list.sort_unstable();
                list.dedup();
                list
            };
            sorted(found) == sorted(expected)
        }
        // Yes and no are words where rules are in Chinese.
        (TestValue::Bool(found), TestValue::Word(expected)) => {
            built_in(Name::Flag, expected).is_some_and(|flag| (flag == "true") == *found)
        }
        (found, expected) => found == expected,
    }
}

pub(super) fn state_of(told: &Told) -> &'static str {
    match told {
        Told::Known(_) => "known",
        Told::Number(value) => value.state(),
        Told::Open => "undetermined",
        Told::NotApplicable => "not_applicable",
        Told::Invalid(_) => "invalid",
    }
}

pub(super) fn show_told(told: &Told, of: &Expr) -> String {
    value_of(told, of).map_or_else(|| state_of(told).to_owned(), |value| show_value(&value))
}

pub(super) fn show_value(value: &TestValue) -> String {
    match value {
        TestValue::Missing => "?".to_owned(),
        TestValue::Number(number, unit) => {
            format!("{number} {}", unit.as_deref().unwrap_or("")).trim_end().to_owned()
        }
        TestValue::Date(date) => date.minguo(),
        TestValue::Period(period) => format!("{}..{}", period.start.minguo(), period.end.minguo()),
        TestValue::Text(text) => format!("\"{text}\""),
        TestValue::Word(word) => word.clone(),
        TestValue::Bool(value) => value.to_string(),
        TestValue::List(items) => format!("({})", items.join(", ")),
    }
}

pub(super) fn show_kpi(value: &KpiValue, unit: &Unit) -> String {
    let show = |value: &Exact| match unit {
        Unit::Ratio => value
            .mul(&Exact::from(100))
            .map_or_else(|_| value.to_string(), |percent| format!("{percent} %")),
        _ => format!("{value} {}", unit.sign()).trim_end().to_owned(),
    };
    let bound = |bound: &Option<Exact>| bound.as_ref().map_or_else(|| "?".to_owned(), &show);
    match value {
        KpiValue::Known(value) => show(value),
        KpiValue::Undetermined { low, high, .. } => format!("{} .. {}", bound(low), bound(high)),
        _ => value.state().to_owned(),
    }
}
