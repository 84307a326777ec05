//! Reports drawn at random, on the days around the edges of their windows. Not here: the days
//! themselves, which `reports.rs` beside `generate.rs` reads off the contract.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::fields::{always, maybe, of, on, record, spelling, written};
use crate::edition::Edition;

/// Last days for reports, the days after them and first days; what the programme's day may be, too.
pub(super) const REPORTED: [(i32, u32, u32); 27] = [
    (-1, 4, 30),
    (-1, 5, 1),
    (-1, 8, 29),
    (-1, 8, 30),
    (-1, 8, 31),
    (-1, 9, 1),
    (-1, 10, 31),
    (-1, 11, 1),
    (0, 1, 31),
    (0, 2, 1),
    (0, 3, 15),
    (0, 3, 16),
    (0, 4, 15),
    (0, 4, 16),
    (0, 4, 30),
    (0, 5, 1),
    (0, 5, 31),
    (0, 6, 1),
    (0, 6, 30),
    (0, 7, 1),
    (0, 7, 31),
    (0, 8, 1),
    (0, 10, 31),
    (0, 11, 1),
    (1, 1, 31),
    (1, 2, 1),
    (1, 5, 1),
];

/// A report of any kind but those after the end, filed on one of the days that matter.
pub(super) fn report(edition: Edition) -> impl Strategy<Value = Value> {
    let day = move || {
        (select(REPORTED.to_vec()), spelling())
            .prop_map(move |(day, spelling)| json!(written(on(edition, day), spelling)))
            .boxed()
    };
    record(vec![
        ("id", always("P")),
        (
            "kind",
            of(&[
                "expected",
                "quarter_1",
                "quarter_2",
                "quarter_3",
                "quarter_4",
                "first",
                "second",
                "interim",
                "final",
                "application",
                "continuation",
                "next_expected",
                "last_quarter_4",
                "basic_data",
                "contact",
                "banner",
            ]),
        ),
        ("submitted", day()),
        ("corrected", maybe(30, day())),
    ])
}
