//! The changes of rules as plain text. No decisions here: everything is in the data.

use super::words::{no_clause, pick};
use super::{Change, ChangeKind, ClauseGroup, PackName, RuleDiff, Written};
use guiju_model::text::{Locale, printable};

impl RuleDiff {
    /// The changes as plain text, clause by clause, with both texts.
    pub fn to_text(&self, locale: Locale) -> String {
        let mut out =
            line(&format!("{} → {}", self.before.title(locale), self.after.title(locale)));
        out.push_str(&self.counts(locale));
        out.push('\n');
        for group in &self.groups {
            out.push('\n');
            heading(&mut out, group, locale);
            for change in group.changes.iter().filter_map(|index| self.changes.get(*index)) {
                one(&mut out, change, locale);
            }
            for change in group.also.iter().filter_map(|index| self.changes.get(*index)) {
                let under = change.clauses.first().map(String::as_str).unwrap_or_default();
                out.push_str(&line(&format!(
                    "  → {}: {} {under}",
                    change.title(locale),
                    pick(locale, "見", "see")
                )));
            }
        }
        out
    }

    /// How many rules were added, removed and changed, in words.
    pub fn counts(&self, locale: Locale) -> String {
        if self.changes.is_empty() {
            return pick(locale, "規則沒有差別", "the rules do not differ").to_owned();
        }
        let count = |kind| self.changes.iter().filter(|change| change.kind == kind).count();
        let [added, removed, changed] =
            [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Changed].map(count);
        match locale {
            Locale::ZhTw => format!("新增 {added}、移除 {removed}、變更 {changed}"),
            Locale::En => format!("{added} added, {removed} removed, {changed} changed"),
        }
    }
}

impl PackName {
    /// The name and what people call it.
    pub fn title(&self, locale: Locale) -> String {
        let label = self.label.get(locale);
        if label == self.name { self.name.clone() } else { format!("{} {label}", self.name) }
    }
}

/// One line, whatever rules and file names contain.
fn line(text: &str) -> String {
    // Authors may indent by tabs, which do no harm.
    text.split('\t').map(printable).collect::<Vec<_>>().join("\t") + "\n"
}

fn heading(out: &mut String, group: &ClauseGroup, locale: Locale) {
    let heading = match &group.clause {
        Some((id, summary)) => format!("@ {id} {}", summary.get(locale)),
        None => no_clause().get(locale).to_owned(),
    };
    out.push_str(&line(heading.trim_end()));
}

fn one(out: &mut String, change: &Change, locale: Locale) {
    let aspects = change.aspect_words(locale);
    let what = if aspects.is_empty() { change.kind.words(locale).to_owned() } else { aspects };
    out.push_str(&line(&format!("  {} {}: {what}", change.kind.sign(), change.title(locale))));
    if let Some(uses) = change.use_words(locale) {
        out.push_str(&line(&format!("      {uses}")));
    }
    for (sign, written) in [('-', &change.before), ('+', &change.after)] {
        let Some(written) = written else { continue };
        out.push_str(&line(&format!("      {}", written.place())));
        for text in written.text.lines() {
            out.push_str(&line(format!("      {sign} {text}").trim_end()));
        }
    }
}

impl Written {
    /// Where it stands: `alliance_108/20_revenue.guiju:31`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}
