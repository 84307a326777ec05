//! What a piece of rules says, word by word, without its layout and comments: for telling whether
//! two versions of a rule differ, and in what. Not here: reading rules (the grammar does that).

use std::ops::Range;

use guiju_model::text;

/// A word of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// With full-width forms folded, except inside quotation marks.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    /// Digits; a date is several numbers with signs between them.
    Number,
    /// A text in quotation marks, without them.
    Text,
    Sign,
}

/// The words of a text that `scan` found sound.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    placed(text).map(|(token, _)| token)
}

/// The same, each with the bytes it stands in.
pub fn placed(text: &str) -> impl Iterator<Item = (Token, Range<usize>)> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, c) = chars.next()?;
            let mut end = start + c.len_utf8();
            let folded = fold_char(c);
            let kind = match folded {
                '"' | '“' => {
                    let mut inner = String::new();
                    while let Some((at, next)) = chars.next() {
                        end = at + next.len_utf8();
                        match (next, c) {
                            ('”', '“') | ('"' | '＂', '"' | '＂') => break,
                            ('\\', '"' | '＂') => {
                                inner.extend(chars.next().map(|(_, escaped)| escaped))
                            }
                            _ => inner.push(next),
                        }
                    }
                    return Some((Token { kind: TokenKind::Text, text: inner }, start..end));
                }
                '-' if chars.peek().is_some_and(|(_, next)| *next == '-') => {
                    chars.by_ref().find(|(_, next)| *next == '\n');
                    continue;
                }
                c if c.is_whitespace() => continue,
                c => kind(c),
            };
            let mut text = folded.to_string();
            while let Some((at, next)) = chars.next_if(|(_, next)| joins(kind, fold_char(*next))) {
                let folded = fold_char(next);
                // A thousands separator is part of its number, and says nothing.
                if kind != TokenKind::Number || folded != '_' {
                    text.push(folded);
                }
                end = at + next.len_utf8();
            }
            return Some((Token { kind, text }, start..end));
        }
    })
}

/// Full-width forms as the plain ones they are read as.
fn fold_char(c: char) -> char {
    text::fold_char(text::plain_char(c))
}

/// What a character begins that is neither blank nor a quotation mark.
fn kind(folded: char) -> TokenKind {
    match folded {
        c if c.is_ascii_digit() => TokenKind::Number,
        c if c.is_alphanumeric() || c == '_' => TokenKind::Word,
        _ => TokenKind::Sign,
    }
}

/// Whether a character goes on with the token before it; a digit within a word is part of the word.
fn joins(last: TokenKind, folded: char) -> bool {
    match last {
        TokenKind::Word => matches!(kind(folded), TokenKind::Word | TokenKind::Number),
        TokenKind::Number => folded.is_ascii_digit() || folded == '_',
        TokenKind::Text | TokenKind::Sign => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Token> {
        tokens(text).collect()
    }

    #[test]
    fn layout_comments_and_full_width_forms_make_no_difference() {
        let plain = all("let x \"甲 -- 乙\" = 2_300 家  @ a-1");
        assert_eq!(plain, all("let  x -- 註解 \"不是\"\n  \"甲 -- 乙\" ＝ ２３００ 家 @a-1"));
        assert_eq!(all("drop x、y，z"), all("drop x, y, z"));
        assert_ne!(plain, all("let x \"甲 -- 丙\" = 2_300 家 @ a-1"));
        assert_ne!(plain, all("let x \"甲 -- 乙\" = 2_301 家 @ a-1"));
    }

    #[test]
    fn words_numbers_texts_and_signs_are_told_apart() {
        let kinds: Vec<TokenKind> =
            tokens("x2 >= 30% \"a\\\"b\"").map(|token| token.kind).collect();
        use TokenKind::{Number, Sign, Text, Word};
        assert_eq!(kinds, [Word, Sign, Sign, Number, Sign, Text]);
    }

    #[test]
    fn every_token_knows_where_it_stands() {
        let text = "let x \"甲\\\"乙\" ＝ 2_300 -- 註\n家";
        let pieces: Vec<&str> = placed(text).map(|(_, place)| &text[place]).collect();
        assert_eq!(pieces, ["let", "x", "\"甲\\\"乙\"", "＝", "2_300", "家"]);
    }
}
