//! The law and the rules as Markdown, for wikis and reviews. Not here: what stands in it (`doc`).

use std::io::{self, Write};

use guiju::Locale;

use super::{ClauseEntry, Handbook, RuleEntry, Seen};
use crate::report::clean;
use crate::words::pick;

/// Writes all of it.
pub(crate) fn write(out: &mut impl Write, book: &Handbook<'_>) -> io::Result<()> {
    let locale = book.locale;
    let pick = |zh, en| pick(locale, zh, en);
    writeln!(out, "# {}\n\n{}", inline(book.pack.label().get(locale)), inline(&book.summary()))?;
    for document in &book.documents {
        let (label, name) = (inline(document.label.get(locale)), document.name);
        writeln!(out, "\n## {label} (`{name}`)")?;
        for entry in &document.clauses {
            clause(out, document.name, entry, locale)?;
        }
    }
    if !book.own.is_empty() {
        writeln!(out, "\n## {}", pick("規則包自訂的規則", "Rules of the pack's own"))?;
        book.own.iter().try_for_each(|entry| rule(out, entry, locale))?;
    }
    if !book.changes.is_empty() {
        writeln!(out, "\n## {}", pick("這一版的改動", "What this edition changes"))?;
        book.changes.iter().try_for_each(|entry| rule(out, entry, locale))?;
    }
    writeln!(out, "\n## {}", pick("資料欄位與條文", "Fields, and the clauses that ask for them"))?;
    for entity in &book.entities {
        writeln!(out, "\n### {} (`{}`)\n", inline(entity.label.get(locale)), entity.name)?;
        writeln!(
            out,
            "| {} | {} | {} |\n|---|---|---|",
            pick("欄位", "field"),
            pick("名稱", "name"),
            pick("條文", "clauses")
        )?;
        for (name, label, _, clauses) in &entity.fields {
            let label = inline(label.get(locale)).replace('|', "\\|");
            writeln!(out, "| `{name}` | {label} | {} |", clauses.join(" "))?;
        }
    }
    Ok(())
}

fn clause(
    out: &mut impl Write,
    document: &str,
    entry: &ClauseEntry<'_>,
    locale: Locale,
) -> io::Result<()> {
    let pick = |zh, en| pick(locale, zh, en);
    let clause = entry.clause;
    let summary = inline(clause.summary.get(locale));
    writeln!(out, "\n### {document}:{} {summary}\n", clause.id)?;
    writeln!(out, "{}", inline(&entry.state(locale)))?;
    entry.rules.iter().try_for_each(|entry| rule(out, entry, locale))?;
    if !entry.fields.is_empty() {
        let name = |field: &super::FieldName<'_>| {
            let label = inline(field.label.get(locale));
            format!("{label} (`{}.{}`)", field.entity, field.field)
        };
        let names: Vec<String> = entry.fields.iter().map(name).collect();
        let names = names.join(pick("、", ", "));
        writeln!(out, "\n{}{names}", pick("讀取的欄位：", "Fields read: "))?;
    }
    if !entry.tests.is_empty() {
        writeln!(out, "\n{}\n", pick("測試：", "Tests:"))?;
        for (name, place) in &entry.tests {
            writeln!(out, "- {} (`{place}`)", inline(name))?;
        }
    }
    Ok(())
}

fn rule(out: &mut impl Write, rule: &RuleEntry<'_>, locale: Locale) -> io::Result<()> {
    let pick = |zh, en| pick(locale, zh, en);
    let label = rule.label.map(|label| format!("**{}** ", inline(label.get(locale))));
    let (label, name) = (label.unwrap_or_default(), rule.name);
    writeln!(out, "\n{label}`{name}` ({}, {})\n", rule.edition, rule.place)?;
    code(out, &rule.text)?;
    if !rule.uses.is_empty() {
        writeln!(out, "\n{}\n", pick("其中：", "where:"))?;
        code(out, &rule.uses.join("\n"))?;
    }
    if let Some(words) = &rule.in_words {
        writeln!(out, "\n{}\n", pick("以中文關鍵詞寫：", "In English words:"))?;
        code(out, words)?;
    }
    for (edition, before) in &rule.before {
        let (zh, en) = (format!("{edition} 的規定："), format!("In {edition}:"));
        writeln!(out, "\n{}\n", if locale == Locale::ZhTw { zh } else { en })?;
        code(out, before)?;
    }
    for (label, seen) in rule.seen.iter().filter(|(_, seen)| *seen != Seen::All) {
        writeln!(out, "\n> {}：{}", inline(label.get(locale)), seen.words(locale))?;
    }
    Ok(())
}

/// A block that no line of it can end.
fn code(out: &mut impl Write, text: &str) -> io::Result<()> {
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<String> = text.lines().map(clean).collect();
    writeln!(out, "{fence}guiju\n{}\n{fence}", lines.join("\n"))
}

/// Text of a label as it may stand in a line: what Markdown or HTML would read is only text.
fn inline(text: &str) -> String {
    let mut shown = String::new();
    for sign in clean(text).chars() {
        match sign {
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' => shown.extend(['\\', sign]),
            '<' => shown.push_str("&lt;"),
            '&' => shown.push_str("&amp;"),
            _ => shown.push(sign),
        }
    }
    shown
}
