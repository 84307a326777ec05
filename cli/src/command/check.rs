//! `guiju check`: everything that is wrong with a pack and with the sheets it describes, at once;
//! and whether it deals with every clause of a list.

use std::io::{self, Write};
use std::process::ExitCode;

use guiju::{Checked, ClauseCoverage, Diagnostic, Json, Limits, Locale, Pack, Severity, Source};
use guiju_sheets::Layout;

use crate::args::{Check, CheckFormat};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::clauses::{self, Tested};
use crate::report::{diagnostics, sarif};
use crate::words::count;

pub(crate) fn run(args: &Check, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let list = match &args.clauses {
        Some(path) => Some(guiju_files::rule_file(path, limits)?),
        None => None,
    };
    let checked = guiju_files::pack_with_tests(&args.pack, limits)?;
    // Names in tests that lead nowhere are found here; whether the tests hold, `guiju test` says.
    let of_tests = checked.pack().map(|pack| pack.check_tests(limits)).unwrap_or_default();
    let mut sources = checked.sources().to_vec();
    let of_sheets = match checked.pack() {
        Some(pack) => sheets(&args.pack, pack, &mut sources, limits)?,
        None => Vec::new(),
    };
    let diagnostics: Vec<Diagnostic> =
        checked.diagnostics().iter().cloned().chain(of_tests).chain(of_sheets).collect();
    let coverage = checked.pack().zip(list.as_ref()).map(|(pack, list)| pack.coverage(list.text()));
    let tested = match (checked.pack(), &coverage) {
        (Some(pack), Some(_)) => {
            let _progress = Progress::start(locale);
            Tested::of(pack, limits)
        }
        _ => None,
    };
    let mut out = io::stdout().lock();
    match args.format {
        CheckFormat::Json => {
            let mut json = Json::pretty();
            json.object(|json| {
                if let Some(coverage) = &coverage {
                    clauses::to_json(coverage, tested.as_ref(), json.key("clauses"), locale);
                }
                diagnostics::to_json(&diagnostics, &sources, json, locale);
            });
            writeln!(out, "{}", json.finish())?;
        }
        CheckFormat::Sarif => writeln!(out, "{}", sarif::document(&diagnostics, &sources, locale))?,
        CheckFormat::Text => {
            diagnostics::to_stderr(&diagnostics, &sources, locale, false);
            writeln!(out, "{}", summary(&args.pack, &checked, &diagnostics, locale))?;
            if let Some(coverage) = &coverage {
                writeln!(out, "{}", clauses::text(coverage, tested.as_ref(), locale))?;
            }
        }
    }
    let covered = coverage.iter().flatten().all(ClauseCoverage::is_covered);
    let sound = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    Ok(if sound && covered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is wrong with the sheets that stand beside the rules, whose files join those of the rules.
/// A pack that describes none itself, and only amends one that does, need not care for them.
fn sheets(
    given: &str,
    pack: &Pack,
    sources: &mut Vec<Source>,
    limits: &Limits,
) -> Result<Vec<Diagnostic>, Failure> {
    let files = guiju_files::sheets(given, pack, limits)?;
    if files.last().is_none_or(|(edition, _)| edition != pack.name()) {
        return Ok(Vec::new());
    }
    let mut found = Layout::read(&files, pack).findings();
    let before = u32::try_from(sources.len()).unwrap_or(u32::MAX);
    for label in found.iter_mut().flat_map(|found| &mut found.labels) {
        label.span.source.0 = label.span.source.0.saturating_add(before);
    }
    sources.extend(files.into_iter().map(|(_, file)| file));
    Ok(found)
}

fn summary(given: &str, checked: &Checked, diagnostics: &[Diagnostic], locale: Locale) -> String {
    let with =
        |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings) = (with(Severity::Error), with(Severity::Warning));
    let found = match locale {
        Locale::ZhTw => format!("{errors} 個錯誤，{warnings} 個警告"),
        Locale::En => format!(
            "{}, {}",
            count(errors, "error", "errors"),
            count(warnings, "warning", "warnings")
        ),
    };
    let Some(pack) = checked.pack() else { return format!("{given}: {found}") };
    let (name, counts) = (pack.name(), pack.counts());
    match locale {
        Locale::ZhTw => format!(
            "{name}: {} 種資料，{} 個計數項，{} 個指標，{} 個測試；{found}",
            counts.entities, counts.tallies, counts.kpis, counts.tests
        ),
        Locale::En => format!(
            "{name}: {}, {}, {}, {}; {found}",
            count(counts.entities, "entity", "entities"),
            count(counts.tallies, "tally", "tallies"),
            count(counts.kpis, "KPI", "KPIs"),
            count(counts.tests, "test", "tests")
        ),
    }
}
