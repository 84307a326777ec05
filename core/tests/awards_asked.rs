//! What awards ask of records, of their figures and of obligations: both evaluators, messages, and
//! programmes put together from parts.
//!
//! Not here: who is counted for how much (`awards`).

use guiju::{CombineError, Engine, Evaluation, JsonOptions, Limits, Pack, Parsed, Source};
use serde_json::Value;

const HEAD: &str = "pack p\nsource g { 1 }\nentity lot { key id: text  budget: money }\n\
     entity bid in lot { key id: text  price: money }\n\
     entity mark in lot { key id: text  bid: bid  points: int }\n\
     tally bid.quality from mark by bid { average points } @ 1\n";

fn pack(rules: &str) -> Pack {
    let text = format!("{HEAD}{rules}");
    let checked = Parsed::parse(vec![Source::new("p.guiju", text)], &Limits::default()).check();
    let found: Vec<_> = checked.diagnostics().iter().map(|found| found.code.id()).collect();
    Pack::clone(&checked.into_pack().unwrap_or_else(|_| panic!("{found:?}")))
}

/// Lots with bids 1 and 2, whose marks are given.
fn lots(marks: &[[u32; 2]]) -> String {
    let lot = |(at, [first, second]): (usize, &[u32; 2])| {
        format!(
            r#"{{"id": "L{at}", "budget": 100, "bid": [{{"id": "1", "price": 5}}, {{"id": "2", "price": 5}}],
                "mark": [{{"id": "a", "bid": "1", "points": {first}}}, {{"id": "b", "bid": "2", "points": {second}}}]}}"#
        )
    };
    format!(r#"{{"lots": [{}]}}"#, marks.iter().enumerate().map(lot).collect::<Vec<_>>().join(","))
}

fn judged(pack: &Pack, data: &str) -> Evaluation {
    let limits = Limits::default();
    let data = pack.read_json(data, None, &limits).expect("sound data");
    let by = |engine| pack.with_engine(engine).evaluate(&data, &limits).expect("no limit is met");
    let (fast, slow) = (by(Engine::Columnar), by(Engine::Reference));
    assert_eq!(fast.outcome(), slow.outcome());
    fast
}

fn json(evaluation: &Evaluation) -> Value {
    serde_json::from_str(&evaluation.to_json(&JsonOptions::default())).expect("JSON")
}

#[test]
fn an_award_reads_figures_of_records_and_tells_them() {
    let pack = pack(
        "award winner from bid { require quality >= 5 else \"平均 {quality}\"  order highest quality  budget budget  give price * quality  rest stop } @ 1",
    );
    let found = json(&judged(&pack, &lots(&[[7, 4], [6, 9]])));
    let standing =
        |lot: usize, bid: usize| found["lots"][lot]["awards"]["winner"]["records"][bid].clone();
    assert_eq!(standing(0, 0)["amount"]["value"], "35");
    assert_eq!(
        (&standing(0, 1)["verdict"], &standing(0, 1)["reason"]),
        (&"refused".into(), &"平均 4".into())
    );
    assert_eq!(
        (&standing(1, 0)["rank"]["value"], &standing(1, 1)["rank"]["value"]),
        (&"2".into(), &"1".into())
    );
}

/// An obligation over records, and an award that asks whether it is met.
const BY_OBLIGATION: &str = "obligation good expect some(bid: quality >= 8) @ 1\n\
     award funded for programme from lot { require good is met else \"無\"  order highest budget  places 5 } @ 1\n\
     kpi lots for programme in 件 = count(counted in funded) @ 1";

#[test]
fn an_award_asks_an_obligation_that_reads_figures_of_records() {
    let found = json(&judged(&pack(BY_OBLIGATION), &lots(&[[7, 4], [6, 9]])));
    assert_eq!(found["lots"][0]["awards"]["funded"]["verdict"], "refused");
    assert_eq!(found["lots"][1]["awards"]["funded"]["verdict"], "counted");
}

#[test]
fn parts_carry_the_obligations_that_awards_ask_about() {
    let (pack, limits) = (pack(BY_OBLIGATION), Limits::default());
    let whole = judged(&pack, &lots(&[[7, 4], [6, 9], [8, 1]]));
    let combined = pack.combine([whole.partial().as_str()], &limits).expect("parts of one whole");
    assert_eq!(json(&combined)["programme"], json(&whole)["programme"]);
    assert_eq!(json(&combined)["programme"]["kpis"]["lots"]["value"], "2");
    // A part without them is damaged.
    let damaged = whole.partial().replace("\"met\"", "\"mat\"");
    assert!(matches!(
        pack.combine([damaged.as_str()], &limits),
        Err(CombineError::Damaged { line: 2 })
    ));
}

#[test]
fn parts_carry_targets_that_awards_ask_about() {
    let pack = pack(
        "tally bids in 件 from bid { count  target count @ 1 } @ 1\n\
         award funded for programme from lot { order highest target(bids)  places 1 } @ 1\n\
         kpi given for programme in 件 = count(counted in funded) @ 1",
    );
    let data = r#"{"lots": [{"id": "A", "budget": 1, "bid": [{"id": "1", "price": 5}]}, {"id": "B", "budget": 1, "bid": [{"id": "1", "price": 5}, {"id": "2", "price": 5}]}]}"#;
    let whole = judged(&pack, data);
    let combined =
        pack.combine([whole.partial().as_str()], &Limits::default()).expect("parts of one whole");
    assert_eq!(
        json(&whole)["programme"]["awards"]["funded"]["list"],
        serde_json::json!(["B", "A"])
    );
    assert_eq!(json(&combined)["programme"], json(&whole)["programme"]);
}

#[test]
fn parts_refuse_awards_that_ask_about_records() {
    let pack = pack(
        "award funded for programme from lot { require some(bid: quality >= 8) else \"無\"  order highest budget  places 5 } @ 1",
    );
    let whole = judged(&pack, &lots(&[[7, 4], [6, 9]]));
    assert_eq!(json(&whole)["programme"]["awards"]["funded"]["list"], serde_json::json!(["L1"]));
    let refused = pack.combine([whole.partial().as_str()], &Limits::default());
    assert!(matches!(refused, Err(CombineError::Records { award }) if award == "funded"));
}
