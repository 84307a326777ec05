//! Reading the arguments of a run: what the shape of options cannot say by itself, and how wrong
//! usage ends it. Not here: the options (`args`).

use std::env;
use std::io::{self, Write};
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use guiju::{Locale, Localized};

use crate::args::{
    Args, CheckFormat, Command, DiffFormat, Language, ReportFormat, ResultFormat, TextFormat,
};
use crate::report::diagnostics;
use crate::sink;
use crate::wrong_usage;

/// Says what clap says, help included, and ends this run: status 1 where nobody could be told.
fn answer(error: &clap::Error, locale: Locale) -> ! {
    let chinese = if locale == Locale::ZhTw { wrong_usage::text(error) } else { None };
    if let Some(text) = chinese {
        diagnostics::say(&text);
        std::process::exit(error.exit_code());
    }
    let status = match error.print().and_then(|()| io::stdout().flush()) {
        Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            diagnostics::say(&format!("error: cannot write: {failure}\n"));
            1
        }
        _ => error.exit_code(),
    };
    std::process::exit(status)
}

/// An option with one dash where it has two: `-output a.ods` would be `-o utput a.ods`.
fn one_dash() -> Option<clap::Error> {
    let mut command = Args::command();
    command.build();
    let mut given = env::args_os().skip(1).take_while(|arg| arg != "--");
    let of = command.find_subcommand(given.next()?)?;
    let arg = given.find_map(|arg| {
        let name = arg.to_str()?.strip_prefix('-')?;
        let name = name.split_once('=').map_or(name, |(name, _)| name);
        of.get_arguments().any(|known| known.get_long() == Some(name)).then(|| name.to_owned())
    })?;
    let mut error = clap::Error::new(ErrorKind::UnknownArgument).with_cmd(of);
    error.insert(ContextKind::InvalidArg, ContextValue::String(format!("-{arg}")));
    error.insert(ContextKind::SuggestedArg, ContextValue::String(format!("--{arg}")));
    Some(error)
}

impl Args {
    /// The arguments of this run; wrong usage ends it here, with status 2.
    pub(crate) fn read() -> Args {
        let args = one_dash()
            .map_or_else(Args::try_parse, Err)
            .unwrap_or_else(|error| answer(&error, wrong_usage::locale(env::args_os())));
        if let Some((kind, words)) = args.misuse() {
            let mut command = Args::command();
            command.build();
            let name = match args.command {
                Command::Explain(_) => "explain",
                Command::Fmt(_) => "fmt",
                Command::Report(_) => "report",
                Command::Verify(_) => "verify",
                _ => "evaluate",
            };
            let text = words.get(args.locale());
            if let Some(of) = command.find_subcommand_mut(name) {
                let error = of.error(kind, text);
                if args.locale() == Locale::ZhTw {
                    let usage = of.render_usage().to_string();
                    diagnostics::say(&wrong_usage::whole(text, &usage));
                    std::process::exit(error.exit_code());
                }
                error.exit()
            }
            command.error(kind, text).exit()
        }
        args
    }

    /// What the shape of the options cannot say by itself.
    fn misuse(&self) -> Option<(ErrorKind, Localized)> {
        let (data, previous) = match &self.command {
            Command::Evaluate(evaluate) => {
                if evaluate.seal.as_deref().is_some_and(sink::is_stdout) {
                    let words = Localized::new(
                        "標準輸出已有結果：`--seal` 要給檔名，不能是 `-`",
                        "standard output has the result: give `--seal` a file, not `-`",
                    );
                    return Some((ErrorKind::ValueValidation, words));
                }
                if let Some(alone) = evaluate
                    .later
                    .chunks(2)
                    .find_map(|pair| if let [alone] = pair { Some(alone) } else { None })
                {
                    let words = Localized::new(
                        format!("規則包 {alone} 之後沒有資料：每個年度要給一個規則包和它的資料"),
                        format!(
                            "no data follows the pack {alone}: every year is a pack and its data"
                        ),
                    );
                    return Some((ErrorKind::WrongNumberOfValues, words));
                }
                (
                    evaluate.years().into_iter().map(|(_, data)| data).collect(),
                    evaluate.previous.as_deref(),
                )
            }
            Command::Explain(explain) => {
                (vec![explain.data.as_path()], explain.previous.as_deref())
            }
            Command::Verify(verify) => (vec![verify.data.as_path()], verify.previous.as_deref()),
            Command::Report(report) => {
                if !report.font.is_empty() && !matches!(report.chosen(), Ok(ReportFormat::Pdf)) {
                    let words = Localized::new(
                        "`--font` 只用於 `--format pdf`",
                        "`--font` is for `--format pdf` alone",
                    );
                    return Some((ErrorKind::ArgumentConflict, words));
                }
                (vec![report.data.as_path()], report.previous.as_deref())
            }
            Command::Fmt(fmt) => {
                let mixed =
                    fmt.paths.len() > 1 && fmt.paths.iter().any(|path| path == Path::new("-"));
                let words = Localized::new(
                    "`-` 只能單獨寫，不能再加其他路徑",
                    "`-` stands alone, without other paths",
                );
                return mixed.then_some((ErrorKind::ArgumentConflict, words));
            }
            Command::Check(_)
            | Command::Diff(_)
            | Command::Mutate(_)
            | Command::Test(_)
            | Command::Template(_)
            | Command::Compile(_)
            | Command::Types(_)
            | Command::Doc(_)
            | Command::Lsp => return None,
        };
        let from_input =
            data.into_iter().chain(previous).filter(|path| *path == Path::new("-")).count();
        (from_input > 1).then(|| {
            let words = Localized::new(
                "標準輸入只能讀一次：`-` 只能寫一個",
                "standard input can be read only once: give one `-`",
            );
            (ErrorKind::ArgumentConflict, words)
        })
    }

    /// The language to speak.
    pub(crate) fn locale(&self) -> Locale {
        match self.locale {
            Language::ZhTw => Locale::ZhTw,
            Language::En => Locale::En,
        }
    }

    /// Whether errors are wanted as JSON.
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::Evaluate(evaluate) => evaluate.format == ResultFormat::Json,
            Command::Explain(explain) => explain.format == TextFormat::Json,
            Command::Verify(verify) => verify.format == TextFormat::Json,
            Command::Check(check) => check.format != CheckFormat::Text,
            Command::Diff(diff) => diff.format == DiffFormat::Json,
            Command::Mutate(mutate) => mutate.format == TextFormat::Json,
            Command::Test(_)
            | Command::Template(_)
            | Command::Report(_)
            | Command::Fmt(_)
            | Command::Compile(_)
            | Command::Types(_)
            | Command::Doc(_)
            | Command::Lsp => false,
        }
    }
}
