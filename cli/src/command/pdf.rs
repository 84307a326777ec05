//! Setting a sheet as PDF, by the command `guiju-pdf`: typesetting is six times the size of all the
//! rest, so that it is a program of its own.
//!
//! Not here: the source that it sets (`guiju_sheets::typ`).

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use guiju::Locale;

use crate::failure::Failure;
use crate::report::clean;

/// What the command is called.
const COMMAND: &str = "guiju-pdf";

/// The PDF of a source of Typst.
pub(super) fn set(source: &str, fonts: &[PathBuf], locale: Locale) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new(program());
    command.arg("--locale").arg(if locale == Locale::ZhTw { "zh-TW" } else { "en" });
    for font in fonts {
        command.arg("--font").arg(font);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| missing(&error))?;
    let input = child.stdin.take();
    // Writing while its output is read, or a long sheet would fill both pipes.
    let (written, output) = thread::scope(|scope| {
        let writing = scope.spawn(move || match input {
            Some(mut input) => input.write_all(source.as_bytes()),
            None => Ok(()),
        });
        let output = child.wait_with_output();
        (writing.join().unwrap_or(Ok(())), output)
    });
    let output = output.map_err(|error| failed(&error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().strip_prefix(COMMAND).unwrap_or(said.trim());
        return Err(failed(&clean(said.trim_start_matches(':').trim())));
    }
    written.map_err(|error| failed(&error.to_string()))?;
    Ok(output.stdout)
}

/// The command beside this one, or the one of the path.
fn program() -> PathBuf {
    let name = format!("{COMMAND}{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().and_then(|own| Some(own.parent()?.join(&name)));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| Path::new(&name).to_owned())
}

fn missing(error: &io::Error) -> Failure {
    if error.kind() != io::ErrorKind::NotFound {
        return failed(&error.to_string());
    }
    Failure::message(
        "PDF 由另一個指令 guiju-pdf 排版，這裡沒有：請以 cargo install --path pdf 安裝，放在 guiju 旁邊或 PATH 裡；或改用 --format html，在瀏覽器列印",
        "PDF is set by a command of its own, guiju-pdf, which is not here: install it with cargo install --path pdf, beside guiju or in the PATH; or take --format html and print it in a browser",
    )
}

fn failed(said: &str) -> Failure {
    Failure::message(format!("無法製作 PDF：{said}"), format!("cannot make the PDF: {said}"))
}
