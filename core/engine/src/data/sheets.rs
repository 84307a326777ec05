//! The sheets of a workbook to a dataset: a table each, whose top row has the headings.
//!
//! A place is a cell, as spreadsheets name it. What headings, keys and cells mean is what it is for
//! CSV (`tables`, `cell`, `keys`); a sheet knows besides whether a cell holds a text, a number or a
//! date. Not here: files of any format, which the host reads.

use std::borrow::Cow;
use std::sync::Arc;

use super::tables::{Counted, Kind, Tables};
use super::typed::{NumberFormat, Typed};
use super::{Dataset, Raw, Reading};
use crate::data::DataError;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::limits::Limits;
use guiju_model::schema::Schema;
use guiju_model::text::{is_blank, show};

/// One sheet.
#[derive(Clone, Debug, Default)]
pub struct SheetTable {
    /// Its name: the name or a label of an entity, or `targets`, `previous`, `reviewed`,
    /// `elsewhere`.
    pub name: String,
    /// The rows that have something in them, from the top down, the headings first.
    pub rows: Vec<SheetRow>,
    /// What the host found in the sheet, with its places. Said only where the sheet is a table of
    /// the pack.
    pub findings: Vec<Diagnostic>,
}

/// One row of a sheet.
#[derive(Clone, Debug, Default)]
pub struct SheetRow {
    /// Its number, from 1.
    pub number: u32,
    /// The cells that have something in them, from left to right.
    pub cells: Vec<SheetCell>,
}

/// One cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetCell {
    /// Its column, from 1.
    pub column: u32,
    /// What it holds.
    pub value: SheetValue,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum SheetValue {
    /// A text; read as a cell of CSV is.
    Text(Arc<str>),
    /// The number `mantissa / 10^scale`; in hundredths where the format is a share.
    Number {
        /// The digits.
        mantissa: i64,
        /// How many of them stand after the point.
        scale: u32,
        /// How the cell shows it, where that is more than its digits.
        format: Option<Arc<NumberFormat>>,
    },
    /// Yes or no.
    Bool(bool),
    /// A day, in days since 1970-01-01.
    Day(i32),
    /// What cannot be read; the findings of the sheet say why.
    Refused,
}

impl SheetValue {
    fn raw(&self) -> Raw<'_> {
        match self {
            SheetValue::Text(text) if text.is_empty() => Raw::Missing,
            SheetValue::Text(text) => Raw::Text(text),
            SheetValue::Number { mantissa, scale, format } => Typed::Figure {
                mantissa: i128::from(*mantissa),
                scale: *scale,
                unit: None,
                format: format.as_deref(),
            }
            .raw(),
            SheetValue::Bool(value) => Raw::Bool(*value),
            SheetValue::Day(days) => Typed::Dated(*days).raw(),
            SheetValue::Refused => Raw::Missing,
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self, SheetValue::Text(text) if is_blank(text))
    }

    /// As a heading; only texts can be one, and what is none is unknown.
    fn heading(&self) -> Cow<'_, str> {
        Cow::Owned(match self {
            SheetValue::Text(text) => return Cow::Borrowed(text),
            SheetValue::Number { .. } | SheetValue::Day(_) => match self.raw() {
                Raw::Typed(value, _) => value.shown().zh,
                _ => String::new(),
            },
            SheetValue::Bool(value) => value.to_string(),
            SheetValue::Refused => String::new(),
        })
    }
}

impl SheetRow {
    fn value(&self, column: usize) -> Option<&SheetValue> {
        let at = self
            .cells
            .binary_search_by_key(&(column as u64 + 1), |cell| u64::from(cell.column))
            .ok()?;
        self.cells.get(at).map(|cell| &cell.value)
    }

    /// The number of columns up to the last cell with something in it.
    fn width(&self) -> usize {
        self.cells
            .iter()
            .rfind(|cell| !cell.value.is_blank())
            .map_or(0, |cell| cell.column as usize)
    }

    fn headings(&self) -> Vec<Cow<'_, str>> {
        (0..self.width())
            .map(|column| self.value(column).map_or(Cow::Borrowed(""), SheetValue::heading))
            .collect()
    }
}

/// Reads the sheets of a workbook, which is called `book` in messages. Sheets with nothing in them
/// that are no table are left alone.
///
/// # Errors
/// Every problem found; the place of each is its cell.
///
/// ```
/// use guiju::{Limits, Parsed, SheetCell, SheetRow, SheetTable, SheetValue, Source};
/// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
/// let limits = Limits::default();
/// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
/// let text = |column, text: &str| SheetCell { column, value: SheetValue::Text(text.into()) };
/// let fee = SheetCell { column: 2, value: SheetValue::Number { mantissa: -15, scale: 1, format: None } };
/// let rows = vec![
///     SheetRow { number: 1, cells: vec![text(1, "id"), text(2, "fee")] },
///     SheetRow { number: 2, cells: vec![text(1, "S1"), fee] },
/// ];
/// let sheet = SheetTable { name: "shop".to_owned(), rows, ..SheetTable::default() };
/// let error = pack.read_sheets("shops.xlsx", &[sheet], &limits).expect_err("a fee is below zero");
/// assert_eq!(error.diagnostics[0].place.as_ref().map(|place| place.show()), Some("shops.xlsx shop!B2 fee".to_owned()));
/// # Ok::<(), guiju::PackError>(())
/// ```
pub fn read_sheets(
    book: &str,
    sheets: &[SheetTable],
    schema: &Arc<Schema>,
    limits: &Limits,
) -> Result<Dataset, DataError> {
    Reading::new(schema, limits).sheets(book, sheets)
}

pub(super) fn read(
    reading: Reading<'_>,
    book: &str,
    sheets: &[SheetTable],
) -> Result<Dataset, DataError> {
    let total = sheets.iter().map(|sheet| sheet.rows.len() as u64).sum();
    let mut tables = Tables::new(reading, Counted::Cells { book: book.to_owned() }, total);
    let mut found: Vec<(Kind, &SheetTable)> = Vec::new();
    for sheet in sheets {
        match tables.labelled(&sheet.name) {
            Some(kind) => match found.iter().find(|(other, _)| *other == kind) {
                Some((_, first)) => tables.twice(kind, &first.name, &sheet.name),
                None => found.push((kind, sheet)),
            },
            None if sheet.rows.iter().all(|row| row.width() == 0) => {
                tables.builder.note(format!("{}: an empty sheet, left alone", show(&sheet.name)));
            }
            None => tables.unknown(&sheet.name),
        }
    }
    for (kind, sheet) in &found {
        if let Kind::Entity(entity) = kind {
            tables.builder.sheet(*entity, &sheet.name);
        }
        sheet.findings.iter().for_each(|finding| tables.builder.problem(finding.clone()));
    }
    tables.each(&found, |tables, kind, sheet| {
        let read = tables.sheet(kind, sheet);
        tables.passed(sheet.rows.len() as u64);
        read
    });
    tables.builder.finish()
}

impl Tables<'_> {
    /// Reads a sheet; a word on how it was read, or `None` where rows were left out.
    fn sheet(&mut self, kind: Kind, sheet: &SheetTable) -> Option<String> {
        let name = show(&sheet.name);
        let mut rows = sheet.rows.iter().filter(|row| row.width() > 0);
        let Some(top) = rows.next() else {
            let place = self.at(&name, None, None, None);
            self.builder.problem(Diagnostic::new(Code::NoData).in_data(place));
            return None;
        };
        let headings = top.headings();
        let headings: Vec<&str> = headings.iter().map(|heading| &**heading).collect();
        let nearby: Vec<(u32, Vec<Cow<'_, str>>)> =
            rows.clone().take(LOOKED_AT).map(|row| (row.number, row.headings())).collect();
        if self.untitled(kind, &name, top.number, &headings, &nearby) {
            return None;
        }
        let width = headings.len();
        self.blank(&name, 0, top.number);
        let mut table = self.begin(kind, &name, &headings, Some(top.number))?;
        let (mut before, mut read) = (top.number, 0_usize);
        for row in rows {
            if self.builder.is_full() {
                return None;
            }
            self.blank(&name, before, row.number);
            before = row.number;
            read += 1;
            self.reached(read as u64);
            if row.width() > width {
                self.beside(&name, row.number, row.width() - 1, width);
            }
            if table.rests_on(|column| row.value(column) == Some(&SheetValue::Refused)) {
                self.look_at(&mut table, row.number, &|column| {
                    row.value(column).map_or(Raw::Missing, SheetValue::raw)
                });
            } else {
                self.row(&mut table, row.number, &|column| {
                    row.value(column).map_or(Raw::Missing, SheetValue::raw)
                });
            }
        }
        self.end(&table).then(|| format!("{name}: {read} rows"))
    }

    /// Reports the blank rows between two that are not.
    fn blank(&mut self, name: &str, before: u32, next: u32) {
        let first = before.saturating_add(1);
        if next > first {
            self.blank_row(name, first);
        }
    }
}

/// How many rows below the top are looked at for headings, when the top row has none.
const LOOKED_AT: usize = 10;
