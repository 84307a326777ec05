//! Exact numbers: fractions of 128-bit integers, in lowest terms, where every operation is exact or an error.
//!
//! Quotients stay fractions until they are shown; comparing never rounds and never overflows. Not here: units (`check::types`)
//! and the scaled integers of columns (`data::column`), which become fractions when they are read.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZero;

use rust_decimal::Decimal;

use crate::text::Locale;

/// Why a computation has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NumberError {
    /// The exact result does not fit.
    #[error("the result has too many digits")]
    Overflow,
    /// A division by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// The parts of a split do not add up to the whole.
    #[error("the parts do not add up to the whole")]
    PartsDiffer,
}

impl NumberError {
    /// Why there is no value, in a few words.
    pub fn reason(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (NumberError::DivisionByZero, Locale::ZhTw) => "除以零",
            (NumberError::DivisionByZero, Locale::En) => "division by zero",
            (NumberError::PartsDiffer, Locale::ZhTw) => "各分項加總不等於總數",
            (NumberError::PartsDiffer, Locale::En) => "the parts do not add up to the whole",
            (NumberError::Overflow, Locale::ZhTw) => "位數過多，無法精確計算",
            (NumberError::Overflow, Locale::En) => "too many digits for an exact result",
        }
    }
}

/// An exact rational number.
///
/// ```
/// use guiju::Exact;
/// let third = Exact::from(1).div(Exact::from(3))?;
/// assert_eq!(third.mul(Exact::from(3))?, Exact::from(1));
/// assert_eq!(third.to_fixed(6), "0.333333");
/// # Ok::<(), guiju::NumberError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exact {
    numerator: i128,
    // Always above zero, without a common factor with the numerator; a bound that there is none of takes no more room so.
    denominator: NonZero<i128>,
}

impl From<i64> for Exact {
    fn from(n: i64) -> Exact {
        Exact::of(i128::from(n), 1)
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
    pub const ZERO: Exact = Exact::of(0, 1);
    /// One.
    pub const ONE: Exact = Exact::of(1, 1);

    /// A fraction in lowest terms, with a denominator above zero.
    const fn of(numerator: i128, denominator: i128) -> Exact {
        let denominator = match NonZero::new(denominator) {
            Some(denominator) => denominator,
            None => NonZero::<i128>::MAX,
        };
        Exact { numerator, denominator }
    }

    /// `mantissa / 10^scale`.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] where `scale` is above 38.
    pub fn scaled(mantissa: i128, scale: u32) -> Result<Exact, NumberError> {
        if scale == 0 && mantissa != i128::MIN {
            return Ok(Exact::of(mantissa, 1));
        }
        if let (Ok(mantissa), 1..=18) = (i64::try_from(mantissa), scale) {
            return Ok(Exact::scaled_narrow(mantissa, scale));
        }
        let denominator = 10_i128.checked_pow(scale).ok_or(NumberError::Overflow)?;
        Exact::fraction(mantissa, denominator)
    }

    /// The same for what columns hold: a power of ten has no other factors than 2 and 5.
    fn scaled_narrow(mut mantissa: i64, scale: u32) -> Exact {
        if mantissa == 0 {
            return Exact::ZERO;
        }
        let twos = mantissa.trailing_zeros().min(scale);
        mantissa >>= twos;
        let mut fives = 0;
        while fives < scale && mantissa % 5 == 0 {
            mantissa /= 5;
            fives += 1;
        }
        let denominator = 5_i64.pow(scale - fives) << (scale - twos);
        Exact::of(i128::from(mantissa), i128::from(denominator))
    }

    /// `numerator / denominator` in lowest terms.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`], or [`NumberError::Overflow`] for `i128::MIN`.
    pub fn fraction(numerator: i128, denominator: i128) -> Result<Exact, NumberError> {
        if denominator == 0 {
            return Err(NumberError::DivisionByZero);
        }
        if numerator == i128::MIN || denominator == i128::MIN {
            return Err(NumberError::Overflow);
        }
        let sign = if denominator < 0 { -1 } else { 1 };
        let (numerator, denominator) = (sign * numerator, sign * denominator);
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        // Most numbers are whole, or in lowest terms already, and a wide division is dear.
        if divisor == 1 {
            return Ok(Exact::of(numerator, denominator));
        }
        let divisor = i128::try_from(divisor).map_err(|_| NumberError::Overflow)?;
        Ok(Exact::of(divided(numerator, divisor), divided(denominator, divisor)))
    }

    /// The numerator of the lowest terms.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator of the lowest terms, above zero.
    pub fn denominator(self) -> i128 {
        self.denominator.get()
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// Whether the number is zero.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`NumberError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot return a Result")]
    pub fn add(self, other: Exact) -> Result<Exact, NumberError> {
        if self.denominator() == other.denominator() {
            let numerator = self.numerator.checked_add(other.numerator).ok_or(NumberError::Overflow)?;
            return Exact::fraction(numerator, self.denominator());
        }
        let shared = gcd(self.denominator().unsigned_abs(), other.denominator().unsigned_abs()) as i128;
        let (left, right) = (divided(other.denominator(), shared), divided(self.denominator(), shared));
        let numerator = checked(|| product(self.numerator, left)?.checked_add(product(other.numerator, right)?))?;
        let denominator = product(self.denominator(), left).ok_or(NumberError::Overflow)?;
        Exact::fraction(numerator, denominator)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`NumberError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot return a Result")]
    pub fn sub(self, other: Exact) -> Result<Exact, NumberError> {
        self.add(other.negate())
    }

    /// The product.
    ///
    /// # Errors
    /// [`NumberError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot return a Result")]
    pub fn mul(self, other: Exact) -> Result<Exact, NumberError> {
        // Cancelling crosswise first keeps the intermediate as small as the result.
        let first = gcd(self.numerator.unsigned_abs(), other.denominator().unsigned_abs()) as i128;
        let second = gcd(other.numerator.unsigned_abs(), self.denominator().unsigned_abs()) as i128;
        let numerator = product(divided(self.numerator, first), divided(other.numerator, second));
        let denominator = product(divided(self.denominator(), second), divided(other.denominator(), first));
        match (numerator, denominator) {
            // Nothing is left that both could be divided by.
            (Some(numerator), Some(denominator)) if numerator != i128::MIN => Ok(Exact::of(numerator, denominator)),
            _ => Err(NumberError::Overflow),
        }
    }

    /// The quotient.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`] or [`NumberError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot return a Result")]
    pub fn div(self, other: Exact) -> Result<Exact, NumberError> {
        match other.numerator {
            0 => Err(NumberError::DivisionByZero),
            1.. => self.mul(Exact::of(other.denominator(), other.numerator)),
            _ => self.mul(Exact::of(-other.denominator(), -other.numerator)),
        }
    }

    /// The number with its sign changed.
    #[must_use]
    pub fn negate(self) -> Exact {
        // The numerator is never i128::MIN.
        Exact { numerator: -self.numerator, ..self }
    }

    /// The value as a decimal where it is one exactly, otherwise `None`: `1/3`, or more than 28 digits.
    pub fn to_decimal(self) -> Option<Decimal> {
        let (mantissa, scale) = self.as_scaled()?;
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }

    /// Mantissa and scale where the number is a finite decimal.
    pub fn as_scaled(self) -> Option<(i128, u32)> {
        if self.denominator() == 1 {
            return Some((self.numerator, 0));
        }
        let twos = self.denominator().trailing_zeros();
        let (mut rest, mut fives) = (self.denominator() >> twos, 0_u32);
        // Division of what fits half the width is many times faster.
        while let Ok(narrow @ 2..) = u64::try_from(rest)
            && narrow.is_multiple_of(5)
        {
            rest = i128::from(narrow / 5);
            fives += 1;
        }
        while rest % 5 == 0 {
            rest /= 5;
            fives += 1;
        }
        if rest != 1 {
            return None;
        }
        let scale = twos.max(fives);
        let power = 10_i128.checked_pow(scale)?;
        let factor = match (u64::try_from(power), u64::try_from(self.denominator())) {
            (Ok(power), Ok(denominator)) => i128::from(power / denominator),
            _ => power / self.denominator(),
        };
        Some((self.numerator.checked_mul(factor)?, scale))
    }

    /// This value as a share of a target; `None` where the target is not above zero, since a ratio to it would say the opposite of
    /// whether it is reached, or where the quotient has too many digits.
    ///
    /// ```
    /// use guiju::Exact;
    /// assert_eq!(Exact::from(3).attainment(Exact::from(4)).map(|share| share.to_fixed(2)).as_deref(), Some("0.75"));
    /// assert_eq!(Exact::from(3).attainment(Exact::from(-2)), None);
    /// ```
    pub fn attainment(self, target: Exact) -> Option<Exact> {
        if target > Exact::ZERO { self.div(target).ok() } else { None }
    }

    /// The number with exactly `places` decimals, half away from zero (四捨五入).
    pub fn to_fixed(self, places: u32) -> String {
        let (whole, rest) = (self.numerator / self.denominator(), self.numerator % self.denominator());
        let mut rest = rest.unsigned_abs();
        let denominator = self.denominator().unsigned_abs();
        // Long division by hand: multiplying by 10^places at once could overflow.
        let mut digits: Vec<u8> = whole.unsigned_abs().to_string().into_bytes();
        for _ in 0..places {
            let (digit, next) = times_ten(rest, denominator);
            digits.push(b'0' + digit);
            rest = next;
        }
        if rest >= denominator - rest {
            round_up(&mut digits);
        }
        let point = digits.len() - places as usize;
        let below_zero = self.is_negative() && digits.iter().any(|digit| *digit != b'0');
        let mut out = String::from_utf8(digits).unwrap_or_default();
        if places > 0 {
            out.insert(point, '.');
        }
        if below_zero {
            out.insert(0, '-');
        }
        out
    }

    /// The number as a plain decimal without trailing zeros where it is one exactly.
    pub fn to_plain(self) -> Option<String> {
        let (mantissa, scale) = self.as_scaled()?;
        let digits = mantissa.unsigned_abs().to_string();
        let scale = scale as usize;
        let sign = if mantissa < 0 { "-" } else { "" };
        if scale == 0 {
            return Some(format!("{sign}{digits}"));
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at_checked(padded.len() - scale)?;
        Some(format!("{sign}{whole}.{fraction}"))
    }

    /// The fraction in lowest terms: `401/800`; a whole number by itself.
    pub fn to_fraction(self) -> String {
        if self.denominator() == 1 { self.numerator.to_string() } else { format!("{}/{}", self.numerator, self.denominator()) }
    }

    /// Reads a plain decimal such as `-1234.50`: digits, at most one point, no exponent, at most 28 digits.
    pub fn parse(text: &str) -> Option<Exact> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.trim_start_matches('0').len() + fraction.len() > 28 {
            return None;
        }
        Exact::from_plain(text)
    }

    /// Reads a plain decimal as [`Exact::to_plain`] writes it, with as many digits as a number can have.
    pub fn from_plain(text: &str) -> Option<Exact> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return None;
        }
        let digits = whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0');
        let mantissa = if whole.len() + fraction.len() <= 18 {
            i128::from(digits.fold(0_i64, |mantissa, digit| mantissa * 10 + i64::from(digit)))
        } else {
            digits.map(i128::from).try_fold(0_i128, |mantissa, digit| mantissa.checked_mul(10)?.checked_add(digit))?
        };
        Exact::scaled(sign * mantissa, u32::try_from(fraction.len()).ok()?).ok()
    }
}

fn checked(f: impl FnOnce() -> Option<i128>) -> Result<i128, NumberError> {
    f().ok_or(NumberError::Overflow)
}

/// The greatest common divisor of two numbers of which the second is not zero.
#[cfg_attr(target_family = "wasm", inline(never))]
fn gcd(mut a: u128, mut b: u128) -> u128 {
    if a == 1 || b == 1 {
        return 1;
    }
    while b != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(narrow_gcd(a, b));
        }
        (a, b) = (b, a % b);
    }
    a
}

/// A product that fits, by the narrow multiplication where that will do.
#[cfg_attr(target_family = "wasm", inline(never))]
fn product(left: i128, right: i128) -> Option<i128> {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => Some(i128::from(left) * i128::from(right)),
        _ => left.checked_mul(right),
    }
}

/// A quotient without a rest, by the narrow division where that will do: it is much faster.
#[cfg_attr(target_family = "wasm", inline(never))]
fn divided(number: i128, divisor: i128) -> i128 {
    match (i64::try_from(number), i64::try_from(divisor)) {
        (_, Ok(1)) => number,
        (Ok(number), Ok(divisor)) => i128::from(number / divisor),
        _ => number / divisor,
    }
}

/// The same by halving, which is faster than dividing.
fn narrow_gcd(mut a: u64, mut b: u64) -> u64 {
    if b == 0 {
        return a;
    }
    // One division first: denominators are small beside what they divide.
    a %= b;
    if a == 0 {
        return b;
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << twos
}

/// The digit and remainder of `rest * 10 / denominator`, for `rest < denominator < 2^127`.
fn times_ten(rest: u128, denominator: u128) -> (u8, u128) {
    let (mut digit, mut sum) = (0, 0_u128);
    for _ in 0..10 {
        // Adding one at a time keeps the sum below 2 * denominator, which fits.
        sum += rest;
        if sum >= denominator {
            sum -= denominator;
            digit += 1;
        }
    }
    (digit, sum)
}

fn round_up(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return;
        }
    }
    digits.insert(0, b'1');
}

impl Ord for Exact {
    /// Exact even where the products do not fit: by whole parts, then by the reciprocals of what remains.
    fn cmp(&self, other: &Exact) -> Ordering {
        let (left, right) = (product(self.numerator, other.denominator()), product(other.numerator, self.denominator()));
        if let (Some(left), Some(right)) = (left, right) {
            return left.cmp(&right);
        }
        let (mut a, mut b) = (*self, *other);
        let mut flipped = false;
        loop {
            let wholes = (a.numerator.div_euclid(a.denominator()), b.numerator.div_euclid(b.denominator()));
            let rests = (a.numerator.rem_euclid(a.denominator()), b.numerator.rem_euclid(b.denominator()));
            let order = match wholes.0.cmp(&wholes.1) {
                Ordering::Equal => match (rests.0, rests.1) {
                    (0, 0) => Ordering::Equal,
                    (0, _) => Ordering::Less,
                    (_, 0) => Ordering::Greater,
                    _ => {
                        a = Exact::of(a.denominator(), rests.0);
                        b = Exact::of(b.denominator(), rests.1);
                        flipped = !flipped;
                        continue;
                    }
                },
                order => order,
            };
            return if flipped { order.reverse() } else { order };
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Exact {
    /// The plain decimal where there is one, otherwise six decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_plain() {
            Some(text) => f.write_str(&text),
            None => f.write_str(&self.to_fixed(6)),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator())
    }
}
