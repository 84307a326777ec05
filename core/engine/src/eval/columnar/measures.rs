//! KPIs of a root from the verdicts on its records: segment sums where all is known, the reference evaluator where something is open.

use std::ops::Range;

use super::bits;
use super::block::Block;
use super::formulas::Known;
use super::program::Sum;
use crate::data::Values;
use crate::eval::reference::{Fuel, State, kpi};
use crate::pack::Pack;
use guiju_model::number::Exact;
use guiju_model::outcome::{Abort, KpiValue, Verdict};
use guiju_model::rules::KpiKind;

/// The verdicts of one tally on the records of a block, as bits.
pub(super) struct Marks {
    counted: Vec<u64>,
    /// Records that may be counted.
    open: Vec<u64>,
    /// For each part of each split, the counted records that belong to it and those that may.
    parts: Vec<Vec<(Vec<u64>, Vec<u64>)>>,
    /// For each measure, the counted records without a value to add; empty where there are none.
    missing: Vec<Vec<u64>>,
}

impl Block<'_> {
    /// The KPIs of every root of the block, by the pack's order.
    pub(super) fn kpis(&mut self, pack: &Pack, state: &mut State, fuel: &Fuel<'_>) -> Result<(), Abort> {
        let marks: Vec<Marks> = (0..self.rules.tallies.len()).map(|tally| self.marks(tally, state)).collect();
        let count = self.rules.schema.kpis.len();
        for root in self.roots.clone() {
            for index in pack.kpi_order.iter().copied().filter(|index| *index < count) {
                let rule = &self.rules.kpis[index];
                let known = match &rule.kind {
                    KpiKind::Measure { tally, measure } => self.measure(&marks[*tally], root, *tally, *measure, None),
                    KpiKind::Part { tally, split, part } => self.measure(&marks[*tally], root, *tally, 0, Some((*split, *part))),
                    KpiKind::Formula(formula) => Known::new(self.rules, self.data, state, root, None).formula(formula, rule.when.as_ref()),
                };
                let value = match known {
                    Some(value) => value,
                    None => kpi::one(self.rules, self.data, state, root, index, fuel)?,
                };
                state.set_kpi(root, index, value);
            }
            kpi::check_splits(self.rules, state, root);
        }
        Ok(())
    }

    fn marks(&mut self, tally: usize, state: &State) -> Marks {
        let program = self.program;
        let verdicts = state.verdicts[tally].of(self.rows[self.rules.tallies[tally].entity].clone());
        let (mut counted, mut open) = (Vec::new(), Vec::new());
        bits::pack(verdicts, &mut counted, |verdict| verdict == Verdict::COUNTED);
        bits::pack(verdicts, &mut open, |verdict| verdict == Verdict::UNDETERMINED);
        let parts = program.tallies[tally].parts.iter().map(|parts| {
            let belonging = parts.iter().map(|part| {
                self.prepare(*part, state);
                let truth = self.truth(*part);
                let belonging = counted.iter().zip(&truth.yes).map(|(counted, yes)| counted & yes).collect();
                let rest = counted.iter().zip(truth.yes.iter().zip(&truth.no));
                (belonging, rest.map(|(counted, (yes, no))| counted & !(yes | no)).collect())
            });
            belonging.collect()
        });
        let parts = parts.collect();
        let entity = self.rules.tallies[tally].entity;
        let missing = program.tallies[tally].sums.iter().map(|sum| {
            let Sum::Field(field) = sum else { return Vec::new() };
            let mut missing = Vec::new();
            bits::cut(&self.data.tables[entity].columns[*field].valid, &self.rows[entity], &mut missing);
            missing.iter_mut().zip(&counted).for_each(|(known, counted)| *known = counted & !*known);
            if missing.iter().all(|word| *word == 0) { Vec::new() } else { missing }
        });
        let missing = missing.collect();
        Marks { counted, open, parts, missing }
    }

    /// A measure over the records of a root, or over those of a part; `None` where something is open.
    fn measure(&self, marks: &Marks, root: usize, tally: usize, measure: usize, part: Option<(usize, usize)>) -> Option<KpiValue> {
        let rule = &self.rules.tallies[tally];
        let rows = self.rows_of(rule.entity, root);
        if bits::any(&marks.open, rows.clone()) || rule.measures[measure].function.is_of_some() {
            return None;
        }
        if !bits::any(&marks.counted, rows.clone()) {
            return Some(KpiValue::Known(Exact::ZERO));
        }
        let counted = match part {
            None => &marks.counted,
            Some((split, part)) => {
                let (belonging, open) = &marks.parts[split][part];
                if bits::any(open, rows.clone()) {
                    return None;
                }
                belonging
            }
        };
        match self.program.tallies[tally].sums[measure] {
            Sum::Records => Some(KpiValue::Known(Exact::from(i64::try_from(bits::count(counted, rows)).ok()?))),
            Sum::Field(_) if bits::any(&marks.missing[measure], rows.clone()) => None,
            Sum::Field(field) => self.sum(rule.entity, field, counted, rows),
            Sum::Other => None,
        }
    }

    /// The sum of a field over those of some records that are counted; `None` where it has too many digits.
    fn sum(&self, entity: usize, field: usize, counted: &[u64], rows: Range<usize>) -> Option<KpiValue> {
        let block = self.rows[entity].clone();
        let mut total = Some(0_i128);
        let scale = match &self.data.tables[entity].columns[field].values {
            Values::Narrow { mantissas, scale } => {
                // So many 64-bit numbers as there can be records never need more than 128 bits.
                let (mantissas, mut sum) = (&mantissas[block], 0_i128);
                bits::each_set_in(counted, rows, |at| sum += i128::from(mantissas[at]));
                total = Some(sum);
                *scale
            }
            Values::Wide { mantissas, scale } => {
                let mantissas = &mantissas[block];
                bits::each_set_in(counted, rows, |at| total = total.and_then(|total| total.checked_add(mantissas[at])));
                *scale
            }
            _ => return None,
        };
        Exact::scaled(total?, scale).ok().map(KpiValue::Known)
    }
}
