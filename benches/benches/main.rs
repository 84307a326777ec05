//! Measurements of single steps, from text to pack to outcome, by criterion:
//! `cargo bench -p guiju-benches [-- NAME]`.
//!
//! For finding out what a change did to one step; the workload as a whole, and other engines, are
//! `cargo xtask bench`.

mod constructs;
mod data;
mod evaluation;
mod growth;
mod language;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    benches,
    language::measure,
    growth::measure,
    data::measure,
    evaluation::measure,
    constructs::measure
);
criterion_main!(benches);
