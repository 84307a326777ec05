//! `guiju template`: the empty tables of a pack, to be filled in and read by `evaluate`.
//!
//! A file that is there is never replaced: somebody may have filled it in. Not here: what the
//! tables hold, which is `guiju_sheets`.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use guiju::{Limits, Locale, Schema};
use guiju_sheets::{Book, ods, template, xlsx};

use crate::args::{Template, TemplateFormat};
use crate::failure::Failure;

pub(crate) fn run(args: &Template, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let pack = guiju_files::pack(&args.pack, limits)?.into_pack()?;
    let book = template(&pack, locale);
    let bytes = match args.format {
        TemplateFormat::Csv => return csv_folder(args.output.as_deref(), &book, pack.schema()),
        TemplateFormat::Ods => ods(&book),
        TemplateFormat::Xlsx => xlsx(&book),
    };
    let bytes = bytes.map_err(|error| {
        Failure::message(
            format!("無法製作活頁簿：{error}"),
            format!("cannot make the workbook: {error}"),
        )
    })?;
    match args.output.as_deref() {
        Some(path) => new_file(path, &bytes)?,
        None if io::stdout().is_terminal() => {
            return Err(Failure::message(
                "活頁簿不能印在畫面上：請以 --output 給檔名",
                "a workbook is nothing for a terminal: give a file with --output",
            ));
        }
        None => io::stdout().lock().write_all(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A file for each sheet, with its headings alone, called as the reader of folders wants it.
fn csv_folder(folder: Option<&Path>, book: &Book, schema: &Schema) -> Result<ExitCode, Failure> {
    let folder = folder.ok_or_else(|| {
        Failure::message(
            "CSV 是一個資料夾：請以 --output 給資料夾名稱",
            "CSV is a folder of files: name it with --output",
        )
    })?;
    fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    let beside = book.sheets.iter().skip(schema.entities.len()).map(|sheet| sheet.name.as_str());
    let names = schema.entities.iter().map(|entity| entity.name.as_str()).chain(beside);
    for (name, sheet) in names.zip(&book.sheets) {
        let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
        writer.write_record(sheet.columns.iter().map(|column| &column.heading))?;
        let bytes = writer
            .into_inner()
            .map_err(|error| Failure::Output(io::Error::other(error.to_string())))?;
        new_file(&folder.join(format!("{name}.csv")), &bytes)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn new_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut new = tempfile::Builder::new().prefix(".guiju-template-").tempfile_in(folder)?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        new.persist_noclobber(path).map_err(|error| error.error)
    };
    let file = write().map_err(|error| cannot(path, &error))?;
    readable(&file).map_err(|error| cannot(path, &error))
}

/// Whoever may read new files of this user may read this one: temporary files are for their owner
/// alone.
#[cfg(unix)]
pub(super) fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(super) fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::message(
            format!("{path} 已經存在，未予更動：可能有人填過；請換一個名稱"),
            format!(
                "{path} is there already and is left alone, since somebody may have filled it in: give another name"
            ),
        );
    }
    Failure::message(format!("無法寫入 {path}：{error}"), format!("cannot write {path}: {error}"))
}
