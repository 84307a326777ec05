//! Which changes can be made without which others, found by trying.
//!
//! Some changes make sense only together: a requirement that asks for a new kind of member, and the
//! table that brings that kind. Such changes become one bundle. Any two bundles that were tried
//! stand on their own; a mixture that turns out impossible later is simply not used (`records`).
//! What is tried, and in which order, follows from the names of the rules alone.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Change;
use super::force::Force;
use super::pieces::Matched;
use super::variant::{Draft, Variant, acts};
use guiju_compiler::syntax::{TokenKind, tokens};
use guiju_model::diagnostic::Diagnostic;
use guiju_model::source::Span;

/// Changes that are made together or not at all, by number.
pub(super) type Bundles = Vec<Vec<usize>>;

/// A variant, or what is wrong with it.
type Tried = Result<Arc<Variant>, Arc<Vec<Diagnostic>>>;

/// Whether a change may be what a bundle cannot do without.
type Stage<'a> = Box<dyn Fn(&Joiner<'_>, usize) -> bool + 'a>;

/// Variants that were compiled, by the changes made in them.
#[derive(Clone, Default)]
pub(super) struct Cache {
    known: HashMap<Vec<usize>, Tried>,
}

impl Cache {
    /// The variant in which these changes are made.
    pub(super) fn variant(&mut self, draft: &Draft, on: BTreeSet<usize>) -> Tried {
        let key: Vec<usize> = on.iter().copied().collect();
        self.known
            .entry(key)
            .or_insert_with(|| {
                draft.compile(&|change| on.contains(&change)).map(Arc::new).map_err(Arc::new)
            })
            .clone()
    }

    /// How many variants there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}

/// Joins the changes that cannot be made one without the other.
pub(super) fn bundles(
    draft: &Draft,
    old: &Force,
    new: &Force,
    matched: &Matched,
    cache: &mut Cache,
) -> Bundles {
    let mut players: Vec<usize> = (0..matched.changes.len())
        .filter(|change| matched.changes.get(*change).is_some_and(acts))
        .collect();
    players.extend(draft.bound());
    // By name: the order in which the packs list their rules must not matter.
    players.sort_by_key(|change| matched.changes.get(*change).map(|change| &change.id));
    players.dedup();
    let words = matched.changes.iter().map(words).collect();
    let mut joiner = Joiner {
        draft,
        old,
        new,
        matched,
        words,
        cache,
        bundles: players.into_iter().map(|player| vec![player]).collect(),
    };
    while let Some(alone) = joiner.cannot_stand_alone() {
        joiner.join(alone);
    }
    joiner.bundles
}

struct Joiner<'a> {
    draft: &'a Draft,
    old: &'a Force,
    new: &'a Force,
    matched: &'a Matched,
    /// For each change, the words of both its texts.
    words: Vec<HashSet<String>>,
    cache: &'a mut Cache,
    bundles: Bundles,
}

impl Joiner<'_> {
    /// The first bundle that does not compile without the others, or the others without it.
    fn cannot_stand_alone(&mut self) -> Option<usize> {
        (0..self.bundles.len()).find(|bundle| !self.trouble(&[*bundle]).is_empty())
    }

    /// What is wrong with the rules where these bundles alone are made, or all but these.
    fn trouble(&mut self, bundles: &[usize]) -> Vec<Diagnostic> {
        let made: BTreeSet<usize> = bundles
            .iter()
            .filter_map(|bundle| self.bundles.get(*bundle))
            .flatten()
            .copied()
            .collect();
        let others: BTreeSet<usize> = self
            .bundles
            .iter()
            .flatten()
            .filter(|change| !made.contains(change))
            .copied()
            .collect();
        let mut errors = Vec::new();
        for on in [made, others] {
            if let Err(found) = self.cache.variant(self.draft, on) {
                errors.extend(found.iter().cloned());
            }
        }
        errors
    }

    /// Joins a bundle with what it cannot do without: first what stands where the error is, then
    /// what is mentioned there, then what mentions the bundle's own rules; in the end everything.
    fn join(&mut self, bundle: usize) {
        let errors = self.trouble(&[bundle]);
        let spans: Vec<Span> =
            errors.iter().flat_map(|error| &error.labels).map(|label| label.span).collect();
        let own = self.bundles.get(bundle).cloned().unwrap_or_default();
        let there: HashSet<String> = spans.iter().flat_map(|span| self.words_at(*span)).collect();
        let stages: [Stage<'_>; 3] = [
            Box::new(|joiner, change| spans.iter().any(|span| joiner.holds(change, *span))),
            Box::new(|joiner, change| joiner.name(change).is_some_and(|name| there.contains(name))),
            Box::new(|joiner, change| {
                own.iter().any(|own| joiner.mentions(*own, change) || joiner.mentions(change, *own))
            }),
        ];
        for stage in stages {
            let is_candidate = |at: &usize| {
                *at != bundle
                    && self
                        .bundles
                        .get(*at)
                        .into_iter()
                        .flatten()
                        .any(|change| stage(self, *change))
            };
            let candidates: Vec<usize> = (0..self.bundles.len()).filter(is_candidate).collect();
            let single: Vec<usize> = candidates
                .iter()
                .copied()
                .filter(|other| self.trouble(&[bundle, *other]).is_empty())
                .collect();
            if !single.is_empty() {
                return self.merge(bundle, &single);
            }
            let all: Vec<usize> = candidates.iter().copied().chain([bundle]).collect();
            if !candidates.is_empty() && self.trouble(&all).is_empty() {
                return self.merge(bundle, &candidates);
            }
        }
        let all: Vec<usize> = (0..self.bundles.len()).filter(|other| *other != bundle).collect();
        self.merge(bundle, &all);
    }

    fn merge(&mut self, bundle: usize, others: &[usize]) {
        let mut joined = Vec::new();
        let mut rest = Vec::new();
        for (at, changes) in std::mem::take(&mut self.bundles).into_iter().enumerate() {
            if at == bundle || others.contains(&at) {
                joined.extend(changes)
            } else {
                rest.push(changes)
            }
        }
        rest.push(joined);
        let id = |change: &usize| self.matched.changes.get(*change).map(|change| change.id.clone());
        rest.iter_mut().for_each(|bundle| bundle.sort_by_key(id));
        rest.sort_by_key(|bundle| bundle.first().and_then(id));
        self.bundles = rest;
    }

    fn holds(&self, change: usize, span: Span) -> bool {
        let within = |outer: &Span| {
            outer.source == span.source && outer.start <= span.start && span.end <= outer.end
        };
        self.matched
            .spans
            .get(change)
            .is_some_and(|(before, after)| before.iter().chain(after).any(within))
    }

    /// The words of the item that a place is in.
    fn words_at(&self, span: Span) -> HashSet<String> {
        let within = |outer: Span| {
            outer.source == span.source && outer.start <= span.start && span.end <= outer.end
        };
        let mut found = HashSet::new();
        for force in [self.old, self.new] {
            for item in force.items.iter().filter(|item| within(item.span)) {
                found.extend(in_words(force.text(item.span)));
            }
        }
        found
    }

    /// The name by which other rules mention what a change is about.
    fn name(&self, change: usize) -> Option<&str> {
        self.matched
            .changes
            .get(change)
            .map(|change| change.name.rsplit('.').next().unwrap_or(&change.name))
    }

    fn mentions(&self, change: usize, other: usize) -> bool {
        self.name(other)
            .is_some_and(|name| self.words.get(change).is_some_and(|words| words.contains(name)))
    }
}

fn words(change: &Change) -> HashSet<String> {
    change.before.iter().chain(&change.after).flat_map(|written| in_words(&written.text)).collect()
}

fn in_words(text: &str) -> impl Iterator<Item = String> {
    tokens(text).filter(|token| token.kind == TokenKind::Word).map(|token| token.text)
}
