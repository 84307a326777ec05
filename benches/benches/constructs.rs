//! Every kind of construct by itself: the workload's data under a pack of one rule, so that one
//! kernel does the work.

use std::time::Duration;

use criterion::{Criterion, Throughput};
use guiju::{Limits, Parsed, Source};
use guiju_benches::engine;
use guiju_benches::tables::Tables;

/// What is measured, and the rules after the entities of the workload.
const CASES: &[(&str, &str)] = &[
    ("nothing", ""),
    (
        "condition: truth",
        r#"tally t in 件 from revenue { require stamped else "x" because "x" count }"#,
    ),
    (
        "condition: choice",
        r#"tally t in 件 from revenue { require source = cash else "x" because "x" count }"#,
    ),
    (
        "condition: one of",
        r#"tally t in 件 from revenue { require category in (fee, other) else "x" because "x" count }"#,
    ),
    (
        "condition: amount",
        r#"tally t in 件 from revenue { require amount >= 1_000 元 else "x" because "x" count }"#,
    ),
    (
        "condition: amounts computed",
        r#"tally t in 件 from revenue { require 2 * amount < alliance.grant else "x" because "x" count }"#,
    ),
    (
        "condition: day",
        r#"tally t in 件 from revenue { require received in period else "x" because "x" count }"#,
    ),
    (
        "condition: period",
        r#"tally t in 家 from member { require contract covers 113/10/31 else "x" because "x" count }"#,
    ),
    (
        "condition: text",
        r#"tally t in 件 from revenue { require evidence = "D7" else "x" because "x" count }"#,
    ),
    (
        "condition: register",
        r#"tally t in 件 from revenue { require evidence not in reviewed else "x" because "x" count }"#,
    ),
    (
        "condition: list",
        r#"entity listed in alliance { key number: text }
           tally t in 件 from revenue { require evidence not in listed else "x" because "x" count }"#,
    ),
    (
        "condition: length",
        r#"tally t in 件 from revenue { require length(evidence) <= 4 字 else "x" because "x" count }"#,
    ),
    (
        "condition: and, or, not",
        r#"tally t in 件 from revenue { require stamped and (labelled or explained) and not source = equipment else "x" because "x" count }"#,
    ),
    (
        "classify",
        r#"classify member.size: home | away { origin = domestic => home because "x"  otherwise => away because "x" }
           tally t in 家 from member { select size = home require sealed else "x" because "x" count }"#,
    ),
    ("sum", r#"tally t from revenue { require stamped else "x" because "x" sum amount }"#),
    (
        "sum of the less",
        r#"tally t from revenue { require stamped else "x" because "x" sum min(amount, 20_000 元) }"#,
    ),
    (
        "split",
        r#"tally t in 件 from revenue { require stamped else "x" because "x" count split category }"#,
    ),
    (
        "once: none counts",
        r#"tally a from revenue { select category = fee require stamped else "x" because "x" sum amount }
           tally b from revenue { select category = service require stamped else "x" because "x" sum amount }
           once evidence by evidence between a, b keep none else "x" because "x""#,
    ),
    (
        "once: the first counts",
        r#"tally a from revenue { select category = fee require stamped else "x" because "x" sum amount }
           tally b from revenue { select category = service require stamped else "x" because "x" sum amount }
           once evidence by evidence between a, b keep first of (a, b) else "x" because "x""#,
    ),
    (
        "figures by key",
        r#"tally revenue.on_document from revenue by evidence { require stamped else "x" because "x" sum amount } because "x"
           tally b from revenue { require on_document <= 100_000 元 else "x" because "x" sum amount }"#,
    ),
    (
        "counted in",
        r#"tally a from revenue { require stamped else "x" because "x" sum amount }
           tally b from revenue { require counted in a else "x" because "x" sum amount }"#,
    ),
    (
        "formulas",
        r#"tally a from revenue { require stamped else "x" because "x" sum amount }
           kpi share as % = 30% * a / (a + grant) because "x"
           kpi more = max(a, grant) - min(a, grant) because "x"
           obligation enough expect share > 10% and more > 5 元 because "x""#,
    ),
    (
        "figures of the programme",
        r#"tally a from revenue { require stamped else "x" because "x" sum amount }
           kpi all for programme = sum(a) because "x"
           kpi rich for programme = share(a > grant) because "x""#,
    ),
];

pub(crate) fn measure(criterion: &mut Criterion) {
    let tables = Tables::draw(200, 1);
    let lines = tables.json_lines().expect("memory");
    let limits = Limits::default();
    // What stands before the first rule: period and entities.
    let head = engine::RULES.split("classify").next().unwrap_or_default();
    let mut group = criterion.benchmark_group("constructs");
    group
        .measurement_time(Duration::from_secs(2))
        .sample_size(30)
        .throughput(Throughput::Elements(tables.records() as u64));
    for (name, rules) in CASES {
        let checked =
            Parsed::parse(vec![Source::new("case.guiju", format!("{head}\n{rules}"))], &limits)
                .check();
        let pack = checked.into_pack().unwrap_or_else(|error| panic!("{name}: {error}"));
        let data = engine::read(&pack, &lines).expect("sound data");
        pack.evaluate(&data, &limits).expect("within limits");
        group.bench_function(*name, |bench| bench.iter(|| pack.evaluate(&data, &limits)));
    }
    group.finish();
}
