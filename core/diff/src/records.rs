//! What each change did to the records of a tally: each record's part in the figures under rules in
//! between, divided among the changes.
//!
//! First it is found out which changes matter to a record at all: those that alter a condition on
//! it, or on a record it is tied to. Verdicts themselves do not tell: changes may cancel out. Then
//! every mixture of those that matter is tried, so that shares are those of the definition. Not
//! here: which records belong together (`apart`), figures computed from others (`figures`), shares
//! (`game`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::apart::{Claimed, RootTies, Ties};
use super::game::{self, Set, members, one, subsets};
use super::tallies::{Judged, Place, Reach, TallyPair, Values, Workshop};
use super::variant::Variant;
use guiju_engine::data::{Apart, Dataset};
use guiju_engine::eval::reference::expr::{Eval, Subject};
use guiju_engine::eval::reference::tally::cost;
use guiju_engine::eval::reference::{self, State};
use guiju_engine::eval::value::Truth;
use guiju_model::index::{EntityId, KpiId, List, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::{Abort, Verdict};
use guiju_model::rules::{Expr, ExprKind, Tally};

/// The most changes that may matter to one record before their mixtures are too many.
const MOST_MATTERING: u32 = 8;

/// Dividends by set of bundles.
pub(super) type Dividends = BTreeMap<Set, Exact>;

/// What was found, by number of the tally's KPI and root.
pub(super) type Divided = HashMap<(usize, usize), Dividends>;

/// A record of a tally.
struct Record {
    place: Place,
    /// What it adds with no bundle made, and with all.
    sides: [Values; 2],
    apart: Apart,
}

/// Records apart from all others, ready to be judged.
struct Bench {
    data: Dataset,
    places: Vec<Place>,
}

/// The conditions on a record and on all that it is tied to.
struct Conditions {
    /// Those of the tally itself that ask no other tally: few bundles alter each.
    own: Vec<Truth>,
    all: Vec<Truth>,
}

/// Divides the figures of one tally in some roots among the bundles.
pub(super) fn divide(
    pair: &TallyPair,
    sides: &[Judged<'_>; 2],
    data: &Dataset,
    ties: &Ties<'_>,
    roots: &[RootTies<'_, '_>],
    workshop: &mut Workshop<'_>,
) -> Result<Divided, Abort> {
    let mut groups: BTreeMap<Claimed, Vec<Record>> = BTreeMap::new();
    for root in roots {
        records(pair, sides, data, root, &mut groups);
    }
    let mut found = Divided::new();
    for (claimed, records) in groups {
        let reach = Reach::new(pair, ties, &claimed, workshop);
        let mut divider = Divider {
            pair,
            reach: &reach,
            data,
            before: &sides[0],
            workshop: &mut *workshop,
            found: &mut found,
        };
        divider.divide(records)?;
    }
    Ok(found)
}

/// The records of a root that the changes can make a difference to, by who claims what they are
/// tied to.
fn records(
    pair: &TallyPair,
    sides: &[Judged<'_>; 2],
    data: &Dataset,
    ties: &RootTies<'_, '_>,
    groups: &mut BTreeMap<Claimed, Vec<Record>>,
) {
    let entity = |side: usize| sides[side].variant.pack.rules.tallies[pair.tallies[side]].entity;
    let entities: BTreeSet<EntityId> = [entity(0), entity(1)].into();
    for entity in entities {
        for row in data.rows_of(entity, ties.root()) {
            let place = (entity, row, ties.root());
            let in_scope = |side: usize| {
                let verdict = sides[side]
                    .state
                    .verdicts
                    .get(pair.tallies[side])
                    .and_then(|sheet| sheet.verdicts.get(row));
                verdict.is_some_and(|verdict| *verdict != Verdict::OUT_OF_SCOPE)
            };
            if !pair.wide && !in_scope(0) && !in_scope(1) {
                continue;
            }
            let (before, after) =
                (pair.side_values(0, &sides[0], place), pair.side_values(1, &sides[1], place));
            // One change alone makes the whole difference, or none.
            if pair.bundles.count_ones() == 1 && before == after {
                continue;
            }
            let apart = || (Apart { root: ties.root(), rows: List::new() }, Claimed::default());
            let (apart, claimed) = if pair.programme { apart() } else { ties.apart(entity, row) };
            groups.entry(claimed).or_default().push(Record {
                place,
                sides: [before, after],
                apart,
            });
        }
    }
}

struct Divider<'s, 'w> {
    pair: &'s TallyPair,
    reach: &'s Reach,
    data: &'s Dataset,
    before: &'s Judged<'s>,
    workshop: &'s mut Workshop<'w>,
    found: &'s mut Divided,
}

impl Divider<'_, '_> {
    fn divide(&mut self, records: Vec<Record>) -> Result<(), Abort> {
        let reach = self.reach.bundles;
        let matter = match reach.count_ones() {
            // What nothing reaches is not divided; where it differs all the same, the caller finds
            // that out. One bundle has all of it.
            0 | 1 => vec![reach; records.len()],
            _ => self.screen(&records)?,
        };
        let mut groups: BTreeMap<Set, Vec<Record>> = BTreeMap::new();
        for (record, matter) in records.into_iter().zip(matter) {
            if (1..=MOST_MATTERING).contains(&matter.count_ones()) {
                groups.entry(matter).or_default().push(record);
            }
        }
        groups.into_iter().try_for_each(|(matter, records)| self.try_mixtures(matter, &records))
    }

    /// For each record the bundles that alter a condition, made alone or alone left out. One
    /// condition depends on so few bundles that these are all its mixtures; those that alter
    /// anything else, or crowded conditions, are taken to matter.
    fn screen(&mut self, records: &[Record]) -> Result<Vec<Set>, Abort> {
        if self.pair.programme && records.len() > 1 {
            // All are tied to all.
            let matter = self.screen(records.get(..1).unwrap_or_default())?;
            return Ok(records.iter().flat_map(|_| matter.first().copied()).collect());
        }
        let reach = self.reach.bundles;
        let bench = self.bench(records.iter());
        let ends = [self.conditions(&bench, 0)?, self.conditions(&bench, reach)?];
        let mut matter = vec![self.reach.always; records.len()];
        // A condition of its own that never holds keeps a record out, whatever else changes.
        let fails = |found: &Conditions, at: usize| found.own.get(at) == Some(&Truth::False);
        let both = ends[0].iter().zip(&ends[1]);
        let mut never: Vec<Vec<usize>> = both
            .map(|(one, other)| {
                (0..one.own.len()).filter(|at| fails(one, *at) && fails(other, *at)).collect()
            })
            .collect();
        for bundle in members(reach & !self.reach.always).map(one) {
            for (set, end) in [(bundle, &ends[0]), (reach & !bundle, &ends[1])] {
                let found = self.conditions(&bench, set)?;
                for ((matter, found), end) in matter.iter_mut().zip(&found).zip(end) {
                    if found.all != end.all {
                        *matter |= bundle;
                    }
                }
                never
                    .iter_mut()
                    .zip(&found)
                    .for_each(|(never, found)| never.retain(|at| fails(found, *at)));
            }
        }
        let is_out = |never: &Vec<usize>| {
            self.reach.always == 0 && !self.pair.programme && !never.is_empty()
        };
        Ok(matter
            .into_iter()
            .zip(&never)
            .map(|(matter, never)| if is_out(never) { 0 } else { matter })
            .collect())
    }

    /// Judges records under every mixture of the bundles that matter to them, and notes the
    /// dividends.
    fn try_mixtures(&mut self, matter: Set, records: &[Record]) -> Result<(), Abort> {
        let mut judged: BTreeMap<Set, Vec<Values>> = BTreeMap::new();
        let end = |side: usize| records.iter().map(|record| record.sides[side].clone()).collect();
        judged.insert(0, end(0));
        judged.insert(matter, end(1));
        if matter.count_ones() > 1 {
            let bench = self.bench(records.iter());
            for set in subsets(matter).filter(|set| *set != 0 && *set != matter) {
                if let Some(values) = self.judge(&bench, set)? {
                    judged.insert(set, values);
                }
            }
        }
        for (at, record) in records.iter().enumerate() {
            let worth = self.pair.worth(self.before, record.place);
            for measure in 0..record.sides[0].len() {
                let value =
                    |set: Set| Some((set, judged.get(&set)?.get(at)?.get(measure)?.clone()?));
                let values: Option<BTreeMap<Set, Exact>> = subsets(matter).map(value).collect();
                let Some(Ok(dividends)) = values.map(|values| game::dividends(&values)) else {
                    continue;
                };
                if !dividends.is_empty() {
                    self.note(record.place.2, measure, &dividends, worth.as_deref());
                }
            }
        }
        Ok(())
    }

    /// Adds the dividends of a record to those of its root: of one KPI or, where only the verdict
    /// was looked at, of all.
    fn note(
        &mut self,
        root: usize,
        measure: usize,
        dividends: &Dividends,
        worth: Option<&[Option<Exact>]>,
    ) {
        let add = |found: &mut Divided, kpi: usize, worth: &Exact| {
            let sums = found.entry((kpi, root)).or_default();
            for (set, dividend) in dividends {
                let sum = sums.entry(*set).or_insert(Exact::ZERO);
                // An overflow leaves the sum short; what is missing is then said to be done
                // together.
                if let Ok(more) = dividend.mul(worth).and_then(|dividend| sum.add(&dividend)) {
                    *sum = more;
                }
            }
        };
        match worth {
            None => add(self.found, measure, &Exact::ONE),
            Some(worth) => {
                for (kpi, worth) in worth.iter().enumerate() {
                    if let Some(worth) = worth.as_ref().filter(|worth| !worth.is_zero()) {
                        add(self.found, kpi, worth);
                    }
                }
            }
        }
    }

    fn bench<'r>(&self, records: impl Iterator<Item = &'r Record> + Clone) -> Bench {
        if self.pair.programme {
            return Bench {
                data: self.data.clone(),
                places: records.map(|record| record.place).collect(),
            };
        }
        let aparts: Vec<&Apart> = records.clone().map(|record| &record.apart).collect();
        let data = self.data.gather(&aparts);
        let place = |(root, record): (usize, &Record)| {
            let (entity, row, _) = record.place;
            let within = record
                .apart
                .rows
                .get(entity)
                .and_then(|rows| rows.binary_search(&(row as u32)).ok());
            (entity, data.rows_of(entity, root).start + within.unwrap_or(0), root)
        };
        Bench { places: records.enumerate().map(place).collect(), data }
    }

    /// The rules in which these bundles are made, of those that reach the records; `None` where
    /// there are none.
    fn variant(&mut self, set: Set) -> Option<(Arc<Variant>, Set)> {
        // The bundles that do not reach it make no difference; with nearly all made, those rules
        // are known to hold together.
        let reach = self.reach.bundles;
        let set = if set.count_ones() * 2 > reach.count_ones() {
            set | (self.workshop.all() & !reach)
        } else {
            set
        };
        Some((self.workshop.variant(set)?, set))
    }

    /// What each record on the bench adds with these bundles made, of those that reach it; `None`
    /// where there are no such rules.
    fn judge(&mut self, bench: &Bench, set: Set) -> Result<Option<Vec<Values>>, Abort> {
        let Some((variant, _)) = self.variant(set) else { return Ok(None) };
        let Some(tally) = variant.tallies.get(&self.pair.name).copied() else { return Ok(None) };
        let pack = self.reach.steps(&variant);
        let data = bench.data.for_schema(&pack.rules.schema);
        let state =
            reference::verdicts(&pack, &data, &mut self.workshop.fuel, self.workshop.memory)?;
        let judged = Judged { variant: &variant, data: &data, state: &state };
        let numbers: Vec<Option<KpiId>> =
            self.pair.kpis.iter().map(|(name, _)| variant.kpis.get(name).copied()).collect();
        Ok(Some(
            bench
                .places
                .iter()
                .map(|place| self.pair.values(&judged, tally, &numbers, *place))
                .collect(),
        ))
    }

    /// The conditions on each record on the bench with these bundles made; none where there are no
    /// such rules.
    fn conditions(&mut self, bench: &Bench, set: Set) -> Result<Vec<Conditions>, Abort> {
        let none = || {
            bench.places.iter().map(|_| Conditions { own: Vec::new(), all: Vec::new() }).collect()
        };
        let Some((variant, set)) = self.variant(set) else { return Ok(none()) };
        let pack = self.reach.steps(&variant);
        let rules = &*pack.rules;
        let data = bench.data.for_schema(&rules.schema);
        let made: BTreeSet<usize> = members(set)
            .filter_map(|bundle| self.workshop.bundles.get(bundle))
            .flatten()
            .copied()
            .collect();
        let tallies = self.reach.tallies.iter().filter_map(|name| {
            let versions = self.workshop.draft.conditions(name, &|change| made.contains(&change));
            let tally = *variant.tallies.get(name)?;
            Some((tally, there(&rules.tallies[tally], versions.as_deref())))
        });
        let tallies: Vec<(TallyId, Vec<Option<There<'_>>>)> = tallies.collect();
        // Verdicts are only needed where some condition asks for one.
        let state = if tallies
            .iter()
            .flat_map(|(_, conditions)| conditions)
            .flatten()
            .any(|condition| condition.asks)
        {
            reference::verdicts(&pack, &data, &mut self.workshop.fuel, self.workshop.memory)?
        } else {
            let effort = tallies.iter().map(|(tally, _)| {
                cost(rules, *tally)
                    .saturating_mul(data.tables[rules.tallies[*tally].entity].rows as u64)
            });
            let left = self.workshop.fuel.checked_sub(effort.fold(0, u64::saturating_add));
            self.workshop.fuel = left.ok_or(Abort::Fuel { limit: self.workshop.fuel })?;
            State::default()
        };
        let of_place = |(entity, row, root): &Place| {
            let mut found = Conditions { own: Vec::new(), all: Vec::new() };
            let roots = if self.pair.programme { 0..data.len() } else { *root..root + 1 };
            for (tally, conditions) in &tallies {
                let of = rules.tallies[*tally].entity;
                let is_own = rules.tallies[*tally].name == self.pair.name;
                for root in roots.clone() {
                    for other in data.rows_of(of, root) {
                        let mut eval = Eval::new(
                            rules,
                            &data,
                            &state,
                            Subject::Record { entity: of, row: other, root },
                        );
                        let first = found.own.len();
                        on_record(&mut eval, conditions, &mut found);
                        if !(is_own && (of, other) == (*entity, *row)) {
                            found.own.truncate(first);
                        }
                    }
                }
            }
            found
        };
        Ok(bench.places.iter().map(of_place).collect())
    }
}

/// A condition that is there in some version of the rules.
struct There<'e> {
    /// Whether it is the later version.
    later: bool,
    condition: &'e Expr,
    /// Whether it asks what another tally decided.
    asks: bool,
}

/// The conditions of a tally, in the order of all that either pack has; `None` for what is not
/// there.
fn there<'e>(tally: &'e Tally, versions: Option<&[Option<bool>]>) -> Vec<Option<There<'e>>> {
    let mut conditions =
        tally.select.iter().chain(tally.require.iter().map(|requirement| &requirement.condition));
    let count = tally.select.len() + tally.require.len();
    let version = |at: usize| {
        let later = versions.map_or(Some(true), |versions| versions[at])?;
        conditions.next().map(|condition| There { later, condition, asks: asks(condition) })
    };
    (0..versions.map_or(count, <[_]>::len)).map(version).collect()
}

/// Adds the conditions of a tally on a record; what is not there holds. Those that ask another
/// tally hang on all that alters its verdicts: of these, which version it is, and the truth of what
/// they are made of; they do not count as the record's own.
fn on_record<'e>(eval: &mut Eval<'e>, conditions: &[Option<There<'e>>], found: &mut Conditions) {
    for condition in conditions {
        let truth = match condition {
            Some(There { later, condition, asks: true }) => {
                found.all.push((*later).into());
                atoms(eval, condition, &mut found.all);
                Truth::Unknown
            }
            Some(There { condition, .. }) => eval.truth(condition),
            None => Truth::True,
        };
        found.all.push(truth);
        found.own.push(truth);
    }
}

/// The truth of each part of a condition that is not made of others.
fn atoms<'e>(eval: &mut Eval<'e>, condition: &'e Expr, found: &mut Vec<Truth>) {
    match &condition.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().for_each(|part| atoms(eval, part, found))
        }
        ExprKind::Not(part) => atoms(eval, part, found),
        _ => found.push(eval.truth(condition)),
    }
}

/// Whether an expression asks what a tally or an award decided.
fn asks(expr: &Expr) -> bool {
    let decided = matches!(
        expr.kind,
        ExprKind::CountedIn { .. } | ExprKind::Awarded { .. } | ExprKind::Placed { .. }
    );
    decided || expr.kind.parts().into_iter().any(asks)
}
