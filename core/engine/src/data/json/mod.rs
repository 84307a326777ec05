//! JSON documents and JSON lines to a dataset.
//!
//! Numbers are read as the text of their token, never through a float. A text is looked at once to
//! see whether it is JSON (`scan`), and then walked through. Not here: what a field may hold
//! (`cell`), the fields of one record (`record`).

#[expect(clippy::indexing_slicing, reason = "a field was found by its name in the same entity")]
mod names;
mod raw;
#[expect(clippy::indexing_slicing, reason = "one of two lists by number")]
mod record;
mod result;
mod scan;
mod value;

use std::borrow::Cow;
use std::sync::Arc;

use self::names::Names;
use self::raw::{in_words, pointer_part};
pub(crate) use self::result::read_result;
use self::scan::{Fault, Token, Walk};
use super::{Dataset, DatasetBuilder, Draft, Origins, Reading};
use crate::data::DataError;
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic};
use guiju_model::index::EntityId;
use guiju_model::limits::Limits;
use guiju_model::schema::{PROGRAMME, Schema};
use guiju_model::text::{Localized, fold, nearest, show};

/// Reads a document: an object with the key `<root entity>s`, which holds a list of roots. `file`
/// is its name for messages.
///
/// # Errors
/// Every problem found.
pub fn read_json(
    text: &str,
    file: Option<&str>,
    schema: &Arc<Schema>,
    limits: &Limits,
) -> Result<Dataset, DataError> {
    Reading::new(schema, limits).json(text, file)
}

pub(super) fn document(
    reading: Reading<'_>,
    text: &str,
    file: Option<&str>,
) -> Result<Dataset, DataError> {
    let (limits, file) = (reading.limits(), file.map(show));
    let mut reader = Reader::new(text, reading.begin(Origins::Json { file: file.clone() }), file);
    if reader.has_text(limits) && reader.is_sound(reader.text) {
        reader.document();
    }
    reader.finish()
}

/// Reads lines: one root a line, as it would stand in the list of a document. `file` is its name
/// for messages.
///
/// # Errors
/// Every problem found; a line that cannot be read does not keep the others from being checked.
pub fn read_json_lines(
    text: &str,
    file: Option<&str>,
    schema: &Arc<Schema>,
    limits: &Limits,
) -> Result<Dataset, DataError> {
    Reading::new(schema, limits).json_lines(text, file)
}

pub(super) fn lines(
    reading: Reading<'_>,
    text: &str,
    file: Option<&str>,
) -> Result<Dataset, DataError> {
    let (limits, file) = (reading.limits(), file.map(show));
    let mut reader =
        Reader::new(text, reading.begin(Origins::JsonLines { file: file.clone() }), file);
    let start = reader.text.as_ptr().addr();
    if reader.has_text(limits) {
        for (n, line) in reader.text.lines().enumerate() {
            if reader.builder.is_full() {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            reader.line = Some(n as u64 + 1);
            reader.before = line.as_ptr().addr() - start;
            reader.reached(&Walk::new(line));
            if !reader.is_sound(line) {
                continue;
            }
            if raw::begins_with(line, PROGRAMME) {
                reader.programme_line(&mut Walk::new(line), n + 1);
            } else {
                reader.root(&mut Walk::new(line), n + 1, "");
            }
        }
    }
    reader.finish()
}

/// Reads one record in the making: a root with its children, or a record of another entity by
/// itself. Places are pointers from the record.
pub(crate) fn read_draft(
    text: &str,
    entity: EntityId,
    schema: &Arc<Schema>,
    limits: &Limits,
) -> Draft {
    let mut reader =
        Reader::new(text, DatasetBuilder::new(schema, limits, Origins::Draft { entity }), None);
    if reader.has_text(limits) && reader.is_sound(reader.text) {
        reader.draft(entity, &mut Walk::new(reader.text));
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
    /// Where that line begins in the text.
    before: usize,
    /// Where the last fault of the text stood.
    mark: raw::Mark,
    names: Names,
}

impl<'t, 'l> Reader<'t, 'l> {
    fn new(text: &'t str, builder: DatasetBuilder<'l>, file: Option<String>) -> Reader<'t, 'l> {
        let (text, names) =
            (text.strip_prefix('\u{FEFF}').unwrap_or(text), Names::new(builder.schema()));
        Reader { builder, text, file, line: None, before: 0, mark: raw::Mark::START, names }
    }

    /// Says with every record how much of the text is read.
    fn reached(&mut self, walk: &Walk<'_>) {
        self.builder.reached((self.before + walk.at()) as u64, self.text.len() as u64);
    }

    /// Whether there is anything to read, and not too much of it.
    fn has_text(&mut self, limits: &Limits) -> bool {
        let problem = if self.text.len() as u64 > limits.data_bytes {
            let (size, limit) = (self.text.len(), limits.data_bytes);
            let words = Localized::new(
                format!("{size} 位元組，上限為 {limit}"),
                format!("{size} bytes; the limit is {limit}"),
            );
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

    fn finish(mut self) -> Result<Dataset, DataError> {
        let schema = Arc::clone(self.builder.schema());
        let records =
            schema.entities.entries().filter(|(entity, _)| Some(*entity) != schema.programme);
        let counts = records
            .map(|(entity, shape)| format!("{}: {} rows", shape.name, self.builder.count(entity)));
        let counts = counts.collect::<Vec<_>>().join(", ");
        self.builder
            .note(self.file.as_ref().map_or(counts.clone(), |file| format!("{file}: {counts}")));
        self.builder.finish()
    }

    fn document(&mut self) {
        let array = format!("{}s", self.builder.schema().root_entity().name);
        let mut walk = Walk::new(self.text);
        let whole = Walk::new(self.text).value();
        if is_result(whole)
            || (whole.first() == b'[' && scan::items(whole).next().is_some_and(is_result))
        {
            let place = DataPlace { file: self.file.clone(), ..DataPlace::default() };
            return self.builder.problem(Diagnostic::new(Code::ResultAsData).in_data(place));
        }
        let expected = Localized::new(
            format!("含有 `{array}` 清單的物件"),
            format!("an object that holds the list `{array}`"),
        );
        if !self.enters(&mut walk, b'{', expected, "") {
            return;
        }
        let (mut empty, mut found, mut programme) = (true, false, false);
        while let Some(key) = self.key(&mut walk, "") {
            empty = false;
            let pointer = format!("/{}", pointer_part(&key));
            let seen = match &*key {
                PROGRAMME => &mut programme,
                key if key == array => &mut found,
                _ => {
                    walk.value();
                    let near = nearest(&key, [array.as_str(), PROGRAMME]).map(str::to_owned);
                    let whole = Localized::new("資料檔", "the document");
                    let problem = Diagnostic::new(Code::UnknownDataField).arg(&key).word(whole);
                    let schema = self.builder.schema();
                    let problem = match (record::whose(schema, None, &fold(&key)), near) {
                        (_, Some(near)) => problem.suggest(Some(&near)),
                        (Some((zh, en)), None) => problem.note(zh, en),
                        (None, None) => problem.note(
                            format!("資料檔裡是 `{array}` 的清單，以及 `{PROGRAMME}`"),
                            format!("a document holds the list `{array}`, and `{PROGRAMME}`"),
                        ),
                    };
                    self.builder.problem(problem.in_data(self.at(pointer)));
                    continue;
                }
            };
            if std::mem::replace(seen, true) {
                walk.value();
                self.repeated(&key, "", None);
            } else if key == PROGRAMME {
                self.programme(&mut walk, 0, &pointer);
            } else {
                self.roots(&mut walk, &pointer);
            }
        }
        if empty {
            let place = self.at(String::new());
            self.builder.problem(Diagnostic::new(Code::NoData).in_data(place));
        }
    }

    fn roots(&mut self, walk: &mut Walk<'t>, pointer: &str) {
        if !self.enters(walk, b'[', a_list(), pointer) {
            return;
        }
        let mut n = 0;
        while walk.item() {
            self.reached(walk);
            if self.builder.is_full() {
                walk.value();
            } else {
                self.root(walk, n, &format!("{pointer}/{n}"));
            }
            n += 1;
        }
    }

    /// Goes into the object or list that is next; where there is neither, passes it and says so. A
    /// list may be `null`, which holds nothing.
    fn enters(
        &mut self,
        walk: &mut Walk<'t>,
        bracket: u8,
        expected: Localized,
        pointer: &str,
    ) -> bool {
        if walk.peek() == bracket {
            walk.enter();
            return true;
        }
        let value = walk.value();
        if bracket == b'{' || !value.is_null() {
            self.shape(expected, value, pointer);
        }
        false
    }

    /// The next key of the object that was entered; one that is no text is reported, and passed
    /// with its value.
    fn key(&mut self, walk: &mut Walk<'t>, pointer: &str) -> Option<Cow<'t, str>> {
        loop {
            let key = walk.key()?;
            match key.text() {
                Ok(text) => return Some(text),
                Err(fault) => self.syntax(key.get(), fault, Some(pointer)),
            }
            walk.value();
        }
    }

    fn at(&self, pointer: String) -> DataPlace {
        DataPlace {
            file: self.file.clone(),
            line: self.line,
            pointer: Some(pointer),
            ..DataPlace::default()
        }
    }

    fn shape(&mut self, expected: Localized, found: Token<'_>, pointer: &str) {
        let place = self.at(pointer.to_owned());
        self.builder.problem(
            Diagnostic::new(Code::JsonShape).word(expected).word(in_words(found)).in_data(place),
        );
    }

    /// Whether a part of the text is JSON; reported where it is not.
    fn is_sound(&mut self, part: &str) -> bool {
        let checked = scan::check(part);
        if let Err(fault) = checked {
            self.syntax(part, fault, None);
        }
        checked.is_ok()
    }

    /// Reports a fault after so many bytes of a part of the text, at its line in the whole.
    fn syntax(&mut self, part: &str, fault: (usize, Fault), pointer: Option<&str>) {
        if self.builder.has_enough() {
            // Only counted: nobody will look for its place.
            return self.builder.problem(Diagnostic::new(Code::JsonSyntax));
        }
        let (line, diagnostic) = raw::syntax(self.text, part, fault, &mut self.mark);
        let place = DataPlace {
            file: self.file.clone(),
            line: Some(line),
            pointer: pointer.map(str::to_owned),
            ..DataPlace::default()
        };
        self.builder.problem(diagnostic.in_data(place));
    }
}

/// Whether an object is what an evaluation gives, and no data.
fn is_result(object: Token<'_>) -> bool {
    object.first() == b'{'
        && ["pack", "engine"].iter().all(|key| scan::pairs(object).any(|(found, _)| found == *key))
}

fn a_list() -> Localized {
    Localized::new("清單", "a list")
}
