//! Messages of requirements and checks with the values of the record they are about. Not here:
//! which names may stand in a message, which the compiler says, and values of constants, which it
//! has put in.

use super::State;
use super::cases::is_settled;
use super::expr::{Eval, Subject, constant};
use crate::data::{Cell, Dataset};
use crate::eval::value::{Range, Truth, Val};
use crate::output::{amount_given, kpi_words};
use guiju_model::date::Period;
use guiju_model::needs::Needs;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Expr, ExprKind, Message, Rules, Type, Value};
use guiju_model::text::{Locale, Localized, fill_with, joined_words};
use guiju_model::unit::Unit;

/// A message about one record. Of what was decided, holes ask for figures of the record only.
pub fn filled(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    subject: Subject<'_>,
    message: &Message,
) -> Localized {
    let words: Vec<(&Localized, Localized)> = message
        .holes
        .iter()
        .map(|hole| (&hole.label, words(rules, data, state, subject, &hole.value)))
        .collect();
    // All holes at once, so that braces in a value of the data are never taken for one.
    let put = |text: &str, locale: Locale| {
        let of = |hole: &str| {
            words
                .iter()
                .find(|(name, _)| name.get(locale) == hole)
                .map(|(_, words)| words.get(locale).into())
        };
        fill_with(text, &mut |hole| of(hole))
    };
    Localized {
        zh: put(&message.text.zh, Locale::ZhTw),
        en: message.text.en.as_deref().map(|text| put(text, Locale::En)),
    }
}

/// The value of a hole as people read it; what is missing as such, what is open as its bounds.
fn words(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    subject: Subject<'_>,
    expr: &Expr,
) -> Localized {
    if let (ExprKind::Field { via: None, field }, Subject::Record { entity, row, .. }) =
        (&expr.kind, subject)
    {
        // As it is written, where it is compared in another form.
        match (data.cell(entity, *field, row), &expr.ty) {
            (Some(Cell::Text(text)), _) => return Localized::same(data.texts.text(text)),
            (Some(Cell::Row(other)), Type::Reference(target)) => {
                return Localized::same(data.key(*target, other as usize));
            }
            _ => {}
        }
    }
    let value = Eval::of_truth(rules, data, state, subject).value(expr);
    // Of what nobody filled in, the bounds of its type tell nothing.
    let filled_in = matches!(
        expr.kind,
        ExprKind::Field { .. } | ExprKind::RootField(_) | ExprKind::ProgrammeField(_)
    );
    if let (true, Val::Number(range), Type::Number(unit)) = (filled_in, &value, &expr.ty)
        && let Some(known) = range.known()
    {
        return Localized::same(amount_given(known, unit));
    }
    value_words(if filled_in && !is_settled(&value) { Val::Missing } else { value }, &expr.ty)
}

/// The value of a constant as people read it.
pub fn constant_words(value: &Value, ty: &Type) -> Localized {
    value_words(constant(value), ty)
}

fn value_words(value: Val<'_>, ty: &Type) -> Localized {
    let both = |value: &KpiValue, unit: &Unit| {
        Localized::new(kpi_words(value, unit, Locale::ZhTw), kpi_words(value, unit, Locale::En))
    };
    let missing = || Localized::new("未填", "not given");
    match value {
        Val::Missing | Val::Truth(Truth::Unknown) => missing(),
        Val::Truth(Truth::True) => Localized::new("是", "yes"),
        Val::Truth(Truth::False) => Localized::new("否", "no"),
        Val::NotApplicable => both(&KpiValue::NotApplicable, &Unit::Number),
        Val::Invalid(error) => both(&KpiValue::Invalid(error), &Unit::Number),
        Val::Number(range) if range == Range::OPEN => missing(),
        Val::Number(range) => {
            let unit = if let Type::Number(unit) = ty { unit.clone() } else { Unit::Number };
            let known = range.known().cloned().map(KpiValue::Known);
            both(
                &known.unwrap_or(KpiValue::Undetermined {
                    low: range.low,
                    high: range.high,
                    may_be_none: false,
                    needs: Needs::default(),
                }),
                &unit,
            )
        }
        Val::Text(text) => Localized::same(text),
        Val::Date(day) => Localized::new(day.minguo(), day.to_string()),
        Val::Period(Period { start, end }) => Localized::new(
            format!("{} 至 {}", start.minguo(), end.minguo()),
            format!("{start} to {end}"),
        ),
        Val::Choice(set) if set.count_ones() > 1 => missing(),
        Val::Choice(set) | Val::List(set) => {
            let (Type::Choice(choices) | Type::List(choices)) = ty else { return missing() };
            let is_in = |at: usize| set >> at & 1 == 1;
            let chosen = choices
                .values
                .iter()
                .enumerate()
                .filter(|(at, _)| is_in(*at))
                .map(|(_, value)| &value.label);
            let chosen: Vec<&Localized> = chosen.collect();
            if chosen.is_empty() {
                Localized::new("無", "none")
            } else {
                joined_words(&chosen, "、", ", ")
            }
        }
    }
}
