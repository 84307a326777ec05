//! Parts of a dataset as a dataset of its own, and the same data for rules that number their KPIs
//! otherwise. Texts and what is given are shared, columns are copied row by row.
//!
//! Evaluators need not know: some records of a root, taken apart from its others, are a root like
//! any other.

use std::collections::HashMap;
use std::sync::Arc;

use super::column::{Column, Values};
use super::{Dataset, Table};
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::schema::{FieldKind, Schema};

/// Some records of one root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    pub root: usize,
    /// For each entity its rows, in order; those that they refer to must be among them. Nothing for
    /// the root itself.
    pub rows: List<EntityId, Vec<u32>>,
}

impl Dataset {
    /// The same data for rules of the same entities: targets and previous values by the names of
    /// KPIs. Those of KPIs that the rules do not have are passed over.
    pub fn for_schema(&self, schema: &Arc<Schema>) -> Dataset {
        let names = |schema: &Schema| {
            schema
                .kpis
                .iter()
                .chain(&schema.programme_kpis)
                .map(|kpi| kpi.name.clone())
                .collect::<Vec<_>>()
        };
        // One name may be a KPI of the root in one schema and of the programme in the other.
        let scoped = |schema: &Schema| {
            names(schema)
                .into_iter()
                .enumerate()
                .map(|(at, name)| ((at < schema.kpis.len(), name), KpiId::new(at)))
                .collect::<Vec<_>>()
        };
        let known: HashMap<(bool, String), KpiId> = scoped(&self.schema).into_iter().collect();
        let renumbered = scoped(schema)
            .into_iter()
            .map(|(name, _)| known.get(&name).and_then(|kpi| self.number(*kpi)))
            .collect();
        let renumbered = Some(Arc::new(renumbered));
        Dataset { schema: Arc::clone(schema), renumbered, so_far: None, ..self.clone() }
    }

    /// A dataset of some records; each part is a root of it, with the fields and all that is given
    /// of the root it was taken from.
    pub fn gather(&self, parts: &[&Apart]) -> Dataset {
        let mut tables = List::new();
        for (entity, shape) in self.schema.entities.entries() {
            let (mut rows, mut offsets) = (Vec::new(), vec![0_u32]);
            if self.schema.is_of_programme(entity) {
                tables.push(self.tables[entity].clone());
                continue;
            }
            for part in parts {
                if entity == self.schema.root {
                    rows.push(part.root as u32);
                } else {
                    rows.extend(&part.rows[entity]);
                }
                offsets.push(rows.len() as u32);
            }
            let columns =
                shape.fields.iter().zip(&self.tables[entity].columns).map(|(field, column)| {
                    match field.kind {
                        FieldKind::Reference(target) if !self.schema.is_shared(target) => {
                            references(column, parts, entity, target)
                        }
                        _ => {
                            let valid: Vec<bool> =
                                rows.iter().map(|row| column.is_known(*row as usize)).collect();
                            Column { valid: bits(&valid), values: column.values.gather(&rows) }
                        }
                    }
                });
            tables.push(Table { rows: rows.len(), columns: columns.collect(), offsets });
        }
        Dataset {
            schema: Arc::clone(&self.schema),
            tables: Arc::new(tables),
            texts: Arc::clone(&self.texts),
            given: Arc::new(
                parts.iter().filter_map(|part| self.given.get(part.root).map(Arc::clone)).collect(),
            ),
            programme: Arc::clone(&self.programme),
            renumbered: self.renumbered.clone(),
            lists: self.lists.anew(),
            earlier: self.earlier.clone(),
            told: None,
            so_far: None,
            warnings: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// A column of references, to the rows as they are numbered among the parts.
fn references(column: &Column, parts: &[&Apart], entity: EntityId, target: EntityId) -> Column {
    let (mut valid, mut rows) = (Vec::new(), Vec::new());
    let mut first = 0_u32;
    for part in parts {
        for row in &part.rows[entity] {
            let old = match (&column.values, column.is_known(*row as usize)) {
                (Values::Row(rows), true) => rows.get(*row as usize),
                _ => None,
            };
            let new = old.and_then(|old| part.rows[target].binary_search(old).ok());
            valid.push(new.is_some());
            rows.push(new.map_or(0, |at| first + at as u32));
        }
        first += part.rows[target].len() as u32;
    }
    Column { valid: bits(&valid), values: Values::Row(rows) }
}

pub(super) fn bits(valid: &[bool]) -> Vec<u64> {
    let word = |chunk: &[bool]| {
        chunk.iter().enumerate().fold(0, |word, (at, valid)| word | u64::from(*valid) << at)
    };
    valid.chunks(64).map(word).collect()
}
