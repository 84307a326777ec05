//! What a piece of a rule says, taken apart: what it computes, the words people read, and what it
//! rests on; and in which of these two versions of it differ.
//!
//! Works on the words of the text, so that every construct of the language is covered without being
//! named here. Not here: which pieces are compared with which (`pieces`).

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::Aspect;
use super::meant::Meant;
use guiju_compiler::syntax::{Token, TokenKind};
use guiju_model::text::Locale;

/// A piece of a rule, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// What it computes: every word that is neither wording nor basis.
    pub(super) logic: Vec<Token>,
    /// The same, with what names stand for.
    meant: Meant,
    /// Labels and messages.
    wording: Vec<String>,
    /// The same in one spelling.
    spelled: Vec<String>,
    /// The clauses cited, as `document:clause`, or the author's own reason.
    basis: Vec<String>,
}

/// Words after which a text in quotation marks is a value, not a label.
const BEFORE_VALUES: &[&str] = &[
    "and", "or", "not", "when", "expect", "select", "require", "in", "covers", "sum", "average",
    "minimum", "maximum", "distinct", "split",
];

/// Units that belong to the number before them.
const UNITS: &[&str] = &["元", "仟元", "千元", "萬元", "億元", "%", "天", "日"];

impl Said {
    /// Takes the words of a text apart, each with its place; `cited` is where citations stand in
    /// it, and `basis` what they say.
    pub(super) fn of(
        words: impl IntoIterator<Item = (Token, Range<usize>)>,
        cited: &[Range<usize>],
        mut basis: Vec<String>,
    ) -> Said {
        let mut said = Said::default();
        let mut depth = 0_usize;
        let mut before: Option<(Token, bool)> = None;
        let mut reason = false;
        for (token, place) in words {
            if cited.iter().any(|range| range.contains(&place.start)) {
                continue;
            }
            match token.text.as_str() {
                "(" if token.kind == TokenKind::Sign => depth += 1,
                ")" if token.kind == TokenKind::Sign => depth = depth.saturating_sub(1),
                // Outside parentheses, why the rule is as it is; inside, why a missing value is
                // replaced.
                "because" if token.kind == TokenKind::Word && depth == 0 => {
                    reason = true;
                    before = Some((token, false));
                    continue;
                }
                _ => {}
            }
            let is_word = is_wording(&token, before.as_ref());
            let joins = token.text == "/" && before.as_ref().is_some_and(|(_, word)| *word);
            match (is_word, reason) {
                (true, true) => basis.push(token.text.clone()),
                (true, false) => said.wording.push(token.text.clone()),
                _ if joins => {}
                _ => {
                    reason = false;
                    said.logic.push(token.clone());
                }
            }
            before = Some((token, is_word || joins));
        }
        said.basis = basis;
        said.spelled.clone_from(&said.wording);
        said
    }

    /// Says what its formulas and conditions mean.
    pub(super) fn means(&mut self, meant: Meant) {
        self.meant = meant;
    }

    /// Whether two pieces compute the same, in the same words or with other names for it.
    pub(super) fn computes_as(&self, other: &Said) -> bool {
        self.logic == other.logic || self.meant.has_exprs() && self.meant == other.meant
    }

    /// Spells its words anew: those of one language after those of the other, where it has both.
    pub(super) fn spell(&mut self, spelled: impl Fn(&str, Locale) -> String) {
        let locales = [Locale::ZhTw, Locale::En].into_iter().cycle();
        self.spelled
            .iter_mut()
            .zip(locales)
            .for_each(|(text, locale)| *text = spelled(text, locale));
    }

    /// Puts what it rests on in the place of what its text says of that.
    pub(super) fn rest_on(&mut self, basis: Vec<String>) {
        self.basis = basis;
    }

    /// How much two pieces say the same, from 0 to 100.
    pub(super) fn likeness(&self, other: &Said) -> usize {
        if self.computes_as(other) {
            return 100;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        // Every requirement begins with the same word.
        let (own, others) =
            (self.logic.get(1..).unwrap_or_default(), other.logic.get(1..).unwrap_or_default());
        own.iter().for_each(|token| *counts.entry(&token.text).or_default() += 1);
        let mut common = 0;
        for token in others {
            if let Some(count) = counts.get_mut(token.text.as_str()).filter(|count| **count > 0) {
                *count -= 1;
                common += 1;
            }
        }
        let likeness = 200 * common / (own.len() + others.len()).max(1);
        // The same message is a strong sign that it is the same requirement.
        let same_words = !self.wording.is_empty() && self.spelled == other.spelled;
        (likeness.min(98) + if same_words { 50 } else { 0 }).min(99)
    }
}

/// Whether a text in quotation marks is read by people, rather than compared with data.
fn is_wording(token: &Token, before: Option<&(Token, bool)>) -> bool {
    if token.kind != TokenKind::Text {
        return false;
    }
    match before {
        None => false,
        // The English after the Chinese.
        Some((before, wording)) if before.kind == TokenKind::Sign => before.text == "/" && *wording,
        Some((before, _)) => {
            before.kind != TokenKind::Text && !BEFORE_VALUES.contains(&before.text.as_str())
        }
    }
}

/// In what two versions of a piece differ, the weightiest first; `constants` are the names that
/// stand for values.
pub(super) fn aspects(old: &Said, new: &Said, constants: &HashSet<String>) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    if !old.computes_as(new) {
        let same_form = masked(&old.logic, constants) == masked(&new.logic, constants);
        aspects.push(if same_form { Aspect::Parameter } else { Aspect::Logic });
    }
    // The same hole says the value that it has in either pack; that value is a change of its own.
    if old.wording != new.wording && old.spelled != new.spelled {
        aspects.push(Aspect::Wording);
    }
    if old.basis != new.basis {
        aspects.push(Aspect::Citation);
    }
    aspects
}

/// The words with every value replaced by one sign: numbers with their units, dates, texts, named
/// constants, lists of these.
fn masked(tokens: &[Token], constants: &HashSet<String>) -> Vec<Token> {
    const VALUE: &str = "#";
    let value = || Token { kind: TokenKind::Number, text: VALUE.to_owned() };
    let is_value = |token: Option<&Token>| token.is_some_and(|token| token.text == VALUE);
    let mut out: Vec<Token> = Vec::new();
    for token in tokens {
        let stands_for_value = match token.kind {
            TokenKind::Number | TokenKind::Text => true,
            TokenKind::Word => constants.contains(&token.text) || token.text.starts_with("民國"),
            TokenKind::Sign => false,
        };
        let last = out.last();
        let before_last = out.len().checked_sub(2).and_then(|at| out.get(at));
        if is_value(last) && UNITS.contains(&token.text.as_str()) {
            continue;
        }
        // 108/10/31, 0.5, "甲", "乙": one value, or a list of them.
        let joined = last.is_some_and(|last| matches!(last.text.as_str(), "/" | "-" | "." | ","))
            && is_value(before_last);
        if stands_for_value && joined {
            out.pop();
            continue;
        }
        out.push(if stands_for_value { value() } else { token.clone() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use guiju_compiler::syntax::placed;

    fn found(old: &str, new: &str) -> Vec<Aspect> {
        let constants = ["audit_date", "review_date"].map(str::to_owned).into();
        let said = |text: &str| match text.split_once(" @ ") {
            Some((text, clause)) => Said::of(placed(text), &[], vec![clause.to_owned()]),
            None => Said::of(placed(text), &[], Vec::new()),
        };
        aspects(&said(old), &said(new), &constants)
    }

    #[test]
    fn texts_that_people_read_are_told_from_texts_that_are_compared() {
        let said = Said::of(
            placed("require no <> \"申請中\" and \"無\" <> no else \"缺號\" / \"no number\""),
            &[],
            Vec::new(),
        );
        assert_eq!(said.wording, ["缺號", "no number"]);
        let said = Said::of(
            placed("kpi x \"甲\" / \"a\" = (y or 0 because \"無\") because \"自訂\" / \"own\""),
            &[],
            Vec::new(),
        );
        assert_eq!(
            (said.wording.len(), said.basis),
            (3, vec!["自訂".to_owned(), "own".to_owned()])
        );
        assert_eq!(said.logic.last().map(|token| token.text.as_str()), Some(")"));
    }

    #[test]
    fn differences_are_told_apart() {
        use Aspect::{Citation, Logic, Parameter, Wording};
        for (old, new, expected) in [
            ("require fee > 50 元", "require fee > 5 萬元", vec![Parameter]),
            ("require on > 107/10/31", "require on > 2018-10-31", vec![Parameter]),
            ("require on > audit_date", "require on > 108/10/31", vec![Parameter]),
            (
                "require no in (\"a\", \"b\")",
                "require no in (\"a\", \"c\", \"d\")",
                vec![Parameter],
            ),
            ("require kind in (a, b)", "require kind in (a, c)", vec![Logic]),
            ("require fee > 50 元", "require fee >= 50 元", vec![Logic]),
            ("require fee > 0.5 else \"甲\"", "require fee > 0.5 else \"乙\"", vec![Wording]),
            (
                "require fee > 0 else \"甲\" @ 1",
                "require fee > 1 else \"乙\" @ 2",
                vec![Parameter, Wording, Citation],
            ),
            ("let x = 1 @ 1", "let x = 1 because \"甲\"", vec![Citation]),
            ("let x = 1 -- 註", "let  x ＝ １", vec![]),
        ] {
            assert_eq!(found(old, new), expected, "{old} → {new}");
        }
    }

    #[test]
    fn a_hole_says_the_value_in_it() {
        let said = |text: &str, value: &str| {
            let mut said =
                Said::of(placed(&format!("require fee > 1 else \"{text}\"")), &[], Vec::new());
            said.spell(|text, _| text.replace("{least}", value));
            said
        };
        let differ = |old: &Said, new: &Said| aspects(old, new, &HashSet::new());
        assert_eq!(differ(&said("未達 5 元", "5 元"), &said("未達 {least}", "5 元")), []);
        assert_eq!(
            differ(&said("未達 5 元", "5 元"), &said("未達 {least}", "6 元")),
            [Aspect::Wording]
        );
        // The other value is a change of its own.
        assert_eq!(differ(&said("未達 {least}", "5 元"), &said("未達 {least}", "6 元")), []);
    }
}
