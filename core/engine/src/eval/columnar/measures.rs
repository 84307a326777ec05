//! KPIs of a root from the verdicts on its records: segment sums of what is certain. What an open
//! record may add, and what it needs, the reference evaluator says, record by record.

use std::ops::Range;

use super::bits;
use super::block::{Block, View};
use super::computed::{self, Seen};
use super::formulas::Known;
use super::program::Sum;
use crate::data::Values;
use crate::eval::reference::{Fuel, State, kpi};
use crate::pack::Pack;
use guiju_model::index::{EntityId, FieldId, List, TallyId};
use guiju_model::memory::Holder;
use guiju_model::number::Exact;
use guiju_model::outcome::{Abort, KpiValue, Verdict};
use guiju_model::rules::KpiKind;

/// The verdicts of one tally on the records of a block, as bits.
pub(super) struct Marks<'a> {
    counted: Vec<u64>,
    /// Records that may be counted.
    open: Vec<u64>,
    /// For each part of each split, the counted records that belong to it and those that may.
    parts: Vec<Vec<(Vec<u64>, Vec<u64>)>>,
    /// For each measure, the counted records without a value to add; empty where there are none.
    missing: Vec<Vec<u64>>,
    /// For each measure, the fields that what it adds up is computed from.
    views: Vec<Vec<View<'a>>>,
}

/// A measure of a tally, or the part of its first that a split names.
type Asked = (TallyId, usize, Option<(usize, usize)>);

impl<'a> Block<'a> {
    /// The KPIs of every root of the block, by the pack's order.
    pub(super) fn kpis(
        &mut self,
        pack: &Pack,
        state: &mut State,
        fuel: &Fuel<'_>,
    ) -> Result<(), Abort> {
        let marks: List<TallyId, Marks<'_>> =
            self.rules.tallies.ids().map(|tally| self.marks(tally, state)).collect();
        let count = self.rules.schema.kpis.len();
        for root in self.roots.clone() {
            for index in pack.kpi_order.iter().copied().filter(|index| index.index() < count) {
                let rule = &self.rules.kpis[index];
                let asked = match &rule.kind {
                    KpiKind::Measure { tally, measure } => Ok((*tally, *measure, None)),
                    KpiKind::Part { tally, split, part } => Ok((*tally, 0, Some((*split, *part)))),
                    KpiKind::Formula(formula) => Err(formula),
                };
                let known = match asked {
                    Ok(asked) => match self.measure(&marks[asked.0], root, asked, state) {
                        Some((sum, open)) if open.is_empty() => Some(KpiValue::Known(sum)),
                        Some((sum, open)) => Some(kpi::with_open(
                            self.rules,
                            self.data,
                            state,
                            fuel,
                            root,
                            asked,
                            (sum, &open),
                        )?),
                        None => None,
                    },
                    Err(formula) => Known::new(self.rules, self.data, state, root, None)
                        .formula(formula, rule.when.as_ref()),
                };
                let value = match known {
                    Some(value) => value,
                    None => kpi::one(self.rules, self.data, state, root, index, fuel)?,
                };
                fuel.hold(value.held(), Holder::Figures)?;
                state.set_kpi(root, index, value);
            }
            kpi::check_splits(self.rules, state, root);
        }
        Ok(())
    }

    fn marks(&mut self, tally: TallyId, state: &State) -> Marks<'a> {
        let program = self.program;
        let verdicts =
            state.verdicts[tally].of(self.rows[self.rules.tallies[tally].entity].clone());
        let (mut counted, mut open) = (Vec::new(), Vec::new());
        bits::pack(verdicts, &mut counted, |verdict| verdict == Verdict::COUNTED);
        bits::pack(verdicts, &mut open, |verdict| verdict == Verdict::UNDETERMINED);
        let parts = program.tallies[tally].parts.iter().map(|parts| {
            let belonging = parts.iter().map(|part| {
                self.prepare_some(*part, &counted, state);
                let truth = self.truth(*part);
                let belonging =
                    counted.iter().zip(&truth.yes).map(|(counted, yes)| counted & yes).collect();
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
            bits::cut(
                &self.data.tables[entity].columns[*field].valid,
                &self.rows[entity],
                &mut missing,
            );
            missing
                .iter_mut()
                .zip(&counted)
                .for_each(|(known, counted)| *known = counted & !*known);
            if missing.iter().all(|word| *word == 0) { Vec::new() } else { missing }
        });
        let missing = missing.collect();
        let views = program.tallies[tally].sums.iter().map(|sum| match sum {
            Sum::Computed(of) => self.views(entity, of),
            _ => Vec::new(),
        });
        let views = views.collect();
        Marks { counted, open, parts, missing, views }
    }

    /// What the certain records of a root, or of a part, add to a measure, and the rows of those
    /// that may add something else; `None` where the reference evaluator has to look at all of
    /// them.
    fn measure(
        &self,
        marks: &Marks<'_>,
        root: usize,
        (tally, measure, part): Asked,
        state: &State,
    ) -> Option<(Exact, Vec<usize>)> {
        let rule = &self.rules.tallies[tally];
        let rows = self.rows_of(rule.entity, root);
        if rule.measures[measure].function.is_of_some() {
            return None;
        }
        let first = self.rows[rule.entity].start;
        let mut open = Vec::new();
        bits::each_set_in(&marks.open, rows.clone(), |at| open.push(first + at));
        if open.is_empty() && !bits::any(&marks.counted, rows.clone()) {
            return Some((Exact::ZERO, open));
        }
        let certain = match part {
            None => &marks.counted,
            Some((split, part)) => {
                let (belonging, perhaps) = &marks.parts[split][part];
                bits::each_set_in(perhaps, rows.clone(), |at| open.push(first + at));
                belonging
            }
        };
        let sum = match &self.program.tallies[tally].sums[measure] {
            Sum::Records => Exact::from(i64::try_from(bits::count(certain, rows)).ok()?),
            Sum::Field(field) => {
                let missing = &marks.missing[measure];
                if bits::any(missing, rows.clone()) {
                    bits::each_set_in(certain, rows.clone(), |at| {
                        if bits::is_set(missing, at) {
                            open.push(first + at);
                        }
                    });
                }
                // Sums of longer numbers cost effort, which depends on the way they are added up.
                let wide = matches!(
                    self.data.tables[rule.entity].columns[*field].values,
                    Values::Wide { .. }
                );
                if wide && !open.is_empty() {
                    return None;
                }
                self.sum(rule.entity, *field, certain, missing, rows)?
            }
            // Sums of longer numbers cost effort, here too.
            Sum::Computed(_) if !open.is_empty() => return None,
            Sum::Computed(of) => {
                let mut total = Some((0, 1));
                let seen = Seen { views: &marks.views[measure], state, first };
                bits::each_set_in(certain, rows, |at| {
                    let value = total.and_then(|total| Some((total, of.of(&seen, at)?)));
                    total = value.and_then(|(total, value)| computed::sum(total, value));
                });
                let (numerator, denominator) = total?;
                Exact::fraction(numerator, denominator).ok()?
            }
            Sum::Other => return None,
        };
        Some((sum, open))
    }

    /// The sum of a field over some records, but for those where it is missing; `None` where it has
    /// too many digits.
    fn sum(
        &self,
        entity: EntityId,
        field: FieldId,
        of: &[u64],
        missing: &[u64],
        rows: Range<usize>,
    ) -> Option<Exact> {
        let block = self.rows[entity].clone();
        let mut total = Some(0_i128);
        let scale = match &self.data.tables[entity].columns[field].values {
            Values::Narrow { mantissas, scale } => {
                // So many 64-bit numbers as there can be records never need more than 128 bits.
                let (mantissas, mut sum) = (&mantissas[block], 0_i128);
                if bits::any(missing, rows.clone()) {
                    bits::each_set_in(of, rows, |at| {
                        sum += if bits::is_set(missing, at) { 0 } else { i128::from(mantissas[at]) }
                    });
                } else {
                    bits::each_set_in(of, rows, |at| sum += i128::from(mantissas[at]));
                }
                total = Some(sum);
                *scale
            }
            Values::Wide { mantissas, scale } => {
                let mantissas = &mantissas[block];
                bits::each_set_in(of, rows, |at| {
                    total = total.and_then(|total| total.checked_add(mantissas[at]))
                });
                *scale
            }
            _ => return None,
        };
        Exact::scaled(total?, scale).ok()
    }
}
