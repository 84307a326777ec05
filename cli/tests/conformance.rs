//! The command gives the bytes of the conformance corpus: run in the folder of a case, as
//! `rules/conformance/README.md` says.
//!
//! Cases of built-in packs are left to the engine's own run of the corpus
//! (`rules/tests/conformance`): compiling one takes a while.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guiju"))
        .args(args)
        .arg("--format")
        .arg("json")
        .current_dir(folder)
        .output()
        .expect("the command runs")
}

/// Every folder with rules of its own, or with several years.
fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("pack").is_dir() || folder.join("years.txt").is_file() {
        return found.push(folder.to_owned());
    }
    let entries = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("a folder can be listed").path());
    entries.filter(|path| path.is_dir()).for_each(|path| cases(&path, found));
}

#[test]
fn the_command_gives_the_bytes_of_the_corpus() {
    let mut found = Vec::new();
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/conformance"), &mut found);
    assert!(found.len() > 50);
    let version = concat!("\"engine\": \"", env!("CARGO_PKG_VERSION"), "\"");
    for case in found {
        let expected = |name: &str| fs::read_to_string(case.join(name)).ok();
        let data =
            ["data.json", "data.jsonl", "data"].into_iter().find(|name| case.join(name).exists());
        let previous = if case.join("previous.json").exists() {
            ["--previous", "previous.json"].as_slice()
        } else {
            &[]
        };
        if let Some(years) = expected("years.txt") {
            let years: Vec<&str> = years.split_whitespace().collect();
            let output = run(&case, &[&["evaluate", "--records"], years.as_slice()].concat());
            let text =
                String::from_utf8_lossy(&output.stdout).replace(version, "\"engine\": \"*\"");
            assert_eq!(
                (Some(text), output.status.code()),
                (expected("expected.json"), Some(0)),
                "{}",
                case.display()
            );
            assert_eq!(
                String::from_utf8_lossy(&output.stderr),
                expected("diagnostics.json").unwrap_or_default(),
                "{}",
                case.display()
            );
            continue;
        }
        let said = match (data, expected("expected.json")) {
            (Some(data), Some(result)) => {
                let output = run(
                    &case,
                    &[["evaluate", "pack", data, "--records"].as_slice(), previous].concat(),
                );
                let text = String::from_utf8_lossy(&output.stdout).replacen(
                    version,
                    "\"engine\": \"*\"",
                    1,
                );
                assert_eq!((text, output.status.code()), (result, Some(0)), "{}", case.display());
                // Findings about data, such as remarks on an earlier result, stand apart from those
                // about rules.
                if output.stderr.is_empty() {
                    run(&case, &["check", "pack"]).stdout
                } else {
                    output.stderr
                }
            }
            (Some(data), None) => {
                let output =
                    run(&case, &[["evaluate", "pack", data].as_slice(), previous].concat());
                assert_eq!(output.status.code(), Some(1), "{}", case.display());
                output.stderr
            }
            (None, _) => {
                // Files that are no text are said on standard error, like anything that keeps the
                // command from its work.
                let output = run(&case, &["check", "pack"]);
                if output.stdout.is_empty() { output.stderr } else { output.stdout }
            }
        };
        let diagnostics = expected("diagnostics.json")
            .unwrap_or_else(|| "{\n  \"diagnostics\": []\n}\n".to_owned());
        assert_eq!(String::from_utf8_lossy(&said), diagnostics, "{}", case.display());
    }
}
