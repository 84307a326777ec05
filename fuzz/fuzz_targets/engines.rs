//! Random packs and data out of any bytes, by both evaluators (`guiju_cases::targets`).

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guiju_cases::targets::engines(bytes));
