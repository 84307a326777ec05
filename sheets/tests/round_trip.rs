//! Empty workbooks are read back by the reader of data: filled in or not, every heading means its
//! field.

use guiju::{Limits, Locale, Pack, Parsed, Source};
use guiju_sheets::{Book, Kind, ods, template, xlsx};

fn packs() -> Vec<Pack> {
    let built_in = guiju_rules::NAMES
        .iter()
        .map(|name| guiju_files::pack(name, &Limits::default()).expect("built in"));
    let awkward = r#"pack awkward
entity house "家" / "house" { key id "家" / "id": text }
entity other_house "其他（家）" / "house" in house {
  key house_no "家" / "house": text
  a "乙" / "bb": text?
  b "甲" / "c": money
  size "大小(坪)" / "size (ping)": number?
  share: percent?  n: int?  worth: signed money?  day: date?  stay: period?
  kind: x "乙" / "yy" | y "甲" / "xx" | z "別的, 其他" / "others"
  tags: list of x | y
}
"#;
    let awkward = Parsed::parse(vec![Source::new("a.guiju", awkward)], &Limits::default()).check();
    built_in
        .chain([awkward])
        .map(|checked| checked.into_pack().expect("sound rules").into())
        .collect()
}

fn read(pack: &Pack, name: &str, bytes: &[u8]) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let data = guiju_files::data(pack.schema(), &path, &Limits::default());
    data.unwrap_or_else(|error| panic!("{} {name}: {error:?}", pack.name())).len()
}

#[test]
fn empty_workbooks_are_read_back() {
    for pack in packs() {
        for locale in [Locale::ZhTw, Locale::En] {
            let book = template(&pack, locale);
            assert_eq!(read(&pack, "a.ods", &ods(&book).expect("written")), 0);
            assert_eq!(read(&pack, "a.xlsx", &xlsx(&book).expect("written")), 0);
        }
    }
}

#[test]
fn every_field_has_its_column_and_its_note() {
    for pack in packs() {
        let book = template(&pack, Locale::ZhTw);
        for (entity, sheet) in pack.schema().entities.iter().zip(&book.sheets) {
            let periods =
                entity.fields.iter().filter(|field| field.kind == guiju::FieldKind::Period).count();
            let expected = entity.fields.len() + periods + usize::from(entity.child);
            assert!(
                (expected - 1..=expected).contains(&sheet.columns.len()),
                "{}: {}",
                pack.name(),
                entity.name
            );
            assert!(sheet.columns.iter().all(|column| !column.note.is_empty()));
        }
    }
    let of_108 = guiju_files::pack("alliance_108", &Limits::default())
        .expect("built in")
        .into_pack()
        .expect("sound");
    let book = template(&of_108, Locale::ZhTw);
    let kind = |sheet: &str, heading: &str| -> &guiju_sheets::Column {
        let sheet = book.sheets.iter().find(|known| known.name == sheet).expect("a sheet");
        sheet.columns.iter().find(|column| column.heading == heading).expect("a column")
    };
    let member =
        of_108.schema().entities.iter().find(|entity| entity.name == "member").expect("members");
    let label = |name: &str| {
        member
            .fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.label.zh.clone())
            .unwrap_or_default()
    };
    let column = kind(&member.label.zh, &label("kind"));
    assert!(matches!(&column.kind, Kind::Choice(values) if values.len() == 5), "{column:?}");
    assert!(column.note.contains("108-1"), "{}", column.note);
    assert_eq!(
        kind(&member.label.zh, &label("fee")).kind,
        Kind::Number { decimals: 0, signed: false }
    );
}

#[test]
fn what_people_read_is_escaped() {
    let mut book = Book::default();
    let column = guiju_sheets::Column {
        heading: "<a> & \"b\"".into(),
        note: "1 < 2\n&".into(),
        kind: Kind::Choice(vec!["a\"b".into(), "<".into()]),
        needed: true,
    };
    book.sheets.push(guiju_sheets::Sheet {
        name: "R&D".into(),
        columns: vec![column],
        filled: Vec::new(),
        rows: 3,
    });
    let rules = "pack p\nentity rd \"R&D\" / \"R&D\" { key id \"<a> & \\\"b\\\"\" / \"<a> & \\\"b\\\"\": text }\n";
    let pack: Pack = match Parsed::parse(vec![Source::new("p.guiju", rules)], &Limits::default())
        .check()
        .into_pack()
    {
        Ok(pack) => pack.into(),
        Err(error) => panic!("{error:?}"),
    };
    assert_eq!(read(&pack, "a.ods", &ods(&book).expect("written")), 0);
    assert_eq!(read(&pack, "a.xlsx", &xlsx(&book).expect("written")), 0);
}

/// What is printed has lines between cells; a zero is no empty cell on paper either.
#[test]
fn zeros_are_printed() {
    let bytes = ods(&Book::default()).expect("written");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut styles = String::new();
    let mut part = archive.by_name("styles.xml").expect("a part");
    std::io::Read::read_to_string(&mut part, &mut styles).expect("text");
    assert!(styles.contains(r#"style:print="grid objects zero-values""#), "{styles}");
}
