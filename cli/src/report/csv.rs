//! Results as CSV for programs: one line for each KPI of each root, or for each verdict on a record.
//!
//! Values are those of the JSON, unrounded and ungrouped. Not here: figures of the programme, which only the JSON has.

use std::io::Write;

use guiju::KpiValue;

use super::Report;
use crate::words;

impl Report<'_> {
    /// The KPIs in long form.
    pub(crate) fn kpis_csv(&self, only: Option<usize>, to: impl Write) -> Result<(), csv::Error> {
        let mut out = csv::Writer::from_writer(to);
        let root_name = self.plan.schema().root_entity().name.as_str();
        out.write_record([root_name, "kpi", "state", "value", "low", "high", "unit", "target", "attainment", "previous"])?;
        for root in only.map_or(0..self.data.len(), |root| root..root + 1) {
            for (index, found) in self.outcome.roots[root].kpis.iter().enumerate() {
                let kpi = &self.kpis[index];
                let (value, low, high) = match found {
                    KpiValue::Known(value) => (Some(*value), None, None),
                    KpiValue::Undetermined { low, high, .. } => (None, *low, *high),
                    KpiValue::NotApplicable | KpiValue::Invalid(_) => (None, None, None),
                };
                let target = self.data.target(root, index);
                let attainment = value.zip(target).and_then(|(value, target)| value.div(target).ok());
                let shown = |value: Option<guiju::Exact>| value.map(|value| kpi.unit.decimal(value)).unwrap_or_default();
                out.write_record([
                    self.data.root_key(root),
                    kpi.name,
                    words::state_id(found),
                    &shown(value),
                    &shown(low),
                    &shown(high),
                    &kpi.unit.sign(),
                    &shown(target),
                    &attainment.map(|share| share.to_fixed(6)).unwrap_or_default(),
                    &shown(self.data.previous(root, index)),
                ])?;
            }
        }
        Ok(out.flush()?)
    }

    /// The verdicts on records.
    pub(crate) fn records_csv(&self, only: Option<usize>, to: impl Write) -> Result<(), csv::Error> {
        let mut out = csv::Writer::from_writer(to);
        let schema = self.plan.schema();
        out.write_record([schema.root_entity().name.as_str(), "entity", "key", "tally", "verdict", "reason", "rule", "clause"])?;
        for root in only.map_or(0..self.data.len(), |root| root..root + 1) {
            for record in self.plan.verdicts(self.data, self.outcome, root) {
                out.write_record([
                    self.data.root_key(root),
                    &schema.entities[record.entity].name,
                    record.key,
                    record.tally,
                    record.verdict.id(),
                    record.reason.map(|reason| reason.get(self.locale)).unwrap_or_default(),
                    record.rule.as_deref().unwrap_or_default(),
                    record.clause.as_deref().unwrap_or_default(),
                ])?;
            }
        }
        Ok(out.flush()?)
    }
}
