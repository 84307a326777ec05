//! `check` and `test` on packs from folders, and how the command treats wrong usage.

mod common;

use common::{run, show, shown};

#[test]
fn help() {
    insta::assert_snapshot!("help", shown(&["--help"]));
    for command in [
        "compile", "diff", "evaluate", "explain", "check", "fmt", "lsp", "mutate", "template",
        "test", "types", "verify",
    ] {
        insta::assert_snapshot!(format!("help_{command}"), shown(&[command, "--help"]));
    }
}

#[test]
fn wrong_usage_is_status_2() {
    for args in [
        &["evaluate", "shops"][..],
        &["judge"],
        &["evaluate", "shops", "market", "--format", "pdf"],
        &["check", "shops", "--locale", "de"],
        &["explain", "shops", "market", "--record", "shop"],
        &["fmt"],
        &["fmt", "-", "shops"],
        &["explain", "shops", "market", "--alliance", "M1", "--record", "shop"],
        &[
            "explain",
            "shops",
            "market",
            "--alliance",
            "M1",
            "--kpi",
            "open_shops",
            "--obligation",
            "covered",
        ],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", show(&output));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_sound_pack_is_counted() {
    insta::assert_snapshot!(shown(&["check", "shops"]), @r"
    status: 0
    ----- stdout
    shops: 2 種資料，2 個計數項，9 個指標，2 個測試；0 個錯誤，0 個警告
    ");
    insta::assert_snapshot!(shown(&["check", "shops", "--locale", "en"]), @r"
    status: 0
    ----- stdout
    shops: 2 entities, 2 tallies, 9 KPIs, 2 tests; 0 errors, 0 warnings
    ");
}

#[test]
fn carets_line_up_under_chinese_and_full_width_text() {
    insta::assert_snapshot!("broken", shown(&["check", "broken"]));
    insta::assert_snapshot!("broken_en", shown(&["check", "broken", "--locale", "en"]));
}

#[test]
fn findings_as_json_stand_on_standard_output() {
    let output = run(&["check", "broken", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = document["diagnostics"].as_array().expect("a list");
    assert!(findings.len() >= 4, "{findings:?}");
    assert_eq!(findings[0]["labels"][0]["file"], "broken/shops.guiju");
}

#[test]
fn tests_pass_or_fail() {
    insta::assert_snapshot!(shown(&["test", "shops"]), @r"
    status: 0
    ----- stdout
    2 passed, 0 failed
    ");
    insta::assert_snapshot!("failing", shown(&["test", "failing"]));
    insta::assert_snapshot!(shown(&["test", "untested", "--locale", "en"]), @r"
    status: 1
    ----- stdout
    0 passed, 0 failed
    ----- stderr
    error: the pack has no tests
    ");
}

#[test]
fn rules_that_tests_leave_out_are_shown() {
    insta::assert_snapshot!("coverage", shown(&["test", "shops", "--coverage"]));
    insta::assert_snapshot!(
        "coverage_edition_en",
        shown(&["test", "shops_2022", "--coverage", "--locale", "en"])
    );
    // It changes nothing about passing and failing.
    assert_eq!(
        run(&["test", "failing", "--coverage"]).status.code(),
        run(&["test", "failing"]).status.code()
    );
}

#[test]
fn a_broken_pack_is_never_applied() {
    for args in [&["test", "broken"][..], &["evaluate", "broken", "market"]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("broken/shops.guiju:21"),
            "{args:?}"
        );
    }
}

#[test]
fn rules_that_are_not_there_are_said_so() {
    let unknown = run(&["check", "shop", "--locale", "en"]);
    let error = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        error.contains("there is no pack shop, and no such folder; the built-in packs are:"),
        "{error}"
    );
    assert!(guiju_rules::NAMES.iter().all(|name| error.contains(name)), "{error}");
    insta::assert_snapshot!(shown(&["check", "market"]), @r"
    status: 1
    ----- stderr
    error: market 裡沒有 .guiju 檔
    ");
}

#[test]
fn built_in_packs_are_known_by_name() {
    for name in guiju_rules::NAMES {
        let output = run(&["test", name]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", show(&output));
    }
}

#[test]
fn clauses_are_covered_or_the_command_fails() {
    insta::assert_snapshot!("clauses", shown(&["check", "shops_2020", "--clauses", "clauses.txt"]));
    insta::assert_snapshot!(
        "clauses_en",
        shown(&["check", "shops_2020", "--clauses", "clauses_covered.txt", "--locale", "en"])
    );
    insta::assert_snapshot!(
        "clauses_json",
        shown(&["check", "shops_2020", "--clauses", "clauses.txt", "--format", "json"])
    );
    assert_eq!(run(&["check", "shops_2020", "--clauses", "nowhere.txt"]).status.code(), Some(1));
}

#[test]
fn an_edition_finds_the_pack_it_amends_beside_it_and_says_whose_rule_it_is() {
    let explain = |kpi| {
        shown(&[
            "explain",
            "shops_2020",
            "market",
            "--alliance",
            "M1",
            "--kpi",
            kpi,
            "--locale",
            "en",
        ])
    };
    insta::assert_snapshot!("edition_own", explain("rent_income"));
    insta::assert_snapshot!("edition_base", explain("open_shops"));
}
