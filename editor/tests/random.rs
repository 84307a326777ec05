//! Random edits and requests over Chinese, emoji, line ends of either kind and half-written rules:
//! every answer comes, every range lies in its text, and the server's text is the client's.
//! `GUIJU_EDITS` says how many edits; few by default.

#![expect(clippy::print_stdout, reason = "what was tried and measured is told with `--nocapture`")]

mod common;

use common::{Client, uri};
use guiju_editor::{Place, Text};
use lsp_server::Message;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};

const PIECES: &[&str] = &[
    "😀",
    "甲乙",
    "\r\n",
    "\n",
    "\r",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "“",
    "”",
    "--",
    "@ ",
    "@ 1",
    " = ",
    ".",
    ",",
    "tally ",
    "核計 ",
    "require ",
    "選取 ",
    "member",
    "kind",
    "company",
    " in (",
    "let ",
    "test \"",
    "expect A.",
    "e\u{301}",
    "𠮷",
    "\u{FEFF}",
    "\u{202E}",
    "\t",
    "　",
    "＝",
    "５",
    "7 元",
    "extend ",
    "drop ",
    "from ",
    "count\n",
    "\u{0}",
    "award ",
    "核給 ",
    "order highest ",
    "places ",
    "ties ",
    ".rank",
    "funded.",
    "revenue.",
    " by evidence ",
    "average ",
    "count distinct ",
    "some(",
    "every(assessment: ",
    " is met",
    "target sum ",
    "counted in ",
];

const METHODS: &[&str] = &[
    "hover",
    "definition",
    "references",
    "documentHighlight",
    "prepareRename",
    "rename",
    "completion",
    "signatureHelp",
    "documentSymbol",
    "foldingRange",
    "semanticTokens/full",
    "semanticTokens/range",
    "formatting",
    "rangeFormatting",
    "inlayHint",
    "codeLens",
    "codeAction",
    "documentLink",
];

struct Random(ChaCha8Rng);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        (self.0.next_u64() % n.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// The column past which nothing is on a line, as the protocol counts.
fn width(text: &str, line: u32) -> Option<usize> {
    let lines = Text::new(text);
    let line = lines.line(line as usize)?;
    Some(text[line].encode_utf16().count())
}

/// Every range and position in an answer lies in the text of its document, and ends where it begins
/// or later.
fn sound(value: &Value, text: &str, own: bool) {
    match value {
        Value::Object(fields) => {
            if let (Some(line), Some(character), true) = (
                fields.get("line").and_then(Value::as_u64),
                fields.get("character").and_then(Value::as_u64),
                own,
            ) {
                let width =
                    width(text, line as u32).unwrap_or_else(|| panic!("line {line} of {text:?}"));
                assert!(
                    character as usize <= width,
                    "column {character} of line {line} of {text:?}"
                );
                let place = Place { line: line as u32, column: character as u32 };
                let lines = Text::new(text);
                assert_eq!(
                    lines.place(lines.offset(place)),
                    place,
                    "within a character of {text:?}"
                );
            }
            if let (Some(start), Some(end)) = (fields.get("start"), fields.get("end")) {
                let at = |place: &Value| (place["line"].as_u64(), place["character"].as_u64());
                assert!(at(start) <= at(end), "{value}");
            }
            // Other files have another text.
            let own = own
                && fields.get("uri").is_none_or(|found| found == &json!(uri("/w/p/a.guiju")))
                && !fields.contains_key("changes");
            fields.values().for_each(|field| sound(field, text, own));
        }
        Value::Array(list) => list.iter().for_each(|item| sound(item, text, own)),
        _ => {}
    }
}

#[test]
fn random_edits_and_requests_are_answered() {
    let edits: usize =
        std::env::var("GUIJU_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(210);
    let base = guiju_rules::sources("alliance_104").unwrap_or_default();
    let start: String = base
        .iter()
        .filter(|file| !file.name().contains("/tests/"))
        .take(4)
        .map(|file| file.text().to_owned())
        .collect();
    // Beside a pack as it is in force: awards, figures of records, their keys, and conditions over
    // records.
    let repository = |path: &str| {
        let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let call = ["00_call", "10_award", "tests/order"]
        .map(|file| repository(&format!("docs/examples/scored_call/{file}.guiju")));
    let mut starts = vec![start.chars().take(6_000).collect::<String>(), call.concat()];
    for case in [
        "figures_by_key",
        "figures_by_reference",
        "measures",
        "some_and_every",
        "target_of_records",
    ] {
        starts.push(repository(&format!("rules/conformance/constructs/{case}/pack/rules.guiju")));
    }
    let other = "pack q amends p\nextend tally company_members { }\ntest \"甲\" { alliance A { } }";
    let mut random = Random(ChaCha8Rng::seed_from_u64(
        std::env::var("GUIJU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7),
    ));
    let (mut requests, mut text) = (0, String::new());
    let mut client = Client::english(&[("/w/p/a.guiju", ""), ("/w/q/b.guiju", other)]);
    for round in 0..edits {
        // Now and then from the start, with line ends of the other kind.
        if round % 30 == 0 {
            let start = &starts[(round / 30) % starts.len()];
            text = if random.below(2) == 0 { start.clone() } else { start.replace('\n', "\r\n") };
            client.open_with("/w/p/a.guiju", &text);
        }
        let lines = Text::new(text.clone());
        let (a, b) = (random.below(text.len() + 1), random.below(30));
        let (from, to) = (lines.place(a), lines.place((a + b).min(text.len())));
        let by: String = (0..random.below(4)).map(|_| random.pick(PIECES)).collect();
        let range = json!({ "start": { "line": from.line, "character": from.column }, "end": { "line": to.line, "character": to.column } });
        let document = json!({ "uri": uri("/w/p/a.guiju"), "version": round + 2 });
        client.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": by }] }),
        );
        let (from, to) = (lines.offset(from), lines.offset(to));
        text = format!("{}{by}{}", &text[..from], &text[to.max(from)..]);
        for _ in 0..3 {
            let method = random.pick(METHODS);
            let place =
                json!({ "line": random.below(lines.lines() + 2), "character": random.below(90) });
            let end =
                json!({ "line": random.below(lines.lines() + 2), "character": random.below(90) });
            let params = json!({
                "textDocument": { "uri": uri("/w/p/a.guiju") }, "position": place, "range": { "start": place, "end": end }, "newName": random.pick(&["新名", "x1", "kind", "a b"]),
                "context": { "includeDeclaration": true, "diagnostics": [] }, "options": { "tabSize": 2, "insertSpaces": true },
            });
            let answer = client.ask(&format!("textDocument/{method}"), params);
            sound(&answer, &text, true);
            requests += 1;
        }
        if random.below(3) == 0 {
            for message in client.session.problems() {
                let Message::Notification(notification) = message else { continue };
                if notification.params["uri"] == json!(uri("/w/p/a.guiju")) {
                    sound(&notification.params, &text, true);
                }
            }
        }
    }
    println!("{edits} edits and {requests} requests");
}
