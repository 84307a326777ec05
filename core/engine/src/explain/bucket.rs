//! The records of one line of an explanation while they are gathered. Not here: which line a record
//! belongs to (`kpi`).

use super::answer::Line;
use crate::output::amount;
use guiju_model::number::Exact;
use guiju_model::text::Localized;
use guiju_model::unit::Unit;

/// Records of one line while they are gathered.
pub(super) struct Bucket {
    kind: &'static str,
    label: Localized,
    clauses: Vec<String>,
    pub(super) records: usize,
    /// `None` for a count; `Some(None)` where the sum has too many digits.
    total: Option<Option<Exact>>,
    without_amount: usize,
    keys: Vec<String>,
}

impl Bucket {
    pub(super) fn new(
        kind: &'static str,
        label: Localized,
        clauses: Vec<String>,
        sums: bool,
    ) -> Bucket {
        let total = sums.then_some(Some(Exact::ZERO));
        Bucket { kind, label, clauses, records: 0, total, without_amount: 0, keys: Vec::new() }
    }

    pub(super) fn add(&mut self, key: &str, value: Option<&Exact>, limit: usize) {
        self.records += 1;
        if self.keys.len() < limit {
            self.keys.push(key.to_owned());
        }
        if let Some(total) = &mut self.total {
            match value {
                Some(value) => *total = total.take().and_then(|total| total.add(value).ok()),
                None => self.without_amount += 1,
            }
        }
    }

    pub(super) fn line(self, unit: &Unit) -> Line {
        let total = self.total.flatten();
        Line {
            kind: self.kind,
            label: self.label,
            clauses: self.clauses,
            records: self.records,
            amount: total.as_ref().map(|total| amount(total, unit)),
            value: total.as_ref().map(|total| unit.decimal(total)),
            without_amount: self.without_amount,
            truncated: self.records - self.keys.len(),
            keys: self.keys,
        }
    }
}
