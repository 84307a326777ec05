//! The bytes that a dataset in the making holds, known before its lists grow. Not here: what a
//! reader keeps beside it, and the bytes it was given.

use super::parents::Same;
use super::{DatasetBuilder, Given};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::number::Exact;
use guiju_model::schema::{FieldKind, Schema};
use guiju_model::text::Localized;

/// What a root takes: what is given for it, while it is read and once it is shared.
const OF_ROOT: usize = 2 * size_of::<Given>();
/// What a target or a previous value takes, in a list with room for more.
const OF_KPI: usize = 2 * size_of::<(KpiId, Exact)>();
/// What an entry of a register takes, in a list with room for more.
const OF_EVIDENCE: usize = 2 * size_of::<u32>();
/// The fewest that a list has room for.
const LEAST: usize = 4;

/// A list that is full has room for this many more when it grows.
fn more(room: usize) -> usize {
    room.max(LEAST)
}

/// The bytes of a hash table: slots that are a power of two, an eighth of them free.
pub(super) fn of_table<T>(entries: usize) -> usize {
    if entries == 0 {
        return 0;
    }
    (entries * 8).div_ceil(7).next_power_of_two() * (size_of::<T>() + 1)
}

impl DatasetBuilder<'_> {
    /// Makes sure that there is room for another record; where there is not, it is said once, and
    /// nothing more is to be read.
    pub(super) fn has_room(&mut self, entity: EntityId) -> bool {
        if self.crowded {
            return false;
        }
        let buffer = &self.buffers[entity];
        let rows = buffer.roots.len();
        if rows == buffer.roots.capacity() {
            self.held += more(rows) * buffer.width();
        }
        if entity == self.schema.root {
            self.held += OF_ROOT;
        }
        // In the end, the keys of each entity are looked at together; then those that records
        // refer to, beside the rows that they were found in.
        self.most = self.most.max(rows + 1);
        if self.referred[entity] {
            self.found += self.schema.entities[entity].levels + 1;
        }
        let seen = of_table::<((u32, u32), u32)>(self.most);
        let found = of_table::<((u32, u32), Same)>(self.found);
        let keys = seen.max(found + 2 * size_of::<u32>() * self.found);
        let asked = (self.held + keys + self.texts.held_next(buffer.columns.len())) as u64;
        let limit = self.limits.memory;
        if asked > limit {
            self.crowded = true;
            let records = self.rows;
            self.findings.push(Diagnostic::new(Code::DataTooLarge).word(Localized::new(
                format!("{records} 筆資料要占用 {asked} 位元組的記憶體，上限為 {limit}"),
                format!("{records} records ask for {asked} bytes of memory; the limit is {limit}"),
            )));
        }
        !self.crowded
    }

    /// The entities that records refer to, or belong to.
    pub(super) fn looked_up(schema: &Schema) -> List<EntityId, bool> {
        let mut referred: List<EntityId, bool> = vec![false; schema.entities.len()].into();
        for field in schema.entities.iter().flat_map(|entity| &entity.fields) {
            if let FieldKind::Reference(target) = field.kind {
                referred[target] = true;
            }
        }
        for parent in schema.entities.ids().filter_map(|entity| schema.parent(entity)) {
            referred[parent] |= parent != schema.root;
        }
        referred
    }

    /// Notes a target or a previous value.
    pub(super) fn holds_kpi(&mut self) {
        self.held += OF_KPI;
    }

    /// Notes an entry of a register.
    pub(super) fn holds_evidence(&mut self) {
        self.held += OF_EVIDENCE;
    }
}
