//! Times the workload and prints tables: nanoseconds a record, and the ratio to the loop written by hand in the same run.
//!
//! `cargo xtask bench [ALLIANCES…] [--rivals]`. Every answer is compared before it is timed. Not here: the rules and the tables.

mod rivals;

use std::time::Instant;

use anyhow::{Context, Result};
use guiju::{Engine, Limits, Parsed};
use guiju_benches::{engine, hand, tables::Tables};

/// How long each comparison goes on, in seconds.
const SECONDS: f64 = 3.0;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sizes: Vec<usize> = arguments.iter().filter_map(|size| size.parse().ok()).collect();
    let rivals = arguments.iter().any(|argument| argument == "--rivals");
    for size in if sizes.is_empty() { vec![1, 100, 10_000] } else { sizes } {
        measure(size, rivals)?;
    }
    compile()
}

#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn measure(alliances: usize, rivals: bool) -> Result<()> {
    let tables = Tables::draw(alliances, 1);
    let records = tables.records() as f64;
    let pack = engine::pack()?;
    let text = tables.json_lines();
    let started = Instant::now();
    let data = engine::read(&pack, &text)?;
    let reading = started.elapsed().as_secs_f64();
    let limits = Limits::default();
    let plan = pack.plan();
    let reference = pack.plan().with_engine(Engine::Reference);
    let expected = hand::judge(&tables, 0..alliances);
    engine::check(&tables, &plan.evaluate(&data, &limits)?, &expected.alliances)?;

    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().context("one thread")?;
    let threads = std::thread::available_parallelism()?.get();
    let all = rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("all threads")?;
    let mut times: [Vec<f64>; 4] = Default::default();
    let started = Instant::now();
    // In turns, so that a slow moment of the machine hits all alike.
    while times[1].len() < 5 || started.elapsed().as_secs_f64() < SECONDS {
        times[0].push(time(|| hand::judge(&tables, 0..alliances)));
        times[1].push(one.install(|| time(|| plan.evaluate(&data, &limits))));
        times[2].push(all.install(|| time(|| plan.evaluate(&data, &limits))));
        if times[3].len() < 3 {
            times[3].push(time(|| reference.evaluate(&data, &limits)));
        }
    }
    println!("\n{alliances} alliances, {records} records; JSON lines read at {:.0} MB/s\n", text.len() as f64 / 1e6 / reading);
    println!("| | ns/record | ratio | whole run |\n|---|---|---|---|");
    let hand = median(&mut times[0]);
    let names = ["loop by hand, 1 thread", "guiju, 1 thread", &format!("guiju, {threads} threads"), "guiju, reference evaluator"];
    for (name, times) in names.iter().zip(&mut times) {
        line(name, median(times), records, hand);
    }
    if rivals && alliances > 1 {
        for threads in [1, threads] {
            for (name, nanoseconds) in rivals::run(&tables, &expected.alliances, threads)? {
                line(&format!("{name}, {threads} threads"), nanoseconds * records / 1e9, records, hand);
            }
        }
    }
    Ok(())
}

/// How long it takes from the text of a pack to its plan.
#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn compile() -> Result<()> {
    println!("\n| from text to plan | ms |\n|---|---|");
    for name in guiju_rules::NAMES {
        let sources = |name: &str| guiju_rules::sources(name);
        let mut times = Vec::new();
        for _ in 0..20 {
            let own = sources(name).with_context(|| format!("no pack {name}"))?;
            times.push(time(|| Parsed::parse_with(own, &Limits::default(), &sources).check().into_pack().map(|pack| pack.plan())));
        }
        println!("| {name} | {:.1} |", median(&mut times) * 1e3);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn line(name: &str, seconds: f64, records: f64, hand: f64) {
    let whole = if seconds < 1e-3 { format!("{:.1} µs", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) };
    println!("| {name} | {:.1} | {:.2} | {whole} |", seconds * 1e9 / records, seconds / hand);
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
