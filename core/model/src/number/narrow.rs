//! Fractions of 64-bit integers, in lowest terms; `None` is what does not fit, and is computed at
//! any length then.
//!
//! Not here: their signs and errors (`super`).

/// Numerator and denominator, above zero.
pub(super) type Narrow = (i64, i64);

/// A fraction in lowest terms, where it fits; its denominator is above zero, and all that both
/// parts can share is in `shared`.
fn fitted(numerator: i128, denominator: i128, shared: i64) -> Option<Narrow> {
    let rest = i64::try_from(numerator % i128::from(shared)).ok()?;
    let divisor = i128::from(gcd(rest.unsigned_abs(), shared.unsigned_abs()));
    // Most numbers are in lowest terms already, and a wide division is dear.
    let (numerator, denominator) = if divisor == 1 {
        (numerator, denominator)
    } else {
        (numerator / divisor, denominator / divisor)
    };
    let numerator = i64::try_from(numerator).ok().filter(|numerator| *numerator != i64::MIN);
    numerator.zip(i64::try_from(denominator).ok())
}

/// `numerator / denominator`, which is not zero.
pub(super) fn lowest(numerator: i64, denominator: i64) -> Option<Narrow> {
    let size = denominator.checked_abs()?;
    fitted(i128::from(numerator) * i128::from(denominator.signum()), i128::from(size), size)
}

/// `mantissa / 10^scale` for a scale up to 18: a power of ten has no other factors than 2 and 5.
pub(super) fn scaled(mut mantissa: i64, scale: u32) -> Narrow {
    if mantissa == 0 {
        return (0, 1);
    }
    let twos = mantissa.trailing_zeros().min(scale);
    mantissa >>= twos;
    let mut fives = 0;
    while fives < scale && mantissa % 5 == 0 {
        mantissa /= 5;
        fives += 1;
    }
    (mantissa, 5_i64.pow(scale - fives) << (scale - twos))
}

pub(super) fn sum((a, b): Narrow, (c, d): Narrow) -> Option<Narrow> {
    if b == 1 && d == 1 {
        return a.checked_add(c).filter(|sum| *sum != i64::MIN).map(|sum| (sum, 1));
    }
    let shared = gcd(b.unsigned_abs(), d.unsigned_abs()) as i64;
    let [a, b, c, d] = [a, b, c, d].map(i128::from);
    let own = b / i128::from(shared);
    // Of 126 bits each at most. What both parts share was shared by the denominators.
    fitted(a * (d / i128::from(shared)) + c * own, own * d, shared)
}

pub(super) fn product((a, b): Narrow, (c, d): Narrow) -> Option<Narrow> {
    // Cancelling crosswise first leaves nothing that both could be divided by.
    let first = gcd(a.unsigned_abs(), d.unsigned_abs()) as i64;
    let second = gcd(c.unsigned_abs(), b.unsigned_abs()) as i64;
    let numerator =
        (a / first).checked_mul(c / second).filter(|numerator| *numerator != i64::MIN)?;
    Some((numerator, (b / second).checked_mul(d / first)?))
}

/// The greatest common divisor of two numbers of which the second is not zero; by halving, which is
/// faster than dividing.
#[cfg_attr(target_family = "wasm", inline(never))]
pub(super) fn gcd(mut a: u64, mut b: u64) -> u64 {
    if b == 1 {
        return 1;
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
