//! Rounding to a step: which multiple of it a number becomes, exactly. Not here: how many digits of
//! a number are shown (`written`).

use std::cmp::Ordering;

use super::natural::Natural;
use super::{Exact, NumberError, Wide};

/// Which of the two multiples of a step beside a number it becomes. What is a multiple itself stays
/// as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// The nearer one; from the middle the one away from zero, 四捨五入.
    Nearest,
    /// The one away from zero.
    Up,
    /// The one towards zero.
    Down,
    /// The nearer one; from the middle the even multiple.
    Even,
}

impl Rounding {
    /// Every way to round, each with the function that rules call for it.
    pub const FUNCTIONS: [(&'static str, Rounding); 4] = [
        ("round", Rounding::Nearest),
        ("round_up", Rounding::Up),
        ("round_down", Rounding::Down),
        ("round_even", Rounding::Even),
    ];

    /// Whether a number becomes the multiple away from zero: `rest` compares twice what it is
    /// beyond the multiple towards zero with the step; `None` where it is nothing beyond.
    fn is_away(self, rest: Option<Ordering>, odd: bool) -> bool {
        rest.is_some_and(|rest| match self {
            Rounding::Nearest => rest.is_ge(),
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Even => rest.is_gt() || (rest.is_eq() && odd),
        })
    }
}

impl Exact {
    /// The multiple of a step that the number becomes.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`] where the step is not above zero, [`NumberError::Overflow`]
    /// where the multiple is too long.
    pub fn rounded(&self, rounding: Rounding, step: &Exact) -> Result<Exact, NumberError> {
        if *step <= Exact::ZERO {
            return Err(NumberError::DivisionByZero);
        }
        if let (Some((numerator, denominator)), Some((step, step_denominator))) =
            (self.narrow(), step.narrow())
        {
            // Products of two numbers of 63 bits, and twice as much.
            let count = i128::from(numerator).abs() * i128::from(step_denominator);
            let of = i128::from(denominator) * i128::from(step);
            let (whole, rest) = (count / of, count % of);
            let away = rounding.is_away((rest != 0).then(|| (2 * rest).cmp(&of)), whole % 2 == 1);
            let multiple = (whole + i128::from(away)).checked_mul(i128::from(step));
            if let Some(multiple) = multiple {
                return Exact::fraction(
                    if numerator < 0 { -multiple } else { multiple },
                    i128::from(step_denominator),
                );
            }
        }
        let (number, step) = (self.wide(), step.wide());
        let of = number.denominator.multiply(&step.numerator);
        let (whole, rest) = number.numerator.multiply(&step.denominator).divide(&of);
        let away =
            rounding.is_away((!rest.is_zero()).then(|| rest.add(&rest).cmp(&of)), whole.is_odd());
        let whole = if away { whole.add(&Natural::from(1)) } else { whole };
        if whole.is_zero() {
            return Ok(Exact::ZERO);
        }
        Wide::lowest(number.negative, whole.multiply(&step.numerator), step.denominator.clone())
    }
}
