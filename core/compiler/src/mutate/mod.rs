//! Tests that would notice: the rules of a pack changed one at a time, its tests judged by each changed pack, and what no test notices.
//!
//! Not here: the changes themselves (`syntax/changes`), and packs that differ otherwise (`guiju-diff`).

mod propose;
mod same;
mod workshop;
mod written;

use std::collections::HashMap;
use std::ops::Range;

use crate::source_pack::SourcePack;
use crate::syntax::ast::{Claim, Test};
pub use crate::syntax::changes::ChangeKind;
use crate::syntax::changes::{Change, plain};
use crate::testing;
use guiju_engine::data::Dataset;
use guiju_engine::pack::Pack;
use guiju_model::limits::Limits;
use guiju_model::source::{Position, Source, Span};
use same::Difference;
use workshop::{Subject, Workshop, edited};

/// A change of the rules, and whether a test notices it.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What it changes.
    pub kind: ChangeKind,
    /// The item, by the words it begins with: `let member.sealed`.
    pub item: String,
    /// The pack that the item stands in: the one that was asked about, or one that it amends.
    pub pack: String,
    /// The name of the file.
    pub file: String,
    /// Where the part begins that is changed.
    pub position: Position,
    /// The same as bytes of the file.
    pub span: Span,
    /// The clauses that the part cites, or else the item, as they are written there.
    pub clauses: Vec<String>,
    /// The part of the rule as it is written, on one line.
    pub was: String,
    /// The part as it would read; `None` where it would be dropped.
    pub would: Option<String>,
    /// What came of it.
    pub fate: Fate,
    /// A test that would notice it, as text; only where that was asked for and found.
    pub proposal: Option<String>,
    edits: Vec<(Range<usize>, String)>,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A test fails with it: this one.
    Noticed(String),
    /// The rules do not hold together any more, which the checker says without any test.
    Refused,
    /// It was proven that it changes no result.
    Equivalent,
    /// No test notices it.
    Survived,
}

/// What is asked of a pack's tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct MutantOptions {
    /// Whether tests are proposed that would notice what none does.
    pub propose: bool,
}

impl Mutant {
    /// The file with the change made and nothing else changed, from the files of the pack that was asked.
    pub fn text(&self, sources: &[Source]) -> Option<String> {
        let text = sources.get(self.span.source.0 as usize)?.text();
        edited(text, 0..text.len(), &self.edits)
    }
}

/// Tests that cannot tell: those that fail before anything is changed.
#[derive(Clone, Debug)]
pub struct FailingTests(pub Vec<String>);

impl SourcePack {
    /// Changes the rules of the pack one at a time, and says of each change whether a test of the pack notices it; inherited rules are
    /// changed too. `watch` is told how many changes are done, of how many.
    ///
    /// # Errors
    /// The tests that fail with the rules as they are.
    pub fn mutants(&self, options: MutantOptions, limits: &Limits, watch: &mut dyn FnMut(usize, usize)) -> Result<Vec<Mutant>, FailingTests> {
        let failing: Vec<String> =
            self.run_tests(limits).into_iter().filter(|result| !result.failures.is_empty()).map(|result| result.name).collect();
        if !failing.is_empty() {
            return Err(FailingTests(failing));
        }
        let workshop = Workshop::new(self, limits);
        let mut bench = Bench::new(self, limits);
        let changes = workshop.changes();
        let total = changes.len();
        let mut mutants = Vec::with_capacity(total);
        for (done, change) in changes.iter().enumerate() {
            let Some(mut mutant) = self.mutant(&workshop, change) else { continue };
            if let Some(pack) = workshop.pack(change) {
                match bench.noticed(&pack, &workshop.subject(change.item), change) {
                    Some(test) => mutant.fate = Fate::Noticed(test),
                    None => {
                        let difference = same::difference(&self.rules, &pack.rules, limits);
                        mutant.fate = if matches!(difference, Difference::None) { Fate::Equivalent } else { Fate::Survived };
                        if options.propose && mutant.fate == Fate::Survived {
                            let records = if let Difference::Records(records) = difference { records } else { Vec::new() };
                            mutant.proposal = bench.propose(&mutant, &pack, &records);
                        }
                    }
                }
            }
            mutants.push(mutant);
            watch(done + 1, total);
        }
        Ok(mutants)
    }

    /// A change, of which nothing is known yet but that it can be written.
    fn mutant(&self, workshop: &Workshop<'_>, change: &Change) -> Option<Mutant> {
        let source: &Source = workshop.sources().get(change.item.source.0 as usize)?;
        let was = source.text().get(change.shown.clone())?;
        let would = edited(source.text(), change.shown.clone(), &change.edits)?;
        let span = Span { source: change.item.source, start: change.shown.start as u32, end: change.shown.end as u32 };
        Some(Mutant {
            kind: change.kind,
            item: change.name.clone(),
            pack: self.rules.edition(span).to_owned(),
            file: source.name().to_owned(),
            position: source.position(span.start),
            span,
            clauses: change.clauses.clone(),
            was: plain(was),
            would: (!change.gone).then(|| plain(&would)),
            fate: Fate::Refused,
            proposal: None,
            edits: change.edits.clone(),
        })
    }
}

/// The tests of a pack with their data, which no change touches.
struct Bench<'p> {
    pack: &'p SourcePack,
    limits: &'p Limits,
    tests: Vec<Trial<'p>>,
    /// The tests that noticed earlier changes of an item, the last one first.
    noticed: HashMap<Span, Vec<usize>>,
}

/// A test and its records.
struct Trial<'p> {
    test: &'p Test,
    data: Dataset,
    /// The entities that it has records of.
    entities: Vec<&'p str>,
    /// What its expectations speak of.
    names: Vec<&'p str>,
}

impl<'p> Bench<'p> {
    fn new(pack: &'p SourcePack, limits: &'p Limits) -> Bench<'p> {
        let trial = |test: &'p Test| {
            let data = testing::records(pack, test, limits).ok()?;
            let shapes = pack.rules.schema.entities.iter().enumerate();
            let has = |entity: usize| (0..data.len()).any(|root| !data.rows_of(entity, root).is_empty());
            let entities = shapes.filter(|(entity, _)| has(*entity)).map(|(_, shape)| shape.name.as_str()).collect();
            let names = test.expects.iter().flat_map(|expect| {
                let claimed = match &expect.claim {
                    Claim::Verdict { tally, .. } | Claim::OutOfScope { tally } => Some(tally.as_str()),
                    Claim::Issue { code, .. } => Some(code.as_str()),
                    _ => None,
                };
                expect.path.iter().map(String::as_str).chain(claimed)
            });
            Some(Trial { test, data, entities, names: names.collect() })
        };
        Bench { pack, limits, tests: pack.tests.iter().filter_map(trial).collect(), noticed: HashMap::new() }
    }

    /// The first test that fails by changed rules, the likeliest tried first.
    fn noticed(&mut self, changed: &Pack, subject: &Subject, change: &Change) -> Option<String> {
        let schema = self.pack.schema();
        let root = &schema.root_entity().name;
        let programme = schema.programme.map(|entity| schema.entities[entity].name.as_str());
        let sees = |trial: &Trial<'_>| match subject {
            Subject::Entity(name) if name != root && Some(name.as_str()) != programme => trial.entities.contains(&name.as_str()),
            _ => true,
        };
        let first = self.noticed.get(&change.item).cloned().unwrap_or_default();
        let name = change.name.rsplit([' ', '.']).next().unwrap_or("");
        let mut order: Vec<usize> = (0..self.tests.len()).filter(|at| !first.contains(at) && sees(&self.tests[*at])).collect();
        order.sort_by_key(|at| !self.tests[*at].names.contains(&name));
        let found = first.into_iter().filter(|at| sees(&self.tests[*at])).chain(order).find(|at| self.fails(changed, &self.tests[*at]))?;
        let known = self.noticed.entry(change.item).or_default();
        known.retain(|at| *at != found);
        known.insert(0, found);
        Some(self.tests[found].test.name.node.clone())
    }

    fn fails(&self, changed: &Pack, trial: &Trial<'_>) -> bool {
        if changed.rules.schema == trial.data.schema {
            return testing::fails(changed, trial.test, &trial.data, self.limits);
        }
        // Which figures may be below zero, for one, follows from the rules, and decides what data may give for them.
        let other = SourcePack { pack: changed.clone(), ..self.pack.clone() };
        testing::records(&other, trial.test, self.limits).map_or(true, |data| testing::fails(changed, trial.test, &data, self.limits))
    }
}
