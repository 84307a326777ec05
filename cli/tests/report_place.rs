//! `report --output`: a file that is neither an input nor belies its format, in a folder that is
//! there.
//!
//! Not here: what sheets show, and how files are replaced (`report`).

mod common;

use std::fs;
use std::path::Path;

use common::{run, show};

/// No result takes the place of what it is made of, and none is read as data the next time.
#[test]
fn no_input_is_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir_all(place("rules")).expect("a folder");
    fs::create_dir_all(place("tables")).expect("a folder");
    for entry in fs::read_dir("tests/fixtures/filed").expect("a pack") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name");
        fs::copy(&path, folder.path().join("rules").join(name)).expect("a copy");
    }
    fs::create_dir_all(place("rules/tests")).expect("a folder");
    fs::create_dir_all(place("base")).expect("a folder");
    fs::write(place("base/x.guiju"), "").expect("a file");
    fs::write(place("rules/tests/t.guiju"), "").expect("a file");
    let (rules, data, tables) = (place("rules"), place("data.json"), place("tables"));
    fs::copy("tests/fixtures/filed.json", &data).expect("a copy");
    let made = run(&["template", &rules, "--previous", &data, "--format", "csv", "-o", &tables]);
    assert!(show(&made).starts_with("status: 0"), "{}", show(&made));
    let before = everything(folder.path());
    let link = place("link.csv");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&data, &link).expect("a link");
    let report = ["report", &rules, &data, "--sheet", "summary", "--locale", "en", "--format"];
    let refused = |args: &[&str], why: &str| {
        let said = show(&run(args));
        assert!(said.starts_with("status: 1") && said.contains(why), "{args:?}: {said}");
    };
    let csv = [&report[..], &["csv", "-o"]].concat();
    let plain = [&report[..7], &["-o"]].concat();
    refused(&[&csv[..], &[data.as_str()]].concat(), "is the data");
    if cfg!(unix) {
        refused(&[&plain[..], &[link.as_str()]].concat(), "is the data");
    }
    for name in ["rules/filed.guiju", "rules/sheets.toml", "rules/tests/t.guiju", "base/x.Guiju"] {
        refused(&[&csv[..], &[place(name).as_str()]].concat(), "packs are made of");
    }
    for name in ["rules/new.csv", "base/new.csv"] {
        refused(&[&csv[..], &[place(name).as_str()]].concat(), "files are read");
    }
    let of_tables = ["report", &rules, &tables, "--sheet", "summary", "--locale", "en", "-o"];
    refused(&[&of_tables[..], &[place("tables/markets.csv").as_str()]].concat(), "files are read");
    refused(
        &[&of_tables[..7], &["--format", "csv", "-o", tables.as_str()]].concat(),
        "files are read",
    );
    let evaluate = ["evaluate", &rules, &data, "--locale", "en", "--seal"];
    refused(&[&evaluate[..], &[data.as_str()]].concat(), "is the data");
    refused(&[&evaluate[..], &[place("base/x.guiju").as_str()]].concat(), "packs are made of");
    assert_eq!(everything(folder.path()), before);
    // Beside them is no harm.
    let beside = place("tables/summary.ods");
    assert_eq!(show(&run(&[&of_tables[..], &[beside.as_str()]].concat())), "status: 0\n");
}

/// Every file under a folder with its bytes, links left out.
fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            files.extend(everything(&path));
        } else if !path.is_symlink() {
            files.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
    files.sort();
    files
}

#[test]
fn a_format_and_the_name_of_a_file_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    for (command, of) in [("report", &["filed.json", "--sheet", "summary"][..]), ("template", &[])]
    {
        let path = folder.path().join("a.xlsx").display().to_string();
        let asked = ["--format", "csv", "-o", &path, "--locale", "en"];
        let said = show(&run(&[&[command, "filed"], of, &asked[..]].concat()));
        let wanted = "`--format csv` and a name that ends in .xlsx contradict each other";
        assert!(said.starts_with("status: 1") && said.contains(wanted), "{said}");
        assert!(!Path::new(&path).exists());
    }
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("none/a.ods").display().to_string();
    let [zh, en] = ["zh-TW", "en"].map(|locale| {
        let made = ["report", "filed", "filed.json", "--sheet", "summary", "-o", &path];
        show(&run(&[&made[..], &["--locale", locale]].concat()))
    });
    assert!(zh.contains("none 這個資料夾，請先建立"), "{zh}");
    assert!(en.contains("none; make it first"), "{en}");
}
