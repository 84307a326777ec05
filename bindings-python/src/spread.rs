//! Figures over the values of many roots: exact where all is known, between bounds where some of it
//! is open.
//!
//! Each of these figures rises with every value it is computed from, so that its bounds are the
//! same figure of all lower ends and of all upper ends. Not here: which roots belong together
//! (`groups`), and the aggregates of rules, which the engine computes.

use guiju::{Exact, KpiValue, NumberError};

/// The values of some roots.
#[derive(Default)]
pub(crate) struct Spread {
    /// The least and the most of each; `None` where nothing bounds it.
    lows: Vec<Option<Exact>>,
    highs: Vec<Option<Exact>>,
    pub(crate) known: usize,
    pub(crate) undetermined: usize,
    /// Those without a value take no part.
    pub(crate) not_applicable: usize,
    pub(crate) invalid: usize,
}

/// A figure: between which bounds it is. Where both are the same number, it is known.
#[derive(Default)]
pub(crate) struct Bounds {
    pub(crate) low: Option<Exact>,
    pub(crate) high: Option<Exact>,
    /// Whether no value it is computed from is open.
    pub(crate) known: bool,
}

/// What is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    Sum,
    Average,
    Min,
    /// The value with as many quarters of the others below it; between two values, in proportion.
    Quartile(u8),
    Max,
}

impl Figure {
    /// The name of its column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Figure::Sum => "sum",
            Figure::Average => "average",
            Figure::Min => "min",
            Figure::Quartile(1) => "lower_quartile",
            Figure::Quartile(2) => "median",
            Figure::Quartile(_) => "upper_quartile",
            Figure::Max => "max",
        }
    }

    fn of(
        self,
        ends: &[Option<Exact>],
        unbounded_is_least: bool,
    ) -> Result<Option<Exact>, NumberError> {
        // A sum with an end that nothing bounds has none itself.
        let all = || ends.iter().cloned().collect::<Option<Vec<Exact>>>();
        let sum =
            |all: Vec<Exact>| all.iter().fold(Exact::ZERO, |sum, value| sum.plus(value)).fitted();
        match self {
            Figure::Sum => all().map(sum).transpose(),
            Figure::Average => {
                all().map(|all| sum(all)?.div(&Exact::from(ends.len() as i64))).transpose()
            }
            Figure::Min => at_place(ends, unbounded_is_least, 0, 1),
            Figure::Max => at_place(ends, unbounded_is_least, ends.len() - 1, 1),
            Figure::Quartile(quarters) => {
                at_place(ends, unbounded_is_least, (ends.len() - 1) * usize::from(quarters), 4)
            }
        }
    }
}

/// The value at a place of the sorted ones, which is counted in parts of the step from one to the
/// next.
fn at_place(
    ends: &[Option<Exact>],
    unbounded_is_least: bool,
    place: usize,
    parts: usize,
) -> Result<Option<Exact>, NumberError> {
    let mut sorted: Vec<&Option<Exact>> = ends.iter().collect();
    sorted.sort_by(|a, b| match (a, b) {
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) if unbounded_is_least => a.is_some().cmp(&b.is_some()),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let (at, rest) = (place / parts, place % parts);
    let (Some(Some(below)), Some(above)) = (sorted.get(at), sorted.get(at + usize::from(rest > 0)))
    else {
        return Ok(None);
    };
    let Some(above) = above else { return Ok(None) };
    let part = Exact::fraction(rest as i128, parts as i128)?;
    below.add(&above.sub(below)?.mul(&part)?).map(Some)
}

impl Spread {
    pub(crate) fn push(&mut self, value: &KpiValue) {
        let (low, high) = match value {
            KpiValue::Known(value) => {
                self.known += 1;
                (Some(value.clone()), Some(value.clone()))
            }
            KpiValue::Undetermined { low, high, .. } => {
                self.undetermined += 1;
                (low.clone(), high.clone())
            }
            KpiValue::NotApplicable => return self.not_applicable += 1,
            KpiValue::Invalid(_) => return self.invalid += 1,
        };
        self.lows.push(low);
        self.highs.push(high);
    }

    /// How many roots there are, with a value or not.
    pub(crate) fn count(&self) -> usize {
        self.lows.len() + self.not_applicable + self.invalid
    }

    /// A figure; of no values there is none.
    pub(crate) fn figure(&self, figure: Figure) -> Result<Bounds, NumberError> {
        if self.lows.is_empty() {
            return Ok(Bounds { known: true, ..Bounds::default() });
        }
        Ok(Bounds {
            low: figure.of(&self.lows, true)?,
            high: figure.of(&self.highs, false)?,
            known: self.undetermined == 0,
        })
    }
}
