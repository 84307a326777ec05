//! Tallies that a formula adds although one record can count in both: a count that is too high,
//! and that no reader of the formula sees.
//!
//! The same search that finds overlapping rows: a record is shown only where it was found to count
//! in both. Tallies that a rule of non-duplication or `counted in` keeps apart are left alone, and a
//! sum from which something of the same records is taken off again. Parts of splits are looked at
//! as tallies are, and so is a tally that a formula adds itself and by way of another figure. Not
//! here: one tally that a formula adds to itself in so many words, or times another factor, which
//! is a weight.

use std::collections::{BTreeMap, BTreeSet};

use super::apart::class;
use super::search::{Answer, Search, Want};
use super::space::Space;
use super::trial::Trial;
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::limits::Limits;
use guiju_model::number::Exact;
use guiju_model::rules::{
    Aggregate, Arithmetic, Award, Expr, ExprKind, Function, KeyPart, Kpi, KpiKind, Measure, Rules,
    Type, Value,
};
use guiju_model::source::Span;

/// The most nodes of a condition after the tallies that it asks are put in its place.
const NODES: u64 = 10_000;
/// The most steps spent on all sums of a pack: a warning is no reason to wait.
const STEPS: u64 = 1_000_000;
/// The steps charged for a question about two tallies.
const QUESTION: u64 = 16;

/// A measure of a tally, or of the part of a split.
type Measured = (TallyId, usize, Option<Part>);

/// The part of a split.
type Part = (usize, usize);

/// Something that a sum adds: where it stands, and the figure that brings it there.
#[derive(Clone, Copy)]
struct Added {
    measured: Measured,
    span: Span,
    by: KpiId,
}

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

/// What a formula adds, on the way through it.
#[derive(Default)]
struct Places {
    added: Vec<Added>,
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
            KpiKind::Measure { tally, measure } => looked.measured((*tally, *measure, None)),
            KpiKind::Formula(formula) => looked.formula(formula, findings),
            KpiKind::Part { tally, split, part } => {
                looked.measured((*tally, 0, Some((*split, *part))))
            }
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
    asked: BTreeSet<[(TallyId, Option<Part>); 2]>,
    left: u64,
}

impl Looked<'_> {
    fn measure(&self, (tally, measure, _): Measured) -> Option<&Measure> {
        self.rules.tallies.get(tally)?.measures.get(measure)
    }

    /// What a measure adds up: records, or what they are worth.
    fn measured(&self, measured: Measured) -> Sum {
        let measure = self.measure(measured);
        let adds = measure.is_some_and(|measure| measure.function == Function::Sum);
        let added = adds.then_some(measured).into_iter().collect();
        Sum { added, taken: BTreeSet::new() }
    }

    /// Tells of every sum within a formula, and gives what the formula itself adds.
    fn formula(&mut self, formula: &Expr, findings: &mut Findings) -> Sum {
        let mut places = Places::default();
        // What is added times a constant stands beside what is added times the same.
        let mut factors: Vec<(Exact, Places)> = Vec::new();
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
                ExprKind::Kpi(kpi) => self.place(*kpi, expr.span, added, &mut places),
                kind => match factor(expr) {
                    Some((of, by)) if matches!(of.kind, ExprKind::Kpi(_)) => {
                        let ExprKind::Kpi(kpi) = of.kind else { continue };
                        let at = factors.iter().position(|(factor, _)| *factor == by);
                        let at = at.unwrap_or_else(|| {
                            factors.push((by, Places::default()));
                            factors.len() - 1
                        });
                        if let Some((_, places)) = factors.get_mut(at) {
                            self.place(kpi, of.span, added, places);
                        }
                    }
                    _ => kind.parts().into_iter().for_each(|part| {
                        self.formula(part, findings);
                    }),
                },
            }
        }
        // Something of the same records that is taken off counts, whatever it is multiplied by.
        let taken: BTreeSet<Measured> = factors
            .iter()
            .flat_map(|(_, places)| &places.taken)
            .chain(&places.taken)
            .copied()
            .collect();
        self.look(&places.added, &taken, findings);
        for (_, of_factor) in &factors {
            self.look(&of_factor.added, &taken, findings);
        }
        let added = places.added.iter().map(|added| added.measured).collect();
        Sum { added, taken }
    }

    /// What a figure brings to a sum that adds it, or takes it off.
    fn place(&self, kpi: KpiId, span: Span, added: bool, places: &mut Places) {
        let inner = self.sums.get(&kpi).cloned().unwrap_or_default();
        places.taken.extend(inner.taken);
        for measured in inner.added {
            if added {
                places.added.push(Added { measured, span, by: kpi });
            } else {
                places.taken.insert(measured);
            }
        }
    }

    /// Asks for each two of the tallies that a sum adds, by the entity they count.
    fn look(&mut self, added: &[Added], taken: &BTreeSet<Measured>, findings: &mut Findings) {
        let entity = |(id, ..): &Measured| self.rules.tallies.get(*id).map(|tally| tally.entity);
        let taken: BTreeSet<EntityId> = taken.iter().filter_map(entity).collect();
        let mut of_entity: BTreeMap<EntityId, Vec<Added>> = BTreeMap::new();
        for added in added {
            let Some(entity) = entity(&added.measured) else { continue };
            let list = of_entity.entry(entity).or_default();
            // The same by the same figure is a weight.
            if !list.iter().any(|other| (other.measured, other.by) == (added.measured, added.by)) {
                list.push(*added);
            }
        }
        for (entity, mut measured) in of_entity {
            if taken.contains(&entity) {
                continue;
            }
            measured.sort_by_key(|added| (added.span.start, added.measured));
            let mut pairs = Vec::new();
            for later in 1..measured.len() {
                for earlier in 0..later {
                    let (first, second) = (&measured[earlier], &measured[later]);
                    let part = |added: &Added| (added.measured.0, added.measured.2);
                    let [mut a, mut b] = [part(first), part(second)];
                    if a > b {
                        (a, b) = (b, a);
                    }
                    if self.may_be_twice(first, second)
                        && self.is_of_the_same(first.measured, second.measured)
                        && let Some(beside) = self.beside(entity, [a.0, b.0], second.span)
                        && self.asked.insert([a, b])
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

    /// Whether one who adds these may not see that a record is in both: two tallies, parts by
    /// different splits, or one tally that another figure has in it. A tally and a part of its own
    /// are a weight for that part.
    fn may_be_twice(&self, first: &Added, second: &Added) -> bool {
        let (a, b) = (first.measured, second.measured);
        if a.0 != b.0 {
            return true;
        }
        match (a.2, b.2) {
            (Some((one, _)), Some((other, _))) if one != other => true,
            (one, other) => one == other && self.is_hidden(first, second),
        }
    }

    /// Whether one of two figures that add the same is a formula with more than that in it.
    fn is_hidden(&self, first: &Added, second: &Added) -> bool {
        let more = |added: &Added| {
            let formula = self
                .rules
                .kpis
                .get(added.by)
                .is_some_and(|kpi| matches!(kpi.kind, KpiKind::Formula(_)));
            formula && self.sums.get(&added.by).is_some_and(|sum| sum.added.len() > 1)
        };
        first.by != second.by && (more(first) || more(second))
    }

    /// Whether both count records, or add up the same of them: different amounts of one record may
    /// well be added.
    fn is_of_the_same(&self, first: Measured, second: Measured) -> bool {
        let of = |measured| self.measure(measured).map(|measure| measure.of.as_ref());
        if first == second {
            return true;
        }
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
        measured: &[Added],
        pairs: Vec<Pair>,
        findings: &mut Findings,
    ) {
        // One whose conditions are too long is left out, as if it counted nothing.
        let asked = |Added { measured: (id, _, part), span, .. }: &Added| {
            self.conditions(*id, *part, *span, &mut 0).unwrap_or_else(|| never(*span))
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
            let (first, second) = (&measured[earlier], &measured[later]);
            // Of one tally it is the figures that bring it.
            let is_one = first.measured == second.measured;
            let name = |added: &Added| {
                let (id, _, part) = added.measured;
                let of_part = || {
                    let (split, part) = part?;
                    let split = self.rules.tallies.get(id)?.splits.get(split)?;
                    self.rules.kpis.get(*split.parts.get(part)?)
                };
                let kpi = if is_one { self.rules.kpis.get(added.by) } else { of_part() };
                let tally = || self.rules.tallies.get(id).map(|tally| tally.name.as_str());
                kpi.map(|kpi| kpi.name.as_str()).or_else(tally).unwrap_or_default()
            };
            let shape = &self.rules.schema.entities[entity];
            let whole = !is_one && [first, second].iter().all(|of| of.measured.2.is_none());
            // Parts and figures cannot be asked whether they count a record.
            let code = if whole { Code::CountedTwice } else { Code::CountedTwiceWithin };
            let mut diagnostic = Diagnostic::new(code)
                .arg(name(first))
                .arg(name(second))
                .arg(&shape.name)
                .arg(shape.fields.get(shape.key).map_or("", |key| &key.name))
                .at(second.span);
            if first.span != second.span {
                diagnostic = diagnostic.also(first.span, "與這一項", "and this one");
            }
            findings.push(search.show(diagnostic, &case));
        }
        self.left = search.steps;
    }

    /// All that a tally asks of a record that stands alone; `None` where that is too long.
    fn conditions(
        &self,
        id: TallyId,
        part: Option<(usize, usize)>,
        span: Span,
        nodes: &mut u64,
    ) -> Option<Expr> {
        let tally = self.rules.tallies.get(id)?;
        let asked = tally.select.iter().chain(tally.require.iter().map(|part| &part.condition));
        let mut parts: Vec<Expr> = asked.cloned().collect();
        if let Some((split, at)) = part {
            parts.push(in_part(&tally.splits.get(split)?.by, at));
        }
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
            if let Some(asked) =
                same.then(|| self.conditions(tally, None, expr.span, nodes)).flatten()
            {
                expr.kind = asked.kind;
            }
            return;
        }
        for part in expr.kind.parts_mut() {
            self.open(part, entity, nodes);
        }
    }
}

/// What puts a record into a part of a split.
fn in_part(by: &Expr, part: usize) -> Expr {
    let bool =
        |kind| Expr { span: by.span, ty: Type::Bool, kind, nodes: by.nodes.saturating_add(1) };
    match &by.ty {
        Type::Bool if part == 0 => by.clone(),
        Type::Bool => bool(ExprKind::Not(Box::new(by.clone()))),
        _ => bool(ExprKind::OneOf(Box::new(by.clone()), vec![Value::Choice(part)])),
    }
}

/// A value that a formula multiplies by a constant above zero, or divides by one.
fn factor(expr: &Expr) -> Option<(&Expr, Exact)> {
    let constant = |expr: &Expr| match &expr.kind {
        ExprKind::Constant(Value::Number(number)) if *number > Exact::ZERO => Some(number.clone()),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Multiply, a, b) => {
            constant(b).map(|by| (&**a, by)).or_else(|| Some((&**b, constant(a)?)))
        }
        ExprKind::Arithmetic(Arithmetic::Divide, a, b) => {
            Some((&**a, Exact::ONE.div(&constant(b)?).ok()?))
        }
        _ => None,
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
