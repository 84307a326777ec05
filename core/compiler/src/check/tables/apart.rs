//! Whether two conditions can come to different answers for one record, and a record on which they
//! do.
//!
//! The same search that finds overlaps: records are tried, not formulas compared. Not here: what
//! follows for a rule that has the condition (`mutate`).

use std::sync::Arc;

use super::CASES;
use super::search::{Answer, Case, Search, Want};
use super::space::{Place, Sample, Space};
use super::trial::Trial;
use crate::syntax::ast::TestValue;
use guiju_engine::eval::value::Truth;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::limits::Limits;
use guiju_model::rules::{Basis, Class, ClassRow, Expr, ExprKind, Rules};
use guiju_model::schema::{Choices, FieldKind};
use guiju_model::text::Localized;

/// The most steps spent on one question.
const STEPS: u64 = 300_000;

/// What is known of two conditions.
pub(crate) enum Apart {
    /// They come to the same for every record.
    Never,
    /// They come to different answers for the first record, and to one answer for the second, where
    /// one was found.
    On(Record, Option<Record>),
    /// Neither was found.
    Unknown,
}

/// Values of the fields that matter, each by its entity and its number there.
pub(crate) type Record = Vec<((EntityId, FieldId), TestValue)>;

/// Compares two conditions on records of an entity, where they are asked only if all `given` ones
/// hold, or may.
pub(crate) fn apart(
    rules: &Rules,
    entity: EntityId,
    given: &[&Expr],
    pair: [&Expr; 2],
    limits: &Limits,
) -> Apart {
    let both = given.iter().copied().reduce(|first, _| first).map(|first| Expr {
        span: first.span,
        ty: first.ty.clone(),
        kind: ExprKind::And(given.iter().copied().cloned().collect()),
        nodes: given.iter().fold(1, |sum, part| part.nodes.saturating_add(sum)),
    });
    let class = class(entity, pair.into_iter().chain(&both));
    let mut question = Question::new(rules, &class, limits);
    let before: &[Option<Truth>] =
        if both.is_some() { &[Some(Truth::True), Some(Truth::Unknown)] } else { &[None] };
    let wants = |before: &Option<Truth>, first: Truth, second: Truth| -> Vec<Want> {
        let truths = [Some(first), Some(second), *before].into_iter().enumerate();
        truths.filter_map(|(row, truth)| truth.map(|truth| Want { row, truth })).collect()
    };
    let mut proven = true;
    for (before, (first, second)) in
        before.iter().flat_map(|before| DIFFERENT.map(|pair| (before, pair)))
    {
        match question.ask(&wants(before, first, second)) {
            Answer::Found(case) => {
                let record = question.record(&case);
                let other =
                    [Truth::False, Truth::True].into_iter().find_map(|truth| {
                        match question.ask(&wants(before, truth, truth)) {
                            Answer::Found(case) => Some(question.record(&case)),
                            _ => None,
                        }
                    });
                return Apart::On(record, other);
            }
            Answer::None => {}
            Answer::Unclear | Answer::GaveUp => proven = false,
        }
    }
    if proven { Apart::Never } else { Apart::Unknown }
}

/// Compares two classifications of the same records by the values that they may give.
pub(crate) fn classes_apart(rules: &Rules, old: &Class, new: &Class, limits: &Limits) -> Apart {
    let rows = old.rows.iter().chain(&new.rows).map(|row| &row.guard);
    let both = class(old.entity, rows);
    let question = Question::new(rules, &both, limits);
    let sizes = question.space.fields.iter().map(|field| field.values.len());
    let Some(count) = sizes
        .clone()
        .try_fold(1_usize, |count, size| count.checked_mul(size).filter(|count| *count <= CASES))
    else {
        return Apart::Unknown;
    };
    let case = |mut number: usize| -> Case {
        let digit = |(field, size): (usize, usize)| {
            let value = number % size.max(1);
            number /= size.max(1);
            (field, value)
        };
        sizes.clone().enumerate().map(digit).collect()
    };
    let cases: Vec<Case> = (0..count).map(case).collect();
    let trial = Trial::new(rules, &both, limits);
    let Some(records) = trial.records(&question.space, &cases) else { return Apart::Unknown };
    let pairs: Vec<[u128; 2]> = trial.sets(&records, [old, new]);
    match pairs.iter().position(|[a, b]| a != b) {
        Some(at) => {
            let other = pairs
                .iter()
                .position(|[a, b]| a == b && a.count_ones() == 1)
                .and_then(|at| cases.get(at));
            cases.get(at).map_or(Apart::Unknown, |case| {
                Apart::On(question.record(case), other.map(|case| question.record(case)))
            })
        }
        None if pairs.len() == count && question.space.rows.iter().all(|row| row.exact) => {
            Apart::Never
        }
        None => Apart::Unknown,
    }
}

/// Answers that differ, those first that show best.
const DIFFERENT: [(Truth, Truth); 6] = [
    (Truth::True, Truth::False),
    (Truth::False, Truth::True),
    (Truth::True, Truth::Unknown),
    (Truth::Unknown, Truth::True),
    (Truth::False, Truth::Unknown),
    (Truth::Unknown, Truth::False),
];

/// The conditions as rows of one table.
pub(super) fn class<'e>(entity: EntityId, conditions: impl Iterator<Item = &'e Expr>) -> Class {
    let row = |guard: &Expr| ClassRow {
        span: guard.span,
        guard: guard.clone(),
        value: 0,
        basis: Basis::None,
    };
    Class {
        entity,
        name: String::new(),
        label: Localized::default(),
        choices: Arc::new(Choices { values: Vec::new() }),
        ordered: true,
        rows: conditions.map(row).collect(),
        otherwise: None,
    }
}

struct Question<'a> {
    rules: &'a Rules,
    entity: EntityId,
    /// The values that stand for all; the search has its own.
    space: Space,
    search: Search<'a>,
}

impl<'a> Question<'a> {
    fn new(rules: &'a Rules, class: &'a Class, limits: &Limits) -> Question<'a> {
        let search =
            Search::new(class, Space::of(rules, class), Trial::new(rules, class, limits), STEPS);
        Question { rules, entity: class.entity, space: Space::of(rules, class), search }
    }

    fn ask(&mut self, wants: &[Want]) -> Answer {
        match self.search.find(wants) {
            Answer::None if wants.iter().any(|want| !self.search.is_exact(want.row)) => {
                Answer::Unclear
            }
            answer => answer,
        }
    }

    fn record(&self, case: &Case) -> Record {
        let schema = &self.rules.schema;
        let value = |(field, value): &(usize, usize)| {
            let tried = self.space.fields.get(*field)?;
            let (entity, field) = match tried.place {
                Place::Own(field) => (self.entity, field),
                Place::Root(field) => (schema.root, field),
                Place::Programme(entity, field) => (entity, field),
                Place::Via(via, field) => match schema.entities[self.entity].fields[via].kind {
                    FieldKind::Reference(target) => (target, field),
                    _ => return None,
                },
            };
            Some((
                (entity, field),
                written(tried.values.get(*value)?, &schema.entities[entity].fields[field].kind)?,
            ))
        };
        case.iter().filter_map(value).collect()
    }
}

/// A value as a test writes it; `None` for a reference, which tests set by the key of the other
/// record.
fn written(sample: &Sample, kind: &FieldKind) -> Option<TestValue> {
    Some(match (sample, kind) {
        (Sample::Missing, _) => TestValue::Missing,
        (Sample::Bool(value), _) => TestValue::Bool(*value),
        (Sample::Number(value), _) => TestValue::Number(value.clone(), None),
        (Sample::Text(text), _) => TestValue::Text(text.clone()),
        (Sample::Date(day), _) => TestValue::Date(*day),
        (Sample::Period(period), _) => TestValue::Period(*period),
        (Sample::Choice(value), FieldKind::Choice(choices)) => {
            TestValue::Word(choices.values.get(*value)?.name.clone())
        }
        (Sample::List(set), FieldKind::List(choices)) => {
            let chosen =
                choices.values.iter().enumerate().filter(|(index, _)| set >> index & 1 == 1);
            TestValue::List(chosen.map(|(_, value)| value.name.clone()).collect())
        }
        _ => return None,
    })
}
