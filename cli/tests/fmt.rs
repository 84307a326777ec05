//! `fmt` on files, folders and standard input: what it writes, what it leaves alone, and what it
//! says.

mod common;

use std::fs;
use std::path::Path;

use common::{run, run_with, show};
use tempfile::TempDir;

const LOOSE: &str = "pack p\nlet share=30 %@1\n";
const FORMATTED: &str = "pack p\nlet share = 30%  @ 1\n";

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

/// What is shown for these arguments, of which those that begin with `/` are in the folder.
fn shown(folder: &Path, args: &[&str]) -> String {
    let root = folder.display().to_string();
    let args: Vec<String> = args
        .iter()
        .map(|arg| if arg.starts_with('/') { format!("{root}{arg}") } else { (*arg).to_owned() })
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    show(&run(&args)).replace(&root, "")
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a text")
}

#[test]
fn files_below_a_folder_are_formatted_where_they_are_not() {
    let files = [
        ("a.guiju", LOOSE),
        ("b.guiju", FORMATTED),
        ("tests/deep/c.guiju", LOOSE),
        ("notes.txt", LOOSE),
    ];
    let folder = folder(&files.map(|(name, text)| (name, text.as_bytes())));
    let written = fs::metadata(folder.path().join("b.guiju"))
        .and_then(|file| file.modified())
        .expect("a time");
    insta::assert_snapshot!(shown(folder.path(), &["fmt", "/"]), @r"
    status: 0
    ----- stdout
    已排版 /a.guiju
    已排版 /tests/deep/c.guiju
    已排版 2 個檔案，1 個維持原樣
    ");
    for name in ["a.guiju", "b.guiju", "tests/deep/c.guiju"] {
        assert_eq!(text(folder.path(), name), FORMATTED);
    }
    assert_eq!(text(folder.path(), "notes.txt"), LOOSE);
    assert_eq!(
        fs::metadata(folder.path().join("b.guiju"))
            .and_then(|file| file.modified())
            .expect("a time"),
        written
    );
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 4, "nothing else is left in the folder");
    insta::assert_snapshot!(shown(folder.path(), &["fmt", "/", "/a.guiju", "--check", "--locale", "en"]), @r"
    status: 0
    ----- stdout
    0 files would change, 3 formatted already
    ");
}

#[test]
fn checking_writes_nothing_and_shows_the_first_line_that_differs() {
    let files: [(&str, &[u8]); 5] = [
        ("blanks.guiju", b"pack p\nlet a = 1  \t @ 1 \n"),
        ("line_ends.guiju", b"pack p\r\n"),
        ("longer.guiju", b"pack p\n\n\n"),
        ("mark.guiju", "\u{FEFF}pack p\n".as_bytes()),
        ("no_end.guiju", b"pack p"),
    ];
    let folder = folder(&files);
    insta::assert_snapshot!(shown(folder.path(), &["fmt", "/", "--check"]));
    insta::assert_snapshot!(shown(folder.path(), &["fmt", "/", "--check", "--locale", "en"]));
    for (name, bytes) in files {
        assert_eq!(fs::read(folder.path().join(name)).expect("a file"), bytes);
    }
}

#[test]
fn what_cannot_be_formatted_is_told_and_the_rest_is_formatted() {
    let files: [(&str, &[u8]); 4] = [
        ("bad.guiju", b"kpi x = a == 3\n"),
        ("good.guiju", LOOSE.as_bytes()),
        ("image.guiju", b"\xff\xd8"),
        ("rules.txt", b"pack p"),
    ];
    let folder = folder(&files);
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    let args = [
        "fmt",
        "/bad.guiju",
        "/good.guiju",
        "/image.guiju",
        "/rules.txt",
        "/empty",
        "/nowhere",
        "alliance_108",
    ];
    insta::assert_snapshot!(shown(folder.path(), &args));
    assert_eq!(text(folder.path(), "good.guiju"), FORMATTED);
    assert_eq!(text(folder.path(), "bad.guiju"), "kpi x = a == 3\n");
    insta::assert_snapshot!(shown(folder.path(), &[&args[..], &["--locale", "en"]].concat()));
}

#[test]
fn errors_of_meaning_are_no_reason_to_leave_a_file() {
    let folder = folder(&[("a.guiju", b"kpi x=nothing_known+1 \xe5\xae\xb6\n")]);
    assert!(shown(folder.path(), &["fmt", "/a.guiju"]).starts_with("status: 0"));
    assert_eq!(text(folder.path(), "a.guiju"), "kpi x = nothing_known + 1 家\n");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let output = run_with(&["fmt", "-"], LOOSE);
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stdout).as_ref()),
        (Some(0), FORMATTED)
    );
    let output = run_with(&["fmt", "-"], "kpi x = == 3");
    assert!(
        output.status.code() == Some(1) && output.stdout.is_empty() && !output.stderr.is_empty()
    );
    insta::assert_snapshot!(show(&run_with(&["fmt", "-", "--check", "--locale", "en"], LOOSE)), @r"
    status: 1
    ----- stdout
    stdin:2 would change
      - let share=30 %@1
      + let share = 30%  @ 1
    ");
    assert_eq!(show(&run_with(&["fmt", "-", "--check"], FORMATTED)), "status: 0\n");
}

#[test]
fn words_are_spelled_as_they_are_asked_for() {
    const ENGLISH: &str = "pack p\nkpi share as % = (paid or 0 because \"無\") / 2  @ 1\n";
    const CHINESE: &str = "規則包 p\n指標 share 以 % = (paid 無則 0 因為 \"無\") / 2  @ 1\n";
    let folder = folder(&[("a.guiju", ENGLISH.as_bytes())]);
    insta::assert_snapshot!(shown(folder.path(), &["fmt", "/", "--words", "zh", "--check", "--locale", "en"]), @r"
    status: 1
    ----- stdout
    /a.guiju:1 would change
      - pack p
      + 規則包 p
    1 file would change, 0 formatted already
    ");
    for (args, expected) in [
        (&["--words", "zh"][..], CHINESE),
        (&[], CHINESE),
        (&["--words", "en"], ENGLISH),
        (&[], ENGLISH),
    ] {
        assert!(shown(folder.path(), &[&["fmt", "/"], args].concat()).starts_with("status: 0"));
        assert_eq!(text(folder.path(), "a.guiju"), expected);
    }
    let output = run_with(&["fmt", "-", "--words", "zh"], ENGLISH);
    assert_eq!(String::from_utf8_lossy(&output.stdout), CHINESE);
}

#[test]
fn names_that_another_file_declares_stay() {
    const TEST: &str = "test \"t\" { library A { book b { lent: 是  new: true } } }\n";
    let model = "entity book in library { key id: text  lent: 是 | 否  new: bool }\n";
    let folder = folder(&[("10_data.guiju", model.as_bytes()), ("tests/a.guiju", TEST.as_bytes())]);
    shown(folder.path(), &["fmt", "/tests/a.guiju", "--words", "zh"]);
    assert_eq!(
        text(folder.path(), "tests/a.guiju"),
        "測試 \"t\" { library A { book b { lent: 是  new: true } } }\n"
    );
    shown(folder.path(), &["fmt", "/tests/a.guiju", "--words", "en"]);
    assert_eq!(text(folder.path(), "tests/a.guiju"), TEST);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("below/a.guiju", LOOSE.as_bytes())]);
    let at = |name: &str| folder.path().join(name);
    fs::set_permissions(at("below/a.guiju"), fs::Permissions::from_mode(0o640))
        .expect("permissions");
    symlink("below/a.guiju", at("link.guiju")).expect("a link");
    symlink("..", at("below/loop")).expect("a link");
    symlink("nowhere", at(".#lock.guiju")).expect("a link");
    insta::assert_snapshot!(shown(folder.path(), &["fmt", "/", "--locale", "en"]), @r"
    status: 0
    ----- stdout
    formatted /below/a.guiju
    1 file formatted, 0 unchanged
    ");
    assert_eq!(text(folder.path(), "below/a.guiju"), FORMATTED);
    assert!(fs::symlink_metadata(at("link.guiju")).expect("a link").is_symlink());
    assert_eq!(
        fs::metadata(at("below/a.guiju")).expect("a file").permissions().mode() & 0o777,
        0o640
    );
}
