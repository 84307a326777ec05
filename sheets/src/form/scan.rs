//! Where the cells and names of a spreadsheet's `content.xml` are, to the byte.
//!
//! Not here: what is put into them (`form`).

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A row element, which may stand for many rows.
#[derive(Debug)]
pub(super) struct Row {
    /// The whole element.
    pub(super) bytes: Range<usize>,
    /// The rows it stands for, from 0.
    pub(super) rows: Range<u32>,
}

/// A cell element, which may stand for many cells.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) table: usize,
    /// The row element it is in.
    pub(super) row: usize,
    /// The columns it stands for, from 0.
    pub(super) columns: Range<u32>,
    /// Whether it computes its value.
    pub(super) computes: bool,
    /// The whole element.
    pub(super) bytes: Range<usize>,
    /// Its start tag, which is all of it where it is empty.
    pub(super) start: Range<usize>,
    /// The paragraphs of its text.
    pub(super) paragraphs: Vec<Range<usize>>,
    /// Its text, and where each piece of it is.
    pub(super) text: String,
    pub(super) pieces: Vec<(String, Range<usize>)>,
}

/// A name for a cell.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) table: String,
    pub(super) column: u32,
    pub(super) row: u32,
}

/// What there is in a spreadsheet.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) tables: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) cells: Vec<Cell>,
    /// The names of single cells.
    pub(super) names: Vec<Name>,
}

/// The cells of more rows and columns than a program shows are none.
const MOST: u32 = 1 << 21;

/// Goes through a document.
///
/// # Errors
/// What is wrong with its XML.
pub(super) fn scan(xml: &str) -> Result<Scan, quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut walk) = (Scan::default(), Walk::default());
    loop {
        let from = position(&reader);
        let event = reader.read_event()?;
        let bytes = from..position(&reader);
        match event {
            Event::Eof => return Ok(found),
            Event::Start(tag) => {
                walk.opened(&mut found, &tag, &bytes);
                walk.depth += 1;
            }
            Event::Empty(tag) => {
                walk.opened(&mut found, &tag, &bytes);
                walk.depth += 1;
                walk.closed(&mut found, tag.name().as_ref(), bytes.end);
            }
            Event::End(tag) => walk.closed(&mut found, tag.name().as_ref(), bytes.end),
            Event::Text(text) => {
                walk.text(&mut found, &text.xml10_content(), bytes);
            }
            Event::GeneralRef(entity) => {
                let text = match entity.resolve_char_ref()? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&entity)
                        .unwrap_or_default()
                        .to_owned(),
                };
                walk.text(&mut found, &text, bytes);
            }
            _ => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Where the walk is.
#[derive(Default)]
struct Walk {
    depth: usize,
    table: Option<(usize, usize)>,
    next_row: u32,
    next_column: u32,
    row: Option<(usize, usize)>,
    cell: Option<(usize, usize)>,
    /// A paragraph of the cell's own text: where it begins, and how deep.
    paragraph: Option<(usize, usize)>,
}

impl Walk {
    fn opened(&mut self, found: &mut Scan, tag: &BytesStart<'_>, bytes: &Range<usize>) {
        match tag.name().as_ref() {
            "table:table" if self.table.is_none() => {
                found.tables.push(attribute(tag, "table:name").unwrap_or_default());
                self.table = Some((found.tables.len() - 1, self.depth));
                self.next_row = 0;
            }
            "table:table-row" if self.table.is_some() && self.row.is_none() => {
                let count = repeated(tag, "table:number-rows-repeated");
                let rows = self.next_row..self.next_row.saturating_add(count).min(MOST);
                self.next_row = rows.end;
                self.next_column = 0;
                self.row = Some((found.rows.len(), self.depth));
                found.rows.push(Row { bytes: bytes.clone(), rows });
            }
            "table:table-cell" | "table:covered-table-cell" if self.cell.is_none() => {
                let (Some((table, _)), Some((row, _))) = (self.table, self.row) else { return };
                let count = repeated(tag, "table:number-columns-repeated");
                let columns = self.next_column..self.next_column.saturating_add(count).min(MOST);
                self.next_column = columns.end;
                self.cell = Some((found.cells.len(), self.depth));
                found.cells.push(Cell {
                    table,
                    row,
                    columns,
                    computes: attribute(tag, "table:formula").is_some(),
                    bytes: bytes.clone(),
                    start: bytes.clone(),
                    paragraphs: Vec::new(),
                    text: String::new(),
                    pieces: Vec::new(),
                });
            }
            "text:p" if self.cell.is_some_and(|(_, depth)| depth + 1 == self.depth) => {
                self.paragraph = Some((bytes.start, self.depth));
            }
            "table:named-range" => found.names.extend(named(tag)),
            _ => {}
        }
    }

    fn closed(&mut self, found: &mut Scan, tag: &str, end: usize) {
        self.depth = self.depth.saturating_sub(1);
        let here = |place: Option<(usize, usize)>| place.filter(|(_, depth)| *depth == self.depth);
        match tag {
            "text:p" => {
                if let (Some((start, _)), Some((cell, _))) = (here(self.paragraph), self.cell) {
                    found.cells[cell].paragraphs.push(start..end);
                    self.paragraph = None;
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some((cell, _)) = here(self.cell) {
                    found.cells[cell].bytes.end = end;
                    self.cell = None;
                }
            }
            "table:table-row" => {
                if let Some((row, _)) = here(self.row) {
                    found.rows[row].bytes.end = end;
                    self.row = None;
                }
            }
            "table:table" if here(self.table).is_some() => self.table = None,
            _ => {}
        }
    }

    fn text(&self, found: &mut Scan, text: &str, bytes: Range<usize>) {
        if let (Some((cell, _)), Some(_)) = (self.cell, self.paragraph) {
            found.cells[cell].text += text;
            found.cells[cell].pieces.push((text.to_owned(), bytes));
        }
    }
}

pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|found| found.key.as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(|text| text.into_owned())
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

/// A name for a single cell: `$Sheet1.$B$3`, or from it to itself.
fn named(tag: &BytesStart<'_>) -> Option<Name> {
    let name = attribute(tag, "table:name")?;
    let range = attribute(tag, "table:cell-range-address")?;
    let (table, first) = address(&range)?;
    let rest = &range[range.len() - first.1.len()..];
    let (cell, last) = rest.split_once(':').map_or((rest, None), |(a, b)| (a, Some(b)));
    let (column, row) = place(cell)?;
    if let Some(last) = last {
        let end = last.rsplit_once('.').map_or(last, |(_, cell)| cell);
        if place(end)? != (column, row) {
            return None;
        }
    }
    Some(Name { name, table, column, row })
}

/// The table of an address, and what follows it.
fn address(range: &str) -> Option<(String, (char, &str))> {
    let text = range.strip_prefix('$').unwrap_or(range);
    if let Some(quoted) = text.strip_prefix('\'') {
        let mut table = String::new();
        let mut rest = quoted;
        loop {
            let end = rest.find('\'')?;
            table += &rest[..end];
            rest = &rest[end + 1..];
            match rest.strip_prefix('\'') {
                Some(more) => {
                    table.push('\'');
                    rest = more;
                }
                None => break,
            }
        }
        return Some((table, ('.', rest.strip_prefix('.')?)));
    }
    let (table, rest) = text.split_once('.')?;
    Some((table.to_owned(), ('.', rest)))
}

/// Column and row of `$B$3`, from 0.
fn place(cell: &str) -> Option<(u32, u32)> {
    let plain: String = cell.chars().filter(|c| *c != '$').collect();
    let letters = plain.find(|c: char| c.is_ascii_digit())?;
    let column = plain[..letters].chars().try_fold(0_u32, |sum, c| {
        let digit = c.to_ascii_uppercase();
        digit.is_ascii_uppercase().then(|| sum * 26 + (digit as u32 - 'A' as u32) + 1)
    });
    let row: u32 = plain[letters..].parse().ok()?;
    Some((column.filter(|column| (1..MOST).contains(column))? - 1, row.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_programs_write_them() {
        for (text, wanted) in [
            ("$Sheet1.$B$3", Some(("Sheet1", 1, 2))),
            ("$'表 一'.$AA$10", Some(("表 一", 26, 9))),
            ("$'it''s.x'.$A$1:.$A$1", Some(("it's.x", 0, 0))),
            ("Sheet1.B3:Sheet1.B3", Some(("Sheet1", 1, 2))),
            ("$Sheet1.$B$3:.$C$3", None),
            ("$Sheet1.$B$0", None),
            ("$Sheet1.$$", None),
            ("Sheet1", None),
        ] {
            let xml = format!(
                "<table:named-range table:name=\"n\" table:cell-range-address=\"{}\"/>",
                quick_xml::escape::escape(text)
            );
            let found = scan(&xml).expect("XML").names;
            let got = found.first().map(|name| (name.table.as_str(), name.column, name.row));
            assert_eq!(got, wanted, "{text}");
        }
    }
}
