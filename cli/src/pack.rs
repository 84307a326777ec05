//! Finds the rules of a pack: a built-in one by name, or a folder of `.guiju` files with those in its `tests` folder.
//!
//! A path wins over a built-in name where it exists; so does, for a pack that is amended, the folder of that name beside the one
//! that amends it. Not here: reading the rules themselves, which the engine does.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use guiju::{Checked, Limits, Pack, Parsed, Source};

use crate::failure::Failure;

/// The pack, compiled.
pub(crate) fn load(name: &str, limits: &Limits) -> Result<Pack, Failure> {
    Ok(check(name, limits)?.into_pack()?)
}

/// The pack, checked, with everything that was found.
pub(crate) fn check(name: &str, limits: &Limits) -> Result<Checked, Failure> {
    let path = Path::new(name);
    if !path.exists() {
        return Ok(Parsed::parse_with(built_in(name)?, limits, &guiju_rules::sources).check());
    }
    let unreadable = RefCell::new(None);
    let library = |base: &str| {
        // `.` and `..` have no name to put another in the place of.
        let folder = if path.file_name().is_some() { path.with_file_name(base) } else { path.join("..").join(base) };
        if !folder.is_dir() {
            return guiju_rules::sources(base);
        }
        read(&folder).map_err(|failure| unreadable.replace(Some(failure))).ok()
    };
    let parsed = Parsed::parse_with(read(path)?, limits, &library);
    match unreadable.take() {
        Some(failure) => Err(failure),
        None => Ok(parsed.check()),
    }
}

fn built_in(name: &str) -> Result<Vec<Source>, Failure> {
    guiju_rules::sources(name).ok_or_else(|| {
        let known = guiju_rules::NAMES.join(", ");
        Failure::message(
            format!("沒有叫做 {name} 的規則包，也沒有這個資料夾；內建的規則包：{known}"),
            format!("there is no pack {name}, and no such folder; the built-in packs are: {known}"),
        )
    })
}

fn read(path: &Path) -> Result<Vec<Source>, Failure> {
    let files = if path.is_dir() {
        let mut files = rule_files(path)?;
        let tests = path.join("tests");
        if tests.is_dir() {
            files.extend(rule_files(&tests)?);
        }
        files
    } else {
        vec![path.to_owned()]
    };
    if files.is_empty() {
        let path = path.display();
        return Err(Failure::message(format!("{path} 裡沒有 .guiju 檔"), format!("{path} has no .guiju files")));
    }
    let mut sources = Vec::with_capacity(files.len());
    let mut unreadable = Vec::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|error| Failure::unreadable(&file, &error))?;
        match Source::from_bytes(file.display().to_string(), &bytes) {
            Ok(source) => sources.push(source),
            Err(diagnostic) => unreadable.push(*diagnostic),
        }
    }
    if unreadable.is_empty() { Ok(sources) } else { Err(Failure::Diagnostics { diagnostics: unreadable, sources: Vec::new() }) }
}

fn rule_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    files(folder, &["guiju"])
}

/// The files of a folder with one of these extensions, in one order everywhere.
pub(crate) fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error| Failure::unreadable(folder, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if extension(&path).is_some_and(|extension| extensions.contains(&extension.as_str())) && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The extension in lower case.
pub(crate) fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}
