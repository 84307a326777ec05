//! Rules that grow in one respect alone are what they are meant to be: sound, or wrong in the same
//! way at every size.
//!
//! At full size, which takes minutes where names are searched for in lists; clocks are for
//! `cargo bench`.

use guiju::Severity;
use guiju_benches::growth;

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
        assert_eq!(codes(grown.size), codes(200), "{}", grown.name);
    }
}
