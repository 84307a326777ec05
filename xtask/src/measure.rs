//! `cargo xtask bench`, `cargo xtask scaling` and `cargo xtask fuzz`: what takes longer than a test
//! may, and needs more than a stable compiler.
//!
//! Not here: the workload (`benches`), and what must hold (`fuzz`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// The version of cargo-fuzz, which runs libFuzzer.
const CARGO_FUZZ: &str = "0.13.2";

/// The fuzz targets, each a file in `fuzz/fuzz_targets`, and where its first inputs come from
/// besides `fuzz/kept`.
const TARGETS: &[(&str, &[&str])] = &[
    ("rules", &["rules/packs", "rules/conformance", "core/tests/rules"]),
    ("json", &["core/engine/tests/data"]),
    ("tables", &["core/engine/tests/data"]),
    ("engines", &[]),
];

/// Times the workload with this engine and the loop written by hand, and with other engines where
/// they are asked for.
pub(crate) fn bench(alliances: &[u32], rivals: bool) -> anyhow::Result<()> {
    let mut arguments: Vec<String> =
        ["run", "--quiet", "--release", "--package", "guiju-benches", "--"]
            .map(str::to_owned)
            .to_vec();
    arguments.extend(alliances.iter().map(u32::to_string));
    if rivals {
        arguments.push("--rivals".to_owned());
    }
    run(Command::new(super::test::cargo()).args(arguments))
}

/// Prints how long everything takes that grows in one respect alone, at a size and at twice that.
pub(crate) fn scaling(words: &[String]) -> anyhow::Result<()> {
    let program = ["run", "--quiet", "--release", "--package", "guiju-benches", "--", "scaling"];
    run(Command::new(super::test::cargo()).args(program).args(words))
}

/// Runs every fuzz target for so many seconds. What an input breaks is in `fuzz/artifacts`; once
/// mended, its least form goes to `fuzz/kept`.
pub(crate) fn fuzz(seconds: u32, target: Option<&str>) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let wanted: Vec<_> =
        TARGETS.iter().filter(|(known, _)| target.is_none_or(|target| target == *known)).collect();
    if wanted.is_empty() {
        let known: Vec<&str> = TARGETS.iter().map(|(known, _)| *known).collect();
        bail!("there is no such target; there are {}", known.join(", "));
    }
    let fuzzer = fuzzer(&root)?;
    for (target, inputs) in wanted {
        println!("{target}: {seconds} seconds");
        let corpus = root.join("fuzz/corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let kept = root.join("fuzz/kept").join(target);
        let inputs = std::iter::once(kept).chain(inputs.iter().map(|folder| root.join(folder)));
        let mut command = Command::new(&fuzzer);
        command.args(["run", target]).arg(&corpus).args(inputs).current_dir(root.join("fuzz"));
        // The package is cargo's to build, by the nightly compiler.
        command.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO").env_remove("RUSTC");
        command.args([
            "--",
            &format!("-max_total_time={seconds}"),
            "-timeout=20",
            "-rss_limit_mb=4096",
            "-max_len=65536",
        ]);
        // Leaks are not looked for: that needs to trace the process, which many machines forbid.
        command.args(["-print_final_stats=1", "-detect_leaks=0"]);
        if *target == "rules" {
            command.arg("-dict=rules.dict");
        }
        run(&mut command)?;
    }
    Ok(())
}

/// The fuzzer's program, installed under `target` where it is missing.
fn fuzzer(root: &Path) -> anyhow::Result<PathBuf> {
    let nightly = Command::new("rustup").args(["run", "nightly", "rustc", "--version"]).output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        bail!(
            "fuzzing needs a nightly compiler; install it with `rustup toolchain install nightly`"
        );
    }
    let place = root.join("target/fuzzer");
    let program = place.join("bin/cargo-fuzz");
    // Does nothing where this very version is there.
    let install =
        ["install", "cargo-fuzz", "--version", CARGO_FUZZ, "--locked", "--quiet", "--root"];
    run(Command::new(super::test::cargo()).args(install).arg(&place))?;
    Ok(program)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", command.get_program().to_string_lossy()))?;
    if status.success() { Ok(()) } else { bail!("it failed") }
}
