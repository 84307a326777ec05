//! What both modules say: errors and diagnostics as JSON, and the limits they keep.

use guiju::{Diagnostic, Limits, Locale, Source};
use serde::Deserialize;
use serde_json::json;

/// Limits for one's own rules and data, or for a stranger's.
pub(crate) fn limits(trusted: bool) -> Limits {
    if trusted { Limits::default() } else { Limits::untrusted() }
}

pub(crate) fn words(locale: Locale, zh: &str, en: &str) -> String {
    (if locale == Locale::ZhTw { zh } else { en }).to_owned()
}

/// What the wrapper makes a `GuijuError` of.
pub(crate) fn failure(code: &str, message: &str, diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    let first = diagnostics.first().map(|first| format!("{message}：{}", first.message(locale)));
    let first = first.map(|text| if locale == Locale::En { text.replacen('：', ": ", 1) } else { text });
    let diagnostics: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.to_json(sources, locale)).collect();
    json!({ "code": code, "message": first.unwrap_or_else(|| message.to_owned()), "diagnostics": diagnostics }).to_string()
}

pub(crate) fn list(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.to_json(sources, locale)).collect::<serde_json::Value>().to_string()
}

pub(crate) fn locale_of(name: &str) -> Locale {
    name.parse().unwrap_or_default()
}

pub(crate) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| failure("ARGUMENT", &error.to_string(), &[], &[], Locale::En))
}
