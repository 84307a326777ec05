//! Whether a number that is open is certain to have a value once all is known, rather than turn out
//! not to apply, or to be invalid.
//!
//! By the shape of what it is computed from: *no* may be wrong, *yes* never is, numbers too long
//! apart. Not here: its bounds (`expr`).

use super::expr::{Eval, Subject};
use crate::eval::value::{Truth, Val};
use guiju_model::index::{KpiId, List};
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Aggregate, Arithmetic, Expr, ExprKind, KpiKind, Measure, Placing};

/// How many KPIs that are computed from one another are looked through.
const DEEPEST: usize = 64;

pub(super) struct Surely<'e, 'a> {
    eval: &'e mut Eval<'a>,
    /// What was found of each KPI.
    known: List<KpiId, Option<bool>>,
    depth: usize,
}

impl<'e, 'a> Surely<'e, 'a> {
    pub(super) fn new(eval: &'e mut Eval<'a>) -> Surely<'e, 'a> {
        Surely { known: List::new(), eval, depth: 0 }
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
            ExprKind::Placed(_, placing) => *placing == Placing::Amount,
            ExprKind::Aggregate(Aggregate::Count, _) => true,
            ExprKind::Aggregate(Aggregate::Sum, Some(of)) => {
                matches!(of.kind, ExprKind::Placed(_, Placing::Amount) | ExprKind::RootField(_))
            }
            _ => false,
        }
    }

    fn kpi(&mut self, kpi: KpiId) -> bool {
        let rules = self.eval.rules;
        if self.known.is_empty() {
            self.known = rules.kpis.iter().map(|_| None).collect();
        }
        if let Some(Some(known)) = self.known.get(kpi) {
            return *known;
        }
        let value = match self.eval.subject {
            Subject::Roots { kpis, .. } => {
                kpis.iter().find(|(index, _)| *index == kpi).map(|(_, value)| value)
            }
            _ => self.eval.state.kpis(self.eval.root()).get(kpi),
        };
        let known = match (value, rules.kpis.get(kpi)) {
            (Some(KpiValue::Known(_)), _) => true,
            (Some(KpiValue::Undetermined { .. }), Some(found)) if self.depth < DEEPEST => {
                self.depth += 1;
                let applies =
                    found.when.as_ref().is_none_or(|when| self.eval.truth(when) == Truth::True);
                let known = applies
                    && match &found.kind {
                        KpiKind::Formula(formula) => self.has_value(formula),
                        KpiKind::Measure { tally, measure } => {
                            let measure = rules
                                .tallies
                                .get(*tally)
                                .and_then(|tally| tally.measures.get(*measure));
                            measure.is_some_and(always)
                        }
                        KpiKind::Part { tally, .. } => {
                            let measure =
                                rules.tallies.get(*tally).and_then(|tally| tally.measures.first());
                            measure.is_some_and(always)
                        }
                    };
                self.depth -= 1;
                known
            }
            _ => false,
        };
        self.known[kpi] = Some(known);
        known
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

/// Whether a measure has a value of any records, and of none.
fn always(measure: &Measure) -> bool {
    !measure.function.is_of_some() && measure.of.as_ref().is_none_or(is_plain)
}

/// Whether a number of a record is made of fields and constants in a way that always gives a value.
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(_)
        | ExprKind::Field { .. }
        | ExprKind::RootField(_)
        | ExprKind::ProgrammeField(_) => true,
        ExprKind::Arithmetic(operator, ..) if *operator == Arithmetic::Divide => false,
        ExprKind::Arithmetic(..)
        | ExprKind::Negate(_)
        | ExprKind::Round(..)
        | ExprKind::Extremum { .. } => expr.kind.parts().into_iter().all(is_plain),
        _ => false,
    }
}
