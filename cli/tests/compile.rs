//! Compiled packs and types as files: what they give, and what is said where they cannot be used.

mod common;

use std::fs;
use std::path::Path;

use common::{run, show, shown};

/// The path of a file in a folder of its own, as an argument.
fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

/// The same text with the folder's name left out.
fn without(folder: &Path, text: &str) -> String {
    text.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn a_compiled_pack_judges_and_explains_as_its_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let compiled = path(folder.path(), "shops.gjc");
    let output = run(&["compile", "shops", "--output", &compiled]);
    assert_eq!(output.status.code(), Some(0), "{}", show(&output));
    for (command, options) in [
        ("evaluate", &[][..]),
        ("evaluate", &["--records", "--format", "json"]),
        ("evaluate", &["--engine", "columnar"]),
        ("explain", &[]),
        ("explain", &["--alliance", "M1", "--kpi", "open_shops"]),
    ] {
        let with = |pack: &str| shown(&[&[command, pack, "market"][..], options].concat());
        assert!(with("shops").starts_with("status: 0"), "{}", with("shops"));
        assert_eq!(with(&compiled), with("shops"), "{command} {options:?}");
    }
}

#[test]
fn a_file_is_replaced_and_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let compiled = path(folder.path(), "shops.gjc");
    fs::write(&compiled, "old").expect("written");
    let said =
        without(folder.path(), &shown(&["compile", "shops", "-o", &compiled, "--locale", "en"]));
    let size = fs::metadata(&compiled).expect("written").len();
    assert_eq!(said, format!("status: 0\n----- stdout\nshops.gjc: shops, {size} bytes\n"));
    assert_eq!(
        fs::read_dir(folder.path()).map(Iterator::count).ok(),
        Some(1),
        "nothing is left beside it"
    );
}

#[test]
fn what_cannot_be_used_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let [compiled, other, damaged, empty] = ["shops.gjc", "other.gjc", "damaged.gjc", "empty.gjc"]
        .map(|name| path(folder.path(), name));
    run(&["compile", "shops", "-o", &compiled]);
    let bytes = fs::read(&compiled).expect("written");
    // The version stands behind the six letters that every compiled pack begins with.
    let end = 6 + bytes[6..].iter().position(|byte| *byte == 0).expect("a version ends");
    fs::write(&other, [&bytes[..6], b"0.0.9/3", &bytes[end..]].concat()).expect("written");
    fs::write(&damaged, &bytes[..bytes.len() / 2]).expect("written");
    fs::write(&empty, "").expect("written");
    let outside = path(folder.path(), "none/shops.gjc");
    let wrong = path(folder.path(), "shops.guiju");
    let mut said = String::new();
    for locale in ["zh-TW", "en"] {
        for args in [
            &["evaluate", &other, "market"][..],
            &["evaluate", &damaged, "market"],
            &["explain", &empty, "market"],
            &["evaluate", "missing.gjc", "market"],
            &["check", &compiled],
            &["test", &compiled],
            &["diff", &compiled, "shops"],
            &["compile", &compiled, "-o", &other],
            &["compile", "shops", "-o", &wrong],
            &["compile", "shops", "-o", &outside],
            &["types", "shops", "-o", &wrong],
        ] {
            let output = run(&[args, &["--locale", locale]].concat());
            assert_eq!(output.status.code(), Some(1), "{}", show(&output));
            assert!(output.stdout.is_empty(), "{}", show(&output));
            said += &format!(
                "{}\n{}",
                without(folder.path(), &args.join(" ")),
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    insta::assert_snapshot!(
        without(folder.path(), &said)
            .replace(&format!("version {}", version(&bytes)), "version N")
            .replace(&format!("版本 {}", version(&bytes)), "版本 N")
    );
    assert!(!Path::new(&wrong).exists());
}

/// The version that bytes carry.
fn version(bytes: &[u8]) -> String {
    bytes[6..].iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect()
}

#[test]
fn rules_with_errors_are_not_compiled() {
    let folder = tempfile::tempdir().expect("a folder");
    let compiled = path(folder.path(), "broken.gjc");
    let output = run(&["compile", "broken", "-o", &compiled]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[G"), "{}", show(&output));
    assert!(!Path::new(&compiled).exists());
}

#[test]
fn the_types_that_programs_are_compiled_with_are_those_of_their_packs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, rules) in [
        ("library_grants", "docs/examples/library_grants"),
        ("venue_grants", "bindings-wasm/types/venues"),
    ] {
        let (rules, written) =
            (root.join(rules).display().to_string(), path(folder.path(), &format!("{name}.d.ts")));
        let output = run(&["types", &rules, "-o", &written]);
        assert_eq!(show(&output), "status: 0\n");
        let types = fs::read_to_string(&written).expect("written");
        let kept = root.join(format!("bindings-wasm/types/{name}.d.ts"));
        let command = format!("guiju types {rules} -o {}", kept.display());
        assert_eq!(
            fs::read_to_string(&kept).ok().as_deref(),
            Some(types.as_str()),
            "write it anew: {command}"
        );
        // A compiled pack has the same.
        let compiled = path(folder.path(), "pack.gjc");
        run(&["compile", &rules, "-o", &compiled]);
        run(&["types", &compiled, "-o", &written]);
        assert_eq!(fs::read_to_string(&written).ok(), Some(types));
    }
}
