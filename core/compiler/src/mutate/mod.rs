//! Tests that would notice: the rules of a pack changed one at a time, its tests judged by each
//! changed pack, and what no test notices.
//!
//! Not here: the changes themselves (`syntax/changes`), and packs that differ otherwise
//! (`guiju-diff`).

mod allow;
mod propose;
mod same;
mod workshop;
mod written;

use std::collections::HashMap;
use std::ops::Range;

pub use allow::{Allowance, allowances};

use crate::source_pack::SourcePack;
use crate::syntax::ast::{Claim, Test};
pub use crate::syntax::changes::ChangeKind;
use crate::syntax::changes::{Change, plain};
use crate::testing;
use guiju_engine::data::Dataset;
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::index::EntityId;
use guiju_model::limits::Limits;
use guiju_model::source::{Position, Source, Span};
use guiju_model::text::Localized;
use propose::Proposal;
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
    /// Which of the proposed tests would notice it; only where that was asked for and one was
    /// found.
    pub proposal: Option<usize>,
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
    /// No test notices it, and none need: for this reason, which the author gives.
    Allowed(Localized),
}

/// What is asked of a pack's tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct MutantOptions {
    /// Whether tests are proposed that would notice what none does; of rules taken over, the pack
    /// they stand in has the tests.
    pub propose: bool,
    /// Whether rules taken over from packs that it amends are changed too.
    pub inherited: bool,
}

impl Mutant {
    /// The file with the change made and nothing else changed, from the files of the pack that was
    /// asked.
    pub fn text(&self, sources: &[Source]) -> Option<String> {
        let text = sources.get(self.span.source.0 as usize)?.text();
        edited(text, 0..text.len(), &self.edits)
    }
}

/// The changes of a pack, and what its tests make of them.
#[derive(Clone, Debug, Default)]
pub struct Mutants {
    /// Every change, in the order of the rules, those of the oldest edition first.
    pub list: Vec<Mutant>,
    /// Tests that would notice what none notices, as text; one may notice several changes.
    pub proposals: Vec<String>,
}

impl Mutants {
    /// Marks the changes that need not be noticed. Gives a finding for each entry that is about
    /// none that survives; its place is in the file of the entries.
    pub fn allow(&mut self, allowed: &[Allowance]) -> Vec<Diagnostic> {
        allow::allow(&mut self.list, allowed)
    }

    /// How many changes of a pack's own rules a test notices, of how many that need to be noticed.
    pub fn score(&self, pack: &str) -> (usize, usize) {
        let own = || self.list.iter().filter(|mutant| mutant.pack == pack);
        let noticed = own().filter(|mutant| matches!(mutant.fate, Fate::Noticed(_))).count();
        (noticed, noticed + own().filter(|mutant| mutant.fate == Fate::Survived).count())
    }
}

/// Tests that cannot tell: those that fail before anything is changed.
#[derive(Clone, Debug)]
pub struct FailingTests(pub Vec<String>);

impl SourcePack {
    /// Changes the rules of the pack one at a time, and says of each change whether a test of the
    /// pack notices it. `watch` is told how many changes are done, of how many.
    ///
    /// # Errors
    /// The tests that fail with the rules as they are.
    ///
    /// ```
    /// use guiju::{Fate, Limits, MutantOptions, Parsed, Source};
    /// let rules = r#"
    /// pack shops
    /// entity market { key id: text }
    /// entity shop in market { key name: text  seats: int }
    /// tally large from shop { require seats >= 20 else "small" because "example"  count } because "example"
    /// test "one is large" { market M1 { shop A { seats: 21 } shop B { seats: 1 } }  expect M1.large = 1 }"#;
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let found = pack.mutants(MutantOptions::default(), &limits, &mut |_, _| ()).expect("the tests pass");
    /// let survived = found.list.iter().filter(|mutant| mutant.fate == Fate::Survived).filter_map(|mutant| mutant.would.as_deref());
    /// assert_eq!(survived.collect::<Vec<_>>(), ["require seats > 20", "require seats >= 21", "require seats >= 19"]);
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn mutants(
        &self,
        options: MutantOptions,
        limits: &Limits,
        watch: &mut dyn FnMut(usize, usize),
    ) -> Result<Mutants, FailingTests> {
        let failing: Vec<String> = self
            .run_tests(limits)
            .into_iter()
            .filter(|result| !result.failures.is_empty())
            .map(|result| result.name)
            .collect();
        if !failing.is_empty() {
            return Err(FailingTests(failing));
        }
        let workshop = Workshop::new(self, limits);
        let mut bench = Bench::new(self, limits);
        let own = |change: &Change| self.rules.edition(change.item) == self.name();
        let changes: Vec<Change> = workshop
            .changes()
            .into_iter()
            .filter(|change| options.inherited || own(change))
            .collect();
        let total = changes.len();
        let mut mutants = Mutants::default();
        let mut proposed: Vec<Proposal> = Vec::new();
        for (done, change) in changes.iter().enumerate() {
            let Some(mut mutant) = self.mutant(&workshop, change) else { continue };
            if let Some(pack) = workshop.pack(change) {
                match bench.noticed(&pack, &workshop.subject(change.item), change) {
                    Some(test) => mutant.fate = Fate::Noticed(test),
                    None => {
                        let difference = same::difference(&self.rules, &pack.rules, limits);
                        mutant.fate = if matches!(difference, Difference::None) {
                            Fate::Equivalent
                        } else {
                            Fate::Survived
                        };
                        if options.propose
                            && mutant.fate == Fate::Survived
                            && mutant.pack == self.name()
                        {
                            let records = if let Difference::Records(records) = difference {
                                records
                            } else {
                                Vec::new()
                            };
                            let known =
                                |known: &Proposal| bench.fails(&pack, &known.test, &known.data);
                            mutant.proposal = proposed.iter().position(known).or_else(|| {
                                proposed.push(bench.propose(&mutant, &pack, &records)?);
                                Some(proposed.len() - 1)
                            });
                        }
                    }
                }
            }
            mutants.list.push(mutant);
            watch(done + 1, total);
        }
        mutants.proposals = proposed.into_iter().map(|proposal| proposal.text).collect();
        Ok(mutants)
    }

    /// A change, of which nothing is known yet but that it can be written.
    fn mutant(&self, workshop: &Workshop<'_>, change: &Change) -> Option<Mutant> {
        let source: &Source = workshop.sources().get(change.item.source.0 as usize)?;
        let was = source.text().get(change.shown.clone())?;
        let would = edited(source.text(), change.shown.clone(), &change.edits)?;
        let [was, would] = clipped([plain(was), plain(&would)]);
        let span = Span {
            source: change.item.source,
            start: change.shown.start as u32,
            end: change.shown.end as u32,
        };
        Some(Mutant {
            kind: change.kind,
            item: change.name.clone(),
            pack: self.rules.edition(span).to_owned(),
            file: source.name().to_owned(),
            position: source.position(span.start),
            span,
            clauses: change.clauses.clone(),
            was,
            would: (!change.gone).then_some(would),
            fate: Fate::Refused,
            proposal: None,
            edits: change.edits.clone(),
        })
    }
}

/// The most characters of a part that are shown.
const SHOWN: usize = 160;
/// How many are kept before and after what differs.
const AROUND: usize = 60;

/// Two versions of a part, of long ones only what differs with some words around it.
fn clipped(versions: [String; 2]) -> [String; 2] {
    if versions.iter().all(|text| text.chars().count() <= SHOWN) {
        return versions;
    }
    let [a, b]: [Vec<char>; 2] = versions.each_ref().map(|text| text.chars().collect());
    let before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let after = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take(a.len().min(b.len()) - before)
        .take_while(|(a, b)| a == b)
        .count();
    [a, b].map(|text| {
        let breaks = |at: &usize| text.get(*at).is_none_or(|c| c.is_whitespace());
        let start = if before > AROUND {
            (before - AROUND..before).find(breaks).unwrap_or(before - AROUND)
        } else {
            0
        };
        let rest = text.len() - after;
        let end = if after > AROUND {
            (rest..=rest + AROUND).rev().find(breaks).unwrap_or(rest + AROUND)
        } else {
            text.len()
        };
        let middle: String = text.get(start..end).unwrap_or(&[]).iter().collect();
        let dots = |cut: bool| if cut { "…" } else { "" };
        format!("{} {} {}", dots(start > 0), middle.trim(), dots(end < text.len()))
            .trim()
            .to_owned()
    })
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
            let shapes = pack.rules.schema.entities.entries();
            let has = |entity: EntityId| match pack.rules.schema.is_shared(entity) {
                true => data.tables[entity].rows > 0,
                false => (0..data.len()).any(|root| !data.rows_of(entity, root).is_empty()),
            };
            let entities = shapes
                .filter(|(entity, _)| has(*entity))
                .map(|(_, shape)| shape.name.as_str())
                .collect();
            let names = test.expects.iter().flat_map(|expect| {
                let claimed = match &expect.claim {
                    Claim::Verdict { tally, .. } | Claim::OutOfScope { tally } => {
                        Some(tally.as_str())
                    }
                    Claim::Issue { code, .. } => Some(code.as_str()),
                    _ => None,
                };
                expect.path.iter().map(String::as_str).chain(claimed)
            });
            Some(Trial { test, data, entities, names: names.collect() })
        };
        Bench {
            pack,
            limits,
            tests: pack.tests.iter().filter_map(trial).collect(),
            noticed: HashMap::new(),
        }
    }

    /// The first test that fails by changed rules, the likeliest tried first.
    fn noticed(&mut self, changed: &Pack, subject: &Subject, change: &Change) -> Option<String> {
        let schema = self.pack.schema();
        let root = &schema.root_entity().name;
        let programme = schema.programme.map(|entity| schema.entities[entity].name.as_str());
        let sees = |trial: &Trial<'_>| match subject {
            Subject::Entity(name) if name != root && Some(name.as_str()) != programme => {
                trial.entities.contains(&name.as_str())
            }
            _ => true,
        };
        let first = self.noticed.get(&change.item).cloned().unwrap_or_default();
        let name = change.name.rsplit([' ', '.']).next().unwrap_or("");
        let mut order: Vec<usize> = (0..self.tests.len())
            .filter(|at| !first.contains(at) && sees(&self.tests[*at]))
            .collect();
        order.sort_by_key(|at| !self.tests[*at].names.contains(&name));
        let found = first
            .into_iter()
            .filter(|at| sees(&self.tests[*at]))
            .chain(order)
            .find(|at| self.fails(changed, self.tests[*at].test, &self.tests[*at].data))?;
        let known = self.noticed.entry(change.item).or_default();
        known.retain(|at| *at != found);
        known.insert(0, found);
        Some(self.tests[found].test.name.node.clone())
    }

    /// Whether a test fails by changed rules.
    fn fails(&self, changed: &Pack, test: &Test, data: &Dataset) -> bool {
        if changed.rules.schema == data.schema {
            return testing::fails(changed, &self.pack.values, test, data, self.limits);
        }
        // Which figures may be below zero, for one, follows from the rules, and decides what data
        // may give for them.
        testing::records(&self.of(changed), test, self.limits).map_or(true, |data| {
            testing::fails(changed, &self.pack.values, test, &data, self.limits)
        })
    }

    /// The pack with changed rules, for reading its tests.
    fn of(&self, changed: &Pack) -> SourcePack {
        SourcePack { pack: changed.clone(), ..self.pack.clone() }
    }
}
