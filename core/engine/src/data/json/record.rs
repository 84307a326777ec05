//! One record of JSON: its fields, its children, and what is given beside them. Not here: the
//! document around it, one value (`value`), what keys stand for (`names`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::names::{Seen, Slot, candidates, shared_list};
use super::raw::{in_words, pointer_part};
use super::scan::{Token, Walk};
use super::value::in_unit;
use super::{Reader, a_list};
use crate::data::Raw;
use crate::data::remarks::Of;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::Register;
use guiju_model::schema::{PROGRAMME, Schema};
use guiju_model::text::{Locale, Localized, fold, is_blank, misleading, nearest};

/// Where a record stands, as a JSON pointer; spelled out only for messages.
#[derive(Clone, Copy)]
enum Path<'p> {
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

/// A record that was begun; that of the programme has no root.
#[derive(Clone, Copy)]
struct Record<'p> {
    entity: EntityId,
    row: usize,
    root: Option<usize>,
    path: Path<'p>,
}

impl<'t> Reader<'t, '_> {
    /// Reads a root: `origin` is its index in the list, or its line.
    pub(super) fn root(&mut self, walk: &mut Walk<'t>, origin: usize, pointer: &str) {
        let schema = Arc::clone(self.builder.schema());
        if !self.enters(walk, b'{', object_of(&schema, schema.root), pointer) {
            return;
        }
        let root = self.builder.root(small(origin));
        self.fields(
            &schema,
            Record { entity: schema.root, row: root, root: Some(root), path: Path::Whole(pointer) },
            walk,
        );
    }

    /// A line that holds nothing but the programme.
    pub(super) fn programme_line(&mut self, walk: &mut Walk<'t>, line: usize) {
        walk.enter();
        let mut first = true;
        while let Some(key) = self.key(walk, "") {
            let pointer = format!("/{}", pointer_part(&key));
            if std::mem::take(&mut first) {
                self.programme(walk, line, &pointer);
            } else {
                walk.value();
                let (place, whole) = (
                    self.at(pointer),
                    Localized::new("整體計畫的那一行", "the line of the programme"),
                );
                self.builder.problem(
                    Diagnostic::new(Code::UnknownDataField).arg(&key).word(whole).in_data(place),
                );
            }
        }
    }

    /// Reads the programme: its own record, where the pack has one, and what is given for its KPIs.
    /// `origin` is its line.
    pub(super) fn programme(&mut self, walk: &mut Walk<'t>, origin: usize, pointer: &str) {
        if walk.peek() == b'n' {
            walk.value();
            return;
        }
        if !self.enters(
            walk,
            b'{',
            Localized::new("整體計畫（物件）", "an object, the programme"),
            pointer,
        ) {
            return;
        }
        let schema = Arc::clone(self.builder.schema());
        self.builder.programme_line = small(origin);
        let place = self.at(pointer.to_owned());
        if let Some((entity, row)) = self.builder.programme(small(origin), place) {
            return self.fields(
                &schema,
                Record { entity, row, root: None, path: Path::Whole(pointer) },
                walk,
            );
        }
        let mut given = [false; 2];
        let mut lists = Vec::new();
        while let Some(key) = self.key(walk, pointer) {
            let own = format!("{pointer}/{}", pointer_part(&key));
            // Without a record of its own, which there may be once only, lists may be all it has.
            let list = shared_list(&schema, &fold(&key)).filter(|_| schema.programme.is_none());
            let is_new =
                |entity: &EntityId| !lists.contains(entity) && self.builder.count(*entity) == 0;
            if let Some(entity) = list.filter(is_new) {
                lists.push(entity);
                self.list(&schema, entity, None, walk, &own);
                continue;
            }
            match ["targets", "previous"].iter().position(|list| *list == key) {
                Some(list) if !std::mem::replace(&mut given[list], true) => {
                    let value = walk.value();
                    self.kpis(None, list == 1, value, &own);
                    continue;
                }
                Some(_) => self.repeated(&key, pointer, None),
                None if list.is_some() => self.repeated(&key, pointer, None),
                None if schema.programme.is_none() => {
                    let place = self.at(own);
                    let lists = schema.shared().map(|(_, shape)| shape.name.as_str());
                    let near =
                        nearest(&fold(&key), ["targets", "previous"].into_iter().chain(lists));
                    self.builder.problem(
                        Diagnostic::new(Code::UnknownDataField)
                            .arg(&key)
                            .arg(PROGRAMME)
                            .suggest(near)
                            .in_data(place),
                    );
                }
                None => {}
            }
            walk.value();
        }
    }

    /// Reads a record by itself; what it refers to, and the root it belongs to, are not there and
    /// not missed.
    pub(super) fn draft(&mut self, entity: EntityId, walk: &mut Walk<'t>) {
        let schema = Arc::clone(self.builder.schema());
        if entity == schema.root {
            // What all roots share is not there, and not missed.
            schema.shared().for_each(|(shared, _)| self.builder.incomplete(shared));
            return self.root(walk, 0, "");
        }
        schema.entities.ids().for_each(|other| self.builder.incomplete(other));
        if Some(entity) == schema.programme {
            return self.programme(walk, 0, "");
        }
        if !self.enters(walk, b'{', object_of(&schema, entity), "") {
            return;
        }
        let root = self.builder.root(0);
        let row = self.builder.record(entity, root, 0);
        self.fields(&schema, Record { entity, row, root: Some(root), path: Path::Whole("") }, walk);
    }

    /// Reads the records of another entity that belong to a record, which that of a root is.
    fn children(
        &mut self,
        schema: &Schema,
        entity: EntityId,
        of: (usize, usize),
        walk: &mut Walk<'t>,
        pointer: &str,
    ) {
        self.list(schema, entity, Some(of), walk, pointer);
    }

    /// Reads a list of records, which belong to a record of a root or are shared by all.
    fn list(
        &mut self,
        schema: &Schema,
        entity: EntityId,
        of: Option<(usize, usize)>,
        walk: &mut Walk<'t>,
        pointer: &str,
    ) {
        let absent = walk.peek() == b'n';
        if !self.enters(walk, b'[', a_list(), pointer) {
            if !absent {
                self.builder.incomplete(entity);
            }
            return;
        }
        self.builder.arrived(entity);
        let mut n = 0;
        while walk.item() {
            let path = Path::Item(pointer, n);
            self.reached(walk);
            if self.builder.is_full() {
                walk.value();
            } else if walk.peek() == b'{' {
                walk.enter();
                let row = match of {
                    Some((_, of)) => self.builder.record_of(entity, of, small(n)),
                    None => self.builder.shared(entity, small(n)),
                };
                let root = of.map(|(root, _)| root);
                self.fields(schema, Record { entity, row, root, path }, walk);
            } else {
                let value = walk.value();
                let wanted = object_of(schema, entity);
                match schema.entities.get(entity).and_then(|shape| shape.fields.first()) {
                    Some(key) if schema.is_list(entity) => {
                        self.entry(wanted, &key.name, value, &path.to_string())
                    }
                    _ => self.shape(wanted, value, &path.to_string()),
                }
                self.builder.incomplete(entity);
            }
            n += 1;
        }
    }

    /// Reports an entry of a list that is no record, and how one is written.
    fn entry(&mut self, wanted: Localized, key: &str, found: Token<'_>, pointer: &str) {
        let place = self.at(pointer.to_owned());
        let shape = Diagnostic::new(Code::JsonShape).word(wanted).word(in_words(found)).note(
            format!("每一筆寫成 `{{\"{key}\": \"…\"}}`"),
            format!("write each entry as `{{\"{key}\": \"…\"}}`"),
        );
        self.builder.problem(shape.in_data(place));
    }

    /// Reads the fields of a record that was begun and entered.
    fn fields(&mut self, schema: &Schema, record: Record<'_>, walk: &mut Walk<'t>) {
        let Record { entity, row, root, path } = record;
        let mut seen = Seen::default();
        let mut flat: Vec<(FieldId, [Option<Token<'t>>; 2])> = Vec::new();
        let mut next = 0;
        while let Some(key) = walk.key() {
            let key = match key.text() {
                Ok(text) => text,
                Err(fault) => {
                    self.syntax(key.get(), fault, Some(&path.to_string()));
                    walk.value();
                    continue;
                }
            };
            let Some(slot) = self.names.find(schema, entity, &mut next, &key) else {
                walk.value();
                self.unknown_key(schema, entity, &key, &path.to_string());
                continue;
            };
            // A period is given whole or by its ends, not both.
            let again = match slot {
                Slot::Start(field) | Slot::End(field) => {
                    seen.has(slot) || seen.has(Slot::Field(field))
                }
                Slot::Field(field) => [slot, Slot::Start(field), Slot::End(field)]
                    .into_iter()
                    .any(|other| seen.has(other)),
                _ => seen.has(slot),
            };
            if again {
                walk.value();
                let field = match slot {
                    Slot::Field(field) | Slot::Start(field) | Slot::End(field) => {
                        schema.entities.get(entity).and_then(|shape| shape.fields.get(field))
                    }
                    _ => None,
                };
                self.repeated(&key, &path.to_string(), field.map(|field| field.name.as_str()));
                continue;
            }
            seen.insert(slot);
            if let Some((_, c)) = misleading(&key) {
                let place = self.at(format!("{path}/{}", pointer_part(&key)));
                self.builder.misleading(Of::Names(entity), &fold(&key), c, &|_| place.clone());
            }
            let own = || format!("{path}/{}", pointer_part(&key));
            match (slot, root) {
                (Slot::Field(field), _) => {
                    let value = walk.value();
                    self.field(schema, entity, row, field, value);
                }
                (Slot::Start(field) | Slot::End(field), _) => {
                    let at =
                        flat.iter().position(|(other, _)| *other == field).unwrap_or(flat.len());
                    if at == flat.len() {
                        flat.push((field, [None, None]));
                    }
                    let value = walk.value();
                    if let Some((_, [start, end])) = flat.get_mut(at) {
                        *(if slot == Slot::Start(field) { start } else { end }) = Some(value);
                    }
                }
                (Slot::Kpis { previous }, _) => {
                    let value = walk.value();
                    self.kpis(root, previous, value, &own());
                }
                (Slot::Children(child), Some(root)) => {
                    self.children(schema, child, (root, row), walk, &own())
                }
                (Slot::Register(register), Some(root)) => {
                    self.register(root, register, walk, &own())
                }
                (Slot::Children(shared), None) => self.list(schema, shared, None, walk, &own()),
                (Slot::Register(_), None) => {
                    walk.value();
                }
            }
        }
        for (field, ends) in flat {
            self.period(entity, row, field, ends, '_');
        }
    }

    fn kpis(&mut self, root: Option<usize>, previous: bool, value: Token<'t>, pointer: &str) {
        let expected =
            Localized::new("以指標代號為鍵的物件", "an object with the ids of KPIs as its keys");
        let mut walk = Walk::new(value.get());
        if value.is_null() || !self.enters(&mut walk, b'{', expected, pointer) {
            return;
        }
        // By the ids of their texts: the kind of map that keys of records are held in.
        let mut seen: HashMap<(u32, u32), u32> = HashMap::new();
        while let Some(key) = self.key(&mut walk, pointer) {
            let value = walk.value();
            if seen.insert((self.builder.texts.intern(&key), 0), 0).is_some() {
                self.repeated(&key, pointer, None);
                continue;
            }
            let pointer = format!("{pointer}/{}", pointer_part(&key));
            let place = self.at(pointer.clone());
            let (number, unit) = match value.first() {
                b'n' => {
                    self.builder.kpi(root, previous, &key, &Raw::Missing, place);
                    continue;
                }
                b'{' => {
                    let Some(parts) =
                        self.pair(value, ["amount", "unit"], &key, &|_| pointer.clone())
                    else {
                        continue;
                    };
                    let Some(parts) = self.amount(parts, &pointer) else { continue };
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

    fn register(&mut self, root: usize, register: Register, walk: &mut Walk<'t>, pointer: &str) {
        if !self.enters(walk, b'[', a_list(), pointer) {
            return;
        }
        let mut n = 0;
        while walk.item() {
            let item = walk.value();
            let place = self.at(format!("{pointer}/{n}"));
            let text = match item.first() {
                b'"' => self.text(item, &place).filter(|text| !is_blank(text)),
                b'0'..=b'9' => Some(Cow::Borrowed(item.get())),
                b'n' => None,
                _ => {
                    self.shape(
                        Localized::new("證明文件編號", "the id of a document"),
                        item,
                        &format!("{pointer}/{n}"),
                    );
                    None
                }
            };
            if let Some(text) = text {
                self.builder.evidence(root, register, &text, place);
            }
            n += 1;
        }
    }

    /// Reports a key that came before, perhaps under another name of its field.
    pub(super) fn repeated(&mut self, key: &str, pointer: &str, field: Option<&str>) {
        let place = self.at(format!("{pointer}/{}", pointer_part(key)));
        let mut problem = Diagnostic::new(Code::DuplicateField).arg(key).in_data(place);
        if let Some(field) = field.filter(|field| *field != key) {
            problem =
                problem.note(format!("它就是欄位 `{field}`"), format!("it is the field `{field}`"));
        }
        self.builder.problem(problem);
    }

    fn unknown_key(&mut self, schema: &Schema, entity: EntityId, key: &str, pointer: &str) {
        let place = self.at(format!("{pointer}/{}", pointer_part(key)));
        let near = if self.builder.has_enough() {
            None
        } else {
            nearest(&fold(key), candidates(schema, entity))
        };
        let label =
            schema.entities.get(entity).map(|shape| shape.label.clone()).unwrap_or_default();
        let problem = Diagnostic::new(Code::UnknownDataField).arg(key).word(label);
        let problem = match whose(schema, Some(entity), &fold(key)) {
            Some((zh, en)) => problem.note(zh, en),
            None => problem.suggest(near),
        };
        self.builder.problem(problem.in_data(place));
    }
}

/// Where records that a key names have to stand, or what it says already by where it stands. The
/// key is an entity's name or its label; `entity` is what it was found in, if that is a record.
pub(super) fn whose(
    schema: &Schema,
    entity: Option<EntityId>,
    key: &str,
) -> Option<(String, String)> {
    let is_called = |name: &str| fold(name) == key;
    let named = schema.entities.find_id(|shape| {
        let label = &shape.label;
        let labels = [Some(&label.zh), label.en.as_ref()];
        (shape.child || schema.shared().any(|(_, shared)| std::ptr::eq(shared, shape)))
            && (shape.name == key || labels.into_iter().flatten().any(|name| is_called(name)))
    })?;
    let key = &schema.entities.get(named)?.name;
    if entity.is_some() && schema.parent(named) == entity {
        return Some((
            format!("這份清單的名稱是 `{key}`"),
            format!("the list of these records is called `{key}`"),
        ));
    }
    if entity.is_some_and(|entity| schema.parent_field(entity, named).is_some()) {
        let zh = format!("這筆資料屬於哪一筆 `{key}`，由它所在的位置決定");
        return Some((zh, format!("which `{key}` the record belongs to, its place says")));
    }
    if schema.is_shared(named) {
        return Some((
            format!("`{key}` 的清單寫在 `{PROGRAMME}` 裡"),
            format!("the list of `{key}` stands within `{PROGRAMME}`"),
        ));
    }
    let parent = &schema.entities.get(schema.parent(named)?)?.name;
    Some((
        format!("`{key}` 的清單寫在 `{parent}` 的每一筆資料裡"),
        format!("lists of `{key}` stand within the records of `{parent}`"),
    ))
}

/// A record of an entity, in words.
fn object_of(schema: &Schema, entity: EntityId) -> Localized {
    let label = schema.entities.get(entity).map(|shape| shape.label.clone()).unwrap_or_default();
    Localized::new(
        format!("一筆「{}」（物件）", label.zh),
        format!("an object, one {}", label.get(Locale::En)),
    )
}

/// A place that fits a column of places; beyond it, the last.
fn small(origin: usize) -> u32 {
    u32::try_from(origin).unwrap_or(u32::MAX)
}
