//! Tests written in packs: their records as a dataset, and what they expect compared with what came
//! out.
//!
//! Not here: which rules they try (`exercise`).

mod judge;
mod paths;
mod values;

use judge::Judge;
use std::collections::HashMap;

use crate::source_pack::{Named, SourcePack};
use crate::syntax::ast::{Assignment, Claim, Name, Test, TestExpect, TestRecord, TestValue};
use guiju_engine::data::{Dataset, DatasetBuilder, Origins, Raw};
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::limits::Limits;
use guiju_model::outcome::Abort;
use guiju_model::rules::{Register, Rules};
use guiju_model::schema::{Entity, PROGRAMME};
use guiju_model::source::Span;
use guiju_model::text::{Locale, Localized, nearest};

/// The result of one test of a pack.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// What went wrong; empty where it passed.
    pub failures: Vec<Diagnostic>,
    /// Where its name stands.
    pub span: Span,
    /// The clauses, as `document:clause`, that the rules rest on of which it expects something, and
    /// those it names itself.
    pub clauses: Vec<String>,
}

impl SourcePack {
    /// What is wrong with the pack's tests themselves: records that are no data, names that lead
    /// nowhere. Whether they hold is [`SourcePack::run_tests`]' business.
    pub fn check_tests(&self, limits: &Limits) -> Vec<Diagnostic> {
        let failures = self.tests.iter().flat_map(|test| run(self, test, limits));
        failures.filter(|failure| failure.code != Code::TestFailed).collect()
    }

    /// Runs the pack's tests, in the order they are written.
    pub fn run_tests(&self, limits: &Limits) -> Vec<TestResult> {
        let result = |test: &Test| TestResult {
            name: test.name.node.clone(),
            failures: run(self, test, limits),
            span: test.name.span,
            clauses: clauses(&self.rules, test),
        };
        self.tests.iter().map(result).collect()
    }
}

/// The clauses that a test is about, each once.
fn clauses(rules: &Rules, test: &Test) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for expect in &test.expects {
        let name = expect.path.last().map_or("", String::as_str);
        let (tally, code, named) = match &expect.claim {
            Claim::Verdict { tally, clauses, .. } => (tally.as_str(), "", clauses.as_slice()),
            Claim::OutOfScope { tally } => (tally.as_str(), "", &[][..]),
            Claim::Issue { code, .. } => ("", code.as_str(), &[][..]),
            _ => ("", "", &[][..]),
        };
        let kpis = rules
            .kpis
            .iter()
            .filter(|kpi| !name.is_empty() && kpi.name == name)
            .map(|kpi| &kpi.basis);
        let obligations = rules
            .obligations
            .iter()
            .filter(|obligation| obligation.name == name)
            .map(|obligation| &obligation.basis);
        let tallies = rules
            .tallies
            .iter()
            .filter(|rule| rule.name == tally || rule.name == name)
            .map(|rule| &rule.basis);
        let checks =
            rules.checks.iter().filter(|check| check.name == code).map(|check| &check.basis);
        let of_rules = kpis
            .chain(obligations)
            .chain(tallies)
            .chain(checks)
            .flat_map(|basis| rules.clause_ids(basis));
        let full = |clause: &crate::syntax::ast::Name| {
            let ids = rules
                .documents
                .iter()
                .flat_map(|document| document.clauses.iter().map(move |clause| (document, clause)));
            let mut known = ids
                .filter(|(_, known)| known.id == clause.node)
                .map(|(document, known)| format!("{}:{}", document.name, known.id));
            known.next_back().unwrap_or_else(|| clause.node.clone())
        };
        for clause in named.iter().map(full).chain(of_rules) {
            if !found.contains(&clause) {
                found.push(clause);
            }
        }
    }
    found
}

fn run(pack: &SourcePack, test: &Test, limits: &Limits) -> Vec<Diagnostic> {
    if test.expects.is_empty() {
        return vec![Diagnostic::new(Code::TestEmpty).arg(&test.name.node).at(test.name.span)];
    }
    let data = match records(pack, test, limits) {
        Ok(data) => data,
        Err(failures) => return failures,
    };
    match failures(pack, &pack.values, test, &data, limits) {
        Ok(failures) => failures,
        Err(abort) => {
            let words = Localized::same(abort.to_string());
            vec![
                Diagnostic::new(Code::TestData).arg(&test.name.node).word(words).at(test.name.span),
            ]
        }
    }
}

/// What does not come out as a test expects, by these rules.
fn failures(
    pack: &Pack,
    values: &[Named],
    test: &Test,
    data: &Dataset,
    limits: &Limits,
) -> Result<Vec<Diagnostic>, Abort> {
    let outcome = pack.evaluate(data, limits)?;
    let judge = Judge { pack, values, test, data, outcome: &outcome };
    Ok(test.expects.iter().filter_map(|expect| judge.failure(expect)).collect())
}

/// Whether anything does not come out as a test expects, an evaluation that a limit stops included.
/// What it expects of `named` values, which changed rules have in the place of their names, is left
/// aside.
pub(crate) fn fails(
    pack: &Pack,
    named: &[Named],
    test: &Test,
    data: &Dataset,
    limits: &Limits,
) -> bool {
    let Ok(outcome) = pack.evaluate(data, limits) else { return true };
    let judge = Judge { pack, values: &[], test, data, outcome: &outcome };
    let told = |expect: &&TestExpect| !judge.is_named(expect, named);
    test.expects.iter().filter(told).any(|expect| judge.failure(expect).is_some())
}

/// The records of a test as data, or what is wrong with them.
pub(crate) fn records(
    pack: &SourcePack,
    test: &Test,
    limits: &Limits,
) -> Result<Dataset, Vec<Diagnostic>> {
    let builder = DatasetBuilder::new(pack.schema(), limits, Origins::Test);
    let mut loader = Loader { pack, test, builder, places: HashMap::new(), failures: Vec::new() };
    for record in &test.records {
        loader.root(record);
    }
    let Loader { builder, places, mut failures, .. } = loader;
    match builder.finish() {
        Ok(data) if failures.is_empty() => Ok(data),
        Ok(_) => Err(failures),
        Err(problems) => {
            for problem in problems.diagnostics {
                let words =
                    Localized::new(problem.message(Locale::ZhTw), problem.message(Locale::En));
                let place = problem
                    .place
                    .as_ref()
                    .and_then(|place| places.get(place.pointer.as_ref()?))
                    .copied();
                let at = place.unwrap_or(test.name.span);
                let mut found =
                    Diagnostic::new(Code::TestData).arg(&test.name.node).word(words).at(at);
                found.notes.clone_from(&problem.notes);
                let help = [Locale::ZhTw, Locale::En].map(|locale| problem.help(locale));
                if let [Some(zh), Some(en)] = help {
                    found = found.note(zh, en);
                }
                failures.push(found);
            }
            Err(failures)
        }
    }
}

/// The records of a test on their way into a dataset.
struct Loader<'a> {
    pack: &'a SourcePack,
    test: &'a Test,
    builder: DatasetBuilder<'a>,
    /// Where each record and each field of it is written, by its place in the data.
    places: HashMap<String, Span>,
    failures: Vec<Diagnostic>,
}

impl Loader<'_> {
    fn fail(&mut self, path: &str, span: Span, suggestion: Option<&str>) {
        self.failures.push(
            Diagnostic::new(Code::TestPath)
                .arg(&self.test.name.node)
                .arg(path)
                .at(span)
                .suggest(suggestion),
        );
    }

    fn root(&mut self, record: &TestRecord) {
        let schema = self.pack.schema();
        let shape = schema.root_entity();
        if record.entity.node == PROGRAMME {
            return self.programme(record);
        }
        if record.entity.node != shape.name {
            self.fail(&record.entity.node, record.entity.span, Some(shape.name.as_str()));
            return;
        }
        let root = self.builder.root(0);
        self.fields(schema.root, root, record, |name| matches!(name, "reviewed" | "elsewhere"));
        for assignment in &record.assignments {
            let register = match assignment.name.node.as_str() {
                "reviewed" => Register::Reviewed,
                "elsewhere" => Register::Elsewhere,
                _ => continue,
            };
            match &assignment.value.node {
                TestValue::List(ids) => {
                    ids.iter().for_each(|id| self.builder.register(root, register, id))
                }
                _ => self.fail(&assignment.name.node, assignment.value.span, None),
            }
        }
        self.given(Some(root), record);
        self.children(schema.root, root, record);
    }

    /// The records within one, which belong to it.
    fn children(&mut self, parent: EntityId, of: usize, record: &TestRecord) {
        for (number, child) in record.children.iter().enumerate() {
            let schema = self.pack.schema();
            let mut children = schema.children(parent);
            match children.find(|(_, shape)| shape.name == child.entity.node) {
                Some((entity, _)) => {
                    let row = self.builder.record_of(entity, of, number as u32);
                    self.fields(entity, row, child, |_| false);
                    if let Some((table, _)) = child.tables.first() {
                        self.fail(&table.node, table.span, None);
                    }
                    self.children(entity, row, child);
                }
                None => {
                    self.misplaced(parent, &child.entity);
                }
            }
        }
    }

    /// Records under a name that those of this parent do not have.
    fn misplaced(&mut self, parent: EntityId, entity: &Name) {
        let schema = self.pack.schema();
        let name = &entity.node;
        let called = |shape: &Entity| {
            let en = shape.label.en.as_deref();
            [&*shape.name, &*shape.label.zh].into_iter().chain(en).any(|known| known == name)
        };
        let mut children = schema.children(parent);
        let labelled = children.find(|(_, shape)| called(shape)).map(|(_, shape)| &*shape.name);
        let elsewhere = schema.entities.entries().find(|(_, shape)| shape.child && called(shape));
        let names = schema.children(parent).map(|(_, shape)| shape.name.as_str());
        let meant = labelled.or_else(|| nearest(name, names));
        let meant = meant.filter(|_| labelled.is_some() || elsewhere.is_none());
        self.fail(name, entity.span, meant);
        if let (None, Some((at, shape)), Some(failure)) =
            (labelled, elsewhere, self.failures.last_mut())
        {
            let owner = schema.parent(at).unwrap_or(schema.root);
            let (inner, outer) = (&shape.name, &schema.entities[owner].name);
            failure.notes.push(Localized::new(
                format!("`{inner}` 的資料寫在 `{outer}` 的資料裡"),
                format!("records of `{inner}` stand within those of `{outer}`"),
            ));
        }
    }

    /// The programme's own record, and what is given for its KPIs.
    fn programme(&mut self, record: &TestRecord) {
        match self.builder.programme(0, guiju_model::diagnostic::DataPlace::default()) {
            Some((entity, row)) => {
                record.assignments.iter().for_each(|assignment| self.set(entity, row, assignment))
            }
            None => {
                if let Some(assignment) =
                    record.assignments.first().filter(|_| self.pack.schema().programme.is_none())
                {
                    self.fail(&assignment.name.node, assignment.name.span, None);
                }
            }
        }
        self.given(None, record);
        for (number, child) in record.children.iter().enumerate() {
            let schema = self.pack.schema();
            match schema.shared().find(|(_, shape)| shape.name == child.entity.node) {
                Some((entity, _)) => {
                    let row = self.builder.shared(entity, number as u32);
                    self.fields(entity, row, child, |_| false);
                    if let Some((table, _)) = child.tables.first() {
                        self.fail(&table.node, table.span, None);
                    }
                    if let Some(below) = child.children.first() {
                        self.fail(&below.entity.node, below.entity.span, None);
                    }
                }
                None => {
                    let names = schema.shared().map(|(_, shape)| shape.name.as_str());
                    let nearest = nearest(&child.entity.node, names).map(str::to_owned);
                    self.fail(&child.entity.node, child.entity.span, nearest.as_deref());
                }
            }
        }
    }

    /// Targets and previous values of a root, or of the programme.
    fn given(&mut self, root: Option<usize>, record: &TestRecord) {
        for (name, values) in &record.tables {
            let previous = match name.node.as_str() {
                "targets" => false,
                "previous" => true,
                other => {
                    self.fail(other, name.span, nearest(other, ["targets", "previous"]));
                    continue;
                }
            };
            for assignment in values {
                let place = guiju_model::diagnostic::DataPlace::default();
                with_raw(&assignment.value.node, |raw| {
                    self.builder.kpi(root, previous, &assignment.name.node, raw, place)
                });
            }
        }
    }

    /// The key, then the example's fields, then the record's own.
    fn fields(
        &mut self,
        entity: EntityId,
        row: usize,
        record: &TestRecord,
        elsewhere: impl Fn(&str) -> bool,
    ) {
        let shape = &self.pack.schema().entities[entity];
        self.note(entity, row, None, record.key.span);
        self.note(entity, row, Some(shape.key), record.key.span);
        self.builder.set(entity, row, shape.key, &Raw::Text(&record.key.node));
        if let Some(like) = &record.like {
            match self
                .pack
                .examples
                .iter()
                .find(|example| example.name.node == like.node && example.entity.node == shape.name)
            {
                Some(example) => example
                    .assignments
                    .iter()
                    .for_each(|assignment| self.set(entity, row, assignment)),
                None => {
                    let names = self.pack.examples.iter().map(|example| example.name.node.as_str());
                    let nearest = nearest(&like.node, names).map(str::to_owned);
                    self.fail(&like.node, like.span, nearest.as_deref());
                }
            }
        }
        for assignment in
            record.assignments.iter().filter(|assignment| !elsewhere(&assignment.name.node))
        {
            self.set(entity, row, assignment);
        }
    }

    fn note(&mut self, entity: EntityId, row: usize, field: Option<FieldId>, at: Span) {
        if let Some(pointer) = self.builder.place(entity, row, field).pointer {
            self.places.insert(pointer, at);
        }
    }

    fn set(&mut self, entity: EntityId, row: usize, assignment: &Assignment) {
        let shape = &self.pack.schema().entities[entity];
        let is_named = |field: &FieldId| shape.fields[*field].name == assignment.name.node;
        match shape.declared().find(is_named) {
            Some(field) => {
                self.note(entity, row, Some(field), assignment.value.span);
                with_raw(&assignment.value.node, |raw| self.builder.set(entity, row, field, raw));
            }
            None => {
                let names = shape.own_fields().iter().map(|field| field.name.as_str());
                let nearest = nearest(&assignment.name.node, names).map(str::to_owned);
                self.fail(&assignment.name.node, assignment.name.span, nearest.as_deref());
            }
        }
    }
}

/// Hands a test's value on in the form that readers of data give.
fn with_raw(value: &TestValue, use_raw: impl FnOnce(&Raw<'_>)) {
    match value {
        TestValue::Missing => use_raw(&Raw::Missing),
        TestValue::Number(number, unit) => {
            let text = number.to_string();
            match unit {
                Some(unit) => use_raw(&Raw::Amount(&text, unit)),
                None => use_raw(&Raw::Number(&text)),
            }
        }
        TestValue::Date(date) => use_raw(&Raw::Text(&date.to_string())),
        TestValue::Period(period) => {
            let (start, end) = (period.start.to_string(), period.end.to_string());
            use_raw(&Raw::Period(&Raw::Text(&start), &Raw::Text(&end)));
        }
        TestValue::Text(text) | TestValue::Word(text) => use_raw(&Raw::Text(text)),
        TestValue::Bool(value) => use_raw(&Raw::Bool(*value)),
        TestValue::List(items) => use_raw(&Raw::List(items.iter().map(String::as_str).collect())),
    }
}
