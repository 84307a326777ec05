//! `table`: the value of the row that keys lead to, or what can be said while some of them are
//! open.

use std::ops::Range as Rows;

use super::cases::is_settled;
use super::expr::{Eval, Subject, constant};
use crate::eval::value::{Range, Truth, Val};
use guiju_model::number::{Exact, NumberError};
use guiju_model::rules::{Expr, ExprKind, KeyMatch, Table, TableRow, Type, Value};
use guiju_model::schema::FieldKind;

/// What is known of a key.
enum Key<'a> {
    Known(Value),
    /// One of these choices.
    Choice(u128),
    /// Yes or no.
    Either,
    /// A whole number from one to another.
    Whole(i64, i64),
    Number(Range),
    /// Anything.
    Open,
    /// It has no value.
    None(Val<'a>),
}

impl<'a> Eval<'a> {
    pub(super) fn lookup(&mut self, table: usize, column: usize, of: &'a [Expr]) -> Val<'a> {
        let rules = self.rules;
        let table: &'a Table = &rules.tables[table];
        let mark = self.mark();
        self.may_fail = false;
        let mut keys: Vec<Key<'a>> = Vec::with_capacity(of.len());
        for key in of {
            let value = self.value(key);
            keys.push(match (&value, self.wholes(key)) {
                (Val::Number(range), Some((low, high))) if range.known().is_none() => {
                    Key::Whole(low, high)
                }
                _ => key_of(value, &key.ty),
            });
        }
        let without = keys.iter().position(|key| matches!(key, Key::None(_)));
        if let Some(Key::None(value)) = without.map(|at| keys.swap_remove(at)) {
            self.may_fail = mark.may_fail;
            return value;
        }
        let step = if table.keys.last().is_some_and(|key| key.matches != KeyMatch::Equal) {
            keys.pop()
        } else {
            None
        };
        // Keys that may turn out to have no value leave the row open to have none.
        let keys_may_fail = std::mem::replace(&mut self.may_fail, mark.may_fail);
        let mut found: Option<Val<'a>> = None;
        let mut misses = false;
        for group in groups(&table.rows, &keys, &mut misses) {
            let rows = &table.rows[group];
            let value = match &step {
                None => rows.first().map(|row| constant(&row.values[column])),
                Some(step) if table.graduated => Some(self.graduated(rows, column, step)),
                Some(step) => {
                    let (reached, below) = reached(rows, step, table);
                    misses |= below;
                    let values = rows[reached].iter().map(|row| constant(&row.values[column]));
                    values.reduce(|a, b| self.either(a, b))
                }
            };
            if let Some(value) = value {
                found = Some(match found {
                    None => value,
                    Some(before) => self.either(before, value),
                });
            }
        }
        if misses {
            match &table.otherwise {
                Some(otherwise) => {
                    let value = constant(&otherwise.values[column]);
                    found = Some(match found {
                        None => value,
                        Some(before) => self.either(before, value),
                    });
                }
                None => {
                    return found
                        .map_or(Val::Invalid(NumberError::NoRow), |found| self.unless_none(found));
                }
            }
        }
        let found = found.unwrap_or(Val::Missing);
        if keys_may_fail {
            return self.unless_none(found);
        }
        if is_settled(&found) {
            // Whatever is missing leads to the same value.
            self.forget(mark);
        }
        found
    }

    /// The whole numbers that a field can have, where it is known to have no others.
    fn wholes(&self, key: &Expr) -> Option<(i64, i64)> {
        let entities = &self.rules.schema.entities;
        let (entity, field) = match (&key.kind, self.subject) {
            (ExprKind::RootField(field), _) => (self.rules.schema.root, *field),
            (ExprKind::Field { via: None, field }, Subject::Record { entity, .. }) => {
                (entity, *field)
            }
            (ExprKind::Field { via: Some(via), field }, Subject::Record { entity, .. }) => {
                match entities[entity].fields[*via].kind {
                    FieldKind::Reference(target) => (target, *field),
                    _ => return None,
                }
            }
            _ => return None,
        };
        if let FieldKind::Range(low, high) = entities[entity].fields[field].kind {
            Some((low, high))
        } else {
            None
        }
    }

    /// Each part of an amount at the rate of its own row, added up: a few steps for each row, which
    /// the expression is charged with.
    fn graduated(&self, rows: &'a [TableRow], column: usize, amount: &Key<'a>) -> Val<'a> {
        let steps: Vec<(&Exact, &Exact)> = rows
            .iter()
            .filter_map(|row| match (row.keys.last(), &row.values[column]) {
                (Some(Value::Number(edge)), Value::Number(rate)) => Some((edge, rate)),
                _ => None,
            })
            .collect();
        let range = match amount {
            Key::Known(Value::Number(amount)) => Range::point(amount.clone()),
            Key::Whole(low, high) => {
                Range { low: Some(Exact::from(*low)), high: Some(Exact::from(*high)) }
            }
            Key::Number(range) => range.clone(),
            _ => Range::OPEN,
        };
        // Between its ends the sum turns at an edge only.
        let within = |edge: &Exact| {
            range.low.as_ref().is_none_or(|low| low < edge)
                && range.high.as_ref().is_none_or(|high| edge < high)
        };
        let ends = range.low.iter().chain(&range.high).map(|end| due(&steps, end, &mut |_, _| {}));
        let ends: Result<Vec<Exact>, NumberError> = ends.collect();
        let values = ends.and_then(|mut values| {
            let mut at_edge = |edge: &Exact, sum: &Exact| {
                if within(edge) {
                    values.push(sum.clone());
                }
            };
            steps.last().map_or(Ok(Exact::ZERO), |(last, _)| due(&steps, last, &mut at_edge))?;
            Ok(values)
        });
        let values = match values {
            Ok(values) => values,
            Err(error) => return Val::Invalid(error),
        };
        let rising = |(_, rate): &(&Exact, &Exact)| !rate.is_negative();
        let falling = |(_, rate): &(&Exact, &Exact)| rate.is_negative() || rate.is_zero();
        // Below the first edge nothing is due, so without a least amount there is still a least
        // sum.
        let low = if range.high.is_some() || steps.last().is_none_or(rising) {
            values.iter().min().cloned()
        } else {
            None
        };
        let high = if range.high.is_some() || steps.last().is_none_or(falling) {
            values.iter().max().cloned()
        } else {
            None
        };
        let nothing = |bound: Option<Exact>, pick: fn(Exact, Exact) -> Exact| {
            if range.low.is_some() { bound } else { bound.map(|bound| pick(bound, Exact::ZERO)) }
        };
        Val::Number(Range { low: nothing(low, std::cmp::min), high: nothing(high, std::cmp::max) })
    }
}

/// The sum up to an amount; `each` has the sum at every edge up to it.
fn due(
    steps: &[(&Exact, &Exact)],
    amount: &Exact,
    each: &mut dyn FnMut(&Exact, &Exact),
) -> Result<Exact, NumberError> {
    let mut sum = Exact::ZERO;
    for (at, (edge, rate)) in steps.iter().enumerate() {
        if amount < edge {
            break;
        }
        each(edge, &sum);
        let end = steps
            .get(at + 1)
            .map_or(amount, |(next, _)| if *next < amount { next } else { amount });
        sum = sum.add(&end.sub(edge)?.mul(rate)?)?;
    }
    Ok(sum)
}

fn key_of<'a>(value: Val<'a>, ty: &Type) -> Key<'a> {
    match value {
        Val::Truth(Truth::True) => Key::Known(Value::Bool(true)),
        Val::Truth(Truth::False) => Key::Known(Value::Bool(false)),
        Val::Number(range) => match range.known() {
            Some(number) => Key::Known(Value::Number(number.clone())),
            None => Key::Number(range),
        },
        Val::Text(text) => Key::Known(Value::Text(text.to_owned())),
        Val::Date(day) => Key::Known(Value::Date(day)),
        Val::Choice(set) if set.count_ones() == 1 => {
            Key::Known(Value::Choice(set.trailing_zeros() as usize))
        }
        Val::Choice(set) => Key::Choice(set),
        none @ (Val::NotApplicable | Val::Invalid(_)) => Key::None(none),
        Val::Truth(Truth::Unknown) => Key::Either,
        Val::Missing | Val::Period(_) | Val::List(_) => {
            debug_assert!(
                !matches!(ty, Type::Period | Type::List(_)),
                "checked when the table was read"
            );
            Key::Open
        }
    }
}

/// The rows of each kind that the matched keys can lead to; `misses` where they can lead to none.
fn groups(rows: &[TableRow], keys: &[Key<'_>], misses: &mut bool) -> Vec<Rows<usize>> {
    let known: Option<Vec<&Value>> = keys
        .iter()
        .map(|key| if let Key::Known(value) = key { Some(value) } else { None })
        .collect();
    if let Some(known) = known {
        let prefix = |row: &TableRow| row.keys.iter().take(keys.len()).cmp(known.iter().copied());
        let start = rows.partition_point(|row| prefix(row).is_lt());
        let end = rows.partition_point(|row| prefix(row).is_le());
        *misses |= start == end;
        return if start == end { Vec::new() } else { std::iter::once(start..end).collect() };
    }
    let fits = |(key, value): (&Key<'_>, &Value)| match (key, value) {
        (Key::Known(key), value) => key == value,
        (Key::Choice(set), Value::Choice(at)) => set >> at & 1 == 1,
        (Key::Whole(low, high), Value::Number(number)) => {
            Exact::from(*low) <= *number && *number <= Exact::from(*high)
        }
        (Key::Number(range), Value::Number(number)) => {
            range.low.as_ref().is_none_or(|low| low <= number)
                && range.high.as_ref().is_none_or(|high| number <= high)
        }
        _ => true,
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        let end = start
            + rows[start..]
                .partition_point(|row| row.keys[..keys.len()] == rows[start].keys[..keys.len()]);
        if keys.iter().zip(&rows[start].keys).all(fits) {
            found.push(start..end);
        }
        start = end;
    }
    // Where all that is open has so many values, each of them may have its rows.
    let ways = keys.iter().try_fold(1_u128, |ways, key| match key {
        Key::Known(_) => Some(ways),
        Key::Choice(set) => Some(ways.saturating_mul(u128::from(set.count_ones()))),
        Key::Either => Some(ways.saturating_mul(2)),
        Key::Whole(low, high) => Some(ways.saturating_mul(u128::from(high.abs_diff(*low)) + 1)),
        Key::Number(_) | Key::Open | Key::None(_) => None,
    });
    *misses |= ways.is_none_or(|ways| (found.len() as u128) < ways);
    found
}

/// The rows of one kind that a step can reach, and whether it can stay below them all.
fn reached(rows: &[TableRow], step: &Key<'_>, table: &Table) -> (Rows<usize>, bool) {
    let from = table.keys.last().is_some_and(|key| key.matches == KeyMatch::From);
    // How many rows begin at or below a value.
    let before = |value: &Value| {
        let count = rows.partition_point(|row| {
            row.keys.last().is_some_and(|edge| if from { edge <= value } else { edge < value })
        });
        // Nothing is above the least there is: it belongs to the row that begins there.
        let first = rows.first().and_then(|row| row.keys.last());
        if count == 0 && !from && first == Some(value) { 1 } else { count }
    };
    let (low, high) = match step {
        Key::Known(value) => (before(value), before(value)),
        Key::Whole(low, high) => {
            (before(&Value::Number(Exact::from(*low))), before(&Value::Number(Exact::from(*high))))
        }
        Key::Number(range) => {
            let count = |bound: &Exact| before(&Value::Number(bound.clone()));
            (range.low.as_ref().map_or(0, count), range.high.as_ref().map_or(rows.len(), count))
        }
        _ => (0, rows.len()),
    };
    (low.saturating_sub(1)..high, low == 0)
}
