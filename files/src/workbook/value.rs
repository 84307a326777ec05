//! What one cell holds, from how a file writes it: numbers, days, texts. Not here: which of them a
//! field takes.

use std::sync::Arc;

use guiju::{Code, Date, Diagnostic, NumberFormat, SheetValue};

use super::format::Shown;

/// The value of a cell, or why it has none that can be relied on.
pub(super) type Read = Result<SheetValue, Box<Diagnostic>>;

/// The days from 1899-12-30, on which Excel's count begins, to 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// Between its two beginnings, 1900 and 1904.
const LATER: f64 = 1_462.0;
/// 9999-12-31.
const LAST: f64 = 2_958_465.0;

/// Spreadsheets keep this many digits; what has more is not what was typed, or not what is shown.
const DIGITS: usize = 15;

/// A number as files write it; `None` where it is none.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|value: &f64| plain && value.is_finite())
}

/// A number as it is shown, in the Excel calendar that begins in 1904 or in 1900.
pub(super) fn number(value: f64, shown: &Shown, from_1904: bool) -> Read {
    match shown {
        Shown::Plain => decimal(value, 0, None),
        Shown::With(format) => decimal(value, 0, Some(Arc::clone(format))),
        Shown::Percent(format) => decimal(value, 2, Some(Arc::clone(format))),
        Shown::Date => day(value, true, from_1904),
        Shown::Time => day(value, false, from_1904),
    }
}

/// The shortest decimal that is read as the same binary number: the one that was typed, if it had
/// no more digits than are kept. It comes times ten to the power of `shifted`.
fn decimal(value: f64, shifted: i32, format: Option<Arc<NumberFormat>>) -> Read {
    let imprecise = || Err(Box::new(Diagnostic::new(Code::Imprecise).arg(value.to_string())));
    let written = format!("{value:e}");
    let Some((digits, exponent)) = written.split_once('e') else { return imprecise() };
    let digits = digits.replace('.', "");
    let count = digits.trim_start_matches('-').len();
    let (Ok(mut mantissa), Ok(exponent)) = (digits.parse::<i64>(), exponent.parse::<i32>()) else {
        return imprecise();
    };
    if count > DIGITS || exponent >= DIGITS as i32 {
        return imprecise();
    }
    let mut scale = count as i32 - 1 - exponent - shifted;
    while scale < 0 {
        mantissa = mantissa.saturating_mul(10);
        scale += 1;
    }
    Ok(SheetValue::Number { mantissa, scale: scale.unsigned_abs(), format })
}

/// A day, perhaps with a time, or a time alone.
fn day(value: f64, dated: bool, from_1904: bool) -> Read {
    let whole = value.floor();
    let serial = if from_1904 { whole + LATER } else { whole };
    let bad = |text: String| Err(Box::new(Diagnostic::new(Code::DataBadDate).arg(text)));
    if !(0.0..=LAST).contains(&serial) {
        return bad(value.to_string());
    }
    // Excel's 1900 has a 29 February, and all days before it come one too early.
    let days = match serial {
        0.0 if dated => return bad("1900-01-00".to_owned()),
        60.0 => return bad("1900-02-29".to_owned()),
        early if early < 60.0 => early + 1.0 - EPOCH,
        _ => serial - EPOCH,
    } as i32;
    let seconds = ((value - whole) * 86_400.0).round() as u32;
    if !dated || value != whole {
        let time = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let date = Date::from_epoch_days(days)
            .filter(|_| dated)
            .map(|date| format!("{date} "))
            .unwrap_or_default();
        return Err(Box::new(Diagnostic::new(Code::TimeOfDay).arg(format!("{date}{time}"))));
    }
    Ok(SheetValue::Day(days))
}

/// A day as `2024-01-31`, perhaps with a time, which has to be midnight.
pub(super) fn iso(text: &str) -> Read {
    let text = text.trim();
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-');
    let mut part = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let day = match (part(), part(), part()) {
        (Some(year), Some(month), Some(day)) => {
            i32::try_from(year).ok().and_then(|year| Date::from_ymd(year, month, day))
        }
        _ => None,
    };
    let code = match (day, time) {
        (None, _) => Code::DataBadDate,
        (Some(_), time) if time.contains(['Z', '+', '-']) => Code::TimeZone,
        (Some(_), time) if !time.chars().all(|c| matches!(c, '0' | ':' | '.')) => Code::TimeOfDay,
        (Some(day), _) => return Ok(SheetValue::Day(day.epoch_days())),
    };
    Err(Box::new(Diagnostic::new(code).arg(text.replace('T', " "))))
}

/// A time without a day, as it is shown.
pub(super) fn time(shown: &str) -> Read {
    Err(Box::new(Diagnostic::new(Code::TimeOfDay).arg(shown)))
}

/// A formula that was never calculated.
pub(super) fn not_calculated() -> Read {
    Err(Box::new(Diagnostic::new(Code::NotCalculated)))
}

/// A cell that shows an error.
pub(super) fn error(text: &str) -> Read {
    Err(Box::new(Diagnostic::new(Code::CellError).arg(text)))
}

#[cfg(test)]
mod tests {
    use super::super::format::percent;
    use super::*;

    fn read(text: &str, shown: &Shown) -> String {
        let said = |problem: Box<Diagnostic>| {
            format!(
                "{} {}",
                problem.code.id(),
                problem.args.first().map_or("", |arg| arg.zh.as_str())
            )
        };
        match number(parse(text).expect("a number"), shown, false) {
            Ok(SheetValue::Number { mantissa, scale, format }) => {
                format!(
                    "{mantissa}/{scale}{}",
                    format.map_or_else(String::new, |format| format.after.clone())
                )
            }
            Ok(SheetValue::Day(days)) => Date::from_epoch_days(days).expect("a day").to_string(),
            Ok(other) => format!("{other:?}"),
            Err(problem) => said(problem),
        }
    }

    #[test]
    fn numbers_are_those_that_were_typed() {
        for (text, expected) in [
            ("0.1", "1/1"),
            ("1.1000000000000001", "11/1"),
            ("-0", "0/0"),
            ("2400000", "2400000/0"),
            ("1E+3", "1000/0"),
            ("7.0000000000000007E-2", "7/2"),
            ("999999999999999", "999999999999999/0"),
            ("1000000000000000", "G657 1000000000000000"),
            ("0.30000000000000004", "G657 0.30000000000000004"),
            ("12345678901234567", "G657 12345678901234568"),
        ] {
            assert_eq!(read(text, &Shown::Plain), expected, "{text}");
        }
        assert_eq!(
            (read("7.0000000000000007E-2", &percent()), read("1", &percent())),
            ("7/0%".to_owned(), "100/0%".to_owned())
        );
        assert!(
            ["", "nan", "inf", "1e999", "0x1", "1,000"].iter().all(|text| parse(text).is_none())
        );
    }

    #[test]
    fn days_are_those_that_are_shown() {
        for (text, expected) in [
            ("45296", "2024-01-05"),
            ("1", "1900-01-01"),
            ("59", "1900-02-28"),
            ("60", "G609 1900-02-29"),
            ("61", "1900-03-01"),
            ("0", "G609 1900-01-00"),
            ("-1", "G609 -1"),
            ("2958465", "9999-12-31"),
            ("2958466", "G609 2958466"),
            ("45296.5625", "G634 2024-01-05 13:30:00"),
        ] {
            assert_eq!(read(text, &Shown::Date), expected, "{text}");
        }
        assert_eq!(read("0.5625", &Shown::Time), "G634 13:30:00");
        let of_1904 = |text: &str| number(parse(text).expect("a number"), &Shown::Date, true);
        assert_eq!(
            of_1904("0"),
            Ok(SheetValue::Day(Date::from_ymd(1904, 1, 1).expect("a day").epoch_days()))
        );
    }
}
