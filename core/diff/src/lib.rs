//! What changed from one pack to another: rule by rule, clause by clause; and, with data, what
//! every change did to the figures.
//!
//! [`diff`] compares the rules in force. [`Comparison`] makes rules that stand between the two
//! packs, with some of the changes and without the others, and asks the evaluator what they give:
//! that is how each change gets its own part of a difference. Not here: deciding anything about a
//! record, which the evaluator does.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod apart;
mod bundle;
mod clauses;
mod common;
mod compare;
mod document;
mod figures;
mod force;
mod found;
mod game;
mod graph;
mod linear;
mod meant;
mod pieces;
mod records;
mod said;
mod tallies;
#[cfg(test)]
mod tests;
mod text;
mod uses;
mod variant;
mod wording;
mod words;

use serde::Serialize;

pub use compare::{Comparison, DiffError};
pub use document::diff_document;
use force::Force;
pub use found::{
    DataDiff, FigureDiff, Shares, StatusChange, TotalDiff, VerdictChange, VerdictSide,
};
use guiju_compiler::source_pack::SourcePack;
use guiju_model::text::Localized;
pub use uses::Use;

/// What differs between the rules of two packs.
#[derive(Clone, Debug)]
pub struct RuleDiff {
    /// The pack before.
    pub before: PackName,
    /// The pack after.
    pub after: PackName,
    /// Every change: in the order of the later pack's rules, then what was removed.
    pub changes: Vec<Change>,
    /// The changes clause by clause; those that rest on no clause come last.
    pub groups: Vec<ClauseGroup>,
}

/// What a pack is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackName {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: Localized,
    /// The packs that its rules come from, the oldest first.
    pub editions: Vec<String>,
}

/// One change: of a whole item, or of one part of a tally, an entity or a source document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// A name for this change that is the same in every run: `tally:donations/require/2`.
    pub id: String,
    /// The kind of item, as the word it begins with in the rules: `tally`, `let`, `kpi`.
    pub item: &'static str,
    /// The item's name.
    pub name: String,
    /// What people call the item.
    pub label: Localized,
    /// The part of it.
    pub part: Part,
    /// What the part is called: the field, the clause, or the number of the requirement, `3`.
    pub part_name: String,
    /// Whether it was added, removed or changed.
    pub kind: ChangeKind,
    /// In what it changed, the weightiest first; empty for what was added or removed.
    pub aspects: Vec<Aspect>,
    /// The clauses it rests on, as `document:clause`: those of the rule as it is now or, where it
    /// is gone, of its removal or else of the rule as it was. Of a table of cases, those of the
    /// rows that differ. Clauses that were not cited before come first.
    pub clauses: Vec<String>,
    /// The rules that use it, where it is a value that has a name and changed.
    pub uses: Vec<Use>,
    /// How it was written before.
    pub before: Option<Written>,
    /// How it is written after; for a rule that an edition drops, the words that drop it.
    pub after: Option<Written>,
}

/// What happened to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Only the later pack has it.
    Added,
    /// Only the earlier pack has it.
    Removed,
    /// Both have it, and they differ.
    Changed,
}

/// In what a changed rule differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// What is computed, beyond values.
    Logic,
    /// Only values: numbers, dates, texts that are compared, named constants.
    Parameter,
    /// Its place among the requirements of its tally: it decides which reason is given, and no
    /// figure.
    Order,
    /// Labels and messages.
    Wording,
    /// The clauses it cites, or the reason it gives.
    Citation,
}

/// The part of an item that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    Whole,
    /// Its first line: label, unit, what it belongs to.
    Head,
    /// What is in scope of a tally.
    Select,
    /// A requirement of a tally.
    Require,
    /// What a tally counts, sums and splits.
    Figures,
    /// A field of an entity.
    Field,
    /// A clause of a document.
    Clause,
}

/// A rule as it is written in one of the packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// The file it stands in.
    pub file: String,
    /// The line it begins on, from 1.
    pub line: u32,
    /// The pack that says it: where editions amend one another, one of those.
    pub edition: String,
    /// The clauses it cites, as `document:clause`.
    pub clauses: Vec<String>,
    /// The author's own reason, where no clause is cited.
    pub because: Option<Localized>,
}

/// Changes that rest on one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseGroup {
    /// The clause, as `document:clause`, with what it says in short; `None` for changes that cite
    /// nothing.
    pub clause: Option<(String, Localized)>,
    /// Indices of the changes told under this clause.
    pub changes: Vec<usize>,
    /// Indices of changes that rest on this clause too and are told under another.
    pub also: Vec<usize>,
}

/// Compares the rules of two packs.
///
/// Items are the same where kind and name are the same; tallies, entities and source documents are
/// compared part by part. Layout and comments make no difference, nor do tests and examples.
///
/// ```
/// use guiju::{Aspect, Limits, Locale, SourcePack, Parsed, Source, diff};
/// let pack = |name: &str, rate: &str| -> SourcePack {
///     let rules = format!("pack {name}\nsource g {{ 1 \"租金\" / \"rent\" }}\nentity shop {{ key id: text  rent: money }}\nkpi due = rent * {rate} @ 1");
///     Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default()).check().into_pack().expect("sound rules")
/// };
/// let found = diff(&pack("a_107", "30%"), &pack("a_108", "25%"));
/// assert_eq!(found.changes.len(), 1);
/// assert_eq!(found.changes[0].id, "kpi:due");
/// assert_eq!(found.changes[0].aspects, [Aspect::Parameter]);
/// assert_eq!(found.groups[0].clause.as_ref().map(|(id, _)| id.as_str()), Some("g:1"));
/// assert!(found.to_text(Locale::En).contains("kpi due = rent * 25% @ 1"));
/// ```
pub fn diff(before: &SourcePack, after: &SourcePack) -> RuleDiff {
    let old = Force::of(before, 0);
    let new = Force::of(after, old.files());
    let matched = pieces::matched(&old, &new);
    RuleDiff {
        before: PackName::of(before),
        after: PackName::of(after),
        groups: clauses::groups(&matched.changes, &old, &new),
        changes: matched.changes,
    }
}

impl PackName {
    fn of(pack: &SourcePack) -> PackName {
        let editions = pack.editions().into_iter().map(str::to_owned).collect();
        PackName { name: pack.name().to_owned(), label: pack.label().clone(), editions }
    }
}
