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
#set table.cell(breakable: false)
#show heading: set text(size: 14pt)
#show heading: set block(below: 0.8em)
";

/// The room between the margins of a page, in points.
const PAPER: usize = 774;
/// That beside the text of a cell.
const INSETS: usize = 8;
/// What every column has beside its width in characters, so that narrow ones bear their insets.
const MORE: usize = 4;
/// Wider tables are set in 8 points instead of 9.
const WIDE: usize = 220;
/// The longest word that a column is made wide enough for, in half-width characters.
const LONGEST_WORD: usize = 22;
/// A row of more lines may be divided between two pages, or it would have none to stand on.
const MOST_LINES: usize = 15;

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
    let widths = widths(page, locale);
    let all: usize = widths.iter().sum();
    let is_wide = all > WIDE;
    // In points of a text of 9.
    let room = |columns: &[usize]| {
        let points = (PAPER * columns.iter().sum::<usize>() / all.max(1)).saturating_sub(INSETS);
        if is_wide { points * 9 / 8 } else { points }
    };
    let whole = room(&widths);
    let is_around =
        |cell: &Cell| matches!(cell.look, Look::Title | Look::Info | Look::Note | Look::Signature);
    let mut after = String::new();
    let mut table = String::new();
    for (at, line) in page.lines.iter().enumerate() {
        if !line.iter().any(is_around) {
            let mut taken = 0;
            let rooms = line.iter().map(|cell| {
                let columns = widths.get(taken..taken + cell.span).unwrap_or(&widths);
                taken += cell.span;
                (cell, room(columns))
            });
            let rooms: Vec<(&Cell, usize)> = rooms.collect();
            let is_tall = rooms.iter().any(|(cell, room)| lines(cell, *room, locale) > MOST_LINES);
            let mut cells: Vec<String> =
                rooms.iter().map(|(cell, room)| self::cell(cell, *room, is_tall, locale)).collect();
            // Cells flow from line to line, so a short line would pull up the next one.
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
            let shown = content(&cell.value.shown(locale == Locale::ZhTw), whole);
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
    let widths: Vec<String> = widths.iter().map(|width| format!("{width}fr")).collect();
    let table = format!("#table(columns: {},\n{table})\n", array(&widths));
    *out += &if is_wide { format!("#[#set text(size: 8pt)\n{table}]\n") } else { table };
    *out += &after;
}

/// How wide each column is, in half-width characters: as it is asked for, and for its longest word.
fn widths(page: &Page, locale: Locale) -> Vec<usize> {
    let mut widths: Vec<usize> = page.widths.iter().map(|width| usize::from(*width)).collect();
    for line in &page.lines {
        let mut column = 0;
        for cell in line {
            if let (1, Some(width)) = (cell.span, widths.get_mut(column)) {
                let shown = cell.value.shown(locale == Locale::ZhTw);
                let words = shown.split(|c: char| c.is_whitespace() || c >= '\u{2E80}');
                let longest = words.map(|word| word.chars().count()).max().unwrap_or_default();
                // What is longer breaks, wherever its column ends.
                if longest <= LONGEST_WORD {
                    *width = (*width).max(longest);
                }
            }
            column += cell.span;
        }
    }
    widths.into_iter().map(|width| width + MORE).collect()
}

/// About how many lines a cell takes in a room of so many points.
fn lines(cell: &Cell, room: usize, locale: Locale) -> usize {
    let shown = cell.value.shown(locale == Locale::ZhTw);
    let of = |line: &str| line.chars().map(width).sum::<usize>().div_ceil(room.max(1)).max(1);
    shown.split('\n').map(of).sum()
}

fn cell(cell: &Cell, room: usize, is_tall: bool, locale: Locale) -> String {
    let shown = content(&cell.value.shown(locale == Locale::ZhTw), room);
    let is_number = matches!(cell.value, Value::Number(..) | Value::Share(_));
    let mut how = String::new();
    if cell.span > 1 {
        how += &format!("colspan: {}, ", cell.span);
    }
    if is_tall {
        how += "breakable: true, ";
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

/// A text as content, in a room of so many points; lines stay lines.
fn content(shown: &str, room: usize) -> String {
    let lines: Vec<String> = shown
        .split('\n')
        .map(|line| format!("text({})", quoted(&breakable(&printable(line), room))))
        .collect();
    lines.join(" + linebreak() + ")
}

/// A text that may break within a word that has no room, such as a long number of a document,
/// which would else run over its neighbour. Chinese breaks anywhere.
fn breakable(text: &str, room: usize) -> String {
    let mut out = String::new();
    let mut taken = 0;
    for c in text.chars() {
        let width = width(c);
        if c.is_whitespace() || c >= '\u{2E80}' {
            taken = 0;
        } else if taken > 0 && taken + width > room {
            out.push('\u{200B}');
            taken = width;
        } else {
            taken += width;
        }
        out.push(c);
    }
    out
}

/// About how many points a character takes at 9 points.
fn width(c: char) -> usize {
    match c {
        '-' | '.' | ':' | ',' | '/' | '(' | ')' | '\'' | 'i' | 'j' | 'l' | 't' => 3,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 8,
        'A'..='Z' => 6,
        ' '..='~' => 5,
        _ => 9,
    }
}

/// A text as a string of Typst.
fn string(shown: &str) -> String {
    quoted(&printable(shown))
}

/// A string of Typst, in which only backslashes and quotation marks mean something.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\u{200B}', "\\u{200b}"))
}

/// An array, which needs its comma when it has one element.
fn array(elements: &[String]) -> String {
    format!("({},)", elements.join(", "))
}
