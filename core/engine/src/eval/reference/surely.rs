//! Whether a number that is open is certain to have a value once all is known, rather than turn out
//! not to apply, or to be invalid.
//!
//! By what figures say of themselves, and by the shape of what is computed from them: *no* may be
//! wrong, *yes* never is, numbers too long apart. Not here: its bounds (`expr`).

use super::expr::{Eval, Subject};
use crate::eval::value::Val;
use guiju_model::index::KpiId;
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Aggregate, Arithmetic, Expr, ExprKind, Placing};

pub(super) struct Surely<'e, 'a> {
    eval: &'e mut Eval<'a>,
}

impl<'e, 'a> Surely<'e, 'a> {
    pub(super) fn new(eval: &'e mut Eval<'a>) -> Surely<'e, 'a> {
        Surely { eval }
    }

    /// Whether it has a value in every completion of the data.
    pub(super) fn has_value(&mut self, expr: &'a Expr) -> bool {
        self.eval.spend(1);
        match &expr.kind {
            ExprKind::Constant(_)
            | ExprKind::Field { via: None, .. }
            | ExprKind::RootField(_)
            | ExprKind::ProgrammeField(_) => true,
            ExprKind::Kpi(kpi) => self.kpi(*kpi),
            ExprKind::OfProgramme(_) | ExprKind::OfGroup { .. } => {
                let outer = std::mem::take(&mut self.eval.may_fail);
                let is_number = matches!(self.eval.value(expr), Val::Number(_));
                let may_fail = std::mem::replace(&mut self.eval.may_fail, outer);
                is_number && !may_fail
            }
            ExprKind::Arithmetic(operator, a, b) => {
                let divides = *operator != Arithmetic::Divide || self.is_apart_from_zero(b);
                divides && self.has_value(a) && self.has_value(b)
            }
            ExprKind::Negate(_) | ExprKind::Round(..) | ExprKind::Extremum { .. } => {
                expr.kind.parts().into_iter().all(|part| self.has_value(part))
            }
            ExprKind::Default(value, fallback, _) => {
                self.has_value(fallback) || self.has_value(value)
            }
            ExprKind::Case(case) => {
                case.otherwise.is_some() && case.values().all(|value| self.has_value(value))
            }
            ExprKind::Placed { placing, .. } => *placing == Placing::Amount,
            ExprKind::Aggregate(Aggregate::Count, _) => true,
            ExprKind::Aggregate(Aggregate::Sum, Some(of)) => {
                matches!(
                    of.kind,
                    ExprKind::Placed { placing: Placing::Amount, .. } | ExprKind::RootField(_)
                )
            }
            _ => false,
        }
    }

    /// What was computed before says so itself.
    fn kpi(&mut self, kpi: KpiId) -> bool {
        let value = match self.eval.subject {
            Subject::Roots { kpis, .. } => {
                kpis.iter().find(|(index, _)| *index == kpi).map(|(_, value)| value)
            }
            _ => self.eval.state.kpis(self.eval.root()).get(kpi),
        };
        matches!(
            value,
            Some(KpiValue::Known(_) | KpiValue::Undetermined { may_be_none: false, .. })
        )
    }

    fn is_apart_from_zero(&mut self, divisor: &'a Expr) -> bool {
        match self.eval.value(divisor) {
            Val::Number(range) => {
                range.low.as_ref().is_some_and(|low| *low > Exact::ZERO)
                    || range.high.as_ref().is_some_and(Exact::is_negative)
            }
            _ => false,
        }
    }
}
