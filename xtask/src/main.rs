//! `cargo xtask`: every repeatable chore of the project, one subcommand each.
//!
//! A task is a variant of [`Task`] and a module of its own; nothing else is here.

#![expect(clippy::print_stdout, reason = "tasks talk to the person who runs them")]

mod conformance;
mod debian;
mod docs;
mod editors;
mod grammar;
mod links;
mod measure;
mod neovim;
mod office;
mod package;
mod pdf;
mod picture;
mod python;
mod samples;
mod server;
mod site;
mod supply;
mod target;
mod test;
mod wasm;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Every repeatable chore of the project"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

/// The tasks, in the order `--help` lists them.
#[derive(Subcommand)]
enum Task {
    /// Run every test there is: formatting, lints, Rust, documentation, packs, samples, Python
    Test,
    /// Build the wheel of the Python package, install it apart from the source tree, and test it
    /// there
    Python,
    /// Install Neovim, which the tests of the language server drive
    Neovim,
    /// Let LibreOffice open the workbooks that are written, and compare what it makes of them
    Office,
    /// Write the documents that are made from tables in the code, or check that they are up to date
    /// and that links of all documents lead somewhere
    Docs {
        /// Write nothing; fail where a document differs from what would be written, or a link leads
        /// nowhere
        #[arg(long)]
        check: bool,
    },
    /// Write the sample data of the alliance_108 pack, or check that it is up to date
    Samples {
        /// Write nothing; fail where the files differ from what would be written
        #[arg(long)]
        check: bool,
    },
    /// Write data of many alliances as JSON lines, to see what time and memory work takes
    Many {
        /// How many alliances
        count: u32,
        /// The file to write, ending in .jsonl
        file: std::path::PathBuf,
    },
    /// Write the expected results of the conformance corpus, or check that they are up to date
    Conformance {
        /// Write nothing; fail where a result differs from what would be written
        #[arg(long)]
        check: bool,
    },
    /// Build the npm package into `bindings-wasm/dist`, and say how large it is
    Wasm {
        /// Run its tests too: types, conformance, forms in a browser, recipes
        #[arg(long)]
        test: bool,
        /// Run the recipes for webpack and Next too, which are installed for it (400 MB)
        #[arg(long)]
        heavy: bool,
    },
    /// Build the language server in WebAssembly, the VS Code extension with it into
    /// `editors/vscode/guiju.vsix`, and the playground into `playground/dist`
    Editors {
        /// Run their tests, those of the playground in a browser, on a larger server that is
        /// built faster
        #[arg(long)]
        test: bool,
    },
    /// Build the documentation as a site, into `site/.vitepress/dist`, and check its links
    Site {
        /// Run its tests too, in a browser, with a larger engine that is built faster
        #[arg(long)]
        test: bool,
    },
    /// Build `guiju-pdf`, which `guiju report --format pdf` runs, into `pdf/target/release`: a quarter
    /// of an hour the first time, with Rust 1.92 or later
    Pdf {
        /// Run its tests too, which look at sheets of the samples as PDF
        #[arg(long)]
        test: bool,
    },
    /// Build the example of a service in `docs/examples/server`, and put it under load with faults
    Server {
        /// For how many minutes
        #[arg(long, default_value_t = 2)]
        minutes: u32,
        /// Requests a second
        #[arg(long, default_value_t = 100)]
        rate: u32,
    },
    /// Time the workload, and print the report: nanoseconds a record, the ratio to a loop written
    /// by hand, memory, and the time from files
    Bench {
        /// How many alliances, for each table; 100 and 10,000 where nothing is said
        alliances: Vec<u32>,
        /// Other engines too, on the same tables: polars, DuckDB, OpenFisca, GoRules ZEN, regorus
        #[arg(long)]
        rivals: bool,
    },
    /// Time everything that grows in one respect alone, at a size and at twice that size, and print
    /// the table of docs/reliability.md
    Scaling {
        /// Only these: read, judge, explain, other, check, or a part of a name
        words: Vec<String>,
    },
    /// Pack every crate, a wheel for every Linux since 2014, and the npm package as they would be
    /// published, and let their packagers check them; nothing is uploaded
    Package,
    /// Print what an artefact is built from, as a CycloneDX document: `cargo xtask sbom guiju-cli`
    Sbom {
        /// A crate of the workspace: guiju-cli, guiju-python or guiju-wasm
        artefact: String,
    },
    /// Run the fuzz targets; they need a nightly compiler
    Fuzz {
        /// Seconds for each target
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Only this target: rules, json, tables or engines
        target: Option<String>,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Test => test::run(),
        Task::Python => python::run(),
        Task::Neovim => neovim::run(),
        Task::Office => office::run(),
        Task::Docs { check } => docs::run(check),
        Task::Samples { check } => samples::run(check),
        Task::Many { count, file } => samples::many::run(count, &file),
        Task::Conformance { check } => conformance::run(check),
        Task::Wasm { test, heavy } => wasm::run(test, heavy),
        Task::Editors { test } => editors::run(test),
        Task::Site { test } => site::run(test),
        Task::Pdf { test } => pdf::run(test),
        Task::Server { minutes, rate } => server::run(minutes, rate),
        Task::Bench { alliances, rivals } => measure::bench(&alliances, rivals),
        Task::Scaling { words } => measure::scaling(&words),
        Task::Package => package::run(),
        Task::Sbom { artefact } => supply::sbom(&artefact),
        Task::Fuzz { seconds, target } => measure::fuzz(seconds, target.as_deref()),
    }
}
