//! `cargo xtask office`: LibreOffice opens the workbooks that are written, writes them in its own
//! way, and what it wrote still says the same.
//!
//! It is not installed here, since it is large: on Debian `apt-get install libreoffice-calc` has
//! it. Not here: what it is given and what must hold (`sheets/tests/office.rs`).

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};

/// Runs the tests that need it.
pub(crate) fn run() -> anyhow::Result<()> {
    let program = program().context(
        "LibreOffice is missing: install it (Debian: libreoffice-calc), or name it in GUIJU_SOFFICE",
    )?;
    let cargo = super::test::cargo();
    let status = Command::new(&cargo)
        .args([
            "test",
            "--package",
            "guiju-sheets",
            "--locked",
            "libreoffice",
            "--",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("GUIJU_SOFFICE", program)
        .status()
        .with_context(|| format!("cannot start `{cargo}`"))?;
    if !status.success() {
        bail!("what LibreOffice made is not what it was given");
    }
    println!("what it made is under target/tmp/office");
    Ok(())
}

/// The program that GUIJU_SOFFICE names, or `soffice` where programs are looked for.
fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("GUIJU_SOFFICE") {
        return Some(PathBuf::from(named));
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join("soffice")).find(|path| path.is_file())
}
