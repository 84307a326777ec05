//! Awards beside a naive computation of them: every order of equals tried, one applicant after the
//! other. Data with gaps is judged too, and whatever fills them in has to land within what was said
//! before.
//!
//! The computation here is written apart from the engine and shares nothing with it but the JSON of
//! results.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use guiju::{Engine, JsonOptions, Limits, Pack, Parsed, Source};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Places,
    Stop,
    Partly,
    Next,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ties {
    Open,
    Together,
    None,
}

const RESERVE: i64 = 2;

fn awards() -> Vec<(String, Kind, Ties)> {
    let kinds = [
        (Kind::Places, "places"),
        (Kind::Stop, "stop"),
        (Kind::Partly, "partly"),
        (Kind::Next, "next"),
    ];
    let ties = [(Ties::Open, "open"), (Ties::None, "none"), (Ties::Together, "together")];
    let all = kinds.iter().flat_map(|(kind, name)| {
        ties.iter().map(move |(ties, tied)| (format!("{name}_{tied}"), *kind, *ties))
    });
    all.filter(|(_, kind, ties)| *ties != Ties::Together || *kind == Kind::Places).collect()
}

fn rules() -> String {
    let mut text = String::from(
        "pack p\nsource g { 1 }\nentity programme { budget: money  seats: int }\n\
         entity call { key id: text  field: ict | bio  score: 0..3  day: date  asked: money  fit: bool }\n\
         obligation eligible expect fit @ 1\n",
    );
    for (name, kind, ties) in awards() {
        let limit = match kind {
            Kind::Places => "places programme.seats".to_owned(),
            _ => format!(
                "budget programme.budget  give asked  rest {}",
                format!("{kind:?}").to_lowercase()
            ),
        };
        let by = if name == "stop_open" || name == "places_together" { " by field" } else { "" };
        let ties = format!("{ties:?}").to_lowercase();
        let _ = writeln!(
            text,
            "award {name} for programme{by} from call {{ require eligible is met else \"unfit\"  order highest score, earliest day  {limit}  ties {ties}  reserve {RESERVE} }} @ 1"
        );
    }
    text += "award shared for programme from call { require fit else \"unfit\"  budget programme.budget  in proportion to asked  step 7 元 } @ 1\n";
    text
}

fn pack() -> Pack {
    let parsed = Parsed::parse(vec![Source::new("p.guiju", rules())], &Limits::default());
    Pack::clone(&parsed.check().into_pack().expect("sound rules"))
}

/// An applicant; `None` is a gap.
#[derive(Clone, Debug)]
struct Call {
    bio: Option<bool>,
    score: Option<i64>,
    day: Option<i64>,
    asked: Option<i64>,
    fit: Option<bool>,
}

#[derive(Clone, Debug)]
struct Data {
    budget: Option<i64>,
    seats: Option<i64>,
    calls: Vec<Call>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most) as i64
    }

    fn gap<T>(&mut self, rarely: u64, value: T) -> Option<T> {
        (rarely == 0 || self.below(rarely) > 0).then_some(value)
    }

    fn data(&mut self, rarely: u64) -> Data {
        let calls = (0..1 + self.below(7)).map(|_| {
            let (bio, score, day) = (self.below(2) == 0, self.below(4), 1 + self.below(2));
            let (asked, fit) = (self.below(5) * 10, self.below(6) > 0);
            Call {
                bio: self.gap(rarely * 2, bio),
                score: self.gap(rarely, score),
                day: self.gap(rarely * 2, day),
                asked: self.gap(rarely, asked),
                fit: self.gap(rarely * 2, fit),
            }
        });
        let calls = calls.collect();
        let (budget, seats) = (self.below(12) * 10, self.below(6));
        Data { budget: self.gap(rarely * 3, budget), seats: self.gap(rarely * 3, seats), calls }
    }

    fn filled(&mut self, data: &Data) -> Data {
        let mut full = data.clone();
        full.budget.get_or_insert_with(|| self.below(12) * 10);
        full.seats.get_or_insert_with(|| self.below(6));
        for call in &mut full.calls {
            call.bio.get_or_insert_with(|| self.below(2) == 0);
            call.score.get_or_insert_with(|| self.below(4));
            call.day.get_or_insert_with(|| 1 + self.below(2));
            call.asked.get_or_insert_with(|| self.below(5) * 10);
            call.fit.get_or_insert_with(|| self.below(6) > 0);
        }
        full
    }
}

fn json(data: &Data, backwards: bool) -> String {
    let known = |name: &str, value: Option<String>| {
        value.map(|value| format!(",\"{name}\":{value}")).unwrap_or_default()
    };
    let mut calls: Vec<String> = Vec::new();
    for (at, call) in data.calls.iter().enumerate() {
        let mut text = format!("{{\"id\":\"C{at}\"");
        text +=
            &known("field", call.bio.map(|bio| if bio { "\"bio\"" } else { "\"ict\"" }.to_owned()));
        text += &known("score", call.score.map(|score| score.to_string()));
        text += &known("day", call.day.map(|day| format!("\"2025-01-0{day}\"")));
        text += &known("asked", call.asked.map(|asked| asked.to_string()));
        text += &known("fit", call.fit.map(|fit| fit.to_string()));
        calls.push(text + "}");
    }
    if backwards {
        calls.reverse();
    }
    let programme = known("budget", data.budget.map(|n| n.to_string()))
        + &known("seats", data.seats.map(|n| n.to_string()));
    format!(
        "{{\"programme\":{{{}}},\"calls\":[{}]}}",
        programme.trim_start_matches(','),
        calls.join(",")
    )
}

/// What the engine says of each applicant, by award and key.
fn judged(pack: &Pack, data: &Data, backwards: bool) -> BTreeMap<(String, String), Value> {
    let limits = Limits::default();
    let read = pack.read_json(&json(data, backwards), None, &limits).expect("sound data");
    let result =
        pack.evaluate(&read, &limits).expect("no limit is met").to_json(&JsonOptions::default());
    let reference = pack
        .with_engine(Engine::Reference)
        .evaluate(&read, &limits)
        .expect("no limit is met")
        .to_json(&JsonOptions::default());
    assert!(result == reference, "the evaluators differ: {}", json(data, backwards));
    let result: Value = serde_json::from_str(&result).expect("JSON");
    let mut found = BTreeMap::new();
    for call in result["calls"].as_array().expect("a list") {
        for (award, standing) in call["awards"].as_object().expect("awards") {
            let mut standing = standing.clone();
            // What is missing is listed in the order of the data.
            standing.as_object_mut().expect("an object").remove("needs");
            found.insert((award.clone(), call["id"].as_str().expect("a key").to_owned()), standing);
        }
    }
    for (award, lists) in result["programme"]["awards"].as_object().expect("awards") {
        if let Some(given) = lists.get("given") {
            found.insert((award.clone(), GIVEN.to_owned()), given.clone());
        }
    }
    found
}

/// Stands for what all are given together, where applicants stand by their keys.
const GIVEN: &str = "given";

/// What may come out for one: counted, refused or both, from least to most.
#[derive(Clone, Debug)]
struct May {
    counted: bool,
    refused: bool,
    rank: Option<i64>,
    amount: (i64, i64),
    reserve: Option<(i64, i64)>,
}

fn permutations(list: &[usize]) -> Vec<Vec<usize>> {
    if list.len() < 2 {
        return vec![list.to_vec()];
    }
    let mut all = Vec::new();
    for at in 0..list.len() {
        let mut rest = list.to_vec();
        let first = rest.remove(at);
        all.extend(permutations(&rest).into_iter().map(|rest| [vec![first], rest].concat()));
    }
    all
}

/// All orders in which applicants may be taken, equals in each order.
fn orders(levels: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for level in levels {
        let each = permutations(level);
        all = all
            .iter()
            .flat_map(|front: &Vec<usize>| {
                each.iter().map(move |tail| [front.clone(), tail.clone()].concat())
            })
            .collect();
    }
    all
}

/// Takes applicants in an order; who is counted with how much.
fn taken(
    order: &[usize],
    kind: Kind,
    limit: i64,
    asks: &dyn Fn(usize) -> i64,
) -> BTreeMap<usize, i64> {
    let (mut left, mut closed, mut counted) = (limit, false, BTreeMap::new());
    for at in order {
        let asked = asks(*at);
        if !closed && asked <= left {
            counted.insert(*at, asked);
            left -= asked;
        } else if kind != Kind::Next {
            if kind == Kind::Partly && !closed && left > 0 {
                counted.insert(*at, left);
                left = 0;
            }
            closed = true;
        }
    }
    counted
}

/// A place in the order of applicants.
fn key(data: &Data, at: usize) -> (i64, i64) {
    (-data.calls[at].score.expect("full"), data.calls[at].day.expect("full"))
}

/// Applicants of data without gaps in their order, equals together, and who may be counted with how
/// much.
fn runs(
    data: &Data,
    who: &[usize],
    kind: Kind,
    ties: Ties,
) -> (Vec<Vec<usize>>, Vec<BTreeMap<usize, i64>>) {
    let asks =
        |at: usize| if kind == Kind::Places { 1 } else { data.calls[at].asked.expect("full") };
    let limit = if kind == Kind::Places { data.seats } else { data.budget }.expect("full");
    let mut levels: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    who.iter().for_each(|at| levels.entry(key(data, *at)).or_default().push(*at));
    let levels: Vec<Vec<usize>> = levels.into_values().collect();
    let runs = match ties {
        Ties::Open => {
            orders(&levels).iter().map(|order| taken(order, kind, limit, &asks)).collect()
        }
        // Equals are all counted, or none is.
        _ => {
            let (mut left, mut closed, mut counted) = (limit, false, BTreeMap::new());
            for level in &levels {
                let whole: i64 = level.iter().map(|at| asks(*at)).sum();
                let all = !closed && (whole <= left || (ties == Ties::Together && left >= 1));
                if all {
                    level.iter().for_each(|at| {
                        counted.insert(*at, asks(*at));
                    });
                    left -= whole;
                } else if kind != Kind::Next {
                    if kind == Kind::Partly && !closed && left > 0 && level.len() == 1 {
                        counted.insert(level[0], left);
                    }
                    closed = true;
                }
            }
            vec![counted]
        }
    };
    (levels, runs)
}

/// A contest among some applicants of data without gaps.
fn contest(data: &Data, who: &[usize], kind: Kind, ties: Ties) -> BTreeMap<usize, May> {
    let key = |at: usize| key(data, at);
    let (levels, runs) = runs(data, who, kind, ties);
    let mut found: BTreeMap<usize, May> = BTreeMap::new();
    for level in &levels {
        for at in level {
            let rank = 1 + who.iter().filter(|other| key(**other) < key(*at)).count() as i64;
            let mut may = May {
                counted: false,
                refused: false,
                rank: Some(rank),
                amount: (i64::MAX, i64::MIN),
                reserve: None,
            };
            for run in &runs {
                let amount = run.get(at).copied();
                may.counted |= amount.is_some();
                may.refused |= amount.is_none();
                let amount = amount.unwrap_or(0);
                may.amount = (may.amount.0.min(amount), may.amount.1.max(amount));
                if !run.contains_key(at) {
                    let before = who
                        .iter()
                        .filter(|other| key(**other) < key(*at) && !run.contains_key(other))
                        .count() as i64;
                    let (low, high) = may.reserve.unwrap_or((i64::MAX, 0));
                    may.reserve = Some((low.min(before + 1), high.max(before + 1)));
                }
            }
            found.insert(*at, may);
        }
    }
    found
}

fn number(value: &Value) -> Option<i64> {
    value.as_str().and_then(|text| text.parse().ok())
}

fn bounds(figure: &Value) -> (Option<i64>, Option<i64>) {
    match figure["state"].as_str() {
        Some("known") => (number(&figure["value"]), number(&figure["value"])),
        _ => (number(&figure["low"]), number(&figure["high"])),
    }
}

fn holds(figure: &Value, least: i64, most: i64) -> bool {
    let (low, high) = bounds(figure);
    low.is_none_or(|low| low <= least) && high.is_none_or(|high| most <= high)
}

/// What comes out for each applicant of data without gaps.
fn naive(data: &Data, name: &str, kind: Kind, ties: Ties) -> BTreeMap<usize, May> {
    let fit: Vec<usize> =
        (0..data.calls.len()).filter(|at| data.calls[*at].fit == Some(true)).collect();
    if name != "stop_open" && name != "places_together" {
        return contest(data, &fit, kind, ties);
    }
    let of = |bio: bool| {
        fit.iter().copied().filter(|at| data.calls[*at].bio == Some(bio)).collect::<Vec<_>>()
    };
    let mut found = contest(data, &of(true), kind, ties);
    found.extend(contest(data, &of(false), kind, ties));
    found
}

fn compare(said: &BTreeMap<(String, String), Value>, full: &Data, exact: bool, shown: &str) {
    for (name, kind, ties) in awards() {
        let found = naive(full, &name, kind, ties);
        for at in 0..full.calls.len() {
            let standing = &said[&(name.clone(), format!("C{at}"))];
            let verdict = standing["verdict"].as_str().expect("a verdict");
            let context = || {
                format!(
                    "{name} C{at}\n{standing}\n{:?}\n{shown}\n{}",
                    found.get(&at),
                    json(full, false)
                )
            };
            let Some(may) = found.get(&at) else {
                assert_ne!(verdict, "counted", "{}", context());
                assert!(!exact || verdict == "refused", "{}", context());
                continue;
            };
            match verdict {
                "counted" => assert!(!may.refused, "{}", context()),
                "refused" => assert!(!may.counted, "{}", context()),
                _ => {}
            }
            // Where a rest goes to the next, bounds behind equals may be wider.
            if exact && (kind != Kind::Next || ties == Ties::None) {
                let open = may.counted && may.refused;
                assert_eq!(verdict == "undetermined", open, "{}", context());
                if kind != Kind::Places {
                    assert_eq!(
                        bounds(&standing["amount"]),
                        (Some(may.amount.0), Some(may.amount.1)),
                        "{}",
                        context()
                    );
                }
                if let (false, Some((first, last)), true) =
                    (open, may.reserve, kind == Kind::Places || ties != Ties::Open)
                {
                    let wanted = if first <= RESERVE {
                        (Some(first), Some(last.min(RESERVE)))
                    } else {
                        (None, None)
                    };
                    assert_eq!(bounds(&standing["reserve"]), wanted, "{}", context());
                }
            }
            if verdict != "refused" || standing["rank"].is_object() {
                let rank = may.rank.expect("a rank");
                assert!(holds(&standing["rank"], rank, rank), "{}", context());
            }
            if kind != Kind::Places {
                assert!(holds(&standing["amount"], may.amount.0, may.amount.1), "{}", context());
            }
            if let Some((first, last)) = may.reserve.filter(|(first, _)| *first <= RESERVE) {
                assert!(holds(&standing["reserve"], first, last.min(RESERVE)), "{}", context());
            }
        }
    }
    together(said, full, exact, shown);
    shares(said, full, exact, shown);
}

/// What all are given together, or how many are counted, of awards without groups.
fn together(said: &BTreeMap<(String, String), Value>, full: &Data, exact: bool, shown: &str) {
    let fit: Vec<usize> =
        (0..full.calls.len()).filter(|at| full.calls[*at].fit == Some(true)).collect();
    for (name, kind, ties) in awards() {
        let Some(given) = said.get(&(name.clone(), GIVEN.to_owned())) else { continue };
        let (_, runs) = runs(full, &fit, kind, ties);
        let sums = || runs.iter().map(|run| run.values().sum::<i64>());
        let (least, most) = (sums().min().unwrap_or(0), sums().max().unwrap_or(0));
        assert!(
            holds(given, least, most),
            "{name}: {given} for {least}..{most}\n{shown}\n{}",
            json(full, false)
        );
        let limit = if kind == Kind::Places { full.seats } else { full.budget }.expect("full");
        if exact && ties != Ties::Together {
            let (_, high) = bounds(given);
            assert!(high.is_some_and(|high| high <= limit), "{name}: {given} of {limit}\n{shown}");
        }
    }
}

/// Shares in whole steps of 7: within one step of the exact part, and together all the steps there
/// are.
fn shares(said: &BTreeMap<(String, String), Value>, full: &Data, exact: bool, shown: &str) {
    let asked = |at: usize| full.calls[at].asked.expect("full");
    let fit: Vec<usize> =
        (0..full.calls.len()).filter(|at| full.calls[*at].fit == Some(true)).collect();
    let whole: i64 = fit.iter().map(|at| asked(*at)).sum();
    let steps = full.budget.expect("full") / 7;
    let parts: Vec<(usize, i64, i64)> =
        fit.iter().map(|at| (*at, steps * asked(*at), whole.max(1))).collect();
    let left = if whole == 0 {
        0
    } else {
        steps - parts.iter().map(|(_, part, whole)| part / whole).sum::<i64>()
    };
    let mut sum = (0, 0);
    for (at, part, weight) in &parts {
        let standing = &said[&("shared".to_owned(), format!("C{at}"))];
        // How many have a larger remainder, and how many none that is smaller.
        let rest = part % weight;
        let larger = parts.iter().filter(|(_, part, weight)| part % weight > rest).count() as i64;
        let as_large =
            parts.iter().filter(|(_, part, weight)| part % weight >= rest).count() as i64;
        let least = 7 * (part / weight + i64::from(as_large <= left));
        let most = 7 * (part / weight + i64::from(larger < left));
        let context =
            || format!("shared C{at}\n{standing}\n{least}..{most}\n{shown}\n{}", json(full, false));
        assert!(holds(&standing["amount"], least, most), "{}", context());
        if exact {
            assert_eq!(bounds(&standing["amount"]), (Some(least), Some(most)), "{}", context());
            sum = (sum.0 + least, sum.1 + most);
        }
    }
    if exact && whole > 0 {
        assert!(sum.0 <= steps * 7 && steps * 7 <= sum.1);
        assert!(sum.0 != sum.1 || sum.0 == steps * 7, "{shown}");
    }
}

#[test]
fn awards_are_what_a_naive_computation_gives() {
    let (pack, mut random) = (pack(), Random(1));
    for _ in 0..400 {
        let data = random.data(0);
        let said = judged(&pack, &data, false);
        assert!(
            said == judged(&pack, &data, true),
            "the order of records matters: {}",
            json(&data, false)
        );
        compare(&said, &data, true, "");
    }
}

#[test]
fn whatever_fills_gaps_lands_within_what_was_said() {
    let (pack, mut random) = (pack(), Random(2));
    for _ in 0..300 {
        let data = random.data(5);
        let said = judged(&pack, &data, false);
        assert!(
            said == judged(&pack, &data, true),
            "the order of records matters: {}",
            json(&data, false)
        );
        for _ in 0..6 {
            let full = random.filled(&data);
            compare(&said, &full, false, &json(&data, false));
        }
    }
}

#[test]
fn a_higher_score_never_lowers_a_rank() {
    let (pack, mut random) = (pack(), Random(3));
    for _ in 0..100 {
        let data = random.data(6);
        let mut raised = data.clone();
        let Some(score) = raised.calls[0].score.as_mut().filter(|score| **score < 3) else {
            continue;
        };
        *score += 1;
        let (before, after) = (judged(&pack, &data, false), judged(&pack, &raised, false));
        for (name, ..) in awards() {
            let rank = |said: &BTreeMap<(String, String), Value>| {
                bounds(&said[&(name.clone(), "C0".to_owned())]["rank"])
            };
            let ((low, high), (new_low, new_high)) = (rank(&before), rank(&after));
            assert!(new_low <= low && new_high <= high, "{name}: {}", json(&data, false));
        }
    }
}
