//! Operations on several values at once, and what each operand left open. Not here: numbers between
//! bounds themselves (`eval::value`).

use super::days::later;
use super::expr::{Eval, Subject};
use crate::eval::value::{Range, Val};
use guiju_model::number::{Exact, NumberError, Rounding};
use guiju_model::rules::{Arithmetic, Expr, Type};

impl<'a> Eval<'a> {
    /// The least, or the greatest, of several numbers; what an operand lacks matters only if that
    /// operand can be the one.
    pub(super) fn extremum(&mut self, greatest: bool, of: &'a [Expr]) -> Val<'a> {
        // The greatest is the least with all signs changed.
        let turned = |range: Range| if greatest { range.negate() } else { range };
        let mark = self.needs.found();
        let outer = std::mem::take(&mut self.may_fail);
        let mut operands = Vec::with_capacity(of.len());
        let (mut invalid, mut not_applicable, mut open) = (None, false, false);
        for part in of {
            self.may_fail = false;
            let value = self.value(part);
            open |= self.may_fail;
            let range = match value {
                Val::Number(range) => turned(range),
                Val::Invalid(error) => {
                    invalid = invalid.or(Some(error));
                    continue;
                }
                Val::NotApplicable => {
                    not_applicable = true;
                    continue;
                }
                _ => Range::OPEN,
            };
            operands.push((range, self.needs.split_off(mark), self.may_fail));
        }
        self.may_fail = outer;
        if let Some(error) = invalid {
            return Val::Invalid(error);
        }
        self.may_fail |= open;
        if not_applicable && open {
            // One that may turn out to be invalid would be the reason told.
            operands.iter_mut().for_each(|(_, needs, _)| self.needs.append(needs));
            return Val::Number(Range::OPEN);
        }
        if not_applicable {
            return Val::NotApplicable;
        }
        let Some(least) = operands.iter().map(|(range, ..)| range.clone()).reduce(Range::lesser)
        else {
            return Val::Missing;
        };
        for (range, mut needs, may_fail) in operands {
            if !self.spend(range.effort(&least)) {
                return Val::Missing;
            }
            let never = matches!((&range.low, &least.high), (Some(low), Some(high)) if low >= high);
            // Whether there is a value at all hangs on every operand.
            if !never || may_fail {
                self.needs.append(&mut needs);
            }
        }
        Val::Number(turned(least))
    }

    /// A number to a multiple of a step. Where both bounds come to the same multiple it is known,
    /// whatever is missing.
    pub(super) fn rounded(&mut self, rounding: Rounding, of: &'a Expr, step: &'a Expr) -> Val<'a> {
        let mark = self.needs.found();
        let outer = std::mem::take(&mut self.may_fail);
        let values = (self.value(of), self.value(step));
        let may_fail = std::mem::replace(&mut self.may_fail, outer);
        self.may_fail |= may_fail;
        let (range, step) = match values {
            (Val::Number(range), Val::Number(step)) => (range, step),
            (missing @ (Val::Invalid(_) | Val::NotApplicable), _) => return missing,
            _ => return Val::Missing,
        };
        if !self.spend(range.effort(&range)) {
            return Val::Missing;
        }
        match range.rounded(rounding, step.known().unwrap_or(&Exact::ZERO)) {
            Ok(range) if matches!(self.subject, Subject::Record { .. }) && range.is_long() => {
                Val::Invalid(NumberError::Overflow)
            }
            Ok(range) => {
                // What it lacks may still say whether there is a value at all.
                if range.known().is_some() && !may_fail {
                    self.needs.truncate(mark);
                }
                Val::Number(range)
            }
            Err(error) => Val::Invalid(error),
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: Arithmetic,
        left: &'a Expr,
        right: &'a Expr,
    ) -> Val<'a> {
        let outer = std::mem::take(&mut self.may_fail);
        let (left_value, right_value) = (self.value(left), self.value(right));
        let open = std::mem::replace(&mut self.may_fail, outer);
        self.may_fail |= open;
        match (left_value, right_value) {
            (Val::Number(a), Val::Number(b)) => {
                if !self.spend(a.effort(&b)) {
                    return Val::Missing;
                }
                // A divisor that may turn out to be nothing may leave nothing.
                self.may_fail |= operator == Arithmetic::Divide && b.may_be_zero();
                match a.apply(operator, &b) {
                    // One record has no more digits than its fields: only what is computed over
                    // many may be that long.
                    Ok(range)
                        if matches!(self.subject, Subject::Record { .. }) && range.is_long() =>
                    {
                        Val::Invalid(NumberError::Overflow)
                    }
                    Ok(range) => Val::Number(range),
                    // What may not even apply is not invalid for certain.
                    Err(_) if open => Val::Number(Range::OPEN),
                    Err(error) => Val::Invalid(error),
                }
            }
            (Val::Date(a), Val::Date(b)) => {
                let days = i64::from(a.epoch_days()) - i64::from(b.epoch_days());
                Val::point(Exact::from(days))
            }
            (Val::Date(day), Val::Number(count)) => later(day, operator, &count, &right.ty),
            (Val::Invalid(error), _) | (_, Val::Invalid(error)) => Val::Invalid(error),
            // One that may turn out to be invalid would be the reason told.
            (Val::NotApplicable, _) | (_, Val::NotApplicable) if open => Val::Number(Range::OPEN),
            (Val::NotApplicable, _) | (_, Val::NotApplicable) => Val::NotApplicable,
            _ => {
                // The calendar ends: what is before or after a missing day may not be in it.
                self.may_fail |= left.ty == Type::Date && right.ty != Type::Date;
                Val::Missing
            }
        }
    }
}
