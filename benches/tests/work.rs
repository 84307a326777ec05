//! Work that grows in one respect alone can be done at a small size: clocks are for
//! `cargo xtask scaling`.

use guiju_benches::work;

#[test]
fn everything_that_grows_is_sound() {
    for work in work::all() {
        work.prepare(work.size.min(20))();
    }
}
