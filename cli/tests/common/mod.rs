//! Runs the built command on the fixtures and shows all that came out of it.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command with these arguments, run in the folder of fixtures, with this standard input.
pub(crate) fn run_with(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guiju"))
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    // A command that does not read its input closes it.
    drop(child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes())));
    child.wait_with_output().expect("the command ends")
}

/// The same without input.
pub(crate) fn run(args: &[&str]) -> Output {
    run_with(args, "")
}

/// Status, standard output and standard error, for a snapshot.
pub(crate) fn show(output: &Output) -> String {
    let mut text = format!(
        "status: {}\n",
        output.status.code().map_or("none".to_owned(), |code| code.to_string())
    );
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !bytes.is_empty() {
            text.push_str(&format!("----- {name}\n{}", String::from_utf8_lossy(bytes)));
        }
    }
    text
}

/// What is shown of a page for these arguments: without its style, which is the same for every
/// page.
pub(crate) fn shown_page(args: &[&str]) -> String {
    let text = shown(args);
    match (text.split_once("<style>"), text.split_once("</style>")) {
        (Some((before, _)), Some((_, after))) => format!("{before}<style>…</style>{after}"),
        _ => text,
    }
}

/// What is shown for these arguments.
pub(crate) fn shown(args: &[&str]) -> String {
    show(&run(args))
}
