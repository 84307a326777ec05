//! Diagnostics as plain data: what is wrong, where, why, and the way out, in both languages.
//!
//! The words live in one table (`code`); their JSON is `json`; drawing them on a terminal is
//! [`render`], behind a feature. Nothing here prints.

mod code;
mod findings;
mod json;
#[cfg(feature = "render")]
pub mod render;

use std::fmt;

use crate::source::{Source, Span};
use crate::text::{Locale, Localized, show};
use crate::words::{Words, quoted};
pub use code::{Code, CodeInfo};
pub use findings::Findings;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; nothing is wrong.
    Advice,
    /// Probably not what was meant; work goes on.
    Warning,
    /// Wrong; nothing is evaluated from it.
    Error,
}

impl Severity {
    /// The name in results and diagnostics.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in rules, with a few words on why it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, empty for the plain marker.
    pub text: Localized,
    /// Whether this is the place to change.
    pub primary: bool,
}

/// A replacement that would resolve the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// A place in a sheet of a workbook; shown as spreadsheets write it: `member!C7`, for a row
/// `member!7:7`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetPlace {
    /// Name of the sheet.
    pub sheet: String,
    /// Row, from 1.
    pub row: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
}

impl std::fmt::Display for SheetPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.sheet.chars().all(|c| c.is_alphanumeric() || c == '_') {
            f.write_str(&self.sheet)?;
        } else {
            write!(f, "'{}'", self.sheet.replace('\'', "''"))?;
        }
        match (self.row, self.column) {
            (None, None) => Ok(()),
            (Some(row), Some(column)) => write!(f, "!{}{row}", SheetPlace::letters(column)),
            (Some(row), None) => write!(f, "!{row}:{row}"),
            (None, Some(column)) => write!(f, "!{0}:{0}", SheetPlace::letters(column)),
        }
    }
}

impl SheetPlace {
    /// The letters of a column.
    ///
    /// ```
    /// assert_eq!([1, 26, 27, 16_384].map(guiju::SheetPlace::letters), ["A", "Z", "AA", "XFD"]);
    /// ```
    pub fn letters(mut column: u32) -> String {
        let mut name = Vec::new();
        while column > 0 {
            column -= 1;
            name.push(char::from(b'A' + (column % 26) as u8));
            column /= 26;
        }
        name.iter().rev().collect()
    }
}

/// A place in data.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataPlace {
    /// File name, where the data came from files.
    pub file: Option<String>,
    /// Line in the file, from 1.
    pub line: Option<u64>,
    /// Row of a frame, from 0; its name is in `file`.
    pub row: Option<u64>,
    /// Sheet, row and column of a workbook; its name is in `file`.
    pub cell: Option<SheetPlace>,
    /// Column name, for tables.
    pub column: Option<String>,
    /// JSON pointer from the top of the document, for JSON.
    pub pointer: Option<String>,
}

/// One finding.
///
/// ```
/// use guiju::{Limits, Locale, Parsed, Source};
/// let parsed = Parsed::parse(vec![Source::new("p.guiju", "pack p\ntally x from member { count")], &Limits::default());
/// let checked = parsed.check();
/// assert_eq!(checked.diagnostics()[0].code.id(), "G103");
/// assert!(checked.diagnostics()[0].message(Locale::En).contains("not closed"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What fills the holes of the code's message; user input is already made harmless.
    pub args: Vec<Localized>,
    /// Places in rules.
    pub labels: Vec<Label>,
    /// The place in data.
    pub place: Option<DataPlace>,
    /// More facts, each a sentence.
    pub notes: Vec<Localized>,
    /// A nearest name, shown as "did you mean".
    pub suggestion: Option<String>,
    /// A replacement to apply.
    pub fix: Option<Fix>,
    /// How the rules it is about are spelled: its message quotes the words of the language so.
    pub words: Words,
}

impl DataPlace {
    /// The place as one line: file, line or row, cell, pointer and column, whichever are known.
    pub fn show(&self) -> String {
        let mut out = self.file.clone().unwrap_or_default();
        if let Some(line) = self.line {
            out.push_str(&format!(":{line}"));
        }
        if let Some(row) = self.row {
            out.push_str(&format!("[{row}]"));
        }
        let mut add = |part: &str| {
            if !out.is_empty() && !part.is_empty() {
                out.push(' ');
            }
            out.push_str(part);
        };
        self.cell.iter().for_each(|cell| add(&cell.to_string()));
        [&self.pointer, &self.column].into_iter().flatten().for_each(|part| add(part));
        out
    }
}

/// Its code, the place in data if it has one, and what is wrong, in one English line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code.id())?;
        if let Some(place) = &self.place {
            write!(f, "{}: ", place.show())?;
        }
        f.write_str(&self.message(Locale::En))
    }
}

impl Diagnostic {
    /// A finding of a kind, still without a place.
    pub fn new(code: Code) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.info().severity,
            args: Vec::new(),
            labels: Vec::new(),
            place: None,
            notes: Vec::new(),
            suggestion: None,
            fix: None,
            words: Words::English,
        }
    }

    /// Fills the next hole of the message with input, shortened and escaped.
    #[must_use]
    pub fn arg(self, text: impl AsRef<str>) -> Diagnostic {
        let text = show(text.as_ref());
        self.word(Localized::same(text))
    }

    /// Fills the next hole with words in both languages.
    #[must_use]
    pub fn word(mut self, text: Localized) -> Diagnostic {
        self.args.push(text);
        self
    }

    /// The place to change.
    #[must_use]
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.labels.push(Label { span, text: Localized::default(), primary: true });
        self
    }

    /// Another place involved.
    #[must_use]
    pub fn also(mut self, span: Span, zh: &str, en: &str) -> Diagnostic {
        self.labels.push(Label { span, text: Localized::new(zh, en), primary: false });
        self
    }

    /// The place in data.
    #[must_use]
    pub fn in_data(mut self, place: DataPlace) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// One more fact.
    #[must_use]
    pub fn note(mut self, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.notes.push(Localized::new(zh, en));
        self
    }

    /// The nearest known name, if any.
    #[must_use]
    pub fn suggest(mut self, name: Option<&str>) -> Diagnostic {
        self.suggestion = name.map(str::to_owned);
        self
    }

    /// A replacement for the primary place; it is shown as the suggestion too.
    #[must_use]
    pub fn fix(mut self, replacement: &str) -> Diagnostic {
        self.suggestion = Some(replacement.to_owned());
        self.fix = self
            .labels
            .iter()
            .find(|label| label.primary)
            .map(|label| Fix { span: label.span, replacement: replacement.to_owned() });
        self
    }

    /// The sentence that says what is wrong.
    pub fn message(&self, locale: Locale) -> String {
        self.fill(&quoted(self.code.info().message(locale), self.words), locale)
    }

    /// The way out: the code's own advice, then a suggestion.
    pub fn help(&self, locale: Locale) -> Option<String> {
        let advice = self.fill(&quoted(self.code.info().help(locale), self.words), locale);
        let suggestion = self.suggestion.as_deref().map(|name| match locale {
            Locale::ZhTw => format!("是否要寫 `{name}`？"),
            Locale::En => format!("did you mean `{name}`?"),
        });
        match (advice.is_empty(), suggestion) {
            (true, suggestion) => suggestion,
            (false, None) => Some(advice),
            (false, Some(suggestion)) => Some(match locale {
                Locale::ZhTw => format!("{suggestion}{advice}"),
                Locale::En => format!("{suggestion} {advice}"),
            }),
        }
    }

    fn fill(&self, template: &str, locale: Locale) -> String {
        let texts: Vec<&str> = self.args.iter().map(|arg| arg.get(locale)).collect();
        crate::text::fill(template, &texts)
    }

    /// Order of showing: by file and place in rules, then by place in data, then by code; what has
    /// no place comes last.
    pub fn sort_key(&self) -> (bool, Option<Span>, Option<&DataPlace>, &'static str) {
        let primary = self.labels.iter().find(|label| label.primary).or(self.labels.first());
        (
            primary.is_none() && self.place.is_none(),
            primary.map(|label| label.span),
            self.place.as_ref(),
            self.code.id(),
        )
    }
}

impl Source {
    /// A source from the bytes of a file.
    ///
    /// # Errors
    /// A diagnostic where the bytes are not UTF-8; it has no place, since there is no text.
    pub fn from_bytes(name: impl Into<String>, bytes: &[u8]) -> Result<Source, Box<Diagnostic>> {
        let name = name.into();
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(name, text)),
            Err(error) => {
                let place = DataPlace { file: Some(name), ..Default::default() };
                let byte = (error.valid_up_to() + 1).to_string();
                Err(Box::new(Diagnostic::new(Code::NotUtf8).arg(byte).in_data(place)))
            }
        }
    }
}
