//! A finding as one JSON object in one language; keys in alphabetical order. Not here: the words (`code`).

use super::{DataPlace, Diagnostic, Label};
use crate::output::Json;
use crate::source::{Position, Source, Span};
use crate::text::Locale;

impl Diagnostic {
    /// The diagnostic as one JSON object: code, severity, message, help, places with lines and columns.
    ///
    /// Byte ranges are for tools; lines and columns count characters from 1, `utf16` from 0 as editors do.
    pub fn to_json(&self, sources: &[Source], locale: Locale) -> String {
        let mut json = Json::compact();
        json.object(|json| {
            json.key("code").text(self.code.id());
            match &self.fix {
                Some(fix) => json.key("fix").object(|json| {
                    json.key("replacement").text(&fix.replacement);
                    json.key("span").object(|json| span(json, fix.span));
                }),
                None => json.key("fix").word("null"),
            }
            json.key("help").text_or_null(self.help(locale).as_deref());
            json.key("labels").list(|json| self.labels.iter().for_each(|each| label(json, each, sources, locale)));
            json.key("message").text(&self.message(locale));
            json.key("notes").list(|json| self.notes.iter().for_each(|note| json.text(note.get(locale))));
            match &self.place {
                Some(known) => json.key("place").object(|json| place(json, known)),
                None => json.key("place").word("null"),
            }
            json.key("severity").text(self.severity.id());
        });
        json.finish()
    }
}

fn span(json: &mut Json, span: Span) {
    for (key, number) in [("end", span.end), ("source", span.source.0), ("start", span.start)] {
        json.key(key).word(&number.to_string());
    }
}

fn label(json: &mut Json, label: &Label, sources: &[Source], locale: Locale) {
    let source = sources.get(label.span.source.0 as usize);
    let position = |json: &mut Json, byte: u32| match source.map(|source| source.position(byte)) {
        Some(Position { line, column, utf16 }) => json.object(|json| {
            for (key, number) in [("column", column), ("line", line), ("utf16", utf16)] {
                json.key(key).word(&number.to_string());
            }
        }),
        None => json.word("null"),
    };
    json.object(|json| {
        json.key("bytes").list(|json| [label.span.start, label.span.end].iter().for_each(|byte| json.word(&byte.to_string())));
        position(json.key("end"), label.span.end);
        json.key("file").text_or_null(source.map(Source::name));
        json.key("primary").flag(label.primary);
        position(json.key("start"), label.span.start);
        json.key("text").text(label.text.get(locale));
    });
}

/// Only what is known of it.
fn place(json: &mut Json, place: &DataPlace) {
    let DataPlace { file, line, row, column, pointer } = place;
    let number = |json: &mut Json, key: &str, number: Option<u64>| {
        if let Some(number) = number {
            json.key(key).word(&number.to_string());
        }
    };
    json.optional("column", column.as_deref());
    json.optional("file", file.as_deref());
    number(json, "line", *line);
    json.optional("pointer", pointer.as_deref());
    number(json, "row", *row);
}
