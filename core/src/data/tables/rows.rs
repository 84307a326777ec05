//! The rows of a table, once its text is known to be sound. Not here: what a heading means (`header`), what a field may hold
//! (`cell`).

use super::header::{Header, resolve};
use super::{Kind, Reader, shape};
use crate::data::Raw;
use crate::diagnostic::{Code, DataPlace, Diagnostic};
use crate::schema::FieldKind;
use crate::text::{Localized, fold, nearest, show};

/// How many keys are compared for a suggestion: it must not cost more than reading does.
const NEAREST_OF: usize = 1_000;

impl Reader<'_, '_> {
    /// Reads a header and rows; `None` where some could not be. `lines` says where each record begins.
    pub(super) fn rows(&mut self, kind: Kind, file: &str, text: &str, lines: &[u32], blank: &[u32]) -> Option<usize> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        if !matches!(reader.read_record(&mut record), Ok(true)) {
            self.lost(file, lines.len());
            return None;
        }
        let schema = std::sync::Arc::clone(self.schema);
        let shape = shape(&schema, kind)?;
        let programme = schema.programme.is_some_and(|entity| kind == Kind::Entity(entity));
        let parent = (kind != Kind::Entity(schema.root) && !programme).then(|| schema.root_entity());
        let first = lines.first().copied().unwrap_or(1);
        let header = resolve(&record, &shape, parent, (file, first), &mut |problem| self.builder.problem(problem));
        if let Kind::Entity(entity) = kind {
            for (field, heading) in &header.headings {
                self.builder.heading(entity, *field, heading);
            }
        }
        for line in blank {
            self.ragged(file, *line, 0, header.width);
        }
        // Without the keys there is nothing to attach a row to, and every row would say so.
        let keyed = programme || header.fields.iter().any(|(_, field, _)| *field == shape.key);
        if parent.is_some() && header.parent.is_none() || !keyed {
            return None;
        }
        let mut table = Table { kind, file, header, last: None, whole: true };
        let mut read = 1;
        while matches!(reader.read_record(&mut record), Ok(true)) && !self.builder.is_full() {
            let line = lines.get(read).copied().unwrap_or(0);
            read += 1;
            if record.len() != table.header.width {
                table.whole = false;
                self.ragged(file, line, record.len(), table.header.width);
            } else if programme {
                let place = DataPlace { file: Some(file.to_owned()), line: Some(u64::from(line)), ..DataPlace::default() };
                if let Some((_, row)) = self.builder.programme(line, place) {
                    self.cells(&table, row, &record);
                }
            } else if parent.is_none() {
                let root = self.builder.root(line);
                self.cells(&table, root, &record);
                if let Some(key) = key_of(&record, &table.header, shape.key) {
                    self.roots.entry(key).or_insert(root);
                }
            } else {
                self.child(&mut table, line, &record);
            }
        }
        if read != lines.len() && !self.builder.is_full() {
            self.lost(file, lines.len());
            return None;
        }
        if kind == Kind::Entity(schema.root) {
            self.all_roots = table.whole;
        }
        table.whole.then_some(read - 1)
    }

    /// One row of a table whose rows belong to a root.
    fn child(&mut self, table: &mut Table<'_>, line: u32, record: &csv::StringRecord) {
        let parent = table.header.parent.and_then(|column| record.get(column)).unwrap_or("");
        if let Kind::Kpis { previous } = table.kind
            && blank(parent)
        {
            // What belongs to no root is given for the programme.
            return self.kpi(table, None, previous, line, record);
        }
        let root = match &table.last {
            // Rows of one root mostly stand together.
            Some((key, root)) if key == parent => Some(*root),
            _ => {
                let found = self.find_root(table.file, line, parent);
                table.last = found.map(|root| (parent.to_owned(), root));
                found
            }
        };
        let Some(root) = root else {
            table.whole = false;
            return;
        };
        match table.kind {
            Kind::Entity(entity) => {
                let row = self.builder.record(entity, root, line);
                self.cells(table, row, record);
            }
            Kind::Kpis { previous } => self.kpi(table, Some(root), previous, line, record),
            Kind::Register(register) => {
                let id = table.header.column(0).and_then(|column| record.get(column)).unwrap_or("");
                let place = at(table.file, line, "evidence");
                if blank(id) {
                    self.builder.problem(Diagnostic::new(Code::MissingKey).arg("evidence").in_data(place));
                } else {
                    self.builder.evidence(root, register, id, place);
                }
            }
        }
    }

    /// A target or previous value of a root, or of the programme.
    fn kpi(&mut self, table: &Table<'_>, root: Option<usize>, previous: bool, line: u32, record: &csv::StringRecord) {
        let cell = |field: usize| table.header.column(field).and_then(|column| record.get(column)).unwrap_or("");
        let (kpi, value) = (cell(0), cell(1));
        let raw = if blank(value) { Raw::Missing } else { Raw::Text(value) };
        let place = |column: &str| at(table.file, line, column);
        if blank(kpi) {
            self.builder.problem(Diagnostic::new(Code::MissingKey).arg("kpi").in_data(place("kpi")));
        } else if table.header.column(1).is_some() {
            let column = if self.schema.kpi_of(root.is_none(), &fold(kpi)).is_some() { "value" } else { "kpi" };
            self.builder.kpi(root, previous, kpi, &raw, place(column));
        }
    }

    /// The root with a key; `None` is reported, except where the roots themselves could not be read.
    fn find_root(&mut self, file: &str, line: u32, key: &str) -> Option<usize> {
        let folded = fold(key);
        if let Some(root) = self.roots.get(&folded) {
            return Some(*root);
        }
        if !self.all_roots {
            return None;
        }
        let entity = self.schema.root_entity();
        let place = at(file, line, &entity.name);
        let diagnostic = if folded.is_empty() {
            Diagnostic::new(Code::MissingKey).arg(&entity.name)
        } else {
            let most = if self.builder.has_enough() { 0 } else { NEAREST_OF };
            let near = nearest(&folded, self.roots.keys().take(most).map(String::as_str));
            Diagnostic::new(Code::UnknownParent).arg(key).word(entity.label.clone()).suggest(near)
        };
        self.builder.problem(diagnostic.in_data(place));
        None
    }

    /// Sets the fields of a record from its cells.
    fn cells(&mut self, table: &Table<'_>, row: usize, record: &csv::StringRecord) {
        let Kind::Entity(entity) = table.kind else { return };
        let Some(shape) = self.schema.entities.get(entity) else { return };
        for (column, field, unit) in &table.header.fields {
            let text = record.get(*column).unwrap_or("");
            if blank(text) {
                continue;
            }
            let listed = shape.fields.get(*field).is_some_and(|field| matches!(field.kind, FieldKind::List(_)));
            let raw = match unit {
                Some(unit) => Raw::Amount(text, unit),
                None if listed => Raw::List(text.split([';', '；']).filter(|item| !blank(item)).collect()),
                None => Raw::Text(text),
            };
            self.builder.set(entity, row, *field, &raw);
        }
        for (field, start, end) in &table.header.periods {
            let day = |column: usize| record.get(column).filter(|text| !blank(text));
            self.builder.set(entity, row, *field, &Raw::Period(day(*start), day(*end)));
        }
    }

    fn ragged(&mut self, file: &str, line: u32, cells: usize, width: usize) {
        let place = DataPlace { file: Some(file.to_owned()), line: Some(u64::from(line)), ..DataPlace::default() };
        self.builder.problem(Diagnostic::new(Code::RaggedRow).arg(cells.to_string()).arg(width.to_string()).in_data(place));
    }

    /// The reader of cells found another number of records than the scan did: nothing can be said about the file.
    fn lost(&mut self, file: &str, expected: usize) {
        let words = Localized::new(format!("無法確定 {expected} 列的範圍"), format!("the extent of its {expected} rows is not certain"));
        let place = DataPlace { file: Some(file.to_owned()), ..DataPlace::default() };
        self.builder.problem(Diagnostic::new(Code::CsvQuote).word(words).in_data(place));
    }
}

/// A table being read.
struct Table<'f> {
    kind: Kind,
    file: &'f str,
    header: Header,
    /// The parent of the row before.
    last: Option<(String, usize)>,
    /// Whether every row so far was read.
    whole: bool,
}

impl Header {
    fn column(&self, field: usize) -> Option<usize> {
        self.fields.iter().find(|(_, other, _)| *other == field).map(|(column, ..)| *column)
    }
}

fn key_of(record: &csv::StringRecord, header: &Header, key: usize) -> Option<String> {
    header.column(key).and_then(|column| record.get(column)).map(fold).filter(|key| !key.is_empty())
}

/// Whether a cell is empty but for white space.
fn blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn at(file: &str, line: u32, column: &str) -> DataPlace {
    DataPlace { file: Some(file.to_owned()), line: Some(u64::from(line)), column: Some(show(column)), pointer: None }
}
