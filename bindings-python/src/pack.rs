//! `guiju.load` and `guiju.Pack`: rules, what they say of themselves, and data judged by them.
//!
//! Not here: results (`result`), and what becomes of Python objects that are data (`value`).

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::{Code, DataPlace, Dataset, Diagnostic, Limits, Locale};
use guiju_rules::files::{self, FileError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict, PyMapping, PyString, PyTuple};

use crate::error::{self, Kind};
use crate::frame::Frame;
use crate::result::{Judged, Result};
use crate::table::Table;
use crate::{capsule, evaluation, html, sweep, tables, value};

/// Rules that compile.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Pack {
    pack: Arc<guiju::Pack>,
    diagnostics: Vec<Diagnostic>,
    limits: Limits,
    locale: Locale,
}

/// A pack by its built-in name or its path.
#[pyfunction]
#[pyo3(signature = (name_or_path, *, locale = "zh-TW", untrusted = false))]
pub(crate) fn load(py: Python<'_>, name_or_path: PathBuf, locale: &str, untrusted: bool) -> PyResult<Pack> {
    let locale: Locale = locale.parse().map_err(|message: String| error::sentence(py, Kind::Error, &message))?;
    let limits = if untrusted { Limits::untrusted() } else { Limits::default() };
    let name = name_or_path.to_string_lossy();
    let checked = py.detach(|| error::guarded(|| files::pack(&name, &limits)))?;
    let checked = checked.map_err(|error| error::file(py, Kind::Pack, &error, locale))?;
    let diagnostics = checked.diagnostics().to_vec();
    match checked.into_pack() {
        Ok(pack) => Ok(Pack { pack: Arc::new(pack), diagnostics, limits, locale }),
        Err(wrong) => Err(error::findings(py, Kind::Pack, &wrong.diagnostics, &wrong.sources, locale)),
    }
}

#[pymethods]
impl Pack {
    #[getter]
    fn name(&self) -> &str {
        self.pack.name()
    }

    #[getter]
    fn label(&self) -> &str {
        self.pack.label().get(self.locale)
    }

    #[getter]
    fn locale(&self) -> &'static str {
        match self.locale {
            Locale::ZhTw => "zh-TW",
            Locale::En => "en",
        }
    }

    #[getter]
    fn editions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.pack.editions())
    }

    #[getter]
    fn entities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.pack.schema().entities.iter().map(|entity| entity.name.as_str()))
    }

    /// The fields of every entity.
    #[getter]
    fn schema(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "schema", tables::schema)
    }

    /// Every KPI as the rules declare it.
    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "kpis", tables::declared_kpis)
    }

    /// Every clause of every document that rules come from.
    #[getter]
    fn sources(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py, "sources", tables::sources)
    }

    /// What was found in the rules though they compile.
    fn check<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        error::diagnostics(py, &self.diagnostics, self.pack.sources(), self.locale)
    }

    /// Judges a JSON document.
    #[pyo3(signature = (text, *, previous = None, progress = None))]
    fn evaluate_json(&self, text: &Bound<'_, PyAny>, previous: Option<Previous<'_>>, progress: Option<Py<PyAny>>) -> PyResult<Result> {
        let py = text.py();
        let text = self.json_text(text)?;
        let read = py.detach(|| error::guarded(|| self.pack.read_json(&text, None, &self.limits)))?;
        self.judge(py, read.map(Arc::new).map_err(FileError::Diagnostics), previous, progress)
    }

    /// Judges a folder of CSV tables, or a `.json` or `.jsonl` file.
    #[pyo3(signature = (path, *, previous = None, progress = None))]
    fn evaluate_path(
        &self,
        py: Python<'_>,
        path: PathBuf,
        previous: Option<Previous<'_>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Result> {
        let read = py.detach(|| error::guarded(|| files::data(self.pack.schema(), &path, &self.limits)))?;
        self.judge(py, read.map(Arc::new), previous, progress)
    }

    /// Judges frames by table name, or objects shaped like the JSON document.
    #[pyo3(signature = (data, *, floats = None, previous = None, progress = None))]
    fn evaluate(
        &self,
        data: &Bound<'_, PyAny>,
        floats: Option<&str>,
        previous: Option<Previous<'_>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Result> {
        let py = data.py();
        if let Ok(result) = data.cast::<Result>() {
            return self.judge(py, Ok(Arc::clone(&result.get().judged().data)), previous, progress);
        }
        let shortest = match floats {
            None => false,
            Some("shortest") => true,
            Some(other) => return Err(error::sentence(py, Kind::Error, &format!("floats={other:?}: give \"shortest\", or leave it out"))),
        };
        let Ok(mapping) = data.cast::<PyMapping>() else {
            return Err(PyTypeError::new_err("data is a dict: of frames by table name, or shaped like the JSON document"));
        };
        let read = match self.frames(mapping)? {
            Some(frames) => {
                let read = |frames: &[Frame]| {
                    let tables: Vec<_> = frames.iter().map(|frame| frame.table(shortest)).collect();
                    self.pack.read_columns(&tables, &self.limits)
                };
                py.detach(|| error::guarded(|| read(&frames)))?
            }
            None => {
                let text = value::to_json(data, shortest, self.locale)?;
                py.detach(|| error::guarded(|| self.pack.read_json(&text, None, &self.limits)))?
            }
        };
        self.judge(py, read.map(Arc::new).map_err(FileError::Diagnostics), previous, progress)
    }

    /// The pack with values in the place of those of its constants.
    #[pyo3(signature = (**values))]
    fn with_parameters(&self, py: Python<'_>, values: Option<&Bound<'_, PyDict>>) -> PyResult<Pack> {
        let values = values.map(sweep::written).transpose()?.unwrap_or_default();
        let pack = Arc::new(sweep::with(py, &self.pack, &values, &self.limits, self.locale)?);
        Ok(Pack { pack, diagnostics: self.diagnostics.clone(), limits: self.limits.clone(), locale: self.locale })
    }

    /// Judges data by many variations of the pack, reading it once.
    #[pyo3(signature = (data, variations, *, kpis = None, progress = None))]
    fn sweep(
        &self,
        data: &Bound<'_, PyAny>,
        variations: &Bound<'_, PyAny>,
        kpis: Option<Vec<String>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Table> {
        let over = match data.cast::<Result>() {
            Ok(result) => result.clone(),
            Err(_) => Bound::new(data.py(), self.evaluate(data, None, None, None)?)?,
        };
        sweep::sweep(self, &over, variations, kpis, progress)
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(html::pack(&self.pack, &self.kpis(py)?, self.locale))
    }

    fn __repr__(&self) -> String {
        format!("<guiju.Pack {}: {}>", self.pack.name(), self.pack.label().get(self.locale))
    }
}

/// What previous values are taken from.
#[derive(FromPyObject)]
pub(crate) enum Previous<'py> {
    /// A result of an earlier year.
    Result(Bound<'py, Result>),
    /// The file of one.
    Path(PathBuf),
}

impl Pack {
    pub(crate) fn pack(&self) -> &guiju::Pack {
        &self.pack
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn locale_of(&self) -> Locale {
        self.locale
    }

    /// The places of KPIs of the root, by their ids.
    pub(crate) fn kpi_indices(&self, py: Python<'_>, names: &[String]) -> PyResult<Vec<usize>> {
        let find = |name: &String| {
            self.pack.schema().kpi(name).ok_or_else(|| {
                let words = match self.locale {
                    Locale::ZhTw => format!("沒有指標 `{name}`"),
                    Locale::En => format!("there is no KPI `{name}`"),
                };
                error::sentence(py, Kind::Error, &words)
            })
        };
        names.iter().map(find).collect()
    }

    fn table(
        &self,
        py: Python<'_>,
        name: &str,
        build: impl FnOnce(&guiju::Pack, Locale) -> std::result::Result<RecordBatch, ArrowError>,
    ) -> PyResult<Table> {
        let batch = error::guarded(|| build(&self.pack, self.locale))?;
        let batch = batch.map_err(|error| error::sentence(py, Kind::Limit, &error.to_string()))?;
        Ok(Table::new(name, batch, self.locale))
    }

    /// The frames by the names of their tables, where there are frames.
    fn frames(&self, mapping: &Bound<'_, PyMapping>) -> PyResult<Option<Vec<Frame>>> {
        let py = mapping.py();
        let pairs: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)> =
            mapping.items()?.iter().map(|pair| pair.extract()).collect::<PyResult<_>>()?;
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
        if problems.is_empty() { Ok(Some(frames)) } else { Err(error::findings(py, Kind::Data, &problems, &[], self.locale)) }
    }

    /// The text of a document, which may come as bytes.
    fn json_text(&self, text: &Bound<'_, PyAny>) -> PyResult<String> {
        if let Ok(text) = text.cast::<PyString>() {
            return Ok(PyBackedStr::try_from(text.clone())?.to_string());
        }
        let Ok(bytes) = text.cast::<PyBytes>() else {
            return Err(PyTypeError::new_err("the document is str or bytes; for a file see evaluate_path"));
        };
        let bytes = PyBackedBytes::from(bytes.clone());
        files::text("JSON".as_ref(), bytes.to_vec()).map_err(|error| error::file(text.py(), Kind::Data, &error, self.locale))
    }

    fn judge(
        &self,
        py: Python<'_>,
        read: std::result::Result<Arc<Dataset>, FileError>,
        previous: Option<Previous<'_>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Result> {
        let wrong = |error: FileError| error::file(py, Kind::Data, &error, self.locale);
        let mut data = read.map_err(wrong)?;
        let plan = self.pack.plan();
        if let Some(previous) = previous {
            let earlier = match previous {
                Previous::Result(result) => result.get().judged().earlier(),
                Previous::Path(path) => py.detach(|| error::guarded(|| files::result(&path, &self.limits)))?.map_err(wrong)?,
            };
            let own = Arc::unwrap_or_clone(data);
            let with = py.detach(|| error::guarded(|| own.with_previous(&plan, &earlier, &self.limits)))?;
            data = Arc::new(with.map_err(|list| wrong(FileError::Diagnostics(list)))?);
        }
        let outcome = evaluation::evaluate(py, &plan, &data, &self.limits, self.locale, progress)?;
        let judged = Judged { pack: Arc::clone(&self.pack), plan, data, outcome, limits: self.limits.clone(), locale: self.locale };
        Ok(Result::new(judged))
    }
}
