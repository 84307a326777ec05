//! One record of JSON: its fields, its children, and what is given beside them. Not here: the document around it, one value
//! (`value`), what keys stand for (`names`), sound records in one pass (`stream`).

use std::borrow::Cow;
use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::Reader;
use super::names::{Seen, Slot, candidates};
use super::raw::{Pairs, pointer_part};
use super::value::in_unit;
use crate::data::Raw;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Register;
use crate::schema::{PROGRAMME, Schema};
use crate::text::{Localized, fold, is_blank, nearest};

/// Where a record stands, as a JSON pointer; spelled out only for messages.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Whole(&'p str),
    /// An item of the list there.
    Item(&'p str, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Whole(pointer) => f.write_str(pointer),
            Path::Item(list, n) => write!(f, "{list}/{n}"),
        }
    }
}

/// The pairs of a record, as they come.
pub(super) trait Fields<'t> {
    /// What ends them early.
    type Error;

    /// The next key. Its value has to be taken before the one after it.
    fn key(&mut self) -> Result<Option<Cow<'t, str>>, Self::Error>;

    fn value(&mut self) -> Result<&'t RawValue, Self::Error>;

    /// Reads the value as a list of records.
    fn records(&mut self, reader: &mut Reader<'t, '_>, list: List<'_>) -> Result<(), Self::Error>;
}

/// Pairs that were taken apart before.
struct Listed<'t> {
    pairs: std::vec::IntoIter<(Cow<'t, str>, &'t RawValue)>,
    value: &'t RawValue,
}

impl<'t> Listed<'t> {
    fn new(pairs: Pairs<'t>) -> Listed<'t> {
        Listed { pairs: pairs.0.into_iter(), value: RawValue::NULL }
    }
}

impl<'t> Fields<'t> for Listed<'t> {
    type Error = Infallible;

    fn key(&mut self) -> Result<Option<Cow<'t, str>>, Infallible> {
        let Some((key, value)) = self.pairs.next() else { return Ok(None) };
        self.value = value;
        Ok(Some(key))
    }

    fn value(&mut self) -> Result<&'t RawValue, Infallible> {
        Ok(self.value)
    }

    fn records(&mut self, reader: &mut Reader<'t, '_>, list: List<'_>) -> Result<(), Infallible> {
        reader.children(list, self.value);
        Ok(())
    }
}

/// The list of a root's records of one entity.
#[derive(Clone, Copy)]
pub(super) struct List<'s> {
    pub(super) schema: &'s Schema,
    pub(super) entity: usize,
    pub(super) root: usize,
    /// Where the list stands.
    pub(super) pointer: &'s str,
}

impl<'t> Reader<'t, '_> {
    /// Reads a root: `origin` is its index in the list, or its line.
    pub(super) fn root(&mut self, value: &'t RawValue, origin: usize, pointer: &str) {
        let schema = Arc::clone(self.builder.schema());
        if !self.sound_root(&schema, value.get(), origin, pointer) {
            self.root_apart(&schema, value, origin, pointer);
        }
    }

    /// Reads a root piece by piece, to say what is wrong and where.
    pub(super) fn root_apart(&mut self, schema: &Schema, value: &'t RawValue, origin: usize, pointer: &str) {
        let words = object_of(schema, schema.root);
        let Some(pairs) = self.object(value, words, pointer) else { return };
        let root = self.builder.root(small(origin));
        self.fields(schema, schema.root, root, root, pairs, Path::Whole(pointer));
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
            Some((entity, row)) => self.fields(&schema, entity, row, 0, Pairs(own), Path::Whole(pointer)),
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
        self.fields(&schema, entity, row, root, pairs, Path::Whole(""));
    }

    /// Reads a list of records that is not sound one by one, to say what is wrong and where.
    pub(super) fn children(&mut self, list: List<'_>, value: &'t RawValue) {
        let List { schema, entity, root, pointer } = list;
        let Some(items) = self.list(value, pointer) else { return self.builder.incomplete(entity) };
        for (n, item) in items.into_iter().enumerate() {
            if self.builder.is_full() {
                return;
            }
            let pointer = Path::Item(pointer, n);
            let Some(pairs) = self.object(item, object_of(schema, entity), &pointer.to_string()) else {
                self.builder.incomplete(entity);
                continue;
            };
            let row = self.builder.record(entity, root, small(n));
            self.fields(schema, entity, row, root, pairs, pointer);
        }
    }

    fn fields(&mut self, schema: &Schema, entity: usize, row: usize, root: usize, pairs: Pairs<'t>, pointer: Path<'_>) {
        let Ok(()) = self.each_field(schema, entity, row, root, pointer, &mut Listed::new(pairs));
    }

    /// Reads the fields of a record that was begun, as they come.
    pub(super) fn each_field<S: Fields<'t>>(
        &mut self,
        schema: &Schema,
        entity: usize,
        row: usize,
        root: usize,
        pointer: Path<'_>,
        fields: &mut S,
    ) -> Result<(), S::Error> {
        let mut seen = Seen::default();
        let mut flat: Vec<(usize, [Option<&'t RawValue>; 2])> = Vec::new();
        let mut nth = 0;
        while let Some(key) = fields.key()? {
            let found = self.names.find(schema, entity, nth, &key);
            nth += 1;
            let Some(slot) = found else {
                fields.value()?;
                self.unknown_key(schema, entity, &key, &pointer.to_string());
                continue;
            };
            // A period is given whole or by its ends, not both.
            let again = match slot {
                Slot::Start(field) | Slot::End(field) => seen.has(slot) || seen.has(Slot::Field(field)),
                Slot::Field(field) => [slot, Slot::Start(field), Slot::End(field)].into_iter().any(|other| seen.has(other)),
                _ => seen.has(slot),
            };
            if again {
                let field = match slot {
                    Slot::Field(field) | Slot::Start(field) | Slot::End(field) => {
                        schema.entities.get(entity).and_then(|shape| shape.fields.get(field))
                    }
                    _ => None,
                };
                fields.value()?;
                self.repeated(&key, &pointer.to_string(), field.map(|field| field.name.as_str()));
                continue;
            }
            seen.insert(slot);
            let own = || format!("{pointer}/{}", pointer_part(&key));
            if let Slot::Children(entity) = slot {
                fields.records(self, List { schema, entity, root, pointer: &own() })?;
                continue;
            }
            let value = fields.value()?;
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
                Slot::Kpis { previous } => self.kpis(Some(root), previous, value, &own()),
                Slot::Register(register) => self.register(root, register, value, &own()),
                Slot::Children(_) => {}
            }
        }
        for (field, ends) in flat {
            self.period(entity, row, field, ends, '_');
        }
        Ok(())
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
                Some(b'"') => self.text(item, &place).filter(|text| !is_blank(text)),
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
pub(super) fn small(origin: usize) -> u32 {
    u32::try_from(origin).unwrap_or(u32::MAX)
}
