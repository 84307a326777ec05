//! A tally on records: out of scope, counted, refused, or undetermined. Not here: what would decide
//! it (`needs`).

use std::ops::Range;

use super::expr::{Eval, Subject};
use super::{Fuel, Sheet, State};
use crate::data::Dataset;
use crate::eval::value::Truth;
use guiju_model::index::TallyId;
use guiju_model::outcome::{Abort, Verdict};
use guiju_model::rules::{Rules, Tally};

/// The steps that the verdict on one record takes.
pub fn cost(rules: &Rules, tally: TallyId) -> u64 {
    let tally = &rules.tallies[tally];
    let conditions =
        tally.select.iter().chain(tally.require.iter().map(|requirement| &requirement.condition));
    conditions.fold(1, |sum, condition| sum.saturating_add(condition.nodes))
}

/// The verdicts of a tally's own requirements on the records of some roots.
pub(super) fn judge(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    tally: TallyId,
    roots: Range<usize>,
    sheet: &mut Sheet,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let cost = cost(rules, tally);
    let tally = &rules.tallies[tally];
    for root in roots {
        fuel.charge(cost.saturating_mul(data.rows_of(tally.entity, root).len() as u64))?;
        for row in data.rows_of(tally.entity, root) {
            let subject = Subject::Record { entity: tally.entity, row, root };
            let mut eval = Eval::of_truth(rules, data, state, subject);
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
            // The first that fails for certain is the reason, even where an earlier one is still
            // open.
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
