//! The verdicts of a tally on all records of a block, from the truth of its conditions.

use super::bits;
use super::block::Block;
use crate::eval::reference::State;
use guiju_model::index::TallyId;
use guiju_model::outcome::Verdict;

impl Block<'_> {
    /// Judges by a tally's own requirements; the first that fails for certain is the reason.
    pub(super) fn judge(&mut self, tally: TallyId, state: &mut State) {
        let (program, rules) = (self.program, self.rules);
        let conditions = &program.tallies[tally];
        let entity = rules.tallies[tally].entity;
        let rows = self.rows[entity].clone();
        let mut in_scope = bits::all(rows.len());
        let mut possible = in_scope.clone();
        for condition in &conditions.select {
            self.prepare_some(*condition, &possible, state);
            let scope = self.truth(*condition);
            in_scope.iter_mut().zip(&scope.yes).for_each(|(bits, yes)| *bits &= yes);
            possible.iter_mut().zip(&scope.no).for_each(|(bits, no)| *bits &= !no);
        }
        // Out of scope is what a sheet is made of.
        if possible.iter().all(|word| *word == 0) {
            return;
        }
        let mut counted = in_scope.clone();
        for (index, condition) in conditions.require.iter().enumerate() {
            self.prepare_some(*condition, &possible, state);
            let truth = self.truth(*condition);
            let verdicts = state.own[tally].of_mut(rows.clone());
            let refused = Verdict::refused(index);
            for (word, possible) in possible.iter_mut().enumerate() {
                counted[word] &= truth.yes[word];
                let fails = *possible & truth.no[word];
                *possible &= !fails;
                let at = |bit: usize| word * 64 + bit;
                bits::each_set(&[fails & in_scope[word]], |bit| verdicts[at(bit)] = refused);
                bits::each_set(&[fails & !in_scope[word]], |bit| {
                    verdicts[at(bit)] = Verdict::NEVER
                });
            }
        }
        let verdicts = state.own[tally].of_mut(rows.clone());
        for (word, possible) in possible.iter().enumerate() {
            let at = |bit: usize| word * 64 + bit;
            bits::each_set(&[possible & counted[word]], |bit| verdicts[at(bit)] = Verdict::COUNTED);
            bits::each_set(&[possible & !counted[word]], |bit| {
                verdicts[at(bit)] = Verdict::UNDETERMINED
            });
        }
        state.verdicts[tally].of_mut(rows).copy_from_slice(verdicts);
    }
}
