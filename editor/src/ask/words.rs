//! What answers say in both languages: kinds of names, and a few helpers. Not here: words of the
//! rule language (`guiju_model::words`).

use guiju::{Locale, Localized};
use guiju_compiler::names::NameKind;

/// The words for a language.
pub(super) fn pick<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::ZhTw => zh,
        Locale::En => en,
    }
}

/// What a name is the name of.
pub(super) fn kind(kind: NameKind, locale: Locale) -> &'static str {
    let (zh, en) = match kind {
        NameKind::Pack => ("規則包", "pack"),
        NameKind::Document => ("依據文件", "document"),
        NameKind::Clause => ("條文", "clause"),
        NameKind::Entity => ("資料", "entity"),
        NameKind::Field => ("欄位", "field"),
        NameKind::Choice => ("選項", "choice"),
        NameKind::Constant => ("定值", "constant"),
        NameKind::Value => ("具名的值", "named value"),
        NameKind::Table => ("對照表", "table"),
        NameKind::Column => ("對照表的欄", "column of a table"),
        NameKind::Class => ("分類", "classification"),
        NameKind::Tally => ("核計", "tally"),
        NameKind::Part => ("拆分的部分", "part of a tally"),
        NameKind::Kpi => ("指標", "KPI"),
        NameKind::Unit => ("單位", "unit"),
        NameKind::Once => ("不重複規則", "non-duplication rule"),
        NameKind::Award => ("核給", "award"),
        NameKind::Obligation => ("義務", "obligation"),
        NameKind::Check => ("檢核", "check"),
        NameKind::Example => ("範例", "example"),
    };
    pick(locale, zh, en)
}

/// Both languages of a label, that of the reader first.
pub(super) fn both(label: &Localized, locale: Locale) -> String {
    match (&label.en, locale) {
        (Some(en), Locale::ZhTw) if *en != label.zh => format!("{} / {en}", label.zh),
        (Some(en), Locale::En) if *en != label.zh => format!("{en} / {}", label.zh),
        _ => label.zh.clone(),
    }
}

/// Text of a pack as it stands in Markdown: nothing of it formats or leads anywhere.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in guiju::printable(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Rules as they stand in Markdown, at most so many lines; no fence of theirs ends the block.
pub(super) fn code(text: &str, lines: usize) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let all: Vec<&str> = text.lines().collect();
    let shown = all
        .get(..lines)
        .filter(|_| all.len() > lines)
        .map_or_else(|| all.join("\n"), |first| format!("{}\n…", first.join("\n")));
    format!("{fence}guiju\n{shown}\n{fence}")
}
