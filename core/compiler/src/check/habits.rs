//! Names that rules do not know although other languages do, and what says the same here.
//!
//! Not here: words where a declaration cannot be read (`syntax/meant`), and misspelt names.

use guiju_model::diagnostic::Diagnostic;

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
