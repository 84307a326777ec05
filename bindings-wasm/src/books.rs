//! Workbooks: files of data read as the command reads them, and tables written as `.xlsx` and
//! `.ods`. Not here: judging (`judge`), which columns a table has (`js/form/books.ts`).

use std::sync::Arc;

use guiju::{Exact, FieldKind, Json, Limits, Pack, Reading, Schema};
use guiju_files::Gathered;
use guiju_sheets::{Cell, Look, Page, Value, pages_ods, pages_xlsx};
use serde::Deserialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::said::{failure, known, limits, unread};

/// Reads and writes workbooks of a pack.
#[wasm_bindgen]
pub struct Books {
    /// As in a report: what all reports share is not there, so that references to it are texts.
    schema: Arc<Schema>,
    limits: Limits,
}

/// A table to be written: its headings, and the rows below them.
#[derive(Deserialize)]
struct Table {
    name: String,
    headings: Vec<String>,
    rows: Vec<Vec<Given>>,
}

/// A cell: a text as it is, or the digits of a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Text(String),
    Number { number: String },
}

#[wasm_bindgen]
impl Books {
    /// Reads a compiled pack.
    ///
    /// # Errors
    /// As of `Rules::new`.
    #[wasm_bindgen(constructor)]
    pub fn new(compiled: &[u8], trusted: bool, locale: &str) -> Result<Books, String> {
        let locale = known(locale)?;
        let pack = Pack::from_compiled(compiled, &Limits::default());
        let pack =
            pack.map_err(|error| failure(error.code(), &error.message(locale), &[], &[], locale))?;
        Ok(Books { schema: Arc::new(of_report(pack.schema())), limits: limits(trusted) })
    }

    /// The roots of a file, by its name and bytes: a list of documents, in JSON. Each has one root.
    ///
    /// # Errors
    /// JSON with the code `DATA` and every diagnostic, `LIMIT` where there is too much of it, or
    /// `ARGUMENT` where there is no such language.
    pub fn open(&self, name: &str, bytes: Vec<u8>, locale: &str) -> Result<String, String> {
        let locale = known(locale)?;
        let read = Gathered::given(name, bytes, &self.limits)
            .and_then(|file| file.read(Reading::new(&self.schema, &self.limits)));
        let data = read.map_err(|error| unread(&error, locale))?;
        let mut json = Json::compact().within(self.limits.memory);
        let mut texts = Vec::with_capacity(data.len());
        for root in 0..data.len() {
            let text = data.root_json(root, &self.limits);
            texts.push(
                text.map_err(|abort| failure("LIMIT", &abort.message(locale), &[], &[], locale))?,
            );
        }
        json.list(|json| texts.iter().for_each(|text| json.text(text)));
        json.finish_within()
            .map_err(|abort| failure("LIMIT", &abort.message(locale), &[], &[], locale))
    }

    /// The bytes of a workbook with these tables, given in JSON, in a format: `xlsx` or `ods`.
    ///
    /// # Errors
    /// JSON with the code `ARGUMENT` where the tables are none, or cannot be written.
    pub fn save(&self, tables: &str, format: &str, locale: &str) -> Result<Vec<u8>, String> {
        let locale = known(locale)?;
        let refused = |error: &dyn std::fmt::Display| {
            failure("ARGUMENT", &error.to_string(), &[], &[], locale)
        };
        let tables: Vec<Table> = serde_json::from_str(tables).map_err(|error| refused(&error))?;
        let pages: Vec<Page> = tables.into_iter().map(page).collect();
        let written = match format {
            "ods" => pages_ods(&pages, locale),
            _ => pages_xlsx(&pages, locale),
        };
        written.map_err(|error| refused(&error))
    }
}

fn of_report(schema: &Schema) -> Schema {
    let mut own = schema.clone();
    for field in own.entities.iter_mut().flat_map(|entity| &mut entity.fields) {
        if matches!(field.kind, FieldKind::Reference(target) if schema.is_shared(target)) {
            field.kind = FieldKind::Text;
        }
    }
    own
}

fn page(table: Table) -> Page {
    let widths = table.headings.iter().map(|heading| width(heading)).collect();
    let headings =
        table.headings.into_iter().map(|heading| Cell::text(heading, Look::Heading, 1)).collect();
    let mut lines: Vec<Vec<Cell>> = vec![headings];
    lines.extend(
        table
            .rows
            .into_iter()
            .map(|row| row.into_iter().map(|given| Cell::new(value(given), Look::Plain)).collect()),
    );
    Page { name: table.name, widths, lines, heading: 1 }
}

/// As wide as its heading, between 10 and 30 half-width characters.
fn width(heading: &str) -> u16 {
    let of = |c: char| if c.is_ascii() { 1 } else { 2 };
    let wanted = heading.chars().map(of).sum::<usize>() + 2;
    u16::try_from(wanted.clamp(10, 30)).unwrap_or(30)
}

/// What a cell holds; digits that are no number stay as they are.
fn value(given: Given) -> Value {
    match given {
        Given::Text(text) if text.is_empty() => Value::Empty,
        Given::Text(text) => Value::Text(text),
        Given::Number { number } => match Exact::from_plain(&number) {
            Some(value) => Value::Number(value, String::new()),
            None => Value::Text(number),
        },
    }
}
