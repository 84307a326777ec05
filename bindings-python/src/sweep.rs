//! What would be if constants were others: many variations of a pack over data that is read once.
//!
//! Not here: putting a value in the place of a constant, which the engine does.

use guiju::{Locale, Variations};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDict, PyFloat, PyString};

use crate::error::{self, Kind};
use crate::evaluation;
use crate::pack::Pack;
use crate::result::{Judged, Result};
use crate::table::Table;
use crate::tables;

/// The values of constants, written as in rules.
pub(crate) fn written(values: &Bound<'_, PyDict>) -> PyResult<Vec<(String, String)>> {
    let mut written = Vec::with_capacity(values.len());
    for (name, value) in values.iter() {
        written.push((name.extract()?, literal(&value)?));
    }
    Ok(written)
}

fn literal(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.cast::<PyFloat>().is_ok() || value.cast::<PyBool>().is_ok() {
        let name = value.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!(
            "a constant is given as in rules, \"25%\" or \"30 元\", or as a whole number, Decimal or date, not as {name}"
        )));
    }
    let text = if value.cast::<PyString>().is_ok() {
        value.clone()
    } else if value.cast::<PyDate>().is_ok() {
        value.call_method0("isoformat")?
    } else {
        value.call_method1("__format__", (if value.hasattr("as_tuple")? { "f" } else { "" },))?
    };
    text.extract()
}

/// The pack with other constants.
pub(crate) fn with(
    py: Python<'_>,
    pack: &Variations<'_>,
    values: &[(String, String)],
    locale: Locale,
) -> PyResult<guiju::SourcePack> {
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let changed = py.detach(|| error::guarded(|| pack.with(&values)))?;
    changed.map_err(|wrong| {
        error::findings(py, Kind::Pack, &wrong.diagnostics, &wrong.sources, locale)
    })
}

/// Judges the data of a result by each variation; a row for each KPI of each root under each of
/// them.
pub(crate) fn sweep(
    pack: &Pack,
    over: &Bound<'_, Result>,
    variations: &Bound<'_, PyAny>,
    kpis: Option<Vec<String>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Table> {
    let py = over.py();
    let (limits, locale) = (pack.limits(), pack.locale_of());
    let data = over.get().judged().evaluation.data();
    let wanted = kpis.map(|names| pack.kpi_indices(py, &names, true)).transpose()?;
    let mut gathered = tables::Sweep::new(wanted);
    let packs = pack.pack().variations(limits);
    let variations: Vec<_> = variations
        .try_iter()?
        .map(|variation| written(variation?.cast::<PyDict>()?))
        .collect::<PyResult<_>>()?;
    let total = variations.len();
    let tell = |done: usize| {
        progress.as_ref().map_or(Ok(()), |progress| progress.call1(py, (done, total)).map(drop))
    };
    tell(0)?;
    for (done, values) in variations.into_iter().enumerate() {
        let changed = with(py, &packs, &values, locale)?;
        let evaluation = evaluation::evaluate(py, &changed, data, limits, locale)?;
        let judged = Judged { evaluation, limits: limits.clone(), locale };
        gathered
            .push(&judged, &values)
            .map_err(|error| error::sentence(py, Kind::Limit, &error.to_string()))?;
        tell(done + 1)?;
    }
    let root = over.get().judged().root_name();
    Table::build(py, "sweep", locale, || gathered.done(root))
}
