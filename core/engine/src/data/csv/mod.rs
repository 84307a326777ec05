//! Folders of CSV tables to a dataset.
//!
//! Not here: encodings (`decode`), quotation marks and line ends (`scan`), what rows and headings mean (`tables`).

mod decode;
mod scan;

use std::sync::Arc;

use self::scan::Structure;
use super::tables::{Counted, Kind, Tables};
use super::{Dataset, Raw};
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
pub fn read_tables(files: &[TableFile<'_>], schema: &Arc<Schema>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    let mut tables = Tables::new(schema, limits, Counted::Lines);
    let mut found: Vec<(Kind, &TableFile<'_>)> = Vec::new();
    for file in files {
        let table = file.name.rsplit_once('.').filter(|(_, extension)| extension.eq_ignore_ascii_case("csv"));
        let Some((stem, _)) = table else {
            tables.builder.note(format!("{}: not a table, left alone", show(file.name)));
            continue;
        };
        match tables.kind(stem) {
            Some(kind) if !found.iter().any(|(other, _)| *other == kind) => found.push((kind, file)),
            _ => tables.unknown(file.name),
        }
    }
    tables.each(&found, |tables, kind, file| {
        let (rows, encoding) = tables.file(kind, file)?;
        Some(format!("{}: {rows} rows, {encoding}", show(file.name)))
    });
    tables.builder.finish()
}

impl Tables<'_, '_> {
    /// The number of rows of a file and its encoding; `None` where rows were left out.
    fn file(&mut self, kind: Kind, file: &TableFile<'_>) -> Option<(usize, &'static str)> {
        let name = show(file.name);
        let place = |line: Option<u64>| DataPlace { file: Some(name.clone()), line, ..DataPlace::default() };
        if file.bytes.len() as u64 > self.limits.data_bytes {
            let (size, limit) = (file.bytes.len(), self.limits.data_bytes);
            let words = Localized::new(format!("{size} 位元組，上限為 {limit}"), format!("{size} bytes; the limit is {limit}"));
            self.builder.problem(Diagnostic::new(Code::DataTooLarge).word(words).in_data(place(None)));
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
            self.builder.problem(Diagnostic::new(Code::ControlCharacter).arg("U+FEFF").in_data(place(Some(1))));
            return None;
        }
        let structure = scan::scan(&text, self.limits.diagnostics.saturating_add(1));
        if structure.lines.is_empty() {
            self.builder.problem(Diagnostic::new(Code::NoData).in_data(place(None)));
            return None;
        }
        let sound = structure.problems.is_empty();
        for (line, problem) in &structure.problems {
            self.builder.problem(problem.clone().in_data(place(Some(u64::from(*line)))));
        }
        if !sound {
            return None;
        }
        self.records(kind, &name, &text, &structure).map(|rows| (rows, encoding))
    }

    /// Reads a header and rows; `None` where some could not be.
    fn records(&mut self, kind: Kind, name: &str, text: &str, structure: &Structure) -> Option<usize> {
        let lines = &structure.lines;
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        if !matches!(reader.read_record(&mut record), Ok(true)) {
            self.lost(name, lines.len());
            return None;
        }
        let headings: Vec<&str> = record.iter().collect();
        if let Some(separator) = other_separator(&headings) {
            let place = self.at(name, lines.first().copied(), None, None);
            self.builder.problem(Diagnostic::new(Code::NotCommas).word(separator).in_data(place));
            return None;
        }
        let table = self.begin(kind, name, &headings, lines.first().copied());
        for line in &structure.blank {
            self.blank_row(name, *line);
        }
        let mut table = table?;
        let mut read = 1;
        while matches!(reader.read_record(&mut record), Ok(true)) && !self.builder.is_full() {
            let line = lines.get(read).copied().unwrap_or(0);
            read += 1;
            if record.iter().all(is_blank) {
                table.lost_a_row();
                self.blank_row(name, line);
            } else if record.len() == table.width() {
                self.row(&mut table, line, &|column| text_of(&record, column));
            } else {
                table.lost_a_row();
                self.ragged(name, line, record.len(), table.width());
            }
        }
        if read != lines.len() && !self.builder.is_full() {
            self.lost(name, lines.len());
            return None;
        }
        self.end(&table).then_some(read - 1)
    }

    fn ragged(&mut self, name: &str, line: u32, cells: usize, width: usize) {
        let place = self.at(name, Some(line), None, None);
        self.builder.problem(Diagnostic::new(Code::RaggedRow).arg(cells.to_string()).arg(width.to_string()).in_data(place));
    }

    /// The reader of cells found another number of records than the scan did: nothing can be said about the file.
    fn lost(&mut self, name: &str, expected: usize) {
        let words = Localized::new(format!("無法確定 {expected} 列的範圍"), format!("the extent of its {expected} rows is not certain"));
        let place = self.at(name, None, None, None);
        self.builder.problem(Diagnostic::new(Code::CsvQuote).word(words).in_data(place));
    }
}

/// What sets the columns apart, where there is only one heading and it holds them all.
fn other_separator(headings: &[&str]) -> Option<Localized> {
    match headings {
        [all] if all.contains('\t') => Some(Localized::new("定位字元（Tab）", "tabs")),
        [all] if all.contains(';') => Some(Localized::new("分號", "semicolons")),
        _ => None,
    }
}

/// A cell; an empty one is missing.
fn text_of(record: &csv::StringRecord, column: usize) -> Raw<'_> {
    record.get(column).filter(|text| !text.is_empty()).map_or(Raw::Missing, Raw::Text)
}
