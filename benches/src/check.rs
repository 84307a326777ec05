//! Answers as files, and how many values of one differ from those of the loop written by hand,
//! which are exact.
//!
//! `NAME.csv` has a row for each alliance, `NAME.verdicts` a byte for each member and after them
//! one for each revenue.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::hand::Answer;

/// The columns of an answer.
pub const COLUMNS: [&str; 11] = [
    "alliance", "members", "sum0", "sum1", "sum2", "sum3", "sum4", "services", "revenue", "above",
    "enough",
];

/// Writes an answer.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(answer: &Answer, folder: &Path, name: &str) -> Result<()> {
    let mut text = COLUMNS.join(",") + "\n";
    for at in 0..answer.alliances.len() {
        let _ = writeln!(text, "{}", row(answer, at).join(","));
    }
    std::fs::write(folder.join(format!("{name}.csv")), text)?;
    Ok(std::fs::write(folder.join(format!("{name}.verdicts")), verdicts(answer))?)
}

/// For each column of a written answer, how many values differ; columns that agree are left out.
///
/// # Errors
/// Where the answer has another shape.
pub fn differences(
    expected: &Answer,
    folder: &Path,
    name: &str,
) -> Result<Vec<(&'static str, usize)>> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.csv")))
        .with_context(|| format!("no answer of {name}"))?;
    let mut lines = text.lines();
    ensure!(lines.next() == Some(&COLUMNS.join(",")), "{name}: other columns");
    let mut differing = [0; COLUMNS.len()];
    let mut rows = 0;
    for line in lines {
        ensure!(rows < expected.alliances.len(), "{name}: more alliances than there are");
        let cells: Vec<&str> = line.split(',').collect();
        ensure!(cells.len() == COLUMNS.len(), "{name}: a row of {} cells", cells.len());
        for ((cell, expected), differing) in
            cells.iter().zip(row(expected, rows)).zip(&mut differing)
        {
            *differing += usize::from(*cell != expected);
        }
        rows += 1;
    }
    ensure!(rows == expected.alliances.len(), "{name}: {rows} alliances");
    let found = std::fs::read(folder.join(format!("{name}.verdicts")))?;
    let wanted = verdicts(expected);
    ensure!(
        found.len() == wanted.len(),
        "{name}: {} verdicts on {} records",
        found.len(),
        wanted.len()
    );
    let verdicts = found.iter().zip(&wanted).filter(|(found, wanted)| found != wanted).count();
    let all = COLUMNS.into_iter().zip(differing).chain([("verdicts", verdicts)]);
    Ok(all.filter(|(_, differing)| *differing > 0).collect())
}

fn row(answer: &Answer, at: usize) -> [String; COLUMNS.len()] {
    let found = &answer.alliances[at];
    let [fees, services, transfers, collaborations, others] = found.sums.map(|sum| sum.to_string());
    [
        at.to_string(),
        found.members.to_string(),
        fees,
        services,
        transfers,
        collaborations,
        others,
        found.services.to_string(),
        found.revenue.to_string(),
        found.above_grant.to_string(),
        found.enough_members.to_string(),
    ]
}

fn verdicts(answer: &Answer) -> Vec<u8> {
    [answer.member_verdicts.as_slice(), &answer.revenue_verdicts].concat()
}
