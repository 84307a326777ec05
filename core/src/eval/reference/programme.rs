//! KPIs and obligations over all roots, and the same KPIs for each group of roots.

use super::State;
use super::expr::{Eval, Subject};
use super::kpi::{computed, judge};
use crate::data::{Cell, Dataset};
use crate::eval::value::{Range, Val};
use crate::number::Exact;
use crate::outcome::{Group, Grouping, KpiValue, Need};
use crate::plan::{Aggregate, Arithmetic, Expr, KpiKind, KpiScope, ObligationScope, Plan};
use crate::schema::FieldKind;

/// The programme, and its groups by every field that some KPI is grouped by.
pub(super) fn evaluate(plan: &Plan, data: &Dataset, state: &State) -> (Group, Vec<Grouping>) {
    let rules = &*plan.rules;
    let all: Vec<usize> = (0..data.len()).collect();
    let mut programme = Group { kpis: kpis(plan, data, state, &all, &[], &[], |_| true), obligations: Vec::new() };
    for (index, obligation) in rules.obligations.iter().enumerate() {
        if obligation.scope == ObligationScope::Programme {
            let subject = Subject::Roots { roots: &all, maybe: &[], kpis: &programme.kpis, whole: &[] };
            let outcome = judge(rules, data, state, index, obligation, subject);
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
    let groups = fields.into_iter().map(|field| grouping(plan, data, state, field, &programme)).collect();
    (programme, groups)
}

fn grouping(plan: &Plan, data: &Dataset, state: &State, field: usize, programme: &Group) -> Grouping {
    let schema = &plan.rules.schema;
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
    let grouped = |scope: KpiScope| scope == KpiScope::Programme { by: Some(field) };
    let values = members
        .iter()
        .enumerate()
        .filter(|(_, roots)| !roots.is_empty())
        .map(|(value, roots)| {
            let mut kpis = kpis(plan, data, state, roots, &maybe, &programme.kpis, grouped);
            for (_, kpi) in &mut kpis {
                if let KpiValue::Undetermined { needs, .. } = kpi {
                    needs.extend(maybe.iter().map(|root| Need::Field { entity: schema.root, row: *root, field }));
                    needs.sort_unstable();
                    needs.dedup();
                }
            }
            (value, Group { kpis, obligations: Vec::new() })
        })
        .collect();
    Grouping { field, values }
}

/// The programme KPIs whose scope is wanted, over some roots; those of the whole programme may be referred to.
fn kpis(
    plan: &Plan,
    data: &Dataset,
    state: &State,
    roots: &[usize],
    maybe: &[usize],
    whole: &[(usize, KpiValue)],
    wanted: impl Fn(KpiScope) -> bool,
) -> Vec<(usize, KpiValue)> {
    let rules = &*plan.rules;
    let mut list: Vec<(usize, KpiValue)> = Vec::new();
    for index in &plan.kpi_order {
        let kpi = &rules.kpis[*index];
        if kpi.scope == KpiScope::Root || !wanted(kpi.scope) {
            continue;
        }
        if let KpiKind::Formula(formula) = &kpi.kind {
            let subject = Subject::Roots { roots, maybe, kpis: &list, whole };
            let mut eval = Eval::new(rules, data, state, subject);
            let value = computed(&mut eval, formula, kpi.when.as_ref());
            list.push((*index, value));
        }
    }
    list.sort_by_key(|(index, _)| *index);
    list
}

/// An aggregate over the roots of the subject. Roots to which the operand does not apply take no part.
pub(super) fn aggregate<'a>(eval: &mut Eval<'a>, aggregate: Aggregate, of: Option<&'a Expr>) -> Val<'a> {
    let Subject::Roots { roots, maybe, .. } = eval.subject else { return Val::Missing };
    let mut values = Vec::new();
    let mut possible = Vec::new();
    for (list, roots) in [(&mut values, roots), (&mut possible, maybe)] {
        for root in roots {
            let outer = eval.subject;
            eval.subject = Subject::Root { root: *root, kpi: None };
            let value = of.map_or(Val::Number(Range::point(Exact::ONE)), |of| eval.value(of));
            eval.subject = outer;
            match value {
                Val::Number(range) => list.push(range),
                Val::NotApplicable => {}
                Val::Invalid(error) => return Val::Invalid(error),
                _ => list.push(Range { low: None, high: None }),
            }
        }
    }
    eval.not_applicable = false;
    let result = match aggregate {
        Aggregate::Sum | Aggregate::Count => sum(&values, &possible),
        Aggregate::Average => {
            if values.is_empty() && possible.is_empty() {
                return Val::NotApplicable;
            }
            if !possible.is_empty() {
                return Val::Number(Range { low: None, high: None });
            }
            let count = Range::point(Exact::from(values.len() as i64));
            sum(&values, &possible).and_then(|sum| sum.apply(Arithmetic::Divide, count))
        }
        Aggregate::Maximum => {
            if values.is_empty() && possible.is_empty() {
                return Val::NotApplicable;
            }
            let low = values.iter().map(|range| range.low).max().flatten();
            let highs: Option<Vec<Exact>> = values.iter().chain(&possible).map(|range| range.high).collect();
            Ok(Range { low, high: highs.and_then(|highs| highs.into_iter().max()) })
        }
    };
    match result {
        Ok(range) => Val::Number(range),
        Err(error) => Val::Invalid(error),
    }
}

fn sum(values: &[Range], possible: &[Range]) -> Result<Range, crate::number::NumberError> {
    let mut total = Range::point(Exact::ZERO);
    for range in values {
        total = total.add(*range)?;
    }
    for range in possible {
        let low = range.low.map(|low| low.min(Exact::ZERO));
        let high = range.high.map(|high| high.max(Exact::ZERO));
        total = total.add(Range { low, high })?;
    }
    Ok(total)
}
