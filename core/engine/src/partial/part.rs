//! A part of a programme, with what is known of the whole so far: rules that go back from the
//! programme to its roots need as many rounds over the parts as they go back.
//!
//! Not here: putting the parts together (`read`), and judging one (`eval`).

use std::collections::HashMap;
use std::sync::Arc;

use super::{CombineError, digest_of};
use crate::data::Dataset;
use crate::eval::reference::awards::alone;
use crate::eval::reference::programme::Whole;
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use guiju_model::digest::Digest;
use guiju_model::index::KpiId;
use guiju_model::needs::Needs;
use guiju_model::outcome::{Group, Grouping, KpiValue, Need, Outcome, Status};
use guiju_model::rules::Rules;
use guiju_model::sort::sort;
use guiju_model::standing::{AwardOutcome, Cause, Room, Standing};
use guiju_model::text::fold;

/// What is known of the programme that some roots are a part of.
#[derive(Debug)]
pub(crate) struct SoFar {
    /// By which it was found.
    rules: Arc<Rules>,
    /// How often the parts were put together.
    pub(super) turn: usize,
    /// What tells parts that know something else.
    pub(super) digest: String,
    /// What rules of roots read, where anything is known.
    pub(crate) whole: Option<Arc<Whole>>,
    pub(crate) programme: Group,
    pub(crate) groups: Vec<Grouping>,
    /// What each award made of the roots that are here; `None` where it is not decided yet, or is
    /// among records.
    awards: Vec<Option<AwardOutcome>>,
}

impl SoFar {
    /// Whether it was found by these rules, so that its numbers are theirs.
    pub(crate) fn is_of(&self, rules: &Arc<Rules>) -> bool {
        Arc::ptr_eq(&self.rules, rules)
    }

    pub(crate) fn award(&self, award: usize) -> Option<&AwardOutcome> {
        self.awards.get(award)?.as_ref()
    }
}

/// How far parts were put together: what an evaluation that `combine` made has beside its outcome.
#[derive(Clone, Debug)]
pub(crate) struct Combined {
    pub(super) turn: usize,
    pub(super) whole: Option<Arc<Whole>>,
}

impl Pack {
    /// How often parts of a programme have to be judged and put together until all is known: once,
    /// and once more for each time that rules go back from the programme to its roots. See
    /// [`Pack::part`].
    pub fn turns(&self) -> usize {
        self.known_after().len()
    }

    /// For each turn, how many rounds are known after it.
    pub(super) fn known_after(&self) -> Vec<usize> {
        let rules = &*self.rules;
        let read = rules.flow().read_back(&self.rounds, rules.schema.root);
        read.into_iter().map(|round| round + 1).chain([usize::MAX]).collect()
    }

    /// The data of some roots as a part of a programme, of which so much is known: what
    /// [`Pack::combine`] made of all parts in the turn before; of no parts, in the first. What
    /// rules of these roots read of the programme is then as far as it is known, and open beyond.
    ///
    /// ```
    /// use guiju::{JsonOptions, Limits, Parsed, Source};
    /// let rules = "pack p\nentity shop { key id: text  fee: money }\nkpi due = fee because \"示範\"\n\
    ///              kpi all for programme = sum(due) because \"示範\"\n\
    ///              kpi share as % = due / programme.all because \"示範\"\n\
    ///              kpi most for programme as % = maximum(share) because \"示範\"";
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack()?;
    /// let data = [r#"{"shops": [{"id": "S1", "fee": 3}]}"#, r#"{"shops": [{"id": "S2", "fee": 1}]}"#]
    ///     .map(|json| pack.read_json(json, None, &limits).expect("sound data"));
    /// assert_eq!(pack.turns(), 2);
    /// let mut programme = pack.combine([], &limits)?;
    /// for _ in 0..pack.turns() {
    ///     let mut parts = Vec::new();
    ///     for data in &data {
    ///         parts.push(pack.evaluate(&pack.part(data, &programme)?, &limits)?.partial());
    ///     }
    ///     programme = pack.combine(parts.iter().map(String::as_str), &limits)?;
    /// }
    /// assert!(programme.to_json(&JsonOptions::default()).contains(r#""value": "0.750000""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`CombineError`] where `so_far` was not put together from parts, or by other rules, or where
    /// one of these roots is not in it.
    pub fn part(&self, data: &Dataset, so_far: &Evaluation) -> Result<Dataset, CombineError> {
        let Some(combined) = so_far.combined() else { return Err(CombineError::NotCombined) };
        if digest_of(self) != digest_of(so_far.pack()) {
            return Err(CombineError::OtherRules {
                pack: self.name().to_owned(),
                found: so_far.pack().name().to_owned(),
                engine: env!("CARGO_PKG_VERSION").to_owned(),
            });
        }
        let places = places(data, so_far.data(), combined.turn)?;
        let rounds = self.known_rounds(combined.turn);
        let (rules, is_first) = (&self.rules, combined.turn == 0);
        let awards = rules.awards.iter().enumerate().map(|(index, award)| {
            let decided = self.rounds.awards.get(index).is_some_and(|round| *round < rounds);
            let outcome = so_far.awards.get(index).filter(|_| decided)?;
            (award.entity == rules.schema.root).then(|| of_these(outcome, &places))
        });
        let known = SoFar {
            rules: Arc::clone(rules),
            turn: combined.turn,
            digest: if is_first { String::new() } else { all_of(so_far.data()) },
            whole: combined.whole.as_ref().map(|whole| Arc::new(whole.until(self, rounds))),
            programme: if is_first {
                unknown(&so_far.programme)
            } else {
                without_rows(&so_far.programme)
            },
            groups: so_far.groups.iter().map(grouping_without_rows).collect(),
            awards: awards.collect(),
        };
        Ok(Dataset { so_far: Some(Arc::new(known)), ..data.clone() })
    }

    /// How many rounds of the programme are known after so many turns.
    pub(super) fn known_rounds(&self, turns: usize) -> usize {
        let after = self.known_after();
        turns.checked_sub(1).map_or(0, |turn| after.get(turn).copied().unwrap_or(usize::MAX))
    }

    /// What was put together, without what further turns have to find.
    pub(super) fn as_far_as_known(&self, mut outcome: Outcome, turns: usize) -> Outcome {
        let known = self.known_rounds(turns);
        let is_open = |list: &[usize], at: usize| list.get(at).is_some_and(|round| *round >= known);
        let groups = outcome.groups.iter_mut().flat_map(|grouping| &mut grouping.values);
        let groups = groups.map(|(_, group)| group).chain([&mut outcome.programme]);
        for (kpi, value) in groups.flat_map(|group| &mut group.kpis) {
            if self.rounds.kpis.get(*kpi).is_some_and(|round| *round >= known) {
                *value = open(*kpi);
            }
        }
        for found in &mut outcome.programme.obligations {
            if is_open(&self.rounds.obligations, found.obligation) {
                found.status = Status::Undetermined;
                found.gap = None;
                found.needs = Needs::default();
            }
        }
        for (index, award) in self.rules.awards.iter().enumerate() {
            if let Some(found) = outcome.awards.get_mut(index)
                && is_open(&self.rounds.awards, index)
            {
                found.contests.clear();
                found.standings.iter_mut().for_each(|standing| alone(standing, award));
            }
        }
        outcome
    }
}

/// What tells the data of all parts from other data, in whatever parts and order it comes.
pub(super) fn all_of(data: &Dataset) -> String {
    let digests = data.digests();
    let mut roots: Vec<&str> = digests.roots.iter().map(String::as_str).collect();
    sort(&mut roots, &mut |a, b| a.cmp(b));
    let mut digest = Digest::default();
    for part in std::iter::once(digests.programme.as_str()).chain(roots) {
        digest.feed(part);
        digest.feed("\n");
    }
    digest.finish()
}

/// A figure of which nothing is known.
fn open(kpi: KpiId) -> KpiValue {
    let needs = Needs::from(vec![Need::Programme { kpi }]);
    KpiValue::Undetermined { low: None, high: None, may_be_none: true, needs }
}

/// The figures of a programme of which nothing is known.
fn unknown(group: &Group) -> Group {
    let kpis = group.kpis.iter().map(|(kpi, _)| (*kpi, open(*kpi))).collect();
    Group { kpis, obligations: Vec::new() }
}

/// A figure of the programme as one of its parts knows it: what it lacks is in the whole.
pub(crate) fn without_needs(kpi: KpiId, value: &KpiValue) -> KpiValue {
    match value {
        KpiValue::Undetermined { low, high, may_be_none, .. } => KpiValue::Undetermined {
            low: low.clone(),
            high: high.clone(),
            may_be_none: *may_be_none,
            needs: Needs::from(vec![Need::Programme { kpi }]),
        },
        value => value.clone(),
    }
}

pub(crate) fn without_rows(group: &Group) -> Group {
    let kpis = group.kpis.iter().map(|(kpi, value)| (*kpi, without_needs(*kpi, value)));
    // Obligations of the programme are told with it.
    Group { kpis: kpis.collect(), obligations: Vec::new() }
}

pub(crate) fn grouping_without_rows(grouping: &Grouping) -> Grouping {
    let values = grouping.values.iter().map(|(value, group)| (*value, without_rows(group)));
    Grouping { field: grouping.field, values: values.collect() }
}

/// Where each root of a part stands in the whole, once anything is known of it.
fn places(data: &Dataset, whole: &Dataset, turn: usize) -> Result<Vec<usize>, CombineError> {
    if turn == 0 {
        return Ok(Vec::new());
    }
    let all: HashMap<String, usize> =
        (0..whole.len()).map(|root| (fold(whole.root_key(root)), root)).collect();
    let place = |root: usize| {
        let key = data.root_key(root);
        let missing = || CombineError::NotAmong { key: key.to_owned() };
        all.get(&fold(key)).copied().ok_or_else(missing)
    };
    (0..data.len()).map(place).collect()
}

/// What an award made of the roots of a part. Those of other parts have no number in it.
fn of_these(outcome: &AwardOutcome, places: &[usize]) -> AwardOutcome {
    let here: HashMap<usize, usize> =
        places.iter().enumerate().map(|(own, place)| (*place, own)).collect();
    let standing = |place: &usize| -> Option<Standing> {
        let mut standing = outcome.standings.get(*place)?.clone();
        standing.needs = Needs::default();
        if let Cause::Room(Room { last, .. }) = &mut standing.cause {
            *last = last.and_then(|row| here.get(&row).copied());
        }
        for value in [&mut standing.rank, &mut standing.amount, &mut standing.reserve] {
            if let KpiValue::Undetermined { needs, .. } = value {
                *needs = Needs::default();
            }
        }
        Some(standing)
    };
    AwardOutcome { standings: places.iter().filter_map(standing).collect(), contests: Vec::new() }
}
