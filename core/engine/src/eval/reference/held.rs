//! The bytes that a state holds. Not here: what is in it.

use std::ops::Range;
use std::sync::Arc;

#[cfg(feature = "columnar")]
use super::figures;
use super::needs::Rivals;
use super::{Fuel, State};
use crate::data::Dataset;
use guiju_model::index::TallyId;
use guiju_model::memory::Holder;
use guiju_model::outcome::{Abort, KpiValue, RootOutcome};
use guiju_model::rules::{KpiScope, Rules};

/// The bytes that may be there before they are accounted for.
const MUCH: usize = 1 << 14;

impl State {
    /// The bytes of a state of some roots in which nothing is decided yet, and of what its figures
    /// will stand in.
    pub(crate) fn room(rules: &Rules, data: &Dataset, roots: &Range<usize>) -> usize {
        let sheets = rules.tallies.iter().map(|tally| {
            let reduced = tally.onces.iter().any(|once| rules.onces[*once].among().is_some());
            let figures = tally
                .owner
                .as_ref()
                .map_or(0, |owner| data.rows_of_all(owner.entity, roots).len() * size_of::<u32>());
            data.rows_of_all(tally.entity, roots).len() * (2 + usize::from(reduced)) + figures
        });
        let of_root = rules.kpis.iter().filter(|kpi| kpi.scope == KpiScope::Root).count();
        let lists = size_of::<RootOutcome>() * 2;
        sheets.sum::<usize>() + roots.len() * (of_root * size_of::<KpiValue>() + lists)
    }

    /// The bytes of what is of no use once all is decided.
    #[cfg(feature = "columnar")]
    pub(crate) fn scaffold(&self) -> usize {
        let sheets = self.own.iter().chain(&self.reduced).map(|sheet| sheet.verdicts.len());
        let figures = self.figures.iter().map(figures::Figures::held);
        sheets.chain(figures).sum::<usize>() + self.claimed
    }

    /// Accounts for the issues and claims that there are since this was last done.
    pub(crate) fn account(&mut self, fuel: &Fuel<'_>) -> Result<(), Abort> {
        let [issues, claims] = std::mem::take(&mut self.grown);
        #[cfg(feature = "columnar")]
        {
            self.claimed += claims;
        }
        fuel.hold(issues, Holder::Issues)?;
        fuel.hold(claims, Holder::Claims)
    }

    /// The same, where a good deal has come together: to be called for every issue and claim.
    pub(crate) fn account_often(&mut self, fuel: &Fuel<'_>) -> Result<(), Abort> {
        if self.grown.iter().sum::<usize>() < MUCH { Ok(()) } else { self.account(fuel) }
    }

    /// Leaves a record open until claims are decided.
    pub(crate) fn contest(&mut self, record: (TallyId, usize), rivals: &Arc<Rivals>) {
        self.grown[1] += self.contested.add(record, Arc::clone(rivals));
    }
}
