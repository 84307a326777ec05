//! `guiju.Result`: what an evaluation found, and why. Not here: its tables (`tables`), its looks in
//! a notebook (`html`).

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::FieldId;
use guiju::{
    Earlier, EntityId, Evaluation, ExplainError, JsonOptions, KpiId, Limits, Locale, Question,
    Register,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyTuple};

use crate::error::{self, Kind};
use crate::evaluation::{Failure, Work, aside};
use crate::explanation::Explanation;
use crate::kept::Kept;
use crate::pack::Pack;
use crate::programme::Programme;
use crate::table::Table;
use crate::{compare, given, groups, html, named, problems, sheet, tables};

/// Columns that were made, or why not.
type Built = std::result::Result<RecordBatch, ArrowError>;

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
        named::root(self.evaluation.data(), key, label, self.locale)
            .map_err(|words| error::sentence(py, Kind::Error, &words))
    }
}

/// What an evaluation found.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Result {
    judged: Arc<Judged>,
    /// What it was judged by.
    pack: Py<Pack>,
    /// Of a part, what was known of the programme.
    part_of: Option<Py<Programme>>,
    warnings: Vec<error::Diagnostic>,
    kpis: Kept,
    programme: Kept,
    obligations: Kept,
    awards: Kept,
    issues: Kept,
    problems: Kept,
    quality: Kept,
    /// One for each entity.
    records: Vec<Kept>,
    /// The same, and after them one for each of [`given::BESIDE`].
    data: Vec<Kept>,
}

/// One KPI by its id, or several.
#[derive(FromPyObject)]
pub(crate) enum Names {
    #[pyo3(transparent, annotation = "str")]
    One(String),
    #[pyo3(transparent, annotation = "Sequence[str]")]
    Several(Vec<String>),
}

impl Result {
    pub(crate) fn new(judged: Judged, pack: Py<Pack>, part_of: Option<Py<Programme>>) -> Result {
        let warnings = judged
            .evaluation
            .data()
            .warnings()
            .iter()
            .map(|warning| error::Diagnostic::new(warning, &[], judged.locale))
            .collect();
        Result::with_warnings(judged, pack, part_of, warnings)
    }

    fn with_warnings(
        judged: Judged,
        pack: Py<Pack>,
        part_of: Option<Py<Programme>>,
        warnings: Vec<error::Diagnostic>,
    ) -> Result {
        let records = records_of(&judged, 0);
        let data = records_of(&judged, given::BESIDE.len());
        let [kpis, programme, obligations, awards, issues, problems, quality] = Default::default();
        Result {
            judged: Arc::new(judged),
            pack,
            part_of,
            warnings,
            kpis,
            programme,
            obligations,
            awards,
            issues,
            problems,
            quality,
            records,
            data,
        }
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
        build: impl FnOnce(&Judged) -> Built + Send + 'static,
    ) -> PyResult<Py<Table>> {
        let judged = Arc::clone(&self.judged);
        kept.aside(py, name, self.judged.locale, move || build(&judged))
    }
}

/// Room for a table of each entity, and for some more.
fn records_of(judged: &Judged, more: usize) -> Vec<Kept> {
    (0..judged.evaluation.pack().schema().entities.len() + more).map(|_| Kept::default()).collect()
}

impl Result {
    /// The place of an entity.
    fn entity(&self, py: Python<'_>, name: &str, others: &[&str]) -> PyResult<EntityId> {
        let schema = self.judged.evaluation.pack().schema();
        schema.entities.find_id(|shape| shape.name == name).ok_or_else(|| {
            let known: Vec<&str> = schema
                .entities
                .iter()
                .map(|shape| shape.name.as_str())
                .chain(others.iter().copied())
                .collect();
            let known = known.join(", ");
            let words = match self.judged.locale {
                Locale::ZhTw => format!("沒有資料類別 {name}；有的是：{known}"),
                Locale::En => format!("there is no entity {name}; there are {known}"),
            };
            error::sentence(py, Kind::Error, &words)
        })
    }

    /// The places of KPIs of the root; all where none is named.
    fn of_root(&self, py: Python<'_>, kpis: Option<Names>) -> PyResult<Vec<KpiId>> {
        let names = match kpis {
            None => return Ok(self.judged.evaluation.pack().schema().kpis.ids().collect()),
            Some(Names::One(name)) => vec![name],
            Some(Names::Several(names)) => names,
        };
        named::kpis(self.judged.evaluation.pack(), &names, false, self.judged.locale)
            .map_err(|words| error::sentence(py, Kind::Error, &words))
    }

    /// The place of a field of the root by its name.
    fn field(&self, py: Python<'_>, name: &str) -> PyResult<FieldId> {
        let fields = &self.judged.evaluation.pack().schema().root_entity().fields;
        fields.find_id(|field| field.name == name).ok_or_else(|| {
            let root =
                self.judged.evaluation.pack().schema().root_entity().label.get(self.judged.locale);
            let known =
                fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
            let words = match self.judged.locale {
                Locale::ZhTw => format!("{root}沒有欄位 {name}；有的是：{known}"),
                Locale::En => format!("the {root} has no field {name}; it has: {known}"),
            };
            error::sentence(py, Kind::Error, &words)
        })
    }

    fn made(
        &self,
        py: Python<'_>,
        name: &str,
        build: impl FnOnce(&Judged) -> Built + Send + 'static,
    ) -> PyResult<Table> {
        let judged = Arc::clone(&self.judged);
        Table::aside(py, name, self.judged.locale, move || build(&judged))
    }
}

/// What a pickle is made again from.
type Arguments<'py> =
    (Py<Pack>, Bound<'py, PyBytes>, Vec<error::Diagnostic>, Option<Py<Programme>>);

#[pymethods]
impl Result {
    /// For pickles, which have the data: it is judged again, which gives the same.
    #[new]
    #[pyo3(signature = (pack, data, warnings, part_of = None))]
    fn again(
        py: Python<'_>,
        pack: &Bound<'_, Pack>,
        data: PyBackedBytes,
        warnings: Vec<Bound<'_, error::Diagnostic>>,
        part_of: Option<Bound<'_, Programme>>,
    ) -> PyResult<Result> {
        let warnings = warnings.iter().map(|warning| warning.get().clone()).collect();
        let judged = pack.get().judge_packed(py, &data, part_of.as_ref().map(Bound::get))?;
        let part_of = part_of.map(Bound::unbind);
        Ok(Result::with_warnings(judged, pack.clone().unbind(), part_of, warnings))
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Arguments<'py>> {
        let judged = Arc::clone(&self.judged);
        let bytes = aside(py, judged.locale, move || judged.evaluation.data().to_bytes())?;
        let part_of = self.part_of.as_ref().map(|part| part.clone_ref(py));
        Ok((self.pack.clone_ref(py), PyBytes::new(py, &bytes), self.warnings.clone(), part_of))
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
    pub(crate) fn pack(&self, py: Python<'_>) -> Py<Pack> {
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
        let index = self.entity(py, entity, &[])?;
        self.table(py, &self.records[index.index()], entity, move |judged| {
            tables::records(judged, index)
        })
    }

    /// The data of an entity, or what is given beside records.
    fn data(&self, py: Python<'_>, table: &str) -> PyResult<Py<Table>> {
        if let Some(beside) = given::BESIDE.iter().position(|name| *name == table) {
            let kept = &self.data[self.records.len() + beside];
            return self.table(py, kept, table, move |judged| match beside {
                0 | 1 => given::kpis(judged, beside == 1),
                2 => given::register(judged, Register::Reviewed),
                _ => given::register(judged, Register::Elsewhere),
            });
        }
        let index = self.entity(py, table, &given::BESIDE)?;
        self.table(py, &self.data[index.index()], table, move |judged| {
            given::records(judged, index)
        })
    }

    /// Warnings and issues in one form.
    #[getter]
    fn problems(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let warnings = self.warnings.clone();
        self.table(py, &self.problems, "problems", move |judged| problems::all(judged, &warnings))
    }

    /// How much was read of each table, what is missing, and the kinds of problems it has.
    #[getter]
    fn quality(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let warnings = self.warnings.clone();
        self.table(py, &self.quality, "quality", move |judged| problems::quality(judged, &warnings))
    }

    /// The rows that something is said about.
    fn failing(&self, py: Python<'_>, entity: &str) -> PyResult<Table> {
        let index = self.entity(py, entity, &[])?;
        self.made(py, "failing", move |judged| problems::failing(judged, index))
    }

    /// A row for each root, a column for each KPI.
    #[pyo3(signature = (kpis = None, *, bounds = false))]
    fn wide(&self, py: Python<'_>, kpis: Option<Names>, bounds: bool) -> PyResult<Table> {
        let kpis = self.of_root(py, kpis)?;
        self.made(py, "wide", move |judged| groups::wide(judged, &kpis, bounds))
    }

    /// KPIs by the values of a field of the root.
    #[pyo3(signature = (field, kpis = None))]
    fn by(&self, py: Python<'_>, field: &str, kpis: Option<Names>) -> PyResult<Table> {
        let (field, kpis) = (self.field(py, field)?, self.of_root(py, kpis)?);
        self.made(py, "by", move |judged| groups::by(judged, Some(field), &kpis, groups::TOTALS))
    }

    /// How the values of KPIs are spread, over all roots or within groups.
    #[pyo3(signature = (kpis, by = None))]
    fn distribution(&self, py: Python<'_>, kpis: Names, by: Option<&str>) -> PyResult<Table> {
        let field = by.map(|field| self.field(py, field)).transpose()?;
        let kpis = self.of_root(py, Some(kpis))?;
        self.made(py, "distribution", move |judged| {
            groups::by(judged, field, &kpis, groups::QUARTILES)
        })
    }

    /// Who gained and who lost since another result.
    fn winners(&self, py: Python<'_>, before: &Bound<'_, Result>, kpi: String) -> PyResult<Table> {
        let before = before.get();
        let place = |of: &Result| Ok::<_, PyErr>(of.of_root(py, Some(Names::One(kpi.clone())))?[0]);
        let places = (place(before)?, place(self)?);
        let unit = |of: &Result, at: KpiId| {
            of.judged.evaluation.pack().kpis().nth(at.index()).map(|info| info.unit.clone())
        };
        let units = (unit(before, places.0), unit(self, places.1));
        if units.0 != units.1 {
            let [was, is] =
                [units.0, units.1].map(|unit| unit.map(|unit| unit.sign()).unwrap_or_default());
            let words = match self.judged.locale {
                Locale::ZhTw => format!("`{kpi}` 的單位不同（{was}、{is}），不能相減"),
                Locale::En => format!(
                    "`{kpi}` has other units in the two results ({was}, {is}), so that there is no difference"
                ),
            };
            return Err(error::sentence(py, Kind::Error, &words));
        }
        let earlier = before.shared();
        self.made(py, "winners", move |judged| compare::winners(&earlier, judged, places))
    }

    /// How far every root is from its targets.
    #[pyo3(signature = (kpis = None))]
    fn nearest(&self, py: Python<'_>, kpis: Option<Names>) -> PyResult<Table> {
        let kpis = self.of_root(py, kpis)?;
        self.made(py, "nearest", move |judged| compare::nearest(judged, &kpis))
    }

    /// What is refused, by rule and clause.
    #[pyo3(signature = (entity = None))]
    fn refused(&self, py: Python<'_>, entity: Option<&str>) -> PyResult<Table> {
        let entity = entity.map(|entity| self.entity(py, entity, &[])).transpose()?;
        self.made(py, "refused", move |judged| compare::refused(judged, entity))
    }

    /// A page that needs nothing beside it; written to a file where a path is given.
    #[pyo3(signature = (path = None))]
    fn to_html(slf: &Bound<'_, Self>, path: Option<PathBuf>) -> PyResult<String> {
        let (py, own) = (slf.py(), slf.get());
        let tables = [own.programme(py)?, own.kpis(py)?, own.obligations(py)?, own.problems(py)?];
        let headings = match own.judged.locale {
            Locale::ZhTw => ["整體計畫", "指標", "義務", "提醒"],
            Locale::En => ["The programme", "KPIs", "Obligations", "Problems"],
        };
        let tables: Vec<(&str, Table)> = headings
            .into_iter()
            .zip(&tables)
            .map(|(heading, table)| (heading, table.get().clone()))
            .collect();
        let judged = Arc::clone(&own.judged);
        let page = aside(py, judged.locale, move || html::page(&judged, &tables))?;
        if let Some(path) = path {
            std::fs::write(path, &page)?;
        }
        Ok(page)
    }

    /// A workbook of all tables, by XlsxWriter.
    #[pyo3(signature = (path = None))]
    fn to_excel<'py>(
        slf: &Bound<'py, Self>,
        path: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("guiju._export")?.getattr("to_excel")?.call1((slf, path))
    }

    /// The same as an OpenDocument spreadsheet, by odfpy.
    #[pyo3(signature = (path = None))]
    fn to_ods<'py>(
        slf: &Bound<'py, Self>,
        path: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("guiju._export")?.getattr("to_ods")?.call1((slf, path))
    }

    /// A sheet of its pack, byte for byte that of `guiju report`.
    #[expect(clippy::too_many_arguments, reason = "each has its name where it is called")]
    #[pyo3(signature = (sheet, path = None, *, window = None, root = None, format = None, locale = None, font = None))]
    fn report<'py>(
        slf: &Bound<'py, Self>,
        sheet: &str,
        path: Option<PathBuf>,
        window: Option<&str>,
        root: Option<&str>,
        format: Option<&str>,
        locale: Option<&str>,
        font: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (py, own) = (slf.py(), slf.get());
        let asked = sheet::Asked {
            sheet,
            window,
            root,
            format: sheet::format(py, format, path.as_deref(), own.judged.locale)?,
            locale: sheet::language(py, locale, own.judged.locale)?,
            font,
        };
        sheet::report(py, &own.shared(), own.pack.get().described(), path.as_deref(), asked)
    }

    /// The one JSON form, byte for byte that of `guiju evaluate --format json`.
    #[pyo3(signature = (*, records = false, root = None))]
    fn to_json(&self, py: Python<'_>, records: bool, root: Option<&str>) -> PyResult<String> {
        let judged = Arc::clone(&self.judged);
        let root = root.map(|key| judged.root(py, key)).transpose()?;
        let options = JsonOptions { records, root, locale: judged.locale };
        let locale = judged.locale;
        let written =
            aside(py, locale, move || judged.evaluation.to_json_within(&options, &judged.limits))?;
        written.map_err(|abort| error::abort(py, abort, locale))
    }

    /// What the programme needs of these roots.
    fn partial<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let judged = Arc::clone(&self.judged);
        let text = aside(py, judged.locale, move || judged.evaluation.partial())?;
        Ok(PyBytes::new(py, text.as_bytes()))
    }

    /// Why a KPI, a record or an obligation came out as it did, a root as a whole, or the
    /// programme.
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
                let (entity, key) = named::record(py, record)?;
                Question::Record { entity: entity.to_owned(), key: key.to_owned() }
            }
            (None, None, Some(obligation)) => Question::Obligation(obligation),
            (None, None, None) if root.is_some() => Question::Root,
            (None, None, None) => Question::Programme,
            _ => {
                return Err(PyTypeError::new_err(
                    "explain one thing: a KPI, record=\"entity/key\" or obligation=",
                ));
            }
        };
        // What is asked of the programme needs no root.
        let root = root.map_or(Ok(judged.evaluation.data().len()), |root| judged.root(py, root))?;
        let asked = Arc::clone(judged);
        let found = aside(py, judged.locale, move || {
            asked.evaluation.explain(root, &question, &asked.limits)
        })?;
        let unknown =
            |error: ExplainError| error::sentence(py, Kind::Error, &error.message(judged.locale));
        Ok(Explanation::new(&found.map_err(unknown)?, judged.locale))
    }

    /// What the verdict of an obligation, or the decision of an award, hangs on.
    #[pyo3(signature = (root, name, *, record = None, progress = None))]
    fn hangs_on(
        &self,
        py: Python<'_>,
        root: Option<&str>,
        name: String,
        record: Option<&str>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Explanation> {
        let judged = &self.judged;
        let record = record.map(|record| named::record(py, record)).transpose()?;
        let record = record.map(|(entity, key)| (entity.to_owned(), key.to_owned()));
        // What is asked of the programme needs no root.
        let root = root.map_or(Ok(judged.evaluation.data().len()), |root| judged.root(py, root))?;
        let (asked, locale) = (Arc::clone(judged), judged.locale);
        let mut work = Work::begin(py, locale, progress)?;
        let found = work.part(py, move |steps| {
            let record = record.as_ref().map(|(entity, key)| (entity.as_str(), key.as_str()));
            let (evaluation, limits) = (&asked.evaluation, &asked.limits);
            let found = evaluation.hangs_on(root, &name, record, limits, &mut steps.rest(0));
            found.map_err(|error| Failure::Asked(error.message(locale)))
        })?;
        work.end(py)?;
        Ok(Explanation::hanging(&found, locale))
    }

    fn _repr_html_(&self) -> String {
        html::result(&self.judged)
    }

    fn __repr__(&self) -> String {
        let roots = self.judged.evaluation.data().len();
        format!(
            "<guiju.Result of {}: {roots} × {}>",
            self.judged.evaluation.pack().name(),
            self.judged.root_name()
        )
    }
}
