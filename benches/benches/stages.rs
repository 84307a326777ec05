//! Criterion timings of the stages a pack goes through.
fn main() {}
