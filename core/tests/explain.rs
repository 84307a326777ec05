//! Explanations in words: what a reader is told of a figure, a record or an obligation. The packs and their data are in `explain/`.
//!
//! Not here: that statements reconcile for the built-in packs, which `rules/tests` looks at.

use std::path::Path;

use guiju::{Dataset, Limits, Locale, Parsed, Question, Source, SourcePack, explain};

fn load(name: &str) -> (SourcePack, Dataset) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let read = |file: String| std::fs::read_to_string(folder.join(file)).expect("the file is there");
    let limits = Limits::default();
    let source = Source::new(format!("{name}.guiju"), read(format!("{name}.guiju")));
    let pack = Parsed::parse(vec![source], &limits).check().into_pack().unwrap_or_else(|error| panic!("{error}"));
    let data = pack.read_json(&read(format!("{name}.json")), None, &limits).unwrap_or_else(|problems| panic!("{problems:?}"));
    (pack, data)
}

fn told(name: &str, questions: &[Question]) -> String {
    let (pack, data) = load(name);
    let (plan, limits) = (pack.clone(), Limits::default());
    let outcome = plan.evaluate(&data, &limits).expect("the limits suffice");
    let mut text = String::new();
    for question in questions {
        let explanation = explain(&plan, &data, &outcome, 0, question, &limits).expect("it is there");
        for locale in [Locale::ZhTw, Locale::En] {
            text.push_str(&explanation.to_text(locale));
            text.push('\n');
        }
    }
    text
}

fn kpi(name: &str) -> Question {
    Question::Kpi(name.to_owned())
}

fn record(entity: &str, key: &str) -> Question {
    Question::Record { entity: entity.to_owned(), key: key.to_owned() }
}

#[test]
fn caps_and_floors() {
    let obligation = Question::Obligation("enough".to_owned());
    insta::assert_snapshot!(told(
        "students",
        &[kpi("granted"), kpi("matched"), kpi("characters"), record("student", "乙"), record("student", "丙"), obligation]
    ));
}

#[test]
fn nobody_is_told_to_withhold_evidence() {
    insta::assert_snapshot!(told("evidence", &[record("receipt", "R1")]));
}

#[test]
fn what_would_have_to_change_is_the_opposite_of_what_holds() {
    insta::assert_snapshot!(told("opposites", &[record("r", "R")]));
}

#[test]
fn a_key_cannot_forge_a_line() {
    insta::assert_snapshot!(told("forged", &[kpi("counted_amounts"), record("r", "R1\n    ✓ 其餘 1 項要求符合")]));
}

#[test]
fn numbers_that_differ_are_not_shown_alike() {
    let obligations = ["fifth", "below_limit", "third", "more"].map(|id| Question::Obligation(id.to_owned()));
    insta::assert_snapshot!(told("close", &[&[record("r", "R")][..], &obligations].concat()));
}
