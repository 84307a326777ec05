//! The digests that results name: what they depend on, and what they do not.
//!
//! That the canonical form of data reads back as the same data is held over the whole conformance
//! corpus. Not here: receipts, which name files (`seal`).

use guiju::{
    Dataset, Earlier, Evaluation, JsonOptions, Limits, Pack, Parsed, Source, SourcePack, TableFile,
};
use serde_json::{Value, json};

const RULES: &str = r#"
pack fees "會費"
period 108/02/01 .. 109/01/31
entity programme { budget: money }
entity alliance "聯盟" { key id: text  grant: money?  share: percent?  field: ict | bio  open: bool? }
entity member in alliance { key name: text  fee: money  since: date?  contract: period?  marks: list of a | b | c
  points: number? }
entity payment in member { key no: text  paid: money  of: member? }
let least = 100 元 because "示範"
tally fees from member { select fee >= least  sum fee } because "示範"
kpi grown = fees - previous(fees) because "示範"
kpi all_fees for programme = sum(fees) because "示範"
"#;

/// Every kind of value, each with another one in whose place the digest is another.
fn document() -> Value {
    json!({
        "programme": {"budget": "9000000", "targets": {"all_fees": "7"}},
        "alliances": [
            {"id": "A1", "grant": "2400000.5", "share": "30%", "field": "ict", "open": true,
             "member": [
                {"name": "甲公司", "fee": "50000", "since": "2018-02-01", "marks": ["a", "c"], "points": "-1.25",
                 "contract": {"start": "2018-02-01", "end": "2019-10-31"},
                 "payment": [{"no": "1", "paid": "20", "of": "乙"}, {"no": "2", "paid": "30"}]},
                {"name": "乙", "fee": "600"}],
             "targets": {"fees": "3"}, "previous": {"fees": "20"}, "reviewed": ["R1"], "elsewhere": ["R2", "R3"]},
            {"id": "A2"}]
    })
}

fn checked(files: Vec<Source>) -> SourcePack {
    Parsed::parse(files, &Limits::default()).check().into_pack().expect("sound rules")
}

fn pack() -> SourcePack {
    checked(vec![Source::new("fees.guiju", RULES)])
}

fn read(pack: &Pack, text: &str) -> Dataset {
    pack.read_json(text, None, &Limits::default()).expect("sound data")
}

fn judged(pack: &Pack, data: &Dataset) -> Evaluation {
    pack.evaluate(data, &Limits::default()).expect("within limits")
}

fn named(evaluation: &Evaluation) -> Value {
    let result = evaluation.to_json(&JsonOptions::default());
    serde_json::from_str::<Value>(&result).expect("JSON")["digests"].clone()
}

#[test]
fn a_result_names_what_it_was_computed_from() {
    let pack = pack();
    let data = read(&pack, &document().to_string());
    let digests = named(&judged(&pack, &data));
    assert_eq!(
        digests,
        json!({"rules": {"fees": pack.provenance().editions[0].1}, "data": data.digest()})
    );
    let canonical: Value = serde_json::from_str(&data.to_canonical_json()).expect("JSON");
    assert_eq!(canonical, document());
    let small = read(&pack, r#"{"alliances": [{"id": "A1"}]}"#);
    assert_eq!(small.to_canonical_json(), r#"{"alliances":[{"id":"A1"}],"programme":{}}"#);
    // printf '%s\n%s\n' "$(printf '{}' | sha256sum | cut -c1-64)" \
    //   "$(printf '{"id":"A1"}' | sha256sum | cut -c1-64)" | sha256sum
    assert_eq!(small.digest(), "47275597887c4aed7f52849d11c76ea727335f4c84dee89f59c7c082c36c60b2");
    let tiny = checked(vec![Source::new("a.guiju", "pack a\nentity b { key id: text }\n")]);
    // printf 'pack a\nentity b { key id: text }\n' | sha256sum | cut -c1-64 | sha256sum
    assert_eq!(
        tiny.provenance().editions,
        [(
            "a".to_owned(),
            "5000f3bb596671913179021d1bfd46c4d519170dae7260b1b5d6f35c53be0f89".to_owned()
        )]
    );
}

#[test]
fn how_data_is_written_makes_no_difference() {
    let pack = pack();
    let json = r#"{"alliances": [
        {"id": "A1", "open": "", "member": [{"name": "甲", "fee": {"amount": "2.50", "unit": "仟元"}, "since": "108/10/31"}],
         "grant": 3000.0, "elsewhere": ["R3", "R2"], "targets": {"fees": null}},
        {"id": "A2", "member": []}]}"#;
    let tables = [
        ("alliance.csv", "id,grant,field\nA1,\"3,000\",\nA2,,\n"),
        ("member.csv", "since,alliance,name,fee,marks\n2019-10-31,A1,甲,2500,\n"),
        ("elsewhere.csv", "alliance,evidence\nA1,R2\nA1,R3\n"),
    ];
    let tables = tables.map(|(name, text)| TableFile { name, bytes: text.as_bytes() });
    let tables = pack.read_tables(&tables, &Limits::default()).expect("sound tables");
    let data = read(&pack, json);
    assert_eq!(data.to_canonical_json(), tables.to_canonical_json());
    assert_eq!(data.digest(), tables.digest());
    let copied = Dataset::from_bytes(&data.to_bytes(), pack.schema()).expect("its own bytes");
    assert_eq!(copied.digest(), data.digest());
}

/// Whatever single value of the data is another one, the digest is another.
#[test]
fn every_value_counts() {
    let pack = pack();
    let digest = |document: &Value| read(&pack, &document.to_string()).digest();
    let whole = digest(&document());
    let mut places = Vec::new();
    leaves(&document(), "", &mut places);
    assert_eq!(places.len(), 28, "{places:?}");
    for place in places {
        let mut document = document();
        let value = document.pointer_mut(&place).expect("a place of it");
        *value = match &*value {
            Value::Bool(value) => json!(!*value),
            Value::String(text) => json!(match text.as_str() {
                "ict" => "bio".to_owned(),
                "a" | "c" => "b".to_owned(),
                "乙" if place.ends_with("/of") => "甲公司".to_owned(),
                day if day.contains("-0") => day.replace("-01", "-02"),
                "2019-10-31" => "2019-10-30".to_owned(),
                other => other.replacen(|c: char| c.is_alphanumeric(), "8", 1),
            }),
            other => panic!("{other}"),
        };
        if place == "/alliances/0/member/1/name" {
            // What refers to it goes along.
            document["alliances"][0]["member"][0]["payment"][0]["of"] =
                document.pointer(&place).cloned().expect("it is there");
        }
        assert_ne!(digest(&document), whole, "{place}");
    }
}

fn leaves(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), places));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(n, value)| leaves(value, &format!("{at}/{n}"), places));
        }
        _ => places.push(at.to_owned()),
    }
}

#[test]
fn an_earlier_result_has_a_digest_of_its_own() {
    let (pack, limits) = (pack(), Limits::default());
    let before = RULES.replace("108/02/01 .. 109/01/31", "107/02/01 .. 108/01/31");
    let before = checked(vec![Source::new("before.guiju", before)]);
    let first = judged(&before, &read(&before, &document().to_string()));
    let text = first.to_json(&JsonOptions::default());
    let earlier = Earlier::from_json(&text, None, &limits).expect("a result");
    assert_eq!(earlier.digest(), first.earlier().digest());
    let own = read(
        &pack,
        &document().to_string().replace(r#""previous":{"fees":"20"}"#, r#""previous":{}"#),
    );
    let digest = own.digest();
    let data = own.with_previous(&pack, &earlier, &limits).expect("it is earlier");
    let digests = named(&judged(&pack, &data));
    assert_eq!(digests["data"], digest, "the data is what it was");
    assert_eq!(digests["previous"], json!([earlier.digest()]));
    let other = text.replace("50600", "50601");
    assert_ne!(other, text);
    assert_ne!(
        Earlier::from_json(&other, None, &limits).expect("a result").digest(),
        earlier.digest()
    );
}

#[test]
fn a_whole_has_the_digest_that_its_parts_tell() {
    let (pack, limits) = (pack(), Limits::default());
    let document = document();
    let data = read(&pack, &document.to_string());
    let part = |at: usize| {
        let mut part = document.clone();
        part["alliances"] = json!([document["alliances"][at]]);
        judged(&pack, &read(&pack, &part.to_string())).partial()
    };
    let whole = pack.combine([part(0).as_str(), &part(1)], &limits).expect("parts of one whole");
    assert_eq!(named(&whole)["data"], data.digest());
    let turned = pack.combine([part(1).as_str(), &part(0)], &limits).expect("parts of one whole");
    assert_ne!(named(&turned)["data"], data.digest(), "in another order");
}

#[test]
fn rules_are_named_by_edition_and_by_what_they_say() {
    let (own, limits) = (pack(), Limits::default());
    let digest =
        |text: &str| checked(vec![Source::new("other.guiju", text)]).provenance().editions.clone();
    assert_eq!(digest(RULES), own.provenance().editions);
    assert_eq!(
        digest(&format!("\u{FEFF}{}", RULES.replace('\n', "\r\n"))),
        own.provenance().editions
    );
    assert_ne!(digest(&RULES.replace("100 元", "101 元")), own.provenance().editions);
    let test = Source::new("tests.guiju", "test \"無\" { alliance A1 { }  expect A1.fees = 0 元 }");
    let tested = checked(vec![Source::new("fees.guiju", RULES), test]);
    assert_eq!(tested.provenance(), own.provenance(), "tests are no rules");
    let compiled = Pack::from_compiled(&own.to_compiled(), &limits).expect("its own bytes");
    assert_eq!(compiled.provenance(), own.provenance());
    let other = own.with_parameters(&[("least", "200 元")], &limits).expect("a constant");
    assert_eq!(other.provenance().editions, own.provenance().editions);
    let data = read(&own, &document().to_string());
    assert_eq!(named(&judged(&other, &data))["parameters"], json!({"least": "200 元"}));
    // An edition is the same wherever it stands.
    let library = |name: &str| (name == "fees").then(|| own.sources().to_vec());
    let amending = Source::new(
        "later.guiju",
        "pack later amends fees\nperiod 109/02/01 .. 110/01/31\nlet least = 1 元 because \"示範\"",
    );
    let later = Parsed::parse_with(vec![amending], &limits, &library)
        .check()
        .into_pack()
        .expect("sound rules");
    let editions = &later.provenance().editions;
    assert_eq!(
        (editions[0].clone(), editions[1].0.as_str()),
        (own.provenance().editions[0].clone(), "later")
    );
}
