//! Taking values out of complete data. Two kinds of field: those that are merely unknown when they
//! are gone, and those whose absence is itself an answer, which `Wipe::Anything` touches too: no
//! evidence id, nothing said on the receipt. A record without a part of the key by which it could
//! count twice is compared with no other, and so belongs to the second kind.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::edition::Edition;
use crate::generate::{self, Json};

const UNKNOWN: [(&str, &[&str]); 8] = [
    ("", &["phase", "phase_year", "grant", "field"]),
    (
        "member",
        &[
            "kind",
            "origin",
            "registered",
            "contract",
            "contract_kind",
            "core_related",
            "contract_signatory",
            "member_seal",
            "institution_seal",
            "pi_signed",
            "renewal",
            "renewal_receipt",
            "fee",
            "region",
            "size",
            "industry",
            "new_hires",
            "added_value",
        ],
    ),
    (
        "revenue",
        &[
            "category",
            "source",
            "payer",
            "payer_kind",
            "amount",
            "received",
            "receipt_stamped",
            "label_matches",
            "explanation_signed",
        ],
    ),
    ("transfer", &["signed", "amount", "transferor", "derived_in_programme"]),
    (
        "collaboration",
        &["signed", "status", "amount", "signatory", "derived_in_programme", "evidence_kind"],
    ),
    ("activity", &["kind", "date", "role", "audience", "participants", "evidence_kinds"]),
    ("outcome", &["kind", "beneficiary", "owner"]),
    ("staff", &["level", "approved", "actual"]),
];

const ANSWERS: [(&str, &[&str]); 7] = [
    ("member", &["added_value_method", "added_value_evidence"]),
    ("revenue", &["evidence", "evidence_amount"]),
    ("transfer", &["counterpart", "evidence", "evidence_amount"]),
    ("collaboration", &["counterpart", "evidence", "evidence_amount"]),
    ("activity", &["event"]),
    ("outcome", &["patent_no", "patent_state", "patent_company", "evidence"]),
    ("staff", &["company_pays_monthly"]),
];

/// Which fields may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wipe {
    Unknowns,
    Anything,
}

/// Complete data, and the same data with some values gone.
pub(crate) fn pair(
    edition: Edition,
    most: usize,
    wipe: Wipe,
) -> impl Strategy<Value = (Json, Json)> {
    let holes = vec((any::<Index>(), 0..3u8), 1..=14);
    (generate::document(edition, most), holes).prop_map(move |(complete, holes)| {
        let mut blanked = complete.clone();
        for (index, manner) in holes {
            punch(&mut blanked.0, index, manner, wipe);
        }
        (complete, blanked)
    })
}

/// Each place a value can be taken from: alliance, entity, record, field.
fn places(document: &Value, wipe: Wipe) -> Vec<(usize, &'static str, usize, &'static str)> {
    let mut places = Vec::new();
    let answers: &[_] = if wipe == Wipe::Anything { &ANSWERS } else { &[] };
    for (at, alliance) in document["alliances"].as_array().expect("alliances").iter().enumerate() {
        for (entity, fields) in UNKNOWN.iter().chain(answers) {
            let count = if entity.is_empty() {
                1
            } else {
                alliance[*entity].as_array().expect("records").len()
            };
            for row in 0..count {
                places.extend(fields.iter().map(|field| (at, *entity, row, *field)));
            }
        }
    }
    places
}

fn punch(document: &mut Value, index: Index, manner: u8, wipe: Wipe) {
    let places = places(document, wipe);
    let (at, entity, row, name) = places[index.index(places.len())];
    let alliance = &mut document["alliances"][at];
    let record = if entity.is_empty() { alliance } else { &mut alliance[entity][row] };
    let record = record.as_object_mut().expect("a record");
    // Absent, null and (where the field is text) blank are the same.
    let is_text =
        ["payer", "counterpart", "beneficiary", "evidence", "event", "patent_no", "patent_company"]
            .contains(&name)
            || name.starts_with("added_value_");
    match manner {
        0 => drop(record.remove(name)),
        1 if is_text => drop(record.insert(name.to_owned(), json!("  "))),
        _ => drop(record.insert(name.to_owned(), Value::Null)),
    }
}
