//! Whether changed rules give the same results as before: proven by comparing what was resolved or,
//! for conditions on records, by trying every kind of record. What cannot be proven is taken to
//! differ. Not here: what tests see of it.

use crate::check::tables::{Apart, Record, apart, classes_apart};
use guiju_model::index::EntityId;
use guiju_model::limits::Limits;
use guiju_model::rules::{Expr, ExprKind, Rules, Type, Value};
use guiju_model::source::{SourceId, Span};

/// What sets changed rules apart from the rules as they are.
pub(super) enum Difference {
    /// No result differs.
    None,
    /// Records on which a condition comes to another answer and, of each, one on which it does not,
    /// where one was found.
    Records(Vec<(EntityId, Record, Option<Record>)>),
    /// Something else, or nothing that could be found.
    Open,
}

/// Compares resolved rules.
pub(super) fn difference(old: &Rules, new: &Rules, limits: &Limits) -> Difference {
    let same =
        |a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug| without_places(a) == without_places(b);
    let conditions = conditions(old, new);
    // What stands in the place of the names of constants was compared with what it stands in.
    let whole = [
        same(&old.period, &new.period),
        same(&old.tables, &new.tables),
        same(&old.onces, &new.onces),
        same(&old.kpis, &new.kpis),
        same(&old.awards, &new.awards),
        same(&old.obligations, &new.obligations),
        same(&unconditional(old), &unconditional(new)),
    ];
    let mut records = Vec::new();
    let mut proven = !whole.contains(&false);
    let mut note = |entity: EntityId, apart: Apart| match apart {
        Apart::Never => {}
        Apart::On(record, other) => records.push((entity, record, other)),
        Apart::Unknown => proven = false,
    };
    for Pair { entity, given, pair } in conditions {
        note(entity, apart(old, entity, &given, pair, limits));
    }
    let classes = old
        .classes
        .iter()
        .zip(&new.classes)
        .filter(|(a, b)| without_places(&a.rows) != without_places(&b.rows));
    for (before, after) in classes {
        note(before.entity, classes_apart(old, before, after, limits));
    }
    match (records.is_empty(), proven) {
        (true, true) => Difference::None,
        (true, false) => Difference::Open,
        (false, _) => Difference::Records(records),
    }
}

/// A condition before and after, on records of which others hold.
struct Pair<'r> {
    entity: EntityId,
    given: Vec<&'r Expr>,
    pair: [&'r Expr; 2],
}

/// The conditions on records that differ.
fn conditions<'r>(old: &'r Rules, new: &'r Rules) -> Vec<Pair<'r>> {
    let mut found = Vec::new();
    let mut compare = |entity: EntityId, given: Vec<&'r Expr>, pair: [&'r Expr; 2]| {
        if without_places(&pair[0]) != without_places(&pair[1]) {
            found.push(Pair { entity, given, pair });
        }
    };
    // A change may put rules into another order, which is told apart elsewhere.
    for (before, after) in old
        .tallies
        .iter()
        .zip(&new.tallies)
        .filter(|(a, b)| (&a.name, a.entity) == (&b.name, b.entity))
    {
        let selects: Vec<&Expr> = before.select.iter().collect();
        let asked: Vec<&Expr> =
            before.require.iter().map(|requirement| &requirement.condition).collect();
        let new_selects = after.select.iter().collect::<Vec<_>>();
        let new_asked =
            after.require.iter().map(|requirement| &requirement.condition).collect::<Vec<_>>();
        for (number, pair) in aligned(&selects, &new_selects) {
            let others = selects.iter().enumerate().filter(|(other, _)| *other != number);
            compare(before.entity, others.map(|(_, select)| *select).collect(), pair);
        }
        for (number, pair) in aligned(&asked, &new_asked) {
            compare(before.entity, selects.iter().chain(&asked[..number]).copied().collect(), pair);
        }
    }
    for (before, after) in old
        .checks
        .iter()
        .zip(&new.checks)
        .filter(|(a, b)| (&a.name, a.entity) == (&b.name, b.entity))
    {
        compare(before.entity, before.when.iter().collect(), [&before.expect, &after.expect]);
        if let Some(a) = &before.when {
            compare(before.entity, Vec::new(), [a, after.when.as_ref().unwrap_or(&ALWAYS)]);
        }
    }
    found
}

/// What holds of every record, in the place of a condition that is asked no more.
static ALWAYS: Expr = Expr {
    span: Span { source: SourceId(0), start: 0, end: 0 },
    ty: Type::Bool,
    kind: ExprKind::Constant(Value::Bool(true)),
    nodes: 1,
};

/// The conditions of a list beside those of another that may lack one of them, each with its number
/// in the first.
fn aligned<'r>(old: &[&'r Expr], new: &[&'r Expr]) -> Vec<(usize, [&'r Expr; 2])> {
    let same = |a: &Expr, b: &Expr| without_places(a) == without_places(b);
    let gone = if new.len() < old.len() {
        old.iter().zip(new).position(|(a, b)| !same(a, b)).or(Some(new.len()))
    } else {
        None
    };
    let beside = |at: usize| match gone {
        Some(gone) if at == gone => Some(&ALWAYS),
        Some(gone) if at > gone => new.get(at - 1).copied(),
        _ => new.get(at).copied(),
    };
    old.iter().enumerate().filter_map(|(at, before)| Some((at, [*before, beside(at)?]))).collect()
}

/// Everything of a pack's tallies, checks and classifications but the conditions that are compared
/// one by one.
fn unconditional(rules: &Rules) -> impl std::fmt::Debug + use<> {
    let tallies = rules.tallies.iter().map(|tally| {
        let messages: Vec<String> = tally
            .require
            .iter()
            .map(|require| without_places(&(&require.message, &require.basis)))
            .collect();
        (
            tally.name.clone(),
            tally.entity,
            messages,
            without_places(&(
                &tally.owner,
                &tally.measures,
                &tally.target,
                &tally.splits,
                &tally.onces,
            )),
        )
    });
    let checks = rules.checks.iter().map(|check| (check.name.clone(), check.entity));
    let classes =
        rules.classes.iter().map(|class| (class.name.clone(), without_places(&class.otherwise)));
    (tallies.collect::<Vec<_>>(), checks.collect::<Vec<_>>(), classes.collect::<Vec<_>>())
}

/// What is resolved, as text, without where it stands and how much work it is.
fn without_places(of: &dyn std::fmt::Debug) -> String {
    let text = format!("{of:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span {").into_iter().chain(rest.find("nodes: ")).min() {
        out.push_str(&rest[..at]);
        // Spans are flat, and a number ends with what follows it.
        let closing: &[char] =
            if rest[at..].starts_with("Span") { &['}'] } else { &[' ', ',', '}'] };
        let skip = if rest[at..].starts_with("Span") { 0 } else { "nodes: ".len() };
        let inner = &rest[at + skip..];
        // The number of the file has brackets of its own, not braces.
        rest = inner.find(closing).map_or("", |end| &inner[end..]);
        rest = rest.strip_prefix('}').filter(|_| skip == 0).unwrap_or(rest);
    }
    out + rest
}
