//! Records while they are being filled in: what is wrong now, what is still needed, and which answers are already certain.
//!
//! A value that cannot be read counts as missing, so that everything else is judged all the same; three-valued logic then says only
//! what no later entry can change. Not here: reading (`data`), the rules' answers (`eval::reference`), figures (`progress`).

use crate::data::{Draft, read_draft};
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::{self, State, tally};
use crate::eval::value::Truth;
use crate::explain;
use crate::pack::Pack;
use guiju_model::diagnostic::{Code, Diagnostic, Severity};
use guiju_model::limits::Limits;
use guiju_model::outcome::{Abort, Need, Outcome, Verdict};
use guiju_model::rules::{Expr, ExprKind, Rules};
use guiju_model::sort::{arrange, order};
use guiju_model::text::{Locale, Localized, nearest, show};

/// Something to tell the person who fills in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldIssue {
    /// JSON pointer from the record, such as `/contract` or `/member/3/contract`; empty for the record itself.
    pub path: String,
    /// The code of a diagnostic, the name of a check, or the rule that refuses the record, as results name it.
    pub code: String,
    /// An error has to be corrected or filled in; a warning costs something; advice may not concern this record.
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
pub enum DraftError {
    /// The pack has no such entity.
    #[error("there is no entity `{name}`{}", suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownEntity {
        /// What was asked for.
        name: String,
        /// The nearest one there is.
        suggestion: Option<String>,
    },
    /// A limit stopped it.
    #[error(transparent)]
    Abort(#[from] Abort),
}

impl Pack {
    /// What there is to say about a record as JSON, however incomplete: a root with its children, or a record of another entity by itself.
    ///
    /// Of a record by itself nothing is said that depends on others: references are not followed, and nothing is found twice.
    ///
    /// # Errors
    /// [`DraftError`] where the pack has no such entity, or where a limit stops the work. A record that is no JSON is an issue.
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
    pub fn validate(&self, entity: &str, record: &str, limits: &Limits) -> Result<Vec<FieldIssue>, DraftError> {
        Ok(self.judge_draft(entity, record, limits)?.issues())
    }

    /// Reads and judges a record in the making once, for all that is to be asked about it.
    ///
    /// # Errors
    /// As [`Pack::validate`].
    pub fn judge_draft(&self, entity: &str, record: &str, limits: &Limits) -> Result<JudgedDraft, DraftError> {
        let schema = self.schema();
        let whole = schema.entities.iter().position(|shape| shape.name == entity).ok_or_else(|| {
            let suggestion = nearest(entity, schema.entities.iter().map(|shape| shape.name.as_str())).map(str::to_owned);
            DraftError::UnknownEntity { name: show(entity), suggestion }
        })?;
        let draft = read_draft(record, whole, schema, limits);
        let (outcome, state) = reference::evaluate_keeping(self, &draft.data, limits)?;
        Ok(JudgedDraft { pack: self.clone(), draft, outcome, state, whole })
    }
}

/// A record in the making, and the reference evaluator's answers on it.
pub struct JudgedDraft {
    pub(crate) pack: Pack,
    pub(crate) draft: Draft,
    pub(crate) outcome: Outcome,
    pub(crate) state: State,
    /// The entity of the record.
    whole: usize,
}

impl JudgedDraft {
    /// What there is to say about the record, in the order of the data and its fields.
    pub fn issues(&self) -> Vec<FieldIssue> {
        let JudgedDraft { pack, draft, outcome, state, whole } = self;
        View { pack, rules: &pack.rules, draft, outcome, state, whole: *whole }.issues()
    }
}

/// The pointer of a record, or of one of its fields, from the record that is looked at.
pub(crate) fn pointer(rules: &Rules, draft: &Draft, whole: usize, entity: usize, row: usize, field: Option<usize>) -> String {
    let shape = &rules.schema.entities[entity];
    let record = match draft.origins.get(entity).and_then(|rows| rows.get(row)) {
        Some(origin) if entity != whole => format!("/{}/{origin}", shape.name),
        _ => String::new(),
    };
    field.map_or(record.clone(), |field| format!("{record}/{}", shape.fields[field].name))
}

/// Requirements that fail on one field with the same words: told once, with every tally they cost.
struct Refusals {
    list: Vec<(FieldIssue, Vec<Localized>)>,
}

struct View<'a> {
    pack: &'a Pack,
    rules: &'a Rules,
    draft: &'a Draft,
    outcome: &'a Outcome,
    state: &'a State,
    /// The entity of the record that is looked at.
    whole: usize,
}

impl<'a> View<'a> {
    fn issues(&self) -> Vec<FieldIssue> {
        let problems = self.draft.problems.iter().filter(|problem| problem.code != Code::MissingKey);
        let mut issues: Vec<FieldIssue> = problems.map(problem_issue).collect();
        // Where nothing could be read there are no fields to ask for.
        let unread = issues.iter().any(|issue| issue.path.is_empty());
        let wrong: Vec<String> = issues.iter().filter(|issue| issue.path.contains('/')).map(|issue| issue.path.clone()).collect();
        for entity in 0..self.rules.schema.entities.len() {
            for row in self.rows(entity) {
                if !unread {
                    self.missing(entity, row, &wrong, &mut issues);
                    self.verdicts(entity, row, &mut issues);
                }
            }
        }
        for issue in self.outcome.roots.iter().flat_map(|root| &root.issues).filter(|issue| self.shows(issue.entity)) {
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
        let places: Vec<(usize, u64, usize)> = issues.iter().map(|issue| self.order(&issue.path)).collect();
        if let Some(order) = order(places.len(), &mut |a, b| places[a].cmp(&places[b])) {
            arrange(&mut issues, order);
        }
        issues
    }

    /// Whether records of an entity are part of what is looked at.
    fn shows(&self, entity: usize) -> bool {
        entity == self.whole || (self.whole == self.rules.schema.root && self.rules.schema.entities[entity].child)
    }

    fn rows(&self, entity: usize) -> std::ops::Range<usize> {
        match (self.shows(entity), self.rules.schema.programme == Some(entity)) {
            (false, _) => 0..0,
            (true, true) => 0..1,
            (true, false) => self.draft.data.rows_of(entity, 0),
        }
    }

    fn pointer(&self, entity: usize, row: usize, field: Option<usize>) -> String {
        pointer(self.rules, self.draft, self.whole, entity, row, field)
    }

    /// Records in the order of the data, fields in that of the schema; what is said of a record itself comes first.
    fn order(&self, path: &str) -> (usize, u64, usize) {
        let entities = &self.rules.schema.entities;
        let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
        let first = parts.next().unwrap_or("");
        let child = entities.iter().position(|shape| shape.child && shape.name == first).filter(|child| *child != self.whole);
        let (entity, row, field) = match child {
            Some(child) => (child, parts.next().and_then(|row| row.parse().ok()).unwrap_or(0), parts.next().unwrap_or("")),
            None => (self.whole, 0, first),
        };
        let known = |name: &str| entities[entity].fields.iter().position(|shape| shape.name == name);
        let flat = || field.strip_suffix("_start").or_else(|| field.strip_suffix("_end")).and_then(known);
        let at = if field.is_empty() { 0 } else { known(field).or_else(flat).map_or(usize::MAX, |field| field + 1) };
        (child.map_or(0, |child| child + 1), row, at)
    }

    /// Required fields that are not there, and were not reported as wrong.
    fn missing(&self, entity: usize, row: usize, wrong: &[String], issues: &mut Vec<FieldIssue>) {
        for (field, shape) in self.rules.schema.entities[entity].fields.iter().enumerate() {
            let given = self.draft.data.cell(entity, field, row).is_some() || self.draft.unresolved.contains(&(entity, row, field));
            if given || shape.optional {
                continue;
            }
            let path = self.pointer(entity, row, Some(field));
            // A part of the field is wrong: `/contract/end`, or `/contract_end` in flat data.
            let parts = ["", "/start", "/end", "_start", "_end", "/amount", "/unit"];
            if wrong.iter().any(|wrong| wrong.strip_prefix(&path).is_some_and(|part| parts.contains(&part))) {
                continue;
            }
            issues.push(worded(Code::NotFilledIn, path, &[&shape.label], None));
        }
    }

    fn verdicts(&self, entity: usize, row: usize, issues: &mut Vec<FieldIssue>) {
        let mut refusals = Refusals { list: Vec::new() };
        let tallies = self.rules.tallies.iter().enumerate().filter(|(_, tally)| tally.entity == entity);
        for (index, rule) in tallies {
            // Where everything holds, or nothing is asked, there is nothing to say.
            if matches!(self.outcome.verdicts[index][row], Verdict::COUNTED | Verdict::OUT_OF_SCOPE) {
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
                    let given = |field: usize| self.draft.data.cell(entity, field, row).is_some();
                    // A record that may be none of the tally's business is not asked for what only the tally wants.
                    if scope == Truth::Unknown && !field.is_some_and(given) {
                        continue;
                    }
                    let refusal = FieldIssue {
                        path: self.pointer(entity, row, field),
                        code: format!("{}.require.{}", rule.name, number + 1),
                        severity,
                        message: requirement.message.clone(),
                        help: Some(self.way_out(&requirement.condition, subject)),
                        clause: clause(),
                    };
                    refusals.add(refusal, &rule.label);
                } else if truth == Truth::Unknown && self.outcome.verdicts[index][row] == Verdict::UNDETERMINED && scope == Truth::True {
                    self.needed(&eval.needs, entity, row, &rule.label, clause().as_deref(), issues);
                }
            }
            let Some(once) = self.outcome.verdicts[index][row].refusal().and_then(|refusal| refusal.checked_sub(rule.require.len())) else {
                continue;
            };
            let refusal = self.rules.refusal(index, rule.require.len() + once);
            let claimants = self.rules.onces[rule.onces[once]].groups.iter().flatten();
            let field = claimants.filter(|claimant| claimant.tally == index).map(|claimant| claimant.field).next();
            let clause = self.rules.clause_ids(refusal.basis).into_iter().next();
            let (path, message) = (self.pointer(entity, row, field), refusal.message.clone());
            refusals.add(FieldIssue { path, code: refusal.rule, severity, message, help: None, clause }, &rule.label);
        }
        issues.extend(refusals.list.into_iter().map(|(issue, tallies)| with_cost(issue, &tallies)));
    }

    /// Optional fields of the record that a requirement turned out to hang on.
    fn needed(&self, needs: &[Need], entity: usize, row: usize, tally: &Localized, clause: Option<&str>, issues: &mut Vec<FieldIssue>) {
        for need in needs {
            let Need::Field { entity: of, row: at, field } = *need else { continue };
            let shape = &self.rules.schema.entities[of].fields[field];
            let path = self.pointer(of, at, Some(field));
            let told = |issue: &FieldIssue| issue.path == path && issue.code == Code::NeededToDecide.id();
            if (of, at) == (entity, row) && shape.optional && !issues.iter().any(told) {
                issues.push(worded(Code::NeededToDecide, path, &[&shape.label, tally], clause));
            }
        }
    }

    fn eval(&self, subject: Subject<'a>) -> Eval<'a> {
        Eval::new(self.rules, &self.draft.data, self.state, subject)
    }

    fn way_out(&self, condition: &Expr, subject: Subject<'_>) -> Localized {
        explain::way_out(self.pack, &self.draft.data, self.outcome, self.state, subject, condition)
    }

    /// The field of the record to look at where a condition fails: in the first part that fails, and of alternatives the last, which
    /// is how rules are written: the common case first, then what may stand in for it.
    fn at_fault(&self, condition: &'a Expr, subject: Subject<'a>) -> Option<usize> {
        match &condition.kind {
            ExprKind::And(parts) => {
                let failing = parts.iter().find(|part| self.eval(subject).truth(part) == Truth::False);
                failing.and_then(|part| self.at_fault(part, subject))
            }
            ExprKind::Or(parts) => parts.iter().rev().find_map(|part| self.at_fault(part, subject)),
            ExprKind::Field { via, field } => Some(via.unwrap_or(*field)),
            ExprKind::CountedIn { via, .. } | ExprKind::Class { via, .. } => *via,
            _ => condition.kind.parts().into_iter().find_map(|part| self.at_fault(part, subject)),
        }
    }
}

impl Refusals {
    fn add(&mut self, issue: FieldIssue, tally: &Localized) {
        let same = |known: &FieldIssue| (&known.path, &known.message, &known.clause) == (&issue.path, &issue.message, &issue.clause);
        match self.list.iter_mut().find(|(known, _)| same(known)) {
            // What certainly concerns the record outweighs what may.
            Some((known, tallies)) if known.severity < issue.severity => (*known, *tallies) = (issue, vec![tally.clone()]),
            Some((known, tallies)) if known.severity == issue.severity => tallies.push(tally.clone()),
            Some(_) => {}
            None => self.list.push((issue, vec![tally.clone()])),
        }
    }
}

/// The issue with the tallies that the record is lost to.
fn with_cost(mut issue: FieldIssue, tallies: &[Localized]) -> FieldIssue {
    let join = |locale, separator| tallies.iter().map(|tally| tally.get(locale)).collect::<Vec<_>>().join(separator);
    let (zh, en) = (join(Locale::ZhTw, "」、「"), join(Locale::En, ", "));
    let (told, told_en) = (&issue.message.zh, issue.message.get(Locale::En));
    issue.message = if issue.severity == Severity::Advice {
        Localized::new(format!("{told}（如列為「{zh}」即不計入）"), format!("{told_en} (so it would not count in {en})"))
    } else {
        Localized::new(format!("{told}（不計入「{zh}」）"), format!("{told_en} (not counted in {en})"))
    };
    issue
}

fn problem_issue(problem: &Diagnostic) -> FieldIssue {
    let path = problem.place.as_ref().and_then(|place| place.pointer.clone()).unwrap_or_default();
    let help = problem.help(Locale::ZhTw).map(|zh| Localized::new(zh, problem.help(Locale::En).unwrap_or_default()));
    FieldIssue {
        path,
        code: problem.code.id().to_owned(),
        severity: problem.severity,
        message: Localized::new(problem.message(Locale::ZhTw), problem.message(Locale::En)),
        help,
        clause: None,
    }
}

/// An issue in the words of the table.
fn worded(code: Code, path: String, words: &[&Localized], clause: Option<&str>) -> FieldIssue {
    let diagnostic = words.iter().fold(Diagnostic::new(code), |diagnostic, word| diagnostic.word((*word).clone()));
    FieldIssue { path, clause: clause.map(str::to_owned), ..problem_issue(&diagnostic) }
}
