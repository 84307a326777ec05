//! Whether a figure is a plain sum of what it reads, each taken some fixed number of times: then
//! changes that do nothing together to what it reads do nothing together to the figure either.
//!
//! What is not in the rules' own figures (fields, targets, earlier values) is fixed: changes of
//! rules do not touch it. Where in doubt, the answer is no; that costs time.

use guiju_model::index::KpiId;
use guiju_model::rules::{Aggregate, Arithmetic, Expr, ExprKind, Kpi, KpiKind, KpiScope, Rules};

/// How a value depends on figures that changes can alter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Fixed,
    Linear,
    Other,
}

/// Whether a KPI is fixed or linear in what is divided before it: for one of a root the figures of
/// tallies, for one of the programme the KPIs of roots.
pub(super) fn is_linear(rules: &Rules, kpi: KpiId) -> bool {
    rules
        .kpis
        .get(kpi)
        .is_some_and(|kpi| of_kpi(rules, kpi, kpi.scope != KpiScope::Root) != Form::Other)
}

fn of_kpi(rules: &Rules, kpi: &Kpi, programme: bool) -> Form {
    let KpiKind::Formula(formula) = &kpi.kind else { return Form::Linear };
    if programme && kpi.scope == KpiScope::Root {
        return Form::Linear;
    }
    // Formulas form no circle, and are as deep as the checker lets them be.
    match kpi.when.as_ref().map_or(Form::Fixed, |when| of(rules, when, programme)) {
        Form::Fixed => of(rules, formula, programme),
        _ => Form::Other,
    }
}

fn of(rules: &Rules, expr: &Expr, programme: bool) -> Form {
    match &expr.kind {
        ExprKind::Constant(_)
        | ExprKind::RootField(_)
        | ExprKind::Previous(_)
        | ExprKind::Target(_) => Form::Fixed,
        ExprKind::Kpi(kpi) => {
            rules.kpis.get(*kpi).map_or(Form::Other, |kpi| of_kpi(rules, kpi, programme))
        }
        ExprKind::Negate(inner) => of(rules, inner, programme),
        ExprKind::Arithmetic(operator, left, right) => {
            match (operator, of(rules, left, programme), of(rules, right, programme)) {
                (Arithmetic::Add | Arithmetic::Subtract, left, right) => left.max(right),
                (Arithmetic::Multiply, Form::Fixed, other)
                | (Arithmetic::Multiply | Arithmetic::Divide, other, Form::Fixed) => other,
                _ => Form::Other,
            }
        }
        ExprKind::Aggregate(Aggregate::Sum | Aggregate::Average, Some(of_each)) => {
            of(rules, of_each, programme)
        }
        ExprKind::Aggregate(Aggregate::Count, None) => Form::Fixed,
        ExprKind::Compare(_, left, right) | ExprKind::Default(left, right, _) => {
            fixed([&**left, &**right].into_iter(), rules, programme)
        }
        ExprKind::Not(inner) | ExprKind::IsKnown(inner) | ExprKind::OneOf(inner, _) => {
            fixed(std::iter::once(&**inner), rules, programme)
        }
        ExprKind::Round(_, number, step) => {
            fixed([&**number, &**step].into_iter(), rules, programme)
        }
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Calendar(_, parts) => {
            fixed(parts.iter(), rules, programme)
        }
        _ => Form::Other,
    }
}

/// Fixed where all parts are.
fn fixed<'e>(mut parts: impl Iterator<Item = &'e Expr>, rules: &Rules, programme: bool) -> Form {
    if parts.all(|part| of(rules, part, programme) == Form::Fixed) {
        Form::Fixed
    } else {
        Form::Other
    }
}
