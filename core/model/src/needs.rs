//! What would have to be known to decide a value: sets of missing fields that share what they have
//! in common.
//!
//! A figure may need a field of every record there is, and hundreds of figures made of it the same
//! ones. So the rows of a field are kept as ranges, and sets hold the same ranges together. Not
//! here: what a value needs (`eval`).

use std::sync::Arc;

use crate::index::{EntityId, FieldId, KpiId};
use crate::outcome::Need;
use crate::sort::sort;

/// Missing fields and values, each once. Copies cost nothing, and sets that are made of one another
/// share their rows.
///
/// ```
/// use guiju::{EntityId, FieldId, Need, Needs};
/// let open = |row| Need::Field { entity: EntityId::new(1), row, field: FieldId::new(2) };
/// let needs = Needs::from(vec![open(7), open(8), open(7)]);
/// assert_eq!(needs.len(), 2);
/// assert!(needs.contains(&open(8)));
/// assert_eq!(needs.first(1), [open(7)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs(Option<Arc<Vec<Column>>>);

/// The rows that lack one thing; columns are in the order of what they lack.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    of: Of,
    /// From the first to the last, which is included; apart from one another, and in order.
    rows: Arc<Vec<(usize, usize)>>,
}

/// What a shared list takes beside its items.
const LIST: usize = 2 * size_of::<usize>() + size_of::<Vec<u8>>();

/// What is missing of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    /// A field of an entity, whose rows are meant.
    Field(EntityId, FieldId),
    /// The previous value of a KPI; its rows are the roots, behind the programme.
    Previous(KpiId),
    /// The target of a KPI, as well.
    Target(KpiId),
    /// A figure of the programme, which has one row.
    Programme(KpiId),
    /// A list of the programme, as well.
    List(EntityId),
}

impl Need {
    fn place(&self) -> (Of, usize) {
        let row = |root: &Option<usize>| root.map_or(0, |root| root + 1);
        match self {
            Need::Field { entity, row, field } => (Of::Field(*entity, *field), *row),
            Need::Previous { root, kpi } => (Of::Previous(*kpi), row(root)),
            Need::Target { root, kpi } => (Of::Target(*kpi), row(root)),
            Need::Programme { kpi } => (Of::Programme(*kpi), 0),
            Need::List { entity } => (Of::List(*entity), 0),
        }
    }
}

impl Of {
    fn need(self, row: usize) -> Need {
        match self {
            Of::Field(entity, field) => Need::Field { entity, row, field },
            Of::Previous(kpi) => Need::Previous { root: row.checked_sub(1), kpi },
            Of::Target(kpi) => Need::Target { root: row.checked_sub(1), kpi },
            Of::Programme(kpi) => Need::Programme { kpi },
            Of::List(entity) => Need::List { entity },
        }
    }
}

impl From<Vec<Need>> for Needs {
    fn from(needs: Vec<Need>) -> Needs {
        let mut places: Vec<(Of, usize)> = needs.iter().map(Need::place).collect();
        sort(&mut places, &mut |a, b| a.cmp(b));
        let columns = places.chunk_by(|(a, _), (b, _)| a == b).map(|column| {
            let ranges = column.iter().map(|(_, row)| (*row, *row)).collect();
            Column { of: column[0].0, rows: Arc::new(joined(ranges)) }
        });
        Needs::of(columns.collect())
    }
}

impl Needs {
    /// How many are listed where all of them may be too many to read or to keep: in results, the
    /// rest is a number.
    pub const LISTED: usize = 1_000;
    /// How many are listed in one result. Once they are, each value lists one, and how many more
    /// there are.
    pub const LISTED_IN_ALL: usize = 100_000;

    fn of(columns: Vec<Column>) -> Needs {
        Needs((!columns.is_empty()).then(|| Arc::new(columns)))
    }

    fn columns(&self) -> &[Column] {
        self.0.as_ref().map_or(&[], |columns| columns.as_slice())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.columns()
            .iter()
            .flat_map(|column| column.rows.iter())
            .map(|(first, last)| last - first + 1)
            .sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether one is among them.
    pub fn contains(&self, need: &Need) -> bool {
        let (of, row) = need.place();
        let Ok(at) = self.columns().binary_search_by(|column| column.of.cmp(&of)) else {
            return false;
        };
        let rows = &self.columns()[at].rows;
        rows.get(rows.partition_point(|(_, last)| *last < row))
            .is_some_and(|(first, _)| *first <= row)
    }

    /// The first of them, in order.
    pub fn first(&self, most: usize) -> Vec<Need> {
        let mut needs: Vec<Need> = Vec::new();
        for column in self.columns() {
            let rows = column.rows.iter().flat_map(|(first, last)| *first..=*last);
            needs.extend(rows.take(most).map(|row| column.of.need(row)));
        }
        sort(&mut needs, &mut Need::cmp);
        needs.truncate(most);
        needs
    }

    /// All of them, in order.
    pub fn all(&self) -> Vec<Need> {
        self.first(usize::MAX)
    }

    /// How many ranges of rows they take: what joining them costs.
    pub fn ranges(&self) -> usize {
        self.columns().iter().map(|column| column.rows.len()).sum()
    }

    /// The bytes they hold that nobody else does.
    pub fn held(&self) -> usize {
        let Some(columns) = self.0.as_ref().filter(|columns| Arc::strong_count(columns) == 1)
        else {
            return 0;
        };
        let own = columns.iter().filter(|column| Arc::strong_count(&column.rows) == 1);
        let ranges: usize =
            own.map(|column| column.rows.capacity() * size_of::<(usize, usize)>() + LIST).sum();
        columns.capacity() * size_of::<Column>() + ranges + LIST
    }

    /// The bytes it takes to make a set of this many needs, until it is made: about as many where
    /// they come in order as where they do not.
    pub fn held_making(count: usize) -> usize {
        count * (size_of::<(Of, usize)>() + size_of::<usize>() + size_of::<(usize, usize)>())
    }

    /// Whether they are one set, kept once.
    pub fn is_same(&self, other: &Needs) -> bool {
        std::ptr::eq(self.columns(), other.columns())
    }

    /// Those of several sets. What one of the sets has already is not made again.
    pub fn joined(sets: Vec<Needs>) -> Needs {
        let mut sets: Vec<Needs> = sets.into_iter().filter(|set| !set.is_empty()).collect();
        sets.dedup_by(|a, b| a.is_same(b));
        if sets.len() < 2 {
            return sets.pop().unwrap_or_default();
        }
        let mut columns: Vec<&Column> = sets.iter().flat_map(|set| set.columns().iter()).collect();
        sort(&mut columns, &mut |a, b| a.of.cmp(&b.of));
        let columns: Vec<Column> =
            columns.chunk_by(|a, b| a.of == b.of).map(Column::joined).collect();
        // A set that has all of them is the whole.
        let whole = sets
            .iter()
            .find(|set| set.columns().iter().map(Column::key).eq(columns.iter().map(Column::key)));
        whole.cloned().unwrap_or_else(|| Needs::of(columns))
    }
}

impl Column {
    fn key(&self) -> (Of, *const Vec<(usize, usize)>) {
        (self.of, Arc::as_ptr(&self.rows))
    }

    /// The rows of several columns of one thing, of which there is at least one.
    fn joined(columns: &[&Column]) -> Column {
        let most = columns.iter().fold(columns[0], |most, column| {
            if column.rows.len() > most.rows.len() { column } else { most }
        });
        if columns.iter().all(|column| Arc::ptr_eq(&column.rows, &most.rows)) {
            return most.clone();
        }
        let rows = joined(columns.iter().flat_map(|column| column.rows.iter().copied()).collect());
        // One of them may have had all the others.
        let whole = columns.iter().find(|column| *column.rows == rows);
        whole.map_or_else(
            || Column { of: most.of, rows: Arc::new(rows) },
            |column| (*column).clone(),
        )
    }
}

/// Ranges in order, those that meet made one.
fn joined(mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    sort(&mut ranges, &mut |a, b| a.cmp(b));
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(row: usize, field: usize) -> Need {
        Need::Field { entity: EntityId::new(0), row, field: FieldId::new(field) }
    }

    fn field(field: usize, rows: impl IntoIterator<Item = usize>) -> Needs {
        Needs::from(rows.into_iter().map(|row| need(row, field)).collect::<Vec<_>>())
    }

    #[test]
    fn sets_have_each_need_once_in_order() {
        let given = [
            Need::Target { root: None, kpi: KpiId::new(1) },
            Need::Previous { root: Some(0), kpi: KpiId::new(4) },
            Need::Target { root: Some(2), kpi: KpiId::new(0) },
        ];
        let joined = Needs::joined(vec![
            field(1, [5, 3, 4]),
            field(0, [4, 9]),
            Needs::from(given.to_vec()),
            field(1, [4, 7]),
        ]);
        let places: Vec<(usize, usize)> = joined
            .all()
            .iter()
            .filter_map(|need| {
                if let Need::Field { row, field, .. } = need {
                    Some((*row, field.index()))
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(places, [(3, 1), (4, 0), (4, 1), (5, 1), (7, 1), (9, 0)]);
        assert_eq!(joined.len(), 9);
        assert_eq!(joined.first(2), joined.all()[..2]);
        assert_eq!(joined.all()[6..], [given[1], given[0], given[2]]);
        assert!(joined.all().iter().all(|need| joined.contains(need)));
        assert!(
            !joined.contains(&need(6, 1))
                && !joined.contains(&Need::Target { root: Some(0), kpi: KpiId::new(1) })
        );
        assert_eq!(Needs::from(joined.all()), joined);
    }

    #[test]
    fn what_is_there_already_is_shared() {
        let (all, some) = (field(0, 0..1_000), field(0, (0..1_000).step_by(7)));
        let joined = Needs::joined(vec![some.clone(), all.clone(), some.clone()]);
        assert!(std::ptr::eq(joined.columns(), all.columns()), "a set that has all is the whole");
        let wider = Needs::joined(vec![field(1, [2]), all.clone()]);
        assert!(Arc::ptr_eq(&wider.columns()[0].rows, &all.columns()[0].rows));
        assert_eq!((all.ranges(), some.ranges(), wider.len()), (1, 143, 1_001));
        assert!(Needs::joined(vec![Needs::default(), Needs::default()]).is_empty());
    }
}
