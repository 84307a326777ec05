//! The words before the cursor, from the beginning of the item it stands in: what a half-written
//! rule is about. Works on words, since there is no tree yet. Not here: what is offered
//! (`complete`, `calls`).

use guiju::{Limits, Source, SourceId};
use guiju_compiler::names::{NameKind, NameScope, Names};
use guiju_compiler::syntax::{TokenKind, item_spans, placed};
use guiju_model::words::{self, WORDS, built_in, item_word};

/// A word before the cursor.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// As it is written.
    pub(super) text: String,
    /// A word of the language in English; of a phrase that is one word in Chinese, its last.
    pub(super) english: String,
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Where the cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    Rules,
    Comment,
    Text,
}

/// What stands before the cursor.
#[derive(Debug)]
pub(super) struct Sentence {
    /// The words of the item, without the one that is being written.
    pub(super) words: Vec<Word>,
    /// First byte of the word that is being written, or the cursor.
    pub(super) start: usize,
    /// What is written of it.
    pub(super) prefix: String,
    pub(super) inside: Inside,
    /// Whether nothing else stands before it on its line.
    pub(super) fresh_line: bool,
}

impl Sentence {
    pub(super) fn before(text: &str, offset: usize, limits: &Limits) -> Sentence {
        let source = Source::new("", text);
        let spans = item_spans(&source, SourceId(0), limits);
        let item = spans
            .iter()
            .rev()
            .map(|span| span.start as usize)
            .find(|start| *start <= offset)
            .unwrap_or(0);
        let written = text.get(item..offset).unwrap_or_default();
        let (mut words, mut inside, mut from) = (Vec::new(), Inside::Rules, item);
        // No text goes over the end of a line, so that one which is not closed spoils no other.
        for line in written.split_inclusive('\n') {
            (inside, from) = (line_words(line, from, &mut words), from + line.len());
        }
        if written.ends_with('\n') {
            inside = Inside::Rules;
        }
        let partial = words.pop_if(|word| {
            word.end == offset && matches!(word.kind, TokenKind::Word | TokenKind::Number)
        });
        let start = partial.as_ref().map_or(offset, |word| word.start);
        let line = text.get(..start).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        Sentence {
            words,
            start,
            prefix: partial.map(|word| word.text).unwrap_or_default(),
            inside,
            fresh_line: line.trim().is_empty(),
        }
    }

    /// The word that its item begins with.
    pub(super) fn head(&self) -> &str {
        self.words.first().map_or("", |word| word.english.as_str())
    }

    /// A word from the end, as English.
    pub(super) fn last(&self, back: usize) -> &str {
        self.words
            .len()
            .checked_sub(back + 1)
            .and_then(|at| self.words.get(at))
            .map_or("", |word| word.english.as_str())
    }

    /// A word by its number, as it is written.
    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    /// The word after the first of these.
    pub(super) fn after(&self, english: &str) -> Option<&str> {
        let at = self
            .words
            .iter()
            .position(|word| word.kind == TokenKind::Word && word.english == english)?;
        Some(self.word(at + 1)).filter(|word| !word.is_empty())
    }

    /// How many braces are open.
    pub(super) fn depth(&self) -> usize {
        self.words.iter().fold(0_usize, |depth, word| match word.text.as_str() {
            "{" if word.kind == TokenKind::Sign => depth + 1,
            "}" if word.kind == TokenKind::Sign => depth.saturating_sub(1),
            _ => depth,
        })
    }

    /// The path that ends before a word: `a.b` as its parts.
    pub(super) fn path_before(&self, at: usize) -> Vec<&str> {
        let mut path = Vec::new();
        let mut end = at;
        while let Some(word) = end
            .checked_sub(1)
            .and_then(|at| self.words.get(at))
            .filter(|word| word.kind == TokenKind::Word)
        {
            path.insert(0, word.text.as_str());
            let dot = end
                .checked_sub(2)
                .and_then(|at| self.words.get(at))
                .is_some_and(|word| word.text == ".");
            if !dot {
                break;
            }
            end -= 2;
        }
        path
    }

    /// The entity of `some(entity: …` or `every(entity: …` around the cursor, the innermost.
    fn asked_over(&self) -> Option<&str> {
        let mut closed = 0_usize;
        for (at, word) in
            self.words.iter().enumerate().rev().filter(|(_, word)| word.kind == TokenKind::Sign)
        {
            match word.text.as_str() {
                ")" => closed += 1,
                "(" if closed > 0 => closed -= 1,
                "(" if self.opens_over(at) && self.word(at + 2) == ":" => {
                    return Some(self.word(at + 1));
                }
                "{" | "}" => return None,
                _ => {}
            }
        }
        None
    }

    /// Whether a bracket is that of a function over the records of an entity.
    pub(super) fn opens_over(&self, bracket: usize) -> bool {
        let name = bracket.checked_sub(1).map_or("", |at| self.word(at));
        self.word(bracket) == "("
            && matches!(built_in(words::Name::Function, name), Some("some" | "every"))
    }

    /// An award asks about each applicant or, where its limit stands, about all who stand against
    /// one another.
    fn award_scope<'a>(&'a self, names: &'a Names) -> NameScope<'a> {
        let Some(entity) =
            self.after("from").filter(|entity| names.find(NameKind::Entity, "", entity).is_some())
        else {
            return NameScope::Constant;
        };
        let of_roots = names.root() == Some(entity);
        match self.award_part() {
            "places" | "budget" if of_roots => NameScope::Programme,
            "places" | "budget" => NameScope::Root,
            "step" | "reserve" => NameScope::Constant,
            _ if of_roots => NameScope::Root,
            _ => NameScope::Record(entity),
        }
    }

    /// The word that the part of an award at the cursor begins with. A field or table may be called
    /// like a part: what stands behind a sign or behind another such word is no beginning.
    pub(super) fn award_part(&self) -> &str {
        let is_part = |word: &Word| {
            word.kind == TokenKind::Word && AWARD_PARTS.contains(&word.english.as_str())
        };
        let Some(open) = self.words.iter().position(|word| word.text == "{") else { return "" };
        let mut part = "";
        for at in open + 1..self.words.len() {
            let before = &self.words[at - 1];
            let ends = before.kind != TokenKind::Sign || matches!(before.text.as_str(), "{" | ")");
            let in_value = is_part(before) && before.english == part;
            if is_part(&self.words[at]) && ends && !in_value {
                part = self.words[at].english.as_str();
            }
        }
        part
    }

    /// What names may stand in its formulas.
    pub(super) fn scope<'a>(&'a self, names: &'a Names) -> NameScope<'a> {
        let known = |entity: &str| names.find(NameKind::Entity, "", entity).is_some();
        if let Some(entity) = self.asked_over().filter(|entity| known(entity)) {
            return NameScope::Record(entity);
        }
        let entity_of_tally = || {
            let (owner, tally) =
                if self.word(3) == "." { (self.word(2), self.word(4)) } else { ("", self.word(2)) };
            let named = names.named(names.find(NameKind::Tally, owner, tally)?)?;
            named.entity.as_deref()
        };
        let entity = match self.head() {
            "tally" => self.after("from"),
            "extend" => (self.words.get(1).is_some_and(|word| word.english == "tally"))
                .then(entity_of_tally)
                .flatten(),
            "check" => self.after("on"),
            "award" => return self.award_scope(names),
            "classify" => Some(self.word(1)),
            "let" if self.word(1) == "(" => Some(self.word(2)),
            "let" if self.word(2) == "." => Some(self.word(1)),
            "kpi" | "obligation" => {
                let programme = self
                    .words
                    .iter()
                    .take_while(|word| word.text != "=")
                    .any(|word| word.english == "programme");
                return if programme { NameScope::Programme } else { NameScope::Root };
            }
            _ => None,
        };
        entity.filter(|entity| known(entity)).map_or(NameScope::Constant, NameScope::Record)
    }
}

/// The words that parts of an award begin with; of several words the last.
pub(super) const AWARD_PARTS: &[&str] =
    &["require", "order", "places", "budget", "give", "rest", "to", "step", "ties", "reserve"];

/// Reads a line; gives where its end is.
fn line_words(line: &str, from: usize, words: &mut Vec<Word>) -> Inside {
    let mut end = 0;
    let mut open = false;
    for (token, place) in placed(line) {
        let written = line.get(place.clone()).unwrap_or_default();
        open = token.kind == TokenKind::Text && !is_closed(written);
        end = place.end;
        let english = english(&token.text);
        words.push(Word {
            english,
            text: token.text,
            kind: token.kind,
            start: from + place.start,
            end: from + place.end,
        });
    }
    match () {
        () if open => Inside::Text,
        () if line.get(end..).unwrap_or_default().contains("--") => Inside::Comment,
        () => Inside::Rules,
    }
}

/// Whether a text in quotation marks has its second one.
fn is_closed(written: &str) -> bool {
    let mut chars = written.chars();
    let (first, last) = (chars.next(), chars.next_back());
    match first {
        Some('“') => last == Some('”'),
        // A mark after a backslash closes nothing.
        _ => {
            matches!(last, Some('"' | '＂'))
                && chars.as_str().chars().rev().take_while(|c| *c == '\\').count() % 2 == 0
        }
    }
}

/// A word of the language in English; of several words the last.
fn english(written: &str) -> String {
    let found = item_word(written).or_else(|| WORDS.iter().find(|word| word.chinese == written));
    found.map_or(written, |word| word.english.rsplit(' ').next().unwrap_or(word.english)).to_owned()
}
