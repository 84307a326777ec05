//! Awards: after all roots have their figures, each award in turn, so that one may ask what another
//! decided. Both evaluators come here.
//!
//! Not here: who takes part (`entry`), and who stands before whom (`contest`).

mod contest;
mod entry;
mod next;
mod proportion;

use super::cost;
use super::expr::{Eval, Subject};
use super::programme::figures_asked;
use super::surely::Surely;
use super::{Fuel, State};
use crate::data::{Cell, Dataset};
use crate::eval::value::Range;
use crate::pack::Pack;
use contest::{Entrant, Ruling, Terms, decide};
use entry::{Asking, Entry};
use guiju_model::index::EntityId;
use guiju_model::memory::Holder;
use guiju_model::needs::Needs;
use guiju_model::number::{Exact, NumberError, Rounding};
use guiju_model::outcome::{Abort, KpiValue, Need};
use guiju_model::rules::{Award, Give, Rest, Rules, Ties};
use guiju_model::schema::FieldKind;
use guiju_model::sort::sort;
use guiju_model::standing::{AwardOutcome, Cause, Contest, Decision, Standing};

/// Which applicants a dataset has.
#[derive(Clone, Copy)]
pub(crate) enum There {
    /// All of them.
    All,
    /// All roots, without their records.
    Roots,
    /// One record of this entity, and what belongs to it.
    One(EntityId),
}

/// Decides the awards of a round among those who are there; what they decide stands in the state.
pub(crate) fn evaluate(
    pack: &Pack,
    data: &Dataset,
    state: &mut State,
    there: There,
    round: usize,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    state.awards.resize(pack.rules.awards.len(), AwardOutcome::default());
    let now = |award: &usize| pack.rounds.awards.get(*award) == Some(&round);
    for index in pack.rules.award_order.iter().copied().filter(now) {
        let root = pack.rules.schema.root;
        let Some(award) = pack.rules.awards.get(index) else { continue };
        if matches!(there, There::Roots) && award.entity != root {
            continue;
        }
        let part = data.so_far.as_deref().filter(|_| award.entity == root);
        if let Some(decided) = part.and_then(|part| part.award(index)) {
            state.awards[index] = decided.clone();
            continue;
        }
        let mut outcome =
            Deciding { pack, rules: &pack.rules, data, state, award, fuel }.outcome()?;
        fuel.check()?;
        // A root has all its records with it.
        let is_one = matches!(there, There::One(entity) if entity != root || award.entity == root);
        if is_one || part.is_some() {
            outcome.contests.clear();
            outcome.standings.iter_mut().for_each(|standing| alone(standing, award));
        }
        state.awards[index] = outcome;
    }
    Ok(())
}

/// What can be said of one without the others: what it fails by itself it fails among all; whatever
/// else is open.
pub(crate) fn alone(standing: &mut Standing, award: &Award) {
    if matches!(
        standing.cause,
        Cause::Requirement(_) | Cause::NoKey(..) | Cause::NoAmount(_) | Cause::BelowZero
    ) {
        return;
    }
    let open = |low: Exact| KpiValue::Undetermined {
        low: Some(low),
        high: None,
        may_be_none: true,
        needs: Needs::default(),
    };
    *standing = Standing {
        decision: Decision::Undetermined,
        cause: Cause::Whole,
        rank: if award.order.is_empty() { KpiValue::NotApplicable } else { open(Exact::ONE) },
        amount: if matches!(award.give, Give::Place) {
            KpiValue::NotApplicable
        } else {
            open(Exact::ZERO)
        },
        reserve: KpiValue::NotApplicable,
        needs: std::mem::take(&mut standing.needs),
        outer: false,
    };
}

struct Deciding<'a, 'w> {
    pack: &'a Pack,
    rules: &'a Rules,
    data: &'a Dataset,
    state: &'a State,
    award: &'a Award,
    fuel: &'a Fuel<'w>,
}

/// Those who may stand in one contest.
struct Group {
    of: Option<usize>,
    rows: Vec<usize>,
    /// Roots whose value of the grouping field is missing.
    maybe: Vec<usize>,
}

/// What there is to give.
struct Limit {
    /// `Err` where it has no value.
    found: Result<Range, KpiValue>,
    /// Whether that it has one, or none, is certain.
    sure: bool,
    /// What it lacks.
    needs: Vec<Needs>,
}

/// What an award makes of one record in one contest.
struct Made {
    row: usize,
    ruling: Ruling,
    needs: Needs,
    ranked: bool,
    /// Whether it may turn out to take no part, and have no rank then.
    may_leave: bool,
    outer: bool,
}

/// For how many a list has room as soon as it has one.
const LEAST: usize = 4;

/// The needs that were joined last: those who may stand in the same contests share them, however
/// many they are.
#[derive(Default)]
struct Joined {
    sets: Vec<Needs>,
    whole: Needs,
}

impl Joined {
    fn of(&mut self, sets: Vec<Needs>, fuel: &Fuel<'_>) -> Needs {
        if sets.len() != self.sets.len() || !sets.iter().zip(&self.sets).all(|(a, b)| a.is_same(b))
        {
            // Who runs out of effort is told once all are decided.
            let _ = fuel.charge(sets.iter().map(Needs::ranges).sum::<usize>() as u64);
            self.whole = Needs::joined(sets.clone());
            self.sets = sets;
            let _ = fuel.hold(self.whole.held(), Holder::Needs);
        }
        self.whole.clone()
    }
}

impl Deciding<'_, '_> {
    fn outcome(&self) -> Result<AwardOutcome, Abort> {
        let rows = if self.award.entity == self.rules.schema.root {
            self.data.len()
        } else {
            self.records()
        };
        let mut contests = Vec::new();
        let groups = self.groups()?;
        let stands = |group: &Group| group.rows.len() + group.maybe.len();
        // Whoever stands in several contests has a list of what they make of it.
        let made = rows * size_of::<Vec<Made>>()
            + groups.iter().map(stands).sum::<usize>().max(LEAST * rows) * size_of::<Made>();
        self.fuel.hold(made, Holder::Figures)?;
        let mut found: Vec<Vec<Made>> = (0..rows).map(|_| Vec::new()).collect();
        for group in groups {
            let each = size_of::<Entrant>() + size_of::<Ruling>() + size_of::<Made>();
            let held = stands(&group) * each;
            self.fuel.hold(held, Holder::Figures)?;
            let (contest, made) = self.contest(&group)?;
            self.fuel.release(held);
            made.into_iter().for_each(|made| found[made.row].push(made));
            contests.extend((!group.rows.is_empty()).then_some(contest));
        }
        let mut last = Joined::default();
        // The outcome has what rules may still ask about, too.
        self.fuel.hold(2 * rows * size_of::<Standing>(), Holder::Figures)?;
        let standings = found.into_iter().map(|made| self.standing(made, &mut last)).collect();
        self.fuel.release(made);
        Ok(AwardOutcome { standings, contests })
    }

    fn records(&self) -> usize {
        self.data.tables.get(self.award.entity).map_or(0, |table| table.rows)
    }

    fn groups(&self) -> Result<Vec<Group>, Abort> {
        let all = || (0..self.data.len()).collect::<Vec<_>>();
        let root = self.rules.schema.root;
        if self.award.entity != root {
            return Ok(self.within());
        }
        let Some(field) = self.award.by else {
            return Ok(vec![Group { of: None, rows: all(), maybe: Vec::new() }]);
        };
        let count = match &self.rules.schema.root_entity().fields[field].kind {
            FieldKind::Choice(choices) => choices.values.len(),
            _ => 0,
        };
        let (mut members, mut maybe) = (vec![Vec::new(); count], Vec::new());
        for row in 0..self.data.len() {
            match self.data.cell(root, field, row) {
                Some(Cell::Choice(value)) => members[usize::from(value)].push(row),
                _ => maybe.push(row),
            }
        }
        self.fuel.hold(count * maybe.len() * size_of::<usize>(), Holder::Figures)?;
        let of = |(value, rows)| Group { of: Some(value), rows, maybe: maybe.clone() };
        Ok(members.into_iter().enumerate().map(of).collect())
    }

    /// Records are compared within what they belong to.
    fn within(&self) -> Vec<Group> {
        let (data, entity) = (self.data, self.award.entity);
        let group = |of: usize, rows: std::ops::Range<usize>| Group {
            of: Some(of),
            rows: rows.collect(),
            maybe: Vec::new(),
        };
        let parent = self.rules.schema.parent(entity).unwrap_or(self.rules.schema.root);
        if parent == self.rules.schema.root {
            return (0..data.len()).map(|root| group(root, data.rows_of(entity, root))).collect();
        }
        let below = |root: usize| {
            let all = data.rows_of(entity, root);
            data.rows_of(parent, root)
                .map(move |of| group(of, data.rows_below(entity, of, all.clone())))
        };
        (0..data.len()).flat_map(below).collect()
    }

    fn contest(&self, group: &Group) -> Result<(Contest, Vec<Made>), Abort> {
        let (award, fuel) = (self.award, self.fuel);
        let count = (group.rows.len() + group.maybe.len()) as u64;
        fuel.charge(cost::of_award(award, count))?;
        let Limit { found: limit, sure: limit_is_sure, mut needs } = self.limit(group)?;
        let asking =
            Asking { rules: self.rules, data: self.data, state: self.state, award, meter: fuel };
        let (mut entrants, mut own, mut made): (Vec<Entrant>, Vec<Needs>, Vec<Made>) =
            (Vec::new(), Vec::new(), Vec::new());
        for (row, belongs) in group
            .rows
            .iter()
            .map(|row| (*row, true))
            .chain(group.maybe.iter().map(|row| (*row, false)))
        {
            let subject = if award.entity == self.rules.schema.root {
                Subject::Root { root: row, kpi: None }
            } else {
                Subject::Record {
                    entity: award.entity,
                    row,
                    root: self.data.root_of(award.entity, row),
                }
            };
            match asking.entry(row, subject, belongs) {
                Entry::In(entrant, lacks) => {
                    needs.extend((!lacks.is_empty()).then(|| lacks.clone()));
                    own.push(lacks);
                    entrants.push(entrant);
                }
                Entry::Out(cause) => {
                    made.push(Made {
                        row,
                        ruling: Ruling::refused(cause),
                        needs: Needs::default(),
                        ranked: false,
                        may_leave: false,
                        outer: false,
                    });
                }
            }
            fuel.check()?;
        }
        if let Some(field) = award.by {
            let ungrouped = group
                .maybe
                .iter()
                .map(|root| Need::Field { entity: self.rules.schema.root, row: *root, field })
                .collect::<Vec<_>>();
            needs.push(Needs::from(ungrouped));
        }
        fuel.charge(needs.iter().map(Needs::ranges).sum::<usize>() as u64)?;
        let needs = Needs::joined(needs);
        fuel.hold(needs.held(), Holder::Needs)?;
        let (rulings, list) = match &limit {
            Err(_) => {
                (entrants.iter().map(|_| Ruling::refused(Cause::NoLimit)).collect(), Vec::new())
            }
            Ok(range) => self.rulings(&entrants, range),
        };
        fuel.check()?;
        let plain = matches!(award.give, Give::Place)
            && entrants.iter().all(|entrant| entrant.plain)
            && group.maybe.is_empty()
            && limit.as_ref().is_ok_and(|range| range.known().is_some());
        let line = list
            .iter()
            .rposition(|at: &usize| rulings[*at].decision == Decision::Counted)
            .map_or(0, |last| last + 1);
        let given = self.given(&rulings, limit.as_ref().ok(), &needs);
        let contest = Contest {
            of: group.of,
            limit: limit.map_or_else(|state| state, |range| figure(range, !limit_is_sure, &needs)),
            given,
            line,
            list: list.iter().map(|at| entrants[*at].row).collect(),
            outer: !plain && rulings.iter().any(|ruling| ruling.decision == Decision::Undetermined),
        };
        for ((entrant, ruling), lacks) in entrants.iter().zip(rulings).zip(own) {
            let open = ruling.decision == Decision::Undetermined
                || !entrant.qualifies
                || !limit_is_sure
                || ruling.rank.0 != ruling.rank.1
                || Some(&ruling.low) != ruling.high.as_ref();
            let ranked = !matches!(ruling.cause, Cause::NoLimit) && !award.order.is_empty();
            let needs = if open {
                if needs.is_empty() { lacks } else { needs.clone() }
            } else {
                Needs::default()
            };
            // Without a limit nobody has a rank.
            let may_leave = !entrant.qualifies || !limit_is_sure;
            let outer = open && !plain;
            made.push(Made { row: entrant.row, ruling, needs, ranked, may_leave, outer });
        }
        Ok((contest, made))
    }

    /// The limit of a group.
    fn limit(&self, group: &Group) -> Result<Limit, Abort> {
        let kpis = figures_asked(self.pack, self.data, self.state, &self.award.limit, self.fuel)?;
        let subject = match (self.award.entity == self.rules.schema.root, group.of) {
            (false, Some(of)) => match self.rules.schema.parent(self.award.entity) {
                Some(entity) if entity != self.rules.schema.root => {
                    Subject::Record { entity, row: of, root: self.data.root_of(entity, of) }
                }
                _ => Subject::Root { root: of, kpi: None },
            },
            (_, of) => {
                let group_of = self.award.by.zip(of);
                Subject::Roots {
                    roots: &group.rows,
                    maybe: &group.maybe,
                    kpis: &kpis,
                    whole: &[],
                    group: group_of,
                }
            }
        };
        let mut eval = Eval::new(self.rules, self.data, self.state, subject).charged(self.fuel);
        let found = eval.range(&self.award.limit);
        let sure = found.as_ref().is_err()
            || (!eval.may_fail && found.as_ref().is_ok_and(|range| range.known().is_some()))
            || Surely::new(&mut eval).has_value(&self.award.limit);
        // What may turn out to be none leaves nothing that anybody is certain of.
        let found =
            found.map(|range| if sure { range } else { Range { low: None, high: range.high } });
        let needs = eval.needs.take_charged(Some(self.fuel));
        self.fuel.check()?;
        let open = found.as_ref().is_ok_and(|range| range.known().is_none());
        Ok(Limit { found, sure, needs: if open { vec![needs] } else { Vec::new() } })
    }

    /// What comes out for each entrant, and their list.
    fn rulings(&self, entrants: &[Entrant], limit: &Range) -> (Vec<Ruling>, Vec<usize>) {
        let award = self.award;
        let data = self.data;
        let key = |row: usize| data.key(award.entity, row);
        let by_key = |a: usize, b: usize| key(entrants[a].row).cmp(&key(entrants[b].row));
        let mut list: Vec<usize> = (0..entrants.len()).collect();
        let rest = match &award.give {
            Give::Proportion { step, .. } => {
                sort(&mut list, &mut |a, b| by_key(*a, *b));
                let rulings = proportion::decide(entrants, limit, step, award.ties, self.fuel);
                return (
                    rulings.unwrap_or_else(|error| {
                        vec![Ruling::refused(Cause::NoAmount(Some(error))); entrants.len()]
                    }),
                    list,
                );
            }
            Give::Amount { rest, .. } => *rest,
            Give::Place => Rest::Stop,
        };
        let terms = Terms {
            rest,
            places: matches!(award.give, Give::Place),
            ties: award.ties,
            reserve: award.reserve,
        };
        let (rulings, places) = decide(entrants, limit, terms, &key, self.fuel);
        let (best, worst) = (&places.best, &places.worst);
        let before = |a: usize, b: usize| {
            best[b].cmp(&best[a]).then_with(|| worst[b].cmp(&worst[a])).then_with(|| by_key(a, b))
        };
        sort(&mut list, &mut |a, b| before(*a, *b));
        (rulings, list)
    }

    /// How many are counted, or what they are given together: never more than the limit, but where
    /// equals take places together.
    fn given(&self, rulings: &[Ruling], limit: Option<&Range>, needs: &Needs) -> KpiValue {
        let places = matches!(self.award.give, Give::Place);
        let sum = if places {
            let number = |of: &dyn Fn(Decision) -> bool| {
                Exact::from(rulings.iter().filter(|ruling| of(ruling.decision)).count() as i64)
            };
            let (low, high) =
                (number(&|of| of == Decision::Counted), number(&|of| of != Decision::Refused));
            Range { low: Some(low), high: Some(high) }
        } else {
            rulings.iter().fold(Range::point(Exact::ZERO), |sum, ruling| {
                let own = Range { low: Some(ruling.low.clone()), high: ruling.high.clone() };
                let _ = self.fuel.charge(sum.effort(&own));
                sum.plus(&own)
            })
        };
        let most = limit.and_then(|limit| limit.high.as_ref()).map(|most| match places {
            true => most.rounded(Rounding::Down, &Exact::ONE),
            false => Ok(most.clone()),
        });
        let together = places && self.award.ties == Ties::Together;
        let high = match (sum.high, most) {
            (high, Some(Ok(most))) if !together => {
                let most = most.max(Exact::ZERO);
                Some(if let Some(high) = high { high.min(most) } else { most })
            }
            (high, _) => high,
        };
        let sum = Range { low: sum.low, high };
        sum.fitted().map_or_else(KpiValue::Invalid, |sum| figure(sum, false, needs))
    }

    /// One record, from every contest it may stand in.
    fn standing(&self, made: Vec<Made>, last: &mut Joined) -> Standing {
        let unique = made.len() == 1;
        let mut list = made.into_iter();
        let places = matches!(self.award.give, Give::Place);
        let Some(first) = list.next() else {
            // No group has it: the field has no values.
            return self.made(
                Made {
                    row: 0,
                    ruling: Ruling::refused(Cause::Open),
                    needs: Needs::default(),
                    ranked: false,
                    may_leave: false,
                    outer: false,
                },
                places,
                unique,
            );
        };
        let mut joined = first;
        let mut needs = vec![std::mem::take(&mut joined.needs)];
        for other in list {
            let (a, b) = (&mut joined.ruling, other.ruling);
            if a.decision != b.decision {
                a.decision = Decision::Undetermined;
                a.cause = Cause::Open;
            } else if a.cause != b.cause {
                a.cause = if a.decision == Decision::Refused { b.cause } else { Cause::Open };
            }
            a.rank = match (joined.ranked, other.ranked) {
                (true, true) => (a.rank.0.min(b.rank.0), a.rank.1.max(b.rank.1)),
                (true, false) => a.rank,
                _ => b.rank,
            };
            joined.may_leave |= joined.ranked != other.ranked;
            joined.ranked |= other.ranked;
            a.low = std::mem::replace(&mut a.low, Exact::ZERO).min(b.low);
            a.high = a.high.take().zip(b.high).map(|(a, b)| a.max(b));
            a.reserve = match (a.reserve, b.reserve) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            };
            needs.push(other.needs);
            joined.outer |= other.outer;
            joined.may_leave |= other.may_leave;
        }
        joined.needs = last.of(needs, self.fuel);
        self.made(joined, places, unique)
    }

    fn made(&self, made: Made, places: bool, unique: bool) -> Standing {
        let Made { ruling, needs, ranked, may_leave, outer, .. } = made;
        let whole = |number: u64| Exact::from(i64::try_from(number).unwrap_or(i64::MAX));
        let between = |(low, high): (u64, u64)| match (low == high, may_leave) {
            (true, false) => KpiValue::Known(whole(low)),
            _ => KpiValue::Undetermined {
                low: Some(whole(low)),
                high: Some(whole(high)),
                may_be_none: may_leave,
                needs: needs.clone(),
            },
        };
        let on_list = |(first, last): (u64, u64)| {
            let surely = ruling.decision == Decision::Refused
                && last <= self.award.reserve
                && unique
                && !may_leave;
            match (surely, first == last) {
                (true, true) => KpiValue::Known(whole(first)),
                // It may have none: more than the list is long, or counted.
                _ => KpiValue::Undetermined {
                    low: Some(whole(first)),
                    high: Some(whole(last.min(self.award.reserve))),
                    may_be_none: true,
                    needs: needs.clone(),
                },
            }
        };
        let amount = Range { low: Some(ruling.low.clone()), high: ruling.high.clone() };
        Standing {
            rank: if ranked { between(ruling.rank) } else { KpiValue::NotApplicable },
            amount: if places { KpiValue::NotApplicable } else { fitted(amount, &needs) },
            reserve: ruling.reserve.map_or(KpiValue::NotApplicable, on_list),
            decision: ruling.decision,
            cause: ruling.cause,
            outer: outer || !unique,
            needs,
        }
    }
}

fn fitted(range: Range, needs: &Needs) -> KpiValue {
    range.fitted().map_or_else(
        |error: NumberError| KpiValue::Invalid(error),
        |range| figure(range, false, needs),
    )
}

/// A figure that is open as far as its bounds are apart; `may_be_none` is whether it may turn out
/// to have no value.
fn figure(range: Range, may_be_none: bool, needs: &Needs) -> KpiValue {
    match range.known() {
        Some(value) => KpiValue::Known(value.clone()),
        None => KpiValue::Undetermined {
            low: range.low,
            high: range.high,
            may_be_none,
            needs: needs.clone(),
        },
    }
}
