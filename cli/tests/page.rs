//! `evaluate --format html`: what is on the page, in both languages, and that no figure of the JSON
//! is missing from it.

mod common;

use common::{run, show, shown_page};
use serde_json::Value;

#[test]
fn pages() {
    insta::assert_snapshot!(
        "all",
        shown_page(&["evaluate", "shops", "market", "--format", "html", "--records"])
    );
    insta::assert_snapshot!(
        "all_en",
        shown_page(&["evaluate", "shops", "market", "--format", "html", "--locale", "en"])
    );
    insta::assert_snapshot!(
        "open",
        shown_page(&[
            "evaluate",
            "shops",
            "market.json",
            "--format",
            "html",
            "--alliance",
            "M1",
            "--records"
        ])
    );
}

#[test]
fn several_years_stand_on_one_page() {
    let years = [
        "evaluate",
        "years/market_107",
        "years/y107.json",
        "years/market_108",
        "years/y108.json",
        "--format",
        "html",
    ];
    insta::assert_snapshot!(
        "years_en",
        shown_page(&[&years[..], &["--alliance", "M3", "--locale", "en"]].concat())
    );
}

/// What stands on the page of these arguments, and the same as JSON.
fn both(pack: &str, data: &str) -> (String, Value) {
    let output =
        |format| run(&["evaluate", pack, data, "--records", "--locale", "en", "--format", format]);
    let (page, json) = (output("html"), output("json"));
    assert_eq!(page.status.code(), Some(0), "{}", show(&page));
    (
        String::from_utf8(page.stdout).expect("UTF-8"),
        serde_json::from_slice(&json.stdout).expect("JSON"),
    )
}

/// A decimal of the JSON as people read it: thousands apart, a share in percent, quotients with two
/// decimals. `None` where what the JSON has lies half way, so that only the exact number would say
/// which way it is rounded.
fn words(number: &Value, unit: &str) -> Option<String> {
    let text = number.as_str()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (mark, digits, decimals) = match (unit, fraction.len()) {
        // Of a share all six decimals are written, of any other quotient too.
        ("%", _) => ("", rounded(&format!("{whole}{fraction:0<6}"), 2)?, 2),
        (_, 6) => ("~", rounded(&format!("{whole}{fraction}"), 4)?, 2),
        (_, decimals) => ("", format!("{whole}{fraction}"), decimals),
    };
    let digits = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let thousands: Vec<&str> = (0..whole.len().div_ceil(3))
        .rev()
        .map(|n| &whole[whole.len().saturating_sub(3 * n + 3)..whole.len() - 3 * n])
        .collect();
    let point = if decimals == 0 { "" } else { "." };
    Some(format!("{mark}{}{point}{fraction}", thousands.join(",")))
}

/// An integer without its last digits.
fn rounded(digits: &str, last: u32) -> Option<String> {
    let (number, unit) = (digits.parse::<i128>().ok()?, 10_i128.pow(last));
    match (number % unit * 2).cmp(&unit) {
        std::cmp::Ordering::Less => Some((number / unit).to_string()),
        std::cmp::Ordering::Greater => Some((number / unit + 1).to_string()),
        std::cmp::Ordering::Equal => None,
    }
}

/// The part of a page about each root is one piece of it, between two places that links lead to.
fn parts<'p>(page: &'p str, pack: &str) -> Vec<&'p str> {
    page.split(&format!("<div id=\"{pack}."))
        .skip(1)
        .map(|part| part.split("</section>").next().unwrap_or(part))
        .collect()
}

/// How many figures of the JSON were looked for in its part of the page.
fn figures(pack: &str, data: &str, roots: &str) -> usize {
    let (page, json) = both(pack, data);
    let parts = parts(&page, json["pack"].as_str().expect("a name"));
    let roots = json[roots].as_array().expect("roots");
    assert_eq!(parts.len(), roots.len());
    let mut looked = 0;
    for (part, root) in parts.iter().zip(roots) {
        let stands = |found: &str| {
            let cell =
                |before: &str, after: &str| part.contains(&format!("{before}{found}{after}"));
            assert!(
                cell(">", "<") || cell(">", " ..") || cell(".. ", "<"),
                "{found} of {} is not on the page",
                root["id"]
            );
        };
        let kpis = root["kpis"]
            .as_object()
            .expect("KPIs")
            .values()
            .map(|kpi| (kpi, ["value", "low", "high", "target", "previous"].as_slice()));
        let obligations = root["obligations"]
            .as_array()
            .expect("obligations")
            .iter()
            .map(|one| (one, ["gap"].as_slice()));
        for (holder, names) in kpis.chain(obligations) {
            for found in names.iter().filter_map(|name| {
                words(&holder[name], holder["unit"].as_str().unwrap_or_default())
            }) {
                stands(&found);
                looked += 1;
            }
            if let Some(found) = words(&holder["attainment"], "%") {
                stands(&found);
                looked += 1;
            }
        }
        for record in root["records"]
            .as_object()
            .expect("records")
            .values()
            .flat_map(|list| list.as_array().expect("a list"))
        {
            let key = record["key"].as_str().expect("a key");
            for verdict in record["verdicts"].as_object().expect("verdicts").values() {
                let row = part.split("<tr>").find(|row| {
                    let says = |name: &str| {
                        verdict[name].as_str().is_none_or(|text| row.contains(&format!(">{text}<")))
                    };
                    row.contains(&format!("/{key}</th>"))
                        && says("verdict")
                        && says("reason")
                        && says("clause")
                });
                assert!(row.is_some(), "{key} of {}: {verdict}", root["id"]);
                looked += 1;
            }
        }
    }
    looked
}

#[test]
fn every_figure_and_every_verdict_of_the_json_is_on_the_page() {
    assert!(figures("shops", "market", "markets") > 20);
    assert!(
        figures(
            "alliance_108",
            "../../../rules/packs/alliance_108/samples/field-revenue",
            "alliances"
        ) > 10_000
    );
    assert!(
        figures("gloria_108", "../../../rules/packs/gloria_108/samples/plan.json", "alliances")
            > 500
    );
}

#[test]
fn text_of_the_data_is_never_markup() {
    let data = r#"{"markets": [{"id": "M\"1", "name": "<script>alert(1)</script>&", "area": "north", "budget": "1", "shop": []}]}"#;
    let page = common::run_with(&["evaluate", "shops", "-", "--format", "html"], data);
    let text = String::from_utf8(page.stdout).expect("UTF-8");
    assert!(
        text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") && !text.contains("<script"),
        "{text}"
    );
}
