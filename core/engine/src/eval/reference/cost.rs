//! What judging is going to take, in steps, as far as rules and sizes of data say so beforehand.
//! Not here: what turns out to be dear on the way (`needs`, long numbers, choices between claims),
//! which is charged when it comes.

use super::{figures, once, open_keys, tally};
use crate::data::Dataset;
use crate::pack::Pack;
use guiju_model::index::{EntityId, List};
use guiju_model::rules::{
    Award, Check, Expr, ExprKind, Kpi, KpiKind, KpiScope, ObligationScope, Rules,
};

/// The figures and obligations of roots.
pub(crate) struct Costs {
    /// Of each root.
    root: u64,
    /// Of each KPI of a root that has a target.
    target: u64,
    /// How many have one by a rule.
    ruled: u64,
    /// For each entity, of each of its records: every figure looks at all of them.
    records: List<EntityId, u64>,
}

impl Costs {
    pub(crate) fn new(rules: &Rules) -> Costs {
        let mut costs = Costs {
            root: 0,
            target: 0,
            ruled: 0,
            records: vec![0; rules.schema.entities.len()].into(),
        };
        let nodes = |expr: Option<&Expr>| expr.map_or(0, |expr| expr.nodes);
        for kpi in rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root) {
            costs.root = costs.root.saturating_add(of_kpi(kpi));
            kpi.when.iter().for_each(|when| costs.add_records(when));
            if let KpiKind::Formula(formula) = &kpi.kind {
                costs.add_records(formula);
            }
            let (tally, measure, split) = match kpi.kind {
                KpiKind::Measure { tally, measure } => (tally, measure, None),
                KpiKind::Part { tally, split, .. } => (tally, 0, Some(split)),
                KpiKind::Formula(_) => continue,
            };
            let Some(rule) = rules.tallies.get(tally) else { continue };
            let amount = nodes(rule.measures.get(measure).and_then(|measure| measure.of.as_ref()));
            let part = nodes(split.and_then(|split| rule.splits.get(split)).map(|split| &split.by));
            if let Some(records) = costs.records.get_mut(rule.entity) {
                *records = records.saturating_add(1).saturating_add(amount).saturating_add(part);
            }
        }
        for tally in &rules.tallies {
            let Some(target) = &tally.target else { continue };
            costs.ruled += 1;
            if let Some(records) = costs.records.get_mut(tally.entity) {
                *records = records.saturating_add(1).saturating_add(nodes(target.sum.as_ref()));
            }
        }
        costs.add_rules_on_records(rules);
        for rule in &rules.obligations {
            let cost = of_rule(rule.when.as_ref(), &rule.expect);
            if rule.scope == ObligationScope::Root {
                rule.when.iter().chain([&rule.expect]).for_each(|expr| costs.add_records(expr));
            }
            match rule.scope {
                ObligationScope::Root => costs.root = costs.root.saturating_add(cost),
                ObligationScope::EveryTarget => costs.target = costs.target.saturating_add(cost),
                ObligationScope::Programme => {}
            }
        }
        costs
    }

    /// What rules on records ask of those that belong to them. Each of these belongs to one, so
    /// that all are asked once.
    fn add_rules_on_records(&mut self, rules: &Rules) {
        for tally in &rules.tallies {
            let target = tally.target.iter().filter_map(|target| target.sum.as_ref());
            tally.exprs().into_iter().chain(target).for_each(|expr| self.add_records(expr));
        }
        for once in &rules.onces {
            let keys = once.groups.iter().flatten().flat_map(|claimant| &claimant.key);
            let among = once.among().into_iter().flat_map(|among| among.exprs());
            keys.map(|part| &part.value).chain(among).for_each(|expr| self.add_records(expr));
        }
        for award in rules.awards.iter().filter(|award| award.entity != rules.schema.root) {
            award.exprs().into_iter().for_each(|expr| self.add_records(expr));
        }
        for check in rules.checks.iter().filter(|check| check.entity != rules.schema.root) {
            check.when.iter().chain([&check.expect]).for_each(|expr| self.add_records(expr));
        }
    }

    /// What is asked of records by the way.
    fn add_records(&mut self, expr: &Expr) {
        if let ExprKind::Over { entity, condition, .. } = &expr.kind
            && let Some(records) = self.records.get_mut(*entity)
        {
            *records = records.saturating_add(condition.nodes);
        }
        expr.kind.parts().into_iter().for_each(|part| self.add_records(part));
    }

    /// Of one root.
    pub(crate) fn of(&self, data: &Dataset, root: usize) -> u64 {
        let targets = data
            .given
            .get(root)
            .map_or(0, |given| given.targets.len() as u64)
            .saturating_add(self.ruled);
        let records = self
            .records
            .entries()
            .map(|(entity, cost)| cost.saturating_mul(data.rows_of(entity, root).len() as u64));
        records.fold(
            self.root.saturating_add(self.target.saturating_mul(targets)),
            u64::saturating_add,
        )
    }
}

/// The steps of what an expression asks of records, which are so many of each entity.
fn over_records(expr: &Expr, rows: &dyn Fn(EntityId) -> u64) -> u64 {
    if let ExprKind::Over { entity, condition, .. } = &expr.kind {
        return rows(*entity)
            .saturating_mul(condition.nodes)
            .saturating_add(over_records(condition, rows));
    }
    expr.kind.parts().into_iter().fold(0, |sum, part| sum.saturating_add(over_records(part, rows)))
}

/// What a check asks of the records of the root that it is about.
pub(crate) fn over_of_check(check: &Check, data: &Dataset, root: usize) -> u64 {
    let rows = |entity: EntityId| data.rows_of(entity, root).len() as u64;
    check
        .when
        .iter()
        .chain([&check.expect])
        .fold(0, |sum, expr| sum.saturating_add(over_records(expr, &rows)))
}

/// A KPI once, without what it is computed over.
pub(super) fn of_kpi(kpi: &Kpi) -> u64 {
    let value = if let KpiKind::Formula(formula) = &kpi.kind { formula.nodes } else { 1 };
    kpi.when.as_ref().map_or(value, |when| when.nodes.saturating_add(value))
}

/// An obligation or a check once.
pub(super) fn of_rule(when: Option<&Expr>, expect: &Expr) -> u64 {
    expect.nodes.saturating_add(when.map_or(0, |when| when.nodes))
}

/// An award over so many who may take part: each is asked, and they are put in order.
pub(super) fn of_award(award: &Award, count: u64) -> u64 {
    let required = award.require.iter().map(|requirement| &requirement.condition);
    let nodes = required
        .chain(award.asked())
        .fold(award.limit.nodes, |sum, expr| sum.saturating_add(expr.nodes));
    let compared =
        u64::from(64 - count.leading_zeros()).saturating_mul(1 + award.order.len() as u64);
    nodes.saturating_add(compared).saturating_mul(count).saturating_add(1)
}

/// A check on one record.
pub(crate) fn of_check(check: &Check) -> u64 {
    of_rule(check.when.as_ref(), &check.expect)
}

/// All there is to do.
pub(crate) fn of_all(pack: &Pack, data: &Dataset) -> u64 {
    let rules = &*pack.rules;
    let rows = |entity: EntityId| data.tables.get(entity).map_or(0, |table| table.rows as u64);
    let mut all = 0_u64;
    let mut add = |cost: u64, times: u64| all = all.saturating_add(cost.saturating_mul(times));
    for (index, tally) in rules.tallies.entries() {
        add(tally::cost(rules, index), rows(tally.entity));
        if tally.owner.is_some() {
            (0..data.len()).for_each(|root| add(figures::cost_of(rules, data, index, root), 1));
        }
    }
    for once in &rules.onces {
        // What later years are told looks at every record once more.
        let looks = 1 + u64::from(once.across().is_some());
        once.groups.iter().flatten().for_each(|claimant| {
            add(once::cost_of_record(once), looks * rows(rules.tallies[claimant.tally].entity))
        });
    }
    let costs = Costs::new(rules);
    (0..data.len()).for_each(|root| add(costs.of(data, root), 1));
    for kpi in &rules.kpis {
        if let KpiScope::Programme { by } = kpi.scope {
            // Groups look at every root once more.
            add(of_kpi(kpi), data.len() as u64 * if by.is_some() { 2 } else { 1 });
        }
    }
    for award in &rules.awards {
        add(
            of_award(
                award,
                if award.entity == rules.schema.root {
                    data.len() as u64
                } else {
                    rows(award.entity)
                },
            ),
            1,
        );
    }
    for rule in rules.obligations.iter().filter(|rule| rule.scope == ObligationScope::Programme) {
        add(of_rule(rule.when.as_ref(), &rule.expect), 1 + data.len() as u64);
    }
    for check in &rules.checks {
        add(of_check(check), rows(check.entity));
    }
    add(open_keys::cost(rules, data), 1);
    all
}
