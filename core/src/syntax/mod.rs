//! Text to items: `scan` splits a file, pest parses one item at a time, `lower` builds the plain tree.
//!
//! Never fails: what cannot be read becomes a diagnostic, and the other items go on. No type of the parser library leaves this
//! folder.

pub(crate) mod ast;
mod error;
mod expr;
mod lower;
mod scan;
mod test_block;

use pest::Parser as _;

use crate::diagnostic::Findings;
use crate::limits::Limits;
use crate::source::{Source, SourceId};
use ast::Item;

#[derive(pest_derive::Parser)]
#[grammar = "syntax/grammar.pest"]
struct Grammar;

/// The items of a source, in order; findings go to the list.
pub(crate) fn parse(source: &Source, id: SourceId, limits: &Limits, findings: &mut Findings) -> Vec<Item> {
    let mut items = Vec::new();
    for slice in scan::scan(source, id, limits, findings) {
        if !slice.sound {
            continue;
        }
        let text = source.slice(slice.span);
        match Grammar::parse(Rule::item, text) {
            Ok(pairs) => {
                let mut lower = lower::Lower::new(id, slice.span.start, limits, findings);
                if let Some(item) = lower.item(pairs) {
                    items.push(item);
                }
            }
            Err(error) => findings.push(error::explain(&error, text, slice.span)),
        }
    }
    items
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
