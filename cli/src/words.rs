//! What the command itself says in both languages: names of states and a few helpers.
//!
//! Labels of rules come from the pack and messages of findings from the engine; they are not here.

use guiju::{KpiValue, Locale, Severity, Status, VerdictKind};

/// The words for a language.
pub(crate) fn pick<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::ZhTw => zh,
        Locale::En => en,
    }
}

/// An English count: `1 error`, `2 errors`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A value's state, with the reason where there is no value.
pub(crate) fn state(value: &KpiValue, locale: Locale) -> String {
    match value {
        KpiValue::Known(_) => pick(locale, "確定", "known").to_owned(),
        KpiValue::Undetermined { .. } => pick(locale, "待定", "undetermined").to_owned(),
        KpiValue::NotApplicable => pick(locale, "不適用", "not applicable").to_owned(),
        KpiValue::Invalid(error) => {
            format!("{}{}", pick(locale, "無法計算：", "invalid: "), error.reason(locale))
        }
    }
}

/// Whether an obligation is met.
pub(crate) fn status(status: Status, locale: Locale) -> &'static str {
    match status {
        Status::Met => pick(locale, "達成", "met"),
        Status::NotMet => pick(locale, "未達成", "not met"),
        Status::Undetermined => pick(locale, "待定", "undetermined"),
        Status::NotApplicable => pick(locale, "不適用", "not applicable"),
    }
}

/// What a tally says of a record.
pub(crate) fn verdict(verdict: VerdictKind, locale: Locale) -> &'static str {
    match verdict {
        VerdictKind::Counted => pick(locale, "計入", "counted"),
        VerdictKind::Refused => pick(locale, "不計入", "refused"),
        VerdictKind::Undetermined => pick(locale, "待定", "undetermined"),
    }
}

/// How bad a finding is.
pub(crate) fn severity(severity: Severity, locale: Locale) -> &'static str {
    match severity {
        Severity::Advice => pick(locale, "建議", "advice"),
        Severity::Warning => pick(locale, "警告", "warning"),
        Severity::Error => pick(locale, "錯誤", "error"),
    }
}
