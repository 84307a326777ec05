//! Both evaluators give one outcome on random packs and data, and what is said of missing data
//! holds whatever fills it in. The packs are the same in every run, so that a change is what makes
//! one fail; with `PROPTEST_CASES` set to a number, so many others are drawn.

use guiju_cases::{
    Asked, Filled, Tally, completions_stay_within, engines_agree, hangs_on_what_turns_it,
};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// Runs a law on random bytes and counts what became of them.
fn run<T: Default>(cases: u32, law: impl Fn(&[u8], &mut T)) -> T {
    let mut runner = if std::env::var_os("PROPTEST_CASES").is_some() {
        TestRunner::new(ProptestConfig::default())
    } else {
        let config = ProptestConfig { cases, ..ProptestConfig::default() };
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
    };
    let counted = std::cell::RefCell::new(T::default());
    let bytes = prop::collection::vec(any::<u8>(), 500..6000);
    let result = runner.run(&bytes, |bytes| {
        law(&bytes, &mut counted.borrow_mut());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    counted.into_inner()
}

#[test]
fn both_evaluators_give_one_outcome() {
    let tally: Tally = run(300, |bytes, tally| engines_agree(bytes, 4, tally));
    // A generator whose packs are refused, or whose data is, would show nothing.
    assert!(tally.packs > tally.refused, "{tally:?}");
    assert!(tally.agreed > 10 * tally.unsound, "{tally:?}");
}

#[test]
fn what_is_said_of_missing_data_holds_of_whatever_fills_it_in() {
    let filled: Filled = run(200, |bytes, filled| completions_stay_within(bytes, 3, filled));
    assert!(filled.packs > filled.refused, "{filled:?}");
    assert!(filled.pairs > 10 * filled.unsound, "{filled:?}");
    assert!(filled.closed > filled.packs, "{filled:?}");
}

#[test]
fn a_verdict_hangs_on_what_turns_it() {
    let asked: Asked = run(40, |bytes, asked| hangs_on_what_turns_it(bytes, 4, asked));
    // A generator whose verdicts nothing turns would show nothing.
    assert!(asked.verdicts > asked.packs, "{asked:?}");
    assert!(asked.turned > asked.verdicts, "{asked:?}");
    assert!(asked.stood > asked.turned, "{asked:?}");
    assert!(asked.others > 0 && asked.certain > 0, "{asked:?}");
}
