//! Changes of awards: who stands first, what becomes of equals and of what is left, and who stands
//! against whom. Not here: the conditions and amounts in them (`exprs`).

use std::ops::Range;

use pest::iterators::Pair;

use super::{ChangeKind, Finder, Place, Rule, one_of, range};

/// Words of awards with what takes their place, in English and in Chinese.
const WORDS: &[(Rule, &[(&str, &str)])] = &[
    (Rule::kw_highest, &[("lowest", "最低")]),
    (Rule::kw_lowest, &[("highest", "最高")]),
    (Rule::kw_earliest, &[("latest", "最晚")]),
    (Rule::kw_latest, &[("earliest", "最早")]),
    (Rule::kw_partly, &[("stop", "截止"), ("next", "遞補")]),
    (Rule::kw_stop, &[("partly", "部分"), ("next", "遞補")]),
    (Rule::kw_next, &[("partly", "部分"), ("stop", "截止")]),
    (Rule::kw_open, &[("together", "一併"), ("none", "均不計")]),
    (Rule::kw_together, &[("open", "待定"), ("none", "均不計")]),
    (Rule::kw_none, &[("open", "待定"), ("together", "一併")]),
];

impl Finder<'_, '_> {
    /// All stand against one another, in the place of those of a group.
    pub(super) fn grouped(&mut self, scope: Pair<'_, Rule>, at: &Place) {
        let parts: Vec<Range<usize>> = scope
            .into_inner()
            .filter(|part| matches!(part.as_rule(), Rule::kw_by | Rule::ident))
            .map(|part| range(&part))
            .collect();
        if let [by, field] = parts.as_slice() {
            self.push(ChangeKind::Award, at, vec![(by.start..field.end, String::new())]);
        }
    }

    /// Who stands first.
    pub(super) fn order(&mut self, order: Pair<'_, Rule>, at: &Place) {
        let criteria: Vec<Pair<'_, Rule>> =
            order.into_inner().filter(|part| part.as_rule() == Rule::criterion).collect();
        let places: Vec<Range<usize>> = criteria.iter().map(range).collect();
        for number in 0..if places.len() > 1 { places.len() } else { 0 } {
            self.push(ChangeKind::Award, at, vec![(one_of(&places, number), String::new())]);
        }
        for pair in places.windows(2) {
            if let [first, second] = pair {
                let of =
                    |range: &Range<usize>| self.text.get(range.clone()).unwrap_or("").to_owned();
                let swapped = vec![(first.clone(), of(second)), (second.clone(), of(first))];
                self.push(ChangeKind::Award, at, swapped);
            }
        }
        for criterion in criteria {
            self.words(criterion.clone(), at);
            self.parts(criterion, at);
        }
    }

    /// The words that a part chooses.
    pub(super) fn words(&mut self, part: Pair<'_, Rule>, at: &Place) {
        for word in part.into_inner() {
            let others = WORDS
                .iter()
                .find(|(rule, _)| *rule == word.as_rule())
                .map_or(&[][..], |(_, others)| others);
            others.iter().for_each(|other| self.other_word(ChangeKind::Award, at, &word, *other));
        }
    }
}
