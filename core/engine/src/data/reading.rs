//! The way from what a host has to a dataset: one method for each form of data, within limits,
//! watched or not.
//!
//! Not here: what the forms are (`json`, `csv`, `sheets`, `columns`).

use std::sync::Arc;

use crate::data::DataError;
use guiju_model::limits::Limits;
use guiju_model::schema::Schema;

use super::{
    ColumnTable, Dataset, DatasetBuilder, Origins, SheetTable, TableFile, columns, csv, json,
    sheets,
};
use crate::watch::Watch;

/// Reads data of a schema.
///
/// A host that watches is told how far reading is at most once in a thousand records; where it
/// breaks off, reading ends with what was found so far, which says nothing about the data.
///
/// ```
/// use std::ops::ControlFlow;
/// use guiju::{Limits, Parsed, Reading, Source};
/// let rules = "pack shops\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
/// let limits = Limits::default();
/// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
/// let records: Vec<String> = (0..5_000).map(|n| format!(r#"{{"id": "S{n}", "fee": 1}}"#)).collect();
/// let text = format!(r#"{{"shops": [{}]}}"#, records.join(","));
/// let mut told = 0;
/// let mut watch = |progress: guiju::Progress| {
///     told += 1;
///     if progress.done < progress.total / 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
/// };
/// assert!(Reading::new(pack.schema(), &limits).watched(&mut watch).json(&text, None).is_err());
/// assert!(told > 1);
/// # Ok::<(), guiju::PackError>(())
/// ```
pub struct Reading<'r> {
    schema: &'r Arc<Schema>,
    limits: &'r Limits,
    watch: Option<&'r mut Watch<'r>>,
}

impl<'r> Reading<'r> {
    /// Nobody watches yet.
    pub fn new(schema: &'r Arc<Schema>, limits: &'r Limits) -> Reading<'r> {
        Reading { schema, limits, watch: None }
    }

    /// Has somebody watch.
    #[must_use]
    pub fn watched(self, watch: &'r mut Watch<'r>) -> Reading<'r> {
        Reading { watch: Some(watch), ..self }
    }

    /// The limits it keeps.
    pub fn limits(&self) -> &'r Limits {
        self.limits
    }

    /// Reads a document as [`read_json`](super::read_json) does.
    ///
    /// # Errors
    /// Every problem found.
    pub fn json(self, text: &str, file: Option<&str>) -> Result<Dataset, DataError> {
        json::document(self, text, file)
    }

    /// Reads lines as [`read_json_lines`](super::read_json_lines) does.
    ///
    /// # Errors
    /// Every problem found.
    pub fn json_lines(self, text: &str, file: Option<&str>) -> Result<Dataset, DataError> {
        json::lines(self, text, file)
    }

    /// Reads a folder of CSV tables as [`read_tables`](super::read_tables) does.
    ///
    /// # Errors
    /// Every problem found.
    pub fn tables(self, files: &[TableFile<'_>]) -> Result<Dataset, DataError> {
        csv::read(self, files)
    }

    /// Reads the sheets of a workbook as [`read_sheets`](super::read_sheets) does.
    ///
    /// # Errors
    /// Every problem found.
    pub fn sheets(self, book: &str, given: &[SheetTable]) -> Result<Dataset, DataError> {
        sheets::read(self, book, given)
    }

    /// Reads tables of columns as [`read_columns`](super::read_columns) does.
    ///
    /// # Errors
    /// Every problem found.
    pub fn columns(self, given: &[ColumnTable<'_>]) -> Result<Dataset, DataError> {
        columns::read(self, given)
    }

    pub(super) fn schema(&self) -> &'r Arc<Schema> {
        self.schema
    }

    /// Begins a dataset.
    pub(super) fn begin(self, origins: Origins) -> DatasetBuilder<'r> {
        let builder = DatasetBuilder::new(self.schema, self.limits, origins);
        match self.watch {
            Some(watch) => builder.watched(watch),
            None => builder,
        }
    }
}
