//! What is wrong behind the first error of a declaration: the part with the error is left out, and
//! the rest is read again.
//!
//! Parts are told by their layout, which decides only how much more is found at once. Not here:
//! what an error is called (`error`).

use std::ops::Range;

use pest::Parser as _;
use pest::error::{Error, InputLocation};

use super::{Grammar, Rule};
use guiju_model::words::{english, item_word};

/// The most errors told of one declaration.
const ERRORS: usize = 8;

/// Longer declarations are read once.
const LONGEST: usize = 100_000;

/// What was found in a declaration that cannot be read as it is.
pub(super) struct Recovered {
    /// Every error that is told.
    pub(super) errors: Vec<Error<Rule>>,
    /// The declaration without the parts that are wrong, place by place, where others may go by it.
    pub(super) rest: Option<String>,
    /// What was left out.
    pub(super) left_out: String,
}

/// Reads what can be read of a declaration that has an error.
pub(super) fn recover(text: &str, first: Error<Rule>) -> Recovered {
    let mut missing = String::new();
    let mut whole = false;
    let mut rest = text.to_owned();
    let mut left_out: Option<Range<usize>> = None;
    let mut found = vec![first];
    while found.len() < ERRORS && text.len() <= LONGEST {
        let Some(at) = found.last().map(position) else { break };
        // Where what is left out took the beginning of its part with it, the rest of it goes too.
        let found_part = part(&rest, at).map(|part| (part, "")).or_else(|| line(&rest, at));
        let Some((part, stand_in)) = found_part.filter(|(part, _)| left_out.as_ref() != Some(part))
        else {
            break;
        };
        missing.push_str(rest.get(part.clone()).unwrap_or(""));
        missing.push('\n');
        blank(&mut rest, &part, stand_in);
        left_out = Some(part);
        let mut error = Grammar::parse(Rule::item, &rest).err();
        while let Some(next) = error.as_ref().map(position).filter(|at| goes_on(&rest, *at)) {
            let end = line_end(&rest, next);
            missing.push_str(rest.get(next..end).unwrap_or(""));
            blank(&mut rest, &(next..end), "");
            error = Grammar::parse(Rule::item, &rest).err();
        }
        match error {
            // An end that comes too soon may be for want of what was left out.
            Some(error) if position(&error) < rest.trim_end().len() => found.push(error),
            error => {
                whole = error.is_none();
                break;
            }
        }
    }
    let rest = (whole && is_known(text, &missing)).then_some(rest);
    Recovered { errors: found, rest, left_out: missing }
}

/// Whether others may go by a declaration without some parts: where no figure of it is missing, nor
/// what it is computed from.
fn is_known(text: &str, missing: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.map(|word| english(word).to_owned()).collect()
    };
    let first = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().map(english);
    let measures = ["count", "sum", "average", "minimum", "maximum", "split", "target"];
    match first {
        Some("entity" | "classify" | "source") => true,
        Some("tally") => {
            let missing = words(missing);
            !measures.iter().any(|measure| missing.iter().any(|word| word == measure))
        }
        _ => false,
    }
}

fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The part around a place: a line of the innermost block and those deeper behind it, or all of a
/// block on one line. None outside of blocks.
fn part(text: &str, at: usize) -> Option<Range<usize>> {
    let (block, nested) = block(text, at)?;
    let inside = text.get(block.clone())?;
    if !inside.contains('\n') {
        return Some(block);
    }
    let mut start = block.start;
    let mut depth = None;
    // Where the part before begins, and that of the place: an error in the first word of a part may
    // be for want of something in the part before.
    let mut before = block.start;
    let mut begins = block.start;
    for line in inside.split_inclusive('\n') {
        let blanks = line.chars().take_while(|c| c.is_whitespace()).count();
        let outside = !nested.iter().any(|inner| inner.contains(&start));
        let written = !line.trim().is_empty() && !line.trim_start().starts_with("--");
        if written && outside && start > block.start {
            let first = *depth.get_or_insert(blanks);
            if blanks <= first {
                if start > at {
                    let is_first = text.get(begins..at).is_some_and(|text| text.trim().is_empty());
                    return Some(if is_first { before } else { begins }..start);
                }
                (before, begins) = (begins, start);
            }
        }
        start += line.len();
    }
    let written = text.get(begins..at).unwrap_or("");
    Some(if written.trim().is_empty() { before } else { begins }..block.end)
}

/// The line around a place outside of blocks, where it is a part, and what may stand for it.
fn line(text: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |end| at + end);
    let written = text.get(start..end)?;
    let word = written.trim_start();
    let word = word.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    let stand_in = match english(word) {
        "when" => "",
        "expect" => "expect x",
        "else" => "else \"x\"",
        _ if written.trim_start().starts_with(['@', '＠']) => "",
        // The formula of a head.
        _ => {
            let equals = written.find(['=', '＝']).filter(|equals| start + equals < at)?;
            return Some((start + equals..end, "= x"));
        }
    };
    Some((start..end, stand_in))
}

/// The inside of the innermost braces around a place, and the blocks within them.
fn block(text: &str, at: usize) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let mut open: Vec<(usize, Vec<Range<usize>>)> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        match c {
            '"' | '＂' | '“' => {
                let close: &[char] = if c == '“' { &['”'] } else { &['"', '＂'] };
                while let Some((_, c)) = chars.next_if(|(_, c)| *c != '\n') {
                    if c == '\\' {
                        chars.next_if(|(_, c)| *c != '\n');
                    } else if close.contains(&c) {
                        break;
                    }
                }
            }
            '-' if chars.peek().is_some_and(|(_, next)| *next == '-') => {
                while chars.next_if(|(_, next)| *next != '\n').is_some() {}
            }
            '{' | '｛' => open.push((place + c.len_utf8(), Vec::new())),
            '}' | '｝' => {
                let (start, nested) = open.pop()?;
                if start <= at && at <= place {
                    return Some((start..place, nested));
                }
                if let Some((_, outer)) = open.last_mut() {
                    outer.push(start..place + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a line goes on with what stands before it, so that it is no part by itself.
fn goes_on(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let before = text.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or("");
    if !before.trim().is_empty() || rest.trim().is_empty() {
        return false;
    }
    let word = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    let later = matches!(
        english(word),
        "else" | "because" | "and" | "or" | "in" | "not" | "has" | "covers" | "counted" | "is"
    );
    rest.starts_with(['@', '＠', '"', '＂', '“', '=', '+', '-', '*', '/', '<', '>', ','])
        || later && item_word(word).is_none()
}

/// The end of the line of a place, before a brace that closes more than the line opens.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.find(['\n', '}', '｝']).map_or(text.len(), |end| at + end.max(1))
}

/// Puts what may stand for a part in its place, and blanks for the rest, byte by byte, so that
/// places stay what they are.
fn blank(text: &mut String, part: &Range<usize>, stand_in: &str) {
    let Some(written) = text.get(part.clone()).filter(|text| text.len() >= stand_in.len()) else {
        return;
    };
    let mut blanks: Vec<u8> =
        written.bytes().map(|byte| if byte == b'\n' { byte } else { b' ' }).collect();
    blanks.iter_mut().zip(stand_in.bytes()).for_each(|(blank, byte)| *blank = byte);
    if let Ok(blanks) = String::from_utf8(blanks) {
        text.replace_range(part.clone(), &blanks);
    }
}
