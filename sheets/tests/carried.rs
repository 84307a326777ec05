//! What stays from the year before reads back as it was, from every format; and a workbook that was
//! filled in gives the result of the same data as tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use guiju::{Cell, Dataset, EntityId, Exact, JsonOptions, Limits, Locale, Pack, Parsed, Source};
use guiju_sheets::{Book, Carried, Count, Kind, Value, carried, ods, template, xlsx};

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules")
}

fn pack_at(path: &str) -> Pack {
    let checked = guiju_files::pack(path, &Limits::default());
    checked.expect("a pack").into_pack().expect("sound rules").into()
}

fn pack_of(text: &str) -> Pack {
    let parsed = Parsed::parse(vec![Source::new("a.guiju", text)], &Limits::default());
    parsed.check().into_pack().expect("sound rules").into()
}

fn read(pack: &Pack, path: &Path) -> Dataset {
    guiju_files::data(pack.schema(), path, &Limits::default())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The data of a workbook, from the file of each format.
fn read_back(pack: &Pack, book: &Book) -> [Dataset; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    [("a.ods", ods(book)), ("a.xlsx", xlsx(book))].map(|(name, bytes)| {
        let path = folder.path().join(name);
        fs::write(&path, bytes.expect("written")).expect("a file");
        read(pack, &path)
    })
}

/// The records of an entity, each with the root it belongs to, in words that say all they hold.
fn records(data: &Dataset, entity: EntityId) -> Vec<Vec<String>> {
    let shape = data.schema.entities.get(entity).expect("an entity");
    let rows = data.tables.get(entity).expect("a table").rows;
    let shown =
        |field: usize, row: usize| match (data.cell(entity, field, row), &shape.fields[field].kind)
        {
            (None, _) => String::new(),
            (Some(Cell::Text(id)), _) => data.texts.text(id).replace("\r\n", "\n"),
            (Some(Cell::Row(to)), guiju::FieldKind::Reference(of)) => {
                format!("-> {}", data.key(*of, to as usize))
            }
            (Some(cell), _) => format!("{cell:?}"),
        };
    (0..rows)
        .map(|row| {
            let root = if shape.child { data.root_key(data.root_of(entity, row)) } else { "" };
            let fields = (0..shape.fields.len()).map(|field| shown(field, row));
            std::iter::once(root.to_owned()).chain(fields).collect()
        })
        .collect()
}

/// Carries data over, reads the workbooks back, and says which entities were in them.
fn compared(pack: &Pack, earlier: &Dataset, of: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for locale in [Locale::ZhTw, Locale::En] {
        let Carried { book, taken, left } = carried(pack, earlier, locale);
        let tables: BTreeSet<String> = taken.iter().map(|count| count.table.clone()).collect();
        for back in read_back(pack, &book) {
            for (entity, shape) in earlier.schema.entities.entries() {
                let (before, after) = (records(earlier, entity), records(&back, entity));
                if tables.contains(&shape.name) {
                    assert_eq!(before, after, "{of}: {}", shape.name);
                } else if earlier.schema.programme != Some(entity) {
                    assert_eq!(after.len(), 0, "{of}: {}", shape.name);
                    let count = left.iter().find(|count| count.table == shape.name);
                    assert_eq!(count.map_or(0, |count| count.rows), before.len(), "{of}");
                }
            }
            let reviewed = |data: &Dataset| -> Vec<Vec<String>> {
                let ids = |root| data.registered(root, guiju::Register::Reviewed);
                (0..data.len()).map(|root| ids(root).map(str::to_owned).collect()).collect()
            };
            assert_eq!(reviewed(earlier), reviewed(&back), "{of}");
        }
        seen.extend(tables);
    }
    seen
}

#[test]
fn everything_that_is_carried_over_reads_back() {
    let mut cases = 0;
    for group in ["constructs", "data"] {
        for case in fs::read_dir(rules().join("conformance").join(group)).expect("cases") {
            let case = case.expect("a case").path();
            let name = case.display().to_string();
            let data = ["data", "data.json", "data.jsonl"].map(|data| case.join(data));
            let Some(path) = data.iter().find(|path| path.exists()) else { continue };
            let pack = pack_at(&case.join("pack").display().to_string());
            compared(&pack, &read(&pack, path), &name);
            cases += 1;
        }
    }
    assert!(cases > 50, "{cases}");
    let plan = rules().join("packs/gloria_108/samples/plan.json");
    let pack = pack_at("gloria_108");
    let tables = compared(&pack, &read(&pack, &plan), "gloria_108");
    assert_eq!(tables, ["alliance", "company"].map(str::to_owned).into());
}

#[test]
fn odd_values_read_back() {
    let pack = pack_of(
        r#"pack awkward
entity office "局處; 分局" / "office" in programme { key id: text  share: percent? }
entity house "家" / "house" {
  key id "家" / "id": text
  office: office?
  text: text?  many: number?  money: signed money?  share: percent?  day: date?  stay: period?
  yes: bool?
  kind: x "乙" / "yy" | y "甲" / "xx"?
  tags: list of x "甲; 乙" / "a; b" | y "丙" / "c"?
}
entity room "房" / "room" in house { key no: text }
entity bed "床" / "bed" in room { key no: text }
entity sheet "床單" / "sheet" in bed { key no: text }
entity guest "客" / "guest" in house { key no: text  bed: bed?  at: house_rule? }
entity house_rule "守則" / "rule" in house { key no: text  text: text? }
entity bill "帳單" / "bill" in house { key no: text  amount: money }
"#,
    );
    let text = "=1+1 \\n  two  blanks\\t<&>\\\"'";
    let json = format!(
        r#"{{"programme": {{"office": [{{"id": "O/1", "share": 0.333333333333}}]}}, "houses": [
  {{"id": "001", "office": "O/1", "text": "{text}", "many": "-0.000000000001", "money": "-1234567890123456789",
    "share": "12.3456789%", "day": "1905-02-01", "stay": "100/01/01..101/12/31", "yes": false, "kind": "y", "tags": ["x", "y"],
    "room": [{{"no": "1/2", "bed": [{{"no": "a", "sheet": [{{"no": "s"}}]}}]}}, {{"no": "3", "bed": [{{"no": "a"}}, {{"no": "b"}}]}}],
    "guest": [{{"no": "g", "bed": "1~12/a", "at": "'r"}}, {{"no": "h", "bed": "b"}}],
    "house_rule": [{{"no": "'r", "text": "2024-01-01"}}], "bill": [{{"no": "b", "amount": 5}}],
    "reviewed": ["E-1", "0002"], "elsewhere": ["E-3"]}},
  {{"id": "002", "text": "-5", "tags": [], "yes": true}}, {{"id": "003", "tags": null}}]}}"#
    );
    let earlier = pack.read_json(&json, None, &Limits::default()).expect("sound data");
    let tables = compared(&pack, &earlier, "awkward");
    // A bed is referred to: the room it is in and the sheet in it come with it; a bill is not.
    let stay = ["bed", "house", "house_rule", "office", "reviewed", "room", "sheet"];
    assert_eq!(tables, stay.map(str::to_owned).into());
    let left = carried(&pack, &earlier, Locale::En).left;
    let count =
        |table: &str, sheet: &str, rows| Count { sheet: sheet.into(), table: table.into(), rows };
    assert_eq!(
        left,
        [count("guest", "guest", 2), count("bill", "bill", 1), count("elsewhere", "elsewhere", 1)]
    );
}

#[test]
fn what_no_cell_can_hold_is_told() {
    let pack = pack_of("pack p\nentity house { key id: text  text: text? }");
    let long = "長".repeat(32_768);
    let json = format!(r#"{{"houses": [{{"id": "A", "text": "{long}"}}]}}"#);
    let earlier = pack.read_json(&json, None, &Limits::default()).expect("sound data");
    let mut book = carried(&pack, &earlier, Locale::En).book;
    let found = book.fits().expect_err("a text that is too long");
    assert_eq!(found.code.id(), "G916");
    let place = found.place.and_then(|place| place.cell).expect("a cell");
    assert_eq!((place.sheet.as_str(), place.row, place.column), ("house", Some(2), Some(2)));
    book.sheets[0].filled = vec![vec![Value::Empty; 2]; 1_048_576];
    assert_eq!(book.fits().expect_err("too many rows").code.id(), "G919");
    book.sheets[0].filled.truncate(1_048_575);
    assert!(book.fits().is_ok(), "and nothing is prepared below them");
}

/// A heading of the sample without the unit of its amounts, and that in 元, which sheets take.
fn unit(heading: &str) -> (&str, i64) {
    let units = [("(仟元)", 1_000), ("(萬元)", 10_000), ("(元)", 1)];
    units
        .into_iter()
        .find_map(|(unit, times)| Some((heading.strip_suffix(unit)?, times)))
        .unwrap_or((heading, 1))
}

/// Tables typed into the sheets of an empty workbook as people would: numbers as numbers, all else
/// as text.
#[test]
fn a_workbook_that_is_filled_in_gives_the_result_of_tables() {
    let pack = pack_at("alliance_108");
    let folder = rules().join("packs/alliance_108/samples/field-revenue");
    let schema = pack.schema();
    let mut book = template(&pack, Locale::ZhTw);
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
            let value = |column: &guiju_sheets::Column| {
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
        let column = |heading: &str| guiju_sheets::Column {
            heading: heading.to_owned(),
            note: String::new(),
            kind: Kind::Text,
            needed: true,
        };
        let row = |line: &str| line.split(',').map(|cell| Value::Text(cell.to_owned())).collect();
        book.sheets.push(guiju_sheets::Sheet {
            name: register.to_owned(),
            columns: vec![column("alliance"), column("evidence")],
            filled: text.lines().skip(1).map(row).collect(),
            rows: 0,
        });
    }
    let result = |data: &Dataset| {
        let limits = Limits::default();
        let evaluation = pack.evaluate(data, &limits).expect("judged");
        let options = JsonOptions { records: true, ..JsonOptions::default() };
        evaluation.to_json_within(&options, &limits).expect("within the limits")
    };
    let expected = result(&read(&pack, &folder));
    assert!(expected.len() > 1_000_000, "{}", expected.len());
    for back in read_back(&pack, &book) {
        // Not `assert_eq`, which would show both.
        assert!(result(&back) == expected, "a result differs");
    }
}
