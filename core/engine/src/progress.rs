//! How far a root has come while its data is being filled in: each KPI with its bounds, and what
//! would narrow them, most telling first.
//!
//! What cannot be read counts as missing, so there is an answer at every moment. Not here: what to
//! tell about single fields (`validate`), the reasons for a figure (`explain`).

use indexmap::IndexMap;

use crate::data::Draft;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::{State, kpi, needs};
use crate::eval::value::{Range, Truth};
use crate::output::Place;
use crate::pack::Pack;
use crate::validate::{DraftError, JudgedDraft, pointer};
use guiju_model::diagnostic::{Diagnostic, Severity};
use guiju_model::index::{KpiId, List, TallyId};
use guiju_model::json::Json;
use guiju_model::limits::Limits;
use guiju_model::needs::Needs;
use guiju_model::number::Exact;
use guiju_model::outcome::{KpiValue, Need, Verdict};
use guiju_model::rules::{Expr, ExprKind, KpiKind, Rules};
use guiju_model::sort::sort;
use guiju_model::text::{Locale, Localized};

/// The figures of a root whose data is not complete.
#[derive(Clone, Debug, Default)]
pub struct ProgressReport {
    /// By id, in the order of declaration.
    pub kpis: IndexMap<String, KpiProgress>,
    /// Whether each obligation is met already, or cannot be any more.
    pub obligations: Vec<ObligationProgress>,
    /// What can be said of the awards so far.
    pub awards: Vec<AwardProgress>,
}

/// A KPI on the way.
#[derive(Clone, Debug, Default)]
pub struct KpiProgress {
    /// What people call it.
    pub label: Localized,
    /// `known`, `undetermined`, `not_applicable` or `invalid`.
    pub state: &'static str,
    /// The value, where it is certain.
    pub value: Option<String>,
    /// The least it can become.
    pub low: Option<String>,
    /// The most it can become; `None` where nothing bounds it.
    pub high: Option<String>,
    /// Why there is no value.
    pub why: Option<Localized>,
    /// The sign of its unit.
    pub unit: String,
    /// What is aimed at.
    pub target: Option<String>,
    /// The certain value as a part of the target.
    pub attainment: Option<String>,
    /// How much is missing to the target for certain: from the most it can become.
    pub gap: Option<String>,
    /// The value of the year before.
    pub previous: Option<String>,
    /// Missing fields that leave the value open, those first that leave the most open; at most
    /// [`KpiProgress::NEEDS`].
    pub needs: Vec<MissingField>,
    /// How many more there are.
    pub more: usize,
}

/// A field that is not filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingField {
    /// JSON pointer from the root.
    pub path: String,
    /// The record, as `entity/key`.
    pub record: String,
    /// What people call the field.
    pub label: Localized,
}

/// An obligation on the way.
#[derive(Clone, Debug)]
pub struct ObligationProgress {
    /// Its id in results.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// The KPI, where it stands for every KPI with a target.
    pub kpi: Option<String>,
    /// How bad it is not to meet it.
    pub severity: Severity,
    /// `met`, `not_met`, `undetermined` or `not_applicable`.
    pub status: &'static str,
    /// How much is missing.
    pub gap: Option<String>,
    /// The unit of that.
    pub unit: String,
    /// The first clause it cites.
    pub clause: Option<String>,
}

/// An award on the way: what became of the root, or of one of its records.
#[derive(Clone, Debug)]
pub struct AwardProgress {
    /// Its id in results.
    pub id: String,
    /// What people call it.
    pub label: Localized,
    /// The record, as `entity/key`, where the award is among records.
    pub record: Option<String>,
    /// `counted`, `refused` or `undetermined`. An award among roots needs all of them: it never
    /// counts one by itself.
    pub verdict: &'static str,
    /// Why, but for one that is counted with all it may get.
    pub reason: Option<Localized>,
    /// The first clause it cites.
    pub clause: Option<String>,
}

impl Pack {
    /// The figures of a root as JSON with its children, however incomplete.
    ///
    /// # Errors
    /// [`DraftError::Unreadable`] where the root or some of its records cannot be read,
    /// [`DraftError::Abort`] where a limit stops the work.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let rules = r#"
    /// pack p "p"
    /// entity alliance { key id: text }
    /// entity receipt in alliance { key id: text  stamped "核章": bool  amount "金額": money }
    /// tally income "收入" from receipt { require stamped else "未核章" because "示範"  sum amount } because "示範"
    /// "#;
    /// let limits = Limits::untrusted();
    /// let pack = Parsed::parse(vec![Source::new("p.guiju", rules)], &limits).check().into_pack().expect("sound rules");
    /// let report = pack.progress(r#"{"id": "A1", "receipt": [{"id": "1", "amount": "200"}, {"id": "2", "amount": "3000"}]}"#, &limits)?;
    /// let income = &report.kpis["income"];
    /// assert_eq!((income.low.as_deref(), income.high.as_deref()), (Some("0"), Some("3200")));
    /// // The greater receipt tells more.
    /// assert_eq!(income.needs[0].path, "/receipt/1/stamped");
    /// # Ok::<(), guiju::DraftError>(())
    /// ```
    pub fn progress(&self, root: &str, limits: &Limits) -> Result<ProgressReport, DraftError> {
        let draft = self.judge_draft(&self.schema().root_entity().name, root, limits)?;
        draft.progress().map_err(|problems| DraftError::Unreadable { problems: problems.to_vec() })
    }
}

impl JudgedDraft {
    /// The figures of the root that the record is; of any other record, those of a root that has
    /// nothing but it.
    ///
    /// # Errors
    /// The problems that keep it, or some of its records, from being read: figures without them
    /// would mislead.
    pub fn progress(&self) -> Result<ProgressReport, &[Diagnostic]> {
        if !self.unread().is_empty() {
            return Err(self.unread());
        }
        let JudgedDraft { pack, draft, outcome, state, .. } = self;
        let rules = &*pack.rules;
        let view = View { rules, draft, state };
        let Some(found) = outcome.roots.first() else { return Ok(ProgressReport::default()) };
        let kpis = found
            .kpis
            .entries()
            .map(|(index, value)| (rules.kpis[index].name.clone(), view.kpi(index, value)));
        let obligations = found.obligations.iter().map(|outcome| {
            let info = pack.obligation(outcome);
            ObligationProgress {
                kpi: info.kpi.map(|kpi| kpi.name.to_owned()),
                id: info.id,
                label: info.label.clone(),
                severity: info.severity,
                status: outcome.status.id(),
                gap: outcome.gap.as_ref().map(|gap| info.unit.decimal(gap)),
                unit: info.unit.sign(),
                clause: info.clause,
            }
        });
        let schema = &rules.schema;
        let awards = (0..rules.awards.len()).flat_map(|award| {
            let rows = match rules.awards[award].entity {
                entity if entity == schema.root => 0..1,
                entity => draft.data.rows_of(entity, 0),
            };
            rows.filter_map(move |row| Place::of(pack, &draft.data, outcome, award, row))
        });
        let awards = awards.map(|place| AwardProgress {
            id: place.award.name.clone(),
            label: place.award.label.clone(),
            record: (!place.is_of_root())
                .then(|| format!("{}/{}", schema.entities[place.award.entity].name, place.key())),
            verdict: place.standing.decision.id(),
            reason: (!place.fits()).then(|| place.reason()),
            clause: place.clause(),
        });
        Ok(ProgressReport {
            kpis: kpis.collect(),
            obligations: obligations.collect(),
            awards: awards.collect(),
        })
    }
}

impl ProgressReport {
    /// The report as JSON, texts in one language; every key is always there, `null` where there is
    /// nothing.
    pub fn to_json(&self, locale: Locale) -> String {
        let mut json = Json::compact();
        json.object(|json| {
            json.key("kpis").object(|json| {
                for (id, kpi) in &self.kpis {
                    json.key(id).object(|json| kpi.write(json, locale));
                }
            });
            json.key("obligations").list(|json| {
                for each in &self.obligations {
                    json.object(|json| each.write(json, locale));
                }
            });
            json.key("awards").list(|json| {
                for each in &self.awards {
                    json.object(|json| each.write(json, locale));
                }
            });
        });
        json.finish()
    }
}

impl KpiProgress {
    /// The most missing fields that are named: the next ones come up as these are filled in, and a
    /// long report lacks thousands.
    pub const NEEDS: usize = 10;

    fn write(&self, json: &mut Json, locale: Locale) {
        json.key("label").text(self.label.get(locale));
        json.key("why").text_or_null(self.why.as_ref().map(|why| why.get(locale)));
        json.key("state").text(self.state);
        let figures = [
            ("value", self.value.as_deref()),
            ("low", self.low.as_deref()),
            ("high", self.high.as_deref()),
            ("unit", Some(self.unit.as_str())),
            ("target", self.target.as_deref()),
            ("attainment", self.attainment.as_deref()),
            ("gap", self.gap.as_deref()),
            ("previous", self.previous.as_deref()),
        ];
        for (key, figure) in figures {
            json.key(key).text_or_null(figure);
        }
        json.key("needs").list(|json| {
            for need in &self.needs {
                json.object(|json| {
                    json.key("label").text(need.label.get(locale));
                    json.key("path").text(&need.path);
                    json.key("record").text(&need.record);
                });
            }
        });
        json.key("more").number(i64::try_from(self.more).unwrap_or(i64::MAX));
    }
}

impl ObligationProgress {
    fn write(&self, json: &mut Json, locale: Locale) {
        json.key("label").text(self.label.get(locale));
        json.key("id").text(&self.id);
        json.key("kpi").text_or_null(self.kpi.as_deref());
        json.key("severity").text(self.severity.id());
        json.key("status").text(self.status);
        json.key("gap").text_or_null(self.gap.as_deref());
        json.key("unit").text(&self.unit);
        json.key("clause").text_or_null(self.clause.as_deref());
    }
}

impl AwardProgress {
    fn write(&self, json: &mut Json, locale: Locale) {
        json.key("label").text(self.label.get(locale));
        json.key("id").text(&self.id);
        json.key("record").text_or_null(self.record.as_deref());
        json.key("verdict").text(self.verdict);
        json.key("reason").text_or_null(self.reason.as_ref().map(|reason| reason.get(locale)));
        json.key("clause").text_or_null(self.clause.as_deref());
    }
}

/// How much of a value hangs on a missing field; `None` where nothing bounds it.
type Weight = Option<Exact>;

struct View<'a> {
    rules: &'a Rules,
    draft: &'a Draft,
    state: &'a State,
}

impl<'a> View<'a> {
    fn kpi(&self, index: KpiId, value: &KpiValue) -> KpiProgress {
        let (kpi, data) = (&self.rules.kpis[index], &self.draft.data);
        let ruled = || match self.state.target(0, index) {
            Some(KpiValue::Known(value)) => Some(value.clone()),
            _ => None,
        };
        let target = data.target(0, index).or_else(ruled);
        let shown = |value: &Exact| kpi.unit.decimal(value);
        let mut progress = KpiProgress {
            label: kpi.label.clone(),
            state: value.state(),
            unit: kpi.unit.sign(),
            target: target.as_ref().map(shown),
            previous: data.previous(0, index).as_ref().map(shown),
            ..KpiProgress::default()
        };
        let mut most = None;
        match value {
            KpiValue::Known(value) => {
                (progress.value, most) = (Some(shown(value)), Some(value.clone()));
                progress.attainment = target
                    .as_ref()
                    .and_then(|target| value.attainment(target))
                    .map(|share| share.to_fixed(6));
            }
            KpiValue::Undetermined { low, high, needs, .. } => {
                most = high.clone();
                (progress.low, progress.high) = (low.as_ref().map(shown), high.as_ref().map(shown));
                progress.needs = self.by_weight(index, needs);
                progress.more = needs.len().saturating_sub(KpiProgress::NEEDS);
            }
            KpiValue::NotApplicable => {}
            KpiValue::Invalid(error) => {
                progress.why =
                    Some(Localized::new(error.reason(Locale::ZhTw), error.reason(Locale::En)))
            }
        }
        let gap = target.zip(most).and_then(|(target, most)| target.sub(&most).ok());
        progress.gap = gap.filter(|gap| !gap.is_negative() && !gap.is_zero()).as_ref().map(shown);
        progress
    }

    /// What is missing, that which leaves the most open first; otherwise as in the data.
    fn by_weight(&self, kpi: KpiId, needs: &Needs) -> Vec<MissingField> {
        let mut shares = Vec::new();
        let mut met = self.rules.kpis.iter().map(|_| false).collect();
        self.weigh(kpi, &mut met, &mut shares);
        sort(&mut shares, &mut |(a, _), (b, _)| a.cmp(b));
        let mut needs: Vec<(Need, Weight)> =
            needs.all().into_iter().map(|need| (need, weight(&shares, &need))).collect();
        sort(&mut needs, &mut |(_, a), (_, b)| match (a, b) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, _) => std::cmp::Ordering::Less,
            (_, None) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => b.cmp(a),
        });
        needs.into_iter().take(KpiProgress::NEEDS).map(|(need, _)| self.field(&need)).collect()
    }

    /// Adds what each field decides of a KPI: the width that a record leaves open, shared among
    /// what the record lacks. Each KPI once, however many ways lead to it: `met` has those that
    /// were looked at.
    fn weigh(&self, kpi: KpiId, met: &mut List<KpiId, bool>, shares: &mut Vec<(Need, Weight)>) {
        if std::mem::replace(&mut met[kpi], true) {
            return;
        }
        match &self.rules.kpis[kpi].kind {
            KpiKind::Measure { tally, measure } => {
                self.weigh_records(*tally, *measure, None, shares)
            }
            KpiKind::Part { tally, split, part } => {
                self.weigh_records(*tally, 0, Some((*split, *part)), shares)
            }
            KpiKind::Formula(formula) => self.weigh_operands(formula, met, shares),
        }
    }

    fn weigh_operands(
        &self,
        expr: &Expr,
        met: &mut List<KpiId, bool>,
        shares: &mut Vec<(Need, Weight)>,
    ) {
        if let ExprKind::Kpi(kpi) = expr.kind {
            self.weigh(kpi, met, shares);
        }
        for part in expr.kind.parts() {
            self.weigh_operands(part, met, shares);
        }
    }

    fn weigh_records(
        &self,
        tally: TallyId,
        measure: usize,
        part: Option<(usize, usize)>,
        shares: &mut Vec<(Need, Weight)>,
    ) {
        let (rules, data) = (self.rules, &self.draft.data);
        let rule = &rules.tallies[tally];
        for row in data.rows_of(rule.entity, 0) {
            let verdict = self.state.verdicts[tally].get(row);
            if verdict != Verdict::COUNTED && verdict != Verdict::UNDETERMINED {
                continue;
            }
            let subject = Subject::Record { entity: rule.entity, row, root: 0 };
            let mut eval = Eval::new(rules, data, self.state, subject);
            let mut certain = verdict == Verdict::COUNTED;
            if let Some((split, part)) = part {
                certain &= kpi::part_of(&mut eval, &rule.splits[split].by, part) == Truth::True;
            }
            let amount = match rule.measures.get(measure).and_then(|measure| measure.of.as_ref()) {
                Some(sum) => eval.range(sum).unwrap_or(Range::point(Exact::ZERO)),
                None => Range::point(Exact::ONE),
            };
            let mut missing = eval.needs;
            if verdict == Verdict::UNDETERMINED {
                missing.share(&needs::of_record(rules, data, self.state, tally, row));
            }
            let needs = missing.take().all();
            let share = i64::try_from(needs.len())
                .ok()
                .and_then(|count| width(amount, certain)?.div(&Exact::from(count)).ok());
            shares.extend(needs.into_iter().map(|need| (need, share.clone())));
        }
    }

    fn field(&self, need: &Need) -> MissingField {
        let whole = self.rules.schema.root;
        let beside = |list: &str, kpi: KpiId| {
            let kpi = &self.rules.kpis[kpi];
            MissingField {
                path: format!("/{list}/{}", kpi.name),
                record: self.draft.data.owner(Some(0)),
                label: kpi.label.clone(),
            }
        };
        match *need {
            Need::Field { entity, row, field } => MissingField {
                path: pointer(self.rules, self.draft, whole, entity, row, Some(field)),
                record: self.draft.data.named(entity, row),
                label: self.rules.schema.entities[entity].fields[field].label.clone(),
            },
            Need::Previous { kpi, .. } => beside("previous", kpi),
            Need::Target { kpi, .. } => beside("targets", kpi),
            // Nothing in the record fills it.
            Need::Programme { kpi } => MissingField {
                path: String::new(),
                record: self.draft.data.owner(None),
                label: self.rules.kpis[kpi].label.clone(),
            },
            Need::List { entity } => MissingField {
                path: String::new(),
                record: self.draft.data.owner(None),
                label: self.rules.schema.entities[entity].label.clone(),
            },
        }
    }
}

/// All that hangs on a field: the sum of its shares, which are in the order of what they are of.
fn weight(shares: &[(Need, Weight)], need: &Need) -> Weight {
    let mut own = shares
        .iter()
        .skip(shares.partition_point(|(of, _)| of < need))
        .take_while(|(of, _)| of == need);
    own.try_fold(Exact::ZERO, |weight, (_, share)| weight.add(share.as_ref()?).ok())
}

/// How far apart the ends of what a record adds are; it may add nothing where it is not certain to
/// count.
fn width(amount: Range, certain: bool) -> Weight {
    let (mut low, mut high) = (amount.low?, amount.high?);
    if !certain {
        (low, high) = (low.min(Exact::ZERO), high.max(Exact::ZERO));
    }
    high.sub(&low).ok()
}
