//! Cases worked out by hand. They hold the naive computation to the contract, and the engine to the naive computation on
//! exactly these; the random tests take it from there.

use serde_json::{Value, json};

use crate::compare::same;
use crate::evaluate;
use crate::figures::{Figure, judged};
use crate::naive::{Verdict, standings};
use crate::value::{day, decimal, folded, fraction, plain, six, whole};

fn company(name: &str) -> Value {
    json!({
        "name": name, "kind": "company", "origin": "domestic", "registered": true,
        "contract": { "start": "108/02/01", "end": "109/01/31" }, "contract_kind": "membership", "member_seal": "company_and_owner",
        "institution_seal": "college", "pi_signed": true, "renewal": false, "fee": "50000", "region": "north",
    })
}

fn fee(id: &str, amount: &str, evidence: &str) -> Value {
    json!({
        "id": id, "category": "membership_fee", "source": "cash", "payer_kind": "company", "amount": amount,
        "received": "108/02/01", "receipt_stamped": true, "label_matches": true, "evidence": evidence,
    })
}

fn transfer(id: &str, amount: &str, evidence: &str) -> Value {
    json!({
        "id": id, "counterpart": "甲公司", "signed": "108/01/01", "amount": amount, "transferor": "pi",
        "derived_in_programme": true, "evidence": evidence,
    })
}

fn gathering(id: &str, kind: &str, event: &str) -> Value {
    json!({
        "id": id, "kind": kind, "date": "109/01/31", "event": event, "role": "host", "audience": "other", "participants": 10,
        "evidence_kinds": ["poster"],
    })
}

/// An alliance with two members and whatever else the case is about, checked by both computations.
fn with(more: Value) -> Value {
    let mut alliance = json!({
        "id": "A1", "name": "某聯盟", "host": "某大學", "field": "ict", "phase": 2, "phase_year": 3,
        "grant": { "amount": "80", "unit": "萬元" }, "member": [company("甲公司"), company("乙公司")],
    });
    for (name, value) in more.as_object().unwrap() {
        alliance[name] = value.clone();
    }
    let document = json!({ "alliances": [alliance] });
    same(&document, &evaluate(&document));
    alliance
}

/// A KPI as text: its value, or its bounds.
fn kpi(alliance: &Value, id: &str) -> String {
    let judged = judged(alliance);
    let range = match &judged.kpis.iter().find(|kpi| kpi.id == id).unwrap().figure {
        Figure::Of(range) | Figure::Ratio(Some(range)) => range.clone(),
        other => return format!("{other:?}"),
    };
    match (range.known(), &range.high) {
        (Some(value), _) => plain(value),
        (None, Some(high)) => format!("{}..{}", plain(&range.low), plain(high)),
        (None, None) => format!("{}..", plain(&range.low)),
    }
}

fn verdict(alliance: &Value, tally: &str, key: &str) -> Verdict {
    judged(alliance).rows.iter().find(|row| row.tally == tally && row.key == key).unwrap().verdict.clone()
}

fn status(alliance: &Value, id: &str) -> (String, Option<String>) {
    let judged = judged(alliance);
    let found = judged.obligations.iter().find(|obligation| obligation.id == id).unwrap();
    (found.status.to_owned(), found.gap.as_ref().map(plain))
}

const OPEN: Verdict = Verdict::Undetermined { possible: true };

#[test]
fn values_are_read_and_written() {
    assert_eq!(day("1081031"), (2019, 10, 31));
    assert_eq!(day("108.10.31"), day("2019-10-31"));
    assert_eq!(folded("Ｆ－１\u{3000}"), "F-1");
    assert_eq!(folded(" Fe\u{301}2"), "F\u{e9}2");
    assert_eq!(plain(&decimal("-12.50")), "-12.5");
    assert_eq!(plain(&decimal("0.0300")), "0.03");
    assert_eq!(six(&fraction("401/800")), "0.501250");
    assert_eq!(six(&fraction("5/10000000")), "0.000000");
    assert_eq!(six(&fraction("15/10000000")), "0.000002");
    assert_eq!(six(&fraction("2/3")), "0.666667");
    assert_eq!(six(&whole(2)), "2.000000");
}

#[test]
fn standing_is_what_every_row_still_allows() {
    assert_eq!(standings(&json!({ "kind": "company", "origin": "foreign" })), ["company"]);
    assert_eq!(standings(&json!({ "kind": "company", "origin": "domestic", "registered": false })), ["other"]);
    assert_eq!(standings(&json!({ "kind": "research_institute" })), ["other"]);
    assert_eq!(standings(&json!({ "kind": "individual" })), ["other", "individual"]);
    assert_eq!(standings(&json!({ "kind": "company", "origin": "domestic" })), ["company", "other"]);
    assert_eq!(standings(&json!({ "origin": "mainland" })), ["other"]);
}

/// 100,000 + 20,000 in one receipt, 200,000 of transfer and 30 % of 600,001: 500,000.3 against a grant of 800,000.
#[test]
fn revenue_adds_up() {
    let alliance = with(json!({
        "revenue": [fee("R-1", "100000", "D-1"), fee("R-2", "20000", "D-1")],
        "transfer": [transfer("T-1", "200000", "D-2")],
        "collaboration": [{
            "id": "C-1", "counterpart": "乙公司", "signed": "109/01/31", "status": "signed", "amount": "600001", "signatory": "co_pi",
            "derived_in_programme": true, "evidence_kind": "contract",
        }],
        "targets": { "operating_revenue": "500000.3", "company_members": "3" }, "previous": { "operating_revenue": "500000.3" },
    }));
    assert_eq!(kpi(&alliance, "regular_income"), "120000");
    assert_eq!(kpi(&alliance, "operating_revenue"), "500000.3");
    assert_eq!(kpi(&alliance, "self_sufficiency"), "0.625000375");
    assert_eq!(status(&alliance, "exceed_grant"), ("not_met".into(), Some("299999.7".into())));
    assert_eq!(status(&alliance, "revenue_growth"), ("not_met".into(), Some("0".into())));
    assert_eq!(status(&alliance, "member_growth"), ("not_applicable".into(), None));
    assert_eq!(status(&alliance, "reach_target_operating_revenue"), ("met".into(), None));
    assert_eq!(status(&alliance, "reach_target_company_members"), ("not_met".into(), Some("1".into())));
}

#[test]
fn a_day_too_early_is_refused() {
    let mut early = fee("R-1", "100000", "D-1");
    early["received"] = json!("2019-01-31");
    let mut late = transfer("T-1", "200000", "D-2");
    late["signed"] = json!("109/02/01");
    let mut member = company("甲公司");
    member["contract"]["end"] = json!("108/10/30");
    let alliance = with(json!({ "revenue": [early], "transfer": [late], "member": [company("丙公司"), member] }));
    assert_eq!(verdict(&alliance, "membership_fee", "R-1"), Verdict::Refused(&[]));
    assert_eq!(verdict(&alliance, "company_members", "甲公司"), Verdict::Refused(&["briefing_108:108-3"]));
    // The counterpart is asked about before the date.
    assert!(matches!(verdict(&alliance, "technology_transfer", "T-1"), Verdict::Refused(clauses) if clauses.contains(&"guide_107:107-8")));
    assert_eq!(kpi(&alliance, "operating_revenue"), "0");
}

/// One document under a fee and a transfer counts for neither; in another spelling too.
#[test]
fn a_document_counts_for_one_group() {
    let alliance = with(json!({
        "revenue": [fee("R-1", "1000", "D-1"), fee("R-2", "100", " Ｄ－１"), fee("R-3", "10", "D-2")],
        "transfer": [transfer("T-1", "5000", "D-1")],
    }));
    assert_eq!(kpi(&alliance, "operating_revenue"), "10");
    assert!(matches!(verdict(&alliance, "membership_fee", "R-2"), Verdict::Refused(clauses) if clauses.contains(&"guide_107:107-7")));
}

/// A transfer that may count leaves the fee open; a fee that counts settles a transfer that was open.
#[test]
fn an_open_claim_leaves_the_other_open() {
    let mut open = transfer("T-1", "5000", "D-1");
    open["signed"] = Value::Null;
    let alliance = with(json!({ "revenue": [fee("R-1", "1000", "D-1")], "transfer": [open] }));
    assert_eq!(verdict(&alliance, "membership_fee", "R-1"), OPEN);
    assert!(matches!(verdict(&alliance, "technology_transfer", "T-1"), Verdict::Refused(_)));
    assert_eq!(kpi(&alliance, "operating_revenue"), "0..1000");
}

/// Income of no known kind that shares a document with a transfer cannot count; which tally would refuse it stays open.
#[test]
fn unknown_scope_stays_open_beside_a_claim() {
    let mut income = fee("R-1", "1000", "D-1");
    income["category"] = Value::Null;
    let alliance = with(json!({ "revenue": [income], "transfer": [transfer("T-1", "5000", "D-1")] }));
    assert_eq!(verdict(&alliance, "membership_fee", "R-1"), Verdict::Undetermined { possible: false });
    assert_eq!(verdict(&alliance, "technology_transfer", "T-1"), OPEN);
    assert_eq!(kpi(&alliance, "regular_income"), "0");
    assert_eq!(kpi(&alliance, "technology_transfer"), "0..5000");
}

/// An event that is both is a seminar, unless only keeping it as a promotion meets the target.
#[test]
fn an_event_is_kept_where_it_meets_a_target() {
    let both = json!([
        gathering("X-1", "promotion", "S-1"),
        gathering("X-2", "seminar", "S-1"),
        gathering("X-3", "promotion", "S-2"),
        gathering("X-4", "seminar", "S-2"),
    ]);
    let tie = with(json!({ "activity": both }));
    assert_eq!((kpi(&tie, "promotions"), kpi(&tie, "seminars")), ("0".into(), "2".into()));
    let one_each = with(json!({ "activity": both, "targets": { "promotions": "1", "seminars": "1" } }));
    assert_eq!(verdict(&one_each, "seminars", "X-2"), Verdict::Counted);
    assert_eq!(verdict(&one_each, "promotions", "X-3"), Verdict::Counted);
    let unreachable = with(json!({ "activity": both, "targets": { "promotions": "3" } }));
    assert_eq!(kpi(&unreachable, "seminar_participants"), "20");
}

#[test]
fn missing_is_neither_nought_nor_no() {
    let mut unsure = company("丙公司");
    unsure["registered"] = Value::Null;
    let mut hopeless = unsure.clone();
    hopeless["name"] = json!("丁公司");
    hopeless["member_seal"] = json!("none");
    let mut unpriced = fee("R-1", "1", "D-1");
    unpriced["amount"] = json!(null);
    let alliance = with(json!({ "member": [company("甲公司"), unsure, hopeless], "revenue": [unpriced, fee("R-2", "7", "D-2")] }));
    assert_eq!(kpi(&alliance, "company_members"), "1..2");
    assert_eq!(verdict(&alliance, "company_members", "丁公司"), Verdict::Undetermined { possible: false });
    assert_eq!(kpi(&alliance, "membership_fee"), "7..");
    assert_eq!(status(&alliance, "exceed_grant").0, "undetermined");
}
