//! The workload itself: the engine, both evaluators and any number of threads, and the loop written by hand give one answer.

use guiju::{Engine, Limits};
use guiju_benches::{engine, hand, tables::Tables};

#[test]
fn every_way_of_computing_it_gives_one_answer() {
    // More than one block, so that threads have something to share.
    let tables = Tables::draw(200, 7);
    let pack = engine::pack().expect("the pack of the workload");
    let data = engine::read(&pack, &tables.json_lines()).expect("sound data");
    let limits = Limits::default();
    let plan = pack.plan();
    let expected = plan.clone().with_engine(Engine::Reference).evaluate(&data, &limits).expect("within limits");
    engine::check(&tables, &expected, &hand::judge(&tables, 0..200).alliances).expect("what the loop found");
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let found = pool.install(|| plan.evaluate(&data, &limits)).expect("within limits");
        assert!(found == expected, "{threads} threads");
    }
}
