//! Any bytes as changes to a compiled pack (`guiju_cases::targets`).

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guiju_cases::targets::packs(bytes));
