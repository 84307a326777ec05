//! Pages as one page of HTML that needs nothing beside it, for a screen and for paper.
//!
//! Not here: what the cells hold (`page`).

use guiju::{Locale, printable};
use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::page::{Cell, Look, Page, Value};

const STYLE: &str = "\
:root { color-scheme: light dark; --line: #8a97a3; --head: #e3ebf2; --part: #f3f6f8; --open: #fff4dc }
@media (prefers-color-scheme: dark) {
  :root { --line: #5b6773; --head: #25303a; --part: #1c242b; --open: #3d3010 } }
body { font: 15px/1.5 system-ui, \"Noto Sans CJK TC\", \"Noto Sans TC\", sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem }
section { margin-bottom: 3rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: start; vertical-align: middle; overflow-wrap: break-word }
thead th { background: var(--head); text-align: center; overflow-wrap: normal }
th.section { background: var(--part) }
th { font-weight: 600 }
th.label, th.part { font-weight: 400 }
th.part { padding-inline-start: 1.5rem }
td.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap }
td.day { white-space: nowrap }
tr { break-inside: avoid }
td.open { background: var(--open) }
td.refused { color: light-dark(#a3161c, #ff9a9a) }
.signatures { display: flex; gap: 2rem; margin-top: 2.5rem }
.signatures span { flex: 1; border-bottom: 1px solid var(--line) }
@media print { section { break-after: page } body { margin: 0; font-size: 11px } @page { size: A4 landscape; margin: 12mm } }
";

/// Pages as a page of HTML, with days in the calendar of the language.
pub fn html(title: &str, pages: &[Page], locale: Locale) -> String {
    let language = if locale == Locale::ZhTw { "zh-Hant-TW" } else { "en" };
    let title = text(title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>\n{STYLE}</style></head>\n<body><main>\n"
    );
    for (number, page) in pages.iter().enumerate() {
        section(page, number, locale, &mut out);
    }
    out + "</main></body></html>\n"
}

fn section(page: &Page, number: usize, locale: Locale, out: &mut String) {
    let (above, table): (Vec<_>, Vec<_>) = page.lines.iter().enumerate().partition(|(_, line)| {
        line.iter().any(|cell| {
            matches!(cell.look, Look::Title | Look::Info | Look::Note | Look::Signature)
        })
    });
    *out += &format!("<section aria-labelledby=\"p{number}\">\n");
    let mut after = String::new();
    for (_, line) in above {
        for cell in line {
            let shown = text(&cell.value.shown(locale == Locale::ZhTw));
            match cell.look {
                Look::Title => {
                    let level = if number == 0 { 1 } else { 2 };
                    *out += &format!("<h{level} id=\"p{number}\">{shown}</h{level}>\n");
                }
                Look::Info => *out += &format!("<p>{shown}</p>\n"),
                Look::Signature => after += &format!("<span>{shown}</span>"),
                _ => after += &format!("<p>{shown}</p>\n"),
            }
        }
        if line.iter().any(|cell| cell.look == Look::Signature) {
            let signers = after.find("<span>").map_or(String::new(), |at| after.split_off(at));
            after += &format!("<div class=\"signatures\">{signers}</div>\n");
        }
    }
    *out += "<table>\n";
    for (at, line) in table {
        if at + 1 == page.heading {
            *out += "<thead>";
        }
        *out += "<tr>";
        line.iter().for_each(|cell| self::cell(cell, locale, out));
        *out += "</tr>";
        if at + 1 == page.heading {
            *out += "</thead>\n<tbody>";
        }
        *out += "\n";
    }
    *out += "</tbody></table>\n";
    *out += &after;
    *out += "</section>\n";
}

fn cell(cell: &Cell, locale: Locale, out: &mut String) {
    let shown = text(&cell.value.shown(locale == Locale::ZhTw));
    let span = if cell.span > 1 { format!(" colspan=\"{}\"", cell.span) } else { String::new() };
    let is_number = matches!(cell.value, Value::Number(..) | Value::Share(_));
    let (tag, class, scope) = match cell.look {
        Look::Heading => ("th", "", " scope=\"col\""),
        Look::Section => ("th", "section", " scope=\"colgroup\""),
        Look::Label => ("th", "label", " scope=\"row\""),
        Look::Part => ("th", "part", " scope=\"row\""),
        Look::Open => ("td", "open", ""),
        Look::Refused => ("td", "refused", ""),
        _ if is_number => ("td", "number", ""),
        _ if matches!(cell.value, Value::Day(_)) => ("td", "day", ""),
        _ => ("td", "", ""),
    };
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(" class=\"{}\"", encode_double_quoted_attribute(class))
    };
    *out += &format!("<{tag}{class}{scope}{span}>{shown}</{tag}>");
}

/// Text as it may stand in a page; lines stay lines.
fn text(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| breakable(&printable(line))).collect();
    lines.join("<br>")
}

/// A line that may break within a word which is longer than any, such as the number of a document;
/// words as people write them stay whole, and so do days. Chinese breaks anywhere.
fn breakable(line: &str) -> String {
    const LONGEST_WORD: usize = 24;
    let mut out = String::with_capacity(line.len());
    let (mut start, mut length) = (0, 0);
    for (at, c) in line.char_indices() {
        if c.is_whitespace() || c >= '\u{2E80}' {
            length = 0;
        } else {
            length += 1;
        }
        if length > LONGEST_WORD {
            out += &encode_text(&line[start..at]);
            out += "<wbr>";
            (start, length) = (at, 1);
        }
    }
    out + &encode_text(&line[start..])
}
