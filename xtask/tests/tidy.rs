//! What holds the layout up: layers, heads and sizes of files, features, and the facts of every
//! published crate.
//!
//! Not here: what the compiler, clippy and rustfmt hold already.

use std::fs;
use std::path::{Path, PathBuf};

/// Each library crate, and the crates of the workspace that it may use: those below it.
const LAYERS: &[(&str, &[&str])] = &[
    ("core/model", &[]),
    ("core/engine", &["guiju-model"]),
    ("core/compiler", &["guiju-engine", "guiju-model"]),
    ("core/diff", &["guiju-compiler", "guiju-engine", "guiju-model"]),
    ("core", &["guiju-compiler", "guiju-diff", "guiju-engine", "guiju-model"]),
    ("rules", &["guiju"]),
    ("files", &["guiju", "guiju-rules"]),
    ("seal", &["guiju"]),
    ("sheets", &["guiju"]),
    ("pdf", &["guiju-model"]),
    ("editor", &["guiju", "guiju-compiler", "guiju-model"]),
    ("cli", &["guiju", "guiju-editor", "guiju-files", "guiju-rules", "guiju-seal", "guiju-sheets"]),
    ("bindings-python", &["guiju", "guiju-files", "guiju-rules", "guiju-seal", "guiju-sheets"]),
    ("bindings-wasm", &["guiju", "guiju-files", "guiju-seal", "guiju-sheets"]),
];

/// The features of the crate that programs add.
const FEATURES: &[&str] = &["columnar", "default", "js", "parallel", "render"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(folder: &str) -> String {
    let path = root().join(folder).join("Cargo.toml");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a section of a manifest, without comments.
fn section<'t>(manifest: &'t str, name: &str) -> Vec<&'t str> {
    let head = format!("[{name}]");
    let lines = manifest
        .lines()
        .skip_while(|line| *line != head)
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#')).collect()
}

/// Every file of a kind in the workspace, but those that others made.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir()
            && !matches!(name.as_str(), "target" | "node_modules" | ".git" | "pkg")
            && !name.starts_with(".venv")
        {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn each_source(look: &mut dyn FnMut(&str, &str)) {
    let (root, mut found) = (root(), Vec::new());
    sources(&root, &mut found);
    assert!(found.len() > 200, "{} files", found.len());
    for path in found {
        let text = fs::read_to_string(&path).expect("a file of UTF-8");
        look(&path.strip_prefix(&root).expect("within the workspace").to_string_lossy(), &text);
    }
}

#[test]
fn crates_use_only_those_below_them() {
    for (folder, below) in LAYERS {
        let manifest = manifest(folder);
        for line in section(&manifest, "dependencies") {
            let name = line.split(['.', ' ']).next().unwrap_or_default();
            assert!(
                !name.starts_with("guiju") || below.contains(&name),
                "{folder} stands below {name} and may not use it"
            );
        }
    }
}

#[test]
fn features_are_few() {
    let manifest = manifest("core");
    let mut names: Vec<&str> =
        section(&manifest, "features").iter().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    assert_eq!(names, FEATURES);
    each_source(&mut |path, text| {
        let known = |line: &str| {
            FEATURES.iter().any(|name| line.contains(&format!("feature = \"{name}\"")))
        };
        for line in
            text.lines().filter(|line| path.starts_with("core/") && line.contains("feature = \""))
        {
            assert!(known(line), "{path}: {line}");
        }
    });
}

#[test]
fn files_open_with_what_they_are_and_stay_short() {
    let mut wrong = Vec::new();
    each_source(&mut |path, text| {
        if !text.starts_with("//!") {
            wrong.push(format!("{path} does not open with what it is and what it is not"));
        }
        let lines = text.lines().count();
        if lines > 600 {
            wrong.push(format!("{path} has {lines} lines; 600 is the ceiling"));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dependencies_within_the_workspace_ask_for_its_version() {
    let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    let workspace = manifest("");
    let within: Vec<&str> = workspace
        .lines()
        .filter(|line| line.starts_with("guiju") && line.contains("path = "))
        .collect();
    assert!(!within.is_empty());
    for line in within {
        assert!(line.contains(version), "without it the crate cannot be packed: {line}");
    }
}

#[test]
fn published_crates_say_what_they_contain() {
    for folder in [
        "core",
        "core/compiler",
        "core/diff",
        "core/engine",
        "core/model",
        "files",
        "rules",
        "seal",
        "sheets",
        "editor",
        "cli",
    ] {
        let text = manifest(folder);
        for key in ["description", "license", "keywords", "categories", "include"] {
            assert!(text.lines().any(|line| line.starts_with(key)), "{folder} has no `{key}`");
        }
        assert!(text.contains("\"LICENSE-*\""), "{folder} leaves its licences out");
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let [own, whole] = [root().join(folder).join(licence), root().join(licence)]
                .map(|path| fs::read(path).expect("a licence"));
            assert_eq!(own, whole, "{folder}/{licence}");
        }
    }
}

#[test]
fn the_changes_name_the_version() {
    let changes = fs::read_to_string(root().join("CHANGELOG.md")).expect("the changes");
    assert!(changes.contains(concat!("\n## ", env!("CARGO_PKG_VERSION"), "\n")));
}
