//! What each entity belongs to: its parent, what that one belongs to, and so on up to the root.
//!
//! Not here: the fields that lead there, which `declare` makes of it.

use super::Items;
use super::index::Places;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::schema::{MAX_LEVELS, PROGRAMME};
use guiju_model::text::nearest;

/// The entities above each one.
pub(super) struct Nesting<'a> {
    names: Vec<&'a str>,
    /// For each entity its parent and those above, without the root.
    above: Vec<Vec<usize>>,
    /// Whether some belong to themselves in the end.
    pub(super) circles: bool,
}

impl<'a> Nesting<'a> {
    /// Finds it, and says what belongs to nothing, to itself, or stands too deep.
    /// Where there is no root, that is said elsewhere.
    pub(super) fn of(
        items: &'a Items,
        known: &Places,
        rootless: bool,
        findings: &mut Findings,
    ) -> Nesting<'a> {
        let names: Vec<&str> = items.entities.iter().map(|entity| &*entity.name.node).collect();
        let mut parents = Vec::with_capacity(names.len());
        for entity in &items.entities {
            let parent = entity.parent.as_ref().and_then(|parent| {
                let found = known.get(&parent.node).copied();
                let found = found.filter(|_| parent.node != PROGRAMME);
                if found.is_none() && !items.lost.names.contains(&parent.node) {
                    let others = names.iter().copied();
                    let others =
                        others.filter(|name| *name != PROGRAMME && *name != entity.name.node);
                    // The record of the programme belongs to nothing: that is said of it elsewhere.
                    if !rootless && entity.name.node != PROGRAMME {
                        findings.push(
                            Diagnostic::new(Code::UnknownParentEntity)
                                .arg(&parent.node)
                                .at(parent.span)
                                .suggest(nearest(&parent.node, others)),
                        );
                    }
                }
                found
            });
            parents.push(parent);
        }
        let mut found = Nesting { above: vec![Vec::new(); names.len()], names, circles: false };
        let mut in_circle = vec![false; parents.len()];
        for at in 0..parents.len() {
            let mut chain = vec![at];
            let mut next = parents[at];
            while let Some(parent) = next.filter(|parent| !chain.contains(parent)) {
                chain.push(parent);
                next = parents[parent];
            }
            if let Some(again) = next {
                found.circles = true;
                if again == at && !in_circle[at] {
                    chain.iter().for_each(|member| in_circle[*member] = true);
                    findings.push(circle(items, &chain));
                }
                continue;
            }
            // The last is the root, or one whose parent is not known.
            chain.pop();
            let above = chain.get(1..).unwrap_or_default();
            if above.len() == MAX_LEVELS + 1 {
                let entity = &items.entities[at];
                findings.push(
                    Diagnostic::new(Code::TooManyLevels)
                        .arg(&entity.name.node)
                        .arg(MAX_LEVELS.to_string())
                        .at(entity.parent.as_ref().map_or(entity.name.span, |parent| parent.span)),
                );
            }
            found.above[at] = above.iter().take(MAX_LEVELS).copied().collect();
        }
        found
    }

    /// The parent of an entity and those above, without the root.
    pub(super) fn above(&self, at: usize) -> &[usize] {
        self.above.get(at).map_or(&[], Vec::as_slice)
    }

    /// The names that fields of an entity below the root cannot have, because data has something
    /// else under them: what it belongs to, and what belongs to it.
    pub(super) fn taken(&self, at: usize, root: usize) -> Vec<&'a str> {
        let below = (0..self.names.len()).filter(|other| self.above(*other).first() == Some(&at));
        let above = self.above(at).iter().copied();
        above.chain([root]).chain(below).filter_map(|at| self.names.get(at).copied()).collect()
    }
}

fn circle(items: &Items, members: &[usize]) -> Diagnostic {
    let names = || members.iter().map(|at| &items.entities[*at].name);
    let mut shown: Vec<&str> = names().map(|name| name.node.as_str()).collect();
    shown.extend(shown.first().copied());
    let found = Diagnostic::new(Code::Cycle).arg(shown.join(" → "));
    let mut spans = names().map(|name| name.span);
    let found = match spans.next() {
        Some(first) => found.at(first),
        None => found,
    };
    spans.fold(found, |found, span| found.also(span, "", ""))
}
