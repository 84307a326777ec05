//! Pages as PDF: `guiju-pdf` beside this command, or on the PATH, is given their source and answers
//! with the file.
//!
//! Setting pages takes a typesetter of three hundred crates and a font, six times the size of this
//! command; it is a program of its own. What is wrong with its input it says itself.

use std::env;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use guiju::{Code, Diagnostic, Locale};

use crate::failure::Failure;

const PROGRAM: &str = "guiju-pdf";

/// The PDF of a source of Typst.
pub(crate) fn set(source: &str, fonts: &[PathBuf], locale: Locale) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new(beside().unwrap_or_else(|| PROGRAM.into()));
    for font in fonts {
        command.arg("--font").arg(font);
    }
    command.args(["--locale", if locale == Locale::ZhTw { "zh-TW" } else { "en" }]);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::data(vec![Diagnostic::new(Code::PdfMissing)]),
        _ => unstarted(&error),
    })?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let mut pdf = Vec::new();
    thread::scope(|scope| {
        // One that has found something wrong closes its input early; its status says so.
        scope.spawn(move || input.map(|mut input| input.write_all(source.as_bytes())));
        output.map_or(Ok(0), |mut output| output.read_to_end(&mut pdf))
    })?;
    let status = child.wait()?;
    match status.code() {
        Some(0) if pdf.starts_with(b"%PDF") => Ok(pdf),
        Some(1) => Err(Failure::Told),
        _ => Err(Failure::message(
            format!("`{PROGRAM}` 沒有做出 PDF（{status}）：請重新安裝同一版本"),
            format!("`{PROGRAM}` made no PDF ({status}): install it anew, in the version of guiju"),
        )),
    }
}

fn unstarted(error: &io::Error) -> Failure {
    Failure::message(
        format!("`{PROGRAM}` 無法執行：{error}"),
        format!("`{PROGRAM}` does not run: {error}"),
    )
}

/// The one that was installed together with this command.
fn beside() -> Option<PathBuf> {
    let here = env::current_exe().ok()?;
    let program = here.with_file_name(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX));
    program.is_file().then_some(program)
}
