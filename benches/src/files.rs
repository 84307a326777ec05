//! The tables as files, in the forms that engines read, and the loop's own columns out of the first
//! of them.
//!
//! | form | for | amounts, days, choices |
//! |---|---|---|
//! | `codes/*.csv` | the loop by hand, engines over tables | cents, days since 1970, numbers |
//! | `documents.jsonl` | engines that take a document at a time | cents, days since 1970, names |
//! | `named/*.csv`, `named.jsonl` | this engine | decimals, dates, names, as people write them |
//!
//! Not here: what is drawn (`tables`), and answers (`check`).

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::tables::{CATEGORIES, KINDS, ORIGINS, SOURCES, Tables};

/// The tables that each folder of CSV has.
pub const NAMES: [&str; 3] = ["alliance", "member", "revenue"];

impl Tables {
    /// Writes every form.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for inner in ["codes", "named"] {
            std::fs::create_dir_all(folder.join(inner))?;
        }
        self.codes(&folder.join("codes"))?;
        self.named(&folder.join("named"))?;
        let mut named = create(&folder.join("named.jsonl"))?;
        let mut documents = create(&folder.join("documents.jsonl"))?;
        for alliance in 0..self.grants.len() {
            self.json(alliance, true, &mut named)?;
            self.json(alliance, false, &mut documents)?;
        }
        named.flush()?;
        Ok(documents.flush()?)
    }

    fn codes(&self, folder: &Path) -> Result<()> {
        let [mut alliances, mut members, mut revenues] = create_all(folder)?;
        writeln!(alliances, "alliance,grant")?;
        writeln!(members, "record,alliance,kind,origin,registered,start,end,sealed")?;
        writeln!(
            revenues,
            "record,alliance,category,source,stamped,labelled,explained,received,amount,evidence"
        )?;
        let (m, r) = (&self.members, &self.revenues);
        for (at, grant) in self.grants.iter().enumerate() {
            writeln!(alliances, "{at},{grant}")?;
            for row in self.members_of(at) {
                let (kind, origin, registered, sealed) =
                    (m.kind[row], m.origin[row], m.registered[row], m.sealed[row]);
                writeln!(
                    members,
                    "{row},{at},{kind},{origin},{registered},{},{},{sealed}",
                    m.start[row], m.end[row]
                )?;
            }
            for row in self.revenues_of(at) {
                let (category, source, stamped, labelled) =
                    (r.category[row], r.source[row], r.stamped[row], r.labelled[row]);
                write!(
                    revenues,
                    "{row},{at},{category},{source},{stamped},{labelled},{},",
                    r.explained[row]
                )?;
                writeln!(revenues, "{},{},{}", r.received[row], r.amount[row], r.evidence[row])?;
            }
        }
        [alliances, members, revenues].iter_mut().try_for_each(|file| Ok(file.flush()?))
    }

    fn named(&self, folder: &Path) -> Result<()> {
        let [mut alliances, mut members, mut revenues] = create_all(folder)?;
        writeln!(alliances, "id,grant")?;
        writeln!(members, "alliance,id,kind,origin,registered,contract_start,contract_end,sealed")?;
        writeln!(
            revenues,
            "alliance,id,category,source,stamped,labelled,explained,received,amount,evidence"
        )?;
        let (m, r) = (&self.members, &self.revenues);
        for (at, grant) in self.grants.iter().enumerate() {
            writeln!(alliances, "A{at},{}", cents(*grant))?;
            for (number, row) in self.members_of(at).enumerate() {
                let (kind, origin) =
                    (KINDS[usize::from(m.kind[row])], ORIGINS[usize::from(m.origin[row])]);
                write!(members, "A{at},m{number},{kind},{origin},{},", m.registered[row])?;
                writeln!(members, "{},{},{}", day(m.start[row]), day(m.end[row]), m.sealed[row])?;
            }
            for (number, row) in self.revenues_of(at).enumerate() {
                let (category, source) =
                    (CATEGORIES[usize::from(r.category[row])], SOURCES[usize::from(r.source[row])]);
                write!(
                    revenues,
                    "A{at},r{number},{category},{source},{},{},",
                    r.stamped[row], r.labelled[row]
                )?;
                writeln!(
                    revenues,
                    "{},{},{},D{}",
                    r.explained[row],
                    day(r.received[row]),
                    cents(r.amount[row]),
                    r.evidence[row]
                )?;
            }
        }
        [alliances, members, revenues].iter_mut().try_for_each(|file| Ok(file.flush()?))
    }

    /// One alliance a line, as this engine reads it.
    ///
    /// # Errors
    /// None: memory takes what is written.
    pub fn json_lines(&self) -> Result<String> {
        let mut out = Vec::new();
        for alliance in 0..self.grants.len() {
            self.json(alliance, true, &mut out)?;
        }
        Ok(String::from_utf8(out)?)
    }

    /// A line with one alliance: as people write it, or with days and cents as whole numbers.
    fn json(&self, alliance: usize, named: bool, out: &mut impl Write) -> Result<()> {
        let money =
            |amount: i64| if named { format!("\"{}\"", cents(amount)) } else { amount.to_string() };
        let date = |days: i32| if named { format!("\"{}\"", day(days)) } else { days.to_string() };
        let (m, r) = (&self.members, &self.revenues);
        write!(out, r#"{{"id":"A{alliance}","grant":{},"member":["#, money(self.grants[alliance]))?;
        for (number, row) in self.members_of(alliance).enumerate() {
            let comma = if number == 0 { "" } else { "," };
            let (kind, origin) =
                (KINDS[usize::from(m.kind[row])], ORIGINS[usize::from(m.origin[row])]);
            let (registered, sealed, start, end) =
                (m.registered[row], m.sealed[row], date(m.start[row]), date(m.end[row]));
            write!(
                out,
                r#"{comma}{{"id":"m{number}","kind":"{kind}","origin":"{origin}","registered":{registered},"#
            )?;
            write!(out, r#""contract":{{"start":{start},"end":{end}}},"sealed":{sealed}}}"#)?;
        }
        write!(out, r#"],"revenue":["#)?;
        for (number, row) in self.revenues_of(alliance).enumerate() {
            let comma = if number == 0 { "" } else { "," };
            let (category, source) =
                (CATEGORIES[usize::from(r.category[row])], SOURCES[usize::from(r.source[row])]);
            let (stamped, labelled, explained) =
                (r.stamped[row], r.labelled[row], r.explained[row]);
            let (received, amount, evidence) =
                (date(r.received[row]), money(r.amount[row]), r.evidence[row]);
            write!(
                out,
                r#"{comma}{{"id":"r{number}","category":"{category}","source":"{source}","stamped":{stamped},"#
            )?;
            write!(
                out,
                r#""labelled":{labelled},"explained":{explained},"received":{received},"amount":{amount},"#
            )?;
            write!(out, r#""evidence":"D{evidence}"}}"#)?;
        }
        Ok(writeln!(out, "]}}")?)
    }

    /// Reads the columns from their codes.
    ///
    /// # Errors
    /// Where a file cannot be read, or is not as it was written.
    pub fn read(folder: &Path) -> Result<Tables> {
        let mut tables = Tables::default();
        let codes = folder.join("codes");
        rows(&codes.join("alliance.csv"), |row| {
            row.number::<u32>()?;
            tables.grants.push(row.number()?);
            Ok(())
        })?;
        let alliances = tables.grants.len();
        let (members, offsets) = (&mut tables.members, &mut tables.member_offsets);
        rows(&codes.join("member.csv"), |row| {
            let (record, alliance): (u32, usize) = (row.number()?, row.number()?);
            offsets.resize(offsets.len().max(alliance + 1), record);
            members.kind.push(row.number()?);
            members.origin.push(row.number()?);
            members.registered.push(row.truth()?);
            members.start.push(row.number()?);
            members.end.push(row.number()?);
            members.sealed.push(row.truth()?);
            Ok(())
        })?;
        offsets.resize(alliances + 1, members.kind.len() as u32);
        let (revenues, offsets) = (&mut tables.revenues, &mut tables.revenue_offsets);
        rows(&codes.join("revenue.csv"), |row| {
            let (record, alliance): (u32, usize) = (row.number()?, row.number()?);
            offsets.resize(offsets.len().max(alliance + 1), record);
            revenues.category.push(row.number()?);
            revenues.source.push(row.number()?);
            revenues.stamped.push(row.truth()?);
            revenues.labelled.push(row.truth()?);
            revenues.explained.push(row.truth()?);
            revenues.received.push(row.number()?);
            revenues.amount.push(row.number()?);
            revenues.evidence.push(row.number()?);
            Ok(())
        })?;
        offsets.resize(alliances + 1, revenues.amount.len() as u32);
        Ok(tables)
    }
}

/// The rest of a row.
struct Row<'a>(std::slice::Split<'a, u8, fn(&u8) -> bool>);

impl Row<'_> {
    fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let digits = self.0.next().context("a cell is missing")?;
        let value = digits.iter().try_fold(0, |value: i64, digit| {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            value.checked_mul(10)?.checked_add(i64::from(digit))
        });
        value.and_then(|value| T::try_from(value).ok()).context("not a number")
    }

    fn truth(&mut self) -> Result<bool> {
        Ok(self.0.next().context("a cell is missing")? == b"true")
    }
}

/// Reads a table row by row, but for its heading.
fn rows(path: &Path, mut each: impl FnMut(&mut Row<'_>) -> Result<()>) -> Result<()> {
    let mut file = BufReader::new(
        File::open(path).with_context(|| format!("{} cannot be read", path.display()))?,
    );
    let mut line = Vec::new();
    file.read_until(b'\n', &mut line)?;
    line.clear();
    while file.read_until(b'\n', &mut line)? > 0 {
        let comma: fn(&u8) -> bool = |byte| *byte == b',';
        each(&mut Row(line.trim_ascii_end().split(comma)))?;
        line.clear();
    }
    Ok(())
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    Ok(BufWriter::new(
        File::create(path).with_context(|| format!("{} cannot be written", path.display()))?,
    ))
}

fn create_all(folder: &Path) -> Result<[BufWriter<File>; 3]> {
    let create = |name| create(&folder.join(format!("{name}.csv")));
    Ok([create(NAMES[0])?, create(NAMES[1])?, create(NAMES[2])?])
}

fn cents(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn day(days: i32) -> String {
    guiju::Date::from_epoch_days(days).map(|day| day.to_string()).unwrap_or_default()
}
