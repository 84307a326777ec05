//! `guiju.Programme`: what was found over all roots, put together from partial results. Not here: the roots themselves.

use guiju::{JsonOptions, to_json};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error;
use crate::result::Judged;
use crate::table::Table;
use crate::{html, tables};

/// The programme and its groups.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Programme {
    judged: Judged,
}

impl Programme {
    pub(crate) fn new(judged: Judged) -> Programme {
        Programme { judged }
    }
}

#[pymethods]
impl Programme {
    /// The keys of the roots, in the order of the parts.
    #[getter]
    fn roots<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let data = &self.judged.data;
        PyTuple::new(py, (0..data.len()).map(|root| data.root_key(root)))
    }

    /// As `Result.programme`.
    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Table> {
        Table::build(py, "programme", self.judged.locale, || tables::programme(&self.judged))
    }

    /// As `Result.obligations`, those of the programme.
    #[getter]
    fn obligations(&self, py: Python<'_>) -> PyResult<Table> {
        Table::build(py, "obligations", self.judged.locale, || tables::obligations(&self.judged))
    }

    /// The one JSON form, with no roots in its list.
    fn to_json(&self) -> PyResult<String> {
        let judged = &self.judged;
        let options = JsonOptions { locale: judged.locale, ..JsonOptions::default() };
        error::guarded(|| to_json(&judged.plan, &judged.data, &judged.outcome, &options))
    }

    fn _repr_html_(&self) -> String {
        html::whole(&self.judged)
    }

    fn __repr__(&self) -> String {
        format!("<guiju.Programme of {}: {} × {}>", self.judged.pack.name(), self.judged.data.len(), self.judged.root_name())
    }
}
