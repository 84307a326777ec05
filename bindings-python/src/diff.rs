//! `guiju.diff` and `guiju.Diff`: what changed from one pack to another, and what each change does
//! to the figures of some data.
//!
//! Not here: its tables (`diff_tables`), its looks in a notebook (`diff_html`).

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::{Comparison, DataDiff, DiffError, Locale, RuleDiff, diff_document};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::data::Given;
use crate::error::{self, Kind};
use crate::evaluation::{Failure, Work};
use crate::pack::Pack;
use crate::result::Result;
use crate::table::Table;
use crate::{data, diff_html, diff_tables, given, html, named};

/// What changed between two packs.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Diff {
    found: Found,
    locale: Locale,
    /// One for each of [`TABLES`].
    tables: [PyOnceLock<Option<Py<Table>>>; TABLES.len()],
}

/// Where the differences come from.
enum Found {
    /// The rules alone.
    Rules(Box<RuleDiff>),
    /// What the changes do to data.
    Data(Box<DataDiff>),
    /// A pickle, which has [`TEXTS`].
    Shown([String; TEXTS.len()]),
}

/// What a pickle has: the language, [`TEXTS`], [`TABLES`].
type Parts = (&'static str, Vec<String>, Vec<Option<Py<Table>>>);

/// A text that is shown.
type Text = fn(&RuleDiff, Option<&DataDiff>, Locale) -> String;

/// The texts beside the tables: names before and after, counts, the text, the JSON form, the look
/// in a notebook.
const TEXTS: [Text; 6] = [
    |rules, _, _| rules.before.name.clone(),
    |rules, _, _| rules.after.name.clone(),
    |rules, _, locale| rules.counts(locale),
    |rules, _, locale| rules.to_text(locale).trim_end().to_owned(),
    // Writing plain texts and lists to memory cannot fail.
    |rules, data, locale| {
        serde_json::to_string_pretty(&diff_document(rules, data, locale)).unwrap_or_default()
    },
    diff_html::page,
];
const BEFORE: usize = 0;
const AFTER: usize = 1;
const COUNTS: usize = 2;
const TEXT: usize = 3;
const JSON: usize = 4;
const HTML: usize = 5;

type Build = fn(&DataDiff, Locale) -> std::result::Result<RecordBatch, ArrowError>;

/// The tables, first those of rules, by their names.
const TABLES: [(&str, Option<Build>); 8] = [
    ("changes", None),
    ("clauses", None),
    ("kpis", Some(diff_tables::kpis)),
    ("programme", Some(diff_tables::programme)),
    ("totals", Some(diff_tables::totals)),
    ("effects", Some(diff_tables::effects)),
    ("records", Some(diff_tables::records)),
    ("obligations", Some(diff_tables::obligations)),
];

/// Compares two packs, or those of two results of the same data; words are in the language of the
/// later one.
#[pyfunction]
#[pyo3(signature = (before, after, data = None, *, root = None, floats = None, progress = None))]
pub(crate) fn diff(
    py: Python<'_>,
    before: Rules<'_>,
    after: Rules<'_>,
    data: Option<&Bound<'_, PyAny>>,
    root: Option<String>,
    floats: Option<&str>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Diff> {
    let judged = match (data, &before, &after) {
        (None, Rules::Result(before), Rules::Result(after)) => {
            Some(same_data(py, before.get(), after)?)
        }
        (None, Rules::Result(result), _) | (None, _, Rules::Result(result)) => {
            Some(result.as_any().clone())
        }
        _ => None,
    };
    let (before, after, data) = (before.pack(py), after.pack(py), data.or(judged.as_ref()));
    let (before, after) = (before.get(), after.get());
    let (locale, limits) = (after.locale_of(), after.limits());
    let Some(data) = data else {
        let rules = py.detach(|| error::guarded(|| guiju::diff(before.pack(), after.pack())))?;
        return Ok(Diff::new(Found::Rules(Box::new(rules)), locale));
    };
    let comparison =
        py.detach(|| error::guarded(|| Comparison::new(before.pack(), after.pack())))?;
    let comparison = Arc::new(comparison.map_err(|wrong| match wrong {
        DiffError::OtherData { problem: Some(problem) } => {
            error::findings(py, Kind::Pack, &[*problem], &[], locale)
        }
        other => {
            let words = match locale {
                Locale::ZhTw => "兩個規則包的資料不同，無法比較".to_owned(),
                Locale::En => other.to_string(),
            };
            error::sentence(py, Kind::Pack, &words)
        }
    })?);
    let mut work = Work::begin(py, locale, progress)?;
    let given = match (data.cast::<Result>(), data.extract::<PathBuf>()) {
        // It fits where both packs have the data model that it was read by.
        (Ok(result), _) => Given::Result(result.get().judged().evaluation.data().clone()),
        (_, Ok(path)) => Given::Path(path),
        _ => data::take(data, floats, comparison.schema(), locale, &mut work)?,
    };
    let (limits, label) =
        (limits.clone(), after.pack().schema().root_entity().label.get(locale).to_owned());
    let found = work.part(py, move |steps| {
        let (data, begun) = given.read(comparison.schema(), &limits, steps)?;
        let root = root
            .map(|key| named::root(&data, &key, &label, locale))
            .transpose()
            .map_err(Failure::Asked)?;
        Ok(comparison.judge_watched(&data, root, &limits, &mut steps.rest(begun))?)
    })?;
    work.end(py)?;
    Ok(Diff::new(Found::Data(Box::new(found)), locale))
}

/// What is compared: a pack, or the one that a result was judged by.
#[derive(FromPyObject)]
pub(crate) enum Rules<'py> {
    #[pyo3(transparent, annotation = "Pack")]
    Pack(Bound<'py, Pack>),
    #[pyo3(transparent, annotation = "Result")]
    Result(Bound<'py, Result>),
}

impl Rules<'_> {
    fn pack(&self, py: Python<'_>) -> Py<Pack> {
        match self {
            Rules::Pack(pack) => pack.clone().unbind(),
            Rules::Result(result) => result.get().pack(py),
        }
    }
}

/// The later of two results, where both are of the same data.
fn same_data<'py>(
    py: Python<'py>,
    before: &Result,
    after: &Bound<'py, Result>,
) -> PyResult<Bound<'py, PyAny>> {
    let (earlier, later) = (before.judged(), after.get().judged());
    let same = py.detach(|| error::guarded(|| given::same(earlier, later)))?;
    if same.map_err(|error| error::sentence(py, Kind::Limit, &error.to_string()))? {
        return Ok(after.as_any().clone());
    }
    let words = match later.locale {
        Locale::ZhTw => {
            "兩個結果的資料不同：規則的差異要用同一份資料來看；各聯盟數字的增減請用 `after.winners(before, kpi)`"
        }
        Locale::En => {
            "the two results are of different data: what rules change shows on the same data; for how figures moved see `after.winners(before, kpi)`"
        }
    };
    Err(error::sentence(py, Kind::Error, words))
}

impl Diff {
    fn new(found: Found, locale: Locale) -> Diff {
        Diff { found, locale, tables: Default::default() }
    }

    fn rules(&self) -> Option<&RuleDiff> {
        match &self.found {
            Found::Rules(rules) => Some(rules),
            Found::Data(data) => Some(data.comparison().rules()),
            Found::Shown(_) => None,
        }
    }

    fn data(&self) -> Option<&DataDiff> {
        if let Found::Data(data) = &self.found { Some(data) } else { None }
    }

    /// One of [`TABLES`]; `None` where it is about data and there is none.
    fn table(&self, py: Python<'_>, at: usize) -> PyResult<Option<Py<Table>>> {
        let ((name, of_data), kept) = (TABLES[at], &self.tables[at]);
        let locale = self.locale;
        let made = || {
            let built = match (of_data, self.data(), self.rules()) {
                (Some(build), Some(data), _) => {
                    Table::build(py, name, locale, || build(data, locale))?
                }
                (None, _, Some(rules)) if at == 0 => {
                    Table::build(py, name, locale, || diff_tables::changes(rules, locale))?
                }
                (None, _, Some(rules)) => {
                    Table::build(py, name, locale, || diff_tables::clauses(rules, locale))?
                }
                _ => return Ok(None),
            };
            Py::new(py, built).map(Some)
        };
        Ok(kept.get_or_try_init(py, made)?.as_ref().map(|table| table.clone_ref(py)))
    }

    /// One of the tables that every difference has.
    fn of_rules(&self, py: Python<'_>, at: usize) -> PyResult<Py<Table>> {
        self.table(py, at)?.ok_or_else(|| error::sentence(py, Kind::Error, error::DEFECT))
    }

    /// One of [`TEXTS`].
    fn text(&self, py: Python<'_>, at: usize) -> PyResult<String> {
        match (&self.found, self.rules()) {
            (Found::Shown(texts), _) => Ok(texts[at].clone()),
            (_, Some(rules)) => {
                py.detach(|| error::guarded(|| TEXTS[at](rules, self.data(), self.locale)))
            }
            (_, None) => Ok(String::new()),
        }
    }
}

#[pymethods]
impl Diff {
    /// For pickles, which have what is shown and the tables.
    #[new]
    fn again(
        py: Python<'_>,
        locale: &str,
        texts: [String; TEXTS.len()],
        tables: Vec<Option<Py<Table>>>,
    ) -> PyResult<Diff> {
        let locale =
            locale.parse().map_err(|message: String| error::sentence(py, Kind::Error, &message))?;
        let diff = Diff::new(Found::Shown(texts), locale);
        for (kept, table) in diff.tables.iter().zip(tables) {
            kept.get_or_init(py, || table);
        }
        Ok(diff)
    }

    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<Parts> {
        let texts = (0..TEXTS.len()).map(|at| self.text(py, at)).collect::<PyResult<_>>()?;
        let tables = (0..TABLES.len()).map(|at| self.table(py, at)).collect::<PyResult<_>>()?;
        Ok((html::tag(self.locale), texts, tables))
    }

    /// Nothing in it can be changed, so that a copy is the thing itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    #[getter]
    fn before(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, BEFORE)
    }

    #[getter]
    fn after(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, AFTER)
    }

    #[getter]
    fn changes(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.of_rules(py, 0)
    }

    #[getter]
    fn clauses(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        self.of_rules(py, 1)
    }

    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        self.table(py, 2)
    }

    #[getter]
    fn programme(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        self.table(py, 3)
    }

    #[getter]
    fn totals(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        self.table(py, 4)
    }

    #[getter]
    fn effects(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        self.table(py, 5)
    }

    #[getter]
    fn records(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        self.table(py, 6)
    }

    #[getter]
    fn obligations(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        self.table(py, 7)
    }

    /// The bytes of `guiju diff --format json` without the line end.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, JSON)
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, TEXT)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = |at| self.text(py, at);
        Ok(format!("<guiju.Diff {} → {}: {}>", text(BEFORE)?, text(AFTER)?, text(COUNTS)?))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, HTML)
    }
}
