//! Where a result goes that has a file, and in which format: into it, or for `-` to standard
//! output.
//!
//! Not here: how a file is replaced (`rewrite`), and results that have none.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use guiju::Localized;

use crate::failure::Failure;

/// Whether a path means standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// The file that was asked for; `None` where standard output was, or nothing.
pub(crate) fn file(output: Option<&Path>) -> Option<&Path> {
    output.filter(|path| !is_stdout(path))
}

/// The format that was asked for, or that the name of a file ends in, or else the usual one.
pub(crate) fn format<F: ValueEnum + PartialEq>(
    asked: Option<F>,
    output: Option<&Path>,
    usual: F,
) -> Result<F, Failure> {
    let is_folder = |path: &Path| path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']);
    let file = output.filter(|path| !is_folder(path));
    let ending = file.and_then(Path::extension).and_then(OsStr::to_str);
    let named = ending.map(|ending| (ending, F::from_str(ending, true)));
    let (ending, format) = match (asked, named) {
        (Some(asked), Some((ending, Ok(other)))) if asked != other => {
            let asked = asked.to_possible_value();
            let asked = asked.as_ref().map_or("", PossibleValue::get_name);
            return Err(Failure::message(
                format!("`--format {asked}` 與檔名的 .{ending} 不合：請改其中一個"),
                format!(
                    "`--format {asked}` and a name that ends in .{ending} contradict each other: change one of them"
                ),
            ));
        }
        (Some(asked), _) => return Ok(asked),
        (None, None) => return Ok(usual),
        (None, Some(named)) => named,
    };
    format.map_err(|_| {
        let formats = F::value_variants().iter().filter_map(F::to_possible_value);
        let known: Vec<String> = formats.map(|format| format!(".{}", format.get_name())).collect();
        Failure::message(
            format!("沒有 .{ending} 這種格式：請把檔名改為 {} 結尾，或以 --format 指定", known.join("、")),
            format!(
                "there is no format .{ending}: give the file a name that ends in {}, or name the format with --format",
                known.join(", ")
            ),
        )
    })
}

/// Writes to standard output what a terminal may not be able to show.
pub(crate) fn to_stdout(bytes: &[u8], is_binary: bool) -> Result<(), Failure> {
    if is_binary && io::stdout().is_terminal() {
        return Err(Failure::message(
            "這個格式不能印在畫面上：請以 --output 給檔名",
            "this format is nothing for a terminal: give a file with --output",
        ));
    }
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Why a file could not be written: that its folder is not there, or what the system says.
pub(crate) fn why(path: &Path, error: &io::Error) -> Localized {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        Some(folder) if error.kind() == io::ErrorKind::NotFound => {
            let folder = folder.display();
            Localized::new(
                format!("沒有 {folder} 這個資料夾，請先建立"),
                format!("there is no folder {folder}; make it first"),
            )
        }
        _ => Localized::new(error.to_string(), error.to_string()),
    }
}
