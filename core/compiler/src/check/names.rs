//! What a name means where it stands.

use std::sync::Arc;

use super::Checker;
use super::expr::{Scope, dotted, error, field_type, node};
use crate::syntax::ast::Name;
use guiju_model::date::Period;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId, KpiId};
use guiju_model::rules::{Expr, ExprKind, KpiScope, Type, Value};
use guiju_model::schema::{Choices, FieldKind, PROGRAMME};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

impl Checker<'_> {
    pub(super) fn path(
        &mut self,
        span: Span,
        path: &[Name],
        scope: Scope,
        choices: Option<&Arc<Choices>>,
    ) -> Expr {
        let [first, rest @ ..] = path else { return error(span) };
        if let (Some(choices), []) = (choices, rest) {
            if let Some(index) = choices.values.iter().position(|value| value.name == first.node) {
                return node(
                    span,
                    Type::Choice(Arc::clone(choices)),
                    ExprKind::Constant(Value::Choice(index)),
                );
            }
            if self.lookup(span, path, scope).is_none()
                && self.value_at(path, scope).is_none()
                && self.figure_at(path, scope).is_none()
            {
                let values = || choices.values.iter().map(|value| value.name.as_str());
                let labelled = choices.value(&first.node);
                let nearest = labelled
                    .map(|at| choices.values[at].name.clone())
                    .or_else(|| self.cut(&first.node, scope, &choices.values))
                    .or_else(|| self.meant(&first.node, values()));
                let names = choices.names();
                let diagnostic = Diagnostic::new(Code::NotAValueOf)
                    .arg(&first.node)
                    .word(Localized::new("這個欄位", "this field"))
                    .word(Localized::same(names));
                self.report(diagnostic.at(span).suggest(nearest.as_deref()));
                return error(span);
            }
        }
        if let Some(placed) = self.placed(span, path, scope) {
            return placed;
        }
        if let ([name], Some(at)) = (path, self.index.constants.get(&first.node)) {
            self.constant_uses.insert(name.span, *at);
        }
        match self
            .lookup(span, path, scope)
            .or_else(|| self.value_of(span, path, scope))
            .or_else(|| self.figure_of(span, path, scope))
        {
            Some(expr) => expr,
            None => {
                self.unknown(span, path, scope);
                error(span)
            }
        }
    }

    /// What a name means in a scope, if anything.
    pub(super) fn lookup(&self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        self.declared(span, path, scope).or_else(|| self.built_in(span, path, scope))
    }

    fn declared(&self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        let [first, rest @ ..] = path else { return None };
        if rest.is_empty() {
            if first.node == "period" {
                let period: Period = self.period?;
                return Some(node(span, Type::Period, ExprKind::Constant(Value::Period(period))));
            }
            if let Some(constant) =
                self.index.constants.get(&first.node).and_then(|at| self.constants.get(*at))
            {
                return Some(node(
                    span,
                    constant.ty.clone(),
                    ExprKind::Constant(constant.value.clone()),
                ));
            }
        }
        if let ([first, field], Some(programme)) = (path, self.schema.programme)
            && first.node == PROGRAMME
            && scope != Scope::Constant
        {
            let fields = &self.schema.entities[programme].fields;
            let field = self.index.field(programme, &field.node);
            // A KPI of the programme that has the name of a field is not meant.
            if let Some(field) = field {
                return Some(node(
                    span,
                    field_type(&fields[field].kind),
                    ExprKind::ProgrammeField(field),
                ));
            }
        }
        if let Some(kpi) = self.of_programme(path).filter(|_| scope.reads_programme()) {
            let found = &self.kpis[kpi];
            return Some(if found.broken {
                error(span)
            } else {
                let ty = Type::Number(found.kpi.unit.clone());
                node(span, ty, ExprKind::OfProgramme(kpi))
            });
        }
        match scope {
            Scope::Constant => None,
            Scope::Record(entity) | Scope::Classification(entity) => {
                self.lookup_in_record(span, path, entity, scope)
            }
            Scope::Root | Scope::EachTarget => {
                if scope == Scope::EachTarget && rest.is_empty() {
                    match first.node.as_str() {
                        // The unit differs from KPI to KPI, but both sides of a comparison have the
                        // same.
                        "value" => {
                            return Some(node(
                                span,
                                Type::Number(Unit::Number),
                                ExprKind::EachValue,
                            ));
                        }
                        "target" => {
                            return Some(node(
                                span,
                                Type::Number(Unit::Number),
                                ExprKind::EachTarget,
                            ));
                        }
                        _ => {}
                    }
                }
                let name = dotted(path);
                if let Some(kpi) = self.kpi(&name) {
                    let found = &self.kpis[kpi].kpi;
                    if self.kpis[kpi].broken {
                        return Some(error(span));
                    }
                    if found.scope == KpiScope::Root {
                        return Some(node(
                            span,
                            Type::Number(found.unit.clone()),
                            ExprKind::Kpi(kpi),
                        ));
                    }
                    return None;
                }
                let root = self.schema.entities.get(self.schema.root)?;
                let name = match path {
                    [only] => only,
                    [entity, field] if entity.node == root.name => field,
                    // What the root refers to.
                    [owner, _] if self.index.field(self.schema.root, &owner.node).is_some() => {
                        return self.lookup_in_record(span, path, self.schema.root, scope);
                    }
                    _ => return None,
                };
                let field = self.index.field(self.schema.root, &name.node)?;
                Some(node(span, field_type(&root.fields[field].kind), ExprKind::RootField(field)))
            }
            Scope::Programme => {
                if let ([name], Some(group)) = (path, self.awards.group)
                    && self.index.field(self.schema.root, &name.node) == Some(group)
                {
                    let field = &self.schema.root_entity().fields[group];
                    return Some(node(span, field_type(&field.kind), ExprKind::RootField(group)));
                }
                let kpi = self.kpi(&dotted(path))?;
                let found = &self.kpis[kpi].kpi;
                if self.kpis[kpi].broken {
                    return Some(error(span));
                }
                (found.scope != KpiScope::Root)
                    .then(|| node(span, Type::Number(found.unit.clone()), ExprKind::Kpi(kpi)))
            }
        }
    }

    /// The figure of the programme that `programme.name` stands for where it is read by rules of
    /// roots.
    pub(super) fn of_programme(&self, path: &[Name]) -> Option<KpiId> {
        let [first, name] = path else { return None };
        let is_field = || {
            let programme = self.schema.programme?;
            self.index.field(programme, &name.node)
        };
        if first.node != PROGRAMME || is_field().is_some() {
            return None;
        }
        self.kpi(&name.node).filter(|kpi| self.kpis[*kpi].kpi.scope != KpiScope::Root)
    }

    /// The named value that a name stands for in a scope, and the field through which it is asked
    /// for.
    pub(super) fn value_at(&self, path: &[Name], scope: Scope) -> Option<(usize, Option<FieldId>)> {
        let (entity, of_records) = match scope {
            Scope::Record(entity) | Scope::Classification(entity) => (entity, true),
            Scope::Root | Scope::EachTarget => (self.schema.root, false),
            Scope::Constant | Scope::Programme => return None,
        };
        match path {
            [name] => self.index.value(entity, &name.node).map(|at| (at, None)),
            [owner, name] => {
                let target = self.entity_called(&owner.node, entity)?;
                // What all roots share knows none of them.
                if target == self.schema.root && of_records && self.schema.is_shared(entity) {
                    return None;
                }
                let via = if target == self.schema.root {
                    None
                } else {
                    self.index.field(entity, &owner.node)
                };
                self.index.value(target, &name.node).map(|at| (at, via))
            }
            _ => None,
        }
    }

    pub(super) fn value_of(&mut self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        let (at, via) = self.value_at(path, scope)?;
        Some(self.mentioned_value(at, span, via, scope))
    }

    /// The entity that the word before a dot stands for, in a record of `entity` or in the root.
    pub(super) fn entity_called(&self, owner: &str, entity: EntityId) -> Option<EntityId> {
        if self.index.entity(owner) == Some(self.schema.root) {
            return Some(self.schema.root);
        }
        match self.schema.entities.get(entity)?.fields.get(self.index.field(entity, owner)?)?.kind {
            FieldKind::Reference(target) => Some(target),
            _ => None,
        }
    }

    fn lookup_in_record(
        &self,
        span: Span,
        path: &[Name],
        entity: EntityId,
        scope: Scope,
    ) -> Option<Expr> {
        let shape = &self.schema.entities[entity];
        let field_of = |entity: EntityId, name: &str| {
            let fields = &self.schema.entities[entity].fields;
            self.index.field(entity, name).map(|index| (index, field_type(&fields[index].kind)))
        };
        let class_of = |entity: EntityId, name: &str| self.index.class(entity, name);
        let class_node = |class: usize, via| {
            let kind = ExprKind::Class { via, class };
            let nodes = kind.steps(&self.class_costs);
            Expr { span, ty: Type::Choice(Arc::clone(&self.classes[class].choices)), kind, nodes }
        };
        match path {
            // Which of the two is meant, nobody knows.
            [name] if self.astray.hidden.contains_key(&(entity, name.node.clone())) => {
                Some(error(span))
            }
            [name] => {
                if let Some((field, ty)) = field_of(entity, &name.node) {
                    return Some(node(span, ty, ExprKind::Field { via: None, field }));
                }
                class_of(entity, &name.node).map(|class| class_node(class, None))
            }
            [owner, name] => {
                let root = self.schema.entities.get(self.schema.root)?;
                // A root may be called by its name in rules of its own, as in those of its records.
                if entity == self.schema.root && owner.node == root.name {
                    return self.lookup_in_record(span, std::slice::from_ref(name), entity, scope);
                }
                if shape.child && owner.node == root.name {
                    let (field, ty) = field_of(self.schema.root, &name.node)?;
                    return Some(node(span, ty, ExprKind::RootField(field)));
                }
                let (via, Type::Reference(target)) = field_of(entity, &owner.node)? else {
                    return None;
                };
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

    /// Whether a name is that of the very entity that a rule is about, and of no field of it.
    pub(super) fn names_its_own(&self, owner: &Name, scope: Scope) -> bool {
        let (Scope::Record(entity) | Scope::Classification(entity)) = scope else { return false };
        entity != self.schema.root
            && self.index.entity(&owner.node) == Some(entity)
            && self.index.field(entity, &owner.node).is_none()
    }

    /// Whether a rule is about records that all roots share, which know none of them.
    pub(super) fn is_of_all(&self, scope: Scope) -> bool {
        matches!(scope, Scope::Record(of) | Scope::Classification(of) if self.schema.is_shared(of))
    }
}
