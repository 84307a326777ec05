//! Random tables and named values of records: what is chosen by constants and by conditions,
//! wherever a rule may ask for it.

use crate::conditions::{DAYS, Scope};
use crate::model::{Field, Kind, Model};
use crate::{Choices, IN_FILE};

/// A named value as later rules know it.
pub(crate) struct Named {
    pub(crate) entity: usize,
    pub(crate) name: String,
    pub(crate) holds: Holds,
    /// Whether it reads nothing but its own record, so that others may ask for it through a
    /// reference.
    pub(crate) plain: bool,
}

impl Named {
    /// Whether it is a `let` rather than a figure.
    pub(crate) fn is_let(&self) -> bool {
        !self.name.starts_with('z') || self.holds == Holds::Requirement
    }
}

/// What a named value holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A condition, with the reason that it refuses with.
    Requirement,
    Condition,
    Money,
    Date,
    Text,
}

/// A value of a table for the records of an entity, as an expression.
pub(crate) struct Call {
    pub(crate) entity: usize,
    pub(crate) text: String,
}

/// Amounts that tables and cases choose between.
const AMOUNTS: [&str; 6] = ["0 元", "1 元", "5 元", "5.5 元", "1200.25 元", "-5 元"];

/// Some tables, and how records ask for them.
pub(crate) fn tables(model: &Model, choices: &mut Choices<'_>) -> (String, Vec<Call>) {
    let (mut text, mut calls) = (String::new(), Vec::new());
    for at in 0..choices.below(4) {
        let entity = choices.below(model.entities.len());
        if let Some((table, call)) = table(model, at, entity, choices) {
            text.push_str(&table);
            calls.push(Call { entity, text: call });
        }
    }
    (text, calls)
}

/// What stands under a key: values that data shares, in their order.
fn cells(kind: &Kind) -> Vec<String> {
    let owned = |list: &[&str]| list.iter().map(|cell| (*cell).to_owned()).collect();
    match kind {
        Kind::Choice(count) => (0..*count).map(|value| format!("v{value}")).collect(),
        Kind::Bool => owned(&["false", "true"]),
        Kind::Text => owned(&["\"A1\"", "\"b\"", "\"申請中\""]),
        Kind::Money => owned(&["0 元", "2 元", "5 元", "1200.25 元"]),
        Kind::Percent => owned(&["0%", "1%", "5%"]),
        Kind::Int => owned(&["0", "1", "3", "5"]),
        Kind::Range(low, high) => (*low..=*high).map(|value| value.to_string()).collect(),
        Kind::Date => owned(&DAYS),
        Kind::List(_) | Kind::Period | Kind::Reference(_) | Kind::Parent(_) => Vec::new(),
    }
}

fn is_step(kind: &Kind) -> bool {
    matches!(kind, Kind::Money | Kind::Int | Kind::Percent | Kind::Range(..) | Kind::Date)
}

/// A key by the field that has its type, or by the type.
fn key(word: &str, entity: &str, field: &Field, choices: &mut Choices<'_>) -> String {
    let of = match &field.kind {
        Kind::Bool => "bool",
        Kind::Text => "text",
        Kind::Money => "money",
        Kind::Int | Kind::Range(..) => "int",
        Kind::Percent => "percent",
        Kind::Date => "date",
        _ => "",
    };
    if of.is_empty() || choices.chance(40) {
        format!("{word} {entity}.{}", field.name)
    } else {
        format!("{word} {of}")
    }
}

fn table(
    model: &Model,
    at: usize,
    entity: usize,
    choices: &mut Choices<'_>,
) -> Option<(String, String)> {
    let fields = model.fields(entity, |kind| !cells(kind).is_empty());
    let stepped: Vec<&Field> =
        fields.iter().copied().filter(|field| is_step(&field.kind)).collect();
    let step =
        if choices.chance(70) && !stepped.is_empty() { Some(*choices.of(&stepped)) } else { None };
    let equal: Vec<&Field> = (0..choices.between(usize::from(step.is_none()), 2))
        .map(|_| *choices.of(&fields))
        .collect();
    let graduated = step.is_some_and(|step| step.kind == Kind::Money) && choices.chance(40);
    let columns = if choices.chance(25) { 2 } else { 1 };
    let name = &model.entities[entity].name;
    let mut keys: Vec<String> = equal.iter().map(|field| key("by", name, field, choices)).collect();
    let mut of: Vec<String> = equal.iter().map(|field| field.name.clone()).collect();
    // Keys stand in any order; the one with steps may come first.
    let place = if choices.chance(30) { 0 } else { keys.len() };
    if let Some(step) = step {
        let word = *choices.of(&["from", "above"]);
        keys.insert(place, key(word, name, step, choices));
        let capped = step.kind == Kind::Money && choices.chance(20);
        of.insert(
            place,
            if capped { format!("min({}, 5 元)", step.name) } else { step.name.clone() },
        );
    }
    let otherwise = !graduated && choices.chance(60);
    let mut rows: Vec<Vec<String>> = vec![Vec::new()];
    for field in &equal {
        let cells = cells(&field.kind);
        // Choices have a row each where nothing stands for the rest.
        let kept: Vec<String> = match &field.kind {
            Kind::Choice(_) | Kind::Bool if !otherwise => cells,
            _ => cells.into_iter().filter(|_| choices.chance(70)).collect(),
        };
        rows = rows
            .iter()
            .flat_map(|row| {
                kept.iter().map(move |cell| [row.as_slice(), std::slice::from_ref(cell)].concat())
            })
            .collect();
    }
    let values = |choices: &mut Choices<'_>| -> String {
        let one = |choices: &mut Choices<'_>| {
            if graduated {
                *choices.of(&["0%", "10%", "30%", "-5%"])
            } else {
                *choices.of(&AMOUNTS)
            }
        };
        (0..columns).map(|_| one(choices)).collect::<Vec<_>>().join(", ")
    };
    let graduated_word = if graduated { " graduated" } else { "" };
    let named = if columns == 2 { ": a, b" } else { "" };
    // In a file beside the rules, keys are called by their fields or types, and texts stand bare.
    let in_file = choices.chance(30);
    let head = format!("table x{at} {}{graduated_word}{named}", keys.join(", "));
    let mut text = if in_file { String::new() } else { format!("{head} {{\n") };
    let mut lines = 0;
    let beside = |cells: &str| format!("{IN_FILE}x{at}.csv {}\n", cells.replace('"', ""));
    if in_file {
        let called = |key: &String| key.rsplit([' ', '.']).next().unwrap_or_default().to_owned();
        let mut headings: Vec<String> = keys.iter().map(called).collect();
        match columns {
            2 => headings.extend(["a".to_owned(), "b".to_owned()]),
            _ => headings.push(format!("x{at}")),
        }
        text.push_str(&beside(&headings.join(",")));
    }
    for row in rows {
        let edges: Vec<Option<String>> = match step {
            None => vec![None],
            Some(step) => {
                let edges = cells(&step.kind).into_iter().enumerate();
                edges
                    .filter(|(at, _)| (*at == 0 && !otherwise) || choices.chance(60))
                    .map(|(_, edge)| Some(edge))
                    .collect()
            }
        };
        for edge in edges {
            let mut cells = row.clone();
            if let Some(edge) = edge {
                cells.insert(place.min(cells.len()), edge);
            }
            let (cells, values) = (cells.join(", "), values(choices));
            text.push_str(&match in_file {
                true => beside(&format!("{cells},{values}")),
                false => format!("  {cells} => {values} because \"x\"\n"),
            });
            lines += 1;
        }
    }
    if in_file {
        text.push_str(&format!("{head} file \"x{at}.csv\""));
        if otherwise {
            text.push_str(&format!(" {{ otherwise => {} }}", values(choices)));
        }
        text.push_str(" because \"x\"\n\n");
    } else if otherwise {
        text.push_str(&format!("  otherwise => {} because \"x\"\n", values(choices)));
        lines += 1;
    }
    let end = if in_file { "" } else { "}\n\n" };
    let column = if columns == 2 { *choices.of(&[".a", ".b"]) } else { "" };
    (lines > 0).then(|| (text + end, format!("x{at}{column}({})", of.join(", "))))
}

/// Some named values of records: conditions, amounts, days and texts, by formulas, by tables and by
/// cases.
pub(crate) fn values(
    model: &Model,
    classes: &[(usize, String, usize)],
    calls: &[Call],
    choices: &mut Choices<'_>,
) -> (String, Vec<Named>) {
    let mut text = String::new();
    let mut values: Vec<Named> = Vec::new();
    for at in 0..choices.below(7) {
        let entity = choices.below(model.entities.len());
        let scope =
            Scope { model, classes, values: &values, tallies: &[], entity, registers: entity != 0 };
        let name = format!("n{at}");
        let (holds, written) = value(&scope, calls, choices);
        let reason = if holds == Holds::Requirement {
            let field = choices.of(&model.entities[entity].fields);
            format!(" else \"{at} {{{}}}\"", field.name)
        } else {
            String::new()
        };
        text.push_str(&format!(
            "let {}.{name} = {written}{reason} because \"x\"\n\n",
            model.entities[entity].name
        ));
        // What asks the records below is not reached through a reference.
        let plain = !written.contains('.')
            && !written.contains(": ")
            && values.iter().all(|value| value.plain || !written.contains(&value.name));
        values.push(Named { entity, name, holds, plain });
    }
    (text, values)
}

/// What one named value is.
fn value(scope: &Scope<'_>, calls: &[Call], choices: &mut Choices<'_>) -> (Holds, String) {
    match choices.below(10) {
        0 | 1 => (Holds::Requirement, scope.condition(choices, 1)),
        2 => (Holds::Condition, scope.condition(choices, 1)),
        3 => (Holds::Money, amount(scope, calls, choices)),
        4 => (Holds::Condition, case(scope, choices, &mut |choices| scope.condition(choices, 0))),
        5 => (
            Holds::Text,
            case(scope, choices, &mut |choices| {
                of_kind(scope, &Kind::Text, &["\"A1\"", "\"b\""], choices)
            }),
        ),
        6 => (
            Holds::Date,
            case(scope, choices, &mut |choices| of_kind(scope, &Kind::Date, &DAYS, choices)),
        ),
        _ => (Holds::Money, case(scope, choices, &mut |choices| amount(scope, calls, choices))),
    }
}

/// A field of a kind, or a constant.
fn of_kind(
    scope: &Scope<'_>,
    kind: &Kind,
    constants: &[&str],
    choices: &mut Choices<'_>,
) -> String {
    let fields = scope.model.fields(scope.entity, |other| other == kind);
    if fields.is_empty() || choices.chance(40) {
        (*choices.of(constants)).to_owned()
    } else {
        choices.of(&fields).name.clone()
    }
}

/// An amount of a record.
pub(crate) fn amount(scope: &Scope<'_>, calls: &[Call], choices: &mut Choices<'_>) -> String {
    let calls: Vec<&Call> = calls.iter().filter(|call| call.entity == scope.entity).collect();
    let named: Vec<&Named> = scope
        .values
        .iter()
        .filter(|value| value.entity == scope.entity && value.holds == Holds::Money)
        .collect();
    let field = of_kind(scope, &Kind::Money, &AMOUNTS, choices);
    match choices.below(8) {
        0..3 if !calls.is_empty() => choices.of(&calls).text.clone(),
        3 if !calls.is_empty() => format!("min({}, {field})", choices.of(&calls).text),
        4 | 5 if !named.is_empty() => choices.of(&named).name.clone(),
        6 => format!("{field} * 30%"),
        7 => format!("{field} - {}", choices.of(&AMOUNTS[..5])),
        _ => field,
    }
}

/// Values chosen by conditions: the first that holds, or one for each choice of a field.
fn case(
    scope: &Scope<'_>,
    choices: &mut Choices<'_>,
    value: &mut dyn FnMut(&mut Choices<'_>) -> String,
) -> String {
    let chosen = scope.model.fields(scope.entity, |kind| matches!(kind, Kind::Choice(_)));
    if let Some(field) = chosen.first().filter(|_| choices.chance(40))
        && let Kind::Choice(count) = field.kind
    {
        let rows: String = (0..count)
            .map(|at| format!("  {} = v{at} => {} because \"x\"\n", field.name, value(choices)))
            .collect();
        return format!("case {{\n{rows}}}");
    }
    let mut text = "case ordered {\n".to_owned();
    for _ in 0..choices.between(1, 2) {
        text.push_str(&format!(
            "  {} => {} because \"x\"\n",
            scope.condition(choices, 1),
            value(choices)
        ));
    }
    text + &format!("  otherwise => {} because \"x\"\n}}", value(choices))
}
