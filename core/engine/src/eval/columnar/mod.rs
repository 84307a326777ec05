//! The columnar evaluator: the same outcome as the reference evaluator, computed for many records
//! at once.
//!
//! Roots are taken in blocks that fit the processor's caches. In a block, conditions are bit planes
//! over columns (`kernels`), each computed once however many rules ask for it; verdicts are bytes;
//! sums run over the bits of what is counted. What an open record may add, and who keeps what open
//! claims dispute, the reference evaluator answers for just these records, so there is one meaning
//! and no second copy of it.

mod bits;
mod block;
mod claims;
mod classes;
mod computed;
mod figures;
mod formulas;
mod kernels;
mod measures;
mod numbers;
mod program;
mod verdicts;

use std::ops::Range;
use std::sync::Arc;

use super::reference::{
    self, Fuel, State, asked, awards, cost, kpi, once, open_keys, programme, years,
};
use crate::data::Dataset;
use crate::pack::Pack;
use crate::watch::Watch;
use block::{Block, Scratch};
use formulas::Known;
use guiju_model::index::{KpiId, List, TallyId};
use guiju_model::limits::Limits;
use guiju_model::memory::{Holder, Memory};
use guiju_model::outcome::{Abort, ObligationOutcome, Outcome, RootOutcome, Verdict};
use guiju_model::rules::{Expr, Obligation, ObligationScope, Rules, Step};
pub(crate) use program::Program;

/// Records in one block, unless a single root has more: their columns and bits stay in the first
/// caches.
const BLOCK: usize = 4096;

/// Blocks that are judged before the host is told how far it is, by as many threads as there are.
const WAVE: usize = 64;

/// Judges a dataset.
pub(crate) fn evaluate<'w>(
    pack: &Pack,
    data: &Dataset,
    limits: &Limits,
    watch: &'w mut Watch<'w>,
) -> Result<Outcome, Abort> {
    let rules = &*pack.rules;
    let memory = Arc::new(Memory::new(limits.memory));
    let fuel = Fuel::new(limits.fuel, cost::of_all(pack, data), watch).within(memory);
    if pack.rounds.count > 1 || !pack.rounds.asking.is_empty() {
        return in_rounds(pack, data, &fuel);
    }
    fuel.charge(open_keys::cost(rules, data))?;
    let mut outcome = Gathered {
        verdicts: rules
            .tallies
            .iter()
            .map(|tally| Vec::with_capacity(data.tables[tally.entity].rows))
            .collect(),
        roots: Vec::with_capacity(data.len()),
    };
    if rules.onces.iter().any(|once| once.within_programme) {
        // Claims of all roots meet, so all must be there at once.
        outcome.take(Job::new(pack, data).whole(&fuel)?);
    } else {
        let mut job = Job::new(pack, data);
        for wave in blocks(data).chunks(WAVE) {
            #[cfg(feature = "parallel")]
            if wave.len() > 1 {
                for (judged, used) in at_once(pack, data, wave, limits, &fuel)? {
                    fuel.charge(used)?;
                    outcome.take(judged);
                }
                continue;
            }
            for roots in wave {
                outcome.take(job.roots(roots.clone(), &fuel)?);
            }
        }
    }
    outcome.finish(pack, data, &fuel)
}

/// Judges a dataset by rules that go back from the programme to its roots, or from these to their
/// records: records a block at a
/// time, all else as the reference evaluator does.
fn in_rounds(pack: &Pack, data: &Dataset, fuel: &Fuel<'_>) -> Result<Outcome, Abort> {
    let mut job = Job::new(pack, data);
    let mut steps = |steps: &[Step], state: &mut State| job.steps(steps, state, fuel);
    let (mut outcome, mut state) =
        reference::judged_by(pack, data, awards::There::All, &mut steps, fuel)?;
    for (root, (kpis, targets)) in
        outcome.roots.iter_mut().zip(state.take_kpis().into_iter().zip(state.take_targets()))
    {
        (root.kpis, root.targets) = (kpis, targets);
    }
    outcome.verdicts = state.verdicts.into_iter().map(|sheet| sheet.verdicts).collect();
    Ok(outcome)
}

/// Judges blocks that know nothing of one another, each with the effort it took.
#[cfg(feature = "parallel")]
fn at_once(
    pack: &Pack,
    data: &Dataset,
    blocks: &[Range<usize>],
    limits: &Limits,
    all: &Fuel<'_>,
) -> Result<Vec<(Judged, u64)>, Abort> {
    use rayon::prelude::*;
    let memory = all.memory();
    let one = |job: &mut Job<'_>, roots: &Range<usize>| {
        let mut unwatched = |_: crate::watch::Progress| std::ops::ControlFlow::Continue(());
        let fuel = Fuel::new(limits.fuel, u64::MAX, &mut unwatched);
        let fuel = match &memory {
            Some(memory) => fuel.within(Arc::clone(memory)),
            None => fuel,
        };
        job.roots(roots.clone(), &fuel).map(|judged| (judged, fuel.used()))
    };
    blocks.par_iter().map_init(|| Job::new(pack, data), one).collect()
}

/// Roots in blocks of about as many records.
fn blocks(data: &Dataset) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut records) = (0, 0);
    for root in 0..data.len() {
        records += data.tables.ids().map(|entity| data.rows_of(entity, root).len()).sum::<usize>();
        if records >= BLOCK {
            blocks.push(start..root + 1);
            (start, records) = (root + 1, 0);
        }
    }
    if start < data.len() {
        blocks.push(start..data.len());
    }
    blocks
}

/// What one thread works with.
struct Job<'a> {
    pack: &'a Pack,
    data: &'a Dataset,
    scratch: Scratch,
}

/// What was found for some roots.
struct Judged {
    verdicts: Vec<Vec<Verdict>>,
    roots: Vec<RootOutcome>,
}

impl<'a> Job<'a> {
    fn new(pack: &'a Pack, data: &'a Dataset) -> Job<'a> {
        Job { pack, data, scratch: Scratch::default() }
    }

    /// Judges some roots whose claims meet no others.
    fn roots(&mut self, roots: Range<usize>, fuel: &Fuel<'_>) -> Result<Judged, Abort> {
        let (pack, data, rules) = (self.pack, self.data, &*self.pack.rules);
        fuel.hold(State::room(rules, data, &roots), Holder::Verdicts)?;
        let mut state = State::new(rules, data, roots.clone());
        let mut block = Block::new(rules, pack.program(), data, roots.clone(), &mut self.scratch);
        steps(&mut block, &pack.steps, &mut state, fuel)?;
        conclude(&mut block, pack, &mut state, fuel)?;
        let scaffold = state.scaffold();
        let judged = judged(rules, data, state, roots, fuel);
        fuel.release(scaffold);
        judged
    }

    /// Judges all roots, where some rule looks at the claims of all of them.
    fn whole(&mut self, fuel: &Fuel<'_>) -> Result<Judged, Abort> {
        let (pack, data, rules) = (self.pack, self.data, &*self.pack.rules);
        fuel.hold(State::room(rules, data, &(0..data.len())), Holder::Verdicts)?;
        let mut state = State::new(rules, data, 0..data.len());
        self.steps(&pack.steps, &mut state, fuel)?;
        for roots in &blocks(data) {
            let mut block =
                Block::new(rules, pack.program(), data, roots.clone(), &mut self.scratch);
            conclude(&mut block, pack, &mut state, fuel)?;
        }
        judged(rules, data, state, 0..data.len(), fuel)
    }

    /// Takes some steps over the records of all roots.
    fn steps(&mut self, list: &[Step], state: &mut State, fuel: &Fuel<'_>) -> Result<(), Abort> {
        let (pack, data, rules) = (self.pack, self.data, &*self.pack.rules);
        let blocks = blocks(data);
        for run in list.chunk_by(|a, b| !(is_wide(rules, *a) || is_wide(rules, *b))) {
            match run {
                [Step::Once(rule)] if is_wide(rules, run[0]) => {
                    fuel.charge(once::cost(rules, *rule, state))?;
                    once::apply(rules, data, state, *rule, 0..data.len(), fuel)?;
                }
                run => {
                    for roots in &blocks {
                        let mut block = Block::new(
                            rules,
                            pack.program(),
                            data,
                            roots.clone(),
                            &mut self.scratch,
                        );
                        steps(&mut block, run, state, fuel)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a step looks at all roots.
fn is_wide(rules: &Rules, step: Step) -> bool {
    matches!(step, Step::Once(rule) if rules.onces[rule].within_programme)
}

/// The verdicts of a block.
fn steps(
    block: &mut Block<'_>,
    steps: &[Step],
    state: &mut State,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let rules = block.rules;
    for step in steps {
        match step {
            Step::Tally(tally) => {
                fuel.charge(
                    reference::tally::cost(rules, *tally)
                        .saturating_mul(block.len(rules.tallies[*tally].entity) as u64),
                )?;
                block.judge(*tally, state);
                block.figures(*tally, state, fuel)?;
            }
            Step::Once(rule) => {
                let claimants = rules.onces[*rule].groups.iter().flatten();
                let records: u64 = claimants
                    .map(|claimant| block.len(rules.tallies[claimant.tally].entity) as u64)
                    .sum();
                fuel.charge(records.saturating_mul(once::cost_of_record(&rules.onces[*rule])))?;
                block.apply(*rule, state, fuel)?;
            }
        }
        block.account(fuel)?;
        state.account(fuel)?;
    }
    Ok(())
}

/// What follows from the verdicts of a block: KPIs, and what checks say.
fn conclude(
    block: &mut Block<'_>,
    pack: &Pack,
    state: &mut State,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let rules = block.rules;
    let costs = cost::Costs::new(rules);
    fuel.charge(
        block.roots.clone().map(|root| costs.of(block.data, root)).fold(0, u64::saturating_add),
    )?;
    if rules.tallies.iter().any(|tally| tally.target.is_some()) {
        for root in block.roots.clone() {
            kpi::targets(rules, block.data, state, root, fuel)?;
        }
    }
    block.kpis(pack, state, fuel)?;
    for (check, (when, expect)) in rules.checks.iter().zip(&block.program.checks) {
        fuel.charge(cost::of_check(check).saturating_mul(block.len(check.entity) as u64))?;
        fuel.charge(block.roots.clone().fold(0, |sum: u64, root| {
            sum.saturating_add(cost::over_of_check(check, block.data, root))
        }))?;
        let mut failed = bits::all(block.len(check.entity));
        if let Some(when) = when {
            block.prepare(*when, state);
            failed.clone_from(&block.truth(*when).yes);
        }
        block.prepare_some(*expect, &failed, state);
        failed.iter_mut().zip(&block.truth(*expect).no).for_each(|(failed, no)| *failed &= no);
        let first = block.rows[check.entity].start;
        let mut room = Ok(());
        bits::each_set(&failed, |at| {
            if room.is_ok() {
                let row = first + at;
                let issue = reference::issues::failed(rules, block.data, state, check, row);
                state.push_issue(block.data.root_of(check.entity, row), issue);
                room = state.account_often(fuel);
            }
        });
        room.and_then(|()| state.account(fuel))?;
    }
    Ok(())
}

/// The outcome for the roots of a state.
fn judged(
    rules: &Rules,
    data: &Dataset,
    mut state: State,
    roots: Range<usize>,
    fuel: &Fuel<'_>,
) -> Result<Judged, Abort> {
    let obligations = roots
        .clone()
        .map(|root| obligations(rules, data, &state, root, fuel))
        .collect::<Result<Vec<_>, _>>()?;
    let counted = roots
        .clone()
        .map(|root| years::of_root(rules, data, &state, root, fuel))
        .collect::<Result<Vec<_>, _>>()?;
    let issues = state.take_issues();
    let (kpis, targets) = (state.take_kpis(), state.take_targets());
    let roots = kpis.into_iter().zip(targets).zip(obligations).zip(issues).zip(counted);
    let roots = roots
        .map(|((((kpis, targets), obligations), issues), counted)| RootOutcome {
            kpis,
            targets,
            obligations,
            issues,
            counted,
        })
        .collect();
    Ok(Judged { verdicts: state.verdicts.into_iter().map(|sheet| sheet.verdicts).collect(), roots })
}

fn obligations(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    root: usize,
    fuel: &Fuel<'_>,
) -> Result<Vec<ObligationOutcome>, Abort> {
    let each = rules.obligations.iter().any(|rule| rule.scope == ObligationScope::EveryTarget);
    let aimed_at = if each { kpi::with_target(data, state, root) } else { Vec::new() };
    let count = |rule: &Obligation| match rule.scope {
        ObligationScope::Root => 1,
        ObligationScope::EveryTarget => aimed_at.len(),
        ObligationScope::Programme => 0,
    };
    // As long as it gets, so that it is neither moved nor half empty.
    let mut list = Vec::with_capacity(rules.obligations.iter().map(count).sum());
    let judged = |index: usize, rule: &Obligation, kpi: Option<KpiId>| match Known::new(
        rules, data, state, root, kpi,
    )
    .obligation(index, rule)
    {
        Some(known) => Ok(known),
        None => kpi::judge(
            rules,
            data,
            state,
            (index, rule),
            reference::expr::Subject::Root { root, kpi },
            fuel,
        ),
    };
    for (index, rule) in rules.obligations.iter().enumerate() {
        match rule.scope {
            ObligationScope::Root => list.push(judged(index, rule, None)?),
            ObligationScope::EveryTarget => {
                for kpi in &aimed_at {
                    list.push(judged(index, rule, Some(*kpi))?);
                }
            }
            ObligationScope::Programme => {}
        }
    }
    fuel.hold(list.capacity() * size_of::<ObligationOutcome>(), Holder::Figures)?;
    Ok(list)
}

/// The outcome as it comes together.
struct Gathered {
    verdicts: List<TallyId, Vec<Verdict>>,
    roots: Vec<RootOutcome>,
}

impl Gathered {
    fn take(&mut self, judged: Judged) {
        for (all, more) in self.verdicts.iter_mut().zip(judged.verdicts) {
            all.extend(more);
        }
        self.roots.extend(judged.roots);
    }

    /// The programme, from the KPIs of all roots.
    fn finish(mut self, pack: &Pack, data: &Dataset, fuel: &Fuel<'_>) -> Result<Outcome, Abort> {
        let kpis = self.roots.iter_mut().map(|root| std::mem::take(&mut root.kpis)).collect();
        let targets = self.roots.iter().map(|root| root.targets.clone()).collect();
        let mut state = State::of(kpis, std::mem::take(&mut self.verdicts)).with_targets(targets);
        if pack.rules.awards.iter().any(|award| award.exprs().into_iter().any(Expr::reads_figures))
        {
            state = state.with_figures(pack, data);
        }
        state.asked =
            asked::of_roots(&pack.rules, self.roots.iter().map(|root| root.obligations.as_slice()));
        awards::evaluate(pack, data, &mut state, awards::There::All, 0, fuel)?;
        let (programme, groups) = programme::evaluate(pack, data, &state, fuel)?;
        self.roots.iter_mut().zip(state.take_kpis()).for_each(|(root, kpis)| root.kpis = kpis);
        let awards = std::mem::take(&mut state.awards);
        let verdicts = state.verdicts.into_iter().map(|sheet| sheet.verdicts).collect();
        Ok(Outcome { roots: self.roots, programme, groups, awards, verdicts, fuel: fuel.used() })
    }
}
