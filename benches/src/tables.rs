//! Tables of alliances, members and revenue as plain columns, drawn from a seed: the same on every machine.
//!
//! About 25 members and 60 revenues an alliance, 2 % of the documents used twice, one grant in thirty on the edge. All invented.

use std::fmt::Write;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// All tables.
#[derive(Default)]
pub struct Tables {
    /// For each alliance its grant in cents.
    pub grants: Vec<i64>,
    /// Where the members of each alliance begin, and where the last ends.
    pub member_offsets: Vec<u32>,
    /// The members.
    pub members: Members,
    /// Where the revenues of each alliance begin, and where the last ends.
    pub revenue_offsets: Vec<u32>,
    /// The revenues.
    pub revenues: Revenues,
}

/// Columns of members.
#[derive(Default)]
pub struct Members {
    /// An index in [`KINDS`].
    pub kind: Vec<u8>,
    /// An index in [`ORIGINS`].
    pub origin: Vec<u8>,
    /// Registered.
    pub registered: Vec<bool>,
    /// The first day of the contract, since 1970.
    pub start: Vec<i32>,
    /// The last day of the contract.
    pub end: Vec<i32>,
    /// Sealed.
    pub sealed: Vec<bool>,
}

/// Columns of revenues.
#[derive(Default)]
pub struct Revenues {
    /// An index in [`CATEGORIES`].
    pub category: Vec<u8>,
    /// An index in [`SOURCES`].
    pub source: Vec<u8>,
    /// Stamped.
    pub stamped: Vec<bool>,
    /// Under the right label.
    pub labelled: Vec<bool>,
    /// Explained.
    pub explained: Vec<bool>,
    /// The day of receipt, since 1970.
    pub received: Vec<i32>,
    /// Cents.
    pub amount: Vec<i64>,
    /// The number of the document.
    pub evidence: Vec<u32>,
}

/// Kinds of members.
pub const KINDS: [&str; 4] = ["company", "foundation", "institute", "individual"];
/// Where members come from.
pub const ORIGINS: [&str; 3] = ["domestic", "foreign", "mainland"];
/// Categories of revenue.
pub const CATEGORIES: [&str; 5] = ["fee", "service", "transfer", "collaboration", "other"];
/// Where money comes from.
pub const SOURCES: [&str; 3] = ["cash", "equipment", "incentive"];
/// 113/02/01 as days since 1970.
pub const YEAR_START: i32 = 19_754;
/// 114/01/31.
pub const YEAR_END: i32 = 20_119;
/// 113/10/31.
pub const AUDIT: i32 = 20_027;

struct Draw(ChaCha8Rng);

impl Draw {
    fn below(&mut self, end: u32) -> u32 {
        // The bias of a remainder is of no matter here.
        self.0.next_u32() % end
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// An index by weights that add up to 100.
    fn weighted(&mut self, weights: &[u32]) -> u8 {
        let mut rest = self.below(100);
        for (at, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return at as u8;
            }
            rest -= weight;
        }
        0
    }
}

impl Tables {
    /// Draws so many alliances.
    pub fn draw(alliances: usize, seed: u64) -> Tables {
        let mut draw = Draw(ChaCha8Rng::seed_from_u64(seed));
        let mut tables = Tables { member_offsets: vec![0], revenue_offsets: vec![0], ..Tables::default() };
        let mut document = 0;
        for _ in 0..alliances {
            for _ in 0..15 + draw.below(21) {
                tables.members.push(&mut draw);
            }
            let first = tables.revenues.amount.len();
            for _ in 0..40 + draw.below(41) {
                tables.revenues.push(&mut draw, &mut document);
            }
            tables.member_offsets.push(tables.members.kind.len() as u32);
            tables.revenue_offsets.push(tables.revenues.amount.len() as u32);
            // Most grants are anything; some are what the amounts come to, or a cent more.
            let all: i64 = tables.revenues.amount[first..].iter().sum();
            let grant = match draw.below(60) {
                0 => all,
                1 => all + 1,
                _ => i64::from(draw.below(8_000_000)) * 100 + 100,
            };
            tables.grants.push(grant);
        }
        tables
    }

    /// Members and revenues.
    pub fn records(&self) -> usize {
        self.members.kind.len() + self.revenues.amount.len()
    }

    /// Writes the tables, and what the loop written by hand found, as CSV: codes, cents and days as whole numbers.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write_csv(&self, folder: &std::path::Path, expected: &[crate::hand::Alliance]) -> std::io::Result<()> {
        let mut alliances = String::from("alliance,grant\n");
        let mut members = String::from("alliance,kind,origin,registered,start,end,sealed\n");
        let mut revenues = String::from("alliance,category,source,stamped,labelled,explained,received,amount,evidence\n");
        let mut answers = String::from("alliance,members,sum0,sum1,sum2,sum3,sum4,services,revenue,above,enough\n");
        for (at, found) in expected.iter().enumerate() {
            let _ = writeln!(alliances, "{at},{}", self.grants[at]);
            let m = &self.members;
            for row in self.member_offsets[at] as usize..self.member_offsets[at + 1] as usize {
                let (kind, origin, registered) = (m.kind[row], m.origin[row], m.registered[row]);
                let _ = writeln!(members, "{at},{kind},{origin},{registered},{},{},{}", m.start[row], m.end[row], m.sealed[row]);
            }
            let r = &self.revenues;
            for row in self.revenue_offsets[at] as usize..self.revenue_offsets[at + 1] as usize {
                let (category, source, stamped, labelled) = (r.category[row], r.source[row], r.stamped[row], r.labelled[row]);
                let _ = write!(revenues, "{at},{category},{source},{stamped},{labelled},{},", r.explained[row]);
                let _ = writeln!(revenues, "{},{},{}", r.received[row], r.amount[row], r.evidence[row]);
            }
            let [a, b, c, d, e] = found.sums;
            let _ = write!(answers, "{at},{},{a},{b},{c},{d},{e},{},{},", found.members, found.services, found.revenue);
            let _ = writeln!(answers, "{},{}", found.above_grant, found.enough_members);
        }
        for (name, text) in [("alliance", alliances), ("member", members), ("revenue", revenues), ("expected", answers)] {
            std::fs::write(folder.join(format!("{name}.csv")), text)?;
        }
        Ok(())
    }

    /// One alliance a line, as the engine reads it.
    pub fn json_lines(&self) -> String {
        let mut out = String::new();
        for alliance in 0..self.grants.len() {
            self.json(alliance, &mut out);
            out.push('\n');
        }
        out
    }

    /// One alliance as JSON.
    pub fn json(&self, alliance: usize, out: &mut String) {
        let (members, revenues) = (&self.members, &self.revenues);
        let grant = self.grants[alliance];
        let mut write = |text: std::fmt::Arguments<'_>| out.write_fmt(text).unwrap_or_default();
        write(format_args!(r#"{{"id":"A{alliance}","grant":"{}","member":["#, cents(grant)));
        let (first, last) = (self.member_offsets[alliance] as usize, self.member_offsets[alliance + 1] as usize);
        for row in first..last {
            write(format_args!(
                r#"{}{{"id":"m{}","kind":"{}","origin":"{}","registered":{},"contract":{{"start":"{}","end":"{}"}},"sealed":{}}}"#,
                if row == first { "" } else { "," },
                row - first,
                KINDS[usize::from(members.kind[row])],
                ORIGINS[usize::from(members.origin[row])],
                members.registered[row],
                day(members.start[row]),
                day(members.end[row]),
                members.sealed[row],
            ));
        }
        write(format_args!(r#"],"revenue":["#));
        let (first, last) = (self.revenue_offsets[alliance] as usize, self.revenue_offsets[alliance + 1] as usize);
        for row in first..last {
            write(format_args!(
                r#"{}{{"id":"r{}","category":"{}","source":"{}","stamped":{},"labelled":{},"explained":{},"received":"{}","amount":"{}","evidence":"D{}"}}"#,
                if row == first { "" } else { "," },
                row - first,
                CATEGORIES[usize::from(revenues.category[row])],
                SOURCES[usize::from(revenues.source[row])],
                revenues.stamped[row],
                revenues.labelled[row],
                revenues.explained[row],
                day(revenues.received[row]),
                cents(revenues.amount[row]),
                revenues.evidence[row],
            ));
        }
        write(format_args!("]}}"));
    }
}

impl Members {
    fn push(&mut self, draw: &mut Draw) {
        self.kind.push(draw.weighted(&[80, 8, 5, 7]));
        self.origin.push(draw.weighted(&[88, 8, 4]));
        self.registered.push(draw.chance(95));
        let start = YEAR_START - draw.below(400) as i32 + 100;
        self.start.push(start);
        self.end.push(start + 200 + draw.below(400) as i32);
        self.sealed.push(draw.chance(96));
    }
}

impl Revenues {
    fn push(&mut self, draw: &mut Draw, document: &mut u32) {
        self.category.push(draw.weighted(&[35, 25, 12, 13, 15]));
        self.source.push(draw.weighted(&[92, 4, 4]));
        self.stamped.push(draw.chance(97));
        self.labelled.push(draw.chance(90));
        self.explained.push(draw.chance(50));
        self.received.push(YEAR_START - 20 + draw.below(390) as i32);
        self.amount.push(i64::from(draw.below(20_000_000)) + 1);
        // Now and then the document of the record before is used again.
        if *document == 0 || !draw.chance(2) {
            *document += 1;
        }
        self.evidence.push(*document);
    }
}

fn cents(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn day(days: i32) -> String {
    guiju::Date::from_epoch_days(days).map(|day| day.to_string()).unwrap_or_default()
}
