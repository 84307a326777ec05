//! Whether changed rules give the same results as before: proven by comparing what was resolved or, for conditions on records, by trying
//! every kind of record. What cannot be proven is taken to differ. Not here: what tests see of it.

use crate::check::tables::{Apart, Record, apart, exclusive};
use guiju_model::limits::Limits;
use guiju_model::rules::{Class, Expr, Rules};

/// What sets changed rules apart from the rules as they are.
pub(super) enum Difference {
    /// No result differs.
    None,
    /// Records on which a condition comes to another answer and, of each, one on which it does not, where one was found.
    Records(Vec<(usize, Record, Option<Record>)>),
    /// Something else, or nothing that could be found.
    Open,
}

/// Compares resolved rules.
pub(super) fn difference(old: &Rules, new: &Rules, limits: &Limits) -> Difference {
    let same = |a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug| without_places(a) == without_places(b);
    let conditions = conditions(old, new);
    // What stands in the place of the names of constants was compared with what it stands in.
    let whole = [
        same(&old.period, &new.period),
        same(&old.tables, &new.tables),
        same(&old.onces, &new.onces),
        same(&old.kpis, &new.kpis),
        same(&old.obligations, &new.obligations),
        same(&unconditional(old), &unconditional(new)),
    ];
    if whole.contains(&false) {
        return Difference::Open;
    }
    let mut records = Vec::new();
    let mut proven = true;
    for Pair { entity, given, pair } in conditions {
        match apart(old, entity, &given, pair, limits) {
            Apart::Never => {}
            Apart::On(record, other) => records.push((entity, record, other)),
            Apart::Unknown => proven = false,
        }
    }
    for (old_class, new_class) in old.classes.iter().zip(&new.classes) {
        proven &= swapped(old_class, new_class).is_none_or(|pair| exclusive(old, old_class.entity, pair, limits));
    }
    match (records.is_empty(), proven) {
        (true, true) => Difference::None,
        (true, false) => Difference::Open,
        (false, _) => Difference::Records(records),
    }
}

/// A condition before and after, on records of which others hold.
struct Pair<'r> {
    entity: usize,
    given: Vec<&'r Expr>,
    pair: [&'r Expr; 2],
}

/// The conditions on records that differ.
fn conditions<'r>(old: &'r Rules, new: &'r Rules) -> Vec<Pair<'r>> {
    let mut found = Vec::new();
    let mut compare = |entity: usize, given: Vec<&'r Expr>, pair: [&'r Expr; 2]| {
        if without_places(&pair[0]) != without_places(&pair[1]) {
            found.push(Pair { entity, given, pair });
        }
    };
    for (before, after) in old.tallies.iter().zip(&new.tallies) {
        let selects = || before.select.iter();
        for (number, pair) in before.select.iter().zip(&after.select).enumerate() {
            let others = selects().enumerate().filter(|(other, _)| *other != number).map(|(_, select)| select);
            compare(before.entity, others.collect(), [pair.0, pair.1]);
        }
        for (number, (a, b)) in before.require.iter().zip(&after.require).enumerate() {
            let earlier = before.require.iter().take(number).map(|requirement| &requirement.condition);
            compare(before.entity, selects().chain(earlier).collect(), [&a.condition, &b.condition]);
        }
    }
    for (before, after) in old.checks.iter().zip(&new.checks) {
        compare(before.entity, before.when.iter().collect(), [&before.expect, &after.expect]);
        if let (Some(a), Some(b)) = (&before.when, &after.when) {
            compare(before.entity, Vec::new(), [a, b]);
        }
    }
    for (before, after) in old.classes.iter().zip(&new.classes).filter(|(a, b)| swapped(a, b).is_none()) {
        for (a, b) in before.rows.iter().zip(&after.rows) {
            compare(before.entity, Vec::new(), [&a.guard, &b.guard]);
        }
    }
    found
}

/// Two neighbouring rows that have changed places, where nothing else of a classification is different.
fn swapped<'r>(old: &'r Class, new: &Class) -> Option<[&'r Expr; 2]> {
    let row = |class: &Class, at: usize| class.rows.get(at).map(|row| (without_places(&row.guard), row.value));
    let first = (0..old.rows.len()).find(|at| row(old, *at) != row(new, *at))?;
    let [a, b, ..] = old.rows.get(first..)? else { return None };
    let rest = (first + 2..old.rows.len()).all(|at| row(old, at) == row(new, at));
    let exchanged = row(old, first) == row(new, first + 1) && row(old, first + 1) == row(new, first);
    (rest && exchanged).then_some([&a.guard, &b.guard])
}

/// Everything of a pack's tallies, checks and classifications but the conditions that are compared one by one.
fn unconditional(rules: &Rules) -> impl std::fmt::Debug + use<> {
    let tallies = rules.tallies.iter().map(|tally| {
        let messages: Vec<String> = tally.require.iter().map(|require| without_places(&(&require.message, &require.basis))).collect();
        (tally.name.clone(), tally.select.len(), messages, without_places(&(&tally.measures, &tally.splits, &tally.onces)))
    });
    let checks = rules.checks.iter().map(|check| (check.name.clone(), check.when.is_some()));
    let classes = rules.classes.iter().map(|class| {
        // The order of rows is asked about apart.
        let mut values: Vec<usize> = class.rows.iter().map(|row| row.value).collect();
        values.sort_unstable();
        (class.name.clone(), values, without_places(&class.otherwise))
    });
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
        let closing: &[char] = if rest[at..].starts_with("Span") { &['}'] } else { &[' ', ',', '}'] };
        let skip = if rest[at..].starts_with("Span") { 0 } else { "nodes: ".len() };
        let inner = &rest[at + skip..];
        // The number of the file has brackets of its own, not braces.
        rest = inner.find(closing).map_or("", |end| &inner[end..]);
        rest = rest.strip_prefix('}').filter(|_| skip == 0).unwrap_or(rest);
    }
    out + rest
}
