//! `guiju.load` and `guiju.Pack`: rules, what they say of themselves, and data judged by them.
//!
//! Not here: results (`result`), and what becomes of Python objects that are data (`value`).

use std::path::PathBuf;
use std::sync::Arc;

use guiju::{Checked, CombineError, Combined, Dataset, Diagnostic, Limits, Locale, Parsed, Source};
use guiju_rules::files::{self, FileError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use crate::error::{self, Kind};
use crate::programme::Programme;
use crate::result::{Judged, Result};
use crate::table::Table;
use crate::{data, evaluation, html, sweep, tables};

/// Rules that compile.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Pack {
    pack: Arc<guiju::Pack>,
    diagnostics: Vec<Diagnostic>,
    limits: Limits,
    locale: Locale,
    untrusted: bool,
}

/// A pack by its built-in name or its path.
#[pyfunction]
#[pyo3(signature = (name_or_path, *, locale = "zh-TW", untrusted = false))]
pub(crate) fn load(py: Python<'_>, name_or_path: PathBuf, locale: &str, untrusted: bool) -> PyResult<Pack> {
    let (locale, limits) = settings(py, locale, untrusted)?;
    let name = name_or_path.to_string_lossy();
    let checked = py.detach(|| error::guarded(|| files::pack(&name, &limits)))?;
    let checked = checked.map_err(|error| error::file(py, Kind::Pack, &error, locale))?;
    Pack::of(py, checked, limits, locale, untrusted)
}

fn settings(py: Python<'_>, locale: &str, untrusted: bool) -> PyResult<(Locale, Limits)> {
    let locale = locale.parse().map_err(|message: String| error::sentence(py, Kind::Error, &message))?;
    Ok((locale, if untrusted { Limits::untrusted() } else { Limits::default() }))
}

/// The files of each edition, the oldest first: its name, and the name and the text of each file.
type Editions = Vec<(String, Vec<(String, String)>)>;
/// Constants with other values.
type Parameters = Vec<(String, String)>;

#[pymethods]
impl Pack {
    /// For copies and pickles: the rules are compiled again from their files.
    #[new]
    fn again(py: Python<'_>, editions: Editions, parameters: Parameters, locale: &str, untrusted: bool) -> PyResult<Pack> {
        let (locale, limits) = settings(py, locale, untrusted)?;
        let files = |name: &str| {
            let (_, files) = editions.iter().find(|(edition, _)| edition == name)?;
            Some(files.iter().map(|(name, text)| Source::new(name, text)).collect::<Vec<_>>())
        };
        let newest = editions.last().and_then(|(name, _)| files(name)).unwrap_or_default();
        let checked = py.detach(|| error::guarded(|| Parsed::parse_with(newest, &limits, &files).check()))?;
        let pack = Pack::of(py, checked, limits, locale, untrusted)?;
        if parameters.is_empty() { Ok(pack) } else { pack.varied(py, &parameters) }
    }

    fn __getnewargs__(&self) -> (Editions, Parameters, &'static str, bool) {
        let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let files = |files: Vec<&Source>| files.iter().map(|source| owned((source.name(), source.text()))).collect();
        let editions = self.pack.edition_sources().into_iter().map(|(name, sources)| (name.to_owned(), files(sources))).collect();
        (editions, self.pack.parameters().into_iter().map(owned).collect(), self.locale(), self.untrusted)
    }

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
        Table::build(py, "schema", self.locale, || tables::schema(&self.pack, self.locale))
    }

    /// Every KPI as the rules declare it.
    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Table> {
        Table::build(py, "kpis", self.locale, || tables::declared_kpis(&self.pack, self.locale))
    }

    /// Every clause of every document that rules come from.
    #[getter]
    fn sources(&self, py: Python<'_>) -> PyResult<Table> {
        Table::build(py, "sources", self.locale, || tables::sources(&self.pack, self.locale))
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

    /// Judges a folder of CSV tables, a workbook (`.xlsx`, `.ods`), or a `.json` or `.jsonl` file.
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
        let read = data::read(data, floats, self.pack.schema(), &self.limits, self.locale)?;
        self.judge(py, read.map(Arc::new), previous, progress)
    }

    /// The pack with values in the place of those of its constants.
    #[pyo3(signature = (**values))]
    fn with_parameters(&self, py: Python<'_>, values: Option<&Bound<'_, PyDict>>) -> PyResult<Pack> {
        let values = values.map(sweep::written).transpose()?.unwrap_or_default();
        self.varied(py, &values)
    }

    /// The programme from partial results.
    fn combine(&self, partials: &Bound<'_, PyAny>) -> PyResult<Programme> {
        let py = partials.py();
        let parts: Vec<PyBackedBytes> = partials.try_iter()?.map(|part| Ok(part?.extract()?)).collect::<PyResult<_>>()?;
        let combined = py.detach(|| {
            error::guarded(|| {
                // What is no text is no part, which the engine says.
                let texts = parts.iter().map(|part| std::str::from_utf8(part).unwrap_or("\u{fffd}"));
                let plan = self.pack.plan();
                plan.combine(texts, &self.limits).map(|combined| (plan, combined))
            })
        })?;
        let (plan, Combined { data, outcome }) = combined.map_err(|wrong| match &wrong {
            CombineError::Data(list) => error::findings(py, Kind::Data, list, &[], self.locale),
            CombineError::Abort(abort) => error::abort(py, *abort, self.locale),
            other => error::sentence(py, Kind::Data, &other.message(self.locale)),
        })?;
        let (pack, data, limits) = (Arc::clone(&self.pack), Arc::new(data), self.limits.clone());
        Ok(Programme::new(Judged { pack, plan, data, outcome, limits, locale: self.locale }))
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
    fn of(py: Python<'_>, checked: Checked, limits: Limits, locale: Locale, untrusted: bool) -> PyResult<Pack> {
        let diagnostics = checked.diagnostics().to_vec();
        match checked.into_pack() {
            Ok(pack) => Ok(Pack { pack: Arc::new(pack), diagnostics, limits, locale, untrusted }),
            Err(wrong) => Err(error::findings(py, Kind::Pack, &wrong.diagnostics, &wrong.sources, locale)),
        }
    }

    /// The pack with other constants.
    fn varied(&self, py: Python<'_>, values: &[(String, String)]) -> PyResult<Pack> {
        let variations = self.pack.variations(&self.limits);
        let pack = Arc::new(sweep::with(py, &variations, values, self.locale)?);
        let (diagnostics, limits) = (self.diagnostics.clone(), self.limits.clone());
        Ok(Pack { pack, diagnostics, limits, locale: self.locale, untrusted: self.untrusted })
    }

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
