//! What each entity belongs to: its parent, what that one belongs to, and so on up to the root.
//!
//! Not here: the fields that lead there, which `declare` makes of it.

use super::Items;
use super::index::Places;
use crate::syntax::ast;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::schema::{MAX_LEVELS, PROGRAMME};
use guiju_model::text::nearest;

/// The entities above each one.
pub(super) struct Nesting<'a> {
    names: Vec<&'a str>,
    /// For each entity its parent and those above, without the root.
    above: Vec<Vec<usize>>,
    /// For each entity those whose parent it is, where that is not the root.
    below: Vec<Vec<usize>>,
    /// Whether some belong to themselves in the end.
    pub(super) circles: bool,
}

impl<'a> Nesting<'a> {
    /// Finds it, and says what belongs to nothing, to itself, or stands too deep. Where there is no
    /// root, that is said elsewhere.
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
                // All roots share what belongs to the programme.
                if parent.node == PROGRAMME && entity.name.node != PROGRAMME {
                    return None;
                }
                let found = known.get(&parent.node).copied();
                if let Some(of) = found.filter(|of| is_shared(&items.entities[*of])) {
                    findings.push(
                        Diagnostic::new(Code::BelowShared)
                            .arg(&items.entities[of].name.node)
                            .arg(&entity.name.node)
                            .at(parent.span),
                    );
                    return None;
                }
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
        let (depths, circles) = depths(&parents);
        for members in &circles {
            findings.push(circle(items, members));
        }
        let mut above = vec![Vec::new(); names.len()];
        for (at, depth) in depths.into_iter().enumerate() {
            // The last is the root, or one whose parent is not known.
            let levels = depth.unwrap_or(0).saturating_sub(1);
            if levels == MAX_LEVELS + 1 {
                let entity = &items.entities[at];
                findings.push(
                    Diagnostic::new(Code::TooManyLevels)
                        .arg(&entity.name.node)
                        .arg(MAX_LEVELS.to_string())
                        .at(entity.parent.as_ref().map_or(entity.name.span, |parent| parent.span)),
                );
            }
            above[at] = std::iter::successors(parents[at], |parent| parents[*parent])
                .take(levels.min(MAX_LEVELS))
                .collect();
        }
        let mut below = vec![Vec::new(); names.len()];
        for (at, above) in above.iter().enumerate() {
            above.first().into_iter().for_each(|parent: &usize| below[*parent].push(at));
        }
        Nesting { names, above, below, circles: !circles.is_empty() }
    }

    /// The parent of an entity and those above, without the root.
    pub(super) fn above(&self, at: usize) -> &[usize] {
        self.above.get(at).map_or(&[], Vec::as_slice)
    }

    /// The names that fields of an entity below the root cannot have, because data has something
    /// else under them: what it belongs to, and what belongs to it.
    pub(super) fn taken(&self, at: usize, root: usize) -> Vec<&'a str> {
        let below = self.below.get(at).into_iter().flatten().copied();
        let above = self.above(at).iter().copied();
        above.chain([root]).chain(below).filter_map(|at| self.names.get(at).copied()).collect()
    }
}

/// Whether all roots share the records of an entity, which belong to the programme.
pub(super) fn is_shared(entity: &ast::Entity) -> bool {
    entity.name.node != PROGRAMME
        && entity.parent.as_ref().is_some_and(|parent| parent.node == PROGRAMME)
}

/// How many stand above each, `None` where they go round in a circle; and the circles, each from
/// the one that is declared first.
fn depths(parents: &[Option<usize>]) -> (Vec<Option<usize>>, Vec<Vec<usize>>) {
    let mut depths: Vec<Option<usize>> = vec![None; parents.len()];
    let mut met: Vec<Option<usize>> = vec![None; parents.len()];
    let mut circles = Vec::new();
    for start in 0..parents.len() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| met[*at].is_none()) {
            met[at] = Some(start);
            path.push(at);
            next = parents[at];
        }
        let mut depth = match next {
            None => Some(0),
            Some(known) if met[known] != Some(start) => depths[known].map(|depth| depth + 1),
            Some(again) => {
                let begin = path.iter().position(|at| *at == again).unwrap_or(0);
                let mut members = path.split_off(begin);
                let first = members.iter().enumerate().min_by_key(|(_, at)| **at);
                let first = first.map_or(0, |(place, _)| place);
                members.rotate_left(first);
                circles.push(members);
                None
            }
        };
        for at in path.into_iter().rev() {
            depths[at] = depth;
            depth = depth.map(|depth| depth + 1);
        }
    }
    (depths, circles)
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
