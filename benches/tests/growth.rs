//! Rules that grow in one respect alone are what they are meant to be: sound, or wrong in the same
//! way at every size.
//!
//! At a size that takes minutes where names are searched for in lists; clocks, and the largest
//! sizes, are for `cargo bench`.

use guiju::Severity;
use guiju_benches::growth;

/// How much of each there is.
const MOST: usize = 5_000;

#[test]
fn large_rules_are_answered_as_small_ones_are() {
    for grown in growth::all() {
        let codes = |size: usize| {
            let checked = grown.checked(size);
            let found = checked
                .diagnostics()
                .iter()
                .filter(|found| found.severity == Severity::Error)
                .map(|found| found.code.id());
            let mut codes: Vec<&str> = found.filter(|code| *code != "G199").collect();
            codes.dedup();
            (codes, checked.pack().is_some())
        };
        assert_eq!(codes(grown.size.min(MOST)), codes(200), "{}", grown.name);
    }
}
