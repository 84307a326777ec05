//! JSON as text: whether it is sound, and then its parts one after another, each as it stands. Not
//! here: what a part means.
//!
//! Soundness is found without recursion, so that no depth of nesting can exhaust the stack; what
//! follows it need not doubt the text again.

use std::borrow::Cow;

use hifijson::num::Lex as _;
use hifijson::str::{Lex as _, LexAlloc as _};
use hifijson::token::Lex as _;
use hifijson::{Read as _, SliceLexer, escape, str};

use guiju_model::text::Localized;

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends within a value.
    End,
    /// It goes on after the value.
    More,
    Value,
    Key,
    Colon,
    /// Neither a comma nor this bracket.
    Comma(char),
    Word,
    Number,
    Control,
    Escape,
    /// `\u` with half a character.
    Surrogate,
}

impl Fault {
    pub(super) fn words(self) -> Localized {
        let (zh, en) = match self {
            Fault::End => (
                "內容到此為止，但有括號或引號還沒有結尾",
                "the text ends here, within a bracket or a quotation mark",
            ),
            Fault::More => {
                ("內容結束之後還有多餘的文字", "the document has ended, and more text follows")
            }
            Fault::Value => ("這裡應有一個值", "a value is expected"),
            Fault::Key => {
                ("這裡應有一個鍵，以雙引號包住", "a key in double quotation marks is expected")
            }
            Fault::Colon => ("鍵之後應有冒號 `:`", "a colon `:` is expected after the key"),
            Fault::Comma('}') => ("這裡應為 `,` 或 `}`", "`,` or `}` is expected"),
            Fault::Comma(_) => ("這裡應為 `,` 或 `]`", "`,` or `]` is expected"),
            Fault::Word => (
                "不認得的字（只能是 true、false 或 null，文字要加雙引號）",
                "only true, false and null stand without quotation marks",
            ),
            Fault::Number => ("數字的寫法無效", "JSON does not write numbers like this"),
            Fault::Control => (
                "文字裡有換行、定位等控制字元，須寫成 `\\n`、`\\t`",
                "control characters within a text are written `\\n`, `\\t`",
            ),
            Fault::Escape => ("反斜線之後的字元無效", "what follows the backslash is no escape"),
            Fault::Surrogate => {
                ("`\\u` 之後的代碼不是完整的字元", "the code after `\\u` is no whole character")
            }
        };
        Localized::new(zh, en)
    }
}

/// Finds the first fault of a text, with the number of bytes before it.
pub(super) fn check(text: &str) -> Result<(), (usize, Fault)> {
    let mut lexer = SliceLexer::new(text.as_bytes());
    whole(&mut lexer).map_err(|fault| (text.len() - lexer.as_slice().len(), fault))
}

/// Leaves the lexer at the fault.
fn whole(lexer: &mut SliceLexer<'_>) -> Result<(), Fault> {
    // The brackets that are open, by what closes them.
    let mut open: Vec<u8> = Vec::new();
    loop {
        match lexer.ws_peek().ok_or(Fault::End)? {
            bracket @ (b'{' | b'[') => {
                let end = bracket + 2;
                lexer.take_next();
                if lexer.ws_peek() != Some(end) {
                    open.push(end);
                    if end == b'}' {
                        key(lexer)?;
                    }
                    continue;
                }
                lexer.take_next();
            }
            _ => scalar(lexer)?,
        }
        loop {
            let Some(end) = open.last() else {
                return if lexer.ws_peek().is_none() { Ok(()) } else { Err(Fault::More) };
            };
            match lexer.ws_peek().ok_or(Fault::End)? {
                b',' => {
                    lexer.take_next();
                    if *end == b'}' {
                        key(lexer)?;
                    }
                    break;
                }
                next if next == *end => {
                    lexer.take_next();
                    open.pop();
                }
                _ => return Err(Fault::Comma(char::from(*end))),
            }
        }
    }
}

fn key(lexer: &mut SliceLexer<'_>) -> Result<(), Fault> {
    match lexer.ws_peek().ok_or(Fault::End)? {
        b'"' => string(lexer)?,
        _ => return Err(Fault::Key),
    }
    match lexer.ws_peek().ok_or(Fault::End)? {
        b':' => lexer.take_next(),
        _ => return Err(Fault::Colon),
    };
    Ok(())
}

fn scalar(lexer: &mut SliceLexer<'_>) -> Result<(), Fault> {
    match lexer.peek_next() {
        Some(b'"') => string(lexer),
        Some(b'-' | b'0'..=b'9') => {
            let sound = lexer.num_ignore().validate().is_ok();
            let ends = !matches!(
                lexer.peek_next(),
                Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'+')
            );
            if sound && ends { Ok(()) } else { Err(Fault::Number) }
        }
        Some(b'a'..=b'z') => {
            let before = SliceLexer::new(lexer.as_slice());
            if lexer.null_or_bool().is_some() {
                return Ok(());
            }
            *lexer = before;
            Err(Fault::Word)
        }
        _ => Err(Fault::Value),
    }
}

fn string(lexer: &mut SliceLexer<'_>) -> Result<(), Fault> {
    // Nearly every text is plain, and its end found without a state.
    let inner = lexer.as_slice().get(1..).unwrap_or_default();
    let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < b' ';
    if let Some((b'"', rest)) =
        inner.iter().position(special).and_then(|at| inner.get(at..)?.split_first())
    {
        *lexer = SliceLexer::new(rest);
        return Ok(());
    }
    lexer.discarded().str_ignore().map_err(|error| match error {
        str::Error::Control => Fault::Control,
        str::Error::Eof | str::Error::Escape(escape::Error::Eof) => Fault::End,
        _ => Fault::Escape,
    })
}

/// A value of a sound text, as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t>(&'t str);

impl<'t> Token<'t> {
    pub(super) fn get(self) -> &'t str {
        self.0
    }

    /// What tells its kind: a bracket, a quotation mark, the first letter or digit.
    pub(super) fn first(self) -> u8 {
        self.0.as_bytes().first().copied().unwrap_or(b'n')
    }

    pub(super) fn is_null(self) -> bool {
        self.first() == b'n'
    }

    /// The text of a string.
    ///
    /// # Errors
    /// An escape that stands for no character, such as half of a surrogate pair, with the number of
    /// bytes before its end.
    pub(super) fn text(self) -> Result<Cow<'t, str>, (usize, Fault)> {
        match self.0.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
            _ => {
                let mut lexer = SliceLexer::new(self.0.as_bytes());
                lexer
                    .discarded()
                    .str_string()
                    .map_err(|_| (self.0.len() - lexer.as_slice().len(), Fault::Surrogate))
            }
        }
    }
}

/// Goes through a sound text, value by value: those that are entered give their parts, the others
/// are passed whole.
pub(super) struct Walk<'t> {
    text: &'t str,
    lexer: SliceLexer<'t>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Walk<'t> {
        Walk { text, lexer: SliceLexer::new(text.as_bytes()) }
    }

    /// What the next value begins with.
    pub(super) fn peek(&mut self) -> u8 {
        self.lexer.ws_peek().unwrap_or(b'n')
    }

    /// Goes into the object or list that is next.
    pub(super) fn enter(&mut self) {
        self.lexer.ws_peek();
        self.lexer.take_next();
    }

    /// The next key of the object that was entered; at its end nothing, and what follows the object
    /// is next.
    pub(super) fn key(&mut self) -> Option<Token<'t>> {
        if !self.item() {
            return None;
        }
        let key = self.value();
        self.lexer.ws_peek();
        self.lexer.take_next();
        Some(key)
    }

    /// Whether the list that was entered has another item, which is next; if not, what follows the
    /// list is next.
    pub(super) fn item(&mut self) -> bool {
        let mut next = self.lexer.ws_peek();
        if next == Some(b',') {
            self.lexer.take_next();
            next = self.lexer.ws_peek();
        }
        if matches!(next, None | Some(b']' | b'}')) {
            self.lexer.take_next();
            return false;
        }
        true
    }

    /// Passes the next value.
    pub(super) fn value(&mut self) -> Token<'t> {
        self.lexer.ws_peek();
        let start = self.at();
        let mut depth = 0_usize;
        loop {
            match self.lexer.ws_peek() {
                None => break,
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.lexer.take_next();
                    continue;
                }
                Some(b'}' | b']') => {
                    depth = depth.saturating_sub(1);
                    self.lexer.take_next();
                }
                Some(b',' | b':') => {
                    self.lexer.take_next();
                    continue;
                }
                _ => {
                    let before = self.at();
                    let passed = scalar(&mut self.lexer).is_ok() && self.at() > before;
                    if !passed {
                        self.lexer.take_next();
                    }
                }
            }
            if depth == 0 {
                break;
            }
        }
        Token(self.text.get(start..self.at()).unwrap_or(""))
    }

    /// How many bytes of the text are behind.
    pub(super) fn at(&self) -> usize {
        self.text.len() - self.lexer.as_slice().len()
    }
}

/// The keys and values of an object in a sound text; keys that are no texts are left out.
pub(super) fn pairs(object: Token<'_>) -> impl Iterator<Item = (Cow<'_, str>, Token<'_>)> {
    let mut walk = Walk::new(object.get());
    walk.enter();
    std::iter::from_fn(move || Some((walk.key()?, walk.value())))
        .filter_map(|(key, value)| Some((key.text().ok()?, value)))
}

/// The items of a list in a sound text.
pub(super) fn items(list: Token<'_>) -> impl Iterator<Item = Token<'_>> {
    let mut walk = Walk::new(list.get());
    walk.enter();
    std::iter::from_fn(move || walk.item().then(|| walk.value()))
}
