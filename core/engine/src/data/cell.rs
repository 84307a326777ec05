//! One raw value of any source to one typed cell, or the diagnostic of why not. All readers share
//! these rules. Not here: numbers and their units (`amount`).

use super::column::{Cell, Texts};
use super::typed::{Typed, TypedRules};
use guiju_model::date::{Date, DateError, Period};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::schema::{Choice, Choices, FieldKind};
use guiju_model::text::{self, Locale, Localized, fold, folded, is_blank, turns_text};

/// A value as a source gives it, before its field's type is applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw<'a> {
    /// Nothing was given.
    Missing,
    Text(&'a str),
    /// The digits of a number, as written.
    Number(&'a str),
    Bool(bool),
    /// A number with the unit written beside it.
    Amount(&'a str, &'a str),
    /// A number in a column whose heading says what is counted.
    Counted(&'a str, &'a str),
    /// The two ends of a period, each missing, a text or a day.
    Period(&'a Raw<'a>, &'a Raw<'a>),
    List(Vec<&'a str>),
    /// What only a typed column has, and what is made of it. Made by `Typed::raw`.
    Typed(Typed<'a>, TypedRules),
}

/// A text with nothing in it is a value that is missing, whatever the field and the source: forms
/// and sheets have it where nothing was entered.
pub(super) fn without_blanks<'r, 'a>(raw: &'r Raw<'a>) -> &'r Raw<'a> {
    match raw {
        Raw::Text(text) | Raw::Amount(text, _) | Raw::Counted(text, _) if is_blank(text) => {
            &Raw::Missing
        }
        Raw::Period(start, end)
            if [start, end].into_iter().all(|end| matches!(without_blanks(end), Raw::Missing)) =>
        {
            &Raw::Missing
        }
        Raw::List(items) if !items.is_empty() && items.iter().all(|item| is_blank(item)) => {
            &Raw::Missing
        }
        given => given,
    }
}

/// The cell of a raw value; `Ok(None)` where it is missing. References come out as texts and are
/// resolved when all are read.
pub(crate) fn convert(
    raw: &Raw<'_>,
    kind: &FieldKind,
    texts: &mut Texts,
    value_chars: usize,
) -> Result<Option<Cell>, Box<Diagnostic>> {
    if let Some(problem) = hostile(raw, value_chars) {
        return Err(Box::new(problem));
    }
    let raw = without_blanks(raw);
    Ok(Some(match (raw, kind) {
        (Raw::Missing, _) => return Ok(None),
        (Raw::Text(text), FieldKind::Text | FieldKind::Reference(_)) => {
            Cell::Text(texts.intern(text))
        }
        (Raw::Bool(value), FieldKind::Bool) => Cell::Bool(*value),
        (Raw::Text(text), FieldKind::Bool) => {
            Cell::Bool(bool_word(text).ok_or_else(|| wrong_type(raw, kind))?)
        }
        (_, FieldKind::Date) => Cell::Date(day(raw)?),
        (Raw::Period(start, end), FieldKind::Period) => Cell::Period(period(start, end)?),
        (Raw::Text(text), FieldKind::Period) => {
            let at = text.as_bytes().windows(2).position(|pair| pair == b"..");
            let ends = at.and_then(|at| Some((text.get(..at)?, text.get(at + 2..)?)));
            let (start, end) = ends.ok_or_else(|| wrong_type(raw, kind))?;
            Cell::Period(period(&Raw::Text(start), &Raw::Text(end))?)
        }
        (Raw::Amount(..), FieldKind::Range(..)) => return Err(Box::new(wrong_type(raw, kind))),
        (_, kind) if kind.is_number() => Cell::Number(super::amount::number(raw, kind)?),
        (Raw::Text(text), FieldKind::Choice(choices)) => Cell::Choice(choice(text, choices)? as u8),
        (Raw::List(items), FieldKind::List(choices)) => {
            let mut set = 0;
            for item in items.iter().filter(|item| !is_blank(item)) {
                set |= 1 << choice(item, choices)?;
            }
            Cell::List(set)
        }
        _ => return Err(Box::new(wrong_type(raw, kind))),
    }))
}

/// A value that is too long, that has characters which control how it is shown, or that is the
/// error of a spreadsheet.
pub(super) fn hostile(raw: &Raw<'_>, value_chars: usize) -> Option<Diagnostic> {
    let check = |part: &&str| hostile_text(part, value_chars);
    match raw {
        Raw::Text(text) | Raw::Number(text) => check(text),
        Raw::Amount(text, unit) | Raw::Counted(text, unit) => check(text).or_else(|| check(unit)),
        Raw::Period(start, end) => {
            hostile(start, value_chars).or_else(|| hostile(end, value_chars))
        }
        Raw::List(items) => items.iter().find_map(check),
        Raw::Missing | Raw::Bool(_) => None,
        Raw::Typed(..) => None,
    }
}

fn hostile_text(text: &str, value_chars: usize) -> Option<Diagnostic> {
    if text.len() > value_chars && text.chars().nth(value_chars).is_some() {
        let limit = Localized::new(
            format!("一個值最多 {value_chars} 個字元"),
            format!("{value_chars} characters in one value"),
        );
        return Some(Diagnostic::new(Code::DataTooLarge).word(limit));
    }
    if is_cell_error(text) {
        return Some(Diagnostic::new(Code::CellError).arg(text));
    }
    // Plain printable text, nearly all there is, needs no decoding.
    if text.bytes().all(|byte| (b' '..0x7F).contains(&byte)) {
        return None;
    }
    let hidden = |c: &char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || turns_text(*c);
    let c = text.chars().find(hidden)?;
    Some(Diagnostic::new(Code::ControlCharacter).arg(format!("U+{:04X}", u32::from(c))))
}

/// Whether a text is what a spreadsheet shows where a formula failed; tables saved from one have it
/// as a text like others.
fn is_cell_error(text: &str) -> bool {
    const ERRORS: [&str; 17] = [
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BUSY!",
        "#CONNECT!",
        "#BLOCKED!",
        "#UNKNOWN!",
        "#PYTHON!",
        "#EXTERNAL!",
        "#GETTING_DATA",
    ];
    if !text.starts_with(['#', ' ', 'E', '錯']) {
        return false;
    }
    let text = text.trim();
    // LibreOffice numbers its errors; a column that is too narrow shows nothing but `#`.
    let numbered = ["Err:", "錯誤:"].iter().find_map(|begun| text.strip_prefix(begun));
    let too_narrow = text.len() > 3 && text.bytes().all(|byte| byte == b'#');
    ERRORS.contains(&text)
        || too_narrow
        || numbered.is_some_and(|digits| {
            digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// The first character of a value that is compared as another, or left out, without being seen, and
/// where its text has it.
pub(super) fn misleading(raw: &Raw<'_>) -> Option<(usize, char)> {
    match raw {
        Raw::Text(text) | Raw::Number(text) => text::misleading(text),
        Raw::Amount(text, unit) | Raw::Counted(text, unit) => {
            text::misleading(text).or_else(|| text::misleading(unit))
        }
        Raw::Period(start, end) => misleading(start).or_else(|| misleading(end)),
        Raw::List(items) => items.iter().find_map(|item| text::misleading(item)),
        Raw::Missing | Raw::Bool(_) => None,
        Raw::Typed(..) => None,
    }
}

/// A value is not what its field holds.
pub(super) fn wrong_type(raw: &Raw<'_>, kind: &FieldKind) -> Diagnostic {
    match raw {
        Raw::Typed(value, rules) => rules.wrong(value, kind.describe()),
        _ => no_such(shown(raw), kind.describe(), Some(kind)),
    }
}

/// The finding for a value that is not what was expected, with how to write one; without a kind it
/// is the number of a KPI.
pub(super) fn no_such(
    value: Localized,
    expected: Localized,
    kind: Option<&FieldKind>,
) -> Diagnostic {
    let written = kind.map_or_else(
        || Localized::new("請只寫數字，如 `12`。", "write digits alone, such as `12`"),
        FieldKind::written,
    );
    Diagnostic::new(Code::WrongType).word(value).word(expected).word(written)
}

pub(super) fn shown(raw: &Raw<'_>) -> Localized {
    let same = |text: &str| Localized::same(text::show(text));
    match raw {
        Raw::Text(text) | Raw::Number(text) => same(text),
        Raw::Missing => same("null"),
        Raw::Bool(value) => same(if *value { "true" } else { "false" }),
        Raw::Amount(text, unit) | Raw::Counted(text, unit) => same(&format!("{text} {unit}")),
        Raw::Period(start, end) => {
            let end_of =
                |raw: &Raw<'_>| if *raw == Raw::Missing { String::new() } else { shown(raw).zh };
            same(&format!("{}..{}", end_of(start), end_of(end)))
        }
        Raw::List(items) => same(&text::joined(items, ";")),
        Raw::Typed(value, rules) => rules.shown(value),
    }
}

fn bool_word(text: &str) -> Option<bool> {
    let word = folded(text);
    let is = |words: [&str; 4]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    if is(["true", "yes", "是", "y"]) {
        Some(true)
    } else if is(["false", "no", "否", "n"]) {
        Some(false)
    } else {
        None
    }
}

fn choice(text: &str, choices: &Choices) -> Result<usize, Box<Diagnostic>> {
    choices.value(text).ok_or_else(|| {
        Box::new(Diagnostic::new(Code::WrongChoice).arg(text).word(choices.labels()))
    })
}

/// The choice that a refused one was probably meant to be. Apart from refusing, because it takes
/// longer than reading.
pub(super) fn nearest_choice(diagnostic: &Diagnostic, choices: &Choices) -> Option<String> {
    let text = fold(&diagnostic.args.first()?.zh);
    let mut known: Vec<&str> = Vec::new();
    for Choice { name, label } in &choices.values {
        known.extend([name.as_str(), &label.zh, label.get(Locale::En)]);
    }
    text::nearest(&text, known).map(str::to_owned)
}

fn date(text: &str) -> Result<Date, Box<Diagnostic>> {
    Date::parse(text).map_err(|error| no_date(error, text))
}

/// Why a text, or a day as it is shown, is not taken for a date.
pub(super) fn no_date(error: DateError, text: &str) -> Box<Diagnostic> {
    let code = match error {
        DateError::TwoDigitYear => Code::TwoDigitYear,
        DateError::EarlyYear => Code::EarlyYear,
        DateError::Shape | DateError::NoSuchDay => Code::DataBadDate,
    };
    Box::new(Diagnostic::new(code).arg(text))
}

/// The day that a value names.
fn day(raw: &Raw<'_>) -> Result<Date, Box<Diagnostic>> {
    match raw {
        Raw::Text(text) | Raw::Number(text) => date(text),
        Raw::Typed(value, rules) => rules.day(value)?.or_else(|digits| date(&digits)),
        _ => Err(Box::new(wrong_type(raw, &FieldKind::Date))),
    }
}

fn period(start: &Raw<'_>, end: &Raw<'_>) -> Result<Period, Box<Diagnostic>> {
    let (start, end) = (without_blanks(start), without_blanks(end));
    let lacks = match (start, end) {
        (Raw::Missing, _) => Some(Localized::new("開始日", "start")),
        (_, Raw::Missing) => Some(Localized::new("結束日", "end")),
        _ => None,
    };
    if let Some(lacks) = lacks {
        return Err(Box::new(Diagnostic::new(Code::HalfPeriod).word(lacks)));
    }
    let (start, end) = (day(start)?, day(end)?);
    if start > end {
        return Err(Box::new(
            Diagnostic::new(Code::DataPeriodReversed).arg(start.to_string()).arg(end.to_string()),
        ));
    }
    Ok(Period { start, end })
}

/// A number as it was given, without its unit, for messages.
pub(super) fn figure(raw: &Raw<'_>) -> Localized {
    match raw {
        Raw::Text(text) | Raw::Number(text) | Raw::Amount(text, _) | Raw::Counted(text, _) => {
            Localized::same(text::show(text))
        }
        other => shown(other),
    }
}
