//! A record: what it is classified as, and each tally's verdict requirement by requirement.

use super::Explainer;
use super::answer::{
    ClassExplanation, RecordExplanation, RequirementExplanation, VerdictExplanation,
};
use crate::eval::reference::claimed::Keys;
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::reference::message::filled;
use crate::eval::reference::{needs, years};
use crate::eval::value::Truth;
use guiju_model::index::{EntityId, TallyId};
use guiju_model::outcome::Verdict;
use guiju_model::rules::{Basis, Expr, Once, Requirement};
use guiju_model::text::Localized;

/// Records with the same key that one line names; the data has all of them.
const RIVALS_NAMED: usize = 20;

impl Explainer<'_> {
    pub(super) fn record(&self, entity: EntityId, row: usize) -> RecordExplanation {
        let subject = Subject::Record { entity, row, root: self.data.root_of(entity, row) };
        let classes = (0..self.rules.classes.len())
            .filter(|class| self.rules.classes[*class].entity == entity)
            .map(|class| self.class(class, subject))
            .collect();
        let verdicts = self
            .rules
            .tallies
            .ids()
            .filter(|tally| {
                self.rules.tallies[*tally].entity == entity && self.rules.tallies[*tally].decides()
            })
            .map(|tally| self.verdict(tally, row, subject, true))
            .collect();
        RecordExplanation {
            root: self.data.root_key(self.data.root_of(entity, row)).to_owned(),
            entity: self.rules.schema.entities[entity].label.clone(),
            key: self.data.key(entity, row).into_owned(),
            classes,
            verdicts,
            awards: self.awards(entity, row),
        }
    }

    fn class(&self, class: usize, subject: Subject<'_>) -> ClassExplanation {
        let class = &self.rules.classes[class];
        let mut eval = Eval::new(self.rules, self.data, self.state, subject);
        let set = eval.class_set(class);
        let values: Vec<Localized> = class
            .choices
            .values
            .iter()
            .enumerate()
            .filter(|(index, _)| set >> index & 1 == 1)
            .map(|(_, value)| value.label.clone())
            .collect();
        let row = class.rows.iter().find(|row| eval.truth(&row.guard) == Truth::True);
        let rule = match (row, &class.otherwise) {
            (Some(row), _) => Some(self.reference(&row.basis, row.span)),
            (None, Some((_, basis))) if values.len() == 1 => {
                class.rows.last().map(|row| self.reference(basis, row.span))
            }
            _ => None,
        };
        ClassExplanation { label: class.label.clone(), values, rule }
    }

    /// The verdict of a tally on a record; with `down`, why the records do not count that it hangs
    /// on.
    pub(super) fn verdict(
        &self,
        tally: TallyId,
        row: usize,
        subject: Subject<'_>,
        down: bool,
    ) -> VerdictExplanation {
        let rule = &self.rules.tallies[tally];
        let verdict = self.outcome.verdicts[tally][row];
        let mut requirements = Vec::new();
        if verdict != Verdict::OUT_OF_SCOPE {
            let open = Localized::new("是否屬於本項尚不能確定", "whether it belongs here is open");
            for select in &rule.select {
                let asked = self.requirement(select, open.clone(), &Basis::None, subject, down);
                requirements.extend(Some(asked).filter(|asked| asked.answer == "unknown"));
            }
            for Requirement { condition, message, basis } in &rule.require {
                let message = filled(self.rules, self.data, self.state, subject, message);
                requirements.push(self.requirement(condition, message, basis, subject, down));
            }
            for (position, once) in rule.onces.iter().enumerate() {
                let refused = verdict.refusal() == Some(rule.require.len() + position);
                let contested = self.state.contested.contains_key(&(tally, row));
                if refused || contested {
                    let truth = if refused { Truth::False } else { Truth::Unknown };
                    requirements.push(self.once(&self.rules.onces[*once], tally, row, truth));
                }
            }
        }
        let needs = if verdict == Verdict::UNDETERMINED {
            self.needs(&needs::of_record(self.rules, self.data, self.state, tally, row))
        } else {
            Vec::new()
        };
        VerdictExplanation {
            tally: rule.name.clone(),
            label: rule.label.clone(),
            verdict: verdict.id(),
            requirements,
            needs,
        }
    }

    /// What comes of one condition on a record.
    pub(super) fn requirement(
        &self,
        condition: &Expr,
        message: Localized,
        basis: &Basis,
        subject: Subject<'_>,
        down: bool,
    ) -> RequirementExplanation {
        let truth = Eval::new(self.rules, self.data, self.state, subject).truth(condition);
        let met = truth == Truth::True;
        let (counterparts, truncated) =
            if down && !met { self.counterparts(condition, subject) } else { Default::default() };
        RequirementExplanation {
            answer: answer(truth),
            message,
            rule: self.reference(basis, condition.span),
            change: (!met).then(|| self.change(condition, true, subject)),
            rivals: Vec::new(),
            counterparts,
            truncated,
        }
    }

    fn once(
        &self,
        once: &Once,
        tally: TallyId,
        row: usize,
        truth: Truth,
    ) -> RequirementExplanation {
        let (rivals, truncated) = self.rivals(once, tally, row);
        let change = if self.counted_before(once, tally, row) {
            Localized::new(
                "先前年度已計入，本年度不再填報",
                "an earlier year counted it: leave it out of this one",
            )
        } else if rivals.is_empty() && truncated == 0 {
            Localized::new("改以自己的憑證填報", "report it under evidence of its own")
        } else {
            let more = rivals.len().saturating_sub(RIVALS_NAMED) + truncated;
            let more = if more > 0 { format!(" … +{more}") } else { String::new() };
            let named = &rivals[..rivals.len().min(RIVALS_NAMED)];
            let (zh, en) = (named.join("、"), named.join(", "));
            Localized::new(
                format!("只在一項填報：同一編號也列在 {zh}{more}"),
                format!("report it once only: {en}{more} has the same key"),
            )
        };
        let (rule, message) = (self.ground(&once.basis), once.message.heading());
        RequirementExplanation {
            answer: answer(truth),
            message,
            rule,
            change: Some(change),
            rivals,
            counterparts: Vec::new(),
            truncated,
        }
    }

    /// Whether an earlier year counted the key of a record.
    fn counted_before(&self, once: &Once, tally: TallyId, row: usize) -> bool {
        let root = self.data.root_of(self.rules.tallies[tally].entity, row);
        let claimant = once.groups.iter().flatten().find(|claimant| claimant.tally == tally);
        once.across().zip(claimant).is_some_and(|rule| {
            years::counted_before(self.rules, self.data, self.state, rule, root, row) == Truth::True
        })
    }

    /// Records of other parties with the same key, those of other roots with the root before them,
    /// and how many were left out.
    fn rivals(&self, once: &Once, tally: TallyId, row: usize) -> (Vec<String>, usize) {
        let keys = Keys { rules: self.rules, data: self.data, state: self.state };
        let key = |claimant, row| keys.of(claimant, row);
        let own_group = once
            .groups
            .iter()
            .position(|group| group.iter().any(|claimant| claimant.tally == tally));
        let own = own_group
            .and_then(|group| once.groups[group].iter().find(|claimant| claimant.tally == tally));
        let Some(wanted) = own.and_then(|claimant| key(claimant, row)) else {
            return Default::default();
        };
        let (mut found, mut left_out) = (Vec::new(), 0);
        let own_root = self.data.root_of(self.rules.tallies[tally].entity, row);
        let roots = if once.within_programme { 0..self.data.len() } else { own_root..own_root + 1 };
        for root in roots {
            let elsewhere = root != own_root;
            let among = once.among().is_some();
            let rival =
                |number: usize| among || Some(number) != own_group || (once.by_root && elsewhere);
            for claimant in once
                .groups
                .iter()
                .enumerate()
                .filter(|(number, _)| rival(*number))
                .flat_map(|(_, group)| group)
            {
                let entity = self.rules.tallies[claimant.tally].entity;
                for other in self.data.rows_of(entity, root) {
                    let before = if once.among().is_some() {
                        &self.state.own[claimant.tally]
                    } else {
                        self.state.claims(claimant.tally)
                    };
                    let claims =
                        matches!(before.get(other), Verdict::COUNTED | Verdict::UNDETERMINED);
                    if !claims
                        || (among && other == row)
                        || key(claimant, other).as_ref() != Some(&wanted)
                    {
                        continue;
                    }
                    let record = self.data.named(entity, other);
                    let record = if elsewhere {
                        format!("{} {record}", self.data.root_key(root))
                    } else {
                        record
                    };
                    match self.left.get().checked_sub(1) {
                        _ if found.last() == Some(&record) => {}
                        Some(left) => {
                            self.left.set(left);
                            found.push(record);
                        }
                        None => left_out += 1,
                    }
                }
            }
        }
        (found, left_out)
    }
}

pub(super) fn answer(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "failed",
        Truth::Unknown => "unknown",
    }
}
