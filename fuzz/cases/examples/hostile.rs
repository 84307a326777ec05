//! Packs and data of strangers, as many as asked for, within the limits for them: how long the
//! longest took, and how much memory the one that took the most held, step by step.
//!
//! The allocator keeps the most of all steps so far, and each step is measured above it: some
//! hundreds of cases are enough for one run, which may begin with any.
//!
//! `cargo run --release -p guiju-cases --example hostile -- 250 0`

use std::alloc::System;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cap::Cap;
use guiju::Limits;
use guiju_cases::hostile::{case, endure};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The most of one step: the time, the bytes, and the cases that took them.
#[derive(Default)]
struct Most {
    count: u64,
    time: (Duration, String),
    held: (u64, String),
}

#[expect(clippy::print_stdout, reason = "the report is what it is run for")]
fn main() {
    let mut arguments =
        std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (wanted, first) = (arguments.next().unwrap_or(250), arguments.next().unwrap_or(0));
    let limits = Limits::untrusted();
    let mut found: BTreeMap<&'static str, Most> = BTreeMap::new();
    let (mut slow, mut large) = (0, 0);
    for number in first..first + wanted {
        let case = case(number);
        let named = || format!("{} ({number})", case.kind);
        endure(&case, &limits, &mut |step, work| {
            let start = ALLOCATOR.allocated();
            // The allocator keeps the most of all time; padding brings the present up to it. Pages
            // that nobody touches cost nothing.
            let padding = vec![0_u8; ALLOCATOR.max_allocated().saturating_sub(start)];
            let (before, began) = (ALLOCATOR.allocated(), Instant::now());
            work();
            let took = began.elapsed();
            let held = ALLOCATOR.max_allocated().saturating_sub(before) as u64;
            drop(padding);
            let most = found.entry(step).or_default();
            most.count += 1;
            if took > most.time.0 {
                most.time = (took, named());
            }
            if held > most.held.0 {
                most.held = (held, named());
            }
            slow += u64::from(took > Duration::from_secs(1));
            large += u64::from(held > limits.memory);
        });
    }
    println!("{wanted} cases; {slow} steps took more than a second, {large} more than the budget");
    for (step, most) in found {
        let (time, bytes) = (most.time.0.as_millis(), most.held.0 >> 10);
        println!(
            "{step}: {} times, at most {time} ms ({}) and {bytes} KiB ({})",
            most.count, most.time.1, most.held.1
        );
    }
}
