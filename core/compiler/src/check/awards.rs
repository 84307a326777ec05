//! `award`: its parts, what they may ask about, and the order in which awards are decided. Not
//! here: deciding them.

use std::collections::HashMap;
use std::sync::Arc;

use super::asked::{Lets, asked};
use super::constants::value;
use super::expr::{Scope, error};
use super::order::order;
use super::{Checker, Items, label};
use crate::syntax::ast::{self, AwardPart, Name};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId, KpiId};
use guiju_model::number::Exact;
use guiju_model::rules::{
    Award, Basis, Criterion, Expr, ExprKind, Give, KpiKind, ObligationScope, Placing, Requirement,
    Rules, Ties, Toward, Type, Value,
};
use guiju_model::source::{Span, Spanned};
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// An award as other rules see it.
pub(super) struct AwardName {
    pub(super) index: usize,
    pub(super) entity: EntityId,
    /// The unit of what it gives; none where it gives places.
    pub(super) unit: Option<Unit>,
}

impl AwardName {
    /// Its figures by their names: one that gives places has no amount.
    pub(super) fn figures(&self) -> impl Iterator<Item = (&'static str, Placing)> {
        let gives = self.unit.is_some();
        Placing::NAMES.into_iter().filter(move |(_, placing)| gives || *placing != Placing::Amount)
    }
}

/// What expressions may ask about while awards are read, and are not to ask elsewhere.
#[derive(Default)]
pub(super) struct Awards {
    pub(super) names: HashMap<String, AwardName>,
    /// Whether figures of awards may be read: after all roots have theirs.
    pub(super) decided: bool,
    /// The field that stands for the group whose limit is read.
    pub(super) group: Option<FieldId>,
    /// The obligations by name, and whose they are.
    pub(super) obligations: Arc<HashMap<String, (usize, ObligationScope)>>,
}

/// The parts of an award, each once.
#[derive(Default)]
struct Parts<'a> {
    order: Option<&'a [(Toward, ast::Expr)]>,
    places: Option<&'a ast::Expr>,
    budget: Option<&'a ast::Expr>,
    give: Option<&'a ast::Expr>,
    rest: Option<guiju_model::rules::Rest>,
    proportion: Option<&'a ast::Expr>,
    step: Option<&'a ast::Expr>,
    ties: Option<Ties>,
    reserve: Option<&'a ast::Expr>,
}

impl Checker<'_> {
    /// The names, so that figures of the programme may ask about awards wherever they stand.
    pub(super) fn declare_awards(&mut self, items: &Items) {
        let scope = |item: &ast::Obligation| match (&item.scope, item.every_target) {
            (Some(_), _) => ObligationScope::Programme,
            (None, true) => ObligationScope::EveryTarget,
            (None, false) => ObligationScope::Root,
        };
        let obligations = items.obligations.iter().enumerate();
        let obligations =
            obligations.map(|(at, item)| (item.name.node.clone(), (at, scope(item)))).collect();
        self.awards.obligations = Arc::new(obligations);
        for (index, item) in items.awards.iter().enumerate() {
            let name = &item.name.node;
            let Some(entity) = self.own_entity(&item.entity) else {
                self.lost.names.insert(name.clone());
                continue;
            };
            let places = item.parts.iter().any(|part| matches!(part.node, AwardPart::Places(_)));
            let declared =
                item.unit.as_ref().and_then(|unit| self.unit(&unit.node)).map(|(unit, _)| unit);
            let unit = (!places).then(|| declared.unwrap_or(Unit::Money));
            self.awards.names.insert(name.clone(), AwardName { index, entity, unit });
        }
    }

    pub(super) fn awards(&mut self, items: &Items) -> Vec<Award> {
        let lets = Lets::of(items.values.iter());
        items.awards.iter().filter_map(|item| self.award(item, &lets)).collect()
    }

    fn award(&mut self, item: &ast::Award, lets: &Lets<'_>) -> Option<Award> {
        let name = &item.name.node;
        let entity = self.awards.names.get(name)?.entity;
        let of_root = entity == self.schema.root;
        if of_root != item.scope.is_some() {
            let root = self.schema.root_entity().name.clone();
            self.report(
                Diagnostic::new(Code::AwardScope)
                    .arg(&root)
                    .arg(self.spelled("for programme", item.name.span))
                    .at(item.entity.span),
            );
            return None;
        }
        let by = item
            .scope
            .as_ref()
            .and_then(|scope| scope.by.as_ref())
            .and_then(|field| self.grouping_field(field));
        let parts = self.parts(item);
        let (scope, whole) = if of_root {
            (Scope::Root, Scope::Programme)
        } else {
            let parent = self.schema.parent(entity).filter(|parent| *parent != self.schema.root);
            (Scope::Record(entity), parent.map_or(Scope::Root, Scope::Record))
        };
        let basis = self.basis(item.ground.as_ref(), name, item.name.span);

        self.awards.decided = of_root;
        let require = self.required(item, lets, entity, scope);
        let unit = self.award_unit(item, parts.places.is_some());
        let order = self.criteria(parts.order.unwrap_or_default(), scope);
        let give = self.given_by(&parts, scope, &unit);
        self.awards.decided = false;

        self.awards.group = by;
        let limit = match (parts.places, parts.budget) {
            (Some(places), _) => {
                let limit = self.expr(places, whole, None);
                if !matches!(limit.ty, Type::Number(Unit::Number | Unit::Count(_)) | Type::Error) {
                    self.mismatch(&Localized::new("名額的數目", "a number of places"), &limit);
                }
                if let Ok(Value::Number(number)) = value(&limit)
                    && as_count(&number).is_none()
                {
                    self.no_number("places", places.span);
                }
                limit
            }
            (None, Some(budget)) => self.amount(budget, whole, &unit),
            (None, None) => error(item.name.span),
        };
        self.awards.group = None;
        let reserve = parts.reserve.map_or(0, |reserve| self.waiting_list(reserve));
        let ties = parts.ties.unwrap_or(Ties::Open);
        let label = label(item.label.as_ref(), name);
        Some(Award {
            name: name.clone(),
            label,
            entity,
            by,
            require,
            order,
            limit,
            give: give?,
            ties,
            reserve,
            unit,
            basis,
        })
    }

    /// The parts of an award; says which are missing, stand twice or do not go together.
    fn parts<'a>(&mut self, item: &'a ast::Award) -> Parts<'a> {
        let mut parts = Parts::default();
        let mut first: Vec<(&str, Span)> = Vec::new();
        for part in &item.parts {
            let word = word(&part.node);
            if let Some((_, span)) = first.iter().find(|(other, _)| *other == word) {
                let diagnostic = Diagnostic::new(Code::RepeatedPart)
                    .arg(self.spelled(word, part.span))
                    .at(part.span);
                self.report(diagnostic.also(*span, "先寫在這裡", "first written here"));
                continue;
            }
            first.push((word, part.span));
            match &part.node {
                AwardPart::Order(criteria) => parts.order = Some(criteria),
                AwardPart::Places(expr) => parts.places = Some(expr),
                AwardPart::Budget(expr) => parts.budget = Some(expr),
                AwardPart::Give(expr) => parts.give = Some(expr),
                AwardPart::Rest(rest) => parts.rest = Some(*rest),
                AwardPart::Proportion(expr) => parts.proportion = Some(expr),
                AwardPart::Step(expr) => parts.step = Some(expr),
                AwardPart::Ties(ties) => parts.ties = Some(*ties),
                AwardPart::Reserve(expr) => parts.reserve = Some(expr),
            }
        }
        let at = |word: &str| first.iter().find(|(other, _)| *other == word).map(|(_, span)| *span);
        let mut apart: Vec<(&str, &str)> = vec![
            ("places", "budget"),
            ("places", "give"),
            ("places", "rest"),
            ("places", "in proportion to"),
            ("places", "step"),
        ];
        apart.extend(["order", "give", "rest", "reserve"].map(|word| ("in proportion to", word)));
        apart.extend([("give", "step")]);
        for (a, b) in apart {
            if let (Some(_), Some(span)) = (at(a), at(b)) {
                self.report(
                    Diagnostic::new(Code::AwardParts)
                        .arg(self.spelled(a, span))
                        .arg(self.spelled(b, span))
                        .at(span),
                );
            }
        }
        if let (Some(Ties::Together), Some(budget)) =
            (parts.ties, at("budget").or(at("in proportion to")))
        {
            self.report(Diagnostic::new(Code::TogetherInBudget).at(at("ties").unwrap_or(budget)));
        }
        let mut missing = Vec::new();
        if parts.places.is_none() && parts.budget.is_none() {
            missing.push("places");
        }
        if parts.budget.is_some() && parts.proportion.is_none() {
            missing.extend(
                [(parts.give.is_none(), "give"), (parts.rest.is_none(), "rest")]
                    .iter()
                    .filter(|(is, _)| *is)
                    .map(|(_, word)| *word),
            );
        }
        if parts.proportion.is_none() && parts.order.is_none() {
            missing.push("order");
        }
        if parts.proportion.is_some() && parts.step.is_none() {
            missing.push("step");
        }
        for word in missing {
            let word = self.spelled(word, item.name.span);
            self.report(
                Diagnostic::new(Code::AwardIncomplete)
                    .arg(&item.name.node)
                    .arg(word)
                    .at(item.name.span),
            );
        }
        parts
    }

    fn required(
        &mut self,
        item: &ast::Award,
        lets: &Lets<'_>,
        entity: EntityId,
        scope: Scope,
    ) -> Vec<Requirement> {
        let require = item.require.clone();
        // What it asks by name is looked up as it is for a tally.
        let tally = ast::Tally {
            name: item.name.clone(),
            owner: None,
            label: None,
            unit: None,
            entity: item.entity.clone(),
            by: Vec::new(),
            select: Vec::new(),
            require,
            edits: Vec::new(),
            measures: Vec::new(),
            targets: Vec::new(),
            splits: Vec::new(),
            ground: None,
        };
        let mut list = Vec::new();
        for asked in asked(&tally, lets, self.findings) {
            let named = asked.named.and_then(|named| self.index.value(entity, &named.name.node));
            let (condition, message) = match named {
                Some(at) => {
                    let condition = self.mentioned_value(at, asked.span, None, scope);
                    (Expr { span: asked.condition.span, ..condition }, self.value_message(at))
                }
                None => {
                    let condition = self.condition(asked.condition, scope);
                    (condition, self.message(asked.message, Scope::Record(entity), asked.span))
                }
            };
            // Without a ground of its own it rests on that of the award.
            let grounds =
                if asked.grounds.is_empty() { item.ground.iter().collect() } else { asked.grounds };
            let bases: Vec<Basis> =
                grounds.iter().map(|ground| self.basis_if_any(Some(ground))).collect();
            list.push(Requirement { condition, message, basis: super::rules::joined(bases) });
        }
        list
    }

    pub(super) fn criteria(
        &mut self,
        written: &[(Toward, ast::Expr)],
        scope: Scope,
    ) -> Vec<Criterion> {
        let mut list = Vec::new();
        for (toward, expr) in written {
            let value = self.expr(expr, scope, None);
            let fits = match toward {
                Toward::Highest | Toward::Lowest => matches!(value.ty, Type::Number(_)),
                Toward::Earliest | Toward::Latest => value.ty == Type::Date,
            };
            if !fits {
                let expected = match toward {
                    Toward::Highest | Toward::Lowest => Localized::new("數字", "a number"),
                    Toward::Earliest | Toward::Latest => Type::Date.describe(),
                };
                self.mismatch(&expected, &value);
            }
            list.push(Criterion { toward: *toward, value });
        }
        list
    }

    /// The unit of what is given; places have one where it is declared.
    fn award_unit(&mut self, item: &ast::Award, places: bool) -> Unit {
        let declared = item.unit.as_ref();
        match declared.and_then(|declared| self.unit(&declared.node)) {
            // As elsewhere, amounts are in the base unit.
            Some((unit, factor)) if !places && factor == Exact::ONE => unit,
            None if declared.is_none() => {
                if places {
                    Unit::Number
                } else {
                    Unit::Money
                }
            }
            _ => self.shown_unit(Unit::Number, declared),
        }
    }

    fn given_by(&mut self, parts: &Parts<'_>, scope: Scope, unit: &Unit) -> Option<Give> {
        if parts.places.is_some() {
            return Some(Give::Place);
        }
        if let Some(to) = parts.proportion {
            let to = self.number_of(to, scope);
            let step = self.amount(parts.step?, Scope::Constant, unit);
            let Ok(Value::Number(step)) = value(&step) else {
                return self.no_constant(&step);
            };
            if step <= Exact::ZERO {
                self.no_number("step", parts.step?.span);
                return None;
            }
            return Some(Give::Proportion { to, step });
        }
        let give = self.amount(parts.give?, scope, unit);
        Some(Give::Amount { give, rest: parts.rest? })
    }

    /// An amount in the unit of an award.
    fn amount(&mut self, written: &ast::Expr, scope: Scope, unit: &Unit) -> Expr {
        let amount = self.expr(written, scope, None);
        if !matches!(&amount.ty, Type::Number(own) if own == unit) && amount.ty != Type::Error {
            self.mismatch(&unit.describe(), &amount);
        }
        amount
    }

    fn waiting_list(&mut self, written: &ast::Expr) -> u64 {
        let reserve = self.number_of(written, Scope::Constant);
        let Ok(Value::Number(number)) = value(&reserve) else {
            return self.no_constant(&reserve).unwrap_or(0);
        };
        as_count(&number).unwrap_or_else(|| {
            self.no_number("reserve", written.span);
            0
        })
    }

    /// A part of an award has a number that it can't have.
    fn no_number(&mut self, part: &str, span: Span) {
        let part = self.spelled(part, span);
        self.report(Diagnostic::new(Code::AwardNumber).arg(part).at(span));
    }

    fn no_constant<T>(&mut self, found: &Expr) -> Option<T> {
        if found.ty != Type::Error {
            self.report(Diagnostic::new(Code::ConstantNeeded).at(found.span));
        }
        None
    }

    /// The order in which awards are decided: each after those it asks about, itself or by way of
    /// figures of the programme.
    pub(super) fn award_order(&mut self, rules: &Rules, items: &Items) -> Vec<usize> {
        let awards = rules.awards.len();
        // Awards that could not be read leave holes in the numbers: then there is an error anyway.
        if awards != items.awards.len() {
            return Vec::new();
        }
        let mut needs: Vec<Vec<usize>> = Vec::new();
        for award in &rules.awards {
            let mut asked = Vec::new();
            let exprs = award
                .require
                .iter()
                .map(|requirement| &requirement.condition)
                .chain(award.asked())
                .chain([&award.limit]);
            exprs.for_each(|expr| asks(expr, awards, &mut asked));
            needs.push(asked);
        }
        for kpi in &self.kpis {
            let mut asked = Vec::new();
            let formula =
                if let KpiKind::Formula(formula) = &kpi.kpi.kind { Some(formula) } else { None };
            formula
                .into_iter()
                .chain(&kpi.kpi.when)
                .for_each(|expr| asks(expr, awards, &mut asked));
            needs.push(asked);
        }
        let sorted = order(&needs);
        for circle in sorted.circles.iter().filter(|circle| circle.iter().any(|at| *at < awards)) {
            let name = |at: &usize| match at.checked_sub(awards) {
                None => items.awards[*at].name.clone(),
                Some(kpi) => {
                    let kpi = KpiId::new(kpi);
                    Spanned { node: self.kpis[kpi].kpi.name.clone(), span: self.kpis[kpi].span }
                }
            };
            let names: Vec<Name> = circle.iter().map(name).collect();
            self.circle(&names.iter().collect::<Vec<_>>());
        }
        sorted.nodes.into_iter().filter(|at| *at < awards).collect()
    }
}

/// The awards that an expression asks about, and behind them the KPIs it reads.
fn asks(expr: &Expr, awards: usize, found: &mut Vec<usize>) {
    match expr.kind {
        ExprKind::Placed { award, .. } | ExprKind::Awarded { award, .. } => found.push(award),
        ExprKind::Kpi(kpi) | ExprKind::OfProgramme(kpi) | ExprKind::OfGroup { kpi, .. } => {
            found.push(awards + kpi.index())
        }
        _ => {}
    }
    expr.kind.parts().into_iter().for_each(|part| asks(part, awards, found));
}

/// The word that a part begins with.
fn word(part: &AwardPart) -> &'static str {
    match part {
        AwardPart::Order(_) => "order",
        AwardPart::Places(_) => "places",
        AwardPart::Budget(_) => "budget",
        AwardPart::Give(_) => "give",
        AwardPart::Rest(_) => "rest",
        AwardPart::Proportion(_) => "in proportion to",
        AwardPart::Step(_) => "step",
        AwardPart::Ties(_) => "ties",
        AwardPart::Reserve(_) => "reserve",
    }
}

/// A number of places.
fn as_count(number: &Exact) -> Option<u64> {
    u64::try_from(number.to_i64()?).ok()
}
