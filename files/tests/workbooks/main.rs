//! Workbooks as data: what is read, and every problem with its cell, in both formats and both
//! languages.
//!
//! A case is a file in `cases` (how one is written: `book`), made into an `.xlsx` and an `.ods`
//! file, which have to be read alike. Not here: what cells mean, which the tests of the engine's
//! readers of data say.

mod book;
mod broken;
mod law;
mod ods;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use guiju::{Dataset, JsonOptions, Limits, Locale, Schema, SourcePack, render};
use guiju_files::FileError;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks")
}

static SHOPS: LazyLock<SourcePack> = LazyLock::new(|| {
    let pack = guiju_files::pack(&here().join("pack").display().to_string(), &Limits::default())
        .expect("the pack is there");
    pack.into_pack().expect("the pack is sound")
});

/// The data in a file with these bytes.
fn read(
    schema: &Arc<Schema>,
    name: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Dataset, FileError> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).expect("a file can be written");
    let data = guiju_files::data(schema, &path, limits);
    fs::remove_file(&path).expect("a file can be removed");
    data
}

/// What was found, as people read it in both languages, and the result where there is one.
fn shown(pack: &SourcePack, read: Result<Dataset, FileError>) -> String {
    let mut out = String::new();
    let findings = match &read {
        Ok(data) => data.warnings().to_vec(),
        Err(FileError::Diagnostics(list)) => list.clone(),
        Err(FileError::Message(words)) => panic!("{}", words.get(Locale::En)),
    };
    for locale in [Locale::ZhTw, Locale::En] {
        for finding in &findings {
            out += &render::render(finding, &[], locale, false);
            out.push('\n');
        }
    }
    if let Ok(data) = &read {
        out += &format!("{}\n", data.notes().join("\n"));
        out += &result(pack, data);
    }
    out.replace(&format!("{}/", env!("CARGO_TARGET_TMPDIR")), "")
}

fn result(pack: &SourcePack, data: &Dataset) -> String {
    let outcome = pack.evaluate(data, &Limits::default()).expect("the data can be judged");
    outcome.to_json(&JsonOptions { records: true, ..JsonOptions::default() })
}

#[test]
fn every_case_reads_as_recorded_in_both_formats() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(here().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    let (pack, limits) = (&*SHOPS, Limits::default());
    let mut cases: Vec<PathBuf> = fs::read_dir(here().join("cases"))
        .expect("cases")
        .map(|case| case.expect("a case").path())
        .collect();
    cases.sort();
    assert!(cases.len() > 8, "{} cases", cases.len());
    for case in cases {
        let name = case.file_stem().and_then(|name| name.to_str()).expect("a name");
        let sheets = book::parse(&fs::read_to_string(&case).expect("a case is text"));
        let [xlsx, ods] = [(book::xlsx(&sheets), "xlsx"), (book::ods(&sheets), "ods")].map(
            |(parts, extension)| {
                shown(
                    pack,
                    read(
                        pack.schema(),
                        &format!("{name}.{extension}"),
                        &book::zipped(&parts),
                        &limits,
                    ),
                )
            },
        );
        assert_eq!(xlsx, ods.replace(&format!("{name}.ods"), &format!("{name}.xlsx")));
        insta::assert_snapshot!(name, xlsx);
    }
}
