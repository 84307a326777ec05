//! What other people's continuous integration reads: JUnit XML of tests and SARIF of findings, held
//! to what their schemas ask for; and `mutate`.

mod common;

use std::fs;
use std::path::Path;

use common::{run, shown};
use serde_json::Value;

fn sarif(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A list at a place of a document.
fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn sarif_is_what_its_schema_asks_for() {
    for (pack, locale) in [("broken", "zh-TW"), ("broken", "en"), ("shops", "en")] {
        let log = sarif(&["check", pack, "--format", "sarif", "--locale", locale]);
        assert_eq!(
            (&log["version"], log["runs"].as_array().map(Vec::len)),
            (&Value::from("2.1.0"), Some(1))
        );
        let rules = list(&log, "/runs/0/tool/driver/rules");
        assert!(log.pointer("/runs/0/tool/driver/name").is_some_and(Value::is_string));
        for result in list(&log, "/runs/0/results") {
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(
                ["error", "warning", "note"].contains(&result["level"].as_str().expect("a level"))
            );
            assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
            assert!(result["properties"]["clauses"].is_array());
            for location in
                list(result, "/locations").iter().chain(list(result, "/relatedLocations"))
            {
                let place = &location["physicalLocation"];
                assert_eq!(place["artifactLocation"]["uri"], "broken/shops.guiju");
                let number = |key: &str| place["region"][key].as_u64().expect("a number");
                assert!(number("startLine") >= 1 && number("startColumn") >= 1);
                assert!(
                    (number("endLine"), number("endColumn"))
                        >= (number("startLine"), number("startColumn"))
                );
            }
        }
    }
    let log = sarif(&["check", "broken", "--format", "sarif", "--locale", "en"]);
    assert!(list(&log, "/runs/0/results").len() >= 4);
    assert!(list(&sarif(&["check", "shops", "--format", "sarif"]), "/runs/0/results").is_empty());
}

#[test]
fn a_finding_in_a_rule_names_its_clauses() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "pack p\nsource g { 1 \"甲\" }\nentity m { key id: text  fee: money }\nkpi due = feee * 2  @ 1\n";
    fs::write(folder.path().join("p.guiju"), rules).expect("a file");
    let path = folder.path().to_str().expect("a name");
    let log = sarif(&["check", path, "--format", "sarif"]);
    let found = &list(&log, "/runs/0/results")[0];
    assert_eq!(found["properties"]["clauses"], serde_json::json!(["1"]));
    let region = &found["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(4), Some(11)));
}

#[test]
fn junit_has_a_case_for_every_test() {
    insta::assert_snapshot!("junit", shown(&["test", "failing", "--format", "junit"]));
    insta::assert_snapshot!(
        "junit_en",
        shown(&["test", "failing", "--format", "junit", "--locale", "en"])
    );
    assert_eq!(run(&["test", "shops", "--format", "junit"]).status.code(), Some(0));
    assert_eq!(run(&["test", "untested", "--format", "junit"]).status.code(), Some(1));
    assert_eq!(run(&["test", "shops", "--format", "junit", "--coverage"]).status.code(), Some(2));
}

#[test]
fn names_cannot_break_out_of_junit() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "pack p\nentity m { key id: text  fee: money }\nkpi due = fee * 2  because \"例\"\n\
                 test \"<a & 'b'>\" { m M1 { fee: 1 元 } expect M1.due = 3 元 }\n";
    fs::write(folder.path().join("p.guiju"), rules).expect("a file");
    let output = run(&["test", folder.path().to_str().expect("a name"), "--format", "junit"]);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("name=\"&lt;a &amp; 'b'&gt;\""), "{text}");
    assert_eq!((text.matches("<failure ").count(), text.matches("</failure>").count()), (1, 1));
}

#[test]
fn changes_that_no_test_notices_are_shown() {
    insta::assert_snapshot!("mutate", shown(&["mutate", "shops"]));
    insta::assert_snapshot!("mutate_en", shown(&["mutate", "shops", "--locale", "en", "--check"]));
    insta::assert_snapshot!("mutate_untested", shown(&["mutate", "untested", "--locale", "en"]));
    insta::assert_snapshot!("mutate_failing", shown(&["mutate", "failing", "--locale", "en"]));
    let output = run(&["mutate", "shops", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let changes = list(&document, "/changes");
    let with = |fate: &str| changes.iter().filter(|change| change["fate"] == fate).count() as u64;
    assert_eq!(document["noticed"].as_u64(), Some(with("noticed")));
    assert_eq!(document["needed"].as_u64(), Some(with("noticed") + with("survived")));
}

#[test]
fn proposed_tests_are_written_beside_the_others_and_what_is_allowed_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shops");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shops"), &path);
    let name = path.to_str().expect("a name");
    let number = |output: &std::process::Output| {
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        document["needed"]
            .as_u64()
            .zip(document["noticed"].as_u64())
            .map(|(needed, noticed)| needed - noticed)
    };
    let before = number(&run(&["mutate", name, "--format", "json"])).expect("numbers");
    assert_eq!(run(&["mutate", name, "--write"]).status.code(), Some(0));
    assert!(path.join("tests/proposed.guiju").is_file());
    assert_eq!(run(&["test", name]).status.code(), Some(0));
    assert_eq!(
        run(&["fmt", path.join("tests/proposed.guiju").to_str().expect("a name"), "--check"])
            .status
            .code(),
        Some(0)
    );
    let after = number(&run(&["mutate", name, "--format", "json"])).expect("numbers");
    assert!(after < before, "{after} of {before}");
    // Another time there is a file already, which stays.
    let kept = fs::read(path.join("tests/proposed.guiju")).expect("a file");
    run(&["mutate", name, "--write"]);
    assert_eq!(fs::read(path.join("tests/proposed.guiju")).expect("a file"), kept);
    fs::write(path.join("mutants.allow"), "kpi gone\n- 1\n+ 2\nbecause \"沒有了\"\nnonsense\n")
        .expect("a file");
    let told = run(&["mutate", name, "--locale", "en"]);
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(said.contains("G290") && said.contains("G291"), "{said}");
    assert_eq!(told.status.code(), Some(1));
    assert_eq!(run(&["mutate", "alliance_104", "--write"]).status.code(), Some(1));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let other = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &other);
        } else {
            fs::copy(&path, &other).expect("a copy");
        }
    }
}
