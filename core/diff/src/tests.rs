//! Shares against their definition: every mixture of changes compiled and judged as a pack of its
//! own, every order averaged.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::compare::Comparison;
use super::figures::known;
use super::game::{self, Set, members, one, subsets};
use guiju_compiler::pipeline::Parsed;
use guiju_compiler::source_pack::SourcePack;
use guiju_engine::data::{Dataset, read_json};
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Outcome};
use guiju_model::source::Source;

/// The rules of a market, each with another version, or with none where there is a bare `-`.
const RULES: &[(&str, &str)] = &[
    ("period 107/01/01 .. 107/12/31", "period 107/07/01 .. 108/06/30"),
    ("let least = 300 元 because \"甲\"", "let least = 500 元 because \"甲\""),
    ("let rate = 30% because \"甲\"", "let rate = 50% because \"甲\""),
    (
        "classify shop.size: big | small { rent >= least => big because \"甲\" otherwise => small because \"甲\" }",
        "classify shop.size: big | small { rent >= least and open => big because \"甲\" otherwise => small because \"甲\" }",
    ),
    (
        "tally shops in 家 from shop { select size = big  require open else \"甲\" because \"甲\"  count  split region }",
        "tally shops in 家 from shop { select size = big  require licence <> none else \"甲\" because \"甲\"  require since in period else \"乙\" because \"甲\"  count  split region }",
    ),
    (
        "tally fees from shop { require open else \"甲\" because \"甲\"  sum fee  count as fee_cases in 筆 }",
        "tally fees from shop { require open else \"甲\" because \"甲\"  require region = north else \"丙\" because \"甲\"  sum fee * rate  count as fee_cases in 筆 }",
    ),
    (
        "tally deals from deal { require signed in period else \"甲\" because \"甲\"  sum amount }",
        "tally deals from deal { require with counted in shops else \"甲\" because \"甲\"  require signed in period else \"乙\" because \"甲\"  sum amount }",
    ),
    (
        "once paper by paper between fees, deals keep none else \"甲\" because \"甲\"",
        "once paper by paper between fees, deals keep first of (deals, fees) else \"甲\" because \"甲\"",
    ),
    (
        "-",
        "once name by paper between shops, stalls keep best of (shops, stalls) else \"甲\" because \"甲\"",
    ),
    (
        "tally stalls in 家 from shop { require fee <= 20 元 else \"甲\" because \"甲\"  count }",
        "tally stalls in 家 from shop { require fee <= 7 元 or open else \"甲\" because \"甲\"  count }",
    ),
    ("kpi income = fees + deals because \"甲\"", "kpi income = fees + rate * deals because \"甲\""),
    (
        "kpi cover as % = income / budget when budget > 0 元 because \"甲\"",
        "kpi cover as % = income / (budget + fees) because \"甲\"",
    ),
    (
        "kpi squared as % = cover * cover because \"甲\"",
        "kpi squared as % = cover * cover because \"甲\"",
    ),
    (
        "kpi all_income for programme = sum(income) because \"甲\"",
        "kpi all_income for programme = sum(income) because \"甲\"",
    ),
    (
        "kpi all_cover for programme as % = sum(income) / sum(budget) because \"甲\"",
        "kpi all_cover for programme as % = sum(deals) / sum(income + budget) because \"甲\"",
    ),
    (
        "kpi rounded = round(income / 3, 10 元) because \"甲\"",
        "kpi rounded = round_down(income / 3, 10 元) because \"甲\"",
    ),
    ("-", "let spare = 3 家 because \"甲\""),
    ("kpi spared in 家 = shops because \"甲\"", "kpi spared in 家 = shops + spare because \"甲\""),
];

const DATA_MODEL: &str = "
entity market { key id: text  budget: money }
entity shop in market { key name: text  open: bool  licence: full | part | none  region: north | south  rent: money  fee: money  since: date  paper: text? }
entity deal in market { key id: text  with: shop  signed: date  amount: money  paper: text? }
";

/// A simple generator: the same numbers for the same seed everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (x ^ (x >> 31)) % count
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len() as u64) as usize]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

/// A pack with the other version of some rules, its items in some order.
fn pack(name: &str, other: u32, order: &mut Draw) -> SourcePack {
    // The last rule cannot do without the one before it.
    let other =
        if other >> (RULES.len() - 1) & 1 == 1 { other | 1 << (RULES.len() - 2) } else { other };
    let chosen = RULES
        .iter()
        .enumerate()
        .map(|(at, (old, new))| if other >> at & 1 == 1 { *new } else { *old });
    let mut items: Vec<&str> = chosen.filter(|item| *item != "-").collect();
    order.shuffle(&mut items);
    let text = format!("pack {name}\n{DATA_MODEL}\n{}\n", items.join("\n\n"));
    let checked = Parsed::parse(vec![Source::new("p.guiju", text)], &Limits::default()).check();
    let said: Vec<String> = checked
        .diagnostics()
        .iter()
        .map(|found| found.message(guiju_model::text::Locale::En))
        .collect();
    checked.into_pack().unwrap_or_else(|_| panic!("{other:b}: {said:?}"))
}

/// Some markets; now and then a value is missing.
fn data(draw: &mut Draw, missing: u64) -> String {
    let mut markets = Vec::new();
    for market in 0..1 + draw.below(3) {
        let mut shops = Vec::new();
        let shop_count = 1 + draw.below(5);
        for shop in 0..shop_count {
            let mut fields = vec![format!("\"name\": \"S{shop}\"")];
            let days = ["2018-03-01", "2018-09-01", "2019-03-01"];
            let values = [
                ("open", draw.one(&["true", "true", "false"]).to_owned()),
                ("licence", format!("\"{}\"", draw.one(&["full", "part", "none"]))),
                ("region", format!("\"{}\"", draw.one(&["north", "south"]))),
                ("rent", draw.one(&["200", "400", "600"]).to_owned()),
                ("fee", draw.one(&["7", "20", "100"]).to_owned()),
                ("since", format!("\"{}\"", draw.one(&days))),
                ("paper", format!("\"{}\"", draw.one(&["a", "b", "c", "d"]))),
            ];
            fields.extend(
                values
                    .into_iter()
                    .filter(|_| missing == 0 || draw.below(missing) > 0)
                    .map(|(name, value)| format!("\"{name}\": {value}")),
            );
            shops.push(format!("{{{}}}", fields.join(", ")));
        }
        let mut deals = Vec::new();
        for deal in 0..draw.below(5) {
            let mut text = format!(
                "{{\"id\": \"D{deal}\", \"with\": \"S{}\", \"signed\": \"{}\"",
                draw.below(shop_count),
                draw.one(&["2018-05-01", "2019-02-01"])
            );
            let _ = write!(
                text,
                ", \"amount\": {}, \"paper\": \"{}\"}}",
                draw.one(&["30", "50"]),
                draw.one(&["a", "b", "e"])
            );
            deals.push(text);
        }
        let targets =
            if draw.below(2) == 0 { ", \"targets\": {\"shops\": 2, \"stalls\": 1}" } else { "" };
        let (shops, deals) = (shops.join(", "), deals.join(", "));
        let budget = draw.one(&["0", "90", "700"]);
        markets.push(format!("{{\"id\": \"M{market}\", \"budget\": {budget}, \"shop\": [{shops}], \"deal\": [{deals}]{targets}}}"));
    }
    format!("{{\"markets\": [{}]}}", markets.join(", "))
}

/// What the rules with some bundles made find, by the whole evaluator.
fn judged(packs: &Comparison, data: &Dataset, set: Set) -> (super::variant::Variant, Outcome) {
    let changes: Vec<usize> =
        members(set).flat_map(|bundle| packs.bundles()[bundle].clone()).collect();
    let variant = packs
        .common()
        .draft
        .compile(&|change| changes.contains(&change))
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let data = data.for_schema(&variant.pack.rules.schema);
    let outcome = variant.pack.evaluate(&data, &Limits::default()).unwrap();
    (variant, outcome.into_outcome())
}

/// Each bundle's share in the difference of a figure, from its value for every mixture; `None`
/// where one of these is not known.
fn by_definition(values: &BTreeMap<Set, KpiValue>) -> Option<BTreeMap<usize, Exact>> {
    let values: Option<BTreeMap<Set, Exact>> =
        values.iter().map(|(set, value)| Some((*set, known(value)?))).collect();
    let mut shares = game::shares(&game::dividends(&values?).ok()?).ok()?;
    shares.retain(|_, share| !share.is_zero());
    Some(shares)
}

fn check(toggles: u32, seed: u64, missing: u64) {
    let mut draw = Draw(seed);
    let before = draw.below(1 << RULES.len()) as u32;
    let (old, new) = (
        pack("a_107", before, &mut Draw(seed)),
        pack("a_108", before ^ toggles, &mut Draw(seed / 3)),
    );
    let packs = Arc::new(Comparison::new(&old, &new).unwrap());
    let text = data(&mut draw, missing);
    let limits = Limits::default();
    let data = read_json(&text, None, packs.schema(), &limits)
        .unwrap_or_else(|errors| panic!("{text}\n{errors:?}"));
    let found = packs.judge(&data, None, &limits).unwrap();
    let all = (0..packs.bundles().len()).fold(0, |set, bundle| set | one(bundle));
    let every: BTreeMap<Set, _> =
        subsets(all).map(|set| (set, judged(&packs, &data, set))).collect();
    let value = |set: Set, name: &str, root: Option<usize>| -> KpiValue {
        let (variant, outcome) = &every[&set];
        let kpi = variant.kpis[name];
        match root {
            Some(root) => outcome.roots[root].kpis[kpi].clone(),
            None => {
                outcome.programme.kpis.iter().find(|(index, _)| *index == kpi).unwrap().1.clone()
            }
        }
    };
    let names = |programme: bool| {
        let both = packs.common().sides[0].pack.kpis().filter(|kpi| {
            kpi.programme == programme && packs.own().iter().all(|own| own.kpis.contains(kpi.name))
        });
        both.map(|kpi| kpi.name.to_owned()).collect::<Vec<_>>()
    };
    let programme = found.programme();
    for root in (0..data.len()).map(Some).chain([None]) {
        for name in names(root.is_none()) {
            let values: BTreeMap<Set, KpiValue> =
                every.keys().map(|set| (*set, value(*set, &name, root))).collect();
            let figure = match root {
                Some(root) => found.figures(root).find(|figure| figure.name == name),
                None => programme.iter().find(|figure| figure.name == name).cloned(),
            };
            let place = format!(
                "{name} of {root:?} with {toggles:b} from {before:b}, seed {seed}, missing {missing}"
            );
            if let Some(figure) = &figure {
                assert_eq!(
                    (figure.before, figure.after),
                    (&values[&0], &values[&all]),
                    "{place}: the packs are what stands at both ends"
                );
            }
            let shares = figure.as_ref().and_then(|figure| figure.shares);
            if let (Some(shares), Some(difference)) =
                (shares, figure.as_ref().and_then(|figure| figure.difference.clone()))
            {
                let sum = shares.by.iter().map(|(_, share)| share).chain(&shares.together);
                assert_eq!(
                    sum.fold(Exact::ZERO, |sum, share| sum.add(share).unwrap()),
                    difference,
                    "{place}: they add up"
                );
            }
            let Some(expected) = by_definition(&values) else { continue };
            let mut by: BTreeMap<usize, Exact> =
                shares.map(|shares| shares.by.iter().cloned().collect()).unwrap_or_default();
            by.retain(|_, share| !share.is_zero());
            let together = shares.and_then(|shares| shares.together.clone());
            // Where a figure on the way is not known, what it leads to may be known all the same
            // (rounding hides it): then its difference is told as a whole, and where there is none
            // nothing is told.
            if missing == 0 || (figure.is_some() && together.is_none()) {
                assert_eq!((by, together), (expected, None), "{place}\n{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_are_those_of_the_definition(toggles in prop::collection::vec(0..RULES.len(), 1..6), seed in any::<u64>(), missing in prop_oneof![Just(0_u64), Just(0), Just(12)]) {
        let toggles = toggles.into_iter().fold(0, |set, rule| set | 1 << rule);
        check(toggles, seed, missing);
    }
}

#[test]
fn a_figure_that_becomes_unknown_is_not_taken_for_what_it_was() {
    // The income of a market is known before and open after: the programme's ratio cannot be mixed
    // of it, though it is known at both ends.
    check(0b11, 17_262_040_639_377_668_847, 12);
}

#[test]
fn obligations_are_asked_wherever_they_stand_in_a_figure() {
    let pack = |fee: u32| {
        let text = format!(
            "pack p\nsource s {{ 1 }}\nentity g {{ key id: text  fee: money }}\nlet least = {fee} 元 @ 1\n\
             obligation ob expect fee >= least @ 1\nkpi met for programme in 家 = count(ob is met) @ 1"
        );
        let checked = Parsed::parse(vec![Source::new("p.guiju", text)], &Limits::default()).check();
        checked.into_pack().unwrap_or_else(|error| panic!("{error}"))
    };
    let packs = Arc::new(Comparison::new(&pack(5), &pack(9)).unwrap());
    let limits = Limits::default();
    let text = r#"{"gs": [{"id": "A", "fee": 7}, {"id": "B", "fee": 10}]}"#;
    let data = read_json(text, None, packs.schema(), &limits).unwrap();
    let found = packs.judge(&data, None, &limits).unwrap();
    let figure = &found.programme()[0];
    assert_eq!(figure.name, "met");
    let values =
        [figure.before, figure.after].map(|value| known(value).map(|value| value.to_string()));
    assert_eq!(values, [Some("2".to_owned()), Some("1".to_owned())]);
}
