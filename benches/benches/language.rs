//! From the text of each built-in pack to a pack, stage by stage.

use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use guiju::{Limits, Parsed};

pub(crate) fn measure(criterion: &mut Criterion) {
    let limits = Limits::default();
    let mut group = criterion.benchmark_group("language");
    group.measurement_time(Duration::from_secs(2)).sample_size(20);
    for name in guiju_rules::NAMES {
        let sources = || guiju_rules::sources(name).unwrap_or_default();
        let parse = |sources| {
            Parsed::parse_with(sources, &limits, &|name: &str| guiju_rules::sources(name))
        };
        let bytes: usize = sources().iter().map(|source| source.text().len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(format!("parse/{name}"), |bench| {
            bench.iter_batched(sources, parse, BatchSize::SmallInput)
        });
        group.bench_function(format!("check/{name}"), |bench| {
            bench.iter_batched(|| parse(sources()), Parsed::check, BatchSize::SmallInput);
        });
    }
    group.finish();
}
