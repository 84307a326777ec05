//! `guiju report`: the sheets that a pack describes, filled with the result of some data, as files
//! to hand in.
//!
//! A file is replaced only by a whole new one. Not here: what sheets show, and the formats, which
//! is `guiju_sheets`, and setting a PDF (`pdf`).

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use guiju::{Code, Diagnostic, Engine, Limits, Locale, Source};
use guiju_sheets::{
    FillError, Filling, Layout, Page, SheetLayout, WriteError, fill, form, html, page_csv,
    pages_ods, pages_xlsx, typ,
};

use super::{Asked, judge, name, pdf};
use crate::args::{Report, ReportFormat};
use crate::failure::Failure;
use crate::report::diagnostics;

pub(crate) fn run(args: &Report, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let judged = judge(
        &Asked {
            years: vec![(args.pack.as_str(), args.data.as_path())],
            previous: args.previous.as_deref(),
            root: None,
            engine: Engine::default(),
            digests: false,
        },
        limits,
        locale,
    )?;
    let Some(year) = judged.first() else { return Ok(ExitCode::SUCCESS) };
    let evaluation = &year.evaluation;
    let files = guiju_files::sheets(&args.pack, evaluation.pack(), limits)?;
    let files: Vec<Source> = files.into_iter().map(|(_, file)| file).collect();
    let layout = Layout::read(&files, evaluation.pack())
        .map_err(|found| Failure::Diagnostics { diagnostics: found, sources: files })?;
    let one = |found: Box<Diagnostic>| Failure::data(vec![*found]);
    let plain = SheetLayout::default();
    let sheet = match &args.sheet {
        Some(name) => layout.sheet(name, evaluation.pack()).map_err(one)?,
        None => &plain,
    };
    let window = match (&args.window, &args.template) {
        (Some(name), Some(_)) => Some(layout.named_window(name).map_err(one)?),
        (name, _) => layout.window(sheet, name.as_deref()).map_err(one)?,
    };
    let root = guiju_sheets::root(evaluation, sheet, args.alliance.as_deref()).map_err(one)?;
    diagnostics::to_stderr(evaluation.data().warnings(), &[] as &[Source], locale, false);
    let format = args.chosen();
    let wanted = Wanted {
        filling: Filling { evaluation, layout: &layout, sheet, window, root, locale },
        format,
        form: match &args.template {
            Some(path) => Some((name(path), guiju_files::form(path, limits)?)),
            None => None,
        },
        fonts: &args.font,
        limits,
    };
    // A form is of one root; so is each of the files in a folder.
    let each = args.output.as_deref().filter(|path| path.is_dir());
    let all = 0..evaluation.data().len();
    if let Some(folder) = each {
        let roots = match root {
            _ if sheet.programme => vec![None],
            Some(root) => vec![Some(root)],
            None => all.map(Some).collect(),
        };
        let base = args.sheet.clone().unwrap_or_else(|| "form".to_owned());
        for root in roots {
            let key = root.map(|root| evaluation.data().root_key(root));
            for (name, bytes) in wanted.written(root, &file_name(&base, key))? {
                replaced(&folder.join(name), &bytes)?;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let only = if all.len() == 1 { Some(0) } else { None };
    if wanted.form.is_some() && root.or(only).is_none() {
        return Err(Failure::message(
            "表單一次填一個：請以 --alliance 指定，或以 --output 指定現有的資料夾，各填一份",
            "a form is of one alliance: name it with --alliance, or give a folder that is there with --output for one of each",
        ));
    }
    let root = if wanted.form.is_some() { root.or(only) } else { root };
    let title = args.sheet.clone().unwrap_or_else(|| "form".to_owned());
    let mut files = wanted.written(root, &title)?;
    let (1, Some((_, bytes))) = (files.len(), files.pop()) else {
        return Err(Failure::message(
            "CSV 一個檔案只有一張表：請以 --output 指定現有的資料夾，或以 --alliance 指定一個",
            "a CSV file has one table: give a folder that is there with --output, or one alliance with --alliance",
        ));
    };
    let is_binary = wanted.form.is_some() || format.is_binary();
    match args.output.as_deref() {
        Some(path) => replaced(path, &bytes)?,
        None if io::stdout().is_terminal() && is_binary => {
            return Err(Failure::message(
                "這個格式不能印在畫面上：請以 --output 給檔名",
                "this format is nothing for a terminal: give a file with --output",
            ));
        }
        None => io::stdout().lock().write_all(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What is to be written of each root, or of all.
struct Wanted<'a> {
    filling: Filling<'a>,
    format: ReportFormat,
    /// The name and the bytes of an office's own form.
    form: Option<(String, Vec<u8>)>,
    /// Fonts of a PDF, beside the one it has.
    fonts: &'a [PathBuf],
    limits: &'a Limits,
}

impl Wanted<'_> {
    /// The files, each with its name: one, but for CSV one for each page.
    fn written(&self, root: Option<usize>, name: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let filling = Filling { root, ..self.filling };
        let locale = filling.locale;
        if let Some((file, bytes)) = &self.form {
            let filled = form(bytes, file, &filling, self.limits).map_err(failed)?;
            return Ok(vec![(format!("{name}.ods"), filled)]);
        }
        let pages = fill(&filling, self.limits).map_err(|error| failed(vec![error]))?;
        let title = filling.sheet.title.get(locale);
        let bytes = match self.format {
            ReportFormat::Csv => {
                let several = pages.len() > 1;
                let one = |page: &Page| {
                    let of =
                        if several { format!("{name}-{}", page.name) } else { name.to_owned() };
                    Ok((safe(&of) + ".csv", page_csv(page, locale).map_err(unmade)?))
                };
                return pages.iter().map(one).collect();
            }
            ReportFormat::Html => Ok(html(title, &pages, locale).into_bytes()),
            ReportFormat::Pdf => Ok(pdf::set(&typ(title, &pages, locale), self.fonts, locale)?),
            ReportFormat::Typ => Ok(typ(title, &pages, locale).into_bytes()),
            ReportFormat::Ods => pages_ods(&pages, locale),
            ReportFormat::Xlsx => pages_xlsx(&pages, locale),
        };
        let bytes = bytes.map_err(unmade)?;
        Ok(vec![(format!("{name}.{}", self.format.extension()), bytes)])
    }
}

fn unmade(error: WriteError) -> Failure {
    Failure::message(
        format!("無法製作活頁簿：{error}"),
        format!("cannot make the workbook: {error}"),
    )
}

fn failed(errors: Vec<FillError>) -> Failure {
    let mut found = Vec::new();
    for error in errors {
        match error {
            FillError::Diagnostic(diagnostic) => found.push(*diagnostic),
            FillError::Abort(abort) => return Failure::from(abort),
        }
    }
    Failure::data(found)
}

fn file_name(sheet: &str, key: Option<&str>) -> String {
    safe(&key.map_or_else(|| sheet.to_owned(), |key| format!("{sheet}-{key}")))
}

/// A name as every file system takes it.
fn safe(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .collect()
}

/// Puts a new file in the place of the one that is there; whatever fails, that one stays.
fn replaced(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(lock) = lock_of(path) {
        let words = Diagnostic::new(Code::SheetOpen)
            .arg(path.display().to_string())
            .arg(lock.display().to_string());
        return Err(Failure::data(vec![words]));
    }
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut new = tempfile::Builder::new().prefix(".guiju-report-").tempfile_in(folder)?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        let file = new.persist(path).map_err(|error| error.error)?;
        super::template::readable(&file)
    };
    write().map_err(|error: io::Error| {
        Failure::data(vec![
            Diagnostic::new(Code::SheetUnwritten)
                .arg(path.display().to_string())
                .arg(error.to_string()),
        ])
    })
}

/// The file by which a program says that it has this one open: LibreOffice and Excel leave one
/// beside it.
fn lock_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let of_excel: String = name.chars().skip(2).collect();
    [format!(".~lock.{name}#"), format!("~${name}"), format!("~${of_excel}")]
        .into_iter()
        .map(|lock| path.with_file_name(lock))
        .find(|lock| fs::symlink_metadata(lock).is_ok())
}
