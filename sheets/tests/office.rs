//! With `GUIJU_SOFFICE` naming LibreOffice, as `cargo xtask office` does: it opens what is written,
//! writes it in its own way, and that still says the same. What it made stays under `target/tmp`.
//!
//! Not here: single cells of filled sheets (`filed`).

mod common;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use common::{pack_at, read, result, rules, sample, typed_in};
use guiju::{Limits, Locale};
use guiju_sheets::{Filling, Layout, fill, ods, pages_ods, pages_xlsx, template, xlsx};

const CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

/// LibreOffice with a profile of its own, and a folder for what it is given and makes.
struct Office {
    program: OsString,
    folder: PathBuf,
}

impl Office {
    fn new(name: &str) -> Option<Office> {
        let program = std::env::var_os("GUIJU_SOFFICE")?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("office").join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder");
        Some(Office { program, folder })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// These files in another format, in a folder of this name.
    fn convert(&self, files: &[PathBuf], to: &str, folder: &str) -> Vec<PathBuf> {
        let folder = self.folder.join(folder);
        let made = Command::new(&self.program)
            .arg(format!("-env:UserInstallation=file://{}", self.folder.join("profile").display()))
            .args(["--headless", "--convert-to", to, "--outdir"])
            .arg(&folder)
            .args(files)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success() && !said.contains("could not be loaded"), "{said}");
        let ending = to.split(':').next().unwrap_or_default();
        let named =
            |path: &PathBuf| folder.join(path.file_name().expect("a name")).with_extension(ending);
        let found: Vec<PathBuf> = files.iter().map(named).collect();
        if ending != "csv" {
            for path in &found {
                assert!(path.exists(), "{} was not made: {said}", path.display());
            }
        }
        found
    }

    /// The same files as the other format of workbooks and back.
    fn there_and_back(&self, files: &[PathBuf], own: &str, other: &str) -> Vec<PathBuf> {
        let there = self.convert(files, other, &format!("{own}-{other}"));
        self.convert(&there, own, &format!("{own}-{other}-{own}"))
    }

    /// What every sheet of a workbook shows, by the name of the file that it is written to.
    fn shown(&self, files: &[PathBuf], folder: &str) -> BTreeMap<String, String> {
        self.convert(files, CSV, folder);
        let tables = fs::read_dir(self.folder.join(folder)).expect("a folder");
        tables
            .map(|table| {
                let path = table.expect("a file").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, fs::read_to_string(&path).expect("text"))
            })
            .collect()
    }
}

#[test]
fn libreoffice_opens_templates() {
    let Some(office) = Office::new("templates") else { return };
    let limits = Limits::default();
    let write = |ending: &str| -> Vec<PathBuf> {
        let each = guiju_rules::NAMES.iter().map(|name| {
            let book = template(&pack_at(name), Locale::ZhTw);
            let bytes = if ending == "ods" { ods(&book) } else { xlsx(&book) };
            office.write(&format!("{name}.{ending}"), &bytes.expect("written"))
        });
        each.collect()
    };
    let (as_ods, as_xlsx) = (write("ods"), write("xlsx"));
    let back = [
        office.there_and_back(&as_ods, "ods", "xlsx"),
        office.there_and_back(&as_xlsx, "xlsx", "ods"),
    ];
    for path in back.iter().flatten() {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let pack = pack_at(&name);
        let data = guiju_files::data(pack.schema(), path, &limits);
        let data = data.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!((data.len(), data.warnings().len()), (0, 0), "{}", path.display());
    }
    // Lists to choose from and notes are still there.
    for path in &back[0] {
        let content = part(path, "content.xml");
        assert!(content.contains("cell-content-is-in-list"), "{}", path.display());
        assert!(content.contains("<office:annotation "), "{}", path.display());
    }
    office.convert(&as_ods, "pdf", "pdf");
    let of_108 = guiju_rules::NAMES.iter().position(|name| *name == "alliance_108");
    let of_108 = &as_ods[of_108.expect("built in")..][..1];
    // The least of three: the program itself takes most of it.
    let times = (0..3).map(|_| {
        let start = Instant::now();
        office.convert(of_108, "ods", "timed");
        start.elapsed()
    });
    let least = times.min().unwrap_or_default();
    let least = least.as_secs_f64();
    let said = format!("the template of alliance_108 opened, and written again: {least:.1} s\n");
    std::io::stdout().write_all(said.as_bytes()).expect("a place to say it");
}

#[test]
fn libreoffice_keeps_what_is_filled_in() {
    let Some(office) = Office::new("filled") else { return };
    let pack = pack_at("alliance_108");
    let book = typed_in(&pack);
    let expected = result(&pack, &read(&pack, &sample()));
    let as_ods = [office.write("a.ods", &ods(&book).expect("written"))];
    let as_xlsx = [office.write("b.xlsx", &xlsx(&book).expect("written"))];
    let back = [
        office.there_and_back(&as_ods, "ods", "xlsx"),
        office.there_and_back(&as_xlsx, "xlsx", "ods"),
    ];
    for path in back.iter().flatten() {
        // Not `assert_eq`, which would show both.
        let same = result(&pack, &read(&pack, path)) == expected;
        assert!(same, "{} gives another result", path.display());
    }
}

#[test]
fn libreoffice_opens_sheets_to_hand_in() {
    let Some(office) = Office::new("sheets") else { return };
    let limits = Limits::default();
    let plan = rules().join("packs/gloria_108/samples/plan.json");
    let one = rules().join("packs/alliance_108/samples/summary-sheet.json");
    let (mut as_ods, mut as_xlsx) = (Vec::new(), Vec::new());
    for name in guiju_rules::NAMES {
        let pack = pack_at(name);
        let data = read(&pack, if *name == "gloria_108" { &plan } else { &one });
        let evaluation = pack.evaluate(&data, &limits).expect("judged");
        let files = guiju_files::sheets(name, &pack, &limits).expect("read");
        let layout = Layout::read(&files, &pack);
        assert_eq!(layout.findings(), []);
        for sheet in &layout.sheets {
            let window = match layout.window(sheet, None) {
                Ok(window) => window,
                Err(_) => layout.windows.first(),
            };
            let filling = Filling {
                evaluation: &evaluation,
                layout: &layout,
                sheet,
                window,
                root: None,
                locale: Locale::ZhTw,
            };
            let pages = fill(&filling, &limits).expect("filled");
            let file = format!("{name}-{}", sheet.name);
            let bytes = pages_ods(&pages, Locale::ZhTw).expect("written");
            as_ods.push(office.write(&format!("{file}.ods"), &bytes));
            let bytes = pages_xlsx(&pages, Locale::ZhTw).expect("written");
            as_xlsx.push(office.write(&format!("{file}.xlsx"), &bytes));
        }
    }
    assert!(as_ods.len() > 25, "{}", as_ods.len());
    office.convert(&as_ods, "pdf", "pdf");
    for (files, own, other) in [(&as_ods, "ods", "xlsx"), (&as_xlsx, "xlsx", "ods")] {
        let back = office.there_and_back(files, own, other);
        let shown = office.shown(files, &format!("{own}-shown"));
        assert!(shown.len() >= files.len(), "{}", shown.len());
        let again = office.shown(&back, &format!("{own}-again"));
        for (name, text) in &shown {
            assert_eq!(again.get(name), Some(text), "{own}: {name}");
        }
    }
}

fn part(path: &Path, name: &str) -> String {
    let file = fs::File::open(path).expect("a file");
    let mut text = String::new();
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    archive.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
    text
}
