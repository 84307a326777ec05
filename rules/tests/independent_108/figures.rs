//! What follows from the verdicts, naively: the bounds of every KPI and what each obligation comes to. One function a
//! table of the contract, over the rows of `naive.rs`.

use serde_json::Value;

use crate::naive::{Row, rows};
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

    fn plus(&self, other: &Range) -> Range {
        let high = self.high.as_ref().zip(other.high.as_ref()).map(|(a, b)| a + b);
        Range { low: &self.low + &other.low, high }
    }

    fn times(&self, factor: &Q) -> Range {
        Range { low: &self.low * factor, high: self.high.as_ref().map(|high| high * factor) }
    }

    /// Is the figure more than this, or (with `or_equal`) at least this?
    fn exceeds(&self, goal: &Q, or_equal: bool) -> Tri {
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
}

#[derive(Clone, Debug)]
pub(crate) struct Kpi {
    pub(crate) id: String,
    pub(crate) figure: Figure,
    pub(crate) target: Option<Q>,
    pub(crate) previous: Option<Q>,
    /// Hangs on which kind an event is kept as, while data that decides it is missing: the range may be too wide.
    pub(crate) loose: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Obligation {
    pub(crate) id: String,
    pub(crate) severity: &'static str,
    pub(crate) status: &'static str,
    /// What is missing, where the obligation is not met by a known value.
    pub(crate) gap: Option<Q>,
    pub(crate) loose: bool,
}

/// Everything about one alliance.
pub(crate) struct Judged<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) kpis: Vec<Kpi>,
    pub(crate) obligations: Vec<Obligation>,
}

pub(crate) fn judged(alliance: &Value) -> Judged<'_> {
    let rows = rows(alliance);
    let kpis = kpis(alliance, &rows);
    let obligations = obligations(alliance, &kpis);
    Judged { rows, kpis, obligations }
}

/// Count the records of a tally for which something holds, or add up a field of theirs.
fn total(rows: &[Row<'_>], tally: &str, sum: Option<&str>, also: impl Fn(&Value) -> Tri) -> Range {
    let mut range = Range { low: whole(0), high: Some(whole(0)) };
    for row in rows.iter().filter(|row| row.tally == tally) {
        let takes = row.counted().and(also(row.record));
        let adds = match sum {
            None => Some(whole(1)),
            Some(field) => number(row.record, field),
        };
        if takes == Tri::Yes {
            range.low += adds.clone().unwrap_or_else(|| whole(0));
        }
        if takes != Tri::No {
            range.high = range.high.zip(adds).map(|(high, adds)| high + adds);
        }
    }
    range
}

fn kpis(alliance: &Value, rows: &[Row<'_>]) -> Vec<Kpi> {
    let any = |_: &Value| Tri::Yes;
    let mut ranges: Vec<(String, Range)> = Vec::new();
    let members = |also: &dyn Fn(&Value) -> Tri| total(rows, "company_members", None, also);
    ranges.push(("company_members".into(), members(&any)));
    let pays = |record: &Value| ask(number(record, "fee"), |fee| fee > whole(0));
    ranges.push(("company_members.paying".into(), members(&pays)));
    ranges.push(("company_members.free".into(), members(&|record| pays(record).not())));
    for region in ["north", "central", "south", "east"] {
        ranges.push((format!("company_members.{region}"), members(&|record| one_of(record, "region", &[region]))));
    }
    for (id, tally, sum) in [
        ("individual_members", "individual_members", None),
        ("other_members", "other_members", None),
        ("membership_fee", "membership_fee", Some("amount")),
        ("technical_service", "technical_service", Some("amount")),
        ("technical_service_cases", "technical_service", None),
        ("other_income", "other_income", Some("amount")),
        ("technology_transfer", "technology_transfer", Some("amount")),
        ("technology_transfer_cases", "technology_transfer", None),
        ("collaboration", "collaboration", Some("amount")),
        ("collaboration_cases", "collaboration", None),
        ("promotions", "promotions", None),
        ("seminars", "seminars", None),
        ("seminar_participants", "seminars", Some("participants")),
        ("consultations", "consultations", None),
        ("consultation_participants", "consultations", Some("participants")),
        ("site_visits", "site_visits", None),
        ("site_visit_participants", "site_visits", Some("participants")),
        ("new_products", "new_products", None),
        ("new_technologies", "new_technologies", None),
        ("patents", "patents", None),
        ("new_hires", "new_hires", Some("new_hires")),
        ("added_value", "added_value", Some("added_value")),
        ("undergraduates", "undergraduates", Some("actual")),
        ("masters", "masters", Some("actual")),
        ("phds", "phds", Some("actual")),
        ("postdocs", "postdocs", Some("actual")),
        ("assistants", "assistants", Some("actual")),
    ] {
        ranges.push((id.into(), total(rows, tally, sum, any)));
    }
    let get = |id: &str| ranges.iter().find(|(known, _)| known == id).expect("a tally").1.clone();
    let regular = get("membership_fee").plus(&get("technical_service")).plus(&get("other_income"));
    let operating = regular.plus(&get("technology_transfer")).plus(&get("collaboration").times(&decimal("0.3")));
    ranges.push(("regular_income".into(), regular));
    ranges.push(("operating_revenue".into(), operating.clone()));

    let mut figures: Vec<(String, Figure)> = ranges.into_iter().map(|(id, range)| (id, Figure::Of(range))).collect();
    let share = match number(alliance, "grant") {
        None => Figure::Ratio(None),
        Some(grant) if grant == whole(0) => Figure::Invalid,
        Some(grant) => Figure::Ratio(Some(operating.times(&grant.recip()))),
    };
    figures.push(("self_sufficiency".into(), share));

    let loose = rows.iter().any(|row| row.loose);
    let beside = |table: &str, id: &str| alliance.get(table).and_then(|table| number(table, id));
    figures
        .into_iter()
        .map(|(id, figure)| Kpi {
            target: beside("targets", &id),
            previous: beside("previous", &id),
            loose: loose && matches!(id.as_str(), "promotions" | "seminars" | "seminar_participants"),
            id,
            figure,
        })
        .collect()
}

/// One obligation: whether it applies, then what is expected of which figure.
fn obligation(id: String, severity: &'static str, applies: Tri, kpi: &Kpi, goal: Option<Q>, or_equal: bool) -> Obligation {
    let range = match &kpi.figure {
        Figure::Of(range) | Figure::Ratio(Some(range)) => Some(range),
        Figure::Ratio(None) | Figure::Invalid => None,
    };
    let holds = match (range, &goal) {
        (Some(range), Some(goal)) => range.exceeds(goal, or_equal),
        // Nothing is below zero, so a value of zero is above no grant at all, whatever the grant is.
        (Some(range), None) if !or_equal && range.known() == Some(&whole(0)) => Tri::No,
        _ => Tri::Unknown,
    };
    let status = match (applies, holds) {
        (Tri::No, _) => "not_applicable",
        (Tri::Unknown, _) | (_, Tri::Unknown) => "undetermined",
        (Tri::Yes, Tri::Yes) => "met",
        (Tri::Yes, Tri::No) => "not_met",
    };
    let short = range.and_then(Range::known).zip(goal).map(|(value, goal)| goal - value);
    Obligation { id, severity, status, gap: short.filter(|_| status == "not_met"), loose: kpi.loose }
}

fn obligations(alliance: &Value, kpis: &[Kpi]) -> Vec<Obligation> {
    let get = |id: &str| kpis.iter().find(|kpi| kpi.id == id).expect("a KPI");
    let is = |field: &str, wanted: i64| ask(number(alliance, field), |value| value == whole(wanted));
    let (operating, members) = (get("operating_revenue"), get("company_members"));
    let last_year = is("phase", 2).and(is("phase_year", 3));
    let given = |value: &Option<Q>| if value.is_some() { Tri::Yes } else { Tri::No };
    let grant = number(alliance, "grant");
    let more = members.previous.clone().map(|previous| previous + whole(3));
    let mut all = vec![
        obligation("exceed_grant".into(), "advice", last_year, operating, grant, false),
        obligation("revenue_growth".into(), "advice", given(&operating.previous), operating, operating.previous.clone(), false),
        obligation("member_growth".into(), "advice", given(&more), members, more, true),
    ];
    for kpi in kpis.iter().filter(|kpi| kpi.target.is_some()) {
        let id = format!("reach_target_{}", kpi.id);
        all.push(obligation(id, "warning", Tri::Yes, kpi, kpi.target.clone(), true));
    }
    all
}
