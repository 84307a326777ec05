//! Random packs and data out of any bytes: both evaluators give one outcome.

#![no_main]

use guiju_cases::{Tally, engines_agree};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    engines_agree(bytes, 3, &mut Tally::default());
});
