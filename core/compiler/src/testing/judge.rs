//! What a test expects, compared with what came out. Not here: the records of a test (`testing`).

use super::values::{
    claimed_in_words, is_same, number_in, show_kpi, show_told, show_value, state_of, value_of,
};
use crate::source_pack::Named;
use crate::syntax::ast::{Claim, Test, TestExpect, TestValue};
use guiju_engine::data::{Cell, Dataset};
use guiju_engine::eval::reference::State;
use guiju_engine::eval::reference::expr::{Eval, Subject};
use guiju_engine::eval::reference::figures;
use guiju_engine::eval::reference::named::{Told, told};
use guiju_engine::output::Place;
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::index::{EntityId, FieldId, TallyId};
use guiju_model::outcome::{Group, KpiValue, ObligationOutcome, Outcome, Verdict};
use guiju_model::rules::{Expr, KpiScope, Placing, Type};
use guiju_model::schema::FieldKind;
use guiju_model::text::{Locale, Localized, fold, show};
use guiju_model::unit::Unit;
use std::borrow::Cow;

/// Compares expectations with an outcome.
pub(super) struct Judge<'a> {
    pub(super) pack: &'a Pack,
    pub(super) values: &'a [Named],
    pub(super) test: &'a Test,
    pub(super) data: &'a Dataset,
    pub(super) outcome: &'a Outcome,
}

/// What a path leads to.
enum Target<'a> {
    Kpi(Cow<'a, KpiValue>, Unit),
    Obligation(&'a ObligationOutcome),
    Record {
        entity: EntityId,
        row: usize,
        root: usize,
    },
    Class {
        class: usize,
        entity: EntityId,
        row: usize,
        root: usize,
    },
    Field {
        entity: EntityId,
        row: usize,
        field: FieldId,
    },
    Root(usize),
    /// A named value that is no number.
    Value(Told, &'a Expr),
}

/// What a test expects that is not so.
enum Differs {
    /// What was expected, and what was found.
    Found(Localized, Localized),
    /// What the path leads to is something of which this cannot be said.
    Kind(Localized),
}

impl Target<'_> {
    /// What it is, and what a test may say of it.
    fn kind(&self) -> Localized {
        let (zh, en) = match self {
            Target::Kpi(..) => ("數字", "a number"),
            Target::Obligation(_) => (
                "義務，寫法：`is met`、`is not_met`",
                "an obligation, of which tests say `is met` or `is not_met`",
            ),
            Target::Record { .. } | Target::Root(_) => (
                "一筆資料，寫法：`counted in 計數項`、`refused in 計數項`、`has issue 檢查`",
                "a record, of which tests say `counted in …`, `refused in …` or `has issue …`",
            ),
            Target::Class { .. } => ("分類，寫法：`= 選項`", "a classification: `= choice`"),
            Target::Field { .. } => ("欄位，寫法：`= 值`", "a field, of which tests say `= value`"),
            Target::Value(..) => ("值，寫法：`= 值`", "a value, of which tests say `= value`"),
        };
        Localized::new(zh, en)
    }
}

impl Judge<'_> {
    /// Whether a test says something of a named value.
    pub(super) fn is_named(&self, expect: &TestExpect, named: &[Named]) -> bool {
        let last = expect.path.last();
        named.iter().any(|value| last == Some(&value.name)) && self.target(&expect.path).is_none()
    }

    pub(super) fn failure(&self, expect: &TestExpect) -> Option<Diagnostic> {
        let name = &self.test.name.node;
        let Some(target) = self.target(&expect.path) else {
            let unknown = Diagnostic::new(Code::TestPath).arg(name).arg(expect.path.join("."));
            return Some(self.astray(&expect.path, unknown.at(expect.span)));
        };
        let failed = Diagnostic::new(Code::TestFailed).arg(name).at(expect.span);
        match self.compare(&target, &expect.claim) {
            Ok(()) => None,
            Err(Differs::Found(expected, found)) => Some(failed.word(expected).word(found)),
            Err(Differs::Kind(kind)) => {
                Some(failed.arg(claimed_in_words(&expect.claim)).word(kind))
            }
        }
    }

    fn target(&self, path: &[String]) -> Option<Target<'_>> {
        let (first, rest) = path.split_first()?;
        let rules = &*self.pack.rules;
        if first == "programme" {
            let shared = |name: &String| {
                rules.schema.shared().any(|(_, shape)| shape.name == *name) && !self.data.is_empty()
            };
            if rest.first().is_some_and(shared) {
                return self.record(None, rest);
            }
            let (group, rest) = self.group(rest);
            let name = rest.join(".");
            if let Some((index, value)) =
                group.kpis.iter().find(|(index, _)| rules.kpis[*index].name == name)
            {
                return Some(Target::Kpi(Cow::Borrowed(value), rules.kpis[*index].unit.clone()));
            }
            return group
                .obligations
                .iter()
                .find(|outcome| rules.obligations[outcome.obligation].name == name)
                .map(Target::Obligation);
        }
        let root = self.data.find_root(first)?;
        if rest.is_empty() {
            return Some(Target::Root(root));
        }
        let name = rest.join(".");
        if let Some(kpi) =
            rules.schema.kpi(&name).filter(|kpi| rules.kpis[*kpi].scope == KpiScope::Root)
        {
            return Some(Target::Kpi(
                Cow::Borrowed(&self.outcome.roots[root].kpis[kpi]),
                rules.kpis[kpi].unit.clone(),
            ));
        }
        if let Some(found) = self.obligation(root, &name) {
            return Some(Target::Obligation(found));
        }
        if let Some(found) = self.placed(rules.schema.root, root, rest) {
            return Some(found);
        }
        if let [name] = rest {
            let root_entity = rules.schema.root;
            let fields = &rules.schema.root_entity().fields;
            let field = fields.find_id(|field| field.name == *name);
            let field = field.map(|field| Target::Field { entity: root_entity, row: root, field });
            return self.value(root_entity, root, root, name).or(field);
        }
        self.record(Some(root), rest)
    }

    /// The group that a path after `programme` begins with, as in `field.ict`; otherwise the whole
    /// programme.
    fn group<'p>(&self, path: &'p [String]) -> (&Group, &'p [String]) {
        let rules = &*self.pack.rules;
        let found = self.outcome.groups.iter().find_map(|grouping| {
            let field = &rules.schema.root_entity().fields[grouping.field];
            let ([name, value, rest @ ..], FieldKind::Choice(choices)) = (path, &field.kind) else {
                return None;
            };
            let value = choices.value(value).filter(|_| *name == field.name)?;
            let (_, group) = grouping.values.iter().find(|(index, _)| *index == value)?;
            Some((group, rest))
        });
        found.unwrap_or((&self.outcome.programme, path))
    }

    /// A figure of an award: `funded.rank`.
    fn placed(&self, entity: EntityId, row: usize, path: &[String]) -> Option<Target<'_>> {
        let [award, figure] = path else { return None };
        let index = self
            .pack
            .rules
            .awards
            .iter()
            .position(|found| found.name == *award && found.entity == entity)?;
        let standing = self.outcome.awards.get(index)?.standings.get(row)?;
        let (_, placing) = Placing::NAMES.iter().find(|(name, _)| name == figure)?;
        Some(match placing {
            Placing::Rank => Target::Kpi(Cow::Borrowed(&standing.rank), Unit::Number),
            Placing::Amount => Target::Kpi(
                Cow::Borrowed(&standing.amount),
                self.pack.rules.awards[index].unit.clone(),
            ),
            Placing::Reserve => Target::Kpi(Cow::Borrowed(&standing.reserve), Unit::Number),
        })
    }

    fn obligation(&self, root: usize, name: &str) -> Option<&ObligationOutcome> {
        let rules = &*self.pack.rules;
        let obligations = &self.outcome.roots[root].obligations;
        obligations
            .iter()
            .find(|outcome| rules.obligation_id(outcome.obligation, outcome.kpi) == name)
    }

    /// A record of a root, or of all.
    fn record(&self, of: Option<usize>, path: &[String]) -> Option<Target<'_>> {
        let rules = &*self.pack.rules;
        let [entity, rest @ ..] = path else { return None };
        let entity = rules.schema.entities.find_id(|shape| shape.name == *entity)?;
        // A key for each record that it belongs to, and its own.
        let (keys, rest) = rest.split_at_checked(rules.schema.entities[entity].levels + 1)?;
        let wanted: Vec<String> = keys.iter().rev().map(|key| fold(key)).collect();
        let called = |row: &usize| {
            self.data.own_keys(entity, *row).map(fold).eq(wanted.iter().map(String::as_str))
        };
        // What all roots share is the same whichever asks.
        let root = of.unwrap_or(0);
        let mut rows = match of {
            Some(root) => self.data.rows_of(entity, root),
            None if rules.schema.is_shared(entity) => 0..self.data.tables[entity].rows,
            None => return None,
        };
        let row = rows.find(called)?;
        match rest {
            [] => Some(Target::Record { entity, row, root }),
            [name] => match rules
                .classes
                .iter()
                .position(|class| class.entity == entity && class.name == *name)
            {
                Some(class) => Some(Target::Class { class, entity, row, root }),
                None => {
                    match rules.schema.entities[entity].fields.find_id(|field| field.name == *name)
                    {
                        Some(field) => Some(Target::Field { entity, row, field }),
                        None => self
                            .figure(entity, row, root, name)
                            .or_else(|| self.value(entity, row, root, name)),
                    }
                }
            },
            [_, _] => self.placed(entity, row, rest),
            _ => None,
        }
    }

    /// A figure that a tally makes for a record.
    fn figure(&self, entity: EntityId, row: usize, root: usize, name: &str) -> Option<Target<'_>> {
        let rules = &*self.pack.rules;
        let of = |tally: &TallyId| {
            rules.tallies[*tally].owner.as_ref().filter(|owner| owner.entity == entity)
        };
        let found = rules.tallies.ids().find_map(|tally| {
            let owner = of(&tally)?;
            let figure = owner.figures.iter().position(|figure| figure.name == name)?;
            Some((tally, figure, owner.figures[figure].unit.clone()))
        });
        let (tally, figure, unit) = found?;
        let state = figures::told(self.pack, self.data, self.outcome, root);
        let value = figures::of_record(&state, tally, row, figure)?.into_owned();
        Some(Target::Kpi(Cow::Owned(value), unit))
    }

    /// A named value of a record or of a root.
    fn value(&self, entity: EntityId, row: usize, root: usize, name: &str) -> Option<Target<'_>> {
        let found =
            self.values.iter().find(|value| value.entity == entity && value.name == name)?;
        let subject = if entity == self.pack.rules.schema.root {
            Subject::Root { root, kpi: None }
        } else {
            Subject::Record { entity, row, root }
        };
        let state = figures::told(self.pack, self.data, self.outcome, root);
        let state = state.with_awards(self.outcome);
        Some(
            match (
                told(&self.pack.rules, self.data, &state, &found.value, subject),
                &found.value.ty,
            ) {
                (Told::Number(value), Type::Number(unit)) => {
                    Target::Kpi(Cow::Owned(value), unit.clone())
                }
                (other, _) => Target::Value(other, &found.value),
            },
        )
    }

    fn compare(&self, target: &Target<'_>, claim: &Claim) -> Result<(), Differs> {
        let verdict = |same: bool, expected: String, found: String| {
            if same { Ok(()) } else { Err(Differs::Found(said(&expected), said(&found))) }
        };
        match (target, claim) {
            (Target::Kpi(value, unit), Claim::Equals(expected)) => {
                let number = number_in(expected, unit);
                let same = number.is_some()
                    && matches!(&**value, KpiValue::Known(found) if Some(found.clone()) == number);
                verdict(same, show_value(expected), show_kpi(value, unit))
            }
            (Target::Kpi(value, unit), Claim::Between(low, high)) => {
                let bound = |value: &TestValue| {
                    if *value == TestValue::Missing {
                        Some(None)
                    } else {
                        number_in(value, unit).map(Some)
                    }
                };
                let same = match (&**value, bound(low), bound(high)) {
                    (
                        KpiValue::Undetermined { low: found_low, high: found_high, .. },
                        Some(low),
                        Some(high),
                    ) => *found_low == low && *found_high == high,
                    _ => false,
                };
                verdict(
                    same,
                    format!("{} .. {}", show_value(low), show_value(high)),
                    show_kpi(value, unit),
                )
            }
            (Target::Kpi(value, unit), Claim::State(state)) => {
                verdict(value.state() == state, state.clone(), show_kpi(value, unit))
            }
            (Target::Obligation(outcome), Claim::State(state)) => {
                verdict(outcome.status.id() == state, state.clone(), outcome.status.id().to_owned())
            }
            (
                Target::Record { entity, row, .. },
                Claim::Verdict { verdict: expected, tally, clauses },
            ) => self.verdict(*entity, *row, tally, expected, clauses),
            (Target::Root(root), Claim::Verdict { verdict: expected, tally, clauses }) => {
                self.verdict(self.pack.rules.schema.root, *root, tally, expected, clauses)
            }
            (Target::Record { entity, row, .. }, Claim::OutOfScope { tally }) => {
                self.verdict(*entity, *row, tally, "out of scope", &[])
            }
            (Target::Record { entity, row, root }, Claim::Issue { code, present }) => {
                self.issue(*root, code, *present, Some((*entity, *row)))
            }
            (Target::Root(root), Claim::Issue { code, present }) => {
                self.issue(*root, code, *present, None)
            }
            (
                Target::Class { class, entity, row, root },
                Claim::Equals(TestValue::Word(expected)),
            ) => {
                let found = self.class(*class, *entity, *row, *root);
                verdict(found == *expected, expected.clone(), found)
            }
            (Target::Class { class, entity, row, root }, Claim::State(state)) => {
                let found = self.class(*class, *entity, *row, *root);
                verdict(state == "undetermined" && found.contains('|'), state.clone(), found)
            }
            (Target::Field { entity, row, field }, Claim::Equals(expected)) => {
                self.field(*entity, *row, *field, expected)
            }
            (Target::Value(found, of), Claim::Equals(expected)) => {
                let same = value_of(found, of).is_some_and(|found| is_same(&found, expected));
                verdict(same, show_value(expected), show_told(found, of))
            }
            (Target::Value(found, of), Claim::State(state)) => {
                verdict(state_of(found) == state, state.clone(), show_told(found, of))
            }
            (Target::Value(found, of), Claim::Between(low, high)) => Err(Differs::Found(
                said(&format!("{} .. {}", show_value(low), show_value(high))),
                said(&show_told(found, of)),
            )),
            _ => Err(Differs::Kind(target.kind())),
        }
    }

    fn class(&self, class: usize, entity: EntityId, row: usize, root: usize) -> String {
        let rules = &*self.pack.rules;
        let class = &rules.classes[class];
        // A classification never asks for verdicts, so no state is needed.
        let state = State::default();
        let mut eval = Eval::new(rules, self.data, &state, Subject::Record { entity, row, root });
        let set = eval.class_set(class);
        let names: Vec<&str> = (0..class.choices.values.len())
            .filter(|value| set >> value & 1 == 1)
            .map(|value| class.choices.values[value].name.as_str())
            .collect();
        names.join(" | ")
    }

    /// Compares a field of a record with what it should hold; `?` is what is missing.
    fn field(
        &self,
        entity: EntityId,
        row: usize,
        field: FieldId,
        expected: &TestValue,
    ) -> Result<(), Differs> {
        let kind = &self.pack.rules.schema.entities[entity].fields[field].kind;
        let cell = self.data.cell(entity, field, row);
        let (same, found) = match (cell, kind) {
            (None, _) => (*expected == TestValue::Missing, show_value(&TestValue::Missing)),
            (Some(Cell::Number(number)), kind) => {
                let unit = kind.unit().unwrap_or(Unit::Number);
                let same = number_in(expected, &unit).as_ref() == Some(&number);
                (same, show_kpi(&KpiValue::Known(number), &unit))
            }
            (Some(Cell::Row(row)), FieldKind::Reference(target)) => {
                let keys = [self.data.own_key(*target, row as usize)];
                let whole = self.data.key(*target, row as usize);
                let is = |key: &str| is_same(&TestValue::Text(fold(key)), expected);
                (keys.into_iter().chain([&*whole]).any(is), whole.to_string())
            }
            (Some(cell), kind) => match self.written(&cell, kind) {
                Some(found) => (is_same(&found, expected), show_value(&found)),
                None => return Err(Differs::Kind(kind.describe())),
            },
        };
        if same { Ok(()) } else { Err(Differs::Found(said(&show_value(expected)), said(&found))) }
    }

    /// What stands in a field as a test writes it.
    fn written(&self, cell: &Cell, kind: &FieldKind) -> Option<TestValue> {
        Some(match (cell, kind) {
            (Cell::Bool(value), _) => TestValue::Bool(*value),
            (Cell::Date(day), _) => TestValue::Date(*day),
            (Cell::Period(period), _) => TestValue::Period(*period),
            (Cell::Text(text), _) => TestValue::Text(fold(self.data.texts.text(*text))),
            (Cell::Choice(value), FieldKind::Choice(choices)) => {
                TestValue::Word(choices.values.get(usize::from(*value))?.name.clone())
            }
            (Cell::List(set), FieldKind::List(choices)) => {
                let chosen = choices.values.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
                TestValue::List(chosen.map(|(_, value)| value.name.clone()).collect())
            }
            _ => return None,
        })
    }

    fn issue(
        &self,
        root: usize,
        code: &str,
        present: bool,
        record: Option<(EntityId, usize)>,
    ) -> Result<(), Differs> {
        let checks = &self.pack.rules.checks;
        if !checks.iter().any(|check| check.name == code)
            && !Code::ALL.iter().any(|known| known.id() == code)
        {
            let check = Localized::new(format!("檢核 `{code}`"), format!("a check `{code}`"));
            return Err(Differs::Found(check, none()));
        }
        let found: Vec<&str> = self.outcome.roots[root]
            .issues
            .iter()
            .filter(|issue| record.is_none_or(|record| record == (issue.entity, issue.row)))
            .map(|issue| issue.code.as_str())
            .collect();
        if found.contains(&code) == present {
            return Ok(());
        }
        let (zh, en) = if present { ("有提示", "issue") } else { ("無提示", "no issue") };
        let wanted = Localized::new(format!("{zh} {code}"), format!("{en} {code}"));
        Err(Differs::Found(wanted, Localized::same(format!("[{}]", found.join(", ")))))
    }

    fn verdict(
        &self,
        entity: EntityId,
        row: usize,
        tally: &str,
        expected: &str,
        clauses: &[crate::syntax::ast::Name],
    ) -> Result<(), Differs> {
        let rules = &*self.pack.rules;
        let award =
            rules.awards.iter().position(|rule| rule.name == tally && rule.entity == entity);
        if let Some(place) =
            award.and_then(|award| Place::of(self.pack, self.data, self.outcome, award, row))
        {
            return claimed(
                expected,
                clauses,
                place.standing.decision.id(),
                rules.clause_ids(place.basis()),
            );
        }
        let Some(index) = rules.tallies.find_id(|rule| rule.name == tally && rule.entity == entity)
        else {
            let rule = Localized::new(
                format!("這類資料的計數項或核給 `{tally}`"),
                format!("a tally or an award `{tally}` of such records"),
            );
            return Err(Differs::Found(rule, none()));
        };
        let verdict = self.outcome.verdicts[index][row];
        let (found, cited) = match (verdict, verdict.refusal()) {
            (Verdict::OUT_OF_SCOPE, _) => ("out of scope", Vec::new()),
            (Verdict::COUNTED, _) => ("counted", Vec::new()),
            (_, None) => ("undetermined", Vec::new()),
            (_, Some(refusal)) => {
                ("refused", rules.clause_ids(rules.refusal(index, refusal).basis))
            }
        };
        claimed(expected, clauses, found, cited)
    }
}

/// Whether a verdict is the expected one and cites the expected clauses.
fn claimed(
    expected: &str,
    clauses: &[crate::syntax::ast::Name],
    found: &str,
    cited: Vec<String>,
) -> Result<(), Differs> {
    let wanted: Vec<&str> = clauses.iter().map(|clause| clause.node.as_str()).collect();
    let is_cited = |clause: &&str| {
        cited
            .iter()
            .any(|id| id == clause || id.split_once(':').is_some_and(|(_, id)| id == *clause))
    };
    if found == expected && wanted.iter().all(is_cited) {
        return Ok(());
    }
    let with = |verdict: &str, clauses: &[String]| {
        let verdict = said(verdict);
        if clauses.is_empty() {
            return verdict;
        }
        let clauses = clauses.join(", ");
        Localized::new(
            format!("{} @ {clauses}", verdict.zh),
            format!("{} @ {clauses}", verdict.get(Locale::En)),
        )
    };
    let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
    Err(Differs::Found(with(expected, &wanted), with(found, &cited)))
}

fn none() -> Localized {
    Localized::new("沒有", "none")
}

/// States, verdicts and yes or no in both languages; anything else as it is.
fn said(text: &str) -> Localized {
    const SAID: [(&str, &str, &str); 11] = [
        ("counted", "計入", "counted"),
        ("refused", "不計入", "refused"),
        ("out of scope", "不在範圍", "out of scope"),
        ("undetermined", "未定", "undetermined"),
        ("not_applicable", "不適用", "not applicable"),
        ("invalid", "無效", "invalid"),
        ("known", "已確定", "known"),
        ("met", "達成", "met"),
        ("not_met", "未達成", "not met"),
        ("true", "是", "true"),
        ("false", "否", "false"),
    ];
    let known = SAID.iter().find(|(id, ..)| *id == text);
    known.map_or_else(|| Localized::same(show(text)), |(_, zh, en)| Localized::new(*zh, *en))
}
