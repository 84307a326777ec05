//! A workbook as both writers see it: sheets of columns, each with what its cells hold.
//!
//! Not here: where the sheets come from (`template`, `carry`), and the formats (`ods`, `xlsx`).

use guiju::{Code, Diagnostic};

use crate::page::Value;

/// The most rows that a sheet may have in the programs that read it.
const MOST_ROWS: usize = 1_048_576;

/// A workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The sheets, from left to right.
    pub sheets: Vec<Sheet>,
}

/// A sheet with headings in its first row, which stays in view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name: at most 31 characters, without `[]:*?/\`.
    pub name: String,
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The rows below the headings that are filled in already, each with a cell for every column.
    pub filled: Vec<Vec<Value>>,
    /// How many rows are prepared below these.
    pub rows: u32,
}

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands at its top.
    pub heading: String,
    /// What is said of it beside the heading.
    pub note: String,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether a complete row has to have it.
    pub needed: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything, kept as it is typed: ids keep their zeros, and days may be typed in either
    /// calendar.
    Text,
    /// A number with so many decimals at most, digits in groups of three; whether it may be below
    /// zero.
    Number {
        /// The most decimals.
        decimals: u8,
        /// Whether it may be below zero.
        signed: bool,
    },
    /// A share, shown in percent.
    Percent,
    /// One of these.
    Choice(Vec<String>),
}

impl Book {
    /// Whether it can be a workbook: the first sheet with too many rows, or cell with too long a
    /// text.
    ///
    /// # Errors
    /// A diagnostic that names it.
    pub fn fits(&self) -> Result<(), Box<Diagnostic>> {
        for sheet in &self.sheets {
            if sheet.filled.len() >= MOST_ROWS {
                let found = Diagnostic::new(Code::TooManyRows)
                    .arg(sheet.name.clone())
                    .arg(sheet.filled.len().to_string())
                    .arg((MOST_ROWS - 1).to_string());
                return Err(Box::new(found));
            }
            for (row, cells) in sheet.filled.iter().enumerate() {
                for (column, value) in cells.iter().enumerate() {
                    value.fits(&sheet.name, row + 2, column + 1)?;
                }
            }
        }
        Ok(())
    }
}

impl Sheet {
    /// How wide a column is drawn, in half-width characters: as its heading or the longest of what
    /// is filled in, between 8 and 40.
    pub(crate) fn width(&self, at: usize) -> usize {
        let of =
            |text: &str| -> usize { text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum() };
        let heading = self.columns.get(at).map_or(0, |column| of(&column.heading) + 4);
        let cells = self.filled.iter().filter_map(|row| row.get(at));
        let filled = cells.map(|value| of(&value.shown(true)) + 2).max().unwrap_or_default();
        heading.max(filled).clamp(8, 40)
    }

    /// How many rows are prepared below the filled ones, as far as there is room.
    pub(crate) fn prepared(&self) -> u32 {
        let room = MOST_ROWS.saturating_sub(1 + self.filled.len());
        self.rows.min(u32::try_from(room).unwrap_or(u32::MAX))
    }
}
