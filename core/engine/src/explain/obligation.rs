//! An obligation: what it holds together, and how far it is from being met. Not here: operands
//! (`kpi`).

use super::Explainer;
use super::answer::ObligationExplanation;
use crate::output::amount_apart;
use guiju_model::index::KpiId;
use guiju_model::number::Exact;
use guiju_model::outcome::Status;
use guiju_model::rules::{Expr, ExprKind, ObligationScope, Type};
use guiju_model::text::{Locale, Localized};

impl Explainer<'_> {
    /// An obligation of the root in question, or of the programme, by its place among them.
    pub(super) fn obligation(&self, found: usize) -> ObligationExplanation {
        let outcome = &self.obligations()[found];
        let rule = &self.rules.obligations[outcome.obligation];
        let mut operands = Vec::new();
        if let (ObligationScope::EveryTarget, Some(kpi)) = (rule.scope, outcome.kpi) {
            let ty = Type::Number(self.rules.kpis[kpi].unit.clone());
            let sides = [ExprKind::Kpi(kpi), ExprKind::Target(kpi)];
            let [value, target] =
                sides.map(|kind| Expr { span: rule.expect.span, ty: ty.clone(), kind, nodes: 1 });
            let beside = self.comparing(&value, &target, self.subject(outcome.kpi));
            [value, target].iter().for_each(|side| beside.operands(side, &mut operands));
        }
        rule.when.iter().for_each(|when| self.operands(when, &mut operands));
        match &rule.expect.kind {
            ExprKind::Compare(_, left, right) => {
                self.comparing(left, right, self.subject(outcome.kpi))
                    .operands(&rule.expect, &mut operands);
            }
            _ => self.operands(&rule.expect, &mut operands),
        }
        let unit = self.rules.obligation_unit(outcome.obligation, outcome.kpi);
        let mut aggregates = Vec::new();
        rule.when
            .iter()
            .chain([&rule.expect])
            .for_each(|part| self.aggregates(part, &mut aggregates));
        ObligationExplanation {
            root: self.root_key(),
            id: self.rules.obligation_id(outcome.obligation, outcome.kpi),
            label: self.obligation_label(outcome.obligation, outcome.kpi),
            status: outcome.status.id(),
            message: rule.message.clone().filter(|_| outcome.status == Status::NotMet),
            when: rule.when.as_ref().map(|when| self.written(when.span)),
            expect: self.written(rule.expect.span),
            operands,
            aggregates,
            gap: outcome.gap.as_ref().map(|gap| match gap.is_zero() {
                // Where more or less is asked, equal is not enough.
                true => Localized::new(
                    "0（兩邊相等，不算達成）",
                    "0: both sides are equal, which is not enough",
                ),
                false => Localized::same(amount_apart(gap, &[Exact::ZERO], &unit)),
            }),
            rule: self.reference(&rule.basis, rule.expect.span),
            needs: self.needs(&outcome.needs),
        }
    }

    /// What people call an obligation, with the KPI where it stands for every KPI with a target.
    pub(super) fn obligation_label(&self, obligation: usize, kpi: Option<KpiId>) -> Localized {
        let label = &self.rules.obligations[obligation].label;
        let Some(kpi) = kpi else { return label.clone() };
        let kpi = &self.rules.kpis[kpi].label;
        let en = format!("{}: {}", label.get(Locale::En), kpi.get(Locale::En));
        Localized::new(format!("{}：{}", label.zh, kpi.zh), en)
    }
}
