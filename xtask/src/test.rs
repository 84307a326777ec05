//! `cargo xtask test`: everything that must hold, in the order in which failures are cheapest to
//! find.
//!
//! Each step is a command a person could type. What a step needs and the machine lacks is named
//! before anything runs.

use std::process::Command;

use anyhow::{Context as _, bail};

/// A step: what it shows, and the cargo arguments that show it.
const STEPS: &[(&str, &[&str])] = &[
    ("formatting", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]),
    ("lints of the engine that only judges", &lints_of("runtime")),
    ("lints of the engine that gives reasons too", &lints_of("explainer")),
    ("lints of the compiler", &lints_of("compiler")),
    ("lints of what opens and writes workbooks", &lints_of("books")),
    ("lints of what checks receipts", &lints_of("receipts")),
    (
        "core without optional features",
        &["check", "--package", "guiju", "--no-default-features", "--locked"],
    ),
    ("tests", &["test", "--workspace", "--all-targets", "--no-fail-fast", "--locked"]),
    (
        "examples in the documentation",
        &["test", "--workspace", "--doc", "--no-fail-fast", "--locked"],
    ),
    ("documentation", &["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]),
    ("samples", &["xtask", "samples", "--check"]),
    ("generated documents", &["xtask", "docs", "--check"]),
    ("npm package and form", &["xtask", "wasm", "--test"]),
    ("editors and playground", &["xtask", "editors", "--test"]),
    ("Python package", &["xtask", "python"]),
];

/// How a module of the npm package is linted, with the core as far as it is in it.
const fn lints_of(module: &str) -> [&str; 10] {
    [
        "clippy",
        "--package",
        "guiju-wasm",
        "--no-default-features",
        "--features",
        module,
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]
}

/// What runs the tests written in a pack, before its name.
const PACK: &[&str] = &["run", "--quiet", "--package", "guiju-cli", "--locked", "--", "test"];

/// Runs every step, also after one has failed, so that one run tells all that is wrong; names what
/// failed at the end.
pub(crate) fn run() -> anyhow::Result<()> {
    for component in ["fmt", "clippy"] {
        let found = Command::new(cargo())
            .args([component, "--version"])
            .output()
            .is_ok_and(|output| output.status.success());
        if !found {
            bail!(
                "`cargo {component}` is missing; install it with `rustup component add {}`",
                if component == "fmt" { "rustfmt" } else { component }
            );
        }
    }
    super::wasm::needs()?;
    super::python::needs()?;
    super::neovim::run()?;
    let mut steps: Vec<(String, Vec<&str>)> =
        STEPS.iter().map(|(name, arguments)| ((*name).to_owned(), arguments.to_vec())).collect();
    steps.extend(
        guiju_rules::NAMES.iter().map(|pack| (format!("pack {pack}"), [PACK, &[pack]].concat())),
    );
    let mut failed = Vec::new();
    for (number, (name, arguments)) in steps.iter().enumerate() {
        println!("[{}/{}] {name}: cargo {}", number + 1, steps.len(), arguments.join(" "));
        let status = Command::new(cargo())
            .args(arguments)
            // Broken links in documentation are errors, like everything else here.
            .env("RUSTDOCFLAGS", "--deny warnings")
            // It was installed before the first step.
            .env("GUIJU_NEEDS_NEOVIM", "1")
            .status()
            .with_context(|| format!("cannot start `{}`", cargo()))?;
        if !status.success() {
            println!("{name} failed");
            failed.push(name.as_str());
        }
    }
    if !failed.is_empty() {
        bail!("{} of {} steps failed: {}", failed.len(), steps.len(), failed.join(", "));
    }
    println!("all {} steps passed", steps.len());
    Ok(())
}

/// The cargo that runs this.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
