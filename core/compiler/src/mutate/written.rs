//! Records and expectations as tests write them. Not here: which of them tell two packs apart (`propose`).

use crate::syntax::ast::{Assignment, TestRecord, TestValue};
use guiju_engine::data::Dataset;
use guiju_engine::pack::Pack;
use guiju_model::number::Exact;
use guiju_model::outcome::{Group, KpiValue, ObligationOutcome, Outcome, Verdict};
use guiju_model::rules::Rules;
use guiju_model::schema::{FieldKind, PROGRAMME};
use guiju_model::unit::Unit;

/// A record with all that belongs to it.
pub(super) fn record(of: &TestRecord, depth: usize) -> String {
    let blank = "  ".repeat(depth);
    let head = if of.entity.node == PROGRAMME { PROGRAMME.to_owned() } else { format!("{} {}", of.entity.node, text(&of.key.node)) };
    let like = of.like.as_ref().map(|like| format!(" like {}", like.node)).unwrap_or_default();
    let fields = assignments(&of.assignments);
    if of.tables.is_empty() && of.children.is_empty() {
        return format!("{blank}{head}{like} {{ {fields} }}\n");
    }
    let mut out = format!("{blank}{head}{like} {{\n");
    if !fields.is_empty() {
        out += &format!("{blank}  {fields}\n");
    }
    for (name, values) in &of.tables {
        out += &format!("{blank}  {} {{ {} }}\n", name.node, assignments(values));
    }
    out += &of.children.iter().map(|child| record(child, depth + 1)).collect::<String>();
    out + &blank + "}\n"
}

fn assignments(list: &[Assignment]) -> String {
    let one = |assignment: &Assignment| format!("{}: {}", assignment.name.node, value(&assignment.value.node));
    list.iter().map(one).collect::<Vec<_>>().join("  ")
}

fn value(of: &TestValue) -> String {
    match of {
        TestValue::Missing => "?".to_owned(),
        TestValue::Number(number, unit) => with_unit(number, unit.as_deref().unwrap_or("")),
        TestValue::Date(day) => day.minguo(),
        TestValue::Period(period) => format!("{} .. {}", period.start.minguo(), period.end.minguo()),
        TestValue::Text(text) => self::text(text),
        TestValue::Bool(value) => value.to_string(),
        TestValue::Word(word) => word.clone(),
        TestValue::List(items) => format!("({})", items.iter().map(|item| text(item)).collect::<Vec<_>>().join(", ")),
    }
}

fn with_unit(number: &Exact, unit: &str) -> String {
    if unit.is_empty() || unit == "%" { format!("{number}{unit}") } else { format!("{number} {unit}") }
}

fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What comes out of data by one pack and not by the other, each as a test would expect it of the first.
pub(super) fn expectations(pack: &Pack, data: &Dataset, old: &Outcome, new: &Outcome) -> Vec<String> {
    let rules = &*pack.rules;
    let mut found = Vec::new();
    for (number, (before, after)) in old.roots.iter().zip(&new.roots).enumerate() {
        let root = text(data.root_key(number));
        for (tally, rule) in rules.tallies.iter().enumerate() {
            for row in data.rows_of(rule.entity, number) {
                let verdict = |outcome: &Outcome| outcome.verdicts.get(tally).and_then(|rows| rows.get(row)).copied();
                if let Some(before) = verdict(old).filter(|before| Some(*before) != verdict(new)) {
                    let path = if rule.entity == rules.schema.root { root.clone() } else { of_record(rules, data, &root, rule.entity, row) };
                    found.push(format!("expect {path} {}", claimed(rules, tally, before)));
                }
            }
        }
        let kpis = before.kpis.iter().zip(&after.kpis).enumerate().filter(|(_, (a, b))| a != b);
        found.extend(kpis.filter_map(|(kpi, (value, _))| figure(rules, &root, kpi, value)));
        found.extend(obligations(rules, &root, &before.obligations, &after.obligations));
        for check in &rules.checks {
            for row in data.rows_of(check.entity, number) {
                let has = |issues: &[guiju_model::outcome::Issue]| {
                    issues.iter().any(|issue| issue.code == check.name && (issue.entity, issue.row) == (check.entity, row))
                };
                let (before, after) = (has(&before.issues), has(&after.issues));
                if before != after {
                    let path = if check.entity == rules.schema.root { root.clone() } else { of_record(rules, data, &root, check.entity, row) };
                    found.push(format!("expect {path} has {}issue {}", if before { "" } else { "no " }, check.name));
                }
            }
        }
    }
    found.extend(group(rules, PROGRAMME, &old.programme, &new.programme));
    for (before, after) in old.groups.iter().zip(&new.groups) {
        let field = &rules.schema.root_entity().fields[before.field];
        let FieldKind::Choice(choices) = &field.kind else { continue };
        for ((value, before), (_, after)) in before.values.iter().zip(&after.values) {
            let name = format!("{PROGRAMME}.{}.{}", field.name, choices.values[*value].name);
            found.extend(group(rules, &name, before, after));
        }
    }
    found
}

fn of_record(rules: &Rules, data: &Dataset, root: &str, entity: usize, row: usize) -> String {
    format!("{root}.{}.{}", rules.schema.entities[entity].name, text(data.key(entity, row)))
}

fn claimed(rules: &Rules, tally: usize, verdict: Verdict) -> String {
    let name = &rules.tallies[tally].name;
    match (verdict, verdict.refusal()) {
        (Verdict::OUT_OF_SCOPE, _) => format!("not in {name}"),
        (Verdict::COUNTED, _) => format!("counted in {name}"),
        (_, Some(by)) => {
            let cited = rules.clause_ids(rules.refusal(tally, by).basis).into_iter().next();
            format!("refused in {name}{}", cited.map(|clause| format!(" @ {clause}")).unwrap_or_default())
        }
        _ => format!("undetermined in {name}"),
    }
}

fn group(rules: &Rules, path: &str, old: &Group, new: &Group) -> Vec<String> {
    let kpis = old.kpis.iter().zip(&new.kpis).filter(|(a, b)| a != b);
    let figures = kpis.filter_map(|((kpi, value), _)| figure(rules, path, *kpi, value));
    figures.chain(obligations(rules, path, &old.obligations, &new.obligations)).collect()
}

fn obligations<'a>(rules: &'a Rules, path: &'a str, old: &'a [ObligationOutcome], new: &'a [ObligationOutcome]) -> impl Iterator<Item = String> {
    let pairs = old.iter().zip(new).filter(|(a, b)| a.status != b.status);
    pairs.map(move |(found, _)| format!("expect {path}.{} is {}", rules.obligation_id(found.obligation, found.kpi), found.status.id()))
}

/// A figure as it is expected; `None` where it cannot be written exactly.
fn figure(rules: &Rules, path: &str, kpi: usize, value: &KpiValue) -> Option<String> {
    let kpi = &rules.kpis[kpi];
    let claim = match value {
        KpiValue::Known(value) => format!("= {}", amount(value, &kpi.unit)?),
        KpiValue::Undetermined { low, high, .. } => {
            let bound = |bound: &Option<Exact>| bound.as_ref().map_or_else(|| Some("?".to_owned()), |bound| amount(bound, &kpi.unit));
            format!("between {} and {}", bound(low)?, bound(high)?)
        }
        KpiValue::NotApplicable => "is not_applicable".to_owned(),
        KpiValue::Invalid(_) => "is invalid".to_owned(),
    };
    Some(format!("expect {path}.{} {claim}", kpi.name))
}

fn amount(value: &Exact, unit: &Unit) -> Option<String> {
    let shown = if *unit == Unit::Ratio { value.mul(&Exact::from(100)).ok()? } else { value.clone() };
    let written = shown.to_string();
    let reads_back = Exact::parse(written.trim_start_matches('-')).is_some_and(|read| read == shown || read.negate() == shown);
    (reads_back && !matches!(unit, Unit::Per(..))).then(|| with_unit(&shown, &unit.sign()))
}
