//! A finding as one JSON object in one language; keys in alphabetical order. Not here: the words (`code`).

use serde::Serialize;

use super::{DataPlace, Diagnostic, Fix, Label, Severity};
use crate::source::{Position, Source, Span};
use crate::text::Locale;

impl Diagnostic {
    /// The diagnostic as one JSON object: code, severity, message, help, places with lines and columns.
    ///
    /// Byte ranges are for tools; lines and columns count characters from 1, `utf16` from 0 as editors do.
    pub fn to_json<'a>(&'a self, sources: &'a [Source], locale: Locale) -> impl Serialize + 'a {
        Line {
            code: self.code.id(),
            fix: self.fix.as_ref().map(FixLine::new),
            help: self.help(locale),
            labels: self.labels.iter().map(|label| LabelLine::new(label, sources, locale)).collect(),
            message: self.message(locale),
            notes: self.notes.iter().map(|note| note.get(locale)).collect(),
            place: self.place.as_ref().map(PlaceLine::new),
            severity: self.severity,
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'static str,
    fix: Option<FixLine<'a>>,
    help: Option<String>,
    labels: Vec<LabelLine<'a>>,
    message: String,
    notes: Vec<&'a str>,
    place: Option<PlaceLine<'a>>,
    severity: Severity,
}

#[derive(Serialize)]
struct FixLine<'a> {
    replacement: &'a str,
    span: SpanLine,
}

#[derive(Serialize)]
struct SpanLine {
    end: u32,
    source: u32,
    start: u32,
}

#[derive(Serialize)]
struct LabelLine<'a> {
    bytes: [u32; 2],
    end: Option<PositionLine>,
    file: Option<&'a str>,
    primary: bool,
    start: Option<PositionLine>,
    text: &'a str,
}

#[derive(Serialize)]
struct PositionLine {
    column: u32,
    line: u32,
    utf16: u32,
}

/// Only what is known of the place.
#[derive(Serialize)]
struct PlaceLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
}

impl<'a> FixLine<'a> {
    fn new(fix: &'a Fix) -> FixLine<'a> {
        let Span { source, start, end } = fix.span;
        FixLine { replacement: &fix.replacement, span: SpanLine { end, source: source.0, start } }
    }
}

impl<'a> LabelLine<'a> {
    fn new(label: &'a Label, sources: &'a [Source], locale: Locale) -> LabelLine<'a> {
        let source = sources.get(label.span.source.0 as usize);
        let position = |byte: u32| {
            let Position { line, column, utf16 } = source?.position(byte);
            Some(PositionLine { column, line, utf16 })
        };
        LabelLine {
            bytes: [label.span.start, label.span.end],
            end: position(label.span.end),
            file: source.map(Source::name),
            primary: label.primary,
            start: position(label.span.start),
            text: label.text.get(locale),
        }
    }
}

impl<'a> PlaceLine<'a> {
    fn new(place: &'a DataPlace) -> PlaceLine<'a> {
        let DataPlace { file, line, row, column, pointer } = place;
        PlaceLine { column: column.as_deref(), file: file.as_deref(), line: *line, pointer: pointer.as_deref(), row: *row }
    }
}
