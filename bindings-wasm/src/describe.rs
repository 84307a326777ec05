//! A pack as a form sees it: entities and fields with their labels, KPIs, documents and clauses. No rules.

use guiju::{Choices, Field, FieldKind, KpiForm, Pack, Schema};
use serde_json::{Value, json};

/// The whole description.
pub(crate) fn pack(pack: &Pack) -> Value {
    let (schema, plan) = (pack.schema(), pack.plan());
    let entities = schema.entities.iter().enumerate().map(|(index, entity)| {
        json!({
            "name": entity.name,
            "label": entity.label,
            "child": entity.child,
            "programme": Some(index) == schema.programme,
            "key": entity.fields.get(entity.key).map(|field| &field.name),
            "fields": entity.fields.iter().map(|shape| field(shape, schema)).collect::<Value>(),
        })
    });
    let kpis = plan.kpis().map(|kpi| {
        json!({
            "name": kpi.name,
            "label": kpi.label,
            "unit": kpi.unit.sign(),
            "form": match kpi.form { KpiForm::Measure => "measure", KpiForm::Part => "part", KpiForm::Formula => "formula" },
            "programme": kpi.programme,
        })
    });
    let documents = pack.documents().iter().map(|document| {
        json!({
            "name": document.name,
            "label": document.label,
            "clauses": document.clauses.iter().map(|clause| json!({ "id": clause.id, "summary": clause.summary })).collect::<Value>(),
        })
    });
    json!({
        "name": pack.name(),
        "label": pack.label(),
        "editions": pack.editions(),
        "period": plan.period().map(|period| json!({ "start": period.start.to_string(), "end": period.end.to_string() })),
        "root": schema.root_entity().name,
        "entities": entities.collect::<Value>(),
        "kpis": kpis.collect::<Value>(),
        "documents": documents.collect::<Value>(),
    })
}

fn field(field: &Field, schema: &Schema) -> Value {
    let mut described = json!({ "name": field.name, "label": field.label, "optional": field.optional });
    let list =
        |choices: &Choices| choices.values.iter().map(|choice| json!({ "name": choice.name, "label": choice.label })).collect::<Value>();
    let kind = match &field.kind {
        FieldKind::Text => "text",
        FieldKind::Bool => "bool",
        FieldKind::Date => "date",
        FieldKind::Period => "period",
        FieldKind::Money => "money",
        FieldKind::Int => "int",
        FieldKind::Percent => "percent",
        FieldKind::Range(low, high) => {
            (described["low"], described["high"]) = ((*low).into(), (*high).into());
            "range"
        }
        FieldKind::Choice(choices) => {
            described["choices"] = list(choices);
            "choice"
        }
        FieldKind::List(choices) => {
            described["choices"] = list(choices);
            "list"
        }
        FieldKind::Reference(entity) => {
            described["of"] = schema.entities.get(*entity).map(|entity| entity.name.as_str()).into();
            "reference"
        }
    };
    described["kind"] = kind.into();
    described
}
