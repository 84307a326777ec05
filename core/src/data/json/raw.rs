//! JSON without meaning: keys and values of an object as they stand, strings, places and errors in words. Not here: fields.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::diagnostic::{Code, Diagnostic};
use crate::text::{Localized, show};

/// An object as it stands: repeated keys and all.
pub(super) struct Pairs<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

/// A string, borrowed where it has no escapes.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs<'de>, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some((Text(key), value)) = map.next_entry()? {
                    pairs.push((key, value));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// The text of a string token that the parser has found the ends of.
///
/// # Errors
/// An escape that stands for no character, such as half of a surrogate pair.
pub(super) fn string(token: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    match token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str::<Text<'_>>(token).map(|text| text.0),
    }
}

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
pub(super) fn in_words(value: &RawValue) -> Localized {
    match value.get().as_bytes().first() {
        Some(b'{') => Localized::new("物件", "an object"),
        Some(b'[') => Localized::new("清單", "a list"),
        Some(b'n') => Localized::same("`null`"),
        _ => Localized::same(format!("`{}`", show(value.get()))),
    }
}

/// The finding for an error in `part`, which is a slice of `text`, and its line in `text`.
pub(super) fn syntax(text: &str, part: &str, error: &serde_json::Error) -> (u64, Diagnostic) {
    // Places of the parser count bytes of the part, from 1 (and from 0 where a line has just begun).
    let line_start = part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let outer = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let mut at = (outer + line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;

    let said = error.to_string();
    let said = said.rfind(" at line ").and_then(|end| said.get(..end)).unwrap_or(&said);
    let zh = in_chinese(said);
    let words = Localized::new(format!("第 {column} 字：{zh}"), format!("column {column}: {said}"));
    let diagnostic = Diagnostic::new(Code::JsonSyntax).word(words);
    if before.trim_end().ends_with(',') && after.starts_with([']', '}']) {
        return (line, diagnostic.note("最後一項之後不可有逗號", "no comma follows the last item"));
    }
    let not_a_number = ["NaN", "Infinity", "-Infinity", "Inf", "-Inf", "nan"];
    // The parser stops after the first character of a word it does not know, or before it.
    let near = [after, text.get(at.saturating_sub(1)..).unwrap_or("")];
    if near.iter().any(|rest| not_a_number.iter().any(|word| rest.starts_with(word))) {
        return (
            line,
            diagnostic.note(
                "JSON 沒有 NaN 與 Infinity；尚未知道的數字請寫 `null`",
                "JSON has neither NaN nor Infinity: write `null` for a number that is not known",
            ),
        );
    }
    (line, diagnostic)
}

/// The parser's words in Chinese; those it may learn in the future stay as they are.
fn in_chinese(said: &str) -> &str {
    const WORDS: &[(&str, &str)] = &[
        ("EOF while parsing", "內容到此為止，但有括號或引號還沒有結尾"),
        ("trailing comma", "最後一項之後多了逗號"),
        ("trailing characters", "內容結束之後還有多餘的文字"),
        ("expected value", "這裡應有一個值"),
        ("expected `:`", "鍵之後應有冒號 `:`"),
        ("expected `,` or `}`", "這裡應為 `,` 或 `}`"),
        ("expected `,` or `]`", "這裡應為 `,` 或 `]`"),
        ("expected ident", "不認得的字（只能是 true、false 或 null，文字要加雙引號）"),
        ("key must be a string", "鍵須以雙引號包住"),
        ("control character", "文字裡有換行、定位等控制字元，須寫成 `\\n`、`\\t`"),
        ("invalid escape", "反斜線之後的字元無效"),
        ("lone leading surrogate", "`\\u` 之後的代碼不是完整的字元"),
        ("unexpected end of hex escape", "`\\u` 之後的代碼不是完整的字元"),
        ("invalid unicode code point", "`\\u` 之後的代碼不是完整的字元"),
        ("invalid number", "數字的寫法無效"),
    ];
    WORDS.iter().find(|(prefix, _)| said.starts_with(prefix)).map_or(said, |(_, zh)| zh)
}
