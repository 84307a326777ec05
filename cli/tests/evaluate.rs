//! `evaluate` and `explain` on a small market: tables for people, JSON and CSV for programs, and
//! data that cannot be read.

mod common;

use common::{run, run_with, show, shown};

#[test]
fn data_that_is_not_there_is_said_so() {
    insta::assert_snapshot!(shown(&["evaluate", "shops", "nowhere"]), @r"
    status: 1
    ----- stderr
    error: 找不到 nowhere
    ");
    insta::assert_snapshot!(shown(&["evaluate", "shops", "shops", "--locale", "en"]), @r"
    status: 1
    ----- stderr
    error: shops has no .csv files
    ");
    insta::assert_snapshot!(
        "no_data",
        shown(&["evaluate", "shops", "shops/shops.guiju", "--format", "json", "--locale", "en"])
    );
}

#[test]
fn tables_of_all_roots() {
    insta::assert_snapshot!("table", shown(&["evaluate", "shops", "market"]));
    insta::assert_snapshot!(
        "table_en",
        shown(&["evaluate", "shops", "market", "--records", "--locale", "en"])
    );
}

#[test]
fn tables_of_one_root() {
    insta::assert_snapshot!(
        "table_one",
        shown(&["evaluate", "shops", "market", "--alliance", "M2", "--records"])
    );
    insta::assert_snapshot!(
        "table_open",
        shown(&["evaluate", "shops", "market.json", "--alliance", "M1"])
    );
}

#[test]
fn csv_for_programs() {
    insta::assert_snapshot!("csv", shown(&["evaluate", "shops", "market", "--format", "csv"]));
    insta::assert_snapshot!(
        "csv_records",
        shown(&["evaluate", "shops", "market", "--format", "csv", "--records", "--alliance", "M1"])
    );
}

#[test]
fn json_is_the_same_bytes_however_the_data_comes() {
    let from_tables = run(&["evaluate", "shops", "market", "--format", "json", "--records"]);
    assert_eq!(from_tables.status.code(), Some(0), "{}", show(&from_tables));
    let document = include_str!("fixtures/market.json");
    assert_eq!(
        from_tables.stdout,
        run(&["evaluate", "shops", "market.json", "--format", "json", "--records"]).stdout
    );
    assert_eq!(
        from_tables.stdout,
        run_with(&["evaluate", "shops", "-", "--format", "json", "--records"], document).stdout
    );
    insta::assert_snapshot!("json", String::from_utf8_lossy(&from_tables.stdout));
}

#[test]
fn an_unknown_root_is_told_the_known_ones() {
    insta::assert_snapshot!(shown(&["evaluate", "shops", "market", "--alliance", "M3"]), @r"
    status: 1
    ----- stderr
    error[G915]: 資料裡沒有夜市 `M3`
     |
     = help: 資料裡有的是：M1、M2。
    ");
}

#[test]
fn errors_in_data_are_all_printed() {
    let document = r#"{"markets": [{"id": "M1", "name": "士林夜市", "area": "東部", "budget": "1e3", "shop": []}]}"#;
    insta::assert_snapshot!("bad_data", show(&run_with(&["evaluate", "shops", "-"], document)));
    let json = run_with(&["evaluate", "shops", "-", "--format", "json"], document);
    let found: serde_json::Value = serde_json::from_slice(&json.stderr).expect("JSON");
    assert_eq!(
        (json.status.code(), found["diagnostics"].as_array().map(Vec::len)),
        (Some(1), Some(2))
    );
}

#[test]
fn explanations() {
    insta::assert_snapshot!(
        "explain_kpi",
        shown(&["explain", "shops", "market", "--alliance", "M1", "--kpi", "open_shops"])
    );
    insta::assert_snapshot!(
        "explain_record",
        shown(&["explain", "shops", "market", "--alliance", "M1", "--record", "shop/大餅包小餅"])
    );
    // No other alliance has a record of this key.
    insta::assert_snapshot!(
        "explain_record",
        shown(&["explain", "shops", "market", "--record", "shop/大餅包小餅"])
    );
    insta::assert_snapshot!(
        "explain_obligation",
        shown(&[
            "explain",
            "shops",
            "market",
            "--alliance",
            "M2",
            "--obligation",
            "covered",
            "--locale",
            "en"
        ])
    );
    insta::assert_snapshot!(
        "explain_root",
        shown(&["explain", "shops", "market", "--alliance", "M1"])
    );
    insta::assert_snapshot!(
        "explain_root_en",
        shown(&["explain", "shops", "market", "--alliance", "M1", "--locale", "en"])
    );
    insta::assert_snapshot!("explain_programme", shown(&["explain", "shops", "market"]));
    insta::assert_snapshot!(
        "explain_programme_kpi",
        shown(&["explain", "shops", "market", "--kpi", "all_shops", "--locale", "en"])
    );
    insta::assert_snapshot!(
        "explain_hangs_on",
        shown(&["explain", "shops", "market", "--alliance", "M2", "--hangs-on", "covered"])
    );
    insta::assert_snapshot!(
        "explain_hangs_on_json",
        shown(&[
            "explain",
            "shops",
            "market",
            "--hangs-on",
            "enough_shops",
            "--format",
            "json",
            "--locale",
            "en"
        ])
    );
    let all = run(&[
        "explain",
        "shops",
        "market",
        "--alliance",
        "M1",
        "--kpi",
        "all_shops",
        "--locale",
        "en",
    ]);
    assert_eq!(
        all.stdout,
        run(&["explain", "shops", "market", "--kpi", "all_shops", "--locale", "en"]).stdout
    );
    let json = run(&["explain", "shops", "market", "--alliance", "M1", "--format", "json"]);
    let whole: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(
        (
            whole["whole"]["root"].as_str(),
            whole["whole"]["kpis"].as_array().map(Vec::len).is_some_and(|kpis| kpis > 3)
        ),
        (Some("M1"), true)
    );
    insta::assert_snapshot!(shown(&["explain", "shops", "market", "--hangs-on", "covered", "--locale", "en"]), @r"
    status: 1
    ----- stderr
    error: every market has its own `covered`: say which one, by `--alliance ID`
    ");
    insta::assert_snapshot!(shown(&["explain", "shops", "market", "--alliance", "M1", "--hangs-on", "coverd"]), @r"
    status: 1
    ----- stderr
    error: 沒有義務 `coverd`；是否要寫 `covered`？
    ");
    insta::assert_snapshot!(shown(&["explain", "shops", "market", "--kpi", "open_shops", "--locale", "en"]), @r"
    status: 1
    ----- stderr
    error: every market has its own `open_shops`: say which one, by `--alliance ID`
    ");
    insta::assert_snapshot!(shown(&["explain", "shops", "market", "--kpi", "open_shops"]), @r"
    status: 1
    ----- stderr
    error: 每個夜市各有自己的 `open_shops`，請指明是哪一個：`--alliance ID`
    ");
    insta::assert_snapshot!(shown(&["explain", "shops", "market", "--alliance", "M1", "--kpi", "open_shop"]), @r"
    status: 1
    ----- stderr
    error: 沒有指標 `open_shop`；是否要寫 `open_shops`？
    ");
}
