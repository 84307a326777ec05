//! What is computed over many roots: sums, averages, counts and shares, exact where all is known
//! and between bounds where not.
//!
//! A root whose grouping field is missing may belong to a group, so it may take part or not. Roots
//! to which the operand does not apply take no part. Not here: which roots there are (`programme`).

use std::cmp::Ordering;

use super::Meter;
use super::expr::{Eval, Subject};
use super::kpi::hangs_on_nothing;
use crate::eval::value::{Range, Truth, Val};
use guiju_model::number::{Exact, NumberError};
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Aggregate, Arithmetic, Expr, ExprKind, Type};
use guiju_model::sort::sort;

/// What the roots of the subject have.
#[derive(Default)]
pub(super) struct Values {
    /// Those that take part for certain.
    pub(super) certain: Vec<Range>,
    /// Those that may belong to the group.
    pub(super) possible: Vec<Range>,
    /// Those that do not.
    rest: Vec<Range>,
    /// Why some have no value: of several reasons the first in their own order, whichever root it
    /// comes from.
    invalid: Option<NumberError>,
    /// Whether one of those that may belong to the group has no value.
    may_be_invalid: bool,
}

/// Whether roots belong to the group.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Certain,
    Possible,
    /// They do not.
    Rest,
}

/// Whether an expression looks at roots outside the group too.
pub(super) fn reads_the_rest(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Aggregate(Aggregate::Share, Some(of)) if of.ty != Type::Bool)
        || expr.kind.parts().into_iter().any(reads_the_rest)
}

/// An aggregate over the roots of the subject.
pub(super) fn value<'a>(
    eval: &mut Eval<'a>,
    aggregate: Aggregate,
    of: Option<&'a Expr>,
) -> Val<'a> {
    let Subject::Roots { roots, maybe, .. } = eval.subject else { return Val::Missing };
    let outer = eval.not_applicable;
    let conditions = of.is_some_and(|of| of.ty == Type::Bool);
    let mut values = Values::default();
    values.over(eval, roots, of, Part::Certain);
    values.over(eval, maybe, of, Part::Possible);
    if aggregate == Aggregate::Share && !conditions {
        values.over(eval, &the_rest(eval, roots, maybe), of, Part::Rest);
    }
    eval.not_applicable = outer;
    if let Some(error) = values.invalid {
        return Val::Invalid(error);
    }
    eval.may_fail |= values.may_be_invalid;
    // Of possibly nobody there may be none.
    let of_some = !matches!(aggregate, Aggregate::Sum | Aggregate::Count);
    eval.may_fail |= of_some
        && values.certain.is_empty()
        && values.rest.is_empty()
        && !values.possible.is_empty();
    let found = match aggregate {
        Aggregate::Sum | Aggregate::Count => values.sum(eval).map(Some),
        Aggregate::Average => values.average(eval),
        Aggregate::Maximum => Ok(values.maximum()),
        Aggregate::Minimum => Ok(values.minimum()),
        Aggregate::Share if conditions => values.share_that_hold(),
        Aggregate::Share => values.share_of_the_whole(eval),
    };
    match found {
        Ok(Some(range)) => Val::Number(range),
        // Nobody, or one who has no value.
        Ok(None) if values.may_be_invalid => Val::Number(Range::OPEN),
        Ok(None) => Val::NotApplicable,
        Err(error) => Val::Invalid(error),
    }
}

/// 1 where a condition holds for a root, 0 where it does not or where what it asks about does not
/// apply.
fn holds<'a>(eval: &mut Eval<'a>, condition: &'a Expr) -> Range {
    let earlier = std::mem::take(&mut eval.needs);
    eval.not_applicable = false;
    let truth = eval.truth(condition);
    let range = match truth {
        Truth::True => Range::point(Exact::ONE),
        Truth::Unknown if !hangs_on_nothing(eval, truth) => {
            Range { low: Some(Exact::ZERO), high: Some(Exact::ONE) }
        }
        _ => Range::point(Exact::ZERO),
    };
    let mut own = std::mem::replace(&mut eval.needs, earlier);
    eval.needs.append(&mut own);
    range
}

/// The roots that are not in the group for certain and cannot be.
fn the_rest(eval: &Eval<'_>, roots: &[usize], maybe: &[usize]) -> Vec<usize> {
    let mut outside = vec![true; eval.data.len()];
    for root in roots.iter().chain(maybe) {
        outside[*root] = false;
    }
    (0..outside.len()).filter(|root| outside[*root]).collect()
}

impl Values {
    /// Adds the operand for each root; without one, 1. A condition is 1 where it holds. A root
    /// whose operand may turn out to be none may take part or not.
    fn over<'a>(&mut self, eval: &mut Eval<'a>, roots: &[usize], of: Option<&'a Expr>, part: Part) {
        let (outer, mut may_fail) = (eval.subject, eval.may_fail);
        for root in roots {
            let Some(of) = of else {
                self.add(Range::point(Exact::ONE), part, false);
                continue;
            };
            // Figures of roots lie far apart: the less there is to do between two of them, the more
            // of them are on their way at once.
            if let ExprKind::Kpi(kpi) = &of.kind
                && let KpiValue::Known(value) = &eval.state.kpis(*root)[*kpi]
            {
                let range = Range::point(value.clone());
                if !eval.spend(range.effort(&range)) {
                    break;
                }
                self.add(range, part, false);
                continue;
            }
            eval.subject = Subject::Root { root: *root, kpi: None };
            if of.ty == Type::Bool {
                let holds = holds(eval, of);
                self.add(holds, part, false);
                continue;
            }
            eval.may_fail = false;
            match eval.value(of) {
                // They are compared with one another.
                Val::Number(range) if eval.spend(range.effort(&range)) => {
                    self.add(range, part, eval.may_fail)
                }
                Val::Number(_) => break,
                Val::NotApplicable => {}
                // One that may not belong to the group leaves open whether there is a value.
                Val::Invalid(_) if part == Part::Possible => self.may_be_invalid = true,
                Val::Invalid(error) => {
                    self.invalid = Some(self.invalid.map_or(error, |earlier| earlier.min(error)))
                }
                _ => self.add(Range::OPEN, part, eval.may_fail),
            }
            may_fail |= eval.may_fail;
        }
        (eval.subject, eval.may_fail) = (outer, may_fail);
    }

    fn add(&mut self, range: Range, part: Part, may_be_none: bool) {
        match part {
            Part::Certain if !may_be_none => self.certain.push(range),
            Part::Certain | Part::Possible => self.possible.push(range),
            Part::Rest if may_be_none => self.rest.push(or_nothing(&range)),
            Part::Rest => self.rest.push(range),
        }
    }

    /// Values of what takes part for certain, and of what may.
    pub(super) fn of(certain: Vec<Range>, possible: Vec<Range>) -> Values {
        Values { certain, possible, ..Values::default() }
    }

    fn is_empty(&self) -> bool {
        self.certain.is_empty() && self.possible.is_empty()
    }

    fn sum(&self, eval: &Eval<'_>) -> Result<Range, NumberError> {
        let mut total = sum(eval, &self.certain);
        for range in &self.possible {
            total = plus(eval, total, &or_nothing(range));
        }
        total.fitted()
    }

    pub(super) fn average(&self, meter: &dyn Meter) -> Result<Option<Range>, NumberError> {
        if self.is_empty() {
            return Ok(None);
        }
        let low = self.mean(|range| range.low.as_ref(), Ordering::Less, meter)?;
        let high = self.mean(|range| range.high.as_ref(), Ordering::Greater, meter)?;
        Ok(Some(Range { low, high }))
    }

    /// The furthest that a mean of one end of the ranges can lie: those that may take part do while
    /// they draw it further.
    fn mean(
        &self,
        end: fn(&Range) -> Option<&Exact>,
        further: Ordering,
        meter: &dyn Meter,
    ) -> Result<Option<Exact>, NumberError> {
        let mut total = Range::point(Exact::ZERO);
        let mut count = self.certain.len() as i64;
        for range in &self.certain {
            let Some(value) = end(range) else { return Ok(None) };
            total = plus(meter, total, &Range::point(value.clone()));
        }
        let mut possible = Vec::with_capacity(self.possible.len());
        for range in &self.possible {
            let Some(value) = end(range) else { return Ok(None) };
            possible.push(value);
        }
        sort(&mut possible, &mut |a, b| {
            if further == Ordering::Less { a.cmp(b) } else { b.cmp(a) }
        });
        let mean = |total: &Range, count: i64| {
            total.clone().fitted()?.apply(Arithmetic::Divide, &Range::point(Exact::from(count)))
        };
        for value in possible {
            if count > 0 && Some(value).cmp(&mean(&total, count)?.low.as_ref()) != further {
                break;
            }
            total = plus(meter, total, &Range::point(value.clone()));
            count += 1;
        }
        Ok(mean(&total, count)?.low)
    }

    /// The least of them: no more than any that takes part for certain.
    pub(super) fn minimum(&self) -> Option<Range> {
        let opposite = |values: &[Range]| values.iter().map(Range::negate).collect();
        let values = Values::of(opposite(&self.certain), opposite(&self.possible));
        values.maximum().map(|greatest| greatest.negate())
    }

    pub(super) fn maximum(&self) -> Option<Range> {
        if self.is_empty() {
            return None;
        }
        let low = self.certain.iter().map(|range| range.low.as_ref()).max().flatten().cloned();
        let highs: Option<Vec<&Exact>> =
            self.certain.iter().chain(&self.possible).map(|range| range.high.as_ref()).collect();
        Some(Range { low, high: highs.and_then(|highs| highs.into_iter().max().cloned()) })
    }

    /// Which part of the roots meet a condition; of none at all there is no part.
    fn share_that_hold(&self) -> Result<Option<Range>, NumberError> {
        if self.is_empty() {
            return Ok(None);
        }
        let surely =
            |of: &[Range]| of.iter().filter(|range| range.low == Some(Exact::ONE)).count() as i64;
        let perhaps =
            |of: &[Range]| of.iter().filter(|range| range.high == Some(Exact::ONE)).count() as i64;
        // At worst every possible member that may fail belongs to the group, at best every one that
        // may hold.
        let certain = self.certain.len() as i64;
        let failing = self.possible.len() as i64 - surely(&self.possible);
        let holding = perhaps(&self.possible);
        let low = part(surely(&self.certain), certain + failing)?.unwrap_or(Exact::ZERO);
        let high = part(perhaps(&self.certain) + holding, certain + holding)?.unwrap_or(Exact::ONE);
        Ok(Some(Range { low: Some(low), high: Some(high) }))
    }

    /// Which part of the sum over all roots is the group's.
    fn share_of_the_whole(&self, eval: &mut Eval<'_>) -> Result<Option<Range>, NumberError> {
        let rest = &self.rest;
        if self.is_empty() && rest.is_empty() {
            return Ok(None);
        }
        let (own, possible, others) =
            (sum(eval, &self.certain), sum(eval, &self.possible), sum(eval, rest));
        let whole = own.plus(&possible).plus(&others).fitted()?;
        // Of nothing there is no share.
        eval.may_fail |= whole.may_be_zero();
        let negative = |range: &Range| range.low.as_ref().is_none_or(Exact::is_negative);
        if self.certain.iter().chain(&self.possible).chain(rest).any(negative) {
            return self.sum(eval)?.apply(Arithmetic::Divide, &whole).map(Some);
        }
        if whole.known().is_some_and(Exact::is_zero) {
            return Err(NumberError::DivisionByZero);
        }
        // The share rises with what is the group's and falls with what is not: what may be either
        // counts against it for the lower bound, and for it for the upper.
        let low = least_part(own.low.as_ref(), others.add(&possible)?.high.as_ref())?;
        let high =
            Exact::ONE.sub(&least_part(others.low.as_ref(), own.add(&possible)?.high.as_ref())?)?;
        let range = Range { low: Some(low), high: Some(high) };
        // As long as the whole may turn out to be nothing there may be no share at all.
        let may_be_nothing = whole.low.as_ref().is_some_and(Exact::is_zero);
        Ok(Some(if may_be_nothing && range.known().is_some() {
            Range { low: Some(Exact::ZERO), high: Some(Exact::ONE) }
        } else {
            range
        }))
    }
}

/// The part that a sum is at least of itself and another; nothing where it is nothing.
fn least_part(low: Option<&Exact>, other: Option<&Exact>) -> Result<Exact, NumberError> {
    match (low, other) {
        (Some(low), Some(other)) if !low.is_zero() => low.div(&low.add(other)?),
        _ => Ok(Exact::ZERO),
    }
}

/// `None` of nothing.
fn part(of: i64, whole: i64) -> Result<Option<Exact>, NumberError> {
    if whole == 0 { Ok(None) } else { Exact::fraction(i128::from(of), i128::from(whole)).map(Some) }
}

/// The sum of some values; not to be used before [`Range::fitted`].
fn sum(eval: &Eval<'_>, values: &[Range]) -> Range {
    let mut total = Range::point(Exact::ZERO);
    for value in values {
        total = plus(eval, total, value);
    }
    total
}

/// The same of two, as long as the evaluation goes on.
pub(super) fn plus(meter: &dyn Meter, total: Range, value: &Range) -> Range {
    let effort = total.effort(value);
    if effort == 0 || meter.spend(effort) { total.plus(value) } else { total }
}

/// What may take part or not.
pub(super) fn or_nothing(range: &Range) -> Range {
    Range {
        low: range.low.clone().map(|low| low.min(Exact::ZERO)),
        high: range.high.clone().map(|high| high.max(Exact::ZERO)),
    }
}
