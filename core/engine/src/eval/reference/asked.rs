//! What expressions ask of obligations and awards. Not here: how those are judged (`kpi`) and
//! decided (`awards`).

use super::State;
use super::cost::of_rule;
use super::expr::{Eval, Subject};
use super::kpi::hangs_on_nothing;
use crate::eval::value::{Range, Truth, Val};
use guiju_model::index::FieldId;
use guiju_model::outcome::{KpiValue, ObligationOutcome, Status};
use guiju_model::rules::{
    Expr, ExprKind, KpiKind, KpiScope, Obligation, ObligationScope, Placing, Rules,
};
use guiju_model::standing::{Decision, Standing};

/// How many obligations that ask one another are asked at a time.
const DEEPEST: usize = 64;

/// The obligations of roots that awards and rules over all roots ask about.
pub(crate) fn by_programme(rules: &Rules) -> Vec<usize> {
    fn ask(expr: &Expr, asked: &mut [bool]) {
        if let ExprKind::IsMet(obligation) = expr.kind
            && let Some(asked) = asked.get_mut(obligation)
        {
            *asked = true;
        }
        expr.kind.parts().into_iter().for_each(|part| ask(part, asked));
    }
    let mut asked = vec![false; rules.obligations.len()];
    rules.awards.iter().flat_map(|award| award.exprs()).for_each(|expr| ask(expr, &mut asked));
    for kpi in rules.kpis.iter().filter(|kpi| kpi.scope != KpiScope::Root) {
        let formula = if let KpiKind::Formula(formula) = &kpi.kind { Some(formula) } else { None };
        formula.into_iter().chain(&kpi.when).for_each(|expr| ask(expr, &mut asked));
    }
    let of_programme = |rule: &&Obligation| rule.scope == ObligationScope::Programme;
    for rule in rules.obligations.iter().filter(of_programme) {
        rule.when.iter().chain([&rule.expect]).for_each(|expr| ask(expr, &mut asked));
    }
    (0..asked.len()).filter(|obligation| asked[*obligation]).collect()
}

/// Of what became of the obligations of each root, what is asked about over all.
pub(crate) fn of_roots<'o>(
    rules: &Rules,
    roots: impl Iterator<Item = &'o [ObligationOutcome]>,
) -> Vec<Vec<ObligationOutcome>> {
    let asked = by_programme(rules);
    let is_asked = |outcome: &&ObligationOutcome| asked.contains(&outcome.obligation);
    roots.map(|list| list.iter().filter(is_asked).cloned().collect()).collect()
}

impl<'a> Eval<'a> {
    /// Whether the root meets an obligation, which was judged before any award is decided.
    pub(super) fn is_met(&mut self, obligation: usize) -> Truth {
        let Some(found) = self.state.asked_of(self.root(), obligation) else {
            return self.meets(obligation);
        };
        match found.status {
            Status::Met => Truth::True,
            Status::NotMet => Truth::False,
            Status::Undetermined => {
                self.needs.share(&found.needs);
                Truth::Unknown
            }
            Status::NotApplicable => {
                self.not_applicable = true;
                Truth::Unknown
            }
        }
    }

    /// Whether the root meets an obligation, asked once more where a question about an outcome is
    /// answered. One that does not apply is neither met nor failed, whatever is missing.
    fn meets(&mut self, obligation: usize) -> Truth {
        let Some(rule) = self.rules.obligations.get(obligation) else { return Truth::Unknown };
        if self.asking >= DEEPEST {
            return Truth::Unknown;
        }
        self.asking += 1;
        let truth = self.judged(rule);
        self.asking -= 1;
        truth
    }

    fn judged(&mut self, rule: &'a Obligation) -> Truth {
        if !self.spend(of_rule(rule.when.as_ref(), &rule.expect)) {
            return Truth::Unknown;
        }
        let (outer, mark) = (self.subject, self.mark());
        // Needs of what was read before must not pass for those of the obligation.
        let mut earlier = std::mem::take(&mut self.needs);
        self.not_applicable = false;
        self.subject = Subject::Root { root: self.root(), kpi: None };
        let mut applies = rule.when.as_ref().map_or(Truth::True, |when| self.truth(when));
        if hangs_on_nothing(self, applies) {
            applies = Truth::False;
        }
        let met = if applies == Truth::False { Truth::Unknown } else { self.truth(&rule.expect) };
        let never =
            applies == Truth::False || (applies == Truth::True && hangs_on_nothing(self, met));
        let truth = if applies == Truth::True { met } else { Truth::Unknown };
        self.subject = outer;
        if never || truth != Truth::Unknown {
            self.needs.take();
        }
        earlier.append(&mut self.needs);
        self.needs = earlier;
        self.restore(mark, never);
        truth
    }

    /// What an award made of the root, of the record, or of one it refers to.
    fn standing(&mut self, via: Option<FieldId>, award: usize) -> Option<&'a Standing> {
        let (rules, state): (&'a Rules, &'a State) = (self.rules, self.state);
        let of_root = rules.awards.get(award)?.entity == rules.schema.root;
        let row = if of_root { self.root() } else { self.follow(via)?.1 };
        state.standing(award, row)
    }

    /// Whether an award counts it.
    pub(super) fn awarded(&mut self, via: Option<FieldId>, award: usize) -> Truth {
        let Some(standing) = self.standing(via, award) else { return Truth::Unknown };
        match standing.decision {
            Decision::Counted => Truth::True,
            Decision::Refused => Truth::False,
            Decision::Undetermined => {
                self.needs.share(&standing.needs);
                Truth::Unknown
            }
        }
    }

    /// Its rank, its amount, or its place on the waiting list.
    pub(super) fn placed(
        &mut self,
        via: Option<FieldId>,
        award: usize,
        placing: Placing,
    ) -> Val<'a> {
        let Some(standing) = self.standing(via, award) else { return Val::Missing };
        match placing {
            Placing::Amount => self.found(&standing.amount),
            Placing::Rank | Placing::Reserve => {
                let place =
                    if placing == Placing::Rank { &standing.rank } else { &standing.reserve };
                let value = self.found(place);
                // Where it may turn out to have none, no bound holds of what it is added to.
                if let KpiValue::Undetermined { may_be_none: true, .. } = place {
                    self.may_not_apply = true;
                    self.unless_none(Val::Number(Range::OPEN))
                } else {
                    value
                }
            }
        }
    }
}
