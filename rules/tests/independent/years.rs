//! Contracts and patents that an earlier year counted: three editions in a row, drawn at random
//! and with what they share put there on purpose, each judged by the engine after the results of
//! the one before it, and naively after a list of what was counted. Not here: what previous values
//! do to obligations, which other tests look at.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::compare::verdict;
use crate::duties;
use crate::each;
use crate::edition::Edition::{self, E107, E108, E115};
use crate::generate::{Json, document};
use crate::naive::records;
use crate::once::{CARRIED, compared, known};
use crate::value::{Tri, day, text};
use crate::{judged, result};

const EDITIONS: [Edition; 3] = [E107, E108, E115];

/// For a record of a later year, the one of the year before that it repeats, and its day of
/// signing: on both sides of the edges of the year that may have counted it.
type Repeats = Vec<(Index, &'static str)>;

#[test]
fn what_an_earlier_year_counted_counts_no_more() {
    let days = ["108/01/01", "2019-01-31", "108/02/01", "107/02/01", "107/01/31", ""];
    let repeats = || vec((any::<Index>(), select(days.to_vec())), 12);
    let years = EDITIONS.map(|edition| document(edition, 1));
    each(150, (years, repeats(), repeats()), |(documents, first, second)| {
        in_a_row(documents.map(|Json(document)| document), [first, second]);
    });
}

fn in_a_row(mut documents: [Value; 3], repeats: [Repeats; 2]) {
    for (year, repeats) in repeats.iter().enumerate() {
        let before = documents[year]["alliances"][0].clone();
        repeat(&before, &mut documents[year + 1]["alliances"][0], repeats);
    }
    let (mut earlier, mut counted): (Option<guiju::Earlier>, Vec<Value>) = (None, Vec::new());
    for (edition, mut data) in EDITIONS.into_iter().zip(documents) {
        data["alliances"][0].as_object_mut().expect("an alliance").remove("previous");
        let evaluation = judged(edition, &data, earlier.as_ref());
        let json = result(&evaluation);
        data["alliances"][0]["counted_before"] = json!(counted);
        let naive = duties::judged(edition, &data["alliances"][0]);
        let of =
            |row: &&crate::naive::Row<'_>| CARRIED.iter().any(|(tally, _)| row.tally == *tally);
        for row in naive.rows.iter().filter(of) {
            verdict(&format!("{edition:?}"), row, &json["alliances"][0]);
            let (_, names) =
                CARRIED.into_iter().find(|(tally, _)| row.tally == *tally).expect("it");
            let key = known(row.record, names);
            let (Tri::Yes, Some(key)) = (row.counted().and(compared(row)), key) else { continue };
            let [start, end] = [edition.year().0, edition.year().1].map(iso);
            let signed = text(row.record, "signed").map(|text| iso(day(text)));
            counted.push(json!({
                "tally": row.tally, "key": key, "day": signed.filter(|_| row.tally != "patents"),
                "period": { "start": start, "end": end },
            }));
        }
        assert_eq!(said(&json["alliances"][0]), sorted(counted.clone()), "{edition:?}: {data}");
        let text = evaluation.to_json(&guiju::JsonOptions::default());
        let read = guiju::Earlier::from_json(&text, None, &guiju::Limits::default());
        let read = read.unwrap_or_else(|found| panic!("{found:?}\nin {text}"));
        assert_eq!(read, evaluation.earlier());
        earlier = Some(read);
    }
}

fn iso((year, month, day): (u32, u32, u32)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// Records of the later year that say what one of the year before says of itself.
fn repeat(before: &Value, now: &mut Value, repeats: &Repeats) {
    let members: Vec<Value> =
        records(now, "member").iter().map(|member| member["name"].clone()).collect();
    let mut repeats = repeats.iter();
    for (entity, names) in [
        ("transfer", &["evidence", "counterpart"][..]),
        ("collaboration", &["evidence", "counterpart", "evidence_kind"]),
        ("outcome", &["patent_no", "patent_state"]),
    ] {
        let known = records(before, entity);
        for record in now[entity].as_array_mut().expect("a list") {
            let Some((index, day)) = repeats.next().filter(|_| !known.is_empty()) else { return };
            let same = &known[index.index(known.len())];
            if entity != "outcome" && !members.contains(&same["counterpart"]) || day.is_empty() {
                continue;
            }
            for name in names {
                record[*name] = same[*name].clone();
            }
            if entity != "outcome" {
                record["signed"] = json!(day);
            }
        }
    }
}

/// What a result says was counted, in the form of the naive list.
fn said(result: &Value) -> Vec<Value> {
    let list = result["counted_evidence"].as_array().expect("a list");
    let written: Vec<(String, Vec<String>)> = list.iter().map(order).collect();
    assert!(written.is_sorted(), "{written:?}");
    let found = list.iter().map(|one| {
        json!({
            "tally": one["tally"], "key": order(one).1, "day": one["day"], "period": one["period"],
        })
    });
    sorted(found.collect())
}

/// The tally and the key of an entry of a result.
fn order(one: &Value) -> (String, Vec<String>) {
    let text = |name: &str| one[name].as_str().expect("text").to_owned();
    let other = if one["tally"] == "patents" { "patent_state" } else { "counterpart" };
    (text("tally"), vec![text("document"), text(other)])
}

fn sorted(mut list: Vec<Value>) -> Vec<Value> {
    list.sort_by_key(Value::to_string);
    list.dedup();
    list
}
