//! Results as CSV for programs: one line for each KPI of each root, or for each verdict on a
//! record.
//!
//! Values are those of the JSON, unrounded and ungrouped. Of several years each line begins with
//! the pack. Not here: figures of the programme, which only the JSON has, and pages of sheets,
//! which `guiju_sheets` writes.

use std::borrow::Cow;
use std::io::Write;

use guiju::{Exact, KpiValue, Unit};
use guiju_sheets::inert;

use super::Report;

/// The KPIs in long form.
pub(crate) fn kpis(
    reports: &[Report<'_>],
    raw_cells: bool,
    to: impl Write,
) -> Result<(), csv::Error> {
    let mut out = Lines::new(reports, raw_cells, to);
    out.header(
        reports,
        &["kpi", "state", "value", "low", "high", "unit", "target", "attainment", "previous"],
    )?;
    for report in reports {
        for root in report.roots_wanted() {
            for (index, found) in report.evaluation.roots[root].kpis.entries() {
                let kpi = &report.kpis[index];
                let [value, low, high] = bounds(found);
                let target = report.evaluation.target(root, index);
                let attainment =
                    value.zip(target.as_ref()).and_then(|(value, target)| value.attainment(target));
                let shown = |value: Option<&Exact>| {
                    value.map(|value| kpi.unit.decimal(value)).unwrap_or_default()
                };
                out.line(
                    report,
                    &[
                        report.evaluation.data().root_key(root),
                        kpi.name,
                        found.state(),
                        &shown(value),
                        &shown(low),
                        &shown(high),
                        &kpi.unit.sign(),
                        &shown(target.as_ref()),
                        &attainment.map(|share| share.to_fixed(6)).unwrap_or_default(),
                        &shown(report.evaluation.data().previous(root, index).as_ref()),
                    ],
                )?;
            }
            awards(&mut out, report, root)?;
        }
    }
    Ok(out.writer.flush()?)
}

/// What the awards made of a root: of each a line with the verdict, and one for each figure.
fn awards(out: &mut Lines<impl Write>, report: &Report<'_>, root: usize) -> Result<(), csv::Error> {
    for place in report.evaluation.placed(root) {
        let name = if place.is_of_root() {
            place.award.name.clone()
        } else {
            format!("{}.{}", place.award.name, place.key())
        };
        let key = report.evaluation.data().root_key(root);
        out.line(report, &[key, &name, place.standing.decision.id(), "", "", "", "", "", "", ""])?;
        let standing = place.standing;
        let figures = [
            ("rank", &standing.rank, &Unit::Number),
            ("amount", &standing.amount, &place.award.unit),
            ("reserve", &standing.reserve, &Unit::Number),
        ];
        for (figure, found, unit) in figures {
            let [value, low, high] = bounds(found)
                .map(|bound| bound.map(|bound| unit.decimal(bound)).unwrap_or_default());
            out.line(
                report,
                &[
                    key,
                    &format!("{name}.{figure}"),
                    found.state(),
                    &value,
                    &low,
                    &high,
                    &unit.sign(),
                    "",
                    "",
                    "",
                ],
            )?;
        }
    }
    Ok(())
}

/// The value of a figure, or its bounds.
fn bounds(found: &KpiValue) -> [Option<&Exact>; 3] {
    match found {
        KpiValue::Known(value) => [Some(value), None, None],
        KpiValue::Undetermined { low, high, .. } => [None, low.as_ref(), high.as_ref()],
        KpiValue::NotApplicable | KpiValue::Invalid(_) => [None, None, None],
    }
}

/// The verdicts on records.
pub(crate) fn records(
    reports: &[Report<'_>],
    raw_cells: bool,
    to: impl Write,
) -> Result<(), csv::Error> {
    let mut out = Lines::new(reports, raw_cells, to);
    out.header(reports, &["entity", "key", "tally", "verdict", "reason", "rule", "clause"])?;
    for report in reports {
        for root in report.roots_wanted() {
            for record in report.evaluation.verdicts(root) {
                out.line(
                    report,
                    &[
                        report.evaluation.data().root_key(root),
                        &report.evaluation.pack().schema().entities[record.entity].name,
                        &record.key,
                        record.tally,
                        record.verdict.id(),
                        record
                            .reason
                            .as_ref()
                            .map(|reason| reason.get(report.locale))
                            .unwrap_or_default(),
                        record.rule.as_deref().unwrap_or_default(),
                        record.clause.as_deref().unwrap_or_default(),
                    ],
                )?;
            }
        }
    }
    Ok(out.writer.flush()?)
}

struct Lines<W: Write> {
    writer: csv::Writer<W>,
    /// Whether each line says the pack.
    packs: bool,
    /// Whether texts stand as they are, even where a spreadsheet would run them.
    raw_cells: bool,
}

impl<W: Write> Lines<W> {
    fn new(reports: &[Report<'_>], raw_cells: bool, to: W) -> Lines<W> {
        Lines { writer: csv::Writer::from_writer(to), packs: reports.len() > 1, raw_cells }
    }

    fn header(&mut self, reports: &[Report<'_>], columns: &[&str]) -> Result<(), csv::Error> {
        let root = reports
            .first()
            .map_or("", |report| report.evaluation.pack().schema().root_entity().name.as_str());
        let pack = self.packs.then_some("pack");
        self.write(pack.into_iter().chain([root]).chain(columns.iter().copied()))
    }

    fn line(&mut self, report: &Report<'_>, cells: &[&str]) -> Result<(), csv::Error> {
        let pack = self.packs.then_some(report.evaluation.pack().name());
        self.write(pack.into_iter().chain(cells.iter().copied()))
    }

    fn write<'c>(&mut self, cells: impl Iterator<Item = &'c str>) -> Result<(), csv::Error> {
        let raw = self.raw_cells;
        self.writer.write_record(
            cells
                .map(|cell| if raw { Cow::Borrowed(cell) } else { inert(cell) })
                .map(Cow::into_owned),
        )
    }
}
