//! Edition 108 computed a second time: random alliances are judged by the engine and by a deliberately naive reading of the
//! same contract (`naive.rs`, `once.rs`, `figures.rs`), and every verdict, figure and obligation has to agree. `laws.rs`
//! holds what must be true whatever the rules say; `hand.rs` pins both computations to cases worked out by hand.
//!
//! Not here: wording, units and issues, which other tests look at. `PROPTEST_CASES` sets the number of documents per test.

use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;

use crate::blank::Wipe;
use crate::value::{amount, plain, whole};

mod blank;
mod compare;
mod coverage;
mod figures;
mod generate;
mod hand;
mod laws;
mod naive;
mod once;
mod value;

/// The only call of the engine: data in, the JSON of `evaluate` out, with every record's verdicts.
fn evaluate(data: &Value) -> Value {
    static PACK: OnceLock<guiju::Pack> = OnceLock::new();
    let pack = PACK.get_or_init(|| match guiju_rules::load("alliance_108") {
        Ok(pack) => pack,
        Err(_) => panic!("the pack has errors"),
    });
    let limits = guiju::Limits::default();
    let text = data.to_string();
    let dataset = pack.read_json(&text, None, &limits).unwrap_or_else(|found| panic!("{found:?}\nin {text}"));
    let plan = pack.plan();
    let outcome = plan.evaluate(&dataset, &limits).unwrap_or_else(|abort| panic!("{abort:?}\non {text}"));
    let options = guiju::JsonOptions { records: true, ..Default::default() };
    let json = guiju::to_json(&plan, &dataset, &outcome, &options);
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}\nin {json}"))
}

/// So many documents, unless the environment says otherwise.
fn cases(count: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = count;
    }
    config.failure_persistence = Some(Box::new(FileFailurePersistence::Direct("tests/independent_108/regressions.txt")));
    config
}

proptest! {
    #![proptest_config(cases(200))]

    /// Nothing missing: every figure, obligation and verdict is the naive one, and so are the programme's totals.
    #[test]
    fn complete_data(document in generate::document(3)) {
        let result = evaluate(&document);
        compare::same(&document, &result);
        programme(&document, &result);
    }

    /// Values missing anywhere: verdicts and bounds are those of a three-valued reading.
    #[test]
    fn missing_data((_, blanked) in blank::pair(2, Wipe::Anything)) {
        compare::same(&blanked, &evaluate(&blanked));
    }
}

/// The programme's figures are sums over its alliances.
fn programme(document: &Value, result: &Value) {
    let mut sums = [whole(0), whole(0), whole(0)];
    for (alliance, result) in document["alliances"].as_array().unwrap().iter().zip(result["alliances"].as_array().unwrap()) {
        sums[0] += amount(&result["kpis"]["company_members"]["value"]);
        sums[1] += amount(&result["kpis"]["operating_revenue"]["value"]);
        sums[2] += amount(&alliance["grant"]);
    }
    for (id, sum) in ["programme_company_members", "programme_revenue", "programme_grant"].iter().zip(sums) {
        let said = &result["programme"]["kpis"][id];
        assert_eq!(said["value"], plain(&sum), "{id}: {said}");
    }
}
