//! `guiju.Result`: what an evaluation found, and why. Not here: its tables (`tables`), its looks in a notebook (`html`).

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::{Dataset, Earlier, Evaluation, ExplainError, JsonOptions, Limits, Locale, Question};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyTuple};

use crate::error::{self, Kind};
use crate::explanation::Explanation;
use crate::kept::Kept;
use crate::pack::Pack;
use crate::table::Table;
use crate::{html, tables};

/// Data judged by a pack.
pub(crate) struct Judged {
    pub(crate) evaluation: Evaluation,
    pub(crate) limits: Limits,
    pub(crate) locale: Locale,
}

impl Judged {
    /// What it found, as previous values for another year.
    pub(crate) fn earlier(&self) -> Earlier {
        self.evaluation.earlier()
    }

    /// The name of the root entity.
    pub(crate) fn root_name(&self) -> &str {
        &self.evaluation.pack().schema().root_entity().name
    }

    fn root(&self, py: Python<'_>, key: &str) -> PyResult<usize> {
        let label = self.evaluation.pack().schema().root_entity().label.get(self.locale);
        root(self.evaluation.data(), key, label, self.locale).map_err(|words| error::sentence(py, Kind::Error, &words))
    }
}

/// The root with a key, or what to say where there is none; `label` is what people call roots.
pub(crate) fn root(data: &Dataset, key: &str, label: &str, locale: Locale) -> std::result::Result<usize, String> {
    data.find_root(key).ok_or_else(|| {
        const SHOWN: usize = 8;
        let known: Vec<&str> = (0..data.len().min(SHOWN)).map(|root| data.root_key(root)).collect();
        let more = if data.len() > SHOWN { " …" } else { "" };
        let known = known.join(", ");
        match locale {
            Locale::ZhTw => format!("資料裡沒有{label} {key}；有的是：{known}{more}"),
            Locale::En => format!("the data has no {label} {key}; it has: {known}{more}"),
        }
    })
}

/// What an evaluation found.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Result {
    judged: Arc<Judged>,
    /// What it was judged by.
    pack: Py<Pack>,
    warnings: Vec<error::Diagnostic>,
    kpis: Kept,
    programme: Kept,
    obligations: Kept,
    awards: Kept,
    issues: Kept,
    /// One for each entity.
    records: Vec<Kept>,
}

impl Result {
    pub(crate) fn new(judged: Judged, pack: Py<Pack>) -> Result {
        let warnings =
            judged.evaluation.data().warnings().iter().map(|warning| error::Diagnostic::new(warning, &[], judged.locale)).collect();
        Result::with_warnings(judged, pack, warnings)
    }

    fn with_warnings(judged: Judged, pack: Py<Pack>, warnings: Vec<error::Diagnostic>) -> Result {
        let records = judged.evaluation.pack().schema().entities.iter().map(|_| Kept::default()).collect();
        let [kpis, programme, obligations, awards, issues] = Default::default();
        Result { judged: Arc::new(judged), pack, warnings, kpis, programme, obligations, awards, issues, records }
    }

    pub(crate) fn judged(&self) -> &Judged {
        &self.judged
    }

    pub(crate) fn shared(&self) -> Arc<Judged> {
        Arc::clone(&self.judged)
    }

    fn table(
        &self,
        py: Python<'_>,
        kept: &Kept,
        name: &str,
        build: impl FnOnce(&Judged) -> std::result::Result<RecordBatch, ArrowError> + Send,
    ) -> PyResult<Py<Table>> {
        kept.get(py, name, self.judged.locale, || build(&self.judged))
    }
}

#[pymethods]
impl Result {
    /// For pickles, which have the data: it is judged again, which gives the same.
    #[new]
    fn again(py: Python<'_>, pack: &Bound<'_, Pack>, data: PyBackedBytes, warnings: Vec<Bound<'_, error::Diagnostic>>) -> PyResult<Result> {
        let warnings = warnings.iter().map(|warning| warning.get().clone()).collect();
        Ok(Result::with_warnings(pack.get().judge_packed(py, &data)?, pack.clone().unbind(), warnings))
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<(Py<Pack>, Bound<'py, PyBytes>, Vec<error::Diagnostic>)> {
        let bytes = py.detach(|| error::guarded(|| self.judged.evaluation.data().to_bytes()))?;
        Ok((self.pack.clone_ref(py), PyBytes::new(py, &bytes), self.warnings.clone()))
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

    /// The keys of the roots, as in the data.
    #[getter]
    fn roots<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let data = self.judged.evaluation.data();
        PyTuple::new(py, (0..data.len()).map(|root| data.root_key(root)))
    }

    /// What was to be said about the data though nothing was wrong.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.warnings.iter().cloned())
    }

    /// Every KPI of every root.
    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.kpis, "kpis", tables::kpis)
    }

    /// Every KPI of the programme, over all roots and by group.
    #[getter]
    fn programme(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.programme, "programme", tables::programme)
    }

    /// Every obligation, met or not.
    #[getter]
    fn obligations(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.obligations, "obligations", tables::obligations)
    }

    /// What each award made of every root or record.
    #[getter]
    fn awards(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.awards, "awards", tables::awards)
    }

    /// What is to be said about single records.
    #[getter]
    fn issues(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.table(py, &self.issues, "issues", tables::issues)
    }

    /// Charts, where Altair is installed.
    #[getter]
    fn plot<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("guiju.plot")?.getattr("Plot")?.call1((slf,))
    }

    /// What every tally says of every record of an entity.
    fn records(&self, py: Python<'_>, entity: &str) -> PyResult<Py<Table>> {
        let schema = self.judged.evaluation.pack().schema();
        let found = schema.entities.iter().zip(&self.records).enumerate().find(|(_, (shape, _))| shape.name == entity);
        let (index, (_, kept)) = found.ok_or_else(|| {
            let known = schema.entities.iter().map(|shape| shape.name.as_str()).collect::<Vec<_>>().join(", ");
            let words = match self.judged.locale {
                Locale::ZhTw => format!("沒有資料類別 {entity}；有的是：{known}"),
                Locale::En => format!("there is no entity {entity}; there are {known}"),
            };
            error::sentence(py, Kind::Error, &words)
        })?;
        self.table(py, kept, entity, |judged| tables::records(judged, index))
    }

    /// The one JSON form, byte for byte that of `guiju evaluate --format json`.
    #[pyo3(signature = (*, records = false, root = None))]
    fn to_json(&self, py: Python<'_>, records: bool, root: Option<&str>) -> PyResult<String> {
        let judged = &self.judged;
        let root = root.map(|key| judged.root(py, key)).transpose()?;
        let options = JsonOptions { records, root, locale: judged.locale };
        py.detach(|| error::guarded(|| judged.evaluation.to_json(&options)))
    }

    /// What the programme needs of these roots.
    fn partial<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let judged = &self.judged;
        let text = py.detach(|| error::guarded(|| judged.evaluation.partial()))?;
        Ok(PyBytes::new(py, text.as_bytes()))
    }

    /// Why a KPI, a record or an obligation came out as it did, a root as a whole, or the programme.
    #[pyo3(signature = (root = None, kpi = None, *, record = None, obligation = None))]
    fn explain(
        &self,
        py: Python<'_>,
        root: Option<&str>,
        kpi: Option<String>,
        record: Option<&str>,
        obligation: Option<String>,
    ) -> PyResult<Explanation> {
        let judged = &self.judged;
        let question = match (kpi, record, obligation) {
            (Some(kpi), None, None) => Question::Kpi(kpi),
            (None, Some(record), None) => {
                let (entity, key) = record.split_once('/').ok_or_else(|| {
                    error::sentence(py, Kind::Error, &format!("record={record:?}: write `entity/key`, as in \"revenue/R-0007\""))
                })?;
                Question::Record { entity: entity.to_owned(), key: key.to_owned() }
            }
            (None, None, Some(obligation)) => Question::Obligation(obligation),
            (None, None, None) if root.is_some() => Question::Root,
            (None, None, None) => Question::Programme,
            _ => return Err(PyTypeError::new_err("explain one thing: a KPI, record=\"entity/key\" or obligation=")),
        };
        // What is asked of the programme needs no root.
        let root = root.map_or(Ok(judged.evaluation.data().len()), |root| judged.root(py, root))?;
        let found = py.detach(|| error::guarded(|| judged.evaluation.explain(root, &question, &judged.limits)))?;
        let unknown = |error: ExplainError| error::sentence(py, Kind::Error, &error.message(judged.locale));
        Ok(Explanation::new(&found.map_err(unknown)?, judged.locale))
    }

    fn _repr_html_(&self) -> String {
        html::result(&self.judged)
    }

    fn __repr__(&self) -> String {
        let roots = self.judged.evaluation.data().len();
        format!("<guiju.Result of {}: {roots} × {}>", self.judged.evaluation.pack().name(), self.judged.root_name())
    }
}
