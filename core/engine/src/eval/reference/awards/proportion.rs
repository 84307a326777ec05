//! A budget shared in proportion: whole steps by largest remainders, so that what is given adds up
//! to all whole steps there are.
//!
//! Not here: contests in which some get nothing (`contest`).

use super::contest::{Entrant, Ruling, plus};
use crate::eval::reference::Fuel;
use crate::eval::value::Range;
use guiju_model::number::{Exact, NumberError, Rounding};
use guiju_model::rules::Ties;
use guiju_model::sort::order;
use guiju_model::standing::{Cause, Decision};

/// The shares of some entrants, who take by their weights.
///
/// # Errors
/// Where a number is too long.
pub(super) fn decide(
    entrants: &[Entrant],
    limit: &Range,
    step: &Exact,
    ties: Ties,
    fuel: &Fuel<'_>,
) -> Result<Vec<Ruling>, NumberError> {
    let known = |entrant: &Entrant| entrant.sure && Some(&entrant.low) == entrant.high.as_ref();
    match limit.known() {
        Some(limit) if entrants.iter().all(known) => shares(entrants, limit, step, ties, fuel),
        _ => {
            let sure = entrants.iter().filter(|entrant| entrant.sure);
            let least = sure.fold(Exact::ZERO, |sum, entrant| plus(&sum, &entrant.low, fuel));
            let most = entrants.iter().try_fold(Exact::ZERO, |sum, entrant| {
                Some(plus(&sum, entrant.high.as_ref()?, fuel))
            });
            let whole = Whole { least, most };
            entrants.iter().map(|entrant| bounds(entrant, &whole, limit, step, fuel)).collect()
        }
    }
}

/// Whole steps in an amount; none in less than nothing.
fn steps(amount: &Exact, step: &Exact, rounding: Rounding) -> Result<Exact, NumberError> {
    amount.max(&Exact::ZERO).div(step)?.rounded(rounding, &Exact::ONE)
}

fn shares(
    entrants: &[Entrant],
    limit: &Exact,
    step: &Exact,
    ties: Ties,
    fuel: &Fuel<'_>,
) -> Result<Vec<Ruling>, NumberError> {
    let weights = entrants
        .iter()
        .fold(Exact::ZERO, |sum, entrant| plus(&sum, &entrant.low, fuel))
        .fitted()?;
    let there_are = steps(limit, step, Rounding::Down)?;
    let (mut floors, mut rests) =
        (Vec::with_capacity(entrants.len()), Vec::with_capacity(entrants.len()));
    let mut left = there_are.clone();
    for entrant in entrants {
        let share = if weights.is_zero() {
            Exact::ZERO
        } else {
            there_are.mul(&entrant.low)?.div(&weights)?
        };
        let floor = share.rounded(Rounding::Down, &Exact::ONE)?;
        left = plus(&left, &floor.negate(), fuel);
        rests.push(share.sub(&floor)?);
        floors.push(floor);
    }
    // Those with the largest remainders get one step more each, as many as there are left; nobody
    // without any weight does.
    let left = if weights.is_zero() {
        0
    } else {
        usize::try_from(left.to_i64().unwrap_or(0)).unwrap_or(0)
    };
    let sorted = order(rests.len(), &mut |a, b| rests[b].cmp(&rests[a]))
        .unwrap_or_else(|| (0..rests.len()).collect());
    let edge = left.checked_sub(1).map(|last| &rests[sorted[last]]);
    let first_behind = sorted.get(left).map(|at| &rests[*at]);
    let is_tied = edge.is_some() && edge == first_behind;
    let mut rulings = Vec::with_capacity(entrants.len());
    for (floor, rest) in floors.iter().zip(&rests) {
        let tied = is_tied && Some(rest) == edge;
        let more = edge.is_some_and(|edge| rest >= edge) && !tied;
        let low = if more { floor.add(&Exact::ONE)? } else { floor.clone() };
        let high = if tied && ties == Ties::Open { floor.add(&Exact::ONE)? } else { low.clone() };
        let cause = if tied { Cause::Tie } else { Cause::Fits };
        let share = Ruling {
            decision: Decision::Counted,
            low: low.mul(step)?,
            high: Some(high.mul(step)?),
            ..Ruling::refused(cause)
        };
        rulings.push(share);
    }
    Ok(rulings)
}

/// What all weigh together at least and at most.
struct Whole {
    least: Exact,
    most: Option<Exact>,
}

/// The least and the most that one can get: a share rounded down or up to whole steps, of the least
/// or the most there is.
fn bounds(
    entrant: &Entrant,
    whole: &Whole,
    limit: &Range,
    step: &Exact,
    fuel: &Fuel<'_>,
) -> Result<Ruling, NumberError> {
    let part = |there_are: &Exact, own: &Exact, others: &Exact| match own.is_zero() {
        true => Ok(Exact::ZERO),
        false => there_are.mul(own)?.div(&plus(own, others, fuel).fitted()?),
    };
    let others_most = whole
        .most
        .as_ref()
        .zip(entrant.high.as_ref())
        .map(|(most, own)| plus(most, &own.negate(), fuel));
    let low = match (&limit.low, others_most) {
        (Some(limit), Some(others)) if entrant.qualifies => {
            part(&steps(limit, step, Rounding::Down)?, &entrant.low, &others)?
                .rounded(Rounding::Down, &Exact::ONE)?
                .mul(step)?
        }
        _ => Exact::ZERO,
    };
    let others_least = if entrant.sure {
        plus(&whole.least, &entrant.low.negate(), fuel)
    } else {
        whole.least.clone()
    };
    let high = match (&limit.high, &entrant.high) {
        (None, _) => None,
        (Some(limit), None) => Some(steps(limit, step, Rounding::Down)?.mul(step)?),
        (Some(limit), Some(own)) => {
            let share = part(&steps(limit, step, Rounding::Down)?, own, &others_least)?;
            Some(share.rounded(Rounding::Up, &Exact::ONE)?.mul(step)?)
        }
    };
    let decision = if entrant.qualifies && limit.known().is_some() {
        Decision::Counted
    } else {
        Decision::Undetermined
    };
    let settled = decision == Decision::Counted && Some(&low) == high.as_ref();
    Ok(Ruling {
        decision,
        low,
        high,
        ..Ruling::refused(if settled { Cause::Fits } else { Cause::Open })
    })
}
