//! Values of single fields, drawn at random. Not here: records (`generate`).

use super::{DAYS, Field};
use crate::edition::Edition::{self};
use crate::value::{Day, Q, decimal, plain, whole};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// Document ids: none, one's own, shared on purpose, listed as counted before, and one identity in
/// several spellings.
pub(super) fn evidence() -> Field {
    prop_oneof![
        3 => Just(Value::Null),
        8 => (0..400u32).prop_map(|at| json!(format!("U-{at}"))),
        6 => of(&["E-1", "E-2", "E-3", "E-4"]),
        2 => of(&["V-1", "V-2", "V-3"]),
        3 => of(&["F-1", "Ｆ－１", " F-1", "Ｆ-1\u{3000}", "F\u{e9}2", "Fe\u{301}2"]),
    ]
    .boxed()
}

/// A record is its fields drawn one by one; a null is an absent value.
pub(super) fn record(fields: Vec<(&'static str, Field)>) -> impl Strategy<Value = Value> {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    values.prop_map(move |values| {
        names.iter().map(|name| (*name).to_owned()).zip(values).collect::<Map<_, _>>().into()
    })
}

pub(super) fn always(text: &'static str) -> Field {
    Just(json!(text)).boxed()
}

pub(super) fn of(options: &[&'static str]) -> Field {
    select(options.to_vec()).prop_map(|option| json!(option)).boxed()
}

pub(super) fn mostly(good: &[&'static str], bad: &[&'static str], percent: u32) -> Field {
    prop_oneof![percent => of(good), 100 - percent => of(bad)].boxed()
}

pub(super) fn maybe(percent: u32, value: Field) -> Field {
    prop_oneof![percent => value, 100 - percent => Just(Value::Null)].boxed()
}

pub(super) fn truth(percent: u32) -> Field {
    prop_oneof![percent => Just(json!(true)), 100 - percent => Just(json!(false))].boxed()
}

/// The number of a member, made a name once it is known how many there are.
pub(super) fn any_member() -> Field {
    any::<Index>().prop_map(|index| json!(index.index(6))).boxed()
}

/// One of the first `count` days, mostly inside every window, in one of the spellings that data may
/// use.
pub(super) fn date(edition: Edition, count: usize) -> Field {
    let days = prop_oneof![1 => select(DAYS[..count].to_vec()), 2 => select(DAYS[..6].to_vec())];
    (days, spelling())
        .prop_map(move |(day, spelling)| json!(written(on(edition, day), spelling)))
        .boxed()
}

/// A day so many years after the programme year begins.
pub(crate) fn on(edition: Edition, (later, month, day): (i32, u32, u32)) -> Day {
    (edition.begins().saturating_add_signed(later), month, day)
}

pub(super) fn spelling() -> impl Strategy<Value = u8> {
    0..4u8
}

pub(crate) fn written((year, month, day): Day, spelling: u8) -> String {
    let minguo = year - 1911;
    match spelling {
        0 => format!("{minguo}/{month:02}/{day:02}"),
        1 => format!("{minguo}.{month:02}.{day:02}"),
        2 => format!("{minguo}{month:02}{day:02}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

/// Around the most that is granted for a year.
pub(super) fn ceiling() -> impl Strategy<Value = Q> {
    select(vec!["2999999", "3000000", "3000000.01", "3000001"]).prop_map(decimal)
}

/// Around the least that is matched of a month's pay and the most.
pub(super) fn monthly() -> impl Strategy<Value = Q> {
    select(vec!["0", "9999.99", "10000", "10001", "15000", "19999.5", "20000", "20001"])
        .prop_map(decimal)
}

/// An amount of money, now and then with cents.
pub(super) fn money() -> impl Strategy<Value = Q> {
    prop_oneof![
        6 => (1..300i64).prop_map(|thousands| whole(thousands * 1_000)),
        2 => (1..3_000_000i64).prop_map(whole),
        1 => (1..9_000_000i64).prop_map(|cents| whole(cents) / whole(100)),
        1 => (1..60_000i64).prop_map(|millions| whole(millions * 1_000_000)),
    ]
}

/// The same amount as text, as a number, and with a unit.
pub(super) fn spelled(amount: Q) -> impl Strategy<Value = Value> + use<> {
    (0..7u8).prop_map(move |spelling| match spelling {
        0 if amount.is_integer() => serde_json::from_str(&plain(&amount)).expect("a number"),
        1 => json!({ "amount": plain(&(&amount / whole(1_000))), "unit": "仟元" }),
        2 => json!({ "amount": plain(&(&amount / whole(10_000))), "unit": "萬元" }),
        3 => json!({ "amount": plain(&amount), "unit": "元" }),
        _ => json!(plain(&amount)),
    })
}
