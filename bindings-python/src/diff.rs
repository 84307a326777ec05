//! `guiju.diff` and `guiju.Diff`: what changed from one pack to another, and what each change does to the figures of some data.
//!
//! Not here: its tables (`diff_tables`), its looks in a notebook (`diff_html`).

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use guiju::{Comparison, DataDiff, DiffError, Locale, RuleDiff, diff_document};
use guiju_rules::files;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::error::{self, Kind};
use crate::pack::Pack;
use crate::table::Table;
use crate::{data, diff_html, diff_tables, evaluation, result};

/// What changed between two packs.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Diff {
    found: Found,
    locale: Locale,
}

/// The rules alone, or what they do to data.
enum Found {
    Rules(Box<RuleDiff>),
    Data(Box<DataDiff>),
}

/// Compares two packs; words are in the language of the later one.
#[pyfunction]
#[pyo3(signature = (before, after, data = None, *, root = None, floats = None, progress = None))]
pub(crate) fn diff(
    py: Python<'_>,
    before: &Bound<'_, Pack>,
    after: &Bound<'_, Pack>,
    data: Option<Given<'_>>,
    root: Option<&str>,
    floats: Option<&str>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Diff> {
    let (before, after) = (before.get(), after.get());
    let (locale, limits) = (after.locale_of(), after.limits());
    let Some(data) = data else {
        let rules = py.detach(|| error::guarded(|| guiju::diff(before.pack(), after.pack())))?;
        return Ok(Diff { found: Found::Rules(Box::new(rules)), locale });
    };
    let comparison = py.detach(|| error::guarded(|| Comparison::new(before.pack(), after.pack())))?;
    let comparison = Arc::new(comparison.map_err(|DiffError::OtherData { problem }| match problem {
        Some(problem) => error::findings(py, Kind::Pack, &[*problem], &[], locale),
        None => {
            let words = match locale {
                Locale::ZhTw => "兩個規則包的資料不同，無法比較",
                Locale::En => "the two packs do not describe the same data",
            };
            error::sentence(py, Kind::Pack, words)
        }
    })?);
    let read = match &data {
        Given::Path(path) => py.detach(|| error::guarded(|| files::data(comparison.schema(), path, limits)))?,
        Given::Mapping(mapping) => data::read(mapping, floats, comparison.schema(), limits, locale)?,
    };
    let read = read.map_err(|error| error::file(py, Kind::Data, &error, locale))?;
    let label = after.pack().schema().root_entity().label.get(locale);
    let root = root.map(|key| result::root(py, &read, key, label, locale)).transpose()?;
    let found = evaluation::watched(py, read.records(), locale, progress, |watch| comparison.judge_watched(&read, root, limits, watch))?;
    Ok(Diff { found: Found::Data(Box::new(found)), locale })
}

/// Data to judge by both packs.
#[derive(FromPyObject)]
pub(crate) enum Given<'py> {
    /// Frames by table name, or objects shaped like the JSON document.
    Mapping(Bound<'py, PyMapping>),
    /// A folder of tables, or a file.
    Path(PathBuf),
}

impl Diff {
    fn rules(&self) -> &RuleDiff {
        match &self.found {
            Found::Rules(rules) => rules,
            Found::Data(data) => data.comparison().rules(),
        }
    }

    fn data(&self) -> Option<&DataDiff> {
        match &self.found {
            Found::Rules(_) => None,
            Found::Data(data) => Some(data),
        }
    }

    /// A table of what the changes do to data; there is none without data.
    fn of_data(
        &self,
        py: Python<'_>,
        name: &str,
        build: fn(&DataDiff, Locale) -> std::result::Result<RecordBatch, ArrowError>,
    ) -> PyResult<Option<Table>> {
        self.data().map(|data| Table::build(py, name, self.locale, || build(data, self.locale))).transpose()
    }
}

#[pymethods]
impl Diff {
    #[getter]
    fn before(&self) -> &str {
        &self.rules().before.name
    }

    #[getter]
    fn after(&self) -> &str {
        &self.rules().after.name
    }

    #[getter]
    fn changes(&self, py: Python<'_>) -> PyResult<Table> {
        Table::build(py, "changes", self.locale, || diff_tables::changes(self.rules(), self.locale))
    }

    #[getter]
    fn clauses(&self, py: Python<'_>) -> PyResult<Table> {
        Table::build(py, "clauses", self.locale, || diff_tables::clauses(self.rules(), self.locale))
    }

    #[getter]
    fn kpis(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        self.of_data(py, "kpis", diff_tables::kpis)
    }

    #[getter]
    fn programme(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        self.of_data(py, "programme", diff_tables::programme)
    }

    #[getter]
    fn totals(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        self.of_data(py, "totals", diff_tables::totals)
    }

    #[getter]
    fn effects(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        self.of_data(py, "effects", diff_tables::effects)
    }

    #[getter]
    fn records(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        self.of_data(py, "records", diff_tables::records)
    }

    #[getter]
    fn obligations(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        self.of_data(py, "obligations", diff_tables::obligations)
    }

    /// The bytes of `guiju diff --format json` without the line end.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let written = py.detach(|| {
            // Writing plain texts and lists to memory cannot fail.
            error::guarded(|| serde_json::to_string_pretty(&diff_document(self.rules(), self.data(), self.locale)).unwrap_or_default())
        })?;
        Ok(written)
    }

    fn __str__(&self) -> String {
        self.rules().to_text(self.locale).trim_end().to_owned()
    }

    fn __repr__(&self) -> String {
        let rules = self.rules();
        format!("<guiju.Diff {} → {}: {}>", rules.before.name, rules.after.name, rules.counts(self.locale))
    }

    fn _repr_html_(&self) -> String {
        diff_html::page(self.rules(), self.data(), self.locale)
    }
}
