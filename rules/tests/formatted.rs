//! The rules in the repository that people read as models stay formatted, and the layout of a pack
//! has no say in its results.
//!
//! Not here: the layout itself, which is tested beside the formatter.

use std::fs;
use std::path::Path;

use guiju::{JsonOptions, Limits, Parsed, Source, SourcePack, format};
use guiju_rules::{NAMES, sources};

fn formatted(name: &str, text: &str) -> String {
    format(&Source::new(name, text), &Limits::default())
        .unwrap_or_else(|_| panic!("{name} cannot be read"))
}

fn stays_formatted(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files += stays_formatted(&path);
        } else if path.extension().is_some_and(|extension| extension == "guiju") {
            let (name, text) =
                (path.display().to_string(), fs::read_to_string(&path).expect("a text"));
            assert!(
                formatted(&name, &text) == text,
                "{name} is not formatted: `cargo run -p guiju-cli -- fmt {name}`"
            );
            files += 1;
        }
    }
    files
}

#[test]
fn packs_and_examples_stay_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in ["rules/packs", "docs/examples", "benches/pack"] {
        assert!(stays_formatted(&root.join(folder)) > 0, "{folder}");
    }
}

/// A text without indentation and columns.
fn flattened(text: &str) -> String {
    let flat = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        // In the first column a line may begin a declaration.
        let indent = if line.starts_with(' ') { "\t" } else { "" };
        // Blanks in texts and comments are not layout.
        if line.contains(['"', '-']) {
            format!("{indent}{}", line.trim())
        } else {
            format!("{indent}{}", words.join("   "))
        }
    };
    text.lines().map(|line| flat(line) + " \r\n").collect()
}

fn compiled(name: &str, layout: fn(&str) -> String) -> SourcePack {
    let library = |name: &str| {
        let files = sources(name)?.into_iter();
        Some(files.map(|file| Source::new(file.name(), layout(file.text()))).collect())
    };
    let files = library(name).unwrap_or_default();
    let checked = Parsed::parse_with(files, &Limits::default(), &library).check();
    checked.into_pack().unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn layout_has_no_say_in_results() {
    let limits = Limits::default();
    for name in NAMES {
        let (written, flat) = (compiled(name, str::to_owned), compiled(name, flattened));
        let failures = |pack: &SourcePack| {
            pack.run_tests(&limits).iter().map(|test| test.failures.len()).sum::<usize>()
        };
        assert_eq!((failures(&flat), failures(&written)), (0, 0), "{name}");
        for file in sources(name).unwrap_or_default() {
            assert_eq!(
                formatted(file.name(), &flattened(file.text())),
                file.text(),
                "{}",
                file.name()
            );
        }
    }
    let samples =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/alliance_108/samples/field-revenue");
    let results = [compiled("alliance_108", str::to_owned), compiled("alliance_108", flattened)]
        .map(|pack| {
            let data = guiju_files::data(pack.schema(), &samples, &limits)
                .unwrap_or_else(|_| panic!("the samples can be read"));
            let outcome = pack.evaluate(&data, &limits).expect("within limits");
            let result = outcome.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
            // A digest names the bytes of the files, so it alone differs.
            let digests = pack.provenance().editions.clone();
            assert!(digests.iter().all(|(_, digest)| result.contains(digest)));
            digests.iter().fold(result, |result, (_, digest)| result.replace(digest, ""))
        });
    assert!(results[0] == results[1], "the result depends on the layout");
}
