//! `example` and `test`: records written in the rule file, and what is expected of them.

use pest::iterators::Pair;

use super::ast::{Assignment, Claim, Example, Name, Test, TestExpect, TestRecord, TestValue};
use super::lower::{Lower, programme};
use super::{Rule, english};
use guiju_model::schema::PROGRAMME;
use guiju_model::source::Spanned;
use guiju_model::words::{self, built_in};

impl Lower<'_> {
    pub(super) fn example(&mut self, pair: Pair<'_, Rule>) -> Example {
        let assignments = self.assignments(pair.clone());
        let mut names = self.names(pair).into_iter();
        let name = names.next().unwrap_or_else(|| unreachable_name(&assignments));
        let entity = names.next().unwrap_or_else(|| name.clone());
        Example { name, entity, assignments }
    }

    fn assignments(&mut self, pair: Pair<'_, Rule>) -> Vec<Assignment> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::assignment)
            .filter_map(|part| self.assignment(part))
            .collect()
    }

    fn assignment(&mut self, pair: Pair<'_, Rule>) -> Option<Assignment> {
        let value_pair =
            pair.clone().into_inner().find(|part| part.as_rule() == Rule::test_value)?;
        let span = self.span(&value_pair);
        let names = self.names(pair);
        let first = names.first()?.clone();
        let node = names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(".");
        let name = Spanned { node, span: first.span };
        Some(Assignment { name, value: Spanned { node: self.test_value(value_pair)?, span } })
    }

    fn test_value(&mut self, pair: Pair<'_, Rule>) -> Option<TestValue> {
        let inner = pair.into_inner().next()?;
        Some(match inner.as_rule() {
            Rule::optional => TestValue::Missing,
            Rule::test_list => TestValue::List(
                inner
                    .into_inner()
                    .filter(|part| matches!(part.as_rule(), Rule::string | Rule::ident))
                    .map(|part| self.word(&part))
                    .collect(),
            ),
            Rule::test_span => TestValue::Period(self.two_dates(inner)?),
            Rule::date => TestValue::Date(self.date(&inner)?),
            Rule::test_quantity => {
                let (number, unit) = self.quantity(inner);
                TestValue::Number(number.node, unit.map(|unit| unit.node))
            }
            Rule::string => TestValue::Text(self.string(&inner)),
            Rule::bool => TestValue::Bool(inner.as_str() == "true"),
            _ => TestValue::Word(self.name(&inner).node),
        })
    }

    fn word(&mut self, pair: &Pair<'_, Rule>) -> String {
        if pair.as_rule() == Rule::string { self.string(pair) } else { self.name(pair).node }
    }

    pub(super) fn test(&mut self, pair: Pair<'_, Rule>) -> Test {
        let span = self.span(&pair);
        let mut name = Spanned { node: String::new(), span };
        let (mut records, mut expects) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => name = Spanned { node: self.string(&part), span: self.span(&part) },
                Rule::test_record | Rule::test_programme => records.extend(self.test_record(part)),
                Rule::test_expect => expects.extend(self.test_expect(part)),
                _ => {}
            }
        }
        Test { name, records, expects }
    }

    fn test_record(&mut self, pair: Pair<'_, Rule>) -> Option<TestRecord> {
        let assignments = self.assignments(pair.clone());
        let (mut entity, mut key, mut like) = (None, None, None);
        if pair.as_rule() == Rule::test_programme {
            let name = Spanned { node: PROGRAMME.to_owned(), span: self.span(&pair) };
            (entity, key) = (Some(name.clone()), Some(name));
        }
        let (mut tables, mut children) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ident => entity = Some(self.name(&part)),
                Rule::record_key => {
                    let inner = part.into_inner().next()?;
                    key = Some(Spanned { node: self.word(&inner), span: self.span(&inner) });
                }
                Rule::like => like = Some(self.last_name(part)),
                Rule::test_table => {
                    let assignments = self.assignments(part.clone());
                    let mut name = self.names(part).into_iter().next()?;
                    if let Some(given) = built_in(words::Name::Given, &name.node) {
                        name.node = given.to_owned();
                    }
                    tables.push((name, assignments));
                }
                // Records nest as deep as brackets may, which the scan has bounded.
                Rule::test_record => children.extend(self.test_record(part)),
                _ => {}
            }
        }
        Some(TestRecord { entity: entity?, key: key?, like, assignments, tables, children })
    }

    fn test_expect(&mut self, pair: Pair<'_, Rule>) -> Option<TestExpect> {
        let span = self.span(&pair);
        let (mut path, mut claim) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::test_path => {
                    path = part
                        .into_inner()
                        .filter(|p| matches!(p.as_rule(), Rule::ident | Rule::string))
                        .map(|p| self.word(&p))
                        .collect();
                    path.iter_mut().take(1).for_each(programme);
                }
                Rule::test_claim => claim = self.claim(part),
                _ => {}
            }
        }
        Some(TestExpect { span, path, claim: claim? })
    }

    fn claim(&mut self, pair: Pair<'_, Rule>) -> Option<Claim> {
        let mut values = Vec::new();
        let (mut verdict, mut outside, mut issue, mut present, mut state, mut name) =
            (None, false, false, true, None, None);
        let mut clauses = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::test_value => values.push(self.test_value(part)?),
                Rule::counted | Rule::claim_refused | Rule::claim_open => {
                    verdict = Some(english(part.as_rule()).trim_end_matches(" in").to_owned());
                }
                Rule::not_in => outside = true,
                Rule::claim_issue => issue = true,
                Rule::claim_no_issue => (issue, present) = (true, false),
                Rule::is_undetermined
                | Rule::is_not_applicable
                | Rule::is_invalid
                | Rule::is_not_met
                | Rule::is_met => {
                    state = Some(english(part.as_rule()).trim_start_matches("is ").to_owned());
                }
                Rule::ident => name = Some(self.name(&part).node),
                Rule::cites => clauses = self.clauses(part),
                _ => {}
            }
        }
        if let Some(state) = state {
            return Some(Claim::State(state));
        }
        if let Some(verdict) = verdict {
            return Some(Claim::Verdict { verdict, tally: name?, clauses });
        }
        if outside {
            return Some(Claim::OutOfScope { tally: name? });
        }
        if issue {
            return Some(Claim::Issue { code: name?, present });
        }
        let mut values = values.into_iter();
        let first = values.next()?;
        Some(match values.next() {
            Some(second) => Claim::Between(first, second),
            None => Claim::Equals(first),
        })
    }
}

/// The grammar always gives an example a name; this stands in for it without a panic.
fn unreachable_name(assignments: &[Assignment]) -> Name {
    let span = assignments.first().map_or(
        guiju_model::source::Span { source: guiju_model::source::SourceId(0), start: 0, end: 0 },
        |assignment| assignment.name.span,
    );
    Spanned { node: String::new(), span }
}
