//! What an expression of a record or root is once an outcome stands, for those who are told single
//! values: tests of a pack. Not here: what it is while rules are applied (`expr`).

use super::State;
use super::expr::{Eval, Subject};
use super::kpi;
use crate::data::Dataset;
use crate::eval::value::{Range, Truth, Val};
use guiju_model::number::NumberError;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Expr, Rules, Type, Value};

/// A value with its state.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Number(KpiValue),
    Known(Value),
    /// What is missing decides.
    Open,
    NotApplicable,
    Invalid(NumberError),
}

/// The value of an expression.
pub fn told<'a>(
    rules: &'a Rules,
    data: &'a Dataset,
    state: &'a State,
    expr: &'a Expr,
    subject: Subject<'a>,
) -> Told {
    let mut eval = Eval::new(rules, data, state, subject);
    let value = eval.value(expr);
    let may_fail = eval.may_fail || eval.may_not_apply;
    match (value, &expr.ty) {
        (Val::NotApplicable, _) => Told::NotApplicable,
        (Val::Invalid(error), _) => Told::Invalid(error),
        (Val::Number(range), _) => Told::Number(kpi::value(Ok(range), eval.needs.take(), may_fail)),
        (_, Type::Number(_)) => {
            Told::Number(kpi::value(Ok(Range::OPEN), eval.needs.take(), may_fail))
        }
        _ if may_fail => Told::Open,
        (Val::Truth(Truth::True), _) => Told::Known(Value::Bool(true)),
        (Val::Truth(Truth::False), _) => Told::Known(Value::Bool(false)),
        (Val::Text(text), _) => Told::Known(Value::Text(text.to_owned())),
        (Val::Date(day), _) => Told::Known(Value::Date(day)),
        (Val::Period(period), _) => Told::Known(Value::Period(period)),
        (Val::Choice(set), _) if set.count_ones() == 1 => {
            Told::Known(Value::Choice(set.trailing_zeros() as usize))
        }
        _ => Told::Open,
    }
}
