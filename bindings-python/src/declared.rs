//! The tables of packs: what rules declare, built column by column.
//!
//! Not here: the tables of results (`tables`).

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{Date32Array, RecordBatch};
use arrow_schema::ArrowError;
use guiju::{FieldKind, KpiForm, Locale, Pack, SourcePack, Unit};
use guiju_sheets::Layout;

use crate::columns::{Columns, Texts};

/// The fields of every entity.
pub(crate) fn schema(pack: &Pack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut entity, mut field, mut label, mut kind, mut choices] = <[Texts; 5]>::default();
    let (mut key, mut optional) = (BooleanBuilder::new(), BooleanBuilder::new());
    let schema = pack.schema();
    for shape in &schema.entities {
        for (at, described) in shape.fields.entries() {
            entity.push(&shape.name);
            field.push(&described.name);
            label.push(described.label.get(locale));
            let (name, values) = kind_of(&described.kind, schema);
            kind.push(name);
            choices.maybe(values);
            key.append_value(at == shape.key);
            optional.append_value(described.optional);
        }
    }
    Columns::new()
        .add("entity", entity.done())
        .add("field", field.done())
        .add("type", kind.done())
        .add("key", Arc::new(key.finish()))
        .add("optional", Arc::new(optional.finish()))
        .add("choices", choices.done())
        .add("label", label.done())
        .done()
}

/// A kind of field as rules write it, and the names of its values.
fn kind_of(kind: &FieldKind, schema: &guiju::Schema) -> (String, Option<String>) {
    let plain = |name: &str| (name.to_owned(), None);
    let names = |choices: &guiju::Choices| {
        choices.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>().join(";")
    };
    match kind {
        FieldKind::Text => plain("text"),
        FieldKind::Bool => plain("bool"),
        FieldKind::Date => plain("date"),
        FieldKind::Period => plain("period"),
        FieldKind::Money => plain("money"),
        FieldKind::Int => plain("int"),
        FieldKind::Percent => plain("percent"),
        FieldKind::Range(low, high) => (format!("{low}..{high}"), None),
        FieldKind::Number(decimal) => {
            let range = decimal
                .range
                .as_ref()
                .map(|(low, high)| format!(" {low}..{high}"))
                .unwrap_or_default();
            let unit = decimal.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
            (format!("number{range}{unit}"), None)
        }
        FieldKind::SignedMoney => plain("signed money"),
        FieldKind::Choice(choices) => ("choice".to_owned(), Some(names(choices))),
        FieldKind::List(choices) => ("list".to_owned(), Some(names(choices))),
        FieldKind::Reference(target) => (schema.entities[*target].name.clone(), None),
    }
}

/// Every KPI as the rules declare it.
pub(crate) fn declared_kpis(pack: &Pack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut kpi, mut label, mut unit, mut form, mut scope, mut by] = <[Texts; 6]>::default();
    let root = pack.schema().root_entity();
    for info in pack.kpis() {
        kpi.push(info.name);
        label.push(info.label.get(locale));
        unit.push(info.unit.sign());
        form.push(match info.form {
            KpiForm::Measure => "tally",
            KpiForm::Part => "part",
            KpiForm::Formula => "formula",
        });
        scope.push(if info.programme { "programme" } else { &root.name });
        by.maybe(info.by.map(|field| root.fields[field].name.as_str()));
    }
    Columns::new()
        .add("kpi", kpi.done())
        .add("label", label.done())
        .add("unit", unit.done())
        .add("form", form.done())
        .add("scope", scope.done())
        .add("by", by.done())
        .done()
}

/// Every named constant, with its value as rules write it.
pub(crate) fn parameters(pack: &SourcePack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut name, mut value, mut unit, mut clause, mut label] = <[Texts; 5]>::default();
    let mut given = BooleanBuilder::new();
    let changed = pack.parameters();
    for constant in pack.constants() {
        name.push(constant.name);
        value.push(constant.value);
        unit.maybe(constant.unit.map(Unit::sign));
        given.append_value(changed.iter().any(|(name, _)| *name == constant.name));
        clause.maybe(constant.clause);
        label.push(constant.label.get(locale));
    }
    Columns::new()
        .add("parameter", name.done())
        .add("value", value.done())
        .add("unit", unit.done())
        .add("changed", Arc::new(given.finish()))
        .add("clause", clause.done())
        .add("label", label.done())
        .done()
}

/// Every clause of every document, and whether rules cite it.
pub(crate) fn sources(pack: &Pack, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut document, mut clause, mut summary, mut state, mut why, mut label] =
        <[Texts; 6]>::default();
    let mut dated = Vec::new();
    for source in pack.documents() {
        for listed in &source.clauses {
            document.push(&source.name);
            clause.push(&listed.id);
            summary.push(listed.summary.get(locale));
            state.push(match (&listed.uncomputable, listed.cited.is_empty()) {
                (_, false) => "cited",
                (Some(_), _) => "not_computable",
                (None, true) => "uncited",
            });
            why.maybe(listed.uncomputable.as_ref().map(|why| why.get(locale)));
            label.push(source.label.get(locale));
            dated.push(source.dated.map(guiju::Date::epoch_days));
        }
    }
    Columns::new()
        .add("document", document.done())
        .add("clause", clause.done())
        .add("summary", summary.done())
        .add("state", state.done())
        .add("why", why.done())
        .add("dated", Arc::new(Date32Array::from(dated)))
        .add("label", label.done())
        .done()
}

/// The sheets that the pack describes, and whether each is made for a window.
pub(crate) fn sheets(
    pack: &Pack,
    layout: &Layout,
    locale: Locale,
) -> Result<RecordBatch, ArrowError> {
    let [mut name, mut scope, mut window, mut clauses, mut label] = <[Texts; 5]>::default();
    let root = &pack.schema().root_entity().name;
    for sheet in &layout.sheets {
        name.push(&sheet.name);
        scope.push(if sheet.programme { "programme" } else { root });
        window.push(match (sheet.needs_window(), sheet.takes_window()) {
            (true, _) => "needed",
            (false, true) => "possible",
            (false, false) => "none",
        });
        clauses.maybe(Some(sheet.clauses.join(";")).filter(|clauses| !clauses.is_empty()));
        label.push(sheet.title.get(locale));
    }
    Columns::new()
        .add("sheet", name.done())
        .add("scope", scope.done())
        .add("window", window.done())
        .add("clauses", clauses.done())
        .add("label", label.done())
        .done()
}

/// The windows, with the first and the last day of each.
pub(crate) fn windows(layout: &Layout, locale: Locale) -> Result<RecordBatch, ArrowError> {
    let [mut name, mut label] = <[Texts; 2]>::default();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for window in &layout.windows {
        name.push(&window.name);
        first.push(window.from.map(guiju::Date::epoch_days));
        last.push(window.until.map(guiju::Date::epoch_days));
        label.push(window.label.get(locale));
    }
    Columns::new()
        .add("window", name.done())
        .add("first", Arc::new(Date32Array::from(first)))
        .add("last", Arc::new(Date32Array::from(last)))
        .add("label", label.done())
        .done()
}
