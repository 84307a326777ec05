//! Numbers compared, as scaled integers where they fit and exactly where not; what is missing lies
//! between bounds, and they may decide.

use super::bits::{self, Planes, pack, pack_pairs};
use super::block::View;
use super::kernels::{both, decide_missing};
use crate::data::{Cell, Values};
use crate::eval::value::Range;
use guiju_model::number::Exact;
use guiju_model::rules::Comparison;
use guiju_model::schema::FieldKind;

/// Whole numbers that a comparison with a constant holds for: those in an interval, or those
/// outside of it.
pub(super) struct Interval {
    low: i128,
    high: i128,
    outside: bool,
}

impl Interval {
    /// For a constant between two whole numbers, `floor` and `ceiling`, which are the same where it
    /// is one itself.
    pub(super) fn new(comparison: Comparison, floor: i128, ceiling: i128) -> Interval {
        let whole = floor == ceiling;
        let (low, high) = match comparison {
            // Where it is no whole number, nothing is equal to it.
            Comparison::Equal | Comparison::NotEqual => (ceiling, floor),
            Comparison::Less => (i128::MIN, if whole { floor.saturating_sub(1) } else { floor }),
            Comparison::LessEqual => (i128::MIN, floor),
            Comparison::Greater => {
                (if whole { ceiling.saturating_add(1) } else { ceiling }, i128::MAX)
            }
            Comparison::GreaterEqual => (ceiling, i128::MAX),
        };
        Interval { low, high, outside: comparison == Comparison::NotEqual }
    }

    /// The test for integers of one width.
    pub(super) fn holds<T: Copy + Ord + TryFrom<i128> + Limits>(
        &self,
    ) -> impl Fn(T) -> bool + use<T> {
        // Beyond what the type holds, a bound is no bound, or nothing is within it.
        let empty = self.low > self.high || self.low > T::MOST || self.high < T::LEAST;
        let low = T::try_from(self.low.clamp(T::LEAST, T::MOST)).ok();
        let high = T::try_from(self.high.clamp(T::LEAST, T::MOST)).ok();
        let (bounds, outside) = (low.zip(high).filter(|_| !empty), self.outside);
        move |value| bounds.is_some_and(|(low, high)| low <= value && value <= high) != outside
    }
}

/// The range of an integer type.
pub(super) trait Limits {
    const LEAST: i128;
    const MOST: i128;
}

impl Limits for i32 {
    const LEAST: i128 = i32::MIN as i128;
    const MOST: i128 = i32::MAX as i128;
}

impl Limits for i64 {
    const LEAST: i128 = i64::MIN as i128;
    const MOST: i128 = i64::MAX as i128;
}

impl Limits for i128 {
    const LEAST: i128 = i128::MIN;
    const MOST: i128 = i128::MAX;
}

/// A number compared with a constant.
pub(super) fn number(view: &View<'_>, comparison: Comparison, value: &Exact, out: &mut Planes) {
    let (values, rows) = view.values.parts();
    let scale = match values {
        Values::Narrow { scale, .. } | Values::Wide { scale, .. } => *scale,
        _ => 0,
    };
    let parts = value.parts().and_then(|(numerator, denominator)| {
        Some((numerator.checked_mul(10_i128.checked_pow(scale)?)?, denominator))
    });
    let point = Range::point(value.clone());
    match (values, parts) {
        (Values::Narrow { mantissas, .. }, Some(parts)) => {
            pack(&mantissas[rows], &mut out.yes, interval(comparison, parts).holds::<i64>());
        }
        (Values::Wide { mantissas, .. }, Some(parts)) => {
            pack(&mantissas[rows], &mut out.yes, interval(comparison, parts).holds::<i128>());
        }
        _ => {
            // A constant with more digits than a column can hold.
            out.open(view.len());
            for at in 0..view.len() {
                if let Some(number) = bounds(view, at) {
                    out.mark(at, number.compare(comparison, &point));
                }
            }
            return;
        }
    }
    out.settle(&view.known);
    // What is missing lies between bounds, and they may decide.
    let missing = missing(view.kind).compare(comparison, &point);
    decide_missing(view, missing, out);
}

fn interval(comparison: Comparison, (numerator, denominator): (i128, i128)) -> Interval {
    let floor = numerator.div_euclid(denominator);
    Interval::new(comparison, floor, floor + i128::from(numerator.rem_euclid(denominator) != 0))
}

/// A number compared with another of the same record, or of one beside it.
pub(super) fn numbers(left: &View<'_>, comparison: Comparison, right: &View<'_>, out: &mut Planes) {
    let ((left_values, left_rows), (right_values, right_rows)) =
        (left.values.parts(), right.values.parts());
    let known = both(left, right);
    match (left_values, right_values) {
        (Values::Narrow { mantissas: a, scale }, Values::Narrow { mantissas: b, scale: other })
            if scale == other =>
        {
            pack_pairs(&a[left_rows], &b[right_rows], &mut out.yes, |a, b| {
                comparison.holds(a.cmp(&b))
            });
        }
        _ => {
            let rows: Vec<u32> = (0..left.len() as u32).collect();
            pack(&rows, &mut out.yes, |row| {
                comparison.holds(exact(left, row as usize).cmp(&exact(right, row as usize)))
            });
        }
    }
    out.settle(&known);
    let open: Vec<u64> = known
        .iter()
        .enumerate()
        .map(|(word, known)| !known & bits::present(left.len(), word))
        .collect();
    bits::each_set(&open, |at| {
        if let (Some(left), Some(right)) = (bounds(left, at), bounds(right, at)) {
            out.mark(at, left.compare(comparison, &right));
        }
    });
}

/// The number of a record; zero where it has none.
fn exact(view: &View<'_>, at: usize) -> Exact {
    let (values, rows) = view.values.parts();
    match values.get(rows.start + at) {
        Some(Cell::Number(value)) => value,
        _ => Exact::ZERO,
    }
}

/// The bounds of a record's number; `None` where its reference leads nowhere.
fn bounds(view: &View<'_>, at: usize) -> Option<Range> {
    let is_set = |bits: &[u64]| bits[at / 64] >> (at % 64) & 1 == 1;
    if is_set(&view.known) {
        return Some(Range::point(exact(view, at)));
    }
    view.reached.as_ref().is_none_or(|reached| is_set(reached)).then(|| missing(view.kind))
}

/// What a number that was not given can be.
fn missing(kind: &FieldKind) -> Range {
    let (low, high) = kind.bounds().unwrap_or_default();
    Range { low, high }
}
