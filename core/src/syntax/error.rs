//! A failed parse as a diagnostic in the author's words: what was expected, what stands there, and a fix for symbols typed in
//! another form.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Rule;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::text::Localized;

/// The diagnostic of a pest error in the item that spans `item`.
pub(super) fn explain(error: &Error<Rule>, text: &str, item: Span) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let found = text.get(at..).and_then(|rest| rest.chars().next());
    let length = found.map_or(0, char::len_utf8);
    let span = Span { start: item.start + at as u32, end: item.start + (at + word_length(text, at).max(length)) as u32, ..item };
    if let Some(c) = found {
        if let Some(plain) = plain_form(c) {
            return Diagnostic::new(Code::OddCharacter).arg(c.to_string()).at(span).fix(plain);
        }
    }
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => expected(positives),
        ErrorVariant::CustomError { .. } => Localized::new("較少的層數", "fewer levels of nesting"),
    };
    let found = match found {
        None => Localized::new("這一項的結尾", "the end of the item"),
        Some(_) => {
            let word = &text[at..at + word_length(text, at).max(length)];
            Localized::same(format!("`{}`", crate::text::show(word)))
        }
    };
    let first_line_end = item.start + text.lines().next().map_or(0, str::len) as u32;
    let mut diagnostic = Diagnostic::new(Code::Syntax).word(expected).word(found).at(span);
    if span.start > first_line_end {
        let head = Span { start: item.start, end: item.start + word_length(text, 0) as u32, ..item };
        diagnostic = diagnostic.also(head, "在這一項裡", "in this declaration");
    }
    diagnostic
}

fn word_length(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
}

/// The symbol that was probably meant.
fn plain_form(c: char) -> Option<&'static str> {
    Some(match c {
        '「' | '」' | '『' | '』' | '‘' | '’' | '\'' | '”' => "\"",
        '；' | ';' => "(new line)",
        '［' | '[' | '【' | '〔' => "(",
        '］' | ']' | '】' | '〕' => ")",
        '。' => ".",
        '！' | '!' => "not",
        '＆' | '&' => "and",
        '÷' => "/",
        '～' | '~' => "..",
        '–' | '—' => "-",
        '\u{00A0}' | '\u{200B}' => " ",
        _ => return None,
    })
}

/// The most telling of the rules that would have matched, in the author's words.
fn expected(rules: &[Rule]) -> Localized {
    let mut zh: Vec<String> = Vec::new();
    let mut en: Vec<String> = Vec::new();
    let mut operator = false;
    let mut value = false;
    for rule in rules {
        match word(*rule) {
            Word::Operator => operator = true,
            Word::Value => value = true,
            Word::Literal(text) => {
                let text = format!("`{text}`");
                if !en.contains(&text) {
                    zh.push(text.clone());
                    en.push(text);
                }
            }
            Word::Words(chinese, english) => {
                if !en.iter().any(|word| word == english) {
                    zh.push(chinese.to_owned());
                    en.push(english.to_owned());
                }
            }
            Word::Nothing => {}
        }
    }
    if value {
        zh.insert(0, "值".to_owned());
        en.insert(0, "a value".to_owned());
    }
    if operator && zh.len() < 3 {
        zh.push("運算符號".to_owned());
        en.push("an operator".to_owned());
    }
    if en.is_empty() {
        return Localized::new("這一項的結尾", "the end of the item");
    }
    zh.truncate(6);
    en.truncate(6);
    Localized::new(zh.join("、"), en.join(", "))
}

enum Word {
    Operator,
    Value,
    Literal(String),
    Words(&'static str, &'static str),
    Nothing,
}

fn word(rule: Rule) -> Word {
    let name = format!("{rule:?}");
    if let Some(keyword) = name.strip_prefix("kw_") {
        return match rule {
            Rule::kw_and | Rule::kw_or | Rule::kw_in | Rule::kw_covers | Rule::kw_has | Rule::kw_is | Rule::kw_counted => Word::Operator,
            Rule::kw_not => Word::Nothing,
            Rule::kw_true | Rule::kw_false => Word::Value,
            _ => Word::Literal(keyword.to_owned()),
        };
    }
    match rule {
        Rule::plus
        | Rule::minus
        | Rule::times
        | Rule::ne
        | Rule::le
        | Rule::ge
        | Rule::lt
        | Rule::gt
        | Rule::eq
        | Rule::not_in
        | Rule::has_any
        | Rule::has_all
        | Rule::is_known
        | Rule::is_not_known
        | Rule::counted_in => Word::Operator,
        Rule::paren | Rule::reference | Rule::counted_self | Rule::quantity | Rule::bool | Rule::number | Rule::expr => Word::Value,
        Rule::lbrace => Word::Literal("{".into()),
        Rule::rbrace => Word::Literal("}".into()),
        Rule::lparen => Word::Literal("(".into()),
        Rule::rparen => Word::Literal(")".into()),
        Rule::comma => Word::Literal(",".into()),
        Rule::colon => Word::Literal(":".into()),
        Rule::at | Rule::cites | Rule::ground => Word::Literal("@".into()),
        Rule::bar => Word::Literal("|".into()),
        Rule::equals => Word::Literal("=".into()),
        Rule::arrow => Word::Literal("=>".into()),
        Rule::dotdot => Word::Literal("..".into()),
        Rule::else_part => Word::Literal("else".into()),
        Rule::when_part => Word::Literal("when".into()),
        Rule::because => Word::Literal("because".into()),
        Rule::slash | Rule::dot | Rule::percent | Rule::optional | Rule::EOI => Word::Nothing,
        Rule::string | Rule::label => Word::Words("引號內的文字", "a text in quotation marks"),
        Rule::ident | Rule::group => Word::Words("名稱", "a name"),
        Rule::unit | Rule::test_unit => Word::Nothing,
        Rule::date => Word::Words("日期", "a date"),
        Rule::clause => Word::Words("條文編號", "a clause id"),
        Rule::select => Word::Literal("select".into()),
        Rule::require => Word::Literal("require".into()),
        Rule::count => Word::Literal("count".into()),
        Rule::sum => Word::Literal("sum".into()),
        Rule::split => Word::Literal("split".into()),
        Rule::field | Rule::key_mark => Word::Words("欄位", "a field"),
        Rule::field_type | Rule::enum_type => Word::Words("型別", "a type"),
        Rule::row => Word::Words("一列條件", "a row"),
        Rule::severity => Word::Words("`advice`、`warning` 或 `error`", "`advice`, `warning` or `error`"),
        Rule::keep => Word::Literal("keep".into()),
        _ => Word::Nothing,
    }
}
