//! JSON in messages: places, values and faults in words. Not here: finding them (`scan`).

use super::scan::{Fault, Token};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::{Localized, show};

/// Whether the first key of an object is this one.
pub(super) fn begins_with(object: &str, key: &str) -> bool {
    let inner = object.trim_ascii_start().strip_prefix('{').unwrap_or("").trim_ascii_start();
    inner.strip_prefix('"').and_then(|rest| rest.strip_prefix(key)).is_some_and(|rest| rest.starts_with('"'))
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

/// The finding for a fault after so many bytes of `part`, which is a slice of `text`, and its line in `text`.
pub(super) fn syntax(text: &str, part: &str, (within, fault): (usize, Fault)) -> (u64, Diagnostic) {
    let outer = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let mut at = outer.saturating_add(within).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let (mut line, mut column) = (1, 1);
    for c in before.chars() {
        (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }

    let Localized { zh, en } = fault.words();
    let words = Localized { zh: format!("第 {column} 字：{zh}"), en: en.map(|en| format!("column {column}: {en}")) };
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
