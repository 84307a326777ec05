//! What the corpus has to have: a case for every clause of a pack's document that rules cite, every
//! kind of declaration, every group of findings.
//!
//! Not here: whether the cases are right.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use guiju::{Clause, Code};

use crate::case::{Case, built_in, corpus};

/// Those of its own documents: an edition need not show again what it takes over from the one it
/// amends.
#[test]
fn every_clause_that_rules_cite_has_a_case() {
    let mut missing = Vec::new();
    for name in guiju_rules::NAMES {
        let checked = built_in(name);
        let pack = checked.pack().unwrap_or_else(|| panic!("{name} is not sound"));
        let own = |clause: &&Clause| {
            pack.sources()[clause.listed.source.0 as usize].name().starts_with(&format!("{name}/"))
        };
        let cited = pack
            .documents()
            .iter()
            .flat_map(|document| &document.clauses)
            .filter(own)
            .filter(|clause| !clause.cited.is_empty());
        let cases = cited.map(|clause| format!("clauses/{name}/{}", clause.id));
        missing.extend(cases.filter(|case| !corpus().join(case).is_dir()));
    }
    assert!(missing.is_empty(), "without a case: {}", missing.join(", "));
}

/// The kinds are those that the language reference lists.
#[test]
fn every_kind_of_declaration_has_a_case() {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md");
    let reference = fs::read_to_string(reference).expect("the language reference");
    let line = reference
        .lines()
        .find(|line| line.starts_with("`pack` "))
        .expect("the reference lists the words that begin a declaration");
    let kinds: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches('`')).collect();
    let sources: Vec<guiju::Source> = Case::all()
        .iter()
        .filter(|case| case.name().starts_with("constructs/"))
        .flat_map(Case::rules)
        .collect();
    let begins = |kind: &str| {
        sources
            .iter()
            .any(|source| source.text().lines().any(|line| line.starts_with(&format!("{kind} "))))
    };
    let missing: Vec<&&str> = kinds.iter().filter(|kind| !begins(kind)).collect();
    assert!(kinds.len() > 10 && missing.is_empty(), "without a case in constructs: {missing:?}");
}

/// Those of G7 are about tests in packs, which the corpus does not run.
#[test]
fn every_group_of_findings_has_a_case() {
    // Of tests and of sheets only the command speaks.
    let groups: BTreeSet<&str> = Code::ALL
        .iter()
        .map(|code| &code.info().id[..2])
        .filter(|group| !["G7", "G9"].contains(group))
        .collect();
    let files: Vec<String> =
        Case::all().iter().flat_map(|case| case.expected().into_values()).collect();
    let missing: Vec<&&str> = groups
        .iter()
        .filter(|group| !files.iter().any(|text| text.contains(&format!("\"code\": \"{group}"))))
        .collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}
