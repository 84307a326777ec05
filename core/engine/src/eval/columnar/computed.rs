//! Numbers computed from the fields of a record and the figures made for it, as fractions of 128-bit
//! integers.
//!
//! Only what is known and fits is computed here. Of any other record nothing is found, and the
//! reference evaluator says what comes of it: what is missing, invalid or longer.

use std::cmp::Ordering;

use super::block::{Block, View};
use super::program::{From, Place, place};
use crate::data::Values;
use crate::eval::reference::State;
use guiju_model::index::{EntityId, TallyId};
use guiju_model::number::{Exact, Rounding};
use guiju_model::rules::{Arithmetic, Comparison, Expr, ExprKind, Type, Value};

/// A number of a record.
#[derive(Debug)]
pub(super) struct Computed {
    /// The fields that it is made of.
    places: Vec<Place>,
    number: Number,
}

/// Two numbers of a record, compared.
#[derive(Debug)]
pub(super) struct Compared {
    places: Vec<Place>,
    left: Number,
    comparison: Comparison,
    right: Number,
}

/// What records of one entity are seen by.
pub(super) struct Seen<'v> {
    /// The fields, through [`Block::views`].
    pub(super) views: &'v [View<'v>],
    pub(super) state: &'v State,
    /// The row of the first record.
    pub(super) first: usize,
}

/// Fields are named by their place in the list.
#[derive(Debug)]
enum Number {
    Constant(Fraction),
    Field(usize),
    /// A figure of the record, or of the one that a field refers to.
    Figure {
        via: Option<usize>,
        tally: TallyId,
        figure: usize,
    },
    /// Days from the second day to the first.
    Days(usize, usize),
    Negate(Box<Number>),
    Arithmetic(Arithmetic, Box<Number>, Box<Number>),
    Extremum {
        greatest: bool,
        of: Vec<Number>,
    },
    Round(Rounding, Box<Number>, Exact),
}

/// Numerator and denominator, which is above zero.
type Fraction = (i128, i128);

impl Computed {
    /// `None` for what is made of anything else.
    pub(super) fn new(expr: &Expr) -> Option<Computed> {
        let mut places = Vec::new();
        let number = Number::new(expr, &mut places)?;
        Some(Computed { places, number })
    }

    /// The number of a record.
    pub(super) fn of(&self, seen: &Seen<'_>, at: usize) -> Option<Fraction> {
        self.number.of(seen, at)
    }
}

impl Compared {
    /// `None` for what compares anything else.
    pub(super) fn new(expr: &Expr) -> Option<Compared> {
        let ExprKind::Compare(comparison, left, right) = &expr.kind else { return None };
        let mut places = Vec::new();
        let (left, right) = (Number::new(left, &mut places)?, Number::new(right, &mut places)?);
        Some(Compared { places, left, comparison: *comparison, right })
    }

    /// Whether it holds of a record.
    pub(super) fn of(&self, seen: &Seen<'_>, at: usize) -> Option<bool> {
        let order = order(self.left.of(seen, at)?, self.right.of(seen, at)?)?;
        Some(self.comparison.holds(order))
    }
}

/// What is made of fields.
pub(super) trait OfFields {
    fn places(&self) -> &[Place];
}

impl OfFields for Computed {
    fn places(&self) -> &[Place] {
        &self.places
    }
}

impl OfFields for Compared {
    fn places(&self) -> &[Place] {
        &self.places
    }
}

impl<'a> Block<'a> {
    /// The fields of the records of an entity that something is made of.
    pub(super) fn views(&self, entity: EntityId, of: &impl OfFields) -> Vec<View<'a>> {
        of.places().iter().map(|place| self.view(entity, *place)).collect()
    }
}

impl Number {
    fn new(expr: &Expr, places: &mut Vec<Place>) -> Option<Number> {
        let mut seen = |place: Place| {
            let known = places.iter().position(|known| *known == place);
            known.unwrap_or_else(|| {
                places.push(place);
                places.len() - 1
            })
        };
        let mut field = |expr: &Expr| place(expr).map(&mut seen);
        Some(match &expr.kind {
            ExprKind::Arithmetic(Arithmetic::Subtract, left, right)
                if left.ty == Type::Date && right.ty == Type::Date =>
            {
                Number::Days(field(left)?, field(right)?)
            }
            _ if !matches!(expr.ty, Type::Number(_)) => return None,
            ExprKind::Constant(Value::Number(value)) => Number::Constant(value.parts()?),
            ExprKind::Figure { via, tally, figure } => Number::Figure {
                via: via.map(|field| seen(Place { from: From::Record, field })),
                tally: *tally,
                figure: *figure,
            },
            ExprKind::Negate(inner) => Number::Negate(Box::new(Number::new(inner, places)?)),
            ExprKind::Arithmetic(operator, left, right) => Number::Arithmetic(
                *operator,
                Box::new(Number::new(left, places)?),
                Box::new(Number::new(right, places)?),
            ),
            ExprKind::Extremum { greatest, of } => {
                let of = of.iter().map(|part| Number::new(part, places)).collect::<Option<_>>()?;
                Number::Extremum { greatest: *greatest, of }
            }
            ExprKind::Round(rounding, of, step) => {
                let ExprKind::Constant(Value::Number(step)) = &step.kind else { return None };
                Number::Round(*rounding, Box::new(Number::new(of, places)?), step.clone())
            }
            // Where there is a value, nothing stands in for it.
            ExprKind::Default(value, ..) => Number::new(value, places)?,
            _ => Number::Field(field(expr)?),
        })
    }

    fn of(&self, seen: &Seen<'_>, at: usize) -> Option<Fraction> {
        match self {
            Number::Constant(value) => Some(*value),
            Number::Field(field) => {
                let (values, row) = known(seen.views, *field, at)?;
                let (mantissa, scale) = match values {
                    Values::Narrow { mantissas, scale } => {
                        (i128::from(*mantissas.get(row)?), *scale)
                    }
                    Values::Wide { mantissas, scale } => (*mantissas.get(row)?, *scale),
                    _ => return None,
                };
                Some((mantissa, 10_i128.checked_pow(scale)?))
            }
            Number::Figure { via, tally, figure } => {
                let row = match via {
                    None => seen.first + at,
                    Some(field) => match known(seen.views, *field, at)? {
                        (Values::Row(rows), row) => *rows.get(row)? as usize,
                        _ => return None,
                    },
                };
                seen.state.figures.get(*tally)?.fraction(row, *figure)
            }
            Number::Days(to, from) => {
                let day = |field: usize| match known(seen.views, field, at)? {
                    (Values::Date(days), row) => days.get(row).copied(),
                    _ => None,
                };
                Some((i128::from(day(*to)?) - i128::from(day(*from)?), 1))
            }
            Number::Negate(inner) => {
                let (numerator, denominator) = inner.of(seen, at)?;
                Some((numerator.checked_neg()?, denominator))
            }
            Number::Arithmetic(operator, left, right) => {
                let (left, right) = (left.of(seen, at)?, right.of(seen, at)?);
                match operator {
                    Arithmetic::Add => sum(left, right),
                    Arithmetic::Subtract => sum(left, (right.0.checked_neg()?, right.1)),
                    Arithmetic::Multiply => {
                        Some((left.0.checked_mul(right.0)?, left.1.checked_mul(right.1)?))
                    }
                    Arithmetic::Divide => {
                        let sign = right.0.signum();
                        let over = right.0.checked_abs().filter(|over| *over != 0)?;
                        let numerator = left.0.checked_mul(right.1)?.checked_mul(sign)?;
                        Some((numerator, left.1.checked_mul(over)?))
                    }
                }
            }
            Number::Extremum { greatest, of } => {
                let mut most: Option<Fraction> = None;
                for part in of {
                    let value = part.of(seen, at)?;
                    most = match most {
                        Some(most) if (order(value, most)? == Ordering::Greater) != *greatest => {
                            Some(most)
                        }
                        _ => Some(value),
                    };
                }
                most
            }
            Number::Round(rounding, of, step) => {
                let (numerator, denominator) = of.of(seen, at)?;
                let exact = Exact::fraction(numerator, denominator).ok()?;
                exact.rounded(*rounding, step).ok()?.parts()
            }
        }
    }
}

/// The values of a field, and the row of a record in them; `None` where the record has none.
fn known<'v>(views: &'v [View<'_>], field: usize, at: usize) -> Option<(&'v Values, usize)> {
    let view = views.get(field)?;
    let (values, rows) = view.values.parts();
    (view.known.get(at / 64)? >> (at % 64) & 1 == 1).then_some((values, rows.start + at))
}

/// The sum of two; `None` where that takes more digits.
pub(super) fn sum(left: Fraction, right: Fraction) -> Option<Fraction> {
    if left.1 == right.1 {
        return Some((left.0.checked_add(right.0)?, left.1));
    }
    let (to_left, to_right) = apart(left.1, right.1);
    let (a, b) = (left.0.checked_mul(to_right)?, right.0.checked_mul(to_left)?);
    Some((a.checked_add(b)?, left.1.checked_mul(to_right)?))
}

fn order(left: Fraction, right: Fraction) -> Option<Ordering> {
    let (to_left, to_right) = apart(left.1, right.1);
    Some(left.0.checked_mul(to_right)?.cmp(&right.0.checked_mul(to_left)?))
}

/// Two denominators without what they share.
fn apart(left: i128, right: i128) -> (i128, i128) {
    match (left, right) {
        (left, right) if left == right => (1, 1),
        (1, _) | (_, 1) => (left, right),
        _ => {
            let (mut a, mut b) = (left, right);
            while b != 0 {
                (a, b) = (b, a % b);
            }
            (left / a, right / a)
        }
    }
}
