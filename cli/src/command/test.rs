//! `guiju test`: the tests written in a pack, and which rules they exercise.

use std::io::{self, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use guiju::{Limits, Locale};

use crate::args::{Test, TestFormat};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::{clean, diagnostics, exercises, junit};

pub(crate) fn run(args: &Test, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let (pack, results) = {
        let _progress = Progress::start(locale);
        let pack = guiju_files::pack_with_tests(&args.pack, limits)?.into_pack()?;
        let results = pack.run_tests(limits);
        (pack, results)
    };
    let all_pass = results.iter().all(|result| result.failures.is_empty());
    if args.format == TestFormat::Junit {
        write!(io::stdout().lock(), "{}", junit::document(&pack, &results, locale))?;
        return Ok(if all_pass && !results.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let stdout = io::stdout();
    let color = AutoStream::choice(&stdout) != ColorChoice::Never;
    let mut out = AutoStream::auto(stdout.lock());
    let mut failed = 0;
    for result in results.iter().filter(|result| !result.failures.is_empty()) {
        failed += 1;
        writeln!(out, "FAILED {}", clean(&result.name))?;
        writeln!(
            out,
            "{}",
            diagnostics::text(&result.failures, pack.sources(), locale, color).trim_end()
        )?;
        writeln!(out)?;
    }
    writeln!(out, "{} passed, {failed} failed", results.len() - failed)?;
    if args.coverage && !results.is_empty() {
        let exercises = {
            let _progress = Progress::start(locale);
            pack.exercises(limits)
        };
        write!(out, "{}", exercises::text(pack.name(), &exercises, locale))?;
    }
    if results.is_empty() {
        return Err(Failure::message("這個規則包沒有測試", "the pack has no tests"));
    }
    Ok(if all_pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
