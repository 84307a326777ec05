//! Random alliances as JSON values: every entity, most requirements met, every requirement failing
//! now and then, dates on both sides of each edge of the edition, documents and events shared on
//! purpose. Complete data; `blank.rs` takes values out of it.

mod fields;
mod reports;

use std::fmt;
use std::ops::Deref;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::duties::{REMAINING, judged};
use crate::edition::Edition::{self, E108, E115};
use crate::figures::Figure;
use crate::value::{Q, decimal, folded, number, plain, text, whole};
use fields::{
    always, any_member, ceiling, date, evidence, maybe, money, monthly, mostly, of, record,
    spelled, spelling, truth,
};
pub(crate) use fields::{on, written};
use reports::{REPORTED, report};

type Field = BoxedStrategy<Value>;

/// A document, shown on one line as it would stand in a file.
#[derive(Clone)]
pub(crate) struct Json(pub(crate) Value);

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Deref for Json {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

/// Days around the edges of the programme year and of both signing windows, and two well inside:
/// years after the one in which the programme year begins, month, day.
const DAYS: [(i32, u32, u32); 14] = [
    (0, 6, 15),
    (0, 11, 2),
    (0, 2, 1),
    (0, 2, 2),
    (1, 1, 30),
    (1, 1, 31),
    (0, 1, 2),
    (0, 1, 1),
    (0, 1, 31),
    (1, 2, 1),
    (-1, 12, 31),
    (1, 1, 1),
    (-1, 6, 15),
    (2, 1, 31),
];

/// First and last days of contracts around the day they have to span.
const STARTS: [(i32, u32, u32); 6] =
    [(-1, 2, 1), (0, 10, 30), (0, 10, 31), (0, 11, 1), (0, 2, 1), (0, 10, 31)];
const ENDS: [(i32, u32, u32); 7] =
    [(1, 1, 31), (1, 1, 31), (1, 1, 31), (0, 11, 1), (0, 10, 31), (0, 10, 31), (0, 10, 30)];

/// Up to `most` alliances in one document, ids in order.
pub(crate) fn document(edition: Edition, most: usize) -> impl Strategy<Value = Json> {
    let today = option::of((select(REPORTED.to_vec()), spelling()));
    (vec(alliance(edition), 1..=most), today).prop_map(move |(mut alliances, today)| {
        for (at, alliance) in alliances.iter_mut().enumerate() {
            alliance["id"] = json!(format!("A{}", at + 1));
        }
        let mut document = json!({ "alliances": alliances });
        if let Some((today, spelling)) = today {
            document["programme"] = json!({ "as_of": written(on(edition, today), spelling) });
        }
        Json(document)
    })
}

fn alliance(edition: Edition) -> impl Strategy<Value = Value> {
    let own = record(vec![
        ("id", always("A")),
        ("name", always("測試聯盟")),
        ("host", always("某大學")),
        ("field", of(&["biomedical", "ict", "electronics", "management_services"])),
        ("phase", select(vec![json!(1), json!(2), json!(2)]).boxed()),
        ("phase_year", select(vec![json!(1), json!(2), json!(3), json!(3)]).boxed()),
        (
            "grant",
            prop_oneof![1 => Just(whole(0)), 6 => ceiling(), 24 => money()]
                .prop_flat_map(spelled)
                .boxed(),
        ),
        ("website_updated", maybe(50, date(edition, DAYS.len()))),
        ("website_names_ministry", maybe(50, truth(80))),
        ("highlights", maybe(50, always("今年的亮點"))),
    ]);
    let lists = (
        subsequence(vec!["V-1", "V-2", "E-3", "S-3", "AV-1", "OE-1", "I000001"], 0..=5),
        subsequence(vec!["V-2", "V-3", "E-2", "S-4", "AV-2", "OE-2", "I000002"], 0..=5),
    );
    let children = (
        vec(member(edition), 1..=6),
        vec(revenue(edition), 0..=8),
        vec(transfer(edition), 0..=3),
        vec(collaboration(edition), 0..=3),
        vec(activity(edition), 0..=10),
        vec(outcome(), 0..=4),
        vec(staff(), 0..=4),
        vec(report(edition), 0..=5),
    );
    // How many rows state the same sum, and which contracts and patents are listed again,
    // the last as income.
    let ways = (vec(0..6u8, 8), vec(any::<bool>(), 4));
    let handed_on = vec((0..REMAINING.len(), -1..=1i64), 0..=6);
    // Years funded before, some in the other calendar, some that cannot be.
    let since = (
        0..=7usize,
        option::of(0..=4u32),
        0..=3usize,
        vec(
            (
                0..7usize,
                select(vec![
                    "2025",
                    "99",
                    "115",
                    "2010",
                    "2026",
                    "民國112",
                    "2014",
                    "2023",
                    "2024",
                    "２０２２",
                ]),
            ),
            0..=2,
        ),
    );
    (own, children, lists, since, (goals(), goals()), (handed_on, ways), any::<bool>()).prop_map(
        move |(mut own, children, lists, since, (targets, previous), (handed_on, (ways, again)), last_year)| {
            let members = children.0.len();
            for (entity, letter, records) in [
                ("member", "M", children.0),
                ("revenue", "R", children.1),
                ("transfer", "T", children.2),
                ("collaboration", "C", children.3),
                ("activity", "X", children.4),
                ("outcome", "O", children.5),
                ("staff", "S", children.6),
                ("report", "P", children.7),
            ] {
                own[entity] = records.into_iter().enumerate().map(|(at, record)| placed(record, entity, letter, at, members)).collect();
            }
            for (entity, names) in [
                ("transfer", &["evidence", "counterpart"][..]),
                ("collaboration", &["evidence", "counterpart", "evidence_kind"]),
                ("outcome", &["patent_no", "patent_state"]),
            ] {
                listed_again(&mut own[entity], names, &again);
            }
            let both = |at: &usize| ["transfer", "revenue"].iter().all(|of| own[of].get(at).is_some());
            for at in (0..3).filter(both).filter(|_| again[3]).collect::<Vec<_>>() {
                own["revenue"][at]["evidence"] = own["transfer"][at]["evidence"].clone();
            }
            totals(&mut own, &ways);
            own["reviewed"] = json!(lists.0);
            own["elsewhere"] = json!(lists.1);
            if edition == E115 {
                let (funded, ended, reports, odd) = since;
                own["years_since_end"] = json!(ended);
                let follow_ups = (0..reports)
                    .map(|at| json!({ "id": format!("F-{at}"), "kind": "follow_up", "submitted": "115/06/15" }));
                own["report"].as_array_mut().expect("a list").extend(follow_ups);
                let mut years: Vec<String> = (0..funded).map(|year| format!("{}", 113 - year)).collect();
                for (at, year) in odd {
                    if let Some(place) = years.get_mut(at).filter(|_| at > 0) {
                        *place = year.to_owned();
                    }
                }
                years.sort();
                years.dedup();
                own["past_year"] = years.iter().map(|year| json!({ "year": year })).collect();
            }
            near(edition, &mut own, "targets", &targets);
            near(edition, &mut own, "previous", &previous);
            if last_year {
                // All parts of last year's revenue, so that it is computed from them.
                for id in ["membership_fee", "technical_service", "other_income", "technology_transfer", "collaboration"] {
                    if own["previous"].get(id).is_none() {
                        near(edition, &mut own, "part", &vec![(GOALS.iter().position(|goal| *goal == id).expect("a goal"), 0)]);
                        let part = own["part"][id].clone();
                        own["previous"][id] = part;
                    }
                }
                own.as_object_mut().expect("an alliance").remove("part");
            }
            if edition >= E108 {
                for (at, nudge) in handed_on {
                    phase_1(&mut own, REMAINING[at], nudge);
                }
            }
            own
        },
    )
}

/// Contracts and patents that are listed again: the next record bears what the one before it is
/// known by.
fn listed_again(records: &mut Value, names: &[&str], again: &[bool]) {
    for at in 1..records.as_array().map_or(0, Vec::len) {
        for name in names.iter().filter(|_| again[at - 1]) {
            records[at][*name] = records[at - 1][*name].clone();
        }
    }
}

/// Give a record its key, and turn drawn member numbers into names that exist.
fn placed(mut record: Value, entity: &str, letter: &str, at: usize, members: usize) -> Value {
    let key = if entity == "member" { "name" } else { "id" };
    record[key] = json!(format!("{letter}-{:03}", at + 1));
    for name in ["counterpart", "beneficiary", "payer"] {
        if let Some(number) = record.get(name).and_then(Value::as_u64) {
            record[name] = json!(format!("M-{:03}", number as usize % members + 1));
        }
    }
    record
}

/// Wishes for targets: which KPI, how far from what is reached.
type Goals = Vec<(usize, i64)>;

const GOALS: [&str; 36] = [
    "technical_service",
    "other_income",
    "technology_transfer",
    "consultations",
    "site_visits",
    "new_products",
    "added_value",
    "company_members",
    "promotions",
    "seminars",
    "company_members",
    "operating_revenue",
    "promotions",
    "seminars",
    "regular_income",
    "membership_fee",
    "collaboration",
    "technology_transfer_cases",
    "seminar_participants",
    "patents",
    "other_members",
    "self_sufficiency",
    "new_hires",
    "phd_match",
    "company_members.paying",
    "undergraduates",
    "masters",
    "phds",
    "postdocs",
    "assistants",
    "promotions",
    "seminars",
    "promotions",
    "seminars",
    "promotions",
    "seminars",
];

fn goals() -> impl Strategy<Value = Goals> {
    vec((0..GOALS.len(), -4i64..=2), 0..=8)
}

/// A table of goals near the values that the naive computation reaches, so that both sides of each
/// edge are common.
fn near(edition: Edition, alliance: &mut Value, table: &str, goals: &Goals) {
    let mut chosen = Map::new();
    let judged = judged(edition, alliance);
    for (at, nudge) in goals {
        let id = GOALS[*at];
        let kpi = judged.kpis.iter().find(|kpi| kpi.id == id).expect("a KPI");
        let value = match &kpi.figure {
            Figure::Of(range) => range.known().expect("complete data") + whole(*nudge),
            // A quotient need not have a finite decimal expansion: the goal is a round share.
            _ => decimal("0.5") * whole(nudge.abs().max(1)),
        };
        chosen.insert(id.to_owned(), json!(plain(&value.max(whole(0)))));
    }
    alliance[table] = Value::Object(chosen);
}

/// What was aimed at in the last year of phase 1, handed on to phase 2 beside last year's results:
/// near this year's target. In phase 1 it may be there too, and counts for nothing.
fn phase_1(alliance: &mut Value, id: &str, nudge: i64) {
    let target = number(&alliance["targets"], id).unwrap_or(whole(3)) + whole(nudge);
    alliance["previous"][format!("{id}_target_phase_1")] = json!(plain(&target.max(whole(0))));
}

fn member(edition: Edition) -> impl Strategy<Value = Value> {
    let contract = (select(STARTS.to_vec()), select(ENDS.to_vec()), spelling(), spelling());
    let contract = contract.prop_filter_map("a period ends after it starts", move |(start, end, one, another)| {
        (start <= end).then(|| json!({ "start": written(on(edition, start), one), "end": written(on(edition, end), another) }))
    });
    // In 115 an individual may count, by the industry.
    let usual = edition.pick([90, 90, 90, 75]);
    record(vec![
        ("name", always("M")),
        (
            "kind",
            mostly(
                &["company", "company", "company", "association", "foundation"],
                &["research_institute", "individual"],
                usual,
            ),
        ),
        ("origin", mostly(&["domestic", "domestic", "foreign"], &["mainland"], 92)),
        ("registered", truth(90)),
        ("contract", contract.boxed()),
        ("contract_kind", mostly(&["membership", "memorandum"], &["collaboration"], 75)),
        ("core_related", truth(80)),
        ("contract_signatory", mostly(&["pi"], &["co_pi", "other"], 75)),
        (
            "member_seal",
            mostly(
                &["company_and_owner", "company_and_signature", "round_with_proof"],
                &["none"],
                93,
            ),
        ),
        ("institution_seal", mostly(&["university", "college"], &["department", "none"], 92)),
        ("pi_signed", truth(94)),
        ("renewal", truth(35)),
        ("renewal_receipt", truth(80)),
        ("fee", prop_oneof![1 => Just(whole(0)), 3 => money()].prop_flat_map(spelled).boxed()),
        ("region", of(&["north", "central", "south", "east"])),
        ("size", of(&["small", "large"])),
        ("industry", of(&["general", "agriculture_fishery", "cultural_creative"])),
        ("new_hires", (0..6i64).prop_map(|hires| json!(hires)).boxed()),
        (
            "added_value",
            prop_oneof![1 => Just(whole(0)), 3 => money()].prop_flat_map(spelled).boxed(),
        ),
        ("added_value_method", maybe(85, of(&["營收增額", "成本節省"]))),
        ("added_value_evidence", maybe(85, of(&["AV-1", "AV-2"]))),
        ("responsible_person", maybe(80, always("負責人"))),
    ])
}

fn revenue(edition: Edition) -> impl Strategy<Value = Value> {
    let record = record(vec![
        ("id", always("R")),
        (
            "category",
            of(&[
                "membership_fee",
                "membership_fee",
                "technical_service",
                "technical_service",
                "seminar_fee",
                "course_fee",
                "donation",
                "other",
            ]),
        ),
        (
            "source",
            mostly(
                &["cash"],
                &[
                    "donated_equipment",
                    "school_incentive",
                    "programme_grant",
                    "other_project",
                    "technology_transfer",
                ],
                93,
            ),
        ),
        ("payer", prop_oneof![any_member(), always("路人")].boxed()),
        (
            "payer_kind",
            mostly(
                &["company", "association", "foundation"],
                &["research_institute", "individual", "government", "school"],
                85,
            ),
        ),
        ("received", date(edition, 11)),
        ("receipt_stamped", truth(95)),
        ("label_matches", truth(85)),
        ("explanation_signed", truth(60)),
        ("evidence", evidence()),
    ]);
    with_amounts(record)
}

/// An amount, and what the evidence says: the same in another spelling, a cent or a dollar off, or
/// nothing.
fn with_amounts(record: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let amounts = (money(), select(vec!["", "", "0", "0", "0", "0", "0.01", "1"])).prop_flat_map(
        |(amount, off)| {
            let said = if off.is_empty() {
                Just(Value::Null).boxed()
            } else {
                spelled(&amount + decimal(off)).boxed()
            };
            (spelled(amount), said)
        },
    );
    (record, amounts).prop_map(|(mut record, (amount, said))| {
        record["amount"] = amount;
        record["evidence_amount"] = said;
        record
    })
}

/// What documents with several rows state: mostly what the rows add up to, on all rows that state
/// anything or on one alone; a cent more; or as it was drawn, each row its own amount.
fn totals(alliance: &mut Value, ways: &[u8]) {
    let document = |row: &Value| text(row, "evidence").map(folded);
    let rows = alliance["revenue"].as_array_mut().expect("a list");
    let mut documents: Vec<String> = rows.iter().filter_map(document).collect();
    documents.sort();
    documents.dedup();
    for (id, way) in documents.into_iter().zip(ways) {
        let on_it: Vec<usize> =
            (0..rows.len()).filter(|at| document(&rows[*at]).as_ref() == Some(&id)).collect();
        let [first, .., last] = on_it.as_slice() else { continue };
        let sum: Q = on_it.iter().filter_map(|at| number(&rows[*at], "amount")).sum();
        match way {
            0..3 => {
                for at in on_it
                    .iter()
                    .filter(|at| *at == last || !rows[**at]["evidence_amount"].is_null())
                    .copied()
                    .collect::<Vec<_>>()
                {
                    rows[at]["evidence_amount"] = json!(plain(&sum));
                }
            }
            3..5 => {
                on_it.iter().for_each(|at| rows[*at]["evidence_amount"] = Value::Null);
                let off = if *way == 3 { whole(0) } else { decimal("0.01") };
                rows[*first]["evidence_amount"] = json!(plain(&(sum + off)));
            }
            _ => {}
        }
    }
}

fn transfer(edition: Edition) -> impl Strategy<Value = Value> {
    with_amounts(record(vec![
        ("id", always("T")),
        ("counterpart", any_member()),
        ("signed", date(edition, 11)),
        ("transferor", mostly(&["pi", "co_pi"], &["other"], 93)),
        ("derived_in_programme", truth(94)),
        ("evidence", evidence()),
    ]))
}

fn collaboration(edition: Edition) -> impl Strategy<Value = Value> {
    with_amounts(record(vec![
        ("id", always("C")),
        ("counterpart", any_member()),
        ("signed", date(edition, 11)),
        ("status", mostly(&["signed"], &["pending"], 93)),
        ("signatory", mostly(&["pi", "co_pi"], &["other"], 93)),
        ("derived_in_programme", truth(94)),
        (
            "evidence_kind",
            mostly(
                &["contract", "contract", "receipt", "approval_list", "official_letter"],
                &["none"],
                93,
            ),
        ),
        ("evidence", evidence()),
    ]))
}

fn activity(edition: Edition) -> impl Strategy<Value = Value> {
    let events = prop_oneof![
        6 => of(&["S-1", "S-2", "S-3", "S-4", "Ｓ－１", " S-2"]),
        5 => (0..50u32).prop_map(|at| json!(format!("S-5{at}"))),
        2 => Just(Value::Null),
    ];
    let kinds = subsequence(vec!["poster", "sign_in_sheet", "visit_form", "photo"], 0..=4);
    let all = Just(vec!["poster", "photo"]);
    record(vec![
        ("id", always("X")),
        (
            "kind",
            of(&[
                "promotion",
                "promotion",
                "promotion",
                "seminar",
                "seminar",
                "seminar",
                "consultation",
                "site_visit",
            ]),
        ),
        ("date", date(edition, 11)),
        ("event", events.boxed()),
        ("role", mostly(&["host", "co_host"], &["none"], 90)),
        ("audience", mostly(&["company_member"], &["other"], 80)),
        ("participants", (0..60i64).prop_map(|people| json!(people)).boxed()),
        ("evidence_kinds", prop_oneof![kinds, all].prop_map(|kinds| json!(kinds)).boxed()),
    ])
}

fn outcome() -> impl Strategy<Value = Value> {
    record(vec![
        ("id", always("O")),
        ("kind", of(&["product", "technology", "patent"])),
        ("beneficiary", any_member()),
        ("owner", mostly(&["member"], &["school"], 88)),
        (
            "patent_no",
            maybe(
                90,
                mostly(
                    &["I654321", "US-10-1", "I000001", "I000002"],
                    &["申請中", "106 審查中", "Ａ pending 1", "號"],
                    85,
                ),
            ),
        ),
        ("patent_company", maybe(90, mostly(&["甲公司"], &["無"], 85))),
        ("patent_state", of(&["applied", "granted"])),
        ("evidence", maybe(80, of(&["OE-1", "OE-2"]))),
    ])
}

fn staff() -> impl Strategy<Value = Value> {
    record(vec![
        ("id", always("S")),
        ("level", of(&["undergraduate", "master", "phd", "phd", "postdoc", "assistant"])),
        ("approved", (0..9i64).prop_map(|people| json!(people)).boxed()),
        ("actual", (0..9i64).prop_map(|people| json!(people)).boxed()),
        ("monthly_pay", maybe(50, money().prop_flat_map(spelled).boxed())),
        (
            "company_pays_monthly",
            prop_oneof![2 => monthly(), 1 => money()].prop_flat_map(spelled).boxed(),
        ),
    ])
}
