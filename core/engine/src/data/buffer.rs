//! The records of one entity as they come, column by column, and their way into the order of their
//! roots. Not here: what a cell may hold (`cell`), keys and references (`keys`).

use super::Table;
use super::column::{Cell, Column, Values};
use guiju_model::date::{Date, Period};
use guiju_model::index::{FieldId, List};
use guiju_model::schema::{Entity, FieldKind};

/// The records of one entity as they came.
pub(super) struct Buffer {
    /// The root of each record, and where it stood: an index or a line.
    pub(super) roots: Vec<u32>,
    pub(super) origins: Vec<u32>,
    /// Where entities stand below others than the root: the record of the parent that each belongs
    /// to, as it came, or [`NOBODY`].
    pub(super) parents: Vec<u32>,
    /// The rows in the order of the parent's records that they belong to, where that is known.
    pub(super) by_parent: Option<Vec<u32>>,
    /// One for each field.
    pub(super) columns: List<FieldId, Growing>,
}

/// The parent of a record that has named none yet.
pub(super) const NOBODY: u32 = u32::MAX;

impl Buffer {
    pub(super) fn new(entity: &Entity) -> Buffer {
        let columns = entity.fields.iter().map(|field| Growing::new(&field.kind)).collect();
        let (roots, origins, parents) = (Vec::new(), Vec::new(), Vec::new());
        Buffer { roots, origins, parents, by_parent: None, columns }
    }

    /// The bytes of a record, in lists without room for more.
    pub(super) fn width(&self) -> usize {
        3 * size_of::<u32>() + self.columns.iter().map(Growing::width).sum::<usize>()
    }

    /// Begins a record of which nothing is known yet.
    pub(super) fn push(&mut self, root: u32, parent: u32, origin: u32) -> usize {
        let row = self.roots.len();
        self.roots.push(root);
        self.parents.push(parent);
        self.origins.push(origin);
        for column in &mut self.columns {
            column.push(row);
        }
        row
    }

    /// The record of its parent that a record belongs to, if it has named one.
    pub(super) fn parent(&self, row: usize) -> Option<usize> {
        self.parents.get(row).filter(|parent| **parent != NOBODY).map(|parent| *parent as usize)
    }

    /// Where each row stands in that order.
    pub(super) fn positions(&self) -> Vec<u32> {
        let mut positions = vec![0; self.roots.len()];
        for (at, row) in self.sorted().into_iter().enumerate() {
            positions[row as usize] = at as u32;
        }
        positions
    }

    /// The rows in order of their root, and of their parent; otherwise as they came.
    pub(super) fn sorted(&self) -> Vec<u32> {
        self.by_parent.clone().unwrap_or_else(|| counted(&self.roots))
    }

    /// Puts the rows in the order of their parent's records, whose places are given. Those of
    /// nobody, which only records in the making have, come last.
    pub(super) fn order_by(&mut self, positions: &[u32]) {
        let place = |parent: &u32| {
            positions.get(*parent as usize).copied().unwrap_or(positions.len() as u32)
        };
        let places: Vec<u32> = self.parents.iter().map(place).collect();
        self.by_parent = Some(counted(&places));
    }

    pub(super) fn into_table(self, roots: usize) -> Table {
        let offsets = offsets(&self.roots, roots);
        // Records mostly come root by root, and then stay where they are.
        let order = match &self.by_parent {
            None if self.roots.is_sorted() => None,
            Some(order) if order.is_sorted() => None,
            _ => Some(self.sorted()),
        };
        let rows = self.roots.len();
        let columns =
            self.columns.into_iter().map(|column| column.finish(rows, order.as_deref())).collect();
        Table { rows, offsets, columns }
    }
}

/// The rows in order of the numbers they have, by counting.
fn counted(numbers: &[u32]) -> Vec<u32> {
    let mut next = offsets(numbers, numbers.iter().max().map_or(0, |last| *last as usize + 1));
    let mut order = vec![0_u32; numbers.len()];
    for (row, number) in numbers.iter().enumerate() {
        let at = &mut next[*number as usize];
        order[*at as usize] = row as u32;
        *at += 1;
    }
    order
}

/// For each number below `count` where its rows begin, and where they end.
fn offsets(numbers: &[u32], count: usize) -> Vec<u32> {
    let mut offsets = vec![0_u32; count + 1];
    for number in numbers {
        offsets[*number as usize + 1] += 1;
    }
    for number in 0..count {
        offsets[number + 1] += offsets[number];
    }
    offsets
}

/// A column that grows. References are texts until all records are read.
pub(super) struct Growing {
    valid: Vec<u64>,
    /// Numbers at the scale of each.
    values: Values,
    /// The decimals of each number; nothing for other columns.
    scales: Vec<u8>,
}

/// Does the same to the list of values, whatever they are.
macro_rules! each_list {
    ($values:expr, $list:ident => $do:expr) => {
        match $values {
            Values::Bool($list) => $do,
            Values::Narrow { mantissas: $list, .. } => $do,
            Values::Wide { mantissas: $list, .. } => $do,
            Values::Date($list) => $do,
            Values::Period { starts, ends } => {
                for $list in [starts, ends] {
                    $do
                }
            }
            Values::Text($list) | Values::Row($list) => $do,
            Values::Choice($list) => $do,
            Values::List($list) => $do,
        }
    };
}

impl Growing {
    fn new(kind: &FieldKind) -> Growing {
        let values = match kind {
            FieldKind::Text | FieldKind::Reference(_) => Values::Text(Vec::new()),
            FieldKind::Bool => Values::Bool(Vec::new()),
            FieldKind::Date => Values::Date(Vec::new()),
            FieldKind::Period => Values::Period { starts: Vec::new(), ends: Vec::new() },
            FieldKind::Choice(_) => Values::Choice(Vec::new()),
            FieldKind::List(_) => Values::List(Vec::new()),
            FieldKind::Money
            | FieldKind::SignedMoney
            | FieldKind::Int
            | FieldKind::Percent
            | FieldKind::Range(..)
            | FieldKind::Number(_) => Values::Narrow { mantissas: Vec::new(), scale: 0 },
        };
        Growing { valid: Vec::new(), values, scales: Vec::new() }
    }

    /// The bytes of a value, without the bit that says whether it is known.
    fn width(&self) -> usize {
        match self.values {
            Values::Bool(_) | Values::Choice(_) => 1,
            Values::Date(_) | Values::Text(_) | Values::Row(_) => size_of::<u32>(),
            Values::Period { .. } => 2 * size_of::<i32>(),
            Values::Narrow { .. } => size_of::<i64>() + 1,
            Values::Wide { .. } => size_of::<i128>() + 1,
            Values::List(_) => size_of::<u128>(),
        }
    }

    fn push(&mut self, row: usize) {
        if row.is_multiple_of(64) {
            self.valid.push(0);
        }
        each_list!(&mut self.values, list => list.push(Default::default()));
        if matches!(self.values, Values::Narrow { .. } | Values::Wide { .. }) {
            self.scales.push(0);
        }
    }

    fn is_known(&self, row: usize) -> bool {
        self.valid[row / 64] >> (row % 64) & 1 == 1
    }

    /// Makes a value missing.
    pub(super) fn clear(&mut self, row: usize) {
        self.valid[row / 64] &= !(1 << (row % 64));
    }

    /// Sets a value of the column's own kind.
    pub(super) fn set(&mut self, row: usize, cell: Option<Cell>) {
        let Some(cell) = cell else { return self.clear(row) };
        match (&mut self.values, cell) {
            (Values::Bool(values), Cell::Bool(value)) => values[row] = value,
            (Values::Date(days), Cell::Date(Date(day))) => days[row] = day,
            (Values::Period { starts, ends }, Cell::Period(period)) => {
                (starts[row], ends[row]) = (period.start.0, period.end.0);
            }
            (Values::Text(ids), Cell::Text(id)) => ids[row] = id,
            (Values::Choice(values), Cell::Choice(value)) => values[row] = value,
            (Values::List(sets), Cell::List(set)) => sets[row] = set,
            (_, Cell::Number(value)) => {
                // Decimals were read, and a share of a hundred is one.
                let (mantissa, scale) = value.as_scaled().unwrap_or_default();
                self.set_number(row, mantissa);
                self.scales[row] = scale as u8;
            }
            _ => debug_assert!(false, "a cell is of the kind of its field"),
        }
        self.valid[row / 64] |= 1 << (row % 64);
    }

    fn set_number(&mut self, row: usize, mantissa: i128) {
        match (&mut self.values, i64::try_from(mantissa)) {
            (Values::Narrow { mantissas, .. }, Ok(mantissa)) => mantissas[row] = mantissa,
            (Values::Narrow { mantissas, scale }, Err(_)) => {
                let mut wide: Vec<i128> =
                    mantissas.iter().map(|mantissa| i128::from(*mantissa)).collect();
                wide[row] = mantissa;
                self.values = Values::Wide { mantissas: wide, scale: *scale };
            }
            (Values::Wide { mantissas, .. }, _) => mantissas[row] = mantissa,
            _ => {}
        }
    }

    /// The id of a text; `None` where it is missing, and for what is no text.
    pub(super) fn text(&self, row: usize) -> Option<u32> {
        match &self.values {
            Values::Text(ids) if self.is_known(row) => ids.get(row).copied(),
            _ => None,
        }
    }

    /// The first and the last day of a date or of a period; `None` where it is missing, and for
    /// what is neither.
    pub(super) fn days(&self, row: usize) -> Option<Period> {
        let (start, end) = match &self.values {
            Values::Date(days) => (*days.get(row)?, *days.get(row)?),
            Values::Period { starts, ends } => (*starts.get(row)?, *ends.get(row)?),
            _ => return None,
        };
        self.is_known(row).then_some(Period { start: Date(start), end: Date(end) })
    }

    /// The references that were texts, as the rows they were found to name; 0 where one was not
    /// found, which is missing.
    pub(super) fn refer(&mut self, rows: Vec<u32>) {
        self.values = Values::Row(rows);
    }

    /// The rows that were found for references; one that is not there is missing.
    pub(super) fn refer_to(&mut self, rows: &[Option<u32>]) {
        for (row, found) in rows.iter().enumerate() {
            self.clear(row);
            self.valid[row / 64] |= u64::from(found.is_some()) << (row % 64);
        }
        self.refer(rows.iter().map(|found| found.unwrap_or(0)).collect());
    }

    /// A number as its mantissa and scale.
    pub(super) fn scaled(&self, row: usize) -> Option<(i128, u32)> {
        let mantissa = match &self.values {
            Values::Narrow { mantissas, .. } => i128::from(*mantissas.get(row)?),
            Values::Wide { mantissas, .. } => *mantissas.get(row)?,
            _ => return None,
        };
        self.is_known(row).then(|| (mantissa, u32::from(self.scales[row])))
    }

    /// The decimals of the number that has the most.
    pub(super) fn scale(&self) -> u32 {
        let known = self.scales.iter().enumerate().filter(|(row, _)| self.is_known(*row));
        known.map(|(_, scale)| u32::from(*scale)).max().unwrap_or(0)
    }

    /// The column in another order of its rows, or in its own; numbers at one scale, which
    /// `check_scales` has found to fit.
    fn finish(mut self, rows: usize, order: Option<&[u32]>) -> Column {
        if !self.scales.is_empty() {
            self.values = self.at_one_scale(rows);
        }
        let Some(order) = order else { return Column { valid: self.valid, values: self.values } };
        let mut valid = vec![0_u64; self.valid.len()];
        for (at, row) in order.iter().enumerate() {
            valid[at / 64] |= u64::from(self.is_known(*row as usize)) << (at % 64);
        }
        Column { valid, values: self.values.gather(order) }
    }

    fn at_one_scale(&self, rows: usize) -> Values {
        let scale = self.scale();
        let factors: Vec<i128> =
            (0..=scale).rev().map(|decimals| 10_i128.saturating_pow(decimals)).collect();
        let at_scale = |row: usize| {
            let (mantissa, own) = self.scaled(row).unwrap_or((0, scale));
            mantissa.saturating_mul(factors.get(own as usize).copied().unwrap_or(1))
        };
        match (0..rows).map(|row| i64::try_from(at_scale(row))).collect::<Result<Vec<i64>, _>>() {
            Ok(mantissas) => Values::Narrow { mantissas, scale },
            Err(_) => Values::Wide { mantissas: (0..rows).map(at_scale).collect(), scale },
        }
    }
}
