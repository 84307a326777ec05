//! Files of rules that are changed in place: finding them, and writing them, and what is made of
//! them, so that a file is whole at every moment.
//!
//! Not here: packs and data that are only read, which are `guiju_files`.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use guiju::{Limits, Locale, Source};
use guiju_files::FileError;
use guiju_rules::NAMES;

use crate::failure::Failure;
use crate::sink;

/// The files at some paths, and why some of these have none.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) failures: Vec<Failure>,
}

/// The `.guiju` files at these paths and below those that are folders, in the order of their names,
/// each once. Links are followed.
pub(crate) fn find(paths: &[PathBuf]) -> Found {
    let mut search = Search::default();
    for path in paths {
        let met = search.met;
        if let Err(failure) = search.named(path) {
            search.found.failures.push(failure);
        } else if search.met == met {
            let path = path.display();
            search.found.failures.push(Failure::message(
                format!("{path} 裡沒有 .guiju 檔"),
                format!("{path} has no .guiju files"),
            ));
        }
    }
    search.found
}

#[derive(Default)]
struct Search {
    found: Found,
    /// Files and folders by the place that links lead to.
    seen: HashSet<PathBuf>,
    /// How many files of rules were met, and folders that were met before.
    met: usize,
}

impl Search {
    /// What stands at a path that was asked for.
    fn named(&mut self, path: &Path) -> Result<(), Failure> {
        let is_folder = match fs::metadata(path) {
            Ok(metadata) => metadata.is_dir(),
            Err(error) => return Err(missing(path, &error)),
        };
        if is_folder {
            self.folder(path)
        } else if is_rules(path) {
            self.file(path)
        } else {
            let path = path.display();
            Err(Failure::message(
                format!("{path} 不是規則檔：只排版 .guiju 檔，請改用這個副檔名"),
                format!(
                    "{path} is no file of rules: only .guiju files are formatted; give it this ending"
                ),
            ))
        }
    }

    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        self.met += 1;
        if self.is_new(path)? {
            self.found.files.push(path.to_owned());
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path) -> Result<(), Failure> {
        if !self.is_new(folder)? {
            self.met += 1;
            return Ok(());
        }
        let unreadable = |error| Failure::from(FileError::unreadable(folder, &error));
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.sort();
        for path in paths {
            let found = if path.is_dir() {
                self.folder(&path)
            } else if is_rules(&path) && path.is_file() {
                self.file(&path)
            } else {
                Ok(())
            };
            // What is wrong with one is no reason to leave out the others.
            self.found.failures.extend(found.err());
        }
        Ok(())
    }

    fn is_new(&mut self, path: &Path) -> Result<bool, Failure> {
        let place = fs::canonicalize(path).map_err(|error| FileError::unreadable(path, &error))?;
        Ok(self.seen.insert(place))
    }
}

pub(crate) fn is_rules(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("guiju"))
}

fn missing(path: &Path, error: &io::Error) -> Failure {
    let built_in = NAMES.iter().find(|name| Path::new(name) == path);
    match built_in {
        Some(name) if error.kind() == io::ErrorKind::NotFound => Failure::message(
            format!(
                "{name} 是內建規則包，不是路徑，沒有檔案可以排版；請給您自己的 .guiju 檔或資料夾"
            ),
            format!(
                "{name} is a built-in pack and not a path, so there are no files to format; give a .guiju file or a folder of your own"
            ),
        ),
        _ => FileError::unreadable(path, error).into(),
    }
}

/// A file of rules.
pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Source, Failure> {
    Ok(guiju_files::rule_file(path, limits)?)
}

/// Puts a text in the place of a file, in one step: whoever reads it meanwhile sees the old text or
/// the new one.
///
/// The file is left alone where it no longer is what was `read`: somebody saved it meanwhile. What
/// is saved between this look and the replacement, some microseconds, is still lost; no system
/// offers to replace a file only if it is unchanged.
pub(crate) fn write(path: &Path, read: &Source, text: &str) -> Result<(), Failure> {
    let cannot = |error: io::Error| {
        let path = path.display();
        Failure::message(
            format!("無法寫入 {path}，檔案維持原樣：{error}"),
            format!("cannot write {path}, which is as it was: {error}"),
        )
    };
    let new = guiju_files::prepared(path, text.as_bytes()).map_err(cannot)?;
    // It was within limits when it was read.
    if self::read(path, &Limits::default())?.text() != read.text() {
        let path = path.display();
        return Err(Failure::message(
            format!("{path} 在排版時被別的程式改過，未予更動；請再執行一次"),
            format!(
                "{path} was changed by another program meanwhile and is left alone; run this again"
            ),
        ));
    }
    let path = fs::canonicalize(path).map_err(cannot)?;
    new.persist(path).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// Puts what was made into a file, new or in the place of an old one, which is replaced whole.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    guiju_files::replace(path, bytes).map_err(|error| {
        let (why, path) = (sink::why(path, &error), path.display());
        Failure::message(
            format!("無法寫入 {path}：{}", why.get(Locale::ZhTw)),
            format!("cannot write {path}: {}", why.get(Locale::En)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_meanwhile_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.guiju");
        fs::write(&path, "pack a\n").expect("written");
        let source = read(&path, &Limits::default()).unwrap_or_else(|_| panic!("it can be read"));
        fs::write(&path, "pack b\n").expect("written");
        assert!(
            matches!(write(&path, &source, "pack  a\n"), Err(Failure::Message(words)) if words.zh.contains("改過"))
        );
        assert_eq!(fs::read_to_string(&path).ok().as_deref(), Some("pack b\n"));
        fs::write(&path, "pack a\n").expect("written");
        assert!(write(&path, &source, "pack  a\n").is_ok());
        assert_eq!(fs::read_to_string(&path).ok().as_deref(), Some("pack  a\n"));
        assert_eq!(
            fs::read_dir(folder.path()).map(Iterator::count).ok(),
            Some(1),
            "nothing is left beside it"
        );
    }
}
