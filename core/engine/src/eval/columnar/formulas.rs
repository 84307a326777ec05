//! Formulas and obligations of a root where all they read is known. Where something is not, the
//! answer is `None`, and the reference evaluator is asked, which knows bounds and what is missing.

use crate::data::{Cell, Dataset};
use crate::eval::reference::State;
use guiju_model::index::{KpiId, List};
use guiju_model::needs::Needs;
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, ObligationOutcome, Status};
use guiju_model::rules::{Arithmetic, Case, Comparison, Expr, ExprKind, Obligation, Rules, Value};
use guiju_model::schema::FieldKind;

/// What is known of a root and, for obligations on every target, of one of its KPIs.
pub(super) struct Known<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    kpis: &'a List<KpiId, KpiValue>,
    /// Targets by rules.
    targets: &'a [(KpiId, KpiValue)],
    root: usize,
    kpi: Option<KpiId>,
    /// Whether something has more digits than 128 bits hold: the reference evaluator charges for
    /// such.
    wide: std::cell::Cell<bool>,
}

impl<'a> Known<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        data: &'a Dataset,
        state: &'a State,
        root: usize,
        kpi: Option<KpiId>,
    ) -> Known<'a> {
        Known {
            rules,
            data,
            kpis: state.kpis(root),
            targets: state.targets_of(root),
            root,
            kpi,
            wide: std::cell::Cell::new(false),
        }
    }

    /// A KPI by its formula and condition.
    pub(super) fn formula(&self, formula: &Expr, when: Option<&Expr>) -> Option<KpiValue> {
        let found = match when.map_or(Some(true), |when| self.truth(when))? {
            false => Some(KpiValue::NotApplicable),
            true => self.number(formula).map(KpiValue::Known),
        };
        found.filter(|_| !self.wide.get())
    }

    /// Whether an obligation is met, and what it lacks.
    pub(super) fn obligation(&self, index: usize, rule: &Obligation) -> Option<ObligationOutcome> {
        let found = self.judged(index, rule);
        found.filter(|_| !self.wide.get())
    }

    fn judged(&self, index: usize, rule: &Obligation) -> Option<ObligationOutcome> {
        let outcome = |status, gap| ObligationOutcome {
            obligation: index,
            kpi: self.kpi,
            status,
            gap,
            needs: Needs::default(),
        };
        if !rule.when.as_ref().map_or(Some(true), |when| self.truth(when))? {
            return Some(outcome(Status::NotApplicable, None));
        }
        if self.truth(&rule.expect)? {
            return Some(outcome(Status::Met, None));
        }
        Some(outcome(Status::NotMet, self.gap(&rule.expect)))
    }

    fn gap(&self, expect: &Expr) -> Option<Exact> {
        let ExprKind::Compare(comparison, left, right) = &expect.kind else { return None };
        let (left, right) = (self.number(left)?, self.number(right)?);
        match comparison {
            Comparison::Greater | Comparison::GreaterEqual => right.sub(&left).ok(),
            Comparison::Less | Comparison::LessEqual => left.sub(&right).ok(),
            Comparison::Equal => {
                if left < right { right.sub(&left) } else { left.sub(&right) }.ok()
            }
            Comparison::NotEqual => None,
        }
    }

    fn number(&self, expr: &Expr) -> Option<Exact> {
        let found = self.computed(expr)?;
        if found.is_long() {
            self.wide.set(true);
            return None;
        }
        Some(found)
    }

    fn computed(&self, expr: &Expr) -> Option<Exact> {
        match &expr.kind {
            ExprKind::Constant(Value::Number(value)) => Some(value.clone()),
            ExprKind::RootField(_) | ExprKind::Field { .. } => match self.cell(expr)? {
                Cell::Number(value) => Some(value),
                _ => None,
            },
            ExprKind::Kpi(kpi) => self.value(*kpi),
            ExprKind::Previous(kpi) => self.data.previous(self.root, *kpi),
            ExprKind::Target(kpi) => self.target(*kpi),
            ExprKind::EachValue => self.value(self.kpi?),
            ExprKind::EachTarget => self.target(self.kpi?),
            ExprKind::Arithmetic(operator, left, right) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                match operator {
                    Arithmetic::Add => left.add(&right),
                    Arithmetic::Subtract => left.sub(&right),
                    Arithmetic::Multiply => left.mul(&right),
                    Arithmetic::Divide => left.div(&right),
                }
                .ok()
            }
            ExprKind::Negate(inner) => self.number(inner).map(|number| number.negate()),
            ExprKind::Extremum { greatest, of } => {
                let numbers: Option<Vec<Exact>> = of.iter().map(|part| self.number(part)).collect();
                if *greatest { numbers?.into_iter().max() } else { numbers?.into_iter().min() }
            }
            ExprKind::Round(rounding, of, step) => {
                self.number(of)?.rounded(*rounding, &self.number(step)?).ok()
            }
            // Whether a value is missing for good, or may yet become known, is not asked here.
            ExprKind::Default(value, ..) => self.number(value),
            ExprKind::Case(case) => self.number(self.chosen(case)?),
            _ => None,
        }
    }

    /// The value of the row that holds, where it is known which one does.
    fn chosen<'e>(&self, case: &'e Case) -> Option<&'e Expr> {
        for row in &case.rows {
            // Whether two rows would hold at once is no question here: a pack is checked for that.
            if self.truth(&row.guard)? {
                return Some(&row.value);
            }
        }
        case.otherwise.as_ref().map(|otherwise| &otherwise.value)
    }

    /// The target that is given, or known by a rule.
    fn target(&self, kpi: KpiId) -> Option<Exact> {
        let ruled = || match self.targets.iter().find(|(target, _)| *target == kpi) {
            Some((_, KpiValue::Known(value))) => Some(value.clone()),
            _ => None,
        };
        self.data.target(self.root, kpi).or_else(ruled)
    }

    fn value(&self, kpi: KpiId) -> Option<Exact> {
        if let KpiValue::Known(value) = &self.kpis[kpi] { Some(value.clone()) } else { None }
    }

    fn cell(&self, expr: &Expr) -> Option<Cell> {
        match &expr.kind {
            ExprKind::RootField(field) => self.data.cell(self.rules.schema.root, *field, self.root),
            ExprKind::Field { via: Some(via), field } => {
                let root = self.rules.schema.root;
                let kind = &self.rules.schema.entities.get(root)?.fields.get(*via)?.kind;
                match (self.data.cell(root, *via, self.root)?, kind) {
                    (Cell::Row(row), FieldKind::Reference(target)) => {
                        self.data.cell(*target, *field, row as usize)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn truth(&self, expr: &Expr) -> Option<bool> {
        match &expr.kind {
            ExprKind::Constant(Value::Bool(value)) => Some(*value),
            ExprKind::RootField(_) | ExprKind::Field { .. } => match self.cell(expr)? {
                Cell::Bool(value) => Some(value),
                _ => None,
            },
            ExprKind::Not(inner) => self.truth(inner).map(|truth| !truth),
            ExprKind::And(parts) => self.all(parts, true),
            ExprKind::Or(parts) => self.all(parts, false),
            ExprKind::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            ExprKind::OneOf(inner, values) => match self.cell(inner)? {
                Cell::Choice(have) => Some(values.contains(&Value::Choice(usize::from(have)))),
                _ => None,
            },
            ExprKind::IsKnown(inner) => self.is_known(inner),
            _ => None,
        }
    }

    /// All of some conditions, or any of them: one may decide whatever the others are.
    fn all(&self, parts: &[Expr], all: bool) -> Option<bool> {
        let mut open = false;
        for part in parts {
            match self.truth(part) {
                Some(truth) if truth != all => return Some(truth),
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(all)
    }

    fn compare(&self, comparison: Comparison, left: &Expr, right: &Expr) -> Option<bool> {
        if let (Some(have), ExprKind::Constant(Value::Choice(value))) =
            (self.cell(left), &right.kind)
        {
            let same = have == Cell::Choice(u8::try_from(*value).ok()?);
            return match comparison {
                Comparison::Equal => Some(same),
                Comparison::NotEqual => Some(!same),
                _ => None,
            };
        }
        Some(comparison.holds(self.number(left)?.cmp(&self.number(right)?)))
    }

    fn is_known(&self, inner: &Expr) -> Option<bool> {
        match &inner.kind {
            ExprKind::Previous(kpi) => Some(self.data.previous(self.root, *kpi).is_some()),
            ExprKind::Target(kpi) => Some(self.target(*kpi).is_some()),
            ExprKind::Kpi(kpi) => Some(self.value(*kpi).is_some()),
            ExprKind::RootField(field) => {
                let root = &self.rules.schema.entities[self.rules.schema.root];
                match &root.fields[*field].kind {
                    // These are known even where they are not given, when there is only one value
                    // they can have.
                    FieldKind::Range(..) | FieldKind::Number(_) | FieldKind::Choice(_) => {
                        self.cell(inner).map(|_| true)
                    }
                    _ => Some(self.cell(inner).is_some()),
                }
            }
            _ => None,
        }
    }
}
