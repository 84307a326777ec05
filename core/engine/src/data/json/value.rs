//! One value of JSON as its field takes it: numbers as the text of their token, amounts with units,
//! periods, lists. Not here: which field it is (`record`), whether the field accepts it (`cell`).

use std::borrow::Cow;

use super::Reader;
use super::raw::pointer_part;
use super::scan::{Token, Walk};
use crate::data::Raw;
use guiju_model::diagnostic::{Code, DataPlace, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::schema::{Field, FieldKind, Schema};
use guiju_model::text::{Localized, nearest};

/// A problem was reported; there is no value to go on with.
struct Reported;

impl<'t> Reader<'t, '_> {
    pub(super) fn field(
        &mut self,
        schema: &Schema,
        entity: EntityId,
        row: usize,
        field: FieldId,
        value: Token<'t>,
    ) {
        let Some(description) =
            schema.entities.get(entity).and_then(|shape| shape.fields.get(field))
        else {
            return;
        };
        match value.first() {
            b'n' => {}
            truth @ (b't' | b'f') => {
                self.builder.set(entity, row, field, &Raw::Bool(truth == b't'))
            }
            b'"' => match value.text() {
                Ok(text) => self.builder.set(entity, row, field, &Raw::Text(&text)),
                Err(fault) => {
                    let place = self.builder.place(entity, row, Some(field));
                    self.syntax(value.get(), fault, place.pointer.as_deref());
                }
            },
            b'[' if matches!(description.kind, FieldKind::List(_)) => {
                self.choices(entity, row, field, value)
            }
            b'{' => self.parts(description, entity, row, field, value),
            b'[' => {
                let pointer = self.pointer(entity, row, field);
                self.shape(description.kind.describe(), value, &pointer);
            }
            _ => self.builder.set(entity, row, field, &Raw::Number(value.get())),
        }
    }

    fn pointer(&self, entity: EntityId, row: usize, field: FieldId) -> String {
        self.builder.place(entity, row, Some(field)).pointer.unwrap_or_default()
    }

    /// A list of named values.
    fn choices(&mut self, entity: EntityId, row: usize, field: FieldId, value: Token<'t>) {
        let mut walk = Walk::new(value.get());
        walk.enter();
        let mut texts = Vec::new();
        let mut n = 0;
        while walk.item() {
            let item = walk.value();
            let place = |reader: &Self| format!("{}/{n}", reader.pointer(entity, row, field));
            match item.text() {
                Ok(text) if item.first() == b'"' => texts.push(text),
                _ if item.is_null() => texts.push(Cow::Borrowed("")),
                Err(fault) if item.first() == b'"' => {
                    let pointer = place(self);
                    self.syntax(item.get(), fault, Some(&pointer));
                }
                _ => {
                    let pointer = place(self);
                    self.shape(Localized::new("文字", "a text"), item, &pointer);
                }
            }
            n += 1;
        }
        let texts = texts.iter().map(|text| &**text).collect();
        self.builder.set(entity, row, field, &Raw::List(texts));
    }

    /// A value of two parts: a period, or an amount with its unit.
    fn parts(
        &mut self,
        description: &Field,
        entity: EntityId,
        row: usize,
        field: FieldId,
        value: Token<'t>,
    ) {
        let pointer = |reader: &Self| reader.pointer(entity, row, field);
        let keys = match description.kind {
            FieldKind::Period => ["start", "end"],
            FieldKind::Money
            | FieldKind::SignedMoney
            | FieldKind::Int
            | FieldKind::Percent
            | FieldKind::Number(_) => ["amount", "unit"],
            _ => {
                let pointer = pointer(self);
                return self.shape(description.kind.describe(), value, &pointer);
            }
        };
        let Some(parts) = self.pair(value, keys, &description.name, &pointer) else { return };
        if matches!(description.kind, FieldKind::Period) {
            return self.period(entity, row, field, parts, '/');
        }
        let pointer = pointer(self);
        if let Some((amount, unit)) = self.amount(parts, &pointer) {
            self.builder.set(entity, row, field, &in_unit(&amount, unit.as_deref()));
        }
    }

    /// The values of an object that may have two keys; `null` as if absent.
    pub(super) fn pair(
        &mut self,
        value: Token<'t>,
        keys: [&str; 2],
        name: &str,
        pointer: &dyn Fn(&Self) -> String,
    ) -> Option<[Option<Token<'t>>; 2]> {
        let mut walk = Walk::new(value.get());
        walk.enter();
        let mut found = [None, None];
        let mut sound = true;
        while let Some(key) = walk.key() {
            let value = walk.value();
            let key = match key.text() {
                Ok(text) => text,
                Err(fault) => {
                    sound = false;
                    let pointer = pointer(self);
                    self.syntax(key.get(), fault, Some(&pointer));
                    continue;
                }
            };
            match keys.iter().position(|known| *known == key).and_then(|slot| found.get_mut(slot)) {
                Some(place @ None) => *place = Some(value),
                Some(Some(_)) => {
                    sound = false;
                    let pointer = pointer(self);
                    self.repeated(&key, &pointer, None);
                }
                None => {
                    sound = false;
                    let place = self.at(format!("{}/{}", pointer(self), pointer_part(&key)));
                    let near = nearest(&key, keys);
                    self.builder.problem(
                        Diagnostic::new(Code::UnknownDataField)
                            .arg(&key)
                            .arg(name)
                            .suggest(near)
                            .in_data(place),
                    );
                }
            }
        }
        sound.then(|| found.map(|value| value.filter(|value| !value.is_null())))
    }

    /// Sets a period from its ends, whose keys follow the field's after `joint`.
    pub(super) fn period(
        &mut self,
        entity: EntityId,
        row: usize,
        field: FieldId,
        ends: [Option<Token<'t>>; 2],
        joint: char,
    ) {
        let [start, end] = ends;
        let start = self
            .day(start, &|reader| format!("{}{joint}start", reader.pointer(entity, row, field)));
        let end =
            self.day(end, &|reader| format!("{}{joint}end", reader.pointer(entity, row, field)));
        if let (Ok(start), Ok(end)) = (start, end) {
            let start = start.as_deref().map_or(Raw::Missing, Raw::Text);
            let end = end.as_deref().map_or(Raw::Missing, Raw::Text);
            self.builder.set(entity, row, field, &Raw::Period(&start, &end));
        }
    }

    /// The text of a day, with or without quotation marks; `None` where it is missing.
    fn day(
        &mut self,
        value: Option<Token<'t>>,
        pointer: &dyn Fn(&Self) -> String,
    ) -> Result<Option<Cow<'t, str>>, Reported> {
        let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
        match value.first() {
            b'"' => match value.text() {
                Ok(text) => return Ok(Some(text)),
                Err(fault) => {
                    let pointer = pointer(self);
                    self.syntax(value.get(), fault, Some(&pointer));
                }
            },
            b'0'..=b'9' => return Ok(Some(Cow::Borrowed(value.get()))),
            _ => {
                let pointer = pointer(self);
                self.shape(FieldKind::Date.describe(), value, &pointer);
            }
        }
        Err(Reported)
    }

    /// A number and its unit as texts; `None` where the number is missing or one of them has been
    /// reported.
    pub(super) fn amount(
        &mut self,
        [amount, unit]: [Option<Token<'t>>; 2],
        pointer: &str,
    ) -> Option<(Cow<'t, str>, Option<Cow<'t, str>>)> {
        let number = match amount {
            None => None,
            Some(value) => {
                let place = self.at(format!("{pointer}/amount"));
                Some(self.digits(value, &place)?)
            }
        };
        let unit = match unit {
            None => None,
            Some(value) if value.first() == b'"' => {
                let place = self.at(format!("{pointer}/unit"));
                Some(self.text(value, &place)?)
            }
            Some(value) => {
                self.shape(Localized::new("單位", "a unit"), value, &format!("{pointer}/unit"));
                return None;
            }
        };
        Some((number?, unit))
    }

    /// The text of a number, with or without quotation marks.
    pub(super) fn digits(&mut self, value: Token<'t>, place: &DataPlace) -> Option<Cow<'t, str>> {
        match value.first() {
            b'"' => self.text(value, place),
            b'0'..=b'9' | b'-' => Some(Cow::Borrowed(value.get())),
            _ => {
                self.shape(
                    Localized::new("數字", "a number"),
                    value,
                    place.pointer.as_deref().unwrap_or(""),
                );
                None
            }
        }
    }

    /// The text of a string; `None` where it has an escape that is no character, which is reported.
    pub(super) fn text(&mut self, value: Token<'t>, place: &DataPlace) -> Option<Cow<'t, str>> {
        value.text().map_err(|fault| self.syntax(value.get(), fault, place.pointer.as_deref())).ok()
    }
}

/// A number with its unit, if it has one.
pub(super) fn in_unit<'a>(number: &'a str, unit: Option<&'a str>) -> Raw<'a> {
    unit.map_or(Raw::Text(number), |unit| Raw::Amount(number, unit))
}
