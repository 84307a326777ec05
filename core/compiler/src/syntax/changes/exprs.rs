//! Changes within conditions and formulas. Not here: the parts of rules that they stand in.

use std::ops::Range;

use pest::iterators::Pair;

use super::{ChangeKind, Finder, Place, Rule, one_of, range};
use guiju_model::date::Date;
use guiju_model::number::{Exact, Rounding};
use guiju_model::text::fold_char;
use guiju_model::unit::money_factor;
use guiju_model::words::{self, Words, built_in, name_in};

/// Digits of a number that may be changed by one of the last.
const MOST_DIGITS: usize = 15;

/// Comparisons and operators with what takes their place: how it is spelled in English and in
/// Chinese.
const OPERATORS: &[(Rule, ChangeKind, &str, &str)] = &[
    (Rule::ge, ChangeKind::Comparison, ">", ">"),
    (Rule::gt, ChangeKind::Comparison, ">=", ">="),
    (Rule::le, ChangeKind::Comparison, "<", "<"),
    (Rule::lt, ChangeKind::Comparison, "<=", "<="),
    (Rule::eq, ChangeKind::Comparison, "<>", "<>"),
    (Rule::ne, ChangeKind::Comparison, "=", "="),
    (Rule::kw_in, ChangeKind::Comparison, "not in", "不在"),
    (Rule::not_in, ChangeKind::Comparison, "in", "在"),
    (Rule::has_any, ChangeKind::Comparison, "has all", "含全部"),
    (Rule::has_all, ChangeKind::Comparison, "has any", "含任一"),
    (Rule::is_known, ChangeKind::Comparison, "is not known", "無值"),
    (Rule::is_not_known, ChangeKind::Comparison, "is known", "有值"),
    (Rule::kw_and, ChangeKind::Connective, "or", "或"),
    (Rule::kw_or, ChangeKind::Connective, "and", "且"),
    (Rule::kw_not, ChangeKind::Connective, "", ""),
    (Rule::plus, ChangeKind::Arithmetic, "-", "-"),
    (Rule::minus, ChangeKind::Arithmetic, "+", "+"),
    (Rule::times, ChangeKind::Arithmetic, "/", "/"),
    (Rule::slash, ChangeKind::Arithmetic, "*", "*"),
];

impl Finder<'_, '_> {
    /// The changes of an expression; `stands_in` where its `or` is before what stands in for a
    /// missing value.
    pub(super) fn expr(&mut self, expr: Pair<'_, Rule>, at: &Place, stands_in: bool) {
        let parts: Vec<Pair<'_, Rule>> = expr.into_inner().collect();
        self.conditions(&parts, at, stands_in);
        for part in parts {
            let place = range(&part);
            let operator = OPERATORS.iter().find(|(rule, ..)| *rule == part.as_rule());
            if let Some((rule, kind, english, chinese)) = operator {
                // What stands in for a missing value is no alternative.
                if !(stands_in && *rule == Rule::kw_or) {
                    let plain = part.as_str().trim().is_ascii();
                    let text = if plain || chinese.is_ascii() { english } else { chinese };
                    self.push(*kind, at, vec![(place, (*text).to_owned())]);
                }
                continue;
            }
            match part.as_rule() {
                Rule::quantity => self.number(part, at),
                Rule::date => self.date(&part, at),
                Rule::bool => {
                    let other = if part.as_str() == "true" { "false" } else { "true" };
                    self.push(ChangeKind::Comparison, at, vec![(place, other.to_owned())]);
                }
                Rule::paren => self.paren(part, at),
                Rule::reference => self.reference(part, at),
                _ => {}
            }
        }
    }

    /// What is left out of conditions joined by `and` or `or`.
    fn conditions(&mut self, parts: &[Pair<'_, Rule>], at: &Place, stands_in: bool) {
        let joined = |parts: &[Pair<'_, Rule>], by: Rule| -> Vec<Range<usize>> {
            let whole =
                |part: &[Pair<'_, Rule>]| Some(range(part.first()?).start..range(part.last()?).end);
            parts.split(|part| part.as_rule() == by).filter_map(whole).collect()
        };
        if stands_in {
            return;
        }
        let alternatives = joined(parts, Rule::kw_or);
        let lists = parts
            .split(|part| part.as_rule() == Rule::kw_or)
            .map(|part| joined(part, Rule::kw_and));
        let lists: Vec<Vec<Range<usize>>> = std::iter::once(alternatives).chain(lists).collect();
        for list in lists.into_iter().filter(|list| list.len() > 1) {
            for number in 0..list.len() {
                self.push(ChangeKind::Dropped, at, vec![(one_of(&list, number), String::new())]);
            }
        }
    }

    fn paren(&mut self, paren: Pair<'_, Rule>, at: &Place) {
        let stands_in = paren.clone().into_inner().any(|part| part.as_rule() == Rule::because);
        let exprs: Vec<Pair<'_, Rule>> =
            paren.into_inner().filter(|part| part.as_rule() == Rule::expr).collect();
        let places: Vec<Range<usize>> = exprs.iter().map(range).collect();
        for number in 0..if exprs.len() > 1 { exprs.len() } else { 0 } {
            self.push(ChangeKind::Dropped, at, vec![(one_of(&places, number), String::new())]);
        }
        exprs.into_iter().for_each(|expr| self.expr(expr, at, stands_in));
    }

    /// A name, or a function: another way of rounding, the least for the greatest, one record for
    /// all.
    fn reference(&mut self, reference: Pair<'_, Rule>, at: &Place) {
        let parts: Vec<Pair<'_, Rule>> = reference.into_inner().collect();
        let Some(arguments) = parts.iter().find(|part| part.as_rule() == Rule::arguments) else {
            return;
        };
        if let [name, ..] = parts.as_slice()
            && let Some(function) = built_in(words::Name::Function, name.as_str())
        {
            let rounding = Rounding::FUNCTIONS.iter().any(|(known, _)| *known == function);
            let others: Vec<&str> = match function {
                "min" => vec!["max"],
                "max" => vec!["min"],
                "minimum" => vec!["maximum"],
                "maximum" => vec!["minimum"],
                "some" => vec!["every"],
                "every" => vec!["some"],
                _ if rounding => Rounding::FUNCTIONS
                    .iter()
                    .map(|(other, _)| *other)
                    .filter(|other| *other != function)
                    .collect(),
                _ => Vec::new(),
            };
            let kind = if rounding { ChangeKind::Rounding } else { ChangeKind::Arithmetic };
            let spelling = if name.as_str().is_ascii() { Words::English } else { Words::Chinese };
            for other in others {
                let spelled = name_in(words::Name::Function, other, spelling);
                self.push(kind, at, vec![(range(name), spelled.to_owned())]);
            }
        }
        let exprs = arguments.clone().into_inner().filter(|part| part.as_rule() == Rule::expr);
        exprs.for_each(|expr| self.expr(expr, at, false));
    }

    /// A number by one of its last digit, an amount of money by one 元.
    fn number(&mut self, quantity: Pair<'_, Rule>, at: &Place) {
        let whole = range(&quantity);
        let (mut digits, mut unit) = (None, None);
        for part in quantity.into_inner() {
            let text: String = part.as_str().chars().map(fold_char).filter(|c| *c != '_').collect();
            if part.as_rule() == Rule::number {
                digits = Some((range(&part), text))
            } else {
                unit = Some(text)
            }
        }
        let Some((place, digits)) = digits.filter(|(_, digits)| digits.len() <= MOST_DIGITS) else {
            return;
        };
        let Some(number) = Exact::parse(&digits) else { return };
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u32);
        let money = unit.as_deref().and_then(money_factor).filter(|factor| *factor != Exact::ONE);
        // An amount in thousands is compared with amounts in 元.
        let in_base = money.and_then(|factor| number.mul(&factor).ok()).filter(Exact::is_whole);
        let (number, step, place, after) = match in_base {
            Some(number) => (number, Exact::ONE, whole, " 元"),
            None => match Exact::scaled(1, decimals) {
                Ok(step) => (number, step, place, ""),
                Err(_) => return,
            },
        };
        for changed in [number.add(&step), number.sub(&step)]
            .into_iter()
            .flatten()
            .filter(|changed| !changed.is_negative())
        {
            self.push(ChangeKind::Bound, at, vec![(place.clone(), format!("{changed}{after}"))]);
        }
    }

    /// A day by one.
    pub(super) fn date(&mut self, date: &Pair<'_, Rule>, at: &Place) {
        let Ok(day) = Date::parse(date.as_str()) else { return };
        for other in [day.epoch_days() - 1, day.epoch_days() + 1]
            .into_iter()
            .filter_map(Date::from_epoch_days)
        {
            self.push(ChangeKind::Bound, at, vec![(range(date), other.minguo())]);
        }
    }
}
