//! The texts of lists: entities of nothing but a key, that rules ask whether they have a text.
//!
//! Not here: the two registers that come with each root, which are kept in order as they are read.

use std::sync::{Arc, OnceLock};

use super::Dataset;
use super::column::Values;
use guiju_model::index::{EntityId, List};
use guiju_model::outcome::Need;

/// Stands behind all texts of a list in which a key is missing.
const ANY: u32 = u32::MAX;

/// For each entity that is a list, its texts as they are compared: in order, those of each root by
/// themselves. Made when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    sorted: List<EntityId, OnceLock<Vec<u32>>>,
    /// Lists that were not there to be read: what they have is not known.
    absent: List<EntityId, bool>,
}

/// The texts that one root is asked about.
#[derive(Clone, Copy)]
pub(crate) struct Listed<'d> {
    ids: &'d [u32],
    /// Whether it may have others.
    open: bool,
}

impl Lists {
    /// Of entities some of which may not be there to be read.
    pub(crate) fn without(absent: List<EntityId, bool>) -> Arc<Lists> {
        let sorted = absent.iter().map(|_| OnceLock::new()).collect();
        Arc::new(Lists { sorted, absent })
    }

    /// Which entities were not there to be read.
    pub(crate) fn absent(&self) -> &List<EntityId, bool> {
        &self.absent
    }

    /// The same lists are there, with other records.
    pub(crate) fn anew(&self) -> Arc<Lists> {
        Lists::without(self.absent.clone())
    }
}

impl Listed<'_> {
    /// Whether nothing can be in it, not even what is unknown.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.open
    }

    /// Whether it may have texts that are not known.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it has a text, by the id of the form in which it is compared; `None` where that
    /// depends on what is missing.
    pub(crate) fn has(&self, folded: Option<u32>) -> Option<bool> {
        let found = folded.is_some_and(|id| self.ids.binary_search(&id).is_ok());
        (found || !self.open).then_some(found)
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "a dataset has lists and a table for each entity, and rows come from its tables"
)]
impl Dataset {
    /// What a list has, of those that a root has or of those that all share.
    pub(crate) fn list(&self, entity: EntityId, root: usize) -> Listed<'_> {
        let sorted = self.lists.sorted[entity].get_or_init(|| self.sorted(entity));
        let rows = self.rows_of_list(entity, root);
        let ids = &sorted[rows];
        let known = ids.partition_point(|id| *id != ANY);
        Listed { ids: &ids[..known], open: known < ids.len() || self.lists.absent[entity] }
    }

    /// What a list lacks: itself, where it was not given, or the key of an entry. The first such
    /// entry is enough: in a draft, where alone there may be some, each is told as incomplete.
    pub(crate) fn lacking_of_list(&self, entity: EntityId, root: usize) -> Option<Need> {
        if self.lists.absent[entity] {
            return Some(Need::List { entity });
        }
        let key = self.schema.entities[entity].key;
        let column = &self.tables[entity].columns[key];
        let open = self.rows_of_list(entity, root).find(|row| !column.is_known(*row))?;
        Some(Need::Field { entity, row: open, field: key })
    }

    /// Whether an entity is a list that all roots share and that the data does not have: what is in
    /// it is not known, while one that is there without entries is empty.
    pub fn is_missing_list(&self, entity: EntityId) -> bool {
        self.is_shared_list(entity) && self.lists.absent[entity]
    }

    /// Whether an entity is such a list and there to be read.
    pub(crate) fn is_given_list(&self, entity: EntityId) -> bool {
        self.is_shared_list(entity) && !self.lists.absent[entity]
    }

    fn is_shared_list(&self, entity: EntityId) -> bool {
        self.schema.is_shared(entity) && self.schema.is_list(entity)
    }

    fn rows_of_list(&self, entity: EntityId, root: usize) -> std::ops::Range<usize> {
        if self.schema.is_shared(entity) {
            self.rows_shared(entity)
        } else {
            self.rows_of(entity, root)
        }
    }

    fn sorted(&self, entity: EntityId) -> Vec<u32> {
        let (table, key) = (&self.tables[entity], self.schema.entities[entity].key);
        let column = &table.columns[key];
        let mut sorted: Vec<u32> = match &column.values {
            Values::Text(ids) => ids.iter().map(|id| self.texts.folded(*id)).collect(),
            _ => vec![ANY; table.rows],
        };
        for (row, id) in sorted.iter_mut().enumerate() {
            if !column.is_known(row) {
                *id = ANY;
            }
        }
        let roots = if self.schema.is_shared(entity) { 1 } else { self.len() };
        for root in 0..roots {
            let rows = self.rows_of_list(entity, root);
            sorted[rows].sort_unstable();
        }
        sorted
    }
}
