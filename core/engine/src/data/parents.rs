//! Which record each one belongs to, where that is not the root itself: it stands within that
//! record, or names its key in a column. And records by their keys, for those that refer to them.
//!
//! Not here: whether keys are unique (`keys`).

use std::collections::HashMap;
use std::sync::Arc;

use super::buffer::NOBODY;
use super::builder::{DatasetBuilder, Origins};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::EntityId;
use guiju_model::schema::{MAX_LEVELS, Schema};
use guiju_model::text::{Localized, fold, nearest};

/// How many keys are compared for a suggestion: it must not cost more than reading did.
const NEAREST_OF: usize = 1_000;

/// The records of an entity by their root and key.
pub(super) struct ByKey {
    first: HashMap<(u32, u32), u32>,
    /// For each record, the next one with the same root and key.
    next: Vec<u32>,
}

impl ByKey {
    /// The records of a root with a key, in the order in which they came.
    pub(super) fn all(&self, root: u32, key: u32) -> impl Iterator<Item = usize> + '_ {
        let first = self.first.get(&(root, key)).copied();
        let next = |row: &u32| self.next.get(*row as usize).copied().filter(|row| *row != NOBODY);
        std::iter::successors(first, next).map(|row| row as usize)
    }
}

impl DatasetBuilder<'_> {
    pub(super) fn by_key(&self, entity: EntityId) -> ByKey {
        let (buffer, key) = (&self.buffers[entity], self.schema.entities[entity].key);
        let mut found = ByKey { first: HashMap::new(), next: vec![NOBODY; buffer.roots.len()] };
        for row in (0..buffer.roots.len()).rev() {
            if let Some(id) = buffer.columns[key].text(row) {
                let place = (buffer.roots[row], self.texts.folded(id));
                found.next[row] = found.first.insert(place, row as u32).unwrap_or(NOBODY);
            }
        }
        found
    }

    /// Finds the parent of every record, and puts those it belongs to in its fields.
    pub(super) fn settle_parents(&mut self) {
        let schema = Arc::clone(&self.schema);
        // Which of several parents with one key is meant may depend on whose they are.
        for level in 1..=MAX_LEVELS {
            for (entity, shape) in schema.entities.entries() {
                if shape.levels == level
                    && let Some(parent) = schema.parent(entity)
                {
                    self.settle(&schema, entity, parent);
                }
            }
        }
    }

    fn settle(&mut self, schema: &Schema, entity: EntityId, parent: EntityId) {
        let whole = matches!(self.origins, Origins::Draft { .. });
        if !whole && self.buffers[entity].parents.contains(&NOBODY) {
            self.find_parents(schema, entity, parent);
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

    /// Finds the parents that tables name by their keys.
    fn find_parents(&mut self, schema: &Schema, entity: EntityId, parent: EntityId) {
        let by_key = self.by_key(parent);
        let fields = schema.entities[entity].parents();
        let first = fields.start;
        let label = &schema.entities[parent].label;
        for row in 0..self.buffers[entity].roots.len() {
            if self.buffers[entity].parents[row] != NOBODY {
                continue;
            }
            let place = self.place(entity, row, Some(first));
            let buffer = &self.buffers[entity];
            let root = buffer.roots[row];
            let Some(id) = buffer.columns[first].text(row) else {
                // A key of the wrong type has been reported already, and so has a missing column.
                if !self.findings.mentions(&place) && !self.incomplete[entity] {
                    let problem = Diagnostic::new(Code::DetachedRecord).word(label.clone());
                    self.findings.push(
                        problem.arg(&schema.entities[entity].fields[first].name).in_data(place),
                    );
                }
                continue;
            };
            let all: Vec<usize> = by_key.all(root, self.texts.folded(id)).collect();
            let meant: Vec<usize> =
                all.iter().copied().filter(|of| self.agrees(entity, row, parent, *of)).collect();
            let whose = |of: usize| self.buffers[parent].parent(of);
            match meant.split_first() {
                // Several with one key and one parent are reported as such.
                Some((one, others)) if others.iter().all(|other| whose(*other) == whose(*one)) => {
                    self.buffers[entity].parents[row] = *one as u32;
                }
                Some((_, others)) => {
                    let missing = fields
                        .clone()
                        .skip(1)
                        .find(|field| buffer.columns[*field].text(row).is_none());
                    let column = missing
                        .map_or("", |field| schema.entities[entity].fields[field].name.as_str());
                    let problem = Diagnostic::new(Code::SeveralParents)
                        .arg(self.texts.text(id))
                        .word(label.clone())
                        .arg((others.len() + 1).to_string())
                        .arg(column);
                    self.report(problem, place, |_, _| None);
                }
                None if self.incomplete[parent] => {}
                None => {
                    let mut problem = Diagnostic::new(Code::UnknownParent)
                        .arg(self.texts.text(id))
                        .word(label.clone());
                    if !all.is_empty() {
                        problem = problem.note(
                            "有這個識別值的都屬於別筆資料",
                            "those that have it belong to other records",
                        );
                    }
                    self.report(problem, place, |builder, _| builder.near_key(parent, root, id));
                }
            }
        }
    }

    /// Whether a record belongs to what else is said of the one that names it as its parent.
    fn agrees(&self, entity: EntityId, row: usize, parent: EntityId, of: usize) -> bool {
        let (mut of, mut at) = (Some(of), parent);
        let shape = &self.schema.entities[entity];
        shape.parents().skip(1).all(|field| {
            of = of.and_then(|row| self.buffers[at].parent(row));
            at = self.schema.parent(at).unwrap_or(at);
            let Some(given) = self.buffers[entity].columns[field].text(row) else { return true };
            let key = of.and_then(|row| self.key_of(at, row));
            key.is_none_or(|key| self.texts.folded(key) == self.texts.folded(given))
        })
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

    /// The record of another entity that a record refers to by a key: of several with that key in
    /// different records, the one that belongs to what its own does too, or the one whose key is
    /// given behind those of what it belongs to. `Err` has how many it may be.
    pub(super) fn referred(
        &self,
        (entity, row): (EntityId, usize),
        target: EntityId,
        by_key: &ByKey,
        id: u32,
    ) -> Result<usize, usize> {
        let root = self.buffers[entity].roots[row];
        let mut found: Vec<usize> = by_key.all(root, self.texts.folded(id)).collect();
        let shape = &self.schema.entities[target];
        if shape.levels == 0 {
            // Of several the last, as ever: that they have one key is reported.
            return found.pop().ok_or(0);
        }
        if found.len() > 1 {
            let mut above = Some(target);
            let shared = std::iter::from_fn(|| {
                above = above.and_then(|entity| self.schema.parent(entity));
                above
            })
            .find_map(|above| Some((above, self.belonging(entity, row, above)?)));
            if let Some((above, own)) = shared {
                found.retain(|other| self.belonging(target, *other, above) == Some(own));
            }
        }
        if let [one] = found.as_slice() {
            return Ok(*one);
        }
        let text = self.texts.text(id);
        let own = text.rsplit('/').next().map(unescaped);
        let named = own
            .filter(|_| text.split('/').count() == shape.levels + 1)
            .and_then(|own| self.texts.find_folded(&own))
            .and_then(|own| by_key.all(root, own).find(|row| self.is_called(target, *row, text)));
        named.ok_or(found.len())
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

    /// Whether a record has this key, with those of what it belongs to before it.
    fn is_called(&self, entity: EntityId, row: usize, text: &str) -> bool {
        let (mut at, mut row) = (entity, Some(row));
        text.rsplit('/').all(|part| {
            let part = unescaped(part);
            let key = row.and_then(|row| self.key_of(at, row));
            let is = key.is_some_and(|key| fold(self.texts.text(key)) == part);
            row = row.and_then(|row| self.buffers[at].parent(row));
            at = self.schema.parent(at).unwrap_or(at);
            is
        })
    }

    /// Reports a key that several records have.
    pub(super) fn report_several(
        &mut self,
        entity: EntityId,
        (row, field): (usize, usize),
        (target, id): (EntityId, u32),
        count: usize,
    ) {
        let problem = Diagnostic::new(Code::SeveralRecords)
            .arg(self.texts.text(id))
            .word(self.schema.entities[target].label.clone())
            .word(Localized::same(count.to_string()));
        let place = self.place(entity, row, Some(field));
        self.report(problem, place, |_, _| None);
    }
}

/// A key as it stands in a name with those of what it belongs to, in the form it is compared by.
fn unescaped(part: &str) -> String {
    fold(&part.replace("~1", "/").replace("~0", "~"))
}
