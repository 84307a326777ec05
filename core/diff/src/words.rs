//! The words of a diff: what kinds of items, parts and changes are called. No decisions here.

use super::{Aspect, Change, ChangeKind, Part};
use guiju_model::text::{Locale, Localized};

pub(super) fn pick(locale: Locale, zh: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::ZhTw => zh,
        Locale::En => en,
    }
}

impl Change {
    /// What has changed, in words: `計數項 技術服務收入 (technical_service) 要求 1`.
    pub fn title(&self, locale: Locale) -> String {
        // Values of records have their entity before them.
        let of_records = self.item == "let" && self.name.contains('.');
        let item = if of_records {
            pick(locale, "具名的值", "named value")
        } else {
            item(self.item, locale)
        };
        let label = self.label.get(locale);
        let named = if self.item == "period" || label == self.name {
            label.to_owned()
        } else {
            format!("{label} ({})", self.name)
        };
        let head = if label.is_empty() || self.item == "period" {
            named
        } else {
            format!("{item} {named}")
        };
        match self.part {
            Part::Whole => head,
            Part::Head => format!("{head} {}", pick(locale, "名稱", "heading")),
            Part::Figures => format!("{head} {}", pick(locale, "計數與加總", "what is counted")),
            Part::Select => format!("{head} {} {}", pick(locale, "範圍", "scope"), self.part_name),
            Part::Require => {
                format!("{head} {} {}", pick(locale, "要求", "requirement"), self.part_name)
            }
            Part::Field => format!("{head} {} {}", pick(locale, "欄位", "field"), self.part_name),
            Part::Clause => format!("{head} {} {}", pick(locale, "條文", "clause"), self.part_name),
        }
    }

    /// Where it is used, in words: `用於：會員費收入、其他收入`; nothing where it is no named value.
    pub fn use_words(&self, locale: Locale) -> Option<String> {
        let labels: Vec<&str> = self.uses.iter().map(|using| using.label.get(locale)).collect();
        (!labels.is_empty()).then(|| {
            format!(
                "{}{}",
                pick(locale, "用於：", "used in: "),
                labels.join(pick(locale, "、", ", "))
            )
        })
    }

    /// In what it changed, in words: `參數、用語`.
    pub fn aspect_words(&self, locale: Locale) -> String {
        let words: Vec<&str> = self.aspects.iter().map(|aspect| aspect.words(locale)).collect();
        words.join(pick(locale, "、", ", "))
    }
}

impl ChangeKind {
    /// The kind in words.
    pub fn words(self, locale: Locale) -> &'static str {
        match self {
            ChangeKind::Added => pick(locale, "新增", "added"),
            ChangeKind::Removed => pick(locale, "移除", "removed"),
            ChangeKind::Changed => pick(locale, "變更", "changed"),
        }
    }

    /// The sign that stands before such a change.
    pub fn sign(self) -> char {
        match self {
            ChangeKind::Added => '+',
            ChangeKind::Removed => '-',
            ChangeKind::Changed => '~',
        }
    }

    /// The name in results.
    pub fn id(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Changed => "changed",
        }
    }
}

impl Aspect {
    /// The name in results.
    pub fn id(self) -> &'static str {
        match self {
            Aspect::Logic => "logic",
            Aspect::Parameter => "parameter",
            Aspect::Order => "order",
            Aspect::Wording => "wording",
            Aspect::Citation => "citation",
        }
    }

    /// The aspect in words.
    pub fn words(self, locale: Locale) -> &'static str {
        match self {
            Aspect::Logic => pick(locale, "邏輯", "logic"),
            Aspect::Parameter => pick(locale, "參數", "parameter"),
            Aspect::Order => pick(locale, "順序", "order"),
            Aspect::Wording => pick(locale, "用語", "wording"),
            Aspect::Citation => pick(locale, "依據", "citation"),
        }
    }
}

/// A kind of item, by the word it begins with.
fn item(word: &str, locale: Locale) -> &'static str {
    match word {
        "period" => pick(locale, "計畫年度", "period"),
        "source" => pick(locale, "文件", "document"),
        "let" => pick(locale, "常數", "constant"),
        "entity" => pick(locale, "資料", "entity"),
        "classify" => pick(locale, "分類", "classification"),
        "tally" => pick(locale, "計數項", "tally"),
        "once" => pick(locale, "不重複規則", "non-duplication"),
        "kpi" => pick(locale, "指標", "KPI"),
        "obligation" => pick(locale, "義務", "obligation"),
        "check" => pick(locale, "檢核", "check"),
        _ => "",
    }
}

/// The heading over changes that rest on no clause.
pub(super) fn no_clause() -> Localized {
    Localized::new("未引條文", "Citing no clause")
}
