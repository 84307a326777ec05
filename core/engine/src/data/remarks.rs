//! What is said once of a field, or of a list beside the records, however many values give reason
//! to: where the first stands, and how many others there are. Not here: what gives reason (`cell`).

use std::collections::HashMap;

use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::Register;

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// An entity and one of its fields.
    Field(EntityId, FieldId),
    /// The names by which data calls the fields of an entity.
    Names(EntityId),
    /// The keys by which the records of an entity name their root.
    Parent(EntityId),
    /// Targets, or previous values.
    Kpis {
        programme: bool,
        previous: bool,
    },
    Register(Register),
}

/// Remarks in the making.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    list: Vec<(Diagnostic, usize)>,
    /// The place in the list of what it is about: the kind of map that keys of records are held in.
    known: HashMap<(u32, u32), u32>,
}

impl Remarks {
    /// Whether nothing was said yet; what was said already is counted.
    pub(super) fn is_new(&mut self, of: Of, code: Code) -> bool {
        let known = self.known.get(&key(of, code)).and_then(|at| self.list.get_mut(*at as usize));
        known.map(|(_, others)| *others += 1).is_none()
    }

    pub(super) fn add(&mut self, of: Of, remark: Diagnostic) {
        self.known.insert(key(of, remark.code), self.list.len() as u32);
        self.list.push((remark, 0));
    }

    pub(super) fn list(self) -> impl Iterator<Item = Diagnostic> {
        self.list.into_iter().map(|(remark, others)| match others {
            0 => remark,
            1 => remark.note("另有 1 處也是如此", "the same holds in one more place"),
            _ => remark.note(
                format!("另有 {others} 處也是如此"),
                format!("the same holds in {others} more places"),
            ),
        })
    }
}

fn key(of: Of, code: Code) -> (u32, u32) {
    let (kind, first, second) = match of {
        Of::Field(entity, field) => (0, entity.index(), field.index()),
        Of::Names(entity) => (1, entity.index(), 0),
        Of::Parent(entity) => (2, entity.index(), 0),
        Of::Kpis { programme, previous } => (3, usize::from(programme), usize::from(previous)),
        Of::Register(register) => (4, register as usize, 0),
    };
    let code = u32::from(code == Code::UnmarkedShare);
    ((first as u32) << 4 | kind << 1 | code, second as u32)
}
