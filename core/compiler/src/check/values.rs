//! `let entity.name`: values and conditions of records by name, used wherever a field could be.
//!
//! A name stands for what it is declared as: its expression takes the place of the name, so that
//! every evaluator, bound and explanation is that of the expression. How deep and how large that
//! becomes is limited here. Not here: what a tally asks by name (`asked`).

use std::sync::Arc;

use super::chains::Once;
use super::constants::paths;
use super::expr::{Scope, error};
use super::order::order;
use super::{Checker, Items, asked, duplicate, label};
use crate::source_pack::Named;
use crate::syntax::ast::{self, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::{Expr, ExprKind, Message, Type};
use guiju_model::schema::{Choices, FieldKind};
use guiju_model::source::Span;
use guiju_model::text::Localized;

/// The most steps of all expressions that stand in the place of names, in a whole pack.
const MOST_STEPS: u64 = 1_000_000;

/// Collects names that an expression is made of.
pub(super) type Collect = fn(&ast::Expr, &mut Vec<String>);

/// A named value, and what it is once that is known.
pub(super) struct NamedValue {
    entity: EntityId,
    written: Arc<ast::Let>,
    /// The values of the classification that it is.
    choices: Option<Arc<Choices>>,
    pub(super) typed: Option<Expr>,
    /// Why a record is refused where it is required and does not hold.
    message: Option<Message>,
    /// It is part of a circle.
    looping: bool,
}

impl NamedValue {
    /// What it stands for, where that is known.
    pub(super) fn named(self) -> Option<Named> {
        let value = self.typed.filter(|value| value.ty != Type::Error)?;
        Some(Named { entity: self.entity, name: self.written.name.node.clone(), value })
    }
}

impl Checker<'_> {
    /// The names, so that rules may use them in any order.
    pub(super) fn declare_values(&mut self, items: &Items) {
        let classes = items.by_figures.iter().filter_map(|class| self.by_figures(class));
        let values = items.values.iter().map(|item| (item.clone(), None));
        let all: Vec<(ast::Let, Option<Arc<Choices>>)> = classes.chain(values).collect();
        for (item, choices) in &all {
            let Some(owner) = &item.owner else { continue };
            let name = &item.name.node;
            let Some(entity) = self.entity(owner) else {
                self.lost.names.insert(name.clone());
                continue;
            };
            if name == "period" {
                self.report(Diagnostic::new(Code::ReservedName).arg(name).at(item.name.span));
                continue;
            }
            if let Some(first) = self.called_like(entity, &item.name, items) {
                self.report(duplicate(name, item.name.span, first));
                continue;
            }
            self.index.add_value(entity, name, self.values.len());
            self.values.push(NamedValue {
                entity,
                written: Arc::new(item.clone()),
                choices: choices.clone(),
                typed: None,
                message: None,
                looping: false,
            });
        }
        let needs: Vec<Vec<usize>> = self
            .values
            .iter()
            .map(|value| self.values_in(value.entity, &value.written.value))
            .collect();
        let sorted = order(&needs);
        for circle in &sorted.circles {
            let names: Vec<Arc<ast::Let>> =
                circle.iter().map(|at| Arc::clone(&self.values[*at].written)).collect();
            self.circle(&names.iter().map(|item| &item.name).collect::<Vec<_>>());
        }
        for (value, looping) in self.values.iter_mut().zip(sorted.looping) {
            value.looping = looping;
        }
    }

    /// Where an entity's value is declared.
    pub(super) fn value_span(&self, entity: EntityId, name: &str) -> Option<Span> {
        self.index.value(entity, name).map(|at| self.values[at].written.name.span)
    }

    /// What else a name of a value stands for: another value, a classification or a field of the
    /// entity, or a constant.
    pub(super) fn called_like(&self, entity: EntityId, name: &Name, items: &Items) -> Option<Span> {
        let own = self.value_span(entity, &name.node);
        let class = || self.index.class(entity, &name.node).map(|at| self.classes[at].span);
        let constant = || {
            self.index.constants.get(&name.node)?;
            items.lets.iter().find(|item| item.name.node == name.node).map(|item| item.name.span)
        };
        let field = || {
            self.index.field(entity, &name.node)?;
            let of = items
                .entities
                .iter()
                .filter(|item| item.name.node == self.schema.entities[entity].name);
            let of: Vec<&ast::Entity> = of.collect();
            let field = of
                .iter()
                .flat_map(|item| &item.fields)
                .find(|field| field.name.node == name.node)
                .map(|field| field.name.span);
            // One of those that it belongs to.
            field.or_else(|| of.first()?.parent.as_ref().map(|parent| parent.span))
        };
        own.or_else(|| self.figure_span(entity, &name.node))
            .or_else(class)
            .or_else(constant)
            .or_else(field)
    }

    /// Types the values that nothing has used yet, and says of each what it is to say once.
    pub(super) fn finish_values(&mut self) {
        for at in 0..self.values.len() {
            self.value(at);
            self.value_message(at);
            let written = Arc::clone(&self.values[at].written);
            let basis = self.basis_if_any(written.ground.as_ref());
            let by_rows = matches!(written.value.kind, ast::ExprKind::Case(_));
            let rests_on_its_parts =
                by_rows || asked::is_group(&written) || written.message.is_some();
            if basis == guiju_model::rules::Basis::None && !rests_on_its_parts {
                self.uncited(&written.name.node, written.name.span);
            }
        }
    }

    /// A named value as it is written, with its entity.
    pub(super) fn value_written(&self, at: usize) -> (EntityId, &ast::Let) {
        (self.values[at].entity, &self.values[at].written)
    }

    /// The figures of records that an expression of an entity mentions.
    pub(super) fn figures_in(&self, entity: EntityId, expr: &ast::Expr) -> Vec<usize> {
        let (mut names, mut found) = (Vec::new(), Vec::new());
        self.computed_from(entity, expr, &mut names);
        self.over_records(expr, &mut |of, condition| {
            found.extend(self.figures_in(of, condition));
        });
        let find = |name: &String| match name.split_once('.') {
            None => self.index.figure(entity, name),
            Some((owner, name)) => self.index.figure(self.entity_called(owner, entity)?, name),
        };
        found.extend(names.iter().filter_map(find));
        found
    }

    /// The named values that an expression of an entity mentions.
    pub(super) fn values_in(&self, entity: EntityId, expr: &ast::Expr) -> Vec<usize> {
        let mut names = Vec::new();
        self.computed_from(entity, expr, &mut names);
        let mut found = Vec::new();
        self.over_records(expr, &mut |of, condition| found.extend(self.values_in(of, condition)));
        let find = |name: &String| match name.split_once('.') {
            None => self.index.value(entity, name),
            Some((owner, name)) => self.index.value(self.entity_called(owner, entity)?, name),
        };
        found.extend(names.iter().filter_map(find));
        found
    }

    /// The conditions within an expression that are asked of the records of an entity.
    fn over_records(&self, expr: &ast::Expr, each: &mut dyn FnMut(EntityId, &ast::Expr)) {
        match &expr.kind {
            ast::ExprKind::Over(_, entity, condition) => {
                self.index.entity(&entity.node).into_iter().for_each(|of| each(of, condition))
            }
            _ => expr.parts().into_iter().for_each(|part| self.over_records(part, each)),
        }
    }

    /// The names that an expression is computed from, without those that are choices of what they
    /// are compared with.
    pub(super) fn computed_from(
        &self,
        entity: EntityId,
        expr: &ast::Expr,
        names: &mut Vec<String>,
    ) {
        if let ast::ExprKind::Binary(_, a, b) = &expr.kind {
            for (side, other) in [(a, b), (b, a)] {
                let choices = self.choices_at(entity, other);
                let is_choice = |part: &ast::Expr| match (part.path(), &choices) {
                    (Some([name]), Some(choices)) => choices.value(&name.node).is_some(),
                    _ => false,
                };
                match &side.kind {
                    ast::ExprKind::List(parts) => {
                        parts
                            .iter()
                            .filter(|part| !is_choice(part))
                            .for_each(|part| self.computed_from(entity, part, names));
                    }
                    _ if is_choice(side) => {}
                    _ => self.computed_from(entity, side, names),
                }
            }
            return;
        }
        match &expr.kind {
            ast::ExprKind::Path(_) => paths(expr, names),
            ast::ExprKind::Over(..) => {}
            _ => expr.parts().into_iter().for_each(|part| self.computed_from(entity, part, names)),
        }
    }

    /// The choices of a field or classification of a record that an expression is.
    fn choices_at(&self, entity: EntityId, expr: &ast::Expr) -> Option<Arc<Choices>> {
        let (entity, name) = match expr.path()? {
            [name] => (entity, name),
            [owner, name] => (self.entity_called(&owner.node, entity)?, name),
            _ => return None,
        };
        if let Some(class) = self.index.class(entity, &name.node) {
            return Some(Arc::clone(&self.classes[class].choices));
        }
        if let Some(at) = self.index.value(entity, &name.node) {
            return self.values[at].choices.clone();
        }
        // Where no entity could be read, there is no root either.
        match &self.schema.entities.get(entity)?.fields[self.index.field(entity, &name.node)?].kind
        {
            FieldKind::Choice(choices) | FieldKind::List(choices) => Some(Arc::clone(choices)),
            _ => None,
        }
    }

    /// What `collect` finds in an expression of the root, and in the named values that it is made
    /// of.
    pub(super) fn through_values(
        &self,
        expr: &ast::Expr,
        collect: Collect,
        found: &mut Vec<String>,
    ) {
        let (mut open, mut met) =
            (self.values_in(self.schema.root, expr), vec![false; self.values.len()]);
        collect(expr, found);
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut met[at], true) {
                let value = &self.values[at];
                collect(&value.written.value, found);
                open.extend(self.values_in(value.entity, &value.written.value));
            }
        }
    }

    /// The named values, each read by the one before it, by way of which expressions of the root
    /// read a name; nothing where they mention it themselves.
    pub(super) fn ways(&self, exprs: &[&ast::Expr], wanted: &str) -> Vec<Name> {
        let mentions = |expr: &ast::Expr| {
            let mut names = Vec::new();
            paths(expr, &mut names);
            names.iter().any(|name| name == wanted)
        };
        if exprs.iter().any(|expr| mentions(expr)) {
            return Vec::new();
        }
        let first = exprs.iter().flat_map(|expr| self.values_in(self.schema.root, expr));
        let mut open: Vec<Vec<usize>> = first.map(|at| vec![at]).collect();
        let mut met = vec![false; self.values.len()];
        while let Some(way) = (!open.is_empty()).then(|| open.remove(0)) {
            let Some(at) = way.last().copied().filter(|at| !std::mem::replace(&mut met[*at], true))
            else {
                continue;
            };
            let value = &self.values[at];
            if mentions(&value.written.value) {
                return way.iter().map(|at| self.values[*at].written.name.clone()).collect();
            }
            let next = self.values_in(value.entity, &value.written.value);
            open.extend(next.into_iter().map(|next| [way.as_slice(), &[next]].concat()));
        }
        Vec::new()
    }

    /// A named value as the expression it stands for, with the place of its declaration.
    pub(super) fn value(&mut self, at: usize) -> Expr {
        if let Some(typed) = &self.values[at].typed {
            return typed.clone();
        }
        let written = Arc::clone(&self.values[at].written);
        if self.values[at].looping {
            return error(written.value.span);
        }
        self.type_chain(Once::Value(at));
        let entity = self.values[at].entity;
        // What the root has is read in formulas too, and from its records.
        let scope = if entity == self.schema.root { Scope::Root } else { Scope::Record(entity) };
        // What a name stands for is read in formulas too, wherever it is mentioned first.
        let outer = std::mem::take(&mut self.awards.decided);
        let typed = if written.message.is_some() {
            self.condition(&written.value, scope)
        } else {
            let choices = self.values[at].choices.clone();
            self.expr(&written.value, scope, choices.as_ref())
        };
        self.awards.decided = outer;
        self.values[at].typed = Some(typed.clone());
        typed
    }

    /// What people call a named value.
    pub(super) fn value_label(&self, at: usize) -> Localized {
        let written = &self.values[at].written;
        label(written.label.as_ref(), &written.name.node)
    }

    /// Why a record is refused by a named condition.
    pub(super) fn value_message(&mut self, at: usize) -> Message {
        if let Some(message) = &self.values[at].message {
            return message.clone();
        }
        let NamedValue { entity, written, .. } = &self.values[at];
        let (entity, written) = (*entity, Arc::clone(written));
        let message = written
            .message
            .as_ref()
            .map(|message| self.message(message, Scope::Record(entity), written.name.span));
        self.values[at].message.clone_from(&message);
        message.unwrap_or_default()
    }

    /// A named value where it is mentioned; `via` is the field through which another record is
    /// asked for it.
    pub(super) fn mentioned_value(
        &mut self,
        at: usize,
        span: Span,
        via: Option<FieldId>,
        scope: Scope,
    ) -> Expr {
        let name = self.values[at].written.name.node.clone();
        let of_records = matches!(scope, Scope::Record(_) | Scope::Classification(_));
        // By figures of the root, which follow from its records; what these are is not known yet.
        if of_records && self.values[at].choices.is_some() {
            self.report(
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span),
            );
            return error(span);
        }
        let mut expr = self.value(at);
        if expr.ty == Type::Error {
            return error(span);
        }
        if matches!(scope, Scope::Classification(_))
            && any(&expr, &|kind| {
                matches!(
                    kind,
                    ExprKind::CountedIn { .. }
                        | ExprKind::Figure { .. }
                        | ExprKind::Awarded { .. }
                        | ExprKind::Placed { .. }
                )
            })
        {
            self.report(
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span),
            );
            return error(span);
        }
        let of_the_root = |kind: &ExprKind| {
            matches!(kind, ExprKind::Kpi(_) | ExprKind::Previous(_) | ExprKind::Target(_))
        };
        // What belongs to a root, or to a record, its own rules ask about.
        let of_one = matches!(scope, Scope::Record(entity) | Scope::Classification(entity) if entity != self.schema.root);
        let own = match scope {
            Scope::Root => true,
            Scope::Record(entity) => entity == self.values[at].entity && via.is_none(),
            _ => false,
        };
        let over_records = !own && any(&expr, &|kind| matches!(kind, ExprKind::Over { .. }));
        // So is what it reads of a record that all roots share.
        let through_root = of_one
            && self.values[at].entity == self.schema.root
            && any(&expr, &|kind| matches!(kind, ExprKind::Field { .. } | ExprKind::Class { .. }));
        let out_of_reach = over_records
            || through_root
            || (of_records && any(&expr, &of_the_root))
            || via.is_some_and(|via| match scope {
                Scope::Record(from) | Scope::Classification(from) => {
                    !self.reach(&mut expr, from, via)
                }
                _ => !self.reach(&mut expr, self.schema.root, via),
            });
        if out_of_reach {
            self.report(
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span),
            );
            return error(span);
        }
        self.value_steps = self.value_steps.saturating_add(expr.nodes);
        if self.value_steps > MOST_STEPS {
            self.report(
                Diagnostic::new(Code::TooCostly).arg(&name).arg(MOST_STEPS.to_string()).at(span),
            );
            return error(span);
        }
        if height(&expr) > self.nesting {
            self.report(Diagnostic::new(Code::TooDeep).arg(self.nesting.to_string()).at(span));
            return error(span);
        }
        expr.span = span;
        expr
    }
}

pub(super) fn any(expr: &Expr, is: &dyn Fn(&ExprKind) -> bool) -> bool {
    is(&expr.kind) || expr.kind.parts().into_iter().any(|part| any(part, is))
}

fn height(expr: &Expr) -> usize {
    1 + expr.kind.parts().into_iter().map(height).max().unwrap_or(0)
}

impl Checker<'_> {
    /// Turns an expression of one record into that of a record of `from` that refers to it by the
    /// field `through`; whether that can be said. What both belong to is read by the record itself.
    fn reach(&self, expr: &mut Expr, from: EntityId, through: FieldId) -> bool {
        match &mut expr.kind {
            ExprKind::Field { via, .. }
            | ExprKind::Class { via, .. }
            | ExprKind::CountedIn { via, .. }
            | ExprKind::Awarded { via, .. }
            | ExprKind::Placed { via, .. }
            | ExprKind::Figure { via, .. } => {
                let field = match *via {
                    None => Some(through),
                    Some(further) => self.shared_parent(from, through, further),
                };
                let Some(field) = field else { return false };
                *via = Some(field);
            }
            _ => {}
        }
        expr.kind.parts_mut().into_iter().all(|part| self.reach(part, from, through))
    }

    /// The field of `from` that leads where its parent, reached by `through`, comes to by the field
    /// `further` that leads to a parent of its own.
    fn shared_parent(&self, from: EntityId, through: FieldId, further: FieldId) -> Option<FieldId> {
        let shape = self.schema.entities.get(from)?;
        let own = shape.parents().contains(through).then(|| &shape.fields[through].kind);
        let Some(FieldKind::Reference(parent)) = own else { return None };
        let above = self.schema.entities.get(*parent)?;
        match above.fields.get(further)?.kind {
            FieldKind::Reference(target) if above.parents().contains(further) => {
                self.schema.parent_field(from, target)
            }
            _ => None,
        }
    }
}
