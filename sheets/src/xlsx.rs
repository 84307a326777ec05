//! A workbook as `.xlsx`, by the library that writes such files.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    Note, Workbook, Worksheet, XlsxError,
};

use crate::WriteError;
use crate::book::{Book, Column, Kind, Sheet};
use crate::page::Value;

/// The most characters that the list of a cell's choices may have, commas included.
const LONGEST_LIST: usize = 255;

/// The bytes of a workbook as `.xlsx`.
///
/// # Errors
/// [`WriteError`] where a name or text is not allowed in such a file.
pub fn xlsx(book: &Book) -> Result<Vec<u8>, WriteError> {
    let mut workbook = workbook()?;
    for sheet in &book.sheets {
        write(workbook.add_worksheet(), sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A workbook that bears no day of its own: the same cells are the same bytes. Where one is asked
/// for, it has that of the files in an archive.
pub(crate) fn workbook() -> Result<Workbook, XlsxError> {
    let day = ExcelDateTime::from_ymd(1980, 1, 1)?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
    Ok(workbook)
}

fn write(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    worksheet
        .set_name(&sheet.name)?
        .set_freeze_panes(1, 0)?
        .set_landscape()
        .set_paper_size(9)
        .set_repeat_rows(0, 0)?
        .set_print_gridlines(true)
        .set_footer("&C&A  &P / &N");
    worksheet.set_print_fit_to_pages(1, 0);
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color("#E8EEF4")
        .set_align(FormatAlign::Top);
    for (at, column) in sheet.columns.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let format = Format::new().set_num_format(number_format(&column.kind));
        worksheet.set_column_width(at, sheet.width(usize::from(at)) as f64)?;
        worksheet.set_column_format(at, &format)?;
        worksheet.write_string_with_format(0, at, &column.heading, &heading)?;
        if !column.note.is_empty() {
            worksheet.insert_note(
                0,
                at,
                &Note::new(&column.note).set_width(260).set_height(110).add_author_prefix(false),
            )?;
        }
        if let Some(validation) = validation(column)? {
            let filled = u32::try_from(sheet.filled.len()).unwrap_or(u32::MAX);
            let last = filled.saturating_add(sheet.prepared()).max(1);
            worksheet.add_data_validation(1, at, last, at, &validation)?;
        }
        for (row, cells) in (1..).zip(&sheet.filled) {
            match cells.get(usize::from(at)) {
                None | Some(Value::Empty) => continue,
                Some(value) => match float(value) {
                    Some(number) => worksheet.write_number_with_format(row, at, number, &format)?,
                    None => worksheet.write_string_with_format(row, at, value.typed(), &format)?,
                },
            };
        }
    }
    Ok(())
}

/// A number as such files hold it.
fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number, _) | Value::Share(number) => Value::digits(number).parse().ok(),
        Value::Empty | Value::Text(_) | Value::Day(_) => None,
    }
}

fn number_format(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Choice(_) => "@",
        Kind::Number { decimals: 0, .. } => "#,##0",
        Kind::Number { .. } => "#,##0.############",
        Kind::Percent => "0.######%",
    }
}

/// A list to choose from, where it can be written; other values are refused by the reader of data,
/// with a reason.
fn validation(column: &Column) -> Result<Option<DataValidation>, XlsxError> {
    let Kind::Choice(values) = &column.kind else { return Ok(None) };
    let length = values.iter().map(|value| value.encode_utf16().count() + 1).sum::<usize>();
    if length > LONGEST_LIST || values.iter().any(|value| value.contains([',', '"'])) {
        return Ok(None);
    }
    let list = DataValidation::new().allow_list_strings(values)?;
    Ok(Some(list.set_error_style(DataValidationErrorStyle::Stop)))
}
