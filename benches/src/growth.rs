//! Rules that grow in one respect alone: many declarations of a kind, or one declaration with many
//! parts, sound ones and mistaken ones. What reading and checking them takes has to grow as they
//! do. Not here: what is measured (`benches/growth`).

use std::fmt::Write as _;

use guiju::{Checked, Limits, Parsed, Source};

/// Rules of any size.
#[derive(Clone, Copy)]
pub struct Growth {
    /// What there is much of.
    pub name: &'static str,
    /// How much of it is a large pack.
    pub size: usize,
    files: fn(usize) -> Files,
}

/// The files of a pack, and the pack that it amends, if any.
struct Files {
    base: Option<String>,
    own: Vec<String>,
}

impl Growth {
    /// Reads and checks as much as `size` says.
    pub fn checked(&self, size: usize) -> Checked {
        self.parsed(size).check()
    }

    /// Reads as much as `size` says.
    pub fn parsed(&self, size: usize) -> Parsed {
        let limits = Limits {
            pack_bytes: 1 << 30,
            pack_total_bytes: 1 << 30,
            items: 1 << 20,
            ..Limits::default()
        };
        let Files { base, own } = (self.files)(size);
        let own = own
            .into_iter()
            .enumerate()
            .map(|(n, text)| Source::new(format!("{n:06}.guiju"), text))
            .collect();
        Parsed::parse_with(own, &limits, &|_| {
            base.as_ref().map(|text| vec![Source::new("base.guiju", text.as_str())])
        })
    }
}

/// What every pack begins with.
const HEAD: &str = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text  area: north | south }\n\
    entity m in g { key id: text  f: bool  a: money  k: text  kind: x | y }\n";

/// A line for each number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{}", line(n));
        text
    })
}

fn join(count: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(separator)
}

fn alone(text: String) -> Files {
    Files { base: None, own: vec![format!("{HEAD}{text}")] }
}

fn amending(base: String, own: String) -> Files {
    Files {
        base: Some(format!("{HEAD}{base}").replacen("pack h", "pack base", 1)),
        own: vec![format!("pack h amends base\n{own}")],
    }
}

fn lets(count: usize) -> String {
    lines(count, |n| format!("let c{n} = {n} @ 1"))
}

fn tallies(count: usize) -> String {
    lines(count, |n| format!("tally t{n} in 件 from m {{ select f  count }} @ 1"))
}

/// One in which each reads the one before it.
fn chain(count: usize, first: &str, next: impl Fn(usize) -> String) -> String {
    lines(count, |n| if n == 0 { first.to_owned() } else { next(n) })
}

/// A name, a size, and what makes files of a size.
type Growing = (&'static str, usize, fn(usize) -> Files);

const ALL: &[Growing] = &[
    ("lets", 5_000, |n| alone(lets(n))),
    ("lets in a chain", 5_000, |n| {
        alone(chain(n, "let c0 = 1 @ 1", |n| format!("let c{n} = c{} + 1 @ 1", n - 1)))
    }),
    ("lets that read later ones", 5_000, |n| {
        alone(
            lines(n, |at| format!("let c{at} = c{} + 1 @ 1", at + 1))
                + &format!("let c{n} = 1 @ 1\n"),
        )
    }),
    ("lets in one circle", 5_000, |n| {
        alone(lines(n, |at| format!("let c{at} = c{} + c0 @ 1", (at + 1) % n)))
    }),
    ("lets of unknown names", 5_000, |n| alone(lines(n, |at| format!("let c{at} = d{at} @ 1")))),
    ("lets twice", 5_000, |n| alone(lets(n) + &lets(n))),
    ("clauses", 100_000, |n| {
        alone(format!("source t {{ {} }}\n", lines(n, |at| format!("c{at}"))))
    }),
    ("clauses cited", 5_000, |n| {
        alone(
            format!("source t {{ {} }}\n", lines(n, |at| format!("c{at}")))
                + &lines(n, |at| format!("let k{at} = {at} @ c{at}, t:c{at}")),
        )
    }),
    ("clauses not computable", 100_000, |n| {
        alone(format!(
            "source t {{ {} }}\n",
            lines(n, |at| format!("c{at} not computable because \"x\""))
        ))
    }),
    ("clauses not known", 5_000, |n| {
        alone(
            format!("source t {{ {} }}\n", lines(20 * n, |at| format!("c{at}")))
                + &lines(n, |at| format!("let k{at} = {at} @ d{at}")),
        )
    }),
    ("documents", 5_000, |n| {
        alone(
            lines(n, |at| format!("source s{at} {{ 2 }}"))
                + &lines(n, |at| format!("let k{at} = {at} @ s{at}:2")),
        )
    }),
    ("documents with one clause", 5_000, |n| {
        alone(
            lines(n, |at| format!("source s{at} {{ 2 }}"))
                + &lines(n, |at| format!("let k{at} = {at} @ 2")),
        )
    }),
    ("choices of one field", 100_000, |n| {
        alone(format!(
            "entity e in g {{ key id: text  c: {} }}\n",
            join(n, " | ", |at| format!("x{at}"))
        ))
    }),
    ("choices of many fields", 100_000, |n| {
        let choices = |field: usize| join(100, " | ", |at| format!("x{at} \"選項{field}之{at}\""));
        alone(format!(
            "entity e in g {{ key id: text {} }}\n",
            lines(n / 100, |field| format!("c{field}: {}", choices(field)))
        ))
    }),
    ("values of one classification", 100_000, |n| {
        alone(format!(
            "classify m.z: {} {{ f => x0 @ 1  otherwise => x1 @ 1 }}\n",
            join(n, " | ", |at| format!("x{at}"))
        ))
    }),
    ("fields", 50_000, |n| {
        alone(format!(
            "entity e in g {{ key id: text {} }}\n",
            lines(n, |at| format!("f{at} \"欄{at}\" / \"field {at}\": int"))
        ))
    }),
    ("fields of the root", 50_000, |n| {
        let root = lines(n, |at| format!("f{at}: int"));
        Files {
            base: None,
            own: vec![
                HEAD.replacen("area:", &format!("{root} area:"), 1)
                    + &lines(n / 10, |at| format!("kpi k{at} = f{at} @ 1")),
            ],
        }
    }),
    ("fields in tallies", 5_000, |n| {
        let fields = lines(10 * n, |at| format!("f{at}: int"));
        alone(
            format!("entity e in g {{ key id: text {fields} }}\n")
                + &lines(n, |at| {
                    format!("tally t{at} in 件 from e {{ select f{at} > 0  count }} @ 1")
                }),
        )
    }),
    ("fields in checks", 5_000, |n| {
        let fields = lines(10 * n, |at| format!("f{at}: int"));
        alone(
            format!("entity e in g {{ key id: text {fields} }}\n")
                + &lines(n, |at| format!("check c{at} on e.f{at} expect f{at} > 0 else \"x\" @ 1")),
        )
    }),
    ("fields of unknown types", 50_000, |n| {
        alone(format!(
            "entity e in g {{ key id: text {} }}\n",
            lines(n, |at| format!("f{at}: imt{at}"))
        ))
    }),
    ("entities", 5_000, |n| {
        alone(
            lines(n, |at| format!("entity e{at} in g {{ key id: text  r: e{} }}", (at * 7) % n))
                + &lines(n, |at| format!("tally t{at} in 件 from e{at} {{ count }} @ 1")),
        )
    }),
    ("entities each in the one before", 5_000, |n| {
        alone(chain(n, "entity e0 in g { key id: text }", |n| {
            format!("entity e{n} in e{} {{ key id: text }}", n - 1)
        }))
    }),
    ("entities in one circle", 5_000, |n| {
        alone(lines(n, |at| format!("entity e{at} in e{} {{ key id: text }}", (at + 1) % n)))
    }),
    ("entities in one other", 5_000, |n| {
        alone(lines(n, |at| format!("entity e{at} in m {{ key id: text }}")))
    }),
    ("entities not known", 5_000, |n| {
        alone(lines(n, |at| format!("tally t{at} in 件 from em{at} {{ count }} @ 1")))
    }),
    ("tallies", 5_000, |n| alone(tallies(n))),
    ("tallies in a chain", 5_000, |n| {
        alone(chain(n, "tally t0 in 件 from m { count } @ 1", |n| {
            format!(
                "tally t{n} in 件 from m {{ require counted in t{} else \"x\" @ 1 count }}",
                n - 1
            )
        }))
    }),
    ("figures in a chain", 5_000, |n| {
        alone(chain(n, "tally m.f0 from m by k { sum a } @ 1", |n| {
            format!("tally m.f{n} from m by k {{ sum f{} }} @ 1", n - 1)
        }))
    }),
    ("conditions in a chain", 5_000, |n| {
        alone(chain(n, "let m.r0 = f else \"x\" @ 1", |n| {
            format!("let m.r{n} = r{} else \"x\" @ 1", n - 1)
        }))
    }),
    ("groups in a chain", 5_000, |n| {
        alone(
            chain(n, "let m.r0 = f else \"x\" @ 1", |n| format!("let m.r{n} = r{}", n - 1))
                + &format!("tally t in 件 from m {{ require r{} count }} @ 1\n", n - 1),
        )
    }),
    ("tallies in parts", 5_000, |n| {
        alone(lines(n, |at| format!("tally t{at} in 件 from m {{ count  split kind }} @ 1")))
    }),
    ("tallies not known", 5_000, |n| {
        alone(lines(n, |at| {
            format!("tally t{at} in 件 from m {{ require counted in u{at} else \"x\" @ 1 count }}")
        }))
    }),
    ("counters", 5_000, |n| {
        alone(lines(n, |at| format!("tally t{at} in 件{at} from m {{ count }} @ 1")))
    }),
    ("counters not known", 5_000, |n| {
        alone(lines(n, |at| {
            format!("tally t{at} in 件{at} from m {{ count }} @ 1\nlet c{at} = 1 箱{at} @ 1")
        }))
    }),
    ("KPIs", 5_000, |n| alone(lines(n, |at| format!("kpi k{at} = {at} @ 1")))),
    ("KPIs in a chain", 5_000, |n| {
        alone(chain(n, "kpi k0 = 1 @ 1", |n| format!("kpi k{n} = k{} + 1 @ 1", n - 1)))
    }),
    ("KPIs that read later ones", 5_000, |n| {
        alone(
            lines(n, |at| format!("kpi k{at} = k{} + 1 @ 1", at + 1))
                + &format!("kpi k{n} = 1 @ 1\n"),
        )
    }),
    ("KPIs in one circle", 5_000, |n| {
        alone(lines(n, |at| format!("kpi k{at} = k{} + k0 @ 1", (at + 1) % n)))
    }),
    ("KPIs that read their own earlier values", 5_000, |n| {
        alone(lines(n, |at| format!("kpi k{at} = previous(k{at}) + {at} @ 1")))
    }),
    ("KPIs not known", 5_000, |n| alone(lines(n, |at| format!("kpi k{at} = kk{at} + 1 @ 1")))),
    ("KPIs of the programme", 5_000, |n| {
        alone(
            tallies(1)
                + &lines(n, |at| {
                    format!("kpi k{at} for programme by area = sum(t0) + {at} 件 @ 1")
                }),
        )
    }),
    ("obligations", 5_000, |n| {
        alone(
            lines(n, |at| format!("kpi k{at} = {at} @ 1"))
                + &lines(n, |at| format!("obligation o{at} expect k{at} > 1 @ 1")),
        )
    }),
    ("obligations of unknown names", 5_000, |n| {
        alone(tallies(1) + &lines(n, |at| format!("obligation o{at} expect u{at} > {at} 件 @ 1")))
    }),
    ("checks", 5_000, |n| {
        alone(lines(n, |at| format!("check h{at} on m.a expect a > {at} 元 else \"x\" @ 1")))
    }),
    ("non-duplication rules", 5_000, |n| {
        alone(
            tallies(2 * n)
                + &lines(n, |at| {
                    format!(
                        "once n{at} by k between t{}, t{} keep none else \"x\" @ 1",
                        2 * at,
                        2 * at + 1
                    )
                }),
        )
    }),
    ("parties of one non-duplication rule", 5_000, |n| {
        let order = join(n, ", ", |at| format!("t{}", n - 1 - at));
        alone(
            tallies(n)
                + &format!(
                    "once o by k between {} keep first of ({order}) else \"x\" @ 1\n",
                    join(n, ", ", |at| format!("t{at}"))
                ),
        )
    }),
    ("classifications", 5_000, |n| {
        alone(lines(n, |at| {
            format!("classify m.z{at}: p | q {{ f => p @ 1  otherwise => q @ 1 }}")
        }))
    }),
    ("tests", 5_000, |n| {
        alone(
            tallies(1)
                + &lines(n, |at| {
                    format!(
                        "test \"t{at}\" {{ g \"A\" {{ m \"1\" {{ f: true }} }} expect t0 = 1 件 }}"
                    )
                }),
        )
    }),
    ("files", 5_000, |n| Files {
        base: None,
        own: (0..=n)
            .map(|at| if at == 0 { HEAD.to_owned() } else { format!("let c{at} = {at} @ 1\n") })
            .collect(),
    }),
    ("drops", 5_000, |n| amending(lets(n), lines(n, |at| format!("drop c{at} @ 1")))),
    ("drops of unknown names", 5_000, |n| {
        amending(lets(n), lines(n, |at| format!("drop d{at} @ 1")))
    }),
    ("restatements", 5_000, |n| {
        amending(lets(n), lines(n, |at| format!("let c{at} = {} @ 1", at + 1)))
    }),
    ("additions", 5_000, |n| amending(lets(n), lines(n, |at| format!("let d{at} = {at} @ 1")))),
    ("extensions", 5_000, |n| {
        amending(
            lines(n, |at| format!("entity e{at} in g {{ key id: text }}")),
            lines(n, |at| format!("extend entity e{at} {{ x: int? }} @ 1")),
        )
    }),
    ("rules of a base that break", 5_000, |n| {
        amending(
            lets(n) + &lines(n, |at| format!("kpi k{at} = c{at} + {at} @ 1")),
            lines(n, |at| format!("let c{at} = 1 元 @ 1")),
        )
    }),
];

/// Every respect in which rules grow.
pub fn all() -> impl Iterator<Item = Growth> {
    ALL.iter().map(|(name, size, files)| Growth { name, size: *size, files: *files })
}
