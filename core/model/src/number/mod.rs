//! Exact numbers: fractions in lowest terms, where every operation is exact or an error.
//!
//! Most are of 64-bit integers; what has more digits, such as the average of many quotients, is
//! kept at any length up to [`Exact::DIGITS`]. Quotients stay fractions until they are shown;
//! comparing never rounds. Not here: how they are written and read (`written`), units
//! (`check::types`) and the scaled integers of columns (`data::column`).

mod narrow;
mod natural;
mod rounding;
mod written;

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZero;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::text::Locale;

use self::narrow::Narrow;
use self::natural::Natural;

pub use self::rounding::Rounding;

/// Why a computation has no value. Where it has none for several reasons, the first of these is
/// told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum NumberError {
    /// A division by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// The exact result does not fit: see [`Exact::DIGITS`].
    #[error("the result has too many digits")]
    Overflow,
    /// The parts of a split do not add up to the whole.
    #[error("the parts do not add up to the whole")]
    PartsDiffer,
    /// A table has no row for the keys.
    #[error("a table has no row for it")]
    NoRow,
    /// A day outside of the years 1 to 9999.
    #[error("the day is outside of the years 1 to 9999")]
    NoSuchDay,
    /// Days or months that are no whole number.
    #[error("days and months are whole numbers")]
    NotWhole,
    /// A period without a day.
    #[error("a period has at least one day")]
    NoDays,
}

impl NumberError {
    /// Why there is no value, in a few words.
    pub fn reason(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (NumberError::DivisionByZero, Locale::ZhTw) => "除以零",
            (NumberError::DivisionByZero, Locale::En) => "division by zero",
            (NumberError::PartsDiffer, Locale::ZhTw) => "各分項加總不等於總數",
            (NumberError::PartsDiffer, Locale::En) => "the parts do not add up to the whole",
            (NumberError::NoRow, Locale::ZhTw) => "對照表沒有對應的列",
            (NumberError::NoRow, Locale::En) => "a table has no row for it",
            (NumberError::NoSuchDay, Locale::ZhTw) => "日期超出西元 1 年至 9999 年",
            (NumberError::NoSuchDay, Locale::En) => "a day outside of the years 1 to 9999",
            (NumberError::NotWhole, Locale::ZhTw) => "天數與月數須為整數",
            (NumberError::NotWhole, Locale::En) => "days and months are whole numbers",
            (NumberError::NoDays, Locale::ZhTw) => "期間至少要有一天",
            (NumberError::NoDays, Locale::En) => "a period has at least one day",
            (NumberError::Overflow, Locale::ZhTw) => "位數過多，無法精確計算",
            (NumberError::Overflow, Locale::En) => "too many digits for an exact result",
        }
    }
}

/// An exact rational number.
///
/// ```
/// use guiju::Exact;
/// let third = Exact::ONE.div(&Exact::from(3))?;
/// assert_eq!(third.mul(&Exact::from(3))?, Exact::ONE);
/// assert_eq!(third.to_fixed(6), "0.333333");
/// # Ok::<(), guiju::NumberError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Exact(Form);

/// In lowest terms, and narrow wherever that fits, so that equal numbers are of one form.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    /// Numerator, never the least of its type, and denominator, above zero.
    Narrow(i64, NonZero<i64>),
    Wide(Arc<Wide>),
}

/// A fraction of which some part takes more than 63 bits.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Wide {
    negative: bool,
    numerator: Natural,
    denominator: Natural,
}

/// The most limbs of a numerator or denominator.
const MOST_LIMBS: usize = 1 << 13;

impl Exact {
    /// The bytes it holds outside of itself.
    pub fn held(&self) -> usize {
        match &self.0 {
            Form::Narrow(..) => 0,
            Form::Wide(wide) => size_of::<Wide>() + wide.numerator.held() + wide.denominator.held(),
        }
    }
}

impl From<i64> for Exact {
    fn from(n: i64) -> Exact {
        Exact::scaled(i128::from(n), 0).unwrap_or(Exact::ZERO)
    }
}

impl From<Decimal> for Exact {
    fn from(decimal: Decimal) -> Exact {
        // A decimal has at most 96 bits and 28 places, so this cannot overflow.
        Exact::scaled(decimal.mantissa(), decimal.scale()).unwrap_or(Exact::ZERO)
    }
}

impl Exact {
    /// Zero.
    pub const ZERO: Exact = Exact::of((0, 1));
    /// One.
    pub const ONE: Exact = Exact::of((1, 1));
    /// How many digits a numerator or denominator can always have: enough for the average of ten
    /// thousand quotients of amounts of 8 digits.
    pub const DIGITS: usize = 78_900;

    /// A fraction in lowest terms, with a denominator above zero.
    const fn of((numerator, denominator): Narrow) -> Exact {
        let denominator = match NonZero::new(denominator) {
            Some(denominator) => denominator,
            None => NonZero::<i64>::MAX,
        };
        Exact(Form::Narrow(numerator, denominator))
    }

    /// Numerator and denominator where 63 bits hold both.
    fn narrow(&self) -> Option<Narrow> {
        match &self.0 {
            Form::Narrow(numerator, denominator) => Some((*numerator, denominator.get())),
            Form::Wide(_) => None,
        }
    }

    /// Numerator and denominator where 127 bits hold both.
    pub fn parts(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Form::Narrow(numerator, denominator) => {
                Some((i128::from(*numerator), i128::from(denominator.get())))
            }
            Form::Wide(wide) => {
                let part =
                    |part: &Natural| part.narrow().and_then(|part| i128::try_from(part).ok());
                let numerator = part(&wide.numerator)?;
                Some((if wide.negative { -numerator } else { numerator }, part(&wide.denominator)?))
            }
        }
    }

    /// `mantissa / 10^scale`.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] where `scale` is above 38.
    pub fn scaled(mantissa: i128, scale: u32) -> Result<Exact, NumberError> {
        if let (Ok(mantissa), 0..=18) = (i64::try_from(mantissa), scale)
            && mantissa != i64::MIN
        {
            return Ok(Exact::of(narrow::scaled(mantissa, scale)));
        }
        let denominator = 10_i128.checked_pow(scale).ok_or(NumberError::Overflow)?;
        Exact::fraction(mantissa, denominator)
    }

    /// `numerator / denominator` in lowest terms.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`].
    pub fn fraction(numerator: i128, denominator: i128) -> Result<Exact, NumberError> {
        if denominator == 0 {
            return Err(NumberError::DivisionByZero);
        }
        if let (Ok(numerator), Ok(denominator)) =
            (i64::try_from(numerator), i64::try_from(denominator))
            && let Some(lowest) = narrow::lowest(numerator, denominator)
        {
            return Ok(Exact::of(lowest));
        }
        let negative = (numerator < 0) != (denominator < 0);
        Wide::lowest(
            negative,
            Natural::from(numerator.unsigned_abs()),
            Natural::from(denominator.unsigned_abs()),
        )
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Form::Narrow(numerator, _) => *numerator < 0,
            Form::Wide(wide) => wide.negative,
        }
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        self.narrow().is_some_and(|(numerator, _)| numerator == 0)
    }

    /// The whole number that it is; `None` for fractions, and for what 64 bits do not hold.
    pub fn to_i64(&self) -> Option<i64> {
        self.narrow().filter(|(_, denominator)| *denominator == 1).map(|(numerator, _)| numerator)
    }

    /// Whether it has no fraction.
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Form::Narrow(_, denominator) => denominator.get() == 1,
            Form::Wide(wide) => wide.denominator.narrow() == Some(1),
        }
    }

    /// The greatest whole number that is not above it, where 128 bits hold it.
    pub fn floor(&self) -> Option<i128> {
        self.parts().map(|(numerator, denominator)| numerator.div_euclid(denominator))
    }

    /// Whether some part takes more than 128 bits, so that computing with it is dear.
    pub fn is_long(&self) -> bool {
        self.limbs() > 8
    }

    /// How many limbs both parts take at most; 8 for what 128 bits hold.
    pub fn limbs(&self) -> usize {
        match &self.0 {
            Form::Narrow(..) => 8,
            Form::Wide(wide) => 2 * wide.numerator.limbs().max(wide.denominator.limbs()).max(4),
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// [`NumberError::Overflow`].
    pub fn add(&self, other: &Exact) -> Result<Exact, NumberError> {
        self.plus(other).fitted()
    }

    /// The sum, even where it is longer than a number may be: what is added up then may make it
    /// shorter again, and whether it does must not depend on the order. It is not to be used before
    /// [`Exact::fitted`].
    pub fn plus(&self, other: &Exact) -> Exact {
        if let (Some(left), Some(right)) = (self.narrow(), other.narrow())
            && let Some(sum) = narrow::sum(left, right)
        {
            return Exact::of(sum);
        }
        let (left, right) = (self.wide(), other.wide());
        let shared = left.denominator.common(&right.denominator);
        let own = left.denominator.divide(&shared).0;
        let (negative, numerator) = signed_sum(
            (left.negative, left.numerator.multiply(&right.denominator.divide(&shared).0)),
            (right.negative, right.numerator.multiply(&own)),
        );
        // What both parts share was shared by the denominators: one of them is mostly short, and so
        // is the search.
        let rest = numerator.common(&shared);
        Wide {
            negative,
            numerator: numerator.divide(&rest).0,
            denominator: own.multiply(&right.denominator).divide(&rest).0,
        }
        .form()
    }

    /// The number, where it is no longer than numbers may be.
    pub fn fitted(self) -> Result<Exact, NumberError> {
        if self.limbs() > 2 * MOST_LIMBS { Err(NumberError::Overflow) } else { Ok(self) }
    }

    /// The difference.
    ///
    /// # Errors
    /// [`NumberError::Overflow`].
    pub fn sub(&self, other: &Exact) -> Result<Exact, NumberError> {
        self.add(&other.negate())
    }

    /// The product.
    ///
    /// # Errors
    /// [`NumberError::Overflow`].
    pub fn mul(&self, other: &Exact) -> Result<Exact, NumberError> {
        if let (Some(left), Some(right)) = (self.narrow(), other.narrow())
            && let Some(product) = narrow::product(left, right)
        {
            return Ok(Exact::of(product));
        }
        let (left, right) = (self.wide(), other.wide());
        let (first, second) =
            (left.numerator.common(&right.denominator), right.numerator.common(&left.denominator));
        let part = |number: &Natural, by: &Natural| number.divide(by).0;
        Wide {
            negative: left.negative != right.negative,
            numerator: part(&left.numerator, &first).multiply(&part(&right.numerator, &second)),
            denominator: part(&left.denominator, &second)
                .multiply(&part(&right.denominator, &first)),
        }
        .form()
        .fitted()
    }

    /// The quotient.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`] or [`NumberError::Overflow`].
    pub fn div(&self, other: &Exact) -> Result<Exact, NumberError> {
        let turned = match &other.0 {
            Form::Narrow(0, _) => return Err(NumberError::DivisionByZero),
            Form::Narrow(numerator, denominator) => {
                Exact::of((numerator.signum() * denominator.get(), numerator.abs()))
            }
            Form::Wide(wide) => {
                let Wide { negative, numerator, denominator } = (**wide).clone();
                Exact(Form::Wide(Arc::new(Wide {
                    negative,
                    numerator: denominator,
                    denominator: numerator,
                })))
            }
        };
        self.mul(&turned)
    }

    /// The number with its sign changed.
    #[must_use]
    pub fn negate(&self) -> Exact {
        match &self.0 {
            Form::Narrow(numerator, denominator) => Exact(Form::Narrow(-numerator, *denominator)),
            Form::Wide(wide) => {
                Exact(Form::Wide(Arc::new(Wide { negative: !wide.negative, ..(**wide).clone() })))
            }
        }
    }

    /// This value as a share of a target; `None` where the target is not above zero, since a ratio
    /// to it would say the opposite of whether it is reached, or where the quotient has too many
    /// digits.
    ///
    /// ```
    /// use guiju::Exact;
    /// assert_eq!(Exact::from(3).attainment(&Exact::from(4)).map(|share| share.to_fixed(2)).as_deref(), Some("0.75"));
    /// assert_eq!(Exact::from(3).attainment(&Exact::from(-2)), None);
    /// ```
    pub fn attainment(&self, target: &Exact) -> Option<Exact> {
        if *target > Exact::ZERO { self.div(target).ok() } else { None }
    }

    /// The same number, as wide as it may be.
    fn wide(&self) -> Arc<Wide> {
        match &self.0 {
            Form::Wide(wide) => Arc::clone(wide),
            Form::Narrow(numerator, denominator) => Arc::new(Wide {
                negative: *numerator < 0,
                numerator: Natural::from(u128::from(numerator.unsigned_abs())),
                denominator: Natural::from(u128::from(denominator.get().unsigned_abs())),
            }),
        }
    }
}

/// Sign and size of the sum of two whole numbers.
fn signed_sum(
    (left_negative, left): (bool, Natural),
    (right_negative, right): (bool, Natural),
) -> (bool, Natural) {
    if left_negative == right_negative {
        return (left_negative, left.add(&right));
    }
    (if left < right { right_negative } else { left_negative }, left.apart(&right))
}

impl Wide {
    /// A fraction of which the denominator is not zero.
    fn lowest(
        negative: bool,
        numerator: Natural,
        denominator: Natural,
    ) -> Result<Exact, NumberError> {
        let shared = numerator.common(&denominator);
        Wide {
            negative,
            numerator: numerator.divide(&shared).0,
            denominator: denominator.divide(&shared).0,
        }
        .form()
        .fitted()
    }

    /// The number that a fraction in lowest terms is.
    fn form(self) -> Exact {
        let narrow = |part: &Natural| part.narrow().and_then(|part| i64::try_from(part).ok());
        match (narrow(&self.numerator), narrow(&self.denominator)) {
            (Some(numerator), Some(denominator)) => {
                Exact::of((if self.negative { -numerator } else { numerator }, denominator))
            }
            _ => Exact(Form::Wide(Arc::new(self))),
        }
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Some((a, b)), Some((c, d))) = (self.narrow(), other.narrow()) {
            return (i128::from(a) * i128::from(d)).cmp(&(i128::from(c) * i128::from(b)));
        }
        match (self.is_negative(), other.is_negative()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (negative, _) => {
                let (left, right) = (self.wide(), other.wide());
                let order = left
                    .numerator
                    .multiply(&right.denominator)
                    .cmp(&right.numerator.multiply(&left.denominator));
                if negative { order.reverse() } else { order }
            }
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_fraction())
    }
}
