//! What is said of missing data holds of whatever fills it in: values lie between the bounds, and
//! nothing certain is turned.
//!
//! Rules that ask what is known, put fallbacks or compare keys are left out: what they say may
//! change, by their own words.

use guiju::{
    Engine, KpiId, KpiValue, Limits, NumberError, ObligationOutcome, Outcome, Pack, Standing,
    Status, Unit,
};
use serde_json::Value;

use crate::model::SHARED_RECORDS;
use crate::{Choices, Model, compiled, data, rules};

/// What became of packs, data and the data filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Packs that the checker accepted.
    pub packs: u64,
    /// Packs that it refused.
    pub refused: u64,
    /// Pairs of data and the same data filled in that were compared.
    pub pairs: u64,
    /// Figures that were open before and known afterwards.
    pub closed: u64,
    /// Sets of data that were refused.
    pub unsound: u64,
}

/// Draws a pack and data with gaps, fills some or all of the gaps, and holds the two outcomes to
/// one another.
///
/// # Panics
/// Where what was said before does not hold afterwards, with the rules and the data.
pub fn completions_stay_within(bytes: &[u8], datasets: usize, filled: &mut Filled) {
    let mut choices = Choices::new(bytes);
    let model = Model { ways_out: false, ..Model::draw(&mut choices) };
    let text = rules::text(&model, &mut choices);
    let Some(pack) = compiled(&text) else {
        filled.refused += 1;
        return;
    };
    filled.packs += 1;
    let kpis: Vec<String> = pack.schema().kpis.iter().map(|kpi| kpi.name.clone()).collect();
    for _ in 0..datasets {
        let before = data::json(&model, &kpis, &mut choices);
        let Some(first) = judged(&pack, &before) else {
            filled.unsound += 1;
            continue;
        };
        for share in [100, 50] {
            let after = fill(&model, &before, share, &mut choices);
            let Some(second) = judged(&pack, &after) else {
                filled.unsound += 1;
                continue;
            };
            filled.pairs += 1;
            // What has too many digits has no value, which its bounds do not tell.
            let strict = !data::EXTREMES.iter().any(|extreme| after.contains(extreme));
            if let Err(broken) = hold(&pack, (&first, &second), strict, filled) {
                panic!("{broken}\n{text}\n{before}\n{after}");
            }
        }
    }
}

fn judged(pack: &Pack, data: &str) -> Option<Outcome> {
    let limits = Limits::default();
    let dataset = pack.read_json(data, None, &limits).ok()?;
    Some(pack.with_engine(Engine::Reference).evaluate(&dataset, &limits).ok()?.outcome().clone())
}

/// The data with so many of a hundred gaps filled.
fn fill(model: &Model, data: &str, share: usize, choices: &mut Choices<'_>) -> String {
    let mut document: Value = serde_json::from_str(data).unwrap_or_default();
    for root in document["roots"].as_array_mut().into_iter().flatten() {
        let counts: Vec<usize> = (0..model.entities.len())
            .map(|entity| {
                if entity == 0 {
                    1
                } else if model.shared() == Some(entity) {
                    SHARED_RECORDS
                } else {
                    root[&model.entities[entity].name].as_array().map_or(0, Vec::len)
                }
            })
            .collect();
        fill_record(model, 0, root, &counts, share, choices);
        fill_below(model, 0, root, &counts, share, choices);
    }
    if let Some(shared) = model.shared() {
        let list = &mut document["programme"][&model.entities[shared].name];
        for record in list.as_array_mut().into_iter().flatten() {
            fill_record(model, shared, record, &[], share, choices);
        }
    }
    if model.programme && choices.chance(share) {
        let record = data::programme(0, choices);
        match &mut document["programme"] {
            Value::Object(given) => {
                for (field, value) in record.as_object().into_iter().flatten() {
                    let slot = given.entry(field).or_insert(Value::Null);
                    if slot.is_null() {
                        *slot = value.clone();
                    }
                }
            }
            given => *given = record,
        }
    }
    document.to_string()
}

fn fill_below(
    model: &Model,
    parent: usize,
    of: &mut Value,
    counts: &[usize],
    share: usize,
    choices: &mut Choices<'_>,
) {
    for entity in model.children(parent) {
        for record in of[&model.entities[entity].name].as_array_mut().into_iter().flatten() {
            fill_record(model, entity, record, counts, share, choices);
            fill_below(model, entity, record, counts, share, choices);
        }
    }
}

fn fill_record(
    model: &Model,
    entity: usize,
    record: &mut Value,
    counts: &[usize],
    share: usize,
    choices: &mut Choices<'_>,
) {
    let Some(record) = record.as_object_mut() else { return };
    let other = data::record(model, entity, "", counts, 0, choices);
    for (field, value) in other {
        if !record.contains_key(&field) && choices.chance(share) {
            record.insert(field, value);
        }
    }
}

/// Whether what the first outcome says holds in the second, which knows more.
fn hold(
    pack: &Pack,
    (first, second): (&Outcome, &Outcome),
    strict: bool,
    filled: &mut Filled,
) -> Result<(), String> {
    // A quotient of nothing is left open on one side while its divisor may turn out to be nothing.
    let is_quotient =
        |kpi: KpiId| pack.schema().kpi_at(kpi).is_some_and(|kpi| kpi.unit == Unit::Ratio);
    for (tally, (before, after)) in first.verdicts.iter().zip(&second.verdicts).enumerate() {
        for (row, (before, after)) in before.iter().zip(after).enumerate() {
            let (before, after) = (before.id(), after.id());
            if !verdict_holds(before, after, strict) {
                return Err(format!("tally {tally}, record {row}: {before} becomes {after}"));
            }
        }
    }
    for (number, (before, after)) in first.roots.iter().zip(&second.roots).enumerate() {
        for ((kpi, before), after) in before.kpis.entries().zip(&after.kpis) {
            figure_holds(before, after, is_quotient(kpi), filled)
                .map_err(|broken| format!("root {number}, figure {}: {broken}", kpi.index()))?;
        }
        obligations_hold(&before.obligations, &after.obligations)
            .map_err(|broken| format!("root {number}, {broken}"))?;
    }
    for ((kpi, before), (_, after)) in first.programme.kpis.iter().zip(&second.programme.kpis) {
        figure_holds(before, after, is_quotient(*kpi), filled)
            .map_err(|broken| format!("programme, figure {}: {broken}", kpi.index()))?;
    }
    obligations_hold(&first.programme.obligations, &second.programme.obligations)
        .map_err(|broken| format!("programme, {broken}"))?;
    for (before, after) in first.groups.iter().zip(&second.groups) {
        for (value, before) in &before.values {
            let Some((_, after)) = after.values.iter().find(|(other, _)| other == value) else {
                continue;
            };
            for ((kpi, before), (_, after)) in before.kpis.iter().zip(&after.kpis) {
                figure_holds(before, after, is_quotient(*kpi), filled)
                    .map_err(|broken| format!("group {value}, figure {}: {broken}", kpi.index()))?;
            }
        }
    }
    for (award, (before, after)) in first.awards.iter().zip(&second.awards).enumerate() {
        for (row, (before, after)) in before.standings.iter().zip(&after.standings).enumerate() {
            standing_holds(before, after, strict, filled)
                .map_err(|broken| format!("award {award}, record {row}: {broken}"))?;
        }
    }
    Ok(())
}

/// What is met or failed stays so. An obligation on every target stands only where there is one,
/// which may hang on records.
fn obligations_hold(
    before: &[ObligationOutcome],
    after: &[ObligationOutcome],
) -> Result<(), String> {
    for before in before {
        let same = |other: &&ObligationOutcome| {
            (other.obligation, other.kpi) == (before.obligation, before.kpi)
        };
        let Some(after) = after.iter().find(same) else { continue };
        let (was, is) = (before.status, after.status);
        let turned = match was {
            Status::Met | Status::NotMet | Status::NotApplicable => is != was,
            Status::Undetermined => false,
        };
        if turned {
            return Err(format!("obligation {}: {was:?} becomes {is:?}", before.obligation));
        }
    }
    Ok(())
}

/// What an award says of one that takes part.
fn standing_holds(
    before: &Standing,
    after: &Standing,
    strict: bool,
    filled: &mut Filled,
) -> Result<(), String> {
    if !verdict_holds(before.decision.id(), after.decision.id(), strict) {
        return Err(format!("{before:?} becomes {after:?}"));
    }
    // Of numbers with too many digits only the decision is held to.
    let figures = [
        (&before.rank, &after.rank),
        (&before.amount, &after.amount),
        (&before.reserve, &after.reserve),
    ];
    if strict {
        for (before, after) in figures {
            figure_holds(before, after, false, filled)?;
        }
    }
    Ok(())
}

/// Verdicts by their names in results; `strict` where everything that is asked for has a value or
/// is known to have none.
fn verdict_holds(before: &str, after: &str, strict: bool) -> bool {
    match before {
        "undetermined" => true,
        "counted" => after == "counted" || (!strict && after == "undetermined"),
        _ => after == "refused" || after == "out_of_scope" || (!strict && after == "undetermined"),
    }
}

/// Bounds hold for whatever has a value afterwards.
fn figure_holds(
    before: &KpiValue,
    after: &KpiValue,
    is_quotient: bool,
    filled: &mut Filled,
) -> Result<(), String> {
    let fits = match (before, after) {
        (KpiValue::Known(before), KpiValue::Known(after)) => before == after,
        (KpiValue::Undetermined { low, high, .. }, KpiValue::Known(value)) => {
            filled.closed += 1;
            low.as_ref().is_none_or(|low| low <= value)
                && high.as_ref().is_none_or(|high| value <= high)
        }
        (KpiValue::Undetermined { .. }, KpiValue::Undetermined { .. }) if is_quotient => true,
        // Nothing bounds what has no value, for whichever reason.
        (
            KpiValue::Undetermined { may_be_none: true, .. },
            KpiValue::Undetermined { low: None, high: None, may_be_none: true, .. },
        ) => true,
        (
            KpiValue::Undetermined { low, high, .. },
            KpiValue::Undetermined { low: after_low, high: after_high, .. },
        ) => {
            low.as_ref().is_none_or(|low| after_low.as_ref().is_some_and(|after| low <= after))
                && high
                    .as_ref()
                    .is_none_or(|high| after_high.as_ref().is_some_and(|after| after <= high))
        }
        (KpiValue::Known(_), KpiValue::Undetermined { .. }) => false,
        (KpiValue::NotApplicable, after) => *after == KpiValue::NotApplicable,
        // What has no value for certain gets none; another reason may come before the first.
        (KpiValue::Invalid(_), after) => matches!(after, KpiValue::Invalid(_)),
        // Too many digits are told once all are there.
        (KpiValue::Known(_), KpiValue::Invalid(NumberError::Overflow)) => true,
        (KpiValue::Known(_), KpiValue::Invalid(_) | KpiValue::NotApplicable) => false,
        // What is open says whether it may have none.
        (KpiValue::Undetermined { may_be_none, .. }, KpiValue::NotApplicable) => *may_be_none,
        (KpiValue::Undetermined { may_be_none, .. }, KpiValue::Invalid(error)) => {
            *may_be_none || *error == NumberError::Overflow
        }
    };
    if fits { Ok(()) } else { Err(format!("{before:?} becomes {after:?}")) }
}
