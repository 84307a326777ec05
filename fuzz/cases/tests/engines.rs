//! Both evaluators give one outcome on random packs and data. `PROPTEST_CASES` sets the number of packs.

use guiju_cases::{Tally, engines_agree};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[test]
fn both_evaluators_give_one_outcome() {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 300;
    }
    let mut tally = Tally::default();
    let counted = std::cell::RefCell::new(&mut tally);
    let bytes = prop::collection::vec(any::<u8>(), 500..6000);
    let result = TestRunner::new(config).run(&bytes, |bytes| {
        engines_agree(&bytes, 4, &mut counted.borrow_mut());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // A generator whose packs are refused, or whose data is, would show nothing.
    assert!(tally.packs > tally.refused, "{tally:?}");
    assert!(tally.agreed > 10 * tally.unsound, "{tally:?}");
}
