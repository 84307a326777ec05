//! The rules of the workload as a loop over plain columns: what a programmer would write who has
//! only this one task.
//!
//! Exact, with a verdict byte for every record, in the plain style: one pass, a hash map for
//! documents. Its answers are compared with the engine's before anything is timed.

use std::collections::HashMap;

use crate::tables::{AUDIT, Tables, YEAR_END, YEAR_START};

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// One verdict for each member: 0 out of scope, 1 counted, then reasons.
    pub member_verdicts: Vec<u8>,
    /// One verdict for each revenue.
    pub revenue_verdicts: Vec<u8>,
    /// One row for each alliance.
    pub alliances: Vec<Alliance>,
}

/// The figures of an alliance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alliance {
    /// Members that count.
    pub members: u32,
    /// Cents by category.
    pub sums: [i64; 5],
    /// Services that count.
    pub services: u32,
    /// Tenths of a cent, since three tenths of collaborations count.
    pub revenue: i64,
    /// Whether it is above the grant.
    pub above_grant: bool,
    /// Whether there are enough members.
    pub enough_members: bool,
}

/// Judges some alliances.
pub fn judge(tables: &Tables, alliances: std::ops::Range<usize>) -> Answer {
    let mut answer = Answer::default();
    let mut first_use: HashMap<u32, u8> = HashMap::new();
    for alliance in alliances {
        let mut found = Alliance::default();
        for row in tables.members_of(alliance) {
            let verdict = member(tables, row);
            found.members += u32::from(verdict == 1);
            answer.member_verdicts.push(verdict);
        }
        let revenues = tables.revenues_of(alliance);
        first_use.clear();
        let verdicts = answer.revenue_verdicts.len();
        const TWICE: u8 = 255;
        for row in revenues.clone() {
            let verdict = revenue(tables, row);
            answer.revenue_verdicts.push(verdict);
            if verdict == 1 {
                let category = tables.revenues.category[row];
                let seen = first_use.entry(tables.revenues.evidence[row]).or_insert(category);
                if *seen != category {
                    *seen = TWICE;
                }
            }
        }
        for (at, row) in revenues.enumerate() {
            let verdict = &mut answer.revenue_verdicts[verdicts + at];
            if *verdict != 1 {
                continue;
            }
            if first_use.get(&tables.revenues.evidence[row]) == Some(&TWICE) {
                *verdict = 9;
                continue;
            }
            let category = usize::from(tables.revenues.category[row]);
            found.sums[category] += tables.revenues.amount[row];
            found.services += u32::from(category == 1);
        }
        let [fees, services, transfers, collaborations, others] = found.sums;
        found.revenue = 10 * (fees + services + transfers + others) + 3 * collaborations;
        found.above_grant = found.revenue > 10 * tables.grants[alliance];
        found.enough_members = found.members >= 10;
        answer.alliances.push(found);
    }
    answer
}

fn member(tables: &Tables, row: usize) -> u8 {
    let members = &tables.members;
    let company = members.kind[row] <= 1
        && (members.origin[row] == 1 || members.origin[row] == 0 && members.registered[row]);
    if !company {
        0
    } else if members.start[row] > AUDIT || members.end[row] < AUDIT {
        2
    } else if !members.sealed[row] {
        3
    } else {
        1
    }
}

fn revenue(tables: &Tables, row: usize) -> u8 {
    let revenues = &tables.revenues;
    let category = revenues.category[row];
    if category != 2 && category != 3 && revenues.source[row] != 0 {
        2
    } else if !revenues.stamped[row] {
        3
    } else if category <= 1 && !(revenues.labelled[row] || revenues.explained[row]) {
        4
    } else if category == 3 && revenues.amount[row] < 100_000 {
        5
    } else if revenues.received[row] < YEAR_START || revenues.received[row] > YEAR_END {
        6
    } else {
        1
    }
}
