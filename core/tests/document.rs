//! A root as JSON that is read again: the same values, whatever they are. Not here: what values
//! mean.

use guiju::{Dataset, Limits, Parsed, Source, SourcePack};

const RULES: &str = r#"
pack p "p"
source s { 1 }
entity trip "出差" / "trip" {
  key id: text
  first: bool?
  share: percent?
  days: int?
  rank: 0..9?
  heat: number?
  gain: signed money?
  span: period?
  kind: one "甲" / "first" | two "乙" / "second"?
  means: list of car | train | ship?
}
entity receipt in trip { key no: text  total: money?  due: date? }
entity payment in receipt { key no: text  amount: money?  before: payment? }
entity audit in trip { key no: text  of: payment?  receipt_of: receipt? }
tally paid "已付" / "paid" from payment { sum amount } @ 1
"#;

fn pack() -> SourcePack {
    Parsed::parse(vec![Source::new("p.guiju", RULES)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules")
}

fn read(data: &str) -> Dataset {
    pack().read_json(data, None, &Limits::default()).expect("sound data")
}

fn written(data: &str) -> String {
    read(data).root_json(0, &Limits::default()).expect("within the limits")
}

#[test]
fn every_value_is_written_as_it_was_read() {
    let trip = r#"{"trips": [{"id": " Ｔ１", "first": false, "share": "12.5%", "days": 3,
        "rank": 9, "heat": "-1.50", "gain": {"amount": -2, "unit": "仟元"},
        "span": "108/02/01..109/01/31",
        "kind": "乙", "means": ["ship", "car"], "targets": {"paid": {"amount": 3, "unit": "萬元"}},
        "previous": {"paid": 0.5}, "reviewed": ["E1"],
        "receipt": [
          {"no": "R/1", "total": "9007199254740993", "payment": [{"no": "P1", "amount": 4}]},
          {"no": "R2", "due": "113/01/01", "payment": [
            {"no": "P1"}, {"no": "P2", "before": "P1"}]},
          {"no": "R3"}],
        "audit": [{"no": "A", "of": "R~11/P1", "receipt_of": "R/1"}, {"no": "B", "of": "P2"}]}]}"#;
    let once = written(trip);
    assert_eq!(
        once,
        concat!(
            r#"{"id":" Ｔ１","first":false,"share":"12.5%","days":"3","rank":"9","heat":"-1.5","#,
            r#""gain":"-2000","span":{"start":"2019-02-01","end":"2020-01-31"},"kind":"two","#,
            r#""means":["car","ship"],"receipt":["#,
            r#"{"no":"R/1","total":"9007199254740993","payment":[{"no":"P1","amount":"4"}]},"#,
            r#"{"no":"R2","due":"2024-01-01","payment":[{"no":"P1"},"#,
            r#"{"no":"P2","before":"R2/P1"}]},{"no":"R3"}],"#,
            r#""audit":[{"no":"A","of":"R~11/P1","receipt_of":"R/1"},{"no":"B","of":"P2"}],"#,
            r#""targets":{"paid":"30000"},"previous":{"paid":"0.5"},"reviewed":["E1"]}"#
        )
    );
    assert_eq!(written(&format!(r#"{{"trips": [{once}]}}"#)), once);
}

#[test]
fn a_root_that_is_not_there_is_empty_and_a_text_that_is_too_long_is_an_error() {
    let data = read(r#"{"trips": [{"id": "T1"}]}"#);
    assert_eq!(data.root_json(1, &Limits::default()).as_deref(), Ok("{}"));
    let receipts: Vec<String> = (0..20_000).map(|n| format!(r#"{{"no": "R{n}"}}"#)).collect();
    let many = format!(r#"{{"trips": [{{"id": "T1", "receipt": [{}]}}]}}"#, receipts.join(","));
    let small = Limits { memory: 100_000, ..Limits::default() };
    assert!(read(&many).root_json(0, &small).is_err());
}
