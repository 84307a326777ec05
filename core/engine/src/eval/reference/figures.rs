//! Figures that tallies make for records: what belongs to each, by a field that refers to it or by
//! a key that both have.
//!
//! What is missing leaves open what belongs: a record that refers to nobody yet may belong to
//! anybody; one without a key takes no part in what others have, and its own figure reaches from
//! itself alone to all together. Not here: what a function makes of values (`measures`).

use std::borrow::Cow;
use std::ops::{ControlFlow, Range as Rows};

use super::expr::{Eval, Subject};
use super::measures::{Gathered, Piece, Pool, cost, piece};
use super::{Fuel, Meter, State, needs, no_key, seats};
use crate::data::{Cell, Dataset, Part, key_of};
use crate::pack::Pack;
use crate::watch::Progress;
use guiju_model::index::{List, TallyId};
use guiju_model::memory::Holder;
use guiju_model::needs::Needs;
use guiju_model::number::Exact;
use guiju_model::outcome::{Abort, KpiValue, Need, Outcome, Verdict};
use guiju_model::rules::{Figure, Link, Owner, Rules, Step, Tally};
use guiju_model::sort::sort;

/// The figures that one tally makes for the records of some roots; those with the same share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    first: usize,
    /// For each record which of the lists it has, from one on, or which of the sums, with
    /// [`SUMMED`] set; nought while they are not known.
    of: Vec<u32>,
    lists: Vec<Vec<KpiValue>>,
    pub(crate) sums: Sums,
}

/// Of groups of which nothing is open, one after the other, the sum for each figure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) mantissas: Vec<i128>,
    /// Of each figure; 28 at most, as columns have.
    pub(crate) scales: Vec<u32>,
}

/// Marks the number of sums.
pub(crate) const SUMMED: u32 = 1 << 31;

impl Figures {
    /// Nothing known yet of these records.
    fn blank(rows: Rows<usize>) -> Figures {
        Figures { first: rows.start, of: vec![0; rows.len()], ..Figures::default() }
    }

    pub(crate) fn of(&self, row: usize) -> Option<u32> {
        self.of.get(row.checked_sub(self.first)?).copied()
    }

    pub(crate) fn get(&self, row: usize, figure: usize) -> Option<Cow<'_, KpiValue>> {
        let at = self.of(row)?;
        if at & SUMMED != 0 {
            let (mantissa, scale) = self.sums.get(at & !SUMMED, figure)?;
            return Exact::scaled(mantissa, scale).ok().map(|sum| Cow::Owned(KpiValue::Known(sum)));
        }
        self.lists.get((at as usize).checked_sub(1)?)?.get(figure).map(Cow::Borrowed)
    }

    /// The bytes they take.
    #[cfg(feature = "columnar")]
    pub(super) fn held(&self) -> usize {
        self.of.len() * size_of::<u32>()
            + held(&self.lists)
            + self.sums.mantissas.capacity() * size_of::<i128>()
    }

    fn add(&mut self, list: Vec<KpiValue>) -> u32 {
        self.lists.push(list);
        u32::try_from(self.lists.len()).unwrap_or(0)
    }

    pub(crate) fn put(&mut self, row: usize, list: u32) {
        if let Some(of) = row.checked_sub(self.first).and_then(|at| self.of.get_mut(at)) {
            *of = list;
        }
    }
}

impl Sums {
    /// A sum of a group and its scale.
    pub(crate) fn get(&self, group: u32, figure: usize) -> Option<(i128, u32)> {
        let scale = *self.scales.get(figure)?;
        let at = (group as usize).checked_mul(self.scales.len())?.checked_add(figure)?;
        Some((*self.mantissas.get(at)?, scale))
    }
}

/// The bytes of lists of values.
fn held(lists: &[Vec<KpiValue>]) -> usize {
    let values: usize = lists.iter().map(Vec::capacity).sum();
    std::mem::size_of_val(lists) + values * size_of::<KpiValue>()
}

/// A record that counts, or may.
struct Member {
    row: usize,
    certain: bool,
    belongs: Belongs,
}

/// Whose a record is.
#[derive(Clone, Copy, PartialEq)]
enum Belongs {
    /// Those of a group.
    To(usize),
    /// It refers to nobody yet.
    Anybody,
    /// It has no key.
    Nobody,
}

/// The steps of the figures of one root.
pub(crate) fn cost_of(rules: &Rules, data: &Dataset, tally: TallyId, root: usize) -> u64 {
    let tally = &rules.tallies[tally];
    let Some(owner) = &tally.owner else { return 0 };
    let each = owner
        .figures
        .iter()
        .fold(1, |sum: u64, figure| sum.saturating_add(cost(figure.of.as_ref())));
    let (records, owners) = (
        data.rows_of(tally.entity, root).len() as u64,
        data.rows_of(owner.entity, root).len() as u64,
    );
    each.saturating_mul(records).saturating_add(owners.saturating_mul(owner.figures.len() as u64))
}

/// The figures of a tally that was judged, for the records of some roots.
pub(crate) fn compute(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    tally: TallyId,
    roots: Rows<usize>,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let rule = &rules.tallies[tally];
    let Some(owner) = &rule.owner else { return Ok(()) };
    let mut figures = std::mem::take(&mut state.figures[tally]);
    for root in roots {
        fuel.charge(cost_of(rules, data, tally, root))?;
        let of_root = OfRoot { rules, data, state, tally, rule, owner, root, fuel };
        let (members, keys) = of_root.members();
        let before = figures.lists.len();
        of_root.all(&members, &keys, &mut figures);
        fuel.hold(held(figures.lists.get(before..).unwrap_or_default()), Holder::Figures)?;
        if let Link::Key { theirs, .. } = &owner.link {
            for member in members.iter().filter(|member| member.belongs == Belongs::Nobody) {
                if let Some(field) = theirs
                    .iter()
                    .find(|field| data.cell(rule.entity, **field, member.row).is_none())
                {
                    let part = &rules.schema.entities[rule.entity].fields[*field].label;
                    let (rule, of) = ((&rule.label, &rule.basis), (rule.entity, member.row));
                    state.push_issue(root, no_key(rules, rule, of, part, Some(*field)));
                }
            }
        }
    }
    state.figures[tally] = figures;
    Ok(())
}

/// One root as an outcome has it, with the figures of its records again, from the verdicts that
/// were reached before.
pub fn told(pack: &Pack, data: &Dataset, outcome: &Outcome, root: usize) -> State {
    let (rules, roots) = (&*pack.rules, if root < data.len() { root..root + 1 } else { 0..0 });
    let mut state = State::new(rules, data, roots.clone());
    for ((tally, sheet), verdicts) in
        rules.tallies.iter().zip(&mut state.verdicts).zip(&outcome.verdicts)
    {
        let rows = data.rows_of_all(tally.entity, &roots);
        sheet
            .verdicts
            .iter_mut()
            .zip(verdicts.get(rows).unwrap_or_default())
            .for_each(|(own, found)| *own = *found);
    }
    let mut state = state.with_programme(pack, data, outcome);
    state.tell_awards(rules, data, outcome);
    outcome.roots.get(root).into_iter().for_each(|found| state.tell(found));
    again(pack, data, &mut state, roots);
    state
}

/// A figure of a record of the roots that a state is about.
pub fn of_record(
    state: &State,
    tally: TallyId,
    row: usize,
    figure: usize,
) -> Option<Cow<'_, KpiValue>> {
    state.figures.get(tally)?.get(row, figure)
}

/// All figures of records of some roots, from their verdicts.
pub(super) fn again(pack: &Pack, data: &Dataset, state: &mut State, roots: Rows<usize>) {
    let mut unwatched = |_: Progress| ControlFlow::Continue(());
    // What it takes was charged when the verdicts were reached.
    let fuel = Fuel::new(u64::MAX, 0, &mut unwatched);
    for step in pack.steps.iter() {
        if let Step::Tally(tally) = step
            && compute(&pack.rules, data, state, *tally, roots.clone(), &fuel).is_err()
        {
            break;
        }
    }
}

/// For each tally, the figures of the records of some roots, none of which is known yet.
pub(super) fn none(rules: &Rules, data: &Dataset, roots: &Rows<usize>) -> List<TallyId, Figures> {
    let of = |tally: &Tally| {
        tally.owner.as_ref().map_or_else(Figures::default, |owner| {
            Figures::blank(data.rows_of_all(owner.entity, roots))
        })
    };
    rules.tallies.iter().map(of).collect()
}

/// The records that a figure of a record is made of, as far as that is known.
pub(crate) fn members_of(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    tally: TallyId,
    row: usize,
) -> Vec<usize> {
    let rule = &rules.tallies[tally];
    let Some(owner) = &rule.owner else { return Vec::new() };
    let root = data.root_of(owner.entity, row);
    let counted = data
        .rows_of(rule.entity, root)
        .filter(|row| state.verdicts[tally].get(*row) == Verdict::COUNTED);
    match &owner.link {
        Link::Reference(field) => {
            let refers = |other: &usize| matches!(data.cell(rule.entity, *field, *other), Some(Cell::Row(of)) if of as usize == row);
            counted.filter(refers).collect()
        }
        Link::Key { theirs, own } => {
            let Some(key) = key_of(data, owner.entity, own, row) else { return Vec::new() };
            counted
                .filter(|other| key_of(data, rule.entity, theirs, *other).as_ref() == Some(&key))
                .collect()
        }
    }
}

/// A tally on its way through a root.
struct OfRoot<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    state: &'a State,
    tally: TallyId,
    rule: &'a Tally,
    owner: &'a Owner,
    root: usize,
    fuel: &'a dyn Meter,
}

impl<'a> OfRoot<'a> {
    /// The records that count or may, and whose they are; the keys of the groups, in their order,
    /// where there are any.
    fn members(&self) -> (Vec<Member>, Vec<Vec<Part>>) {
        let (data, entity) = (self.data, self.rule.entity);
        let verdicts = &self.state.verdicts[self.tally];
        let rows = data.rows_of(entity, self.root).map(|row| (row, verdicts.get(row)));
        let rows = rows.filter(|(_, verdict)| {
            *verdict == Verdict::COUNTED || *verdict == Verdict::UNDETERMINED
        });
        let member = |(row, verdict)| Member {
            row,
            certain: verdict == Verdict::COUNTED,
            belongs: Belongs::Nobody,
        };
        let mut members: Vec<Member> = rows.map(member).collect();
        let mut keys = Vec::new();
        match &self.owner.link {
            Link::Reference(field) => {
                let first = data.rows_of(self.owner.entity, self.root).start;
                for member in &mut members {
                    member.belongs = match data.cell(entity, *field, member.row) {
                        Some(Cell::Row(row)) => {
                            (row as usize).checked_sub(first).map_or(Belongs::Nobody, Belongs::To)
                        }
                        _ => Belongs::Anybody,
                    };
                }
            }
            Link::Key { theirs, .. } => {
                let keyed = members.iter().enumerate().filter_map(|(at, member)| {
                    Some((key_of(data, entity, theirs, member.row)?, at))
                });
                let mut keyed: Vec<(Vec<Part>, usize)> = keyed.collect();
                sort(&mut keyed, &mut |a, b| a.cmp(b));
                for (key, at) in keyed {
                    if keys.last() != Some(&key) {
                        keys.push(key);
                    }
                    members[at].belongs = Belongs::To(keys.len() - 1);
                }
            }
        }
        (members, keys)
    }

    /// The figures of every owner.
    fn all(&self, members: &[Member], keys: &[Vec<Part>], figures: &mut Figures) {
        let owners = self.data.rows_of(self.owner.entity, self.root);
        let groups =
            if matches!(self.owner.link, Link::Reference(_)) { owners.len() } else { keys.len() };
        let mut lists: Vec<Vec<KpiValue>> = vec![Vec::new(); groups];
        let nobody: Vec<usize> = match &self.owner.link {
            Link::Reference(_) => Vec::new(),
            Link::Key { own, .. } => owners
                .clone()
                .filter(|row| key_of(self.data, self.owner.entity, own, *row).is_none())
                .collect(),
        };
        let mut apart: Vec<Vec<KpiValue>> = vec![Vec::new(); nobody.len()];
        let together = self.together(members);
        let mut none = Vec::new();
        for figure in &self.owner.figures {
            let pieces: Vec<Piece<'a>> =
                members.iter().map(|member| self.piece(member, figure)).collect();
            let of = |at: usize| (&pieces[at], members[at].certain);
            // In one go, so that a group costs no more than its members.
            let mut gathered: Vec<Gathered<'_, 'a>> =
                (0..groups).map(|_| Gathered::default()).collect();
            let mut added = vec![false; members.len()];
            for (group, seats, list) in &together {
                list.iter().for_each(|at| added[*at] = true);
                let list = list.iter().map(|at| &pieces[*at]).collect();
                if let Some(gathered) = gathered.get_mut(*group) {
                    gathered.add_some(list, *seats, figure.function, self.fuel);
                }
            }
            for (at, member) in members.iter().enumerate().filter(|(at, _)| !added[*at]) {
                if let Belongs::To(group) = member.belongs
                    && let Some(gathered) = gathered.get_mut(group)
                {
                    gathered.add(of(at));
                }
            }
            let open = members
                .iter()
                .enumerate()
                .filter(|(_, member)| member.belongs == Belongs::Anybody)
                .map(|(at, _)| at);
            let pool = Pool::of(open.map(|at| &pieces[at]), self.fuel);
            for (list, gathered) in lists.iter_mut().zip(&gathered) {
                list.push(gathered.settle(
                    figure.function,
                    Some(&pool),
                    None,
                    &Needs::default(),
                    self.fuel,
                ));
            }
            none.push(Gathered::default().settle(
                figure.function,
                None,
                None,
                &Needs::default(),
                self.fuel,
            ));
            if nobody.is_empty() {
                continue;
            }
            let pool = Pool::of(pieces.iter(), self.fuel);
            for (list, row) in apart.iter_mut().zip(&nobody) {
                let mut alone = Gathered::default();
                let same = self.owner.entity == self.rule.entity;
                // Both are in the order of their rows.
                let own =
                    members.binary_search_by_key(row, |member| member.row).ok().filter(|_| same);
                let own = own.filter(|at| members[*at].certain && !pieces[*at].may_vanish());
                own.into_iter().for_each(|at| alone.add(of(at)));
                list.push(alone.settle(
                    figure.function,
                    Some(&pool),
                    own,
                    &self.keys_of(*row),
                    self.fuel,
                ));
            }
        }
        let none = figures.add(none);
        let lists: Vec<u32> = lists.into_iter().map(|list| figures.add(list)).collect();
        for (at, row) in owners.enumerate() {
            let group = match &self.owner.link {
                Link::Reference(_) => Some(at),
                Link::Key { own, .. } => match key_of(self.data, self.owner.entity, own, row) {
                    Some(key) => keys.binary_search(&key).ok(),
                    None => continue,
                },
            };
            figures.put(row, group.and_then(|group| lists.get(group)).copied().unwrap_or(none));
        }
        for (list, row) in apart.into_iter().zip(nobody) {
            let list = figures.add(list);
            figures.put(row, list);
        }
    }

    /// Members of one group that nothing but an award leaves open: the group, how many of them it
    /// counts, and their places among the members.
    fn together(&self, members: &[Member]) -> Vec<(usize, (usize, usize), Vec<usize>)> {
        let all =
            seats::of_tally(self.rules, self.data, self.state, self.tally, self.root, self.fuel);
        let mut found: Vec<(usize, (usize, usize), Vec<usize>)> = Vec::new();
        for seats in all {
            let first = found.len();
            for row in &seats.rows {
                // Both are in the order of their rows.
                let Ok(at) = members.binary_search_by_key(row, |member| member.row) else {
                    continue;
                };
                let Belongs::To(group) = members[at].belongs else { continue };
                let own = found[first..].iter_mut().find(|(of, ..)| *of == group);
                match own {
                    Some((.., list)) => list.push(at),
                    None => found.push((group, (0, 0), vec![at])),
                }
            }
            found[first..].iter_mut().for_each(|(_, some, list)| *some = seats.of(list.len()));
        }
        found
    }

    /// What a record brings to a figure, with what is missing of it.
    fn piece(&self, member: &Member, Figure { function, of, .. }: &'a Figure) -> Piece<'a> {
        let subject =
            Subject::Record { entity: self.rule.entity, row: member.row, root: self.root };
        let mut eval = Eval::new(self.rules, self.data, self.state, subject).charged(self.fuel);
        let mut piece = piece(&mut eval, *function, of.as_ref());
        let mut missing = std::mem::take(&mut eval.needs);
        if !member.certain {
            let rows = std::iter::once(member.row);
            missing.share(&needs::of_records(
                self.rules,
                self.data,
                self.state,
                Some(self.fuel),
                self.tally,
                rows,
            ));
        }
        if let (Belongs::Anybody, Link::Reference(field)) = (member.belongs, &self.owner.link) {
            missing.push(Need::Field { entity: self.rule.entity, row: member.row, field: *field });
        }
        piece.needs = missing.take_charged(Some(self.fuel));
        piece
    }

    /// What is missing of the key of an owner.
    fn keys_of(&self, row: usize) -> Needs {
        let Link::Key { own, .. } = &self.owner.link else { return Needs::default() };
        let missing =
            own.iter().filter(|field| self.data.cell(self.owner.entity, **field, row).is_none());
        let missing: Vec<Need> = missing
            .map(|field| Need::Field { entity: self.owner.entity, row, field: *field })
            .collect();
        Needs::from(missing)
    }
}
