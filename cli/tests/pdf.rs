//! `report --format pdf`: the program that makes it is found, given the pages, and believed only
//! where it says that it is done.
//!
//! Not here: what is in a PDF, which the tests of that program look at (`pdf/`).

#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use common::{run, show};

/// What `report` does where this script is `guiju-pdf`.
fn report(script: Option<&str>, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(script) = script {
        let program = folder.path().join("guiju-pdf");
        fs::write(&program, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"))
            .expect("a script");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it runs");
    }
    Command::new(env!("CARGO_BIN_EXE_guiju"))
        .args(["report", "filed", "filed.json", "--sheet", "summary", "--format", "pdf"])
        .args(more)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .env("PATH", folder.path())
        .output()
        .expect("the command runs")
}

#[test]
fn the_program_is_given_the_pages_the_fonts_and_the_language() {
    let made = report(Some("echo %PDF $@; cat"), &["--locale", "en", "--font", "a b.ttf"]);
    assert_eq!(made.status.code(), Some(0), "{}", show(&made));
    let text = String::from_utf8(made.stdout).expect("text");
    let (first, source) = text.split_once('\n').expect("two lines");
    assert_eq!(first, "%PDF --font a b.ttf --locale en");
    let typ =
        ["report", "filed", "filed.json", "--sheet", "summary", "--format", "typ", "--locale"];
    let typ = run(&typ.into_iter().chain(["en"]).collect::<Vec<_>>());
    assert_eq!(source.as_bytes(), typ.stdout);
}

#[test]
fn without_the_program_the_way_out_is_told() {
    for (locale, words) in [("zh-TW", "放在 guiju 旁邊"), ("en", "beside guiju")] {
        let said = show(&report(None, &["--locale", locale]));
        assert!(said.starts_with("status: 1\n----- stderr\nerror[G940]"), "{said}");
        assert!(said.contains(words) && said.contains("--format typ"), "{said}");
    }
}

#[test]
fn what_fails_says_so_and_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.pdf");
    fs::write(&path, "old").expect("a file");
    let shown = path.display().to_string();
    for (script, words) in [
        // It has said what is wrong, and may not even have read the pages.
        ("echo told >&2; exit 1", "status: 1\n----- stderr\ntold\n"),
        ("echo %PDF; exit 7", "made no PDF (exit status: 7)"),
        ("echo %PDF; kill -9 $$", "made no PDF (signal: 9"),
        // Something else of that name.
        ("cat > /dev/null; echo done", "made no PDF (exit status: 0)"),
    ] {
        let said = show(&report(Some(script), &["--locale", "en", "-o", &shown]));
        assert!(said.contains(words), "{script}: {said}");
        assert_eq!(fs::read(&path).expect("a file"), b"old", "{script}");
    }
    assert_eq!(fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(1));
    // Done, it takes its place; with a folder there is one for each.
    let made = report(Some("echo %PDF; cat"), &["-o", &shown]);
    assert_eq!(show(&made), "status: 0\n");
    assert!(fs::read(&path).expect("a file").starts_with(b"%PDF"));
    let place = folder.path().display().to_string();
    assert_eq!(show(&report(Some("echo %PDF; cat"), &["-o", &place])), "status: 0\n");
    for key in ["M1", "M2"] {
        let one = fs::read_to_string(folder.path().join(format!("summary-{key}.pdf")));
        let titles = one.expect("a file").matches("#heading").count();
        assert_eq!(titles, 1, "{key}");
    }
}

#[test]
fn fonts_are_for_pdf_alone() {
    let args = ["report", "filed", "filed.json", "--sheet", "summary", "--font", "a.ttf"];
    let made = run(&args.into_iter().chain(["--locale", "en"]).collect::<Vec<_>>());
    assert_eq!(made.status.code(), Some(2));
    let said = show(&made);
    assert!(said.contains("`--font` is for `--format pdf` alone"), "{said}");
    assert!(said.contains("guiju report"), "{said}");
}
