//! `cargo xtask pdf`: formats, lints and tests the command that sets PDF, a workspace of its own,
//! and sets the summary sheets of the sample with it.
//!
//! It is no part of `cargo xtask test`, since Typst takes ten minutes to build. Not here: what the
//! sheets show.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};

/// Tests the command, builds it, and sets the sheets, whose size and time it prints.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = |folder: &Path, arguments: &[&str]| -> anyhow::Result<()> {
        let status = Command::new(env!("CARGO")).args(arguments).current_dir(folder).status()?;
        ensure!(status.success(), "cargo {} failed", arguments.join(" "));
        Ok(())
    };
    let own = root.join("pdf");
    cargo(&own, &["fmt", "--check"])?;
    cargo(&own, &["clippy", "--release", "--all-targets", "--", "-D", "warnings"])?;
    cargo(&own, &["test", "--release"])?;
    cargo(&root, &["build", "--release", "-p", "guiju-cli"])?;

    let start = Instant::now();
    let data = root.join("rules/packs/alliance_108/samples/field-revenue");
    let mut sheets = Command::new(root.join("target/release/guiju"))
        .args(["report", "alliance_108"])
        .arg(&data)
        .args(["--sheet", "summary", "--format", "typ"])
        .stdout(Stdio::piped())
        .spawn()
        .context("the command guiju")?;
    let source = sheets.stdout.take().context("its output")?;
    let made = Command::new(own.join("target/release/guiju-pdf"))
        .stdin(source)
        .output()
        .context("the command guiju-pdf")?;
    ensure!(sheets.wait()?.success(), "guiju report failed");
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    println!(
        "the summary sheets of the sample: {} bytes of PDF in {:.2} s",
        made.stdout.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
