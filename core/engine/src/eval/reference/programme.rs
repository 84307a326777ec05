//! KPIs and obligations over all roots, and the same KPIs for each group of roots. Not here: what
//! is computed over them (`aggregate`).

use std::ops::ControlFlow;

use super::cost::{of_kpi, of_rule};
use super::expr::{Eval, Subject};
use super::kpi::{computed, judge};
use super::{Fuel, State, aggregate};
use crate::data::{Cell, Dataset};
use crate::pack::Pack;
use crate::watch::Progress;
use guiju_model::index::{KpiId, List};
use guiju_model::needs::Needs;
use guiju_model::outcome::{Abort, Group, Grouping, KpiValue, Need};
use guiju_model::rules::{Expr, ExprKind, KpiKind, KpiScope, ObligationScope};
use guiju_model::schema::FieldKind;
use guiju_model::sort::sort;

/// The programme, and its groups by every field that some KPI is grouped by.
pub(crate) fn evaluate(
    pack: &Pack,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
) -> Result<(Group, Vec<Grouping>), Abort> {
    let rules = &*pack.rules;
    let all: Vec<usize> = (0..data.len()).collect();
    let kpis =
        Over { pack, data, state, roots: &all, maybe: &[], whole: &[] }.kpis(fuel, &|_| true)?;
    let mut programme = Group { kpis, obligations: Vec::new() };
    for (index, obligation) in rules.obligations.iter().enumerate() {
        if obligation.scope == ObligationScope::Programme {
            fuel.charge(
                of_rule(obligation.when.as_ref(), &obligation.expect)
                    .saturating_mul(1 + all.len() as u64),
            )?;
            let subject = Subject::Roots {
                roots: &all,
                maybe: &[],
                kpis: &programme.kpis,
                whole: &[],
                group: None,
            };
            let outcome = judge(rules, data, state, (index, obligation), subject, fuel)?;
            programme.obligations.push(outcome);
        }
    }
    let mut fields: Vec<usize> = Vec::new();
    for kpi in &rules.kpis {
        if let KpiScope::Programme { by: Some(field) } = kpi.scope
            && !fields.contains(&field)
        {
            fields.push(field);
        }
    }
    let mut groups = Vec::with_capacity(fields.len());
    for field in fields {
        groups.push(grouping(pack, data, state, fuel, field, &programme)?);
    }
    Ok((programme, groups))
}

/// The KPIs of the programme from those of its roots, which stand in the state.
pub fn of_programme(pack: &Pack, data: &Dataset, state: &State) -> Vec<(KpiId, KpiValue)> {
    let all: Vec<usize> = (0..data.len()).collect();
    let mut unwatched = |_: Progress| ControlFlow::Continue(());
    // What the roots cost was charged; their number is nothing beside it.
    let fuel = Fuel::new(u64::MAX, u64::MAX, &mut unwatched);
    Over { pack, data, state, roots: &all, maybe: &[], whole: &[] }
        .kpis(&fuel, &|_| true)
        .unwrap_or_default()
}

/// The figures of the programme that an expression reads, and those that they are made of.
pub(super) fn figures_asked(
    pack: &Pack,
    data: &Dataset,
    state: &State,
    expr: &Expr,
    fuel: &Fuel<'_>,
) -> Result<Vec<(KpiId, KpiValue)>, Abort> {
    let mut wanted: List<KpiId, bool> = pack.rules.kpis.iter().map(|_| false).collect();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        open.extend(expr.kind.parts());
        let ExprKind::Kpi(kpi) = expr.kind else { continue };
        let (Some(rule), Some(met)) = (pack.rules.kpis.get(kpi), wanted.get_mut(kpi)) else {
            continue;
        };
        if !std::mem::replace(met, true) {
            open.extend(&rule.when);
            open.extend(if let KpiKind::Formula(formula) = &rule.kind {
                Some(formula)
            } else {
                None
            });
        }
    }
    if !wanted.contains(&true) {
        return Ok(Vec::new());
    }
    let all: Vec<usize> = (0..data.len()).collect();
    Over { pack, data, state, roots: &all, maybe: &[], whole: &[] }.kpis(fuel, &|kpi| wanted[kpi])
}

fn grouping(
    pack: &Pack,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    field: usize,
    programme: &Group,
) -> Result<Grouping, Abort> {
    let schema = &pack.rules.schema;
    let count = match &schema.root_entity().fields[field].kind {
        FieldKind::Choice(choices) => choices.values.len(),
        _ => 0,
    };
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut maybe = Vec::new();
    for root in 0..data.len() {
        match data.cell(schema.root, field, root) {
            Some(Cell::Choice(value)) => members[usize::from(value)].push(root),
            _ => maybe.push(root),
        }
    }
    let ungrouped: Vec<Need> =
        maybe.iter().map(|root| Need::Field { entity: schema.root, row: *root, field }).collect();
    let ungrouped = Needs::from(ungrouped);
    let rules_kpis = &pack.rules.kpis;
    let grouped = |kpi: KpiId| {
        rules_kpis.get(kpi).is_some_and(|kpi| kpi.scope == KpiScope::Programme { by: Some(field) })
    };
    let mut values = Vec::new();
    for (value, roots) in members.iter().enumerate().filter(|(_, roots)| !roots.is_empty()) {
        let mut kpis = Over { pack, data, state, roots, maybe: &maybe, whole: &programme.kpis }
            .kpis(fuel, &grouped)?;
        for (_, kpi) in &mut kpis {
            if let KpiValue::Undetermined { needs, .. } = kpi {
                *needs = Needs::joined(vec![std::mem::take(needs), ungrouped.clone()]);
            }
        }
        values.push((value, Group { kpis, obligations: Vec::new() }));
    }
    Ok(Grouping { field, values })
}

/// Some roots that KPIs are computed over.
struct Over<'a> {
    pack: &'a Pack,
    data: &'a Dataset,
    state: &'a State,
    roots: &'a [usize],
    /// Roots that may belong to them.
    maybe: &'a [usize],
    /// The KPIs of the whole programme, which those of a group may refer to.
    whole: &'a [(KpiId, KpiValue)],
}

impl Over<'_> {
    /// The programme KPIs that are wanted.
    fn kpis(
        &self,
        fuel: &Fuel<'_>,
        wanted: &dyn Fn(KpiId) -> bool,
    ) -> Result<Vec<(KpiId, KpiValue)>, Abort> {
        let rules = &*self.pack.rules;
        let mut list: Vec<(KpiId, KpiValue)> = Vec::new();
        for index in self.pack.kpi_order.iter() {
            let kpi = &rules.kpis[*index];
            if kpi.scope == KpiScope::Root || !wanted(*index) {
                continue;
            }
            if let KpiKind::Formula(formula) = &kpi.kind {
                let whole = [Some(formula), kpi.when.as_ref()]
                    .into_iter()
                    .flatten()
                    .any(aggregate::reads_the_rest);
                let roots =
                    if whole { self.data.len() } else { self.roots.len() + self.maybe.len() };
                fuel.charge(of_kpi(kpi).saturating_mul(1 + roots as u64))?;
                let subject = Subject::Roots {
                    roots: self.roots,
                    maybe: self.maybe,
                    kpis: &list,
                    whole: self.whole,
                    group: None,
                };
                let mut eval = Eval::new(rules, self.data, self.state, subject).charged(fuel);
                let value = computed(&mut eval, formula, kpi.when.as_ref());
                fuel.check()?;
                list.push((*index, value));
            }
        }
        sort(&mut list, &mut |(a, _), (b, _)| a.cmp(b));
        Ok(list)
    }
}
