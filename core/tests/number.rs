//! Exact numbers against big fractions: every operation is the exact result, however many digits it
//! takes.

use guiju::{Exact, NumberError, Rounding};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn big(value: &Exact) -> BigRational {
    value.to_fraction().parse().expect("a fraction")
}

/// Small, money-like and enormous fractions alike.
fn exact() -> impl Strategy<Value = Exact> {
    let part =
        prop_oneof![-1_000_i128..1_000, -1_000_000_000_000_i128..1_000_000_000_000, any::<i128>()];
    let whole = prop_oneof![Just(1_i128), Just(100_i128), 1_i128..1_000, 1_i128..i128::MAX];
    (part, whole).prop_map(|(numerator, denominator)| {
        Exact::fraction(numerator, denominator).expect("not divided by zero")
    })
}

/// Of many more digits: sums of products of such.
fn long() -> impl Strategy<Value = Exact> {
    let products = prop::collection::vec(prop::collection::vec(exact(), 1..6), 1..4);
    let product = |factors: Vec<Exact>| {
        factors.iter().fold(Exact::ONE, |product, factor| product.mul(factor).expect("fits"))
    };
    products.prop_map(move |products| {
        products
            .into_iter()
            .map(product)
            .fold(Exact::ZERO, |sum, next| sum.add(&next).expect("fits"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn rounding_gives_the_multiple_that_big_fractions_do(a in prop_oneof![exact(), long()], step in exact()) {
        prop_assume!(!step.is_zero());
        let step = step.clone().max(step.negate());
        let (steps, two) = (big(&a) / big(&step), BigRational::from(BigInt::from(2)));
        let away = if a.is_negative() { steps.floor() } else { steps.ceil() };
        let nearest = steps.round();
        let middle = !steps.is_integer() && (&steps * &two).is_integer();
        let even = if middle { (&steps / &two).round() * &two } else { nearest.clone() };
        for (rounding, multiple) in
            [(Rounding::Nearest, nearest), (Rounding::Up, away), (Rounding::Down, steps.trunc()), (Rounding::Even, even)]
        {
            prop_assert_eq!(big(&a.rounded(rounding, &step).expect("fits")), multiple * big(&step));
        }
    }

    #[test]
    fn operations_are_exact(a in prop_oneof![exact(), long()], b in prop_oneof![exact(), long()]) {
        let (left, right) = (big(&a), big(&b));
        prop_assert_eq!(big(&a.add(&b).unwrap()), &left + &right);
        prop_assert_eq!(big(&a.sub(&b).unwrap()), &left - &right);
        prop_assert_eq!(big(&a.mul(&b).unwrap()), &left * &right);
        match a.div(&b) {
            Ok(quotient) => prop_assert_eq!(big(&quotient), &left / &right),
            Err(error) => prop_assert!(b.is_zero(), "{}", error),
        }
        prop_assert_eq!(a.cmp(&b), left.cmp(&right));
        prop_assert_eq!(big(&a.negate()), -&left);
        prop_assert_eq!(a.is_negative(), left < BigRational::from(BigInt::from(0)));
        // What comes back to a number is of the same form: equal, and of one hash.
        prop_assert_eq!(a.add(&b).unwrap().sub(&b).unwrap(), a.clone());
        if !b.is_zero() {
            prop_assert_eq!(a.mul(&b).unwrap().div(&b).unwrap(), a);
        }
    }

    #[test]
    fn what_is_shown_is_rounded_half_away_from_zero(a in prop_oneof![exact(), long()], places in 0_u32..8) {
        let scale = BigRational::from(BigInt::from(10).pow(places));
        let scaled = big(&a) * &scale;
        let floor = scaled.floor();
        let rest = &scaled - &floor;
        let half = BigRational::new(BigInt::from(1), BigInt::from(2));
        let up = rest > half || (rest == half && big(&a) > BigRational::from(BigInt::from(0)));
        let expected = if up { floor + BigRational::from(BigInt::from(1)) } else { floor } / scale;
        let shown = a.to_fixed(places);
        let digits = shown.replace('.', "");
        let found = BigRational::new(digits.parse::<BigInt>().unwrap(), BigInt::from(10).pow(places));
        prop_assert_eq!(found, expected, "{:?} as {}", a, shown);
        prop_assert_eq!(shown.split('.').nth(1).map_or(0, str::len), places as usize);
        prop_assert!(!shown.starts_with("-0.") || shown.bytes().any(|b| (b'1'..=b'9').contains(&b)), "negative zero: {}", shown);
    }

    #[test]
    fn plain_decimals_are_the_number_itself(a in prop_oneof![exact(), long()], places in 0_u32..=18) {
        let scaled = a.mul(&Exact::scaled(1, places).unwrap()).unwrap();
        let number = big(&scaled);
        match scaled.to_plain() {
            Some(plain) => {
                let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
                let mantissa: BigInt = format!("{whole}{fraction}").parse().unwrap();
                prop_assert_eq!(BigRational::new(mantissa, BigInt::from(10).pow(fraction.len() as u32)), number);
                prop_assert!(!fraction.ends_with('0') && !plain.ends_with('.'), "{}", plain);
            }
            None => {
                let shifted = &number * BigRational::from(BigInt::from(10).pow(18));
                prop_assert!(!(number.is_integer() || shifted.is_integer() && shifted.numer().bits() <= 126), "{:?}", scaled);
            }
        }
    }

    #[test]
    fn decimals_come_back(mantissa in -(1_i128 << 95)..(1_i128 << 95), scale in 0_u32..=28) {
        let decimal = Decimal::from_i128_with_scale(mantissa, scale);
        let exact = Exact::from(decimal);
        prop_assert_eq!(exact.to_decimal(), Some(decimal.normalize()));
        prop_assert_eq!(exact.to_plain().unwrap(), decimal.normalize().to_string());
    }
}

/// Digits at which an estimate of long division is too large: the cases that random numbers hardly
/// ever meet.
#[test]
fn long_division_takes_back_what_is_too_much() {
    let two =
        |power: u32| (0..power).fold(Exact::ONE, |number, _| number.add(&number).expect("fits"));
    let at = |powers: &[(i64, u32)]| {
        powers.iter().fold(Exact::ZERO, |sum, (times, power)| {
            sum.add(&two(*power).mul(&Exact::from(*times)).expect("fits")).expect("fits")
        })
    };
    let numbers = [
        at(&[(1, 159), (-1, 128), (-1, 0)]),
        at(&[(1, 159), (1, 0)]),
        at(&[(0x7fff_ffff, 224), (1, 223), (-1, 160)]),
        at(&[(1, 191), (-1, 64), (1, 0)]),
        at(&[(1, 256), (-1, 0)]),
        at(&[(1, 224), (-1, 96), (-1, 32)]),
    ];
    for a in &numbers {
        for b in &numbers {
            let quotient = a.div(b).expect("fits");
            assert_eq!(big(&quotient), big(a) / big(b));
            assert_eq!(
                quotient.to_fixed(3).replace('.', "").parse::<BigInt>().unwrap(),
                ((big(a) / big(b)) * BigInt::from(1000)).round().to_integer()
            );
        }
    }
}

#[test]
fn halves_go_away_from_zero_or_to_the_even_multiple() {
    let hundredths = |hundredths: i128| Exact::fraction(hundredths, 100).expect("a fraction");
    for (number, step, nearest, up, down, even) in [
        (250, 100, 300, 300, 200, 200),
        (350, 100, 400, 400, 300, 400),
        (249, 100, 200, 300, 200, 200),
        (251, 100, 300, 300, 200, 300),
        (200, 100, 200, 200, 200, 200),
        (0, 100, 0, 0, 0, 0),
        (1, 100, 0, 100, 0, 0),
        (75, 50, 100, 100, 50, 100),
        (125, 50, 150, 150, 100, 100),
    ] {
        let round = |number, rounding| {
            hundredths(number).rounded(rounding, &hundredths(step)).expect("a step above zero")
        };
        let found = |number| {
            [Rounding::Nearest, Rounding::Up, Rounding::Down, Rounding::Even]
                .map(|rounding| round(number, rounding))
        };
        assert_eq!(found(number), [nearest, up, down, even].map(hundredths), "{number} to {step}");
        assert_eq!(
            found(-number),
            [-nearest, -up, -down, -even].map(hundredths),
            "-{number} to {step}"
        );
    }
    for step in [Exact::ZERO, Exact::from(-1)] {
        assert_eq!(Exact::ONE.rounded(Rounding::Nearest, &step), Err(NumberError::DivisionByZero));
    }
}

#[test]
fn a_number_has_an_end() {
    let mut number = Exact::from(3);
    let end = (0..40).find_map(|_| match number.mul(&number) {
        Ok(square) => {
            number = square;
            None
        }
        Err(error) => Some(error),
    });
    assert_eq!(end, Some(NumberError::Overflow));
    assert!(number.to_fraction().len() > Exact::DIGITS / 2);
}

/// Powers of two have more decimals than 128 bits have room for long before they are long
/// themselves.
#[test]
fn a_small_power_of_two_is_no_plain_decimal() {
    let half = Exact::fraction(1, 2).expect("a fraction");
    let mut number = Exact::ONE;
    for power in 1..=200 {
        number = number.mul(&half).expect("fits");
        match number.to_plain() {
            Some(plain) => assert!(power <= 38 && plain.len() == power + 2, "{plain}"),
            None => assert!(power > 38, "2^-{power}"),
        }
        assert_eq!(
            number.to_fixed(3),
            [
                "0.500", "0.250", "0.125", "0.063", "0.031", "0.016", "0.008", "0.004", "0.002",
                "0.001"
            ]
            .get(power - 1)
            .copied()
            .unwrap_or("0.000")
        );
    }
}
