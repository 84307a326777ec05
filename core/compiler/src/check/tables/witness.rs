//! A record in words: the fields that matter, each with its value, spelled as a rule would.

use super::search::Case;
use super::space::{Place, Sample, Space};
use guiju_model::index::EntityId;
use guiju_model::rules::Rules;
use guiju_model::schema::{Field, FieldKind};
use guiju_model::text::{Localized, show};
use guiju_model::unit::Unit;

pub(super) fn words(rules: &Rules, entity: EntityId, space: &Space, case: &Case) -> Localized {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (field, value) in case {
        let tried = &space.fields[*field];
        let Some(sample) = tried.values.get(*value) else { continue };
        let (name, field) = place(rules, entity, tried.place);
        let text = value_words(sample, field);
        match sample {
            Sample::Missing => {
                zh.push(format!("{name} 未填"));
                en.push(format!("{name} missing"));
            }
            Sample::Record => {
                zh.push(format!("{name} 已填"));
                en.push(format!("{name} given"));
            }
            _ => {
                zh.push(format!("{name} = {text}"));
                en.push(format!("{name} = {text}"));
            }
        }
    }
    Localized::new(zh.join("，"), en.join(", "))
}

fn place(rules: &Rules, entity: EntityId, place: Place) -> (String, &Field) {
    let schema = &rules.schema;
    match place {
        Place::Own(field) => {
            let field = &schema.entities[entity].fields[field];
            (field.name.clone(), field)
        }
        Place::Root(field) => {
            let root = schema.root_entity();
            (format!("{}.{}", root.name, root.fields[field].name), &root.fields[field])
        }
        Place::Programme(entity, field) => {
            let shape = &schema.entities[entity];
            (format!("{}.{}", shape.name, shape.fields[field].name), &shape.fields[field])
        }
        Place::Via(via, field) => {
            let via = &schema.entities[entity].fields[via];
            let target = if let FieldKind::Reference(target) = via.kind { target } else { entity };
            let field = &schema.entities[target].fields[field];
            (format!("{}.{}", via.name, field.name), field)
        }
    }
}

fn value_words(sample: &Sample, field: &Field) -> String {
    match (sample, &field.kind) {
        (Sample::Bool(value), _) => value.to_string(),
        (Sample::Number(value), kind) => match kind.unit() {
            Some(Unit::Ratio) => value
                .mul(&guiju_model::number::Exact::from(100))
                .map_or_else(|_| value.to_string(), |percent| format!("{percent}%")),
            Some(unit) => format!("{value} {}", unit.sign()).trim_end().to_owned(),
            None => value.to_string(),
        },
        (Sample::Text(text), _) => format!("\"{}\"", show(text)),
        (Sample::Date(day), _) => day.minguo(),
        (Sample::Period(period), _) => {
            format!("{} .. {}", period.start.minguo(), period.end.minguo())
        }
        (Sample::Choice(value), FieldKind::Choice(choices)) => choices.values[*value].name.clone(),
        (Sample::List(set), FieldKind::List(choices)) => {
            let chosen =
                choices.values.iter().enumerate().filter(|(index, _)| set >> index & 1 == 1);
            format!(
                "({})",
                chosen.map(|(_, value)| value.name.as_str()).collect::<Vec<_>>().join(", ")
            )
        }
        _ => String::new(),
    }
}
