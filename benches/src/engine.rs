//! The workload in this engine: its pack, its data, and its answer in the shape of the loop written by hand.

use anyhow::{Context, Result, anyhow};
use guiju::{Dataset, Exact, KpiValue, Limits, Outcome, Pack, Parsed, Source, Status};

use crate::hand::Alliance;
use crate::tables::Tables;

/// The rules.
pub const RULES: &str = include_str!("../pack/workload.guiju");

/// The pack of the workload.
///
/// # Errors
/// Where it does not compile.
pub fn pack() -> Result<Pack> {
    let pack = Parsed::parse(vec![Source::new("workload.guiju", RULES)], &Limits::default()).check().into_pack();
    pack.context("the pack of the workload")
}

/// The tables as the engine reads them.
///
/// # Errors
/// Where the data is refused.
pub fn read(pack: &Pack, json_lines: &str) -> Result<Dataset> {
    pack.read_json_lines(json_lines, None, &Limits::default()).map_err(|found| anyhow!("{found:?}"))
}

/// Holds an outcome to what the loop written by hand found.
///
/// # Errors
/// The first alliance that differs.
pub fn check(tables: &Tables, outcome: &Outcome, expected: &[Alliance]) -> Result<()> {
    let money = |value: &KpiValue, unit: i64| -> Option<i64> {
        let KpiValue::Known(value) = value else { return None };
        let scaled = value.mul(Exact::from(unit)).ok()?;
        (scaled.denominator() == 1).then(|| i64::try_from(scaled.numerator()).ok()).flatten()
    };
    for (alliance, (found, expected)) in outcome.roots.iter().zip(expected).enumerate() {
        let kpi = |at: usize, unit: i64| money(&found.kpis[at], unit).with_context(|| format!("alliance {alliance}: KPI {at}"));
        let met = |at: usize| found.obligations[at].status == Status::Met;
        let figures = Alliance {
            members: kpi(0, 1)? as u32,
            sums: [kpi(1, 100)?, kpi(2, 100)?, kpi(4, 100)?, kpi(5, 100)?, kpi(6, 100)?],
            services: kpi(3, 1)? as u32,
            revenue: kpi(7, 1000)?,
            above_grant: met(0),
            enough_members: met(1),
        };
        if figures != *expected {
            return Err(anyhow!("alliance {alliance}: {figures:?} instead of {expected:?}"));
        }
    }
    (outcome.roots.len() == tables.grants.len()).then_some(()).context("alliances are missing")
}
