//! An office's own form, an `.ods`, filled in: cells that are named after figures, or marked with
//! `{{figure}}`, take their values; every other byte of the document stays as it is, save the
//! results that formulas left in their cells, which programs would show in the place of new ones.
//!
//! The document is not read and written anew, since whatever does that loses what it does not know:
//! only the cells change, in place. Not here: where they are (`scan`).

mod marks;
mod scan;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::ops::Range;

use guiju::{Code, DataPlace, Diagnostic, Limits, Locale, Localized, SheetPlace};
use quick_xml::escape::escape;
use quick_xml::events::Event;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::fill::{FillError, Filling, Named, mark};
use crate::page::{Cell, Value};
use crate::page_ods::written;
use scan::{Scan, scan};

const CONTENT: &str = "content.xml";
const SIGNATURES: &str = "META-INF/documentsignatures.xml";
/// What a cell says of the value that is replaced.
const OF_VALUES: [&str; 8] = [
    "office:value-type",
    "office:value",
    "office:date-value",
    "office:time-value",
    "office:boolean-value",
    "office:string-value",
    "office:currency",
    "calcext:value-type",
];
const REPEATED_COLUMNS: &str = "table:number-columns-repeated";
const REPEATED_ROWS: &str = "table:number-rows-repeated";
const FORMULA: &str = "table:formula";

/// Places of a document, and what stands there instead.
type Changes = Vec<(Range<usize>, String)>;

/// The bytes of a form, an `.ods`, filled with the figures and fields of a root. Names are those of
/// figures of the root or the programme, with `.target`, `.difference`, `.attainment`, `.previous`
/// or `.window` for what else is known of them, and those of fields of the root. Marks may name a
/// unit of money: `{{operating_revenue 仟元}}`.
///
/// # Errors
/// [`FillError`] with [`Code::FormUnreadable`], [`Code::FormName`] for every name that is none of
/// these, [`Code::FormMark`] for every mark that is not whole or cannot be filled in,
/// [`Code::FormEmpty`] or [`Code::CellTooLong`].
pub fn form(
    bytes: &[u8],
    file: &str,
    filling: &Filling<'_>,
    limits: &Limits,
) -> Result<Vec<u8>, Vec<FillError>> {
    let unreadable = |zh: &str, en: &str| {
        let place = DataPlace { file: Some(file.to_owned()), ..DataPlace::default() };
        let found = Diagnostic::new(Code::FormUnreadable).word(Localized::new(zh, en));
        vec![FillError::Diagnostic(Box::new(found.in_data(place)))]
    };
    let damaged = |error: &dyn std::fmt::Display| {
        unreadable(&format!("檔案損壞（{error}）"), &format!("it is damaged ({error})"))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| unreadable("不是 .ods 檔", "it is no .ods file"))?;
    if archive.index_for_name(SIGNATURES).is_some() {
        return Err(unreadable(
            "它有數位簽章，填入後簽章會失效",
            "it is signed, and filling it in would break the signature",
        ));
    }
    let mut xml = Vec::new();
    match archive.by_name(CONTENT) {
        Ok(content) => content
            .take(limits.data_bytes.saturating_add(1))
            .read_to_end(&mut xml)
            .map_err(|error| damaged(&error))?,
        Err(_) => return Err(unreadable("裡面沒有試算表", "there is no spreadsheet in it")),
    };
    if xml.len() as u64 > limits.data_bytes {
        return Err(unreadable("內容太大", "it is too large"));
    }
    let xml = String::from_utf8(xml)
        .map_err(|_| unreadable("它有密碼或已損壞", "it has a password, or is damaged"))?;
    let found = scan(&xml).map_err(|error| damaged(&error))?;
    let named = Named::new(filling, limits).map_err(|error| vec![error])?;
    let filled = Form { xml: &xml, found, named, file, locale: filling.locale }.filled()?;
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| damaged(&error))?;
        if entry.name().is_ok_and(|name| name == CONTENT) {
            drop(entry);
            let deflated =
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            new.start_file(CONTENT, deflated).map_err(|error| damaged(&error))?;
            new.write_all(filled.as_bytes()).map_err(|error| damaged(&error))?;
        } else {
            new.raw_copy_file(entry).map_err(|error| damaged(&error))?;
        }
    }
    Ok(new.finish().map_err(|error| damaged(&error))?.into_inner())
}

struct Form<'a> {
    xml: &'a str,
    found: Scan,
    named: Named<'a>,
    file: &'a str,
    locale: Locale,
}

impl Form<'_> {
    /// The document with every cell filled in.
    fn filled(&self) -> Result<String, Vec<FillError>> {
        let mut problems = Vec::new();
        // For each row element, what becomes of its cells: of those that are named, by row.
        let mut by_name: BTreeMap<usize, BTreeMap<u32, BTreeMap<u32, Cell>>> = BTreeMap::new();
        let mut changes = Changes::new();
        let mut any = false;
        for name in self.found.names.iter().filter(|name| !name.name.starts_with('_')) {
            let place = (name.table.as_str(), name.row, name.column);
            let value = match self.named.value(&name.name, None) {
                Ok(value) => value,
                Err(found) => {
                    problems.push(self.at(*found, place));
                    continue;
                }
            };
            let here = self.found.cells.iter().find(|cell| {
                self.found.tables.get(cell.table).is_some_and(|table| *table == name.table)
                    && cell.columns.contains(&name.column)
                    && self.found.rows[cell.row].rows.contains(&name.row)
            });
            match here {
                Some(cell) => {
                    any = true;
                    let rows = by_name.entry(cell.row).or_default();
                    rows.entry(name.row).or_default().insert(name.column, value);
                }
                None => {
                    let way_out = Localized::new(
                        "請把名稱指到表裡的一格，或刪除名稱",
                        "name a cell of the table, or delete the name",
                    );
                    let why =
                        ["它指的儲存格不在表裡", "the cell that it names is not in the table"];
                    problems.push(self.at(*mark(&name.name, why, &way_out), place));
                }
            }
        }
        for cell in &self.found.cells {
            if cell.computes && !self.is_named(cell) {
                changes.push((cell.bytes.clone(), self.cell(cell, None, false)));
                continue;
            }
            if !marks::may_have(&cell.text)
                || by_name.contains_key(&cell.row) && self.is_named(cell)
            {
                continue;
            }
            let row = self.found.rows[cell.row].rows.start;
            let table = self.found.tables.get(cell.table).map_or("", String::as_str);
            let place = (table, row, cell.columns.start);
            match self.marked(cell) {
                Ok(None) => {}
                Ok(Some(mut new)) => {
                    any = true;
                    changes.append(&mut new);
                }
                Err(found) => problems.push(self.at(*found, place)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if !any {
            let place = DataPlace { file: Some(self.file.to_owned()), ..DataPlace::default() };
            let empty = Diagnostic::new(Code::FormEmpty).in_data(place);
            return Err(vec![FillError::Diagnostic(Box::new(empty))]);
        }
        // Marks stand in the row as it is; names may take it apart.
        changes.sort_by_key(|(bytes, _)| bytes.start);
        let mut out = Changed { xml: self.xml, changes, done: 0, out: String::new() };
        for (row, filled) in &by_name {
            let bytes = self.found.rows[*row].bytes.clone();
            out.to(bytes.start);
            let new = self.row(*row, filled, &out);
            out.out += &new;
            out.skip(bytes.end);
        }
        out.to(self.xml.len());
        Ok(out.out)
    }

    fn is_named(&self, cell: &scan::Cell) -> bool {
        let rows = &self.found.rows[cell.row].rows;
        self.found.names.iter().any(|name| {
            self.found.tables.get(cell.table).is_some_and(|table| *table == name.table)
                && rows.contains(&name.row)
                && cell.columns.contains(&name.column)
                && !name.name.starts_with('_')
        })
    }

    /// What is wrong, at a cell.
    fn at(&self, found: Diagnostic, (table, row, column): (&str, u32, u32)) -> FillError {
        let cell =
            SheetPlace { sheet: table.to_owned(), row: Some(row + 1), column: Some(column + 1) };
        let place = DataPlace {
            file: Some(self.file.to_owned()),
            cell: Some(cell),
            ..DataPlace::default()
        };
        FillError::Diagnostic(Box::new(found.in_data(place)))
    }

    /// What changes in a cell with marks: all of it where a mark is all it has, or the marks within
    /// its text.
    fn marked(&self, cell: &scan::Cell) -> Result<Option<Changes>, Box<Diagnostic>> {
        marks::whole(&cell.text)?;
        let text = cell.text.trim();
        if let Some(mark) = whole_mark(text) {
            let value = self.value(mark)?;
            let new = self.cell(cell, Some(&value.value), false);
            return Ok(Some(vec![(cell.bytes.clone(), new)]));
        }
        let mut changes = Vec::new();
        let mut marks = 0;
        for (piece, bytes) in &cell.pieces {
            let (mut rest, mut new) = (piece.as_str(), String::new());
            while let Some((before, after)) = rest.split_once("{{") {
                let Some((mark, after)) = after.split_once("}}") else { break };
                let value = self.value(mark)?;
                let minguo = self.locale == Locale::ZhTw;
                let shown = match &value.value {
                    Value::Number(..) => guiju::grouped(&value.value.number().unwrap_or_default()),
                    other => other.shown(minguo),
                };
                new = new + &escape(before) + &written(&shown);
                marks += 1;
                rest = after;
            }
            if !new.is_empty() {
                changes.push((bytes.clone(), new + &escape(rest)));
            }
        }
        if cell.text.matches("{{").count() > marks {
            return Err(marks::torn(&cell.text));
        }
        Ok((!changes.is_empty()).then_some(changes))
    }

    /// What a mark stands for.
    fn value(&self, mark: &str) -> Result<Cell, Box<Diagnostic>> {
        let (name, unit) = match mark.trim().split_once(char::is_whitespace) {
            Some((name, unit)) => (name, Some(unit.trim())),
            None => (mark.trim(), None),
        };
        self.named.value(name, unit)
    }

    /// A row element with named cells filled in: as many elements as it takes.
    fn row(
        &self,
        row: usize,
        filled: &BTreeMap<u32, BTreeMap<u32, Cell>>,
        marks: &Changed<'_>,
    ) -> String {
        let element = &self.found.rows[row];
        let as_it_is = marks.within(element.bytes.clone());
        let mut out = String::new();
        let mut next = element.rows.start;
        for (number, cells) in filled {
            if *number > next {
                out += &repeating(&as_it_is, REPEATED_ROWS, number - next);
            }
            let new = self.cells(row, cells, marks);
            out += &repeating(&new, REPEATED_ROWS, 1);
            next = number + 1;
        }
        if next < element.rows.end {
            out += &repeating(&as_it_is, REPEATED_ROWS, element.rows.end - next);
        }
        out
    }

    /// The same row with some cells filled in.
    fn cells(&self, row: usize, filled: &BTreeMap<u32, Cell>, marks: &Changed<'_>) -> String {
        let element = &self.found.rows[row];
        let mut out = String::new();
        let mut done = element.bytes.start;
        for cell in self.found.cells.iter().filter(|cell| cell.row == row) {
            let here: Vec<(&u32, &Cell)> = filled.range(cell.columns.clone()).collect();
            if here.is_empty() {
                continue;
            }
            out += &marks.within(done..cell.bytes.start);
            let as_it_is = &self.xml[cell.bytes.clone()];
            let mut next = cell.columns.start;
            for (column, value) in here {
                if *column > next {
                    out += &repeating(as_it_is, REPEATED_COLUMNS, column - next);
                }
                out += &self.cell(cell, Some(&value.value), true);
                next = column + 1;
            }
            if next < cell.columns.end {
                let left = cell.columns.end - next;
                out += &repeating(as_it_is, REPEATED_COLUMNS, left);
            }
            done = cell.bytes.end;
        }
        out + &marks.within(done..element.bytes.end)
    }

    /// A cell with another value, or with the formula that computes it anew: its style, its notes
    /// and all else stay. `alone` where it no longer stands for others too.
    fn cell(&self, cell: &scan::Cell, value: Option<&Value>, alone: bool) -> String {
        let start = &self.xml[cell.start.clone()];
        let mut reader = quick_xml::Reader::from_str(start);
        reader.config_mut().check_end_names = false;
        let (mut tag, mut name) = (String::new(), String::new());
        if let Ok(Event::Start(element) | Event::Empty(element)) = reader.read_event() {
            name = element.name().as_ref().to_owned();
            tag = format!("<{name}");
            for attribute in element.attributes().flatten() {
                let key = attribute.key.as_ref();
                let gone = OF_VALUES.contains(&key)
                    || alone && key == REPEATED_COLUMNS
                    || value.is_some() && key == FORMULA;
                if !gone {
                    tag += &format!(" {key}=\"{}\"", attribute.value.replace('"', "&quot;"));
                }
            }
        }
        let value = value.unwrap_or(&Value::Empty);
        tag += &match value {
            Value::Empty => String::new(),
            Value::Text(_) => r#" office:value-type="string""#.to_owned(),
            Value::Number(number, _) => {
                format!(r#" office:value-type="float" office:value="{}""#, Value::digits(number))
            }
            Value::Share(share) => {
                format!(
                    r#" office:value-type="percentage" office:value="{}""#,
                    Value::digits(share)
                )
            }
            Value::Day(day) => {
                format!(r#" office:value-type="date" office:date-value="{day}""#)
            }
        };
        tag.push('>');
        // What the cell has besides its text, such as a note.
        let mut done = cell.start.end;
        if cell.start != cell.bytes {
            for paragraph in &cell.paragraphs {
                tag += &self.xml[done..paragraph.start];
                done = paragraph.end;
            }
            let end = self.xml[..cell.bytes.end].rfind("</").unwrap_or(done).max(done);
            tag += &self.xml[done..end];
        }
        if *value != Value::Empty {
            let shown = match value.number() {
                Some(digits) => guiju::grouped(&digits),
                None => value.shown(self.locale == Locale::ZhTw),
            };
            for line in shown.split('\n') {
                tag += &format!("<text:p>{}</text:p>", written(line));
            }
        }
        tag + &format!("</{name}>")
    }
}

/// A document that is copied with changes.
struct Changed<'a> {
    xml: &'a str,
    /// Places and what stands there instead, in their order.
    changes: Changes,
    done: usize,
    out: String,
}

impl Changed<'_> {
    /// Copies up to a place.
    fn to(&mut self, end: usize) {
        self.out += &self.within(self.done..end);
        self.done = end;
    }

    /// Leaves out what stands before a place.
    fn skip(&mut self, end: usize) {
        self.done = end;
    }

    /// A part of the document with its changes.
    fn within(&self, bytes: Range<usize>) -> String {
        let mut out = String::new();
        let mut done = bytes.start;
        for (place, new) in &self.changes {
            if place.start >= done && place.end <= bytes.end {
                out += &self.xml[done..place.start];
                out += new;
                done = place.end;
            }
        }
        out + &self.xml[done..bytes.end]
    }
}

/// The mark that a text is, and nothing else.
fn whole_mark(text: &str) -> Option<&str> {
    let mark = text.strip_prefix("{{")?.strip_suffix("}}")?;
    (!mark.contains("{{") && !mark.contains("}}")).then_some(mark)
}

/// An element that stands for so many of its kind.
fn repeating(element: &str, attribute: &str, count: u32) -> String {
    let Some(end) = element.find('>') else { return element.to_owned() };
    let (tag, rest) = element.split_at(end);
    let mut tag = tag.to_owned();
    if let Some(at) = tag.find(&format!(" {attribute}=")) {
        let value = at + attribute.len() + 2;
        let quote = tag[value..].chars().next().unwrap_or('"');
        let end = tag[value + 1..].find(quote).map_or(tag.len(), |length| value + length + 2);
        tag.replace_range(at..end, "");
    }
    if count > 1 {
        let at = tag.trim_end_matches('/').len();
        tag.insert_str(at, &format!(" {attribute}=\"{count}\""));
    }
    tag + rest
}
