//! Messages: the holes that authors leave in them for values, `{amount}`, and values that they
//! write out although a rule names them.
//!
//! The value of a constant stands in its hole from here on. Not here: values of records, which are
//! put in when a message is told.

use std::collections::BTreeSet;

use super::Checker;
use super::expr::{Scope, dotted};
use super::values::any;
use crate::syntax::ast::Name;
use guiju_engine::eval::reference::message::constant_words;
use guiju_model::date::Date;
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::number::Exact;
use guiju_model::rules::{Constant, ExprKind, Hole, Message, Type, Value};
use guiju_model::source::{Span, Spanned};
use guiju_model::text::{Locale, Localized, fill_with};
use guiju_model::unit::Unit;

impl Checker<'_> {
    /// A message as it is told; `scope` is what its holes may name, `at` where problems are told.
    pub(super) fn message(&mut self, written: &Localized, scope: Scope, at: Span) -> Message {
        let texts = || std::iter::once(written.zh.as_str()).chain(written.en.as_deref());
        let mut message = Message { text: written.clone(), holes: Vec::new() };
        let names: BTreeSet<&str> = texts().flat_map(holes).collect();
        for name in names {
            if !is_path(name) {
                self.report(Diagnostic::new(Code::UnknownHole).arg(name).at(at));
                continue;
            }
            let path: Vec<Name> =
                name.split('.').map(|part| Spanned { node: part.to_owned(), span: at }).collect();
            let found = self.lookup(at, &path, scope).or_else(|| self.value_of(at, &path, scope));
            let found = found.or_else(|| self.figure_of(at, &path, scope));
            let Some(value) = found.or_else(|| self.placed(at, &path, scope)) else {
                if self.is_astray(&path, scope) {
                    continue;
                }
                let known = self.known_in(scope);
                let meant = self.meant(name, known.iter().map(String::as_str));
                let suggestion = meant.map(|meant| format!("{{{meant}}}"));
                self.report(
                    Diagnostic::new(Code::UnknownHole)
                        .arg(name)
                        .at(at)
                        .suggest(suggestion.as_deref()),
                );
                continue;
            };
            match &value.kind {
                _ if value.ty == Type::Error => {}
                _ if any(&value, &|kind| {
                    matches!(kind, ExprKind::CountedIn { .. } | ExprKind::Awarded { .. })
                }) =>
                {
                    self.report(
                        Diagnostic::new(Code::WrongScope)
                            .arg(name)
                            .word(Localized::new("訊息", "a message"))
                            .at(at),
                    );
                }
                ExprKind::Constant(constant) => {
                    fill(&mut message.text, name, &constant_words(constant, &value.ty))
                }
                _ => {
                    let label = self.label_of(&path, scope);
                    // Labels that two holes share would be filled with one value.
                    let label =
                        label.filter(|label| message.holes.iter().all(|hole| hole.label != *label));
                    let label = label.unwrap_or_else(|| Localized::same(dotted(&path)));
                    let shown = Localized {
                        zh: format!("{{{}}}", label.zh),
                        en: Some(format!("{{{}}}", label.get(Locale::En))),
                    };
                    fill(&mut message.text, name, &shown);
                    message.holes.push(Hole { label, value });
                }
            }
        }
        self.written_out(written, at);
        message
    }

    /// What people call a field or a named value of the record itself, or of one that it belongs
    /// or refers to.
    fn label_of(&self, path: &[Name], scope: Scope) -> Option<Localized> {
        let Scope::Record(entity) = scope else { return None };
        let (owner, entity, name) = match path {
            [name] => (None, entity, name),
            [owner, name] => {
                let target = self.entity_called(&owner.node, entity)?;
                let shape = &self.schema.entities[target];
                let via = self.index.field(entity, &owner.node);
                let via = via.map(|field| &self.schema.entities[entity].fields[field].label);
                (Some(via.unwrap_or(&shape.label)), target, name)
            }
            _ => return None,
        };
        let field = self
            .index
            .field(entity, &name.node)
            .map(|field| self.schema.entities[entity].fields[field].label.clone());
        let value = || self.index.value(entity, &name.node).map(|at| self.value_label(at));
        let label = field
            .or_else(value)
            .or_else(|| self.index.figure(entity, &name.node).map(|at| self.figure_label(at)))?;
        Some(match owner {
            None => label,
            Some(owner) => {
                let (zh, en) = (&owner.zh, owner.get(Locale::En));
                let label_en = label.get(Locale::En);
                Localized::new(format!("{zh}的{}", label.zh), format!("{label_en} of the {en}"))
            }
        })
    }

    /// Values that a message writes out although a constant of the rules is meant: they stay as
    /// they are when it changes.
    fn written_out(&mut self, written: &Localized, at: Span) {
        let found = self
            .constants
            .iter()
            .find(|constant| is_written_in(constant, &written.zh))
            .map(|constant| constant.name.clone());
        let period = self.period.filter(|period| {
            [period.start, period.end].iter().all(|day| dates(&written.zh).contains(day))
        });
        if let Some(name) = found.or_else(|| period.map(|_| self.spelled("period", at))) {
            self.report(Diagnostic::new(Code::WrittenOut).arg(&name).at(at));
        }
    }
}

/// Puts words in the place of a hole.
fn fill(text: &mut Localized, name: &str, words: &Localized) {
    let put = |text: &str, words: &str| {
        fill_with(text, &mut |hole| (hole.trim() == name).then(|| words.to_owned().into()))
    };
    text.zh = put(&text.zh, &words.zh);
    text.en = text.en.as_deref().map(|text| put(text, words.get(Locale::En)));
}

/// What stands in the holes of a text.
pub(super) fn holes(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.trim())
}

/// Whether it is a name, or names joined by dots.
fn is_path(name: &str) -> bool {
    let begins = |c: char| c.is_alphabetic() || c == '_';
    name.split('.').all(|part| {
        part.starts_with(begins) && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The days written in a text.
pub(super) fn dates(text: &str) -> Vec<Date> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '/' | '-');
    text.split(|c| !is_part(c))
        .filter(|word| word.len() >= 6)
        .filter_map(|word| Date::parse(word).ok())
        .collect()
}

/// Whether a text says the value of a constant, with all that makes it unmistakable: a whole date,
/// an amount with its unit.
fn is_written_in(constant: &Constant, text: &str) -> bool {
    match (&constant.value, &constant.ty) {
        (Value::Date(day), _) => dates(text).contains(day),
        (Value::Period(period), _) => {
            [period.start, period.end].iter().all(|day| dates(text).contains(day))
        }
        (Value::Number(value), Type::Number(Unit::Money)) => {
            let amount = |word: &str| Exact::parse(&word.replace([',', '_'], ""));
            guiju_model::unit::MONEY.iter().any(|(unit, factor)| {
                text.match_indices(unit).any(|(end, _)| {
                    let before = text[..end].trim_end();
                    let start = before
                        .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
                        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
                    amount(&before[start..])
                        .and_then(|number| number.mul(&Exact::from(*factor)).ok())
                        .is_some_and(|number| number == *value)
                })
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_names_in_braces() {
        let found: Vec<(&str, bool)> =
            holes("{a} 到 { b.c }，{1}{}{d e}").map(|name| (name, is_path(name))).collect();
        assert_eq!(found, [("a", true), ("b.c", true), ("1", false), ("", false), ("d e", false)]);
        assert_eq!(holes("{不完").count(), 0);
    }

    #[test]
    fn a_hole_is_filled_wherever_it_stands() {
        let mut text = Localized::new("{a} 與 {a}，{b}", "{ a }");
        fill(&mut text, "a", &Localized::new("甲", "A"));
        assert_eq!(text, Localized::new("甲 與 甲，{b}", "A"));
    }

    #[test]
    fn days_are_found_in_texts() {
        assert_eq!(dates("契約期間未含 107/10/31，至 2018-11-30 止").len(), 2);
        assert!(dates("107 年度 1/2").is_empty());
    }
}
