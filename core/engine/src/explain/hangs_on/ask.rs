//! Judging changed data, change after change, within one budget. Not here: which changes there are
//! (`changes`), and what they are called (`named`).

use std::ops::ControlFlow;
use std::rc::Rc;

use super::HangsOnError;
use super::answer::{ChangesTried, HangsOn, TurningChange};
use super::behind::Behind;
use super::changes::{Change, Changes};
use super::search::{Ask, Edge, Line};
use crate::data::{Apart, Cell, Dataset, Without};
use crate::evaluation::Evaluation;
use crate::watch::{Progress, Watch};
use guiju_model::index::{EntityId, KpiId};
use guiju_model::limits::Limits;
use guiju_model::outcome::{Abort, Need, Outcome, Status};
use guiju_model::rules::Node;
use guiju_model::schema::FieldKind;

/// Whose verdict is in question, by its place in the data.
#[derive(Clone, Copy)]
pub(super) enum Of {
    /// An obligation of a root, or of the programme.
    Obligation { root: Option<usize>, index: usize, kpi: Option<KpiId> },
    /// What an award decides on a root or a record.
    Award { award: usize, row: usize },
}

/// What a verdict hangs on, being asked.
pub(super) struct Asking<'e> {
    pub(super) evaluation: &'e Evaluation,
    limits: &'e Limits,
    behind: Rc<Behind<'e>>,
    /// What is changed: the root alone, where the verdict looks at no other.
    pub(super) data: Dataset,
    /// The root in question, as the data numbers it; `None` for the programme.
    pub(super) root: Option<usize>,
    pub(super) of: Of,
    pub(super) now: &'static str,
    /// The fuel that is left.
    left: u64,
    pub(super) tried: ChangesTried,
}

/// Judges data with a change in it, and says what it cost.
type Judge<'w> = dyn FnMut(&Dataset, Of, &mut ChangesTried) -> Result<&'static str, Abort> + 'w;

impl<'e> Asking<'e> {
    pub(super) fn new(
        evaluation: &'e Evaluation,
        of: Of,
        limits: &'e Limits,
    ) -> Result<Asking<'e>, HangsOnError> {
        let (rules, data) = (&*evaluation.pack().rules, evaluation.data());
        let (root, nodes) = match of {
            Of::Obligation { root, index, kpi } => {
                (root, [Node::Obligation(index)].into_iter().chain(kpi.map(Node::Kpi)).collect())
            }
            Of::Award { award, row } => {
                let root = data.root_of(rules.awards[award].entity, row);
                (Some(root), vec![Node::Award(award)])
            }
        };
        let mut behind = Behind::of(rules, &nodes);
        if let Of::Obligation { kpi: Some(kpi), .. } = of {
            behind.targets.insert(kpi);
        }
        let part = data.so_far.is_some() && behind.whole;
        if evaluation.combined().is_some() || part {
            return Err(HangsOnError::InParts);
        }
        let now = verdict(evaluation.outcome(), of);
        let (data, root, of) = match (root, of) {
            (Some(root), of) if !behind.whole => {
                let entities = rules.schema.entities.ids();
                let rows = |entity: EntityId| data.rows_of(entity, root);
                let own = |entity| rows(entity).map(|row| row as u32).collect();
                let alone = data.gather(&[&Apart { root, rows: entities.map(own).collect() }]);
                let of = match of {
                    Of::Obligation { index, kpi, .. } => {
                        Of::Obligation { root: Some(0), index, kpi }
                    }
                    Of::Award { award, row } => {
                        Of::Award { award, row: row - rows(rules.awards[award].entity).start }
                    }
                };
                (alone, Some(0), of)
            }
            (root, of) => (data.clone(), root, of),
        };
        let (left, tried, behind) = (limits.fuel, ChangesTried::default(), Rc::new(behind));
        Ok(Asking { evaluation, limits, behind, data, root, of, now, left, tried })
    }

    pub(super) fn answer<'w>(mut self, watch: &'w mut Watch<'w>) -> HangsOn {
        let (pack, limits) = (self.evaluation.pack(), self.limits);
        let behind = Rc::clone(&self.behind);
        let changes = Changes {
            rules: &pack.rules,
            behind: &behind,
            roots: self.root.map_or(0..self.data.len(), |root| root..root + 1),
            subject: match self.of {
                Of::Obligation { root, .. } => root.map(|root| (pack.rules.schema.root, root)),
                Of::Award { award, row } => Some((pack.rules.awards[award].entity, row)),
            },
        };
        self.tried.planned = changes.count(&self.data);
        let mut left = self.left;
        let held = self.data.changed_bytes();
        let mut judge = |data: &Dataset, of: Of, tried: &mut ChangesTried| {
            let memory = limits.memory.saturating_sub(held);
            let within = Limits { fuel: left, memory, ..limits.clone() };
            let (done, total) = (tried.records + tried.values, tried.planned);
            let mut inner = |_: Progress| watch(Progress { done, total });
            let judged = pack.evaluate_watched(data, &within, &mut inner).map_err(|abort| {
                let (fuel, memory) = (limits.fuel, limits.memory);
                match abort {
                    Abort::Fuel { .. } => Abort::Fuel { limit: fuel },
                    Abort::Memory { asked, by, .. } => {
                        Abort::Memory { limit: memory, asked: asked.saturating_add(held), by }
                    }
                    abort => abort,
                }
            })?;
            // Changing the data goes through its records, too.
            left = left.saturating_sub(judged.fuel.saturating_add(data.records() as u64));
            Ok(verdict(judged.outcome(), of))
        };
        // Changes go through data as it is at first; what is changed is put back each time.
        let unchanged = self.data.clone();
        let mut found = Vec::new();
        let mut truncated = 0;
        let ended = changes.each(&unchanged, &mut |change| {
            match self.turn(change, &mut judge) {
                Ok(None) => {}
                Ok(Some(_)) if found.len() >= limits.explanation_nodes => truncated += 1,
                Ok(Some(turn)) => found.push(turn),
                Err(abort) => {
                    self.tried.stopped = Some(abort);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        debug_assert_eq!(ended.is_break(), self.tried.stopped.is_some());
        found.sort_by_key(|turn: &TurningChange| !turn.is_certain());
        self.told(found, truncated)
    }

    /// Tries one change, and other values where there may be any that turn the verdict.
    fn turn(
        &mut self,
        change: Change,
        judge: &mut Judge<'_>,
    ) -> Result<Option<TurningChange>, Abort> {
        let turned = |verdict: &'static str, now| (verdict != now).then_some(verdict);
        match change {
            Change::Without(entity, row) => {
                let without = self.data.without(entity, row);
                let Some(of) = self.of_without(&without) else { return Ok(None) };
                let verdict = judge(&without.data, of, &mut self.tried)?;
                self.tried.records += 1;
                let Some(verdict) = turned(verdict, self.now) else { return Ok(None) };
                let label = self.evaluation.pack().rules.schema.entities[entity].label.clone();
                Ok(Some(TurningChange {
                    record: self.words(|words| words.record_name(entity, row)),
                    field: None,
                    label,
                    now: None,
                    without: Some(verdict),
                    others: Vec::new(),
                }))
            }
            Change::Value(place) => {
                let Some(cell) = self.data.value_at(&place) else { return Ok(None) };
                let verdict = self.with(&place, None, judge)?.unwrap_or(self.now);
                self.tried.values += 1;
                let without = turned(verdict, self.now);
                // What stands while the value is not given stands whatever it is.
                let is_sure = matches!(place, Need::Field { entity, field, .. } if self.behind.is_sure_of((entity, field)));
                let may_turn = without.is_some() || self.now == "undetermined" || !is_sure;
                let others = if may_turn { self.others(&place, &cell, judge)? } else { Vec::new() };
                if without.is_none() && others.is_empty() {
                    return Ok(None);
                }
                Ok(Some(self.turning(&place, cell, without, others)))
            }
        }
    }

    /// The verdict with another value, or with none; `None` where the value cannot be kept.
    fn with(
        &mut self,
        place: &Need,
        value: Option<&Cell>,
        judge: &mut Judge<'_>,
    ) -> Result<Option<&'static str>, Abort> {
        let Some(before) = self.data.change(place, value) else { return Ok(None) };
        let found = judge(&self.data, self.of, &mut self.tried);
        self.data.restore(place, before);
        found.map(Some)
    }

    /// Other values that turn the verdict.
    fn others(
        &mut self,
        place: &Need,
        cell: &Cell,
        judge: &mut Judge<'_>,
    ) -> Result<Vec<Edge>, Abort> {
        let (kind, now) = (self.kind(place), self.now);
        let decimals = self.data.decimals_at(place);
        let line = match (place, &kind) {
            (_, Some(kind)) => Line::of(kind, cell, decimals),
            (Need::Target { kpi, .. } | Need::Previous { kpi, .. }, None) => {
                let rules = &self.evaluation.pack().rules;
                let signed = rules.schema.kpi_at(*kpi).is_none_or(|kpi| kpi.signed);
                Line::of_kpi(&rules.kpis[*kpi].unit, signed, cell, decimals)
            }
            _ => None,
        };
        let few: Vec<Cell> = match (cell, &kind) {
            (Cell::Bool(value), _) => vec![Cell::Bool(!value)],
            (Cell::Choice(value), Some(FieldKind::Choice(choices))) => (0..choices.values.len())
                .filter(|other| *other != usize::from(*value))
                .map(|other| Cell::Choice(other as u8))
                .collect(),
            _ => Vec::new(),
        };
        let mut ask = |value: &Cell| {
            let found = self.with(place, Some(value), judge)?;
            self.tried.others += u64::from(found.is_some());
            Ok(found)
        };
        let ask: &mut Ask<'_> = &mut ask;
        if let Some(line) = line {
            return line.edges(now, ask);
        }
        let mut edges = Vec::new();
        for turns in few {
            if let Some(verdict) = ask(&turns)?.filter(|verdict| *verdict != now) {
                edges.push(Edge { turns: (turns, verdict), beside: (cell.clone(), now) });
            }
        }
        Ok(edges)
    }

    /// What a field holds; `None` for what is given beside records.
    pub(super) fn kind(&self, place: &Need) -> Option<FieldKind> {
        let Need::Field { entity, field, .. } = place else { return None };
        Some(self.evaluation.pack().rules.schema.entities[*entity].fields[*field].kind.clone())
    }

    /// The same verdict in data without a record; `None` where whoever it is of was left out.
    fn of_without(&self, without: &Without) -> Option<Of> {
        let rules = &self.evaluation.pack().rules;
        Some(match self.of {
            Of::Obligation { root, index, kpi } => {
                let root = root.map(|root| without.row(rules.schema.root, root));
                Of::Obligation { root: root.map_or(Some(None), |root| root.map(Some))?, index, kpi }
            }
            Of::Award { award, row } => {
                Of::Award { award, row: without.row(rules.awards[award].entity, row)? }
            }
        })
    }
}

/// A verdict in an outcome. An obligation on a target that is not given is not there: it does not
/// apply.
fn verdict(outcome: &Outcome, of: Of) -> &'static str {
    match of {
        Of::Obligation { root, index, kpi } => {
            let list = match root {
                Some(root) => outcome.roots.get(root).map(|found| &found.obligations),
                None => Some(&outcome.programme.obligations),
            };
            let found = list.into_iter().flatten();
            let mut found = found.filter(|found| (found.obligation, found.kpi) == (index, kpi));
            found.next().map_or(Status::NotApplicable, |found| found.status).id()
        }
        Of::Award { award, row } => {
            let standings = outcome.awards.get(award).map(|found| &found.standings);
            let standing = standings.and_then(|standings| standings.get(row));
            standing.map_or("undetermined", |standing| standing.decision.id())
        }
    }
}
