//! Workbooks of Excel, `.xlsx`. Not here: what a number is shown as (`format`), what it is then
//! (`value`).

use std::collections::HashMap;
use std::sync::Arc;

use guiju::{SheetTable, SheetValue};
use quick_xml::events::BytesStart;

use super::format::{self, Shown};
use super::grid::Grid;
use super::value::{self, Read};
use super::xml::{Node, Xml, local};
use super::{Broken, Parts};

/// Where something in a part leads to: its kind and its path.
type Relations = HashMap<String, (String, String)>;

/// What the cells of all sheets refer to.
struct Shared {
    strings: Vec<Arc<str>>,
    formats: Vec<Shown>,
    from_1904: bool,
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    hidden: bool,
}

pub(super) fn read(book: &str, parts: &mut Parts<'_>) -> Result<Vec<SheetTable>, Broken> {
    let of_kind = |relations: &Relations, kind: &str| {
        relations
            .values()
            .find(|(other, _)| other.rsplit('/').next() == Some(kind))
            .map(|(_, path)| path.clone())
    };
    let root = of_kind(&relations(parts, "")?, "officeDocument")
        .ok_or_else(|| Broken::damaged("_rels/.rels"))?;
    // Excel's binary workbooks are the same but for the form of their parts.
    if root.to_ascii_lowercase().ends_with(".bin") {
        return Err(Broken::Other("xlsb".to_owned()));
    }
    let (listed, from_1904) = workbook(&root, &parts.needed(&root)?)?;
    let relations = relations(parts, &root)?;
    let (strings, styles) = (of_kind(&relations, "sharedStrings"), of_kind(&relations, "styles"));
    let strings = strings
        .map(|path| shared_strings(&path, &parts.needed(&path)?))
        .transpose()?
        .unwrap_or_default();
    let formats =
        styles.map(|path| formats(&path, &parts.needed(&path)?)).transpose()?.unwrap_or_default();
    let shared = Shared { strings, formats, from_1904 };
    let (mut sheets, mut budget) = (Vec::with_capacity(listed.len()), parts.budget());
    for Listed { name, relation, hidden } in listed {
        let (kind, path) = relations.get(&relation).ok_or_else(|| Broken::damaged(&root))?;
        // Sheets of charts and dialogs have no cells.
        if kind.ends_with("/worksheet") {
            sheets.push(
                worksheet(Grid::new(book, name, &mut budget), path, &parts.needed(path)?, &shared)?
                    .finish(hidden),
            );
        }
    }
    Ok(sheets)
}

/// What a part refers to, by name; for the part without a name, what the whole archive does.
fn relations(parts: &mut Parts<'_>, part: &str) -> Result<Relations, Broken> {
    let (folder, file) = part
        .rsplit_once('/')
        .map_or((String::new(), part), |(folder, file)| (format!("{folder}/"), file));
    let path = format!("{folder}_rels/{file}.rels");
    let text = parts.needed(&path)?;
    let mut xml = Xml::new(&path, &text);
    let mut found = Relations::new();
    loop {
        match xml.next()? {
            Node::Start(element) if local(&element) == "Relationship" => {
                let needed = |name| xml.attribute(&element, name)?.ok_or_else(|| xml.damaged());
                let (id, kind, target) = (needed("Id")?, needed("Type")?, needed("Target")?);
                let target = target.replace('\\', "/");
                let target = target
                    .strip_prefix('/')
                    .map_or_else(|| format!("{folder}{target}"), str::to_owned);
                found.insert(id, (kind, plain(&target)));
            }
            Node::Over => return Ok(found),
            _ => {}
        }
    }
}

/// A path without `..`.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The sheets in their order, and whether days are counted from 1904.
fn workbook(part: &str, text: &str) -> Result<(Vec<Listed>, bool), Broken> {
    let mut xml = Xml::new(part, text);
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Node::Start(element) => match local(&element).as_str() {
                "workbookPr" => from_1904 = xml.flag(&element, "date1904")?,
                "sheet" => {
                    let state = xml.attribute(&element, "state")?;
                    sheets.push(Listed {
                        name: xml.attribute(&element, "name")?.ok_or_else(|| xml.damaged())?,
                        relation: xml.prefixed(&element, "id")?.ok_or_else(|| xml.damaged())?,
                        hidden: state.is_some_and(|state| state != "visible"),
                    });
                }
                _ => {}
            },
            Node::Over => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

fn shared_strings(part: &str, text: &str) -> Result<Vec<Arc<str>>, Broken> {
    let mut xml = Xml::new(part, text);
    let mut strings = Vec::new();
    loop {
        match xml.next()? {
            Node::Start(element) if local(&element) == "si" => {
                strings.push(string(&mut xml)?.into())
            }
            Node::Over => return Ok(strings),
            _ => {}
        }
    }
}

/// A text, in one piece or in several with formats of their own; not how it is pronounced.
fn string(xml: &mut Xml<'_>) -> Result<String, Broken> {
    let (outside, mut text) = (xml.depth().saturating_sub(1), String::new());
    while xml.depth() > outside {
        if let Node::Start(element) = xml.next()? {
            match local(&element).as_str() {
                "t" => text.push_str(&xml.text()?),
                "rPh" => xml.skip()?,
                _ => {}
            }
        }
    }
    Ok(unescaped(&text))
}

/// `_x000D_` and its like are characters that XML cannot have.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("_x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..4).filter(|_| part.get(4..5) == Some("_"));
        match digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32)
        {
            Some(character) => {
                out.push(character);
                out.push_str(part.get(5..).unwrap_or_default());
            }
            None => {
                out.push_str("_x");
                out.push_str(part);
            }
        }
    }
    out
}

/// How numbers are shown, by the styles that cells name.
fn formats(part: &str, text: &str) -> Result<Vec<Shown>, Broken> {
    let mut xml = Xml::new(part, text);
    let (mut custom, mut formats, mut cells) = (HashMap::new(), Vec::new(), None);
    loop {
        match xml.next()? {
            Node::Start(element) => match local(&element).as_str() {
                "numFmt" => {
                    let id = xml.number(&element, "numFmtId")?;
                    let code = xml.attribute(&element, "formatCode")?;
                    custom.extend(id.zip(code.map(|code| format::custom(&code))));
                }
                "cellXfs" => cells = Some(xml.depth()),
                "xf" if cells.is_some() => {
                    let id = xml.number(&element, "numFmtId")?.unwrap_or(0);
                    formats.push(custom.get(&id).cloned().unwrap_or_else(|| format::built_in(id)));
                }
                _ => {}
            },
            Node::End if cells.is_some_and(|depth| xml.depth() < depth) => cells = None,
            Node::Over => return Ok(formats),
            _ => {}
        }
    }
}

fn worksheet<'b>(
    mut grid: Grid<'b>,
    part: &str,
    text: &str,
    shared: &Shared,
) -> Result<Grid<'b>, Broken> {
    let mut xml = Xml::new(part, text);
    let (mut row, mut column) = (0_u32, 0_u32);
    loop {
        let element = match xml.next()? {
            Node::Start(element) => element,
            Node::Over => return Ok(grid),
            _ => continue,
        };
        match local(&element).as_str() {
            "col" if xml.flag(&element, "hidden")? => {
                let ends = (xml.number(&element, "min")?, xml.number(&element, "max")?);
                let (Some(first), Some(last)) = ends else { return Err(xml.damaged()) };
                grid.hide_columns(first, last);
            }
            "row" => {
                row = xml.number(&element, "r")?.unwrap_or(row.saturating_add(1));
                column = 0;
                if xml.flag(&element, "hidden")? {
                    grid.hide_rows(row, row);
                }
            }
            "c" => {
                let named = xml.attribute(&element, "r")?;
                let at = named.map_or(Some((row, column.saturating_add(1))), |name| address(&name));
                let Some((own, next)) = at.filter(|(own, _)| *own == row) else {
                    return Err(xml.damaged());
                };
                column = next;
                if let Some(read) = cell(&mut xml, &element, shared)?
                    && !grid.push(own, column, read)?
                {
                    return Err(xml.damaged());
                }
            }
            "mergeCell" => {
                let area = xml.attribute(&element, "ref")?.ok_or_else(|| xml.damaged())?;
                let (from, to) = area.split_once(':').unwrap_or((&area, &area));
                grid.merge(address(from).zip(address(to)).ok_or_else(|| xml.damaged())?);
            }
            _ => {}
        }
    }
}

/// Row and column of `C7`.
fn address(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = (name.get(..letters)?, name.get(letters..)?);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    digits.parse().ok().map(|row| (row, column)).filter(|_| !letters.is_empty())
}

/// What a cell holds; `None` for one that only has a format.
fn cell(
    xml: &mut Xml<'_>,
    element: &BytesStart<'_>,
    shared: &Shared,
) -> Result<Option<Read>, Broken> {
    let kind = xml.attribute(element, "t")?;
    let style = xml.number(element, "s")?.unwrap_or(0) as usize;
    let (mut formula, mut written, mut inline) = (false, None, None);
    let outside = xml.depth().saturating_sub(1);
    while xml.depth() > outside {
        if let Node::Start(element) = xml.next()? {
            match local(&element).as_str() {
                "v" => written = Some(xml.text()?),
                "is" => inline = Some(string(xml)?),
                "f" => {
                    formula = true;
                    xml.skip()?;
                }
                _ => xml.skip()?,
            }
        }
    }
    let text = |text: String| Some(Ok(SheetValue::Text(text.into())));
    let kind = kind.as_deref().unwrap_or("n");
    if kind == "inlineStr" {
        return Ok(inline.and_then(text));
    }
    // The result of a formula may be an empty text.
    let Some(written) = written.filter(|written| kind == "str" || !written.trim().is_empty())
    else {
        return Ok(formula.then(value::not_calculated));
    };
    Ok(match kind {
        "n" => {
            let number = value::parse(&written).ok_or_else(|| xml.damaged())?;
            Some(value::number(
                number,
                shared.formats.get(style).unwrap_or(&Shown::Plain),
                shared.from_1904,
            ))
        }
        "s" => {
            let index: usize = written.trim().parse().map_err(|_| xml.damaged())?;
            Some(Ok(SheetValue::Text(Arc::clone(
                shared.strings.get(index).ok_or_else(|| xml.damaged())?,
            ))))
        }
        "str" => text(unescaped(&written)),
        "b" => match written.trim() {
            "1" | "true" => Some(Ok(SheetValue::Bool(true))),
            "0" | "false" => Some(Ok(SheetValue::Bool(false))),
            _ => return Err(xml.damaged()),
        },
        "e" => Some(value::error(&written)),
        "d" => Some(value::iso(&written)),
        _ => return Err(xml.damaged()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_addresses() {
        assert_eq!(address("A1"), Some((1, 1)));
        assert_eq!(address("xfd1048576"), Some((1_048_576, 16_384)));
        assert!(
            ["", "A", "1", "A-1", "A1B", "１A", "ZZZZZZZZZZ1", "A99999999999"]
                .iter()
                .all(|name| address(name).is_none())
        );
    }

    #[test]
    fn characters_that_xml_cannot_have_are_spelt() {
        assert_eq!(unescaped("a_x000D__x0041_b_x_x00"), "a\rAb_x_x00");
        assert_eq!(unescaped("一_x4E8C_三_xD800_"), "一二三_xD800_");
    }
}
