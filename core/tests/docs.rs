//! The documents are kept true by reading their examples: every block of rules is checked, every
//! block of data is read, and the pack of the tutorial passes its tests and judges its data.
//!
//! A block says what it is after the fence: ```` ```guiju ```` is a whole pack; `guiju
//! fragment` is checked together with the items of `tests/docs/prelude.guiju` that it does not declare itself; `guiju
//! file NAME` stands word for word in that file of the tutorial's pack; `json data` is a document
//! for that pack; `text hangs-on NAME` is what a verdict of its data hangs on; `csv NAME` is a file
//! that tables have their rows in. Not here: whether the sentences around the blocks are true.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use guiju::{
    Checked, Decision, Diagnostic, Fate, JsonOptions, KpiValue, Limits, Locale, MutantOptions,
    Parsed, Severity, Source, SourcePack, Spelling, Words, format, render,
};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn tutorial() -> PathBuf {
    docs().join("examples/library_grants")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder with an extension, by name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    paths.sort();
    paths
}

struct Block {
    place: String,
    /// What stands after the fence.
    kind: String,
    text: String,
}

/// The fenced blocks of all documents.
fn blocks() -> Vec<Block> {
    let mut found = Vec::new();
    for path in files(&docs(), "md") {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let mut open: Option<Block> = None;
        for (number, line) in read(&path).lines().enumerate() {
            match (line.trim_start().strip_prefix("```"), open.as_mut()) {
                (Some(_), Some(_)) => found.extend(open.take()),
                (Some(kind), None) => {
                    open = Some(Block {
                        place: format!("{name}:{}", number + 1),
                        kind: kind.trim().to_owned(),
                        text: String::new(),
                    });
                }
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{name}: a block is not closed");
    }
    found
}

/// Checks files as a pack, which may amend one that stands in the documents.
fn check(name: &str, texts: Vec<(String, String)>) -> Checked {
    let sources = texts
        .into_iter()
        .map(|(file, text)| Source::new(format!("{name} {file}"), text))
        .chain(tables_of_documents())
        .collect();
    let library = |base: &str| {
        let is_base = |block: &Block| {
            block.kind == "guiju"
                && block.text.lines().any(|line| line.starts_with(&format!("pack {base} ")))
        };
        blocks().into_iter().find(is_base).map(|block| vec![Source::new(block.place, block.text)])
    };
    Parsed::parse_with(sources, &Limits::default(), &library).check()
}

/// The files of ```` ```csv NAME ````, which tables of rules in documents have their rows in. Both
/// languages show the same.
fn tables_of_documents() -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for block in blocks() {
        let Some(name) = block.kind.strip_prefix("csv ") else { continue };
        match found.iter().find(|source| source.name() == name) {
            Some(same) => assert_eq!(same.text(), block.text, "{}", block.place),
            None => found.push(Source::new(name, block.text)),
        }
    }
    found
}

fn drawn(checked: &Checked) -> String {
    checked
        .diagnostics()
        .iter()
        .map(|diagnostic| render::render(diagnostic, checked.sources(), Locale::En, false))
        .collect()
}

fn said(problems: &[Diagnostic]) -> String {
    problems
        .iter()
        .map(|problem| format!("{} {}\n", problem.code.id(), problem.message(Locale::En)))
        .collect()
}

/// The first two words of an item: `entity member`, `let audit_date`.
fn head(item: &str) -> Option<(&str, &str)> {
    let line = item
        .lines()
        .find(|line| !line.trim_start().starts_with("--") && !line.trim().is_empty())?;
    let mut words = line.split([' ', ':', '=']).filter(|word| !word.is_empty());
    let first = words.next()?;
    // There is one of each of these.
    Some((first, if matches!(first, "pack" | "period") { "" } else { words.next().unwrap_or("") }))
}

/// The items of the prelude, blank lines between them, that a fragment does not declare.
fn prelude_for(fragment: &str) -> String {
    let declared: Vec<_> =
        fragment.lines().filter(|line| !line.starts_with([' ', '}'])).filter_map(head).collect();
    let prelude = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/prelude.guiju"));
    prelude
        .split("\n\n")
        .filter(|item| head(item).is_none_or(|head| !declared.contains(&head)))
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn tutorial_pack() -> SourcePack {
    pack_in(&tutorial())
}

fn pack_in(folder: &Path) -> SourcePack {
    let paths = files(folder, "guiju").into_iter().chain(files(&folder.join("tests"), "guiju"));
    let texts = paths
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), read(&path)))
        .collect();
    let checked = check("library_grants", texts);
    assert!(checked.diagnostics().is_empty(), "{}", drawn(&checked));
    checked.into_pack().expect("no error was found")
}

#[test]
fn rules_in_documents_are_rules() {
    let mut packs = 0;
    for block in blocks() {
        let Some(kind) = block.kind.strip_prefix("guiju") else { continue };
        match kind.trim() {
            whole_or_part @ ("" | "fragment") => {
                let whole = whole_or_part.is_empty();
                packs += usize::from(whole);
                let prelude = if whole { String::new() } else { prelude_for(&block.text) };
                let checked = check(
                    &block.place,
                    vec![("prelude".to_owned(), prelude), ("block".to_owned(), block.text)],
                );
                // Fragments may leave out what they rest on.
                let least = if whole { Severity::Advice } else { Severity::Error };
                assert!(
                    checked.diagnostics().iter().all(|diagnostic| diagnostic.severity < least),
                    "{}",
                    drawn(&checked)
                );
                let pack = checked.into_pack().expect("no error was found");
                for test in pack.run_tests(&Limits::default()) {
                    assert!(
                        test.failures.is_empty(),
                        "{} `{}`:\n{}",
                        block.place,
                        test.name,
                        said(&test.failures)
                    );
                }
            }
            other => {
                let file = other
                    .strip_prefix("file ")
                    .unwrap_or_else(|| panic!("{}: what is `guiju {other}`?", block.place));
                let whole = read(&tutorial().join(file));
                // The Chinese tutorial has the same rules in Chinese words.
                let whole = match block.place.contains("zh-TW") {
                    true => Spelling::new(Words::Chinese, &[], &Limits::default())
                        .format(&Source::new(file, whole.as_str()), &Limits::default())
                        .expect("rules that can be read"),
                    false => whole,
                };
                assert!(whole.contains(block.text.trim_end()), "{}: not in {file}", block.place);
            }
        }
    }
    assert!(packs > 0, "no document shows a whole pack");
}

#[test]
fn rules_in_documents_are_formatted() {
    for block in blocks()
        .into_iter()
        .filter(|block| matches!(block.kind.as_str(), "guiju" | "guiju fragment"))
    {
        let formatted = format(&Source::new(&block.place, block.text.as_str()), &Limits::default())
            .expect("rules that can be read");
        // But for the block that shows other forms of signs.
        assert!(
            formatted == block.text || block.text.contains('｛'),
            "{}, formatted:\n{formatted}",
            block.place
        );
    }
}

#[test]
fn data_in_documents_is_data() {
    let pack = tutorial_pack();
    for block in blocks().into_iter().filter(|block| block.kind.starts_with("json data")) {
        let limits = Limits::default();
        let read = match block.kind.as_str() {
            "json data lines" => pack.read_json_lines(&block.text, Some(&block.place), &limits),
            _ => pack.read_json(&block.text, Some(&block.place), &limits),
        };
        read.unwrap_or_else(|error| panic!("{}:\n{}", block.place, said(&error.diagnostics)));
    }
}

#[test]
fn the_pack_of_the_tutorial_passes_its_tests() {
    let results = tutorial_pack().run_tests(&Limits::default());
    assert!(!results.is_empty());
    for test in results {
        assert!(test.failures.is_empty(), "`{}`:\n{}", test.name, said(&test.failures));
    }
}

/// Programmes of other countries and invented ones: their tests notice whatever is changed in
/// their rules.
#[test]
fn the_tests_of_examples_notice_every_change() {
    for name in ["scored_call", "sme_definition", "research_costs", "procurement", "lump_sum"] {
        let (pack, limits) = (pack_in(&docs().join("examples").join(name)), Limits::default());
        for test in pack.run_tests(&limits) {
            assert!(test.failures.is_empty(), "`{}`:\n{}", test.name, said(&test.failures));
        }
        let found = pack
            .mutants(MutantOptions::default(), &limits, &mut |_, _| ())
            .expect("its tests pass");
        let missed = found.list.iter().filter(|mutant| mutant.fate == Fate::Survived);
        assert_eq!(missed.count(), 0, "{name}");
        assert!(found.list.len() > 40, "{name}");
    }
}

/// The invented data beside examples shows what it is there for: figures that are known beside gaps,
/// and, once the gap is filled, a lump sum that is given away to the last cent.
#[test]
fn examples_judge_their_data() {
    let judged = |name: &str, gap: &str| {
        let folder = docs().join("examples").join(name);
        let (pack, limits) = (pack_in(&folder), Limits::default());
        let text = read(&folder.join("data.json")).replace("null", gap);
        let data = pack
            .read_json(&text, None, &limits)
            .unwrap_or_else(|error| panic!("{name}: {}", said(&error.diagnostics)));
        let outcome = pack.evaluate(&data, &limits).expect("within the limits");
        outcome.to_json(&JsonOptions::default()).split_whitespace().collect::<String>()
    };
    let tenders = judged("procurement", "null");
    assert!(tenders.contains(
        r#""中央":{"kpis":{"總決標金額":{"state":"known","value":"4345000","unit":"元"}"#
    ));
    assert!(tenders.contains(r#"{"key":"1/A","verdict":"undetermined","rank""#));
    let open = judged("lump_sum", "null");
    assert!(open.contains(r#""left_over":{"state":"undetermined""#));
    let filled = judged("lump_sum", "22");
    assert!(filled.contains(r#""given":{"state":"known","value":"500000","unit":"元"}"#));
    assert!(filled.contains(r#""left_over":{"state":"known","value":"0","unit":"元"}"#));
}

/// Five thousand invented projects: whoever is counted stands before whoever is not, and each field
/// gives away all it has.
#[test]
fn the_scored_call_is_decided_over_thousands() {
    let (pack, limits) = (pack_in(&docs().join("examples/scored_call")), Limits::default());
    for test in pack.run_tests(&limits) {
        assert!(test.failures.is_empty(), "`{}`:\n{}", test.name, said(&test.failures));
    }
    let mut seed = 7_u64;
    let mut below = |most: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % most
    };
    let mut lines = String::new();
    for at in 0..5_000 {
        let (field, day, asked) =
            (["ict", "bio", "energy"][below(3) as usize], 1 + below(6), 100 + below(900));
        let experts: Vec<String> = (0..2 + below(2))
            .map(|expert| {
                format!(
                    r#"{{"expert":"X{expert}","points":{}.{},"abstains":{}}}"#,
                    40 + below(60),
                    below(10),
                    below(20) == 0
                )
            })
            .collect();
        lines += &format!(
            "{{\"id\":\"P{at:04}\",\"field\":\"{field}\",\"submitted\":\"2025-03-0{day}\",\"requested\":{asked}0000,\"assessment\":[{}]}}\n",
            experts.join(",")
        );
    }
    let data = pack
        .read_json_lines(&lines, None, &limits)
        .unwrap_or_else(|error| panic!("{}", said(&error.diagnostics)));
    let judged = pack.evaluate(&data, &limits).expect("no limit is met");
    let lists = judged.award_lists();
    assert_eq!(lists.len(), 3);
    for list in &lists {
        assert!(list.contest.line > 10 && list.contest.list.len() > 500);
        let counted = |decision: Decision| decision == Decision::Counted;
        assert!(
            list.places[list.contest.line..].iter().all(|place| !counted(place.standing.decision))
        );
        let open = list
            .places
            .iter()
            .filter(|place| place.standing.decision == Decision::Undetermined)
            .count();
        // Equals across the line are all that can be open.
        assert!(
            open == 0 || list.places[list.contest.line].standing.decision == Decision::Undetermined,
            "{open}"
        );
        if open == 0 {
            assert_eq!(list.contest.given, list.contest.limit);
        }
        let waiting = list
            .places
            .iter()
            .filter(|place| matches!(place.standing.reserve, KpiValue::Known(_)))
            .count();
        assert!(open > 0 || waiting >= 5);
    }
}

#[test]
fn the_pack_of_the_tutorial_judges_its_data() {
    let (pack, limits) = (tutorial_pack(), Limits::default());
    let data =
        match pack.read_json(&read(&tutorial().join("data.json")), Some("data.json"), &limits) {
            Ok(data) => data,
            Err(error) => panic!("{}", said(&error.diagnostics)),
        };
    let outcome = pack.evaluate(&data, &limits).expect("within the limits");
    let result = outcome.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
    // The pieces of the result that the documents show.
    for block in blocks().into_iter().filter(|block| block.kind == "json result") {
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        assert!(
            squeeze(&result).contains(&squeeze(&block.text)),
            "{}: not in the result:\n{result}",
            block.place
        );
    }
    // What the verdicts of G1 hang on.
    let mut shown = 0;
    for block in blocks() {
        let Some(name) = block.kind.strip_prefix("text hangs-on ") else { continue };
        let locale = if block.place.contains(".zh-TW.") { Locale::ZhTw } else { Locale::En };
        let mut unwatched = |_| ControlFlow::Continue(());
        let found = outcome.hangs_on(0, name, None, &limits, &mut unwatched);
        let found = found.unwrap_or_else(|error| panic!("{}: {error}", block.place));
        assert_eq!(block.text, found.to_text(locale), "{}", block.place);
        shown += 1;
    }
    assert_eq!(shown, 2);
}
