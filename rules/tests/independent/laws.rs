//! What must hold of any evaluation, whatever the rules say: verdicts add up to figures, order and
//! names and company do not matter, a record that counts nowhere changes nothing, and filling in a
//! gap never turns an answer round. These look at the engine's JSON alone; the naive computation
//! takes no part.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::blank::{self, Wipe};
use crate::compare::{bounds, entry, inside, said};
use crate::edition::Edition;
use crate::figures::Range;
use crate::generate::written;
use crate::naive::{key, records};
use crate::value::{Q, amount, whole};
use crate::{each, evaluate};

const ENTITIES: [&str; 9] = [
    "member",
    "revenue",
    "transfer",
    "collaboration",
    "activity",
    "outcome",
    "staff",
    "past_year",
    "report",
];

/// Tallies between which the records of an entity are shared out: with complete data each record is
/// in scope of one.
const SHARES: [(&str, &[&str]); 8] = [
    ("member", &["company_members", "individual_members", "other_members"]),
    ("revenue", &["membership_fee", "technical_service", "other_income"]),
    ("transfer", &["technology_transfer"]),
    ("collaboration", &["collaboration"]),
    ("activity", &["promotions", "seminars", "consultations", "site_visits"]),
    ("outcome", &["new_products", "new_technologies", "patents"]),
    ("staff", &["undergraduates", "masters", "phds", "postdocs", "assistants"]),
    ("past_year", &["years_funded"]),
];

/// Tallies whose figure is how many records they count, by the KPI that says so.
const COUNTS: [(&str, &str, &str); 15] = [
    ("company_members", "member", "company_members"),
    ("individual_members", "member", "individual_members"),
    ("other_members", "member", "other_members"),
    ("technical_service", "revenue", "technical_service_cases"),
    ("technology_transfer", "transfer", "technology_transfer_cases"),
    ("collaboration", "collaboration", "collaboration_cases"),
    ("promotions", "activity", "promotions"),
    ("seminars", "activity", "seminars"),
    ("consultations", "activity", "consultations"),
    ("site_visits", "activity", "site_visits"),
    ("new_products", "outcome", "new_products"),
    ("new_technologies", "outcome", "new_technologies"),
    ("patents", "outcome", "patents"),
    ("technical_service_cases", "revenue", ""),
    ("seminar_participants", "activity", ""),
];

pub(crate) fn verdicts_add_up(edition: Edition) {
    each(18, blank::pair(edition, 2, Wipe::Anything), |(complete, blanked)| {
        for (document, is_complete) in [(&complete, true), (&blanked, false)] {
            let result = evaluate(edition, document);
            for (alliance, result) in both(document, &result) {
                listed_once(alliance, result, is_complete);
                counts(result);
                splits(result);
                needs(alliance, result);
            }
        }
    });
}

pub(crate) fn order_does_not_matter(edition: Edition) {
    each(
        18,
        (blank::pair(edition, 3, Wipe::Anything), any::<u64>()),
        |((_, blanked), mut seed)| {
            let mut shuffled = blanked.0.clone();
            for alliance in shuffled["alliances"].as_array_mut().unwrap() {
                for list in ENTITIES.iter().chain(&["reviewed", "elsewhere"]) {
                    shuffle(list_of(alliance, list), &mut seed);
                }
            }
            shuffle(shuffled["alliances"].as_array_mut().unwrap(), &mut seed);
            assert_eq!(
                essence(&evaluate(edition, &blanked)),
                essence(&evaluate(edition, &shuffled))
            );
        },
    );
}

pub(crate) fn company_does_not_matter(edition: Edition) {
    each(18, blank::pair(edition, 3, Wipe::Anything), |(_, blanked)| {
        let together = evaluate(edition, &blanked);
        for (alliance, together) in both(&blanked, &together) {
            let mut alone = json!({ "alliances": [alliance] });
            alone["programme"] = blanked["programme"].clone();
            let alone = evaluate(edition, &alone);
            assert_eq!(&alone["alliances"][0], together);
        }
    });
}

pub(crate) fn names_do_not_matter(edition: Edition) {
    each(18, blank::pair(edition, 2, Wipe::Anything), |(_, blanked)| {
        let renamed = essence(&evaluate(edition, &rename(&blanked)));
        let restored: BTreeMap<_, _> =
            renamed.into_iter().map(|(id, one)| (unprefixed(&id), restored(one))).collect();
        assert_eq!(essence(&evaluate(edition, &blanked)), restored);
    });
}

pub(crate) fn what_counts_nowhere_changes_nothing(edition: Edition) {
    let (first, last) = edition.year();
    let (first, last) = (written(first, 3), written(last, 3));
    each(18, blank::pair(edition, 1, Wipe::Anything), |(_, blanked)| {
        let mut before = essence(&evaluate(edition, &blanked)).remove("A1").unwrap();
        let mut more = blanked.0.clone();
        let alliance = &mut more["alliances"][0];
        // Other by every edition. What others gain is counted until 107, so this one gained nothing
        // then.
        let (hires, value) = if edition < Edition::E108 { (0, "0") } else { (3, "1000000") };
        insert(
            alliance,
            "member",
            json!({
                "name": "M-999", "kind": "research_institute", "origin": "mainland", "registered": true, "industry": "general",
                "contract": { "start": first, "end": last }, "contract_kind": "membership", "member_seal": "company_and_owner",
                "institution_seal": "university", "pi_signed": true, "renewal": false, "fee": "50000", "region": "north",
                "new_hires": hires, "added_value": value, "added_value_method": "營收增額", "added_value_evidence": "AV-9",
            }),
        );
        // Refused for its source, so it claims none of the documents it shares; of nothing, so that
        // it adds nothing to them.
        let shared: Vec<Value> = ["transfer", "collaboration"]
            .iter()
            .flat_map(|entity| alliance[*entity].as_array().unwrap().clone())
            .filter_map(|record| record.get("evidence").cloned())
            .collect();
        insert(
            alliance,
            "revenue",
            json!({
                "id": "R-999", "category": "membership_fee", "source": "donated_equipment", "payer_kind": "company", "amount": "0",
                "received": first, "receipt_stamped": true, "label_matches": true, "evidence": shared.first(),
            }),
        );
        let mut after = essence(&evaluate(edition, &more)).remove("A1").unwrap();
        after["records"]["member"].as_object_mut().unwrap().remove("M-999");
        after["records"]["revenue"].as_object_mut().unwrap().remove("R-999");
        let others =
            [&before, &after].map(|one| range(one, "other_members").expect("bounds of a count"));
        assert_eq!(&others[0].low + whole(1), others[1].low.clone());
        assert_eq!(others[0].high.as_ref().map(|high| high + whole(1)), others[1].high.clone());
        for one in [&mut before, &mut after] {
            one["kpis"].as_object_mut().unwrap().remove("other_members");
            one["obligations"].as_object_mut().unwrap().remove("reach_target_other_members");
        }
        assert_eq!(before, after);
    });
}

pub(crate) fn filling_a_gap_turns_nothing_round(edition: Edition) {
    each(18, blank::pair(edition, 2, Wipe::Unknowns), |(complete, blanked)| {
        let (full, partial) = (evaluate(edition, &complete), evaluate(edition, &blanked));
        for ((alliance, full), (_, partial)) in
            both(&complete, &full).into_iter().zip(both(&blanked, &partial))
        {
            never_round(alliance, full, partial);
        }
    });
}

fn both<'a>(document: &'a Value, result: &'a Value) -> Vec<(&'a Value, &'a Value)> {
    let results = result["alliances"].as_array().unwrap();
    document["alliances"].as_array().unwrap().iter().zip(results).collect()
}

/// What is said of a record under a tally, if it is in scope or may be.
fn under<'a>(result: &'a Value, entity: &str, record: &str, tally: &str) -> Option<&'a str> {
    entry(result, entity, record)?["verdicts"].get(tally)?["verdict"].as_str()
}

fn range(result: &Value, id: &str) -> Option<Range> {
    let kpi = &result["kpis"][id];
    bounds(kpi, kpi["state"].as_str().unwrap_or_default())
}

/// Records keep their order, verdicts are of the three kinds, and complete data is shared out
/// without loss.
fn listed_once(alliance: &Value, result: &Value, complete: bool) {
    for (entity, tallies) in SHARES {
        let records: Vec<&str> = records(alliance, entity)
            .iter()
            .map(|record| record[key(entity)].as_str().unwrap())
            .collect();
        let listed: Vec<&str> =
            result["records"].get(entity).and_then(Value::as_array).map_or(Vec::new(), |entries| {
                entries.iter().map(|entry| entry["key"].as_str().unwrap()).collect()
            });
        let mut in_order = records.iter().filter(|key| listed.contains(key));
        assert!(
            listed.iter().all(|key| in_order.next() == Some(key)) && in_order.next().is_none(),
            "{listed:?} of {records:?}"
        );
        for record in records {
            let verdicts: Vec<&str> =
                tallies.iter().filter_map(|tally| under(result, entity, record, tally)).collect();
            assert!(
                verdicts
                    .iter()
                    .all(|verdict| ["counted", "refused", "undetermined"].contains(verdict)),
                "{record}: {verdicts:?}"
            );
            assert!(
                !complete || (verdicts.len() == 1 && verdicts[0] != "undetermined"),
                "{record} of complete data: {verdicts:?}"
            );
            assert!(
                verdicts.iter().filter(|verdict| **verdict != "undetermined").count() <= 1,
                "{record}: {verdicts:?}"
            );
        }
    }
}

/// A figure that counts records says how many are counted, and leaves room only for undetermined
/// ones. Twins agree.
fn counts(result: &Value) {
    for (tally, entity, kpi) in COUNTS {
        let entries =
            result["records"].get(entity).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let many = |wanted: &str| {
            entries.iter().filter(|entry| entry["verdicts"][tally]["verdict"] == wanted).count()
                as i64
        };
        if kpi.is_empty() {
            let twin =
                if tally == "seminar_participants" { "seminars" } else { "technical_service" };
            for entry in entries.iter().filter(|entry| entry["verdicts"].get(tally).is_some()) {
                assert_eq!(
                    entry["verdicts"][tally]["verdict"], entry["verdicts"][twin]["verdict"],
                    "{tally}: {entry}"
                );
            }
            continue;
        }
        let range = range(result, kpi).unwrap_or_else(|| panic!("{kpi} has no bounds"));
        assert_eq!(range.low, whole(many("counted")), "{kpi}");
        let room = whole(many("counted") + many("undetermined"));
        assert!(range.high.is_some_and(|high| high <= room), "{kpi}: more than {room}");
    }
}

fn splits(result: &Value) {
    let total = range(result, "company_members").unwrap();
    for parts in [&["paying", "free"][..], &["north", "central", "south", "east"]] {
        let parts: Vec<Range> = parts
            .iter()
            .map(|part| range(result, &format!("company_members.{part}")).unwrap())
            .collect();
        let low: Q = parts.iter().map(|part| part.low.clone()).sum();
        let high: Q = parts.iter().map(|part| part.high.clone().expect("a count is bounded")).sum();
        let all = total.high.clone().expect("a count is bounded");
        assert!(
            low <= total.low && all <= high,
            "splits of company_members: {parts:?} of {total:?}"
        );
        if parts.iter().all(|part| part.known().is_some()) {
            assert!(
                low == total.low && high == all,
                "splits of company_members: {parts:?} of {total:?}"
            );
        }
    }
}

/// What a figure says it needs is really missing.
fn needs(alliance: &Value, result: &Value) {
    for (id, kpi) in result["kpis"].as_object().unwrap() {
        for need in kpi.get("needs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice) {
            let (entity, name) =
                need["record"].as_str().unwrap().split_once('/').unwrap_or_default();
            let record = if entity == "alliance" {
                Some(alliance)
            } else {
                alliance[entity]
                    .as_array()
                    .and_then(|records| records.iter().find(|record| record[key(entity)] == name))
            };
            let record = record.unwrap_or_else(|| panic!("{id} needs {need}, which is no record"));
            let field = need["field"].as_str().unwrap();
            assert!(
                crate::value::field(record, field).is_none(),
                "{id} needs {need}, which is there"
            );
        }
    }
}

fn shuffle(list: &mut [Value], seed: &mut u64) {
    for at in (1..list.len()).rev() {
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(at, (*seed >> 33) as usize % (at + 1));
    }
}

/// A list of an alliance; empty where the edition has no such list.
fn list_of<'a>(alliance: &'a mut Value, name: &str) -> &'a mut [Value] {
    alliance.get_mut(name).and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
}

fn insert(alliance: &mut Value, entity: &str, record: Value) {
    alliance[entity].as_array_mut().unwrap().insert(0, record);
}

/// Results by id and key instead of by place, without wording.
fn essence(result: &Value) -> BTreeMap<String, Value> {
    let keyed = |list: &Value, key: &str| -> Value {
        let entries = list.as_array().unwrap().iter();
        entries
            .map(|entry| (entry[key].as_str().unwrap().to_owned(), entry.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let mut all = BTreeMap::new();
    for alliance in result["alliances"].as_array().unwrap() {
        let mut one = json!({ "kpis": alliance["kpis"], "obligations": keyed(&alliance["obligations"], "id"), "records": {} });
        for needs in needs_in(&mut one) {
            needs.sort_by_key(Value::to_string);
        }
        for (entity, entries) in alliance["records"].as_object().unwrap() {
            one["records"][entity] = keyed(entries, "key");
            for entry in one["records"][entity].as_object_mut().unwrap().values_mut() {
                for verdict in entry["verdicts"].as_object_mut().unwrap().values_mut() {
                    verdict
                        .as_object_mut()
                        .unwrap()
                        .retain(|name, _| matches!(name.as_str(), "verdict" | "rule" | "clause"));
                }
            }
        }
        all.insert(alliance["id"].as_str().unwrap().to_owned(), one);
    }
    all
}

/// The lists of missing values under figures and obligations.
fn needs_in(one: &mut Value) -> Vec<&mut Vec<Value>> {
    let parts = one.as_object_mut().unwrap().iter_mut().filter(|(part, _)| *part != "records");
    let said = parts.flat_map(|(_, part)| part.as_object_mut().unwrap().values_mut());
    said.filter_map(|said| said.get_mut("needs").and_then(Value::as_array_mut)).collect()
}

/// Every name and id with a letter before it, which keeps their order.
fn rename(document: &Value) -> Value {
    let mut renamed = document.clone();
    let prefix = |value: &mut Value| {
        if let Value::String(text) = value
            && !text.trim().is_empty()
        {
            let start = text.len() - text.trim_start().len();
            text.insert(start, 'Q');
        }
    };
    for alliance in renamed["alliances"].as_array_mut().unwrap() {
        prefix(&mut alliance["id"]);
        for list in ["reviewed", "elsewhere"] {
            alliance[list].as_array_mut().unwrap().iter_mut().for_each(prefix);
        }
        // Past years are no names.
        for entity in ENTITIES.into_iter().filter(|entity| *entity != "past_year") {
            for record in list_of(alliance, entity) {
                let ids = ["evidence", "added_value_evidence", "event", "patent_no"];
                for name in
                    ids.into_iter().chain([key(entity), "payer", "counterpart", "beneficiary"])
                {
                    record.get_mut(name).map(prefix);
                }
            }
        }
    }
    renamed
}

fn unprefixed(name: &str) -> String {
    name.strip_prefix('Q').expect("a renamed name").to_owned()
}

/// The essence of a renamed alliance with the old names.
fn restored(mut one: Value) -> Value {
    for need in needs_in(&mut one).into_iter().flatten() {
        need["record"] = json!(need["record"].as_str().unwrap().replace("/Q", "/"));
    }
    for (_, entries) in one["records"]
        .as_object_mut()
        .unwrap()
        .iter_mut()
        .filter(|(entity, _)| *entity != "past_year")
    {
        let old = std::mem::take(entries.as_object_mut().unwrap());
        for (name, mut entry) in old {
            entry["key"] = json!(unprefixed(&name));
            entries[unprefixed(&name)] = entry;
        }
    }
    one
}

/// What was certain with gaps is so without them.
fn never_round(alliance: &Value, full: &Value, partial: &Value) {
    for before in partial["obligations"].as_array().unwrap() {
        let id = before["id"].as_str().unwrap();
        // 104 asks whether there is a target, which is no longer known where what the rules aim at
        // is missing.
        if id.starts_with("approved_") {
            continue;
        }
        let Some(after) = said(full, id) else {
            // Whether staff of a level is aimed at all is open until it is known that there is
            // nobody of it.
            assert!(
                id.starts_with("reach_target_") && before["status"] == "undetermined",
                "{before} is gone"
            );
            continue;
        };
        assert!(
            before["status"] == "undetermined" || before["status"] == after["status"],
            "{before} became {after}"
        );
    }
    for (id, before) in partial["kpis"].as_object().unwrap() {
        let after = &full["kpis"][id];
        match (range(partial, id), range(full, id)) {
            (Some(before), Some(after)) => inside(id, &after, &before),
            _ => assert!(
                before["state"] == "undetermined" || before["state"] == after["state"],
                "{id}: {before} became {after}"
            ),
        }
        assert!(
            before["state"] != "known" || amount(&before["value"]) == amount(&after["value"]),
            "{id}: {before} became {after}"
        );
    }
    for (entity, tallies) in SHARES {
        for record in records(alliance, entity) {
            let name = record[key(entity)].as_str().unwrap();
            let more: &[&str] =
                if entity == "member" { &["new_hires", "added_value"] } else { &[] };
            for tally in tallies.iter().chain(more) {
                let (before, after) =
                    (under(partial, entity, name, tally), under(full, entity, name, tally));
                assert!(
                    before == Some("undetermined") || before == after,
                    "{name} under {tally}: {before:?} became {after:?}"
                );
            }
        }
    }
}
