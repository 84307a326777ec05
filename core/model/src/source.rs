//! Source texts and places in them.
//!
//! A [`Source`] is one `.guiju` file as the author wrote it; a [`Span`] is a byte range in one of
//! them. Not here: reading files (the caller passes text) and drawing snippets
//! (`diagnostic::render`).

/// The number of a source within one pack, in the order the caller gave them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A half-open byte range in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that holds both, which must lie in the same source.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// Something read from a source, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was read.
    pub node: T,
    /// Where.
    pub span: Span,
}

/// One file of rules: its name as shown in messages, and its text.
///
/// ```
/// let source = guiju::Source::new("pack.guiju", "pack demo \"示範\"");
/// assert_eq!(source.position(5).column, 6);
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

/// What the name of a source begins with that gives a constant another value.
const PARAMETER: &str = "parameter ";

/// A place as people and editors name it. Lines and columns count from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Column in UTF-16 units, from 0, as editors and browsers count.
    pub utf16: u32,
}

impl Source {
    /// A source from its name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1))
            .collect();
        Source { name: name.into(), text, line_starts }
    }

    /// The name shown in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A source that gives one constant of rules another value.
    pub fn of_parameter(name: &str, value: &str) -> Source {
        Source::new(format!("{PARAMETER}{name}"), format!("let {name} = {value}\n"))
    }

    /// The name and the value of the constant, where it is such a source.
    pub fn parameter(&self) -> Option<(&str, &str)> {
        let name = self.name.strip_prefix(PARAMETER)?;
        let value = self.text.strip_prefix("let ")?.strip_prefix(name)?.strip_prefix(" = ")?;
        Some((name, value.strip_suffix('\n')?))
    }

    /// The line and column of a byte offset; an offset inside a character or past the end is moved
    /// back to a boundary.
    pub fn position(&self, offset: u32) -> Position {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line =
            self.line_starts.partition_point(|start| *start as usize <= at).saturating_sub(1);
        let start = self.line_starts.get(line).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..at).unwrap_or("");
        Position {
            line: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
            utf16: before.encode_utf16().count() as u32,
        }
    }

    /// The text of a span, empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
