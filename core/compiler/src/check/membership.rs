//! `in`: a value among constants or in a list, a day in a period.
//!
//! Not here: `has`, which asks a value that is a list itself (`operators`).

use super::Checker;
use super::expr::{Scope, error, node};
use super::operators::choices_of;
use super::unknown::not_of_all;
use crate::syntax::ast;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::EntityId;
use guiju_model::rules::{Expr, ExprKind, Listing, Register, Type};
use guiju_model::source::Span;
use guiju_model::text::Localized;

impl Checker<'_> {
    pub(super) fn is_in(
        &mut self,
        span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: Scope,
    ) -> Expr {
        let left = self.expr(left, scope, None);
        let choices = choices_of(&left);
        let is_choice = |name: &str| {
            choices.as_ref().is_some_and(|choices| choices.values.iter().any(|of| of.name == name))
        };
        if let ast::ExprKind::Path(path) = &right.kind
            && let [name] = path.as_slice()
            && !is_choice(&name.node)
        {
            let list = match (self.register(name, scope), self.entity_meant(name, scope)) {
                (Some(register), _) => Some(Listing::Register(register)),
                (None, Some(entity)) => match self.list_of(entity, name, scope) {
                    Some(list) => Some(list),
                    None => return error(span),
                },
                (None, None) if left.ty == Type::Text && self.is_misspelt_list(name, scope) => {
                    return error(span);
                }
                (None, None) => None,
            };
            if let Some(list) = list {
                let shared = matches!(list, Listing::Entity(of) if self.schema.is_shared(of));
                if self.is_of_all(scope) && !shared {
                    self.report(not_of_all(right.span, &name.node));
                    return error(span);
                }
                if !matches!(left.ty, Type::Text | Type::Error) {
                    self.mismatch(&Type::Text.describe(), &left);
                    return error(span);
                }
                return node(span, Type::Bool, ExprKind::Listed(Box::new(left), list));
            }
        }
        if let ast::ExprKind::List(items) = &right.kind {
            return self.one_of(span, left, items, scope);
        }
        // A single value in parentheses is a list of one; a period contains days.
        if choices.is_some() || matches!(left.ty, Type::Text | Type::Number(_) | Type::Bool) {
            return self.one_of(span, left, std::slice::from_ref(right), scope);
        }
        let period = self.expr(right, scope, None);
        if left.ty == Type::Date && period.ty == Type::Date {
            return self.one_of(span, left, std::slice::from_ref(right), scope);
        }
        self.within(span, left, period)
    }

    fn register(&self, name: &ast::Name, scope: Scope) -> Option<Register> {
        [Register::Reviewed, Register::Elsewhere]
            .into_iter()
            .find(|register| register.name() == name.node && matches!(scope, Scope::Record(_)))
    }

    fn is_value(&self, name: &ast::Name, scope: Scope) -> bool {
        let path = std::slice::from_ref(name);
        self.lookup(name.span, path, scope).is_some()
            || self.value_at(path, scope).is_some()
            || self.figure_at(path, scope).is_some()
    }

    /// The entity that a word after `in` stands for: one that is no value here.
    fn entity_meant(&self, name: &ast::Name, scope: Scope) -> Option<EntityId> {
        self.index.entity(&name.node).filter(|_| !self.is_value(name, scope))
    }

    /// Whether a word after `in` is nearly the name of a list, which is reported.
    fn is_misspelt_list(&mut self, name: &ast::Name, scope: Scope) -> bool {
        if self.is_value(name, scope) {
            return false;
        }
        let lists =
            self.schema.entities.entries().filter(|(entity, _)| self.schema.is_list(*entity));
        let registers: &[&str] = match scope {
            Scope::Record(_) => &["reviewed", "elsewhere"],
            _ => &[],
        };
        let names = lists.map(|(_, shape)| shape.name.as_str()).chain(registers.iter().copied());
        let Some(nearest) = self.meant(&name.node, names) else { return false };
        let unknown = Diagnostic::new(Code::UnknownName).arg(&name.node).at(name.span);
        self.report(unknown.suggest(Some(&nearest)));
        true
    }

    /// The list that an entity is: one of nothing but a key, whose records the root has or all roots
    /// share.
    fn list_of(&mut self, entity: EntityId, name: &ast::Name, scope: Scope) -> Option<Listing> {
        if matches!(scope, Scope::Constant | Scope::Programme) {
            self.not_here(name.span, &name.node, scope);
            return None;
        }
        if self.schema.is_list(entity) {
            return Some(Listing::Entity(entity));
        }
        self.report(Diagnostic::new(Code::NotAList).arg(&name.node).at(name.span));
        None
    }

    pub(super) fn one_of(
        &mut self,
        span: Span,
        left: Expr,
        items: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        if left.ty == Type::Error {
            return left;
        }
        let choices = choices_of(&left);
        let mut values = Vec::new();
        for item in items {
            let item = self.expr(item, scope, choices.as_ref());
            if self.is_minguo_year(&left, &item)
                || !self.agree(&left, &item, &Localized::new("比較", "compared"))
            {
                continue;
            }
            match item.kind {
                ExprKind::Constant(value) => values.push(value),
                _ => self.report(Diagnostic::new(Code::ConstantNeeded).at(item.span)),
            }
        }
        node(span, Type::Bool, ExprKind::OneOf(Box::new(left), values))
    }

    pub(super) fn within(&mut self, span: Span, inner: Expr, period: Expr) -> Expr {
        if !matches!(period.ty, Type::Period | Type::Error) {
            self.mismatch(&Type::Period.describe(), &period);
        } else if !matches!(inner.ty, Type::Date | Type::Period | Type::Error) {
            self.mismatch(&Type::Date.describe(), &inner);
        } else if period.ty != Type::Error && inner.ty != Type::Error {
            return node(span, Type::Bool, ExprKind::Within(Box::new(inner), Box::new(period)));
        }
        error(span)
    }
}
