//! Values of typed columns, which say more than a text does: scaled integers, floats, days, times.
//! Not here: the rules that every value follows (`cell`).

use std::borrow::Cow;

use super::amount::{Numeral, fits};
use super::cell::{Raw, no_date};
use guiju_model::date::{Date, DateError, shown};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::Exact;
use guiju_model::schema::FieldKind;
use guiju_model::text::{Localized, show};

/// A value that only a typed column has.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed<'a> {
    /// A number as `mantissa / 10^scale`, with the unit that its column gives.
    Scaled { mantissa: i128, scale: u32, unit: Option<&'a str> },
    /// The number `mantissa / 10^scale` in a cell of a sheet, with the unit that its column gives,
    /// and how the cell shows it.
    Figure { mantissa: i128, scale: u32, unit: Option<&'a str>, format: Option<&'a NumberFormat> },
    /// A day in a cell of a sheet, in days since 1970-01-01.
    Dated(i32),
    /// A number with too many digits to be kept, as it is shown.
    Huge(Cow<'a, str>),
    /// A binary float.
    Float(f64),
    /// A day, in days since 1970-01-01.
    Day(i32),
    /// A moment that is not simply a day: with a time of day, or with a time zone.
    Moment { shown: Cow<'a, str>, zoned: bool },
    /// Something that no field can hold, by the name of its type.
    Foreign(&'a str),
}

/// What the format of a cell adds to a number, or leaves out of it. `50` may be shown as `50仟元`,
/// and `50000` too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberFormat {
    /// What stands before the digits: `NT$`.
    pub before: String,
    /// What stands after them: `%`, `仟元`.
    pub after: String,
    /// How often three digits are left out.
    pub thousands: u32,
}

/// What cells are made of typed values: called through a table that only `Typed::raw` names, so
/// that a program which reads no typed columns has none of this code, floats in digits least of
/// all.
#[derive(Clone, Copy)]
pub struct TypedRules(&'static Table);

struct Table {
    wrong: fn(&Typed<'_>, Localized) -> Diagnostic,
    shown: fn(&Typed<'_>) -> Localized,
    day: fn(&Typed<'_>) -> Day,
    number: for<'v> fn(&Typed<'v>, bool, &dyn Fn() -> Localized) -> Number<'v>,
}

/// A day, or the digits of one.
type Day = Result<Result<Date, String>, Box<Diagnostic>>;

/// A number with what is said of its unit.
type Number<'v> = Result<Numeral<'v>, Box<Diagnostic>>;

impl TypedRules {
    pub(super) fn wrong(self, value: &Typed<'_>, expected: Localized) -> Diagnostic {
        (self.0.wrong)(value, expected)
    }

    pub(super) fn shown(self, value: &Typed<'_>) -> Localized {
        (self.0.shown)(value)
    }

    pub(super) fn day(self, value: &Typed<'_>) -> Day {
        (self.0.day)(value)
    }

    pub(super) fn number<'v>(
        self,
        value: &Typed<'v>,
        counted: bool,
        expected: &dyn Fn() -> Localized,
    ) -> Number<'v> {
        (self.0.number)(value, counted, expected)
    }
}

impl PartialEq for TypedRules {
    // There is one table.
    fn eq(&self, _: &TypedRules) -> bool {
        true
    }
}

impl std::fmt::Debug for TypedRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedRules")
    }
}

impl<'a> Typed<'a> {
    /// The value as readers hand it on.
    pub(super) fn raw(self) -> Raw<'a> {
        static TABLE: Table = Table {
            wrong: |value, expected| value.wrong(expected),
            shown: |value| value.shown(),
            day: |value| value.day(),
            number: |value, counted, expected| value.number(counted, expected),
        };
        Raw::Typed(self, TypedRules(&TABLE))
    }

    /// The column is not what was expected: every other value of it would be refused alike. The
    /// cells of a sheet stand each for itself.
    pub(super) fn wrong(&self, expected: Localized) -> Diagnostic {
        let name = match self {
            Typed::Figure { .. } => {
                return self.wrong_cell(Localized::new("數字", "a number"), expected);
            }
            Typed::Dated(_) => return self.wrong_cell(Localized::new("日期", "a date"), expected),
            Typed::Foreign(name) => Localized::same(show(name)),
            Typed::Scaled { .. } | Typed::Huge(_) => Localized::new("數字", "numbers"),
            Typed::Float(_) => Localized::new("浮點數", "floats"),
            Typed::Day(_) => Localized::new("日期", "dates"),
            Typed::Moment { .. } => Localized::new("時間", "times"),
        };
        Diagnostic::new(Code::WrongColumn).word(name).word(expected)
    }

    fn wrong_cell(&self, found: Localized, expected: Localized) -> Diagnostic {
        Diagnostic::new(Code::WrongCell).word(self.shown()).word(found).word(expected)
    }

    pub(super) fn shown(&self) -> Localized {
        let text = match self {
            Typed::Figure { mantissa, scale, format: Some(format), .. } => {
                format!("{}{}{}", format.before, plain(*mantissa, *scale), format.after)
            }
            Typed::Scaled { mantissa, scale, .. } | Typed::Figure { mantissa, scale, .. } => {
                plain(*mantissa, *scale)
            }
            Typed::Huge(shown) | Typed::Moment { shown, .. } => shown.clone().into_owned(),
            Typed::Float(value) => format!("{value:?}"),
            Typed::Day(days) | Typed::Dated(days) => shown(*days),
            Typed::Foreign(name) => (*name).to_owned(),
        };
        Localized::same(show(&text))
    }

    /// The day that a value names; a whole number is one in digits, which is the text to read.
    pub(super) fn day(&self) -> Day {
        match self {
            Typed::Scaled { mantissa, scale: 0, unit: None }
            | Typed::Figure { mantissa, scale: 0, unit: None, format: None } => {
                Ok(Err(mantissa.to_string()))
            }
            Typed::Day(days) | Typed::Dated(days) => {
                let day =
                    Date::from_epoch_days(*days).ok_or(DateError::NoSuchDay).and_then(Date::recent);
                day.map(Ok).map_err(|error| no_date(error, &shown(*days)))
            }
            Typed::Moment { shown, zoned } => {
                let code = if *zoned { Code::TimeZone } else { Code::TimeOfDay };
                Err(Box::new(Diagnostic::new(code).arg(shown)))
            }
            _ => Err(Box::new(self.wrong(FieldKind::Date.describe()))),
        }
    }

    /// The number, the unit of its column and what its cell shows beside it. Counts are whole, and
    /// a whole float is the very number that was meant: frames make floats of counts where one is
    /// missing.
    pub(super) fn number(
        &self,
        counted: bool,
        expected: &dyn Fn() -> Localized,
    ) -> Result<Numeral<'a>, Box<Diagnostic>> {
        Err(Box::new(match self {
            Typed::Scaled { mantissa, scale, unit }
            | Typed::Figure { mantissa, scale, unit, .. } => {
                let value = Exact::scaled(*mantissa, *scale).ok().filter(fits);
                match (value.map(|value| Numeral::new(value, *unit)), self) {
                    (Some(numeral), Typed::Figure { format: Some(format), .. }) => {
                        let beside = Cow::Owned(format!("{}{}", format.before, format.after));
                        return Ok(Numeral {
                            beside,
                            thousands: format.thousands,
                            formatted: true,
                            ..numeral
                        });
                    }
                    (Some(numeral), _) => return Ok(numeral),
                    (None, _) => Diagnostic::new(Code::TooManyDigits).word(self.shown()),
                }
            }
            Typed::Huge(shown) => Diagnostic::new(Code::TooManyDigits).arg(shown),
            Typed::Float(value) if !value.is_finite() => {
                Diagnostic::new(Code::NotFinite).arg(format!("{value:?}"))
            }
            // Beyond 2^53 not every whole number is a float.
            Typed::Float(value)
                if counted && value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 =>
            {
                return Ok(Numeral::new(Exact::from(*value as i64), None));
            }
            Typed::Float(value) => Diagnostic::new(Code::FloatNumber).arg(format!("{value:?}")),
            _ => self.wrong(expected()),
        }))
    }
}

/// `mantissa / 10^scale` in digits.
fn plain(mantissa: i128, scale: u32) -> String {
    let value = Exact::scaled(mantissa, scale).ok().and_then(|value| value.to_plain());
    value.unwrap_or_else(|| format!("{mantissa}e-{scale}"))
}
