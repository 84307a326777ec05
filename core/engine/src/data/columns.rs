//! Tables that are columns in memory already, such as data frames, to a dataset.
//!
//! What cells, keys and references mean is what it is for CSV (`tables`, `cell`, `keys`), and so
//! are the messages; but a typed column says once what is wrong with all of it. Not here: the
//! memory that columns are in, which the host knows.

use std::borrow::Cow;
use std::sync::Arc;

use super::tables::{Counted, Kind, Tables};
use super::typed::Typed;
use super::{Dataset, Raw, Reading};
use crate::data::DataError;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::limits::Limits;
use guiju_model::schema::Schema;
use guiju_model::text::{Localized, show};

/// A table by its name, such as `member`, with its rows in one or more batches.
pub struct ColumnTable<'a> {
    /// The name: that of an entity, or `targets`, `previous`, `reviewed`, `elsewhere`.
    pub name: &'a str,
    /// The headings of its columns: names of fields, or their labels.
    pub headings: Vec<&'a str>,
    /// Its rows.
    pub batches: Vec<ColumnBatch<'a>>,
}

/// Some rows of a table.
pub struct ColumnBatch<'a> {
    /// How many.
    pub rows: usize,
    /// One for each heading: the value of each row.
    pub columns: Vec<Box<dyn Fn(usize) -> ColumnValue<'a> + 'a>>,
}

/// One value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnValue<'a> {
    /// Nothing was given.
    Missing,
    /// A text; read as a cell of CSV is.
    Text(&'a str),
    /// Yes or no.
    Bool(bool),
    /// The number `mantissa / 10^scale`.
    Decimal {
        /// The digits.
        mantissa: i128,
        /// How many of them stand after the point.
        scale: u32,
    },
    /// A number with more digits than a value may have, as messages show it.
    Huge(Cow<'a, str>),
    /// A binary float; counts may be given so where they are whole, amounts may not.
    Float(f64),
    /// A day, in days since 1970-01-01.
    Day(i32),
    /// A moment that is not simply a day: with a time of day, or in a time zone.
    Moment {
        /// The moment, as messages show it.
        shown: Cow<'a, str>,
        /// Whether it is in a time zone.
        zoned: bool,
    },
    /// Named values.
    List(Vec<&'a str>),
    /// Something that no field holds, by the name of its type.
    Foreign(&'a str),
}

/// Reads tables of columns.
///
/// # Errors
/// Every problem found; rows are counted from 0, as frames do.
///
/// ```
/// use guiju::{ColumnBatch, ColumnTable, ColumnValue, Limits, Parsed, Source};
/// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
/// let limits = Limits::default();
/// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
/// let ids = ["S1", "S2"];
/// let fees = [150_000_i128, -1];
/// let columns: Vec<Box<dyn Fn(usize) -> ColumnValue<'static>>> = vec![
///     Box::new(move |row| ColumnValue::Text(ids[row])),
///     Box::new(move |row| ColumnValue::Decimal { mantissa: fees[row], scale: 2 }),
/// ];
/// let table = ColumnTable { name: "shop", headings: vec!["id", "fee"], batches: vec![ColumnBatch { rows: 2, columns }] };
/// let error = pack.read_columns(&[table], &limits).expect_err("a fee is below zero");
/// assert_eq!((error.diagnostics[0].code.id(), error.diagnostics[0].place.as_ref().and_then(|place| place.row)), ("G610", Some(1)));
/// # Ok::<(), guiju::PackError>(())
/// ```
pub fn read_columns(
    given: &[ColumnTable<'_>],
    schema: &Arc<Schema>,
    limits: &Limits,
) -> Result<Dataset, DataError> {
    Reading::new(schema, limits).columns(given)
}

pub(super) fn read(reading: Reading<'_>, given: &[ColumnTable<'_>]) -> Result<Dataset, DataError> {
    let total = given.iter().map(ColumnTable::rows).sum();
    let mut tables = Tables::new(reading, Counted::Rows, total);
    let mut found: Vec<(Kind, &ColumnTable<'_>)> = Vec::new();
    for table in given {
        match tables.kind(table.name) {
            Some(kind) if !found.iter().any(|(other, _)| *other == kind) => {
                found.push((kind, table))
            }
            _ => tables.unknown(table.name),
        }
    }
    tables.each(&found, |tables, kind, table| {
        let read = tables.columns(kind, table);
        tables.passed(table.rows());
        read
    });
    tables.builder.finish()
}

impl ColumnTable<'_> {
    fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.rows as u64).sum()
    }
}

impl Tables<'_> {
    /// Reads a table; a word on how it was read, or `None` where rows were left out.
    fn columns(&mut self, kind: Kind, given: &ColumnTable<'_>) -> Option<String> {
        let width = given.headings.len();
        let mut table = self.begin(kind, given.name, &given.headings, None)?;
        let mut n = 0_u32;
        for batch in &given.batches {
            if batch.columns.len() != width {
                let words =
                    Localized::new("各批資料的欄數不同", "its batches differ in their columns");
                let place = self.at(given.name, Some(n), None, None);
                let instead =
                    Localized::new("請讓各批資料有相同的欄。", "give all batches the same columns");
                self.builder.problem(
                    Diagnostic::new(Code::BadFrame).word(words).word(instead).in_data(place),
                );
                return None;
            }
            for row in 0..batch.rows {
                if self.builder.is_full() {
                    return None;
                }
                self.row(&mut table, n, &|column| {
                    batch.columns.get(column).map_or(Raw::Missing, |column| raw(column(row)))
                });
                n = n.saturating_add(1);
                self.reached(u64::from(n));
            }
        }
        self.end(&table).then(|| format!("{}: {n} rows", show(given.name)))
    }
}

fn raw(value: ColumnValue<'_>) -> Raw<'_> {
    match value {
        ColumnValue::Missing => Raw::Missing,
        ColumnValue::Text("") => Raw::Missing,
        ColumnValue::Text(text) => Raw::Text(text),
        ColumnValue::Bool(value) => Raw::Bool(value),
        ColumnValue::Decimal { mantissa, scale } => {
            Typed::Scaled { mantissa, scale, unit: None }.raw()
        }
        ColumnValue::Huge(shown) => Typed::Huge(shown).raw(),
        ColumnValue::Float(value) => Typed::Float(value).raw(),
        ColumnValue::Day(days) => Typed::Day(days).raw(),
        ColumnValue::Moment { shown, zoned } => Typed::Moment { shown, zoned }.raw(),
        ColumnValue::List(items) => Raw::List(items),
        ColumnValue::Foreign(name) => Typed::Foreign(name).raw(),
    }
}
