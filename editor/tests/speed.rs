//! How long answers take in a pack of 5,000 lines: printed, never asserted. Run it optimised:
//! `cargo test --release -p guiju-editor --test speed -- --nocapture`.

#![expect(clippy::print_stdout, reason = "what was tried and measured is told with `--nocapture`")]

mod common;

use std::time::Instant;

use common::{Client, at, uri};
use serde_json::json;

#[test]
fn answers_in_a_large_pack() {
    let mut text = String::from(
        "pack large \"大\"\nsource g { 1 \"條文\" }\nentity alliance { key id: text }\nentity member in alliance {\n  key name: text\n  kind: company | school | person\n  fee: money\n}\n",
    );
    let mut number = 0;
    while text.lines().count() < 5_000 {
        text.push_str(&format!(
            "\nlet member.ok_{number} \"條件 {number}\" / \"condition {number}\" = fee > {number} 元 and kind in (company, school)\n  else \"會費 {{fee}} 不足\" / \"fee of {{fee}}\"  @ 1\n\n\
             tally t_{number} \"核計 {number}\" / \"tally {number}\" in 家 from member {{\n  select kind <> person  @ 1\n  require ok_{number}\n  count\n}}\n\nkpi k_{number} \"指標 {number}\" = t_{number} * 2  @ 1\n"
        ));
        number += 1;
    }
    let mut client = Client::english(&[("/w/p/a.guiju", &text)]);
    client.open("/w/p/a.guiju");
    let mut version = 1;
    let mut mark = at("/w/p/a.guiju", &text, "require ok_200", 10);
    mark["context"] = json!({ "includeDeclaration": true, "diagnostics": [] });
    mark["newName"] = json!("renamed");
    mark["range"] = json!({ "start": { "line": 2000, "character": 0 }, "end": { "line": 2060, "character": 0 } });
    mark["options"] = json!({ "tabSize": 2, "insertSpaces": true });
    println!("{} lines, {} KiB", text.lines().count(), text.len() / 1024);
    for method in [
        "hover",
        "definition",
        "references",
        "completion",
        "signatureHelp",
        "documentSymbol",
        "foldingRange",
        "semanticTokens/full",
        "semanticTokens/range",
        "formatting",
        "inlayHint",
        "codeLens",
        "codeAction",
        "documentLink",
        "rename",
    ] {
        // As it is while somebody types: the text has just changed. Then again, with nothing
        // changed.
        let mut took = Vec::new();
        for typed in [true, true, true, false, false, false] {
            if typed {
                version += 1;
                let changes = json!([{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "text": "\n" }]);
                client.tell(
                    "textDocument/didChange",
                    json!({ "textDocument": { "uri": uri("/w/p/a.guiju"), "version": version }, "contentChanges": changes }),
                );
            }
            let start = Instant::now();
            client.ask(&format!("textDocument/{method}"), mark.clone());
            took.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let median = |times: &[f64]| {
            let mut times = times.to_vec();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        println!(
            "{method:22} {:7.1} ms after a change, {:7.1} ms otherwise",
            median(&took[..3]),
            median(&took[3..])
        );
    }
    let start = Instant::now();
    client.problems();
    println!("{:22} {:7.1} ms", "problems", start.elapsed().as_secs_f64() * 1e3);
}
