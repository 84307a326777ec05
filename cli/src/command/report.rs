//! `guiju report`: the sheets that a pack describes, filled with the result of some data, as files
//! to hand in.
//!
//! A file is replaced only by a whole new one. Not here: what sheets show, and the formats, which
//! is `guiju_sheets`.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use guiju::{Code, Diagnostic, Engine, Limits, Locale, Localized, Source};
use guiju_sheets::{FillError, Filling, Layout, Page, fill, html, pages_ods};

use super::{Asked, judge, name};
use crate::args::{Report, ReportFormat};
use crate::failure::Failure;
use crate::report::{csv, diagnostics};

pub(crate) fn run(args: &Report, locale: Locale) -> Result<ExitCode, Failure> {
    let limits = &Limits::default();
    let judged = judge(
        &Asked {
            years: vec![(args.pack.as_str(), args.data.as_path())],
            previous: args.previous.as_deref(),
            root: None,
            engine: Engine::default(),
            digests: false,
        },
        locale,
    )?;
    let Some(year) = judged.first() else { return Ok(ExitCode::SUCCESS) };
    let evaluation = &year.evaluation;
    let files = guiju_files::sheets(&args.pack, evaluation.pack(), limits)?;
    let layout = Layout::read(&files, evaluation.pack())
        .map_err(|found| Failure::Diagnostics { diagnostics: found, sources: files })?;
    let one = |found: Diagnostic| Failure::data(vec![found]);
    let sheet = layout.sheet(&args.sheet, evaluation.pack()).map_err(one)?;
    let window = layout.window(sheet, args.window.as_deref()).map_err(one)?;
    let root = match args.alliance.as_deref() {
        None => None,
        Some(key) => {
            Some(evaluation.data().find_root(key).ok_or_else(|| no_root(evaluation, key))?)
        }
    };
    diagnostics::to_stderr(evaluation.data().warnings(), &[] as &[Source], locale, false);
    let filling = Filling { evaluation, layout: &layout, sheet, window, root, locale };
    let each = args.output.as_deref().filter(|path| path.is_dir());
    if let Some(folder) = each {
        let roots = match root {
            _ if sheet.programme => vec![None],
            Some(root) => vec![Some(root)],
            None => (0..evaluation.data().len()).map(Some).collect(),
        };
        for root in roots {
            let pages = pages(&Filling { root, ..filling }, limits)?;
            let key = root.map(|root| evaluation.data().root_key(root));
            let name = file_name(&args.sheet, key);
            for (name, bytes) in written(args.format, &name, &pages, locale)? {
                replaced(&folder.join(name), &bytes)?;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let pages = pages(&filling, limits)?;
    let title = args.output.as_deref().map_or_else(|| args.sheet.clone(), name);
    let mut files = written(args.format, &title, &pages, locale)?;
    let (1, Some((_, bytes))) = (files.len(), files.pop()) else {
        return Err(Failure::message(
            "CSV 一個檔案只有一張表：請以 --output 指定現有的資料夾，或以 --alliance 指定一個",
            "a CSV file has one table: give a folder that is there with --output, or one alliance with --alliance",
        ));
    };
    match args.output.as_deref() {
        Some(path) => replaced(path, &bytes)?,
        None if io::stdout().is_terminal() && args.format.is_binary() => {
            return Err(Failure::message(
                "活頁簿不能印在畫面上：請以 --output 給檔名",
                "a workbook is nothing for a terminal: give a file with --output",
            ));
        }
        None => io::stdout().lock().write_all(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn no_root(evaluation: &guiju::Evaluation, key: &str) -> Failure {
    const SHOWN: usize = 8;
    let data = evaluation.data();
    let known: Vec<&str> = (0..data.len().min(SHOWN)).map(|root| data.root_key(root)).collect();
    let more = if data.len() > SHOWN { " …" } else { "" };
    let all = (0..data.len()).map(|root| data.root_key(root));
    Failure::data(vec![
        Diagnostic::new(Code::NoSuchRoot)
            .word(evaluation.pack().schema().root_entity().label.clone())
            .arg(key)
            .word(Localized::same(known.join(", ") + more))
            .suggest(guiju::nearest(key, all)),
    ])
}

fn pages(filling: &Filling<'_>, limits: &Limits) -> Result<Vec<Page>, Failure> {
    fill(filling, limits).map_err(|error| match error {
        FillError::Diagnostic(found) => Failure::data(vec![*found]),
        FillError::Abort(abort) => Failure::from(abort),
    })
}

/// The files of some pages, each with its name: one, but for CSV one for each page.
fn written(
    format: ReportFormat,
    name: &str,
    pages: &[Page],
    locale: Locale,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let bytes = match format {
        ReportFormat::Csv => {
            let several = pages.len() > 1;
            return pages
                .iter()
                .map(|page| {
                    let name = if several {
                        format!("{name}-{}.csv", page.name)
                    } else {
                        format!("{name}.csv")
                    };
                    Ok((safe(&name), csv::page(page, locale)?))
                })
                .collect();
        }
        ReportFormat::Html => Ok(html(name, pages, locale).into_bytes()),
        ReportFormat::Ods => pages_ods(pages, locale),
    };
    let bytes = bytes.map_err(|error| {
        Failure::message(
            format!("無法製作活頁簿：{error}"),
            format!("cannot make the workbook: {error}"),
        )
    })?;
    Ok(vec![(format!("{name}.{}", format.extension()), bytes)])
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
