//! One value of JSON as its field takes it: numbers as the text of their token, amounts with units, periods, lists. Not here:
//! which field it is (`record`), whether the field accepts it (`cell`).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Reader;
use super::raw::{pointer_part, string};
use crate::data::Raw;
use crate::diagnostic::{Code, DataPlace, Diagnostic};
use crate::schema::{Field, FieldKind, Schema};
use crate::text::{Localized, nearest};

/// A period by its ends, without anything else and neither twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends<'a> {
    #[serde(borrow, default)]
    start: Option<&'a RawValue>,
    #[serde(borrow, default)]
    end: Option<&'a RawValue>,
}

/// A problem was reported; there is no value to go on with.
struct Reported;

impl<'t> Reader<'t, '_> {
    pub(super) fn field(&mut self, schema: &Schema, entity: usize, row: usize, field: usize, value: &'t RawValue) {
        let Some(description) = schema.entities.get(entity).and_then(|shape| shape.fields.get(field)) else { return };
        let token = value.get();
        match token.as_bytes().first() {
            Some(b'n') => {}
            Some(b't') => self.builder.set(entity, row, field, &Raw::Bool(true)),
            Some(b'f') => self.builder.set(entity, row, field, &Raw::Bool(false)),
            Some(b'"') => match string(token) {
                Ok(text) => self.builder.set(entity, row, field, &Raw::Text(&text)),
                Err(error) => {
                    let place = self.builder.place(entity, row, Some(field));
                    self.syntax(token, &error, place.pointer.as_deref());
                }
            },
            Some(b'[') if matches!(description.kind, FieldKind::List(_)) => self.choices(entity, row, field, value),
            Some(b'{') => self.parts(description, entity, row, field, value),
            Some(b'[') => {
                let place = self.builder.place(entity, row, Some(field));
                self.shape(description.kind.describe(), value, place.pointer.as_deref().unwrap_or(""));
            }
            _ => self.builder.set(entity, row, field, &Raw::Number(token)),
        }
    }

    /// A list of named values.
    fn choices(&mut self, entity: usize, row: usize, field: usize, value: &'t RawValue) {
        let place = self.builder.place(entity, row, Some(field));
        let pointer = place.pointer.unwrap_or_default();
        let Some(items) = self.list(value, &pointer) else { return };
        let mut texts = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().enumerate() {
            match item.get().as_bytes().first() {
                Some(b'"') => match string(item.get()) {
                    Ok(text) => texts.push(text),
                    Err(error) => self.syntax(item.get(), &error, Some(&format!("{pointer}/{n}"))),
                },
                _ => self.shape(Localized::new("文字", "a text"), item, &format!("{pointer}/{n}")),
            }
        }
        let texts = texts.iter().map(|text| &**text).collect();
        self.builder.set(entity, row, field, &Raw::List(texts));
    }

    /// A value of two parts: a period, or an amount with its unit.
    fn parts(&mut self, description: &Field, entity: usize, row: usize, field: usize, value: &'t RawValue) {
        if matches!(description.kind, FieldKind::Period)
            && let Ok(Ends { start, end }) = serde_json::from_str(value.get())
        {
            return self.period(entity, row, field, [start, end], '/');
        }
        // No sound period, or something else.
        let place = self.builder.place(entity, row, Some(field));
        let pointer = place.pointer.clone().unwrap_or_default();
        let keys = match description.kind {
            FieldKind::Period => ["start", "end"],
            FieldKind::Money | FieldKind::Int | FieldKind::Percent => ["amount", "unit"],
            _ => return self.shape(description.kind.describe(), value, &pointer),
        };
        let Some([first, second]) = self.pair(value, keys, &description.name, &pointer) else { return };
        if let Some((amount, unit)) = self.amount(first, second, &pointer) {
            self.builder.set(entity, row, field, &in_unit(&amount, unit.as_deref()));
        }
    }

    /// The values of an object that may have two keys; `null` as if absent.
    pub(super) fn pair(&mut self, value: &'t RawValue, keys: [&str; 2], name: &str, pointer: &str) -> Option<[Option<&'t RawValue>; 2]> {
        let pairs = self.object(value, Localized::default(), pointer)?;
        let mut found = [None, None];
        let mut sound = true;
        for (key, value) in pairs.0 {
            let Some(slot) = keys.iter().position(|known| *known == key) else {
                sound = false;
                let place = self.at(format!("{pointer}/{}", pointer_part(&key)));
                let near = nearest(&key, keys);
                self.builder.problem(Diagnostic::new(Code::UnknownDataField).arg(&key).arg(name).suggest(near).in_data(place));
                continue;
            };
            match found.get_mut(slot) {
                Some(place @ None) => *place = Some(value),
                _ => {
                    sound = false;
                    self.repeated(&key, pointer, None);
                }
            }
        }
        let given = |value: Option<&'t RawValue>| value.filter(|value| value.get() != "null");
        let [first, second] = found;
        sound.then(|| [given(first), given(second)])
    }

    /// Sets a period from its ends, whose keys follow the field's after `joint`.
    pub(super) fn period(&mut self, entity: usize, row: usize, field: usize, ends: [Option<&'t RawValue>; 2], joint: char) {
        let pointer = |reader: &Self, end: &str| {
            let pointer = reader.builder.place(entity, row, Some(field)).pointer.unwrap_or_default();
            format!("{pointer}{joint}{end}")
        };
        let [start, end] = ends;
        let start = self.day(start, |reader| pointer(reader, "start"));
        let end = self.day(end, |reader| pointer(reader, "end"));
        if let (Ok(start), Ok(end)) = (start, end) {
            let start = start.as_deref().map_or(Raw::Missing, Raw::Text);
            let end = end.as_deref().map_or(Raw::Missing, Raw::Text);
            self.builder.set(entity, row, field, &Raw::Period(&start, &end));
        }
    }

    /// The text of a day, with or without quotation marks; `None` where it is missing.
    fn day(&mut self, value: Option<&'t RawValue>, pointer: impl FnOnce(&Self) -> String) -> Result<Option<Cow<'t, str>>, Reported> {
        let Some(value) = value else { return Ok(None) };
        match value.get().as_bytes().first() {
            Some(b'n') => return Ok(None),
            Some(b'"') => match string(value.get()) {
                Ok(text) => return Ok(Some(text)),
                Err(error) => {
                    let pointer = pointer(self);
                    self.syntax(value.get(), &error, Some(&pointer));
                }
            },
            Some(b'0'..=b'9') => return Ok(Some(Cow::Borrowed(value.get()))),
            _ => {
                let pointer = pointer(self);
                self.shape(FieldKind::Date.describe(), value, &pointer);
            }
        }
        Err(Reported)
    }

    /// A number and its unit as texts; `None` where the number is missing or one of them has been reported.
    pub(super) fn amount(
        &mut self,
        amount: Option<&'t RawValue>,
        unit: Option<&'t RawValue>,
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
            Some(value) if value.get().starts_with('"') => {
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
    pub(super) fn digits(&mut self, value: &'t RawValue, place: &DataPlace) -> Option<Cow<'t, str>> {
        match value.get().as_bytes().first() {
            Some(b'"') => self.text(value, place),
            Some(b'0'..=b'9' | b'-') => Some(Cow::Borrowed(value.get())),
            _ => {
                self.shape(Localized::new("數字", "a number"), value, place.pointer.as_deref().unwrap_or(""));
                None
            }
        }
    }

    /// The text of a string; `None` where it has an escape that is no character, which is reported.
    pub(super) fn text(&mut self, value: &'t RawValue, place: &DataPlace) -> Option<Cow<'t, str>> {
        match string(value.get()) {
            Ok(text) => Some(text),
            Err(error) => {
                self.syntax(value.get(), &error, place.pointer.as_deref());
                None
            }
        }
    }
}

/// A number with its unit, if it has one.
pub(super) fn in_unit<'a>(number: &'a str, unit: Option<&'a str>) -> Raw<'a> {
    unit.map_or(Raw::Text(number), |unit| Raw::Amount(number, unit))
}
