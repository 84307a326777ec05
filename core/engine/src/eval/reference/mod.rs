//! The reference evaluator: one record at a time, small, and the meaning of the language.
//!
//! Steps run over all records in the order the pack gives; then KPIs root by root, obligations, the
//! programme. Everything a rule can see is in [`State`], so an explanation can ask any question
//! again afterwards.

mod aggregate;
mod among;
pub(crate) mod asked;
pub(crate) mod awards;
mod cases;
mod claim;
pub mod claimed;
mod contested;
pub(crate) mod cost;
mod days;
pub mod expr;
pub mod figures;
mod fuel;
mod held;
pub(crate) mod issues;
pub mod kpi;
mod lookups;
mod measures;
pub mod message;
pub mod named;
pub(crate) mod needs;
mod numbers;
pub(crate) mod once;
pub(crate) mod open_keys;
pub mod programme;
mod seats;
mod surely;
pub mod tally;
mod told;
mod whole;
pub(crate) mod years;

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::data::Dataset;
use crate::pack::Pack;
use crate::watch::{Progress, Watch};
use awards::There;
use contested::Contested;
pub(crate) use fuel::{Fuel, Meter};
use guiju_model::index::{EntityId, KpiId, List, TallyId};
use guiju_model::limits::Limits;
use guiju_model::memory::{Holder, Memory, make_room};
use guiju_model::outcome::{
    Abort, Issue, KpiValue, ObligationOutcome, Outcome, RootOutcome, Verdict,
};
use guiju_model::rules::{KpiScope, Rules, Step, Tally};
use guiju_model::sort::sort;
use guiju_model::standing::{AwardOutcome, Standing};
use issues::check_records;
pub(crate) use issues::no_key;

/// What has been decided so far about some roots.
#[derive(Clone, Debug, Default)]
pub struct State {
    roots: Range<usize>,
    /// For each tally, by its own requirements.
    pub own: List<TallyId, Sheet>,
    /// The same after the non-duplication rules.
    pub verdicts: List<TallyId, Sheet>,
    /// For tallies with rules among their own records, what these leave; empty for others.
    reduced: List<TallyId, Sheet>,
    /// For each tally, the figures that it makes for records.
    pub(crate) figures: List<TallyId, figures::Figures>,
    /// Records that a non-duplication rule leaves open, and the claims that will decide: tally and
    /// row.
    pub(crate) contested: Contested,
    /// What records need that others ask about, as far as anybody has asked.
    pub(crate) needs: needs::Kept,
    /// What all records of a root need that a tally leaves open, as far as figures have asked.
    together: needs::Kept,
    /// For each of the roots, its KPIs.
    pub kpis: Vec<List<KpiId, KpiValue>>,
    /// For each of the roots, targets that follow from records.
    pub(crate) targets: Vec<Vec<(KpiId, KpiValue)>>,
    /// The figures of the programme that rules of roots read; none where not all roots are there.
    pub(crate) whole: Option<Arc<programme::Whole>>,
    /// For each award that is decided, what came out.
    pub(crate) awards: Vec<AwardOutcome>,
    /// For each award of which only some records are kept, the first of them; empty where all are.
    first_standings: Vec<usize>,
    /// For each root, where all are judged, what became of the obligations that awards ask about.
    pub(crate) asked: Vec<Vec<ObligationOutcome>>,
    /// For each of the roots, what there is to say about its records.
    issues: Vec<Vec<Issue>>,
    /// The bytes of issues and of claims since they were last accounted for.
    grown: [usize; 2],
    /// The bytes of all claims.
    #[cfg(feature = "columnar")]
    claimed: usize,
}

/// The verdicts of one tally on the records of some roots.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    first: usize,
    pub verdicts: Vec<Verdict>,
}

impl Sheet {
    /// All records of some roots, out of scope until they are judged.
    fn blank(rows: Range<usize>) -> Sheet {
        Sheet { first: rows.start, verdicts: vec![Verdict::OUT_OF_SCOPE; rows.len()] }
    }

    pub fn get(&self, row: usize) -> Verdict {
        self.verdicts[row - self.first]
    }

    pub(crate) fn get_mut(&mut self, row: usize) -> &mut Verdict {
        &mut self.verdicts[row - self.first]
    }

    #[cfg(feature = "columnar")]
    pub(crate) fn of_mut(&mut self, rows: Range<usize>) -> &mut [Verdict] {
        &mut self.verdicts[rows.start - self.first..rows.end - self.first]
    }

    pub(crate) fn of(&self, rows: Range<usize>) -> &[Verdict] {
        &self.verdicts[rows.start - self.first..rows.end - self.first]
    }
}

impl State {
    /// Nothing decided yet about these roots.
    pub(crate) fn new(rules: &Rules, data: &Dataset, roots: Range<usize>) -> State {
        let blank = |tally: &Tally| Sheet::blank(data.rows_of_all(tally.entity, &roots));
        let own: List<TallyId, Sheet> = rules.tallies.iter().map(blank).collect();
        let of_root = rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root).count();
        let (kpis, issues) = (
            vec![List::from(vec![KpiValue::NotApplicable; of_root]); roots.len()],
            vec![Vec::new(); roots.len()],
        );
        let targets = vec![Vec::new(); roots.len()];
        let figures = figures::none(rules, data, &roots);
        let has_among =
            |tally: &Tally| tally.onces.iter().any(|once| rules.onces[*once].among().is_some());
        let reduced =
            |tally: &Tally| if has_among(tally) { blank(tally) } else { Sheet::default() };
        State {
            figures,
            reduced: rules.tallies.iter().map(reduced).collect(),
            contested: Contested::new(&own),
            verdicts: own.clone(),
            needs: needs::Kept::default(),
            together: needs::Kept::default(),
            own,
            kpis,
            targets,
            whole: None,
            awards: Vec::new(),
            first_standings: Vec::new(),
            asked: Vec::new(),
            issues,
            grown: [0; 2],
            #[cfg(feature = "columnar")]
            claimed: 0,
            roots,
        }
    }

    /// The same with targets that were found for the roots.
    #[must_use]
    pub(crate) fn with_targets(self, targets: Vec<Vec<(KpiId, KpiValue)>>) -> State {
        State { targets, ..self }
    }

    /// All roots, from what was found for them.
    pub fn of(kpis: Vec<List<KpiId, KpiValue>>, verdicts: List<TallyId, Vec<Verdict>>) -> State {
        let verdicts = verdicts.into_iter().map(|verdicts| Sheet { first: 0, verdicts }).collect();
        State { roots: 0..kpis.len(), kpis, verdicts, ..State::default() }
    }

    /// The same with the figures of records, which follow from the verdicts.
    pub fn with_figures(mut self, pack: &Pack, data: &Dataset) -> State {
        let roots = self.roots.clone();
        self.issues = vec![Vec::new(); roots.len()];
        self.figures = figures::none(&pack.rules, data, &roots);
        figures::again(pack, data, &mut self, roots);
        self
    }

    /// What the records of a tally come to before other tallies claim the same: after all rules
    /// among them.
    pub(crate) fn claims(&self, tally: TallyId) -> &Sheet {
        self.reduced
            .get(tally)
            .filter(|sheet| !sheet.verdicts.is_empty())
            .unwrap_or(&self.own[tally])
    }

    /// Keeps what rules among the records of a tally have left so far.
    pub(crate) fn reduce(
        &mut self,
        rules: &Rules,
        data: &Dataset,
        tally: TallyId,
        roots: &Range<usize>,
    ) {
        let rows = data.rows_of_all(rules.tallies[tally].entity, roots);
        let left = self.verdicts[tally].of(rows.clone());
        if let Some(sheet) = self.reduced.get_mut(tally).filter(|sheet| !sheet.verdicts.is_empty())
        {
            let first = rows.start - sheet.first;
            sheet.verdicts[first..first + left.len()].copy_from_slice(left);
        }
    }

    /// The same with the figures of the programme that an outcome has.
    #[must_use]
    pub fn with_programme(self, pack: &Pack, data: &Dataset, outcome: &Outcome) -> State {
        let whole = programme::Whole::told(pack, data, &self, outcome);
        State { whole, ..self }
    }

    /// What an award made of a root or record.
    pub(crate) fn standing(&self, award: usize, row: usize) -> Option<&Standing> {
        let first = self.first_standings.get(award).copied().unwrap_or(0);
        self.awards.get(award)?.standings.get(row.checked_sub(first)?)
    }

    /// The first row that a tally's verdicts are kept of.
    pub(crate) fn first_row(&self, tally: TallyId) -> usize {
        self.verdicts.get(tally).map_or(0, |sheet| sheet.first)
    }

    /// Keeps what became of an obligation that others ask about.
    pub(crate) fn set_asked(&mut self, root: usize, found: ObligationOutcome) {
        let at = root - self.roots.start;
        if self.asked.len() <= at {
            self.asked.resize(at + 1, Vec::new());
        }
        self.asked[at].push(found);
    }

    /// What became of an obligation of a root, as far as it was asked about.
    pub(crate) fn asked_of(&self, root: usize, obligation: usize) -> Option<&ObligationOutcome> {
        let asked = self.asked.get(root.checked_sub(self.roots.start)?)?;
        asked.iter().find(|found| found.obligation == obligation)
    }

    pub(crate) fn set_kpi(&mut self, root: usize, kpi: KpiId, value: KpiValue) {
        self.kpis[root - self.roots.start][kpi] = value;
    }

    /// The KPIs of all the roots.
    pub(crate) fn take_kpis(&mut self) -> Vec<List<KpiId, KpiValue>> {
        std::mem::take(&mut self.kpis)
    }

    /// The target of a KPI of a root that follows from records, if it has one.
    pub(crate) fn target(&self, root: usize, kpi: KpiId) -> Option<&KpiValue> {
        self.targets_of(root).iter().find(|(target, _)| *target == kpi).map(|(_, value)| value)
    }

    /// All of a root.
    pub(crate) fn targets_of(&self, root: usize) -> &[(KpiId, KpiValue)] {
        let at = root.checked_sub(self.roots.start);
        at.and_then(|at| self.targets.get(at)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn set_targets(&mut self, root: usize, targets: Vec<(KpiId, KpiValue)>) {
        let at = root - self.roots.start;
        self.targets[at] = targets;
    }

    /// Those of all the roots.
    pub(crate) fn take_targets(&mut self) -> Vec<Vec<(KpiId, KpiValue)>> {
        std::mem::take(&mut self.targets)
    }

    /// The issues of all the roots, in the order of the data.
    pub(crate) fn take_issues(&mut self) -> Vec<Vec<Issue>> {
        let mut issues = std::mem::take(&mut self.issues);
        let place = |issue: &Issue| (issue.entity, issue.row, issue.field);
        issues.iter_mut().for_each(|list| sort(list, &mut |a, b| place(a).cmp(&place(b))));
        issues
    }

    pub(crate) fn push_issue(&mut self, root: usize, issue: Issue) {
        let list = &mut self.issues[root - self.roots.start];
        self.grown[0] += make_room(list, 1) + issue.held();
        list.push(issue);
    }

    pub(crate) fn kpis(&self, root: usize) -> &List<KpiId, KpiValue> {
        &self.kpis[root - self.roots.start]
    }
}

/// Judges a dataset.
pub(crate) fn evaluate<'w>(
    pack: &Pack,
    data: &Dataset,
    limits: &Limits,
    watch: &'w mut Watch<'w>,
) -> Result<Outcome, Abort> {
    let (mut outcome, mut state) = judged(pack, data, There::All, limits, watch)?;
    for (root, (kpis, targets)) in
        outcome.roots.iter_mut().zip(state.take_kpis().into_iter().zip(state.take_targets()))
    {
        (root.kpis, root.targets) = (kpis, targets);
    }
    outcome.verdicts = state.verdicts.into_iter().map(|sheet| sheet.verdicts).collect();
    Ok(outcome)
}

/// Judges a dataset, and keeps what questions about it are answered from: the same as `replay` of
/// all roots, without the work.
pub fn evaluate_keeping(
    pack: &Pack,
    data: &Dataset,
    limits: &Limits,
) -> Result<(Outcome, State), Abort> {
    keeping(pack, data, There::All, limits)
}

/// The same of one record of an entity and what belongs to it, where there are more: awards among
/// them stay open.
pub(crate) fn evaluate_one(
    pack: &Pack,
    data: &Dataset,
    entity: EntityId,
    limits: &Limits,
) -> Result<(Outcome, State), Abort> {
    keeping(pack, data, There::One(entity), limits)
}

fn keeping(
    pack: &Pack,
    data: &Dataset,
    there: There,
    limits: &Limits,
) -> Result<(Outcome, State), Abort> {
    let mut unwatched = |_: Progress| ControlFlow::Continue(());
    let (mut outcome, state) = judged(pack, data, there, limits, &mut unwatched)?;
    for (root, (kpis, targets)) in
        outcome.roots.iter_mut().zip(state.kpis.iter().zip(&state.targets))
    {
        root.kpis.clone_from(kpis);
        root.targets.clone_from(targets);
    }
    outcome.verdicts = state.verdicts.iter().map(|sheet| sheet.verdicts.clone()).collect();
    Ok((outcome, state))
}

/// All of an outcome but the KPIs of roots and the verdicts, which are still in the state.
fn judged<'w>(
    pack: &Pack,
    data: &Dataset,
    there: There,
    limits: &Limits,
    watch: &'w mut Watch<'w>,
) -> Result<(Outcome, State), Abort> {
    let memory = Arc::new(Memory::new(limits.memory));
    let fuel = Fuel::new(limits.fuel, cost::of_all(pack, data), watch).within(memory);
    judged_by(pack, data, there, &mut |steps, state| apply(pack, data, steps, state, &fuel), &fuel)
}

/// The same, whoever takes the steps over records.
pub(crate) fn judged_by(
    pack: &Pack,
    data: &Dataset,
    there: There,
    steps: &mut Steps<'_>,
    fuel: &Fuel<'_>,
) -> Result<(Outcome, State), Abort> {
    let rules = &*pack.rules;
    fuel.charge(open_keys::cost(rules, data))?;
    fuel.hold(State::room(rules, data, &(0..data.len())), Holder::Verdicts)?;
    let mut state = State::new(rules, data, 0..data.len());
    decide(pack, data, &mut state, there, steps, fuel)?;
    check_records(rules, data, &mut state, fuel)?;
    let obligations = (0..data.len())
        .map(|root| kpi::obligations(rules, data, &state, root, fuel))
        .collect::<Result<Vec<_>, _>>()?;
    let counted = (0..data.len())
        .map(|root| years::of_root(rules, data, &state, root, fuel))
        .collect::<Result<Vec<_>, _>>()?;
    let of_programme = asked::of_roots(rules, obligations.iter().map(Vec::as_slice));
    if pack.rounds.asking.is_empty() {
        state.asked = of_programme;
    } else {
        for (root, found) in of_programme.into_iter().enumerate() {
            found.into_iter().for_each(|found| state.set_asked(root, found));
        }
    }
    awards::evaluate(pack, data, &mut state, there, last_round(pack), fuel)?;
    let (programme, groups) = programme::evaluate(pack, data, &state, fuel)?;
    let awards = state.awards.clone();
    let roots = obligations.into_iter().zip(state.take_issues()).zip(counted);
    let roots = roots
        .map(|((obligations, issues), counted)| RootOutcome {
            kpis: List::new(),
            targets: Vec::new(),
            obligations,
            issues,
            counted,
        })
        .collect();
    Ok((
        Outcome { roots, programme, groups, awards, verdicts: List::new(), fuel: fuel.used() },
        state,
    ))
}

/// Takes some steps over the records of all roots of a state.
pub(crate) type Steps<'s> = dyn FnMut(&[Step], &mut State) -> Result<(), Abort> + 's;

/// The number of the last round.
pub(crate) fn last_round(pack: &Pack) -> usize {
    pack.rounds.count.saturating_sub(1)
}

/// Verdicts and KPIs of some roots: all that expressions about them can refer to. Records, roots
/// and the programme come in turn, as often as rules go back from the programme to its roots; the
/// programme of the last round is left to the caller.
fn decide(
    pack: &Pack,
    data: &Dataset,
    state: &mut State,
    there: There,
    steps: &mut Steps<'_>,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let rules = &*pack.rules;
    let rounds = &pack.rounds;
    let costs = cost::Costs::new(rules);
    for round in 0..rounds.count {
        let now = |step: &Step| match step {
            Step::Tally(tally) => rounds.tallies.get(*tally) == Some(&round),
            Step::Once(once) => rounds.onces.get(*once) == Some(&round),
        };
        let of_round: Vec<Step> = pack.steps.iter().filter(|step| now(step)).copied().collect();
        steps(&of_round, state)?;
        for root in state.roots.clone() {
            if round == 0 {
                fuel.charge(costs.of(data, root))?;
            }
            kpi::of_root(pack, data, state, root, round, fuel)?;
        }
        if round == last_round(pack) {
            continue;
        }
        awards::evaluate(pack, data, state, there, round, fuel)?;
        // The figures of one root, or of a part, are not those of the programme.
        if let Some(known) = &data.so_far {
            state.whole.clone_from(&known.whole);
        } else if matches!(there, There::All) {
            state.whole = Some(Arc::new(programme::Whole::of(pack, data, state, round, fuel)?));
        }
    }
    Ok(())
}

/// Verdicts on the records of some roots by some steps.
fn apply(
    pack: &Pack,
    data: &Dataset,
    steps: &[Step],
    state: &mut State,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let (rules, roots) = (&*pack.rules, state.roots.clone());
    for step in steps {
        match step {
            Step::Tally(tally) => {
                let mut sheet = std::mem::take(&mut state.own[*tally]);
                tally::judge(rules, data, state, *tally, roots.clone(), &mut sheet, fuel)?;
                state.verdicts[*tally].clone_from(&sheet);
                state.own[*tally] = sheet;
                figures::compute(rules, data, state, *tally, roots.clone(), fuel)?;
            }
            Step::Once(once) => {
                fuel.charge(once::cost(rules, *once, state))?;
                once::apply(rules, data, state, *once, roots.clone(), fuel)?;
            }
        }
        state.account(fuel)?;
    }
    Ok(())
}

/// The verdicts that some steps of a pack give all records; nothing else, unless they read figures
/// of the programme. Charges `left`, the effort that is left; holds no more than `memory` bytes.
pub fn verdicts(pack: &Pack, data: &Dataset, left: &mut u64, memory: u64) -> Result<State, Abort> {
    let mut unwatched = |_: Progress| ControlFlow::Continue(());
    let memory = Arc::new(Memory::new(memory));
    let fuel = Fuel::new(*left, u64::MAX, &mut unwatched).within(memory);
    fuel.charge(open_keys::cost(&pack.rules, data))?;
    fuel.hold(State::room(&pack.rules, data, &(0..data.len())), Holder::Verdicts)?;
    let mut state = State::new(&pack.rules, data, 0..data.len());
    let mut steps = |steps: &[Step], state: &mut State| apply(pack, data, steps, state, &fuel);
    let done = if pack.rounds.count > 1 {
        decide(pack, data, &mut state, There::All, &mut steps, &fuel)
    } else {
        steps(&pack.steps, &mut state)
    };
    *left = left.saturating_sub(fuel.used());
    done.map(|()| state)
}

/// The state of some roots again, for questions about an outcome that was reached before. Rules
/// over the whole programme need all.
pub(crate) fn replay(pack: &Pack, data: &Dataset, roots: Range<usize>) -> State {
    let mut unwatched = |_: Progress| ControlFlow::Continue(());
    // Nothing bounds it, so that nothing stops it.
    replay_within(pack, data, roots, &Fuel::new(u64::MAX, 0, &mut unwatched)).unwrap_or_default()
}

/// The same within bounds.
///
/// # Errors
/// What ended it.
pub(crate) fn replay_within(
    pack: &Pack,
    data: &Dataset,
    roots: Range<usize>,
    fuel: &Fuel<'_>,
) -> Result<State, Abort> {
    let of_all = pack.rounds.count > 1 || pack.rules.onces.iter().any(|once| once.within_programme);
    let roots = if of_all { 0..data.len() } else { roots };
    fuel.hold(State::room(&pack.rules, data, &roots), Holder::Verdicts)?;
    let mut state = State::new(&pack.rules, data, roots);
    let mut steps = |steps: &[Step], state: &mut State| apply(pack, data, steps, state, fuel);
    decide(pack, data, &mut state, There::All, &mut steps, fuel)?;
    Ok(state)
}
