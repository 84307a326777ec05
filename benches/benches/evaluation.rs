//! The workload's rules on one alliance and on many, by both evaluators, and what is asked of an
//! outcome afterwards.

use std::time::Duration;

use criterion::{Criterion, Throughput};
use guiju::{Engine, Limits};
use guiju_benches::engine;
use guiju_benches::tables::Tables;

pub(crate) fn measure(criterion: &mut Criterion) {
    let pack = engine::pack().expect("the pack of the workload");
    let limits = Limits::default();
    let reference = pack.with_engine(Engine::Reference);
    let mut group = criterion.benchmark_group("evaluation");
    group.measurement_time(Duration::from_secs(3)).sample_size(30);
    for alliances in [1, 200] {
        let tables = Tables::draw(alliances, 1);
        let data = engine::read(&pack, &tables.json_lines().expect("memory")).expect("sound data");
        group.throughput(Throughput::Elements(tables.records() as u64));
        group.bench_function(format!("columnar/{alliances}"), |bench| {
            bench.iter(|| pack.evaluate(&data, &limits))
        });
        group.bench_function(format!("reference/{alliances}"), |bench| {
            bench.iter(|| reference.evaluate(&data, &limits))
        });
        let outcome = pack.evaluate(&data, &limits).expect("within limits");
        group.bench_function(format!("every verdict read/{alliances}"), |bench| {
            bench.iter(|| (0..alliances).map(|root| outcome.verdicts(root).count()).sum::<usize>());
        });
    }
    group.finish();
}
