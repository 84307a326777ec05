//! A text by lines and UTF-16 columns, as editors count, and by bytes, as everything else here
//! does.
//!
//! A line ends with `\n`, `\r\n` or `\r`. No position is refused: one past the end of its line is
//! that end, one within a character its beginning. Not here: what stands in the text.

use std::ops::Range;

/// A place as editors name it: both count from 0, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A part of a text, its end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reach {
    /// Where it begins.
    pub start: Place,
    /// Where it ends.
    pub end: Place,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file.
    pub path: String,
    /// The part.
    pub reach: Reach,
}

/// A part of a text with what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The part.
    pub reach: Reach,
    /// The new text.
    pub text: String,
}

/// How many bytes are looked at for a position at most.
const STEP: usize = 128;

/// A text with its lines.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    /// First byte of each line, and one past the last of what is on it.
    lines: Vec<Range<usize>>,
    /// UTF-16 units before each step of bytes. Only for texts that have other characters than
    /// ASCII.
    steps: Vec<usize>,
}

impl Text {
    /// A text.
    ///
    /// ```
    /// use guiju_editor::{Place, Text};
    /// let text = Text::new("甲😀x\r\nb");
    /// assert_eq!(text.offset(Place { line: 0, column: 3 }), "甲😀".len());
    /// assert_eq!(text.place("甲😀".len()), Place { line: 0, column: 3 });
    /// assert_eq!(text.offset(Place { line: 0, column: 99 }), "甲😀x".len());
    /// ```
    pub fn new(text: impl Into<String>) -> Text {
        let text = text.into();
        let (mut lines, mut start) = (Vec::new(), 0);
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')))
        {
            let end = at + found;
            let is_pair = bytes.get(end..end + 2) == Some(b"\r\n");
            lines.push(start..end);
            at = end + if is_pair { 2 } else { 1 };
            start = at;
        }
        lines.push(start..text.len());
        let steps = if text.is_ascii() { Vec::new() } else { steps(&text) };
        Text { text, lines, steps }
    }

    /// The text as it is.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many lines there are; an empty text has one.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// The bytes of a line without its end.
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        self.lines.get(line).cloned()
    }

    /// The byte of a place.
    pub fn offset(&self, place: Place) -> usize {
        let Some(line) = self.lines.get(place.line as usize) else { return self.text.len() };
        let target = self.units(line.start) + place.column as usize;
        if self.steps.is_empty() {
            return target.min(line.end);
        }
        // The last step that begins at or before it.
        let step = self.steps.partition_point(|units| *units <= target).saturating_sub(1);
        let mut at = self.floor(step * STEP);
        let mut units = self.steps.get(step).copied().unwrap_or(0);
        for c in self.text[at..].chars() {
            if units + c.len_utf16() > target || at >= line.end {
                break;
            }
            units += c.len_utf16();
            at += c.len_utf8();
        }
        at.clamp(line.start, line.end)
    }

    /// The place of a byte.
    pub fn place(&self, offset: usize) -> Place {
        let offset = self.floor(offset.min(self.text.len()));
        let line = self.lines.partition_point(|line| line.start <= offset).saturating_sub(1);
        let (start, end) = self.lines.get(line).map_or((0, 0), |line| (line.start, line.end));
        // What ends a line is no column of it.
        let column = self.units(offset.min(end)) - self.units(start);
        Place { line: line as u32, column: column as u32 }
    }

    /// A range of bytes as editors name it.
    pub fn reach(&self, range: Range<usize>) -> Reach {
        Reach { start: self.place(range.start), end: self.place(range.end) }
    }

    /// The bytes of a part.
    pub fn range(&self, reach: Reach) -> Range<usize> {
        self.offset(reach.start)..self.offset(reach.end)
    }

    /// UTF-16 units before a byte.
    fn units(&self, offset: usize) -> usize {
        if self.steps.is_empty() {
            return offset;
        }
        let step = offset / STEP;
        let before = self.steps.get(step).copied().unwrap_or(0);
        let from = self.floor(step * STEP);
        before + self.text.get(from..offset).map_or(0, |part| part.encode_utf16().count())
    }

    /// The character boundary at a byte or before it.
    fn floor(&self, mut offset: usize) -> usize {
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The text with a range of it replaced.
    #[must_use]
    pub fn replaced(&self, range: Range<usize>, by: &str) -> Text {
        let (start, end) = (
            self.floor(range.start.min(self.text.len())),
            self.floor(range.end.min(self.text.len())),
        );
        let (start, end) = (start.min(end), start.max(end));
        let mut text = String::with_capacity(self.text.len() + by.len());
        text.push_str(&self.text[..start]);
        text.push_str(by);
        text.push_str(&self.text[end..]);
        Text::new(text)
    }
}

/// UTF-16 units before the character boundary at each step, or before it.
fn steps(text: &str) -> Vec<usize> {
    let mut steps = Vec::with_capacity(text.len() / STEP + 1);
    let mut units = 0;
    for (at, c) in text.char_indices() {
        // A step within this character is counted from its beginning.
        while steps.len() * STEP < at + c.len_utf8() {
            steps.push(units);
        }
        units += c.len_utf16();
    }
    steps.push(units);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of a byte by going through the text.
    fn naive(text: &str, offset: usize) -> Place {
        let (mut place, mut chars) = (Place::default(), text.char_indices().peekable());
        while let Some((at, c)) = chars.next() {
            if at >= offset {
                break;
            }
            let pair = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
            if c == '\n' || (c == '\r' && !pair) {
                place = Place { line: place.line + 1, column: 0 };
            } else if !pair {
                place.column += c.len_utf16() as u32;
            }
        }
        place
    }

    #[test]
    fn places_and_bytes_are_each_others() {
        let unit = "規則😀 e\u{301}x\r\n\ttab 甲\n\r-- 𠮷\u{FEFF}\n\n";
        for text in [
            String::new(),
            "a".to_owned(),
            unit.to_owned(),
            unit.repeat(20),
            "甲".repeat(300),
            "x".repeat(300) + "😀\ny",
        ] {
            let lines = Text::new(text.clone());
            for (offset, c) in text.char_indices().chain([(text.len(), ' ')]) {
                let place = lines.place(offset);
                assert_eq!(place, naive(&text, offset), "{offset} of {text:?}");
                // Between the two of `\r\n` there is no place of its own.
                let within = c == '\n' && text[..offset].ends_with('\r');
                assert_eq!(
                    lines.offset(place),
                    if within { offset - 1 } else { offset },
                    "{offset} of {text:?}"
                );
            }
        }
    }

    #[test]
    fn places_that_are_none_are_the_nearest() {
        let text = Text::new("a😀b\r\nc");
        let at = |line, column| text.offset(Place { line, column });
        assert_eq!([at(0, 2), at(0, 3), at(0, 9), at(1, 7), at(9, 0)], [1, 5, 6, 9, 9]);
        assert_eq!(
            [text.place(3), text.place(99)],
            [Place { line: 0, column: 1 }, Place { line: 1, column: 1 }]
        );
        assert_eq!(text.replaced(2..100, "x").as_str(), "ax");
        let reversed = Range { start: 6, end: 1 };
        assert_eq!(text.replaced(reversed, "").as_str(), "a\r\nc");
    }
}
