//! Formulas of KPIs: in which order they are computed, in which their units are found, and what a
//! KPI that reads its own earlier value counts.
//!
//! `previous(x)` and `target(x)` come with the data: they need the unit of `x`, never its value, so
//! they make no circle.

use std::collections::HashMap;

use super::asked::Lets;
use super::constants::{given, is_given, paths};
use super::expr::Scope;
use super::order::order;
use super::values::Collect;
use super::{Checker, Findings, Items};
use crate::syntax::ast::{self, Binary};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{KpiId, List, TallyId};
use guiju_model::rules::{KpiKind, KpiScope, Tally, Type};
use guiju_model::source::Spanned;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

impl Checker<'_> {
    /// Types tallies and formulas in an order in which their operands' units are known; returns the
    /// tallies, and the order in which all KPIs are computed.
    pub(super) fn tallies_and_formulas(
        &mut self,
        items: &Items,
    ) -> (List<TallyId, Tally>, Vec<KpiId>) {
        let (written, lets) = (&items.kpis, Lets::of(items.values.iter()));
        let by_name: HashMap<String, usize> =
            self.kpis.iter().enumerate().map(|(at, kpi)| (kpi.kpi.name.clone(), at)).collect();
        let mut formula_of: HashMap<usize, &ast::Kpi> = HashMap::new();
        for kpi in written {
            if let Some(at) = by_name
                .get(&kpi.name.node)
                .filter(|at| self.kpis[KpiId::new(**at)].span == kpi.name.span)
            {
                formula_of.insert(*at, kpi);
                self.declared_unit(KpiId::new(*at), kpi);
            }
        }
        // Tallies come first in the numbers, then KPIs.
        let first = items.tallies.len();
        let named = |at: usize, collect: Collect| {
            let mut names = Vec::new();
            if let Some(formula) = formula_of.get(&at) {
                std::iter::once(&formula.value)
                    .chain(&formula.when)
                    .for_each(|expr| self.through_values(expr, collect, &mut names));
            }
            names.into_iter().filter_map(|name| by_name.get(&name).copied()).collect::<Vec<_>>()
        };
        let readers = self.that_read_the_programme();
        let behind = |kpis: Vec<usize>| kpis.into_iter().map(|kpi| first + kpi).collect();
        let mut needs: Vec<Vec<usize>> = items
            .tallies
            .iter()
            .map(|tally| {
                let found = self.figures_of_tally(tally, &readers);
                behind(found.into_iter().map(KpiId::index).collect())
            })
            .collect();
        for (at, kpi) in self.kpis.iter().enumerate() {
            if let KpiKind::Measure { tally, .. } | KpiKind::Part { tally, .. } = kpi.kpi.kind {
                needs.push(vec![tally.index()]);
                continue;
            }
            let mut reads = named(at, paths);
            if let Some(formula) = formula_of.get(&at) {
                let exprs: Vec<&ast::Expr> =
                    std::iter::once(&formula.value).chain(&formula.when).collect();
                let found = self.figures_of_programme(self.schema.root, &exprs, &readers);
                reads.extend(found.into_iter().map(KpiId::index));
            }
            needs.push(behind(reads));
        }
        let asked: Vec<Vec<usize>> = (0..self.kpis.len()).map(|at| named(at, given)).collect();
        let sorted = order(&needs);
        for circle in &sorted.circles {
            let name = |at: &usize| match at.checked_sub(first) {
                None => items.tallies[*at].name.clone(),
                Some(kpi) => {
                    let kpi = &self.kpis[KpiId::new(kpi)];
                    Spanned { node: kpi.kpi.name.clone(), span: kpi.span }
                }
            };
            let mut names: Vec<ast::Name> = Vec::new();
            for (at, next) in circle.iter().zip(circle.iter().cycle().skip(1)) {
                names.push(name(at));
                // What it reads the next one by way of is a step of its own.
                let formula = at.checked_sub(first).and_then(|kpi| formula_of.get(&kpi));
                if let Some(formula) = formula {
                    let exprs: Vec<&ast::Expr> =
                        std::iter::once(&formula.value).chain(&formula.when).collect();
                    names.extend(self.ways(&exprs, &name(next).node));
                }
            }
            self.circle_once(&names);
        }
        let mut lost = sorted.looping;
        // A unit that is written down, or found from the rest of its own formula, is waited for by
        // nobody.
        let waits = |at: usize, other: usize| {
            other != at && formula_of.get(&other).is_none_or(|formula| formula.unit.is_none())
        };
        let mut units = needs;
        for (at, asked) in asked.iter().enumerate() {
            let waited = asked.iter().filter(|other| waits(at, **other)).map(|other| first + other);
            units[first + at].extend(waited);
        }
        let typed = order(&units);
        for circle in typed.circles.iter().filter(|circle| circle.iter().all(|at| !lost[*at])) {
            let kpi = circle.iter().find_map(|at| at.checked_sub(first));
            kpi.into_iter().for_each(|at| self.no_unit(KpiId::new(at)));
        }
        for (at, lost) in lost.iter_mut().enumerate() {
            *lost |= typed.looping[at];
            // The measures of a tally have units whatever it asks for.
            if let Some(kpi) = at.checked_sub(first).map(|at| &mut self.kpis[KpiId::new(at)]) {
                kpi.broken |= *lost && formula_of.contains_key(&(at - first));
            }
        }
        let mut tallies: Vec<Option<Tally>> = vec![None; first];
        for node in &typed.nodes {
            let Some(at) = node.checked_sub(first) else {
                tallies[*node] =
                    Some(self.tally(TallyId::new(*node), &items.tallies[*node], &lets));
                continue;
            };
            if let (Some(formula), false) = (formula_of.get(&at), lost[*node]) {
                let at = KpiId::new(at);
                let own = self.kpis[at].kpi.name.clone();
                let asks = |expr: &ast::Expr| reads_earlier(expr, &own);
                if formula.unit.is_none()
                    && (asks(&formula.value) || formula.when.as_ref().is_some_and(asks))
                {
                    self.find_unit(at, formula, &own);
                }
                self.formula(at, formula);
            }
        }
        let kpis = sorted.nodes.iter().filter_map(|node| node.checked_sub(first));
        let kpi_order = kpis.map(KpiId::new).collect();
        (tallies.into_iter().flatten().collect(), kpi_order)
    }

    fn formula(&mut self, at: KpiId, written: &ast::Kpi) {
        let scope = self.scope_of(at);
        let value = self.expr(&written.value, scope, None);
        let when = written.when.as_ref().map(|when| self.condition(when, scope));
        // Of a `case` every row has a ground of its own.
        let by_rows = matches!(written.value.kind, ast::ExprKind::Case(_));
        let basis = if by_rows {
            self.basis_if_any(written.ground.as_ref())
        } else {
            self.basis(written.ground.as_ref(), &written.name.node, written.name.span)
        };
        let unit = match &value.ty {
            Type::Number(own) => self.shown_unit(own.clone(), written.unit.as_ref()),
            _ => {
                self.mismatch(&Localized::new("數字", "a number"), &value);
                self.kpis[at].broken = true;
                Unit::Number
            }
        };
        let kpi = &mut self.kpis[at].kpi;
        kpi.unit = unit;
        kpi.kind = KpiKind::Formula(value);
        kpi.when = when;
        kpi.basis = basis;
    }

    fn scope_of(&self, at: KpiId) -> Scope {
        if self.kpis[at].kpi.scope == KpiScope::Root { Scope::Root } else { Scope::Programme }
    }

    /// Takes the unit of a KPI from after its `in` or `as`; whether the formula has it is checked
    /// with the formula.
    fn declared_unit(&mut self, at: KpiId, written: &ast::Kpi) {
        if let Some((unit, _)) = written.unit.as_ref().and_then(|unit| self.unit(&unit.node)) {
            self.kpis[at].kpi.unit = unit;
        }
    }

    /// Finds the unit of a KPI that reads its own earlier value from the parts of its formula that
    /// do not.
    fn find_unit(&mut self, at: KpiId, written: &ast::Kpi, own: &str) {
        match self.type_apart_from(&written.value, self.scope_of(at), own) {
            Some(Type::Number(unit)) => self.kpis[at].kpi.unit = unit,
            // Whatever is wrong is said when the whole formula is typed.
            Some(Type::Error) => self.kpis[at].broken = true,
            Some(_) => {}
            None => {
                self.no_unit(at);
                self.kpis[at].broken = true;
            }
        }
    }

    /// The type of an expression as far as it follows without the earlier value of the KPI `own`.
    fn type_apart_from(&mut self, expr: &ast::Expr, scope: Scope, own: &str) -> Option<Type> {
        if !reads_earlier(expr, own) {
            let findings = std::mem::replace(self.findings, Findings::new(0));
            let ty = self.expr(expr, scope, None).ty;
            *self.findings = findings;
            return Some(ty);
        }
        match &expr.kind {
            ast::ExprKind::Default(a, b, _)
            | ast::ExprKind::Binary(Binary::Add | Binary::Subtract, a, b) => {
                self.type_apart_from(a, scope, own).or_else(|| self.type_apart_from(b, scope, own))
            }
            ast::ExprKind::Case(case) => {
                let values = case
                    .rows
                    .iter()
                    .map(|row| &row.value)
                    .chain(case.otherwise.iter().map(|(value, _)| value));
                values.into_iter().find_map(|value| self.type_apart_from(value, scope, own))
            }
            ast::ExprKind::Negate(a) => self.type_apart_from(a, scope, own),
            ast::ExprKind::Call(name, parts) if !matches!(name.as_slice(), [name] if is_given(&name.node)) => {
                parts.iter().find_map(|part| self.type_apart_from(part, scope, own))
            }
            // No number, which is said when the whole formula is typed.
            ast::ExprKind::And(_)
            | ast::ExprKind::Or(_)
            | ast::ExprKind::Not(_)
            | ast::ExprKind::IsKnown(_) => Some(Type::Bool),
            _ => None,
        }
    }

    fn no_unit(&mut self, at: KpiId) {
        let kpi = &self.kpis[at];
        let diagnostic = Diagnostic::new(Code::NoUnit).arg(&kpi.kpi.name).at(kpi.span);
        self.report(diagnostic);
    }
}

/// Whether an expression reads an earlier value or the target of the KPI of this name.
fn reads_earlier(expr: &ast::Expr, name: &str) -> bool {
    let mut names = Vec::new();
    given(expr, &mut names);
    names.iter().any(|other| other == name)
}
