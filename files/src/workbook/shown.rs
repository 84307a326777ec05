//! What a cell of an `.ods` file is, by the text it shows: spreadsheet programs write the results
//! of formulas, and Excel errors too, as bare numbers. Not here: formats that are written out
//! (`format`).

use std::sync::Arc;

use guiju::{Date, NumberFormat};

use super::format::{Shown, bare, percent};

/// What the text of a cell tells of its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Number(Shown),
    Bool,
    Error,
}

/// Whether a cell shows an error, such as `#REF!` or `Err:502`.
pub(super) fn is_error(text: &str) -> bool {
    let text = text.trim();
    let named =
        text.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()));
    named
        || ["Err:", "錯誤:"].iter().find_map(|begun| text.strip_prefix(begun)).is_some_and(
            |digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
        )
}

/// A number of a currency that the cell names, where the text it shows says none: `50` or `$50` in
/// USD.
pub(super) fn in_currency(shown: Shown, currency: Option<&str>) -> Shown {
    let Some(currency) = currency.filter(|code| !matches!(*code, "" | "TWD" | "NTD" | "NT$"))
    else {
        return shown;
    };
    let thousands = match &shown {
        Shown::Plain => 0,
        Shown::With(format) if matches!(&*format.before, "" | "$") && format.after.is_empty() => {
            format.thousands
        }
        _ => return shown,
    };
    let (before, after) = (bare(currency), String::new());
    Shown::With(Arc::new(NumberFormat { before, after, thousands }))
}

/// What the shown text tells of a number. Days are counted from 1899-12-30, as `value` counts them.
pub(super) fn told(value: f64, text: &str) -> Told {
    let text = text.trim();
    if is_error(text) {
        return Told::Error;
    }
    if ["TRUE", "FALSE"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Told::Bool;
    }
    Told::Number(with_digits(value, text).unwrap_or_else(|| {
        if is_day(value, text) {
            Shown::Date
        } else if is_time(value, text) {
            Shown::Time
        } else {
            Shown::Plain
        }
    }))
}

/// How a number is shown by one run of digits that comes to it; `None` where the text is something
/// else.
fn with_digits(value: f64, text: &str) -> Option<Shown> {
    /// More than any format leaves out.
    const MOST: u32 = 4;
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = text.split_at_checked(start)?;
    let end =
        rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(rest.len());
    let (digits, after) = rest.split_at_checked(end)?;
    if after.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = digits.replace(',', "");
    let number: f64 = digits.parse().ok()?;
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half = 0.5 * 0.1_f64.powi(i32::try_from(decimals).ok()?);
    let is = |factor: f64| {
        (number - value.abs() * factor).abs() <= half * (1.0 + 1e-9) + value.abs() * factor * 1e-12
    };
    let (before, after) = (bare(before), bare(after));
    if after == "%" && before.is_empty() && is(100.0) {
        return Some(percent());
    }
    let thousands = (0..=MOST).find(|thousands| is(0.001_f64.powi(*thousands as i32)))?;
    Some(match (thousands, before.is_empty() && after.is_empty()) {
        (0, true) => Shown::Plain,
        _ => Shown::With(Arc::new(NumberFormat { before, after, thousands })),
    })
}

/// Whether a text is the day that a number counts to: its year in either calendar, with its month
/// or day, or alone.
fn is_day(value: f64, text: &str) -> bool {
    let Some(date) = days(value).and_then(Date::from_epoch_days).map(|date| date.to_string())
    else {
        return false;
    };
    let mut parts = date.split('-').filter_map(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let mut shown: Vec<u32> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok()).collect();
    let mut take = |wanted: &[u32]| {
        let at = shown.iter().position(|run| wanted.contains(run));
        at.map(|at| shown.remove(at)).is_some()
    };
    // The longest form first, or `24` of a day would be taken for the year.
    let of_year = take(&[year]) || take(&[year.saturating_sub(1911)]) || take(&[year % 100]);
    of_year && (take(&[month]) || take(&[day]) || shown.is_empty())
}

fn is_time(value: f64, text: &str) -> bool {
    value >= 0.0 && text.contains(':') && text.starts_with(|c: char| c.is_ascii_digit())
}

/// A number as days since 1970-01-01.
fn days(value: f64) -> Option<i32> {
    (1.0..=2_958_465.0).contains(&value).then(|| value.floor() as i32 - 25_569)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, text: &str) -> String {
        match told(value, text) {
            Told::Number(Shown::Plain) => "plain".to_owned(),
            Told::Number(Shown::With(format)) => {
                format!(
                    "{}0{}{}",
                    format.before,
                    ",".repeat(format.thousands as usize),
                    format.after
                )
            }
            Told::Number(other) => {
                format!("{other:?}").split('(').next().unwrap_or_default().to_lowercase()
            }
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn the_shown_text_tells_what_a_number_is() {
        for (value, text, expected) in [
            (50.0, "50", "plain"),
            (50.0, "", "plain"),
            (1_234_567.0, "1,234,567", "plain"),
            (-0.5, "-0.50", "plain"),
            (1.0 / 3.0, "0.33", "plain"),
            (50_000.0, "5.00E+04", "plain"),
            (0.5, "1/2", "plain"),
            (0.0, "-", "plain"),
            (50.0, "五十", "plain"),
            (-1_234.0, "(1,234)", "plain"),
            (1_234.5, "NT$1,234.50", "NT$0"),
            (50.0, "50仟元", "0仟元"),
            (50_400.0, "50", "0,"),
            (50_400.0, "50 仟元", "0,仟元"),
            (1_250_000.0, "1.3M", "0,,M"),
            (0.2, "20%", "percent"),
            (0.2012, "20.1%", "percent"),
            (20.0, "20%", "0%"),
            (0.0, "#REF!", "error"),
            (0.0, "#N/A", "error"),
            (0.0, "Err:502", "error"),
            (0.0, "錯誤:502", "error"),
            (5.0, "#5", "plain"),
            (1.0, "TRUE", "bool"),
            (0.0, "false", "bool"),
            (45_293.0, "01/02/24", "date"),
            (45_293.0, "2024-01-02", "date"),
            (45_293.0, "113年1月2日", "date"),
            (45_293.0, "113.1", "date"),
            (45_293.0, "Jan 2, 2024", "date"),
            (45_293.0, "2024", "date"),
            (45_293.0, "2023", "plain"),
            (45_293.5, "2024/1/2 12:00", "date"),
            (45_293.0, "45,293", "plain"),
            (0.5, "12:00", "time"),
            (1.5, "36:00:00", "time"),
        ] {
            assert_eq!(shown(value, text), expected, "{value} {text}");
        }
    }
}
