//! Which rules the tests of a pack exercise: whether a record of a test met each, and failed it.
//!
//! The tests' records are judged by the reference evaluator, and what it keeps is asked. Not here:
//! what tests expect (`testing`), and which clauses have rules (`coverage`).

use crate::source_pack::SourcePack;
use crate::testing;
use guiju_engine::data::Dataset;
use guiju_engine::eval::reference::expr::{Eval, Subject};
use guiju_engine::eval::reference::{Sheet, State, evaluate_keeping};
use guiju_engine::eval::value::Truth;
use guiju_model::index::{EntityId, KpiId, List, TallyId};
use guiju_model::limits::Limits;
use guiju_model::outcome::{KpiValue, Outcome, Status, Verdict};
use guiju_model::rules::{Basis, Class, Expr, Kpi, KpiKind, Rules};
use guiju_model::source::Span;
use guiju_model::text::Localized;

/// A rule, and what the tests of its pack saw it do.
#[derive(Clone, Debug)]
pub struct Exercise<'a> {
    /// What sort of rule it is.
    pub kind: RuleKind,
    /// Its id, such as `company_members.require.2`; several rows of a classification have a number
    /// each.
    pub rule: String,
    /// What people call it, or what it says.
    pub label: Localized,
    /// The first clause it cites, as `document:clause`.
    pub clause: Option<String>,
    /// The pack it comes from: the one that was tested, or one that it amends.
    pub pack: &'a str,
    /// Where it is written, as `file:line`.
    pub place: Option<String>,
    /// Whether a test saw it hold: a record that passes or is kept, a row that decides, an
    /// obligation that is met, a formula with a value.
    pub holds: bool,
    /// Whether a test saw the other answer: a record refused, an issue, an obligation not met, a
    /// formula that does not apply. `None` where a rule has no other answer.
    pub fails: Option<bool>,
}

/// The sorts of rules that tests exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// A requirement of a tally.
    Requirement,
    /// A row of a classification, or its `otherwise`.
    Row,
    /// A non-duplication rule.
    Once,
    /// A check of single records.
    Check,
    /// An obligation.
    Obligation,
    /// A KPI computed from others.
    Formula,
}

impl RuleKind {
    /// Every kind, in the order of results.
    pub const ALL: [RuleKind; 6] = [
        RuleKind::Requirement,
        RuleKind::Row,
        RuleKind::Once,
        RuleKind::Check,
        RuleKind::Obligation,
        RuleKind::Formula,
    ];
}

impl Exercise<'_> {
    /// Whether the tests saw everything the rule can do.
    pub fn is_complete(&self) -> bool {
        self.holds && self.fails != Some(false)
    }
}

impl SourcePack {
    /// What the pack's tests exercise: every rule, kind by kind in the order of the rules, with
    /// what was seen of it.
    ///
    /// An edition is tested by its own tests alone, as [`SourcePack::run_tests`] does;
    /// [`Exercise::pack`] says which rules it took over.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, RuleKind, Source};
    /// let rules = r#"
    /// pack shops
    /// entity market { key id: text }
    /// entity shop in market { key name: text  open: bool }
    /// tally shops from shop { require open else "closed" because "example"  count } because "example"
    /// test "one is open" { market M1 { shop A { open: true } }  expect M1.shops = 1 }"#;
    /// let limits = Limits::default();
    /// let pack = Parsed::parse(vec![Source::new("shops.guiju", rules)], &limits).check().into_pack()?;
    /// let exercises = pack.exercises(&limits);
    /// assert_eq!((exercises[0].kind, exercises[0].holds, exercises[0].fails), (RuleKind::Requirement, true, Some(false)));
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn exercises(&self, limits: &Limits) -> Vec<Exercise<'_>> {
        let _pack = self;
        let judged = |test| {
            let data = testing::records(self, test, limits).ok()?;
            let (outcome, state) = evaluate_keeping(self, &data, limits).ok()?;
            Some(Run { data, outcome, state })
        };
        let seen =
            Seen { rules: &self.rules, runs: self.tests.iter().filter_map(judged).collect() };
        RuleKind::ALL.into_iter().flat_map(|kind| self.of_kind(kind, &seen)).collect()
    }

    fn of_kind<'a>(&'a self, kind: RuleKind, seen: &Seen<'_>) -> Vec<Exercise<'a>> {
        let rules = &*self.rules;
        let exercise = |rule: String,
                        label: Localized,
                        basis: &Basis,
                        span: Option<Span>,
                        (holds, fails): (bool, Option<bool>)| {
            let clause = rules.clause_ids(basis).into_iter().next();
            let place = span.and_then(|span| {
                let source = rules.sources.get(span.source.0 as usize)?;
                Some(format!("{}:{}", source.name(), source.position(span.start).line))
            });
            Exercise {
                kind,
                rule,
                label,
                clause,
                pack: span.map_or(&rules.name, |span| rules.edition(span)),
                place,
                holds,
                fails,
            }
        };
        match kind {
            RuleKind::Requirement => {
                let all = rules
                    .tallies
                    .entries()
                    .flat_map(|(tally, rule)| (0..rule.require.len()).map(move |at| (tally, at)));
                all.map(|(tally, at)| {
                    let requirement = &rules.tallies[tally].require[at];
                    let span = Some(requirement.condition.span);
                    exercise(
                        rules.refusal(tally, at).rule,
                        requirement.message.heading(),
                        &requirement.basis,
                        span,
                        seen.requirement(tally, at),
                    )
                })
                .collect()
            }
            RuleKind::Row => {
                let mut list = Vec::new();
                for (index, class) in rules.classes.iter().enumerate() {
                    let name =
                        format!("{}.{}", rules.schema.entities[class.entity].name, class.name);
                    let label = |value: usize| class.choices.values[value].label.clone();
                    for (at, row) in class.rows.iter().enumerate() {
                        let rule = format!("{name}.{}", at + 1);
                        list.push(exercise(
                            rule,
                            label(row.value),
                            &row.basis,
                            Some(row.span),
                            (seen.row(class, Some(at)), None),
                        ));
                    }
                    if let Some((value, basis)) = &class.otherwise {
                        let span = self.places.otherwise.get(index).copied().flatten();
                        list.push(exercise(
                            format!("{name}.otherwise"),
                            label(*value),
                            basis,
                            span,
                            (seen.row(class, None), None),
                        ));
                    }
                }
                list
            }
            RuleKind::Once => {
                let places =
                    self.places.onces.iter().copied().map(Some).chain(std::iter::repeat(None));
                let all = rules.onces.iter().enumerate().zip(places);
                all.map(|((index, once), span)| {
                    exercise(
                        once.name.clone(),
                        once.label.clone(),
                        &once.basis,
                        span,
                        seen.once(index),
                    )
                })
                .collect()
            }
            RuleKind::Check => {
                let all = rules.checks.iter();
                all.map(|check| {
                    let sides = seen.check(check.entity, check.when.as_ref(), &check.expect);
                    exercise(
                        check.name.clone(),
                        check.message.heading(),
                        &check.basis,
                        Some(check.expect.span),
                        sides,
                    )
                })
                .collect()
            }
            RuleKind::Obligation => {
                let all = rules.obligations.iter().enumerate();
                all.map(|(index, rule)| {
                    exercise(
                        rule.name.clone(),
                        rule.label.clone(),
                        &rule.basis,
                        Some(rule.expect.span),
                        seen.obligation(index),
                    )
                })
                .collect()
            }
            RuleKind::Formula => {
                let formula = |(index, kpi): (KpiId, &'a Kpi)| match &kpi.kind {
                    KpiKind::Formula(formula) => Some(exercise(
                        kpi.name.clone(),
                        kpi.label.clone(),
                        &kpi.basis,
                        Some(formula.span),
                        seen.formula(index, kpi),
                    )),
                    _ => None,
                };
                rules.kpis.entries().filter_map(formula).collect()
            }
        }
    }
}

/// A test's records, judged.
struct Run {
    data: Dataset,
    outcome: Outcome,
    state: State,
}

/// One of a test's records.
struct Record<'a> {
    rules: &'a Rules,
    run: &'a Run,
    subject: Subject<'a>,
}

impl Record<'_> {
    fn truth(&self, condition: &Expr) -> Truth {
        Eval::new(self.rules, &self.run.data, &self.run.state, self.subject).truth(condition)
    }

    /// What a tally says of it, of one of its own records.
    fn verdict(&self, sheets: &List<TallyId, Sheet>, tally: TallyId) -> Verdict {
        match self.subject {
            Subject::Record { row, .. } => sheets[tally].get(row),
            _ => Verdict::OUT_OF_SCOPE,
        }
    }
}

/// All that tests saw.
struct Seen<'a> {
    rules: &'a Rules,
    runs: Vec<Run>,
}

impl Seen<'_> {
    /// Whether any record of an entity is as wanted.
    fn any(&self, entity: EntityId, wanted: &dyn Fn(&Record<'_>) -> bool) -> bool {
        let rules = self.rules;
        self.runs.iter().any(|run| {
            let of = |rows: std::ops::Range<usize>, root| {
                rows.map(move |row| Subject::Record { entity, row, root })
            };
            // What all roots share is the same whichever asks.
            let all = run.data.tables[entity].rows;
            let shared = if rules.schema.is_shared(entity) { 0..all } else { 0..0 };
            let roots = 0..run.data.len();
            roots
                .flat_map(|root| of(run.data.rows_of(entity, root), root))
                .chain(of(shared, 0))
                .any(|subject| wanted(&Record { rules, run, subject }))
        })
    }

    /// Whether a record of the tally passed, and whether one was refused by this requirement and no
    /// earlier one.
    fn requirement(&self, tally: TallyId, at: usize) -> (bool, Option<bool>) {
        let rule = &self.rules.tallies[tally];
        let condition = &rule.require[at].condition;
        let own = |record: &Record<'_>| record.verdict(&record.run.state.own, tally);
        let passes = self.any(rule.entity, &|record| {
            own(record) != Verdict::OUT_OF_SCOPE && record.truth(condition) == Truth::True
        });
        (passes, Some(self.any(rule.entity, &|record| own(record).refusal() == Some(at))))
    }

    /// Whether a row decided the value of some record; without a number, whether none did.
    fn row(&self, class: &Class, at: Option<usize>) -> bool {
        self.any(class.entity, &|record| {
            let truths: Vec<Truth> =
                class.rows.iter().map(|row| record.truth(&row.guard)).collect();
            let decides = |truth: &Truth| {
                if class.ordered { *truth != Truth::False } else { *truth == Truth::True }
            };
            match (at, truths.iter().position(decides)) {
                (Some(at), Some(first)) => at == first && truths[first] == Truth::True,
                (None, None) => truths.iter().all(|truth| *truth == Truth::False),
                _ => false,
            }
        })
    }

    /// Whether a record that could have been refused was counted, and whether one was refused.
    fn once(&self, index: usize) -> (bool, Option<bool>) {
        let claimants = || self.rules.onces[index].groups.iter().flatten();
        let any = |wanted: &dyn Fn(TallyId, Verdict) -> bool| {
            claimants().any(|claimant| {
                let entity = self.rules.tallies[claimant.tally].entity;
                self.any(entity, &|record| {
                    wanted(
                        claimant.tally,
                        record.verdict(&record.run.state.verdicts, claimant.tally),
                    )
                })
            })
        };
        let refused = |tally: TallyId, verdict: Verdict| {
            let rule = &self.rules.tallies[tally];
            let by = verdict.refusal().and_then(|at| at.checked_sub(rule.require.len()));
            by.and_then(|at| rule.onces.get(at)) == Some(&index)
        };
        (any(&|_, verdict| verdict == Verdict::COUNTED), Some(any(&refused)))
    }

    fn check(&self, entity: EntityId, when: Option<&Expr>, expect: &Expr) -> (bool, Option<bool>) {
        let found = |wanted| {
            self.any(entity, &|record| {
                when.is_none_or(|when| record.truth(when) == Truth::True)
                    && record.truth(expect) == wanted
            })
        };
        (found(Truth::True), Some(found(Truth::False)))
    }

    fn obligation(&self, index: usize) -> (bool, Option<bool>) {
        let outcomes = || {
            let of_roots = self
                .runs
                .iter()
                .flat_map(|run| &run.outcome.roots)
                .flat_map(|root| &root.obligations);
            let all =
                of_roots.chain(self.runs.iter().flat_map(|run| &run.outcome.programme.obligations));
            all.filter(|outcome| outcome.obligation == index)
        };
        let found = |status| outcomes().any(|outcome| outcome.status == status);
        (found(Status::Met), Some(found(Status::NotMet)))
    }

    /// Whether it has a known value; and where it has a condition, whether it does not apply.
    fn formula(&self, index: KpiId, kpi: &Kpi) -> (bool, Option<bool>) {
        let found = |wanted: &dyn Fn(&KpiValue) -> bool| {
            self.runs.iter().any(|run| {
                let of_roots = run.outcome.roots.iter().filter_map(|root| root.kpis.get(index));
                let of_groups = run
                    .outcome
                    .groups
                    .iter()
                    .flat_map(|grouping| &grouping.values)
                    .map(|(_, group)| group);
                let over_roots = std::iter::once(&run.outcome.programme)
                    .chain(of_groups)
                    .flat_map(|group| &group.kpis);
                of_roots
                    .chain(over_roots.filter(|(kpi, _)| *kpi == index).map(|(_, value)| value))
                    .any(wanted)
            })
        };
        let applies = found(&|value| matches!(value, KpiValue::Known(_)));
        (applies, kpi.when.as_ref().map(|_| found(&|value| *value == KpiValue::NotApplicable)))
    }
}
