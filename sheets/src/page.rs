//! A filled sheet as every writer sees it: lines of cells that know what they hold and what they
//! are.
//!
//! Not here: where the cells come from (`fill`), and the formats (`page_ods`, `page_xlsx`, `html`).

use guiju::{
    Code, DataPlace, Date, Diagnostic, Exact, Localized, SheetPlace, grouped, is_noncharacter,
};

/// The most characters (in UTF-16) that a cell may have in the programs that read it.
pub const LONGEST_TEXT: usize = 32_767;
/// The longest name that a sheet may have.
pub(crate) const LONGEST_NAME: usize = 31;
/// How much of a text that is too long is shown.
const BEGINS: usize = 20;
/// Decimals of a number that has no end.
const MOST_PLACES: u32 = 2;
/// Decimals that are kept of it in the cell.
const KEPT_PLACES: u32 = 12;

/// A sheet of a workbook, or a table of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its name, which no other page of the workbook has: at most 31 characters, without
    /// `[]:*?/\`.
    pub name: String,
    /// How wide each column is drawn, in half-width characters.
    pub widths: Vec<u16>,
    /// The lines, from top to bottom.
    pub lines: Vec<Vec<Cell>>,
    /// How many lines are the heading: they stay in view, and are printed on every page.
    pub heading: usize,
}

/// A cell, with those to its right that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it holds.
    pub value: Value,
    /// What it is.
    pub look: Look,
    /// How many columns it takes, at least one.
    pub span: usize,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// A text, which no program takes for a formula.
    Text(String),
    /// A number in a unit, whose sign is shown after it.
    Number(Exact, String),
    /// A share: 1 is 100 %.
    Share(Exact),
    /// A day.
    Day(Date),
}

/// What a cell is, which decides how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// What the sheet is called.
    Title,
    /// What it is of.
    Info,
    /// The top of a column.
    Heading,
    /// The top of a section.
    Section,
    /// What a line is called.
    Label,
    /// The same of a part of what stands above.
    Part,
    /// A value.
    Plain,
    /// A value that missing data leave open.
    Open,
    /// What does not count.
    Refused,
    /// To be filled in.
    Fill,
    /// What stands below.
    Note,
    /// Where somebody signs.
    Signature,
}

impl Cell {
    /// A cell of one column.
    pub fn new(value: Value, look: Look) -> Cell {
        Cell { value, look, span: 1 }
    }

    /// A text over some columns.
    pub fn text(text: impl Into<String>, look: Look, span: usize) -> Cell {
        Cell { value: Value::Text(text.into()), look, span: span.max(1) }
    }
}

impl Value {
    /// Whether a text fits into a cell of a sheet, at a row and a column from 1.
    pub(crate) fn fits(
        &self,
        sheet: &str,
        row: usize,
        column: usize,
    ) -> Result<(), Box<Diagnostic>> {
        let Value::Text(text) = self else { return Ok(()) };
        let length = text.encode_utf16().count();
        if length <= LONGEST_TEXT {
            return Ok(());
        }
        let begins: String = text.chars().take(BEGINS).collect();
        let cell = SheetPlace {
            sheet: sheet.to_owned(),
            row: u32::try_from(row).ok(),
            column: u32::try_from(column).ok(),
        };
        let found = Diagnostic::new(Code::CellTooLong)
            .arg(guiju::grouped(&length.to_string()))
            .arg(guiju::grouped(&LONGEST_TEXT.to_string()))
            .arg(sheet)
            .arg(begins)
            .in_data(DataPlace { cell: Some(cell), ..DataPlace::default() });
        Err(Box::new(found))
    }

    /// The decimals of a number: as many as it has, or two of one that has no end.
    pub(crate) fn places(value: &Exact) -> u32 {
        value.as_scaled().map_or(MOST_PLACES, |(_, places)| places)
    }

    /// A number as it stands in a cell: all its digits.
    pub(crate) fn digits(value: &Exact) -> String {
        value.to_plain().unwrap_or_else(|| value.to_fixed(KEPT_PLACES))
    }

    /// A number as it stands in a cell, without its unit; `None` for everything else.
    pub fn number(&self) -> Option<String> {
        match self {
            Value::Number(value, _) => Some(Value::digits(value)),
            _ => None,
        }
    }

    /// The value as readers of data take it: a number with all its digits and without its unit.
    pub fn typed(&self) -> String {
        match self {
            Value::Number(value, _) => Value::digits(value),
            Value::Share(share) => {
                let percent = share.mul(&Exact::from(100)).unwrap_or_else(|_| share.clone());
                format!("{}%", Value::digits(&percent))
            }
            _ => self.shown(false),
        }
    }

    /// The value as people read it.
    pub fn shown(&self, minguo: bool) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) => text.clone(),
            Value::Number(value, sign) => {
                let digits = grouped(&value.to_fixed(Value::places(value)));
                format!("{digits} {sign}").trim_end().to_owned()
            }
            Value::Share(share) => {
                let percent = share.mul(&Exact::from(100)).unwrap_or_else(|_| share.clone());
                format!("{}%", grouped(&percent.to_fixed(2)))
            }
            Value::Day(day) if minguo => day.minguo(),
            Value::Day(day) => day.to_string(),
        }
    }
}

/// A name for a page that none of these has yet.
pub(crate) fn unused_name(pages: &[Page], wanted: &str) -> String {
    let cut = |text: &str, most: usize| -> String {
        let mut units = 0;
        text.chars()
            .take_while(|c| {
                units += c.len_utf16();
                units <= most
            })
            .collect()
    };
    let plain: String = wanted
        .chars()
        .map(|c| {
            let odd = "[]:*?/\\'".contains(c) || c.is_control() || is_noncharacter(c);
            if odd { '_' } else { c }
        })
        .collect();
    let plain = plain.trim();
    let plain = if plain.is_empty() { "_" } else { plain };
    // Programs do not tell large letters from small ones.
    let taken =
        |name: &str| pages.iter().any(|page| page.name.to_lowercase() == name.to_lowercase());
    let mut name = cut(plain, LONGEST_NAME);
    let mut number = 2_u32;
    while taken(&name) {
        let ending = format!(" ({number})");
        name = cut(plain, LONGEST_NAME - ending.len()) + &ending;
        number += 1;
    }
    name
}

/// Whether a character may stand in the text of a cell: XML holds no others, and control characters
/// do nothing there.
pub(crate) fn is_xml(c: char) -> bool {
    !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

/// A text in one of two languages.
pub(crate) fn pick(locale: guiju::Locale, zh: &str, en: &str) -> String {
    Localized::new(zh, en).get(locale).to_owned()
}
