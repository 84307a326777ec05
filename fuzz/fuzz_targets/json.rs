//! Any bytes as JSON data: reading ends, with findings or data that both evaluators agree on.

#![no_main]

use std::sync::LazyLock;

use guiju::Pack;
use guiju_cases::{agree, compiled};
use libfuzzer_sys::fuzz_target;

const RULES: &str = include_str!("../pack.guiju");

static PACK: LazyLock<Pack> = LazyLock::new(|| compiled(RULES).expect("the pack compiles"));

fuzz_target!(|text: &str| {
    agree(&PACK, RULES, text);
});
