//! Combinations of values as records of a dataset, built as any data is, and a condition evaluated
//! on each.

use super::search::Case;
use super::space::{Place, Sample, Space};
use guiju_engine::data::{Dataset, DatasetBuilder, Origins, Raw};
use guiju_engine::eval::reference::State;
use guiju_engine::eval::reference::expr::{Eval, Subject};
use guiju_engine::eval::value::Truth;
use guiju_model::diagnostic::DataPlace;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::limits::Limits;
use guiju_model::needs::Needs;
use guiju_model::outcome::{KpiValue, Verdict};
use guiju_model::rules::{Class, Expr, Rules, Tally};
use guiju_model::schema::FieldKind;

/// Records built at once: enough to be quick, few enough to be small.
const BATCH: usize = 1_024;
/// Figures that the records of one dataset have together.
const FIGURES: usize = 8_192;

pub(super) struct Trial<'a> {
    pub(super) rules: &'a Rules,
    entity: EntityId,
    limits: Limits,
}

impl<'a> Trial<'a> {
    pub(super) fn new(rules: &'a Rules, class: &Class, limits: &Limits) -> Trial<'a> {
        let limits = Limits {
            rows: usize::MAX / 2,
            value_chars: usize::MAX,
            diagnostics: 1,
            ..limits.clone()
        };
        Trial { rules, entity: class.entity, limits }
    }

    /// The cases as records; `None` where one is no possible record.
    pub(super) fn records(&self, space: &Space, cases: &[Case]) -> Option<Vec<Dataset>> {
        // Keys of roots are unique among all, and there is one programme, so cases that choose them
        // cannot stand side by side.
        let batch = if space.fixes_singles(self.rules, self.entity) {
            1
        } else {
            // Each has a value for each figure, which many figures would make many.
            (FIGURES / self.rules.kpis.len().max(1)).clamp(1, BATCH)
        };
        cases.chunks(batch).map(|cases| self.data(space, cases)).collect()
    }

    /// The truth of a condition on each record, in the order of the cases.
    pub(super) fn truths(&self, records: &[Dataset], guard: &Expr) -> Vec<Truth> {
        let mut truths = Vec::new();
        for data in records {
            let state = self.undecided(data);
            for root in 0..data.len() {
                let Some(row) = self.row(data, root) else { continue };
                let mut eval = Eval::new(
                    self.rules,
                    data,
                    &state,
                    Subject::Record { entity: self.entity, row, root },
                );
                truths.push(eval.truth(guard));
            }
        }
        truths
    }

    /// The values that two classifications may give each record, as sets, in the order of the
    /// cases.
    pub(super) fn sets(&self, records: &[Dataset], classes: [&Class; 2]) -> Vec<[u128; 2]> {
        let mut sets = Vec::new();
        for data in records {
            let state = self.undecided(data);
            for root in 0..data.len() {
                let Some(row) = self.row(data, root) else { continue };
                let mut eval = Eval::new(
                    self.rules,
                    data,
                    &state,
                    Subject::Record { entity: self.entity, row, root },
                );
                sets.push(classes.map(|class| eval.class_set(class)));
            }
        }
        sets
    }

    /// The record in question of a root: its first. What all roots share is begun in their order.
    fn row(&self, data: &Dataset, root: usize) -> Option<usize> {
        if self.rules.schema.is_shared(self.entity) {
            return Some(root);
        }
        data.rows_of(self.entity, root).next()
    }

    /// Figures and verdicts are not tried out: all of them are open.
    fn undecided(&self, data: &Dataset) -> State {
        let open = KpiValue::Undetermined {
            low: None,
            high: None,
            may_be_none: true,
            needs: Needs::default(),
        };
        let verdicts = |tally: &Tally| {
            let rows = (0..data.len()).map(|root| data.rows_of(tally.entity, root).len()).sum();
            vec![Verdict::UNDETERMINED; rows]
        };
        State::of(
            vec![vec![open; self.rules.kpis.len()].into(); data.len()],
            self.rules.tallies.iter().map(verdicts).collect(),
        )
    }

    /// One root for each case, with the record in question and the records it refers to.
    fn data(&self, space: &Space, cases: &[Case]) -> Option<Dataset> {
        let schema = &self.rules.schema;
        let mut builder = DatasetBuilder::new(schema, &self.limits, Origins::Test);
        // The records in question first, so that they stand before those that they refer to.
        let begun: Vec<_> = (0..cases.len())
            .map(|number| {
                let root = builder.root(0);
                let root_key = format!("規矩 {number}");
                builder.set(schema.root, root, schema.root_entity().key, &Raw::Text(&root_key));
                (root, self.record(&mut builder, self.entity, root, "規矩"))
            })
            .collect();
        for ((root, made), case) in begun.into_iter().zip(cases) {
            let row = made.first().map_or(root, |(_, row)| *row);
            // Records referred to, made when a field of theirs is first set; those that it belongs
            // to are there.
            let parents = schema.entities[self.entity].parents();
            let mut targets: Vec<(FieldId, EntityId, usize)> = parents
                .zip(made.iter().skip(1))
                .map(|(via, (entity, row))| (via, *entity, *row))
                .collect();
            for (field, value) in case {
                let field = &space.fields[*field];
                let sample = field.values.get(*value)?;
                match field.place {
                    Place::Own(index) if *sample == Sample::Record => {
                        self.target(&mut builder, &mut targets, root, row, index)?;
                    }
                    Place::Own(index) => self.set(&mut builder, self.entity, row, index, sample),
                    Place::Programme(entity, index) => {
                        // Begun when a field of it is first set.
                        if builder.count(entity) == 0 {
                            builder.programme(0, DataPlace::default());
                        }
                        self.set(&mut builder, entity, 0, index, sample);
                    }
                    Place::Root(index) => self.set(&mut builder, schema.root, root, index, sample),
                    Place::Via(via, index) => {
                        let (entity, target) =
                            self.target(&mut builder, &mut targets, root, row, via)?;
                        self.set(&mut builder, entity, target, index, sample);
                        if let (true, false, Sample::Text(key)) = (
                            index == schema.entities[entity].key,
                            schema.entities[self.entity].parents().contains(via),
                            sample,
                        ) {
                            builder.set(self.entity, row, via, &Raw::Text(key));
                        }
                    }
                }
            }
            // A reference that is missing leads nowhere, whatever was set behind it.
            for (field, value) in case {
                let field = &space.fields[*field];
                if let (Place::Own(index), Some(Sample::Missing)) =
                    (field.place, field.values.get(*value))
                {
                    builder.set(self.entity, row, index, &Raw::Missing);
                }
            }
        }
        builder.finish().ok()
    }

    /// Begins a record with this key and those that it belongs to; itself first, then its parent
    /// and so on. Nothing for the root, which is there.
    fn record(
        &self,
        builder: &mut DatasetBuilder<'_>,
        entity: EntityId,
        root: usize,
        key: &str,
    ) -> Vec<(EntityId, usize)> {
        let schema = &self.rules.schema;
        if schema.is_shared(entity) {
            let row = builder.shared(entity, 0);
            let key = self.key_for(entity, root, key);
            builder.set(entity, row, schema.entities[entity].key, &Raw::Text(&key));
            return vec![(entity, row)];
        }
        let Some(parent) = schema.parent(entity) else { return Vec::new() };
        let mut made = self.record(builder, parent, root, key);
        let of = made.first().map_or(root, |(_, row)| *row);
        let row = builder.record_of(entity, of, 0);
        builder.set(entity, row, schema.entities[entity].key, &Raw::Text(key));
        made.insert(0, (entity, row));
        made
    }

    /// The key of a record that a root has, or refers to: where all roots share its entity, no
    /// other root has one with the same.
    fn key_for(&self, entity: EntityId, root: usize, key: &str) -> String {
        if self.rules.schema.is_shared(entity) { format!("{key} {root}") } else { key.to_owned() }
    }

    fn target(
        &self,
        builder: &mut DatasetBuilder<'_>,
        targets: &mut Vec<(FieldId, EntityId, usize)>,
        root: usize,
        row: usize,
        via: FieldId,
    ) -> Option<(EntityId, usize)> {
        if let Some((_, entity, target)) = targets.iter().find(|(other, _, _)| *other == via) {
            return Some((*entity, *target));
        }
        let FieldKind::Reference(entity) = self.rules.schema.entities[self.entity].fields[via].kind
        else {
            return None;
        };
        let key = format!("規矩 {}", via.index());
        let (_, target) = self.record(builder, entity, root, &key).first().copied()?;
        let key = self.key_for(entity, root, &key);
        builder.set(self.entity, row, via, &Raw::Text(&key));
        targets.push((via, entity, target));
        Some((entity, target))
    }

    fn set(
        &self,
        builder: &mut DatasetBuilder<'_>,
        entity: EntityId,
        row: usize,
        field: FieldId,
        sample: &Sample,
    ) {
        let kind = &self.rules.schema.entities[entity].fields[field].kind;
        match (sample, kind) {
            (Sample::Missing | Sample::Record, _) => builder.set(entity, row, field, &Raw::Missing),
            (Sample::Bool(value), _) => builder.set(entity, row, field, &Raw::Bool(*value)),
            (Sample::Number(value), _) => {
                builder.set(entity, row, field, &Raw::Number(&value.to_string()))
            }
            (Sample::Text(text), _) => builder.set(entity, row, field, &Raw::Text(text)),
            (Sample::Date(day), _) => builder.set(entity, row, field, &Raw::Text(&day.to_string())),
            (Sample::Period(period), _) => {
                let (start, end) = (period.start.to_string(), period.end.to_string());
                builder.set(entity, row, field, &Raw::Period(&Raw::Text(&start), &Raw::Text(&end)));
            }
            (Sample::Choice(value), FieldKind::Choice(choices)) => {
                builder.set(entity, row, field, &Raw::Text(&choices.values[*value].name));
            }
            (Sample::List(set), FieldKind::List(choices)) => {
                let chosen =
                    choices.values.iter().enumerate().filter(|(index, _)| set >> index & 1 == 1);
                builder.set(
                    entity,
                    row,
                    field,
                    &Raw::List(chosen.map(|(_, value)| value.name.as_str()).collect()),
                );
            }
            // A sample always suits its field.
            (Sample::Choice(_) | Sample::List(_), _) => {}
        }
    }
}
