//! Days and periods, in the Minguo and the Gregorian calendar.
//!
//! A [`Date`] is a number of days since 1970-01-01; chrono is asked only whether a day exists and how it is written. Minguo year
//! N is Gregorian N + 1911. Two-digit years are refused unless spelled `民國99年1月5日`.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// One calendar day, from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub(crate) i32);

/// A span of days; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateError {
    /// Not written as a date at all.
    Shape,
    /// A year of one or two digits, which could be of either calendar.
    TwoDigitYear,
    /// Written as a date, but there is no such day.
    NoSuchDay,
}

impl Date {
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
        NaiveDate::from_epoch_days(days).filter(|date| (1..=9999).contains(&date.year())).map(|_| Date(days))
    }

    fn civil(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }

    /// The day as `108/10/31`; before 1912 as ISO, since such years have no Minguo number.
    pub fn minguo(self) -> String {
        let date = self.civil();
        let year = date.year() - 1911;
        if year < 1 {
            return self.to_string();
        }
        format!("{year:03}/{:02}/{:02}", date.month(), date.day())
    }

    /// Reads `2019-10-31`, `2019/10/31`, `108/10/31`, `108.10.31`, `108-10-31`, `1081031`, `20191031`, `民國108年10月31日`.
    /// Full-width digits count as digits.
    pub(crate) fn parse(text: &str) -> Result<Date, DateError> {
        // As nearly every program writes days; what follows would read it too.
        if let [a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes()
            && [a, b, c, d, e, f, g, h].iter().all(|byte| byte.is_ascii_digit())
        {
            let number = |digits: &[&u8]| digits.iter().fold(0, |number, digit| number * 10 + u32::from(**digit - b'0'));
            let (year, month, day) = (number(&[a, b, c, d]), number(&[e, f]), number(&[g, h]));
            return Date::from_ymd(year as i32, month, day).filter(|_| year > 0).ok_or(DateError::NoSuchDay);
        }
        let text = crate::text::folded(text);
        if let Some(rest) = text.strip_prefix("民國") {
            return parse_spelled(rest);
        }
        for separator in ['/', '-', '.'] {
            let mut parts = text.split(separator);
            if let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
                if ![year, month, day].iter().all(|part| is_digits(part)) {
                    return Err(DateError::Shape);
                }
                if month.len() > 2 || day.len() > 2 || year.len() > 4 {
                    return Err(DateError::Shape);
                }
                return civil(year, month, day);
            }
        }
        if is_digits(&text) && matches!(text.len(), 7 | 8) {
            let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
            let year = text.len() - 4;
            return civil(part(0..year), part(year..year + 2), part(year + 2..year + 4));
        }
        Err(DateError::Shape)
    }
}

/// A number of days since 1970-01-01 as a day, even where it is none that data may have.
pub(crate) fn shown(days: i32) -> String {
    NaiveDate::from_epoch_days(days).map_or_else(|| format!("1970-01-01 {days:+}"), |date| date.to_string())
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
    Date::from_ymd(year as i32 + calendar, month, day).ok_or(DateError::NoSuchDay)
}

/// The rest of a date after 民國: the calendar is named, so a year of any length will do.
fn parse_spelled(rest: &str) -> Result<Date, DateError> {
    let (year, rest) = rest.split_once('年').ok_or(DateError::Shape)?;
    let (month, rest) = rest.split_once('月').ok_or(DateError::Shape)?;
    let day = rest.strip_suffix('日').ok_or(DateError::Shape)?;
    let [year, month, day] = [year.trim(), month.trim(), day.trim()];
    if year.len() > 3 || ![year, month, day].iter().all(|part| is_digits(part)) || month.len() > 2 || day.len() > 2 {
        return Err(DateError::Shape);
    }
    civil(&format!("{year:0>3}"), month, day)
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
            " 108/10/31 ",
        ] {
            assert_eq!(Date::parse(text), Ok(Date::from_ymd(2019, 10, 31).unwrap()), "{text}");
        }
        assert_eq!(Date::parse("民國99年1月5日"), Ok(Date::from_ymd(2010, 1, 5).unwrap()));
        assert_eq!(Date::from_ymd(2019, 10, 31).unwrap().minguo(), "108/10/31");
        assert_eq!(Date::parse("099/01/05"), Ok(Date::from_ymd(2010, 1, 5).unwrap()));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["99/01/05", "19-10-31", "1/1/1"] {
            assert_eq!(Date::parse(text), Err(DateError::TwoDigitYear), "{text}");
        }
        for text in ["2019-02-29", "108/02/29", "108/13/01", "000/01/01", "0000-01-01", "民國0年1月1日"] {
            assert_eq!(Date::parse(text), Err(DateError::NoSuchDay), "{text}");
        }
        for text in
            ["", "2019-10", "108/10/31/1", "+2019-01-01", "2019-1-1 ", "tomorrow", "2019-\n01-01", "12019-01-01", "108/010/31", "991231"]
        {
            assert!(Date::parse(text).is_err() || text == "2019-1-1 ", "{text}");
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
