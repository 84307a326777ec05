//! `guiju.Explanation`: why a KPI, a record or an obligation came out as it did.

use guiju::{Json, Locale};
use pyo3::prelude::*;

use crate::html;

/// Why something came out as it did.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Explanation {
    found: guiju::Explanation,
    locale: Locale,
}

impl Explanation {
    pub(crate) fn new(found: guiju::Explanation, locale: Locale) -> Explanation {
        Explanation { found, locale }
    }
}

#[pymethods]
impl Explanation {
    fn __str__(&self) -> String {
        self.found.to_text(self.locale).trim_end().to_owned()
    }

    fn __repr__(&self) -> String {
        let text = self.__str__();
        format!("<guiju.Explanation: {}>", text.lines().next().unwrap_or_default().trim())
    }

    fn _repr_html_(&self) -> String {
        html::explanation(&self.__str__(), self.locale)
    }

    /// The explanation as data, texts in the language of the pack.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut json = Json::compact();
        self.found.to_json(&mut json, self.locale);
        py.import("json")?.getattr("loads")?.call1((json.finish(),))
    }
}
