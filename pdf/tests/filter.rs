//! The program as `guiju report` runs it: what comes out, and what is said of input that cannot be
//! set.
//!
//! Not here: tags and texts of whole sheets, which `check.py` looks at.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const HEAD: &str =
    "#set document(title: \"標題\", date: datetime(year: 1980, month: 1, day: 1))\n= 標題\n";

fn run(input: &[u8], args: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guiju-pdf"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("an input");
    // One that refuses its fonts reads nothing.
    drop(stdin.write_all(input));
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn set(text: &str, args: &[&str]) -> Vec<u8> {
    let made = run(format!("{HEAD}#text(\"{text}\")").as_bytes(), args);
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(made.status.success() && made.stdout.starts_with(b"%PDF"), "{said}");
    made.stdout
}

/// What is said of input that is refused; nothing comes out.
fn refused(input: &[u8], args: &[&str]) -> String {
    let made = run(input, args);
    let said = String::from_utf8(made.stderr).expect("text");
    assert_eq!(made.status.code(), Some(1), "{said}");
    assert!(made.stdout.is_empty());
    said
}

#[test]
fn the_same_source_is_the_same_bytes() {
    let first = set("鈺婕 1,234 仟元", &[]);
    assert_eq!(set("鈺婕 1,234 仟元", &[]), first);
    assert_ne!(set("鈺婕 1,235 仟元", &[]), first);
}

/// Every character of the packs and their samples, and what messages and labels draw.
#[test]
fn the_font_has_what_the_packs_say() {
    fn look(folder: &Path, found: &mut BTreeSet<char>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                look(&path, found);
            } else if path.extension().is_none_or(|extension| extension != "md") {
                found.extend(fs::read_to_string(path).expect("text").chars());
            }
        }
    }
    let mut found = BTreeSet::new();
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/packs"), &mut found);
    found.extend("～—–×÷≤≥…‧《》「」①㎡％０９Ａｚ堃喆碁銹".chars());
    found.retain(|c| !c.is_control() && !matches!(c, '"' | '\\' | '\u{FEFF}'));
    assert!(found.len() > 700, "{} characters", found.len());
    set(&found.into_iter().collect::<String>(), &[]);
}

#[test]
fn characters_that_no_font_has_are_named() {
    let source = format!("{HEAD}#text(\"𠮷野 ٣ 𠮷\")");
    let said = refused(source.as_bytes(), &["--locale", "en"]);
    assert!(said.starts_with("error[G943]"), "{said}");
    assert!(said.contains("lack these characters: ٣ U+0663, 𠮷 U+20BB7\n"), "{said}");
    assert!(refused(source.as_bytes(), &[]).contains("٣ U+0663、𠮷 U+20BB7"));
    // Another font has one of them, though it has the name of the one within.
    let font = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fonts/one.otf");
    let said = refused(source.as_bytes(), &["--locale", "en", "--font", font]);
    assert!(said.contains("characters: ٣ U+0663\n"), "{said}");
    assert_ne!(set("𠮷野", &["--font", font]), set("野", &["--font", font]));
    // More than a message holds.
    let many: String = ('\u{1F600}'..='\u{1F640}').collect();
    let said = refused(format!("{HEAD}#text(\"{many}\")").as_bytes(), &["--locale", "en"]);
    assert!(said.contains("U+1F600, ") && said.contains("U+1F627 …"), "{said}");
}

#[test]
fn characters_of_the_private_area_are_named() {
    let source = format!("{HEAD}#text(\"王\u{E001}明\")");
    let said = refused(source.as_bytes(), &["--locale", "en"]);
    assert!(said.starts_with("error[G944]") && said.contains(": U+E001\n"), "{said}");
}

#[test]
fn what_is_no_source_of_pages_is_refused_with_its_line() {
    for (input, words) in [
        (&b"\xFF\xFE\x00"[..], "utf-8"),
        (b"", "title"),
        (b"alliance,name\r\nBM01,x\r\n", "title"),
        (b"<!doctype html>\n<p>\n#let", "(line 3)"),
        (b"= x\n#read(\"/etc/hostname\")", "(line 2)"),
        (b"#import \"@preview/cetz:0.4.0\": canvas", "(line 1)"),
        (b"#{ let i = 0; while i >= 0 { i += 1 } }", "infinite"),
    ] {
        let said = refused(input, &["--locale", "en"]);
        let shown = String::from_utf8_lossy(input);
        assert!(said.starts_with("error[G941]"), "{shown}: {said}");
        assert!(said.contains(words), "{shown}: {said}");
    }
    assert!(refused(b"", &[]).contains("這不是"));
}

#[test]
fn a_font_that_cannot_be_used_is_told() {
    let source = format!("{HEAD}x");
    let here = env!("CARGO_MANIFEST_DIR");
    for (font, words) in [
        (format!("{here}/none.otf"), "cannot be used: "),
        (here.to_owned(), "cannot be used: "),
        (format!("{here}/Cargo.toml"), "cannot be used: it is no font"),
    ] {
        let said = refused(source.as_bytes(), &["--locale", "en", "--font", &font]);
        assert!(said.starts_with("error[G942]") && said.contains(words), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let mut child = Command::new(env!("CARGO_BIN_EXE_guiju-pdf"))
        .args(["--locale", "en"])
        .stdin(Stdio::piped())
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("an input");
    stdin.write_all(format!("{HEAD}x").as_bytes()).expect("it is read");
    drop(stdin);
    let made = child.wait_with_output().expect("the program ends");
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    assert_eq!(made.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write the result: "), "{said}");
}
