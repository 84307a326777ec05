//! What holds for every built-in pack: the checker has nothing to say, every test in it passes, and
//! every clause of the document of its year is cited by a rule or declared not computable (the
//! lists are in `clauses/`).
//!
//! Not here: what a pack's rules are, which its own tests say.

use std::path::Path;

use guiju::{Limits, Locale, Parsed, render};

#[test]
fn every_pack_is_sound_and_passes_its_tests() {
    for name in guiju_rules::NAMES {
        let files = guiju_rules::sources(name).expect("a pack that is named is there");
        let checked = Parsed::parse_with(files, &Limits::default(), &guiju_rules::sources).check();
        let shown = |diagnostic| render::render(diagnostic, checked.sources(), Locale::En, false);
        assert_eq!(checked.diagnostics().iter().map(shown).collect::<String>(), "", "{name}");
        let pack = checked.pack().expect("a pack without errors");
        let tests = pack.run_tests(&Limits::default());
        assert!(!tests.is_empty(), "{name} has no tests");
        let failures = tests.iter().flat_map(|test| &test.failures);
        let shown = |failure| render::render(failure, pack.sources(), Locale::En, false);
        assert_eq!(failures.map(shown).collect::<String>(), "", "{name}");
    }
}

#[test]
fn every_clause_is_dealt_with() {
    let lists = [
        ("alliance_104", "qa_104"),
        ("alliance_107", "guide_107"),
        ("alliance_108", "briefing_108"),
        ("alliance_115", "call_115"),
        ("gloria_108", "gloria_108"),
    ];
    for (name, document) in lists {
        let pack = guiju_rules::load(name).expect("the pack compiles");
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("clauses/{document}.txt"));
        let list = std::fs::read_to_string(list).expect("the list of clauses");
        let coverage = pack.coverage(&list);
        let open: Vec<&str> = coverage
            .iter()
            .filter(|clause| !clause.is_covered())
            .map(|clause| clause.id.as_str())
            .collect();
        assert_eq!(open, Vec::<&str>::new(), "{name}");
        let marked = pack.coverage(&format!("\u{FEFF}{list}"));
        assert_eq!(
            marked.iter().filter(|clause| !clause.is_covered()).count(),
            0,
            "{name}: a byte order mark is no part of a clause"
        );
        // The list is complete: the document of the year has no clause beside it.
        let listed = |id: &str| coverage.iter().any(|clause| clause.id == id);
        let documents = pack.documents().iter().filter(|known| known.name == document);
        let beside: Vec<&str> = documents
            .flat_map(|known| &known.clauses)
            .map(|clause| clause.id.as_str())
            .filter(|id| !listed(id))
            .collect();
        assert_eq!(beside, Vec::<&str>::new(), "{name}");
    }
}
