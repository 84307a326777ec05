//! Why a command could not do its work, and how that is said: on standard error, as text or as
//! JSON.
//!
//! Not here: how a single diagnostic is drawn (`report::diagnostics`).

use std::io;
use std::process::ExitCode;

use guiju::{Abort, Diagnostic, Locale, Localized, PackError, Source};
use guiju_files::FileError;
use serde_json::json;

use crate::report::diagnostics;

/// Why a command could not do its work.
pub(crate) enum Failure {
    /// The rules or the data have errors.
    Diagnostics {
        /// What was found; warnings too.
        diagnostics: Vec<Diagnostic>,
        /// The files of the rules, for drawing.
        sources: Vec<Source>,
    },
    /// Something else about the input, in one sentence.
    Message(Localized),
    /// The result could not be written.
    Output(io::Error),
    /// The program that was run has said it already.
    Told,
}

impl Failure {
    /// A sentence in both languages.
    pub(crate) fn message(zh: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure::Message(Localized::new(zh, en))
    }

    /// Problems in data, or rules that are no text.
    pub(crate) fn data(diagnostics: Vec<Diagnostic>) -> Failure {
        Failure::Diagnostics { diagnostics, sources: Vec::new() }
    }

    /// Says what happened, and the exit status for it.
    pub(crate) fn report(&self, locale: Locale, as_json: bool) -> ExitCode {
        match self {
            // Whoever reads our output has seen enough.
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Failure::Output(error) => {
                let words = Localized::new(
                    format!("無法寫出結果：{error}"),
                    format!("cannot write the result: {error}"),
                );
                sentence(&words, locale, as_json)
            }
            Failure::Message(words) => sentence(words, locale, as_json),
            Failure::Told => {}
            Failure::Diagnostics { diagnostics, sources } => {
                diagnostics::to_stderr(diagnostics, sources, locale, as_json)
            }
        }
        ExitCode::FAILURE
    }
}

fn sentence(words: &Localized, locale: Locale, as_json: bool) {
    let message = words.get(locale);
    if as_json {
        let finding = json!({
            "code": null, "severity": "error", "message": message, "help": null, "place": null, "labels": [], "notes": [], "fix": null,
        });
        return diagnostics::say(&format!("{:#}\n", json!({ "diagnostics": [finding] })));
    }
    diagnostics::say(&format!("error: {}\n", crate::report::clean(message)));
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Failure {
        Failure::Output(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        match error {
            FileError::Diagnostics(diagnostics) => Failure::data(diagnostics),
            FileError::Message(words) => Failure::Message(words),
        }
    }
}

impl From<PackError> for Failure {
    fn from(error: PackError) -> Failure {
        Failure::Diagnostics { diagnostics: error.diagnostics, sources: error.sources }
    }
}

impl From<Abort> for Failure {
    fn from(abort: Abort) -> Failure {
        Failure::message(abort.message(Locale::ZhTw), abort.message(Locale::En))
    }
}
