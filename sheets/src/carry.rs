//! The workbook of a pack with what stays from the year before: which records are carried over, and
//! how their values stand in cells.
//!
//! What is carried over is the same for every pack, and the same that forms propose: the roots, the
//! lists that rules ask for texts, and the records that fields of others refer to, with those they
//! belong to and those that belong to them. What happened in a year refers to what was there before it. Not here: the columns
//! (`template`), reading the data, and the formats of workbooks.

use guiju::{
    Cell, Dataset, Date, Entity, EntityId, Exact, Field, FieldKind, Locale, Pack, Register, Schema,
};

use crate::book::{Book, Sheet};
use crate::page::Value;
use crate::template::{evidence, template};

/// Significant digits of a number that spreadsheets keep.
const DIGITS: usize = 15;

/// The workbook of a pack with the records that stay from the year before.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The workbook.
    pub book: Book,
    /// What was carried over, by sheet; those without records are left out.
    pub taken: Vec<Count>,
    /// What was in the data and was not.
    pub left: Vec<Count>,
    /// The names of sheets for lists that the data did not give: without entries they say that
    /// there are none.
    pub unknown: Vec<String>,
}

/// How many records there are of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// What the sheet is called, in the language of the workbook.
    pub sheet: String,
    /// Its name in a folder of tables, without the ending.
    pub table: String,
    /// How many.
    pub rows: usize,
}

/// The workbook of a pack as [`template()`] makes it, with what stays from data of the year before,
/// which was read for the same pack: every root, the records that others refer to, those that they
/// belong to and those that belong to them, and the evidence that was reviewed. Everything in it
/// reads back as it was.
///
/// ```
/// use guiju::{Limits, Locale};
/// let pack = guiju_files::pack("alliance_108", &Limits::default()).expect("built in").into_pack()?;
/// let json = r#"{"alliances": [{"id": "A1",
///     "member": [{"name": "甲公司"}], "revenue": [{"id": "R1", "payer": "甲公司"}]}]}"#;
/// let earlier = pack.read_json(json, None, &Limits::default()).expect("sound data");
/// let carried = guiju_sheets::carried(&pack, &earlier, Locale::ZhTw);
/// let counts = |list: &[guiju_sheets::Count]| -> Vec<(String, usize)> {
///     list.iter().map(|count| (count.sheet.clone(), count.rows)).collect()
/// };
/// assert_eq!(counts(&carried.taken), [("聯盟".to_owned(), 1), ("會員".to_owned(), 1)]);
/// assert_eq!(counts(&carried.left), [("收入".to_owned(), 1)]);
/// # Ok::<(), guiju::PackError>(())
/// ```
pub fn carried(pack: &Pack, earlier: &Dataset, locale: Locale) -> Carried {
    let schema = &*earlier.schema;
    let mut book = template(pack, locale);
    let (mut taken, mut left, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = |stays: bool, sheet: &str, table: &str, rows: usize| {
        if rows > 0 {
            let of = Count { sheet: sheet.to_owned(), table: table.to_owned(), rows };
            if stays { taken.push(of) } else { left.push(of) }
        }
    };
    for ((entity, shape), sheet) in schema.entities.entries().zip(&mut book.sheets) {
        let mut rows = earlier.tables.get(entity).map_or(0, |table| table.rows);
        // The programme has a record in all data, and often nothing in it.
        let known = |field| earlier.cell(entity, field, 0).is_some();
        if schema.programme == Some(entity) && !shape.fields.ids().any(known) {
            rows = 0;
        }
        if earlier.is_missing_list(entity) {
            unknown.push(sheet.name.clone());
        }
        let stays = stays(schema, entity);
        if stays {
            let row = |row| record(earlier, (entity, shape), row, locale);
            sheet.filled = (0..rows).map(row).collect();
        }
        count(stays, &sheet.name, &shape.name, rows);
    }
    let ids = |register| {
        (0..earlier.len()).flat_map(move |root| {
            let ids = earlier.registered(root, register);
            ids.map(move |id| vec![text(earlier.root_key(root)), text(id)])
        })
    };
    let reviewed: Vec<Vec<Value>> = ids(Register::Reviewed).collect();
    count(true, "reviewed", "reviewed", reviewed.len());
    if !reviewed.is_empty() {
        let sheet = evidence(schema, "reviewed", locale);
        book.sheets.push(Sheet { filled: reviewed, ..sheet });
    }
    let roots =
        || (0..earlier.len()).flat_map(|root| schema.kpis.ids().map(move |kpi| (root, kpi)));
    let programme =
        || schema.programme_kpis.iter().filter_map(|kpi| schema.kpi_of(true, &kpi.name));
    let targets = roots().filter(|(root, kpi)| earlier.target(*root, *kpi).is_some()).count()
        + programme().filter(|kpi| earlier.programme_target(*kpi).is_some()).count();
    let previous = roots().filter(|(root, kpi)| earlier.previous(*root, *kpi).is_some()).count()
        + programme().filter(|kpi| earlier.programme_previous(*kpi).is_some()).count();
    count(false, "targets", "targets", targets);
    count(false, "previous", "previous", previous);
    count(false, "elsewhere", "elsewhere", ids(Register::Elsewhere).count());
    Carried { book, taken, left, unknown }
}

/// Whether records of an entity stay from one year to the next.
fn stays(schema: &Schema, entity: EntityId) -> bool {
    let referred = schema.entities.iter().flat_map(Entity::own_fields).filter_map(|field| {
        if let FieldKind::Reference(other) = field.kind { Some(other) } else { None }
    });
    entity == schema.root
        || schema.is_list(entity)
        || referred.into_iter().any(|other| {
            other == entity || schema.is_below(other, entity) || schema.is_below(entity, other)
        })
}

/// The cells of a record: what it belongs to, then its fields, as the columns of its sheet.
fn record(
    data: &Dataset,
    (entity, shape): (EntityId, &Entity),
    row: usize,
    locale: Locale,
) -> Vec<Value> {
    let mut cells = Vec::new();
    if shape.child {
        cells.push(text(data.root_key(data.root_of(entity, row))));
    }
    for (at, field) in shape.fields.entries() {
        let cell = data.cell(entity, at, row);
        if matches!(field.kind, FieldKind::Period) {
            let ends = match cell {
                Some(Cell::Period(period)) => {
                    [period.start, period.end].map(|end| day(end, locale))
                }
                _ => [Value::Empty, Value::Empty],
            };
            cells.extend(ends);
        } else {
            let above = shape.parents().contains(at);
            cells.push(cell.map_or(Value::Empty, |cell| value(data, field, above, &cell, locale)));
        }
    }
    cells
}

/// A value as people type it and readers of data take it; `above` for the key of a record that
/// another belongs to, which has a column for each of those it belongs to itself.
fn value(data: &Dataset, field: &Field, above: bool, cell: &Cell, locale: Locale) -> Value {
    match (cell, &field.kind) {
        (Cell::Bool(true), _) => text(if locale == Locale::En { "yes" } else { "是" }),
        (Cell::Bool(false), _) => text(if locale == Locale::En { "no" } else { "否" }),
        (Cell::Number(number), kind) => self::number(number, matches!(kind, FieldKind::Percent)),
        (Cell::Date(date), _) => day(*date, locale),
        (Cell::Text(id), _) => text(data.texts.text(*id)),
        (Cell::Choice(chosen), FieldKind::Choice(choices)) => choices
            .values
            .get(usize::from(*chosen))
            .map_or(Value::Empty, |choice| text(choice.label.get(locale))),
        (Cell::List(bits), FieldKind::List(choices)) => {
            let chosen = choices.values.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            // The name of one whose label has the sign that parts them.
            let words: Vec<&str> = chosen
                .map(|(_, choice)| match choice.label.get(locale) {
                    label if label.contains([';', '；']) => choice.name.as_str(),
                    label => label,
                })
                .collect();
            // A list of nothing is known, and no missing one.
            Value::Text(if words.is_empty() { ";".to_owned() } else { words.join(";") })
        }
        (Cell::Row(row), FieldKind::Reference(other)) => {
            let row = *row as usize;
            let nested = data.schema.entities.get(*other).is_some_and(|shape| shape.levels > 0);
            if nested && !above {
                text(&data.key(*other, row))
            } else {
                text(data.own_key(*other, row))
            }
        }
        // A column holds what its field does.
        _ => Value::Empty,
    }
}

/// A number as a number, where spreadsheets keep all its digits.
fn number(number: &Exact, share: bool) -> Value {
    let value = if share {
        Value::Share(number.clone())
    } else {
        Value::Number(number.clone(), String::new())
    };
    let typed = value.typed();
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.trim_matches('0').len() <= DIGITS { value } else { Value::Text(typed) }
}

/// A day as a text, which no program takes for one of the other calendar.
fn day(date: Date, locale: Locale) -> Value {
    Value::Text(if locale == Locale::En { date.to_string() } else { date.minguo() })
}

/// A text whose line breaks are those of cells.
fn text(text: &str) -> Value {
    Value::Text(text.replace("\r\n", "\n").replace('\r', "\n"))
}
