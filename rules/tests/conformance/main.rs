//! Runs the corpus in `rules/conformance`: what the engine says of each case has to be what the
//! files there say, byte for byte.
//!
//! `cargo xtask conformance` writes the expected files anew (it runs this test with
//! `CONFORMANCE=write`); what changed is then read before it is committed. How any other
//! implementation runs the cases is said in `rules/conformance/README.md`.

use std::fs;

use case::Case;

mod announced;
mod case;
mod coverage;
mod parts;

/// One line for each file that differs, with the first line in which it does.
#[test]
fn every_case_gives_what_its_files_say() {
    let cases = Case::all();
    assert!(!cases.is_empty());
    if std::env::var("CONFORMANCE").is_ok_and(|mode| mode == "write") {
        cases.iter().for_each(write);
    }
    let failures: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(
        failures.is_empty(),
        "{}\n\n{} files differ; where that is meant, run `cargo xtask conformance` and read the change\n",
        failures.join("\n"),
        failures.len()
    );
}

/// Replaces the expected files of a case.
fn write(case: &Case) {
    let found = case.run();
    for name in case.expected().keys().filter(|name| !found.contains_key(*name)) {
        fs::remove_file(case.folder().join(name)).expect("an expected file can be removed");
    }
    for (name, text) in found {
        fs::write(case.folder().join(name), text).expect("an expected file can be written");
    }
}

fn differences(case: &Case) -> Vec<String> {
    let (expected, found) = (case.expected(), case.run());
    let mut names: Vec<&String> = expected.keys().chain(found.keys()).collect();
    names.sort();
    names.dedup();
    let mut differences: Vec<String> = names
        .into_iter()
        .filter_map(|name| {
            let place = format!("rules/conformance/{}/{name}", case.name());
            match (expected.get(name), found.get(name)) {
                (Some(expected), Some(found)) => {
                    first_difference(expected, found).map(|(line, old, new)| {
                        format!("{place}:{line}\n  expected: {old}\n  found:    {new}")
                    })
                }
                (Some(_), None) => Some(format!("{place}: the engine gives no such result")),
                (None, _) => {
                    Some(format!("{place}: the engine gives this, and there is no such file"))
                }
            }
        })
        .collect();
    if expected.is_empty() && found.is_empty() {
        differences.push(format!(
            "rules/conformance/{}: the case shows nothing: no result, and no finding",
            case.name()
        ));
    }
    differences
}

/// The number of the first line that differs, and that line on both sides.
fn first_difference<'a>(expected: &'a str, found: &'a str) -> Option<(usize, &'a str, &'a str)> {
    if expected == found {
        return None;
    }
    let mut pairs = expected.split('\n').zip(found.split('\n')).enumerate();
    let line = pairs
        .find(|(_, (expected, found))| expected != found)
        .map(|(line, (expected, found))| (line + 1, expected, found));
    Some(line.unwrap_or((
        expected.split('\n').count().min(found.split('\n').count()) + 1,
        "(one side ends here)",
        "(one side ends here)",
    )))
}
