//! Cases worked out by hand. They hold the naive computation to the contract, and the engine to the
//! naive computation on exactly these; the random tests take it from there. Here is what all
//! editions share, in the year of 108; what changed between them is in `editions.rs`.

use serde_json::{Value, json};

use crate::compare::{programme, said, same};
use crate::duties::{Judged, judged};
use crate::edition::Edition::{self, E108};
use crate::evaluate;
use crate::figures::Figure;
use crate::generate::written;
use crate::members::standings;
use crate::naive::Verdict;
use crate::value::{Day, day, decimal, folded, fraction, plain, six, whole};

pub(crate) fn on(day: Day) -> Value {
    json!(written(day, 0))
}

pub(crate) fn company(edition: Edition, name: &str) -> Value {
    json!({
        "name": name, "kind": "company", "origin": "domestic", "registered": true,
        "contract": { "start": on(edition.year().0), "end": on(edition.audit()) }, "contract_kind": "membership",
        "member_seal": "company_and_owner", "institution_seal": "college", "pi_signed": true, "renewal": false, "fee": "50000",
        "region": "north",
    })
}

pub(crate) fn fee(edition: Edition, id: &str, amount: &str, evidence: &str) -> Value {
    json!({
        "id": id, "category": "membership_fee", "source": "cash", "payer_kind": "company", "amount": amount,
        "received": on(edition.year().0), "receipt_stamped": true, "label_matches": true, "evidence": evidence,
    })
}

pub(crate) fn transfer(edition: Edition, id: &str, amount: &str, evidence: &str) -> Value {
    json!({
        "id": id, "counterpart": "甲公司", "signed": on(edition.signing().0), "amount": amount, "transferor": "pi",
        "derived_in_programme": true, "evidence": evidence,
    })
}

pub(crate) fn collaboration(edition: Edition, id: &str, amount: &str, evidence: &str) -> Value {
    json!({
        "id": id, "counterpart": "乙公司", "signed": on(edition.signing().1), "status": "signed", "amount": amount,
        "signatory": "co_pi", "derived_in_programme": true, "evidence_kind": "contract", "evidence": evidence,
    })
}

fn gathering(edition: Edition, id: &str, kind: &str, event: &str) -> Value {
    json!({
        "id": id, "kind": kind, "date": on(edition.year().1), "event": event, "role": "host", "audience": "other",
        "participants": 10, "evidence_kinds": ["poster"],
    })
}

/// A record with one value changed.
pub(crate) fn but(mut record: Value, field: &str, value: Value) -> Value {
    record[field] = value;
    record
}

/// One alliance under one edition.
pub(crate) struct Case {
    edition: Edition,
    pub(crate) alliance: Value,
}

/// An alliance with two members and whatever else the case is about, checked by both computations.
pub(crate) fn with(edition: Edition, more: Value) -> Case {
    let members = [company(edition, "甲公司"), company(edition, "乙公司")];
    let mut alliance = json!({
        "id": "A1", "name": "某聯盟", "host": "某大學", "field": "ict", "phase": 2, "phase_year": 3,
        "grant": { "amount": "80", "unit": "萬元" }, "member": members,
    });
    for (name, value) in more.as_object().unwrap() {
        alliance[name] = value.clone();
    }
    let document = json!({ "alliances": [alliance] });
    same(edition, &document, &evaluate(edition, &document));
    Case { edition, alliance }
}

impl Case {
    /// A KPI as text: its value, or its bounds.
    pub(crate) fn kpi(&self, id: &str) -> String {
        let judged = judged(self.edition, &self.alliance);
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

    pub(crate) fn verdict(&self, tally: &str, key: &str) -> Verdict {
        judged(self.edition, &self.alliance)
            .rows
            .iter()
            .find(|row| row.tally == tally && row.key == key)
            .unwrap()
            .verdict
            .clone()
    }

    pub(crate) fn status(&self, id: &str) -> (String, Option<String>) {
        let Judged { obligations, .. } = judged(self.edition, &self.alliance);
        let found = obligations.iter().find(|obligation| obligation.id == id).unwrap();
        (found.status.to_owned(), found.gap.as_ref().map(plain))
    }
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
    assert_eq!(six(&fraction("5/10000000")), "0.000001");
    assert_eq!(six(&fraction("15/10000000")), "0.000002");
    assert_eq!(six(&fraction("2/3")), "0.666667");
    assert_eq!(six(&whole(2)), "2.000000");
}

#[test]
fn standing_is_what_every_row_still_allows() {
    assert_eq!(standings(E108, &json!({ "kind": "company", "origin": "foreign" })), ["company"]);
    assert_eq!(
        standings(E108, &json!({ "kind": "company", "origin": "domestic", "registered": false })),
        ["other"]
    );
    assert_eq!(standings(E108, &json!({ "kind": "research_institute" })), ["other"]);
    assert_eq!(standings(E108, &json!({ "kind": "individual" })), ["individual", "other"]);
    assert_eq!(
        standings(E108, &json!({ "kind": "company", "origin": "domestic" })),
        ["company", "other"]
    );
    assert_eq!(standings(E108, &json!({ "origin": "mainland" })), ["other"]);
}

/// 100,000 + 20,000 in one receipt, 200,000 of transfer and 30 % of 600,001: 500,000.3 against a
/// grant of 800,000.
#[test]
fn revenue_adds_up() {
    let alliance = with(
        E108,
        json!({
            "revenue": [fee(E108, "R-1", "100000", "D-1"), fee(E108, "R-2", "20000", "D-1")],
            "transfer": [transfer(E108, "T-1", "200000", "D-2")],
            "collaboration": [collaboration(E108, "C-1", "600001", "D-3")],
            "targets": { "operating_revenue": "500000.3", "company_members": "3" }, "previous": { "operating_revenue": "500000.3" },
        }),
    );
    assert_eq!(alliance.kpi("regular_income"), "120000");
    assert_eq!(alliance.kpi("operating_revenue"), "500000.3");
    assert_eq!(alliance.kpi("self_sufficiency"), "0.625000375");
    assert_eq!(alliance.status("exceed_grant"), ("not_met".into(), Some("299999.7".into())));
    assert_eq!(alliance.status("revenue_growth"), ("not_met".into(), Some("0".into())));
    assert_eq!(alliance.status("member_growth"), ("not_applicable".into(), None));
    assert_eq!(alliance.status("reach_target_operating_revenue"), ("met".into(), None));
    assert_eq!(
        alliance.status("reach_target_company_members"),
        ("not_met".into(), Some("1".into()))
    );
}

#[test]
fn a_day_too_early_is_refused() {
    let mut early = fee(E108, "R-1", "100000", "D-1");
    early["received"] = json!("2019-01-31");
    let mut late = transfer(E108, "T-1", "200000", "D-2");
    late["signed"] = json!("109/02/01");
    let mut member = company(E108, "甲公司");
    member["contract"]["end"] = json!("108/10/30");
    let alliance = with(
        E108,
        json!({ "revenue": [early], "transfer": [late], "member": [company(E108, "丙公司"), member] }),
    );
    assert_eq!(alliance.verdict("membership_fee", "R-1"), Verdict::Refused(&[]));
    assert_eq!(
        alliance.verdict("company_members", "甲公司"),
        Verdict::Refused(&["briefing_108:108-3"])
    );
    // The counterpart is asked about before the date.
    assert!(
        matches!(alliance.verdict("technology_transfer", "T-1"), Verdict::Refused(clauses) if clauses.contains(&"guide_107:107-8"))
    );
    assert_eq!(alliance.kpi("operating_revenue"), "0");
}

/// One document under a fee and a transfer counts for neither; in another spelling too.
#[test]
fn a_document_counts_for_one_group() {
    let alliance = with(
        E108,
        json!({
            "revenue": [fee(E108, "R-1", "1000", "D-1"), fee(E108, "R-2", "100", " Ｄ－１"), fee(E108, "R-3", "10", "D-2")],
            "transfer": [transfer(E108, "T-1", "5000", "D-1")],
        }),
    );
    assert_eq!(alliance.kpi("operating_revenue"), "10");
    assert!(
        matches!(alliance.verdict("membership_fee", "R-2"), Verdict::Refused(clauses) if clauses.contains(&"guide_107:107-7"))
    );
}

/// A transfer that may count leaves the fee open; a fee that counts settles a transfer that was
/// open.
#[test]
fn an_open_claim_leaves_the_other_open() {
    let mut open = transfer(E108, "T-1", "5000", "D-1");
    open["signed"] = Value::Null;
    let alliance =
        with(E108, json!({ "revenue": [fee(E108, "R-1", "1000", "D-1")], "transfer": [open] }));
    assert_eq!(alliance.verdict("membership_fee", "R-1"), OPEN);
    assert!(matches!(alliance.verdict("technology_transfer", "T-1"), Verdict::Refused(_)));
    assert_eq!(alliance.kpi("operating_revenue"), "0..1000");
}

/// Income of no known kind that shares a document with a transfer cannot count; which tally would
/// refuse it stays open.
#[test]
fn unknown_scope_stays_open_beside_a_claim() {
    let mut income = fee(E108, "R-1", "1000", "D-1");
    income["category"] = Value::Null;
    let alliance = with(
        E108,
        json!({ "revenue": [income], "transfer": [transfer(E108, "T-1", "5000", "D-1")] }),
    );
    assert_eq!(
        alliance.verdict("membership_fee", "R-1"),
        Verdict::Undetermined { possible: false }
    );
    assert_eq!(alliance.verdict("technology_transfer", "T-1"), OPEN);
    assert_eq!(alliance.kpi("regular_income"), "0");
    assert_eq!(alliance.kpi("technology_transfer"), "0..5000");
}

/// An event that is both is a seminar, unless only keeping it as a promotion meets the target.
#[test]
fn an_event_is_kept_where_it_meets_a_target() {
    let both = json!([
        gathering(E108, "X-1", "promotion", "S-1"),
        gathering(E108, "X-2", "seminar", "S-1"),
        gathering(E108, "X-3", "promotion", "S-2"),
        gathering(E108, "X-4", "seminar", "S-2"),
    ]);
    let tie = with(E108, json!({ "activity": both }));
    assert_eq!((tie.kpi("promotions"), tie.kpi("seminars")), ("0".into(), "2".into()));
    let one_each =
        with(E108, json!({ "activity": both, "targets": { "promotions": "1", "seminars": "1" } }));
    assert_eq!(one_each.verdict("seminars", "X-2"), Verdict::Counted);
    assert_eq!(one_each.verdict("promotions", "X-3"), Verdict::Counted);
    let unreachable = with(E108, json!({ "activity": both, "targets": { "promotions": "3" } }));
    assert_eq!(unreachable.kpi("seminar_participants"), "20");
}

#[test]
fn missing_is_neither_nought_nor_no() {
    let mut unsure = company(E108, "丙公司");
    unsure["registered"] = Value::Null;
    let mut hopeless = unsure.clone();
    hopeless["name"] = json!("丁公司");
    hopeless["member_seal"] = json!("none");
    let mut unpriced = fee(E108, "R-1", "1", "D-1");
    unpriced["amount"] = json!(null);
    let alliance = with(
        E108,
        json!({ "member": [company(E108, "甲公司"), unsure, hopeless], "revenue": [unpriced, fee(E108, "R-2", "7", "D-2")] }),
    );
    assert_eq!(alliance.kpi("company_members"), "1..2");
    assert_eq!(
        alliance.verdict("company_members", "丁公司"),
        Verdict::Undetermined { possible: false }
    );
    assert_eq!(alliance.kpi("membership_fee"), "7..");
    assert_eq!(alliance.status("exceed_grant").0, "undetermined");
}

/// 2,300 members are enough, one fewer is not; revenue that only equals the grants does not exceed
/// them.
#[test]
fn the_goals_of_the_programme_have_edges() {
    for (members, revenue, reached, exceeds) in
        [(2_299, "800000", "not_met", "not_met"), (2_300, "800000.01", "met", "met")]
    {
        let members: Vec<Value> =
            (0..members).map(|at| company(E108, &format!("M-{at}"))).collect();
        let document = json!({ "alliances": [{
            "id": "A1", "name": "某聯盟", "host": "某大學", "field": "ict", "phase": 2, "phase_year": 3, "grant": "800000",
            "member": members, "revenue": [fee(E108, "R-1", revenue, "D-1")],
        }] });
        let result = evaluate(E108, &document);
        programme(E108, &document, &result);
        let status = |id| said(&result["programme"], id).map(|said| said["status"].clone());
        assert_eq!(status("programme_member_goal"), Some(json!(reached)));
        assert_eq!(status("programme_exceeds_grants"), Some(json!(exceeds)));
    }
}
