//! Data as columns: one table for each entity, children sorted by parent, references resolved.
//!
//! A [`Dataset`] is complete and sound: readers report every problem through [`DatasetBuilder`]
//! before one is made. Not here: reading files (the caller passes text or bytes).

#![deny(
    clippy::indexing_slicing,
    reason = "positions that input gives are looked up, never trusted"
)]

mod absent;
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
mod canonical;
mod cell;
#[expect(
    clippy::indexing_slicing,
    reason = "entities and rows are counted from the tables themselves"
)]
mod changed;
mod column;
mod columns;
mod compound;
mod csv;
#[expect(clippy::indexing_slicing, reason = "positions come from a search of the same list")]
mod earlier;
pub mod embedded;
mod error;
#[expect(
    clippy::indexing_slicing,
    reason = "entities and fields are those of the schema that the tables are made for"
)]
mod gather;
#[expect(
    clippy::indexing_slicing,
    reason = "entities are those of the schema that the buffers are made for"
)]
mod held;
mod json;
#[expect(
    clippy::indexing_slicing,
    reason = "entities, fields and rows are counted from the buffers themselves"
)]
mod keys;
pub(crate) mod lists;
#[expect(
    clippy::indexing_slicing,
    reason = "entities, fields and rows are counted from the buffers themselves"
)]
mod parents;
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

use std::borrow::Cow;
use std::sync::Arc;

use crate::partial::part::SoFar;
pub use builder::{DatasetBuilder, Draft, Origins};
pub(crate) use canonical::Digests;
pub use cell::Raw;
pub(crate) use changed::Without;
pub(crate) use column::Values;
pub use column::{Cell, Column, Texts};
pub use columns::{ColumnBatch, ColumnTable, ColumnValue, read_columns};
pub use compound::{Part, key_of};
pub use csv::{TableFile, read_tables};
pub use earlier::Earlier;
pub use error::DataError;
pub use gather::Apart;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::index::{EntityId, FieldId, KpiId, List};
use guiju_model::number::Exact;
use guiju_model::outcome::Counted;
use guiju_model::rules::Register;
use guiju_model::schema::{FieldKind, PROGRAMME, Schema};
pub(crate) use json::read_draft;
use json::read_result;
pub use json::{read_json, read_json_lines};
use lists::Lists;
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
    /// The texts of the entities that are lists.
    pub(crate) lists: Arc<Lists>,
    /// The digests of the earlier results that previous values were taken from.
    pub(crate) earlier: Vec<String>,
    /// Of data put together from parts, the digests that these told.
    pub(crate) told: Option<Arc<Digests>>,
    /// Of a part of a programme, what is known of the whole.
    pub(crate) so_far: Option<Arc<SoFar>>,
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
    /// Which of the previous values an earlier result brought, in order, and what the data itself
    /// had in their place.
    pub(crate) brought: Vec<(KpiId, Option<Exact>)>,
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
    pub(crate) columns: List<FieldId, Column>,
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
        self.own_key(self.schema.root, root)
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

    /// Each target given for a KPI of a root.
    pub fn each_target(&self, root: usize, found: impl FnMut(KpiId, &Exact)) {
        let given = self.given.get(root).map_or(&[][..], |given| &given.targets);
        self.each(given, found);
    }

    /// Each previous value given for a KPI of a root.
    pub fn each_previous(&self, root: usize, found: impl FnMut(KpiId, &Exact)) {
        let given = self.given.get(root).map_or(&[][..], |given| &given.previous);
        self.each(given, found);
    }

    /// What is given, by the numbers that KPIs have in the rules.
    fn each(&self, given: &[(KpiId, Exact)], mut found: impl FnMut(KpiId, &Exact)) {
        match &self.renumbered {
            None => given.iter().for_each(|(kpi, value)| found(*kpi, value)),
            Some(numbers) => {
                for (kpi, number) in numbers.entries() {
                    if let Some(value) = number.and_then(|number| lookup(given, number)) {
                        found(kpi, &value);
                    }
                }
            }
        }
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
        // What belongs to the programme belongs to no root.
        if self.schema.is_of_programme(entity) { 0..0 } else { at(root)..at(root + 1) }
    }

    /// The records that all roots share, of an entity; none of what belongs to a root.
    pub fn rows_shared(&self, entity: EntityId) -> std::ops::Range<usize> {
        if self.schema.is_shared(entity) { 0..self.tables[entity].rows } else { 0..0 }
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

    pub fn cell(&self, entity: EntityId, field: FieldId, row: usize) -> Option<Cell> {
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

    /// Where a record stands in the lists of its root: `/receipt/0/payment/2`; nothing for the root
    /// itself.
    pub(crate) fn list_path(&self, entity: EntityId, row: usize, root: usize) -> String {
        let shape = &self.schema.entities[entity];
        if !shape.child {
            return String::new();
        }
        let mut rows = self.rows_of(entity, root);
        let mut above = String::new();
        if let Some(parent) =
            self.schema.parent(entity).filter(|parent| *parent != self.schema.root)
            && let Some(of) = self.parent_row(entity, row)
        {
            above = self.list_path(parent, of, root);
            rows = self.rows_below(entity, of, rows);
        }
        format!("{above}/{}/{}", shape.name, row.saturating_sub(rows.start))
    }

    /// The row of the record that a record belongs to; none where that is the root.
    pub(crate) fn parent_row(&self, entity: EntityId, row: usize) -> Option<usize> {
        let first = self.schema.entities[entity].parents().next()?;
        match self.cell(entity, first, row) {
            Some(Cell::Row(parent)) => Some(parent as usize),
            _ => None,
        }
    }

    /// Of the rows of one root, those that belong to the record at a row of their parent: they
    /// stand together.
    pub(crate) fn rows_below(
        &self,
        entity: EntityId,
        parent: usize,
        rows: std::ops::Range<usize>,
    ) -> std::ops::Range<usize> {
        let Some(first) = self.schema.entities[entity].parents().next() else { return 0..0 };
        self.rows_leading(entity, first, parent, rows)
    }

    /// The records of an entity that belong to a record of another, directly or not.
    pub(crate) fn rows_within(
        &self,
        entity: EntityId,
        (above, row): (EntityId, usize),
        root: usize,
    ) -> std::ops::Range<usize> {
        let rows = self.rows_of(entity, root);
        match self.schema.parent_field(entity, above) {
            Some(field) => self.rows_leading(entity, field, row, rows),
            None => rows,
        }
    }

    /// Of some rows those that a field leads from to one record of those they belong to: they
    /// stand in the order of these.
    fn rows_leading(
        &self,
        entity: EntityId,
        field: FieldId,
        to: usize,
        rows: std::ops::Range<usize>,
    ) -> std::ops::Range<usize> {
        let before = |most: usize| {
            let (mut low, mut high) = (rows.start, rows.end);
            while low < high {
                let middle = low + (high - low) / 2;
                match self.cell(entity, field, middle) {
                    Some(Cell::Row(found)) if (found as usize) < most => low = middle + 1,
                    _ => high = middle,
                }
            }
            low
        };
        before(to)..before(to + 1)
    }

    /// A root, or the programme, as `entity/key`.
    pub(crate) fn owner(&self, root: Option<usize>) -> String {
        root.map_or_else(|| PROGRAMME.to_owned(), |root| self.named(self.schema.root, root))
    }

    /// The key of a record as it was written; where it belongs to a record of another entity than
    /// the root, behind the keys of those it belongs to: `R1/P2`. A slash within one of these is
    /// `~1` and a tilde `~0`, as in JSON pointers.
    pub fn key(&self, entity: EntityId, row: usize) -> Cow<'_, str> {
        if self.schema.entities[entity].levels == 0 {
            return Cow::Borrowed(self.own_key(entity, row));
        }
        let mut keys: Vec<String> = self.own_keys(entity, row).map(escaped).collect();
        keys.reverse();
        Cow::Owned(keys.join("/"))
    }

    /// The key of a record and then those of the records it belongs to, up to one that belongs to
    /// the root itself.
    pub fn own_keys(&self, entity: EntityId, row: usize) -> impl Iterator<Item = &str> {
        let shape = &self.schema.entities[entity];
        let above = shape.parents().filter_map(move |field| {
            match (self.cell(entity, field, row), &shape.fields[field].kind) {
                (Some(Cell::Row(row)), FieldKind::Reference(parent)) => {
                    Some(self.own_key(*parent, row as usize))
                }
                _ => None,
            }
        });
        std::iter::once(self.own_key(entity, row)).chain(above)
    }

    /// The key of a record as it was written, without those of the records it belongs to.
    pub fn own_key(&self, entity: EntityId, row: usize) -> &str {
        match self.cell(entity, self.schema.entities[entity].key, row) {
            Some(Cell::Text(id)) => self.texts.text(id),
            _ => "",
        }
    }
}

/// A key as it stands in a name with those of what it belongs to, which slashes part.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
