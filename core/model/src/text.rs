//! Words for people: text in two languages, and the one normalisation of text that data is compared
//! by.
//!
//! Not here: characters that cannot be told from others (`alike`), the messages of diagnostics
//! (`diagnostic::code`) and the sentences of explanations (`explain::text`).

mod alike;

use std::borrow::Cow;
use std::collections::BTreeSet;
#[cfg(not(all(feature = "js", target_arch = "wasm32")))]
use unicode_normalization::UnicodeNormalization;

use alike::{compared, is_space};
pub use alike::{is_unseen, misleads, named, treated};

/// The language a reader asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Traditional Chinese as used in Taiwan.
    #[default]
    ZhTw,
    /// English.
    En,
}

impl std::str::FromStr for Locale {
    type Err = String;

    fn from_str(text: &str) -> Result<Locale, String> {
        match text {
            "zh-TW" | "zh" => Ok(Locale::ZhTw),
            "en" => Ok(Locale::En),
            _ => Err(format!("`{text}` is not a language of this tool; use zh-TW or en")),
        }
    }
}

/// A text in Traditional Chinese and, where its author wrote one, in English.
///
/// ```
/// use guiju::{Locale, Localized};
/// let label = Localized::new("廠商會員", "company members");
/// assert_eq!(label.get(Locale::En), "company members");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Localized {
    /// Traditional Chinese.
    pub zh: String,
    /// English; readers of English see the Chinese where it is missing.
    pub en: Option<String>,
}

impl Localized {
    /// A text in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Localized {
        Localized { zh: zh.into(), en: Some(en.into()) }
    }

    /// The same text in both languages: names, codes.
    pub fn same(text: impl Into<String>) -> Localized {
        Localized { zh: text.into(), en: None }
    }

    /// The text in a language.
    pub fn get(&self, locale: Locale) -> &str {
        match (locale, &self.en) {
            (Locale::En, Some(en)) => en,
            _ => &self.zh,
        }
    }
}

/// The form under which texts of data are compared: NFC, full-width ASCII folded, without what
/// cannot be seen, look-alikes as what they look like, outer white space trimmed.
///
/// Names, evidence ids and every `=` between texts use this one rule, so that `ＡＢ１２` and `AB12 `
/// are the same document.
pub fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// The same, borrowed where the text is in this form already, as nearly every text is.
pub fn folded(text: &str) -> Cow<'_, str> {
    // Finding out is much cheaper than making it.
    if text.is_ascii() || text.chars().all(is_folded) {
        return Cow::Borrowed(text.trim());
    }
    // In this order, because a folded letter may compose with the mark after it: folding twice
    // changes nothing.
    Cow::Owned(compose(text.chars().filter_map(compared)).trim().to_owned())
}

/// Whether a character stays what it is whatever stands beside it: what precedes the combining
/// marks, and the bulk of Chinese text.
fn is_folded(c: char) -> bool {
    matches!(c, '\0'..='\u{9F}' | '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{3001}'..='\u{3029}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// NFC.
#[cfg(not(all(feature = "js", target_arch = "wasm32")))]
fn compose(text: impl Iterator<Item = char>) -> String {
    text.nfc().collect()
}

/// NFC as the host of a page does it, so that its tables need not be downloaded.
#[cfg(all(feature = "js", target_arch = "wasm32"))]
fn compose(text: impl Iterator<Item = char>) -> String {
    js_sys::JsString::from(text.collect::<String>()).normalize("NFC").into()
}

/// Texts one after another, with something between them. One routine: the library's is compiled
/// anew for each kind of list.
pub fn joined(parts: &[&str], between: &str) -> String {
    let mut text = String::new();
    for (n, part) in parts.iter().enumerate() {
        text.push_str(if n == 0 { "" } else { between });
        text.push_str(part);
    }
    text
}

/// The same in both languages.
pub fn joined_words(parts: &[&Localized], zh: &str, en: &str) -> Localized {
    let of = |locale| parts.iter().map(|part| part.get(locale)).collect::<Vec<_>>();
    Localized::new(joined(&of(Locale::ZhTw), zh), joined(&of(Locale::En), en))
}

/// Whether nothing is left of a text when it is folded.
pub fn is_blank(text: &str) -> bool {
    text.chars().filter_map(compared).all(char::is_whitespace)
}

/// How many characters a folded text has: Unicode scalar values, spaces and punctuation too; a line
/// break is one however it is written.
pub fn length(folded: &str) -> usize {
    let mut before = ' ';
    let starts = |c: &char| std::mem::replace(&mut before, *c) != '\r' || *c != '\n';
    folded.chars().filter(starts).count()
}

/// Full-width ASCII and the ideographic space as their ordinary forms; every other character as it
/// is.
pub fn fold_char(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// A character of rules outside of texts and comments in the plain form that reads the same;
/// letters stay what they are.
pub fn plain_char(c: char) -> char {
    match c {
        '、' => ',',
        _ if c.is_alphabetic() => c,
        _ => fold_char(c),
    }
}

/// The first character of a text that misleads its reader, and where it stands: compared as
/// another, or left out, without being seen.
pub fn misleading(text: &str) -> Option<(usize, char)> {
    // Plain text, nearly all there is, needs no decoding.
    if text.is_ascii() { None } else { text.char_indices().find(|(_, c)| misleads(*c)) }
}

/// Characters that change how the text around them is shown without being seen: refused in rules,
/// escaped in messages.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The same without the marks that turn nothing but themselves, which come with copied text:
/// refused in data.
pub fn turns_text(c: char) -> bool {
    is_bidi_control(c) && !matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}')
}

/// Characters that take no room, or the room of a space that they are not.
pub fn is_invisible(c: char) -> bool {
    is_unseen(c) || is_space(c)
}

/// Whether a code point is none of a character and never will be: XML cannot hold the last two of
/// the first plane.
pub fn is_noncharacter(c: char) -> bool {
    matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF) || matches!(c, '\u{FDD0}'..='\u{FDEF}')
}

/// Text from rules or data as it may stand in a line of a terminal or a page: control characters,
/// line breaks, marks that turn the direction of the text around them and code points that are no
/// characters are written out, so that nobody can forge what follows.
///
/// ```
/// assert_eq!(guiju::printable("R1\n  ✓ met"), "R1\\u{a}  ✓ met");
/// assert_eq!(guiju::printable("甲\u{FFFF}"), "甲\\u{ffff}");
/// assert_eq!(guiju::printable("甲公司"), "甲公司");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| c.is_control() || is_bidi_control(c) || is_noncharacter(c);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Quoted input for a message: shortened to 60 characters; control, bidirectional and invisible
/// characters escaped.
pub fn show(text: &str) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == 60 {
            out.push('…');
            break;
        }
        if c.is_control() || is_invisible(c) || is_noncharacter(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character is one of the private area, which means something else on every machine.
pub fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Characters for a message, each with its number, the first 40 of them; one that nobody can see, or
/// of the private area, is its number alone.
pub fn characters(of: &BTreeSet<char>) -> Localized {
    const SHOWN: usize = 40;
    let shown = |&c: &char| {
        let is_seen = !(is_private(c) || c.is_control() || is_invisible(c) || is_noncharacter(c));
        let drawn = if is_seen { format!("{c} ") } else { String::new() };
        format!("{drawn}U+{:04X}", u32::from(c))
    };
    let shown: Vec<String> = of.iter().take(SHOWN).map(shown).collect();
    let more = if of.len() > SHOWN { " …" } else { "" };
    Localized::new(shown.join("、") + more, shown.join(", ") + more)
}

/// Names from input for a message, the first two dozen of them; where there are none, that.
pub fn listed<'n>(names: impl Iterator<Item = &'n str>) -> Localized {
    const SHOWN: usize = 24;
    let mut names: Vec<String> = names.take(SHOWN + 1).map(show).collect();
    if names.is_empty() {
        return Localized::new("（一個也沒有）", "none at all");
    }
    let more = if names.len() > SHOWN { " …" } else { "" };
    names.truncate(SHOWN);
    Localized::new(names.join("、") + more, names.join(", ") + more)
}

/// A template with its holes `{0}`, `{1}` … filled; a hole without a text stays.
pub fn fill(template: &str, texts: &[&str]) -> String {
    fill_with(template, &mut |hole| Some(Cow::Borrowed(*texts.get(hole.parse::<usize>().ok()?)?)))
}

/// A text with each hole, `{…}`, filled by what is known of what stands in it; other braces stay.
/// What is filled in is not looked at again.
pub fn fill_with<'a>(text: &str, words: &mut dyn FnMut(&str) -> Option<Cow<'a, str>>) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}').and_then(|(hole, rest)| Some((words(hole)?, rest))) {
            Some((words, rest)) => {
                out.push_str(&words);
                out.push_str(rest);
            }
            None => {
                out.push('{');
                out.push_str(part);
            }
        }
    }
    out
}

/// How many candidates of about the length of a mistyped name are compared with it: a suggestion
/// must not cost more than all the rest.
const COMPARED: usize = 5_000;

/// The candidate nearest to a mistyped name, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(name, &mut candidates.into_iter())
}

fn nearest_of<'a>(name: &str, candidates: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // Comparing takes time with both lengths, and nobody mistypes a paragraph.
    if length > 64 {
        return None;
    }
    let budget = (length / 3).max(1);
    // So many edits at the least as the lengths differ: most candidates need no more than that
    // looked at.
    let near = |candidate: &&str| {
        candidate.len() <= 512 && candidate.chars().count().abs_diff(length) <= budget
    };
    let mut found: Option<(usize, &str)> = None;
    let mut several = false;
    for candidate in candidates.filter(near).take(COMPARED) {
        let own = (strsim::osa_distance(name, candidate), candidate);
        // A name of one character is never a misspelling of another.
        if own.0 > budget || own.0 >= candidate.chars().count() {
            continue;
        }
        several = match found {
            Some(first) if first.0 < own.0 => several,
            Some(first) => first.0 == own.0 && (several || first.1 != candidate),
            None => false,
        };
        found = Some(found.map_or(own, |first| first.min(own)));
    }
    // Of two characters, one is no ground to choose between words that may mean the opposite.
    found.filter(|_| !several || length > 2).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_two_characters_is_not_guessed() {
        assert_eq!(nearest("最髙", ["最高", "最低", "最早"]), None);
        assert_eq!(nearest("最髙", ["最高", "排序", "最高"]), Some("最高"));
        assert_eq!(nearest("higest", ["lowest", "highest", "latest"]), Some("highest"));
        // Of longer ones the first in their order.
        assert_eq!(nearest("fees", ["feet", "feed"]), Some("feed"));
    }

    #[test]
    fn what_cannot_be_seen_is_named_by_its_number() {
        let of = |text: &str| characters(&text.chars().collect()).zh;
        assert_eq!(of("𠮷甲"), "甲 U+7532、𠮷 U+20BB7");
        assert_eq!(
            of("\u{1}\u{200D}\u{E000}\u{FDD0}\u{FFFE}\u{FFFF}\u{10FFFF}"),
            "U+0001、U+200D、U+E000、U+FDD0、U+FFFE、U+FFFF、U+10FFFF"
        );
        assert_eq!(printable("a\u{FFFE}\u{200D}b"), "a\\u{fffe}\u{200D}b");
        assert_eq!(show("a\u{FFFF}"), "a\\u{ffff}");
    }

    #[test]
    fn folding_makes_one_document_of_its_spellings() {
        for spelling in ["AB12", "ＡＢ１２", " AB12\u{3000}"] {
            assert_eq!(fold(spelling), "AB12");
        }
        assert_eq!(fold("e\u{301}"), "é");
        assert_eq!(length(&fold(" 第一行\r\n第二\u{3000}行，e\u{301}𠮷 ")), 11);
        assert_eq!(fold("Ａ\u{301}"), "Á");
        // Every character that is taken for folded is.
        for c in ('\0'..=char::MAX).filter(|c| is_folded(*c)) {
            assert_eq!((fold_char(c), compose([c, '語'].into_iter())), (c, format!("{c}語")));
            assert!(!unicode_normalization::char::is_combining_mark(c));
        }
    }

    #[test]
    fn nobody_can_tell_two_texts_apart_that_differ_in_what_is_not_seen() {
        let unseen = [
            '\u{AD}',
            '\u{200B}',
            '\u{200D}',
            '\u{200E}',
            '\u{2060}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{3164}',
            '\u{E0101}',
        ];
        for c in unseen {
            for text in [
                format!("{c}AB-1"),
                format!("AB{c}-1"),
                format!(" AB-1 {c} "),
                format!("AB-{c}{c}1"),
            ] {
                assert_eq!(fold(&text), "AB-1", "U+{:04X}", u32::from(c));
                assert!(misleading(&text).is_some());
            }
            assert!(is_blank(&format!(" {c}")));
            assert_eq!(show(&format!("A{c}")), format!("A{}", c.escape_unicode()));
        }
        assert_eq!(fold("甲\u{A0}乙\u{2007}丙\u{202F}"), "甲 乙 丙");
        assert_eq!(fold("AB\u{2011}1"), "AB-1");
        assert_eq!(fold("⼀⽉⺟\u{2E80}"), "一月母\u{2E80}");
        assert_eq!(fold("e\u{200D}\u{301}"), "é");
        assert_eq!(misleading("ＡＢ\u{3000}１é甲、乙"), None);
    }

    /// Radicals as the normal form with compatibility has them, which is not for pages to download.
    #[test]
    fn radicals_are_compared_as_their_ideographs() {
        for c in ('\u{2E80}'..='\u{2FD5}').filter(|c| [*c].into_iter().nfkc().ne([*c])) {
            assert_eq!(fold(&c.to_string()), [c].into_iter().nfkc().collect::<String>());
        }
    }

    /// One form for each text, whichever of its characters stand where.
    #[test]
    fn folding_twice_changes_nothing() {
        for c in ('\0'..='\u{1FFFF}').chain('\u{E0000}'..='\u{E0FFF}').filter(|c| !is_folded(*c)) {
            for text in [c.to_string(), format!("a{c}\u{301}"), format!("{c} \u{200B}")] {
                let folded = fold(&text);
                assert_eq!(fold(&folded), folded, "U+{:04X}", u32::from(c));
                assert_eq!(is_blank(&text), folded.is_empty());
                assert!(misleading(&folded).is_none());
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_not_seen_makes_no_difference(text in "\\PC{0,12}", unseen in "[\u{200B}-\u{200D}\u{AD}\u{FE00}-\u{FE0F}\u{2060}]", at in 0_usize..13) {
            let at = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
            let with = format!("{}{unseen}{}", &text[..at], &text[at..]);
            proptest::prop_assert_eq!(fold(&with), fold(&text));
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }

    #[test]
    fn hostile_text_is_shown_harmless() {
        assert_eq!(show("a\u{202E}b\u{1b}"), "a\\u{202e}b\\u{1b}");
        assert_eq!(show(&"x".repeat(100)).chars().count(), 61);
    }
}
