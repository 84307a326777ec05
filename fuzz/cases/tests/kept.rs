//! Inputs for the fuzz targets, replayed by any compiler: what starts them and what once found
//! something, in `fuzz/kept`, each file in a folder with the name of its target.

use std::fs;
use std::path::{Path, PathBuf};

use guiju_cases::targets::TARGETS;

#[test]
fn kept_inputs_hold() {
    let mut replayed = [0; TARGETS.len()];
    for folder in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../kept")) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let target = TARGETS.iter().position(|(known, _)| *known == name);
        let target = target.unwrap_or_else(|| panic!("{} is of no target", folder.display()));
        for file in entries(&folder) {
            (TARGETS[target].1)(
                &fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())),
            );
            replayed[target] += 1;
        }
    }
    assert!(replayed.iter().all(|inputs| *inputs > 0), "a target without an input: {replayed:?}");
}

#[test]
fn every_target_has_a_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz_targets");
    let mut programs: Vec<String> = entries(&folder)
        .iter()
        .filter_map(|file| Some(file.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    let mut targets: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    programs.sort();
    targets.sort();
    assert_eq!(programs, targets);
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder) else { panic!("{} is missing", folder.display()) };
    found.map(|entry| entry.expect("a file").path()).collect()
}
