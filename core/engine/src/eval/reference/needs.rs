//! What would have to be known to decide a record: the missing fields of its conditions, and of the
//! claims that dispute its key.
//!
//! A record that asks whether another is `counted in` a tally needs what the other needs, and so on
//! down a chain of tallies. Each link is worked out once and kept, as is each list of rivals, and
//! the chain is walked with a list, not by recursion: a pack may have more tallies than the stack
//! has room for. All of it is charged. Not here: verdicts, which never ask for needs.

use std::sync::{Arc, Mutex, OnceLock};

use super::expr::{Counterparts, Eval, Subject};
use super::{Fuel, Meter, State, tally};
use crate::data::Dataset;
use guiju_model::index::TallyId;
use guiju_model::needs::Needs;
use guiju_model::outcome::{Need, Verdict};
use guiju_model::rules::{Among, Rules};

/// A tally and a row of its entity.
pub(crate) type Record = (TallyId, usize);

/// Records whose claims leave others open, shared by all that they leave open, and what these
/// claims need.
#[derive(Debug, Default)]
pub(crate) struct Rivals {
    /// The rule, where it is one among the records of a tally.
    among: Option<usize>,
    pub(crate) records: Vec<Record>,
    needs: OnceLock<Needs>,
    /// Set once it is accounted for, with the first record that it leaves open.
    accounted: OnceLock<()>,
}

impl Rivals {
    pub(crate) fn new(among: Option<usize>, records: Vec<Record>) -> Arc<Rivals> {
        Arc::new(Rivals { among, records, needs: OnceLock::new(), accounted: OnceLock::new() })
    }

    /// The bytes it takes, without what its claims need; nothing where they were asked for before.
    pub(super) fn taken(&self) -> usize {
        let all = size_of::<Rivals>() + self.records.capacity() * size_of::<Record>();
        self.accounted.set(()).map_or(0, |()| all)
    }
}

/// What is missing, as it is found: each by itself, or sets that were worked out before.
#[derive(Default)]
pub(crate) struct Missing {
    own: Vec<Need>,
    shared: Vec<Needs>,
}

/// How much had been found before.
#[derive(Clone, Copy)]
pub(super) struct Found(usize, usize);

impl Missing {
    pub(crate) fn push(&mut self, need: Need) {
        self.own.push(need);
    }

    pub(crate) fn share(&mut self, needs: &Needs) {
        if !needs.is_empty() {
            self.shared.push(needs.clone());
        }
    }

    pub(crate) fn append(&mut self, other: &mut Missing) {
        self.own.append(&mut other.own);
        self.shared.append(&mut other.shared);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.shared.is_empty()
    }

    pub(super) fn found(&self) -> Found {
        Found(self.own.len(), self.shared.len())
    }

    /// As if nothing had been found since.
    pub(super) fn truncate(&mut self, found: Found) {
        self.own.truncate(found.0);
        self.shared.truncate(found.1);
    }

    /// What was found since.
    pub(super) fn split_off(&mut self, found: Found) -> Missing {
        Missing { own: self.own.split_off(found.0), shared: self.shared.split_off(found.1) }
    }

    /// All of it, each once.
    pub(crate) fn take(&mut self) -> Needs {
        let mut sets = std::mem::take(&mut self.shared);
        if !self.own.is_empty() {
            sets.push(Needs::from(std::mem::take(&mut self.own)));
        }
        Needs::joined(sets)
    }

    /// The same, charged for what it takes to put together and to keep.
    pub(super) fn take_charged(&mut self, meter: Option<&dyn Meter>) -> Needs {
        let ranges: usize = self.shared.iter().map(Needs::ranges).sum();
        // One set alone is shared as it is.
        let kept =
            if self.own.is_empty() && self.shared.len() < 2 { 0 } else { self.own.len() + ranges };
        let making = self.own.capacity() * size_of::<Need>()
            + if kept == 0 { 0 } else { Needs::held_making(kept) };
        if !(spend(meter, kept as u64) && hold(meter, making)) {
            return Needs::default();
        }
        let needs = self.take();
        if let Some(meter) = meter {
            meter.release(making);
        }
        hold(meter, if kept == 0 { 0 } else { needs.held() });
        needs
    }
}

fn hold(meter: Option<&dyn Meter>, bytes: usize) -> bool {
    bytes == 0 || meter.is_none_or(|meter| meter.hold(bytes))
}

fn spend(meter: Option<&dyn Meter>, steps: u64) -> bool {
    steps == 0 || meter.is_none_or(|meter| meter.spend(steps))
}

/// Needs that are asked for more than once: by tally, those of single records by their row, or
/// those of all that is open by their root.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Vec<Vec<Option<Needs>>>>);

impl Clone for Kept {
    /// A copied state works them out again.
    fn clone(&self) -> Kept {
        Kept::default()
    }
}

impl Kept {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Option<Needs>>>> {
        // A panic elsewhere leaves no half-written slot.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn get(&self, first: usize, (tally, row): Record) -> Option<Needs> {
        self.lock().get(tally.index())?.get(row.checked_sub(first)?)?.clone()
    }

    /// Keeps what a record needs; the bytes that this takes beside the needs themselves.
    fn put(&self, first: usize, (tally, row): Record, needs: Needs) -> usize {
        let Some(at) = row.checked_sub(first) else { return 0 };
        let (tally, mut kept) = (tally.index(), self.lock());
        if kept.len() <= tally {
            kept.resize_with(tally + 1, Vec::new);
        }
        let rows = &mut kept[tally];
        let room = rows.capacity();
        if rows.len() <= at {
            rows.resize(at + 1, None);
        }
        rows[at] = Some(needs);
        (rows.capacity() - room) * size_of::<Option<Needs>>()
    }
}

/// What one record needs.
pub(crate) fn of_record(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    tally: TallyId,
    row: usize,
) -> Needs {
    of_records(rules, data, state, None, tally, std::iter::once(row))
}

/// The same, charged.
pub(crate) fn of_record_charged(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    meter: &dyn Meter,
    (tally, row): Record,
) -> Needs {
    of_records(rules, data, state, Some(meter), tally, std::iter::once(row))
}

/// What some records of a tally need together.
pub(crate) fn of_records(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    meter: Option<&dyn Meter>,
    tally: TallyId,
    rows: impl Iterator<Item = usize>,
) -> Needs {
    let look = Look { rules, data, state, meter };
    let mut missing = Missing::default();
    let mut seen: Vec<*const Rivals> = Vec::new();
    for row in rows {
        let Some(mut eval) = look.own((tally, row), Counterparts::Resolve) else { break };
        missing.append(&mut eval.needs);
        for rivals in state.contested.get(&(tally, row)) {
            look.order((tally, row), rivals, &mut eval);
            missing.append(&mut eval.needs);
            // Neighbours mostly share one list.
            if seen.last() == Some(&Arc::as_ptr(rivals)) {
                continue;
            }
            seen.push(Arc::as_ptr(rivals));
            look.resolve(vec![Open::Rivals(Arc::clone(rivals))]);
            missing.shared.extend(rivals.needs.get().cloned());
        }
    }
    missing.take_charged(meter)
}

/// What the records of a root need together that a tally leaves open: worked out, and charged, once
/// for all its figures. Only to be asked when every verdict is made.
pub(super) fn of_undetermined(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    tally: TallyId,
    root: usize,
) -> Needs {
    let rows = data.rows_of(rules.tallies[tally].entity, root);
    let mut open =
        rows.filter(|row| state.verdicts[tally].get(*row) == Verdict::UNDETERMINED).peekable();
    if open.peek().is_none() {
        return Needs::default();
    }
    let first = state.roots.start;
    state.together.get(first, (tally, root)).unwrap_or_else(|| {
        let needs = of_records(rules, data, state, Some(fuel), tally, open);
        hold(Some(fuel), state.together.put(first, (tally, root), needs.clone()));
        needs
    })
}

/// What the counterpart of a record needs, by way of every record it asks about in turn.
pub(super) fn of_counterpart(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    meter: Option<&dyn Meter>,
    record: Record,
) -> Needs {
    Look { rules, data, state, meter }.resolve(vec![Open::Record(record)]);
    state.needs.get(state.first_row(record.0), record).unwrap_or_default()
}

/// What is to be worked out: what a record needs, or what the claims of rivals do.
#[derive(Clone)]
enum Open {
    Record(Record),
    Rivals(Arc<Rivals>),
}

struct Look<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    state: &'a State,
    meter: Option<&'a dyn Meter>,
}

impl<'a> Look<'a> {
    /// Works out what is on a list, and before it whatever that asks about.
    ///
    /// What asks about something is looked at twice, before that is worked out and after. Where it
    /// was worked out for another already, once is enough, and charged as if it were twice: so the
    /// effort does not hang on what is asked for first.
    fn resolve(&self, open: Vec<Open>) {
        let mut open: Vec<(Open, bool)> = open.into_iter().map(|open| (open, false)).collect();
        while let Some((next, again)) = open.last().cloned() {
            let known = match &next {
                Open::Record(record) => self.kept(*record),
                Open::Rivals(rivals) => rivals.needs.get().is_some(),
            };
            if known {
                open.pop();
                continue;
            }
            let records = match &next {
                Open::Record(record) => std::slice::from_ref(record),
                Open::Rivals(rivals) => &rivals.records[..],
            };
            let (mut missing, mut unknown, mut lists) =
                (Missing::default(), Vec::new(), Vec::new());
            let (before, mut asks) = (self.spent(), false);
            for record in records {
                let Some(mut eval) = self.own(*record, Counterparts::deferred()) else {
                    return;
                };
                if let Open::Rivals(rivals) = &next {
                    self.order(*record, rivals, &mut eval);
                }
                for rivals in self.state.contested.get(record) {
                    let follows = match &next {
                        Open::Record(_) => true,
                        // What its own tally leaves of a rival is decided before; what other
                        // tallies claim is not asked again.
                        Open::Rivals(of) => of.among.is_none() && rivals.among.is_some(),
                    };
                    if !follows {
                        continue;
                    }
                    self.order(*record, rivals, &mut eval);
                    if lists.last().is_none_or(|last| !Arc::ptr_eq(last, rivals)) {
                        lists.push(Arc::clone(rivals));
                    }
                }
                missing.append(&mut eval.needs);
                if let Counterparts::Defer { unknown: deferred, asked } = eval.counterparts {
                    asks |= asked;
                    unknown.extend(deferred.into_iter().map(Open::Record));
                }
            }
            let looked = self.spent() - before;
            for rivals in &lists {
                match rivals.needs.get() {
                    Some(needs) => missing.share(needs),
                    None => unknown.push(Open::Rivals(Arc::clone(rivals))),
                }
            }
            if !unknown.is_empty() {
                if let Some((_, again)) = open.last_mut() {
                    *again = true;
                }
                open.extend(unknown.into_iter().map(|unknown| (unknown, false)));
                continue;
            }
            if (asks || !lists.is_empty()) && !again && !spend(self.meter, looked) {
                return;
            }
            match &next {
                Open::Record(record) => {
                    let needs = missing.take_charged(self.meter);
                    let first = self.state.first_row(record.0);
                    hold(self.meter, self.state.needs.put(first, *record, needs));
                }
                // Rivals of whom none is left need nothing, which is an answer too: without one
                // they would be asked for ever.
                Open::Rivals(rivals) => drop(rivals.needs.set(missing.take_charged(self.meter))),
            }
            open.pop();
        }
    }

    /// The effort so far.
    fn spent(&self) -> u64 {
        self.meter.map_or(0, Meter::spent)
    }

    fn kept(&self, record: Record) -> bool {
        self.state.needs.get(self.state.first_row(record.0), record).is_some()
    }

    /// What a rule among the records of a tally asks of one, evaluated for what it lacks.
    fn order(&self, (tally, _): Record, rivals: &Rivals, eval: &mut Eval<'a>) {
        let Some(once) = rivals.among else { return };
        let rules: &'a Rules = self.rules;
        if rules.tallies[tally].onces.contains(&once) {
            let exprs = rules.onces[once].among().into_iter().flat_map(Among::exprs);
            exprs
                .filter(|expr| spend(self.meter, expr.nodes))
                .for_each(|expr| drop(eval.value(expr)));
        }
    }

    /// The conditions of a record, evaluated for what they lack; nothing where the evaluation is to
    /// stop.
    fn own(&self, (tally, row): Record, counterparts: Counterparts) -> Option<Eval<'a>> {
        if !spend(self.meter, tally::cost(self.rules, tally)) {
            return None;
        }
        let tally = &self.rules.tallies[tally];
        let root = self.data.root_of(tally.entity, row);
        let mut eval = Eval::new(
            self.rules,
            self.data,
            self.state,
            Subject::Record { entity: tally.entity, row, root },
        );
        eval.meter = self.meter;
        eval.counterparts = counterparts;
        for condition in &tally.select {
            eval.truth(condition);
        }
        for requirement in &tally.require {
            eval.truth(&requirement.condition);
        }
        Some(eval)
    }
}
