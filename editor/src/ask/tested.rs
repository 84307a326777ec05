//! What the tests of a pack leave open: rules that no test saw hold or fail, and changes of rules
//! that no test notices.
//!
//! Not here: running tests (`problems`), and how changes are made (`guiju_compiler::mutate`).

use guiju::{Exercise, FailingTests, Fate, Limits, Locale, MutantOptions, Source, SourcePack};

use crate::analysis::{Analysis, bytes};
use crate::text::{Place, Reach, Spot};

/// A rule, and what the tests of its pack saw it do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The line it begins on.
    pub spot: Spot,
    /// Its id, as in `guiju test --coverage`.
    pub rule: String,
    /// What people call it.
    pub label: String,
    /// Whether a test saw it hold.
    pub holds: bool,
    /// Whether a test saw it fail; `None` where it cannot.
    pub fails: Option<bool>,
}

/// The pack's own rules, each with what its tests saw. `None` where the rules have errors.
pub fn coverage(analysis: &Analysis, limits: &Limits, locale: Locale) -> Option<Vec<Seen>> {
    let pack = analysis.findings().pack.as_ref()?;
    let own = pack.exercises(limits).into_iter().filter(|exercise| exercise.pack == pack.name());
    Some(own.filter_map(|exercise| seen(analysis, &exercise, locale)).collect())
}

fn seen(analysis: &Analysis, exercise: &Exercise<'_>, locale: Locale) -> Option<Seen> {
    let (path, line) = exercise.place.as_ref()?.rsplit_once(':')?;
    let text = analysis.text(analysis.file(path)?)?;
    let line = line.parse::<u32>().ok()?.checked_sub(1)?;
    let written = text.line(line as usize)?;
    let indent = text.as_str().get(written.clone())?.len()
        - text.as_str().get(written.clone())?.trim_start().len();
    let reach = Reach {
        start: text.place(written.start + indent),
        end: Place { line, ..text.place(written.end) },
    };
    Some(Seen {
        spot: Spot { path: path.to_owned(), reach },
        rule: exercise.rule.clone(),
        label: exercise.label.get(locale).to_owned(),
        holds: exercise.holds,
        fails: exercise.fails,
    })
}

/// A change of a rule that no test notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survivor {
    /// The part that is changed.
    pub spot: Spot,
    /// The item it is in.
    pub item: String,
    /// The part as it is written.
    pub was: String,
    /// The part as it would read; `None` where it would be dropped.
    pub would: Option<String>,
    /// The clauses it cites.
    pub clauses: Vec<String>,
    /// Which of the proposed tests would notice it.
    pub proposal: Option<usize>,
}

/// What the tests make of changes of a pack's own rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// How many changes a test notices.
    pub noticed: usize,
    /// Of how many that need to be noticed.
    pub of: usize,
    /// Those that none notices.
    pub survivors: Vec<Survivor>,
    /// Tests that would, laid out.
    pub proposals: Vec<String>,
}

/// Why nothing can be said of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silent {
    /// The rules have errors.
    Unsound,
    /// There are no tests.
    Untested,
    /// Tests fail with the rules as they are: these.
    Failing(Vec<String>),
}

/// Changes the pack's own rules one at a time, and proposes tests for what no test notices. Takes
/// seconds for a large pack.
///
/// # Errors
/// [`Silent`] where there is nothing to compare with.
pub fn mutants(analysis: &Analysis, allowed: &Source, limits: &Limits) -> Result<Noticed, Silent> {
    let pack: &SourcePack = analysis.findings().pack.as_ref().ok_or(Silent::Unsound)?;
    if pack.counts().tests == 0 {
        return Err(Silent::Untested);
    }
    let options = MutantOptions { propose: true, inherited: false };
    let mut found = pack
        .mutants(options, limits, &mut |_, _| ())
        .map_err(|FailingTests(names)| Silent::Failing(names))?;
    found.allow(&guiju::allowances(allowed).0);
    let (noticed, of) = found.score(pack.name());
    let laid_out = |text: String| {
        guiju::format(&Source::new("proposed.guiju", text.clone()), limits).unwrap_or(text)
    };
    let survivors = found.list.iter().filter(|mutant| mutant.fate == Fate::Survived);
    let survivors = survivors.filter_map(|mutant| {
        let text = analysis.text(mutant.span.source)?;
        Some(Survivor {
            spot: Spot {
                path: analysis.path(mutant.span.source).to_owned(),
                reach: text.reach(bytes(mutant.span)),
            },
            item: mutant.item.clone(),
            was: mutant.was.clone(),
            would: mutant.would.clone(),
            clauses: mutant.clauses.clone(),
            proposal: mutant.proposal,
        })
    });
    Ok(Noticed {
        noticed,
        of,
        survivors: survivors.collect(),
        proposals: found.proposals.into_iter().map(laid_out).collect(),
    })
}
