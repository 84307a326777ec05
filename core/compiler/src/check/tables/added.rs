//! Tallies that a formula adds although one record can count in both: a count that is too high,
//! and that no reader of the formula sees.
//!
//! The same search that finds overlapping rows: a record is shown only where it was found to count
//! in both. Tallies that a rule of non-duplication or `counted in` keeps apart are left alone, and a
//! sum from which something of the same records is taken off again. Not here: one tally that is
//! added to itself, which is a weight.

use std::collections::{BTreeMap, BTreeSet};

use super::apart::class;
use super::search::{Answer, Search, Want};
use super::space::Space;
use super::trial::Trial;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::limits::Limits;
use guiju_model::rules::{
    Aggregate, Arithmetic, Award, Expr, ExprKind, Function, KeyPart, Kpi, KpiKind, Measure, Rules,
    Tally, Type, Value,
};
use guiju_model::source::Span;

/// The most nodes of a condition after the tallies that it asks are put in its place.
const NODES: u64 = 10_000;
/// The most steps spent on all sums of a pack: a warning is no reason to wait.
const STEPS: u64 = 1_000_000;
/// The steps charged for a question about two tallies.
const QUESTION: u64 = 16;

/// A measure of a tally.
type Measured = (TallyId, usize);

/// Two of the measures that a sum adds, by their places, and what has to be so beside.
struct Pair {
    earlier: usize,
    later: usize,
    beside: Vec<Expr>,
}

/// The measures that a sum adds, and those it takes off again.
#[derive(Clone, Default)]
struct Sum {
    added: BTreeSet<Measured>,
    taken: BTreeSet<Measured>,
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
        asked: BTreeSet::new(),
        left: STEPS.min(limits.fuel),
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
    let awards = rules.awards.iter().flat_map(Award::exprs);
    for condition in conditions.chain(obligations).chain(awards) {
        looked.formula(condition, findings);
    }
}

struct Looked<'a> {
    rules: &'a Rules,
    limits: &'a Limits,
    /// What figures before this one add.
    sums: BTreeMap<KpiId, Sum>,
    /// Pairs that were asked for: each is told where it first meets.
    asked: BTreeSet<(TallyId, TallyId)>,
    left: u64,
}

impl Looked<'_> {
    fn measure(&self, (tally, measure): Measured) -> Option<&Measure> {
        self.rules.tallies.get(tally)?.measures.get(measure)
    }

    /// What a measure adds up: records, or what they are worth.
    fn measured(&self, id: TallyId, measure_at: usize) -> Sum {
        let measure = self.measure((id, measure_at));
        let adds = measure.is_some_and(|measure| measure.function == Function::Sum);
        let added = adds.then_some((id, measure_at)).into_iter().collect();
        Sum { added, taken: BTreeSet::new() }
    }

    /// Tells of every sum within a formula, and gives what the formula itself adds.
    fn formula(&mut self, formula: &Expr, findings: &mut Findings) -> Sum {
        // Where each measure first stands in it, and those that are taken off again.
        let (mut places, mut taken) = (BTreeMap::new(), BTreeSet::new());
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
                    taken.extend(inner.taken);
                    for measured in inner.added {
                        if added {
                            places.entry(measured).or_insert(expr.span);
                        } else {
                            taken.insert(measured);
                        }
                    }
                }
                kind => kind.parts().into_iter().for_each(|part| {
                    self.formula(part, findings);
                }),
            }
        }
        self.look(&places, &taken, findings);
        Sum { added: places.into_keys().collect(), taken }
    }

    /// Asks for each two of the tallies that a sum adds, by the entity they count.
    fn look(
        &mut self,
        added: &BTreeMap<Measured, Span>,
        taken: &BTreeSet<Measured>,
        findings: &mut Findings,
    ) {
        let entity = |(id, _): &Measured| self.rules.tallies.get(*id).map(|tally| tally.entity);
        let taken: BTreeSet<EntityId> = taken.iter().filter_map(entity).collect();
        let mut of_entity: BTreeMap<EntityId, Vec<(Measured, Span)>> = BTreeMap::new();
        for (measured, span) in added {
            let Some(entity) = entity(measured) else { continue };
            of_entity.entry(entity).or_default().push((*measured, *span));
        }
        for (entity, mut measured) in of_entity {
            if taken.contains(&entity) {
                continue;
            }
            measured.sort_by_key(|(id, span)| (span.start, *id));
            let mut pairs = Vec::new();
            for later in 1..measured.len() {
                for earlier in 0..later {
                    let [first, second] = [earlier, later].map(|at| measured[at].0);
                    let pair = (first.0.min(second.0), first.0.max(second.0));
                    if first.0 != second.0
                        && self.is_of_the_same(first, second)
                        && let Some(beside) =
                            self.beside(entity, [first.0, second.0], measured[later].1)
                        && self.asked.insert(pair)
                    {
                        pairs.push(Pair { earlier, later, beside });
                    }
                }
            }
            if !pairs.is_empty() {
                self.ask(entity, &measured, pairs, findings);
            }
        }
    }

    /// Whether both count records, or add up the same of them: different amounts of one record may
    /// well be added.
    fn is_of_the_same(&self, first: Measured, second: Measured) -> bool {
        let of = |measured| self.measure(measured).map(|measure| measure.of.as_ref());
        match (of(first), of(second)) {
            (Some(None), Some(None)) => true,
            (Some(Some(first)), Some(Some(second))) => is_same(first, second),
            _ => false,
        }
    }

    /// What has to be so that no rule of non-duplication takes one of two claims of a record away:
    /// for each rule between the two, that part of the key is missing. `None` where a rule always
    /// does.
    fn beside(
        &self,
        entity: EntityId,
        [first, second]: [TallyId; 2],
        span: Span,
    ) -> Option<Vec<Expr>> {
        let mut beside = Vec::new();
        for once in &self.rules.onces {
            let claims = |tally| {
                let groups = once.groups.iter().enumerate();
                let all = groups.flat_map(|(at, group)| group.iter().map(move |of| (at, of)));
                all.filter(move |(_, of)| of.tally == tally).map(|(at, of)| (at, &of.key)).next()
            };
            // Tallies of one group may share a key.
            let (Some((one, key)), Some((other, second_key))) = (claims(first), claims(second))
            else {
                continue;
            };
            if one == other {
                continue;
            }
            let parts =
                key.iter().chain(second_key).filter(|part| self.may_be_missing(entity, part));
            let missing: Vec<Expr> = parts.map(|part| missing(&part.value, span)).collect();
            if missing.is_empty() {
                return None;
            }
            let nodes = missing.iter().map(|part| part.nodes).sum();
            beside.push(Expr { span, ty: Type::Bool, kind: ExprKind::Or(missing), nodes });
        }
        Some(beside)
    }

    fn may_be_missing(&self, entity: EntityId, part: &KeyPart) -> bool {
        let shape = self.rules.schema.entities.get(entity);
        let field = part.field().and_then(|field| shape?.fields.get(field));
        field.is_none_or(|field| field.optional)
    }

    /// Tells of each tally the first before it that may count the same record.
    fn ask(
        &mut self,
        entity: EntityId,
        measured: &[(Measured, Span)],
        pairs: Vec<Pair>,
        findings: &mut Findings,
    ) {
        // One whose conditions are too long is left out, as if it counted nothing.
        let asked = |((id, _), at): &(Measured, Span)| {
            self.conditions(*id, *at, &mut 0).unwrap_or_else(|| never(*at))
        };
        let mut conditions: Vec<Expr> = measured.iter().map(asked).collect();
        let mut questions = Vec::new();
        for Pair { earlier, later, beside } in pairs {
            let first = conditions.len();
            conditions.extend(beside);
            let rows = [earlier, later].into_iter().chain(first..conditions.len());
            questions.push((earlier, later, rows.map(Want::holds).collect::<Vec<_>>()));
        }
        let rows = class(entity, conditions.iter());
        let trial = Trial::new(self.rules, &rows, self.limits);
        let mut search = Search::new(&rows, Space::of(self.rules, &rows), trial, self.left);
        let mut told = BTreeSet::new();
        for (earlier, later, wants) in questions {
            let Some(left) = search.steps.checked_sub(QUESTION) else { break };
            search.steps = left;
            if told.contains(&later) {
                continue;
            }
            let Answer::Found(case) = search.find(&wants) else { continue };
            told.insert(later);
            let (((first, _), from), ((second, _), to)) = (measured[earlier], measured[later]);
            let name = |id| self.rules.tallies.get(id).map_or("", |tally: &Tally| &tally.name);
            let shape = &self.rules.schema.entities[entity];
            let mut diagnostic = Diagnostic::new(Code::CountedTwice)
                .arg(name(first))
                .arg(name(second))
                .arg(&shape.name)
                .arg(shape.fields.get(shape.key).map_or("", |key| &key.name))
                .at(to);
            if from != to {
                diagnostic = diagnostic.also(from, "與這一項", "and this one");
            }
            findings.push(search.show(diagnostic, &case));
        }
        self.left = search.steps;
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

/// That a value is missing.
fn missing(value: &Expr, span: Span) -> Expr {
    let bool = |kind, nodes| Expr { span, ty: Type::Bool, kind, nodes };
    let known = bool(ExprKind::IsKnown(Box::new(value.clone())), value.nodes.saturating_add(1));
    let nodes = known.nodes.saturating_add(1);
    bool(ExprKind::Not(Box::new(known)), nodes)
}

/// A condition that holds for nothing.
fn never(span: Span) -> Expr {
    let kind = ExprKind::Constant(Value::Bool(false));
    Expr { span, ty: Type::Bool, kind, nodes: 1 }
}

/// Whether two values are spelled alike; where neither is plain, they are taken for different ones.
fn is_same(first: &Expr, second: &Expr) -> bool {
    match (&first.kind, &second.kind) {
        (ExprKind::Field { via: a, field: first }, ExprKind::Field { via: b, field: second }) => {
            (a, first) == (b, second)
        }
        (ExprKind::Constant(first), ExprKind::Constant(second)) => first == second,
        (ExprKind::RootField(first), ExprKind::RootField(second)) => first == second,
        (ExprKind::Arithmetic(first_is, a, b), ExprKind::Arithmetic(second_is, c, d)) => {
            first_is == second_is && is_same(a, c) && is_same(b, d)
        }
        _ => false,
    }
}
