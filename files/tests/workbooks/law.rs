//! The law of the format: the same data as JSON or as a folder of CSV, and as a workbook, gives the
//! same bytes. Workbooks are written by another hand (`rust_xlsxwriter`) and by ours (`book`);
//! numbers, days and yes or no stand in cells of their own kinds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use guiju::FieldId;
use guiju::{Entity, EntityId, FieldKind, Limits, Schema, SourcePack};
use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::Value;

use crate::book::{self, Cell, Sheet};
use crate::{read, result};

#[test]
fn a_workbook_gives_the_bytes_of_the_folder_of_csv() {
    let pack = guiju_rules::load("alliance_108").expect("it is built in");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../rules/packs/alliance_108/samples/field-revenue");
    let mut sheets = Vec::new();
    for file in fs::read_dir(&folder).expect("the sample").map(|file| file.expect("a file").path())
    {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut rows = Vec::new();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_path(&file).expect("a table");
        let records: Vec<csv::StringRecord> =
            reader.records().map(|record| record.expect("a row")).collect();
        let entity = pack.schema().entities.iter().find(|entity| entity.name == name);
        for (number, record) in (1..).zip(&records) {
            let typed = |(column, text): (usize, &str)| match entity.filter(|_| number > 1) {
                Some(entity) => typed(kind_of(entity, &records[0][column]), text),
                None => text_or_blank(text),
            };
            rows.push((number, record.iter().enumerate().map(typed).collect()));
        }
        sheets.push(Sheet { name, rows, ..Sheet::default() });
    }
    let expected = result(
        &pack,
        &guiju_files::data(pack.schema(), &folder, &Limits::default())
            .expect("the sample is sound"),
    );
    same(&pack, "sample", &sheets, &expected);
    assert!(
        sheets
            .iter()
            .flat_map(|sheet| &sheet.rows)
            .flat_map(|(_, row)| row)
            .filter(|cell| matches!(cell, Cell::Number { .. }))
            .count()
            > 1_000
    );
}

#[test]
fn a_workbook_gives_the_bytes_of_the_document_of_every_construct() {
    let constructs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/conformance/constructs");
    let (mut read, mut left) = (0, Vec::new());
    for case in
        fs::read_dir(&constructs).expect("the corpus").map(|case| case.expect("a case").path())
    {
        let Ok(document) = fs::read_to_string(case.join("data.json")) else { continue };
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(pack) =
            guiju_files::pack(&case.join("pack").display().to_string(), &Limits::default())
                .ok()
                .and_then(|pack| pack.into_pack().ok())
        else {
            continue;
        };
        let Ok(data) = pack.read_json(&document, None, &Limits::default()) else { continue };
        match tables(pack.schema(), &serde_json::from_str(&document).expect("JSON")) {
            Some(sheets) => {
                same(&pack, &name, &sheets, &result(&pack, &data));
                read += 1;
            }
            None => left.push(name),
        }
    }
    assert!(read > 35 && left.len() < 5, "{read}; what a table cannot say: {left:?}");
}

/// Both formats, and the other writer's, give these bytes.
fn same(pack: &SourcePack, name: &str, sheets: &[Sheet], expected: &str) {
    let files = [
        ("xlsx", book::zipped(&book::xlsx(sheets))),
        ("ods", book::zipped(&book::ods(sheets))),
        ("other.xlsx", written(sheets)),
    ];
    for (extension, bytes) in files {
        let data = read(pack.schema(), &format!("{name}.{extension}"), &bytes, &Limits::default());
        let data = data.unwrap_or_else(|error| panic!("{name}.{extension}: {error:?}"));
        assert_eq!(result(pack, &data), expected, "{name}.{extension}");
    }
}

/// The sheets as another library writes them; numbers of every other row are results of formulas.
fn written(sheets: &[Sheet]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let (percent, date) = (
        Format::new().set_num_format("0.0%"),
        Format::new().set_num_format("[$-404]e\"年\"m\"月\"d\"日\";@"),
    );
    for sheet in sheets {
        let out = workbook.add_worksheet().set_name(&sheet.name).expect("a name");
        for (row, cells) in &sheet.rows {
            for (cell, column) in cells.iter().zip(0..) {
                let row = row - 1;
                let done = match cell {
                    Cell::Blank | Cell::Formatted { .. } | Cell::Error(_) | Cell::Formula => {
                        continue;
                    }
                    Cell::Text(text) => out.write(row, column, text.as_str()).map(drop),
                    Cell::Number { digits, percent: false } if row % 2 == 0 => out
                        .write_formula(
                            row,
                            column,
                            Formula::new("=1*1").set_result(digits.as_str()),
                        )
                        .map(drop),
                    Cell::Number { digits, percent: shown } => {
                        let format = if *shown { &percent } else { &Format::new() };
                        out.write_with_format(
                            row,
                            column,
                            digits.parse::<f64>().expect("a number"),
                            format,
                        )
                        .map(drop)
                    }
                    Cell::Date(day) => {
                        let day =
                            rust_xlsxwriter::ExcelDateTime::parse_from_str(day).expect("a day");
                        out.write_with_format(row, column, &day, &date).map(drop)
                    }
                    Cell::Bool(value) => out.write(row, column, *value).map(drop),
                };
                done.expect("a cell is written");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook is written")
}

/// The kind of the field that a heading names.
fn kind_of<'e>(entity: &'e Entity, heading: &str) -> Option<&'e FieldKind> {
    let base =
        heading.strip_suffix("_start").or_else(|| heading.strip_suffix("_end")).unwrap_or(heading);
    entity.fields.iter().find(|field| field.name == base).map(|field| &field.kind)
}

/// A text as a cell of the kind that its field suggests, where a spreadsheet would make one of it.
fn typed(kind: Option<&FieldKind>, text: &str) -> Cell {
    let plain = !text.is_empty()
        && text.len() <= 15
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let iso = text.len() == 10 && text.is_ascii() && text.split('-').map(str::len).eq([4, 2, 2]);
    match kind {
        Some(kind) if kind.is_number() && plain => {
            Cell::Number { digits: text.to_owned(), percent: *kind == FieldKind::Percent }
        }
        Some(FieldKind::Date | FieldKind::Period) if iso && text > "1900-03-01" => {
            Cell::Date(text.to_owned())
        }
        Some(FieldKind::Bool) if matches!(text, "true" | "false") => Cell::Bool(text == "true"),
        _ => text_or_blank(text),
    }
}

fn text_or_blank(text: &str) -> Cell {
    if text.is_empty() { Cell::Blank } else { Cell::Text(text.to_owned()) }
}

/// A document as tables; `None` where it says what no table can, such as an amount in a unit of its
/// own.
fn tables(schema: &Schema, document: &Value) -> Option<Vec<Sheet>> {
    let root = schema.root_entity();
    let mut rows: BTreeMap<String, Vec<Vec<Cell>>> = BTreeMap::new();
    let roots = document.get(format!("{}s", root.name))?.as_array()?;
    for record in roots {
        let owner = scalar(value_of(record, root, root.key)?)?;
        rows.entry(root.name.clone()).or_default().push(cells(root, record, None)?);
        below(schema, (schema.root, record), &[], &owner, &mut rows)?;
        beside(&mut rows, record, &owner)?;
    }
    if let Some(programme) = document.get("programme") {
        if let Some(entity) = schema.programme.and_then(|programme| schema.entities.get(programme))
        {
            rows.entry(entity.name.clone()).or_default().push(cells(entity, programme, None)?);
        }
        for (_, entity) in schema.shared() {
            for record in
                programme.get(&entity.name).and_then(Value::as_array).into_iter().flatten()
            {
                let row = cells(entity, record, None)?;
                rows.entry(entity.name.clone()).or_default().push(row);
            }
        }
        beside(&mut rows, programme, "")?;
    }
    let headings = |name: &str| match schema.entities.iter().find(|entity| entity.name == name) {
        Some(entity) => columns(entity, &root.name),
        None if matches!(name, "targets" | "previous") => {
            vec![root.name.clone(), "kpi".to_owned(), "value".to_owned()]
        }
        None => vec![root.name.clone(), "evidence".to_owned()],
    };
    rows.entry(root.name.clone()).or_default();
    let sheet = |(name, rows): (String, Vec<Vec<Cell>>)| {
        let top = headings(&name).into_iter().map(Cell::Text).collect();
        Sheet {
            name,
            rows: (1..).zip(std::iter::once(top).chain(rows)).collect(),
            ..Sheet::default()
        }
    };
    Some(rows.into_iter().map(sheet).collect())
}

/// The records that stand in a record, each with the keys of those that it belongs to in columns of
/// their own: `above` are those below the root, with the names of their entities.
fn below(
    schema: &Schema,
    (of, record): (EntityId, &Value),
    above: &[(String, Value)],
    owner: &str,
    rows: &mut BTreeMap<String, Vec<Vec<Cell>>>,
) -> Option<()> {
    for (id, entity) in schema.entities.entries().filter(|(id, _)| schema.parent(*id) == Some(of)) {
        for child in record.get(&entity.name).and_then(Value::as_array).into_iter().flatten() {
            let mut whole = child.clone();
            whole.as_object_mut()?.extend(above.iter().cloned());
            rows.entry(entity.name.clone()).or_default().push(cells(entity, &whole, Some(owner))?);
            let key = value_of(child, entity, entity.key)?.clone();
            let own = [above, &[(entity.name.clone(), key)]].concat();
            below(schema, (id, child), &own, owner, rows)?;
        }
    }
    Some(())
}

/// What is given beside the records.
fn beside(rows: &mut BTreeMap<String, Vec<Vec<Cell>>>, record: &Value, owner: &str) -> Option<()> {
    for name in ["targets", "previous"] {
        for (kpi, value) in record
            .get(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(_, value)| !value.is_null())
        {
            let row = vec![
                text_or_blank(owner),
                Cell::Text(kpi.clone()),
                typed(Some(&FieldKind::Money), &scalar(value)?),
            ];
            rows.entry(name.to_owned()).or_default().push(row);
        }
    }
    for name in ["reviewed", "elsewhere"] {
        for id in record.get(name).and_then(Value::as_array).into_iter().flatten() {
            rows.entry(name.to_owned())
                .or_default()
                .push(vec![text_or_blank(owner), Cell::Text(scalar(id)?)]);
        }
    }
    Some(())
}

fn columns(entity: &Entity, root: &str) -> Vec<String> {
    let mut names = if entity.child { vec![root.to_owned()] } else { Vec::new() };
    for field in &entity.fields {
        match field.kind {
            FieldKind::Period => {
                names.extend(["_start", "_end"].map(|end| format!("{}{end}", field.name)))
            }
            _ => names.push(field.name.clone()),
        }
    }
    names
}

fn cells(entity: &Entity, record: &Value, owner: Option<&str>) -> Option<Vec<Cell>> {
    let mut cells: Vec<Cell> = owner.map(text_or_blank).into_iter().collect();
    for (n, field) in entity.fields.entries() {
        let value = value_of(record, entity, n).unwrap_or(&Value::Null);
        let kind = Some(&field.kind);
        match (&field.kind, value) {
            (FieldKind::Period, value) => {
                for end in ["start", "end"] {
                    let apart = record.get(format!("{}_{end}", field.name));
                    let value = value.get(end).or(apart).unwrap_or(&Value::Null);
                    cells.push(typed(kind, &scalar(value)?));
                }
                if value.is_string() {
                    return None;
                }
            }
            (FieldKind::List(_), Value::Array(items)) => {
                let items: Option<Vec<String>> = items.iter().map(scalar).collect();
                cells.push(Cell::Text(items?.join(";") + ";"));
            }
            (_, value) => cells.push(typed(kind, &scalar(value)?)),
        }
    }
    Some(cells)
}

/// The value of a field, under whichever of its names.
fn value_of<'v>(record: &'v Value, entity: &Entity, field: FieldId) -> Option<&'v Value> {
    record
        .as_object()?
        .iter()
        .find(|(key, _)| entity.field(key) == Some(field))
        .map(|(_, value)| value)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        // Too large for this parser to keep as it is written.
        Value::Number(number) => Some(number.to_string()).filter(|digits| !digits.contains('e')),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
