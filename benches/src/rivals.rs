//! Other engines on the same tables: a Python program in an environment of its own, which checks every answer before it times it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use guiju_benches::hand::Alliance;
use guiju_benches::tables::Tables;

/// The name of each engine, and its nanoseconds a record.
pub(crate) fn run(tables: &Tables, expected: &[Alliance], threads: usize) -> Result<Vec<(String, f64)>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = here.join("../target/rivals");
    std::fs::create_dir_all(&place)?;
    let python = place.join("environment/bin/python");
    if !python.exists() {
        let environment = place.join("environment");
        call(Command::new("python3").args(["-m", "venv"]).arg(&environment)).context("Python 3 with venv is needed")?;
        let list = here.join("rivals/requirements.txt");
        call(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(list))?;
    }
    tables.write_csv(&place, expected)?;
    let output = Command::new(&python).arg(here.join("rivals/rivals.py")).arg(&place).arg(threads.to_string()).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let lines = text.lines().map(|line| {
        let (name, time) = line.split_once('\t').context("a line without a time")?;
        Ok((name.to_owned(), time.parse()?))
    });
    lines.collect()
}

fn call(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
    ensure!(status.success(), "{} failed", command.get_program().to_string_lossy());
    Ok(())
}
