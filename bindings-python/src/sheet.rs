//! The sheets that a pack describes, filled with a result as `guiju report` fills them, and the
//! empty workbooks of `guiju template`.
//!
//! Not here: what sheets show and how they are written, which is `guiju-sheets`, and setting a PDF
//! (`guiju/_pdf.py`).

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use guiju::{Code, Diagnostic, Limits, Locale, Localized, Source};
use guiju_sheets::{
    FillError, Filling, Layout, LayoutError, WriteError, fill, html, ods, page_csv, pages_ods,
    pages_xlsx, root, typ, xlsx,
};
use pyo3::exceptions::{PyOSError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{self, Kind};
use crate::evaluation::aside;
use crate::html::tag;
use crate::result::Judged;

/// The files that say what the sheets of a pack show, each after the name of its edition.
pub(crate) type Files = Arc<[(String, Source)]>;

/// What is wrong with what its sheets show: with a name that was asked for, or with a file.
pub(crate) fn wrong(py: Python<'_>, found: &[Diagnostic], files: &Files, locale: Locale) -> PyErr {
    match found {
        [found] if found.labels.is_empty() => error::argument(py, found, locale),
        found => {
            let sources: Vec<Source> = files.iter().map(|(_, file)| file.clone()).collect();
            error::findings(py, Kind::Pack, found, &sources, locale)
        }
    }
}

/// The form of a sheet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Ods,
    Xlsx,
    Html,
    Csv,
    Typ,
    Pdf,
}

const FORMATS: [(&str, Format); 6] = [
    ("ods", Format::Ods),
    ("xlsx", Format::Xlsx),
    ("html", Format::Html),
    ("csv", Format::Csv),
    ("typ", Format::Typ),
    ("pdf", Format::Pdf),
];

/// The format that was asked for, or else that the name of a file ends in, or else `.ods`.
pub(crate) fn format(
    py: Python<'_>,
    asked: Option<&str>,
    path: Option<&Path>,
    locale: Locale,
) -> PyResult<Format> {
    one_of(py, &FORMATS, asked, path, locale)
}

fn one_of(
    py: Python<'_>,
    formats: &[(&str, Format)],
    asked: Option<&str>,
    path: Option<&Path>,
    locale: Locale,
) -> PyResult<Format> {
    let named = |name: &str| {
        let found = formats.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, format)| *format)
    };
    let ending = path.and_then(Path::extension).and_then(|ending| ending.to_str());
    let Some(asked) = asked.or(ending) else { return Ok(Format::Ods) };
    named(asked).ok_or_else(|| {
        let known: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        let words = match locale {
            Locale::ZhTw => format!("沒有格式 {asked:?}；可用的是：{known}"),
            Locale::En => format!("there is no format {asked:?}; there are {known}"),
        };
        error::sentence(py, Kind::Error, &words)
    })
}

/// The language that was asked for, or else that of the pack.
pub(crate) fn language(py: Python<'_>, asked: Option<&str>, own: Locale) -> PyResult<Locale> {
    let wrong = |message: String| error::sentence(py, Kind::Error, &message);
    asked.map_or(Ok(own), |asked| asked.parse().map_err(wrong))
}

/// What is to be made.
pub(crate) struct Asked<'a, 'py> {
    pub(crate) sheet: &'a str,
    pub(crate) window: Option<&'a str>,
    pub(crate) root: Option<&'a str>,
    pub(crate) format: Format,
    pub(crate) locale: Locale,
    pub(crate) font: Option<Bound<'py, PyAny>>,
}

/// A sheet in its form, written to a file where a path is given.
pub(crate) fn report<'py>(
    py: Python<'py>,
    judged: &Arc<Judged>,
    files: &Files,
    path: Option<&Path>,
    asked: Asked<'_, 'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    let made = made(py, judged, files, asked)?;
    if let Some(path) = path {
        if let Some(lock) = guiju_files::open_elsewhere(path) {
            let found = Diagnostic::new(Code::SheetOpen).arg(path.display().to_string());
            let found = found.arg(lock.display().to_string());
            return Err(error::argument(py, &found, judged.locale));
        }
        guiju_files::replace(path, made.as_bytes()).map_err(|wrong| of_system(wrong, path))?;
    }
    Ok(made)
}

fn made<'py>(
    py: Python<'py>,
    judged: &Arc<Judged>,
    files: &Files,
    asked: Asked<'_, 'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    let Asked { format, locale, font, .. } = asked;
    if font.is_some() && format != Format::Pdf {
        return Err(PyTypeError::new_err("font= is for PDF alone: format=\"pdf\""));
    }
    let evaluation = &judged.evaluation;
    let layout = Layout::read(files, evaluation.pack());
    let wrong = |error: LayoutError| self::wrong(py, &error.diagnostics, files, judged.locale);
    let sheet = layout.sheet(asked.sheet, evaluation.pack()).map_err(wrong)?.clone();
    let window = layout.window(&sheet, asked.window).map_err(wrong)?.cloned();
    let root = root(evaluation, &sheet, asked.root)
        .map_err(|found| error::argument(py, &found, judged.locale))?;
    let of = Arc::clone(judged);
    let made = aside(py, judged.locale, move || {
        let filling = Filling {
            evaluation: &of.evaluation,
            layout: &layout,
            sheet: &sheet,
            window: window.as_ref(),
            root,
            locale,
        };
        written(&filling, format, &of.limits)
    })?;
    let bytes = made.map_err(|unmade| unmade.told(py, judged.locale))?;
    if format == Format::Pdf {
        // The source is text, as Typst wants it.
        let set = py.import("guiju._pdf")?.getattr("to_pdf")?;
        let pdf = set.call1((PyBytes::new(py, &bytes), font, tag(judged.locale)))?;
        return Ok(pdf.cast_into()?);
    }
    Ok(PyBytes::new(py, &bytes))
}

/// Why a sheet was not made.
enum Unmade {
    Fill(FillError),
    Write(WriteError),
    /// So many tables, of which a file of CSV has one.
    Tables(usize),
}

fn written(filling: &Filling<'_>, format: Format, limits: &Limits) -> Result<Vec<u8>, Unmade> {
    let locale = filling.locale;
    let pages = fill(filling, limits).map_err(Unmade::Fill)?;
    let title = filling.sheet.title.get(locale);
    let bytes = match (format, pages.as_slice()) {
        (Format::Html, pages) => Ok(html(title, pages, locale).into_bytes()),
        (Format::Typ | Format::Pdf, pages) => Ok(typ(title, pages, locale).into_bytes()),
        (Format::Ods, pages) => pages_ods(pages, locale),
        (Format::Xlsx, pages) => pages_xlsx(pages, locale),
        (Format::Csv, [page]) => page_csv(page, locale),
        (Format::Csv, pages) => return Err(Unmade::Tables(pages.len())),
    };
    bytes.map_err(Unmade::Write)
}

impl Unmade {
    fn told(&self, py: Python<'_>, locale: Locale) -> PyErr {
        match self {
            Unmade::Fill(FillError::Abort(abort)) => error::abort(py, *abort, locale),
            Unmade::Fill(FillError::Diagnostic(found)) => {
                error::findings(py, Kind::Data, &[(**found).clone()], &[], locale)
            }
            Unmade::Write(wrong) => unwritten(py, wrong, locale),
            Unmade::Tables(tables) => {
                let words = match locale {
                    Locale::ZhTw => format!(
                        "CSV 一個檔案只有一張表，這份報表有 {tables} 張：請以 root= 指定一個，或換一種格式"
                    ),
                    Locale::En => format!(
                        "a CSV file has one table, and these are {tables}: name one root with root=, or take another format"
                    ),
                };
                error::sentence(py, Kind::Error, &words)
            }
        }
    }
}

fn unwritten(py: Python<'_>, wrong: &WriteError, locale: Locale) -> PyErr {
    let words = match locale {
        Locale::ZhTw => format!("無法製作活頁簿：{wrong}"),
        Locale::En => format!("cannot make the workbook: {wrong}"),
    };
    error::sentence(py, Kind::Error, &words)
}

/// The empty workbook of a pack. A file that is there is never replaced: somebody may have filled it
/// in.
pub(crate) fn template<'py>(
    py: Python<'py>,
    pack: &guiju::Pack,
    path: Option<&Path>,
    format: Option<&str>,
    locale: Locale,
) -> PyResult<Bound<'py, PyBytes>> {
    let format = one_of(py, &FORMATS[..2], format, path, locale)?;
    let book = guiju_sheets::template(pack, locale);
    let bytes = if format == Format::Xlsx { xlsx(&book) } else { ods(&book) };
    let bytes = bytes.map_err(|wrong| unwritten(py, &wrong, locale))?;
    if let Some(path) = path {
        guiju_files::create(path, &bytes).map_err(|wrong| of_system(wrong, path))?;
    }
    Ok(PyBytes::new(py, &bytes))
}

/// What the system says of a file, as Python's own exception with the name of the file.
fn of_system(wrong: io::Error, path: &Path) -> PyErr {
    match wrong.raw_os_error() {
        Some(code) => {
            let words = wrong.to_string();
            let words = words.split(" (os error").next().unwrap_or_default().to_owned();
            PyOSError::new_err((code, words, path.to_path_buf()))
        }
        None => wrong.into(),
    }
}

/// What the module that sets PDF raises: `kind` is `font`, `characters` or `source`; `about` is the
/// file, the characters or nothing, and `why` what the system or Typst says, if anything.
#[pyfunction]
pub(crate) fn unset(
    py: Python<'_>,
    kind: &str,
    about: &str,
    why: Option<&str>,
    locale: &str,
) -> PyResult<Py<PyAny>> {
    let locale = language(py, Some(locale), Locale::default())?;
    let why = why.map_or_else(|| Localized::new("不是字型檔", "it is no font"), Localized::same);
    let found = match kind {
        "font" => Diagnostic::new(Code::PdfFont).arg(about).word(why),
        "characters" => {
            let all: BTreeSet<char> = about.chars().collect();
            let (private, nowhere): (BTreeSet<char>, _) =
                all.into_iter().partition(|c| guiju::is_private(*c));
            let (code, found) = if private.is_empty() {
                (Code::PdfCharacters, nowhere)
            } else {
                (Code::PdfPrivate, private)
            };
            Diagnostic::new(code).word(guiju::characters(&found))
        }
        _ => Diagnostic::new(Code::PdfSource).word(why),
    };
    Ok(error::argument(py, &found, locale).into_value(py).into_any())
}
