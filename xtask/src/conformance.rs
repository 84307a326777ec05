//! `cargo xtask conformance`: the expected results in `rules/conformance`, as the engine gives them
//! now.
//!
//! Running the cases is the business of the test `conformance` of `guiju-rules`; this only tells it
//! to write.

use std::process::Command;

use anyhow::{Context as _, ensure};

/// Writes the expected files, or compares them.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let mut test = Command::new(super::test::cargo());
    test.args(["test", "--package", "guiju-rules", "--test", "conformance", "--locked", "--quiet"]);
    if !check {
        // Only the test that writes: the others would read meanwhile.
        test.env("CONFORMANCE", "write").args(["every_case_gives_what_its_files_say"]);
    }
    let status = test.status().context("cannot start cargo")?;
    ensure!(status.success(), "the corpus does not hold");
    Ok(())
}
