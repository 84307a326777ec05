//! `guiju.load` and `guiju.Pack`: rules, what they say of themselves, and data judged by them.
//!
//! Not here: results (`result`), and what becomes of Python objects that are data (`value`).

use std::path::PathBuf;
use std::sync::Arc;

use guiju::{
    Checked, CombineError, Dataset, Diagnostic, Evaluation, KpiId, Limits, Locale, Localized,
    Parsed, Source,
};
use guiju_files::FileError;
use guiju_sheets::Layout;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use crate::data::Given;
use crate::error::{self, Kind};
use crate::evaluation::{self, Work};
use crate::kept::Kept;
use crate::previous::Previous;
use crate::programme::Programme;
use crate::result::{Judged, Result};
use crate::table::Table;
use crate::{amend, data, declared, html, named, sheet, sweep};

/// Rules that compile.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Pack {
    pack: Arc<guiju::SourcePack>,
    diagnostics: Vec<Diagnostic>,
    settings: Settings,
    schema: Kept,
    kpis: Kept,
    parameters: Kept,
    sources: Kept,
    sheets: Kept,
    windows: Kept,
    /// What says what its sheets show.
    layout: sheet::Files,
}

/// A pack by its built-in name or its path.
#[pyfunction]
#[pyo3(signature = (name_or_path, *, locale = "zh-TW", untrusted = false, findings = None))]
pub(crate) fn load(
    py: Python<'_>,
    name_or_path: PathBuf,
    locale: &str,
    untrusted: bool,
    findings: Option<usize>,
) -> PyResult<Pack> {
    let settings = settings(py, locale, untrusted, findings)?;
    let (limits, locale) = (&settings.limits, settings.locale);
    let name = name_or_path.to_string_lossy();
    let checked = py.detach(|| error::guarded(|| guiju_files::pack(&name, limits)))?;
    let unreadable = |error| error::file(py, Kind::Pack, &error, locale);
    let pack = Pack::of(py, checked.map_err(unreadable)?, settings.clone())?;
    let files = guiju_files::sheets(&name, &pack.pack, limits).map_err(unreadable)?;
    Ok(pack.with_layout(files.into()))
}

/// How a pack was asked for.
#[derive(Clone)]
struct Settings {
    locale: Locale,
    untrusted: bool,
    findings: Option<usize>,
    limits: Limits,
}

fn settings(
    py: Python<'_>,
    locale: &str,
    untrusted: bool,
    findings: Option<usize>,
) -> PyResult<Settings> {
    let locale =
        locale.parse().map_err(|message: String| error::sentence(py, Kind::Error, &message))?;
    let mut limits = if untrusted { Limits::untrusted() } else { Limits::default() };
    limits.diagnostics = findings.unwrap_or(limits.diagnostics);
    Ok(Settings { locale, untrusted, findings, limits })
}

/// The files of each edition, the oldest first: its name, and the name and the text of each file.
type Editions = Vec<(String, Vec<(String, String)>)>;
/// The edition, the name and the text of each file that says what sheets show.
type Layouts = Vec<(String, String, String)>;
/// What a pickle is made again from.
type Arguments = (Editions, Parameters, &'static str, bool, Option<usize>, Layouts);
/// Constants with other values.
type Parameters = Vec<(String, String)>;

#[pymethods]
impl Pack {
    /// For pickles: the rules are compiled again from their files.
    #[new]
    #[pyo3(signature = (editions, parameters, locale, untrusted, findings = None, sheets = None))]
    fn again(
        py: Python<'_>,
        editions: Editions,
        parameters: Parameters,
        locale: &str,
        untrusted: bool,
        findings: Option<usize>,
        sheets: Option<Layouts>,
    ) -> PyResult<Pack> {
        let settings = settings(py, locale, untrusted, findings)?;
        let limits = &settings.limits;
        let files = |name: &str| {
            let (_, files) = editions.iter().find(|(edition, _)| edition == name)?;
            Some(files.iter().map(|(name, text)| Source::new(name, text)).collect::<Vec<_>>())
        };
        let newest = editions.last().and_then(|(name, _)| files(name)).unwrap_or_default();
        let checked =
            py.detach(|| error::guarded(|| Parsed::parse_with(newest, limits, &files).check()))?;
        let source = |(edition, name, text): (String, String, String)| {
            (edition, Source::new(name, text.as_str()))
        };
        let layout = sheets.unwrap_or_default().into_iter().map(source).collect();
        let pack = Pack::of(py, checked, settings)?.with_layout(layout);
        if parameters.is_empty() { Ok(pack) } else { pack.varied(py, &parameters) }
    }

    fn __getnewargs__(&self) -> Arguments {
        let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let files = |files: Vec<&Source>| {
            files.iter().map(|source| owned((source.name(), source.text()))).collect()
        };
        let editions = self
            .pack
            .edition_sources()
            .into_iter()
            .map(|(name, sources)| (name.to_owned(), files(sources)))
            .collect();
        (
            editions,
            self.pack.parameters().into_iter().map(owned).collect(),
            self.locale(),
            self.settings.untrusted,
            self.settings.findings,
            self.layout
                .iter()
                .map(|(edition, source)| {
                    (edition.clone(), source.name().to_owned(), source.text().to_owned())
                })
                .collect(),
        )
    }

    /// Nothing in it can be changed, so that a copy is the thing itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    #[getter]
    fn name(&self) -> &str {
        self.pack.name()
    }

    #[getter]
    fn label(&self) -> &str {
        self.pack.label().get(self.settings.locale)
    }

    #[getter]
    fn locale(&self) -> &'static str {
        html::tag(self.settings.locale)
    }

    #[getter]
    fn editions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.pack.editions())
    }

    #[getter]
    fn entities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.pack.schema().entities.iter().map(|entity| entity.name.as_str()))
    }

    /// The kind of record that KPIs are of, which others belong to.
    #[getter]
    fn root(&self) -> &str {
        &self.pack.schema().root_entity().name
    }

    /// How often parts are judged and put together until all is known.
    #[getter]
    fn turns(&self) -> usize {
        self.pack.turns()
    }

    /// The kinds of records that belong to no root, so that every part needs all of them.
    #[getter]
    fn _shared<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let shared = self.pack.schema().shared().map(|(_, entity)| entity.name.as_str());
        PyTuple::new(py, shared.collect::<Vec<_>>())
    }

    /// The fields of every entity.
    #[getter]
    fn schema(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.schema.get(py, "schema", self.settings.locale, || {
            declared::schema(&self.pack, self.settings.locale)
        })
    }

    /// Every KPI as the rules declare it.
    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.kpis.get(py, "kpis", self.settings.locale, || {
            declared::declared_kpis(&self.pack, self.settings.locale)
        })
    }

    /// The first and the last day that the pack is about.
    #[getter]
    fn period<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let day = |day: guiju::Date| {
            py.import("datetime")?
                .getattr("date")?
                .call_method1("fromisoformat", (day.to_string(),))
        };
        self.pack.period().map(|period| Ok((day(period.start)?, day(period.end)?))).transpose()
    }

    /// Every named constant, with its value as rules write it.
    #[getter]
    fn parameters(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.parameters.get(py, "parameters", self.settings.locale, || {
            declared::parameters(&self.pack, self.settings.locale)
        })
    }

    /// Every clause of every document that rules come from.
    #[getter]
    fn sources(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.sources.get(py, "sources", self.settings.locale, || {
            declared::sources(&self.pack, self.settings.locale)
        })
    }

    /// The sheets that it describes, which results fill.
    #[getter]
    fn sheets(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let layout = self.layout(py, |layout| layout.sheets.is_empty())?;
        self.sheets.get(py, "sheets", self.settings.locale, || {
            declared::sheets(&self.pack, &layout, self.settings.locale)
        })
    }

    /// The windows that sheets are made for.
    #[getter]
    fn windows(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let layout = self.layout(py, |layout| layout.windows.is_empty())?;
        self.windows.get(py, "windows", self.settings.locale, || {
            declared::windows(&layout, self.settings.locale)
        })
    }

    /// Its tables, empty, to be filled in.
    #[pyo3(signature = (path = None, *, format = None, locale = None))]
    fn template<'py>(
        &self,
        py: Python<'py>,
        path: Option<PathBuf>,
        format: Option<&str>,
        locale: Option<&str>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let locale = sheet::language(py, locale, self.settings.locale)?;
        sheet::template(py, &self.pack, path.as_deref(), format, locale)
    }

    /// What was found in the rules though they compile.
    fn check<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        error::diagnostics(py, &self.diagnostics, self.pack.sources(), self.settings.locale)
    }

    /// Judges a JSON document.
    #[pyo3(signature = (text, *, previous = None, part_of = None, progress = None))]
    fn evaluate_json(
        slf: &Bound<'_, Self>,
        text: &Bound<'_, PyAny>,
        previous: Option<&Bound<'_, PyAny>>,
        part_of: Option<&Bound<'_, Programme>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Result> {
        let text = slf.get().json_text(text)?;
        Pack::judge(slf, Given::Text(text), (previous, part_of), Pack::begin(slf, progress)?)
    }

    /// Judges a folder of CSV tables, a workbook (`.xlsx`, `.xlsm`, `.ods`), or a `.json` or
    /// `.jsonl` file.
    #[pyo3(signature = (path, *, previous = None, part_of = None, progress = None))]
    fn evaluate_path(
        slf: &Bound<'_, Self>,
        path: PathBuf,
        previous: Option<&Bound<'_, PyAny>>,
        part_of: Option<&Bound<'_, Programme>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Result> {
        Pack::judge(slf, Given::Path(path), (previous, part_of), Pack::begin(slf, progress)?)
    }

    /// Judges frames by table name, or objects shaped like the JSON document.
    #[pyo3(signature = (data, *, floats = None, previous = None, part_of = None, progress = None))]
    fn evaluate(
        slf: &Bound<'_, Self>,
        data: &Bound<'_, PyAny>,
        floats: Option<&str>,
        previous: Option<&Bound<'_, PyAny>>,
        part_of: Option<&Bound<'_, Programme>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Result> {
        let pack = slf.get();
        let mut work = Pack::begin(slf, progress)?;
        let given = match data.cast::<Result>() {
            Ok(result) => Given::Result(result.get().judged().evaluation.data().clone()),
            Err(_) => {
                data::take(data, floats, pack.pack.schema(), pack.settings.locale, &mut work)?
            }
        };
        Pack::judge(slf, given, (previous, part_of), work)
    }

    /// The pack with values in the place of those of its constants.
    #[pyo3(signature = (**values))]
    fn with_parameters(
        &self,
        py: Python<'_>,
        values: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Pack> {
        let values = values.map(sweep::written).transpose()?.unwrap_or_default();
        self.varied(py, &values)
    }

    /// The pack with rules laid over it.
    #[pyo3(signature = (rules, *, name = None))]
    fn amended(&self, py: Python<'_>, rules: &str, name: Option<String>) -> PyResult<Pack> {
        let name = name.unwrap_or_else(|| amend::name(&self.pack));
        let mut newest = vec![Source::new(format!("{name}.guiju"), rules)];
        if !amend::names_its_pack(rules) {
            newest.insert(
                0,
                Source::new(format!("{name}/pack.guiju"), amend::head(&self.pack, &name)),
            );
        }
        let (limits, editions) = (&self.settings.limits, self.pack.edition_sources());
        let files = |wanted: &str| {
            let (_, files) = editions.iter().find(|(edition, _)| *edition == wanted)?;
            Some(files.iter().map(|source| (*source).clone()).collect::<Vec<_>>())
        };
        let checked =
            py.detach(|| error::guarded(|| Parsed::parse_with(newest, limits, &files).check()))?;
        let pack = Pack::of(py, checked, self.settings.clone())?.with_layout(self.layout.clone());
        if !amend::names_its_pack(rules) && pack.pack.name() != name {
            let words = match self.settings.locale {
                Locale::ZhTw => format!("`{name}` 不能當規則包的名稱"),
                Locale::En => format!("`{name}` cannot be the name of a pack"),
            };
            return Err(error::sentence(py, Kind::Pack, &words));
        }
        let given: Parameters = self
            .pack
            .parameters()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        if given.is_empty() { Ok(pack) } else { pack.varied(py, &given) }
    }

    /// The programme from partial results.
    fn combine(slf: &Bound<'_, Self>, partials: &Bound<'_, PyAny>) -> PyResult<Programme> {
        let (py, own) = (slf.py(), slf.get());
        let parts: Vec<PyBackedBytes> =
            partials.try_iter()?.map(|part| Ok(part?.extract()?)).collect::<PyResult<_>>()?;
        let combined = py.detach(|| {
            error::guarded(|| {
                // What is no text is no part, which the engine says.
                let texts =
                    parts.iter().map(|part| std::str::from_utf8(part).unwrap_or("\u{fffd}"));
                own.pack.combine(texts, &own.settings.limits)
            })
        })?;
        let evaluation = combined.map_err(|wrong| match &wrong {
            CombineError::Data(found) => {
                error::findings(py, Kind::Data, &found.diagnostics, &[], own.settings.locale)
            }
            CombineError::Abort(abort) => error::abort(py, *abort, own.settings.locale),
            other => error::sentence(py, Kind::Data, &other.message(own.settings.locale)),
        })?;
        Ok(Programme::new(own.judged(evaluation), slf.clone().unbind(), parts))
    }

    /// Judges data by many variations of the pack, reading it once.
    #[pyo3(signature = (data, variations, *, kpis = None, progress = None))]
    fn sweep(
        slf: &Bound<'_, Self>,
        data: &Bound<'_, PyAny>,
        variations: &Bound<'_, PyAny>,
        kpis: Option<Vec<String>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Table> {
        let over = match data.cast::<Result>() {
            Ok(result) => result.clone(),
            Err(_) => Bound::new(data.py(), Pack::evaluate(slf, data, None, None, None, None)?)?,
        };
        sweep::sweep(slf.get(), &over, variations, kpis, progress)
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(html::pack(&self.pack, self.kpis(py)?.get(), self.settings.locale))
    }

    fn __repr__(&self) -> String {
        format!(
            "<guiju.Pack {}: {}>",
            self.pack.name(),
            self.pack.label().get(self.settings.locale)
        )
    }
}

impl Pack {
    fn new(pack: Arc<guiju::SourcePack>, diagnostics: Vec<Diagnostic>, settings: Settings) -> Pack {
        let [schema, kpis, parameters, sources, sheets, windows] = Default::default();
        let layout = sheet::Files::default();
        Pack {
            pack,
            diagnostics,
            settings,
            schema,
            kpis,
            parameters,
            sources,
            sheets,
            windows,
            layout,
        }
    }

    fn with_layout(self, layout: sheet::Files) -> Pack {
        Pack { layout, ..self }
    }

    /// The files that say what its sheets show.
    pub(crate) fn described(&self) -> &sheet::Files {
        &self.layout
    }

    /// What its sheets show; an error where something is wrong and nothing of a kind is left.
    fn layout(&self, py: Python<'_>, is_bare: fn(&Layout) -> bool) -> PyResult<Layout> {
        let layout = Layout::read(&self.layout, &self.pack);
        let found = layout.findings();
        if is_bare(&layout) && !found.is_empty() {
            return Err(sheet::wrong(py, &found, &self.layout, self.settings.locale));
        }
        Ok(layout)
    }

    fn of(py: Python<'_>, checked: Checked, settings: Settings) -> PyResult<Pack> {
        let diagnostics = checked.diagnostics().to_vec();
        match checked.into_pack() {
            Ok(pack) => Ok(Pack::new(Arc::new(pack), diagnostics, settings)),
            Err(wrong) => Err(error::findings(
                py,
                Kind::Pack,
                &wrong.diagnostics,
                &wrong.sources,
                settings.locale,
            )),
        }
    }

    /// The pack with other constants.
    fn varied(&self, py: Python<'_>, values: &[(String, String)]) -> PyResult<Pack> {
        let variations = self.pack.variations(self.limits());
        let pack = Arc::new(sweep::with(py, &variations, values, self.settings.locale)?);
        let pack = Pack::new(pack, self.diagnostics.clone(), self.settings.clone());
        Ok(pack.with_layout(self.layout.clone()))
    }

    pub(crate) fn pack(&self) -> &guiju::SourcePack {
        &self.pack
    }

    pub(crate) fn shared(&self) -> Arc<guiju::SourcePack> {
        Arc::clone(&self.pack)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    pub(crate) fn locale_of(&self) -> Locale {
        self.settings.locale
    }

    /// The places of KPIs by their ids; of those of the programme too where `programme` says so.
    pub(crate) fn kpi_indices(
        &self,
        py: Python<'_>,
        names: &[String],
        programme: bool,
    ) -> PyResult<Vec<KpiId>> {
        named::kpis(&self.pack, names, programme, self.settings.locale)
            .map_err(|words| error::sentence(py, Kind::Error, &words))
    }

    /// The text of a document, which may come as bytes.
    fn json_text(&self, text: &Bound<'_, PyAny>) -> PyResult<String> {
        if let Ok(text) = text.cast::<PyString>() {
            return Ok(PyBackedStr::try_from(text.clone())?.to_string());
        }
        let Ok(bytes) = text.cast::<PyBytes>() else {
            return Err(PyTypeError::new_err(
                "the document is str or bytes; for a file see evaluate_path",
            ));
        };
        let bytes = PyBackedBytes::from(bytes.clone());
        guiju_files::text("JSON".as_ref(), bytes.to_vec())
            .map_err(|error| error::file(text.py(), Kind::Data, &error, self.settings.locale))
    }

    fn begin(slf: &Bound<'_, Self>, progress: Option<Py<PyAny>>) -> PyResult<Work> {
        Work::begin(slf.py(), slf.get().settings.locale, progress)
    }

    fn judge(
        slf: &Bound<'_, Self>,
        given: Given,
        (previous, part_of): (Option<&Bound<'_, PyAny>>, Option<&Bound<'_, Programme>>),
        mut work: Work,
    ) -> PyResult<Result> {
        let (py, own) = (slf.py(), slf.get());
        let (pack, limits) = (Arc::clone(&own.pack), own.settings.limits.clone());
        let previous =
            previous.map(|given| Previous::of(given, own.settings.locale)).transpose()?;
        let programme = part_of.map(|part| part.get().judged());
        let evaluation = work.part(py, move |steps| {
            let (mut data, begun) = given.read(pack.schema(), &limits, steps)?;
            if let Some(previous) = previous {
                let earlier = previous.earlier(&limits)?;
                data = data.with_previous(&pack, &earlier, &limits).map_err(FileError::from)?;
            }
            if let Some(programme) = programme {
                data = pack.part(&data, &programme.evaluation).map_err(|wrong| {
                    let [zh, en] = [Locale::ZhTw, Locale::En].map(|locale| wrong.message(locale));
                    FileError::Message(Localized::new(zh, en))
                })?;
            }
            Ok(pack.evaluate_watched(&data, &limits, &mut steps.rest(begun))?)
        })?;
        work.end(py)?;
        let part_of = part_of.map(|part| part.clone().unbind());
        Ok(Result::new(own.judged(evaluation), slf.clone().unbind(), part_of))
    }

    fn judged(&self, evaluation: Evaluation) -> Judged {
        Judged { evaluation, limits: self.settings.limits.clone(), locale: self.settings.locale }
    }

    /// Judges data that came as the bytes of a dataset.
    pub(crate) fn judge_packed(
        &self,
        py: Python<'_>,
        bytes: &[u8],
        part_of: Option<&Programme>,
    ) -> PyResult<Judged> {
        let read =
            py.detach(|| error::guarded(|| Dataset::from_bytes(bytes, self.pack.schema())))?;
        let mut data = read.map_err(|wrong| error::sentence(py, Kind::Data, &wrong.to_string()))?;
        if let Some(programme) = part_of {
            let known = programme.judged();
            data = self.pack.part(&data, &known.evaluation).map_err(|wrong| {
                error::sentence(py, Kind::Data, &wrong.message(self.settings.locale))
            })?;
        }
        let evaluation = evaluation::evaluate(
            py,
            &self.pack,
            &data,
            &self.settings.limits,
            self.settings.locale,
        )?;
        Ok(self.judged(evaluation))
    }
}
