//! What examples and tests mention: entities, fields and choices of their records, figures they
//! give and expect, tallies and checks they ask for. Not here: whether they hold
//! (`crate::testing`).

use super::{NameKind, Reader};
use crate::syntax::ast::{
    Assignment, Claim, Example, Name, Test, TestExpect, TestRecord, TestValue,
};
use crate::syntax::{Token, TokenKind};
use guiju_model::schema::{MAX_LEVELS, PROGRAMME};
use guiju_model::source::Span;
use guiju_model::words::english;

/// The words of a place that can be names, each as one.
fn names(words: &[(Token, Span)]) -> Vec<Name> {
    let is_name =
        |(token, _): &&(Token, Span)| matches!(token.kind, TokenKind::Word | TokenKind::Text);
    words
        .iter()
        .filter(is_name)
        .map(|(token, span)| Name { node: token.text.clone(), span: *span })
        .collect()
}

impl Reader<'_> {
    pub(super) fn example(&mut self, example: &Example) {
        self.refer_to(NameKind::Entity, "", &example.entity.node, example.entity.span);
        example
            .assignments
            .iter()
            .for_each(|assignment| self.assignment(&example.entity.node, assignment));
    }

    pub(super) fn test(&mut self, test: &Test) {
        test.records.iter().for_each(|record| self.record(record));
        test.expects.iter().for_each(|expect| self.expect(expect));
    }

    fn record(&mut self, record: &TestRecord) {
        let entity = record.entity.node.as_str();
        // What stands for the programme's record is a word of the language, and spans all of it.
        if entity != PROGRAMME {
            self.refer_to(NameKind::Entity, "", entity, record.entity.span);
        }
        if let Some(like) = &record.like {
            self.refer_to(NameKind::Example, "", &like.node, like.span);
        }
        record.assignments.iter().for_each(|assignment| self.assignment(entity, assignment));
        for (_, given) in &record.tables {
            for assignment in given {
                let before = Span { end: assignment.value.span.start, ..assignment.name.span };
                let path = names(&self.words(before));
                self.figure_at(&path);
                self.value(&assignment.value.node, assignment.value.span, None);
            }
        }
        record.children.iter().for_each(|child| self.record(child));
    }

    fn assignment(&mut self, entity: &str, assignment: &Assignment) {
        let field =
            self.refer_to(NameKind::Field, entity, &assignment.name.node, assignment.name.span);
        let choices = field.and_then(|at| self.names.list[at].choices.clone());
        self.value(&assignment.value.node, assignment.value.span, choices.as_deref());
    }

    /// A value as a test writes it: named values, and the counter of an amount.
    fn value(&mut self, value: &TestValue, at: Span, choices: Option<&str>) {
        match value {
            TestValue::Number(_, Some(unit)) => {
                let unit_at = self
                    .words(at)
                    .into_iter()
                    .filter(|(token, _)| token.text == *unit)
                    .map(|(_, place)| place)
                    .next_back();
                unit_at
                    .into_iter()
                    .for_each(|place| self.refer_by_word(NameKind::Unit, unit, place));
            }
            TestValue::Word(_) | TestValue::List(_) | TestValue::Text(_) => {
                let Some(owner) = choices else { return };
                for name in names(&self.words(at)) {
                    // A choice in quotation marks is data, which may be a label too.
                    let quoted = self
                        .sources
                        .get(name.span.source.0 as usize)
                        .is_some_and(|source| source.slice(name.span) != name.node);
                    if !quoted || matches!(value, TestValue::Word(_)) {
                        self.refer_to(NameKind::Choice, owner, &name.node, name.span);
                    }
                }
            }
            TestValue::Number(_, None)
            | TestValue::Missing
            | TestValue::Date(_)
            | TestValue::Period(_)
            | TestValue::Bool(_) => {}
        }
    }

    /// A name of the pack itself.
    fn refer_by_word(&mut self, kind: NameKind, name: &str, at: Span) {
        self.refer_to(kind, "", name, at);
    }

    fn figure_at(&mut self, path: &[Name]) -> bool {
        let found = self.names.figure(path);
        let is_one = found.is_some();
        found
            .into_iter()
            .flat_map(|found| found.names)
            .for_each(|(span, at)| self.mention(span, at));
        is_one
    }

    /// The award of `funded.rank`.
    fn placing_at(&mut self, path: &[Name]) -> bool {
        let found = self.names.placing(path);
        let is_one = found.is_some();
        found
            .into_iter()
            .flat_map(|found| found.names)
            .for_each(|(span, at)| self.mention(span, at));
        is_one
    }

    /// The tally or award that a verdict is about.
    fn verdict_of(&mut self, name: &str, words: &[(Token, Span)], until: u32) {
        // Clauses after it may be spelled alike.
        let found = words.iter().rev().find(|(token, at)| at.start < until && token.text == name);
        let Some((_, place)) = found else { return };
        [NameKind::Tally, NameKind::Award]
            .into_iter()
            .find_map(|kind| self.refer_to(kind, "", name, *place));
    }

    fn expect(&mut self, expect: &TestExpect) {
        // After the word that begins it: the path, a name at a time with dots between.
        let words = self.words(expect.span);
        let (path, claim) = words.split_at((2 * expect.path.len()).min(words.len()));
        let path = names(path.get(1..).unwrap_or_default());
        let choices = match path.split_first() {
            Some((_, rest)) if expect.path.first().is_some_and(|first| first == PROGRAMME) => {
                self.of_programme(rest);
                None
            }
            Some((_, rest)) => self.of_root(rest),
            None => None,
        };
        self.claim(&expect.claim, claim, choices.as_deref());
    }

    /// What is expected of all roots, or of a group of them: `field.choice.figure`.
    fn of_programme(&mut self, path: &[Name]) {
        if self.figure_at(path) || self.obligation(path) {
            return;
        }
        let ([field, choice, rest @ ..], Some(root)) = (path, self.names.root.clone()) else {
            return;
        };
        let found = self.refer_to(NameKind::Field, &root, &field.node, field.span);
        if let Some(owner) = found.and_then(|at| self.names.list[at].choices.clone()) {
            self.refer_to(NameKind::Choice, &owner, &choice.node, choice.span);
        }
        if !self.figure_at(rest) {
            self.obligation(rest);
        }
    }

    /// What is expected of a root or a record of it; gives the owner of the named values that it
    /// has.
    fn of_root(&mut self, path: &[Name]) -> Option<String> {
        if path.is_empty() || self.figure_at(path) || self.placing_at(path) || self.obligation(path)
        {
            return None;
        }
        if let ([name], Some(root)) = (path, self.names.root.clone()) {
            let at = self.refer_to(NameKind::Value, &root, &name.node, name.span)?;
            return self.names.list[at].choices.clone();
        }
        let [entity, rest @ ..] = path else { return None };
        let at = self.refer_to(NameKind::Entity, "", &entity.node, entity.span)?;
        // A key for each record that it belongs to below the root, and its own.
        let root = self.names.root.clone();
        let mut keys = 1;
        let mut parent = self.names.list.get(at).and_then(|named| named.entity.clone());
        while let Some(name) =
            parent.filter(|name| root.as_ref() != Some(name) && keys <= MAX_LEVELS)
        {
            keys += 1;
            let above = self.names.find(NameKind::Entity, "", &name);
            parent = above.and_then(|at| self.names.list[at].entity.clone());
        }
        let rest = rest.get(keys..)?;
        if self.placing_at(rest) {
            return None;
        }
        let [name] = rest else { return None };
        let kinds =
            [NameKind::Class, NameKind::Field, NameKind::Tally, NameKind::Kpi, NameKind::Value];
        let at = kinds
            .into_iter()
            .find_map(|kind| self.refer_to(kind, &entity.node, &name.node, name.span))?;
        self.names.list[at].choices.clone()
    }

    /// An obligation; one for every figure with a target is called by both names:
    /// `reach_target_patents`.
    fn obligation(&mut self, path: &[Name]) -> bool {
        let [name, rest @ ..] = path else { return false };
        if rest.is_empty()
            && self.refer_to(NameKind::Obligation, "", &name.node, name.span).is_some()
        {
            return true;
        }
        let obligations = self.names.of_owner(NameKind::Obligation, "");
        let parts = obligations.into_iter().filter_map(|named| {
            let own = named.symbol.name.clone();
            let figure = name.node.strip_prefix(&own)?.strip_prefix('_')?;
            // The bytes of the two are known only where the word is written as it is read.
            let plain = (name.span.end - name.span.start) as usize == name.node.len();
            let start = name.span.start + (own.len() + 1) as u32;
            let figure = Name { node: figure.to_owned(), span: Span { start, ..name.span } };
            let of_figure = self.names.figure(&[&[figure], rest].concat()).filter(|_| plain)?;
            Some((Name { span: Span { end: start - 1, ..name.span }, node: own }, of_figure))
        });
        let Some((own, figure)) = parts.collect::<Vec<_>>().pop() else { return false };
        self.refer_to(NameKind::Obligation, "", &own.node, own.span);
        figure.names.into_iter().for_each(|(span, at)| self.mention(span, at));
        true
    }

    fn claim(&mut self, claim: &Claim, words: &[(Token, Span)], choices: Option<&str>) {
        let last = |name: &str| {
            words
                .iter()
                .rev()
                .find(|(token, _)| token.kind == TokenKind::Word && token.text == name)
                .map(|(_, at)| *at)
        };
        match claim {
            Claim::Equals(value) => {
                if let (Some((_, first)), Some((_, last))) = (words.get(1), words.last()) {
                    self.value(value, first.to(*last), choices);
                }
            }
            Claim::Between(low, high) => {
                // Each is read by itself, and has its own counter.
                for (value, part) in [low, high]
                    .into_iter()
                    .zip(words.split(|(token, _)| english(&token.text) == "and"))
                {
                    if let (Some((_, first)), Some((_, last))) = (part.first(), part.last()) {
                        self.value(value, first.to(*last), None);
                    }
                }
            }
            Claim::Verdict { tally, clauses, .. } => {
                let until = clauses.first().map_or(u32::MAX, |clause| clause.span.start);
                self.verdict_of(tally, words, until);
                clauses.iter().for_each(|clause| self.clause(clause));
            }
            Claim::OutOfScope { tally } => self.verdict_of(tally, words, u32::MAX),
            Claim::Issue { code, .. } => {
                last(code).into_iter().for_each(|at| self.refer_by_word(NameKind::Check, code, at))
            }
            Claim::State(_) => {}
        }
    }
}
