//! Names of a pack: where each is declared and where it is used, in every edition, in rules, tests
//! and messages. What editors ask for: definitions, references, names to choose from.
//!
//! Made from what was parsed, so that it is there while rules are wrong too; a name that leads
//! nowhere is left out. Not here: types and units (`check`), and what an editor shows.

mod declared;
mod dropped;
mod look;
mod rules;
mod tests;
#[cfg(test)]
mod unit_tests;

use std::collections::HashMap;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::check::amend::Edition;
use crate::pipeline::Parsed;
use crate::syntax::ast::{FieldKind, Let, Name};
use crate::syntax::{Token, placed};
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::Localized;

pub use look::NameScope;

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    Pack,
    Document,
    /// Of a document.
    Clause,
    Entity,
    /// Of an entity.
    Field,
    /// A named value, of `entity.field` or `entity.classification`.
    Choice,
    Constant,
    /// A value or condition that the records of an entity have.
    Value,
    Table,
    /// Of a table.
    Column,
    /// Of an entity.
    Class,
    Tally,
    /// One side of a split of a tally by a condition.
    Part,
    /// A formula, or a further measure of a tally.
    Kpi,
    /// A counter, such as 家.
    Unit,
    Once,
    Award,
    Obligation,
    Check,
    Example,
}

/// A name with what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    pub kind: NameKind,
    /// What it belongs to, empty where that is the pack.
    pub owner: String,
    pub name: String,
}

/// One place where a name is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The name itself.
    pub name: Span,
    /// All that is said of it there.
    pub whole: Span,
}

/// A name of the pack.
#[derive(Clone, Debug)]
pub struct Named {
    pub symbol: Symbol,
    /// What people call it, as the newest edition says.
    pub label: Option<Localized>,
    /// The oldest edition first; what a later edition restates stands here again.
    pub declared: Vec<Declared>,
    /// Of a field, what it holds.
    pub field: Option<FieldKind>,
    /// The entity that a tally, check, example or named value is about, or that a field refers to;
    /// of a child entity, its parent.
    pub entity: Option<String>,
    /// The owner of the named values that it has, or whose values it gives.
    pub choices: Option<String>,
    /// Of a table, the owner of the named values of each key.
    keys: Vec<Option<String>>,
    /// The same as they are written.
    key_words: Vec<String>,
    /// Of a named value, what it is.
    value: Option<Let>,
    /// Of a tally, the fields and classifications it is split by.
    splits: Vec<String>,
}

/// A name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    pub span: Span,
    /// Its place in [`Names::list`].
    pub named: usize,
    /// Whether it is declared there.
    pub declares: bool,
}

type ByName = HashMap<String, usize>;

/// The names of a pack and of the packs it amends.
#[derive(Clone, Debug, Default)]
pub struct Names {
    list: Vec<Named>,
    places: HashMap<NameKind, HashMap<String, ByName>>,
    /// In the order of the files. Where a word stands for several names at once (a value of two
    /// entities), each is here.
    mentions: Vec<Mention>,
    /// The oldest first, each with its files.
    editions: Vec<(String, Vec<SourceId>)>,
    root: Option<String>,
    unread: Vec<Span>,
    tests: Vec<Name>,
}

impl Parsed {
    /// The names of everything that could be read.
    pub fn names(&self) -> Names {
        Names::of(&self.editions, &self.sources)
    }

    /// The files, those of the pack first, then those of each pack it amends.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }
}

impl Names {
    fn of(editions: &[Edition], sources: &[Source]) -> Names {
        let mut names = Names {
            editions: editions
                .iter()
                .map(|edition| (edition.name.clone(), edition.sources.clone()))
                .collect(),
            ..Names::default()
        };
        let mut reader = Reader { names: &mut names, sources };
        for edition in editions {
            edition.items.iter().for_each(|item| reader.declare(item));
        }
        reader.names.root = reader.root();
        for edition in editions {
            edition.items.iter().for_each(|item| reader.refer(item));
        }
        names.mentions.sort_by_key(|mention| (mention.span, mention.named, !mention.declares));
        names.mentions.dedup_by_key(|mention| (mention.span, mention.named));
        names
    }

    /// Every name, in the order of declaration.
    pub fn list(&self) -> &[Named] {
        &self.list
    }

    /// A name by its place in the list.
    pub fn named(&self, at: usize) -> Option<&Named> {
        self.list.get(at)
    }

    /// The place of a name in the list.
    pub fn find(&self, kind: NameKind, owner: &str, name: &str) -> Option<usize> {
        self.places.get(&kind)?.get(owner)?.get(name).copied()
    }

    /// The names of a kind that belong to one owner, in the order of declaration.
    pub fn of_owner(&self, kind: NameKind, owner: &str) -> Vec<&Named> {
        let mut found: Vec<usize> = self
            .places
            .get(&kind)
            .and_then(|owners| owners.get(owner))
            .into_iter()
            .flatten()
            .map(|(_, at)| *at)
            .collect();
        found.sort_unstable();
        found.into_iter().filter_map(|at| self.list.get(at)).collect()
    }

    /// What the keys of a table are, as it says: a type, or a field whose type they have.
    pub fn key_words(&self, table: usize) -> &[String] {
        self.list.get(table).map_or(&[], |named| named.key_words.as_slice())
    }

    /// Every mention, in the order of the files.
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// The mentions in one file.
    pub fn in_file(&self, source: SourceId) -> &[Mention] {
        let start = self.mentions.partition_point(|mention| mention.span.source < source);
        let end = self.mentions.partition_point(|mention| mention.span.source <= source);
        self.mentions.get(start..end).unwrap_or_default()
    }

    /// What stands at a byte of a file, or ends there.
    pub fn at(&self, source: SourceId, offset: u32) -> Vec<Mention> {
        let within = self.in_file(source);
        // No name is longer than a few hundred bytes, and none stands in another.
        let end = within.partition_point(|mention| mention.span.start <= offset);
        let all = within.get(..end).unwrap_or_default().iter().rev().take(8);
        let mut found: Vec<Mention> = all
            .filter(|mention| mention.span.start <= offset && offset <= mention.span.end)
            .copied()
            .collect();
        // Between two names the one that begins is meant.
        if let Some(start) = found.iter().map(|mention| mention.span.start).max() {
            found.retain(|mention| mention.span.start == start);
        }
        found.reverse();
        found
    }

    /// Items that could not be read: names may stand in them.
    pub fn unread(&self) -> &[Span] {
        &self.unread
    }

    /// The names of the pack's tests, in the order they are written.
    pub fn tests(&self) -> &[Name] {
        &self.tests
    }

    /// The editions, the oldest first, each with its files.
    pub fn editions(&self) -> &[(String, Vec<SourceId>)] {
        &self.editions
    }

    /// The number of the edition that a file belongs to, the oldest first.
    pub fn edition(&self, source: SourceId) -> Option<usize> {
        self.editions.iter().position(|(_, files)| files.contains(&source))
    }

    /// The entity that is evaluated, to which the others belong.
    pub fn root(&self) -> Option<&str> {
        self.root.as_deref()
    }
}

/// Reads the items of a pack into its names.
struct Reader<'a> {
    names: &'a mut Names,
    sources: &'a [Source],
}

impl Reader<'_> {
    fn mention(&mut self, span: Span, named: usize) {
        self.names.mentions.push(Mention { span, named, declares: false });
    }

    /// A name, where it is known.
    fn refer_to(&mut self, kind: NameKind, owner: &str, name: &str, span: Span) -> Option<usize> {
        let above = || {
            // A record has what it belongs to as it has fields.
            if kind == NameKind::Field { self.names.above(owner, name) } else { None }
        };
        let found = self.names.find(kind, owner, name).or_else(above)?;
        self.mention(span, found);
        Some(found)
    }

    /// The words and signs of a place, each with where it stands; names as the tree has them.
    fn words(&self, at: Span) -> Vec<(Token, Span)> {
        let text = self.sources.get(at.source.0 as usize).map_or("", |source| source.slice(at));
        let token = |(mut token, place): (Token, std::ops::Range<usize>)| {
            if !is_nfc(&token.text) {
                token.text = token.text.nfc().collect();
            }
            (
                token,
                Span {
                    source: at.source,
                    start: at.start + place.start as u32,
                    end: at.start + place.end as u32,
                },
            )
        };
        placed(text).map(token).collect()
    }
}
