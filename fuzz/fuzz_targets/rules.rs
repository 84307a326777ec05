//! Any bytes as rules (`guiju_cases::targets`).

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guiju_cases::targets::rules(bytes));
