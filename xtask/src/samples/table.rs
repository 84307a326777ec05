//! Alliances to a folder of CSV tables. Each column has one style of dates, and its unit in its
//! header where that is not 元.

use anyhow::{Context, ensure};
use guiju::Date;

use super::alliance::Alliance;
use super::record::{Cell, Record};

/// How the values of a table are written.
struct Style {
    /// Dates as 108/10/31 rather than 2019-10-31.
    minguo: bool,
    /// Money columns with a unit: field, unit, and how many 元 it is.
    units: &'static [(&'static str, &'static str, i64)],
}

const THOUSANDS: &str = "仟元";

/// The files by their name.
pub(crate) fn tables(alliances: &[Alliance]) -> anyhow::Result<Vec<(&'static str, Vec<u8>)>> {
    let iso = Style { minguo: false, units: &[] };
    let minguo = Style { minguo: true, units: &[] };
    let head = Style { minguo: false, units: &[("grant", THOUSANDS, 1_000)] };
    let member = Style { minguo: true, units: &[("fee", THOUSANDS, 1_000)] };
    let transfer = Style { minguo: true, units: &[("amount", "萬元", 10_000)] };
    Ok(vec![
        ("alliance.csv", table(alliances.iter().map(|alliance| (None, &alliance.head)), &head)?),
        ("member.csv", children(alliances, |alliance| &alliance.member, &member)?),
        ("revenue.csv", children(alliances, |alliance| &alliance.books.revenue, &iso)?),
        ("transfer.csv", children(alliances, |alliance| &alliance.books.transfer, &transfer)?),
        ("collaboration.csv", children(alliances, |alliance| &alliance.books.collaboration, &iso)?),
        ("activity.csv", children(alliances, |alliance| &alliance.activity, &minguo)?),
        ("outcome.csv", children(alliances, |alliance| &alliance.outcome, &iso)?),
        ("staff.csv", children(alliances, |alliance| &alliance.staff, &iso)?),
        ("targets.csv", figures(alliances, |alliance| &alliance.targets)?),
        ("previous.csv", figures(alliances, |alliance| &alliance.previous)?),
        ("reviewed.csv", register(alliances, |alliance| &alliance.books.reviewed)?),
        ("elsewhere.csv", register(alliances, |alliance| &alliance.books.elsewhere)?),
    ])
}

/// A table of records that belong to alliances.
fn children<R: Record>(
    alliances: &[Alliance],
    of: impl Fn(&Alliance) -> &Vec<R>,
    style: &Style,
) -> anyhow::Result<Vec<u8>> {
    let rows = alliances.iter().flat_map(|alliance| {
        of(alliance).iter().map(|record| (Some(alliance.head.id.as_str()), record))
    });
    table(rows, style)
}

fn table<'a, R: Record + 'a>(
    rows: impl Iterator<Item = (Option<&'a str>, &'a R)>,
    style: &Style,
) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut has_header = false;
    for (parent, record) in rows {
        let mut header: Vec<String> = parent.iter().map(|_| "alliance".to_owned()).collect();
        let mut row: Vec<String> = parent.iter().map(|id| (*id).to_owned()).collect();
        for (name, cell) in record.cells() {
            let unit = style.units.iter().find(|(field, _, _)| *field == name);
            // A period is two columns.
            if name == "contract" {
                header.extend(["contract_start".to_owned(), "contract_end".to_owned()]);
            } else {
                header.push(unit.map_or(name.to_owned(), |(_, unit, _)| format!("{name}({unit})")));
            }
            match cell {
                Cell::Span(start, end) => row.extend([date(start, style), date(end, style)]),
                Cell::Missing if name == "contract" => row.extend([String::new(), String::new()]),
                cell => row.push(
                    text(cell, unit.map_or(1, |(_, _, factor)| *factor), style)
                        .with_context(|| name)?,
                ),
            }
        }
        if !has_header {
            writer.write_record(&header)?;
            has_header = true;
        }
        writer.write_record(&row)?;
    }
    writer.into_inner().context("finishing a table")
}

fn text(cell: Cell, unit: i64, style: &Style) -> anyhow::Result<String> {
    Ok(match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => text,
        Cell::Flag(value) => value.to_string(),
        Cell::Count(value) => value.to_string(),
        Cell::Money(amount) => {
            ensure!(amount % unit == 0, "{amount} is no whole number of the column's unit");
            (amount / unit).to_string()
        }
        Cell::Day(day) => date(day, style),
        Cell::Span(start, end) => format!("{}..{}", date(start, style), date(end, style)),
        Cell::Words(words) => words.join(";"),
    })
}

fn date(day: Date, style: &Style) -> String {
    if style.minguo { day.minguo() } else { day.to_string() }
}

/// Targets or previous values.
fn figures(
    alliances: &[Alliance],
    of: impl Fn(&Alliance) -> &Vec<(&'static str, i64)>,
) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["alliance", "kpi", "value"])?;
    for alliance in alliances {
        for (kpi, value) in of(alliance) {
            writer.write_record([alliance.head.id.as_str(), kpi, &value.to_string()])?;
        }
    }
    writer.into_inner().context("finishing a table")
}

/// A register of evidence.
fn register(
    alliances: &[Alliance],
    of: impl Fn(&Alliance) -> &Vec<String>,
) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["alliance", "evidence"])?;
    for alliance in alliances {
        for evidence in of(alliance) {
            writer.write_record([&alliance.head.id, evidence])?;
        }
    }
    writer.into_inner().context("finishing a table")
}
