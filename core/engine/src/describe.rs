//! Read-only views for hosts that show results to people: what the rules call things, and what an
//! outcome's indices stand for.
//!
//! Everything here is looked up, nothing is computed anew. Not here: the JSON of results (`output`)
//! and reasons in full (`explain`).

use std::borrow::Cow;
use std::sync::Arc;

use crate::data::{Cell, Dataset};
use crate::eval::reference::expr::Subject;
use crate::eval::reference::message::filled;
use crate::eval::reference::{State, figures};
use crate::evaluation::Evaluation;
use crate::pack::Pack;
use guiju_model::diagnostic::Severity;
use guiju_model::index::{EntityId, FieldId, KpiId, TallyId};
use guiju_model::outcome::{Issue, Need, ObligationOutcome, Verdict};
use guiju_model::rules::{Kpi, KpiKind, KpiScope, Message};
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// A KPI as the rules declare it.
#[derive(Clone, Copy, Debug)]
pub struct KpiInfo<'a> {
    /// Its id, such as `company_members.north`.
    pub name: &'a str,
    /// What people call it.
    pub label: &'a Localized,
    /// The unit of its value.
    pub unit: &'a Unit,
    /// Where its value comes from.
    pub form: KpiForm,
    /// Whether it is one figure over all roots rather than one for each.
    pub programme: bool,
    /// The field of the root that a programme KPI is also grouped by.
    pub by: Option<FieldId>,
}

/// Where the value of a KPI comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KpiForm {
    /// The number or the sum of a tally's records.
    Measure,
    /// The same of a part of them.
    Part,
    /// A formula over other KPIs.
    Formula,
}

/// An obligation as the rules declare it, for one outcome of it.
#[derive(Clone, Debug)]
pub struct ObligationInfo<'a> {
    /// The id in results: the name, followed by the KPI where it stands for every KPI with a
    /// target.
    pub id: String,
    /// What people call it.
    pub label: &'a Localized,
    /// The KPI it is about, where it stands for every KPI with a target.
    pub kpi: Option<KpiInfo<'a>>,
    /// How bad it is not to meet it.
    pub severity: Severity,
    /// What to say where it is not met.
    pub message: Option<&'a Localized>,
    /// The unit of its gap.
    pub unit: Unit,
    /// The first clause it cites, as `document:clause`.
    pub clause: Option<String>,
}

/// Something missing that matters, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The root it belongs to; `None` for what is said of the programme.
    pub root: Option<usize>,
    /// The record, as `entity/key`.
    pub record: String,
    /// The field, or the list and KPI of a value given beside records.
    pub field: Localized,
}

/// What a tally says of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    /// It is counted.
    Counted,
    /// A requirement or a non-duplication rule refuses it.
    Refused,
    /// Missing data decide.
    Undetermined,
}

impl VerdictKind {
    /// The name in results.
    pub fn id(self) -> &'static str {
        match self {
            VerdictKind::Counted => "counted",
            VerdictKind::Refused => "refused",
            VerdictKind::Undetermined => "undetermined",
        }
    }
}

/// The verdict of one tally on one record of its scope.
#[derive(Clone, Debug)]
pub struct RecordVerdict<'a> {
    /// The record's entity.
    pub entity: EntityId,
    /// The record's row.
    pub row: usize,
    /// The record's key.
    pub key: Cow<'a, str>,
    /// The tally in the rules.
    pub rule_tally: TallyId,
    /// The tally's name.
    pub tally: &'a str,
    /// What people call the tally.
    pub label: &'a Localized,
    /// What it says.
    pub verdict: VerdictKind,
    /// Why it is refused, with values of the record.
    pub reason: Option<Localized>,
    /// The same as the rule says it, before any value is put in.
    pub message: Option<&'a Message>,
    /// The id of the rule that refuses it.
    pub rule: Option<String>,
    /// The first clause that rule cites.
    pub clause: Option<String>,
}

/// What a verdict says of every record that has it.
#[derive(Clone, Debug)]
pub struct Saying<'a> {
    /// What it is.
    pub verdict: VerdictKind,
    /// Why it refuses, as the rule says it.
    pub message: Option<&'a Message>,
    /// Whether that names values of the record, which [`Evaluation::verdicts`] puts in.
    pub varies: bool,
    /// The id of the rule that refuses.
    pub rule: Option<String>,
    /// The first clause that rule cites.
    pub clause: Option<String>,
}

impl Pack {
    /// What a verdict of a tally says; `None` where records that have it are out of its scope.
    pub fn saying(&self, tally: TallyId, verdict: Verdict) -> Option<Saying<'_>> {
        let rules = &*self.rules;
        let refusal = verdict.refusal().map(|index| rules.refusal(tally, index));
        let kind = match verdict {
            Verdict::OUT_OF_SCOPE => return None,
            Verdict::COUNTED => VerdictKind::Counted,
            _ if refusal.is_some() => VerdictKind::Refused,
            _ => VerdictKind::Undetermined,
        };
        Some(Saying {
            verdict: kind,
            message: refusal.as_ref().map(|refusal| refusal.message),
            varies: refusal.as_ref().is_some_and(|refusal| !refusal.message.holes.is_empty()),
            clause: refusal
                .as_ref()
                .and_then(|refusal| rules.clause_ids(refusal.basis).into_iter().next()),
            rule: refusal.map(|refusal| refusal.rule),
        })
    }

    /// The tallies that decide on the records of an entity, each with its name and its label, in
    /// the order of their declaration.
    pub fn deciding(&self, entity: EntityId) -> impl Iterator<Item = (TallyId, &str, &Localized)> {
        self.rules
            .tallies
            .entries()
            .filter(move |(_, tally)| tally.entity == entity && tally.decides())
            .map(|(id, tally)| (id, tally.name.as_str(), &tally.label))
    }

    /// Every KPI: those of the root in the order of `schema.kpis`, then those of the programme.
    /// Indices of an outcome count these.
    pub fn kpis(&self) -> impl ExactSizeIterator<Item = KpiInfo<'_>> {
        self.rules.kpis.iter().map(kpi_info)
    }

    /// The names of the tallies that decide on the records of an entity, in the order of their
    /// declaration.
    pub fn tallies_on(&self, entity: EntityId) -> impl Iterator<Item = &str> {
        let tallies = self.rules.tallies.iter();
        tallies
            .filter(move |tally| tally.entity == entity && tally.decides())
            .map(|tally| tally.name.as_str())
    }

    /// What an outcome of an obligation is about.
    pub fn obligation(&self, outcome: &ObligationOutcome) -> ObligationInfo<'_> {
        let rule = &self.rules.obligations[outcome.obligation];
        ObligationInfo {
            id: self.rules.obligation_id(outcome.obligation, outcome.kpi),
            label: &rule.label,
            kpi: outcome.kpi.map(|kpi| kpi_info(&self.rules.kpis[kpi])),
            severity: rule.severity,
            message: rule.message.as_ref(),
            unit: self.rules.obligation_unit(outcome.obligation, outcome.kpi),
            clause: self.rules.clause_ids(&rule.basis).into_iter().next(),
        }
    }
}

impl Evaluation {
    /// The verdicts on the records of a root, entity by entity and record by record; records out of
    /// scope of a tally are left out.
    pub fn verdicts(&self, root: usize) -> impl Iterator<Item = RecordVerdict<'_>> {
        let (rules, data, outcome) = (&*self.pack().rules, self.data(), self.outcome());
        // Of what was computed, messages tell figures of records only.
        let state = Arc::new(if rules.tells_figures() {
            figures::told(self.pack(), data, outcome, root)
        } else {
            State::default()
        });
        rules.schema.entities.ids().flat_map(move |entity| {
            let state = Arc::clone(&state);
            data.rows_of(entity, root).flat_map(move |row| {
                let state = Arc::clone(&state);
                let tallies = rules.tallies.ids().filter(move |tally| {
                    rules.tallies[*tally].entity == entity && rules.tallies[*tally].decides()
                });
                tallies.filter_map(move |tally| {
                    let verdict = outcome.verdicts[tally][row];
                    let saying = self.pack().saying(tally, verdict)?;
                    let refusal = verdict.refusal().map(|index| rules.refusal(tally, index));
                    let subject = Subject::Record { entity, row, root };
                    Some(RecordVerdict {
                        entity,
                        row,
                        key: data.key(entity, row),
                        rule_tally: tally,
                        tally: &rules.tallies[tally].name,
                        label: &rules.tallies[tally].label,
                        verdict: saying.verdict,
                        reason: refusal
                            .map(|refusal| filled(rules, data, &state, subject, refusal.message)),
                        message: saying.message,
                        clause: saying.clause,
                        rule: saying.rule,
                    })
                })
            })
        })
    }

    /// A need in words.
    pub fn needed(&self, need: &Need) -> Needed {
        let (rules, data) = (&*self.pack().rules, self.data());
        let schema = &rules.schema;
        let beside = |root: Option<usize>, list: &str, kpi: KpiId| {
            let field = Localized::same(format!("{list}.{}", rules.kpis[kpi].name));
            Needed { root, record: data.owner(root), field }
        };
        match need {
            Need::Field { entity, row, field } => Needed {
                root: (!schema.is_of_programme(*entity)).then(|| data.root_of(*entity, *row)),
                record: data.named(*entity, *row),
                field: schema.entities[*entity].fields[*field].label.clone(),
            },
            Need::Previous { root, kpi } => beside(*root, "previous", *kpi),
            Need::Target { root, kpi } => beside(*root, "targets", *kpi),
            Need::Programme { kpi } => Needed {
                root: None,
                record: data.owner(None),
                field: rules.kpis[*kpi].label.clone(),
            },
            Need::List { entity } => Needed {
                root: None,
                record: data.owner(None),
                field: schema.entities[*entity].label.clone(),
            },
        }
    }
}

impl Dataset {
    /// Where an issue is, as a JSON pointer within its root: `/member/3/patent_no`.
    pub fn issue_path(&self, root: usize, issue: &Issue) -> String {
        let entity = &self.schema.entities[issue.entity];
        let record = self.list_path(issue.entity, issue.row, root);
        issue
            .field
            .map_or(record.clone(), |field| format!("{record}/{}", entity.fields[field].name))
    }

    /// The key of the record at a row of an entity, as it was written; where it belongs to records
    /// below the root, behind theirs: `R1/P2`.
    pub fn record_key(&self, entity: EntityId, row: usize) -> Cow<'_, str> {
        self.key(entity, row)
    }

    /// A text field of a root, as it was written; `None` where it is missing or no text.
    pub fn root_text(&self, root: usize, field: FieldId) -> Option<&str> {
        self.record_text(self.schema.root, field, root)
    }

    /// A text field of the record at a row of an entity, likewise.
    pub fn record_text(&self, entity: EntityId, field: FieldId, row: usize) -> Option<&str> {
        match self.cell(entity, field, row) {
            Some(Cell::Text(id)) => Some(self.texts.text(id)),
            _ => None,
        }
    }
}

fn kpi_info(kpi: &Kpi) -> KpiInfo<'_> {
    let (programme, by) = match kpi.scope {
        KpiScope::Root => (false, None),
        KpiScope::Programme { by } => (true, by),
    };
    let form = match kpi.kind {
        KpiKind::Measure { .. } => KpiForm::Measure,
        KpiKind::Part { .. } => KpiForm::Part,
        KpiKind::Formula(_) => KpiForm::Formula,
    };
    KpiInfo { name: &kpi.name, label: &kpi.label, unit: &kpi.unit, form, programme, by }
}
