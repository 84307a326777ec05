//! Non-duplication: claims on one key by more than one group, or by several records of one tally,
//! and who keeps it.
//!
//! Rules among the records of a tally look at its own requirements; rules between tallies look at
//! what all rules among their records leave. So their order never matters. A record is counted
//! where its own requirements hold and no claim that outranks it does, in three-valued logic. Not
//! here: who is first among the records of one tally (`among`).

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::claim::{Claim, claimed_by, held};
use super::claimed::Keys;
use super::expr::{Eval, Subject};
use super::needs::{Record, Rivals};
use super::{Fuel, State, no_key, tally};
use crate::data::{Dataset, Part};
use crate::eval::value::Truth;
use guiju_model::index::{EntityId, TallyId};
use guiju_model::memory::Holder;
use guiju_model::number::Exact;
use guiju_model::outcome::{Abort, Verdict};
use guiju_model::rules::{Claimant, Expr, Keep, Once, Rules, Type};
use guiju_model::sort::sort;

/// How many of the claims that leave a record open are kept: they are for explanations, and may be
/// as many as there are records.
pub(super) const OPEN_KEPT: usize = 100;

/// One rule on its way through the records.
pub(super) struct Ruling<'a> {
    pub(super) rules: &'a Rules,
    pub(super) data: &'a Dataset,
    pub(super) index: usize,
    pub(super) once: &'a Once,
    /// The tallies of all groups, in the order their claims are collected, each with its group.
    claimants: Vec<(usize, &'a Claimant)>,
}

/// The steps of a rule on the records that it looks at.
pub(crate) fn cost(rules: &Rules, index: usize, state: &State) -> u64 {
    let once = &rules.onces[index];
    let records: u64 = once
        .groups
        .iter()
        .flatten()
        .map(|claimant| state.own[claimant.tally].verdicts.len() as u64)
        .sum();
    records.saturating_mul(cost_of_record(once))
}

/// The steps of a rule on one record.
pub(crate) fn cost_of_record(once: &Once) -> u64 {
    // Fields cost no more than the look at the record.
    let computed = |expr: &&Expr| expr.nodes > 1;
    once.exprs()
        .into_iter()
        .filter(computed)
        .fold(1, |sum: u64, expr| sum.saturating_add(expr.nodes))
}

/// Applies one rule to the records of some roots.
pub(crate) fn apply(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    index: usize,
    roots: Range<usize>,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let ruling = Ruling::new(rules, data, index);
    if ruling.once.within_programme {
        let mut claims = Vec::new();
        for root in roots.clone() {
            ruling.collect(state, root, &mut claims);
        }
        let held = held(&claims);
        fuel.hold(held, Holder::Claims)?;
        ruling.decide(state, 0, fuel, &mut claims)?;
        fuel.release(held);
    } else {
        for root in roots.clone() {
            let mut claims = Vec::new();
            ruling.collect(state, root, &mut claims);
            let held = held(&claims);
            fuel.hold(held, Holder::Claims)?;
            ruling.decide(state, root, fuel, &mut claims)?;
            state.account(fuel)?;
            fuel.release(held);
        }
    }
    if ruling.once.among().is_some() {
        ruling
            .once
            .groups
            .iter()
            .flatten()
            .for_each(|claimant| state.reduce(rules, data, claimant.tally, &roots));
    }
    Ok(())
}

/// Applies one rule to some claims on the records of a root: all those on any key that two groups
/// claim, and all without a key. Claims on keys that nobody else claims decide nothing, and may be
/// left out.
///
/// `chosen` has the position of each claimant among those of all groups, and a row, in the order of
/// both.
#[cfg(feature = "columnar")]
pub(crate) fn apply_to(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    index: usize,
    root: usize,
    chosen: &[(usize, usize)],
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let ruling = Ruling::new(rules, data, index);
    let mut claims = Vec::with_capacity(chosen.len());
    for (position, row) in chosen {
        ruling.take(state, root, *position, *row, &mut claims);
    }
    let held = held(&claims) + 2 * std::mem::size_of_val(chosen);
    fuel.hold(held, Holder::Claims)?;
    ruling.decide(state, root, fuel, &mut claims)?;
    state.account(fuel)?;
    fuel.release(held);
    Ok(())
}

impl<'a> Ruling<'a> {
    fn new(rules: &'a Rules, data: &'a Dataset, index: usize) -> Ruling<'a> {
        let once = &rules.onces[index];
        let groups = once.groups.iter().enumerate();
        let claimants = groups
            .flat_map(|(group, claimants)| claimants.iter().map(move |claimant| (group, claimant)))
            .collect();
        Ruling { rules, data, index, once, claimants }
    }

    fn collect(&self, state: &mut State, root: usize, claims: &mut Vec<Claim>) {
        for (position, (_, claimant)) in self.claimants.iter().enumerate() {
            for row in self.data.rows_of(self.rules.tallies[claimant.tally].entity, root) {
                self.take(state, root, position, row, claims);
            }
        }
    }

    /// Notes what a claimant claims by a record, if it may count and takes part; says so where that
    /// has no key.
    fn take(
        &self,
        state: &mut State,
        root: usize,
        position: usize,
        row: usize,
        claims: &mut Vec<Claim>,
    ) {
        let Some((group, claimant)) = self.claimants.get(position).copied() else { return };
        let entity = self.rules.tallies[claimant.tally].entity;
        let Some(own) = self.may_count(state, claimant, row) else { return };
        let takes_part = self.takes_part(state, entity, row, root);
        if takes_part == Truth::False {
            return;
        }
        if let Some(key) = self.keys(state).of(claimant, row) {
            claims.push(Claim { key, root, group, tally: claimant.tally, row, own, takes_part });
            return;
        }
        let Some((part, field)) = self.keys(state).lacking(claimant, row) else { return };
        // Tallies of one entity may ask about the same record.
        let reported = self.claimants[..position].iter().any(|(_, earlier)| {
            self.rules.tallies[earlier.tally].entity == entity
                && self.may_count(state, earlier, row).is_some()
                && self.keys(state).lacking(earlier, row).is_some()
        });
        if !reported {
            let rule = (&self.once.label, &self.once.basis);
            state.push_issue(root, no_key(self.rules, rule, (entity, row), part, field));
        }
    }

    fn keys<'s>(&self, state: &'s State) -> Keys<'s>
    where
        'a: 's,
    {
        Keys { rules: self.rules, data: self.data, state }
    }

    /// Whether a record would count without this rule, where it does or may.
    fn may_count(&self, state: &State, claimant: &Claimant, row: usize) -> Option<Truth> {
        let sheet = if self.once.among().is_some() {
            &state.own[claimant.tally]
        } else {
            state.claims(claimant.tally)
        };
        match sheet.get(row) {
            Verdict::COUNTED => Some(Truth::True),
            Verdict::UNDETERMINED => Some(Truth::Unknown),
            _ => None,
        }
    }

    /// Whether the rule is about a record.
    fn takes_part(&self, state: &State, entity: EntityId, row: usize, root: usize) -> Truth {
        let when = self.once.among().and_then(|among| among.when.as_ref());
        let subject = Subject::Record { entity, row, root };
        when.map_or(Truth::True, |when| {
            Eval::of_truth(self.rules, self.data, state, subject).truth(when)
        })
    }

    /// Keys by their text, part by part, so that ties are broken the same way everywhere.
    fn compare(&self, a: &Claim, b: &Claim) -> Ordering {
        let texts = &self.data.texts;
        let key = self
            .once
            .groups
            .iter()
            .flatten()
            .find(|claimant| claimant.tally == a.tally)
            .map_or(&[][..], |of| &of.key);
        let parts = a.key.iter().zip(&b.key).zip(key).map(|((a, b), part)| match (a, b) {
            (Part::Text(a), Part::Text(b)) if a != b => texts.text(*a).cmp(texts.text(*b)),
            (Part::Text(a), Part::Word(b)) => texts.text(*a).cmp(b),
            (Part::Word(a), Part::Text(b)) => a.as_str().cmp(texts.text(*b)),
            (Part::Other(x), Part::Other(y)) if x != y => match part.value.ty {
                Type::Reference(to) => self
                    .data
                    .key(to, *x as usize)
                    .cmp(&self.data.key(to, *y as usize))
                    .then(x.cmp(y)),
                _ => x.cmp(y),
            },
            (a, b) => a.cmp(b),
        });
        parts.fold(Ordering::Equal, Ordering::then)
    }

    fn decide(
        &self,
        state: &mut State,
        root: usize,
        fuel: &Fuel<'_>,
        claims: &mut [Claim],
    ) -> Result<(), Abort> {
        // Claims on one key stay as they were collected.
        sort(claims, &mut |a, b| self.compare(a, b));
        let claims = &*claims;
        let lists: Vec<&[Claim]> = claims.chunk_by(|a, b| a.key == b.key).collect();
        match &self.once.keep {
            Keep::None if self.once.by_root => {
                for list in lists {
                    self.disputed(state, list, fuel)?;
                }
            }
            Keep::None => {
                for list in lists {
                    self.outranked(state, list, &|_, _| true, fuel)?;
                }
            }
            Keep::First(order) => {
                let rank = |group: usize| order.iter().position(|ranked| *ranked == group);
                for list in lists {
                    let outranks = |other, own| rank(other) < rank(own);
                    self.outranked(state, list, &outranks, fuel)?;
                }
            }
            Keep::Among(among) => {
                for list in lists {
                    self.among(state, among, list, fuel)?;
                }
            }
            Keep::Best { preferred } => {
                let disputed =
                    |list: &&[Claim]| list.iter().any(|claim| claim.group != list[0].group);
                let contested: Vec<&[Claim]> = lists.into_iter().filter(disputed).collect();
                if !contested.is_empty() {
                    let goals = Goals::new(self, state, root, *preferred, &contested);
                    fuel.charge(goals.cost())?;
                    self.best(state, root, (*preferred, &goals), &contested, fuel)?;
                }
            }
        }
        Ok(())
    }

    /// Every root's groups are parties: refuses claims on a key that another party claims too, and
    /// leaves open those that only open claims dispute.
    fn disputed(&self, state: &mut State, list: &[Claim], fuel: &Fuel<'_>) -> Result<(), Abort> {
        // Claims were collected root by root and group by group, so those of one party stand
        // together.
        let parties = || list.chunk_by(|a, b| (a.root, a.group) == (b.root, b.group));
        let certain = |claims: &[Claim]| claims.iter().any(|claim| claim.own == Truth::True);
        let open = Open::new(list.iter());
        let all_certain = parties().filter(|claims| certain(claims)).count();
        let mut end = 0;
        for claims in parties() {
            let start = end;
            end += claims.len();
            let conflict = match all_certain - usize::from(certain(claims)) {
                1.. => Truth::True,
                0 if claims.len() < list.len() => Truth::Unknown,
                0 => continue,
            };
            let rivals = open.without(&|at, _| (start..end).contains(&at));
            for claim in claims {
                self.settle(state, claim, conflict, &rivals);
                state.account_often(fuel)?;
            }
        }
        Ok(())
    }

    /// Refuses every claim of a group that another group's claim outranks; leaves open those that
    /// only an open claim would.
    fn outranked(
        &self,
        state: &mut State,
        list: &[Claim],
        outranks: &dyn Fn(usize, usize) -> bool,
        fuel: &Fuel<'_>,
    ) -> Result<(), Abort> {
        let claimed = claimed_by(list, self.once.groups.len());
        let mut rivals: Vec<Option<Arc<Rivals>>> = vec![None; claimed.len()];
        for claim in list {
            let rival = |group: usize| group != claim.group && outranks(group, claim.group);
            let conflict = claimed
                .iter()
                .enumerate()
                .filter(|(group, _)| rival(*group))
                .fold(Truth::False, |all, (_, one)| all.or(*one));
            if conflict != Truth::False {
                let open = || Open::new(list.iter().filter(|other| rival(other.group))).all;
                let rivals = rivals[claim.group].get_or_insert_with(open);
                self.settle(state, claim, conflict, rivals);
                state.account_often(fuel)?;
            }
        }
        Ok(())
    }

    /// The verdict on a claim; `rivals` decide where it stays open.
    pub(super) fn settle(
        &self,
        state: &mut State,
        claim: &Claim,
        conflict: Truth,
        rivals: &Arc<Rivals>,
    ) {
        let in_scope = claim.own == Truth::True || self.in_scope(state, claim);
        let verdict = state.verdicts[claim.tally].get_mut(claim.row);
        match conflict {
            // Out of scope perhaps, refused otherwise: counted in no case.
            Truth::True if !in_scope => *verdict = Verdict::NEVER,
            // Refused by an earlier rule stays refused by that one.
            Truth::True if verdict.refusal().is_none() => {
                let tally = &self.rules.tallies[claim.tally];
                let position = tally.onces.iter().position(|once| *once == self.index).unwrap_or(0);
                *verdict = Verdict::refused(tally.require.len() + position);
            }
            Truth::Unknown if verdict.refusal().is_none() && *verdict != Verdict::NEVER => {
                *verdict = Verdict::UNDETERMINED;
                state.contest((claim.tally, claim.row), rivals);
            }
            _ => {}
        }
    }

    /// Whether a record whose requirements are open is at least certainly the tally's business.
    fn in_scope(&self, state: &State, claim: &Claim) -> bool {
        let tally = &self.rules.tallies[claim.tally];
        let root = self.data.root_of(tally.entity, claim.row);
        let mut eval = Eval::of_truth(
            self.rules,
            self.data,
            state,
            Subject::Record { entity: tally.entity, row: claim.row, root },
        );
        tally::scope(&mut eval, tally) == Truth::True
    }

    /// Two groups of one counting tally each: for every contested key, the side that lets the most
    /// of their targets be met.
    fn best(
        &self,
        state: &mut State,
        root: usize,
        (preferred, goals): (usize, &Goals),
        contested: &[&[Claim]],
        fuel: &Fuel<'_>,
    ) -> Result<(), Abort> {
        let choices =
            if goals.given() { goals.choose() } else { Some(vec![true; contested.len()]) };
        let undecided = Open::of(
            if choices.is_none() { self.undecided(state, root) } else { Vec::new() }
                .into_iter()
                .enumerate(),
        );
        for (position, list) in contested.iter().enumerate() {
            let by_group = claimed_by(list, 2);
            let of_side =
                [0, 1].map(|group| Open::new(list.iter().filter(|other| other.group == group)).all);
            for claim in *list {
                let claimed = by_group[1 - claim.group.min(1)];
                let conflict = match &choices {
                    // The chosen side keeps its records; the other loses them where the chosen
                    // side's claim is certain.
                    Some(choices) if choices[position] == (claim.group == preferred) => {
                        Truth::False
                    }
                    Some(_) => claimed,
                    // Which choice meets more targets depends on what is missing.
                    None => claimed.and(Truth::Unknown),
                };
                match &choices {
                    Some(_) => {
                        self.settle(state, claim, conflict, &of_side[1 - claim.group.min(1)])
                    }
                    None => {
                        let rivals =
                            undecided.without(&|_, record| record == (claim.tally, claim.row));
                        self.settle(state, claim, conflict, &rivals);
                    }
                }
                state.account_often(fuel)?;
            }
        }
        Ok(())
    }

    /// The undetermined records of a root, with or without a key: they decide which choice is best.
    fn undecided(&self, state: &State, root: usize) -> Vec<(TallyId, usize)> {
        let tallies = self.once.groups.iter().flatten().map(|claimant| claimant.tally);
        let rows = tallies.flat_map(|tally| {
            self.data.rows_of(self.rules.tallies[tally].entity, root).map(move |row| (tally, row))
        });
        rows.filter(|(tally, row)| state.claims(*tally).get(*row) == Verdict::UNDETERMINED)
            .collect()
    }
}

/// Open records that leave others open: as many as are kept of them, in one list for all that they
/// leave open.
struct Open {
    /// All there are, each with its position in the list it comes from.
    records: Vec<(usize, Record)>,
    all: Arc<Rivals>,
}

impl Open {
    fn new<'c>(claims: impl Iterator<Item = &'c Claim>) -> Open {
        Open::of(
            claims
                .enumerate()
                .filter(|(_, claim)| claim.own == Truth::Unknown)
                .map(|(at, claim)| (at, (claim.tally, claim.row))),
        )
    }

    fn of(records: impl Iterator<Item = (usize, Record)>) -> Open {
        let records: Vec<(usize, Record)> = records.collect();
        let all =
            Rivals::new(None, records.iter().take(OPEN_KEPT).map(|(_, record)| *record).collect());
        Open { records, all }
    }

    /// Those that are left without some: the shared list where it has none of them.
    fn without(&self, leave_out: &dyn Fn(usize, Record) -> bool) -> Arc<Rivals> {
        if !self.records.iter().take(OPEN_KEPT).any(|(at, record)| leave_out(*at, *record)) {
            return Arc::clone(&self.all);
        }
        let left = self.records.iter().filter(|(at, record)| !leave_out(*at, *record));
        Rivals::new(None, left.take(OPEN_KEPT).map(|(_, record)| *record).collect())
    }
}

/// Targets of the two tallies, what they count already, and what each contested key would add:
/// preferred side first.
struct Goals {
    /// What is still missing of each target; `None` without a target.
    missing: [Option<usize>; 2],
    keys: Vec<[usize; 2]>,
    certain: bool,
}

impl Goals {
    fn new(
        ruling: &Ruling<'_>,
        state: &State,
        root: usize,
        preferred: usize,
        contested: &[&[Claim]],
    ) -> Goals {
        let sides = [preferred, 1 - preferred.min(1)];
        let mut missing = [None, None];
        // An open claim on a contested key may leave that key to the other side, and so change what
        // is best for the others.
        let mut certain =
            contested.iter().flat_map(|list| list.iter()).all(|claim| claim.own == Truth::True);
        for (side, group) in sides.iter().enumerate() {
            let tally = ruling.once.groups[*group][0].tally;
            let rule = &ruling.rules.tallies[tally];
            let own = state.claims(tally).of(ruling.data.rows_of(rule.entity, root));
            let claimed: usize = contested.iter().map(|list| side_claims(list, *group)).sum();
            let free = own.iter().filter(|verdict| **verdict == Verdict::COUNTED).count() - claimed;
            let target = ruling.data.target(root, rule.measures[0].kpi);
            // What else is open matters to the side that has a target.
            certain &= target.is_none() || !own.contains(&Verdict::UNDETERMINED);
            missing[side] = target.as_ref().map(|target| records_for(target).saturating_sub(free));
        }
        let keys =
            contested.iter().map(|list| sides.map(|group| side_claims(list, group))).collect();
        Goals { missing, keys, certain }
    }

    /// What choosing costs: a table of keys by records missing, each cell dear because it takes
    /// memory.
    fn cost(&self) -> u64 {
        if self.given() && self.certain {
            400 * self.keys.len() as u64 * (self.first_goal() as u64 + 1)
        } else {
            0
        }
    }

    /// What the preferred side still misses; one more than it can get where that is out of reach.
    fn first_goal(&self) -> usize {
        let most: usize = self.keys.iter().map(|[ours, _]| ours).sum();
        self.missing[0].unwrap_or(0).min(most + 1)
    }

    fn given(&self) -> bool {
        self.missing.iter().any(Option::is_some)
    }

    /// For each key whether the preferred side keeps it: of the choices that meet the most targets,
    /// the first when earlier keys prefer the preferred side. `None` where undetermined records
    /// leave it open.
    fn choose(&self) -> Option<Vec<bool>> {
        if !self.certain {
            return None;
        }
        let (first, second) = (self.first_goal(), self.missing[1].unwrap_or(0));
        let met = |reached: usize, goal: usize, given: bool| usize::from(given && reached >= goal);
        let given = self.missing.map(|missing| missing.is_some());
        // gain[k][a]: the most the other side can still get from keys k.. while the preferred side
        // gets at least `a`.
        let mut gain: Vec<Vec<Option<u32>>> = vec![vec![None; first + 1]; self.keys.len() + 1];
        gain[self.keys.len()][0] = Some(0);
        for (k, [ours, theirs]) in self.keys.iter().enumerate().rev() {
            for goal in 0..=first {
                let keep = gain[k + 1][goal.saturating_sub(*ours)];
                let leave = gain[k + 1][goal].map(|gained| gained + *theirs as u32);
                gain[k][goal] = keep.max(leave);
            }
        }
        // The most targets reachable from key k on, after `a` and `b` have been reached.
        let reachable = |k: usize, a: usize, b: usize| {
            (0..=first)
                .filter_map(|more| {
                    gain[k][more].map(|gained| {
                        met(a + more, first, given[0]) + met(b + gained as usize, second, given[1])
                    })
                })
                .max()
                .unwrap_or(0)
        };
        let goal = reachable(0, 0, 0);
        let (mut a, mut b) = (0, 0);
        let mut choices = Vec::new();
        for (k, [ours, theirs]) in self.keys.iter().enumerate() {
            let prefer = reachable(k + 1, a + ours, b) == goal;
            if prefer {
                a += ours
            } else {
                b += theirs
            }
            choices.push(prefer);
        }
        Some(choices)
    }
}

fn side_claims(list: &[Claim], group: usize) -> usize {
    list.iter().filter(|claim| claim.group == group && claim.own == Truth::True).count()
}

/// How many records it takes to reach a target.
fn records_for(target: &Exact) -> usize {
    // Rounded up: the opposite of its opposite rounded down.
    target.negate().floor().and_then(|below| usize::try_from(-below).ok()).unwrap_or(usize::MAX / 4)
}
