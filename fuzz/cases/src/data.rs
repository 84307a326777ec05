//! Random data for a model: few roots with few records, or many roots; a quarter of all values
//! missing; edges more often than not.

use serde_json::{Map, Value, json};

use crate::Choices;
use crate::conditions::{DAYS, TEXTS};
use crate::model::{Kind, LISTS, Model, SHARED_RECORDS};

/// A JSON document; targets and earlier values are given for some of these KPIs.
pub(crate) fn json(model: &Model, kpis: &[String], choices: &mut Choices<'_>) -> String {
    let roots = if choices.chance(2) { 40 } else { choices.below(5) };
    // Whether anything is missing at all: complete data takes other ways through an evaluator.
    let missing = *choices.of(&[25, 0, 5]);
    let list: Vec<Value> = (0..roots).map(|at| root(model, kpis, at, missing, choices)).collect();
    let mut document = Map::new();
    document.insert("roots".to_owned(), Value::Array(list));
    if model.programme && choices.chance(70) {
        document.insert("programme".to_owned(), programme(missing, choices));
    }
    if let Some(shared) = model.shared() {
        let list: Vec<Value> = (0..SHARED_RECORDS)
            .map(|row| record(model, shared, &format!("r{row}"), &[], missing, choices).into())
            .collect();
        let of = document.entry("programme").or_insert_with(|| json!({}));
        of[&model.entities[shared].name] = list.into();
    }
    if model.lists && choices.chance(80) {
        let of = document.entry("programme").or_insert_with(|| json!({}));
        of[LISTS[1]] = listed(choices);
    }
    Value::Object(document).to_string()
}

/// Some texts as the records of a list, which are told apart as keys are.
fn listed(choices: &mut Choices<'_>) -> Value {
    let mut last = None;
    let texts = TEXTS.iter().enumerate().filter(|_| choices.chance(15));
    // The first three are one text.
    texts
        .filter(|(at, _)| last.replace((*at).max(2)) != Some((*at).max(2)))
        .map(|(_, text)| json!({"id": text}))
        .collect()
}

/// The record of the programme.
pub(crate) fn programme(missing: usize, choices: &mut Choices<'_>) -> Value {
    let mut record = json!({"budget": amount(choices), "seats": choices.below(4), "open": choices.chance(50), "day": DAYS[0]});
    for limit in ["budget", "seats"] {
        if choices.chance(missing) {
            record[limit] = Value::Null;
        }
    }
    record
}

fn root(
    model: &Model,
    kpis: &[String],
    at: usize,
    missing: usize,
    choices: &mut Choices<'_>,
) -> Value {
    let mut counts = vec![1];
    counts.extend(
        model.entities[1..].iter().map(|_| if choices.chance(3) { 130 } else { choices.below(7) }),
    );
    if let Some(shared) = model.shared() {
        counts[shared] = SHARED_RECORDS;
    }
    let mut document = record(model, 0, &format!("R{at}"), &counts, missing, choices);
    children(model, 0, &mut document, &counts, missing, choices);
    let given = |choices: &mut Choices<'_>| -> Value {
        let wanted: Vec<&String> = kpis.iter().filter(|_| choices.chance(50)).collect();
        wanted
            .into_iter()
            .map(|kpi| (kpi.clone(), json!(choices.of(&["0", "1", "2", "5.5", "1200.25"]))))
            .collect::<Map<_, _>>()
            .into()
    };
    document.insert("targets".to_owned(), given(choices));
    document.insert("previous".to_owned(), given(choices));
    for register in ["reviewed", "elsewhere"] {
        let listed: Vec<&str> = TEXTS.iter().copied().filter(|_| choices.chance(15)).collect();
        document.insert(register.to_owned(), json!(listed));
    }
    if model.lists {
        document.insert(LISTS[0].to_owned(), listed(choices));
    }
    Value::Object(document)
}

/// The records that belong to one; below the root they are few, and have the same keys in each.
fn children(
    model: &Model,
    parent: usize,
    of: &mut Map<String, Value>,
    counts: &[usize],
    missing: usize,
    choices: &mut Choices<'_>,
) {
    for entity in model.children(parent) {
        let count = if parent == 0 { counts[entity] } else { choices.below(4) };
        let mut list = Vec::with_capacity(count);
        for row in 0..count {
            let key = format!("r{row}");
            let mut record = record(model, entity, &key, counts, missing, choices);
            children(model, entity, &mut record, counts, missing, choices);
            list.push(Value::Object(record));
        }
        of.insert(model.entities[entity].name.clone(), Value::Array(list));
    }
}

pub(crate) fn record(
    model: &Model,
    entity: usize,
    key: &str,
    counts: &[usize],
    missing: usize,
    choices: &mut Choices<'_>,
) -> Map<String, Value> {
    let mut record = Map::new();
    record.insert("id".to_owned(), json!(key));
    for field in &model.entities[entity].fields {
        if choices.chance(missing) {
            continue;
        }
        let value = match &field.kind {
            Kind::Bool => json!(choices.chance(60)),
            Kind::Choice(count) => json!(format!("v{}", choices.below(*count))),
            Kind::List(count) => (0..*count)
                .filter(|_| choices.chance(40))
                .map(|value| json!(format!("v{value}")))
                .collect(),
            Kind::Date => json!(choices.of(&DAYS)),
            Kind::Period => {
                let (a, b) = (choices.below(DAYS.len()), choices.below(DAYS.len()));
                json!({"start": DAYS[a.min(b)], "end": DAYS[a.max(b)]})
            }
            Kind::Money => json!(amount(choices)),
            Kind::Int => json!(choices.below(7)),
            Kind::Percent => json!(choices.of(&["0", "0.01", "0.02", "0.05", "1.5"])),
            Kind::Range(low, high) => json!(low + choices.below((high - low + 1) as usize) as i64),
            Kind::Text => json!(choices.of(&TEXTS)),
            Kind::Reference(target) if counts[*target] > 0 => {
                json!(format!("r{}", choices.below(counts[*target])))
            }
            Kind::Reference(_) | Kind::Parent(_) => continue,
        };
        record.insert(field.name.clone(), value);
    }
    record
}

/// Amounts that conditions are on the edge of.
const AMOUNTS: [&str; 7] = ["0", "1", "2", "5", "5.5", "1200.25", "333.33"];

/// Amounts that need wide columns, or more digits than there are.
pub(crate) const EXTREMES: [&str; 3] =
    ["9999999999999999999999999999", "9223372036854775807", "0.000000000001"];

fn amount(choices: &mut Choices<'_>) -> &'static str {
    let amounts: &[&'static str] = if choices.chance(2) { &EXTREMES } else { &AMOUNTS };
    amounts[choices.below(amounts.len())]
}
