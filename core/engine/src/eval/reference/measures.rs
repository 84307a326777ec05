//! What a function makes of the values of records, some of which may take part or not: a sum, an
//! average, the least, the greatest, or how many different ones there are. Not here: which records
//! they are (`figures`, `kpi`).

use super::Meter;
use super::aggregate::{Values, or_nothing, plus};
use super::expr::Eval;
use super::{kpi, seats};
use crate::data::Cell;
use crate::eval::value::{Range, Val};
use guiju_model::needs::Needs;
use guiju_model::number::{Exact, NumberError};
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Expr, ExprKind, Function, Type};
use guiju_model::sort::sort;

/// What a record brings to a measure.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    brought: Brought<'a>,
    may_fail: bool,
    /// Whether it may turn out to bring nothing.
    may_not_apply: bool,
    /// What is missing of it.
    pub(super) needs: Needs,
}

impl Piece<'_> {
    /// Whether it may turn out to bring nothing.
    pub(super) fn may_vanish(&self) -> bool {
        self.may_not_apply
    }
}

#[derive(Clone, Debug)]
enum Brought<'a> {
    Number(Range),
    /// A value that is told apart from others; `None` where it is not known.
    Mark(Option<Mark<'a>>),
    /// It has none.
    Nothing,
    Invalid(NumberError),
}

/// A value as `count distinct` tells it apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark<'a> {
    Text(&'a str),
    Number(Exact),
    Day(i32),
    Other(usize),
}

/// The steps of taking a value.
pub(super) fn cost(of: Option<&Expr>) -> u64 {
    of.map_or(1, |of| of.nodes.saturating_add(1))
}

/// What a record brings to a function: a value of it, or itself.
pub(super) fn piece<'a>(
    eval: &mut Eval<'a>,
    function: Function,
    of: Option<&'a Expr>,
) -> Piece<'a> {
    let brought = match of {
        None => Brought::Number(Range::point(Exact::ONE)),
        Some(of) => match (eval.value(of), &of.ty) {
            (Val::NotApplicable, _) => Brought::Nothing,
            (Val::Invalid(error), _) => Brought::Invalid(error),
            // A number between bounds may be any of them.
            (Val::Number(range), _) if function == Function::Distinct => {
                Brought::Mark(range.known().cloned().map(Mark::Number))
            }
            (Val::Number(range), _) => Brought::Number(range),
            (_, Type::Number(_)) if function == Function::Distinct => Brought::Mark(None),
            (_, Type::Number(_)) => Brought::Number(Range::OPEN),
            (_, Type::Reference(_)) => Brought::Mark(eval.referred(of).map(Mark::Other)),
            (Val::Text(text), _) => Brought::Mark(Some(Mark::Text(text))),
            (Val::Date(day), _) => Brought::Mark(Some(Mark::Day(day.0))),
            (Val::Choice(set), _) if set.count_ones() == 1 => {
                Brought::Mark(Some(Mark::Other(set.trailing_zeros() as usize)))
            }
            _ => Brought::Mark(None),
        },
    };
    Piece {
        brought,
        may_fail: eval.may_fail,
        may_not_apply: eval.may_not_apply,
        needs: Needs::default(),
    }
}

impl Eval<'_> {
    /// The row that a reference leads to.
    fn referred(&mut self, expr: &Expr) -> Option<usize> {
        let ExprKind::Field { via, field } = expr.kind else { return None };
        let (entity, row) = self.follow(via)?;
        match self.data.cell(entity, field, row) {
            Some(Cell::Row(row)) => Some(row as usize),
            _ => None,
        }
    }
}

/// Values of records that take part, or may.
#[derive(Default)]
pub(super) struct Gathered<'p, 'a> {
    values: Values,
    /// Marks of those that do for certain, and of those that may.
    marks: [Vec<&'p Mark<'a>>; 2],
    /// How many marks of either are not known.
    unknown: [usize; 2],
    pieces: Vec<&'p Piece<'a>>,
    invalid: Option<NumberError>,
    may_fail: bool,
}

/// Records each of which may take part, and what they come to, found once for all whose figures
/// they may change.
pub(super) struct Pool<'p, 'a> {
    all: Vec<&'p Piece<'a>>,
    gathered: Gathered<'p, 'a>,
    sum: Range,
    least: Option<Range>,
    greatest: Option<Range>,
    /// Different marks, in their order.
    marks: Vec<&'p Mark<'a>>,
    needs: Needs,
}

impl<'p, 'a> Gathered<'p, 'a> {
    pub(super) fn add(&mut self, (piece, certain): (&'p Piece<'a>, bool)) {
        let certain = certain && !piece.may_not_apply;
        let side = usize::from(!certain);
        match &piece.brought {
            Brought::Number(range) if certain => self.values.certain.push(range.clone()),
            Brought::Number(range) => self.values.possible.push(range.clone()),
            Brought::Mark(Some(mark)) => self.marks[side].push(mark),
            Brought::Mark(None) => self.unknown[side] += 1,
            Brought::Nothing => {}
            // One that may not take part may leave the figure without a value.
            Brought::Invalid(_) if !certain => self.may_fail = true,
            Brought::Invalid(error) => {
                self.invalid = Some(self.invalid.map_or(*error, |earlier| earlier.min(*error)))
            }
        }
        self.may_fail |= piece.may_fail;
        self.pieces.push(piece);
    }

    /// Of some that may take part so many do, at the least and at the most.
    pub(super) fn add_some(
        &mut self,
        pieces: Vec<&'p Piece<'a>>,
        (least, most): (usize, usize),
        function: Function,
        meter: &dyn Meter,
    ) {
        let plain = |piece: &&Piece<'a>| match &piece.brought {
            Brought::Number(range) if !piece.may_fail && !piece.may_not_apply => {
                Some(range.clone())
            }
            _ => None,
        };
        let values: Option<Vec<Range>> = pieces.iter().map(plain).collect();
        let known = values.filter(|values| !values.is_empty());
        let settled = match (known, function) {
            (Some(values), Function::Sum) => {
                vec![seats::sum((least, most), &values, meter)]
            }
            (Some(values), Function::Minimum) if least > 0 => vec![seats::least_of(least, &values)],
            (Some(values), Function::Maximum) if least > 0 => {
                let opposite: Vec<Range> = values.iter().map(Range::negate).collect();
                vec![seats::least_of(least, &opposite).negate()]
            }
            (Some(values), Function::Average) => {
                let mut ranked = seats::ranked(&values);
                ranked.truncate(most);
                self.values.possible.extend(ranked.split_off(least));
                ranked
            }
            _ => return pieces.into_iter().for_each(|piece| self.add((piece, false))),
        };
        self.values.certain.extend(settled);
        self.pieces.extend(pieces);
    }

    /// The figure. Of `pool` each may take part as well; `own` is the place there of one that does
    /// for certain and is the only one gathered. `more` is missing beside what the records lack.
    pub(super) fn settle(
        &self,
        function: Function,
        pool: Option<&Pool<'p, 'a>>,
        own: Option<usize>,
        more: &Needs,
        meter: &dyn Meter,
    ) -> KpiValue {
        let pool = pool.filter(|pool| !pool.all.is_empty());
        let invalid =
            [self.invalid, pool.and_then(|pool| pool.gathered.invalid)].into_iter().flatten().min();
        if let Some(error) = invalid {
            return KpiValue::Invalid(error);
        }
        let found = match function {
            Function::Sum => self.sum(pool, own, meter).map(Some),
            Function::Average => self.average(pool, own, meter),
            Function::Minimum => Ok(self.least(pool)),
            Function::Maximum => Ok(self.greatest(pool)),
            Function::Distinct => Ok(Some(self.distinct(pool, own))),
        };
        let may_fail = self.may_fail || pool.is_some_and(|pool| pool.gathered.may_fail);
        let range = match found {
            Ok(Some(range)) => Ok(range),
            // Those that may take part have no value: whether that is so, or there is nobody.
            Ok(None) if may_fail => Ok(Range::OPEN),
            Ok(None) => return KpiValue::NotApplicable,
            Err(error) => Err(error),
        };
        // Where nobody takes part for certain there may be nothing to bound.
        let open = function.is_of_some() && self.values.certain.is_empty();
        let range = range.map(|range| if open { Range::OPEN } else { range });
        let known = matches!(&range, Ok(range) if range.known().is_some() && !may_fail && !open);
        let needs =
            if known || range.is_err() { Needs::default() } else { self.needs(pool, more, meter) };
        kpi::value(range, needs, may_fail || open)
    }

    fn needs(&self, pool: Option<&Pool<'p, 'a>>, more: &Needs, meter: &dyn Meter) -> Needs {
        let mut sets: Vec<Needs> = self.pieces.iter().map(|piece| piece.needs.clone()).collect();
        sets.extend(pool.map(|pool| pool.needs.clone()));
        sets.push(more.clone());
        sets.retain(|set| !set.is_empty());
        let ranges: usize = if sets.len() < 2 { 0 } else { sets.iter().map(Needs::ranges).sum() };
        if ranges == 0 || meter.spend(ranges as u64) {
            Needs::joined(sets)
        } else {
            Needs::default()
        }
    }

    fn sum(
        &self,
        pool: Option<&Pool<'p, 'a>>,
        own: Option<usize>,
        meter: &dyn Meter,
    ) -> Result<Range, NumberError> {
        let mut total = pool.map_or_else(|| Range::point(Exact::ZERO), |pool| pool.sum.clone());
        for range in &self.values.certain {
            // What the pool has of it already is what it may bring; more than that where it does
            // for certain.
            let more = if own.is_some() { beyond_nothing(range) } else { range.clone() };
            total = plus(meter, total, &more);
        }
        for range in &self.values.possible {
            total = plus(meter, total, &or_nothing(range));
        }
        total.fitted()
    }

    fn average(
        &self,
        pool: Option<&Pool<'p, 'a>>,
        own: Option<usize>,
        meter: &dyn Meter,
    ) -> Result<Option<Range>, NumberError> {
        let mut values = Values::of(self.values.certain.clone(), self.values.possible.clone());
        for (at, piece) in pool.into_iter().flat_map(|pool| pool.all.iter().enumerate()) {
            if let (Brought::Number(range), true) = (&piece.brought, own != Some(at)) {
                if !meter.spend(1) {
                    return Ok(None);
                }
                values.possible.push(range.clone());
            }
        }
        values.average(meter)
    }

    fn least(&self, pool: Option<&Pool<'p, 'a>>) -> Option<Range> {
        match (self.values.minimum(), pool.and_then(|pool| pool.least.as_ref())) {
            (Some(own), Some(others)) => Some(Range {
                low: own.low.zip(others.low.clone()).map(|(a, b)| a.min(b)),
                high: own.high,
            }),
            (own, others) => own.or_else(|| others.cloned()),
        }
    }

    fn greatest(&self, pool: Option<&Pool<'p, 'a>>) -> Option<Range> {
        match (self.values.maximum(), pool.and_then(|pool| pool.greatest.as_ref())) {
            (Some(own), Some(others)) => Some(Range {
                low: own.low,
                high: own.high.zip(others.high.clone()).map(|(a, b)| a.max(b)),
            }),
            (own, others) => own.or_else(|| others.cloned()),
        }
    }

    /// At the least the known marks of those that take part; at the most all that may, and one for
    /// each that is not known.
    fn distinct(&self, pool: Option<&Pool<'p, 'a>>, own: Option<usize>) -> Range {
        let (certain, all) = (different(self.marks[0].clone()), different(self.marks.concat()));
        let mut most = all.len() + self.unknown[0] + self.unknown[1];
        if let Some(pool) = pool {
            let shared = all.iter().filter(|mark| pool.marks.binary_search(mark).is_ok()).count();
            let twice = usize::from(own.is_some() && self.unknown[0] > 0);
            most += pool.marks.len() - shared + pool.gathered.unknown[1] - twice;
        }
        let least = certain.len().max(usize::from(self.unknown[0] > 0));
        let bound = |count: usize| Some(Exact::from(i64::try_from(count).unwrap_or(i64::MAX)));
        Range { low: bound(least), high: bound(most) }
    }
}

impl<'p, 'a> Pool<'p, 'a> {
    pub(super) fn of(
        pieces: impl Iterator<Item = &'p Piece<'a>>,
        meter: &dyn Meter,
    ) -> Pool<'p, 'a> {
        let (all, mut gathered): (Vec<&Piece<'a>>, Gathered<'p, 'a>) =
            (pieces.collect(), Gathered::default());
        all.iter().for_each(|piece| gathered.add((piece, false)));
        let mut sum = Range::point(Exact::ZERO);
        for range in &gathered.values.possible {
            sum = plus(meter, sum, &or_nothing(range));
        }
        // Nobody of them takes part for certain, so that only one side of each bounds anything.
        let values = &gathered.values.possible;
        let end = |end: fn(&Range) -> &Option<Exact>, pick: fn(Exact, Exact) -> Exact| {
            let ends: Option<Vec<Exact>> = values.iter().map(|range| end(range).clone()).collect();
            ends.and_then(|ends| ends.into_iter().reduce(pick))
        };
        let any = !values.is_empty();
        let least = any.then(|| Range { low: end(|range| &range.low, Exact::min), high: None });
        let greatest = any.then(|| Range { low: None, high: end(|range| &range.high, Exact::max) });
        let (marks, needs) =
            (different(gathered.marks[1].clone()), gathered.needs(None, &Needs::default(), meter));
        Pool { sum, least, greatest, marks, needs, gathered, all }
    }
}

/// Each once, in their order.
fn different<'p, 'a>(mut marks: Vec<&'p Mark<'a>>) -> Vec<&'p Mark<'a>> {
    sort(&mut marks, &mut |a, b| a.cmp(b));
    marks.dedup();
    marks
}

/// How much more a value brings that takes part for certain than one that may.
fn beyond_nothing(range: &Range) -> Range {
    Range {
        low: range.low.clone().map(|low| low.max(Exact::ZERO)),
        high: range.high.clone().map(|high| high.min(Exact::ZERO)),
    }
}
