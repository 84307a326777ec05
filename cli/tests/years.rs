//! Several years: the results of one as the previous values of the next, in one run or from a file.

mod common;

use common::{run, run_with, show, shown};

const FIRST: [&str; 2] = ["years/market_107", "years/y107.json"];
const SECOND: [&str; 2] = ["years/market_108", "years/y108.json"];

fn evaluate(parts: &[&[&str]]) -> Vec<String> {
    std::iter::once(&["evaluate"][..])
        .chain(parts.iter().copied())
        .flatten()
        .map(|part| (*part).to_owned())
        .collect()
}

fn out(args: &[String], input: &str) -> String {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let output = run_with(&args, input);
    assert_eq!(output.status.code(), Some(0), "{}", show(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn years_in_one_run() {
    insta::assert_snapshot!(
        "table",
        shown(&["evaluate", FIRST[0], FIRST[1], SECOND[0], SECOND[1]])
    );
    insta::assert_snapshot!(
        "table_one_en",
        shown(&[
            "evaluate",
            FIRST[0],
            FIRST[1],
            SECOND[0],
            SECOND[1],
            "--alliance",
            "M1",
            "--locale",
            "en"
        ])
    );
    insta::assert_snapshot!(
        "table_new",
        shown(&["evaluate", FIRST[0], FIRST[1], SECOND[0], SECOND[1], "--alliance", "M3"])
    );
    insta::assert_snapshot!(
        "csv",
        shown(&["evaluate", FIRST[0], FIRST[1], SECOND[0], SECOND[1], "--format", "csv"])
    );
}

#[test]
fn a_year_is_the_same_bytes_alone_and_among_others() {
    let json: &[&str] = &["--format", "json", "--records"];
    let first = out(&evaluate(&[&FIRST, json]), "");
    let second = out(&evaluate(&[&SECOND, json, &["--previous", "-"]]), &first);
    let both = out(&evaluate(&[&FIRST, &SECOND, json]), "");
    assert_eq!(both, format!("[\n{},\n{}\n]\n", first.trim_end(), second.trim_end()));
    // Several years go on where they ended: the last is what counts.
    let after_both = out(
        &evaluate(&[&["years/market_109", "years/y108.json"], json, &["--previous", "-"]]),
        &both,
    );
    assert_eq!(
        after_both,
        out(
            &evaluate(&[&["years/market_109", "years/y108.json"], json, &["--previous", "-"]]),
            &second
        )
    );
    let list: serde_json::Value = serde_json::from_str(&both).expect("JSON");
    assert_eq!(list[0]["period"]["end"], "2018-12-31");
    assert_eq!(list[1]["markets"][0]["kpis"]["rent_income"]["previous"], "3700");
    let one = out(&evaluate(&[&FIRST, &SECOND, json, &["--alliance", "M3"]]), "");
    let list: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(
        (list[0]["markets"].as_array().map(Vec::len), list[1]["markets"].as_array().map(Vec::len)),
        (Some(0), Some(1))
    );
}

#[test]
fn what_was_carried_is_explained() {
    let result = "years/result_107.json";
    insta::assert_snapshot!(
        "explain_kpi",
        shown(&[
            "explain",
            SECOND[0],
            SECOND[1],
            "--alliance",
            "M1",
            "--kpi",
            "goal",
            "--previous",
            result
        ])
    );
    insta::assert_snapshot!(
        "explain_obligation",
        shown(&[
            "explain",
            SECOND[0],
            SECOND[1],
            "--alliance",
            "M1",
            "--obligation",
            "growth",
            "--previous",
            result,
            "--locale",
            "en"
        ])
    );
}

/// The file is what the first year's evaluation writes.
#[test]
fn the_result_in_the_fixtures_is_up_to_date() {
    assert_eq!(
        out(&evaluate(&[&FIRST, &["--format", "json"]]), ""),
        include_str!("fixtures/years/result_107.json")
    );
}

#[test]
fn what_is_no_earlier_year_is_refused() {
    insta::assert_snapshot!(
        "out_of_order",
        shown(&["evaluate", SECOND[0], SECOND[1], FIRST[0], FIRST[1]])
    );
    insta::assert_snapshot!(
        "same_year",
        shown(&[
            "evaluate",
            FIRST[0],
            FIRST[1],
            "--previous",
            "years/result_107.json",
            "--locale",
            "en"
        ])
    );
    insta::assert_snapshot!(
        "data_as_result",
        shown(&["evaluate", SECOND[0], SECOND[1], "--previous", "years/y107.json"])
    );
    insta::assert_snapshot!(
        "result_as_data",
        shown(&["evaluate", SECOND[0], "years/result_107.json"])
    );
    insta::assert_snapshot!(
        "folder_as_result",
        shown(&["evaluate", SECOND[0], SECOND[1], "--previous", "market"])
    );
    insta::assert_snapshot!(
        "broken_result",
        show(&run_with(&["evaluate", SECOND[0], SECOND[1], "--previous", "-"], "{\"pack\": }"))
    );
    insta::assert_snapshot!(shown(&["evaluate", SECOND[0], SECOND[1], "--previous", "result.json"]), @r"
    status: 1
    ----- stderr
    error: 找不到 result.json
    ");
    insta::assert_snapshot!(shown(&["evaluate", FIRST[0], FIRST[1], SECOND[0], SECOND[1], "--alliance", "M9"]), @r"
    status: 1
    ----- stderr
    error[G915]: 資料裡沒有夜市 `M9`
     |
     = help: 資料裡有的是：M1、M3。
    ");
    let findings = run(&[
        "evaluate",
        SECOND[0],
        SECOND[1],
        "--previous",
        "years/y107.json",
        "--format",
        "json",
    ]);
    let findings: serde_json::Value = serde_json::from_slice(&findings.stderr).expect("JSON");
    assert_eq!(findings["diagnostics"][0]["code"], "G640");
}

#[test]
fn wrong_usage_is_status_2() {
    insta::assert_snapshot!("odd", shown(&["evaluate", FIRST[0], FIRST[1], SECOND[0]]));
    insta::assert_snapshot!(
        "two_inputs",
        shown(&["evaluate", FIRST[0], "-", "--previous", "-", "--locale", "en"])
    );
    for args in [
        &["evaluate", FIRST[0], "-", SECOND[0], "-"][..],
        &["explain", FIRST[0], "-", "--alliance", "M1", "--previous", "-"],
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
}
