//! Where a result goes that has a file: into it, or for `-` to standard output.
//!
//! Not here: how a file is replaced (`rewrite`), and results that have none.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::failure::Failure;

/// Whether a path means standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// The file that was asked for; `None` where standard output was, or nothing.
pub(crate) fn file(output: Option<&Path>) -> Option<&Path> {
    output.filter(|path| !is_stdout(path))
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
