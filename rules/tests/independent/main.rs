//! Every edition of the small alliances computed a second time: random alliances are judged by the
//! engine and by a deliberately naive reading of the same contract, and every verdict, figure and
//! obligation has to agree. What an edition says is in `members.rs`, `naive.rs`, `once.rs`,
//! `figures.rs`, `reports.rs` and `duties.rs`; `exhaustive.rs` leaves nothing to chance where that can be done;
//! `laws.rs` and `amendments.rs` hold what must be true whatever the rules say, of one edition and
//! between two; `hand.rs` and `editions.rs` pin both computations to cases worked out by hand.
//!
//! Not here: wording, units and issues, which other tests look at. `PROPTEST_CASES` sets the number
//! of documents per test.

use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use serde_json::Value;

use crate::edition::Edition;

mod amendments;
mod blank;
mod compare;
mod coverage;
mod duties;
mod edition;
mod editions;
mod exhaustive;
mod figures;
mod generate;
mod hand;
mod laws;
mod members;
mod naive;
mod once;
mod reports;
mod value;
mod years;

/// Data in, the JSON of `evaluate` out, with every record's verdicts.
fn evaluate(edition: Edition, data: &Value) -> Value {
    result(&judged(edition, data, None))
}

/// The only call of the engine: data in, and what it makes of it after an earlier year.
fn judged(edition: Edition, data: &Value, earlier: Option<&guiju::Earlier>) -> guiju::Evaluation {
    static PACKS: [OnceLock<guiju::SourcePack>; 4] = [const { OnceLock::new() }; 4];
    let pack = PACKS[edition as usize].get_or_init(|| match guiju_rules::load(edition.pack()) {
        Ok(pack) => pack,
        Err(error) => panic!("{}: {error}", edition.pack()),
    });
    let limits = guiju::Limits::default();
    let text = data.to_string();
    let dataset =
        pack.read_json(&text, None, &limits).unwrap_or_else(|found| panic!("{found:?}\nin {text}"));
    let dataset = match earlier {
        None => dataset,
        Some(earlier) => dataset
            .with_previous(pack, earlier, &limits)
            .unwrap_or_else(|found| panic!("{found:?}\nin {text}")),
    };
    pack.evaluate(&dataset, &limits).unwrap_or_else(|abort| panic!("{abort:?}\non {text}"))
}

fn result(outcome: &guiju::Evaluation) -> Value {
    let options = guiju::JsonOptions { records: true, ..Default::default() };
    let json = outcome.to_json(&options);
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}\nin {json}"))
}

/// Holds a property to so many documents, unless the environment says how many; the first that
/// fails is made small.
fn each<S: Strategy>(count: u32, documents: S, property: impl Fn(S::Value)) {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = count;
    }
    config.failure_persistence =
        Some(Box::new(FileFailurePersistence::Direct("tests/independent/regressions.txt")));
    let result = TestRunner::new(config).run(&documents, |document| {
        property(document);
        Ok(())
    });
    if let Err(failed) = result {
        panic!("{failed}");
    }
}

/// Each property once for each edition, so that a failure says of which.
macro_rules! every_edition {
    ($($module:ident of $edition:ident),*) => {$(
        mod $module {
            properties! {
                $edition:
                compare::complete_data,
                compare::missing_data,
                coverage::every_rule_is_reached,
                exhaustive::standings,
                exhaustive::papers,
                exhaustive::activities,
                exhaustive::receipts,
                exhaustive::contracts,
                exhaustive::outcomes,
                exhaustive::people,
                exhaustive::years,
                laws::verdicts_add_up,
                laws::order_does_not_matter,
                laws::company_does_not_matter,
                laws::names_do_not_matter,
                laws::what_counts_nowhere_changes_nothing,
                laws::filling_a_gap_turns_nothing_round
            }
        }
    )*};
}

macro_rules! properties {
    ($edition:ident: $($file:ident::$property:ident),*) => {$(
        #[test]
        fn $property() {
            crate::$file::$property(crate::edition::Edition::$edition);
        }
    )*};
}

every_edition! { alliance_104 of E104, alliance_107 of E107, alliance_108 of E108, alliance_115 of E115 }
