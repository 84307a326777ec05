//! What stands in explanations as people read it: values of fields, numbers, rules as their author wrote them.

use super::Explainer;
use crate::data::Cell;
use crate::number::Exact;
use crate::schema::{Choices, FieldKind};
use crate::source::Span;
use crate::text::{Locale, Localized};
use crate::unit::Unit;

impl Explainer<'_> {
    /// The text of a rule as its author wrote it, on one line.
    pub(super) fn written(&self, span: Span) -> String {
        let text = self.rules.sources.get(span.source.0 as usize).map_or("", |source| source.slice(span));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The value of a field as people read it.
    pub(super) fn field_words(&self, entity: usize, row: usize, field: usize) -> Localized {
        let kind = &self.rules.schema.entities[entity].fields[field].kind;
        match (self.data.cell(entity, field, row), kind) {
            (None, _) => Localized::new("未填", "not given"),
            (Some(Cell::Bool(true)), _) => Localized::new("是", "yes"),
            (Some(Cell::Bool(false)), _) => Localized::new("否", "no"),
            (Some(Cell::Number(value)), kind) => Localized::same(number_words(value, kind)),
            (Some(Cell::Date(day)), _) => Localized::new(day.minguo(), day.to_string()),
            (Some(Cell::Period(period)), _) => {
                Localized::new(format!("{}–{}", period.start.minguo(), period.end.minguo()), format!("{} to {}", period.start, period.end))
            }
            (Some(Cell::Text(id)), _) => Localized::same(self.data.texts.text(id)),
            (Some(Cell::Choice(value)), FieldKind::Choice(choices)) => choices.values[usize::from(value)].label.clone(),
            (Some(Cell::List(set)), FieldKind::List(choices)) => choice_words(choices, set),
            (Some(Cell::Row(row)), FieldKind::Reference(target)) => Localized::same(self.data.key(*target, row as usize)),
            _ => Localized::default(),
        }
    }
}

fn number_words(value: Exact, kind: &FieldKind) -> String {
    crate::output::amount(value, &kind.unit().unwrap_or(Unit::Number))
}

/// A set of named values, joined.
pub(super) fn choice_words(choices: &Choices, set: u128) -> Localized {
    let chosen = || choices.values.iter().enumerate().filter(|(index, _)| set >> index & 1 == 1).map(|(_, value)| &value.label);
    if set == 0 {
        return Localized::new("無", "none");
    }
    let join = |locale, separator| chosen().map(|label| label.get(locale)).collect::<Vec<_>>().join(separator);
    Localized::new(join(Locale::ZhTw, "、"), join(Locale::En, ", "))
}

pub(super) fn both(words: impl Fn(Locale) -> String) -> Localized {
    Localized::new(words(Locale::ZhTw), words(Locale::En))
}
