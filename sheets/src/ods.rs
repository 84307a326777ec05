//! A workbook as `.ods` (OpenDocument 1.3), by zip and XML: no library writes notes, lists to
//! choose from and print settings of such files.
//!
//! Not here: what the sheets hold (`book`).

use std::io::{Cursor, Write};

use quick_xml::escape::escape;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::WriteError;
use crate::book::{Book, Column, Kind, Sheet};
use crate::page::Value;
use crate::page_ods::written;

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/></manifest:manifest>
"#;
const NAMESPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" office:version="1.3""#;
/// A4 across with lines between cells and the name of the sheet below; headings are repeated by the
/// tables themselves.
const STYLES: &str = r#"<office:styles><style:default-style style:family="table-cell"><style:text-properties style:font-name="Liberation Sans" style:font-name-asian="Noto Sans CJK TC" fo:font-size="10pt" fo:language="zh" fo:country="TW" style:language-asian="zh" style:country-asian="TW"/></style:default-style></office:styles><office:automatic-styles><style:page-layout style:name="across"><style:page-layout-properties fo:page-width="297mm" fo:page-height="210mm" style:print-orientation="landscape" fo:margin="12mm" style:print="grid objects zero-values" style:scale-to-X="1" style:scale-to-Y="0"/><style:footer-style><style:header-footer-properties fo:min-height="6mm" fo:margin-top="2mm"/></style:footer-style></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Default" style:page-layout-name="across"><style:footer><text:p><text:sheet-name>?</text:sheet-name> <text:page-number>1</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles>"#;
/// What cells look like: text as it is typed, numbers in groups of three, shares in percent,
/// headings.
const CELLS: &str = r##"<number:text-style style:name="as-typed"><number:text-content/></number:text-style><number:number-style style:name="whole"><number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/></number:number-style><number:number-style style:name="decimal"><number:number number:decimal-places="12" number:min-decimal-places="0" number:min-integer-digits="1" number:grouping="true"/></number:number-style><number:percentage-style style:name="share"><number:number number:decimal-places="6" number:min-decimal-places="0" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style><style:style style:name="text" style:family="table-cell" style:data-style-name="as-typed"><style:table-cell-properties fo:padding="0.5mm"/></style:style><style:style style:name="whole-number" style:family="table-cell" style:data-style-name="whole"><style:table-cell-properties fo:padding="0.5mm"/></style:style><style:style style:name="number" style:family="table-cell" style:data-style-name="decimal"><style:table-cell-properties fo:padding="0.5mm"/></style:style><style:style style:name="percent" style:family="table-cell" style:data-style-name="share"><style:table-cell-properties fo:padding="0.5mm"/></style:style><style:style style:name="heading" style:family="table-cell" style:data-style-name="as-typed"><style:table-cell-properties fo:padding="0.5mm" fo:background-color="#e8eef4" fo:wrap-option="wrap" style:vertical-align="top"/><style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style><style:style style:name="sheet" style:family="table" style:master-page-name="Default"><style:table-properties table:display="true"/></style:style>"##;

/// The bytes of a workbook as `.ods`.
///
/// # Errors
/// [`WriteError`] where the archive cannot be written.
pub fn ods(book: &Book) -> Result<Vec<u8>, WriteError> {
    let names = book.sheets.iter().map(|sheet| (sheet.name.as_str(), 1));
    archive(&content(book), STYLES, &frozen(names))
}

/// The archive of an `.ods` with these parts.
pub(crate) fn archive(content: &str, styles: &str, settings: &str) -> Result<Vec<u8>, WriteError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // What kind of file it is stands first, as it is, for programs that look no further.
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let deflated =
        SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("mimetype", stored)?;
    archive.write_all(MIMETYPE.as_bytes())?;
    archive.start_file("META-INF/manifest.xml", deflated)?;
    archive.write_all(MANIFEST.as_bytes())?;
    for (name, kind, text) in [
        ("content.xml", "content", content),
        ("styles.xml", "styles", styles),
        ("settings.xml", "settings", settings),
    ] {
        archive.start_file(name, deflated)?;
        write!(
            archive,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <office:document-{kind} {NAMESPACES}>{text}</office:document-{kind}>\n"
        )?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Styles, lists to choose from, and the sheets.
fn content(book: &Book) -> String {
    let widths_of = |sheet: &Sheet| -> Vec<usize> {
        (0..sheet.columns.len()).map(|at| sheet.width(at)).collect()
    };
    let each: Vec<Vec<usize>> = book.sheets.iter().map(widths_of).collect();
    let mut widths: Vec<usize> = each.iter().flatten().copied().collect();
    widths.sort_unstable();
    widths.dedup();
    let mut lists: Vec<&Vec<String>> = Vec::new();
    for column in book.sheets.iter().flat_map(|sheet| &sheet.columns) {
        if let Kind::Choice(values) = &column.kind
            && !lists.contains(&values)
        {
            lists.push(values);
        }
    }
    let mut text = format!("<office:automatic-styles>{CELLS}");
    for width in widths {
        // A half-width character of this size is about 2 mm wide.
        text += &format!(
            r#"<style:style style:name="w{width}" style:family="table-column"><style:table-column-properties style:column-width="{}mm"/></style:style>"#,
            width * 2
        );
    }
    text +=
        "</office:automatic-styles><office:body><office:spreadsheet><table:content-validations>";
    for (number, values) in lists.iter().enumerate() {
        let values: Vec<String> =
            values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
        let condition = format!("of:cell-content-is-in-list({})", values.join(";"));
        text += &format!(
            r#"<table:content-validation table:name="list{number}" table:condition="{}" table:allow-empty-cell="true" table:display-list="unsorted"><table:error-message table:message-type="stop" table:display="true"/></table:content-validation>"#,
            escape(condition.as_str())
        );
    }
    text += "</table:content-validations>";
    for (sheet, widths) in book.sheets.iter().zip(&each) {
        table(sheet, widths, &lists, &mut text);
    }
    text + "</office:spreadsheet></office:body>"
}

fn table(sheet: &Sheet, widths: &[usize], lists: &[&Vec<String>], text: &mut String) {
    *text += &format!(
        r#"<table:table table:name="{}" table:style-name="sheet">"#,
        escape(sheet.name.as_str())
    );
    for (column, width) in sheet.columns.iter().zip(widths) {
        *text += &format!(
            r#"<table:table-column table:style-name="w{width}" table:default-cell-style-name="{}"/>"#,
            style(&column.kind)
        );
    }
    *text += "<table:table-header-rows><table:table-row>";
    for column in &sheet.columns {
        *text += r#"<table:table-cell table:style-name="heading" office:value-type="string">"#;
        if !column.note.is_empty() {
            *text += r#"<office:annotation svg:width="70mm" svg:height="30mm">"#;
            column
                .note
                .lines()
                .for_each(|line| *text += &format!("<text:p>{}</text:p>", escape(line)));
            *text += "</office:annotation>";
        }
        *text +=
            &format!("<text:p>{}</text:p></table:table-cell>", escape(column.heading.as_str()));
    }
    *text += "</table:table-row></table:table-header-rows>";
    for row in &sheet.filled {
        *text += "<table:table-row>";
        for (column, value) in sheet.columns.iter().zip(row) {
            cell(column, value, lists, text);
        }
        *text += "</table:table-row>";
    }
    if sheet.prepared() > 0 {
        *text += &format!(r#"<table:table-row table:number-rows-repeated="{}">"#, sheet.prepared());
        for column in &sheet.columns {
            cell(column, &Value::Empty, lists, text);
        }
        *text += "</table:table-row>";
    }
    *text += "</table:table>";
}

/// A cell below the headings, with the list to choose from where its column has one.
fn cell(column: &Column, value: &Value, lists: &[&Vec<String>], text: &mut String) {
    let list = if let Kind::Choice(values) = &column.kind {
        lists.iter().position(|known| *known == values)
    } else {
        None
    };
    let list = list
        .map_or_else(String::new, |list| format!(r#" table:content-validation-name="list{list}""#));
    let typed = match value {
        Value::Empty => String::new(),
        Value::Number(number, _) => {
            format!(r#" office:value-type="float" office:value="{}""#, Value::digits(number))
        }
        Value::Share(share) => {
            format!(r#" office:value-type="percentage" office:value="{}""#, Value::digits(share))
        }
        Value::Text(_) | Value::Day(_) => r#" office:value-type="string""#.to_owned(),
    };
    *text +=
        &format!(r#"<table:table-cell table:style-name="{}"{list}{typed}"#, style(&column.kind));
    if *value == Value::Empty {
        *text += "/>";
        return;
    }
    *text += ">";
    for line in value.typed().split('\n') {
        *text += &format!("<text:p>{}</text:p>", written(line));
    }
    *text += "</table:table-cell>";
}

fn style(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Choice(_) => "text",
        Kind::Number { decimals: 0, .. } => "whole-number",
        Kind::Number { .. } => "number",
        Kind::Percent => "percent",
    }
}

/// The settings by which the first rows of every sheet stay in view, so many of each.
pub(crate) fn frozen<'s>(sheets: impl Iterator<Item = (&'s str, usize)>) -> String {
    let item = |name: &str, kind: &str, value: &str| {
        format!(
            r#"<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>"#
        )
    };
    let tables: String = sheets
        .map(|(name, rows)| {
            let rows = rows.to_string();
            let settings = [
                ("VerticalSplitMode", "short", "2"),
                ("VerticalSplitPosition", "int", &rows),
                ("ActiveSplitRange", "short", "2"),
                ("PositionBottom", "int", &rows),
            ];
            let settings: String =
                settings.iter().map(|(name, kind, value)| item(name, kind, value)).collect();
            format!(
                r#"<config:config-item-map-entry config:name="{}">{settings}</config:config-item-map-entry>"#,
                escape(name)
            )
        })
        .collect();
    format!(
        r#"<office:settings><config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>{}<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named></config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set></office:settings>"#,
        item("ViewId", "string", "view1")
    )
}
