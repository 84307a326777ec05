//! The one JSON form of an outcome: the same bytes from the command, from Python and from the browser.
//!
//! Numbers are decimal strings without exponent or trailing zeros. A share, and any other quotient that is no finite decimal, has six
//! decimals (half-even) beside its exact fraction. Order: roots and records as in the data, keys as declared in the pack.

use serde_json::{Map, Value, json};

use crate::data::Dataset;
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
    /// Only the root with this index.
    pub root: Option<usize>,
    /// The language of reasons and messages.
    pub locale: Locale,
}

/// Writes an outcome.
pub fn to_json(plan: &Plan, data: &Dataset, outcome: &Outcome, options: &JsonOptions) -> String {
    let rules = &*plan.rules;
    let state = options.records.then(|| reference::replay(plan, data));
    let writer = Writer { rules, data, outcome, locale: options.locale, state };
    let roots: Vec<Value> = (0..outcome.roots.len())
        .filter(|root| options.root.is_none_or(|only| only == *root))
        .map(|root| writer.root(root))
        .collect();
    let mut document = Map::new();
    document.insert("pack".into(), json!(rules.name));
    document.insert("engine".into(), json!(env!("CARGO_PKG_VERSION")));
    document.insert(format!("{}s", rules.schema.root_entity().name), Value::Array(roots));
    document.insert("programme".into(), writer.programme());
    serde_json::to_string_pretty(&Value::Object(document)).unwrap_or_default()
}

struct Writer<'a> {
    rules: &'a Rules,
    data: &'a Dataset,
    outcome: &'a Outcome,
    locale: Locale,
    state: Option<State>,
}

impl Writer<'_> {
    fn root(&self, root: usize) -> Value {
        let outcome = &self.outcome.roots[root];
        let mut kpis = Map::new();
        for (index, value) in outcome.kpis.iter().enumerate() {
            let mut object = self.kpi(index, value);
            let given = &self.data.given[root];
            let unit = &self.rules.kpis[index].unit;
            if let Some(target) = given.target(index) {
                object.insert("target".into(), json!(show(target, unit)));
                if let KpiValue::Known(value) = value {
                    if let Ok(attainment) = value.div(target) {
                        object.insert("attainment".into(), json!(attainment.to_fixed(6)));
                    }
                }
            }
            if let Some(previous) = given.previous(index) {
                object.insert("previous".into(), json!(show(previous, unit)));
            }
            kpis.insert(self.rules.kpis[index].name.clone(), Value::Object(object));
        }
        let mut object = Map::new();
        object.insert("id".into(), json!(self.data.root_key(root)));
        object.insert("kpis".into(), Value::Object(kpis));
        object.insert("obligations".into(), outcome.obligations.iter().map(|outcome| self.obligation(outcome)).collect());
        object.insert("issues".into(), outcome.issues.iter().map(|issue| self.issue(root, issue)).collect());
        if let Some(state) = &self.state {
            object.insert("records".into(), self.records(root, state));
        }
        Value::Object(object)
    }

    fn kpi(&self, index: usize, value: &KpiValue) -> Map<String, Value> {
        let unit = &self.rules.kpis[index].unit;
        let mut object = Map::new();
        match value {
            KpiValue::Known(value) => {
                object.insert("state".into(), json!("known"));
                object.insert("value".into(), json!(show(*value, unit)));
                if *unit == Unit::Ratio || value.to_plain().is_none() {
                    object.insert("exact".into(), json!(fraction(*value)));
                }
            }
            KpiValue::Undetermined { low, high, needs } => {
                object.insert("state".into(), json!("undetermined"));
                object.insert("low".into(), json!(low.map(|low| show(low, unit))));
                object.insert("high".into(), json!(high.map(|high| show(high, unit))));
                object.insert("unit".into(), json!(unit.sign()));
                object.insert("needs".into(), self.needs(needs));
                return object;
            }
            KpiValue::NotApplicable => {
                object.insert("state".into(), json!("not_applicable"));
            }
            KpiValue::Invalid(error) => {
                object.insert("state".into(), json!("invalid"));
                object.insert("why".into(), json!(why(*error, self.locale)));
            }
        }
        object.insert("unit".into(), json!(unit.sign()));
        object
    }

    fn needs(&self, needs: &[Need]) -> Value {
        let schema = &self.rules.schema;
        needs
            .iter()
            .map(|need| match need {
                Need::Field { entity, row, field } => json!({
                    "record": format!("{}/{}", schema.entities[*entity].name, self.data.key(*entity, *row)),
                    "field": schema.entities[*entity].fields[*field].name,
                }),
                Need::Previous { root, kpi } => self.beside(*root, "previous", *kpi),
                Need::Target { root, kpi } => self.beside(*root, "targets", *kpi),
            })
            .collect()
    }

    /// A value given beside the records of a root.
    fn beside(&self, root: usize, list: &str, kpi: usize) -> Value {
        let record = format!("{}/{}", self.rules.schema.root_entity().name, self.data.root_key(root));
        json!({ "record": record, "field": format!("{list}.{}", self.rules.kpis[kpi].name) })
    }

    fn obligation(&self, outcome: &ObligationOutcome) -> Value {
        let rule = &self.rules.obligations[outcome.obligation];
        let mut object = Map::new();
        object.insert("id".into(), json!(self.rules.obligation_id(outcome)));
        object.insert("severity".into(), json!(rule.severity));
        object.insert("status".into(), json!(outcome.status.id()));
        if let Some(gap) = outcome.gap {
            let unit = self.rules.gap_unit(outcome);
            object.insert("gap".into(), json!(show(gap, &unit)));
            object.insert("unit".into(), json!(unit.sign()));
        }
        if let Some(clause) = self.rules.clause_ids(&rule.basis).into_iter().next() {
            object.insert("clause".into(), json!(clause));
        }
        if !outcome.needs.is_empty() {
            object.insert("needs".into(), self.needs(&outcome.needs));
        }
        Value::Object(object)
    }

    fn issue(&self, root: usize, issue: &Issue) -> Value {
        let entity = &self.rules.schema.entities[issue.entity];
        let mut path = String::new();
        if entity.child {
            let first = self.data.rows_of(issue.entity, root).start;
            path = format!("/{}/{}", entity.name, issue.row - first);
        }
        if let Some(field) = issue.field {
            path = format!("{path}/{}", entity.fields[field].name);
        }
        let mut object = json!({
            "path": path,
            "code": issue.code,
            "severity": issue.severity,
            "message": issue.message.get(self.locale),
        });
        if let (Some(clause), Some(object)) = (&issue.clause, object.as_object_mut()) {
            object.insert("clause".into(), json!(clause));
        }
        object
    }

    fn records(&self, root: usize, state: &State) -> Value {
        let mut records = Map::new();
        for (entity, shape) in self.rules.schema.entities.iter().enumerate() {
            let tallies: Vec<usize> = (0..self.rules.tallies.len()).filter(|tally| self.rules.tallies[*tally].entity == entity).collect();
            if tallies.is_empty() {
                continue;
            }
            let list = self.data.rows_of(entity, root).map(|row| {
                let mut verdicts = Map::new();
                for tally in &tallies {
                    if let Some(verdict) = self.verdict(*tally, row, root, state) {
                        verdicts.insert(self.rules.tallies[*tally].name.clone(), verdict);
                    }
                }
                json!({ "key": self.data.key(entity, row), "verdicts": verdicts })
            });
            records.insert(shape.name.clone(), list.collect());
        }
        Value::Object(records)
    }

    fn verdict(&self, tally: usize, row: usize, root: usize, state: &State) -> Option<Value> {
        let verdict = self.outcome.verdicts[tally][row];
        let rule = &self.rules.tallies[tally];
        let subject = Subject::Record { entity: rule.entity, row, root };
        match (verdict, verdict.refusal()) {
            (Verdict::OUT_OF_SCOPE, _) => None,
            (Verdict::COUNTED, _) => Some(json!({ "verdict": "counted" })),
            (_, None) => {
                let needs = tally::needs(self.rules, self.data, state, tally, subject);
                Some(json!({ "verdict": "undetermined", "needs": self.needs(&needs) }))
            }
            (_, Some(index)) => {
                let mut object = Map::new();
                object.insert("verdict".into(), json!("refused"));
                object.extend(self.refusal(tally, index));
                // The other requirements that fail too.
                let mut eval = Eval::new(self.rules, self.data, state, subject);
                let also: Vec<Value> = rule
                    .require
                    .iter()
                    .enumerate()
                    .filter(|(other, requirement)| *other > index && eval.truth(&requirement.condition) == Truth::False)
                    .map(|(other, _)| Value::Object(self.refusal(tally, other)))
                    .collect();
                if !also.is_empty() {
                    object.insert("also".into(), Value::Array(also));
                }
                Some(Value::Object(object))
            }
        }
    }

    fn refusal(&self, tally: usize, index: usize) -> Map<String, Value> {
        let refusal = self.rules.refusal(tally, index);
        let mut object = Map::new();
        object.insert("reason".into(), json!(refusal.message.get(self.locale)));
        object.insert("rule".into(), json!(refusal.rule));
        if let Some(clause) = self.rules.clause_ids(refusal.basis).into_iter().next() {
            object.insert("clause".into(), json!(clause));
        }
        object
    }

    fn programme(&self) -> Value {
        let mut object = Map::new();
        object.insert("kpis".into(), self.group(&self.outcome.programme));
        let obligations: Vec<Value> = self.outcome.programme.obligations.iter().map(|outcome| self.obligation(outcome)).collect();
        if !obligations.is_empty() {
            object.insert("obligations".into(), Value::Array(obligations));
        }
        let mut groups = Map::new();
        let root = self.rules.schema.root_entity();
        for grouping in &self.outcome.groups {
            let field = &root.fields[grouping.field];
            let FieldKind::Choice(choices) = &field.kind else { continue };
            let values: Map<String, Value> = grouping
                .values
                .iter()
                .map(|(value, group)| (choices.values[*value].name.clone(), json!({ "kpis": self.group(group) })))
                .collect();
            groups.insert(field.name.clone(), Value::Object(values));
        }
        object.insert("groups".into(), Value::Object(groups));
        Value::Object(object)
    }

    fn group(&self, group: &Group) -> Value {
        let kpis: Map<String, Value> = group
            .kpis
            .iter()
            .map(|(index, value)| (self.rules.kpis[*index].name.clone(), Value::Object(self.kpi(*index, value))))
            .collect();
        Value::Object(kpis)
    }
}

/// A number in its unit: shares with six decimals, others plain where they are finite.
pub(crate) fn show(value: Exact, unit: &Unit) -> String {
    if *unit == Unit::Ratio { value.to_fixed(6) } else { value.to_string() }
}

fn fraction(value: Exact) -> String {
    if value.denominator() == 1 { value.numerator().to_string() } else { format!("{}/{}", value.numerator(), value.denominator()) }
}

/// Why a KPI has no value.
pub(crate) fn why(error: NumberError, locale: Locale) -> &'static str {
    match (error, locale) {
        (NumberError::DivisionByZero, Locale::ZhTw) => "除以零",
        (NumberError::DivisionByZero, Locale::En) => "division by zero",
        (NumberError::Overflow, Locale::ZhTw) => "位數過多，無法精確計算",
        (NumberError::Overflow, Locale::En) => "too many digits for an exact result",
    }
}
