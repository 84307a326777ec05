//! What was decided, taken from an outcome that was reached before, so that questions about it need
//! not judge again. Not here: judging (the module above).

use super::State;
use crate::data::Dataset;
use guiju_model::outcome::{Outcome, RootOutcome};
use guiju_model::rules::Rules;
use guiju_model::standing::AwardOutcome;

impl State {
    /// What an outcome says of one root, which is the first of these.
    pub(super) fn tell(&mut self, found: &RootOutcome) {
        self.kpis.first_mut().into_iter().for_each(|kpis| kpis.clone_from(&found.kpis));
        self.targets.first_mut().into_iter().for_each(|list| list.clone_from(&found.targets));
        self.asked = vec![found.obligations.clone()];
    }

    /// The same with what awards decided.
    #[must_use]
    pub fn with_awards(self, outcome: &Outcome) -> State {
        State { awards: outcome.awards.clone(), first_standings: Vec::new(), ..self }
    }

    /// The same, as if of each that awards left open nothing were known of the others.
    #[must_use]
    pub(crate) fn without_contests(mut self) -> State {
        self.awards.iter_mut().for_each(|decided| decided.contests.clear());
        self
    }

    /// What an outcome says of the records of these roots that awards compare with one another.
    pub(super) fn tell_awards(&mut self, rules: &Rules, data: &Dataset, outcome: &Outcome) {
        for (award, decided) in rules.awards.iter().zip(&outcome.awards) {
            let of_root = award.entity == rules.schema.root;
            let rows = if of_root { 0..0 } else { data.rows_of_all(award.entity, &self.roots) };
            let standings = decided.standings.get(rows.clone()).unwrap_or_default().to_vec();
            let parents = match rules.schema.parent(award.entity) {
                Some(parent) if !of_root && parent != rules.schema.root => {
                    data.rows_of_all(parent, &self.roots)
                }
                _ if of_root => 0..0,
                _ => self.roots.clone(),
            };
            // They stand in the order of what their records belong to.
            let all = &decided.contests;
            let before = |end: usize| all.partition_point(|contest| contest.of < Some(end));
            let (from, to) = (before(parents.start), before(parents.end));
            let contests = all.get(from..to).unwrap_or_default().to_vec();
            self.awards.push(AwardOutcome { standings, contests });
            self.first_standings.push(rows.start);
        }
    }

    /// All roots, from what an outcome says of them and of awards.
    pub(crate) fn told(outcome: &Outcome) -> State {
        let kpis = outcome.roots.iter().map(|root| root.kpis.clone()).collect();
        let targets = outcome.roots.iter().map(|root| root.targets.clone()).collect();
        let asked = outcome.roots.iter().map(|root| root.obligations.clone()).collect();
        let state = State::of(kpis, outcome.verdicts.clone()).with_targets(targets);
        State { asked, awards: outcome.awards.clone(), ..state }
    }
}
