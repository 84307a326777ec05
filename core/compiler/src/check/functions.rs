//! Functions: what each takes, where it may stand, and the type and unit of what it gives.
//! Operators are in `operators`.

use super::Checker;
use super::expr::{Scope, dotted, error, node};
use super::unknown::not_of_all;
use super::values::any;
use crate::syntax::ast::{self, Name};
use guiju_model::calendar::Calendar;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::Rounding;
use guiju_model::rules::{Aggregate, Expr, ExprKind, KpiScope, Listing, Type};
use guiju_model::schema::PROGRAMME;
use guiju_model::source::Span;
use guiju_model::text::{Localized, nearest};
use guiju_model::unit::Unit;
use guiju_model::words::{self, Words, built_in, name_in};

const KNOWN: &[&str] = &[
    "previous", "target", "min", "max", "length", "sum", "average", "maximum", "minimum", "count",
    "share", "group", "some", "every",
];

/// The names of all functions.
fn names() -> impl Iterator<Item = &'static str> {
    let roundings = Rounding::FUNCTIONS.iter().map(|(name, _)| *name);
    let of_days = Calendar::FUNCTIONS.iter().map(|(name, _)| *name);
    KNOWN.iter().copied().chain(roundings).chain(of_days)
}

/// Whether a function has this name, so that nothing else that is called may.
pub(super) fn is_function(name: &str) -> bool {
    names().any(|known| known == name)
}

/// The functions in both spellings.
fn known_functions<'a>() -> impl Iterator<Item = &'a str> {
    names().flat_map(|english| [english, name_in(words::Name::Function, english, Words::Chinese)])
}

/// What `group` takes.
fn by_groups() -> Localized {
    Localized::new("分組的整體指標", "a figure of the programme by groups")
}

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        span: Span,
        name: &[Name],
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        if let Some(found) = self.lookup_call(span, name, arguments, scope) {
            return found;
        }
        let function = dotted(name);
        let known = built_in(words::Name::Function, &function);
        let english = known.unwrap_or(&function);
        if let Some((_, rounding)) = Rounding::FUNCTIONS.iter().find(|(known, _)| *known == english)
        {
            return self.round(span, *rounding, arguments, scope);
        }
        if let Some((_, function)) = Calendar::FUNCTIONS.iter().find(|(known, _)| *known == english)
        {
            return self.calendar(span, *function, arguments, scope);
        }
        match english {
            "previous" | "target" => self.given(span, &function, arguments, scope),
            "min" | "max" => self.extremum(span, known == Some("max"), arguments, scope),
            "length" => self.length(span, arguments, scope),
            "sum" => self.aggregate(span, Aggregate::Sum, &function, arguments, scope),
            "average" => self.aggregate(span, Aggregate::Average, &function, arguments, scope),
            "maximum" => self.aggregate(span, Aggregate::Maximum, &function, arguments, scope),
            "minimum" => self.aggregate(span, Aggregate::Minimum, &function, arguments, scope),
            "count" => self.aggregate(span, Aggregate::Count, &function, arguments, scope),
            "share" => self.aggregate(span, Aggregate::Share, &function, arguments, scope),
            "group" => self.of_group(span, &function, arguments, scope),
            "some" | "every" => {
                let (zh, en) = (
                    format!("寫成 `{function}(資料: 條件)`"),
                    format!("written as `{function}(entity: condition)`"),
                );
                let expected = Localized::new("資料類別與條件", "an entity and a condition");
                let found = Localized::new("別的寫法", "something else");
                self.report(
                    Diagnostic::new(Code::TypeMismatch)
                        .word(expected)
                        .word(found)
                        .at(span)
                        .note(zh, en),
                );
                error(span)
            }
            // Constants are computed before tables are read.
            _ if scope == Scope::Constant
                && name.first().is_some_and(|first| self.lost.figures.contains(&first.node)) =>
            {
                self.not_here(span, &function, scope)
            }
            _ => {
                let tables: Vec<&str> =
                    self.tables.iter().map(|table| table.name.as_str()).collect();
                let nearest =
                    nearest(&function, known_functions().chain(tables)).map(str::to_owned);
                let diagnostic = Diagnostic::new(Code::UnknownName).arg(&function).at(span);
                let diagnostic = diagnostic.suggest(nearest.as_deref());
                self.report(super::habits::meant(diagnostic, &function));
                error(span)
            }
        }
    }

    pub(super) fn not_here(&mut self, span: Span, function: &str, scope: Scope) -> Expr {
        let diagnostic =
            Diagnostic::new(Code::WrongScope).arg(function).word(scope.describe()).at(span);
        self.report(super::habits::over_records(diagnostic, function, scope));
        error(span)
    }

    /// `previous(kpi)` and `target(kpi)`: what the data gives for a KPI.
    fn given(&mut self, span: Span, function: &str, arguments: &[ast::Expr], scope: Scope) -> Expr {
        if !matches!(scope, Scope::Root | Scope::EachTarget | Scope::Programme) {
            return self.not_here(span, function, scope);
        }
        let [argument] = arguments else { return self.wrong_arguments(span, "1", arguments.len()) };
        let inner = self.expr(argument, scope, None);
        if inner.ty == Type::Error {
            return inner;
        }
        let ExprKind::Kpi(kpi) = inner.kind else {
            self.mismatch(&Localized::new("指標的名稱", "the name of a KPI"), &inner);
            return error(span);
        };
        node(
            span,
            inner.ty,
            if built_in(words::Name::Function, function) == Some("previous") {
                ExprKind::Previous(kpi)
            } else {
                ExprKind::Target(kpi)
            },
        )
    }

    /// `group(kpi)`: a figure of the programme by groups, for the group that the root belongs to.
    fn of_group(
        &mut self,
        span: Span,
        function: &str,
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        if !scope.reads_programme() {
            return self.not_here(span, function, scope);
        }
        let [argument] = arguments else { return self.wrong_arguments(span, "1", arguments.len()) };
        let named = argument.path().map(dotted);
        let found = named.as_deref().and_then(|name| self.kpi(name));
        let Some((kpi, found)) = found.map(|kpi| (kpi, &self.kpis[kpi])) else {
            let written = named.unwrap_or_default();
            if written.is_empty() {
                let inner = self.expr(argument, scope, None);
                self.mismatch(&by_groups(), &inner);
            } else if !self.lost.names.contains(&written) {
                let grouped = |kpi: &&super::KpiName| {
                    matches!(kpi.kpi.scope, KpiScope::Programme { by: Some(_) })
                };
                let names = self.kpis.iter().filter(grouped).map(|kpi| kpi.kpi.name.as_str());
                let meant = self.meant(&written, names);
                self.report(
                    Diagnostic::new(Code::UnknownName)
                        .arg(&written)
                        .at(argument.span)
                        .suggest(meant.as_deref()),
                );
            }
            return error(span);
        };
        if found.broken {
            return error(span);
        }
        let KpiScope::Programme { by: Some(field) } = found.kpi.scope else {
            let words = match found.kpi.scope {
                KpiScope::Root => Localized::new("指標", "a figure of the root"),
                KpiScope::Programme { .. } => {
                    Localized::new("不分組的整體指標", "a figure of the programme without groups")
                }
            };
            let diagnostic = Diagnostic::new(Code::TypeMismatch).word(by_groups()).word(words);
            let diagnostic = match found.kpi.scope {
                KpiScope::Root => diagnostic,
                KpiScope::Programme { .. } => {
                    let whole = format!("{}.{}", self.spelled(PROGRAMME, span), found.kpi.name);
                    diagnostic.note(
                        format!(
                            "全計畫的值寫成 `{whole}`；分組的指標宣告時寫 `for programme by 欄位`"
                        ),
                        format!(
                            "`{whole}` is its value for all; a figure by groups is declared \
                             `for programme by field`"
                        ),
                    )
                }
            };
            self.report(diagnostic.at(argument.span));
            return error(span);
        };
        let ty = Type::Number(found.kpi.unit.clone());
        if self.is_of_all(scope) {
            let function = self.function("group", span);
            self.report(not_of_all(span, &format!("{function}(…)")));
            return error(span);
        }
        node(span, ty, ExprKind::OfGroup { field, kpi })
    }

    /// `min(a, b, …)` and `max(a, b, …)`: numbers of one unit.
    fn extremum(
        &mut self,
        span: Span,
        greatest: bool,
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        if arguments.len() < 2 {
            // Over all roots there is another function for it.
            let over_roots = if greatest { "maximum" } else { "minimum" };
            let meant = (scope == Scope::Programme).then(|| self.function(over_roots, span));
            let expected = Localized::new("兩個以上的引數", "2 or more arguments");
            let found =
                Localized::new(format!("{} 個", arguments.len()), arguments.len().to_string());
            self.report(
                Diagnostic::new(Code::TypeMismatch)
                    .word(expected)
                    .word(found)
                    .at(span)
                    .suggest(meant.as_deref()),
            );
            return error(span);
        }
        let mut of: Vec<Expr> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let expr = self.number_of(argument, scope);
            if of
                .first()
                .is_none_or(|first| self.agree(first, &expr, &Localized::new("比較", "compared")))
            {
                of.push(expr);
            }
        }
        let ty = of.first().map_or(Type::Error, |first| first.ty.clone());
        if of.len() < arguments.len() || ty == Type::Error {
            return error(span);
        }
        node(span, ty, ExprKind::Extremum { greatest, of })
    }

    /// `length(text)`: in the built-in counter 字.
    fn length(&mut self, span: Span, arguments: &[ast::Expr], scope: Scope) -> Expr {
        let [argument] = arguments else { return self.wrong_arguments(span, "1", arguments.len()) };
        let text = self.expr(argument, scope, None);
        if text.ty != Type::Text {
            self.mismatch(&Type::Text.describe(), &text);
            return error(span);
        }
        node(span, Type::Number(Unit::characters()), ExprKind::Length(Box::new(text)))
    }

    /// An aggregate over all roots.
    fn aggregate(
        &mut self,
        span: Span,
        aggregate: Aggregate,
        function: &str,
        arguments: &[ast::Expr],
        scope: Scope,
    ) -> Expr {
        if scope != Scope::Programme {
            return self.not_here(span, function, scope);
        }
        let argument = match (aggregate, arguments) {
            (Aggregate::Count, []) => {
                return node(
                    span,
                    Type::Number(Unit::Number),
                    ExprKind::Aggregate(aggregate, None),
                );
            }
            (_, [argument]) => argument,
            _ => return self.wrong_arguments(span, "1", arguments.len()),
        };
        // All roots have their figures, and awards are decided.
        let outer = std::mem::replace(&mut self.awards.decided, true);
        let inner = match aggregate {
            Aggregate::Sum | Aggregate::Average | Aggregate::Maximum | Aggregate::Minimum => {
                self.number_of(argument, Scope::Root)
            }
            Aggregate::Count | Aggregate::Share => self.expr(argument, Scope::Root, None),
        };
        self.awards.decided = outer;
        // Programmes are put together from figures of roots, without their records.
        if any(&inner, &|kind| matches!(kind, ExprKind::Over { .. })) {
            let over = format!("{}(…)", self.function("some", span));
            return self.not_here(inner.span, &over, scope);
        }
        let own = self.schema.entities.entries().find(|(list, _)| {
            let asks = |kind: &ExprKind| {
                matches!(kind, ExprKind::Listed(_, Listing::Entity(of)) if of == list)
            };
            !self.schema.is_shared(*list) && any(&inner, &asks)
        });
        if let Some((_, list)) = own {
            let name = list.name.clone();
            return self.not_here(inner.span, &name, scope);
        }
        let ty = match (aggregate, &inner.ty) {
            (_, Type::Error) => return inner,
            (Aggregate::Count, Type::Bool) => Type::Number(Unit::Number),
            (Aggregate::Share, Type::Bool | Type::Number(_)) => Type::Number(Unit::Ratio),
            (Aggregate::Count, Type::Number(_)) => {
                let found = inner.ty.describe();
                let meant = format!(
                    "{}({})",
                    self.function("sum", span),
                    argument.path().map(dotted).unwrap_or_default()
                );
                let diagnostic = Diagnostic::new(Code::TypeMismatch)
                    .word(Type::Bool.describe())
                    .word(found)
                    .at(inner.span);
                let is_kpi = matches!(inner.kind, ExprKind::Kpi(_));
                self.report(diagnostic.suggest(is_kpi.then_some(meant.as_str())));
                return error(span);
            }
            (Aggregate::Count | Aggregate::Share, _) => {
                let expected = if aggregate == Aggregate::Count {
                    Type::Bool.describe()
                } else {
                    Localized::new("條件或數字", "a condition or a number")
                };
                self.mismatch(&expected, &inner);
                return error(span);
            }
            (_, ty) => ty.clone(),
        };
        node(span, ty, ExprKind::Aggregate(aggregate, Some(Box::new(inner))))
    }

    /// `some(entity: condition)` and `every(entity: condition)`: over the records of the root.
    pub(super) fn over(
        &mut self,
        span: Span,
        name: &[Name],
        entity: &Name,
        condition: &ast::Expr,
        scope: Scope,
    ) -> Expr {
        let function = dotted(name);
        let every = match built_in(words::Name::Function, &function) {
            Some("some") => false,
            Some("every") => true,
            known => {
                let nearest = self.meant(&function, ["some", "every", "任一", "每一"]);
                let diagnostic = match known {
                    None => Diagnostic::new(Code::UnknownName).arg(&function).at(span),
                    Some(_) => Diagnostic::new(Code::NotOverRecords)
                        .arg(&function)
                        .arg(&entity.node)
                        .at(span),
                };
                self.report(diagnostic.suggest(nearest.as_deref()));
                return error(span);
            }
        };
        let asks = match scope {
            Scope::Root => self.schema.root,
            Scope::Record(of) if !self.schema.is_shared(of) => of,
            _ => return self.not_here(span, &format!("{function}(…)"), scope),
        };
        let Some(of) = self.own_entity(entity) else { return error(span) };
        if !self.schema.is_below(of, asks) {
            self.report(
                Diagnostic::new(Code::NotOverRecords)
                    .arg(&function)
                    .arg(&entity.node)
                    .at(entity.span),
            );
            return error(span);
        }
        let condition = self.condition(condition, Scope::Record(of));
        if condition.ty == Type::Error {
            return error(span);
        }
        node(span, Type::Bool, ExprKind::Over { every, entity: of, condition: Box::new(condition) })
    }

    /// An argument that must be a number.
    pub(super) fn number_of(&mut self, argument: &ast::Expr, scope: Scope) -> Expr {
        let expr = self.expr(argument, scope, None);
        if !matches!(expr.ty, Type::Number(_) | Type::Error) {
            self.mismatch(&Localized::new("數字", "a number"), &expr);
            return error(expr.span);
        }
        expr
    }

    pub(super) fn wrong_arguments(&mut self, span: Span, expected: &str, found: usize) -> Expr {
        let expected =
            Localized::new(format!("{expected} 個引數"), format!("{expected} argument(s)"));
        let found = Localized::new(format!("{found} 個"), found.to_string());
        self.report(Diagnostic::new(Code::TypeMismatch).word(expected).word(found).at(span));
        error(span)
    }
}
