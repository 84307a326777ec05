//! `template`: empty tables that `evaluate` reads, and files that are there are left alone.

mod common;

use std::fs;

use common::{run, show};

#[test]
fn every_format_is_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    for (format, name) in [("ods", "a.ods"), ("xlsx", "a.xlsx"), ("csv", "tables")] {
        let path = folder.path().join(name).display().to_string();
        let made = run(&["template", "shops", "--format", format, "--output", &path]);
        assert_eq!(show(&made), "status: 0\n");
        let judged = run(&["evaluate", "shops", &path, "--format", "json"]);
        assert_eq!(judged.status.code(), Some(0), "{format}: {}", show(&judged));
        let again =
            run(&["template", "shops", "--format", format, "--output", &path, "--locale", "en"]);
        assert!(
            show(&again).contains("is there already and is left alone"),
            "{format}: {}",
            show(&again)
        );
        assert_eq!(again.status.code(), Some(1));
    }
    let shop = fs::read_to_string(folder.path().join("tables/shop.csv")).expect("a table");
    insta::assert_snapshot!("template_csv", shop.trim_start_matches('\u{FEFF}'));
    assert_eq!(
        fs::read_dir(folder.path()).map(Iterator::count).ok(),
        Some(3),
        "nothing is left beside them"
    );
}

#[test]
fn a_workbook_goes_to_a_pipe_and_csv_to_a_folder() {
    assert!(run(&["template", "shops"]).stdout.starts_with(b"PK"));
    let said = show(&run(&["template", "shops", "--format", "csv", "--locale", "en"]));
    assert!(said.starts_with("status: 1") && said.contains("name it with --output"), "{said}");
    let said =
        show(&run(&["template", "shops", "--output", "no/such/folder/a.ods", "--locale", "en"]));
    assert!(
        said.starts_with("status: 1") && said.contains("cannot write no/such/folder/a.ods"),
        "{said}"
    );
}
