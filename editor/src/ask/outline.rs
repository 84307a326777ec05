//! What a file declares, as a tree; and what of it can be folded. Not here: the names of the whole
//! pack (`find`).

use guiju::Locale;
use guiju_compiler::names::{Mention, NameKind};
use guiju_compiler::syntax::{TokenKind, placed};

use super::words::kind;
use crate::analysis::bytes;
use crate::text::{Reach, Text};
use crate::workspace::Workspace;

/// A declaration, and those within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is, and its label.
    pub detail: String,
    /// What it is the name of.
    pub kind: NameKind,
    /// All of it.
    pub whole: Reach,
    /// Its name in it.
    pub reach: Reach,
    /// What is declared within.
    pub within: Vec<Entry>,
}

/// The declarations of a file.
pub fn outline(workspace: &Workspace, path: &str, locale: Locale) -> Vec<Entry> {
    let analysis = workspace.analysis(path);
    let Some((file, text)) =
        analysis.file(path).and_then(|file| Some((file, analysis.text(file)?)))
    else {
        return Vec::new();
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut last_whole = 0..0;
    for mention in analysis.names.in_file(file).iter().filter(|mention: &&Mention| mention.declares)
    {
        let Some(named) = analysis.names.named(mention.named) else { continue };
        let Some(declared) = named.declared.iter().find(|declared| declared.name == mention.span)
        else {
            continue;
        };
        // A word that names several is one entry; counters are no declarations of their own.
        let again =
            entries.last().is_some_and(|entry| entry.reach == text.reach(bytes(mention.span)));
        if named.symbol.kind == NameKind::Unit || again {
            continue;
        }
        let owned = matches!(
            named.symbol.kind,
            NameKind::Value | NameKind::Class | NameKind::Tally | NameKind::Kpi
        );
        let owner =
            (owned && !named.symbol.owner.is_empty()).then(|| format!("{}.", named.symbol.owner));
        let label = named.label.as_ref().map_or("", |label| label.get(locale));
        let (name, whole) =
            (format!("{}{}", owner.unwrap_or_default(), named.symbol.name), bytes(declared.whole));
        let detail = format!("{} {label}", kind(named.symbol.kind, locale)).trim_end().to_owned();
        let entry = Entry {
            name,
            detail,
            kind: named.symbol.kind,
            whole: text.reach(whole.clone()),
            reach: text.reach(bytes(mention.span)),
            within: Vec::new(),
        };
        if whole.start < last_whole.end {
            put(&mut entries, entry);
        } else {
            last_whole = whole;
            entries.push(entry);
        }
    }
    let tests = analysis.names.tests().iter().filter(|test| test.span.source == file);
    for test in tests {
        let reach = text.reach(bytes(test.span));
        let line = text.line(reach.start.line as usize).unwrap_or(0..0);
        let end = test_end(text, line.start);
        let (name, detail) =
            (test.node.clone(), super::words::pick(locale, "測試", "test").to_owned());
        let whole = text.reach(line.start..end.max(bytes(test.span).end));
        entries.push(Entry {
            name,
            detail,
            kind: NameKind::Example,
            whole,
            reach,
            within: Vec::new(),
        });
    }
    entries.sort_by_key(|entry| entry.reach);
    entries
}

/// Puts an entry into the innermost that holds it.
fn put(entries: &mut Vec<Entry>, entry: Entry) {
    let holds =
        |last: &Entry| last.whole.start <= entry.whole.start && entry.whole.end <= last.whole.end;
    match entries.last_mut().filter(|last| holds(last)) {
        // Choices stand in fields, which stand in entities: no deeper than that.
        Some(last) => put(&mut last.within, entry),
        None => entries.push(entry),
    }
}

/// Where the braces that open on a line are closed.
fn test_end(text: &Text, start: usize) -> usize {
    let mut depth = 0_usize;
    for (token, place) in placed(text.as_str().get(start..).unwrap_or_default()) {
        match token.text.as_str() {
            "{" if token.kind == TokenKind::Sign => depth += 1,
            "}" if token.kind == TokenKind::Sign => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return start + place.end;
                }
            }
            _ => {}
        }
    }
    text.as_str().len()
}

/// Lines that can be folded: the first, the last, and whether they are a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The first line, which stays.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// Whether it is a comment.
    pub comment: bool,
}

/// What can be folded: whatever stands in braces over several lines, and comments of several lines.
/// As far as a file can be read.
pub fn folds(text: &Text) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let mut comment: Option<(u32, u32)> = None;
    for number in 0..text.lines() {
        let line = text.line(number).and_then(|line| text.as_str().get(line)).unwrap_or_default();
        let number = number as u32;
        if line.trim_start().starts_with("--") {
            comment = Some((comment.map_or(number, |(first, _)| first), number));
            continue;
        }
        folds.extend(
            comment.take().filter(|(first, last)| first < last).map(|(first, last)| Fold {
                first,
                last,
                comment: true,
            }),
        );
        // No text goes over the end of a line.
        for (token, _) in placed(line).filter(|(token, _)| token.kind == TokenKind::Sign) {
            match token.text.as_str() {
                "{" => open.push(number),
                "}" => {
                    let first = open.pop();
                    // The line of the brace that closes it is shown.
                    folds.extend(first.filter(|first| first + 1 < number).map(|first| Fold {
                        first,
                        last: number - 1,
                        comment: false,
                    }));
                }
                _ => {}
            }
        }
    }
    folds.extend(comment.filter(|(first, last)| first < last).map(|(first, last)| Fold {
        first,
        last,
        comment: true,
    }));
    folds.sort_by_key(|fold| (fold.first, fold.last));
    folds
}
