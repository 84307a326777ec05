//! The files of some data: first their bytes, then what is in them.
//!
//! The two steps are apart for hosts that say something of the bytes too, such as their digests.
//! Not here: which files count, beyond their endings.

use std::path::Path;

use guiju::{Dataset, Limits, Reading, TableFile};

use crate::{FileError, capped, extension, file, is_folder, text, with_extension, workbook};

/// The bytes of every file of the data at a path, so that what is judged and what is said of the
/// files is of one moment.
///
/// # Errors
/// [`FileError`] where there is no such data, or where a file cannot be read or has more than the
/// limits allow.
pub fn gather(path: &Path, limits: &Limits) -> Result<Gathered, FileError> {
    let shown = path.display().to_string();
    if is_folder(path)? {
        return Ok(Gathered { shown, files: csv_files(path, limits)?, form: Form::Tables });
    }
    let form = form(path, &shown)?;
    let name = file_name(path);
    Ok(Gathered { shown, files: vec![(name, file(path, limits)?)], form })
}

/// How a file is read, by its ending.
fn form(path: &Path, shown: &str) -> Result<Form, FileError> {
    match extension(path) {
        Some(extension)
            if workbook::EXTENSIONS.contains(&&*extension)
                || workbook::RELATED.contains(&&*extension) =>
        {
            Ok(Form::Workbook(extension))
        }
        Some(extension) if extension == "json" => Ok(Form::Json),
        Some(extension) if matches!(&*extension, "jsonl" | "ndjson") => Ok(Form::JsonLines),
        _ => Err(FileError::message(
            format!(
                "{shown} 不是可讀的資料：請給一個 CSV 資料夾，或 .xlsx、.xlsm、.ods、.json、.jsonl 檔"
            ),
            format!(
                "{shown} is not data that can be read: give a folder of CSV tables, or an .xlsx, .xlsm, .ods, .json or .jsonl file"
            ),
        )),
    }
}

/// The files of some data, read and not yet understood.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// What the data is called in messages: the path as it was given.
    shown: String,
    files: Vec<(String, Vec<u8>)>,
    form: Form,
}

/// How the files of some data are read.
#[derive(Clone, Debug)]
enum Form {
    Tables,
    /// By its extension.
    Workbook(String),
    Json,
    JsonLines,
}

impl Gathered {
    /// A JSON document that did not come from a file; `name` is what messages call it.
    pub fn json(name: &str, bytes: Vec<u8>) -> Gathered {
        Gathered { shown: name.to_owned(), files: vec![(name.to_owned(), bytes)], form: Form::Json }
    }

    /// A file that the host has read, by its name: for hosts without files of their own.
    ///
    /// # Errors
    /// [`FileError`] where it is called like no data that can be read, or has more than the limits
    /// allow.
    pub fn given(name: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Gathered, FileError> {
        let path = Path::new(name);
        let form = form(path, name)?;
        let bytes = capped(bytes.as_slice(), path, limits)?;
        Ok(Gathered { shown: name.to_owned(), files: vec![(name.to_owned(), bytes)], form })
    }

    /// Files that the host has read, by their names: tables as CSV, or one file of another kind.
    ///
    /// # Errors
    /// As of [`Gathered::given`]; where there is none, as of a folder without tables.
    pub fn of_files(files: Vec<(String, Vec<u8>)>, limits: &Limits) -> Result<Gathered, FileError> {
        let is_table =
            |name: &str| extension(Path::new(name)).is_some_and(|ending| ending == "csv");
        if !files.iter().all(|(name, _)| is_table(name)) {
            let mut files = files.into_iter();
            let (Some((name, bytes)), None) = (files.next(), files.next()) else {
                return Err(FileError::message(
                    "資料須是一個檔案，或數個 .csv 檔",
                    "data is one file, or several .csv files",
                ));
            };
            return Gathered::given(&name, bytes, limits);
        }
        if files.is_empty() {
            return Err(FileError::message("沒有資料的檔案", "there is no file of data"));
        }
        for (name, bytes) in &files {
            capped(bytes.as_slice(), Path::new(name), limits)?;
        }
        let mut files = files;
        files.sort();
        Ok(Gathered { shown: String::new(), files, form: Form::Tables })
    }

    /// Each file by its name, without folders, and its bytes; in the order of names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// The data in the files.
    ///
    /// # Errors
    /// [`FileError`] with everything that is wrong with it.
    pub fn read(self, reading: Reading<'_>) -> Result<Dataset, FileError> {
        let Gathered { shown, files, form } = self;
        // Text that is read from bytes need not stand beside them.
        let only = |files: Vec<(String, Vec<u8>)>| {
            files.into_iter().next().map_or_else(Vec::new, |(_, bytes)| bytes)
        };
        let read = match form {
            Form::Tables => {
                let tables: Vec<TableFile<'_>> =
                    files.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
                reading.tables(&tables)
            }
            Form::Workbook(extension) => {
                let sheets = workbook::sheets(&shown, &extension, &only(files), reading.limits());
                let sheets = sheets.map_err(|problem| FileError::Diagnostics(vec![*problem]))?;
                reading.sheets(&shown, &sheets)
            }
            Form::Json => reading.json(&text(Path::new(&shown), only(files))?, Some(&shown)),
            Form::JsonLines => {
                reading.json_lines(&text(Path::new(&shown), only(files))?, Some(&shown))
            }
        };
        read.map_err(FileError::from)
    }
}

fn csv_files(folder: &Path, limits: &Limits) -> Result<Vec<(String, Vec<u8>)>, FileError> {
    let paths = with_extension(folder, "csv")?;
    if paths.is_empty() {
        let folder = folder.display();
        return Err(FileError::message(
            format!("{folder} 裡沒有 .csv 檔"),
            format!("{folder} has no .csv files"),
        ));
    }
    paths.iter().map(|path| Ok((file_name(path), file(path, limits)?))).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
