//! `guiju.Explanation`: why a KPI, a record or an obligation came out as it did, or what a verdict
//! hangs on.

use guiju::{Json, Locale};
use pyo3::prelude::*;

use crate::error::{self, Kind};
use crate::html;

/// Why something came out as it did.
#[pyclass(frozen, module = "guiju")]
pub(crate) struct Explanation {
    text: String,
    json: String,
    locale: Locale,
}

impl Explanation {
    pub(crate) fn new(found: &guiju::Explanation, locale: Locale) -> Explanation {
        let mut json = Json::compact();
        found.to_json(&mut json, locale);
        Explanation::written(&found.to_text(locale), json, locale)
    }

    pub(crate) fn hanging(found: &guiju::HangsOn, locale: Locale) -> Explanation {
        let mut json = Json::compact();
        found.to_json(&mut json, locale);
        Explanation::written(&found.to_text(locale), json, locale)
    }

    fn written(text: &str, json: Json, locale: Locale) -> Explanation {
        Explanation { text: text.trim_end().to_owned(), json: json.finish(), locale }
    }
}

#[pymethods]
impl Explanation {
    /// For pickles.
    #[new]
    fn again(py: Python<'_>, text: String, json: String, locale: &str) -> PyResult<Explanation> {
        let locale =
            locale.parse().map_err(|message: String| error::sentence(py, Kind::Error, &message))?;
        Ok(Explanation { text, json, locale })
    }

    fn __getnewargs__(&self) -> (&str, &str, &'static str) {
        (&self.text, &self.json, html::tag(self.locale))
    }

    /// Nothing in it can be changed, so that a copy is the thing itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<guiju.Explanation: {}>", self.text.lines().next().unwrap_or_default().trim())
    }

    fn _repr_html_(&self) -> String {
        html::explanation(&self.text, self.locale)
    }

    /// The explanation as data, texts in the language of the pack.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.getattr("loads")?.call1((&self.json,))
    }
}
