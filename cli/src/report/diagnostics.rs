//! Findings on a terminal, in a file, or as JSON.
//!
//! Colours appear only where the reader is a terminal that wants them. Not here: the drawing of one
//! finding, which the engine does.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use guiju::{Diagnostic, Json, Locale, Source};

/// The findings on standard error, as text or as JSON.
pub(crate) fn to_stderr(
    diagnostics: &[Diagnostic],
    sources: &[Source],
    locale: Locale,
    as_json: bool,
) {
    let stderr = io::stderr();
    let color = AutoStream::choice(&stderr) != ColorChoice::Never;
    let text = if as_json {
        document(diagnostics, sources, locale) + "\n"
    } else {
        text(diagnostics, sources, locale, color)
    };
    say(&text);
}

/// Text on standard error. Where it is closed there is nobody left to tell; the exit status still
/// does.
pub(crate) fn say(text: &str) {
    drop(AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes()));
}

/// The findings drawn one after another.
pub(crate) fn text(
    diagnostics: &[Diagnostic],
    sources: &[Source],
    locale: Locale,
    color: bool,
) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| guiju::render::render(diagnostic, sources, locale, color) + "\n")
        .collect()
}

/// The findings as one JSON document.
fn document(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    let mut json = Json::pretty();
    json.object(|json| to_json(diagnostics, sources, json, locale));
    json.finish()
}

/// The findings as a part of a document.
pub(crate) fn to_json(
    diagnostics: &[Diagnostic],
    sources: &[Source],
    json: &mut Json,
    locale: Locale,
) {
    json.key("diagnostics").list(|json| {
        diagnostics.iter().for_each(|diagnostic| diagnostic.to_json(json, sources, locale))
    });
}
