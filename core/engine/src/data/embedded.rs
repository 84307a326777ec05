//! CSV files that rules have beside them, read as tables of data are: rows and cells with their
//! places, and one cell to one constant.
//!
//! Not here: which columns a table of rules has, and what its rows mean (`guiju_compiler`).

use std::ops::Range;

use super::amount::{kpi_number, parts, unmarked_share};
use super::cell::{Raw, convert, hostile, nearest_choice};
use super::column::{Cell, Texts};
use super::csv::{scan, separator};
use super::tables::header::{in_a_line, squeezed};
use guiju_model::date::{Date, DateError};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::Exact;
use guiju_model::rules::Value;
use guiju_model::schema::{FieldKind, KpiSchema};
use guiju_model::text::{fold, folded, is_blank};
use guiju_model::unit::Unit;

/// A row and where it stands in the text of its file.
#[derive(Clone, Debug, PartialEq)]
pub struct TextRow {
    pub place: Range<usize>,
    pub cells: Vec<TextCell>,
}

/// A cell without its quotation marks, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct TextCell {
    pub text: String,
    pub place: Range<usize>,
}

/// The rows of a file, that of the headings first, each as long as these.
///
/// # Errors
/// What is wrong with the file, each finding with its place; at most `most` of the quotation marks.
pub fn rows(text: &str, most: usize) -> Result<Vec<TextRow>, Vec<(Range<usize>, Diagnostic)>> {
    let marked = text.len() - text.strip_prefix('\u{FEFF}').unwrap_or(text).len();
    let declared = separator::declared(text.get(marked..).unwrap_or_default())
        .map_err(|problem| vec![(marked..marked, *problem)])?;
    let start = marked + declared;
    let body = text.get(start..).unwrap_or_default();
    let structure = scan(body, 1, most);
    if structure.lines.is_empty() {
        return Err(vec![(start..start, Diagnostic::new(Code::NoData))]);
    }
    if let Some(problem) = separator::other_than_commas(body) {
        return Err(vec![(start..start, *problem)]);
    }
    if !structure.problems.is_empty() {
        let line = |line: u32| {
            let ends = body.match_indices('\n').map(|(at, _)| at + 1);
            let at = std::iter::once(0).chain(ends).nth(line.saturating_sub(1) as usize);
            start + at.unwrap_or(body.len())
        };
        let problems = structure.problems.into_iter();
        return Err(problems.map(|(n, problem)| (line(n)..line(n), problem)).collect());
    }
    let mut rows = split(body, start);
    let blank = |row: &TextRow| row.cells.iter().all(|cell| is_blank(&cell.text));
    rows.truncate(rows.iter().rposition(|row| !blank(row)).map_or(0, |last| last + 1));
    let mut problems = Vec::new();
    let (mut width, mut all) = (0, 0);
    for (number, row) in rows.iter_mut().enumerate() {
        if blank(row) {
            problems.push((row.place.clone(), Diagnostic::new(Code::BlankRow)));
            continue;
        }
        let used = row.cells.iter().rposition(|cell| !is_blank(&cell.text)).map_or(0, |at| at + 1);
        if number == 0 {
            // Spreadsheets write columns that once had something in them.
            (width, all) = (used, row.cells.len());
        } else if !(width..=all.max(width)).contains(&row.cells.len()) || used > width {
            let ragged = Diagnostic::new(Code::RaggedRow).arg(row.cells.len().to_string());
            problems.push((row.place.clone(), ragged.arg(width.to_string())));
        }
        row.cells.truncate(width);
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// The rows of a text whose quotation marks are known to be sound.
fn split(text: &str, start: usize) -> Vec<TextRow> {
    let bytes = text.as_bytes();
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let end_of = |from: usize, ends: &[u8]| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len())
    };
    let (mut rows, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let (first, mut cells) = (at, Vec::new());
        loop {
            let begun = at;
            if is(at, b"\"") {
                at = end_of(at + 1, b"\"");
                while is(at + 1, b"\"") {
                    at = end_of(at + 2, b"\"");
                }
                at = (at + 1).min(bytes.len());
            } else {
                at = end_of(at, b",\r\n");
            }
            let written = text.get(begun..at).unwrap_or_default();
            let quoted = written.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
            let text =
                quoted.map_or_else(|| written.to_owned(), |inner| inner.replace("\"\"", "\""));
            cells.push(TextCell { text, place: start + begun..start + at });
            if !is(at, b",") {
                break;
            }
            at += 1;
        }
        rows.push(TextRow { place: start + first..start + at, cells });
        at += usize::from(is(at, b"\r"));
        at += usize::from(is(at, b"\n"));
    }
    rows
}

/// A heading in one line, and the unit in brackets after it: `lodging（元）`.
pub fn heading(written: &str) -> (String, Option<(String, String)>) {
    let name = in_a_line(written);
    let bracketed = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let with_unit = bracketed.map(|(base, unit)| {
        let unit = squeezed(unit);
        // Forms say `金額（單位：仟元）`.
        let unit = unit.strip_prefix("單位").map_or(&*unit, |rest| rest.trim_start_matches(':'));
        (base.trim_end().to_owned(), unit.to_owned())
    });
    (name, with_unit)
}

/// Whether a heading is a name or a label, however it is spaced.
pub fn is_heading(written: &str, wanted: &str) -> bool {
    squeezed(written).eq_ignore_ascii_case(&squeezed(wanted))
}

/// What a cell seems to be where nothing says what its column holds.
pub enum Seems {
    /// A number, with what stands after its digits.
    Number(String),
    Money,
    Date,
    Flag,
    Text,
}

/// What a cell seems to be.
pub fn seems(text: &str) -> Seems {
    let plain = folded(text);
    let mut texts = Texts::default();
    let mut is = |kind: &FieldKind| convert(&Raw::Text(text), kind, &mut texts, usize::MAX).is_ok();
    if is(&FieldKind::Number(Box::default())) {
        return Seems::Number(String::new());
    }
    if !matches!(Date::parse(text), Err(DateError::Shape)) {
        return Seems::Date;
    }
    if is(&FieldKind::Bool) {
        return Seems::Flag;
    }
    if is(&FieldKind::SignedMoney) {
        return Seems::Money;
    }
    match parts(&plain) {
        Some(("", _, after)) => Seems::Number(after.to_owned()),
        _ => Seems::Text,
    }
}

/// A cell of a column whose type is known; `None` where there is nothing in it. `unit` is what its
/// heading says.
///
/// # Errors
/// Why it is none of that type.
pub fn constant(
    text: &str,
    unit: Option<&str>,
    kind: &FieldKind,
    value_chars: usize,
) -> Result<Option<Value>, Box<Diagnostic>> {
    let raw = match unit {
        Some(unit) if kind.is_number() => Raw::Amount(text, unit),
        _ => Raw::Text(text),
    };
    if *kind == FieldKind::Text {
        return match hostile(&raw, value_chars) {
            Some(problem) => Err(Box::new(problem)),
            None => Ok((!is_blank(text)).then(|| Value::Text(fold(text)))),
        };
    }
    let cell = convert(&raw, kind, &mut Texts::default(), value_chars).map_err(|problem| {
        let near = match kind {
            FieldKind::Choice(choices) => nearest_choice(&problem, choices),
            _ => None,
        };
        Box::new(problem.suggest(near.as_deref()))
    })?;
    Ok(match cell {
        Some(Cell::Bool(value)) => Some(Value::Bool(value)),
        Some(Cell::Number(value)) => Some(Value::Number(value)),
        Some(Cell::Date(value)) => Some(Value::Date(value)),
        Some(Cell::Choice(value)) => Some(Value::Choice(value.into())),
        _ => None,
    })
}

/// A number in a unit, which may be below zero; `None` where there is nothing in the cell. The
/// finding beside it is what a reader should look at.
///
/// # Errors
/// Why it is none.
pub fn number(
    text: &str,
    unit: Option<&str>,
    own: &Unit,
    value_chars: usize,
) -> Result<Option<(Exact, Option<Diagnostic>)>, Box<Diagnostic>> {
    let raw = unit.map_or(Raw::Text(text), |unit| Raw::Amount(text, unit));
    let column = KpiSchema { name: String::new(), unit: own.clone(), signed: true };
    let Some(value) = kpi_number(&raw, &column, value_chars)? else { return Ok(None) };
    let odd = if *own == Unit::Ratio { unmarked_share(&raw, &value) } else { None };
    Ok(Some((value, odd)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let rows = rows(text, 10).expect("a sound table");
        for cell in rows.iter().flat_map(|row| &row.cells) {
            let written = &text[cell.place.clone()];
            assert!(written == cell.text || written.starts_with('"'), "{written}");
        }
        rows.into_iter().map(|row| row.cells.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn cells_are_read_with_their_places() {
        let wanted: Vec<Vec<&str>> = vec![vec!["a", "b"], vec!["1", "x, \"y\"\nz"]];
        for text in [
            "a,b\n1,\"x, \"\"y\"\"\nz\"\n",
            "\u{FEFF}a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n,\r\n",
            "sep=,\na,b,\n1,\"x, \"\"y\"\"\nz\",",
        ] {
            assert_eq!(cells(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_at_its_place() {
        for (text, code, at) in [
            ("", "G628", 0),
            ("\u{FEFF}\r\n", "G628", 3),
            ("a;b\n1;2\n", "G662", 0),
            ("a,b\n1,\"2\n", "G620", 4),
            ("a,b\n\n1,2\n", "G660", 4),
            ("a,b\n1\n", "G621", 4),
            ("a,b\n1,2,3\n", "G621", 4),
        ] {
            let found = rows(text, 10).expect_err("something is wrong");
            let first = found.first().map(|(place, found)| (found.code.id(), place.start));
            assert_eq!(first, Some((code, at)), "{text:?}");
        }
    }

    #[test]
    fn a_cell_seems_to_be_what_it_would_be_read_as() {
        let said = |text: &str| match seems(text) {
            Seems::Number(unit) => format!("number {unit}"),
            Seems::Money => "money".to_owned(),
            Seems::Date => "date".to_owned(),
            Seems::Flag => "flag".to_owned(),
            Seems::Text => "text".to_owned(),
        };
        for (text, wanted) in [
            ("2,000", "number "),
            ("-1.5", "number "),
            ("20%", "number %"),
            ("２５０ 元", "money"),
            ("NT$300", "money"),
            ("3 萬元", "number 萬元"),
            ("5館", "number 館"),
            ("113/02/30", "date"),
            ("2024-11-30", "date"),
            ("是", "flag"),
            ("甲級", "text"),
        ] {
            assert_eq!(said(text), wanted, "{text}");
        }
    }
}
