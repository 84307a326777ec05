//! Figures over all roots: what each root has in them, and the same figure for each group. Not
//! here: how they are computed (`eval::reference::aggregate`).

use super::Explainer;
use super::answer::{AggregateExplanation, Contribution, GroupExplanation, Operand};
use crate::data::Cell;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::kpi::hangs_on_nothing;
use crate::eval::value::Truth;
use guiju_model::index::KpiId;
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Expr, ExprKind, KpiScope, Type};
use guiju_model::schema::FieldKind;
use guiju_model::sort::sort;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// Where a root stands among those of a figure: the largest number first; of a condition, those it
/// does not hold for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Fails,
    /// It may hold, or may be any number.
    Open,
    Holds,
    Number(std::cmp::Reverse<Exact>),
    /// It takes no part.
    Apart,
}

impl Explainer<'_> {
    /// What an expression computes over many roots, each once, in the order it is written.
    pub(super) fn aggregates(&self, expr: &Expr, found: &mut Vec<AggregateExplanation>) {
        let ExprKind::Aggregate(_, of) = &expr.kind else {
            return expr.kind.parts().into_iter().for_each(|part| self.aggregates(part, found));
        };
        let written = self.written(expr.span);
        if found.iter().any(|other| other.written == written) {
            return;
        }
        let unit = if let Type::Number(unit) = &expr.ty { unit } else { &Unit::Number };
        let value = self.number(expr, unit, self.subject(None));
        let mut roots: Vec<(Rank, usize, Localized)> = Vec::new();
        for root in self.roots {
            let (rank, words) = match of {
                Some(of) => self.in_figure(of, *root),
                None => (Rank::Holds, Localized::new("計入", "counted")),
            };
            roots.push((rank, *root, words));
        }
        sort(&mut roots, &mut |(a, m, _), (b, n, _)| (a, m).cmp(&(b, n)));
        let listed = self.share(roots.len());
        let truncated = roots.len() - listed;
        let named = roots.into_iter().take(listed);
        let roots = named
            .map(|(_, root, value)| Contribution {
                root: self.data.root_key(root).to_owned(),
                value,
            })
            .collect();
        found.push(AggregateExplanation { written, value, roots, truncated });
    }

    /// What one root has in a figure over many: a number, or whether a condition holds.
    fn in_figure(&self, of: &Expr, root: usize) -> (Rank, Localized) {
        let subject = Subject::Root { root, kpi: None };
        let mut eval = Eval::new(self.rules, self.data, self.state, subject);
        if of.ty == Type::Bool {
            return match eval.truth(of) {
                Truth::True => (Rank::Holds, Localized::new("成立", "holds")),
                Truth::False => (Rank::Fails, Localized::new("不成立", "does not hold")),
                truth if hangs_on_nothing(&eval, truth) => (
                    Rank::Fails,
                    Localized::new("不適用，視為不成立", "does not apply, so it does not hold"),
                ),
                Truth::Unknown => (Rank::Open, Localized::new("尚不能確定", "undetermined")),
            };
        }
        let unit = if let Type::Number(unit) = &of.ty { unit } else { &Unit::Number };
        let words = self.number(of, unit, subject);
        match eval.range(of) {
            Ok(range) => (
                range
                    .known()
                    .map_or(Rank::Open, |value| Rank::Number(std::cmp::Reverse(value.clone()))),
                words,
            ),
            Err(KpiValue::NotApplicable) => (Rank::Apart, words),
            Err(_) => (Rank::Open, words),
        }
    }

    /// A KPI of the programme for each group of roots.
    pub(super) fn groups(&self, kpi: KpiId) -> Vec<GroupExplanation> {
        let KpiScope::Programme { by: Some(field) } = self.rules.kpis[kpi].scope else {
            return Vec::new();
        };
        let schema = &self.rules.schema;
        let FieldKind::Choice(choices) = &schema.root_entity().fields[field].kind else {
            return Vec::new();
        };
        let groupings = self.outcome.groups.iter().filter(|grouping| grouping.field == field);
        let groups =
            groupings.flat_map(|grouping| &grouping.values).filter_map(|(value, group)| {
                let (_, found) = group.kpis.iter().find(|(index, _)| *index == kpi)?;
                let with = |cell: Option<Cell>| {
                    let members = self
                        .roots
                        .iter()
                        .filter(|root| self.data.cell(schema.root, field, **root) == cell);
                    let mut keys: Vec<String> =
                        members.map(|root| self.data.root_key(*root).to_owned()).collect();
                    let listed = self.share(keys.len());
                    let truncated = keys.len() - listed;
                    keys.truncate(listed);
                    (keys, truncated)
                };
                let ((roots, left_out), (maybe, more)) =
                    (with(Some(Cell::Choice(*value as u8))), with(None));
                Some(GroupExplanation {
                    label: choices.values.get(*value)?.label.clone(),
                    value: self.kpi_words(found, &self.rules.kpis[kpi].unit),
                    roots,
                    maybe,
                    truncated: left_out + more,
                })
            });
        groups.collect()
    }

    /// The named constants in what is asked of each root.
    pub(super) fn constants(&self, expr: &Expr, found: &mut Vec<Operand>) {
        if matches!(expr.kind, ExprKind::Constant(_)) {
            self.operands(expr, found);
        }
        expr.kind.parts().into_iter().for_each(|part| self.constants(part, found));
    }
}
