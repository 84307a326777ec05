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

/// Two neighbours: with the first, the verdict is another; with the second it still stands.
pub(super) struct Edge {
    pub(super) turns: Cell,
    pub(super) verdict: &'static str,
    pub(super) still: Cell,
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
            None => i128::MIN,
        };
        let high = high.map_or(Some(i128::MAX), |high| steps(&high))?;
        Some(Line { at, low, high, decimals: Some(decimals) })
    }

    fn cell(&self, at: i128) -> Option<Cell> {
        match self.decimals {
            Some(decimals) => Exact::scaled(at, decimals).ok().map(Cell::Number),
            None => Date::from_epoch_days(i32::try_from(at).ok()?).map(Cell::Date),
        }
    }

    /// The nearest below and above that are found to turn a verdict.
    pub(super) fn edges(&self, now: &str, ask: &mut Ask<'_>) -> Result<Vec<Edge>, Abort> {
        let mut edges = Vec::new();
        for sign in [-1, 1] {
            edges.extend(self.toward(sign, now, ask)?);
        }
        Ok(edges)
    }

    fn toward(&self, sign: i128, now: &str, ask: &mut Ask<'_>) -> Result<Option<Edge>, Abort> {
        let mut still = self.at;
        for doubled in 0..DOUBLED {
            let next = self.at.saturating_add(sign << doubled).clamp(self.low, self.high);
            if next == still {
                return Ok(None);
            }
            let Some(verdict) = self.verdict(next, ask)? else { return Ok(None) };
            if verdict != now {
                return self.between(still, (next, verdict), now, ask);
            }
            still = next;
        }
        Ok(None)
    }

    /// Two neighbours between a value with which the verdict stands and one that turns it.
    fn between(
        &self,
        mut still: i128,
        (mut turns, mut verdict): (i128, &'static str),
        now: &str,
        ask: &mut Ask<'_>,
    ) -> Result<Option<Edge>, Abort> {
        while turns.abs_diff(still) > 1 {
            let middle = still + (turns - still) / 2;
            match self.verdict(middle, ask)? {
                Some(found) if found != now => (turns, verdict) = (middle, found),
                Some(_) => still = middle,
                None => return Ok(None),
            }
        }
        let cells = self.cell(turns).zip(self.cell(still));
        Ok(cells.map(|(turns, still)| Edge { turns, verdict, still }))
    }

    fn verdict(&self, at: i128, ask: &mut Ask<'_>) -> Result<Option<&'static str>, Abort> {
        self.cell(at).map_or(Ok(None), |cell| ask(&cell))
    }
}
