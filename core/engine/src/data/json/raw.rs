//! JSON in messages: places, values and faults in words. Not here: finding them (`scan`).

use super::scan::{Fault, Token};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::text::{Localized, show};

/// Whether the first key of an object is this one.
pub(super) fn begins_with(object: &str, key: &str) -> bool {
    let inner = object.trim_ascii_start().strip_prefix('{').unwrap_or("").trim_ascii_start();
    inner
        .strip_prefix('"')
        .and_then(|rest| rest.strip_prefix(key))
        .is_some_and(|rest| rest.starts_with('"'))
}

/// A key as a part of a JSON pointer, made harmless.
pub(super) fn pointer_part(key: &str) -> String {
    show(key).replace('~', "~0").replace('/', "~1")
}

/// What a value is, for messages.
pub(super) fn in_words(value: Token<'_>) -> Localized {
    match value.first() {
        b'{' => Localized::new("物件", "an object"),
        b'[' => Localized::new("清單", "a list"),
        b'n' => Localized::same("`null`"),
        _ => Localized::same(format!("`{}`", show(value.get()))),
    }
}

/// A place in a text that was looked for, from which those after it are counted: the byte, and its
/// line and column, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    line: u64,
    column: u64,
}

impl Mark {
    pub(super) const START: Mark = Mark { at: 0, line: 1, column: 1 };

    /// Goes on to a byte of the text; one that was passed already is counted from the start.
    fn go(&mut self, text: &str, at: usize) {
        if at < self.at {
            *self = Mark::START;
        }
        for c in text.get(self.at..at).unwrap_or("").chars() {
            (self.line, self.column) =
                if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.at = at;
    }
}

/// The finding for a fault after so many bytes of `part`, which is a slice of `text`, and its line
/// in `text`. `mark` is where the fault before it stood, so that many of them cost no more than the
/// text is long.
pub(super) fn syntax(
    text: &str,
    part: &str,
    (within, fault): (usize, Fault),
    mark: &mut Mark,
) -> (u64, Diagnostic) {
    let outer = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let mut at = outer.saturating_add(within).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    mark.go(text, before.len());
    let Mark { line, column, .. } = *mark;

    let Localized { zh, en } = fault.words();
    let words = Localized {
        zh: format!("第 {column} 字：{zh}"),
        en: en.map(|en| format!("column {column}: {en}")),
    };
    let diagnostic = Diagnostic::new(Code::JsonSyntax).word(words);
    let diagnostic = if before.trim_end().ends_with(',') && after.starts_with([']', '}']) {
        diagnostic.note("最後一項之後不可有逗號", "no comma follows the last item")
    } else if ["NaN", "Inf", "-Inf", "nan"].iter().any(|word| after.starts_with(word)) {
        diagnostic.note(
            "JSON 沒有 NaN 與 Infinity；尚未知道的數字請寫 `null`",
            "JSON has neither NaN nor Infinity: write `null` for a number that is not known",
        )
    } else {
        diagnostic
    };
    (line, diagnostic)
}
