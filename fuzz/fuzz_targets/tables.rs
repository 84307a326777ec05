//! Any bytes as a folder of two CSV tables: reading ends, with findings or data.

#![no_main]

use std::sync::LazyLock;

use guiju::{Limits, Pack, TableFile};
use guiju_cases::compiled;
use libfuzzer_sys::fuzz_target;

static PACK: LazyLock<Pack> = LazyLock::new(|| compiled(include_str!("../pack.guiju")).expect("the pack compiles"));

fuzz_target!(|bytes: &[u8]| {
    // A zero byte divides the first table from the second.
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (first, second) = (&bytes[..cut], bytes.get(cut + 1..).unwrap_or_default());
    let files = [TableFile { name: "grantee.csv", bytes: first }, TableFile { name: "receipt.csv", bytes: second }];
    let _ = PACK.read_tables(&files, &Limits::untrusted());
});
