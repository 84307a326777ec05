//! A failed parse as a diagnostic in the author's words: what was expected, what stands there, the
//! operator or quotation mark that was probably meant, and how the part is written. The words for
//! the grammar's rules are in `words`.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Rule;
use super::cut;
use super::meant::meant;
use super::words::{Expected, shape};
use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::source::Span;
use guiju_model::text::{Localized, is_invisible, nearest, show};
use guiju_model::words::{Words, english, is_reserved, quoted, snippet, words_of_item};

/// An arrow after another on its line: a word after a number is its unit, so the next row begins on
/// a line of its own.
fn second_row(text: &str, at: usize) -> Option<Diagnostic> {
    let line = text.get(..at)?.rsplit('\n').next()?;
    (text.get(at..)?.starts_with("=>") && line.contains("=>")).then(|| {
        let expected = Localized::new("換行後的下一列", "the next row on a line of its own");
        Diagnostic::new(Code::Syntax).word(expected).word(Localized::new(" `=>`", "`=>`"))
    })
}

/// What an arrow between conditions may have been meant as.
const ARROW: (&str, &str) = (
    "大於或等於寫成 `>=`；「若 a 則 b」寫成 `not a or b`",
    "at least is `>=`; that `b` follows from `a` is `not a or b`",
);

/// A `case` within a formula, and `else` for `otherwise`.
fn misplaced_case(text: &str, at: usize) -> Option<(usize, usize, Diagnostic)> {
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    if rest.starts_with(['{', '｛']) || rest.starts_with("ordered") {
        let start = before.trim_end().strip_suffix("case")?;
        let is_word = !start.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let diagnostic = Diagnostic::new(Code::WrongScope)
            .arg("case")
            .word(Localized::new("算式裡", "a formula"))
            .note(
                "請以 `let 資料.名稱 = case { … }` 或 `kpi` 另外命名，再用它的名稱",
                "name it, as in `let entity.name = case { … }` or a `kpi`, and use the name",
            );
        return is_word.then_some((start.len(), "case".len(), diagnostic));
    }
    let after = rest.strip_prefix("else")?.trim_start();
    let arrow = ["=>", "＝＞", "⇒"].iter().any(|arrow| after.starts_with(arrow));
    let (expected, found) =
        (Localized::new(" `otherwise`", "`otherwise`"), Localized::new(" `else`", "`else`"));
    arrow.then(|| {
        (
            at,
            "else".len(),
            Diagnostic::new(Code::Syntax).word(expected).word(found).fix("otherwise"),
        )
    })
}

/// The diagnostic of a pest error in the item that spans `item`.
pub(super) fn explain(error: &Error<Rule>, text: &str, item: Span) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let words = words_of_item(text);
    let spelled =
        |word: &'static str| if words == Words::Chinese { snippet(word) } else { word.to_owned() };
    let place = |start: usize, len: usize| Span {
        start: item.start + start as u32,
        end: item.start + (start + len) as u32,
        ..item
    };
    if let Some(found) = second_row(text, at) {
        return found.at(place(at, "=>".len()));
    }
    if let Some((start, length, found)) = misplaced_case(text, at) {
        return found.at(place(start, length));
    }
    let arrow = ["=>", "＝＞", "⇒"].into_iter().find(|arrow| {
        let after_condition = matches!(&error.variant,
            ErrorVariant::ParsingError { positives, .. } if positives.contains(&Rule::kw_else));
        // Before a number it is a sign turned round.
        let rest = text.get(at..).and_then(|rest| rest.strip_prefix(arrow));
        after_condition
            && rest.is_some_and(|rest| !rest.trim_start().starts_with(|c: char| c.is_numeric()))
    });
    if let Some(arrow) = arrow {
        return Diagnostic::new(Code::OddCharacter)
            .arg(arrow)
            .at(place(at, arrow.len()))
            .note(quoted(ARROW.0, words), quoted(ARROW.1, words));
    }
    if let Some((start, written, meant)) = foreign_operator(text, at) {
        return Diagnostic::new(Code::OddCharacter)
            .arg(written)
            .at(place(start, written.len()))
            .fix(&spelled(meant));
    }
    let found = text.get(at..).and_then(|rest| rest.chars().next());
    if let Some(c) = found {
        if let Some(quoted) = foreign_quotes(text, at) {
            let inner: String =
                quoted.chars().skip(1).take(quoted.chars().count().saturating_sub(2)).collect();
            return Diagnostic::new(Code::OddCharacter)
                .arg(quoted)
                .at(place(at, quoted.len()))
                .fix(&format!("\"{inner}\""));
        }
        if matches!(c, '；' | ';') {
            return Diagnostic::new(Code::OddCharacter)
                .arg(c.to_string())
                .at(place(at, c.len_utf8()))
                .note(
                    "各部分以換行或空白分開，不用分號",
                    "parts are set apart by new lines or spaces, without semicolons",
                );
        }
        if is_invisible(c) {
            return unseen(c).at(place(at, c.len_utf8()));
        }
        if let Some(plain) = plain_form(c) {
            return Diagnostic::new(Code::OddCharacter)
                .arg(c.to_string())
                .at(place(at, c.len_utf8()))
                .fix(&spelled(plain));
        }
    }
    let token = token(text, at);
    let span = place(at, token.len());
    let expected = match &error.variant {
        // A reason without its word.
        ErrorVariant::ParsingError { positives, .. }
            if token.starts_with(['"', '＂', '“'])
                && positives.iter().any(|rule| matches!(rule, Rule::else_part | Rule::kw_else)) =>
        {
            Expected::of(&[Rule::kw_else], words)
        }
        ErrorVariant::ParsingError { positives, negatives }
            if positives.is_empty() && !negatives.is_empty() =>
        {
            Expected::of(&[Rule::expr], words)
        }
        ErrorVariant::ParsingError { positives, .. } => Expected::of(positives, words),
        ErrorVariant::CustomError { .. } => Expected::default(),
    };
    let habit = meant(text, at, token, &error.variant, &expected);
    if let Some(found) = habit.as_ref().filter(|found| !found.is_word) {
        let written = text.get(found.start..found.end).unwrap_or(token);
        let mut diagnostic =
            Diagnostic::new(Code::OddCharacter).arg(written).at(place(found.start, written.len()));
        if let Some(fix) = &found.fix {
            diagnostic = diagnostic.fix(fix);
        }
        if let Some((zh, en)) = &found.note {
            diagnostic = diagnostic.note(quoted(zh, words), quoted(en, words));
        }
        return diagnostic;
    }
    if expected.name && is_reserved(token) {
        let before = text[..at].trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
        if english(token) != "in" || !["int", "整數"].contains(&before) {
            return Diagnostic::new(Code::ReservedName).arg(token).at(span);
        }
        let stands = Localized::new(format!(" `{token}`"), format!("`{token}`"));
        let (zh, en) = (
            "`int` 不帶單位：單位寫在計數項（`tally … in 人`），或欄位改為 `number in 人`",
            "an `int` has no unit: it is that of the tally (`tally … in 人`), or the field is a \
             `number in 人`",
        );
        return Diagnostic::new(Code::Syntax)
            .word(expected.words())
            .word(stands)
            .at(span)
            .note(quoted(zh, words), quoted(en, words));
    }
    if english(token) == "otherwise"
        && ["otherwise", "其餘"].iter().any(|word| text[..at].contains(word))
    {
        return Diagnostic::new(Code::RepeatedPart).arg(token).at(span);
    }
    let stands = match found {
        None => Localized::new("這一項的結尾", "the end of the item"),
        Some(_) => Localized::new(format!(" `{}`", show(token)), format!("`{}`", show(token))),
    };
    let mut diagnostic = Diagnostic::new(Code::Syntax).word(expected.words()).word(stands).at(span);
    let is_word = token.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !token.starts_with(|c: char| c.is_numeric());
    let keyword = nearest(token, expected.keywords.iter().map(String::as_str));
    let keyword = other_role(token, error).or(keyword).filter(|_| is_word);
    if let Some(fix) = habit.and_then(|found| found.fix) {
        let chinese = words == Words::Chinese && fix.is_ascii();
        diagnostic = diagnostic.fix(&if chinese { snippet(&fix) } else { fix });
    } else if is_word && found.is_some() {
        let quoted = format!("\"{token}\"");
        if keyword.is_some() {
            diagnostic = diagnostic.suggest(keyword);
        } else if let Some(cut) = cut::after_first(
            token,
            expected.keywords.iter().map(String::as_str).filter(|word| !word.is_ascii()),
        ) {
            diagnostic = diagnostic.suggest(Some(&cut));
        } else if expected.only_text() {
            diagnostic = diagnostic.suggest(Some(&quoted));
        }
    }
    if token.starts_with(['"', '＂', '“']) && text[..at].trim_end().ends_with(['"', '＂', '”'])
    {
        diagnostic = diagnostic.note(
            "中文與英文標題之間要加 `/`",
            "a `/` stands between the Chinese and the English label",
        );
    }
    if matches!(token, "true" | "false") && expected.keywords.iter().any(|word| word == "known") {
        diagnostic = diagnostic.note(
            quoted("是非欄位直接寫名稱，否定寫 `not 名稱`", words),
            quoted(
                "a field that is true or false is a condition by itself, and `not` denies it",
                words,
            ),
        );
    }
    let (head, written) = shape(text, at, keyword);
    if let Some((zh, en)) = written {
        diagnostic = diagnostic.note(
            format!("寫法：{}", quoted(zh, words)),
            format!("written as: {}", quoted(en, words)),
        );
    }
    let first_line_end = item.start + text.lines().next().map_or(0, str::len) as u32;
    if span.start > first_line_end {
        diagnostic = diagnostic.also(place(0, head), "在這一項裡", "in this declaration");
    }
    diagnostic
}

/// The Chinese word that is right here, for one that is right elsewhere: in English both are one
/// word.
fn other_role(token: &str, error: &Error<Rule>) -> Option<&'static str> {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return None };
    let english = Some(english(token)).filter(|english| *english != token)?;
    let here =
        positives.iter().filter_map(|rule| super::word(*rule)).find(|word| word.english == english);
    here.map(|word| word.chinese)
}

/// A character that cannot be seen, outside of texts and comments.
pub(super) fn unseen(c: char) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::OddCharacter).arg(c.to_string());
    diagnostic
        .note("這個字元看不見，請刪除或改成空格", "it cannot be seen: delete it, or write a space")
}

/// What stands at a place: a text, a number or date, a word, or one symbol.
fn token(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let Some(first) = rest.chars().next() else { return rest };
    let length = match first {
        '"' | '＂' | '“' => {
            let end =
                rest.char_indices().skip(1).find(|(_, c)| matches!(c, '"' | '＂' | '”' | '\n'));
            end.map_or(rest.len(), |(end, c)| if c == '\n' { end } else { end + c.len_utf8() })
        }
        c if c.is_numeric() => {
            let end = rest.find(|c: char| {
                !(c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '-' | '／' | '．'))
            });
            end.unwrap_or(rest.len())
        }
        _ => rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()),
    };
    rest.get(..length.max(first.len_utf8())).unwrap_or(rest)
}

/// Operators as other languages spell them. The parser stops at their first or second character.
const FOREIGN: &[(&str, &str)] = &[
    ("==", "="),
    ("＝＝", "="),
    ("&&", "and"),
    ("＆＆", "and"),
    ("||", "or"),
    ("｜｜", "or"),
    ("!=", "<>"),
    ("！＝", "<>"),
    ("=<", "<="),
    ("＝＜", "<="),
    ("->", "=>"),
    ("=>", ">="),
    ("＝＞", ">="),
];

fn foreign_operator(text: &str, at: usize) -> Option<(usize, &'static str, &'static str)> {
    let before = text.get(..at)?.char_indices().next_back().map(|(before, _)| before);
    let starts = [Some(at), before];
    starts.into_iter().flatten().find_map(|start| {
        let rest = text.get(start..)?;
        let (written, meant) = FOREIGN.iter().find(|(written, _)| rest.starts_with(written))?;
        // The parser stops at an arrow only where a comparison was meant.
        (start == at || !matches!(*meant, ">=")).then_some((start, *written, *meant))
    })
}

/// A text in quotation marks of prose, with its marks.
fn foreign_quotes(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let close = match rest.chars().next()? {
        '「' => '」',
        '『' => '』',
        '‘' => '’',
        '\'' => '\'',
        '«' => '»',
        _ => return None,
    };
    let line = rest.lines().next()?;
    let (end, c) = line.char_indices().skip(1).find(|(_, c)| *c == close)?;
    line.get(..end + c.len_utf8())
}

/// The symbol that was probably meant.
fn plain_form(c: char) -> Option<&'static str> {
    Some(match c {
        '「' | '」' | '『' | '』' | '‘' | '’' | '\'' | '”' => "\"",
        '［' | '[' | '【' | '〔' => "(",
        '］' | ']' | '】' | '〕' => ")",
        '。' => ".",
        '！' | '!' => "not",
        '＆' | '&' => "and",
        '÷' => "/",
        '～' | '~' => "..",
        '–' | '—' => "-",
        _ => return None,
    })
}
