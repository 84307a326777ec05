//! Findings as SARIF 2.1.0, which code hosts show beside the lines: a result for each, with its
//! place, its clauses and its fix.

use guiju::{Diagnostic, Label, Limits, Locale, Severity, Source, Span, cited_at};
use serde_json::{Value, json};

use crate::words::pick;

/// The whole document.
pub(crate) fn document(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    let mut codes: Vec<guiju::Code> =
        diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| {
            let info = code.info();
            let help = Some(info.help(locale))
                .filter(|help| !help.is_empty())
                .unwrap_or_else(|| info.message(locale));
            json!({
                "id": info.id,
                "shortDescription": { "text": info.message(locale) },
                "help": { "text": help },
                "defaultConfiguration": { "level": level(info.severity) },
            })
        })
        .collect();
    let results: Vec<Value> =
        diagnostics.iter().map(|diagnostic| result(diagnostic, &codes, sources, locale)).collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "guiju", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "language": pick(locale, "zh-TW", "en"),
            "results": results,
        }],
    });
    format!("{document:#}")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn result(
    diagnostic: &Diagnostic,
    codes: &[guiju::Code],
    sources: &[Source],
    locale: Locale,
) -> Value {
    let help = diagnostic.help(locale);
    let notes = diagnostic.notes.iter().map(|note| note.get(locale).to_owned());
    let said: Vec<String> =
        std::iter::once(diagnostic.message(locale)).chain(notes).chain(help).collect();
    let (primary, others): (Vec<&Label>, Vec<&Label>) =
        diagnostic.labels.iter().partition(|label| label.primary);
    let clauses = primary.first().and_then(|label| {
        let source = sources.get(label.span.source.0 as usize)?;
        Some(cited_at(source, label.span.start, &Limits::default()))
    });
    let mut result = json!({
        "ruleId": diagnostic.code.id(),
        "ruleIndex": codes.iter().position(|code| *code == diagnostic.code),
        "level": level(diagnostic.severity),
        "message": { "text": said.join("\n") },
        "locations": primary.iter().filter_map(|label| location(label, sources, None)).collect::<Vec<_>>(),
        "relatedLocations": others.iter().filter_map(|label| location(label, sources, Some(locale))).collect::<Vec<_>>(),
        "properties": { "clauses": clauses.unwrap_or_default() },
    });
    let fix = diagnostic.fix.as_ref().and_then(|fix| {
        let (uri, region) = place(fix.span, sources)?;
        let replacement = json!({ "deletedRegion": region, "insertedContent": { "text": fix.replacement } });
        Some(json!([{ "artifactChanges": [{ "artifactLocation": { "uri": uri }, "replacements": [replacement] }] }]))
    });
    if let (Some(fixes), Some(result)) = (fix, result.as_object_mut()) {
        result.insert("fixes".to_owned(), fixes);
    }
    result
}

fn location(label: &Label, sources: &[Source], words: Option<Locale>) -> Option<Value> {
    let (uri, region) = place(label.span, sources)?;
    let mut location =
        json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } });
    if let (Some(locale), Some(location)) = (words, location.as_object_mut()) {
        location.insert("message".to_owned(), json!({ "text": label.text.get(locale) }));
    }
    Some(location)
}

/// The file as a relative reference, and the region.
fn place(span: Span, sources: &[Source]) -> Option<(String, Value)> {
    let source = sources.get(span.source.0 as usize)?;
    let (start, end) = (source.position(span.start), source.position(span.end));
    let region = json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column });
    Some((reference(source.name()), region))
}

/// A file name as the path of a URI: everything but plain letters, digits and some signs is
/// encoded.
fn reference(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    let encode =
        |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.replace('\\', "/").bytes().map(encode).collect()
}
