//! The records of some roots that follow one another, and the truth of conditions on them, each
//! computed at most once.
//!
//! Not here: how a kind of condition is computed (`kernels`, `classes`), and what is done with the
//! truth (`verdicts`, `measures`).

use std::ops::Range;

use super::bits::{self, Planes};
use super::claims::Keys;
use super::figures::Groupings;
use super::program::{Condition, From, Id, Place, Program};
use crate::data::{Column, Dataset, Values};
use crate::eval::reference::{Fuel, State};
use guiju_model::index::{EntityId, List};
use guiju_model::memory::Holder;
use guiju_model::outcome::Abort;
use guiju_model::rules::Rules;
use guiju_model::schema::FieldKind;

/// Some roots with their records.
pub(super) struct Block<'a> {
    pub(super) rules: &'a Rules,
    pub(super) program: &'a Program,
    pub(super) data: &'a Dataset,
    pub(super) roots: Range<usize>,
    /// For each entity its records.
    pub(super) rows: List<EntityId, Range<usize>>,
    pub(super) scratch: &'a mut Scratch,
}

/// Memory that one block leaves to the next.
#[derive(Default)]
pub(super) struct Scratch {
    /// For each condition its truth, where it was computed; of a slow one with the records that it
    /// was computed for.
    planes: Vec<(Option<Vec<u64>>, Planes)>,
    /// For each classification and each of its values, the records that may have it.
    pub(super) classes: Vec<(bool, Vec<Vec<u64>>)>,
    pub(super) keys: Keys,
    pub(super) groupings: Groupings,
    /// The bytes by which these have grown since they were last accounted for.
    pub(super) grown: usize,
}

/// The bytes that a condition's truth takes.
fn taken(planes: &Planes) -> usize {
    (planes.yes.capacity() + planes.no.capacity()) * size_of::<u64>()
}

/// The values of a place for the records of a block.
pub(super) struct View<'a> {
    pub(super) values: ViewValues<'a>,
    /// Records that have a value.
    pub(super) known: Vec<u64>,
    /// Records whose reference leads somewhere; `None` where there is no reference to follow.
    pub(super) reached: Option<Vec<u64>>,
    pub(super) kind: &'a FieldKind,
}

/// Values side by side: a part of a column, or gathered from all over it.
pub(super) enum ViewValues<'a> {
    Part(&'a Values, Range<usize>),
    Gathered(Values, usize),
}

impl ViewValues<'_> {
    pub(super) fn parts(&self) -> (&Values, Range<usize>) {
        match self {
            ViewValues::Part(values, rows) => (values, rows.clone()),
            ViewValues::Gathered(values, len) => (values, 0..*len),
        }
    }
}

impl View<'_> {
    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.values.parts().1.len()
    }
}

impl<'a> Block<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        program: &'a Program,
        data: &'a Dataset,
        roots: Range<usize>,
        scratch: &'a mut Scratch,
    ) -> Self {
        scratch.planes.resize_with(program.nodes.len(), Default::default);
        scratch.classes.resize_with(rules.classes.len(), Default::default);
        scratch.planes.iter_mut().for_each(|(asked, _)| *asked = None);
        scratch.classes.iter_mut().for_each(|(ready, _)| *ready = false);
        let rows = data.tables.ids().map(|entity| data.rows_of_all(entity, &roots)).collect();
        Block { rules, program, data, roots, rows, scratch }
    }

    /// How many records of an entity there are.
    pub(super) fn len(&self, entity: EntityId) -> usize {
        self.rows[entity].len()
    }

    /// The records of a root, counted from the first of the block.
    pub(super) fn rows_of(&self, entity: EntityId, root: usize) -> Range<usize> {
        let (rows, first) = (self.data.rows_of(entity, root), self.rows[entity].start);
        rows.start - first..rows.end - first
    }

    /// Sees to it that a condition is known for some records at least; `state` holds the verdicts
    /// it may ask for. Of others nothing is known then where asking takes long.
    pub(super) fn prepare_some(&mut self, id: Id, wanted: &[u64], state: &State) {
        let program = self.program;
        if !program.slow[id] {
            return self.prepare(id, state);
        }
        let node = &program.nodes[id];
        let (before, mut planes) = std::mem::take(&mut self.scratch.planes[id]);
        let taken_before = taken(&planes);
        let before = before.unwrap_or_else(|| {
            planes.open(self.len(node.entity));
            vec![0; wanted.len()]
        });
        let more: Vec<u64> = wanted.iter().zip(&before).map(|(bits, seen)| bits & !seen).collect();
        let asked: Vec<u64> = before.iter().zip(&more).map(|(seen, more)| seen | more).collect();
        if more.iter().all(|word| *word == 0) {
            self.keep(id, asked, planes, taken_before);
            return;
        }
        match &node.condition {
            Condition::Other(expr) => self.other(node.entity, *expr, &more, state, &mut planes),
            Condition::Not(inner) => self.prepare_some(*inner, &asked, state),
            Condition::Same(left, right) => {
                self.prepare_some(*left, &asked, state);
                self.prepare_some(*right, &asked, state);
            }
            Condition::And(parts) => self.prepare_parts(parts, &asked, true, state),
            Condition::Or(parts) => self.prepare_parts(parts, &asked, false, state),
            _ => {}
        }
        if !matches!(node.condition, Condition::Other(_)) {
            self.compute(node, state, &mut planes);
        }
        self.keep(id, asked, planes, taken_before);
    }

    /// Keeps the truth of a condition, which took so many bytes before.
    fn keep(&mut self, id: Id, asked: Vec<u64>, planes: Planes, taken_before: usize) {
        self.scratch.grown += taken(&planes).saturating_sub(taken_before);
        self.scratch.planes[id] = (Some(asked), planes);
    }

    /// The parts of a condition: those that take long last, and only for records that no other
    /// part decides.
    fn prepare_parts(&mut self, parts: &[Id], asked: &[u64], all: bool, state: &State) {
        let program = self.program;
        let mut undecided = asked.to_vec();
        let (slow, quick): (Vec<Id>, Vec<Id>) = parts.iter().partition(|part| program.slow[**part]);
        for part in quick.into_iter().chain(slow) {
            self.prepare_some(part, &undecided, state);
            let truth = self.truth(part);
            let decided = if all { &truth.no } else { &truth.yes };
            undecided.iter_mut().zip(decided).for_each(|(bits, decided)| *bits &= !decided);
        }
    }

    /// Sees to it that a condition is known for all records.
    pub(super) fn prepare(&mut self, id: Id, state: &State) {
        let program = self.program;
        if program.slow[id] {
            let all = bits::all(self.len(program.nodes[id].entity));
            return self.prepare_some(id, &all, state);
        }
        if self.scratch.planes[id].0.is_some() {
            return;
        }
        let node = &program.nodes[id];
        match &node.condition {
            Condition::Not(inner) => self.prepare(*inner, state),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| self.prepare(*part, state))
            }
            Condition::Same(left, right) => {
                self.prepare(*left, state);
                self.prepare(*right, state);
            }
            Condition::Class(_, class, _) => self.prepare_class(*class, state),
            _ => {}
        }
        let mut planes = std::mem::take(&mut self.scratch.planes[id].1);
        let taken_before = taken(&planes);
        self.compute(node, state, &mut planes);
        self.keep(id, Vec::new(), planes, taken_before);
    }

    /// Accounts for what conditions and tables of keys have come to take.
    pub(super) fn account(&mut self, fuel: &Fuel<'_>) -> Result<(), Abort> {
        fuel.hold(self.scratch.keys.grown(), Holder::Claims)?;
        fuel.hold(std::mem::take(&mut self.scratch.grown), Holder::Verdicts)
    }

    /// The truth of a condition that was prepared.
    pub(super) fn truth(&self, id: Id) -> &Planes {
        &self.scratch.planes[id].1
    }

    /// For each record of an entity the row that a place is in; `None` where that is the record
    /// itself.
    pub(super) fn targets(
        &self,
        entity: EntityId,
        from: From,
    ) -> Option<(Vec<u32>, Option<Vec<u64>>)> {
        match from {
            From::Record => None,
            From::Reference(field) => {
                let column = &self.data.tables[entity].columns[field];
                let rows = match &column.values {
                    Values::Row(rows) => rows[self.rows[entity].clone()].to_vec(),
                    _ => vec![0; self.len(entity)],
                };
                let mut reached = Vec::new();
                bits::cut(&column.valid, &self.rows[entity], &mut reached);
                Some((rows, Some(reached)))
            }
            From::Root => {
                let mut rows = Vec::with_capacity(self.len(entity));
                for root in self.roots.clone() {
                    rows.extend(std::iter::repeat_n(
                        root as u32,
                        self.data.rows_of(entity, root).len(),
                    ));
                }
                Some((rows, None))
            }
            From::Programme => Some((vec![0; self.len(entity)], None)),
        }
    }

    /// The values of a place for the records of an entity.
    pub(super) fn view(&self, entity: EntityId, place: Place) -> View<'a> {
        let target = place.from.entity(self.rules, entity);
        let (data, rules) = (self.data, self.rules);
        let column: &'a Column = &data.tables[target].columns[place.field];
        let kind = &rules.schema.entities[target].fields[place.field].kind;
        let mut known = Vec::new();
        match self.targets(entity, place.from) {
            None => {
                let rows = self.rows[entity].clone();
                bits::cut(&column.valid, &rows, &mut known);
                View { values: ViewValues::Part(&column.values, rows), known, reached: None, kind }
            }
            Some((rows, reached)) => {
                bits::pack(&rows, &mut known, |row| column.is_known(row as usize));
                if let Some(reached) = &reached {
                    known.iter_mut().zip(reached).for_each(|(known, reached)| *known &= reached);
                }
                View {
                    values: ViewValues::Gathered(column.values.gather(&rows), rows.len()),
                    known,
                    reached,
                    kind,
                }
            }
        }
    }
}
