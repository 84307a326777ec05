//! `once`: its key, and what it compares: groups of tallies with each other, or the records of one
//! tally. Not here: what may be compared.

use pest::iterators::Pair;

use super::Rule;
use super::ast::{Across, Among, Keep, KeepRecord, Once};
use super::lower::Lower;
use super::parts::Parts;
use guiju_model::source::Spanned;

impl Lower<'_> {
    pub(super) fn once(&mut self, pair: Pair<'_, Rule>) -> Option<Once> {
        let (mut groups, mut within_programme, mut by_root, mut keep) =
            (Vec::new(), false, None, Keep::None);
        let (mut record, mut across) = (None, None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::group => groups.push(self.names(part)),
                Rule::within => {
                    within_programme = true;
                    by_root = self.names(part).pop();
                }
                Rule::keep => {
                    let first =
                        part.clone().into_inner().any(|inner| inner.as_rule() == Rule::keep_first);
                    if let Some(order) =
                        part.into_inner().find(|inner| inner.as_rule() == Rule::keep_order)
                    {
                        let span = self.span(&order);
                        let order = Spanned { node: self.names(order), span };
                        keep = if first { Keep::First(order) } else { Keep::Best(order) };
                    }
                }
                Rule::keep_record => record = Some(self.keep_record(part)),
                Rule::across => {
                    let day = part.into_inner().find(|inner| inner.as_rule() == Rule::expr);
                    across = Some(Across { day: day.map(|day| self.expr(day)) });
                }
                _ => {}
            }
        }
        let Parts { name, more, label, when, message, ground, .. } = Parts::of(self, pair);
        // The first group is the key.
        let mut groups = groups.into_iter();
        let key = groups.next()?;
        let groups = match record {
            Some(record) => {
                keep = Keep::Among(Among { when, keep: record, across });
                vec![more]
            }
            None => groups.collect(),
        };
        Some(Once {
            name,
            label,
            key,
            groups,
            within_programme,
            by_root,
            keep,
            message: message.unwrap_or_default(),
            ground,
        })
    }

    fn keep_record(&mut self, pair: Pair<'_, Rule>) -> KeepRecord {
        let mut order = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_none => return KeepRecord::None,
                Rule::kw_first => return KeepRecord::First,
                Rule::criterion => order.extend(self.criterion(part)),
                _ => {}
            }
        }
        KeepRecord::Order(order)
    }
}
