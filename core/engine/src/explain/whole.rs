//! A root, or the programme, as a whole: every figure and obligation, and the records that do not
//! count, or may not.

use super::Explainer;
use super::answer::{AwardExplanation, RecordExplanation, WholeExplanation};
use crate::output::{Place, kpi_words};
use guiju_model::index::{EntityId, TallyId};
use guiju_model::outcome::{KpiValue, ObligationOutcome, Verdict};
use guiju_model::rules::KpiScope;
use guiju_model::text::{Locale, Localized};
use guiju_model::unit::Unit;

impl Explainer<'_> {
    pub(super) fn whole(&self) -> WholeExplanation {
        let own = |scope: KpiScope| (scope == KpiScope::Root) == self.root.is_some();
        let kpis = self.rules.kpis.ids().filter(|kpi| own(self.rules.kpis[*kpi].scope));
        let (records, truncated) =
            self.root.map_or_else(Default::default, |root| self.not_counted(root));
        WholeExplanation {
            root: self.root_key(),
            entity: match self.root {
                Some(_) => self.rules.schema.root_entity().label.clone(),
                None => Localized::new("整體計畫", "the programme"),
            },
            kpis: kpis.map(|kpi| self.kpi(kpi)).collect(),
            obligations: (0..self.obligations().len())
                .map(|found| self.obligation(found))
                .collect(),
            awards: self
                .root
                .map_or_else(Vec::new, |root| self.awards(self.rules.schema.root, root)),
            records,
            truncated,
        }
    }

    /// What the awards among such records, or among roots, made of one.
    pub(super) fn awards(&self, entity: EntityId, row: usize) -> Vec<AwardExplanation> {
        let such =
            (0..self.rules.awards.len()).filter(|award| self.rules.awards[*award].entity == entity);
        let places =
            such.filter_map(|award| Place::of(self.pack, self.data, self.outcome, award, row));
        places.map(|place| self.explained(&place)).collect()
    }

    /// Why an award counts one, or does not.
    fn explained(&self, place: &Place<'_>) -> AwardExplanation {
        let standing = place.standing;
        let named = [
            (Localized::new("名次", "rank"), &standing.rank, &Unit::Number),
            (Localized::new("金額", "amount"), &standing.amount, &place.award.unit),
            (Localized::new("備取", "waiting list"), &standing.reserve, &Unit::Number),
        ];
        let words = |locale: Locale, comma: &str| {
            let shown = named.iter().filter(|(_, value, _)| **value != KpiValue::NotApplicable);
            shown
                .map(|(name, value, unit)| {
                    format!("{} {}", name.get(locale), kpi_words(value, unit, locale))
                })
                .collect::<Vec<_>>()
                .join(comma)
        };
        AwardExplanation {
            id: place.award.name.clone(),
            label: place.award.label.clone(),
            verdict: standing.decision.id(),
            figures: Localized::new(words(Locale::ZhTw, "，"), words(Locale::En, ", ")),
            reason: place.reason(),
            clause: place.clause(),
            needs: self.needs(&standing.needs),
        }
    }

    /// The obligations of the root in question, or of the programme.
    pub(super) fn obligations(&self) -> &[ObligationOutcome] {
        match self.root {
            Some(root) => &self.outcome.roots[root].obligations,
            None => &self.outcome.programme.obligations,
        }
    }

    /// The records that some tally refuses or leaves open, and how many of them were left out.
    fn not_counted(&self, root: usize) -> (Vec<RecordExplanation>, usize) {
        let (mut records, mut left_out) = (Vec::new(), 0);
        let settled =
            |verdict: Verdict| matches!(verdict, Verdict::OUT_OF_SCOPE | Verdict::COUNTED);
        for entity in self.rules.schema.entities.ids() {
            let tallies: Vec<TallyId> = self
                .rules
                .tallies
                .ids()
                .filter(|tally| {
                    self.rules.tallies[*tally].entity == entity
                        && self.rules.tallies[*tally].decides()
                })
                .collect();
            for row in self.data.rows_of(entity, root) {
                if tallies.iter().all(|tally| settled(self.outcome.verdicts[*tally][row])) {
                    continue;
                }
                if !self.may_tell(tallies.len()) {
                    left_out += 1;
                    continue;
                }
                let mut record = self.record(entity, row);
                record
                    .verdicts
                    .retain(|verdict| matches!(verdict.verdict, "refused" | "undetermined"));
                records.push(record);
            }
        }
        (records, left_out)
    }
}
