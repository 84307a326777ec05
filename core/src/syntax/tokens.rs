//! What a piece of rules says, word by word, without its layout and comments: for telling whether two versions of a rule differ,
//! and in what. Not here: reading rules (the grammar does that).

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
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = text.chars().peekable();
    // Whether the next character still belongs to the last token.
    let mut glued = false;
    while let Some(c) = chars.next() {
        let folded = fold_char(c);
        let kind = match folded {
            '"' | '“' => {
                let mut inner = String::new();
                while let Some(next) = chars.next() {
                    match (next, c) {
                        ('”', '“') | ('"' | '＂', '"' | '＂') => break,
                        ('\\', '"' | '＂') => inner.extend(chars.next()),
                        _ => inner.push(next),
                    }
                }
                tokens.push(Token { kind: TokenKind::Text, text: inner });
                glued = false;
                continue;
            }
            '-' if chars.peek() == Some(&'-') => {
                chars.by_ref().find(|next| *next == '\n');
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
            // A digit within a word is part of it, and a thousands separator part of its number.
            Some(last) if last.kind == TokenKind::Word && kind == TokenKind::Number => last.text.push(folded),
            Some(last) if last.kind == TokenKind::Number && folded == '_' => {}
            Some(last) if last.kind == kind && kind != TokenKind::Sign => last.text.push(folded),
            _ => tokens.push(Token { kind, text: folded.to_string() }),
        }
        glued = true;
    }
    tokens
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
}
