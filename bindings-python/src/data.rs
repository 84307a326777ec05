//! What a caller gives as data, as a dataset: frames by table name, or objects shaped like the JSON document.
//!
//! Not here: how arrays are taken out of frames (`capsule`, `frame`), and what objects become (`value`).

use std::sync::Arc;

use guiju::{Code, DataPlace, Dataset, Diagnostic, Limits, Locale, Schema};
use guiju_rules::files::FileError;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

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
        match capsule::read(value)? {
            Ok(stream) => frames.push(Frame::new(name, stream)),
            Err(capsule::Broken(words)) => {
                let place = DataPlace { file: Some(name), ..DataPlace::default() };
                problems.push(Diagnostic::new(Code::BadFrame).arg(&words).in_data(place));
            }
        }
    }
    if problems.is_empty() { Ok(Some(frames)) } else { Err(error::findings(py, Kind::Data, &problems, &[], locale)) }
}
