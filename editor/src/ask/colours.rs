//! What each word of a file is, for colouring: by what it names where that is known, otherwise by
//! how it is spelled.
//!
//! A file that cannot be read is coloured too. Not here: which colours.

use guiju_compiler::names::NameKind;
use guiju_compiler::syntax::{TokenKind, placed};
use guiju_model::words::{NAMES, WORDS};

use crate::text::{Reach, Text};
use crate::workspace::Workspace;

/// The sorts of words, in the order of [`SORTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A word of the language.
    Keyword,
    /// A text in quotation marks.
    Text,
    /// A number, or its unit.
    Number,
    /// A comment.
    Comment,
    /// A sign that computes or compares.
    Operator,
    /// An entity.
    Class,
    /// A field, classification or named value of records.
    Property,
    /// A named value of a field.
    EnumMember,
    /// A constant.
    Variable,
    /// A table or a function.
    Function,
    /// A tally, KPI, obligation, check or other rule.
    Type,
    /// A clause or a document.
    Decorator,
}

/// What the protocol calls the sorts, in their order.
pub const SORTS: [&str; 12] = [
    "keyword",
    "string",
    "number",
    "comment",
    "operator",
    "class",
    "property",
    "enumMember",
    "variable",
    "function",
    "type",
    "decorator",
];

/// A word and its sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coloured {
    /// Where; never over the end of a line.
    pub reach: Reach,
    /// What it is.
    pub sort: Sort,
    /// Whether it is declared there.
    pub declares: bool,
}

/// The words of a file, or of some lines of it, in order.
pub fn colours(
    workspace: &Workspace,
    path: &str,
    text: &Text,
    within: Option<Reach>,
) -> Vec<Coloured> {
    let analysis = workspace.analysis(path);
    let mentions = analysis.file(path).map_or(&[][..], |file| analysis.names.in_file(file));
    let (first, last) = within.map_or((0, text.lines()), |reach| {
        (reach.start.line as usize, (reach.end.line as usize + 1).min(text.lines()))
    });
    let mut found = Vec::new();
    for number in first..last {
        let Some(line) = text.line(number) else { break };
        let written = text.as_str().get(line.clone()).unwrap_or_default();
        let mut columns = Columns { text: written, byte: 0, units: 0 };
        let mut end = 0;
        let mut reach_of = |start: usize, end: usize| Reach {
            start: crate::text::Place { line: number as u32, column: columns.at(start) },
            end: crate::text::Place { line: number as u32, column: columns.at(end) },
        };
        let all: Vec<_> = placed(written).collect();
        for (at, (token, place)) in all.iter().enumerate() {
            if let Some(comment) = comment(written, end, place.start) {
                found.push(Coloured {
                    reach: reach_of(comment.start, comment.end),
                    sort: Sort::Comment,
                    declares: false,
                });
            }
            end = place.end;
            let byte = (line.start + place.start) as u32;
            let from = mentions.partition_point(|mention| mention.span.start < byte);
            let mention = mentions.get(from).filter(|mention| mention.span.start == byte);
            let named = mention.and_then(|mention| analysis.names.named(mention.named));
            let next = all.get(at + 1).map(|(token, _)| token.text.as_str());
            let sort = match (named, token.kind) {
                (Some(named), TokenKind::Word | TokenKind::Number) => {
                    Some(sort_of(named.symbol.kind))
                }
                (_, TokenKind::Word) => word(&token.text, next),
                (_, TokenKind::Number) => Some(Sort::Number),
                (_, TokenKind::Text) => Some(Sort::Text),
                (_, TokenKind::Sign) => matches!(
                    token.text.as_str(),
                    "=" | "<" | ">" | "+" | "-" | "*" | "/" | "%" | "≥" | "≤" | "≠"
                )
                .then_some(Sort::Operator),
            };
            let declares = mention.is_some_and(|mention| mention.declares);
            found.extend(sort.map(|sort| Coloured {
                reach: reach_of(place.start, place.end),
                sort,
                declares,
            }));
        }
        if let Some(comment) = comment(written, end, written.len()) {
            found.push(Coloured {
                reach: reach_of(comment.start, comment.end),
                sort: Sort::Comment,
                declares: false,
            });
        }
    }
    found
}

/// Columns of a line from left to right, so that a long line is gone through once.
struct Columns<'a> {
    text: &'a str,
    byte: usize,
    units: usize,
}

impl Columns<'_> {
    fn at(&mut self, byte: usize) -> u32 {
        self.units += self.text.get(self.byte..byte).map_or(0, |part| part.encode_utf16().count());
        self.byte = self.byte.max(byte);
        self.units as u32
    }
}

/// The comment between two words.
fn comment(line: &str, from: usize, to: usize) -> Option<std::ops::Range<usize>> {
    let start = from + line.get(from..to)?.find("--")?;
    Some(start..line.len().min(start + line.get(start..).map_or(0, |rest| rest.trim_end().len())))
}

fn sort_of(kind: NameKind) -> Sort {
    match kind {
        NameKind::Entity => Sort::Class,
        NameKind::Field | NameKind::Class | NameKind::Value | NameKind::Column => Sort::Property,
        NameKind::Choice | NameKind::Part => Sort::EnumMember,
        NameKind::Constant | NameKind::Example => Sort::Variable,
        NameKind::Table => Sort::Function,
        NameKind::Unit => Sort::Number,
        NameKind::Clause | NameKind::Document => Sort::Decorator,
        NameKind::Pack
        | NameKind::Tally
        | NameKind::Kpi
        | NameKind::Once
        | NameKind::Award
        | NameKind::Obligation
        | NameKind::Check => Sort::Type,
    }
}

/// A word that names nothing of the pack.
fn word(written: &str, next: Option<&str>) -> Option<Sort> {
    use guiju_model::words::Name;
    let is = |kinds: &[Name]| {
        NAMES.iter().any(|(kind, english, chinese)| {
            kinds.contains(kind) && [*english, *chinese].contains(&written)
        })
    };
    if next == Some("(") && is(&[Name::Function]) {
        return Some(Sort::Function);
    }
    if guiju_model::unit::money_factor(written).is_some()
        || matches!(written, "天" | "日" | "年" | "月")
    {
        return Some(Sort::Number);
    }
    let of_phrase = |phrase: &str| phrase.split(' ').any(|part| part == written);
    let is_word = WORDS.iter().any(|word| of_phrase(word.english) || word.chinese == written)
        || is(&[Name::Flag, Name::Period, Name::Programme, Name::Given]);
    if is_word {
        return Some(Sort::Keyword);
    }
    is(&[Name::Type]).then_some(Sort::Keyword)
}
