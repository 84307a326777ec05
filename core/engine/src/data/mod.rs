//! Data as columns: one table for each entity, children sorted by parent, references resolved.
//!
//! A [`Dataset`] is complete and sound: readers report every problem through [`DatasetBuilder`]
//! before one is made. Not here: reading files (the caller passes text or bytes).

#![deny(
    clippy::indexing_slicing,
    reason = "positions that input gives are looked up, never trusted"
)]

mod amount;
#[expect(
    clippy::indexing_slicing,
    reason = "rows are numbered as they are added, and each column has all of them"
)]
mod buffer;
#[expect(
    clippy::indexing_slicing,
    reason = "entities and fields are those of the schema that the buffers are made for"
)]
mod builder;
mod cell;
mod column;
mod columns;
mod compound;
mod csv;
#[expect(clippy::indexing_slicing, reason = "positions come from a search of the same list")]
mod earlier;
#[expect(
    clippy::indexing_slicing,
    reason = "entities and fields are those of the schema that the tables are made for"
)]
mod gather;
mod json;
#[expect(
    clippy::indexing_slicing,
    reason = "entities, fields and rows are counted from the buffers themselves"
)]
mod keys;
#[expect(
    clippy::indexing_slicing,
    reason = "entities and fields are those of the schema that the buffers are made for"
)]
mod period;
mod reading;
mod remarks;
mod sheets;
mod tables;
#[cfg(test)]
mod tests;
mod typed;

use std::sync::Arc;

pub use builder::{DatasetBuilder, Draft, Origins};
pub use cell::Raw;
pub(crate) use column::Values;
pub use column::{Cell, Column, Texts};
pub use columns::{ColumnBatch, ColumnTable, ColumnValue, read_columns};
pub use compound::{Part, key_of};
pub use csv::{TableFile, read_tables};
pub use earlier::Earlier;
pub use gather::Apart;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::number::Exact;
use guiju_model::outcome::Counted;
use guiju_model::rules::Register;
use guiju_model::schema::{PROGRAMME, Schema};
pub(crate) use json::read_draft;
use json::read_result;
pub use json::{read_json, read_json_lines};
pub use reading::Reading;
pub use sheets::{SheetCell, SheetRow, SheetTable, SheetValue, read_sheets};
pub use typed::NumberFormat;

/// The records that one evaluation judges.
#[derive(Clone, Debug)]
pub struct Dataset {
    pub schema: Arc<Schema>,
    /// One for each entity of the schema; shared, since nothing ever changes them.
    pub tables: Arc<List<EntityId, Table>>,
    pub texts: Arc<Texts>,
    /// For each root, shared like all else so that copies of a dataset are cheap: its targets and
    /// previous values by KPI, its evidence registers.
    pub(crate) given: Arc<Vec<Arc<Given>>>,
    /// What is given for the programme; it has no registers.
    pub(crate) programme: Arc<Given>,
    /// Where rules number KPIs otherwise than the data was read: for each of theirs, the one in
    /// what is given.
    pub(crate) renumbered: Option<Arc<List<KpiId, Option<KpiId>>>>,
    /// What the reader had to say though nothing was wrong.
    pub(crate) warnings: Vec<Diagnostic>,
    /// How the data was read, for people: encodings, row counts.
    pub(crate) notes: Vec<String>,
}

/// What is given for a root beside its records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Pairs of KPI index and value, ordered by index.
    pub(crate) targets: Vec<(KpiId, Exact)>,
    pub(crate) previous: Vec<(KpiId, Exact)>,
    /// Folded text ids, sorted.
    pub(crate) reviewed: Vec<u32>,
    pub(crate) elsewhere: Vec<u32>,
    /// What records counted under in earlier years, in order.
    pub(crate) counted: Vec<Counted>,
}

impl Given {
    pub(crate) fn register(&self, register: Register) -> &[u32] {
        match register {
            Register::Reviewed => &self.reviewed,
            Register::Elsewhere => &self.elsewhere,
        }
    }
}

#[expect(clippy::indexing_slicing, reason = "the position was found in the same list")]
fn lookup(pairs: &[(KpiId, Exact)], kpi: KpiId) -> Option<Exact> {
    pairs.binary_search_by_key(&kpi, |(index, _)| *index).ok().map(|at| pairs[at].1.clone())
}

/// The records of one entity.
#[derive(Clone, Debug)]
pub struct Table {
    pub rows: usize,
    /// For root `r`, its records are rows `offsets[r]..offsets[r + 1]`. For the root entity itself,
    /// `0, 1, 2, …`.
    pub(crate) offsets: Vec<u32>,
    pub(crate) columns: Vec<Column>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "a dataset has a table for each entity and a column for each field, and roots and rows come from it"
)]
impl Dataset {
    /// The number of roots (alliances).
    pub fn len(&self) -> usize {
        self.given.len()
    }

    /// Whether there is nothing to judge.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// The number of records over all entities.
    pub fn records(&self) -> usize {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// How the data was read: encodings and row counts, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What the reader had to say though nothing was wrong.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The key of the root with this index.
    pub fn root_key(&self, root: usize) -> &str {
        self.key(self.schema.root, root)
    }

    /// The root with this key.
    pub fn find_root(&self, key: &str) -> Option<usize> {
        let key = guiju_model::text::fold(key);
        (0..self.len()).find(|root| guiju_model::text::fold(self.root_key(*root)) == key)
    }

    /// The target given for a KPI of a root.
    pub fn target(&self, root: usize, kpi: KpiId) -> Option<Exact> {
        lookup(&self.given.get(root)?.targets, self.number(kpi)?)
    }

    /// The previous value given for a KPI of a root.
    pub fn previous(&self, root: usize, kpi: KpiId) -> Option<Exact> {
        lookup(&self.given.get(root)?.previous, self.number(kpi)?)
    }

    /// What the root's records counted under in earlier years.
    pub(crate) fn counted_before(&self, root: usize) -> &[Counted] {
        self.given.get(root).map_or(&[], |given| &given.counted)
    }

    /// The target given for a KPI of the programme.
    pub fn programme_target(&self, kpi: KpiId) -> Option<Exact> {
        lookup(&self.programme.targets, self.number(kpi)?)
    }

    /// The previous value given for a KPI of the programme.
    pub fn programme_previous(&self, kpi: KpiId) -> Option<Exact> {
        lookup(&self.programme.previous, self.number(kpi)?)
    }

    /// The KPIs of a root that have a target.
    pub(crate) fn with_target(&self, root: usize) -> Vec<KpiId> {
        let Some(given) = self.given.get(root) else { return Vec::new() };
        match &self.renumbered {
            None => given.targets.iter().map(|(kpi, _)| *kpi).collect(),
            Some(numbers) => {
                let has = |kpi: &KpiId| {
                    numbers[*kpi].is_some_and(|number| lookup(&given.targets, number).is_some())
                };
                numbers.ids().filter(has).collect()
            }
        }
    }

    /// How a KPI of the rules is numbered in what is given.
    fn number(&self, kpi: KpiId) -> Option<KpiId> {
        match &self.renumbered {
            None => Some(kpi),
            Some(numbers) => numbers.get(kpi).copied().flatten(),
        }
    }

    pub fn rows_of(&self, entity: EntityId, root: usize) -> std::ops::Range<usize> {
        let offsets = &self.tables[entity].offsets;
        let at = |root: usize| offsets.get(root).map_or(0, |offset| *offset as usize);
        // The programme's own record belongs to no root.
        if Some(entity) == self.schema.programme { 0..0 } else { at(root)..at(root + 1) }
    }

    /// The records of some roots that follow one another.
    pub(crate) fn rows_of_all(
        &self,
        entity: EntityId,
        roots: &std::ops::Range<usize>,
    ) -> std::ops::Range<usize> {
        if roots.is_empty() {
            0..0
        } else {
            self.rows_of(entity, roots.start).start..self.rows_of(entity, roots.end - 1).end
        }
    }

    /// The root that a row belongs to.
    pub fn root_of(&self, entity: EntityId, row: usize) -> usize {
        self.tables[entity].offsets.partition_point(|offset| *offset as usize <= row) - 1
    }

    pub fn cell(&self, entity: EntityId, field: usize, row: usize) -> Option<Cell> {
        self.tables[entity].columns[field].get(row)
    }

    /// A record as `entity/key`, or the programme.
    pub(crate) fn named(&self, entity: EntityId, row: usize) -> String {
        let name = &self.schema.entities[entity].name;
        if Some(entity) == self.schema.programme {
            name.clone()
        } else {
            format!("{name}/{}", self.key(entity, row))
        }
    }

    /// A root, or the programme, as `entity/key`.
    pub(crate) fn owner(&self, root: Option<usize>) -> String {
        root.map_or_else(|| PROGRAMME.to_owned(), |root| self.named(self.schema.root, root))
    }

    /// The key of a record as it was written.
    pub fn key(&self, entity: EntityId, row: usize) -> &str {
        match self.cell(entity, self.schema.entities[entity].key, row) {
            Some(Cell::Text(id)) => self.texts.text(id),
            _ => "",
        }
    }
}
