//! Results of an earlier evaluation as previous values: what is taken, what is said, what is
//! refused (`earlier/*.json`); and years evaluated one after another, with and without a detour
//! through JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use guiju::DataError;
use guiju::{
    Code, Dataset, Diagnostic, Earlier, Evaluation, Exact, JsonOptions, KpiValue, Limits, Locale,
    Parsed, Source, SourcePack, render,
};

fn pack(year: u16) -> SourcePack {
    let rules = format!(
        r#"
pack fees_{year} "會費"
period {year}/02/01 .. {next}/01/31
entity alliance "聯盟" / "alliance" {{ key id: text  grant: money }}
entity member in alliance {{ key name: text  fee: money }}
tally members in 家 from member {{ count }} because "示範"
tally fees from member {{ sum fee }} because "示範"
kpi share as % = fees / grant because "示範"
kpi per_member = fees / members because "示範"
kpi change = fees - previous(fees) because "示範"
kpi highest = (fees or 0 元 because "示範") when fees > (previous(highest) or 0 元 because "第一年") because "示範"
kpi kept = (highest or previous(kept) because "逐年帶入") because "示範"
kpi all_fees for programme = sum(fees) because "示範"
"#,
        next = year + 1
    );
    let checked = Parsed::parse(vec![Source::new("fees.guiju", rules)], &Limits::default()).check();
    checked.into_pack().expect("sound rules")
}

fn data(pack: &SourcePack, text: &str) -> Dataset {
    pack.read_json(text, None, &Limits::default()).expect("sound data")
}

/// The data of a later year; it gives two previous values itself, one of them rounded as results
/// show it.
const LATER: &str = r#"{"alliances": [
    {"id": "A1", "grant": "3000", "member": [{"name": "甲", "fee": "1200"}], "previous": {"members": "20", "share": "0.333333"}},
    {"id": "A2", "grant": "3000", "member": []}
]}"#;

fn said(diagnostics: &[Diagnostic]) -> String {
    let all = |locale| {
        diagnostics
            .iter()
            .map(|diagnostic| render::render(diagnostic, &[], locale, false))
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!("{}\n{}", all(Locale::ZhTw), all(Locale::En))
}

fn joined(name: &str, text: &str) -> Result<Dataset, DataError> {
    let (pack, limits) = (pack(108), Limits::default());
    Earlier::from_json(text, Some(name), &limits)
        .and_then(|earlier| data(&pack, LATER).with_previous(&pack, &earlier, &limits))
}

fn show(result: &Result<Dataset, DataError>) -> String {
    let data = match result {
        Ok(data) => data,
        Err(error) => return said(&error.diagnostics),
    };
    let mut out = String::new();
    for root in 0..data.len() {
        let previous: Vec<String> = pack(108)
            .schema()
            .kpis
            .entries()
            .filter_map(|(kpi, schema)| {
                data.previous(root, kpi).map(|value| format!("{}={value:?}", schema.name))
            })
            .collect();
        let _ = writeln!(out, "{}: {}", data.root_key(root), previous.join(" "));
    }
    out + "\n" + &said(data.warnings())
}

#[test]
fn results_of_an_earlier_year() {
    insta::glob!("earlier/*.json", |path| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("cases have plain names");
        let text = std::fs::read_to_string(path).expect("a case can be read");
        insta::assert_snapshot!(show(&joined(name, &text)));
    });
}

#[test]
fn every_remark_and_refusal_has_a_case() {
    let mut seen = BTreeSet::new();
    for path in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/earlier"))
        .expect("cases")
        .map(|entry| entry.expect("a case").path())
    {
        let diagnostics =
            match joined("case", &std::fs::read_to_string(path).expect("a case can be read")) {
                Ok(data) => data.warnings().to_vec(),
                Err(error) => error.diagnostics,
            };
        seen.extend(diagnostics.iter().map(|diagnostic| diagnostic.code.id()));
    }
    let mut missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.id())
        .filter(|id| ("G640".."G651").contains(id) && !seen.contains(id))
        .collect();
    // A result where data is expected: a case of readers of data.
    missing.retain(|id| *id != "G641");
    assert_eq!(missing, Vec::<&str>::new());
}

fn years() -> Vec<(SourcePack, Dataset)> {
    let texts = [
        r#"{"alliances": [{"id": "A1", "grant": "3000", "member": [{"name": "甲", "fee": "1000"}]}]}"#,
        r#"{"alliances": [{"id": "A1", "grant": "7000", "member": [{"name": "甲", "fee": "1500"}, {"name": "乙", "fee": "500"}]},
                          {"id": "A2", "grant": "9", "member": []}]}"#,
        r#"{"alliances": [{"id": "A1", "grant": "7000", "member": [{"name": "甲", "fee": "1500"}, {"name": "乙"}]}]}"#,
        r#"{"alliances": [{"id": "A1", "grant": "7000", "member": [{"name": "甲", "fee": "1500"}]}]}"#,
    ];
    (106..)
        .map(pack)
        .zip(texts)
        .map(|(pack, text)| {
            let data = data(&pack, text);
            (pack, data)
        })
        .collect()
}

/// Each year judged after the one before, whose results reach it as the test says.
fn chain(reach: impl Fn(&Evaluation) -> Earlier) -> Vec<String> {
    let limits = Limits::default();
    let mut earlier: Option<Earlier> = None;
    let mut results = Vec::new();
    for (pack, mut data) in years() {
        if let Some(earlier) = &earlier {
            data = data.with_previous(&pack, earlier, &limits).expect("years in order");
        }
        let evaluation = pack.evaluate(&data, &limits).expect("enough fuel");
        results.push(evaluation.to_json(&JsonOptions::default()));
        earlier = Some(reach(&evaluation));
    }
    results
}

#[test]
fn years_follow_each_other() {
    let direct = chain(Evaluation::earlier);
    let through_json = chain(|evaluation| {
        let text = evaluation.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
        Earlier::from_json(&text, None, &Limits::default()).expect("our own result")
    });
    assert_eq!(direct, through_json);
    insta::assert_snapshot!("years", direct.join("\n"));
}

#[test]
fn shares_are_carried_exactly() {
    let (first, second, limits) = (pack(107), pack(108), Limits::default());
    let before = data(
        &first,
        r#"{"alliances": [{"id": "A1", "grant": "7", "member": [{"name": "甲", "fee": "1"}]}]}"#,
    );
    let outcome = first.evaluate(&before, &limits).expect("enough fuel");
    let text = outcome.to_json(&JsonOptions::default());
    assert!(text.contains(r#""value": "0.142857""#), "{text}");
    let after = data(
        &second,
        r#"{"alliances": [{"id": "A1", "grant": "7", "previous": {"share": "0.142857"}}]}"#,
    );
    let earlier = Earlier::from_json(&text, None, &limits).expect("our own result");
    let after = after.with_previous(&second, &earlier, &limits).expect("the same value, rounded");
    let share = second.schema().kpi("share").expect("declared");
    assert_eq!(after.previous(0, share), Exact::fraction(1, 7).ok());
    assert_eq!(
        outcome.roots[0].kpis[share],
        KpiValue::Known(Exact::fraction(1, 7).expect("a seventh"))
    );
}

#[test]
fn broken_results_are_refused_without_a_panic() {
    let good = include_str!("earlier/good.json").trim_end();
    let limits = Limits::untrusted();
    for end in (0..good.len()).filter(|end| good.is_char_boundary(*end)) {
        let (before, after) = good.split_at(end);
        assert!(Earlier::from_json(before, None, &limits).is_err(), "{before}");
        for with in [
            "\"",
            "{",
            "]",
            "9",
            "-",
            "/",
            "\\ud800",
            "null",
            "0000000000000000000000000000000000000000",
        ] {
            let rest: String = after.chars().skip(1).collect();
            if let Ok(earlier) = Earlier::from_json(&format!("{before}{with}{rest}"), None, &limits)
            {
                let pack = pack_once();
                let _ = data(pack, LATER).with_previous(pack, &earlier, &limits);
            }
        }
    }
}

fn pack_once() -> &'static SourcePack {
    static PACK: std::sync::OnceLock<SourcePack> = std::sync::OnceLock::new();
    PACK.get_or_init(|| pack(108))
}

#[test]
fn no_depth_of_nesting_exhausts_a_small_stack() {
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    let check = move || {
        for text in [
            deep("[", "]"),
            deep("{\"a\":", ""),
            format!(r#"{{"pack":"p","engine":"0","alliances":{}}}"#, deep("[", "]")),
            format!(
                r#"{{"pack":"p","engine":"0","alliances":[{{"id":"A","kpis":{{"k":{}}}}}]}}"#,
                deep("[", "]")
            ),
            format!(r#"{{"pack":{},"engine":"0","alliances":[]}}"#, deep("[", "]")),
        ] {
            assert!(Earlier::from_json(&text, None, &Limits::untrusted()).is_err());
        }
    };
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(check)
        .expect("a thread")
        .join()
        .expect("no panic");
}

/// Who is refused because an earlier year counted the same is told to leave it out, and not to
/// report it under something else; damaged lists of what was counted are refused.
#[test]
fn what_an_earlier_year_counted_is_explained() {
    let limits = Limits::default();
    let year = |year: u16| {
        let rules = format!(
            r#"
pack works_{year}
period {year}/02/01 .. {next}/01/31
entity alliance {{ key id: text }}
entity work in alliance {{ key id: text  number: text }}
tally works in 件 from work {{ count }} because "x"
once work_once by number among works keep first across years else "x" because "x"
"#,
            next = year + 1
        );
        let parsed = Parsed::parse(vec![Source::new("works.guiju", rules)], &limits);
        parsed.check().into_pack().expect("sound rules")
    };
    let (first, second) = (year(107), year(108));
    let text = r#"{"alliances": [{"id": "A1", "work": [{"id": "W1", "number": "1"}]}]}"#;
    let before = first.evaluate(&data(&first, text), &limits).expect("an outcome");
    let now = data(&second, text).with_previous(&second, &before.earlier(), &limits);
    let now = second.evaluate(&now.expect("it is earlier"), &limits).expect("an outcome");
    assert_eq!(now.roots[0].kpis[guiju::KpiId::new(0)], KpiValue::Known(0.into()));
    let question = guiju::Question::Record { entity: "work".to_owned(), key: "W1".to_owned() };
    let why = now.explain(0, &question, &limits).expect("an explanation").to_text(Locale::En);
    assert!(why.contains("an earlier year counted it: leave it out of this one"), "{why}");

    let json = before.to_json(&JsonOptions::default());
    for (good, bad) in [
        (r#""tally": "works""#, r#""tally": 1"#),
        (r#""document": "1""#, r#""document": null"#),
        (r#""document": "1""#, r#""day": "2018-02-30""#),
        (r#""counted_evidence": ["#, r#""counted_evidence": 1, "more": ["#),
    ] {
        assert!(json.contains(good), "{json}");
        assert!(Earlier::from_json(&json.replace(good, bad), None, &limits).is_err(), "{bad}");
    }
}
