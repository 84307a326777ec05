//! What most items share, gathered by rule; and where the text of a rule really ends.

use pest::iterators::Pair;

use super::Rule;
use super::ast::{Expr, Ground, Name, Scope};
use super::lower::Lower;
use guiju_model::diagnostic::Severity;
use guiju_model::source::Spanned;
use guiju_model::text::Localized;

/// The parts that most items share, gathered by rule: the first name, further names, label,
/// expressions, message, ground.
pub(super) struct Parts {
    pub(super) name: Name,
    pub(super) more: Vec<Name>,
    pub(super) label: Option<Localized>,
    pub(super) exprs: Vec<Expr>,
    pub(super) when: Option<Expr>,
    pub(super) message: Option<Localized>,
    pub(super) ground: Option<Ground>,
    pub(super) scope: Option<Scope>,
    pub(super) severity: Option<Severity>,
}

impl Parts {
    pub(super) fn of(lower: &mut Lower<'_>, pair: Pair<'_, Rule>) -> Parts {
        let span = lower.span(&pair);
        let mut names = Vec::new();
        let mut parts = Parts {
            name: Spanned { node: String::new(), span },
            more: Vec::new(),
            label: None,
            exprs: Vec::new(),
            when: None,
            message: None,
            ground: None,
            scope: None,
            severity: None,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ident => names.push(lower.name(&part)),
                Rule::label => parts.label = Some(lower.label(part)),
                Rule::expr => parts.exprs.push(lower.expr(part)),
                Rule::case => parts.exprs.push(lower.case(part)),
                Rule::when_part => {
                    parts.when = part
                        .into_inner()
                        .find(|p| p.as_rule() == Rule::expr)
                        .map(|p| lower.expr(p));
                }
                Rule::else_part => {
                    parts.message = part
                        .into_inner()
                        .find(|p| p.as_rule() == Rule::label)
                        .map(|p| lower.label(p));
                }
                Rule::ground => parts.ground = lower.ground(part),
                Rule::scope => parts.scope = Some(lower.scope(part)),
                Rule::severity => {
                    parts.severity = part.into_inner().next().map(|word| match word.as_rule() {
                        Rule::kw_advice => Severity::Advice,
                        Rule::kw_warning => Severity::Warning,
                        _ => Severity::Error,
                    });
                }
                _ => {}
            }
        }
        let mut names = names.into_iter();
        if let Some(name) = names.next() {
            parts.name = name;
        }
        parts.more = names.collect();
        parts
    }
}

/// A text without the white space and comments at its end. Texts in quotation marks never span
/// lines, so lines can be read alone.
pub(super) fn without_trailing_blanks(text: &str) -> &str {
    let mut text = text.trim_end();
    loop {
        let line_start = text.rfind('\n').map_or(0, |at| at + 1);
        let line = &text[line_start..];
        let Some(comment) = comment_start(line) else { return text };
        text = text[..line_start + comment].trim_end();
    }
}

/// Where the comment in a line begins.
fn comment_start(line: &str) -> Option<usize> {
    if !line.contains("--") {
        return None;
    }
    let mut chars = line.char_indices().peekable();
    let mut close: &[char] = &[];
    while let Some((at, c)) = chars.next() {
        if !close.is_empty() {
            if c == '\\' && close.first() == Some(&'"') {
                chars.next();
            } else if close.contains(&c) {
                close = &[];
            }
            continue;
        }
        match c {
            '"' | '＂' => close = &['"', '＂'],
            '“' => close = &['”'],
            '-' if chars.peek().is_some_and(|(_, next)| *next == '-') => return Some(at),
            _ => {}
        }
    }
    None
}
