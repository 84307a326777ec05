//! The sample of the international alliances: published figures appear, invented records come to
//! what its README says, and what two alliances report names the other. Not here: the rules one by
//! one, which the pack's own tests hold.

use std::path::Path;

use guiju::{Explanation, JsonOptions, Limits, Question, SourcePack};
use serde_json::Value;

fn pack() -> SourcePack {
    guiju_rules::load("gloria_108").expect("the pack compiles")
}

fn sample() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/gloria_108/samples/plan.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the sample")).expect("JSON")
}

fn evaluate(data: &Value) -> Value {
    let (pack, limits) = (pack(), Limits::default());
    let data = pack.read_json(&data.to_string(), None, &limits).expect("sound data");
    let outcome = pack.evaluate(&data, &limits).expect("within limits");
    serde_json::from_str(&outcome.to_json(&JsonOptions::default())).expect("JSON")
}

fn obligation<'a>(part: &'a Value, id: &str) -> &'a Value {
    part["obligations"]
        .as_array()
        .and_then(|list| list.iter().find(|item| item["id"] == id))
        .expect("the obligation")
}

#[test]
fn the_sample_comes_to_what_its_readme_says() {
    let result = evaluate(&sample());
    let figures = &result["programme"]["kpis"];
    let expected = [
        ("alliances", "0", "0", "15", "15"),
        ("companies", "22", "20", "52", "50"),
        ("collaborations", "4", "5", "4", "5"),
        ("rd_money", "470400000", "400000000", "553600000", "500000000"),
        ("trained", "290", "300", "390", "400"),
        ("jobs", "155", "150", "158", "200"),
        ("start_ups", "5", "5", "5", "5"),
    ];
    for (name, year, year_goal, sum, sum_goal) in expected {
        let values = [
            format!("all_{name}_this_year"),
            format!("{name}_goal_this_year"),
            format!("all_{name}"),
            format!("{name}_goal"),
        ]
        .map(|id| figures[&id]["value"].as_str().unwrap_or("none").to_owned());
        assert_eq!(values, [year, year_goal, sum, sum_goal], "{name}");
    }
    let jobs = obligation(&result["programme"], "jobs_reached");
    assert_eq!((jobs["status"].as_str(), jobs["gap"].as_str()), (Some("not_met"), Some("42")));
    assert_eq!(figures["model_cases"]["value"], "1");
    for alliance in result["alliances"].as_array().expect("alliances") {
        let missed = |id: &str| obligation(alliance, id)["status"] == "not_met";
        let id = alliance["id"].as_str().expect("an id");
        assert_eq!(missed("leading_company"), id == "GL14", "{id}");
        assert_eq!(missed("income_rises"), id == "GL13", "{id}");
        assert_eq!(missed("director_pay"), id == "GL10", "{id}");
        assert_eq!(missed("subsidy_on_path"), id == "GL12", "{id}");
        assert!(!missed("subsidy_falls") && !missed("rewards_add_up"), "{id}");
    }
}

#[test]
fn in_106_three_jobs_leave_a_gap_of_47() {
    let mut data = sample();
    data["programme"]["year"] = 106.into();
    let result = evaluate(&data);
    assert_eq!(result["programme"]["kpis"]["all_jobs"]["value"], "3");
    assert_eq!(result["programme"]["kpis"]["all_trained"]["value"], "100");
    assert_eq!(result["programme"]["kpis"]["all_alliances"]["value"], "15");
    assert_eq!(obligation(&result["programme"], "jobs_reached")["gap"], "47");
    assert_eq!(obligation(&result["programme"], "start_ups_reached")["status"], "not_applicable");
}

#[test]
fn shares_by_points_add_up_to_the_last_digit() {
    let result = evaluate(&sample());
    let mut schemes = 0;
    for alliance in result["alliances"].as_array().expect("alliances") {
        let share = |id: &str| {
            alliance["kpis"][id]["exact"]
                .as_str()
                .or(alliance["kpis"][id]["value"].as_str())
                .map(fraction)
        };
        let Some(fund) = share("reward_fund") else { continue };
        let parts = ["reward_faculty", "reward_researchers", "reward_employees"]
            .map(|id| share(id).expect("a share"));
        let sum: num_rational::BigRational = parts.iter().sum();
        assert_eq!(sum, fund, "{}", alliance["id"]);
        schemes += 1;
    }
    assert_eq!(schemes, 3);
}

fn fraction(text: &str) -> num_rational::BigRational {
    let (over, under) = text.split_once('/').unwrap_or((text, "1"));
    let (whole, digits) = over.split_once('.').unwrap_or((over, ""));
    let scale = num_bigint::BigInt::from(10).pow(digits.len() as u32)
        * under.parse::<num_bigint::BigInt>().expect("a number");
    num_rational::BigRational::new(format!("{whole}{digits}").parse().expect("a number"), scale)
}

#[test]
fn a_contract_of_two_alliances_names_the_other() {
    let (pack, limits) = (pack(), Limits::default());
    let data = pack.read_json(&sample().to_string(), None, &limits).expect("sound data");
    let outcome = pack.evaluate(&data, &limits).expect("within limits");
    let root = data.find_root("GL05").expect("the alliance");
    let question = Question::Record { entity: "contract".to_owned(), key: "C107-X1".to_owned() };
    let Ok(Explanation::Record(found)) = outcome.explain(root, &question, &limits) else {
        panic!("no explanation")
    };
    let refused: Vec<_> =
        found.verdicts.iter().filter(|verdict| verdict.verdict == "refused").collect();
    assert_eq!(refused.len(), 2);
    for verdict in refused {
        let rivals: Vec<&String> =
            verdict.requirements.iter().flat_map(|requirement| &requirement.rivals).collect();
        assert_eq!(rivals, ["GL09 contract/C107-X1"], "{}", verdict.tally);
    }
}
