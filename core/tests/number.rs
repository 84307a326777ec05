//! Exact numbers against big fractions: every operation is the exact result or an error, never something near it.

use guiju::{Exact, NumberError};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn big(value: Exact) -> BigRational {
    BigRational::new(BigInt::from(value.numerator()), BigInt::from(value.denominator()))
}

/// Small, money-like and enormous fractions alike.
fn exact() -> impl Strategy<Value = Exact> {
    let part = prop_oneof![-1_000_i128..1_000, -1_000_000_000_000_i128..1_000_000_000_000, any::<i128>()];
    let whole = prop_oneof![Just(1_i128), Just(100_i128), 1_i128..1_000, 1_i128..i128::MAX];
    (part, whole).prop_filter_map("fits", |(numerator, denominator)| Exact::fraction(numerator, denominator).ok())
}

/// The exact result where it fits 128 bits, otherwise an error; an error where it would have fitted is allowed only for overflow on the
/// way, which stays rare because factors are cancelled first.
fn agrees(found: Result<Exact, NumberError>, expected: &BigRational) -> Result<(), TestCaseError> {
    match found {
        Ok(found) => prop_assert_eq!(&big(found), expected),
        Err(error) => prop_assert_eq!(error, NumberError::Overflow),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn operations_are_exact(a in exact(), b in exact()) {
        agrees(a.add(b), &(big(a) + big(b)))?;
        agrees(a.sub(b), &(big(a) - big(b)))?;
        agrees(a.mul(b), &(big(a) * big(b)))?;
        if b.is_zero() {
            prop_assert_eq!(a.div(b), Err(NumberError::DivisionByZero));
        } else {
            agrees(a.div(b), &(big(a) / big(b)))?;
        }
        prop_assert_eq!(a.cmp(&b), big(a).cmp(&big(b)));
        prop_assert_eq!(big(a.negate()), -big(a));
    }

    #[test]
    fn money_never_overflows(a in -10_i128.pow(18)..10_i128.pow(18), b in -10_i128.pow(18)..10_i128.pow(18), share in 0_i128..=10_000) {
        let (a, b) = (Exact::scaled(a, 4).unwrap(), Exact::scaled(b, 2).unwrap());
        let share = Exact::scaled(share, 4).unwrap();
        prop_assert_eq!(big(a.add(b).unwrap()), big(a) + big(b));
        prop_assert_eq!(big(a.mul(share).unwrap()), big(a) * big(share));
    }

    #[test]
    fn what_is_shown_is_rounded_half_away_from_zero(a in exact(), places in 0_u32..8) {
        let scale = BigRational::from(BigInt::from(10).pow(places));
        let scaled = big(a) * &scale;
        let floor = scaled.floor();
        let rest = &scaled - &floor;
        let half = BigRational::new(BigInt::from(1), BigInt::from(2));
        let up = rest > half || (rest == half && big(a) > BigRational::from(BigInt::from(0)));
        let expected = if up { floor + BigRational::from(BigInt::from(1)) } else { floor } / scale;
        let shown = a.to_fixed(places);
        let digits = shown.replace('.', "");
        let found = BigRational::new(digits.parse::<BigInt>().unwrap(), BigInt::from(10).pow(places));
        prop_assert_eq!(found, expected, "{:?} as {}", a, shown);
        prop_assert_eq!(shown.split('.').nth(1).map_or(0, str::len), places as usize);
        prop_assert!(!shown.starts_with("-0.") || shown.bytes().any(|b| (b'1'..=b'9').contains(&b)), "negative zero: {}", shown);
    }

    #[test]
    fn decimals_come_back(mantissa in -(1_i128 << 95)..(1_i128 << 95), scale in 0_u32..=28) {
        let decimal = Decimal::from_i128_with_scale(mantissa, scale);
        let exact = Exact::from(decimal);
        prop_assert_eq!(exact.to_decimal(), Some(decimal.normalize()));
        prop_assert_eq!(exact.to_plain().unwrap(), decimal.normalize().to_string());
    }
}
