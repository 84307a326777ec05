//! Typed columns with a validity bitmap, and the texts they point to.
//!
//! Amounts are scaled integers with one scale for a column, narrowed to 64 bits where all fit: the
//! shape of an Arrow decimal.

use std::collections::HashMap;
use std::sync::Arc;

use super::held::of_table;
use guiju_model::date::{Date, Period};
use guiju_model::number::Exact;
use guiju_model::text::folded;

/// One value of a column, as the row-at-a-time evaluator reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Yes or no.
    Bool(bool),
    /// A number of any kind: money in 元, a share as a fraction of one.
    Number(Exact),
    /// A day.
    Date(Date),
    /// A span of days.
    Period(Period),
    /// An id in [`Texts`].
    Text(u32),
    /// The index of one of the named values.
    Choice(u8),
    /// A bit for each of the named values.
    List(u128),
    /// A row of the entity referred to.
    Row(u32),
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// One bit a row: set where the value is known.
    pub(crate) valid: Vec<u64>,
    pub(crate) values: Values,
}

/// The values; where a row is not valid, its value is zero and means nothing.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    /// Mantissas of `value * 10^scale`.
    Narrow {
        mantissas: Vec<i64>,
        scale: u32,
    },
    Wide {
        mantissas: Vec<i128>,
        scale: u32,
    },
    Date(Vec<i32>),
    Period {
        starts: Vec<i32>,
        ends: Vec<i32>,
    },
    Text(Vec<u32>),
    Choice(Vec<u8>),
    List(Vec<u128>),
    Row(Vec<u32>),
}

impl Column {
    /// Whether a row has a value.
    pub(crate) fn is_known(&self, row: usize) -> bool {
        self.valid.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Leaves the value of a row out.
    pub(super) fn clear(&mut self, row: usize) {
        if let Some(word) = self.valid.get_mut(row / 64) {
            *word &= !(1 << (row % 64));
        }
        self.values.clear(row);
    }

    /// Gives a row that has a value another; whether the column can hold it.
    pub(super) fn put(&mut self, row: usize, cell: &Cell) -> bool {
        self.is_known(row) && self.values.put(row, cell)
    }

    /// The value of a row, `None` where it is missing.
    pub(crate) fn get(&self, row: usize) -> Option<Cell> {
        if self.is_known(row) { self.values.get(row) } else { None }
    }
}

impl Values {
    /// The value of a row, whether or not it means anything.
    pub(crate) fn get(&self, row: usize) -> Option<Cell> {
        Some(match self {
            Values::Bool(values) => Cell::Bool(*values.get(row)?),
            Values::Narrow { mantissas, scale } => {
                Cell::Number(Exact::scaled(i128::from(*mantissas.get(row)?), *scale).ok()?)
            }
            Values::Wide { mantissas, scale } => {
                Cell::Number(Exact::scaled(*mantissas.get(row)?, *scale).ok()?)
            }
            Values::Date(days) => Cell::Date(Date(*days.get(row)?)),
            Values::Period { starts, ends } => {
                Cell::Period(Period { start: Date(*starts.get(row)?), end: Date(*ends.get(row)?) })
            }
            Values::Text(ids) => Cell::Text(*ids.get(row)?),
            Values::Choice(values) => Cell::Choice(*values.get(row)?),
            Values::List(sets) => Cell::List(*sets.get(row)?),
            Values::Row(rows) => Cell::Row(*rows.get(row)?),
        })
    }

    /// Makes the value of a row one that means nothing.
    fn clear(&mut self, row: usize) {
        fn zero<T: Default>(values: &mut [T], row: usize) {
            values.get_mut(row).into_iter().for_each(|value| *value = T::default());
        }
        match self {
            Values::Bool(values) => zero(values, row),
            Values::Narrow { mantissas, .. } => zero(mantissas, row),
            Values::Wide { mantissas, .. } => zero(mantissas, row),
            Values::Date(days) => zero(days, row),
            Values::Period { starts, ends } => {
                zero(starts, row);
                zero(ends, row);
            }
            Values::Text(ids) => zero(ids, row),
            Values::Choice(values) => zero(values, row),
            Values::List(sets) => zero(sets, row),
            Values::Row(rows) => zero(rows, row),
        }
    }

    /// Another value of a row, of those that stand in an order or are few; whether it is one, and
    /// all others can stay as they are.
    fn put(&mut self, row: usize, cell: &Cell) -> bool {
        fn set<T>(values: &mut [T], row: usize, value: T) -> bool {
            values.get_mut(row).map(|slot| *slot = value).is_some()
        }
        match (self, cell) {
            (Values::Bool(values), Cell::Bool(value)) => set(values, row, *value),
            (Values::Date(days), Cell::Date(day)) => set(days, row, day.0),
            (Values::Choice(values), Cell::Choice(value)) => set(values, row, *value),
            (values @ (Values::Narrow { .. } | Values::Wide { .. }), Cell::Number(number)) => {
                let Some((mantissa, own)) = number.as_scaled() else { return false };
                let Some((mut mantissas, scale)) = values.at_scale(own) else { return false };
                let factor = 10_i128.checked_pow(scale - own);
                let Some(mantissa) = factor.and_then(|factor| mantissa.checked_mul(factor)) else {
                    return false;
                };
                let fits = set(&mut mantissas, row, mantissa);
                *values = Values::Wide { mantissas, scale };
                fits
            }
            _ => false,
        }
    }

    /// All numbers of the column at its own scale, or at one with more decimals.
    fn at_scale(&self, least: u32) -> Option<(Vec<i128>, u32)> {
        let (mantissas, own) = match self {
            Values::Narrow { mantissas, scale } => {
                (mantissas.iter().map(|mantissa| i128::from(*mantissa)).collect(), *scale)
            }
            Values::Wide { mantissas, scale } => (mantissas.clone(), *scale),
            _ => return None,
        };
        let scale = own.max(least);
        let factor = 10_i128.checked_pow(scale - own)?;
        let scaled = mantissas.into_iter().map(|mantissa| mantissa.checked_mul(factor));
        Some((scaled.collect::<Option<Vec<i128>>>()?, scale))
    }

    /// The values of some rows, which must all be there.
    pub(crate) fn gather(&self, rows: &[u32]) -> Values {
        fn pick<T: Copy + Default>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or_default()).collect()
        }
        match self {
            Values::Bool(values) => Values::Bool(pick(values, rows)),
            Values::Narrow { mantissas, scale } => {
                Values::Narrow { mantissas: pick(mantissas, rows), scale: *scale }
            }
            Values::Wide { mantissas, scale } => {
                Values::Wide { mantissas: pick(mantissas, rows), scale: *scale }
            }
            Values::Date(days) => Values::Date(pick(days, rows)),
            Values::Period { starts, ends } => {
                Values::Period { starts: pick(starts, rows), ends: pick(ends, rows) }
            }
            Values::Text(ids) => Values::Text(pick(ids, rows)),
            Values::Choice(values) => Values::Choice(pick(values, rows)),
            Values::List(sets) => Values::List(pick(sets, rows)),
            Values::Row(targets) => Values::Row(pick(targets, rows)),
        }
    }
}

/// Texts, each stored once as written, with the id of the form it is compared by.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    texts: Vec<Arc<str>>,
    folded: Vec<u32>,
    ids: HashMap<Arc<str>, u32>,
    /// The bytes of all texts, with what each takes beside its own.
    held: usize,
}

impl Texts {
    /// The id of a text as written.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let folded = folded(text);
        if folded == text {
            let id = self.push(text);
            self.folded.push(id);
            id
        } else {
            let folded = self.intern(&folded);
            let folded = self.folded(folded);
            let id = self.push(text);
            self.folded.push(folded);
            id
        }
    }

    /// The only copy of a text that is made.
    fn push(&mut self, text: &str) -> u32 {
        let (id, text) = (self.texts.len() as u32, Arc::<str>::from(text));
        self.held += 2 * size_of::<usize>() + text.len().next_multiple_of(size_of::<usize>());
        self.texts.push(Arc::clone(&text));
        self.ids.insert(text, id);
        id
    }

    /// The bytes that they take, and will take once a record with this many fields is added.
    pub(super) fn held_next(&self, fields: usize) -> usize {
        let list = size_of::<Arc<str>>() + size_of::<u32>();
        let table = of_table::<(Arc<str>, u32)>(self.ids.capacity());
        let now = self.held + self.texts.capacity() * list + table;
        // A text may come with the form that it is compared by. While the table grows, the new one
        // stands beside the old one.
        let grows = |room: usize| self.texts.len() + 2 * fields > room;
        now + if grows(self.texts.capacity()) { self.texts.capacity() * list } else { 0 }
            + if grows(self.ids.capacity()) { 2 * table } else { 0 }
    }

    /// Every text, in the order of its id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The id of a folded text, if any value is written so or folds to it.
    pub(crate) fn find_folded(&self, folded: &str) -> Option<u32> {
        self.ids.get(folded).copied()
    }

    /// The text as written.
    pub fn text(&self, id: u32) -> &str {
        self.texts.get(id as usize).map_or("", |text| text)
    }

    /// The id of the form by which the text is compared.
    pub fn folded(&self, id: u32) -> u32 {
        self.folded.get(id as usize).copied().unwrap_or(id)
    }

    /// The form by which the text is compared.
    pub(crate) fn folded_text(&self, id: u32) -> &str {
        self.text(self.folded(id))
    }
}
