//! What may stand at the cursor: names that mean something there, choices of the field that is
//! asked for, clauses, words of the language.
//!
//! Found by name and by label, also in the middle of it. Not here: what stands before the cursor
//! (`sentence`), records of tests (`complete::tests`).

mod language;
mod tests;

use guiju::{Locale, Localized, Words};
use guiju_compiler::names::{NameKind, NameScope, Named, Names};
use guiju_compiler::syntax::TokenKind;
use guiju_model::rules::Placing;
use guiju_model::schema::PROGRAMME;
use guiju_model::unit::MONEY;
use guiju_model::words::{self, NAMES, WORDS, name_in};

use super::calls::functions;
use super::sentence::{Inside, Sentence};
use super::words::{both, kind, pick};
use crate::text::{Edit, Place};
use crate::workspace::Workspace;

/// Something that may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is shown.
    pub label: String,
    /// What it names; none for a word of the language.
    pub kind: Option<NameKind>,
    /// What it is, in a few words.
    pub detail: String,
    /// What what is typed is compared with.
    pub filter: String,
    /// Its place among the others.
    pub order: String,
    /// What is written.
    pub edit: Edit,
}

/// What stands in the formulas of records, each by its bare name.
const OF_RECORDS: &[NameKind] =
    &[NameKind::Field, NameKind::Value, NameKind::Class, NameKind::Tally, NameKind::Kpi];

/// How many are offered at most.
const OFFERS: usize = 400;

/// What is collected, and what it is collected for.
struct Offers<'a> {
    names: &'a Names,
    sentence: &'a Sentence,
    words: Words,
    locale: Locale,
    found: Vec<(String, Option<NameKind>, Localized, String, u8)>,
}

/// What may stand at a place.
pub fn complete(workspace: &Workspace, path: &str, place: Place, locale: Locale) -> Vec<Offer> {
    let analysis = workspace.analysis(path);
    let Some((file, offset)) = analysis.locate(path, place) else { return Vec::new() };
    let Some(text) = analysis.text(file) else { return Vec::new() };
    let mut sentence = Sentence::before(text.as_str(), offset as usize, workspace.limits());
    if sentence.inside != Inside::Rules {
        return Vec::new();
    }
    let cites = cites(&mut sentence, text.as_str(), offset as usize);
    let words = words::words_of(text.as_str());
    let mut offers =
        Offers { names: &analysis.names, sentence: &sentence, words, locale, found: Vec::new() };
    if cites {
        offers.clauses(file);
    } else {
        offers.all(workspace);
    }
    let (start, typed) = (sentence.start, sentence.prefix.clone());
    let reach = text.reach(start..offset as usize);
    let mut seen = std::collections::HashSet::new();
    let found =
        offers.found.into_iter().filter(|(insert, kind, ..)| seen.insert((insert.clone(), *kind)));
    let matched = found.filter_map(|(insert, kind, label, detail, rank)| {
        let filter = matched(&insert, &label, &typed)?;
        Some((
            Offer {
                label: insert.trim_end().to_owned(),
                kind,
                detail,
                filter,
                order: String::new(),
                edit: Edit { reach, text: insert },
            },
            rank,
        ))
    });
    let mut all: Vec<(Offer, u8)> = matched.collect();
    all.sort_by_key(|(_, rank)| *rank);
    all.truncate(OFFERS);
    for (at, (offer, rank)) in all.iter_mut().enumerate() {
        offer.order = format!("{rank}{at:04}");
    }
    all.into_iter().map(|(offer, _)| offer).collect()
}

/// What of a name or its label what is typed is found in; `None` where it is in neither.
fn matched(name: &str, label: &Localized, typed: &str) -> Option<String> {
    let lower = typed.to_lowercase();
    let mut rest = lower.chars().peekable();
    for c in name.to_lowercase().chars() {
        rest.next_if(|next| *next == c);
    }
    if rest.peek().is_none() {
        return Some(name.to_owned());
    }
    let within = |label: &str| {
        let folded = label.to_lowercase();
        // Lower case may be of another length; then the whole label is what is compared.
        folded.find(&lower).map(|at| {
            label.get(at..).filter(|_| folded.len() == label.len()).unwrap_or(label).to_owned()
        })
    };
    within(&label.zh).or_else(|| within(label.en.as_deref()?))
}

/// Whether a clause is being written after `@`. What is typed of it then reaches back over its
/// signs.
fn cites(sentence: &mut Sentence, text: &str, offset: usize) -> bool {
    let Some(at) = sentence
        .words
        .iter()
        .rposition(|word| word.kind == TokenKind::Sign && matches!(word.text.as_str(), "@" | ","))
    else {
        return false;
    };
    let opened = sentence.words[..=at].iter().rposition(|word| word.text == "@");
    let Some(opened) = opened else { return false };
    let of_clause = |kind: TokenKind, text: &str| match kind {
        TokenKind::Word | TokenKind::Number => true,
        TokenKind::Sign => matches!(text, "-" | "." | ":" | "," | "@"),
        TokenKind::Text => false,
    };
    if !sentence.words[opened..].iter().all(|word| of_clause(word.kind, &word.text)) {
        return false;
    }
    let start = sentence.words.get(at + 1).map_or(sentence.start, |word| word.start).min(offset);
    let typed = text.get(start..offset).unwrap_or_default();
    if typed.contains(char::is_whitespace) {
        return false;
    }
    // The item may go on on the next line after a clause, but not after `@` or a comma.
    sentence.words.truncate(at + 1);
    (sentence.start, sentence.prefix) = (start, typed.to_owned());
    true
}

impl Offers<'_> {
    fn all(&mut self, workspace: &Workspace) {
        let sentence = self.sentence;
        if sentence.words.is_empty() || (sentence.fresh_line && sentence.depth() == 0) {
            for word in words::item_words(self.words) {
                self.word(word, 1);
            }
        }
        match (sentence.head(), sentence.last(0)) {
            ("", _) => {}
            ("test" | "example", _) => self.in_test(),
            (_, "amends") => {
                let packs: Vec<String> =
                    workspace.packs().iter().map(|pack| pack.name().to_owned()).collect();
                packs.into_iter().filter(|name| !name.is_empty()).for_each(|name| {
                    self.push(name, Some(NameKind::Pack), Localized::default(), String::new(), 0)
                });
            }
            ("tally", "from") | ("check", "on") | ("let" | "classify", "let" | "classify") => {
                self.of_pack(&[NameKind::Entity])
            }
            ("extend", "extend") => {
                self.of_pack(&[NameKind::Entity]);
                self.word(
                    WORDS
                        .iter()
                        .find(|word| word.rule == "kw_tally")
                        .map_or("tally", |word| word.spelled(self.words)),
                    1,
                );
            }
            ("extend", "tally") => self.tallies(),
            (_, "counted" | "in") if self.asks_tally() => {
                self.of_pack(&[NameKind::Tally, NameKind::Award])
            }
            ("drop", "tally") => self.tallies(),
            ("award", "from") => self.of_pack(&[NameKind::Entity]),
            ("tally", "by") => self.keys(),
            ("award", "order") => {
                self.words_called(&["kw_highest", "kw_lowest", "kw_earliest", "kw_latest"], 0)
            }
            ("award", ",") if sentence.award_part() == "order" => {
                self.words_called(&["kw_highest", "kw_lowest", "kw_earliest", "kw_latest"], 0);
            }
            ("award", "rest") => self.words_called(&["kw_partly", "kw_stop", "kw_next"], 0),
            ("award", "ties") => self.words_called(&["kw_open", "kw_together", "kw_none"], 0),
            (_, "(") if sentence.opens_over(sentence.words.len() - 1) => {
                self.of_pack(&[NameKind::Entity])
            }
            ("entity", "in") => self.of_pack(&[NameKind::Entity]),
            ("once", "between" | "," | "(") => self.of_pack(&[NameKind::Tally]),
            ("drop", "drop" | ",") => {
                self.tallies();
                self.of_pack(&[
                    NameKind::Constant,
                    NameKind::Table,
                    NameKind::Kpi,
                    NameKind::Once,
                    NameKind::Award,
                    NameKind::Obligation,
                    NameKind::Check,
                    NameKind::Example,
                ]);
            }
            ("entity" | "extend", ":") => {
                for (_, english, _) in NAMES.iter().filter(|(kind, ..)| *kind == words::Name::Type)
                {
                    self.word(name_in(words::Name::Type, english, self.words), 1);
                }
                self.of_pack(&[NameKind::Entity]);
            }
            (_, ".") => self.members(),
            _ if sentence.words.last().is_some_and(|word| word.kind == TokenKind::Number) => {
                self.units()
            }
            _ => self.formula(),
        }
    }

    /// Whether the name of a tally comes after `counted in`.
    fn asks_tally(&self) -> bool {
        let counted = |word: &str| word == "counted" || word == "計入";
        self.sentence.last(0) == "in"
            && (counted(self.sentence.last(1))
                || self.sentence.words.last().is_some_and(|word| word.text == "計入"))
    }

    /// Tallies by the names that editions change them by: of those that records own, with the
    /// entity before it.
    fn tallies(&mut self) {
        self.of_pack(&[NameKind::Tally]);
        let names = self.names;
        let owned = names
            .list()
            .iter()
            .filter(|named| named.symbol.kind == NameKind::Tally && !named.symbol.owner.is_empty());
        for named in owned {
            let label = named.label.clone().unwrap_or_default();
            let detail =
                format!("{} {}", kind(NameKind::Tally, self.locale), both(&label, self.locale))
                    .trim_end()
                    .to_owned();
            self.push(
                format!("{}.{}", named.symbol.owner, named.symbol.name),
                Some(NameKind::Tally),
                label,
                detail,
                1,
            );
        }
    }

    /// What records may have in common with the owner of their tally: fields that both have, and a
    /// reference to it.
    fn keys(&mut self) {
        let (names, sentence) = (self.names, self.sentence);
        let (owner, Some(entity)) = (sentence.word(1), sentence.after("from")) else { return };
        let both = |named: &&Named| {
            names.find(NameKind::Field, owner, &named.symbol.name).is_some()
                || named.entity.as_deref() == Some(owner)
        };
        names
            .of_owner(NameKind::Field, entity)
            .into_iter()
            .filter(both)
            .for_each(|named| self.named(named, "", 0));
    }

    /// Names and words where a condition or a value is written.
    fn formula(&mut self) {
        let sentence = self.sentence;
        let scope = sentence.scope(self.names);
        self.row();
        match self.compared(scope) {
            Some(owner) => self.of_owner(NameKind::Choice, &owner, 0),
            None if sentence.last(0) == "in" => self.lists(),
            None => {}
        }
        if matches!(sentence.head(), "pack" | "source" | "period" | "entity") {
            return self.words_of(sentence.head());
        }
        match scope {
            NameScope::Record(entity) => {
                OF_RECORDS.iter().for_each(|kind| self.of_owner(*kind, entity, 1));
            }
            NameScope::Root | NameScope::Programme => {
                self.of_pack(&[NameKind::Tally, NameKind::Kpi]);
                if let Some(root) = self.names.root().filter(|_| scope == NameScope::Root) {
                    self.of_owner(NameKind::Field, root, 1);
                    self.of_owner(NameKind::Value, root, 1);
                }
            }
            NameScope::Constant => {}
        }
        if sentence.head() == "award" && sentence.award_part() == "require" {
            self.of_pack(&[NameKind::Obligation]);
        }
        if matches!(
            (sentence.head(), scope),
            ("kpi" | "obligation" | "award", NameScope::Root | NameScope::Programme)
        ) {
            self.of_pack(&[NameKind::Award]);
        }
        self.of_pack(&[NameKind::Constant, NameKind::Table]);
        for (name, (zh, en)) in functions(self.words) {
            self.push(
                name.to_owned(),
                None,
                Localized::default(),
                pick(self.locale, zh, en).to_owned(),
                3,
            );
        }
        self.words_of(sentence.head());
    }

    /// Entities that a text may be in: those of nothing but a key.
    fn lists(&mut self) {
        let names = self.names;
        let is_list =
            |named: &&Named| names.of_owner(NameKind::Field, &named.symbol.name).len() == 1;
        names
            .of_owner(NameKind::Entity, "")
            .into_iter()
            .filter(is_list)
            .for_each(|named| self.named(named, "", 0));
    }

    /// The choices of the classification that is being written, after an arrow. It cannot be read
    /// yet, so that its words are all there is.
    fn row(&mut self) {
        let words = &self.sentence.words;
        let arrow = self.sentence.last(0) == "⇒"
            || (self.sentence.last(0) == ">" && self.sentence.last(1) == "=")
            || self.sentence.last(0) == "otherwise";
        if self.sentence.head() != "classify" || !arrow {
            return;
        }
        let head = words.iter().take_while(|word| word.text != "{").collect::<Vec<_>>();
        let chosen = head.windows(2).filter(|pair| {
            matches!(pair[0].text.as_str(), ":" | "|") && pair[1].kind == TokenKind::Word
        });
        let chosen: Vec<String> = chosen.map(|pair| pair[1].text.clone()).collect();
        chosen.into_iter().for_each(|choice| {
            self.push(choice, Some(NameKind::Choice), Localized::default(), String::new(), 0)
        });
    }

    /// The owner of the named values that the word at the cursor is compared with or assigned to.
    fn compared(&self, scope: NameScope<'_>) -> Option<String> {
        let words = &self.sentence.words;
        let mut at = words.len().checked_sub(1)?;
        // Within a list: back to where it opens.
        let mut depth = 0_usize;
        if matches!(words[at].text.as_str(), "(" | ",") {
            loop {
                match words[at].text.as_str() {
                    ")" => depth += 1,
                    "(" if depth == 0 => break,
                    "(" => depth -= 1,
                    "{" | "}" => return None,
                    _ => {}
                }
                at = at.checked_sub(1)?;
            }
            at = at.checked_sub(1)?;
            matches!(words[at].english.as_str(), "in" | "has" | "any" | "all").then_some(())?;
        }
        let mut end = match words[at].english.as_str() {
            "=" | "≠" | "in" | "has" => at,
            "any" | "all" => at.checked_sub(1)?,
            ">" if at > 0 && words[at - 1].text == "<" => at - 1,
            _ => return None,
        };
        if end > 0 && words[end - 1].english == "not" {
            end -= 1;
        }
        // `含任一` is one word.
        if end > 0 && words[end - 1].english == "has" && words[at].text.is_ascii() {
            end -= 1;
        }
        let path = self.sentence.path_before(end);
        self.names.choices(&path, scope)
    }

    /// What may stand after a dot.
    fn members(&mut self) {
        let sentence = self.sentence;
        let path = sentence.path_before(sentence.words.len() - 1);
        let Some(owner) = path.last().copied() else { return };
        let scope = sentence.scope(self.names);
        if let Some(table) = self.names.find(NameKind::Table, "", owner) {
            let name =
                self.names.named(table).map(|named| named.symbol.name.clone()).unwrap_or_default();
            return self.of_owner(NameKind::Column, &name, 0);
        }
        if self.names.find(NameKind::Award, "", owner).is_some() {
            return self.placings();
        }
        if self.names.find(NameKind::Tally, "", owner).is_some() {
            self.of_owner(NameKind::Part, owner, 0);
            for owner in self.names.parts(owner) {
                self.of_owner(NameKind::Choice, &owner, 0);
            }
            return;
        }
        let entity = match scope {
            _ if self.names.find(NameKind::Entity, "", owner).is_some() || owner == PROGRAMME => {
                Some(owner)
            }
            NameScope::Record(entity) => self
                .names
                .find(NameKind::Field, entity, owner)
                .and_then(|at| self.names.named(at))
                .and_then(|named| named.entity.as_deref()),
            _ => None,
        };
        match entity {
            Some(entity) if sentence.head() == "extend" && sentence.last(2) == "tally" => {
                self.of_owner(NameKind::Tally, entity, 0)
            }
            Some(entity) => OF_RECORDS.iter().for_each(|kind| self.of_owner(*kind, entity, 0)),
            None => {}
        }
    }

    /// What an award decides of each who applies.
    fn placings(&mut self) {
        for (written, _) in Placing::NAMES {
            self.push((*written).to_owned(), None, Localized::default(), String::new(), 0);
        }
    }

    fn units(&mut self) {
        for (unit, _) in MONEY {
            self.word(unit, 1);
        }
        self.word("%", 1);
        self.word("天", 1);
        self.of_pack(&[NameKind::Unit]);
        self.words_of(self.sentence.head());
    }

    /// Clauses, those that no rule of the file's edition cites first.
    fn clauses(&mut self, file: guiju::SourceId) {
        let own = self.names.edition(file);
        let mut cited = std::collections::HashSet::new();
        let mentions =
            self.names.mentions().iter().filter(|mention| {
                !mention.declares && self.names.edition(mention.span.source) == own
            });
        cited.extend(mentions.map(|mention| mention.named));
        let mut ids: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        let clauses = || {
            self.names
                .list()
                .iter()
                .enumerate()
                .filter(|(_, named)| named.symbol.kind == NameKind::Clause)
        };
        clauses().for_each(|(_, named)| *ids.entry(named.symbol.name.as_str()).or_default() += 1);
        let mut found = Vec::new();
        for (at, named) in clauses() {
            let id = &named.symbol.name;
            // A clause that two documents have is written with its document.
            let written = if ids.get(id.as_str()).is_some_and(|count| *count > 1) {
                format!("{}:{id}", named.symbol.owner)
            } else {
                id.clone()
            };
            let summary = named.label.clone().unwrap_or_default();
            let newest = named
                .declared
                .last()
                .is_some_and(|declared| self.names.edition(declared.name.source) == own);
            let rank = match (cited.contains(&at), newest) {
                (false, true) => 0,
                (false, false) => 2,
                (true, true) => 1,
                (true, false) => 3,
            };
            found.push((written, summary.clone(), summary.get(self.locale).to_owned(), rank));
        }
        found.into_iter().for_each(|(written, label, detail, rank)| {
            self.push(written, Some(NameKind::Clause), label, detail, rank)
        });
    }

    fn of_pack(&mut self, kinds: &[NameKind]) {
        kinds.iter().for_each(|kind| self.of_owner(*kind, "", 1));
    }

    fn of_owner(&mut self, kind: NameKind, owner: &str, rank: u8) {
        let names = self.names;
        names.of_owner(kind, owner).into_iter().for_each(|named| self.named(named, "", rank));
    }

    /// A name, with what is written after it.
    fn named(&mut self, named: &Named, after: &str, rank: u8) {
        let label = named.label.clone().unwrap_or_default();
        let detail =
            format!("{} {}", kind(named.symbol.kind, self.locale), both(&label, self.locale))
                .trim_end()
                .to_owned();
        self.push(
            format!("{}{after}", named.symbol.name),
            Some(named.symbol.kind),
            label,
            detail,
            rank,
        );
    }

    fn word(&mut self, word: &str, rank: u8) {
        // Either spelling finds it.
        let other = WORDS
            .iter()
            .find(|known| known.spelled(self.words) == word)
            .map(|known| Localized::new(known.chinese, known.english));
        self.push(word.to_owned(), None, other.unwrap_or_default(), String::new(), rank);
    }

    fn push(
        &mut self,
        written: String,
        kind: Option<NameKind>,
        label: Localized,
        detail: String,
        rank: u8,
    ) {
        self.found.push((written, kind, label, detail, rank));
    }
}
