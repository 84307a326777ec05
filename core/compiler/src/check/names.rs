//! What a name means where it stands, and what to say of one that means nothing there.

use std::sync::Arc;

use super::Checker;
use super::expr::{Scope, dotted, error, field_type, node};
use super::placed::of_award;
use crate::syntax::ast::Name;
use guiju_model::date::Period;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, KpiId};
use guiju_model::rules::{Expr, ExprKind, KpiScope, Type, Value};
use guiju_model::schema::{Choices, Field, FieldKind, PROGRAMME};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;
use guiju_model::words::{self, built_in};

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
    pub(super) fn value_at(&self, path: &[Name], scope: Scope) -> Option<(usize, Option<usize>)> {
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

    /// What a root has is asked for in a rule about records that all roots share.
    pub(super) fn not_of_all(&mut self, span: Span, name: &str) {
        let words =
            Localized::new("全計畫共用資料的規則", "a rule on records that all roots share");
        self.report(Diagnostic::new(Code::WrongScope).arg(name).word(words).at(span));
    }

    /// A name that is no tally, nor one of `others` that may stand in its place.
    pub(super) fn unknown_tally(&mut self, name: &Name, others: &[String]) {
        if self.lost.names.contains(&name.node) {
            return;
        }
        if self.awards.names.contains_key(&name.node) {
            let (tally, award) =
                (Localized::new("計數項", "a tally"), Localized::new("核給", "an award"));
            let diagnostic = Diagnostic::new(Code::TypeMismatch).word(tally).word(award);
            return self.report(diagnostic.at(name.span));
        }
        let known = self.tally_names.iter().chain(others);
        let nearest = self.meant(&name.node, known.map(String::as_str));
        self.report(
            Diagnostic::new(Code::UnknownName)
                .arg(&name.node)
                .at(name.span)
                .suggest(nearest.as_deref()),
        );
    }

    fn unknown(&mut self, span: Span, path: &[Name], scope: Scope) {
        let written = dotted(path);
        let name = built_in(words::Name::Period, &written).map_or(written, str::to_owned);
        let of_the_root =
            !matches!(scope, Scope::Constant | Scope::Record(_) | Scope::Classification(_));
        if self.is_astray(path, scope)
            || (of_the_root && self.lost.words.contains("entity"))
            || (name == "period" && self.lost.words.contains("period"))
        {
            return;
        }
        if !self.findings.keeps_errors() {
            // Only counted: whichever error it is.
            return self.report(Diagnostic::new(Code::UnknownName));
        }
        if name == "period" {
            self.report(Diagnostic::new(Code::NoPeriod).at(span));
            return;
        }
        // A figure of the programme, where rules do not read it so.
        if let Some(kpi) = self.of_programme(path) {
            let diagnostic =
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span);
            let own = self.kpis[kpi].kpi.name.clone();
            self.report(
                diagnostic.suggest(Some(own.as_str()).filter(|_| scope == Scope::Programme)),
            );
            return;
        }
        if let [owner, field] = path
            && owner.node == PROGRAMME
            && scope != Scope::Constant
        {
            let own = self.schema.programme.map(|programme| &self.schema.entities[programme]);
            let fields = own.iter().flat_map(|own| &own.fields).map(|field| field.name.as_str());
            let figures = self.kpis.iter().map(|kpi| &kpi.kpi).filter(|kpi| {
                scope.reads_programme() && kpi.scope == KpiScope::Programme { by: None }
            });
            let known = fields.chain(figures.map(|kpi| kpi.name.as_str()));
            let suggestion = self
                .meant(&field.node, known)
                .map(|found| format!("{}.{found}", self.spelled(PROGRAMME, span)));
            let diagnostic = match own {
                Some(_) => Diagnostic::new(Code::UnknownField)
                    .arg(&field.node)
                    .arg(PROGRAMME)
                    .at(field.span),
                None => Diagnostic::new(Code::UnknownName).arg(&name).at(span),
            };
            self.report(diagnostic.suggest(suggestion.as_deref()));
            return;
        }
        // Known, but not here: saying "unknown" would be wrong.
        if let Some(kpi) = self.kpi(&name) {
            let diagnostic =
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span);
            let diagnostic = super::habits::figure(diagnostic, scope);
            let hint = match (scope, self.kpis[kpi].kpi.scope) {
                (Scope::Programme, KpiScope::Root) => {
                    Some(format!("{}({name})", self.function("sum", span)))
                }
                // One word says whose figure it is.
                (scope, KpiScope::Programme { .. }) if scope.reads_programme() => {
                    Some(format!("{}.{name}", self.spelled(PROGRAMME, span)))
                }
                _ => None,
            };
            self.report(diagnostic.suggest(hint.as_deref()));
            return;
        }
        if let Some(at) = self.index.table(&name) {
            let keys = self.tables[at].keys.len();
            let (zh, en) = (
                format!("寫成 `{name}(…)`，括號裡是 {keys} 個鍵的值"),
                format!("written as `{name}(…)`, with {keys} key(s)"),
            );
            let found = Localized::new("對照表", "a table");
            self.report(no_value(found).at(span).note(zh, en));
            return;
        }
        if let [award] = path
            && self.awards.names.contains_key(&award.node)
        {
            let found = Localized::new("核給", "an award");
            self.report(of_award(no_value(found).at(span), &name));
            return;
        }
        if scope == Scope::Constant && self.lost.figures.contains(&path[0].node) {
            let diagnostic =
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span);
            self.report(super::habits::figure(diagnostic, scope));
            return;
        }
        if of_the_root && self.index.is_field(&name) {
            self.report(
                Diagnostic::new(Code::WrongScope).arg(&name).word(scope.describe()).at(span),
            );
            return;
        }
        let about = match scope {
            Scope::Record(entity) | Scope::Classification(entity) => Some(entity),
            Scope::Root | Scope::EachTarget => Some(self.schema.root),
            Scope::Constant | Scope::Programme => None,
        };
        // What the record itself has stands without its name.
        if let [owner, rest @ ..] = path
            && !rest.is_empty()
            && self.names_its_own(owner, scope)
        {
            let (known, rest) = (self.known_in(scope), dotted(rest));
            let there = known.contains(&rest).then(|| rest.clone());
            let meant = there.or_else(|| self.meant(&rest, known.iter().map(String::as_str)));
            if meant.is_some() {
                let diagnostic = Diagnostic::new(Code::UnknownName).arg(&name).at(span);
                return self.report(diagnostic.suggest(meant.as_deref()));
            }
        }
        if let (Some(entity), [owner, field]) = (about, path)
            && let Some(target) = self.entity_called(&owner.node, entity)
            && !(of_the_root && target == self.schema.root)
        {
            if target == self.schema.root && self.is_of_all(scope) {
                return self.not_of_all(span, &name);
            }
            let shape = &self.schema.entities[target];
            let known = shape
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .chain(self.index.value_names(target))
                // What is there but cannot be asked here helps nobody.
                .filter(|known| *known != field.node);
            let suggestion =
                self.meant(&field.node, known).map(|field| format!("{}.{field}", owner.node));
            let diagnostic = Diagnostic::new(Code::UnknownField)
                .arg(&field.node)
                .arg(shape.name.clone())
                .at(field.span);
            self.report(match suggestion {
                Some(_) => diagnostic.suggest(suggestion.as_deref()),
                None => self.by_steps(diagnostic, &path[1..], scope),
            });
            return;
        }
        if let Some(day) = day_without_its_word(&name) {
            self.report(Diagnostic::new(Code::UnknownName).arg(&name).at(span).fix(&day));
            return;
        }
        let known = self.known_in(scope);
        let nearest = self
            .cut(&name, scope, &[])
            .or_else(|| self.meant(&name, known.iter().map(String::as_str)));
        let diagnostic = Diagnostic::new(Code::UnknownName).arg(&name).at(span);
        let mut diagnostic = super::habits::meant(diagnostic, &name);
        if let (Scope::Constant, [of]) = (scope, path)
            && let Some(entity) =
                self.schema.entities.ids().find(|at| self.index.field(*at, &of.node).is_some())
        {
            let owner = &self.schema.entities[entity].name;
            diagnostic = diagnostic.note(
                format!("`{name}` 是 `{owner}` 的欄位：每筆資料的值寫成 `let {owner}.名稱 = …`"),
                format!(
                    "`{name}` is a field of `{owner}`, whose values are `let {owner}.name = …`"
                ),
            );
        }
        if let Scope::Record(entity) | Scope::Classification(entity) = scope {
            let shape = &self.schema.entities[entity];
            // People know fields by their labels.
            if let Some(labelled) = shape.field(&name) {
                self.report(diagnostic.suggest(Some(&shape.fields[labelled].name)));
                return;
            }
            if let Some((field, written)) =
                shape.fields.iter().find_map(|field| Some((&field.name, as_a_value(field, &name)?)))
            {
                let written = self.spelled(&written, span);
                diagnostic = diagnostic.note(
                    format!("`{name}` 是 `{field}` 的選項，寫法：{written}"),
                    format!("`{name}` is a choice of `{field}`, written as: {written}"),
                );
            }
        }
        let stepped = self.by_steps(diagnostic.clone(), path, scope);
        // A name as it is written, elsewhere, is nearer than one that is written otherwise; but no
        // other name has three parts than a figure of an award.
        let of_award = path.len() == 3 && nearest.is_some();
        if stepped != diagnostic && !of_award {
            diagnostic = stepped;
        } else {
            diagnostic = diagnostic.suggest(nearest.as_deref());
        }
        self.report(diagnostic);
    }

    /// The names that a scope knows.
    pub(super) fn known_in(&self, scope: Scope) -> Vec<String> {
        let mut known = self.lost.lets.clone();
        let fields = |entity: EntityId| {
            self.schema.entities.get(entity).into_iter().flat_map(|shape| &shape.fields)
        };
        let entity = match scope {
            Scope::Constant => return known,
            Scope::Record(entity) | Scope::Classification(entity) => {
                known.extend(self.reachable(entity));
                known.extend(
                    self.classes
                        .iter()
                        .filter(|class| class.entity == entity)
                        .map(|class| class.name.clone()),
                );
                entity
            }
            Scope::Root | Scope::EachTarget | Scope::Programme => {
                known.extend(self.kpis.iter().map(|kpi| kpi.kpi.name.clone()));
                self.schema.root
            }
        };
        known.extend(self.placings(scope));
        known.extend(fields(entity).map(|field| field.name.clone()));
        known.extend(self.index.value_names(entity).into_iter().map(str::to_owned));
        known
    }

    /// Fields of the root, and of what a record refers to, as they are written.
    fn reachable(&self, entity: EntityId) -> Vec<String> {
        self.steps_from(entity)
            .into_iter()
            .flat_map(|(owner, target)| {
                self.schema.entities[target]
                    .fields
                    .iter()
                    .map(move |field| format!("{owner}.{}", field.name))
            })
            .collect()
    }
}

/// Something that has a name, and stands where a value is read.
fn no_value(found: Localized) -> Diagnostic {
    Diagnostic::new(Code::TypeMismatch).word(Localized::new("值", "a value")).word(found)
}

/// `民國113年11月30` as the date that it was meant to be.
fn day_without_its_word(name: &str) -> Option<String> {
    let rest = name.strip_prefix("民國")?;
    let (year, rest) = rest.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let is_number = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let is_day = is_number(year, 3) && is_number(month, 2) && is_number(day, 2);
    is_day.then(|| format!("{name}日"))
}

/// How to ask for a value of a field, where a name is one of its choices.
fn as_a_value(field: &Field, name: &str) -> Option<String> {
    let (FieldKind::Choice(choices) | FieldKind::List(choices)) = &field.kind else { return None };
    let value = &choices.values[choices.value(name)?].name;
    Some(match field.kind {
        FieldKind::List(_) => format!("`{} has {value}`", field.name),
        _ => format!("`{0} = {value}`, `{0} in (…, {value})`", field.name),
    })
}
