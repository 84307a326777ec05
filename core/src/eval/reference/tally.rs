//! A tally on records: out of scope, counted, refused, or undetermined, and what would decide it.

use std::ops::Range;

use super::expr::{Eval, Subject};
use super::{Fuel, Sheet, State};
use crate::data::Dataset;
use crate::eval::value::Truth;
use crate::outcome::{Abort, Need, Verdict};
use crate::plan::{Rules, Tally};

/// Nodes evaluated for one record.
pub(crate) fn cost(rules: &Rules, tally: usize) -> u64 {
    let tally = &rules.tallies[tally];
    let select: u64 = tally.select.iter().map(|condition| condition.nodes).sum();
    let require: u64 = tally.require.iter().map(|requirement| requirement.condition.nodes).sum();
    let measures: u64 = tally.measures.iter().map(|measure| measure.sum.as_ref().map_or(0, |sum| sum.nodes)).sum();
    let splits: u64 = tally.splits.iter().map(|split| split.by.nodes).sum();
    1 + select + require + measures + splits
}

/// The verdicts of a tally's own requirements on the records of some roots.
pub(super) fn judge(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    tally: usize,
    roots: Range<usize>,
    sheet: &mut Sheet,
    fuel: &mut Fuel<'_>,
) -> Result<(), Abort> {
    let cost = cost(rules, tally);
    let tally = &rules.tallies[tally];
    for root in roots {
        fuel.charge(cost * data.rows_of(tally.entity, root).len() as u64)?;
        for row in data.rows_of(tally.entity, root) {
            let subject = Subject::Record { entity: tally.entity, row, root };
            let mut eval = Eval::new(rules, data, state, subject);
            *sheet.get_mut(row) = verdict(&mut eval, tally);
        }
    }
    Ok(())
}

fn verdict<'a>(eval: &mut Eval<'a>, tally: &'a Tally) -> Verdict {
    let scope = scope(eval, tally);
    if scope == Truth::False {
        return Verdict::OUT_OF_SCOPE;
    }
    let mut met = Truth::True;
    for (index, requirement) in tally.require.iter().enumerate() {
        match eval.truth(&requirement.condition) {
            // The first that fails for certain is the reason, even where an earlier one is still open.
            Truth::False if scope == Truth::True => return Verdict::refused(index),
            Truth::False => return Verdict::NEVER,
            truth => met = met.and(truth),
        }
    }
    match scope.and(met) {
        Truth::True => Verdict::COUNTED,
        _ => Verdict::UNDETERMINED,
    }
}

/// Whether a record is this tally's business.
pub(crate) fn scope<'a>(eval: &mut Eval<'a>, tally: &'a Tally) -> Truth {
    tally.select.iter().fold(Truth::True, |scope, condition| scope.and(eval.truth(condition)))
}

/// What would have to be known to decide a record: missing fields of its conditions, or what decides the claims against it.
pub(crate) fn needs(rules: &Rules, data: &Dataset, state: &State, tally: usize, subject: Subject<'_>) -> Vec<Need> {
    let Subject::Record { row, root, .. } = subject else { return Vec::new() };
    let mut needs = own_needs(rules, data, state, tally, row, root);
    for (other, other_row) in state.contested.get(&(tally, row)) {
        let entity = rules.tallies[*other].entity;
        let root = data.root_of(entity, *other_row);
        needs.extend(own_needs(rules, data, state, *other, *other_row, root));
    }
    Need::in_order(needs)
}

fn own_needs(rules: &Rules, data: &Dataset, state: &State, tally: usize, row: usize, root: usize) -> Vec<Need> {
    let tally = &rules.tallies[tally];
    let mut eval = Eval::new(rules, data, state, Subject::Record { entity: tally.entity, row, root });
    for condition in &tally.select {
        eval.truth(condition);
    }
    for requirement in &tally.require {
        eval.truth(&requirement.condition);
    }
    eval.needs
}
