//! KPIs and obligations over all roots, and the same KPIs for each group of roots. Not here: what
//! is computed over them (`aggregate`).

use std::ops::ControlFlow;
use std::sync::Arc;

use super::awards::{self, There};
use super::cost::{of_kpi, of_rule};
use super::expr::{Eval, Subject};
use super::kpi::{computed, judge};
use super::{Fuel, State, aggregate, last_round};
use crate::data::{Cell, Dataset};
use crate::pack::Pack;
use crate::partial::part::{grouping_without_rows, without_needs};
use crate::watch::Progress;
use guiju_model::index::{FieldId, KpiId, List};
use guiju_model::memory::Holder;
use guiju_model::needs::Needs;
use guiju_model::outcome::{Abort, Group, Grouping, KpiValue, Need, Outcome};
use guiju_model::rules::{Expr, ExprKind, KpiKind, KpiScope, ObligationScope};
use guiju_model::schema::FieldKind;
use guiju_model::sort::sort;

/// Figures of the programme and its groups.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    pub(super) kpis: Vec<(KpiId, KpiValue)>,
    groups: Vec<Grouping>,
    /// For each field, groups that nobody is certain to belong to but somebody may.
    perhaps: Vec<Grouping>,
}

impl Whole {
    /// What there is once the roots have their figures of a round: all of it and of those before.
    pub(super) fn of(
        pack: &Pack,
        data: &Dataset,
        state: &State,
        round: usize,
        fuel: &Fuel<'_>,
    ) -> Result<Whole, Abort> {
        let rules = &*pack.rules;
        let all: Vec<usize> = (0..data.len()).collect();
        let earlier = state.whole.as_deref();
        let now = |kpi: KpiId| match pack.rounds.kpis.get(kpi) {
            Some(of) => *of == round || (earlier.is_none() && *of < round),
            None => false,
        };
        let over = Over { pack, data, state, roots: &all, maybe: &[], whole: &[] };
        let kpis = over.more(earlier.map_or(&[], |whole| &whole.kpis), fuel, &now)?;
        let mut whole = Whole { kpis, ..Whole::default() };
        let mut fields: Vec<FieldId> = Vec::new();
        for kpi in &rules.kpis {
            if let KpiScope::Programme { by: Some(field) } = kpi.scope
                && !fields.contains(&field)
            {
                fields.push(field);
            }
        }
        for (at, field) in fields.into_iter().enumerate() {
            let earlier = earlier.map(|whole| (&whole.groups[at], &whole.perhaps[at]));
            let grouped = Groups { pack, data, state, field, now: &now, fuel };
            let (sure, perhaps) = grouped.of(&whole.kpis, earlier)?;
            whole.groups.push(sure);
            whole.perhaps.push(perhaps);
        }
        Ok(whole)
    }

    /// What rules of roots read, from an outcome; `None` where they read nothing of it.
    pub(super) fn told(
        pack: &Pack,
        data: &Dataset,
        state: &State,
        outcome: &Outcome,
    ) -> Option<Arc<Whole>> {
        if pack.rounds.count < 2 {
            return None;
        }
        if let Some(known) = &data.so_far {
            return known.whole.clone();
        }
        let mut unwatched = |_: Progress| ControlFlow::Continue(());
        // What it takes was charged when the outcome was reached.
        let fuel = Fuel::new(u64::MAX, u64::MAX, &mut unwatched);
        let mut whole = Whole {
            kpis: outcome.programme.kpis.clone(),
            groups: outcome.groups.clone(),
            perhaps: Vec::new(),
        };
        let mut all: Option<State> = None;
        for grouping in &outcome.groups {
            let (now, field) = (|_: KpiId| true, grouping.field);
            let open = |root: usize| data.cell(pack.rules.schema.root, field, root).is_none();
            // Only those of no known group read what the groups may come to with them.
            if !state.roots.clone().any(open) {
                whole.perhaps.push(Grouping { field, values: Vec::new() });
                continue;
            }
            let state = all.get_or_insert_with(|| State::told(outcome));
            let groups = Groups { pack, data, state, field, now: &now, fuel: &fuel };
            whole.perhaps.push(groups.of(&whole.kpis, None).ok()?.1);
        }
        Some(Arc::new(whole))
    }

    /// What parts of the programme may know of it after so many rounds.
    pub(crate) fn until(&self, pack: &Pack, known: usize) -> Whole {
        let is_known = |kpi: KpiId| pack.rounds.kpis.get(kpi).is_some_and(|round| *round < known);
        let mut whole = Whole {
            kpis: self.kpis.iter().map(|(kpi, value)| (*kpi, without_needs(*kpi, value))).collect(),
            groups: self.groups.iter().map(grouping_without_rows).collect(),
            perhaps: self.perhaps.iter().map(grouping_without_rows).collect(),
        };
        whole.kpis.retain(|(kpi, _)| is_known(*kpi));
        for grouping in whole.groups.iter_mut().chain(&mut whole.perhaps) {
            for (_, group) in &mut grouping.values {
                group.kpis.retain(|(kpi, _)| is_known(*kpi));
            }
        }
        whole
    }

    pub(super) fn kpi(&self, kpi: KpiId) -> Option<&KpiValue> {
        self.kpis.iter().find(|(index, _)| *index == kpi).map(|(_, value)| value)
    }

    /// A figure of the group with a value of a field; without a value, of every group that a root
    /// without one may belong to.
    pub(super) fn of_group(
        &self,
        field: FieldId,
        value: Option<usize>,
        kpi: KpiId,
    ) -> Vec<&KpiValue> {
        let sets: &[&Vec<Grouping>] =
            if value.is_some() { &[&self.groups] } else { &[&self.groups, &self.perhaps] };
        let groups = sets.iter().flat_map(|set| set.iter());
        groups
            .filter(|grouping| grouping.field == field)
            .flat_map(|grouping| &grouping.values)
            .filter(|(of, _)| value.is_none_or(|value| value == *of))
            .filter_map(|(_, group)| group.kpis.iter().find(|(index, _)| *index == kpi))
            .map(|(_, value)| value)
            .collect()
    }
}

/// The awards of all rounds, and the figures of the programme of all but the last, where rules of
/// roots have nothing more to compute.
pub(crate) fn rounds(
    pack: &Pack,
    data: &Dataset,
    state: &mut State,
    there: There,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    for round in 0..last_round(pack) {
        awards::evaluate(pack, data, state, there, round, fuel)?;
        state.whole = Some(Arc::new(Whole::of(pack, data, state, round, fuel)?));
    }
    awards::evaluate(pack, data, state, there, last_round(pack), fuel)
}

/// The programme, and its groups by every field that some KPI is grouped by.
pub(crate) fn evaluate(
    pack: &Pack,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
) -> Result<(Group, Vec<Grouping>), Abort> {
    // A part has what is known of the whole.
    if let Some(known) = &data.so_far {
        return Ok((known.programme.clone(), known.groups.clone()));
    }
    let rules = &*pack.rules;
    let all: Vec<usize> = (0..data.len()).collect();
    let Whole { kpis, groups, .. } = Whole::of(pack, data, state, last_round(pack), fuel)?;
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

/// The groups by a field of the roots.
struct Groups<'a, 'w> {
    pack: &'a Pack,
    data: &'a Dataset,
    state: &'a State,
    field: FieldId,
    /// Which figures are wanted.
    now: &'a dyn Fn(KpiId) -> bool,
    fuel: &'a Fuel<'w>,
}

impl Groups<'_, '_> {
    /// The groups that somebody belongs to for certain, with what was found of them before; and,
    /// where rules of roots read figures of groups, those that somebody may belong to.
    fn of(
        &self,
        whole: &[(KpiId, KpiValue)],
        earlier: Option<(&Grouping, &Grouping)>,
    ) -> Result<(Grouping, Grouping), Abort> {
        let Groups { pack, data, state, field, now, fuel } = *self;
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
        let need = |root: &usize| Need::Field { entity: schema.root, row: *root, field };
        fuel.hold(Needs::held_making(maybe.len()), Holder::Needs)?;
        let ungrouped = Needs::from(maybe.iter().map(need).collect::<Vec<_>>());
        fuel.release(Needs::held_making(maybe.len()));
        let rules_kpis = &pack.rules.kpis;
        let grouped = |kpi: KpiId| {
            let by = rules_kpis.get(kpi).map(|kpi| kpi.scope);
            by == Some(KpiScope::Programme { by: Some(field) }) && now(kpi)
        };
        let read = pack.rounds.count > 1 && !maybe.is_empty();
        let (mut sure, mut perhaps) = (Vec::new(), Vec::new());
        for (value, roots) in members.iter().enumerate() {
            if roots.is_empty() && !read {
                continue;
            }
            let before =
                earlier.map(|(sure, perhaps)| if roots.is_empty() { perhaps } else { sure });
            let before = before.and_then(|list| list.values.iter().find(|(of, _)| *of == value));
            let before = before.map_or(&[][..], |(_, group)| &group.kpis);
            let over = Over { pack, data, state, roots, maybe: &maybe, whole };
            let mut kpis = over.more(before, fuel, &grouped)?;
            for (kpi, found) in &mut kpis {
                if let (KpiValue::Undetermined { needs, .. }, true) = (found, now(*kpi)) {
                    *needs = Needs::joined(vec![std::mem::take(needs), ungrouped.clone()]);
                    fuel.hold(needs.held(), Holder::Needs)?;
                }
            }
            let list = if roots.is_empty() { &mut perhaps } else { &mut sure };
            list.push((value, Group { kpis, obligations: Vec::new() }));
        }
        Ok((Grouping { field, values: sure }, Grouping { field, values: perhaps }))
    }
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
        self.more(&[], fuel, wanted)
    }

    /// The same beside those that were found before.
    fn more(
        &self,
        earlier: &[(KpiId, KpiValue)],
        fuel: &Fuel<'_>,
        wanted: &dyn Fn(KpiId) -> bool,
    ) -> Result<Vec<(KpiId, KpiValue)>, Abort> {
        let rules = &*self.pack.rules;
        let mut list: Vec<(KpiId, KpiValue)> = earlier.to_vec();
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
