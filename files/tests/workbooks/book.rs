//! Workbooks from a few lines of text, in either format, by hand: what no writer would write can be
//! written so.
//!
//! `== NAME` begins a sheet; its lines are rows of cells between `|`. A cell is a text, or `#1.5` a
//! number, `#0.2%` one shown in percent, `#50 {0"仟元"} 50仟元` one in a format and as that shows it,
//! `@2024-01-05` or `@2024-01-05T13:30:00` a date, `?true` yes or no, `!#REF!` an error, `=` a
//! formula without a result; `⏎` is a line break in a text. `-- merge A2:A3`, `-- hide row 3`,
//! `-- hide column 2` and `-- hidden` are about the sheet; `-- row 5` is where the next row stands.
//! Not here: reading.

use std::io::{Cursor, Write as _};

use guiju::{Date, SheetPlace};
use zip::write::SimpleFileOptions;

/// The parts of an archive: paths and contents.
pub(crate) type Parts = Vec<(String, Vec<u8>)>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Blank,
    Text(String),
    Number {
        digits: String,
        percent: bool,
    },
    /// A number in a format that is written out, and as that shows it.
    Formatted {
        digits: String,
        code: String,
        shown: String,
    },
    Date(String),
    Bool(bool),
    Error(String),
    Formula,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Rows by their number.
    pub(crate) rows: Vec<(u32, Vec<Cell>)>,
    pub(crate) hidden: bool,
    pub(crate) hidden_rows: Vec<u32>,
    pub(crate) hidden_columns: Vec<u32>,
    pub(crate) merged: Vec<String>,
}

/// The sheets that a description names.
pub(crate) fn parse(text: &str) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut next = 1;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            sheets.push(Sheet { name: name.to_owned(), ..Sheet::default() });
            next = 1;
            continue;
        }
        let sheet = sheets.last_mut().expect("a sheet begins first");
        match line.strip_prefix("-- ").map(|words| words.split(' ').collect::<Vec<_>>()).as_deref()
        {
            None => {
                sheet.rows.push((
                    next,
                    line.split('|').map(|cell| Cell::parse(cell.trim_matches(' '))).collect(),
                ));
                next += 1;
            }
            Some(["merge", area]) => sheet.merged.push((*area).to_owned()),
            Some(["hide", "row", row]) => sheet.hidden_rows.push(row.parse().expect("a row")),
            Some(["hide", "column", column]) => {
                sheet.hidden_columns.push(column.parse().expect("a column"))
            }
            Some(["hidden"]) => sheet.hidden = true,
            Some(["row", row]) => next = row.parse().expect("a row"),
            Some(other) => panic!("what is {other:?}?"),
        }
    }
    sheets
}

impl Cell {
    fn parse(text: &str) -> Cell {
        let rest = text.get(1..).unwrap_or_default();
        match text.chars().next() {
            None => Cell::Blank,
            Some('#') if rest.contains('{') => {
                let (digits, rest) = rest.split_once(" {").expect("a format");
                let (code, shown) = rest.split_once("} ").expect("what is shown");
                Cell::Formatted {
                    digits: digits.to_owned(),
                    code: code.to_owned(),
                    shown: shown.to_owned(),
                }
            }
            Some('#') => Cell::Number {
                digits: rest.trim_end_matches('%').to_owned(),
                percent: rest.ends_with('%'),
            },
            Some('@') => Cell::Date(rest.to_owned()),
            Some('?') => Cell::Bool(rest == "true"),
            Some('!') => Cell::Error(rest.to_owned()),
            Some('=') => Cell::Formula,
            Some(_) => Cell::Text(text.replace('⏎', "\n")),
        }
    }

    fn xlsx(&self, row: u32, column: u32, formats: &[&str]) -> String {
        let at = format!(r#"r="{}{row}""#, SheetPlace::letters(column));
        match self {
            Cell::Blank => format!(r#"<c {at} s="1"/>"#),
            Cell::Text(text) => {
                format!(r#"<c {at} t="inlineStr"><is><t>{}</t></is></c>"#, escaped(text))
            }
            Cell::Number { digits, percent } => {
                format!(r#"<c {at} s="{}"><v>{digits}</v></c>"#, u8::from(*percent))
            }
            Cell::Formatted { digits, code, .. } => {
                let style =
                    formats.iter().position(|other| other == code).expect("a format of the file")
                        + 3;
                format!(r#"<c {at} s="{style}"><v>{digits}</v></c>"#)
            }
            Cell::Date(date) => format!(r#"<c {at} s="2"><v>{}</v></c>"#, serial(date)),
            Cell::Bool(value) => format!(r#"<c {at} t="b"><v>{}</v></c>"#, u8::from(*value)),
            Cell::Error(error) => format!(r#"<c {at} t="e"><f>A1</f><v>{error}</v></c>"#),
            Cell::Formula => format!(r#"<c {at}><f>A1</f></c>"#),
        }
    }

    fn ods(&self, spans: &str) -> String {
        let (attributes, text) = match self {
            Cell::Blank => (String::new(), String::new()),
            Cell::Text(text) => (r#"office:value-type="string""#.to_owned(), escaped(text)),
            Cell::Number { digits, percent } => {
                let kind = if *percent { "percentage" } else { "float" };
                (format!(r#"office:value-type="{kind}" office:value="{digits}""#), digits.clone())
            }
            Cell::Formatted { digits, shown, .. } => {
                (format!(r#"office:value-type="float" office:value="{digits}""#), escaped(shown))
            }
            Cell::Date(date) => (
                format!(r#"office:value-type="date" office:date-value="{date}""#),
                "民國".to_owned(),
            ),
            Cell::Bool(value) => (
                format!(r#"office:value-type="boolean" office:boolean-value="{value}""#),
                value.to_string(),
            ),
            Cell::Error(error) => {
                let kind = r#"table:formula="of:=[.A1]" office:value-type="string" office:string-value="" calcext:value-type="error""#;
                (kind.to_owned(), error.clone())
            }
            Cell::Formula => (r#"table:formula="of:=[.A1]""#.to_owned(), String::new()),
        };
        let text = if text.is_empty() {
            text
        } else {
            format!("<text:p>{}</text:p>", text.replace('\n', "</text:p><text:p>"))
        };
        format!("<table:table-cell{spans} {attributes}>{text}</table:table-cell>")
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A day and a time as Excel counts them.
fn serial(date: &str) -> f64 {
    let number = |range: std::ops::Range<usize>| {
        date.get(range).map_or(0, |digits| digits.parse::<u32>().expect("digits"))
    };
    let day = Date::from_ymd(number(0..4) as i32, number(5..7), number(8..10)).expect("a day");
    f64::from(day.epoch_days() + 25_569) + f64::from(number(11..13) * 60 + number(14..16)) / 1_440.0
}

impl Sheet {
    fn xlsx(&self, formats: &[&str]) -> String {
        let mut text =
            r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols>"#
                .to_owned();
        for column in &self.hidden_columns {
            text += &format!(r#"<col min="{column}" max="{column}" hidden="1"/>"#);
        }
        text += "</cols><sheetData>";
        for (row, cells) in &self.rows {
            let hidden = if self.hidden_rows.contains(row) { r#" hidden="1""# } else { "" };
            let cells: String = cells
                .iter()
                .zip(1..)
                .map(|(cell, column)| cell.xlsx(*row, column, formats))
                .collect();
            text += &format!(r#"<row r="{row}"{hidden}>{cells}</row>"#);
        }
        let merged: String =
            self.merged.iter().map(|area| format!(r#"<mergeCell ref="{area}"/>"#)).collect();
        text + &format!("</sheetData><mergeCells>{merged}</mergeCells></worksheet>")
    }

    fn ods(&self) -> String {
        let style = if self.hidden { "unseen" } else { "seen" };
        let mut text = format!(
            r#"<table:table table:name="{}" table:style-name="{style}">"#,
            escaped(&self.name)
        );
        for column in 1..=20 {
            let hidden = if self.hidden_columns.contains(&column) {
                r#" table:visibility="collapse""#
            } else {
                ""
            };
            text += &format!("<table:table-column{hidden}/>");
        }
        let mut next = 1;
        for (row, cells) in &self.rows {
            if *row > next {
                text += &format!(
                    r#"<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
                    row - next
                );
            }
            next = row + 1;
            let hidden =
                if self.hidden_rows.contains(row) { r#" table:visibility="collapse""# } else { "" };
            let cells: String = cells
                .iter()
                .zip(1..)
                .map(|(cell, column)| cell.ods(&self.spans(*row, column)))
                .collect();
            text += &format!("<table:table-row{hidden}>{cells}</table:table-row>");
        }
        text + r#"<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#
    }

    /// How far a cell is merged with others; areas here are one column wide or one row high, and
    /// end before row 10.
    fn spans(&self, row: u32, column: u32) -> String {
        let first = format!("{}{row}:", SheetPlace::letters(column));
        let Some(last) = self.merged.iter().find_map(|area| area.strip_prefix(&first)) else {
            return String::new();
        };
        let (letter, digit) =
            (u32::from(last.as_bytes()[0] - b'A') + 1, u32::from(last.as_bytes()[1] - b'0'));
        format!(
            r#" table:number-columns-spanned="{}" table:number-rows-spanned="{}""#,
            letter - column + 1,
            digit - row + 1
        )
    }
}

/// The parts of an `.xlsx` file.
pub(crate) fn xlsx(sheets: &[Sheet]) -> Parts {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |list: Vec<(String, &str, String)>| {
        let one = |(id, kind, target): &(String, &str, String)| {
            format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
        };
        format!("<Relationships>{}</Relationships>", list.iter().map(one).collect::<String>())
    };
    let mut listed = String::new();
    let mut named = vec![("s".to_owned(), "styles", "/xl/styles.xml".to_owned())];
    for (n, sheet) in sheets.iter().enumerate() {
        let state = if sheet.hidden { r#" state="hidden""# } else { "" };
        listed += &format!(
            r#"<sheet name="{}" sheetId="{}" r:id="r{n}"{state}/>"#,
            escaped(&sheet.name),
            n + 1
        );
        named.push((format!("r{n}"), "worksheet", format!("worksheets/sheet{n}.xml")));
    }
    let cells = sheets.iter().flat_map(|sheet| &sheet.rows).flat_map(|(_, cells)| cells);
    let mut formats: Vec<&str> = cells
        .filter_map(
            |cell| if let Cell::Formatted { code, .. } = cell { Some(&**code) } else { None },
        )
        .collect();
    formats.dedup();
    let (mut codes, mut styles) = (String::new(), String::new());
    for (code, id) in formats.iter().zip(165..) {
        codes += &format!(r#"<numFmt numFmtId="{id}" formatCode="{}"/>"#, escaped(code));
        styles += &format!(r#"<xf numFmtId="{id}"/>"#);
    }
    let styles = format!(
        r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-404]e/m/d"/>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/>{styles}</cellXfs></styleSheet>"#
    );
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".into()),
        (
            "_rels/.rels".to_owned(),
            relations(vec![("r".to_owned(), "officeDocument", "xl/workbook.xml".to_owned())])
                .into_bytes(),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(r#"<workbook xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>"#)
                .into_bytes(),
        ),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations(named).into_bytes()),
        ("xl/styles.xml".to_owned(), styles.into()),
    ];
    parts.extend(sheets.iter().enumerate().map(|(n, sheet)| {
        (format!("xl/worksheets/sheet{n}.xml"), sheet.xlsx(&formats).into_bytes())
    }));
    parts
}

/// The parts of an `.ods` file.
pub(crate) fn ods(sheets: &[Sheet]) -> Parts {
    let style = |name: &str, shown: bool| {
        format!(
            r#"<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/></style:style>"#
        )
    };
    let tables: String = sheets.iter().map(Sheet::ods).collect();
    let content = format!(
        "<office:document-content><office:automatic-styles>{}{}</office:automatic-styles>\
        <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        style("seen", true),
        style("unseen", false)
    );
    vec![
        ("mimetype".to_owned(), "application/vnd.oasis.opendocument.spreadsheet".into()),
        ("content.xml".to_owned(), content.into_bytes()),
        ("META-INF/manifest.xml".to_owned(), "<manifest:manifest/>".into()),
    ]
}

/// The parts as a file.
pub(crate) fn zipped(parts: &Parts) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part begins");
        archive.write_all(content).expect("a part is written");
    }
    archive.finish().expect("the archive ends").into_inner()
}
