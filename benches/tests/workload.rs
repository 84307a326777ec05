//! The workload itself: the engine, both evaluators and any number of threads, and the loop written
//! by hand give one answer, from any form of the tables; and an answer that differs is told.

use std::path::PathBuf;

use guiju::{Engine, Limits};
use guiju_benches::hand::{self, Answer};
use guiju_benches::tables::Tables;
use guiju_benches::{check, engine};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn every_way_of_computing_it_gives_one_answer() {
    // More than one block, so that threads have something to share.
    let tables = Tables::draw(200, 7);
    let by_hand = hand::judge(&tables, 0..200);
    let pack = engine::pack().expect("the pack of the workload");
    let data = engine::read(&pack, &tables.json_lines().expect("memory")).expect("sound data");
    let limits = Limits::default();
    let expected =
        pack.with_engine(Engine::Reference).evaluate(&data, &limits).expect("within limits");
    assert!(engine::answer(&expected, &tables).expect("whole numbers") == by_hand);
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let found = pool.install(|| pack.evaluate(&data, &limits)).expect("within limits");
        assert!(found.outcome() == expected.outcome(), "{threads} threads");
    }
}

#[test]
fn every_form_of_the_tables_gives_the_same_answer() {
    let folder = folder("forms");
    let tables = Tables::draw(30, 8);
    tables.write(&folder).expect("files");
    let expected = hand::judge(&tables, 0..30);
    let columns = Tables::read(&folder).expect("codes");
    assert!(hand::judge(&columns, 0..30) == expected);
    assert_eq!(columns.bytes(), tables.bytes());
    let pack = engine::pack().expect("the pack of the workload");
    let lines = std::fs::read_to_string(folder.join("named.jsonl")).expect("lines");
    for data in [engine::read(&pack, &lines), engine::read_folder(&pack, &folder.join("named"))] {
        let data = data.expect("sound data");
        let outcome = pack.evaluate(&data, &Limits::default()).expect("within limits");
        assert!(engine::answer(&outcome, &tables).expect("whole numbers") == expected);
    }
}

#[test]
fn what_differs_is_counted() {
    let folder = folder("differences");
    let tables = Tables::draw(5, 9);
    let expected = hand::judge(&tables, 0..5);
    check::write(&expected, &folder, "same").expect("files");
    assert_eq!(check::differences(&expected, &folder, "same").expect("an answer"), []);
    let mut other: Answer = hand::judge(&tables, 0..5);
    other.alliances[2].revenue += 1;
    other.alliances[3].enough_members ^= true;
    other.member_verdicts[0] ^= 1;
    check::write(&other, &folder, "other").expect("files");
    let found = check::differences(&expected, &folder, "other").expect("an answer");
    assert_eq!(found, [("revenue", 1), ("enough", 1), ("verdicts", 1)]);
    other.alliances.pop();
    check::write(&other, &folder, "short").expect("files");
    assert!(check::differences(&expected, &folder, "short").is_err());
}
