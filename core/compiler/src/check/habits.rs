//! Names that rules do not know although other languages do, and what says the same here.
//!
//! Not here: words where a declaration cannot be read (`syntax/meant`), and misspelt names.

use super::expr::Scope;
use guiju_model::diagnostic::Diagnostic;
use guiju_model::rules::Type;
use guiju_model::text::Localized;

/// Adds what says the same, where a name is one of other languages.
pub(super) fn meant(diagnostic: Diagnostic, name: &str) -> Diagnostic {
    let last = name.rsplit('.').next().unwrap_or(name);
    let (zh, en) = match last.to_lowercase().as_str() {
        "today" | "now" | "今天" | "今日" => (
            "規則不看時鐘：要比較的日期是資料的欄位，或以 `let` 寫明",
            "rules have no clock: the day is a field of the data, or a `let`",
        ),
        "abs" => ("絕對值寫成 `max(x, -x)`", "the absolute value is `max(x, -x)`"),
        "floor" | "trunc" => (
            "捨去寫成 `round_down(x, 1)`，第二個是捨入單位",
            "`round_down(x, 1)` rounds towards zero, to a multiple of its second number",
        ),
        "ceil" | "ceiling" => (
            "進位寫成 `round_up(x, 1)`，第二個是捨入單位",
            "`round_up(x, 1)` rounds away from zero, to a multiple of its second number",
        ),
        "avg" | "mean" => ("平均是 `average(…)`", "the average is `average(…)`"),
        "all" | "forall" => ("每一筆都成立寫成 `every(資料: 條件)`", "`every(entity: condition)`"),
        "any" | "exists" => ("有一筆成立寫成 `some(資料: 條件)`", "`some(entity: condition)`"),
        "len" | "strlen" => ("字數是 `length(…)`", "the characters of a text are `length(…)`"),
        "rank" | "top" => (
            "名次由 `award … order highest …` 決定",
            "an award decides who stands where: `award … order highest …`",
        ),
        "median" => (
            "有平均、最小與最大：`average(…)`、`minimum(…)`、`maximum(…)`，沒有中位數",
            "there are `average(…)`, `minimum(…)` and `maximum(…)`, and no median",
        ),
        "weekday" | "dayofweek" | "星期" => (
            "規則不認星期：請以資料的欄位填報是星期幾或是否工作日",
            "rules know no weekdays: a field of the data says which day it is",
        ),
        _ if name.starts_with("other.") => (
            "規則只看同一單位的資料；全計畫的數字以 `kpi … for programme` 算出，讀作 `programme.名稱`",
            "rules see the records of their own root; a figure of all is a `kpi … for programme`, \
             read as `programme.name`",
        ),
        "start" if name.contains('.') => {
            ("期間的首日是 `first(期間)`", "the first day of a period is `first(period)`")
        }
        "end" if name.contains('.') => {
            ("期間的末日是 `last(期間)`", "the last day of a period is `last(period)`")
        }
        "null" | "none" | "nil" | "空白" => (
            "有沒有填寫寫成 `欄位 is known`、`欄位 is not known`",
            "whether a value is given is asked by `field is known`, `field is not known`",
        ),
        _ => return diagnostic,
    };
    diagnostic.note(zh, en)
}

/// Adds what says the same, where a function over records stands in a formula.
pub(super) fn over_records(diagnostic: Diagnostic, function: &str, scope: Scope) -> Diagnostic {
    const OVER: [&str; 10] =
        ["sum", "average", "minimum", "maximum", "count", "加總", "平均", "最小", "最大", "計數"];
    match scope {
        _ if !OVER.contains(&function) => diagnostic,
        Scope::Root | Scope::EachTarget => diagnostic.note(
            "各筆資料的數字由計數項算出：`tally 名稱 from 資料 { maximum 欄位 }`，再用它的名稱",
            "a figure over records is a tally, used by its name: \
             `tally name from entity { maximum field }`",
        ),
        Scope::Record(_) | Scope::Classification(_) => diagnostic.note(
            "屬於一筆資料的各筆由計數項算出：`tally 資料.名稱 from 其他資料 by 欄位 { count }`",
            "a figure over what belongs to a record is a tally of it: \
             `tally entity.name from other by field { count }`",
        ),
        _ => diagnostic,
    }
}

/// Adds where a figure of the root may be read, where it may not.
pub(super) fn figure(diagnostic: Diagnostic, scope: Scope) -> Diagnostic {
    match scope {
        Scope::Classification(_) => diagnostic.note(
            "依指標分類的是最上層類別的 `classify`，或 `kpi 名稱 = case { … }`",
            "what figures choose is a `classify` of the root, or `kpi name = case { … }`",
        ),
        Scope::Constant => diagnostic.note(
            "由指標算出的是 `kpi`，或最上層類別的 `let 資料.名稱 = …`",
            "what is computed of figures is a `kpi`, or `let entity.name = …` of the root",
        ),
        _ => diagnostic,
    }
}

/// Adds what makes the wanted type of a value of another.
pub(super) fn mismatch(diagnostic: Diagnostic, expected: &Localized, found: &Type) -> Diagnostic {
    match found {
        Type::Period if *expected == Type::Text.describe() => {
            diagnostic.note("期間的天數是 `days(期間)`", "the days of a period are `days(period)`")
        }
        Type::Bool if *expected == Localized::new("數字", "a number") => diagnostic.note(
            "條件的名稱寫成 `let 資料.名稱 = 條件`，要達成的寫成 `obligation 名稱 expect 條件`",
            "a condition gets a name by `let entity.name = condition`; what should hold is \
             `obligation name expect condition`",
        ),
        _ => diagnostic,
    }
}

/// Adds how other currencies are written, where a unit is one.
pub(super) fn currency(diagnostic: Diagnostic, unit: &str) -> Diagnostic {
    const OTHERS: [&str; 14] = [
        "USD",
        "EUR",
        "JPY",
        "CNY",
        "HKD",
        "GBP",
        "美元",
        "美金",
        "歐元",
        "日圓",
        "日幣",
        "人民幣",
        "港幣",
        "英鎊",
    ];
    if !OTHERS.contains(&unit) {
        return diagnostic;
    }
    diagnostic.note(
        "外幣是欄位的單位：`金額: number in USD`，以規則的匯率換算：`金額 / 1 USD * 匯率`",
        "another currency is the unit of a field, `amount: number in USD`, which a rate of the \
         rules turns into money: `amount / 1 USD * rate`",
    )
}
