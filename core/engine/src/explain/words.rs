//! What stands in explanations as people read it: values of fields, numbers, rules as their author
//! wrote them.

use super::Explainer;
use crate::data::Cell;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::value::Val;
use crate::output::{amount_apart, kpi_words};
use guiju_model::date::{Date, Period};
use guiju_model::index::{EntityId, FieldId, KpiId};
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Need};
use guiju_model::rules::{Expr, Type};
use guiju_model::schema::{Choices, FieldKind};
use guiju_model::source::Span;
use guiju_model::text::{Locale, Localized, joined_words};
use guiju_model::unit::Unit;
use guiju_model::words::{Words, snippet, words_of};

impl Explainer<'_> {
    /// The text of a rule as its author wrote it, on one line.
    pub(super) fn written(&self, span: Span) -> String {
        let text =
            self.rules.sources.get(span.source.0 as usize).map_or("", |source| source.slice(span));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A word of the language as the rules spell it that a place is in.
    pub(super) fn spelled(&self, english: &str, at: Span) -> String {
        match self.rules.sources.get(at.source.0 as usize).map(|source| words_of(source.text())) {
            Some(Words::Chinese) => snippet(english),
            _ => english.to_owned(),
        }
    }

    /// The same explainer for what is said of a comparison.
    pub(super) fn comparing(&self, left: &Expr, right: &Expr, subject: Subject<'_>) -> Self {
        let known = |expr: &Expr| {
            Eval::new(self.rules, self.data, self.state, subject)
                .range(expr)
                .ok()
                .and_then(|range| range.known().cloned())
        };
        let is_number = |expr: &Expr| matches!(expr.ty, Type::Number(_));
        let sides = [left, right].into_iter().filter(|expr| is_number(expr)).filter_map(known);
        Explainer { compared: sides.collect(), ..self.clone() }
    }

    pub(super) fn amount(&self, value: &Exact, unit: &Unit) -> String {
        amount_apart(value, &self.compared, unit)
    }

    /// A missing value as `member/甲公司 fee`; where all roots are in question, with the root before
    /// it.
    pub(super) fn need(&self, need: &Need) -> String {
        let beside = |root: Option<usize>, list: &str, kpi: KpiId| {
            format!("{} {list}.{}", self.data.owner(root), self.rules.kpis[kpi].name)
        };
        match need {
            Need::Field { entity, row, field } => {
                let shape = &self.rules.schema.entities[*entity];
                format!("{} {}", self.record_name(*entity, *row), shape.fields[*field].name)
            }
            Need::Previous { root, kpi } => beside(*root, "previous", *kpi),
            Need::Target { root, kpi } => beside(*root, "targets", *kpi),
            Need::Programme { kpi } => {
                format!("{} {}", self.data.owner(None), self.rules.kpis[*kpi].name)
            }
            Need::List { entity } => {
                format!("{} {}", self.data.owner(None), self.rules.schema.entities[*entity].name)
            }
        }
    }

    /// A record as `member/甲公司`; where all roots are in question, with the root before it.
    pub(super) fn record_name(&self, entity: EntityId, row: usize) -> String {
        let named = self.data.named(entity, row);
        if self.root.is_none() && self.rules.schema.entities[entity].child {
            return format!("{} {named}", self.data.root_key(self.data.root_of(entity, row)));
        }
        named
    }

    /// A KPI's value in words.
    pub(super) fn kpi_words(&self, value: &KpiValue, unit: &Unit) -> Localized {
        match value {
            KpiValue::Known(value) => Localized::same(self.amount(value, unit)),
            _ => both(|locale| kpi_words(value, unit, locale)),
        }
    }

    /// What a computed day or period comes to.
    pub(super) fn days(&self, expr: &Expr, subject: Subject<'_>) -> Localized {
        match Eval::new(self.rules, self.data, self.state, subject).value(expr) {
            Val::Date(day) => day_words(day),
            Val::Period(period) => period_words(period),
            Val::Invalid(error) => {
                both(|locale| kpi_words(&KpiValue::Invalid(error), &Unit::Number, locale))
            }
            Val::NotApplicable => {
                both(|locale| kpi_words(&KpiValue::NotApplicable, &Unit::Number, locale))
            }
            _ => Localized::new("尚不能確定", "not known"),
        }
    }

    /// The value of a field as people read it.
    pub(super) fn field_words(&self, entity: EntityId, row: usize, field: FieldId) -> Localized {
        let kind = &self.rules.schema.entities[entity].fields[field].kind;
        self.cell_words(self.data.cell(entity, field, row), kind)
    }

    /// What a field of a kind may hold as people read it.
    pub(super) fn cell_words(&self, cell: Option<Cell>, kind: &FieldKind) -> Localized {
        match (cell, kind) {
            (None, _) => Localized::new("未填", "not given"),
            (Some(Cell::Bool(true)), _) => Localized::new("是", "yes"),
            (Some(Cell::Bool(false)), _) => Localized::new("否", "no"),
            (Some(Cell::Number(value)), kind) => {
                Localized::same(self.amount(&value, &kind.unit().unwrap_or(Unit::Number)))
            }
            (Some(Cell::Date(day)), _) => day_words(day),
            (Some(Cell::Period(period)), _) => period_words(period),
            (Some(Cell::Text(id)), _) => Localized::same(self.data.texts.text(id)),
            (Some(Cell::Choice(value)), FieldKind::Choice(choices)) => {
                choices.values[usize::from(value)].label.clone()
            }
            (Some(Cell::List(set)), FieldKind::List(choices)) => choice_words(choices, set),
            (Some(Cell::Row(row)), FieldKind::Reference(target)) => {
                Localized::same(self.data.key(*target, row as usize))
            }
            _ => Localized::default(),
        }
    }
}

pub(super) fn day_words(day: Date) -> Localized {
    Localized::new(day.minguo(), day.to_string())
}

pub(super) fn period_words(period: Period) -> Localized {
    Localized::new(
        format!("{}–{}", period.start.minguo(), period.end.minguo()),
        format!("{} to {}", period.start, period.end),
    )
}

/// A set of named values, joined_words.
pub(super) fn choice_words(choices: &Choices, set: u128) -> Localized {
    let chosen = choices
        .values
        .iter()
        .enumerate()
        .filter(|(index, _)| set >> index & 1 == 1)
        .map(|(_, value)| &value.label);
    if set == 0 {
        return Localized::new("無", "none");
    }
    joined_words(&chosen.collect::<Vec<_>>(), "、", ", ")
}

pub(super) fn both(words: impl Fn(Locale) -> String) -> Localized {
    Localized::new(words(Locale::ZhTw), words(Locale::En))
}
