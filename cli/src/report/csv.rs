//! Results as CSV for programs: one line for each KPI of each root, or for each verdict on a record.
//!
//! Values are those of the JSON, unrounded and ungrouped. Of several years each line begins with the pack. Not here: figures of the
//! programme, which only the JSON has.

use std::io::Write;

use guiju::KpiValue;

use super::Report;

/// The KPIs in long form.
pub(crate) fn kpis(reports: &[Report<'_>], to: impl Write) -> Result<(), csv::Error> {
    let mut out = Lines::new(reports, to);
    out.header(reports, &["kpi", "state", "value", "low", "high", "unit", "target", "attainment", "previous"])?;
    for report in reports {
        for root in report.roots_wanted() {
            for (index, found) in report.outcome.roots[root].kpis.iter().enumerate() {
                let kpi = &report.kpis[index];
                let (value, low, high) = match found {
                    KpiValue::Known(value) => (Some(*value), None, None),
                    KpiValue::Undetermined { low, high, .. } => (None, *low, *high),
                    KpiValue::NotApplicable | KpiValue::Invalid(_) => (None, None, None),
                };
                let target = report.data.target(root, index);
                let attainment = value.zip(target).and_then(|(value, target)| value.attainment(target));
                let shown = |value: Option<guiju::Exact>| value.map(|value| kpi.unit.decimal(value)).unwrap_or_default();
                out.line(
                    report,
                    &[
                        report.data.root_key(root),
                        kpi.name,
                        found.state(),
                        &shown(value),
                        &shown(low),
                        &shown(high),
                        &kpi.unit.sign(),
                        &shown(target),
                        &attainment.map(|share| share.to_fixed(6)).unwrap_or_default(),
                        &shown(report.data.previous(root, index)),
                    ],
                )?;
            }
        }
    }
    Ok(out.writer.flush()?)
}

/// The verdicts on records.
pub(crate) fn records(reports: &[Report<'_>], to: impl Write) -> Result<(), csv::Error> {
    let mut out = Lines::new(reports, to);
    out.header(reports, &["entity", "key", "tally", "verdict", "reason", "rule", "clause"])?;
    for report in reports {
        for root in report.roots_wanted() {
            for record in report.plan.verdicts(report.data, report.outcome, root) {
                out.line(
                    report,
                    &[
                        report.data.root_key(root),
                        &report.plan.schema().entities[record.entity].name,
                        record.key,
                        record.tally,
                        record.verdict.id(),
                        record.reason.map(|reason| reason.get(report.locale)).unwrap_or_default(),
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
}

impl<W: Write> Lines<W> {
    fn new(reports: &[Report<'_>], to: W) -> Lines<W> {
        Lines { writer: csv::Writer::from_writer(to), packs: reports.len() > 1 }
    }

    fn header(&mut self, reports: &[Report<'_>], columns: &[&str]) -> Result<(), csv::Error> {
        let root = reports.first().map_or("", |report| report.plan.schema().root_entity().name.as_str());
        let pack = self.packs.then_some("pack");
        self.writer.write_record(pack.into_iter().chain([root]).chain(columns.iter().copied()))
    }

    fn line(&mut self, report: &Report<'_>, cells: &[&str]) -> Result<(), csv::Error> {
        let pack = self.packs.then_some(report.plan.name());
        self.writer.write_record(pack.into_iter().chain(cells.iter().copied()))
    }
}
