//! Days and periods in formulas, and what can be said of a number of days where a day is missing.
//!
//! A missing day or period stays missing: it has no bounds. Not here: the calendar itself
//! (`calendar` of the model).

use super::expr::Eval;
use crate::eval::value::{Range, Val};
use guiju_model::calendar::{self, Calendar, Term};
use guiju_model::date::Date;
use guiju_model::number::Exact;
use guiju_model::rules::{Arithmetic, Expr, Type, Value};

/// The last year of the calendar, and the last month of a year.
const LAST_YEAR: i64 = 9999;
const LAST_MONTH: i64 = 12;

impl<'a> Eval<'a> {
    pub(super) fn calendar(&mut self, function: Calendar, of: &'a [Expr]) -> Val<'a> {
        let values: Vec<Val<'a>> = of.iter().map(|part| self.value(part)).collect();
        let invalid = values.iter().find(|value| matches!(value, Val::Invalid(_)));
        if let Some(apart) =
            invalid.or_else(|| values.iter().find(|value| matches!(value, Val::NotApplicable)))
        {
            return apart.clone();
        }
        let known: Option<Vec<Value>> = values.iter().map(known).collect();
        match known.and_then(|known| function.of(&known, term(of.last().map(|last| &last.ty)))) {
            Some(Ok(Value::Date(day))) => Val::Date(day),
            Some(Ok(Value::Period(period))) => Val::Period(period),
            Some(Ok(Value::Number(number))) => Val::point(number),
            Some(Ok(_)) => Val::Missing,
            Some(Err(error)) => Val::Invalid(error),
            None => {
                // The calendar ends: a span of a missing day may not be in it.
                self.may_fail |= function == Calendar::Span;
                open(function, &values)
            }
        }
    }
}

/// What can be said of the function where an argument is missing.
fn open<'a>(function: Calendar, values: &[Val<'a>]) -> Val<'a> {
    let range = |low: i64, high: Option<i64>| {
        Val::Number(Range { low: Some(Exact::from(low)), high: high.map(Exact::from) })
    };
    match function {
        // No more than the shorter of those that are known.
        Calendar::Overlap => range(
            0,
            values
                .iter()
                .filter_map(|value| {
                    if let Val::Period(period) = value { Some(period.days()) } else { None }
                })
                .min(),
        ),
        Calendar::Days => range(1, None),
        Calendar::Year => range(1, Some(LAST_YEAR)),
        Calendar::Month => range(1, Some(LAST_MONTH)),
        Calendar::Age => Val::Number(Range::OPEN),
        Calendar::First | Calendar::Last | Calendar::Span => Val::Missing,
    }
}

fn known(value: &Val<'_>) -> Option<Value> {
    match value {
        Val::Date(day) => Some(Value::Date(*day)),
        Val::Period(period) => Some(Value::Period(*period)),
        Val::Number(range) => range.known().cloned().map(Value::Number),
        _ => None,
    }
}

fn term(ty: Option<&Type>) -> Term {
    if ty == Some(&Type::Months) { Term::Months } else { Term::Days }
}

/// A day some days or months later, or earlier.
pub(super) fn later<'a>(day: Date, operator: Arithmetic, count: &Range, ty: &Type) -> Val<'a> {
    let count = if operator == Arithmetic::Subtract { count.negate() } else { count.clone() };
    match count.known().map(|count| calendar::later(day, count, term(Some(ty)))) {
        Some(Ok(day)) => Val::Date(day),
        Some(Err(error)) => Val::Invalid(error),
        None => Val::Missing,
    }
}
