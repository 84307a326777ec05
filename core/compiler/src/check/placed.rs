//! What rules ask of awards and of obligations: whether one counts, what it was given, and whether
//! an obligation is met. Not here: awards themselves (`awards`).

use std::sync::Arc;

use super::Checker;
use super::expr::{Scope, dotted, error, node};
use crate::syntax::ast::{self, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::rules::{Expr, ExprKind, ObligationScope, Placing, Type};
use guiju_model::schema::FieldKind;
use guiju_model::source::Span;
use guiju_model::unit::Unit;

/// How an award is asked, where something else stands in its place.
pub(super) fn of_award(diagnostic: Diagnostic, name: &str) -> Diagnostic {
    diagnostic.note(
        format!("`{name}` 是核給：是否獲選寫成 `counted in {name}`，名次寫成 `{name}.rank`"),
        format!(
            "`{name}` is an award: whether it counts is `counted in {name}`, its rank `{name}.rank`"
        ),
    )
}

impl Checker<'_> {
    /// A figure of an award, `funded.amount` or, of another record, `bid.winner.amount`; `None`
    /// where no award is called so.
    pub(super) fn placed(&mut self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        let (of, award, figure) = match path {
            [award, figure] => (None, award, figure),
            [of, award, figure] => (Some(of), award, figure),
            _ => return None,
        };
        let found = self.awards.names.get(&award.node)?;
        let (index, entity, unit) = (found.index, found.entity, found.unit.clone());
        let via = of.and_then(|of| match scope {
            Scope::Record(own) => self.index.field(own, &of.node),
            _ => None,
        });
        if let (Some(of), None) = (of, via) {
            // Its own record is told with what it has.
            let is_own = self.names_its_own(of, scope);
            return (!is_own).then(|| self.not_of_records(span, &dotted(path), entity));
        }
        let Some((_, placing)) = found.figures().find(|(name, _)| *name == figure.node) else {
            let before = &path[..path.len() - 1];
            let names: Vec<&str> = found.figures().map(|(name, _)| name).collect();
            let write = |name: &str| format!("{}.{name}", dotted(before));
            let written: Vec<String> = names.iter().map(|name| write(name)).collect();
            let meant = self.meant(&figure.node, names).map(|name| write(&name));
            let mut diagnostic = Diagnostic::new(Code::UnknownField)
                .arg(&figure.node)
                .arg(&award.node)
                .at(figure.span);
            if meant.is_none() {
                let list: Vec<String> = written.iter().map(|name| format!("`{name}`")).collect();
                diagnostic = diagnostic.note(
                    format!("可用的有 {}", list.join("、")),
                    format!("there are {}", list.join(", ")),
                );
            }
            self.report(diagnostic.suggest(meant.as_deref()));
            return Some(error(span));
        };
        if let Err(wrong) = self.compared(span, &dotted(path), entity, via, scope) {
            return Some(wrong);
        }
        let unit =
            if placing == Placing::Amount { unit.unwrap_or(Unit::Number) } else { Unit::Number };
        let kind = ExprKind::Placed { via, award: index, placing };
        Some(node(span, Type::Number(unit), kind))
    }

    /// Whether an award counts the root, the record, or one it refers to: `counted in funded`;
    /// `None` where the name is no award's.
    pub(super) fn awarded(
        &mut self,
        span: Span,
        award: &Name,
        who: Option<&ast::Expr>,
        scope: Scope,
    ) -> Option<Expr> {
        let (index, entity) =
            self.awards.names.get(&award.node).map(|found| (found.index, found.entity))?;
        // Records of an entity are many: its name says of none which one is meant.
        if let Some([owner]) = who.and_then(ast::Expr::path)
            && !self.names_its_own(owner, scope)
            && self.index.entity(&owner.node) == Some(entity)
            && !matches!(scope, Scope::Record(own) if self.index.field(own, &owner.node).is_some())
        {
            return Some(self.not_of_records(span, &award.node, entity));
        }
        let via = match who {
            None => None,
            Some(who) => match self.referred(who, scope) {
                Ok((field, _)) => Some(field),
                Err(wrong) => return Some(wrong),
            },
        };
        if let Err(wrong) = self.compared(span, &award.node, entity, via, scope) {
            return Some(wrong);
        }
        Some(node(span, Type::Bool, ExprKind::Awarded { via, award: index }))
    }

    /// The awards that `counted in` may name in a scope, of the record at hand or, with a field
    /// before it, of one it refers to.
    pub(super) fn awards_asked(&self, of_another: bool, scope: Scope) -> Vec<String> {
        if !self.findings.keeps_errors() {
            return Vec::new();
        }
        let root = self.schema.root;
        let may = |entity: EntityId| match scope {
            Scope::Record(own) => entity != root && (of_another || entity == own),
            Scope::Root => entity == root && self.awards.decided && !of_another,
            _ => false,
        };
        let awards = self.awards.names.iter().filter(|(_, award)| may(award.entity));
        let mut names: Vec<String> = awards.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// The one of these that a name is near to.
    pub(super) fn award_meant(
        &self,
        name: &Name,
        of_another: bool,
        scope: Scope,
    ) -> Option<String> {
        let names = self.awards_asked(of_another, scope);
        self.meant(&name.node, names.iter().map(String::as_str))
    }

    /// The figures of awards that may be read in a scope, as they are written.
    pub(super) fn placings(&self, scope: Scope) -> Vec<String> {
        let figures = |prefix: &str, entity: EntityId| {
            let awards = self.awards.names.iter().filter(move |(_, award)| award.entity == entity);
            let named = awards.flat_map(|(name, award)| {
                award.figures().map(move |(figure, _)| format!("{prefix}{name}.{figure}"))
            });
            named.collect::<Vec<_>>()
        };
        let root = self.schema.root;
        let mut names = match scope {
            Scope::Record(own) if own != root => {
                let targets =
                    self.steps_from(own).into_iter().filter(|(_, target)| *target != root);
                let others =
                    targets.flat_map(|(owner, target)| figures(&format!("{owner}."), target));
                figures("", own).into_iter().chain(others).collect()
            }
            Scope::Root if self.awards.decided => figures("", root),
            _ => Vec::new(),
        };
        names.sort_unstable();
        names
    }

    /// Whether an award compares what is asked about: the root, once all roots have their figures,
    /// or the record at hand or, by a field, one it refers to. Otherwise it is said.
    fn compared(
        &mut self,
        span: Span,
        name: &str,
        entity: EntityId,
        via: Option<FieldId>,
        scope: Scope,
    ) -> Result<(), Expr> {
        if entity == self.schema.root {
            let known = scope == Scope::Root && self.awards.decided && via.is_none();
            return if known { Ok(()) } else { Err(self.undecided(span, name, scope)) };
        }
        let Scope::Record(own) = scope else {
            return Err(self.not_of_records(span, name, entity));
        };
        let asked = via.map_or(Some(own), |via| {
            match self.schema.entities.get(own)?.fields.get(via)?.kind {
                FieldKind::Reference(target) => Some(target),
                _ => None,
            }
        });
        if asked == Some(entity) { Ok(()) } else { Err(self.not_of_records(span, name, entity)) }
    }

    /// An award among records is asked where none of them is meant.
    fn not_of_records(&mut self, span: Span, name: &str, entity: EntityId) -> Expr {
        let of = self.schema.entities[entity].name.clone();
        self.report(Diagnostic::new(Code::AwardOfRecords).arg(name).arg(of).at(span));
        error(span)
    }

    /// An award is asked about before it is decided, or about what it does not decide.
    fn undecided(&mut self, span: Span, name: &str, scope: Scope) -> Expr {
        let aggregate =
            (scope == Scope::Programme).then(|| format!("{}({name})", self.function("sum", span)));
        self.report(
            Diagnostic::new(Code::AwardTooEarly)
                .arg(name)
                .at(span)
                .suggest(aggregate.filter(|_| name.contains('.')).as_deref()),
        );
        error(span)
    }

    /// Whether the root meets an obligation: `eligible is met`.
    pub(super) fn is_met(&mut self, span: Span, name: &Name, scope: Scope) -> Expr {
        let reads = matches!(scope, Scope::Root | Scope::EachTarget | Scope::Record(_));
        if !reads {
            self.report(Diagnostic::new(Code::MetTooEarly).arg(&name.node).at(span));
            return error(span);
        }
        let obligations = Arc::clone(&self.awards.obligations);
        match obligations.get(&name.node) {
            Some((index, ObligationScope::Root)) => node(span, Type::Bool, ExprKind::IsMet(*index)),
            _ if self.lost.names.contains(&name.node) => error(span),
            _ => {
                let of_root = obligations
                    .iter()
                    .filter(|(_, (_, scope))| *scope == ObligationScope::Root)
                    .map(|(name, _)| name.clone());
                let mut names: Vec<String> = of_root.collect();
                names.sort_unstable();
                let meant = self.meant(&name.node, names.iter().map(String::as_str));
                let diagnostic = Diagnostic::new(Code::NoObligation)
                    .arg(&name.node)
                    .at(name.span)
                    .suggest(meant.as_deref());
                self.report(match self.awards.names.get(&name.node) {
                    Some(_) => of_award(diagnostic, &name.node),
                    None => diagnostic,
                });
                error(span)
            }
        }
    }
}
