//! Sums and averages of quotients: the exact one, whatever the order of the records, in both
//! evaluators.

use guiju::{
    Engine, Exact, KpiId, KpiValue, Limits, NumberError, Outcome, Parsed, Source, SourcePack,
    VerdictKind,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

const RULES: &str = r#"
pack ratios
source s { 1 }
entity g { key id: text  own: money  grant: money }
entity r in g { key id: text  v: money  w: money }
tally prices "單價" from r { sum v / w  split (v > 500 元) into dear, cheap } because "x"
kpi ratio as % = own / grant because "x"
kpi all for programme as % = sum(ratio) because "x"
kpi mean for programme as % = average(ratio) because "x"
kpi same for programme as % = mean * 2 / 2 because "x"
obligation enough for programme expect mean >= 100% because "x"
"#;

fn pack(rules: &str) -> SourcePack {
    Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The outcome of both evaluators, which is one.
fn judged(pack: &SourcePack, json: &str, limits: &Limits) -> Outcome {
    let data = pack.read_json(json, None, limits).expect("sound data");
    let by = |engine| {
        pack.with_engine(engine).evaluate(&data, limits).expect("within the limits").into_outcome()
    };
    let (reference, columnar) = (by(Engine::Reference), by(Engine::Columnar));
    assert_eq!(reference, columnar);
    reference
}

fn big(value: &KpiValue) -> BigRational {
    let KpiValue::Known(value) = value else { panic!("{value:?} is not known") };
    value.to_fraction().parse().expect("a fraction")
}

fn fraction((numerator, denominator): &(u64, u64)) -> BigRational {
    BigRational::new(BigInt::from(*numerator), BigInt::from(*denominator))
}

/// Roots with one quotient each, and one root with a record for each quotient.
fn data(quotients: &[(u64, u64)]) -> String {
    let roots = quotients
        .iter()
        .enumerate()
        .map(|(at, (own, grant))| format!(r#"{{"id": "A{at}", "own": {own}, "grant": {grant}}}"#));
    let records = quotients
        .iter()
        .enumerate()
        .map(|(at, (v, w))| format!(r#"{{"id": "R{at}", "v": {v}, "w": {w}}}"#));
    let first = format!(
        r#"{{"id": "Z", "own": 0, "grant": 1, "r": [{}]}}"#,
        records.collect::<Vec<_>>().join(",")
    );
    format!(r#"{{"gs": [{}]}}"#, std::iter::once(first).chain(roots).collect::<Vec<_>>().join(","))
}

fn quotients(most: usize) -> impl Strategy<Value = Vec<(u64, u64)>> {
    let amount = || prop_oneof![1_u64..400, 1_u64..10_000_000, 1_u64..1_000_000_000_000];
    prop::collection::vec((amount(), amount()), 1..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_sum_is_the_exact_one_in_every_order(
        (given, mixed) in quotients(100).prop_flat_map(|given| (Just(given.clone()), Just(given).prop_shuffle()))
    ) {
        let (pack, limits) = (pack(RULES), Limits::untrusted());
        let outcome = judged(&pack, &data(&given), &limits);
        let sum: BigRational = given.iter().map(fraction).sum();
        let mean = &sum / BigRational::from(BigInt::from(given.len() + 1));
        let programme: Vec<BigRational> = outcome.programme.kpis.iter().map(|(_, value)| big(value)).collect();
        prop_assert_eq!(&programme, &[sum.clone(), mean.clone(), mean]);
        prop_assert_eq!(&big(&outcome.roots[0].kpis[KpiId::new(0)]), &sum);
        // The parts of a split add up to the whole.
        prop_assert_eq!(big(&outcome.roots[0].kpis[KpiId::new(1)]) + big(&outcome.roots[0].kpis[KpiId::new(2)]), sum);
        let other = judged(&pack, &data(&mixed), &limits);
        prop_assert_eq!(&other.programme, &outcome.programme);
        prop_assert_eq!(&other.roots[0], &outcome.roots[0]);
    }
}

/// Every order of some texts.
fn orders(of: &[String]) -> Vec<Vec<String>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let first = |at: usize| {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        orders(&rest).into_iter().map(move |rest| [vec![first.clone()], rest].concat())
    };
    (0..of.len()).flat_map(first).collect()
}

#[test]
fn the_reason_for_no_value_is_the_same_in_every_order() {
    let rules = "pack p\nsource s { 1 }\nentity g { key id: text  own: money  grant: money }\nentity r in g { key id: text  a: int  b: int  c: int }\n\
                 tally t from r { sum a / c / b / b } because \"x\"\nkpi ratio as % = own / grant because \"x\"\n\
                 kpi mean for programme as % = average(ratio) because \"x\"\nkpi most for programme as % = maximum(ratio) because \"x\"\n";
    let pack = pack(rules);
    let records = [
        r#"{"id": "1", "a": 1, "b": 0, "c": 1}"#,
        r#"{"id": "2", "a": 1, "b": 9007199254740993000000000001, "c": 9007199254740993000000000007}"#,
        r#"{"id": "3", "a": 1, "b": 3, "c": 7}"#,
        r#"{"id": "4", "a": 1, "b": 3}"#,
    ];
    for order in orders(&records.map(str::to_owned)) {
        let outcome = judged(
            &pack,
            &format!(
                r#"{{"gs": [{{"id": "A", "own": 1, "grant": 1, "r": [{}]}}]}}"#,
                order.join(",")
            ),
            &Limits::default(),
        );
        assert_eq!(
            outcome.roots[0].kpis[KpiId::new(0)],
            KpiValue::Invalid(NumberError::DivisionByZero),
            "{order:?}"
        );
    }
    for order in orders(&records[1..].iter().map(|record| (*record).to_owned()).collect::<Vec<_>>())
    {
        let outcome = judged(
            &pack,
            &format!(
                r#"{{"gs": [{{"id": "A", "own": 1, "grant": 1, "r": [{}]}}]}}"#,
                order.join(",")
            ),
            &Limits::default(),
        );
        assert_eq!(
            outcome.roots[0].kpis[KpiId::new(0)],
            KpiValue::Invalid(NumberError::Overflow),
            "{order:?}"
        );
    }
    let roots = [
        r#"{"id": "A", "own": 1, "grant": 0}"#,
        r#"{"id": "B", "own": 1, "grant": 3}"#,
        r#"{"id": "C", "own": 1}"#,
    ];
    for order in orders(&roots.map(str::to_owned)) {
        let outcome =
            judged(&pack, &format!(r#"{{"gs": [{}]}}"#, order.join(",")), &Limits::default());
        for (_, value) in &outcome.programme.kpis {
            assert_eq!(value, &KpiValue::Invalid(NumberError::DivisionByZero), "{order:?}");
        }
    }
}

/// What passes 128 bits on the way and comes back is a value whichever comes first.
#[test]
fn amounts_that_cancel_out_are_added_in_every_order() {
    let rules = "pack p\nsource s { 1 }\nentity g { key id: text }\nentity r in g { key id: text  a: int  b: int  c: int  d: int }\n\
                 tally t from r { sum a * b - c * d } because \"x\"\n";
    let (nines, many) = ("9999999999999999999999999", "9999999999999");
    let records = [
        format!(r#"{{"id": "1", "a": {nines}, "b": {many}, "c": 0, "d": 0}}"#),
        format!(r#"{{"id": "2", "a": {nines}, "b": {many}, "c": 1, "d": 5}}"#),
        format!(r#"{{"id": "3", "a": 0, "b": 0, "c": {nines}, "d": {many}}}"#),
        format!(r#"{{"id": "4", "a": 2, "b": 6, "c": {nines}, "d": {many}}}"#),
    ];
    let pack = pack(rules);
    for order in orders(&records) {
        let outcome = judged(
            &pack,
            &format!(r#"{{"gs": [{{"id": "A", "r": [{}]}}]}}"#, order.join(",")),
            &Limits::default(),
        );
        assert_eq!(
            outcome.roots[0].kpis[KpiId::new(0)],
            KpiValue::Known(Exact::from(7)),
            "{order:?}"
        );
    }
}

/// The average of several thousand quotients with nothing in common, charged for its length.
#[test]
fn thousands_of_quotients_have_an_average() {
    let grants = (1_000_003_u64..)
        .step_by(2)
        .filter(|n| (3..1_100).step_by(2).all(|by| n % by != 0))
        .take(1_000);
    let quotients: Vec<(u64, u64)> = grants.map(|grant| (grant / 3, grant)).collect();
    let pack = pack(RULES);
    let data = pack.read_json(&data(&quotients), None, &Limits::default()).expect("sound data");
    let outcome =
        pack.evaluate(&data, &Limits::default()).expect("within the limits").into_outcome();
    let KpiValue::Known(mean) = &outcome.programme.kpis[1].1 else {
        panic!("{:.200}", format!("{:?}", outcome.programme.kpis[1].1))
    };
    assert!(
        *mean > Exact::fraction(33, 100).expect("a fraction")
            && *mean < Exact::fraction(1, 3).expect("a fraction")
    );
    assert_eq!(mean.to_fixed(6), "0.333000");
    assert!(outcome.fuel > 1_000_000, "{}", outcome.fuel);
}

/// What is read off the columns for tables is what rules make of a record: the figure of a root
/// with that record alone.
#[test]
fn what_a_record_brings_is_what_it_alone_comes_to() {
    let pack = pack(
        r#"
pack fees
source s { 1 }
entity g { key id: text }
entity r in g { key id: text  v: money?  w: 1..1? }
tally plain from r { sum v } because "x"
tally doubled from r { sum v * 2 } because "x"
tally certain in 件 from r { sum w * 1 件 } because "x"
tally number in 件 from r { require v > 5 元 else "no" because "x"  count } because "x"
"#,
    );
    let records = [r#""v": "12.5", "w": 1"#, r#""v": 7"#, r#""w": 1"#, ""];
    let roots: Vec<String> = records
        .iter()
        .enumerate()
        .map(|(at, record)| {
            let comma = if record.is_empty() { "" } else { ", " };
            format!(r#"{{"id": "G{at}", "r": [{{"id": "R"{comma}{record}}}]}}"#)
        })
        .collect();
    let json = format!(r#"{{"gs": [{}]}}"#, roots.join(", "));
    let limits = Limits::default();
    let data = pack.read_json(&json, None, &limits).expect("sound data");
    let evaluation = pack.evaluate(&data, &limits).expect("within the limits");
    let amounts = evaluation.amounts();
    let mut known = 0;
    for verdict in (0..records.len()).flat_map(|root| evaluation.verdicts(root)) {
        let root = data.root_of(verdict.entity, verdict.row);
        let kpi = pack.kpis().position(|kpi| kpi.name == verdict.tally).expect("a figure");
        let brought = amounts.of(verdict.rule_tally, verdict.row);
        match &evaluation.roots[root].kpis[KpiId::new(kpi)] {
            KpiValue::Known(value) if verdict.verdict == VerdictKind::Counted => {
                assert_eq!(brought.as_ref(), Some(value), "{root} {}", verdict.tally);
                known += 1;
            }
            // Whatever is decided of it, it is one record.
            _ if verdict.tally == "number" => assert_eq!(brought, Some(Exact::ONE)),
            _ => assert_eq!(brought, None, "{root} {}", verdict.tally),
        }
    }
    assert_eq!(known, 2 + 2 + 4 + 2);
}
