//! Some of the packs and data that are made to take memory, within the limits for strangers: every
//! step ends, and holds no more than its budget and a tenth. The long run is an example.

use std::alloc::System;

use cap::Cap;
use guiju::Limits;
use guiju_cases::hostile::{case, endure};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

#[test]
fn strangers_stay_within_their_budget() {
    // Small, so that the cases are over it soon.
    let limits =
        Limits { memory: 2 << 20, data_bytes: 300 << 10, fuel: 200_000, ..Limits::untrusted() };
    let mut over = Vec::new();
    for number in 0..20 {
        let case = case(number);
        endure(&case, &limits, &mut |step, work| {
            let start = ALLOCATOR.allocated();
            // The allocator keeps the most of all time; padding brings the present up to it.
            let padding = vec![1_u8; ALLOCATOR.max_allocated().saturating_sub(start)];
            let before = ALLOCATOR.allocated();
            work();
            let held = ALLOCATOR.max_allocated().saturating_sub(before) as u64;
            drop(padding);
            if held > limits.memory + limits.memory / 10 {
                over.push(format!("{} ({number}): to {step} took {held} bytes", case.kind));
            }
        });
    }
    assert!(over.is_empty(), "{over:#?}");
}
