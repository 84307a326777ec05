//! The one JSON form of an outcome: the same bytes from the command, from Python and from the
//! browser.
//!
//! Numbers are decimal strings without exponent or trailing zeros. A share, and any other quotient
//! that is no finite decimal, has six decimals (half away from zero) beside its exact fraction.
//! Order: roots and records as in the data, keys as declared in the pack.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::data::Dataset;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::message::filled;
use crate::eval::reference::{self, Fuel, Meter, State, needs};
use crate::eval::value::Truth;
use crate::evaluation::{Evaluation, target};
use crate::pack::Pack;
use crate::watch::Progress;
use guiju_model::date::Period;
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::json::Json;
use guiju_model::limits::Limits;
use guiju_model::memory::Memory;
use guiju_model::needs::Needs;
use guiju_model::number::Exact;
use guiju_model::outcome::{
    Abort, Counted, Group, Issue, KpiValue, Need, ObligationOutcome, Outcome, Verdict,
};
use guiju_model::rules::Rules;
use guiju_model::schema::FieldKind;
use guiju_model::text::Locale;
use guiju_model::unit::Unit;

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct JsonOptions {
    /// The verdicts on every record too.
    pub records: bool,
    /// Only the root with this index; none where there is none of this index.
    pub root: Option<usize>,
    /// The language of reasons and messages.
    pub locale: Locale,
}

impl Evaluation {
    /// The one JSON form of results: the same bytes from every host.
    pub fn to_json(&self, options: &JsonOptions) -> String {
        let mut unwatched = |_: Progress| ControlFlow::Continue(());
        let unbounded = Fuel::new(u64::MAX, 0, &mut unwatched);
        // Nothing bounds it, so that nothing stops it.
        self.written(options, Json::pretty(), &unbounded).map(Json::finish).unwrap_or_default()
    }

    /// The same within [`Limits::memory`].
    ///
    /// # Errors
    /// [`Abort::Memory`] where the text takes more, or what is found again for the verdicts on
    /// records.
    pub fn to_json_within(&self, options: &JsonOptions, limits: &Limits) -> Result<String, Abort> {
        // Half is for the text where there are verdicts on records, too.
        let parts = if options.records { 2 } else { 1 };
        let memory = Arc::new(Memory::new(limits.memory / parts));
        let mut unwatched = |_: Progress| ControlFlow::Continue(());
        let fuel = Fuel::new(u64::MAX, 0, &mut unwatched).within(memory);
        let text = Json::pretty().within(limits.memory / parts);
        self.written(options, text, &fuel).and_then(Json::finish_within).map_err(
            |abort| match abort {
                Abort::Memory { asked, by, .. } => {
                    Abort::Memory { limit: limits.memory, asked: asked.saturating_mul(parts), by }
                }
                other => other,
            },
        )
    }

    fn written(&self, options: &JsonOptions, json: Json, fuel: &Fuel<'_>) -> Result<Json, Abort> {
        let (pack, data, outcome) = (self.pack(), self.data(), self.outcome());
        let rules = &*pack.rules;
        let wanted = match options.root {
            None => 0..data.len(),
            Some(root) if root < data.len() => root..root + 1,
            Some(_) => 0..0,
        };
        let state = options
            .records
            .then(|| reference::replay_within(pack, data, wanted.clone(), fuel))
            .transpose()?;
        let mut writer = Writer {
            json,
            pack,
            rules,
            data,
            outcome,
            locale: options.locale,
            listed: 0,
            meter: fuel,
        };
        writer.object(|to| {
            to.key("pack").text(&rules.name);
            to.key("engine").text(env!("CARGO_PKG_VERSION"));
            to.digests();
            to.period(rules.period);
            to.key(&format!("{}s", rules.schema.root_entity().name));
            to.list(|to| {
                wanted
                    .filter(|root| *root < outcome.roots.len())
                    .for_each(|root| to.root(root, state.as_ref()))
            });
            to.key("programme");
            to.programme();
        });
        let json = writer.json;
        fuel.check().map(|()| json)
    }
}

pub(super) struct Writer<'a> {
    pub(super) json: Json,
    pub(super) pack: &'a Pack,
    pub(super) rules: &'a Rules,
    pub(super) data: &'a Dataset,
    pub(super) outcome: &'a Outcome,
    pub(super) locale: Locale,
    /// The needs listed so far.
    pub(super) listed: usize,
    meter: &'a (dyn Meter + 'a),
}

impl<'a> Writer<'a> {
    pub(super) fn key(&mut self, key: &str) -> &mut Json {
        self.json.key(key)
    }

    #[inline(always)]
    pub(super) fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.json.open('{');
        fill(self);
        self.json.close('}');
    }

    #[inline(always)]
    pub(super) fn list(&mut self, fill: impl FnOnce(&mut Self)) {
        self.json.open('[');
        fill(self);
        self.json.close(']');
    }

    /// Days as ISO 8601, both included.
    fn period(&mut self, period: Option<Period>) {
        let Some(period) = period else { return };
        self.key("period").object(|json| {
            json.key("start").text(&period.start.to_string());
            json.key("end").text(&period.end.to_string());
        });
    }

    /// What the result was computed from.
    fn digests(&mut self) {
        let (made_of, data) = (self.pack.provenance(), self.data);
        self.key("digests").object(|json| {
            json.key("rules").object(|json| {
                for (edition, digest) in &made_of.editions {
                    json.key(edition).text(digest);
                }
            });
            if !made_of.parameters.is_empty() {
                json.key("parameters").object(|json| {
                    for (name, value) in &made_of.parameters {
                        json.key(name).text(value);
                    }
                });
            }
            json.key("data").text(&data.digest());
            if !data.earlier_digests().is_empty() {
                json.key("previous").list(|json| {
                    data.earlier_digests().iter().for_each(|digest| json.text(digest));
                });
            }
        });
    }

    fn counted(&mut self, counted: &Counted) {
        self.object(|to| {
            to.key("tally").text(&counted.tally);
            counted.key.iter().for_each(|(name, text)| {
                to.key(name).text(text);
            });
            to.json.optional("day", counted.day.map(|day| day.to_string()).as_deref());
            to.period(counted.period);
        });
    }

    fn root(&mut self, root: usize, state: Option<&State>) {
        let (rules, data) = (self.rules, self.data);
        let outcome = &self.outcome.roots[root];
        self.object(|to| {
            to.key("id").text(data.root_key(root));
            to.key("kpis");
            to.object(|to| {
                for (index, value) in outcome.kpis.entries() {
                    to.kpi(
                        index,
                        value,
                        [target(data, to.outcome, root, index), data.previous(root, index)],
                        false,
                    );
                }
            });
            to.awards(root);
            to.key("obligations");
            to.list(|to| {
                outcome.obligations.iter().for_each(|outcome| to.obligation(outcome, false))
            });
            to.key("issues");
            to.list(|to| outcome.issues.iter().for_each(|issue| to.issue(root, issue)));
            if rules.onces.iter().any(|once| once.across().is_some()) {
                to.key("counted_evidence");
                to.list(|to| outcome.counted.iter().for_each(|counted| to.counted(counted)));
            }
            let Some(state) = state else { return };
            to.key("records");
            to.object(|to| {
                for (entity, shape) in rules.schema.entities.entries() {
                    let tallies: Vec<TallyId> = rules
                        .tallies
                        .ids()
                        .filter(|tally| {
                            rules.tallies[*tally].entity == entity
                                && rules.tallies[*tally].decides()
                        })
                        .collect();
                    if tallies.is_empty() {
                        continue;
                    }
                    to.key(&shape.name);
                    to.list(|to| {
                        data.rows_of(entity, root)
                            .for_each(|row| to.record(entity, row, root, &tallies, state))
                    });
                }
            });
        });
    }

    /// A KPI under its name, with what is given for it: its target and its previous value.
    fn kpi(
        &mut self,
        index: KpiId,
        value: &KpiValue,
        [target, previous]: [Option<Exact>; 2],
        over_roots: bool,
    ) {
        let kpi = &self.rules.kpis[index];
        let shown = |value: &Exact| kpi.unit.decimal(value);
        self.key(&kpi.name);
        self.object(|to| {
            to.value(value, &kpi.unit);
            if let KpiValue::Undetermined { needs, .. } = value {
                to.needs(needs, over_roots);
            }
            to.json.optional("target", target.as_ref().map(shown).as_deref());
            if let (KpiValue::Known(value), Some(target)) = (value, target) {
                to.json.optional(
                    "attainment",
                    value.attainment(&target).map(|attainment| attainment.to_fixed(6)).as_deref(),
                );
            }
            to.json.optional("previous", previous.as_ref().map(shown).as_deref());
        });
    }

    /// A value, as a part of the object that is open.
    pub(super) fn value(&mut self, value: &KpiValue, unit: &Unit) {
        let shown = |value: &Exact| unit.decimal(value);
        self.key("state").text(value.state());
        match value {
            KpiValue::Known(value) => {
                self.key("value").text(&shown(value));
                self.exact(value, unit);
            }
            // `null` where nothing bounds the value.
            KpiValue::Undetermined { low, high, .. } => {
                self.key("low").text_or_null(low.as_ref().map(shown).as_deref());
                self.key("high").text_or_null(high.as_ref().map(shown).as_deref());
            }
            KpiValue::NotApplicable => {}
            KpiValue::Invalid(error) => {
                let why = error.reason(self.locale);
                self.key("why").text(why);
            }
        }
        self.key("unit").text(&unit.sign());
    }

    /// What a value is open for; over all roots, each with its root. Where that is more than a
    /// reader wants, how many more there are.
    pub(super) fn needs(&mut self, needs: &Needs, over_roots: bool) {
        if needs.is_empty() {
            return;
        }
        let (rules, data) = (self.rules, self.data);
        let left = Needs::LISTED_IN_ALL.saturating_sub(self.listed);
        let most = Needs::LISTED.min(left).max(1);
        let first = needs.first(most);
        self.listed += first.len();
        self.key("needs");
        self.list(|to| {
            for need in first {
                let (root, record, field) = match need {
                    Need::Field { entity, row, field } => {
                        let root = (!rules.schema.is_of_programme(entity))
                            .then(|| data.root_of(entity, row));
                        (
                            root,
                            data.named(entity, row),
                            rules.schema.entities[entity].fields[field].name.clone(),
                        )
                    }
                    Need::Previous { root, kpi } => {
                        (root, data.owner(root), format!("previous.{}", rules.kpis[kpi].name))
                    }
                    Need::Target { root, kpi } => {
                        (root, data.owner(root), format!("targets.{}", rules.kpis[kpi].name))
                    }
                    Need::Programme { kpi } => {
                        (None, data.owner(None), rules.kpis[kpi].name.clone())
                    }
                    Need::List { entity } => {
                        (None, data.owner(None), rules.schema.entities[entity].name.clone())
                    }
                };
                to.object(|to| {
                    to.json.optional(
                        "of",
                        root.filter(|_| over_roots).map(|root| data.root_key(root)),
                    );
                    to.key("record").text(&record);
                    to.key("field").text(&field);
                });
            }
        });
        if let Some(more) = needs.len().checked_sub(most).filter(|more| *more > 0) {
            self.key("more").number(i64::try_from(more).unwrap_or(i64::MAX));
        }
    }

    /// The fraction beside a number that is rounded, or may be.
    fn exact(&mut self, value: &Exact, unit: &Unit) {
        if *unit == Unit::Ratio || value.to_plain().is_none() {
            self.key("exact").text(&value.to_fraction());
        }
    }

    fn obligation(&mut self, outcome: &ObligationOutcome, over_roots: bool) {
        let rules = self.rules;
        let rule = &rules.obligations[outcome.obligation];
        self.object(|to| {
            to.key("id").text(&rules.obligation_id(outcome.obligation, outcome.kpi));
            to.key("severity").text(rule.severity.id());
            to.key("status").text(outcome.status.id());
            if let Some(gap) = &outcome.gap {
                let unit = rules.obligation_unit(outcome.obligation, outcome.kpi);
                to.key("gap").text(&unit.decimal(gap));
                to.exact(gap, &unit);
                if gap.is_zero() {
                    // More or less is asked, and both sides are equal.
                    to.key("equal").bool(true);
                }
                to.key("unit").text(&unit.sign());
            }
            to.json.optional("clause", rules.clause_ids(&rule.basis).into_iter().next().as_deref());
            to.needs(&outcome.needs, over_roots);
        });
    }

    fn issue(&mut self, root: usize, issue: &Issue) {
        let path = self.data.issue_path(root, issue);
        let message = issue.message.get(self.locale);
        self.object(|to| {
            to.key("path").text(&path);
            to.key("code").text(&issue.code);
            to.key("severity").text(issue.severity.id());
            to.key("message").text(message);
            to.json.optional("clause", issue.clause.as_deref());
        });
    }

    fn record(
        &mut self,
        entity: EntityId,
        row: usize,
        root: usize,
        tallies: &[TallyId],
        state: &State,
    ) {
        let key = self.data.key(entity, row);
        self.object(|to| {
            to.key("key").text(&key);
            to.key("verdicts");
            to.object(|to| tallies.iter().for_each(|tally| to.verdict(*tally, row, root, state)));
        });
    }

    /// A verdict under the name of its tally; nothing where the record is none of its.
    fn verdict(&mut self, tally: TallyId, row: usize, root: usize, state: &State) {
        let verdict = self.outcome.verdicts[tally][row];
        if verdict == Verdict::OUT_OF_SCOPE {
            return;
        }
        let (rules, data) = (self.rules, self.data);
        let rule = &rules.tallies[tally];
        let subject = Subject::Record { entity: rule.entity, row, root };
        self.key(&rule.name);
        self.object(|to| {
            to.key("verdict").text(verdict.id());
            match verdict.refusal() {
                _ if verdict == Verdict::COUNTED => {}
                None => to.needs(
                    &needs::of_record_charged(rules, data, state, to.meter, (tally, row)),
                    false,
                ),
                Some(index) => {
                    to.refusal(tally, index, subject, state);
                    // The other requirements that fail too.
                    let mut eval = Eval::new(rules, data, state, subject);
                    let others =
                        rule.require.iter().enumerate().filter(|(other, _)| *other > index);
                    let fails = others.filter(|(_, requirement)| {
                        eval.truth(&requirement.condition) == Truth::False
                    });
                    let also: Vec<usize> = fails.map(|(other, _)| other).collect();
                    if !also.is_empty() {
                        to.key("also");
                        to.list(|to| {
                            also.into_iter().for_each(|other| {
                                to.object(|to| to.refusal(tally, other, subject, state))
                            })
                        });
                    }
                }
            }
        });
    }

    /// Why a record is refused, as a part of the object that is open.
    fn refusal(&mut self, tally: TallyId, index: usize, subject: Subject<'_>, state: &State) {
        let rules = self.rules;
        let refusal = rules.refusal(tally, index);
        let (reason, locale) =
            (filled(rules, self.data, state, subject, refusal.message), self.locale);
        self.key("reason").text(reason.get(locale));
        self.key("rule").text(&refusal.rule);
        self.json.optional("clause", rules.clause_ids(refusal.basis).into_iter().next().as_deref());
    }

    fn programme(&mut self) {
        let (rules, outcome) = (self.rules, self.outcome);
        let (root, programme) = (rules.schema.root_entity(), &outcome.programme);
        self.object(|to| {
            to.key("kpis");
            to.group(programme, true);
            if !programme.obligations.is_empty() {
                to.key("obligations");
                to.list(|to| {
                    programme.obligations.iter().for_each(|outcome| to.obligation(outcome, true))
                });
            }
            to.contests();
            to.key("groups");
            to.object(|to| {
                for grouping in &outcome.groups {
                    let field = &root.fields[grouping.field];
                    let FieldKind::Choice(choices) = &field.kind else { continue };
                    to.key(&field.name);
                    to.object(|to| {
                        for (value, group) in &grouping.values {
                            to.key(&choices.values[*value].name);
                            to.object(|to| {
                                to.key("kpis");
                                to.group(group, false);
                            });
                        }
                    });
                }
            });
        });
    }

    /// KPIs over roots; only those of the whole programme have anything given for them.
    fn group(&mut self, group: &Group, whole: bool) {
        let data = self.data;
        self.object(|to| {
            for (index, value) in &group.kpis {
                let given = if whole {
                    [data.programme_target(*index), data.programme_previous(*index)]
                } else {
                    [None, None]
                };
                to.kpi(*index, value, given, true);
            }
        });
    }
}
