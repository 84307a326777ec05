//! Classifications for all records of a block: for each value, the records that may have it. One
//! value is known, several are open.

use super::bits::{self, Planes};
use super::block::Block;
use super::program::From;
use crate::eval::reference::State;
use crate::eval::value::Truth;
use guiju_model::index::EntityId;

impl Block<'_> {
    /// Sees to it that the values of a classification are known.
    pub(super) fn prepare_class(&mut self, class: usize, state: &State) {
        if self.scratch.classes[class].0 {
            return;
        }
        let program = self.program;
        program.classes[class].iter().for_each(|row| self.prepare(*row, state));
        let mut values = std::mem::take(&mut self.scratch.classes[class].1);
        let taken = |values: &[Vec<u64>]| values.iter().map(Vec::capacity).sum::<usize>();
        let before = taken(&values);
        self.classify(class, &mut values);
        self.scratch.grown += taken(&values).saturating_sub(before) * size_of::<u64>();
        self.scratch.classes[class] = (true, values);
    }

    fn classify(&self, class: usize, values: &mut Vec<Vec<u64>>) {
        let rule = &self.rules.classes[class];
        let len = self.len(rule.entity);
        values.resize_with(rule.choices.values.len(), Vec::new);
        for value in values.iter_mut() {
            value.clear();
            value.resize(bits::words(len), 0);
        }
        let mut open = bits::all(len);
        for (row, guard) in rule.rows.iter().zip(&self.program.classes[class]) {
            let guard = self.truth(*guard);
            for (word, open) in open.iter_mut().enumerate() {
                let certain = *open & guard.yes[word];
                let possible = *open & !guard.no[word];
                if !rule.ordered && certain != 0 {
                    // Rows exclude each other, so none of those that came before can hold.
                    values.iter_mut().for_each(|value| value[word] &= !certain);
                }
                values[row.value][word] |= possible;
                *open &= !certain;
            }
        }
        if let Some((value, _)) = rule.otherwise {
            values[value].iter_mut().zip(&open).for_each(|(bits, open)| *bits |= open);
        }
        for word in 0..bits::words(len) {
            let some = values.iter().fold(0, |some, value| some | value[word]);
            let none = bits::present(len, word) & !some;
            if none != 0 {
                values.iter_mut().for_each(|value| value[word] |= none);
            }
        }
    }

    /// Records whose classification, or that of the record they refer to, is one of a set of
    /// values.
    pub(super) fn class(
        &self,
        entity: EntityId,
        from: From,
        class: usize,
        set: u128,
        out: &mut Planes,
    ) {
        let values = &self.scratch.classes[class].1;
        let words = bits::words(self.len(self.rules.classes[class].entity));
        let mut inside = vec![0; words];
        let mut outside = vec![0; words];
        for (value, bits) in values.iter().enumerate() {
            let side = if set >> value & 1 == 1 { &mut inside } else { &mut outside };
            side.iter_mut().zip(bits).for_each(|(side, bits)| *side |= bits);
        }
        match self.targets(entity, from) {
            None => {
                out.yes.clear();
                out.no.clear();
                out.yes
                    .extend(inside.iter().zip(&outside).map(|(inside, outside)| inside & !outside));
                out.no
                    .extend(inside.iter().zip(&outside).map(|(inside, outside)| outside & !inside));
            }
            Some((rows, reached)) => {
                let len = self.len(entity);
                let reached = reached.unwrap_or_else(|| bits::all(len));
                out.open(len);
                let first = self.rows[self.rules.classes[class].entity].start;
                bits::each_set(&reached, |at| {
                    let target = rows[at] as usize - first;
                    let bit = |side: &[u64]| side[target / 64] >> (target % 64) & 1 == 1;
                    match (bit(&inside), bit(&outside)) {
                        (true, false) => out.mark(at, Truth::True),
                        (false, true) => out.mark(at, Truth::False),
                        _ => {}
                    }
                });
                // A record that is not known may be of any class.
                let all = self.rules.classes[class].choices.all();
                let unreached: Vec<u64> = reached
                    .iter()
                    .enumerate()
                    .map(|(word, reached)| !reached & bits::present(len, word))
                    .collect();
                bits::each_set(&unreached, |at| match (all & set, all & !set) {
                    (0, _) => out.mark(at, Truth::False),
                    (_, 0) => out.mark(at, Truth::True),
                    _ => {}
                });
            }
        }
    }
}
