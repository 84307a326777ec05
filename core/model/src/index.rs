//! Indices that know what they point at, and lists that only their own indices read.
//!
//! Rules, data and outcomes refer to one another by position. A bare number could be the position
//! of anything; these cannot be mixed up. Not here: what is listed.

use std::fmt;
use std::iter::Enumerate;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Index, IndexMut, Range};

/// The position of something in a [`List`].
pub trait Id: Copy {
    /// The id at a position. Positions that 32 bits cannot hold give the last id of all, which
    /// points at nothing.
    fn at(position: usize) -> Self;

    /// The position, from zero.
    fn position(self) -> usize;
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The id at a position. Positions that 32 bits cannot hold give the last id of all,
            /// which points at nothing.
            pub const fn new(position: usize) -> $name {
                if position > u32::MAX as usize { $name(u32::MAX) } else { $name(position as u32) }
            }

            /// The position in the list that it is of, from zero.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl Id for $name {
            fn at(position: usize) -> $name {
                $name::new(position)
            }

            fn position(self) -> usize {
                self.index()
            }
        }
    )* };
}

ids! {
    /// A kind of record, by its position in the schema.
    EntityId
    /// A field, by its position in its entity: those that are declared, then what the entity
    /// belongs to.
    FieldId
    /// A KPI, by its position in the rules: those of the root first, in the order of the schema,
    /// then those of the programme.
    KpiId
    /// A tally, by its position in the rules.
    TallyId
}

/// A list that is read by ids of one kind. As a slice it has all that slices have.
#[derive(Clone, PartialEq, Eq)]
pub struct List<I, T> {
    items: Vec<T>,
    ids: PhantomData<fn(I) -> I>,
}

impl<I: Id, T> List<I, T> {
    /// A list of nothing.
    pub const fn new() -> List<I, T> {
        List { items: Vec::new(), ids: PhantomData }
    }

    /// What stands at an id, where anything does.
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.position())
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.items.get_mut(id.position())
    }

    /// Adds something at the end.
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// The id of each item, in order.
    pub const fn ids(&self) -> Ids<I> {
        Ids::new(0, self.items.len())
    }

    /// Each item with its id, in order.
    pub fn entries(&self) -> Entries<'_, I, T> {
        Entries { items: self.items.iter().enumerate(), ids: PhantomData }
    }

    /// The id of the first item for which something holds.
    pub fn find_id(&self, holds: impl FnMut(&T) -> bool) -> Option<I> {
        self.items.iter().position(holds).map(I::at)
    }

    /// The items as they are.
    pub fn into_vec(self) -> Vec<T> {
        self.items
    }
}

/// Ids that follow one another: an iterator over them.
#[derive(Clone, Debug)]
pub struct Ids<I> {
    positions: Range<usize>,
    ids: PhantomData<fn(I) -> I>,
}

impl<I: Id> Ids<I> {
    /// Those from one position up to another, which is not among them.
    pub const fn new(start: usize, end: usize) -> Ids<I> {
        Ids { positions: start..end, ids: PhantomData }
    }

    /// Whether an id is one of these.
    pub fn contains(&self, id: I) -> bool {
        self.positions.contains(&id.position())
    }

    /// Whether an id comes before these.
    pub fn follow(&self, id: I) -> bool {
        id.position() < self.positions.start
    }
}

impl<I: Id> Iterator for Ids<I> {
    type Item = I;

    fn next(&mut self) -> Option<I> {
        self.positions.next().map(I::at)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.positions.size_hint()
    }
}

impl<I: Id> DoubleEndedIterator for Ids<I> {
    fn next_back(&mut self) -> Option<I> {
        self.positions.next_back().map(I::at)
    }
}

impl<I: Id> ExactSizeIterator for Ids<I> {}

/// The items of a [`List`] with their ids.
#[derive(Clone, Debug)]
pub struct Entries<'a, I, T> {
    items: Enumerate<std::slice::Iter<'a, T>>,
    ids: PhantomData<fn(I) -> I>,
}

impl<'a, I: Id, T> Iterator for Entries<'a, I, T> {
    type Item = (I, &'a T);

    fn next(&mut self) -> Option<(I, &'a T)> {
        self.items.next().map(|(position, item)| (I::at(position), item))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<I, T> Default for List<I, T> {
    fn default() -> List<I, T> {
        List { items: Vec::new(), ids: PhantomData }
    }
}

impl<I, T: fmt::Debug> fmt::Debug for List<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

impl<I, T> Deref for List<I, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<I, T> DerefMut for List<I, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<I: Id, T> Index<I> for List<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.items[id.position()]
    }
}

impl<I: Id, T> IndexMut<I> for List<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.position()]
    }
}

impl<I, T> From<Vec<T>> for List<I, T> {
    fn from(items: Vec<T>) -> List<I, T> {
        List { items, ids: PhantomData }
    }
}

impl<I, T> FromIterator<T> for List<I, T> {
    fn from_iter<S: IntoIterator<Item = T>>(items: S) -> List<I, T> {
        List::from(Vec::from_iter(items))
    }
}

impl<I, T> Extend<T> for List<I, T> {
    fn extend<S: IntoIterator<Item = T>>(&mut self, items: S) {
        self.items.extend(items);
    }
}

impl<I, T> IntoIterator for List<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> std::vec::IntoIter<T> {
        self.items.into_iter()
    }
}

impl<'a, I, T> IntoIterator for &'a List<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> std::slice::Iter<'a, T> {
        self.items.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut List<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> std::slice::IterMut<'a, T> {
        self.items.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_by_its_ids_in_order() {
        let list: List<TallyId, &str> = ["a", "b"].into_iter().collect();
        let entries: Vec<(TallyId, &str)> = list.entries().map(|(id, item)| (id, *item)).collect();
        assert_eq!(entries, [(TallyId::new(0), "a"), (TallyId::new(1), "b")]);
        assert!(list.ids().eq(entries.iter().map(|(id, _)| *id)));
        assert_eq!(list[TallyId::new(1)], "b");
        assert_eq!(list.find_id(|item| *item == "b").map(TallyId::index), Some(1));
        assert_eq!(list.get(TallyId::new(2)), None);
    }

    #[test]
    fn a_position_beyond_32_bits_points_at_nothing() {
        let list: List<TallyId, ()> = List::from(vec![(); 3]);
        assert_eq!(list.get(TallyId::new(usize::MAX)), None);
        assert_eq!(list.get(TallyId::new(u32::MAX as usize + 1)), None);
    }
}
