//! Where the output goes: full devices are told, what spreadsheets would run is written as text,
//! `-` is standard output, and wrong usage is told in both languages.
//!
//! Not here: what results say.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{run, run_with};

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_an_error_of_every_command() {
    use std::fs::OpenOptions;

    for arguments in [
        &["--help"][..],
        &["--version"],
        &["evaluate", "--help"],
        &["check", "shops"],
        &["test", "shops"],
        &["fmt", "--check", "shops"],
        &["diff", "shops", "shops_2022"],
        &["evaluate", "shops", "market.json"],
        &["evaluate", "shops", "market.json", "--format", "csv"],
        &["evaluate", "shops", "market.json", "--format", "json"],
        &["explain", "shops", "market.json", "--alliance", "M1"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("the device");
        let output = Command::new(env!("CARGO_BIN_EXE_guiju"))
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
            .stdout(full)
            .output()
            .expect("the command runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("No space left"),
            "{arguments:?}: {output:?}"
        );
    }
}

#[test]
fn a_key_that_looks_like_a_formula_is_a_text_in_csv() {
    let data = r#"{"markets": [{"id": "=1+1", "shop": [{"name": "@x", "open": true, "registered": true, "rent": "100"}]}]}"#;
    let csv = |more: &[&str]| {
        let output =
            run_with(&[&["evaluate", "shops", "-", "--format", "csv"], more].concat(), data);
        String::from_utf8(output.stdout).expect("text")
    };
    assert!(csv(&[]).lines().skip(1).all(|line| line.starts_with("'=1+1,")), "{}", csv(&[]));
    assert!(csv(&["--records"]).contains(",'@x,"), "{}", csv(&["--records"]));
    assert!(csv(&["--raw-cells"]).lines().skip(1).all(|line| line.starts_with("=1+1,")));
    assert!(run(&["evaluate", "--help"]).stdout.windows(11).any(|text| text == b"--raw-cells"));
}

/// `-` is standard output wherever a file can be named for a result, and never a file.
#[test]
fn a_dash_is_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let at = |name: &str| fixtures.join(name).display().to_string();
    let (filed, data) = (at("filed"), at("filed.json"));
    let report = ["report", &filed, &data, "--sheet", "summary"];
    for (args, begins) in [
        (&[&report[..], &["--format", "html", "-o", "-"]].concat(), &b"<!doctype html>"[..]),
        (&[&report[..], &["-o", "-"]].concat(), b"PK"),
        (&vec!["template", &filed, "-o", "-"], b"PK"),
        (&vec!["compile", &filed, "-o", "-"], b"\0guiju"),
        (&vec!["types", &filed, "-o", "-"], b"//"),
    ] {
        let made = in_folder(folder.path(), args);
        assert_eq!(made.status.code(), Some(0), "{args:?}: {made:?}");
        let start = made.stdout.get(..begins.len()).unwrap_or_default();
        assert!(
            start.eq_ignore_ascii_case(begins),
            "{args:?}: {}",
            String::from_utf8_lossy(&made.stdout[..60])
        );
    }
    // What has no place beside a result is refused, and so is what is several tables.
    for (args, status, said) in [
        (&["evaluate", &filed, &data, "--seal", "-"][..], 2, "`--seal` 要給檔名"),
        (&["template", &filed, "--format", "csv", "-o", "-"], 1, "請以 --output 給資料夾名稱"),
    ] {
        let made = in_folder(folder.path(), args);
        assert_eq!(made.status.code(), Some(status), "{made:?}");
        assert!(String::from_utf8_lossy(&made.stderr).contains(said), "{made:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(0), "no file is there");
}

fn in_folder(folder: &Path, args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_guiju"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command runs")
}

/// Wrong usage is told in the language that was asked for, with what was probably meant.
#[test]
fn wrong_usage_is_told_in_both_languages() {
    let mut shown = String::new();
    for args in [
        &["reprot", "filed"][..],
        &["report", "filed", "filed.json", "--sheat", "summary"],
        &["report", "filed", "filed.json"],
        &["report", "filed"],
        &["report", "filed", "filed.json", "-sheet", "summary"],
        &["template", "filed", "-output=x.ods"],
        &["report", "filed", "filed.json", "--sheet"],
        &["report", "filed", "filed.json", "--sheet", "summary", "--format", "htnl"],
        &["report", "filed", "filed.json", "--sheet", "a", "--sheet", "b"],
        &["report", "filed", "filed.json", "--template", "a.ods", "--format", "ods"],
        &["evaluate", "filed", "filed.json", "--key", "k"],
        &["check", "filed", "other"],
        &["check", "filed", "--cluases"],
        &["explain", "shops", "market.json", "--record", "x"],
        &["explain", "shops", "market.json", "--kpi", "x", "--obligation", "y"],
        &["check", "filed", "-x"],
        &["compile", "filed"],
        &["fmt", "-", "a.guiju"],
        &["evaluate", "filed", "-", "--previous", "-"],
        &["check", "a\u{1b}[31m", "b\u{1b}[31m"],
    ] {
        for locale in ["zh-TW", "en"] {
            let made = run(&[args, &["--locale", locale]].concat());
            assert_eq!(made.status.code(), Some(2), "{args:?} {made:?}");
            let said = String::from_utf8_lossy(&made.stderr);
            assert!(!said.contains('\u{1b}') || locale == "en", "{said:?}");
            if locale == "zh-TW" || shown.len() < 600 {
                shown += &format!("$ guiju {}\n{said}\n", args.join(" ").escape_debug());
            }
        }
    }
    let made = run(&["check", "filed", "--locale", "fr"]);
    shown += &format!("$ guiju check filed --locale fr\n{}", String::from_utf8_lossy(&made.stderr));
    insta::assert_snapshot!("wrong_usage", shown);
    // Help that is asked for is no error.
    assert_eq!(run(&["report", "--help"]).status.code(), Some(0));
}
