//! Values of large tables are those that going through all rows would give, by exact keys, by steps
//! and by dates, with keys that are missing too, in both evaluators; and a row that is searched for
//! costs what a search does. Not here: what a table says, which the corpus of rules holds.

use std::fmt::Write as _;

use guiju::{Engine, KpiId, KpiValue, Limits, Outcome, Parsed, Source};

const HEAD: &str = "pack p\nsource s { 1 \"c\" }\nentity g { key id: text }\n\
    entity r in g { key id: text  city: text?  kind: a | b | c  day: date?  amount: money? }\n";

const CITIES: usize = 120;
const KINDS: [&str; 3] = ["a", "b", "c"];

/// What comes next, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A row: the number of its city, of its kind, its edge, and its value.
struct Row {
    city: u64,
    kind: u64,
    edge: u64,
    value: u64,
}

/// A record, of which some keys are missing.
struct Record {
    city: Option<u64>,
    kind: Option<u64>,
    edge: Option<u64>,
}

fn day(at: u64) -> String {
    format!("{}-{:02}-{:02}", 2000 + at / 336, 1 + at / 28 % 12, 1 + at % 28)
}

/// How a table has its keys, and how a rule asks for a value.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Exact,
    Dated,
    Above,
}

impl Form {
    fn table(self, rows: &[Row]) -> String {
        let mut text = match self {
            Form::Exact => "table t by r.city, by r.kind {\n",
            Form::Dated => "table t by r.city, from date {\n",
            Form::Above => "table t by r.kind, above money {\n",
        }
        .to_owned();
        for Row { city, kind, edge, value } in rows {
            let (city, kind) = (format!("\"城{city}\""), KINDS[*kind as usize]);
            let keys = match self {
                Form::Exact => format!("{city}, {kind}"),
                Form::Dated => format!("{city}, {}", day(*edge)),
                Form::Above => format!("{kind}, {edge} 元"),
            };
            let _ = writeln!(text, "  {keys} => {value} 元 @ 1");
        }
        text + "  otherwise => 7 元 @ 1\n}\n"
    }

    fn call(self) -> &'static str {
        match self {
            Form::Exact => "t(city, kind)",
            Form::Dated => "t(city, day)",
            Form::Above => "t(kind, amount)",
        }
    }

    /// The keys that are equal: of the row, and of a record.
    fn same(self, row: &Row, record: &Record) -> [(u64, Option<u64>); 2] {
        match self {
            Form::Exact => [(row.city, record.city), (row.kind, record.kind)],
            Form::Dated => [(row.city, record.city); 2],
            Form::Above => [(row.kind, record.kind); 2],
        }
    }

    /// The values that going through all rows finds: of each kind of rows that fits the record the
    /// last that begins at or below its step, or any where that is missing.
    fn scanned(self, rows: &[Row], record: &Record) -> (u64, u64) {
        let fits = |row: &&Row| {
            self.same(row, record).iter().all(|(own, key)| key.is_none_or(|key| key == *own))
        };
        let mut found: Vec<u64> = Vec::new();
        if self == Form::Exact {
            found.extend(rows.iter().filter(fits).map(|row| row.value));
            let missing = record.city.is_none() || record.kind.is_none();
            // A city that no row has leads to none of them.
            if found.is_empty() || (missing && record.city.is_none()) {
                found.push(7);
            }
        } else {
            let mut kinds: Vec<u64> =
                rows.iter().filter(fits).map(|row| self.same(row, record)[0].0).collect();
            kinds.dedup();
            for kind in &kinds {
                let of_kind = rows.iter().filter(|row| self.same(row, record)[0].0 == *kind);
                let first = of_kind.clone().map(|row| row.edge).min();
                let reached = |row: &&Row| match record.edge {
                    None => true,
                    Some(edge) if self == Form::Above => {
                        row.edge < edge || (Some(row.edge) == first && row.edge == edge)
                    }
                    Some(edge) => row.edge <= edge,
                };
                let reached: Vec<&Row> = of_kind.filter(reached).collect();
                match (record.edge, reached.iter().max_by_key(|row| row.edge)) {
                    (None, _) => found.extend(reached.iter().map(|row| row.value)),
                    (Some(_), Some(row)) => found.push(row.value),
                    (Some(_), None) => found.push(7),
                }
                // Nothing says that a step that is missing is not below them all; money is not
                // below zero, where the rows of every kind begin.
                if record.edge.is_none() && self == Form::Dated {
                    found.push(7);
                }
            }
            let may_miss = self == Form::Dated && record.city.is_none();
            if kinds.is_empty() || may_miss {
                found.push(7);
            }
        }
        (found.iter().copied().min().unwrap_or(7), found.iter().copied().max().unwrap_or(7))
    }
}

fn rows(form: Form, draw: &mut Draw) -> Vec<Row> {
    let mut rows = Vec::new();
    match form {
        Form::Exact => {
            for city in 0..CITIES as u64 {
                rows.extend((0..3).map(|kind| Row {
                    city,
                    kind,
                    edge: 0,
                    value: 10 + draw.below(9_000),
                }));
            }
        }
        Form::Dated => {
            for city in 0..CITIES as u64 {
                let edges = (1..=3).map(|at| at * 700 + draw.below(600)).collect::<Vec<_>>();
                rows.extend(edges.into_iter().map(|edge| Row {
                    city,
                    kind: 0,
                    edge,
                    value: 10 + draw.below(9_000),
                }));
            }
        }
        Form::Above => {
            for kind in 0..3 {
                rows.extend((0..CITIES as u64).map(|at| Row {
                    city: 0,
                    kind,
                    edge: at * 50,
                    value: 10 + draw.below(9_000),
                }));
            }
        }
    }
    rows
}

fn records(count: usize, missing: u64, draw: &mut Draw) -> Vec<Record> {
    let one = |_| {
        let mut given = |end: u64| {
            let value = draw.below(end);
            (draw.below(100) >= missing).then_some(value)
        };
        // Some cities have no rows, and some edges lie below them all.
        Record { city: given(CITIES as u64 + 5), kind: given(3), edge: given(3_000) }
    };
    (0..count).map(one).collect()
}

/// Both evaluators' outcome, which is one: a root for each record.
fn judged(form: Form, rows: &[Row], records: &[Record]) -> Outcome {
    let rules =
        format!("{HEAD}{}tally due from r {{ sum {} }} @ 1\n", form.table(rows), form.call());
    let limits = Limits::default();
    let pack = Parsed::parse(vec![Source::new("t.guiju", rules)], &limits).check().into_pack();
    let pack = pack.unwrap_or_else(|error| panic!("{:.600}", error.to_string()));
    let roots: Vec<String> = records
        .iter()
        .enumerate()
        .map(|(at, Record { city, kind, edge })| {
            let mut fields = format!("\"id\": \"{at}\"");
            if let Some(city) = city {
                let _ = write!(fields, ", \"city\": \"城{city}\"");
            }
            if let Some(kind) = kind {
                let _ = write!(fields, ", \"kind\": \"{}\"", KINDS[*kind as usize]);
            }
            if let Some(edge) = edge {
                let _ = write!(fields, ", \"day\": \"{}\", \"amount\": {edge}", day(*edge));
            }
            format!("{{\"id\": \"G{at}\", \"r\": [{{{fields}}}]}}")
        })
        .collect();
    let data = format!("{{\"gs\": [{}]}}", roots.join(","));
    let data = pack.read_json(&data, None, &limits).expect("sound data");
    let by = |engine| {
        let judged = pack.with_engine(engine).evaluate(&data, &limits).expect("within the limits");
        judged.into_outcome()
    };
    let (reference, columnar) = (by(Engine::Reference), by(Engine::Columnar));
    assert!(reference == columnar, "{} and {}", reference.fuel, columnar.fuel);
    columnar
}

#[test]
fn a_search_finds_what_going_through_all_rows_does() {
    for (seed, form) in [(1, Form::Exact), (2, Form::Dated), (3, Form::Above)] {
        let mut draw = Draw(seed);
        let rows = rows(form, &mut draw);
        let records = records(300, 20, &mut draw);
        let outcome = judged(form, &rows, &records);
        for (record, root) in records.iter().zip(&outcome.roots) {
            let found = match root.kpis.get(KpiId::new(0)) {
                Some(KpiValue::Known(value)) => (value.clone(), value.clone()),
                Some(KpiValue::Undetermined { low: Some(low), high: Some(high), .. }) => {
                    (low.clone(), high.clone())
                }
                other => panic!("{other:?}"),
            };
            let (low, high) = form.scanned(&rows, record);
            assert_eq!(
                found,
                ((low as i64).into(), (high as i64).into()),
                "{:?} {:?} {:?}",
                record.city,
                record.kind,
                record.edge
            );
        }
    }
}

/// Keys that are given cost the halvings of a search; where one is missing all rows may be met.
#[test]
fn a_search_costs_what_it_takes() {
    for (seed, form) in [(4, Form::Exact), (5, Form::Dated), (6, Form::Above)] {
        let mut draw = Draw(seed);
        let rows = rows(form, &mut draw);
        let (count, all) = (200, rows.len() as u64);
        let known = judged(form, &rows, &records(count, 0, &mut draw)).fuel;
        assert!(known < 90 * count as u64, "{known} steps for {count} records");
        let open = judged(form, &rows, &records(count, 100, &mut draw)).fuel;
        assert!(open >= all * count as u64, "{open} steps for {count} records and {all} rows");
    }
}
