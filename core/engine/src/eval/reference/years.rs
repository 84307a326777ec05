//! Keys that records counted under in earlier years, and those of this year for later ones. Not
//! here: which of several records of one year counts (`among`), results as text (`output`, `data`).

use std::sync::Arc;

use super::claim::Claim;
use super::claimed::Keys;
use super::expr::{Eval, Subject};
use super::needs::Rivals;
use super::once::Ruling;
use super::{Fuel, State, once};
use crate::data::Dataset;
use crate::eval::value::{Truth, Val};
use guiju_model::memory::Holder;
use guiju_model::outcome::{Abort, Counted, Verdict};
use guiju_model::rules::{Across, Claimant, Rules};
use guiju_model::sort::sort;

impl Ruling<'_> {
    /// Refuses claims on keys that an earlier year counted, and leaves open those of which it is
    /// not known; what is left of the claims.
    pub(super) fn not_before(
        &self,
        state: &mut State,
        across: &Across,
        list: &[Claim],
    ) -> Vec<Claim> {
        let mut left = Vec::with_capacity(list.len());
        for claim in list {
            let before = before(self, state, across, claim).and(claim.takes_part);
            if before != Truth::False {
                let open = Rivals::new(Some(self.index), vec![(claim.tally, claim.row)]);
                self.settle(state, claim, before, &Arc::clone(&open));
            }
            if before != Truth::True {
                let mut rest = claim.clone();
                rest.own = rest.own.and(before.not());
                left.push(rest);
            }
        }
        left
    }
}

fn before(ruling: &Ruling<'_>, state: &State, across: &Across, claim: &Claim) -> Truth {
    let claimant = ruling.once.groups.iter().flatten().find(|one| one.tally == claim.tally);
    claimant.map_or(Truth::False, |claimant| {
        counted_before(ruling.rules, ruling.data, state, (across, claimant), claim.root, claim.row)
    })
}

/// Whether an earlier year counted the key of a record.
pub(crate) fn counted_before(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    (across, claimant): (&Across, &Claimant),
    root: usize,
    row: usize,
) -> Truth {
    let (tally, counted) = (&rules.tallies[claimant.tally], data.counted_before(root));
    if counted.is_empty() {
        return Truth::False;
    }
    let Some(key) = (Keys { rules, data, state }).named(claimant, row) else {
        return Truth::False;
    };
    let wanted = (&tally.name, &key);
    let first = counted.partition_point(|one| (&one.tally, &one.key) < wanted);
    let same = counted[first..].iter().take_while(|one| (&one.tally, &one.key) == wanted);
    let Some(day) = &across.day else {
        return if same.count() > 0 { Truth::True } else { Truth::False };
    };
    let mut eval =
        Eval::of_truth(rules, data, state, Subject::Record { entity: tally.entity, row, root });
    let day = eval.value(day);
    same.filter_map(|one| one.period).fold(Truth::False, |found, period| {
        found.or(match day {
            Val::Date(day) if period.start <= day && day <= period.end => Truth::True,
            Val::Date(_) => Truth::False,
            _ => Truth::Unknown,
        })
    })
}

/// What the records of a root count under by rules across years, in this year and before.
pub(crate) fn of_root(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    root: usize,
    fuel: &Fuel<'_>,
) -> Result<Vec<Counted>, Abort> {
    let mut found: Vec<Counted> = Vec::new();
    for rule in &rules.onces {
        let (Some(among), Some(across)) = (rule.among(), rule.across()) else { continue };
        if found.is_empty() {
            found.extend_from_slice(data.counted_before(root));
            fuel.charge(found.len() as u64)?;
        }
        for claimant in rule.groups.iter().flatten() {
            let tally = &rules.tallies[claimant.tally];
            let rows = data.rows_of(tally.entity, root);
            fuel.charge(once::cost_of_record(rule).saturating_mul(rows.len() as u64))?;
            for row in rows {
                if state.verdicts[claimant.tally].get(row) != Verdict::COUNTED {
                    continue;
                }
                let subject = Subject::Record { entity: tally.entity, row, root };
                let mut eval = Eval::of_truth(rules, data, state, subject);
                if among.when.as_ref().is_some_and(|when| eval.truth(when) != Truth::True) {
                    continue;
                }
                let Some(key) = (Keys { rules, data, state }).named(claimant, row) else {
                    continue;
                };
                let day = across.day.as_ref().and_then(|day| match eval.value(day) {
                    Val::Date(day) => Some(day),
                    _ => None,
                });
                found.push(Counted { tally: tally.name.clone(), key, day, period: rules.period });
            }
        }
    }
    sort(&mut found, &mut Ord::cmp);
    found.dedup();
    let texts: usize = found.iter().map(Counted::held).sum();
    fuel.hold(texts + found.capacity() * size_of::<Counted>(), Holder::Figures)?;
    Ok(found)
}
