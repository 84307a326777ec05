//! One raw value of any source to one typed cell, or the diagnostic of why not. All readers share these rules.

use super::column::{Cell, Texts};
use crate::date::{Date, DateError, Period};
use crate::diagnostic::{Code, Diagnostic};
use crate::number::Exact;
use crate::schema::{Choices, FieldKind, KpiSchema};
use crate::text::{Localized, fold, is_bidi_control};
use crate::unit::{MONEY, Unit, money_factor};

/// A value as a source gives it, before its field's type is applied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw<'a> {
    /// Nothing was given.
    Missing,
    Text(&'a str),
    /// The digits of a number, as written.
    Number(&'a str),
    Bool(bool),
    /// A number with the unit written beside it.
    Amount(&'a str, &'a str),
    /// The two ends of a period; `None` where an end was not given.
    Period(Option<&'a str>, Option<&'a str>),
    List(Vec<&'a str>),
}

/// What a form means: it sends empty texts where nothing was entered, whatever the field.
pub(crate) fn without_blanks<'r, 'a>(raw: &'r Raw<'a>) -> &'r Raw<'a> {
    let blank = |text: &str| text.trim().is_empty();
    match raw {
        Raw::Text(text) | Raw::Amount(text, _) if blank(text) => &Raw::Missing,
        Raw::Period(start, end) if start.is_none_or(blank) && end.is_none_or(blank) => &Raw::Missing,
        given => given,
    }
}

/// The cell of a raw value; `Ok(None)` where it is missing. References come out as texts and are resolved when all are read.
pub(crate) fn convert(raw: &Raw<'_>, kind: &FieldKind, texts: &mut Texts, value_chars: usize) -> Result<Option<Cell>, Box<Diagnostic>> {
    if let Some(problem) = hostile(raw, value_chars) {
        return Err(Box::new(problem));
    }
    Ok(Some(match (raw, kind) {
        (Raw::Missing | Raw::Period(None, None), _) => return Ok(None),
        (Raw::Text(text), FieldKind::Text | FieldKind::Reference(_)) => {
            if fold(text).is_empty() {
                return Ok(None);
            }
            Cell::Text(texts.intern(text))
        }
        (Raw::Bool(value), FieldKind::Bool) => Cell::Bool(*value),
        (Raw::Text(text), FieldKind::Bool) => Cell::Bool(bool_word(text).ok_or_else(|| wrong_type(raw, kind))?),
        (Raw::Text(text) | Raw::Number(text), FieldKind::Date) => Cell::Date(date(text)?),
        (Raw::Period(start, end), FieldKind::Period) => Cell::Period(period(*start, *end)?),
        (Raw::Text(text), FieldKind::Period) => {
            let (start, end) = text.split_once("..").ok_or_else(|| wrong_type(raw, kind))?;
            Cell::Period(period(Some(start), Some(end))?)
        }
        (Raw::Text(text) | Raw::Number(text), FieldKind::Money | FieldKind::Int | FieldKind::Percent | FieldKind::Range(..)) => {
            Cell::Number(number(text, None, kind)?)
        }
        (Raw::Amount(text, unit), FieldKind::Money | FieldKind::Int | FieldKind::Percent) => Cell::Number(number(text, Some(unit), kind)?),
        (Raw::Text(text), FieldKind::Choice(choices)) => Cell::Choice(choice(text, choices)? as u8),
        (Raw::List(items), FieldKind::List(choices)) => {
            let mut set = 0;
            for item in items {
                set |= 1 << choice(item, choices)?;
            }
            Cell::List(set)
        }
        _ => return Err(Box::new(wrong_type(raw, kind))),
    }))
}

/// A value that is too long, or that hides characters.
pub(super) fn hostile(raw: &Raw<'_>, value_chars: usize) -> Option<Diagnostic> {
    let check = |part: &&str| hostile_text(part, value_chars);
    match raw {
        Raw::Text(text) | Raw::Number(text) => check(text),
        Raw::Amount(text, unit) => check(text).or_else(|| check(unit)),
        Raw::Period(start, end) => start.iter().chain(end).find_map(check),
        Raw::List(items) => items.iter().find_map(check),
        Raw::Missing | Raw::Bool(_) => None,
    }
}

fn hostile_text(text: &str, value_chars: usize) -> Option<Diagnostic> {
    if text.len() > value_chars && text.chars().count() > value_chars {
        let limit = Localized::new(format!("一個值最多 {value_chars} 個字元"), format!("{value_chars} characters in one value"));
        return Some(Diagnostic::new(Code::DataTooLarge).word(limit));
    }
    // Plain printable text, nearly all there is, needs no decoding.
    if text.bytes().all(|byte| (b' '..0x7F).contains(&byte)) {
        return None;
    }
    let hidden = |c: &char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || is_bidi_control(*c);
    let c = text.chars().find(hidden)?;
    Some(Diagnostic::new(Code::ControlCharacter).arg(format!("U+{:04X}", u32::from(c))))
}

fn wrong_type(raw: &Raw<'_>, kind: &FieldKind) -> Diagnostic {
    Diagnostic::new(Code::WrongType).word(shown(raw)).word(kind.describe())
}

fn shown(raw: &Raw<'_>) -> Localized {
    let same = |text: &str| Localized::same(crate::text::show(text));
    match raw {
        Raw::Text(text) | Raw::Number(text) => shown_text(text),
        Raw::Missing => same("null"),
        Raw::Bool(value) => same(&value.to_string()),
        Raw::Amount(text, unit) => same(&format!("{text} {unit}")),
        Raw::Period(start, end) => same(&format!("{}..{}", start.unwrap_or(""), end.unwrap_or(""))),
        Raw::List(items) => same(&items.join(";")),
    }
}

fn shown_text(text: &str) -> Localized {
    if fold(text).is_empty() { Localized::new("（空白）", "(blank)") } else { Localized::same(crate::text::show(text)) }
}

fn bool_word(text: &str) -> Option<bool> {
    match fold(text).to_ascii_lowercase().as_str() {
        "true" | "yes" | "是" | "y" => Some(true),
        "false" | "no" | "否" | "n" => Some(false),
        _ => None,
    }
}

fn choice(text: &str, choices: &Choices) -> Result<usize, Box<Diagnostic>> {
    choices.value(text).ok_or_else(|| Box::new(Diagnostic::new(Code::WrongChoice).arg(text).word(Localized::same(choices.names()))))
}

/// The choice that a refused one was probably meant to be. Apart from refusing, because it takes longer than reading.
pub(super) fn nearest_choice(diagnostic: &Diagnostic, choices: &Choices) -> Option<String> {
    let text = fold(&diagnostic.args.first()?.zh);
    let names = choices.values.iter().map(|value| value.name.as_str());
    crate::text::nearest(&text, names).map(str::to_owned)
}

fn date(text: &str) -> Result<Date, Box<Diagnostic>> {
    Date::parse(text).map_err(|error| {
        let code = if error == DateError::TwoDigitYear { Code::TwoDigitYear } else { Code::DataBadDate };
        Box::new(Diagnostic::new(code).arg(text))
    })
}

fn period(start: Option<&str>, end: Option<&str>) -> Result<Period, Box<Diagnostic>> {
    let (Some(start), Some(end)) = (start, end) else {
        let lacks = if start.is_none() { Localized::new("開始日", "start") } else { Localized::new("結束日", "end") };
        return Err(Box::new(Diagnostic::new(Code::HalfPeriod).word(lacks)));
    };
    let (start, end) = (date(start)?, date(end)?);
    if start > end {
        return Err(Box::new(Diagnostic::new(Code::DataPeriodReversed).arg(start.to_string()).arg(end.to_string())));
    }
    Ok(Period { start, end })
}

/// A number of a field, in 元 for money and as a fraction of one for shares.
fn number(text: &str, unit: Option<&str>, kind: &FieldKind) -> Result<Exact, Box<Diagnostic>> {
    let (value, sign) = plain_number(text)?;
    let unit = unit.map(str::trim).filter(|unit| !unit.is_empty()).or(sign);
    let value = match kind.unit() {
        Some(own) => in_unit(value, unit, &own, text)?,
        None => value,
    };
    let refuse = |code: Code| Err(Box::new(Diagnostic::new(code).arg(text)));
    match kind {
        FieldKind::Range(low, high) => {
            let whole = value.denominator() == 1;
            if !whole || value < Exact::from(*low) || value > Exact::from(*high) {
                return Err(Box::new(Diagnostic::new(Code::OutOfRange).arg(text).arg(low.to_string()).arg(high.to_string())));
            }
        }
        _ if value.is_negative() => return refuse(Code::Negative),
        FieldKind::Int if value.denominator() != 1 => {
            return Err(Box::new(Diagnostic::new(Code::WrongType).arg(text).word(kind.describe())));
        }
        _ => {}
    }
    Ok(value)
}

/// The value of a KPI's target or previous year, in the KPI's unit.
pub(crate) fn kpi_number(raw: &Raw<'_>, kpi: &KpiSchema, value_chars: usize) -> Result<Option<Exact>, Box<Diagnostic>> {
    if let Some(problem) = hostile(raw, value_chars) {
        return Err(Box::new(problem));
    }
    let (text, written) = match raw {
        Raw::Missing => return Ok(None),
        Raw::Text(text) | Raw::Number(text) => (*text, None),
        Raw::Amount(text, unit) => (*text, Some(*unit)),
        _ => return Err(Box::new(Diagnostic::new(Code::WrongType).word(shown(raw)).word(Localized::new("數字", "a number")))),
    };
    let (value, sign) = plain_number(text)?;
    let value = in_unit(value, written.or(sign), &kpi.unit, text)?;
    if value.is_negative() && !kpi.signed {
        return Err(Box::new(Diagnostic::new(Code::Negative).arg(text)));
    }
    Ok(Some(value))
}

/// A plain decimal with full-width digits folded and thousands separators checked; a `%` after it comes back as its unit.
fn plain_number(text: &str) -> Result<(Exact, Option<&'static str>), Box<Diagnostic>> {
    let folded = fold(text);
    let (digits, sign) = match folded.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), Some("%")),
        None => (folded.as_str(), None),
    };
    let digits = without_thousands(digits);
    if let Some(value) = Exact::parse(&digits) {
        // More decimals than any money or share has would leave no room in a column of one scale.
        if value.as_scaled().is_none_or(|(_, scale)| scale > 12) {
            return Err(Box::new(Diagnostic::new(Code::TooManyDigits).arg(text)));
        }
        return Ok((value, sign));
    }
    let body = digits.strip_prefix(['-', '+']).unwrap_or(&digits);
    let code = if !body.is_empty()
        && body.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && body.matches('.').count() <= 1
        && body.bytes().any(|b| b.is_ascii_digit())
        && body.len() > 28
    {
        Code::TooManyDigits
    } else if body.contains(['e', 'E']) && body.bytes().all(|b| b.is_ascii_digit() || b"eE.+-".contains(&b)) {
        Code::Exponent
    } else {
        return Err(Box::new(Diagnostic::new(Code::WrongType).word(shown_text(text)).word(Localized::new("數字", "a number"))));
    };
    Err(Box::new(Diagnostic::new(code).arg(text)))
}

/// `1,234,567` without its separators; anything else with a comma is left as it is and will be refused.
fn without_thousands(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or("");
    let regular = (1..=3).contains(&first.len()) && groups.clone().count() > 0 && groups.all(|group| group.len() == 3);
    if !regular {
        return text.to_owned();
    }
    let whole = whole.replace(',', "");
    fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"))
}

fn in_unit(value: Exact, unit: Option<&str>, own: &Unit, text: &str) -> Result<Exact, Box<Diagnostic>> {
    let Some(unit) = unit else { return Ok(value) };
    let unit = fold(unit);
    let overflow = |_| Box::new(Diagnostic::new(Code::TooManyDigits).arg(text));
    match own {
        Unit::Money => {
            if let Some(factor) = money_factor(&unit) {
                return value.mul(factor).map_err(overflow);
            }
        }
        Unit::Ratio if unit == "%" => return value.div(Exact::from(100)).map_err(overflow),
        Unit::Count(name) if *name == unit => return Ok(value),
        Unit::Number if unit.is_empty() => return Ok(value),
        _ => {}
    }
    let known = match own {
        Unit::Money => MONEY.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("、"),
        other => other.sign(),
    };
    let known =
        if known.is_empty() { Localized::new("「無」，只寫數字", "none: give the number alone") } else { Localized::same(known) };
    Err(Box::new(Diagnostic::new(Code::DataUnit).arg(text).arg(&unit).word(known)))
}
