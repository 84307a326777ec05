//! `guiju-pdf`: a source of Typst on standard input, as `guiju report` writes it, is a PDF on
//! standard output.
//!
//! `guiju report --format pdf` runs it, and puts the file in its place. Not here: setting the pages
//! (`typeset`), and the messages, which stand in the table of `guiju-model`.

mod typeset;

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use guiju_model::diagnostic::{Code, Diagnostic, render};
use guiju_model::text::Locale;

/// Whoever has the program has the font, and is told whose it is.
const FONT: &str = "\
The font within is Noto Sans CJK TC, (c) 2014-2021 Adobe, under the SIL Open Font License 1.1:
https://openfontlicense.org";

/// The pages of `guiju report --format typ` as tagged PDF (PDF/UA-1, PDF/A-2a), from standard input
/// to standard output. `guiju report --format pdf` runs it by itself.
///
/// 把 `guiju report --format typ` 的內容做成有標籤的 PDF；`guiju report --format pdf` 會自行呼叫。
#[derive(Parser)]
#[command(name = "guiju-pdf", version, after_help = FONT)]
struct Args {
    /// Another font (.otf, .ttf, .ttc), for characters that the one within lacks.
    #[arg(long, value_name = "FILE")]
    font: Vec<PathBuf>,
    /// Language of messages.
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value = "zh-TW")]
    locale: Language,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    #[value(name = "zh-TW", alias = "zh")]
    ZhTw,
    #[value(name = "en")]
    En,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let locale = match args.locale {
        Language::ZhTw => Locale::ZhTw,
        Language::En => Locale::En,
    };
    let said = match run(&args) {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        // Whoever reads our output has seen enough.
        Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Ok(Err(error)) => match locale {
            Locale::ZhTw => format!("error: 無法寫出結果：{error}\n"),
            _ => format!("error: cannot write the result: {error}\n"),
        },
        Err(found) => render::render(&found, &[], locale, false) + "\n",
    };
    // Where standard error is closed there is nobody left to tell; the status still does.
    drop(io::stderr().lock().write_all(said.as_bytes()));
    ExitCode::FAILURE
}

/// What is wrong with the input, or else whether the output could be written.
fn run(args: &Args) -> Result<io::Result<()>, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    let unread = |why: String| Box::new(Diagnostic::new(Code::PdfSource).arg(why));
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unread(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| unread(error.to_string()))?;
    let pdf = typeset::pdf(text, &args.font)?;
    let mut out = io::stdout().lock();
    Ok(out.write_all(&pdf).and_then(|()| out.flush()))
}
