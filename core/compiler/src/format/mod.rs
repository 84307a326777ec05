//! The layout of rule files: indentation, spaces, blank lines and columns. Lines stay the author's
//! own, and so does every word and comment: what is laid out are the pieces of the text, not the
//! tree that is made of them.
//!
//! Not here: how a text is split (`syntax::pieces`), and files.

mod columns;
mod lines;
#[cfg(test)]
mod tests;

use crate::pipeline::PackError;
use crate::syntax::{self, Declared};
use guiju_model::diagnostic::Diagnostic;
use guiju_model::limits::Limits;
use guiju_model::source::Source;
use guiju_model::words::Words;

/// A rule file in the one layout. It says what it said, word by word, with the same comments, on
/// the same lines; formatting it again changes nothing. Rules with errors of meaning are formatted
/// too.
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
pub fn format(source: &Source, limits: &Limits) -> Result<String, PackError> {
    let pieces = syntax::pieces(source, limits).map_err(|found| unread(source, found))?;
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

/// A spelling of the words of the language, for the files of a pack.
pub struct Spelling {
    words: Words,
    declared: Declared,
}

impl Spelling {
    /// Words in this spelling. `files` are those of the pack: a built-in name whose Chinese
    /// spelling one of them declares for something else stays as it is written.
    pub fn new(words: Words, files: &[Source], limits: &Limits) -> Spelling {
        Spelling { words, declared: Declared::of(files, limits) }
    }

    /// A rule file in the one layout, with its words in this spelling. What was in one spelling
    /// comes back byte by byte from the other. A phrase with a line end or a comment in it stays as
    /// it is written.
    ///
    /// # Errors
    /// What keeps the file from being read.
    ///
    /// ```
    /// use guiju::{Limits, Source, Spelling, Words};
    /// let (limits, english) = (Limits::default(), "tally paying in 家 from member { select fee is known and not exempt }\n");
    /// let spell = |words, text: &str| Spelling::new(words, &[], &limits).format(&Source::new("fees.guiju", text), &limits);
    /// let chinese = spell(Words::Chinese, english).expect("it can be read");
    /// assert_eq!(chinese, "核計 paying 以 家 取自 member { 選取 fee 有值 且 非 exempt }\n");
    /// assert_eq!(spell(Words::English, &chinese).ok().as_deref(), Some(english));
    /// ```
    pub fn format(&self, source: &Source, limits: &Limits) -> Result<String, PackError> {
        let own = Declared::of([source], limits);
        let text = syntax::respell(source, self.words, &[&self.declared, &own], limits)
            .map_err(|found| unread(source, found))?;
        format(&Source::new(source.name(), text), limits)
    }
}

/// A file that cannot be read.
fn unread(source: &Source, diagnostics: Vec<Diagnostic>) -> PackError {
    PackError { sources: vec![source.clone()], diagnostics }
}
