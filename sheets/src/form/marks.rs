//! Whether the marks in the text of a cell are whole: `{{` and `}}` in pairs, in half-width braces
//! and in one piece.
//!
//! Not here: what they stand for (`fill`), and what is put in their place (`form`).

use guiju::{Diagnostic, Localized};

use crate::fill::mark;

/// How much of a text is shown of which nobody knows where its mark ends.
const SHOWN: usize = 24;

/// Whether a text has a mark, or what was meant for one.
pub(super) fn may_have(text: &str) -> bool {
    ["{{", "}}", "｛｛", "｝｝"].iter().any(|braces| text.contains(braces))
}

/// Whether every mark of a text is whole.
///
/// # Errors
/// [`guiju::Code::FormMark`] of the first that is not.
pub(super) fn whole(text: &str) -> Result<(), Box<Diagnostic>> {
    if text.contains("｛｛") || text.contains("｝｝") {
        let plain = text.replace('｛', "{").replace('｝', "}");
        let way_out = Localized::new(
            format!("請改用半形：`{}`", beginning(&plain)),
            format!("write `{}`", beginning(&plain)),
        );
        let why = ["大括號是全形的", "its braces are full-width"];
        return Err(mark(&beginning(text), why, &way_out));
    }
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let here = &rest[at..];
        if let Some(after) = here.strip_prefix("{{") {
            let end = after.find("}}");
            // Another that begins before this one ends.
            let ends = end.filter(|end| !after[..*end].contains("{{"));
            let Some(end) = ends else {
                let name = name_of(after);
                let shown = if end.is_some() {
                    after.find("{{").and_then(|next| after.get(..next)).unwrap_or(after)
                } else {
                    after
                };
                let way_out = Localized::new(
                    format!("請寫 `{{{{{name}}}}}`"),
                    format!("write `{{{{{name}}}}}`"),
                );
                let why = ["記號沒有以 `}}` 結束", "the mark does not end with `}}`"];
                return Err(mark(&format!("{{{{{}", beginning(shown)), why, &way_out));
            };
            rest = &after[end + 2..];
        } else if here.starts_with("}}") {
            let before = &text[..text.len() - here.len()];
            let name = before.rsplit(|c: char| c.is_whitespace() || c == '{').next().unwrap_or("");
            let way_out = Localized::new(
                format!("請寫 `{{{{{name}}}}}`，或刪去 `}}}}`"),
                format!("write `{{{{{name}}}}}`, or delete the `}}}}`"),
            );
            let why = ["`}}` 之前沒有 `{{`", "no `{{` stands before its `}}`"];
            return Err(mark(&beginning(text), why, &way_out));
        } else {
            rest = &here[1..];
        }
    }
    Ok(())
}

/// That the parts of a mark have formats of their own.
pub(super) fn torn(text: &str) -> Box<Diagnostic> {
    let way_out = Localized::new(
        "請選取整個記號，清除直接格式後再存檔",
        "select the whole mark, clear its direct formatting, and save the form",
    );
    let why = ["格式把記號分成了幾段", "formats divide a mark into parts"];
    mark(&beginning(text), why, &way_out)
}

/// The name that a mark begins with.
fn name_of(after: &str) -> &str {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let trimmed = after.trim_start();
    let end = trimmed.find(|c| !is_of_name(c)).unwrap_or(trimmed.len());
    trimmed.get(..end).unwrap_or(trimmed)
}

fn beginning(text: &str) -> String {
    let text = text.trim();
    let more = if text.chars().count() > SHOWN { "…" } else { "" };
    text.chars().take(SHOWN).collect::<String>() + more
}
