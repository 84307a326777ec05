//! What is wrong, file by file, as the compiler says it; and the changes it suggests, no others.
//! Not here: what is wrong with rules (`guiju_compiler::check`).

use std::collections::BTreeMap;

use guiju::{Diagnostic, Limits, Locale, Severity, SourceId, Span};

use crate::analysis::{Analysis, bytes};
use crate::text::{Edit, Place, Reach, Spot};
use crate::workspace::Workspace;

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub reach: Reach,
    /// How bad it is.
    pub severity: Severity,
    /// Its code.
    pub code: &'static str,
    /// What is wrong and the way out.
    pub message: String,
    /// Other places involved, each with why.
    pub related: Vec<(Spot, String)>,
    /// What the compiler suggests instead, where it does.
    pub fix: Option<Edit>,
}

/// By file: every file of these packs is there, so that what was mended goes away.
pub type Problems = BTreeMap<String, Vec<Problem>>;

/// What is wrong in one pack.
pub fn problems(analysis: &Analysis, limits: &Limits, locale: Locale) -> Problems {
    let mut problems = Problems::new();
    for (at, source) in analysis.sources.iter().enumerate() {
        if analysis.is_changeable(SourceId(at as u32)) {
            problems.entry(source.name().to_owned()).or_default();
        }
    }
    for diagnostic in analysis.findings().diagnostics.iter().chain(analysis.test_findings(limits)) {
        let (path, problem) = problem(analysis, diagnostic, locale);
        problems.entry(path).or_default().push(problem);
    }
    problems
}

/// A finding where it is shown: what has no place in a file of the workspace is told at the pack's
/// first one.
pub(crate) fn problem(
    analysis: &Analysis,
    diagnostic: &Diagnostic,
    locale: Locale,
) -> (String, Problem) {
    let primary =
        diagnostic.labels.iter().find(|label| label.primary).or(diagnostic.labels.first());
    let own = primary
        .filter(|label| analysis.is_changeable(label.span.source))
        .and_then(|label| analysis.spot(label.span));
    let file = diagnostic.place.as_ref().and_then(|place| place.file.clone());
    let first = || {
        analysis
            .sources
            .first()
            .map_or_else(|| analysis.folder.clone(), |source| source.name().to_owned())
    };
    let spot =
        own.unwrap_or_else(|| Spot { path: file.unwrap_or_else(first), reach: Reach::default() });
    let mut parts = vec![diagnostic.message(locale)];
    parts.extend(diagnostic.notes.iter().map(|note| note.get(locale).to_owned()));
    parts.extend(diagnostic.help(locale));
    let others = diagnostic
        .labels
        .iter()
        .filter(|label| !label.primary && analysis.is_changeable(label.span.source));
    let related = others
        .filter_map(|label| Some((analysis.spot(label.span)?, label.text.get(locale).to_owned())))
        .collect();
    let fix = fix(analysis, diagnostic)
        .and_then(|(span, text)| Some(Edit { reach: analysis.spot(span)?.reach, text }));
    let problem = Problem {
        reach: spot.reach,
        severity: diagnostic.severity,
        code: diagnostic.code.id(),
        message: parts.join("\n"),
        related,
        fix,
    };
    (spot.path, problem)
}

/// The compiler's own replacement, or the name that was probably meant where exactly the mistyped
/// one stands.
fn fix(analysis: &Analysis, diagnostic: &Diagnostic) -> Option<(Span, String)> {
    if let Some(fix) = &diagnostic.fix {
        return analysis
            .is_changeable(fix.span.source)
            .then(|| (fix.span, fix.replacement.clone()));
    }
    let meant = diagnostic.suggestion.as_ref()?;
    let span = diagnostic.labels.iter().find(|label| label.primary)?.span;
    let written = analysis.slice(span);
    // Of a message about something else nearby the place is not what was mistyped.
    let mistyped = diagnostic
        .args
        .first()
        .is_some_and(|arg| arg.zh == written || arg.get(Locale::En) == format!("`{written}`"));
    (mistyped && analysis.is_changeable(span.source)).then(|| (span, meant.clone()))
}

/// The problems of a file that a part of it touches and that have a suggestion.
pub fn fixes(workspace: &Workspace, path: &str, reach: Reach, locale: Locale) -> Vec<Problem> {
    let analysis = workspace.analysis(path);
    let found =
        analysis.findings().diagnostics.iter().chain(analysis.test_findings(workspace.limits()));
    let here = found
        .map(|diagnostic| problem(&analysis, diagnostic, locale))
        .filter(|(file, _)| file == path)
        .map(|(_, problem)| problem);
    let touches = |problem: &Problem| {
        problem.fix.is_some()
            && problem.reach.start <= reach.end
            && reach.start <= problem.reach.end
    };
    here.filter(touches).collect()
}

/// A test of a pack, where its name stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestPlace {
    /// Its name.
    pub name: String,
    /// Where that is written.
    pub reach: Reach,
}

/// The outcome of running tests.
#[derive(Clone, Debug, Default)]
pub struct TestRun {
    /// How many passed, and how many failed.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
    /// What they expected and did not find, by file.
    pub problems: Problems,
    /// Whether the rules have errors, so that nothing could be run.
    pub unsound: bool,
}

/// Runs the tests of the pack a file belongs to; with a name, only that one.
pub fn run_tests(workspace: &Workspace, path: &str, name: Option<&str>, locale: Locale) -> TestRun {
    let analysis = workspace.analysis(path);
    let Some(pack) = &analysis.findings().pack else {
        return TestRun { unsound: true, ..TestRun::default() };
    };
    let mut run = TestRun::default();
    for result in pack
        .run_tests(workspace.limits())
        .into_iter()
        .filter(|result| name.is_none_or(|name| result.name == name))
    {
        if result.failures.is_empty() {
            run.passed += 1;
            continue;
        }
        run.failed += 1;
        for failure in &result.failures {
            let (file, problem) = problem(&analysis, failure, locale);
            run.problems.entry(file).or_default().push(problem);
        }
    }
    run
}

/// The tests in a file.
pub fn tests(workspace: &Workspace, path: &str) -> Vec<TestPlace> {
    let analysis = workspace.analysis(path);
    let Some(file) = analysis.file(path) else { return Vec::new() };
    let Some(text) = analysis.text(file) else { return Vec::new() };
    let tests = analysis.names.tests().iter().filter(|test| test.span.source == file);
    tests
        .map(|test| TestPlace { name: test.node.clone(), reach: text.reach(bytes(test.span)) })
        .collect()
}

/// The place of the declaration of a pack in a file.
pub fn pack_place(workspace: &Workspace, path: &str) -> Option<Place> {
    let analysis = workspace.analysis(path);
    let file = analysis.file(path)?;
    let names = &analysis.names;
    let at = names.find(guiju_compiler::names::NameKind::Pack, "", analysis.name())?;
    let declared =
        names.named(at)?.declared.iter().find(|declared| declared.name.source == file)?;
    Some(analysis.spot(declared.whole)?.reach.start)
}
