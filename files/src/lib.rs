//! Packs, data and earlier results from files and folders: what the command and the Python package
//! read alike; and, with the feature `save`, how they write a file that is whole or as it was.
//!
//! A pack is a built-in one by name, or a folder of `.guiju` files with those in its `tests`
//! folder; where it is only applied, also one that was compiled into a `.gjc` file before. A path
//! wins over a built-in name where it exists; so does, for a pack that is amended, the folder of
//! that name beside the one that amends it. Not here: what the bytes mean, which the engine's
//! readers decide, and standard input.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guiju::{
    Checked, Code, DataError, DataPlace, Dataset, Diagnostic, Earlier, Limits, Locale, Localized,
    Pack, Parsed, Reading, Schema, Source,
};

mod built_in;
mod gathered;
#[cfg(feature = "save")]
mod save;
mod workbook;

pub use gathered::{Gathered, gather};
#[cfg(feature = "save")]
pub use save::{create, open_elsewhere, prepared, replace};

/// Why nothing could be read.
#[derive(Clone, Debug)]
pub enum FileError {
    /// What is wrong with the rules or the data.
    Diagnostics(Vec<Diagnostic>),
    /// Something else about a file or folder, in one sentence.
    Message(Localized),
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FileError::Message(words) => f.write_str(words.get(Locale::En)),
            FileError::Diagnostics(list) => {
                for (n, found) in list.iter().enumerate() {
                    write!(f, "{}{found}", if n > 0 { "\n" } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for FileError {}

impl From<DataError> for FileError {
    fn from(error: DataError) -> FileError {
        FileError::Diagnostics(error.diagnostics)
    }
}

impl FileError {
    /// A sentence in both languages.
    fn message(zh: impl Into<String>, en: impl Into<String>) -> FileError {
        FileError::Message(Localized::new(zh, en))
    }

    /// What is wrong, in one line: of several findings the first.
    pub fn in_short(&self, locale: Locale) -> String {
        match self {
            FileError::Diagnostics(list) => {
                list.first().map_or_else(String::new, |first| first.message(locale))
            }
            FileError::Message(words) => words.get(locale).to_owned(),
        }
    }

    /// A file or folder that cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> FileError {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => {
                FileError::message(format!("找不到 {path}"), format!("{path} does not exist"))
            }
            _ => FileError::message(
                format!("無法讀取 {path}：{error}"),
                format!("cannot read {path}: {error}"),
            ),
        }
    }

    /// Something that is called like a file that counts, and is none.
    fn no_file(path: &Path) -> FileError {
        let shown = path.display();
        let (zh, en) = match () {
            () if path.is_dir() => ("這是資料夾，不是檔案", "it is a folder, and not a file"),
            () if path.is_symlink() && !path.exists() => {
                ("這是連結，但連到的檔案不存在", "it is a link that leads to nothing")
            }
            () => ("這不是一般的檔案", "it is no ordinary file"),
        };
        FileError::message(format!("無法讀取 {shown}：{zh}"), format!("cannot read {shown}: {en}"))
    }
}

/// The extension of compiled packs.
const COMPILED: &str = "gjc";

/// A pack as it was found.
pub enum Found {
    /// Rules as text, checked.
    Checked(Box<Checked>),
    /// A built-in pack, as it was compiled with this program.
    BuiltIn(Box<Pack>),
    /// A pack that was compiled before. It judges record by record ([`Pack::from_compiled`]).
    Compiled(Pack),
}

/// A pack by its built-in name or its path, which may be that of a compiled one: all that judging
/// needs.
///
/// # Errors
/// [`FileError`] where there is no such pack, where its files cannot be read, or where a compiled
/// one is of another version or damaged.
pub fn find(name: &str, limits: &Limits) -> Result<Found, FileError> {
    let path = Path::new(name);
    if let (false, Ok(pack)) = (is_there(path)?, built_in::pack(name)) {
        return Ok(Found::BuiltIn(Box::new(pack)));
    }
    if !is_compiled(path) {
        return Ok(Found::Checked(Box::new(pack(name, limits)?)));
    }
    let bytes = rule_bytes(path, limits.pack_total_bytes)?;
    let pack = Pack::from_compiled(&bytes, limits).map_err(|error| {
        let path = path.display();
        FileError::message(
            format!("{path}：{}", error.message(Locale::ZhTw)),
            format!("{path}: {}", error.message(Locale::En)),
        )
    })?;
    Ok(Found::Compiled(pack))
}

/// Whether a path has the ending of compiled packs.
pub fn is_compiled(path: &Path) -> bool {
    extension(path).is_some_and(|extension| extension == COMPILED) && !path.is_dir()
}

/// A pack by its built-in name or its path, checked, with everything that was found. The tests of a
/// built-in pack are left out; they are for [`pack_with_tests`].
///
/// # Errors
/// [`FileError`] where there is no such pack, or where its files cannot be read.
///
/// ```
/// let checked = guiju_files::pack("alliance_104", &guiju::Limits::default()).expect("it is built in");
/// assert!(checked.pack().is_some());
/// ```
pub fn pack(name: &str, limits: &Limits) -> Result<Checked, FileError> {
    Ok(parsed(name, limits, built_in::rules)?.check())
}

/// The same with the tests written in it, also where it is built in: for running and checking them.
///
/// # Errors
/// As of [`pack`].
pub fn pack_with_tests(name: &str, limits: &Limits) -> Result<Checked, FileError> {
    Ok(parse_with_tests(name, limits)?.check())
}

/// The same, read and not checked yet: for tools that ask for names as they are written.
///
/// # Errors
/// As of [`pack`].
pub fn parse_with_tests(name: &str, limits: &Limits) -> Result<Parsed, FileError> {
    parsed(name, limits, built_in::sources)
}

/// The file beside a pack that says which changes of its rules no test need notice,
/// `mutants.allow`; empty where there is none.
///
/// # Errors
/// [`FileError`] where it is there and cannot be read.
pub fn allowed_mutants(name: &str, limits: &Limits) -> Result<Source, FileError> {
    let path = Path::new(name);
    if !is_there(path)? {
        return built_in::allowed_mutants(name).ok_or_else(|| unknown(name));
    }
    let file = if path.is_dir() { path.join(ALLOWED) } else { path.with_file_name(ALLOWED) };
    if is_there(&file)? {
        rule_file(&file, limits)
    } else {
        Ok(Source::new(file.display().to_string(), ""))
    }
}

/// The name of the file that allows changes to go unnoticed.
const ALLOWED: &str = "mutants.allow";

/// What the sheets of a pack show: the file `sheets.toml` beside the rules of each of its editions,
/// the oldest first, where there is one, after the name of the edition.
///
/// # Errors
/// [`FileError`] where one is there and cannot be read.
pub fn sheets(
    name: &str,
    pack: &Pack,
    limits: &Limits,
) -> Result<Vec<(String, Source)>, FileError> {
    let path = Path::new(name);
    let there = is_there(path)?;
    let own = if path.is_dir() { path.to_owned() } else { path.with_file_name("") };
    let mut files = Vec::new();
    for edition in pack.editions() {
        let folder = match () {
            () if !there => None,
            () if edition == pack.name() => Some(own.clone()),
            // As its rules are found.
            () if path.file_name().is_some() => Some(path.with_file_name(edition)),
            () => Some(path.join("..").join(edition)),
        };
        let folder = match folder {
            Some(folder) if is_there(&folder)? || edition == pack.name() => Some(folder),
            _ => None,
        };
        let file = match folder {
            None => built_in::sheets(edition),
            Some(folder) => {
                let file = folder.join(SHEETS);
                if is_there(&file)? { Some(rule_file(&file, limits)?) } else { None }
            }
        };
        files.extend(file.map(|file| (edition.to_owned(), file)));
    }
    Ok(files)
}

/// The bytes of a form that is to be filled in.
///
/// # Errors
/// [`FileError`] where there is no such file.
pub fn form(path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
    if is_folder(path)? {
        return Err(FileError::no_file(path));
    }
    file(path, limits)
}

/// The name of the file that says what sheets show.
const SHEETS: &str = "sheets.toml";

fn parsed(
    name: &str,
    limits: &Limits,
    built_in: fn(&str) -> Option<Vec<Source>>,
) -> Result<Parsed, FileError> {
    let path = Path::new(name);
    if !is_there(path)? {
        let files = built_in(name).ok_or_else(|| unknown(name))?;
        return Ok(Parsed::parse_with(files, limits, &built_in));
    }
    if is_compiled(path) {
        let path = path.display();
        return Err(FileError::message(
            format!("{path} 是編譯過的規則包，已沒有規則的文字；這裡要的是編譯前的 .guiju 檔"),
            format!(
                "{path} is a compiled pack, which no longer has its rules as text; give the .guiju files it was compiled from"
            ),
        ));
    }
    let unreadable = RefCell::new(None);
    let library = |base: &str| {
        // `.` and `..` have no name to put another in the place of.
        let folder = if path.file_name().is_some() {
            path.with_file_name(base)
        } else {
            path.join("..").join(base)
        };
        let read = match is_there(&folder) {
            Ok(true) if folder.is_dir() => rules(&folder, limits),
            Ok(_) => return built_in(base),
            Err(error) => Err(error),
        };
        read.map_err(|error| unreadable.replace(Some(error))).ok()
    };
    let parsed = Parsed::parse_with(rules(path, limits)?, limits, &library);
    match unreadable.take() {
        Some(error) => Err(error),
        None => Ok(parsed),
    }
}

fn unknown(name: &str) -> FileError {
    let known = built_in::NAMES.join(", ");
    FileError::message(
        format!("沒有叫做 {name} 的規則包，也沒有這個資料夾；內建的規則包：{known}"),
        format!("there is no pack {name}, and no such folder; the built-in packs are: {known}"),
    )
}

/// Whether there is something at a path; a link that leads to nothing is an error, since whoever
/// made it means something by it.
fn is_there(path: &Path) -> Result<bool, FileError> {
    if path.is_symlink() && !path.exists() {
        Err(FileError::no_file(path))
    } else {
        Ok(path.exists())
    }
}

/// The rule files of a pack: those of its folder, then those of its `tests` folder, each in the
/// order of their names.
///
/// # Errors
/// [`FileError`] where a folder cannot be read, or where something is called like a rule file and
/// is none.
pub fn rule_files(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut files = with_extension(folder, "guiju")?;
    let tests = folder.join("tests");
    if is_there(&tests)? && tests.is_dir() {
        files.extend(with_extension(&tests, "guiju")?);
    }
    Ok(files)
}

fn rules(path: &Path, limits: &Limits) -> Result<Vec<Source>, FileError> {
    let files = if path.is_dir() { rule_files(path)? } else { vec![path.to_owned()] };
    if files.is_empty() {
        let path = path.display();
        return Err(FileError::message(
            format!("{path} 裡沒有 .guiju 檔"),
            format!("{path} has no .guiju files"),
        ));
    }
    let mut sources: Vec<Source> = Vec::with_capacity(files.len());
    let mut unreadable = Vec::new();
    let mut bytes = 0_usize;
    let mut files: VecDeque<PathBuf> = files.into();
    let mut tables = BTreeSet::new();
    while let Some(file) = files.pop_front() {
        match rule_file(&file, limits) {
            Ok(source) => {
                // What is not there is told at the table that asks for it.
                for name in guiju::table_files(&source, limits) {
                    let path = file.with_file_name(name);
                    if is_there(&path)? && tables.insert(path.clone()) {
                        files.push_back(path);
                    }
                }
                bytes = bytes.saturating_add(source.text().len());
                if bytes > limits.pack_total_bytes {
                    let place =
                        DataPlace { file: Some(source.name().to_owned()), ..DataPlace::default() };
                    let large = Diagnostic::new(Code::PackTooLarge)
                        .arg(limits.pack_total_bytes.to_string());
                    return Err(FileError::Diagnostics(vec![large.in_data(place)]));
                }
                sources.push(source);
            }
            Err(FileError::Diagnostics(found)) => unreadable.extend(found),
            Err(other) => return Err(other),
        }
    }
    if unreadable.is_empty() { Ok(sources) } else { Err(FileError::Diagnostics(unreadable)) }
}

/// A file of rules; never much more in memory than the limit allows.
///
/// # Errors
/// [`FileError`] where it cannot be read, has more than the limit allows, or is not UTF-8.
pub fn rule_file(path: &Path, limits: &Limits) -> Result<Source, FileError> {
    let bytes = rule_bytes(path, limits.pack_bytes)?;
    Source::from_bytes(path.display().to_string(), &bytes)
        .map_err(|diagnostic| FileError::Diagnostics(vec![*diagnostic]))
}

/// What a file of rules holds.
fn rule_bytes(path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
    let open = fs::File::open(path).map_err(|error| FileError::unreadable(path, &error))?;
    let mut bytes = Vec::new();
    open.take((limit as u64).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| FileError::unreadable(path, &error))?;
    if bytes.len() > limit {
        let size = fs::metadata(path).map_or(0, |metadata| metadata.len()).max(bytes.len() as u64);
        let place = DataPlace { file: Some(path.display().to_string()), ..DataPlace::default() };
        let large = Diagnostic::new(Code::TooLarge).arg(size.to_string()).arg(limit.to_string());
        return Err(FileError::Diagnostics(vec![large.in_data(place)]));
    }
    Ok(bytes)
}

/// The data at a path: a folder of CSV tables, a workbook (`.xlsx`, `.xlsm`, `.ods`), or a `.json`
/// or `.jsonl` file.
///
/// # Errors
/// [`FileError`] where there is no such data, or with everything that is wrong with it.
pub fn data(schema: &Arc<Schema>, path: &Path, limits: &Limits) -> Result<Dataset, FileError> {
    read(Reading::new(schema, limits), path)
}

/// The same, for hosts that watch; they see how far the records are, not the reading of bytes.
///
/// # Errors
/// As of [`data`].
pub fn read(reading: Reading<'_>, path: &Path) -> Result<Dataset, FileError> {
    gather(path, reading.limits())?.read(reading)
}

/// The result of an earlier year at a path.
///
/// # Errors
/// [`FileError`] where there is no such file, or with everything that is wrong with it.
pub fn result(path: &Path, limits: &Limits) -> Result<Earlier, FileError> {
    let bytes = result_bytes(path, limits)?;
    Earlier::from_json(&text(path, bytes)?, Some(&path.display().to_string()), limits)
        .map_err(FileError::from)
}

/// The bytes of such a result, for hosts that say something of them too.
///
/// # Errors
/// [`FileError`] where there is no such file.
pub fn result_bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
    if is_folder(path)? {
        let place = DataPlace { file: Some(path.display().to_string()), ..DataPlace::default() };
        let folder =
            Diagnostic::new(Code::NotAResult).word(Localized::new("這是資料夾", "it is a folder"));
        return Err(FileError::Diagnostics(vec![folder.in_data(place)]));
    }
    file(path, limits)
}

fn is_folder(path: &Path) -> Result<bool, FileError> {
    Ok(fs::metadata(path).map_err(|error| FileError::unreadable(path, &error))?.is_dir())
}

/// The files of a folder with an extension, in one order everywhere.
fn with_extension(folder: &Path, wanted: &str) -> Result<Vec<PathBuf>, FileError> {
    let unreadable = |error| FileError::unreadable(folder, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if extension(&path).is_some_and(|extension| extension == wanted) {
            // To pass what is no file would be to go on without what somebody means to be read.
            if !path.is_file() {
                if is_lock(&path) {
                    continue;
                }
                return Err(FileError::no_file(&path));
            }
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether it is the link to nothing by which an editor says that it has a file open.
fn is_lock(path: &Path) -> bool {
    path.is_symlink()
        && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".#"))
}

/// The extension in lower case.
fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}

fn file(path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
    let open = fs::File::open(path).map_err(|error| FileError::unreadable(path, &error))?;
    capped(open, path, limits)
}

/// Everything there is to read; never more in memory than the limit allows. `path` is the name
/// shown in messages.
///
/// # Errors
/// [`FileError`] where reading fails, or where there is more than the limit allows.
pub fn capped(from: impl Read, path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    from.take(limits.data_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| FileError::unreadable(path, &error))?;
    if bytes.len() as u64 > limits.data_bytes {
        let place = DataPlace { file: Some(path.display().to_string()), ..DataPlace::default() };
        return Err(FileError::Diagnostics(vec![
            Diagnostic::new(Code::DataTooLarge).arg(limits.data_bytes.to_string()).in_data(place),
        ]));
    }
    Ok(bytes)
}

/// Bytes as text: UTF-8, or UTF-16 with its byte order mark, as the shell of Windows writes it.
/// `path` is the name shown in messages.
///
/// # Errors
/// [`FileError`] where they are neither.
pub fn text(path: &Path, bytes: Vec<u8>) -> Result<String, FileError> {
    if let Some(Ok(text)) = guiju::decode_utf16(&bytes) {
        return Ok(text);
    }
    String::from_utf8(bytes).map_err(|error| {
        let diagnostic = Source::from_bytes(path.display().to_string(), error.as_bytes()).err();
        FileError::Diagnostics(diagnostic.into_iter().map(|diagnostic| *diagnostic).collect())
    })
}
