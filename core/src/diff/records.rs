//! What each change did to the records of a tally: each record's part in the figures under rules in between, divided among the changes.
//!
//! First it is found out which changes matter to a record at all: those that make a difference when they are made alone, or left out
//! alone, or so beside others that matter. Then every mixture of those is tried. Not here: which records belong together (`apart`),
//! figures computed from others (`figures`), shares (`game`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::apart::{Claimed, RootTies, Ties};
use super::game::{self, Set, members, one, subsets};
use super::tallies::{Judged, Place, Reach, TallyPair, Values, Workshop};
use crate::data::{Apart, Dataset};
use crate::eval::reference;
use crate::number::Exact;
use crate::outcome::{Abort, Verdict};

/// The most changes that may matter to one record before their mixtures are too many.
const MOST_MATTERING: u32 = 8;

/// Dividends by set of bundles.
pub(super) type Dividends = BTreeMap<Set, Exact>;

/// What was found, by number of the tally's KPI and root.
pub(super) type Divided = HashMap<(usize, usize), Dividends>;

/// A record of a tally.
struct Record {
    place: Place,
    /// What it was found to add with some bundles made: with none at least, and with all.
    known: BTreeMap<Set, Values>,
    apart: Apart,
}

/// Stands for all bundles that reach a record, before it is known which these are.
const ALL: Set = Set::MAX;

/// Records apart from all others, ready to be judged.
struct Bench {
    data: Dataset,
    places: Vec<Place>,
}

/// What records were found to add with some bundles made; nothing where there are no such rules.
struct Trial {
    bench: Bench,
    judged: BTreeMap<Set, Option<Vec<Values>>>,
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
        let mut divider = Divider { pair, reach: &reach, data, before: &sides[0], workshop: &mut *workshop, found: &mut found };
        divider.divide(records)?;
    }
    Ok(found)
}

/// The records of a root that the changes can make a difference to, by who claims what they are tied to.
fn records(
    pair: &TallyPair,
    sides: &[Judged<'_>; 2],
    data: &Dataset,
    ties: &RootTies<'_, '_>,
    groups: &mut BTreeMap<Claimed, Vec<Record>>,
) {
    let entity = |side: usize| sides[side].variant.plan.rules.tallies[pair.tallies[side]].entity;
    let entities: BTreeSet<usize> = [entity(0), entity(1)].into();
    for entity in entities {
        for row in data.rows_of(entity, ties.root()) {
            let place = (entity, row, ties.root());
            let in_scope = |side: usize| {
                let verdict = sides[side].state.verdicts.get(pair.tallies[side]).and_then(|verdicts| verdicts.get(row));
                verdict.is_some_and(|verdict| *verdict != Verdict::OUT_OF_SCOPE)
            };
            if !pair.wide && !in_scope(0) && !in_scope(1) {
                continue;
            }
            let (before, after) = (pair.side_values(0, &sides[0], place), pair.side_values(1, &sides[1], place));
            // One change alone makes the whole difference, or none.
            if pair.bundles.count_ones() == 1 && before == after {
                continue;
            }
            let apart = || (Apart { root: ties.root(), rows: Vec::new() }, Claimed::default());
            let (apart, claimed) = if pair.programme { apart() } else { ties.apart(entity, row) };
            groups.entry(claimed).or_default().push(Record { place, known: BTreeMap::from([(0, before), (ALL, after)]), apart });
        }
    }
}

impl Trial {
    /// What is known of all records already.
    fn new(bench: Bench, records: &[Record]) -> Trial {
        let sets: Vec<Set> = records.first().map(|record| record.known.keys().copied().collect()).unwrap_or_default();
        let of = |set: Set| records.iter().map(|record| record.known.get(&set).cloned()).collect::<Option<Vec<Values>>>();
        Trial { bench, judged: sets.into_iter().filter_map(|set| Some((set, Some(of(set)?)))).collect() }
    }

    /// What is known of one record.
    fn of(&self, at: usize) -> BTreeMap<Set, Values> {
        self.judged.iter().filter_map(|(set, values)| Some((*set, values.as_ref()?.get(at)?.clone()))).collect()
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
    fn divide(&mut self, mut records: Vec<Record>) -> Result<(), Abort> {
        let reach = self.reach.bundles;
        // What nothing reaches is not divided; where it differs all the same, the caller finds that out. One bundle has all of it.
        let start = match reach.count_ones() {
            0 => return Ok(()),
            count if count == 1 || count <= self.reach.at_once => reach,
            _ => 0,
        };
        for record in &mut records {
            let after = record.known.remove(&ALL);
            record.known.extend(after.map(|after| (reach, after)));
        }
        let mut open: BTreeMap<Set, Vec<Record>> = BTreeMap::from([(start, records)]);
        while let Some((matter, records)) = open.pop_first() {
            let (trial, found) = self.try_mixtures(matter, &records)?;
            for (at, (mut record, found)) in records.into_iter().zip(found).enumerate() {
                if found != matter && found.count_ones() <= MOST_MATTERING {
                    record.known = trial.of(at);
                    open.entry(found).or_default().push(record);
                }
            }
        }
        Ok(())
    }

    /// Judges records under every mixture of the bundles that were found to matter to them, with the other bundles left out and with
    /// them made. Where that makes no difference, the dividends are noted; for the other records it is found out what else matters.
    fn try_mixtures(&mut self, matter: Set, records: &[Record]) -> Result<(Trial, Vec<Set>), Abort> {
        let reach = self.reach.bundles;
        let rest = reach & !matter;
        let mut trial = Trial::new(self.bench(records.iter()), records);
        let mut found = vec![matter; records.len()];
        let mut short = vec![false; records.len()];
        for set in subsets(matter) {
            let differing = self.differing(&mut trial, set, set | rest)?;
            // At the beginning nothing is known to matter; bundles may cancel out.
            if rest != 0 && (matter == 0 || differing.contains(&true)) {
                for bundle in members(rest).map(one) {
                    for (one, other) in [(set, set | bundle), (set | rest & !bundle, set | rest)] {
                        let makes_difference = self.differing(&mut trial, one, other)?;
                        for (at, _) in makes_difference.iter().enumerate().filter(|(at, yes)| **yes && (matter == 0 || differing[*at])) {
                            found[at] |= bundle;
                        }
                    }
                }
            }
            short.iter_mut().zip(differing).for_each(|(short, differs)| *short |= differs);
        }
        for (found, _) in found.iter_mut().zip(short).filter(|(found, short)| *short && **found == matter) {
            // Several of the others make a difference only together; which, only trying them all can tell.
            *found = reach;
        }
        let settled = (0..records.len()).filter(|at| matter != 0 && found[*at] == matter);
        self.note_all(matter, &trial, settled.map(|at| (at, &records[at])));
        Ok((trial, found))
    }

    /// For each record, whether it adds something else with one set of bundles made than with another; not where it is not known.
    fn differing(&mut self, trial: &mut Trial, one: Set, other: Set) -> Result<Vec<bool>, Abort> {
        for set in [one, other] {
            if !trial.judged.contains_key(&set) {
                let values = self.judge(&trial.bench, set)?;
                trial.judged.insert(set, values);
            }
        }
        Ok(match (trial.judged.get(&one), trial.judged.get(&other)) {
            (Some(Some(one)), Some(Some(other))) => one.iter().zip(other).map(|(one, other)| one != other).collect(),
            _ => vec![false; trial.bench.places.len()],
        })
    }

    /// Notes the dividends of records to which the same bundles matter.
    fn note_all<'r>(&mut self, matter: Set, trial: &Trial, records: impl Iterator<Item = (usize, &'r Record)>) {
        for (at, record) in records {
            let worth = self.pair.worth(self.before, record.place);
            for measure in 0..record.known.values().next().map_or(0, Vec::len) {
                let value = |set: Set| (*trial.judged.get(&set)?.as_ref()?.get(at)?.get(measure)?).map(|value| (set, value));
                let values: Option<BTreeMap<Set, Exact>> = subsets(matter).map(value).collect();
                let Some(Ok(dividends)) = values.map(|values| game::dividends(&values)) else { continue };
                if !dividends.is_empty() {
                    self.note(record.place.2, measure, &dividends, worth.as_deref());
                }
            }
        }
    }

    /// Adds the dividends of a record to those of its root: of one KPI or, where only the verdict was looked at, of all.
    fn note(&mut self, root: usize, measure: usize, dividends: &Dividends, worth: Option<&[Option<Exact>]>) {
        let add = |found: &mut Divided, kpi: usize, worth: Exact| {
            let sums = found.entry((kpi, root)).or_default();
            for (set, dividend) in dividends {
                let sum = sums.entry(*set).or_insert(Exact::ZERO);
                // An overflow leaves the sum short; what is missing is then said to be done together.
                *sum = dividend.mul(worth).and_then(|dividend| sum.add(dividend)).unwrap_or(*sum);
            }
        };
        match worth {
            None => add(self.found, measure, Exact::ONE),
            Some(worth) => {
                for (kpi, worth) in worth.iter().enumerate() {
                    if let Some(worth) = worth.filter(|worth| !worth.is_zero()) {
                        add(self.found, kpi, worth);
                    }
                }
            }
        }
    }

    fn bench<'r>(&self, records: impl Iterator<Item = &'r Record> + Clone) -> Bench {
        if self.pair.programme {
            return Bench { data: self.data.clone(), places: records.map(|record| record.place).collect() };
        }
        let aparts: Vec<&Apart> = records.clone().map(|record| &record.apart).collect();
        let data = self.data.gather(&aparts);
        let place = |(root, record): (usize, &Record)| {
            let (entity, row, _) = record.place;
            let within = record.apart.rows.get(entity).and_then(|rows| rows.binary_search(&(row as u32)).ok());
            (entity, data.rows_of(entity, root).start + within.unwrap_or(0), root)
        };
        Bench { places: records.enumerate().map(place).collect(), data }
    }

    /// What each record on the bench adds with these bundles made, of those that reach it; `None` where there are no such rules.
    fn judge(&mut self, bench: &Bench, set: Set) -> Result<Option<Vec<Values>>, Abort> {
        // The bundles that do not reach it make no difference; with nearly all made, those rules are known to hold together.
        let reach = self.reach.bundles;
        let set = if set.count_ones() * 2 > reach.count_ones() { set | (self.workshop.all() & !reach) } else { set };
        let Some(variant) = self.workshop.variant(set) else { return Ok(None) };
        let Some(tally) = variant.tallies.get(&self.pair.name).copied() else { return Ok(None) };
        let plan = self.reach.steps(&variant);
        let data = bench.data.for_schema(&plan.rules.schema);
        let state = reference::verdicts(&plan, &data, &mut self.workshop.fuel)?;
        let judged = Judged { variant: &variant, data: &data, state: &state };
        let numbers: Vec<Option<usize>> = self.pair.kpis.iter().map(|(name, _)| variant.kpis.get(name).copied()).collect();
        Ok(Some(bench.places.iter().map(|place| self.pair.values(&judged, tally, &numbers, *place)).collect()))
    }
}
