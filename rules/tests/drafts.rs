//! Records in the making, by the rules of edition 108: what is told of a field, what is asked for, and which figures move.

use guiju::{DraftError, FieldIssue, Limits, Locale, Severity, SourcePack};
use serde_json::{Value, json};

fn pack() -> SourcePack {
    guiju_rules::load("alliance_108").expect("a built-in pack compiles")
}

/// A company that counts.
fn member() -> Value {
    json!({
        "name": "甲公司", "kind": "company", "origin": "domestic", "registered": true, "contract": {"start": "108/02/01", "end": "108/10/31"},
        "contract_kind": "membership", "contract_signatory": "pi", "member_seal": "company_and_owner", "institution_seal": "college",
        "pi_signed": true, "renewal": false, "fee": "50000", "region": "north",
        "responsible_person": "王", "address": "臺北", "phone": "02"
    })
}

fn with(mut record: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().expect("changes are an object") {
        record[key] = value.clone();
    }
    record
}

fn told(entity: &str, record: &Value) -> Vec<FieldIssue> {
    pack().validate(entity, &record.to_string(), &Limits::untrusted()).expect("the record can be looked at")
}

fn lines(issues: &[FieldIssue]) -> Vec<String> {
    issues.iter().map(|issue| format!("{} {} {}", issue.path, issue.code, issue.clause.as_deref().unwrap_or("-"))).collect()
}

#[test]
fn nothing_is_said_of_a_record_that_is_well() {
    assert_eq!(lines(&told("member", &member())), [""; 0]);
}

#[test]
fn a_contract_that_ends_one_day_early_is_told_with_its_clause() {
    let early = with(member(), json!({"contract": {"start": "108/02/01", "end": "108/10/30"}}));
    let issues = told("member", &early);
    assert_eq!(lines(&issues), ["/contract company_members.require.2 briefing_108:108-3"]);
    assert_eq!(issues[0].severity, Severity::Warning);
    assert_eq!(issues[0].message.zh, "契約期間未含 108/10/31（不計入「廠商會員」）");
    assert!(issues[0].help.as_ref().is_some_and(|help| help.get(Locale::En).contains("2019-10-31")), "{:?}", issues[0].help);
}

#[test]
fn a_whole_alliance_is_judged_together() {
    let alliance = json!({
        "id": "A1", "name": "甲", "host": "大學", "field": "ict", "phase": 1, "phase_year": 1, "grant": "2400000",
        "member": [with(member(), json!({"contract": {"start": "108/02/01", "end": "108/10/30"}}))],
        "transfer": [{"id": "T1", "counterpart": "甲公司", "signed": "108/05/01", "amount": "100", "transferor": "pi",
                      "derived_in_programme": true, "evidence": "E1"},
                     {"id": "T2", "counterpart": "乙公司", "signed": "108/05/01", "amount": "", "transferor": "pi",
                      "derived_in_programme": true, "evidence": "E2"}]
    });
    let issues = told("alliance", &alliance);
    let found = lines(&issues);
    for expected in [
        "/member/0/contract company_members.require.2 briefing_108:108-3",
        "/transfer/0/counterpart technology_transfer.require.1 guide_107:107-8",
        "/transfer/1/counterpart G616 -",
        "/transfer/1/amount G802 -",
    ] {
        assert!(found.iter().any(|line| line == expected), "{expected} is not in {found:#?}");
    }
    // A record by itself knows no members, and says nothing of them.
    assert_eq!(lines(&told("transfer", &alliance["transfer"][0])), [""; 0]);
}

#[test]
fn wrong_values_do_not_hide_what_is_certain() {
    let odd =
        with(member(), json!({"fee": "x", "kind": "", "contract": {"start": "108/02/01", "end": "108/10/30"}, "colour": 1, "name": null}));
    let found = lines(&told("member", &odd));
    // The kind is open, so it is only advice; everything is told at once.
    for expected in
        ["/fee G607 -", "/kind G802 -", "/colour G603 -", "/name G802 -", "/contract company_members.require.2 briefing_108:108-3"]
    {
        assert!(found.iter().any(|line| line == expected), "{expected} is not in {found:#?}");
    }
}

#[test]
fn an_optional_field_is_asked_for_when_something_hangs_on_it() {
    let renewed = with(member(), json!({"renewal": true}));
    assert_eq!(lines(&told("member", &renewed)), ["/renewal_receipt G803 guide_107:107-5"]);
}

#[test]
fn hostile_records_are_issues_and_unknown_entities_errors() {
    let (pack, limits) = (pack(), Limits::untrusted());
    for text in ["", "{", "[]", "null", "3", "\"\\ud800\"", "{\"name\":{}}", &"[".repeat(100_000)] {
        for entity in ["alliance", "member", "revenue"] {
            let issues = pack.validate(entity, text, &limits).expect("it is an issue, no error");
            assert!(!issues.is_empty(), "nothing is said of {text:.20}");
        }
    }
    let error = pack.validate("memebr", "{}", &limits).expect_err("there is no such entity");
    assert_eq!(error, DraftError::UnknownEntity { name: "memebr".to_owned(), suggestion: Some("member".to_owned()) });
    let tight = Limits { fuel: 1, ..Limits::untrusted() };
    assert!(matches!(pack.validate("member", &member().to_string(), &tight), Err(DraftError::Abort(_))));
    assert!(matches!(pack.progress("{\"member\": [{}]}", &tight), Err(DraftError::Abort(_))));
}

#[test]
fn figures_have_bounds_and_what_leaves_most_open_comes_first() {
    let receipt = |id: &str, amount: &str| {
        json!({"id": id, "category": "membership_fee", "source": "cash", "payer_kind": "company", "amount": amount, "received": "108/05/01",
               "label_matches": true, "evidence": id})
    };
    let open = with(member(), json!({"name": "乙公司", "pi_signed": null}));
    let alliance = json!({
        "id": "A1", "grant": "2400000", "member": [member(), open], "targets": {"company_members": "3"},
        "revenue": [receipt("R1", "2000"), with(receipt("R2", "50000"), json!({"receipt_stamped": true})), receipt("R3", "30000")]
    });
    let report = pack().progress(&alliance.to_string(), &Limits::untrusted()).expect("it can be looked at");
    let members = &report.kpis["company_members"];
    assert_eq!((members.low.as_deref(), members.high.as_deref(), members.gap.as_deref()), (Some("1"), Some("2"), Some("1")));
    assert_eq!(members.needs[0].path, "/member/1/pi_signed");
    let revenue = &report.kpis["operating_revenue"];
    assert_eq!((revenue.low.as_deref(), revenue.high.as_deref()), (Some("50000"), Some("82000")));
    let paths: Vec<&str> = revenue.needs.iter().map(|need| need.path.as_str()).collect();
    assert_eq!(paths, ["/revenue/2/receipt_stamped", "/revenue/0/receipt_stamped"]);
    assert!(report.to_json(Locale::En).contains("company members"));
}
