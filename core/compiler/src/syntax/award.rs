//! `award`: its parts to the plain tree. Not here: which parts go together, which the checker says.

use pest::iterators::Pair;

use super::Rule;
use super::ast::{Award, AwardPart, Expr};
use super::lower::Lower;
use super::parts::Parts;
use guiju_model::rules::{Rest, Ties, Toward};
use guiju_model::source::Spanned;

impl Lower<'_> {
    pub(super) fn award(&mut self, pair: Pair<'_, Rule>) -> Award {
        let (mut unit, mut require, mut parts) = (None, Vec::new(), Vec::new());
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::unit => unit = Some(self.name(&part)),
                Rule::require => require.extend(self.require(part)),
                _ => {
                    let span = self.span(&part);
                    parts.extend(self.award_part(part).map(|node| Spanned { node, span }));
                }
            }
        }
        let head = Parts::of(self, pair);
        let entity = head.more.into_iter().next().unwrap_or_else(|| head.name.clone());
        Award {
            name: head.name,
            label: head.label,
            scope: head.scope,
            unit,
            entity,
            require,
            parts,
            ground: head.ground,
        }
    }

    fn award_part(&mut self, pair: Pair<'_, Rule>) -> Option<AwardPart> {
        let rule = pair.as_rule();
        Some(match rule {
            Rule::criteria => {
                let criteria = pair.into_inner().filter(|part| part.as_rule() == Rule::criterion);
                AwardPart::Order(criteria.filter_map(|part| self.criterion(part)).collect())
            }
            Rule::rest => AwardPart::Rest(match word(&pair)? {
                Rule::kw_partly => Rest::Partly,
                Rule::kw_stop => Rest::Stop,
                _ => Rest::Next,
            }),
            Rule::ties => AwardPart::Ties(match word(&pair)? {
                Rule::kw_together => Ties::Together,
                Rule::kw_none => Ties::None,
                _ => Ties::Open,
            }),
            Rule::places => AwardPart::Places(self.only(pair)?),
            Rule::budget => AwardPart::Budget(self.only(pair)?),
            Rule::give => AwardPart::Give(self.only(pair)?),
            Rule::proportion => AwardPart::Proportion(self.only(pair)?),
            Rule::step => AwardPart::Step(self.only(pair)?),
            Rule::reserve => AwardPart::Reserve(self.only(pair)?),
            _ => return None,
        })
    }

    pub(super) fn criterion(&mut self, pair: Pair<'_, Rule>) -> Option<(Toward, Expr)> {
        let toward = match pair.clone().into_inner().next()?.as_rule() {
            Rule::kw_highest => Toward::Highest,
            Rule::kw_lowest => Toward::Lowest,
            Rule::kw_earliest => Toward::Earliest,
            _ => Toward::Latest,
        };
        Some((toward, self.only(pair)?))
    }

    /// The expression that a part is about.
    fn only(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        Parts::of(self, pair).exprs.into_iter().next()
    }
}

/// The word that a part chooses, behind the one it begins with.
fn word(pair: &Pair<'_, Rule>) -> Option<Rule> {
    pair.clone().into_inner().nth(1).map(|word| word.as_rule())
}
