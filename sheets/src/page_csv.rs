//! A page as CSV, as people read it, and what keeps spreadsheets from running its texts.
//!
//! Not here: what the cells hold (`page`).

use std::borrow::Cow;
use std::io;

use guiju::Locale;

use crate::WriteError;
use crate::page::Page;

/// A page as CSV, with days in the calendar of the language.
///
/// # Errors
/// [`WriteError`], which writing into memory does not end in.
pub fn page_csv(page: &Page, locale: Locale) -> Result<Vec<u8>, WriteError> {
    // Excel takes the text for UTF-8 where this mark stands before it.
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(vec![0xEF, 0xBB, 0xBF]);
    for line in &page.lines {
        let cells = line.iter().flat_map(|cell| {
            // Numbers stand without their unit, so that they stay numbers.
            let shown =
                cell.value.number().unwrap_or_else(|| cell.value.shown(locale == Locale::ZhTw));
            let covered = std::iter::repeat_n(String::new(), cell.span.saturating_sub(1));
            std::iter::once(inert(&shown).into_owned()).chain(covered)
        });
        out.write_record(cells).map_err(io::Error::from)?;
    }
    out.into_inner().map_err(|error| WriteError::Io(error.into_error()))
}

/// A cell that no spreadsheet takes for a formula, and no terminal for a command: a text that begins
/// like a formula gets a `'` before it, as people type it themselves, and control characters other
/// than tabs and line ends are written out.
pub fn inert(cell: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if cell.contains(is_control) {
        let mut shown = String::with_capacity(cell.len() + 8);
        for c in cell.chars() {
            if is_control(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
        }
        return Cow::Owned(inert(&shown).into_owned());
    }
    // Excel also runs the full-width signs in some languages, and what follows a blank that it
    // drops.
    let begins = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || cell.starts_with(['\t', '\r', '\n']);
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if begins && !is_number { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn formulas_are_texts_and_numbers_stay_numbers() {
        for cell in [
            "=1+1",
            "+1+1",
            "-1+1",
            "@sum(a1)",
            "=cmd|' /C calc'!A0",
            "\t=1",
            " =1",
            "＝1",
            "-",
            "-a",
            "--1",
            "-.5e3",
        ] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        assert_eq!(inert("=1\u{1b}[31m\n"), "'=1\\u{1b}[31m\n");
        assert_eq!(inert("甲\u{9b}\t乙"), "甲\\u{9b}\t乙");
        for cell in ["", "12", "-12", "-12.50", "+3", "a=b", "甲-1", "0.5"] {
            assert_eq!(inert(cell), cell);
        }
    }
}
