//! Random rules over a model: classifications, tallies with splits and twins, non-duplication of
//! every kind, checks, awards.

use crate::Choices;
use crate::awards;
use crate::conditions::{ROUNDINGS, STEPS, Scope, over};
use crate::figures::{self, Measure};
use crate::model::{Kind, Model};
use crate::values::{self, Call, Holds, Named};

/// What the rules on records may ask for.
pub(crate) struct Known<'k> {
    pub(crate) classes: &'k [(usize, String, usize)],
    pub(crate) values: &'k [Named],
    pub(crate) calls: &'k [Call],
}

/// A tally as later rules know it.
pub(crate) struct Counted {
    pub(crate) name: String,
    pub(crate) entity: usize,
    /// Whether its first measure counts records.
    pub(crate) counts: bool,
    /// Whether it asks what other tallies count; a rule over both might go in a circle.
    asks: bool,
}

/// The period of every pack.
pub(crate) const YEAR: &str = "period 113/02/01 .. 114/01/31";

/// The text of a pack. Most of them compile.
pub(crate) fn text(model: &Model, choices: &mut Choices<'_>) -> String {
    let mut text = format!("pack random\n\n{YEAR}\n\n{}", model.text());
    let mut classes: Vec<(usize, String, usize)> = Vec::new();
    for at in 0..choices.below(3) {
        let entity = choices.between(1, model.entities.len() - 1);
        text.push_str(&class(model, &classes, at, entity, choices));
        classes.push((entity, format!("k{at}"), 3));
    }
    let (tables, calls) = values::tables(model, choices);
    let (named, mut values) = values::values(model, &classes, &calls, choices);
    text.push_str(&(tables + &named));
    for at in 0..choices.below(4) {
        text.push_str(
            &owned(model, &classes, &mut values, &calls, at, choices).unwrap_or_default(),
        );
    }
    let known = Known { classes: &classes, values: &values, calls: &calls };
    let mut tallies: Vec<Counted> = Vec::new();
    let mut measures: Vec<Measure> = Vec::new();
    for at in 0..choices.between(1, 5) {
        text.push_str(&tally(model, &known, &mut tallies, &mut measures, at, choices));
    }
    for at in 0..if model.ways_out { choices.below(3) } else { 0 } {
        text.push_str(&once(model, &known, &tallies, at, choices).unwrap_or_default());
    }
    for at in 0..choices.below(3) {
        text.push_str(&among(model, &known, &tallies, at, choices).unwrap_or_default());
    }
    for at in 0..choices.below(3) {
        let entity = if choices.chance(30) { 0 } else { model.records(choices) };
        let scope = Scope {
            model,
            classes: &classes,
            values: &values,
            tallies: &[],
            entity,
            registers: entity != 0,
        };
        let when = if choices.chance(50) {
            format!("  when {}\n", scope.condition(choices, 1))
        } else {
            String::new()
        };
        let name = &model.entities[entity].name;
        let expect = if entity == 0 && choices.chance(50) {
            over(model, &values, choices)
        } else {
            scope.condition(choices, 1)
        };
        text.push_str(&format!("check c{at} on {name} advice\n{when}  expect {expect}\n  else \"x\"\n  because \"x\"\n\n"));
    }
    let (figures, of_root) = figures::text(model, &measures, &values, choices);
    text.push_str(&(figures + &awards::text(model, &known, &tallies, &of_root, choices)));
    text
}

fn class(
    model: &Model,
    classes: &[(usize, String, usize)],
    at: usize,
    entity: usize,
    choices: &mut Choices<'_>,
) -> String {
    let name = &model.entities[entity].name;
    let mut text = format!("classify {name}.k{at}: w0 | w1 | w2 ");
    let chosen = model.fields(entity, |kind| matches!(kind, Kind::Choice(2..)));
    if let Some(field) = chosen.first().filter(|_| choices.chance(40))
        && let Kind::Choice(count) = field.kind
    {
        // Every value once: a table without overlaps and gaps.
        text.push_str("{\n");
        for value in 0..count {
            text.push_str(&format!(
                "  {} = v{value} => w{} because \"x\"\n",
                field.name,
                choices.below(3)
            ));
        }
        return text + "}\n\n";
    }
    text.push_str("ordered {\n");
    let scope = Scope { model, classes, values: &[], tallies: &[], entity, registers: false };
    for _ in 0..choices.between(1, 3) {
        text.push_str(&format!(
            "  {} => w{} because \"x\"\n",
            scope.condition(choices, 1),
            choices.below(3)
        ));
    }
    text + &format!("  otherwise => w{} because \"x\"\n}}\n\n", choices.below(3))
}

/// Figures of records, from what refers to them or has the same key, and a condition on one of
/// them.
fn owned(
    model: &Model,
    classes: &[(usize, String, usize)],
    values: &mut Vec<Named>,
    calls: &[Call],
    at: usize,
    choices: &mut Choices<'_>,
) -> Option<String> {
    let entity = model.records(choices);
    let shape = &model.entities[entity];
    let links = model.fields(entity, |kind| match kind {
        Kind::Reference(target) => model.shared() != Some(*target),
        Kind::Parent(_) => true,
        // What keys say may change when one is filled in.
        Kind::List(_) | Kind::Period => false,
        _ => model.ways_out,
    });
    let first = if links.is_empty() { return None } else { *choices.of(&links) };
    let (owner, by) = match first.kind {
        Kind::Parent(target) if !model.ways_out || choices.chance(70) => (target, None),
        Kind::Reference(target) if !model.ways_out || choices.chance(70) => {
            (target, Some(first.name.clone()))
        }
        _ if choices.chance(30) => {
            (entity, Some(format!("({}, {})", first.name, choices.of(&links).name)))
        }
        _ => (entity, Some(first.name.clone())),
    };
    let by = by.map_or_else(String::new, |by| format!(" by {by}"));
    let scope = Scope { model, classes, values, tallies: &[], entity, registers: true };
    let (name, of) = (format!("z{at}"), &model.entities[owner].name);
    let mut text = format!("tally {of}.{name} from {}{by} {{\n", shape.name);
    if choices.chance(40) {
        text.push_str(&format!("  select {}\n", scope.condition(choices, 1)));
    }
    if choices.chance(30) {
        text.push_str(&format!(
            "  require {} else \"x\" because \"x\"\n",
            scope.condition(choices, 1)
        ));
    }
    let function = *choices.of(&["sum", "sum", "average", "minimum", "maximum"]);
    text.push_str(&format!("  {function} {}\n", values::amount(&scope, calls, choices)));
    let marks =
        model.fields(entity, |kind| !matches!(kind, Kind::List(_) | Kind::Period | Kind::Bool));
    let count = if choices.chance(50) || marks.is_empty() {
        "count".to_owned()
    } else {
        format!("count distinct {}", choices.of(&marks).name)
    };
    text.push_str(&format!("  {count} as {name}n\n}} because \"x\"\n\n"));
    let much = choices.below(3);
    text.push_str(&format!(
        "let {of}.{name}c = {name}n >= {much} else \"{{{name}}}\" because \"x\"\n\n"
    ));
    values.push(Named { entity: owner, name: name.clone(), holds: Holds::Money, plain: true });
    values.push(Named {
        entity: owner,
        name: format!("{name}c"),
        holds: Holds::Requirement,
        plain: true,
    });
    Some(text)
}

fn tally(
    model: &Model,
    &Known { classes, values, calls }: &Known<'_>,
    tallies: &mut Vec<Counted>,
    measures: &mut Vec<Measure>,
    at: usize,
    choices: &mut Choices<'_>,
) -> String {
    let entity = model.records(choices);
    let known: Vec<(usize, String)> =
        tallies.iter().map(|tally| (tally.entity, tally.name.clone())).collect();
    let scope = Scope { model, classes, values, tallies: &known, entity, registers: true };
    let name = format!("t{at}");
    let counts = choices.chance(60);
    let unit = if counts { " in 件" } else { "" };
    let mut text = format!("tally {name}{unit} from {} {{\n", model.entities[entity].name);
    for _ in 0..choices.below(3) {
        text.push_str(&format!("  select {}\n", scope.condition(choices, 1)));
    }
    for number in 0..choices.below(4) {
        text.push_str(&format!(
            "  require {} else \"{number}\" because \"x\"\n",
            scope.condition(choices, 2)
        ));
    }
    let required: Vec<&Named> = values
        .iter()
        .filter(|value| value.entity == entity && value.holds == Holds::Requirement)
        .collect();
    if !required.is_empty() && choices.chance(60) {
        let group = if choices.chance(40) {
            Some(format!("{}.g{at}", model.entities[entity].name))
        } else {
            None
        };
        let names: Vec<&str> = required
            .iter()
            .filter(|_| choices.chance(70))
            .map(|value| value.name.as_str())
            .collect();
        match (group, names.as_slice()) {
            (_, []) => {}
            (Some(group), names) => {
                text = format!(
                    "let {group} = {}\n\n{text}  require g{at} because \"x\"\n",
                    names.join(" and ")
                );
            }
            (None, names) => text.push_str(&format!("  require {}\n", names.join(" and "))),
        }
    }
    let amounts = model.fields(entity, |kind| *kind == Kind::Money);
    let amount = choices.of(&amounts);
    let sum = match choices.below(7) {
        0 => format!("min({}, 1000 元)", amount.name),
        1 => format!("{} * 30%", amount.name),
        2..4 => values::amount(&scope, calls, choices),
        4 => {
            format!("{}({} * 30%, {} 元)", choices.of(&ROUNDINGS), amount.name, choices.of(&STEPS))
        }
        _ => amount.name.clone(),
    };
    if counts {
        text.push_str(&format!("  count\n  sum {sum} as {name}_amount\n"));
        measures.push(Measure { name: format!("{name}_amount"), money: true });
    } else {
        text.push_str(&format!("  sum {sum}\n  count as {name}_cases in 件\n"));
        measures.push(Measure { name: format!("{name}_cases"), money: false });
    }
    for at in 0..choices.below(3) {
        let function = *choices.of(&["average", "minimum", "maximum"]);
        text.push_str(&format!(
            "  {function} {} as {name}_m{at}\n",
            values::amount(&scope, calls, choices)
        ));
        measures.push(Measure { name: format!("{name}_m{at}"), money: true });
    }
    if choices.chance(30) {
        let fields =
            model.fields(entity, |kind| !matches!(kind, Kind::List(_) | Kind::Period | Kind::Bool));
        text.push_str(&format!(
            "  count distinct {} as {name}_kinds in 件\n",
            choices.of(&fields).name
        ));
        measures.push(Measure { name: format!("{name}_kinds"), money: false });
    }
    measures.push(Measure { name: name.clone(), money: !counts });
    let aims = choices.chance(30);
    if aims {
        let target =
            if counts { "count".to_owned() } else { format!("sum {}", choices.of(&amounts).name) };
        text.push_str(&format!("  target {target} because \"x\"\n"));
    }
    let chosen = model.fields(entity, |kind| matches!(kind, Kind::Choice(_)));
    if !chosen.is_empty() && choices.chance(40) {
        text.push_str(&format!("  split {}\n", choices.of(&chosen).name));
    }
    if let Some((_, class, _)) =
        classes.iter().find(|(of, ..)| *of == entity).filter(|_| choices.chance(40))
    {
        text.push_str(&format!("  split {class}\n"));
    }
    if choices.chance(40) {
        text.push_str(&format!(
            "  split ({}) into {name}_yes \"x\", {name}_no \"x\"\n",
            scope.condition(choices, 1)
        ));
    }
    let asks = text.contains("counted in");
    // What is aimed at may not choose between records that count.
    let counts = counts && !aims;
    tallies.push(Counted { name, entity, counts, asks });
    text + "} because \"x\"\n\n"
}

/// A rule against counting twice, where two tallies have a text field of one name.
fn once(
    model: &Model,
    known: &Known<'_>,
    tallies: &[Counted],
    at: usize,
    choices: &mut Choices<'_>,
) -> Option<String> {
    let free: Vec<&Counted> = tallies.iter().filter(|tally| !tally.asks).collect();
    if free.is_empty() {
        return None;
    }
    let first = *choices.of(&free);
    let rest: Vec<&Counted> = free
        .into_iter()
        .filter(|other| other.entity == first.entity && other.name != first.name)
        .collect();
    let field = &model.fields(first.entity, |kind| *kind == Kind::Text).first()?.name;
    let key = match named_key(known, first.entity, choices) {
        Some(name) if choices.chance(30) => name,
        Some(name) if choices.chance(30) => format!("({name}, {field})"),
        _ => field.clone(),
    };
    let head = format!("once o{at} by {key}\n  between ");
    let tail = "  else \"x\" because \"x\"\n\n";
    if choices.chance(20) {
        return Some(format!(
            "{head}{}\n  within programme by root\n  keep none\n{tail}",
            first.name
        ));
    }
    if rest.is_empty() {
        return None;
    }
    let second = *choices.of(&rest);
    let (a, b) = (&first.name, &second.name);
    let third = rest.iter().find(|tally| tally.name != *b);
    let within = if choices.chance(15) { "  within programme\n" } else { "" };
    Some(match (choices.below(4), third) {
        (0, _) if first.counts && second.counts => {
            format!("{head}{a}, {b}\n  keep best of ({a}, {b})\n{tail}")
        }
        (1, Some(third)) => {
            format!("{head}{a}, ({b}, {})\n{within}  keep first of ({b}, {a})\n{tail}", third.name)
        }
        (2, _) => format!("{head}{a}, {b}\n{within}  keep first of ({a}, {b})\n{tail}"),
        _ => format!("{head}{a}, {b}\n{within}  keep none\n{tail}"),
    })
}

/// A value of a record that has a name, as a key of it.
fn named_key(known: &Known<'_>, entity: usize, choices: &mut Choices<'_>) -> Option<String> {
    let named: Vec<&Named> =
        known.values.iter().filter(|value| value.entity == entity && value.is_let()).collect();
    if named.is_empty() { None } else { Some(choices.of(&named).name.clone()) }
}

/// A rule against counting records of one tally twice.
fn among(
    model: &Model,
    known: &Known<'_>,
    tallies: &[Counted],
    at: usize,
    choices: &mut Choices<'_>,
) -> Option<String> {
    let free: Vec<&Counted> = tallies.iter().filter(|tally| !tally.asks).collect();
    let tally = if free.is_empty() { return None } else { *choices.of(&free) };
    let fields = model.fields(tally.entity, |kind| !matches!(kind, Kind::List(_) | Kind::Period));
    let (key, within) = match fields.as_slice() {
        fields if model.ways_out && !fields.is_empty() => {
            let key = match (choices.of(fields), choices.of(fields)) {
                (a, b) if a.name != b.name && choices.chance(40) => {
                    format!("({}, {})", a.name, b.name)
                }
                (a, _) => match named_key(known, tally.entity, choices) {
                    Some(name) if choices.chance(40) => name,
                    Some(name) if choices.chance(40) => format!("({name}, {})", a.name),
                    _ => a.name.clone(),
                },
            };
            (key, choices.chance(15))
        }
        // A key that no record lacks, and that records of other roots have too: filling in turns
        // nothing.
        _ => ("id".to_owned(), true),
    };
    let scope = Scope {
        model,
        classes: known.classes,
        values: known.values,
        tallies: &[],
        entity: tally.entity,
        registers: true,
    };
    let when = if choices.chance(30) {
        format!(" when {}", scope.condition(choices, 1))
    } else {
        String::new()
    };
    let within = if within { "  within programme\n" } else { "" };
    let amounts = model.fields(tally.entity, |kind| matches!(kind, Kind::Money | Kind::Int));
    let days = model.fields(tally.entity, |kind| *kind == Kind::Date);
    let amount = choices.of(&amounts).name.clone();
    let keep = match choices.below(5) {
        0 => "none".to_owned(),
        1 | 2 => "first".to_owned(),
        3 if !days.is_empty() => format!("earliest {}, highest {amount}", choices.of(&days).name),
        _ => format!("{} {amount}", choices.of(&["highest", "lowest"])),
    };
    let across = match choices.below(4) {
        0 => " across years".to_owned(),
        1 if !days.is_empty() => format!(" across years by {}", choices.of(&days).name),
        _ => String::new(),
    };
    Some(format!(
        "once a{at} by {key}\n  among {}{when}\n{within}  keep {keep}{across}\n  else \"x\" because \"x\"\n\n",
        tally.name
    ))
}
