//! Figures that tallies make for records, in one look at each record: sums and counts by a
//! reference or by one text, where nothing of a root is open.
//!
//! A root of which anything is missing or open, and functions other than sums, are left to the
//! reference evaluator. Not here: what rules make of the figures (`kernels`).

use std::ops::Range;

use super::block::Block;
use crate::data::{Column, Dataset, Values};
use crate::eval::reference::figures::{self, Figures, SUMMED, Sums};
use crate::eval::reference::{Fuel, State};
use guiju_model::index::{FieldId, TallyId};
use guiju_model::memory::Holder;
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

/// The groups of one root by their numbers, kept so that each root does not allocate its own.
#[derive(Default)]
pub(super) struct Groupings {
    /// Of each record that counts, in their order.
    of_records: Vec<u32>,
    /// Of each owner.
    of_owners: Vec<u32>,
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
        if let Some((_, brought)) = &plain {
            state.figures[tally].sums.scales = brought.iter().map(Brought::scale).collect();
        }
        for root in self.roots.clone() {
            let found = match &plain {
                Some((groups, brought)) => self.sums(tally, owner, groups, brought, root, state),
                None => None,
            };
            let Some(made) = found else {
                figures::compute(self.rules, self.data, state, tally, root..root + 1, fuel)?;
                continue;
            };
            fuel.charge(figures::cost_of(self.rules, self.data, tally, root))?;
            fuel.hold(made * size_of::<i128>(), Holder::Figures)?;
        }
        Ok(())
    }

    fn owners(&self, owner: &Owner, root: usize) -> Range<usize> {
        self.data.rows_of(owner.entity, root)
    }

    /// Finds the figures of a root, and says how many sums that took; the group of nobody is the
    /// last. `None` where anything is open.
    fn sums(
        &mut self,
        tally: TallyId,
        owner: &Owner,
        groups: &Groups<'_>,
        brought: &[Brought<'_>],
        root: usize,
        state: &mut State,
    ) -> Option<usize> {
        let rows = self.data.rows_of(self.rules.tallies[tally].entity, root);
        let owners = self.owners(owner, root);
        let verdicts = state.verdicts[tally].of(rows.clone());
        if verdicts.contains(&Verdict::UNDETERMINED) {
            return None;
        }
        let counted =
            || rows.clone().zip(verdicts).filter(|(_, verdict)| **verdict == Verdict::COUNTED);
        let Groupings { of_records, of_owners } = &mut self.scratch.groupings;
        of_records.clear();
        of_owners.clear();
        let count = match groups {
            Groups::Rows(column, targets) => {
                for (row, _) in counted() {
                    let target = column.is_known(row).then(|| targets.get(row)).flatten()?;
                    of_records
                        .push(u32::try_from((*target as usize).checked_sub(owners.start)?).ok()?);
                }
                let count = u32::try_from(owners.len()).ok()?;
                of_owners.extend(0..count);
                count
            }
            Groups::Texts([(theirs, keys), (own, texts)]) => {
                let slots = &mut self.scratch.keys;
                slots.start(rows.len());
                let mut made = 0_u32;
                for (row, _) in counted() {
                    let key = theirs.is_known(row).then(|| keys.get(row)).flatten()?;
                    let slot = slots.of(self.data.texts.folded(*key));
                    if *slot == 0 {
                        made += 1;
                        *slot = u64::from(made);
                    }
                    of_records.push(*slot as u32 - 1);
                }
                for row in owners.clone() {
                    let key = own.is_known(row).then(|| texts.get(row)).flatten()?;
                    let group = slots.get(self.data.texts.folded(*key)) as u32;
                    of_owners.push(group.checked_sub(1).unwrap_or(made));
                }
                made
            }
        };
        // What is missing is found before any sum is begun.
        for brought in brought {
            if let Brought::Field(column, ..) = brought
                && counted().any(|(row, _)| !column.is_known(row))
            {
                return None;
            }
        }
        let figures = &mut state.figures[tally];
        let groups = count as usize + 1;
        let first = figures.sums.start(groups)?;
        let width = brought.len();
        let sums = &mut figures.sums.mantissas;
        let sums = sums.get_mut(first as usize * width..)?;
        for (at, brought) in brought.iter().enumerate() {
            match brought {
                Brought::One => {
                    of_records.iter().for_each(|group| sums[*group as usize * width + at] += 1);
                }
                Brought::Field(_, mantissas, _) => {
                    // So many 64-bit numbers as there can be records never need more than 128 bits.
                    for ((row, _), group) in counted().zip(&*of_records) {
                        sums[*group as usize * width + at] += i128::from(mantissas[row]);
                    }
                }
            }
        }
        for (row, group) in owners.zip(&*of_owners) {
            figures.put(row, (first + group) | SUMMED);
        }
        Some(groups * width)
    }
}

impl Figures {
    /// A figure that is known, as a fraction.
    pub(crate) fn fraction(&self, row: usize, figure: usize) -> Option<(i128, i128)> {
        let at = self.of(row)?;
        if at & SUMMED != 0 {
            let (mantissa, scale) = self.sums.get(at & !SUMMED, figure)?;
            return Some((mantissa, 10_i128.checked_pow(scale)?));
        }
        match self.get(row, figure)?.as_ref() {
            KpiValue::Known(value) => value.parts(),
            _ => None,
        }
    }
}

impl Sums {
    /// Room for the sums of so many more groups, all of nought, and the number of the first of
    /// them; `None` where there would be too many to number.
    pub(crate) fn start(&mut self, groups: usize) -> Option<u32> {
        let width = self.scales.len();
        let first = self.mantissas.len().checked_div(width)?;
        let last = u32::try_from(first.checked_add(groups)?).ok().filter(|last| *last < SUMMED)?;
        self.mantissas.resize(last as usize * width, 0);
        u32::try_from(first).ok()
    }
}

impl Brought<'_> {
    /// The decimals of its mantissas.
    fn scale(&self) -> u32 {
        match self {
            Brought::One => 0,
            Brought::Field(_, _, scale) => *scale,
        }
    }
}

fn groups<'a>(data: &'a Dataset, rule: &Tally, owner: &Owner) -> Option<Groups<'a>> {
    let column = |entity, field: FieldId| data.tables.get(entity)?.columns.get(field);
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
