//! What changed from edition to edition, worked out by hand: the same case under all four, with
//! what each makes of it. Not here: what all editions share (`hand.rs`).

use serde_json::{Value, json};

use crate::compare::entry;
use crate::edition::Edition::{self, E104, E107, E108, E115};
use crate::evaluate;
use crate::hand::{Case, but, collaboration, company, fee, on, transfer, with};
use crate::members::standings;
use crate::naive::Verdict;

/// A figure of the same case under each edition.
fn figures(id: &str, case: impl Fn(Edition) -> Value) -> [String; 4] {
    Edition::ALL.map(|edition| with(edition, case(edition)).kpi(id))
}

#[test]
fn standing_changed_most() {
    let (company, other, individual) = ("company", "other", "individual");
    for (kind, origin, registered, industry, expected) in [
        ("company", "domestic", true, "general", [company, company, company, company]),
        ("company", "domestic", false, "general", [company, other, other, other]),
        ("company", "foreign", false, "general", [company, other, company, company]),
        ("company", "mainland", true, "general", [company, other, other, other]),
        ("association", "domestic", true, "general", [other, company, company, other]),
        ("association", "foreign", true, "general", [other, other, company, other]),
        ("foundation", "domestic", true, "general", [other, company, company, company]),
        ("foundation", "domestic", false, "general", [other, company, company, company]),
        ("association", "domestic", false, "general", [other, company, company, other]),
        ("foundation", "foreign", true, "general", [other, other, company, other]),
        (
            "research_institute",
            "domestic",
            true,
            "agriculture_fishery",
            [other, other, other, other],
        ),
        (
            "individual",
            "domestic",
            false,
            "general",
            [individual, individual, individual, individual],
        ),
        (
            "individual",
            "foreign",
            false,
            "agriculture_fishery",
            [individual, individual, individual, company],
        ),
        (
            "individual",
            "domestic",
            false,
            "cultural_creative",
            [individual, individual, individual, company],
        ),
        ("individual", "mainland", false, "agriculture_fishery", [individual, other, other, other]),
    ] {
        let member = json!({ "kind": kind, "origin": origin, "registered": registered, "industry": industry });
        for (edition, expected) in Edition::ALL.into_iter().zip(expected) {
            assert_eq!(standings(edition, &member), [expected], "{edition:?}: {member}");
        }
    }
}

#[test]
fn papers_are_asked_for_by_more_and_more_rules() {
    let members = |field: &'static str, value: Value| {
        figures(
            "company_members",
            |edition| json!({ "member": [but(company(edition, "甲公司"), field, value.clone())] }),
        )
    };
    assert_eq!(members("member_seal", json!("round_with_proof")), ["0", "1", "1", "1"]);
    assert_eq!(members("renewal", json!(true)), ["1", "0..1", "0..1", "0..1"]);
    assert_eq!(members("institution_seal", json!("department")), ["0", "0", "0", "0"]);
    let core = |edition| {
        let member = but(
            but(company(edition, "甲公司"), "contract_kind", json!("collaboration")),
            "core_related",
            json!(true),
        );
        json!({ "member": [but(member, "contract_signatory", json!("pi"))] })
    };
    assert_eq!(figures("company_members", core), ["0", "0", "1", "1"]);
    let ended = |edition: Edition| {
        let contract =
            json!({ "start": on(edition.year().0), "end": on((edition.begins(), 10, 30)) });
        json!({ "member": [but(company(edition, "甲公司"), "contract", contract)] })
    };
    assert_eq!(figures("company_members", ended), ["0", "0", "0", "0"]);
}

/// 100 of fees, 2,000 of transfers, 30,000 of collaborations.
#[test]
fn operating_revenue_is_made_up_anew() {
    let case = |edition| {
        json!({
            "revenue": [fee(edition, "R-1", "100", "D-1")], "transfer": [transfer(edition, "T-1", "2000", "D-2")],
            "collaboration": [collaboration(edition, "C-1", "30000", "D-3")],
        })
    };
    assert_eq!(figures("regular_income", case), ["100", "100", "100", "100"]);
    assert_eq!(figures("operating_revenue", case), ["100", "100", "11100", "32100"]);
    assert_eq!(figures("self_sufficiency", case), ["0.000125", "0.000125", "0.013875", "0.040125"]);
}

#[test]
fn income_is_asked_for_its_evidence_then_for_its_payer() {
    let income = |category: &'static str, field: &'static str, value: Value| {
        figures("regular_income", |edition| {
            let income = but(
                but(fee(edition, "R-1", "100", "D-1"), "category", json!(category)),
                field,
                value.clone(),
            );
            json!({ "revenue": [income] })
        })
    };
    assert_eq!(
        income("membership_fee", "evidence_amount", json!("100.01")),
        ["100", "0", "0", "0"]
    );
    assert_eq!(
        income("technical_service", "payer_kind", json!("government")),
        ["100", "100", "0", "0"]
    );
    assert_eq!(income("donation", "payer_kind", json!("individual")), ["100", "100", "0", "0"]);
    assert_eq!(
        income("course_fee", "payer_kind", json!("individual")),
        ["100", "100", "100", "100"]
    );
}

#[test]
fn contracts_are_signed_in_another_window_and_with_other_members() {
    let signed = |day: fn(Edition) -> (u32, u32, u32)| {
        figures(
            "technology_transfer",
            |edition| json!({ "transfer": [but(transfer(edition, "T-1", "5", "D-1"), "signed", on(day(edition)))] }),
        )
    };
    assert_eq!(signed(|edition| (edition.begins(), 1, 1)), ["0", "0", "5", "5"]);
    assert_eq!(signed(|edition| (edition.begins(), 2, 1)), ["5", "5", "5", "5"]);
    assert_eq!(signed(|edition| (edition.begins() - 1, 12, 31)), ["0", "0", "0", "0"]);
    assert_eq!(signed(|edition| (edition.begins() + 1, 2, 1)), ["0", "0", "0", "0"]);
    let institute = |edition| {
        let institute = but(company(edition, "乙公司"), "kind", json!("research_institute"));
        json!({ "member": [institute], "collaboration": [collaboration(edition, "C-1", "5", "D-1")] })
    };
    assert_eq!(figures("collaboration", institute), ["5", "0", "0", "0"]);
    let nobody = |edition| json!({ "transfer": [but(transfer(edition, "T-1", "5", "D-1"), "counterpart", Value::Null)] });
    assert_eq!(figures("technology_transfer", nobody), ["0..5", "0..5", "0..5", "0..5"]);
}

#[test]
fn a_transfer_and_a_collaboration_share_a_document_once() {
    let case = |edition| {
        json!({
            "transfer": [transfer(edition, "T-1", "5", "D-1")], "collaboration": [collaboration(edition, "C-1", "7", "Ｄ-1")],
        })
    };
    assert_eq!(figures("technology_transfer", case), ["5", "0", "0", "0"]);
    assert_eq!(figures("collaboration_cases", case), ["1", "0", "0", "0"]);
    let income = |edition| json!({ "revenue": [fee(edition, "R-1", "3", "D-1")], "transfer": [transfer(edition, "T-1", "5", "D-1")] });
    assert_eq!(figures("technology_transfer", income), ["0", "0", "0", "0"]);
    assert_eq!(figures("regular_income", income), ["0", "0", "0", "0"]);
}

#[test]
fn activities_and_outcomes_are_for_members_from_108_on() {
    let visit = |edition: Edition| {
        json!({ "activity": [{
            "id": "X-1", "kind": "site_visit", "date": on(edition.year().1), "role": "none", "audience": "other", "participants": 8,
            "evidence_kinds": ["photo"],
        }] })
    };
    assert_eq!(figures("site_visit_participants", visit), ["8", "8", "0", "0"]);
    let promotion = |edition: Edition| {
        json!({ "activity": [{
            "id": "X-1", "kind": "promotion", "date": on(edition.year().0), "role": "none", "audience": "other", "participants": 8,
            "evidence_kinds": ["sign_in_sheet"],
        }] })
    };
    assert_eq!(figures("promotions", promotion), ["1", "1", "0", "0"]);
    let institute = |edition| but(company(edition, "某所"), "kind", json!("research_institute"));
    let technology = |edition| {
        json!({
            "member": [institute(edition)], "outcome": [{ "id": "O-1", "kind": "technology", "beneficiary": "某所", "owner": "member" }],
        })
    };
    assert_eq!(figures("new_technologies", technology), ["1", "1", "0", "0"]);
    let hires = |edition| json!({ "member": [but(company(edition, "甲公司"), "new_hires", json!(2)), but(institute(edition), "new_hires", json!(3))] });
    assert_eq!(figures("new_hires", hires), ["5", "5", "2", "2"]);
    let value =
        |edition| json!({ "member": [but(company(edition, "甲公司"), "added_value", json!("9"))] });
    assert_eq!(figures("added_value", value), ["9", "0", "0", "0"]);
}

/// 15,000 for three students, 20,000 for two who get more; nothing where a company pays less than
/// 10,000.
#[test]
fn a_student_is_matched_up_to_a_point() {
    let student = |id: &str, pays: &str, actual: u32| json!({ "id": id, "level": "phd", "actual": actual, "company_pays_monthly": pays });
    let staff = json!([
        student("S-1", "15000", 3),
        student("S-2", "25000", 2),
        student("S-3", "9999.99", 1)
    ]);
    assert_eq!(
        figures("phd_match", |_| json!({ "staff": staff })),
        ["85000", "85000", "85000", "85000"]
    );
    assert_eq!(figures("phds", |_| json!({ "staff": staff })), ["6", "6", "6", "6"]);
    let unpaid = |_| json!({ "staff": [but(student("S-1", "15000", 3), "company_pays_monthly", Value::Null)] });
    assert_eq!(figures("phd_match", unpaid), ["0", "0", "0", "0"]);
    let of_some_level =
        |_| json!({ "staff": [but(student("S-1", "15000", 3), "level", Value::Null)] });
    assert_eq!(
        figures("phd_match", of_some_level),
        ["0..45000", "0..45000", "0..45000", "0..45000"]
    );
}

/// The two examples of the call: after 111 to 113 the first year of phase 2, after 110 and 113 the
/// last of phase 1.
#[test]
fn the_year_that_follows() {
    let after = |past: &[&str], phase: u32, year: u32| {
        let past: Vec<Value> = past.iter().map(|year| json!({ "year": year })).collect();
        with(E115, json!({ "past_year": past, "phase": phase, "phase_year": year }))
    };
    let three = after(&["111", "112", "113"], 2, 1);
    assert_eq!(
        (three.kpi("years_funded"), three.kpi("next_year_phase_2")),
        ("3".into(), "1".into())
    );
    assert_eq!(three.kpi("next_year_phase_1"), "NotApplicable");
    let two = after(&["110", "113"], 1, 3);
    assert_eq!((two.kpi("years_funded"), two.kpi("next_year_phase_1")), ("2".into(), "3".into()));
    assert_eq!(two.kpi("next_year_phase_2"), "NotApplicable");
    let six = after(&["109", "110", "111", "112", "113", "114"], 2, 3);
    assert_eq!(
        (six.kpi("next_year_phase_1"), six.kpi("next_year_phase_2")),
        ("NotApplicable".into(), "NotApplicable".into())
    );
}

#[test]
fn growth_and_grants_are_measured_anew() {
    let case = |edition, phase: u32, year: u32, members: &str| {
        let data = json!({
            "phase": phase, "phase_year": year, "revenue": [fee(edition, "R-1", "800000", "D-1")],
            "previous": { "company_members": members, "operating_revenue": "799999.99" },
        });
        with(edition, data)
    };
    let status = |case: &Case, id| case.status(id).0;
    for (phase, year, before, expected) in [
        (1, 2, "not_applicable", "not_applicable"),
        (1, 3, "not_applicable", "not_met"),
        (2, 1, "not_applicable", "not_met"),
        (2, 3, "not_met", "not_met"),
    ] {
        assert_eq!(
            status(&case(E108, phase, year, "0"), "exceed_grant"),
            before,
            "phase {phase}, year {year}"
        );
        assert_eq!(
            status(&case(E115, phase, year, "0"), "exceed_grant"),
            expected,
            "phase {phase}, year {year}"
        );
    }
    assert_eq!(case(E108, 1, 1, "0").status("member_growth"), ("not_met".into(), Some("1".into())));
    assert_eq!(case(E115, 1, 1, "1").status("member_growth"), ("met".into(), None));
    assert_eq!(case(E115, 1, 1, "2").status("member_growth"), ("not_met".into(), Some("0".into())));
    assert_eq!(status(&case(E115, 1, 1, "2"), "revenue_growth"), "met");
}

#[test]
fn the_reason_is_the_clause_of_the_edition() {
    let unsealed = |edition| {
        with(
            edition,
            json!({ "member": [but(company(edition, "甲公司"), "member_seal", json!("none"))] }),
        )
    };
    for (edition, clause) in [
        (E104, "qa_104:104-2.d"),
        (E107, "guide_107:107-4"),
        (E108, "guide_107:107-4"),
        (E115, "guide_107:107-4"),
    ] {
        let verdict = unsealed(edition).verdict("company_members", "甲公司");
        assert!(
            matches!(&verdict, Verdict::Refused(clauses) if clauses == &[clause]),
            "{edition:?}: {verdict:?}"
        );
    }
}

/// The last day of each report counts, the day after does not.
#[test]
fn reports_have_their_last_days() {
    for (edition, kind, (year, month, day)) in [
        (E104, "quarter_1", (2015, 5, 31)),
        (E104, "quarter_2", (2015, 7, 31)),
        (E104, "quarter_3", (2015, 10, 31)),
        (E104, "quarter_4", (2016, 1, 31)),
        (E104, "interim", (2015, 10, 31)),
        (E107, "expected", (2018, 4, 15)),
        (E107, "first", (2018, 10, 31)),
        (E107, "second", (2019, 1, 31)),
        (E107, "interim", (2018, 10, 31)),
        (E107, "final", (2019, 4, 30)),
        (E108, "expected", (2019, 4, 15)),
        (E108, "first", (2019, 10, 31)),
        (E108, "second", (2020, 1, 31)),
        (E115, "application", (2025, 8, 29)),
        (E115, "continuation", (2025, 10, 31)),
        (E115, "interim", (2026, 6, 30)),
    ] {
        let (next_month, next_day) = if day < 30 { (month, day + 1) } else { (month + 1, 1) };
        let case = with(
            edition,
            json!({ "report": [
                { "id": "F-1", "kind": kind, "submitted": on((year, month, day)) },
                { "id": "F-2", "kind": kind, "submitted": on((year, next_month, next_day)) },
            ] }),
        );
        let result = evaluate(edition, &json!({ "alliances": [case.alliance] }));
        let said = |key| {
            entry(&result["alliances"][0], "report", key)
                .map(|entry| entry["verdicts"]["reports_in_time"]["verdict"].clone())
        };
        assert_eq!(
            (said("F-1"), said("F-2")),
            (Some(json!("counted")), Some(json!("refused"))),
            "{edition:?}: {kind}"
        );
    }
}
