//! The command on inputs made to break it, with 2 GB of address space, a stack of 512 KiB and ten
//! seconds: the right answer, or a finding; never a signal, and nothing that a terminal obeys.
//!
//! Inputs are made here (`inputs`), since most are large. Not here: how time grows with them
//! (`benches`), and which findings there are for what.

#![cfg(target_os = "linux")]

mod inputs;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use inputs::{CHAIN_DATA, Rules};
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, impl AsRef<[u8]>)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

/// The command in a folder, within the limits.
fn bounded(folder: &Path, args: &[&str]) -> Output {
    let within = r#"ulimit -v 2097152 && ulimit -s 512 && exec timeout -s KILL 10 "$0" "$@""#;
    Command::new("sh")
        .args(["-c", within, env!("CARGO_BIN_EXE_guiju"), "--locale", "en"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("a shell")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// What it prints where it ends with this status, without anything that a terminal obeys.
fn said(folder: &Path, args: &[&str], status: i32) -> String {
    let output = bounded(folder, args);
    let all = text(&output.stdout) + &text(&output.stderr);
    let shown: String = all.chars().take(500).collect();
    assert_eq!(output.status.code(), Some(status), "{args:?}: {:?}\n{shown}", output.status);
    let obeyed = all.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(obeyed, None, "{args:?}: {shown}");
    all
}

/// All that can be asked about a pack and its data `rules.guiju` and `data.json`, and succeeds.
fn everything(folder: &Path, root: &str) {
    for args in [
        &["check", "rules.guiju"][..],
        &["fmt", "rules.guiju"],
        &["compile", "rules.guiju", "-o", "rules.gjc"],
        &["types", "rules.guiju", "-o", "rules.d.ts"],
        &["evaluate", "rules.gjc", "data.json", "--format", "json", "--records"],
        &["evaluate", "rules.guiju", "data.json", "--format", "html"],
        &["explain", "rules.guiju", "data.json", "--alliance", root],
        &["diff", "rules.guiju", "rules.guiju", "--data", "data.json"],
    ] {
        said(folder, args, 0);
    }
}

fn evaluated(rules: &str, data: &str) -> String {
    let folder = folder(&[("rules.guiju", rules), ("data.json", data)]);
    everything(folder.path(), "G");
    said(folder.path(), &["evaluate", "rules.guiju", "data.json", "--format", "json"], 0)
}

#[test]
fn tallies_that_ask_each_other_twice_are_judged() {
    let json = evaluated(&Rules::chain(60, 2), CHAIN_DATA);
    assert_eq!(json.matches(r#""field": "f""#).count(), 61, "each needs one field");
}

#[test]
fn long_chains_of_tallies_are_judged() {
    let json = evaluated(&Rules::chain(200, 1), CHAIN_DATA);
    assert_eq!(json.matches(r#""state": "undetermined""#).count(), 201);
}

#[test]
fn open_records_that_claim_one_document_are_judged() {
    let json = evaluated(&Rules::claims(3), &inputs::records(200, r#""doc": "無""#));
    assert!(json.contains(r#""high": "200""#), "{:.2000}", json);
}

#[test]
fn figures_that_hang_on_many_open_records_are_judged() {
    let rules = Rules::chain(0, 1) + &Rules::figures(40);
    let json = evaluated(&rules, &inputs::records(1_500, r#""doc": "無""#));
    assert_eq!(json.matches(r#""more": 500"#).count(), 41);
}

#[test]
fn an_average_of_many_ratios_is_exact() {
    // 1/2 + 1/6 + … + 1/(87 × 88) = 87/88.
    let json = said(
        folder(&[("rules.guiju", inputs::RATIOS), ("data.json", &inputs::ratios(87))]).path(),
        &["evaluate", "rules.guiju", "data.json", "--format", "json"],
        0,
    );
    assert!(json.contains(r#""exact": "1/88""#), "{json:.2000}");
}

#[test]
fn a_pack_without_records_to_judge_is_refused() {
    let folder = folder(&[("p.guiju", "pack h\n"), ("d.json", "{}\n")]);
    for args in [&["check", "p.guiju"][..], &["evaluate", "p.guiju", "d.json"]] {
        assert!(said(folder.path(), args, 1).contains("error[G214]"));
    }
}

#[test]
fn damaged_json_is_told_line_by_line() {
    let lines = "nonsense\n".repeat(20_000);
    let texts = inputs::records(20_000, r#""doc": "\ud800""#);
    let deep = "[".repeat(1_000_000);
    let folder = folder(&[
        ("p.guiju", &Rules::chain(0, 1)),
        ("lines.jsonl", &lines),
        ("texts.json", &texts),
        ("deep.json", &deep),
    ]);
    for (data, line) in
        [("lines.jsonl", "lines.jsonl:2"), ("texts.json", "/r/1/doc"), ("deep.json", "deep.json:1")]
    {
        let found = said(folder.path(), &["evaluate", "p.guiju", data], 1);
        assert!(found.contains("error[G601]") && found.contains(line), "{data}: {found:.500}");
    }
}

#[test]
fn a_workbook_of_one_long_text_is_refused() {
    let folder = folder(&[
        ("p.guiju", Rules::chain(0, 1).into_bytes()),
        ("d.xlsx", inputs::workbook(16_000)),
    ]);
    let found = said(folder.path(), &["evaluate", "p.guiju", "d.xlsx"], 1);
    assert!(found.contains("error[G627]"), "{found}");
}

#[test]
fn files_without_an_end_are_read_to_their_limit() {
    let folder = folder(&[
        ("p.guiju", &*Rules::chain(0, 1)),
        ("d.json", CHAIN_DATA),
        ("m/p.guiju", "pack m\n"),
    ]);
    for name in ["z.guiju", "z.gjc", "m/mutants.allow"] {
        symlink("/dev/zero", folder.path().join(name)).expect("a link");
    }
    for args in [
        &["check", "/dev/zero"][..],
        &["check", "z.guiju"],
        &["check", "p.guiju", "--clauses", "/dev/zero"],
        &["fmt", "z.guiju"],
        &["evaluate", "z.gjc", "d.json"],
        &["diff", "/dev/zero", "p.guiju"],
        &["test", "/dev/zero"],
        &["mutate", "m"],
    ] {
        assert!(said(folder.path(), args, 1).contains("error[G107]"), "{args:?}");
    }
    let input = Command::new("sh")
        .args(["-c", r#"ulimit -v 2097152 && "$0" fmt - < /dev/zero"#, env!("CARGO_BIN_EXE_guiju")])
        .output()
        .expect("a shell");
    assert!(text(&input.stderr).contains("error[G107]"), "{input:?}");
}

#[test]
fn links_to_nothing_are_told() {
    let folder = folder(&[("p.guiju", &*Rules::chain(0, 1)), ("data/g.csv", "id\nG\n")]);
    symlink("nowhere", folder.path().join("data/r.csv")).expect("a link");
    let found = said(folder.path(), &["evaluate", "p.guiju", "data"], 1);
    assert!(found.contains("data/r.csv: it is a link that leads to nothing"), "{found}");
}

#[test]
fn nothing_of_rules_or_data_moves_the_cursor() {
    let folder = folder(&[
        ("p.guiju", inputs::FORGED_RULES),
        ("q.guiju", &Rules::chain(0, 1)),
        ("d.json", inputs::FORGED_DATA),
    ]);
    for (args, status) in [
        (&["check", "p.guiju"][..], 0),
        (&["test", "p.guiju"], 1),
        (&["evaluate", "p.guiju", "d.json", "--records"], 0),
        (&["evaluate", "p.guiju", "d.json", "--format", "html"], 0),
        (&["explain", "p.guiju", "d.json"], 0),
        (&["explain", "p.guiju", "d.json", "--alliance", "G"], 0),
        (&["explain", "p.guiju", "d.json", "--alliance", "G", "--record", "r/R1\n  counted: 9"], 0),
        (&["explain", "p.guiju", "d.json", "--alliance", "nobody\u{1b}[2J"], 1),
        (&["diff", "p.guiju", "q.guiju"], 0),
        (&["evaluate", "nowhere\u{1b}[2J", "d.json"], 1),
        (&["evaluate", "p.guiju", "nowhere\u{1b}[2J.json"], 1),
    ] {
        let shown = said(folder.path(), args, status);
        assert!(!shown.lines().any(|line| line == "  counted: 9"), "{args:?}: {shown}");
    }
}

#[test]
fn large_declarations_are_checked() {
    for (rules, code) in
        [(Rules::clauses(20_000), 0), (Rules::fields(5_000), 0), (Rules::choices(20_000), 1)]
    {
        let folder = folder(&[("p.guiju", rules)]);
        said(folder.path(), &["check", "p.guiju"], code);
    }
}

#[test]
fn what_a_stranger_may_not_take_is_told() {
    let rules = Rules::chain(0, 1) + &Rules::figures(900);
    let folder = folder(&[
        ("p.guiju", &*rules),
        ("some.json", &inputs::records(5_000, r#""doc": "無""#)),
        ("long.json", &" ".repeat(11 << 20)),
        ("roots.json", &inputs::roots(8_000)),
        ("long.guiju", &Rules::clauses(100_000)),
    ]);
    let evaluate = |data: &str, status: i32| {
        let args = ["evaluate", "p.guiju", data, "--format", "json", "--untrusted"];
        said(folder.path(), &args, status)
    };
    // Hundreds of figures share what they need, which is listed as far as anybody reads.
    let result = evaluate("some.json", 0);
    assert!(result.len() < 20_000_000 && result.contains(r#""more": 4999"#), "{}", result.len());
    for (data, told) in [("long.json", "G627"), ("roots.json", "`Limits::memory`")] {
        let found = evaluate(data, 1);
        assert!(found.contains(told), "{data}: {found:.500}");
    }
    for args in [&["check", "long.guiju"][..], &["fmt", "long.guiju"], &["test", "long.guiju"]] {
        let args = [args, &["--untrusted"]].concat();
        let found = said(folder.path(), &args, 1);
        assert!(found.contains("error[G107]") || found.contains("error[G108]"), "{found:.500}");
    }
}

#[test]
fn damaged_compiled_packs_are_refused_or_judge() {
    let folder = folder(&[
        ("p.guiju", &*Rules::claims(2)),
        ("d.json", &*inputs::records(3, r#""doc": "A""#)),
    ]);
    said(folder.path(), &["compile", "p.guiju", "-o", "p.gjc"], 0);
    let whole = fs::read(folder.path().join("p.gjc")).expect("it was written");
    for at in (0..whole.len()).step_by(whole.len() / 25 + 1) {
        for change in [1, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            fs::write(folder.path().join("p.gjc"), bytes).expect("a file");
            let output = bounded(folder.path(), &["evaluate", "p.gjc", "d.json"]);
            let ended = output.status.code();
            assert!(matches!(ended, Some(0 | 1)), "byte {at}: {output:?}");
        }
    }
}
