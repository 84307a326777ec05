//! One linear pass over a file: splits it into items and reports what would break or blow up a
//! parser.
//!
//! It knows strings, comments, brackets and the words that begin an item, nothing else. An item
//! begins where such a word begins a line: at any depth when it stands in the first column,
//! otherwise outside all brackets. So a bracket left open in one item never swallows the next. Not
//! here: the grammar of an item (`grammar.pest`).

use super::cut;
use super::error::unseen;
use super::suspects::{self, Suspects};
use guiju_model::diagnostic::{Code, Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};
use guiju_model::text::{
    Localized, is_bidi_control, is_unseen, misleading, named, nearest, treated,
};
use guiju_model::words::{self, Words, item_word};

/// The part of a file that holds one item, and whether it is worth parsing.
pub(crate) struct Slice {
    pub(crate) span: Span,
    pub(crate) sound: bool,
}

struct Scanner<'a> {
    text: &'a str,
    id: SourceId,
    limits: &'a Limits,
    findings: &'a mut Findings,
    slices: Vec<Slice>,
    /// Open brackets of the current item: the closing one expected, where it was opened, and how
    /// deep that line is.
    open: Vec<(char, usize, usize)>,
    /// How many of them are braces.
    braces: usize,
    /// Where the current line begins, and the column of its first character.
    line: (usize, usize),
    /// What its layout says of a brace that will be missed: see `suspects`.
    suspects: Suspects,
    item_start: Option<usize>,
    /// End of the last character of the item that is neither blank nor comment.
    item_end: usize,
    sound: bool,
    too_deep: bool,
    /// A text of the item is not closed: its line was swallowed, so brackets say nothing more.
    swallowed: bool,
}

/// Splits a source into items.
pub(crate) fn scan(
    source: &Source,
    id: SourceId,
    limits: &Limits,
    findings: &mut Findings,
) -> Vec<Slice> {
    let text = source.text();
    if text.len() > limits.pack_bytes {
        let span = Span { source: id, start: 0, end: 0 };
        let (found, limit) = (text.len().to_string(), limits.pack_bytes.to_string());
        findings.push(Diagnostic::new(Code::TooLarge).arg(found).arg(limit).at(span));
        return Vec::new();
    }
    let mut scanner = Scanner {
        text,
        id,
        limits,
        findings,
        slices: Vec::new(),
        open: Vec::new(),
        braces: 0,
        line: (0, 0),
        suspects: Suspects::default(),
        item_start: None,
        item_end: 0,
        sound: true,
        too_deep: false,
        swallowed: false,
    };
    scanner.run();
    scanner.slices
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut chars = self.text.char_indices().peekable();
        let (mut line_start, mut fresh_line) = (0, true);
        while let Some((at, c)) = chars.next() {
            if c == '\n' {
                (line_start, fresh_line) = (at + 1, true);
                continue;
            }
            if c == '\u{FEFF}' && at == 0 {
                line_start = at + c.len_utf8();
                continue;
            }
            if is_bidi_control(c) {
                let name = format!("U+{:04X}", u32::from(c));
                self.report(Diagnostic::new(Code::BidiControl).arg(name), at, c.len_utf8());
                continue;
            }
            // Some of them may stand in names as far as Unicode is concerned.
            if is_unseen(c) {
                self.report(unseen(c), at, c.len_utf8());
                continue;
            }
            if c == '-' && chars.peek().is_some_and(|(_, next)| *next == '-') {
                while chars.next_if(|(_, next)| *next != '\n' && !is_bidi_control(*next)).is_some()
                {
                }
                continue;
            }
            if c.is_whitespace() {
                continue;
            }
            if fresh_line {
                fresh_line = false;
                self.line = (at, suspects::column(self.text, at));
                self.line_begins(at, at == line_start);
            }
            self.item_end = at + c.len_utf8();
            match c {
                '"' | '＂' | '“' => {
                    let close: &[char] = if c == '“' { &['”'] } else { &['"', '＂'] };
                    self.string(at, c, close, &mut chars);
                }
                '(' | '（' => self.push(')', at),
                '{' | '｛' => self.push('}', at),
                ')' | '）' => self.pop(')', at, c),
                '}' | '｝' => self.pop('}', at, c),
                _ => {}
            }
        }
        self.finish_item();
    }

    fn report(&mut self, diagnostic: Diagnostic, at: usize, len: usize) {
        let span = self.span(at, at + len);
        self.sound = false;
        self.findings.push(diagnostic.at(span));
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.id, start: start as u32, end: end as u32 }
    }

    fn line_begins(&mut self, at: usize, first_column: bool) {
        let rest = &self.text[at..];
        let word: &str =
            rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
        let after = rest[word.len()..].trim_start();
        // Within brackets such a word may be the name of a field; outside, in the middle of a
        // formula, any other name.
        let is_name = match self.open.is_empty() {
            true => !first_column && after.starts_with(GOES_ON),
            false => after.starts_with([':', '：']),
        };
        let begins_item =
            item_word(word).is_some() && !is_name && (first_column || self.open.is_empty());
        if begins_item && self.braces > 0 && !suspects::is_head(word, after) {
            // A name of the declaration before, which goes on behind it.
            self.report(Diagnostic::new(Code::FirstColumn).arg(word), at, word.len());
            return;
        }
        if begins_item {
            self.finish_item();
            self.item_start = Some(at);
            return;
        }
        if self.item_start.is_none() {
            let line: &str = rest.lines().next().unwrap_or("");
            let diagnostic =
                Diagnostic::new(Code::NotAnItem).arg(line.trim_end()).word(self.item_words());
            let meant = meant(word);
            let diagnostic = declared_as(diagnostic.suggest(meant.as_deref()), word);
            self.report(diagnostic, at, word.len().max(1));
            // What follows belongs to the unknown item: one message, not one a line.
            self.item_start = Some(at);
        } else if first_column && !word.is_empty() && self.open.is_empty() {
            // A line in the first column that begins no item is most likely a mistyped one.
            if let Some(meant) = meant(word) {
                self.finish_item();
                self.item_start = Some(at);
                let diagnostic = Diagnostic::new(Code::NotAnItem)
                    .arg(word)
                    .word(self.item_words())
                    .suggest(Some(&meant));
                self.report(diagnostic, at, word.len());
            }
        }
    }

    /// The words that begin an item, as this file spells them.
    fn item_words(&self) -> Localized {
        let words: Vec<&str> = words::item_words(words::words_of(self.text)).collect();
        Localized::same(words.join(", "))
    }

    fn push(&mut self, close: char, at: usize) {
        self.open.push((close, at, self.line.1));
        self.braces += usize::from(close == '}');
        if self.open.len() > self.limits.nesting && !self.too_deep {
            self.too_deep = true;
            let limit = self.limits.nesting.to_string();
            self.report(Diagnostic::new(Code::TooDeep).arg(limit), at, 1);
        }
    }

    fn pop(&mut self, close: char, at: usize, written: char) {
        if let Some((_, opened, depth)) = self.open.pop_if(|(expected, ..)| *expected == close) {
            self.braces -= usize::from(close == '}');
            if close == '}' {
                self.suspects.closed(self.text, (opened, depth), at, self.line);
            }
            return;
        }
        if self.swallowed {
            return;
        }
        // Where the bracket that this one closes is further out, those within it were left open;
        // otherwise it closes nothing. Searching costs no more than what it removes, since it is
        // known beforehand whether there is one.
        let braces = self.braces;
        let is_open = if close == '}' { braces > 0 } else { self.open.len() > braces };
        let found = is_open
            .then(|| self.open.iter().rposition(|(expected, ..)| *expected == close))
            .flatten();
        let Some(outer) = found else {
            let start = self.item_start.unwrap_or(at);
            let missing = self.suspects.unopened(self.text, start, at).filter(|_| close == '}');
            if let Some(place) = missing {
                self.sound = false;
                let here = self.span(at, at + written.len_utf8());
                let diagnostic = Diagnostic::new(Code::Syntax)
                    .word(Localized::new(" `{`", "`{`"))
                    .word(Localized::new("這一行的結尾", "the end of the line"))
                    .at(self.span(place, place))
                    .also(here, "這裡沒有對應的開頭", "this closes nothing");
                self.findings.push(diagnostic);
                // One is missing, whatever else seems to close nothing now.
                self.swallowed = true;
                return;
            }
            self.report(
                Diagnostic::new(Code::UnmatchedBracket).arg(written.to_string()),
                at,
                written.len_utf8(),
            );
            return;
        };
        if let Some((expected, opened, _)) = self.open.get(outer + 1).copied() {
            let span = self.span(
                opened,
                opened + self.text[opened..].chars().next().map_or(1, char::len_utf8),
            );
            let diagnostic = Diagnostic::new(Code::UnclosedBracket)
                .arg(opening(expected))
                .arg(expected.to_string());
            self.sound = false;
            let here = self.span(at, at + written.len_utf8());
            self.findings.push(diagnostic.at(span).also(
                here,
                "在這裡遇到另一種結尾",
                "another bracket closes here",
            ));
        }
        let removed =
            self.open.iter().skip(outer).filter(|(expected, ..)| *expected == '}').count();
        self.braces -= removed;
        self.open.truncate(outer);
    }

    fn string(
        &mut self,
        start: usize,
        open: char,
        close: &[char],
        chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    ) {
        let mut length = 0;
        while let Some((at, c)) = chars.next_if(|(_, c)| *c != '\n') {
            self.item_end = at + c.len_utf8();
            if is_bidi_control(c) {
                let name = format!("U+{:04X}", u32::from(c));
                self.report(Diagnostic::new(Code::BidiControl).arg(name), at, c.len_utf8());
            }
            if c == '\\' && open != '“' {
                chars.next_if(|(_, c)| *c != '\n');
            } else if close.contains(&c) {
                if length > self.limits.literal_chars {
                    let limit = self.limits.literal_chars.to_string();
                    self.report(
                        Diagnostic::new(Code::LiteralTooLong).arg(limit),
                        start,
                        open.len_utf8(),
                    );
                }
                if let Some((n, c)) = self
                    .text
                    .get(start..at)
                    .and_then(misleading)
                    .filter(|(_, c)| !is_bidi_control(*c))
                {
                    let span = self.span(start + n, start + n + c.len_utf8());
                    self.findings.push(
                        Diagnostic::new(Code::MisleadingText)
                            .word(named(c))
                            .word(treated(c))
                            .at(span),
                    );
                }
                return;
            }
            length += 1;
        }
        self.swallowed = true;
        self.report(Diagnostic::new(Code::UnclosedString), start, open.len_utf8());
    }

    /// Closes the current item, reporting the outermost bracket left open.
    fn finish_item(&mut self) {
        if let Some((close, at, _)) = self.open.first().copied()
            && !self.too_deep
            && !self.swallowed
        {
            let diagnostic =
                Diagnostic::new(Code::UnclosedBracket).arg(opening(close)).arg(close.to_string());
            let width = |at: usize| self.text[at..].chars().next().map_or(1, char::len_utf8);
            if close == '}' {
                let opened = self.suspects.unclosed.unwrap_or(at);
                let place = suspects::end_of_block(self.text, opened, self.item_end);
                let opening = self.span(opened, opened + width(opened));
                let place = self.span(place, place);
                self.sound = false;
                self.findings.push(diagnostic.at(place).also(opening, "從這裡開始", "opened here"));
            } else {
                self.report(diagnostic, at, width(at));
            }
        }
        if let Some(start) = self.item_start.take() {
            if self.slices.len() == self.limits.items {
                let limit = self.limits.items.to_string();
                self.report(Diagnostic::new(Code::TooManyItems).arg(limit), start, 1);
            }
            if self.slices.len() <= self.limits.items {
                let span = self.span(start, self.item_end);
                self.slices.push(Slice { span, sound: self.sound });
            }
        }
        self.open.clear();
        self.braces = 0;
        self.suspects = Suspects::default();
        self.sound = true;
        self.too_deep = false;
        self.swallowed = false;
    }
}

/// What goes on with a formula, so that the word before it is a name.
const GOES_ON: &[char] = &[
    '.', '．', ',', '，', '、', ')', '）', '=', '＝', '+', '＋', '*', '＊', '×', '/', '／', '<',
    '＜', '>', '＞', '≠', '≤', '≦', '≥', '≧',
];

/// The word that was probably meant: the nearest one, or one that a name is run together with.
fn meant(word: &str) -> Option<String> {
    const BEGINNING: usize = 5;
    let alike = |known: &&str| {
        let same = known.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
        same >= BEGINNING.max(known.len().saturating_sub(3))
    };
    const SAID: &[(&str, &str)] = &[
        ("const", "let"),
        ("define", "let"),
        ("rule", "obligation"),
        ("indicator", "kpi"),
        ("record", "entity"),
        ("責任", "義務"),
        ("規定", "義務"),
        ("類別", "分類"),
        ("定義", "設"),
        ("試驗", "測試"),
        ("查核", "檢核"),
        ("績效", "指標"),
    ];
    let said = SAID.iter().find(|(said, _)| *said == word).map(|(_, meant)| *meant);
    said.or_else(|| nearest(word, super::item_words()))
        .or_else(|| super::item_words().find(alike))
        .map(str::to_owned)
        .or_else(|| cut::after_first(word, words::item_words(Words::Chinese)))
}

fn opening(close: char) -> &'static str {
    if close == ')' { "(" } else { "{" }
}

/// Adds which declaration says the same, where others are called so elsewhere.
fn declared_as(diagnostic: Diagnostic, word: &str) -> Diagnostic {
    match word {
        "requirement" | "requirements" | "condition" | "conditions" | "rule" | "rules" | "要件"
        | "條件" => diagnostic.note(
            "共用的條件寫成 `let 資料.名稱 = 條件 else \"理由\"`，計數項以 `require 名稱` 要求",
            "a condition that several ask is `let entity.name = condition else \"reason\"`, which \
             a tally asks by `require name`",
        ),
        "exception" | "exceptions" | "override" | "例外" => diagnostic.note(
            "版次修改計數項寫成 `extend tally 名稱 { … }`；例外寫進條件：`a or b`",
            "an edition changes a tally by `extend tally name { … }`; an exception is part of the \
             condition: `a or b`",
        ),
        _ => diagnostic,
    }
}
