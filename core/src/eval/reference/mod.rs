//! The reference evaluator: one record at a time, small, and the meaning of the language.
//!
//! Steps run over all records in the order the plan gives; then KPIs root by root, obligations, the programme. Everything a rule can
//! see is in [`State`], so an explanation can ask any question again afterwards.

pub(crate) mod expr;
pub(crate) mod kpi;
pub(crate) mod once;
pub(crate) mod programme;
pub(crate) mod tally;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::data::Dataset;
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::outcome::{Abort, Issue, KpiValue, Outcome, RootOutcome, Verdict};
use crate::plan::{Plan, Rules, Step};
use crate::text::Localized;
use expr::{Eval, Subject};

/// What has been decided so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// For each tally and row, by the tally's own requirements.
    pub(crate) own: Vec<Vec<Verdict>>,
    /// The same after the non-duplication rules.
    pub(crate) verdicts: Vec<Vec<Verdict>>,
    /// Records that a non-duplication rule leaves open, and the claims that will decide: tally and row.
    pub(crate) contested: BTreeMap<(usize, usize), Vec<(usize, usize)>>,
    /// For each root, its KPIs.
    pub(crate) kpis: Vec<Vec<KpiValue>>,
}

/// Effort spent, charged before it is made.
pub(crate) struct Fuel {
    used: u64,
    limit: u64,
}

impl Fuel {
    fn charge(&mut self, steps: u64) -> Result<(), Abort> {
        self.used = self.used.saturating_add(steps);
        if self.used > self.limit { Err(Abort::Fuel { limit: self.limit }) } else { Ok(()) }
    }
}

/// Judges a dataset.
pub(crate) fn evaluate(plan: &Plan, data: &Dataset, limits: &Limits) -> Result<Outcome, Abort> {
    let rules = &*plan.rules;
    let mut fuel = Fuel { used: 0, limit: limits.fuel };
    let mut issues: Vec<Vec<Issue>> = vec![Vec::new(); data.len()];
    let state = decide(plan, data, 0..data.len(), &mut fuel, &mut issues)?;
    check_records(rules, data, &state, &mut fuel, &mut issues)?;
    let mut roots = Vec::with_capacity(data.len());
    for (root, mut issues) in issues.into_iter().enumerate() {
        let obligations = kpi::obligations(rules, data, &state, root);
        issues.sort_by_key(|issue| (issue.entity, issue.row, issue.field));
        roots.push(RootOutcome { kpis: state.kpis[root].clone(), obligations, issues });
    }
    let (programme, groups) = programme::evaluate(plan, data, &state);
    Ok(Outcome { roots, programme, groups, verdicts: state.verdicts, fuel: fuel.used })
}

/// Verdicts and KPIs of some roots: all that expressions about them can refer to.
fn decide(plan: &Plan, data: &Dataset, roots: Range<usize>, fuel: &mut Fuel, issues: &mut [Vec<Issue>]) -> Result<State, Abort> {
    let rules = &*plan.rules;
    let mut state = State {
        own: vec![Vec::new(); rules.tallies.len()],
        verdicts: vec![Vec::new(); rules.tallies.len()],
        kpis: vec![Vec::new(); data.len()],
        ..State::default()
    };
    for step in &plan.steps {
        match step {
            Step::Tally(tally) => {
                fuel.charge(tally::cost(rules, *tally) * data.tables[rules.tallies[*tally].entity].rows as u64)?;
                let verdicts = tally::judge(rules, data, &state, *tally, roots.clone());
                state.own[*tally].clone_from(&verdicts);
                state.verdicts[*tally] = verdicts;
            }
            Step::Once(once) => {
                let claims: usize = rules.onces[*once].groups.iter().flatten().map(|claimant| state.own[claimant.tally].len()).sum();
                fuel.charge(claims as u64)?;
                once::apply(rules, data, &mut state, *once, roots.clone(), fuel, issues)?;
            }
        }
    }
    let formulas: u64 = rules.kpis.iter().map(kpi::cost).sum();
    fuel.charge(formulas * data.len() as u64)?;
    for root in roots {
        kpi::of_root(plan, data, &mut state, root);
    }
    Ok(state)
}

/// The state of some roots again, for questions about an outcome that was reached before. Rules over the whole programme need all.
pub(crate) fn replay(plan: &Plan, data: &Dataset, roots: Range<usize>) -> State {
    let mut fuel = Fuel { used: 0, limit: u64::MAX };
    let mut issues = vec![Vec::new(); data.len()];
    let roots = if plan.rules.onces.iter().any(|once| once.within_programme) { 0..data.len() } else { roots };
    // Fuel was the only thing that could stop it.
    decide(plan, data, roots, &mut fuel, &mut issues).unwrap_or_default()
}

/// What the checks say about single records.
fn check_records(rules: &Rules, data: &Dataset, state: &State, fuel: &mut Fuel, issues: &mut [Vec<Issue>]) -> Result<(), Abort> {
    use crate::eval::value::Truth;
    for check in &rules.checks {
        let nodes = check.expect.nodes + check.when.as_ref().map_or(0, |when| when.nodes);
        fuel.charge(nodes * data.tables[check.entity].rows as u64)?;
        for (root, issues) in issues.iter_mut().enumerate() {
            for row in data.rows_of(check.entity, root) {
                let mut eval = Eval::new(rules, data, state, Subject::Record { entity: check.entity, row, root });
                let applies = check.when.as_ref().is_none_or(|when| eval.truth(when) == Truth::True);
                if applies && eval.truth(&check.expect) == Truth::False {
                    issues.push(Issue {
                        entity: check.entity,
                        row,
                        field: check.field,
                        code: check.name.clone(),
                        severity: check.severity,
                        message: check.message.clone(),
                        clause: rules.clause_ids(&check.basis).into_iter().next(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// The warning for a record that a non-duplication rule cannot look at.
pub(crate) fn no_key(rules: &Rules, once: usize, entity: usize, row: usize, field: usize) -> Issue {
    let (info, once) = (Code::NoKey.info(), &rules.onces[once]);
    let label = &rules.schema.entities[entity].fields[field].label;
    let message = |locale| {
        let template: &str = info.message(locale);
        template.replace("{0}", label.get(locale)).replace("{1}", once.label.get(locale))
    };
    Issue {
        entity,
        row,
        field: Some(field),
        code: info.id.to_owned(),
        severity: info.severity,
        message: Localized::new(message(crate::text::Locale::ZhTw), message(crate::text::Locale::En)),
        clause: rules.clause_ids(&once.basis).into_iter().next(),
    }
}
