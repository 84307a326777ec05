//! Rules and data made to break whoever reads or judges them. Not here: what has to come of them.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A record of which nothing is known.
pub(crate) const CHAIN_DATA: &str = r#"{"gs": [{"id": "G", "r": [{"id": "R1"}]}]}"#;

/// Labels, keys and messages that would move the cursor, and a key that adds a line.
pub(crate) const FORGED_RULES: &str = "pack h \"\u{1b}[2Jp\"\nsource s { 1 \"\u{1b}]0;c\u{7}\" }\n\
    entity g \"\u{1b}[2Jg\" { key id: text }\n\
    entity r \"\u{9b}2Jr\" in g { key id: text  f \"\u{1b}[2Jf\": bool }\n\
    tally t \"\u{1b}[2Jt\" in 件 from r { require f else \"\u{1b}[2Je\" @ 1 count }\n\
    kpi k \"\u{1b}[2Jk\" for programme = sum(t) @ 1\n\
    obligation o \"\u{1b}[2Jo\" expect t > 9 件 else \"\u{1b}[2Jm\" @ 1\n\
    check c \"\u{1b}[2Jc\" on r.f expect f else \"\u{1b}[2Jh\" @ 1\n\
    test \"\u{1b}[2Jx\" { g \"G\" { r \"R\" { f: true } } expect G.t = 2 件 }\n";

pub(crate) const FORGED_DATA: &str =
    r#"{"gs": [{"id": "G", "r": [{"id": "R1\n  counted: 9", "f": false}, {"id": "R2"}]}]}"#;

pub(crate) const RATIOS: &str = "pack h\nentity g { key id: text  own: money  grant: money }\n\
    kpi ratio as % = own / grant because \"x\"\n\
    kpi mean for programme as % = average(ratio) because \"x\"\n";

/// What every pack here begins with.
const HEAD: &str = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text }\n\
    entity r in g { key id: text  f: bool  doc: text? }\n";

/// Roots without anything.
pub(crate) fn roots(count: usize) -> String {
    let roots: Vec<String> = (0..count).map(|n| format!(r#"{{"id": "G{n}"}}"#)).collect();
    format!(r#"{{"gs": [{}]}}"#, roots.join(","))
}

/// Rules of any size.
pub(crate) struct Rules;

impl Rules {
    /// A tally that asks about a record, and `links` more that ask the one before, as often as
    /// `mentions` says.
    pub(crate) fn chain(links: usize, mentions: usize) -> String {
        let mut rules =
            HEAD.to_owned() + "tally t0 in 件 from r { require f else \"x\" @ 1 count }\n";
        for link in 1..=links {
            let asks = vec![format!("counted in t{}", link - 1); mentions].join(" and ");
            let _ = writeln!(
                rules,
                "tally t{link} in 件 from r {{ require {asks} else \"x\" @ 1 count }}"
            );
        }
        rules
    }

    /// Pairs of tallies that claim one document, each pair over the one before.
    pub(crate) fn claims(levels: usize) -> String {
        let mut rules = HEAD.to_owned();
        for level in 0..levels {
            for side in ["a", "b"] {
                let asks = match level {
                    0 => "f".to_owned(),
                    _ => format!("counted in {side}{}", level - 1),
                };
                let _ = writeln!(
                    rules,
                    "tally {side}{level} in 件 from r {{ require {asks} else \"x\" @ 1 count }}"
                );
            }
            let _ = writeln!(
                rules,
                "once o{level} by doc between a{level}, b{level} keep none else \"d\" @ 1"
            );
        }
        rules
    }

    /// Figures of `t0`, each made of the one before.
    pub(crate) fn figures(count: usize) -> String {
        (0..count).fold(String::new(), |mut rules, figure| {
            let before = if figure == 0 { "t0".to_owned() } else { format!("k{}", figure - 1) };
            let _ = writeln!(rules, "kpi k{figure} = {before} * 1 @ 1");
            rules
        })
    }

    pub(crate) fn clauses(count: usize) -> String {
        format!("pack h\nsource s {{ {} }}\nentity g {{ key id: text }}\n", many(count, "\n", ""))
    }

    pub(crate) fn fields(count: usize) -> String {
        format!("pack h\nentity g {{ key id: text {} }}\n", many(count, " ", ": int"))
    }

    pub(crate) fn choices(count: usize) -> String {
        format!("pack h\nentity g {{ key id: text  c: {} }}\n", many(count, " | ", ""))
    }
}

/// Names one after another.
fn many(count: usize, between: &str, after: &str) -> String {
    (0..count).map(|n| format!("n{n}{after}")).collect::<Vec<_>>().join(between)
}

/// Records of one root, alike but for their keys.
pub(crate) fn records(count: usize, fields: &str) -> String {
    let records: Vec<String> =
        (0..count).map(|row| format!(r#"{{"id": "R{row}", {fields}}}"#)).collect();
    format!("{{\"gs\": [{{\"id\": \"G\", \"r\": [{}]}}]}}", records.join(",\n"))
}

/// Roots whose own funds are 1/2, 1/6, 1/12 … of their grant.
pub(crate) fn ratios(count: usize) -> String {
    let roots: Vec<String> = (1..=count)
        .map(|n| format!(r#"{{"id": "G{n}", "own": 1, "grant": {}}}"#, n * (n + 1)))
        .collect();
    format!("{{\"gs\": [{}]}}", roots.join(", "))
}

/// A workbook of some kilobytes with so many headings, all of them one text of 4 MB.
pub(crate) fn workbook(headings: usize) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const SHEET: &str = r#"<sheet name="g" sheetId="1" r:id="a"/>"#;
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{DOCUMENT}/{kind}" Target="{target}"/>"#)
    };
    let relations =
        |all: &str| format!(r#"<Relationships xmlns="{PACKAGE}">{all}</Relationships>"#);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("its text");
    };
    part("_rels/.rels", relations(&relation("a", "officeDocument", "xl/workbook.xml")));
    part(
        "xl/_rels/workbook.xml.rels",
        relations(
            &(relation("a", "worksheet", "sheet.xml")
                + &relation("b", "sharedStrings", "strings.xml")),
        ),
    );
    part(
        "xl/workbook.xml",
        format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{SHEET}</sheets></workbook>"#
        ),
    );
    part(
        "xl/strings.xml",
        format!(r#"<sst xmlns="{MAIN}"><si><t>{}</t></si></sst>"#, "x".repeat(4 << 20)),
    );
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(headings);
    part(
        "xl/sheet.xml",
        format!(
            r#"<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>"#
        ),
    );
    archive.finish().expect("an archive").into_inner()
}
