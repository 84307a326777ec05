//! The law and the rules as a page that needs nothing beside it. Its script only hides entries
//! that a search does not find; without it everything is there. Not here: what stands in it
//! (`doc`).

use std::io::{self, Write};

use guiju::Locale;

use super::{ClauseEntry, EntityEntry, Handbook, RuleEntry, Seen};
use crate::report::page::{attribute, begin, contents, end, escape, heading};
use crate::words::pick;

const SCRIPT: &str = include_str!("search.js");
const STYLE: &str = include_str!("doc.css");

/// Writes the page.
pub(crate) fn write(out: &mut impl Write, book: &Handbook<'_>) -> io::Result<()> {
    let locale = book.locale;
    let pick = |zh, en| pick(locale, zh, en);
    let own = pick("規則包自訂的規則", "Rules of the pack's own");
    let changes = pick("這一版的改動", "What this edition changes");
    let fields = pick("資料欄位與條文", "Fields, and the clauses that ask for them");
    begin(out, book.pack.label().get(locale), locale)?;
    writeln!(out, "<style>{STYLE}</style><p class=\"quiet\">{}</p>", escape(&book.summary()))?;
    let mut parts: Vec<(String, &str)> = Vec::new();
    for document in &book.documents {
        parts.push((format!("document-{}", document.name), document.label.get(locale)));
    }
    for (id, title, there) in [
        ("own", own, !book.own.is_empty()),
        ("changes", changes, !book.changes.is_empty()),
        ("fields", fields, true),
    ] {
        if there {
            parts.push((id.to_owned(), title));
        }
    }
    let links: Vec<(&str, &str)> = parts.iter().map(|(id, title)| (id.as_str(), *title)).collect();
    contents(out, &links, locale)?;
    writeln!(
        out,
        "<search hidden><label>{} <input type=\"search\" id=\"find\" autocomplete=\"off\"></label> \
         <output id=\"found\" aria-live=\"polite\"></output></search>",
        pick("搜尋條文、規則、欄位", "Search clauses, rules, fields")
    )?;
    for document in &book.documents {
        writeln!(out, "<section>")?;
        heading(
            out,
            2,
            &format!("document-{}", document.name),
            &format!("{} {}", document.label.get(locale), document.name),
        )?;
        for entry in &document.clauses {
            clause(out, document.name, entry, locale)?;
        }
        writeln!(out, "</section>")?;
    }
    for (id, title, rules) in [("own", own, &book.own), ("changes", changes, &book.changes)] {
        if !rules.is_empty() {
            writeln!(out, "<section>")?;
            heading(out, 2, id, title)?;
            for entry in rules {
                writeln!(out, "<article class=\"entry\">")?;
                rule(out, entry, locale)?;
                writeln!(out, "</article>")?;
            }
            writeln!(out, "</section>")?;
        }
    }
    writeln!(out, "<section>")?;
    heading(out, 2, "fields", fields)?;
    book.entities.iter().try_for_each(|entity| fields_of(out, entity, locale))?;
    writeln!(out, "</section><script>{SCRIPT}</script>")?;
    end(out)
}

/// The id of a clause in the page.
fn id(document: &str, clause: &str) -> String {
    format!("clause-{document}:{clause}")
}

fn clause(
    out: &mut impl Write,
    document: &str,
    entry: &ClauseEntry<'_>,
    locale: Locale,
) -> io::Result<()> {
    let pick = |zh, en| pick(locale, zh, en);
    let clause = entry.clause;
    let look = match (entry.rules.is_empty(), &clause.uncomputable) {
        (false, _) => "good",
        (true, Some(_)) => "quiet",
        (true, None) => "bad",
    };
    writeln!(
        out,
        "<article class=\"entry\" id=\"{}\"><h3><code>{}</code> {}</h3><p class=\"{look}\">{}</p>",
        attribute(&id(document, &clause.id)),
        escape(&clause.id),
        escape(clause.summary.get(locale)),
        escape(&entry.state(locale))
    )?;
    entry.rules.iter().try_for_each(|entry| rule(out, entry, locale))?;
    if !entry.fields.is_empty() {
        write!(out, "<p>{}", pick("讀取的欄位：", "Fields read: "))?;
        for (at, field) in entry.fields.iter().enumerate() {
            let gap = if at == 0 { "" } else { pick("、", ", ") };
            let place = format!("{}.{}", field.entity, field.field);
            let (to, label) = (attribute(&place), escape(field.label.get(locale)));
            write!(out, "{gap}<a href=\"#field-{to}\" title=\"{to}\">{label}</a>")?;
        }
        writeln!(out, "</p>")?;
    }
    if !entry.tests.is_empty() {
        let count = entry.tests.len();
        let title = match locale {
            Locale::ZhTw => format!("{count} 個測試以此為據"),
            Locale::En if count == 1 => "1 test rests on it".to_owned(),
            Locale::En => format!("{count} tests rest on it"),
        };
        writeln!(out, "<details><summary>{title}</summary><ul>")?;
        for (name, place) in &entry.tests {
            let (name, place) = (escape(name), escape(place));
            writeln!(out, "<li>{name} <span class=\"quiet\">{place}</span></li>")?;
        }
        writeln!(out, "</ul></details>")?;
    }
    writeln!(out, "</article>")
}

fn rule(out: &mut impl Write, rule: &RuleEntry<'_>, locale: Locale) -> io::Result<()> {
    let pick = |zh, en| pick(locale, zh, en);
    let label = rule.label.map(|label| escape(label.get(locale)) + " ").unwrap_or_default();
    writeln!(
        out,
        "<h4>{label}<code>{}</code> <span class=\"quiet\">{} · {}</span></h4><pre>{}</pre>",
        escape(rule.name),
        escape(rule.edition),
        escape(&rule.place),
        escape(&rule.text)
    )?;
    if !rule.uses.is_empty() {
        let (title, uses) = (pick("其中", "where"), escape(&rule.uses.join("\n")));
        writeln!(out, "<p class=\"quiet\">{title}</p><pre>{uses}</pre>")?;
    }
    if let Some(words) = &rule.in_words {
        folded(out, pick("以中文關鍵詞寫", "In English words"), words)?;
    }
    for (edition, before) in &rule.before {
        let title = match locale {
            Locale::ZhTw => format!("{edition} 的規定"),
            Locale::En => format!("In {edition}"),
        };
        folded(out, &title, before)?;
    }
    if !rule.seen.is_empty() {
        writeln!(out, "<ul class=\"seen\">")?;
        for (label, seen) in &rule.seen {
            let look = match seen {
                Seen::All => "good",
                Seen::Part => "open",
                Seen::Nothing => "bad",
            };
            let (label, words) = (escape(label.get(locale)), seen.words(locale));
            writeln!(out, "<li>{label} <span class=\"tag {look}\">{words}</span></li>")?;
        }
        writeln!(out, "</ul>")?;
    }
    Ok(())
}

/// A text that opens where it is wanted.
fn folded(out: &mut impl Write, title: &str, text: &str) -> io::Result<()> {
    let (title, text) = (escape(title), escape(text));
    writeln!(out, "<details><summary>{title}</summary><pre>{text}</pre></details>")
}

/// The fields of an entity, each with links to the clauses that ask for it.
fn fields_of(out: &mut impl Write, entity: &EntityEntry<'_>, locale: Locale) -> io::Result<()> {
    let pick = |zh, en| pick(locale, zh, en);
    let title =
        format!("{} <code>{}</code>", escape(entity.label.get(locale)), escape(entity.name));
    writeln!(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table><caption>\
         <h3>{title}</h3></caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>\
         <th scope=\"col\">{}</th></tr></thead><tbody>",
        attribute(entity.label.get(locale)),
        pick("欄位", "field"),
        pick("名稱", "name"),
        pick("條文", "clauses")
    )?;
    for (name, label, optional, clauses) in &entity.fields {
        let optional = if *optional { pick("（可不填）", " (optional)") } else { "" };
        write!(
            out,
            "<tr class=\"entry\" id=\"field-{}\"><td>{}{optional}</td><td><code>{}</code></td><td>",
            attribute(&format!("{}.{name}", entity.name)),
            escape(label.get(locale)),
            escape(name)
        )?;
        for clause in clauses {
            let (to, shown) = (attribute(clause), escape(clause));
            write!(out, "<a href=\"#clause-{to}\">{shown}</a> ")?;
        }
        writeln!(out, "</td></tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}
