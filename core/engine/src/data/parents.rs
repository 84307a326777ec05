//! Which record each one belongs to, where that is not the root itself: it stands within that
//! record, or names its key in a column. And records by their keys, for those that refer to them.
//!
//! Not here: whether keys are unique (`keys`).

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::buffer::NOBODY;
use super::builder::{DatasetBuilder, Origins};
use super::escaped;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId, List};
use guiju_model::schema::{MAX_LEVELS, Schema};
use guiju_model::text::{Localized, fold, nearest};

/// How many keys are compared for a suggestion: it must not cost more than reading did.
const NEAREST_OF: usize = 1_000;

/// The records of an entity with one key within one record.
#[derive(Clone, Copy)]
pub(super) struct Same {
    last: u32,
    /// How many there are; those beside each other in one parent, which are reported as such, are
    /// one.
    count: u32,
}

/// The records of an entity by their keys: within each record that they belong to, from the nearest
/// up, and at last within the root.
pub(super) struct ByKey(Vec<HashMap<(u32, u32), Same>>);

/// Those of each entity that was asked for.
pub(super) type Known = List<EntityId, OnceCell<ByKey>>;

impl DatasetBuilder<'_> {
    fn by_key(&self, entity: EntityId) -> ByKey {
        let (buffer, shape) = (&self.buffers[entity], &self.schema.entities[entity]);
        let rows = buffer.roots.len();
        let empty = || HashMap::with_capacity(rows);
        let mut tables: Vec<_> = (0..=shape.levels).map(|_| empty()).collect();
        let mut add = |level: usize, of: u32, key: u32, row: u32| {
            let same: &mut Same =
                tables[level].entry((of, key)).or_insert(Same { last: row, count: 1 });
            let parent = buffer.parents[row as usize];
            // Those of nobody may belong to different records.
            let nobody = parent == NOBODY && shape.levels > 0 && same.last != row;
            let apart = nobody || buffer.parents[same.last as usize] != parent;
            same.count += u32::from(apart);
            same.last = row;
        };
        for row in 0..rows {
            let Some(id) = buffer.columns[shape.key].text(row) else { continue };
            let (key, mut of) = (self.texts.folded(id), Some((entity, row)));
            for level in 0..shape.levels {
                of = of.and_then(|(entity, row)| self.parent_of(entity, row));
                if let Some((_, above)) = of {
                    add(level, above as u32, key, row as u32);
                }
            }
            add(shape.levels, buffer.roots[row], key, row as u32);
        }
        ByKey(tables)
    }

    /// The record that one belongs to, where that is not the root and it is known.
    fn parent_of(&self, entity: EntityId, row: usize) -> Option<(EntityId, usize)> {
        Some((self.schema.parent(entity)?, self.buffers[entity].parent(row)?))
    }

    /// What the records of an entity belong to below the root, from the nearest up.
    fn above(&self, entity: EntityId) -> impl Iterator<Item = EntityId> {
        let levels = self.schema.entities[entity].levels;
        std::iter::successors(self.schema.parent(entity), |above| self.schema.parent(*above))
            .take(levels)
    }

    fn same(
        &self,
        known: &Known,
        entity: EntityId,
        level: usize,
        (of, key): (u32, u32),
    ) -> Option<Same> {
        let by_key = known[entity].get_or_init(|| self.by_key(entity));
        by_key.0.get(level)?.get(&(of, key)).copied()
    }

    /// The record of a root that these keys call: its own, and those of what it belongs to from the
    /// nearest up, some of which may not be said. `Err` has how many it may be.
    fn called(
        &self,
        known: &Known,
        entity: EntityId,
        root: u32,
        keys: &[Option<u32>],
    ) -> Result<usize, u32> {
        let Some((Some(own), above)) = keys.split_first() else { return Err(0) };
        let (mut within, mut several) = ((above.len(), root), None);
        if let Some(at) = above.iter().position(Option::is_some)
            && let Some(of) = self.above(entity).nth(at)
        {
            match self.called(known, of, root, &above[at..]) {
                Ok(row) => within = (at, row as u32),
                Err(0) => return Err(0),
                // It may still be the only one with its key in any of them.
                Err(_) => several = Some((at, of)),
            }
        }
        let Some(same) = self.same(known, entity, within.0, (within.1, *own)) else {
            return Err(0);
        };
        let row = same.last as usize;
        let is_meant = |(at, of): (usize, EntityId)| {
            let key = self.belonging(entity, row, of).and_then(|row| self.key_of(of, row));
            key.map(|key| self.texts.folded(key)) == above[at]
        };
        match (same.count, several) {
            (1, Some(of)) if !is_meant(of) => Err(0),
            (1, _) => Ok(row),
            (count, _) => Err(count),
        }
    }

    /// Finds the parent of every record, and puts those it belongs to in its fields.
    pub(super) fn settle_parents(&mut self) {
        let schema = Arc::clone(&self.schema);
        let known: Known = schema.entities.iter().map(|_| OnceCell::new()).collect();
        // Which of several parents with one key is meant may depend on whose they are.
        for level in 1..=MAX_LEVELS {
            for (entity, shape) in schema.entities.entries() {
                if shape.levels == level
                    && let Some(parent) = schema.parent(entity)
                {
                    self.settle(&known, &schema, entity, parent);
                }
            }
        }
    }

    fn settle(&mut self, known: &Known, schema: &Schema, entity: EntityId, parent: EntityId) {
        let whole = matches!(self.origins, Origins::Draft { .. });
        if !whole && self.buffers[entity].parents.contains(&NOBODY) {
            self.find_parents(known, schema, entity, parent);
        }
        let positions = self.buffers[parent].positions();
        self.buffers[entity].order_by(&positions);
        let rows = 0..self.buffers[entity].roots.len();
        let mut above: Vec<Option<usize>> =
            rows.map(|row| self.buffers[entity].parent(row)).collect();
        let mut of = parent;
        for field in schema.entities[entity].parents() {
            let positions = self.buffers[of].positions();
            let found: Vec<Option<u32>> =
                above.iter().map(|row| row.and_then(|row| positions.get(row).copied())).collect();
            self.buffers[entity].columns[field].refer_to(&found);
            let buffer = &self.buffers[of];
            above.iter_mut().for_each(|row| *row = row.and_then(|row| buffer.parent(row)));
            of = schema.parent(of).unwrap_or(of);
        }
    }

    /// Whether a key of a root is that of a record of which it is not known what it belongs to.
    fn is_orphan(&self, entity: EntityId, root: u32, key: u32) -> bool {
        self.orphans[entity].contains(&(root, key))
    }

    /// Whether a reference is to such a record, by its own key or behind those of others.
    pub(super) fn names_an_orphan(&self, target: EntityId, root: u32, id: u32) -> bool {
        let own = self.texts.text(id).rsplit('/').next().map(unescaped);
        let behind = own.and_then(|own| self.texts.find_folded(&own));
        let keys = [Some(self.texts.folded(id)), behind];
        keys.into_iter().flatten().any(|key| self.is_orphan(target, root, key))
    }

    /// Finds the parents that tables name by their keys.
    fn find_parents(&mut self, known: &Known, schema: &Schema, entity: EntityId, parent: EntityId) {
        let fields = schema.entities[entity].parents();
        let Some(first) = fields.clone().next() else { return };
        let label = &schema.entities[parent].label;
        let named = |field: FieldId| schema.entities[entity].fields[field].name.as_str();
        for row in 0..self.buffers[entity].roots.len() {
            if self.buffers[entity].parents[row] != NOBODY {
                continue;
            }
            let buffer = &self.buffers[entity];
            let root = buffer.roots[row];
            let texts: Vec<Option<u32>> =
                fields.clone().map(|field| buffer.columns[field].text(row)).collect();
            let keys: Vec<Option<u32>> =
                texts.iter().map(|text| text.map(|id| self.texts.folded(id))).collect();
            let found = self.called(known, parent, root, &keys);
            if let Ok(found) = found {
                self.buffers[entity].parents[row] = found as u32;
                continue;
            }
            if let Some(own) = self.key_of(entity, row) {
                let own = self.texts.folded(own);
                self.orphans[entity].insert((root, own));
            }
            let Some(id) = texts[0] else {
                let place = self.place(entity, row, Some(first));
                // A key of the wrong type has been reported already, and so has a missing column.
                if !self.findings.mentions(&place) && !self.incomplete[entity] {
                    let problem = Diagnostic::new(Code::DetachedRecord).word(label.clone());
                    self.findings.push(problem.arg(named(first)).in_data(place));
                }
                continue;
            };
            if self.is_orphan(parent, root, self.texts.folded(id)) {
                continue;
            }
            let (mut is_elsewhere, mut own_key) = (false, None);
            let problem = match found.err().unwrap_or_default() {
                0 if self.incomplete[parent] => continue,
                0 if self.above(parent).any(|above| self.incomplete[above]) => continue,
                0 => {
                    let elsewhere = (root, self.texts.folded(id));
                    is_elsewhere = self.same(known, parent, keys.len() - 1, elsewhere).is_some();
                    let problem = Diagnostic::new(Code::UnknownParent)
                        .arg(self.texts.text(id))
                        .word(label.clone());
                    let columns: Vec<&str> = fields.clone().rev().map(named).collect();
                    let path = self.texts.text(id).rsplit_once('/');
                    own_key = path.filter(|_| columns.len() > 1).map(|(_, own)| own.to_owned());
                    if is_elsewhere {
                        problem.note(
                            "有這個識別值的都屬於別筆資料",
                            "those that have it belong to other records",
                        )
                    } else if own_key.is_some() {
                        problem.note(
                            format!("每個識別值各寫一欄：{}", columns.join("、")),
                            format!("each key has a column of its own: {}", columns.join(", ")),
                        )
                    } else {
                        problem
                    }
                }
                count => {
                    let missing = fields.clone().zip(&texts).find(|(_, text)| text.is_none());
                    Diagnostic::new(Code::SeveralParents)
                        .arg(self.texts.text(id))
                        .word(label.clone())
                        .arg(count.to_string())
                        .arg(missing.map_or("", |(field, _)| named(field)))
                }
            };
            let is_unknown = problem.code == Code::UnknownParent && !is_elsewhere;
            let place = self.place(entity, row, Some(first));
            self.report(problem, place, |builder, _| {
                let near = || builder.near_key(parent, root, id).filter(|_| is_unknown);
                own_key.or_else(near)
            });
        }
    }

    fn key_of(&self, entity: EntityId, row: usize) -> Option<u32> {
        self.buffers[entity].columns[self.schema.entities[entity].key].text(row)
    }

    /// The key of a root's record that is nearest to one that is not there.
    pub(super) fn near_key(&self, entity: EntityId, root: u32, id: u32) -> Option<String> {
        // In a form it is mostly the record that was renamed: the nearest one is somebody else's.
        let draft = matches!(self.origins, Origins::Draft { .. });
        let buffer = &self.buffers[entity];
        let own = (0..buffer.roots.len()).filter(|other| buffer.roots[*other] == root);
        let keys = own.filter_map(|other| self.key_of(entity, other));
        let known = keys.map(|id| self.texts.text(id)).take(if draft { 0 } else { NEAREST_OF });
        nearest(self.texts.text(id), known).map(str::to_owned)
    }

    /// The keys of a record and of those it belongs to, from the outermost.
    fn keys_of(&self, entity: EntityId, row: usize) -> Vec<&str> {
        let mut keys = Vec::new();
        let mut of = Some((entity, row));
        while let Some((entity, row)) = of {
            keys.push(self.key_of(entity, row).map_or("", |id| self.texts.text(id)));
            of = self.parent_of(entity, row);
        }
        keys.reverse();
        keys
    }

    /// What a reference to a root's record that is not there was meant to be: behind the keys of
    /// what it belongs to where it is written so.
    pub(super) fn near_record(&self, entity: EntityId, root: u32, id: u32) -> Option<String> {
        let text = self.texts.text(id);
        if self.schema.entities[entity].levels == 0 || !text.contains('/') {
            return self.near_key(entity, root, id);
        }
        let buffer = &self.buffers[entity];
        let own = (0..buffer.roots.len()).filter(|other| buffer.roots[*other] == root);
        let all: Vec<Vec<&str>> =
            own.take(NEAREST_OF).map(|row| self.keys_of(entity, row)).collect();
        let called =
            |keys: &[&str]| keys.iter().map(|key| escaped(key)).collect::<Vec<_>>().join("/");
        // Its keys as they are, the slashes within them too.
        let plain = all.iter().find(|keys| fold(&keys.join("/")) == fold(text));
        plain.map(|keys| called(keys)).or_else(|| {
            let known: Vec<String> = all.iter().map(|keys| called(keys)).collect();
            nearest(text, known.iter().map(String::as_str)).map(str::to_owned)
        })
    }

    /// The record of another entity that a record refers to by a key: of several with that key in
    /// different records, the one that belongs to what its own does too, or the one whose key is
    /// given behind those of what it belongs to. `Err` has those that it may be, if any.
    pub(super) fn referred(
        &self,
        known: &Known,
        (entity, row): (EntityId, usize),
        target: EntityId,
        id: u32,
    ) -> Result<usize, Option<Same>> {
        let (root, key) = (self.root_for(target, entity, row), self.texts.folded(id));
        let levels = self.schema.entities[target].levels;
        let mut found = self.same(known, target, levels, (root, key));
        if found.is_some_and(|same| same.count > 1) {
            let shared = self
                .above(target)
                .enumerate()
                .find_map(|(level, above)| Some((level, self.belonging(entity, row, above)?)));
            if let Some((level, own)) = shared {
                found = self.same(known, target, level, (own as u32, key));
            }
        }
        if let Some(Same { last, count: 1 }) = found {
            return Ok(last as usize);
        }
        let parts: Option<Vec<u32>> = self
            .texts
            .text(id)
            .rsplit('/')
            .map(|part| self.texts.find_folded(&unescaped(part)))
            .collect();
        let keys: Vec<Option<u32>> = parts.into_iter().flatten().map(Some).collect();
        if levels > 0
            && keys.len() == levels + 1
            && let Ok(row) = self.called(known, target, root, &keys)
        {
            return Ok(row);
        }
        Err(found)
    }

    /// The root by which what a record refers to is found: its own, or the one number that records
    /// have which all roots share.
    pub(super) fn root_for(&self, target: EntityId, entity: EntityId, row: usize) -> u32 {
        if self.schema.is_shared(target) { 0 } else { self.buffers[entity].roots[row] }
    }

    /// The record of an entity below the root that a record is, or belongs to.
    fn belonging(&self, entity: EntityId, row: usize, above: EntityId) -> Option<usize> {
        let (mut at, mut row) = (entity, row);
        while at != above {
            row = self.buffers[at].parent(row)?;
            at = self.schema.parent(at)?;
        }
        Some(row)
    }

    /// Reports a key that several records have.
    pub(super) fn report_several(
        &mut self,
        entity: EntityId,
        (row, field): (usize, FieldId),
        (target, id): (EntityId, u32),
        same: Same,
    ) {
        let keys = self.keys_of(target, same.last as usize);
        let keys: Vec<String> = keys.into_iter().map(escaped).collect();
        let problem = Diagnostic::new(Code::SeveralRecords)
            .arg(self.texts.text(id))
            .word(self.schema.entities[target].label.clone())
            .word(Localized::same(same.count.to_string()))
            .arg(keys.join("/"));
        let place = self.place(entity, row, Some(field));
        self.report(problem, place, |_, _| None);
    }
}

/// The key that [`escaped`] made a part of a name of, in the form it is compared by.
fn unescaped(part: &str) -> String {
    fold(&part.replace("~1", "/").replace("~0", "~"))
}
