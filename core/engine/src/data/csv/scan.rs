//! The structure of a CSV text, checked before it is read: the `csv` crate mends what it finds
//! broken and skips blank lines, each of which can lose records unseen. Not here: what cells mean.

use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::text::Localized;

/// What a table is made of.
#[derive(Debug, Default)]
pub(in crate::data) struct Structure {
    /// The line on which each record begins, the header first; blank lines are not among them.
    pub(in crate::data) lines: Vec<u32>,
    /// Lines with nothing on them.
    pub(in crate::data) blank: Vec<u32>,
    /// Problems and their lines: after any of these, rows cannot be relied on.
    pub(in crate::data) problems: Vec<(u32, Diagnostic)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of the record has been read.
    RecordStart,
    /// Nothing of the cell has been read.
    CellStart,
    Plain,
    Quoted,
    /// After a quotation mark within quotes: the end of the cell, or the first of two.
    Closed,
}

/// Scans a text that begins on line `first`. Problems beyond `most` are not collected.
pub(in crate::data) fn scan(text: &str, first: u32, most: usize) -> Structure {
    let mut found = Structure::default();
    let mut state = State::RecordStart;
    let (mut line, mut opened) = (first, first);
    let cr = ends_with_cr(text);
    let bytes = text.as_bytes();
    let mut next = 0;
    while let Some(byte) = bytes.get(next) {
        let at = next;
        next += 1;
        let mut problem = |line: u32, diagnostic: Diagnostic| {
            if found.problems.len() < most {
                found.problems.push((line, diagnostic));
            }
        };
        let lone = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        // Where lines end with CR, one is read as the LF that it stands for.
        let byte = if cr && lone { &b'\n' } else { byte };
        match byte {
            0 => problem(line, control("U+0000")),
            b'\r' if lone => problem(line, control("U+000D").note(ENDS_ZH, ENDS_EN)),
            b'\n' if cr && !lone && state != State::Quoted => {
                problem(line, control("U+000A").note(ENDS_ZH, ENDS_EN))
            }
            _ => {}
        }
        if state == State::RecordStart && !matches!(byte, b'\r' | b'\n') {
            found.lines.push(line);
            state = State::CellStart;
        }
        state = match (state, byte) {
            (State::RecordStart, b'\n') => {
                found.blank.push(line);
                State::RecordStart
            }
            (State::RecordStart, _) => State::RecordStart,
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) | (State::Closed, b'"') => State::Quoted,
            (_, b',') => State::CellStart,
            (_, b'\n') => State::RecordStart,
            (State::CellStart, b'"') => {
                opened = line;
                State::Quoted
            }
            (State::Plain, b'"') => {
                problem(
                    line,
                    quote(
                        "引號出現在未加引號的內容中間",
                        "a quotation mark within a cell that does not begin with one",
                    ),
                );
                State::Plain
            }
            // The first half of the line end.
            (state, b'\r') => state,
            (State::Closed, _) => {
                problem(
                    line,
                    quote("結尾的引號之後還有文字", "text after the closing quotation mark"),
                );
                State::Plain
            }
            (_, _) => State::Plain,
        };
        if *byte == b'\n' {
            line = line.saturating_add(1);
        }
        if matches!(state, State::Plain | State::Quoted) {
            // Within a cell nothing else means anything.
            let rest = bytes.get(next..).unwrap_or_default();
            next += rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r' | 0))
                .unwrap_or(rest.len());
        }
    }
    if state == State::Quoted && found.problems.len() < most {
        found.problems.push((
            opened,
            quote("這裡開始的引號沒有結尾", "the quotation mark that opens here is never closed"),
        ));
    }
    found
}

const ENDS_ZH: &str = "每列須以同一種方式換行：LF、CRLF 或 CR";
const ENDS_EN: &str = "all lines end alike, with LF, CRLF or CR";

/// Whether the first line ends with a CR alone, as old programs for the Mac write all of them.
fn ends_with_cr(text: &str) -> bool {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    end.is_some_and(|end| {
        text.as_bytes().get(end) == Some(&b'\r') && text.as_bytes().get(end + 1) != Some(&b'\n')
    })
}

fn control(name: &str) -> Diagnostic {
    Diagnostic::new(Code::ControlCharacter).arg(name)
}

fn quote(zh: &str, en: &str) -> Diagnostic {
    Diagnostic::new(Code::CsvQuote).word(Localized::new(zh, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_begin_where_they_begin() {
        let found = scan("a,b\r\n\"1\n2\",\"x\"\"y\"\r\n3,4", 1, 10);
        assert_eq!((found.lines, found.blank, found.problems.len()), (vec![1, 2, 4], vec![], 0));
        assert_eq!(scan("a\r\n\r\n1\r\n\n", 2, 10).blank, vec![3, 5]);
    }

    #[test]
    fn lines_may_end_with_cr_if_all_do() {
        let found = scan("\"a\rb\",c\r\r\"1\n2\",3\r4,5", 1, 10);
        assert_eq!((found.lines, found.blank, found.problems.len()), (vec![1, 4, 6], vec![3], 0));
        for (text, line) in
            [("a\r1\n2\r", 2), ("a\r1\r\n", 2), ("a\n1\r2\n", 2), ("a\r\n1\r2\r\n", 2)]
        {
            let lines: Vec<u32> =
                scan(text, 1, 10).problems.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [line], "{text:?}");
        }
    }
}
