//! Non-duplication rules: groups of tallies, the key of each, and what `keep` may be.

use std::collections::HashMap;
use std::sync::Arc;

use super::expr::Scope;
use super::{Checker, label};
use crate::syntax::ast::{self, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::outcome::Verdict;
use guiju_model::rules::{Claimant, Keep, Once, Tally};
use guiju_model::schema::FieldKind;
use guiju_model::source::{Span, Spanned};

impl Checker<'_> {
    /// The rules, noted in the tallies they may refuse records of.
    pub(super) fn onces(&mut self, written: &[ast::Once], tallies: &mut [Tally]) -> Vec<Once> {
        let mut list = Vec::new();
        for item in written {
            let mut groups: Vec<Vec<Claimant>> = Vec::new();
            let mut key_reported = false;
            for group in &item.groups {
                groups.push(group.iter().filter_map(|name| self.claimant(name, &item.key, &mut key_reported)).collect());
            }
            self.repeated(item);
            self.by_root(item);
            let keep = match &item.keep {
                ast::Keep::None => Keep::None,
                ast::Keep::First(order) => Keep::First(self.group_order(order, item)),
                ast::Keep::Best(order) => self.best(order, item, &groups, tallies),
            };
            for claimant in groups.iter().flatten() {
                let tally = &mut tallies[claimant.tally];
                tally.onces.push(list.len());
                if tally.onces.len() > Verdict::MAX_REFUSALS / 2 {
                    let limit = (Verdict::MAX_REFUSALS / 2).to_string();
                    self.report(
                        Diagnostic::new(Code::TooManyParts).arg(self.spelled("once", item.name.span)).arg(limit).at(item.name.span),
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

    fn claimant(&mut self, name: &Name, key: &Name, key_reported: &mut bool) -> Option<Claimant> {
        let Some(found) = self.tallies.get(&name.node).copied() else {
            self.unknown_tally(name);
            return None;
        };
        let schema = Arc::clone(&self.schema);
        let entity = &schema.entities[found.entity];
        let field = self.index.field(found.entity, &key.node).filter(|field| entity.fields[*field].kind == FieldKind::Text);
        if field.is_none() && !std::mem::replace(key_reported, true) {
            let texts = entity.fields.iter().filter(|field| field.kind == FieldKind::Text);
            let nearest = self.meant(&key.node, texts.map(|field| field.name.as_str()));
            let diagnostic = Diagnostic::new(Code::OnceKey).arg(&name.node).arg(&entity.name).arg(&key.node).at(key.span);
            let diagnostic = diagnostic.suggest(nearest.as_deref());
            self.report(diagnostic.also(name.span, "在這個 tally", "for this tally"));
        }
        Some(Claimant { tally: found.index, field: field? })
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

    /// Roots against each other: the only way for one group to be in conflict, and without an order among them.
    fn by_root(&mut self, item: &ast::Once) {
        let schema = Arc::clone(&self.schema);
        let Some(root) = schema.entities.get(schema.root) else { return };
        let at = match &item.by_root {
            None if item.groups.len() > 1 => return,
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
        let found: Vec<usize> = order.node.iter().filter_map(|name| heads.get(name.node.as_str()).copied()).collect();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        // Groups of unknown tallies have been reported.
        let unknown = item.groups.iter().flatten().any(|name| !self.tallies.contains_key(&name.node));
        if unknown {
            return found;
        }
        if order.node.len() != found.len() || sorted != (0..item.groups.len()).collect::<Vec<_>>() {
            self.report(Diagnostic::new(Code::OnceOrder).at(order.span));
        }
        found
    }

    fn best(&mut self, order: &Spanned<Vec<Name>>, item: &ast::Once, groups: &[Vec<Claimant>], tallies: &[Tally]) -> Keep {
        let preferred = self.group_order(order, item).first().copied().unwrap_or(0);
        let counts = |claimant: &Claimant| tallies[claimant.tally].measures.first().is_some_and(|measure| measure.of.is_none());
        let fits = groups.len() == 2 && groups.iter().all(|group| group.len() == 1 && group.iter().all(counts));
        let known = groups.iter().map(Vec::len).eq(item.groups.iter().map(Vec::len));
        if known && (!fits || item.within_programme) && item.by_root.is_none() {
            self.report(Diagnostic::new(Code::BestShape).at(item.name.span));
        }
        for claimant in groups.iter().flatten().filter(|claimant| tallies[claimant.tally].target.is_some()) {
            self.report(Diagnostic::new(Code::TargetChooses).arg(&tallies[claimant.tally].name).at(item.name.span));
        }
        Keep::Best { preferred }
    }
}
