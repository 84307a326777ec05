//! Data with one thing changed: a value that is another or is not given, a record that is left
//! out. For questions about what a result hangs on.
//!
//! Not here: which changes are worth a try, and what becomes of them (`explain::hangs_on`).

use std::sync::Arc;

use super::column::{Cell, Column, Values};
use super::gather::bits;
use super::{Dataset, Given, Table, lookup};
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::number::Exact;
use guiju_model::outcome::Need;
use guiju_model::schema::FieldKind;

/// What stood where a value was changed.
pub(crate) enum Before {
    Column(Column),
    Given(Given),
}

/// Data without a record.
pub(crate) struct Without {
    pub(crate) data: Dataset,
    /// For each entity, the rows of its records as they are numbered now.
    rows: List<EntityId, Vec<Option<u32>>>,
}

impl Without {
    /// The row of a record as it is numbered now; `None` where it was left out.
    pub(crate) fn row(&self, entity: EntityId, row: usize) -> Option<usize> {
        self.rows[entity].get(row).copied().flatten().map(|row| row as usize)
    }
}

impl Dataset {
    /// The bytes that a copy with another value takes, and beside it one without a record.
    pub(crate) fn changed_bytes(&self) -> u64 {
        let width = |column: &Column| match &column.values {
            Values::Bool(_) | Values::Choice(_) => 1,
            Values::Date(_) | Values::Text(_) | Values::Row(_) => 4,
            Values::Period { .. } => 8,
            // Other numbers may have more digits.
            Values::Narrow { .. } | Values::Wide { .. } | Values::List(_) => 16,
        };
        let of = |table: &Table| {
            let columns: usize = table.columns.iter().map(|column| width(column) + 1).sum();
            // Which rows stay, and their new numbers.
            table.rows * (columns + 13) + 4 * table.offsets.len()
        };
        2 * self.tables.iter().map(of).sum::<usize>() as u64
    }

    /// A value of a record or one given beside them, where there is one.
    pub(crate) fn value_at(&self, place: &Need) -> Option<Cell> {
        match *place {
            Need::Field { entity, row, field } => self.cell(entity, field, row),
            Need::Target { root, kpi } => {
                let target =
                    root.map_or_else(|| self.programme_target(kpi), |root| self.target(root, kpi));
                target.map(Cell::Number)
            }
            Need::Previous { root, kpi } => {
                let previous = root
                    .map_or_else(|| self.programme_previous(kpi), |root| self.previous(root, kpi));
                previous.map(Cell::Number)
            }
            Need::Programme { .. } | Need::List { .. } => None,
        }
    }

    /// How many decimals numbers have beside the one at a place.
    pub(crate) fn decimals_at(&self, place: &Need) -> u32 {
        if let Need::Field { entity, field, .. } = *place
            && let Values::Narrow { scale, .. } | Values::Wide { scale, .. } =
                &self.tables[entity].columns[field].values
        {
            return *scale;
        }
        match self.value_at(place) {
            Some(Cell::Number(number)) => number.as_scaled().map_or(0, |(_, scale)| scale),
            _ => 0,
        }
    }

    /// Changes a value that is given, or leaves it out; what stood there before, to be put back.
    /// `None` where the other value cannot be kept: then nothing has changed.
    pub(crate) fn change(&mut self, place: &Need, value: Option<&Cell>) -> Option<Before> {
        match *place {
            Need::Field { entity, row, field } => {
                self.lists = self.lists.anew();
                let tables = Arc::make_mut(&mut self.tables);
                let column = tables.get_mut(entity)?.columns.get_mut(field)?;
                let before = column.clone();
                match value {
                    None => column.clear(row),
                    Some(cell) if column.put(row, cell) => {}
                    Some(_) => {
                        *column = before;
                        return None;
                    }
                }
                Some(Before::Column(before))
            }
            Need::Target { root, kpi } => {
                self.change_given(root, kpi, value, |given| &mut given.targets)
            }
            Need::Previous { root, kpi } => {
                self.change_given(root, kpi, value, |given| &mut given.previous)
            }
            Need::Programme { .. } | Need::List { .. } => None,
        }
    }

    fn change_given(
        &mut self,
        root: Option<usize>,
        kpi: KpiId,
        value: Option<&Cell>,
        list: fn(&mut Given) -> &mut Vec<(KpiId, Exact)>,
    ) -> Option<Before> {
        let kpi = self.number(kpi)?;
        let given = self.given_mut(root)?;
        let before = given.clone();
        let pairs = list(given);
        lookup(pairs, kpi)?;
        match value {
            None => pairs.retain(|(of, _)| *of != kpi),
            Some(Cell::Number(number)) => {
                let same = |pair: &&mut (KpiId, Exact)| pair.0 == kpi;
                pairs.iter_mut().filter(same).for_each(|pair| pair.1 = number.clone());
            }
            Some(_) => return None,
        }
        Some(Before::Given(before))
    }

    /// Puts back what stood at a place.
    pub(crate) fn restore(&mut self, place: &Need, before: Before) {
        match (place, before) {
            (Need::Field { entity, field, .. }, Before::Column(before)) => {
                self.lists = self.lists.anew();
                Arc::make_mut(&mut self.tables)[*entity].columns[*field] = before;
            }
            (Need::Target { root, .. } | Need::Previous { root, .. }, Before::Given(before)) => {
                self.given_mut(*root).into_iter().for_each(|given| *given = before.clone());
            }
            _ => {}
        }
    }

    fn given_mut(&mut self, root: Option<usize>) -> Option<&mut Given> {
        match root {
            None => Some(Arc::make_mut(&mut self.programme)),
            Some(root) => Arc::make_mut(&mut self.given).get_mut(root).map(Arc::make_mut),
        }
    }

    /// The data without one record: those that belong to it are left out with it, and whatever
    /// refers to it then refers to nothing.
    pub(crate) fn without(&self, entity: EntityId, row: usize) -> Without {
        let mut stays: List<EntityId, Vec<bool>> =
            self.tables.iter().map(|table| vec![true; table.rows]).collect();
        stays[entity][row] = false;
        for child in self.schema.entities.ids() {
            let below = if entity == self.schema.root {
                self.rows_of(child, row)
            } else if self.schema.is_below(child, entity) {
                self.rows_within(child, (entity, row), self.root_of(entity, row))
            } else {
                0..0
            };
            stays[child][below].fill(false);
        }
        let mut rows: List<EntityId, Vec<Option<u32>>> = List::new();
        for stays in &stays {
            let mut next = 0_u32;
            let number = |stays: &bool| {
                let row = stays.then_some(next);
                next += u32::from(*stays);
                row
            };
            rows.push(stays.iter().map(number).collect());
        }
        let tables = self.tables.entries().map(|(entity, table)| {
            let kept: Vec<u32> =
                (0..table.rows as u32).filter(|row| stays[entity][*row as usize]).collect();
            let fields = &self.schema.entities[entity].fields;
            let columns = fields.iter().zip(&table.columns).map(|(field, column)| {
                let target = match field.kind {
                    FieldKind::Reference(target) => Some(&rows[target]),
                    _ => None,
                };
                column_of(column, &kept, target)
            });
            let columns = columns.collect();
            // The records of the programme belong to no root.
            let offsets = if self.schema.is_of_programme(entity) {
                table.offsets.clone()
            } else {
                self.offsets(entity, &stays)
            };
            Table { rows: kept.len(), columns, offsets }
        });
        let tables = Arc::new(tables.collect());
        let roots = &stays[self.schema.root];
        let given = self.given.iter().zip(roots).filter(|(_, stays)| **stays);
        let data = Dataset {
            tables,
            given: Arc::new(given.map(|(given, _)| Arc::clone(given)).collect()),
            lists: self.lists.anew(),
            ..self.clone()
        };
        Without { data, rows }
    }

    /// Where the records of each root that stays begin, among those that stay.
    fn offsets(&self, entity: EntityId, stays: &List<EntityId, Vec<bool>>) -> Vec<u32> {
        let mut offsets = vec![0];
        for (root, _) in stays[self.schema.root].iter().enumerate().filter(|(_, stays)| **stays) {
            let own = self.rows_of(entity, root);
            let count = stays[entity][own].iter().filter(|stays| **stays).count() as u32;
            offsets.push(offsets[offsets.len() - 1] + count);
        }
        offsets
    }
}

/// The rows of a column that stay; references lead to rows as they are numbered now.
fn column_of(column: &Column, kept: &[u32], target: Option<&Vec<Option<u32>>>) -> Column {
    let mut valid: Vec<bool> = kept.iter().map(|row| column.is_known(*row as usize)).collect();
    let mut values = column.values.gather(kept);
    if let (Some(numbers), Values::Row(rows)) = (target, &mut values) {
        for (row, known) in rows.iter_mut().zip(&mut valid) {
            let now = numbers.get(*row as usize).copied().flatten().filter(|_| *known);
            (*row, *known) = (now.unwrap_or_default(), now.is_some());
        }
    }
    Column { valid: bits(&valid), values }
}
