//! KPIs of a root from the verdicts on its records, and its obligations.

use super::aggregate::{or_nothing, plus};
use super::cost::of_rule;
use super::expr::{Eval, Subject};
use super::needs::{self, Missing};
use super::seats::{self, Shared};
use super::{Fuel, State, measures};
use crate::data::Dataset;
use crate::eval::value::{Range, Truth, Val};
use crate::pack::Pack;
use guiju_model::index::{KpiId, TallyId};
use guiju_model::memory::Holder;
use guiju_model::needs::Needs;
use guiju_model::number::{Exact, NumberError};
use guiju_model::outcome::{Abort, KpiValue, ObligationOutcome, Status, Verdict};
use guiju_model::rules::{
    Comparison, Expr, ExprKind, Function, KpiKind, KpiScope, Measure, Node, Obligation,
    ObligationScope, Rules, Tally,
};

/// Computes the KPIs of a root that are of a round, in the pack's order.
pub(super) fn of_root(
    pack: &Pack,
    data: &Dataset,
    state: &mut State,
    root: usize,
    round: usize,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let rules = &*pack.rules;
    targets(rules, data, state, root, fuel)?;
    let count = rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root).count();
    let rounds = &pack.rounds;
    let now = |index: &KpiId| index.index() < count && rounds.kpis.get(*index) == Some(&round);
    if rounds.asking.is_empty() {
        for index in pack.kpi_order.iter().copied().filter(now) {
            let value = one(rules, data, state, root, index, fuel)?;
            fuel.hold(value.held(), Holder::Figures)?;
            state.set_kpi(root, index, value);
        }
    }
    for node in &rounds.asking {
        match *node {
            Node::Kpi(index) if now(&index) => {
                let value = one(rules, data, state, root, index, fuel)?;
                fuel.hold(value.held(), Holder::Figures)?;
                state.set_kpi(root, index, value);
            }
            Node::Obligation(index) if rounds.obligations.get(index) == Some(&round) => {
                let Some(rule) = rules.obligations.get(index) else { continue };
                fuel.charge(of_rule(rule.when.as_ref(), &rule.expect))?;
                let subject = Subject::Root { root, kpi: None };
                let found = judge(rules, data, state, (index, rule), subject, fuel)?;
                state.set_asked(root, found);
            }
            _ => {}
        }
    }
    check_splits(rules, state, root);
    Ok(())
}

/// Finds the targets of a root that follow from its records.
///
/// # Errors
/// What ended the evaluation.
pub(crate) fn targets(
    rules: &Rules,
    data: &Dataset,
    state: &mut State,
    root: usize,
    fuel: &Fuel<'_>,
) -> Result<(), Abort> {
    let mut found = Vec::new();
    for (index, tally) in rules.tallies.entries() {
        let (Some(rule), Some(measure)) = (&tally.target, tally.measures.first()) else { continue };
        let any = |verdict| {
            data.rows_of(tally.entity, root).any(|row| state.verdicts[index].get(row) == verdict)
        };
        let certain = any(Verdict::COUNTED);
        if data.target(root, measure.kpi).is_some() || !(certain || any(Verdict::UNDETERMINED)) {
            continue;
        }
        let mut target =
            summed(rules, data, state, fuel, root, (index, rule.sum.as_ref(), None), certain);
        // Where no record is sure to count there may be no target, which is then like one that was
        // not given.
        if let (KpiValue::Undetermined { low, high, may_be_none, .. }, false) =
            (&mut target, certain)
        {
            let signed = rules.schema.kpi_at(measure.kpi).is_none_or(|kpi| kpi.signed);
            (*low, *high) = ((!signed).then_some(Exact::ZERO), None);
            *may_be_none = false;
        }
        found.push((measure.kpi, target));
    }
    found.sort_by_key(|(kpi, _)| *kpi);
    let held = found.capacity() * size_of::<(KpiId, KpiValue)>();
    state.set_targets(root, found);
    fuel.hold(held, Holder::Figures)
}

/// The KPIs of a root that have a target, given or by a rule.
pub(crate) fn with_target(data: &Dataset, state: &State, root: usize) -> Vec<KpiId> {
    let mut kpis = data.with_target(root);
    kpis.extend(state.targets_of(root).iter().map(|(kpi, _)| *kpi));
    kpis.sort_unstable();
    kpis
}

/// One KPI of a root; those it is computed from must be there.
///
/// # Errors
/// What ended the evaluation.
pub(crate) fn one(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    root: usize,
    index: KpiId,
    fuel: &Fuel<'_>,
) -> Result<KpiValue, Abort> {
    let kpi = &rules.kpis[index];
    let value = match &kpi.kind {
        KpiKind::Measure { tally, measure } => {
            measured(rules, data, state, fuel, root, (*tally, *measure, None))
        }
        KpiKind::Part { tally, split, part } => {
            measured(rules, data, state, fuel, root, (*tally, 0, Some((*split, *part))))
        }
        KpiKind::Formula(formula) => {
            let mut eval =
                Eval::new(rules, data, state, Subject::Root { root, kpi: None }).charged(fuel);
            computed(&mut eval, formula, kpi.when.as_ref())
        }
    };
    fuel.check().map(|()| value)
}

/// The parts of a split add up to the whole. They are made from the same records, so a difference
/// is a fault of this engine: then the parts have no value, rather than a wrong one.
pub(crate) fn check_splits(rules: &Rules, state: &mut State, root: usize) {
    let kpis = &mut state.kpis[root - state.roots.start];
    for tally in rules.tallies.iter().filter(|tally| !tally.splits.is_empty()) {
        // Parts of the greatest, or of an average, do not add up to it.
        let Some(measure) =
            tally.measures.first().filter(|measure| measure.function == Function::Sum)
        else {
            continue;
        };
        let KpiValue::Known(whole) = kpis[measure.kpi].clone() else { continue };
        for split in &tally.splits {
            let sum = split.parts.iter().try_fold(Exact::ZERO, |sum, part| match &kpis[*part] {
                KpiValue::Known(value) => sum.add(value).ok(),
                _ => None,
            });
            if sum.is_some_and(|sum| sum != whole) {
                for part in &split.parts {
                    kpis[*part] = KpiValue::Invalid(NumberError::PartsDiffer);
                }
            }
        }
    }
}

/// A formula's value under its condition.
pub(super) fn computed<'a>(
    eval: &mut Eval<'a>,
    formula: &'a Expr,
    when: Option<&'a Expr>,
) -> KpiValue {
    let applies = when.map_or(Truth::True, |when| eval.truth(when));
    if applies == Truth::False || hangs_on_nothing(eval, applies) {
        return KpiValue::NotApplicable;
    }
    let open = eval.needs.found();
    match eval.range(formula) {
        // Where it may not apply, what cannot be computed is no fault yet.
        Err(KpiValue::Invalid(_)) | Ok(_) if applies == Truth::Unknown => {
            eval.needs.truncate(open);
            // Nothing bounds what may not apply at all.
            value(Ok(Range::OPEN), eval.needs.take_charged(eval.meter), true)
        }
        Err(state) => state,
        Ok(range) => value(Ok(range), eval.needs.take_charged(eval.meter), eval.may_fail),
    }
}

/// Whether a condition is open only because something it asks about does not apply: nothing that is
/// missing can ever decide it.
pub(crate) fn hangs_on_nothing(eval: &Eval<'_>, truth: Truth) -> bool {
    truth == Truth::Unknown && eval.not_applicable && eval.needs.is_empty()
}

/// A range with what it needs as the value of a KPI, which is open as long as it may have none.
pub(crate) fn value(range: Result<Range, NumberError>, needs: Needs, may_fail: bool) -> KpiValue {
    match range {
        Err(error) => KpiValue::Invalid(error),
        Ok(range) => match range.known().filter(|_| !may_fail) {
            Some(value) => KpiValue::Known(value.clone()),
            None => KpiValue::Undetermined {
                low: range.low,
                high: range.high,
                may_be_none: may_fail,
                needs,
            },
        },
    }
}

/// A measure of a tally over a root's records, or the part of it that a split names.
fn measured(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    root: usize,
    (tally, measure, part): (TallyId, usize, Option<(usize, usize)>),
) -> KpiValue {
    let rule = &rules.tallies[tally].measures[measure];
    if rule.function != Function::Sum {
        return taken(rules, data, state, fuel, root, (tally, measure, part));
    }
    let sum = rule.of.as_ref();
    summed(rules, data, state, fuel, root, (tally, sum, part), true)
}

/// What the records that a tally counts add up to, or those in the part that a split names: their
/// number where nothing is added up. Unless it is `certain` that there is such a sum, it is open.
fn summed(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    root: usize,
    (tally, sum, part): (TallyId, Option<&Expr>, Option<(usize, usize)>),
    certain: bool,
) -> KpiValue {
    let rows = data.rows_of(rules.tallies[tally].entity, root);
    added_up(
        rules,
        data,
        state,
        fuel,
        root,
        (tally, sum, part),
        (Range::point(Exact::ZERO), rows, certain),
    )
}

/// A measure, or a part, of which most is known: the records that count for certain add up to
/// `settled`, and the reference evaluator has still to look at those that are `open`. Neither holds
/// a number of more than 128 bits, so that effort does not depend on who adds them up.
///
/// # Errors
/// What ended the evaluation.
#[cfg(feature = "columnar")]
pub(crate) fn with_open(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    root: usize,
    (tally, measure, part): (TallyId, usize, Option<(usize, usize)>),
    (settled, open): (Exact, &[usize]),
) -> Result<KpiValue, Abort> {
    let sum = rules.tallies[tally].measures[measure].of.as_ref();
    let rows = open.iter().copied();
    let value = added_up(
        rules,
        data,
        state,
        fuel,
        root,
        (tally, sum, part),
        (Range::point(settled), rows, true),
    );
    fuel.check().map(|()| value)
}

/// What records bring on top of a total.
fn added_up(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    root: usize,
    (tally, sum, part): (TallyId, Option<&Expr>, Option<(usize, usize)>),
    (mut total, rows, certain): (Range, impl Iterator<Item = usize>, bool),
) -> KpiValue {
    let rule = &rules.tallies[tally];
    let mut invalid: Option<KpiValue> = None;
    let mut missing = Missing::default();
    let mut may_fail = !certain;
    let mut shared = Shared::new(seats::of_tally(rules, data, state, tally, root, fuel));
    for row in rows {
        let verdict = state.verdicts[tally].get(row);
        if verdict != Verdict::COUNTED && verdict != Verdict::UNDETERMINED {
            continue;
        }
        let subject = Subject::Record { entity: rule.entity, row, root };
        let mut eval = Eval::new(rules, data, state, subject).charged(fuel);
        // What nothing but an award leaves open is added with the others of which that is so.
        let together = shared.seats_of(row);
        let as_if = if together.is_some() { Verdict::COUNTED } else { verdict };
        let found = added(&mut eval, rule, sum, part, as_if);
        if let Some(seats) = together {
            let plain = !eval.may_fail && !eval.may_not_apply;
            match found {
                Ok(amount) => shared.add(seats, amount, plain),
                Err(_) => may_fail = true,
            }
            missing.append(&mut eval.needs);
            may_fail |= eval.may_fail;
            continue;
        }
        match found {
            Ok(added) if eval.spend(total.effort(&added)) => total = total.plus(&added),
            Ok(_) => break,
            Err((Truth::True, state)) => invalid = Some(first_reason(invalid, state)),
            // One that may not count may leave the whole without a value.
            Err(_) => may_fail = true,
        }
        missing.append(&mut eval.needs);
        may_fail |= eval.may_fail;
    }
    if let Some(invalid) = invalid {
        return invalid;
    }
    for added in shared.sums(fuel) {
        total = plus(fuel, total, &added);
    }
    missing.share(&needs::of_undetermined(rules, data, state, fuel, tally, root));
    value(total.fitted(), missing.take_charged(Some(fuel)), may_fail)
}

/// The same where it is no sum and no number of records.
fn taken(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    fuel: &Fuel<'_>,
    root: usize,
    (tally, measure, part): (TallyId, usize, Option<(usize, usize)>),
) -> KpiValue {
    let rule = &rules.tallies[tally];
    let Measure { function, of, .. } = &rule.measures[measure];
    let mut pieces = Vec::new();
    let seats = seats::of_tally(rules, data, state, tally, root, fuel);
    let mut together: Vec<Vec<usize>> = vec![Vec::new(); seats.len()];
    for row in data.rows_of(rule.entity, root) {
        let mut member = match state.verdicts[tally].get(row) {
            Verdict::COUNTED => Truth::True,
            Verdict::UNDETERMINED => Truth::Unknown,
            _ => continue,
        };
        let mut eval =
            Eval::new(rules, data, state, Subject::Record { entity: rule.entity, row, root })
                .charged(fuel);
        let mut may_be_elsewhere = false;
        if let Some((split, part)) = part {
            let belongs = part_of(&mut eval, &rule.splits[split].by, part);
            may_be_elsewhere = belongs == Truth::Unknown;
            member = member.and(belongs);
        }
        if member == Truth::False {
            continue;
        }
        let mut piece = measures::piece(&mut eval, *function, of.as_ref());
        piece.needs = eval.needs.take_charged(Some(fuel));
        // Of those, one that may lie in another part is like any that is open.
        let own = seats::shared_by(&seats, row).filter(|_| !may_be_elsewhere);
        if let Some(list) = own.and_then(|at| together.get_mut(at)) {
            list.push(pieces.len());
        }
        pieces.push((piece, member == Truth::True));
    }
    let more = needs::of_undetermined(rules, data, state, fuel, tally, root);
    let mut gathered = measures::Gathered::default();
    let mut apart = vec![true; pieces.len()];
    for (seats, list) in seats.iter().zip(&together) {
        list.iter().for_each(|at| apart[*at] = false);
        let pieces = list.iter().map(|at| &pieces[*at].0).collect();
        gathered.add_some(pieces, seats.of(list.len()), *function, fuel);
    }
    let apart = pieces.iter().zip(apart).filter(|(_, apart)| *apart);
    apart.for_each(|((piece, certain), _)| gathered.add((piece, *certain)));
    gathered.settle(*function, None, None, &more, fuel)
}

/// Of the reasons why records have nothing to add, the one that is told, whichever record comes
/// first.
fn first_reason(earlier: Option<KpiValue>, state: KpiValue) -> KpiValue {
    match (earlier, state) {
        (Some(KpiValue::Invalid(earlier)), KpiValue::Invalid(error)) => {
            KpiValue::Invalid(earlier.min(error))
        }
        (Some(invalid @ KpiValue::Invalid(_)), _) => invalid,
        (_, state) => state,
    }
}

/// What a record adds to a measure of its tally, or to the part that a split names; `Err` where it
/// has no value, with whether it counts.
fn added<'a>(
    eval: &mut Eval<'a>,
    rule: &'a Tally,
    sum: Option<&'a Expr>,
    part: Option<(usize, usize)>,
    verdict: Verdict,
) -> Result<Range, (Truth, KpiValue)> {
    let mut member = match verdict {
        Verdict::COUNTED => Truth::True,
        Verdict::UNDETERMINED => Truth::Unknown,
        _ => return Ok(Range::point(Exact::ZERO)),
    };
    if let Some((split, part)) = part {
        let belongs = part_of(eval, &rule.splits[split].by, part);
        if belongs == Truth::False {
            return Ok(Range::point(Exact::ZERO));
        }
        member = member.and(belongs);
    }
    let amount = match sum {
        None => Range::point(Exact::ONE),
        Some(of) => match eval.range(of) {
            // What has no amount has none to add.
            Err(KpiValue::NotApplicable) => return Ok(Range::point(Exact::ZERO)),
            amount => amount.map_err(|state| (member, state))?,
        },
    };
    Ok(contribution(amount, if eval.may_not_apply { member.and(Truth::Unknown) } else { member }))
}

/// What one record adds to a KPI that measures its tally under a verdict, where that is known.
pub fn of_record(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    kpi: KpiId,
    (root, row): (usize, usize),
    verdict: Verdict,
) -> Option<Exact> {
    let (tally, measure, part) = match rules.kpis.get(kpi)?.kind {
        KpiKind::Measure { tally, measure } => (tally, measure, None),
        KpiKind::Part { tally, split, part } => (tally, 0, Some((split, part))),
        KpiKind::Formula(_) => return None,
    };
    let rule = rules.tallies.get(tally)?;
    // A record adds to sums and counts only.
    rule.measures.get(measure).filter(|measure| measure.function == Function::Sum)?;
    let mut eval =
        Eval::new(rules, data, state, Subject::Record { entity: rule.entity, row, root });
    let added =
        added(&mut eval, rule, rule.measures.get(measure)?.of.as_ref(), part, verdict).ok()?;
    added.known().filter(|_| !eval.may_fail).cloned()
}

/// A KPI of a root that is computed from others, whose values stand in the state.
pub fn of_formula(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    root: usize,
    kpi: KpiId,
) -> Option<KpiValue> {
    let kpi = rules.kpis.get(kpi)?;
    let KpiKind::Formula(formula) = &kpi.kind else { return None };
    let mut eval = Eval::new(rules, data, state, Subject::Root { root, kpi: None });
    Some(computed(&mut eval, formula, kpi.when.as_ref()))
}

/// What a record adds: its amount, or anything between that and nothing where it may not count.
fn contribution(amount: Range, member: Truth) -> Range {
    if member == Truth::True {
        return amount;
    }
    or_nothing(&amount)
}

/// Whether a record belongs to a part of a split.
pub(crate) fn part_of<'a>(eval: &mut Eval<'a>, by: &'a Expr, part: usize) -> Truth {
    let mark = eval.needs.found();
    let belongs = match eval.value(by) {
        Val::Truth(truth) => {
            if part == 0 {
                truth
            } else {
                truth.not()
            }
        }
        Val::Choice(set) if set == 1 << part => Truth::True,
        Val::Choice(set) if set & (1 << part) == 0 => Truth::False,
        _ => Truth::Unknown,
    };
    if belongs != Truth::Unknown {
        eval.needs.truncate(mark);
    }
    belongs
}

/// The obligations of a root.
pub(super) fn obligations(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    root: usize,
    fuel: &Fuel<'_>,
) -> Result<Vec<ObligationOutcome>, Abort> {
    let mut list = Vec::new();
    for (index, obligation) in rules.obligations.iter().enumerate() {
        match obligation.scope {
            ObligationScope::Root => {
                list.push(judge(
                    rules,
                    data,
                    state,
                    (index, obligation),
                    Subject::Root { root, kpi: None },
                    fuel,
                )?);
            }
            ObligationScope::EveryTarget => {
                for kpi in with_target(data, state, root) {
                    let subject = Subject::Root { root, kpi: Some(kpi) };
                    list.push(judge(rules, data, state, (index, obligation), subject, fuel)?);
                }
            }
            ObligationScope::Programme => {}
        }
    }
    fuel.hold(list.capacity() * size_of::<ObligationOutcome>(), Holder::Figures)?;
    Ok(list)
}

/// One obligation on one subject.
///
/// # Errors
/// What ended the evaluation.
pub(crate) fn judge(
    rules: &Rules,
    data: &Dataset,
    state: &State,
    (index, obligation): (usize, &Obligation),
    subject: Subject<'_>,
    fuel: &Fuel<'_>,
) -> Result<ObligationOutcome, Abort> {
    let kpi = if let Subject::Root { kpi, .. } = subject { kpi } else { None };
    let mut eval = Eval::new(rules, data, state, subject).charged(fuel);
    let mut applies = obligation.when.as_ref().map_or(Truth::True, |when| eval.truth(when));
    if hangs_on_nothing(&eval, applies) {
        applies = Truth::False;
    }
    let expected =
        if applies == Truth::False { Truth::Unknown } else { eval.truth(&obligation.expect) };
    let status = match (applies, expected) {
        (Truth::False, _) => Status::NotApplicable,
        (Truth::True, Truth::True) => Status::Met,
        (Truth::True, Truth::False) => Status::NotMet,
        (Truth::True, truth) if hangs_on_nothing(&eval, truth) => Status::NotApplicable,
        _ => Status::Undetermined,
    };
    let needs = if status == Status::Undetermined {
        eval.needs.take_charged(eval.meter)
    } else {
        Needs::default()
    };
    let gap = (status == Status::NotMet).then(|| gap(&mut eval, &obligation.expect)).flatten();
    fuel.check().map(|()| ObligationOutcome { obligation: index, kpi, status, gap, needs })
}

/// How much is missing where a comparison fails and both sides are known.
fn gap<'a>(eval: &mut Eval<'a>, expect: &'a Expr) -> Option<Exact> {
    let ExprKind::Compare(comparison, left, right) = &expect.kind else { return None };
    let (Val::Number(left), Val::Number(right)) = (eval.value(left), eval.value(right)) else {
        return None;
    };
    let (left, right) = (left.known()?, right.known()?);
    match comparison {
        Comparison::Greater | Comparison::GreaterEqual => right.sub(left).ok(),
        Comparison::Less | Comparison::LessEqual => left.sub(right).ok(),
        Comparison::Equal => left.max(right).sub(left.min(right)).ok(),
        Comparison::NotEqual => None,
    }
}
