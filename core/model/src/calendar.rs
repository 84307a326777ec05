//! Computing with days and periods: days and months later, full years, days shared, terms by the
//! Civil Code (民法 §121).
//!
//! Rules see it as `day + 3 個月` and as the functions of [`Calendar`]. A day that the calendar does
//! not have is an error, never another day. Not here: how days are written and read (`date`), and
//! what is missing, which is the evaluators' matter.

use chrono::{Datelike, Months, NaiveDate};

use crate::date::{Date, Period};
use crate::number::{Exact, NumberError};
use crate::rules::Value;

/// How many months the units of a term are, which are written after a day and in `span` only.
pub const MONTHS: [(&str, i64); 3] = [("個月", 1), ("月", 1), ("年", 12)];

/// A function of days and periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// The full years from a day of birth to another day; below zero before it.
    Age,
    /// The first day of a period.
    First,
    /// The last day of a period.
    Last,
    /// How many days a period has, both ends included.
    Days,
    /// How many days two periods share.
    Overlap,
    /// The period of some days, months or years that begins on a day.
    Span,
    /// The Gregorian year of a day.
    Year,
    /// The month of a day.
    Month,
}

/// What a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    Days,
    Months,
}

impl Calendar {
    /// All of them, each with the name that rules call it by.
    pub const FUNCTIONS: [(&'static str, Calendar); 8] = [
        ("age", Calendar::Age),
        ("first", Calendar::First),
        ("last", Calendar::Last),
        ("days", Calendar::Days),
        ("overlap", Calendar::Overlap),
        ("span", Calendar::Span),
        ("year", Calendar::Year),
        ("month", Calendar::Month),
    ];

    /// How many arguments it takes.
    pub fn arguments(self) -> usize {
        if matches!(self, Calendar::Age | Calendar::Overlap | Calendar::Span) { 2 } else { 1 }
    }

    /// Its value of arguments that are all known; `None` where they are not of its types. `term` is
    /// what the number in a span counts.
    ///
    /// # Errors
    /// [`NumberError::NoSuchDay`], [`NumberError::NotWhole`] and [`NumberError::NoDays`].
    pub fn of(self, arguments: &[Value], term: Term) -> Option<Result<Value, NumberError>> {
        let number = |number: i64| Ok(Value::Number(Exact::from(number)));
        Some(match (self, arguments) {
            (Calendar::Age, [Value::Date(born), Value::Date(day)]) => {
                number(born.years_until(*day))
            }
            (Calendar::First, [Value::Period(period)]) => Ok(Value::Date(period.start)),
            (Calendar::Last, [Value::Period(period)]) => Ok(Value::Date(period.end)),
            (Calendar::Days, [Value::Period(period)]) => number(period.days()),
            (Calendar::Overlap, [Value::Period(one), Value::Period(other)]) => {
                number(one.shared(*other))
            }
            (Calendar::Span, [Value::Date(first), Value::Number(count)]) => {
                span(*first, count, term).map(Value::Period)
            }
            (Calendar::Year, [Value::Date(day)]) => number(i64::from(day.civil().year())),
            (Calendar::Month, [Value::Date(day)]) => number(i64::from(day.civil().month())),
            _ => return None,
        })
    }
}

/// The day so many days later, or the corresponding day so many months later: in a shorter month
/// its last. Earlier below zero.
///
/// # Errors
/// [`NumberError::NotWhole`], and [`NumberError::NoSuchDay`] outside of the years 1 to 9999.
pub fn later(day: Date, count: &Exact, term: Term) -> Result<Date, NumberError> {
    let count = whole(count)?;
    match term {
        Term::Days => day.days_later(count),
        Term::Months => day.months_later(count).and_then(known),
    }
    .ok_or(NumberError::NoSuchDay)
}

/// The period of so many days, or of so many months: to the day before the corresponding one, or to
/// the end of a month that has none.
///
/// # Errors
/// As [`later`], and [`NumberError::NoDays`] where the number is not above zero.
fn span(first: Date, count: &Exact, term: Term) -> Result<Period, NumberError> {
    let count = whole(count)?;
    if count < 1 {
        return Err(NumberError::NoDays);
    }
    let end = match term {
        Term::Days => first.days_later(count - 1),
        Term::Months => first.months_later(count).and_then(|day| {
            // Where the month is too short this is its end already.
            if day.day() == first.civil().day() { known(day.pred_opt()?) } else { known(day) }
        }),
    };
    end.map(|end| Period { start: first, end }).ok_or(NumberError::NoSuchDay)
}

impl Date {
    /// Full years until a day. Who is born on 29 February has the birthday on 1 March in common
    /// years.
    fn years_until(self, day: Date) -> i64 {
        let (born, day) = (self.civil(), day.civil());
        let before = (day.month(), day.day()) < (born.month(), born.day());
        i64::from(day.year()) - i64::from(born.year()) - i64::from(before)
    }

    fn days_later(self, count: i64) -> Option<Date> {
        Date::from_epoch_days(i32::try_from(i64::from(self.epoch_days()).checked_add(count)?).ok()?)
    }

    /// It may lie some way beyond the last year that data may have: what ends on the day before
    /// need not.
    fn months_later(self, count: i64) -> Option<NaiveDate> {
        let months = Months::new(u32::try_from(count.unsigned_abs()).ok()?);
        if count < 0 {
            self.civil().checked_sub_months(months)
        } else {
            self.civil().checked_add_months(months)
        }
    }
}

impl Period {
    /// How many days it has, both ends included.
    pub fn days(self) -> i64 {
        i64::from(self.end.epoch_days()) - i64::from(self.start.epoch_days()) + 1
    }

    /// How many days it shares with another.
    fn shared(self, other: Period) -> i64 {
        Period { start: self.start.max(other.start), end: self.end.min(other.end) }.days().max(0)
    }
}

fn known(day: NaiveDate) -> Option<Date> {
    Date::from_epoch_days(day.to_epoch_days())
}

/// More than 64 bits hold leads out of any calendar.
fn whole(count: &Exact) -> Result<i64, NumberError> {
    if !count.is_whole() {
        return Err(NumberError::NotWhole);
    }
    count.to_i64().ok_or(NumberError::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a day")
    }

    #[test]
    fn a_month_later_is_the_corresponding_day_or_the_last() {
        for (from, months, to, end) in [
            ("2024-01-15", 1, "2024-02-15", "2024-02-14"),
            ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
            ("2023-01-31", 1, "2023-02-28", "2023-02-28"),
            ("2023-01-29", 1, "2023-02-28", "2023-02-28"),
            ("2024-01-29", 1, "2024-02-29", "2024-02-28"),
            ("2024-01-31", 3, "2024-04-30", "2024-04-30"),
            ("2024-02-29", 12, "2025-02-28", "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29", "2028-02-28"),
            ("2024-03-01", 1, "2024-04-01", "2024-03-31"),
            ("2024-12-31", 2, "2025-02-28", "2025-02-28"),
        ] {
            let months = Exact::from(months);
            assert_eq!(later(day(from), &months, Term::Months), Ok(day(to)), "{from} + {months:?}");
            assert_eq!(
                span(day(from), &months, Term::Months),
                Ok(Period { start: day(from), end: day(end) }),
                "{from} for {months:?}"
            );
        }
        assert_eq!(later(day("2024-03-31"), &Exact::from(-1), Term::Months), Ok(day("2024-02-29")));
        assert_eq!(
            span(day("2024-01-01"), &Exact::from(30), Term::Days).map(|span| span.end),
            Ok(day("2024-01-30"))
        );
    }

    #[test]
    fn a_day_that_does_not_exist_is_an_error() {
        let last = Date::from_ymd(9999, 12, 31).expect("a day");
        let october = Date::from_ymd(9999, 10, 1).expect("a day");
        assert_eq!(later(last, &Exact::ONE, Term::Days), Err(NumberError::NoSuchDay));
        assert_eq!(later(last, &Exact::ONE, Term::Months), Err(NumberError::NoSuchDay));
        // Its end is the last day there is.
        assert_eq!(span(october, &Exact::from(3), Term::Months).map(|span| span.end), Ok(last));
        for count in [i64::MAX, i64::MIN + 1, i64::from(u32::MAX), -i64::from(u32::MAX), 1 << 40] {
            for term in [Term::Days, Term::Months] {
                assert_eq!(later(last, &Exact::from(count), term), Err(NumberError::NoSuchDay));
                assert!(span(last, &Exact::from(count), term).is_err());
            }
        }
        let half = Exact::fraction(1, 2).expect("a fraction");
        assert_eq!(later(last, &half, Term::Months), Err(NumberError::NotWhole));
        assert_eq!(span(last, &Exact::ZERO, Term::Days), Err(NumberError::NoDays));
        assert_eq!(span(last, &Exact::from(-2), Term::Months), Err(NumberError::NoDays));
    }

    #[test]
    fn full_years_are_complete_on_the_birthday() {
        for (born, on, years) in [
            ("2000-05-05", "2018-05-04", 17),
            ("2000-05-05", "2018-05-05", 18),
            ("2000-02-29", "2018-02-28", 17),
            ("2000-02-29", "2018-03-01", 18),
            ("2000-02-29", "2020-02-28", 19),
            ("2000-02-29", "2020-02-29", 20),
            ("2000-05-05", "2000-05-04", -1),
            ("2000-05-05", "2000-05-05", 0),
            ("2000-05-05", "1999-05-05", -1),
            ("2000-05-05", "1999-05-04", -2),
        ] {
            assert_eq!(day(born).years_until(day(on)), years, "{born} on {on}");
        }
    }
}
