//! What holds of every file: formatting keeps what is said, settles at once, and comes to one text
//! from any damage to a layout.
//!
//! Not here: how formatted rules look, which is in `core/tests/format`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Spelling, format};
use crate::pipeline::Parsed;
use crate::syntax::{Bracket, Token, pieces, placed};
use guiju_model::limits::Limits;
use guiju_model::source::Source;
use guiju_model::words::Words;

/// Every file of rules in the repository that can be read, with its text.
static FILES: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &mut files);
    assert!(files.len() > 200, "{} files", files.len());
    files
});

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !matches!(name, "target" | "node_modules") && !name.starts_with('.') {
            collect(&path, files);
        } else if name.ends_with(".guiju")
            && let Ok(text) = fs::read_to_string(&path)
            && formatted(&text).is_some()
        {
            files.push((path, text));
        }
    }
}

fn formatted(text: &str) -> Option<String> {
    format(&Source::new("rules.guiju", text), &Limits::default()).ok()
}

/// The words of a text, and its comments.
fn said(text: &str) -> (Vec<Token>, Vec<String>) {
    let (mut words, mut comments, mut end) = (Vec::new(), Vec::new(), 0);
    let mut between = |gap: &str| {
        comments.extend(
            gap.trim_start_matches('\u{FEFF}')
                .lines()
                .map(str::trim)
                .filter(|row| !row.is_empty())
                .map(str::to_owned),
        );
    };
    for (token, place) in placed(text.trim_start_matches('\u{FEFF}')) {
        between(&text.trim_start_matches('\u{FEFF}')[end..place.start]);
        end = place.end;
        words.push(token);
    }
    between(&text.trim_start_matches('\u{FEFF}')[end..]);
    (words, comments)
}

fn codes(text: &str) -> Vec<&'static str> {
    let checked = Parsed::parse(vec![Source::new("rules.guiju", text)], &Limits::default()).check();
    checked.diagnostics().iter().map(|diagnostic| diagnostic.code.id()).collect()
}

#[test]
fn every_file_says_what_it_said() {
    for (path, text) in FILES.iter() {
        let formatted = formatted(text).expect("it can be read");
        assert_eq!(said(&formatted), said(text), "{}", path.display());
        assert_eq!(codes(&formatted), codes(text), "{}", path.display());
    }
}

#[test]
fn every_file_comes_back_from_the_other_spelling() {
    let limits = Limits::default();
    let spell = |words, text: &str| {
        let source = Source::new("rules.guiju", text);
        Spelling::new(words, &[], &limits).format(&source, &limits).expect("it can be read")
    };
    let mut turned = 0;
    for (path, text) in FILES.iter() {
        let formatted = formatted(text).expect("it can be read");
        let chinese = spell(Words::Chinese, text);
        assert_eq!(codes(&chinese), codes(text), "{}\n{chinese}", path.display());
        assert_eq!(spell(Words::Chinese, &chinese), chinese, "{}", path.display());
        let english = spell(Words::English, text);
        assert_eq!(spell(Words::English, &chinese), english, "{}", path.display());
        turned += usize::from(english == formatted);
    }
    assert!(turned > 200, "{turned} of {} files were in one spelling", FILES.len());
}

#[test]
fn what_cannot_be_read_is_told_as_checking_tells_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/rules/refused");
    let mut refused = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("a text");
        let Err(error) = format(&Source::new("rules.guiju", text.as_str()), &Limits::default())
        else {
            continue;
        };
        let all = codes(&text);
        assert!(
            !error.diagnostics.is_empty()
                && error.diagnostics.iter().all(|finding| all.contains(&finding.code.id())),
            "{text}"
        );
        refused += 1;
    }
    assert!(refused > 10, "{refused} cases");
}

#[test]
fn a_long_line_makes_no_other_long() {
    let row = |n: usize| format!("  n = {n} => a @ 1\n");
    let rows: String = (0..1_000).map(row).collect();
    let long =
        format!("classify e.c: a | b {{\n  n in ({}0) => a @ 1\n{rows}}}\n", "1, ".repeat(3_000));
    let length = formatted(&long).expect("it can be read").len();
    assert!(length < 2 * long.len(), "{length}");
}

#[test]
fn formatting_settles_at_once() {
    for (path, text) in FILES.iter() {
        let once = formatted(text).expect("it can be read");
        assert_eq!(formatted(&once).as_deref(), Some(once.as_str()), "{}", path.display());
    }
}

#[test]
fn the_rules_of_blanks_hold() {
    for (path, text) in FILES.iter() {
        let formatted = formatted(text).expect("it can be read");
        let at = path.display();
        assert!(
            !formatted.contains(['\r', '\u{FEFF}'])
                && !formatted.starts_with('\n')
                && !formatted.contains("\n\n\n"),
            "{at}"
        );
        assert!(
            formatted.is_empty() || formatted.ends_with('\n') && !formatted.ends_with("\n\n"),
            "{at}"
        );
        assert!(formatted.lines().all(|line| line.trim_end() == line), "{at}");
        let lines: Vec<&str> = formatted.lines().collect();
        let useless = |two: &[&str]| {
            two[0].ends_with('{') && two[1].is_empty()
                || two[0].is_empty() && two[1].trim_start().starts_with('}')
        };
        assert!(!lines.windows(2).any(useless), "{at}");
    }
}

/// Blanks of some kind and number.
fn blanks(random: &mut impl FnMut(usize) -> usize, least: usize) -> String {
    (0..least + random(4)).map(|_| [' ', '\t', '\u{3000}', ' '][random(4)]).collect()
}

/// The text with another layout: the same words and comments on the same lines, with blank lines
/// where there were some.
fn damaged(text: &str, mut random: impl FnMut(usize) -> usize) -> String {
    let source = Source::new("rules.guiju", text);
    let Ok(pieces) = pieces(&source, &Limits::default()) else { panic!("it cannot be read") };
    let mut out = String::from(["", "\u{FEFF}"][random(2)]);
    let (mut end, mut opens) = (0, true);
    for piece in &pieces {
        let closes = matches!(piece.bracket, Some(Bracket::CloseBrace | Bracket::CloseParen));
        let gap = &text[end..piece.place.start];
        // A bracket, a comma or an `@` needs no blanks around it.
        let free = gap.is_empty() || closes || text[..end].ends_with(['(', '{', ',', '@']);
        match gap.rsplit_once('\n') {
            None => out += &blanks(&mut random, usize::from(!free)),
            Some((rows, indent)) => {
                damage_rows(rows, closes || opens, &mut out, &mut random);
                // In the first column a line may begin an item.
                out += &blanks(&mut random, usize::from(!indent.is_empty()));
            }
        }
        out += &text[piece.place.clone()];
        end = piece.place.end;
        opens = matches!(piece.bracket, Some(Bracket::OpenBrace | Bracket::OpenParen));
    }
    damage_rows(&text[end..], true, &mut out, &mut random);
    out
}

fn damage_rows(
    rows: &str,
    may_be_blank: bool,
    out: &mut String,
    random: &mut impl FnMut(usize) -> usize,
) {
    let mut rows = rows.split('\n').map(str::trim).peekable();
    let mut first = true;
    while let Some(row) = rows.next() {
        let blank = row.is_empty() && !first;
        if !row.is_empty() {
            *out += &blanks(random, 1);
            *out += row;
        }
        let only_space = blank || may_be_blank && rows.peek().is_none() && row.is_empty();
        for _ in 0..=if only_space { random(3) } else { 0 } {
            *out += &blanks(random, 0);
            *out += ["\n", "\r\n"][random(2)];
        }
        first = false;
    }
}

/// What an edit may put into a file.
const SCRAPS: &[&str] = &[
    "",
    " ",
    "\n",
    "\n\n\n",
    "\t",
    "-",
    " -- ",
    "-- 註\n",
    "、",
    "＠ １",
    "“甲”",
    "\"a -- b\"",
    "(",
    ")",
    "{",
    "}",
    "or a",
    " - -",
    "－",
    "..",
    "|",
    "=>",
    "@ 1, 2",
    "?",
    "民國108年1月1日",
    "108/1/1",
    "30％",
    "\u{3000}",
    "\r\n",
    "count",
    "because \"x\"",
    "else \"y\"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_is_mended(which in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let (path, text) = which.get(&FILES);
        let mended = formatted(text).expect("it can be read");
        // Numbers that look random are enough here.
        let mut state = seed | 1;
        let random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let damaged = damaged(&mended, random);
        prop_assert_eq!(formatted(&damaged), Some(mended), "{}", path.display());
    }

    #[test]
    fn what_can_be_read_after_any_edit_keeps_what_it_says(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(SCRAPS)), 1..4),
    ) {
        let (path, text) = which.get(&FILES);
        let mut chars: Vec<char> = text.chars().collect();
        for (at, removed, inserted) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, inserted.chars());
        }
        let text: String = chars.into_iter().collect();
        if let Some(once) = formatted(&text) {
            prop_assert_eq!(said(&once), said(&text), "{}", path.display());
            prop_assert_eq!(codes(&once), codes(&text), "{}", path.display());
            prop_assert_eq!(formatted(&once), Some(once));
        }
    }

    #[test]
    fn any_text_is_answered(text in "[a-c1-2{}()@,、:：=＝.．\\-－\"“”|/ \n\u{3000}]{0,60}", start in prop::sample::select(vec!["kpi k = ", "let x = ", "test \"t\" { ", "entity e { ", ""])) {
        let text = format!("{start}{text}");
        if let Some(once) = formatted(&text) {
            prop_assert_eq!(formatted(&once), Some(once));
        }
    }
}
