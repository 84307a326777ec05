//! Records that all roots share, beyond what conformance holds: roots by themselves, parts of a
//! programme, what hosts are told, and bytes. Not here: what rules say of them.

use guiju::{Code, Dataset, Evaluation, JsonOptions, Limits, Pack, Parsed, Source, SourcePack};
use serde_json::Value;

const RULES: &str = r#"pack p "範例"
source s "要點" { 1 "標準" }
entity city "縣市" / "city" in programme { key name: text  rate "標準" / "rate": money? }
entity trip "出差" / "trip" { key id: text  city "縣市" / "city": city }
entity night "住宿" / "night" in trip { key no: text  city "縣市" / "city": city }
tally rates "標準合計" / "rates" from night { sum city.rate } @ 1
kpi own "標準" / "own" = 2 * city.rate  @ 1
kpi all "合計" / "all" for programme = sum(own)  @ 1
check given on night.city expect city.rate > 0 元 else "{city.name} 無標準" / "{city.name} has none" @ 1
"#;

const DATA: &str = r#"{"trips": [
    {"id": "T1", "city": "台北", "night": [{"no": "1", "city": "高雄"}, {"no": "2", "city": "台北"}]},
    {"id": "T2", "city": "高雄"}],
  "programme": {"city": [{"name": "高雄", "rate": "7"}, {"name": "台北", "rate": "5"}]}}"#;

fn pack() -> SourcePack {
    Parsed::parse(vec![Source::new("p.guiju", RULES)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules")
}

fn read(data: &str) -> Dataset {
    pack().read_json(data, None, &Limits::default()).expect("sound data")
}

fn json(evaluation: &Evaluation) -> Value {
    serde_json::from_str(&evaluation.to_json(&JsonOptions::default())).expect("JSON")
}

fn figures(pack: &Pack, data: &Dataset) -> Value {
    json(&pack.evaluate(data, &Limits::default()).expect("the limits suffice"))
}

#[test]
fn a_root_by_itself_misses_nothing_that_all_share() {
    let trip = r#"{"id": "T1", "city": "台北", "night": [{"no": "1", "city": "花蓮"}]}"#;
    let pack = pack();
    assert!(pack.validate("trip", trip, &Limits::untrusted()).expect("an answer").is_empty());
    let city = r#"{"name": "台北", "rate": "-1"}"#;
    let told = pack.validate("city", city, &Limits::untrusted()).expect("an answer");
    assert_eq!(told.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), ["/rate"]);
}

#[test]
fn parts_of_one_programme_share_the_same() {
    let (pack, limits) = (pack(), Limits::default());
    let part =
        |data: &str| pack.evaluate(&read(data), &limits).expect("the limits suffice").partial();
    let of = |trip: &str, rate: u8| {
        format!(
            r#"{{"trips": [{{"id": "{trip}", "city": "台北"}}],
              "programme": {{"city": [{{"name": "台北", "rate": "{rate}"}}, {{"name": "高雄"}}]}}}}"#
        )
    };
    let (first, second, other) = (part(&of("T1", 5)), part(&of("T2", 5)), part(&of("T2", 6)));
    let whole = pack.combine([first.as_str(), second.as_str()], &limits).expect("parts of one");
    assert_eq!(json(&whole)["programme"]["kpis"]["all"]["value"], "20");
    assert!(pack.combine([first.as_str(), other.as_str()], &limits).is_err());
}

#[test]
fn hosts_are_told_that_they_belong_to_the_programme() {
    let pack = pack();
    let described: Value = serde_json::from_str(&pack.to_json()).expect("JSON");
    let parents = described["entities"].as_array().into_iter().flatten();
    let parents: Vec<_> = parents.map(|entity| entity["parent"].as_str()).collect();
    assert_eq!(parents, [Some("programme"), None, Some("trip")]);
    let types = pack.to_typescript();
    let programme = types.split("programme?: {").nth(1).and_then(|rest| rest.split("};").next());
    assert!(programme.is_some_and(|of| of.contains("city?: readonly")), "{types}");
}

#[test]
fn bytes_of_the_pack_judge_alike() {
    let (pack, data) = (pack(), read(DATA));
    let bytes = pack.to_compiled();
    let compiled = Pack::from_compiled(&bytes, &Limits::default()).expect("its own bytes");
    let found = figures(&pack, &data);
    assert_eq!(found["trips"][0]["kpis"]["rates"]["value"], "12");
    assert_eq!(found["trips"][0]["kpis"]["own"]["value"], "10");
    assert_eq!(found["trips"][1]["kpis"]["own"]["value"], "14");
    let again = compiled.read_json(DATA, None, &Limits::default()).expect("sound data");
    assert_eq!(figures(&compiled, &again)["trips"], found["trips"]);
}

/// A pack with a list that all share and one of each root.
fn lists() -> SourcePack {
    let rules = r#"pack p "範例"
source s "要點" { 1 "停權" }
entity banned "停權名單" / "banned" in programme { key tax_id: text }
entity trip "出差" / "trip" { key id: text  agent: text? }
entity watched "列管" / "watched" in trip { key tax_id: text }
entity night "住宿" / "night" in trip { key no: text  seller: text? }
tally fair "可核" / "fair" from night { require seller not in banned else "停權" @ 1  count }
tally quiet "無列管" / "quiet" from night { require seller not in watched else "列管" @ 1  count }
kpi n "可核" / "fair" = fair @ 1
kpi q "無列管" / "quiet" = quiet @ 1
obligation sound "未停權" / "sound" expect agent not in banned else "停權" @ 1
"#;
    let checked = Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default()).check();
    checked.into_pack().expect("sound rules")
}

#[test]
fn a_list_that_is_not_there_may_have_anything() {
    let (pack, limits) = (lists(), Limits::untrusted());
    let trip = r#"{"id": "T1", "agent": "A", "watched": [{"tax_id": "W"}, {}],
        "night": [{"no": "1", "seller": "W"}, {"no": "2", "seller": "S"}]}"#;
    let progress = pack.progress(trip, &limits).expect("an answer");
    let told = |name: &str| {
        let figure = &progress.kpis[name];
        (figure.low.as_deref(), figure.high.as_deref())
    };
    // Nobody knows who is banned; one entry of what is watched has no key yet.
    assert_eq!(told("n"), (Some("0"), Some("2")));
    assert_eq!(told("q"), (Some("0"), Some("1")));
    assert_eq!(progress.obligations[0].status, "undetermined");
    let told = |programme: &str| {
        let trip = trip.replace(", {}", "");
        let data = format!(r#"{{{programme} "trips": [{trip}]}}"#);
        let data = pack.read_json(&data, None, &limits).expect("sound data");
        let codes: Vec<Code> = data.warnings().iter().map(|warning| warning.code).collect();
        (figures(&pack, &data)["trips"][0]["kpis"].clone(), codes)
    };
    let (kpis, codes) = told(r#""programme": {"banned": []},"#);
    assert_eq!((&kpis["n"]["value"], &kpis["q"]["value"]), (&"2".into(), &"1".into()));
    assert_eq!(codes, []);
    // Data that says nothing of the list does not say that it is empty.
    for programme in ["", r#""programme": {},"#, r#""programme": {"banned": null},"#] {
        let (kpis, codes) = told(programme);
        assert_eq!(
            (&kpis["n"]["state"], &kpis["q"]["value"]),
            (&"undetermined".into(), &"1".into())
        );
        assert_eq!(codes, [Code::ListNotGiven], "{programme}");
    }
}
