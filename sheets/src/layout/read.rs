//! Reading `sheets.toml`: keys and the kinds of their values, with everything that is wrong said at
//! its place and in words of its own.
//!
//! Not here: what the names stand for (`resolve`), and what is wrong with the TOML itself
//! (`syntax`).

use guiju::{Code, Diagnostic, Localized, Source, SourceId, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::{
    Column, Drop, File, List, Placed, Read, Row, Section, Sheet, Shows, Table, Text, Window,
};
use super::syntax;

type Value<'t> = Spanned<DeValue<'t>>;
/// Words in Chinese and English.
type Both = (&'static str, &'static str);

const WORDS: Both =
    ("一段文字，或 `[\"中文\", \"English\"]`", "a text, or `[\"中文\", \"English\"]`");
const TEXT: Both = ("一段文字", "a text");
const TEXTS: Both =
    ("文字的清單，如 `[\"a\", \"b\"]`", "a list of texts, such as `[\"a\", \"b\"]`");
const TABLE: Both = ("一張表，如 `{ … }`", "a table, such as `{ … }`");
const TABLES: Both = ("表的清單，如 `[{ … }]`", "a list of tables, such as `[{ … }]`");
const PROGRAMME: Both = (" `\"programme\"` 或 `\"each\"`", "`\"programme\"` or `\"each\"`");

/// The file, and what is wrong with it as a whole.
///
/// # Errors
/// Why it is no TOML.
pub(super) fn file(
    source: &Source,
    id: SourceId,
) -> Result<(File, Vec<Diagnostic>), Box<Diagnostic>> {
    let whole = DeTable::parse(source.text()).map_err(|error| {
        let place = error.span().unwrap_or(0..0);
        let found = Diagnostic::new(Code::SheetsSyntax).word(syntax::words(error.message()));
        Box::new(found.at(span(id, place)))
    })?;
    let mut reader = Reader { file: id, found: Vec::new() };
    let of = ("報表的說明", "a description of sheets");
    let keys = Keys { entries: whole.get_ref(), of, span: span(id, 0..0) };
    reader.known(&keys, &["drop", "dates", "windows", "sheets"]);
    let mut file = File { drop: reader.dropped(&keys), ..File::default() };
    for (entity, field) in reader.named(&keys, "dates") {
        let field = reader.as_text(&entity.value, field);
        file.dates.extend(field.map(|field| (entity, field)));
    }
    // What is wrong with a window or a sheet is wrong with that one.
    for (name, value) in reader.named(&keys, "windows") {
        let mut own = Reader { file: id, found: Vec::new() };
        let of = own.window(&name, value);
        file.windows.push((name, Read { of, found: own.found }));
    }
    for (name, value) in reader.named(&keys, "sheets") {
        let mut own = Reader { file: id, found: Vec::new() };
        let of = own.sheet(&name, value);
        file.sheets.push((name, Read { of, found: own.found }));
    }
    Ok((file, reader.found))
}

fn span(source: SourceId, place: std::ops::Range<usize>) -> Span {
    let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { source, start: at(place.start), end: at(place.end) }
}

/// What a value is, for messages.
fn kind(value: &DeValue<'_>) -> Localized {
    let (zh, en) = match value {
        DeValue::String(_) => ("文字", "a text"),
        DeValue::Integer(_) | DeValue::Float(_) => {
            ("沒有引號的數字", "a number without quotation marks")
        }
        DeValue::Boolean(_) => ("沒有引號的真假值", "`true` or `false` without quotation marks"),
        DeValue::Datetime(_) => ("沒有引號的日期", "a date without quotation marks"),
        DeValue::Array(_) => ("清單", "a list"),
        DeValue::Table(_) => ("表", "a table"),
    };
    Localized::new(zh, en)
}

/// A table of the file, and what it is called.
#[derive(Clone, Copy)]
struct Keys<'t> {
    entries: &'t DeTable<'t>,
    of: Both,
    span: Span,
}

impl<'t> Keys<'t> {
    fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.entries.iter().find(|(own, _)| own.get_ref() == key).map(|(_, value)| value)
    }
}

struct Reader {
    file: SourceId,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn at<T>(&self, place: &Spanned<T>) -> Span {
        span(self.file, place.span())
    }

    /// Says of keys that there are no such ones.
    fn known(&mut self, keys: &Keys<'_>, known: &[&str]) {
        for (key, _) in
            keys.entries.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref()))
        {
            let quoted: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            self.found.push(
                Diagnostic::new(Code::SheetsKey)
                    .word(Localized::new(keys.of.0, keys.of.1))
                    .arg(key.get_ref())
                    .word(guiju::listed(quoted.iter().map(String::as_str)))
                    .at(self.at(key))
                    .suggest(guiju::nearest(key.get_ref(), known.iter().copied())),
            );
        }
    }

    /// Says that a value is not of the kind that its key takes.
    fn wanted(&mut self, key: &str, takes: Both, value: &Value<'_>) {
        let is = kind(value.get_ref());
        let words = Localized::new(
            format!("`{key}` 要寫{}，這裡是{}", takes.0, is.zh),
            format!("`{key}` takes {}, and here is {}", takes.1, is.get(guiju::Locale::En)),
        );
        self.found.push(Diagnostic::new(Code::SheetsSyntax).word(words).at(self.at(value)));
    }

    fn missing(&mut self, keys: &Keys<'_>, key: &str) {
        let words = Localized::new(
            format!("{}少了 `{key}`", keys.of.0),
            format!("{} lacks its `{key}`", keys.of.1),
        );
        self.found.push(Diagnostic::new(Code::SheetsSyntax).word(words).at(keys.span));
    }

    /// A table with no other keys than these.
    fn keys<'t>(
        &mut self,
        key: &str,
        value: &'t Value<'t>,
        of: Both,
        known: &[&str],
    ) -> Option<Keys<'t>> {
        let Some(entries) = value.get_ref().as_table() else {
            self.wanted(key, TABLE, value);
            return None;
        };
        let keys = Keys { entries, of, span: self.at(value) };
        self.known(&keys, known);
        Some(keys)
    }

    /// The parts of a table that their authors name.
    fn named<'t>(&mut self, keys: &Keys<'t>, key: &str) -> Vec<(Text, &'t Value<'t>)> {
        let Some(value) = keys.get(key) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_table() else {
            self.wanted(key, TABLE, value);
            return Vec::new();
        };
        let name = |name: &Spanned<_>| Placed {
            value: AsRef::<str>::as_ref(name.get_ref()).to_owned(),
            span: self.at(name),
        };
        entries.iter().map(|(own, value)| (name(own), value)).collect()
    }

    fn as_text(&mut self, key: &str, value: &Value<'_>) -> Option<Text> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wanted(key, TEXT, value);
        }
        Some(Placed { value: text?.to_owned(), span: self.at(value) })
    }

    fn text(&mut self, keys: &Keys<'_>, key: &str) -> Option<Text> {
        self.as_text(key, keys.get(key)?)
    }

    fn needed_text(&mut self, keys: &Keys<'_>, key: &str) -> Option<Text> {
        if keys.get(key).is_none() {
            self.missing(keys, key);
        }
        self.text(keys, key)
    }

    fn texts(&mut self, keys: &Keys<'_>, key: &str) -> Vec<Text> {
        let Some(value) = keys.get(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wanted(key, TEXTS, value);
            return Vec::new();
        };
        list.iter().filter_map(|value| self.as_text(key, value)).collect()
    }

    fn as_words(&mut self, key: &str, value: &Value<'_>) -> Option<Localized> {
        let texts = match value.get_ref() {
            DeValue::String(text) => return Some(Localized::same(text.as_ref())),
            DeValue::Array(list) => {
                list.iter().map(|text| text.get_ref().as_str()).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        match texts.as_deref() {
            Some([text]) => return Some(Localized::same(*text)),
            Some([zh, en]) => return Some(Localized::new(*zh, *en)),
            Some(texts) => {
                let count = texts.len();
                let words = Localized::new(
                    format!("`{key}` 要寫{}，這裡有 {count} 段文字", WORDS.0),
                    format!("`{key}` takes {}, and here are {count} texts", WORDS.1),
                );
                let found = Diagnostic::new(Code::SheetsSyntax).word(words).at(self.at(value));
                self.found.push(found);
            }
            None => self.wanted(key, WORDS, value),
        }
        None
    }

    fn words(&mut self, keys: &Keys<'_>, key: &str) -> Option<Localized> {
        self.as_words(key, keys.get(key)?)
    }

    /// Words that have to be there; what is blank is nothing to read.
    fn needed_words(&mut self, keys: &Keys<'_>, key: &str) -> Localized {
        let Some(value) = keys.get(key) else {
            self.missing(keys, key);
            return Localized::default();
        };
        let words = self.as_words(key, value);
        if words.as_ref().is_some_and(|words| words.zh.trim().is_empty()) {
            let words = Localized::new(format!("`{key}` 是空白的"), format!("`{key}` is blank"));
            let found = Diagnostic::new(Code::SheetsSyntax).word(words).at(self.at(value));
            self.found.push(found);
        }
        words.unwrap_or_default()
    }

    fn words_of_list(&mut self, keys: &Keys<'_>, key: &str) -> Vec<Localized> {
        let Some(value) = keys.get(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            let takes = (
                "清單，如 `[[\"中文\", \"English\"]]`",
                "a list, such as `[[\"中文\", \"English\"]]`",
            );
            self.wanted(key, takes, value);
            return Vec::new();
        };
        list.iter().filter_map(|value| self.as_words(key, value)).collect()
    }

    /// A list of tables with no other keys than these.
    fn tables<'t>(
        &mut self,
        keys: &Keys<'t>,
        key: &str,
        of: Both,
        known: &[&str],
    ) -> Vec<Keys<'t>> {
        let Some(value) = keys.get(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wanted(key, TABLES, value);
            return Vec::new();
        };
        list.iter().filter_map(|value| self.keys(key, value, of, known)).collect()
    }

    fn dropped(&mut self, keys: &Keys<'_>) -> Drop {
        let Some(value) = keys.get("drop") else { return Drop::default() };
        let of = ("`drop` ", "`drop`");
        let Some(keys) = self.keys("drop", value, of, &["dates", "windows", "sheets"]) else {
            return Drop::default();
        };
        Drop {
            dates: self.texts(&keys, "dates"),
            windows: self.texts(&keys, "windows"),
            sheets: self.texts(&keys, "sheets"),
        }
    }

    fn window(&mut self, name: &Text, value: &Value<'_>) -> Window {
        let known = ["label", "days", "from", "until", "cites"];
        let of = ("填報期間", "a window");
        let Some(keys) = self.keys(&name.value, value, of, &known) else {
            return Window::default();
        };
        let keys = Keys { span: name.span, ..keys };
        Window {
            label: self.needed_words(&keys, "label"),
            days: self.text(&keys, "days"),
            from: self.text(&keys, "from"),
            until: self.text(&keys, "until"),
            cites: self.texts(&keys, "cites"),
        }
    }

    /// Where it is no table, the sheet is an empty one, and what is wrong has been said.
    fn sheet(&mut self, name: &Text, value: &Value<'_>) -> Sheet {
        let known = [
            "title",
            "of",
            "unit",
            "columns",
            "like",
            "section",
            "table",
            "list",
            "notes",
            "signatures",
            "cites",
        ];
        let empty = DeTable::new();
        let found = self.keys(&name.value, value, ("報表", "a sheet"), &known);
        let whole = Keys { entries: &empty, of: ("報表", "a sheet"), span: name.span };
        let is_table = found.is_some();
        let keys = found.map_or(whole, |keys| Keys { span: name.span, ..keys });
        Sheet {
            span: self.at(value),
            title: if is_table { self.needed_words(&keys, "title") } else { Localized::default() },
            programme: self.programme(&keys),
            unit: self.text(&keys, "unit"),
            columns: self.columns(&keys),
            like: self.text(&keys, "like"),
            section: self.sections(&keys),
            table: self.figures(&keys),
            list: self.records(&keys),
            notes: self.words_of_list(&keys, "notes"),
            signatures: self.words_of_list(&keys, "signatures"),
            cites: self.texts(&keys, "cites"),
        }
    }

    /// Whether the sheet is of the programme.
    fn programme(&mut self, keys: &Keys<'_>) -> bool {
        let Some(value) = keys.get("of") else { return false };
        match value.get_ref().as_str() {
            Some("programme") => return true,
            Some("each") => {}
            Some(text) => self.no_such("`of`", text, &["programme", "each"], value),
            None => self.wanted("of", PROGRAMME, value),
        }
        false
    }

    /// Says of a word that it is none of those that its key takes.
    fn no_such(&mut self, key: &'static str, text: &str, known: &[&str], value: &Value<'_>) {
        let quoted: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
        self.found.push(
            Diagnostic::new(Code::SheetsKey)
                .word(Localized::new(format!("{key} "), key))
                .arg(text)
                .word(guiju::listed(quoted.iter().map(String::as_str)))
                .at(self.at(value))
                .suggest(guiju::nearest(text, known.iter().copied())),
        );
    }

    fn columns(&mut self, keys: &Keys<'_>) -> Vec<Placed<Column>> {
        let columns = self.tables(keys, "columns", ("欄", "a column"), &["shows", "label"]);
        let mut read = Vec::new();
        for keys in columns {
            let shows = keys.get("shows").and_then(|value| self.shows(value));
            let label = self.words(&keys, "label");
            // One whose kind could not be read is not taken for a column to be filled in.
            if shows.is_some()
                || keys.get("shows").is_none() && (label.is_some() || keys.entries.is_empty())
            {
                read.push(Placed { value: Column { shows, label }, span: keys.span });
            }
        }
        read
    }

    fn shows(&mut self, value: &Value<'_>) -> Option<Shows> {
        let Some(text) = value.get_ref().as_str() else {
            self.wanted("shows", TEXT, value);
            return None;
        };
        let found = Shows::NAMES.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            self.no_such("`shows`", text, &Shows::NAMES.map(|(name, _)| name), value);
        }
        found.map(|(_, shows)| *shows)
    }

    fn sections(&mut self, keys: &Keys<'_>) -> Vec<Placed<Section>> {
        let known = ["number", "title", "rows"];
        let sections = self.tables(keys, "section", ("章節", "a section"), &known);
        let mut read = Vec::new();
        for keys in sections {
            let section = Section {
                number: self.text(&keys, "number").map(|number| number.value),
                title: self.needed_words(&keys, "title"),
                rows: self.rows(&keys),
            };
            read.push(Placed { value: section, span: keys.span });
        }
        read
    }

    fn rows(&mut self, keys: &Keys<'_>) -> Vec<Placed<Row>> {
        let known = ["number", "figure", "field", "blank", "label"];
        let rows = self.tables(keys, "rows", ("列", "a row"), &known);
        let mut read = Vec::new();
        for keys in rows {
            let row = Row {
                number: self.text(&keys, "number").map(|number| number.value),
                figure: self.text(&keys, "figure"),
                field: self.text(&keys, "field"),
                blank: self.words(&keys, "blank"),
                label: self.words(&keys, "label"),
            };
            let says = row.figure.is_some() || row.field.is_some() || row.blank.is_some();
            // What is misspelt is not missed as well.
            if says
                || keys
                    .entries
                    .keys()
                    .all(|key| ["number", "label"].contains(&key.get_ref().as_ref()))
            {
                read.push(Placed { value: row, span: keys.span });
            }
        }
        read
    }

    fn figures(&mut self, keys: &Keys<'_>) -> Vec<Placed<Table>> {
        let tables =
            self.tables(keys, "table", ("表", "a table of figures"), &["title", "by", "figures"]);
        let mut read = Vec::new();
        for keys in tables {
            let table = Table {
                title: self.needed_words(&keys, "title"),
                by: self.text(&keys, "by"),
                figures: self.texts(&keys, "figures"),
            };
            read.push(Placed { value: table, span: keys.span });
        }
        read
    }

    fn records(&mut self, keys: &Keys<'_>) -> Vec<Placed<List>> {
        let known = ["title", "entity", "fields", "tallies", "counted", "window"];
        let lists = self.tables(keys, "list", ("清單", "a list of records"), &known);
        let mut read = Vec::new();
        for keys in lists {
            let list = List {
                title: self.needed_words(&keys, "title"),
                entity: self.needed_text(&keys, "entity"),
                fields: self.texts(&keys, "fields"),
                tallies: self.texts(&keys, "tallies"),
                counted: self.text(&keys, "counted"),
                window: self.text(&keys, "window"),
            };
            read.push(Placed { value: list, span: keys.span });
        }
        read
    }
}
