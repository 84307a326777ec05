//! What a function or table takes, while it is being called. Not here: what it gives (`hover`).

use guiju::Locale;
use guiju_compiler::names::NameKind;
use guiju_compiler::syntax::TokenKind;
use guiju_model::words::{self, Words, built_in, name_in};

use super::sentence::{Inside, Sentence};
use super::words::pick;
use crate::text::Place;
use crate::workspace::Workspace;

/// A call that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `name(first, second)`.
    pub label: String,
    /// What it gives.
    pub about: String,
    /// What it takes, each as it stands in the label.
    pub takes: Vec<String>,
    /// The one being written.
    pub active: u32,
}

/// The names of functions, in a spelling.
pub(super) fn functions(spelling: Words) -> impl Iterator<Item = (&'static str, Both)> {
    FUNCTIONS
        .iter()
        .map(move |(name, _, gives)| (name_in(words::Name::Function, name, spelling), *gives))
}

/// The same in Chinese and English.
type Both = (&'static str, &'static str);

/// What functions take and give: name, parameters in Chinese and English, and what comes out in
/// both.
const FUNCTIONS: &[(&str, &[Both], Both)] = &[
    ("min", &[("數", "number"), ("數…", "number…")], ("最小的一個", "the least of them")),
    ("max", &[("數", "number"), ("數…", "number…")], ("最大的一個", "the greatest of them")),
    ("length", &[("文字", "text")], ("幾個字", "how many characters it has")),
    ("previous", &[("指標", "KPI")], ("前一年的值", "its value of the year before")),
    ("target", &[("指標", "KPI")], ("目標值", "its target")),
    ("sum", &[("指標或數", "KPI or number")], ("全計畫的合計", "the sum over all roots")),
    ("average", &[("指標或數", "KPI or number")], ("全計畫的平均", "the average over all roots")),
    ("minimum", &[("指標或數", "KPI or number")], ("全計畫中最小的", "the least of all roots")),
    ("maximum", &[("指標或數", "KPI or number")], ("全計畫中最大的", "the greatest of all roots")),
    (
        "count",
        &[("條件", "condition")],
        (
            "全計畫有幾個符合；沒有條件時是總數",
            "how many roots meet it; without one, how many there are",
        ),
    ),
    (
        "some",
        &[("資料: 條件", "records: condition")],
        ("有任何一筆符合", "whether any of the records meets it"),
    ),
    (
        "every",
        &[("資料: 條件", "records: condition")],
        ("每一筆都符合", "whether all of the records meet it"),
    ),
    (
        "group",
        &[("全計畫指標", "figure of the programme")],
        ("本身所屬群組的值", "its value for the group that the root is in"),
    ),
    ("share", &[("條件或數", "condition or number")], ("占全部的比率", "the share of the whole")),
    (
        "round",
        &[("數", "number"), ("單位", "step")],
        ("四捨五入到單位", "rounded half away from zero to the step"),
    ),
    (
        "round_up",
        &[("數", "number"), ("單位", "step")],
        ("無條件進位到單位", "rounded up to the step"),
    ),
    (
        "round_down",
        &[("數", "number"), ("單位", "step")],
        ("無條件捨去到單位", "rounded down to the step"),
    ),
    (
        "round_even",
        &[("數", "number"), ("單位", "step")],
        ("四捨六入、五成雙到單位", "rounded half to even to the step"),
    ),
    ("age", &[("生日", "day of birth"), ("日期", "day")], ("足歲", "full years on that day")),
    (
        "span",
        &[("首日", "first day"), ("期間", "months or years")],
        ("自首日起的期間（民法第 121 條）", "the period from that day on"),
    ),
    ("first", &[("期間", "period")], ("首日", "its first day")),
    ("last", &[("期間", "period")], ("末日", "its last day")),
    ("days", &[("期間", "period")], ("有幾天", "how many days it has")),
    ("year", &[("日期", "day")], ("西元年", "its Gregorian year")),
    ("month", &[("日期", "day")], ("月份", "its month")),
    (
        "overlap",
        &[("期間", "period"), ("期間", "period")],
        ("重疊幾天", "how many days they share"),
    ),
];

/// The call that the cursor stands in.
pub fn call(workspace: &Workspace, path: &str, place: Place, locale: Locale) -> Option<Call> {
    let analysis = workspace.analysis(path);
    let (file, offset) = analysis.locate(path, place)?;
    let sentence =
        Sentence::before(analysis.text(file)?.as_str(), offset as usize, workspace.limits());
    if sentence.inside != Inside::Rules {
        return None;
    }
    // Out from the cursor to the bracket that is open.
    let (mut depth, mut active, mut open) = (0_usize, 0, None);
    for (at, word) in
        sentence.words.iter().enumerate().rev().filter(|(_, word)| word.kind == TokenKind::Sign)
    {
        match word.text.as_str() {
            ")" => depth += 1,
            "(" if depth == 0 => {
                open = Some(at);
                break;
            }
            "(" => depth -= 1,
            "," if depth == 0 => active += 1,
            "{" | "}" => return None,
            _ => {}
        }
    }
    let parts = sentence.path_before(open?);
    let name = parts.first().copied()?;
    if let Some(at) = analysis.names.find(NameKind::Table, "", name) {
        let table = analysis.names.named(at)?;
        let label = table.label.as_ref().map_or(name, |label| label.get(locale));
        return Some(shown(
            &parts.join("."),
            analysis.names.key_words(at).to_vec(),
            label.to_owned(),
            active,
        ));
    }
    let english = built_in(words::Name::Function, name).unwrap_or(name);
    let (_, takes, gives) = FUNCTIONS.iter().find(|(known, ..)| *known == english)?;
    let takes = takes.iter().map(|(zh, en)| pick(locale, zh, en).to_owned()).collect();
    Some(shown(name, takes, pick(locale, gives.0, gives.1).to_owned(), active))
}

fn shown(name: &str, takes: Vec<String>, about: String, active: u32) -> Call {
    Call {
        label: format!("{name}({})", takes.join(", ")),
        about,
        active: active.min(takes.len().saturating_sub(1) as u32),
        takes,
    }
}

#[cfg(test)]
mod tests {
    use super::FUNCTIONS;
    use guiju_model::calendar::Calendar;
    use guiju_model::words::{NAMES, Name};

    #[test]
    fn every_function_says_what_it_takes() {
        let spelled = NAMES
            .iter()
            .filter(|(kind, ..)| *kind == Name::Function)
            .map(|(_, english, _)| *english);
        for english in spelled.chain(Calendar::FUNCTIONS.iter().map(|(name, _)| *name)) {
            assert!(FUNCTIONS.iter().any(|(known, ..)| *known == english), "{english}");
        }
    }
}
