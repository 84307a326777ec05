//! The workload in this engine: its pack, its data, and its answer in the shape of the loop written
//! by hand.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use guiju::{
    Dataset, Evaluation, Exact, KpiId, KpiValue, Limits, Pack, Parsed, RecordVerdict, Source,
    Status, TableFile, VerdictKind,
};

use crate::files::NAMES;
use crate::hand::{Alliance, Answer};
use crate::tables::Tables;

/// The rules.
pub const RULES: &str = include_str!("../pack/workload.guiju");

/// The pack of the workload.
///
/// # Errors
/// Where it does not compile.
pub fn pack() -> Result<Pack> {
    let pack = Parsed::parse(vec![Source::new("workload.guiju", RULES)], &Limits::default())
        .check()
        .into_pack();
    pack.map(Pack::from).context("the pack of the workload")
}

/// The tables as the engine reads them.
///
/// # Errors
/// Where the data is refused.
pub fn read(pack: &Pack, json_lines: &str) -> Result<Dataset> {
    pack.read_json_lines(json_lines, None, &Limits::default()).map_err(|found| anyhow!("{found:?}"))
}

/// The tables as the engine reads them from a folder of CSV.
///
/// # Errors
/// Where a file cannot be read, or the data is refused.
pub fn read_folder(pack: &Pack, folder: &Path) -> Result<Dataset> {
    let files = NAMES.map(|name| format!("{name}.csv"));
    let read = |name: &String| {
        std::fs::read(folder.join(name)).with_context(|| format!("{name} cannot be read"))
    };
    let bytes = files.iter().map(read).collect::<Result<Vec<_>>>()?;
    let tables: Vec<TableFile<'_>> =
        files.iter().zip(&bytes).map(|(name, bytes)| TableFile { name, bytes }).collect();
    pack.read_tables(&tables, &Limits::default()).map_err(|found| anyhow!("{found:?}"))
}

/// What was judged in the shape of the loop written by hand: nothing is rounded, and every verdict
/// has the number of its reason. The tables say how many records an alliance has.
///
/// # Errors
/// The first value that has no such shape.
pub fn answer(evaluation: &Evaluation, tables: &Tables) -> Result<Answer> {
    let mut answer = Answer {
        member_verdicts: vec![0; tables.members.kind.len()],
        revenue_verdicts: vec![0; tables.revenues.amount.len()],
        alliances: Vec::new(),
    };
    for (root, found) in evaluation.roots.iter().enumerate() {
        let whole = |at: usize, unit: i64| -> Result<i64> {
            let KpiValue::Known(value) = &found.kpis[KpiId::new(at)] else {
                bail!("root {root}: KPI {at} is not known")
            };
            let scaled = value
                .mul(&Exact::from(unit))
                .map_err(|error| anyhow!("root {root}: KPI {at}: {error}"))?;
            scaled
                .to_i64()
                .with_context(|| format!("root {root}: KPI {at} is no whole number of 64 bits"))
        };
        let met = |at: usize| found.obligations[at].status == Status::Met;
        answer.alliances.push(Alliance {
            members: u32::try_from(whole(0, 1)?)?,
            sums: [whole(1, 100)?, whole(2, 100)?, whole(4, 100)?, whole(5, 100)?, whole(6, 100)?],
            services: u32::try_from(whole(3, 1)?)?,
            revenue: whole(7, 1000)?,
            above_grant: met(0),
            enough_members: met(1),
        });
        for record in evaluation.verdicts(root) {
            let (verdicts, first) =
                if evaluation.pack().schema().entities[record.entity].name == "member" {
                    (&mut answer.member_verdicts, tables.members_of(root).start)
                } else {
                    (&mut answer.revenue_verdicts, tables.revenues_of(root).start)
                };
            let row = first + record.key[1..].parse::<usize>()?;
            *verdicts.get_mut(row).context("a record that is not in the tables")? =
                verdict(&record)?;
        }
    }
    Ok(answer)
}

fn verdict(record: &RecordVerdict<'_>) -> Result<u8> {
    match (record.verdict, record.rule.as_deref()) {
        (VerdictKind::Counted, _) => Ok(1),
        (VerdictKind::Refused, Some(rule)) => {
            reason(rule).with_context(|| format!("no number for {rule}"))
        }
        (verdict, _) => bail!("{}: {verdict:?}", record.key),
    }
}

/// The number that the loop written by hand has for a reason.
fn reason(rule: &str) -> Option<u8> {
    let Some((tally, requirement)) = rule.split_once(".require.") else {
        return (rule == "evidence").then_some(9);
    };
    let numbers: &[u8] = match tally {
        "members" => &[2, 3],
        "fees" | "services" => &[2, 3, 4, 6],
        "transfers" => &[3, 6],
        "collaborations" => &[3, 5, 6],
        "others" => &[2, 3, 6],
        _ => return None,
    };
    requirement.parse::<usize>().ok().and_then(|at| numbers.get(at.checked_sub(1)?)).copied()
}
