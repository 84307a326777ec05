//! The field sample: as many alliances in each field as clause 108-T implies, with its revenue and
//! its average grants.

use std::collections::BTreeSet;

use anyhow::ensure;

use super::alliance::{self, Alliance};
use super::draw::Draw;
use super::published::{FIELDS, Field, rounded};

/// Draws all alliances, field after field.
pub(crate) fn draw() -> anyhow::Result<Vec<Alliance>> {
    let mut alliances = Vec::new();
    let mut shares = Draw::stream(0);
    for field in &FIELDS {
        // To the 10 元, the last one taking the remainder.
        let revenues = shares.parts(field.revenue * 1_000, field.alliances, 10);
        let grants = grants(field, &mut shares);
        for (place, (revenue, grant)) in (1..).zip(revenues.into_iter().zip(grants)) {
            alliances.push(alliance::draw(field, place, alliances.len(), revenue, grant)?);
        }
    }
    Ok(alliances)
}

/// Grants around the average, in whole 仟元, whose average is the published one exactly: each step up
/// has its step down.
fn grants(field: &Field, draw: &mut Draw) -> Vec<i64> {
    let mut grants = Vec::new();
    for _ in 0..field.alliances / 2 {
        let step = draw.between(20, 450);
        grants.extend([field.average_grant + step, field.average_grant - step]);
    }
    if field.alliances % 2 == 1 {
        grants.push(field.average_grant);
    }
    grants.iter().map(|grant| grant * 1_000).collect()
}

/// The figures of one field, in 元, from the records that were made to count.
pub(crate) struct Figures {
    pub(crate) alliances: i64,
    pub(crate) revenue: i64,
    pub(crate) grant: i64,
}

/// The figures of a field, or of all.
pub(crate) fn figures(alliances: &[Alliance], field: Option<&Field>) -> Figures {
    let mut figures = Figures { alliances: 0, revenue: 0, grant: 0 };
    for alliance in alliances
        .iter()
        .filter(|alliance| field.is_none_or(|field| field.id == alliance.head.field))
    {
        figures.alliances += 1;
        figures.revenue += alliance.books.operating_revenue();
        figures.grant += alliance.head.grant.0;
    }
    figures
}

/// What was drawn adds up to what was published, field by field and to the 元.
pub(crate) fn check(alliances: &[Alliance]) -> anyhow::Result<()> {
    for field in &FIELDS {
        let figures = figures(alliances, Some(field));
        ensure!(
            figures.alliances == field.alliances,
            "{}: {} alliances",
            field.id,
            figures.alliances
        );
        ensure!(
            figures.revenue == field.revenue * 1_000,
            "{}: revenue {}",
            field.id,
            figures.revenue
        );
        ensure!(
            rounded(figures.revenue, field.alliances * 1_000) == field.average,
            "{}: average revenue",
            field.id
        );
        ensure!(
            rounded(figures.grant, field.alliances * 1_000) == field.average_grant,
            "{}: average grant",
            field.id
        );
    }
    let revenues: BTreeSet<i64> =
        alliances.iter().map(|alliance| alliance.books.operating_revenue()).collect();
    ensure!(revenues.len() == alliances.len(), "two alliances have the same operating revenue");
    for alliance in alliances {
        let amounts = alliance
            .books
            .revenue
            .iter()
            .map(|record| record.amount.0)
            .chain(alliance.books.transfer.iter().map(|record| record.amount.0));
        ensure!(
            amounts.into_iter().all(|amount| amount > 0),
            "{}: an amount is not positive",
            alliance.head.id
        );
        ensure!(
            alliance
                .books
                .collaboration
                .iter()
                .all(|record| record.amount.0 > 0 && record.amount.0 * 30 % 100 == 0),
            "{}: 30 % of a collaboration is not whole",
            alliance.head.id
        );
    }
    Ok(())
}
