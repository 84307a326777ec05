//! A finding as one JSON object in one language; keys in alphabetical order. Not here: the words
//! (`code`).

use super::{DataPlace, Diagnostic, Label};
use crate::json::Json;
use crate::source::{Position, Source};
use crate::text::Locale;

impl Diagnostic {
    /// Writes the diagnostic as one JSON object: code, severity, message, help, places with lines
    /// and columns.
    ///
    /// Byte ranges are for tools; lines and columns count characters from 1, `utf16` from 0 as
    /// editors do.
    ///
    /// ```
    /// use guiju::{Json, Limits, Locale, Parsed, Source};
    /// let checked = Parsed::parse(vec![Source::new("p.guiju", "pack shops\nkpi due = fee @ 1")], &Limits::default()).check();
    /// let mut json = Json::compact();
    /// checked.diagnostics()[0].to_json(&mut json, checked.sources(), Locale::En);
    /// assert!(json.finish().starts_with(r#"{"code":"G"#));
    /// ```
    pub fn to_json(&self, json: &mut Json, sources: &[Source], locale: Locale) {
        json.object(|json| {
            json.key("code").text(self.code.id());
            match &self.fix {
                None => json.key("fix").null(),
                Some(fix) => json.key("fix").object(|json| {
                    json.key("replacement").text(&fix.replacement);
                    json.key("span").object(|json| {
                        json.key("end").number(fix.span.end.into());
                        json.key("source").number(fix.span.source.0.into());
                        json.key("start").number(fix.span.start.into());
                    });
                }),
            }
            json.key("help").text_or_null(self.help(locale).as_deref());
            json.key("labels").list(|json| {
                self.labels.iter().for_each(|label| label.write(json, sources, locale))
            });
            json.key("message").text(&self.message(locale));
            json.key("notes")
                .list(|json| self.notes.iter().for_each(|note| json.text(note.get(locale))));
            match &self.place {
                None => json.key("place").null(),
                Some(place) => place.write(json.key("place")),
            }
            json.key("severity").text(self.severity.id());
        });
    }
}

impl Label {
    fn write(&self, json: &mut Json, sources: &[Source], locale: Locale) {
        let source = sources.get(self.span.source.0 as usize);
        let position = |json: &mut Json, byte: u32| match source.map(|source| source.position(byte))
        {
            None => json.null(),
            Some(Position { line, column, utf16 }) => json.object(|json| {
                json.key("column").number(column.into());
                json.key("line").number(line.into());
                json.key("utf16").number(utf16.into());
            }),
        };
        json.object(|json| {
            json.key("bytes").list(|json| {
                [self.span.start, self.span.end]
                    .into_iter()
                    .for_each(|byte| json.number(byte.into()))
            });
            position(json.key("end"), self.span.end);
            json.key("file").text_or_null(source.map(Source::name));
            json.key("primary").bool(self.primary);
            position(json.key("start"), self.span.start);
            json.key("text").text(self.text.get(locale));
        });
    }
}

impl DataPlace {
    /// Only what is known of the place.
    fn write(&self, json: &mut Json) {
        let number = |json: &mut Json, key: &str, number: Option<u64>| {
            if let Some(number) = number {
                json.key(key).number(number as i64);
            }
        };
        json.object(|json| {
            json.optional("cell", self.cell.as_ref().map(ToString::to_string).as_deref());
            json.optional("column", self.column.as_deref());
            json.optional("file", self.file.as_deref());
            number(json, "line", self.line);
            json.optional("pointer", self.pointer.as_deref());
            number(json, "row", self.row);
        });
    }
}
