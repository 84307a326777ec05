//! The values tried for each field: constants, and points in the stretches between, before and
//! after them.

use std::collections::BTreeSet;

use super::CASES;
use super::space::{Facts, Reader, Sample};
use guiju_model::date::{Date, Period};
use guiju_model::number::Exact;
use guiju_model::rules::Value;
use guiju_model::schema::{Choices, FieldKind};
use guiju_model::text::fold;

/// The decimals that data can have.
const DECIMALS: u32 = 12;
/// 2019-01-01: a day to begin from where no rule names one.
const SOME_DAY: i64 = 17_897;

/// The values of each field, in the order of the fields.
pub(super) fn choose(reader: &Reader<'_>) -> Vec<Vec<Sample>> {
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); reader.places.len()];
    for field in 0..reader.places.len() {
        groups[reader.head(field)].push(field);
    }
    let mut values: Vec<Vec<Sample>> = vec![Vec::new(); reader.places.len()];
    for members in groups.iter().filter(|members| !members.is_empty()) {
        let constants: Vec<&Value> =
            members.iter().flat_map(|field| &reader.facts[*field].constants).collect();
        let shared = Shared::of(reader, members, &constants);
        for field in members {
            let facts = &reader.facts[*field];
            values[*field] = shared.samples(reader.kind(reader.places[*field]), facts, &constants);
            if facts.may_be_missing {
                values[*field].push(Sample::Missing);
            }
        }
    }
    values
}

/// What fields that are compared with each other have in common.
struct Shared {
    /// In order: numbers, or days.
    points: Vec<Exact>,
    alone: bool,
    size: usize,
}

impl Shared {
    fn of(reader: &Reader<'_>, members: &[usize], constants: &[&Value]) -> Shared {
        let kinds: Vec<&FieldKind> =
            members.iter().map(|field| reader.kind(reader.places[*field])).collect();
        let alone = members.len() == 1;
        // Both ends of a period take part, unless nothing compares them with anything but
        // constants.
        let size = if alone {
            1
        } else {
            kinds.iter().map(|kind| if **kind == FieldKind::Period { 2 } else { 1 }).sum()
        };
        let dates = kinds.iter().any(|kind| matches!(kind, FieldKind::Date | FieldKind::Period));
        let whole =
            dates || kinds.iter().all(|kind| matches!(kind, FieldKind::Int | FieldKind::Range(..)));
        let step = if kinds.iter().all(|kind| **kind == FieldKind::Percent) {
            Exact::fraction(1, 100).unwrap_or(Exact::ONE)
        } else {
            Exact::ONE
        };
        let mut marks: Vec<Exact> = Vec::new();
        for constant in constants {
            match constant {
                Value::Number(number) if !dates => marks.push(number.clone()),
                Value::Date(day) => marks.push(days(*day)),
                Value::Period(period) => marks.extend([days(period.start), days(period.end)]),
                _ => {}
            }
        }
        for kind in &kinds {
            if let Some((low, high)) = kind.bounds() {
                marks.extend(low);
                marks.extend(high);
            }
        }
        if dates && marks.is_empty() {
            marks.push(Exact::from(SOME_DAY));
        }
        marks.sort_unstable();
        marks.dedup();
        let mut points = Vec::new();
        if let Some(first) = marks.first() {
            points.extend(
                (1..=size as i64)
                    .rev()
                    .filter_map(|n| step.mul(&Exact::from(n)).and_then(|n| first.sub(&n)).ok()),
            );
        }
        for (n, mark) in marks.iter().enumerate() {
            points.push(mark.clone());
            points.extend(between(mark, marks.get(n + 1), size, &step, whole));
        }
        if whole {
            points.retain(Exact::is_whole);
        }
        Shared { points, alone, size }
    }

    fn samples(&self, kind: &FieldKind, facts: &Facts, constants: &[&Value]) -> Vec<Sample> {
        match kind {
            FieldKind::Bool => vec![Sample::Bool(true), Sample::Bool(false)],
            FieldKind::Money
            | FieldKind::SignedMoney
            | FieldKind::Int
            | FieldKind::Percent
            | FieldKind::Range(..)
            | FieldKind::Number(_) => self
                .points
                .iter()
                .filter(|point| fits(point, kind))
                .cloned()
                .map(Sample::Number)
                .collect(),
            FieldKind::Date => self.days().into_iter().map(Sample::Date).collect(),
            FieldKind::Period => {
                let days = self.days();
                let ends = |(n, start): (usize, &Date)| {
                    let start = *start;
                    days[n..]
                        .iter()
                        .take(CASES + 1)
                        .map(move |end| Sample::Period(Period { start, end: *end }))
                        .collect::<Vec<_>>()
                };
                // One more than will be tried says that there are too many.
                days.iter().enumerate().flat_map(ends).take(CASES + 1).collect()
            }
            FieldKind::Text => self.texts(constants),
            FieldKind::Choice(choices) => self.choices(choices, constants),
            FieldKind::List(choices) => {
                subsets(choices, &facts.masks).into_iter().map(Sample::List).collect()
            }
            FieldKind::Reference(_) => vec![Sample::Record],
        }
    }

    fn days(&self) -> Vec<Date> {
        let day =
            |point: &Exact| i32::try_from(point.to_i64()?).ok().and_then(Date::from_epoch_days);
        self.points.iter().filter_map(day).collect()
    }

    /// Every text named that data can have, and some that no rule names.
    fn texts(&self, constants: &[&Value]) -> Vec<Sample> {
        let possible =
            |text: &str| !text.is_empty() && fold(text) == text && !text.contains(char::is_control);
        let named: BTreeSet<&str> =
            constants
                .iter()
                .filter_map(|constant| {
                    if let Value::Text(text) = constant { Some(text.as_str()) } else { None }
                })
                .filter(|text| possible(text))
                .collect();
        let candidates =
            std::iter::once("其他".to_owned()).chain((2..).map(|n| format!("其他 {n}")));
        let others: Vec<String> =
            candidates.filter(|text| !named.contains(text.as_str())).take(self.size).collect();
        named.iter().map(|text| (*text).to_owned()).chain(others).map(Sample::Text).collect()
    }

    /// The values named, and one that stands for all the others.
    fn choices(&self, choices: &Choices, constants: &[&Value]) -> Vec<Sample> {
        let named = constants.iter().fold(0_u128, |set, constant| {
            if let Value::Choice(index) = constant { set | 1 << index } else { set }
        });
        let is_named = |index: &usize| named >> index & 1 == 1;
        let other = (0..choices.values.len()).find(|index| !is_named(index));
        (0..choices.values.len())
            .filter(|index| !self.alone || is_named(index) || other == Some(*index))
            .map(Sample::Choice)
            .collect()
    }
}

fn days(day: Date) -> Exact {
    Exact::from(i64::from(day.epoch_days()))
}

/// Up to `count` points strictly between two others, or above one; plain ones where there are any.
fn between(
    low: &Exact,
    high: Option<&Exact>,
    count: usize,
    step: &Exact,
    whole: bool,
) -> Vec<Exact> {
    let inside = |point: &Exact| point > low && high.is_none_or(|high| point < high);
    let floor = || low.floor().and_then(|floor| i64::try_from(floor).ok()).unwrap_or(i64::MAX);
    let from = if whole { Exact::from(floor()) } else { low.clone() };
    let stepped: Vec<Exact> = (1..=count as i64)
        .filter_map(|n| step.mul(&Exact::from(n)).and_then(|n| from.add(&n)).ok())
        .filter(|point| {
            inside(point)
                && (whole || point.as_scaled().is_some_and(|(_, scale)| scale <= DECIMALS))
        })
        .collect();
    let Some(high) = high.filter(|_| !whole && stepped.len() < count) else { return stepped };
    let divided = (1..=count as i64).filter_map(|n| {
        let share = Exact::fraction(i128::from(n), count as i128 + 1).ok()?;
        let point = high.sub(low).ok()?.mul(&share).ok()?.add(low).ok()?;
        let scale = Exact::scaled(1, DECIMALS).ok()?;
        Exact::scaled(point.div(&scale).ok()?.floor()?, DECIMALS).ok()
    });
    let mut divided: Vec<Exact> = divided.filter(inside).collect();
    divided.dedup();
    if divided.len() > stepped.len() { divided } else { stepped }
}

/// Whether data can give this number for the field.
fn fits(point: &Exact, kind: &FieldKind) -> bool {
    let bounded = kind.bounds().is_some_and(|(low, high)| {
        low.is_none_or(|low| *point >= low) && high.is_none_or(|high| *point <= high)
    });
    let whole = !matches!(kind, FieldKind::Int | FieldKind::Range(..)) || point.is_whole();
    let digits = point.as_scaled().is_some_and(|(mantissa, scale)| {
        scale <= DECIMALS && mantissa.unsigned_abs().to_string().len() <= 28
    });
    bounded && whole && digits
}

/// Subsets that answer every question about any and all differently: of values that all questions
/// treat alike, none, one or all.
fn subsets(choices: &Choices, masks: &[u128]) -> Vec<u128> {
    let mut alike: Vec<(Vec<bool>, u128)> = Vec::new();
    for index in 0..choices.values.len() {
        let signature: Vec<bool> = masks.iter().map(|mask| mask >> index & 1 == 1).collect();
        match alike.iter_mut().find(|(other, _)| *other == signature) {
            Some((_, set)) => *set |= 1 << index,
            None => alike.push((signature, 1 << index)),
        }
    }
    let mut sets: Vec<u128> = vec![0];
    for (signature, all) in &alike {
        if !signature.contains(&true) {
            continue;
        }
        let one = 1_u128 << all.trailing_zeros();
        let mut wider: Vec<u128> = Vec::new();
        for part in if one == *all { vec![0, one] } else { vec![0, one, *all] } {
            wider.extend(sets.iter().map(|set| set | part));
        }
        sets = wider;
        if sets.len() > CASES {
            // Too many to try, which is found out when they are counted.
            break;
        }
    }
    sets
}
