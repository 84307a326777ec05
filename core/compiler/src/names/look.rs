//! What a path of names leads to, by the scope it stands in. Not here: what rules mention
//! (`rules`).

use super::rules::MEMBERS;
use super::{NameKind, Names};
use crate::syntax::ast::{Expr, ExprKind, Name};
use guiju_model::rules::Placing;
use guiju_model::schema::{MAX_LEVELS, PROGRAMME};
use guiju_model::source::{SourceId, Span, Spanned};

/// What an expression may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameScope<'a> {
    Constant,
    /// A record of an entity.
    Record(&'a str),
    /// A root and its KPIs.
    Root,
    /// All roots.
    Programme,
}

/// What a path leads to.
#[derive(Default)]
pub(super) struct Found {
    /// Each word with the name it stands for.
    pub(super) names: Vec<(Span, usize)>,
    /// The owner of the named values it has.
    pub(super) choices: Option<String>,
}

/// How many named values stand for one another at most before their choices are looked up no
/// further.
const DEEPEST: usize = 16;

impl Names {
    /// What a path means in a scope; `choices` is the owner of the named values that a bare name
    /// may be.
    pub(super) fn look(
        &self,
        path: &[Name],
        scope: NameScope<'_>,
        choices: Option<&str>,
    ) -> Option<Found> {
        let [first, rest @ ..] = path else { return None };
        if let (Some(owner), []) = (choices, rest)
            && let Some(at) = self.find(NameKind::Choice, owner, &first.node)
        {
            return Some(Found { names: vec![(first.span, at)], choices: Some(owner.to_owned()) });
        }
        if let ([], Some(at)) = (rest, self.find(NameKind::Constant, "", &first.node)) {
            return Some(Found { names: vec![(first.span, at)], choices: None });
        }
        if let ([programme, field], true) = (path, scope != NameScope::Constant)
            && programme.node == PROGRAMME
            && let Some(found) =
                self.member(PROGRAMME, field).or_else(|| self.figure(std::slice::from_ref(field)))
        {
            return Some(found);
        }
        match scope {
            NameScope::Constant => None,
            NameScope::Record(entity) => self.in_record(path, entity),
            NameScope::Root => self.figure(path).or_else(|| self.placing(path)).or_else(|| {
                let root = self.root()?;
                match path {
                    [only] => self.member(root, only),
                    [entity, field] if entity.node == root => {
                        self.through(entity, NameKind::Entity, "", root, field)
                    }
                    _ => None,
                }
            }),
            NameScope::Programme => self.figure(path).or_else(|| match path {
                // An award for each value of a field knows which it is for.
                [only] => {
                    let root = self.root()?;
                    let at = self.find(NameKind::Field, root, &only.node)?;
                    Some(Found {
                        names: vec![(only.span, at)],
                        choices: self.choices_of_name(at, 0),
                    })
                }
                _ => None,
            }),
        }
    }

    /// The owner of the named values that a path has in a scope.
    pub fn choices(&self, path: &[&str], scope: NameScope<'_>) -> Option<String> {
        let nowhere = Span { source: SourceId(0), start: 0, end: 0 };
        let path: Vec<Name> =
            path.iter().map(|part| Name { node: (*part).to_owned(), span: nowhere }).collect();
        self.look(&path, scope, None)?.choices
    }

    /// The owners of the named values that the parts of a tally are called by.
    pub fn parts(&self, tally: &str) -> Vec<String> {
        let Some(named) = self.find(NameKind::Tally, "", tally).and_then(|at| self.list.get(at))
        else {
            return Vec::new();
        };
        let entity = named.entity.as_deref().unwrap_or_default();
        named
            .splits
            .iter()
            .filter_map(|by| self.choices(&[by], NameScope::Record(entity)))
            .collect()
    }

    fn in_record(&self, path: &[Name], entity: &str) -> Option<Found> {
        match path {
            [name] => self.member(entity, name),
            [owner, name] => self.of_another(owner, name, entity).or_else(|| self.placing(path)),
            // What an award made of another record: `bid.winner.rank`.
            [owner, rest @ ..] => {
                let mut found = self.placing(rest)?;
                let at = self
                    .above(entity, &owner.node)
                    .or_else(|| self.find(NameKind::Field, entity, &owner.node))?;
                found.names.insert(0, (owner.span, at));
                Some(found)
            }
            [] => None,
        }
    }

    /// A member of a record that one refers or belongs to.
    fn of_another(&self, owner: &Name, name: &Name, entity: &str) -> Option<Found> {
        if self.above(entity, &owner.node).is_some() {
            return self.through(owner, NameKind::Entity, "", &owner.node, name);
        }
        let target = self
            .find(NameKind::Field, entity, &owner.node)
            .and_then(|at| self.list[at].entity.as_deref())?;
        self.through(owner, NameKind::Field, entity, target, name)
    }

    /// A member of what the word before the dot stands for.
    fn through(
        &self,
        word: &Name,
        kind: NameKind,
        owner: &str,
        target: &str,
        name: &Name,
    ) -> Option<Found> {
        let mut found = self.member(target, name)?;
        let at = self.find(kind, owner, &word.node)?;
        found.names.insert(0, (word.span, at));
        Some(found)
    }

    /// A field, classification, named value or figure of an entity.
    pub(super) fn member(&self, entity: &str, name: &Name) -> Option<Found> {
        // Figures without an owner are the pack's, and nobody's members.
        let mut kinds = MEMBERS.iter().filter(|_| !entity.is_empty());
        let at = kinds
            .find_map(|kind| self.find(*kind, entity, &name.node))
            .or_else(|| self.above(entity, &name.node))?;
        Some(Found { names: vec![(name.span, at)], choices: self.choices_of_name(at, 0) })
    }

    /// An entity that records of another belong to, by its name.
    pub(super) fn above(&self, entity: &str, name: &str) -> Option<usize> {
        let mut at = entity;
        // In rules that are wrong one may belong to itself.
        for _ in 0..=MAX_LEVELS {
            let own = self.find(NameKind::Entity, "", at)?;
            at = self.list.get(own)?.entity.as_deref()?;
            if at == name {
                return self.find(NameKind::Entity, "", at);
            }
        }
        None
    }

    /// A figure, or a part of one.
    pub(super) fn figure(&self, path: &[Name]) -> Option<Found> {
        let [name, rest @ ..] = path else { return None };
        let at = [NameKind::Tally, NameKind::Kpi]
            .into_iter()
            .find_map(|kind| self.find(kind, "", &name.node))?;
        let mut names = vec![(name.span, at)];
        match rest {
            [] => {}
            [part] => names.push((part.span, self.part(at, &part.node)?)),
            _ => return None,
        }
        Some(Found { names, choices: None })
    }

    /// What an award decides of an applicant: `funded.rank`. The word after the dot is the
    /// language's own.
    pub(super) fn placing(&self, path: &[Name]) -> Option<Found> {
        let [award, figure] = path else { return None };
        Placing::NAMES.iter().find(|(name, _)| *name == figure.node)?;
        let at = self.find(NameKind::Award, "", &award.node)?;
        Some(Found { names: vec![(award.span, at)], choices: None })
    }

    /// A part of a tally: named by its split, or a named value of what it is split by.
    fn part(&self, tally: usize, name: &str) -> Option<usize> {
        let named = self.list.get(tally)?;
        self.find(NameKind::Part, &named.symbol.name, name).or_else(|| {
            let entity = named.entity.as_deref()?;
            let splits = named.splits.iter().filter_map(|by| {
                let by = Spanned { node: by.clone(), span: named.declared.first()?.name };
                self.member(entity, &by)?.choices
            });
            splits.filter_map(|owner| self.find(NameKind::Choice, &owner, name)).next_back()
        })
    }

    /// The owner of the named values that a field, classification or named value gives.
    fn choices_of_name(&self, at: usize, depth: usize) -> Option<String> {
        let named = self.list.get(at)?;
        let of_value = || {
            let value = named.value.as_ref().filter(|_| depth < DEEPEST)?;
            self.choices_of(&value.value, NameScope::Record(&named.symbol.owner), depth + 1)
        };
        named.choices.clone().or_else(of_value)
    }

    /// The owner of the named values that an expression gives.
    pub(super) fn choices_of(
        &self,
        expr: &Expr,
        scope: NameScope<'_>,
        depth: usize,
    ) -> Option<String> {
        match &expr.kind {
            ExprKind::Path(path) => {
                let found = self.look(path, scope, None)?;
                let (_, last) = found.names.last()?;
                self.choices_of_name(*last, depth)
            }
            ExprKind::Default(value, ..) => self.choices_of(value, scope, depth),
            ExprKind::Case(case) => self.choices_of(&case.rows.first()?.value, scope, depth),
            _ => None,
        }
    }
}
