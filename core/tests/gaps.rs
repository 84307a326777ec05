//! Data with gaps in large roots: what is certain is added up at once, what is open one by one, and
//! the outcome is that of the reference evaluator down to the effort. Not here: what a gap means,
//! which the corpus of rules holds.

use std::fmt::Write as _;

use guiju::{Engine, KpiId, KpiValue, Limits, Outcome, Parsed, Source};

const HEAD: &str = "pack p\nsource s { 1 \"c\" }\nentity g { key id: text }\n\
    entity r in g { key id: text  kind: a | b | c  f: bool  h: x | y | z  amount: money  share: 0..100  doc: text? }\n";

/// Both evaluators' outcome, which is one.
fn judged(rules: &str, data: &str) -> Outcome {
    let limits = Limits::default();
    let pack = Parsed::parse(vec![Source::new("gaps.guiju", format!("{HEAD}{rules}"))], &limits)
        .check()
        .into_pack();
    let pack = pack.unwrap_or_else(|error| panic!("{:.600}", error.to_string()));
    let data = pack.read_json(data, None, &limits).expect("sound data");
    let by = |engine| {
        let evaluation =
            pack.with_engine(engine).evaluate(&data, &limits).expect("within the limits");
        evaluation.into_outcome()
    };
    let (reference, columnar) = (by(Engine::Reference), by(Engine::Columnar));
    assert!(reference == columnar, "{:?}\n{:?}", reference.roots, columnar.roots);
    columnar
}

/// Roots of some records, of whose values so many in ten thousand are missing, and which name one
/// of so many documents.
fn data(roots: usize, records: usize, missing: u64, documents: u64) -> String {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % end
    };
    let mut out = String::from("{\"gs\": [");
    for root in 0..roots {
        let _ = write!(out, "{}{{\"id\": \"G{root}\", \"r\": [", if root == 0 { "" } else { "," });
        for row in 0..records {
            let _ = write!(out, "{}{{\"id\": \"R{row}\"", if row == 0 { "" } else { "," });
            let values = [
                ("kind", format!("\"{}\"", ["a", "b", "c"][below(3) as usize])),
                ("f", (below(10) > 0).to_string()),
                ("h", format!("\"{}\"", ["x", "y", "z"][below(3) as usize])),
                ("amount", format!("\"{}.{}\"", below(1_000_000), below(10))),
                ("share", below(101).to_string()),
                ("doc", format!("\"D{}\"", below(documents))),
            ];
            for (name, value) in values {
                if below(10_000) >= missing {
                    let _ = write!(out, ", \"{name}\": {value}");
                }
            }
            out.push('}');
        }
        out += "]}";
    }
    out + "]}"
}

const TALLIES: &str = "tally ta from r { select kind = a  require f else \"x\" @ 1  sum amount  count as na in 件  split h }\n\
    tally tb from r { select kind = b  require f else \"x\" @ 1  require amount >= 0 元 else \"y\" @ 1  sum amount  split h }\n\
    tally tc in 件 from r { select kind = c  require f else \"x\" @ 1  count  split h }\n\
    tally td from r { require f else \"x\" @ 1  sum share }\n";

#[test]
fn whatever_is_missing_both_evaluators_agree() {
    let onces = [
        "",
        "once o by doc between ta, tb, tc keep none else \"twice\" @ 1\n",
        "once o by doc between ta, tb, tc keep first of (tb, ta, tc) else \"twice\" @ 1\n",
        "once o by doc between ta, tb keep none else \"twice\" @ 1\nonce q by doc between tb, tc keep first of (tc, tb) else \"again\" @ 1\n",
    ];
    for once in onces {
        let rules = format!("{TALLIES}{once}");
        for missing in [0, 100, 1_000, 5_000] {
            for (roots, records, documents) in
                [(10, 9, 6), (2, 150, 4_000), (2, 150, 100), (1, 90, 1), (1, 0, 1)]
            {
                judged(&rules, &data(roots, records, missing, documents));
            }
        }
    }
}

/// Conditions and sums that are computed: what is known and short, and beside it what is missing,
/// longer than 128 bits, divided by nothing, or asked of a text, in rules that share conditions and
/// differ in whom they ask.
#[test]
fn numbers_that_are_computed_are_those_of_the_reference_evaluator() {
    let large = "amount * 3 - 1_000 元 > 600_000 元";
    let named = "length(doc) >= 3 字";
    let power = "(amount / 1 元)";
    let power = format!("{power} * {power} * {power} * {power} * {power} * {power} > {power}");
    let rules = format!(
        "tally ta from r {{ select kind = a  select {large} or {named}  require f else \"x\" @ 1\n\
           require {named} else \"n\" @ 1  sum amount * 2 + 1 元  sum amount / 3 as third }}\n\
         tally tb from r {{ select kind = b  require not ({large} and {named}) else \"x\" @ 1\n\
           require amount / share >= 100 元 else \"y\" @ 1  sum max(amount, 500 元) - min(amount, 10 元) }}\n\
         tally tc from r {{ require f = ({large}) else \"x\" @ 1  require f or {named} else \"y\" @ 1\n\
           sum round(amount * 30%, 100 元)  split h }}\n\
         tally td from r {{ select kind = c  require not ({power}) else \"x\" @ 1  sum amount / share }}\n\
         check odd on r.share  when {large}  expect -share < 0 - (share - 1)  else \"y\" @ 1\n"
    );
    for missing in [0, 100, 1_000, 5_000] {
        for (roots, records, documents) in [(10, 9, 6), (2, 150, 4_000), (2, 150, 100), (1, 0, 1)] {
            judged(&rules, &data(roots, records, missing, documents));
        }
    }
}

/// By hand: of 1, 2, … 10 元, doubled, those above 10 元 count, with a third of each.
#[test]
fn a_sum_of_computed_numbers_is_exact() {
    let rules = "tally ta from r { select kind = a  require amount * 2 > 10 元 else \"x\" @ 1  sum amount / 3 }\n";
    let record =
        |n: usize| format!(r#"{{"id": "R{n}", "kind": "a", "amount": "{n}.{}"}}"#, n % 2 * 5);
    let records: Vec<String> = (1..=10).map(record).collect();
    let data = format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, records.join(","));
    let outcome = judged(rules, &data);
    // 5.5 + 6 + 7.5 + 8 + 9.5 + 10 = 46.5
    let expected = guiju::Exact::fraction(93, 6).expect("a number");
    assert_eq!(outcome.roots[0].kpis[KpiId::new(0)], KpiValue::Known(expected));
}

#[test]
fn an_open_record_widens_the_sum_of_the_others_by_its_own_amount() {
    // 70 records, so that what is known fills more than a word: 1 元 each, the last of 5 元 and open,
    // one without an amount.
    let record = |n: usize| match n {
        66 => r#"{"id": "R66", "kind": "a", "f": true, "h": "x"}"#.to_owned(),
        69 => r#"{"id": "R69", "kind": "a", "h": "x", "amount": "5"}"#.to_owned(),
        _ => format!(r#"{{"id": "R{n}", "kind": "a", "f": true, "h": "y", "amount": "1"}}"#),
    };
    let all = |leave_out: usize| {
        (0..70).filter(|n| *n != leave_out).map(record).collect::<Vec<_>>().join(",")
    };
    let rules =
        "tally ta from r { select kind = a  require f else \"x\" @ 1  sum amount  split h }\n";
    let bounds = |leave_out: usize| {
        let outcome =
            judged(rules, &format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, all(leave_out)));
        let KpiValue::Undetermined { low, high, needs, .. } = &outcome.roots[0].kpis[KpiId::new(0)]
        else {
            panic!("{:?}", outcome.roots[0].kpis)
        };
        (low.as_ref().map(ToString::to_string), high.as_ref().map(ToString::to_string), needs.len())
    };
    assert_eq!(bounds(66), (Some("68".to_owned()), Some("73".to_owned()), 1));
    assert_eq!(bounds(69), (Some("68".to_owned()), None, 1));
    assert_eq!(bounds(70), (Some("68".to_owned()), None, 2));
}

/// Claims on a document of their own stay counted, whatever is open beside them; only what two
/// tallies claim is disputed.
#[test]
fn an_open_claim_leaves_open_only_what_it_disputes() {
    let rules = "tally ta in 件 from r { select kind = a  require f else \"x\" @ 1  count }\n\
        tally tb in 件 from r { select kind = b  require f else \"x\" @ 1  count }\n\
        once o by doc between ta, tb keep none else \"twice\" @ 1\n";
    let mut records = vec![
        r#"{"id": "open", "kind": "a", "doc": "shared"}"#.to_owned(),
        r#"{"id": "rival", "kind": "b", "f": true, "doc": "shared"}"#.to_owned(),
        r#"{"id": "open alone", "kind": "b", "doc": "own"}"#.to_owned(),
        r#"{"id": "twice", "kind": "a", "f": true, "doc": "both"}"#.to_owned(),
        r#"{"id": "twice too", "kind": "b", "f": true, "doc": "both"}"#.to_owned(),
        r#"{"id": "none", "kind": "a", "f": true}"#.to_owned(),
    ];
    records.extend(
        (0..80).map(|n| format!(r#"{{"id": "R{n}", "kind": "a", "f": true, "doc": "D{n}"}}"#)),
    );
    let outcome =
        judged(rules, &format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, records.join(",")));
    let of = |kpi: usize| match &outcome.roots[0].kpis[KpiId::new(kpi)] {
        KpiValue::Known(value) => format!("{value}"),
        KpiValue::Undetermined { low, high, needs, .. } => {
            let bound = |bound: &Option<guiju::Exact>| {
                bound.as_ref().map(ToString::to_string).unwrap_or_default()
            };
            format!("{} to {}, {}", bound(low), bound(high), needs.len())
        }
        other => format!("{other:?}"),
    };
    // 80 of their own and one without a document count; the open one can only lose its document to
    // the rival, which is certain.
    assert_eq!(of(0), "81");
    // The rival and the open one of its own may count, each by one missing field.
    assert_eq!(of(1), "0 to 2, 2");
    assert_eq!(outcome.roots[0].issues.len(), 1);
}

/// There is a bit for each of 64 tallies; the ones behind them are rivals too.
#[test]
fn more_tallies_than_bits_dispute_a_document() {
    let names: Vec<String> = (0..66).map(|n| format!("t{n}")).collect();
    let mut rules = String::new();
    for name in &names {
        let select = match name.as_str() {
            "t64" => "kind = a",
            "t65" => "kind = b",
            _ => "kind = c",
        };
        let _ = writeln!(rules, "tally {name} in 件 from r {{ select {select}  count }} @ 1");
    }
    let _ =
        writeln!(rules, "once o by doc between {} keep none else \"twice\" @ 1", names.join(", "));
    let outcome = judged(
        &rules,
        r#"{"gs": [{"id": "G", "r": [{"id": "1", "kind": "a", "doc": "D"}, {"id": "2", "kind": "b", "doc": "D"}, {"id": "3", "kind": "b", "doc": "E"}]}]}"#,
    );
    assert_eq!(outcome.roots[0].kpis[KpiId::new(64)], KpiValue::Known(guiju::Exact::ZERO));
    assert_eq!(outcome.roots[0].kpis[KpiId::new(65)], KpiValue::Known(guiju::Exact::ONE));
}

/// Every figure of a tally lacks the same; looking for it is charged once.
#[test]
fn what_open_records_need_is_found_once_for_all_figures() {
    let conditions = vec!["f"; 40].join(" and ");
    let rows: Vec<String> = (0..200)
        .map(|n| format!(r#"{{"id": "R{n}", "kind": "a", "h": "x", "amount": "1"}}"#))
        .collect();
    let data = format!(r#"{{"gs": [{{"id": "G", "r": [{}]}}]}}"#, rows.join(","));
    let effort = |figures: &str| {
        let outcome = judged(
            &format!("tally ta from r {{ require {conditions} else \"x\" @ 1  {figures} }}\n"),
            &data,
        );
        let KpiValue::Undetermined { needs, .. } = &outcome.roots[0].kpis[KpiId::new(0)] else {
            panic!("{:?}", outcome.roots[0].kpis)
        };
        assert_eq!(needs.len(), 200);
        outcome.fuel
    };
    // Looking again would take 40 steps for each of 200 records; another figure takes a few for
    // each.
    let (one, more) = (effort("sum amount"), effort("sum amount  count as n in 件"));
    assert!(more - one < 10 * 200, "{one}, {more}");
}
