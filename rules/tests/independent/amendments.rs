//! What must be true between two editions: an alliance that none of the clauses changed in between
//! has anything to say about is judged alike by both. The same data is moved to each edition's
//! year, and the engine's two results are set side by side. Not here: what the changed clauses say,
//! which is for the naive computation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::duties::judged;
use crate::edition::Edition::{self, E104, E107, E108};
use crate::generate::{self, written};
use crate::members::standings;
use crate::naive::records;
use crate::value::{Tri, day, folded, text};
use crate::{each, evaluate};

/// Figures that 108 and 115 state anew.
const RESTATED: [&str; 2] = ["operating_revenue", "self_sufficiency"];

#[test]
fn what_no_change_touches_stays_as_it_was() {
    for (at, earlier) in Edition::ALL.into_iter().enumerate() {
        for later in Edition::ALL.into_iter().skip(at + 1) {
            each(10, generate::document(earlier, 2), |document| {
                let mut document = document.0;
                document["alliances"]
                    .as_array_mut()
                    .unwrap()
                    .iter_mut()
                    .for_each(|alliance| untouched(alliance, earlier, later));
                let after = moved(&document, earlier, later);
                let (before, after) =
                    (findings(earlier, later, &document), findings(later, later, &after));
                let differences: Vec<_> =
                    before.iter().filter(|(what, said)| after.get(*what) != Some(said)).collect();
                assert!(
                    before.len() == after.len() && differences.is_empty(),
                    "{later:?} says otherwise than {earlier:?}: {differences:?}"
                );
            });
        }
    }
}

/// The same data in the year of another edition. Days keep their place in the year; the data has no
/// leap day.
fn moved(value: &Value, from: Edition, to: Edition) -> Value {
    let date = |value: &Value| {
        let (year, month, date) = day(value.as_str().expect("a date"));
        json!(written((year + to.begins() - from.begins(), month, date), 0))
    };
    match value {
        Value::Array(values) => values.iter().map(|value| moved(value, from, to)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let dated = ["start", "end", "received", "signed", "date", "website_updated"]
                    .contains(&name.as_str());
                (
                    name.clone(),
                    if dated && !value.is_null() { date(value) } else { moved(value, from, to) },
                )
            });
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// Change an alliance of the earlier edition until no clause that came after it, up to the later
/// one, makes a difference.
fn untouched(alliance: &mut Value, earlier: Edition, later: Edition) {
    let changed_in = |edition| earlier < edition && edition <= later;
    // Every edition has other reports.
    alliance["report"] = json!([]);
    for (at, member) in list(alliance, "member").iter_mut().enumerate() {
        // The first is a member beyond doubt, for others to deal with.
        if at == 0 || standings(earlier, member) != standings(later, member) {
            set(
                member,
                &[
                    ("kind", json!("company")),
                    ("origin", json!("domestic")),
                    ("registered", json!(true)),
                ],
            );
        }
        if at == 0 {
            let all_year = json!({ "start": written(earlier.year().0, 0), "end": written(earlier.year().1, 0) });
            let papers = [
                ("contract", all_year),
                ("contract_kind", json!("memorandum")),
                ("member_seal", json!("company_and_owner")),
            ];
            set(member, &papers);
            set(
                member,
                &[
                    ("institution_seal", json!("college")),
                    ("pi_signed", json!(true)),
                    ("renewal", json!(false)),
                ],
            );
        }
        if changed_in(E107) {
            if member["member_seal"] == "round_with_proof" {
                member["member_seal"] = json!("company_and_signature");
            }
            set(
                member,
                &[
                    ("renewal_receipt", json!(true)),
                    ("added_value_method", json!("節省")),
                    ("added_value_evidence", json!("AV")),
                ],
            );
        }
        if changed_in(E108) && member["contract_kind"] == "collaboration" {
            member["core_related"] = json!(false);
        }
    }
    let judged_before = alliance.clone();
    let rows = judged(earlier, &judged_before).rows;
    let counts = |name: &str| {
        rows.iter().any(|row| {
            row.tally == "company_members" && row.key == name && row.counted() == Tri::Yes
        })
    };
    let sound = text(&judged_before["member"][0], "name").expect("a name");
    let with = |record: &mut Value, name: &str| {
        if text(record, name).is_some_and(|name| !counts(name)) {
            record[name] = json!(sound);
        }
    };

    if changed_in(E107) {
        for entity in ["revenue", "transfer", "collaboration"] {
            list(alliance, entity)
                .iter_mut()
                .for_each(|record| record["evidence_amount"] = Value::Null);
        }
        for entity in ["transfer", "collaboration"] {
            list(alliance, entity).iter_mut().for_each(|record| with(record, "counterpart"));
        }
        let transfers: Vec<String> = records(&judged_before, "transfer")
            .iter()
            .filter_map(|record| text(record, "evidence").map(folded))
            .collect();
        for record in list(alliance, "collaboration") {
            if text(record, "evidence")
                .is_some_and(|evidence| transfers.contains(&folded(evidence)))
            {
                record["evidence"] = Value::Null;
            }
        }
    }
    if changed_in(E108) {
        for member in list(alliance, "member")
            .iter_mut()
            .filter(|member| !counts(text(member, "name").expect("a name")))
        {
            set(member, &[("new_hires", json!(0)), ("added_value", json!(0))]);
        }
        list(alliance, "revenue")
            .iter_mut()
            .for_each(|record| record["payer_kind"] = json!("association"));
        for entity in ["transfer", "collaboration"] {
            for record in list(alliance, entity) {
                let (year, month, _) = day(text(record, "signed").expect("a day"));
                if (year, month) == (earlier.begins(), 1) {
                    record["signed"] = json!(written((year, 6, 1), 0));
                }
            }
        }
        for record in list(alliance, "activity") {
            match text(record, "kind") {
                Some("promotion") => record["role"] = json!("co_host"),
                Some("consultation" | "site_visit") => record["audience"] = json!("company_member"),
                _ => {}
            }
        }
        list(alliance, "outcome").iter_mut().for_each(|record| with(record, "beneficiary"));
    }
}

fn list<'a>(alliance: &'a mut Value, entity: &str) -> &'a mut Vec<Value> {
    alliance[entity].as_array_mut().expect("records")
}

fn set(record: &mut Value, fields: &[(&str, Value)]) {
    for (name, value) in fields {
        record[*name] = value.clone();
    }
}

/// Every verdict and figure that both editions have, without clauses and words; `later` is the
/// later of the two compared.
fn findings(edition: Edition, later: Edition, document: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let result = evaluate(edition, document);
    for (alliance, result) in document["alliances"]
        .as_array()
        .unwrap()
        .iter()
        .zip(result["alliances"].as_array().unwrap())
    {
        let judged = judged(E104, alliance);
        let id = alliance["id"].as_str().unwrap();
        for kpi in judged.kpis {
            let said = &result["kpis"][&kpi.id];
            if later < E108 || !RESTATED.contains(&kpi.id.as_str()) {
                found.insert(
                    format!("{id} {}", kpi.id),
                    format!("{} {}", said["state"], said["value"]),
                );
                let reached = result["obligations"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|said| said["id"] == format!("reach_target_{}", kpi.id));
                found.insert(
                    format!("{id} target of {}", kpi.id),
                    format!("{:?}", reached.map(|said| (&said["status"], &said["gap"]))),
                );
            }
        }
        // Who is asked about people hired and value added is a change; only what they come to can
        // be made alike.
        for row in
            judged.rows.iter().filter(|row| !["new_hires", "added_value"].contains(&row.tally))
        {
            let said = crate::compare::entry(result, row.entity, row.key)
                .map(|entry| &entry["verdicts"][row.tally]["verdict"]);
            found.insert(
                format!("{id} {}/{} {}", row.entity, row.key, row.tally),
                format!("{said:?}"),
            );
        }
    }
    found
}
