//! Workbooks of LibreOffice and its like, `.ods`. Not here: what a cell may hold (`value`).

use std::collections::HashSet;

use guiju::{SheetTable, SheetValue};
use quick_xml::events::BytesStart;

use super::format::percent;
use super::grid::{COLUMNS, Grid, ROWS};
use super::shown::{self, Told};
use super::value::{self, Read};
use super::xml::{Node, Xml};
use super::{Broken, Parts};

/// Spaces that one element may stand for.
const SPACES: u32 = 1_000;

pub(super) fn read(book: &str, parts: &mut Parts<'_>) -> Result<Vec<SheetTable>, Broken> {
    let part = "content.xml";
    let text = parts.needed(part)?;
    let (mut xml, mut budget) = (Xml::new(part, &text), parts.budget());
    let (mut sheets, mut style, mut hidden) = (Vec::new(), None, HashSet::new());
    loop {
        let element = match xml.next()? {
            Node::Start(element) => element,
            Node::Over => return Ok(sheets),
            _ => continue,
        };
        match element.name().as_ref() {
            "style:style" => style = xml.attribute(&element, "style:name")?,
            "style:table-properties"
                if xml.attribute(&element, "table:display")?.as_deref() == Some("false") =>
            {
                hidden.extend(style.take());
            }
            "table:table" => {
                let name = xml.attribute(&element, "table:name")?.ok_or_else(|| xml.damaged())?;
                let style = xml.attribute(&element, "table:style-name")?;
                let grid = table(&mut xml, Grid::new(book, name, &mut budget))?;
                sheets.push(grid.finish(style.is_some_and(|style| hidden.contains(&style))));
            }
            _ => {}
        }
    }
}

/// The rows of a table, whose element was just begun.
fn table<'b>(xml: &mut Xml<'_>, mut grid: Grid<'b>) -> Result<Grid<'b>, Broken> {
    let outside = xml.depth().saturating_sub(1);
    let (mut row, mut column) = (1_u32, 1_u32);
    while xml.depth() > outside {
        let Node::Start(element) = xml.next()? else { continue };
        match element.name().as_ref() {
            "table:table-column" => {
                let next = column.saturating_add(repeated(
                    xml,
                    &element,
                    "table:number-columns-repeated",
                )?);
                if is_hidden(xml, &element)? {
                    grid.hide_columns(column, next - 1);
                }
                column = next;
            }
            "table:table-row" => {
                let next =
                    row.saturating_add(repeated(xml, &element, "table:number-rows-repeated")?);
                if is_hidden(xml, &element)? {
                    grid.hide_rows(row, next - 1);
                }
                let cells = self::row(xml, &mut grid, row)?;
                for row in (row..next).take(if cells.is_empty() { 0 } else { ROWS as usize + 1 }) {
                    for (first, last, read) in &cells {
                        for column in *first..*last {
                            if !grid.push(row, column, read.clone())? {
                                return Err(xml.damaged());
                            }
                        }
                    }
                }
                row = next;
            }
            // Groups and headings have rows in them.
            "table:table-row-group" | "table:table-header-rows" | "table:table-rows" => {}
            "table:table-column-group" | "table:table-header-columns" | "table:table-columns" => {}
            _ => xml.skip()?,
        }
    }
    Ok(grid)
}

fn is_hidden(xml: &Xml<'_>, element: &BytesStart<'_>) -> Result<bool, Broken> {
    Ok(matches!(
        xml.attribute(element, "table:visibility")?.as_deref(),
        Some("collapse" | "filter")
    ))
}

/// How often something stands there, one after another.
fn repeated(xml: &Xml<'_>, element: &BytesStart<'_>, name: &str) -> Result<u32, Broken> {
    xml.number(element, name)?
        .map_or(Ok(1), |times| if times > 0 { Ok(times) } else { Err(xml.damaged()) })
}

/// The cells of a row that have something in them: from a column, up to another that is not among
/// them.
fn row(xml: &mut Xml<'_>, grid: &mut Grid<'_>, row: u32) -> Result<Vec<(u32, u32, Read)>, Broken> {
    let outside = xml.depth().saturating_sub(1);
    let (mut cells, mut column) = (Vec::new(), 1_u32);
    while xml.depth() > outside {
        let Node::Start(element) = xml.next()? else { continue };
        if !matches!(element.name().as_ref(), "table:table-cell" | "table:covered-table-cell") {
            xml.skip()?;
            continue;
        }
        let next = column.saturating_add(repeated(xml, &element, "table:number-columns-repeated")?);
        let spanned = |name| repeated(xml, &element, name);
        let (down, across) =
            (spanned("table:number-rows-spanned")?, spanned("table:number-columns-spanned")?);
        grid.merge((
            (row, column),
            (row.saturating_add(down - 1), column.saturating_add(across - 1)),
        ));
        if let Some(read) = cell(xml, &element)? {
            // No further than the first that no sheet has, which is refused.
            cells.push((column, next.min(COLUMNS + 2), read));
        }
        column = next;
    }
    Ok(cells)
}

/// What a cell holds; `None` for one that only has a format.
fn cell(xml: &mut Xml<'_>, element: &BytesStart<'_>) -> Result<Option<Read>, Broken> {
    let kind = xml.attribute(element, "office:value-type")?;
    let error = xml.attribute(element, "calcext:value-type")?.as_deref() == Some("error");
    let formula = xml.attribute(element, "table:formula")?.is_some();
    let number = xml.attribute(element, "office:value")?;
    let currency = xml.attribute(element, "office:currency")?;
    let [date, truth, string] = [
        xml.attribute(element, "office:date-value")?,
        xml.attribute(element, "office:boolean-value")?,
        xml.attribute(element, "office:string-value")?,
    ];
    let text = paragraphs(xml)?;
    // Excel writes errors as numbers, and formulas of other programs may give them as texts: what
    // is shown is an error all the same.
    let typed = kind.is_some() && (kind.as_deref() != Some("string") || formula);
    if error
        || (typed
            && shown::is_error(
                string.as_deref().filter(|string| !string.is_empty()).unwrap_or(&text),
            ))
    {
        return Ok(Some(value::error(&text)));
    }
    let damaged = || xml.damaged();
    let number = || number.as_deref().and_then(value::parse).ok_or_else(damaged);
    match kind.as_deref() {
        None if formula => Ok(Some(value::not_calculated())),
        None => Ok(None),
        Some("float" | "currency") => {
            let number = number()?;
            Ok(Some(match shown::told(number, &text) {
                Told::Number(shown) => {
                    let shown = shown::in_currency(shown, currency.as_deref());
                    value::number(number, &shown, false)
                }
                Told::Bool => Ok(SheetValue::Bool(number != 0.0)),
                Told::Error => value::error(&text),
            }))
        }
        Some("percentage") => Ok(Some(value::number(number()?, &percent(), false))),
        Some("date") => Ok(Some(value::iso(&date.ok_or_else(damaged)?))),
        Some("time") => Ok(Some(value::time(&text))),
        Some("boolean") => match truth.as_deref() {
            Some("true") => Ok(Some(Ok(SheetValue::Bool(true)))),
            Some("false") => Ok(Some(Ok(SheetValue::Bool(false)))),
            _ => Err(damaged()),
        },
        Some("string") => Ok(Some(Ok(SheetValue::Text(string.unwrap_or(text).into())))),
        Some(_) => Err(damaged()),
    }
}

/// The text of a cell whose element was just begun, a line for each paragraph; not its remarks and
/// drawings, nor how it is pronounced.
fn paragraphs(xml: &mut Xml<'_>) -> Result<String, Broken> {
    let (outside, mut text) = (xml.depth().saturating_sub(1), None::<String>);
    while xml.depth() > outside {
        match xml.next()? {
            Node::Start(element) => match element.name().as_ref() {
                "text:p" => text = Some(text.map_or_else(String::new, |before| before + "\n")),
                "text:s" => {
                    let spaces = repeated(xml, &element, "text:c")?.min(SPACES) as usize;
                    text.get_or_insert_default().push_str(&" ".repeat(spaces));
                }
                "text:tab" => text.get_or_insert_default().push('\t'),
                "text:line-break" => text.get_or_insert_default().push('\n'),
                "text:span" | "text:a" | "text:ruby" | "text:ruby-base" => {}
                _ => xml.skip()?,
            },
            // Between paragraphs there is only white space.
            Node::Text(piece) if text.is_some() => text.get_or_insert_default().push_str(&piece),
            _ => {}
        }
    }
    Ok(text.unwrap_or_default())
}
