//! Times the workload and prints a table: nanoseconds a record, and the ratio to the loop written by hand in the same run.

use std::time::Instant;

use anyhow::Result;
use guiju::{Engine, Limits};
use guiju_benches::{engine, hand, tables::Tables};

fn main() -> Result<()> {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![1, 100, 10_000] } else { sizes } {
        measure(size)?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn measure(alliances: usize) -> Result<()> {
    let tables = Tables::draw(alliances, 1);
    let pack = engine::pack()?;
    let plan = pack.plan();
    let reference = pack.plan().with_engine(Engine::Reference);
    let text = tables.json_lines();
    let started = Instant::now();
    let data = engine::read(&pack, &text)?;
    let reading = started.elapsed().as_secs_f64();
    let limits = Limits::default();
    let expected = hand::judge(&tables, 0..alliances);
    engine::check(&tables, &plan.evaluate(&data, &limits)?, &expected.alliances)?;
    let (mut by_hand, mut columnar, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let started = Instant::now();
    // In turns, so that a slow moment of the machine hits all alike.
    while columnar.len() < 5 || started.elapsed().as_secs_f64() < 2.0 {
        by_hand.push(time(|| hand::judge(&tables, 0..alliances)));
        columnar.push(time(|| plan.evaluate(&data, &limits)));
        if rows.len() < 3 {
            rows.push(time(|| reference.evaluate(&data, &limits)));
        }
    }
    let records = tables.records() as f64;
    let hand = median(&mut by_hand);
    println!("{alliances} alliances, {records} records; reading JSON lines {:.0} MB/s", text.len() as f64 / 1e6 / reading);
    for (name, times) in [("by hand", &mut by_hand), ("columnar", &mut columnar), ("reference", &mut rows)] {
        let time = median(times);
        println!("  {name:10} {:9.2} µs {:8.2} ns/record {:7.2}x", time * 1e6, time * 1e9 / records, time / hand);
    }
    Ok(())
}

fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    let result = work();
    let elapsed = started.elapsed().as_secs_f64();
    drop(std::hint::black_box(result));
    elapsed
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
