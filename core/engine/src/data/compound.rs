//! Keys of one or several fields, by which records are compared. Not here: the keys that identify
//! records (`keys`).

use super::{Cell, Dataset};
use guiju_model::index::EntityId;
use guiju_model::number::Exact;
use guiju_model::schema::FieldKind;
use guiju_model::text::fold;

/// A value of a key, comparable with others of its field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Text(u32),
    Number(Exact),
    Day(i32),
    Other(u32),
}

/// The key of a record; `None` where part of it is missing.
pub fn key_of(data: &Dataset, entity: EntityId, fields: &[usize], row: usize) -> Option<Vec<Part>> {
    let part = |field: &usize| {
        Some(match data.cell(entity, *field, row)? {
            Cell::Text(id) => Part::Text(data.texts.folded(id)),
            Cell::Number(number) => Part::Number(number),
            Cell::Date(day) => Part::Day(day.0),
            Cell::Choice(value) => Part::Other(u32::from(value)),
            Cell::Bool(value) => Part::Other(u32::from(value)),
            Cell::Row(row) => Part::Other(row),
            // What is a list or a period is no part of a key.
            Cell::List(_) | Cell::Period(_) => return None,
        })
    };
    fields.iter().map(part).collect()
}

/// The parts of a key with their names, as texts that mean the same in other data of the root: the
/// first is called `document`, others as their fields. `None` where part of it is missing.
pub(crate) fn named_key(
    data: &Dataset,
    entity: EntityId,
    fields: &[usize],
    row: usize,
) -> Option<Vec<(String, String)>> {
    let shape = &data.schema.entities[entity];
    let part = |(at, field): (usize, &usize)| {
        let text = match (data.cell(entity, *field, row)?, &shape.fields[*field].kind) {
            (Cell::Row(row), FieldKind::Reference(to)) => fold(&data.key(*to, row as usize)),
            _ => key_text(data, entity, &[*field], row)?,
        };
        let name = match (at, shape.fields[*field].name.as_str()) {
            (0, _) => DOCUMENT.to_owned(),
            // No field is called so.
            (_, name) if WORDS.contains(&name) => format!("key.{name}"),
            (_, name) => name.to_owned(),
        };
        Some((name, text))
    };
    fields.iter().enumerate().map(part).collect()
}

/// What the first part of a key is called.
const DOCUMENT: &str = "document";

/// What results say of a counted key beside its parts.
pub(crate) const WORDS: [&str; 4] = ["tally", DOCUMENT, "day", "period"];

/// The same as a text that means the same in other data; `None` where records of one root alone can
/// have it.
pub(crate) fn key_text(
    data: &Dataset,
    entity: EntityId,
    fields: &[usize],
    row: usize,
) -> Option<String> {
    let texts = fields.iter().map(|field| {
        Some(
            match (
                data.cell(entity, *field, row)?,
                &data.schema.entities[entity].fields[*field].kind,
            ) {
                (Cell::Text(id), _) => data.texts.folded_text(id).to_owned(),
                (Cell::Number(number), _) => number.to_string(),
                (Cell::Date(day), _) => day.to_string(),
                (Cell::Bool(value), _) => value.to_string(),
                (Cell::Choice(value), FieldKind::Choice(choices)) => {
                    choices.values.get(usize::from(value))?.name.clone()
                }
                _ => return None,
            },
        )
    });
    let mut texts: Vec<String> = texts.collect::<Option<_>>()?;
    if texts.len() > 1 {
        // In quotation marks, so that no two keys are one text.
        texts.iter_mut().for_each(|text| *text = format!("{text:?}"));
    }
    Some(texts.join(" + "))
}
