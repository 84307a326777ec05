//! A workbook as both writers see it: sheets of columns, each with what its cells hold.
//!
//! Not here: where the sheets come from (`template`), and the formats (`ods`, `xlsx`).

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
    /// How many rows are prepared below the headings.
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

impl Column {
    /// How wide it is drawn, in half-width characters: as its heading, between 8 and 40.
    pub(crate) fn width(&self) -> usize {
        let of = |c: char| if c.is_ascii() { 1 } else { 2 };
        (self.heading.chars().map(of).sum::<usize>() + 4).clamp(8, 40)
    }
}
