//! Records of one tally with one key: which of them counts. Not here: who takes part, and the
//! verdicts that follow (`once`).

use super::claim::Claim;
use super::expr::{Eval, Subject};
use super::needs::Rivals;
use super::once::{OPEN_KEPT, Ruling};
use super::{Fuel, Meter, State};
use crate::eval::value::{Range, Truth, Val};
use guiju_model::number::Exact;
use guiju_model::outcome::Abort;
use guiju_model::rules::{Among, Criterion, Kept};
use guiju_model::sort::sort;

impl Claim {
    /// Whether it takes the key away from others.
    fn counts(&self) -> Truth {
        self.own.and(self.takes_part)
    }
}

impl Ruling<'_> {
    /// Refuses every record that another with its key outranks; leaves open those that only an open
    /// one may outrank.
    pub(super) fn among(
        &self,
        state: &mut State,
        among: &Among,
        list: &[Claim],
        fuel: &Fuel<'_>,
    ) -> Result<(), Abort> {
        let left;
        let list = match &among.across {
            None => list,
            Some(across) => {
                left = self.not_before(state, across, list);
                left.as_slice()
            }
        };
        if list.len() < 2 {
            return Ok(());
        }
        let mut open: Vec<bool> =
            list.iter().map(|claim| claim.counts() == Truth::Unknown).collect();
        let outranked = match &among.keep {
            Kept::None => others(list),
            Kept::First => self.earlier(list),
            Kept::Order(criteria) => {
                let places = self.places(state, criteria, list, fuel)?;
                open.iter_mut()
                    .zip(&places)
                    .for_each(|(open, place)| *open |= place.contains(&None));
                ordered(list, &places)
            }
        };
        let open = list
            .iter()
            .zip(open)
            .filter(|(_, open)| *open)
            .map(|(claim, _)| (claim.tally, claim.row));
        let rivals = Rivals::new(Some(self.index), open.take(OPEN_KEPT).collect());
        for (claim, outranked) in list.iter().zip(outranked) {
            let conflict = outranked.and(claim.takes_part);
            if conflict != Truth::False {
                self.settle(state, claim, conflict, &rivals);
                state.account_often(fuel)?;
            }
        }
        Ok(())
    }

    /// For each claim whether one counts whose record stands before it by the text of its key.
    fn earlier(&self, list: &[Claim]) -> Vec<Truth> {
        let entity = self.rules.tallies[list[0].tally].entity;
        let place = |at: &usize| {
            (
                self.data.key(entity, list[*at].row),
                self.data.root_key(list[*at].root),
                list[*at].row,
            )
        };
        let mut order: Vec<usize> = (0..list.len()).collect();
        sort(&mut order, &mut |a, b| place(a).cmp(&place(b)));
        let (mut outranked, mut before) = (vec![Truth::False; list.len()], Truth::False);
        for at in order {
            outranked[at] = before;
            before = before.or(list[at].counts());
        }
        outranked
    }

    /// For each claim the values that it is put in order by, the least of which stand first; none
    /// where one is missing or has no value.
    fn places(
        &self,
        state: &State,
        criteria: &[Criterion],
        list: &[Claim],
        fuel: &Fuel<'_>,
    ) -> Result<Vec<Vec<Option<Exact>>>, Abort> {
        let compared = u64::from(usize::BITS - list.len().leading_zeros())
            .saturating_mul(criteria.len() as u64);
        fuel.charge(compared.saturating_mul(list.len() as u64))?;
        let entity = self.rules.tallies[list[0].tally].entity;
        let mut places = Vec::with_capacity(list.len());
        for claim in list {
            let subject = Subject::Record { entity, row: claim.row, root: claim.root };
            let mut place = Vec::with_capacity(criteria.len());
            for criterion in criteria {
                let mut eval = Eval::of_truth(self.rules, self.data, state, subject).charged(fuel);
                let range = match eval.value(&criterion.value) {
                    Val::Number(range) => range,
                    Val::Date(day) => Range::point(Exact::from(i64::from(day.epoch_days()))),
                    _ => Range::OPEN,
                };
                fuel.spend(range.effort(&range).saturating_mul(32));
                let known = range.known().filter(|_| !eval.may_fail);
                place.push(known.map(|value| {
                    if criterion.toward.is_greatest() { value.negate() } else { value.clone() }
                }));
            }
            places.push(place);
        }
        fuel.check()?;
        Ok(places)
    }
}

/// For each claim whether another counts.
fn others(list: &[Claim]) -> Vec<Truth> {
    let certain = list.iter().filter(|claim| claim.counts() == Truth::True).count();
    let besides = |claim: &Claim| certain - usize::from(claim.counts() == Truth::True);
    list.iter().map(|claim| if besides(claim) > 0 { Truth::True } else { Truth::Unknown }).collect()
}

/// For each claim whether one counts that stands before it in an order. Those that the order does
/// not part leave each other open, and so does whoever may stand before others or behind them.
fn ordered(list: &[Claim], places: &[Vec<Option<Exact>>]) -> Vec<Truth> {
    let mut outranked = vec![Truth::False; list.len()];
    // Claims that are equal so far, and by how many criteria.
    let mut equal: Vec<(Vec<usize>, usize)> = vec![((0..list.len()).collect(), 0)];
    while let Some((claims, level)) = equal.pop() {
        let value = |at: usize| places[at].get(level).and_then(Option::as_ref);
        let (mut known, unknown): (Vec<usize>, Vec<usize>) =
            claims.into_iter().partition(|at| value(*at).is_some());
        let perhaps = if unknown.is_empty() { Truth::False } else { Truth::Unknown };
        if known.len() + unknown.len() > 1 {
            unknown.iter().for_each(|at| outranked[*at] = outranked[*at].or(Truth::Unknown));
        }
        sort(&mut known, &mut |a, b| value(*a).cmp(&value(*b)));
        let mut before = perhaps;
        for same in known.chunk_by(|a, b| value(*a) == value(*b)) {
            same.iter().for_each(|at| outranked[*at] = outranked[*at].or(before));
            before = same.iter().fold(before, |before, at| before.or(list[*at].counts()));
            if same.len() > 1 {
                equal.push((same.to_vec(), level + 1));
            }
        }
    }
    outranked
}
