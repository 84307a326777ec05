//! A file in the one layout, as the lines that change. Not here: the layout (`guiju::format`).

use guiju::{Limits, Source, format};

use crate::text::{Edit, Reach, Text};

/// What has to change in a text so that it is in the one layout; `within` only in those lines.
/// `None` where it cannot be read. Lines end as the first one does.
pub fn layout(text: &Text, limits: &Limits, within: Option<Reach>) -> Option<Vec<Edit>> {
    let mut formatted = format(&Source::new("", text.as_str()), limits).ok()?;
    if text.as_str().split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n")) {
        formatted = formatted.replace('\n', "\r\n");
    }
    if formatted == text.as_str() {
        return Some(Vec::new());
    }
    let old: Vec<&str> = text.as_str().split_inclusive('\n').collect();
    let new: Vec<&str> = formatted.split_inclusive('\n').collect();
    let starts = byte_starts(&old);
    // A part of a line is its whole line: the layout knows nothing smaller.
    let wanted = within.map(|reach| text.range(reach));
    let mut edits = Vec::new();
    for (from, count, to, new_count) in hunks(&old, &new) {
        let (start, end) = (starts.get(from).copied()?, starts.get(from + count).copied()?);
        let touched = wanted.as_ref().is_none_or(|wanted| {
            start < wanted.end.max(wanted.start + 1) && wanted.start < end.max(start + 1)
        });
        if touched {
            let replacement: String = new.get(to..to + new_count).unwrap_or_default().concat();
            edits.push(Edit { reach: text.reach(start..end), text: replacement });
        }
    }
    Some(edits)
}

/// First byte of each line, and the end.
fn byte_starts(lines: &[&str]) -> Vec<usize> {
    let mut starts = vec![0];
    for line in lines {
        starts.push(starts.last().copied().unwrap_or(0) + line.len());
    }
    starts
}

/// Runs of lines that differ: the first old one and how many, the first new one and how many. Lines
/// that say the same word for word are each other's, since the layout keeps lines; blank ones come
/// and go.
fn hunks(old: &[&str], new: &[&str]) -> Vec<(usize, usize, usize, usize)> {
    let said = |lines: &[&str]| -> Vec<(usize, String)> {
        let words = lines.iter().enumerate().map(|(at, line)| {
            (at, line.chars().filter(|c| !c.is_whitespace()).collect::<String>())
        });
        words.filter(|(_, words)| !words.is_empty()).collect()
    };
    let (old_said, new_said) = (said(old), said(new));
    if old_said.len() != new_said.len() {
        return vec![(0, old.len(), 0, new.len())];
    }
    let mut hunks = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let ends = [(old.len(), new.len())];
    let pairs = old_said.iter().zip(&new_said).map(|((old, _), (new, _))| (*old, *new));
    for (next_old, next_new) in pairs.chain(ends) {
        // The blank lines before it, then the line itself.
        if old.get(old_at..next_old) != new.get(new_at..next_new) {
            hunks.push((old_at, next_old - old_at, new_at, next_new - new_at));
        }
        (old_at, new_at) = (next_old, next_new);
        if let (Some(a), Some(b)) = (old.get(next_old), new.get(next_new)) {
            if a != b {
                hunks.push((next_old, 1, next_new, 1));
            }
            (old_at, new_at) = (next_old + 1, next_new + 1);
        }
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Place;

    fn apply(text: &Text, edits: &[Edit]) -> String {
        let mut out = text.clone();
        for edit in edits.iter().rev() {
            out = out.replaced(out.range(edit.reach), &edit.text);
        }
        out.as_str().to_owned()
    }

    #[test]
    fn edits_make_the_layout_and_a_part_makes_a_part() {
        let source =
            "pack  p\n\n\n\nlet 甲=1   @ a -- 😀\nlet  b = 22 @ a\nentity e {key id:text\n}";
        let text = Text::new(source);
        let limits = Limits::default();
        let whole = layout(&text, &limits, None).expect("it can be read");
        let formatted = format(&Source::new("", source), &limits).expect("it can be read");
        assert_eq!(apply(&text, &whole), formatted);
        assert!(whole.len() > 2, "{whole:?}");
        assert_eq!(layout(&Text::new(formatted), &limits, None), Some(Vec::new()));
        let part = Reach { start: Place { line: 5, column: 2 }, end: Place { line: 6, column: 0 } };
        let some = layout(&text, &limits, Some(part)).expect("it can be read");
        assert_eq!(apply(&text, &some), source.replace("let  b = 22 @ a", "let b = 22  @ a"));
        assert_eq!(layout(&Text::new("let x = ("), &limits, None), None);
        let windows = layout(&Text::new("pack p\r\nlet  a = 1 @ b\r\n"), &limits, None)
            .expect("it can be read");
        let [edit] = windows.as_slice() else { panic!("{windows:?}") };
        assert_eq!((edit.reach.start.line, edit.text.as_str()), (1, "let a = 1  @ b\r\n"));
    }
}
