//! A difference for programs: amounts are decimal strings, what is not a finite decimal is a fraction too.

use guiju::{Change, DataDiff, Exact, FigureDiff, KpiValue, Shares, StatusChange, Unit, VerdictSide, Written};
use serde_json::{Value, json};

use super::Difference;
use crate::words;

/// The document: packs, changes, clauses and, with data, figures.
pub(crate) fn document(difference: &Difference<'_>) -> Value {
    let rules = difference.rules;
    let pack = |name: &guiju::PackName| json!({"name": name.name, "label": name.label.get(difference.locale), "editions": name.editions});
    let clauses: Vec<Value> = rules
        .groups
        .iter()
        .map(|group| {
            let ids =
                |list: &[usize]| list.iter().filter_map(|at| rules.changes.get(*at)).map(|change| change.id.clone()).collect::<Vec<_>>();
            let (id, summary) = group.clause.as_ref().map(|(id, summary)| (id.as_str(), summary.get(difference.locale))).unzip();
            json!({"clause": id, "summary": summary, "changes": ids(&group.changes), "also": ids(&group.also)})
        })
        .collect();
    let mut document = json!({
        "before": pack(&rules.before),
        "after": pack(&rules.after),
        "changes": rules.changes.iter().map(|change| one(difference, change)).collect::<Vec<_>>(),
        "clauses": clauses,
    });
    if let Some(data) = difference.data {
        document["data"] = figures(difference, data);
    }
    document
}

fn one(difference: &Difference<'_>, change: &Change) -> Value {
    let written = |written: &Option<Written>| {
        written
            .as_ref()
            .map(|written| json!({"text": written.text, "place": written.place(), "edition": written.edition, "clauses": written.clauses}))
    };
    json!({
        "id": change.id,
        "title": change.title(difference.locale),
        "kind": change.kind.id(),
        "aspects": change.aspects,
        "clauses": change.clauses,
        "before": written(&change.before),
        "after": written(&change.after),
    })
}

fn figures(difference: &Difference<'_>, data: &DataDiff<'_>) -> Value {
    let totals: Vec<Value> = data
        .totals()
        .iter()
        .map(|total| {
            json!({
                "id": total.name, "unit": total.unit.sign(),
                "before": number(total.before, total.unit), "after": number(total.after, total.unit),
                "difference": total.after.sub(total.before).ok().map(|difference| number(difference, total.unit)),
                "changed": total.changed, "left_out": total.left_out,
                "effects": effects(difference, data, &total.shares, total.unit),
            })
        })
        .collect();
    let roots: Vec<Value> = data
        .roots()
        .map(|root| {
            let verdicts: Vec<Value> = data
                .verdicts(root)
                .map(|change| {
                    json!({
                        "record": format!("{}/{}", change.entity, change.key), "tally": change.tally,
                        "before": side(difference, &change.before), "after": side(difference, &change.after),
                    })
                })
                .collect();
            json!({
                "id": data.data().root_key(root),
                "kpis": data.figures(root).map(|figure| one_figure(difference, data, &figure)).collect::<Vec<_>>(),
                "verdicts": verdicts,
                "obligations": statuses(&data.obligations(root)),
            })
        })
        .collect();
    json!({
        "totals": totals,
        "programme": {
            "kpis": data.programme().iter().map(|figure| one_figure(difference, data, figure)).collect::<Vec<_>>(),
            "obligations": statuses(&data.programme_obligations()),
        },
        "roots": roots,
    })
}

fn one_figure(difference: &Difference<'_>, data: &DataDiff<'_>, figure: &FigureDiff<'_>) -> Value {
    json!({
        "id": figure.name, "unit": figure.unit.sign(),
        "before": value(figure.before, figure.unit), "after": value(figure.after, figure.unit),
        "difference": figure.difference.map(|difference| number(difference, figure.unit)),
        "effects": figure.shares.map(|shares| effects(difference, data, shares, figure.unit)),
    })
}

/// The parts of a difference, each with the changes that make it; without changes, what several do only together.
fn effects(difference: &Difference<'_>, data: &DataDiff<'_>, shares: &Shares, unit: &Unit) -> Value {
    let ids = |bundle: usize| -> Vec<&str> {
        let changes = data.comparison().bundles().get(bundle).into_iter().flatten();
        changes.filter_map(|change| difference.rules.changes.get(*change)).map(|change| change.id.as_str()).collect()
    };
    let by = shares.by.iter().map(|(bundle, share)| json!({"changes": ids(*bundle), "amount": number(*share, unit)}));
    by.chain(shares.together.map(|share| json!({"changes": [], "amount": number(share, unit)}))).collect()
}

/// As results write it; beside it the exact fraction where that is another number.
fn number(value: Exact, unit: &Unit) -> Value {
    let shown = unit.decimal(value);
    match value.to_plain() {
        Some(plain) if *unit != Unit::Ratio => json!({"value": plain}),
        _ => json!({"value": shown, "exact": format!("{}/{}", value.numerator(), value.denominator())}),
    }
}

fn value(value: &KpiValue, unit: &Unit) -> Value {
    let state = words::state_id(value);
    match value {
        KpiValue::Known(known) => {
            let mut shown = number(*known, unit);
            shown["state"] = json!(state);
            shown
        }
        KpiValue::Undetermined { low, high, .. } => {
            let bound = |bound: &Option<Exact>| bound.map(|bound| unit.decimal(bound));
            json!({"state": state, "low": bound(low), "high": bound(high)})
        }
        KpiValue::NotApplicable | KpiValue::Invalid(_) => json!({"state": state}),
    }
}

fn side(difference: &Difference<'_>, side: &VerdictSide<'_>) -> Value {
    json!({
        "verdict": side.verdict.map_or("out_of_scope", |verdict| verdict.id()),
        "reason": side.reason.map(|reason| reason.get(difference.locale)),
        "clause": side.clause,
    })
}

fn statuses(changes: &[StatusChange<'_>]) -> Value {
    changes.iter().map(|change| json!({"id": change.id, "before": change.before.id(), "after": change.after.id()})).collect()
}
