//! The report as Markdown: the machine, a table for each size, and nanoseconds a record by size.
//!
//! Not here: how it is measured (`main`).

use std::process::Command;

use anyhow::Result;

/// What was measured on tables of one size.
pub(crate) struct Size {
    pub(crate) alliances: usize,
    pub(crate) records: usize,
    /// What the columns themselves take.
    pub(crate) bytes: usize,
    pub(crate) rows: Vec<Row>,
}

/// A command of an engine.
pub(crate) struct Row {
    pub(crate) name: String,
    /// The index of the process it is asked of.
    pub(crate) process: usize,
    pub(crate) command: &'static str,
    /// Seconds of each run; those of the loop have the same places.
    pub(crate) times: Vec<f64>,
    /// Seconds for a single alliance.
    pub(crate) one: Option<f64>,
    pub(crate) whole: Option<Whole>,
    /// How many values of a column only come near.
    pub(crate) differing: Vec<(&'static str, usize)>,
}

/// From the start of a process to its first result.
#[derive(Clone, Copy)]
pub(crate) struct Whole {
    pub(crate) seconds: f64,
    /// The most memory while it read, in bytes.
    pub(crate) reading: Option<u64>,
    /// The most memory while it judged.
    pub(crate) judging: Option<u64>,
}

/// Says what is going on, apart from the report.
#[expect(clippy::print_stderr, reason = "it goes on for minutes")]
pub(crate) fn progress(text: &str) {
    eprintln!("{text}");
}

/// Prints the report.
#[expect(clippy::print_stdout, reason = "the report is what it is run for")]
pub(crate) fn print(sizes: &[Size]) -> Result<()> {
    println!("{}\n", machine()?);
    for size in sizes {
        println!("{}", table(size));
    }
    if sizes.len() > 1 {
        println!("{}", by_size(sizes));
    }
    Ok(())
}

fn machine() -> Result<String> {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = told
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(": "));
    let processor = processor.map_or(std::env::consts::ARCH, |(_, name)| name);
    let compiler = Command::new("rustc").arg("--version").output()?;
    let compiler = String::from_utf8(compiler.stdout)?;
    let compiler = compiler.split(" (").next().unwrap_or_default();
    let cores = std::thread::available_parallelism()?;
    Ok(format!(
        "{processor}, {cores} cores, {}, {compiler}, guiju {}.",
        std::env::consts::OS,
        env!("CARGO_PKG_VERSION")
    ))
}

fn table(size: &Size) -> String {
    let mut out = format!(
        "{} alliances, {} records, {} MB of columns\n\n\
         | | ns/record | ratio | one alliance | memory, judging | reading too | from files |\n|---|--:|--:|--:|--:|--:|--:|\n",
        grouped(size.alliances),
        grouped(size.records),
        three(size.bytes as f64 / 1e6)
    );
    let times_the_columns = |bytes: Option<u64>| {
        bytes.map_or_else(
            || "–".to_owned(),
            |bytes| format!("{}×", three(bytes as f64 / size.bytes as f64)),
        )
    };
    for row in &size.rows {
        let whole = row.whole.map(|whole| {
            [
                times_the_columns(whole.judging),
                times_the_columns(whole.reading.max(whole.judging)),
                time(whole.seconds),
            ]
        });
        let [judging, reading, files] =
            whole.unwrap_or_else(|| ["–".to_owned(), "–".to_owned(), "–".to_owned()]);
        let one = row.one.map_or_else(|| "–".to_owned(), time);
        let (median, ratio) = (size.nanoseconds(row), size.ratio(row));
        let mark = if row.differing.is_empty() { "" } else { " \\*" };
        out += &format!(
            "| {}{mark} | {} | {} | {one} | {judging} | {reading} | {files} |\n",
            row.name,
            three(median),
            three(ratio)
        );
    }
    for row in size.rows.iter().filter(|row| !row.differing.is_empty()) {
        let columns: Vec<String> = row
            .differing
            .iter()
            .map(|(column, rows)| format!("`{column}` of {} alliances", grouped(*rows)))
            .collect();
        out += &format!("\n\\* {}: only near: {}\n", row.name, columns.join(", "));
    }
    out
}

fn by_size(sizes: &[Size]) -> String {
    let heads: Vec<String> =
        sizes.iter().map(|size| format!("{} alliances", grouped(size.alliances))).collect();
    let mut out =
        format!("| ns/record | {} |\n|---|{}\n", heads.join(" | "), "--:|".repeat(sizes.len()));
    let mut names: Vec<&str> = Vec::new();
    for name in sizes.iter().flat_map(|size| &size.rows).map(|row| row.name.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let cells = sizes.iter().map(|size| {
            let row = size.rows.iter().find(|row| row.name == name);
            row.map_or_else(|| "–".to_owned(), |row| three(size.nanoseconds(row)))
        });
        out += &format!("| {name} | {} |\n", cells.collect::<Vec<_>>().join(" | "));
    }
    out
}

impl Size {
    fn nanoseconds(&self, row: &Row) -> f64 {
        median(row.times.clone()) * 1e9 / self.records as f64
    }

    /// The median of the ratios to the run of the loop in the same turn.
    fn ratio(&self, row: &Row) -> f64 {
        let ratios = self.rows.first().map(|by_hand| {
            row.times.iter().zip(&by_hand.times).map(|(time, by_hand)| time / by_hand).collect()
        });
        median(ratios.unwrap_or_default())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Three digits that matter.
fn three(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => grouped(value.round() as usize),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 1e-3 => format!("{} µs", three(seconds * 1e6)),
        seconds if seconds < 1.0 => format!("{} ms", three(seconds * 1e3)),
        seconds => format!("{} s", three(seconds)),
    }
}

fn grouped(number: usize) -> String {
    guiju::grouped(&number.to_string())
}
