//! One version for everything that is published, and lists of contents that leave out what nobody needs.
//!
//! Not here: what the packagers themselves check.

use std::fs;
use std::path::Path;

fn manifest(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn dependencies_within_the_workspace_ask_for_its_version() {
    let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    let workspace = manifest("Cargo.toml");
    let within: Vec<&str> = workspace.lines().filter(|line| line.starts_with("guiju") && line.contains("path = ")).collect();
    assert!(!within.is_empty());
    for line in within {
        assert!(line.contains(version), "without it the crate cannot be packed: {line}");
    }
}

#[test]
fn published_crates_say_what_they_contain() {
    for path in ["core/Cargo.toml", "rules/Cargo.toml", "cli/Cargo.toml"] {
        let text = manifest(path);
        for key in ["description", "license", "keywords", "categories", "include"] {
            assert!(text.lines().any(|line| line.starts_with(key)), "{path} has no `{key}`");
        }
    }
}

#[test]
fn the_changes_name_the_version() {
    let changes = manifest("CHANGELOG.md");
    assert!(changes.contains(concat!("\n## ", env!("CARGO_PKG_VERSION"), "\n")));
}
