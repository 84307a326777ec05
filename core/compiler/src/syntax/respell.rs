//! A file in the other spelling of its words: which words stand where, and how they are spelled
//! there.
//!
//! Names stay, and so do texts and comments; a built-in name stays too where the pack has declared
//! its Chinese spelling for something else. Not here: the layout (`format`), and the table of words
//! (`guiju_model::words`).

use std::collections::HashSet;
use std::ops::Range;

use pest::Parser as _;
use pest::iterators::Pairs;

use super::tokens::{Token, placed};
use super::{Grammar, Rule, error, parts, scan, word};
use crate::check::spelled::told_in_words_of;
use guiju_model::diagnostic::{Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::words::{self, NAMES, OR_ELSE, Words};

/// Names that a pack declares and the language has too.
#[derive(Default)]
pub(crate) struct Declared {
    entities: HashSet<String>,
    tables: HashSet<String>,
    others: HashSet<String>,
}

impl Declared {
    /// What these files declare, as far as they can be read.
    pub(crate) fn of<'a>(
        sources: impl IntoIterator<Item = &'a Source>,
        limits: &Limits,
    ) -> Declared {
        let mut declared = Declared::default();
        for source in sources {
            for slice in scan::scan(source, SourceId(0), limits, &mut Findings::new(0)) {
                if let Ok(pairs) = Grammar::parse(Rule::item, source.slice(slice.span)) {
                    declared.add(pairs);
                }
            }
        }
        declared
    }

    fn add(&mut self, pairs: Pairs<'_, Rule>) {
        for pair in pairs.flatten() {
            let names = || {
                pair.clone()
                    .into_inner()
                    .filter(|part| part.as_rule() == Rule::ident)
                    .map(|part| part.as_str().to_owned())
            };
            match pair.as_rule() {
                Rule::entity => self.entities.extend(names().next()),
                Rule::table => self.tables.extend(names().next()),
                Rule::let_item
                | Rule::column
                | Rule::field
                | Rule::enum_value
                | Rule::classify
                | Rule::tally
                | Rule::twin
                | Rule::kpi => {
                    self.others.extend(names());
                }
                _ => {}
            }
        }
    }

    /// Whether a built-in name is one of the pack's own where it stands, in either spelling.
    fn hides(&self, kind: words::Name, english: &str, chinese: &str) -> bool {
        match kind {
            words::Name::Type => self.entities.contains(chinese),
            words::Name::Function => self.tables.contains(chinese) || self.tables.contains(english),
            words::Name::Flag | words::Name::Period | words::Name::Figure => {
                [&self.others, &self.tables, &self.entities]
                    .iter()
                    .any(|names| names.contains(chinese))
            }
            words::Name::Programme | words::Name::Given => false,
        }
    }
}

/// A word, and how it is spelled in the other spelling.
#[derive(Clone, Debug)]
struct Edit {
    place: Range<usize>,
    spelled: &'static str,
}

/// A file with its words in this spelling; everything else stays.
///
/// # Errors
/// Everything that keeps the file from being read.
pub(crate) fn respell(
    source: &Source,
    words: Words,
    declared: &[&Declared],
    limits: &Limits,
) -> Result<String, Vec<Diagnostic>> {
    let mut findings = Findings::new(limits.diagnostics);
    let edits = edits(source, words, declared, limits, &mut findings);
    let findings = findings.finish();
    if !findings.is_empty() {
        return Err(told_in_words_of(findings, std::slice::from_ref(source)));
    }
    let text = source.text();
    let (mut out, mut end) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        out.push_str(&text[end..edit.place.start]);
        out.push_str(edit.spelled);
        end = edit.place.end;
    }
    out.push_str(&text[end..]);
    Ok(out)
}

fn edits(
    source: &Source,
    words: Words,
    declared: &[&Declared],
    limits: &Limits,
    findings: &mut Findings,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for slice in scan::scan(source, SourceId(0), limits, findings) {
        let text = source.slice(slice.span);
        if !slice.sound {
            continue;
        }
        match Grammar::parse(Rule::item, text) {
            Ok(pairs) => Walk {
                text,
                offset: slice.span.start as usize,
                words,
                declared,
                edits: &mut edits,
                open: Vec::new(),
            }
            .item(pairs),
            Err(error) => findings.push(error::explain(&error, text, slice.span)),
        }
    }
    edits.sort_by_key(|edit| edit.place.start);
    edits
}

/// The words of files in English, whichever way they are spelled: for telling whether two pieces of
/// rules say the same.
#[derive(Default)]
pub struct Spellings(Vec<Vec<Edit>>);

impl Spellings {
    pub fn of(sources: &[Source], limits: &Limits) -> Spellings {
        let of = |source| edits(source, Words::English, &[], limits, &mut Findings::new(0));
        Spellings(sources.iter().map(of).collect())
    }

    /// The words of a text that stands at a place, each with the bytes of the text it stands in.
    pub fn tokens(&self, text: &str, at: Span) -> Vec<(Token, Range<usize>)> {
        let edits = self.0.get(at.source.0 as usize).map_or(&[][..], Vec::as_slice);
        let start = at.start as usize;
        let mut out = Vec::new();
        for (token, place) in placed(text) {
            let found = edits.binary_search_by_key(&(start + place.start), |edit| edit.place.start);
            match found
                .ok()
                .and_then(|at| edits.get(at))
                .filter(|edit| edit.place.end == start + place.end)
            {
                Some(edit) => {
                    out.extend(placed(edit.spelled).map(|(token, _)| (token, place.clone())))
                }
                None => out.push((token, place)),
            }
        }
        out
    }
}

/// A rule of the grammar that is being read.
struct Open {
    rule: Rule,
    start: usize,
    /// The names directly in it.
    names: Vec<Range<usize>>,
    /// Whether it is a call; of an obligation, whether it is for every KPI with a target.
    marked: bool,
    /// Where its `or`s stand in the list of edits.
    ors: Vec<usize>,
}

struct Walk<'a> {
    text: &'a str,
    offset: usize,
    words: Words,
    declared: &'a [&'a Declared],
    edits: &'a mut Vec<Edit>,
    open: Vec<Open>,
}

impl Walk<'_> {
    fn item(&mut self, pairs: Pairs<'_, Rule>) {
        for token in pairs.tokens() {
            match token {
                pest::Token::Start { rule, pos } => {
                    self.open.push(Open {
                        rule,
                        start: pos.pos(),
                        names: Vec::new(),
                        marked: false,
                        ors: Vec::new(),
                    });
                }
                pest::Token::End { pos, .. } => {
                    if let Some(read) = self.open.pop() {
                        let end = read.start
                            + parts::without_trailing_blanks(&self.text[read.start..pos.pos()])
                                .len();
                        self.read(&read, read.start..end);
                    }
                }
            }
        }
    }

    /// A rule that was read to its end.
    fn read(&mut self, read: &Open, place: Range<usize>) {
        let parent = self.open.last().map(|open| open.rule);
        match read.rule {
            Rule::ident => {
                self.open.last_mut().into_iter().for_each(|open| open.names.push(place.clone()))
            }
            Rule::arguments => self.open.last_mut().into_iter().for_each(|open| open.marked = true),
            Rule::every_target => {
                self.open
                    .iter_mut()
                    .filter(|open| open.rule == Rule::obligation)
                    .for_each(|open| open.marked = true);
            }
            // The words of a condition in parentheses are read before its reason is.
            Rule::because if parent == Some(Rule::paren) => self.or_else(),
            Rule::expr if parent == Some(Rule::paren) => {
                self.open.last_mut().into_iter().for_each(|open| open.ors.extend(&read.ors));
            }
            _ => {}
        }
        match read.rule {
            Rule::kw_or => {
                self.spell(place, "or", "或");
                let at = self.edits.len();
                if let (Some(at), Some(open)) = (at.checked_sub(1), self.open.last_mut()) {
                    open.ors.push(at);
                }
            }
            Rule::zh_or_else => self.spell(place, OR_ELSE.english, OR_ELSE.chinese),
            Rule::kw_true | Rule::kw_false => self.name(&[words::Name::Flag], place),
            Rule::ident if parent == Some(Rule::field_type) => {
                self.name(&[words::Name::Type], place)
            }
            Rule::ident if parent == Some(Rule::test_value) => {
                self.name(&[words::Name::Flag], place)
            }
            Rule::reference => match read.names.as_slice() {
                [only] if read.marked => self.name(&[words::Name::Function], only.clone()),
                [only] => {
                    let each =
                        self.open.iter().any(|open| open.rule == Rule::obligation && open.marked);
                    let kinds = [words::Name::Flag, words::Name::Period, words::Name::Figure];
                    self.name(&kinds[..if each { 3 } else { 2 }], only.clone());
                }
                [first, ..] => self.name(&[words::Name::Programme], first.clone()),
                [] => {}
            },
            Rule::table_key => {
                if let [only] = read.names.as_slice() {
                    self.name(&[words::Name::Type], only.clone());
                }
            }
            Rule::dropped => {
                if let [only] = read.names.as_slice() {
                    self.name(&[words::Name::Period], only.clone());
                }
            }
            // The entity itself, or what it belongs to.
            Rule::entity => read
                .names
                .iter()
                .for_each(|name| self.name(&[words::Name::Programme], name.clone())),
            Rule::test_path => read
                .names
                .iter()
                .take(1)
                .for_each(|first| self.name(&[words::Name::Programme], first.clone())),
            Rule::test_table => read
                .names
                .iter()
                .take(1)
                .for_each(|first| self.name(&[words::Name::Given], first.clone())),
            rule => {
                if let Some(word) = word(rule) {
                    self.spell(place, word.english, word.chinese);
                }
            }
        }
    }

    /// A word, in either spelling so far. A phrase over several lines, or with a comment in it,
    /// stays: its other spelling has no room for what is between.
    fn spell(&mut self, place: Range<usize>, english: &'static str, chinese: &'static str) {
        let written = &self.text[place.clone()];
        let spelled = if self.words == Words::Chinese { chinese } else { english };
        let is_other = (written == chinese) != (self.words == Words::Chinese);
        if is_other && !written.contains('\n') && !written.contains("--") {
            self.edits
                .push(Edit { place: self.offset + place.start..self.offset + place.end, spelled });
        }
    }

    fn name(&mut self, kinds: &[words::Name], place: Range<usize>) {
        let written = &self.text[place.clone()];
        let is_one = |(kind, english, chinese): &&(words::Name, &str, &str)| {
            kinds.contains(kind) && [*english, *chinese].contains(&written)
        };
        if let Some((kind, english, chinese)) = NAMES.iter().find(is_one)
            && !self.declared.iter().any(|declared| declared.hides(*kind, english, chinese))
        {
            self.spell(place, english, chinese);
        }
    }

    /// A reason follows: the `or` before it stands before what replaces a missing value.
    fn or_else(&mut self) {
        let Some(open) = self.open.last() else { return };
        for at in &open.ors {
            if let Some(edit) = self.edits.get_mut(*at).filter(|edit| edit.spelled == "或") {
                edit.spelled = OR_ELSE.chinese;
            }
        }
    }
}

#[cfg(test)]
mod tests;
