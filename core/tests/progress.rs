//! The report of a root in the making as JSON. Not here: what its figures are, which the corpus of conformance says.

use guiju::{Limits, Locale, Parsed, Source};

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
    let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack().expect("sound rules");
    let report = pack.progress(r#"{"id": "A\"1", "receipt": [{"id": "1", "amount": "200"}], "targets": {"income": "50"}}"#, &limits);
    let json = report.expect("a root").to_json(Locale::En);
    let need = r#"{"label":"stamped","path":"/receipt/0/stamped","record":"receipt/1"}"#;
    let kpi = format!(
        r#""label":"收入","why":null,"state":"undetermined","value":null,"low":"0","high":"200","unit":"元","target":"50","attainment":null,"gap":null,"previous":null,"needs":[{need}],"more":0"#
    );
    let obligation =
        r#""label":"enough","id":"enough","kpi":null,"severity":"error","status":"undetermined","gap":null,"unit":"元","clause":null"#;
    assert_eq!(json, format!(r#"{{"kpis":{{"income":{{{kpi}}}}},"obligations":[{{{obligation}}}]}}"#));
}
