//! The layout of rule files: indentation, spaces, blank lines and columns. Lines stay the author's own, and so does every word and
//! comment: what is laid out are the pieces of the text, not the tree that is made of them.
//!
//! Not here: how a text is split (`syntax::pieces`), and files.

mod columns;
mod lines;
#[cfg(test)]
mod tests;

use crate::syntax;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::limits::Limits;
use guiju_model::source::Source;

/// A rule file in the one layout. It says what it said, word by word, with the same comments, on the same lines; formatting it again
/// changes nothing. Rules with errors of meaning are formatted too.
///
/// # Errors
/// What keeps the file from being read.
///
/// ```
/// use guiju::{Limits, Source, format};
/// let source = Source::new("grants.guiju", "let share=30 %@1\nlet  audit_date = 113/10/31   @ 2,3\n");
/// let text = format(&source, &Limits::default()).expect("it can be read");
/// assert_eq!(text, "let share = 30%             @ 1\nlet audit_date = 113/10/31  @ 2, 3\n");
/// ```
pub fn format(source: &Source, limits: &Limits) -> Result<String, Vec<Diagnostic>> {
    let pieces = syntax::pieces(source, limits)?;
    let mut lines = lines::lines(source.text(), &pieces);
    columns::align(&mut lines);
    let mut text = String::with_capacity(source.text().len());
    for line in &lines {
        if line.blank_before {
            text.push('\n');
        }
        text.push_str(&line.text);
        text.push('\n');
    }
    Ok(text)
}
