//! The grammar's rules in the author's words: what may stand at a place, and how each part is
//! written.

use super::Rule;
use guiju_model::text::Localized;
use guiju_model::words::{Words, english, quoted, snippet};

/// What could have stood where parsing stopped.
#[derive(Default)]
pub(super) struct Expected {
    /// Spellings that were possible, the telling ones.
    pub(super) keywords: Vec<String>,
    /// Whether a name was possible.
    pub(super) name: bool,
    /// Whether a text in quotation marks was.
    pub(super) text: bool,
    /// Words in both languages, and whether leaving the part out would have been right too.
    words: Vec<(Localized, bool)>,
}

enum Word {
    /// A keyword or symbol without which the item is not complete.
    Needed(&'static str),
    /// One that may be left out.
    Optional(&'static str),
    Words(&'static str, &'static str),
    OptionalWords(&'static str, &'static str),
    Nothing,
}

impl Expected {
    /// `words` is how they are spelled.
    pub(super) fn of(rules: &[Rule], words: Words) -> Expected {
        let mut expected = Expected::default();
        // After a value any operator may follow; that is never the point.
        let after_value = rules.contains(&Rule::plus);
        let in_claim = rules.contains(&Rule::claim_refused);
        let each = |rule: &Rule| match rule {
            Rule::criterion => CRITERIA.to_vec(),
            rule => vec![*rule],
        };
        for rule in &rules.iter().flat_map(each).collect::<Vec<_>>() {
            let operator =
                matches!(rule, Rule::kw_in | Rule::dotdot | Rule::dot | Rule::lparen | Rule::eq);
            if (after_value && operator)
                || (!in_claim
                    && matches!(
                        rule,
                        Rule::kw_has | Rule::is_known | Rule::is_not_known | Rule::is_met
                    ))
            {
                continue;
            }
            let both = |zh: &str, en: &str| match words {
                Words::Chinese if CLAIMS.contains(rule) => {
                    Localized::new(CHINESE_CLAIMS, CHINESE_CLAIMS.replace('、', ", "))
                }
                _ => Localized::new(quoted(zh, words), quoted(en, words)),
            };
            let (words, optional) = match word(*rule) {
                Word::Needed(text) | Word::Optional(text)
                    if text.starts_with(|c: char| c.is_ascii_alphabetic()) =>
                {
                    let chinese = chinese(*rule, text);
                    expected.keywords.extend([text.to_owned(), chinese.clone()]);
                    let shown = if words == Words::Chinese { chinese } else { text.to_owned() };
                    (
                        Localized::same(format!("`{shown}`")),
                        matches!(word(*rule), Word::Optional(_)),
                    )
                }
                Word::Needed(text) => (Localized::same(format!("`{text}`")), false),
                Word::Optional(text) => (Localized::same(format!("`{text}`")), true),
                Word::Words(zh, en) => (both(zh, en), false),
                Word::OptionalWords(zh, en) => (both(zh, en), true),
                Word::Nothing => continue,
            };
            // The words in a list are meant one by one.
            if words.zh.contains('`') {
                expected.keywords.extend(
                    words
                        .zh
                        .split('`')
                        .skip(1)
                        .step_by(2)
                        .filter(|word| !word.contains(' '))
                        .map(str::to_owned),
                );
            }
            expected.name |= matches!(
                rule,
                Rule::ident
                    | Rule::from_entity
                    | Rule::dropped
                    | Rule::drop_kind
                    | Rule::group
                    | Rule::key_mark
                    | Rule::field
                    | Rule::enum_value
            );
            expected.text |= matches!(rule, Rule::string | Rule::label);
            if !expected.words.iter().any(|(other, _)| *other == words) {
                expected.words.push((words, optional));
            }
        }
        expected
    }

    /// Whether nothing but a text in quotation marks would do.
    pub(super) fn only_text(&self) -> bool {
        self.text && self.words.len() == 1
    }

    /// The possibilities as words: what is needed, or where nothing is, what may follow.
    pub(super) fn words(&self) -> Localized {
        let needed = self.words.iter().any(|(_, optional)| !optional);
        let shown: Vec<&Localized> = self
            .words
            .iter()
            .filter(|(_, optional)| *optional != needed)
            .map(|(words, _)| words)
            .take(6)
            .collect();
        if shown.is_empty() {
            return Localized::new("這一項的結尾", "the end of the item");
        }
        let join = |parts: Vec<&str>, comma: &str, or: &str| match parts.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{}{or}{last}", rest.join(comma)),
            None => String::new(),
        };
        let zh = join(shown.iter().map(|words| words.zh.as_str()).collect(), "、", "或");
        let en = join(
            shown.iter().map(|words| words.en.as_deref().unwrap_or(&words.zh)).collect(),
            ", ",
            " or ",
        );
        // A space between Chinese and code, as everywhere in the messages.
        let zh = zh.replace("`或", "` 或").replace("或`", "或 `");
        Localized::new(if zh.starts_with('`') { format!(" {zh}") } else { zh }, en)
    }
}

/// The words that a criterion may begin with: the parser names the whole.
const CRITERIA: &[Rule] = &[Rule::kw_highest, Rule::kw_lowest, Rule::kw_earliest, Rule::kw_latest];

/// What may be claimed of a record or figure in a test.
const CLAIMS: &[Rule] =
    &[Rule::test_claim, Rule::claim_refused, Rule::claim_issue, Rule::claim_no_issue, Rule::is_met];
const CHINESE_CLAIMS: &str =
    "`=`、`介於`、`計入`、`不計入`、`未定`、`不在`、`有提示`、`達成`、`未達成`";

/// The Chinese spelling of a word that a rule asks for.
fn chinese(rule: Rule, english: &str) -> String {
    match english {
        // Parts of phrases that are one word.
        "for" => "全計畫".to_owned(),
        "within" => "跨全計畫".to_owned(),
        "across" => "跨年度".to_owned(),
        _ => super::word(rule).map_or_else(|| snippet(english), |word| word.chinese.to_owned()),
    }
}

fn word(rule: Rule) -> Word {
    match rule {
        Rule::paren
        | Rule::reference
        | Rule::counted_self
        | Rule::quantity
        | Rule::bool
        | Rule::number
        | Rule::expr
        | Rule::kw_true
        | Rule::kw_false
        | Rule::test_value
        | Rule::test_quantity => Word::Words("值", "a value"),
        Rule::kw_else | Rule::else_part => Word::Needed("else"),
        Rule::kw_expect => Word::Needed("expect"),
        Rule::kw_from | Rule::kw_from_key => Word::Needed("from"),
        Rule::kw_by => Word::Needed("by"),
        Rule::kw_on => Word::Needed("on"),
        Rule::en_of => Word::Needed("of"),
        Rule::kw_between => Word::Needed("between"),
        Rule::kw_among => Word::Needed("among"),
        Rule::kw_keep | Rule::keep | Rule::keep_record => Word::Needed("keep"),
        Rule::kw_none => Word::Needed("none"),
        Rule::kw_first | Rule::en_first => Word::Needed("first"),
        Rule::en_best => Word::Needed("best"),
        Rule::en_known => Word::Needed("known"),
        Rule::en_programme | Rule::kw_programme => Word::Needed("programme"),
        Rule::en_every => Word::Needed("every"),
        Rule::en_with => Word::Needed("with"),
        Rule::en_target => Word::Needed("target"),
        Rule::en_kpi => Word::Needed("kpi"),
        Rule::select | Rule::kw_select => Word::Needed("select"),
        Rule::require | Rule::kw_require => Word::Needed("require"),
        Rule::count | Rule::kw_count => Word::Needed("count"),
        Rule::sum | Rule::kw_sum => Word::Needed("sum"),
        // What most tallies have is named first.
        Rule::average | Rule::kw_average => Word::Optional("average"),
        Rule::minimum | Rule::kw_minimum => Word::Optional("minimum"),
        Rule::maximum | Rule::kw_maximum => Word::Optional("maximum"),
        Rule::split | Rule::kw_split => Word::Needed("split"),
        Rule::target | Rule::kw_target => Word::Optional("target"),
        Rule::kw_distinct => Word::Optional("distinct"),
        Rule::by_key => Word::Optional("by"),
        Rule::criteria | Rule::kw_order => Word::Needed("order"),
        Rule::kw_highest => Word::Needed("highest"),
        Rule::kw_lowest => Word::Needed("lowest"),
        Rule::kw_earliest => Word::Needed("earliest"),
        Rule::kw_latest => Word::Needed("latest"),
        Rule::places | Rule::kw_places => Word::Needed("places"),
        Rule::budget | Rule::kw_budget => Word::Needed("budget"),
        Rule::give | Rule::kw_give => Word::Needed("give"),
        Rule::rest | Rule::kw_rest => Word::Needed("rest"),
        Rule::kw_partly => Word::Needed("partly"),
        Rule::kw_stop => Word::Needed("stop"),
        Rule::kw_next => Word::Needed("next"),
        Rule::proportion | Rule::in_proportion => Word::Optional("in proportion to"),
        Rule::step | Rule::kw_step => Word::Optional("step"),
        Rule::ties | Rule::kw_ties => Word::Optional("ties"),
        Rule::kw_open => Word::Needed("open"),
        Rule::kw_together => Word::Needed("together"),
        Rule::reserve | Rule::kw_reserve => Word::Optional("reserve"),
        Rule::equals => Word::Needed("="),
        Rule::arrow => Word::Needed("=>"),
        Rule::colon => Word::Needed(":"),
        Rule::lbrace => Word::Needed("{"),
        Rule::rbrace => Word::Needed("}"),
        Rule::rparen => Word::Needed(")"),
        Rule::kw_when | Rule::when_part => Word::Optional("when"),
        Rule::kw_as | Rule::twin => Word::Optional("as"),
        Rule::en_for | Rule::for_programme | Rule::scope | Rule::every_target => {
            Word::Optional("for")
        }
        Rule::kw_in | Rule::kw_in_unit | Rule::kw_in_parent => Word::Optional("in"),
        Rule::kw_into => Word::Optional("into"),
        Rule::kw_dated => Word::Optional("dated"),
        Rule::kw_amends | Rule::amends => Word::Optional("amends"),
        Rule::uncomputable | Rule::not_computable => Word::Optional("not computable because"),
        Rule::en_computable => Word::Needed("computable"),
        Rule::within_programme | Rule::within => Word::Optional("within"),
        Rule::across_years | Rule::across => Word::Optional("across"),
        Rule::en_years => Word::Needed("years"),
        Rule::kw_because | Rule::because => Word::Optional("because"),
        Rule::kw_ordered | Rule::ordered => Word::Optional("ordered"),
        Rule::kw_otherwise | Rule::otherwise => Word::Optional("otherwise"),
        Rule::kw_like | Rule::like => Word::Optional("like"),
        Rule::at | Rule::cites | Rule::ground => Word::Optional("@"),
        Rule::bar => Word::Optional("|"),
        Rule::comma => Word::Optional(","),
        Rule::lparen | Rule::arguments => Word::Optional("("),
        Rule::dotdot => Word::Optional(".."),
        Rule::string | Rule::label => {
            Word::OptionalWords("引號內的文字", "a text in quotation marks")
        }
        Rule::dot => Word::Optional("."),
        Rule::ident
        | Rule::from_entity
        | Rule::group
        | Rule::over
        | Rule::enum_value
        | Rule::record_key
        | Rule::test_path => Word::Words("名稱", "a name"),
        Rule::date => Word::Words("日期", "a date"),
        Rule::clause => Word::Words("條文編號", "a clause id"),
        Rule::source_clause => Word::Words("條文", "a clause"),
        Rule::field | Rule::key_mark => Word::Words("欄位", "a field"),
        Rule::field_type
        | Rule::enum_type
        | Rule::list_type
        | Rule::range_type
        | Rule::signed_type
        | Rule::decimal_type => Word::Words("型別", "a type"),
        Rule::row => Word::Words("一列條件", "a row"),
        Rule::table_key => Word::Words("`by`、`from` 或 `above`", "`by`, `from` or `above`"),
        Rule::table_file | Rule::kw_file => Word::Needed("file"),
        Rule::kw_above => Word::Needed("above"),
        Rule::kw_graduated => Word::Optional("graduated"),
        Rule::severity => {
            Word::OptionalWords("`advice`、`warning`、`error`", "`advice`, `warning`, `error`")
        }
        rule if CLAIMS.contains(&rule) => Word::OptionalWords(
            "`=`、`between`、`counted in`、`refused in`、`not in`、`has issue`、`is`",
            "`=`, `between`, `counted in`, `refused in`, `not in`, `has issue`, `is`",
        ),
        Rule::en_issue => Word::Needed("issue"),
        Rule::en_undetermined
        | Rule::en_not_applicable
        | Rule::en_invalid
        | Rule::en_not_met
        | Rule::en_met => Word::Words(
            "`met`、`not_met`、`undetermined`、`not_applicable` 或 `invalid`",
            "`met`, `not_met`, `undetermined`, `not_applicable` or `invalid`",
        ),
        Rule::test_expect => Word::Needed("expect"),
        Rule::test_record | Rule::test_programme => Word::Words("一筆資料", "a record"),
        Rule::assignment => Word::Words("`欄位: 值`", "`field: value`"),
        _ => Word::Nothing,
    }
}

type Shape = (&'static str, &'static str, &'static str);

/// How each item is written.
const ITEMS: &[Shape] = &[
    ("pack", "`pack 名稱 \"標題\" amends 前一版`", "`pack name \"title\" amends earlier_edition`"),
    ("drop", "`drop 名稱, 名稱 @ 條文`", "`drop name, name @ clause`"),
    (
        "extend",
        "`extend 資料 { 欄位 \"標題\": 型別? } @ 條文`",
        "`extend entity { field \"label\": type? } @ clause`",
    ),
    (
        "period",
        "`period 108/02/01 .. 109/01/31 @ 條文`",
        "`period 108/02/01 .. 109/01/31 @ clause`",
    ),
    (
        "source",
        "`source 名稱 \"標題\" dated 日期 { 條文 \"摘要\"  條文 not computable because \"理由\" }`",
        "`source name \"title\" dated date { clause \"summary\"  clause not computable because \"why\" }`",
    ),
    ("let", "`let 名稱 \"標題\" = 值 @ 條文`", "`let name \"label\" = value @ clause`"),
    (
        "table",
        "`table 名稱 \"標題\" by 資料.欄位, from date { 鍵, 鍵 => 值 @ 條文 }`，或 `… file \"各列.csv\" @ 條文`",
        "`table name \"label\" by entity.field, from date { key, key => value @ clause }`, or `… file \"rows.csv\" @ clause`",
    ),
    (
        "entity",
        "`entity 名稱 \"標題\" in 上層 { key 欄位: text  欄位 \"標題\": 型別? }`",
        "`entity name \"label\" in parent { key field: text  field \"label\": type? }`",
    ),
    (
        "classify",
        "`classify 資料.名稱 \"標題\": 甲 | 乙 { 條件 => 甲 @ 條文  otherwise => 乙 }`",
        "`classify entity.name \"label\": a | b { condition => a @ clause  otherwise => b }`",
    ),
    (
        "tally",
        "`tally 名稱 \"標題\" in 單位 from 資料 { select …  require … else …  count }`",
        "`tally name \"label\" in unit from entity { select …  require … else …  count }`",
    ),
    (
        "once",
        "`once 名稱 \"標題\" by 欄位 between 甲, 乙 keep none else \"理由\" @ 條文`，或 `… among 甲 keep first …`",
        "`once name \"label\" by field between a, b keep none else \"reason\" @ clause`, or `… among a keep first …`",
    ),
    (
        "award",
        "`award 名稱 \"標題\" from 資料 { require 條件 else \"理由\" @ 條文  order highest 數字  places 數目 } @ 條文`，或 `… budget 金額  give 金額 …`",
        "`award name \"label\" from entity { require condition else \"reason\" @ clause  order highest number  places number } @ clause`, or `… budget amount  give amount …`",
    ),
    (
        "kpi",
        "`kpi 名稱 \"標題\" in 單位 = 算式 @ 條文`",
        "`kpi name \"label\" in unit = formula @ clause`",
    ),
    (
        "obligation",
        "`obligation 名稱 \"標題\" advice when 條件 expect 條件 else \"理由\" @ 條文`",
        "`obligation name \"label\" advice when condition expect condition else \"reason\" @ clause`",
    ),
    (
        "check",
        "`check 名稱 on 資料.欄位 when 條件 expect 條件 else \"理由\" @ 條文`",
        "`check name on entity.field when condition expect condition else \"reason\" @ clause`",
    ),
    ("example", "`example 名稱: 資料 { 欄位: 值 }`", "`example name: entity { field: value }`"),
    (
        "test",
        "`test \"說明\" { 資料 編號 { 欄位: 值 }  expect 編號.指標 = 值 }`",
        "`test \"what\" { entity key { field: value }  expect key.kpi = value }`",
    ),
];

/// How the parts of a tally are written.
const PARTS: &[Shape] = &[
    ("select", "`select 條件`", "`select condition`"),
    (
        "require",
        "`require 條件 else \"理由\" @ 條文`",
        "`require condition else \"reason\" @ clause`",
    ),
    (
        "count",
        "`count as 名稱 \"標題\" in 單位`；`count distinct 欄位 as 名稱 \"標題\" in 單位`",
        "`count as name \"label\" in unit` or `count distinct field as name \"label\" in unit`",
    ),
    ("sum", "`sum 數字 as 名稱 \"標題\"`", "`sum number as name \"label\"`"),
    ("average", "`average 數字 as 名稱 \"標題\"`", "`average number as name \"label\"`"),
    ("minimum", "`minimum 數字 as 名稱 \"標題\"`", "`minimum number as name \"label\"`"),
    ("maximum", "`maximum 數字 as 名稱 \"標題\"`", "`maximum number as name \"label\"`"),
    (
        "split",
        "`split 欄位`；`split 條件 into 是 \"標題\", 否 \"標題\"`",
        "`split field` or `split condition into yes \"label\", no \"label\"`",
    ),
    ("target", "`target sum 數字 @ 條文`", "`target sum number @ clause`"),
];

/// How a value of records is written.
const VALUE: (&str, &str) = (
    "`let 資料.名稱 \"標題\" = 條件 else \"理由\" @ 條文`",
    "`let entity.name \"label\" = condition else \"reason\" @ clause`",
);

/// How a tally with figures of records is written.
const FIGURE: (&str, &str) = (
    "`tally 資料.名稱 \"標題\" in 單位 from 資料 by 欄位 { select …  require … else …  sum 數字 }`",
    "`tally entity.name \"label\" in unit from entity by field { select …  require … else …  sum number }`",
);

/// How a tally is changed by an edition.
const EXTENSION: (&str, &str) = (
    "`extend tally 名稱 { first require 條件  after 條件名稱 require 條件  drop 條件名稱 } @ 條文`",
    "`extend tally name { first require condition  after name require condition  drop name } @ clause`",
);

/// How the rows of a `case` are written.
const CASE: (&str, &str) = (
    "`case { 條件 => 值 @ 條文  otherwise => 值 @ 條文 }`",
    "`case { condition => value @ clause  otherwise => value @ clause }`",
);

/// The length of an item's first word, and how the part around a place is written.
pub(super) fn shape(
    text: &str,
    at: usize,
    meant: Option<&str>,
) -> (usize, Option<(&'static str, &'static str)>) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let head = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    let find = |list: &'static [Shape], word: &str| {
        let word = english(word);
        list.iter().find(|(name, _, _)| *name == word).map(|(_, zh, en)| (*zh, *en))
    };
    let before = text.get(..at).unwrap_or("");
    // The part that the line belongs to begins with the last of these words at the start of a line.
    let part = before.lines().rev().take(8).find_map(|line| {
        find(PARTS, line.trim_start().split(|c: char| !is_word(c)).next().unwrap_or(""))
    });
    let part = meant.and_then(|meant| find(PARTS, meant)).or(part);
    let (name, value) = before.split_once(['=', '＝']).unwrap_or((before, ""));
    // A `case` is open where the value of an item begins with the word.
    let in_case = ["case", "視情形"].iter().any(|word| value.trim_start().starts_with(word))
        && value.contains(['{', '｛']);
    let second = text[head..].trim_start().split(|c: char| !is_word(c)).next().unwrap_or("");
    let item = match english(&text[..head]) {
        "let" | "kpi" if in_case => Some(CASE),
        "let" if name.contains(['.', '．']) => Some(VALUE),
        "extend" if english(second) == "tally" => Some(EXTENSION),
        "tally"
            if before.split(['{', '｛']).next().is_some_and(|name| name.contains(['.', '．'])) =>
        {
            Some(FIGURE)
        }
        _ => find(ITEMS, &text[..head]),
    };
    (
        head,
        if english(&text[..head]) == "tally" && before.contains(['{', '｛']) {
            part.or(item)
        } else {
            item
        },
    )
}
