//! What may stand in examples and tests of packs: fields of the record at hand, records within it,
//! figures that are expected.

use guiju::Localized;
use guiju_compiler::names::NameKind;
use guiju_compiler::syntax::TokenKind;
use guiju_model::schema::PROGRAMME;
use guiju_model::words::{WORDS, name_in};

use super::Offers;

/// What the innermost open braces are of.
enum Block {
    Test,
    Record(String),
    /// Targets or previous values.
    Given,
}

impl Offers<'_> {
    pub(super) fn in_test(&mut self) {
        let words = &self.sentence.words;
        let last = self.sentence.last(0);
        let expects =
            words.iter().rposition(|word| word.kind == TokenKind::Word && word.english == "expect");
        let braces = words.iter().rposition(|word| {
            word.kind == TokenKind::Sign && matches!(word.text.as_str(), "{" | "}")
        });
        if last == "like" {
            return self.of_pack(&[NameKind::Example]);
        }
        if let Some(at) = expects.filter(|at| braces.is_none_or(|brace| brace < *at)) {
            return self.expected(at);
        }
        match self.block() {
            None if last == ":" => self.of_pack(&[NameKind::Entity]),
            None => {}
            Some(Block::Test) => {
                if let Some(root) = self.names.root() {
                    let named = self
                        .names
                        .find(NameKind::Entity, "", root)
                        .and_then(|at| self.names.named(at));
                    named.into_iter().for_each(|named| self.named(named, " ", 0));
                }
                self.spelled(&["kw_expect", "kw_programme"]);
            }
            Some(Block::Given) => self.of_pack(&[NameKind::Tally, NameKind::Kpi]),
            Some(Block::Record(entity)) => {
                if let Some(owner) = self.assigned(&entity) {
                    self.of_owner(NameKind::Choice, &owner, 0);
                    return;
                }
                let names = self.names;
                names
                    .of_owner(NameKind::Field, &entity)
                    .into_iter()
                    .for_each(|named| self.named(named, ": ", 0));
                if names.root() == Some(entity.as_str()) {
                    let children = names
                        .of_owner(NameKind::Entity, "")
                        .into_iter()
                        .filter(|named| named.entity.is_some());
                    children.for_each(|named| self.named(named, " ", 1));
                    for given in ["targets", "previous"] {
                        let written =
                            name_in(guiju_model::words::Name::Given, given, self.words).to_owned();
                        self.push(written, None, Localized::default(), String::new(), 2);
                    }
                }
                self.spelled(&["kw_like"]);
            }
        }
    }

    fn spelled(&mut self, rules: &[&str]) {
        for word in WORDS.iter().filter(|word| rules.contains(&word.rule)) {
            self.word(word.spelled(self.words), 2);
        }
    }

    /// The innermost of the braces that are open.
    fn block(&self) -> Option<Block> {
        let words = &self.sentence.words;
        let mut open: Vec<usize> = Vec::new();
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.kind == TokenKind::Sign)
        {
            match word.text.as_str() {
                "{" => open.push(at),
                "}" => drop(open.pop()),
                _ => {}
            }
        }
        let at = *open.last()?;
        if self.sentence.head() == "example" {
            // `example name: entity {`
            return Some(Block::Record(self.sentence.word(3).to_owned()));
        }
        if open.len() == 1 {
            return Some(Block::Test);
        }
        let back = |n: usize| at.checked_sub(n).and_then(|at| words.get(at));
        let is_given = |text: &str| {
            guiju_model::words::built_in(guiju_model::words::Name::Given, text).is_some()
        };
        if let Some(word) = back(1) {
            if is_given(&word.text) {
                return Some(Block::Given);
            }
            if word.english == PROGRAMME {
                return Some(Block::Record(PROGRAMME.to_owned()));
            }
        }
        let entity =
            if back(2).is_some_and(|word| word.english == "like") { back(4) } else { back(2) };
        Some(Block::Record(entity?.text.clone()))
    }

    /// The owner of the named values of the field that is being assigned.
    fn assigned(&self, entity: &str) -> Option<String> {
        let words = &self.sentence.words;
        let colon = words.iter().rposition(|word| word.text == ":")?;
        // After the value another field follows; within a list the value goes on.
        let list = words[colon + 1..]
            .iter()
            .all(|word| matches!(word.text.as_str(), "(" | ",") || word.kind == TokenKind::Word);
        let open = words.get(colon + 1).is_some_and(|word| word.text == "(");
        if !(colon + 1 == words.len() || (open && list)) {
            return None;
        }
        let field = words.get(colon.checked_sub(1)?)?;
        let at = self.names.find(NameKind::Field, entity, &field.text)?;
        self.names.named(at)?.choices.clone()
    }

    /// What comes after `expect`.
    fn expected(&mut self, at: usize) {
        let sentence = self.sentence;
        let asked: Vec<&str> =
            sentence.words[at + 1..].iter().map(|word| word.text.as_str()).collect();
        let asks = matches!(sentence.last(0), "in")
            || asked.last().is_some_and(|word| matches!(*word, "計入" | "不計入" | "不在"));
        if asks {
            return self.of_pack(&[NameKind::Tally, NameKind::Award]);
        }
        if sentence.last(0) == "issue" || matches!(asked.last(), Some(&("有提示" | "無提示")))
        {
            return self.of_pack(&[NameKind::Check]);
        }
        let path: Vec<&str> = asked.iter().step_by(2).copied().collect();
        match asked.as_slice() {
            [] => {
                self.word(
                    WORDS
                        .iter()
                        .find(|word| word.rule == "kw_programme")
                        .map_or(PROGRAMME, |word| word.spelled(self.words)),
                    0,
                );
                self.records();
            }
            [.., "."] => match path.as_slice() {
                [_] => {
                    self.of_pack(&[
                        NameKind::Tally,
                        NameKind::Kpi,
                        NameKind::Award,
                        NameKind::Obligation,
                    ]);
                    if path.first().is_none_or(|first| *first != PROGRAMME) {
                        self.of_pack(&[NameKind::Entity]);
                    }
                }
                [_, tally] if self.names.find(NameKind::Tally, "", tally).is_some() => {
                    self.of_owner(NameKind::Part, tally, 0);
                    self.names
                        .parts(tally)
                        .iter()
                        .for_each(|owner| self.of_owner(NameKind::Choice, owner, 0));
                }
                [_, award] | [_, _, _, award]
                    if self.names.find(NameKind::Award, "", award).is_some() =>
                {
                    self.placings()
                }
                [_, entity, _] => {
                    for kind in [NameKind::Class, NameKind::Field, NameKind::Tally, NameKind::Kpi] {
                        self.of_owner(kind, entity, 0);
                    }
                    let awards = self.names.of_owner(NameKind::Award, "");
                    let own = awards
                        .into_iter()
                        .filter(|named| named.entity.as_deref() == Some(*entity))
                        .cloned();
                    own.collect::<Vec<_>>().iter().for_each(|named| self.named(named, "", 0));
                }
                _ => {}
            },
            [_, ".", entity, ".", _, ".", name, "="] => {
                if let Some(owner) =
                    self.names.choices(&[name], guiju_compiler::names::NameScope::Record(entity))
                {
                    self.of_owner(NameKind::Choice, &owner, 0);
                }
            }
            _ => self.spelled(&[
                "counted",
                "claim_refused",
                "claim_open",
                "not_in",
                "claim_between",
                "claim_issue",
                "claim_no_issue",
                "is_undetermined",
                "is_not_applicable",
                "is_invalid",
                "is_not_met",
                "is_met",
            ]),
        }
    }

    /// The keys of the records that the test has at its outside.
    fn records(&mut self) {
        let Some(root) = self.names.root() else { return };
        let words = &self.sentence.words;
        let keys = words
            .windows(2)
            .filter(|pair| pair[0].text == root && pair[0].kind == TokenKind::Word)
            .map(|pair| pair[1].text.clone());
        let keys: Vec<String> = keys.collect();
        keys.into_iter()
            .for_each(|key| self.push(key, None, Localized::default(), String::new(), 0));
    }
}
