//! The law and the rules on one page: for every clause, what it says, the rules that compute it,
//! the tests that rest on it and the data it asks for; for every field, the clauses that read it.
//!
//! Gathered here once, and written by [`html`] and [`markdown`]. Not here: what rules mean, which
//! the compiler says.

pub(crate) mod html;
pub(crate) mod markdown;
mod reader;

use std::collections::BTreeMap;

use guiju::{Clause, EntityId, FieldId, Limits, Locale, Localized, Names, SourcePack, TestResult};

use crate::words::{count, pick};
use reader::Reader;
pub(crate) use reader::{File, files};

/// Everything that the page says of a pack.
pub(crate) struct Handbook<'a> {
    pub(crate) pack: &'a SourcePack,
    pub(crate) locale: Locale,
    pub(crate) documents: Vec<DocumentEntry<'a>>,
    /// Rules that rest on a reason of their author's and on no clause.
    pub(crate) own: Vec<RuleEntry<'a>>,
    /// The rules in the files of the newest edition, where it amends another.
    pub(crate) changes: Vec<RuleEntry<'a>>,
    pub(crate) entities: Vec<EntityEntry<'a>>,
}

/// A document, and what is made of each clause.
pub(crate) struct DocumentEntry<'a> {
    /// The part of a citation before the colon.
    pub(crate) name: &'a str,
    pub(crate) label: &'a Localized,
    pub(crate) clauses: Vec<ClauseEntry<'a>>,
}

/// A clause, and what is made of it.
pub(crate) struct ClauseEntry<'a> {
    pub(crate) clause: &'a Clause,
    /// The rules that cite it, the newest edition's first.
    pub(crate) rules: Vec<RuleEntry<'a>>,
    /// The tests that rest on it, each with its place.
    pub(crate) tests: Vec<(&'a str, String)>,
    /// The fields that its rules read.
    pub(crate) fields: Vec<FieldName<'a>>,
}

/// A field as people and files call it.
#[derive(Clone, Copy)]
pub(crate) struct FieldName<'a> {
    pub(crate) entity: &'a str,
    pub(crate) field: &'a str,
    pub(crate) label: &'a Localized,
}

/// A rule or the part of one that cites a clause.
#[derive(Clone)]
pub(crate) struct RuleEntry<'a> {
    /// What it is called, as it is written: `tally shops`.
    pub(crate) name: &'a str,
    /// What people call it.
    pub(crate) label: Option<&'a Localized>,
    /// `file:line`.
    pub(crate) place: String,
    /// The edition it is written in.
    pub(crate) edition: &'a str,
    /// Its text.
    pub(crate) text: String,
    /// The same in the words of the reader's language, where that is not how it is written.
    pub(crate) in_words: Option<String>,
    /// The values, conditions and tables that it names, as they are in force.
    pub(crate) uses: Vec<String>,
    /// What earlier editions say of the same, the newest first.
    pub(crate) before: Vec<(&'a str, String)>,
    /// What each rule in it says, and what tests saw it do.
    pub(crate) seen: Vec<(Localized, Seen)>,
}

/// What tests saw of a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// All that it can do.
    All,
    /// One side only.
    Part,
    Nothing,
}

/// A kind of record, and which clauses ask for each of its fields.
pub(crate) struct EntityEntry<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a Localized,
    /// Name, label, whether it may be left out, clauses.
    pub(crate) fields: Vec<(&'a str, &'a Localized, bool, Vec<String>)>,
}

impl<'a> Handbook<'a> {
    /// Gathers it; `results` are those of the pack's tests.
    pub(crate) fn of(
        pack: &'a SourcePack,
        names: &'a Names,
        files: &'a [File<'a>],
        results: &'a [TestResult],
        locale: Locale,
        limits: &Limits,
    ) -> Handbook<'a> {
        let reader = Reader { pack, names, files, exercises: pack.exercises(limits) };
        let read = pack.clauses_by_field();
        let documents = pack.documents().iter().map(|document| DocumentEntry {
            name: &document.name,
            label: &document.label,
            clauses: document
                .clauses
                .iter()
                .map(|clause| {
                    let id = format!("{}:{}", document.name, clause.id);
                    ClauseEntry {
                        clause,
                        rules: reader.citing(clause),
                        tests: reader.tests(results, &id),
                        fields: fields(pack, &read, &id),
                    }
                })
                .collect(),
        });
        Handbook {
            pack,
            locale,
            documents: documents.collect(),
            own: reader.own(),
            changes: reader.changes(),
            entities: entities(pack, &read),
        }
    }
}

impl Handbook<'_> {
    /// The page in one sentence: editions and numbers.
    fn summary(&self) -> String {
        let editions = self.pack.editions().join(" → ");
        let all = self.documents.iter().flat_map(|document| &document.clauses);
        let (mut cited, mut declared, mut open) = (0, 0, 0);
        for entry in all {
            match (entry.rules.is_empty(), &entry.clause.uncomputable) {
                (false, _) => cited += 1,
                (true, Some(_)) => declared += 1,
                (true, None) => open += 1,
            }
        }
        let clauses = cited + declared + open;
        match self.locale {
            Locale::ZhTw => format!(
                "{editions}：{clauses} 條條文，{cited} 條有規則，{declared} 條無法計算，\
                 {open} 條沒有規則引用"
            ),
            Locale::En => format!(
                "{editions}: {}, {cited} with rules, {declared} not computable, \
                 {open} cited by no rule",
                count(clauses, "clause", "clauses")
            ),
        }
    }
}

impl ClauseEntry<'_> {
    /// How the pack deals with the clause, in words.
    fn state(&self, locale: Locale) -> String {
        if !self.rules.is_empty() {
            let rules = self.rules.len();
            return match locale {
                Locale::ZhTw => format!("{rules} 條規則依此計算"),
                Locale::En => format!("computed by {}", count(rules, "rule", "rules")),
            };
        }
        match (&self.clause.uncomputable, locale) {
            (Some(reason), Locale::ZhTw) => format!("無法計算：{}", reason.get(locale)),
            (Some(reason), Locale::En) => format!("not computable: {}", reason.get(locale)),
            (None, Locale::ZhTw) => "沒有規則引用".to_owned(),
            (None, Locale::En) => "cited by no rule".to_owned(),
        }
    }
}

impl Seen {
    fn words(self, locale: Locale) -> &'static str {
        match self {
            Seen::All => pick(locale, "測試都看過", "seen by the pack's tests"),
            Seen::Part => pick(locale, "測試只看過一面", "the pack's tests see one side only"),
            Seen::Nothing => pick(locale, "這個規則包的測試沒看過", "seen by no test of this pack"),
        }
    }
}

/// The fields that the rules of a clause read.
fn fields<'a>(
    pack: &'a SourcePack,
    read: &BTreeMap<(EntityId, FieldId), Vec<String>>,
    id: &str,
) -> Vec<FieldName<'a>> {
    read.iter()
        .filter(|(_, clauses)| clauses.iter().any(|clause| clause == id))
        .filter_map(|((entity, field), _)| {
            let entity = pack.schema().entities.get(*entity)?;
            let field = entity.fields.get(*field)?;
            Some(FieldName { entity: &entity.name, field: &field.name, label: &field.label })
        })
        .collect()
}

fn entities<'a>(
    pack: &'a SourcePack,
    read: &BTreeMap<(EntityId, FieldId), Vec<String>>,
) -> Vec<EntityEntry<'a>> {
    let entries = pack.schema().entities.entries().map(|(at, entity)| EntityEntry {
        name: &entity.name,
        label: &entity.label,
        fields: entity
            .fields
            .entries()
            .map(|(field, known)| {
                let clauses = read.get(&(at, field)).cloned().unwrap_or_default();
                (known.name.as_str(), &known.label, known.optional, clauses)
            })
            .collect(),
    });
    entries.collect()
}
