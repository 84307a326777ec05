//! Reading and checking rules that grow in one respect alone, at two sizes: twice as much may take
//! little more than twice as long.

use criterion::{BenchmarkId, Criterion};
use guiju_benches::growth;

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth");
    group.sample_size(10);
    // Tests only see that it runs.
    let part = if cfg!(debug_assertions) { 50 } else { 1 };
    for grown in growth::all() {
        for size in [grown.size / part, 2 * grown.size / part] {
            group.bench_with_input(BenchmarkId::new(grown.name, size), &size, |bench, size| {
                bench.iter(|| grown.checked(*size))
            });
        }
    }
    group.finish();
}
