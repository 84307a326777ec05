//! Tallies that a formula adds although one record can count in both: a count that is too high,
//! and that no reader of the formula sees.
//!
//! The same search that finds overlapping rows: a record is shown only where it was found to count
//! in both. Tallies that a rule of non-duplication or `counted in` keeps apart are left alone, as is
//! a sum from which something of the same records is taken off again. Not here: one tally that is
//! added to itself, which is a weight.

use std::collections::{BTreeMap, BTreeSet};

use super::apart::class;
use super::search::{Answer, Search, Want};
use super::space::Space;
use super::trial::Trial;
use super::{PACK_STEPS, STEPS};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::limits::Limits;
use guiju_model::rules::{
    Aggregate, Arithmetic, Expr, ExprKind, Function, Kpi, KpiKind, Rules, Tally, Type,
};
use guiju_model::source::Span;

/// The most nodes of a condition after the tallies that it asks are put in its place.
const NODES: u64 = 10_000;

/// The tallies that a sum adds, and those it takes off again.
#[derive(Clone, Default)]
struct Sum {
    added: BTreeSet<TallyId>,
    taken: BTreeSet<TallyId>,
}

/// Looks at every sum of every formula.
pub(in crate::check) fn analyse(
    rules: &Rules,
    kpi_order: &[KpiId],
    limits: &Limits,
    findings: &mut Findings,
) {
    let mut looked = Looked {
        rules,
        limits,
        sums: BTreeMap::new(),
        told: BTreeSet::new(),
        left: PACK_STEPS.min(limits.fuel),
    };
    for id in kpi_order {
        let Some(kpi) = rules.kpis.get(*id) else { continue };
        let sum = match &kpi.kind {
            KpiKind::Measure { tally, measure } => looked.measured(*tally, *measure),
            KpiKind::Formula(formula) => looked.formula(formula, findings),
            KpiKind::Part { .. } => Sum::default(),
        };
        looked.sums.insert(*id, sum);
    }
    let conditions = rules.kpis.iter().filter_map(|kpi: &Kpi| kpi.when.as_ref());
    let obligations =
        rules.obligations.iter().flat_map(|item| item.when.iter().chain([&item.expect]));
    for condition in conditions.chain(obligations) {
        looked.formula(condition, findings);
    }
}

struct Looked<'a> {
    rules: &'a Rules,
    limits: &'a Limits,
    /// What figures before this one add.
    sums: BTreeMap<KpiId, Sum>,
    /// Pairs that were asked for: each is told where it first meets.
    told: BTreeSet<(TallyId, TallyId)>,
    left: u64,
}

impl Looked<'_> {
    /// What a measure adds up: records, or what they are worth.
    fn measured(&self, id: TallyId, measure: usize) -> Sum {
        let measure = self.rules.tallies.get(id).and_then(|tally| tally.measures.get(measure));
        let adds = measure.is_some_and(|measure| measure.function == Function::Sum);
        Sum { added: adds.then_some(id).into_iter().collect(), taken: BTreeSet::new() }
    }

    /// Tells of every sum within a formula, and gives what the formula itself adds.
    fn formula(&mut self, formula: &Expr, findings: &mut Findings) -> Sum {
        let mut sum = Sum::default();
        // Where each tally first stands in it.
        let mut places = BTreeMap::new();
        let mut left = vec![(formula, true)];
        while let Some((expr, added)) = left.pop() {
            match &expr.kind {
                ExprKind::Arithmetic(Arithmetic::Add, first, second) => {
                    left.extend([(&**second, added), (&**first, added)]);
                }
                ExprKind::Arithmetic(Arithmetic::Subtract, first, second) => {
                    left.extend([(&**second, !added), (&**first, added)]);
                }
                ExprKind::Aggregate(Aggregate::Sum, Some(of)) => left.push((of, added)),
                ExprKind::Kpi(kpi) => {
                    let inner = self.sums.get(kpi).cloned().unwrap_or_default();
                    if added {
                        for tally in &inner.added {
                            places.entry(*tally).or_insert(expr.span);
                        }
                        sum.added.extend(inner.added);
                    } else {
                        sum.taken.extend(inner.added);
                    }
                    sum.taken.extend(inner.taken);
                }
                kind => kind.parts().into_iter().for_each(|part| {
                    self.formula(part, findings);
                }),
            }
        }
        self.look(&places, &sum.taken, findings);
        sum
    }

    /// Asks for each two of the tallies that a sum adds, by the entity they count.
    fn look(
        &mut self,
        added: &BTreeMap<TallyId, Span>,
        taken: &BTreeSet<TallyId>,
        findings: &mut Findings,
    ) {
        let entity = |id: &TallyId| self.rules.tallies.get(*id).map(|tally| tally.entity);
        let taken: BTreeSet<EntityId> = taken.iter().filter_map(entity).collect();
        let mut of_entity: BTreeMap<EntityId, Vec<(TallyId, Span)>> = BTreeMap::new();
        for (id, span) in added {
            let Some(entity) = entity(id) else { continue };
            of_entity.entry(entity).or_default().push((*id, *span));
        }
        for (entity, mut tallies) in of_entity {
            if taken.contains(&entity) {
                continue;
            }
            tallies.sort_by_key(|(id, span)| (span.start, *id));
            let mut pairs = Vec::new();
            for later in 1..tallies.len() {
                for earlier in 0..later {
                    let (first, second) = (tallies[earlier].0, tallies[later].0);
                    if self.told.insert((first.min(second), first.max(second)))
                        && !self.kept_apart(first, second)
                    {
                        pairs.push((earlier, later));
                    }
                }
            }
            if !pairs.is_empty() {
                self.ask(entity, &tallies, &pairs, findings);
            }
        }
    }

    /// Whether a rule of non-duplication compares the records of both.
    fn kept_apart(&self, first: TallyId, second: TallyId) -> bool {
        self.rules.onces.iter().any(|once| {
            let names = |tally| once.groups.iter().flatten().any(|found| found.tally == tally);
            names(first) && names(second)
        })
    }

    fn ask(
        &mut self,
        entity: EntityId,
        tallies: &[(TallyId, Span)],
        pairs: &[(usize, usize)],
        findings: &mut Findings,
    ) {
        let conditions: Vec<Expr> =
            tallies.iter().filter_map(|(id, at)| self.conditions(*id, *at, &mut 0)).collect();
        if conditions.len() != tallies.len() {
            return;
        }
        let rows = class(entity, conditions.iter());
        let allowed = self.left.min(STEPS);
        let trial = Trial::new(self.rules, &rows, self.limits);
        let mut search = Search::new(&rows, Space::of(self.rules, &rows), trial, allowed);
        for (earlier, later) in pairs {
            let wants = [Want::holds(*earlier), Want::holds(*later)];
            let Answer::Found(case) = search.find(&wants) else { continue };
            let ((first, from), (second, to)) = (tallies[*earlier], tallies[*later]);
            let name = |id| self.rules.tallies.get(id).map_or("", |tally: &Tally| &tally.name);
            let shape = &self.rules.schema.entities[entity];
            let mut diagnostic = Diagnostic::new(Code::CountedTwice)
                .arg(name(first))
                .arg(name(second))
                .arg(&shape.name)
                .at(to);
            if from != to {
                diagnostic = diagnostic.also(from, "與這一項", "and this one");
            }
            findings.push(search.show(diagnostic, &case));
        }
        self.left -= allowed - search.steps.min(allowed);
    }

    /// All that a tally asks of a record that stands alone; `None` where that is too long.
    fn conditions(&self, id: TallyId, span: Span, nodes: &mut u64) -> Option<Expr> {
        let tally = self.rules.tallies.get(id)?;
        let asked = tally.select.iter().chain(tally.require.iter().map(|part| &part.condition));
        let mut parts: Vec<Expr> = asked.cloned().collect();
        let size = parts.iter().fold(1, |sum: u64, part| sum.saturating_add(part.nodes));
        *nodes = nodes.saturating_add(size);
        if *nodes > NODES {
            return None;
        }
        for part in &mut parts {
            self.open(part, tally.entity, nodes);
        }
        Some(Expr { span, ty: Type::Bool, kind: ExprKind::And(parts), nodes: size })
    }

    /// Puts the conditions of another tally of the same record in the place of `counted in`.
    fn open(&self, expr: &mut Expr, entity: EntityId, nodes: &mut u64) {
        if let ExprKind::CountedIn { via: None, tally } = expr.kind {
            let same = self.rules.tallies.get(tally).is_some_and(|other| other.entity == entity);
            if let Some(asked) = same.then(|| self.conditions(tally, expr.span, nodes)).flatten() {
                expr.kind = asked.kind;
            }
            return;
        }
        for part in expr.kind.parts_mut() {
            self.open(part, entity, nodes);
        }
    }
}
