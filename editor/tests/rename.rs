//! Every name of every pack that comes with the program, renamed: the rules say what they said,
//! word for word where nothing was renamed.

#![expect(clippy::print_stdout, reason = "what was tried and measured is told with `--nocapture`")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use guiju::Limits;
use guiju_compiler::names::NameKind;
use guiju_editor::ask::rename::{Edits, rename};
use guiju_editor::{Text, Workspace};

/// The built-in packs and the one of the tutorial as files of a workspace.
fn stored(names: &[&str]) -> Rc<common::Stored> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for file in names.iter().flat_map(|name| guiju_rules::sources(name).unwrap_or_default()) {
        files.insert(format!("/w/{}", file.name()), file.text().to_owned());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/library_grants");
    for (folder, place) in
        [(folder.clone(), "/w/library_grants"), (folder.join("tests"), "/w/library_grants/tests")]
    {
        for entry in fs::read_dir(folder)
            .expect("the pack of the tutorial")
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|e| e == "guiju"))
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            files.insert(
                format!("{place}/{name}"),
                fs::read_to_string(entry.path()).expect("a file of UTF-8"),
            );
        }
    }
    Rc::new(common::Stored(std::cell::RefCell::new(files)))
}

fn changed(files: &BTreeMap<String, String>, edits: &Edits) -> BTreeMap<String, String> {
    let mut files = files.clone();
    for (path, edits) in edits {
        let mut text = Text::new(files[path].clone());
        for edit in edits.iter().rev() {
            text = text.replaced(text.range(edit.reach), &edit.text);
        }
        files.insert(path.clone(), text.as_str().to_owned());
    }
    files
}

/// Renames names there and back: the first of every so many of each kind, in packs whose name
/// begins so.
fn there_and_back(packs: &[&str], of: &str, step: usize) -> (usize, usize) {
    let stored = stored(packs);
    let files = stored.0.borrow().clone();
    let workspace =
        Workspace::new(Rc::clone(&stored) as Rc<dyn guiju_editor::Files>, vec!["/w".to_owned()]);
    let (mut renamed, mut seen) = (0, BTreeSet::new());
    let mut kinds: BTreeMap<NameKind, usize> = BTreeMap::new();
    for analysis in workspace.packs().iter().filter(|analysis| analysis.name().starts_with(of)) {
        for named in analysis.names.list() {
            let Some(declared) = named.declared.last() else { continue };
            let path = analysis.path(declared.name.source).to_owned();
            let of_the_language =
                named.symbol.kind == NameKind::Entity && named.symbol.name == "programme";
            if named.symbol.kind == NameKind::Pack
                || of_the_language
                || !seen.insert((path.clone(), declared.name.start))
            {
                continue;
            }
            let count = kinds.entry(named.symbol.kind).or_default();
            *count += 1;
            if !(*count - 1).is_multiple_of(step) {
                continue;
            }
            let place =
                analysis.spot(declared.name).map(|spot| spot.reach.start).unwrap_or_default();
            let to = if named.symbol.kind == NameKind::Clause {
                "Z-99.z".to_owned()
            } else {
                format!("{}_改", named.symbol.name)
            };
            let edits = rename(&workspace, &path, place, &to)
                .unwrap_or_else(|reason| panic!("{:?}: {}", named.symbol, reason.zh));
            let after = changed(&files, &edits);
            for name in
                packs.iter().copied().chain(["library_grants"]).filter(|name| name.starts_with(of))
            {
                let pack = check(&after, name);
                let found: Vec<String> = pack
                    .diagnostics()
                    .iter()
                    .map(|found| found.message(guiju::Locale::En))
                    .collect();
                let pack =
                    pack.into_pack().unwrap_or_else(|_| panic!("{:?}: {found:?}", named.symbol));
                let failed: Vec<_> = pack
                    .run_tests(&Limits::default())
                    .into_iter()
                    .filter(|test| !test.failures.is_empty())
                    .collect();
                assert!(failed.is_empty(), "{:?}: {failed:?}", named.symbol);
            }
            let there = Workspace::new(
                Rc::new(common::Stored(std::cell::RefCell::new(after.clone()))),
                vec!["/w".to_owned()],
            );
            // The declaration, moved by what was renamed before it on its line.
            let analysis = there.analysis(&path);
            let own =
                analysis.names.list().iter().find(|other| {
                    other.symbol.kind == named.symbol.kind && other.symbol.name == to
                });
            let spot = own
                .and_then(|named| named.declared.last())
                .and_then(|declared| analysis.spot(declared.name))
                .expect("it is there");
            let back = rename(&there, &spot.path, spot.reach.start, &named.symbol.name)
                .unwrap_or_else(|reason| panic!("{:?}: {}", named.symbol, reason.zh));
            assert!(changed(&after, &back) == files, "{:?} is not what it was", named.symbol);
            renamed += 1;
        }
    }
    (renamed, kinds.len())
}

/// `GUIJU_RENAMES` says that every n-th name of each kind is tried, in the built-in packs too,
/// which takes long; by default some of the tutorial's.
#[test]
fn names_are_renamed_there_and_back_and_nothing_else_changes() {
    let step = std::env::var("GUIJU_RENAMES").ok().and_then(|step| step.parse().ok());
    let (packs, of) = if step.is_some() { (guiju_rules::NAMES, "") } else { (&[][..], "library") };
    let (renamed, kinds) = there_and_back(packs, of, step.unwrap_or(6));
    println!("{renamed} names of {kinds} kinds renamed there and back");
    assert!(renamed > 20 && kinds > 10, "{renamed} of {kinds} kinds");
}

fn check(files: &BTreeMap<String, String>, name: &str) -> guiju::Checked {
    let of = |name: &str| {
        let of = |folder: String| {
            files.iter().filter(move |(path, _)| {
                path.rsplit_once('/').is_some_and(|(parent, _)| parent == folder)
            })
        };
        let all: Vec<guiju::Source> = of(format!("/w/{name}"))
            .chain(of(format!("/w/{name}/tests")))
            .map(|(path, text)| guiju::Source::new(path, text))
            .collect();
        (!all.is_empty()).then_some(all)
    };
    guiju::Parsed::parse_with(of(name).unwrap_or_default(), &Limits::default(), &of).check()
}
