//! Expressions: names to indexes, types and units of every node. Operators are in `operators`.

use std::sync::Arc;

use super::Checker;
use crate::syntax::ast::{self, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::number::Exact;
use guiju_model::rules::{Expr, ExprKind, Type, Value};
use guiju_model::schema::{Choices, FieldKind};
use guiju_model::source::Span;
use guiju_model::text::{Localized, fold};
use guiju_model::unit::Unit;

/// What an expression may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing but constants.
    Constant,
    /// A record of an entity: its fields and classifications, verdicts on it, fields of the root.
    Record(EntityId),
    /// A record, before any verdict is known: in a classification.
    Classification(EntityId),
    /// A root: its fields and its KPIs.
    Root,
    /// A root, for one of its KPIs with a target: `value` and `target` too.
    EachTarget,
    /// All roots: KPIs of the programme, and aggregates over roots.
    Programme,
}

impl Scope {
    /// Whether figures of the programme may be read: in rules of roots and of their records.
    pub(super) fn reads_programme(self) -> bool {
        matches!(self, Scope::Root | Scope::EachTarget | Scope::Record(_))
    }

    pub(super) fn describe(self) -> Localized {
        match self {
            Scope::Constant => Localized::new("固定值", "a constant"),
            Scope::Record(_) => Localized::new("逐筆資料的規則", "a rule on single records"),
            Scope::Classification(_) => Localized::new("分類表", "a classification"),
            Scope::Root | Scope::EachTarget => Localized::new("指標或義務", "a KPI or obligation"),
            Scope::Programme => Localized::new("整體計畫的指標", "a KPI of the programme"),
        }
    }
}

/// A node that stands for something already reported.
pub(super) fn error(span: Span) -> Expr {
    Expr { span, ty: Type::Error, kind: ExprKind::Constant(Value::Bool(false)), nodes: 1 }
}

pub(super) fn node(span: Span, ty: Type, kind: ExprKind) -> Expr {
    let nodes = kind.steps(&[]);
    Expr { span, ty, kind, nodes }
}

pub(super) fn field_type(kind: &FieldKind) -> Type {
    match kind {
        FieldKind::Text => Type::Text,
        FieldKind::Bool => Type::Bool,
        FieldKind::Date => Type::Date,
        FieldKind::Period => Type::Period,
        FieldKind::Money | FieldKind::SignedMoney => Type::Number(Unit::Money),
        FieldKind::Number(decimal) => {
            Type::Number(decimal.unit.clone().map_or(Unit::Number, Unit::Count))
        }
        FieldKind::Percent => Type::Number(Unit::Ratio),
        FieldKind::Int | FieldKind::Range(..) => Type::Number(Unit::Number),
        FieldKind::Choice(choices) => Type::Choice(Arc::clone(choices)),
        FieldKind::List(choices) => Type::List(Arc::clone(choices)),
        FieldKind::Reference(entity) => Type::Reference(*entity),
    }
}

impl Checker<'_> {
    /// An expression that must be a condition.
    pub(super) fn condition(&mut self, written: &ast::Expr, scope: Scope) -> Expr {
        let expr = self.expr(written, scope, None);
        if !matches!(expr.ty, Type::Bool | Type::Error) {
            self.mismatch(&Type::Bool.describe(), &expr);
            return error(expr.span);
        }
        expr
    }

    pub(super) fn mismatch(&mut self, expected: &Localized, found: &Expr) {
        if found.ty != Type::Error {
            let words = found.ty.describe();
            let diagnostic = Diagnostic::new(Code::TypeMismatch)
                .word(expected.clone())
                .word(words)
                .at(found.span);
            self.report(super::habits::mismatch(diagnostic, expected, &found.ty));
        }
    }

    /// An expression in a scope. `choices` are the named values that a bare name may mean here.
    pub(super) fn expr(
        &mut self,
        written: &ast::Expr,
        scope: Scope,
        choices: Option<&Arc<Choices>>,
    ) -> Expr {
        let span = written.span;
        match &written.kind {
            ast::ExprKind::Error => error(span),
            ast::ExprKind::Number(value, unit) => self.number(span, value.clone(), unit.as_ref()),
            ast::ExprKind::Text(text) => {
                node(span, Type::Text, ExprKind::Constant(Value::Text(fold(text))))
            }
            ast::ExprKind::Bool(value) => {
                node(span, Type::Bool, ExprKind::Constant(Value::Bool(*value)))
            }
            ast::ExprKind::Date(date) => {
                node(span, Type::Date, ExprKind::Constant(Value::Date(*date)))
            }
            ast::ExprKind::Path(path) => self.path(span, path, scope, choices),
            ast::ExprKind::Over(name, entity, condition) => {
                self.over(span, name, entity, condition, scope)
            }
            ast::ExprKind::Call(name, arguments) => self.call(span, name, arguments, scope),
            ast::ExprKind::List(_) => {
                let (zh, en) = ("一個值", "one value");
                let found = Localized::new("括號裡的數個值", "several values in parentheses");
                self.report(
                    Diagnostic::new(Code::TypeMismatch)
                        .word(Localized::new(zh, en))
                        .word(found)
                        .at(span),
                );
                error(span)
            }
            ast::ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope);
                node(span, Type::Bool, ExprKind::Not(Box::new(inner)))
            }
            ast::ExprKind::Negate(inner) => {
                let inner = self.expr(inner, scope, None);
                match inner.ty.clone() {
                    ty @ (Type::Number(_) | Type::Error) => {
                        node(span, ty, ExprKind::Negate(Box::new(inner)))
                    }
                    _ => {
                        self.mismatch(&Localized::new("數字", "a number"), &inner);
                        error(span)
                    }
                }
            }
            ast::ExprKind::And(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, scope)).collect();
                node(span, Type::Bool, ExprKind::And(parts))
            }
            ast::ExprKind::Or(parts) => {
                if let Some(first) = parts.first() {
                    let first = self.expr(first, scope, None);
                    if !matches!(first.ty, Type::Bool | Type::Error) {
                        // One value or another: meant as a stand-in for a missing one.
                        let spelled =
                            |zh, en| Localized::new(self.quoted(zh, span), self.quoted(en, span));
                        let expected = spelled(
                            " `(值 or 替代值 because \"理由\")`",
                            "`(value or fallback because \"reason\")`",
                        );
                        let found = spelled("沒有理由的 `or`", "`or` without a reason");
                        self.report(
                            Diagnostic::new(Code::Syntax).word(expected).word(found).at(span),
                        );
                        return error(span);
                    }
                    let rest: Vec<Expr> =
                        parts[1..].iter().map(|part| self.condition(part, scope)).collect();
                    return node(
                        span,
                        Type::Bool,
                        ExprKind::Or(std::iter::once(first).chain(rest).collect()),
                    );
                }
                error(span)
            }
            ast::ExprKind::Binary(operator, left, right) => {
                self.binary(span, *operator, left, right, scope)
            }
            ast::ExprKind::IsKnown(inner) => {
                let inner = self.expr(inner, scope, None);
                node(span, Type::Bool, ExprKind::IsKnown(Box::new(inner)))
            }
            ast::ExprKind::IsMet(obligation) => self.is_met(span, obligation, scope),
            ast::ExprKind::Case(case) => self.case(span, case, scope, choices),
            ast::ExprKind::CountedIn(who, tally) => {
                self.counted_in(span, who.as_deref(), tally, scope)
            }
            ast::ExprKind::Default(value, fallback, reason) => {
                let value = self.expr(value, scope, None);
                let expected = if let Type::Choice(choices) = &value.ty {
                    Some(Arc::clone(choices))
                } else {
                    None
                };
                let fallback = self.expr(fallback, scope, expected.as_ref());
                if !self.agree(&value, &fallback, &Localized::new("互相替代", "put for each other"))
                {
                    return error(span);
                }
                let ty = value.ty.clone();
                node(
                    span,
                    ty,
                    ExprKind::Default(Box::new(value), Box::new(fallback), reason.clone()),
                )
            }
        }
    }

    fn number(&mut self, span: Span, value: Exact, unit: Option<&Name>) -> Expr {
        let Some(unit) = unit else {
            return node(
                span,
                Type::Number(Unit::Number),
                ExprKind::Constant(Value::Number(value)),
            );
        };
        let Some((unit, factor)) = self.unit(&unit.node) else {
            if let Some(months) = self.months(span, &value, &unit.node) {
                return months;
            }
            // Units of one letter more or less are misspellings; of another letter, such as 歐元 and
            // 仟元, they are other units.
            let alike = |known: &&str| {
                let written = unit.node.as_str();
                written.is_ascii() && known.is_ascii()
                    || known.contains(written)
                    || written.contains(known)
            };
            let known = guiju_model::unit::MONEY
                .iter()
                .map(|(name, _)| *name)
                .chain(self.counters.iter().map(String::as_str))
                .filter(alike);
            let nearest = self.meant(&unit.node, known);
            let diagnostic = Diagnostic::new(Code::UnknownUnit)
                .arg(&unit.node)
                .at(unit.span)
                .suggest(nearest.as_deref());
            self.report(super::habits::currency(diagnostic, &unit.node));
            return error(span);
        };
        match value.mul(&factor) {
            Ok(value) if value.parts().is_some() => {
                node(span, Type::Number(unit), ExprKind::Constant(Value::Number(value)))
            }
            _ => {
                self.report(Diagnostic::new(Code::BadNumber).arg(value.to_string()).at(span));
                error(span)
            }
        }
    }

    fn counted_in(
        &mut self,
        span: Span,
        who: Option<&ast::Expr>,
        tally: &Name,
        scope: Scope,
    ) -> Expr {
        // The record itself is asked without its name.
        if let Some([owner]) = who.and_then(ast::Expr::path)
            && self.names_its_own(owner, scope)
        {
            let meant = format!("{} {}", self.spelled("counted in", span), tally.node);
            let diagnostic = Diagnostic::new(Code::UnknownName).arg(&owner.node).at(span);
            self.report(diagnostic.suggest(Some(&meant)));
            return error(span);
        }
        if let Some(awarded) = self.awarded(span, tally, who, scope) {
            return awarded;
        }
        let Scope::Record(entity) = scope else {
            // A name near an award that may be asked here is meant for it.
            let meant = self.award_meant(tally, who.is_some(), scope);
            if let Some(meant) = meant.filter(|_| !self.tallies.contains_key(&tally.node)) {
                self.report(
                    Diagnostic::new(Code::UnknownName)
                        .arg(&tally.node)
                        .at(tally.span)
                        .suggest(Some(&meant)),
                );
                return error(span);
            }
            self.report(
                Diagnostic::new(Code::WrongScope)
                    .arg(self.spelled("counted in", span))
                    .word(scope.describe())
                    .at(span),
            );
            return error(span);
        };
        let Some(found) = self.tallies.get(&tally.node).copied() else {
            let awards = self.awards_asked(who.is_some(), scope);
            self.unknown_tally(tally, &awards);
            return error(span);
        };
        let (via, counted) = match who {
            None => (None, entity),
            Some(who) => match self.referred(who, scope) {
                Ok((field, target)) => (Some(field), target),
                Err(wrong) => return wrong,
            },
        };
        if counted != found.entity {
            let label = |entity: EntityId| self.schema.entities[entity].label.clone();
            let (expected, found) = (label(found.entity), label(counted));
            self.report(Diagnostic::new(Code::TypeMismatch).word(expected).word(found).at(span));
            return error(span);
        }
        node(span, Type::Bool, ExprKind::CountedIn { via, tally: found.index })
    }
}

impl Checker<'_> {
    /// The field by which a record refers to another, and the entity of that.
    pub(super) fn referred(
        &mut self,
        who: &ast::Expr,
        scope: Scope,
    ) -> Result<(FieldId, EntityId), Expr> {
        let who = self.expr(who, scope, None);
        match (&who.ty, &who.kind) {
            (Type::Reference(target), ExprKind::Field { via: None, field }) => {
                Ok((*field, *target))
            }
            (Type::Reference(_), _) => {
                let own = Localized::new(
                    "這筆資料自己的引用欄位",
                    "a field of this record that refers to another",
                );
                let others =
                    Localized::new("另一筆資料的引用欄位", "such a field of another record");
                let diagnostic = Diagnostic::new(Code::TypeMismatch).word(own).word(others);
                self.report(diagnostic.at(who.span));
                Err(error(who.span))
            }
            _ => {
                self.mismatch(&Type::Reference(EntityId::default()).describe(), &who);
                Err(error(who.span))
            }
        }
    }
}

pub(super) fn dotted(path: &[Name]) -> String {
    path.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(".")
}
