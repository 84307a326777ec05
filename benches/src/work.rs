//! Data and questions that grow in one respect alone, sound ones and mistaken ones: what reading,
//! judging, explaining and writing them takes has to grow as they do. Not here: rules that grow
//! (`growth`), and what is measured (`scaling` of the program).

use std::fmt::Write as _;
use std::hint::black_box;

use guiju::{
    Engine, JsonOptions, Limits, Locale, Pack, Parsed, Question, Source, SourcePack, TableFile,
    diff, format,
};

/// Work of any size.
pub struct Work {
    /// What is done.
    pub task: &'static str,
    /// What there is much of.
    pub name: &'static str,
    /// How much of it is much.
    pub size: usize,
    prepare: fn(usize) -> Job,
}

/// What is to be measured, with all it needs at hand.
pub type Job = Box<dyn FnMut()>;

impl Work {
    /// As much as `size` says, ready to be done any number of times.
    pub fn prepare(&self, size: usize) -> Job {
        (self.prepare)(size)
    }
}

const HEAD: &str = "pack h\nsource s { 1 \"c\" }\nentity g { key id: text  area: north | south }\n\
    entity m in g { key id: text  f: bool  a: money?  k: text?  day: date?  up: m? }\n";

const COUNTED: &str = "tally t in 件 from m { require f else \"no\" @ 1 count }\n";

const SUMMED: &str = "tally t from m { require f else \"no\" @ 1 sum a }\n";

/// A record for which nothing is missing.
const WHOLE: &str = r#""f": true, "a": "12.5", "day": "113/5/1""#;

fn pack(rules: &str) -> SourcePack {
    let limits = Limits { items: 1 << 20, pack_bytes: 1 << 30, ..limits() };
    Parsed::parse(vec![Source::new("h.guiju", format!("{HEAD}{rules}"))], &limits)
        .check()
        .into_pack()
        .expect("sound rules")
}

fn limits() -> Limits {
    Limits::default()
}

/// One root with these records.
fn root(key: usize, count: usize, fields: impl Fn(usize) -> String) -> String {
    let records: Vec<String> =
        (0..count).map(|row| format!(r#"{{"id": "R{row}", {}}}"#, fields(row))).collect();
    format!(r#"{{"id": "G{key}", "area": "north", "m": [{}]}}"#, records.join(",\n"))
}

fn document(roots: &[String]) -> String {
    format!("{{\"gs\": [{}]}}", roots.join(",\n"))
}

/// The document of one root with records.
fn records(count: usize, fields: impl Fn(usize) -> String) -> String {
    document(&[root(0, count, fields)])
}

/// The document of roots with a record each.
fn roots(count: usize, fields: impl Fn(usize) -> String) -> String {
    document(&(0..count).map(|key| root(key, 1, |_| fields(key))).collect::<Vec<_>>())
}

/// Reads JSON, whatever comes of it.
fn reads(text: String) -> Job {
    let pack = pack(COUNTED);
    Box::new(move || {
        black_box(pack.read_json(&text, None, &limits())).ok();
    })
}

/// Reads two tables, whatever comes of them.
fn reads_tables(rows: String) -> Job {
    let pack = pack(COUNTED);
    let (roots, rows) = (b"id,area\nG0,north\n", format!("g,id,f,a,k,day,up\n{rows}"));
    Box::new(move || {
        let files = [("g.csv", &roots[..]), ("m.csv", rows.as_bytes())];
        let files = files.map(|(name, bytes)| TableFile { name, bytes });
        black_box(pack.read_tables(&files, &limits())).ok();
    })
}

/// Judges by both evaluators, one after the other.
fn judges(rules: &str, data: &str) -> Job {
    let pack = pack(rules);
    let data = pack.read_json(data, None, &limits()).expect("sound data");
    let by: [Pack; 2] =
        [Engine::Columnar, Engine::Reference].map(|engine| pack.with_engine(engine));
    Box::new(move || {
        for pack in &by {
            black_box(pack.evaluate(&data, &limits())).expect("within the limits");
        }
    })
}

/// Explains what is asked.
fn explains(rules: &str, data: &str, questions: Vec<Question>) -> Job {
    let pack = pack(rules);
    let data = pack.read_json(data, None, &limits()).expect("sound data");
    let judged = pack.evaluate(&data, &limits()).expect("within the limits");
    Box::new(move || {
        for explained in judged.explain_each(0, questions.clone(), &limits()) {
            black_box(explained.expect("it is there").to_text(Locale::En));
        }
    })
}

/// A tally that asks about a record, and links that ask the one before, as often as `mentions`
/// says.
fn chain(links: usize, mentions: usize) -> String {
    let mut rules = "tally t0 in 件 from m { require f else \"no\" @ 1 count }\n".to_owned();
    for link in 1..=links {
        let asks = vec![format!("counted in t{}", link - 1); mentions].join(" and ");
        let _ = writeln!(
            rules,
            "tally t{link} in 件 from m {{ require {asks} else \"no\" @ 1 count }}"
        );
    }
    rules
}

/// Levels of two tallies each that claim one document.
fn claims(levels: usize) -> String {
    let mut rules = String::new();
    for level in 0..levels {
        for side in ["a", "b"] {
            let asks = match level {
                0 => "f".to_owned(),
                _ => format!("counted in {side}{}", level - 1),
            };
            let _ = writeln!(
                rules,
                "tally {side}{level} in 件 from m {{ require {asks} else \"no\" @ 1 count }}"
            );
        }
        let _ = writeln!(
            rules,
            "once o{level} by k between a{level}, b{level} keep none else \"twice\" @ 1"
        );
    }
    rules
}

/// Figures, each made of the one before, from `t`.
fn figures(count: usize) -> String {
    (0..count).fold(String::new(), |mut rules, figure| {
        let before = if figure == 0 { "t".to_owned() } else { format!("k{}", figure - 1) };
        let _ = writeln!(rules, "kpi k{figure} = {before} * 1 @ 1");
        rules
    })
}

/// Records three deep, numbered within what they belong to, in tables; those of another list refer
/// to the ones beside them.
fn nested(count: usize) -> Job {
    let pack = pack(
        "entity a in g { key no: text }\nentity b in a { key no: text }\n\
         entity c in b { key no: text }\nentity d in a { key no: text  of: c }\n",
    );
    let rows = |head: &str, row: fn(usize) -> String| {
        (0..count).map(row).fold(format!("{head}\n"), |text, row| text + &row + "\n")
    };
    let texts = [
        ("g.csv", "id,area\nG0,north\n".to_owned()),
        ("a.csv", rows("g,no", |n| format!("G0,A{n}"))),
        ("b.csv", rows("g,a,no", |n| format!("G0,A{n},1"))),
        ("c.csv", rows("g,a,b,no", |n| format!("G0,A{n},1,1"))),
        ("d.csv", rows("g,a,no,of", |n| format!("G0,A{n},1,1"))),
    ];
    Box::new(move || {
        let files: Vec<TableFile<'_>> =
            texts.iter().map(|(name, text)| TableFile { name, bytes: text.as_bytes() }).collect();
        black_box(pack.read_tables(&files, &limits())).expect("sound data");
    })
}

/// A name, a size, and what makes work of a size.
type Growing = (&'static str, usize, fn(usize) -> Job);

const READING: &[Growing] = &[
    ("records of one root", 20_000, |n| reads(records(n, |_| WHOLE.to_owned()))),
    ("roots", 20_000, |n| reads(roots(n, |_| WHOLE.to_owned()))),
    ("roots in JSON lines", 20_000, |n| {
        let pack = pack(COUNTED);
        let lines: Vec<String> = (0..n).map(|key| root(key, 0, |_| String::new())).collect();
        let text = lines.join("\n");
        Box::new(move || {
            black_box(pack.read_json_lines(&text, None, &limits())).expect("sound data");
        })
    }),
    ("rows of a table", 20_000, |n| {
        reads_tables((0..n).map(|row| format!("G0,R{row},true,12.5,V{row},113/5/1,\n")).collect())
    }),
    ("references", 20_000, |n| {
        reads_tables(
            (0..n).map(|row| format!("G0,R{row},true,12.5,,,R{}\n", n - 1 - row)).collect(),
        )
    }),
    ("references to one key that all have", 20_000, |n| {
        reads_tables((0..n).map(|_| "G0,R0,true,12.5,,,R0\n".to_owned()).collect())
    }),
    ("keys within their parents", 10_000, nested),
    ("entries of a register", 50_000, |n| {
        let list: Vec<String> = (0..n).map(|at| format!("\"D{at}\"")).collect();
        reads(format!(
            r#"{{"gs": [{{"id": "G0", "area": "north", "reviewed": [{}]}}]}}"#,
            list.join(",")
        ))
    }),
    ("lines that are no JSON", 20_000, |n| {
        let (pack, text) = (pack(COUNTED), "nonsense\n".repeat(n));
        Box::new(move || {
            black_box(pack.read_json_lines(&text, None, &limits())).ok();
        })
    }),
    ("texts that are none", 20_000, |n| reads(records(n, |_| r#""k": "\ud800""#.to_owned()))),
    ("names that are not known", 20_000, |n| reads(records(n, |row| format!(r#""k{row}": 1"#)))),
    ("wrong values", 20_000, |n| {
        reads_tables(
            (0..n).map(|row| format!("G0,R{row},maybe{row},x{row},,113/13/{row},\n")).collect(),
        )
    }),
    ("keys that come twice", 20_000, |n| {
        reads_tables((0..n).map(|row| format!("G0,R{},true,,,,\n", row / 2)).collect())
    }),
    ("references to nothing", 20_000, |n| {
        reads_tables((0..n).map(|row| format!("G0,R{row},true,,,,S{row}\n")).collect())
    }),
    ("rows of no root", 20_000, |n| {
        reads_tables((0..n).map(|row| format!("H{row},R{row},true,,,,\n")).collect())
    }),
    ("quotation marks that do not match", 20_000, |n| reads_tables("G0,\"R\"x,true\n".repeat(n))),
    ("results of an earlier year", 20_000, |n| {
        let pack = pack(&(COUNTED.to_owned() + "kpi before = previous(t) @ 1\n"));
        let data = pack.read_json(&roots(n, |_| WHOLE.to_owned()), None, &limits());
        let judged = pack.evaluate(&data.expect("sound data"), &limits()).expect("a result");
        let text = judged.to_json(&JsonOptions::default());
        Box::new(move || {
            black_box(guiju::Earlier::from_json(&text, None, &limits())).expect("a result");
        })
    }),
];

const JUDGING: &[Growing] = &[
    ("records of one root", 50_000, |n| judges(SUMMED, &records(n, |_| WHOLE.to_owned()))),
    ("roots", 20_000, |n| judges(SUMMED, &roots(n, |_| WHOLE.to_owned()))),
    ("open records", 20_000, |n| judges(SUMMED, &records(n, |_| r#""a": 1"#.to_owned()))),
    ("open amounts", 20_000, |n| judges(SUMMED, &records(n, |_| r#""f": true"#.to_owned()))),
    ("claims on documents of their own", 20_000, |n| {
        judges(&claims(1), &records(n, |row| format!(r#""f": true, "k": "V{row}""#)))
    }),
    ("claims on one document", 20_000, |n| {
        judges(&claims(1), &records(n, |_| r#""f": true, "k": "無""#.to_owned()))
    }),
    ("claims on one document, one of them open", 20_000, |n| {
        let known = |row| if row == 0 { r#""k": "無""# } else { r#""f": true, "k": "無""# };
        judges(&claims(1), &records(n, |row| known(row).to_owned()))
    }),
    ("open claims on one document", 20_000, |n| {
        judges(&claims(1), &records(n, |_| r#""k": "無""#.to_owned()))
    }),
    ("open claims on one document, three levels", 5_000, |n| {
        judges(&claims(3), &records(n, |_| r#""k": "無""#.to_owned()))
    }),
    ("levels of open claims on one document", 40, |n| {
        judges(&claims(n), &records(100, |_| r#""k": "無""#.to_owned()))
    }),
    ("claims of one tally on one document", 20_000, |n| {
        let rules =
            COUNTED.to_owned() + "once o by k among t keep earliest day else \"twice\" @ 1\n";
        judges(
            &rules,
            &records(n, |row| format!(r#""f": true, "k": "無", "day": "1{:02}/1/1""#, row % 90)),
        )
    }),
    ("open claims of one tally on one document", 5_000, |n| {
        let rules =
            COUNTED.to_owned() + "once o by k among t keep earliest day else \"twice\" @ 1\n";
        judges(&rules, &records(n, |_| r#""k": "無""#.to_owned()))
    }),
    ("claims of all roots on one document", 20_000, |n| {
        let rules = COUNTED.to_owned()
            + "once o by k between t within programme by g keep none else \"twice\" @ 1\n";
        judges(&rules, &roots(n, |_| r#""f": true, "k": "無""#.to_owned()))
    }),
    ("tallies that ask one another", 1_000, |n| {
        judges(&chain(n, 1), &records(1, |_| r#""k": "x""#.to_owned()))
    }),
    ("mentions of one tally", 1_000, |n| {
        judges(&chain(2, n), &records(100, |_| r#""k": "x""#.to_owned()))
    }),
    ("records that ask their forerunners", 5_000, |n| {
        let rules = COUNTED.to_owned()
            + "tally u in 件 from m { require up counted in t else \"no\" @ 1 count }\n";
        judges(
            &rules,
            &records(n, |row| {
                if row == 0 { r#""k": "x""#.to_owned() } else { format!(r#""up": "R{}""#, row - 1) }
            }),
        )
    }),
    ("documents, and entries of a register", 10_000, |n| {
        let rules = "tally t in 件 from m { require k not in reviewed else \"no\" @ 1 count }\n";
        let list: Vec<String> = (0..n).map(|at| format!("\"V{at}\"")).collect();
        let root = root(0, n, |row| format!(r#""f": true, "k": "Ｖ{}""#, 2 * row));
        let root = root.replacen("{", &format!("{{\"reviewed\": [{}], ", list.join(",")), 1);
        judges(rules, &document(&[root]))
    }),
    ("figures made of one another", 1_000, |n| {
        judges(&(COUNTED.to_owned() + &figures(n)), &records(2_000, |_| r#""k": "x""#.to_owned()))
    }),
    ("figures over all roots", 500, |n| {
        let rules =
            (0..n).map(|at| format!("kpi k{at} for programme by area = sum(t) * {at} @ 1\n"));
        judges(
            &(COUNTED.to_owned() + &rules.collect::<String>()),
            &roots(500, |_| WHOLE.to_owned()),
        )
    }),
    ("records among which some and every are asked", 20_000, |n| {
        let rules = "kpi k in 個 = 1 when some(m: f) and every(m: a > 1 元) @ 1\n";
        judges(rules, &records(n, |_| WHOLE.to_owned()))
    }),
    ("roots that compete", 10_000, |n| {
        let rules = "award w for programme by area from g { order highest t  places 9 } @ 1\n";
        judges(&(COUNTED.to_owned() + rules), &roots(n, |_| WHOLE.to_owned()))
    }),
    ("amounts that are added up", 20_000, |n| {
        judges(SUMMED, &records(n, |row| format!(r#""f": true, "a": "{row}.{:04}""#, row % 10_000)))
    }),
    ("quotients that are added up", 2_000, |n| {
        let rules = "tally t from m { require f else \"no\" @ 1 sum 1 元 / (a + 1 元) }\n";
        judges(rules, &records(n, |row| format!(r#""f": true, "a": {}"#, row % 97)))
    }),
];

const EXPLAINING: &[Growing] = &[
    ("a root of refused records", 5_000, |n| {
        explains(COUNTED, &records(n, |_| r#""f": false"#.to_owned()), vec![Question::Root])
    }),
    ("a root of open claims on one document", 2_000, |n| {
        explains(&claims(2), &records(n, |_| r#""k": "無""#.to_owned()), vec![Question::Root])
    }),
    ("tallies that ask one another", 1_000, |n| {
        let question = Question::Record { entity: "m".to_owned(), key: "R0".to_owned() };
        explains(
            &chain(n, 1),
            &records(1, |_| r#""k": "x""#.to_owned()),
            vec![question, Question::Root],
        )
    }),
    ("figures, each by itself", 500, |n| {
        let each = (0..n).map(|at| Question::Kpi(format!("k{at}"))).collect();
        explains(&(COUNTED.to_owned() + &figures(n)), &records(500, |_| WHOLE.to_owned()), each)
    }),
    ("the programme of many roots", 5_000, |n| {
        let rules = COUNTED.to_owned() + "kpi all for programme by area = sum(t) @ 1\n";
        explains(&rules, &roots(n, |_| WHOLE.to_owned()), vec![Question::Programme])
    }),
];

const OTHER: &[Growing] = &[
    ("records, written with their verdicts", 20_000, |n| {
        let pack = pack(SUMMED);
        let data = pack.read_json(&records(n, |_| r#""f": false"#.to_owned()), None, &limits());
        let judged = pack.evaluate(&data.expect("sound data"), &limits()).expect("a result");
        let options = JsonOptions { records: true, ..JsonOptions::default() };
        Box::new(move || {
            black_box(judged.to_json(&options));
        })
    }),
    ("records of a draft, with issues and figures", 2_000, |n| {
        let pack =
            pack(&(COUNTED.to_owned() + "check c on m.a expect a > 20 元 else \"low\" @ 1\n"));
        let draft = root(0, n, |_| r#""f": false, "a": 5"#.to_owned());
        Box::new(move || {
            let judged = pack.judge_draft("g", &draft, &limits()).expect("a draft");
            black_box((judged.issues(), judged.progress().expect("read").to_json(Locale::En)));
        })
    }),
    ("partial results put together", 2_000, |n| {
        let pack = pack(&(COUNTED.to_owned() + "kpi all for programme by area = sum(t) @ 1\n"));
        let parts: Vec<String> = (0..n)
            .map(|key| {
                let data = document(&[root(key, 1, |_| WHOLE.to_owned())]);
                let data = pack.read_json(&data, None, &limits()).expect("sound data");
                pack.evaluate(&data, &limits()).expect("a result").partial()
            })
            .collect();
        Box::new(move || {
            black_box(pack.combine(parts.iter().map(String::as_str), &limits())).expect("a whole");
        })
    }),
    ("tallies, compiled and read again", 1_000, |n| {
        let pack = pack(&chain(n, 1));
        let limits = limits();
        Box::new(move || {
            black_box(Pack::from_compiled(&pack.to_compiled(), &limits)).expect("sound bytes");
        })
    }),
    ("lines, laid out", 5_000, |n| {
        let source = Source::new("h.guiju", HEAD.to_owned() + &figures(n));
        let limits = Limits { items: 1 << 20, pack_bytes: 1 << 30, ..limits() };
        Box::new(move || {
            black_box(format(&source, &limits)).expect("sound rules");
        })
    }),
    ("tallies of two packs, compared", 1_000, |n| {
        let (before, after) = (pack(&chain(n, 1)), pack(&chain(n, 1).replace("\"no\"", "\"not\"")));
        Box::new(move || {
            black_box(diff(&before, &after));
        })
    }),
];

/// Every respect in which data and questions grow.
pub fn all() -> impl Iterator<Item = Work> {
    [("read", READING), ("judge", JUDGING), ("explain", EXPLAINING), ("other", OTHER)]
        .into_iter()
        .flat_map(|(task, all)| {
            all.iter().map(move |(name, size, prepare)| Work {
                task,
                name,
                size: *size,
                prepare: *prepare,
            })
        })
}
