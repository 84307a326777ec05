//! The `guiju` command: reads the arguments, runs one command, and turns what happened into an exit
//! status.
//!
//! 0 done, 1 errors in rules or data (or failing tests), 2 wrong usage. Not here: anything a
//! command does (`command`).

mod args;
mod command;
mod data;
mod failure;
mod help;
mod inputs;
mod progress;
mod report;
mod rewrite;
mod sink;
mod usage;
mod words;
mod wrong_usage;

use std::io::{self, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::read();
    // What is still held back may fail to be written too, and nobody would hear of it after this.
    let done = command::run(&args).and_then(|code| Ok(io::stdout().flush().map(|()| code)?));
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(args.locale(), args.json()),
    }
}
