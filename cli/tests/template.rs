//! `template`: tables that `evaluate` reads, empty or with what stays from the year before; files
//! that are there are left alone.

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
    assert!(said.starts_with("status: 1") && said.contains("with --output"), "{said}");
    let said =
        show(&run(&["template", "shops", "--output", "no/such/folder/a.ods", "--locale", "en"]));
    assert!(
        said.starts_with("status: 1") && said.contains("cannot write no/such/folder/a.ods"),
        "{said}"
    );
}

/// Rules in which records of one kind refer to others, and data of a year.
const CASE: &str = "../../../rules/conformance/constructs/entities_shared";

/// A name that ends in `.csv` is that of a file, which has one table.
#[test]
fn several_tables_are_no_file_of_csv() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("t.csv");
    let shown = path.display().to_string();
    for more in [&[][..], &["--format", "csv"]] {
        let made = run(&[&["template", "filed", "-o", &shown, "--locale", "en"], more].concat());
        let said = show(&made).replace(&folder.path().display().to_string(), "");
        assert!(
            said.contains(
                "a CSV file has one table, and this pack has 5, which /t.csv cannot hold: name a folder, such as --format csv --output /t"
            ),
            "{said}"
        );
        assert!(!path.exists());
    }
    // A folder may be called so.
    fs::create_dir(&path).expect("a folder");
    let made = run(&["template", "filed", "-o", &shown, "--format", "csv"]);
    assert_eq!(made.status.code(), Some(0), "{}", show(&made));
    assert!(path.join("shop.csv").is_file());
}

#[test]
fn what_stays_from_the_year_before_is_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pack, data) = (format!("{CASE}/pack"), format!("{CASE}/data.json"));
    let made = |format: &str, name: &str, locale: &str| {
        let path = folder.path().join(name).display().to_string();
        let args = ["template", &pack, "--previous", &data, "--format", format, "-o", &path];
        let said = show(&run(&[&args[..], &["--locale", locale]].concat()));
        let judged = run(&["evaluate", &pack, &path, "--format", "json"]);
        assert_eq!(judged.status.code(), Some(0), "{format}: {}", show(&judged));
        (said, judged.stdout)
    };
    let (ods, as_ods) = made("ods", "a.ods", "zh-TW");
    let (xlsx, as_xlsx) = made("xlsx", "a.xlsx", "en");
    let (csv, as_csv) = made("csv", "tables", "en");
    assert!(as_ods == as_csv && as_xlsx == as_csv, "the formats differ");
    assert!(String::from_utf8_lossy(&as_csv).contains("\"G1\""), "the roots are there");
    insta::assert_snapshot!("template_previous", [ods, xlsx, csv].join("\n"));
    for table in ["grantee", "firm", "city", "receipt"] {
        let path = folder.path().join("tables").join(format!("{table}.csv"));
        let rows = fs::read_to_string(path).expect("a table").lines().count();
        assert_eq!(rows > 1, table != "receipt", "{table}: {rows}");
    }
}

#[test]
fn data_that_cannot_be_carried_over_is_told_and_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let rows = "id,name,area,budget,colour\nM1,甲,north,5,red\n";
    fs::create_dir(path("data")).expect("a folder");
    fs::write(path("data/market.csv"), rows).expect("a table");
    let mut shown = String::new();
    let mut said = |args: &[&str]| {
        for locale in ["zh-TW", "en"] {
            let made = run(&[args, &["--locale", locale, "-o", &path("a.ods")]].concat());
            assert_eq!(made.status.code(), Some(1), "{args:?}");
            shown += &show(&made).replace(&path(""), "");
        }
    };
    said(&["template", "shops", "--previous", &path("data")]);
    said(&["template", "alliance_108", "--previous", "market.json"]);
    said(&["template", "shops", "--previous", "nothing"]);
    let result = run(&["evaluate", "shops", "market.json", "--format", "json"]).stdout;
    fs::write(path("result.json"), result).expect("a file");
    said(&["template", "shops", "--previous", &path("result.json")]);
    insta::assert_snapshot!("template_previous_refused", shown);
    assert!(!folder.path().join("a.ods").exists());
    assert_eq!(fs::read_to_string(path("data/market.csv")).ok().as_deref(), Some(rows));
    // The data itself is no place for the workbook, nor for tables.
    fs::write(path("data/market.csv"), "id,name,area,budget\nM1,甲,north,5\n").expect("a table");
    let data = path("data");
    let beside = run(&["template", "shops", "--previous", &data, "--format", "csv", "-o", &data]);
    assert!(show(&beside).contains("market.csv 已經存在"), "{}", show(&beside));
    assert_eq!(fs::read_dir(path("data")).map(Iterator::count).ok(), Some(1));
    let over = run(&["template", "shops", "--previous", "market.json", "-o", "market.json"]);
    assert!(show(&over).contains("沒有 .json 這種格式"), "{}", show(&over));
}

#[test]
fn no_spreadsheet_runs_what_a_table_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("earlier.json");
    let json = r#"{"alliances": [{"id": "A1", "member": [{"name": "=1+1"}, {"name": "甲公司"}]}]}"#;
    std::fs::write(&data, json).expect("a file");
    let made = |name: &str, more: &[&str]| {
        let to = folder.path().join(name);
        let (data, path) = (data.display().to_string(), to.display().to_string());
        let args =
            ["template", "alliance_108", "--previous", &data, "--format", "csv", "-o", &path];
        let said = show(&run(&[&args[..], more].concat())).replace(&data, "earlier.json");
        (said, std::fs::read_to_string(to.join("member.csv")).expect("a table"))
    };
    let (said, table) = made("quoted", &["--locale", "en"]);
    assert!(table.contains(",'=1+1,"), "{table}");
    assert!(said.contains("a spreadsheet would run 1 texts"), "{said}");
    let (said, table) = made("raw", &["--raw-cells", "--locale", "en"]);
    assert!(table.contains(",=1+1,"), "{table}");
    assert!(!said.contains("a spreadsheet"), "{said}");
}

/// Tables in the folder of a pack may be read as rows of its rules' own tables.
#[test]
fn tables_are_not_put_beside_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("pack");
    fs::create_dir(&pack).expect("a folder");
    let rules = pack.join("rules.guiju");
    let case = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../rules/conformance/constructs/entities_shared/pack/rules.guiju"
    );
    fs::copy(case, &rules).expect("rules");
    let shown = pack.display().to_string();
    let made = run(&["template", &shown, "--format", "csv", "-o", &shown, "--locale", "en"]);
    let said = show(&made);
    assert!(said.starts_with("status: 1") && said.contains("a folder of rules or data"), "{said}");
    assert_eq!(fs::read_dir(&pack).map(Iterator::count).ok(), Some(1), "nothing was written");
}
