//! What `previous` of `Pack.evaluate` may be.
//!
//! Not here: reading the file of a result (`guiju_files`), and what becomes of previous values.

use std::path::PathBuf;
use std::sync::Arc;

use guiju::{Earlier, Limits, Locale};
use guiju_files::FileError;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::result::{Judged, Result};

/// What previous values are taken from.
pub(crate) enum Previous {
    /// A result of an earlier year.
    Result(Arc<Judged>),
    /// The file of one.
    Path(PathBuf),
}

impl Previous {
    pub(crate) fn of(given: &Bound<'_, PyAny>, locale: Locale) -> PyResult<Previous> {
        if let Ok(result) = given.cast::<Result>() {
            return Ok(Previous::Result(result.get().shared()));
        }
        given.extract().map(Previous::Path).map_err(|_| {
            let found = given.get_type();
            PyTypeError::new_err(match locale {
                Locale::ZhTw => {
                    format!("previous 是先前年度的 Result 或它的檔案路徑，不是 {found}")
                }
                Locale::En => format!(
                    "previous is the Result of an earlier year or the path of its file, not {found}"
                ),
            })
        })
    }

    pub(crate) fn earlier(&self, limits: &Limits) -> std::result::Result<Earlier, FileError> {
        match self {
            Previous::Result(judged) => Ok(judged.earlier()),
            Previous::Path(path) => guiju_files::result(path, limits),
        }
    }
}
