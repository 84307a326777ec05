//! Other values of a number or a day: further and further from what it is, and then narrowed down
//! to two neighbours of which one turns the verdict. What lies between values that were tried is
//! not claimed to leave it as it is.
//!
//! Not here: values that are few, such as choices, which are all tried.

use crate::data::Cell;
use guiju_model::date::Date;
use guiju_model::number::Exact;
use guiju_model::outcome::Abort;
use guiju_model::schema::FieldKind;
use guiju_model::unit::Unit;

/// The verdict that missing data decides, or equals whom nothing parts.
const OPEN: &str = "undetermined";

/// A place on a line with its verdict.
type At = (i128, &'static str);

/// The most that digits of a number in data come to.
const MOST: i128 = 10_i128.pow(28) - 1;

/// How often the way to a value is doubled, at most.
const DOUBLED: u32 = 50;

/// Values in a row, each beside the next: days, or numbers with so many decimals.
pub(super) struct Line {
    at: i128,
    low: i128,
    high: i128,
    /// `None` for days.
    decimals: Option<u32>,
}

/// A value with its verdict, and its neighbour that has another.
pub(super) struct Edge {
    pub(super) turns: (Cell, &'static str),
    pub(super) beside: (Cell, &'static str),
}

/// Asks for the verdict with a value; `None` where it cannot be kept beside the others.
pub(super) type Ask<'a> = dyn FnMut(&Cell) -> Result<Option<&'static str>, Abort> + 'a;

impl Line {
    /// Where a value of a field stands; numbers with as many decimals as others of the field have.
    pub(super) fn of(kind: &FieldKind, cell: &Cell, decimals: u32) -> Option<Line> {
        match cell {
            Cell::Date(day) => Some(Line {
                at: i128::from(day.epoch_days()),
                low: i128::from(Date::from_ymd(1800, 1, 1)?.epoch_days()),
                high: i128::from(Date::from_ymd(9999, 12, 31)?.epoch_days()),
                decimals: None,
            }),
            Cell::Number(number) => {
                let least = match kind {
                    FieldKind::Int | FieldKind::Range(..) => 0,
                    FieldKind::Money | FieldKind::SignedMoney => decimals,
                    // A hundredth of a hundredth.
                    FieldKind::Percent => decimals.max(4),
                    _ => decimals.max(2),
                };
                Line::numbers(number, kind.bounds()?, least)
            }
            _ => None,
        }
    }

    /// Where a target or a previous value stands.
    pub(super) fn of_kpi(unit: &Unit, signed: bool, cell: &Cell, decimals: u32) -> Option<Line> {
        let Cell::Number(number) = cell else { return None };
        let least = if *unit == Unit::Ratio { decimals.max(4) } else { decimals };
        Line::numbers(number, ((!signed).then_some(Exact::ZERO), None), least)
    }

    fn numbers(
        number: &Exact,
        (low, high): (Option<Exact>, Option<Exact>),
        decimals: u32,
    ) -> Option<Line> {
        let factor = Exact::scaled(10_i128.checked_pow(decimals)?, 0).ok()?;
        let steps = |number: &Exact| number.mul(&factor).ok()?.floor();
        let at = number.mul(&factor).ok().filter(Exact::is_whole)?.floor()?;
        let low = match low {
            // The first that is not below it.
            Some(low) => -steps(&low.negate())?,
            None => -MOST,
        };
        let high = high.map_or(Some(MOST), |high| steps(&high))?.min(MOST);
        Some(Line { at, low, high, decimals: Some(decimals) })
    }

    fn cell(&self, at: i128) -> Option<Cell> {
        match self.decimals {
            Some(decimals) => Exact::scaled(at, decimals).ok().map(Cell::Number),
            None => Date::from_epoch_days(i32::try_from(at).ok()?).map(Cell::Date),
        }
    }

    /// The nearest below and above that are found to turn a verdict; where they leave it open, also
    /// the nearest that turn it for certain.
    pub(super) fn edges(&self, now: &'static str, ask: &mut Ask<'_>) -> Result<Vec<Edge>, Abort> {
        let mut edges = Vec::new();
        for sign in [-1, 1] {
            self.toward(sign, now, &mut edges, ask)?;
        }
        Ok(edges)
    }

    fn toward(
        &self,
        sign: i128,
        now: &'static str,
        edges: &mut Vec<Edge>,
        ask: &mut Ask<'_>,
    ) -> Result<(), Abort> {
        let mut last = (self.at, now);
        // Whether one was found that leaves the verdict open.
        let mut opened = false;
        for doubled in 0..DOUBLED {
            let next = self.at.saturating_add(sign << doubled).clamp(self.low, self.high);
            if next == last.0 {
                break;
            }
            let Some(verdict) = self.verdict(next, ask)? else { break };
            let next = (next, verdict);
            loop {
                let wanted = |verdict: &str| verdict != now && !(opened && verdict == OPEN);
                if !wanted(verdict) {
                    break;
                }
                let Some(found) = self.between(last, next, &wanted, ask)? else { return Ok(()) };
                last = found[0];
                edges.extend(self.edge(found));
                if last.1 != OPEN {
                    return Ok(());
                }
                opened = true;
            }
            last = next;
        }
        Ok(())
    }

    /// Two neighbours, of which the first turns the verdict as wanted and the second does not,
    /// between a value that does not and one that does.
    fn between(
        &self,
        mut beside: At,
        mut turns: At,
        wanted: &dyn Fn(&str) -> bool,
        ask: &mut Ask<'_>,
    ) -> Result<Option<[At; 2]>, Abort> {
        while turns.0.abs_diff(beside.0) > 1 {
            let middle = beside.0 + (turns.0 - beside.0) / 2;
            match self.verdict(middle, ask)? {
                Some(verdict) if wanted(verdict) => turns = (middle, verdict),
                Some(verdict) => beside = (middle, verdict),
                None => return Ok(None),
            }
        }
        Ok(Some([turns, beside]))
    }

    fn edge(&self, [turns, beside]: [At; 2]) -> Option<Edge> {
        let cell = |(at, verdict): At| Some((self.cell(at)?, verdict));
        Some(Edge { turns: cell(turns)?, beside: cell(beside)? })
    }

    fn verdict(&self, at: i128, ask: &mut Ask<'_>) -> Result<Option<&'static str>, Abort> {
        self.cell(at).map_or(Ok(None), |cell| ask(&cell))
    }
}
