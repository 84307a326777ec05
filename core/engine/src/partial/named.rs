//! Records that stand in a part by their keys alone, within those that they belong to. Not here:
//! which ones (`partial`).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Writer;
use crate::data::Dataset;
use guiju_model::index::EntityId;
use guiju_model::rules::Rules;

/// Adds the records that these belong to.
pub(super) fn with_parents(rules: &Rules, data: &Dataset, found: &mut BTreeSet<(EntityId, usize)>) {
    for (entity, row) in found.clone() {
        let (mut at, mut row) = (entity, row);
        while let (Some(parent), Some(of)) = (rules.schema.parent(at), data.parent_row(at, row)) {
            found.insert((parent, of));
            (at, row) = (parent, of);
        }
    }
}

impl Writer<'_> {
    /// Puts the records that have to be there by name, and belong to a record, into its lists.
    pub(super) fn named_below(
        &self,
        fields: &mut Map<String, Value>,
        of: EntityId,
        at: usize,
        root: usize,
    ) {
        for (entity, shape) in self.rules.schema.children(of) {
            let mut rows = self.data.rows_of(entity, root);
            if of != self.rules.schema.root {
                rows = self.data.rows_below(entity, at, rows);
            }
            let named = self.named.range((entity, rows.start)..(entity, rows.end));
            let list = named.map(|(_, row)| {
                let key = json!(self.data.own_key(entity, *row));
                let mut record = Map::from_iter([(shape.fields[shape.key].name.clone(), key)]);
                self.named_below(&mut record, entity, *row, root);
                Value::Object(record)
            });
            let list: Vec<Value> = list.collect();
            if !list.is_empty() {
                fields.insert(shape.name.clone(), Value::Array(list));
            }
        }
    }
}
