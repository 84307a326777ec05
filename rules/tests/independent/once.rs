//! What counts once, naively: every pair of records is looked at, and every way of keeping shared
//! events is tried. With missing data the choice between two kinds of event only says what is
//! certain either way.

use serde_json::{Value, json};

use crate::edition::Edition;
use crate::naive::{Clauses, Row, Verdict, past_year, records};
use crate::value::{Q, Tri, day, folded, number, one_of, text, whole, within};

pub(crate) const EVIDENCE: Clauses = &["guide_107:107-7", "qa_104:104-3.f"];
pub(crate) const EVENT: Clauses = &["qa_104:104-4.c", "briefing_108:108-16"];

/// A year in both calendars is one year.
const PAST_YEAR: Clauses = &["call_115:115-10"];

/// What none of the documents says in so many words.
const READING: Clauses = &[];
const SERVICE: Clauses = &["qa_104:104-5.d"];

/// One contract, one patent in one state and one event of a kind are one record each: the first by
/// its key of those that would count.
pub(crate) fn among_themselves(rows: &mut [Row<'_>], alliance: &Value) {
    for (tally, names) in CARRIED {
        for row in rows.iter_mut().filter(|row| row.tally == tally && row.counted() != Tri::No) {
            let before = counted_before(alliance, tally, row.record);
            lose(row, before.and(compared(row)), READING);
        }
        let same = |record: &Value| known(record, names).map(|parts| parts.join("\u{1f}"));
        first(rows, tally, READING, same);
    }
    for tally in ["promotions", "seminars", "consultations", "site_visits"] {
        first(rows, tally, READING, |record| text(record, "event").map(folded));
    }
    let year = |record: &Value| past_year(record).map(|year| year.to_string());
    first(rows, "years_funded", PAST_YEAR, year);
}

/// What is not counted again in later years, and the two fields that it is known by.
pub(crate) const CARRIED: [(&str, [&str; 2]); 3] = [
    ("technology_transfer", ["evidence", "counterpart"]),
    ("collaboration", ["evidence", "counterpart"]),
    ("patents", ["patent_no", "patent_state"]),
];

/// Both fields, if both are there.
pub(crate) fn known(record: &Value, names: [&str; 2]) -> Option<[String; 2]> {
    let [one, other] = names.map(|name| text(record, name).map(folded));
    Some([one?, other?])
}

/// Whether an earlier year counted it: a contract only where its own day lies in that year.
fn counted_before(alliance: &Value, tally: &str, record: &Value) -> Tri {
    let (_, names) = CARRIED.into_iter().find(|(carried, _)| *carried == tally).expect("carried");
    let Some(own) = known(record, names) else { return Tri::No };
    let mut found = Tri::No;
    for one in records(alliance, "counted_before") {
        if one["tally"] != tally || one["key"] != json!(own) {
            continue;
        }
        let year = ["start", "end"].map(|end| day(one["period"][end].as_str().expect("a day")));
        found = found.or(match tally {
            "patents" => Tri::Yes,
            _ => within(record, "signed", (year[0], year[1])),
        });
    }
    found
}

/// Only what rests on a contract is compared, of collaborations.
pub(crate) fn compared(row: &Row<'_>) -> Tri {
    match row.tally {
        "collaboration" => one_of(row.record, "evidence_kind", &["contract"]),
        _ => Tri::Yes,
    }
}

fn first(
    rows: &mut [Row<'_>],
    tally: &str,
    clauses: Clauses,
    same: impl Fn(&Value) -> Option<String>,
) {
    let claims: Vec<(String, String, Tri)> = rows
        .iter()
        .filter(|row| row.tally == tally)
        .filter_map(|row| {
            Some((same(row.record)?, row.key.to_owned(), row.counted().and(compared(row))))
        })
        .collect();
    for row in rows.iter_mut().filter(|row| row.tally == tally && row.counted() != Tri::No) {
        let Some(own) = same(row.record) else { continue };
        let mut taken = Tri::No;
        for (other, key, claim) in &claims {
            if *other == own && key.as_str() < row.key {
                taken = taken.or(*claim);
            }
        }
        lose(row, taken.and(compared(row)), clauses);
    }
}

/// What becomes of a record that another takes the place of, for certain or perhaps.
fn lose(row: &mut Row<'_>, taken: Tri, clauses: Clauses) {
    row.verdict = match taken {
        Tri::No => return,
        Tri::Unknown => Verdict::Undetermined { possible: true },
        // Whether a record of unknown scope is refused here or simply elsewhere's business stays
        // open.
        Tri::Yes if row.scope != Tri::Yes => Verdict::Undetermined { possible: false },
        Tri::Yes => Verdict::Refused(clauses),
    };
}

/// The group a tally claims evidence for, if it takes part. The first document keeps income apart
/// from the other two, and says nothing of those between themselves.
fn group(edition: Edition, tally: &str) -> Option<u8> {
    match tally {
        "membership_fee" | "technical_service" | "other_income" => Some(0),
        "technology_transfer" => Some(1),
        "collaboration" if edition == Edition::E104 => Some(1),
        "collaboration" => Some(2),
        _ => None,
    }
}

/// One document, one group: a document claimed by two groups counts for neither.
pub(crate) fn evidence(edition: Edition, rows: &mut [Row<'_>]) {
    let claims: Vec<(String, u8, Tri)> = rows
        .iter()
        .filter_map(|row| {
            Some((folded(text(row.record, "evidence")?), group(edition, row.tally)?, row.counted()))
        })
        .collect();
    for row in rows {
        let (Some(id), Some(own)) = (text(row.record, "evidence"), group(edition, row.tally))
        else {
            continue;
        };
        if row.counted() == Tri::No {
            continue;
        }
        let mut taken = Tri::No;
        for (other, group, claim) in &claims {
            if *other == folded(id) && *group != own {
                taken = taken.or(*claim);
            }
        }
        lose(row, taken, EVIDENCE);
    }
}

/// The event of a record under one of the two tallies.
fn event(row: &Row<'_>, tally: &str) -> Option<String> {
    if row.tally != tally {
        return None;
    }
    text(row.record, "event").map(folded)
}

/// One event, one figure: a seminar or a promotion goes before a consultation, and all of them
/// before a site visit.
pub(crate) fn services(rows: &mut [Row<'_>]) {
    let rank = |tally: &str| match tally {
        "promotions" | "seminars" => Some(0),
        "consultations" => Some(1),
        "site_visits" => Some(2),
        _ => None,
    };
    let claims: Vec<(String, u8, Tri)> = rows
        .iter()
        .filter_map(|row| Some((event(row, row.tally)?, rank(row.tally)?, row.counted())))
        .collect();
    for row in rows.iter_mut().filter(|row| row.counted() != Tri::No) {
        let (Some(own), Some(rank)) = (event(row, row.tally), rank(row.tally)) else { continue };
        let mut taken = Tri::No;
        for (other, before, claim) in &claims {
            if *other == own && *before < rank {
                taken = taken.or(*claim);
            }
        }
        lose(row, taken, SERVICE);
    }
}

/// One event, one kind: the alliance keeps what meets the most targets, the seminar where that
/// ties.
pub(crate) fn events(rows: &mut [Row<'_>], alliance: &Value) {
    let mut shared: Vec<String> = rows
        .iter()
        .filter(|row| row.counted() != Tri::No)
        .filter_map(|row| event(row, "promotions"))
        .filter(|id| {
            rows.iter()
                .any(|row| row.counted() != Tri::No && event(row, "seminars").as_ref() == Some(id))
        })
        .collect();
    shared.sort();
    shared.dedup();
    if shared.is_empty() {
        return;
    }
    let takes_part = |row: &Row<'_>| matches!(row.tally, "promotions" | "seminars");
    if rows.iter().any(|row| takes_part(row) && row.counted() == Tri::Unknown) {
        for row in rows.iter_mut().filter(|row| takes_part(row)) {
            row.loose = true;
            let at_stake = event(row, row.tally).is_some_and(|id| shared.contains(&id));
            if at_stake && row.counted() != Tri::No {
                row.verdict = Verdict::Undetermined { possible: true };
            }
        }
        return;
    }

    let targets = alliance.get("targets").unwrap_or(&Value::Null);
    let mut best: Option<(usize, Vec<&str>)> = None;
    for choice in choices(shared.len()) {
        let mut met = 0;
        for tally in ["promotions", "seminars"] {
            let mut value: Q = whole(0);
            for row in rows.iter().filter(|row| row.tally == tally && row.counted() == Tri::Yes) {
                if keeps(row, &shared, &choice) {
                    value += whole(1);
                }
            }
            if number(targets, tally).is_some_and(|target| value >= target) {
                met += 1;
            }
        }
        // Only a better choice replaces an earlier one: the first of the best wins.
        if best.as_ref().is_none_or(|(most, _)| met > *most) {
            best = Some((met, choice));
        }
    }
    let (_, choice) = best.expect("at least one choice");
    for row in rows.iter_mut().filter(|row| takes_part(row) && row.counted() == Tri::Yes) {
        if !keeps(row, &shared, &choice) {
            row.verdict = Verdict::Refused(EVENT);
        }
    }
}

fn keeps(row: &Row<'_>, shared: &[String], choice: &[&str]) -> bool {
    match event(row, row.tally).and_then(|id| shared.iter().position(|other| *other == id)) {
        None => true,
        Some(place) => choice[place] == row.tally,
    }
}

/// Every way to keep `n` events, the seminar first and the last event changing fastest.
fn choices(n: usize) -> Vec<Vec<&'static str>> {
    let mut all = vec![Vec::new()];
    for _ in 0..n {
        let mut longer = Vec::new();
        for start in &all {
            for kept in ["seminars", "promotions"] {
                let mut choice: Vec<&'static str> = start.clone();
                choice.push(kept);
                longer.push(choice);
            }
        }
        all = longer;
    }
    all
}
