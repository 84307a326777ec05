//! What leaves records open that claim the same as others. Not here: who is refused (`once`), and
//! what the claims of rivals lack (`needs`).

use std::sync::Arc;

use super::Sheet;
use super::needs::Rivals;
use guiju_model::index::{List, TallyId};
use guiju_model::memory::make_room;

/// For each tally, what leaves its records open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contested(List<TallyId, Left>);

/// The first record of a tally and, from there on, what leaves each open that is.
type Left = (usize, Vec<Lists>);

/// The rivals of one record: mostly one list, of one non-duplication rule.
#[derive(Clone, Debug, Default)]
enum Lists {
    #[default]
    None,
    One(Arc<Rivals>),
    #[expect(clippy::box_collection, reason = "lists are many, and nearly all have none or one")]
    More(Box<Vec<Arc<Rivals>>>),
}

impl Contested {
    pub(super) fn new(sheets: &[Sheet]) -> Contested {
        Contested(sheets.iter().map(|sheet| (sheet.first, Vec::new())).collect())
    }

    /// The claims that will decide a record of a tally: a list for each non-duplication rule that
    /// leaves it open.
    pub(crate) fn get(&self, (tally, row): &(TallyId, usize)) -> &[Arc<Rivals>] {
        let rows = self.0.get(*tally).and_then(|(first, rows)| rows.get(row.checked_sub(*first)?));
        rows.map_or(&[], Lists::as_slice)
    }

    /// Whether a record of a tally is left open.
    pub(crate) fn contains_key(&self, record: &(TallyId, usize)) -> bool {
        !self.get(record).is_empty()
    }

    /// Adds a list; the bytes that this takes.
    pub(super) fn add(&mut self, (tally, row): (TallyId, usize), rivals: Arc<Rivals>) -> usize {
        let Some((first, rows)) = self.0.get_mut(tally) else { return 0 };
        let at = row - *first;
        let grown = make_room(rows, (at + 1).saturating_sub(rows.len()));
        if rows.len() <= at {
            rows.resize(at + 1, Lists::None);
        }
        let made = rivals.taken();
        grown + rows[at].add(rivals) + made
    }
}

impl Lists {
    fn as_slice(&self) -> &[Arc<Rivals>] {
        match self {
            Lists::None => &[],
            Lists::One(list) => std::slice::from_ref(list),
            Lists::More(lists) => lists,
        }
    }

    /// Adds a list; the bytes that this takes beside the place in the row.
    fn add(&mut self, list: Arc<Rivals>) -> usize {
        match std::mem::take(self) {
            Lists::None => {
                *self = Lists::One(list);
                0
            }
            Lists::One(first) => {
                let lists = vec![first, list];
                let taken = size_of_val(&lists) + lists.capacity() * size_of::<Arc<Rivals>>();
                *self = Lists::More(Box::new(lists));
                taken
            }
            Lists::More(mut lists) => {
                let room = lists.capacity();
                lists.push(list);
                let more = lists.capacity() - room;
                *self = Lists::More(lists);
                more * size_of::<Arc<Rivals>>()
            }
        }
    }
}
