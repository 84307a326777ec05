//! The `guiju` command: reads the arguments, runs one command, and turns what happened into an exit status.
//!
//! 0 done, 1 errors in rules or data (or failing tests), 2 wrong usage. Not here: anything a command does (`command`).

mod args;
mod command;
mod data;
mod failure;
mod progress;
mod report;
mod rewrite;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::read();
    match command::run(&args) {
        Ok(code) => code,
        Err(failure) => failure.report(args.locale(), args.json()),
    }
}
