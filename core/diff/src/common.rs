//! The data that two packs have in common: one data model that both can read, and each pack's rules
//! over it.
//!
//! Where one pack has an entity or a field that the other has not, the data may have it; where a
//! field is of another type in the later pack, that type is tried first, then the earlier one. Not
//! here: what the changes do to figures.

use std::sync::Arc;

use super::DiffError;
use super::force::Force;
use super::pieces::Matched;
use super::variant::{Draft, Variant, quiet};
use guiju_compiler::check::{self, Checked};
use guiju_compiler::syntax::ast::{self, Entity, Field, Item, ItemKind};
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::{Code, Diagnostic, Findings, Severity};
use guiju_model::limits::Limits;
use guiju_model::schema::{KpiSchema, Schema};
use guiju_model::source::{Source, SourceId, Span};

/// Two packs over one data model.
pub(super) struct Common {
    pub(super) draft: Draft,
    /// The rules before and after, each with what only the other pack has beside them.
    pub(super) sides: [Variant; 2],
    /// What data is read with: the entities of both, and the KPIs that either has.
    pub(super) schema: Arc<Schema>,
}

impl Common {
    pub(super) fn new(
        old: &Force,
        new: &Force,
        matched: &Matched,
        limits: &Limits,
    ) -> Result<Common, DiffError> {
        let mut problem = None;
        for later in [true, false] {
            let common = std::iter::once(name(new)).chain(entities(old, new, later)).collect();
            let mut draft = Draft::new(old, new, matched, common, limits);
            let sides =
                settle(&mut draft, false).and_then(|()| settle(&mut draft, true)).and_then(|()| {
                    Ok([
                        side(old, old, new, &draft, true, limits)?,
                        side(new, old, new, &draft, false, limits)?,
                    ])
                });
            match sides {
                Ok(sides) => return Ok(Common { schema: Arc::new(schema(&sides)), draft, sides }),
                Err(errors) => problem = problem.or_else(|| first(errors).map(Box::new)),
            }
        }
        Err(DiffError::OtherData { problem })
    }
}

/// The first problem: one of the entities, if there is any, since all else may follow from it.
fn first(mut errors: Vec<Diagnostic>) -> Option<Diagnostic> {
    let of_entities = [
        Code::NoRoot,
        Code::UnknownParentEntity,
        Code::DanglingReference,
        Code::KeyShape,
        Code::UnknownType,
    ];
    let at = errors.iter().position(|error| of_entities.contains(&error.code)).unwrap_or(0);
    (at < errors.len()).then(|| errors.swap_remove(at))
}

/// Binds what only one pack has to its change where it cannot stand beside the rules of the other,
/// until the rest compiles.
fn settle(draft: &mut Draft, on: bool) -> Result<(), Vec<Diagnostic>> {
    loop {
        let Err(errors) = draft.compile(&|_| on) else { return Ok(()) };
        let within = |item: &Item, span: Span| {
            item.span.source == span.source
                && item.span.start <= span.start
                && span.end <= item.span.end
        };
        let blamed = |item: &Item| {
            errors.iter().flat_map(|error| &error.labels).any(|label| within(item, label.span))
        };
        // Before, it is what the later pack adds that may not fit; after, what it drops.
        if !draft.bind(!on, &blamed) && !draft.bind(!on, &|_| true) {
            return Err(errors);
        }
    }
}

/// A pack's own rules over the common data, with what only the other has beside them.
fn side(
    own: &Force,
    old: &Force,
    new: &Force,
    draft: &Draft,
    added: bool,
    limits: &Limits,
) -> Result<Variant, Vec<Diagnostic>> {
    let mut items: Vec<Item> = draft
        .common
        .iter()
        .filter(|item| !matches!(item.kind, ItemKind::Pack(_)))
        .cloned()
        .collect();
    items.push(name(own));
    items
        .extend(own.items.iter().filter(|item| !matches!(item.kind, ItemKind::Entity(_))).cloned());
    items.extend(draft.extras(added).cloned());
    let sources: Vec<Source> =
        old.rules.sources.iter().chain(&new.rules.sources).cloned().collect();
    let first = if added { 0 } else { old.files() };
    let renumbered = |ids: &Vec<SourceId>| ids.iter().map(|id| SourceId(id.0 + first)).collect();
    let editions =
        own.rules.editions.iter().map(|(name, ids)| (name.clone(), renumbered(ids))).collect();
    let mut findings = Findings::new(limits.items);
    let Checked { rules, steps, kpi_order, .. } =
        check::check_items(items, sources, editions, limits, &mut findings);
    let pack = rules.map(|rules| Pack::new(rules, steps, kpi_order));
    pack.map(Variant::new).ok_or_else(|| {
        findings.finish().into_iter().filter(|found| found.severity == Severity::Error).collect()
    })
}

/// The first line of a pack.
fn name(force: &Force) -> Item {
    let span = Span { source: SourceId(0), start: 0, end: 0 };
    let name = guiju_model::source::Spanned { node: force.rules.name.clone(), span };
    Item {
        span,
        kind: ItemKind::Pack(ast::Pack {
            name,
            label: Some(force.rules.label.clone()),
            amends: None,
        }),
    }
}

/// The entities of both packs with the fields of both; of a field that both have, the later type or
/// the earlier one.
fn entities(old: &Force, new: &Force, later: bool) -> Vec<Item> {
    let of = |force: &Force| -> Vec<(Span, Entity)> {
        let entity = |item: &Item| match &item.kind {
            ItemKind::Entity(entity) => Some((item.span, entity.clone())),
            _ => None,
        };
        force.items.iter().filter_map(entity).collect()
    };
    let (first, second) = if later { (of(new), of(old)) } else { (of(old), of(new)) };
    let mut merged = Vec::new();
    for (span, entity) in &first {
        let other = second
            .iter()
            .map(|(_, entity)| entity)
            .find(|other| other.name.node == entity.name.node);
        let fields = other.map_or_else(|| entity.fields.clone(), |other| fields(entity, other));
        merged.push(Item {
            span: *span,
            kind: ItemKind::Entity(Entity { fields, ..entity.clone() }),
        });
    }
    let only = second
        .into_iter()
        .filter(|(_, entity)| !first.iter().any(|(_, other)| other.name.node == entity.name.node));
    merged.extend(only.map(|(span, entity)| Item { span, kind: ItemKind::Entity(entity) }));
    merged.into_iter().map(quiet).collect()
}

fn fields(preferred: &Entity, other: &Entity) -> Vec<Field> {
    let of = |entity: &'_ Entity, name: &str| {
        entity.fields.iter().find(|field| field.name.node == name).cloned()
    };
    let with = |field: &Field, twin: Option<Field>| {
        // Data made for one of the packs does not have what only the other asks for.
        let optional = !field.key && twin.is_none_or(|twin| field.optional || twin.optional);
        Field { optional, ..field.clone() }
    };
    let mut fields: Vec<Field> =
        preferred.fields.iter().map(|field| with(field, of(other, &field.name.node))).collect();
    let only = other.fields.iter().filter(|field| of(preferred, &field.name.node).is_none());
    fields.extend(only.map(|field| with(field, None)));
    fields
}

/// What data for both is read with.
fn schema(sides: &[Variant; 2]) -> Schema {
    let [before, after] = sides.each_ref().map(|side| &side.pack.rules.schema);
    let kpis = either(&before.kpis, &after.kpis).into();
    let programme_kpis = either(&before.programme_kpis, &after.programme_kpis);
    let (entities, dated) = (after.entities.clone(), after.dated.clone());
    Schema { entities, root: after.root, programme: after.programme, kpis, programme_kpis, dated }
}

/// KPIs of both.
fn either(before: &[KpiSchema], after: &[KpiSchema]) -> Vec<KpiSchema> {
    let mut kpis = after.to_vec();
    for kpi in before {
        match kpis.iter_mut().find(|known| known.name == kpi.name) {
            Some(known) => known.signed |= kpi.signed,
            None => kpis.push(kpi.clone()),
        }
    }
    kpis
}
