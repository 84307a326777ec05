//! The chart of a grouping: two figures of one unit side by side for every group, as bars.
//!
//! The rules say which figures are grouped; of those that stand next to each other in one unit the
//! first two are drawn, or one alone. Not here: the table, which has all figures.

use std::io::{self, Write};

use guiju::{Exact, FieldKind, Group, Grouping, KpiId, KpiValue, Unit};

use super::{escape, percent};
use crate::report::Report;
use crate::report::overview::AMOUNTS;

/// How much of the width the longest bar takes; its number stands after it.
const WIDEST: i64 = 78;
const SERIES: [&str; 2] = ["one", "two"];

/// Draws it; nothing where no figure can be drawn.
pub(super) fn write(
    out: &mut impl Write,
    report: &Report<'_>,
    grouping: &Grouping,
) -> io::Result<()> {
    let field = &report.evaluation.pack().schema().root_entity().fields[grouping.field];
    let FieldKind::Choice(choices) = &field.kind else { return Ok(()) };
    let drawn = figures(report, grouping);
    let ends = grouping
        .values
        .iter()
        .flat_map(|(_, group)| drawn.iter().filter_map(|kpi| bounds(value(group, *kpi)?)));
    let widest = ends.map(|(_, high)| high).max().unwrap_or(Exact::ZERO);
    if drawn.is_empty() || widest <= Exact::ZERO {
        return Ok(());
    }
    write!(out, "<figure aria-hidden=\"true\"><figcaption>")?;
    for (kpi, class) in drawn.iter().zip(SERIES) {
        let kpi = &report.kpis[*kpi];
        let (label, unit) = (escape(kpi.label.get(report.locale)), escape(&AMOUNTS.unit(kpi.unit)));
        write!(
            out,
            "<svg><rect class=\"{class}\" width=\"100%\" height=\"100%\"/></svg>{label} ({unit})"
        )?;
    }
    writeln!(out, "</figcaption><div class=\"chart\">")?;
    let size = if drawn.len() == 1 { " class=\"single\"" } else { "" };
    let high = 100 / drawn.len();
    // What the whole width stands for.
    let whole = widest.mul(&Exact::from(100)).unwrap_or(widest);
    for (choice, group) in &grouping.values {
        write!(
            out,
            "<span>{}</span><svg{size}>",
            escape(choices.values[*choice].label.get(report.locale))
        )?;
        for (at, (kpi, class)) in drawn.iter().zip(SERIES).enumerate() {
            let Some(found) = value(group, *kpi) else { continue };
            let Some((low, end)) = bounds(found) else { continue };
            let [low, end] = [low, end]
                .map(|end| percent(&end.mul(&Exact::from(WIDEST)).unwrap_or(Exact::ZERO), &whole));
            let y = at * high;
            if low != end {
                write!(
                    out,
                    "<rect class=\"{class} maybe\" y=\"{y}%\" width=\"{end}%\" height=\"{}%\"/>",
                    high - 6
                )?;
            }
            write!(
                out,
                "<rect class=\"{class}\" y=\"{y}%\" width=\"{low}%\" height=\"{}%\"/>",
                high - 6
            )?;
            let words = AMOUNTS.kpi_or_state(found, report.kpis[*kpi].unit, report.locale);
            write!(
                out,
                "<text x=\"{end}%\" dx=\"6\" y=\"{}%\" dominant-baseline=\"central\">{}</text>",
                y + high / 2 - 3,
                escape(&words)
            )?;
        }
        writeln!(out, "</svg>")?;
    }
    writeln!(out, "</div></figure>")
}

fn value(group: &Group, kpi: KpiId) -> Option<&KpiValue> {
    group.kpis.iter().find(|(index, _)| *index == kpi).map(|(_, value)| value)
}

/// The first two figures next to each other that have one unit, or else the first of money, or else
/// the first that is no share.
fn figures(report: &Report<'_>, grouping: &Grouping) -> Vec<KpiId> {
    let grouped = report.grouped(grouping);
    let unit = |kpi: KpiId| report.kpis[kpi].unit;
    let alike = |pair: &&[KpiId]| matches!(pair, [a, b] if unit(*a) == unit(*b) && *unit(*a) != Unit::Ratio);
    match grouped.windows(2).find(alike) {
        Some(pair) => pair.to_vec(),
        None => {
            let of_money = grouped.iter().find(|kpi| *unit(**kpi) == Unit::Money);
            of_money
                .or_else(|| grouped.iter().find(|kpi| *unit(**kpi) != Unit::Ratio))
                .copied()
                .into_iter()
                .collect()
        }
    }
}

/// Where a bar ends for certain, and where it ends at most.
fn bounds(value: &KpiValue) -> Option<(Exact, Exact)> {
    match value {
        KpiValue::Known(value) => Some((value.clone(), value.clone())),
        KpiValue::Undetermined { low, high, .. } => {
            let low = low.clone().unwrap_or(Exact::ZERO);
            Some((low.clone(), high.clone().unwrap_or(low)))
        }
        KpiValue::NotApplicable | KpiValue::Invalid(_) => None,
    }
}
