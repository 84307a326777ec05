//! What a verdict hangs on: which single records and values turn it, in words and as JSON, and
//! within which bounds. The pack and its data are in `hangs_on/`.
//!
//! Not here: that the answer is what turns the verdict on random packs and data, which
//! `fuzz/cases` looks at.

use std::ops::ControlFlow;
use std::path::Path;

use guiju::{
    Abort, Dataset, Evaluation, HangsOn, HangsOnError, Json, Limits, Locale, Parsed, Progress,
    Source, SourcePack,
};

fn load() -> (SourcePack, Dataset) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hangs_on");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("the file is there");
    let limits = Limits::default();
    let source = Source::new("clubs.guiju", read("clubs.guiju"));
    let pack = Parsed::parse(vec![source], &limits)
        .check()
        .into_pack()
        .unwrap_or_else(|error| panic!("{error}"));
    let data = pack
        .read_json(&read("clubs.json"), None, &limits)
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    (pack, data)
}

fn judged() -> Evaluation {
    let (pack, data) = load();
    pack.evaluate(&data, &Limits::default()).expect("the limits suffice")
}

fn ask(
    evaluation: &Evaluation,
    root: &str,
    name: &str,
    record: Option<(&str, &str)>,
) -> Result<HangsOn, HangsOnError> {
    let mut unwatched = |_| ControlFlow::Continue(());
    let data = evaluation.data();
    let root = data.find_root(root).unwrap_or(data.len());
    evaluation.hangs_on(root, name, record, &Limits::default(), &mut unwatched)
}

/// The answers to some questions, in English.
fn told(questions: &[(&str, &str)]) -> String {
    let evaluation = judged();
    let answer = |(root, name): &(&str, &str)| {
        ask(&evaluation, root, name, None).expect("it is there").to_text(Locale::En)
    };
    questions.iter().map(answer).collect::<Vec<_>>().join("\n")
}

#[test]
fn records_and_values_that_turn_an_obligation() {
    insta::assert_snapshot!(told(&[("C1", "spends"), ("C1", "reached_spent")]));
    let found = ask(&judged(), "C1", "spends", None).expect("it is there");
    insta::assert_snapshot!("in_chinese", found.to_text(Locale::ZhTw));
    let mut json = Json::pretty();
    found.to_json(&mut json, Locale::En);
    insta::assert_snapshot!("as_json", json.finish());
}

/// One of two ways that both hold stays when the other goes.
#[test]
fn what_no_single_change_turns() {
    insta::assert_snapshot!(told(&[("C2", "either")]));
}

/// What is not given is no zero: it leaves the verdict open, and to leave an open record out can
/// decide it.
#[test]
fn verdicts_that_are_open() {
    insta::assert_snapshot!(told(&[("C3", "spends"), ("C3", "either")]));
}

/// A share to a hundredth of a percent, and a day.
#[test]
fn where_numbers_and_days_turn_it() {
    insta::assert_snapshot!(told(&[("C3", "funded"), ("C1", "young"), ("C2", "young")]));
}

/// Records go with those that belong to them, and what refers to one then refers to nothing.
#[test]
fn records_that_belong_together() {
    insta::assert_snapshot!(told(&[("C1", "itemised"), ("C1", "helped")]));
}

/// A value that has a fallback turns the verdict by not being given.
#[test]
fn values_with_a_fallback() {
    insta::assert_snapshot!(told(&[("C1", "noted"), ("C3", "noted")]));
}

#[test]
fn verdicts_over_all_roots() {
    insta::assert_snapshot!(told(&[("", "most"), ("C2", "chosen"), ("C3", "chosen")]));
}

#[test]
fn an_award_among_records() {
    let evaluation = judged();
    let answer = |key| {
        ask(&evaluation, "C1", "best", Some(("bid", key))).expect("it is there").to_text(Locale::En)
    };
    insta::assert_snapshot!(["1", "2", "3"].map(answer).join("\n"));
}

#[test]
fn what_is_not_there() {
    let evaluation = judged();
    let said = |root, name, record| {
        let error = ask(&evaluation, root, name, record).expect_err("it is not there");
        format!("{}\n{}\n", error.message(Locale::En), error.message(Locale::ZhTw))
    };
    insta::assert_snapshot!(
        [
            said("C1", "spend", None),
            said("", "spends", None),
            said("", "chosen", None),
            said("C1", "best", None),
            said("C1", "best", Some(("receipt", "R1"))),
            said("C1", "best", Some(("bid", "12"))),
            said("C2", "best", Some(("bid", "1"))),
        ]
        .concat()
    );
}

/// What was put together from parts has no records to leave out.
#[test]
fn what_was_judged_in_parts() {
    let evaluation = judged();
    let (pack, limits) = (evaluation.pack(), Limits::default());
    let part = pack.part(evaluation.data(), &pack.combine([], &limits).expect("no parts"));
    let part = part.expect("a part");
    let first = pack.evaluate(&part, &limits).expect("the limits suffice");
    // Of its own roots it has all.
    assert!(ask(&first, "C1", "spends", None).is_ok());
    assert_eq!(ask(&first, "C2", "chosen", None).err(), Some(HangsOnError::InParts));
    let whole = pack.combine([first.partial().as_str()], &limits).expect("all parts");
    let error = ask(&whole, "", "most", None).expect_err("no records");
    assert_eq!(error, HangsOnError::InParts);
    insta::assert_snapshot!(error.message(Locale::ZhTw));
}

/// Whatever ends it, what was found until then is told, and how far it came.
#[test]
fn the_effort_has_an_end() {
    let evaluation = judged();
    let mut seen: Vec<Progress> = Vec::new();
    let mut watch = |progress: Progress| {
        seen.push(progress);
        if progress.done < 4 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let stopped = evaluation.hangs_on(0, "spends", None, &Limits::default(), &mut watch);
    let stopped = stopped.expect("it is there");
    assert_eq!(stopped.tried.stopped, Some(Abort::Stopped));
    assert_eq!(stopped.tried.records + stopped.tried.values, 4);
    assert!(seen.iter().all(|progress| progress.total == stopped.tried.planned));
    insta::assert_snapshot!(stopped.to_text(Locale::En));
    let all = ask(&evaluation, "C1", "spends", None).expect("it is there");
    for fuel in [0, 1_000, 5_000] {
        let limits = Limits { fuel, ..Limits::default() };
        let mut unwatched = |_| ControlFlow::Continue(());
        let found = evaluation.hangs_on(0, "spends", None, &limits, &mut unwatched);
        let found = found.expect("it is there");
        assert_eq!(found.tried.stopped, Some(Abort::Fuel { limit: fuel }));
        assert!(found.changes.len() < all.changes.len());
    }
    let limits = Limits { memory: 1_000, ..Limits::default() };
    let mut unwatched = |_| ControlFlow::Continue(());
    let found = evaluation.hangs_on(0, "spends", None, &limits, &mut unwatched);
    let stopped = found.expect("it is there").tried.stopped;
    assert!(matches!(stopped, Some(Abort::Memory { limit: 1_000, asked: 1_001.., .. })));
    let limits = Limits { explanation_nodes: 1, ..Limits::default() };
    let mut unwatched = |_| ControlFlow::Continue(());
    let short = evaluation.hangs_on(0, "spends", None, &limits, &mut unwatched);
    let short = short.expect("it is there");
    assert_eq!(1 + short.truncated, all.changes.len());
    assert!(short.to_text(Locale::En).contains("more that turn it are not listed"));
}

/// Both evaluators give one answer.
#[test]
fn either_evaluator_answers_alike() {
    let (pack, data) = load();
    let limits = Limits::default();
    let by = |engine| {
        let evaluation = pack.with_engine(engine).evaluate(&data, &limits).expect("it is judged");
        let found = ask(&evaluation, "C2", "chosen", None).expect("it is there");
        found.to_text(Locale::En)
    };
    assert_eq!(by(guiju::Engine::Columnar), by(guiju::Engine::Reference));
}
