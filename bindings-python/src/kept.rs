//! Tables as plain parts and back, for pickles, and tables that are built once.
//!
//! Not here: what is in a table (`tables`, `diff_tables`), and what is done with one (`table`).

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, RecordBatch, make_array};
use arrow_buffer::Buffer;
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DECIMAL128_MAX_PRECISION, DataType, Field, Schema};
use guiju::Locale;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBytes;

use crate::columns;
use crate::table::Table;

/// A table that is built when it is first asked for.
pub(crate) struct Kept(PyOnceLock<Py<Table>>);

impl Default for Kept {
    fn default() -> Kept {
        Kept(PyOnceLock::new())
    }
}

impl Kept {
    /// The table; `build` makes it unless it is there.
    pub(crate) fn get(
        &self,
        py: Python<'_>,
        name: &str,
        locale: Locale,
        build: impl FnOnce() -> Result<RecordBatch, ArrowError> + Send,
    ) -> PyResult<Py<Table>> {
        let made = || Py::new(py, Table::build(py, name, locale, build)?);
        Ok(self.0.get_or_try_init(py, made)?.clone_ref(py))
    }

    /// The same where making it may take long: an interrupt leaves it behind.
    pub(crate) fn aside(
        &self,
        py: Python<'_>,
        name: &str,
        locale: Locale,
        build: impl FnOnce() -> Result<RecordBatch, ArrowError> + Send + 'static,
    ) -> PyResult<Py<Table>> {
        let made = || Py::new(py, Table::aside(py, name, locale, build)?);
        Ok(self.0.get_or_try_init(py, made)?.clone_ref(py))
    }
}

/// A column: its name, its type, which rows have a value (`None`: all), and the buffers of its
/// values.
pub(crate) type Parts<'py> =
    (String, String, Option<Bound<'py, PyBytes>>, Vec<Bound<'py, PyBytes>>);
/// The same, on the way back.
pub(crate) type Given = (String, String, Option<PyBackedBytes>, Vec<PyBackedBytes>);

/// The types that columns have, by name; decimals of another scale than that of most columns are
/// called after it.
fn types() -> [(&'static str, DataType); 6] {
    [
        ("text", DataType::LargeUtf8),
        ("words", columns::words()),
        ("bool", DataType::Boolean),
        ("int", DataType::Int64),
        ("day", DataType::Date32),
        ("decimal", columns::DECIMAL),
    ]
}

fn name_of(kind: &DataType) -> Option<String> {
    let known =
        types().into_iter().find(|(_, known)| known == kind).map(|(name, _)| name.to_owned());
    known.or_else(|| {
        if let DataType::Decimal128(DECIMAL128_MAX_PRECISION, scale) = kind {
            Some(format!("decimal {scale}"))
        } else {
            None
        }
    })
}

fn type_of(name: &str) -> Option<DataType> {
    let known = types().into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind);
    let scaled = || {
        Some(DataType::Decimal128(
            DECIMAL128_MAX_PRECISION,
            name.strip_prefix("decimal ")?.parse().ok().filter(|scale| (0..=38).contains(scale))?,
        ))
    };
    known.or_else(scaled)
}

/// The columns of a batch as bytes.
pub(crate) fn parts<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Vec<Parts<'py>>> {
    let part = |(field, array): (&Arc<Field>, &ArrayRef)| {
        let data = array.to_data();
        // Columns are built whole, so that their buffers begin with their first row.
        let (Some(kind), 0) = (name_of(field.data_type()), data.offset()) else {
            return Err(PyValueError::new_err(format!(
                "a column of {} cannot be pickled",
                field.data_type()
            )));
        };
        let bytes = |buffer: &Buffer| PyBytes::new(py, buffer.as_slice());
        let known = data.nulls().map(|nulls| bytes(nulls.buffer()));
        // The words of a column stand below it.
        let below = data.child_data().iter().flat_map(ArrayData::buffers);
        let buffers = data.buffers().iter().chain(below).map(bytes).collect();
        Ok((field.name().clone(), kind, known, buffers))
    };
    batch.schema_ref().fields().iter().zip(batch.columns()).map(part).collect()
}

/// A batch from its columns as bytes, which are checked.
pub(crate) fn batch(rows: usize, given: Vec<Given>) -> PyResult<RecordBatch> {
    let damaged = |error: ArrowError| PyValueError::new_err(error.to_string());
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (name, kind, known, buffers) in given {
        let kind = type_of(&kind)
            .ok_or_else(|| PyValueError::new_err(format!("{kind} is no type of a column")))?;
        let copy = |bytes: &PyBackedBytes| Buffer::from(&**bytes);
        let mut buffers: Vec<Buffer> = buffers.iter().map(copy).collect();
        let mut below = Vec::new();
        if kind == columns::words() {
            let texts = buffers.split_off(buffers.len().min(1));
            // One more offset than there are words.
            let words = texts.first().map_or(0, |offsets| (offsets.len() / 8).saturating_sub(1));
            let texts = ArrayData::builder(DataType::LargeUtf8).len(words).buffers(texts);
            below.push(texts.align_buffers(true).build().map_err(damaged)?);
        }
        let data = ArrayData::builder(kind.clone())
            .len(rows)
            .null_bit_buffer(known.as_ref().map(copy))
            .buffers(buffers)
            .child_data(below)
            .align_buffers(true)
            .build()
            .map_err(damaged)?;
        fields.push(Field::new(name, kind, true));
        arrays.push(make_array(data));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(damaged)
}
