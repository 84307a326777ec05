//! Non-duplication: claims on one key by more than one group, and who keeps it.
//!
//! All rules look at the verdicts of the tallies' own requirements, so their order never matters. A record is counted where its own
//! requirements hold and no claim that outranks it does, in three-valued logic.

use std::collections::BTreeMap;
use std::ops::Range;

use super::expr::{Eval, Subject};
use super::{Fuel, State, no_key, tally};
use crate::data::{Cell, Dataset};
use crate::eval::value::Truth;
use crate::number::Exact;
use crate::outcome::{Abort, Issue, Verdict};
use crate::plan::{Keep, Once, Rules};

/// One record's claim on a key.
#[derive(Clone, Copy, Debug)]
struct Claim {
    group: usize,
    tally: usize,
    row: usize,
    /// Whether the tally's own requirements hold.
    own: Truth,
}

/// Claims by key; keys in the order of their folded text, so that ties are broken the same way everywhere.
type Claims<'a> = BTreeMap<&'a str, Vec<Claim>>;

/// Applies one rule to the records of some roots.
pub(super) fn apply(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    index: usize,
    roots: Range<usize>,
    fuel: &mut Fuel,
    issues: &mut [Vec<Issue>],
) -> Result<(), Abort> {
    let once = &rules.onces[index];
    if once.within_programme {
        let mut claims = Claims::new();
        for root in roots {
            collect(rules, data, state, index, root, &mut claims, issues);
        }
        decide(rules, data, state, index, 0, fuel, &claims)?;
    } else {
        for root in roots {
            let mut claims = Claims::new();
            collect(rules, data, state, index, root, &mut claims, issues);
            decide(rules, data, state, index, root, fuel, &claims)?;
        }
    }
    Ok(())
}

fn collect<'a>(
    rules: &Rules,
    data: &'a Dataset,
    state: &State,
    index: usize,
    root: usize,
    claims: &mut Claims<'a>,
    issues: &mut [Vec<Issue>],
) {
    for (group, claimants) in rules.onces[index].groups.iter().enumerate() {
        for claimant in claimants {
            let entity = rules.tallies[claimant.tally].entity;
            for row in data.rows_of(entity, root) {
                let own = match state.own[claimant.tally][row] {
                    Verdict::COUNTED => Truth::True,
                    Verdict::UNDETERMINED => Truth::Unknown,
                    _ => continue,
                };
                match data.cell(entity, claimant.field, row) {
                    Some(Cell::Text(id)) => {
                        let claim = Claim { group, tally: claimant.tally, row, own };
                        claims.entry(data.texts.folded_text(id)).or_default().push(claim);
                    }
                    _ => {
                        let issue = no_key(rules, index, entity, row, claimant.field);
                        if !issues[root].contains(&issue) {
                            issues[root].push(issue);
                        }
                    }
                }
            }
        }
    }
}

fn decide(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    index: usize,
    root: usize,
    fuel: &mut Fuel,
    claims: &Claims<'_>,
) -> Result<(), Abort> {
    match &rules.onces[index].keep {
        Keep::None => {
            for list in claims.values() {
                outranked(rules, data, state, index, list, |claim, other| claim.group != other.group);
            }
        }
        Keep::First(order) => {
            let rank = |claim: &Claim| order.iter().position(|group| *group == claim.group);
            for list in claims.values() {
                outranked(rules, data, state, index, list, |claim, other| rank(other) < rank(claim));
            }
        }
        Keep::Best { preferred } => {
            let once = &rules.onces[index];
            let contested: Vec<&Vec<Claim>> =
                claims.values().filter(|list| list.iter().any(|claim| claim.group != list[0].group)).collect();
            if !contested.is_empty() {
                let goals = Goals::new(rules, data, state, once, root, *preferred, &contested);
                fuel.charge(goals.cost())?;
                best(rules, data, state, index, *preferred, &goals, &contested, claims);
            }
        }
    }
    Ok(())
}

/// Refuses every claim that another one outranks; leaves open those that only an open claim would.
fn outranked(rules: &Rules, data: &Dataset, state: &mut State, index: usize, list: &[Claim], outranks: impl Fn(&Claim, &Claim) -> bool) {
    for claim in list {
        let rivals: Vec<&Claim> = list.iter().filter(|other| outranks(claim, other)).collect();
        let conflict = rivals.iter().fold(Truth::False, |conflict, rival| conflict.or(rival.own));
        settle(rules, data, state, index, claim, conflict, &rivals);
    }
}

fn settle(rules: &Rules, data: &Dataset, state: &mut State, index: usize, claim: &Claim, conflict: Truth, rivals: &[&Claim]) {
    let in_scope = claim.own == Truth::True || in_scope(rules, data, state, claim);
    let verdict = &mut state.verdicts[claim.tally][claim.row];
    match conflict {
        // Out of scope perhaps, refused otherwise: counted in no case.
        Truth::True if !in_scope => *verdict = Verdict::NEVER,
        // Refused by an earlier rule stays refused by that one.
        Truth::True if verdict.refusal().is_none() => {
            let tally = &rules.tallies[claim.tally];
            let position = tally.onces.iter().position(|once| *once == index).unwrap_or(0);
            *verdict = Verdict::refused(tally.require.len() + position);
        }
        Truth::Unknown if verdict.refusal().is_none() && *verdict != Verdict::NEVER => {
            *verdict = Verdict::UNDETERMINED;
            let open = rivals.iter().filter(|rival| rival.own == Truth::Unknown).map(|rival| (rival.tally, rival.row));
            state.contested.entry((claim.tally, claim.row)).or_default().extend(open);
        }
        _ => {}
    }
}

/// Whether a record whose requirements are open is at least certainly the tally's business.
fn in_scope(rules: &Rules, data: &Dataset, state: &State, claim: &Claim) -> bool {
    let tally = &rules.tallies[claim.tally];
    let root = data.root_of(tally.entity, claim.row);
    let mut eval = Eval::new(rules, data, state, Subject::Record { entity: tally.entity, row: claim.row, root });
    tally::scope(&mut eval, tally) == Truth::True
}

/// Two groups of one counting tally each: for every contested key, the side that lets the most of their targets be met.
fn best(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    index: usize,
    preferred: usize,
    goals: &Goals,
    contested: &[&Vec<Claim>],
    claims: &Claims<'_>,
) {
    let choices = if goals.given() { goals.choose() } else { Some(vec![true; contested.len()]) };
    for (position, list) in contested.iter().enumerate() {
        for claim in *list {
            let rivals: Vec<&Claim> = list.iter().filter(|other| other.group != claim.group).collect();
            let claimed = rivals.iter().fold(Truth::False, |claimed, rival| claimed.or(rival.own));
            let conflict = match &choices {
                // The chosen side keeps its records; the other loses them where the chosen side's claim is certain.
                Some(choices) if choices[position] == (claim.group == preferred) => Truth::False,
                Some(_) => claimed,
                // Which choice meets more targets depends on what is missing.
                None => claimed.and(Truth::Unknown),
            };
            let open: Vec<&Claim> = if choices.is_some() { rivals } else { goals.open_claims(claims, claim) };
            settle(rules, data, state, index, claim, conflict, &open);
        }
    }
}

/// Targets of the two tallies, what they count already, and what each contested key would add: preferred side first.
struct Goals {
    /// What is still missing of each target; `None` without a target.
    missing: [Option<usize>; 2],
    keys: Vec<[usize; 2]>,
    certain: bool,
}

impl Goals {
    fn new(rules: &Rules, data: &Dataset, state: &State, once: &Once, root: usize, preferred: usize, contested: &[&Vec<Claim>]) -> Goals {
        let sides = [preferred, 1 - preferred.min(1)];
        let mut missing = [None, None];
        let mut certain = true;
        for (side, group) in sides.iter().enumerate() {
            let tally = once.groups[*group][0].tally;
            let rows = data.rows_of(rules.tallies[tally].entity, root);
            let own = &state.own[tally][rows];
            certain &= !own.contains(&Verdict::UNDETERMINED);
            let claimed: usize = contested.iter().map(|list| side_claims(list, *group)).sum();
            let free = own.iter().filter(|verdict| **verdict == Verdict::COUNTED).count() - claimed;
            let kpi = rules.tallies[tally].measures[0].kpi;
            missing[side] = data.given[root].target(kpi).map(|target| records_for(target).saturating_sub(free));
        }
        let keys = contested.iter().map(|list| sides.map(|group| side_claims(list, group))).collect();
        Goals { missing, keys, certain }
    }

    /// What choosing costs: a table of keys by records missing, each cell dear because it takes memory.
    fn cost(&self) -> u64 {
        if self.given() && self.certain { 400 * self.keys.len() as u64 * (self.first_goal() as u64 + 1) } else { 0 }
    }

    /// What the preferred side still misses; one more than it can get where that is out of reach.
    fn first_goal(&self) -> usize {
        let most: usize = self.keys.iter().map(|[ours, _]| ours).sum();
        self.missing[0].unwrap_or(0).min(most + 1)
    }

    fn given(&self) -> bool {
        self.missing.iter().any(Option::is_some)
    }

    /// For each key whether the preferred side keeps it: of the choices that meet the most targets, the first when earlier keys
    /// prefer the preferred side. `None` where undetermined records leave it open.
    fn choose(&self) -> Option<Vec<bool>> {
        if !self.certain {
            return None;
        }
        let (first, second) = (self.first_goal(), self.missing[1].unwrap_or(0));
        let met = |reached: usize, goal: usize, given: bool| usize::from(given && reached >= goal);
        let given = self.missing.map(|missing| missing.is_some());
        // gain[k][a]: the most the other side can still get from keys k.. while the preferred side gets at least `a`.
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
                .filter_map(|more| gain[k][more].map(|gained| met(a + more, first, given[0]) + met(b + gained as usize, second, given[1])))
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

    /// The undetermined claims that decide which choice is best.
    fn open_claims<'c>(&self, claims: &'c Claims<'_>, than: &Claim) -> Vec<&'c Claim> {
        claims
            .values()
            .flatten()
            .filter(|claim| claim.own == Truth::Unknown && (claim.tally, claim.row) != (than.tally, than.row))
            .collect()
    }
}

fn side_claims(list: &[Claim], group: usize) -> usize {
    list.iter().filter(|claim| claim.group == group && claim.own == Truth::True).count()
}

/// How many records it takes to reach a target.
fn records_for(target: Exact) -> usize {
    let whole = target.numerator().div_euclid(target.denominator());
    let rest = target.numerator().rem_euclid(target.denominator());
    usize::try_from(whole).unwrap_or(usize::MAX / 4).saturating_add(usize::from(rest > 0))
}
