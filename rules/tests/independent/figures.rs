//! What follows from the verdicts, naively: the bounds of every KPI, over the rows of `naive.rs`.
//! Not here: what the figures should reach (`duties.rs`).

use serde_json::Value;

use crate::duties::REMAINING;
use crate::edition::Edition::{self, E104, E107, E108, E115};
use crate::members::pays;
use crate::naive::{Row, past_year, records};
use crate::value::{Q, Tri, ask, decimal, number, one_of, whole};

/// The least and the most a figure can be; no most where an unknown amount may be part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: Q,
    pub(crate) high: Option<Q>,
}

impl Range {
    pub(crate) fn known(&self) -> Option<&Q> {
        self.high.as_ref().filter(|high| **high == self.low)
    }

    fn of(value: Q) -> Range {
        Range { low: value.clone(), high: Some(value) }
    }

    fn plus(&self, other: &Range) -> Range {
        let high = self.high.as_ref().zip(other.high.as_ref()).map(|(a, b)| a + b);
        Range { low: &self.low + &other.low, high }
    }

    fn times(&self, factor: &Q) -> Range {
        Range { low: &self.low * factor, high: self.high.as_ref().map(|high| high * factor) }
    }

    /// Is the figure more than this, or (with `or_equal`) at least this?
    pub(crate) fn exceeds(&self, goal: &Q, or_equal: bool) -> Tri {
        let beats = |value: &Q| value > goal || (or_equal && value == goal);
        if beats(&self.low) {
            Tri::Yes
        } else if self.high.as_ref().is_some_and(|high| !beats(high)) {
            Tri::No
        } else {
            Tri::Unknown
        }
    }
}

/// A KPI's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Of(Range),
    /// A quotient; nothing can be said of it where the divisor is missing.
    Ratio(Option<Range>),
    Invalid,
    NotApplicable,
}

#[derive(Clone, Debug)]
pub(crate) struct Kpi {
    pub(crate) id: String,
    pub(crate) figure: Figure,
    pub(crate) target: Option<Q>,
    /// What is aimed at by the rules, where no target is given and what it hangs on is missing.
    pub(crate) aimed: Option<Range>,
    pub(crate) previous: Option<Q>,
    /// Hangs on which kind an event is kept as, while data that decides it is missing: the range
    /// may be too wide.
    pub(crate) loose: bool,
}

/// What a field of a record adds: anything from nothing up where it is missing.
fn worth(record: &Value, name: &str) -> Range {
    number(record, name).map_or(Range { low: whole(0), high: None }, Range::of)
}

/// What the ministry adds to a PhD student's pay in a month: as much as the company, at most 20,000
/// 元 for each student.
fn matched(record: &Value) -> Range {
    let each = number(record, "company_pays_monthly").unwrap_or(whole(0)).min(whole(20_000));
    let students = worth(record, "actual");
    if each == whole(0) { Range::of(each) } else { students.times(&each) }
}

/// Add up what the counted records of a tally bring, of those for which something holds.
fn total(
    rows: &[Row<'_>],
    tally: &str,
    brings: impl Fn(&Value) -> Range,
    also: impl Fn(&Value) -> Tri,
) -> Range {
    let mut sum = Range::of(whole(0));
    for row in rows.iter().filter(|row| row.tally == tally) {
        let brings = brings(row.record);
        match row.counted().and(also(row.record)) {
            Tri::Yes => sum = sum.plus(&brings),
            Tri::Unknown => sum = sum.plus(&Range { low: whole(0), high: brings.high }),
            Tri::No => {}
        }
    }
    sum
}

const COUNTS: [(&str, &str); 13] = [
    ("individual_members", "individual_members"),
    ("other_members", "other_members"),
    ("technical_service_cases", "technical_service"),
    ("technology_transfer_cases", "technology_transfer"),
    ("collaboration_cases", "collaboration"),
    ("promotions", "promotions"),
    ("seminars", "seminars"),
    ("consultations", "consultations"),
    ("site_visits", "site_visits"),
    ("new_products", "new_products"),
    ("new_technologies", "new_technologies"),
    ("patents", "patents"),
    ("company_members", "company_members"),
];

const SUMS: [(&str, &str, &str); 15] = [
    ("membership_fee", "membership_fee", "amount"),
    ("technical_service", "technical_service", "amount"),
    ("other_income", "other_income", "amount"),
    ("technology_transfer", "technology_transfer", "amount"),
    ("collaboration", "collaboration", "amount"),
    ("seminar_participants", "seminars", "participants"),
    ("consultation_participants", "consultations", "participants"),
    ("site_visit_participants", "site_visits", "participants"),
    ("new_hires", "new_hires", "new_hires"),
    ("added_value", "added_value", "added_value"),
    ("undergraduates", "undergraduates", "actual"),
    ("masters", "masters", "actual"),
    ("phds", "phds", "actual"),
    ("postdocs", "postdocs", "actual"),
    ("assistants", "assistants", "actual"),
];

/// Every figure of an alliance.
pub(crate) fn kpis(edition: Edition, alliance: &Value, rows: &[Row<'_>]) -> Vec<Kpi> {
    let any = |_: &Value| Tri::Yes;
    let one = |_: &Value| Range::of(whole(1));
    let mut ranges: Vec<(String, Range)> = Vec::new();
    for (id, tally) in COUNTS {
        ranges.push((id.into(), total(rows, tally, one, any)));
    }
    for (id, tally, name) in SUMS {
        ranges.push((id.into(), total(rows, tally, |record| worth(record, name), any)));
    }
    ranges.push(("company_members.paying".into(), total(rows, "company_members", one, pays)));
    ranges.push((
        "company_members.free".into(),
        total(rows, "company_members", one, |record| pays(record).not()),
    ));
    for region in ["north", "central", "south", "east"] {
        let there =
            total(rows, "company_members", one, |record| one_of(record, "region", &[region]));
        ranges.push((format!("company_members.{region}"), there));
    }
    ranges.push(("phd_match".into(), total(rows, "phd_match", matched, any)));

    let get = |id: &str| ranges.iter().find(|(known, _)| known == id).expect("a tally").1.clone();
    let regular = get("membership_fee").plus(&get("technical_service")).plus(&get("other_income"));
    let with = |share: &str| {
        regular.plus(&get("technology_transfer")).plus(&get("collaboration").times(&decimal(share)))
    };
    let operating = match edition {
        E104 | E107 => regular.clone(),
        E108 => with("0.3"),
        E115 => with("1"),
    };
    ranges.push(("regular_income".into(), regular));
    ranges.push(("operating_revenue".into(), operating.clone()));

    let mut figures: Vec<(String, Figure)> =
        ranges.into_iter().map(|(id, range)| (id, Figure::Of(range))).collect();
    let share = match number(alliance, "grant") {
        None => Figure::Ratio(None),
        Some(grant) if grant == whole(0) => Figure::Invalid,
        Some(grant) => Figure::Ratio(Some(operating.times(&grant.recip()))),
    };
    figures.push(("self_sufficiency".into(), share));
    if edition == E115 {
        figures.extend(years(alliance));
    }

    let loose = rows.iter().any(|row| row.loose);
    let beside = |table: &str, id: &str| alliance.get(table).and_then(|table| number(table, id));
    if edition >= E108 {
        let last_year = is(alliance, "phase", 1).and(is(alliance, "phase_year", 3)) == Tri::Yes;
        let phase_2 = is(alliance, "phase", 2) == Tri::Yes;
        for from in REMAINING {
            let id = format!("{from}_target_phase_1");
            let handed_on = match (last_year, phase_2) {
                (true, _) => beside("targets", from),
                (_, true) => beside("previous", &id),
                _ => None,
            };
            // Nothing is said of a target that is not known, nor before there is one.
            figures.extend(handed_on.map(|target| (id, Figure::Of(Range::of(target)))));
        }
    }
    // Of staff the approved numbers are aimed at; of a level without records nothing is.
    let approved_of = |id: &str| {
        let of_staff =
            ["undergraduates", "masters", "phds", "postdocs", "assistants"].contains(&id);
        let some = of_staff && rows.iter().any(|row| row.tally == id && row.counted() != Tri::No);
        let certain = rows.iter().any(|row| row.tally == id && row.counted() == Tri::Yes);
        // Where no record is sure to be of the level there may be no target at all.
        some.then(|| if certain { approved(rows, id) } else { Range { low: whole(0), high: None } })
    };
    let aim = |id: &str| match beside("targets", id) {
        Some(given) => (Some(given), None),
        None => match approved_of(id) {
            Some(range) if range.known().is_some() => (range.known().cloned(), None),
            open => (None, open),
        },
    };
    figures
        .into_iter()
        .map(|(id, figure)| Kpi {
            target: aim(&id).0,
            aimed: aim(&id).1,
            previous: beside("previous", &id),
            loose: loose
                && matches!(id.as_str(), "promotions" | "seminars" | "seminar_participants"),
            id,
            figure,
        })
        .collect()
}

/// How many people of a level were approved.
pub(crate) fn approved(rows: &[Row<'_>], id: &str) -> Range {
    total(rows, id, |record| worth(record, "approved"), |_| Tri::Yes)
}

/// Does a field of the alliance have this value?
pub(crate) fn is(alliance: &Value, name: &str, wanted: i64) -> Tri {
    ask(number(alliance, name), |value| value == whole(wanted))
}

/// How many years the PI was funded before, of those that can be: each once, whatever calendar it
/// is written in.
pub(crate) fn funded(alliance: &Value) -> i64 {
    let mut years: Vec<u32> = records(alliance, "past_year").iter().filter_map(past_year).collect();
    years.sort();
    years.dedup();
    years.len() as i64
}

/// How many years the PI was funded before, and which year of which phase comes next: three of
/// each.
fn years(alliance: &Value) -> [(String, Figure); 3] {
    let funded = funded(alliance);
    let (first, second) = match funded {
        0..3 => (Figure::Of(Range::of(whole(funded + 1))), Figure::NotApplicable),
        3..6 => (Figure::NotApplicable, Figure::Of(Range::of(whole(funded - 2)))),
        _ => (Figure::NotApplicable, Figure::NotApplicable),
    };
    let funded = Figure::Of(Range::of(whole(funded)));
    [
        ("years_funded".into(), funded),
        ("next_year_phase_1".into(), first),
        ("next_year_phase_2".into(), second),
    ]
}
