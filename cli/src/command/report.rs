//! `guiju report`: the sheets that a pack describes, filled with the result of some data, as files
//! to hand in.
//!
//! A file is replaced only by a whole new one. Not here: what sheets show, and the formats, which
//! is `guiju_sheets`, and setting a PDF (`pdf`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use guiju::{Code, Diagnostic, Engine, Limits, Locale, Source};
use guiju_sheets::{
    FillError, Filling, Layout, LayoutError, Page, SheetLayout, WriteError, fill, form, html,
    page_csv, pages_ods, pages_xlsx, typ,
};

use super::{Asked, judge, name, pdf};
use crate::args::{Report, ReportFormat};
use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::report::diagnostics;
use crate::sink;

pub(crate) fn run(args: &Report, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let format = args.chosen()?;
    let output = sink::file(args.output.as_deref());
    if args.template.is_some() && format != ReportFormat::Ods {
        return Err(Failure::message(
            "表單填好之後仍是 .ods：請把 --output 的檔名改為 .ods 結尾",
            "a form that is filled is an .ods again: give --output a name that ends in .ods",
        ));
    }
    let inputs = Inputs::default()
        .data(&args.data)
        .file(args.previous.as_deref(), "前一年的結果", "the result of the year before")
        .file(args.template.as_deref(), "表單本身", "the form itself");
    if let Some(output) = output.filter(|output| !output.is_dir()) {
        inputs.spared_by("--output", output)?;
    }
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
    let layout = Layout::read(&files, evaluation.pack());
    let of_layout = |error: LayoutError| {
        let sources = files.iter().map(|(_, file)| file.clone()).collect();
        Failure::Diagnostics { diagnostics: error.diagnostics, sources }
    };
    let plain = SheetLayout::default();
    let sheet = match &args.sheet {
        Some(name) => layout.sheet(name, evaluation.pack()).map_err(of_layout)?,
        None => &plain,
    };
    let window = match (&args.window, &args.template) {
        (Some(name), Some(_)) => Some(layout.named_window(name).map_err(of_layout)?),
        (name, _) => layout.window(sheet, name.as_deref()).map_err(of_layout)?,
    };
    let root = guiju_sheets::root(evaluation, sheet, args.alliance.as_deref())
        .map_err(|found| Failure::data(vec![*found]))?;
    diagnostics::to_stderr(evaluation.data().warnings(), &[] as &[Source], locale, false);
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
    let each = output.filter(|path| path.is_dir());
    let all = 0..evaluation.data().len();
    if let Some(folder) = each {
        let roots = match root {
            _ if sheet.programme => vec![None],
            Some(root) => vec![Some(root)],
            None => all.map(Some).collect(),
        };
        let base = args.sheet.clone().unwrap_or_else(|| "form".to_owned());
        let mut taken = HashSet::new();
        for root in roots {
            let key = root.map(|root| evaluation.data().root_key(root));
            for (name, bytes) in wanted.written(root, &file_name(&base, key))? {
                let path = folder.join(apart(name, &mut taken));
                inputs.spared_by("--output", &path)?;
                replaced(&path, &bytes)?;
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
        // Of one alliance, or of all together, there are several as well.
        let one = root.is_some() || sheet.programme;
        return Err(Failure::message(
            format!(
                "CSV 一個檔案只有一張表：請以 --output 指定現有的資料夾{}",
                if one { "" } else { "，或以 --alliance 指定一個" }
            ),
            format!(
                "a CSV file has one table: give a folder that is there with --output{}",
                if one { "" } else { ", or one alliance with --alliance" }
            ),
        ));
    };
    let is_binary = wanted.form.is_some() || format.is_binary();
    match output {
        Some(path) => replaced(path, &bytes)?,
        None => sink::to_stdout(&bytes, is_binary)?,
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

/// A name that no file before has, in capitals or not: `a/b` and `a:b` are one as files.
fn apart(name: String, taken: &mut HashSet<String>) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let numbered = (2..).map(|number| format!("{stem} ({number}).{ending}"));
    let free = std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| taken.insert(name.to_lowercase()));
    free.unwrap_or(name)
}

/// A name as every file system takes it.
fn safe(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .collect()
}

/// Puts a new file in the place of the one that is there; whatever fails, that one stays.
fn replaced(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let of = |code: Code| Diagnostic::new(code).arg(path.display().to_string());
    if let Some(lock) = guiju_files::open_elsewhere(path) {
        let found = of(Code::SheetOpen).arg(lock.display().to_string());
        return Err(Failure::data(vec![found]));
    }
    guiju_files::replace(path, bytes).map_err(|error| {
        Failure::data(vec![of(Code::SheetUnwritten).word(sink::why(path, &error))])
    })
}
