//! Pages that need nothing beside them: what they begin and end with, their one style, and how
//! tables and bars stand in them.
//!
//! Everything is written as it goes. A page has no script but the search of `doc`; pictures repeat
//! what a table says, so that readers of the screen pass them over. Not here: what is on a page
//! ([`result`], `difference::html`, `doc::html`).

mod chart;
pub(crate) mod result;

use std::io::{self, Write};

use guiju::{Exact, Locale};
use html_escape::{encode_double_quoted_attribute, encode_text};

use super::clean;
use super::table::{Cell, Column, Grid, Look};
use crate::words::pick;

const STYLE: &str = include_str!("style.css");

/// Text as it may stand in a page; lines stay lines.
pub(crate) fn escape(text: &str) -> String {
    let shown: Vec<String> = text.split('\n').map(clean).collect();
    encode_text(&shown.join("\n")).into_owned()
}

/// Text as it may stand in quotation marks in a tag.
pub(crate) fn attribute(text: &str) -> String {
    encode_double_quoted_attribute(&clean(text)).into_owned()
}

/// Everything before the body's own text.
pub(crate) fn begin(out: &mut impl Write, title: &str, locale: Locale) -> io::Result<()> {
    let (language, title) = (pick(locale, "zh-Hant-TW", "en"), escape(title));
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>\n{STYLE}</style></head>\n<body><header><h1>{title}</h1>"
    )
}

/// Links to the parts of the page, by id, and the end of its head.
pub(crate) fn contents(
    out: &mut impl Write,
    parts: &[(&str, &str)],
    locale: Locale,
) -> io::Result<()> {
    if !parts.is_empty() {
        write!(out, "<nav aria-label=\"{}\">", pick(locale, "目錄", "Contents"))?;
        for (id, heading) in parts {
            write!(out, "<a href=\"#{}\">{}</a>", attribute(id), escape(heading))?;
        }
        writeln!(out, "</nav>")?;
    }
    writeln!(out, "</header><main>")
}

/// Everything after the body's own text.
pub(crate) fn end(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "</main></body></html>")
}

/// A heading with a place of its own.
pub(crate) fn heading(out: &mut impl Write, level: u8, id: &str, text: &str) -> io::Result<()> {
    writeln!(out, "<h{level} id=\"{}\">{}</h{level}>", attribute(id), escape(text))
}

/// A table under its title as a heading; nothing where it has no rows.
pub(crate) fn table(
    out: &mut impl Write,
    grid: &Grid,
    level: u8,
    id: Option<&str>,
) -> io::Result<()> {
    let id = id.map(|id| format!(" id=\"{}\"", attribute(id))).unwrap_or_default();
    captioned(out, grid, &format!("<h{level}{id}>{}</h{level}>", escape(&grid.title)))
}

/// A table under a caption; nothing where it has no rows.
fn captioned(out: &mut impl Write, grid: &Grid, caption: &str) -> io::Result<()> {
    if grid.rows.is_empty() {
        return Ok(());
    }
    // It scrolls by itself where it is too wide, also by keys.
    writeln!(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">",
        attribute(&grid.title)
    )?;
    write!(out, "<table class=\"figures\"><caption>{caption}</caption>\n<thead><tr>")?;
    for Column { header, right } in &grid.columns {
        let lines: Vec<String> = header.lines().map(escape).collect();
        write!(
            out,
            "<th scope=\"col\"{}>{}</th>",
            if *right { " class=\"n\"" } else { "" },
            lines.join("<br>")
        )?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for row in &grid.rows {
        write!(out, "<tr>")?;
        for (at, (column, found)) in grid.columns.iter().zip(row).enumerate() {
            cell(out, found, column.right, at == 0)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

/// An entry; the first of a row says what the row is about.
fn cell(out: &mut impl Write, cell: &Cell, right: bool, first: bool) -> io::Result<()> {
    let text = escape(&cell.text);
    let (class, inside) = match &cell.look {
        Look::Plain => ("", text),
        Look::Part => ("part", text),
        Look::Good => ("good", text),
        Look::Bad => ("bad", text),
        Look::Open => ("open", text),
        Look::Link(id) => ("", format!("<a href=\"#{}\">{text}</a>", attribute(id))),
        Look::Share(share) => (
            "",
            text + &bar(
                &percent(share, &Exact::ONE),
                if *share < Exact::ONE { "open" } else { "good" },
            ),
        ),
        Look::Stack(parts) => ("b", stack(parts)),
    };
    let classes = [class, if right { "n" } else { "" }].join(" ");
    let class = if classes.trim().is_empty() {
        String::new()
    } else {
        format!(" class=\"{}\"", classes.trim())
    };
    if first {
        write!(out, "<th scope=\"row\"{class}>{inside}</th>")
    } else {
        write!(out, "<td{class}>{inside}</td>")
    }
}

/// Which part of a whole a size is, in percent, at most 100. The width of a bar is a picture, not a
/// figure: one decimal will do.
pub(crate) fn percent(size: &Exact, whole: &Exact) -> String {
    let part =
        size.min(whole).max(&Exact::ZERO).mul(&Exact::from(100)).and_then(|part| part.div(whole));
    part.map_or_else(|_| "0".to_owned(), |part| part.to_fixed(1).trim_end_matches(".0").to_owned())
}

/// A bar of some percent of its cell's width.
pub(crate) fn bar(percent: &str, class: &str) -> String {
    format!(
        "<svg class=\"bar\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"{percent}%\" height=\"100%\"/></svg>"
    )
}

/// Bars end to end: how many are good, open and bad.
fn stack(parts: &[usize; 3]) -> String {
    let whole = Exact::from(parts.iter().sum::<usize>() as i64);
    let mut drawn = String::from("<svg class=\"bar\" aria-hidden=\"true\">");
    let mut before = 0;
    for (part, class) in parts.iter().zip(["good", "open", "bad"]).filter(|(part, _)| **part > 0) {
        let [from, width] = [before, *part].map(|size| percent(&Exact::from(size as i64), &whole));
        drawn.push_str(&format!(
            "<rect class=\"{class}\" x=\"{from}%\" width=\"{width}%\" height=\"100%\"/>"
        ));
        before += part;
    }
    drawn + "</svg>"
}
