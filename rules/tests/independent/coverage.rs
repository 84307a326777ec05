//! Do the random alliances reach what they are for? Over a fixed run of them, every requirement of
//! every tally refuses records, both non-duplication rules decide, and every obligation comes out
//! every way. Judged by the naive computation alone: this is about the test data, not about the
//! engine.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::blank::{self, Wipe};
use crate::duties::judged;
use crate::edition::Edition;
use crate::figures::Figure;
use crate::generate::Json;
use crate::naive::Verdict;
use crate::once::{EVENT, EVIDENCE};
use crate::value::Tri;

/// How many requirements can refuse a record, the non-duplication rule that may do so being one
/// more, in each edition.
const REFUSALS: [(&str, [usize; 4]); 15] = [
    ("company_members", [4, 5, 5, 5]),
    ("membership_fee", [7, 8, 8, 8]),
    ("technical_service", [7, 8, 9, 9]),
    ("other_income", [7, 8, 9, 9]),
    ("technology_transfer", [7, 9, 9, 9]),
    ("collaboration", [9, 11, 11, 11]),
    ("promotions", [6, 6, 7, 7]),
    ("seminars", [6, 6, 6, 6]),
    ("consultations", [5, 5, 6, 6]),
    ("site_visits", [6, 6, 7, 7]),
    ("new_products", [4, 4, 5, 5]),
    ("new_technologies", [3, 3, 4, 4]),
    ("patents", [8, 8, 9, 9]),
    ("added_value", [2, 3, 3, 3]),
    ("phd_match", [1, 1, 1, 1]),
];

/// So many pairs of complete and blanked documents, the same each time.
fn sample(edition: Edition, count: usize) -> Vec<(Json, Json)> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let strategy = blank::pair(edition, 1, Wipe::Anything);
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a document").current()).collect()
}

pub(crate) fn every_rule_is_reached(edition: Edition) {
    let mut verdicts: BTreeMap<(&str, String), u32> = BTreeMap::new();
    let mut refusals: BTreeMap<&str, BTreeMap<String, u32>> = BTreeMap::new();
    let mut obligations: BTreeMap<(String, &str), u32> = BTreeMap::new();
    let mut duties: BTreeMap<(&str, Tri), u32> = BTreeMap::new();
    let mut states: BTreeMap<&str, u32> = BTreeMap::new();
    for (complete, blanked) in sample(edition, 900) {
        for document in [&complete, &blanked] {
            let judged = judged(edition, &document["alliances"][0]);
            for row in &judged.rows {
                if let Verdict::Refused(clauses) = row.verdict {
                    let by = row
                        .fails
                        .map_or(format!("{clauses:?}"), |requirement| format!("{requirement}"));
                    *refusals.entry(row.tally).or_default().entry(by).or_default() += 1;
                }
                *verdicts.entry((row.tally, format!("{:?}", row.verdict))).or_default() += 1;
                if row.loose {
                    *states.entry("loose").or_default() += 1;
                }
                if row.tally == "seminars" && row.verdict == Verdict::Refused(EVENT) {
                    *states.entry("kept as a promotion").or_default() += 1;
                }
                if row.tally == "collaboration" && row.verdict == Verdict::Refused(EVIDENCE) {
                    *states.entry("claimed twice").or_default() += 1;
                }
            }
            for obligation in judged.obligations {
                *obligations.entry((obligation.id, obligation.status)).or_default() += 1;
            }
            for duty in judged.duties {
                *duties.entry((duty.clause, duty.holds)).or_default() += 1;
            }
            for kpi in judged.kpis {
                let state = match kpi.figure {
                    Figure::Invalid => "invalid",
                    Figure::NotApplicable => "not applicable",
                    Figure::Ratio(None) => "no divisor",
                    Figure::Of(range) | Figure::Ratio(Some(range)) => {
                        match (range.known(), range.high.is_some()) {
                            (Some(_), _) => "known",
                            (None, true) => "bounded",
                            (None, false) => "unbounded",
                        }
                    }
                };
                *states.entry(state).or_default() += 1;
            }
        }
    }

    for (tally, expected) in REFUSALS {
        let empty = BTreeMap::new();
        let reached = refusals.get(tally).unwrap_or(&empty);
        let expected = edition.pick(expected);
        assert_eq!(reached.len(), expected, "{tally}: {reached:?}");
        for verdict in
            ["Counted", "Undetermined { possible: true }", "Undetermined { possible: false }"]
        {
            // Where every record is in scope, or nothing is required, none can be open while a
            // requirement fails.
            let never = verdict.ends_with("false }")
                && (["technology_transfer", "collaboration"].contains(&tally) || expected == 0);
            // Every member's value counts in the first edition, whatever is missing.
            let never = never
                || (tally == "added_value" && edition == Edition::E104 && verdict != "Counted");
            let seen = verdicts.contains_key(&(tally, verdict.to_owned()));
            assert!(seen || never, "{tally} is never {verdict}");
        }
    }
    let targets =
        ["reach_target_promotions", "reach_target_seminars", "reach_target_operating_revenue"];
    let growth = ["exceed_grant", "revenue_growth", "member_growth"];
    for id in targets.iter().chain(growth.iter().filter(|_| edition >= Edition::E108)) {
        for status in ["met", "not_met", "undetermined", "not_applicable"] {
            let can = !(id.starts_with("reach") && status == "not_applicable");
            let count = obligations.get(&((*id).to_owned(), status)).copied().unwrap_or_default();
            assert!(!can || count >= 1, "{id} is never {status}: {obligations:?}");
        }
    }
    for clause in duties.keys().map(|(clause, _)| *clause).collect::<BTreeSet<_>>() {
        for holds in [Tri::Yes, Tri::No, Tri::Unknown] {
            // What was funded, reported and aimed at before is never taken out of the data.
            let always_known = ["call_115:115-9", "call_115:115-13"].contains(&clause);
            let never = always_known && holds == Tri::Unknown;
            assert!(
                never || duties.contains_key(&(clause, holds)),
                "{clause} never {holds:?}: {duties:?}"
            );
        }
    }
    for state in [
        "loose",
        "kept as a promotion",
        "claimed twice",
        "known",
        "bounded",
        "unbounded",
        "no divisor",
        "invalid",
    ] {
        assert!(states.contains_key(state), "never {state}: {states:?}");
    }
    assert_eq!(states.contains_key("not applicable"), edition == Edition::E115, "{states:?}");
}
