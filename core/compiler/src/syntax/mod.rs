//! Text to items: `scan` splits a file, pest parses one item at a time, `lower` builds the plain
//! tree.
//!
//! Never fails: what cannot be read becomes a diagnostic, and the other items go on. No type of the
//! parser library leaves this folder.

#![deny(
    clippy::indexing_slicing,
    reason = "positions that input gives are looked up, never trusted"
)]

pub mod ast;
mod award;
mod beside;
#[expect(clippy::indexing_slicing, reason = "a remainder is within the list it is taken of")]
pub(crate) mod changes;
#[expect(
    clippy::indexing_slicing,
    reason = "there is a slot for each position of the text and one for its end"
)]
pub(crate) mod cut;
mod error;
mod expr;
mod lower;
mod meant;
mod once;
mod outline;
mod parts;
mod pieces;
mod recover;
#[expect(clippy::indexing_slicing, reason = "the list is written out beside its use")]
mod respell;
mod scan;
mod suspects;
mod test_block;
pub mod tokens;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use pest::Parser as _;
use unicode_normalization::UnicodeNormalization;

use ast::Item;
pub use beside::{beside, bring, is_table_file, table_files};
pub use changes::cited_at;
use guiju_model::diagnostic::Findings;
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::{fold_char, nearest};
use guiju_model::words::{self as language, WORDS, Words, item_word};
pub use outline::{OutlineItem, outline};
pub(crate) use pieces::{Bracket, Piece, Role, pieces};
pub use respell::Spellings;
pub(crate) use respell::{Declared, respell};
pub use tokens::{Token, TokenKind, placed, tokens};

#[derive(pest_derive::Parser)]
#[grammar = "syntax/grammar.pest"]
struct Grammar;

/// The items of a source, in order; findings go to the list.
pub fn parse(
    source: &Source,
    id: SourceId,
    with_tests: bool,
    limits: &Limits,
    findings: &mut Findings,
) -> Vec<Item> {
    let mut items = Vec::new();
    for slice in scan::scan(source, id, limits, findings) {
        let text = source.slice(slice.span);
        let blank_or_text = |rest: &str| rest.starts_with([' ', '"', '“', '\u{3000}']);
        let is_test =
            ["test", "測試"].iter().any(|word| text.strip_prefix(word).is_some_and(blank_or_text));
        if !with_tests && is_test {
            continue;
        }
        if !slice.sound {
            items.push(lost(text, slice.span));
            continue;
        }
        match Grammar::parse(Rule::item, text) {
            Ok(pairs) => {
                let mut lower = lower::Lower::new(id, slice.span.start, limits, findings);
                items.extend(lower.items(pairs).unwrap_or_else(|| vec![lost(text, slice.span)]));
            }
            Err(error) => {
                let found = recover::recover(text, error);
                for error in &found.errors {
                    findings.push(error::explain(error, text, slice.span));
                }
                let rest = found.rest.as_deref();
                if let Some(Ok(pairs)) = rest.map(|rest| Grammar::parse(Rule::item, rest)) {
                    let mut lower = lower::Lower::new(id, slice.span.start, limits, findings);
                    if let Some(read) = lower.items(pairs) {
                        items.extend(read);
                        items.push(partly(&found.left_out, slice.span));
                        continue;
                    }
                }
                items.push(lost(text, slice.span));
            }
        }
    }
    items
}

/// Where the items of a source stand, in order, those that cannot be read too.
pub fn item_spans(source: &Source, id: SourceId, limits: &Limits) -> Vec<Span> {
    scan::scan(source, id, limits, &mut Findings::new(0))
        .into_iter()
        .map(|slice| slice.span)
        .collect()
}

/// What is not known of an item that could be read but for some parts: every name in these.
fn partly(left_out: &str, span: Span) -> Item {
    let names = words_in(left_out);
    let lost = ast::Lost { word: String::new(), names, units: Vec::new(), partly: true };
    Item { span, kind: ast::ItemKind::Lost(lost) }
}

fn words_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let words = words.filter(|word| !word.is_empty());
    words.map(|word| word.chars().map(fold_char).nfc().collect()).collect()
}

/// What is known of an item that cannot be read, so that what depends on it is not reported too.
fn lost(text: &str, span: Span) -> Item {
    let head = words_in(text.lines().next().unwrap_or(""));
    let word = head.first().cloned().unwrap_or_default();
    let meant = item_word(&word).or_else(|| nearest(&word, item_words()).and_then(item_word));
    let word = meant.map_or(word, |meant| meant.english.to_owned());
    // The name of a classification stands after that of its entity.
    let name = head.get(if word == "classify" { 2 } else { 1 }).cloned();
    // Its other measures, and the units that it counts in.
    let all = words_in(text);
    let after = |rule: Rule| {
        let word = self::word(rule);
        let is_word =
            |text: &String| word.is_some_and(|word| *text == word.english || *text == word.chinese);
        let pairs = all.iter().zip(all.iter().skip(1)).filter(|(first, _)| is_word(first));
        pairs.map(|(_, second)| second.clone()).collect::<Vec<_>>()
    };
    let names = name.into_iter().chain(after(Rule::kw_as)).collect();
    Item {
        span,
        kind: ast::ItemKind::Lost(ast::Lost {
            word,
            names,
            units: after(Rule::kw_in_unit),
            partly: false,
        }),
    }
}

/// The words that begin an item, in both spellings.
fn item_words() -> impl Iterator<Item = &'static str> {
    [Words::English, Words::Chinese].into_iter().flat_map(language::item_words)
}

/// The word of the language that a rule reads.
fn word(rule: Rule) -> Option<&'static language::Word> {
    static WORD_OF: LazyLock<HashMap<Rule, &language::Word>> = LazyLock::new(|| {
        let of = |rule: &Rule| {
            Some((*rule, WORDS.iter().find(|word| word.rule == format!("{rule:?}"))?))
        };
        Rule::all_rules().iter().filter_map(of).collect()
    });
    WORD_OF.get(&rule).copied()
}

/// The same in English; empty for other rules.
fn english(rule: Rule) -> &'static str {
    word(rule).map_or("", |word| word.english)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guiju_model::words::{Kind, OR_ELSE, is_reserved};

    /// The section of words as the table has it.
    fn section() -> String {
        let (mut out, mut parts) = (String::new(), Vec::new());
        let end = "~ !XID_CONTINUE }";
        for word in WORDS {
            let (rule, english, chinese) = (word.rule, word.english, word.chinese);
            if word.is_phrase() {
                let phrase: Vec<&str> = english.split(' ').collect();
                let joined =
                    phrase.iter().map(|part| format!("en_{part}")).collect::<Vec<_>>().join(" ~ ");
                out += &format!(
                    "{rule} = {{ {joined} | zh_{rule} }}\nzh_{rule} = @{{ \"{chinese}\" {end}\n"
                );
                parts.extend(
                    phrase.into_iter().filter(|part| !parts.contains(part)).collect::<Vec<_>>(),
                );
            } else {
                out += &format!("{rule} = @{{ (\"{english}\" | \"{chinese}\") {end}\n");
            }
        }
        out += &format!("zh_{} = @{{ \"{}\" {end}\n", OR_ELSE.rule, OR_ELSE.chinese);
        ["true", "false"]
            .iter()
            .for_each(|word| out += &format!("kw_{word} = @{{ \"{word}\" {end}\n"));
        parts.iter().for_each(|part| out += &format!("en_{part} = @{{ \"{part}\" {end}\n"));
        let words = reserved()
            .into_iter()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(" | ");
        out + &format!("reserved = _{{ ({words}) {end}\n")
    }

    /// The longest first: the grammar takes the first that a text begins with.
    fn reserved() -> Vec<&'static str> {
        let words = WORDS.iter().chain([&OR_ELSE]).filter(|word| word.kind == Kind::Reserved);
        let mut all: Vec<&str> =
            words.flat_map(|word| word.english.split(' ').take(1).chain([word.chinese])).collect();
        all.extend(["true", "false"]);
        all.sort_by_key(|word| (usize::MAX - word.len(), *word));
        all.dedup();
        all
    }

    #[test]
    fn the_grammar_has_the_words_of_the_table() {
        let section = section();
        assert!(
            include_str!("grammar.pest").contains(&section),
            "section 1 of the grammar should be:\n{section}"
        );
    }

    #[test]
    fn every_item_word_begins_an_item_of_the_grammar() {
        for word in item_words() {
            let error = Grammar::parse(Rule::item, word).expect_err("a word alone is no item");
            let pest::error::InputLocation::Pos(at) = error.location else { panic!("{word}") };
            assert_eq!(at, word.len(), "the grammar does not know `{word}`");
        }
    }

    #[test]
    fn reserved_words_are_no_names() {
        for word in reserved() {
            assert!(is_reserved(word), "{word}");
            assert!(Grammar::parse(Rule::ident, word).is_err(), "{word}");
            assert!(Grammar::parse(Rule::ident, &format!("{word}x")).is_ok(), "{word}x");
        }
    }
}
