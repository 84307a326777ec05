//! Folders of CSV tables to a dataset.
//!
//! Not here: encodings (`decode`), what sets columns apart (`separator`), quotation marks and line
//! ends (`scan`), what rows and headings mean (`tables`).

mod decode;
mod scan;
pub(super) mod separator;

use std::sync::Arc;

use self::scan::Structure;
pub(super) use self::scan::scan;
use super::tables::{Counted, Kind, Tables};
use super::{Dataset, Raw, Reading};
use crate::data::DataError;
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic};
use guiju_model::limits::Limits;
use guiju_model::schema::Schema;
use guiju_model::text::{Localized, is_blank, show};

/// One file of a folder.
#[derive(Clone, Copy, Debug)]
pub struct TableFile<'a> {
    /// File name, such as `member.csv`.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Reads the files of a folder. Files that are not called `….csv` are left alone, with a note.
///
/// # Errors
/// Every problem found.
pub fn read_tables(
    files: &[TableFile<'_>],
    schema: &Arc<Schema>,
    limits: &Limits,
) -> Result<Dataset, DataError> {
    Reading::new(schema, limits).tables(files)
}

pub(super) fn read(reading: Reading<'_>, files: &[TableFile<'_>]) -> Result<Dataset, DataError> {
    let total = files.iter().map(|file| file.bytes.len() as u64).sum();
    let mut tables = Tables::new(reading, Counted::Lines, total);
    let mut found: Vec<(Kind, &TableFile<'_>)> = Vec::new();
    for file in files {
        let table = file
            .name
            .rsplit_once('.')
            .filter(|(_, extension)| extension.eq_ignore_ascii_case("csv"));
        let Some((stem, _)) = table else {
            tables.builder.note(format!("{}: not a table, left alone", show(file.name)));
            continue;
        };
        match tables.kind(stem) {
            Some(kind) if !found.iter().any(|(other, _)| *other == kind) => {
                found.push((kind, file))
            }
            _ => tables.unknown(file.name),
        }
    }
    tables.each(&found, |tables, kind, file| {
        let read = tables.file(kind, file);
        tables.passed(file.bytes.len() as u64);
        let (rows, encoding) = read?;
        Some(format!("{}: {rows} rows, {encoding}", show(file.name)))
    });
    tables.builder.finish()
}

impl Tables<'_> {
    /// The number of rows of a file and its encoding; `None` where rows were left out.
    fn file(&mut self, kind: Kind, file: &TableFile<'_>) -> Option<(usize, &'static str)> {
        let name = show(file.name);
        let place = |line: Option<u64>| DataPlace {
            file: Some(name.clone()),
            line,
            ..DataPlace::default()
        };
        if file.bytes.len() as u64 > self.limits.data_bytes {
            let (size, limit) = (file.bytes.len(), self.limits.data_bytes);
            let words = Localized::new(
                format!("{size} 位元組，上限為 {limit}"),
                format!("{size} bytes; the limit is {limit}"),
            );
            self.builder
                .problem(Diagnostic::new(Code::DataTooLarge).word(words).in_data(place(None)));
            return None;
        }
        let (text, encoding) = match decode::decode(file.bytes) {
            Ok(decoded) => decoded,
            Err((line, problem)) => {
                self.builder.problem(problem.in_data(place(Some(line))));
                return None;
            }
        };
        if text.starts_with('\u{FEFF}') {
            self.builder.problem(
                Diagnostic::new(Code::ControlCharacter).arg("U+FEFF").in_data(place(Some(1))),
            );
            return None;
        }
        let declared = match separator::declared(&text) {
            Ok(declared) => declared,
            Err(problem) => {
                self.builder.problem(problem.in_data(place(Some(1))));
                return None;
            }
        };
        let first_line = if declared > 0 { 2 } else { 1 };
        let text = text.get(declared..).unwrap_or_default();
        let structure = scan(text, first_line, self.limits.diagnostics.saturating_add(1));
        if structure.lines.is_empty() {
            self.builder.problem(Diagnostic::new(Code::NoData).in_data(place(None)));
            return None;
        }
        if let Some(problem) = separator::other_than_commas(text) {
            self.builder
                .problem(problem.in_data(place(structure.lines.first().copied().map(u64::from))));
            return None;
        }
        let sound = structure.problems.is_empty();
        for (line, problem) in &structure.problems {
            self.builder.problem(problem.clone().in_data(place(Some(u64::from(*line)))));
        }
        if !sound {
            return None;
        }
        self.records(kind, &name, text, &structure).map(|rows| (rows, encoding))
    }

    /// Reads a header and rows; `None` where some could not be.
    fn records(
        &mut self,
        kind: Kind,
        name: &str,
        text: &str,
        structure: &Structure,
    ) -> Option<usize> {
        let lines = &structure.lines;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        if !matches!(reader.read_record(&mut record), Ok(true)) {
            self.lost(name, lines.len());
            return None;
        }
        let all = record.len();
        let mut headings: Vec<&str> = record.iter().collect();
        // Spreadsheets write columns that once had something in them; with nothing under them
        // either, they are none.
        headings.truncate(
            headings.iter().rposition(|heading| !is_blank(heading)).map_or(all, |last| last + 1),
        );
        let top = lines.first().copied();
        let mut blank =
            Blank { lines: structure.blank.iter().copied().peekable(), rows: Vec::new() };
        let table = self.begin(kind, name, &headings, top);
        blank.before(top.unwrap_or(0)).into_iter().for_each(|line| self.blank_row(name, line));
        let mut table = table?;
        let mut read = 1;
        while matches!(reader.read_record(&mut record), Ok(true)) && !self.builder.is_full() {
            let line = lines.get(read).copied().unwrap_or(0);
            read += 1;
            self.reached(reader.position().byte());
            if record.iter().all(is_blank) {
                blank.rows.push(line);
                continue;
            }
            blank.before(line).into_iter().for_each(|line| self.blank_row(name, line));
            if !(table.width()..=all).contains(&record.len()) {
                table.lost_a_row();
                self.ragged(name, line, record.len(), all);
                continue;
            }
            if let Some(column) = (table.width()..all)
                .find(|column| record.get(*column).is_some_and(|text| !is_blank(text)))
            {
                self.beside(name, line, column, table.width());
            }
            self.row(&mut table, line, &|column| text_of(&record, column));
        }
        if read != lines.len() && !self.builder.is_full() {
            self.lost(name, lines.len());
            return None;
        }
        self.end(&table).then_some(read - 1 - blank.rows.len())
    }

    fn ragged(&mut self, name: &str, line: u32, cells: usize, width: usize) {
        let place = self.at(name, Some(line), None, None);
        self.builder.problem(
            Diagnostic::new(Code::RaggedRow)
                .arg(cells.to_string())
                .arg(width.to_string())
                .in_data(place),
        );
    }

    /// The reader of cells found another number of records than the scan did: nothing can be said
    /// about the file.
    fn lost(&mut self, name: &str, expected: usize) {
        let words = Localized::new(
            format!("無法確定 {expected} 列的範圍"),
            format!("the extent of its {expected} rows is not certain"),
        );
        let place = self.at(name, None, None, None);
        self.builder.problem(Diagnostic::new(Code::CsvQuote).word(words).in_data(place));
    }
}

/// Blank lines and rows, which are nothing at the end of a file and a problem before anything else.
struct Blank<L: Iterator<Item = u32>> {
    /// Lines with nothing on them.
    lines: std::iter::Peekable<L>,
    /// Rows of empty cells since the last one that was not.
    rows: Vec<u32>,
}

impl<L: Iterator<Item = u32>> Blank<L> {
    /// Those before a line, in their order.
    fn before(&mut self, line: u32) -> Vec<u32> {
        let mut found = std::mem::take(&mut self.rows);
        while let Some(blank) = self.lines.next_if(|blank| *blank < line) {
            found.push(blank);
        }
        found.sort_unstable();
        found
    }
}

/// A cell; an empty one is missing.
fn text_of(record: &csv::StringRecord, column: usize) -> Raw<'_> {
    record.get(column).filter(|text| !text.is_empty()).map_or(Raw::Missing, Raw::Text)
}
