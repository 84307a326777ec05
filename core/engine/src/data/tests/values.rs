//! What single values are read as, and how long faults take. Not here: whole cases (`tests`).

use super::super::*;
use super::{cell, codes, read_one, schema};
use crate::data::DataError;
use guiju_model::diagnostic::Code;
use guiju_model::index::{EntityId, FieldId};
use guiju_model::limits::Limits;
use guiju_model::text::Locale;
use std::sync::Arc;

/// A cell formatted as a percentage says what it is, and so does a heading with `(%)`; a plain
/// number does not.
#[test]
fn a_plain_number_above_one_is_no_share_without_a_word() {
    let sheet = |heading: &str, mantissa: i64, scale: u32, percent: bool| {
        let text = |column, text: &str| SheetCell { column, value: SheetValue::Text(text.into()) };
        let format = |percent: bool| {
            percent.then(|| {
                Arc::new(NumberFormat { after: "%".to_owned(), ..NumberFormat::default() })
            })
        };
        let number = |column, mantissa, scale, percent| SheetCell {
            column,
            value: SheetValue::Number { mantissa, scale, format: format(percent) },
        };
        let table = |name: &str, headings: &[&str], cells: Vec<SheetCell>| SheetTable {
            name: name.to_owned(),
            rows: vec![
                SheetRow {
                    number: 1,
                    cells: (1..)
                        .zip(headings)
                        .map(|(column, heading)| text(column, heading))
                        .collect(),
                },
                SheetRow { number: 2, cells },
            ],
            ..SheetTable::default()
        };
        let roots = table(
            "alliance",
            &["id", "grant", "phase_year"],
            vec![text(1, "A"), number(2, 1, 0, false)],
        );
        let headings = ["alliance", "name", "kind", "fee", "contract", heading];
        let cells = vec![
            text(1, "A"),
            text(2, "甲"),
            text(3, "公司"),
            number(4, 1, 0, false),
            number(6, mantissa, scale, percent),
        ];
        let data = read_sheets(
            "book.xlsx",
            &[roots, table("member", &headings, cells)],
            &schema(),
            &Limits::default(),
        );
        let data = data.unwrap_or_else(|problems| panic!("{problems:?}"));
        let warned: Vec<String> = data
            .warnings()
            .iter()
            .map(|found| {
                format!("{} {}", found.code.id(), found.place.clone().unwrap_or_default().show())
            })
            .collect();
        (cell(&data, EntityId::new(1), FieldId::new(5), 0), warned)
    };
    let warned = vec!["G664 book.xlsx member!F2 share".to_owned()];
    assert_eq!(sheet("share", 20, 0, false), ("20".to_owned(), warned));
    assert_eq!(sheet("share", 20, 0, true), ("0.2".to_owned(), vec![]));
    assert_eq!(sheet("share", 2, 1, false), ("0.2".to_owned(), vec![]));
    assert_eq!(sheet("share(%)", 20, 0, false), ("0.2".to_owned(), vec![]));
    let share = |value: i128| ColumnValue::Decimal { mantissa: value, scale: 0 };
    let columns: Vec<Box<dyn Fn(usize) -> ColumnValue<'static>>> = vec![
        Box::new(|_| ColumnValue::Text("A")),
        Box::new(|_| ColumnValue::Text("self_sufficiency")),
        Box::new(move |_| share(5)),
    ];
    let targets = ColumnTable {
        name: "targets",
        headings: vec!["alliance", "kpi", "value"],
        batches: vec![ColumnBatch { rows: 1, columns }],
    };
    let roots: Vec<Box<dyn Fn(usize) -> ColumnValue<'static>>> =
        vec![Box::new(|_| ColumnValue::Text("A")), Box::new(move |_| share(1))];
    let alliance = ColumnTable {
        name: "alliance",
        headings: vec!["id", "grant"],
        batches: vec![ColumnBatch { rows: 1, columns: roots }],
    };
    let data =
        read_columns(&[targets, alliance], &schema(), &Limits::default()).expect("sound columns");
    assert_eq!(
        data.warnings().iter().map(|found| found.code).collect::<Vec<_>>(),
        [Code::UnmarkedShare]
    );
}

#[test]
fn typed_columns_are_cells_like_others() {
    use ColumnValue::{Bool, Day, Decimal, Float, Foreign, Huge, List, Missing, Moment, Text};
    fn number(mantissa: i128, scale: u32) -> ColumnValue<'static> {
        Decimal { mantissa, scale }
    }
    let base = |field: &'static str, values: Vec<ColumnValue<'static>>| {
        let grant = if field == "grant" { None } else { Some(("grant", vec![number(1, 0); 2])) };
        let mut columns = vec![("id", vec![Text("A"), Text(" Ｂ ")])];
        columns.extend(grant);
        columns.push((field, values));
        columns
    };
    let sound = read_one(base("grant", vec![number(150_000, 2), Missing])).expect("sound columns");
    assert_eq!(
        (
            cell(&sound, EntityId::new(0), FieldId::new(2), 0),
            cell(&sound, EntityId::new(0), FieldId::new(2), 1)
        ),
        ("1500".to_owned(), "-".to_owned())
    );
    let sound = read_one(base("期別年度", vec![Float(2.0), Text("　")])).expect("sound columns");
    assert_eq!(
        (
            cell(&sound, EntityId::new(0), FieldId::new(1), 0),
            cell(&sound, EntityId::new(0), FieldId::new(1), 1)
        ),
        ("2".to_owned(), "-".to_owned())
    );
    let cases = [
        ("grant", vec![Missing, Float(1.0), Float(2.0)], Code::FloatNumber),
        ("grant", vec![Missing, Float(f64::NAN)], Code::NotFinite),
        ("grant", vec![Missing, number(-1, 0)], Code::Negative),
        ("grant", vec![Missing, number(10_i128.pow(30), 0)], Code::TooManyDigits),
        ("grant", vec![Missing, number(1, 40)], Code::TooManyDigits),
        ("grant", vec![Missing, Huge("9e99".into())], Code::TooManyDigits),
        ("grant", vec![Missing, Day(0), Day(1)], Code::WrongColumn),
        ("grant", vec![Missing, Foreign("Binary"), Foreign("Binary")], Code::WrongColumn),
        ("grant", vec![Missing, Bool(true)], Code::WrongType),
        ("grant", vec![Missing, List(vec!["1"])], Code::WrongType),
        ("phase_year", vec![number(3, 0), number(4, 0)], Code::OutOfRange),
        ("phase_year", vec![Missing, Float(1.5)], Code::FloatNumber),
        ("phase_year", vec![Missing, Float(1e300)], Code::FloatNumber),
    ];
    for (field, values, code) in cases {
        let mut columns = base(field, values);
        columns
            .iter_mut()
            .filter(|(name, _)| *name == "id")
            .for_each(|(_, ids)| ids.push(Text("C")));
        let problems = read_one(columns).expect_err(field);
        let found: Vec<_> = problems
            .diagnostics
            .iter()
            .map(|found| (found.code, found.place.as_ref().and_then(|place| place.row)))
            .collect();
        assert_eq!(found, [(code, Some(1))], "{field}");
    }
    let moment = |zoned| Moment { shown: "2019-01-01 08:00:00".into(), zoned };
    for (value, code) in [
        (moment(false), Code::TimeOfDay),
        (moment(true), Code::TimeZone),
        (Day(i32::MAX), Code::DataBadDate),
        (Day(-678_000), Code::EarlyYear),
    ] {
        let columns: Vec<Box<dyn Fn(usize) -> ColumnValue<'static>>> = vec![
            Box::new(|_| Text("A")),
            Box::new(|_| Text("R")),
            Box::new(|_| number(1, 0)),
            Box::new(move |_| value.clone()),
        ];
        let revenue = ColumnTable {
            name: "revenue",
            headings: vec!["alliance", "id", "amount", "received"],
            batches: vec![ColumnBatch { rows: 1, columns }],
        };
        let roots: Vec<Box<dyn Fn(usize) -> ColumnValue<'static>>> =
            vec![Box::new(|_| Text("A")), Box::new(|_| number(1, 0))];
        let alliance = ColumnTable {
            name: "alliance",
            headings: vec!["id", "grant"],
            batches: vec![ColumnBatch { rows: 1, columns: roots }],
        };
        assert_eq!(
            codes(read_columns(&[revenue, alliance], &schema(), &Limits::default())),
            [code]
        );
    }
    let torn = ColumnTable {
        name: "alliance",
        headings: vec!["id", "grant"],
        batches: vec![ColumnBatch { rows: 1, columns: Vec::new() }],
    };
    assert_eq!(codes(read_columns(&[torn], &schema(), &Limits::default())), [Code::BadFrame]);
}

/// Four times the bad lines, or the bad texts of one document, take about four times as long, and
/// not sixteen.
#[test]
fn faults_of_json_take_time_in_their_number() {
    let (schema, limits) = (schema(), Limits::default());
    let time = |read: &dyn Fn() -> Result<Dataset, DataError>| {
        let begun = std::time::Instant::now();
        assert!(read().is_err());
        begun.elapsed()
    };
    let lines = |n: usize| {
        let text = "x\n".repeat(n);
        time(&|| read_json_lines(&text, None, &schema, &limits))
    };
    let document = |n: usize| {
        let text = format!("{{\"alliances\": [{}]}}", vec![r#"{"id": "\ud800"}"#; n].join(","));
        time(&|| read_json(&text, None, &schema, &limits))
    };
    for (few, many) in [(lines(10_000), lines(40_000)), (document(10_000), document(40_000))] {
        assert!(many < few * 10 + std::time::Duration::from_secs(1), "{few:?} {many:?}");
    }
}

/// The place of a fault is counted on from the fault before it, and is the same as counted from the
/// start.
#[test]
fn faults_of_json_have_their_lines_and_columns() {
    let limits = Limits { diagnostics: 4, ..Limits::default() };
    let places = |found: Vec<Diagnostic>| -> Vec<(Option<u64>, String)> {
        let line = |found: &Diagnostic| found.place.as_ref().and_then(|place| place.line);
        let said = |found: &Diagnostic| {
            found
                .args
                .first()
                .map_or(String::new(), |arg| arg.get(Locale::En).chars().take(9).collect())
        };
        found.iter().map(|found| (line(found), said(found))).collect()
    };
    let lines = "{\"id\": \"A\", \"grant\": 1}\n編 x\n\n {x\n".to_owned() + &"x\n".repeat(9);
    let error = read_json_lines(&lines, None, &schema(), &limits).expect_err("no JSON");
    let found = places(error.diagnostics);
    let at = |line, said: &str| (Some(line), said.to_owned());
    assert_eq!(
        found,
        [
            at(2, "column 1:"),
            at(4, "column 3:"),
            at(5, "column 1:"),
            at(6, "column 1:"),
            (None, "7".to_owned())
        ]
    );
    let halves = "{\"alliances\": [\n{\"id\": \"編\", \"grant\": \"\\ud800\"}, {\"id\": \"\\ud800\", \"grant\": 1}]}";
    let error = read_json(halves, None, &schema(), &limits).expect_err("halves of characters");
    let found = places(error.diagnostics);
    assert_eq!(found, [at(2, "column 29"), at(2, "column 47")]);
}
