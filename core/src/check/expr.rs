//! Expressions: names to indexes, types and units of every node. Operators are in `operators`.

use std::sync::Arc;

use super::Checker;
use crate::date::Period;
use crate::diagnostic::{Code, Diagnostic};
use crate::number::Exact;
use crate::plan::{Aggregate, Expr, ExprKind, KpiScope, Type, Value};
use crate::schema::{Choices, FieldKind};
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::text::{Localized, fold, nearest};
use crate::unit::Unit;

/// What an expression may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing but constants.
    Constant,
    /// A record of an entity: its fields and classifications, verdicts on it, fields of the root.
    Record(usize),
    /// A record, before any verdict is known: in a classification.
    Classification(usize),
    /// A root: its fields and its KPIs.
    Root,
    /// A root, for one of its KPIs with a target: `value` and `target` too.
    EachTarget,
    /// All roots: KPIs of the programme, and aggregates over roots.
    Programme,
}

impl Scope {
    fn describe(self) -> Localized {
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
    let nodes = 1 + match &kind {
        ExprKind::Not(a) | ExprKind::IsKnown(a) | ExprKind::Negate(a) | ExprKind::Listed(a, _) | ExprKind::OneOf(a, _) => a.nodes,
        ExprKind::Has { list, .. } => list.nodes,
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().map(|part| part.nodes).sum(),
        ExprKind::Compare(_, a, b) | ExprKind::Within(a, b) | ExprKind::Default(a, b, _) | ExprKind::Arithmetic(_, a, b) => {
            a.nodes + b.nodes
        }
        ExprKind::Aggregate(_, Some(of)) => of.nodes,
        _ => 0,
    };
    Expr { span, ty, kind, nodes }
}

impl Type {
    pub(super) fn describe(&self) -> Localized {
        match self {
            Type::Bool => Localized::new("條件（是或否）", "a condition (true or false)"),
            Type::Number(unit) => unit.describe(),
            Type::Text => Localized::new("文字", "a text"),
            Type::Date => Localized::new("日期", "a date"),
            Type::Period => Localized::new("期間", "a period"),
            Type::Choice(choices) => Localized::new(format!("選項（{}）", choices.names()), format!("one of {}", choices.names())),
            Type::List(choices) => Localized::new(format!("選項清單（{}）", choices.names()), format!("a list of {}", choices.names())),
            Type::Reference(_) => Localized::new("另一筆資料", "another record"),
            Type::Error => Localized::same("?"),
        }
    }
}

fn field_type(kind: &FieldKind) -> Type {
    match kind {
        FieldKind::Text => Type::Text,
        FieldKind::Bool => Type::Bool,
        FieldKind::Date => Type::Date,
        FieldKind::Period => Type::Period,
        FieldKind::Money => Type::Number(Unit::Money),
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
            self.report(Diagnostic::new(Code::TypeMismatch).word(expected.clone()).word(words).at(found.span));
        }
    }

    /// An expression in a scope. `choices` are the named values that a bare name may mean here.
    pub(super) fn expr(&mut self, written: &ast::Expr, scope: Scope, choices: Option<&Arc<Choices>>) -> Expr {
        let span = written.span;
        match &written.kind {
            ast::ExprKind::Error => error(span),
            ast::ExprKind::Number(value, unit) => self.number(span, *value, unit.as_ref()),
            ast::ExprKind::Text(text) => node(span, Type::Text, ExprKind::Constant(Value::Text(fold(text)))),
            ast::ExprKind::Bool(value) => node(span, Type::Bool, ExprKind::Constant(Value::Bool(*value))),
            ast::ExprKind::Date(date) => node(span, Type::Date, ExprKind::Constant(Value::Date(*date))),
            ast::ExprKind::Path(path) => self.path(span, path, scope, choices),
            ast::ExprKind::Call(name, arguments) => self.call(span, name, arguments, scope),
            ast::ExprKind::List(_) => {
                let (zh, en) = ("一個值", "one value");
                let found = Localized::new("括號裡的數個值", "several values in parentheses");
                self.report(Diagnostic::new(Code::TypeMismatch).word(Localized::new(zh, en)).word(found).at(span));
                error(span)
            }
            ast::ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope);
                node(span, Type::Bool, ExprKind::Not(Box::new(inner)))
            }
            ast::ExprKind::Negate(inner) => {
                let inner = self.expr(inner, scope, None);
                match inner.ty.clone() {
                    ty @ (Type::Number(_) | Type::Error) => node(span, ty, ExprKind::Negate(Box::new(inner))),
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
                let parts = parts.iter().map(|part| self.condition(part, scope)).collect();
                node(span, Type::Bool, ExprKind::Or(parts))
            }
            ast::ExprKind::Binary(operator, left, right) => self.binary(span, *operator, left, right, scope),
            ast::ExprKind::IsKnown(inner) => {
                let inner = self.expr(inner, scope, None);
                node(span, Type::Bool, ExprKind::IsKnown(Box::new(inner)))
            }
            ast::ExprKind::CountedIn(who, tally) => self.counted_in(span, who.as_deref(), tally, scope),
            ast::ExprKind::Default(value, fallback, reason) => {
                let value = self.expr(value, scope, None);
                let expected = if let Type::Choice(choices) = &value.ty { Some(Arc::clone(choices)) } else { None };
                let fallback = self.expr(fallback, scope, expected.as_ref());
                if !self.agree(&value, &fallback, &Localized::new("互相替代", "put for each other")) {
                    return error(span);
                }
                let ty = value.ty.clone();
                node(span, ty, ExprKind::Default(Box::new(value), Box::new(fallback), reason.clone()))
            }
        }
    }

    fn number(&mut self, span: Span, value: Exact, unit: Option<&Name>) -> Expr {
        let Some(unit) = unit else {
            return node(span, Type::Number(Unit::Number), ExprKind::Constant(Value::Number(value)));
        };
        let Some((unit, factor)) = self.unit(&unit.node) else {
            let known = crate::unit::MONEY.iter().map(|(name, _)| *name).chain(self.counters.iter().map(String::as_str));
            let nearest = nearest(&unit.node, known).map(str::to_owned);
            self.report(Diagnostic::new(Code::UnknownUnit).arg(&unit.node).at(unit.span).suggest(nearest.as_deref()));
            return error(span);
        };
        match value.mul(factor) {
            Ok(value) => node(span, Type::Number(unit), ExprKind::Constant(Value::Number(value))),
            Err(_) => {
                self.report(Diagnostic::new(Code::BadNumber).arg(value.to_string()).at(span));
                error(span)
            }
        }
    }

    fn path(&mut self, span: Span, path: &[Name], scope: Scope, choices: Option<&Arc<Choices>>) -> Expr {
        let [first, rest @ ..] = path else { return error(span) };
        if let (Some(choices), []) = (choices, rest) {
            if let Some(index) = choices.values.iter().position(|value| value.name == first.node) {
                return node(span, Type::Choice(Arc::clone(choices)), ExprKind::Constant(Value::Choice(index)));
            }
            if self.lookup(span, path, scope).is_none() {
                let nearest = nearest(&first.node, choices.values.iter().map(|value| value.name.as_str())).map(str::to_owned);
                let names = choices.names();
                let diagnostic = Diagnostic::new(Code::NotAValueOf)
                    .arg(&first.node)
                    .word(Localized::new("這個欄位", "this field"))
                    .word(Localized::same(names));
                self.report(diagnostic.at(span).suggest(nearest.as_deref()));
                return error(span);
            }
        }
        match self.lookup(span, path, scope) {
            Some(expr) => expr,
            None => {
                self.unknown(span, path, scope);
                error(span)
            }
        }
    }

    /// What a name means in a scope, if anything.
    pub(super) fn lookup(&self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        let [first, rest @ ..] = path else { return None };
        if rest.is_empty() {
            if first.node == "period" {
                let period: Period = self.period?;
                return Some(node(span, Type::Period, ExprKind::Constant(Value::Period(period))));
            }
            if let Some(constant) = self.constants.iter().find(|constant| constant.name == first.node) {
                return Some(node(span, constant.ty.clone(), ExprKind::Constant(constant.value.clone())));
            }
        }
        match scope {
            Scope::Constant => None,
            Scope::Record(entity) | Scope::Classification(entity) => self.lookup_in_record(span, path, entity, scope),
            Scope::Root | Scope::EachTarget => {
                if scope == Scope::EachTarget && rest.is_empty() {
                    match first.node.as_str() {
                        // The unit differs from KPI to KPI, but both sides of a comparison have the same.
                        "value" => return Some(node(span, Type::Number(Unit::Number), ExprKind::EachValue)),
                        "target" => return Some(node(span, Type::Number(Unit::Number), ExprKind::EachTarget)),
                        _ => {}
                    }
                }
                let name = dotted(path);
                if let Some(kpi) = self.kpi(&name) {
                    let found = &self.kpis[kpi].kpi;
                    if found.scope == KpiScope::Root {
                        return Some(node(span, Type::Number(found.unit.clone()), ExprKind::Kpi(kpi)));
                    }
                    return None;
                }
                let root = self.schema.entities.get(self.schema.root)?;
                let name = match path {
                    [only] => only,
                    [entity, field] if entity.node == root.name => field,
                    _ => return None,
                };
                let field = root.fields.iter().position(|field| field.name == name.node)?;
                Some(node(span, field_type(&root.fields[field].kind), ExprKind::RootField(field)))
            }
            Scope::Programme => {
                let kpi = self.kpi(&dotted(path))?;
                let found = &self.kpis[kpi].kpi;
                (found.scope != KpiScope::Root).then(|| node(span, Type::Number(found.unit.clone()), ExprKind::Kpi(kpi)))
            }
        }
    }

    fn lookup_in_record(&self, span: Span, path: &[Name], entity: usize, scope: Scope) -> Option<Expr> {
        let shape = &self.schema.entities[entity];
        let field_of = |entity: usize, name: &str| {
            let fields = &self.schema.entities[entity].fields;
            fields.iter().position(|field| field.name == name).map(|index| (index, field_type(&fields[index].kind)))
        };
        let class_of = |entity: usize, name: &str| self.classes.iter().position(|class| class.entity == entity && class.name == name);
        let class_node =
            |class: usize, via| node(span, Type::Choice(Arc::clone(&self.classes[class].choices)), ExprKind::Class { via, class });
        match path {
            [name] => {
                if let Some((field, ty)) = field_of(entity, &name.node) {
                    return Some(node(span, ty, ExprKind::Field { via: None, field }));
                }
                class_of(entity, &name.node).map(|class| class_node(class, None))
            }
            [owner, name] => {
                let root = self.schema.entities.get(self.schema.root)?;
                if shape.child && owner.node == root.name {
                    let (field, ty) = field_of(self.schema.root, &name.node)?;
                    return Some(node(span, ty, ExprKind::RootField(field)));
                }
                let (via, Type::Reference(target)) = field_of(entity, &owner.node)? else { return None };
                if let Some((field, ty)) = field_of(target, &name.node) {
                    return Some(node(span, ty, ExprKind::Field { via: Some(via), field }));
                }
                class_of(target, &name.node)
                    .filter(|_| !matches!(scope, Scope::Classification(_)))
                    .map(|class| class_node(class, Some(via)))
            }
            _ => None,
        }
    }

    fn unknown(&mut self, span: Span, path: &[Name], scope: Scope) {
        let name = dotted(path);
        if name == "period" {
            self.report(Diagnostic::new(Code::NoPeriod).at(span));
            return;
        }
        // Known, but not here: saying "unknown" would be wrong.
        if let Some(kpi) = self.kpi(&name) {
            let diagnostic = Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span);
            let aggregate = matches!(scope, Scope::Programme) && self.kpis[kpi].kpi.scope == KpiScope::Root;
            let hint = format!("sum({name})");
            self.report(diagnostic.suggest(aggregate.then_some(hint.as_str())));
            return;
        }
        let mut known: Vec<String> = self.constants.iter().map(|constant| constant.name.clone()).collect();
        match scope {
            Scope::Record(entity) | Scope::Classification(entity) => {
                let shape = &self.schema.entities[entity];
                if let ([owner, field], Some(target)) = (path, self.owner(path, entity)) {
                    let target = &self.schema.entities[target];
                    let nearest = nearest(&field.node, target.fields.iter().map(|field| field.name.as_str())).map(str::to_owned);
                    let suggestion = nearest.map(|field| format!("{}.{field}", owner.node));
                    let entity = target.name.clone();
                    self.report(
                        Diagnostic::new(Code::UnknownField).arg(&field.node).arg(entity).at(field.span).suggest(suggestion.as_deref()),
                    );
                    return;
                }
                known.extend(shape.fields.iter().map(|field| field.name.clone()));
                known.extend(self.classes.iter().filter(|class| class.entity == entity).map(|class| class.name.clone()));
            }
            Scope::Constant => {}
            _ => {
                known.extend(self.kpis.iter().map(|kpi| kpi.kpi.name.clone()));
                let root = self.schema.entities.get(self.schema.root);
                known.extend(root.into_iter().flat_map(|root| root.fields.iter().map(|field| field.name.clone())));
            }
        }
        let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
        self.report(Diagnostic::new(Code::UnknownName).arg(&name).at(span).suggest(nearest.as_deref()));
    }

    /// The entity that the first part of a dotted name stands for, in a record of `entity`.
    fn owner(&self, path: &[Name], entity: usize) -> Option<usize> {
        let owner = &path.first()?.node;
        let shape = &self.schema.entities[entity];
        if shape.child && *owner == self.schema.entities.get(self.schema.root)?.name {
            return Some(self.schema.root);
        }
        shape.fields.iter().find_map(|field| match field.kind {
            FieldKind::Reference(target) if field.name == *owner => Some(target),
            _ => None,
        })
    }

    fn call(&mut self, span: Span, name: &[Name], arguments: &[ast::Expr], scope: Scope) -> Expr {
        let function = dotted(name);
        let wrong_scope = |checker: &mut Self| {
            checker.report(Diagnostic::new(Code::WrongScope).arg(&function).word(scope.describe()).at(span));
            error(span)
        };
        let aggregate = match function.as_str() {
            "previous" | "target" => {
                if !matches!(scope, Scope::Root | Scope::EachTarget) {
                    return wrong_scope(self);
                }
                let [argument] = arguments else { return self.wrong_arguments(span, "1", arguments.len()) };
                let inner = self.expr(argument, scope, None);
                let ExprKind::Kpi(kpi) = inner.kind else {
                    self.mismatch(&Localized::new("指標的名稱", "the name of a KPI"), &inner);
                    return error(span);
                };
                let kind = if function == "previous" { ExprKind::Previous(kpi) } else { ExprKind::Target(kpi) };
                return node(span, inner.ty, kind);
            }
            "sum" => Aggregate::Sum,
            "average" => Aggregate::Average,
            "maximum" => Aggregate::Maximum,
            "count" => Aggregate::Count,
            _ => {
                let known = ["previous", "target", "sum", "average", "maximum", "count"];
                let nearest = nearest(&function, known);
                self.report(Diagnostic::new(Code::UnknownName).arg(&function).at(span).suggest(nearest));
                return error(span);
            }
        };
        if scope != Scope::Programme {
            return wrong_scope(self);
        }
        match (aggregate, arguments) {
            (Aggregate::Count, []) => node(span, Type::Number(Unit::Number), ExprKind::Aggregate(aggregate, None)),
            (Aggregate::Count, _) => self.wrong_arguments(span, "0", arguments.len()),
            (_, [argument]) => {
                let inner = self.expr(argument, Scope::Root, None);
                match inner.ty.clone() {
                    ty @ (Type::Number(_) | Type::Error) => node(span, ty, ExprKind::Aggregate(aggregate, Some(Box::new(inner)))),
                    _ => {
                        self.mismatch(&Localized::new("數字", "a number"), &inner);
                        error(span)
                    }
                }
            }
            _ => self.wrong_arguments(span, "1", arguments.len()),
        }
    }

    fn wrong_arguments(&mut self, span: Span, expected: &str, found: usize) -> Expr {
        let expected = Localized::new(format!("{expected} 個引數"), format!("{expected} argument(s)"));
        let found = Localized::new(format!("{found} 個"), found.to_string());
        self.report(Diagnostic::new(Code::TypeMismatch).word(expected).word(found).at(span));
        error(span)
    }

    fn counted_in(&mut self, span: Span, who: Option<&ast::Expr>, tally: &Name, scope: Scope) -> Expr {
        let Scope::Record(entity) = scope else {
            self.report(Diagnostic::new(Code::WrongScope).arg("counted in").word(scope.describe()).at(span));
            return error(span);
        };
        let Some(found) = self.tallies.get(&tally.node).copied() else {
            let mut known: Vec<&str> = self.tallies.keys().map(String::as_str).collect();
            known.sort_unstable();
            let nearest = nearest(&tally.node, known).map(str::to_owned);
            self.report(Diagnostic::new(Code::UnknownName).arg(&tally.node).at(tally.span).suggest(nearest.as_deref()));
            return error(span);
        };
        let (via, counted) = match who {
            None => (None, entity),
            Some(who) => {
                let who = self.expr(who, scope, None);
                match (&who.ty, &who.kind) {
                    (Type::Reference(target), ExprKind::Field { via: None, field }) => (Some(*field), *target),
                    _ => {
                        self.mismatch(&Type::Reference(0).describe(), &who);
                        return error(span);
                    }
                }
            }
        };
        if counted != found.entity {
            let label = |entity: usize| self.schema.entities[entity].label.clone();
            let (expected, found) = (label(found.entity), label(counted));
            self.report(Diagnostic::new(Code::TypeMismatch).word(expected).word(found).at(span));
            return error(span);
        }
        node(span, Type::Bool, ExprKind::CountedIn { via, tally: found.index })
    }
}

pub(super) fn dotted(path: &[Name]) -> String {
    path.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(".")
}
