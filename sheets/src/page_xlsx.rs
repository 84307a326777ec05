//! Pages as `.xlsx`, by the library that writes such files: the same cells, formats, headings and
//! print settings as in `.ods`.
//!
//! Not here: what the cells hold (`page`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use guiju::{Exact, Locale};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::WriteError;
use crate::page::{Cell, Look, Page, Value, is_xml};
use crate::xlsx::workbook;

/// The digits that a number of such files keeps.
const DIGITS: usize = 15;

/// The bytes of pages as an `.xlsx`, with days in the calendar of the language. A number of more
/// digits than such files keep is written as text, so that none is lost.
///
/// # Errors
/// [`WriteError`] where the library refuses them.
pub fn pages_xlsx(pages: &[Page], locale: Locale) -> Result<Vec<u8>, WriteError> {
    let mut workbook = workbook()?;
    let mut formats = BTreeMap::new();
    for page in pages {
        write(workbook.add_worksheet(), page, locale, &mut formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Formats by what a cell is and how its value is written out.
type Formats = BTreeMap<(Look, String), Format>;

fn write(
    worksheet: &mut Worksheet,
    page: &Page,
    locale: Locale,
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    let rows = u32::try_from(page.lines.len()).unwrap_or(u32::MAX);
    let heading = u32::try_from(page.heading).unwrap_or(u32::MAX);
    let columns = u16::try_from(page.widths.len()).unwrap_or(u16::MAX);
    worksheet.set_name(&page.name)?.set_landscape().set_paper_size(9);
    worksheet.set_print_fit_to_pages(1, 0);
    if heading > 0 {
        worksheet.set_freeze_panes(heading, 0)?.set_repeat_rows(0, heading - 1)?;
    }
    if rows > 0 && columns > 0 {
        worksheet.set_print_area(0, 0, rows - 1, columns - 1)?;
    }
    worksheet.set_footer("&C&A  &P / &N");
    for (at, width) in (0_u16..).zip(&page.widths) {
        worksheet.set_column_width(at, f64::from(*width))?;
    }
    for (row, line) in (0_u32..).zip(&page.lines) {
        let mut column = 0_u16;
        for cell in line {
            let span = u16::try_from(cell.span).unwrap_or(u16::MAX).max(1);
            put(worksheet, (row, column, span), cell, locale, formats)?;
            column = column.saturating_add(span);
        }
        let lines = drawn_lines(page, line);
        if line.iter().any(|cell| cell.look == Look::Signature) {
            worksheet.set_row_height(row, 40)?;
        } else if lines > 1 {
            worksheet.set_row_height(row, 15.0 * lines as f64)?;
        }
    }
    Ok(())
}

/// How many lines the texts of a row take: such files say how high a row is.
fn drawn_lines(page: &Page, line: &[Cell]) -> usize {
    const MOST: usize = 20;
    let (mut column, mut most) = (0, 1);
    for cell in line {
        let widths = page.widths.iter().skip(column).take(cell.span);
        let width = usize::from(widths.sum::<u16>()).max(1);
        if let Value::Text(text) = &cell.value {
            let of = |c: char| if c.is_ascii() { 1 } else { 2 };
            let lines = text
                .split('\n')
                .map(|part| part.chars().map(of).sum::<usize>().div_ceil(width).max(1));
            most = most.max(lines.sum());
        }
        column += cell.span;
    }
    most.min(MOST)
}

fn put(
    worksheet: &mut Worksheet,
    (row, column, span): (u32, u16, u16),
    cell: &Cell,
    locale: Locale,
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    let code = code(&cell.value, locale);
    let format =
        formats.entry((cell.look, code)).or_insert_with_key(|(look, code)| drawn(*look, code));
    if span > 1 {
        worksheet.merge_range(row, column, row, column + span - 1, "", format)?;
    }
    let shown = || cell.value.shown(locale == Locale::ZhTw);
    match &cell.value {
        Value::Empty => worksheet.write_blank(row, column, format)?,
        Value::Text(text) => {
            worksheet.write_string_with_format(row, column, named(text).as_ref(), format)?
        }
        Value::Number(value, _) | Value::Share(value) => match float(value) {
            Some(number) => worksheet.write_number_with_format(row, column, number, format)?,
            None => worksheet.write_string_with_format(row, column, shown(), format)?,
        },
        Value::Day(day) => match ExcelDateTime::parse_from_str(&day.to_string()) {
            Ok(date) => worksheet.write_datetime_with_format(row, column, date, format)?,
            // Such files know no days before 1900.
            Err(_) => worksheet.write_string_with_format(row, column, shown(), format)?,
        },
    };
    Ok(())
}

/// A text with what no file can hold named, as in `.ods`: the library would write `_xFFFF_`, which
/// programs take back for the character.
fn named(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| !is_xml(c) && !matches!(c, '\n' | '\t');
    if !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_odd(c) {
            out += &format!("U+{:04X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A number as such files hold it, where they can hold its digits; one without an end is cut.
fn float(value: &Exact) -> Option<f64> {
    let digits = Value::digits(value);
    let significant = digits.chars().filter(char::is_ascii_digit).collect::<String>();
    let fits = significant.trim_matches('0').len() <= DIGITS || value.as_scaled().is_none();
    fits.then(|| digits.parse().ok()).flatten()
}

/// How a value is written out, as such files say it.
fn code(value: &Value, locale: Locale) -> String {
    match value {
        Value::Empty => "General".to_owned(),
        Value::Text(_) => "@".to_owned(),
        Value::Number(value, sign) => {
            let places = Value::places(value) as usize;
            let point = if places > 0 { "." } else { "" };
            let sign = if sign.is_empty() {
                String::new()
            } else {
                format!("\" {}\"", sign.replace('"', ""))
            };
            format!("#,##0{point}{}{sign}", "0".repeat(places))
        }
        Value::Share(_) => "#,##0.00%".to_owned(),
        Value::Day(_) if locale == Locale::ZhTw => "[$-404]e/mm/dd".to_owned(),
        Value::Day(_) => "yyyy-mm-dd".to_owned(),
    }
}

fn drawn(look: Look, code: &str) -> Format {
    let format = Format::new().set_num_format(code).set_text_wrap();
    let format = format.set_align(FormatAlign::VerticalCenter);
    let lines = |format: Format| format.set_border(FormatBorder::Thin).set_border_color("#8A97A3");
    match look {
        Look::Title => format.set_bold().set_font_size(14),
        Look::Info => format.set_font_color("#44525F"),
        Look::Heading => {
            let format = lines(format).set_bold().set_background_color("#E3EBF2");
            format.set_align(FormatAlign::Center)
        }
        Look::Section => lines(format).set_bold().set_background_color("#F3F6F8"),
        Look::Label | Look::Plain => lines(format),
        Look::Part => lines(format).set_indent(2),
        Look::Open => lines(format).set_background_color("#FFF4DC").set_font_color("#6B4300"),
        Look::Refused => lines(format).set_font_color("#A3161C"),
        Look::Fill => lines(format).set_background_color("#FFFEF2"),
        Look::Note => format.set_font_size(9),
        Look::Signature => format.set_align(FormatAlign::Bottom),
    }
}
