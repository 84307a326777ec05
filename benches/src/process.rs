//! An engine in a process of its own: it reads the tables, then answers a command a line with the
//! seconds that took.
//!
//! `ready NAME` comes first. `run` and other commands of an engine judge all records; `one` judges
//! a single alliance again and again and gives the median; `answer` writes what it finds. Not here:
//! which engines there are.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::Engine;

/// A running engine.
pub(crate) struct Process {
    /// Its name and version.
    pub(crate) name: String,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    started: Instant,
}

impl Process {
    /// Starts an engine and waits until it has read the tables.
    pub(crate) fn start(engine: &Engine, folder: &Path) -> Result<Process> {
        let started = Instant::now();
        let (program, arguments) = engine.program.split_first().context("no program")?;
        let threads = engine.threads.to_string();
        let mut child = Command::new(program)
            .args(arguments)
            .arg(folder)
            .arg(&threads)
            // Polars reads its number of threads when it is imported; numpy's libraries theirs.
            .env("POLARS_MAX_THREADS", &threads)
            .env("OMP_NUM_THREADS", &threads)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).context("no pipes")?;
        let mut process = Process {
            name: engine.program.join(" "),
            child,
            input,
            output: BufReader::new(output),
            started,
        };
        let line = process.line()?;
        let Some(name) = line.strip_prefix("ready ") else { bail!("{}: {line}", process.name) };
        process.name = name.to_owned();
        Ok(process)
    }

    /// What a command took, in seconds.
    pub(crate) fn ask(&mut self, command: &str) -> Result<f64> {
        writeln!(self.input, "{command}")?;
        let line = self.line()?;
        line.parse().with_context(|| format!("{}: {line}", self.name))
    }

    /// Seconds since it was started.
    pub(crate) fn age(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// The most memory it has held, in bytes, where Linux tells.
    pub(crate) fn peak(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }

    /// Lets the peak begin anew at what it holds now.
    pub(crate) fn forget_peak(&self) {
        // Where this is not possible, the peak is that of reading: too much, never too little.
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5");
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() {
            bail!("{} ended: {}", self.name, self.child.wait()?);
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
