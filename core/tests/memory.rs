//! What the engine says it holds, against what an allocator that counts has seen: the least budget
//! that a call ends within is at most a tenth off its peak.
//!
//! One test, since the allocator is the whole process's. Not here: what becomes of inputs that are
//! too large (`cli/tests/hostile`).

use std::alloc::System;

use cap::Cap;
use guiju::{Code, Engine, JsonOptions, Limits, Pack, Parsed, Source};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The most that some work holds beyond what was there before.
fn peak<T>(work: impl FnOnce() -> T) -> (u64, T) {
    // The allocator keeps the most of all time: what was there before makes up for it.
    let before = ALLOCATOR.allocated();
    let most = ALLOCATOR.max_allocated();
    let filler = most.saturating_sub(before);
    let padding = vec![1_u8; filler];
    let start = ALLOCATOR.allocated();
    let made = work();
    let reached = ALLOCATOR.max_allocated().saturating_sub(start);
    drop(padding);
    (reached as u64, made)
}

/// Holds that a call ends within a budget of a tenth more than what was counted, and not within
/// one of a tenth less; what is counted may be `more` times as much for what is only estimated.
fn holds(
    of: &str,
    counted: u64,
    more: u64,
    ends: &dyn Fn(&Limits) -> bool,
    wrong: &mut Vec<String>,
) {
    let within = |memory: u64| ends(&Limits { memory, ..Limits::default() });
    let (less, enough) = (counted - counted / 10, (counted + counted / 10) * more);
    if less > SMALL && within(less - SMALL) {
        wrong.push(format!("{of}: {counted} bytes are held, and less are said to be"));
    }
    if !within(enough + SMALL) {
        wrong.push(format!("{of}: {counted} bytes are held, and more are said to be"));
    }
}

/// What is left out of account in any case: names, diagnostics, buffers.
const SMALL: u64 = 20_000;

fn parsed(rules: &str) -> Parsed {
    Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default())
}

fn pack(rules: &str) -> Pack {
    (*parsed(rules).check().into_pack().expect("sound rules")).clone()
}

const HEAD: &str = "pack h\nsource s { 1 \"c\" }\n\
    entity g { key id: text  own: money  field: a | b }\n\
    entity r in g { key id: text  f: bool  doc: text?  fee: money }\n\
    tally t0 in 件 from r { require f else \"x\" @ 1\n count }\n";

/// Roots with as many records each, all of which are alike but for their keys.
fn document(roots: usize, records: usize, more: &str) -> String {
    let list = |count: usize, one: &dyn Fn(usize) -> String| {
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    let record = |n: usize| format!(r#"{{"id": "R{n}"{more}}}"#);
    let root =
        |n: usize| format!(r#"{{"id": "G{n}", "own": 5, "r": [{}]}}"#, list(records, &record));
    format!(r#"{{"gs": [{}]}}"#, list(roots, &root))
}

/// Lines of rules, one for each number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |all, n| all + &line(n) + "\n")
}

/// What a workload is called, its rules beside the usual, and its data.
fn cases() -> Vec<(&'static str, String, String)> {
    let figures = lines(40, |n| format!("kpi k{n} = t0 * {n} @ 1"));
    let check = "check c on r.f expect f else \"沒有\" @ 1\n";
    let duties = lines(10, |n| format!("obligation o{n} expect t0 > {n} 件 else \"x\" @ 1"));
    let once = "tally t1 in 件 from r { require f else \"x\" @ 1\n count }\n\
        once o by doc between t0, t1 keep none else \"d\" @ 1\n";
    let award = "award w for programme by field from g { order highest own  places 9 } @ 1
";
    vec![
        ("records", String::new(), document(2, 2_000, r#", "f": true, "fee": 5"#)),
        ("open records", figures.clone(), document(1, 3_000, "")),
        ("roots", figures + &duties, document(1_000, 1, r#", "f": false"#)),
        ("issues", check.to_owned(), document(20, 100, r#", "f": false"#)),
        ("an award", award.to_owned(), document(1_500, 0, "")),
        ("claims", once.to_owned(), document(1, 2_000, r#", "doc": "A""#)),
    ]
}

/// Rules of many kinds, long and dense.
fn long_rules() -> Vec<(&'static str, String)> {
    let clauses = (0..2_000).map(|n| format!("n{n}\n")).collect::<String>();
    let choices = (0..120).map(|n| format!("c{n}")).collect::<Vec<_>>().join("|");
    vec![
        ("clauses", format!("pack h\nsource s {{ {clauses} }}\nentity g {{ key id: text }}\n")),
        ("sums", HEAD.to_owned() + &lines(60, |n| format!("kpi k{n}=1{} @ 1", "+1".repeat(50)))),
        (
            "conditions",
            HEAD.to_owned()
                + &lines(60, |n| {
                    format!(
                        "tally c{n} in 件 from r {{ require f{} else \"x\" @ 1\n count }}",
                        " and f".repeat(20)
                    )
                }),
        ),
        (
            "fields",
            format!(
                "pack h\nentity g {{ key id: text {} }}\n",
                lines(800, |n| format!("f{n}:int"))
            ),
        ),
        (
            "choices",
            format!(
                "pack h\nentity g {{ key id: text {} }}\n",
                lines(20, |n| format!("f{n}:{choices}"))
            ),
        ),
    ]
}

#[test]
fn what_is_said_to_be_held_is_held() {
    let mut wrong = Vec::new();
    for (of, rules) in long_rules() {
        let read = |limits: &Limits| {
            Parsed::parse(vec![Source::new("p.guiju", rules.as_str())], limits).check()
        };
        let (counted, checked) = peak(|| read(&Limits::default()));
        drop(checked);
        let large = |limits: &Limits| {
            read(limits).diagnostics().iter().any(|found| found.code == Code::PackTooLarge)
        };
        // What is made of a word differs.
        holds(of, counted, 2, &|limits| !large(limits), &mut wrong);
    }
    for (of, rules, text) in cases() {
        let pack = pack(&(HEAD.to_owned() + &rules));
        let read = |limits: &Limits| pack.read_json(&text, None, limits);
        let (counted, data) = peak(|| read(&Limits::default()).expect("sound data"));
        holds(&format!("reading {of}"), counted, 1, &|limits| read(limits).is_ok(), &mut wrong);
        for engine in [Engine::Columnar, Engine::Reference] {
            let pack = pack.with_engine(engine);
            let judge = |limits: &Limits| pack.evaluate(&data, limits);
            let (counted, judged) = peak(|| judge(&Limits::default()).expect("within limits"));
            let of = format!("judging {of} ({engine:?})");
            holds(&of, counted, 1, &|limits| judge(limits).is_ok(), &mut wrong);
            let options = JsonOptions::default();
            let write = |limits: &Limits| judged.to_json_within(&options, limits);
            let (counted, text) = peak(|| write(&Limits::default()));
            drop(text);
            holds(
                &format!("writing, {of}"),
                counted,
                1,
                &|limits| write(limits).is_ok(),
                &mut wrong,
            );
        }
        let bytes = pack.to_compiled();
        let load = |limits: &Limits| Pack::from_compiled(&bytes, limits);
        let (counted, whole) = peak(|| load(&Limits::default()));
        drop(whole);
        holds(&format!("loading {of}"), counted, 1, &|limits| load(limits).is_ok(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
