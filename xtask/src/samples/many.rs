//! As many alliances as asked for, as JSON lines: data of a size no programme has, to see what time
//! and memory work takes.
//!
//! Drawn like the field sample, with the money of two years in one; no figure means anything.
//! Nothing of this is kept in the repository.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use super::alliance;
use super::draw::Draw;
use super::money;
use super::published::FIELDS;
use super::summary_sheet::{lines, object};

/// Draws beyond those of the samples.
const BEYOND: u64 = 1 << 32;

/// Writes a file of so many alliances, always the same.
pub(crate) fn run(count: u32, file: &Path) -> anyhow::Result<()> {
    let mut out =
        BufWriter::new(File::create(file).with_context(|| format!("creating {}", file.display()))?);
    let mut records = 0;
    for (turn, field) in (0..count).zip(FIELDS.iter().cycle()) {
        let mut draw = Draw::stream(BEYOND + u64::from(turn));
        let (turn, revenue, grant) = (
            usize::try_from(turn)?,
            draw.between(300, 4_000) * 1_000,
            draw.between(1_800, 2_800) * 1_000,
        );
        let mut alliance = alliance::draw(field, i64::try_from(turn)?, turn, revenue, grant)?;
        let second = money::draw(
            &format!("{}b", alliance.head.id),
            turn,
            revenue,
            &alliance.member,
            &mut draw,
        )?;
        let books = &mut alliance.books;
        books.revenue.extend(
            second.revenue.into_iter().map(|record| with_id(record, |record| &mut record.id)),
        );
        books.transfer.extend(
            second.transfer.into_iter().map(|record| with_id(record, |record| &mut record.id)),
        );
        books.collaboration.extend(
            second.collaboration.into_iter().map(|record| with_id(record, |record| &mut record.id)),
        );
        let head = object(&alliance.head)?;
        let fields = head.strip_suffix('}').context("a record is an object")?;
        write!(out, "{fields}")?;
        for (name, lines) in [
            ("member", lines(&alliance.member)?),
            ("revenue", lines(&alliance.books.revenue)?),
            ("transfer", lines(&alliance.books.transfer)?),
            ("collaboration", lines(&alliance.books.collaboration)?),
            ("activity", lines(&alliance.activity)?),
            ("outcome", lines(&alliance.outcome)?),
            ("staff", lines(&alliance.staff)?),
        ] {
            records += lines.len();
            write!(out, ", \"{name}\": [{}]", lines.join(", "))?;
        }
        for (name, register) in
            [("reviewed", &alliance.books.reviewed), ("elsewhere", &alliance.books.elsewhere)]
        {
            write!(out, ", \"{name}\": {}", serde_json::to_string(register)?)?;
        }
        for (name, figures) in [("targets", &alliance.targets), ("previous", &alliance.previous)] {
            let figures: Vec<String> =
                figures.iter().map(|(kpi, value)| format!("\"{kpi}\": \"{value}\"")).collect();
            write!(out, ", \"{name}\": {{{}}}", figures.join(", "))?;
        }
        writeln!(out, "}}")?;
    }
    out.flush()?;
    println!("wrote {count} alliances with {records} records to {}", file.display());
    Ok(())
}

/// A record with an id that the first draw did not give.
fn with_id<R>(mut record: R, id: impl Fn(&mut R) -> &mut String) -> R {
    id(&mut record).push('b');
    record
}
