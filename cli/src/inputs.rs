//! What a command reads, so that nothing it writes takes its place: not a file itself, and no file
//! of a folder that is read whole.
//!
//! Not here: how files are read (`guiju_files`) and written (`sink`).

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use guiju::{Locale, Localized};

use crate::failure::Failure;

/// The files and folders that a command reads.
#[derive(Default)]
pub(crate) struct Inputs<'a>(Vec<Input<'a>>);

struct Input<'a> {
    path: &'a Path,
    called: Localized,
    /// The endings of the files that are read of it, where it is a folder.
    read: &'static [&'static str],
}

impl<'a> Inputs<'a> {
    /// With a pack, by its name or its path.
    pub(crate) fn pack(self, name: &'a str) -> Inputs<'a> {
        let called = Localized::new("規則包的檔案", "a file of the pack");
        self.with(Path::new(name), called, &["guiju", "toml", "csv", "allow"])
    }

    /// With data; `-` is no file.
    pub(crate) fn data(self, path: &'a Path) -> Inputs<'a> {
        self.with(path, Localized::new("資料", "the data"), &["csv"])
    }

    /// With one file more, and what it is called.
    pub(crate) fn file(self, path: Option<&'a Path>, zh: &str, en: &str) -> Inputs<'a> {
        match path {
            Some(path) => self.with(path, Localized::new(zh, en), &[]),
            None => self,
        }
    }

    fn with(
        mut self,
        path: &'a Path,
        called: Localized,
        read: &'static [&'static str],
    ) -> Inputs<'a> {
        self.0.push(Input { path, called, read });
        self
    }

    /// That a file, which an option asks for, can be written without harm to what is read, now or
    /// the next time.
    ///
    /// # Errors
    /// A [`Failure`] where the file is one that is read, or would be read with its folder.
    pub(crate) fn spared_by(&self, option: &str, output: &Path) -> Result<(), Failure> {
        let Some(place) = place(output) else { return Ok(()) };
        let shown = output.display();
        for Input { path, called, read } in &self.0 {
            let Ok(input) = fs::canonicalize(path) else { continue };
            if input == place {
                let (zh, en) = (called.get(Locale::ZhTw), called.get(Locale::En));
                return Err(Failure::message(
                    format!("{option} 的 {shown} 就是{zh}，寫入後原來的就沒有了：請換一個檔名"),
                    format!(
                        "{option} {shown} is {en}, which would be written over: give another name"
                    ),
                ));
            }
            // The tests of a pack stand in a folder within its own.
            let folders = [input.join("tests"), input];
            let ending = place.extension().and_then(OsStr::to_str).unwrap_or_default();
            let is_read = read.iter().any(|read| read.eq_ignore_ascii_case(ending));
            if is_read && folders.iter().any(|folder| place.parent() == Some(folder)) {
                let folder = path.display();
                return Err(Failure::message(
                    format!(
                        "{option} 的 {shown} 在 {folder} 裡，那裡的 .{ending} 檔會讀入：請放在別的資料夾"
                    ),
                    format!(
                        "{option} {shown} lies in {folder}, where .{ending} files are read: give another folder"
                    ),
                ));
            }
        }
        Ok(())
    }
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
