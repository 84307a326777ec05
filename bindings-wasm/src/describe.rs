//! A pack as a form sees it: entities and fields with their labels, KPIs, documents and clauses. No rules.

use guiju::{Choices, Field, FieldKind, KpiForm, Localized, Pack, Schema};
use serde::Serialize;

use crate::said::json;

#[derive(Serialize)]
struct PackLine<'a> {
    documents: Vec<DocumentLine<'a>>,
    editions: Vec<&'a str>,
    entities: Vec<EntityLine<'a>>,
    kpis: Vec<KpiLine<'a>>,
    label: Label<'a>,
    name: &'a str,
    period: Option<PeriodLine>,
    root: &'a str,
}

/// A text in both languages.
#[derive(Serialize)]
struct Label<'a> {
    en: Option<&'a str>,
    zh: &'a str,
}

#[derive(Serialize)]
struct PeriodLine {
    end: String,
    start: String,
}

#[derive(Serialize)]
struct EntityLine<'a> {
    child: bool,
    fields: Vec<FieldLine<'a>>,
    key: Option<&'a str>,
    label: Label<'a>,
    name: &'a str,
    programme: bool,
}

#[derive(Serialize)]
struct FieldLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<NameLine<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<i64>,
    kind: &'static str,
    label: Label<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<i64>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    optional: bool,
}

#[derive(Serialize)]
struct NameLine<'a> {
    label: Label<'a>,
    name: &'a str,
}

#[derive(Serialize)]
struct KpiLine<'a> {
    form: &'static str,
    label: Label<'a>,
    name: &'a str,
    programme: bool,
    unit: String,
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    clauses: Vec<ClauseLine<'a>>,
    label: Label<'a>,
    name: &'a str,
}

#[derive(Serialize)]
struct ClauseLine<'a> {
    id: &'a str,
    summary: Label<'a>,
}

/// The whole description, as JSON.
pub(crate) fn pack(pack: &Pack) -> String {
    let (schema, plan) = (pack.schema(), pack.plan());
    let entities = schema.entities.iter().enumerate().map(|(index, entity)| EntityLine {
        child: entity.child,
        fields: entity.fields.iter().map(|shape| field(shape, schema)).collect(),
        key: entity.fields.get(entity.key).map(|field| field.name.as_str()),
        label: label(&entity.label),
        name: &entity.name,
        programme: Some(index) == schema.programme,
    });
    let kpis = plan.kpis().map(|kpi| KpiLine {
        form: match kpi.form {
            KpiForm::Measure => "measure",
            KpiForm::Part => "part",
            KpiForm::Formula => "formula",
        },
        label: label(kpi.label),
        name: kpi.name,
        programme: kpi.programme,
        unit: kpi.unit.sign(),
    });
    let documents = pack.documents().iter().map(|document| DocumentLine {
        clauses: document.clauses.iter().map(|clause| ClauseLine { id: &clause.id, summary: label(&clause.summary) }).collect(),
        label: label(&document.label),
        name: &document.name,
    });
    json(&PackLine {
        documents: documents.collect(),
        editions: pack.editions(),
        entities: entities.collect(),
        kpis: kpis.collect(),
        label: label(pack.label()),
        name: pack.name(),
        period: plan.period().map(|period| PeriodLine { end: period.end.to_string(), start: period.start.to_string() }),
        root: &schema.root_entity().name,
    })
}

fn label(text: &Localized) -> Label<'_> {
    Label { en: text.en.as_deref(), zh: &text.zh }
}

fn field<'a>(field: &'a Field, schema: &'a Schema) -> FieldLine<'a> {
    let mut line = FieldLine {
        choices: None,
        high: None,
        kind: "",
        label: label(&field.label),
        low: None,
        name: &field.name,
        of: None,
        optional: field.optional,
    };
    let list = |choices: &'a Choices| {
        Some(choices.values.iter().map(|choice| NameLine { label: label(&choice.label), name: &choice.name }).collect())
    };
    line.kind = match &field.kind {
        FieldKind::Text => "text",
        FieldKind::Bool => "bool",
        FieldKind::Date => "date",
        FieldKind::Period => "period",
        FieldKind::Money => "money",
        FieldKind::Int => "int",
        FieldKind::Percent => "percent",
        FieldKind::Range(low, high) => {
            (line.low, line.high) = (Some(*low), Some(*high));
            "range"
        }
        FieldKind::Choice(choices) => {
            line.choices = list(choices);
            "choice"
        }
        FieldKind::List(choices) => {
            line.choices = list(choices);
            "list"
        }
        FieldKind::Reference(entity) => {
            line.of = schema.entities.get(*entity).map(|entity| entity.name.as_str());
            "reference"
        }
    };
    line
}
