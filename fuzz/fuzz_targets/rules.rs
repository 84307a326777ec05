//! Any bytes as rules: parsing and checking end, with findings or a pack, and findings can be shown.

#![no_main]

use guiju::{Limits, Locale, Parsed, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let checked = Parsed::parse(vec![Source::new("fuzz.guiju", text)], &Limits::untrusted()).check();
    for finding in checked.diagnostics() {
        for locale in [Locale::ZhTw, Locale::En] {
            let _ = finding.message(locale);
        }
        for label in &finding.labels {
            assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "a place outside the text");
        }
    }
});
