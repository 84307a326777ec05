//! What was filed when, naively: the days between which each report is filed in each edition, and
//! what is missing once the last of them has passed. Not here: what the reports say.

use serde_json::Value;

use crate::duties::{Obligation, status};
use crate::edition::Edition::{self, E104, E107, E108, E115};
use crate::naive::{Row, push, records};
use crate::value::{Day, Tri, ask, day, number, sure, text, whole};

/// The day on which a report may be filed first, where there is one, and the last day for it; none
/// where the edition does not ask for it.
fn window(edition: Edition, kind: &str) -> Option<(Option<Day>, Day)> {
    let year = edition.begins();
    let on = |month, day| (year, month, day);
    let next = |month, day| (year + 1, month, day);
    Some(match (edition, kind) {
        (E104, "expected" | "quarter_1" | "basic_data" | "last_quarter_4") => (None, on(5, 31)),
        (E104, "quarter_2") => (None, on(7, 31)),
        (E104, "quarter_3" | "interim" | "next_expected") => (None, on(10, 31)),
        (E104, "quarter_4") => (Some(on(11, 1)), next(1, 31)),
        (E107 | E108, "contact") => (None, on(3, 15)),
        (E107 | E108, "expected") => (None, on(4, 15)),
        (E107 | E108, "basic_data" | "banner") => (None, on(4, 30)),
        (E107, "first") => (Some(on(2, 1)), on(10, 31)),
        (E107 | E108, "first" | "interim") => (None, on(10, 31)),
        (E107 | E108, "second") => (Some(on(11, 1)), next(1, 31)),
        (E107 | E108, "final") => (None, next(4, 30)),
        (E108, "quarter_1") => (Some(on(4, 1)), on(4, 30)),
        (E108, "quarter_2") => (Some(on(7, 1)), on(7, 31)),
        (E108, "application") => (Some((year - 1, 5, 1)), (year - 1, 8, 31)),
        (E115, "application") => (None, (year - 1, 8, 29)),
        (E115, "continuation") => (None, (year - 1, 10, 31)),
        (E115, "interim") => (Some(on(6, 1)), on(6, 30)),
        (E115, "follow_up") => (Some(on(2, 1)), next(1, 31)),
        _ => return None,
    })
}

/// The last day for a correction, of what the briefing of 108 gives time for.
fn corrected_by(edition: Edition, kind: &str) -> Option<Day> {
    let year = edition.begins();
    match (edition, kind) {
        (E108, "expected") => Some((year, 6, 30)),
        (E108, "first") => Some((year, 12, 31)),
        (E108, "second") => Some((year + 1, 2, 29)),
        _ => None,
    }
}

/// Only who continues has a fourth quarter of last year.
fn due(edition: Edition, alliance: &Value, kind: &str) -> Tri {
    match (window(edition, kind), kind) {
        (None, _) => Tri::No,
        (_, "last_quarter_4") => ask(number(alliance, "phase_year"), |year| year > whole(1)),
        _ => Tri::Yes,
    }
}

pub(crate) fn reports<'a>(edition: Edition, rows: &mut Vec<Row<'a>>, alliance: &'a Value) {
    for record in records(alliance, "report") {
        let kind = text(record, "kind").expect("a kind");
        let due = due(edition, alliance, kind);
        let submitted = day(text(record, "submitted").expect("a day"));
        let (opens, last) = window(edition, kind).unwrap_or((None, submitted));
        let early = opens.is_some_and(|opens| submitted < opens);
        let corrected = text(record, "corrected").map(day).zip(corrected_by(edition, kind));
        let late = submitted > last || corrected.is_some_and(|(day, end)| day > end);
        // A call that opens with the year takes what came before it for late, not for early.
        let early = early && kind != "follow_up";
        let late = late || kind == "follow_up" && opens.is_some_and(|opens| submitted < opens);
        // What is late need not be where it may not be due.
        let in_time = if late && due == Tri::Unknown { Tri::Unknown } else { sure(early || !late) };
        let asked = [(sure(!early), &[][..]), (in_time, &[][..])];
        push(rows, "reports_in_time", "report", record, due, &asked);
        push(rows, "reports_filed", "report", record, due, &[]);
    }
}

/// What nobody filed, on a day.
pub(crate) fn filed(edition: Edition, alliance: &Value, today: Day) -> Vec<Obligation> {
    let kinds: &[&str] = match edition {
        E104 => &[
            "expected",
            "quarter_1",
            "quarter_2",
            "quarter_3",
            "quarter_4",
            "interim",
            "next_expected",
            "last_quarter_4",
            "basic_data",
        ],
        E107 => {
            &["contact", "expected", "basic_data", "banner", "first", "second", "interim", "final"]
        }
        E108 => &[
            "contact",
            "expected",
            "basic_data",
            "banner",
            "quarter_1",
            "quarter_2",
            "first",
            "second",
            "interim",
            "final",
        ],
        E115 => &["interim"],
    };
    let each = kinds.iter().map(|kind| {
        let (_, last) = window(edition, kind).expect("it is asked for");
        let new = ask(number(alliance, "phase_year"), |year| year == whole(1));
        let owed = match *kind {
            "banner" => new,
            "last_quarter_4" => new.not(),
            _ => Tri::Yes,
        };
        let there = records(alliance, "report").iter().any(|one| text(one, "kind") == Some(*kind));
        let advice = edition == E108 && kind.starts_with("quarter");
        Obligation {
            id: format!("filed_{kind}"),
            severity: Some(if advice { "advice" } else { "warning" }),
            status: status(sure(today > last).and(owed), sure(there)),
            gap: None,
            loose: false,
        }
    });
    each.collect()
}
