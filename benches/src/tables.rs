//! Tables of alliances, members and revenue as plain columns, drawn from a seed: the same on every
//! machine.
//!
//! About 25 members and 60 revenues an alliance, 2 % of the documents used twice, one grant in
//! thirty on the edge. All invented.

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
        let mut tables =
            Tables { member_offsets: vec![0], revenue_offsets: vec![0], ..Tables::default() };
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

    /// What the columns themselves take, in bytes: the least that anything can hold them in.
    pub fn bytes(&self) -> usize {
        let member = 4 * size_of::<u8>() + 2 * size_of::<i32>();
        let revenue = 5 * size_of::<u8>() + size_of::<i32>() + size_of::<i64>() + size_of::<u32>();
        let alliance = size_of::<i64>() + 2 * size_of::<u32>();
        self.members.kind.len() * member
            + self.revenues.amount.len() * revenue
            + self.grants.len() * alliance
    }

    /// The rows of the members of an alliance.
    pub fn members_of(&self, alliance: usize) -> std::ops::Range<usize> {
        self.member_offsets[alliance] as usize..self.member_offsets[alliance + 1] as usize
    }

    /// The rows of the revenues of an alliance.
    pub fn revenues_of(&self, alliance: usize) -> std::ops::Range<usize> {
        self.revenue_offsets[alliance] as usize..self.revenue_offsets[alliance + 1] as usize
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
