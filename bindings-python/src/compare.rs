//! Results seen from one question each: who gained and who lost since another result, who is
//! nearest to a target, what was refused by which clause.
//!
//! What is open stays in these tables, with its bounds. Not here: what a change of rules did
//! (`diff`).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::ArrowError;
use guiju::{EntityId, Exact, KpiId, KpiValue, List, TallyId, Unit, VerdictKind};
use indexmap::IndexMap;

use crate::columns::{Columns, Numbers, Texts, exact};
use crate::result::Judged;

/// Between which bounds a value lies; `None` where there is no value.
fn ends(value: &KpiValue) -> Option<(Option<&Exact>, Option<&Exact>)> {
    match value {
        KpiValue::Known(value) => Some((Some(value), Some(value))),
        KpiValue::Undetermined { low, high, .. } => Some((low.as_ref(), high.as_ref())),
        KpiValue::NotApplicable | KpiValue::Invalid(_) => None,
    }
}

/// The exact value, where it is known.
fn known(value: &KpiValue) -> Option<&Exact> {
    if let KpiValue::Known(value) = value { Some(value) } else { None }
}

/// A root in two results.
struct Move<'a> {
    root: &'a str,
    before: Option<&'a KpiValue>,
    after: Option<&'a KpiValue>,
    low: Option<Exact>,
    high: Option<Exact>,
    moved: &'static str,
}

impl<'a> Move<'a> {
    fn new(root: &'a str, before: Option<&'a KpiValue>, after: Option<&'a KpiValue>) -> Move<'a> {
        let less = |a: Option<&Exact>, b: Option<&Exact>| a.zip(b).and_then(|(a, b)| a.sub(b).ok());
        let both = before.and_then(ends).zip(after.and_then(ends));
        let (low, high) = both.map_or((None, None), |(before, after)| {
            (less(after.0, before.1), less(after.1, before.0))
        });
        let moved = match (before, after, both) {
            (None, ..) => "new",
            (_, None, _) => "gone",
            (_, _, None) => "no_value",
            _ if low.as_ref().is_some_and(|low| *low > Exact::ZERO) => "up",
            _ if high.as_ref().is_some_and(Exact::is_negative) => "down",
            _ if low.as_ref().is_some_and(Exact::is_zero)
                && low == high
                && known_both(before, after) =>
            {
                "same"
            }
            _ => "open",
        };
        Move { root, before, after, low, high, moved }
    }

    /// The difference, where it is known.
    fn difference(&self) -> Option<&Exact> {
        self.low.as_ref().filter(|_| self.low == self.high && known_both(self.before, self.after))
    }

    /// The greatest gain first, the greatest loss after it, then what has no difference.
    fn order(&self, other: &Move<'_>) -> Ordering {
        match (self.difference(), other.difference()) {
            (Some(own), Some(others)) => others.cmp(own),
            (own, others) => others.is_some().cmp(&own.is_some()),
        }
    }
}

fn known_both(before: Option<&KpiValue>, after: Option<&KpiValue>) -> bool {
    before.and_then(known).is_some() && after.and_then(known).is_some()
}

/// How a KPI of each root moved from one result to another; roots are the same where their keys
/// are. `kpi` is its place in each.
pub(crate) fn winners(
    before: &Judged,
    after: &Judged,
    kpi: (KpiId, KpiId),
) -> Result<RecordBatch, ArrowError> {
    let (earlier, later) = (&before.evaluation, &after.evaluation);
    let mut places: HashMap<String, usize> = HashMap::new();
    for root in 0..earlier.data().len() {
        places.insert(guiju::fold(earlier.data().root_key(root)), root);
    }
    let mut moves = Vec::new();
    for (root, outcome) in later.roots.iter().enumerate() {
        let key = later.data().root_key(root);
        let other = places.remove(&guiju::fold(key)).map(|root| &earlier.roots[root].kpis[kpi.0]);
        moves.push(Move::new(key, other, Some(&outcome.kpis[kpi.1])));
    }
    let mut gone: Vec<usize> = places.into_values().collect();
    gone.sort_unstable();
    moves.extend(gone.into_iter().map(|root| {
        Move::new(earlier.data().root_key(root), Some(&earlier.roots[root].kpis[kpi.0]), None)
    }));
    moves.sort_by(Move::order);

    let info = later.pack().kpis().nth(kpi.1.index());
    let unit = info.map_or(&Unit::Number, |info| info.unit);
    let [mut root, mut moved, mut from, mut to, mut fraction, mut name, mut label, mut sign] =
        <[Texts; 8]>::default();
    let [mut was, mut is, mut difference, mut low, mut high] = <[Numbers; 5]>::default();
    for of in &moves {
        let apart = of.difference();
        root.push(of.root);
        name.maybe(info.map(|info| info.name));
        moved.push(of.moved);
        was.push(of.before.and_then(known))?;
        is.push(of.after.and_then(known))?;
        difference.push(apart)?;
        low.push(of.low.as_ref().filter(|_| apart.is_none()))?;
        high.push(of.high.as_ref().filter(|_| apart.is_none()))?;
        sign.push(unit.sign());
        from.maybe(of.before.map(KpiValue::state));
        to.maybe(of.after.map(KpiValue::state));
        fraction.maybe(apart.and_then(|apart| exact(apart, unit)));
        label.maybe(info.map(|info| info.label.get(after.locale)));
    }
    Columns::new()
        .add(after.root_name(), root.done())
        .add("kpi", name.done())
        .add("moved", moved.done())
        .add("before", was.done()?)
        .add("after", is.done()?)
        .add("difference", difference.done()?)
        .add("low", low.done()?)
        .add("high", high.done()?)
        .add("unit", sign.done())
        .add("before_state", from.done())
        .add("after_state", to.done())
        .add("exact", fraction.done())
        .add("label", label.done())
        .done()
}

/// How far every root is from its targets: what is missed by the least first, then what is open,
/// what is reached, what has no value.
pub(crate) fn nearest(judged: &Judged, kpis: &[KpiId]) -> Result<RecordBatch, ArrowError> {
    let infos: List<KpiId, _> = judged.evaluation.pack().kpis().collect();
    let data = judged.evaluation.data();
    let mut found = Vec::new();
    for (root, outcome) in judged.evaluation.roots.iter().enumerate() {
        for kpi in kpis {
            let Some(target) = judged.evaluation.target(root, *kpi) else { continue };
            let value = &outcome.kpis[*kpi];
            let status = match ends(value) {
                None => value.state(),
                Some((Some(low), _)) if *low >= target => "reached",
                Some((_, Some(high))) if *high < target => "short",
                Some(_) => "open",
            };
            // How far it has come for certain.
            let attained = ends(value).and_then(|(low, _)| low?.attainment(&target));
            found.push((root, *kpi, status, value, target, attained));
        }
    }
    let rank = |status: &str| {
        ["short", "open", "reached"].iter().position(|known| *known == status).unwrap_or(3)
    };
    found.sort_by(|a, b| rank(a.2).cmp(&rank(b.2)).then_with(|| b.5.cmp(&a.5)));

    let [mut root, mut name, mut statuses, mut unit, mut fraction, mut label] =
        <[Texts; 6]>::default();
    let [mut values, mut low, mut high, mut targets, mut gap, mut attainment] =
        <[Numbers; 6]>::default();
    for (at, kpi, status, value, target, attained) in &found {
        let info = &infos[*kpi];
        let missing =
            known(value).filter(|value| *value < target).and_then(|value| target.sub(value).ok());
        let (least, most) =
            if known(value).is_some() { (None, None) } else { ends(value).unwrap_or((None, None)) };
        root.push(data.root_key(*at));
        name.push(info.name);
        statuses.push(status);
        values.push(known(value))?;
        low.push(least)?;
        high.push(most)?;
        targets.push(Some(target))?;
        gap.push(missing.as_ref())?;
        attainment.push(attained.as_ref())?;
        unit.push(info.unit.sign());
        fraction.maybe(missing.and_then(|missing| exact(&missing, info.unit)));
        label.push(info.label.get(judged.locale));
    }
    Columns::new()
        .add(judged.root_name(), root.done())
        .add("kpi", name.done())
        .add("status", statuses.done())
        .add("value", values.done()?)
        .add("low", low.done()?)
        .add("high", high.done()?)
        .add("target", targets.done()?)
        .add("gap", gap.done()?)
        .add("attainment", attainment.done()?)
        .add("unit", unit.done())
        .add("exact", fraction.done())
        .add("label", label.done())
        .done()
}

/// What of an entity a rule refused, or left open.
#[derive(Default)]
struct Lost {
    records: i64,
    amount: Option<Exact>,
    unknown: i64,
    roots: i64,
    last_root: Option<usize>,
    reason: Option<String>,
    clause: Option<String>,
    label: String,
}

/// What tallies refuse, and what they leave open, by rule and clause: the most money first.
pub(crate) fn refused(
    judged: &Judged,
    entity: Option<EntityId>,
) -> Result<RecordBatch, ArrowError> {
    let (evaluation, locale) = (&judged.evaluation, judged.locale);
    let amounts = evaluation.amounts();
    let mut lost: IndexMap<(EntityId, TallyId, Option<String>), Lost> = IndexMap::new();
    for root in 0..evaluation.data().len() {
        for found in evaluation
            .verdicts(root)
            .filter(|found| entity.is_none_or(|entity| found.entity == entity))
        {
            if found.verdict == VerdictKind::Counted {
                continue;
            }
            let amount = amounts.of(found.rule_tally, found.row);
            let of = lost.entry((found.entity, found.rule_tally, found.rule)).or_default();
            of.records += 1;
            of.roots += i64::from(of.last_root != Some(root));
            of.last_root = Some(root);
            of.unknown += i64::from(amount.is_none());
            of.amount = match (of.amount.take(), amount) {
                (Some(sum), Some(amount)) => Some(sum.plus(&amount)),
                (sum, amount) => sum.or(amount),
            };
            if of.records == 1 {
                of.reason = found.message.map(|message| message.heading().get(locale).to_owned());
                of.clause = found.clause;
                of.label = found.label.get(locale).to_owned();
            }
        }
    }
    let unit = |tally: TallyId| amounts.unit(tally).unwrap_or(&Unit::Number);
    lost.sort_by(|a, left, b, right| {
        let money = |tally: TallyId| *unit(tally) != Unit::Money;
        money(a.1)
            .cmp(&money(b.1))
            .then_with(|| right.amount.cmp(&left.amount))
            .then_with(|| a.cmp(b))
    });

    let [
        mut entities,
        mut tally,
        mut verdict,
        mut rule,
        mut clause,
        mut reason,
        mut sign,
        mut label,
    ] = <[Texts; 8]>::default();
    let mut sums = Numbers::default();
    let [mut records, mut roots, mut unknown]: [Vec<i64>; 3] = Default::default();
    let pack = evaluation.pack();
    for ((entity, at, refusal), of) in lost {
        entities.push(&pack.schema().entities[entity].name);
        tally.push(amounts.tally(at));
        verdict.push(if refusal.is_some() {
            VerdictKind::Refused.id()
        } else {
            VerdictKind::Undetermined.id()
        });
        clause.maybe(of.clause);
        reason.maybe(of.reason);
        records.push(of.records);
        roots.push(of.roots);
        let sum = of
            .amount
            .map(Exact::fitted)
            .transpose()
            .map_err(|error| ArrowError::ComputeError(error.reason(locale).to_owned()))?;
        sums.push(sum.as_ref())?;
        unknown.push(of.unknown);
        sign.push(unit(at).sign());
        rule.maybe(refusal);
        label.push(of.label);
    }
    Columns::new()
        .add("entity", entities.done())
        .add("tally", tally.done())
        .add("verdict", verdict.done())
        .add("clause", clause.done())
        .add("reason", reason.done())
        .add("records", Arc::new(Int64Array::from(records)))
        .add(&format!("{}s", judged.root_name()), Arc::new(Int64Array::from(roots)))
        .add("amount", sums.done()?)
        .add("amount_unknown", Arc::new(Int64Array::from(unknown)))
        .add("unit", sign.done())
        .add("rule", rule.done())
        .add("label", label.done())
        .done()
}
