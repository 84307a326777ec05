//! What authors write out of habit, from other languages and from prose, and the word that this
//! language has for it: `if`, `where`, `2,000`, `§ 5`, `# a comment`, a name with a blank.
//!
//! Not here: misspelt words (`error`), and symbols with one plain form (`error` too).

use pest::error::ErrorVariant;

use super::Rule;
use super::words::Expected;
use guiju_model::text::nearest;
use guiju_model::words::{self as language, is_reserved, item_word};

/// What was meant: the bytes that are wrong, what should stand there where that is certain, and a
/// remark in both languages.
#[derive(Default)]
pub(super) struct Meant {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is one word for another, so that what else may stand there is worth saying.
    pub(super) is_word: bool,
    pub(super) fix: Option<String>,
    pub(super) note: Option<(String, String)>,
}

/// Words of other languages, and the one that stands in their place here where it may stand.
const WORDS: &[(&str, &str)] = &[
    ("where", "select"),
    ("filter", "select"),
    ("only", "select"),
    ("must", "require"),
    ("shall", "require"),
    ("need", "require"),
    ("needs", "require"),
    ("assert", "require"),
    ("total", "sum"),
    ("add", "sum"),
    ("avg", "average"),
    ("mean", "average"),
    ("max", "maximum"),
    ("min", "minimum"),
    ("number", "count"),
    ("group", "split"),
    ("unique", "distinct"),
    ("different", "distinct"),
    ("ensure", "expect"),
    ("must", "expect"),
    ("shall", "expect"),
    ("if", "when"),
    ("message", "else"),
    ("error", "else"),
    ("default", "otherwise"),
    ("of", "from"),
    ("over", "from"),
    ("per", "by"),
    ("under", "in"),
    ("belongs", "in"),
    ("then", "=>"),
    ("reason", "because"),
    ("since", "because"),
    ("篩選", "選取"),
    ("只計", "選取"),
    ("須", "要求"),
    ("必須", "要求"),
    ("應", "要求"),
    ("合計", "加總"),
    ("總和", "加總"),
    ("件數", "計數"),
    ("如果", "當"),
    ("若", "當"),
    ("須", "應"),
    ("必須", "應"),
    ("理由", "因為"),
    ("理由", "否則"),
    ("不然", "否則"),
    ("單位", "以"),
    ("隸屬", "屬於"),
    ("按", "依"),
    ("按照", "依"),
    ("之間", "比對"),
    ("叫做", "稱為"),
    ("名為", "稱為"),
    ("無", "均不計"),
    ("優先計", "優先計入"),
    ("其他", "其餘"),
    ("來自", "取自"),
];

/// Words that prose has between values.
const JOINED: &[(&str, &str)] = &[
    ("及", "且"),
    ("與", "且"),
    ("和", "且"),
    ("並", "且"),
    ("並且", "且"),
    ("而且", "且"),
    ("以及", "且"),
    ("或者", "或"),
    ("或是", "或"),
    ("plus", "and"),
    ("AND", "and"),
    ("OR", "or"),
    ("includes", "has"),
    ("within", "in"),
    ("exists", "is known"),
    ("屬於", "在"),
    ("不屬於", "不在"),
    ("有填", "有值"),
    ("未填", "無值"),
    ("equals", "="),
    ("等於", "="),
    ("為", "="),
];

/// What was meant at a place where a declaration could not be read.
pub(super) fn meant(
    text: &str,
    at: usize,
    token: &str,
    variant: &ErrorVariant<Rule>,
    expected: &Expected,
) -> Option<Meant> {
    let allows = |word: &str| expected.keywords.iter().any(|known| known == word);
    let after_value = matches!(variant, ErrorVariant::ParsingError { positives, .. }
        if positives.contains(&Rule::plus));
    let here = |fix: &str| Meant {
        start: at,
        end: at + token.len(),
        is_word: true,
        fix: Some(fix.to_owned()),
        note: None,
    };
    comment(text, at)
        .or_else(|| thousands(text, at))
        .or_else(|| currency(text, at, token))
        .or_else(|| days(text, at, token))
        .or_else(|| before(text, at, token, variant))
        .or_else(|| elsewhere(text, at, token, after_value))
        .or_else(|| {
            let pairs = WORDS.iter().filter(|(_, meant)| allows(meant));
            let word = pairs.clone().find(|(written, _)| *written == token);
            word.map(|(_, meant)| here(meant))
        })
        .or_else(|| {
            let word = JOINED.iter().find(|(written, _)| after_value && *written == token);
            word.map(|(_, meant)| here(meant))
        })
        .or_else(|| after_value.then(|| between_values(text, at, token)).flatten())
        .or_else(|| clause(token))
        .map(|mut meant| {
            if meant.end <= meant.start {
                (meant.start, meant.end) = (at, at + token.len());
            }
            meant
        })
        .or_else(|| (token == "percent" && is_after(text, at, &["as", "以"])).then(|| here("%")))
        .or_else(|| name(text, at, token, expected))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word before a place, and where it begins.
fn word_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let before = text.get(..at)?.trim_end();
    let start = before.char_indices().rev().take_while(|(_, c)| is_word(*c)).last()?.0;
    Some((start, &before[start..]))
}

fn is_after(text: &str, at: usize, words: &[&str]) -> bool {
    word_before(text, at).is_some_and(|(_, word)| words.contains(&word))
}

/// `#` and `//`, as comments begin elsewhere.
fn comment(text: &str, at: usize) -> Option<Meant> {
    let rest = text.get(at..)?;
    let slashes = || {
        let start = at.checked_sub(1)?;
        text.get(start..)?.starts_with("//").then_some((start, "//"))
    };
    let here = ["//", "/*", "#", "＃"].iter().find(|sign| rest.starts_with(**sign));
    let (start, sign) = here.map(|sign| (at, *sign)).or_else(slashes)?;
    Some(Meant {
        start,
        end: start + sign.len(),
        is_word: false,
        fix: Some("--".to_owned()),
        note: Some((
            "註解以 `--` 開頭，到行尾為止".to_owned(),
            "a comment begins with `--` and ends with its line".to_owned(),
        )),
    })
}

/// `2,000`: a comma sets values apart, and does not group digits.
fn thousands(text: &str, at: usize) -> Option<Meant> {
    let comma = |c: char| matches!(c, ',' | '，');
    let rest = text.get(at..)?;
    let first = rest.chars().next().filter(|c| comma(*c))?;
    let start = text.get(..at)?.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (mut end, mut more) = (at, rest);
    while let Some(group) = more.strip_prefix(comma) {
        let digits = group.bytes().take_while(u8::is_ascii_digit).count();
        if digits != 3 {
            break;
        }
        end += more.len() - group.len() + digits;
        more = &group[digits..];
    }
    let grouped = start < at && at - start <= 3 && end > at;
    let fix = text.get(start..end)?.replace(first, "_");
    grouped.then(|| Meant {
        start,
        end,
        is_word: false,
        fix: Some(fix),
        note: Some((
            "逗號用來分隔數個值，數字分節請用 `_`".to_owned(),
            "a comma sets values apart: digits are grouped with `_`".to_owned(),
        )),
    })
}

/// `NT$ 500`: the unit stands behind the number.
fn currency(text: &str, at: usize, token: &str) -> Option<Meant> {
    let sign = text.get(at..)?.starts_with(['$', '＄', '€', '￥', '¥', '£']);
    let word = ["NT", "NTD", "TWD", "新臺幣", "新台幣"];
    let named = word_before(text, at).filter(|(_, written)| word.contains(written));
    let begins_with = word.iter().any(|word| {
        token
            .strip_prefix(word)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let number = text.get(at..)?.starts_with(|c: char| c.is_ascii_digit());
    if !(sign || begins_with || named.is_some() && number) {
        return None;
    }
    let start = named.map_or(at, |(start, _)| start);
    let behind = text.get(at..)?;
    let digits = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let length: usize = behind[digits..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '_' | '.' | ','))
        .map(char::len_utf8)
        .sum();
    Some(Meant {
        start,
        end: at + digits + length.max(1),
        is_word: false,
        fix: None,
        note: Some((
            "金額的單位寫在數字後面：`500 元`、`3 萬元`".to_owned(),
            "the unit of an amount stands behind the number: `500 元`, `3 萬元`".to_owned(),
        )),
    })
}

/// Two days that are joined otherwise than by two dots.
fn days(text: &str, at: usize, token: &str) -> Option<Meant> {
    let joins = ["-", "－", "–", "—", "~", "～", "至", "到", "to", "until"];
    let sign = joins.iter().find(|sign| **sign == token)?;
    let is_day = |text: &str| {
        let digits = |c: char| c.is_numeric() || matches!(c, '/' | '／' | '.' | '．' | '-' | '日');
        let run: String = text.chars().take_while(|c| digits(*c)).collect();
        run.len() >= 6 && run.contains(['/', '／', '.', '．', '-', '日'])
    };
    let before: String = text.get(..at)?.trim_end().chars().rev().take(12).collect();
    let after = text.get(at + sign.len()..)?.trim_start();
    (is_day(&before) && is_day(after)).then(|| Meant {
        start: at,
        end: at + sign.len(),
        is_word: false,
        fix: Some("..".to_owned()),
        note: None,
    })
}

/// What the word before shows: `if` in a formula, `is` for `=`.
fn before(text: &str, at: usize, token: &str, variant: &ErrorVariant<Rule>) -> Option<Meant> {
    let (start, word) = word_before(text, at)?;
    let ErrorVariant::ParsingError { positives, .. } = variant else { return None };
    let allows = |rule| positives.contains(&rule);
    let is_value = !matches!(token, "true" | "false" | "是" | "否");
    let meant = |fix: Option<&str>, note: Option<(&str, &str)>| Meant {
        start,
        end: start + word.len(),
        is_word: false,
        fix: fix.map(str::to_owned),
        note: note.map(|(zh, en)| (zh.to_owned(), en.to_owned())),
    };
    match word {
        "if" | "IF" | "如果" | "若" if allows(Rule::plus) => Some(meant(
            None,
            Some((
                "沒有 `if`：整項的條件寫 `當 …`，依條件取值寫 `case { 條件 => 值  otherwise => 值 }`",
                "there is no `if`: a condition on the whole is `when …`, and values are chosen by \
                 `case { condition => value  otherwise => value }`",
            )),
        )),
        "is" if is_value && allows(Rule::en_known) => Some(meant(Some("="), None)),
        "not" if is_value && allows(Rule::en_known) && is_after(text, start, &["is"]) => {
            let (start, _) = word_before(text, start)?;
            Some(Meant { start, ..meant(Some("<>"), None) })
        }
        _ => None,
    }
}

/// What is a declaration or a part of its own here.
fn elsewhere(text: &str, at: usize, token: &str, after_value: bool) -> Option<Meant> {
    let head = text.get(..at)?.trim_end();
    let begins = |words: &[&str]| {
        let first = head.split(|c: char| !is_word(c)).next().unwrap_or("");
        words.contains(&first)
    };
    let (lets, tallies) = (begins(&["let", "設", "令"]), begins(&["tally", "核計", "計數項"]));
    let opens = token.starts_with(['{', '｛']);
    let (start, before) = word_before(text, at).unwrap_or((at, ""));
    let typed = ["money", "int", "number", "text", "percent", "date", "bool"];
    let (start, (zh, en)) = match token {
        "when" | "where" | "當" if tallies && after_value => (
            at,
            (
                "計數項的各數字都算 `select 條件` 選取的資料；只算其中一些的，另寫一個 tally",
                "all figures of a tally are of the records that `select condition` leaves: others \
                 are a tally of their own",
            ),
        ),
        "where" | "其中" if after_value => (
            at,
            (
                "合於條件的資料由計數項計算：`tally 名稱 from 資料 { select 條件  count }`",
                "records that a condition holds for are counted by a tally: \
                 `tally name from entity { select condition  count }`",
            ),
        ),
        "from" | "自" if lets && after_value => (
            at,
            (
                "隨日期而變的值寫成 `table 名稱 from date { 113/01/01 => 值 }`",
                "values that change on a day are `table name from date { 113/01/01 => value }`",
            ),
        ),
        "use" | "include" | "apply" | "套用" if tallies => (
            at,
            (
                "數個計數項共用的條件寫成 `let 資料.名稱 = 條件 else \"理由\"`，再寫 `require 名稱`",
                "what several tallies ask is `let entity.name = condition else \"reason\"`, and \
                 `require name`",
            ),
        ),
        "implies" if after_value => {
            (at, ("「若 a 則 b」寫成 `not a or b`", "that `b` follows from `a` is `not a or b`"))
        }
        "of" if matches!(before, "rank" | "排名") => (
            start,
            (
                "名次由 `award … order highest …` 決定",
                "an award decides who stands where: `award … order highest …`",
            ),
        ),
        ":" | "：" if begins(&["kpi", "指標"]) && !head.contains(['=', '＝', '"']) => (
            at,
            (
                "`kpi` 是數字；選項寫成 `classify 資料.名稱: a | b { 條件 => a }`",
                "a `kpi` is a number; kinds are `classify entity.name: a | b { condition => a }`",
            ),
        ),
        _ if opens && lets && head.ends_with(['=', '＝']) => (
            at,
            (
                "依鍵取值寫成 `table 名稱 by 鍵 { 鍵 => 值 }`，依條件寫成 `case { 條件 => 值 }`",
                "values by a key are `table name by key { key => value }`, by conditions \
                 `case { condition => value }`",
            ),
        ),
        _ if opens && begins(&["classify", "分類"]) && typed.contains(&before) => (
            start,
            (
                "`classify` 分出選項；依條件取值寫成 `let 資料.名稱 = case { 條件 => 值 }`",
                "`classify` makes kinds; values by conditions are \
                 `let entity.name = case { condition => value }`",
            ),
        ),
        _ if matches!(before, "every" | "some" | "每一" | "任一")
            && token.starts_with(is_letter) =>
        {
            (
                start,
                (
                    "寫成 `every(資料: 條件)`、`some(資料: 條件)`",
                    "written as `every(entity: condition)`, `some(entity: condition)`",
                ),
            )
        }
        _ => return None,
    };
    let end = if start < at { start + before.len() } else { at + token.len() };
    let note = Some((zh.to_owned(), en.to_owned()));
    Some(Meant { start, end, is_word: false, fix: None, note })
}

/// Words between values that are said with other words here.
fn between_values(text: &str, at: usize, token: &str) -> Option<Meant> {
    let note = |zh: &str, en: &str| Some((zh.to_owned(), en.to_owned()));
    let after = text.get(at + token.len()..)?.trim_start();
    let (fix, note) = match token {
        "contains" | "包含" => {
            let chinese = token == "包含";
            let of_text = after.starts_with(['"', '＂', '“']);
            let fix = match (of_text, chinese) {
                (true, false) => "has",
                (true, true) => "含",
                (false, false) => "covers",
                (false, true) => "涵蓋",
            };
            (Some(fix.to_owned()), None)
        }
        "between" | "介於" => {
            (None, note("寫成 `a <= x and x <= b`", "written as `a <= x and x <= b`"))
        }
        "xor" => {
            (None, note("兩個條件不同寫成 `a <> b`", "that two conditions differ is `a <> b`"))
        }
        "starts" | "begins" | "like" | "開頭" => (
            None,
            note(
                "整段文字的格式寫成 `文字 matches \"AA-99\"`，其中的片段寫成 `文字 has \"…\"`",
                "the form of a text is asked by `text matches \"AA-99\"`, a piece of it by \
                 `text has \"…\"`",
            ),
        ),
        "overlaps" | "重疊" => (
            None,
            note(
                "寫成 `overlap(期間, 期間) > 0 天`",
                "written as `overlap(period, period) > 0 天`",
            ),
        ),
        "unless" | "except" | "除非" => {
            (None, note("寫成 `not 條件`", "written as `not condition`"))
        }
        _ => return None,
    };
    Some(Meant { start: at, end: at + token.len(), is_word: fix.is_some(), fix, note })
}

/// `§ 5-1`, `第 5 點`: clauses stand behind `@`.
fn clause(token: &str) -> Option<Meant> {
    let sign = token.starts_with(['§', '第']);
    sign.then(|| Meant {
        fix: token.starts_with('§').then(|| "@".to_owned()),
        note: Some((
            "條文寫在 `@` 之後：`@ 5-1`".to_owned(),
            "a clause stands behind `@`: `@ 5-1`".to_owned(),
        )),
        ..Meant::default()
    })
}

/// Names with dashes and blanks in them, names that begin with a digit, and labels without
/// quotation marks.
fn name(text: &str, at: usize, token: &str, expected: &Expected) -> Option<Meant> {
    let rest = text.get(at..)?;
    if expected.name && token.starts_with(|c: char| c.is_numeric()) && token.contains(is_letter) {
        return Some(Meant {
            start: at,
            end: at + token.len(),
            is_word: false,
            fix: None,
            note: Some((
                "名稱以文字或 `_` 開頭，不能以數字開頭".to_owned(),
                "a name begins with a letter or `_`, not with a digit".to_owned(),
            )),
        });
    }
    // Only behind the name of a declaration, which stands behind its first word.
    let head = text.get(..at)?;
    if head.contains(['=', '＝', '{', '｛', '"', '\n', ':', '：']) {
        return None;
    }
    let (start, named) = word_before(text, at)?;
    let first = head.split(|c: char| !is_word(c)).next()?;
    let is_name = head.get(..start)?.trim_end() == first || head.get(..start)?.ends_with('.');
    let is_known = WORDS.iter().chain(JOINED).any(|(written, _)| *written == token)
        || language::WORDS.iter().any(|word| word.english == token || word.chinese == token)
        || nearest(token, expected.keywords.iter().map(String::as_str)).is_some()
        || begins_with_a_word(token, expected);
    if !is_name || is_known || item_word(first).is_none() || is_reserved(named) {
        return None;
    }
    let dash = rest.strip_prefix(['-', '－']).filter(|_| head.ends_with(is_word));
    let tail = dash.unwrap_or(rest);
    let more: &str = tail.split(|c: char| !(is_word(c) || c == '-')).next().unwrap_or("");
    if !more.starts_with(is_letter) {
        return None;
    }
    let end = at + (rest.len() - tail.len()) + more.len();
    let after = text.get(end..)?.trim_start();
    if dash.is_some() || after.starts_with(['"', '＂', '“']) && item_word(more).is_none() {
        let joined = format!("{named}_{}", more.replace('-', "_"));
        return Some(Meant {
            start,
            end,
            is_word: false,
            fix: Some(joined),
            note: Some((
                "名稱裡沒有空格與 `-`".to_owned(),
                "a name has neither blanks nor `-` in it".to_owned(),
            )),
        });
    }
    let line = rest.lines().next().unwrap_or("");
    let stop = line.find(['=', '＝', '{', '｛', '@', '＠']).unwrap_or(line.len());
    let label = line.get(..stop)?.trim_end();
    (expected.text && stop < line.len()).then(|| {
        let quoted: Vec<String> =
            label.split('/').map(|part| format!("\"{}\"", part.trim())).collect();
        Meant {
            start: at,
            end: at + label.len(),
            is_word: false,
            fix: None,
            note: Some((
                format!("標題寫在引號裡：{}", code(&quoted)),
                format!("a label stands in quotation marks: {}", code(&quoted)),
            )),
        }
    })
}

/// Whether a word that may stand here runs into the name behind it: `屬於payment`. Words of one
/// character begin many labels.
fn begins_with_a_word(token: &str, expected: &Expected) -> bool {
    let words = expected.keywords.iter().filter(|word| !word.is_ascii());
    let mut long = words.filter(|word| word.chars().count() > 1);
    long.any(|word| token.len() > word.len() && token.starts_with(word.as_str()))
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

fn code(parts: &[String]) -> String {
    format!("`{}`", parts.join(" / "))
}
