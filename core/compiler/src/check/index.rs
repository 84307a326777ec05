//! Where names stand in the lists of a pack: lists may be too long to be searched for every mention
//! of a name. Not here: what a name means in a scope (`names`).

use std::collections::HashMap;

use guiju_model::index::{EntityId, FieldId, KpiId, List, TallyId};
use guiju_model::rules::{Document, KpiKind};
use guiju_model::schema::{Entity, Schema};
use guiju_model::source::{SourceId, Span};

/// Places by name; where a name stands twice, its first.
pub(super) type Places = HashMap<String, usize>;

/// The lists of the checker by name.
#[derive(Default)]
pub(super) struct Index {
    entities: Places,
    /// For each entity, its fields and its classifications.
    fields: List<EntityId, Places>,
    classes: List<EntityId, Places>,
    /// For each entity, the named values of its records.
    values: List<EntityId, Places>,
    /// For each entity, the figures that tallies make for its records.
    figures: List<EntityId, Places>,
    pub(super) constants: Places,
    kpis: HashMap<String, KpiId>,
    /// The KPI of each measure of a tally, and the KPIs of the parts of each of its splits.
    measures: HashMap<(TallyId, usize), KpiId>,
    parts: HashMap<(TallyId, usize), Vec<KpiId>>,
    tables: Places,
    documents: Places,
    /// The number of the edition that each file belongs to, the oldest first.
    editions: HashMap<SourceId, usize>,
}

/// The places of some names.
pub(super) fn places<'a>(names: impl Iterator<Item = &'a str>) -> Places {
    let mut places = Places::new();
    names.enumerate().for_each(|(at, name)| {
        places.entry(name.to_owned()).or_insert(at);
    });
    places
}

fn fields(entity: &Entity) -> Places {
    places(entity.fields.iter().map(|field| field.name.as_str()))
}

impl Index {
    /// Takes a field for one that is not there.
    pub(super) fn forget_field(&mut self, entity: EntityId, name: &str) {
        if let Some(fields) = self.fields.get_mut(entity) {
            fields.remove(name);
        }
    }

    /// Takes another field for the one of that name.
    pub(super) fn read_field(&mut self, entity: EntityId, name: &str, at: FieldId) {
        if let Some(fields) = self.fields.get_mut(entity) {
            fields.insert(name.to_owned(), at.index());
        }
    }

    pub(super) fn new(
        schema: &Schema,
        documents: &[Document],
        editions: &[(String, Vec<SourceId>)],
    ) -> Index {
        let mut of_files = HashMap::new();
        for (at, (_, files)) in editions.iter().enumerate() {
            files.iter().for_each(|file| {
                of_files.entry(*file).or_insert(at);
            });
        }
        Index {
            entities: places(schema.entities.iter().map(|entity| entity.name.as_str())),
            fields: schema.entities.iter().map(fields).collect(),
            classes: vec![Places::new(); schema.entities.len()].into(),
            values: vec![Places::new(); schema.entities.len()].into(),
            figures: vec![Places::new(); schema.entities.len()].into(),
            documents: places(documents.iter().map(|document| document.name.as_str())),
            editions: of_files,
            ..Index::default()
        }
    }

    pub(super) fn entity(&self, name: &str) -> Option<EntityId> {
        self.entities.get(name).copied().map(EntityId::new)
    }

    pub(super) fn field(&self, entity: EntityId, name: &str) -> Option<FieldId> {
        self.fields.get(entity)?.get(name).copied().map(FieldId::new)
    }

    /// Whether some entity has a field of that name.
    pub(super) fn is_field(&self, name: &str) -> bool {
        self.fields.iter().any(|fields| fields.contains_key(name))
    }

    pub(super) fn class(&self, entity: EntityId, name: &str) -> Option<usize> {
        self.classes.get(entity)?.get(name).copied()
    }

    pub(super) fn add_class(&mut self, entity: EntityId, name: &str, at: usize) {
        if let Some(classes) = self.classes.get_mut(entity) {
            classes.insert(name.to_owned(), at);
        }
    }

    pub(super) fn value(&self, entity: EntityId, name: &str) -> Option<usize> {
        self.values.get(entity)?.get(name).copied()
    }

    pub(super) fn add_value(&mut self, entity: EntityId, name: &str, at: usize) {
        if let Some(values) = self.values.get_mut(entity) {
            values.insert(name.to_owned(), at);
        }
    }

    pub(super) fn figure(&self, entity: EntityId, name: &str) -> Option<usize> {
        self.figures.get(entity)?.get(name).copied()
    }

    pub(super) fn add_figure(&mut self, entity: EntityId, name: &str, at: usize) {
        if let Some(figures) = self.figures.get_mut(entity) {
            figures.insert(name.to_owned(), at);
        }
    }

    /// The names of the values and figures of an entity, in order.
    pub(super) fn value_names(&self, entity: EntityId) -> Vec<&str> {
        let of = [&self.values, &self.figures].into_iter().filter_map(|lists| lists.get(entity));
        let mut names: Vec<&str> = of.flatten().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    pub(super) fn table(&self, name: &str) -> Option<usize> {
        self.tables.get(name).copied()
    }

    pub(super) fn add_table(&mut self, name: &str, at: usize) {
        self.tables.insert(name.to_owned(), at);
    }

    pub(super) fn kpi(&self, name: &str) -> Option<KpiId> {
        self.kpis.get(name).copied()
    }

    /// The KPI of a measure of a tally.
    pub(super) fn measure(&self, tally: TallyId, measure: usize) -> Option<KpiId> {
        self.measures.get(&(tally, measure)).copied()
    }

    /// The KPIs of the parts of a split of a tally, in the order of the parts.
    pub(super) fn parts(&self, tally: TallyId, split: usize) -> &[KpiId] {
        self.parts.get(&(tally, split)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add_kpi(&mut self, name: &str, kind: &KpiKind, at: KpiId) {
        self.kpis.insert(name.to_owned(), at);
        match kind {
            KpiKind::Measure { tally, measure } => {
                self.measures.insert((*tally, *measure), at);
            }
            KpiKind::Part { tally, split, .. } => {
                self.parts.entry((*tally, *split)).or_default().push(at)
            }
            KpiKind::Formula(_) => {}
        }
    }

    pub(super) fn document(&self, name: &str) -> Option<usize> {
        self.documents.get(name).copied()
    }

    /// The number of the edition that says something.
    pub(super) fn edition(&self, span: Span) -> Option<usize> {
        self.editions.get(&span.source).copied()
    }
}
