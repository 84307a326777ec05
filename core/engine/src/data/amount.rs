//! Numbers as sources write them, with the unit that stands beside them, to the exact number a
//! field or a KPI takes. Not here: other kinds of values (`cell`), what typed columns hold
//! (`typed`).

use std::borrow::Cow;

use super::Raw;
use super::cell::{figure, hostile, no_such, shown, without_blanks};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::Exact;
use guiju_model::schema::{FieldKind, KpiSchema};
use guiju_model::text::{Localized, fold, folded, show};
use guiju_model::unit::{MONEY, Unit, money_factor};

/// A number with everything that is said of its unit.
pub(super) struct Numeral<'r> {
    pub(super) value: Exact,
    /// The unit that its column or its object names.
    pub(super) unit: Option<&'r str>,
    /// What stands beside the digits, before and after them.
    pub(super) beside: Cow<'r, str>,
    /// How often a cell leaves three digits out when it shows the number.
    pub(super) thousands: u32,
    /// Whether what stands beside it is the format of a cell, and not text that was typed with the
    /// digits.
    pub(super) formatted: bool,
}

impl<'r> Numeral<'r> {
    pub(super) fn new(value: Exact, unit: Option<&'r str>) -> Numeral<'r> {
        Numeral { value, unit, beside: Cow::Borrowed(""), thousands: 0, formatted: false }
    }
}

/// A number of a field, in 元 for money and as a fraction of one for shares.
pub(super) fn number(raw: &Raw<'_>, kind: &FieldKind) -> Result<Exact, Box<Diagnostic>> {
    let mut given = given(raw, Some(kind))?;
    // Counts have no unit but what the heading of their column says is counted.
    let counter = if matches!((kind, raw), (FieldKind::Int, Raw::Counted(..) | Raw::Typed(..))) {
        given.unit.take()
    } else {
        None
    };
    let value = match counter.map(|counter| Unit::Count(counter.to_owned())).or_else(|| kind.unit())
    {
        Some(own) => in_unit(&given, &own, raw)?,
        None => given.value,
    };
    let refuse = |code: Code| Err(Box::new(Diagnostic::new(code).word(figure(raw))));
    match kind {
        FieldKind::Range(low, high) => {
            let within = value >= Exact::from(*low) && value <= Exact::from(*high);
            if !(within && value.is_whole()) {
                let diagnostic = Diagnostic::new(Code::OutOfRange).word(figure(raw));
                return Err(Box::new(diagnostic.arg(low.to_string()).arg(high.to_string())));
            }
        }
        FieldKind::Number(decimal) => {
            if let Some((low, high)) =
                decimal.range.as_ref().filter(|(low, high)| value < *low || value > *high)
            {
                let diagnostic = Diagnostic::new(Code::OutOfRange).word(figure(raw));
                return Err(Box::new(diagnostic.arg(low.to_string()).arg(high.to_string())));
            }
        }
        FieldKind::SignedMoney => {}
        _ if value.is_negative() => return refuse(Code::Negative),
        FieldKind::Int if !value.is_whole() => {
            return Err(Box::new(no_such(figure(raw), kind.describe(), Some(kind))));
        }
        _ => {}
    }
    Ok(value)
}

/// The value of a KPI's target or previous year, in the KPI's unit.
pub(crate) fn kpi_number(
    raw: &Raw<'_>,
    kpi: &KpiSchema,
    value_chars: usize,
) -> Result<Option<Exact>, Box<Diagnostic>> {
    if let Some(problem) = hostile(raw, value_chars) {
        return Err(Box::new(problem));
    }
    let raw = without_blanks(raw);
    if *raw == Raw::Missing {
        return Ok(None);
    }
    let value = in_unit(&given(raw, None)?, &kpi.unit, raw)?;
    if value.is_negative() && !kpi.signed {
        return Err(Box::new(Diagnostic::new(Code::Negative).word(figure(raw))));
    }
    Ok(Some(value))
}

/// A share above the whole that nothing marks as one, as a percentage in words: `20` for `20%`,
/// most likely.
pub(super) fn unmarked_share(raw: &Raw<'_>, share: &Exact) -> Option<Diagnostic> {
    if *share <= Exact::ONE
        || given(raw, None).is_ok_and(|given| given.unit.is_some() || !given.beside.is_empty())
    {
        return None;
    }
    let read = share.mul(&Exact::from(100)).ok()?.to_plain()?;
    Some(Diagnostic::new(Code::UnmarkedShare).word(figure(raw)).arg(format!("{read}%")))
}

fn a_number() -> Localized {
    Localized::new("數字", "a number")
}

/// The number that was written.
fn given<'r>(raw: &Raw<'r>, kind: Option<&FieldKind>) -> Result<Numeral<'r>, Box<Diagnostic>> {
    let expected = || kind.map_or_else(a_number, FieldKind::describe);
    match raw {
        Raw::Text(text) | Raw::Number(text) => written(text, None, kind),
        Raw::Amount(text, unit) | Raw::Counted(text, unit) => {
            written(text, Some(unit.trim()).filter(|unit| !unit.is_empty()), kind)
        }
        Raw::Typed(value, rules) => rules.number(
            value,
            matches!(kind, Some(FieldKind::Int | FieldKind::Range(..))),
            &expected,
        ),
        _ => Err(Box::new(no_such(shown(raw), expected(), kind))),
    }
}

/// A plain decimal with full-width digits folded and thousands separators checked, and what stands
/// beside it: `23,000元`, `NT$300`, `20%`.
fn written<'r>(
    text: &str,
    unit: Option<&'r str>,
    kind: Option<&FieldKind>,
) -> Result<Numeral<'r>, Box<Diagnostic>> {
    let folded = folded(text);
    let no_number = || Box::new(no_such(Localized::same(show(text)), a_number(), kind));
    match decimal(&folded) {
        Some(Ok(value)) => Ok(Numeral::new(value, unit)),
        Some(Err(code)) => Err(Box::new(Diagnostic::new(code).arg(text))),
        None => {
            let (before, digits, after) = parts(&folded).ok_or_else(no_number)?;
            let value = decimal(digits).ok_or_else(no_number)?;
            let value = value.map_err(|code| Box::new(Diagnostic::new(code).arg(text)))?;
            Ok(Numeral {
                beside: Cow::Owned(format!("{before}{after}")),
                ..Numeral::new(value, unit)
            })
        }
    }
}

/// The decimal that a text is; `None` where it is none, or why it cannot be taken.
fn decimal(text: &str) -> Option<Result<Exact, Code>> {
    let digits = without_thousands(text);
    if let Some(value) = Exact::parse(&digits) {
        // More decimals than any money or share has would leave no room in a column of one scale.
        return Some(if value.as_scaled().is_none_or(|(_, scale)| scale > 12) {
            Err(Code::TooManyDigits)
        } else {
            Ok(value)
        });
    }
    let body = digits.strip_prefix(['-', '+']).unwrap_or(&digits);
    let some = body.bytes().any(|b| b.is_ascii_digit());
    if some
        && body.len() > 28
        && body.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && body.matches('.').count() <= 1
    {
        Some(Err(Code::TooManyDigits))
    } else if body.contains(['e', 'E'])
        && body.bytes().all(|b| b.is_ascii_digit() || b"eE.+-".contains(&b))
    {
        Some(Err(Code::Exponent))
    } else {
        None
    }
}

/// A text as what stands before digits, the digits, and what stands after them, where both can be
/// parts of a unit.
pub(super) fn parts(text: &str) -> Option<(&str, &str, &str)> {
    /// Longer than the name of any unit.
    const LONGEST: usize = 12;
    let start = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))?;
    let (before, rest) = text.split_at_checked(start)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '-' | '.' | ','))
        .unwrap_or(rest.len());
    let (digits, after) = rest.split_at_checked(end)?;
    let (before, after) = (before.trim(), after.trim());
    let mut characters = after.chars();
    let unit = characters
        .next()
        .is_none_or(|c| c.is_alphabetic() || (is_sign(c) && characters.next().is_none()));
    let sound = unit
        && after.chars().count() <= LONGEST
        && !after.contains(|c: char| c.is_numeric() || c.is_control());
    (sound && (before.is_empty() || is_currency(before))).then_some((before, digits, after))
}

/// Signs that are units of their own.
fn is_sign(c: char) -> bool {
    matches!(c, '%' | '‰' | '°' | '℃' | '$' | '€' | '£' | '¥' | '￥' | '₩')
}

/// Whether this is what stands before an amount of money: `NT$`, `USD`, 新臺幣.
fn is_currency(text: &str) -> bool {
    const CODES: [&str; 10] = ["NT", "NTD", "TWD", "USD", "EUR", "JPY", "CNY", "RMB", "HKD", "GBP"];
    let marked =
        text.ends_with(is_sign) && text.chars().all(|c| c.is_ascii_alphabetic() || is_sign(c));
    marked || CODES.contains(&text) || text.ends_with('幣') || text == "美金"
}

/// The unit of money beside a number; `None` where only the currency is named, which every amount
/// is in.
fn money_unit(beside: &str) -> Option<&str> {
    const MARKS: [&str; 8] = ["新臺幣", "新台幣", "NTD$", "NT$", "NTD", "TWD", "NT", "$"];
    let rest = MARKS.iter().find_map(|mark| beside.strip_prefix(mark)).unwrap_or(beside).trim();
    // As on receipts: 參萬元整.
    let rest = rest.strip_suffix(['整', '正']).unwrap_or(rest);
    Some(rest).filter(|rest| !rest.is_empty() && !MARKS.contains(rest))
}

/// Whether what a format adds to a number makes a multiple or a part of it: `50千` is not 50.
fn multiplies(beside: &str) -> bool {
    const WORDS: [&str; 12] = [
        "k",
        "m",
        "mn",
        "mm",
        "b",
        "bn",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "billions",
    ];
    beside.split('/').any(|part| {
        let part = part.trim();
        part.starts_with(|c: char| "十拾百佰千仟萬万億亿兆".contains(c) || is_sign(c))
            || WORDS.contains(&&*part.to_ascii_lowercase())
    })
}

/// At most 28 digits, and 12 decimals: more than any money or share has would leave no room in a
/// column of one scale.
pub(super) fn fits(value: &Exact) -> bool {
    value
        .as_scaled()
        .is_some_and(|(mantissa, scale)| scale <= 12 && mantissa.unsigned_abs() < 10_u128.pow(28))
}

/// `1,234,567` without its separators; anything else with a comma is left as it is and will be
/// refused.
fn without_thousands(text: &str) -> Cow<'_, str> {
    if !text.contains(',') {
        return Cow::Borrowed(text);
    }
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or("");
    let regular = (1..=3).contains(&first.len())
        && groups.clone().count() > 0
        && groups.all(|group| group.len() == 3);
    if !regular {
        return Cow::Borrowed(text);
    }
    let whole = whole.replace(',', "");
    Cow::Owned(fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
}

/// The number in the unit of its field or KPI. A unit beside the digits has to be the one that its
/// column names, or that of the field.
fn in_unit(given: &Numeral<'_>, own: &Unit, raw: &Raw<'_>) -> Result<Exact, Box<Diagnostic>> {
    let overflow = |_| Box::new(Diagnostic::new(Code::TooManyDigits).word(figure(raw)));
    let unit = given.unit.map(fold);
    let column = match (own, unit.as_deref()) {
        (_, None) => Exact::ONE,
        (Unit::Money, Some(unit)) => money_factor(unit).ok_or_else(|| no_unit(raw, unit, own))?,
        (_, Some(unit)) if is_own(unit, own) => Exact::ONE,
        (_, Some(unit)) => return Err(no_unit(raw, unit, own)),
    };
    let scaled = (0..given.thousands)
        .try_fold(Exact::ONE, |scaled, _| scaled.mul(&Exact::from(1_000)))
        .map_err(overflow)?;
    let beside = folded(&given.beside);
    let other = || {
        Box::new(
            Diagnostic::new(Code::OtherUnit)
                .word(figure(raw))
                .arg(&beside)
                .word(wanted(unit.as_deref(), own)),
        )
    };
    let said = if *own == Unit::Money {
        money_unit(&beside)
    } else {
        Some(&*beside).filter(|beside| !beside.is_empty())
    };
    let odd = given.thousands > 0 && (unit.is_some() || said.is_some());
    let odd_scale = || {
        let left = given.value.div(&scaled).ok();
        let [held, left] = [Some(&given.value), left.as_ref()]
            .map(|value| value.and_then(Exact::to_plain).unwrap_or_default());
        Box::new(
            Diagnostic::new(Code::ScaledFormat)
                .arg(held)
                .arg(left)
                .arg(said.or(unit.as_deref()).unwrap_or_default()),
        )
    };
    // A count without a unit of its own may be shown with any: `50席`.
    let fits_any =
        *own == Unit::Number && given.formatted && said.is_some_and(|said| !multiplies(said));
    match (own, said) {
        (Unit::Money, Some(said)) => {
            let factor = money_factor(said).ok_or_else(other)?;
            if unit.is_none() && factor == scaled {
                return Ok(given.value.clone());
            }
            if factor != column {
                return Err(other());
            }
            given.value.div(&scaled).and_then(|shown| shown.mul(&factor)).map_err(overflow)
        }
        (Unit::Money, None) if odd && column != Exact::ONE => Err(odd_scale()),
        (Unit::Money, None) => given.value.mul(&column).map_err(overflow),
        (_, Some(said)) if !is_own(said, own) && !fits_any => Err(other()),
        _ if odd => Err(odd_scale()),
        (Unit::Ratio, said) if said.is_some() || unit.is_some() => {
            given.value.div(&Exact::from(100)).map_err(overflow)
        }
        _ => Ok(given.value.clone()),
    }
}

/// Whether a unit other than of money is that of a field or KPI.
fn is_own(unit: &str, own: &Unit) -> bool {
    match own {
        Unit::Days => matches!(unit, "天" | "日"),
        own => fold(&own.sign()) == unit,
    }
}

/// The unit in which a number is wanted, in words.
fn wanted(unit: Option<&str>, own: &Unit) -> Localized {
    let sign = own.sign();
    match unit {
        Some(unit) => Localized::same(format!("`{unit}`")),
        None if sign.is_empty() => own.describe(),
        None => Localized::same(format!("`{sign}`")),
    }
}

/// The unit that a column or an object names is none of the field.
fn no_unit(raw: &Raw<'_>, unit: &str, own: &Unit) -> Box<Diagnostic> {
    let known = match own {
        Unit::Money => MONEY.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("、"),
        other => other.sign(),
    };
    let known = if known.is_empty() {
        Localized::new("「無」，只寫數字", "none: give the number alone")
    } else {
        Localized::same(known)
    };
    Box::new(Diagnostic::new(Code::DataUnit).word(figure(raw)).arg(unit).word(known))
}
