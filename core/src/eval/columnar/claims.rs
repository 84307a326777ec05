//! Non-duplication within one root: finds the roots where two groups claim one key, which the reference evaluator then settles.
//!
//! Most roots have no such key, and finding that out takes one look at each claim. Not here: who keeps what (`reference::once`).

use std::ops::ControlFlow;

use super::block::Block;
use crate::data::Values;
use crate::eval::reference::{Fuel, State, once};
use crate::outcome::{Abort, Verdict};

/// The keys that were claimed in one root: an open-addressed table that is emptied by counting up.
#[derive(Default)]
pub(super) struct Keys {
    slots: Vec<Slot>,
    round: u32,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    round: u32,
    key: u32,
    group: u32,
}

impl Keys {
    /// Empties the table, with room for this many keys.
    fn start(&mut self, keys: usize) {
        let size = (2 * keys).next_power_of_two().max(64);
        if self.slots.len() < size || self.round == u32::MAX {
            self.slots = vec![Slot::default(); size.max(self.slots.len())];
            self.round = 0;
        }
        self.round += 1;
    }

    /// Notes a claim; breaks where another group has claimed the key.
    fn claim(&mut self, key: u32, group: u32) -> ControlFlow<()> {
        // Fibonacci hashing: keys that follow one another land far apart.
        let hash = key.wrapping_mul(0x9E37_79B9) as usize;
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 8) & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.round != self.round {
                *slot = Slot { round: self.round, key, group };
                return ControlFlow::Continue(());
            }
            if slot.key == key {
                return if slot.group == group { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
            }
            at = (at + 1) & mask;
        }
    }
}

impl Block<'_> {
    /// Applies a non-duplication rule within each root of the block.
    pub(super) fn apply(&mut self, rule: usize, state: &mut State, fuel: &mut Fuel<'_>) -> Result<(), Abort> {
        for root in self.roots.clone() {
            if self.is_contested(rule, root, state) {
                once::apply(self.rules, self.data, state, rule, root..root + 1, fuel)?;
            }
        }
        Ok(())
    }

    /// Whether two groups claim one key, or some claim has no key, which has to be told.
    fn is_contested(&mut self, rule: usize, root: usize, state: &State) -> bool {
        let once = &self.rules.onces[rule];
        let claims = once.groups.iter().flatten().map(|claimant| self.data.rows_of(self.rules.tallies[claimant.tally].entity, root).len());
        let keys = &mut self.scratch.keys;
        keys.start(claims.sum());
        for (group, claimants) in once.groups.iter().enumerate() {
            for claimant in claimants {
                let entity = self.rules.tallies[claimant.tally].entity;
                let rows = self.data.rows_of(entity, root);
                let column = &self.data.tables[entity].columns[claimant.field];
                let Values::Text(ids) = &column.values else { return true };
                for (row, verdict) in rows.clone().zip(state.own[claimant.tally].of(rows)) {
                    if !matches!(*verdict, Verdict::COUNTED | Verdict::UNDETERMINED) {
                        continue;
                    }
                    if !column.is_known(row) || keys.claim(self.data.texts.folded(ids[row]), group as u32).is_break() {
                        return true;
                    }
                }
            }
        }
        false
    }
}
