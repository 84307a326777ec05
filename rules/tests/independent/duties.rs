//! What the figures should reach, naively. An obligation is known by its name where the contract
//! gives one, and by the clause it rests on where the contract only says what it asks. Not here:
//! the figures themselves (`figures.rs`).

use serde_json::Value;

use crate::edition::Edition::{self, E104, E107, E108, E115};
use crate::figures::{Figure, Kpi, Range, approved, funded, is, kpis};
use crate::naive::{Row, records, rows};
use crate::value::{Q, Tri, ask, decimal, number, one_of, sure, text, whole};

/// Everything about one alliance.
pub(crate) struct Judged<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) kpis: Vec<Kpi>,
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) duties: Vec<Duty>,
}

pub(crate) fn judged(edition: Edition, alliance: &Value) -> Judged<'_> {
    let rows = rows(edition, alliance);
    let kpis = kpis(edition, alliance, &rows);
    let mut obligations = obligations(edition, alliance, &kpis);
    if edition == E104 {
        obligations.extend(as_approved(&rows, &kpis));
    }
    if edition == E108 {
        obligations.extend(not_below_phase_1(alliance));
    }
    let mut duties = Vec::new();
    if edition == E115 {
        duties.extend(asked_by_115(alliance, &rows, &kpis));
    }
    Judged { rows, kpis, obligations, duties }
}

/// An obligation that the contract names, down to the gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Obligation {
    pub(crate) id: String,
    /// Where the contract says how much it weighs.
    pub(crate) severity: Option<&'static str>,
    pub(crate) status: &'static str,
    /// What is missing, where the obligation is not met by a known value.
    pub(crate) gap: Option<Q>,
    pub(crate) loose: bool,
}

/// What a clause asks for, however the rules put it: does it hold of the alliance, wherever it
/// applies?
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duty {
    pub(crate) clause: &'static str,
    pub(crate) holds: Tri,
}

pub(crate) fn status(applies: Tri, holds: Tri) -> &'static str {
    match (applies, holds) {
        (Tri::No, _) => "not_applicable",
        (Tri::Unknown, _) | (_, Tri::Unknown) => "undetermined",
        (Tri::Yes, Tri::Yes) => "met",
        (Tri::Yes, Tri::No) => "not_met",
    }
}

/// One obligation: whether it applies, then what is expected of which figure.
fn obligation(id: String, applies: Tri, kpi: &Kpi, goal: Option<Q>, or_equal: bool) -> Obligation {
    let range = match &kpi.figure {
        Figure::Of(range) | Figure::Ratio(Some(range)) => Some(range),
        Figure::Ratio(None) | Figure::Invalid | Figure::NotApplicable => None,
    };
    let holds = match (range, &goal) {
        (Some(range), Some(goal)) => range.exceeds(goal, or_equal),
        // Nothing is below zero, so a value of zero is above no grant at all, whatever the grant
        // is.
        (Some(range), None) if !or_equal && range.known() == Some(&whole(0)) => Tri::No,
        // For the same reason a share of an amount that is missing reaches nothing at all.
        (None, Some(goal))
            if or_equal && matches!(kpi.figure, Figure::Ratio(None)) && *goal <= whole(0) =>
        {
            Tri::Yes
        }
        _ => Tri::Unknown,
    };
    let status = status(applies, holds);
    let short = range.and_then(Range::known).zip(goal).map(|(value, goal)| goal - value);
    Obligation {
        id,
        severity: None,
        status,
        gap: short.filter(|_| status == "not_met"),
        loose: kpi.loose,
    }
}

fn obligations(edition: Edition, alliance: &Value, kpis: &[Kpi]) -> Vec<Obligation> {
    let get = |id: &str| kpis.iter().find(|kpi| kpi.id == id).expect("a KPI");
    let is = |name: &str, wanted| is(alliance, name, wanted);
    let (operating, members) = (get("operating_revenue"), get("company_members"));
    let given = |value: &Option<Q>| sure(value.is_some());
    // Last year by this year's formula, where all its parts are there; otherwise as it is given.
    let parts = ["membership_fee", "technical_service", "other_income", "technology_transfer"];
    let before = |id: &str| get(id).previous.clone();
    let whole_year = parts.iter().try_fold(whole(0), |sum, id| Some(sum + before(id)?));
    let share = if edition == E108 { decimal("0.3") } else { whole(1) };
    let by_formula =
        whole_year.zip(before("collaboration")).map(|(sum, joint)| sum + joint * share);
    let last_year = by_formula.or_else(|| operating.previous.clone());
    let last_of_first = is("phase", 1).and(is("phase_year", 3));
    let last_of_all = is("phase", 2).and(is("phase_year", 3));

    let exceed =
        |when| obligation("exceed_grant".into(), when, operating, number(alliance, "grant"), false);
    // The call of 115 speaks of growth in phase 1.
    let grows = |given: Tri| if edition == E115 { is("phase", 1).and(given) } else { given };
    let revenue =
        obligation("revenue_growth".into(), grows(given(&last_year)), operating, last_year, false);
    let growth = |more: i64, or_equal| {
        let goal = members.previous.clone().map(|previous| previous + whole(more));
        obligation("member_growth".into(), grows(given(&goal)), members, goal, or_equal)
    };
    let mut all = match edition {
        E104 | E107 => Vec::new(),
        E108 => vec![exceed(last_of_all), revenue, growth(3, true)],
        E115 => vec![exceed(last_of_first.or(is("phase", 2))), revenue, growth(0, false)],
    };
    if edition == E108 {
        all.iter_mut().for_each(|obligation| obligation.severity = Some("advice"));
    }
    for kpi in kpis.iter().filter(|kpi| kpi.target.is_some()) {
        let id = format!("reach_target_{}", kpi.id);
        all.push(Obligation {
            severity: Some("warning"),
            ..obligation(id, Tri::Yes, kpi, kpi.target.clone(), true)
        });
    }
    for kpi in kpis {
        if let (Some(aimed), Figure::Of(value)) = (&kpi.aimed, &kpi.figure) {
            let reached = aimed.high.as_ref().map_or(Tri::Unknown, |most| sure(value.low >= *most));
            let missed = value.high.as_ref().is_some_and(|high| *high < aimed.low);
            let status = match (reached, missed) {
                (Tri::Yes, _) => "met",
                (_, true) => "not_met",
                _ => "undetermined",
            };
            all.push(Obligation {
                id: format!("reach_target_{}", kpi.id),
                severity: Some("warning"),
                status,
                gap: None,
                loose: false,
            });
        }
    }
    all
}

/// The figures without a goal of their own, whose targets in phase 2 are not below those of the
/// last year of phase 1.
pub(crate) const REMAINING: [&str; 9] = [
    "promotions",
    "seminars",
    "consultations",
    "site_visits",
    "new_products",
    "new_technologies",
    "patents",
    "new_hires",
    "added_value",
];

/// Those targets are handed on from year to year beside last year's results. Where either is
/// missing, there is nothing to hold.
fn not_below_phase_1(alliance: &Value) -> Vec<Obligation> {
    let beside = |table: &str, id: &str| number(alliance.get(table)?, id);
    let each = REMAINING.iter().map(|id| {
        let both = beside("targets", id).zip(beside("previous", &format!("{id}_target_phase_1")));
        let applies = is(alliance, "phase", 2).and(sure(both.is_some()));
        let holds = both.as_ref().map_or(Tri::Yes, |(target, before)| sure(target >= before));
        let status = status(applies, holds);
        let gap = both.map(|(target, before)| before - target).filter(|_| status == "not_met");
        Obligation {
            id: format!("phase_2_{id}"),
            severity: Some("warning"),
            status,
            gap,
            loose: false,
        }
    });
    each.collect()
}

/// The target of a level is what was approved, wherever it has records: 104 points at another.
fn as_approved(rows: &[Row<'_>], kpis: &[Kpi]) -> Vec<Obligation> {
    let each = ["undergraduates", "masters", "phds", "postdocs", "assistants"].map(|id| {
        let some = rows.iter().filter(|row| row.tally == id).map(Row::counted).max();
        let target = &kpis.iter().find(|kpi| kpi.id == id).expect("a KPI").target;
        let approved = approved(rows, id);
        let holds = match (target, &approved.high) {
            (Some(target), Some(high)) if *high == approved.low => sure(target == high),
            (Some(target), high)
                if *target < approved.low || high.as_ref().is_some_and(|high| target > high) =>
            {
                Tri::No
            }
            _ => Tri::Unknown,
        };
        Obligation {
            id: format!("approved_{id}"),
            severity: Some("warning"),
            status: status(some.unwrap_or(Tri::No).and(sure(target.is_some())), holds),
            gap: None,
            loose: false,
        }
    });
    each.into()
}

/// What 115 asks beside that, by clause.
fn asked_by_115(alliance: &Value, rows: &[Row<'_>], kpis: &[Kpi]) -> Vec<Duty> {
    let funded = funded(alliance);
    let mut all = vec![
        Duty {
            clause: "call_115:115-8",
            holds: ask(number(alliance, "grant"), |grant| grant <= whole(3_000_000)),
        },
        Duty { clause: "call_115:115-9", holds: sure(funded < 6) },
        Duty { clause: "call_115:115-11", holds: of_weight(alliance, rows) },
        Duty { clause: "call_115:115-12", holds: students(alliance) },
    ];
    all.extend(followed_up(alliance));
    all.extend(mostly_paying(kpis));
    all.extend(comes_next(alliance, funded));
    all
}

/// More members that pay than members that do not; of an alliance that may have no member, nothing
/// is said.
fn mostly_paying(kpis: &[Kpi]) -> Option<Duty> {
    let count = |id: &str| match &kpis.iter().find(|kpi| kpi.id == id)?.figure {
        Figure::Of(range) => Some((range.low.clone(), range.high.clone()?)),
        _ => None,
    };
    let (paying, free) = (count("company_members.paying")?, count("company_members.free")?);
    let holds = match () {
        () if paying.0 > free.1 => Tri::Yes,
        () if paying.1 <= free.0 => Tri::No,
        () => Tri::Unknown,
    };
    let certainly_some = paying.0 > whole(0) || free.0 > whole(0);
    certainly_some.then_some(Duty { clause: "call_115:115-4", holds })
}

/// The phase and year applied for are those after the years funded; after six there are none. No
/// year listed is none funded.
fn comes_next(alliance: &Value, funded: i64) -> Option<Duty> {
    let (phase, year) = match funded {
        0..3 => (1, funded + 1),
        3..6 => (2, funded - 2),
        _ => return None,
    };
    Some(Duty {
        clause: "call_115:115-10",
        holds: is(alliance, "phase", phase).and(is(alliance, "phase_year", year)),
    })
}

/// No PhD student is paid less than 16,000 a month.
fn students(alliance: &Value) -> Tri {
    records(alliance, "staff").iter().fold(Tri::Yes, |all, record| {
        let enough = ask(number(record, "monthly_pay"), |pay| pay >= whole(16_000));
        all.and(one_of(record, "level", &["phd"]).not().or(enough))
    })
}

/// In phase 2 a large or a foreign company is among the members that count.
fn of_weight(alliance: &Value, rows: &[Row<'_>]) -> Tri {
    let mut found = is(alliance, "phase", 1);
    for row in rows.iter().filter(|row| row.tally == "company_members") {
        let weighs =
            one_of(row.record, "size", &["large"]).or(one_of(row.record, "origin", &["foreign"]));
        found = found.or(row.counted().and(one_of(row.record, "kind", &["company"])).and(weighs));
    }
    found
}

/// A follow-up report in each of the three years after the end; what is owed later is not said.
fn followed_up(alliance: &Value) -> Option<Duty> {
    let reported =
        records(alliance, "report").iter().any(|report| text(report, "kind") == Some("follow_up"));
    let years = number(alliance, "years_since_end").unwrap_or(whole(0));
    (years <= whole(3))
        .then(|| Duty { clause: "call_115:115-13", holds: sure(reported || years == whole(0)) })
}
