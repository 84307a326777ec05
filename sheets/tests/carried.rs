//! What stays from the year before reads back as it was, from every format; and a workbook that was
//! filled in gives the result of the same data as tables.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{pack_at, read, result, rules, sample, typed_in};
use guiju::FieldId;
use guiju::{Cell, Dataset, EntityId, Limits, Locale, Pack, Parsed, Source};
use guiju_sheets::{Book, Carried, Count, Value, carried, ods, xlsx};

fn pack_of(text: &str) -> Pack {
    let parsed = Parsed::parse(vec![Source::new("a.guiju", text)], &Limits::default());
    parsed.check().into_pack().expect("sound rules").into()
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
    let shown = |field: FieldId, row: usize| match (
        data.cell(entity, field, row),
        &shape.fields[field].kind,
    ) {
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
            let fields = shape.fields.ids().map(|field| shown(field, row));
            std::iter::once(root.to_owned()).chain(fields).collect()
        })
        .collect()
}

/// Carries data over, reads the workbooks back, and says which entities were in them.
fn compared(pack: &Pack, earlier: &Dataset, of: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for locale in [Locale::ZhTw, Locale::En] {
        let Carried { book, taken, left, .. } = carried(pack, earlier, locale);
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
    let lists = rules().join("conformance/constructs/texts_listed");
    let pack = pack_at(&lists.join("pack").display().to_string());
    let tables = compared(&pack, &read(&pack, &lists.join("data.json")), "texts_listed");
    assert_eq!(tables, ["alliance", "banned", "firm", "watched"].map(str::to_owned).into());
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

#[test]
fn a_workbook_that_is_filled_in_gives_the_result_of_tables() {
    let pack = pack_at("alliance_108");
    let expected = result(&pack, &read(&pack, &sample()));
    assert!(expected.len() > 1_000_000, "{}", expected.len());
    for back in read_back(&pack, &typed_in(&pack)) {
        // Not `assert_eq`, which would show both.
        assert!(result(&pack, &back) == expected, "a result differs");
    }
}
