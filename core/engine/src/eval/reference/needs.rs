//! What would have to be known to decide a record: the missing fields of its conditions, and of the claims that dispute its key.
//!
//! A record that asks whether another is `counted in` a tally needs what the other needs, and so on down a chain of tallies. Each link is
//! worked out once and kept, and the chain is walked with a list, not by recursion: a pack may have more tallies than the stack has room
//! for. Not here: verdicts, which never ask for needs.

use std::sync::{Arc, Mutex, OnceLock};

use super::State;
use super::expr::{Counterparts, Eval, Subject};
use crate::data::Dataset;
use guiju_model::outcome::Need;
use guiju_model::rules::Rules;

/// A tally and a row of its entity.
pub(crate) type Record = (usize, usize);

/// Records whose claims leave others open, shared by all that they leave open, and what these claims need.
#[derive(Debug, Default)]
pub(crate) struct Rivals {
    pub(crate) records: Vec<Record>,
    needs: OnceLock<Vec<Need>>,
}

impl Rivals {
    pub(crate) fn new(records: Vec<Record>) -> Arc<Rivals> {
        Arc::new(Rivals { records, needs: OnceLock::new() })
    }
}

/// The needs of records that others ask about, by tally and row.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Vec<Vec<Slot>>>);

/// Missing until somebody asks.
type Slot = Option<Arc<[Need]>>;

impl Clone for Kept {
    /// A copied state works them out again.
    fn clone(&self) -> Kept {
        Kept::default()
    }
}

impl Kept {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Slot>>> {
        // A panic elsewhere leaves no half-written slot.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn get(&self, first: usize, (tally, row): Record) -> Slot {
        self.lock().get(tally)?.get(row.checked_sub(first)?)?.clone()
    }

    fn put(&self, first: usize, (tally, row): Record, needs: Vec<Need>) {
        let Some(at) = row.checked_sub(first) else { return };
        let mut kept = self.lock();
        if kept.len() <= tally {
            kept.resize_with(tally + 1, Vec::new);
        }
        let rows = &mut kept[tally];
        if rows.len() <= at {
            rows.resize(at + 1, None);
        }
        rows[at] = Some(needs.into());
    }
}

/// What one record needs, each field once, in order.
pub(crate) fn of_record(rules: &Rules, data: &Dataset, state: &State, tally: usize, row: usize) -> Vec<Need> {
    of_records(rules, data, state, tally, std::iter::once(row))
}

/// What some records of a tally need together, each field once, in order.
pub(crate) fn of_records(rules: &Rules, data: &Dataset, state: &State, tally: usize, rows: impl Iterator<Item = usize>) -> Vec<Need> {
    let mut needs = Vec::new();
    let mut seen: Vec<*const Rivals> = Vec::new();
    for row in rows {
        needs.extend(own(rules, data, state, (tally, row), Counterparts::Resolve).needs);
        for rivals in state.contested.get(&(tally, row)) {
            // Neighbours mostly share one list.
            if seen.last() == Some(&Arc::as_ptr(rivals)) {
                continue;
            }
            seen.push(Arc::as_ptr(rivals));
            needs.extend(rivals.needs.get_or_init(|| {
                let own = |record: &Record| own(rules, data, state, *record, Counterparts::Resolve).needs;
                Need::in_order(rivals.records.iter().flat_map(own).collect())
            }));
        }
    }
    Need::in_order(needs)
}

/// What the counterpart of a record needs, by way of every record it asks about in turn.
pub(super) fn of_counterpart(rules: &Rules, data: &Dataset, state: &State, record: Record) -> Arc<[Need]> {
    let mut open = vec![record];
    while let Some(record) = open.last().copied() {
        let first = state.first_row(record.0);
        if state.needs.get(first, record).is_some() {
            open.pop();
            continue;
        }
        let mut unknown = Vec::new();
        let mut ask = |record: Record| {
            let eval = own(rules, data, state, record, Counterparts::Defer(Vec::new()));
            if let Counterparts::Defer(deferred) = eval.counterparts {
                unknown.extend(deferred);
            }
            eval.needs
        };
        let mut needs = ask(record);
        for rivals in state.contested.get(&record) {
            if let Some(known) = rivals.needs.get() {
                needs.extend(known);
                continue;
            }
            needs.extend(rivals.records.iter().flat_map(|record| ask(*record)));
        }
        if unknown.is_empty() {
            state.needs.put(first, record, Need::in_order(needs));
        }
        open.append(&mut unknown);
    }
    state.needs.get(state.first_row(record.0), record).unwrap_or_else(|| Arc::from([]))
}

/// The conditions of a record, evaluated for what they lack.
fn own<'a>(rules: &'a Rules, data: &'a Dataset, state: &'a State, (tally, row): Record, counterparts: Counterparts) -> Eval<'a> {
    let tally = &rules.tallies[tally];
    let root = data.root_of(tally.entity, row);
    let mut eval = Eval::new(rules, data, state, Subject::Record { entity: tally.entity, row, root });
    eval.counterparts = counterparts;
    for condition in &tally.select {
        eval.truth(condition);
    }
    for requirement in &tally.require {
        eval.truth(&requirement.condition);
    }
    eval
}
