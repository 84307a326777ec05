//! What a command reads, so that nothing it writes takes its place: not a file itself, nothing that
//! packs are made of, and no table of a folder that is read whole.
//!
//! Not here: how files are read (`guiju_files`) and written (`sink`).

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use guiju::{Locale, Localized};

use crate::failure::Failure;

/// Files that say what a pack is: no result has such a name, whatever pack it may belong to.
const OF_PACKS: [&str; 4] = ["guiju", "toml", "allow", "gjc"];

/// The files and folders that a command reads.
#[derive(Default)]
pub(crate) struct Inputs<'a>(Vec<(&'a Path, Localized)>);

impl<'a> Inputs<'a> {
    /// With data; `-` is no file.
    pub(crate) fn data(self, path: &'a Path) -> Inputs<'a> {
        self.file(Some(path), "資料", "the data")
    }

    /// With one file more, and what it is called.
    pub(crate) fn file(mut self, path: Option<&'a Path>, zh: &str, en: &str) -> Inputs<'a> {
        self.0.extend(path.map(|path| (path, Localized::new(zh, en))));
        self
    }

    /// That a file, which an option asks for, can be written without harm to what is read, now or
    /// the next time.
    ///
    /// # Errors
    /// A [`Failure`] where the file is one that is read, is called like one that packs are made of,
    /// or is a table in a folder whose tables are read.
    pub(crate) fn spared_by(&self, option: &str, output: &Path) -> Result<(), Failure> {
        let Some(place) = place(output) else { return Ok(()) };
        let (shown, ending) = (output.display(), ending(&place));
        if OF_PACKS.contains(&&*ending) {
            return Err(Failure::message(
                format!("{option} 的 {shown}：.{ending} 是規則包的檔案，結果請用別的檔名"),
                format!("{option} {shown}: packs are made of .{ending} files; give another name"),
            ));
        }
        let is_input = |(path, _): &&(&Path, Localized)| {
            fs::canonicalize(path).is_ok_and(|input| input == place)
        };
        if let Some((_, called)) = self.0.iter().find(is_input) {
            let (zh, en) = (called.get(Locale::ZhTw), called.get(Locale::En));
            return Err(Failure::message(
                format!("{option} 的 {shown} 就是{zh}，寫入後原來的就沒有了：請換一個檔名"),
                format!("{option} {shown} is {en}, which would be written over: give another name"),
            ));
        }
        let is_folder = |folder: &Path| {
            let read = |(path, _): &(&Path, Localized)| {
                fs::canonicalize(path).is_ok_and(|input| input == folder)
            };
            self.0.iter().any(read) || has_rules(folder)
        };
        if ending == "csv" && place.parent().is_some_and(is_folder) {
            return Err(Failure::message(
                format!(
                    "{option} 的 {shown} 在規則或資料的資料夾裡，那裡的 .csv 檔會讀入：請放在別的資料夾"
                ),
                format!(
                    "{option} {shown} lies in a folder of rules or data, where .csv files are read: give another folder"
                ),
            ));
        }
        Ok(())
    }
}

/// The ending of a name in lower case.
fn ending(path: &Path) -> String {
    path.extension().map(OsStr::to_ascii_lowercase).unwrap_or_default().to_string_lossy().into()
}

/// Whether there are rules in a folder, which may take tables from it.
fn has_rules(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| ending(&entry.path()) == "guiju")
}

/// Where a path leads, and how to show it: where a link leads to a file of another ending, that is
/// the one that would be written.
pub(crate) fn led_to(path: &Path) -> (PathBuf, String) {
    let (place, shown) = (place(path).unwrap_or_else(|| path.to_owned()), path.display());
    let told = if ending(&place) == ending(path) {
        shown.to_string()
    } else {
        format!("{shown} -> {}", place.display())
    };
    (place, told)
}

/// Where a file is, or would be: with no links in it.
fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(place) = fs::canonicalize(path) {
        return Some(place);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
    Some(folder.join(path.file_name()?))
}
