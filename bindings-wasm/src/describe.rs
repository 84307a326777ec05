//! A pack as a form sees it: entities and fields with their labels, KPIs, documents and clauses. No rules.
//!
//! Keys in alphabetical order.

use guiju::{Choices, Document, Entity, Field, FieldKind, Json, KpiForm, KpiInfo, Localized, Pack, Schema};

/// The whole description, as JSON.
pub(crate) fn pack(pack: &Pack) -> String {
    let (schema, plan) = (pack.schema(), pack.plan());
    let mut json = Json::compact();
    json.object(|json| {
        json.key("documents").list(|json| pack.documents().iter().for_each(|each| document(json, each)));
        json.key("editions").list(|json| pack.editions().iter().for_each(|edition| json.text(edition)));
        json.key("entities").list(|json| {
            for (index, each) in schema.entities.iter().enumerate() {
                entity(json, each, Some(index) == schema.programme, schema);
            }
        });
        json.key("kpis").list(|json| plan.kpis().for_each(|each| kpi(json, &each)));
        label(json, "label", pack.label());
        json.key("name").text(pack.name());
        match plan.period() {
            Some(period) => json.key("period").object(|json| {
                json.key("end").text(&period.end.to_string());
                json.key("start").text(&period.start.to_string());
            }),
            None => json.key("period").word("null"),
        }
        json.key("root").text(&schema.root_entity().name);
    });
    json.finish()
}

/// A text in both languages.
fn label(json: &mut Json, key: &str, text: &Localized) {
    json.key(key).object(|json| {
        json.key("en").text_or_null(text.en.as_deref());
        json.key("zh").text(&text.zh);
    });
}

fn document(json: &mut Json, document: &Document) {
    json.object(|json| {
        json.key("clauses").list(|json| {
            for clause in &document.clauses {
                json.object(|json| {
                    json.key("id").text(&clause.id);
                    label(json, "summary", &clause.summary);
                });
            }
        });
        label(json, "label", &document.label);
        json.key("name").text(&document.name);
    });
}

fn entity(json: &mut Json, entity: &Entity, programme: bool, schema: &Schema) {
    json.object(|json| {
        json.key("child").flag(entity.child);
        json.key("fields").list(|json| entity.fields.iter().for_each(|each| field(json, each, schema)));
        json.key("key").text_or_null(entity.fields.get(entity.key).map(|field| field.name.as_str()));
        label(json, "label", &entity.label);
        json.key("name").text(&entity.name);
        json.key("programme").flag(programme);
    });
}

fn kpi(json: &mut Json, kpi: &KpiInfo<'_>) {
    json.object(|json| {
        json.key("form").text(match kpi.form {
            KpiForm::Measure => "measure",
            KpiForm::Part => "part",
            KpiForm::Formula => "formula",
        });
        label(json, "label", kpi.label);
        json.key("name").text(kpi.name);
        json.key("programme").flag(kpi.programme);
        json.key("unit").text(&kpi.unit.sign());
    });
}

fn field(json: &mut Json, field: &Field, schema: &Schema) {
    json.object(|json| {
        if let FieldKind::Choice(choices) | FieldKind::List(choices) = &field.kind {
            list(json, choices);
        }
        if let FieldKind::Range(_, high) = field.kind {
            json.key("high").word(&high.to_string());
        }
        json.key("kind").text(match field.kind {
            FieldKind::Text => "text",
            FieldKind::Bool => "bool",
            FieldKind::Date => "date",
            FieldKind::Period => "period",
            FieldKind::Money => "money",
            FieldKind::Int => "int",
            FieldKind::Percent => "percent",
            FieldKind::Range(..) => "range",
            FieldKind::Choice(_) => "choice",
            FieldKind::List(_) => "list",
            FieldKind::Reference(_) => "reference",
        });
        label(json, "label", &field.label);
        if let FieldKind::Range(low, _) = field.kind {
            json.key("low").word(&low.to_string());
        }
        json.key("name").text(&field.name);
        if let FieldKind::Reference(entity) = field.kind {
            json.key("of").text_or_null(schema.entities.get(entity).map(|entity| entity.name.as_str()));
        }
        json.key("optional").flag(field.optional);
    });
}

fn list(json: &mut Json, choices: &Choices) {
    json.key("choices").list(|json| {
        for choice in &choices.values {
            json.object(|json| {
                label(json, "label", &choice.label);
                json.key("name").text(&choice.name);
            });
        }
    });
}
