//! Watched reading: every form of data tells how far it is, gives what it gives unwatched, and
//! stops where the host says so. Not here: what the readers make of their data.

use std::ops::ControlFlow;

use guiju::DataError;
use guiju::{
    ColumnBatch, ColumnTable, ColumnValue, Dataset, Limits, Pack, Parsed, Progress, Reading,
    SheetCell, SheetRow, SheetTable, SheetValue, Source, TableFile, Watch,
};

const RECORDS: usize = 5_000;

const RULES: &str = "
pack shops
source g { 1 }
entity market { key id: text }
entity shop in market { key id: text  fee: money }
tally fees from shop { sum fee } @ 1
";

fn pack() -> Pack {
    let parsed = Parsed::parse(vec![Source::new("shops.guiju", RULES)], &Limits::default());
    (*parsed.check().into_pack().expect("sound rules")).clone()
}

/// Reads with the schema of the pack, watched or not.
type Read = fn(Reading<'_>) -> Result<Dataset, DataError>;

fn json(reading: Reading<'_>) -> Result<Dataset, DataError> {
    let shops: Vec<String> =
        (0..RECORDS).map(|n| format!(r#"{{"id": "S{n}", "fee": 1}}"#)).collect();
    reading.json(&format!(r#"{{"markets": [{{"id": "M", "shop": [{}]}}]}}"#, shops.join(",")), None)
}

fn json_lines(reading: Reading<'_>) -> Result<Dataset, DataError> {
    let line = |n| format!(r#"{{"id": "M{n}", "shop": [{{"id": "S", "fee": 1}}]}}"#) + "\n";
    reading.json_lines(&(0..RECORDS).map(line).collect::<String>(), None)
}

fn tables(reading: Reading<'_>) -> Result<Dataset, DataError> {
    let rows: String = (0..RECORDS).map(|n| format!("M,S{n},1\n")).collect();
    let shops = format!("market,id,fee\n{rows}");
    reading.tables(&[
        TableFile { name: "market.csv", bytes: b"id\nM\n" },
        TableFile { name: "shop.csv", bytes: shops.as_bytes() },
    ])
}

fn sheets(reading: Reading<'_>) -> Result<Dataset, DataError> {
    let cell =
        |(column, text): (u32, String)| SheetCell { column, value: SheetValue::Text(text.into()) };
    let row = |(number, texts): (u32, Vec<String>)| SheetRow {
        number,
        cells: (1..).zip(texts).map(cell).collect(),
    };
    let sheet = |name: &str, rows: Vec<Vec<String>>| SheetTable {
        name: name.to_owned(),
        rows: (1..).zip(rows).map(row).collect(),
        ..SheetTable::default()
    };
    let texts = |row: &[&str]| row.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut shops = vec![texts(&["market", "id", "fee"])];
    shops.extend((0..RECORDS).map(|n| texts(&["M", &format!("S{n}"), "1"])));
    let markets = vec![texts(&["id"]), texts(&["M"])];
    reading.sheets("shops.xlsx", &[sheet("market", markets), sheet("shop", shops)])
}

fn columns(reading: Reading<'_>) -> Result<Dataset, DataError> {
    let keys: Vec<String> = (0..RECORDS).map(|n| format!("S{n}")).collect();
    let market = ColumnBatch { rows: 1, columns: vec![Box::new(|_| ColumnValue::Text("M"))] };
    let shop = ColumnBatch {
        rows: RECORDS,
        columns: vec![
            Box::new(|_| ColumnValue::Text("M")),
            Box::new(|row| ColumnValue::Text(&keys[row])),
            Box::new(|_| ColumnValue::Decimal { mantissa: 1, scale: 0 }),
        ],
    };
    reading.columns(&[
        ColumnTable { name: "market", headings: vec!["id"], batches: vec![market] },
        ColumnTable { name: "shop", headings: vec!["market", "id", "fee"], batches: vec![shop] },
    ])
}

const FORMS: [(&str, Read); 5] = [
    ("json", json),
    ("lines", json_lines),
    ("tables", tables),
    ("sheets", sheets),
    ("columns", columns),
];

fn watched(pack: &Pack, read: Read, watch: &mut Watch<'_>) -> Result<Dataset, DataError> {
    let limits = Limits::default();
    read(Reading::new(pack.schema(), &limits).watched(&mut |progress| watch(progress)))
}

#[test]
fn every_form_tells_how_far_it_is() {
    let (pack, limits) = (pack(), Limits::default());
    for (form, read) in FORMS {
        let mut told: Vec<Progress> = Vec::new();
        let data = watched(&pack, read, &mut |progress| {
            told.push(progress);
            ControlFlow::Continue(())
        });
        let alone = read(Reading::new(pack.schema(), &limits)).expect("sound data");
        assert_eq!(data.expect("sound data").to_bytes(), alone.to_bytes(), "{form}");
        assert!(told.len() >= 4, "{form}: {told:?}");
        assert!(
            told.is_sorted_by(|a, b| a.done < b.done && a.total == b.total),
            "{form}: {told:?}"
        );
        let last = told[told.len() - 1];
        assert!(last.done > last.total / 2 && last.done <= last.total, "{form}: {told:?}");
    }
}

#[test]
fn every_form_stops_where_the_host_says_so() {
    let pack = pack();
    for (form, read) in FORMS {
        let mut told = 0;
        let data = watched(&pack, read, &mut |_| {
            told += 1;
            if told < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // Nothing is wrong with data of which the rest was not read.
        assert_eq!(data.expect_err("not read to its end").diagnostics, [], "{form}");
        assert_eq!(told, 3, "{form}");
    }
}
