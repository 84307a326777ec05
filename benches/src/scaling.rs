//! `cargo xtask scaling [WORD…]`: how long everything takes that grows in one respect alone, at a
//! size and at twice that size, as Markdown. Not here: what grows (`growth`, `work`).

use std::io::{Write as _, stdout};
use std::time::Instant;

use anyhow::Result;
use guiju_benches::{growth, work};

/// Times of each of two sizes, in seconds, and their ratio.
struct Times {
    single: f64,
    double: f64,
}

/// How long two sizes are timed together at least, in seconds, and how often.
const SECONDS: f64 = 1.5;
const RUNS: usize = 5;
/// After so many seconds two runs are enough.
const AT_MOST: f64 = 20.0;

/// Prints a row for everything that grows, or for what has one of these words in its name.
pub(crate) fn print(words: &[String]) -> Result<()> {
    let wanted = |task: &str, name: &str| {
        words.is_empty() || words.iter().any(|word| word == task || name.contains(word.as_str()))
    };
    writeln!(stdout(), "| | of what | n | t(n) in ms | t(2n) in ms | t(2n)/t(n) |")?;
    writeln!(stdout(), "|---|---|--:|--:|--:|--:|")?;
    for work in work::all().filter(|work| wanted(work.task, work.name)) {
        let jobs = [work.size, 2 * work.size].map(|size| work.prepare(size));
        row(work.task, work.name, work.size, &timed(jobs))?;
    }
    for rules in growth::all().filter(|rules| wanted("check", rules.name)) {
        let jobs = [rules.size, 2 * rules.size].map(|size| {
            let job: work::Job = Box::new(move || {
                std::hint::black_box(rules.checked(size));
            });
            job
        });
        row("check", rules.name, rules.size, &timed(jobs))?;
    }
    Ok(())
}

/// The least times, taken in turns, so that a slow moment of the machine hits both alike.
fn timed(mut jobs: [work::Job; 2]) -> Times {
    let mut least = [f64::INFINITY; 2];
    let start = Instant::now();
    let enough =
        |runs: usize, spent: f64| runs >= RUNS && spent >= SECONDS || runs >= 2 && spent >= AT_MOST;
    for runs in 0.. {
        if enough(runs, start.elapsed().as_secs_f64()) {
            break;
        }
        for (job, least) in jobs.iter_mut().zip(&mut least) {
            let before = Instant::now();
            job();
            *least = least.min(before.elapsed().as_secs_f64());
        }
    }
    let [single, double] = least;
    Times { single, double }
}

fn row(task: &str, name: &str, size: usize, times: &Times) -> Result<()> {
    let Times { single, double } = times;
    let (single, double, ratio) = (single * 1e3, double * 1e3, double / single);
    writeln!(stdout(), "| {task} | {name} | {size} | {single:.1} | {double:.1} | {ratio:.2} |")?;
    Ok(())
}
