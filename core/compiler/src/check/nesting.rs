//! What each entity belongs to: its parent, what that one belongs to, and so on up to the root.
//!
//! Not here: the fields that lead there, which `declare` makes of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::expr::Scope;
use super::index::Places;
use super::{Checker, Items};
use crate::syntax::ast::{Entity, Name};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::schema::{Field, MAX_LEVELS, PROGRAMME};
use guiju_model::source::Spanned;
use guiju_model::text::{fold, nearest};

/// The entities above each one.
pub(super) struct Nesting<'a> {
    names: Vec<&'a str>,
    /// For each entity its parent and those above, without the root.
    above: Vec<Vec<usize>>,
    /// For each entity those whose parent it is, where that is not the root.
    below: Vec<Vec<usize>>,
    /// Those of which what they belong to is not known, or not all of it.
    astray: Vec<bool>,
    /// The names of parents of which nobody knows what was meant.
    unknown: Vec<&'a str>,
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
        // Parents that are taken to be meant, so that what is read of them is not told as well.
        let (mut guessed, mut unknown) = (vec![false; names.len()], Vec::new());
        for (at, entity) in items.entities.iter().enumerate() {
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
                if found.is_some() || items.lost.names.contains(&parent.node) {
                    return found;
                }
                let others = names.iter().copied();
                let others = others.filter(|name| *name != PROGRAMME && *name != entity.name.node);
                let meant = nearest(&parent.node, others);
                // The record of the programme belongs to nothing: that is said of it elsewhere.
                if !rootless && entity.name.node != PROGRAMME {
                    findings.push(
                        Diagnostic::new(Code::UnknownParentEntity)
                            .arg(&parent.node)
                            .at(parent.span)
                            .suggest(meant),
                    );
                }
                guessed[at] = true;
                unknown.extend(meant.is_none().then_some(&*parent.node));
                known.get(meant?).copied().filter(|of| !is_shared(&items.entities[*of]))
            });
            parents.push(parent);
        }
        let mut found = depths(&parents);
        let ill_guessed: Vec<usize> =
            found.1.iter().flatten().copied().filter(|at| guessed[*at]).collect();
        if !ill_guessed.is_empty() {
            ill_guessed.into_iter().for_each(|at| parents[at] = None);
            found = depths(&parents);
        }
        let (depths, circles) = found;
        for members in &circles {
            findings.push(circle(items, members));
        }
        let mut above = vec![Vec::new(); names.len()];
        let mut astray = vec![false; names.len()];
        for (at, depth) in depths.into_iter().enumerate() {
            if depth == Some(MAX_LEVELS + 2) {
                let entity = &items.entities[at];
                findings.push(
                    Diagnostic::new(Code::TooManyLevels)
                        .arg(&entity.name.node)
                        .arg(MAX_LEVELS.to_string())
                        .at(entity.parent.as_ref().map_or(entity.name.span, |parent| parent.span)),
                );
            }
            let chain: &mut Vec<usize> = &mut above[at];
            let mut next = parents[at];
            while let Some(parent) = next.filter(|next| *next != at && !chain.contains(next))
                && chain.len() <= MAX_LEVELS
            {
                chain.push(parent);
                next = parents[parent];
            }
            let top = chain.last().map_or(at, |top| *top);
            let ends = |top: &Entity| top.parent.is_none() || is_shared(top);
            let is_whole = next.is_none() && ends(&items.entities[top]);
            astray[at] = !is_whole || chain.iter().chain([&at]).any(|at| guessed[*at]);
            // What all belong to stands above by itself.
            if is_whole {
                chain.pop();
            }
            chain.truncate(MAX_LEVELS);
        }
        let mut below = vec![Vec::new(); names.len()];
        for (at, above) in above.iter().enumerate() {
            above.first().into_iter().for_each(|parent: &usize| below[*parent].push(at));
        }
        Nesting { names, above, below, astray, unknown, circles: !circles.is_empty() }
    }

    /// The parent of an entity and those above, without the root.
    pub(super) fn above(&self, at: usize) -> &[usize] {
        self.above.get(at).map_or(&[], Vec::as_slice)
    }

    /// The entities of which what they belong to is not known, or not all of it.
    pub(super) fn astray(&self) -> Astray {
        let astray = self.astray.iter().enumerate().filter(|(_, astray)| **astray);
        let entities = astray.map(|(at, _)| EntityId::new(at)).collect();
        let names = self.unknown.iter().map(|name| (*name).to_owned()).collect();
        Astray { entities, names, hidden: BTreeMap::new() }
    }

    /// Refuses labels of fields that are a name or a label of what belongs to the record: data has
    /// its list beside the fields.
    pub(super) fn labels(
        &self,
        items: &Items,
        (at, root): (usize, usize),
        fields: &[Field],
        findings: &mut Findings,
    ) {
        let entity = &items.entities[at];
        let below: Vec<usize> = if at == root {
            let is_child = |other: &usize| {
                let parent = items.entities[*other].parent.as_ref();
                parent.is_some_and(|parent| parent.node == entity.name.node)
            };
            (0..items.entities.len()).filter(is_child).collect()
        } else {
            self.below.get(at).cloned().unwrap_or_default()
        };
        let folded = |text: &str| fold(text).to_lowercase();
        let mut lists: HashMap<String, &Spanned<String>> = HashMap::new();
        for child in below {
            let child = &items.entities[child];
            let label = child.label.as_ref();
            let labels = label.into_iter().flat_map(|label| [Some(&label.zh), label.en.as_ref()]);
            for text in labels.flatten().chain([&child.name.node]) {
                lists.insert(folded(text), &child.name);
            }
        }
        for (field, written) in fields.iter().zip(&entity.fields) {
            let texts = [Some(&field.label.zh), field.label.en.as_ref()].into_iter().flatten();
            let shared = texts.filter_map(|text| Some((text, *lists.get(&folded(text))?))).next();
            if let Some((text, list)) = shared.filter(|(_, list)| list.node != field.name) {
                let problem = Diagnostic::new(Code::SharedLabel).arg(text).arg(&list.node);
                let problem = problem.at(written.name.span);
                findings.push(problem.also(list.span, "另一個在這裡", "the other is here"));
            }
        }
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
pub(super) fn is_shared(entity: &Entity) -> bool {
    entity.name.node != PROGRAMME
        && entity.parent.as_ref().is_some_and(|parent| parent.node == PROGRAMME)
}

/// What of the data model is said to be wrong already: nothing more is said of rules that read it.
pub(super) struct Astray {
    /// The entities of which what they belong to is not known, or not all of it.
    pub(super) entities: BTreeSet<EntityId>,
    /// The names of parents of which nobody knows what was meant.
    names: BTreeSet<String>,
    /// Fields that are called like an entity that their records belong to: that one is meant
    /// before a dot, by its place among the fields.
    pub(super) hidden: BTreeMap<(EntityId, String), FieldId>,
}

impl Checker<'_> {
    /// Whether a name means nothing because of something that is reported already.
    pub(super) fn is_astray(&self, path: &[Name], scope: Scope) -> bool {
        let lost = path.iter().any(|part| self.lost.names.contains(&part.node));
        let (Scope::Record(entity) | Scope::Classification(entity), [owner, _, ..]) = (scope, path)
        else {
            return lost;
        };
        // Which entities it belongs to, is not known.
        let may_be =
            |name: &str| self.index.entity(name).is_some() || self.astray.names.contains(name);
        lost || self.astray.entities.contains(&entity) && may_be(&owner.node)
    }
}

impl Astray {
    /// Takes note of the fields of an entity, of which the first `own` are its own.
    pub(super) fn of(&mut self, entity: EntityId, fields: &[Field], own: usize) {
        let (own, parents) = fields.split_at(own.min(fields.len()));
        for (at, parent) in parents.iter().enumerate() {
            if own.iter().any(|field| field.name == parent.name) {
                let at = FieldId::new(own.len() + at);
                self.hidden.insert((entity, parent.name.clone()), at);
            }
        }
    }
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
