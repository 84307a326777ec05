//! `guiju.Table`: rows that any frame library can take. Not here: what is in them (`tables`).

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, DataType};
use guiju::{Date, Exact, Locale, grouped};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyString, PyTuple};

use crate::error::{self, Kind};
use crate::{capsule, evaluation, html, kept, words};

/// A table of a result or of a pack.
#[pyclass(frozen, module = "guiju")]
#[derive(Clone)]
pub(crate) struct Table {
    name: Arc<str>,
    batch: RecordBatch,
    locale: Locale,
}

impl Table {
    /// The table that `build` makes while other threads of the host go on.
    pub(crate) fn build(
        py: Python<'_>,
        name: &str,
        locale: Locale,
        build: impl FnOnce() -> Result<RecordBatch, ArrowError> + Send,
    ) -> PyResult<Table> {
        let built = py.detach(|| error::guarded(build))?;
        Table::built(py, name, locale, built)
    }

    /// The same, which an interrupt leaves behind.
    pub(crate) fn aside(
        py: Python<'_>,
        name: &str,
        locale: Locale,
        build: impl FnOnce() -> Result<RecordBatch, ArrowError> + Send + 'static,
    ) -> PyResult<Table> {
        let built = evaluation::aside(py, locale, build)?;
        Table::built(py, name, locale, built)
    }

    fn built(
        py: Python<'_>,
        name: &str,
        locale: Locale,
        built: Result<RecordBatch, ArrowError>,
    ) -> PyResult<Table> {
        let batch = built.map_err(|error| error::sentence(py, Kind::Limit, &error.to_string()))?;
        Ok(Table { name: name.into(), batch, locale })
    }

    pub(crate) fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// A cell as people read it; empty where there is none.
    pub(crate) fn cell(&self, column: usize, row: usize) -> String {
        let array = self.batch.column(column);
        if array.is_null(row) {
            return String::new();
        }
        if let Some(words) = words::of(array) {
            return words::word(words, row).unwrap_or_default().to_owned();
        }
        match array.data_type() {
            DataType::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
            DataType::Boolean => array.as_boolean().value(row).to_string(),
            DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
            DataType::Date32 => {
                Date::from_epoch_days(array.as_primitive::<Date32Type>().value(row))
                    .map(|day| day.to_string())
                    .unwrap_or_default()
            }
            DataType::Decimal128(_, scale) => {
                let value = Exact::scaled(
                    array.as_primitive::<Decimal128Type>().value(row),
                    u32::try_from(*scale).unwrap_or(0),
                );
                value
                    .ok()
                    .and_then(|value| value.to_plain())
                    .map(|digits| grouped(&digits))
                    .unwrap_or_default()
            }
            _ => String::new(),
        }
    }
}

#[pymethods]
impl Table {
    /// For pickles.
    #[new]
    fn again(
        py: Python<'_>,
        name: &str,
        locale: &str,
        rows: usize,
        columns: Vec<kept::Given>,
    ) -> PyResult<Table> {
        let locale =
            locale.parse().map_err(|message: String| error::sentence(py, Kind::Error, &message))?;
        Ok(Table { name: name.into(), batch: kept::batch(rows, columns)?, locale })
    }

    fn __getnewargs__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(String, &'static str, usize, Vec<kept::Parts<'py>>)> {
        Ok((
            self.name.to_string(),
            html::tag(self.locale),
            self.batch.num_rows(),
            kept::parts(py, &self.batch)?,
        ))
    }

    /// Nothing in it can be changed, so that a copy is the thing itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// What it is a table of.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.batch.schema_ref().fields().iter().map(|field| field.name().as_str()))
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// The rows as a stream. Words are texts unless a dictionary is requested; a consumer that
    /// wants another schema converts what it gets.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::stream(py, &self.batch, requested_schema.as_ref())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::schema(py, &words::batches(&self.batch, None).0)
    }

    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        // Polars has texts that rows share, so that nothing is written out for it.
        let (py, own) = (slf.py(), slf.get());
        let batch = own.batch.clone();
        let shared = move || {
            let columns = batch.columns().iter().map(words::shared);
            let names = batch.schema_ref().fields().iter().map(|field| field.name());
            let columns: Vec<_> = names.zip(columns).collect();
            RecordBatch::try_from_iter_with_nullable(
                columns.into_iter().map(|(name, column)| (name, column, true)),
            )
        };
        let batch = evaluation::aside(py, own.locale, shared)?
            .map_err(|error| error::sentence(py, Kind::Limit, &error.to_string()))?;
        let shared = Table { name: Arc::clone(&own.name), batch, locale: own.locale };
        slf.py().import("polars")?.getattr("DataFrame")?.call1((shared,))
    }

    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.getattr("table")?.call1((slf,))
    }

    /// Decimals stay `Decimal`, missing values of text columns are what pandas makes of them.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::to_arrow(slf)?.call_method0("to_pandas")
    }

    /// The rows as dicts, without any frame library.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let decimal = py.import("decimal")?.getattr("Decimal")?;
        let day = py.import("datetime")?.getattr("date")?.getattr("fromisoformat")?;
        let names: Vec<&str> =
            self.batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
        let rows: Vec<_> = (0..self.batch.num_rows()).map(|_| PyDict::new(py)).collect();
        for (column, name) in names.iter().enumerate() {
            let array = self.batch.column(column);
            // A word is one object, however many rows have it.
            let words = words::of(array);
            let texts: Vec<Bound<'py, PyString>> = words
                .map(|words| words.values().as_string::<i64>().iter().flatten())
                .into_iter()
                .flatten()
                .map(|text| PyString::new(py, text))
                .collect();
            for (row, dict) in rows.iter().enumerate() {
                if array.is_null(row) {
                    dict.set_item(name, py.None())?;
                    continue;
                }
                if let Some(text) = words.and_then(|words| texts.get(words.key(row)?)) {
                    dict.set_item(name, text)?;
                    continue;
                }
                let value = match array.data_type() {
                    DataType::Boolean => {
                        array.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any()
                    }
                    DataType::Int64 => {
                        array.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any()
                    }
                    DataType::Decimal128(_, _) => decimal
                        .call1((array.as_primitive::<Decimal128Type>().value_as_string(row),))?,
                    DataType::Date32 => day.call1((self.cell(column, row),))?,
                    _ => self.cell(column, row).into_pyobject(py)?.into_any(),
                };
                dict.set_item(name, value)?;
            }
        }
        Ok(rows)
    }

    /// The rows as CSV, written to a file where a path is given.
    #[pyo3(signature = (path = None))]
    fn to_csv<'py>(
        slf: &Bound<'py, Self>,
        path: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("guiju._export")?.getattr("to_csv")?.call1((slf, path))
    }

    /// A chart of it, where Altair is installed.
    fn chart<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("guiju.plot")?.getattr("chart")?.call1((slf,))
    }

    fn _repr_html_(&self) -> String {
        html::table(self, self.locale)
    }

    fn __repr__(&self) -> String {
        format!(
            "<guiju.Table {}: {} rows × {} columns>",
            self.name,
            self.batch.num_rows(),
            self.batch.num_columns()
        )
    }
}
