//! `cargo xtask bench` and `cargo xtask fuzz`: what takes longer than a test may, and needs more than a stable compiler.
//!
//! Not here: the workload (`benches`), and what must hold (`fuzz`).

use std::process::Command;

use anyhow::{Context as _, bail};

/// The fuzz targets, each a file in `fuzz/fuzz_targets`.
const TARGETS: &[&str] = &["rules", "json", "tables", "engines"];

/// Times the workload with this engine and the loop written by hand, and with other engines where they are asked for.
pub(crate) fn bench(alliances: &[u32], rivals: bool) -> anyhow::Result<()> {
    let mut arguments: Vec<String> = ["run", "--quiet", "--release", "--package", "guiju-benches", "--"].map(str::to_owned).to_vec();
    arguments.extend(alliances.iter().map(u32::to_string));
    if rivals {
        arguments.push("--rivals".to_owned());
    }
    run(Command::new(super::test::cargo()).args(arguments))
}

/// Runs every fuzz target for so many seconds.
pub(crate) fn fuzz(seconds: u32, target: Option<&str>) -> anyhow::Result<()> {
    let found = Command::new(super::test::cargo()).args(["+nightly", "fuzz", "--version"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        bail!("cargo-fuzz is missing; install it with `cargo install cargo-fuzz` and `rustup toolchain install nightly`");
    }
    let wanted: Vec<&str> = TARGETS.iter().copied().filter(|known| target.is_none_or(|target| target == *known)).collect();
    if wanted.is_empty() {
        bail!("there is no such target; there are {}", TARGETS.join(", "));
    }
    for target in wanted {
        let time = format!("-max_total_time={seconds}");
        run(Command::new("cargo").args(["+nightly", "fuzz", "run", target, "--", &time]))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", command.get_program().to_string_lossy()))?;
    if status.success() { Ok(()) } else { bail!("it failed") }
}
