//! Files that are no workbooks, or no longer: each is told with a way out, and no bytes make the
//! reader panic.

use std::fs;

use guiju::{Limits, Locale};
use proptest::prelude::*;

use crate::{SHOPS, book, here, read, shown};

fn good() -> Vec<book::Sheet> {
    book::parse(&fs::read_to_string(here().join("cases/good.txt")).expect("the case"))
}

/// Parts with one of them changed.
fn with(mut parts: book::Parts, name: &str, from: &str, to: &str) -> Vec<u8> {
    let content = parts
        .iter_mut()
        .find(|(part, _)| part == name)
        .map(|(_, content)| content)
        .expect("the part");
    let changed = String::from_utf8(content.clone()).expect("a text").replacen(from, to, 1);
    assert_ne!(changed.as_bytes(), content, "{from} is not in {name}");
    *content = changed.into_bytes();
    book::zipped(&parts)
}

#[test]
fn what_is_no_workbook_is_told_with_a_way_out() {
    let (xlsx, ods) = (book::xlsx(&good()), book::ods(&good()));
    let whole = book::zipped(&xlsx);
    let sheet = |from: &str, to: &str| with(xlsx.clone(), "xl/worksheets/sheet0.xml", from, to);
    let old = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 600]].concat();
    let encrypted: Vec<u8> = old
        .iter()
        .copied()
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    // A few kilobytes that stand for many texts: cells that all are one of these.
    let of_one_text = |text: &str, cells: &str| {
        let mut parts = xlsx.clone();
        let part = parts
            .iter_mut()
            .find(|(name, _)| name == "xl/_rels/workbook.xml.rels")
            .expect("the part");
        let link =
            r#"<Relationship Id="t" Type="x/sharedStrings" Target="strings.xml"/></Relationships>"#;
        part.1 = String::from_utf8(part.1.clone())
            .expect("a text")
            .replace("</Relationships>", link)
            .into_bytes();
        parts.push((
            "xl/strings.xml".to_owned(),
            format!("<sst><si><t>{text}</t></si></sst>").into_bytes(),
        ));
        with(parts, "xl/worksheets/sheet0.xml", "</row>", &format!("{cells}</row>"))
    };
    let hundred = |row: u32| {
        (4..104)
            .map(|column| {
                format!(r#"<c r="{}{row}" t="s"><v>0</v></c>"#, guiju::SheetPlace::letters(column))
            })
            .collect::<String>()
    };
    let mut bomb = xlsx.clone();
    bomb.push(("xl/sharedStrings.xml".to_owned(), vec![b' '; 3 << 20]));
    let shared =
        bomb.iter_mut().find(|(name, _)| name == "xl/_rels/workbook.xml.rels").expect("the part");
    let link = r#"<Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    shared.1 = String::from_utf8(shared.1.clone())
        .expect("a text")
        .replace("</Relationships>", link)
        .into_bytes();
    let many = r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row><table:table-row>"#;
    let some = r#"<table:table-row table:number-rows-repeated="1000"><table:table-cell table:number-columns-repeated="100" office:value-type="float" office:value="1"/></table:table-row>"#;
    let sheets = (0..20)
        .map(|n| format!(r#"<table:table table:name="n{n}">{some}</table:table>"#))
        .collect::<String>();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty.xlsx", Vec::new()),
        ("truncated.xlsx", whole[..whole.len() / 2].to_vec()),
        ("csv.xlsx", "id,budget\nM1,5\n".into()),
        ("page.ods", "<html><table></table></html>".into()),
        ("old.xlsx", old),
        ("encrypted.xlsx", encrypted),
        (
            "encrypted.ods",
            with(
                ods.clone(),
                "META-INF/manifest.xml",
                "<manifest:manifest/>",
                "<manifest:manifest><manifest:encryption-data/></manifest:manifest>",
            ),
        ),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\r".to_vec()),
        ("other.xlsx", book::zipped(&vec![("a.txt".to_owned(), b"a".to_vec())])),
        ("old.xls", b"anything".to_vec()),
        ("sheet.numbers", book::zipped(&vec![("Index/Document.iwa".to_owned(), b"a".to_vec())])),
        ("page.xls", "<html><table></table></html>".into()),
        ("binary.xlsx", with(xlsx.clone(), "_rels/.rels", "workbook.xml", "workbook.bin")),
        (
            "whole.ods",
            book::zipped(&vec![
                (
                    "META-INF/manifest.xml".to_owned(),
                    b"<manifest><file-entry><encryption-data/></file-entry></manifest>".to_vec(),
                ),
                ("encrypted-package".to_owned(), b"a".to_vec()),
            ]),
        ),
        (
            "twins.xlsx",
            book::zipped(
                &[
                    &xlsx[..],
                    &[
                        ("XL/STYLES.XML".to_owned(), Vec::new()),
                        ("Xl/Styles.xml".to_owned(), Vec::new()),
                    ],
                ]
                .concat()
                .into_iter()
                .filter(|(name, _)| name != "xl/styles.xml")
                .collect(),
            ),
        ),
        ("bomb.xlsx", book::zipped(&bomb)),
        ("repeated.ods", with(ods.clone(), "content.xml", "<table:table-row>", many)),
        (
            "sheets.ods",
            with(ods, "content.xml", "<table:table ", &format!("{sheets}<table:table ")),
        ),
        ("headings.xlsx", of_one_text(&"長".repeat(20_000), &hundred(1))),
        ("blanks.xlsx", of_one_text(&" ".repeat(60_000), &hundred(1))),
        ("long.xlsx", of_one_text(&"長".repeat(66_000), r#"<c r="D1" t="s"><v>0</v></c>"#)),
        ("unclosed.xlsx", sheet("</sheetData>", "")),
        ("crossed.xlsx", sheet("</sheetData>", "</cols>")),
        (
            "no_styles.xlsx",
            book::zipped(
                &xlsx.iter().filter(|(name, _)| name != "xl/styles.xml").cloned().collect(),
            ),
        ),
        ("string.xlsx", sheet(r#"t="inlineStr""#, r#"t="s"><v>7</v></c><c"#)),
        ("twice.xlsx", sheet(r#"r="B1""#, r#"r="A1""#)),
        ("backwards.xlsx", sheet(r#"row r="3""#, r#"row r="1""#)),
        ("outside.xlsx", sheet(r#"r="C1""#, r#"r="XFE1""#)),
        ("number.xlsx", sheet("<v>10</v>", "<v>ten</v>")),
        ("entity.xlsx", sheet("<t>", "<t>&lol;")),
    ];
    let pack = &*SHOPS;
    let limits = Limits { data_bytes: 2 << 20, ..Limits::default() };
    let said: Vec<String> = cases
        .iter()
        .map(|(name, bytes)| shown(pack, read(pack.schema(), name, bytes, &limits)))
        .collect();
    insta::with_settings!({ snapshot_path => here().join("snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("broken", said.join("\n"));
    });
}

/// What other programs write otherwise, and means the same.
#[test]
fn what_is_only_written_otherwise_is_read_alike() {
    let (pack, limits) = (&*SHOPS, Limits::default());
    let xlsx = book::xlsx(&good());
    let read = |bytes: &[u8]| shown(pack, read(pack.schema(), "same.xlsx", bytes, &limits));
    let expected = read(&book::zipped(&xlsx));
    assert!(expected.contains("\"M1\""), "{expected}");
    for (from, to) in [
        ("<row r=\"2\">", "<!-- rows --><row>"),
        ("r=\"A2\"", ""),
        ("<v>10</v>", "<v>1<!-- ten -->0</v>"),
        ("<v>10</v>", "<v><![CDATA[1.0E+1]]></v>"),
        ("<v>10</v>", "<f>5+5</f><v>10</v>"),
        ("<t>M1</t>", "<r><t>M</t></r><r><rPr><b/></rPr><t>1</t></r><rPh><t>em</t></rPh>"),
        ("<t>M1</t>", "<t>&#77;_x0031_</t>"),
        ("<?xml version", "\u{FEFF}<?xml version"),
        ("</sheetData>", "</sheetData><phoneticPr fontId=\"1\"/>"),
    ] {
        assert_eq!(
            read(&with(xlsx.clone(), "xl/worksheets/sheet0.xml", from, to)),
            expected,
            "{to}"
        );
    }
    let renamed = |rename: &dyn Fn(&str) -> String| -> book::Parts {
        xlsx.iter().map(|(name, content)| (rename(name), content.clone())).collect()
    };
    for parts in [
        renamed(&|name| name.to_uppercase()),
        renamed(&|name| name.replace('/', "\\")),
        renamed(&|name| format!("/{name}")),
        renamed(&|name| name.replacen("xl/s", "xl\\S", 1)),
    ] {
        assert_eq!(read(&book::zipped(&parts)), expected);
    }
    for link in ["worksheets\\sheet0.xml", "./Worksheets/Sheet0.XML", "/XL/worksheets\\sheet0.xml"]
    {
        assert_eq!(
            read(&with(xlsx.clone(), "xl/_rels/workbook.xml.rels", "worksheets/sheet0.xml", link)),
            expected,
            "{link}"
        );
    }
    let wide = |order: fn(u16) -> [u8; 2]| -> book::Parts {
        let recoded = |content: &[u8]| -> Vec<u8> {
            let text =
                String::from_utf8(content.to_vec()).expect("a text").replace("UTF-8", "UTF-16");
            format!("\u{FEFF}{text}").encode_utf16().flat_map(order).collect()
        };
        xlsx.iter().map(|(name, content)| (name.clone(), recoded(content))).collect()
    };
    assert_eq!(read(&book::zipped(&wide(u16::to_le_bytes))), expected);
    assert_eq!(read(&book::zipped(&wide(u16::to_be_bytes))), expected);
    let shared = with(
        xlsx.clone(),
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        r#"<Relationship Id="t" Type="x/sharedStrings" Target="../s.xml"/></Relationships>"#,
    );
    assert!(read(&shared).contains("G659"), "strings that are referred to have to be there");
    let strings = (
        "s.xml".to_owned(),
        br#"<sst uniqueCount="99999999999"><si/><si><t/></si><si><t>M1</t></si></sst>"#.to_vec(),
    );
    let mut parts = xlsx;
    for (name, content) in &mut parts {
        let text = String::from_utf8(content.clone()).expect("a text");
        *content = match name.as_str() {
            "xl/_rels/workbook.xml.rels" => {
                text.replace("</Relationships>", r#"<Relationship Id="t" Type="x/sharedStrings" Target="../s.xml"/></Relationships>"#)
            }
            "xl/worksheets/sheet0.xml" => text.replace(r#"t="inlineStr"><is><t>M1</t></is>"#, r#"t="s"><v>2</v>"#),
            _ => text,
        }
        .into_bytes();
    }
    parts.push(strings);
    assert_eq!(read(&book::zipped(&parts)), expected);
}

/// Workbooks are read by their content, whatever a program called them; macros are no data.
#[test]
fn workbooks_are_known_by_their_content() {
    let (pack, limits) = (&*SHOPS, Limits::default());
    let [xlsx, ods] = [book::xlsx(&good()), book::ods(&good())].map(|parts| book::zipped(&parts));
    let mut macros = book::xlsx(&good());
    macros.push(("xl/vbaProject.bin".to_owned(), vec![0xD0, 0xCF, 0x11, 0xE0]));
    let expected = shown(pack, read(pack.schema(), "good.xlsx", &xlsx, &limits));
    for (name, bytes) in [
        ("good.xlsm", &book::zipped(&macros)),
        ("good.xls", &xlsx),
        ("good.ods", &xlsx),
        ("good.xlsx", &ods),
        ("GOOD.XLSX", &ods),
    ] {
        assert_eq!(shown(pack, read(pack.schema(), name, bytes, &limits)), expected, "{name}");
    }
}

/// A day counted from 1904 is the same day.
#[test]
fn days_may_be_counted_from_1904() {
    let pack = &*SHOPS;
    let sheets = book::parse(
        "== market\nid | budget\nM1 | #5\n== shop\nmarket | name | kind | open | rent | since\nM1 | a | food | ?true | #5 | @2024-01-05",
    );
    let mut parts = book::xlsx(&sheets);
    for (name, content) in &mut parts {
        let text = String::from_utf8(content.clone()).expect("a text");
        let text = if name == "xl/workbook.xml" {
            text.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>")
        } else {
            text
        };
        *content = text.replace("<v>45296</v>", "<v>45296.5</v>").into_bytes();
    }
    let said =
        shown(pack, read(pack.schema(), "early.xlsx", &book::zipped(&parts), &Limits::default()));
    assert!(said.contains("2028-01-06 12:00:00"), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes changed in a part, or in the file as a whole, are read or refused.
    #[test]
    fn no_changed_bytes_make_the_reader_panic(
        ods in any::<bool>(),
        inside in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(b'<'), Just(b'>'), Just(b'"'), Just(b'9'), Just(b'&')]), 1..6),
        part in any::<prop::sample::Index>(),
    ) {
        let pack = &*SHOPS;
        let mut parts = if ods { book::ods(&good()) } else { book::xlsx(&good()) };
        let change = |bytes: &mut Vec<u8>| changes.iter().for_each(|(at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        });
        if inside {
            let at = part.index(parts.len());
            change(&mut parts[at].1);
        }
        let mut bytes = book::zipped(&parts);
        if !inside {
            change(&mut bytes);
        }
        let name = format!("changed.{}", if ods { "ods" } else { "xlsx" });
        if let Err(guiju_files::FileError::Message(words)) = read(pack.schema(), &name, &bytes, &Limits::untrusted()) {
            prop_assert!(false, "{}", words.get(Locale::En));
        }
    }
}
