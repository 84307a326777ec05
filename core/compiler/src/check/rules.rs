//! Bodies of tallies, obligations and checks; and the order in which they are evaluated. Formulas
//! of KPIs are in `formulas`.

use super::asked::{Asked, Lets, asked};
use super::expr::Scope;
use super::order::order;
use super::{Checker, Items, TallyName, label};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::Verdict;
use guiju_model::rules::{
    Basis, Check, Expr, ExprKind, KpiKind, Measure, Obligation, ObligationScope, Requirement,
    Rules, Split, Step, Tally, TargetRule, Type,
};

use crate::syntax::ast;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

impl Checker<'_> {
    pub(super) fn tally(&mut self, index: TallyId, written: &ast::Tally, lets: &Lets<'_>) -> Tally {
        let name = &written.name.node;
        let label = label(written.label.as_ref(), name);
        let Some(TallyName { entity, .. }) = self.tallies.get(name).copied() else {
            // Records of no known kind: nothing can be said of the body.
            let (select, require, measures, splits) =
                (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            let (entity, owner, onces, basis) = (self.schema.root, None, Vec::new(), Basis::None);
            return Tally {
                name: name.clone(),
                label,
                entity,
                owner,
                select,
                require,
                measures,
                target: None,
                splits,
                onces,
                basis,
            };
        };
        let scope = Scope::Record(entity);
        let mut grounded =
            written.ground.is_some() || !written.require.is_empty() || !written.edits.is_empty();
        let basis = self.basis_if_any(written.ground.as_ref());
        let mut select = Vec::new();
        for part in &written.select {
            select.push(self.condition(&part.condition, scope));
            grounded |= part.ground.is_some();
            self.basis_if_any(part.ground.as_ref());
        }
        if !grounded {
            self.uncited(name, written.name.span);
        }
        let require: Vec<Requirement> = asked(written, lets, self.findings)
            .into_iter()
            .map(|asked| self.requirement(&asked, name, entity))
            .collect();
        let dropped = written.edits.iter().filter_map(|edit| {
            if let ast::Edit::Drop(_, ground) = edit { ground.as_ref() } else { None }
        });
        dropped.for_each(|ground| drop(self.basis_if_any(Some(ground))));
        if require.len() > Verdict::MAX_REFUSALS / 2 {
            let limit = (Verdict::MAX_REFUSALS / 2).to_string();
            self.report(
                Diagnostic::new(Code::TooManyParts)
                    .arg(self.spelled("require", written.name.span))
                    .arg(limit)
                    .at(written.name.span),
            );
        }
        let (owner, measures, target, splits) = match &written.owner {
            Some(_) => (self.owner(index, written, entity), Vec::new(), None, Vec::new()),
            None => {
                let measures = self.measures(index, written, scope);
                let target = self.target_rule(written, scope, measures.first());
                let splits = self.splits(index, written, scope, measures.first());
                (None, measures, target, splits)
            }
        };
        Tally {
            name: name.clone(),
            label,
            entity,
            owner,
            select,
            require,
            measures,
            target,
            splits,
            onces: Vec::new(),
            basis,
        }
    }

    /// The rule for a tally's target: one, in the unit of what it is the target of.
    fn target_rule(
        &mut self,
        written: &ast::Tally,
        scope: Scope,
        main: Option<&Measure>,
    ) -> Option<TargetRule> {
        let mut rules = written.targets.iter();
        let rule = rules.next()?;
        for more in rules {
            self.report(
                Diagnostic::new(Code::RepeatedPart)
                    .arg(self.spelled("target", more.span))
                    .at(more.span)
                    .also(rule.span, "先寫在這裡", "first written here"),
            );
        }
        let basis = self.basis_if_any(rule.ground.as_ref().or(written.ground.as_ref()));
        let sum = rule.sum.as_ref().map(|sum| self.expr(sum, scope, None));
        let kpi = &self.kpis[main?.kpi];
        let unit = kpi.kpi.unit.clone();
        let own = match sum.as_ref().map(|sum| &sum.ty) {
            Some(Type::Error) => return None,
            Some(Type::Number(own)) => own.clone(),
            None => Unit::Number,
            Some(_) => {
                let sum = sum.as_ref()?.clone();
                self.mismatch(&Localized::new("可以加總的數字", "a number to add up"), &sum);
                return None;
            }
        };
        // A plain number takes the counter of what is aimed at.
        let counts = own == Unit::Number && matches!(unit, Unit::Count(_) | Unit::Days);
        if own != unit && !counts && !kpi.broken {
            let name = kpi.kpi.name.clone();
            self.report(
                Diagnostic::new(Code::TargetUnit)
                    .arg(name)
                    .word(unit.describe())
                    .word(own.describe())
                    .at(rule.span),
            );
            return None;
        }
        Some(TargetRule { sum, basis })
    }

    fn requirement(&mut self, asked: &Asked<'_>, tally: &str, entity: EntityId) -> Requirement {
        let named = asked.named.and_then(|item| self.index.value(entity, &item.name.node));
        let scope = Scope::Record(entity);
        let (condition, message) = match named {
            Some(at) => {
                let condition = self.mentioned_value(at, asked.span, None, scope);
                // Where it is declared is where it is read.
                (Expr { span: asked.condition.span, ..condition }, self.value_message(at))
            }
            None => (
                self.condition(asked.condition, scope),
                self.message(asked.message, scope, asked.span),
            ),
        };
        if asked.grounds.is_empty() {
            self.uncited(tally, asked.span);
        }
        let bases: Vec<Basis> =
            asked.grounds.iter().map(|ground| self.basis_if_any(Some(ground))).collect();
        Requirement { condition, message, basis: joined(bases) }
    }

    fn measures(&mut self, index: TallyId, written: &ast::Tally, scope: Scope) -> Vec<Measure> {
        let mut measures = Vec::new();
        for (number, measure) in written.measures.iter().enumerate() {
            let Some((of, own)) = self.measured(measure, scope) else {
                if let Some(kpi) = self.index.measure(index, number) {
                    self.kpis[kpi].broken = true;
                }
                continue;
            };
            let declared = if number == 0 {
                written.unit.as_ref()
            } else {
                measure.twin.as_ref().and_then(|twin| twin.unit.as_ref())
            };
            let unit = self.shown_unit(own, declared);
            let Some(kpi) = self.index.measure(index, number) else { continue };
            self.kpis[kpi].kpi.unit = unit;
            measures.push(Measure { function: measure.function, of, kpi });
        }
        measures
    }

    /// The unit a KPI is shown in: its own, or the counter that was declared for a plain number.
    pub(super) fn shown_unit(&mut self, own: Unit, declared: Option<&ast::Name>) -> Unit {
        let Some(declared) = declared else { return own };
        let Some((unit, factor)) = self.unit(&declared.node) else {
            self.report(Diagnostic::new(Code::UnknownUnit).arg(&declared.node).at(declared.span));
            return own;
        };
        if unit == Unit::Money && factor != Exact::ONE {
            self.report(
                Diagnostic::new(Code::ShownInBaseUnit).arg(&declared.node).at(declared.span),
            );
            return own;
        }
        if unit == own || (own == Unit::Number && matches!(unit, Unit::Count(_) | Unit::Days)) {
            return unit;
        }
        let action = Localized::new("混用", "mixed");
        self.report(
            Diagnostic::new(Code::UnitMismatch)
                .word(own.describe())
                .word(unit.describe())
                .word(action)
                .at(declared.span),
        );
        own
    }

    fn splits(
        &mut self,
        index: TallyId,
        written: &ast::Tally,
        scope: Scope,
        main: Option<&Measure>,
    ) -> Vec<Split> {
        let unit = main.map_or(Unit::Number, |measure| self.kpis[measure.kpi].kpi.unit.clone());
        let mut splits = Vec::new();
        for (number, split) in written.splits.iter().enumerate() {
            let by = self.expr(&split.by, scope, None);
            match (&by.ty, &split.into) {
                (Type::Error, _) => continue,
                (Type::Bool, Some(_)) | (Type::Choice(_), None) => {}
                _ => {
                    let diagnostic = Diagnostic::new(Code::SplitNeedsParts).at(split.span);
                    self.report(match by.ty {
                        Type::Reference(_) => diagnostic.note(
                            "各筆的數字寫成 `tally 資料.名稱 from 其他資料 by 欄位 { … }`",
                            "figures of each record are \
                             `tally entity.name from other by field { … }`",
                        ),
                        _ => diagnostic,
                    });
                    continue;
                }
            }
            let parts = self.index.parts(index, number).to_vec();
            for at in &parts {
                let kpi = &mut self.kpis[*at].kpi;
                kpi.unit = unit.clone();
                if let KpiKind::Part { split, .. } = &mut kpi.kind {
                    // Indexes of splits that failed leave no hole.
                    *split = splits.len();
                }
            }
            splits.push(Split { by, parts });
        }
        splits
    }

    pub(super) fn obligations(&mut self, written: &[ast::Obligation]) -> Vec<Obligation> {
        let mut list = Vec::new();
        for item in written {
            let (scope, kind) = match (&item.scope, item.every_target) {
                (Some(scope), _) => {
                    if let Some(by) = &scope.by {
                        let words = Localized::new("義務", "an obligation");
                        self.report(
                            Diagnostic::new(Code::WrongScope)
                                .arg(format!("{} {}", self.spelled("by", scope.span), by.node))
                                .word(words)
                                .at(scope.span),
                        );
                    }
                    (Scope::Programme, ObligationScope::Programme)
                }
                (None, true) => (Scope::EachTarget, ObligationScope::EveryTarget),
                (None, false) => (Scope::Root, ObligationScope::Root),
            };
            let when = item.when.as_ref().map(|when| self.condition(when, scope));
            let expect = self.condition(&item.expect, scope);
            let basis = self.basis(item.ground.as_ref(), &item.name.node, item.name.span);
            list.push(Obligation {
                name: item.name.node.clone(),
                label: label(item.label.as_ref(), &item.name.node),
                severity: item.severity,
                scope: kind,
                when,
                expect,
                message: item
                    .message
                    .as_ref()
                    .map(|message| self.message(message, Scope::Constant, item.name.span).text),
                basis,
            });
        }
        list
    }

    pub(super) fn checks(&mut self, written: &[ast::Check]) -> Vec<Check> {
        let mut list = Vec::new();
        for item in written {
            let Some(entity) = self.own_entity(&item.entity) else { continue };
            let scope = Scope::Record(entity);
            let field = item.field.as_ref().and_then(|name| {
                let found = self.index.field(entity, &name.node);
                if found.is_none() {
                    let shape = &self.schema.entities[entity];
                    let nearest = self
                        .meant(&name.node, shape.fields.iter().map(|field| field.name.as_str()));
                    let diagnostic = Diagnostic::new(Code::UnknownField)
                        .arg(&name.node)
                        .arg(&shape.name)
                        .at(name.span);
                    self.report(diagnostic.suggest(nearest.as_deref()));
                }
                found
            });
            let when = item.when.as_ref().map(|when| self.condition(when, scope));
            let expect = self.condition(&item.expect, scope);
            let basis = self.basis(item.ground.as_ref(), &item.name.node, item.name.span);
            let (name, message) =
                (item.name.node.clone(), self.message(&item.message, scope, item.name.span));
            list.push(Check {
                name,
                entity,
                field,
                severity: item.severity,
                when,
                expect,
                message,
                basis,
            });
        }
        list
    }

    /// The order of tallies and non-duplication rules: whoever asks whether a record counted comes
    /// after all that decide it.
    pub(super) fn steps(&mut self, rules: &Rules, items: &Items) -> Vec<Step> {
        let tallies = rules.tallies.len();
        let mut needs: Vec<Vec<usize>> = Vec::new();
        for tally in &rules.tallies {
            let mut asked = Vec::new();
            tally.exprs().into_iter().for_each(|expr| asked_tallies(expr, &mut asked));
            let onces = asked
                .iter()
                .flat_map(|tally| rules.tallies[*tally].onces.iter().map(|once| tallies + once));
            needs.push(asked.iter().map(|tally| tally.index()).chain(onces).collect());
        }
        for once in &rules.onces {
            let claimants = once.groups.iter().flatten().map(|claimant| claimant.tally);
            let mut asked: Vec<TallyId> = Vec::new();
            once.exprs().into_iter().for_each(|expr| asked_tallies(expr, &mut asked));
            let settled = asked.iter().flat_map(|tally| &rules.tallies[*tally].onces);
            // What the records of a tally leave of each other comes before what other tallies leave
            // of them.
            let among = |once: &&usize| rules.onces[**once].among().is_some();
            let reduced = claimants.clone().filter(|_| once.among().is_none());
            let reduced = reduced.flat_map(|tally| rules.tallies[tally].onces.iter().filter(among));
            let onces = settled.chain(reduced).map(|once| tallies + once);
            let asked = claimants.chain(asked.iter().copied()).map(TallyId::index);
            needs.push(asked.chain(onces).collect());
        }
        let sorted = order(&needs);
        for circle in &sorted.circles {
            let name = |at: &usize| {
                if *at < tallies {
                    items.tallies.get(*at).map(|t| &t.name)
                } else {
                    items.onces.get(at - tallies).map(|o| &o.name)
                }
            };
            let names: Vec<&ast::Name> = circle.iter().filter_map(name).collect();
            self.circle(&names);
        }
        sorted
            .nodes
            .iter()
            .map(|at| match at.checked_sub(tallies) {
                None => Step::Tally(TallyId::new(*at)),
                Some(once) => Step::Once(once),
            })
            .collect()
    }
}

/// What rests on several grounds: their clauses, each once; without any, the author's first reason.
pub(super) fn joined(bases: Vec<Basis>) -> Basis {
    let mut clauses: Vec<(usize, usize)> = Vec::new();
    let mut reason = Basis::None;
    for basis in bases {
        match basis {
            Basis::Clauses(cited) => cited.into_iter().for_each(|clause| {
                if !clauses.contains(&clause) {
                    clauses.push(clause);
                }
            }),
            Basis::Because(_) if reason == Basis::None => reason = basis,
            Basis::Because(_) | Basis::None => {}
        }
    }
    if clauses.is_empty() { reason } else { Basis::Clauses(clauses) }
}

/// The tallies that an expression asks about.
fn asked_tallies(expr: &Expr, found: &mut Vec<TallyId>) {
    if let ExprKind::CountedIn { tally, .. } | ExprKind::Figure { tally, .. } = expr.kind {
        found.push(tally);
    }
    expr.kind.parts().into_iter().for_each(|part| asked_tallies(part, found));
}
