//! One record of JSON: its fields, its children, and what is given beside them. Not here: the document around it, one value
//! (`value`).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::Reader;
use super::raw::pointer_part;
use super::value::in_unit;
use crate::data::Raw;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Register;
use crate::schema::{FieldKind, PROGRAMME, Schema};
use crate::text::{Localized, fold, nearest};

/// What a key of a record stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Field(usize),
    /// One end of a period, in flat data.
    Start(usize),
    End(usize),
    /// A list of records of another entity.
    Children(usize),
    /// Targets, or previous values.
    Kpis {
        previous: bool,
    },
    Register(Register),
}

/// Spellings of keys met so far, so that a name is looked up once and not once a record.
pub(super) struct Names {
    /// One for each entity.
    known: Vec<HashMap<Box<str>, Slot>>,
}

/// Spellings remembered for an entity; more than a sane document has.
const SPELLINGS: usize = 1_000;

impl Names {
    pub(super) fn new(schema: &Schema) -> Names {
        Names { known: vec![HashMap::new(); schema.entities.len()] }
    }

    fn find(&mut self, schema: &Schema, entity: usize, key: &str) -> Option<Slot> {
        let known = self.known.get_mut(entity)?;
        if let Some(slot) = known.get(key) {
            return Some(*slot);
        }
        let slot = look_up(schema, entity, key)?;
        if known.len() < SPELLINGS {
            known.insert(key.into(), slot);
        }
        Some(slot)
    }
}

fn look_up(schema: &Schema, entity: usize, key: &str) -> Option<Slot> {
    let shape = schema.entities.get(entity)?;
    if let Some(field) = shape.field(key) {
        return Some(Slot::Field(field));
    }
    let folded = fold(key);
    let period = |name: &str| shape.field(name).filter(|field| matches!(shape.fields[*field].kind, FieldKind::Period));
    if let Some(field) = folded.strip_suffix("_start").and_then(period) {
        return Some(Slot::Start(field));
    }
    if let Some(field) = folded.strip_suffix("_end").and_then(period) {
        return Some(Slot::End(field));
    }
    if entity != schema.root {
        return None;
    }
    match folded.as_str() {
        "targets" => Some(Slot::Kpis { previous: false }),
        "previous" => Some(Slot::Kpis { previous: true }),
        "reviewed" => Some(Slot::Register(Register::Reviewed)),
        "elsewhere" => Some(Slot::Register(Register::Elsewhere)),
        _ => schema.entities.iter().position(|child| child.child && child.name == folded).map(Slot::Children),
    }
}

/// The names a key of an entity may have been meant to be.
fn candidates(schema: &Schema, entity: usize) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    if let Some(shape) = schema.entities.get(entity) {
        for field in &shape.fields {
            names.extend([field.name.as_str(), &field.label.zh]);
            names.extend(field.label.en.as_deref());
        }
    }
    if entity == schema.root {
        names.extend(["targets", "previous", "reviewed", "elsewhere"]);
        names.extend(schema.entities.iter().filter(|child| child.child).map(|child| child.name.as_str()));
    }
    names
}

impl<'t> Reader<'t, '_> {
    /// Reads a root: `origin` is its index in the list, or its line.
    pub(super) fn root(&mut self, value: &'t RawValue, origin: usize, pointer: &str) {
        let schema = Arc::clone(self.builder.schema());
        let words = object_of(&schema, schema.root);
        let Some(pairs) = self.object(value, words, pointer) else { return };
        let root = self.builder.root(small(origin));
        self.fields(&schema, schema.root, root, root, pairs.0, pointer);
    }

    /// A line that holds nothing but the programme.
    pub(super) fn programme_line(&mut self, value: &'t RawValue, line: usize) {
        let Some(pairs) = self.object(value, Localized::default(), "") else { return };
        for (n, (key, value)) in pairs.0.into_iter().enumerate() {
            let pointer = format!("/{}", pointer_part(&key));
            if n == 0 {
                self.programme(value, line, &pointer);
            } else {
                let (place, whole) = (self.at(pointer), Localized::new("整體計畫的那一行", "the line of the programme"));
                self.builder.problem(Diagnostic::new(Code::UnknownDataField).arg(&key).word(whole).in_data(place));
            }
        }
    }

    /// Reads the programme: its own record, where the pack has one, and what is given for its KPIs. `origin` is its line.
    pub(super) fn programme(&mut self, value: &'t RawValue, origin: usize, pointer: &str) {
        if value.get() == "null" {
            return;
        }
        let schema = Arc::clone(self.builder.schema());
        let words = Localized::new("整體計畫（物件）", "an object, the programme");
        let Some(pairs) = self.object(value, words, pointer) else { return };
        let (mut own, mut given) = (Vec::new(), [false; 2]);
        for (key, value) in pairs.0 {
            let list = ["targets", "previous"].iter().position(|list| *list == key);
            let (Some(list), path) = (list, format!("{pointer}/{}", pointer_part(&key))) else {
                own.push((key, value));
                continue;
            };
            if std::mem::replace(&mut given[list], true) {
                self.repeated(&key, pointer, None);
            } else {
                self.kpis(None, list == 1, value, &path);
            }
        }
        let place = self.at(pointer.to_owned());
        match self.builder.programme(small(origin), place) {
            Some((entity, row)) => self.fields(&schema, entity, row, 0, own, pointer),
            None if schema.programme.is_none() => {
                for (key, _) in own {
                    let place = self.at(format!("{pointer}/{}", pointer_part(&key)));
                    let near = nearest(&fold(&key), ["targets", "previous"]);
                    self.builder.problem(Diagnostic::new(Code::UnknownDataField).arg(&key).arg(PROGRAMME).suggest(near).in_data(place));
                }
            }
            None => {}
        }
    }

    /// Reads a record by itself; what it refers to, and the root it belongs to, are not there and not missed.
    pub(super) fn draft(&mut self, entity: usize, value: &'t RawValue) {
        let schema = Arc::clone(self.builder.schema());
        if entity == schema.root {
            return self.root(value, 0, "");
        }
        (0..schema.entities.len()).for_each(|other| self.builder.incomplete(other));
        if Some(entity) == schema.programme {
            return self.programme(value, 0, "");
        }
        let Some(pairs) = self.object(value, object_of(&schema, entity), "") else { return };
        let root = self.builder.root(0);
        let row = self.builder.record(entity, root, 0);
        self.fields(&schema, entity, row, root, pairs.0, "");
    }

    fn children(&mut self, schema: &Schema, entity: usize, root: usize, value: &'t RawValue, pointer: &str) {
        let Some(items) = self.list(value, pointer) else { return self.builder.incomplete(entity) };
        for (n, item) in items.into_iter().enumerate() {
            if self.builder.is_full() {
                return;
            }
            let pointer = format!("{pointer}/{n}");
            let Some(pairs) = self.object(item, object_of(schema, entity), &pointer) else {
                self.builder.incomplete(entity);
                continue;
            };
            let row = self.builder.record(entity, root, small(n));
            self.fields(schema, entity, row, root, pairs.0, &pointer);
        }
    }

    fn fields(&mut self, schema: &Schema, entity: usize, row: usize, root: usize, pairs: Vec<(Cow<'t, str>, &'t RawValue)>, pointer: &str) {
        let mut seen: Vec<Slot> = Vec::with_capacity(pairs.len().min(SPELLINGS));
        let mut flat: Vec<(usize, [Option<&'t RawValue>; 2])> = Vec::new();
        for (key, value) in pairs {
            let Some(slot) = self.names.find(schema, entity, &key) else {
                self.unknown_key(schema, entity, &key, pointer);
                continue;
            };
            // A period is given whole or by its ends, not both.
            let again = match slot {
                Slot::Start(field) | Slot::End(field) => seen.contains(&slot) || seen.contains(&Slot::Field(field)),
                Slot::Field(field) => [slot, Slot::Start(field), Slot::End(field)].iter().any(|other| seen.contains(other)),
                _ => seen.contains(&slot),
            };
            if again {
                let field = match slot {
                    Slot::Field(field) | Slot::Start(field) | Slot::End(field) => {
                        schema.entities.get(entity).and_then(|shape| shape.fields.get(field))
                    }
                    _ => None,
                };
                self.repeated(&key, pointer, field.map(|field| field.name.as_str()));
                continue;
            }
            seen.push(slot);
            match slot {
                Slot::Field(field) => self.field(schema, entity, row, field, value),
                Slot::Start(field) | Slot::End(field) => {
                    let at = flat.iter().position(|(other, _)| *other == field).unwrap_or(flat.len());
                    if at == flat.len() {
                        flat.push((field, [None, None]));
                    }
                    if let Some((_, [start, end])) = flat.get_mut(at) {
                        *(if slot == Slot::Start(field) { start } else { end }) = Some(value);
                    }
                }
                Slot::Children(child) => self.children(schema, child, root, value, &format!("{pointer}/{}", pointer_part(&key))),
                Slot::Kpis { previous } => self.kpis(Some(root), previous, value, &format!("{pointer}/{}", pointer_part(&key))),
                Slot::Register(register) => self.register(root, register, value, &format!("{pointer}/{}", pointer_part(&key))),
            }
        }
        for (field, ends) in flat {
            self.period(entity, row, field, ends, '_');
        }
    }

    fn kpis(&mut self, root: Option<usize>, previous: bool, value: &'t RawValue, pointer: &str) {
        if value.get() == "null" {
            return;
        }
        let expected = Localized::new("以指標代號為鍵的物件", "an object with the ids of KPIs as its keys");
        let Some(pairs) = self.object(value, expected, pointer) else { return };
        let mut seen: HashSet<Cow<'t, str>> = HashSet::new();
        for (key, value) in pairs.0 {
            if !seen.insert(key.clone()) {
                self.repeated(&key, pointer, None);
                continue;
            }
            let pointer = format!("{pointer}/{}", pointer_part(&key));
            let place = self.at(pointer.clone());
            let (number, unit) = match value.get().as_bytes().first() {
                Some(b'n') => {
                    self.builder.kpi(root, previous, &key, &Raw::Missing, place);
                    continue;
                }
                Some(b'{') => {
                    let Some([amount, unit]) = self.pair(value, ["amount", "unit"], &key, &pointer) else { continue };
                    let Some(parts) = self.amount(amount, unit, &pointer) else { continue };
                    parts
                }
                _ => {
                    let Some(digits) = self.digits(value, &place) else { continue };
                    (digits, None)
                }
            };
            self.builder.kpi(root, previous, &key, &in_unit(&number, unit.as_deref()), place);
        }
    }

    fn register(&mut self, root: usize, register: Register, value: &'t RawValue, pointer: &str) {
        let Some(items) = self.list(value, pointer) else { return };
        for (n, item) in items.into_iter().enumerate() {
            let place = self.at(format!("{pointer}/{n}"));
            let text = match item.get().as_bytes().first() {
                Some(b'"') => self.text(item, &place).filter(|text| !fold(text).is_empty()),
                Some(b'0'..=b'9') => Some(Cow::Borrowed(item.get())),
                _ => {
                    self.shape(Localized::new("證明文件編號", "the id of a document"), item, &format!("{pointer}/{n}"));
                    None
                }
            };
            if let Some(text) = text {
                self.builder.evidence(root, register, &text, place);
            }
        }
    }

    /// Reports a key that came before, perhaps under another name of its field.
    pub(super) fn repeated(&mut self, key: &str, pointer: &str, field: Option<&str>) {
        let place = self.at(format!("{pointer}/{}", pointer_part(key)));
        let mut problem = Diagnostic::new(Code::DuplicateField).arg(key).in_data(place);
        if let Some(field) = field.filter(|field| *field != key) {
            problem = problem.note(format!("它就是欄位 `{field}`"), format!("it is the field `{field}`"));
        }
        self.builder.problem(problem);
    }

    fn unknown_key(&mut self, schema: &Schema, entity: usize, key: &str, pointer: &str) {
        let place = self.at(format!("{pointer}/{}", pointer_part(key)));
        let near = if self.builder.has_enough() { None } else { nearest(&fold(key), candidates(schema, entity)) };
        let name = schema.entities.get(entity).map_or("", |shape| shape.name.as_str());
        self.builder.problem(Diagnostic::new(Code::UnknownDataField).arg(key).arg(name).suggest(near).in_data(place));
    }
}

/// A record of an entity, in words.
fn object_of(schema: &Schema, entity: usize) -> Localized {
    let name = schema.entities.get(entity).map_or("", |shape| shape.name.as_str());
    Localized::new(format!("一筆 `{name}`（物件）"), format!("an object, one `{name}`"))
}

/// A place that fits a column of places; beyond it, the last.
fn small(origin: usize) -> u32 {
    u32::try_from(origin).unwrap_or(u32::MAX)
}
