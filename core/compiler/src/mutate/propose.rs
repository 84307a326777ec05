//! Tests that would notice what none notices yet: the records of a test with what it did not
//! expect, or with one value changed to the edge. Every proposal was run: it passes by the rules as
//! they are and fails by the changed ones.
//!
//! Not here: whether a proposal is what the law means, which its author decides.

use std::collections::BTreeSet;

use super::written::{Seen, Whose, differing, expectation, record};
use super::{Bench, Mutant, Trial};
use crate::check::tables::Record;
use crate::source_pack::SourcePack;
use crate::syntax;
use crate::syntax::ast::{Assignment, ItemKind, Name, Test, TestRecord, TestValue};
use crate::testing;
use guiju_engine::data::Dataset;
use guiju_engine::eval::Engine;
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::Findings;
use guiju_model::index::{EntityId, FieldId, KpiId};
use guiju_model::number::Exact;
use guiju_model::outcome::KpiValue;
use guiju_model::rules::{Expr, ExprKind, Rules, Value};
use guiju_model::schema::{FieldKind, PROGRAMME};
use guiju_model::source::{Source, SourceId, Spanned};

/// The most sets of records tried for one change.
const TRIES: usize = 600;
/// The most expectations of one proposal: enough to see why, few enough to be read.
const EXPECTED: usize = 4;

/// A change made to the records of a test.
#[derive(Clone)]
enum Edit {
    /// A field of the n-th record of an entity, of all the test has.
    Field { entity: String, record: usize, field: String, value: TestValue },
    /// What is given beside the records of every root, or for the programme: `targets` or
    /// `previous`, and the KPI.
    Given { programme: bool, table: &'static str, kpi: String, value: TestValue },
}

/// Edits that may show a change and, where there are some, those that come to the other side of the
/// edge.
type Sides = (Vec<Edit>, Option<Vec<Edit>>);

/// A proposed test.
pub(super) struct Proposal {
    pub(super) text: String,
    pub(super) test: Test,
    pub(super) data: Dataset,
}

impl Bench<'_> {
    /// A test that notices a change; `None` where none was found.
    pub(super) fn propose(
        &self,
        mutant: &Mutant,
        changed: &Pack,
        records: &[(EntityId, Record, Option<Record>)],
    ) -> Option<Proposal> {
        let own = self.pack.pack.with_engine(Engine::Reference);
        let named = |trial: &&Trial<'_>| trial.names.iter().any(|name| mutant.item.ends_with(name));
        let mut trials: Vec<&Trial<'_>> = self.tests.iter().filter(named).collect();
        trials.extend(self.tests.iter().filter(|trial| !named(trial)));
        for trial in &trials {
            let found = self.differing(&own, changed, &trial.test.records, &trial.data);
            if let Some(found) =
                self.proposal(mutant, [&own, changed], &trial.test.records, &found, None)
            {
                return Some(found);
            }
        }
        let mut left = TRIES;
        for trial in &trials {
            for (edits, other) in self.variations(&own, changed, trial, records) {
                left = left.checked_sub(1)?;
                let varied = edited(&trial.test.records, &edits);
                let Some(data) = self.records(self.pack, &varied) else { continue };
                let found = self.differing(&own, changed, &varied, &data);
                if found.is_empty() {
                    continue;
                }
                let other = other.map(|edits| edited(&trial.test.records, &edits));
                let both =
                    self.proposal(mutant, [&own, changed], &varied, &found, other.as_deref());
                if let Some(found) =
                    both.or_else(|| self.proposal(mutant, [&own, changed], &varied, &found, None))
                {
                    return Some(found);
                }
            }
        }
        None
    }

    /// What one pack gives of records and the other does not.
    fn differing(
        &self,
        own: &Pack,
        changed: &Pack,
        records: &[TestRecord],
        data: &Dataset,
    ) -> Vec<Seen> {
        let other = if changed.rules.schema == data.schema {
            Some(data.clone())
        } else {
            self.records(&self.of(changed), records)
        };
        let Some((Ok(old), Ok(new))) = other
            .map(|other| (own.evaluate(data, self.limits), changed.evaluate(&other, self.limits)))
        else {
            return Vec::new();
        };
        if *old == *new { Vec::new() } else { differing(&own.rules, data, &old, &new) }
    }

    /// The test as text, where it holds as the rules are and not with the change; `other` is a
    /// second root beside the first.
    fn proposal(
        &self,
        mutant: &Mutant,
        [own, changed]: [&Pack; 2],
        records: &[TestRecord],
        found: &[Seen],
        other: Option<&[TestRecord]>,
    ) -> Option<Proposal> {
        let roots = records.iter().filter(|record| record.entity.node != PROGRAMME).count();
        let beside = other
            .into_iter()
            .flatten()
            .filter(|record| record.entity.node != PROGRAMME)
            .cloned()
            .map(|mut record| {
                record.key.node.push_str("_2");
                record
            });
        let all: Vec<TestRecord> = records.iter().cloned().chain(beside).collect();
        let data = self.records(self.pack, &all)?;
        let outcome = own.evaluate(&data, self.limits).ok()?;
        let written = |seen: &Seen| expectation(&own.rules, &data, &outcome, seen);
        let mut expected: Vec<String> = found.iter().filter_map(written).take(EXPECTED).collect();
        if other.is_some() {
            let second = |seen: &Seen| {
                if let Whose::Root(root) = seen.of {
                    Some(Seen { of: Whose::Root(root + roots), ..seen.clone() })
                } else {
                    None
                }
            };
            expected.extend(
                found.iter().filter_map(second).filter_map(|seen| written(&seen)).take(EXPECTED),
            );
        }
        let name =
            format!("{}: {} → {}", mutant.item, mutant.was, mutant.would.as_deref().unwrap_or("–"))
                .replace(['\\', '"'], "'");
        let records: String = all.iter().map(|root| record(root, 1)).collect();
        let expected: String = expected.iter().map(|line| format!("  {line}\n")).collect();
        let text = format!("test \"{name}\" {{\n{records}{expected}}}\n");
        let test = self.read(&text).filter(|test| !test.expects.is_empty())?;
        let data = testing::records(self.pack, &test, self.limits).ok()?;
        let holds = !testing::fails(own, &self.pack.values, &test, &data, self.limits);
        (holds && self.fails(changed, &test, &data)).then_some(Proposal { text, test, data })
    }

    fn read(&self, text: &str) -> Option<Test> {
        let mut findings = Findings::new(1);
        let items =
            syntax::parse(&Source::new("", text), SourceId(0), true, self.limits, &mut findings);
        let test = items
            .into_iter()
            .find_map(|item| if let ItemKind::Test(test) = item.kind { Some(test) } else { None });
        test.filter(|_| !findings.has_errors())
    }

    /// Records as data of a pack.
    fn records(&self, pack: &SourcePack, records: &[TestRecord]) -> Option<Dataset> {
        let name = Spanned { node: String::new(), span: records.first()?.entity.span };
        testing::records(
            pack,
            &Test { name, records: records.to_vec(), expects: Vec::new() },
            self.limits,
        )
        .ok()
    }

    /// Ways to change the records of a test so that it may notice: those that set two conditions
    /// apart, then the values that formulas read, one and two at a time.
    fn variations(
        &self,
        own: &Pack,
        changed: &Pack,
        trial: &Trial<'_>,
        records: &[(EntityId, Record, Option<Record>)],
    ) -> Vec<Sides> {
        let schema = self.pack.schema();
        let mut all: Vec<Sides> = Vec::new();
        for (entity, record, other) in records {
            let count = counted(&trial.test.records, &schema.entities[*entity].name);
            for number in 0..count {
                let edit = |((of, field), value): &((EntityId, FieldId), TestValue)| Edit::Field {
                    entity: schema.entities[*of].name.clone(),
                    record: if of == entity { number } else { 0 },
                    field: schema.entities[*of].fields[*field].name.clone(),
                    value: value.clone(),
                };
                let edits: Vec<Edit> = record.iter().map(edit).collect();
                let other = other.as_ref().map(|other| other.iter().map(edit).collect::<Vec<_>>());
                // One field alone is easier to read, where it is enough.
                for (at, edit) in edits.iter().enumerate().filter(|_| edits.len() > 1) {
                    let same = other
                        .as_ref()
                        .and_then(|other| other.get(at))
                        .map(|other| vec![other.clone()]);
                    all.push((vec![edit.clone()], same));
                }
                all.push((edits, other));
            }
        }
        let single = self.figures(own, changed, trial);
        all.extend(single.iter().map(|edit| (vec![edit.clone()], None)));
        let pairs = single.iter().enumerate().flat_map(|(at, first)| {
            single
                .iter()
                .skip(at + 1)
                .map(move |second| (vec![first.clone(), second.clone()], None))
        });
        all.extend(pairs.take(TRIES / 4));
        all
    }

    /// The values that formulas and conditions which differ read, at their edges.
    fn figures(&self, own: &Pack, changed: &Pack, trial: &Trial<'_>) -> Vec<Edit> {
        let mut reads = Reads::default();
        reads.differing(&own.rules, &changed.rules);
        let outcome = own.evaluate(&trial.data, self.limits).ok();
        let schema = self.pack.schema();
        let mut edits = Vec::new();
        let numbers = || reads.constants.iter().flat_map(around);
        for (entity, field) in &reads.fields {
            let Some((shape, field)) = schema
                .entities
                .get(*entity)
                .and_then(|shape| Some((shape, shape.fields.get(*field)?)))
            else {
                continue;
            };
            let values: Vec<TestValue> = match &field.kind {
                FieldKind::Choice(choices) => choices
                    .values
                    .iter()
                    .map(|choice| TestValue::Word(choice.name.clone()))
                    .collect(),
                FieldKind::Bool => vec![TestValue::Bool(true), TestValue::Bool(false)],
                kind if kind.unit().is_some() => {
                    numbers().map(|number| TestValue::Number(number, None)).collect()
                }
                _ => Vec::new(),
            };
            for number in 0..counted(&trial.test.records, &shape.name).min(4) {
                edits.extend(values.iter().map(|value| Edit::Field {
                    entity: shape.name.clone(),
                    record: number,
                    field: field.name.clone(),
                    value: value.clone(),
                }));
            }
        }
        for (table, kpi) in &reads.given {
            let rule = &own.rules.kpis[*kpi];
            let programme = !matches!(rule.scope, guiju_model::rules::KpiScope::Root);
            let found = outcome.as_ref().and_then(|outcome| {
                let of_programme = outcome
                    .programme
                    .kpis
                    .iter()
                    .find(|(other, _)| other == kpi)
                    .map(|(_, value)| value);
                let value = if programme {
                    of_programme
                } else {
                    outcome.roots.first().and_then(|root| root.kpis.get(*kpi))
                };
                value.and_then(|value| {
                    if let KpiValue::Known(value) = value { Some(value.clone()) } else { None }
                })
            });
            let others = reads.constants.iter().flat_map(around);
            let values: BTreeSet<Exact> = found.iter().flat_map(around).chain(others).collect();
            let unit = Some(rule.unit.sign()).filter(|unit| !unit.is_empty());
            edits.extend(values.into_iter().filter(|value| !value.is_negative()).map(|value| {
                Edit::Given {
                    programme,
                    table,
                    kpi: rule.name.clone(),
                    value: TestValue::Number(
                        if unit.as_deref() == Some("%") {
                            value.mul(&Exact::from(100)).unwrap_or(value)
                        } else {
                            value
                        },
                        unit.clone(),
                    ),
                }
            }));
        }
        edits
    }
}

/// A number and its neighbours.
fn around(number: &Exact) -> Vec<Exact> {
    let neighbours = [number.sub(&Exact::ONE), Ok(number.clone()), number.add(&Exact::ONE)];
    neighbours.into_iter().flatten().filter(|number| !number.is_negative()).collect()
}

/// How many records of an entity there are.
fn counted(records: &[TestRecord], entity: &str) -> usize {
    records
        .iter()
        .map(|record| usize::from(record.entity.node == entity) + counted(&record.children, entity))
        .sum()
}

fn edited(records: &[TestRecord], edits: &[Edit]) -> Vec<TestRecord> {
    let mut records = records.to_vec();
    for edit in edits {
        match edit {
            Edit::Field { entity, record, field, value } => {
                let mut number = *record;
                set(&mut records, entity, &mut number, field, value);
            }
            Edit::Given { programme, table, kpi, value } => {
                if *programme && !records.iter().any(|record| record.entity.node == PROGRAMME) {
                    let Some(name) = records.first().map(|record| Name {
                        node: PROGRAMME.to_owned(),
                        span: record.entity.span,
                    }) else {
                        continue;
                    };
                    let own = TestRecord {
                        entity: name.clone(),
                        key: name,
                        like: None,
                        assignments: Vec::new(),
                        tables: Vec::new(),
                        children: Vec::new(),
                    };
                    records.insert(0, own);
                }
                for record in records
                    .iter_mut()
                    .filter(|record| (record.entity.node == PROGRAMME) == *programme)
                {
                    let span = record.entity.span;
                    if !record.tables.iter().any(|(name, _)| name.node == *table) {
                        record.tables.push((Name { node: (*table).to_owned(), span }, Vec::new()));
                    }
                    let given = record.tables.iter_mut().find(|(name, _)| name.node == *table);
                    given.into_iter().for_each(|(_, values)| assign(values, kpi, value, span));
                }
            }
        }
    }
    records
}

/// Sets a field of the n-th record of an entity.
fn set(
    records: &mut [TestRecord],
    entity: &str,
    number: &mut usize,
    field: &str,
    value: &TestValue,
) {
    for record in records {
        if record.entity.node == entity {
            if *number == 0 {
                assign(&mut record.assignments, field, value, record.entity.span);
                return;
            }
            *number -= 1;
        }
        set(&mut record.children, entity, number, field, value);
    }
}

fn assign(
    list: &mut Vec<Assignment>,
    name: &str,
    value: &TestValue,
    span: guiju_model::source::Span,
) {
    list.retain(|assignment| assignment.name.node != name);
    list.push(Assignment {
        name: Name { node: name.to_owned(), span },
        value: Spanned { node: value.clone(), span },
    });
}

/// What formulas read.
#[derive(Default)]
struct Reads {
    fields: BTreeSet<(EntityId, FieldId)>,
    given: BTreeSet<(&'static str, KpiId)>,
    constants: BTreeSet<Exact>,
}

impl Reads {
    /// Of the KPIs and obligations that differ, with those that they are computed from.
    fn differing(&mut self, old: &Rules, new: &Rules) {
        let root = old.schema.root;
        let kpis = old.kpis.iter().zip(&new.kpis).filter(|(a, b)| {
            format!("{:?}", (&a.kind, &a.when)) != format!("{:?}", (&b.kind, &b.when))
        });
        for (before, after) in kpis {
            for kpi in [before, after] {
                if let guiju_model::rules::KpiKind::Formula(formula) = &kpi.kind {
                    self.expr(old, root, formula);
                }
                kpi.when.iter().for_each(|when| self.expr(old, root, when));
            }
        }
        let obligations = old.obligations.iter().zip(&new.obligations);
        for (before, after) in obligations.filter(|(a, b)| {
            format!("{:?}", (&a.expect, &a.when)) != format!("{:?}", (&b.expect, &b.when))
        }) {
            for rule in [before, after] {
                self.expr(old, root, &rule.expect);
                rule.when.iter().for_each(|when| self.expr(old, root, when));
            }
        }
    }

    fn expr(&mut self, rules: &Rules, entity: EntityId, expr: &Expr) {
        match &expr.kind {
            ExprKind::Field { via: None, field } => drop(self.fields.insert((entity, *field))),
            ExprKind::RootField(field) => drop(self.fields.insert((rules.schema.root, *field))),
            ExprKind::ProgrammeField(field) => drop(
                rules.schema.programme.map(|programme| self.fields.insert((programme, *field))),
            ),
            ExprKind::Previous(kpi) => drop(self.given.insert(("previous", *kpi))),
            ExprKind::Target(kpi) => drop(self.given.insert(("targets", *kpi))),
            ExprKind::EachTarget => {
                self.given.extend(rules.schema.kpis.ids().map(|kpi| ("targets", kpi)));
            }
            ExprKind::Constant(Value::Number(number)) => {
                self.constants.insert(number.clone());
            }
            _ => {}
        }
        expr.kind.parts().into_iter().for_each(|part| self.expr(rules, entity, part));
    }
}
