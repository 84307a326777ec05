//! Which brace is missing, by the layout of a declaration: lines of a block are deeper than the
//! line that opens it, and a brace that closes it stands no deeper than that line.
//!
//! Layout decides nothing but the place that a finding shows. Not here: whether a brace is missing
//! at all (`scan`).

use guiju_model::words::{english, is_reserved};

/// Braces of one declaration that do not stand where layout would have them, the first of each
/// kind.
#[derive(Default)]
pub(super) struct Suspects {
    /// An opening brace that a less deep one closes: its own may be missing.
    pub(super) unclosed: Option<usize>,
    /// A closing brace that is deeper than what it closes: the end of the line that should have
    /// opened it.
    unopened: Option<usize>,
    /// Whether any brace was closed.
    any: bool,
}

impl Suspects {
    /// Notes a brace that closes another: where that one was opened and how deep its line is, and
    /// where the line of the closing brace begins, and its column.
    pub(super) fn closed(
        &mut self,
        text: &str,
        (opened, opener): (usize, usize),
        at: usize,
        (line, column): (usize, usize),
    ) {
        self.any = true;
        if line == at {
            if column < opener && self.unclosed.is_none() {
                self.unclosed = Some(opened);
            }
            if column > opener && self.unopened.is_none() {
                self.unopened = head_above(text, opened, line, column);
            }
        } else if opened < line && self.unopened.is_none() && column > opener {
            // `branch B1 seats: 3 }`: closed on its line, and not opened there.
            self.unopened = Some(behind(text, line, at));
        }
    }

    /// Where a brace is missing that one at `at` would close, in the declaration that begins at
    /// `start`: at the end of a line.
    pub(super) fn unopened(&self, text: &str, start: usize, at: usize) -> Option<usize> {
        if self.any {
            return self.unopened;
        }
        let head = text.get(start..at)?;
        let first = head.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        let has_block = matches!(
            english(first),
            "entity"
                | "classify"
                | "table"
                | "tally"
                | "award"
                | "test"
                | "example"
                | "extend"
                | "source"
        );
        has_block.then(|| end_of_line(text, start))
    }
}

/// Whether a word begins a declaration, by what follows it.
pub(super) fn is_head(word: &str, after: &str) -> bool {
    let next = after.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    match english(word) {
        "period" => next.starts_with(|c: char| c.is_numeric()) || next.starts_with("民國"),
        "test" => after.starts_with(['"', '＂', '“', '「']),
        "let" if after.starts_with(['(', '（']) => true,
        _ => !next.is_empty() && !is_reserved(next),
    }
}

/// The column of a place: how many characters stand before it on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    line_of(text, at).chars().count()
}

/// Where a block that is opened and never closed should end: before the first line that is no
/// deeper than the one that opens it, at the end of that one if nothing deeper follows, or behind
/// `end`, where the declaration does.
pub(super) fn end_of_block(text: &str, opened: usize, end: usize) -> usize {
    let opener = indent(text, opened);
    let mut at = end_of_line(text, opened);
    let first = at;
    let mut deeper = false;
    while at < end {
        let start = at + 1;
        let stop = end_of_line(text, start);
        let line = text.get(start..stop).unwrap_or("");
        let inner = line.trim_start();
        if !inner.is_empty() && !inner.starts_with("--") {
            let begins = start + (line.len() - inner.len());
            if column(text, begins) <= opener && !inner.starts_with(['}', '｝']) {
                return if deeper { begins } else { first };
            }
            deeper = true;
        }
        at = stop;
    }
    match end_of_line(text, end) {
        _ if !deeper && first >= end => end,
        stop if stop < text.len() => stop + 1,
        _ => end,
    }
}

/// The end of the nearest line above that is as deep as a closing brace: what should have been
/// opened there.
fn head_above(text: &str, opened: usize, line: usize, column: usize) -> Option<usize> {
    let between = text.get(opened..line)?;
    let mut end = opened + between.rfind('\n')?;
    while end > opened {
        let start = text.get(opened..end)?.rfind('\n').map(|at| opened + at + 1)?;
        let written = text.get(start..end)?;
        let inner = written.trim_start();
        if written.chars().count() - inner.chars().count() == column && !inner.is_empty() {
            return Some(end_of_line(text, start));
        }
        end = start - 1;
    }
    None
}

/// How deep the line of a place is.
fn indent(text: &str, at: usize) -> usize {
    let before = line_of(text, at);
    before.chars().take_while(|c| c.is_whitespace()).count()
}

/// The part of the line before a place.
fn line_of(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or("");
    before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{FEFF}')
}

/// The end of the line of a place, without the blanks before it.
fn end_of_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end)
}

/// Behind what names a record on one line: its entity and its key.
fn behind(text: &str, line: usize, at: usize) -> usize {
    let written = text.get(line..at).unwrap_or("");
    let mut ends = written.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(end, _)| end);
    let _ = ends.next();
    line + ends.next().unwrap_or(0)
}
