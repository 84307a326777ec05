//! Pages as `.ods`: cells with types, units as formats, days in the calendar of the reader,
//! headings that stay in view and are printed on every page of A4.
//!
//! Not here: what the cells hold (`page`), and the archive (`ods`).

use std::collections::BTreeMap;

use guiju::{Exact, Locale};
use quick_xml::escape::escape;

use crate::WriteError;
use crate::ods::{archive, frozen};
use crate::page::{Cell, Look, Page, Value, is_xml};

/// What is common to all cells, and the paper: A4 across, as wide as it is, with page numbers.
const STYLES: &str = r#"<office:styles><style:default-style style:family="table-cell"><style:paragraph-properties fo:line-height="100%"/><style:text-properties style:font-name="Liberation Sans" style:font-name-asian="Noto Sans CJK TC" fo:font-size="10pt" style:font-size-asian="10pt" fo:language="zh" fo:country="TW" style:language-asian="zh" style:country-asian="TW"/></style:default-style></office:styles><office:automatic-styles><style:page-layout style:name="across"><style:page-layout-properties fo:page-width="297mm" fo:page-height="210mm" style:print-orientation="landscape" fo:margin="12mm" style:scale-to-X="1" style:scale-to-Y="0" style:table-centering="horizontal"/><style:footer-style><style:header-footer-properties fo:min-height="6mm" fo:margin-top="2mm"/></style:footer-style></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Default" style:page-layout-name="across"><style:footer><text:p><text:sheet-name>?</text:sheet-name> <text:page-number>1</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles>"#;

/// The bytes of pages as an `.ods`, with days in the calendar of the language.
///
/// # Errors
/// [`WriteError`] where the archive cannot be written.
pub fn pages_ods(pages: &[Page], locale: Locale) -> Result<Vec<u8>, WriteError> {
    let mut styles = Styles { locale, ..Styles::default() };
    let mut tables = String::new();
    for page in pages {
        table(page, &mut styles, &mut tables);
    }
    let content = format!(
        "<office:automatic-styles>{}</office:automatic-styles>\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>",
        styles.xml()
    );
    archive(&content, STYLES, &frozen(pages.iter().map(|page| (page.name.as_str(), page.heading))))
}

/// How the value of a cell is written out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Text,
    Number(u32, String),
    Share,
    Day,
}

/// The styles that cells and columns turn out to need, each with its number.
#[derive(Default)]
struct Styles {
    locale: Locale,
    forms: BTreeMap<Form, usize>,
    cells: BTreeMap<(Look, Form), usize>,
    widths: BTreeMap<u16, ()>,
}

impl Styles {
    fn cell(&mut self, look: Look, form: Form) -> usize {
        let next = self.forms.len();
        self.forms.entry(form.clone()).or_insert(next);
        let next = self.cells.len();
        *self.cells.entry((look, form)).or_insert(next)
    }

    fn xml(&self) -> String {
        let mut xml = String::from(
            r#"<style:style style:name="sheet" style:family="table" style:master-page-name="Default"><style:table-properties table:display="true"/></style:style><style:style style:name="row" style:family="table-row"><style:table-row-properties style:use-optimal-row-height="true"/></style:style><style:style style:name="signing" style:family="table-row"><style:table-row-properties style:row-height="14mm" style:use-optimal-row-height="false"/></style:style>"#,
        );
        for width in self.widths.keys() {
            // A half-width character of this size is about 1.9 mm wide.
            let mm = f64::from(*width) * 1.9;
            xml += &format!(
                r#"<style:style style:name="w{width}" style:family="table-column"><style:table-column-properties style:column-width="{mm:.1}mm"/></style:style>"#
            );
        }
        for (form, number) in &self.forms {
            xml += &self.form(form, *number);
        }
        for ((look, form), number) in &self.cells {
            let data = self.forms.get(form).copied().unwrap_or_default();
            xml += &format!(
                r#"<style:style style:name="c{number}" style:family="table-cell" style:data-style-name="n{data}">{}</style:style>"#,
                drawn(*look, form)
            );
        }
        xml
    }

    fn form(&self, form: &Form, number: usize) -> String {
        match form {
            Form::Text => format!(
                r#"<number:text-style style:name="n{number}"><number:text-content/></number:text-style>"#
            ),
            Form::Number(places, sign) => {
                let sign = if sign.is_empty() { String::new() } else { format!(" {sign}") };
                format!(
                    r#"<number:number-style style:name="n{number}"><number:number number:decimal-places="{places}" number:min-decimal-places="{places}" number:min-integer-digits="1" number:grouping="true"/><number:text>{}</number:text></number:number-style>"#,
                    escape(sign.as_str())
                )
            }
            Form::Share => format!(
                r#"<number:percentage-style style:name="n{number}"><number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/><number:text>%</number:text></number:percentage-style>"#
            ),
            Form::Day => {
                // Years of the Republic count from 1912.
                let (language, calendar, between) = match self.locale {
                    Locale::ZhTw => (
                        r#" number:language="zh" number:country="TW""#,
                        r#" number:calendar="ROC""#,
                        "/",
                    ),
                    Locale::En => ("", "", "-"),
                };
                format!(
                    r#"<number:date-style style:name="n{number}"{language}><number:year number:style="long"{calendar}/><number:text>{between}</number:text><number:month number:style="long"{calendar}/><number:text>{between}</number:text><number:day number:style="long"{calendar}/></number:date-style>"#
                )
            }
        }
    }
}

/// How a cell is drawn.
fn drawn(look: Look, form: &Form) -> String {
    let line = r##"fo:border="0.5pt solid #8a97a3" fo:padding="0.6mm""##;
    let wrap = r#"fo:wrap-option="wrap" style:vertical-align="middle""#;
    let bold = r#"fo:font-weight="bold" style:font-weight-asian="bold""#;
    let (cell, text) = match look {
        Look::Title => {
            (wrap.to_owned(), format!(r#"{bold} fo:font-size="14pt" style:font-size-asian="14pt""#))
        }
        Look::Info => (wrap.to_owned(), r##"fo:color="#44525f""##.to_owned()),
        Look::Heading => {
            (format!(r##"{line} {wrap} fo:background-color="#e3ebf2""##), bold.to_owned())
        }
        Look::Section => {
            (format!(r##"{line} {wrap} fo:background-color="#f3f6f8""##), bold.to_owned())
        }
        Look::Label | Look::Part | Look::Plain => (format!("{line} {wrap}"), String::new()),
        Look::Open => (
            format!(r##"{line} {wrap} fo:background-color="#fff4dc""##),
            r##"fo:color="#6b4300""##.to_owned(),
        ),
        Look::Refused => (format!("{line} {wrap}"), r##"fo:color="#a3161c""##.to_owned()),
        Look::Fill => (format!(r##"{line} {wrap} fo:background-color="#fffef2""##), String::new()),
        Look::Note => {
            (wrap.to_owned(), r#"fo:font-size="9pt" style:font-size-asian="9pt""#.to_owned())
        }
        Look::Signature => (r#"style:vertical-align="bottom""#.to_owned(), String::new()),
    };
    let indent = if look == Look::Part { r#" fo:margin-left="5mm""# } else { "" };
    let align = match (look, form) {
        (Look::Heading, _) => "center",
        (_, Form::Number(..) | Form::Share) => "end",
        _ => "start",
    };
    format!(
        r#"<style:table-cell-properties {cell}/><style:paragraph-properties fo:text-align="{align}"{indent}/><style:text-properties {text}/>"#
    )
}

fn table(page: &Page, styles: &mut Styles, text: &mut String) {
    let name = escape(page.name.as_str());
    let last = guiju::SheetPlace::letters(u32::try_from(page.widths.len()).unwrap_or(u32::MAX));
    *text += &format!(
        r#"<table:table table:name="{name}" table:style-name="sheet" table:print-ranges="&apos;{name}&apos;.A1:&apos;{name}&apos;.{last}{}">"#,
        page.lines.len()
    );
    for width in &page.widths {
        styles.widths.insert(*width, ());
        *text += &format!(r#"<table:table-column table:style-name="w{width}"/>"#);
    }
    *text += "<table:table-header-rows>";
    for (number, line) in page.lines.iter().enumerate() {
        if number == page.heading {
            *text += "</table:table-header-rows>";
        }
        let signing = line.iter().any(|cell| cell.look == Look::Signature);
        let style = if signing { "signing" } else { "row" };
        *text += &format!(r#"<table:table-row table:style-name="{style}">"#);
        line.iter().for_each(|cell| self::cell(cell, styles, text));
        *text += "</table:table-row>";
    }
    if page.heading >= page.lines.len() {
        *text += "</table:table-header-rows>";
    }
    *text += "</table:table>";
}

fn cell(cell: &Cell, styles: &mut Styles, text: &mut String) {
    let minguo = styles.locale == Locale::ZhTw;
    let (form, typed) = match &cell.value {
        Value::Empty => (Form::Text, String::new()),
        Value::Text(_) => (Form::Text, r#" office:value-type="string""#.to_owned()),
        Value::Number(value, sign) => {
            (Form::Number(Value::places(value), sign.clone()), number("float", value))
        }
        Value::Share(share) => (Form::Share, number("percentage", share)),
        Value::Day(day) => {
            (Form::Day, format!(r#" office:value-type="date" office:date-value="{day}""#))
        }
    };
    let style = styles.cell(cell.look, form);
    let span = match cell.span {
        0 | 1 => String::new(),
        span => format!(r#" table:number-columns-spanned="{span}" table:number-rows-spanned="1""#),
    };
    *text += &format!(r#"<table:table-cell table:style-name="c{style}"{typed}{span}>"#);
    if cell.value != Value::Empty {
        for line in cell.value.shown(minguo).split('\n') {
            *text += &format!("<text:p>{}</text:p>", written(line));
        }
    }
    *text += "</table:table-cell>";
    if cell.span > 1 {
        *text += &format!(
            r#"<table:covered-table-cell table:number-columns-repeated="{}"/>"#,
            cell.span - 1
        );
    }
}

fn number(kind: &str, value: &Exact) -> String {
    format!(r#" office:value-type="{kind}" office:value="{}""#, Value::digits(value))
}

/// A text as XML may hold it: blanks that follow one another are kept, and characters that no
/// document may have are named.
pub(crate) fn written(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for c in text.chars() {
        match c {
            ' ' if blank => out += "<text:s/>",
            '\t' => out += "<text:tab/>",
            c if !is_xml(c) => {
                out += &format!("U+{:04X}", u32::from(c));
            }
            c => out += &escape(c.encode_utf8(&mut [0; 4]) as &str),
        }
        blank = c == ' ';
    }
    out
}
