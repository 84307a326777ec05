//! Rules made to break the reader: sizes and depths at and over the limits, random soup, and the
//! real packs with random damage. Each is answered with diagnostics, never a panic, on a small
//! stack.

use std::path::{Path, PathBuf};

use guiju::{Limits, Locale, Parsed, Severity, Source, render};
use proptest::prelude::*;

/// What a browser's wasm build can count on is enough for strangers' rules; one's own may nest
/// twice as deep.
fn stack(limits: &Limits) -> usize {
    if *limits == Limits::untrusted() { 256 << 10 } else { 1 << 20 }
}

fn answer(text: String, limits: Limits) -> Vec<&'static str> {
    let thread = std::thread::Builder::new().stack_size(stack(&limits)).spawn(move || {
        let checked = Parsed::parse(vec![Source::new("hostile.guiju", text)], &limits).check();
        for diagnostic in checked.diagnostics() {
            render::render(diagnostic, checked.sources(), Locale::ZhTw, false);
        }
        checked.diagnostics().iter().map(|diagnostic| diagnostic.code.id()).collect::<Vec<_>>()
    });
    thread.expect("a thread can be started").join().expect("no panic")
}

const HEAD: &str = "pack p \"p\"\nsource s { 1 }\nentity r { key id: text  a: bool  n: int }\n";

fn answered(text: &str, code: &str) {
    for limits in [Limits::default(), Limits::untrusted()] {
        let codes = answer(text.to_owned(), limits);
        assert!(codes.contains(&code), "{code} expected, got {codes:?}");
    }
}

fn parentheses(depth: usize) -> String {
    let constant = format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    format!("{HEAD}let x = {constant} @ 1\ncheck c on r expect n <> x else \"x\" @ 1\n")
}

fn within(limits: &Limits, text: String) -> String {
    text.chars().take(limits.pack_bytes / 4).collect()
}

#[test]
fn depth() {
    answered(&"(".repeat(100_000), "G109");
    answered(&format!("let x = {}", "(".repeat(100_000)), "G106");
    answered(&format!("let x = {}{}", "(".repeat(50_000), "}".repeat(50_000)), "G106");
    answered(&parentheses(10_000), "G106");
    answered(
        &format!("{HEAD}check c on r expect {}a else \"x\" @ 1\n", "not ".repeat(10_000)),
        "G106",
    );
    answered(&format!("{HEAD}let x = {}1 @ 1\n", "- ".repeat(10_000)), "G106");
    answered(
        &format!("{HEAD}kpi k = {}1{} @ 1\n", "sum(".repeat(5_000), ")".repeat(5_000)),
        "G106",
    );
    answered(
        &format!("{HEAD}test \"t\" {{ {}{} }}\n", "r x { ".repeat(5_000), "}".repeat(5_000)),
        "G106",
    );
}

#[test]
fn depth_at_the_limit() {
    for limits in [Limits::default(), Limits::untrusted()] {
        let depth = limits.nesting - 1;
        assert_eq!(answer(parentheses(depth), limits.clone()), Vec::<&str>::new());
        let nots = format!("{HEAD}check c on r expect {}a else \"x\" @ 1\n", "not ".repeat(depth));
        assert_eq!(answer(nots, limits.clone()), Vec::<&str>::new());
        // Classifications that read each other are as deep as they are in one.
        let chain: String = (1..200)
            .map(|n| {
                format!("classify r.c{n}: x | y {{ c{} = x => x @ 1 otherwise => y @ 1 }}\n", n - 1)
            })
            .collect();
        let chain =
            format!("{HEAD}classify r.c0: x | y {{ a => x @ 1 otherwise => y @ 1 }}\n{chain}");
        assert!(answer(chain, limits).contains(&"G106"));
    }
}

/// Names that stand for one another, each for the one before, declared in either order: as many as
/// there may be declarations, on the same small stack.
#[test]
fn chains_of_names() {
    let condition = |n: usize| match n {
        0 => "let r.c0 = a else \"x\" @ 1\n".to_owned(),
        n => format!("let r.c{n} = c{} else \"x\" @ 1\n", n - 1),
    };
    let group = |n: usize| match n {
        0 => condition(0),
        n => format!("let r.c{n} = c{}\n", n - 1),
    };
    let number = |n: usize| match n {
        0 => "let r.c0 = n + 1 @ 1\n".to_owned(),
        n => format!("let r.c{n} = c{} + 1 @ 1\n", n - 1),
    };
    let figure = |n: usize| match n {
        0 => "tally r.c0 from r by id { sum n } @ 1\n".to_owned(),
        n => format!("tally r.c{n} from r by id {{ sum c{} }} @ 1\n", n - 1),
    };
    let required = |last: usize| format!("tally t in 件 from r {{ require c{last} count }} @ 1\n");
    let summed = |last: usize| format!("tally t from r {{ sum c{last} }} @ 1\n");
    type Rule<'r> = &'r dyn Fn(usize) -> String;
    let chains: [(Rule<'_>, Rule<'_>, bool); 4] = [
        (&condition, &required, false),
        (&group, &required, false),
        (&number, &summed, true),
        (&figure, &summed, false),
    ];
    for (limits, links) in [(Limits::untrusted(), 900), (Limits::default(), 2_000)] {
        for (rule, reader, too_deep) in chains {
            let mut rules: Vec<String> = (0..links).map(rule).collect();
            for _ in 0..2 {
                let text = format!("{HEAD}{}{}", rules.concat(), reader(links - 1));
                let codes = answer(text, limits.clone());
                assert_eq!(codes.contains(&"G106"), too_deep, "{}{codes:?}", rules[1]);
                rules.reverse();
            }
        }
    }
}

/// A group that names one twice is taken apart once, and told.
#[test]
fn groups_that_double() {
    let doubled: String =
        (1..300).map(|n| format!("let r.c{n} = c{0} and c{0}\n", n - 1)).collect();
    let text = format!(
        "{HEAD}let r.c0 = a else \"x\" @ 1\n{doubled}tally t in 件 from r {{ require c299 count }} @ 1\n"
    );
    answered(&text, "G511");
}

#[test]
fn length() {
    let limits = Limits::default();
    answered(&"x".repeat((1 << 20) + 1), "G107");
    let line = format!("let x = {}", "1 + ".repeat(260_000));
    answer(within(&limits, line), limits.clone());
    let sums = format!("{HEAD}let x = {}1 @ 1\n", "1 + ".repeat(100_000));
    assert_eq!(answer(sums, limits.clone()), ["G106"]);
    let alternatives =
        format!("{HEAD}check c on r expect {}a else \"x\" @ 1\n", "a or ".repeat(100_000));
    assert_eq!(answer(alternatives, limits.clone()), Vec::<&str>::new());
    let numbers: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    let list = format!(
        "{HEAD}classify r.c: x | y {{ n in ({}) => x @ 1 otherwise => y @ 1 }}\n",
        numbers.join(",")
    );
    assert_eq!(answer(list, limits.clone()), ["G404"]);
    let rows: String = (0..5_000).map(|n| format!("n = {n} => x @ 1\n")).collect();
    let table = format!("{HEAD}classify r.c: x | y {{ {rows} otherwise => y @ 1 }}\n");
    assert_eq!(answer(table, limits.clone()), ["G404"]);
    let items: String = (0..10_000).map(|n| format!("let x{n} = {n} @ 1\n")).collect();
    assert!(answer(format!("{HEAD}{items}"), limits.clone()).contains(&"G108"));
    let items: String = (0..9_000).map(|n| format!("let x{n} = x{} @ 1\n", n + 1)).collect();
    answer(format!("{HEAD}{items}"), limits.clone());
    answer("let x = 1\n".repeat(30_000), limits.clone());
    answer(within(&limits, format!("tally t {}", "\"".repeat(1 << 20))), limits.clone());
    answer(within(&limits, "let x = 1 -- c\n\n".repeat(60_000)), limits.clone());
    answer(
        within(&limits, format!("classify r.c: x | y {{ {}", "a => x\n".repeat(100_000))),
        limits.clone(),
    );
    answer(within(&limits, format!("entity r {{ {} }}", "key ".repeat(200_000))), limits.clone());
    answer(within(&limits, format!("let x = {}", "民國".repeat(100_000))), limits);
}

fn packs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/packs");
    let accepted = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/accepted");
    let mut found = Vec::new();
    let mut folders = vec![folder, accepted];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "guiju") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every piece of the language, and what looks like one.
const TOKENS: &[&str] = &[
    "pack",
    "period",
    "source",
    "let",
    "entity",
    "classify",
    "tally",
    "once",
    "kpi",
    "obligation",
    "check",
    "example",
    "test",
    "dated",
    "key",
    "list",
    "of",
    "on",
    "in",
    "from",
    "as",
    "by",
    "for",
    "between",
    "within",
    "programme",
    "every",
    "with",
    "target",
    "ordered",
    "otherwise",
    "select",
    "require",
    "count",
    "sum",
    "split",
    "into",
    "keep",
    "none",
    "first",
    "best",
    "when",
    "expect",
    "else",
    "because",
    "like",
    "true",
    "false",
    "and",
    "or",
    "not",
    "is",
    "known",
    "has",
    "any",
    "all",
    "covers",
    "counted",
    "{",
    "}",
    "(",
    ")",
    ",",
    ":",
    "@",
    "|",
    ".",
    "..",
    "/",
    "=",
    "=>",
    "?",
    "<>",
    "<=",
    ">=",
    "<",
    ">",
    "+",
    "-",
    "*",
    "｛",
    "｝",
    "（",
    "）",
    "，",
    "：",
    "＠",
    "｜",
    "＝",
    "＝＞",
    "＜",
    "＞",
    "％",
    "%",
    "\"x\"",
    "“x”",
    "「x」",
    "；",
    "1",
    "１２",
    "1.5",
    "30%",
    "5 元",
    "3 家",
    "108/10/31",
    "99/1/1",
    "2019-02-29",
    "1..2",
    "a",
    "b",
    "alliance",
    "member",
    "fee",
    "text",
    "money",
    "bool",
    "reviewed",
    "previous",
    "\n",
    "\n",
    "\n",
    "  ",
    "-- c\n",
    "--",
    "\t",
    "\u{3000}",
    "\u{feff}",
    "\u{202e}",
    "\\",
    "'",
    "會員",
    "🙂",
    "e\u{301}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn soup(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..60), spaced in any::<bool>(), item in 0_usize..13) {
        let soup = tokens.join(if spaced { " " } else { "" });
        answer(soup.clone(), Limits::untrusted());
        answer(format!("{HEAD}{} {soup}", TOKENS[item]), Limits::untrusted());
    }

    #[test]
    fn conditions(tokens in prop::collection::vec(prop::sample::select(&TOKENS[40..]), 1..12)) {
        let soup = tokens.join(" ");
        answer(format!("{HEAD}check c on r expect {soup} else \"x\" @ 1\nclassify r.c: x | y {{ {soup} => x @ 1 }}"), Limits::default());
    }

    #[test]
    fn damage(file in any::<prop::sample::Index>(), cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(TOKENS)), 1..6)) {
        let files = packs();
        let mut texts: Vec<String> = Vec::new();
        let path = file.get(&files);
        let mut chars: Vec<char> = std::fs::read_to_string(path).expect("a pack can be read").chars().collect();
        for (at, length, token) in cuts {
            let at = at.index(chars.len().max(1)).min(chars.len());
            let end = (at + length).min(chars.len());
            chars.splice(at..end, token.chars());
        }
        texts.push(chars.into_iter().collect());
        let beside = files.iter().filter(|other| *other != path && other.parent() == path.parent());
        if path.components().any(|part| part.as_os_str() == "packs") {
            texts.extend(beside.map(|other| std::fs::read_to_string(other).expect("a pack can be read")));
        }
        let sources = texts.into_iter().enumerate().map(|(n, text)| Source::new(format!("{n}.guiju"), text)).collect();
        let checked = Parsed::parse(sources, &Limits::default()).check();
        for diagnostic in checked.diagnostics() {
            render::render(diagnostic, checked.sources(), Locale::En, false);
        }
    }
}

/// Each KPI of the chain names the one before it twice: a walk that did not remember where it was
/// would take 2^60 steps.
#[test]
fn what_is_missing_along_a_chain_of_doubling_figures() {
    let doubled = (1..60)
        .map(|step| format!("kpi k{step} = k{0} + k{0} @ 1\n", step - 1))
        .collect::<String>();
    let text = format!("{HEAD}kpi k0 = n @ 1\n{doubled}");
    let pack = Parsed::parse(vec![Source::new("chain.guiju", text)], &Limits::default())
        .check()
        .into_pack()
        .expect("sound rules");
    let report = pack.progress(r#"{"id": "A1"}"#, &Limits::untrusted()).expect("a record");
    assert_eq!(
        report.kpis["k59"].needs.iter().map(|need| need.path.as_str()).collect::<Vec<_>>(),
        ["/n"]
    );
}

#[test]
fn warnings_beyond_the_limit_leave_a_pack_sound_and_hide_no_error() {
    let tallies = |count: usize| {
        (0..count).map(|at| format!("tally t{at} in 件 from r {{ count }}\n")).collect::<String>()
    };
    let rules = format!(
        "pack h\nentity g {{ key id: text }}\nentity r in g {{ key id: text }}\n{}",
        tallies(300)
    );
    let checked = |rules: String| {
        Parsed::parse(vec![Source::new("h.guiju", rules)], &Limits::default()).check()
    };
    let sound = checked(rules.clone());
    assert!(
        sound.pack().is_some()
            && sound.diagnostics().iter().all(|found| found.severity == Severity::Warning)
    );
    assert_eq!(sound.diagnostics().last().map(|found| found.code.id()), Some("G199"));
    let broken = checked(rules + "kpi k = nothing @ 1\n");
    assert!(
        broken.pack().is_none()
            && broken.diagnostics().iter().any(|found| found.code.id() == "G201")
    );
}
