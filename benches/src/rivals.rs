//! Which engines there are and how each is started; what rivals need is installed under
//! `target/rivals`, at pinned versions.
//!
//! Not here: what they compute (`rivals/`), and what they cannot say (`docs/speed.md`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::Engine;

/// As many alliances as anyone asks for.
const ANY: usize = usize::MAX;
/// What engines that take a document at a time can bear: seconds, not minutes, for each run.
const DOCUMENTS: usize = 10_000;

const RUN: &[(&str, &str)] = &[("run", "")];

/// The loop written by hand and this engine. The loop is the first: ratios are to it.
pub(crate) fn own() -> Result<Vec<Engine>> {
    let this = std::env::current_exe()?.to_string_lossy().into_owned();
    let threads = std::thread::available_parallelism()?.get();
    let engine = |name: &str, threads, commands| Engine {
        program: vec![this.clone(), "serve".to_owned(), name.to_owned()],
        threads,
        commands,
        most: ANY,
        inexact: &[],
    };
    Ok(vec![
        engine("hand", 1, RUN),
        engine(
            "tables",
            1,
            &[
                ("run", ""),
                ("verdicts", ", every verdict read"),
                ("reference", ", reference evaluator"),
            ],
        ),
        engine("tables", threads, &[("run", ""), ("verdicts", ", every verdict read")]),
        engine("lines", 1, &[("run", ", from JSON lines")]),
    ])
}

/// Engines of others.
pub(crate) fn others() -> Result<Vec<Engine>> {
    let threads = std::thread::available_parallelism()?.get();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("rivals");
    let place = place()?;
    let python = environment(&here.join("requirements.txt"), &place)?;
    let rego = rego(&here.join("rego"), &place)?;
    let python = |module: &str, threads, most, inexact| Engine {
        program: vec![
            python.clone(),
            here.join(format!("{module}.py")).to_string_lossy().into_owned(),
        ],
        threads,
        commands: RUN,
        most,
        inexact,
    };
    Ok(vec![
        python("with_polars", 1, ANY, &[]),
        python("with_polars", threads, ANY, &[]),
        python("with_duckdb", 1, ANY, &[]),
        python("with_duckdb", threads, ANY, &[]),
        python("with_openfisca", 1, ANY, &["revenue"]),
        python("with_zen", 1, DOCUMENTS, &[]),
        Engine {
            program: vec![rego],
            threads: 1,
            commands: &[("run", ", virtual machine"), ("interpreter", ", interpreter")],
            most: DOCUMENTS,
            inexact: &[],
        },
    ])
}

/// The folder for what is installed and for tables.
pub(crate) fn place() -> Result<PathBuf> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/rivals");
    std::fs::create_dir_all(&place)?;
    Ok(place)
}

/// The interpreter of an environment that has what the list asks for.
fn environment(list: &Path, place: &Path) -> Result<String> {
    let environment = place.join("environment");
    let (python, stamp) = (environment.join("bin/python"), environment.join("requirements.txt"));
    let wanted = std::fs::read_to_string(list)?;
    if !std::fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        let base = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        call(Command::new(base).args(["-m", "venv", "--clear"]).arg(&environment))
            .context("Python 3 with venv is needed")?;
        call(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(list),
        )?;
        std::fs::write(stamp, wanted)?;
    }
    Ok(python.to_string_lossy().into_owned())
}

/// The program with the engine from crates.io. It is a workspace of its own, so that nothing else
/// here builds it.
fn rego(package: &Path, place: &Path) -> Result<String> {
    let target = place.join("rego");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--release", "--locked", "--quiet", "--target-dir"])
        .arg(&target)
        .current_dir(package);
    call(&mut build)?;
    Ok(target.join("release/guiju-rival-rego").to_string_lossy().into_owned())
}

fn call(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
    ensure!(status.success(), "{} failed", command.get_program().to_string_lossy());
    Ok(())
}
