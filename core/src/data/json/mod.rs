//! JSON documents and JSON lines to a dataset.
//!
//! Numbers are read as the text of their token, never through a float. Sound roots are read as they come (`stream`); others are taken apart
//! level by level, to say all that is wrong with them. Values are [`RawValue`]s, which are skipped without recursion, so that no depth of
//! nesting can exhaust the stack. Not here: what a field may hold (`cell`), the fields of one record (`record`).

mod kind;
mod names;
mod raw;
mod record;
#[cfg(feature = "earlier")]
mod result;
mod stream;
mod value;

use std::sync::Arc;

use serde_json::value::RawValue;

use self::names::Names;
use self::raw::{Pairs, in_words, pointer_part};
#[cfg(feature = "earlier")]
pub(crate) use self::result::read_result;
use super::{Dataset, DatasetBuilder, Draft, Origins};
use crate::diagnostic::{Code, DataPlace, Diagnostic};
use crate::limits::Limits;
use crate::schema::{PROGRAMME, Schema};
use crate::text::{Localized, nearest, show};

/// Reads a document: an object with the key `<root entity>s`, which holds a list of roots. `file` is its name for messages.
///
/// # Errors
/// Every problem found.
pub fn read_json(text: &str, file: Option<&str>, schema: &Arc<Schema>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    let file = file.map(show);
    let mut reader = Reader::new(text, Origins::Json { file: file.clone() }, file, schema, limits);
    if reader.has_text(limits) {
        reader.document();
    }
    reader.finish()
}

/// Reads lines: one root a line, as it would stand in the list of a document. `file` is its name for messages.
///
/// # Errors
/// Every problem found; a line that cannot be read does not keep the others from being checked.
pub fn read_json_lines(text: &str, file: Option<&str>, schema: &Arc<Schema>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    let file = file.map(show);
    let mut reader = Reader::new(text, Origins::JsonLines { file: file.clone() }, file, schema, limits);
    if reader.has_text(limits) {
        for (n, line) in reader.text.lines().enumerate() {
            if reader.builder.is_full() {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            reader.line = Some(n as u64 + 1);
            if !raw::begins_with(line, PROGRAMME) && reader.sound_root(schema, line, n + 1, "") {
                continue;
            }
            match serde_json::from_str::<&RawValue>(line) {
                Ok(value) if raw::begins_with(value.get(), PROGRAMME) => reader.programme_line(value, n + 1),
                Ok(value) => reader.root(value, n + 1, ""),
                Err(error) => reader.syntax(line, &error, None),
            }
        }
    }
    reader.finish()
}

/// Reads lines piece by piece, whether sound or not.
#[cfg(test)]
pub(super) fn read_json_lines_apart(text: &str, schema: &Arc<Schema>, limits: &Limits) -> Result<Dataset, Vec<Diagnostic>> {
    let mut reader = Reader::new(text, Origins::JsonLines { file: None }, None, schema, limits);
    for (n, line) in text.lines().enumerate() {
        reader.line = Some(n as u64 + 1);
        match serde_json::from_str::<&RawValue>(line) {
            Ok(value) => reader.root_apart(schema, value, n + 1, ""),
            Err(error) => reader.syntax(line, &error, None),
        }
    }
    reader.finish()
}

/// Reads one record in the making: a root with its children, or a record of another entity by itself. Places are pointers from the record.
pub(crate) fn read_draft(text: &str, entity: usize, schema: &Arc<Schema>, limits: &Limits) -> Draft {
    let mut reader = Reader::new(text, Origins::Draft { entity }, None, schema, limits);
    let sound = reader.has_text(limits);
    match serde_json::from_str(reader.text) {
        Ok(value) if sound => reader.draft(entity, value),
        Err(error) if sound => reader.syntax(reader.text, &error, None),
        _ => {}
    }
    // Every record belongs to a root.
    if reader.builder.count(schema.root) == 0 {
        reader.builder.root(0);
    }
    reader.builder.finish_draft()
}

/// A document or its lines on the way to a dataset.
struct Reader<'t, 'l> {
    builder: DatasetBuilder<'l>,
    text: &'t str,
    file: Option<String>,
    /// The line being read, where each line is a document of its own.
    line: Option<u64>,
    names: Names,
}

impl<'t, 'l> Reader<'t, 'l> {
    fn new(text: &'t str, origins: Origins, file: Option<String>, schema: &Arc<Schema>, limits: &'l Limits) -> Reader<'t, 'l> {
        let builder = DatasetBuilder::new(schema, limits, origins);
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        Reader { builder, text, file, line: None, names: Names::new(schema) }
    }

    /// Whether there is anything to read, and not too much of it.
    fn has_text(&mut self, limits: &Limits) -> bool {
        let problem = if self.text.len() as u64 > limits.data_bytes {
            let (size, limit) = (self.text.len(), limits.data_bytes);
            let words = Localized::new(format!("{size} 位元組，上限為 {limit}"), format!("{size} bytes; the limit is {limit}"));
            Diagnostic::new(Code::DataTooLarge).word(words)
        } else if self.text.trim_ascii().is_empty() {
            Diagnostic::new(Code::NoData)
        } else {
            return true;
        };
        let place = DataPlace { file: self.file.clone(), ..DataPlace::default() };
        self.builder.problem(problem.in_data(place));
        false
    }

    fn finish(mut self) -> Result<Dataset, Vec<Diagnostic>> {
        let schema = Arc::clone(self.builder.schema());
        let records = schema.entities.iter().enumerate().filter(|(entity, _)| Some(*entity) != schema.programme);
        let counts = records.map(|(entity, shape)| format!("{}: {} rows", shape.name, self.builder.count(entity)));
        let counts = counts.collect::<Vec<_>>().join(", ");
        self.builder.note(self.file.as_ref().map_or(counts.clone(), |file| format!("{file}: {counts}")));
        self.builder.finish()
    }

    fn document(&mut self) {
        let text = self.text;
        let array = format!("{}s", self.builder.schema().root_entity().name);
        if !text.trim_ascii_start().starts_with('{') {
            // Said as a wrong shape only if it is JSON at all.
            match serde_json::from_str::<&RawValue>(text) {
                Ok(value) if kind::is_list_of_results(value) => self.result_as_data(),
                Ok(value) => {
                    let expected = Localized::new(format!("含有 `{array}` 清單的物件"), format!("an object that holds the list `{array}`"));
                    self.shape(expected, value, "");
                }
                Err(error) => self.syntax(text, &error, None),
            }
            return;
        }
        let pairs = match serde_json::from_str::<Pairs<'_>>(text) {
            Ok(pairs) if kind::is_result(&pairs) => return self.result_as_data(),
            Ok(pairs) => pairs.0,
            Err(error) => return self.syntax(text, &error, None),
        };
        if pairs.is_empty() {
            let place = self.at(String::new());
            self.builder.problem(Diagnostic::new(Code::NoData).in_data(place));
        }
        let (mut found, mut programme) = (false, false);
        for (key, value) in pairs {
            let pointer = format!("/{}", pointer_part(&key));
            if key == PROGRAMME {
                if std::mem::replace(&mut programme, true) {
                    let place = self.at(pointer);
                    self.builder.problem(Diagnostic::new(Code::DuplicateField).arg(&key).in_data(place));
                } else {
                    self.programme(value, 0, &pointer);
                }
            } else if key != array {
                let near = nearest(&key, [array.as_str(), PROGRAMME]).map(str::to_owned);
                let place = self.at(pointer);
                let whole = Localized::new("資料檔", "the document");
                self.builder.problem(Diagnostic::new(Code::UnknownDataField).arg(&key).word(whole).suggest(near.as_deref()).in_data(place));
            } else if found {
                let place = self.at(pointer);
                self.builder.problem(Diagnostic::new(Code::DuplicateField).arg(&key).in_data(place));
            } else {
                found = true;
                self.roots(value, &pointer);
            }
        }
    }

    fn result_as_data(&mut self) {
        let place = DataPlace { file: self.file.clone(), ..DataPlace::default() };
        self.builder.problem(Diagnostic::new(Code::ResultAsData).in_data(place));
    }

    fn roots(&mut self, value: &'t RawValue, pointer: &str) {
        let Some(items) = self.list(value, pointer) else { return };
        for (n, item) in items.into_iter().enumerate() {
            if self.builder.is_full() {
                break;
            }
            self.root(item, n, &format!("{pointer}/{n}"));
        }
    }

    /// The items of a list; none where it is `null`; `None` where it is no list, which is reported.
    fn list(&mut self, value: &'t RawValue, pointer: &str) -> Option<Vec<&'t RawValue>> {
        match value.get().as_bytes().first() {
            Some(b'[') => match serde_json::from_str(value.get()) {
                Ok(items) => return Some(items),
                Err(error) => self.syntax(value.get(), &error, Some(pointer)),
            },
            Some(b'n') => return Some(Vec::new()),
            _ => self.shape(Localized::new("清單", "a list"), value, pointer),
        }
        None
    }

    /// The keys and values of an object; `None` where it is no object, which is reported.
    fn object(&mut self, value: &'t RawValue, expected: Localized, pointer: &str) -> Option<Pairs<'t>> {
        if !value.get().starts_with('{') {
            self.shape(expected, value, pointer);
            return None;
        }
        match serde_json::from_str::<Pairs<'t>>(value.get()) {
            Ok(pairs) => Some(pairs),
            Err(error) => {
                self.syntax(value.get(), &error, Some(pointer));
                None
            }
        }
    }

    fn at(&self, pointer: String) -> DataPlace {
        DataPlace { file: self.file.clone(), line: self.line, pointer: Some(pointer), ..DataPlace::default() }
    }

    fn shape(&mut self, expected: Localized, found: &RawValue, pointer: &str) {
        let place = self.at(pointer.to_owned());
        self.builder.problem(Diagnostic::new(Code::JsonShape).word(expected).word(in_words(found)).in_data(place));
    }

    /// Reports what the JSON parser said of a part of the text, at its line in the whole.
    fn syntax(&mut self, part: &str, error: &serde_json::Error, pointer: Option<&str>) {
        let (line, diagnostic) = raw::syntax(self.text, part, error);
        let place = DataPlace { file: self.file.clone(), line: Some(line), pointer: pointer.map(str::to_owned), ..DataPlace::default() };
        self.builder.problem(diagnostic.in_data(place));
    }
}
