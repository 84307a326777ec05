//! A rest that is too small for one goes to those behind it who ask for no more (`rest next`).
//!
//! What is left then depends on who fitted, one after the other. As long as nothing is open they
//! are taken in turn, which is exact; from the first on that is open, bounds are kept that may be
//! wider than they have to be. Not here: contests with a cut (`contest`).

use super::contest::{Above, Entrant, Places, Ruling, plus};
use crate::eval::reference::Fuel;
use crate::eval::value::Range;
use guiju_model::number::Exact;
use guiju_model::rules::Ties;
use guiju_model::sort::{order, sort};
use guiju_model::standing::{Cause, Decision, Room};

pub(super) fn decide(
    entrants: &[Entrant],
    places: &Places,
    limit: &Range,
    ties: Ties,
    fuel: &Fuel<'_>,
) -> Vec<Ruling> {
    let mut rulings = vec![Ruling::refused(Cause::Open); entrants.len()];
    let mut list: Vec<usize> = (0..entrants.len()).collect();
    if let Some(sorted) = order(list.len(), &mut |a, b| places.best[b].cmp(&places.best[a])) {
        list = sorted;
    }
    let is_open = |at: usize| {
        let entrant = &entrants[at];
        !entrant.sure
            || places.best[at] != places.worst[at]
            || Some(&entrant.low) != entrant.high.as_ref()
    };
    let (mut left, mut taken) = (limit.clone(), 0);
    if limit.known().is_some() {
        for equals in list.chunk_by(|a, b| places.best[*a] == places.best[*b]) {
            let Some(rest) =
                left.known().cloned().filter(|_| !equals.iter().any(|at| is_open(*at)))
            else {
                break;
            };
            let whole =
                equals.iter().fold(Exact::ZERO, |sum, at| plus(&sum, &entrants[*at].low, fuel));
            if whole <= rest {
                left = Range::point(plus(&rest, &whole.negate(), fuel));
                equals.iter().for_each(|at| rulings[*at] = counted(&entrants[*at]));
            } else if ties == Ties::Open
                && equals.len() > 1
                && equals.iter().any(|at| entrants[*at].low <= rest)
            {
                break;
            } else {
                // Alone it does not fit; equals do not fit, or not all of them.
                let tied = equals.len() > 1 && ties == Ties::None;
                for at in equals {
                    let tied = tied && entrants[*at].low <= rest;
                    rulings[*at] =
                        Ruling::refused(if tied { Cause::Tie } else { room(&entrants[*at]) });
                }
            }
            taken += equals.len();
        }
    }
    behind(entrants, places, &left, &list[taken..], ties, &mut rulings, fuel);
    rulings
}

fn counted(entrant: &Entrant) -> Ruling {
    Ruling {
        decision: Decision::Counted,
        cause: Cause::Fits,
        low: entrant.low.clone(),
        high: entrant.high.clone(),
        ..Ruling::refused(Cause::Fits)
    }
}

fn room(entrant: &Entrant) -> Cause {
    Cause::Room(Room {
        last: None,
        left: None,
        asked: Some(entrant.low.clone()).filter(|low| Some(low) == entrant.high.as_ref()),
    })
}

/// Bounds for those from the first on that is open; `left` is what is left to all of them.
fn behind(
    entrants: &[Entrant],
    places: &Places,
    left: &Range,
    list: &[usize],
    ties: Ties,
    rulings: &mut [Ruling],
    fuel: &Fuel<'_>,
) {
    // Who asks for more than there is takes nothing, but where no equal is counted may keep another
    // from being so.
    let may_fit = |at: &usize| {
        ties == Ties::None || left.high.as_ref().is_none_or(|left| entrants[*at].low <= *left)
    };
    let fitting = list.iter().copied().filter(may_fit);
    let most = Above::of(
        places.count,
        fitting.map(|at| (places.best[at], entrants[at].high.as_ref())),
        fuel,
    );
    let mut before = Before::of(entrants, places, list);
    let alone = list.iter().any(|at| !entrants[*at].sure || places.best[*at] != places.worst[*at]);
    for at in list {
        let entrant = &entrants[*at];
        let (best, worst) = (places.best[*at], places.worst[*at]);
        let others = most.sum(worst, may_fit(at).then_some(entrant.high.as_ref()), fuel);
        let left_least =
            left.low.as_ref().zip(others).map(|(left, others)| plus(left, &others.negate(), fuel));
        let fits = left_least.zip(entrant.high.as_ref()).is_some_and(|(left, high)| *high <= left);
        // Where one before it that asks for no more did not fit, less is left than it asks for: it
        // fits only behind all of these. One that was refused as an equal says nothing of it.
        let taken = before.taken(best, &entrant.low, fuel);
        let too_little = |left: &Exact| entrant.low > plus(left, &taken.negate(), fuel);
        let none_left = left
            .high
            .as_ref()
            .is_some_and(|left| entrant.low > *left || (ties != Ties::None && too_little(left)));
        if none_left {
            rulings[*at] = Ruling::refused(room(entrant));
            continue;
        }
        let high = match (&entrant.high, &left.high) {
            (Some(high), Some(left)) => Some(high.min(left).clone()),
            (high, left) => high.clone().or_else(|| left.clone()),
        };
        rulings[*at] = if fits && entrant.qualifies {
            Ruling { high, ..counted(entrant) }
        } else {
            let tied = best == worst
                && most.count(worst) - most.count(best + 1) > 1
                && !alone
                && ties == Ties::Open;
            let cause = if tied { Cause::Tie } else { Cause::Open };
            Ruling { decision: Decision::Undetermined, high, ..Ruling::refused(cause) }
        };
    }
}

/// What those take, at their least, who certainly stand before others and are certain to ask for
/// no more than some amount: sums by the greatest that each may ask for (a Fenwick tree), to which
/// they are added from the best place down.
struct Before<'a> {
    entrants: &'a [Entrant],
    places: &'a Places,
    /// Those that are certain, by the greatest that they may ask for.
    asks: Vec<usize>,
    /// Where each of these stands among them, from the one with the best place on.
    waiting: Vec<usize>,
    added: usize,
    sums: Vec<Exact>,
}

impl<'a> Before<'a> {
    fn of(entrants: &'a [Entrant], places: &'a Places, list: &[usize]) -> Before<'a> {
        let is_sure = |at: &usize| entrants[*at].sure && entrants[*at].high.is_some();
        let mut asks: Vec<usize> = list.iter().copied().filter(is_sure).collect();
        sort(&mut asks, &mut |a, b| entrants[*a].high.cmp(&entrants[*b].high));
        let mut waiting: Vec<usize> = (0..asks.len()).collect();
        let worst = |ask: usize| places.worst[asks[ask]];
        sort(&mut waiting, &mut |a, b| worst(*b).cmp(&worst(*a)));
        let sums = vec![Exact::ZERO; asks.len() + 1];
        Before { entrants, places, asks, waiting, added: 0, sums }
    }

    /// Of those before a place, which is no better than any that was asked about; what they take
    /// who ask for no more than `most`.
    fn taken(&mut self, place: usize, most: &Exact, fuel: &Fuel<'_>) -> Exact {
        while let Some(ask) = self.waiting.get(self.added).copied() {
            let entrant = self.asks[ask];
            if self.places.worst[entrant] <= place {
                break;
            }
            self.added += 1;
            let mut node = ask + 1;
            while let Some(sum) = self.sums.get_mut(node) {
                *sum = plus(sum, &self.entrants[entrant].low, fuel);
                node += node & node.wrapping_neg();
            }
        }
        let fits = |at: &usize| self.entrants[*at].high.as_ref().is_some_and(|ask| ask <= most);
        let mut node = self.asks.partition_point(fits);
        let mut total = Exact::ZERO;
        while node > 0 {
            total = plus(&total, &self.sums[node], fuel);
            node -= node & node.wrapping_neg();
        }
        total
    }
}
