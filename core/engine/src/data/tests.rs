//! Readers of data against files: each case of `tests/data` has a snapshot of what was read, or of
//! every problem, in both languages. Cases too large or too odd for a file are made here.

mod values;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::data::DataError;
use guiju_model::date::{Date, Period};
use guiju_model::diagnostic::{Code, DataPlace};
use guiju_model::index::{EntityId, FieldId, KpiId, List};
use guiju_model::limits::Limits;
use guiju_model::schema::{Choice, Choices, Dated, Entity, Field, FieldKind, KpiSchema};
use guiju_model::text::{Locale, Localized};
use guiju_model::unit::Unit;

fn choices(values: &[(&str, &str)]) -> Arc<Choices> {
    let value = |(name, zh): &(&str, &str)| Choice {
        name: (*name).to_owned(),
        label: Localized::new(*zh, *name),
    };
    Arc::new(Choices { values: values.iter().map(value).collect() })
}

/// A small pack's data: alliances of members, with revenue and licence contracts.
fn schema() -> Arc<Schema> {
    let field = |name: &str, zh: &str, kind: FieldKind, optional: bool| Field {
        name: name.to_owned(),
        label: Localized::new(zh, name.replace('_', " ")),
        kind,
        optional,
    };
    let entity = |name: &str, zh: &str, fields: Vec<Field>| Entity {
        name: name.to_owned(),
        label: Localized::new(zh, name),
        child: !matches!(name, "alliance" | "programme"),
        fields: fields.into(),
        levels: 0,
        key: FieldId::default(),
    };
    let kind = choices(&[("company", "公司"), ("association", "公會"), ("individual", "個人")]);
    let proofs = choices(&[("poster", "海報"), ("photo", "照片")]);
    let day = |year, month, day| Date::from_ymd(year, month, day).expect("a day");
    Arc::new(Schema {
        entities: List::from(vec![
            entity(
                "alliance",
                "聯盟",
                vec![
                    field("id", "編號", FieldKind::Text, false),
                    field("phase_year", "期別年度", FieldKind::Range(1, 3), true),
                    field("grant", "補助款", FieldKind::Money, false),
                ],
            ),
            entity(
                "member",
                "會員",
                vec![
                    field("name", "名稱", FieldKind::Text, false),
                    field("kind", "類別", FieldKind::Choice(kind), false),
                    field("registered", "立案", FieldKind::Bool, true),
                    field("contract", "契約期間", FieldKind::Period, true),
                    field("fee", "會費", FieldKind::Money, false),
                    field("share", "占比", FieldKind::Percent, true),
                ],
            ),
            entity(
                "revenue",
                "收入",
                vec![
                    field("id", "編號", FieldKind::Text, false),
                    field("amount", "金額", FieldKind::Money, false),
                    field("received", "入帳日", FieldKind::Date, true),
                    field("heads", "人數", FieldKind::Int, true),
                ],
            ),
            entity(
                "transfer",
                "技術移轉",
                vec![
                    field("id", "編號", FieldKind::Text, false),
                    field("counterpart", "對象", FieldKind::Reference(EntityId::new(1)), false),
                    field("proofs", "佐證", FieldKind::List(proofs), true),
                ],
            ),
            entity(
                "programme",
                "整體計畫",
                vec![
                    field("year", "年度", FieldKind::Range(106, 109), false),
                    field("budget", "預算", FieldKind::Money, true),
                    field("opened", "開辦日", FieldKind::Date, true),
                ],
            ),
        ]),
        root: EntityId::new(0),
        programme: Some(EntityId::new(4)),
        dated: Some(Dated {
            period: Period { start: day(2019, 1, 1), end: day(2019, 12, 31) },
            fields: vec![(EntityId::new(2), FieldId::new(2))],
        }),
        programme_kpis: vec![KpiSchema {
            name: "all_members".to_owned(),
            unit: Unit::Count("家".to_owned()),
            signed: false,
        }],
        kpis: List::from(vec![
            KpiSchema {
                name: "company_members".to_owned(),
                unit: Unit::Count("家".to_owned()),
                signed: false,
            },
            KpiSchema { name: "operating_revenue".to_owned(), unit: Unit::Money, signed: false },
            KpiSchema { name: "self_sufficiency".to_owned(), unit: Unit::Ratio, signed: false },
        ]),
    })
}

/// What was read, row by row, and what was said of it; or every problem. In both languages.
fn show(result: &Result<Dataset, DataError>) -> String {
    let mut out = String::new();
    match result {
        Ok(data) => {
            tell(data.warnings(), &mut out);
            for note in data.notes() {
                let _ = writeln!(out, "# {note}");
            }
            for (entity, table) in data.tables.entries() {
                for row in 0..table.rows {
                    let cells = table
                        .columns
                        .ids()
                        .map(|field| cell(data, entity, field, row))
                        .collect::<Vec<_>>()
                        .join(" | ");
                    let name = &data.schema.entities[entity].name;
                    let _ = match data.schema.programme == Some(entity) {
                        // Always there, and of no interest where nothing was given.
                        true if cells.chars().all(|c| "- |".contains(c)) => Ok(()),
                        true => writeln!(out, "{name}: {cells}"),
                        false => writeln!(out, "{name} of {}: {cells}", data.root_of(entity, row)),
                    };
                }
            }
            let numbers = |pairs: &[(KpiId, guiju_model::number::Exact)]| {
                let one = |(kpi, value): &(KpiId, guiju_model::number::Exact)| {
                    format!(
                        "{}={}",
                        data.schema.kpi_at(*kpi).unwrap().name,
                        value.to_plain().unwrap()
                    )
                };
                pairs.iter().map(one).collect::<Vec<_>>().join(" ")
            };
            let (targets, previous) =
                (numbers(&data.programme.targets), numbers(&data.programme.previous));
            if !targets.is_empty() || !previous.is_empty() {
                let _ = writeln!(out, "given for the programme: [{targets}] [{previous}]");
            }
            for (root, given) in data.given.iter().enumerate() {
                let ids = |ids: &[u32]| {
                    ids.iter().map(|id| data.texts.text(*id)).collect::<Vec<_>>().join(" ")
                };
                let (targets, previous) = (numbers(&given.targets), numbers(&given.previous));
                let (reviewed, elsewhere) = (ids(&given.reviewed), ids(&given.elsewhere));
                let _ = writeln!(
                    out,
                    "given for {root}: [{targets}] [{previous}] [{reviewed}] [{elsewhere}]"
                );
            }
        }
        Err(error) => tell(&error.diagnostics, &mut out),
    }
    out
}

fn tell(diagnostics: &[Diagnostic], out: &mut String) {
    for diagnostic in diagnostics {
        let place = diagnostic.place.as_ref().map(DataPlace::show).unwrap_or_default();
        let _ = writeln!(out, "{} {place}", diagnostic.code.id());
        for locale in [Locale::ZhTw, Locale::En] {
            let notes: Vec<&str> = diagnostic.notes.iter().map(|note| note.get(locale)).collect();
            let (message, help) = (diagnostic.message(locale), diagnostic.help(locale));
            let parts: Vec<&str> =
                std::iter::once(message.as_str()).chain(notes).chain(help.as_deref()).collect();
            let _ = writeln!(out, "  {}", parts.join(" / "));
        }
    }
}

fn cell(data: &Dataset, entity: EntityId, field: FieldId, row: usize) -> String {
    match data.cell(entity, field, row) {
        None => "-".to_owned(),
        Some(Cell::Text(id)) => data.texts.text(id).to_owned(),
        Some(Cell::Number(value)) => value.to_plain().unwrap(),
        Some(Cell::Date(day)) => day.to_string(),
        Some(Cell::Period(period)) => format!("{}..{}", period.start, period.end),
        Some(Cell::Bool(value)) => value.to_string(),
        Some(Cell::Choice(value)) => format!("#{value}"),
        Some(Cell::List(set)) => format!("{{{set:b}}}"),
        Some(Cell::Row(row)) => format!("row {row}"),
    }
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_case_reads_as_recorded() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(cases().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    let (schema, limits) = (schema(), Limits::default());
    let mut count = 0;
    for path in sorted(&cases()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let result = match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => {
                read_json(&std::fs::read_to_string(&path).unwrap(), Some(name), &schema, &limits)
            }
            Some("jsonl") => read_json_lines(
                &std::fs::read_to_string(&path).unwrap(),
                Some(name),
                &schema,
                &limits,
            ),
            Some("tables") => {
                let files: Vec<(String, Vec<u8>)> = sorted(&path)
                    .iter()
                    .map(|file| {
                        (
                            file.file_name().unwrap().to_str().unwrap().to_owned(),
                            std::fs::read(file).unwrap(),
                        )
                    })
                    .collect();
                let files: Vec<TableFile<'_>> =
                    files.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
                read_tables(&files, &schema, &limits)
            }
            _ => continue,
        };
        count += 1;
        insta::assert_snapshot!(name, show(&result));
    }
    assert!(count > 30, "{count} cases");
}

fn codes(result: Result<Dataset, DataError>) -> Vec<Code> {
    let problems = result.err().map(|error| error.diagnostics).unwrap_or_default();
    problems.into_iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn no_depth_of_nesting_exhausts_a_small_stack() {
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(1_000_000), close.repeat(1_000_000));
    let texts = [
        (deep("[", "]"), Code::JsonShape),
        (deep("[", ""), Code::JsonSyntax),
        (deep("{\"a\":", ""), Code::JsonSyntax),
        (format!(r#"{{"alliances":[{{"id":"A1","grant":{}}}]}}"#, deep("[", "]")), Code::JsonShape),
        (format!(r#"{{"alliances":{}}}"#, deep("[", "]")), Code::JsonShape),
        (
            format!(
                r#"{{"alliances":[{{"id":"A1","targets":{{"company_members":{}}}}}]}}"#,
                deep("[", "]")
            ),
            Code::JsonShape,
        ),
    ];
    let check = move || {
        for (text, code) in texts {
            assert_eq!(codes(read_json(&text, None, &schema(), &Limits::default())), [code]);
        }
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(check).unwrap().join().unwrap();
}

#[test]
fn limits_hold() {
    let small = Limits { data_bytes: 10, ..Limits::default() };
    assert_eq!(
        codes(read_json(r#"{"alliances":[]}"#, None, &schema(), &small)),
        [Code::DataTooLarge]
    );
    let few = Limits { rows: 2, ..Limits::default() };
    let three = r#"{"alliances":[{"id":"A"},{"id":"B"},{"id":"C"},{"id":"D"}]}"#;
    assert_eq!(codes(read_json(three, None, &schema(), &few)), [Code::DataTooLarge]);
    let short = Limits { value_chars: 3, ..Limits::default() };
    assert_eq!(
        codes(read_json(
            r#"{"alliances":[{"id":"聯盟一"},{"id":"聯盟一二"}]}"#,
            None,
            &schema(),
            &short
        )),
        [Code::DataTooLarge]
    );
    let reported = Limits { diagnostics: 2, ..Limits::default() };
    let many = r#"{"alliances":[{"id":"A","a":1,"b":1,"c":1,"d":1}]}"#;
    let found = codes(read_json(many, None, &schema(), &reported));
    assert_eq!(found, [Code::UnknownDataField, Code::UnknownDataField, Code::MoreFindings]);
}

#[test]
fn the_cap_of_findings_holds_for_each_table() {
    let bad =
        |rows: std::ops::Range<usize>| rows.map(|n| format!("A1,{n},x{n}\n")).collect::<String>();
    let files = [
        ("alliance.csv", "id,grant\nA1,1\n".to_owned()),
        (
            "member.csv",
            "alliance,name,kind,fee\n".to_owned()
                + &(0..3).map(|n| format!("A1,{n},k{n},1\n")).collect::<String>(),
        ),
        ("revenue.csv", format!("alliance,id,amount\n{}", bad(0..5))),
    ];
    let tables = files.each_ref().map(|(name, text)| TableFile { name, bytes: text.as_bytes() });
    let limits = Limits { diagnostics: 2, ..Limits::default() };
    let found = read_tables(&tables, &schema(), &limits).expect_err("values are wrong");
    let place = |found: &Diagnostic| {
        found.place.as_ref().and_then(|place| place.file.clone()).unwrap_or_default()
    };
    let told: Vec<(Code, String, String)> = found
        .diagnostics
        .iter()
        .map(|found| (found.code, place(found), found.args[0].get(Locale::En).to_owned()))
        .collect();
    let expected = [
        (Code::WrongChoice, "member.csv", "k0"),
        (Code::WrongChoice, "member.csv", "k1"),
        (Code::WrongType, "revenue.csv", "x0"),
        (Code::WrongType, "revenue.csv", "x1"),
        (Code::MoreFindings, "member.csv", "1"),
        (Code::MoreFindings, "revenue.csv", "3"),
    ];
    assert_eq!(told, expected.map(|(code, file, arg)| (code, file.to_owned(), arg.to_owned())));
}

#[test]
fn no_prefix_or_changed_byte_of_a_case_panics() {
    let (schema, limits) = (schema(), Limits::untrusted());
    let text = std::fs::read_to_string(cases().join("good.json")).unwrap();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (before, after) = text.split_at(end);
        let _ = read_json(before, None, &schema, &limits);
        for with in ["\"", "{", "}", "9", "-", "\\ud800", "null", ","] {
            let mut rest = after.chars();
            rest.next();
            let _ = read_json(&format!("{before}{with}{}", rest.as_str()), None, &schema, &limits);
        }
    }
}

/// A text is JSON if and only if another parser takes it, and what is not is refused by one
/// finding.
#[test]
fn json_is_what_another_parser_takes_for_json() {
    let line = r#"{"id": "A\u0031", "grant": {"amount": -12.50e+3, "unit": "萬元"}, "member": [{"name": "甲", "kind": "company", "registered": true,
        "contract": {"start": "2019-01-01", "end": null}, "fee": 3000, "share": "5%"}, {"name": "乙", "kind": "公會", "fee": "1,000",
        "contract_start": "108/01/01", "contract_end": "108/12/31"}], "targets": {"company_members": 0}, "reviewed": ["X1", []], "member": []}"#;
    let line = line.replace('\n', " ");
    let (schema, limits) = (schema(), Limits::default());
    let places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
    let (mut sound, mut refused) = (0, 0);
    for at in places {
        for written in [
            "", "\"", "\\", "{", "}", "[", "]", ",", ":", "1", "0", ".", "-", "1e999", "null", "x",
            "\t", "\u{1}", "\\u12", "\\ud834",
        ] {
            let end = at + line[at..].chars().next().map_or(0, char::len_utf8);
            let text = format!("{}{written}{}", &line[..at], &line[end..]);
            let taken = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            let read = read_json_lines(&text, None, &schema, &limits);
            let syntax = read.as_ref().is_err_and(
                |error| matches!(&error.diagnostics[..], [one] if one.code == Code::JsonSyntax),
            );
            let half = text.contains("\\ud834");
            assert!(half || taken != syntax, "{text}\n{}", show(&read));
            sound += usize::from(taken);
            refused += usize::from(syntax);
        }
    }
    assert!(sound > 1_000 && refused > 1_000, "{sound} {refused}");
}

#[test]
fn no_prefix_or_changed_byte_of_a_table_panics() {
    let (schema, limits) = (schema(), Limits::untrusted());
    let folder = cases().join("good.tables");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (alliance, member) = (read("alliance.csv"), read("member.csv"));
    for at in 0..member.len() {
        for with in [
            &b""[..],
            b"\"",
            b",",
            b"\n",
            b"\r",
            b"\0",
            b"\xA4",
            b"\xFF",
            b"999999999999999999999999999",
        ] {
            let changed = [&member[..at], with, &member[at + 1..]].concat();
            let files = [
                TableFile { name: "alliance.csv", bytes: &alliance },
                TableFile { name: "member.csv", bytes: &changed },
            ];
            let _ = read_tables(&files, &schema, &limits);
            let files = [TableFile { name: "alliance.csv", bytes: &changed }];
            let _ = read_tables(&files, &schema, &limits);
        }
    }
}

/// Columns of a table, each given by its values.
fn read_one(columns: Vec<(&'static str, Vec<ColumnValue<'static>>)>) -> Result<Dataset, DataError> {
    let rows = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let headings = columns.iter().map(|(name, _)| *name).collect();
    let value = |values: Vec<ColumnValue<'static>>| {
        move |row: usize| values.get(row).cloned().unwrap_or(ColumnValue::Missing)
    };
    let columns = columns
        .into_iter()
        .map(|(_, values)| Box::new(value(values)) as Box<dyn Fn(usize) -> ColumnValue<'static>>)
        .collect();
    let table =
        ColumnTable { name: "alliance", headings, batches: vec![ColumnBatch { rows, columns }] };
    read_columns(&[table], &schema(), &Limits::default())
}
