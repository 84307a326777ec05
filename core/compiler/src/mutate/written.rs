//! Records and expectations as tests write them. Not here: which of them tell two packs apart
//! (`propose`).

use crate::syntax::ast::{Assignment, TestRecord, TestValue};
use guiju_engine::data::Dataset;
use guiju_model::index::{EntityId, KpiId, TallyId};
use guiju_model::number::Exact;
use guiju_model::outcome::{Group, KpiValue, ObligationOutcome, Outcome, Verdict};
use guiju_model::rules::{Placing, Rules};
use guiju_model::schema::{FieldKind, PROGRAMME};
use guiju_model::unit::Unit;
use guiju_model::words::{self, WORDS, is_reserved, item_word};

/// A record with all that belongs to it.
pub(super) fn record(of: &TestRecord, depth: usize) -> String {
    let blank = "  ".repeat(depth);
    let head = if of.entity.node == PROGRAMME {
        PROGRAMME.to_owned()
    } else {
        format!("{} {}", of.entity.node, key(&of.key.node))
    };
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
    let one = |assignment: &Assignment| {
        format!("{}: {}", assignment.name.node, value(&assignment.value.node))
    };
    list.iter().map(one).collect::<Vec<_>>().join("  ")
}

fn value(of: &TestValue) -> String {
    match of {
        TestValue::Missing => "?".to_owned(),
        TestValue::Number(number, unit) => with_unit(number, unit.as_deref().unwrap_or("")),
        TestValue::Date(day) => day.minguo(),
        TestValue::Period(period) => {
            format!("{} .. {}", period.start.minguo(), period.end.minguo())
        }
        TestValue::Text(text) => self::text(text),
        TestValue::Bool(value) => value.to_string(),
        TestValue::Word(word) => word.clone(),
        TestValue::List(items) => {
            format!("({})", items.iter().map(|item| key(item)).collect::<Vec<_>>().join(", "))
        }
    }
}

fn with_unit(number: &Exact, unit: &str) -> String {
    if unit.is_empty() || unit == "%" {
        format!("{number}{unit}")
    } else {
        format!("{number} {unit}")
    }
}

/// A key or a text: without quotation marks where it reads as a name.
fn key(key: &str) -> String {
    let is_name = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_word = is_reserved(key)
        || words::english(key) != key
        || item_word(key).is_some()
        || WORDS.iter().any(|word| word.english == key);
    if is_name && !is_word { key.to_owned() } else { text(key) }
}

fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// One thing that comes out of data, and that a test may expect something of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// Whose it is.
    pub(super) of: Whose,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Whose {
    Root(usize),
    Programme,
    /// A group of roots: which grouping, and which of its values.
    Group(usize, usize),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// The verdict of a tally on the n-th record of a root.
    Verdict(TallyId, usize),
    Kpi(KpiId),
    Obligation(usize, Option<KpiId>),
    /// What an award makes of the n-th record of a root: its verdict, or a figure.
    Award(usize, usize, Option<Placing>),
    /// Whether a check finds something in the n-th record of a root.
    Issue(usize, usize),
}

/// What differs between two outcomes of the same data, verdicts first.
pub(super) fn differing(rules: &Rules, data: &Dataset, old: &Outcome, new: &Outcome) -> Vec<Seen> {
    let mut all = Vec::new();
    for root in 0..old.roots.len() {
        let records = |entity: EntityId| 0..data.rows_of(entity, root).len();
        // Tests name the figures that records own, not the verdicts behind them.
        let told = |(_, rule): &(TallyId, &guiju_model::rules::Tally)| rule.owner.is_none();
        let verdicts = rules.tallies.entries().filter(told).flat_map(|(tally, rule)| {
            records(rule.entity).map(move |row| What::Verdict(tally, row))
        });
        let issues =
            rules.checks.iter().enumerate().flat_map(|(check, rule)| {
                records(rule.entity).map(move |row| What::Issue(check, row))
            });
        let kpis = old.roots[root].kpis.ids().map(What::Kpi);
        let obligations = old.roots[root]
            .obligations
            .iter()
            .map(|found| What::Obligation(found.obligation, found.kpi));
        let awards = rules.awards.iter().enumerate().flat_map(|(award, rule)| {
            let told = move |row| {
                [None, Some(Placing::Rank), Some(Placing::Amount)]
                    .map(|placing| What::Award(award, row, placing))
            };
            records(rule.entity).flat_map(told)
        });
        all.extend(
            verdicts
                .chain(awards)
                .chain(kpis)
                .chain(obligations)
                .chain(issues)
                .map(|what| Seen { of: Whose::Root(root), what }),
        );
    }
    let mut group = |of: &Whose, group: &Group| {
        let kpis = group.kpis.iter().map(|(kpi, _)| What::Kpi(*kpi));
        let obligations =
            group.obligations.iter().map(|found| What::Obligation(found.obligation, found.kpi));
        all.extend(kpis.chain(obligations).map(|what| Seen { of: of.clone(), what }));
    };
    group(&Whose::Programme, &old.programme);
    for (grouping, list) in old.groups.iter().enumerate() {
        list.values
            .iter()
            .enumerate()
            .for_each(|(value, (_, of))| group(&Whose::Group(grouping, value), of));
    }
    all.into_iter()
        .filter(|seen| said(rules, data, old, seen) != said(rules, data, new, seen))
        .collect()
}

/// What a test expects where this comes out; `None` where it cannot be written exactly.
pub(super) fn expectation(
    rules: &Rules,
    data: &Dataset,
    outcome: &Outcome,
    seen: &Seen,
) -> Option<String> {
    let owner = match &seen.of {
        Whose::Root(root) => key(data.root_key(*root)),
        Whose::Programme => PROGRAMME.to_owned(),
        Whose::Group(grouping, value) => {
            let grouping = outcome.groups.get(*grouping)?;
            let field = rules.schema.root_entity().fields.get(grouping.field)?;
            let FieldKind::Choice(choices) = &field.kind else { return None };
            format!(
                "{PROGRAMME}.{}.{}",
                field.name,
                choices.values.get(grouping.values.get(*value)?.0)?.name
            )
        }
    };
    let record = |entity: EntityId, number: usize| match seen.of {
        Whose::Root(root) if entity != rules.schema.root => {
            let row = data.rows_of(entity, root).nth(number)?;
            let mut keys: Vec<String> = data.own_keys(entity, row).map(key).collect();
            keys.reverse();
            Some(format!("{owner}.{}.{}", rules.schema.entities.get(entity)?.name, keys.join(".")))
        }
        _ => Some(owner.clone()),
    };
    let path = match seen.what {
        What::Verdict(tally, number) => record(rules.tallies[tally].entity, number)?,
        What::Issue(check, number) => record(rules.checks[check].entity, number)?,
        What::Award(award, number, placing) => {
            let rule = rules.awards.get(award)?;
            let of = record(rule.entity, number)?;
            match Placing::NAMES.iter().find(|(_, known)| Some(*known) == placing) {
                Some((figure, _)) => format!("{of}.{}.{figure}", rule.name),
                None => of,
            }
        }
        What::Kpi(kpi) => format!("{owner}.{}", rules.kpis[kpi].name),
        What::Obligation(obligation, kpi) => {
            format!("{owner}.{}", rules.obligation_id(obligation, kpi))
        }
    };
    Some(format!("expect {path} {}", said(rules, data, outcome, seen)?))
}

/// What is said of it.
fn said(rules: &Rules, data: &Dataset, outcome: &Outcome, seen: &Seen) -> Option<String> {
    let (kpis, obligations): (Vec<(KpiId, &KpiValue)>, &[ObligationOutcome]) = match &seen.of {
        Whose::Root(root) => {
            let root = outcome.roots.get(*root)?;
            (root.kpis.entries().collect(), &root.obligations)
        }
        of => {
            let group = match of {
                Whose::Group(grouping, value) => {
                    &outcome.groups.get(*grouping)?.values.get(*value)?.1
                }
                _ => &outcome.programme,
            };
            (group.kpis.iter().map(|(kpi, value)| (*kpi, value)).collect(), &group.obligations)
        }
    };
    let row = |entity: EntityId, number: usize| {
        if let Whose::Root(root) = seen.of { data.rows_of(entity, root).nth(number) } else { None }
    };
    match seen.what {
        What::Verdict(tally, number) => {
            let row = row(rules.tallies[tally].entity, number)?;
            Some(claimed(rules, tally, *outcome.verdicts.get(tally)?.get(row)?))
        }
        What::Award(award, number, placing) => {
            let rule = rules.awards.get(award)?;
            let standing = outcome.awards.get(award)?.standings.get(row(rule.entity, number)?)?;
            match placing {
                None => Some(format!("{} in {}", standing.decision.id(), rule.name)),
                Some(Placing::Amount) => figure(&rule.unit, &standing.amount),
                Some(Placing::Rank) => figure(&Unit::Number, &standing.rank),
                Some(Placing::Reserve) => figure(&Unit::Number, &standing.reserve),
            }
        }
        What::Kpi(kpi) => {
            figure(&rules.kpis.get(kpi)?.unit, kpis.iter().find(|(other, _)| *other == kpi)?.1)
        }
        What::Obligation(obligation, kpi) => {
            let found = obligations
                .iter()
                .find(|found| (found.obligation, found.kpi) == (obligation, kpi))?;
            Some(format!("is {}", found.status.id()))
        }
        What::Issue(check, number) => {
            let (rule, Whose::Root(root)) = (rules.checks.get(check)?, &seen.of) else {
                return None;
            };
            let row = row(rule.entity, number)?;
            let issues = &outcome.roots.get(*root)?.issues;
            let has = issues.iter().any(|issue| {
                issue.code == rule.name && (issue.entity, issue.row) == (rule.entity, row)
            });
            Some(format!("has {}issue {}", if has { "" } else { "no " }, rule.name))
        }
    }
}

fn claimed(rules: &Rules, tally: TallyId, verdict: Verdict) -> String {
    let name = &rules.tallies[tally].name;
    match (verdict, verdict.refusal()) {
        (Verdict::OUT_OF_SCOPE, _) => format!("not in {name}"),
        (Verdict::COUNTED, _) => format!("counted in {name}"),
        (_, Some(by)) => {
            let cited = rules.clause_ids(rules.refusal(tally, by).basis).into_iter().next();
            // The document need not be said, as in rules.
            let clause = cited
                .as_deref()
                .map(|clause| clause.split_once(':').map_or(clause, |(_, clause)| clause));
            format!(
                "refused in {name}{}",
                clause.map(|clause| format!(" @ {clause}")).unwrap_or_default()
            )
        }
        _ => format!("undetermined in {name}"),
    }
}

/// A figure as it is expected; `None` where it cannot be written exactly.
fn figure(unit: &Unit, value: &KpiValue) -> Option<String> {
    Some(match value {
        KpiValue::Known(value) => format!("= {}", amount(value, unit)?),
        KpiValue::Undetermined { low, high, .. } => {
            let bound = |bound: &Option<Exact>| {
                bound.as_ref().map_or_else(|| Some("?".to_owned()), |bound| amount(bound, unit))
            };
            format!("between {} and {}", bound(low)?, bound(high)?)
        }
        KpiValue::NotApplicable => "is not_applicable".to_owned(),
        KpiValue::Invalid(_) => "is invalid".to_owned(),
    })
}

fn amount(value: &Exact, unit: &Unit) -> Option<String> {
    let shown =
        if *unit == Unit::Ratio { value.mul(&Exact::from(100)).ok()? } else { value.clone() };
    let written = shown.to_string();
    let reads_back = Exact::parse(written.trim_start_matches('-'))
        .is_some_and(|read| read == shown || read.negate() == shown);
    (reads_back && !matches!(unit, Unit::Per(..))).then(|| with_unit(&shown, &unit.sign()))
}
