//! `guiju compile`: a pack as bytes, for programs that judge by it and never see its rules, such as
//! pages.
//!
//! Not here: what the bytes are (`guiju::Pack::to_compiled`).

use std::io::{self, Write};
use std::process::ExitCode;

use guiju::{Limits, Locale};

use crate::args::Compile;
use crate::failure::Failure;
use crate::inputs::led_to;
use crate::report::diagnostics;
use crate::rewrite;
use crate::sink;
use crate::words::count;

pub(crate) fn run(args: &Compile, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let to_stdout = sink::is_stdout(&args.output);
    let (place, path) = led_to(&args.output);
    if !to_stdout && !guiju_files::is_compiled(&place) {
        return Err(Failure::message(
            format!("{path} 不是 .gjc 檔：編譯過的規則包以這個副檔名辨認，請改用它"),
            format!(
                "{path} is no .gjc file: compiled packs are known by this ending; give the file it"
            ),
        ));
    }
    let checked = guiju_files::pack(&args.pack, limits)?;
    // Where there are errors, the failure says everything.
    if checked.pack().is_some() && !checked.diagnostics().is_empty() {
        diagnostics::to_stderr(checked.diagnostics(), checked.sources(), locale, false);
    }
    let pack = checked.into_pack()?;
    let bytes = pack.to_compiled();
    if to_stdout {
        sink::to_stdout(&bytes, true)?;
        return Ok(ExitCode::SUCCESS);
    }
    rewrite::put(&args.output, &bytes)?;
    let (name, path, size) = (pack.name(), args.output.display(), bytes.len());
    let said = match locale {
        Locale::ZhTw => format!("{path}：{name}，{size} 位元組"),
        Locale::En => format!("{path}: {name}, {}", count(size, "byte", "bytes")),
    };
    writeln!(io::stdout().lock(), "{said}")?;
    Ok(ExitCode::SUCCESS)
}
