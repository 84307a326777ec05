//! What tests of workbooks share: packs, data from files, results, and a sample typed into the sheets
//! of an empty workbook.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use guiju::{Dataset, Exact, JsonOptions, Limits, Locale, Pack};
use guiju_sheets::{Book, Column, Kind, Sheet, Value, template};

pub(crate) fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules")
}

pub(crate) fn pack_at(path: &str) -> Pack {
    let checked = guiju_files::pack(path, &Limits::default());
    checked.expect("a pack").into_pack().expect("sound rules").into()
}

pub(crate) fn read(pack: &Pack, path: &Path) -> Dataset {
    guiju_files::data(pack.schema(), path, &Limits::default())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes of the result of data, with every record.
pub(crate) fn result(pack: &Pack, data: &Dataset) -> String {
    let limits = Limits::default();
    let evaluation = pack.evaluate(data, &limits).expect("judged");
    let options = JsonOptions { records: true, ..JsonOptions::default() };
    evaluation.to_json_within(&options, &limits).expect("within the limits")
}

/// The tables that the sample of `alliance_108` consists of.
pub(crate) fn sample() -> PathBuf {
    rules().join("packs/alliance_108/samples/field-revenue")
}

/// A heading of the sample without the unit of its amounts, and that in 元, which sheets take.
fn unit(heading: &str) -> (&str, i64) {
    let units = [("(仟元)", 1_000), ("(萬元)", 10_000), ("(元)", 1)];
    units
        .into_iter()
        .find_map(|(unit, times)| Some((heading.strip_suffix(unit)?, times)))
        .unwrap_or((heading, 1))
}

/// The tables of the sample typed into the sheets of an empty workbook as people would: numbers as
/// numbers, all else as text.
pub(crate) fn typed_in(pack: &Pack) -> Book {
    let folder = sample();
    let schema = pack.schema();
    let mut book = template(pack, Locale::ZhTw);
    let names: Vec<String> = schema.entities.iter().map(|entity| entity.name.clone()).collect();
    let beside = ["targets", "previous"].map(str::to_owned);
    for (name, sheet) in names.iter().chain(&beside).zip(&mut book.sheets) {
        let Ok(text) = fs::read_to_string(folder.join(format!("{name}.csv"))) else { continue };
        let mut lines = text.trim_start_matches('\u{FEFF}').lines().map(|line| line.split(','));
        let headings: Vec<&str> = lines.next().expect("headings").collect();
        let entity = schema.entity(name).and_then(|entity| schema.entities.get(entity));
        let called: BTreeMap<&str, String> = headings
            .iter()
            .map(|heading| {
                let field = unit(heading).0;
                let (field, end) = ["_start", "_end"]
                    .into_iter()
                    .find_map(|end| Some((field.strip_suffix(end)?, end)))
                    .unwrap_or((field, ""));
                let at = entity.and_then(|entity| entity.fields.get(entity.field(field)?));
                let label = match (at, *heading) {
                    (Some(field), _) => field.label.zh.clone(),
                    (None, "alliance") => "聯盟".to_owned(),
                    (None, "kpi") => "指標".to_owned(),
                    (None, "value") => "值".to_owned(),
                    (None, other) => panic!("{name}: {other}"),
                };
                (*heading, label + end)
            })
            .collect();
        for line in lines {
            let cells: BTreeMap<&str, (&str, &str)> = headings
                .iter()
                .zip(line)
                .map(|(heading, cell)| (called[heading].as_str(), (*heading, cell)))
                .collect();
            let value = |column: &Column| {
                let (heading, text) =
                    cells.get(column.heading.as_str()).copied().unwrap_or_default();
                let times = unit(heading).1;
                match (&column.kind, text.parse::<i64>()) {
                    _ if text.is_empty() => Value::Empty,
                    (Kind::Number { .. }, Ok(number)) => {
                        Value::Number(Exact::from(number * times), String::new())
                    }
                    (Kind::Number { .. }, Err(_)) => panic!("{heading}: {text}"),
                    _ => Value::Text(text.to_owned()),
                }
            };
            sheet.filled.push(sheet.columns.iter().map(value).collect());
        }
    }
    for register in ["reviewed", "elsewhere"] {
        let text = fs::read_to_string(folder.join(format!("{register}.csv"))).expect("a table");
        let column = |heading: &str| Column {
            heading: heading.to_owned(),
            note: String::new(),
            kind: Kind::Text,
            needed: true,
        };
        let row = |line: &str| line.split(',').map(|cell| Value::Text(cell.to_owned())).collect();
        book.sheets.push(Sheet {
            name: register.to_owned(),
            columns: vec![column("alliance"), column("evidence")],
            filled: text.lines().skip(1).map(row).collect(),
            rows: 0,
        });
    }
    book
}
