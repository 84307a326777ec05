//! Rules that hang on one another: long chains of `counted in`, and many open claims on one key,
//! take time in proportion.
//!
//! Nothing here measures a clock; what these inputs took before was hours, or the stack. Not here:
//! what a single link means.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::thread;

use guiju::{
    Abort, Engine, Explanation, JsonOptions, KpiId, KpiValue, Limits, Locale, Needs, Outcome,
    Parsed, Question, Source, SourcePack,
};

fn pack(rules: &str) -> SourcePack {
    Parsed::parse(vec![Source::new("chain.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
        .unwrap_or_else(|error| panic!("{:.300}", error.to_string()))
}

/// The result of both evaluators, which are one, on a thread with the stack of a small host.
fn judged(rules: String, data: String) -> (Outcome, String) {
    let run = move || {
        let limits = Limits::untrusted();
        let pack = pack(&rules);
        let data = pack.read_json(&data, None, &limits).expect("sound data");
        let by = |engine| {
            let pack = pack.with_engine(engine);
            let outcome = pack.evaluate(&data, &limits).expect("within the limits");
            let json = outcome.to_json(&JsonOptions { records: true, ..Default::default() });
            (outcome.into_outcome(), json)
        };
        let (reference, columnar) = (by(Engine::Reference), by(Engine::Columnar));
        assert_eq!(reference, columnar);
        reference
    };
    thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow")
}

fn needs(value: &KpiValue) -> usize {
    let KpiValue::Undetermined { needs, .. } = value else { panic!("{value:?} is not open") };
    needs.len()
}

/// A tally that asks about a record, and `links` more that ask the one before, as often as
/// `mentions` says.
fn chain(links: usize, mentions: usize) -> String {
    let mut rules = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\nentity r in g { key id: text  f: bool }\n".to_owned();
    rules += "tally t0 in 件 from r { require f else \"x\" @ 1 count }\n";
    for link in 1..=links {
        let asks = vec![format!("counted in t{}", link - 1); mentions].join(" and ");
        let _ =
            writeln!(rules, "tally t{link} in 件 from r {{ require {asks} else \"x\" @ 1 count }}");
    }
    rules
}

#[test]
fn a_long_chain_needs_what_its_first_link_lacks() {
    for (links, mentions) in [(60, 3), (400, 1)] {
        let (outcome, json) = judged(
            chain(links, mentions),
            r#"{"gs": [{"id": "G", "r": [{"id": "R1"}]}]}"#.to_owned(),
        );
        assert_eq!(outcome.roots[0].kpis.len(), links + 1);
        assert!(
            outcome.roots[0].kpis.iter().all(|value| needs(value) == 1),
            "each needs f of R1 alone"
        );
        assert_eq!(json.matches(r#""field": "f""#).count(), 2 * (links + 1));
    }
}

/// Whoever asks why the last record does not count is told why the first does not, however many
/// stand between them.
#[test]
fn a_long_chain_is_explained_down_to_its_first_link() {
    let links = 200;
    let mut rules = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\n".to_owned();
    rules += "entity r in g { key id: text  f: bool  before: r? }\ntally t0 in 件 from r { require f else \"no f\" @ 1 count }\n";
    for link in 1..=links {
        let _ = writeln!(
            rules,
            "tally t{link} in 件 from r {{ require before counted in t{} else \"x\" @ 1 count }}",
            link - 1
        );
    }
    let before = (0..=links)
        .map(|n| if n == 0 { String::new() } else { format!(r#", "before": "R{}""#, n - 1) });
    let records = |f: &str| {
        let first = format!(r#", "f": {f}"#);
        let rows = before.clone().enumerate().map(|(n, before)| {
            format!(r#"{{"id": "R{n}"{before}{}}}"#, if n == 0 { &first } else { "" })
        });
        format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, rows.collect::<Vec<_>>().join(","))
    };
    for (f, told) in
        [("false", "R0: t0 (t0): refused"), ("null", "    what would decide it:\n      r/R0 f")]
    {
        let (rules, data) = (rules.clone(), records(f));
        let run = move || {
            let limits = Limits::default();
            let pack = pack(&rules);
            let data = pack.read_json(&data, None, &limits).expect("sound data");
            let outcome = pack.evaluate(&data, &limits).expect("within the limits");
            let ask =
                |question: &Question| outcome.explain(0, question, &limits).expect("it is there");
            let last = ask(&Question::Record { entity: "r".to_owned(), key: format!("R{links}") });
            let Explanation::Record(record) = &last else { panic!("{last:?}") };
            let down = record.verdicts.iter().map(|verdict| {
                verdict.requirements.iter().map(|asked| asked.counterparts.len()).sum()
            });
            assert_eq!(down.max(), Some(links));
            (last.to_text(Locale::En), ask(&Question::Root).to_text(Locale::En).len())
        };
        let (text, whole) = thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(run)
            .expect("a thread")
            .join()
            .expect("no overflow");
        assert!(text.contains(told), "{text}");
        assert!(whole > 10_000, "{whole}");
    }
}

#[test]
fn open_claims_on_one_document_share_what_they_need() {
    let (rules, data) = claims(300);
    let (outcome, _) = judged(rules, data);
    assert!(
        outcome.roots[0].kpis.iter().all(|value| needs(value) == 300),
        "every record can decide"
    );
}

/// Three levels of claims on one document by records of which nothing is known.
fn claims(records: usize) -> (String, String) {
    let mut rules =
        "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\nentity r in g { key id: text  f: bool  doc: text }\n".to_owned();
    for level in 0..3 {
        for side in ["a", "b"] {
            let asks =
                if level == 0 { "f".to_owned() } else { format!("counted in {side}{}", level - 1) };
            let _ = writeln!(
                rules,
                "tally {side}{level} in 件 from r {{ require {asks} else \"x\" @ 1 count }}"
            );
        }
        let _ = writeln!(
            rules,
            "once o{level} by doc between a{level}, b{level} keep none else \"d\" @ 1"
        );
    }
    let records: Vec<String> =
        (0..records).map(|row| format!(r#"{{"id": "R{row}", "doc": "無"}}"#)).collect();
    (rules, format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, records.join(",")))
}

/// Effort is what can be held to without a clock: twice the records, or links, take twice the
/// steps.
#[test]
fn what_records_need_takes_effort_in_proportion() {
    let fuel = |(rules, data): (String, String)| judged(rules, data).0.fuel;
    let one = r#"{"gs": [{"id": "G", "r": [{"id": "R1"}]}]}"#;
    let measured = [100, 200].map(|n| {
        let inputs = [
            ("claims", claims(n * 10)),
            ("links", (chain(n, 1), one.to_owned())),
            ("mentions", (chain(2, n), one.to_owned())),
        ];
        inputs.map(|(name, input)| (name, fuel(input)))
    });
    for ((name, single), (_, double)) in measured[0].into_iter().zip(measured[1]) {
        assert!(double as f64 <= 2.2 * single as f64, "{name}: {single}, then {double}");
    }
}

/// Hundreds of figures that are made of one another need the same fields of thousands of records:
/// each has them once.
#[test]
fn figures_made_of_one_another_share_what_they_need() {
    let (records, figures) = (20_000, 300);
    let mut rules = chain(1, 1) + "kpi k0 = t0 * 1 @ 1\n";
    for figure in 1..figures {
        let other = if figure % 2 == 0 { "t1".to_owned() } else { format!("k{}", figure / 2) };
        let _ = writeln!(rules, "kpi k{figure} = k{} * 1 + {other} * 0 @ 1", figure - 1);
    }
    let list: Vec<String> = (0..records).map(|row| format!(r#"{{"id": "R{row}"}}"#)).collect();
    let data = format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, list.join(","));
    let (outcome, json) = judged(rules, data);
    assert!(outcome.roots[0].kpis.iter().all(|value| needs(value) == records));
    // Not many more than a step for each record, and a result that one can read.
    assert!(outcome.fuel < 40 * records as u64, "{}", outcome.fuel);
    assert!(json.len() < 25_000_000, "{}", json.len());
    // The first have as many as one has room for, the others one; all say how many more there are.
    let more = |listed: usize| json.matches(&format!(r#""more": {}"#, records - listed)).count();
    let long = Needs::LISTED_IN_ALL / Needs::LISTED;
    assert_eq!((more(Needs::LISTED), more(1)), (long, figures + 2 - long));
}

/// Working out what is missing is charged, and the host hears of it and may stop it.
#[test]
fn what_records_need_is_charged_and_watched() {
    let (rules, data) = claims(2_000);
    let pack = pack(&rules);
    let limits = Limits::untrusted();
    let data = pack.read_json(&data, None, &limits).expect("sound data");
    for engine in [Engine::Reference, Engine::Columnar] {
        let pack = pack.with_engine(engine);
        let used = pack.evaluate(&data, &limits).expect("within the limits").outcome().fuel;
        let short = Limits { fuel: used - 1, ..limits.clone() };
        assert_eq!(pack.evaluate(&data, &short).map(|_| ()), Err(Abort::Fuel { limit: used - 1 }));
        let (mut told, mut late) = (0, 0);
        let stopped = pack.evaluate_watched(&data, &limits, &mut |progress| {
            told += 1;
            late += u32::from(progress.done == progress.total);
            if late < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!(
            stopped.map(|_| ()),
            Err(Abort::Stopped),
            "after what was expected comes what is missing"
        );
        assert!(told < 5_000, "{told}");
    }
}

#[test]
fn a_record_on_a_long_register_is_refused() {
    let mut rules = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\nentity r in g { key id: text  doc: text }\n".to_owned();
    rules += "tally t in 件 from r { require doc not in reviewed else \"x\" @ 1 count }\n";
    let list =
        |count: usize| (0..count).map(|at| format!(r#""d{at}""#)).collect::<Vec<_>>().join(",");
    let records: Vec<String> =
        (0..3_000).map(|row| format!(r#"{{"id": "R{row}", "doc": "ｄ{}"}}"#, row * 2)).collect();
    let data = format!(
        r#"{{"gs": [{{"id": "G", "reviewed": [{}], "r": [{}]}}]}}"#,
        list(3_000),
        records.join(",")
    );
    let (outcome, _) = judged(rules, data);
    assert!(
        matches!(&outcome.roots[0].kpis[KpiId::new(0)], KpiValue::Known(value) if value.to_string() == "1500"),
        "{:?}",
        outcome.roots[0].kpis[KpiId::new(0)]
    );
}
