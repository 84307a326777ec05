//! Odd values of every field, as a record in the making and as data to be judged: what the one
//! takes, the other takes too, and what says nothing is missing in both. Not here: what is said of
//! records (`drafts`).

use std::collections::BTreeSet;

use guiju::{FieldIssue, Limits, Pack, Severity};
use serde_json::{Value, json};

/// One of each programme: between them they have every type of field.
const PACKS: [&str; 2] = ["alliance_108", "gloria_108"];

/// Values that say nothing, whatever the field.
fn blanks() -> Vec<Value> {
    vec![json!(null), json!(""), json!(" "), json!("\u{3000}\t")]
}

/// Values that some field or other takes, and that others refuse.
fn odd_values() -> Vec<Value> {
    let mut values = blanks();
    values.extend([
        json!("NaN"),
        json!("x"),
        json!("-1"),
        json!("5"),
        json!(5),
        json!(1.5),
        json!(-1),
        json!(true),
        json!([]),
        json!([""]),
        json!([null, " "]),
        json!(["x"]),
        json!([5]),
        json!({}),
        json!({"amount": ""}),
        json!({"amount": "5", "unit": ""}),
        json!({"amount": "5", "unit": "x"}),
        json!({"start": "108/02/01"}),
        json!({"start": " ", "end": "108/02/01"}),
        json!({"start": null, "end": ""}),
        json!({"start": "108/02/01", "end": "107/02/01"}),
        json!("108/02/01..109/01/31"),
        json!("108/02/01.."),
        json!(".."),
        json!("108/02/30"),
        json!("\u{202e}"),
        json!("x".repeat(5_000)),
    ]);
    values
}

/// A root with one record of every entity, each with nothing but its key.
fn bare(pack: &Pack) -> Value {
    let schema = pack.schema();
    let root = schema.root_entity();
    let mut record = json!({ root.fields[root.key].name.clone(): "K" });
    for child in schema.entities.iter().filter(|entity| entity.child) {
        record[child.name.as_str()] = json!([{ child.fields[child.key].name.clone(): "K" }]);
    }
    record
}

fn issues(pack: &Pack, record: &Value) -> Vec<FieldIssue> {
    pack.validate(&pack.schema().root_entity().name, &record.to_string(), &Limits::untrusted())
        .expect("it can be looked at")
}

/// What cannot be read, as a record in the making has it: place and code.
fn unreadable(pack: &Pack, record: &Value) -> BTreeSet<(String, String)> {
    let errors = issues(pack, record)
        .into_iter()
        .filter(|issue| issue.severity == Severity::Error && issue.code.starts_with("G6"));
    errors.map(|issue| (issue.path, issue.code)).collect()
}

/// The same of data to be judged; that a key is missing is asked for in a form.
fn refused(pack: &Pack, record: &Value) -> BTreeSet<(String, String)> {
    let list = format!("{}s", pack.schema().root_entity().name);
    let read = pack.read_json(&json!({ &list: [record] }).to_string(), None, &Limits::untrusted());
    let pointer = |problem: &guiju::Diagnostic| {
        problem.place.as_ref().and_then(|place| place.pointer.clone()).unwrap_or_default()
    };
    let problems = read
        .err()
        .map(|error| error.diagnostics)
        .unwrap_or_default()
        .into_iter()
        .filter(|problem| problem.code != guiju::Code::MissingKey);
    problems
        .map(|problem| {
            (pointer(&problem).replacen(&format!("/{list}/0"), "", 1), problem.code.id().to_owned())
        })
        .collect()
}

/// Calls with every place of a root: its pointer, and the root with a value there.
fn everywhere(pack: &Pack, value: &Value, mut ask: impl FnMut(&str, &Value)) {
    for entity in pack
        .schema()
        .entities
        .iter()
        .filter(|entity| entity.child || entity.name == pack.schema().root_entity().name)
    {
        for (_, field) in entity.fields.entries().filter(|(index, _)| *index != entity.key) {
            let mut record = bare(pack);
            let (place, own) = if entity.child {
                (format!("/{}/0/{}", entity.name, field.name), &mut record[entity.name.as_str()][0])
            } else {
                (format!("/{}", field.name), &mut record)
            };
            own[field.name.as_str()] = value.clone();
            ask(&place, &record);
        }
    }
    for (list, kpi) in ["targets", "previous"].into_iter().zip(pack.schema().kpis.iter().cycle()) {
        let mut record = bare(pack);
        record[list] = json!({ kpi.name.clone(): value });
        ask(&format!("/{list}/{}", kpi.name), &record);
    }
    for list in ["reviewed", "elsewhere"] {
        let mut record = bare(pack);
        record[list] = json!([value]);
        ask(&format!("/{list}/0"), &record);
    }
}

#[test]
fn what_a_form_takes_the_command_takes_too() {
    for name in PACKS {
        let pack = guiju_rules::load(name).expect("a built-in pack compiles");
        for value in odd_values() {
            everywhere(&pack, &value, |place, record| {
                assert_eq!(
                    unreadable(&pack, record),
                    refused(&pack, record),
                    "{name} {place} {value:.60}"
                );
            });
        }
    }
}

#[test]
fn what_says_nothing_is_missing_whatever_the_field() {
    for name in PACKS {
        let pack = guiju_rules::load(name).expect("a built-in pack compiles");
        let without = issues(&pack, &bare(&pack));
        for value in blanks() {
            everywhere(&pack, &value, |place, record| {
                assert_eq!(issues(&pack, record), without, "{name} {place} {value}")
            });
        }
    }
}

#[test]
fn a_key_that_says_nothing_is_asked_for() {
    let pack = guiju_rules::load("alliance_108").expect("a built-in pack compiles");
    for value in blanks() {
        let told = issues(&pack, &json!({"id": value, "member": [{"name": value}]}));
        for path in ["/id", "/member/0/name"] {
            assert!(
                told.iter().any(|issue| issue.path == path && issue.code == "G802"),
                "{path} {value}: {told:#?}"
            );
        }
    }
}
