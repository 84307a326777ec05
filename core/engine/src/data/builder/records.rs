//! Beginning records: of roots, of what belongs to them, and of the programme. Not here: their
//! fields (`builder`).

use super::DatasetBuilder;
use crate::data::Given;
use crate::data::buffer::NOBODY;
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic};
use guiju_model::index::EntityId;
use guiju_model::text::Localized;

impl DatasetBuilder<'_> {
    /// Begins a root record; `origin` is its index or line.
    pub fn root(&mut self, origin: u32) -> usize {
        let row = self.push(self.schema.root, self.given.len() as u32, NOBODY, origin);
        // Where there is no room for another, the last one stands for it: nothing will be made of
        // it.
        if row == self.given.len() {
            self.given.push(Given::default());
        }
        row
    }

    /// Begins a record of a root; `origin` is its index in its list, or its line. Which record it
    /// belongs to where that is not the root itself, its fields say.
    pub fn record(&mut self, entity: EntityId, root: usize, origin: u32) -> usize {
        self.push(entity, root as u32, NOBODY, origin)
    }

    /// Begins a record that belongs to the record `row` of its parent, which was begun before.
    pub fn record_of(&mut self, entity: EntityId, row: usize, origin: u32) -> usize {
        let parent = self.schema.parent(entity).filter(|parent| *parent != self.schema.root);
        match parent.and_then(|parent| self.buffers[parent].roots.get(row).copied()) {
            Some(root) => self.push(entity, root, row as u32, origin),
            None => self.record(entity, row, origin),
        }
    }

    /// Begins a record that all roots share; `origin` is its index in its list, or its line.
    pub fn shared(&mut self, entity: EntityId, origin: u32) -> usize {
        self.push(entity, 0, NOBODY, origin)
    }

    /// Begins the programme's own record; `None` where there is one already, or where the pack has
    /// none. `at` is where it stands.
    pub fn programme(&mut self, origin: u32, at: DataPlace) -> Option<(EntityId, usize)> {
        let entity = self.schema.programme?;
        if self.count(entity) > 0 {
            self.findings.push(Diagnostic::new(Code::ProgrammeTwice).in_data(at));
            return None;
        }
        Some((entity, self.push(entity, 0, NOBODY, origin)))
    }

    pub(super) fn push(&mut self, entity: EntityId, root: u32, parent: u32, origin: u32) -> usize {
        self.rows += 1;
        if self.rows == self.limits.rows + 1 {
            let limit = self.limits.rows;
            self.findings.push(
                Diagnostic::new(Code::DataTooLarge)
                    .word(Localized::new(format!("{limit} 筆資料"), format!("{limit} records"))),
            );
        }
        let rows = self.buffers[entity].roots.len();
        if self.has_room(entity) || rows == 0 {
            self.buffers[entity].push(root, parent, origin)
        } else {
            rows - 1
        }
    }
}
