//! Random tables against brute force: what the analysis finds must be exactly what a grid fine
//! enough to hold every case shows.

use proptest::prelude::*;

use crate::pipeline::Parsed;
use guiju_engine::data::{DatasetBuilder, Origins, Raw};
use guiju_engine::eval::reference::State;
use guiju_engine::eval::reference::expr::{Eval, Subject};
use guiju_engine::eval::value::Truth;
use guiju_model::diagnostic::Code;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::limits::Limits;
use guiju_model::source::Source;

const HEAD: &str = "pack p\nentity r { key id: text  b: bool  k: one | two | three  f: money  g: money  d: date  n: text }\n";

const ATOMS: &[&str] = &[
    "b",
    "b = false",
    "k = one",
    "k in (one, two)",
    "k <> three",
    "f > 1 元",
    "f <= 1 元",
    "f = 2 元",
    "f >= 2 元",
    "f < g",
    "f = g",
    "g >= 1 元",
    "f in (1 元, 3 元)",
    "d >= 108/01/02",
    "d < 108/01/03",
    "d in 108/01/02 .. 108/01/03",
    "n = \"甲\"",
    "n in (\"甲\", \"乙\")",
    "n is known",
    "n is not known",
    "f is known",
    "(f or 2 元 because \"x\") >= 2 元",
    "(n or \"甲\" because \"x\") = \"甲\"",
    "2 元 > g",
    "min(f, 3 元) >= 2 元",
    "max(f, g, 1 元) = 2 元",
    "max(min(f, g), 1 元) < 3 元",
    "round(f, 1 元) >= 2 元",
    "round_even(f, 1 元) = 2 元",
    "round_down(f, 2 元) = 2 元",
    "round_up(min(f, g), 1 元) > 2 元",
];

fn guard() -> impl Strategy<Value = String> {
    let atom = (prop::sample::select(ATOMS), any::<bool>())
        .prop_map(|(atom, not)| if not { format!("not ({atom})") } else { atom.to_owned() });
    prop::collection::vec((atom, any::<bool>()), 1..4).prop_map(|atoms| {
        let mut text = String::new();
        for (n, (atom, or)) in atoms.into_iter().enumerate() {
            text.push_str(if n == 0 {
                ""
            } else if or {
                " or "
            } else {
                " and "
            });
            text.push_str(&atom);
        }
        text
    })
}

/// The truth of each guard on each record of the grid.
fn brute_force(guards: &[String]) -> Vec<Vec<Truth>> {
    let tallies: String = guards
        .iter()
        .enumerate()
        .map(|(n, guard)| format!("tally t{n} from r {{ select {guard} count }}\n"))
        .collect();
    let limits = Limits::default();
    let pack = Parsed::parse(vec![Source::new("g", format!("{HEAD}{tallies}"))], &limits)
        .check()
        .into_pack()
        .expect("atoms are sound");
    let mut builder = DatasetBuilder::new(pack.schema(), &limits, Origins::Test);
    let amounts = [
        "0", "0.5", "1", "1.2", "1.5", "1.7", "1.8", "2", "2.2", "2.3", "2.5", "2.7", "2.8", "3",
        "3.5", "4", "5",
    ];
    let mentions = |name: &str| guards.iter().any(|guard| guard.contains(name));
    let (f_missing, n_missing) =
        (mentions("f is known") || mentions("(f or"), mentions("n is") || mentions("(n or"));
    let mut row = 0;
    let records = EntityId::new(0);
    for b in [true, false] {
        for k in ["one", "two", "three"] {
            for f in amounts.iter().map(Some).chain(f_missing.then_some(None)) {
                for g in amounts {
                    for d in ["108/01/01", "108/01/02", "108/01/03", "108/01/04"] {
                        for n in [Some("甲"), Some("乙"), Some("丙")]
                            .into_iter()
                            .chain(n_missing.then_some(None))
                        {
                            builder.root(0);
                            builder.set(
                                records,
                                row,
                                FieldId::new(0),
                                &Raw::Text(&row.to_string()),
                            );
                            builder.set(records, row, FieldId::new(1), &Raw::Bool(b));
                            builder.set(records, row, FieldId::new(2), &Raw::Text(k));
                            builder.set(
                                records,
                                row,
                                FieldId::new(3),
                                &f.map_or(Raw::Missing, |f| Raw::Number(f)),
                            );
                            builder.set(records, row, FieldId::new(4), &Raw::Number(g));
                            builder.set(records, row, FieldId::new(5), &Raw::Text(d));
                            builder.set(
                                records,
                                row,
                                FieldId::new(6),
                                &n.map_or(Raw::Missing, Raw::Text),
                            );
                            row += 1;
                        }
                    }
                }
            }
        }
    }
    let data = builder.finish().expect("the grid is sound");
    let state = State::default();
    let truth = |guard, root| {
        Eval::new(
            &pack.rules,
            &data,
            &state,
            Subject::Record { entity: EntityId::new(0), row: root, root },
        )
        .truth(guard)
    };
    pack.rules
        .tallies
        .iter()
        .map(|tally| (0..data.len()).map(|root| truth(&tally.select[0], root)).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_analysis_finds_what_brute_force_finds(guards in prop::collection::vec(guard(), 1..5), ordered in any::<bool>()) {
        let rows: String = guards.iter().map(|guard| format!("  {guard} => x\n")).collect();
        let table = format!("{HEAD}classify r.c: x | y {} {{\n{rows}}}\n", if ordered { "ordered" } else { "" });
        let checked = Parsed::parse(vec![Source::new("t", table.clone())], &Limits::default()).check();
        let count = |code| checked.diagnostics().iter().filter(|diagnostic| diagnostic.code == code).count();
        let truths = brute_force(&guards);
        let records = 0..truths[0].len();
        let holds = |row: usize, at: usize| truths[row][at] == Truth::True;
        let fails = |row: usize, at: usize| truths[row][at] == Truth::False;
        let mut overlaps = 0;
        for later in 0..guards.len() {
            overlaps += (0..later).filter(|earlier| !ordered && records.clone().any(|at| holds(*earlier, at) && holds(later, at))).count();
        }
        let empty: Vec<bool> = (0..guards.len()).map(|row| !records.clone().any(|at| holds(row, at))).collect();
        let wins = |row: usize| records.clone().any(|at| holds(row, at) && (!ordered || (0..row).all(|earlier| empty[earlier] || fails(earlier, at))));
        let dead = (0..guards.len()).filter(|row| !wins(*row)).count();
        let gap = records.clone().any(|at| (0..guards.len()).all(|row| empty[row] || fails(row, at)));
        prop_assert_eq!(count(Code::NotDecided), 0, "{}", table);
        prop_assert_eq!((count(Code::Overlap), count(Code::DeadRow), count(Code::Gap)), (overlaps, dead, usize::from(gap)), "{}", table);
    }

    #[test]
    fn sums_of_tallies_that_overlap_are_those_that_brute_force_finds(guards in prop::collection::vec(guard(), 2..5)) {
        let tallies: String = guards
            .iter()
            .enumerate()
            .map(|(n, guard)| format!("tally t{n} in 家 from r {{ select {guard} count }}\n"))
            .collect();
        let sum = (0..guards.len()).map(|n| format!("t{n}")).collect::<Vec<_>>().join(" + ");
        let pack = format!("{HEAD}{tallies}kpi all = {sum}\n");
        let checked = Parsed::parse(vec![Source::new("t", pack.clone())], &Limits::default()).check();
        let found = checked.diagnostics().iter().filter(|diagnostic| diagnostic.code == Code::CountedTwice).count();
        let truths = brute_force(&guards);
        let both = |first: usize, second: usize| truths[first].iter().zip(&truths[second]).any(|pair| pair == (&Truth::True, &Truth::True));
        // Each tally is told once, with the first that it overlaps.
        let told = (0..guards.len()).filter(|later| (0..*later).any(|earlier| both(earlier, *later)));
        prop_assert_eq!(found, told.count(), "{}", pack);
    }
}
