//! Texts in one spelling, so that two that say the same are found to: days in one calendar, amounts
//! in one unit, values in the place of their holes. Only for comparing; people are shown what was
//! written.

use guiju_engine::eval::reference::message::constant_words;
use guiju_model::date::Date;
use guiju_model::number::Exact;
use guiju_model::rules::{Rules, Type, Value};
use guiju_model::text::{Locale, Localized, fill_with};
use guiju_model::unit::MONEY;

/// A text of a message in one spelling; `locale` is its language.
pub(super) fn spelled(text: &str, rules: &Rules, locale: Locale) -> String {
    amounts(&days(&filled(text, rules, locale)))
}

/// A text with the values of constants in their holes.
fn filled(text: &str, rules: &Rules, locale: Locale) -> String {
    let words = |name: &str| -> Option<Localized> {
        if name == "period" {
            return Some(constant_words(&Value::Period(rules.period?), &Type::Period));
        }
        let constant = rules.constants.iter().find(|constant| constant.name == name)?;
        Some(constant_words(&constant.value, &constant.ty))
    };
    fill_with(text, &mut |name| words(name.trim()).map(|words| words.get(locale).to_owned().into()))
}

/// Runs of some characters replaced where `spell` knows another spelling.
fn runs(
    text: &str,
    is_part: impl Fn(char) -> bool,
    spell: impl Fn(&str) -> Option<String>,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(&is_part) {
        let run = &rest[start..];
        let run = &run[..run.find(|c| !is_part(c)).unwrap_or(run.len())];
        out.push_str(&rest[..start]);
        out.push_str(&spell(run).unwrap_or_else(|| run.to_owned()));
        rest = &rest[start + run.len()..];
    }
    out + rest
}

fn days(text: &str) -> String {
    let day =
        |run: &str| Date::parse(run).ok().filter(|_| run.len() >= 6).map(|day| day.to_string());
    runs(text, |c| c.is_ascii_digit() || matches!(c, '/' | '-'), day)
}

fn amounts(text: &str) -> String {
    let plain = |run: &str| Exact::parse(&run.replace(',', "")).map(|number| number.to_string());
    let mut text =
        runs(text, |c| c.is_ascii_digit() || matches!(c, ',' | '.'), plain).replace("NT$", "元");
    // The longest first: 元 ends all of them.
    let mut units: Vec<(&str, i64)> = MONEY.to_vec();
    units.sort_by_key(|(unit, _)| std::cmp::Reverse(unit.len()));
    for (unit, factor) in units {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(unit) {
            let head = before.trim_end();
            let digits = head
                .rfind(|c: char| !(c.is_ascii_digit() || c == '.'))
                .map_or(0, |at| at + head[at..].chars().next().map_or(0, char::len_utf8));
            match Exact::parse(&head[digits..])
                .and_then(|number| number.mul(&Exact::from(factor)).ok())
            {
                Some(number) => out += &format!("{}元{number}", &head[..digits]),
                None => out += &format!("{before}{unit}"),
            }
            rest = after;
        }
        text = out + rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_amounts_are_spelled_in_one_way() {
        for (one, other) in [
            ("不在 104/02/01 至 105/01/31", "不在 2015-02-01 至 2016-01-31"),
            ("未達 1 萬元", "未達 10,000 元"),
            ("less than NT$10,000 a month", "less than 10,000 元 a month"),
            ("1.5 億元以上", "150,000,000 元以上"),
        ] {
            assert_eq!(amounts(&days(one)), amounts(&days(other)));
        }
        assert_ne!(amounts("5 元"), amounts("5 萬元"));
    }
}
