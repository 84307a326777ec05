//! Setting the engine's JSON beside the naive computation: verdicts with their clauses, figures digit by digit, obligations
//! with their gaps. It panics with the place of the first difference.

use serde_json::Value;

use crate::figures::{Figure, Judged, Kpi, Obligation, Range, judged};
use crate::naive::{Row, Verdict};
use crate::value::{Q, amount, decimal, fraction, plain, six, whole};

/// Compare everything the engine says of every alliance of a document.
pub(crate) fn same(document: &Value, result: &Value) {
    let alliances = document["alliances"].as_array().expect("alliances");
    let results = result["alliances"].as_array().expect("results");
    assert_eq!(alliances.len(), results.len(), "one result for each alliance");
    for (alliance, result) in alliances.iter().zip(results) {
        let Judged { rows, kpis, obligations } = judged(alliance);
        let id = alliance["id"].as_str().expect("an id");
        assert_eq!(result["id"], alliance["id"], "alliances keep their order");
        for row in &rows {
            verdict(id, row, result);
        }
        for kpi in &kpis {
            figure(&format!("{id} {}", kpi.id), kpi, &result["kpis"][&kpi.id]);
        }
        for obligation in &obligations {
            duty(id, obligation, result);
        }
        reached(id, &obligations, result);
    }
}

/// The entry of a record in a result: none where the record is listed under no tally.
pub(crate) fn entry<'a>(result: &'a Value, entity: &str, key: &str) -> Option<&'a Value> {
    result["records"].get(entity)?.as_array()?.iter().find(|entry| entry["key"] == key)
}

fn verdict(id: &str, row: &Row<'_>, result: &Value) {
    let place = format!("{id} {}/{} under {}", row.entity, row.key, row.tally);
    let listed = entry(result, row.entity, row.key).and_then(|entry| entry["verdicts"].get(row.tally));
    let said = listed.map_or("out of scope", |listed| listed["verdict"].as_str().expect("a verdict"));
    let (expected, clauses) = match &row.verdict {
        Verdict::OutOfScope => ("out of scope", &[][..]),
        Verdict::Counted => ("counted", &[][..]),
        Verdict::Refused(clauses) => ("refused", *clauses),
        Verdict::Undetermined { .. } => ("undetermined", &[][..]),
    };
    // With data missing, what is kept of a shared event may be decided sooner than the naive computation says.
    if row.loose && expected == "undetermined" {
        assert_ne!(said, "out of scope", "{place}");
        return;
    }
    assert_eq!(said, expected, "{place}: {listed:?}");
    if !clauses.is_empty() {
        let cited = listed.and_then(|listed| listed["clause"].as_str()).unwrap_or_default();
        let fits = cited.split([' ', ',', ';', '、']).any(|cited| clauses.contains(&cited));
        assert!(fits, "{place}: refused by {cited:?}, expected one of {clauses:?}");
    }
}

fn figure(place: &str, kpi: &Kpi, said: &Value) {
    let state = said["state"].as_str().unwrap_or_else(|| panic!("{place}: no such KPI in the result"));
    let ratio = matches!(kpi.figure, Figure::Ratio(_));
    match &kpi.figure {
        Figure::Invalid => assert_eq!(state, "invalid", "{place}: {said}"),
        Figure::Ratio(None) => assert_eq!(state, "undetermined", "{place}: {said}"),
        Figure::Of(range) if kpi.loose => inside(place, &bounds(said, state).expect("bounds"), range),
        Figure::Of(range) | Figure::Ratio(Some(range)) => match range.known() {
            Some(value) => {
                assert_eq!(state, "known", "{place}: {said}");
                let written = if ratio { six(value) } else { plain(value) };
                assert_eq!(said["value"], written, "{place}: {said}");
                if ratio {
                    assert_eq!(fraction(said["exact"].as_str().expect("a fraction")), *value, "{place}: {said}");
                }
            }
            None => {
                assert_eq!(state, "undetermined", "{place}: {said}");
                let needs = said["needs"].as_array();
                assert!(needs.is_some_and(|needs| !needs.is_empty()), "{place} does not say what it needs: {said}");
                let write = |bound: &Q| if ratio { six(bound) } else { plain(bound) };
                assert_eq!(said["low"], write(&range.low), "{place}: {said}");
                let high = range.high.as_ref().map_or(Value::Null, |high| write(high).into());
                assert_eq!(said.get("high").unwrap_or(&Value::Null), &high, "{place}: {said}");
            }
        },
    }
    for (name, expected) in [("target", &kpi.target), ("previous", &kpi.previous)] {
        let said = said.get(name).filter(|said| !said.is_null()).map(amount);
        assert_eq!(said.as_ref(), expected.as_ref(), "{place}: {name}");
    }
    let known = match &kpi.figure {
        Figure::Of(range) | Figure::Ratio(Some(range)) if !kpi.loose => range.known(),
        _ => None,
    };
    if let (Some(value), Some(target)) = (known, &kpi.target)
        && *target != whole(0)
    {
        assert_eq!(said["attainment"], six(&(value / target)), "{place}: {said}");
    }
}

/// The engine's bounds, of a figure that has any.
pub(crate) fn bounds(said: &Value, state: &str) -> Option<Range> {
    let read = |name: &str| said.get(name).and_then(Value::as_str).map(decimal);
    match state {
        "known" => read("value").map(|value| Range { low: value.clone(), high: Some(value) }),
        "undetermined" => read("low").map(|low| Range { low, high: read("high") }),
        _ => None,
    }
}

/// Is one range inside another?
pub(crate) fn inside(place: &str, inner: &Range, outer: &Range) {
    let below = outer.high.as_ref().is_none_or(|outer| inner.high.as_ref().is_some_and(|inner| inner <= outer));
    assert!(inner.low >= outer.low && below, "{place}: {inner:?} is not inside {outer:?}");
}

/// An obligation of a result by its id.
pub(crate) fn said<'a>(result: &'a Value, id: &str) -> Option<&'a Value> {
    result["obligations"].as_array().expect("obligations").iter().find(|said| said["id"] == id)
}

fn duty(id: &str, expected: &Obligation, result: &Value) {
    let place = format!("{id} obligation {}", expected.id);
    let said = said(result, &expected.id).unwrap_or_else(|| panic!("{place} is not listed"));
    assert_eq!(said["severity"], expected.severity, "{place}");
    if expected.loose && expected.status == "undetermined" {
        return;
    }
    assert_eq!(said["status"], expected.status, "{place}: {said}");
    if let Some(gap) = &expected.gap {
        let written = said["gap"].as_str().unwrap_or_else(|| panic!("{place} has no gap: {said}"));
        if expected.id == "reach_target_self_sufficiency" {
            assert_eq!(written, six(gap), "{place}: {said}");
        } else {
            assert_eq!(written, plain(gap), "{place}: {said}");
        }
    }
}

/// Targets are asked for where there is one, and nowhere else.
fn reached(id: &str, expected: &[Obligation], result: &Value) {
    for said in result["obligations"].as_array().expect("obligations") {
        let name = said["id"].as_str().expect("an id");
        let known = !name.starts_with("reach_target_") || expected.iter().any(|expected| expected.id == name);
        assert!(known, "{id}: {name} has no target");
    }
}
