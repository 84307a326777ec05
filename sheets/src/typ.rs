//! Pages as a source of Typst, which makes tagged PDF of it.
//!
//! Every text stands as a string, so that nothing in it is markup or code. Not here: what the
//! cells hold (`page`), and setting the pages, which is the work of Typst.

use guiju::{Locale, printable};

use crate::page::{Cell, Look, Page, Value};

/// What the elements look like: a sheet of paper (A4, landscape), headings repeated on every page.
const STYLE: &str = "\
#set page(paper: \"a4\", flipped: true, margin: 12mm, numbering: \"1 / 1\")
#set text(size: 9pt)
#set par(leading: 0.5em, spacing: 0.7em)
#set table(stroke: 0.5pt + rgb(\"#8a97a3\"), inset: (x: 4pt, y: 3.5pt), align: start + horizon)
#show heading: set text(size: 14pt)
#show heading: set block(below: 0.8em)
";

/// Pages as a source of Typst, each on paper of its own, with days in the calendar of the
/// language. The source names no font: who sets it chooses one that has the characters.
pub fn typ(title: &str, pages: &[Page], locale: Locale) -> String {
    let language = match locale {
        Locale::ZhTw => "lang: \"zh\", region: \"TW\"",
        _ => "lang: \"en\"",
    };
    // Archives of documents (PDF/A) ask for a date, and the same result is the same bytes: that of
    // the files in a workbook.
    let mut out = format!(
        "#set document(title: {}, date: datetime(year: 1980, month: 1, day: 1))\n#set text({language})\n{STYLE}",
        string(title)
    );
    for (number, page) in pages.iter().enumerate() {
        if number > 0 {
            out += "#pagebreak()\n";
        }
        sheet(page, locale, &mut out);
    }
    out
}

fn sheet(page: &Page, locale: Locale, out: &mut String) {
    let is_around =
        |cell: &Cell| matches!(cell.look, Look::Title | Look::Info | Look::Note | Look::Signature);
    let mut after = String::new();
    let mut table = String::new();
    for (at, line) in page.lines.iter().enumerate() {
        if !line.iter().any(is_around) {
            let mut cells: Vec<String> = line.iter().map(|cell| self::cell(cell, locale)).collect();
            // Cells flow from line to line, so a short line would pull up the next one.
            let taken: usize = line.iter().map(|cell| cell.span).sum();
            cells.extend((taken..page.widths.len()).map(|_| "[]".to_owned()));
            let cells = cells.join(", ");
            // The lines of the heading are one group, which Typst repeats.
            if at + 1 == page.heading {
                table += &format!("  table.header({cells}),\n");
            } else {
                table += &format!("  {cells},\n");
            }
            continue;
        }
        let mut signers = Vec::new();
        for cell in line {
            let shown = content(&cell.value.shown(locale == Locale::ZhTw));
            match cell.look {
                Look::Title => *out += &format!("#heading(level: 1, {shown})\n"),
                Look::Info => *out += &format!("#par({shown})\n"),
                Look::Signature => signers.push(shown),
                _ => after += &format!("#par({shown})\n"),
            }
        }
        if !signers.is_empty() {
            after += &format!(
                "#v(1.5em)\n#grid(columns: {}, column-gutter: 2em, {})\n",
                array(&vec!["1fr".to_owned(); signers.len()]),
                signers.join(", ")
            );
        }
    }
    let widths: Vec<String> = page.widths.iter().map(|width| format!("{width}fr")).collect();
    *out += &format!("#table(columns: {},\n{table})\n{after}", array(&widths));
}

fn cell(cell: &Cell, locale: Locale) -> String {
    let shown = content(&cell.value.shown(locale == Locale::ZhTw));
    let is_number = matches!(cell.value, Value::Number(..) | Value::Share(_));
    let mut how = String::new();
    if cell.span > 1 {
        how += &format!("colspan: {}, ", cell.span);
    }
    how += match cell.look {
        Look::Heading => "fill: rgb(\"#e3ebf2\"), align: center + horizon, ",
        Look::Section => "fill: rgb(\"#f3f6f8\"), ",
        Look::Part => "inset: (left: 14pt), ",
        Look::Open => "fill: rgb(\"#fff4dc\"), ",
        _ if is_number => "align: end + horizon, ",
        _ => "",
    };
    let shown = match cell.look {
        Look::Heading | Look::Section => format!("strong({shown})"),
        Look::Refused => format!("text(fill: rgb(\"#a3161c\"), {shown})"),
        _ => shown,
    };
    format!("table.cell({how}{shown})")
}

/// A text as content; lines stay lines.
fn content(shown: &str) -> String {
    let lines: Vec<String> =
        shown.split('\n').map(|line| format!("text({})", string(line))).collect();
    lines.join(" + linebreak() + ")
}

/// A text as a string of Typst, in which only backslashes and quotation marks mean something.
fn string(shown: &str) -> String {
    let escaped = printable(shown).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// An array, which needs its comma when it has one element.
fn array(elements: &[String]) -> String {
    format!("({},)", elements.join(", "))
}
