//! Which rules the tests of a pack exercise: what no test has seen, with its clause and its place,
//! and a line of numbers for each kind.
//!
//! Not here: how it is found out, which the engine does.

use guiju::{Exercise, Locale, RuleKind};

use super::table::Grid;
use crate::words::pick;

/// The table of what is left, and the numbers.
pub(crate) fn text(pack: &str, exercises: &[Exercise<'_>], locale: Locale) -> String {
    let pick = |zh, en| pick(locale, zh, en);
    // A pack that amends no other has only rules of its own.
    let amends = exercises.iter().any(|exercise| exercise.pack != pack);
    let mut header = vec![
        pick("規則", "rule"),
        pick("說明", "what it says"),
        pick("測試中未出現", "never seen"),
        pick("依據", "clause"),
        pick("位置", "place"),
    ];
    if amends {
        header.push(pick("規則包", "pack"));
    }
    let mut grid = Grid::new(pick("測試未涵蓋的規則", "Rules that tests leave out"), &header);
    let (own, taken_over): (Vec<_>, Vec<_>) = exercises
        .iter()
        .filter(|exercise| !exercise.is_complete())
        .partition(|one| one.pack == pack);
    for exercise in own.into_iter().chain(taken_over) {
        grid.row(vec![
            exercise.rule.as_str(),
            exercise.label.get(locale),
            &never_seen(exercise, locale).join(pick("、", ", ")),
            exercise.clause.as_deref().unwrap_or_default(),
            exercise.place.as_deref().unwrap_or_default(),
            exercise.pack,
        ]);
    }
    let kinds = RuleKind::ALL.into_iter().filter_map(|kind| {
        let of_kind: Vec<&Exercise<'_>> =
            exercises.iter().filter(|exercise| exercise.kind == kind).collect();
        let own: Vec<&Exercise<'_>> =
            of_kind.iter().copied().filter(|exercise| exercise.pack == pack).collect();
        let [all, of_them] = [&of_kind, &own].map(|list| {
            (list.iter().filter(|exercise| exercise.is_complete()).count(), list.len())
        });
        let line = number(kind, all, locale);
        (all.1 > 0).then(|| match locale {
            _ if !amends => format!("{line}\n"),
            Locale::ZhTw => {
                format!("{line}（{pack} 自己的 {} 項中 {} 項）\n", of_them.1, of_them.0)
            }
            Locale::En => format!("{line} ({pack}'s own: {} of {})\n", of_them.0, of_them.1),
        })
    });
    format!("{}\n{}", grid.text(), kinds.collect::<String>())
}

/// What no test has seen a rule do.
fn never_seen(exercise: &Exercise<'_>, locale: Locale) -> Vec<&'static str> {
    let (holds, fails) = match exercise.kind {
        RuleKind::Requirement => (("通過", "passes"), ("不通過", "refuses")),
        RuleKind::Row => (("符合", "matches"), ("", "")),
        RuleKind::Once => (("保留", "lets count"), ("重複而不計", "refuses a duplicate")),
        RuleKind::Check => (("沒有問題", "finds nothing"), ("提出問題", "finds an issue")),
        RuleKind::Obligation => (("達成", "met"), ("未達成", "not met")),
        RuleKind::Formula => (("有數值", "has a value"), ("不適用", "does not apply")),
    };
    let sides = [(exercise.holds, holds), (exercise.fails != Some(false), fails)];
    sides.into_iter().filter(|(seen, _)| !seen).map(|(_, (zh, en))| pick(locale, zh, en)).collect()
}

/// How many rules of a kind the tests exercise.
fn number(kind: RuleKind, (done, all): (usize, usize), locale: Locale) -> String {
    let (zh, zh_seen, en) = match kind {
        RuleKind::Requirement => {
            ("要求", "有通過也有不通過", "requirements pass and fail in a test")
        }
        RuleKind::Row => ("分類的列", "有資料符合", "rows of classifications match in a test"),
        RuleKind::Once => {
            ("不重複規則", "有保留也有排除", "non-duplication rules let count and refuse in a test")
        }
        RuleKind::Check => {
            ("檢核", "有通過也有提出問題", "checks find nothing and find an issue in a test")
        }
        RuleKind::Obligation => {
            ("義務", "有達成也有未達成", "obligations are met and not met in a test")
        }
        RuleKind::Formula => (
            "計算指標",
            "有數值，有條件者也有不適用",
            "formulas have a value in a test and, under a condition, do not apply in one",
        ),
    };
    match locale {
        Locale::ZhTw => format!("{zh}：{all} 項中 {done} 項在測試中{zh_seen}"),
        Locale::En => format!("{done} of {all} {en}"),
    }
}
