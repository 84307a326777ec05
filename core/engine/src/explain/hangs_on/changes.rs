//! Which single changes are tried: records that are left out, then values that are not given. Each
//! of those that the verdict reads at all. Not here: what comes of them (`ask`).

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use super::behind::Behind;
use crate::data::Dataset;
use guiju_model::index::{EntityId, KpiId};
use guiju_model::outcome::Need;
use guiju_model::rules::{KpiScope, Rules};
use guiju_model::schema::{FieldKind, Schema};

/// A single change.
#[derive(Clone, Copy)]
pub(super) enum Change {
    /// A record is left out.
    Without(EntityId, usize),
    /// A value is not given.
    Value(Need),
}

/// The changes of some data.
pub(super) struct Changes<'a> {
    pub(super) rules: &'a Rules,
    pub(super) behind: &'a Behind<'a>,
    /// Whose records and values are changed one by one; other roots are left out as a whole, where
    /// the verdict looks at them.
    pub(super) roots: Range<usize>,
    /// Who is decided on, and so is never left out.
    pub(super) subject: Option<(EntityId, usize)>,
}

impl Changes<'_> {
    /// Goes through all of them, in the order of entities, records and fields.
    pub(super) fn each(
        &self,
        data: &Dataset,
        visit: &mut dyn FnMut(Change) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let schema = &*self.rules.schema;
        if self.behind.whole {
            for root in 0..data.len() {
                self.leave_out(data, (schema.root, root), visit)?;
            }
        }
        for entity in self.records() {
            for row in self.rows(data, entity) {
                self.leave_out(data, (entity, row), visit)?;
            }
        }
        for (entity, field) in &self.behind.fields {
            let shape = &schema.entities[*entity];
            let is_key = *field == shape.key && Some(*entity) != schema.programme;
            if is_key || shape.parents().contains(*field) {
                continue;
            }
            for row in self.rows(data, *entity) {
                self.value(data, Need::Field { entity: *entity, row, field: *field }, visit)?;
            }
        }
        for kpi in &self.behind.targets {
            for root in self.owners(*kpi) {
                self.value(data, Need::Target { root, kpi: *kpi }, visit)?;
            }
        }
        for kpi in &self.behind.previous {
            for root in self.owners(*kpi) {
                self.value(data, Need::Previous { root, kpi: *kpi }, visit)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// How many there are.
    pub(super) fn count(&self, data: &Dataset) -> u64 {
        let mut count = 0;
        let _ = self.each(data, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        count
    }

    /// The kinds of records that are left out: those that are looked at, and those they belong to.
    /// The entities that the verdict looks at: those of roots before those that all share, which
    /// may have very many records that matter to nobody.
    fn records(&self) -> Vec<EntityId> {
        let schema = &*self.rules.schema;
        let with_parents = |entity: &EntityId| {
            let shape = &schema.entities[*entity];
            let parents = shape.parents().filter_map(|field| match shape.fields[field].kind {
                FieldKind::Reference(parent) => Some(parent),
                _ => None,
            });
            parents.chain([*entity]).collect::<Vec<_>>()
        };
        let own = |entity: &EntityId| *entity != schema.root && Some(*entity) != schema.programme;
        let all = self.behind.entities.iter().flat_map(with_parents).filter(own);
        let all: BTreeSet<EntityId> = all.collect();
        let (shared, owned): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|entity| schema.is_shared(*entity));
        owned.into_iter().chain(shared).collect()
    }

    fn rows(&self, data: &Dataset, entity: EntityId) -> Range<usize> {
        if self.rules.schema.is_of_programme(entity) {
            0..data.tables[entity].rows
        } else {
            data.rows_of_all(entity, &self.roots)
        }
    }

    /// Whose targets and previous values of a KPI are given.
    fn owners(&self, kpi: KpiId) -> Vec<Option<usize>> {
        match self.rules.kpis[kpi].scope {
            KpiScope::Root => self.roots.clone().map(Some).collect(),
            KpiScope::Programme { .. } => vec![None],
        }
    }

    fn leave_out(
        &self,
        data: &Dataset,
        (entity, row): (EntityId, usize),
        visit: &mut dyn FnMut(Change) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let stays = self.subject.is_some_and(|subject| is_within(data, subject, (entity, row)));
        if stays { ControlFlow::Continue(()) } else { visit(Change::Without(entity, row)) }
    }

    fn value(
        &self,
        data: &Dataset,
        place: Need,
        visit: &mut dyn FnMut(Change) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match data.value_at(&place) {
            Some(_) => visit(Change::Value(place)),
            None => ControlFlow::Continue(()),
        }
    }
}

/// Whether a record is another, or belongs to it.
fn is_within(data: &Dataset, record: (EntityId, usize), other: (EntityId, usize)) -> bool {
    let schema: &Schema = &data.schema;
    let root = || data.root_of(record.0, record.1);
    if record == other {
        return true;
    }
    if other.0 == schema.root {
        return record.0 != schema.root && root() == other.1;
    }
    schema.is_below(record.0, other.0)
        && data.rows_within(record.0, other, root()).contains(&record.1)
}
