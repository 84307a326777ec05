//! The tests of the built-in packs notice nearly every change of their rules; and a change made in
//! memory comes to the same as the changed files compiled and tested anew.

use guiju::{Fate, Limits, MutantOptions, Mutants, Parsed, Source, SourcePack, allowances};

fn pack(name: &str) -> SourcePack {
    let files = guiju_rules::sources(name).expect("it is built in");
    Parsed::parse_with(files, &Limits::default(), &guiju_rules::sources)
        .check()
        .into_pack()
        .expect("sound rules")
}

fn mutants(pack: &SourcePack, inherited: bool) -> Mutants {
    pack.mutants(MutantOptions { propose: false, inherited }, &Limits::default(), &mut |_, _| ())
        .expect("its tests pass")
}

/// Of a hundred changes that matter, at least this many are noticed.
const ENOUGH: usize = 98;

fn notices(name: &str) {
    let mut found = mutants(&pack(name), false);
    let (allowed, findings) =
        allowances(&guiju_rules::allowed_mutants(name).expect("it is built in"));
    let unused = found.allow(&allowed);
    assert!(findings.is_empty() && unused.is_empty(), "{findings:?} {unused:?}");
    let (noticed, needed) = found.score(name);
    let unseen = found.list.iter().filter(|mutant| mutant.fate == Fate::Survived);
    let unseen: Vec<String> = unseen
        .map(|mutant| format!("{}: {} → {:?}", mutant.item, mutant.was, mutant.would))
        .collect();
    assert!(
        noticed * 100 >= ENOUGH * needed && needed > 100,
        "{noticed} of {needed}:\n{}",
        unseen.join("\n")
    );
}

#[test]
fn alliance_104_notices() {
    notices("alliance_104");
}

#[test]
fn alliance_107_notices() {
    notices("alliance_107");
}

#[test]
fn alliance_108_notices() {
    notices("alliance_108");
}

#[test]
fn alliance_115_notices() {
    notices("alliance_115");
}

#[test]
fn gloria_108_notices() {
    notices("gloria_108");
}

#[test]
fn the_tutorial_notices_everything() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples/library_grants");
    let pack = guiju_files::pack_with_tests(path, &Limits::default())
        .expect("it is there")
        .into_pack()
        .expect("sound rules");
    let (noticed, needed) = mutants(&pack, false).score("library_grants");
    assert_eq!(noticed, needed);
}

#[test]
fn a_changed_pack_fails_the_tests_that_its_files_would() {
    for (name, step) in [("alliance_107", 17), ("alliance_104", 23)] {
        let pack = pack(name);
        let found = mutants(&pack, true);
        for mutant in found.list.iter().step_by(step) {
            let changed = mutant.text(pack.sources()).expect("the change can be written");
            let with_change = |files: Vec<Source>| -> Vec<Source> {
                let swap = |file: Source| {
                    if file.name() == mutant.file {
                        Source::new(file.name(), changed.clone())
                    } else {
                        file
                    }
                };
                files.into_iter().map(swap).collect()
            };
            let library = |base: &str| guiju_rules::sources(base).map(with_change);
            let files = with_change(guiju_rules::sources(name).expect("it is built in"));
            let checked = Parsed::parse_with(files, &Limits::default(), &library).check();
            let said =
                format!("{} {}: {} → {:?}", mutant.file, mutant.item, mutant.was, mutant.would);
            let Some(other) = checked.pack() else {
                assert_eq!(mutant.fate, Fate::Refused, "{said}");
                continue;
            };
            let failing: Vec<String> = other
                .run_tests(&Limits::default())
                .into_iter()
                .filter(|test| !test.failures.is_empty())
                .map(|test| test.name)
                .collect();
            match &mutant.fate {
                Fate::Noticed(by) => {
                    assert!(failing.contains(by), "{said}: {by} is not among {failing:?}")
                }
                fate => assert!(
                    *fate != Fate::Refused && failing.is_empty(),
                    "{said}: {fate:?}, but {failing:?}"
                ),
            }
        }
    }
}
