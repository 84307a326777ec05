//! Days and periods, in the Minguo and the Gregorian calendar.
//!
//! A [`Date`] is a number of days since 1970-01-01; chrono is asked only whether a day exists and
//! how it is written. Minguo year N is Gregorian N + 1911. Two-digit years are refused unless the
//! calendar is named, `民國99年1月5日`, and so are years before 1800: they come from Minguo years that
//! were padded to four digits.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// 1800-01-01, in days since 1970-01-01. No contract, birth or founding in data is older.
const EARLIEST: i32 = -62_091;

/// One calendar day, from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// A span of days; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

impl Period {
    /// Whether the day lies in the period, both ends included.
    pub fn contains(self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }

    /// Whether all of `other` lies in the period.
    pub fn covers(self, other: Period) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not written as a date at all.
    #[error("this is not written as a date")]
    Shape,
    /// A year of one or two digits, which could be of either calendar.
    #[error("a year of one or two digits could be of either calendar")]
    TwoDigitYear,
    /// A day before 1800.
    #[error("the day is before 1800")]
    EarlyYear,
    /// Written as a date, but there is no such day.
    #[error("there is no such day")]
    NoSuchDay,
}

impl Date {
    /// How many years the Gregorian calendar is ahead of the Minguo calendar.
    pub const MINGUO: i64 = 1911;

    /// The day of a Gregorian year, month and day of month, where there is one.
    ///
    /// ```
    /// assert!(guiju::Date::from_ymd(2019, 2, 29).is_none());
    /// ```
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month, day).map(|date| Date(date.to_epoch_days()))
    }

    /// Days since 1970-01-01, as Arrow's date32 counts them.
    pub fn epoch_days(self) -> i32 {
        self.0
    }

    /// The day a number of days after 1970-01-01, within the years 1 to 9999.
    pub fn from_epoch_days(days: i32) -> Option<Date> {
        NaiveDate::from_epoch_days(days)
            .filter(|date| (1..=9999).contains(&date.year()))
            .map(|_| Date(days))
    }

    pub(crate) fn civil(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }

    /// The day as `108/10/31`; as ISO before 1912, since such years have no Minguo number, and from
    /// 2911 on, where a number of four digits is read as a year of the common era.
    pub fn minguo(self) -> String {
        let date = self.civil();
        let year = date.year() - 1911;
        if !(1..1000).contains(&year) {
            return self.to_string();
        }
        format!("{year:03}/{:02}/{:02}", date.month(), date.day())
    }

    /// Reads `2019-10-31`, `2019/10/31`, `108/10/31`, `108.10.31`, `108-10-31`, `1081031`,
    /// `20191031`, `108年10月31日`, and the same after the name of a calendar, 民國 or 西元. Full-width
    /// digits count as digits.
    pub fn parse(text: &str) -> Result<Date, DateError> {
        // As nearly every program writes days; what follows would read it too.
        if let [a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes()
            && [a, b, c, d, e, f, g, h].iter().all(|byte| byte.is_ascii_digit())
        {
            let number = |digits: &[&u8]| {
                digits.iter().fold(0, |number, digit| number * 10 + u32::from(**digit - b'0'))
            };
            let (year, month, day) = (number(&[a, b, c, d]), number(&[e, f]), number(&[g, h]));
            return Date::from_ymd(year as i32, month, day).ok_or(DateError::NoSuchDay)?.recent();
        }
        let text = crate::text::folded(text);
        let of = |names: [&str; 2]| names.iter().find_map(|name| text.strip_prefix(name));
        if let Some(rest) = of(["民國", "中華民國"]) {
            // The calendar is named, so a year of any length will do.
            let rest = rest.trim_start();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            return parse_bare(
                &format!("{}{rest}", "0".repeat(3_usize.saturating_sub(digits))),
                Some(3),
            );
        }
        match of(["西元", "公元"]) {
            Some(rest) => parse_bare(rest.trim_start(), Some(4)),
            None => parse_bare(&text, None),
        }
    }

    /// The day, unless it is one before 1800.
    pub fn recent(self) -> Result<Date, DateError> {
        if self.0 < EARLIEST { Err(DateError::EarlyYear) } else { Ok(self) }
    }
}

/// A date without the name of a calendar. `year_digits` is how many digits its year must have,
/// where that is known.
fn parse_bare(text: &str, year_digits: Option<usize>) -> Result<Date, DateError> {
    let parts = split(text).ok_or(DateError::Shape)?;
    let [year, month, day] = parts;
    if !parts.iter().all(|part| is_digits(part))
        || month.len() > 2
        || day.len() > 2
        || year.len() > 4
    {
        return Err(DateError::Shape);
    }
    if year_digits.is_some_and(|digits| digits != year.len()) {
        return Err(DateError::Shape);
    }
    civil(year, month, day)
}

/// Year, month and day of a date, as they are written.
fn split(text: &str) -> Option<[&str; 3]> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        return Some([year.trim(), month.trim(), day.strip_suffix('日')?.trim()]);
    }
    for separator in ['/', '-', '.'] {
        let mut parts = text.split(separator);
        if let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            return Some([year, month, day]);
        }
    }
    let year = text.len().checked_sub(4).filter(|year| matches!(year, 3 | 4) && is_digits(text))?;
    Some([text.get(..year)?, text.get(year..year + 2)?, text.get(year + 2..)?])
}

/// A number of days since 1970-01-01 as a day, even where it is none that data may have.
pub fn shown(days: i32) -> String {
    NaiveDate::from_epoch_days(days)
        .map_or_else(|| format!("1970-01-01 {days:+}"), |date| date.to_string())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn civil(year: &str, month: &str, day: &str) -> Result<Date, DateError> {
    let number = |text: &str| text.parse::<u32>().map_err(|_| DateError::Shape);
    let calendar = match year.len() {
        3 => 1911,
        4 => 0,
        _ => return Err(DateError::TwoDigitYear),
    };
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if year == 0 {
        return Err(DateError::NoSuchDay);
    }
    Date::from_ymd(year as i32 + calendar, month, day).ok_or(DateError::NoSuchDay)?.recent()
}

impl fmt::Display for Date {
    /// ISO 8601: `2019-10-31`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.civil();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_calendars_name_the_same_day() {
        for text in [
            "2019-10-31",
            "2019/10/31",
            "108/10/31",
            "108.10.31",
            "108-10-31",
            "1081031",
            "20191031",
            "１０８/１０/３１",
            "民國108年10月31日",
            "中華民國 108 年 10 月 31 日",
            "108年10月31日",
            "１０８年１０月３１日",
            "2019年10月31日",
            "西元2019年10月31日",
            "民國108/10/31",
            "民國1081031",
            "西元 2019.10.31",
            " 108/10/31 ",
        ] {
            assert_eq!(Date::parse(text), Ok(Date::from_ymd(2019, 10, 31).unwrap()), "{text}");
        }
        assert_eq!(Date::parse("民國99年1月5日"), Ok(Date::from_ymd(2010, 1, 5).unwrap()));
        assert_eq!(Date::parse("民國 99.1.5"), Ok(Date::from_ymd(2010, 1, 5).unwrap()));
        assert_eq!(Date::from_ymd(2019, 10, 31).unwrap().minguo(), "108/10/31");
        for (year, month, day, written) in [
            (1911, 12, 31, "1911-12-31"),
            (1912, 1, 1, "001/01/01"),
            (2910, 12, 31, "999/12/31"),
            (2911, 1, 1, "2911-01-01"),
            (9999, 12, 31, "9999-12-31"),
        ] {
            let day = Date::from_ymd(year, month, day).unwrap();
            assert_eq!(day.minguo(), written);
            assert_eq!(Date::parse(written), Ok(day));
        }
        assert_eq!(Date::parse("099/01/05"), Ok(Date::from_ymd(2010, 1, 5).unwrap()));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["99/01/05", "19-10-31", "1/1/1", "99年1月5日"] {
            assert_eq!(Date::parse(text), Err(DateError::TwoDigitYear), "{text}");
        }
        for text in [
            "0113/12/05",
            "0113-12-05",
            "01131205",
            "0113年12月5日",
            "西元0113年12月5日",
            "0001-01-01",
            "1799-12-31",
        ] {
            assert_eq!(Date::parse(text), Err(DateError::EarlyYear), "{text}");
        }
        assert_eq!(Date::parse("1800-01-01"), Ok(Date(EARLIEST)));
        for text in
            ["2019-02-29", "108/02/29", "108/13/01", "000/01/01", "0000-01-01", "民國0年1月1日"]
        {
            assert_eq!(Date::parse(text), Err(DateError::NoSuchDay), "{text}");
        }
        for text in [
            "",
            "2019-10",
            "108/10/31/1",
            "+2019-01-01",
            "tomorrow",
            "2019-\n01-01",
            "12019-01-01",
            "108/010/31",
            "991231",
            "年月日",
            "108年10月31",
        ] {
            assert_eq!(Date::parse(text), Err(DateError::Shape), "{text}");
        }
        for text in [
            "民國2019年10月31日",
            "民國2019/10/31",
            "西元108年10月31日",
            "西元108/10/31",
            "民前1年1月1日",
            "民國民國1年1月1日",
        ] {
            assert_eq!(Date::parse(text), Err(DateError::Shape), "{text}");
        }
    }

    #[test]
    fn a_leap_day_exists_in_leap_years_only() {
        for minguo in 1..=200_i32 {
            let gregorian = minguo + 1911;
            let leap = gregorian % 4 == 0 && (gregorian % 100 != 0 || gregorian % 400 == 0);
            assert_eq!(Date::parse(&format!("{minguo:03}/02/29")).is_ok(), leap);
        }
    }
}
