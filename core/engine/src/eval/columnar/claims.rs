//! Non-duplication within one root: who claims which key, in one look at each claim, and who loses
//! it where all claims are certain.
//!
//! What is disputed by open claims, ranked by targets or has no key is settled by the reference
//! evaluator, which is given those claims and no others: a claim that nobody disputes decides
//! nothing, open or not. Not here: rules over all roots.

use super::bits;
use super::block::Block;
use crate::data::Values;
use crate::eval::reference::{Fuel, State, once};
use guiju_model::index::{EntityId, TallyId};
use guiju_model::outcome::{Abort, Verdict};
use guiju_model::rules::{Among, Claimant, Keep, Once};

/// The keys that were claimed in one root, and by which groups: an open-addressed table that is
/// emptied by counting up.
#[derive(Default)]
pub(super) struct Keys {
    slots: Vec<Slot>,
    round: u32,
    /// The bytes by which it has grown.
    grown: usize,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    round: u32,
    key: u32,
    /// One bit for each group that claims it.
    groups: u64,
}

/// Groups that fit into a slot; a rule with more is settled by the reference evaluator.
const GROUPS: usize = 64;

/// The claims of one tally on the records of a block.
struct Claimants<'a> {
    group: usize,
    tally: TallyId,
    entity: EntityId,
    keys: &'a [u32],
    /// Claims that are certain and have a key.
    certain: Vec<u64>,
    /// Claims that are open and have a key.
    open: Vec<u64>,
    /// Claims without a key, certain or open.
    keyless: Vec<u64>,
}

/// What the claims of a root come to.
enum Claims {
    /// No key is claimed by two groups, or by two records where the rule is among them.
    Apart,
    /// Some are, and all claims on these are certain.
    Contested,
    /// Some are, and a claim on one of these is open; or some claim has no key.
    Open,
}

impl Keys {
    /// Empties the table, with room for this many keys.
    pub(super) fn start(&mut self, keys: usize) {
        let (before, size) = (self.slots.len(), (2 * keys).next_power_of_two().max(64));
        if before < size || self.round == u32::MAX {
            self.slots = Vec::new();
            self.slots.resize(size.max(before), Slot::default());
            self.round = 0;
        }
        self.round += 1;
        self.grown += (self.slots.len() - before) * size_of::<Slot>();
    }

    /// The bytes by which it has grown since this was last asked.
    pub(super) fn grown(&mut self) -> usize {
        std::mem::take(&mut self.grown)
    }

    /// Where a key stands, or would.
    fn place(&self, key: u32) -> usize {
        // Fibonacci hashing: keys that follow one another land far apart.
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B9) >> 8) as usize & mask;
        while self.slots[at].round == self.round && self.slots[at].key != key {
            at = (at + 1) & mask;
        }
        at
    }

    /// What is noted of a key; nought where nothing is.
    pub(super) fn get(&self, key: u32) -> u64 {
        let slot = self.slots[self.place(key)];
        if slot.round == self.round { slot.groups } else { 0 }
    }

    /// What is noted of a key so far, such as the groups that claim it.
    pub(super) fn of(&mut self, key: u32) -> &mut u64 {
        let at = self.place(key);
        let slot = &mut self.slots[at];
        if slot.round != self.round {
            *slot = Slot { round: self.round, key, groups: 0 };
        }
        &mut slot.groups
    }
}

impl Block<'_> {
    /// Applies a non-duplication rule within each root of the block.
    pub(super) fn apply(
        &mut self,
        rule: usize,
        state: &mut State,
        fuel: &Fuel<'_>,
    ) -> Result<(), Abort> {
        let once = &self.rules.onces[rule];
        if once.groups.len() > GROUPS {
            return once::apply(self.rules, self.data, state, rule, self.roots.clone(), fuel);
        }
        let rivals = rivals(once);
        let claimants: Option<Vec<Claimants<'_>>> = once
            .groups
            .iter()
            .enumerate()
            .flat_map(|(group, list)| list.iter().map(move |claimant| (group, claimant)))
            .map(|(group, claimant)| self.claimants(group, claimant, once.among().is_some(), state))
            .collect();
        let among = once.among();
        // Who takes part is a condition, earlier years are looked up record by record, and what a
        // group claims twice is no conflict between groups.
        let plain = |among: &Among| among.when.is_none() && among.across.is_none();
        let Some(claimants) = claimants.filter(|_| among.is_none_or(plain)) else {
            return once::apply(self.rules, self.data, state, rule, self.roots.clone(), fuel);
        };
        for root in self.roots.clone() {
            let found = self.claims(&claimants, among.is_some(), root);
            self.account(fuel)?;
            match (found, &rivals) {
                (Claims::Apart, _) => {}
                // Records of one group compete: who is left is for the other evaluator to say.
                _ if among.is_some() => {
                    once::apply(self.rules, self.data, state, rule, root..root + 1, fuel)?
                }
                (Claims::Contested, Some(rivals)) => {
                    self.settle(rule, &claimants, rivals, root, state)
                }
                _ => {
                    let chosen = self.disputed(&claimants, root);
                    once::apply_to(self.rules, self.data, state, rule, root, &chosen, fuel)?;
                }
            }
        }
        if among.is_some() {
            claimants.iter().for_each(|claimants| {
                state.reduce(self.rules, self.data, claimants.tally, &self.roots)
            });
        }
        Ok(())
    }

    /// The claims of one tally on the records of the block.
    fn claimants<'c>(
        &self,
        group: usize,
        claimant: &Claimant,
        among: bool,
        state: &State,
    ) -> Option<Claimants<'c>>
    where
        Self: 'c,
    {
        let entity = self.rules.tallies[claimant.tally].entity;
        let rows = self.rows[entity].clone();
        let [part] = claimant.key.as_slice() else { return None };
        let column = &self.data.tables[entity].columns[part.field()?];
        let Values::Text(keys) = &column.values else { return None };
        let own = if among { &state.own[claimant.tally] } else { state.claims(claimant.tally) }
            .of(rows.clone());
        let (mut certain, mut open) = (Vec::new(), Vec::new());
        bits::pack(own, &mut certain, |verdict| verdict == Verdict::COUNTED);
        bits::pack(own, &mut open, |verdict| verdict == Verdict::UNDETERMINED);
        let mut known = Vec::new();
        bits::cut(&column.valid, &rows, &mut known);
        let mut keyless = Vec::with_capacity(known.len());
        for ((certain, open), known) in certain.iter_mut().zip(&mut open).zip(&known) {
            keyless.push((*certain | *open) & !known);
            *certain &= known;
            *open &= known;
        }
        Some(Claimants {
            group,
            tally: claimant.tally,
            entity,
            keys: &keys[rows],
            certain,
            open,
            keyless,
        })
    }

    /// Notes who claims what in a root.
    fn claims(&mut self, claimants: &[Claimants<'_>], among: bool, root: usize) -> Claims {
        let mut keys = std::mem::take(&mut self.scratch.keys);
        let found = self.note(claimants, among, root, &mut keys);
        self.scratch.keys = keys;
        found
    }

    fn note(
        &self,
        claimants: &[Claimants<'_>],
        among: bool,
        root: usize,
        keys: &mut Keys,
    ) -> Claims {
        let rows = |claimants: &Claimants<'_>| self.rows_of(claimants.entity, root);
        let count = |claimants: &Claimants<'_>| {
            bits::count(&claimants.certain, rows(claimants))
                + bits::count(&claimants.open, rows(claimants))
        };
        keys.start(claimants.iter().map(count).sum::<u64>() as usize);
        let mut contested = false;
        for claimants in claimants {
            let own = 1 << claimants.group;
            for claims in [&claimants.certain, &claimants.open] {
                bits::each_set_in(claims, rows(claimants), |at| {
                    let groups = keys.of(self.data.texts.folded(claimants.keys[at]));
                    contested |= among && *groups & own != 0;
                    *groups |= own;
                    contested |= *groups != own;
                });
            }
        }
        if claimants.iter().any(|claimants| bits::any(&claimants.keyless, rows(claimants))) {
            return Claims::Open;
        }
        if !contested {
            return Claims::Apart;
        }
        let mut open = false;
        for claimants in claimants {
            bits::each_set_in(&claimants.open, rows(claimants), |at| {
                open |= keys.of(self.data.texts.folded(claimants.keys[at])).count_ones() > 1;
            });
        }
        if open { Claims::Open } else { Claims::Contested }
    }

    /// The claims of a root that were noted on keys of more than one group, and those without a
    /// key: positions of claimants, and rows.
    fn disputed(&mut self, claimants: &[Claimants<'_>], root: usize) -> Vec<(usize, usize)> {
        let mut chosen = Vec::new();
        for (position, claimants) in claimants.iter().enumerate() {
            let (rows, first) =
                (self.rows_of(claimants.entity, root), self.rows[claimants.entity].start);
            let start = chosen.len();
            bits::each_set_in(&claimants.keyless, rows.clone(), |at| {
                chosen.push((position, first + at))
            });
            let (texts, keys) = (&self.data.texts, &mut self.scratch.keys);
            for claims in [&claimants.certain, &claimants.open] {
                bits::each_set_in(claims, rows.clone(), |at| {
                    if keys.of(texts.folded(claimants.keys[at])).count_ones() > 1 {
                        chosen.push((position, first + at));
                    }
                });
            }
            chosen[start..].sort_unstable();
        }
        chosen
    }

    /// Refuses the claims that a rival has too.
    fn settle(
        &mut self,
        rule: usize,
        claimants: &[Claimants<'_>],
        rivals: &[u64],
        root: usize,
        state: &mut State,
    ) {
        for claimants in claimants {
            let tally = &self.rules.tallies[claimants.tally];
            let position = tally.onces.iter().position(|once| *once == rule).unwrap_or(0);
            let refused = Verdict::refused(tally.require.len() + position);
            let verdicts = state.verdicts[claimants.tally].of_mut(self.rows[tally.entity].clone());
            let (texts, keys, rivals) =
                (&self.data.texts, &mut self.scratch.keys, rivals[claimants.group]);
            let rows = self.data.rows_of(tally.entity, root);
            let first = self.rows[tally.entity].start;
            bits::each_set_in(&claimants.certain, rows.start - first..rows.end - first, |at| {
                let contested = *keys.of(texts.folded(claimants.keys[at])) & rivals != 0;
                // Refused by an earlier rule stays refused by that one.
                if contested && verdicts[at].refusal().is_none() {
                    verdicts[at] = refused;
                }
            });
        }
    }
}

/// For each group those whose claim takes a key away from it; `None` where that depends on targets.
fn rivals(once: &Once) -> Option<Vec<u64>> {
    let groups = once.groups.len();
    let all = if groups == GROUPS { u64::MAX } else { (1 << groups) - 1 };
    match &once.keep {
        Keep::None => Some((0..groups).map(|group| all & !(1 << group)).collect()),
        Keep::First(order) => {
            let mut stronger = 0;
            let mut rivals = vec![0; groups];
            for group in order {
                rivals[*group] = stronger;
                stronger |= 1 << group;
            }
            Some(rivals)
        }
        Keep::Best { .. } | Keep::Among(_) => None,
    }
}
