//! Any bytes as a folder of two CSV tables (`guiju_cases::targets`).

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guiju_cases::targets::tables(bytes));
