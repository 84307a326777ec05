//! Records while they are being filled in: what is wrong now, what is still needed, and which
//! answers are already certain.
//!
//! A value that cannot be read counts as missing, so that everything else is judged all the same;
//! three-valued logic then says only what no later entry can change. Not here: reading (`data`),
//! the rules' answers (`eval::reference`), figures (`progress`).

mod words;

use std::collections::HashMap;

use self::words::{problem_issue, with_cost, worded};
use crate::data::{Draft, read_draft};
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::message::filled;
use crate::eval::reference::{self, State, tally};
use crate::eval::value::Truth;
use crate::explain;
use crate::pack::Pack;
use guiju_model::diagnostic::{Code, Diagnostic, Severity};
use guiju_model::index::{EntityId, FieldId};
use guiju_model::limits::Limits;
use guiju_model::outcome::{Abort, Issue, Need, Outcome, Verdict};
use guiju_model::rules::{Expr, ExprKind, Rules};
use guiju_model::schema::Schema;
use guiju_model::sort::{arrange, order, sort};
use guiju_model::standing::Cause;
use guiju_model::text::{Localized, nearest, show};

/// Something to tell the person who fills in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldIssue {
    /// JSON pointer from the record, such as `/contract` or `/member/3/contract`; empty for the
    /// record itself.
    pub path: String,
    /// The code of a diagnostic, the name of a check, or the rule that refuses the record, as
    /// results name it.
    pub code: String,
    /// An error has to be corrected or filled in; a warning costs something; advice may not concern
    /// this record.
    pub severity: Severity,
    /// What to tell.
    pub message: Localized,
    /// The way out.
    pub help: Option<Localized>,
    /// The clause behind it, as `document:clause`.
    pub clause: Option<String>,
}

/// A record that cannot be looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DraftError {
    /// The pack has no such entity.
    #[error("there is no entity `{name}`{}", suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownEntity {
        /// What was asked for.
        name: String,
        /// The nearest one there is.
        suggestion: Option<String>,
    },
    /// The root, or some of its records, cannot be read: figures without them would mislead.
    #[error("the record, or a part of it, cannot be read")]
    Unreadable {
        /// What is in the way.
        problems: Vec<Diagnostic>,
    },
    /// A limit stopped it.
    #[error(transparent)]
    Abort(#[from] Abort),
}

impl Pack {
    /// What there is to say about a record as JSON, however incomplete: a root with its children,
    /// or a record of another entity by itself.
    ///
    /// Of a record by itself nothing is said that depends on others: references are not followed,
    /// and nothing is found twice.
    ///
    /// # Errors
    /// [`DraftError`] where the pack has no such entity, or where a limit stops the work. A record
    /// that is no JSON is an issue.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = r#"
    /// pack p "p"
    /// entity alliance { key id: text }
    /// entity member in alliance { key name "名稱": text  contract "契約期間": period?  fee "會費": money }
    /// tally members "會員" in 家 from member {
    ///   require contract covers 108/10/31 else "契約期間未含 108/10/31"  because "示範"
    ///   count
    /// } because "示範"
    /// "#;
    /// let limits = Limits::untrusted();
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack().expect("sound rules");
    /// let record = r#"{"name": "甲公司", "contract": {"start": "2018-11-01", "end": "2019-10-30"}}"#;
    /// let issues = pack.validate("member", record, &limits)?;
    /// let told: Vec<_> = issues.iter().map(|issue| (issue.path.as_str(), issue.code.as_str())).collect();
    /// assert_eq!(told, [("/contract", "members.require.1"), ("/fee", "G802")]);
    /// # Ok::<(), guiju::DraftError>(())
    /// ```
    pub fn validate(
        &self,
        entity: &str,
        record: &str,
        limits: &Limits,
    ) -> Result<Vec<FieldIssue>, DraftError> {
        Ok(self.judge_draft(entity, record, limits)?.issues())
    }

    /// Reads and judges a record in the making once, for all that is to be asked about it.
    ///
    /// # Errors
    /// As [`Pack::validate`].
    pub fn judge_draft(
        &self,
        entity: &str,
        record: &str,
        limits: &Limits,
    ) -> Result<JudgedDraft, DraftError> {
        let schema = self.schema();
        let whole = schema.entities.find_id(|shape| shape.name == entity).ok_or_else(|| {
            let suggestion =
                nearest(entity, schema.entities.iter().map(|shape| shape.name.as_str()))
                    .map(str::to_owned);
            DraftError::UnknownEntity { name: show(entity), suggestion }
        })?;
        let mut draft = read_draft(record, whole, schema, limits);
        let loses = |problem: &Diagnostic| loses(schema, whole, problem);
        sort(&mut draft.problems, &mut |a, b| loses(b).cmp(&loses(a)));
        let unread = draft.problems.iter().filter(|problem| loses(problem)).count();
        let (outcome, state) = reference::evaluate_one(self, &draft.data, whole, limits)?;
        Ok(JudgedDraft { pack: self.clone(), draft, outcome, state, whole, unread })
    }
}

/// A record in the making, and the reference evaluator's answers on it.
pub struct JudgedDraft {
    pub(crate) pack: Pack,
    pub(crate) draft: Draft,
    pub(crate) outcome: Outcome,
    pub(crate) state: State,
    /// The entity of the record.
    whole: EntityId,
    /// How many of the problems, which come first, are more than a value that is wrong.
    unread: usize,
}

/// Whether more is lost by a problem in a record of this entity than one value.
fn loses(schema: &Schema, whole: EntityId, problem: &Diagnostic) -> bool {
    let root = schema.root_entity();
    let pointer =
        problem.place.as_ref().and_then(|place| place.pointer.as_deref()).unwrap_or_default();
    let Some(pointer) = pointer.strip_prefix('/') else {
        return problem.severity == Severity::Error;
    };
    let (first, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
    let period =
        first.strip_suffix("_start").or_else(|| first.strip_suffix("_end")).unwrap_or(first);
    let one = [first, period].iter().any(|name| root.field(name).is_some())
        || first == "targets"
        || first == "previous";
    // Of a record by itself every part is its own; what is only remarked on was read.
    problem.severity == Severity::Error && whole == schema.root && !one && !rest.contains('/')
}

impl JudgedDraft {
    /// The problems that keep the record, some of its own or what was reviewed before from being
    /// read; figures would know nothing of them, whereas a field that is wrong counts as missing.
    pub(crate) fn unread(&self) -> &[Diagnostic] {
        self.draft.problems.get(..self.unread).unwrap_or_default()
    }

    /// What there is to say about the record, in the order of the data and its fields.
    pub fn issues(&self) -> Vec<FieldIssue> {
        let JudgedDraft { pack, draft, outcome, state, whole, .. } = self;
        View { pack, rules: &pack.rules, draft, outcome, state, whole: *whole }.issues()
    }
}

/// The pointer of a record, or of one of its fields, from the record that is looked at.
pub(crate) fn pointer(
    rules: &Rules,
    draft: &Draft,
    whole: EntityId,
    entity: EntityId,
    row: usize,
    field: Option<FieldId>,
) -> String {
    let shape = &rules.schema.entities[entity];
    let record = match draft.origins.get(entity).and_then(|rows| rows.get(row)) {
        Some(origin) if entity != whole => {
            let above = draft.data.parent_row(entity, row).zip(rules.schema.parent(entity));
            let above = above.map(|(of, parent)| pointer(rules, draft, whole, parent, of, None));
            format!("{}/{}/{origin}", above.unwrap_or_default(), shape.name)
        }
        _ => String::new(),
    };
    field.map_or(record.clone(), |field| format!("{record}/{}", shape.fields[field].name))
}

/// Requirements that fail on one field with the same words: told once, with every tally they cost.
struct Refusals {
    list: Vec<(FieldIssue, Vec<Localized>)>,
}

/// The entity (from 1, the record itself being 0), the record in its list, and the field (from 1).
type Place = (usize, usize, usize);

/// Fields that were given something, whatever became of it: the kind of map that keys of records
/// are held in.
type Given = HashMap<(u32, u32), u32>;

fn spot((entity, row, field): Place) -> (u32, u32) {
    (row as u32, (entity as u32) << 16 | field as u32)
}

struct View<'a> {
    pack: &'a Pack,
    rules: &'a Rules,
    draft: &'a Draft,
    outcome: &'a Outcome,
    state: &'a State,
    /// The entity of the record that is looked at.
    whole: EntityId,
}

impl<'a> View<'a> {
    fn issues(&self) -> Vec<FieldIssue> {
        let problems = &self.draft.problems;
        let mut issues: Vec<FieldIssue> = problems.iter().map(problem_issue).collect();
        // Where nothing could be read there are no fields to ask for.
        let unread = problems
            .iter()
            .zip(&issues)
            .any(|(problem, issue)| issue.path.is_empty() && problem.code != Code::MoreFindings);
        let mut given = Given::new();
        // A warning may be of a value that is none, such as a space that nobody sees.
        for issue in issues.iter().filter(|issue| issue.severity == Severity::Error) {
            given.insert(spot(self.order(&issue.path)), 0);
        }
        for (entity, row, field) in &self.draft.unresolved {
            given.insert(spot(self.order(&self.pointer(*entity, *row, Some(*field)))), 0);
        }
        for entity in self.rules.schema.entities.ids() {
            for row in self.rows(entity) {
                if !unread {
                    self.missing(entity, row, &given, &mut issues);
                    self.verdicts(entity, row, &mut issues);
                    self.awards(entity, row, &mut issues);
                }
            }
        }
        for issue in self
            .outcome
            .roots
            .iter()
            .flat_map(|root| &root.issues)
            .filter(|issue| self.shows(issue.entity) && !self.leads_out(issue))
        {
            issues.push(FieldIssue {
                path: self.pointer(issue.entity, issue.row, issue.field),
                code: issue.code.clone(),
                severity: issue.severity,
                message: issue.message.clone(),
                help: None,
                clause: issue.clause.clone(),
            });
        }
        // Stable: what is wrong with a field comes before what it costs.
        let places: Vec<Place> = issues.iter().map(|issue| self.order(&issue.path)).collect();
        if let Some(order) = order(places.len(), &mut |a, b| places[a].cmp(&places[b])) {
            arrange(&mut issues, order);
        }
        issues
    }

    /// Whether records of an entity are part of what is looked at.
    fn shows(&self, entity: EntityId) -> bool {
        let mut at = Some(entity);
        while at.is_some_and(|at| at != self.whole) {
            at = at.and_then(|at| self.rules.schema.parent(at));
        }
        at.is_some()
    }

    fn rows(&self, entity: EntityId) -> std::ops::Range<usize> {
        match (self.shows(entity), self.rules.schema.is_of_programme(entity)) {
            (false, _) => 0..0,
            (true, true) => 0..self.draft.data.tables[entity].rows,
            (true, false) => self.draft.data.rows_of(entity, 0),
        }
    }

    fn pointer(&self, entity: EntityId, row: usize, field: Option<FieldId>) -> String {
        pointer(self.rules, self.draft, self.whole, entity, row, field)
    }

    /// Records in the order of the data, fields in that of the schema; what is said of a record
    /// itself comes first.
    fn order(&self, path: &str) -> Place {
        let schema = &self.rules.schema;
        let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
        let (mut entity, mut row) = (self.whole, 0);
        let field = loop {
            let name = parts.next().unwrap_or("");
            let mut children = schema.children(entity);
            let Some((child, _)) = children.find(|(_, shape)| shape.name == name) else {
                break name;
            };
            let number = parts.next().and_then(|number| number.parse().ok()).unwrap_or(0_u32);
            let mut rows = self.draft.data.rows_of(child, 0);
            if entity != schema.root {
                rows = self.draft.data.rows_below(child, row, rows);
            }
            // What could not be read has no row: it stands before the next one.
            let origins = self.draft.origins.get(child).and_then(|list| list.get(rows.clone()));
            let before = |list: &[u32]| list.partition_point(|origin| *origin < number);
            (entity, row) = (child, rows.start + origins.map_or(0, before));
        };
        let entities = &schema.entities;
        let known =
            |name: &str| entities[entity].fields.iter().position(|shape| shape.name == name);
        let flat =
            || field.strip_suffix("_start").or_else(|| field.strip_suffix("_end")).and_then(known);
        let at = if field.is_empty() {
            0
        } else {
            known(field).or_else(flat).map_or(usize::MAX, |field| field + 1)
        };
        (if entity == self.whole { 0 } else { entity.index() + 1 }, row, at)
    }

    /// Whether an issue asks for a reference that was given and leads to a record that is not here:
    /// a record by itself has no others.
    fn leads_out(&self, issue: &Issue) -> bool {
        let given = (issue.entity, issue.row, issue.field);
        let led = |(entity, row, field): &(EntityId, usize, FieldId)| {
            (*entity, *row, Some(*field)) == given
        };
        issue.code == Code::NoKey.info().id && self.draft.unresolved.iter().any(led)
    }

    /// Required fields that are not there, and were not given either: `/contract` is where
    /// `/contract/end` or `/contract_end` is wrong.
    fn missing(&self, entity: EntityId, row: usize, given: &Given, issues: &mut Vec<FieldIssue>) {
        let own = &self.rules.schema.entities[entity];
        for field in own.declared() {
            let shape = &own.fields[field];
            if shape.optional || self.draft.data.cell(entity, field, row).is_some() {
                continue;
            }
            let path = self.pointer(entity, row, Some(field));
            if !given.contains_key(&spot(self.order(&path))) {
                issues.push(worded(Code::NotFilledIn, path, &[&shape.label], None));
            }
        }
    }

    fn verdicts(&self, entity: EntityId, row: usize, issues: &mut Vec<FieldIssue>) {
        let mut refusals = Refusals { list: Vec::new() };
        let told = issues.len();
        let tallies = self.rules.tallies.entries().filter(|(_, tally)| tally.entity == entity);
        for (index, rule) in tallies {
            // Where everything holds, or nothing is asked, there is nothing to say.
            if matches!(self.outcome.verdicts[index][row], Verdict::COUNTED | Verdict::OUT_OF_SCOPE)
            {
                continue;
            }
            let subject = Subject::Record { entity, row, root: 0 };
            let scope = tally::scope(&mut self.eval(subject), rule);
            if scope == Truth::False {
                continue;
            }
            let severity = if scope == Truth::True { Severity::Warning } else { Severity::Advice };
            for (number, requirement) in rule.require.iter().enumerate() {
                let mut eval = self.eval(subject);
                let truth = eval.truth(&requirement.condition);
                let clause = || self.rules.clause_ids(&requirement.basis).into_iter().next();
                if truth == Truth::False {
                    let field = self.at_fault(&requirement.condition, subject);
                    let given = |field: FieldId| self.draft.data.cell(entity, field, row).is_some();
                    // A record that may be none of the tally's business is not asked for what only
                    // the tally wants.
                    if scope == Truth::Unknown && !field.is_some_and(given) {
                        continue;
                    }
                    let refusal = FieldIssue {
                        path: self.pointer(entity, row, field),
                        code: format!("{}.require.{}", rule.name, number + 1),
                        severity,
                        message: filled(
                            self.rules,
                            &self.draft.data,
                            self.state,
                            subject,
                            &requirement.message,
                        ),
                        help: Some(self.way_out(&requirement.condition, subject)),
                        clause: clause(),
                    };
                    refusals.add(refusal, &rule.label);
                } else if truth == Truth::Unknown
                    && self.outcome.verdicts[index][row] == Verdict::UNDETERMINED
                    && scope == Truth::True
                {
                    self.needed(
                        &eval.needs.take().all(),
                        entity,
                        row,
                        &rule.label,
                        clause().as_deref(),
                        told,
                        issues,
                    );
                }
            }
            let Some(once) = self.outcome.verdicts[index][row]
                .refusal()
                .and_then(|refusal| refusal.checked_sub(rule.require.len()))
            else {
                continue;
            };
            let refusal = self.rules.refusal(index, rule.require.len() + once);
            let claimants = self.rules.onces[rule.onces[once]].groups.iter().flatten();
            let field = claimants
                .filter(|claimant| claimant.tally == index)
                .filter_map(|claimant| claimant.key.first()?.field())
                .next();
            let clause = self.rules.clause_ids(refusal.basis).into_iter().next();
            let (path, message) = (self.pointer(entity, row, field), refusal.message.heading());
            refusals.add(
                FieldIssue { path, code: refusal.rule, severity, message, help: None, clause },
                &rule.label,
            );
        }
        issues.extend(refusals.list.into_iter().map(|(issue, tallies)| with_cost(issue, &tallies)));
    }

    /// Requirements of awards that certainly fail. Whoever meets them all waits for the others,
    /// where they are not here.
    fn awards(&self, entity: EntityId, row: usize, issues: &mut Vec<FieldIssue>) {
        for (award, found) in self
            .rules
            .awards
            .iter()
            .zip(&self.outcome.awards)
            .filter(|(award, _)| award.entity == entity)
        {
            let Some(Cause::Requirement(number)) =
                found.standings.get(row).map(|standing| &standing.cause)
            else {
                continue;
            };
            let Some(requirement) = award.require.get(*number) else { continue };
            let subject = if entity == self.rules.schema.root {
                Subject::Root { root: row, kpi: None }
            } else {
                Subject::Record { entity, row, root: 0 }
            };
            let about = Subject::Record { entity, row, root: 0 };
            let issue = FieldIssue {
                path: self.pointer(entity, row, self.at_fault(&requirement.condition, subject)),
                code: format!("{}.require.{}", award.name, number + 1),
                severity: Severity::Warning,
                message: filled(
                    self.rules,
                    &self.draft.data,
                    self.state,
                    about,
                    &requirement.message,
                ),
                help: Some(self.way_out(&requirement.condition, subject)),
                clause: self.rules.clause_ids(&requirement.basis).into_iter().next(),
            };
            issues.push(with_cost(issue, std::slice::from_ref(&award.label)));
        }
    }

    /// Optional fields of the record that a requirement turned out to hang on; those it was asked
    /// for already are among the issues from `told` on.
    #[expect(
        clippy::too_many_arguments,
        reason = "all of it is the one place and the one requirement that the issue is about"
    )]
    fn needed(
        &self,
        needs: &[Need],
        entity: EntityId,
        row: usize,
        tally: &Localized,
        clause: Option<&str>,
        told: usize,
        issues: &mut Vec<FieldIssue>,
    ) {
        for need in needs {
            let Need::Field { entity: of, row: at, field } = *need else { continue };
            let shape = &self.rules.schema.entities[of].fields[field];
            let path = self.pointer(of, at, Some(field));
            let same =
                |issue: &FieldIssue| issue.path == path && issue.code == Code::NeededToDecide.id();
            let own = (of, at) == (entity, row) && self.is_own(of, field);
            if own && shape.optional && !issues.iter().skip(told).any(same) {
                issues.push(worded(Code::NeededToDecide, path, &[&shape.label, tally], clause));
            }
        }
    }

    fn eval(&self, subject: Subject<'a>) -> Eval<'a> {
        Eval::new(self.rules, &self.draft.data, self.state, subject)
    }

    /// Whether a field is one that the record itself has: what it belongs to is not filled in.
    fn is_own(&self, entity: EntityId, field: FieldId) -> bool {
        self.rules.schema.entities[entity].parents().follow(field)
    }

    fn own(&self, subject: Subject<'_>, field: FieldId) -> Option<FieldId> {
        let of_record = match subject {
            Subject::Record { entity, .. } => self.is_own(entity, field),
            _ => true,
        };
        of_record.then_some(field)
    }

    fn way_out(&self, condition: &Expr, subject: Subject<'_>) -> Localized {
        explain::way_out(self.pack, &self.draft.data, self.outcome, self.state, subject, condition)
    }

    /// The field of the record to look at where a condition fails: in the first part that fails,
    /// and of alternatives the last, which is how rules are written: the common case first, then
    /// what may stand in for it.
    fn at_fault(&self, condition: &'a Expr, subject: Subject<'a>) -> Option<FieldId> {
        match &condition.kind {
            ExprKind::And(parts) => {
                let failing =
                    parts.iter().find(|part| self.eval(subject).truth(part) == Truth::False);
                failing.and_then(|part| self.at_fault(part, subject))
            }
            ExprKind::Or(parts) => parts.iter().rev().find_map(|part| self.at_fault(part, subject)),
            ExprKind::Field { via, field } => self.own(subject, via.unwrap_or(*field)),
            ExprKind::RootField(field) if matches!(subject, Subject::Root { .. }) => Some(*field),
            ExprKind::IsMet(obligation) if matches!(subject, Subject::Root { .. }) => self
                .rules
                .obligations
                .get(*obligation)
                .and_then(|rule| self.at_fault(&rule.expect, subject)),
            // At fault are others.
            ExprKind::Over { .. } => None,
            ExprKind::CountedIn { via, .. }
            | ExprKind::Awarded { via, .. }
            | ExprKind::Placed { via, .. }
            | ExprKind::Class { via, .. }
            | ExprKind::Figure { via, .. } => via.and_then(|via| self.own(subject, via)),
            _ => condition.kind.parts().into_iter().find_map(|part| self.at_fault(part, subject)),
        }
    }
}

impl Refusals {
    fn add(&mut self, issue: FieldIssue, tally: &Localized) {
        let same = |known: &FieldIssue| {
            (&known.path, &known.message, &known.clause)
                == (&issue.path, &issue.message, &issue.clause)
        };
        match self.list.iter_mut().find(|(known, _)| same(known)) {
            // What certainly concerns the record outweighs what may.
            Some((known, tallies)) if known.severity < issue.severity => {
                (*known, *tallies) = (issue, vec![tally.clone()])
            }
            Some((known, tallies)) if known.severity == issue.severity => {
                tallies.push(tally.clone())
            }
            Some(_) => {}
            None => self.list.push((issue, vec![tally.clone()])),
        }
    }
}
