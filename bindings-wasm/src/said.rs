//! What all modules say: errors and diagnostics as JSON, and the limits they keep.

use guiju::{Diagnostic, Json, Limits, Locale, Source};

/// Limits for one's own rules and data, or for a stranger's.
pub(crate) fn limits(trusted: bool) -> Limits {
    if trusted { Limits::default() } else { Limits::untrusted() }
}

pub(crate) fn words(locale: Locale, zh: &str, en: &str) -> String {
    (if locale == Locale::ZhTw { zh } else { en }).to_owned()
}

/// What the wrapper makes a `GuijuError` of.
pub(crate) fn failure(
    code: &str,
    message: &str,
    diagnostics: &[Diagnostic],
    sources: &[Source],
    locale: Locale,
) -> String {
    let mut message = message.to_owned();
    if let Some(first) = diagnostics.first() {
        message.push_str(if locale == Locale::En { ": " } else { "：" });
        message.push_str(&first.message(locale));
    }
    let mut json = Json::compact();
    json.object(|json| {
        json.key("code").text(code);
        list(json.key("diagnostics"), diagnostics, sources, locale);
        json.key("message").text(&message);
    });
    json.finish()
}

pub(crate) fn list(
    json: &mut Json,
    diagnostics: &[Diagnostic],
    sources: &[Source],
    locale: Locale,
) {
    json.list(|json| {
        diagnostics.iter().for_each(|diagnostic| diagnostic.to_json(json, sources, locale))
    });
}

/// The language of that name.
pub(crate) fn known(locale: &str) -> Result<Locale, String> {
    locale.parse().map_err(|error: String| failure("ARGUMENT", &error, &[], &[], Locale::En))
}

#[cfg(any(feature = "books", feature = "receipts"))]
pub(crate) fn unread(error: &guiju_files::FileError, locale: Locale) -> String {
    let of = |message: &str, found: &[Diagnostic]| failure("DATA", message, found, &[], locale);
    match error {
        guiju_files::FileError::Message(message) => of(message.get(locale), &[]),
        guiju_files::FileError::Diagnostics(found) => {
            of(&words(locale, "檔案有誤", "the file has errors"), found)
        }
    }
}
