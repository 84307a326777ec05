//! Statements reconcile: on the samples, every declared record and every amount of every KPI stands
//! in exactly one line. Not here: whether the lines are the right ones (`independent`).

use std::path::Path;

use guiju::{Explanation, Limits, Question, TableFile};

/// The digits of an amount such as `1,234.50 元`, in hundredths.
fn hundredths(words: &str) -> i128 {
    let digits: String = words.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    assert!(fraction.len() <= 2, "{words}");
    format!("{whole}{fraction:0<2}").parse().expect("an amount")
}

#[test]
fn every_declared_record_and_amount_is_in_one_line() {
    let pack = guiju_rules::load("alliance_108").expect("the pack compiles");
    let limits = Limits::default();
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/alliance_108/samples/field-revenue");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the sample")
        .map(|entry| entry.expect("a file"))
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                std::fs::read(entry.path()).expect("readable"),
            )
        })
        .collect();
    files.sort();
    let tables: Vec<TableFile<'_>> =
        files.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
    let data = pack.read_tables(&tables, &limits).expect("sound data");
    let outcome = pack.evaluate(&data, &limits).expect("within limits");
    let (mut statements, mut refused) = (0, 0);
    for root in (0..data.len()).step_by(10) {
        for kpi in pack.schema().kpis.iter() {
            let question = Question::Kpi(kpi.name.clone());
            let Ok(Explanation::Kpi(found)) = outcome.explain(root, &question, &limits) else {
                panic!("{question:?}")
            };
            let Some(statement) = found.statement else { continue };
            let declared = &statement.declared;
            let records: usize = statement.lines.iter().map(|line| line.records).sum();
            assert_eq!(records, declared.records, "{} of {}", kpi.name, data.root_key(root));
            if let Some(amount) = &declared.amount {
                let sum: i128 = statement
                    .lines
                    .iter()
                    .filter_map(|line| line.amount.as_deref())
                    .map(hundredths)
                    .sum();
                assert_eq!(sum, hundredths(amount), "{} of {}", kpi.name, data.root_key(root));
            }
            statements += 1;
            refused += statement.lines.iter().filter(|line| !line.clauses.is_empty()).count();
        }
    }
    assert!(
        statements > 100 && refused > 20,
        "{statements} statements, {refused} lines of refusals"
    );
}
