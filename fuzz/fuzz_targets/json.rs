//! Any bytes as JSON data (`guiju_cases::targets`).

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guiju_cases::targets::json(bytes));
