//! One raw value of any source to one typed cell, or the diagnostic of why not. All readers share these rules.

use std::borrow::Cow;

use super::column::{Cell, Texts};
#[cfg(feature = "tables")]
use super::typed::Typed;
use crate::date::{Date, DateError, Period};
use crate::diagnostic::{Code, Diagnostic};
use crate::number::Exact;
use crate::schema::{Choices, FieldKind, KpiSchema};
use crate::text::{self, Localized, fold, folded, is_blank, turns_text};
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
    /// The two ends of a period, each missing, a text or a day.
    Period(&'a Raw<'a>, &'a Raw<'a>),
    List(Vec<&'a str>),
    /// What only a typed column has.
    #[cfg(feature = "tables")]
    Typed(Typed<'a>),
}

/// A text with nothing in it is a value that is missing, whatever the field and the source: forms and sheets have it where nothing was entered.
fn without_blanks<'r, 'a>(raw: &'r Raw<'a>) -> &'r Raw<'a> {
    match raw {
        Raw::Text(text) | Raw::Amount(text, _) if is_blank(text) => &Raw::Missing,
        Raw::Period(start, end) if [start, end].into_iter().all(|end| matches!(without_blanks(end), Raw::Missing)) => &Raw::Missing,
        Raw::List(items) if !items.is_empty() && items.iter().all(|item| is_blank(item)) => &Raw::Missing,
        given => given,
    }
}

/// The cell of a raw value; `Ok(None)` where it is missing. References come out as texts and are resolved when all are read.
pub(crate) fn convert(raw: &Raw<'_>, kind: &FieldKind, texts: &mut Texts, value_chars: usize) -> Result<Option<Cell>, Box<Diagnostic>> {
    if let Some(problem) = hostile(raw, value_chars) {
        return Err(Box::new(problem));
    }
    let raw = without_blanks(raw);
    Ok(Some(match (raw, kind) {
        (Raw::Missing, _) => return Ok(None),
        (Raw::Text(text), FieldKind::Text | FieldKind::Reference(_)) => Cell::Text(texts.intern(text)),
        (Raw::Bool(value), FieldKind::Bool) => Cell::Bool(*value),
        (Raw::Text(text), FieldKind::Bool) => Cell::Bool(bool_word(text).ok_or_else(|| wrong_type(raw, kind))?),
        (_, FieldKind::Date) => Cell::Date(day(raw)?),
        (Raw::Period(start, end), FieldKind::Period) => Cell::Period(period(start, end)?),
        (Raw::Text(text), FieldKind::Period) => {
            let at = text.as_bytes().windows(2).position(|pair| pair == b"..");
            let ends = at.and_then(|at| Some((text.get(..at)?, text.get(at + 2..)?)));
            let (start, end) = ends.ok_or_else(|| wrong_type(raw, kind))?;
            Cell::Period(period(&Raw::Text(start), &Raw::Text(end))?)
        }
        (Raw::Amount(..), FieldKind::Range(..)) => return Err(Box::new(wrong_type(raw, kind))),
        #[cfg(feature = "tables")]
        (Raw::Typed(Typed::Figure { unit: Some(_), .. }), FieldKind::Range(..)) => return Err(Box::new(wrong_type(raw, kind))),
        (_, FieldKind::Money | FieldKind::Int | FieldKind::Percent | FieldKind::Range(..)) => Cell::Number(number(raw, kind)?),
        (Raw::Text(text), FieldKind::Choice(choices)) => Cell::Choice(choice(text, choices)? as u8),
        (Raw::List(items), FieldKind::List(choices)) => {
            let mut set = 0;
            for item in items.iter().filter(|item| !is_blank(item)) {
                set |= 1 << choice(item, choices)?;
            }
            Cell::List(set)
        }
        _ => return Err(Box::new(wrong_type(raw, kind))),
    }))
}

/// A value that is too long, or that has characters which control how it is shown.
pub(super) fn hostile(raw: &Raw<'_>, value_chars: usize) -> Option<Diagnostic> {
    let check = |part: &&str| hostile_text(part, value_chars);
    match raw {
        Raw::Text(text) | Raw::Number(text) => check(text),
        Raw::Amount(text, unit) => check(text).or_else(|| check(unit)),
        Raw::Period(start, end) => hostile(start, value_chars).or_else(|| hostile(end, value_chars)),
        Raw::List(items) => items.iter().find_map(check),
        Raw::Missing | Raw::Bool(_) => None,
        #[cfg(feature = "tables")]
        Raw::Typed(_) => None,
    }
}

fn hostile_text(text: &str, value_chars: usize) -> Option<Diagnostic> {
    if text.len() > value_chars && text.chars().nth(value_chars).is_some() {
        let limit = Localized::new(format!("一個值最多 {value_chars} 個字元"), format!("{value_chars} characters in one value"));
        return Some(Diagnostic::new(Code::DataTooLarge).word(limit));
    }
    // Plain printable text, nearly all there is, needs no decoding.
    if text.bytes().all(|byte| (b' '..0x7F).contains(&byte)) {
        return None;
    }
    let hidden = |c: &char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || turns_text(*c);
    let c = text.chars().find(hidden)?;
    Some(Diagnostic::new(Code::ControlCharacter).arg(format!("U+{:04X}", u32::from(c))))
}

/// The first character of a value that is compared as another, or left out, without being seen, and where its text has it.
pub(super) fn misleading(raw: &Raw<'_>) -> Option<(usize, char)> {
    match raw {
        Raw::Text(text) | Raw::Number(text) => text::misleading(text),
        Raw::Amount(text, unit) => text::misleading(text).or_else(|| text::misleading(unit)),
        Raw::Period(start, end) => misleading(start).or_else(|| misleading(end)),
        Raw::List(items) => items.iter().find_map(|item| text::misleading(item)),
        Raw::Missing | Raw::Bool(_) => None,
        #[cfg(feature = "tables")]
        Raw::Typed(_) => None,
    }
}

pub(super) fn wrong_type(raw: &Raw<'_>, kind: &FieldKind) -> Diagnostic {
    wrong(raw, kind.describe())
}

/// A value is not what was expected.
fn wrong(raw: &Raw<'_>, expected: Localized) -> Diagnostic {
    match raw {
        #[cfg(feature = "tables")]
        Raw::Typed(value) => value.wrong(expected),
        _ => Diagnostic::new(Code::WrongType).word(shown(raw)).word(expected),
    }
}

fn shown(raw: &Raw<'_>) -> Localized {
    let same = |text: &str| Localized::same(text::show(text));
    match raw {
        Raw::Text(text) | Raw::Number(text) => same(text),
        Raw::Missing => same("null"),
        Raw::Bool(value) => same(if *value { "true" } else { "false" }),
        Raw::Amount(text, unit) => same(&format!("{text} {unit}")),
        Raw::Period(start, end) => {
            let end_of = |raw: &Raw<'_>| if *raw == Raw::Missing { String::new() } else { shown(raw).zh };
            same(&format!("{}..{}", end_of(start), end_of(end)))
        }
        Raw::List(items) => same(&items.join(";")),
        #[cfg(feature = "tables")]
        Raw::Typed(value) => value.shown(),
    }
}

fn bool_word(text: &str) -> Option<bool> {
    let word = folded(text);
    let is = |words: [&str; 4]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    if is(["true", "yes", "是", "y"]) {
        Some(true)
    } else if is(["false", "no", "否", "n"]) {
        Some(false)
    } else {
        None
    }
}

fn choice(text: &str, choices: &Choices) -> Result<usize, Box<Diagnostic>> {
    choices.value(text).ok_or_else(|| Box::new(Diagnostic::new(Code::WrongChoice).arg(text).word(Localized::same(choices.names()))))
}

/// The choice that a refused one was probably meant to be. Apart from refusing, because it takes longer than reading.
pub(super) fn nearest_choice(diagnostic: &Diagnostic, choices: &Choices) -> Option<String> {
    let text = fold(&diagnostic.args.first()?.zh);
    let names = choices.values.iter().map(|value| value.name.as_str());
    text::nearest(&text, names).map(str::to_owned)
}

fn date(text: &str) -> Result<Date, Box<Diagnostic>> {
    Date::parse(text).map_err(|error| no_date(error, text))
}

/// Why a text, or a day as it is shown, is not taken for a date.
pub(super) fn no_date(error: DateError, text: &str) -> Box<Diagnostic> {
    let code = match error {
        DateError::TwoDigitYear => Code::TwoDigitYear,
        DateError::EarlyYear => Code::EarlyYear,
        DateError::Shape | DateError::NoSuchDay => Code::DataBadDate,
    };
    Box::new(Diagnostic::new(code).arg(text))
}

/// The day that a value names.
fn day(raw: &Raw<'_>) -> Result<Date, Box<Diagnostic>> {
    match raw {
        Raw::Text(text) | Raw::Number(text) => date(text),
        #[cfg(feature = "tables")]
        Raw::Typed(value) => value.day()?.or_else(|digits| date(&digits)),
        _ => Err(Box::new(wrong_type(raw, &FieldKind::Date))),
    }
}

fn period(start: &Raw<'_>, end: &Raw<'_>) -> Result<Period, Box<Diagnostic>> {
    let (start, end) = (without_blanks(start), without_blanks(end));
    let lacks = match (start, end) {
        (Raw::Missing, _) => Some(Localized::new("開始日", "start")),
        (_, Raw::Missing) => Some(Localized::new("結束日", "end")),
        _ => None,
    };
    if let Some(lacks) = lacks {
        return Err(Box::new(Diagnostic::new(Code::HalfPeriod).word(lacks)));
    }
    let (start, end) = (day(start)?, day(end)?);
    if start > end {
        return Err(Box::new(Diagnostic::new(Code::DataPeriodReversed).arg(start.to_string()).arg(end.to_string())));
    }
    Ok(Period { start, end })
}

/// A number of a field, in 元 for money and as a fraction of one for shares.
fn number(raw: &Raw<'_>, kind: &FieldKind) -> Result<Exact, Box<Diagnostic>> {
    let (value, unit) = given_number(raw, Some(kind))?;
    let value = match kind.unit() {
        Some(own) => in_unit(value, unit, &own, raw)?,
        None => value,
    };
    let refuse = |code: Code| Err(Box::new(Diagnostic::new(code).word(figure(raw))));
    match kind {
        FieldKind::Range(low, high) => {
            let whole = value.denominator() == 1;
            if !whole || value < Exact::from(*low) || value > Exact::from(*high) {
                let diagnostic = Diagnostic::new(Code::OutOfRange).word(figure(raw));
                return Err(Box::new(diagnostic.arg(low.to_string()).arg(high.to_string())));
            }
        }
        _ if value.is_negative() => return refuse(Code::Negative),
        FieldKind::Int if value.denominator() != 1 => {
            return Err(Box::new(Diagnostic::new(Code::WrongType).word(figure(raw)).word(kind.describe())));
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
    let raw = without_blanks(raw);
    if *raw == Raw::Missing {
        return Ok(None);
    }
    let (value, unit) = given_number(raw, None)?;
    let value = in_unit(value, unit, &kpi.unit, raw)?;
    if value.is_negative() && !kpi.signed {
        return Err(Box::new(Diagnostic::new(Code::Negative).word(figure(raw))));
    }
    Ok(Some(value))
}

/// A share above the whole that nothing marks as one, as a percentage in words: `20` for `20%`, most likely.
pub(super) fn unmarked_share(raw: &Raw<'_>, share: Exact) -> Option<Diagnostic> {
    if share <= Exact::ONE || given_number(raw, None).is_ok_and(|(_, unit)| unit.is_some()) {
        return None;
    }
    let read = share.mul(Exact::from(100)).ok()?.to_plain()?;
    Some(Diagnostic::new(Code::UnmarkedShare).word(figure(raw)).arg(format!("{read}%")))
}

/// The number that was written, and the unit beside it.
fn given_number<'r>(raw: &Raw<'r>, kind: Option<&FieldKind>) -> Result<(Exact, Option<&'r str>), Box<Diagnostic>> {
    let expected = || kind.map_or_else(|| Localized::new("數字", "a number"), FieldKind::describe);
    match raw {
        Raw::Text(text) | Raw::Number(text) => plain_number(text),
        Raw::Amount(text, unit) => {
            let (value, sign) = plain_number(text)?;
            Ok((value, Some(unit.trim()).filter(|unit| !unit.is_empty()).or(sign)))
        }
        #[cfg(feature = "tables")]
        Raw::Typed(value) => value.number(matches!(kind, Some(FieldKind::Int | FieldKind::Range(..))), expected),
        _ => Err(Box::new(wrong(raw, expected()))),
    }
}

/// A number as it was given, without its unit, for messages.
fn figure(raw: &Raw<'_>) -> Localized {
    match raw {
        Raw::Text(text) | Raw::Number(text) | Raw::Amount(text, _) => Localized::same(text::show(text)),
        other => shown(other),
    }
}

/// At most 28 digits, and 12 decimals: more than any money or share has would leave no room in a column of one scale.
#[cfg(feature = "tables")]
pub(super) fn fits(value: Exact) -> bool {
    value.as_scaled().is_some_and(|(mantissa, scale)| scale <= 12 && mantissa.unsigned_abs() < 10_u128.pow(28))
}

/// A plain decimal with full-width digits folded and thousands separators checked; a `%` after it comes back as its unit.
fn plain_number(text: &str) -> Result<(Exact, Option<&'static str>), Box<Diagnostic>> {
    let folded = folded(text);
    let (digits, sign) = match folded.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), Some("%")),
        None => (&*folded, None),
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
        return Err(Box::new(Diagnostic::new(Code::WrongType).arg(text).word(Localized::new("數字", "a number"))));
    };
    Err(Box::new(Diagnostic::new(code).arg(text)))
}

/// `1,234,567` without its separators; anything else with a comma is left as it is and will be refused.
fn without_thousands(text: &str) -> Cow<'_, str> {
    if !text.contains(',') {
        return Cow::Borrowed(text);
    }
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or("");
    let regular = (1..=3).contains(&first.len()) && groups.clone().count() > 0 && groups.all(|group| group.len() == 3);
    if !regular {
        return Cow::Borrowed(text);
    }
    let whole = whole.replace(',', "");
    Cow::Owned(fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
}

fn in_unit(value: Exact, unit: Option<&str>, own: &Unit, raw: &Raw<'_>) -> Result<Exact, Box<Diagnostic>> {
    let Some(unit) = unit else { return Ok(value) };
    let unit = fold(unit);
    let overflow = |_| Box::new(Diagnostic::new(Code::TooManyDigits).word(figure(raw)));
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
    Err(Box::new(Diagnostic::new(Code::DataUnit).word(figure(raw)).arg(&unit).word(known)))
}
