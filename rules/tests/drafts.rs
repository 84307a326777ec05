//! Records in the making, by the rules of edition 108: what is told of a field, what is asked for,
//! and which figures move.

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
    pack()
        .validate(entity, &record.to_string(), &Limits::untrusted())
        .expect("the record can be looked at")
}

fn lines(issues: &[FieldIssue]) -> Vec<String> {
    issues
        .iter()
        .map(|issue| {
            format!("{} {} {}", issue.path, issue.code, issue.clause.as_deref().unwrap_or("-"))
        })
        .collect()
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
    assert!(
        issues[0].help.as_ref().is_some_and(|help| help.get(Locale::En).contains("2019-10-31")),
        "{:?}",
        issues[0].help
    );
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
    let odd = with(
        member(),
        json!({"fee": "x", "kind": "", "contract": {"start": "108/02/01", "end": "108/10/30"}, "colour": 1, "name": null}),
    );
    let found = lines(&told("member", &odd));
    // The kind is open, so it is only advice; everything is told at once.
    for expected in [
        "/fee G607 -",
        "/kind G802 -",
        "/colour G603 -",
        "/name G802 -",
        "/contract company_members.require.2 briefing_108:108-3",
    ] {
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
    assert_eq!(
        error,
        DraftError::UnknownEntity {
            name: "memebr".to_owned(),
            suggestion: Some("member".to_owned())
        }
    );
    let tight = Limits { fuel: 1, ..Limits::untrusted() };
    assert!(matches!(
        pack.validate("member", &member().to_string(), &tight),
        Err(DraftError::Abort(_))
    ));
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
    let report =
        pack().progress(&alliance.to_string(), &Limits::untrusted()).expect("it can be looked at");
    let members = &report.kpis["company_members"];
    assert_eq!(
        (members.low.as_deref(), members.high.as_deref(), members.gap.as_deref()),
        (Some("1"), Some("2"), Some("1"))
    );
    assert_eq!(members.needs[0].path, "/member/1/pi_signed");
    let revenue = &report.kpis["operating_revenue"];
    assert_eq!((revenue.low.as_deref(), revenue.high.as_deref()), (Some("50000"), Some("82000")));
    let paths: Vec<&str> = revenue.needs.iter().map(|need| need.path.as_str()).collect();
    assert_eq!(paths, ["/revenue/2/receipt_stamped", "/revenue/0/receipt_stamped"]);
    assert!(report.to_json(Locale::En).contains("company members"));
}

#[test]
fn figures_are_refused_where_records_cannot_be_read() {
    let (pack, limits) =
        (pack(), Limits { data_bytes: 10_000, rows: 1_000, ..Limits::untrusted() });
    let refused = |text: &str| match pack.progress(text, &limits) {
        Err(DraftError::Unreadable { problems }) => {
            problems.iter().map(|problem| problem.code.id()).collect::<Vec<_>>().join(" ")
        }
        other => panic!("{text:.60}: {other:?}"),
    };
    for (text, code) in [
        ("", "G628"),
        ("not json", "G601"),
        ("[", "G601"),
        ("[]", "G602"),
        ("null", "G602"),
        (r#"{"alliances": [{"id": "A1"}]}"#, "G603"),
        (r#"{"id": "A1", "members": [{}]}"#, "G603"),
        (r#"{"id": "A1", "member": {"name": "甲"}}"#, "G602"),
        (r#"{"id": "A1", "member": [{"name": "甲"}, "乙"]}"#, "G602"),
        (r#"{"id": "A1", "member": [], "member": [{"name": "甲"}]}"#, "G604"),
        (r#"{"id": "A1", "reviewed": "V-1"}"#, "G602"),
        (r#"{"id": "A1", "elsewhere": [true]}"#, "G602"),
        (&format!(r#"{{"id": "{}"}}"#, "x".repeat(10_000)), "G627"),
        (&format!(r#"{{"member": [{}{{}}]}}"#, "{},".repeat(limits.rows)), "G627"),
    ] {
        assert_eq!(refused(text), code, "{text:.60}");
    }
    // What is wrong in a field counts as missing; so does a field that the rules do not know, of a
    // record that was read.
    for text in [
        "{}",
        r#"{"id": 5, "grant": "x", "期別": [], "member": null, "targets": [], "previous": {"company_members": "x", "y": "1"}}"#,
        r#"{"id": "A1", "member": [{"name": "甲", "colour": 1, "contract": {"start": 5, "last": 6}}, {"name": "甲"}], "reviewed": null}"#,
    ] {
        pack.progress(text, &limits).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    // A record by itself that cannot be read has no figures either.
    let draft = pack.judge_draft("member", "[]", &limits).expect("it is looked at");
    assert_eq!(draft.progress().err().map(<[_]>::len), Some(1));
}

#[test]
fn every_record_is_told_of_however_much_is_wrong() {
    let members: Vec<Value> = (0..500)
        .map(|n| json!({"name": if n % 2 == 0 { json!(n) } else { json!(null) }, "fee": "x"}))
        .collect();
    let issues = told("alliance", &json!({"id": "A1", "member": members}));
    for n in 0..500 {
        for (field, code) in
            [("name", if n % 2 == 0 { "G607" } else { "G802" }), ("fee", "G607"), ("kind", "G802")]
        {
            let path = format!("/member/{n}/{field}");
            assert!(
                issues.iter().any(|issue| issue.path == path && issue.code == code),
                "{path} {code}"
            );
        }
    }
}

#[test]
fn what_is_still_needed_stays_short() {
    let sizes = [30, 250, 1_000].map(|count| {
        let members: Vec<Value> = (0..count).map(|n| json!({ "name": format!("m{n}") })).collect();
        let report = pack()
            .progress(&json!({"id": "A", "member": members}).to_string(), &Limits::untrusted())
            .expect("it can be looked at");
        let members = &report.kpis["company_members"];
        assert_eq!(members.high, Some(count.to_string()));
        assert!(
            members.needs.len() == 10 && members.needs.len() + members.more >= count,
            "{}",
            members.more
        );
        report.to_json(Locale::ZhTw).len()
    });
    assert!(sizes[2] < sizes[0] + 1_000 && sizes[2] < 64 << 10, "{sizes:?}");
}

#[test]
fn help_says_what_to_write() {
    let odd = json!({
        "name": "丙公司", "kind": "firm", "registered": "maybe", "contract": {"start": "108/02/01"}, "fee": "三百", "contract_kind": 5,
        "renewal_receipt": "R9"
    });
    let alliance = json!({"id": "A1", "phase": "four", "grant": "NaN", "member": [odd, {"name": "甲公司"}, {"name": "甲公司"}],
        "revenue": [{"id": 7, "amount": true, "payer": "乙公司"}], "transfer": [{"id": "T1", "counterpart": "乙公司"}]});
    let issues = told("alliance", &alliance);
    let help = |path: &str| {
        let issue = issues
            .iter()
            .find(|issue| issue.path == path && issue.code != "G802")
            .unwrap_or_else(|| panic!("nothing at {path}"));
        (issue.code.as_str(), issue.help.as_ref().map(|help| help.zh.as_str()).unwrap_or_default())
    };
    for (path, code, words) in [
        ("/phase", "G607", "請寫 1 到 2 的整數。"),
        ("/grant", "G607", "請只寫數字，單位為元，如 `300000`。"),
        ("/revenue/0/id", "G607", "請寫文字，JSON 要加引號：`\"7\"`。"),
        ("/member/0/kind", "G608", "可用的選項為 公司、"),
        ("/member/0/registered", "G607", "請寫「是」或「否」（true 或 false）。"),
        ("/member/0/contract", "G615", "請補上結束日。"),
        ("/member/0/fee", "G607", "請只寫數字，單位為元，如 `300000`。"),
        ("/member/2/name", "G606", "與第 2 筆相同。請合併或改名"),
        ("/revenue/0/amount", "G607", "請只寫數字，單位為元，如 `300000`。"),
        // A company that was renamed is not the other one.
        ("/transfer/0/counterpart", "G616", "請先登錄該筆資料，或更正名稱。"),
    ] {
        assert_eq!(help(path).0, code, "{path}");
        assert!(help(path).1.starts_with(words), "{path}: {}", help(path).1);
    }
    for issue in &issues {
        let help = issue
            .help
            .as_ref()
            .map(|help| help.zh.clone() + help.get(Locale::En))
            .unwrap_or_default();
        assert!(
            !help.contains("留空") && !help.contains("empty") && !help.contains('_'),
            "{}: {help}",
            issue.path
        );
    }
}
