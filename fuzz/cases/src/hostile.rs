//! Packs and data made to take time and memory: every kind that grows, in sizes around the limits
//! for strangers and above, and damaged ones.
//!
//! A case follows from its number alone. Not here: what is measured (`tests/hostile.rs`,
//! `examples/hostile.rs`).

use std::sync::Arc;

use guiju::{
    Comparison, Dataset, Engine, Evaluation, JsonOptions, Limits, Pack, Parsed, Question, Source,
    TableFile,
};

use crate::{Choices, Model, data, rules};

/// Rules and data of a stranger.
pub struct Case {
    /// What kind it is of.
    pub kind: &'static str,
    /// The text of the rules.
    pub rules: String,
    /// The data, in a form that `lines` and `tables` tell.
    pub data: String,
    form: Form,
}

/// In which form data comes.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Json,
    Lines,
    Table,
}

/// One part of what a host does with a case, to be measured.
pub type Step<'s> = dyn FnMut(&'static str, &mut dyn FnMut()) + 's;

const HEAD: &str = "pack h\nsource s { 1 \"c\" }\n\
    entity g { key id: text  own: money  kind: a | b | c | d }\n\
    entity r in g { key id: text  f: bool  doc: text?  fee: money  to: r }\n\
    tally t0 in 件 from r { require f else \"x\" @ 1\n count }\n";

/// Bytes that follow from the number of a case (xorshift).
pub fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Lines, one for each number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|n| line(n) + "\n").collect()
}

/// Roots with as many records each; `more` is what they have beside a key.
fn document(roots: usize, records: usize, more: &str) -> String {
    let list = |count: usize, one: &dyn Fn(usize) -> String| {
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    let record = |n: usize| format!(r#"{{"id":"{n}"{more}}}"#);
    let root = |n: usize| format!(r#"{{"id":"G{n}","r":[{}]}}"#, list(records, &record));
    format!(r#"{{"gs":[{}]}}"#, list(roots, &root))
}

/// Tallies that ask whether a record is counted in the one before, as often as `mentions` says.
fn chain(links: usize, mentions: usize) -> String {
    lines(links, |n| {
        let asks = vec![format!("counted in t{n}"); mentions].join(" and ");
        format!("tally t{} in 件 from r {{ require {asks} else \"x\" @ 1\n count }}", n + 1)
    })
}

/// Pairs of tallies that claim one document, each pair over the one before.
fn claims(levels: usize, keep: &str) -> String {
    lines(levels, |level| {
        let tally = |side: &str| {
            let asks = match level {
                0 => "f".to_owned(),
                _ => format!("counted in {side}{}", level - 1),
            };
            format!(
                "tally {side}{level} in 件 from r {{ require {asks} else \"x\" @ 1\n count }}\n"
            )
        };
        let once =
            format!("once o{level} by doc between a{level}, b{level} keep {keep} else \"d\" @ 1");
        tally("a") + &tally("b") + &once
    })
}

/// Figures, each made of the one before.
fn figures(count: usize) -> String {
    lines(count, |n| {
        let before = if n == 0 { "t0".to_owned() } else { format!("k{}", n - 1) };
        format!("kpi k{n} = {before} * 1 @ 1")
    })
}

/// A case of a kind, in a size that is drawn: the larger ones are over some limit.
pub fn case(number: u64) -> Case {
    let drawn = bytes(number + 1, 20_000);
    let mut choices = Choices::new(&drawn);
    let size = [1, 10, 100, 1_000][choices.below(4)];
    let some = choices.between(1, 9);
    let json = |kind, rules: String, data: String| Case { kind, rules, data, form: Form::Json };
    let rest = |rules: String| HEAD.to_owned() + &rules;
    match number % 20 {
        0 => json(
            "tallies that ask one another",
            rest(chain(size.min(400), 1 + some % 3)),
            document(1, 100 * some, ""),
        ),
        1 => json(
            "claims",
            rest(claims(1 + some % 4, "none")),
            document(1, 10 * size * some, r#","doc":"A""#),
        ),
        2 => json(
            "claims kept by the first",
            rest(claims(1 + some % 4, "first a0")),
            document(some, 10 * size, r#","doc":"A""#),
        ),
        3 => json("open figures", rest(figures(size.min(900))), document(1, 11_000 * some, "")),
        4 => json(
            "open figures of many roots",
            rest(figures(size.min(900))),
            document(100 * size, some, ""),
        ),
        5 => {
            let duties = lines(size.min(900), |n| {
                format!("obligation o{n} expect t0 > {n} 件 else \"x\" @ 1")
            });
            json("obligations", rest(duties), document(1_000 * some, 1, ""))
        }
        6 => {
            let award =
                "award w for programme by kind from g { order highest own  places 5 } @ 1\n";
            json(
                "awards without their groups",
                rest(award.to_owned()),
                document(10 * size * some, 0, ""),
            )
        }
        7 => {
            let ratios = "kpi q as % = own / (own + t0) because \"x\"\n\
                kpi m for programme as % = average(q) because \"x\"\n";
            let roots = (0..100 * size)
                .map(|n| format!(r#"{{"id":"{n}","own":{}}}"#, 10_007 + n))
                .collect::<Vec<_>>();
            json("averages", rest(ratios.to_owned()), format!(r#"{{"gs":[{}]}}"#, roots.join(",")))
        }
        8 => {
            let checks = lines(some, |n| {
                format!("check c{n} on r.f expect f else \"{}\" @ 1", "長".repeat(some * 50))
            });
            json("issues", rest(checks), document(some, 10 * size, r#","f":false"#))
        }
        9 => json(
            "fields",
            format!(
                "pack h\nentity g {{ key id: text {} }}\n",
                lines(size * some, |n| format!("f{n}: int"))
            ),
            document(some, 0, ""),
        ),
        10 => json(
            "choices",
            format!(
                "pack h\nentity g {{ key id: text  c: {} }}\n",
                (0..size * some).map(|n| format!("c{n}")).collect::<Vec<_>>().join("|")
            ),
            document(some, 0, ""),
        ),
        11 => {
            let open = ["(", "[", "{", "not ", "-", "if "][some % 6];
            json(
                "depth",
                rest(format!("kpi k = {}1 @ 1\n", open.repeat(size * 20))),
                format!("{}1", "[".repeat(size * 1_000)),
            )
        }
        12 => json(
            "sums",
            rest(lines(size.min(900), |n| {
                format!("kpi k{n} = t0{} @ 1", " + t0".repeat(some * 8))
            })),
            document(10 * some, 10, ""),
        ),
        13 => Case {
            kind: "lines that are no JSON",
            rules: rest(String::new()),
            data: "nonsense\n".repeat(size * 100 * some),
            form: Form::Lines,
        },
        14 => Case {
            kind: "a wide table",
            rules: rest(String::new()),
            data: format!("{}\n{}\n", "id,".repeat(size * some), "x,".repeat(size * some)),
            form: Form::Table,
        },
        15 => Case {
            kind: "quotation marks",
            rules: rest(String::new()),
            data: "id\n".to_owned() + &"\"x\n".repeat(size * 100),
            form: Form::Table,
        },
        16 => json(
            "long texts and numbers",
            rest(String::new()),
            document(
                some,
                10,
                &format!(r#","doc":"{}","fee":{}"#, "字".repeat(size * 5), "9".repeat(size)),
            ),
        ),
        17 | 18 => {
            let model = Model::draw(&mut choices);
            let text = rules::text(&model, &mut choices);
            let data = data::json(&model, &[], &mut choices);
            json("random rules", text, data)
        }
        _ => {
            let whole = rest(claims(2, "none") + &figures(10));
            let mut damaged = whole.into_bytes();
            for _ in 0..some {
                let at = choices.below(damaged.len());
                damaged[at] = choices.below(128) as u8;
            }
            json(
                "damaged rules",
                String::from_utf8_lossy(&damaged).into_owned(),
                document(some, 20, ""),
            )
        }
    }
}

/// Does with a case all that a host may do, within limits; `step` is told each part.
pub fn endure(case: &Case, limits: &Limits, step: &mut Step<'_>) {
    let source = || Source::new("p.guiju", case.rules.as_str());
    let mut checked = None;
    step("check", &mut || checked = Some(Parsed::parse(vec![source()], limits).check()));
    let Some(pack) = checked.and_then(|checked| checked.into_pack().ok()) else { return };
    let mut bytes = Vec::new();
    step("compile", &mut || bytes = pack.to_compiled());
    step("load", &mut || drop(Pack::from_compiled(&bytes, limits)));
    let mut found: Option<Dataset> = None;
    step("read", &mut || {
        found = match case.form {
            Form::Json => pack.read_json(&case.data, None, limits).ok(),
            Form::Lines => pack.read_json_lines(&case.data, None, limits).ok(),
            Form::Table => {
                let file = TableFile { name: "g.csv", bytes: case.data.as_bytes() };
                pack.read_tables(&[file], limits).ok()
            }
        };
    });
    let Some(data) = found else { return };
    let slow = pack.with_engine(Engine::Reference);
    let mut judged: Option<Evaluation> = None;
    step("judge by record", &mut || judged = slow.evaluate(&data, limits).ok());
    step("judge", &mut || judged = pack.evaluate(&data, limits).ok());
    let Some(judged) = judged else { return };
    let options = JsonOptions { records: true, ..JsonOptions::default() };
    step("write", &mut || drop(judged.to_json_within(&options, limits)));
    step("explain", &mut || drop(judged.explain(0, &Question::Root, limits)));
    let mut packs = None;
    step("compare packs", &mut || packs = Comparison::new(&pack, &pack).ok().map(Arc::new));
    let Some(packs) = packs else { return };
    step("compare", &mut || drop(packs.judge(&data, None, limits)));
}
