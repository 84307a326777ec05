//! What a piece of rules says, word by word, without its layout and comments: for telling whether two versions of a rule differ,
//! and in what. Not here: reading rules (the grammar does that).

use std::ops::Range;

use crate::text::fold_char;

/// A word of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// With full-width forms folded, except inside quotation marks.
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Word,
    /// Digits; a date is several numbers with signs between them.
    Number,
    /// A text in quotation marks, without them.
    Text,
    Sign,
}

/// The words of a text that `scan` found sound.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    placed(text).into_iter().map(|(token, _)| token).collect()
}

/// The same, each with the bytes it stands in.
pub(crate) fn placed(text: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens: Vec<(Token, Range<usize>)> = Vec::new();
    let mut chars = text.char_indices().peekable();
    // Whether the next character still belongs to the last token.
    let mut glued = false;
    while let Some((at, c)) = chars.next() {
        let folded = fold_char(c);
        let end = at + c.len_utf8();
        let kind = match folded {
            '"' | '“' => {
                let mut inner = String::new();
                let mut end = end;
                while let Some((at, next)) = chars.next() {
                    end = at + next.len_utf8();
                    match (next, c) {
                        ('”', '“') | ('"' | '＂', '"' | '＂') => break,
                        ('\\', '"' | '＂') => inner.extend(chars.next().map(|(_, escaped)| escaped)),
                        _ => inner.push(next),
                    }
                }
                tokens.push((Token { kind: TokenKind::Text, text: inner }, at..end));
                glued = false;
                continue;
            }
            '-' if chars.peek().is_some_and(|(_, next)| *next == '-') => {
                chars.by_ref().find(|(_, next)| *next == '\n');
                glued = false;
                continue;
            }
            c if c.is_whitespace() => {
                glued = false;
                continue;
            }
            c if c.is_ascii_digit() => TokenKind::Number,
            c if c.is_alphanumeric() || c == '_' => TokenKind::Word,
            _ => TokenKind::Sign,
        };
        match tokens.last_mut().filter(|_| glued) {
            Some((last, place)) if joins(last.kind, kind, folded) => {
                // A thousands separator is part of its number, and says nothing.
                if last.kind != TokenKind::Number || folded != '_' {
                    last.text.push(folded);
                }
                place.end = end;
            }
            _ => tokens.push((Token { kind, text: folded.to_string() }, at..end)),
        }
        glued = true;
    }
    tokens
}

/// Whether a character goes on with the token before it; a digit within a word is part of the word.
fn joins(last: TokenKind, kind: TokenKind, folded: char) -> bool {
    match last {
        TokenKind::Word => matches!(kind, TokenKind::Word | TokenKind::Number),
        TokenKind::Number => kind == TokenKind::Number || folded == '_',
        TokenKind::Text | TokenKind::Sign => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_comments_and_full_width_forms_make_no_difference() {
        let plain = tokens("let x \"甲 -- 乙\" = 2_300 家  @ a-1");
        assert_eq!(plain, tokens("let  x -- 註解 \"不是\"\n  \"甲 -- 乙\" ＝ ２３００ 家 @a-1"));
        assert_ne!(plain, tokens("let x \"甲 -- 丙\" = 2_300 家 @ a-1"));
        assert_ne!(plain, tokens("let x \"甲 -- 乙\" = 2_301 家 @ a-1"));
    }

    #[test]
    fn words_numbers_texts_and_signs_are_told_apart() {
        let kinds: Vec<TokenKind> = tokens("x2 >= 30% \"a\\\"b\"").iter().map(|token| token.kind).collect();
        use TokenKind::{Number, Sign, Text, Word};
        assert_eq!(kinds, [Word, Sign, Sign, Number, Sign, Text]);
    }

    #[test]
    fn every_token_knows_where_it_stands() {
        let text = "let x \"甲\\\"乙\" ＝ 2_300 -- 註\n家";
        let pieces: Vec<&str> = placed(text).into_iter().map(|(_, place)| &text[place]).collect();
        assert_eq!(pieces, ["let", "x", "\"甲\\\"乙\"", "＝", "2_300", "家"]);
    }
}
