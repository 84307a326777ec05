//! `guiju.Programme`: what was found over all roots, put together from partial results. Not here:
//! the roots themselves.

use std::sync::Arc;

use guiju::JsonOptions;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyTuple};

use crate::error;
use crate::kept::Kept;
use crate::pack::Pack;
use crate::result::Judged;
use crate::table::Table;
use crate::{html, tables};

/// What a pickle calls, and with what.
type Call<'py> = (Bound<'py, PyAny>, (Vec<Bound<'py, PyBytes>>,));

/// The programme and its groups.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Programme {
    judged: Arc<Judged>,
    /// What it was put together by and from.
    pack: Py<Pack>,
    parts: Vec<PyBackedBytes>,
    kpis: Kept,
    obligations: Kept,
    awards: Kept,
}

impl Programme {
    pub(crate) fn new(judged: Judged, pack: Py<Pack>, parts: Vec<PyBackedBytes>) -> Programme {
        let [kpis, obligations, awards] = Default::default();
        Programme { judged: Arc::new(judged), pack, parts, kpis, obligations, awards }
    }

    /// What is known of it, which parts are judged with.
    pub(crate) fn judged(&self) -> Arc<Judged> {
        Arc::clone(&self.judged)
    }
}

#[pymethods]
impl Programme {
    /// A pickle has the parts, which are combined again.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Call<'py>> {
        let parts = self.parts.iter().map(|part| PyBytes::new(py, part)).collect();
        Ok((self.pack.bind(py).getattr("combine")?, (parts,)))
    }

    /// Nothing in it can be changed, so that a copy is the thing itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// The pack that judged.
    #[getter]
    fn pack(&self, py: Python<'_>) -> Py<Pack> {
        self.pack.clone_ref(py)
    }

    /// The keys of the roots, in the order of the parts.
    #[getter]
    fn roots<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let data = self.judged.evaluation.data();
        PyTuple::new(py, (0..data.len()).map(|root| data.root_key(root)))
    }

    /// As `Result.programme`.
    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.kpis.get(py, "programme", self.judged.locale, || tables::programme(&self.judged))
    }

    /// As `Result.obligations`, those of the programme.
    #[getter]
    fn obligations(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.obligations
            .get(py, "obligations", self.judged.locale, || tables::obligations(&self.judged))
    }

    /// As `Result.awards`, those among roots.
    #[getter]
    fn awards(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.awards.get(py, "awards", self.judged.locale, || tables::awards(&self.judged))
    }

    /// The one JSON form, with no roots in its list.
    fn to_json(&self) -> PyResult<String> {
        let judged = &self.judged;
        let options = JsonOptions { locale: judged.locale, ..JsonOptions::default() };
        error::guarded(|| judged.evaluation.to_json(&options))
    }

    fn _repr_html_(&self) -> String {
        html::whole(&self.judged)
    }

    fn __repr__(&self) -> String {
        format!(
            "<guiju.Programme of {}: {} × {}>",
            self.judged.evaluation.pack().name(),
            self.judged.evaluation.data().len(),
            self.judged.root_name()
        )
    }
}
