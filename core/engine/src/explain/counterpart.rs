//! The records whose verdicts a condition hangs on: why they do not count, or may not, and so on
//! down to what they hang on themselves.
//!
//! Each is told once, and the chain is walked with a list, not by recursion: a pack may have more
//! tallies than the stack has room for.

use std::collections::HashSet;

use super::Explainer;
use super::answer::CounterpartExplanation;
use crate::eval::reference::expr::Subject;
use crate::eval::reference::needs::Record;
use guiju_model::index::{EntityId, TallyId};
use guiju_model::outcome::Verdict;
use guiju_model::rules::{Basis, Expr, ExprKind};
use guiju_model::text::Localized;

/// What a record with its reasons weighs beside a key: more than a line of words has room for.
const NODES_OF_A_RECORD: usize = 21;

impl Explainer<'_> {
    /// What a condition on a record hangs on, and how many such records were left out at the least.
    /// Other verdicts on the record itself are none of them: they stand beside this one.
    pub(super) fn counterparts(
        &self,
        condition: &Expr,
        subject: Subject<'_>,
    ) -> (Vec<CounterpartExplanation>, usize) {
        let mut open = Vec::new();
        self.asked_about(condition, true, subject, &mut open);
        open.reverse();
        let itself = |tally: TallyId, other: usize| matches!(subject, Subject::Record { entity, row, .. } if (self.rules.tallies[tally].entity, other) == (entity, row));
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        while let Some((tally, row)) = open.pop() {
            if itself(tally, row) || !seen.insert((tally, row)) {
                continue;
            }
            if !self.may_tell(1) {
                return (found, open.len() + 1);
            }
            found.push(self.counterpart(tally, row));
            let rule = &self.rules.tallies[tally];
            let subject = self.subject_of(rule.entity, row);
            let conditions = rule
                .select
                .iter()
                .chain(rule.require.iter().map(|requirement| &requirement.condition));
            let own = open.len();
            conditions.for_each(|condition| self.asked_about(condition, true, subject, &mut open));
            open[own..].reverse();
        }
        (found, 0)
    }

    /// How many of some keys or missing values may be listed: no list is longer than an explanation
    /// may be, and neither are all lists together.
    pub(super) fn share(&self, wanted: usize) -> usize {
        let listed = wanted.min(self.nodes).min(self.left.get());
        self.left.set(self.left.get() - listed);
        listed
    }

    /// Whether one more record with its reasons may be told of, by this many tallies.
    pub(super) fn may_tell(&self, tallies: usize) -> bool {
        let left = self.left.get().checked_sub(tallies.max(NODES_OF_A_RECORD));
        left.map(|left| self.left.set(left)).is_some()
    }

    fn counterpart(&self, tally: TallyId, row: usize) -> CounterpartExplanation {
        let rule = &self.rules.tallies[tally];
        let subject = self.subject_of(rule.entity, row);
        let mut verdict = self.verdict(tally, row, subject, false);
        if matches!(self.outcome.verdicts[tally][row], Verdict::OUT_OF_SCOPE | Verdict::NEVER) {
            let outside = Localized::new("不屬於本項", "it does not belong here");
            let asked = rule.select.iter().map(|select| {
                self.requirement(select, outside.clone(), &Basis::None, subject, false)
            });
            verdict.requirements.splice(0..0, asked.filter(|asked| asked.answer == "failed"));
        }
        CounterpartExplanation { record: self.data.named(rule.entity, row), verdict }
    }

    /// The records that the parts of a condition ask about which do not come out as wanted.
    fn asked_about(
        &self,
        expr: &Expr,
        wanted: bool,
        subject: Subject<'_>,
        found: &mut Vec<Record>,
    ) {
        match &expr.kind {
            ExprKind::Not(inner) => self.asked_about(inner, !wanted, subject, found),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let open = parts.iter().filter(|part| !self.holds(part, wanted, subject));
                open.for_each(|part| self.asked_about(part, wanted, subject, found));
            }
            ExprKind::CountedIn { via, tally } => {
                let other = self.counterpart_row(*via, subject);
                found.extend(
                    other
                        .filter(|row| self.state.verdicts[*tally].get(*row) != Verdict::COUNTED)
                        .map(|row| (*tally, row)),
                );
            }
            // It is about other records, and says itself which of them it holds for.
            ExprKind::Over { .. } => {}
            kind => kind
                .parts()
                .into_iter()
                .for_each(|part| self.asked_about(part, true, subject, found)),
        }
    }

    fn subject_of(&self, entity: EntityId, row: usize) -> Subject<'static> {
        Subject::Record { entity, row, root: self.data.root_of(entity, row) }
    }
}
