//! `case`: the value of the row that holds, or what can be said while it is open which one does.

use super::expr::Eval;
use crate::eval::value::{Range, Truth, Val};
use guiju_model::rules::{Case, Expr, Type};

impl<'a> Eval<'a> {
    /// The chosen value. Where several rows can still hold, whatever any of them comes to: known
    /// where they agree.
    pub(super) fn case(&mut self, case: &'a Case) -> Val<'a> {
        let outer = std::mem::take(&mut self.may_fail);
        let found = self.chosen(case);
        self.may_fail |= outer;
        found
    }

    fn chosen(&mut self, case: &'a Case) -> Val<'a> {
        let mark = self.mark();
        let mut open: Vec<&'a Expr> = Vec::new();
        let mut last = case.otherwise.as_ref().map(|otherwise| &otherwise.value);
        for row in &case.rows {
            match self.truth(&row.guard) {
                Truth::True => {
                    if !case.ordered {
                        // Rows exclude each other: what the others lack does not matter.
                        open.clear();
                        self.forget(mark);
                    }
                    last = Some(&row.value);
                    break;
                }
                Truth::Unknown => open.push(&row.value),
                Truth::False => {}
            }
        }
        if open.is_empty() {
            return last.map_or(Val::Missing, |value| self.value(value));
        }
        let not_applicable = self.not_applicable;
        let mut found: Option<Val<'a>> = None;
        let (mut unvalued, mut several) = (None, false);
        for value in open.into_iter().chain(last) {
            match self.value(value) {
                other @ (Val::NotApplicable | Val::Invalid(_)) => {
                    several |= unvalued.as_ref().is_some_and(|before| *before != other);
                    unvalued = Some(other);
                }
                value => {
                    let hull = match found.take() {
                        None => value,
                        Some(before) => self.either(before, value),
                    };
                    found = Some(hull);
                }
            }
        }
        // No row gives a value, but why not is open.
        let is_number = case.values().any(|value| matches!(value.ty, Type::Number(_)));
        let none = || match several {
            true if is_number => Some(Val::Number(Range::OPEN)),
            true => Some(Val::Missing),
            false => None,
        };
        let Some(found) = found.or_else(none) else { return unvalued.unwrap_or(Val::Missing) };
        self.not_applicable = not_applicable;
        if let Some(unvalued) = unvalued {
            self.may_not_apply |= unvalued == Val::NotApplicable;
            return self.unless_none(found);
        }
        // What is missing may still say whether there is a value at all.
        if is_settled(&found) && !self.may_fail {
            self.forget_needs(mark);
        }
        found
    }

    /// What is true of two values, one of which it is.
    pub(super) fn either(&mut self, a: Val<'a>, b: Val<'a>) -> Val<'a> {
        match (a, b) {
            (Val::Number(a), Val::Number(b)) => {
                if !self.spend(a.effort(&b)) {
                    return Val::Missing;
                }
                let bound = |a: Option<_>, b: Option<_>, pick: fn(_, _) -> _| {
                    a.zip(b).map(|(a, b)| pick(a, b))
                };
                Val::Number(Range {
                    low: bound(a.low, b.low, std::cmp::min),
                    high: bound(a.high, b.high, std::cmp::max),
                })
            }
            (Val::Truth(a), Val::Truth(b)) => Val::Truth(if a == b { a } else { Truth::Unknown }),
            (Val::Choice(a), Val::Choice(b)) => Val::Choice(a | b),
            (Val::Text(a), Val::Text(b)) if a == b => Val::Text(a),
            (Val::Date(a), Val::Date(b)) if a == b => Val::Date(a),
            (Val::Period(a), Val::Period(b)) if a == b => Val::Period(a),
            (Val::List(a), Val::List(b)) if a == b => Val::List(a),
            (Val::Number(_), _) | (_, Val::Number(_)) => Val::Number(Range::OPEN),
            (Val::Truth(_), _) | (_, Val::Truth(_)) => Val::Truth(Truth::Unknown),
            _ => Val::Missing,
        }
    }
}

/// Whether a value is the same whatever is missing.
pub(super) fn is_settled(value: &Val<'_>) -> bool {
    match value {
        Val::Missing | Val::Truth(Truth::Unknown) => false,
        Val::Number(range) => range.known().is_some(),
        Val::Choice(set) => set.count_ones() == 1,
        _ => true,
    }
}
