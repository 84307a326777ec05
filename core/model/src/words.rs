//! The words of the rule language in both spellings: the one table that the grammar, the formatter,
//! the checker and the messages draw from.
//!
//! A word is spelled by its role: `in` is 屬於 before the parent of an entity, 以 before a unit and 在
//! where membership is asked. Not here: where a word may stand (the grammar), and which names a
//! pack declares.

use std::borrow::Cow;

/// A spelling of the language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    #[default]
    English,
    Chinese,
}

/// What a word is to the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It begins a declaration.
    Item,
    /// It stands within one, and may be a name elsewhere.
    Plain,
    /// It ends or joins conditions, so no name may be spelled so.
    Reserved,
}

/// A word, or a phrase of several English words that is one in Chinese.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The rule of the grammar that reads it.
    pub rule: &'static str,
    pub kind: Kind,
    pub english: &'static str,
    pub chinese: &'static str,
}

impl Word {
    pub fn spelled(&self, words: Words) -> &'static str {
        match words {
            Words::English => self.english,
            Words::Chinese => self.chinese,
        }
    }

    /// Whether it is several words in English.
    pub fn is_phrase(&self) -> bool {
        self.english.contains(' ')
    }
}

macro_rules! words {
    ($($kind:ident { $($rule:ident $english:literal $chinese:literal)* })*) => {
        &[$($(Word { rule: stringify!($rule), kind: Kind::$kind, english: $english, chinese: $chinese },)*)*]
    };
}

/// The words that the grammar knows.
pub const WORDS: &[Word] = words! {
    Item {
        kw_pack "pack" "規則包"
        kw_drop "drop" "刪除"
        kw_extend "extend" "增訂"
        kw_period "period" "計畫期間"
        kw_source "source" "依據文件"
        kw_let "let" "設"
        kw_table "table" "對照表"
        kw_entity "entity" "資料"
        kw_classify "classify" "分類"
        kw_tally "tally" "核計"
        kw_once "once" "不重複"
        kw_award "award" "核給"
        kw_kpi "kpi" "指標"
        kw_obligation "obligation" "義務"
        kw_check "check" "檢核"
        kw_example "example" "範例"
        kw_test "test" "測試"
    }
    Plain {
        kw_amends "amends" "修正"
        not_computable "not computable" "無法計算"
        kw_dated "dated" "日期"
        kw_key "key" "識別"
        list_of "list of" "多選"
        kw_signed "signed" "可負"
        kw_money "money" "金額"
        kw_number "number" "數值"
        kw_in_parent "in" "屬於"
        kw_in_unit "in" "以"
        kw_as_percent "as" "以"
        kw_from "from" "取自"
        kw_from_key "from" "自"
        kw_above "above" "逾"
        kw_as "as" "稱為"
        kw_by "by" "依"
        for_programme "for programme" "全計畫"
        every_target "for every kpi with target" "每項有目標之指標"
        within_programme "within programme" "跨全計畫"
        across_years "across years" "跨年度"
        kw_on "on" "針對"
        kw_ordered "ordered" "由上而下"
        kw_select "select" "選取"
        kw_require "require" "要求"
        kw_count "count" "計數"
        kw_sum "sum" "加總"
        kw_average "average" "平均"
        kw_minimum "minimum" "最小"
        kw_maximum "maximum" "最大"
        kw_distinct "distinct" "相異"
        kw_split "split" "拆分"
        kw_target "target" "目標"
        kw_into "into" "為"
        kw_between "between" "比對"
        kw_among "among" "逐筆比對"
        kw_keep "keep" "保留"
        kw_none "none" "均不計"
        keep_first "keep first of" "優先計入"
        keep_best "keep best of" "擇優計入"
        kw_order "order" "排序"
        kw_highest "highest" "最高"
        kw_lowest "lowest" "最低"
        kw_earliest "earliest" "最早"
        kw_latest "latest" "最晚"
        kw_places "places" "名額"
        kw_budget "budget" "預算"
        kw_give "give" "給予"
        kw_rest "rest" "餘額"
        kw_partly "partly" "部分"
        kw_stop "stop" "截止"
        kw_next "next" "遞補"
        kw_ties "ties" "同分"
        kw_open "open" "待定"
        kw_together "together" "一併"
        kw_reserve "reserve" "備取"
        in_proportion "in proportion to" "按比例"
        kw_step "step" "級距"
        kw_graduated "graduated" "累進"
        kw_file "file" "檔案"
        kw_case "case" "視情形"
        kw_first "first" "最前"
        kw_after "after" "接在"
        kw_like "like" "同"
        kw_advice "advice" "建議"
        kw_warning "warning" "警示"
        kw_error "error" "錯誤"
        kw_programme "programme" "全計畫"
        claim_between "between" "介於"
        claim_and "and" "至"
        claim_refused "refused in" "不計入"
        claim_open "undetermined in" "未定"
        claim_issue "has issue" "有提示"
        claim_no_issue "has no issue" "無提示"
        is_undetermined "is undetermined" "未定"
        is_not_applicable "is not_applicable" "不適用"
        is_invalid "is invalid" "無效"
        is_not_met "is not_met" "未達成"
        is_met "is met" "達成"
    }
    Reserved {
        kw_and "and" "且"
        kw_or "or" "或"
        kw_not "not" "非"
        kw_in "in" "在"
        not_in "not in" "不在"
        kw_has "has" "含"
        has_any "has any" "含任一"
        has_all "has all" "含全部"
        kw_matches "matches" "符合格式"
        kw_covers "covers" "涵蓋"
        counted "counted in" "計入"
        is_known "is known" "有值"
        is_not_known "is not known" "無值"
        kw_because "because" "因為"
        kw_else "else" "否則"
        kw_when "when" "當"
        kw_expect "expect" "應"
        kw_otherwise "otherwise" "其餘"
    }
};

/// `or` before a value that stands in for a missing one: the grammar tells it from 或 only in
/// Chinese.
pub const OR_ELSE: Word =
    Word { rule: "or_else", kind: Kind::Reserved, english: "or", chinese: "無則" };

/// Which names are built into the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The type of a field.
    Type,
    /// A function.
    Function,
    /// `true` and `false`; in Chinese they are names, for choices may be called so.
    Flag,
    /// The period of the pack.
    Period,
    /// The programme, before a dot.
    Programme,
    /// In obligations for every KPI with a target.
    Figure,
    /// What a test gives for KPIs.
    Given,
}

/// Names that are built in: their English and Chinese spelling. In Chinese a name that the pack
/// declares goes before them.
pub const NAMES: &[(Name, &str, &str)] = &[
    (Name::Type, "text", "文字"),
    (Name::Type, "bool", "是否"),
    (Name::Type, "date", "日期"),
    (Name::Type, "period", "期間"),
    (Name::Type, "money", "金額"),
    (Name::Type, "int", "整數"),
    (Name::Type, "number", "數值"),
    (Name::Type, "percent", "百分比"),
    (Name::Function, "min", "取小"),
    (Name::Function, "max", "取大"),
    (Name::Function, "length", "字數"),
    (Name::Function, "previous", "前期"),
    (Name::Function, "target", "目標值"),
    (Name::Function, "sum", "加總"),
    (Name::Function, "average", "平均"),
    (Name::Function, "maximum", "最大"),
    (Name::Function, "minimum", "最小"),
    (Name::Function, "count", "計數"),
    (Name::Function, "share", "占比"),
    (Name::Function, "group", "本組"),
    (Name::Function, "some", "任一"),
    (Name::Function, "every", "每一"),
    (Name::Function, "round", "四捨五入"),
    (Name::Function, "round_up", "進位"),
    (Name::Function, "round_down", "捨去"),
    (Name::Function, "round_even", "四捨六入"),
    (Name::Function, "age", "足歲"),
    (Name::Function, "span", "期程"),
    (Name::Function, "first", "首日"),
    (Name::Function, "last", "末日"),
    (Name::Function, "days", "天數"),
    (Name::Function, "overlap", "重疊天數"),
    (Name::Flag, "true", "是"),
    (Name::Flag, "false", "否"),
    (Name::Period, "period", "計畫期間"),
    (Name::Programme, "programme", "全計畫"),
    (Name::Figure, "value", "實際值"),
    (Name::Figure, "target", "目標值"),
    (Name::Given, "targets", "目標值"),
    (Name::Given, "previous", "前期"),
];

/// A built-in name of a kind in its English spelling, from either.
pub fn built_in(kind: Name, written: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(of, english, chinese)| *of == kind && (written == *english || written == *chinese))
        .map(|(_, english, _)| *english)
}

/// A built-in name of a kind in a spelling, from either; what is none stays as it is.
pub fn name_in(kind: Name, written: &str, words: Words) -> &str {
    let found = NAMES
        .iter()
        .find(|(of, english, chinese)| *of == kind && (written == *english || written == *chinese));
    match (found, words) {
        (Some((_, english, _)), Words::English) => english,
        (Some((_, _, chinese)), Words::Chinese) => chinese,
        (None, _) => written,
    }
}

/// The words that begin a declaration, in a spelling.
pub fn item_words(words: Words) -> impl Iterator<Item = &'static str> {
    WORDS.iter().filter(|word| word.kind == Kind::Item).map(move |word| word.spelled(words))
}

/// The word that begins a declaration, from either spelling.
pub fn item_word(written: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| {
        word.kind == Kind::Item && (written == word.english || written == word.chinese)
    })
}

/// A word of the language in English; what is none stays as it is. Of several roles the first.
pub fn english(written: &str) -> &str {
    WORDS.iter().find(|word| word.chinese == written).map_or(written, |word| word.english)
}

/// Whether no name may be spelled so.
pub fn is_reserved(written: &str) -> bool {
    let part =
        |word: &Word| word.english.split(' ').next() == Some(written) || word.chinese == written;
    matches!(written, "true" | "false")
        || WORDS.iter().chain([&OR_ELSE]).any(|word| word.kind == Kind::Reserved && part(word))
}

/// The words of a declaration: those of its first word.
pub fn words_of_item(text: &str) -> Words {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    if item_word(&text[..end]).is_some_and(|word| text.starts_with(word.chinese)) {
        Words::Chinese
    } else {
        Words::English
    }
}

/// The words of a text: those that most of its declarations begin with.
pub fn words_of(text: &str) -> Words {
    let (mut english, mut chinese) = (0_usize, 0_usize);
    for line in text.lines() {
        let word = line
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .find(|word| !word.is_empty())
            .unwrap_or("");
        if let Some(found) = item_word(word).filter(|_| line.starts_with(word)) {
            *(if found.chinese == word { &mut chinese } else { &mut english }) += 1;
        }
    }
    if chinese > english { Words::Chinese } else { Words::English }
}

/// How a piece of rules that a message quotes is spelled: what stands between backticks in words of
/// the language. The messages are written in English words.
pub fn quoted<'a>(message: &'a str, words: Words) -> Cow<'a, str> {
    if words == Words::English || !message.contains('`') {
        return Cow::Borrowed(message);
    }
    let parts = message.split('`').enumerate();
    Cow::Owned(
        parts
            .map(|(n, part)| if n % 2 == 1 { snippet(part) } else { part.to_owned() })
            .collect::<Vec<_>>()
            .join("`"),
    )
}

/// A piece of rules in English words as one in Chinese words. What a word of several roles means is
/// seen from what follows it.
pub fn snippet(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if is_word(c) || c.is_alphabetic() {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            match phrase(code, rest) {
                Some((length, chinese)) => {
                    out.push_str(chinese);
                    rest = &rest[length..];
                }
                None => {
                    out.push_str(&rest[..end]);
                    rest = &rest[end..];
                }
            }
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The longest word or phrase that a piece of rules begins with, and its Chinese spelling.
fn phrase(code: &str, rest: &str) -> Option<(usize, &'static str)> {
    let begins = |english: &str| {
        let after = rest.strip_prefix(english)?;
        (!after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            .then_some(after.trim_start())
    };
    let (english, after) = WORDS
        .iter()
        .filter_map(|word| Some((word.english, begins(word.english)?)))
        .max_by_key(|(word, _)| word.len())
        .or_else(|| {
            let kinds = [Name::Type, Name::Function, Name::Flag];
            NAMES
                .iter()
                .filter(|(kind, ..)| kinds.contains(kind))
                .find_map(|(_, english, _)| Some((*english, begins(english)?)))
        })?;
    // A name before a colon, after a dot, or beside other keys.
    let before = &code[..code.len() - rest.len()];
    let is_key = english != "key" || after.is_empty() || after.starts_with(char::is_alphabetic);
    if (after.starts_with([':', '：']) && code != rest) || before.ends_with('.') || !is_key {
        return None;
    }
    let of = |rule: &str| WORDS.iter().find(|word| word.rule == rule).map(|word| word.chinese);
    let named = |kind| {
        NAMES
            .iter()
            .find(|(of, name, _)| *of == kind && *name == english)
            .map(|(.., chinese)| *chinese)
    };
    let chinese = match english {
        "in" if after.starts_with('(') => of("kw_in"),
        "in" if after.starts_with(['上', '…'])
            || ["parent", "programme"].iter().any(|above| after.starts_with(above)) =>
        {
            of("kw_in_parent")
        }
        "in" => of("kw_in_unit"),
        "from" if after.starts_with('資') || after.starts_with("entity") => of("kw_from"),
        "from" => of("kw_from_key"),
        "as" if after.starts_with('%') => of("kw_as_percent"),
        "as" => of("kw_as"),
        "or" if rest.contains("because") => Some(OR_ELSE.chinese),
        "sum" | "count" | "average" | "minimum" | "maximum" if after.starts_with('(') => {
            named(Name::Function)
        }
        _ => WORDS
            .iter()
            .find(|word| word.english == english && word.rule != "claim_and")
            .map(|word| word.chinese),
    };
    let chinese =
        chinese.or_else(|| [Name::Type, Name::Function, Name::Flag].into_iter().find_map(named))?;
    Some((english.len(), chinese))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_rules_are_spelled_by_role() {
        let cases = [
            ("`once … by`", "`不重複 … 依`"),
            ("`kpi {0} in 家 = …`", "`指標 {0} 以 家 = …`"),
            ("`entity 名稱 in 上層`", "`資料 名稱 屬於 上層`"),
            ("`{1} in programme`", "`{1} 屬於 全計畫`"),
            ("`let` and `in ( … )`", "`設` and `在 ( … )`"),
            ("`keep first of (…)` or `as %`", "`優先計入 (…)` or `以 %`"),
            ("`value or fallback because \"or\"`", "`value 無則 fallback 因為 \"or\"`"),
            (
                "`tally 名稱 in 單位 from 資料 { 欄位 is not known }`",
                "`核計 名稱 以 單位 取自 資料 { 欄位 無值 }`",
            ),
        ];
        for (english, chinese) in cases {
            assert_eq!(quoted(english, Words::Chinese), chinese);
            assert_eq!(quoted(english, Words::English), english);
        }
    }

    #[test]
    fn one_role_has_one_word() {
        for (n, word) in WORDS.iter().enumerate() {
            assert!(WORDS[n + 1..].iter().all(|other| other.rule != word.rule), "{}", word.rule);
            assert!(!word.chinese.contains(' ') && !word.chinese.is_ascii(), "{}", word.rule);
        }
    }

    #[test]
    fn a_text_has_the_words_of_most_of_its_declarations() {
        assert_eq!(words_of("規則包 p\n資料 e { }\nlet x = 1"), Words::Chinese);
        assert_eq!(words_of("pack p\n設 x = 1"), Words::English);
        assert_eq!(words_of(""), Words::English);
    }
}
