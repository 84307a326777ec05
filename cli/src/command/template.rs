//! `guiju template`: the tables of a pack, to be filled in and read by `evaluate`; empty, or with
//! what stays from the data of the year before.
//!
//! A file that is there is never replaced: somebody may have filled it in. Not here: what the
//! tables hold and what stays, which is `guiju_sheets`.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use guiju::{Code, Dataset, Diagnostic, Limits, Locale, Pack, Schema, grouped};
use guiju_sheets::{Book, Carried, Count, carried, inert, ods, template, xlsx};

use crate::args::{Template, TemplateFormat};
use crate::data;
use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::progress::Progress;
use crate::report::{clean, diagnostics};
use crate::sink;
use crate::words::pick;

pub(crate) fn run(args: &Template, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let pack: Pack = guiju_files::pack(&args.pack, limits)?.into_pack()?.into();
    let carried = match args.previous.as_deref() {
        Some(path) => Some(carried(&pack, &earlier(&pack, path, limits, locale)?, locale)),
        None => None,
    };
    let empty;
    let book = match &carried {
        Some(carried) => &carried.book,
        None => {
            empty = template(&pack, locale);
            &empty
        }
    };
    let format = args.chosen()?;
    if format == TemplateFormat::Csv {
        let quoted = csv_folder(args, book, pack.schema())?;
        if quoted > 0 {
            diagnostics::say(&quoting(quoted, locale));
        }
    } else {
        book.fits().map_err(|found| Failure::data(vec![*found]))?;
        workbook(args.output.as_deref(), format, book)?;
    }
    if let (Some(carried), Some(path)) = (&carried, args.previous.as_deref()) {
        say(carried, path, format, locale);
    }
    Ok(ExitCode::SUCCESS)
}

/// The data of the year before, as the pack of this year reads it.
fn earlier(pack: &Pack, path: &Path, limits: &Limits, locale: Locale) -> Result<Dataset, Failure> {
    let progress = Progress::start(locale);
    let read = data::read(pack.schema(), path, limits, &progress);
    drop(progress);
    let data = read.map_err(|failure| match failure {
        Failure::Diagnostics { mut diagnostics, sources } => {
            diagnostics
                .push(Diagnostic::new(Code::NotCarried).arg(data::called(path)).arg(pack.name()));
            Failure::Diagnostics { diagnostics, sources }
        }
        other => other,
    })?;
    // That it is of another year is what was asked for.
    let said: Vec<Diagnostic> =
        data.warnings().iter().filter(|said| said.code != Code::OutsidePeriod).cloned().collect();
    if !said.is_empty() {
        diagnostics::to_stderr(&said, &[], locale, false);
    }
    Ok(data)
}

/// Says what was carried over and what was not, by sheet.
fn say(carried: &Carried, path: &Path, format: TemplateFormat, locale: Locale) {
    let list = |counts: &[Count]| -> String {
        let each: Vec<String> = counts
            .iter()
            .map(|count| {
                let rows = grouped(&count.rows.to_string());
                match (format, locale) {
                    (TemplateFormat::Csv, _) => format!("{}.csv {rows}", count.table),
                    (_, Locale::ZhTw) => format!("{} {rows} 筆", count.sheet),
                    (_, Locale::En) => format!("{} {rows}", count.sheet),
                }
            })
            .collect();
        if each.is_empty() {
            pick(locale, "無", "nothing").to_owned()
        } else {
            each.join(pick(locale, "、", ", "))
        }
    };
    let (path, taken, left) = (data::called(path), list(&carried.taken), list(&carried.left));
    let [from, not, how] = match locale {
        Locale::ZhTw => [
            format!("自 {path} 沿用：{taken}"),
            format!("未沿用：{left}"),
            "沿用的內容都是前一年的：請逐筆更新，不再適用的請刪除".to_owned(),
        ],
        Locale::En => [
            format!("carried over from {path}: {taken}"),
            format!("not carried over: {left}"),
            "what is carried over is as it stood: bring it up to date, and delete what no longer holds"
                .to_owned(),
        ],
    };
    let lists = carried.unknown.join(pick(locale, "、", ", "));
    let unknown = (!lists.is_empty()).then(|| match locale {
        Locale::ZhTw => {
            format!("資料未提供的清單：{lists}；表留白表示沒有任何一筆，內容不明時請刪除這張表")
        }
        Locale::En => format!(
            "lists that the data did not give: {lists}; left blank the table says that there are no entries: delete it where these are not known"
        ),
    });
    let how = (!carried.taken.is_empty()).then_some(how);
    let lines = [from, not].into_iter().chain(unknown).chain(how);
    lines.for_each(|line| diagnostics::say(&format!("{}\n", clean(&line))));
}

fn workbook(output: Option<&Path>, format: TemplateFormat, book: &Book) -> Result<(), Failure> {
    let bytes = if format == TemplateFormat::Xlsx { xlsx(book) } else { ods(book) };
    let bytes = bytes.map_err(|error| {
        Failure::message(
            format!("無法製作活頁簿：{error}"),
            format!("cannot make the workbook: {error}"),
        )
    })?;
    match sink::file(output) {
        Some(path) => new_file(path, &bytes),
        None => sink::to_stdout(&bytes, true),
    }
}

/// That some texts were changed, so that no spreadsheet runs them.
fn quoting(quoted: usize, locale: Locale) -> String {
    match locale {
        Locale::ZhTw => format!(
            "{quoted} 格文字會被試算表當成公式，前面加了 `'`；讀入前請去掉，或以 --raw-cells 保留原文\n"
        ),
        Locale::En => format!(
            "a spreadsheet would run {quoted} texts as formulas: a `'` stands before them, which has to go before they are read; --raw-cells leaves them\n"
        ),
    }
}

/// A file for each sheet, with its headings and what is filled in, called as the reader of folders
/// wants it; how many texts got a `'` before them.
fn csv_folder(args: &Template, book: &Book, schema: &Schema) -> Result<usize, Failure> {
    let tables = book.sheets.len();
    let folder = sink::file(args.output.as_deref()).ok_or_else(|| {
        Failure::message(
            format!("CSV 一個檔案只有一張表，這個規則包有 {tables} 張：請以 --output 給資料夾名稱"),
            format!(
                "a CSV file has one table, and this pack has {tables}: name a folder for them with --output"
            ),
        )
    })?;
    // A name that ends so is that of a file, unless a folder is called so.
    if is_csv(folder) && !folder.is_dir() {
        let (path, stem) = (folder.display(), folder.with_extension(""));
        let stem = stem.display();
        return Err(Failure::message(
            format!(
                "CSV 一個檔案只有一張表，這個規則包有 {tables} 張，不能都寫進 {path}：請給資料夾名稱，如 --format csv --output {stem}"
            ),
            format!(
                "a CSV file has one table, and this pack has {tables}, which {path} cannot hold: name a folder, such as --format csv --output {stem}"
            ),
        ));
    }
    let beside = book.sheets.iter().skip(schema.entities.len()).map(|sheet| sheet.name.as_str());
    let names = schema.entities.iter().map(|entity| entity.name.as_str()).chain(beside);
    let files: Vec<_> = names.map(|name| folder.join(format!("{name}.csv"))).collect();
    // Beside rules, tables may be part of these.
    files.iter().try_for_each(|file| Inputs::default().spared_by("--output", file))?;
    fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    // All of them or none: nothing is put beside tables that somebody has filled in.
    if let Some(there) = files.iter().find(|file| fs::symlink_metadata(file).is_ok()) {
        return Err(cannot(there, &io::ErrorKind::AlreadyExists.into()));
    }
    let quoted = Cell::new(0);
    let cell = |text: String| match inert(&text) {
        Cow::Owned(inert) if !args.raw_cells => {
            quoted.set(quoted.get() + 1);
            inert
        }
        _ => text,
    };
    for (file, sheet) in files.iter().zip(&book.sheets) {
        let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
        writer.write_record(sheet.columns.iter().map(|column| cell(column.heading.clone())))?;
        for row in &sheet.filled {
            writer.write_record(row.iter().map(|value| cell(value.typed())))?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| Failure::Output(io::Error::other(error.to_string())))?;
        new_file(file, &bytes)?;
    }
    Ok(quoted.get())
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

fn new_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    guiju_files::create(path, bytes).map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    let why = sink::why(path, error);
    let path = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::message(
            format!("{path} 已經存在，未予更動：可能有人填過；請換一個名稱"),
            format!(
                "{path} is there already and is left alone, since somebody may have filled it in: give another name"
            ),
        );
    }
    Failure::message(
        format!("無法寫入 {path}：{}", why.get(Locale::ZhTw)),
        format!("cannot write {path}: {}", why.get(Locale::En)),
    )
}
