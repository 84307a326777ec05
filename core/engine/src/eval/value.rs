//! Values while computing: three-valued truth, and numbers between exact bounds. A known number is
//! a range of one point.

use std::cmp::Ordering;

use guiju_model::date::{Date, Period};
use guiju_model::number::{Exact, NumberError, Rounding};
use guiju_model::rules::{Arithmetic, Comparison};

/// Kleene's third value stands for "not known yet".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    True,
    False,
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

impl Truth {
    pub(crate) fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }

    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::True, Truth::True) => Truth::True,
            _ => Truth::Unknown,
        }
    }

    pub(crate) fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }
}

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val<'a> {
    /// Not known, and nothing more can be said of it.
    Missing,
    NotApplicable,
    Invalid(NumberError),
    Truth(Truth),
    Number(Range),
    /// Folded.
    Text(&'a str),
    Date(Date),
    Period(Period),
    /// The values an enumeration may have: one bit where it is known.
    Choice(u128),
    List(u128),
}

/// A number between two bounds, both included; `None` is unbounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: Option<Exact>,
    pub(crate) high: Option<Exact>,
}

impl Val<'_> {
    /// A number that is known.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn point(value: Exact) -> Val<'static> {
        Val::Number(Range::point(value))
    }
}

impl Range {
    /// Nothing is known of it.
    pub(crate) const OPEN: Range = Range { low: None, high: None };

    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn point(value: Exact) -> Range {
        Range { low: Some(value.clone()), high: Some(value) }
    }

    /// The value, where the bounds meet.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn known(&self) -> Option<&Exact> {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) if low == high => Some(low),
            _ => None,
        }
    }

    /// Whether zero is one of several values it can have.
    pub(crate) fn may_be_zero(&self) -> bool {
        self.known().is_none()
            && self.low.as_ref().is_none_or(|low| *low <= Exact::ZERO)
            && self.high.as_ref().is_none_or(|high| *high >= Exact::ZERO)
    }

    pub(crate) fn add(&self, other: &Range) -> Result<Range, NumberError> {
        self.plus(other).fitted()
    }

    /// The sum on the way to another: see [`Exact::plus`].
    pub(crate) fn plus(&self, other: &Range) -> Range {
        if let (Some(a), Some(b)) = (self.known(), other.known()) {
            return Range::point(a.plus(b));
        }
        let sum = |a: &Option<Exact>, b: &Option<Exact>| {
            a.as_ref().zip(b.as_ref()).map(|(a, b)| a.plus(b))
        };
        Range { low: sum(&self.low, &other.low), high: sum(&self.high, &other.high) }
    }

    /// The number, where its bounds are no longer than numbers may be.
    pub(crate) fn fitted(self) -> Result<Range, NumberError> {
        Ok(Range {
            low: self.low.map(Exact::fitted).transpose()?,
            high: self.high.map(Exact::fitted).transpose()?,
        })
    }

    /// What an operation on two numbers costs beyond a step, in steps: nothing unless one is long.
    pub(crate) fn effort(&self, other: &Range) -> u64 {
        if !(self.is_long() || other.is_long()) {
            return 0;
        }
        let limbs = |range: &Range| {
            let limbs = |bound: &Option<Exact>| bound.as_ref().map_or(0, Exact::limbs);
            limbs(&range.low).max(limbs(&range.high)) as u64
        };
        // Finding a common divisor takes the one times the other.
        limbs(self).saturating_mul(limbs(other)) / 4
    }

    /// Whether a bound takes more than 128 bits.
    pub(crate) fn is_long(&self) -> bool {
        let is_long = |bound: &Option<Exact>| bound.as_ref().is_some_and(Exact::is_long);
        is_long(&self.low) || is_long(&self.high)
    }

    pub(crate) fn negate(&self) -> Range {
        Range {
            low: self.high.as_ref().map(Exact::negate),
            high: self.low.as_ref().map(Exact::negate),
        }
    }

    fn multiply(&self, other: &Range) -> Result<Range, NumberError> {
        if let (Some(a), Some(b)) = (self.known(), other.known()) {
            return a.mul(b).map(Range::point);
        }
        let (mut low, mut high) = (Extended::Above, Extended::Below);
        for a in [Extended::low(self), Extended::high(self)] {
            for b in [Extended::low(other), Extended::high(other)] {
                let product = a.times(&b)?;
                (low, high) = (low.min(product.clone()), high.max(product));
            }
        }
        Ok(Range { low: low.finite(), high: high.finite() })
    }

    fn divide(&self, other: &Range) -> Result<Range, NumberError> {
        if let Some(divisor) = other.known() {
            if divisor.is_zero() {
                return Err(NumberError::DivisionByZero);
            }
            if let Some(value) = self.known() {
                return value.div(divisor).map(Range::point);
            }
            let part =
                |bound: &Option<Exact>| bound.as_ref().map(|bound| bound.div(divisor)).transpose();
            let (low, high) = (part(&self.low)?, part(&self.high)?);
            return Ok(if divisor.is_negative() {
                Range { low: high, high: low }
            } else {
                Range { low, high }
            });
        }
        let reciprocal = |bound: &Option<Exact>| match bound {
            Some(bound) => Exact::ONE.div(bound).map(Some),
            // One over something unbounded comes as near to zero as one likes.
            None => Ok(Some(Exact::ZERO)),
        };
        let is_zero = |bound: &Option<Exact>| bound.as_ref().is_some_and(Exact::is_zero);
        let positive = other.low.as_ref().is_some_and(|low| *low >= Exact::ZERO);
        let negative = other.high.as_ref().is_some_and(|high| *high <= Exact::ZERO);
        let reciprocals = match (positive, negative) {
            (true, _) => {
                let high = if is_zero(&other.low) { None } else { reciprocal(&other.low)? };
                Range { low: reciprocal(&other.high)?, high }
            }
            (_, true) => {
                let low = if is_zero(&other.high) { None } else { reciprocal(&other.high)? };
                Range { low, high: reciprocal(&other.low)? }
            }
            _ => Range::OPEN,
        };
        let quotient = self.multiply(&reciprocals)?;
        // A divisor that may turn out to be zero leaves even a quotient of zero open.
        let may_be_zero = (positive && is_zero(&other.low))
            || (negative && is_zero(&other.high))
            || !(positive || negative);
        Ok(if may_be_zero && quotient.known().is_some() {
            Range { low: quotient.low, high: None }
        } else {
            quotient
        })
    }

    /// The number to a multiple of a step: rounding never turns the order around, so both bounds
    /// are rounded alike.
    pub(crate) fn rounded(&self, rounding: Rounding, step: &Exact) -> Result<Range, NumberError> {
        if let Some(value) = self.known() {
            return value.rounded(rounding, step).map(Range::point);
        }
        let bound = |bound: &Option<Exact>| {
            bound.as_ref().map(|bound| bound.rounded(rounding, step)).transpose()
        };
        Ok(Range { low: bound(&self.low)?, high: bound(&self.high)? })
    }

    /// The lesser of two numbers: it rises with both, so its bounds are those of the bounds.
    pub(crate) fn lesser(self, other: Range) -> Range {
        Range {
            low: self.low.min(other.low),
            high: [self.high, other.high].into_iter().flatten().min(),
        }
    }

    pub(crate) fn apply(&self, operator: Arithmetic, other: &Range) -> Result<Range, NumberError> {
        match operator {
            Arithmetic::Add => self.add(other),
            Arithmetic::Subtract => self.add(&other.negate()),
            Arithmetic::Multiply => self.multiply(other),
            Arithmetic::Divide => self.divide(other),
        }
    }

    pub(crate) fn compare(&self, comparison: Comparison, other: &Range) -> Truth {
        let below = |a: &Option<Exact>, b: &Option<Exact>, or_equal: bool| match (a, b) {
            (Some(a), Some(b)) => a < b || (or_equal && a == b),
            _ => false,
        };
        let decide = |yes: bool, no: bool| {
            if yes {
                Truth::True
            } else if no {
                Truth::False
            } else {
                Truth::Unknown
            }
        };
        match comparison {
            Comparison::Less => {
                decide(below(&self.high, &other.low, false), below(&other.high, &self.low, true))
            }
            Comparison::LessEqual => {
                decide(below(&self.high, &other.low, true), below(&other.high, &self.low, false))
            }
            Comparison::Greater => other.compare(Comparison::Less, self),
            Comparison::GreaterEqual => other.compare(Comparison::LessEqual, self),
            Comparison::Equal => {
                let same = self.known().is_some() && self.known() == other.known();
                decide(
                    same,
                    below(&self.high, &other.low, false) || below(&other.high, &self.low, false),
                )
            }
            Comparison::NotEqual => self.compare(Comparison::Equal, other).not(),
        }
    }
}

/// A bound with its infinities, for products.
#[derive(Clone, PartialEq, Eq)]
enum Extended {
    Below,
    Finite(Exact),
    Above,
}

impl Extended {
    fn low(range: &Range) -> Extended {
        range.low.clone().map_or(Extended::Below, Extended::Finite)
    }

    fn high(range: &Range) -> Extended {
        range.high.clone().map_or(Extended::Above, Extended::Finite)
    }

    fn finite(self) -> Option<Exact> {
        if let Extended::Finite(value) = self { Some(value) } else { None }
    }

    fn sign(&self) -> i8 {
        match self {
            Extended::Below => -1,
            Extended::Above => 1,
            Extended::Finite(value) if value.is_zero() => 0,
            Extended::Finite(value) => {
                if value.is_negative() {
                    -1
                } else {
                    1
                }
            }
        }
    }

    fn times(&self, other: &Extended) -> Result<Extended, NumberError> {
        Ok(match (self, other, self.sign() * other.sign()) {
            (Extended::Finite(a), Extended::Finite(b), _) => Extended::Finite(a.mul(b)?),
            // Zero times anything finite is zero, and bounds are reached by finite values only.
            (_, _, 0) => Extended::Finite(Exact::ZERO),
            (_, _, sign) => {
                if sign < 0 {
                    Extended::Below
                } else {
                    Extended::Above
                }
            }
        })
    }
}

impl Ord for Extended {
    fn cmp(&self, other: &Extended) -> Ordering {
        match (self, other) {
            (Extended::Finite(a), Extended::Finite(b)) => a.cmp(b),
            (a, b) if a == b => Ordering::Equal,
            (Extended::Below, _) | (_, Extended::Above) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

impl PartialOrd for Extended {
    fn partial_cmp(&self, other: &Extended) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares two values of one type; the reader of the rules has made sure that they have one.
pub(crate) fn compare(comparison: Comparison, left: &Val<'_>, right: &Val<'_>) -> Truth {
    let equal =
        |same: bool| Truth::from(if comparison == Comparison::NotEqual { !same } else { same });
    match (left, right) {
        (Val::Number(a), Val::Number(b)) => a.compare(comparison, b),
        (Val::Date(a), Val::Date(b)) => {
            let day = |date: &Date| Range::point(Exact::from(i64::from(date.epoch_days())));
            day(a).compare(comparison, &day(b))
        }
        (Val::Text(a), Val::Text(b)) => equal(a == b),
        (Val::Truth(Truth::Unknown), _) | (_, Val::Truth(Truth::Unknown)) => Truth::Unknown,
        (Val::Truth(a), Val::Truth(b)) => equal(a == b),
        (Val::Choice(a), Val::Choice(b)) => {
            let same = if a & b == 0 {
                Truth::False
            } else if a == b && a.count_ones() == 1 {
                Truth::True
            } else {
                Truth::Unknown
            };
            if comparison == Comparison::NotEqual { same.not() } else { same }
        }
        _ => Truth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: i64, high: Option<i64>) -> Range {
        Range { low: Some(Exact::from(low)), high: high.map(Exact::from) }
    }

    #[test]
    fn a_share_of_an_unknown_grant_is_bounded_where_it_can_be() {
        let share = range(100, Some(100)).apply(Arithmetic::Divide, &range(0, None)).unwrap();
        assert_eq!(share, range(0, None));
        let share = range(100, Some(200)).apply(Arithmetic::Divide, &range(50, Some(100))).unwrap();
        assert_eq!(share, range(1, Some(4)));
        let zero = range(0, Some(0));
        assert_eq!(
            range(1, None).apply(Arithmetic::Divide, &zero),
            Err(NumberError::DivisionByZero)
        );
        assert_eq!(zero.apply(Arithmetic::Multiply, &range(0, None)), Ok(zero));
    }

    #[test]
    fn the_lesser_of_two_is_bounded_by_the_lesser_bounds() {
        let open = Range { low: None, high: None };
        assert_eq!(range(0, None).lesser(range(3, Some(3))), range(0, Some(3)));
        assert_eq!(range(5, None).lesser(range(3, Some(3))), range(3, Some(3)));
        assert_eq!(range(1, Some(4)).lesser(range(2, Some(3))), range(1, Some(3)));
        assert_eq!(
            open.clone().lesser(range(3, Some(3))),
            Range { low: None, high: Some(Exact::from(3)) }
        );
        assert_eq!(open.clone().lesser(range(0, None)), open);
    }

    #[test]
    fn both_bounds_are_rounded_alike() {
        let ten = Exact::from(10);
        assert_eq!(range(1, Some(4)).rounded(Rounding::Nearest, &ten), Ok(range(0, Some(0))));
        assert_eq!(range(4, Some(5)).rounded(Rounding::Nearest, &ten), Ok(range(0, Some(10))));
        assert_eq!(range(-4, None).rounded(Rounding::Up, &ten), Ok(range(-10, None)));
        assert_eq!(Range::OPEN.rounded(Rounding::Even, &ten), Ok(Range::OPEN));
    }

    #[test]
    fn comparing_ranges_is_undecided_only_where_they_overlap() {
        use Comparison::{Equal, Greater, GreaterEqual, Less};
        assert_eq!(range(3, Some(5)).compare(Greater, &range(1, Some(2))), Truth::True);
        assert_eq!(range(3, Some(5)).compare(GreaterEqual, &range(1, Some(3))), Truth::True);
        assert_eq!(range(3, Some(5)).compare(Greater, &range(1, Some(3))), Truth::Unknown);
        assert_eq!(range(3, None).compare(Less, &range(3, Some(3))), Truth::False);
        assert_eq!(range(3, None).compare(Equal, &range(1, Some(2))), Truth::False);
    }

    #[test]
    fn kleene() {
        use Truth::{False, True, Unknown};
        assert_eq!(Unknown.and(False), False);
        assert_eq!(Unknown.or(True), True);
        assert_eq!(Unknown.or(False), Unknown);
    }
}
