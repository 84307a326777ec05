//! Findings and failures of the engine as exceptions of Python.
//!
//! The classes are written in Python (`guiju/_errors.py`). Not here: the words, which are the
//! engine's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use guiju::{Abort, Json, Locale, Source, render};
use guiju_files::FileError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The class of an exception.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Error,
    Pack,
    Data,
    Limit,
}

/// An exception with a sentence.
pub(crate) fn sentence(py: Python<'_>, kind: Kind, message: &str) -> PyErr {
    raise(py, kind, message, PyTuple::empty(py))
}

/// An exception with findings, drawn as the command draws them.
pub(crate) fn findings(
    py: Python<'_>,
    kind: Kind,
    list: &[guiju::Diagnostic],
    sources: &[Source],
    locale: Locale,
) -> PyErr {
    match diagnostics(py, list, sources, locale) {
        Ok(tuple) => {
            let drawn: Vec<String> = list
                .iter()
                .map(|finding| render::render(finding, sources, locale, false))
                .collect();
            raise(py, kind, drawn.join("\n").trim_end(), tuple)
        }
        Err(error) => error,
    }
}

/// Options of the command that a way out may name, and what they are called here.
const KEYWORDS: [(&str, &str); 3] =
    [("`--window`", "`window=`"), ("`--alliance`", "`root=`"), ("`--font`", "`font=`")];

/// An exception with what is wrong with an argument, in the words of the command.
pub(crate) fn argument(py: Python<'_>, finding: &guiju::Diagnostic, locale: Locale) -> PyErr {
    let mut found = Diagnostic::new(finding, &[], locale);
    let (_, _, _, help, _, drawn, json) = &mut found.words;
    for text in help.iter_mut().chain([drawn, json]) {
        for (option, keyword) in KEYWORDS {
            *text = text.replace(option, keyword);
        }
    }
    let drawn = found.words.5.clone();
    match PyTuple::new(py, [found]) {
        Ok(found) => raise(py, Kind::Error, &drawn, found),
        Err(error) => error,
    }
}

/// Findings as `guiju.Diagnostic`.
pub(crate) fn diagnostics<'py>(
    py: Python<'py>,
    list: &[guiju::Diagnostic],
    sources: &[Source],
    locale: Locale,
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, list.iter().map(|finding| Diagnostic::new(finding, sources, locale)))
}

/// Code, severity, message, help, notes, drawing, JSON.
type Words = (String, String, String, Option<String>, Vec<String>, String, String);
/// File, line, row, cell, column, pointer.
type Place =
    (Option<String>, Option<u64>, Option<u64>, Option<String>, Option<String>, Option<String>);

/// The same by name.
pub(crate) struct At {
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u64>,
    pub(crate) row: Option<u64>,
    pub(crate) cell: Option<String>,
    pub(crate) column: Option<String>,
    pub(crate) pointer: Option<String>,
}

/// One finding, as a plain object.
#[pyclass(frozen, eq, hash, module = "guiju")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Diagnostic {
    words: Words,
    place: Place,
}

impl Diagnostic {
    pub(crate) fn new(
        finding: &guiju::Diagnostic,
        sources: &[Source],
        locale: Locale,
    ) -> Diagnostic {
        let place = finding.place.clone().unwrap_or_default();
        let label = finding.labels.iter().find(|label| label.primary).or(finding.labels.first());
        let rule = label
            .and_then(|label| Some((sources.get(label.span.source.0 as usize)?, label.span.start)));
        let file = place.file.or_else(|| rule.map(|(source, _)| source.name().to_owned()));
        let line = place
            .line
            .or_else(|| rule.map(|(source, start)| u64::from(source.position(start).line)));
        let mut json = Json::compact();
        finding.to_json(&mut json, sources, locale);
        Diagnostic {
            words: (
                finding.code.id().to_owned(),
                severity(finding.severity).to_owned(),
                finding.message(locale),
                finding.help(locale),
                finding.notes.iter().map(|note| note.get(locale).to_owned()).collect(),
                render::render(finding, sources, locale, false).trim_end().to_owned(),
                json.finish(),
            ),
            place: (
                file,
                line,
                place.row,
                place.cell.map(|cell| cell.to_string()),
                place.column,
                place.pointer,
            ),
        }
    }

    /// Where it is.
    pub(crate) fn at(&self) -> At {
        let (file, line, row, cell, column, pointer) = self.place.clone();
        At { file, line, row, cell, column, pointer }
    }
}

#[pymethods]
impl Diagnostic {
    /// For pickles.
    #[new]
    fn again(words: Words, place: Place) -> Diagnostic {
        Diagnostic { words, place }
    }

    fn __getnewargs__(&self) -> (&Words, &Place) {
        (&self.words, &self.place)
    }

    /// Nothing in it can be changed, so that a copy is the thing itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    #[getter]
    pub(crate) fn code(&self) -> &str {
        &self.words.0
    }

    #[getter]
    pub(crate) fn severity(&self) -> &str {
        &self.words.1
    }

    #[getter]
    pub(crate) fn message(&self) -> &str {
        &self.words.2
    }

    #[getter]
    pub(crate) fn help(&self) -> Option<&str> {
        self.words.3.as_deref()
    }

    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.words.4)
    }

    #[getter]
    fn file(&self) -> Option<&str> {
        self.place.0.as_deref()
    }

    #[getter]
    fn line(&self) -> Option<u64> {
        self.place.1
    }

    #[getter]
    fn row(&self) -> Option<u64> {
        self.place.2
    }

    #[getter]
    fn cell(&self) -> Option<&str> {
        self.place.3.as_deref()
    }

    #[getter]
    fn column(&self) -> Option<&str> {
        self.place.4.as_deref()
    }

    #[getter]
    fn pointer(&self) -> Option<&str> {
        self.place.5.as_deref()
    }

    /// Everything that is known of it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.getattr("loads")?.call1((&self.words.6,))
    }

    fn __str__(&self) -> &str {
        &self.words.5
    }

    fn __repr__(&self) -> String {
        format!("<guiju.Diagnostic {}: {}>", self.words.0, self.words.2)
    }
}

/// The name of a severity in results.
pub(crate) fn severity(severity: guiju::Severity) -> &'static str {
    match severity {
        guiju::Severity::Advice => "advice",
        guiju::Severity::Warning => "warning",
        guiju::Severity::Error => "error",
    }
}

/// A file that could not be read.
pub(crate) fn file(py: Python<'_>, kind: Kind, error: &FileError, locale: Locale) -> PyErr {
    match error {
        FileError::Diagnostics(list) => findings(py, kind, list, &[], locale),
        FileError::Message(words) => sentence(py, kind, words.get(locale)),
    }
}

/// An evaluation that ended early.
pub(crate) fn abort(py: Python<'_>, abort: Abort, locale: Locale) -> PyErr {
    let kind = if matches!(abort, Abort::Fuel { .. } | Abort::Memory { .. }) {
        Kind::Limit
    } else {
        Kind::Error
    };
    sentence(py, kind, &abort.message(locale))
}

/// What is said of a defect.
pub(crate) const DEFECT: &str =
    "引擎發生內部錯誤，請回報 / the engine failed: this is a defect, please report it";

/// Runs work of the engine; a defect of it becomes an exception that `except guiju.Error` catches.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, PyErr> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| Python::attach(|py| sentence(py, Kind::Error, DEFECT)))
}

fn raise(py: Python<'_>, kind: Kind, message: &str, diagnostics: Bound<'_, PyTuple>) -> PyErr {
    let name = match kind {
        Kind::Error => "Error",
        Kind::Pack => "PackError",
        Kind::Data => "DataError",
        Kind::Limit => "LimitExceeded",
    };
    let made = py
        .import("guiju._errors")
        .and_then(|module| module.getattr(name)?.call1((message, diagnostics)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
