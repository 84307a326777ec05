//! The changes of one rule file that a test should notice: each a small edit of its text, told with
//! the part of the rule it is in.
//!
//! They are read off the grammar, so that a construct made of conditions and formulas is changed
//! without a word about it here. Not here: what is laid out or called otherwise, which changes no
//! result; and what a change leads to (`mutate`).

mod awards;
mod exprs;

use std::ops::Range;

use pest::iterators::Pair;

use super::outline::{places, read};
use super::parts::without_trailing_blanks;
use super::{Rule, placed};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};

/// What a change does to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// A number by one of its last digit, or an amount of money by one 元; a day by one.
    Bound,
    /// A comparison: `>=` for `>`, `<>` for `=`, `not in` for `in`.
    Comparison,
    /// `and` for `or`, or a condition that is denied no more.
    Connective,
    /// Something that is asked no more: a requirement, a `select`, a part of a condition, a `when`,
    /// one of several choices.
    Dropped,
    /// The results of two rows, or the order of rows of which the first that holds decides.
    Row,
    /// A non-duplication rule: left out, between fewer tallies, or with another order.
    Once,
    /// Another way of rounding.
    Rounding,
    /// `+` for `-`, `*` for `/`, `min` for `max`, `some` for `every`.
    Arithmetic,
    /// What a tally takes of its records: the greatest for the least or the average, all values for
    /// different ones, a key left out.
    Measure,
    /// Who stands first in an award, what becomes of equals and of the rest, or one decision for
    /// all groups.
    Award,
    /// What an edition changes in its base: not done, or done in another place.
    Edition,
}

impl ChangeKind {
    /// The name of the kind for programs.
    pub fn id(self) -> &'static str {
        match self {
            ChangeKind::Bound => "bound",
            ChangeKind::Comparison => "comparison",
            ChangeKind::Connective => "connective",
            ChangeKind::Dropped => "dropped",
            ChangeKind::Row => "row",
            ChangeKind::Once => "once",
            ChangeKind::Rounding => "rounding",
            ChangeKind::Arithmetic => "arithmetic",
            ChangeKind::Measure => "measure",
            ChangeKind::Award => "award",
            ChangeKind::Edition => "edition",
        }
    }
}

/// One change of a file.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    /// The item it is in.
    pub(crate) item: Span,
    /// What the item is called, as it is written: `let member.sealed`.
    pub(crate) name: String,
    /// The bytes of the file to be replaced, in order, and by what.
    pub(crate) edits: Vec<(Range<usize>, String)>,
    /// The part of the rule that people are shown.
    pub(crate) shown: Range<usize>,
    /// Whether the part is dropped as a whole.
    pub(crate) gone: bool,
    /// The clauses that the part cites or, where it cites none, its item; as they are written.
    pub(crate) clauses: Vec<String>,
}

/// Every change of a file, item by item in the order of its text.
pub(crate) fn changes(source: &Source, id: SourceId, limits: &Limits) -> Vec<Change> {
    let mut changes = Vec::new();
    for span in places(source, id, limits) {
        let Some(item) = read(source, span) else { continue };
        let text = source.slice(span);
        let mut finder = Finder {
            item: span,
            name: name(&item, text),
            base: span.start as usize,
            text,
            changes: &mut changes,
        };
        finder.item(item);
    }
    changes
}

/// The clauses that a place in a file rests on: those of the innermost part around it that cites
/// any, as they are written there. Empty where there are none, and in an item that cannot be read.
pub fn cited_at(source: &Source, offset: u32, limits: &Limits) -> Vec<String> {
    let mut items = places(source, SourceId(0), limits).into_iter();
    let around = items.find(|span| (span.start..span.end).contains(&offset));
    let Some((span, mut part)) = around.and_then(|span| Some((span, read(source, span)?))) else {
        return Vec::new();
    };
    let at = (offset - span.start) as usize;
    let mut found = cited(&part).unwrap_or_default();
    // The grammar nests no deeper than brackets may, which the scan has bounded.
    while let Some(inner) = part.clone().into_inner().find(|inner| range(inner).contains(&at)) {
        found = cited(&inner).unwrap_or(found);
        part = inner;
    }
    found
}

/// The words that say which item it is.
pub(super) fn name(item: &Pair<'_, Rule>, text: &str) -> String {
    let mut end = 0;
    for part in item.clone().into_inner() {
        match part.as_rule() {
            // After the name, a word says what the rule does.
            Rule::ident | Rule::owner | Rule::dot => end = range(&part).end,
            _ if end == 0 => {}
            _ => break,
        }
    }
    let whole = text
        .get(..end)
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| text.split_whitespace().next().unwrap_or(""));
    plain(whole)
}

/// A piece of text on one line, without comments.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut end = 0;
    for (_, place) in placed(text) {
        if text.get(end..place.start).is_some_and(|between| !between.is_empty()) && !out.is_empty()
        {
            out.push(' ');
        }
        out.push_str(text.get(place.clone()).unwrap_or(""));
        end = place.end;
    }
    out
}

/// The bytes of a rule of the grammar, without the blanks it looked over.
pub(super) fn range(pair: &Pair<'_, Rule>) -> Range<usize> {
    let start = pair.as_span().start();
    start..start + without_trailing_blanks(pair.as_str()).len()
}

/// Where a change is found: what is shown of it, and what it rests on.
#[derive(Clone)]
struct Place {
    shown: Range<usize>,
    clauses: Vec<String>,
}

struct Finder<'a, 't> {
    item: Span,
    name: String,
    base: usize,
    text: &'t str,
    changes: &'a mut Vec<Change>,
}

impl Finder<'_, '_> {
    fn push(&mut self, kind: ChangeKind, at: &Place, edits: Vec<(Range<usize>, String)>) {
        self.change(kind, at, edits, false);
    }

    /// A part that is left out as a whole.
    fn drop(&mut self, kind: ChangeKind, at: &Place, whole: Range<usize>) {
        self.change(kind, at, vec![(whole, String::new())], true);
    }

    fn change(
        &mut self,
        kind: ChangeKind,
        at: &Place,
        edits: Vec<(Range<usize>, String)>,
        gone: bool,
    ) {
        let base = self.base;
        let moved = |range: Range<usize>| base + range.start..base + range.end;
        self.changes.push(Change {
            kind,
            item: self.item,
            name: self.name.clone(),
            edits: edits.into_iter().map(|(range, text)| (moved(range), text)).collect(),
            shown: moved(at.shown.clone()),
            gone,
            clauses: at.clauses.clone(),
        });
    }

    fn item(&mut self, item: Pair<'_, Rule>) {
        let whole = range(&item);
        let at = Place { shown: said(&item), clauses: cited(&item).unwrap_or_default() };
        match item.as_rule() {
            // What data there is, what is called how, and the tests themselves.
            Rule::pack
            | Rule::source
            | Rule::entity
            | Rule::extend
            | Rule::example
            | Rule::test => {}
            Rule::drop => self.drop(ChangeKind::Edition, &at, whole),
            Rule::once => self.once(item, &at),
            Rule::classify => self.rows(item, &at, Rule::row),
            Rule::table => self.rows(item, &at, Rule::table_row),
            _ => self.parts(item, &at),
        }
    }

    /// The parts of an item or of a part of it, each with its own ground where it has one.
    fn parts(&mut self, of: Pair<'_, Rule>, at: &Place) {
        let of_award = of.as_rule() == Rule::award;
        for part in of.into_inner() {
            let whole = range(&part);
            let here = Place {
                shown: said(&part),
                clauses: cited(&part).unwrap_or_else(|| at.clauses.clone()),
            };
            match part.as_rule() {
                Rule::require | Rule::select => {
                    self.drop(ChangeKind::Dropped, &here, whole);
                    self.parts(part, &here);
                }
                Rule::when_part => {
                    self.drop(ChangeKind::Dropped, &here, whole);
                    self.parts(part, &here);
                }
                Rule::edit_first | Rule::edit_after => self.edit(part, &here),
                Rule::edit_drop => self.drop(ChangeKind::Edition, &here, whole),
                Rule::case => self.rows(part, at, Rule::case_row),
                Rule::expr => {
                    // The whole right side of a formula is too long to be shown where the part
                    // around it is known.
                    let here = if at.shown.start == 0 {
                        Place { shown: whole, ..at.clone() }
                    } else {
                        at.clone()
                    };
                    self.expr(part, &here, false);
                }
                Rule::date => self.date(&part, at),
                Rule::count | Rule::average | Rule::minimum | Rule::maximum => {
                    self.measure(part, &here)
                }
                Rule::by_key => self.keys(part, &here),
                Rule::sum | Rule::split | Rule::target => self.parts(part, &here),
                Rule::scope if of_award => self.grouped(part, &here),
                Rule::criteria => self.order(part, &here),
                Rule::rest | Rule::ties => self.words(part, &here),
                Rule::places
                | Rule::budget
                | Rule::give
                | Rule::proportion
                | Rule::step
                | Rule::reserve => self.parts(part, &here),
                _ => {}
            }
        }
    }

    /// What a tally takes of its records.
    fn measure(&mut self, measure: Pair<'_, Rule>, at: &Place) {
        let words: Vec<Pair<'_, Rule>> = measure.clone().into_inner().collect();
        for word in &words {
            let others: &[(&str, &str)] = match word.as_rule() {
                Rule::kw_average => &[("minimum", "最小"), ("maximum", "最大")],
                Rule::kw_minimum => &[("maximum", "最大")],
                Rule::kw_maximum => &[("minimum", "最小")],
                _ => &[],
            };
            others.iter().for_each(|other| self.other_word(ChangeKind::Measure, at, word, *other));
        }
        // All values are counted in the place of different ones.
        let distinct = words.iter().find(|word| word.as_rule() == Rule::kw_distinct).map(range);
        if let (Some(distinct), Some(of)) =
            (distinct, words.iter().find(|word| word.as_rule() == Rule::expr).map(range))
        {
            self.push(ChangeKind::Measure, at, vec![(distinct.start..of.end, String::new())]);
        }
        self.parts(measure, at);
    }

    /// Records that have less in common with the owner of their figures.
    fn keys(&mut self, by: Pair<'_, Rule>, at: &Place) {
        let names: Vec<Range<usize>> =
            by.into_inner().filter(is_name).map(|name| range(&name)).collect();
        for number in 0..if names.len() > 1 { names.len() } else { 0 } {
            self.push(ChangeKind::Measure, at, vec![(one_of(&names, number), String::new())]);
        }
    }

    /// Another word in the place of one, in English or in Chinese as that is.
    fn other_word(
        &mut self,
        kind: ChangeKind,
        at: &Place,
        word: &Pair<'_, Rule>,
        (english, chinese): (&str, &str),
    ) {
        let other = if word.as_str().trim().is_ascii() { english } else { chinese };
        self.push(kind, at, vec![(range(word), other.to_owned())]);
    }

    /// A requirement that an edition puts in a place of its own.
    fn edit(&mut self, edit: Pair<'_, Rule>, at: &Place) {
        let whole = range(&edit);
        let Some(require) = edit.into_inner().find(|part| part.as_rule() == Rule::require) else {
            return;
        };
        let at = Place {
            shown: whole.start..said(&require).end,
            clauses: cited(&require).unwrap_or_else(|| at.clauses.clone()),
        };
        self.drop(ChangeKind::Dropped, &at, whole.clone());
        self.push(
            ChangeKind::Edition,
            &at,
            vec![(whole.start..range(&require).start, String::new())],
        );
        self.parts(require, &at);
    }

    /// The rows of a table of cases.
    fn rows(&mut self, table: Pair<'_, Rule>, at: &Place, kind: Rule) {
        let ordered = table.clone().into_inner().any(|part| part.as_rule() == Rule::ordered);
        let values: Vec<Range<usize>> =
            match table.clone().into_inner().find(|part| part.as_rule() == Rule::enum_type) {
                Some(values) => values
                    .into_inner()
                    .filter_map(|value| value.into_inner().next())
                    .map(|name| range(&name))
                    .collect(),
                None => Vec::new(),
            };
        let is_row = |rule: Rule| {
            rule == kind
                || matches!(rule, Rule::otherwise | Rule::case_otherwise | Rule::table_otherwise)
        };
        let rows: Vec<Pair<'_, Rule>> =
            table.into_inner().filter(|part| is_row(part.as_rule())).collect();
        for (number, row) in rows.iter().enumerate() {
            let here = Place {
                shown: said(row),
                clauses: cited(row).unwrap_or_else(|| at.clauses.clone()),
            };
            let Some(result) = result(row) else { continue };
            let written = self.text.get(result.clone()).unwrap_or("").to_owned();
            // Of a classification the next of its values; otherwise the result of the next row that
            // has another.
            let of = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or("").to_owned();
            let next = (1..rows.len())
                .filter_map(|step| self::result(&rows[(number + step) % rows.len()]))
                .map(|range| of(&range));
            let other = match values.iter().position(|value| of(value) == written) {
                Some(value) => values.get((value + 1) % values.len()).map(of),
                None => next.into_iter().find(|other| *other != written),
            };
            if let Some(other) = other {
                self.push(ChangeKind::Row, &here, vec![(result.clone(), other)]);
            }
            if let Some(next) =
                rows.get(number + 1).filter(|next| ordered && next.as_rule() == kind)
            {
                let (first, second) = (said(row), said(next));
                let swapped = vec![(first.clone(), of(&second)), (second.clone(), of(&first))];
                self.push(
                    ChangeKind::Row,
                    &Place { shown: first.start..second.end, ..here.clone() },
                    swapped,
                );
            }
            for part in row.clone().into_inner() {
                match part.as_rule() {
                    Rule::expr => self.expr(part, &here, false),
                    Rule::cells => part
                        .into_inner()
                        .filter(|cell| cell.as_rule() == Rule::expr)
                        .for_each(|cell| self.expr(cell, &here, false)),
                    _ => {}
                }
            }
        }
    }

    fn once(&mut self, once: Pair<'_, Rule>, at: &Place) {
        let parts: Vec<Pair<'_, Rule>> = once.into_inner().collect();
        let of = |rule: Rule| parts.iter().filter(move |part| part.as_rule() == rule);
        let groups: Vec<Range<usize>> = of(Rule::group).map(range).collect();
        let end = of(Rule::keep).map(range).map(|keep| keep.end).next().unwrap_or(at.shown.end);
        let here = Place {
            shown: groups.first().map_or(0, |first| first.start)..end,
            clauses: at.clauses.clone(),
        };
        self.drop(ChangeKind::Once, &Place { shown: 0..end, ..here.clone() }, at.shown.clone());
        let order: Vec<Pair<'_, Rule>> = of(Rule::keep)
            .flat_map(|keep| keep.clone().into_inner())
            .filter(|part| part.as_rule() == Rule::keep_order)
            .collect();
        let ranked: Vec<Range<usize>> = order
            .iter()
            .flat_map(|order| order.clone().into_inner())
            .filter(is_name)
            .map(|name| range(&name))
            .collect();
        let text = self.text;
        let of_name = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
        for (number, group) in of(Rule::group).enumerate() {
            let names: Vec<Range<usize>> =
                group.clone().into_inner().filter(is_name).map(|name| range(&name)).collect();
            for (at, name) in names.iter().enumerate() {
                let left_out =
                    if names.len() > 1 { one_of(&names, at) } else { one_of(&groups, number) };
                let mut edits = vec![(left_out, String::new())];
                let rank = ranked.iter().position(|ranked| of_name(ranked) == of_name(name));
                edits.extend(rank.map(|rank| (one_of(&ranked, rank), String::new())));
                self.push(ChangeKind::Once, &here, edits);
            }
        }
        for pair in ranked.windows(2) {
            if let [first, second] = pair {
                let swapped = vec![
                    (first.clone(), of_name(second).to_owned()),
                    (second.clone(), of_name(first).to_owned()),
                ];
                self.push(ChangeKind::Once, &here, swapped);
            }
        }
        for within in of(Rule::within).map(range) {
            self.drop(ChangeKind::Once, &Place { shown: within.clone(), ..here.clone() }, within);
        }
    }
}

fn is_name(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::ident
}

/// What is left out for one of several things that follow one another, with what joins it to the
/// others.
fn one_of(list: &[Range<usize>], at: usize) -> Range<usize> {
    match (at.checked_sub(1).and_then(|before| list.get(before)), list.get(at), list.get(at + 1)) {
        (Some(before), Some(own), _) => before.end..own.end,
        (None, Some(own), Some(after)) => own.start..after.start,
        (_, own, _) => own.cloned().unwrap_or_default(),
    }
}

/// What stands after the arrow of a row.
fn result(row: &Pair<'_, Rule>) -> Option<Range<usize>> {
    let mut parts = row.clone().into_inner().skip_while(|part| part.as_rule() != Rule::arrow);
    parts.nth(1).map(|part| range(&part))
}

/// A part without its message and what it rests on.
fn said(part: &Pair<'_, Rule>) -> Range<usize> {
    let whole = range(part);
    let unsaid = |part: &Pair<'_, Rule>| matches!(part.as_rule(), Rule::ground | Rule::else_part);
    let end =
        part.clone().into_inner().filter(|part| !unsaid(part)).last().map(|part| range(&part).end);
    whole.start..end.unwrap_or(whole.end)
}

/// The clauses that a part cites itself; `None` where it says nothing of what it rests on.
pub(super) fn cited(part: &Pair<'_, Rule>) -> Option<Vec<String>> {
    let ground = part.clone().into_inner().find(|part| part.as_rule() == Rule::ground)?;
    let cites =
        ground.into_inner().filter(|part| part.as_rule() == Rule::cites).flat_map(Pair::into_inner);
    Some(
        cites
            .filter(|part| part.as_rule() == Rule::clause)
            .map(|clause| plain(clause.as_str()))
            .collect(),
    )
}
