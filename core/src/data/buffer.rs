//! The records of one entity as they came, and their way into sorted columns. Not here: what a cell may hold (`cell`), keys and
//! references (`keys`).

use super::Table;
use super::column::{Cell, Column, Values};
use crate::date::Date;
use crate::schema::{Entity, FieldKind};

/// The records of one entity as they came.
pub(super) struct Buffer {
    /// The root of each record, and where it stood: an index or a line.
    pub(super) roots: Vec<u32>,
    pub(super) origins: Vec<u32>,
    /// One list for each field.
    pub(super) cells: Vec<Vec<Option<Cell>>>,
}

impl Buffer {
    pub(super) fn new(entity: &Entity) -> Buffer {
        Buffer { roots: Vec::new(), origins: Vec::new(), cells: vec![Vec::new(); entity.fields.len()] }
    }

    /// The rows in order of their root, otherwise as they came.
    pub(super) fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.roots.len()).collect();
        order.sort_by_key(|row| self.roots[*row]);
        order
    }

    pub(super) fn into_table(self, roots: usize, kinds: &[&FieldKind]) -> Table {
        let order = self.sorted();
        let mut offsets = vec![0_u32; roots + 1];
        for root in &self.roots {
            offsets[*root as usize + 1] += 1;
        }
        for root in 0..roots {
            offsets[root + 1] += offsets[root];
        }
        let columns = self.cells.iter().zip(kinds).map(|(cells, kind)| column(cells, &order, kind)).collect();
        Table { rows: order.len(), offsets, columns }
    }
}

fn column(cells: &[Option<Cell>], order: &[usize], kind: &FieldKind) -> Column {
    let mut valid = vec![0_u64; order.len().div_ceil(64)];
    let sorted: Vec<Option<Cell>> = order.iter().map(|row| cells[*row]).collect();
    for (row, cell) in sorted.iter().enumerate() {
        valid[row / 64] |= u64::from(cell.is_some()) << (row % 64);
    }
    macro_rules! gather {
        ($pattern:pat => $value:expr, $default:expr) => {
            sorted.iter().map(|cell| if let Some($pattern) = cell { $value } else { $default }).collect()
        };
    }
    let values = match kind {
        FieldKind::Text => Values::Text(gather!(Cell::Text(id) => *id, 0)),
        FieldKind::Bool => Values::Bool(gather!(Cell::Bool(value) => *value, false)),
        FieldKind::Date => Values::Date(gather!(Cell::Date(Date(days)) => *days, 0)),
        FieldKind::Period => Values::Period {
            starts: gather!(Cell::Period(period) => period.start.0, 0),
            ends: gather!(Cell::Period(period) => period.end.0, 0),
        },
        FieldKind::Choice(_) => Values::Choice(gather!(Cell::Choice(value) => *value, 0)),
        FieldKind::List(_) => Values::List(gather!(Cell::List(set) => *set, 0)),
        FieldKind::Reference(_) => Values::Row(gather!(Cell::Row(row) => *row, 0)),
        FieldKind::Money | FieldKind::Int | FieldKind::Percent | FieldKind::Range(..) => numbers(&sorted),
    };
    Column { valid, values }
}

/// Numbers at the least common scale, which `check_scales` has found to fit.
fn numbers(sorted: &[Option<Cell>]) -> Values {
    let parts: Vec<(i128, u32)> =
        sorted.iter().map(|cell| if let Some(Cell::Number(value)) = cell { value.as_scaled().unwrap_or((0, 0)) } else { (0, 0) }).collect();
    let scale = parts.iter().map(|(_, scale)| *scale).max().unwrap_or(0);
    let mantissas: Vec<i128> =
        parts.into_iter().map(|(mantissa, own)| mantissa.saturating_mul(10_i128.saturating_pow(scale - own))).collect();
    match mantissas.iter().map(|mantissa| i64::try_from(*mantissa)).collect::<Result<Vec<i64>, _>>() {
        Ok(mantissas) => Values::Narrow { mantissas, scale },
        Err(_) => Values::Wide { mantissas, scale },
    }
}
