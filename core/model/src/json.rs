//! JSON as it is written, value by value: nothing is built up first, so that the result of many
//! roots takes no more room than its text.
//!
//! Numbers are written as texts everywhere but in places (lines, rows). Not here: what is written.

use std::fmt::Write as _;

use crate::memory::Holder;
use crate::outcome::Abort;

/// A JSON text in the making. Whoever writes keeps to the form: in an object, keys and values in
/// turn.
///
/// ```
/// let mut json = guiju::Json::compact();
/// json.object(|json| {
///     json.key("id").text("A1");
///     json.key("fees").list(|json| json.number(3));
/// });
/// assert_eq!(json.finish(), r#"{"id":"A1","fees":[3]}"#);
/// ```
#[derive(Debug)]
pub struct Json {
    out: String,
    /// A line for each value, two spaces for each level; otherwise no space at all.
    pretty: bool,
    depth: usize,
    next: Next,
    /// How much may be allocated for the text, and how much of it was written and dropped since it
    /// is more.
    room: usize,
    dropped: u64,
}

/// What may be written before room is looked at again.
const AHEAD: usize = 4_096;

/// What has to stand before the next value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Next {
    /// It is the first in its object or list.
    First,
    /// A comma.
    Another,
    /// Nothing: its key is written.
    Keyed,
}

impl Json {
    /// With a line for each value, for results.
    pub fn pretty() -> Json {
        Json {
            out: String::new(),
            pretty: true,
            depth: 0,
            next: Next::Keyed,
            room: usize::MAX,
            dropped: 0,
        }
    }

    /// The same within a number of bytes; what is more is only counted.
    #[must_use]
    pub fn within(self, bytes: u64) -> Json {
        Json { room: usize::try_from(bytes).unwrap_or(usize::MAX), ..self }
    }

    /// The text, where it is within bounds.
    ///
    /// # Errors
    /// [`Abort::Memory`] with the bytes of the whole text.
    pub fn finish_within(self) -> Result<String, Abort> {
        if self.dropped == 0 {
            return Ok(self.out);
        }
        let asked = self.dropped + self.out.len() as u64;
        Err(Abort::Memory { limit: self.room as u64, asked, by: Holder::Text })
    }

    /// Without spaces.
    pub fn compact() -> Json {
        Json { pretty: false, ..Json::pretty() }
    }

    /// Hands on what was written since the last time, so that a text that is only read once never
    /// stands whole in memory.
    pub fn drain(&mut self, mut to: impl FnMut(&str)) {
        to(&self.out);
        self.out.clear();
    }

    /// Begins another text, of one more value.
    pub fn restart(&mut self) {
        self.next = Next::Keyed;
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// An object, filled with keys and values.
    #[inline(always)]
    pub fn object(&mut self, fill: impl FnOnce(&mut Json)) {
        self.open('{');
        fill(self);
        self.close('}');
    }

    /// A list, filled with values.
    #[inline(always)]
    pub fn list(&mut self, fill: impl FnOnce(&mut Json)) {
        self.open('[');
        fill(self);
        self.close(']');
    }

    /// A key, whose value is written next.
    pub fn key(&mut self, key: &str) -> &mut Json {
        self.text(key);
        self.out.push_str(if self.pretty { ": " } else { ":" });
        self.next = Next::Keyed;
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        let mut rest = text;
        while let Some(at) =
            rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
        {
            let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.out.push_str(plain);
            let mut chars = special.chars();
            match chars.next() {
                Some('\n') => self.out.push_str("\\n"),
                Some('\r') => self.out.push_str("\\r"),
                Some('\t') => self.out.push_str("\\t"),
                Some('\u{8}') => self.out.push_str("\\b"),
                Some('\u{C}') => self.out.push_str("\\f"),
                Some(special @ ('"' | '\\')) => self.out.extend(['\\', special]),
                Some(control) => _ = write!(self.out, "\\u{:04x}", u32::from(control)),
                None => {}
            }
            rest = chars.as_str();
        }
        self.out.push_str(rest);
        self.out.push('"');
    }

    /// `null` where there is none.
    pub fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// The key with its text; neither where there is none.
    pub fn optional(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.key(key).text(text);
        }
    }

    /// Nothing.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// Yes or no.
    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// A place, a count or a bound; amounts are texts.
    pub fn number(&mut self, number: i64) {
        self.raw(&number.to_string());
    }

    fn raw(&mut self, written: &str) {
        self.separate();
        self.out.push_str(written);
    }

    pub fn open(&mut self, bracket: char) {
        self.separate();
        self.out.push(bracket);
        self.depth += 1;
        self.next = Next::First;
    }

    pub fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if self.next != Next::First {
            self.line();
        }
        self.out.push(bracket);
        self.next = Next::Another;
    }

    /// Drops what was written where the text is going to take more than it may.
    fn look(&mut self) {
        let room = self.out.capacity();
        let grows = room - self.out.len() < AHEAD && room >= AHEAD && room > self.room / 2;
        if grows || (self.dropped > 0 && self.out.len() > AHEAD) {
            self.dropped += self.out.len() as u64;
            self.out.clear();
        }
    }

    fn separate(&mut self) {
        self.look();
        if self.next == Next::Another {
            self.out.push(',');
        }
        if self.next != Next::Keyed {
            self.line();
        }
        self.next = Next::Another;
    }

    fn line(&mut self) {
        if self.pretty {
            self.out.push('\n');
            (0..self.depth).for_each(|_| self.out.push_str("  "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes are those of the library that others write JSON with.
    #[test]
    fn text_is_escaped_and_laid_out_as_usual() {
        let texts: Vec<String> =
            (0..0x300).filter_map(char::from_u32).map(|c| format!("甲{c}{c}乙")).collect();
        let value = serde_json::json!({ "texts": texts, "none": [], "nothing": {}, "nested": [[{ "a\"b": null }, 7], true] });
        let write = |mut json: Json| {
            json.object(|json| {
                json.key("nested").list(|json| {
                    json.list(|json| {
                        json.object(|json| json.key("a\"b").text_or_null(None));
                        json.number(7);
                    });
                    json.bool(true);
                });
                json.key("none").list(|_| {});
                json.key("nothing").object(|_| {});
                json.key("texts").list(|json| texts.iter().for_each(|text| json.text(text)));
            });
            json.finish()
        };
        assert_eq!(write(Json::pretty()), serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(write(Json::compact()), serde_json::to_string(&value).unwrap());
    }
}
