//! A record: what it is classified as, and each tally's verdict requirement by requirement.

use super::Explainer;
use super::answer::{ClassExplanation, ExplainError, RecordExplanation, RequirementExplanation, VerdictExplanation};
use crate::eval::reference::expr::{Eval, Subject};
use crate::eval::value::Truth;
use guiju_model::outcome::Verdict;
use guiju_model::rules::{Claimant, Once};
use guiju_model::text::{Localized, fold};

impl Explainer<'_> {
    pub(super) fn record(&self, entity: &str, key: &str) -> Result<RecordExplanation, ExplainError> {
        let (entity, row) = self.find_record(entity, key)?;
        let subject = Subject::Record { entity, row, root: self.root };
        let classes = (0..self.rules.classes.len())
            .filter(|class| self.rules.classes[*class].entity == entity)
            .map(|class| self.class(class, subject))
            .collect();
        let verdicts = (0..self.rules.tallies.len())
            .filter(|tally| self.rules.tallies[*tally].entity == entity)
            .map(|tally| self.verdict(tally, row, subject))
            .collect();
        Ok(RecordExplanation {
            root: self.root_key(),
            entity: self.rules.schema.entities[entity].label.clone(),
            key: self.data.key(entity, row).to_owned(),
            classes,
            verdicts,
        })
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
            (None, Some((_, basis))) if values.len() == 1 => class.rows.last().map(|row| self.reference(basis, row.span)),
            _ => None,
        };
        ClassExplanation { label: class.label.clone(), values, rule }
    }

    fn verdict(&self, tally: usize, row: usize, subject: Subject<'_>) -> VerdictExplanation {
        let rule = &self.rules.tallies[tally];
        let verdict = self.outcome.verdicts[tally][row];
        let mut requirements = Vec::new();
        if verdict != Verdict::OUT_OF_SCOPE {
            for select in &rule.select {
                requirements.extend(self.open_scope(select, subject));
            }
            for requirement in &rule.require {
                let mut eval = Eval::new(self.rules, self.data, self.state, subject);
                let truth = eval.truth(&requirement.condition);
                let change = (truth != Truth::True).then(|| self.change(&requirement.condition, true, subject));
                requirements.push(RequirementExplanation {
                    answer: answer(truth),
                    message: requirement.message.clone(),
                    rule: self.reference(&requirement.basis, requirement.condition.span),
                    change,
                    rivals: Vec::new(),
                });
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
        VerdictExplanation { tally: rule.name.clone(), label: rule.label.clone(), verdict: verdict.id(), requirements }
    }

    /// A condition of scope that is still open.
    fn open_scope(&self, select: &guiju_model::rules::Expr, subject: Subject<'_>) -> Option<RequirementExplanation> {
        let mut eval = Eval::new(self.rules, self.data, self.state, subject);
        let open = eval.truth(select) == Truth::Unknown;
        open.then(|| RequirementExplanation {
            answer: "unknown",
            message: Localized::new("是否屬於本項尚不能確定", "whether it belongs here is open"),
            rule: self.reference(&guiju_model::rules::Basis::None, select.span),
            change: Some(self.change(select, true, subject)),
            rivals: Vec::new(),
        })
    }

    fn once(&self, once: &Once, tally: usize, row: usize, truth: Truth) -> RequirementExplanation {
        let rivals = self.rivals(once, tally, row);
        let change = if rivals.is_empty() {
            Localized::new("改以自己的憑證填報", "report it under evidence of its own")
        } else {
            let list = rivals.join("、");
            Localized::new(
                format!("只在一項填報：同一編號也列在 {list}"),
                format!("report it once only: {} has the same key", rivals.join(", ")),
            )
        };
        let rule = self.ground(&once.basis);
        RequirementExplanation { answer: answer(truth), message: once.message.clone(), rule, change: Some(change), rivals }
    }

    /// Records of other parties with the same key, those of other roots with the root before them.
    fn rivals(&self, once: &Once, tally: usize, row: usize) -> Vec<String> {
        let key = |claimant: &Claimant, row: usize| {
            let entity = self.rules.tallies[claimant.tally].entity;
            match self.data.cell(entity, claimant.field, row) {
                Some(crate::data::Cell::Text(id)) => Some(fold(self.data.texts.text(id))),
                _ => None,
            }
        };
        let own_group = once.groups.iter().position(|group| group.iter().any(|claimant| claimant.tally == tally));
        let own = own_group.and_then(|group| once.groups[group].iter().find(|claimant| claimant.tally == tally));
        let Some(wanted) = own.and_then(|claimant| key(claimant, row)) else { return Vec::new() };
        let mut found = Vec::new();
        let roots = if once.within_programme { 0..self.data.len() } else { self.root..self.root + 1 };
        for root in roots {
            let elsewhere = root != self.root;
            let rival = |number: usize| Some(number) != own_group || (once.by_root && elsewhere);
            for claimant in once.groups.iter().enumerate().filter(|(number, _)| rival(*number)).flat_map(|(_, group)| group) {
                let entity = self.rules.tallies[claimant.tally].entity;
                for other in self.data.rows_of(entity, root) {
                    let claims = matches!(self.state.own[claimant.tally].get(other), Verdict::COUNTED | Verdict::UNDETERMINED);
                    if claims && key(claimant, other).as_deref() == Some(&wanted) {
                        let record = format!("{}/{}", self.rules.schema.entities[entity].name, self.data.key(entity, other));
                        found.push(if elsewhere { format!("{} {record}", self.data.root_key(root)) } else { record });
                    }
                }
            }
        }
        found.dedup();
        found
    }
}

fn answer(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "failed",
        Truth::Unknown => "unknown",
    }
}
