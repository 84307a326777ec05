//! Entities below entities beyond what conformance holds: drafts and their paths, references to
//! records that are told apart by what they belong to, and what hosts are told of the data model.

use guiju::DataError;
use guiju::{Dataset, Diagnostic, Limits, Parsed, Question, Source, SourcePack, TableFile};

const RULES: &str = r#"
pack p "p"
source s { 1 }
entity trip "出差" / "trip" { key id: text  first "首次" / "first": bool? }
entity receipt "收據" / "receipt" in trip {
  key no: text
  total "金額" / "total": money
  due "期限" / "due": date
}
entity payment "付款" / "payment" in receipt {
  key no: text
  amount "金額" / "amount": money
  note: text?
  before "前一筆" / "before": payment?
}
entity audit "查核" / "audit" in trip { key no: text  of "對象" / "of": payment }
tally paid "已付" / "paid" from payment {
  require amount <= receipt.total else "超過收據" / "above the receipt"  @ 1
  sum amount
}
tally late "晚於前筆" / "after the one before" from payment {
  select before is known and before.amount > amount
  count
} @ 1
tally audited "查核" / "audited" from audit {
  require of.amount > 5 元 else "小額" / "small"  @ 1
  count
}
"#;

fn pack() -> SourcePack {
    Parsed::parse(vec![Source::new("p.guiju", RULES)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules")
}

/// Everything that is wrong with data.
fn problems(read: Result<Dataset, DataError>) -> Vec<Diagnostic> {
    read.err().map(|error| error.diagnostics).unwrap_or_default()
}

fn read(data: &str) -> Result<Dataset, DataError> {
    pack().read_json(data, None, &Limits::default())
}

#[test]
fn a_draft_is_told_of_at_the_places_of_its_lists() {
    let told = |entity: &str, record: &str| {
        let issues = pack().validate(entity, record, &Limits::untrusted()).expect("an answer");
        issues.into_iter().map(|issue| (issue.path, issue.code)).collect::<Vec<_>>()
    };
    let own = |told: Vec<(String, String)>| {
        told.into_iter().map(|(path, code)| format!("{path} {code}")).collect::<Vec<_>>()
    };
    let trip = r#"{"id": "T", "receipt": [
        {"no": "R1", "total": "10", "due": "113/01/01"},
        {"no": "R2", "total": "10",
         "payment": [
            7, {"no": "P1", "amount": "11"}, {"no": "P1", "amount": "x"}, {"no": "P2"}]}]}"#;
    assert_eq!(
        own(told("trip", trip)),
        [
            "/receipt/1/due G802",
            "/receipt/1/payment/0 G602",
            "/receipt/1/payment/1/amount paid.require.1",
            "/receipt/1/payment/2/no G606",
            "/receipt/1/payment/2/amount G607",
            "/receipt/1/payment/3/amount G802",
        ]
    );
    // Alone, nothing is known of what it belongs to, and nothing is asked of it.
    assert_eq!(own(told("payment", r#"{"no": "P", "amount": "3"}"#)), Vec::<String>::new());
    let receipt = r#"{"no": "R", "total": "1", "due": "113/01/01", "payment": [{"no": "P"}]}"#;
    assert_eq!(own(told("receipt", receipt)), ["/payment/0/amount G802"]);
}

#[test]
fn a_reference_means_the_record_beside_it_or_one_by_all_its_keys() {
    let with = |before: &str, of: &str| {
        read(&format!(
            r#"{{"trips": [{{"id": "T", "audit": [{{"no": "A", "of": "{of}"}}],
            "receipt": [
              {{"no": "R/1", "total": "9", "due": "113/01/01",
                "payment": [{{"no": "P1", "amount": "4"}}]}},
              {{"no": "R2", "total": "9", "due": "113/01/01", "payment": [
                {{"no": "P1", "amount": "8"}},
                {{"no": "P2", "amount": "5", "before": "{before}"}}]}}]}}]}}"#
        ))
    };
    let late = |before: &str| {
        let data = with(before, "R2/P2").expect("sound data");
        let pack = pack();
        let judged = pack.evaluate(&data, &Limits::default()).expect("no limit is met");
        let all: serde_json::Value =
            serde_json::from_str(&judged.to_json(&Default::default())).expect("JSON");
        all["trips"][0]["kpis"]["late"]["value"].as_str().map(str::to_owned)
    };
    assert_eq!(late("P1").as_deref(), Some("1"), "the one of its own receipt");
    assert_eq!(late("R~11/P1").as_deref(), Some("0"), "one of another receipt");
    let codes = |found: Result<Dataset, DataError>| {
        problems(found).iter().map(|problem| problem.code.id()).collect::<Vec<_>>()
    };
    assert_eq!(codes(with("P9", "P2")), ["G616"]);
    assert_eq!(codes(with("P1", "P1")), ["G671"], "an audit belongs to neither receipt");
    assert_eq!(codes(with("P1", "R3/P1")), ["G616"]);
}

#[test]
fn records_are_asked_for_by_all_their_keys() {
    let data = read(
        r#"{"trips": [{"id": "T", "receipt": [{"no": "R1", "total": "9", "due": "113/01/01",
            "payment": [{"no": "P1", "amount": "10"}]}]}]}"#,
    )
    .expect("sound data");
    let pack = pack();
    let judged = pack.evaluate(&data, &Limits::default()).expect("no limit is met");
    let ask = |key: &str| {
        let question = Question::Record { entity: "payment".to_owned(), key: key.to_owned() };
        judged.explain(0, &question, &Limits::default()).map(|why| why.to_text(guiju::Locale::En))
    };
    let why = ask("R1/P1").expect("a record");
    assert!(why.contains("payment R1/P1") && why.contains("above the receipt"), "{why}");
    assert!(ask("P1").is_err_and(|error| error.to_string().contains("R1/P1")));
}

#[test]
fn an_explanation_says_for_which_records_a_condition_holds() {
    let rules = r#"pack p
source s { 1 }
entity trip { key id: text }
entity receipt in trip { key no: text }
entity payment in receipt { key no: text  before: payment?  amount: money  paid: bool }
tally settled from receipt { require every(payment: paid and (before is not known or before.amount > amount)) else "open" @ 1  count }"#;
    let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules");
    let data = r#"{"trips": [{"id": "T", "receipt": [{"no": "R1", "payment": [
        {"no": "P1", "amount": "1", "paid": true}, {"no": "P2", "before": "P1", "amount": "2", "paid": true}]}]}]}"#;
    let data = pack.read_json(data, None, &Limits::default()).expect("sound data");
    let judged = pack.evaluate(&data, &Limits::default()).expect("no limit is met");
    let question = Question::Record { entity: "receipt".to_owned(), key: "R1".to_owned() };
    let why = judged.explain(0, &question, &Limits::default()).expect("a record");
    let why = why.to_text(guiju::Locale::En);
    assert!(why.contains("now it holds for 1 of 2: R1/P1"), "{why}");
}

#[test]
fn hosts_are_told_what_stands_in_what() {
    let pack = pack();
    let described: serde_json::Value = serde_json::from_str(&pack.to_json()).expect("JSON");
    let parents: Vec<_> = described["entities"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entity| (entity["parent"].as_str(), entity["fields"].as_array().map_or(0, Vec::len)))
        .collect();
    let types = pack.to_typescript();
    assert_eq!(types.matches("?: readonly").count(), 3, "{types}");
    let of_receipt = types.split("receipt: {").nth(1).and_then(|rest| rest.split("};").next());
    assert!(of_receipt.is_some_and(|of| of.contains("payment?: readonly")), "{types}");
    assert_eq!(parents, [(None, 2), (Some("trip"), 3), (Some("receipt"), 4), (Some("trip"), 2)]);
}

#[test]
fn rows_of_tables_stand_by_what_they_belong_to() {
    let files = [
        ("trip.csv", "id\nT\n"),
        ("receipt.csv", "trip,no,total,due\nT,R2,5,113/01/01\nT,R1,9,113/01/01\n"),
        ("payment.csv", "trip,收據,no,amount\nT,R1,P1,1\nT,R2,P1,2\nT,R1,P2,3\n"),
    ];
    let files = files.map(|(name, text)| TableFile { name, bytes: text.as_bytes() });
    let data = pack().read_tables(&files, &Limits::default()).expect("sound data");
    let payment = pack().schema().entity("payment").expect("an entity");
    let keys: Vec<String> = (0..3).map(|row| data.record_key(payment, row).into_owned()).collect();
    assert_eq!(keys, ["R2/P1", "R1/P1", "R1/P2"]);
}

/// What the rows of the last table belong to, where keys are only unique within their parents.
#[test]
fn columns_say_which_of_several_with_one_key_is_meant() {
    let rules = "pack q\nentity g { key id: text }\nentity a in g { key no: text }\n\
        entity b in a { key no: text }\nentity c in b { key no: text }\n";
    let pack = Parsed::parse(vec![Source::new("q.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules");
    let entity = pack.schema().entity("c").expect("an entity");
    let read = |a: &str, b: &str| {
        let row = format!("g,a,b,no\nG,{a},{b},1\n");
        let files = [
            ("g.csv", "id\nG\nH\n"),
            ("a.csv", "g,no\nG,1\nG,2\nH,3\n"),
            ("b.csv", "g,a,no\nG,1,1\nG,2,1\nG,2,2\nH,3,4\n"),
            ("c.csv", row.as_str()),
        ];
        let files = files.map(|(name, text)| TableFile { name, bytes: text.as_bytes() });
        match pack.read_tables(&files, &Limits::default()) {
            Ok(data) => data.record_key(entity, 0).into_owned(),
            Err(error) => {
                let codes = error.diagnostics.iter().map(|found| found.code.id());
                codes.collect::<Vec<_>>().join(" ")
            }
        }
    };
    assert_eq!(read("1", "1"), "1/1/1");
    assert_eq!(read("2", "1"), "2/1/1");
    assert_eq!(read("", "2"), "2/2/1", "the only one of its root");
    assert_eq!(read("", "1"), "G669", "it may be either");
    assert_eq!(read("1", "2"), "G622", "that one belongs to another");
    assert_eq!(read("3", "4"), "G622", "that one belongs to another root");
    assert_eq!(read("2", ""), "G670");
}

/// A list under the label of its entity, or where it does not belong, is told where and how to
/// stand.
#[test]
fn lists_in_the_wrong_place_or_by_a_label_are_told_where_they_belong() {
    let told = |data: &str| {
        problems(read(data))
            .iter()
            .map(|found| {
                let notes = found.notes.iter().map(|note| note.get(guiju::Locale::En));
                format!("{} {}", found.code.id(), notes.collect::<Vec<_>>().join(" "))
            })
            .collect::<Vec<_>>()
    };
    let receipt = |more: &str| {
        format!(
            r#"{{"trips": [{{"id": "T", "receipt": [
                {{"no": "R", "total": "1", "due": "113/01/01", {more}}}]}}]}}"#
        )
    };
    assert_eq!(
        told(&receipt(r#""付款": []"#)),
        ["G603 the list of these records is called `payment`"]
    );
    assert_eq!(
        told(r#"{"trips": [{"id": "T", "payment": []}]}"#),
        ["G603 lists of `payment` stand within the records of `receipt`"]
    );
    assert_eq!(
        told(r#"{"trips": [], "payment": []}"#),
        ["G603 lists of `payment` stand within the records of `receipt`"]
    );
    assert_eq!(
        told(r#"{"trips": [], "receipt": []}"#),
        ["G603 lists of `receipt` stand within the records of `trip`"]
    );
    let help = |data: &str| problems(read(data))[0].help(guiju::Locale::En);
    let several = r#"{"trips": [{"id": "T", "audit": [{"no": "A", "of": "P1"}], "receipt": [
        {"no": "R/1", "total": "9", "due": "113/01/01", "payment": [{"no": "P1", "amount": "4"}]},
        {"no": "R/2", "total": "9", "due": "113/01/01", "payment": [{"no": "P1", "amount": "8"}]}]}]}"#;
    assert!(help(several).is_some_and(|help| help.contains("`R~12/P1`")), "{:?}", help(several));
}

/// A row whose parent is not there is said once: neither what stands below it, nor what refers to
/// it, nor two of its like with one key are told again.
#[test]
fn what_belongs_to_nothing_is_told_once() {
    let rules = "pack q\nentity g { key id: text }\nentity a in g { key no: text }\n\
        entity b in a { key no: text  before: b? }\nentity c in b { key no: text }\n\
        entity d in g { key no: text  of: b }\n";
    let pack = Parsed::parse(vec![Source::new("q.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules");
    let told = |b: &str, c: &str, d: &str| {
        let files = [
            ("g.csv", "id\nG\n"),
            ("a.csv", "g,no\nG,1\nG,2\n"),
            ("b.csv", b),
            ("c.csv", c),
            ("d.csv", d),
        ];
        let files = files.map(|(name, text)| TableFile { name, bytes: text.as_bytes() });
        let found = problems(pack.read_tables(&files, &Limits::default()));
        let line = |found: &Diagnostic| {
            let place = found.place.as_ref().map(|place| place.show()).unwrap_or_default();
            format!("{} {place}", found.code.id())
        };
        found.iter().map(line).collect::<Vec<_>>()
    };
    let b = "g,a,no,before\nG,1,x,\nG,9,x,\nG,8,y,\nG,7,y,\nG,2,z,9/x\nG,2,w,y\n";
    let c = "g,a,b,no\nG,9,x,1\nG,8,y,1\nG,,y,2\nG,,y,2\nG,1,x,1\n";
    let d = "g,no,of\nG,1,9/x\nG,2,y\nG,3,1/x\nG,4,x\n";
    let orphans = ["G622 b.csv:3 a", "G622 b.csv:4 a", "G622 b.csv:5 a"];
    assert_eq!(told(b, c, d), orphans);
    // What else is wrong is still said.
    let (c, d) = (format!("{c}G,2,v,1\n"), format!("{d}G,5,v\n"));
    assert_eq!(told(b, &c, &d), [&orphans[..], &["G622 c.csv:7 b", "G616 d.csv:6 of"]].concat());
    // Nor is it said of each row that the column is missing which would say it.
    let (b, d) = ("g,no,before\nG,x,\nG,y,\n", "g,no,of\nG,2,y\nG,3,1/x\n");
    assert_eq!(told(b, "g,a,b,no\nG,1,x,1\nG,,y,2\n", d), ["G618 b.csv:1"]);
}

/// A reference that leads nowhere is told the nearest record, behind the keys of what it belongs
/// to where it is written so, and how a slash within a key is written.
#[test]
fn references_that_lead_nowhere_are_told_what_was_meant() {
    let help = |of: &str| {
        let found = read(&format!(
            r#"{{"trips": [{{"id": "T", "audit": [{{"no": "A", "of": "{of}"}}], "receipt": [
            {{"no": "R1", "total": "9", "due": "113/01/01",
                "payment": [{{"no": "P1", "amount": "4"}}]}},
            {{"no": "R/2~x", "total": "9", "due": "113/01/01",
                "payment": [{{"no": "P2", "amount": "4"}}]}}]}}]}}"#
        ));
        let found = problems(found);
        let [only] = found.as_slice() else { panic!("one problem: {found:?}") };
        assert_eq!(only.code.id(), "G616");
        assert_eq!(only.notes.is_empty(), !of.contains(['/', '~']), "{of}");
        only.suggestion.clone()
    };
    assert_eq!(help("R1/P7").as_deref(), Some("R1/P1"));
    assert_eq!(help("P11").as_deref(), Some("P1"));
    assert_eq!(help("R/2~x/P2").as_deref(), Some("R~12~0x/P2"));
    assert_eq!(help("R7/somewhere else"), None);
    let rules = "pack q\nentity g { key id: text }\nentity a in g { key no: text }\n\
        entity b in a { key no: text }\nentity c in b { key no: text }\n";
    let pack = Parsed::parse(vec![Source::new("q.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules");
    let files = [
        ("g.csv", "id\nG\n"),
        ("a.csv", "g,no\nG,1\n"),
        ("b.csv", "g,a,no\nG,1,x\n"),
        ("c.csv", "g,a,b,no\nG,1,1/x,1\n"),
    ];
    let files = files.map(|(name, text)| TableFile { name, bytes: text.as_bytes() });
    let found = problems(pack.read_tables(&files, &Limits::default()));
    let told = |found: &Diagnostic| (found.suggestion.clone(), found.notes[0].en.clone());
    let note = "each key has a column of its own: a, b";
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [(Some("x".to_owned()), Some(note.to_owned()))]
    );
}
