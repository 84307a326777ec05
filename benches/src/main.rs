//! Times the workload in turns, every engine in a process of its own, and prints the tables of the
//! report as Markdown.
//!
//! `cargo xtask bench [ALLIANCES…] [--rivals]`, and `cargo xtask scaling`. Every answer is compared
//! before it is timed. What the columns mean: `docs/speed.md`. Not here: the rules, the tables and
//! the engines.

mod process;
mod report;
mod rivals;
mod scaling;
mod serve;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use guiju_benches::{check, hand, tables::Tables};

use process::Process;
use report::{Row, Size, Whole};

/// How long a row is timed at least, in seconds.
const SECONDS: f64 = 3.0;
/// After so many seconds three runs are enough.
const AT_MOST: f64 = 15.0;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, engine, folder, threads] = arguments.as_slice()
        && word == "serve"
    {
        return serve::serve(engine, Path::new(folder), threads.parse()?);
    }
    if let [word, words @ ..] = arguments.as_slice()
        && word == "scaling"
    {
        return scaling::print(words);
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100, 10_000] } else { sizes };
    let mut engines = rivals::own()?;
    if arguments.iter().any(|argument| argument == "--rivals") {
        engines.extend(rivals::others()?);
    }
    let sizes =
        sizes.into_iter().map(|size| measure(size, &engines)).collect::<Result<Vec<_>>>()?;
    report::print(&sizes)
}

/// An engine, and how to start it.
struct Engine {
    /// The program and its arguments, before the folder and the number of threads.
    program: Vec<String>,
    threads: usize,
    /// Its commands, and what each adds to its name.
    commands: &'static [(&'static str, &'static str)],
    /// More alliances take too long.
    most: usize,
    /// The columns that it has no exact numbers for.
    inexact: &'static [&'static str],
}

/// All engines on tables of one size.
fn measure(alliances: usize, engines: &[Engine]) -> Result<Size> {
    ensure!(alliances > 0, "a table needs an alliance");
    let folder = rivals::place()?.join("tables");
    report::progress(&format!("{alliances} alliances: writing tables"));
    std::fs::create_dir_all(&folder)?;
    let tables = Tables::draw(alliances, 1);
    tables.write(&folder)?;
    let expected = hand::judge(&tables, 0..alliances);
    let mut size =
        Size { alliances, records: tables.records(), bytes: tables.bytes(), rows: Vec::new() };
    drop(tables);

    let mut processes = Vec::new();
    for engine in engines.iter().filter(|engine| alliances <= engine.most) {
        let mut process = Process::start(engine, &folder)?;
        report::progress(&format!("{alliances} alliances: {} has read them", process.name));
        let reading = process.peak();
        process.forget_peak();
        process.ask(engine.commands[0].0)?;
        let whole = Whole { seconds: process.age(), reading, judging: process.peak() };
        process.ask("answer")?;
        let differing = check::differences(&expected, &folder, "answer")
            .with_context(|| process.name.clone())?;
        let unexpected = differing.iter().find(|(column, _)| !engine.inexact.contains(column));
        ensure!(
            unexpected.is_none(),
            "{}: {differing:?} differ from what the loop found",
            process.name
        );
        let one = process.ask("one")?;
        for (at, (command, addition)) in engine.commands.iter().enumerate() {
            let name = format!(
                "{}, {} thread{}{addition}",
                process.name,
                engine.threads,
                if engine.threads == 1 { "" } else { "s" }
            );
            let (whole, one) = if at == 0 { (Some(whole), Some(one)) } else { (None, None) };
            size.rows.push(Row {
                name,
                process: processes.len(),
                command,
                times: Vec::new(),
                one,
                whole,
                differing: differing.clone(),
            });
        }
        processes.push(process);
    }
    report::progress(&format!("{alliances} alliances: in turns"));
    // In turns, so that a slow moment of the machine hits all alike.
    while size.rows.iter().any(|row| !enough(&row.times)) {
        for row in size
            .rows
            .iter_mut()
            .filter(|row| row.command == "run" && row.process == 0 || !enough(&row.times))
        {
            row.times.push(processes[row.process].ask(row.command)?);
        }
    }
    drop(processes);
    std::fs::remove_dir_all(&folder).context("the tables cannot be removed")?;
    Ok(size)
}

/// Whether a row has been timed often enough.
fn enough(times: &[f64]) -> bool {
    let all: f64 = times.iter().sum();
    times.len() >= 5 && all >= SECONDS || times.len() >= 3 && all >= AT_MOST
}
