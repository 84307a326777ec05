//! Values as people read them: thousands separated, shares in percent, bounds as "from … to …".

use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::text::Locale;
use guiju_model::unit::Unit;

/// A number with its unit: `1,200,000 元`, `50.13 %`, `18 家`. Shares and quotients are rounded half
/// away from zero to two decimals.
///
/// ```
/// use guiju::{Exact, Unit, amount};
/// assert_eq!(amount(&Exact::from(1_200_000), &Unit::Money), "1,200,000 元");
/// assert_eq!(amount(&Exact::fraction(401, 800)?, &Unit::Ratio), "50.13 %");
/// # Ok::<(), guiju::NumberError>(())
/// ```
pub fn amount(value: &Exact, unit: &Unit) -> String {
    let digits = match unit {
        Unit::Ratio => value
            .mul(&Exact::from(100))
            .map_or_else(|_| value.to_string(), |percent| percent.to_fixed(2)),
        _ => value.to_plain().unwrap_or_else(|| value.to_fixed(2)),
    };
    format!("{} {}", grouped(&digits), unit.sign()).trim_end().to_owned()
}

/// A number with as many more digits as it takes to tell it apart from others that are not equal to
/// it, and on the side of them where it is: where a limit is 20 %, `19.996 %` and not `20.00 %`, and
/// a third is `0.3333334` where 0.3333333 is less. What two decimals show exactly stays so.
///
/// ```
/// use guiju::{Exact, Unit, amount_apart};
/// let (share, limit) = (Exact::fraction(19_996, 100_000)?, Exact::fraction(1, 5)?);
/// assert_eq!(amount_apart(&share, &[limit.clone()], &Unit::Ratio), "19.996 %");
/// assert_eq!(amount_apart(&limit, &[share], &Unit::Ratio), "20.00 %");
/// let third = Exact::fraction(299_999_999, 300)?;
/// assert_eq!(amount_apart(&third, &[Exact::from(1_000_000)], &Unit::Money), "999,999.997 元");
/// let (third, limit) = (Exact::fraction(1, 3)?, Exact::scaled(333_333, 6)?);
/// assert_eq!(amount_apart(&third, &[limit], &Unit::Money), "0.3333333 元");
/// # Ok::<(), guiju::NumberError>(())
/// ```
pub fn amount_apart(value: &Exact, others: &[Exact], unit: &Unit) -> String {
    /// Whoever compares numbers that agree in more digits has the exact fraction.
    const MOST_PLACES: u32 = 40;
    let shown = amount(value, unit);
    // Others are shown with all their digits, where these end. A number that is cut short must not
    // seem to lie on the other side of one.
    let seems = |places: u32, other: &Exact| {
        Exact::from_plain(&value.to_fixed(places))
            .is_none_or(|seen| seen.cmp(other) == value.cmp(other))
    };
    let is_whole = |other: &Exact| *unit != Unit::Ratio && other.to_plain().is_some();
    // `1,000,000.00 元` is read as `1,000,000 元`.
    let others: Vec<&Exact> = others
        .iter()
        .filter(|other| {
            let as_shown = short(&amount(other, unit)) == short(&shown);
            *other != value && (as_shown || is_whole(other) && !seems(2, other))
        })
        .collect();
    let factor = if *unit == Unit::Ratio { Exact::from(100) } else { Exact::ONE };
    let scaled = |value: &Exact| value.mul(&factor).unwrap_or_else(|_| value.clone());
    if others.is_empty() || scaled(value).as_scaled().is_some_and(|(_, places)| places <= 2) {
        return shown;
    }
    let fixed = |value: &Exact, places| scaled(value).to_fixed(places);
    let apart = |places: &u32| {
        others.iter().all(|other| match is_whole(other) {
            true => seems(*places, other),
            false => fixed(other, *places) != fixed(value, *places),
        })
    };
    let places = (3..MOST_PLACES).find(apart).unwrap_or(MOST_PLACES);
    format!("{} {}", grouped(&fixed(value, places)), unit.sign()).trim_end().to_owned()
}

/// A number as it was filled in: a share keeps all its decimals, since a limit may lie between
/// them and those that are shown of figures.
pub(crate) fn amount_given(value: &Exact, unit: &Unit) -> String {
    let percent = value.mul(&Exact::from(100)).ok().filter(|_| *unit == Unit::Ratio);
    match percent.and_then(|percent| percent.to_plain()) {
        Some(plain) if plain.split_once('.').is_some_and(|(_, places)| places.len() > 2) => {
            format!("{} %", grouped(&plain))
        }
        _ => amount(value, unit),
    }
}

/// An amount without its unit, and without decimals that are zero.
fn short(amount: &str) -> &str {
    let digits = amount.split_once(' ').map_or(amount, |(digits, _)| digits);
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// Digits with a comma after every third before the point.
pub fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = sign.to_owned();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A KPI's value, or what can be said of it.
pub fn kpi_words(value: &KpiValue, unit: &Unit, locale: Locale) -> String {
    match value {
        KpiValue::Known(value) => amount(value, unit),
        KpiValue::Undetermined { low, high, .. } => {
            bounds(low.as_ref(), high.as_ref(), unit, locale)
        }
        KpiValue::NotApplicable => match locale {
            Locale::ZhTw => "不適用".to_owned(),
            Locale::En => "not applicable".to_owned(),
        },
        KpiValue::Invalid(error) => match locale {
            Locale::ZhTw => format!("無法計算（{}）", error.reason(locale)),
            Locale::En => format!("cannot be computed ({})", error.reason(locale)),
        },
    }
}

fn bounds(low: Option<&Exact>, high: Option<&Exact>, unit: &Unit, locale: Locale) -> String {
    match (low, high, locale) {
        // What is open is whether there is a value.
        (Some(low), Some(high), Locale::ZhTw) if low == high => {
            format!("{}，或沒有值", amount(low, unit))
        }
        (Some(low), Some(high), Locale::En) if low == high => {
            format!("{}, or no value", amount(low, unit))
        }
        (Some(low), Some(high), Locale::ZhTw) => {
            format!("{} 到 {} 之間", amount(low, unit), amount(high, unit))
        }
        (Some(low), Some(high), Locale::En) => {
            format!("between {} and {}", amount(low, unit), amount(high, unit))
        }
        (Some(low), None, Locale::ZhTw) => format!("{} 以上", amount(low, unit)),
        (Some(low), None, Locale::En) => format!("at least {}", amount(low, unit)),
        (None, Some(high), Locale::ZhTw) => format!("{} 以下", amount(high, unit)),
        (None, Some(high), Locale::En) => format!("at most {}", amount(high, unit)),
        (None, None, Locale::ZhTw) => "尚不能確定".to_owned(),
        (None, None, Locale::En) => "not known".to_owned(),
    }
}
