//! A difference for programs, the same bytes from the command and from Python: amounts are decimal
//! strings, what is not a finite decimal is a fraction too.
//!
//! Not here: the text and the page of it, which the command draws.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{
    Change, DataDiff, FigureDiff, PackName, RuleDiff, Shares, StatusChange, VerdictChange,
    VerdictSide, Written,
};
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::text::Locale;
use guiju_model::unit::Unit;

/// What is written.
#[derive(Clone, Copy)]
struct Difference<'a> {
    rules: &'a RuleDiff,
    locale: Locale,
}

/// The document of a difference: packs, changes, clauses and, with data, figures. It is made while
/// it is written, root by root.
///
/// ```
/// use guiju::{Limits, Locale, SourcePack, Parsed, Source, diff, diff_document};
/// let pack = |name: &str, rate: &str| -> SourcePack {
///     let rules = format!("pack {name}\nsource g {{ 1 }}\nentity shop {{ key id: text  rent: money }}\nkpi due = rent * {rate} @ 1");
///     Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default()).check().into_pack().expect("sound rules")
/// };
/// let changes = diff(&pack("a_107", "30%"), &pack("a_108", "25%"));
/// let json = serde_json::to_string_pretty(&diff_document(&changes, None, Locale::En)).expect("written to memory");
/// assert!(json.contains(r#""id": "kpi:due""#));
/// ```
pub fn diff_document<'a>(
    rules: &'a RuleDiff,
    data: Option<&'a DataDiff>,
    locale: Locale,
) -> impl Serialize + use<'a> {
    let difference = Difference { rules, locale };
    let pack = |name: &PackName| json!({"name": name.name, "label": name.label.get(difference.locale), "editions": name.editions});
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
    let changes = rules.changes.iter().map(|change| one(difference, change)).collect();
    let data = data.map(|data| figures(difference, data));
    Document { after: pack(&rules.after), before: pack(&rules.before), changes, clauses, data }
}

/// The whole, with names in the order of the alphabet like everything below.
#[derive(Serialize)]
struct Document<'a> {
    after: Value,
    before: Value,
    changes: Vec<Value>,
    clauses: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Figures<'a>>,
}

#[derive(Serialize)]
struct Figures<'a> {
    programme: Value,
    roots: Roots<'a>,
    totals: Vec<Value>,
}

/// The roots, made one by one while they are written: all of them together would take many times
/// the memory of the data.
struct Roots<'a>(Difference<'a>, &'a DataDiff);

impl Serialize for Roots<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.roots().map(|root| one_root(self.0, self.1, root)))
    }
}

fn one(difference: Difference<'_>, change: &Change) -> Value {
    let written = |written: &Option<Written>| {
        written
            .as_ref()
            .map(|written| json!({"text": written.text, "place": written.place(), "edition": written.edition, "clauses": written.clauses}))
    };
    json!({
        "id": change.id,
        "title": change.title(difference.locale),
        "kind": change.kind.id(),
        "aspects": change.aspects.iter().map(|aspect| aspect.id()).collect::<Vec<_>>(),
        "clauses": change.clauses,
        "used_in": change.uses.iter().map(|using| using.id.clone()).collect::<Vec<_>>(),
        "before": written(&change.before),
        "after": written(&change.after),
    })
}

fn figures<'a>(difference: Difference<'a>, data: &'a DataDiff) -> Figures<'a> {
    let totals: Vec<Value> = data
        .totals()
        .iter()
        .map(|total| {
            json!({
                "id": total.name, "unit": total.unit.sign(),
                "before": number(&total.before, total.unit), "after": number(&total.after, total.unit),
                "difference": total.after.sub(&total.before).ok().map(|difference| number(&difference, total.unit)),
                "changed": total.changed, "left_out": total.left_out,
                "effects": effects(difference, data, &total.shares, total.unit),
            })
        })
        .collect();
    let programme = json!({
        "kpis": data.programme().iter().map(|figure| one_figure(difference, data, figure)).collect::<Vec<_>>(),
        "obligations": statuses(&data.programme_obligations()),
    });
    Figures { programme, roots: Roots(difference, data), totals }
}

fn one_root(difference: Difference<'_>, data: &DataDiff, root: usize) -> Value {
    let verdict = |change: VerdictChange<'_>| {
        json!({
            "record": format!("{}/{}", change.entity, change.key), "tally": change.tally,
            "before": side(difference, &change.before), "after": side(difference, &change.after),
        })
    };
    json!({
        "id": data.data().root_key(root),
        "kpis": data.figures(root).map(|figure| one_figure(difference, data, &figure)).collect::<Vec<_>>(),
        "verdicts": data.verdicts(root).map(verdict).collect::<Vec<_>>(),
        "obligations": statuses(&data.obligations(root)),
    })
}

fn one_figure(difference: Difference<'_>, data: &DataDiff, figure: &FigureDiff<'_>) -> Value {
    json!({
        "id": figure.name, "unit": figure.unit.sign(),
        "before": value(figure.before, figure.unit), "after": value(figure.after, figure.unit),
        "difference": figure.difference.as_ref().map(|difference| number(difference, figure.unit)),
        "effects": figure.shares.map(|shares| effects(difference, data, shares, figure.unit)),
    })
}

/// The parts of a difference, each with the changes that make it; without changes, what several do
/// only together.
fn effects(difference: Difference<'_>, data: &DataDiff, shares: &Shares, unit: &Unit) -> Value {
    let ids = |bundle: usize| -> Vec<&str> {
        let changes = data.comparison().bundles().get(bundle).into_iter().flatten();
        changes
            .filter_map(|change| difference.rules.changes.get(*change))
            .map(|change| change.id.as_str())
            .collect()
    };
    let by = shares
        .by
        .iter()
        .map(|(bundle, share)| json!({"changes": ids(*bundle), "amount": number(share, unit)}));
    by.chain(
        shares.together.as_ref().map(|share| json!({"changes": [], "amount": number(share, unit)})),
    )
    .collect()
}

/// As results write it; beside it the exact fraction where that is another number.
fn number(value: &Exact, unit: &Unit) -> Value {
    let shown = unit.decimal(value);
    match value.to_plain() {
        Some(plain) if *unit != Unit::Ratio => json!({"value": plain}),
        _ => json!({"value": shown, "exact": value.to_fraction()}),
    }
}

fn value(value: &KpiValue, unit: &Unit) -> Value {
    let state = value.state();
    match value {
        KpiValue::Known(known) => {
            let mut shown = number(known, unit);
            shown["state"] = json!(state);
            shown
        }
        KpiValue::Undetermined { low, high, .. } => {
            let bound = |bound: &Option<Exact>| bound.as_ref().map(|bound| unit.decimal(bound));
            json!({"state": state, "low": bound(low), "high": bound(high)})
        }
        KpiValue::NotApplicable | KpiValue::Invalid(_) => json!({"state": state}),
    }
}

fn side(difference: Difference<'_>, side: &VerdictSide) -> Value {
    json!({
        "verdict": side.verdict.map_or("out_of_scope", |verdict| verdict.id()),
        "reason": side.reason.as_ref().map(|reason| reason.get(difference.locale)),
        "clause": side.clause,
    })
}

fn statuses(changes: &[StatusChange<'_>]) -> Value {
    changes.iter().map(|change| json!({"id": change.id, "before": change.before.id(), "after": change.after.id()})).collect()
}
