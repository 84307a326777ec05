//! Which fields have to be in the period of the pack for a record to count: what tells data of
//! another year.
//!
//! Not here: what is said of such data, which its readers do.

use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::{Expr, ExprKind, Rules, Value};
use guiju_model::schema::{Dated, FieldKind, Schema};

/// The fields that tallies hold to the period; `None` where there is no period, or none is held to
/// it.
pub(super) fn dated(rules: &Rules, schema: &Schema) -> Option<Dated> {
    let period = rules.period?;
    let mut fields = Vec::new();
    for tally in &rules.tallies {
        let conditions = tally
            .select
            .iter()
            .chain(tally.require.iter().map(|requirement| &requirement.condition));
        conditions.for_each(|condition| {
            every(condition, &mut |expr| {
                let ExprKind::Within(of, within) = &expr.kind else { return };
                if matches!(&within.kind, ExprKind::Constant(Value::Period(within)) if *within == period)
                    && let Some(field) = field(&of.kind, tally.entity, schema)
                    && !fields.contains(&field)
                {
                    fields.push(field);
                }
            });
        });
    }
    (!fields.is_empty()).then_some(Dated { period, fields })
}

/// The parts of a condition all of which have to hold.
fn every<'e>(condition: &'e Expr, work: &mut dyn FnMut(&'e Expr)) {
    match &condition.kind {
        ExprKind::And(parts) => parts.iter().for_each(|part| every(part, work)),
        _ => work(condition),
    }
}

/// The entity and the field that an expression reads.
fn field(kind: &ExprKind, entity: EntityId, schema: &Schema) -> Option<(EntityId, FieldId)> {
    match kind {
        ExprKind::Field { via: None, field } => Some((entity, *field)),
        ExprKind::Field { via: Some(via), field } => {
            match schema.entities.get(entity)?.fields.get(*via)?.kind {
                FieldKind::Reference(target) => Some((target, *field)),
                _ => None,
            }
        }
        ExprKind::RootField(field) => Some((schema.root, *field)),
        _ => None,
    }
}
