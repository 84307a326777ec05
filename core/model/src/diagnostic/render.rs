//! Diagnostics as text with source snippets; the only file that knows the drawing library.
//!
//! Carets line up under Chinese text because the library measures display width; spans are moved to
//! character boundaries first, since it trusts them. Ambiguous-width characters (“ ” — ×) count as
//! one column, which some Chinese terminals draw as two.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{DataPlace, Diagnostic, Severity};
use crate::source::Source;
use crate::text::Locale;

/// Draws one diagnostic. `color` adds ANSI colours.
pub fn render(diagnostic: &Diagnostic, sources: &[Source], locale: Locale, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE,
    };
    let message = diagnostic.message(locale);
    let help = diagnostic.help(locale);
    let title = level.primary_title(message.as_str()).id(diagnostic.code.id());
    let place = diagnostic.place.as_ref().map(DataPlace::show);

    let mut group = Group::with_title(title);
    let mut files: Vec<u32> = diagnostic.labels.iter().map(|label| label.span.source.0).collect();
    files.dedup();
    for file in files {
        let Some(source) = sources.get(file as usize) else { continue };
        let annotations =
            diagnostic.labels.iter().filter(|label| label.span.source.0 == file).map(|label| {
                let kind =
                    if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(clamp(source.text(), label.span.start, label.span.end))
                    .label(label.text.get(locale))
            });
        group = group
            .element(Snippet::source(source.text()).path(source.name()).annotations(annotations));
    }
    if let Some(place) = &place {
        group = group.element(annotate_snippets::Origin::path(place.as_str()));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.get(locale)));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    // The library writes out the control characters that it knows, and no others.
    let mut text = without_c1(renderer.render(&[group]));
    text.push('\n');
    text
}

/// Text in which the control characters from U+0080 to U+009F are written out: terminals obey them
/// as they do escape sequences.
fn without_c1(text: String) -> String {
    let is_c1 = |c: char| matches!(c, '\u{80}'..='\u{9F}');
    if !text.contains(is_c1) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_c1(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

fn clamp(text: &str, start: u32, end: u32) -> std::ops::Range<usize> {
    let mut start = (start as usize).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (end as usize).clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
