//! Figures that tallies make for records, in one look at each record: sums and counts by a
//! reference or by one text, where nothing of a root is open.
//!
//! A root of which anything is missing or open, and functions other than sums, are left to the
//! reference evaluator. Not here: what rules make of the figures (`kernels`).

use std::ops::Range;

use super::block::Block;
use crate::data::{Column, Dataset, Values};
use crate::eval::reference::{Fuel, State, figures};
use guiju_model::index::TallyId;
use guiju_model::memory::Holder;
use guiju_model::number::Exact;
use guiju_model::outcome::{Abort, KpiValue, Verdict};
use guiju_model::rules::{ExprKind, Figure, Function, Link, Owner, Tally};

/// What records bring to a figure.
enum Brought<'a> {
    /// Themselves.
    One,
    /// A field; its mantissas, which of them are known, and their scale.
    Field(&'a Column, &'a [i64], u32),
}

/// How records find their owner.
enum Groups<'a> {
    /// The rows that they refer to.
    Rows(&'a Column, &'a [u32]),
    /// The texts of theirs and of the owners.
    Texts([(&'a Column, &'a [u32]); 2]),
}

impl Block<'_> {
    /// The figures of a tally that was judged, for the records of the block.
    pub(super) fn figures(
        &mut self,
        tally: TallyId,
        state: &mut State,
        fuel: &Fuel<'_>,
    ) -> Result<(), Abort> {
        let rule = &self.rules.tallies[tally];
        let Some(owner) = &rule.owner else { return Ok(()) };
        let plain = groups(self.data, rule, owner).zip(brought(self.data, rule, owner));
        for root in self.roots.clone() {
            let found = match &plain {
                Some((groups, brought)) => self.sums(rule, tally, groups, brought, root, state),
                None => None,
            };
            let Some((lists, of)) = found else {
                figures::compute(self.rules, self.data, state, tally, root..root + 1, fuel)?;
                continue;
            };
            fuel.charge(figures::cost_of(self.rules, self.data, tally, root))?;
            let held = state.figures[tally].put_known(lists, self.owners(owner, root).zip(of));
            fuel.hold(held, Holder::Figures)?;
        }
        Ok(())
    }

    fn owners(&self, owner: &Owner, root: usize) -> Range<usize> {
        self.data.rows_of(owner.entity, root)
    }

    /// The figures of each group and, for each owner, the number of its group; the group of nobody
    /// is the last. `None` where anything is open.
    fn sums(
        &mut self,
        rule: &Tally,
        tally: TallyId,
        groups: &Groups<'_>,
        brought: &[Brought<'_>],
        root: usize,
        state: &State,
    ) -> Option<(Vec<Vec<KpiValue>>, Vec<usize>)> {
        let (data, rows) = (self.data, self.data.rows_of(rule.entity, root));
        let owners = self.owners(rule.owner.as_ref()?, root);
        let verdicts = state.verdicts[tally].of(rows.clone());
        if verdicts.contains(&Verdict::UNDETERMINED) {
            return None;
        }
        let counted =
            || rows.clone().zip(verdicts).filter(|(_, verdict)| **verdict == Verdict::COUNTED);
        // The group of each record that counts, in their order.
        let mut group_of: Vec<usize> = Vec::with_capacity(rows.len());
        let count;
        let of_owners: Vec<usize>;
        match groups {
            Groups::Rows(column, targets) => {
                for (row, _) in counted() {
                    let target = column.is_known(row).then(|| targets.get(row)).flatten()?;
                    group_of.push((*target as usize).checked_sub(owners.start)?);
                }
                (count, of_owners) = (owners.len(), (0..owners.len()).collect());
            }
            Groups::Texts([(theirs, keys), (own, texts)]) => {
                let slots = &mut self.scratch.keys;
                slots.start(rows.len());
                let mut made = 0_u64;
                for (row, _) in counted() {
                    let key = theirs.is_known(row).then(|| keys.get(row)).flatten()?;
                    let slot = slots.of(data.texts.folded(*key));
                    if *slot == 0 {
                        made += 1;
                        *slot = made;
                    }
                    group_of.push(*slot as usize - 1);
                }
                count = made as usize;
                let mut found = Vec::with_capacity(owners.len());
                for row in owners {
                    let key = own.is_known(row).then(|| texts.get(row)).flatten()?;
                    let group = slots.get(data.texts.folded(*key));
                    found.push(group.checked_sub(1).map_or(count, |group| group as usize));
                }
                of_owners = found;
            }
        }
        let mut lists: Vec<Vec<KpiValue>> =
            (0..=count).map(|_| Vec::with_capacity(brought.len())).collect();
        let mut totals = vec![0_i128; count + 1];
        for brought in brought {
            totals.fill(0);
            let scale = match brought {
                Brought::One => {
                    group_of.iter().for_each(|group| totals[*group] += 1);
                    0
                }
                Brought::Field(column, mantissas, scale) => {
                    // So many 64-bit numbers as there can be records never need more than 128 bits.
                    for ((row, _), group) in counted().zip(&group_of) {
                        let value = column.is_known(row).then(|| mantissas.get(row)).flatten()?;
                        totals[*group] += i128::from(*value);
                    }
                    *scale
                }
            };
            for (list, total) in lists.iter_mut().zip(&totals) {
                list.push(KpiValue::Known(Exact::scaled(*total, scale).ok()?));
            }
        }
        Some((lists, of_owners))
    }
}

fn groups<'a>(data: &'a Dataset, rule: &Tally, owner: &Owner) -> Option<Groups<'a>> {
    let column = |entity, field: usize| data.tables.get(entity)?.columns.get(field);
    match &owner.link {
        Link::Reference(field) => {
            let column = column(rule.entity, *field)?;
            let Values::Row(rows) = &column.values else { return None };
            Some(Groups::Rows(column, rows))
        }
        Link::Key { theirs, own } => {
            let ([theirs], [own]) = (theirs.as_slice(), own.as_slice()) else { return None };
            let [theirs, own] = [column(rule.entity, *theirs)?, column(owner.entity, *own)?];
            match (&theirs.values, &own.values) {
                (Values::Text(a), Values::Text(b)) => Some(Groups::Texts([(theirs, a), (own, b)])),
                _ => None,
            }
        }
    }
}

fn brought<'a>(data: &'a Dataset, rule: &Tally, owner: &Owner) -> Option<Vec<Brought<'a>>> {
    let columns = &data.tables.get(rule.entity)?.columns;
    let brought = |figure: &Figure| match (&figure.function, &figure.of) {
        (Function::Sum, None) => Some(Brought::One),
        (Function::Sum, Some(of)) => {
            let ExprKind::Field { via: None, field } = of.kind else { return None };
            let column = columns.get(field)?;
            match &column.values {
                Values::Narrow { mantissas, scale } => {
                    Some(Brought::Field(column, mantissas, *scale))
                }
                _ => None,
            }
        }
        _ => None,
    };
    owner.figures.iter().map(brought).collect()
}
