//! `report`: the sheets that packs describe, their findings, and files that are kept where
//! something fails.

mod common;

use std::fs;
use std::path::Path;

use common::{run, show};

/// Every file of a folder, by name, with its text.
fn texts(folder: &Path) -> String {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let text = |path: &Path| fs::read_to_string(path).expect("text");
    files
        .iter()
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            format!("## {name}\n{}", text(path).trim_start_matches('\u{FEFF}'))
        })
        .collect()
}

#[test]
fn every_sheet_shows_what_its_pack_says() {
    let mut shown = String::new();
    for (sheet, more) in [
        ("summary", &[][..]),
        ("expected", &["--locale", "en"]),
        ("window", &["--window", "autumn"]),
        ("window", &["--window", "spring", "--locale", "en"]),
        ("records", &[]),
        ("records", &["--window", "autumn", "--locale", "en"]),
        ("old_shops", &[]),
        ("overview", &["--locale", "en"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display().to_string();
        let args = ["report", "filed", "filed.json", "--sheet", sheet, "--format", "csv", "-o"];
        let args: Vec<&str> =
            args.into_iter().chain([path.as_str()]).chain(more.iter().copied()).collect();
        assert_eq!(show(&run(&args)), "status: 0\n", "{sheet}");
        shown += &format!("# {sheet} {}\n{}", more.join(" "), texts(folder.path()));
    }
    insta::assert_snapshot!("report_sheets", shown);
}

#[test]
fn a_page_has_the_same_cells() {
    let made = run(&["report", "filed", "filed.json", "--sheet", "summary", "--format", "html"]);
    let text = show(&made);
    let (before, after) = text.split_once("<style>").expect("a style");
    let after = after.split_once("</style>").expect("its end").1;
    insta::assert_snapshot!("report_page", format!("{before}{after}"));
}

#[test]
fn the_source_of_a_pdf_has_the_same_cells() {
    let made = run(&["report", "filed", "filed.json", "--sheet", "summary", "--format", "typ"]);
    insta::assert_snapshot!("report_typst", show(&made));
}

/// The source of the summary sheet, of the data with one text in the place of another.
fn source_with(text: &str, other: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let data = fs::read_to_string("tests/fixtures/filed.json").expect("data");
    let changed = data.replacen(text, other, 1);
    assert_ne!(data, changed);
    let path = folder.path().join("filed.json");
    fs::write(&path, changed).expect("data");
    let path = path.display().to_string();
    let made = run(&["report", "filed", &path, "--sheet", "summary", "--format", "typ"]);
    String::from_utf8(made.stdout).expect("text")
}

/// Texts of the data are strings in the source, whatever they hold.
#[test]
fn no_text_becomes_markup_of_the_source() {
    // As JSON: the text is `\") #panic("x") …`, with a line break in it.
    let hostile = r##"\\\") #panic(\"x\") $ * _ \n= [ ] // #let"##;
    let text = source_with("\"M1\"", &format!("\"M1{hostile}\""));
    let shown: Vec<&str> = text.lines().filter(|line| line.contains("panic")).collect();
    assert!(!shown.is_empty(), "{text}");
    for line in shown {
        assert!(line.contains(r##"\\\") #panic(\"x\") $ * _ "##), "{line}");
    }
}

/// A word that is longer than its column is wide may break, or it would run over its neighbour.
#[test]
fn long_words_may_break_in_the_source_of_a_pdf() {
    let text = source_with("第一行", "INV-2019-000000000000000000000012345");
    let line = text.lines().find(|line| line.contains("INV-2019")).expect("the number");
    let (_, shown) = line.split_once("text(\"INV").expect("a text");
    let (shown, _) = shown.split_once('"').expect("its end");
    let parts: Vec<&str> = shown.split("\\u{200b}").collect();
    assert!(parts.len() > 1 && parts.iter().all(|part| part.len() < 20), "{line}");
    assert_eq!(parts.concat(), "-2019-000000000000000000000012345");
    assert!(!text.contains("項\\u{200b}"), "Chinese breaks by itself");
    // A word as people write them stays whole: its column is made wide enough.
    let text = source_with("第一行", "internationalization");
    assert!(text.contains("internationalization"), "{text}");
}

/// A row stands on one page, unless it is too high for that.
#[test]
fn rows_are_not_divided_in_the_source_of_a_pdf() {
    let is_divided = |text: &str| text.contains("table.cell(breakable: true,");
    let text = source_with("第一行", "一行");
    assert!(text.contains("#set table.cell(breakable: false)") && !is_divided(&text));
    assert!(is_divided(&source_with("第一行", &"字".repeat(2_000))));
}

/// Days stay in one piece in a page, and so do words that people write.
#[test]
fn days_and_words_are_not_divided_in_a_page() {
    let number = "INV-2019-000000000000000000000012345";
    let data = fs::read_to_string("tests/fixtures/filed.json").expect("data");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("d.json");
    fs::write(&path, data.replacen("第一行", &format!("memorandum {number}"), 1)).expect("data");
    let path = path.display().to_string();
    let made = run(&["report", "filed", &path, "--sheet", "summary", "--format", "html"]);
    let text = String::from_utf8(made.stdout).expect("text");
    assert!(text.contains("memorandum INV-2019-000000000000000<wbr>000000012345"), "{text}");
    assert!(text.contains("td.day { white-space: nowrap }"));
    assert!(text.contains("<td class=\"day\">100/05/01</td>"));
}

/// What is wrong with descriptions of sheets, with the arguments, and with forms.
#[test]
fn every_finding_says_where_and_a_way_out() {
    let mut shown = String::new();
    let mut cases: Vec<_> = fs::read_dir("tests/fixtures/filed_refused")
        .expect("cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    for case in &cases {
        let folder = tempfile::tempdir().expect("a folder");
        let pack = folder.path().join("filed");
        fs::create_dir(&pack).expect("a folder");
        fs::copy("tests/fixtures/filed/filed.guiju", pack.join("filed.guiju")).expect("rules");
        fs::copy(case, pack.join("sheets.toml")).expect("sheets");
        let pack = pack.display().to_string();
        for locale in ["zh-TW", "en"] {
            let made = run(&["check", &pack, "--locale", locale]);
            assert_eq!(made.status.code(), Some(1), "{case:?}");
            // What is to be said of the rules is the same in all of them.
            let said = String::from_utf8(made.stderr).expect("text").replace(&pack, "filed");
            let of_sheets = said.split_inclusive("\n\n").filter(|part| part.starts_with("error"));
            shown.extend(of_sheets);
        }
        let made = run(&["report", &pack, "filed.json", "--sheet", "x"]);
        assert_eq!(made.status.code(), Some(1), "{case:?}");
    }
    let report = |args: &[&str]| {
        let all: Vec<&str> = ["report", "filed", "filed.json", "--locale", "en"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let made = run(&all);
        assert_eq!(made.status.code(), Some(1), "{args:?}");
        format!("$ {}\n{}", args.join(" "), show(&made))
    };
    shown += &report(&["--sheet", "sumary"]);
    shown += &report(&["--sheet", "window", "--window", "autum"]);
    shown += &report(&["--sheet", "window"]);
    shown += &report(&["--sheet", "summary", "--window", "autumn"]);
    shown += &report(&["--sheet", "summary", "--alliance", "M3"]);
    shown += &report(&["--sheet", "overview", "--alliance", "M1"]);
    shown += &report(&["--template", "filed.json", "--alliance", "M1"]);
    shown += &report(&["--template", "filed.json", "--alliance", "M1", "--window", "autum"]);
    let form = ["--template", "filed.json", "--alliance", "M1", "--window", "w", "--locale", "en"];
    for args in [&["--sheet", "x", "--locale", "en"][..], &form] {
        shown += &show(&run(&[&["report", "shops", "market.json"], args].concat()));
    }
    insta::assert_snapshot!("report_findings", shown);
    let known = guiju::Code::ALL.iter().map(|code| code.id());
    // Those of forms, templates, single cells and PDF are tested where these are made; the last two
    // below.
    let elsewhere = ["G916", "G918", "G919", "G921", "G922", "G923", "G930", "G931"];
    let tested_here = |id: &&str| !elsewhere.contains(id) && !id.starts_with("G94");
    for id in known.filter(|id| id.starts_with("G9")).filter(tested_here) {
        assert!(shown.contains(id), "{id} has no case");
    }
}

/// A sheet of the edition before that no longer fits takes no other away; an edition drops it, or
/// has another of its name.
#[test]
fn an_edition_is_rid_of_what_no_longer_fits() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().join("filed");
    fs::create_dir(&base).expect("a folder");
    for file in ["filed.guiju", "sheets.toml"] {
        fs::copy(Path::new("tests/fixtures/filed").join(file), base.join(file)).expect("a file");
    }
    let edition = folder.path().join("next");
    fs::create_dir(&edition).expect("a folder");
    let rules = "pack next \"次年\" / \"next year\" amends filed\n\nsource more \"次年\" / \"next\" dated 2020-01-01 {\n  1 \"刪除\" / \"dropped\"\n}\n\ndrop kpi coverage  @ more:1\ndrop autumn  @ more:1\n";
    fs::write(edition.join("next.guiju"), rules).expect("rules");
    let path = edition.display().to_string();
    let within = folder.path().display().to_string();
    let said = |args: &[&str]| show(&run(args)).replace(&within, "");
    let report = |sheet: &str, more: &[&str]| {
        let args =
            ["report", &path, "filed.json", "--sheet", sheet, "--format", "html", "--locale"];
        said(&[&args[..], &["en"], more].concat())
    };
    let mut shown = String::new();
    // What shows the figure that is gone fails, also with the sections of another; the others do
    // not. So it is for windows.
    shown += &report("summary", &[]);
    shown += &report("expected", &[]);
    shown += &report("old_shops", &["--window", "autumn"]);
    shown += &report("records", &["--window", "autumn"]);
    for (sheet, more) in [("records", &[][..]), ("records", &["--window", "spring"])] {
        assert!(report(sheet, more).starts_with("status: 0\n"), "{sheet} {more:?}");
    }
    // Checking has all of it where the edition describes sheets itself.
    fs::write(edition.join("sheets.toml"), "").expect("sheets");
    shown += &said(&["check", &path]);
    let own = "drop.sheets = [\"overview\", \"window\"]\ndrop.windows = [\"autumn\"]\n\n[sheets.summary]\ntitle = \"x\"\ncolumns = [{ shows = \"achieved\" }]\n\n[[sheets.summary.section]]\ntitle = \"s\"\nrows = [{ figure = \"rent\" }]\n";
    fs::write(edition.join("sheets.toml"), own).expect("sheets");
    shown += &report("overview", &[]);
    shown += &report("records", &["--window", "autumn"]);
    assert_eq!(run(&["check", &path]).status.code(), Some(0), "{}", said(&["check", &path]));
    for sheet in ["summary", "expected"] {
        assert!(report(sheet, &[]).starts_with("status: 0\n"), "{sheet}");
    }
    // What an edition drops has to be there, and dates can go as well.
    fs::write(edition.join("sheets.toml"), "drop.sheets = [\"sumary\"]\ndrop.dates = [\"shop\"]\n")
        .expect("sheets");
    shown += &report("records", &[]);
    fs::write(edition.join("sheets.toml"), "drop.dates = [\"shop\"]\n").expect("sheets");
    shown += &report("old_shops", &[]);
    insta::assert_snapshot!("report_editions", shown);
}

#[test]
fn a_file_is_replaced_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.ods");
    let shown = path.display().to_string();
    let report = || {
        let args = ["report", "filed", "filed.json", "--sheet", "summary", "--locale", "en", "-o"];
        show(&run(&args.into_iter().chain([shown.as_str()]).collect::<Vec<_>>()))
    };
    fs::write(&path, "old").expect("a file");
    assert_eq!(report(), "status: 0\n");
    let first = fs::read(&path).expect("a workbook");
    assert!(first.starts_with(b"PK"));
    // The same data gives the same bytes.
    assert_eq!(report(), "status: 0\n");
    assert_eq!(fs::read(&path).expect("a workbook"), first);
    // LibreOffice leaves this beside a file that it has open.
    let lock = folder.path().join(".~lock.a.ods#");
    fs::write(&lock, "").expect("a file");
    fs::write(&path, "old").expect("a file");
    let said = report();
    assert!(said.contains("G931") && said.contains("is open in another program"), "{said}");
    assert_eq!(fs::read(&path).expect("a file"), b"old");
    fs::remove_file(lock).expect("gone");
    let said = show(&run(&[
        "report",
        "filed",
        "filed.json",
        "--sheet",
        "summary",
        "-o",
        "no/such/a.ods",
        "--locale",
        "en",
    ]));
    assert!(said.contains("G930") && said.contains("cannot write no/such/a.ods"), "{said}");
    let names = fs::read_dir(folder.path()).map(Iterator::count).ok();
    assert_eq!(names, Some(1), "nothing is left beside it");
}

/// A workbook that a full disk cuts off never takes the place of the old one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let made = std::process::Command::new("sh")
        .args(["-c", "\"$0\" report filed filed.json --sheet summary --locale en > /dev/full"])
        .arg(env!("CARGO_BIN_EXE_guiju"))
        .current_dir("tests/fixtures")
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    assert_eq!(made.status.code(), Some(1));
    assert!(said.contains("cannot write the result"), "{said}");
}

#[test]
fn each_root_has_a_file_in_a_folder_and_a_sheet_in_a_workbook() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    for format in ["ods", "xlsx", "html"] {
        let args = ["report", "filed", "filed.json", "--sheet", "summary", "--format", format];
        let made = run(&args.into_iter().chain(["-o", path.as_str()]).collect::<Vec<_>>());
        assert_eq!(show(&made), "status: 0\n");
        for key in ["M1", "M2"] {
            assert!(folder.path().join(format!("summary-{key}.{format}")).is_file());
        }
    }
    let said = show(&run(&[
        "report",
        "filed",
        "filed.json",
        "--sheet",
        "summary",
        "--format",
        "csv",
        "--locale",
        "en",
    ]));
    assert!(said.starts_with("status: 1") && said.contains("a CSV file has one table"), "{said}");
}

/// The example of the documents is the file that stands beside the pack, and works.
#[test]
fn the_example_of_the_documents_works() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let example = docs.join("examples/library_grants");
    let read = |path: &Path| fs::read_to_string(path).expect("text");
    let sheets = read(&example.join("sheets.toml"));
    for page in ["reports.md", "reports.zh-TW.md"] {
        let text = read(&docs.join(page));
        assert!(text.contains(&format!("```toml\n{sheets}```\n")), "{page}");
    }
    let (pack, data) =
        (example.display().to_string(), example.join("data.json").display().to_string());
    for (sheet, more) in [
        ("summary", &["--alliance", "G1"][..]),
        ("half_year", &["--window", "first_half", "--alliance", "G1"]),
        ("records", &["--alliance", "G1"]),
        ("overview", &[]),
    ] {
        let args = ["report", &pack, &data, "--sheet", sheet, "--format", "csv"];
        let made = run(&args.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
        assert_eq!(made.status.code(), Some(0), "{sheet}: {}", show(&made));
    }
    let made = run(&["check", &pack]);
    assert_eq!(made.status.code(), Some(0), "{}", show(&made));
}

/// What every built-in pack describes holds, and can be filled.
#[test]
fn the_sheets_of_the_built_in_packs_can_be_made() {
    let data = "../../../rules/packs/alliance_108/samples/summary-sheet.json";
    for (pack, sheets, window) in [
        ("alliance_104", &["summary", "overview"][..], "quarter_4"),
        ("alliance_107", &["continuing_members"], "second"),
        ("alliance_108", &["overview", "cumulative"], "quarter_1"),
        ("alliance_115", &["main"], "interim"),
    ] {
        for sheet in sheets {
            let made = run(&["report", pack, data, "--sheet", sheet, "--format", "html"]);
            assert_eq!(made.status.code(), Some(0), "{pack} {sheet}: {}", show(&made));
        }
        let made = run(&[
            "report", pack, data, "--sheet", "window", "--window", window, "--format", "csv",
        ]);
        assert_eq!(made.status.code(), Some(0), "{pack} {window}: {}", show(&made));
    }
}

#[test]
fn the_name_of_a_file_says_its_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let kind = |bytes: &[u8]| {
        let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        let kinds: [(&str, &[u8]); 4] = [
            ("ods", b"opendocument.spreadsheet"),
            ("xlsx", b"xl/workbook.xml"),
            ("html", b"<!doctype html>"),
            ("typ", b"#set document"),
        ];
        kinds.into_iter().find(|(_, text)| has(text)).map(|(kind, _)| kind)
    };
    for (command, name, wanted) in [
        ("report", "a.ods", "ods"),
        ("report", "a.XLSX", "xlsx"),
        ("report", "a.html", "html"),
        ("report", "a.typ", "typ"),
        ("report", "a.htm", "html"),
        ("report", "a", "ods"),
        ("template", "b.xlsx", "xlsx"),
        ("template", "b", "ods"),
    ] {
        let path = folder.path().join(name);
        let shown = path.display().to_string();
        let of: &[&str] =
            if command == "report" { &["filed.json", "--sheet", "summary"] } else { &[] };
        let made = run(&[&[command, "filed"], of, &["-o", &shown]].concat());
        assert_eq!(show(&made), "status: 0\n", "{name}");
        assert_eq!(kind(&fs::read(&path).expect("a file")), Some(wanted), "{name}");
    }
    for (command, wanted) in [("report", ".ods, .xlsx, .pdf"), ("template", ".ods, .xlsx, .csv")] {
        let path = folder.path().join("a.docx").display().to_string();
        let of: &[&str] =
            if command == "report" { &["filed.json", "--sheet", "summary"] } else { &[] };
        let made = run(&[&[command, "filed"], of, &["-o", &path, "--locale", "en"]].concat());
        let said = show(&made);
        assert!(said.starts_with("status: 1") && said.contains(wanted), "{said}");
        assert!(!Path::new(&path).exists(), "{command}");
    }
}

/// Ids that differ in what no name of a file may have, and in capitals, are files apart.
#[test]
fn no_file_of_a_folder_is_written_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = fs::read_to_string("tests/fixtures/filed.json").expect("data");
    let mut data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let markets = data["markets"].as_array_mut().expect("a list");
    let first = markets[0].clone();
    for id in ["a/b", "a:b", "A:B"] {
        markets.push(first.clone());
        markets.last_mut().expect("it")["id"] = id.into();
    }
    let count = markets.len();
    let (path, out) = (folder.path().join("d.json"), folder.path().join("out"));
    fs::write(&path, data.to_string()).expect("data");
    fs::create_dir(&out).expect("a folder");
    let (path, shown) = (path.display().to_string(), out.display().to_string());
    let made = run(&["report", "filed", &path, "--sheet", "summary", "-o", &shown]);
    assert_eq!(show(&made), "status: 0\n");
    let mut names: Vec<String> = fs::read_dir(&out)
        .expect("the folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), count, "{names:?}");
    let of = |name: &str| names.iter().any(|there| there == name);
    assert!(of("summary-a_b.ods") && of("summary-a_b (2).ods") && of("summary-A_B (3).ods"));
}

#[test]
fn a_form_is_never_filled_in_its_own_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = folder.path().join("form.ods");
    let path = form.display().to_string();
    let made = run(&["report", "filed", "filed.json", "--sheet", "summary", "-o", &path]);
    assert_eq!(show(&made), "status: 0\n");
    let before = fs::read(&form).expect("the form");
    let filled = |to: &str| {
        show(&run(&[
            "report",
            "filed",
            "filed.json",
            "--template",
            &path,
            "-o",
            to,
            "--locale",
            "en",
        ]))
    };
    let said = filled(&path);
    assert!(said.contains("is the form itself, which would be written over"), "{said}");
    let pdf = folder.path().join("a.pdf").display().to_string();
    let said = filled(&pdf);
    assert!(said.contains("a form that is filled is an .ods again"), "{said}");
    assert_eq!(fs::read(&form).expect("the form"), before);
}

/// What all roots share stands in a sheet of the programme and in those of each root, without
/// verdicts, which it has none of.
#[test]
fn a_list_that_all_roots_share_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("a file");
    };
    write(
        "lists.guiju",
        r#"pack lists "名單" / "lists"
entity barred "停權廠商" / "barred firm" in programme { key tax_id "統一編號" / "tax id": text }
entity shop "店" / "shop" { key id: text }
entity sale "銷售" / "sale" in shop { key no: text  amount: money }
"#,
    );
    write(
        "sheets.toml",
        r#"[sheets.all]
title = ["停權名單", "Barred"]
of = "programme"
list = [{ title = ["停權", "Barred"], entity = "barred", fields = ["tax_id"] }]

[sheets.each]
title = ["各店", "Each"]
list = [{ title = ["停權", "Barred"], entity = "barred", fields = ["tax_id"] }]

[sheets.wrong]
title = ["銷售", "Sales"]
of = "programme"
list = [{ title = ["銷售", "Sales"], entity = "sale", fields = ["no"] }]
"#,
    );
    write(
        "data.json",
        r#"{"programme": {"barred": [{"tax_id": "B-1"}, {"tax_id": "B-2"}]}, "shops": [{"id": "S"}]}"#,
    );
    let (pack, data) = (folder.path().display(), folder.path().join("data.json"));
    let (pack, data) = (pack.to_string(), data.display().to_string());
    let sheet = |name: &str| {
        let made = ["report", &pack, &data, "--sheet", name, "--format", "csv", "--locale", "en"];
        show(&run(&made)).replace('\u{FEFF}', "")
    };
    let list = "tax id\nB-1\nB-2\n";
    for name in ["all", "each"] {
        assert!(sheet(name).contains(list), "{}", sheet(name));
    }
    assert!(
        sheet("wrong").contains("lists only records that all roots share"),
        "{}",
        sheet("wrong")
    );
}
