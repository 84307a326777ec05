//! `diff` on small packs: what changed clause by clause, what each change does to figures, and what
//! it says of bad usage.

mod common;

use std::collections::BTreeMap;

use common::{run, run_with, shown, shown_page};
use serde_json::Value;

#[test]
fn rules_clause_by_clause() {
    insta::assert_snapshot!("text", shown(&["diff", "shops", "shops_2021"]));
    insta::assert_snapshot!("text_en", shown(&["diff", "shops", "shops_2021", "--locale", "en"]));
    insta::assert_snapshot!(
        "json",
        shown(&["diff", "shops", "shops_2021", "--format", "json", "--locale", "en"])
    );
    insta::assert_snapshot!(
        "html",
        shown_page(&["diff", "shops", "shops_2021", "--format", "html"])
    );
}

#[test]
fn rules_that_do_not_differ() {
    insta::assert_snapshot!(shown(&["diff", "shops", "shops"]));
    // Names for conditions and values, changed requirement by requirement, come to rules that are
    // written out.
    insta::assert_snapshot!("named", shown(&["diff", "shops_2021", "shops_2021_named"]));
    insta::assert_snapshot!(
        "named_and_changed",
        shown(&["diff", "shops_named", "shops_2021_named", "--locale", "en"])
    );
}

#[test]
fn effects_on_data() {
    insta::assert_snapshot!(
        "data",
        shown(&["diff", "shops", "shops_2021", "--data", "market.json"])
    );
    insta::assert_snapshot!(
        "data_en",
        shown(&["diff", "shops", "shops_2021", "--data", "market", "--locale", "en"])
    );
    insta::assert_snapshot!(
        "data_json",
        shown(&["diff", "shops", "shops_2021", "--data", "market.json", "--format", "json"])
    );
    insta::assert_snapshot!(
        "data_html",
        shown_page(&[
            "diff",
            "shops",
            "shops_2021",
            "--data",
            "market.json",
            "--format",
            "html",
            "--locale",
            "en"
        ])
    );
    insta::assert_snapshot!(
        "data_one",
        shown(&["diff", "shops", "shops_2021", "--data", "market.json", "--alliance", "M2"])
    );
}

#[test]
fn bad_usage() {
    insta::assert_snapshot!("unknown_pack", shown(&["diff", "shops", "alliance_999"]));
    insta::assert_snapshot!(
        "unknown_pack_en",
        shown(&["diff", "nowhere", "shops", "--locale", "en"])
    );
    insta::assert_snapshot!("broken_pack", shown(&["diff", "shops", "broken", "--locale", "en"]));
    insta::assert_snapshot!(
        "other_data",
        shown(&["diff", "shops", "alliance_108", "--data", "market.json", "--locale", "en"])
    );
    insta::assert_snapshot!(
        "unknown_root",
        shown(&["diff", "shops", "shops_2021", "--data", "market.json", "--alliance", "M3"])
    );
    insta::assert_snapshot!(
        "alliance_alone",
        shown(&["diff", "shops", "shops_2021", "--alliance", "M1"])
    );
    let text =
        r#"{"markets": [{"id": "M1", "area": "west", "budget": "ten", "shop": [{"open": 3}]}]}"#;
    let data = run_with(&["diff", "shops", "shops_2021", "--data", "-", "--locale", "en"], text);
    insta::assert_snapshot!("bad_data", common::show(&data));
}

/// A decimal of a document as a fraction of integers: numerator and denominator.
fn fraction(number: &Value) -> (i128, i128) {
    let text = number["exact"].as_str().or(number["value"].as_str()).expect("a number");
    if let Some((above, below)) = text.split_once('/') {
        return (above.parse().expect("an integer"), below.parse().expect("an integer"));
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    (format!("{whole}{decimals}").parse().expect("an integer"), 10_i128.pow(decimals.len() as u32))
}

fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { divisor(b, a % b) }
}

fn plus((a, b): (i128, i128), (c, d): (i128, i128)) -> (i128, i128) {
    let common = divisor(b, d);
    let (above, below) = (a * (d / common) + c * (b / common), b / common * d);
    let common = divisor(above, below).max(1);
    (above / common, below / common)
}

/// Every figure of a document of `diff --format json` that has parts: they make up the difference,
/// and that is after less before.
fn adds_up(document: &Value) -> usize {
    let data = &document["data"];
    let of_roots = data["roots"].as_array().into_iter().flatten().map(|root| &root["kpis"]);
    let mut checked = 0;
    for figure in of_roots
        .chain([&data["totals"], &data["programme"]["kpis"]])
        .flat_map(|list| list.as_array().into_iter().flatten())
    {
        let Some(effects) = figure["effects"].as_array() else { continue };
        let (before, after) = (fraction(&figure["before"]), fraction(&figure["after"]));
        let parts =
            effects.iter().fold((0, 1), |sum, effect| plus(sum, fraction(&effect["amount"])));
        assert_eq!(parts, plus(fraction(&figure["difference"]), (0, 1)), "{figure:#}");
        assert_eq!(parts, plus(after, (-before.0, before.1)), "{figure:#}");
        checked += 1;
    }
    checked
}

/// What `diff` finds between two built-in packs on this data.
fn judged(before: &str, after: &str, data: &str) -> Value {
    let output = run(&["diff", before, after, "--data", data, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", common::show(&output));
    serde_json::from_slice(&output.stdout).expect("a document")
}

/// The editions one after another: within each step the parts add up, and the steps follow one
/// another.
fn chain(data: &str) {
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    for pair in ["alliance_104", "alliance_107", "alliance_108", "alliance_115"].windows(2) {
        let document = judged(pair[0], pair[1], data);
        assert!(adds_up(&document) > 100, "{pair:?} differ in many figures");
        for total in document["data"]["totals"].as_array().into_iter().flatten() {
            let id = total["id"].to_string();
            if let Some(known) = last.get(&id).filter(|_| total["left_out"] == 0) {
                assert_eq!(
                    &total["before"], known,
                    "{id} before is what it was after the edition before"
                );
            }
            last.remove(&id);
            if total["left_out"] == 0 {
                last.insert(id, total["after"].clone());
            }
        }
    }
}

const SAMPLE: &str = "../../../rules/packs/alliance_108/samples/field-revenue";

#[test]
fn effects_of_each_edition_add_up() {
    chain(SAMPLE);
}

/// The same on data of any size: `cargo xtask many 10000 FILE`, then this with `GUIJU_MANY=FILE`.
#[test]
#[ignore = "takes minutes, and data that is not in the repository"]
fn effects_of_each_edition_add_up_on_many() {
    chain(&std::env::var("GUIJU_MANY").expect("GUIJU_MANY names a file"));
}
