//! `cargo xtask pdf`: the program that makes PDF, which is outside the workspace, since Typst alone
//! builds longer than all of it; and its tests, on sheets of the samples in both languages.
//!
//! Not here: what a PDF is held to (`pdf/tests`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use super::wasm::{root, succeed};

/// What looks into the files: their tags, and the checkpoints of PDF/UA-1.
const PACKAGES: &str = "pikepdf==10.18.0\noutloud==0.2.1\n";

/// The sheets that are looked at: pack, sample, sheet.
const SHEETS: &[(&str, &str, &str)] = &[
    ("alliance_108", "alliance_108/samples/summary-sheet.json", "summary"),
    ("alliance_108", "alliance_108/samples/summary-sheet.json", "cumulative"),
    ("gloria_108", "gloria_108/samples/plan.json", "overview"),
    ("gloria_108", "gloria_108/samples/plan.json", "summary"),
];

/// Builds it; and tests it.
pub(crate) fn run(test: bool) -> anyhow::Result<()> {
    let root = root();
    let built = root.join("pdf/target/release");
    cargo(&root, &["build", "--release", "--locked"])?;
    let program = built.join(format!("guiju-pdf{}", std::env::consts::EXE_SUFFIX));
    println!("{} ({} KB)", program.display(), fs::metadata(&program)?.len() / 1024);
    if !test {
        return Ok(());
    }
    cargo(&root, &["fmt", "--check"])?;
    cargo(
        &root,
        &["clippy", "--release", "--all-targets", "--locked", "--", "--deny", "warnings"],
    )?;
    cargo(&root, &["test", "--release", "--locked"])?;
    super::debian::install(&["poppler-utils"])?;
    let place = root.join("target/pdf");
    let python = super::python::environment_of(&place, PACKAGES)?;
    let made = sheets(&root, &built, &place.join("sheets"))?;
    println!("tags, texts and marks");
    succeed(
        Command::new(&python).arg(root.join("pdf/tests/check.py")).args(made.iter().flatten()),
    )?;
    println!("PDF/UA-1");
    let files = made.iter().map(|[pdf, _]| pdf);
    // The other layer guesses from drawings, and takes a heading that is repeated for prose.
    let mut outloud = Command::new(python.with_file_name("outloud"));
    succeed(outloud.args(["--quiet", "--layer", "conformance"]).args(files))
}

fn cargo(root: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    succeed(
        Command::new(super::test::cargo())
            .args(arguments)
            .env("CARGO_TARGET_DIR", root.join("pdf/target"))
            .current_dir(root.join("pdf")),
    )
}

/// The sheets as PDF, each beside its page in HTML; made twice, the bytes are the same.
fn sheets(root: &Path, built: &Path, folder: &Path) -> anyhow::Result<Vec<[PathBuf; 2]>> {
    fs::create_dir_all(folder)?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(built.to_owned()).chain(std::env::split_paths(&path)),
    )?;
    let report = |sheet: &(&str, &str, &str), locale: &str, format: &str, output: &Path| {
        let mut command = Command::new(super::test::cargo());
        command
            .args(["run", "--quiet", "--package", "guiju-cli", "--locked", "--", "report", sheet.0])
            .arg(root.join("rules/packs").join(sheet.1))
            .args(["--sheet", sheet.2, "--locale", locale, "--format", format, "--output"])
            .arg(output)
            .env("PATH", &path)
            .current_dir(root);
        succeed(&mut command)
    };
    let mut made = Vec::new();
    for sheet in SHEETS {
        for locale in ["zh-TW", "en"] {
            let name = format!("{}-{}-{locale}", sheet.0, sheet.2);
            let [pdf, again, page] = ["pdf", "again.pdf", "html"]
                .map(|extension| folder.join(format!("{name}.{extension}")));
            report(sheet, locale, "pdf", &pdf)?;
            report(sheet, locale, "pdf", &again)?;
            let same = fs::read(&pdf)? == fs::read(&again)?;
            ensure!(same, "{name}: the same data gives other bytes");
            fs::remove_file(&again).context("a file that was just made")?;
            report(sheet, locale, "html", &page)?;
            made.push([pdf, page]);
        }
    }
    Ok(made)
}
