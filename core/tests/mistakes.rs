//! Single mistakes in a sound pack, as authors make them: what is said first, and at which line.
//! Each is a file in `mistakes/english`, or in `mistakes/chinese` where the pack is in Chinese
//! words; the pack is that of the tutorial. Not here: findings by their codes (`rules.rs`).
//!
//! A file says what was done, `FILE` or `FILE N` for the N-th place there, the text that is
//! replaced and the text in its stead, and what is to come of it: `FILE:LINE CODE` of the first
//! finding, or `legal: why` where the edit says something else that is sound.

use std::path::Path;

use guiju::{Diagnostic, Limits, Locale, Parsed, Source, Spelling, Words, render};

struct Mistake {
    name: String,
    file: String,
    nth: usize,
    old: String,
    new: String,
    expected: String,
}

impl Mistake {
    fn read(path: &Path) -> Mistake {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name");
        let text = std::fs::read_to_string(path).expect("a case can be read");
        let (head, edit) = text.split_once("\n<<<<<<<\n").expect("an edit");
        let (edit, expected) = edit.split_once("\n>>>>>>>\n").expect("what comes of it");
        let (old, new) = edit.split_once("\n=======\n").expect("old and new");
        let place = head.lines().last().expect("a place");
        let (file, nth) = place.split_once(' ').unwrap_or((place, "1"));
        Mistake {
            name: name.to_owned(),
            file: file.to_owned(),
            nth: nth.parse().expect("a number"),
            old: old.to_owned(),
            new: new.to_owned(),
            expected: expected.trim_end().to_owned(),
        }
    }

    fn apply(&self, pack: &mut [(String, String)]) -> bool {
        let found = pack.iter_mut().find(|(file, _)| *file == self.file).expect("a file");
        let mut places = found.1.match_indices(&self.old);
        let Some((at, _)) = places.nth(self.nth - 1) else { return false };
        found.1.replace_range(at..at + self.old.len(), &self.new);
        true
    }

    /// The name of the declaration that it is in.
    fn declares(&self, pack: &[(String, String)]) -> String {
        let (_, text) = pack.iter().find(|(file, _)| *file == self.file).expect("a file");
        let (at, _) = text.match_indices(&self.old).nth(self.nth - 1).expect("a place");
        let heads = text[..at + 1].lines().rev();
        let head = heads.into_iter().find(|line| line.starts_with(char::is_alphabetic));
        head.and_then(|head| head.split([' ', '.']).nth(1)).unwrap_or("-").to_owned()
    }

    fn is_legal(&self) -> bool {
        self.expected.starts_with("legal: ")
    }
}

fn mistakes(folder: &str) -> Vec<Mistake> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes").join(folder);
    let entries = std::fs::read_dir(folder).expect("the cases are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    paths.iter().map(|path| Mistake::read(path)).collect()
}

/// The files of the tutorial's pack, in a spelling.
fn pack(words: Words) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/library_grants");
    let mut files = Vec::new();
    for part in ["", "tests/"] {
        let entries = std::fs::read_dir(folder.join(part)).expect("the pack is there");
        for entry in entries.map(|entry| entry.expect("readable")) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".guiju") {
                let text = std::fs::read_to_string(entry.path()).expect("readable");
                files.push((format!("{part}{name}"), text));
            }
        }
    }
    files.sort();
    let limits = Limits::default();
    let sources: Vec<Source> =
        files.iter().map(|(name, text)| Source::new(name, text.as_str())).collect();
    let spelling = Spelling::new(words, &sources, &limits);
    let spelled = |source: &Source| {
        (source.name().to_owned(), spelling.format(source, &limits).expect("it is sound"))
    };
    sources.iter().map(spelled).collect()
}

fn check(pack: &[(String, String)]) -> (Vec<Source>, Vec<Diagnostic>) {
    let sources = pack.iter().map(|(name, text)| Source::new(name, text.as_str())).collect();
    let limits = Limits::default();
    let checked = Parsed::parse(sources, &limits).check();
    let of_tests = checked.pack().map(|pack| pack.check_tests(&limits)).unwrap_or_default();
    (checked.sources().to_vec(), [checked.diagnostics(), &of_tests].concat())
}

/// `FILE:LINE CODE` of a finding.
fn place(found: &Diagnostic, sources: &[Source]) -> String {
    let label = found.labels.iter().find(|label| label.primary);
    let Some(span) = label.map(|label| label.span) else { return found.code.id().to_owned() };
    let source = &sources[span.source.0 as usize];
    let line = source.text()[..span.start as usize].matches('\n').count() + 1;
    format!("{}:{line} {}", source.name(), found.code.id())
}

/// What is said of every mistake, for people to read.
fn first_findings(folder: &str, words: Words) -> String {
    let sound = pack(words);
    let mut said = String::new();
    let mut wrong = Vec::new();
    for mistake in mistakes(folder) {
        let mut files = sound.clone();
        assert!(mistake.apply(&mut files), "{}: the text to change is not there", mistake.name);
        // The tests of the pack take half of the time, and say nothing of its rules.
        files.retain(|(file, _)| !file.starts_with("tests/") || *file == mistake.file);
        let (sources, found) = check(&files);
        let got = found.first().map_or_else(|| "nothing".to_owned(), |f| place(f, &sources));
        let right = if mistake.is_legal() { found.is_empty() } else { got == mistake.expected };
        if !right {
            wrong.push(format!("{}: want {}, got {got}", mistake.name, mistake.expected));
        }
        let draw = |locale| {
            let first = found.first();
            first.map(|first| render::render(first, &sources, locale, false)).unwrap_or_default()
        };
        let zh = words == Words::Chinese;
        let locale = if zh { Locale::ZhTw } else { Locale::En };
        said.push_str(&format!("## {}\n{}\n", mistake.name, draw(locale)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    said
}

#[test]
fn a_mistake_is_told_where_it_is() {
    insta::assert_snapshot!(first_findings("english", Words::English));
}

#[test]
fn a_mistake_in_chinese_words_is_told_where_it_is() {
    insta::assert_snapshot!(first_findings("chinese", Words::Chinese));
}

/// Whatever else is wrong in another file.
#[test]
fn two_mistakes_are_both_told() {
    let sound: Vec<_> =
        pack(Words::English).into_iter().filter(|(file, _)| !file.starts_with("tests/")).collect();
    let all: Vec<Mistake> = mistakes("english")
        .into_iter()
        .filter(|mistake| !mistake.is_legal() && !mistake.file.starts_with("tests/"))
        .collect();
    let mut hidden = Vec::new();
    for (n, first) in all.iter().enumerate().step_by(2) {
        let later = all.iter().cycle().skip(n + 1).step_by(29).take(4);
        let Some(second) = later.into_iter().find(|second| second.file != first.file) else {
            continue;
        };
        let mut files = sound.clone();
        assert!(first.apply(&mut files) && second.apply(&mut files));
        let (sources, found) = check(&files);
        let places: Vec<String> = found.iter().map(|found| place(found, &sources)).collect();
        for (told, other) in [(first, second), (second, first)] {
            // Of a name that the other leaves without a meaning there is nothing to say.
            let words = told.new.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let depends = told.new.contains(&other.declares(&sound))
                || words.into_iter().any(|word| {
                    word.len() > 3 && !told.old.contains(word) && other.old.contains(word)
                });
            if !depends && !places.contains(&told.expected) {
                hidden.push(format!("{} beside {}: {places:?}", told.name, other.name));
            }
        }
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}
