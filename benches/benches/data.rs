//! Reading the tables of the workload from each form, and writing results.

use std::time::Duration;

use criterion::{Criterion, Throughput};
use guiju::{JsonOptions, Limits, TableFile};
use guiju_benches::tables::Tables;
use guiju_benches::{engine, files};

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("data");
    std::fs::create_dir_all(&folder).expect("a folder");
    Tables::draw(200, 1).write(&folder).expect("files");
    let pack = engine::pack().expect("the pack of the workload");
    let limits = Limits::default();

    let mut group = criterion.benchmark_group("data");
    group.measurement_time(Duration::from_secs(3)).sample_size(20);
    let lines = std::fs::read_to_string(folder.join("named.jsonl")).expect("lines");
    group.throughput(Throughput::Bytes(lines.len() as u64));
    group.bench_function("read JSON lines", |bench| {
        bench.iter(|| pack.read_json_lines(&lines, None, &limits))
    });
    let json = format!("{{\"alliances\":[{}]}}", lines.trim_end().replace('\n', ","));
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("read JSON", |bench| bench.iter(|| pack.read_json(&json, None, &limits)));
    let tables = files::NAMES.map(|name| {
        let name = format!("{name}.csv");
        let bytes = std::fs::read(folder.join("named").join(&name)).expect("a table");
        (name, bytes)
    });
    let tables = tables.each_ref().map(|(name, bytes)| TableFile { name, bytes });
    group.throughput(Throughput::Bytes(tables.iter().map(|table| table.bytes.len() as u64).sum()));
    group.bench_function("read CSV", |bench| bench.iter(|| pack.read_tables(&tables, &limits)));

    let data = pack.read_json(&json, None, &limits).expect("sound data");
    let outcome = pack.evaluate(&data, &limits).expect("within limits");
    for (name, records) in [("write results", false), ("write results and every verdict", true)] {
        let options = JsonOptions { records, ..JsonOptions::default() };
        group.throughput(Throughput::Bytes(outcome.to_json(&options).len() as u64));
        group.bench_function(name, |bench| bench.iter(|| outcome.to_json(&options)));
    }
    group.finish();
}
