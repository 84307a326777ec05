//! Rules as an author may write them: what is refused, in what words and where (`rules/refused`),
//! what is accepted without a word (`rules/accepted`), tests that fail (`rules/tested`); and
//! editions that amend one another (`rules/amended`: a file holds several packs, the last is the
//! one that is looked at). Every code of G1 to G5 is produced by some case here. Hostile sizes are
//! in `rules_hostile.rs`.

use std::collections::BTreeSet;
use std::path::Path;

use guiju::{Code, Diagnostic, Limits, Locale, Parsed, Source, render, table_files};

fn check(name: &str, bytes: &[u8], limits: &Limits) -> (Vec<Source>, Vec<Diagnostic>) {
    match Source::from_bytes(name, bytes) {
        Ok(source) => {
            let mut sources = tables_of(&source);
            sources.push(source);
            let checked = Parsed::parse(sources, limits).check();
            (checked.sources().to_vec(), checked.diagnostics().to_vec())
        }
        Err(diagnostic) => (Vec::new(), vec![*diagnostic]),
    }
}

/// The CSV files that tables of a case have their rows in; those that are not there are left out.
fn tables_of(source: &Source) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/tables");
    let read = |name: String| {
        let bytes = std::fs::read(folder.join(&name)).ok()?;
        Some(Source::from_bytes(name, &bytes).expect("tables of cases are UTF-8"))
    };
    table_files(source, &Limits::default()).into_iter().filter_map(read).collect()
}

fn drawn(name: &str, bytes: &[u8]) -> String {
    let (sources, diagnostics) = check(name, bytes, &Limits::default());
    let all = |locale| {
        diagnostics
            .iter()
            .map(|diagnostic| render::render(diagnostic, &sources, locale, false))
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!("{}\n\n{}", all(Locale::ZhTw), all(Locale::En))
}

fn read(path: &Path) -> (String, Vec<u8>) {
    let name = path.file_name().and_then(|name| name.to_str()).expect("cases have plain names");
    (name.to_owned(), std::fs::read(path).expect("a case can be read"))
}

/// Found in another file than rules: see `mutate.rs`.
const MUTANTS: [&str; 2] = ["G290", "G291"];

#[test]
fn refused() {
    insta::glob!("rules/refused/*.guiju", |path| {
        let (name, bytes) = read(path);
        insta::assert_snapshot!(drawn(&name, &bytes));
    });
}

#[test]
fn accepted() {
    insta::glob!("rules/accepted/*.guiju", |path| {
        let (name, bytes) = read(path);
        assert_eq!(drawn(&name, &bytes).trim(), "", "{name}");
        // What a construct means is said by the tests in its case.
        let source = Source::from_bytes(&name, &bytes).expect("accepted cases are UTF-8");
        let mut sources = tables_of(&source);
        sources.push(source);
        let pack = Parsed::parse(sources, &Limits::default()).check().into_pack();
        let pack = pack.expect("accepted");
        for test in pack.run_tests(&Limits::default()) {
            let failures = test
                .failures
                .iter()
                .map(|failure| render::render(failure, pack.sources(), Locale::En, false));
            assert!(test.failures.is_empty(), "{}", failures.collect::<String>());
        }
    });
}

/// What is said of tests of packs that fail, or cannot be run.
#[test]
fn tested() {
    insta::glob!("rules/tested/*.guiju", |path| {
        let (name, bytes) = read(path);
        let source = Source::from_bytes(&name, &bytes).expect("cases are UTF-8");
        let limits = Limits::default();
        let pack = Parsed::parse(vec![source], &limits).check().into_pack().expect("sound rules");
        let results = pack.run_tests(&limits);
        let failures = results.iter().flat_map(|test| &test.failures);
        let told = failures.flat_map(|failure| {
            [Locale::ZhTw, Locale::En]
                .map(|locale| render::render(failure, pack.sources(), locale, false))
        });
        insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
    });
}

/// Checks the last of the packs in a text; the others are those it may amend.
fn check_editions(text: &str) -> guiju::Checked {
    let mut packs: Vec<Source> = Vec::new();
    let starts: Vec<usize> = text
        .match_indices("pack ")
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text[..*at].ends_with('\n'))
        .collect();
    for (n, start) in starts.iter().enumerate() {
        let part = &text[*start..starts.get(n + 1).copied().unwrap_or(text.len())];
        let name = part.split_whitespace().nth(1).unwrap_or_default();
        packs.push(Source::new(name, part));
    }
    let newest = packs.pop().expect("a case has packs");
    let library =
        |name: &str| packs.iter().find(|pack| pack.name() == name).map(|pack| vec![pack.clone()]);
    Parsed::parse_with(vec![newest], &Limits::default(), &library).check()
}

#[test]
fn amended() {
    insta::glob!("rules/amended/*.guiju", |path| {
        let (_, bytes) = read(path);
        let checked = check_editions(std::str::from_utf8(&bytes).expect("cases are UTF-8"));
        let draw = |diagnostic: &Diagnostic, locale| {
            render::render(diagnostic, checked.sources(), locale, false)
        };
        let all = |locale| {
            checked
                .diagnostics()
                .iter()
                .map(|found| draw(found, locale))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let failures: Vec<String> = checked
            .pack()
            .iter()
            .flat_map(|pack| pack.run_tests(&Limits::default()))
            .flat_map(|test| test.failures)
            .map(|failure| draw(&failure, Locale::En))
            .collect();
        assert!(failures.is_empty(), "{}", failures.concat());
        let tests = checked
            .pack()
            .map_or("no pack".to_owned(), |pack| format!("{} tests hold", pack.counts().tests));
        insta::assert_snapshot!(format!("{tests}\n\n{}\n\n{}", all(Locale::ZhTw), all(Locale::En)));
    });
}

#[test]
fn a_base_is_called_as_it_is_asked_for() {
    let library = |_: &str| Some(vec![Source::new("b.guiju", "pack c")]);
    let checked = Parsed::parse_with(
        vec![Source::new("a.guiju", "pack a amends b")],
        &Limits::default(),
        &library,
    )
    .check();
    assert!(
        checked.diagnostics().iter().any(|found| found.code == Code::BaseName),
        "{:?}",
        checked.diagnostics()
    );
}

#[test]
fn every_span_lies_on_characters() {
    for path in cases("refused") {
        let (name, bytes) = read(&path);
        let (sources, diagnostics) = check(&name, &bytes, &Limits::default());
        for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
            let text = sources[label.span.source.0 as usize].text();
            assert!(
                text.get(label.span.start as usize..label.span.end as usize).is_some(),
                "{name}: {label:?}"
            );
        }
    }
}

#[test]
fn every_code_has_a_case() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut note = |name: &str, bytes: &[u8], limits: &Limits| {
        seen.extend(check(name, bytes, limits).1.iter().map(|diagnostic| diagnostic.code.id()));
    };
    for path in cases("refused") {
        let (name, bytes) = read(&path);
        note(&name, &bytes, &Limits::default());
    }
    for (bytes, limits) in limit_cases() {
        note("limit", &bytes, &limits);
    }
    for path in cases("amended")
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "guiju"))
    {
        let text = String::from_utf8(read(&path).1).expect("cases are UTF-8");
        seen.extend(check_editions(&text).diagnostics().iter().map(|found| found.code.id()));
    }
    seen.insert(Code::BaseName.id());
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.id())
        .filter(|id| id < &"G6" && !MUTANTS.contains(id) && !seen.contains(id))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// What would be too long to keep as a file.
fn limit_cases() -> Vec<(Vec<u8>, Limits)> {
    let small = Limits { pack_bytes: 1_000, items: 3, ..Limits::default() };
    let values: Vec<String> = (0..200).map(|n| format!("v{n}")).collect();
    let requirements = "require a = \"x\" else \"y\" @ 1\n".repeat(300);
    let head = "pack p\nsource s { 1 }\nentity r { key a: text }\n";
    // Each table reads the one before it twice: two to the power of their number.
    let doubling: String = (1..40)
        .map(|n| {
            format!(
                "classify r.c{n}: x | y {{ c{0} = x or c{0} = y => x @ 1 otherwise => y @ 1 }}\n",
                n - 1
            )
        })
        .collect();
    vec![
        (b"pack p \xff\"".to_vec(), Limits::default()),
        ("-".repeat(2_000).into_bytes(), small.clone()),
        ("let a = 1\n".repeat(9).into_bytes(), small),
        (head.as_bytes().to_vec(), Limits { pack_total_bytes: 10, ..Limits::default() }),
        (
            format!("let a = {}1{}", "(".repeat(100), ")".repeat(100)).into_bytes(),
            Limits::default(),
        ),
        (format!("pack p \"{}\"", "長".repeat(5_000)).into_bytes(), Limits::default()),
        ("let a = x\n".repeat(300).into_bytes(), Limits::default()),
        (
            format!("{head}entity e in r {{ key id: text  v: {} }}", values.join(" | "))
                .into_bytes(),
            Limits::default(),
        ),
        (
            format!("{head}tally t from r {{\n{requirements}count }}").into_bytes(),
            Limits::default(),
        ),
        (
            format!(
                "{head}classify r.c0: x | y {{ a = \"x\" => x @ 1 otherwise => y @ 1 }}\n{doubling}"
            )
            .into_bytes(),
            Limits::default(),
        ),
    ]
}

fn cases(folder: &str) -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    paths
}
