//! Parts of a programme judged in turns, beyond what the corpus holds: what goes wrong, and what a
//! part says before all is known. Not here: that the parts make the whole, for every case of the
//! corpus.

use guiju::{
    CombineError, Dataset, Evaluation, JsonOptions, KpiValue, Limits, Parsed, Question, Source,
    SourcePack,
};
use serde_json::Value;

/// The share of a sum is read over all shops again, and an award by it again by the shops.
const RULES: &str = r#"pack p "範例" / "sample"
source s "要點" { 1 "條文" }
entity shop "商店" / "shop" { key id: text  region: north | south  fee: money? }
kpi due = fee @ 1
kpi all_due for programme by region = sum(due) @ 1
kpi share as % = due / programme.all_due @ 1
kpi own_share as % = due / group(all_due) @ 1
kpi most for programme as % = maximum(share) @ 1
award big for programme from shop { require share >= 10% else "少" / "few"  order highest share  places 2 } @ 1
kpi behind as % = programme.most - share @ 1
kpi widest for programme as % = maximum(behind) @ 1
kpi big_ones for programme in 家 = count(counted in big) @ 1
"#;

fn pack() -> SourcePack {
    let checked = Parsed::parse(vec![Source::new("p.guiju", RULES)], &Limits::default()).check();
    checked.into_pack().unwrap_or_else(|error| panic!("{error}"))
}

fn shops(pack: &SourcePack, shops: &str) -> Dataset {
    let data = pack.read_json(&format!(r#"{{"shops": [{shops}]}}"#), None, &Limits::default());
    data.expect("sound data")
}

const FIRST: &str =
    r#"{"id": "A", "region": "north", "fee": 4}, {"id": "B", "region": "south", "fee": 1}"#;
const SECOND: &str = r#"{"id": "C", "region": "north", "fee": 5}"#;

fn json(found: &Evaluation) -> Value {
    serde_json::from_str(&found.to_json(&JsonOptions::default())).expect("JSON")
}

#[test]
fn a_part_says_what_needs_the_programme_until_it_is_known() {
    let (pack, limits) = (pack(), Limits::default());
    assert_eq!(pack.turns(), 3);
    let parts = [shops(&pack, FIRST), shops(&pack, SECOND)];
    let mut programme = pack.combine([], &limits).expect("nothing is wrong with nothing");
    let mut shares = Vec::new();
    for _ in 0..pack.turns() {
        let judged = parts.each_ref().map(|part| {
            let part = pack.part(part, &programme).expect("one of its parts");
            pack.evaluate(&part, &limits).expect("within limits")
        });
        shares.push(json(&judged[0])["shops"][0]["kpis"]["share"].clone());
        let why = judged[0].explain(0, &Question::Kpi("share".to_owned()), &limits);
        let why = why.expect("a figure").to_text(guiju::Locale::En);
        assert_eq!(why.contains("40"), shares.len() > 1, "{why}");
        let texts = judged.each_ref().map(Evaluation::partial);
        programme = pack.combine(texts.iter().map(String::as_str), &limits).expect("one whole");
    }
    assert_eq!(shares[0]["state"], "undetermined");
    assert_eq!(shares[0]["needs"][0]["field"], "all_due", "{}", shares[0]);
    assert!(shares[1..].iter().all(|share| share["value"] == "0.400000"), "{shares:?}");
    assert_eq!(json(&programme)["programme"]["kpis"]["widest"]["value"], "0.400000");
    let whole = pack.evaluate(&shops(&pack, &format!("{FIRST}, {SECOND}")), &limits);
    assert_eq!(json(&programme)["programme"], json(&whole.expect("limits"))["programme"]);
}

#[test]
fn what_was_put_together_once_is_known_as_far_as_that() {
    let (pack, limits) = (pack(), Limits::default());
    let part = pack.evaluate(&shops(&pack, FIRST), &limits).expect("within limits").partial();
    let once = pack.combine([part.as_str()], &limits).expect("a whole");
    let kpi = |name: &str| {
        let at = pack.schema().kpis.len()
            + pack.schema().programme_kpis.iter().position(|kpi| kpi.name == name).expect("a KPI");
        let found = once.programme.kpis.iter().find(|(kpi, _)| kpi.index() == at);
        found.expect("a figure").1.clone()
    };
    assert_eq!(kpi("all_due"), KpiValue::Known(5.into()));
    assert!(matches!(kpi("most"), KpiValue::Undetermined { low: None, high: None, .. }));
}

#[test]
fn parts_of_different_turns_or_programmes_are_refused() {
    let (pack, limits) = (pack(), Limits::default());
    let (first, second) = (shops(&pack, FIRST), shops(&pack, SECOND));
    let plain = |data: &Dataset| pack.evaluate(data, &limits).expect("within limits");
    let (one, two) = (plain(&first).partial(), plain(&second).partial());
    let both = pack.combine([one.as_str(), &two], &limits).expect("one whole");
    let only = pack.combine([one.as_str()], &limits).expect("one whole");
    let later = |data: &Dataset, so_far: &Evaluation| {
        plain(&pack.part(data, so_far).expect("one of its parts")).partial()
    };
    let refused = |texts: [&str; 2]| pack.combine(texts, &limits).expect_err("they differ");
    assert_eq!(refused([&one, &later(&second, &both)]), CombineError::OtherTurn);
    assert_eq!(refused([&later(&first, &only), &later(&second, &both)]), CombineError::OtherTurn);
    // One that is missing now, and one with other data; in another order, it is the same.
    let [first_later, second_later] = [&first, &second].map(|data| later(data, &both));
    let changed = shops(&pack, &SECOND.replace("5", "6"));
    let one_less = pack.combine([first_later.as_str()], &limits);
    assert_eq!(one_less.err(), Some(CombineError::OtherParts));
    assert_eq!(refused([&first_later, &later(&changed, &both)]), CombineError::OtherParts);
    assert!(pack.combine([second_later.as_str(), &first_later], &limits).is_ok());
    let missing = pack.part(&second, &only).expect_err("it is not among them");
    assert_eq!(missing, CombineError::NotAmong { key: "C".to_owned() });
    assert_eq!(pack.part(&first, &plain(&first)).err(), Some(CombineError::NotCombined));
    let other =
        Parsed::parse(vec![Source::new("p.guiju", RULES.replace("places 2", "places 1"))], &limits);
    let other = other.check().into_pack().expect("sound rules");
    assert!(matches!(other.part(&first, &both), Err(CombineError::OtherRules { .. })));
    // What one pack knows of a programme is nothing to another.
    let known = pack.part(&first, &both).expect("one of its parts");
    assert_eq!(other.evaluate(&known, &limits).err(), Some(guiju::Abort::WrongSchema));
}

/// An award among the records of a root may ask for a figure of the programme.
#[test]
fn awards_within_parts_wait_for_the_programme() {
    let rules = r#"pack p
source s { 1 }
entity lot { key id: text }
entity bid in lot { key id: text  price: money }
tally bids in 元 from bid { sum price } @ 1
kpi most for programme = maximum(bids) @ 1
award won from bid { require price < programme.most else "高"  order lowest price  places 1 } @ 1
"#;
    let limits = Limits::default();
    let checked = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check();
    let pack = checked.into_pack().unwrap_or_else(|error| panic!("{error}"));
    let parts = ["A", "B"].map(|lot| {
        let json =
            format!(r#"{{"lots": [{{"id": "{lot}", "bid": [{{"id": "1", "price": 5}}]}}]}}"#);
        pack.read_json(&json, None, &limits).expect("sound data")
    });
    let mut programme = pack.combine([], &limits).expect("nothing is wrong with nothing");
    let mut verdict = Value::Null;
    for _ in 0..pack.turns() {
        let judged = parts.each_ref().map(|part| {
            let part = pack.part(part, &programme).expect("one of its parts");
            pack.evaluate(&part, &limits).expect("within limits")
        });
        verdict = json(&judged[0])["lots"][0]["awards"]["won"]["records"][0]["verdict"].clone();
        let texts = judged.each_ref().map(Evaluation::partial);
        programme = pack.combine(texts.iter().map(String::as_str), &limits).expect("one whole");
    }
    assert_eq!(verdict, "refused");
}
