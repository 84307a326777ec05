//! What to say of a name that means nothing where it stands: what it is elsewhere, how it is
//! written there, or which name was meant.

use super::Checker;
use super::expr::{Scope, dotted};
use super::placed::of_award;
use crate::syntax::ast::Name;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::EntityId;
use guiju_model::rules::KpiScope;
use guiju_model::schema::{Field, FieldKind, PROGRAMME};
use guiju_model::source::Span;
use guiju_model::text::Localized;
use guiju_model::words::{self, built_in};

impl Checker<'_> {
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

    /// Reports a path that means nothing in `scope`.
    pub(super) fn unknown(&mut self, span: Span, path: &[Name], scope: Scope) {
        let written = dotted(path);
        let name = built_in(words::Name::Period, &written).map_or(written, str::to_owned);
        let of_the_root = is_of_the_root(scope);
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
        let diagnostic = self
            .known_elsewhere(span, path, &name, scope)
            .or_else(|| self.no_field_of(span, path, &name, scope))
            .unwrap_or_else(|| self.known_nowhere(span, path, &name, scope));
        self.report(diagnostic);
    }

    /// Known, but not here or not so: saying "unknown" would be wrong.
    fn known_elsewhere(
        &self,
        span: Span,
        path: &[Name],
        name: &str,
        scope: Scope,
    ) -> Option<Diagnostic> {
        if name == "period" {
            return Some(Diagnostic::new(Code::NoPeriod).at(span));
        }
        let out_of_scope =
            || Diagnostic::new(Code::WrongScope).arg(name).word(scope.describe()).at(span);
        // A figure of the programme, where rules do not read it so.
        if let Some(kpi) = self.of_programme(path) {
            let own = self.kpis[kpi].kpi.name.clone();
            let own = Some(own.as_str()).filter(|_| scope == Scope::Programme);
            return Some(out_of_scope().suggest(own));
        }
        if let [owner, field] = path
            && owner.node == PROGRAMME
            && scope != Scope::Constant
        {
            return Some(self.not_of_programme(span, field, name, scope));
        }
        if let Some(kpi) = self.kpi(name) {
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
            let diagnostic = super::habits::figure(out_of_scope(), scope);
            return Some(diagnostic.suggest(hint.as_deref()));
        }
        if let Some(at) = self.index.table(name) {
            let keys = self.tables[at].keys.len();
            let (zh, en) = (
                format!("寫成 `{name}(…)`，括號裡是 {keys} 個鍵的值"),
                format!("written as `{name}(…)`, with {keys} key(s)"),
            );
            let found = Localized::new("對照表", "a table");
            return Some(no_value(found).at(span).note(zh, en));
        }
        if let [award] = path
            && self.awards.names.contains_key(&award.node)
        {
            let found = Localized::new("核給", "an award");
            return Some(of_award(no_value(found).at(span), name));
        }
        if scope == Scope::Constant && self.lost.figures.contains(&path[0].node) {
            return Some(super::habits::figure(out_of_scope(), scope));
        }
        (is_of_the_root(scope) && self.index.is_field(name)).then(out_of_scope)
    }

    /// `programme.` and a name that the programme does not have.
    fn not_of_programme(&self, span: Span, field: &Name, name: &str, scope: Scope) -> Diagnostic {
        let own = self.schema.programme.map(|programme| &self.schema.entities[programme]);
        let fields = own.iter().flat_map(|own| &own.fields).map(|field| field.name.as_str());
        let figures =
            self.kpis.iter().map(|kpi| &kpi.kpi).filter(|kpi| {
                scope.reads_programme() && kpi.scope == KpiScope::Programme { by: None }
            });
        let known = fields.chain(figures.map(|kpi| kpi.name.as_str()));
        let suggestion = self
            .meant(&field.node, known)
            .map(|found| format!("{}.{found}", self.spelled(PROGRAMME, span)));
        let diagnostic = match own {
            Some(_) => {
                Diagnostic::new(Code::UnknownField).arg(&field.node).arg(PROGRAMME).at(field.span)
            }
            None => Diagnostic::new(Code::UnknownName).arg(name).at(span),
        };
        diagnostic.suggest(suggestion.as_deref())
    }

    /// An entity that rules read here, and a name that it does not have.
    fn no_field_of(
        &self,
        span: Span,
        path: &[Name],
        name: &str,
        scope: Scope,
    ) -> Option<Diagnostic> {
        let about = match scope {
            Scope::Record(entity) | Scope::Classification(entity) => entity,
            Scope::Root | Scope::EachTarget => self.schema.root,
            Scope::Constant | Scope::Programme => return None,
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
                let diagnostic = Diagnostic::new(Code::UnknownName).arg(name).at(span);
                return Some(diagnostic.suggest(meant.as_deref()));
            }
        }
        let [owner, field] = path else { return None };
        let target = self.entity_called(&owner.node, about)?;
        if target == self.schema.root {
            if is_of_the_root(scope) {
                return None;
            }
            if self.is_of_all(scope) {
                return Some(not_of_all(span, name));
            }
        }
        let shape = &self.schema.entities[target];
        let fields = shape.fields.iter().map(|field| field.name.as_str());
        let known = fields
            .chain(self.index.value_names(target))
            // What is there but cannot be asked here helps nobody.
            .filter(|known| *known != field.node);
        let suggestion =
            self.meant(&field.node, known).map(|field| format!("{}.{field}", owner.node));
        let diagnostic = Diagnostic::new(Code::UnknownField)
            .arg(&field.node)
            .arg(shape.name.clone())
            .at(field.span);
        Some(match suggestion {
            Some(_) => diagnostic.suggest(suggestion.as_deref()),
            None => self.by_steps(diagnostic, &path[1..], scope),
        })
    }

    /// A name that nothing has: the nearest that the scope knows, and what people mean by it.
    fn known_nowhere(&self, span: Span, path: &[Name], name: &str, scope: Scope) -> Diagnostic {
        if let Some(day) = day_without_its_word(name) {
            return Diagnostic::new(Code::UnknownName).arg(name).at(span).fix(&day);
        }
        let known = self.known_in(scope);
        let nearest = self
            .cut(name, scope, &[])
            .or_else(|| self.meant(name, known.iter().map(String::as_str)));
        let diagnostic = Diagnostic::new(Code::UnknownName).arg(name).at(span);
        let mut diagnostic = super::habits::meant(diagnostic, name);
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
            if let Some(labelled) = shape.field(name) {
                return diagnostic.suggest(Some(&shape.fields[labelled].name));
            }
            if let Some((field, written)) =
                shape.fields.iter().find_map(|field| Some((&field.name, as_a_value(field, name)?)))
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
            stepped
        } else {
            diagnostic.suggest(nearest.as_deref())
        }
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

/// Whether a scope is the root itself, or the programme: no record is at hand.
const fn is_of_the_root(scope: Scope) -> bool {
    !matches!(scope, Scope::Constant | Scope::Record(_) | Scope::Classification(_))
}

/// What a root has, asked for in a rule about records that all roots share.
pub(super) fn not_of_all(span: Span, name: &str) -> Diagnostic {
    let words = Localized::new("全計畫共用資料的規則", "a rule on records that all roots share");
    Diagnostic::new(Code::WrongScope).arg(name).word(words).at(span)
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
