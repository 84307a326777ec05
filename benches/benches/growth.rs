//! Reading and checking rules that grow in one respect alone, at two sizes: twice as much may take little more than twice as long.

use criterion::{BenchmarkId, Criterion};
use guiju_benches::growth;

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth");
    group.sample_size(10);
    for grown in growth::all() {
        for size in [grown.size, 2 * grown.size] {
            group.bench_with_input(BenchmarkId::new(grown.name, size), &size, |bench, size| bench.iter(|| grown.checked(*size)));
        }
    }
    group.finish();
}
