//! What rules mention: names in expressions by the scope they stand in, citations, counters, holes
//! of messages. Not here: examples and tests (`tests`).

use super::look::{Found, NameScope};
use super::{NameKind, Reader};
use crate::check::amend::exprs;
use crate::syntax::TokenKind;
use crate::syntax::ast::{
    self, AwardPart, Binary, Edit, Expr, ExprKind, Ground, Item, ItemKind, Keep, Name, Place,
};
use guiju_model::source::Span;
use guiju_model::words::{self, built_in, english};

impl Reader<'_> {
    pub(super) fn refer(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Pack(pack) => {
                if let Some(base) = &pack.amends {
                    self.refer_to(NameKind::Pack, "", &base.node, base.span);
                }
            }
            ItemKind::Drop(drop) => {
                drop.names.iter().for_each(|dropped| self.dropped(dropped));
                self.ground(drop.ground.as_ref());
            }
            ItemKind::Period(_, ground) => self.ground(ground.as_ref()),
            ItemKind::Source(_) | ItemKind::Lost(_) => {}
            ItemKind::Let(value) => self.defined(value),
            ItemKind::Table(table) => self.table(table),
            ItemKind::Entity(entity) => {
                if let Some(parent) = &entity.parent {
                    self.refer_to(NameKind::Entity, "", &parent.node, parent.span);
                }
                self.fields_of(&entity.fields);
            }
            ItemKind::Extend(extension) => {
                self.refer_to(NameKind::Entity, "", &extension.entity.node, extension.entity.span);
                self.fields_of(&extension.fields);
                self.ground(extension.ground.as_ref());
            }
            ItemKind::Classify(class) => {
                self.refer_to(NameKind::Entity, "", &class.entity.node, class.entity.span);
                self.exprs_of(item, NameScope::Record(&class.entity.node));
                let owner = format!("{}.{}", class.entity.node, class.name.node);
                for row in &class.rows {
                    self.refer_to(NameKind::Choice, &owner, &row.value.node, row.value.span);
                    self.ground(row.ground.as_ref());
                }
                if let Some((value, ground)) = &class.otherwise {
                    self.refer_to(NameKind::Choice, &owner, &value.node, value.span);
                    self.ground(ground.as_ref());
                }
            }
            ItemKind::Tally(tally) => {
                self.refer_to(NameKind::Entity, "", &tally.entity.node, tally.entity.span);
                self.keys(tally);
                self.exprs_of(item, NameScope::Record(&tally.entity.node));
                tally.targets.iter().for_each(|target| self.ground(target.ground.as_ref()));
                tally.select.iter().for_each(|part| self.ground(part.ground.as_ref()));
                tally.require.iter().for_each(|part| self.ground(part.ground.as_ref()));
                self.ground(tally.ground.as_ref());
                self.holes(item.span, NameScope::Record(&tally.entity.node));
            }
            ItemKind::ExtendTally(extension) => self.extended(item, extension),
            ItemKind::Once(once) => self.once(once),
            ItemKind::Award(award) => self.award(item, award),
            ItemKind::Kpi(kpi) => {
                let scope = self.scope(kpi.scope.as_ref());
                self.exprs_of(item, scope);
                self.ground(kpi.ground.as_ref());
            }
            ItemKind::Obligation(obligation) => {
                let scope = self.scope(obligation.scope.as_ref());
                self.exprs_of(item, scope);
                self.ground(obligation.ground.as_ref());
                self.holes(item.span, NameScope::Constant);
            }
            ItemKind::Check(check) => {
                let entity = &check.entity;
                self.refer_to(NameKind::Entity, "", &entity.node, entity.span);
                if let Some(field) = &check.field {
                    self.refer_to(NameKind::Field, &entity.node, &field.node, field.span);
                }
                self.exprs_of(item, NameScope::Record(&entity.node));
                self.ground(check.ground.as_ref());
                self.holes(item.span, NameScope::Record(&entity.node));
            }
            ItemKind::Example(example) => self.example(example),
            ItemKind::Test(test) => self.test(test),
        }
    }

    /// A value of an entity's records, or a constant.
    fn defined(&mut self, value: &ast::Let) {
        let scope = match &value.owner {
            Some(owner) => {
                self.refer_to(NameKind::Entity, "", &owner.node, owner.span);
                NameScope::Record(&owner.node)
            }
            None => NameScope::Constant,
        };
        self.expr(&value.value, scope, None);
        self.ground(value.ground.as_ref());
        if value.message.is_some()
            && let Some(whole) = self.names.find(
                NameKind::Value,
                value.owner.as_ref().map_or("", |owner| &owner.node),
                &value.name.node,
            )
        {
            let declared = self.names.list[whole]
                .declared
                .iter()
                .find(|declared| declared.name == value.name.span)
                .copied();
            declared.into_iter().for_each(|declared| self.holes(declared.whole, scope));
        }
    }

    fn table(&mut self, table: &ast::Table) {
        for key in &table.keys {
            if let [entity, field] = key.of.as_slice() {
                self.refer_to(NameKind::Entity, "", &entity.node, entity.span);
                let found = self.names.member(&entity.node, field);
                self.found(found);
            }
        }
        let keys: Vec<Option<String>> = self
            .names
            .find(NameKind::Table, "", &table.name.node)
            .map_or(Vec::new(), |at| self.names.list[at].keys.clone());
        for row in table.rows.iter().chain(&table.otherwise) {
            for (at, cell) in row.keys.iter().enumerate() {
                self.expr(cell, NameScope::Constant, keys.get(at).and_then(Option::as_deref));
            }
            row.values.iter().for_each(|cell| self.expr(cell, NameScope::Constant, None));
            self.ground(row.ground.as_ref());
        }
        self.ground(table.ground.as_ref());
    }

    /// The entity that has the figures of a tally, and the fields it has in common with the
    /// records.
    fn keys(&mut self, tally: &ast::Tally) {
        let (Some(owner), _) = self.owned(&tally.name) else { return };
        self.refer_to(NameKind::Entity, "", &owner.node, owner.span);
        for key in &tally.by {
            let of_records =
                self.refer_to(NameKind::Field, &tally.entity.node, &key.node, key.span);
            // A field that refers to the owner is the records' alone.
            let refers = of_records.is_some_and(|at| {
                self.names.list[at].entity.as_deref() == Some(owner.node.as_str())
            });
            if !(refers && tally.by.len() == 1) {
                self.refer_to(NameKind::Field, &owner.node, &key.node, key.span);
            }
        }
    }

    fn extended(&mut self, item: &Item, extension: &ast::ExtendTally) {
        let (owner, name) = self.owned(&extension.tally);
        if let Some(owner) = &owner {
            self.refer_to(NameKind::Entity, "", &owner.node, owner.span);
        }
        let tally = self.refer_to(
            NameKind::Tally,
            owner.as_ref().map_or("", |owner| owner.node.as_str()),
            &name.node,
            name.span,
        );
        let entity = tally.and_then(|at| self.names.list[at].entity.clone()).unwrap_or_default();
        let scope = NameScope::Record(&entity);
        for edit in &extension.edits {
            match edit {
                Edit::Require(place, require) => {
                    if let Place::After(name) = place {
                        self.refer_to(NameKind::Value, &entity, &name.node, name.span);
                    }
                    self.expr(&require.condition, scope, None);
                    self.ground(require.ground.as_ref());
                }
                Edit::Drop(names, ground) => {
                    for name in names {
                        self.refer_to(NameKind::Value, &entity, &name.node, name.span);
                    }
                    self.ground(ground.as_ref());
                }
            }
        }
        for select in &extension.select {
            self.expr(&select.condition, scope, None);
            self.ground(select.ground.as_ref());
        }
        extension
            .measures
            .iter()
            .filter_map(|measure| measure.of.as_ref())
            .for_each(|sum| self.expr(sum, scope, None));
        for target in &extension.targets {
            target.sum.iter().for_each(|sum| self.expr(sum, scope, None));
            self.ground(target.ground.as_ref());
        }
        extension.splits.iter().for_each(|split| self.expr(&split.by, scope, None));
        self.ground(extension.ground.as_ref());
        self.holes(item.span, scope);
    }

    /// The entity that records of another belong to.
    fn parent_of(&self, entity: &str) -> Option<String> {
        let named = self
            .names
            .list
            .iter()
            .find(|named| named.symbol.kind == NameKind::Entity && named.symbol.name == entity);
        named.and_then(|named| named.entity.clone())
    }

    fn award(&mut self, item: &Item, award: &ast::Award) {
        self.refer_to(NameKind::Entity, "", &award.entity.node, award.entity.span);
        let is_of_roots = self.names.root.as_deref() == Some(award.entity.node.as_str());
        let scope =
            if is_of_roots { NameScope::Root } else { NameScope::Record(&award.entity.node) };
        self.scope(award.scope.as_ref());
        for part in &award.require {
            self.expr(&part.condition, scope, None);
            self.ground(part.ground.as_ref());
        }
        for part in &award.parts {
            match &part.node {
                AwardPart::Order(criteria) => {
                    criteria.iter().for_each(|(_, value)| self.expr(value, scope, None))
                }
                AwardPart::Give(value) | AwardPart::Proportion(value) => {
                    self.expr(value, scope, None)
                }
                // How much there is, is one figure for all who stand against one another.
                AwardPart::Places(limit) | AwardPart::Budget(limit) => {
                    let parent = self.parent_of(&award.entity.node);
                    let scope = match &parent {
                        _ if is_of_roots => NameScope::Programme,
                        Some(parent) if self.names.root.as_ref() != Some(parent) => {
                            NameScope::Record(parent)
                        }
                        _ => NameScope::Root,
                    };
                    self.expr(limit, scope, None);
                }
                AwardPart::Step(value) | AwardPart::Reserve(value) => {
                    self.expr(value, NameScope::Constant, None)
                }
                AwardPart::Rest(_) | AwardPart::Ties(_) => {}
            }
        }
        self.ground(award.ground.as_ref());
        self.holes(item.span, scope);
    }

    fn once(&mut self, once: &ast::Once) {
        let order = match &once.keep {
            Keep::None | Keep::Among(_) => &[][..],
            Keep::First(order) | Keep::Best(order) => order.node.as_slice(),
        };
        for name in once.groups.iter().flatten() {
            let tally = self.refer_to(NameKind::Tally, "", &name.node, name.span);
            if let Some(entity) = tally.and_then(|at| self.names.list[at].entity.clone()) {
                for key in &once.key {
                    let kinds = [NameKind::Field, NameKind::Value];
                    kinds
                        .into_iter()
                        .find_map(|kind| self.refer_to(kind, &entity, &key.node, key.span));
                }
                once.exprs().for_each(|expr| self.expr(expr, NameScope::Record(&entity), None));
            }
        }
        for name in order {
            self.refer_to(NameKind::Tally, "", &name.node, name.span);
        }
        if let Some(by) = &once.by_root {
            self.refer_to(NameKind::Entity, "", &by.node, by.span);
        }
        self.ground(once.ground.as_ref());
    }

    fn scope(&mut self, scope: Option<&ast::Scope>) -> NameScope<'static> {
        let Some(scope) = scope else { return NameScope::Root };
        if let (Some(by), Some(root)) = (&scope.by, self.names.root.clone()) {
            self.refer_to(NameKind::Field, &root, &by.node, by.span);
        }
        NameScope::Programme
    }

    fn fields_of(&mut self, fields: &[ast::Field]) {
        for field in fields {
            if let ast::FieldKind::Named(kind) = &field.kind {
                self.refer_to(NameKind::Entity, "", &kind.node, kind.span);
            }
            self.ground(field.ground.as_ref());
        }
    }

    pub(super) fn ground(&mut self, ground: Option<&Ground>) {
        if let Some(Ground::Clauses(clauses)) = ground {
            clauses.iter().for_each(|clause| self.clause(clause));
        }
    }

    /// A citation. An edition knows the documents of those before it; what a later one lists does
    /// not change what it cites.
    pub(super) fn clause(&mut self, written: &Name) {
        let own = self.names.edition(written.span.source);
        let (document, id) = match written.node.split_once(':') {
            Some((document, id)) => (Some(document), id),
            None => (None, written.node.as_str()),
        };
        let mut place = written.span;
        if let Some(document) = document {
            // The sign between the two may be a full-width one.
            let text =
                self.sources.get(place.source.0 as usize).map_or("", |source| source.slice(place));
            let Some(sign) = text.find([':', '：']) else { return };
            let after = sign + text[sign..].chars().next().map_or(0, char::len_utf8);
            self.refer_to(
                NameKind::Document,
                "",
                document,
                Span { end: place.start + sign as u32, ..place },
            );
            place.start += after as u32;
        }
        let owners = self.names.places.get(&NameKind::Clause);
        let listed = owners
            .into_iter()
            .flatten()
            .filter(|(owner, _)| document.is_none_or(|document| document == owner.as_str()));
        let candidates: Vec<usize> =
            listed.filter_map(|(_, clauses)| clauses.get(id).copied()).collect();
        let known = |at: &&usize| {
            let first = self.names.list[**at].declared.first();
            first.is_some_and(|first| self.names.edition(first.name.source) <= own)
        };
        let earlier: Vec<usize> = candidates.iter().filter(known).copied().collect();
        // Where several have it, the checker asks which one is meant.
        if let [only] = if earlier.is_empty() { candidates.as_slice() } else { earlier.as_slice() }
        {
            self.mention(place, *only);
        }
    }

    pub(super) fn found(&mut self, found: Option<Found>) {
        found
            .into_iter()
            .flat_map(|found| found.names)
            .for_each(|(span, at)| self.mention(span, at));
    }

    fn exprs_of(&mut self, item: &Item, scope: NameScope<'_>) {
        let mut all = Vec::new();
        exprs(&item.kind, &mut |expr| all.push(expr.clone()));
        all.iter().for_each(|expr| self.expr(expr, scope, None));
    }

    /// An expression; `choices` is the owner of the named values that a bare name may be.
    fn expr(&mut self, expr: &Expr, scope: NameScope<'_>, choices: Option<&str>) {
        match &expr.kind {
            ExprKind::Path(path) => {
                let found = self.names.look(path, scope, choices);
                self.found(found);
            }
            ExprKind::Call(name, arguments) => self.call(name, arguments, scope),
            ExprKind::Number(_, Some(unit)) => {
                self.refer_to(NameKind::Unit, "", &unit.node, unit.span);
            }
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, scope),
            ExprKind::Default(value, fallback, _) => {
                self.expr(value, scope, None);
                let choices = self.names.choices_of(value, scope, 0);
                self.expr(fallback, scope, choices.as_deref());
            }
            ExprKind::CountedIn(who, tally) => {
                who.iter().for_each(|who| self.expr(who, scope, None));
                [NameKind::Tally, NameKind::Award]
                    .into_iter()
                    .find_map(|kind| self.refer_to(kind, "", &tally.node, tally.span));
            }
            ExprKind::Case(case) => {
                let choices = self.names.choices_of(expr, scope, 0);
                for (at, row) in case.rows.iter().enumerate() {
                    self.expr(&row.guard, scope, None);
                    self.expr(&row.value, scope, choices.as_deref().filter(|_| at > 0));
                    self.ground(row.ground.as_ref());
                }
                if let Some((value, ground)) = &case.otherwise {
                    self.expr(value, scope, choices.as_deref());
                    self.ground(ground.as_ref());
                }
            }
            ExprKind::IsMet(obligation) => {
                self.refer_to(NameKind::Obligation, "", &obligation.node, obligation.span);
            }
            ExprKind::Over(_, entity, condition) => {
                self.refer_to(NameKind::Entity, "", &entity.node, entity.span);
                self.expr(condition, NameScope::Record(&entity.node), None);
            }
            _ => expr.parts().into_iter().for_each(|part| self.expr(part, scope, None)),
        }
    }

    fn call(&mut self, name: &[Name], arguments: &[Expr], scope: NameScope<'_>) {
        let Some(first) = name.first() else { return };
        if let Some(table) = self.refer_to(NameKind::Table, "", &first.node, first.span) {
            if let [_, column] = name {
                self.refer_to(NameKind::Column, &first.node, &column.node, column.span);
            }
            let keys = self.names.list[table].keys.clone();
            for (at, argument) in arguments.iter().enumerate() {
                self.expr(argument, scope, keys.get(at).and_then(Option::as_deref));
            }
            return;
        }
        // Functions over all roots ask for a figure of each.
        let function = built_in(words::Name::Function, &first.node).unwrap_or(&first.node);
        let over_roots =
            matches!(function, "sum" | "average" | "minimum" | "maximum" | "count" | "share");
        let scope = match (function, scope) {
            (_, NameScope::Programme) if over_roots => NameScope::Root,
            // A figure of the programme, for the group of the root.
            ("group", NameScope::Root | NameScope::Record(_)) => NameScope::Programme,
            (_, scope) => scope,
        };
        arguments.iter().for_each(|argument| self.expr(argument, scope, None));
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr, scope: NameScope<'_>) {
        let asks = matches!(
            operator,
            Binary::In | Binary::NotIn | Binary::Has | Binary::HasAny | Binary::HasAll
        );
        let compares = matches!(operator, Binary::Equal | Binary::NotEqual);
        let is_name = |expr: &Expr| {
            expr.path().is_some_and(|path| self.names.look(path, scope, None).is_some())
        };
        if compares && left.path().is_some_and(|path| path.len() == 1) && !is_name(left) {
            let choices = self.names.choices_of(right, scope, 0);
            self.expr(left, scope, choices.as_deref());
            return self.expr(right, scope, None);
        }
        self.expr(left, scope, None);
        let choices = if asks || compares { self.names.choices_of(left, scope, 0) } else { None };
        match &right.kind {
            ExprKind::List(items) if asks => {
                items.iter().for_each(|item| self.expr(item, scope, choices.as_deref()))
            }
            ExprKind::Path(path)
                if matches!(operator, Binary::In | Binary::NotIn)
                    && self.names.look(path, scope, choices.as_deref()).is_none() =>
            {
                let list = path.first().filter(|_| path.len() == 1);
                list.and_then(|list| self.refer_to(NameKind::Entity, "", &list.node, list.span));
            }
            _ => self.expr(right, scope, choices.as_deref()),
        }
    }

    /// Names in the holes of the messages within an item.
    fn holes(&mut self, whole: Span, scope: NameScope<'_>) {
        let words = self.words(whole);
        let mut told = false;
        for (token, place) in &words {
            if token.kind != TokenKind::Text {
                // The other language follows after a slash.
                told = english(&token.text) == "else" || (told && token.text == "/");
                continue;
            }
            if !told || !token.text.contains('{') {
                continue;
            }
            let text =
                self.sources.get(place.source.0 as usize).map_or("", |source| source.slice(*place));
            let mut found = Vec::new();
            for (at, _) in text.match_indices('{') {
                let Some(end) = text[at..].find('}') else { continue };
                let inner = Span {
                    source: place.source,
                    start: place.start + at as u32 + 1,
                    end: place.start + (at + end) as u32,
                };
                let path: Vec<Name> = self
                    .words(inner)
                    .into_iter()
                    .filter(|(token, _)| token.text != ".")
                    .map(|(token, span)| Name { node: token.text, span })
                    .collect();
                found.extend(self.names.look(&path, scope, None));
            }
            found.into_iter().for_each(|found| self.found(Some(found)));
        }
    }
}

/// What the records of an entity have.
pub(super) const MEMBERS: [NameKind; 5] =
    [NameKind::Field, NameKind::Class, NameKind::Value, NameKind::Tally, NameKind::Kpi];
