//! Whether one takes part in an award, with which criteria and for how much; and whether that is
//! certain. Not here: the others (`contest`).

use super::contest::{End, Entrant};
use crate::data::Dataset;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::kpi::hangs_on_nothing;
use crate::eval::reference::needs::Missing;
use crate::eval::reference::surely::Surely;
use crate::eval::reference::{Meter, State};
use crate::eval::value::{Range, Truth, Val};
use guiju_model::needs::Needs;
use guiju_model::number::{Exact, NumberError};
use guiju_model::rules::{Award, Expr, ExprKind, Give, Rules};
use guiju_model::standing::Cause;

/// One that takes part, or why it does not.
pub(super) enum Entry {
    In(Entrant, Needs),
    Out(Cause),
}

/// What there is to ask one about.
pub(super) struct Asking<'a> {
    pub(super) rules: &'a Rules,
    pub(super) data: &'a Dataset,
    pub(super) state: &'a State,
    pub(super) award: &'a Award,
    pub(super) meter: &'a dyn Meter,
}

/// A number or a day between bounds, and whether it is certain to have a value.
struct Found {
    range: Range,
    sure: bool,
    open: bool,
    plain: bool,
}

impl<'a> Asking<'a> {
    /// One record or root; `belongs` is whether it stands in this contest for certain.
    pub(super) fn entry(&self, row: usize, subject: Subject<'a>, belongs: bool) -> Entry {
        let award = self.award;
        let (mut missing, mut qualifies, mut open) =
            (Missing::default(), true, usize::from(!belongs));
        let mut plain = true;
        for (index, requirement) in award.require.iter().enumerate() {
            let mut eval = self.eval(subject);
            let truth = eval.truth(&requirement.condition);
            if truth == Truth::False || hangs_on_nothing(&eval, truth) {
                return Entry::Out(Cause::Requirement(index));
            }
            if truth == Truth::Unknown {
                (qualifies, plain, open) = (false, false, open + 1);
                missing.append(&mut eval.needs);
            }
        }
        let (mut best, mut worst) =
            (Vec::with_capacity(award.order.len()), Vec::with_capacity(award.order.len()));
        for (index, criterion) in award.order.iter().enumerate() {
            let found = match self.found(&criterion.value, subject, &mut missing) {
                Ok(found) => found,
                Err(why) => return Entry::Out(Cause::NoKey(index, why)),
            };
            qualifies &= found.sure;
            plain &= found.plain;
            open += usize::from(found.open);
            let (low, high) = (
                found.range.low.map_or(End::Below, End::At),
                found.range.high.map_or(End::Above, End::At),
            );
            let (from, to) = if criterion.toward.is_greatest() {
                (low, high)
            } else {
                (high.turned(), low.turned())
            };
            worst.push(from);
            best.push(to);
        }
        let taken = match &award.give {
            Give::Place => {
                Found { range: Range::point(Exact::ONE), sure: true, open: false, plain: true }
            }
            Give::Amount { give: amount, .. } | Give::Proportion { to: amount, .. } => {
                match self.found(amount, subject, &mut missing) {
                    Ok(found) => found,
                    Err(why) => return Entry::Out(Cause::NoAmount(why)),
                }
            }
        };
        if taken.range.high.as_ref().is_some_and(Exact::is_negative) {
            return Entry::Out(Cause::BelowZero);
        }
        // What may turn out below zero may be refused for it.
        qualifies &= taken.sure && taken.range.low.as_ref().is_some_and(|low| !low.is_negative());
        open += usize::from(taken.open);
        let low = taken.range.low.unwrap_or(Exact::ZERO).max(Exact::ZERO);
        let sure = qualifies && belongs;
        // Two open values may hang together.
        let plain = plain && taken.plain && open < 2;
        let needs = missing.take_charged(Some(self.meter));
        Entry::In(
            Entrant { row, sure, qualifies, best, worst, low, high: taken.range.high, plain },
            needs,
        )
    }

    fn eval(&self, subject: Subject<'a>) -> Eval<'a> {
        // What leaves the records of other tallies open is told there.
        Eval::of_truth(self.rules, self.data, self.state, subject).charged(self.meter)
    }

    /// The value of a number or a day; `Err` where it has none, with the reason where there is one.
    fn found(
        &self,
        expr: &'a Expr,
        subject: Subject<'a>,
        missing: &mut Missing,
    ) -> Result<Found, Option<NumberError>> {
        let mut eval = self.eval(subject);
        let range = match eval.value(expr) {
            Val::Number(range) => range,
            Val::Date(day) => Range::point(Exact::from(i64::from(day.epoch_days()))),
            Val::NotApplicable => return Err(None),
            Val::Invalid(error) => return Err(Some(error)),
            _ => Range::OPEN,
        };
        let open = range.known().is_none() || eval.may_fail;
        if open {
            missing.append(&mut eval.needs);
        }
        let sure = !open || (!eval.may_fail && Surely::new(&mut eval).has_value(expr));
        eval.spend(range.effort(&range).saturating_mul(32));
        let plain = !open
            || matches!(expr.kind, ExprKind::Field { via: None, .. } | ExprKind::RootField(_));
        Ok(Found { range, sure, open, plain })
    }
}

impl End {
    /// The same where less is better.
    fn turned(self) -> End {
        match self {
            End::Below => End::Above,
            End::At(value) => End::At(value.negate()),
            End::Above => End::Below,
        }
    }
}
