//! Text to items: `scan` splits a file, pest parses one item at a time, `lower` builds the plain tree.
//!
//! Never fails: what cannot be read becomes a diagnostic, and the other items go on. No type of the parser library leaves this
//! folder.

pub mod ast;
mod error;
mod expr;
mod lower;
mod parts;
mod pieces;
mod scan;
mod test_block;
pub mod tokens;
mod words;

use pest::Parser as _;
use unicode_normalization::UnicodeNormalization;

use ast::Item;
use guiju_model::diagnostic::Findings;
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::{fold_char, nearest};
pub(crate) use pieces::{Bracket, Piece, Role, pieces};
pub use tokens::{Token, TokenKind, placed, tokens};

#[derive(pest_derive::Parser)]
#[grammar = "syntax/grammar.pest"]
struct Grammar;

/// The items of a source, in order; findings go to the list.
pub fn parse(source: &Source, id: SourceId, with_tests: bool, limits: &Limits, findings: &mut Findings) -> Vec<Item> {
    let mut items = Vec::new();
    for slice in scan::scan(source, id, limits, findings) {
        let text = source.slice(slice.span);
        if !with_tests && text.strip_prefix("test").is_some_and(|rest| rest.starts_with([' ', '"', '“', '\u{3000}'])) {
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
                findings.push(error::explain(&error, text, slice.span));
                items.push(lost(text, slice.span));
            }
        }
    }
    items
}

/// What is known of an item that cannot be read, so that what depends on it is not reported too.
fn lost(text: &str, span: Span) -> Item {
    let written = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        words.map(|word| word.chars().map(fold_char).nfc().collect()).collect()
    };
    let head = written(text.lines().next().unwrap_or(""));
    let word = head.first().cloned().unwrap_or_default();
    let word = nearest(&word, scan::ITEM_WORDS.iter().copied()).map_or(word.clone(), str::to_owned);
    // The name of a classification stands after that of its entity.
    let name = head.get(if word == "classify" { 2 } else { 1 }).cloned();
    // Its other measures, and the units that it counts in.
    let all = written(text);
    let after = |before: &str| all.windows(2).filter(|pair| pair[0] == before).map(|pair| pair[1].clone()).collect::<Vec<_>>();
    let names = name.into_iter().chain(after("as")).collect();
    Item { span, kind: ast::ItemKind::Lost(ast::Lost { word, names, units: after("in") }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_word_begins_an_item_of_the_grammar() {
        for word in scan::ITEM_WORDS {
            let error = Grammar::parse(Rule::item, word).expect_err("a word alone is no item");
            let pest::error::InputLocation::Pos(at) = error.location else { panic!("{word}") };
            assert_eq!(at, word.len(), "the grammar does not know `{word}`");
        }
    }

    #[test]
    fn reserved_words_are_no_names() {
        for word in ast::RESERVED {
            assert!(Grammar::parse(Rule::ident, word).is_err(), "{word}");
            assert!(Grammar::parse(Rule::ident, &format!("{word}x")).is_ok(), "{word}x");
        }
    }
}
