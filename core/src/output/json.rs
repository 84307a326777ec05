//! The one JSON form of an outcome: the same bytes from the command, from Python and from the browser.
//!
//! Numbers are decimal strings without exponent or trailing zeros. A share, and any other quotient that is no finite decimal, has six
//! decimals (half-even) beside its exact fraction. Order: roots and records as in the data, keys as declared in the pack.

use indexmap::IndexMap;
use serde::Serialize;

use crate::data::Dataset;
use crate::diagnostic::Severity;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::{self, State, tally};
use crate::eval::value::Truth;
use crate::number::{Exact, NumberError};
use crate::outcome::{Group, Issue, KpiValue, Need, ObligationOutcome, Outcome, Verdict};
use crate::plan::{Plan, Rules};
use crate::schema::FieldKind;
use crate::text::Locale;
use crate::unit::Unit;

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

/// Writes an outcome.
pub fn to_json(plan: &Plan, data: &Dataset, outcome: &Outcome, options: &JsonOptions) -> String {
    let rules = &*plan.rules;
    let wanted = match options.root {
        None => 0..data.len(),
        Some(root) if root < data.len() => root..root + 1,
        Some(_) => 0..0,
    };
    let state = options.records.then(|| reference::replay(plan, data, wanted.clone()));
    let writer = Writer { rules, data, outcome, locale: options.locale, state };
    let roots = wanted.filter(|root| *root < outcome.roots.len()).map(|root| writer.root(root));
    let document = Document {
        pack: &rules.name,
        engine: env!("CARGO_PKG_VERSION"),
        period: rules.period.map(|period| PeriodLine { start: period.start.to_string(), end: period.end.to_string() }),
        roots: IndexMap::from([(format!("{}s", rules.schema.root_entity().name), roots.collect())]),
        programme: writer.programme(),
    };
    // Writing plain texts and lists to memory cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

#[derive(Serialize)]
struct Document<'a> {
    pack: &'a str,
    engine: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<PeriodLine>,
    #[serde(flatten)]
    roots: IndexMap<String, Vec<Root<'a>>>,
    programme: Programme<'a>,
}

/// Days as ISO 8601, both included.
#[derive(Serialize)]
struct PeriodLine {
    start: String,
    end: String,
}

#[derive(Serialize)]
struct Root<'a> {
    id: &'a str,
    kpis: IndexMap<&'a str, Kpi<'a>>,
    obligations: Vec<Obligation<'a>>,
    issues: Vec<IssueLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<IndexMap<&'a str, Vec<Record<'a>>>>,
}

#[derive(Serialize, Default)]
struct Kpi<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
    #[serde(flatten)]
    bounds: Option<Bounds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    unit: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<NeedLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attainment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
}

/// Written as `null` where nothing bounds the value.
#[derive(Serialize)]
struct Bounds {
    low: Option<String>,
    high: Option<String>,
}

#[derive(Serialize)]
struct NeedLine<'a> {
    /// The root's key, where the need is of something over all roots.
    #[serde(skip_serializing_if = "Option::is_none", rename = "of")]
    root: Option<&'a str>,
    record: String,
    field: String,
}

#[derive(Serialize)]
struct Obligation<'a> {
    id: String,
    severity: Severity,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<NeedLine<'a>>,
}

#[derive(Serialize)]
struct IssueLine<'a> {
    path: String,
    code: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'a str>,
}

#[derive(Serialize)]
struct Record<'a> {
    key: &'a str,
    verdicts: IndexMap<&'a str, VerdictLine<'a>>,
}

#[derive(Serialize)]
struct VerdictLine<'a> {
    verdict: &'static str,
    #[serde(flatten)]
    refusal: Option<RefusalLine<'a>>,
    /// The other requirements that fail too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<RefusalLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<NeedLine<'a>>,
}

#[derive(Serialize)]
struct RefusalLine<'a> {
    reason: &'a str,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
}

#[derive(Serialize)]
struct Programme<'a> {
    kpis: IndexMap<&'a str, Kpi<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    obligations: Vec<Obligation<'a>>,
    groups: IndexMap<&'a str, IndexMap<&'a str, GroupLine<'a>>>,
}

#[derive(Serialize)]
struct GroupLine<'a> {
    kpis: IndexMap<&'a str, Kpi<'a>>,
}

struct Writer<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    outcome: &'a Outcome,
    locale: Locale,
    state: Option<State>,
}

impl<'a> Writer<'a> {
    fn root(&self, root: usize) -> Root<'a> {
        let outcome = &self.outcome.roots[root];
        let mut kpis = IndexMap::new();
        for (index, value) in outcome.kpis.iter().enumerate() {
            let given = [self.data.target(root, index), self.data.previous(root, index)];
            kpis.insert(self.rules.kpis[index].name.as_str(), self.beside(index, value, given, self.kpi(index, value, false)));
        }
        Root {
            id: self.data.root_key(root),
            kpis,
            obligations: outcome.obligations.iter().map(|outcome| self.obligation(outcome, false)).collect(),
            issues: outcome.issues.iter().map(|issue| self.issue(root, issue)).collect(),
            records: self.state.as_ref().map(|state| self.records(root, state)),
        }
    }

    /// A KPI with what is given for it.
    fn beside(&self, index: usize, value: &KpiValue, [target, previous]: [Option<Exact>; 2], mut kpi: Kpi<'a>) -> Kpi<'a> {
        let unit = &self.rules.kpis[index].unit;
        kpi.target = target.map(|target| show(target, unit));
        if let (KpiValue::Known(value), Some(target)) = (value, target) {
            kpi.attainment = value.div(target).ok().map(|attainment| attainment.to_fixed(6));
        }
        kpi.previous = previous.map(|previous| show(previous, unit));
        kpi
    }

    fn kpi(&self, index: usize, value: &KpiValue, over_roots: bool) -> Kpi<'a> {
        let unit = &self.rules.kpis[index].unit;
        let mut kpi = Kpi { unit: unit.sign(), state: value.state(), ..Kpi::default() };
        match value {
            KpiValue::Known(value) => {
                kpi.value = Some(show(*value, unit));
                kpi.exact = (*unit == Unit::Ratio || value.to_plain().is_none()).then(|| value.to_fraction());
            }
            KpiValue::Undetermined { low, high, needs } => {
                kpi.bounds = Some(Bounds { low: low.map(|low| show(low, unit)), high: high.map(|high| show(high, unit)) });
                kpi.needs = self.needs(needs, over_roots);
            }
            KpiValue::NotApplicable => {}
            KpiValue::Invalid(error) => kpi.why = Some(why(*error, self.locale)),
        }
        kpi
    }

    fn needs(&self, needs: &[Need], over_roots: bool) -> Vec<NeedLine<'a>> {
        let schema = &self.rules.schema;
        let line = |root: Option<usize>, record: String, field: String| NeedLine {
            root: root.filter(|_| over_roots).map(|root| self.data.root_key(root)),
            record,
            field,
        };
        let beside = |root: Option<usize>, list: &str, kpi: usize| {
            line(root, self.data.owner(root), format!("{list}.{}", self.rules.kpis[kpi].name))
        };
        needs
            .iter()
            .map(|need| match need {
                Need::Field { entity, row, field } => {
                    let root = (Some(*entity) != schema.programme).then(|| self.data.root_of(*entity, *row));
                    line(root, self.data.named(*entity, *row), schema.entities[*entity].fields[*field].name.clone())
                }
                Need::Previous { root, kpi } => beside(*root, "previous", *kpi),
                Need::Target { root, kpi } => beside(*root, "targets", *kpi),
            })
            .collect()
    }

    fn obligation(&self, outcome: &ObligationOutcome, over_roots: bool) -> Obligation<'a> {
        let rule = &self.rules.obligations[outcome.obligation];
        let unit = self.rules.obligation_unit(outcome.obligation, outcome.kpi);
        Obligation {
            id: self.rules.obligation_id(outcome.obligation, outcome.kpi),
            severity: rule.severity,
            status: outcome.status.id(),
            gap: outcome.gap.map(|gap| show(gap, &unit)),
            unit: outcome.gap.map(|_| unit.sign()),
            clause: self.rules.clause_ids(&rule.basis).into_iter().next(),
            needs: self.needs(&outcome.needs, over_roots),
        }
    }

    fn issue(&self, root: usize, issue: &'a Issue) -> IssueLine<'a> {
        IssueLine {
            path: self.data.issue_path(root, issue),
            code: &issue.code,
            severity: issue.severity,
            message: issue.message.get(self.locale),
            clause: issue.clause.as_deref(),
        }
    }

    fn records(&self, root: usize, state: &State) -> IndexMap<&'a str, Vec<Record<'a>>> {
        let mut records = IndexMap::new();
        for (entity, shape) in self.rules.schema.entities.iter().enumerate() {
            let tallies: Vec<usize> = (0..self.rules.tallies.len()).filter(|tally| self.rules.tallies[*tally].entity == entity).collect();
            if tallies.is_empty() {
                continue;
            }
            let list = self.data.rows_of(entity, root).map(|row| {
                let verdicts = tallies.iter().filter_map(|tally| {
                    let verdict = self.verdict(*tally, row, root, state)?;
                    Some((self.rules.tallies[*tally].name.as_str(), verdict))
                });
                Record { key: self.data.key(entity, row), verdicts: verdicts.collect() }
            });
            records.insert(shape.name.as_str(), list.collect());
        }
        records
    }

    fn verdict(&self, tally: usize, row: usize, root: usize, state: &State) -> Option<VerdictLine<'a>> {
        let verdict = self.outcome.verdicts[tally][row];
        let rule = &self.rules.tallies[tally];
        let subject = Subject::Record { entity: rule.entity, row, root };
        let mut line = VerdictLine { verdict: verdict.id(), refusal: None, also: Vec::new(), needs: Vec::new() };
        match (verdict, verdict.refusal()) {
            (Verdict::OUT_OF_SCOPE, _) => return None,
            (Verdict::COUNTED, _) => {}
            (_, None) => line.needs = self.needs(&tally::needs(self.rules, self.data, state, tally, subject), false),
            (_, Some(index)) => {
                line.refusal = Some(self.refusal(tally, index));
                let mut eval = Eval::new(self.rules, self.data, state, subject);
                let others = rule.require.iter().enumerate().filter(|(other, _)| *other > index);
                line.also = others
                    .filter(|(_, requirement)| eval.truth(&requirement.condition) == Truth::False)
                    .map(|(other, _)| self.refusal(tally, other))
                    .collect();
            }
        }
        Some(line)
    }

    fn refusal(&self, tally: usize, index: usize) -> RefusalLine<'a> {
        let refusal = self.rules.refusal(tally, index);
        RefusalLine {
            reason: refusal.message.get(self.locale),
            rule: refusal.rule,
            clause: self.rules.clause_ids(refusal.basis).into_iter().next(),
        }
    }

    fn programme(&self) -> Programme<'a> {
        let root = self.rules.schema.root_entity();
        let mut groups = IndexMap::new();
        for grouping in &self.outcome.groups {
            let field = &root.fields[grouping.field];
            let FieldKind::Choice(choices) = &field.kind else { continue };
            let values = grouping.values.iter();
            let line = |group| GroupLine { kpis: self.group(group, |_| [None, None]) };
            let values = values.map(|(value, group)| (choices.values[*value].name.as_str(), line(group)));
            groups.insert(field.name.as_str(), values.collect());
        }
        let programme = &self.outcome.programme;
        Programme {
            kpis: self.group(programme, |kpi| [self.data.programme_target(kpi), self.data.programme_previous(kpi)]),
            obligations: programme.obligations.iter().map(|outcome| self.obligation(outcome, true)).collect(),
            groups,
        }
    }

    fn group(&self, group: &Group, given: impl Fn(usize) -> [Option<Exact>; 2]) -> IndexMap<&'a str, Kpi<'a>> {
        let kpi = |index: usize, value: &KpiValue| self.beside(index, value, given(index), self.kpi(index, value, true));
        group.kpis.iter().map(|(index, value)| (self.rules.kpis[*index].name.as_str(), kpi(*index, value))).collect()
    }
}

/// A number in its unit: shares with six decimals, others plain where they are finite.
pub(crate) fn show(value: Exact, unit: &Unit) -> String {
    if *unit == Unit::Ratio { value.to_fixed(6) } else { value.to_string() }
}

/// Why a KPI has no value.
pub(crate) fn why(error: NumberError, locale: Locale) -> &'static str {
    match (error, locale) {
        (NumberError::DivisionByZero, Locale::ZhTw) => "除以零",
        (NumberError::DivisionByZero, Locale::En) => "division by zero",
        (NumberError::PartsDiffer, Locale::ZhTw) => "各分項加總不等於總數",
        (NumberError::PartsDiffer, Locale::En) => "the parts do not add up to the whole",
        (NumberError::Overflow, Locale::ZhTw) => "位數過多，無法精確計算",
        (NumberError::Overflow, Locale::En) => "too many digits for an exact result",
    }
}
