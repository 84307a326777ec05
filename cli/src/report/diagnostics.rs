//! Findings on a terminal, in a file, or as JSON.
//!
//! Colours appear only where the reader is a terminal that wants them. Not here: the drawing of one finding, which the engine does.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use guiju::{Diagnostic, Locale, Source};
use serde_json::{Value, json};

/// The findings on standard error, as text or as JSON.
pub(crate) fn to_stderr(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale, as_json: bool) {
    let stderr = io::stderr();
    let color = AutoStream::choice(&stderr) != ColorChoice::Never;
    let text = if as_json { format!("{:#}\n", document(diagnostics, sources, locale)) } else { text(diagnostics, sources, locale, color) };
    say(&text);
}

/// Text on standard error. Where it is closed there is nobody left to tell; the exit status still does.
pub(crate) fn say(text: &str) {
    drop(AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes()));
}

/// The findings drawn one after another.
pub(crate) fn text(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale, color: bool) -> String {
    diagnostics.iter().map(|diagnostic| guiju::render::render(diagnostic, sources, locale, color) + "\n").collect()
}

/// The findings as one JSON document.
pub(crate) fn document(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> Value {
    // What was just written is JSON.
    let value = |text: String| serde_json::from_str(&text).unwrap_or_default();
    let list: Vec<Value> = diagnostics.iter().map(|diagnostic| value(diagnostic.to_json(sources, locale))).collect();
    json!({ "diagnostics": list })
}
