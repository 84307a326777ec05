//! What a caller gives as data, as a dataset: frames by table name, or objects shaped like the JSON document.
//!
//! Not here: how arrays are taken out of frames (`capsule`, `frame`), and what objects become (`value`).

use std::sync::Arc;

use guiju::{Code, DataPlace, Dataset, Diagnostic, Limits, Locale, Schema};
use guiju_files::FileError;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping, PySlice};

use crate::error::{self, Kind};
use crate::frame::Frame;
use crate::{capsule, value};

/// Reads a mapping. The inner error is what is wrong with the data.
pub(crate) fn read(
    data: &Bound<'_, PyAny>,
    floats: Option<&str>,
    schema: &Arc<Schema>,
    limits: &Limits,
    locale: Locale,
) -> PyResult<Result<Dataset, FileError>> {
    let py = data.py();
    let shortest = match floats {
        None => false,
        Some("shortest") => true,
        Some(other) => return Err(error::sentence(py, Kind::Error, &format!("floats={other:?}: give \"shortest\", or leave it out"))),
    };
    let Ok(mapping) = data.cast::<PyMapping>() else {
        return Err(PyTypeError::new_err("data is a dict: of frames by table name, or shaped like the JSON document"));
    };
    let read = match frames(mapping, locale)? {
        Some(frames) => {
            let read = |frames: &[Frame]| {
                let tables: Vec<_> = frames.iter().map(|frame| frame.table(shortest)).collect();
                guiju::read_columns(&tables, schema, limits)
            };
            py.detach(|| error::guarded(|| read(&frames)))?
        }
        None => {
            let text = value::to_json(data, shortest, locale)?;
            py.detach(|| error::guarded(|| guiju::read_json(&text, None, schema, limits)))?
        }
    };
    Ok(read.map_err(FileError::Diagnostics))
}

/// The frames by the names of their tables, where there are frames.
fn frames(mapping: &Bound<'_, PyMapping>, locale: Locale) -> PyResult<Option<Vec<Frame>>> {
    let py = mapping.py();
    let pairs: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)> = mapping.items()?.iter().map(|pair| pair.extract()).collect::<PyResult<_>>()?;
    let framed = pairs.iter().map(|(_, value)| capsule::is_stream(value)).collect::<PyResult<Vec<bool>>>()?;
    if !framed.contains(&true) {
        return Ok(None);
    }
    let (mut frames, mut problems) = (Vec::new(), Vec::new());
    for ((key, value), framed) in pairs.iter().zip(framed) {
        let name: String = key.extract()?;
        if !framed {
            let found = value.get_type().qualname()?;
            return Err(PyTypeError::new_err(format!("{name}: a {found} among frames: it has no __arrow_c_stream__")));
        }
        let given = match capsule::given(value) {
            Ok(given) => given,
            Err(error) => {
                problems.push(refused(value, name, error)?);
                continue;
            }
        };
        match capsule::read(&given)? {
            Ok(stream) => frames.push(Frame::new(name, stream)),
            Err(capsule::Broken(words)) => {
                let place = DataPlace { file: Some(name), ..DataPlace::default() };
                problems.push(Diagnostic::new(Code::BadFrame).arg(&words).in_data(place));
            }
        }
    }
    if problems.is_empty() { Ok(Some(frames)) } else { Err(error::findings(py, Kind::Data, &problems, &[], locale)) }
}

/// What is wrong with a frame that refuses to become columns: values of several types in one, numbers that no column has room for. Says
/// where, if the frame is one of pandas. Any other exception is not about the data.
fn refused(frame: &Bound<'_, PyAny>, name: String, error: PyErr) -> PyResult<Diagnostic> {
    let py = frame.py();
    let about_data = error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py);
    if !about_data && !error.is_instance_of::<PyOverflowError>(py) {
        return Err(error);
    }
    let words = error.value(py).str()?.to_string();
    let (column, row) = place(frame).unwrap_or_default();
    let place = DataPlace { file: Some(name), row, column, ..DataPlace::default() };
    Ok(Diagnostic::new(Code::BadFrame).arg(&words).in_data(place))
}

/// The first column that cannot be converted by itself, and the first row with which it cannot.
fn place(frame: &Bound<'_, PyAny>) -> PyResult<(Option<String>, Option<u64>)> {
    for column in frame.getattr("columns")?.try_iter()? {
        let column = column?;
        let alone = frame.get_item(PyList::new(frame.py(), [&column])?)?;
        if capsule::given(&alone).is_ok() {
            continue;
        }
        let rows = alone.getattr("iloc")?;
        // As many rows convert, and this many do not.
        let (mut good, mut bad) = (0, alone.len()?);
        while bad - good > 1 {
            let half = good + (bad - good) / 2;
            let first = rows.get_item(PySlice::new(frame.py(), 0, half as isize, 1))?;
            if capsule::given(&first).is_ok() {
                good = half;
            } else {
                bad = half;
            }
        }
        return Ok((Some(column.str()?.to_string()), Some(good as u64)));
    }
    Ok((None, None))
}
