//! What the keys of records stand for. Not here: reading their values (`record`).

use guiju_model::index::{EntityId, FieldId, List};
use guiju_model::rules::Register;
use guiju_model::schema::{FieldKind, Schema};
use guiju_model::text::fold;

/// What a key of a record stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Field(FieldId),
    /// One end of a period, in flat data.
    Start(FieldId),
    End(FieldId),
    /// A list of records of another entity.
    Children(EntityId),
    /// Targets, or previous values.
    Kpis {
        previous: bool,
    },
    Register(Register),
}

/// Spellings of keys met so far, so that a name is looked up once and not once a record.
pub(super) struct Names {
    /// For each entity in the order in which they were first met, which records mostly follow.
    met: List<EntityId, Vec<(Box<str>, Slot)>>,
}

/// Spellings remembered for an entity; more than a sane document has.
const SPELLINGS: usize = 100;

impl Names {
    pub(super) fn new(schema: &Schema) -> Names {
        Names { met: vec![Vec::new(); schema.entities.len()].into() }
    }

    /// What a key stands for. `next` is where it may be expected, and becomes where the one after
    /// it may.
    pub(super) fn find(
        &mut self,
        schema: &Schema,
        entity: EntityId,
        next: &mut usize,
        key: &str,
    ) -> Option<Slot> {
        let met = self.met.get_mut(entity)?;
        let is = |at: &usize| met.get(*at).is_some_and(|(name, _)| **name == *key);
        let at = Some(*next).filter(is).or_else(|| (0..met.len()).find(is));
        *next = at.unwrap_or(met.len()) + 1;
        if let Some((_, slot)) = at.and_then(|at| met.get(at)) {
            return Some(*slot);
        }
        let slot = look_up(schema, entity, key)?;
        if met.len() < SPELLINGS {
            met.push((key.into(), slot));
        }
        Some(slot)
    }
}

/// What a record has had so far.
#[derive(Default)]
pub(super) struct Seen {
    /// A bit for each of the first fields, given whole; nearly all records have no more.
    fields: u64,
    /// The rest.
    others: Vec<Slot>,
}

impl Seen {
    pub(super) fn has(&self, slot: Slot) -> bool {
        match slot {
            Slot::Field(field) if field.index() < 64 => self.fields >> field.index() & 1 == 1,
            other => !self.others.is_empty() && self.others.contains(&other),
        }
    }

    pub(super) fn insert(&mut self, slot: Slot) {
        match slot {
            Slot::Field(field) if field.index() < 64 => self.fields |= 1 << field.index(),
            other => self.others.push(other),
        }
    }
}

fn look_up(schema: &Schema, entity: EntityId, key: &str) -> Option<Slot> {
    let shape = schema.entities.get(entity)?;
    // What it belongs to, its place says.
    if let Some(field) = shape.field(key).filter(|field| shape.parents().follow(*field)) {
        return Some(Slot::Field(field));
    }
    let folded = fold(key);
    let period = |name: &str| {
        shape.field(name).filter(|field| matches!(shape.fields[*field].kind, FieldKind::Period))
    };
    if let Some(field) = folded.strip_suffix("_start").and_then(period) {
        return Some(Slot::Start(field));
    }
    if let Some(field) = folded.strip_suffix("_end").and_then(period) {
        return Some(Slot::End(field));
    }
    let programme = Some(entity) == schema.programme;
    let children = || {
        let mut children = schema.children(entity);
        children.find(|(_, child)| child.name == folded).map(|(child, _)| Slot::Children(child))
    };
    if entity != schema.root && !programme {
        return children();
    }
    match folded.as_str() {
        "targets" => Some(Slot::Kpis { previous: false }),
        "previous" => Some(Slot::Kpis { previous: true }),
        _ if programme => shared_list(schema, &folded).map(Slot::Children),
        "reviewed" => Some(Slot::Register(Register::Reviewed)),
        "elsewhere" => Some(Slot::Register(Register::Elsewhere)),
        _ => children(),
    }
}

/// The entity whose records all roots share, by the name of their list.
pub(super) fn shared_list(schema: &Schema, name: &str) -> Option<EntityId> {
    schema.shared().find(|(_, shape)| shape.name == name).map(|(entity, _)| entity)
}

/// The names a key of an entity may have been meant to be.
pub(super) fn candidates(schema: &Schema, entity: EntityId) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    if let Some(shape) = schema.entities.get(entity) {
        for field in shape.own_fields() {
            names.extend([field.name.as_str(), &field.label.zh]);
            names.extend(field.label.en.as_deref());
        }
    }
    if entity == schema.root {
        names.extend(["targets", "previous", "reviewed", "elsewhere"]);
    }
    names.extend(schema.children(entity).map(|(_, child)| child.name.as_str()));
    if Some(entity) == schema.programme {
        names.extend(schema.shared().map(|(_, shape)| shape.name.as_str()));
    }
    names
}
