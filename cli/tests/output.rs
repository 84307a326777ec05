//! Where the output goes: full devices are told, and what spreadsheets would run is written as
//! text.
//!
//! Not here: what results say.

mod common;

use common::{run, run_with};

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_an_error_of_every_command() {
    use std::fs::OpenOptions;
    use std::path::Path;
    use std::process::Command;

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
