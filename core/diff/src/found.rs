//! What two packs found on the same data, side by side: values, verdicts, obligations, and the
//! share of each change.
//!
//! Everything is looked up or was computed before; values and reasons are those of the two
//! evaluations. Not here: how it is shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::compare::{Comparison, Shared};
use super::figures::{Figure, known};
use super::game::{self, MAX_BUNDLES};
use super::records::Dividends;
use guiju_engine::data::Dataset;
use guiju_engine::describe::VerdictKind;
use guiju_engine::eval::reference::State;
use guiju_engine::eval::reference::expr::Subject;
use guiju_engine::eval::reference::message::filled;
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::{Group, KpiValue, ObligationOutcome, Status, Verdict};
use guiju_model::rules::Rules;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// What two packs found on the same data.
pub struct DataDiff {
    comparison: Arc<Comparison>,
    pub(super) data: Dataset,
    pub(super) sides: [Found; 2],
    /// The only root that was asked for.
    pub(super) root: Option<usize>,
    figures: Vec<Figure>,
    /// For each root, the shares in the differences of its figures.
    shares: BTreeMap<usize, BTreeMap<usize, Shares>>,
    programme: BTreeMap<String, Shares>,
}

/// A KPI of the programme that both packs have: its name and numbers, what it was before, and the
/// difference where it is known.
pub(super) type ProgrammeTotal = (String, [KpiId; 2], Option<Exact>, Option<Exact>);

/// What one of the packs found.
pub(super) struct Found {
    pub(super) data: Dataset,
    pub(super) state: State,
    pub(super) obligations: Vec<Vec<ObligationOutcome>>,
    pub(super) programme: Group,
}

/// A difference divided among the changes: all parts together are exactly the difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Each bundle of changes (an index of [`Comparison::bundles`]) that has a part in it; parts
    /// may cancel out.
    pub by: Vec<(usize, Exact)>,
    /// What the changes did only together: where dividing it further would take too many trials, or
    /// where a figure on the way is not known.
    pub together: Option<Exact>,
}

/// A figure that is not what it was, or that changes pulled both ways.
#[derive(Clone, Debug)]
pub struct FigureDiff<'a> {
    /// The KPI's id.
    pub name: &'a str,
    /// What people call it.
    pub label: &'a Localized,
    /// The unit after, and in nearly every case before.
    pub unit: &'a Unit,
    /// Its value before.
    pub before: &'a KpiValue,
    /// Its value after.
    pub after: &'a KpiValue,
    /// After less before, where both are known.
    pub difference: Option<Exact>,
    /// The share of each change; `None` where the difference is not known.
    pub shares: Option<&'a Shares>,
}

/// A figure summed over all roots for which it is known before and after.
#[derive(Clone, Debug)]
pub struct TotalDiff<'a> {
    /// The KPI's id.
    pub name: &'a str,
    /// What people call it.
    pub label: &'a Localized,
    /// Its unit.
    pub unit: &'a Unit,
    /// The sum before.
    pub before: Exact,
    /// The sum after.
    pub after: Exact,
    /// How many roots have another value than before.
    pub changed: usize,
    /// How many roots are left out because their value is not known before or after.
    pub left_out: usize,
    /// The sum of each change's shares.
    pub shares: Shares,
}

/// A record on which a tally that both packs have decides otherwise than before.
#[derive(Clone, Debug)]
pub struct VerdictChange<'a> {
    /// The record's entity.
    pub entity: &'a str,
    /// The record's key.
    pub key: Cow<'a, str>,
    /// The tally's name.
    pub tally: &'a str,
    /// What people call the tally.
    pub label: &'a Localized,
    /// The verdict before.
    pub before: VerdictSide,
    /// The verdict after.
    pub after: VerdictSide,
}

/// A verdict of one of the packs.
#[derive(Clone, Debug)]
pub struct VerdictSide {
    /// What it says; `None` where the record is out of the tally's scope.
    pub verdict: Option<VerdictKind>,
    /// Why it is refused.
    pub reason: Option<Localized>,
    /// The first clause of the rule that refuses it.
    pub clause: Option<String>,
}

/// An obligation whose status is not what it was.
#[derive(Clone, Debug)]
pub struct StatusChange<'a> {
    /// The id in results.
    pub id: String,
    /// What people call it.
    pub label: &'a Localized,
    /// The KPI, where it stands for every KPI with a target.
    pub kpi: Option<&'a Localized>,
    /// The status before.
    pub before: Status,
    /// The status after.
    pub after: Status,
}

impl DataDiff {
    pub(super) fn new(
        comparison: Arc<Comparison>,
        data: Dataset,
        sides: [Found; 2],
        root: Option<usize>,
    ) -> DataDiff {
        let (figures, shares, programme) = Default::default();
        DataDiff { comparison, data, sides, root, figures, shares, programme }
    }

    pub(super) fn take(&mut self, shared: Shared) {
        let shares = |dividends: &Dividends| -> Option<Shares> {
            let mut by: Vec<(usize, Exact)> = game::shares(dividends).ok()?.into_iter().collect();
            let together =
                by.iter().position(|(bundle, _)| *bundle == MAX_BUNDLES).map(|at| by.remove(at).1);
            Some(Shares { by, together })
        };
        self.figures = shared.figures;
        for (root, games) in shared.games {
            let of_root = games
                .iter()
                .filter_map(|(figure, dividends)| Some((*figure, shares(dividends)?)))
                .collect();
            self.shares.insert(root, of_root);
        }
        self.programme = shared
            .programme
            .into_iter()
            .filter_map(|(name, dividends)| Some((name, shares(&dividends)?)))
            .collect();
    }

    /// The two packs.
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// The data, as it was read.
    pub fn data(&self) -> &Dataset {
        &self.data
    }

    /// The roots that were asked for and for which something is not what it was.
    pub fn roots(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.root.map_or(0..self.data.len(), |root| root..root + 1);
        all.filter(|root| {
            self.figures(*root).next().is_some()
                || self.verdicts(*root).next().is_some()
                || !self.obligations(*root).is_empty()
        })
    }

    fn rules(&self, side: usize) -> &Rules {
        &self.comparison.common().sides[side].pack.rules
    }

    /// Whether both packs themselves have a KPI.
    fn both_have(&self, name: &str) -> bool {
        self.comparison.own().iter().all(|own| own.kpis.contains(name))
    }

    /// The figures of a root that are not what they were, in the order of the earlier pack.
    pub fn figures(&self, root: usize) -> impl Iterator<Item = FigureDiff<'_>> {
        let shares = self.shares.get(&root);
        self.figures
            .iter()
            .enumerate()
            .filter(|(_, figure)| self.both_have(&figure.name))
            .filter_map(move |(at, figure)| {
                let value =
                    |side: usize| self.sides[side].state.kpis.get(root)?.get(figure.numbers[side]);
                let (before, after) = (value(0)?, value(1)?);
                let shares = shares.and_then(|shares| shares.get(&at));
                let rule = self.rules(1).kpis.get(figure.numbers[1])?;
                let shown = differs(before, after) || shares.is_some();
                shown.then(|| FigureDiff {
                    name: &rule.name,
                    label: &rule.label,
                    unit: &rule.unit,
                    before,
                    after,
                    difference: difference(before, after),
                    shares,
                })
            })
    }

    /// The figures of all roots that can be added up, where some root has another value than
    /// before.
    pub fn totals(&self) -> Vec<TotalDiff<'_>> {
        let mut list = Vec::new();
        for (at, figure) in
            self.figures.iter().enumerate().filter(|(_, figure)| self.both_have(&figure.name))
        {
            let (Some(old), Some(rule)) = (
                self.rules(0).kpis.get(figure.numbers[0]),
                self.rules(1).kpis.get(figure.numbers[1]),
            ) else {
                continue;
            };
            if old.unit != rule.unit || matches!(rule.unit, Unit::Ratio | Unit::Per(..)) {
                continue;
            }
            if let Some(total) = self
                .total(at, figure, rule)
                .filter(|total| total.changed > 0 || !total.shares.by.is_empty())
            {
                list.push(total);
            }
        }
        list
    }

    fn total<'s>(
        &'s self,
        at: usize,
        figure: &Figure,
        rule: &'s guiju_model::rules::Kpi,
    ) -> Option<TotalDiff<'s>> {
        let (mut before, mut after) = (Exact::ZERO, Exact::ZERO);
        let (mut changed, mut left_out) = (0, 0);
        let (mut by, mut together): (BTreeMap<usize, Exact>, Exact) =
            (BTreeMap::new(), Exact::ZERO);
        let mut had_together = false;
        for root in 0..self.data.len() {
            let value =
                |side: usize| self.sides[side].state.kpis.get(root)?.get(figure.numbers[side]);
            let (Some(old), Some(new)) = (value(0), value(1)) else { continue };
            let (Some(known_old), Some(known_new)) = (known(old), known(new)) else {
                left_out += usize::from(!matches!(
                    (old, new),
                    (KpiValue::NotApplicable, KpiValue::NotApplicable)
                ));
                continue;
            };
            before = before.add(&known_old).ok()?;
            after = after.add(&known_new).ok()?;
            changed += usize::from(known_old != known_new);
            if let Some(shares) = self.shares.get(&root).and_then(|shares| shares.get(&at)) {
                for (bundle, share) in &shares.by {
                    let sum = by.entry(*bundle).or_insert(Exact::ZERO);
                    *sum = sum.add(share).ok()?;
                }
                if let Some(share) = &shares.together {
                    had_together = true;
                    together = together.add(share).ok()?;
                }
            }
        }
        let shares =
            Shares { by: by.into_iter().collect(), together: had_together.then_some(together) };
        Some(TotalDiff {
            name: &rule.name,
            label: &rule.label,
            unit: &rule.unit,
            before,
            after,
            changed,
            left_out,
            shares,
        })
    }

    /// The KPIs of the programme that are not what they were.
    pub fn programme(&self) -> Vec<FigureDiff<'_>> {
        let mut list = Vec::new();
        for (index, after) in &self.sides[1].programme.kpis {
            let Some(rule) = self
                .rules(1)
                .kpis
                .get(*index)
                .filter(|rule| self.root.is_none() && self.both_have(&rule.name))
            else {
                continue;
            };
            let earlier = self.sides[0].programme.kpis.iter().find(|(index, _)| {
                self.rules(0).kpis.get(*index).is_some_and(|old| old.name == rule.name)
            });
            let Some((_, before)) = earlier else { continue };
            let shares = self.programme.get(&rule.name);
            if differs(before, after) || shares.is_some_and(|shares| !shares.by.is_empty()) {
                let difference = difference(before, after);
                list.push(FigureDiff {
                    name: &rule.name,
                    label: &rule.label,
                    unit: &rule.unit,
                    before,
                    after,
                    difference,
                    shares,
                });
            }
        }
        list
    }

    /// The programme's KPIs that both have: the name, its numbers, what it was before, and the
    /// difference where it is known.
    pub(super) fn programme_totals(&self) -> Vec<ProgrammeTotal> {
        let both = self.sides[0].programme.kpis.iter().filter_map(|(index, before)| {
            let name = &self.rules(0).kpis.get(*index)?.name;
            let is_twin =
                |index: &KpiId| self.rules(1).kpis.get(*index).is_some_and(|new| new.name == *name);
            let (later, after) =
                self.sides[1].programme.kpis.iter().find(|(index, _)| is_twin(index))?;
            Some((name.clone(), [*index, *later], known(before), difference(before, after)))
        });
        both.collect()
    }

    /// The records of a root on which a tally decides otherwise, entity by entity.
    pub fn verdicts(&self, root: usize) -> impl Iterator<Item = VerdictChange<'_>> {
        let tallies = self.rules(0).tallies.entries().filter(|(_, tally)| {
            self.comparison.own().iter().all(|own| own.tallies.contains(&tally.name))
        });
        let pairs = tallies.filter_map(|(index, tally)| {
            let later = *self.comparison.common().sides[1].tallies.get(&tally.name)?;
            (self.rules(1).tallies.get(later)?.entity == tally.entity).then_some((
                index,
                later,
                tally.entity,
            ))
        });
        let mut pairs: Vec<(TallyId, TallyId, EntityId)> = pairs.collect();
        pairs.sort_by_key(|(.., entity)| *entity);
        pairs.into_iter().flat_map(move |(old, new, entity)| {
            self.data.rows_of(entity, root).filter_map(move |row| {
                let before = *self.sides[0].state.verdicts.get(old)?.verdicts.get(row)?;
                let after = *self.sides[1].state.verdicts.get(new)?.verdicts.get(row)?;
                if before.id() == after.id() {
                    return None;
                }
                let tally = self.rules(1).tallies.get(new)?;
                Some(VerdictChange {
                    entity: &self.data.schema.entities[entity].name,
                    key: self.data.key(entity, row),
                    tally: &tally.name,
                    label: &tally.label,
                    before: self.verdict(0, old, before, row),
                    after: self.verdict(1, new, after, row),
                })
            })
        })
    }

    fn verdict(&self, side: usize, tally: TallyId, verdict: Verdict, row: usize) -> VerdictSide {
        let refusal = verdict.refusal().map(|index| self.rules(side).refusal(tally, index));
        let kind = match verdict {
            Verdict::OUT_OF_SCOPE => None,
            Verdict::COUNTED => Some(VerdictKind::Counted),
            _ if refusal.is_some() => Some(VerdictKind::Refused),
            _ => Some(VerdictKind::Undetermined),
        };
        let clause = refusal
            .as_ref()
            .and_then(|refusal| self.rules(side).clause_ids(refusal.basis).into_iter().next());
        let (rules, data) = (self.rules(side), &self.sides[side].data);
        let entity = rules.tallies[tally].entity;
        let subject = Subject::Record { entity, row, root: data.root_of(entity, row) };
        VerdictSide {
            verdict: kind,
            reason: refusal.map(|refusal| {
                filled(rules, data, &self.sides[side].state, subject, refusal.message)
            }),
            clause,
        }
    }

    /// The obligations of a root that both packs have and whose status is not what it was.
    pub fn obligations(&self, root: usize) -> Vec<StatusChange<'_>> {
        let of = |side: usize| {
            self.sides[side].obligations.get(root).map(Vec::as_slice).unwrap_or_default()
        };
        self.statuses(of(0), of(1))
    }

    /// The same for the programme.
    pub fn programme_obligations(&self) -> Vec<StatusChange<'_>> {
        if self.root.is_some() {
            Vec::new()
        } else {
            self.statuses(
                &self.sides[0].programme.obligations,
                &self.sides[1].programme.obligations,
            )
        }
    }

    fn statuses(
        &self,
        before: &[ObligationOutcome],
        after: &[ObligationOutcome],
    ) -> Vec<StatusChange<'_>> {
        let id = |side: usize, found: &ObligationOutcome| {
            self.rules(side).obligation_id(found.obligation, found.kpi)
        };
        let known: BTreeMap<String, Status> =
            before.iter().map(|found| (id(0, found), found.status)).collect();
        let changed = after.iter().filter_map(|found| {
            let id = id(1, found);
            let before = *known.get(&id)?;
            let kpi = found.kpi.and_then(|kpi| self.rules(1).kpis.get(kpi));
            let rule = self.rules(1).obligations.get(found.obligation)?;
            let is_both = kpi.is_none_or(|kpi| self.both_have(&kpi.name));
            (is_both && before != found.status).then(|| StatusChange {
                id,
                label: &rule.label,
                kpi: kpi.map(|kpi| &kpi.label),
                before,
                after: found.status,
            })
        });
        changed.collect()
    }
}

/// Whether a value is another than before; what is missing for it does not count.
fn differs(before: &KpiValue, after: &KpiValue) -> bool {
    match (before, after) {
        (
            KpiValue::Undetermined { low: a, high: b, .. },
            KpiValue::Undetermined { low: c, high: d, .. },
        ) => (a, b) != (c, d),
        (before, after) => before != after,
    }
}

fn difference(before: &KpiValue, after: &KpiValue) -> Option<Exact> {
    known(after)?.sub(&known(before)?).ok()
}
