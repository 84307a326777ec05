//! The words and signs of a file as the grammar reads them, each with what a layout has to know of
//! its place. Comments are what stands between them. Not here: the layout (`format`), and what the
//! words mean (`lower`).
//!
//! A new construct is laid out without a change here: what stands in braces is an element, and its
//! direct parts are its parts.

use std::borrow::Cow;
use std::ops::Range;

use pest::Parser as _;
use pest::iterators::Pairs;

use super::{Grammar, Rule, error, parts, scan};
use crate::check::spelled::told_in_words_of;
use guiju_model::diagnostic::{Diagnostic, Findings};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId};
use guiju_model::text::plain_char;

/// A word, number, date, text or sign.
pub(crate) struct Piece<'a> {
    /// The bytes it stands in.
    pub(crate) place: Range<usize>,
    /// How it is written: full-width digits, punctuation and quotation marks in their plain form.
    pub(crate) text: Cow<'a, str>,
    pub(crate) role: Role,
    pub(crate) bracket: Option<Bracket>,
    /// No space stands before it.
    pub(crate) tight_before: bool,
    /// No space stands after it.
    pub(crate) tight_after: bool,
    /// First byte of its element: of the innermost of what stands in braces or is an item.
    pub(crate) element: usize,
    /// First byte of the ground that it is in.
    pub(crate) ground: Option<usize>,
    /// Whether it is the arrow of a row.
    pub(crate) arrow: bool,
}

/// What a piece is to its element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The element begins with it.
    Element,
    /// A part of the element begins with it.
    Part,
    /// It goes on with a part, or stands in a formula or condition.
    Within,
    /// The first value of an enumeration whose type begins at this byte.
    FirstValue(usize),
    /// A `|` between values.
    Bar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bracket {
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
}

/// The pieces of a file, in order.
///
/// # Errors
/// Everything that keeps the file from being read.
pub(crate) fn pieces<'a>(
    source: &'a Source,
    limits: &Limits,
) -> Result<Vec<Piece<'a>>, Vec<Diagnostic>> {
    let id = SourceId(0);
    let mut findings = Findings::new(limits.diagnostics);
    let mut pieces = Vec::new();
    for slice in scan::scan(source, id, limits, &mut findings) {
        if !slice.sound {
            continue;
        }
        let text = source.slice(slice.span);
        match Grammar::parse(Rule::item, text) {
            Ok(pairs) => item(pairs, text, slice.span.start as usize, &mut pieces),
            Err(error) => findings.push(error::explain(&error, text, slice.span)),
        }
    }
    let findings = findings.finish();
    if findings.is_empty() {
        Ok(pieces)
    } else {
        Err(told_in_words_of(findings, std::slice::from_ref(source)))
    }
}

/// A rule of the grammar that is being read.
struct Open {
    rule: Rule,
    start: usize,
    element: bool,
    /// Whether its braces are open.
    braced: bool,
}

fn item<'a>(pairs: Pairs<'_, Rule>, text: &'a str, offset: usize, pieces: &mut Vec<Piece<'a>>) {
    let mut open: Vec<Open> = Vec::new();
    let mut leaf = false;
    for token in pairs.tokens() {
        match token {
            pest::Token::Start { rule, pos } => {
                let element =
                    rule != Rule::rbrace && open.last().is_none_or(|parent| parent.braced);
                open.push(Open { rule, start: pos.pos(), element, braced: false });
                leaf = true;
            }
            pest::Token::End { rule, pos } => {
                if leaf {
                    pieces.extend(piece(&open, text, pos.pos(), offset));
                }
                leaf = false;
                open.pop();
                if let Some(parent) = open.last_mut()
                    && matches!(rule, Rule::lbrace | Rule::rbrace)
                {
                    parent.braced = rule == Rule::lbrace;
                }
            }
        }
    }
}

/// The innermost of the open rules as a piece.
fn piece<'a>(open: &[Open], text: &'a str, end: usize, offset: usize) -> Option<Piece<'a>> {
    let (leaf, around) = open.split_last()?;
    // Where a rule looks ahead, blanks and comments may stand at its end.
    let text = parts::without_trailing_blanks(text.get(leaf.start..end)?);
    if text.is_empty() {
        return None;
    }
    let outermost = open.iter().rposition(|rule| rule.element)?;
    let (element, path) = open.get(outermost..)?.split_first()?;
    // What an edition adds to a tally has the parts of what it adds.
    let path = path
        .split_first()
        .filter(|(part, _)| part.rule == Rule::require)
        .map_or(path, |(_, parts)| parts);
    let parent = around.last().map(|parent| parent.rule);
    let within = |rule: Rule| path.iter().find(|part| part.rule == rule).map(|part| part.start);
    let role = match (path.first(), within(Rule::enum_type)) {
        _ if leaf.start == element.start => Role::Element,
        (Some(whole), Some(values)) if leaf.start == values => {
            Role::FirstValue(offset + whole.start)
        }
        (_, Some(_)) if leaf.rule == Rule::bar => Role::Bar,
        (Some(part), None) if leaf.start == part.start && part.rule != Rule::expr => Role::Part,
        _ => Role::Within,
    };
    Some(Piece {
        place: offset + leaf.start..offset + leaf.start + text.len(),
        text: plain(leaf.rule, text),
        role,
        bracket: bracket(leaf.rule),
        tight_before: match leaf.rule {
            Rule::comma | Rule::colon | Rule::rparen | Rule::dot => true,
            Rule::lparen => parent == Some(Rule::arguments),
            Rule::percent => matches!(parent, Some(Rule::quantity | Rule::test_quantity)),
            Rule::optional => parent == Some(Rule::field),
            Rule::dotdot => matches!(parent, Some(Rule::range_type | Rule::decimal_type)),
            _ => false,
        },
        tight_after: match leaf.rule {
            Rule::lparen | Rule::dot | Rule::negative => true,
            Rule::minus => matches!(parent, Some(Rule::test_quantity | Rule::bound)),
            Rule::dotdot => matches!(parent, Some(Rule::range_type | Rule::decimal_type)),
            _ => false,
        },
        element: offset + element.start,
        ground: within(Rule::ground).map(|start| offset + start),
        arrow: leaf.rule == Rule::arrow,
    })
}

fn bracket(rule: Rule) -> Option<Bracket> {
    match rule {
        Rule::lbrace => Some(Bracket::OpenBrace),
        Rule::rbrace => Some(Bracket::CloseBrace),
        Rule::lparen => Some(Bracket::OpenParen),
        Rule::rparen => Some(Bracket::CloseParen),
        _ => None,
    }
}

/// A piece in its plain form, which reads the same.
fn plain(rule: Rule, text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    if rule != Rule::string {
        return Cow::Owned(text.chars().map(plain_char).collect());
    }
    let mut inner = text.chars();
    let (first, _) = (inner.next(), inner.next_back());
    let inner = inner.as_str();
    // What stands between curly marks has no escapes.
    if first == Some('“') && inner.contains(['"', '＂', '\\']) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("\"{inner}\""))
    }
}
