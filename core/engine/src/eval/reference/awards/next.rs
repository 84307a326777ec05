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
use guiju_model::sort::order;
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
    let sure = || list.iter().copied().filter(|at| entrants[*at].sure);
    let least =
        Above::of(places.count, sure().map(|at| (places.worst[at], Some(&entrants[at].low))), fuel);
    // The most that one asks for at each place or above it, of those that are certain to stand
    // there.
    let mut dearest: Vec<Option<Option<&Exact>>> = vec![None; places.count + 1];
    for at in sure() {
        let place = &mut dearest[places.worst[at]];
        *place = Some(dearer(*place, entrants[at].high.as_ref()));
    }
    for place in (0..places.count).rev() {
        if let Some(above) = dearest[place + 1] {
            dearest[place] = Some(dearer(dearest[place], above));
        }
    }
    let alone = list.iter().any(|at| !entrants[*at].sure || places.best[*at] != places.worst[*at]);
    for at in list {
        let entrant = &entrants[*at];
        let (best, worst) = (places.best[*at], places.worst[*at]);
        let others = most.sum(worst, may_fit(at).then_some(entrant.high.as_ref()), fuel);
        let left_least =
            left.low.as_ref().zip(others).map(|(left, others)| plus(left, &others.negate(), fuel));
        let fits = left_least.zip(entrant.high.as_ref()).is_some_and(|(left, high)| *high <= left);
        // At its turn no more is left than what those before it leave if all of them fit, or less
        // than one that did not fit asks for; one that was refused as an equal says nothing of it.
        let taken = least.sum(best + 1, None, fuel).unwrap_or(Exact::ZERO);
        let enough = |left: &Exact| entrant.low > plus(left, &taken.negate(), fuel);
        let dearest = dearest.get(best + 1).copied().flatten();
        let cheaper =
            dearest.is_some_and(|dearest| dearest.is_none_or(|dearest| entrant.low < *dearest));
        let none_left = left.high.as_ref().is_some_and(|left| {
            entrant.low > *left || (enough(left) && !cheaper && ties != Ties::None)
        });
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

/// The greater of two amounts, of which `None` may be any.
fn dearer<'a>(a: Option<Option<&'a Exact>>, b: Option<&'a Exact>) -> Option<&'a Exact> {
    match a {
        None => b,
        Some(a) => a.zip(b).map(|(a, b)| a.max(b)),
    }
}
