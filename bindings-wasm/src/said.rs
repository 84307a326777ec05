//! What all modules say: errors and diagnostics as JSON, and the limits they keep.

use guiju::{Diagnostic, Limits, Locale, Source};
use serde::Serialize;

/// Limits for one's own rules and data, or for a stranger's.
pub(crate) fn limits(trusted: bool) -> Limits {
    if trusted { Limits::default() } else { Limits::untrusted() }
}

pub(crate) fn words(locale: Locale, zh: &str, en: &str) -> String {
    (if locale == Locale::ZhTw { zh } else { en }).to_owned()
}

#[derive(Serialize)]
struct Failure<'a, D> {
    code: &'a str,
    diagnostics: Vec<D>,
    message: &'a str,
}

/// What the wrapper makes a `GuijuError` of.
pub(crate) fn failure(code: &str, message: &str, diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    let mut message = message.to_owned();
    if let Some(first) = diagnostics.first() {
        message.push_str(if locale == Locale::En { ": " } else { "：" });
        message.push_str(&first.message(locale));
    }
    let diagnostics = diagnostics.iter().map(|diagnostic| diagnostic.to_json(sources, locale)).collect();
    json(&Failure { code, diagnostics, message: &message })
}

pub(crate) fn list(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    json(&diagnostics.iter().map(|diagnostic| diagnostic.to_json(sources, locale)).collect::<Vec<_>>())
}

/// Writing plain texts and lists to memory cannot fail.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn locale_of(name: &str) -> Locale {
    name.parse().unwrap_or_default()
}
