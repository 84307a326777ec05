//! Those who share one limit, in order: who stands before whom for certain and who may, who is
//! counted, who is refused for room.
//!
//! Each stands somewhere between a worst and a best place, which missing data leave open. Whoever
//! is certain to be better at its worst than another at its best stands before it. So all is
//! counted and added up over places, after one sort. Not here: what qualifies and what the places
//! are made of (`entry`), smaller ones that fill a rest (`next`), shares in proportion
//! (`proportion`).

use std::borrow::Cow;

use super::next;
use crate::eval::reference::Fuel;
use crate::eval::value::Range;
use guiju_model::number::{Exact, Rounding};
use guiju_model::rules::{Rest, Ties};
use guiju_model::sort::order;
use guiju_model::standing::{Cause, Decision, Room};

/// One who takes part.
pub(super) struct Entrant {
    pub(super) row: usize,
    /// Whether others have to reckon with it.
    pub(super) sure: bool,
    /// Whether it qualifies if it stands in this contest.
    pub(super) qualifies: bool,
    /// Its criteria where they turn out best, and worst; greater is better.
    pub(super) best: Vec<End>,
    pub(super) worst: Vec<End>,
    /// What it takes at least, and at most.
    pub(super) low: Exact,
    pub(super) high: Option<Exact>,
    /// Whether what is open of it is one value of the data that may be anything: then bounds are no
    /// wider than they have to be.
    pub(super) plain: bool,
}

/// An end of what a criterion may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Below,
    At(Exact),
    Above,
}

/// By what a contest is decided.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    /// Of places, and of amounts, what becomes of the rest.
    pub(super) rest: Rest,
    /// Whether each takes one place of a number of them.
    pub(super) places: bool,
    pub(super) ties: Ties,
    pub(super) reserve: u64,
}

/// What came out for one entrant.
#[derive(Clone)]
pub(super) struct Ruling {
    pub(super) decision: Decision,
    pub(super) cause: Cause,
    pub(super) rank: (u64, u64),
    pub(super) low: Exact,
    pub(super) high: Option<Exact>,
    /// The first and the last place on the waiting list that it may have.
    pub(super) reserve: Option<(u64, u64)>,
}

impl Ruling {
    pub(super) fn refused(cause: Cause) -> Ruling {
        Ruling {
            decision: Decision::Refused,
            cause,
            rank: (0, 0),
            low: Exact::ZERO,
            high: Some(Exact::ZERO),
            reserve: None,
        }
    }
}

impl Ruling {
    fn refused_as_equal(&self) -> bool {
        self.decision == Decision::Refused && self.cause == Cause::Tie
    }
}

/// The places of some entrants as numbers, the greater the better.
pub(super) struct Places {
    pub(super) best: Vec<usize>,
    pub(super) worst: Vec<usize>,
    /// One more than the greatest.
    pub(super) count: usize,
}

impl Places {
    /// One sort of all the ends.
    pub(super) fn of(entrants: &[Entrant]) -> Places {
        let mut ends: Vec<&Vec<End>> = Vec::with_capacity(entrants.len());
        let mut places = Places {
            best: Vec::with_capacity(entrants.len()),
            worst: Vec::with_capacity(entrants.len()),
            count: 0,
        };
        for entrant in entrants {
            places.best.push(ends.len());
            ends.push(&entrant.best);
            if entrant.best != entrant.worst {
                ends.push(&entrant.worst);
            }
            places.worst.push(ends.len() - 1);
        }
        let sorted = order(ends.len(), &mut |a, b| ends[a].cmp(ends[b]))
            .unwrap_or_else(|| (0..ends.len()).collect());
        let mut level = vec![0; ends.len()];
        for (n, at) in sorted.iter().enumerate() {
            if n > 0 && ends[sorted[n - 1]] != ends[*at] {
                places.count += 1;
            }
            level[*at] = places.count;
        }
        places.count += usize::from(!ends.is_empty());
        places.best.iter_mut().chain(&mut places.worst).for_each(|at| *at = level[*at]);
        places
    }
}

/// What entrants at each place and above it take together, and how many they are.
pub(super) struct Above {
    counts: Vec<u64>,
    sums: Vec<Exact>,
    /// How many of them may take any amount.
    unbounded: Vec<u64>,
}

impl Above {
    /// Entrants by place; one that takes `None` may take anything.
    pub(super) fn of<'a>(
        count: usize,
        entrants: impl Iterator<Item = (usize, Option<&'a Exact>)>,
        fuel: &Fuel<'_>,
    ) -> Above {
        let mut above = Above {
            counts: vec![0; count + 1],
            sums: vec![Exact::ZERO; count + 1],
            unbounded: vec![0; count + 1],
        };
        for (place, takes) in entrants {
            above.counts[place] += 1;
            match takes {
                Some(takes) => above.sums[place] = plus(&above.sums[place], takes, fuel),
                None => above.unbounded[place] += 1,
            }
        }
        for place in (0..count).rev() {
            above.counts[place] += above.counts[place + 1];
            above.unbounded[place] += above.unbounded[place + 1];
            above.sums[place] = plus(&above.sums[place], &above.sums[place + 1], fuel);
        }
        above
    }

    /// How many stand at a place or above it.
    pub(super) fn count(&self, place: usize) -> u64 {
        self.counts.get(place).copied().unwrap_or(0)
    }

    /// What those take, without one of them; `None` where that may be anything.
    pub(super) fn sum(
        &self,
        place: usize,
        without: Option<Option<&Exact>>,
        fuel: &Fuel<'_>,
    ) -> Option<Exact> {
        let sum = self.sums.get(place).cloned().unwrap_or(Exact::ZERO);
        let unbounded = self.unbounded.get(place).copied().unwrap_or(0);
        match without {
            Some(None) => (unbounded == 1).then_some(sum),
            _ if unbounded > 0 => None,
            Some(Some(own)) => Some(plus(&sum, &own.negate(), fuel)),
            None => Some(sum),
        }
    }
}

/// A sum, charged where numbers are long.
pub(super) fn plus(a: &Exact, b: &Exact, fuel: &Fuel<'_>) -> Exact {
    if (a.is_long() || b.is_long())
        && fuel.charge((a.limbs() as u64).saturating_mul(b.limbs() as u64) / 4).is_err()
    {
        return a.clone();
    }
    a.plus(b)
}

/// Decides a contest. `key` is what tells equals apart where one of them is named.
pub(super) fn decide<'k>(
    entrants: &[Entrant],
    limit: &Range,
    terms: Terms,
    key: &dyn Fn(usize) -> Cow<'k, str>,
    fuel: &Fuel<'_>,
) -> (Vec<Ruling>, Places) {
    let places = Places::of(entrants);
    let mut rulings = match terms.rest {
        Rest::Next => next::decide(entrants, &places, limit, terms.ties, fuel),
        _ => Contest::new(entrants, &places, limit, terms, fuel).decide(),
    };
    rank(entrants, &places, &mut rulings, limit, terms, fuel);
    name_the_last(entrants, &places, &mut rulings, limit, key, fuel);
    (rulings, places)
}

/// Those counted up to a cut: whoever stands behind one that does not fit is refused.
struct Contest<'a, 'w> {
    entrants: &'a [Entrant],
    places: &'a Places,
    limit: &'a Range,
    terms: Terms,
    /// What those take at most who may stand there, by their best place, and what those take at
    /// least who do for certain, by their worst.
    most: Above,
    least: Above,
    /// How many stand at each place for certain.
    level: Vec<u64>,
    /// How many stand at each place at worst or above it, certain or not.
    worst: Above,
    fuel: &'a Fuel<'w>,
}

impl<'a, 'w> Contest<'a, 'w> {
    fn new(
        entrants: &'a [Entrant],
        places: &'a Places,
        limit: &'a Range,
        terms: Terms,
        fuel: &'a Fuel<'w>,
    ) -> Contest<'a, 'w> {
        let most = entrants
            .iter()
            .zip(&places.best)
            .map(|(entrant, place)| (*place, entrant.high.as_ref()));
        let most = Above::of(places.count, most, fuel);
        let sure = entrants.iter().zip(&places.worst).filter(|(entrant, _)| entrant.sure);
        let least = Above::of(
            places.count,
            sure.map(|(entrant, place)| (*place, Some(&entrant.low))),
            fuel,
        );
        let mut level = vec![0; places.count];
        for (at, entrant) in entrants.iter().enumerate() {
            if entrant.sure && places.best[at] == places.worst[at] {
                level[places.best[at]] += 1;
            }
        }
        let worst = Above::of(places.count, places.worst.iter().map(|place| (*place, None)), fuel);
        Contest { entrants, places, limit, terms, most, least, level, worst, fuel }
    }

    fn decide(&self) -> Vec<Ruling> {
        (0..self.entrants.len()).map(|at| self.one(at)).collect()
    }

    fn one(&self, at: usize) -> Ruling {
        let entrant = &self.entrants[at];
        let (best, worst) = (self.places.best[at], self.places.worst[at]);
        // What others take at most who may stand beside or before it; at least, who stand before
        // it, or before or beside it.
        let beside_most = self.most.sum(worst, Some(entrant.high.as_ref()), self.fuel);
        let before_most = if best > worst {
            self.most.sum(worst + 1, Some(entrant.high.as_ref()), self.fuel)
        } else {
            self.most.sum(worst + 1, None, self.fuel)
        };
        let before_least = self.least.sum(best + 1, None, self.fuel).unwrap_or(Exact::ZERO);
        let is_known = entrant.sure && best == worst;
        let own = is_known.then_some(Some(&entrant.low));
        let beside_least = self.least.sum(best, own, self.fuel).unwrap_or(Exact::ZERO);
        let tied = self.level[best] > u64::from(is_known) && best == worst;
        // Those that are neither behind it for certain nor before it.
        let may_tie = self.most.count(worst) - self.worst.count(best + 1) > 1;

        let partly = self.terms.rest == Rest::Partly;
        // Nothing that is left to it is less than this, or more.
        let left_least = |taken: Option<&Exact>| {
            self.limit.low.as_ref().zip(taken).map(|(low, taken)| self.minus(low, taken))
        };
        let left_most = self.limit.high.as_ref().map(|high| self.minus(high, &before_least));
        let fits = |left: Option<&Exact>| {
            left.zip(entrant.high.as_ref()).is_some_and(|(left, high)| high <= left)
        };
        let sure_of = match self.terms.ties {
            Ties::Together => left_least(before_most.as_ref()),
            Ties::None if partly && !may_tie => left_least(before_most.as_ref()),
            _ => left_least(beside_most.as_ref()),
        };
        let whole = fits(sure_of.as_ref());
        let part = partly
            && (self.terms.ties != Ties::None || !may_tie)
            && sure_of.as_ref().is_some_and(|left| *left > Exact::ZERO);
        let none_left = left_most.as_ref().is_some_and(|left| match partly {
            true => left.is_negative() || (left.is_zero() && entrant.low > Exact::ZERO),
            false => entrant.low > *left,
        });
        let beyond = || {
            self.limit
                .high
                .as_ref()
                .is_some_and(|high| plus(&beside_least, &entrant.low, self.fuel) > *high)
        };
        let tied_out = self.terms.ties == Ties::None && (tied || !partly) && beyond();

        if none_left || tied_out {
            let room = Room {
                last: None,
                left: None,
                asked: Some(entrant.low.clone()).filter(|low| Some(low) == entrant.high.as_ref()),
            };
            return Ruling::refused(if none_left {
                Cause::Room(room)
            } else if tied {
                Cause::Tie
            } else {
                Cause::Room(room)
            });
        }
        let high = match (&entrant.high, &left_most) {
            (Some(high), Some(left)) => Some(high.min(left).clone()),
            (high, left) => high.clone().or_else(|| left.clone()),
        };
        let high = high.map(|high| high.max(Exact::ZERO));
        let counted = entrant.qualifies && (whole || part);
        let low = match (&sure_of, counted) {
            (Some(left), true) if !whole => left.min(&entrant.low).clone().max(Exact::ZERO),
            (_, true) => entrant.low.clone(),
            _ => Exact::ZERO,
        };
        let open = if entrant.qualifies && tied && self.terms.ties == Ties::Open && self.settled(at)
        {
            Cause::Tie
        } else {
            Cause::Open
        };
        let cause = match counted {
            true if whole => Cause::Fits,
            true if Some(&low) == high.as_ref() => Cause::Rest,
            _ => open,
        };
        let decision = if counted { Decision::Counted } else { Decision::Undetermined };
        Ruling { decision, cause, rank: (0, 0), low, high, reserve: None }
    }

    /// Whether nothing but a tie can leave an entrant open: all that may stand before or beside it
    /// does for certain, with what it takes.
    fn settled(&self, at: usize) -> bool {
        let place = self.places.worst[at];
        self.limit.known().is_some()
            && self.most.count(place) == self.least.count(place)
            && self.most.sum(place, None, self.fuel) == self.least.sum(place, None, self.fuel)
    }

    fn minus(&self, a: &Exact, b: &Exact) -> Exact {
        plus(a, &b.negate(), self.fuel)
    }
}

/// Ranks, and places on the waiting list: behind all who are refused for room too and stand before.
fn rank(
    entrants: &[Entrant],
    places: &Places,
    rulings: &mut [Ruling],
    limit: &Range,
    terms: Terms,
    fuel: &Fuel<'_>,
) {
    let reserve = terms.reserve;
    // Which of several equals have a place may be open, but not that all places are taken before
    // anybody is refused for room.
    let filled = |bound: &Option<Exact>| match bound {
        Some(bound) if terms.places && terms.ties == Ties::Open => whole(bound),
        _ => None,
    };
    let (filled_least, filled_most) =
        (filled(&limit.low).unwrap_or(0), filled(&limit.high).unwrap_or(u64::MAX));
    let one = Exact::ONE;
    let at = |sure: bool, of: &dyn Fn(usize) -> bool| {
        let levels = if sure { &places.worst } else { &places.best };
        let list: Vec<(usize, Option<&Exact>)> =
            (0..entrants.len()).filter(|at| of(*at)).map(|at| (levels[at], Some(&one))).collect();
        Above::of(places.count, list.into_iter(), fuel)
    };
    let all = at(false, &|_| true);
    let sure = at(true, &|at| entrants[at].sure);
    let counted_surely =
        at(true, &|at| entrants[at].sure && rulings[at].decision == Decision::Counted);
    let counted_perhaps = at(false, &|at| rulings[at].decision != Decision::Refused);
    for (at, ruling) in rulings.iter_mut().enumerate() {
        let (best, worst) = (places.best[at], places.worst[at]);
        let itself = u64::from(best > worst);
        let (least, most) = (sure.count(best + 1), all.count(worst + 1) - itself);
        ruling.rank = (least + 1, most + 1);
        let waits = ruling.decision == Decision::Undetermined
            || matches!(ruling.cause, Cause::Room(_))
            || ruling.refused_as_equal();
        if waits && reserve > 0 {
            let perhaps = counted_perhaps.count(worst + 1)
                - if ruling.decision == Decision::Undetermined { itself } else { 0 };
            let first = least.saturating_sub(perhaps.min(filled_most)) + 1;
            let last = most.saturating_sub(counted_surely.count(best + 1).max(filled_least)) + 1;
            ruling.reserve = (first <= reserve).then_some((first, last));
        }
    }
}

/// How many whole places there are.
fn whole(places: &Exact) -> Option<u64> {
    let whole = places.rounded(Rounding::Down, &Exact::ONE).ok()?.to_i64()?;
    Some(u64::try_from(whole).unwrap_or(0))
}

/// Whom those who are refused for room were behind, and what was left, where nothing is open that
/// could change it.
fn name_the_last<'k>(
    entrants: &[Entrant],
    places: &Places,
    rulings: &mut [Ruling],
    limit: &Range,
    key: &dyn Fn(usize) -> Cow<'k, str>,
    fuel: &Fuel<'_>,
) {
    let mut list: Vec<usize> = (0..entrants.len()).collect();
    let (best, worst) = (&places.best, &places.worst);
    let by_place = |a: usize, b: usize| best[b].cmp(&best[a]).then_with(|| worst[b].cmp(&worst[a]));
    if let Some(sorted) = order(list.len(), &mut |a, b| by_place(a, b)) {
        list = sorted;
    }
    let (mut last, mut left) = (None, limit.known().cloned());
    for equals in list.chunk_by(|a, b| by_place(*a, *b).is_eq()) {
        // What one is left with depends on those before it alone, and is not known behind one that
        // is open.
        for at in equals {
            if let Cause::Room(room) = &mut rulings[*at].cause {
                room.last = last;
                room.left = left.clone();
            }
        }
        let open = |at: &usize| {
            rulings[*at].decision == Decision::Undetermined
                || !entrants[*at].sure
                || best[*at] != worst[*at]
        };
        if equals.iter().any(open) {
            // Behind equals who take the rest among them nothing is left, whoever gets it; but who
            // is the last is open.
            (last, left) = (None, None);
            continue;
        }
        for at in equals.iter().filter(|at| rulings[**at].decision == Decision::Counted) {
            if Some(&rulings[*at].low) != rulings[*at].high.as_ref() {
                left = None;
            }
            left = left.map(|left| plus(&left, &rulings[*at].low.negate(), fuel));
        }
        let counted = equals
            .iter()
            .filter(|at| rulings[**at].decision == Decision::Counted)
            .map(|at| entrants[*at].row);
        last = counted.min_by(|a, b| key(*a).cmp(&key(*b))).or(last);
    }
}
