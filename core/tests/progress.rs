//! The report of a root in the making as JSON. Not here: what its figures are, which the corpus of
//! conformance says.

use guiju::{Limits, Locale, Pack, Parsed, Source};

#[test]
fn a_report_as_json_has_every_key() {
    let rules = r#"
    pack p "p"
    entity alliance { key id: text }
    entity receipt in alliance { key id: text  stamped "核章" / "stamped": bool  amount "金額": money }
    tally income "收入" from receipt { require stamped else "未核章" because "示範"  sum amount } because "示範"
    obligation enough "足額" / "enough" expect income >= 100 元 because "示範"
    "#;
    let limits = Limits::untrusted();
    let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits)
        .check()
        .into_pack()
        .expect("sound rules");
    let report = pack.progress(
        r#"{"id": "A\"1", "receipt": [{"id": "1", "amount": "200"}], "targets": {"income": "50"}}"#,
        &limits,
    );
    let json = report.expect("a root").to_json(Locale::En);
    let need = r#"{"label":"stamped","path":"/receipt/0/stamped","record":"receipt/1"}"#;
    let kpi = format!(
        r#""label":"收入","why":null,"state":"undetermined","value":null,"low":"0","high":"200","unit":"元","target":"50","attainment":null,"gap":null,"previous":null,"needs":[{need}],"more":0"#
    );
    let obligation = r#""label":"enough","id":"enough","kpi":null,"severity":"error","status":"undetermined","gap":null,"unit":"元","clause":null"#;
    assert_eq!(
        json,
        format!(
            r#"{{"kpis":{{"income":{{{kpi}}}}},"obligations":[{{{obligation}}}],"awards":[]}}"#
        )
    );
}

const CALL: &str = r#"
pack call "徵件"
source g { 1 }
entity project { key id: text  score "分數": 0..100  cost "經費": money }
entity bid in project { key id: text  price "標價": money  fit "合格": bool }
obligation eligible "達門檻" expect score >= 60 @ 1
award funded "核定補助" for programme from project {
  require eligible is met else "只有 {score} 分" / "{score} points only"
  order highest score
  budget 100 元  give cost  rest stop
} @ 1
award rest "餘額" for programme from project {
  require not (counted in funded) else "已獲補助"
  order highest score
  places 1
} @ 1
award winner "得標" from bid {
  require fit else "資格不符"
  order lowest price
  places 1
} @ 1
"#;

/// The awards of a draft: id, record, verdict and reason.
fn awards(pack: &Pack, record: &str) -> Vec<[String; 4]> {
    let report = pack.progress(record, &Limits::default()).expect("it can be read");
    let each = |award: &guiju::AwardProgress| {
        let reason = award.reason.as_ref().map(|reason| reason.zh.clone()).unwrap_or_default();
        [
            award.id.clone(),
            award.record.clone().unwrap_or_default(),
            award.verdict.to_owned(),
            reason,
        ]
    };
    report.awards.iter().map(each).collect()
}

#[test]
fn a_root_by_itself_waits_for_the_others_but_its_records_do_not() {
    let pack = Pack::clone(
        &Parsed::parse(vec![Source::new("p.guiju", CALL)], &Limits::default())
            .check()
            .into_pack()
            .expect("sound rules"),
    );
    let whole = "須與全部申請者一起核給，不能單獨判定";
    let bids = r#""bid": [{"id": "1", "price": 5, "fit": true}, {"id": "2", "price": 4, "fit": false}, {"id": "3", "price": 6, "fit": true}]"#;
    let found = awards(&pack, &format!(r#"{{"id": "P", "score": 70, "cost": 10, {bids}}}"#));
    let wanted = [
        ["funded", "", "undetermined", whole],
        // Whether the first award counts it is not known either.
        ["rest", "", "undetermined", whole],
        ["winner", "bid/1", "counted", ""],
        ["winner", "bid/2", "refused", "資格不符"],
        ["winner", "bid/3", "refused", "名次在前者 1 名，最後計入的是 1，輪到時尚餘 0"],
    ];
    assert_eq!(found, wanted);

    // What it fails by itself it fails among all.
    let low =
        r#"{"id": "P", "score": 50, "cost": 10, "bid": [{"id": "2", "price": 4, "fit": false}]}"#;
    assert_eq!(awards(&pack, low)[0], ["funded", "", "refused", "只有 50 分"]);
    let told = |entity: &str, record: &str| -> Vec<String> {
        let issues = pack.validate(entity, record, &Limits::default()).expect("within limits");
        issues
            .iter()
            .map(|issue| format!("{} {}: {}", issue.path, issue.code, issue.message.zh))
            .collect()
    };
    assert_eq!(
        told("project", low),
        [
            "/score funded.require.1: 只有 50 分（不計入「核定補助」）",
            "/bid/0/fit winner.require.1: 資格不符（不計入「得標」）"
        ]
    );
    // Nor does a record by itself know the others.
    assert_eq!(told("bid", r#"{"id": "1", "price": 4, "fit": true}"#), Vec::<String>::new());
    assert_eq!(
        told("bid", r#"{"id": "1", "price": 4, "fit": false}"#),
        ["/fit winner.require.1: 資格不符（不計入「得標」）"]
    );
}
