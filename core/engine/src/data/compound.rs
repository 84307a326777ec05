//! Keys of one or several fields, by which records are compared. Not here: the keys that identify
//! records (`keys`).

use super::{Cell, Dataset};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::number::Exact;

/// A value of a key, comparable with others of its field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Text(u32),
    /// A text that is computed and that no value of the data is like.
    Word(String),
    Number(Exact),
    Day(i32),
    Other(u32),
}

/// The key of a record; `None` where part of it is missing.
pub fn key_of(
    data: &Dataset,
    entity: EntityId,
    fields: &[FieldId],
    row: usize,
) -> Option<Vec<Part>> {
    let part = |field: &FieldId| {
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
