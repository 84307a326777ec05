//! Explanations in words: what a reader is told of a figure, a record or an obligation. The packs
//! and their data are in `explain/`.
//!
//! Not here: that statements reconcile for the built-in packs, which `rules/tests` looks at.

use std::path::Path;

use guiju::{Dataset, Limits, Locale, Parsed, Question, Source, SourcePack};

fn load(name: &str) -> (SourcePack, Dataset) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let read =
        |file: String| std::fs::read_to_string(folder.join(file)).expect("the file is there");
    let limits = Limits::default();
    let source = Source::new(format!("{name}.guiju"), read(format!("{name}.guiju")));
    let pack = Parsed::parse(vec![source], &limits)
        .check()
        .into_pack()
        .unwrap_or_else(|error| panic!("{error}"));
    let data = pack
        .read_json(&read(format!("{name}.json")), None, &limits)
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    (pack, data)
}

fn told(name: &str, questions: &[Question]) -> String {
    told_of(name, 0, questions)
}

fn told_of(name: &str, root: usize, questions: &[Question]) -> String {
    let (pack, data) = load(name);
    let limits = Limits::default();
    let outcome = pack.evaluate(&data, &limits).expect("the limits suffice");
    let mut text = String::new();
    let mut each = outcome.explain_each(root, questions.iter().cloned(), &limits);
    for question in questions {
        let explanation = outcome.explain(root, question, &limits).expect("it is there");
        // Together they are answered as one by one.
        let again = each.next().expect("an answer").expect("it is there");
        assert_eq!(again.to_text(Locale::En), explanation.to_text(Locale::En), "{question:?}");
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
        &[
            kpi("granted"),
            kpi("matched"),
            kpi("characters"),
            record("student", "乙"),
            record("student", "丙"),
            obligation
        ]
    ));
}

/// What is rounded is shown with what it was before, told apart where two decimals do not.
#[test]
fn rounded_figures() {
    let obligation = Question::Obligation("half".to_owned());
    let kpis = ["granted", "third", "open", "closed", "wrong", "mean"].map(kpi);
    insta::assert_snapshot!(told(
        "rounded",
        &[&kpis[..], &[record("voucher", "甲"), record("voucher", "乙"), obligation]].concat()
    ));
}

/// The days that terms lead to are shown.
#[test]
fn terms_and_the_days_they_lead_to() {
    let obligation = Question::Obligation("three".to_owned());
    insta::assert_snapshot!(told(
        "terms",
        &[
            kpi("within"),
            kpi("missing"),
            record("student", "甲"),
            record("student", "乙"),
            obligation
        ]
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
    insta::assert_snapshot!(told(
        "forged",
        &[kpi("counted_amounts"), record("r", "R1\n    ✓ 其餘 1 項要求符合")]
    ));
}

/// Down to the reason of the counterpart, or to what is missing of it; for records, figures and the
/// root as a whole.
#[test]
fn reasons_of_counterparts() {
    let records = ["1", "2", "3", "4", "5"].map(|key| record("collaboration", key));
    insta::assert_snapshot!(told("counterparts", &records));
    insta::assert_snapshot!("the_root_as_a_whole", told("counterparts", &[Question::Root]));
    let (pack, data) = load("counterparts");
    let outcome = pack.evaluate(&data, &Limits::default()).expect("the limits suffice");
    let mut json = guiju::Json::pretty();
    let whole = outcome.explain(0, &Question::Root, &Limits::default()).expect("it is there");
    whole.to_json(&mut json, Locale::En);
    insta::assert_snapshot!("the_root_as_json", json.finish());
}

#[test]
fn what_an_award_made_of_a_record() {
    let bids = ["1", "2", "3", "4"].map(|bid| record("bid", bid));
    insta::assert_snapshot!(told("lots", &bids));
}

#[test]
fn figures_over_all_roots() {
    let kpis = ["all", "reached", "part", "each"].map(kpi);
    let obligations = ["everyone", "grown"].map(|id| Question::Obligation(id.to_owned()));
    insta::assert_snapshot!(told("markets", &[&kpis[..], &obligations].concat()));
    insta::assert_snapshot!("the_programme_as_a_whole", told("markets", &[Question::Programme]));
}

#[test]
fn what_every_root_has_is_not_asked_of_none() {
    let (pack, data) = load("markets");
    let outcome = pack.evaluate(&data, &Limits::default()).expect("the limits suffice");
    let ask = |question: &Question| outcome.explain(99, question, &Limits::default());
    let said = |question: &Question| ask(question).expect_err("no root").message(Locale::En);
    assert_eq!(said(&kpi("shops")), "every market has its own `shops`: say which one");
    assert_eq!(said(&record("shop", "甲")), "every market has its own `shop/甲`: say which one");
    assert_eq!(said(&Question::Root), "every market has its own explanation: say which one");
    assert_eq!(
        said(&Question::Obligation("growing".to_owned())),
        "every market has its own `growing`: say which one"
    );
    assert_eq!(said(&kpi("al")), "there is no KPI `al`; did you mean `all`?");
    assert!(ask(&kpi("all")).is_ok());
}

/// What people call a thing serves as well as its id; what is not there is told with what is.
#[test]
fn questions_name_things_as_people_do() {
    let (pack, data) = load("lots");
    let outcome = pack.evaluate(&data, &Limits::default()).expect("the limits suffice");
    let ask = |question: &Question| {
        let found = outcome.explain(0, question, &Limits::default());
        found.map(|explanation| explanation.to_text(Locale::En))
    };
    let shape = pack.schema().entities.iter().find(|shape| shape.name == "bid").expect("bids");
    for name in [&shape.label.zh, shape.label.get(Locale::En)] {
        assert_eq!(ask(&record(name, "1")), ask(&record("bid", "1")), "{name}");
    }
    let said = |question: &Question| {
        let error = ask(question).expect_err("nothing is called so");
        [Locale::ZhTw, Locale::En].map(|locale| error.message(locale)).join("\n")
    };
    let unknown = [kpi("no_such_figure"), record("bid", "no such bid"), record("none_such", "1")];
    let awards = [kpi("won"), kpi("won.rank")];
    let told: Vec<String> = unknown.iter().chain(&awards).map(said).collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// An explanation holds no more than it may, and says what it leaves out.
#[test]
fn explanations_have_an_end() {
    let (pack, data) = load("counterparts");
    let limits = Limits { explanation_nodes: 50, ..Limits::default() };
    let outcome = pack.evaluate(&data, &limits).expect("the limits suffice");
    let whole =
        outcome.explain(0, &Question::Root, &limits).expect("it is there").to_text(Locale::En);
    insta::assert_snapshot!(whole.lines().rev().take(3).collect::<Vec<_>>().join("\n"));
}

#[test]
fn numbers_that_differ_are_not_shown_alike() {
    let obligations =
        ["fifth", "below_limit", "third", "more"].map(|id| Question::Obligation(id.to_owned()));
    insta::assert_snapshot!(told("close", &[&[record("r", "R")][..], &obligations].concat()));
    // A limit without decimals, and targets.
    let beside =
        ["third", "reach_rate", "reach_each"].map(|id| Question::Obligation(id.to_owned()));
    insta::assert_snapshot!(told_of(
        "close",
        1,
        &[&[kpi("rate"), kpi("each")][..], &beside].concat()
    ));
}

/// Over several records a message stands with the labels of its values; over one, with the values.
#[test]
fn headings_name_what_messages_say_of_each_record() {
    let questions = [kpi("paid"), record("payment", "R1/P4")];
    let (pack, data) = load("headings");
    let limits = Limits::default();
    let mut all = told("headings", &questions);
    all.extend(pack.exercises(&limits).iter().flat_map(|exercise| {
        [Locale::ZhTw, Locale::En].map(|locale| format!("{}\n", exercise.label.get(locale)))
    }));
    let judged = pack.evaluate(&data, &limits).expect("the limits suffice");
    for locale in [Locale::ZhTw, Locale::En] {
        let why = judged.explain(0, &questions[0], &limits).expect("it is there");
        let mut json = guiju::Json::pretty();
        why.to_json(&mut json, locale);
        let json: serde_json::Value = serde_json::from_str(&json.finish()).expect("JSON");
        let lines = json["kpi"]["statement"]["lines"].as_array().expect("a list");
        assert!(lines.iter().all(|line| !line["label"].to_string().contains('{')), "{lines:?}");
    }
    assert!(!all.contains('{'), "{all}");
    insta::assert_snapshot!(all);
}
