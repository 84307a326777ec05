//! Non-duplication rules: groups of tallies, the key of each, and what `keep` may be.

use std::collections::HashMap;
use std::sync::Arc;

use super::expr::Scope;
use super::{Checker, label};
use crate::syntax::ast::{self, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, List, TallyId};
use guiju_model::outcome::Verdict;
use guiju_model::rules::{
    Across, Among, Claimant, ExprKind, Keep, Kept, KeyPart, Once, Tally, Type,
};
use guiju_model::schema::{Field, FieldKind};
use guiju_model::source::{Span, Spanned};

impl Checker<'_> {
    /// The rules, noted in the tallies they may refuse records of.
    pub(super) fn onces(
        &mut self,
        written: &[ast::Once],
        tallies: &mut List<TallyId, Tally>,
    ) -> Vec<Once> {
        let mut list = Vec::new();
        for item in written {
            let mut groups: Vec<Vec<Claimant>> = Vec::new();
            let mut key_reported = false;
            for group in &item.groups {
                groups.push(
                    group
                        .iter()
                        .filter_map(|name| self.claimant(name, &item.key, &mut key_reported))
                        .collect(),
                );
            }
            self.alike(item, &groups, tallies);
            self.repeated(item);
            self.by_root(item);
            let keep = match &item.keep {
                ast::Keep::None => Keep::None,
                ast::Keep::First(order) => Keep::First(self.group_order(order, item)),
                ast::Keep::Best(order) => self.best(order, item, &groups, tallies),
                ast::Keep::Among(among) => match groups.iter().flatten().next() {
                    Some(claimant) => {
                        self.among(item, among, claimant, tallies[claimant.tally].entity)
                    }
                    // Its tally or its key is unknown, which has been said.
                    None => Keep::None,
                },
            };
            for claimant in groups.iter().flatten() {
                let tally = &mut tallies[claimant.tally];
                tally.onces.push(list.len());
                if tally.onces.len() > Verdict::MAX_REFUSALS / 2 {
                    let limit = (Verdict::MAX_REFUSALS / 2).to_string();
                    self.report(
                        Diagnostic::new(Code::TooManyParts)
                            .arg(self.spelled("once", item.name.span))
                            .arg(limit)
                            .at(item.name.span),
                    );
                }
            }
            let basis = self.basis(item.ground.as_ref(), &item.name.node, item.name.span);
            list.push(Once {
                name: item.name.node.clone(),
                label: label(item.label.as_ref(), &item.name.node),
                groups,
                within_programme: item.within_programme,
                by_root: item.by_root.is_some(),
                keep,
                message: self.message(&item.message, Scope::Constant, item.name.span),
                basis,
            });
        }
        list
    }

    fn among(
        &mut self,
        item: &ast::Once,
        written: &ast::Among,
        claimant: &Claimant,
        entity: EntityId,
    ) -> Keep {
        let shape = &self.schema.entities[entity];
        let own = shape.key;
        // The keys of what belongs to different records may be the same.
        let whose = shape.parents().next();
        let apart =
            whose.is_none_or(|parent| claimant.key.iter().any(|part| part.field() == Some(parent)));
        if let Some((part, _)) = item
            .key
            .iter()
            .zip(&claimant.key)
            .find(|(_, part)| part.field() == Some(own) && apart && !item.within_programme)
        {
            self.report(Diagnostic::new(Code::AmongOwnKey).arg(&part.node).at(part.span));
        }
        let scope = Scope::Record(entity);
        let when = written.when.as_ref().map(|when| self.condition(when, scope));
        let keep = match &written.keep {
            ast::KeepRecord::None => Kept::None,
            ast::KeepRecord::First => Kept::First,
            ast::KeepRecord::Order(criteria) => Kept::Order(self.criteria(criteria, scope)),
        };
        let across = written.across.as_ref().map(|across| {
            let day = across.day.as_ref().map(|day| self.expr(day, scope, None));
            day.iter().filter(|day| day.ty != Type::Date).for_each(|day| {
                self.mismatch(&Type::Date.describe(), day);
            });
            Across { day }
        });
        Keep::Among(Box::new(Among { when, keep, across }))
    }

    fn claimant(&mut self, name: &Name, key: &[Name], key_reported: &mut bool) -> Option<Claimant> {
        let Some(found) = self.tallies.get(&name.node).copied() else {
            self.unknown_tally(name, &[]);
            return None;
        };
        let schema = Arc::clone(&self.schema);
        let entity = &schema.entities[found.entity];
        let is_key = |field: &Field| !matches!(field.kind, FieldKind::List(_) | FieldKind::Period);
        let mut parts = Vec::with_capacity(key.len());
        for part in key {
            let value = self.key_part(found.entity, part);
            if value.is_none() && !std::mem::replace(key_reported, true) {
                let fields = entity.fields.iter().filter(|field| is_key(field));
                let mut names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
                let named = self.index.value_names(found.entity);
                names.extend(
                    named.iter().filter(|name| self.index.value(found.entity, name).is_some()),
                );
                let others = names.into_iter().filter(|name| *name != part.node);
                let nearest = self.meant(&part.node, others);
                let diagnostic = Diagnostic::new(Code::OnceKey)
                    .arg(&name.node)
                    .arg(&entity.name)
                    .arg(&part.node)
                    .at(part.span);
                let diagnostic = diagnostic.suggest(nearest.as_deref());
                self.report(diagnostic.also(name.span, "在這個 tally", "for this tally"));
            }
            parts.extend(value);
        }
        (parts.len() == key.len()).then_some(Claimant { tally: found.index, key: parts })
    }

    /// A field or a named value of a record as part of a key; `None` where there is none of that
    /// name, or one whose values are no keys.
    fn key_part(&mut self, entity: EntityId, name: &Name) -> Option<KeyPart> {
        let schema = Arc::clone(&self.schema);
        let index = &self.index;
        let label = match (index.field(entity, &name.node), index.value(entity, &name.node)) {
            (Some(field), _) => schema.entities[entity].fields[field].label.clone(),
            (_, Some(value)) => {
                let written = self.value_written(value).1;
                label(written.label.as_ref(), &name.node)
            }
            _ => return None,
        };
        let path = ast::ExprKind::Path(vec![name.clone()]);
        let written = ast::Expr { span: name.span, kind: path, height: 1 };
        let value = self.expr(&written, Scope::Record(entity), None);
        let is_field = matches!(value.kind, ExprKind::Field { via: None, .. });
        let is_key = match value.ty {
            Type::Text | Type::Date | Type::Number(_) | Type::Bool | Type::Choice(_) => true,
            Type::Reference(_) => is_field,
            // Said where the value is declared.
            Type::Error => true,
            Type::Period | Type::List(_) | Type::Months => false,
        };
        is_key.then(|| KeyPart { name: name.node.clone(), label, value })
    }

    /// Parts of a key stand once, and have one type in all tallies.
    fn alike(
        &mut self,
        item: &ast::Once,
        groups: &[Vec<Claimant>],
        tallies: &List<TallyId, Tally>,
    ) {
        let mut firsts: HashMap<&str, Span> = HashMap::new();
        for part in &item.key {
            let first = *firsts.entry(&part.node).or_insert(part.span);
            if first != part.span {
                let diagnostic = Diagnostic::new(Code::RepeatedPart).arg(&part.node).at(part.span);
                self.report(diagnostic.also(first, "第一次在這裡", "first written here"));
            }
        }
        let schema = Arc::clone(&self.schema);
        let mut claimants = groups
            .iter()
            .flatten()
            .map(|claimant| (claimant, &schema.entities[tallies[claimant.tally].entity]));
        let Some((first, of_first)) = claimants.next() else { return };
        let mut apart = Vec::new();
        for (claimant, shape) in claimants {
            let parts = item.key.iter().zip(first.key.iter().zip(&claimant.key));
            let differs = parts.filter(|(_, (a, b))| match (a.field(), b.field()) {
                (Some(a), Some(b)) => of_first.fields[a].kind != shape.fields[b].kind,
                _ => {
                    let said = [a, b].iter().any(|part| part.value.ty == Type::Error);
                    !said && a.value.ty != b.value.ty
                }
            });
            apart.extend(differs.map(|(part, _)| {
                Diagnostic::new(Code::NoSharedKey).arg(&part.node).arg(&shape.name).at(part.span)
            }));
        }
        apart.into_iter().take(1).for_each(|diagnostic| self.report(diagnostic));
    }

    /// A tally belongs to one group, once.
    fn repeated(&mut self, item: &ast::Once) {
        let mut firsts: HashMap<&str, Span> = HashMap::new();
        for name in item.groups.iter().flatten() {
            let first = *firsts.entry(&name.node).or_insert(name.span);
            if first != name.span {
                let diagnostic = Diagnostic::new(Code::RepeatedPart).arg(&name.node).at(name.span);
                self.report(diagnostic.also(first, "第一次在這裡", "first written here"));
            }
        }
    }

    /// Roots against each other: the only way for one group to be in conflict, and without an order
    /// among them.
    fn by_root(&mut self, item: &ast::Once) {
        let schema = Arc::clone(&self.schema);
        let Some(root) = schema.entities.get(schema.root) else { return };
        if let (Some(name), ast::Keep::Among(_)) = (&item.by_root, &item.keep) {
            self.report(Diagnostic::new(Code::AmongByRoot).arg(&root.name).at(name.span));
            return;
        }
        let at = match &item.by_root {
            None if item.groups.len() > 1 || matches!(item.keep, ast::Keep::Among(_)) => return,
            None => item.name.span,
            Some(name) if name.node == root.name && item.keep == ast::Keep::None => return,
            Some(name) => name.span,
        };
        self.report(Diagnostic::new(Code::OnceByRoot).arg(&root.name).at(at));
    }

    /// The order after `keep` as group numbers: it names the first tally of every group.
    fn group_order(&mut self, order: &Spanned<Vec<Name>>, item: &ast::Once) -> Vec<usize> {
        let mut heads: HashMap<&str, usize> = HashMap::new();
        for (at, group) in item.groups.iter().enumerate() {
            group.first().into_iter().for_each(|first| {
                heads.entry(&first.node).or_insert(at);
            });
        }
        let found: Vec<usize> =
            order.node.iter().filter_map(|name| heads.get(name.node.as_str()).copied()).collect();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        // Groups of unknown tallies have been reported.
        let unknown =
            item.groups.iter().flatten().any(|name| !self.tallies.contains_key(&name.node));
        if unknown {
            return found;
        }
        if order.node.len() != found.len() || sorted != (0..item.groups.len()).collect::<Vec<_>>() {
            self.report(Diagnostic::new(Code::OnceOrder).at(order.span));
        }
        found
    }

    fn best(
        &mut self,
        order: &Spanned<Vec<Name>>,
        item: &ast::Once,
        groups: &[Vec<Claimant>],
        tallies: &List<TallyId, Tally>,
    ) -> Keep {
        let preferred = self.group_order(order, item).first().copied().unwrap_or(0);
        let counts = |claimant: &Claimant| {
            tallies[claimant.tally].measures.first().is_some_and(|measure| measure.of.is_none())
        };
        let fits = groups.len() == 2
            && groups.iter().all(|group| group.len() == 1 && group.iter().all(counts));
        let known = groups.iter().map(Vec::len).eq(item.groups.iter().map(Vec::len));
        if known && (!fits || item.within_programme) && item.by_root.is_none() {
            self.report(Diagnostic::new(Code::BestShape).at(item.name.span));
        }
        for claimant in
            groups.iter().flatten().filter(|claimant| tallies[claimant.tally].target.is_some())
        {
            self.report(
                Diagnostic::new(Code::TargetChooses)
                    .arg(&tallies[claimant.tally].name)
                    .at(item.name.span),
            );
        }
        Keep::Best { preferred }
    }
}
