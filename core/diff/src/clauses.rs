//! Changes clause by clause, in the order of the documents: each stands under one clause and is
//! pointed to from the others.

use super::force::Force;
use super::{Change, ClauseGroup};
use guiju_model::rules::Document;

/// The changes by clause; those that rest on no clause come last.
pub(super) fn groups(changes: &[Change], old: &Force, new: &Force) -> Vec<ClauseGroup> {
    let mut groups: Vec<ClauseGroup> = Vec::new();
    let mut group = |clause: Option<&String>| -> usize {
        let same = |group: &ClauseGroup| group.clause.as_ref().map(|(id, _)| id) == clause;
        groups.iter().position(same).unwrap_or_else(|| {
            let clause = clause.map(|id| {
                (
                    id.clone(),
                    new.summary(id).or_else(|| old.summary(id)).cloned().unwrap_or_default(),
                )
            });
            groups.push(ClauseGroup { clause, changes: Vec::new(), also: Vec::new() });
            groups.len() - 1
        })
    };
    let mut places = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let mut told_under = leading(change).iter();
        places.push((group(told_under.next()), index, false));
        places.extend(told_under.map(|clause| (group(Some(clause)), index, true)));
    }
    for (group, index, also) in places {
        let group = &mut groups[group];
        if also { group.also.push(index) } else { group.changes.push(index) }
    }
    let order = order(&old.rules.documents, &new.rules.documents);
    groups.sort_by_cached_key(|group| {
        let place = group
            .clause
            .as_ref()
            .map(|(id, _)| order.iter().position(|known| known == id).unwrap_or(order.len()));
        (place.is_none(), place)
    });
    groups
}

/// The clauses that a change is told under: those it cites only now or, where there are none, all
/// it cites.
fn leading(change: &Change) -> &[String] {
    let before =
        change.before.as_ref().map(|written| written.clauses.as_slice()).unwrap_or_default();
    let fresh = change.clauses.iter().take_while(|clause| !before.contains(clause)).count();
    change.clauses.get(..fresh).filter(|fresh| !fresh.is_empty()).unwrap_or(&change.clauses)
}

/// All clauses of both packs, those of the later one first.
fn order(old: &[Document], new: &[Document]) -> Vec<String> {
    let ids = |document: &Document| {
        document
            .clauses
            .iter()
            .map(|clause| format!("{}:{}", document.name, clause.id))
            .collect::<Vec<_>>()
    };
    new.iter().chain(old).flat_map(ids).collect()
}
