//! The kernels: the truth of one condition for all records of a block.
//!
//! Records with a value take the fast way, over the values side by side; those without one get what the bounds of a missing value
//! allow, as the reference evaluator would find. Not here: classifications (`classes`).

use super::bits::{self, Planes, pack, pack_pairs};
use super::block::{Block, View};
use super::program::{Condition, Node, Place, Span};
use crate::data::{Cell, Texts, Values};
use crate::date::{Date, Period};
use crate::eval::reference::State;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::value::{Range, Truth};
use crate::number::Exact;
use crate::outcome::Verdict;
use crate::plan::{Comparison, Register};
use crate::schema::FieldKind;

impl Block<'_> {
    /// The truth of a condition whose parts are known.
    pub(super) fn compute(&mut self, node: &Node, state: &State, out: &mut Planes) {
        let entity = node.entity;
        match &node.condition {
            Condition::Constant(truth) => out.fill(self.len(entity), *truth),
            Condition::Flag(place) => {
                let view = self.view(entity, *place);
                if let (Values::Bool(values), rows) = view.values.parts() {
                    pack(&values[rows], &mut out.yes, |value| value);
                }
                out.settle(&view.known);
            }
            Condition::Known(place) => self.known(entity, *place, out),
            Condition::Number(place, comparison, value) => number(&self.view(entity, *place), *comparison, *value, out),
            Condition::Numbers(left, comparison, right) => {
                numbers(&self.view(entity, *left), *comparison, &self.view(entity, *right), out);
            }
            Condition::Date(place, comparison, day) => {
                let view = self.view(entity, *place);
                if let (Values::Date(days), rows) = view.values.parts() {
                    let interval = Interval::new(*comparison, i128::from(*day), i128::from(*day));
                    pack(&days[rows], &mut out.yes, interval.holds::<i32>());
                }
                out.settle(&view.known);
            }
            Condition::Dates(left, comparison, right) => {
                let (left, right) = (self.view(entity, *left), self.view(entity, *right));
                if let ((Values::Date(a), a_rows), (Values::Date(b), b_rows)) = (left.values.parts(), right.values.parts()) {
                    pack_pairs(&a[a_rows], &b[b_rows], &mut out.yes, |a, b| holds(*comparison, a.cmp(&b)));
                }
                out.settle(&both(&left, &right));
            }
            Condition::Text(place, texts) => {
                let view = self.view(entity, *place);
                let wanted: Vec<u32> = texts.iter().filter_map(|text| self.data.texts.find_folded(text)).collect();
                if let (Values::Text(ids), rows) = view.values.parts() {
                    pack(&ids[rows], &mut out.yes, |id| wanted.contains(&self.data.texts.folded(id)));
                }
                out.settle(&view.known);
            }
            Condition::SameText(left, right) => {
                let (left, right) = (self.view(entity, *left), self.view(entity, *right));
                let texts: &Texts = &self.data.texts;
                if let ((Values::Text(a), a_rows), (Values::Text(b), b_rows)) = (left.values.parts(), right.values.parts()) {
                    pack_pairs(&a[a_rows], &b[b_rows], &mut out.yes, |a, b| texts.folded(a) == texts.folded(b));
                }
                out.settle(&both(&left, &right));
            }
            Condition::Choice(place, set) => choice(&self.view(entity, *place), *set, out),
            Condition::Class(from, class, set) => self.class(entity, *from, *class, *set, out),
            Condition::Within(inner, period) => self.within(entity, *inner, *period, out),
            Condition::Has { list, set, all } => {
                let view = self.view(entity, *list);
                if let (Values::List(lists), rows) = view.values.parts() {
                    pack(&lists[rows], &mut out.yes, |list| if *all { list & set == *set } else { list & set != 0 });
                }
                out.settle(&view.known);
            }
            Condition::Listed(place, register) => self.listed(entity, *place, *register, out),
            Condition::Counted(from, tally) => {
                let rows = match self.targets(entity, *from) {
                    None => {
                        let verdicts = state.verdicts[*tally].of(self.rows[entity].clone());
                        pack(verdicts, &mut out.yes, |verdict| verdict == Verdict::COUNTED);
                        pack(verdicts, &mut out.no, |verdict| verdict != Verdict::COUNTED && verdict != Verdict::UNDETERMINED);
                        return;
                    }
                    Some((rows, reached)) => (rows, reached.unwrap_or_else(|| bits::all(self.len(entity)))),
                };
                out.fill(self.len(entity), true);
                out.yes.fill(0);
                let verdicts = &state.verdicts[*tally];
                bits::each_set(&rows.1, |at| {
                    let bit = 1 << (at % 64);
                    match verdicts.get(rows.0[at] as usize) {
                        Verdict::COUNTED => out.yes[at / 64] |= bit,
                        Verdict::UNDETERMINED => {}
                        _ => out.no[at / 64] |= bit,
                    }
                });
            }
            Condition::Same(left, right) => {
                let (left, right) = (self.truth(*left), self.truth(*right));
                combine(
                    out,
                    |at| {
                        let (a, b) = ((left.yes[at], left.no[at]), (right.yes[at], right.no[at]));
                        (a.0 & b.0 | a.1 & b.1, a.0 & b.1 | a.1 & b.0)
                    },
                    left.yes.len(),
                );
            }
            Condition::Not(inner) => {
                let inner = self.truth(*inner);
                out.yes.clone_from(&inner.no);
                out.no.clone_from(&inner.yes);
            }
            Condition::And(parts) => self.join(parts, self.len(entity), true, out),
            Condition::Or(parts) => self.join(parts, self.len(entity), false, out),
            Condition::Other(expr) => self.other(entity, *expr, state, out),
        }
    }

    /// All of some conditions, or any of them.
    fn join(&self, parts: &[usize], len: usize, all: bool, out: &mut Planes) {
        out.fill(len, all);
        for part in parts {
            let part = self.truth(*part);
            let (narrow, wide) = if all { (&mut out.yes, &mut out.no) } else { (&mut out.no, &mut out.yes) };
            let (own, other) = if all { (&part.yes, &part.no) } else { (&part.no, &part.yes) };
            narrow.iter_mut().zip(own).for_each(|(bits, own)| *bits &= own);
            wide.iter_mut().zip(other).for_each(|(bits, other)| *bits |= other);
        }
    }

    fn known(&self, entity: usize, place: Place, out: &mut Planes) {
        let view = self.view(entity, place);
        // A range of one number, or a choice of one value, is known whether it is given or not.
        let given_away = match view.kind {
            FieldKind::Range(low, high) => low == high,
            FieldKind::Choice(choices) => choices.values.len() == 1,
            _ => false,
        };
        let all = bits::all(self.len(entity));
        out.yes = if given_away { view.reached.unwrap_or_else(|| all.clone()) } else { view.known };
        out.settle(&all);
    }

    fn within(&self, entity: usize, inner: Span, period: Span, out: &mut Planes) {
        let len = self.len(entity);
        let view = |span: Span| match span {
            Span::Field(place) => Some(self.view(entity, place)),
            Span::Constant(_) => None,
        };
        let (inner_view, outer_view) = (view(inner), view(period));
        match (days(inner, inner_view.as_ref()), days(period, outer_view.as_ref())) {
            (Days::Of(starts, ends), Days::Constant(period)) => {
                pack_pairs(starts, ends, &mut out.yes, |start, end| period.start.0 <= start && end <= period.end.0);
            }
            (Days::Constant(inner), Days::Of(starts, ends)) => {
                pack_pairs(starts, ends, &mut out.yes, |start, end| start <= inner.start.0 && inner.end.0 <= end);
            }
            (inner, outer) => {
                let rows: Vec<u32> = (0..len as u32).collect();
                pack(&rows, &mut out.yes, |row| outer.at(row as usize).covers(inner.at(row as usize)));
            }
        }
        let mut known = bits::all(len);
        for view in [inner_view, outer_view].into_iter().flatten() {
            known.iter_mut().zip(&view.known).for_each(|(all, known)| *all &= known);
        }
        out.settle(&known);
    }

    fn listed(&self, entity: usize, place: Place, register: Register, out: &mut Planes) {
        let view = self.view(entity, place);
        let len = self.len(entity);
        out.fill(len, false);
        let (Values::Text(ids), rows) = view.values.parts() else { return };
        let ids = &ids[rows];
        for root in self.roots.clone() {
            let registered = self.data.given[root].register(register);
            if registered.is_empty() {
                // Nothing is in an empty list, not even what is unknown.
                continue;
            }
            for at in self.rows_of(entity, root) {
                let bit = 1 << (at % 64);
                if view.known[at / 64] & bit == 0 {
                    out.no[at / 64] &= !bit;
                } else if registered.binary_search(&self.data.texts.folded(ids[at])).is_ok() {
                    out.yes[at / 64] |= bit;
                    out.no[at / 64] &= !bit;
                }
            }
        }
    }

    /// A condition no kernel does, asked of the reference evaluator record by record.
    fn other(&self, entity: usize, expr: usize, state: &State, out: &mut Planes) {
        let expr = &self.program.others[expr];
        out.fill(self.len(entity), true);
        out.yes.fill(0);
        for root in self.roots.clone() {
            for row in self.data.rows_of(entity, root) {
                let mut eval = Eval::new(self.rules, self.data, state, Subject::Record { entity, row, root });
                let at = row - self.rows[entity].start;
                match eval.truth(expr) {
                    Truth::True => out.yes[at / 64] |= 1 << (at % 64),
                    Truth::False => out.no[at / 64] |= 1 << (at % 64),
                    Truth::Unknown => {}
                }
            }
        }
    }
}

fn combine(out: &mut Planes, bits: impl Fn(usize) -> (u64, u64), words: usize) {
    (out.yes, out.no) = (0..words).map(bits).unzip();
}

fn both(left: &View<'_>, right: &View<'_>) -> Vec<u64> {
    left.known.iter().zip(&right.known).map(|(left, right)| left & right).collect()
}

/// Days or periods side by side.
enum Days<'v> {
    Constant(Period),
    Of(&'v [i32], &'v [i32]),
}

impl Days<'_> {
    fn at(&self, row: usize) -> Period {
        match self {
            Days::Constant(period) => *period,
            Days::Of(starts, ends) => Period { start: Date(starts[row]), end: Date(ends[row]) },
        }
    }
}

fn days<'v>(span: Span, view: Option<&'v View<'_>>) -> Days<'v> {
    match (span, view.map(|view| view.values.parts())) {
        (Span::Constant(period), _) => Days::Constant(period),
        (_, Some((Values::Date(days), rows))) => Days::Of(&days[rows.clone()], &days[rows]),
        (_, Some((Values::Period { starts, ends }, rows))) => Days::Of(&starts[rows.clone()], &ends[rows]),
        _ => Days::Of(&[], &[]),
    }
}

fn holds(comparison: Comparison, order: std::cmp::Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterEqual => order.is_ge(),
    }
}

/// Whole numbers that a comparison with a constant holds for: those in an interval, or those outside of it.
struct Interval {
    low: i128,
    high: i128,
    outside: bool,
}

impl Interval {
    /// For a constant between two whole numbers, `floor` and `ceiling`, which are the same where it is one itself.
    fn new(comparison: Comparison, floor: i128, ceiling: i128) -> Interval {
        let whole = floor == ceiling;
        let (low, high) = match comparison {
            // Where it is no whole number, nothing is equal to it.
            Comparison::Equal | Comparison::NotEqual => (ceiling, floor),
            Comparison::Less => (i128::MIN, if whole { floor - 1 } else { floor }),
            Comparison::LessEqual => (i128::MIN, floor),
            Comparison::Greater => (if whole { ceiling + 1 } else { ceiling }, i128::MAX),
            Comparison::GreaterEqual => (ceiling, i128::MAX),
        };
        Interval { low, high, outside: comparison == Comparison::NotEqual }
    }

    /// The test for integers of one width.
    fn holds<T: Copy + Ord + TryFrom<i128> + Limits>(&self) -> impl Fn(T) -> bool + use<T> {
        // Beyond what the type holds, a bound is no bound, or nothing is within it.
        let empty = self.low > self.high || self.low > T::MOST || self.high < T::LEAST;
        let low = T::try_from(self.low.clamp(T::LEAST, T::MOST)).ok();
        let high = T::try_from(self.high.clamp(T::LEAST, T::MOST)).ok();
        let (bounds, outside) = (low.zip(high).filter(|_| !empty), self.outside);
        move |value| bounds.is_some_and(|(low, high)| low <= value && value <= high) != outside
    }
}

/// The range of an integer type.
trait Limits {
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
fn number(view: &View<'_>, comparison: Comparison, value: Exact, out: &mut Planes) {
    let (values, rows) = view.values.parts();
    let scale = match values {
        Values::Narrow { scale, .. } | Values::Wide { scale, .. } => *scale,
        _ => 0,
    };
    let scaled = 10_i128.checked_pow(scale).and_then(|factor| value.numerator().checked_mul(factor));
    match (values, scaled) {
        (Values::Narrow { mantissas, .. }, Some(scaled)) => {
            pack(&mantissas[rows], &mut out.yes, interval(comparison, scaled, value).holds::<i64>());
        }
        (Values::Wide { mantissas, .. }, Some(scaled)) => {
            pack(&mantissas[rows], &mut out.yes, interval(comparison, scaled, value).holds::<i128>());
        }
        _ => {
            let constant = Range::point(value);
            one_by_one(view, out, |cell| range(view, cell).compare(comparison, constant));
            return;
        }
    }
    out.settle(&view.known);
    // What is missing lies between bounds, and they may decide.
    let missing = missing(view.kind).compare(comparison, Range::point(value));
    decide_missing(view, missing, out);
}

fn interval(comparison: Comparison, scaled: i128, value: Exact) -> Interval {
    let floor = scaled.div_euclid(value.denominator());
    Interval::new(comparison, floor, floor + i128::from(scaled.rem_euclid(value.denominator()) != 0))
}

/// A number compared with another of the same record, or of one beside it.
fn numbers(left: &View<'_>, comparison: Comparison, right: &View<'_>, out: &mut Planes) {
    let ((left_values, left_rows), (right_values, right_rows)) = (left.values.parts(), right.values.parts());
    let known = both(left, right);
    match (left_values, right_values) {
        (Values::Narrow { mantissas: a, scale }, Values::Narrow { mantissas: b, scale: other }) if scale == other => {
            pack_pairs(&a[left_rows], &b[right_rows], &mut out.yes, |a, b| holds(comparison, a.cmp(&b)));
        }
        _ => {
            let rows: Vec<u32> = (0..left_rows.len() as u32).collect();
            let order = |row: u32| exact(left, row as usize).cmp(&exact(right, row as usize));
            pack(&rows, &mut out.yes, |row| holds(comparison, order(row)));
        }
    }
    out.settle(&known);
    let reached = |view: &View<'_>, at: usize| view.reached.as_ref().is_none_or(|reached| reached[at / 64] >> (at % 64) & 1 == 1);
    let open: Vec<u64> = known.iter().enumerate().map(|(word, known)| !known & bits::present(rows_of(left), word)).collect();
    bits::each_set(&open, |at| {
        if !(reached(left, at) && reached(right, at)) {
            return;
        }
        let bounds = |view: &View<'_>| {
            if view.known[at / 64] >> (at % 64) & 1 == 1 { Range::point(exact(view, at)) } else { missing(view.kind) }
        };
        mark(out, at, bounds(left).compare(comparison, bounds(right)));
    });
}

fn rows_of(view: &View<'_>) -> usize {
    view.values.parts().1.len()
}

/// The number of a record; zero where it has none.
fn exact(view: &View<'_>, at: usize) -> Exact {
    let (values, rows) = view.values.parts();
    match values.get(rows.start + at) {
        Some(Cell::Number(value)) => value,
        _ => Exact::ZERO,
    }
}

fn range(view: &View<'_>, cell: Option<Exact>) -> Range {
    cell.map_or_else(|| missing(view.kind), Range::point)
}

/// What a number that was not given can be.
fn missing(kind: &FieldKind) -> Range {
    let (low, high) = kind.bounds().unwrap_or((Exact::ZERO, None));
    Range { low: Some(low), high }
}

/// Every record by itself, for constants that have more digits than a column can hold.
fn one_by_one(view: &View<'_>, out: &mut Planes, truth: impl Fn(Option<Exact>) -> Truth) {
    let len = rows_of(view);
    out.fill(len, true);
    out.yes.fill(0);
    for at in 0..len {
        let known = view.known[at / 64] >> (at % 64) & 1 == 1;
        if view.reached.as_ref().is_none_or(|reached| reached[at / 64] >> (at % 64) & 1 == 1) {
            mark(out, at, truth(known.then(|| exact(view, at))));
        }
    }
}

fn mark(out: &mut Planes, at: usize, truth: Truth) {
    match truth {
        Truth::True => out.yes[at / 64] |= 1 << (at % 64),
        Truth::False => out.no[at / 64] |= 1 << (at % 64),
        Truth::Unknown => {}
    }
}

/// Gives all records without a value one truth, but for those whose reference leads nowhere.
fn decide_missing(view: &View<'_>, truth: Truth, out: &mut Planes) {
    let plane = match truth {
        Truth::True => &mut out.yes,
        Truth::False => &mut out.no,
        Truth::Unknown => return,
    };
    let len = rows_of(view);
    for (word, bits) in plane.iter_mut().enumerate() {
        let reached = view.reached.as_ref().map_or(u64::MAX, |reached| reached[word]);
        *bits |= !view.known[word] & reached & bits::present(len, word);
    }
}

/// One of a set of values.
fn choice(view: &View<'_>, set: u128, out: &mut Planes) {
    let (values, rows) = view.values.parts();
    if let Values::Choice(values) = values {
        match (set.count_ones(), set.trailing_zeros() as u8) {
            (1, only) => pack(&values[rows], &mut out.yes, |value| value == only),
            _ => pack(&values[rows], &mut out.yes, |value| set >> value & 1 == 1),
        }
    }
    out.settle(&view.known);
    if let FieldKind::Choice(choices) = view.kind {
        let all = choices.all();
        let missing = match (all & set, all & !set) {
            (0, _) => Truth::False,
            (_, 0) => Truth::True,
            _ => Truth::Unknown,
        };
        decide_missing(view, missing, out);
    }
}
