//! How many of the records that an award leaves open it counts all the same: of two that are equal
//! for the last place one, whichever it is.
//!
//! So what a tally makes of those that an award counts, or does not, is bounded by the places there
//! are, and not only by each record by itself. Not here: who is counted (`awards`), and what a
//! function makes of values (`measures`).

use super::aggregate::plus;
use super::expr::{Eval, Subject};
use super::tally::cost;
use super::{Meter, State};
use crate::data::Dataset;
use crate::eval::value::{Range, Truth};
use guiju_model::index::TallyId;
use guiju_model::number::{Exact, Rounding};
use guiju_model::outcome::{KpiValue, Verdict};
use guiju_model::rules::{Award, Expr, ExprKind, Give, Rules, Tally, Ties};
use guiju_model::standing::{Contest, Decision};

/// Records of a tally that count exactly if an award counts them, or exactly if it does not, which
/// is not decided yet; and how many of them count.
pub(super) struct Seats {
    /// In the order of the data.
    pub(super) rows: Vec<usize>,
    pub(super) least: usize,
    pub(super) most: usize,
}

/// The records of a root that nothing but an award leaves open in a tally, by what they stand
/// against one another in; only where that says more than each of them by itself.
pub(super) fn of_tally(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    tally: TallyId,
    root: usize,
    meter: &dyn Meter,
) -> Vec<Seats> {
    let rule = &rules.tallies[tally];
    let Some((index, wanted, others)) = asked(rules, rule) else { return Vec::new() };
    let (Some(award), Some(decided)) = (rules.awards.get(index), state.awards.get(index)) else {
        return Vec::new();
    };
    let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
    for row in data.rows_of(rule.entity, root) {
        let open = state.verdicts[tally].get(row) == Verdict::UNDETERMINED
            && state.standing(index, row).map(|standing| standing.decision)
                == Some(Decision::Undetermined);
        if !open {
            continue;
        }
        if !meter.spend(cost(rules, tally)) {
            return Vec::new();
        }
        let subject = Subject::Record { entity: rule.entity, row, root };
        let mut eval = Eval::of_truth(rules, data, state, subject).charged(meter);
        if !others.iter().all(|other| eval.truth(other) == Truth::True) {
            continue;
        }
        let parent = rules.schema.parent(rule.entity).filter(|of| *of != rules.schema.root);
        let of = if parent.is_some() { data.parent_row(rule.entity, row) } else { Some(root) };
        let Some(of) = of else { continue };
        match found.last_mut() {
            // Those of one stand together.
            Some((last, rows)) if *last == of => rows.push(row),
            _ => found.push((of, vec![row])),
        }
    }
    let seats = |(of, rows): (usize, Vec<usize>)| {
        let contests = &decided.contests;
        let at = contests.binary_search_by(|contest| contest.of.cmp(&Some(of))).ok()?;
        let (least, most) = counted(award, state, index, contests.get(at)?, rows.len());
        let left = |counted: usize| rows.len().saturating_sub(counted);
        let (least, most) = if wanted { (least, most) } else { (left(most), left(least)) };
        (least > 0 || most < rows.len()).then_some(Seats { rows, least, most })
    };
    found.into_iter().filter_map(seats).collect()
}

/// The award among its own records that a tally asks for, whether it wants those that count, and
/// whatever else it asks; `None` where it asks for none, or where more than the tally decides about
/// its records.
fn asked<'r>(rules: &Rules, rule: &'r Tally) -> Option<(usize, bool, Vec<&'r Expr>)> {
    if rules.awards.is_empty() || !rule.onces.is_empty() {
        return None;
    }
    let mut open: Vec<&Expr> = rule.select.iter().collect();
    open.extend(rule.require.iter().map(|requirement| &requirement.condition));
    let (mut award, mut others) = (None, Vec::new());
    while let Some(expr) = open.pop() {
        let (asks, wanted) = match &expr.kind {
            ExprKind::And(parts) => {
                open.extend(parts);
                continue;
            }
            ExprKind::Not(inner) => (&inner.kind, false),
            asks => (asks, true),
        };
        match asks {
            ExprKind::Awarded { via: None, award: index } if award.is_none() => {
                award = Some((*index, wanted));
            }
            _ => others.push(expr),
        }
    }
    let (award, wanted) = award?;
    let of = rules.awards.get(award)?;
    let places = matches!(of.give, Give::Place) && of.entity == rule.entity;
    places.then_some((award, wanted, others))
}

/// How many an award counts, at the least and at the most, of so many in a contest that it leaves
/// open.
fn counted(
    award: &Award,
    state: &State,
    index: usize,
    contest: &Contest,
    these: usize,
) -> (usize, usize) {
    let (mut counted, mut open, mut sure) = (0_usize, 0_usize, 0_usize);
    for standing in contest.list.iter().filter_map(|row| state.standing(index, *row)) {
        match standing.decision {
            Decision::Counted => counted += 1,
            Decision::Undetermined => open += 1,
            Decision::Refused => {}
        }
        // Who certainly has a rank certainly takes a place while there is one.
        let has_rank = matches!(
            standing.rank,
            KpiValue::Known(_) | KpiValue::Undetermined { may_be_none: false, .. }
        );
        sure += usize::from(has_rank);
    }
    let (low, high) = match &contest.limit {
        KpiValue::Known(limit) => (whole(limit), Some(whole(limit))),
        KpiValue::Undetermined { low, high, may_be_none, .. } => {
            (low.as_ref().filter(|_| !may_be_none).map_or(0, whole), high.as_ref().map(whole))
        }
        _ => (0, None),
    };
    let least = if award.ties == Ties::None { counted } else { counted.max(low.min(sure)) };
    let most = match high {
        Some(high) if award.ties != Ties::Together => high.clamp(counted, counted + open),
        _ => counted + open,
    };
    // The others that are open may be those that it counts.
    let elsewhere = open.saturating_sub(these);
    (least.saturating_sub(counted + elsewhere), (most - counted).min(these))
}

/// A number of places.
fn whole(limit: &Exact) -> usize {
    let whole = limit.rounded(Rounding::Down, &Exact::ONE).ok().and_then(|whole| whole.to_i64());
    whole.map_or(usize::MAX, |whole| usize::try_from(whole).unwrap_or(0))
}

/// The seats that a record shares, of a list of them.
pub(super) fn shared_by(list: &[Seats], row: usize) -> Option<usize> {
    // They stand in the order of the data.
    let at = list.partition_point(|seats| seats.rows.first().is_some_and(|first| *first <= row));
    let at = at.checked_sub(1)?;
    list.get(at)?.rows.binary_search(&row).ok().map(|_| at)
}

impl Seats {
    /// How many of some of these there are at the least and at the most, the others being counted
    /// or not.
    pub(super) fn of(&self, some: usize) -> (usize, usize) {
        (self.least.saturating_sub(self.rows.len().saturating_sub(some)), self.most.min(some))
    }
}

/// What so many of some values add up to.
pub(super) fn sum((least, most): (usize, usize), values: &[Range], meter: &dyn Meter) -> Range {
    let end = |lows: bool| {
        let mut ends: Vec<Option<Exact>> = values
            .iter()
            .map(|range| match lows {
                true => range.low.clone(),
                // What is greatest of these is least of their opposites.
                false => range.high.as_ref().map(Exact::negate),
            })
            .collect();
        ends.sort();
        let mut total = Range::point(Exact::ZERO);
        for (at, value) in ends.into_iter().enumerate().take(most) {
            // Nothing bounds it.
            let value = value?;
            if at >= least && !value.is_negative() {
                break;
            }
            total = plus(meter, total, &Range::point(value));
        }
        total.low
    };
    let (low, high) = (end(true), end(false));
    Range { low, high: high.map(|high| high.negate()) }
}

/// The ends of some values by their rank: the least low end with the greatest high one, and so on.
/// Whichever so many of the values are taken, they lie between the first so many of these.
pub(super) fn ranked(values: &[Range]) -> Vec<Range> {
    // What is not bounded comes first.
    let mut lows: Vec<Option<Exact>> = values.iter().map(|range| range.low.clone()).collect();
    let mut highs: Vec<Option<Exact>> =
        values.iter().map(|range| range.high.as_ref().map(Exact::negate)).collect();
    lows.sort();
    highs.sort();
    let ends = lows.into_iter().zip(highs);
    ends.map(|(low, high)| Range { low, high: high.map(|high| high.negate()) }).collect()
}

/// The least of so many of some values, of one at least: no more than the greatest that can be the
/// least of them.
pub(super) fn least_of(least: usize, values: &[Range]) -> Range {
    let ranked = ranked(values);
    Range {
        low: ranked.first().and_then(|range| range.low.clone()),
        high: ranked.get(least.saturating_sub(1)).and_then(|range| range.high.clone()),
    }
}

/// The amounts of records whose seats are shared, as they come.
pub(super) struct Shared {
    seats: Vec<Seats>,
    /// For each, the amounts, and whether each of them is there for certain.
    amounts: Vec<(Vec<Range>, bool)>,
}

impl Shared {
    pub(super) fn new(seats: Vec<Seats>) -> Shared {
        let amounts = seats.iter().map(|_| (Vec::new(), true)).collect();
        Shared { seats, amounts }
    }

    /// The seats that a record shares.
    pub(super) fn seats_of(&self, row: usize) -> Option<usize> {
        shared_by(&self.seats, row)
    }

    pub(super) fn add(&mut self, seats: usize, amount: Range, plain: bool) {
        if let Some((amounts, all_plain)) = self.amounts.get_mut(seats) {
            amounts.push(amount);
            *all_plain &= plain;
        }
    }

    /// What those who share seats bring together.
    pub(super) fn sums(self, meter: &dyn Meter) -> Vec<Range> {
        let sums = self.seats.iter().zip(self.amounts).map(|(seats, (amounts, plain))| {
            let bounds = if plain { seats.of(amounts.len()) } else { (0, amounts.len()) };
            sum(bounds, &amounts, meter)
        });
        sums.collect()
    }
}
