//! Built-in names in their Chinese spelling, and how messages spell them. A name that the pack
//! declares goes before a Chinese spelling, so that no rule changes its meaning because the
//! language knows one more word. Not here: the words of the grammar.

use std::collections::HashSet;

use super::expr::{Scope, node};
use super::{Checker, Items};
use crate::syntax::ast::{self, Name};
use crate::syntax::cut;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::rules::{Expr, ExprKind, Type, Value};
use guiju_model::schema::{Choice, FieldKind, PROGRAMME};
use guiju_model::source::{Source, Span};
use guiju_model::text::Localized;
use guiju_model::unit::Unit;
use guiju_model::words::{self, Words, built_in, name_in, quoted, snippet, words_of};

impl Items {
    /// Types that are spelled in Chinese, in English from here on.
    pub(super) fn types_in_english(&mut self) {
        let entities: HashSet<String> =
            self.entities.iter().map(|entity| entity.name.node.clone()).collect();
        let fields =
            self.entities.iter_mut().flat_map(|entity| &mut entity.fields).filter_map(|field| {
                match &mut field.kind {
                    ast::FieldKind::Named(name) => Some(name),
                    _ => None,
                }
            });
        let keys = self.tables.iter_mut().flat_map(|table| &mut table.keys).filter_map(|key| {
            match key.of.as_mut_slice() {
                [name] => Some(name),
                _ => None,
            }
        });
        for name in fields.chain(keys) {
            if let Some(found) =
                built_in(words::Name::Type, &name.node).filter(|_| !entities.contains(&name.node))
            {
                found.clone_into(&mut name.node);
            }
        }
    }
}

impl Checker<'_> {
    /// What a built-in name in Chinese means, where nothing of that name is declared.
    pub(super) fn built_in(&self, span: Span, path: &[Name], scope: Scope) -> Option<Expr> {
        let [Name { node: name, .. }] = path else { return None };
        if name.is_ascii() || self.value_at(path, scope).is_some() {
            return None;
        }
        if let Some(flag) = built_in(words::Name::Flag, name) {
            return Some(node(span, Type::Bool, ExprKind::Constant(Value::Bool(flag == "true"))));
        }
        if built_in(words::Name::Period, name).is_some() {
            return Some(node(span, Type::Period, ExprKind::Constant(Value::Period(self.period?))));
        }
        let figure = built_in(words::Name::Figure, name).filter(|_| scope == Scope::EachTarget)?;
        let kind = if figure == "value" { ExprKind::EachValue } else { ExprKind::EachTarget };
        Some(node(span, Type::Number(Unit::Number), kind))
    }

    fn words_at(&self, at: Span) -> Words {
        self.words.get(at.source.0 as usize).copied().unwrap_or_default()
    }

    /// A piece of rules as the file that a place is in spells it.
    pub(super) fn spelled(&self, english: &str, at: Span) -> String {
        if self.words_at(at) == Words::Chinese { snippet(english) } else { english.to_owned() }
    }

    /// A message whose pieces of rules, between backticks, are spelled so.
    pub(super) fn quoted(&self, message: &str, at: Span) -> String {
        quoted(message, self.words_at(at)).into_owned()
    }

    /// A function as the file that a place is in spells it.
    pub(super) fn function(&self, english: &'static str, at: Span) -> String {
        self.spelled(&format!("{english}("), at).trim_end_matches('(').to_owned()
    }

    /// A name that is made of known names and words without blanks between them, cut; `values` are
    /// further names that may stand there.
    pub(super) fn cut(&self, name: &str, scope: Scope, values: &[Choice]) -> Option<String> {
        if name.is_ascii() || !self.findings.keeps_errors() {
            return None;
        }
        let known = self.known_in(scope);
        let choices = match scope {
            Scope::Record(entity) | Scope::Classification(entity) => {
                self.schema.entities[entity].fields.iter()
            }
            _ => [].iter(),
        };
        let choices = choices.filter_map(|field| match &field.kind {
            FieldKind::Choice(choices) | FieldKind::List(choices) => Some(choices),
            _ => None,
        });
        let choices = choices
            .flat_map(|choices| &choices.values)
            .chain(values)
            .map(|value| value.name.as_str());
        let lists = self.lost.lets.iter().chain(&self.tally_names).chain(self.awards.names.keys());
        let lists = lists.chain(&known).map(String::as_str);
        let period = words::NAMES
            .iter()
            .filter(|(kind, ..)| *kind == words::Name::Period)
            .map(|(.., chinese)| *chinese);
        cut::known(name, lists.chain(period).chain(choices))
    }
}

/// Tells how the rules are spelled that findings are about, so that their messages quote words of
/// the same spelling. What is about no place is about the first file.
pub(crate) fn told_in_words_of(
    mut diagnostics: Vec<Diagnostic>,
    sources: &[Source],
) -> Vec<Diagnostic> {
    let mut words: Vec<Option<Words>> = vec![None; sources.len()];
    for diagnostic in &mut diagnostics {
        let place = diagnostic.labels.iter().find(|label| label.primary).map(|label| label.span);
        let at = place.map_or(0, |span| span.source.0 as usize);
        let (Some(source), Some(known)) = (sources.get(at), words.get_mut(at)) else { continue };
        diagnostic.words = *known.get_or_insert_with(|| words_of(source.text()));
        if diagnostic.words == Words::Chinese {
            in_chinese(diagnostic, place.map_or("", |span| source.slice(span)));
            for note in &mut diagnostic.notes {
                note.zh = quoted(&note.zh, Words::Chinese).into_owned();
                note.en = note.en.take().map(|en| quoted(&en, Words::Chinese).into_owned());
            }
        }
    }
    diagnostics
}

/// The built-in names that a message about a place speaks of, in Chinese; what the author wrote in
/// English stays.
fn in_chinese(diagnostic: &mut Diagnostic, place: &str) {
    let code = diagnostic.code;
    if code == Code::UnknownType {
        let listed: Vec<&str> = diagnostic
            .args
            .last()
            .map_or(Vec::new(), |list| list.zh.split([',', '、', ' ']).collect());
        let types = words::NAMES
            .iter()
            .filter(|(kind, english, _)| *kind == words::Name::Type && listed.contains(english));
        let list = types.map(|(.., chinese)| *chinese).collect::<Vec<_>>().join("、");
        if let Some(last) = diagnostic.args.last_mut() {
            *last = Localized::same(list);
        }
        return;
    }
    let spelled = |text: &str| match text.split_once('.') {
        Some((PROGRAMME, rest)) => {
            Some(format!("{}.{rest}", name_in(words::Name::Programme, PROGRAMME, Words::Chinese)))
        }
        Some(_) => None,
        // A declaration that has no name is called by its word.
        None if code == Code::DuplicateName => words::item_word(text)
            .filter(|word| place.starts_with(word.chinese))
            .map(|word| word.chinese.to_owned()),
        None => (text == PROGRAMME && code != Code::ReservedField)
            .then(|| name_in(words::Name::Programme, text, Words::Chinese).to_owned()),
    };
    for arg in
        diagnostic.args.iter_mut().filter(|arg| arg.en.as_ref().is_none_or(|en| *en == arg.zh))
    {
        if let Some(text) = spelled(&arg.zh) {
            *arg = Localized::same(text);
        }
    }
    if let Some(text) = diagnostic.suggestion.as_deref().and_then(spelled) {
        diagnostic.suggestion = Some(text);
    }
}
