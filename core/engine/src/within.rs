//! Figures of some of the records, such as those of one quarter: what the records that were judged
//! with all others bring to each figure.
//!
//! Verdicts stay as they are, so that the figures of parts add up to those of the whole. Not here:
//! which records belong to a part, which the host says.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::eval::reference::{Fuel, State, cost, kpi};
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use crate::watch::Progress;
use guiju_model::index::{EntityId, KpiId, List};
use guiju_model::limits::Limits;
use guiju_model::outcome::{Abort, KpiValue, Verdict};
use guiju_model::rules::{Expr, ExprKind, KpiKind, KpiScope, Rules};

impl Evaluation {
    /// The KPIs of every root as far as they come from some of its records: `belongs` says of a
    /// record, by entity and row, whether it is one of them, or `None` where that is not known,
    /// which leaves what it brings open. Formulas are computed from these figures.
    ///
    /// ```
    /// use guiju::{KpiValue, Limits, Parsed, Source};
    /// let rules = "pack shops\nsource g { 1 }\nentity market { key id: text }\nentity shop in market { key id: text  fee: money }\n\
    ///              tally fees from shop { sum fee } @ 1\nkpi double = fees * 2 @ 1";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let json = r#"{"markets": [{"id": "M1", "shop": [{"id": "S1", "fee": 30}, {"id": "S2", "fee": 5}]}]}"#;
    /// let evaluation = pack.evaluate(&pack.read_json(json, None, &limits).expect("sound data"), &limits)?;
    /// let first = evaluation.within(&mut |_, row| Some(row == 0), &limits)?;
    /// assert_eq!(first[0].to_vec(), [KpiValue::Known(30.into()), KpiValue::Known(60.into())]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Abort::Fuel`] where the limit does not suffice.
    pub fn within(
        &self,
        belongs: &mut dyn FnMut(EntityId, usize) -> Option<bool>,
        limits: &Limits,
    ) -> Result<Vec<List<KpiId, KpiValue>>, Abort> {
        let (pack, data) = (self.pack(), self.data());
        let rules = &*pack.rules;
        let mut unwatched = |_: Progress| ControlFlow::Continue(());
        let fuel = Fuel::new(limits.fuel, cost::of_all(pack, data), &mut unwatched);
        let count = rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root).count();
        let blank = vec![List::from(vec![KpiValue::NotApplicable; count]); data.len()];
        let mut state = State::of(blank, self.outcome().verdicts.clone())
            // Of those left open some are not among these.
            .with_awards(self.outcome())
            .without_contests()
            .with_figures(pack, data);
        state = state
            .with_targets(self.outcome().roots.iter().map(|root| root.targets.clone()).collect());
        let costs = cost::Costs::new(rules);
        (0..data.len()).try_for_each(|root| fuel.charge(costs.of(data, root)))?;
        for tally in rules.tallies.ids() {
            // Only this tally forgets records: what is added up may ask whether others count one.
            let entity = rules.tallies[tally].entity;
            let whole = state.verdicts[tally].clone();
            for (row, verdict) in state.verdicts[tally].verdicts.iter_mut().enumerate() {
                if matches!(*verdict, Verdict::COUNTED | Verdict::UNDETERMINED) {
                    match belongs(entity, row) {
                        Some(true) => {}
                        Some(false) => *verdict = Verdict::OUT_OF_SCOPE,
                        None => *verdict = Verdict::UNDETERMINED,
                    }
                }
            }
            let of_tally = |kpi: KpiId| match &rules.kpis[kpi].kind {
                KpiKind::Measure { tally: of, .. } | KpiKind::Part { tally: of, .. } => {
                    *of == tally
                }
                KpiKind::Formula(_) => false,
            };
            for index in (0..count).map(KpiId::new).filter(|kpi| of_tally(*kpi)) {
                for root in 0..data.len() {
                    let value = kpi::one(rules, data, &state, root, index, &fuel)?;
                    state.set_kpi(root, index, value);
                }
            }
            state.verdicts[tally] = whole;
        }
        let formulas = |kpi: &KpiId| {
            kpi.index() < count && matches!(rules.kpis[*kpi].kind, KpiKind::Formula(_))
        };
        for index in pack.kpi_order.iter().copied().filter(formulas) {
            for root in 0..data.len() {
                let value = kpi::one(rules, data, &state, root, index, &fuel)?;
                state.set_kpi(root, index, value);
            }
        }
        (0..data.len()).for_each(|root| kpi::check_splits(rules, &mut state, root));
        Ok(state.take_kpis())
    }
}

impl Pack {
    /// The entities whose records a KPI of the root comes from, through formulas too, by their
    /// indices in the schema. `None` where it has no such parts: where a formula asks about all
    /// records of the root, its obligations or its awards.
    pub fn entities_behind(&self, kpi: KpiId) -> Option<BTreeSet<EntityId>> {
        let mut entities = BTreeSet::new();
        let (mut seen, mut next) = (BTreeSet::new(), vec![kpi]);
        while let Some(kpi) = next.pop() {
            if seen.insert(kpi) {
                next.extend(behind(&self.rules, kpi, &mut entities)?);
            }
        }
        Some(entities)
    }
}

/// The KPIs that one is computed from; the entity of one that is measured goes to `entities`.
fn behind(rules: &Rules, kpi: KpiId, entities: &mut BTreeSet<EntityId>) -> Option<Vec<KpiId>> {
    let kpi = rules.kpis.get(kpi)?;
    let mut kpis = Vec::new();
    match &kpi.kind {
        KpiKind::Measure { tally, .. } | KpiKind::Part { tally, .. } => {
            entities.extend(rules.tallies.get(*tally).map(|tally| tally.entity));
        }
        KpiKind::Formula(formula) => {
            let mut open: Vec<&Expr> = std::iter::once(formula).chain(&kpi.when).collect();
            while let Some(expr) = open.pop() {
                match expr.kind {
                    ExprKind::Kpi(other) => kpis.push(other),
                    ExprKind::Over { .. }
                    | ExprKind::Listed(..)
                    | ExprKind::IsMet(_)
                    | ExprKind::Awarded { .. }
                    | ExprKind::Placed { .. } => return None,
                    _ => {}
                }
                open.extend(expr.kind.parts());
            }
        }
    }
    Some(kpis)
}
