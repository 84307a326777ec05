//! `tally entity.name from …`: figures of the records of an entity, used wherever a field could be.
//!
//! Which records belong to an owner is said here, and the type of each figure, in whatever order
//! they are declared. Not here: what a tally asks of its records (`rules`), and what a name stands
//! for in a scope (`names`).

use std::sync::Arc;

use super::chains::Once;
use super::expr::{Scope, error, node};
use super::kpi_names::first_is_named;
use super::{Checker, Items, duplicate, label};
use crate::syntax::ast::{self, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId, TallyId};
use guiju_model::rules::{Expr, ExprKind, Figure, Function, Link, Owner, Type};
use guiju_model::schema::FieldKind;
use guiju_model::source::{Span, Spanned};
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// A figure that a tally makes for records of an entity, and what it is once that is known.
pub(super) struct FigureName {
    /// The tally, and which of its figures it is.
    tally: TallyId,
    figure: usize,
    /// Whose records are taken.
    entity: EntityId,
    name: Name,
    label: Localized,
    measure: Arc<ast::Measure>,
    /// The unit that is declared for it.
    unit: Option<Name>,
    pub(super) typed: Option<(Option<Expr>, Type)>,
}

impl Checker<'_> {
    /// The names of all figures, so that rules may use them in any order.
    pub(super) fn declare_figures(&mut self, items: &Items) {
        for (index, tally) in items.tallies.iter().enumerate() {
            let Some(owner) = &tally.owner else {
                if let Some(key) = tally.by.first() {
                    self.report(
                        Diagnostic::new(Code::KeyWithoutOwner).arg(&tally.name.node).at(key.span),
                    );
                }
                continue;
            };
            let short = Spanned { node: tally.short().to_owned(), span: tally.name.span };
            let twins =
                || tally.measures.iter().filter_map(|measure| Some(&measure.twin.as_ref()?.name));
            let known = self.tallies.get(&tally.name.node).map(|found| found.entity);
            let (Some(entity), Some(of)) = (known, self.own_entity(owner)) else {
                self.lost.names.extend(twins().chain([&short]).map(|name| name.node.clone()));
                continue;
            };
            if of == self.schema.root {
                let (root, name) = (&owner.node, &short.node);
                self.report(
                    Diagnostic::new(Code::FiguresOfRoot).arg(root).arg(name).at(tally.name.span),
                );
            }
            for split in &tally.splits {
                self.report(
                    Diagnostic::new(Code::SplitOfRecord).arg(&tally.name.node).at(split.span),
                );
            }
            for (number, measure) in tally.measures.iter().enumerate() {
                let (name, said, unit) = match (&measure.twin, number) {
                    (None, 0) => (&short, &tally.label, &tally.unit),
                    (Some(twin), 1..) => (&twin.name, &twin.label, &twin.unit),
                    (Some(twin), 0) => {
                        self.report(first_is_named(tally, twin));
                        continue;
                    }
                    (None, _) => {
                        self.report(Diagnostic::new(Code::MeasureName).at(measure.span));
                        continue;
                    }
                };
                if let Some(first) = self.called_like(of, name, items) {
                    self.report(duplicate(&name.node, name.span, first));
                    continue;
                }
                self.index.add_figure(of, &name.node, self.figures.len());
                self.figures.push(FigureName {
                    tally: TallyId::new(index),
                    figure: number,
                    entity,
                    name: name.clone(),
                    label: label(said.as_ref(), &name.node),
                    measure: Arc::new(measure.clone()),
                    unit: unit.clone(),
                    typed: None,
                });
            }
        }
    }

    /// Where an entity's figure is declared.
    pub(super) fn figure_span(&self, entity: EntityId, name: &str) -> Option<Span> {
        self.index.figure(entity, name).map(|at| self.figures[at].name.span)
    }

    /// What a figure is taken of as it is written, with the entity of those records.
    pub(super) fn figure_written(&self, at: usize) -> (EntityId, Option<&ast::Expr>) {
        (self.figures[at].entity, self.figures[at].measure.of.as_ref())
    }

    /// What people call a figure.
    pub(super) fn figure_label(&self, at: usize) -> Localized {
        self.figures[at].label.clone()
    }

    /// Whose figures a tally makes, if a record's.
    pub(super) fn owner(
        &mut self,
        index: TallyId,
        written: &ast::Tally,
        entity: EntityId,
    ) -> Option<Owner> {
        let owner = self
            .index
            .entity(&written.owner.as_ref()?.node)
            .filter(|owner| *owner != self.schema.root)?;
        let link = if written.by.is_empty() {
            self.reference(written, entity, owner)
        } else {
            self.shared_key(written, entity, owner)
        };
        // They stand in the order of their tallies.
        let first = self.figures.partition_point(|figure| figure.tally < index);
        let end = self.figures.partition_point(|figure| figure.tally <= index);
        let own: Vec<usize> = (first..end).collect();
        let mut figures = Vec::with_capacity(own.len());
        for at in own {
            let (of, ty) = self.typed_figure(at);
            let FigureName { name, label, measure, .. } = &self.figures[at];
            // Without a type there are no rules either.
            let unit = if let Type::Number(unit) = ty { unit } else { Unit::Number };
            figures.push(Figure {
                name: name.node.clone(),
                label: label.clone(),
                unit,
                function: measure.function,
                of,
            });
        }
        Some(Owner { entity: owner, link: link?, figures })
    }

    /// The one field of the records that refers to the owner.
    fn reference(
        &mut self,
        written: &ast::Tally,
        entity: EntityId,
        owner: EntityId,
    ) -> Option<Link> {
        if let Some(field) = self.schema.parent_field(entity, owner) {
            return Some(Link::Reference(field));
        }
        let shape = &self.schema.entities[entity];
        let refers = |field: &FieldId| shape.fields[*field].kind == FieldKind::Reference(owner);
        let found: Vec<FieldId> = shape.fields.ids().filter(refers).collect();
        if let [field] = found.as_slice() {
            return Some(Link::Reference(*field));
        }
        if found.is_empty() && self.astray.entities.contains(&entity) {
            return None;
        }
        let (records, of) = (&shape.name, &self.schema.entities[owner].name);
        let diagnostic = match found.first() {
            None => Diagnostic::new(Code::NoReference).arg(records).arg(of),
            Some(first) => Diagnostic::new(Code::SeveralReferences)
                .arg(records)
                .arg(of)
                .arg(&shape.fields[*first].name),
        };
        self.report(diagnostic.at(written.entity.span));
        None
    }

    /// The fields after `by`: one that refers to the owner, or fields of one name and type that
    /// both have.
    fn shared_key(
        &mut self,
        written: &ast::Tally,
        entity: EntityId,
        owner: EntityId,
    ) -> Option<Link> {
        if let [name] = written.by.as_slice()
            && let Some(field) = self.index.field(entity, &name.node)
            && self.schema.entities[entity].fields[field].kind == FieldKind::Reference(owner)
        {
            return Some(Link::Reference(field));
        }
        let (mut theirs, mut own) = (Vec::new(), Vec::new());
        for name in &written.by {
            theirs.extend(self.key_field(name, entity, None));
            own.extend(self.key_field(
                name,
                owner,
                theirs.last().map(|field| (entity, *field)).filter(|_| owner != entity),
            ));
        }
        (theirs.len() == written.by.len() && own.len() == theirs.len())
            .then_some(Link::Key { theirs, own })
    }

    /// A field of an entity that is part of a key and, where it stands beside one of another
    /// entity, has its type.
    fn key_field(
        &mut self,
        name: &Name,
        entity: EntityId,
        beside: Option<(EntityId, FieldId)>,
    ) -> Option<FieldId> {
        let schema = Arc::clone(&self.schema);
        let shape = &schema.entities[entity];
        let Some(field) = self.index.field(entity, &name.node) else {
            let nearest =
                self.meant(&name.node, shape.fields.iter().map(|field| field.name.as_str()));
            let diagnostic =
                Diagnostic::new(Code::UnknownField).arg(&name.node).arg(&shape.name).at(name.span);
            self.report(diagnostic.suggest(nearest.as_deref()));
            return None;
        };
        let kind = &shape.fields[field].kind;
        let fits = match beside {
            None => !matches!(kind, FieldKind::List(_) | FieldKind::Period),
            Some((entity, field)) => schema.entities[entity].fields[field].kind == *kind,
        };
        if !fits {
            self.report(
                Diagnostic::new(Code::NoSharedKey).arg(&name.node).arg(&shape.name).at(name.span),
            );
        }
        fits.then_some(field)
    }

    /// What a figure is taken of, and its type.
    pub(super) fn typed_figure(&mut self, at: usize) -> (Option<Expr>, Type) {
        if let Some(typed) = &self.figures[at].typed {
            return typed.clone();
        }
        if let Some(start) = self.open_figures.iter().position(|open| *open == at) {
            let circle: Vec<Name> = self.open_figures[start..]
                .iter()
                .map(|at| self.figures[*at].name.clone())
                .collect();
            self.circle(&circle.iter().collect::<Vec<_>>());
            return (None, Type::Error);
        }
        self.type_chain(Once::Figure(at));
        let FigureName { entity, measure, unit, name, .. } = &self.figures[at];
        let (entity, measure, unit, span) = (*entity, Arc::clone(measure), unit.clone(), name.span);
        if self.open_figures.len() > self.nesting {
            self.report(Diagnostic::new(Code::TooDeep).arg(self.nesting.to_string()).at(span));
            return (None, Type::Error);
        }
        self.open_figures.push(at);
        let measured = self.measured(&measure, Scope::Record(entity));
        self.open_figures.pop();
        let typed = match measured {
            Some((of, own)) => (of, Type::Number(self.shown_unit(own, unit.as_ref()))),
            None => (None, Type::Error),
        };
        self.figures[at].typed = Some(typed.clone());
        typed
    }

    /// What a measure is taken of, and its unit; `None` where it cannot be.
    pub(super) fn measured(
        &mut self,
        measure: &ast::Measure,
        scope: Scope,
    ) -> Option<(Option<Expr>, Unit)> {
        let Some(of) = measure.of.as_ref().map(|of| self.expr(of, scope, None)) else {
            return Some((None, Unit::Number));
        };
        match (measure.function, &of.ty) {
            (
                Function::Distinct,
                Type::Text | Type::Number(_) | Type::Date | Type::Choice(_) | Type::Reference(_),
            ) => Some((Some(of), Unit::Number)),
            (Function::Distinct, _) => {
                let expected = Localized::new(
                    "文字、數字、日期、選項或另一筆資料",
                    "a text, a number, a date, a choice or another record",
                );
                self.mismatch(&expected, &of);
                None
            }
            (_, Type::Number(unit)) => {
                let unit = unit.clone();
                Some((Some(of), unit))
            }
            (function, _) => {
                let expected = match function {
                    Function::Average => {
                        Localized::new("可以平均的數字", "a number to take the average of")
                    }
                    Function::Minimum | Function::Maximum => Localized::new(
                        "可以比大小的數字",
                        "a number to take the least or greatest of",
                    ),
                    _ => Localized::new("可以加總的數字", "a number to add up"),
                };
                self.mismatch(&expected, &of);
                None
            }
        }
    }

    /// The figure that a name stands for in a scope, and the field through which it is asked for.
    pub(super) fn figure_at(
        &self,
        path: &[Name],
        scope: Scope,
    ) -> Option<(usize, Option<FieldId>)> {
        let (Scope::Record(entity) | Scope::Classification(entity)) = scope else { return None };
        match path {
            [name] => self.index.figure(entity, &name.node).map(|at| (at, None)),
            [owner, name] => {
                let target = self.entity_called(&owner.node, entity)?;
                self.index
                    .figure(target, &name.node)
                    .map(|at| (at, self.index.field(entity, &owner.node)))
            }
            _ => None,
        }
    }

    pub(super) fn figure_of(&mut self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        let (at, via) = self.figure_at(path, scope)?;
        if matches!(scope, Scope::Classification(_)) {
            let name = &self.figures[at].name.node;
            self.report(
                Diagnostic::new(Code::WrongScope).arg(name).word(scope.describe()).at(span),
            );
            return Some(error(span));
        }
        let (_, ty) = self.typed_figure(at);
        if ty == Type::Error {
            return Some(error(span));
        }
        let FigureName { tally, figure, .. } = self.figures[at];
        Some(node(span, ty, ExprKind::Figure { via, tally, figure }))
    }

    /// Figures that no rule mentions.
    pub(super) fn unused_figures(&mut self, mentioned: &std::collections::HashMap<String, u32>) {
        let unused: Vec<Name> = self
            .figures
            .iter()
            .map(|figure| &figure.name)
            .filter(|name| !mentioned.contains_key(&name.node))
            .cloned()
            .collect();
        unused.iter().for_each(|name| {
            self.report(Diagnostic::new(Code::Unused).arg(&name.node).at(name.span))
        });
    }
}
