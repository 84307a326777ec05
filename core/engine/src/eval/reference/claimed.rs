//! Keys of the records that rules against counting twice compare: fields, and values of records
//! that have a name.
//!
//! A part that is open leaves a record without a key, as one that is missing does. Not here: what
//! follows for records with one key (`once`, `among`).

use super::State;
use super::expr::{Eval, Subject};
use crate::data::{Cell, Dataset, Part};
use crate::eval::value::{Truth, Val};
use guiju_model::index::FieldId;
use guiju_model::outcome::Need;
use guiju_model::rules::{Claimant, KeyPart, Rules, Type};
use guiju_model::text::{Localized, fold};

/// What the first part of a key is called.
const DOCUMENT: &str = "document";

/// What results say of a counted key beside its parts.
const WORDS: [&str; 4] = ["tally", DOCUMENT, "day", "period"];

/// What keys are read from.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    pub rules: &'a Rules,
    pub data: &'a Dataset,
    pub state: &'a State,
}

impl<'a> Keys<'a> {
    /// The key of a record; `None` where part of it is open or has no value.
    pub fn of(self, claimant: &'a Claimant, row: usize) -> Option<Vec<Part>> {
        claimant.key.iter().map(|part| self.part(claimant, part, row)).collect()
    }

    fn part(self, claimant: &'a Claimant, part: &'a KeyPart, row: usize) -> Option<Part> {
        let data = self.data;
        Some(match self.value(claimant, part, row)? {
            Found::Row(row) => Part::Other(row),
            Found::Value(Val::Text(text)) => match data.texts.find_folded(text) {
                Some(id) => Part::Text(data.texts.folded(id)),
                None => Part::Word(text.to_owned()),
            },
            Found::Value(Val::Number(range)) => Part::Number(range.known()?.clone()),
            Found::Value(Val::Date(day)) => Part::Day(day.0),
            Found::Value(Val::Choice(set)) => Part::Other(set.trailing_zeros()),
            Found::Value(Val::Truth(truth)) => Part::Other(u32::from(truth == Truth::True)),
            Found::Value(_) => return None,
        })
    }

    /// The parts of a key with their names, as texts that mean the same in other data of the root:
    /// the first is called `document`, others as rules call them. `None` where part of it is open.
    pub(crate) fn named(self, claimant: &'a Claimant, row: usize) -> Option<Vec<(String, String)>> {
        let part = |(at, part): (usize, &'a KeyPart)| {
            let text = match (self.value(claimant, part, row)?, &part.value.ty) {
                (Found::Row(row), Type::Reference(to)) => fold(&self.data.key(*to, row as usize)),
                (Found::Value(value), ty) => text(&value, ty)?,
                _ => return None,
            };
            let name = match (at, part.name.as_str()) {
                (0, _) => DOCUMENT.to_owned(),
                // No field is called so.
                (_, name) if WORDS.contains(&name) => format!("key.{name}"),
                (_, name) => name.to_owned(),
            };
            Some((name, text))
        };
        claimant.key.iter().enumerate().map(part).collect()
    }

    /// The key as a text that means the same in other data; `None` where records of one root alone
    /// can have it.
    pub(crate) fn text(self, claimant: &'a Claimant, row: usize) -> Option<String> {
        let part = |part: &'a KeyPart| match self.value(claimant, part, row)? {
            Found::Value(value) => text(&value, &part.value.ty),
            Found::Row(_) => None,
        };
        let mut texts: Vec<String> = claimant.key.iter().map(part).collect::<Option<_>>()?;
        if texts.len() > 1 {
            // In quotation marks, so that no two keys are one text.
            texts.iter_mut().for_each(|text| *text = format!("{text:?}"));
        }
        Some(texts.join(" + "))
    }

    /// The first part of a key that a record lacks, and the field to fill in, if it is its own.
    pub(crate) fn lacking(
        self,
        claimant: &'a Claimant,
        row: usize,
    ) -> Option<(&'a Localized, Option<FieldId>)> {
        let of = self.rules.tallies[claimant.tally].entity;
        let part = claimant.key.iter().find(|part| self.part(claimant, part, row).is_none())?;
        let own = |need: &Need| match *need {
            Need::Field { entity, row: at, field } if (entity, at) == (of, row) => Some(field),
            _ => None,
        };
        let field = part.field().or_else(|| {
            let mut eval = self.eval(claimant, row);
            eval.value(&part.value);
            eval.needs.take().all().iter().find_map(own)
        });
        Some((&part.label, field))
    }

    fn eval(self, claimant: &Claimant, row: usize) -> Eval<'a> {
        let entity = self.rules.tallies[claimant.tally].entity;
        let root = self.data.root_of(entity, row);
        let subject = Subject::Record { entity, row, root };
        Eval::of_truth(self.rules, self.data, self.state, subject)
    }

    /// A part of the key of a record, where it is known.
    fn value(self, claimant: &Claimant, part: &'a KeyPart, row: usize) -> Option<Found<'a>> {
        let entity = self.rules.tallies[claimant.tally].entity;
        if let (Some(field), Type::Reference(_)) = (part.field(), &part.value.ty) {
            return match self.data.cell(entity, field, row)? {
                Cell::Row(row) => Some(Found::Row(row)),
                _ => None,
            };
        }
        let mut eval = self.eval(claimant, row);
        let value = eval.value(&part.value);
        let known = !eval.may_fail
            && match &value {
                Val::Number(range) => range.known().is_some(),
                Val::Choice(set) => set.count_ones() == 1,
                Val::Truth(truth) => *truth != Truth::Unknown,
                value => matches!(value, Val::Text(_) | Val::Date(_)),
            };
        known.then_some(Found::Value(value))
    }
}

/// A part of a key.
enum Found<'a> {
    Value(Val<'a>),
    /// The record that it refers to.
    Row(u32),
}

fn text(value: &Val<'_>, ty: &Type) -> Option<String> {
    Some(match (value, ty) {
        (Val::Text(text), _) => (*text).to_owned(),
        (Val::Number(range), _) => range.known()?.to_string(),
        (Val::Date(day), _) => day.to_string(),
        (Val::Truth(truth), _) => (*truth == Truth::True).to_string(),
        (Val::Choice(set), Type::Choice(choices)) => {
            choices.values.get(set.trailing_zeros() as usize)?.name.clone()
        }
        _ => return None,
    })
}
