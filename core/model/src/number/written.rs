//! Numbers as text and as decimals, and back. Not here: units and thousands (`output::words`).

use std::fmt;

use rust_decimal::Decimal;

use super::Exact;
use super::natural::Natural;

impl Exact {
    /// The value as a decimal where it is one exactly, otherwise `None`: `1/3`, or more than 28
    /// digits.
    pub fn to_decimal(&self) -> Option<Decimal> {
        let (mantissa, scale) = self.as_scaled()?;
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }

    /// Mantissa and scale where the number is a finite decimal that 128 bits hold.
    pub fn as_scaled(&self) -> Option<(i128, u32)> {
        let (numerator, denominator) = self.parts()?;
        if denominator == 1 {
            return Some((numerator, 0));
        }
        let (mut rest, mut factor, mut scale) = (denominator, 1_i128, 0);
        while rest != 1 {
            // As many decimals as a power of ten of 128 bits has zeros.
            if scale == 38 {
                return None;
            }
            let missing = match rest % 10 {
                0 => 1,
                5 => 2,
                2 | 4 | 6 | 8 => 5,
                _ => return None,
            };
            (rest, factor, scale) =
                (rest / (10 / missing), factor.checked_mul(missing)?, scale + 1);
        }
        Some((numerator.checked_mul(factor)?, scale))
    }

    /// The number with exactly `places` decimals, half away from zero (四捨五入).
    pub fn to_fixed(&self, places: u32) -> String {
        let wide = self.wide();
        let scaled = (0..places)
            .fold(wide.numerator.clone(), |scaled, _| scaled.multiply(&Natural::from(10)));
        let (whole, rest) = scaled.divide(&wide.denominator);
        let up = rest.add(&rest) >= wide.denominator;
        let rounded = whole.add(&Natural::from(u128::from(up)));
        with_point(&rounded, places, wide.negative && !rounded.is_zero())
    }

    /// The number as a plain decimal without trailing zeros where it is one exactly; of more than
    /// 128 bits, only whole numbers are.
    pub fn to_plain(&self) -> Option<String> {
        match self.as_scaled() {
            Some((mantissa, scale)) => {
                Some(with_point(&Natural::from(mantissa.unsigned_abs()), scale, mantissa < 0))
            }
            None if self.is_whole() => Some(self.to_fraction()),
            None => None,
        }
    }

    /// The fraction in lowest terms: `401/800`; a whole number by itself.
    pub fn to_fraction(&self) -> String {
        let wide = self.wide();
        let mut fraction = with_point(&wide.numerator, 0, wide.negative);
        if !self.is_whole() {
            fraction.push('/');
            fraction += &wide.denominator.digits();
        }
        fraction
    }

    /// Reads a plain decimal such as `-1234.50`: digits, at most one point, no exponent, at most 28
    /// digits.
    pub fn parse(text: &str) -> Option<Exact> {
        let Plain { negative, whole, fraction } = Plain::of(text)?;
        if whole.trim_start_matches('0').len() + fraction.len() > 28 {
            return None;
        }
        let digits = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0');
        let mantissa = if whole.len() + fraction.len() <= 18 {
            i128::from(digits.fold(0_i64, |mantissa, digit| mantissa * 10 + i64::from(digit)))
        } else {
            digits.fold(0_i128, |mantissa, digit| mantissa * 10 + i128::from(digit))
        };
        Exact::scaled(if negative { -mantissa } else { mantissa }, fraction.len() as u32).ok()
    }

    /// Reads a plain decimal as [`Exact::to_plain`] writes it, with as many digits as a number can
    /// have.
    pub fn from_plain(text: &str) -> Option<Exact> {
        let Plain { negative, whole, fraction } = Plain::of(text)?;
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let power: Vec<u8> = std::iter::once(b'1').chain(fraction.bytes().map(|_| b'0')).collect();
        super::Wide::lowest(negative, natural(&digits)?, natural(&power)?).ok()
    }

    /// Reads a fraction as [`Exact::to_fraction`] writes it.
    pub fn from_fraction(text: &str) -> Option<Exact> {
        let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
        let (negative, numerator) =
            numerator.strip_prefix('-').map_or((false, numerator), |rest| (true, rest));
        let denominator =
            natural(denominator.as_bytes()).filter(|denominator| !denominator.is_zero())?;
        super::Wide::lowest(negative, natural(numerator.as_bytes())?, denominator).ok()
    }
}

fn natural(digits: &[u8]) -> Option<Natural> {
    let sound = !digits.is_empty()
        && digits.len() <= Exact::DIGITS
        && digits.iter().all(u8::is_ascii_digit);
    sound.then(|| Natural::of_digits(digits))
}

/// The parts of a plain decimal.
struct Plain<'t> {
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Plain<'t> {
    fn of(text: &'t str) -> Option<Plain<'t>> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let sound = !whole.is_empty() && plain(whole) && plain(fraction) && !digits.ends_with('.');
        sound.then_some(Plain { negative, whole, fraction })
    }
}

/// Digits with their sign, and the point before the last of them.
fn with_point(number: &Natural, places: u32, negative: bool) -> String {
    let (digits, places) = (number.digits(), places as usize);
    let mut out = if negative { "-".to_owned() } else { String::new() };
    (digits.len()..=places).for_each(|_| out.push('0'));
    out += &digits;
    if places > 0 {
        out.insert(out.len() - places, '.');
    }
    out
}

impl fmt::Display for Exact {
    /// The plain decimal where there is one, otherwise six decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_plain().unwrap_or_else(|| self.to_fixed(6)))
    }
}
