//! A session in memory: each request with its answer, and what a client may do wrong.

mod common;

use common::{Client, at, range};
use serde_json::{Value, json};

const BASE: &str = "pack old \"舊版\" / \"old\"
source g \"要點\" / \"rules\" { 1 \"第一條😀\" / \"clause one\"
  2 \"第二條\" / \"clause two\" }
entity alliance { key id: text  field: ict \"資通訊\" / \"ICT\" | bio }
entity member in alliance {
  key name: text
  kind \"類別\" / \"kind\": company \"公司\" / \"company\" | school | person
  fee \"會費\" / \"fee\": money
}
-- 註解
-- 兩行
let least \"下限\" / \"least\" = 5 元 @ 1
let member.paying \"已繳費\" / \"paying\" = fee > least else \"未繳 {fee}\" / \"unpaid {fee}\" @ 1
tally members \"會員😀\" / \"members\" in 家 from member {
  require paying
  select kind in (company, school) @ 1
  count
}
kpi double \"兩倍\" / \"double\" = members * 2 @ 1
";

const NEW: &str = "pack new \"新版\" / \"new\" amends old
source h { 9 \"第九條\" / \"clause nine\" }
let least \"下限\" / \"least\" = 6 元 @ 9
extend tally members { after paying require kind <> school else \"學校\" / \"a school\" @ 9 }
";

const TESTS: &str =
    "test \"甲😀\" { alliance A { member M { kind: company  fee: 7 元 } } expect A.members = 1 家 }
test \"fails\" { alliance A { member M { kind: school } } expect A.members = 1 家 }
";

fn client() -> Client {
    Client::english(&[
        ("/w/old/a.guiju", BASE),
        ("/w/new/b.guiju", NEW),
        ("/w/new/tests/t.guiju", TESTS),
    ])
}

/// Places of an answer, without the folder.
fn spots(answer: &Value) -> Vec<String> {
    let spot = |found: &Value| {
        format!(
            "{} {}",
            found["uri"].as_str().unwrap_or_default().replace("file:///w/", ""),
            range(&found["range"])
        )
    };
    answer.as_array().into_iter().flatten().map(spot).collect()
}

#[test]
fn names_lead_to_what_is_in_force_and_from_there_to_what_it_replaced() {
    let mut client = client();
    let (base, new) = (client.open("/w/old/a.guiju"), client.open("/w/new/b.guiju"));
    let found = client.ask("textDocument/definition", at("/w/new/b.guiju", &new, "paying", 0));
    assert_eq!(spots(&found), ["old/a.guiju 12:11-12:17"]);
    let found = client.ask("textDocument/definition", at("/w/new/b.guiju", &new, "least", 0));
    assert_eq!(spots(&found), ["old/a.guiju 11:4-11:9"]);
    let found = client.ask("textDocument/definition", at("/w/old/a.guiju", &base, "> least", 2));
    assert_eq!(spots(&found), ["old/a.guiju 11:4-11:9"]);
    let mut asked = at("/w/old/a.guiju", &base, "kind \"", 0);
    asked["context"] = json!({ "includeDeclaration": true });
    let found = client.ask("textDocument/references", asked);
    let expected = [
        "new/b.guiju 3:44-3:48",
        "new/tests/t.guiju 0:37-0:41",
        "new/tests/t.guiju 1:39-1:43",
        "old/a.guiju 6:2-6:6",
        "old/a.guiju 15:9-15:13",
    ];
    assert_eq!(spots(&found), expected);
}

#[test]
fn what_is_known_of_a_name_is_shown_in_the_language_of_the_client() {
    let mut client = client();
    let new = client.open("/w/new/b.guiju");
    let hover = |client: &mut Client, mark: &str| {
        let answer = client.ask("textDocument/hover", at("/w/new/b.guiju", &new, mark, 0));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(
        ["least", "members", "kind", "@ 9"]
            .map(|mark| if mark == "@ 9" {
                hover(&mut client, "9 }")
            } else {
                hover(&mut client, mark)
            })
            .join("\n=====\n")
    );
}

#[test]
fn names_are_changed_everywhere_or_not_at_all() {
    let mut client = client();
    let (base, new) = (client.open("/w/old/a.guiju"), client.open("/w/new/b.guiju"));
    let rename = |client: &mut Client, mut asked: Value, to: &str| {
        asked["newName"] = json!(to);
        let answer = client.ask("textDocument/rename", asked);
        match answer["error"]["message"].as_str() {
            Some(refused) => vec![refused.to_owned()],
            None => {
                let changes = answer["changes"].as_object().cloned().unwrap_or_default();
                let files = changes.iter().map(|(uri, edits)| {
                    let edits: Vec<String> = edits
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|edit| range(&edit["range"]))
                        .collect();
                    format!("{} {}", uri.replace("file:///w/", ""), edits.join(" "))
                });
                let mut files: Vec<String> = files.collect();
                files.sort();
                files
            }
        }
    };
    let at_fee = at("/w/old/a.guiju", &base, "fee \"", 0);
    let changed = rename(&mut client, at_fee.clone(), "會費");
    assert_eq!(
        changed,
        ["new/tests/t.guiju 0:52-0:55", "old/a.guiju 7:2-7:5 12:37-12:40 12:59-12:62 12:76-12:79"]
    );
    let changed = rename(&mut client, at("/w/new/b.guiju", &new, "paying", 2), "paid");
    assert_eq!(changed, ["new/b.guiju 3:29-3:35", "old/a.guiju 12:11-12:17 14:10-14:16"]);
    for (asked, to) in [
        (at_fee.clone(), "kind"),
        (at_fee.clone(), "least"),
        (at_fee.clone(), "a b"),
        (at_fee, "and"),
        (at("/w/old/a.guiju", &base, "count\n", 0), "n"),
        (at("/w/old/a.guiju", &base, "old", 0), "older"),
        (at("/w/old/a.guiju", &base, "1 \"", 0), "-1"),
    ] {
        let refused = rename(&mut client, asked, to);
        insta::assert_snapshot!(
            format!("refused_{to}").replace([' ', '-'], "_"),
            refused.join("\n")
        );
    }
    // An edition of a pack that comes with the program: what that one declares is no file here.
    client.open_with("/w/mine/a.guiju", "pack mine amends alliance_108\nlet signing_window = 109/01/01 .. 109/12/31 because \"x\"\n");
    let refused = rename(
        &mut client,
        json!({ "textDocument": { "uri": "file:///w/mine/a.guiju" }, "position": { "line": 1, "character": 6 } }),
        "window",
    );
    assert!(refused[0].contains("no file of this workspace"), "{refused:?}");
}

#[test]
fn what_may_stand_at_the_cursor_is_offered_by_name_and_label() {
    let mut client = client();
    client.open("/w/old/a.guiju");
    let mut offered = |written: &str| -> String {
        let text = format!("{BASE}{}", written.replace('|', ""));
        client.change("/w/old/a.guiju", 2, &text);
        let place = guiju_editor::Text::new(format!(
            "{BASE}{}",
            written.split('|').next().unwrap_or_default()
        ));
        let place = place.place(usize::MAX);
        let asked = json!({ "textDocument": { "uri": "file:///w/old/a.guiju" }, "position": { "line": place.line, "character": place.column } });
        let answer = client.ask("textDocument/completion", asked);
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let shown: Vec<String> = items
            .iter()
            .take(9)
            .map(|item| {
                let (label, filter) = (
                    item["label"].as_str().unwrap_or_default(),
                    item["filterText"].as_str().unwrap_or_default(),
                );
                if label == filter { label.to_owned() } else { format!("{label} ({filter})") }
            })
            .collect();
        format!("{written}\n    {}", shown.join(" · "))
    };
    let all = [
        "ta|",
        "tally t from |",
        "let member.x = |",
        "let member.x = 會|",
        "let member.x = kind = |",
        "let member.x = kind in (company, |",
        "let member.x = counted in |",
        "kpi k = me|",
        "kpi k = double + 兩|",
        "kpi k = members @ |",
        "kpi k = members @ 1, |",
        "check c on member.|",
        "extend entity { x: |",
        "entity e in |",
        "classify member.c: a | b { kind = company => |",
        "tally t from member { require pay|",
        "once o by name between |",
        "test \"t\" { |",
        "test \"t\" { alliance A { |",
        "test \"t\" { alliance A { member M { kind: |",
        "test \"t\" { alliance A { } expect A.|",
        "test \"t\" { alliance A { } expect A.member.M counted in |",
        "let x = 5 |",
        "-- le|",
        "let x \"le|",
    ];
    insta::assert_snapshot!(all.map(&mut offered).join("\n"));
}

#[test]
fn a_file_is_outlined_folded_coloured_laid_out_and_linked() {
    let mut client = client();
    let base = client.open("/w/old/a.guiju");
    let document = json!({ "textDocument": { "uri": "file:///w/old/a.guiju" } });
    let mut text = String::new();
    let symbols = client.ask("textDocument/documentSymbol", document.clone());
    fn show(symbols: &Value, depth: usize, out: &mut String) {
        for symbol in symbols.as_array().into_iter().flatten() {
            let (name, detail) = (
                symbol["name"].as_str().unwrap_or_default(),
                symbol["detail"].as_str().unwrap_or_default(),
            );
            out.push_str(&format!(
                "{}{name} [{detail}] {} {}\n",
                "  ".repeat(depth),
                range(&symbol["range"]),
                range(&symbol["selectionRange"])
            ));
            show(&symbol["children"], depth + 1, out);
        }
    }
    show(&symbols, 0, &mut text);
    let folds = client.ask("textDocument/foldingRange", document.clone());
    for fold in folds.as_array().into_iter().flatten() {
        text.push_str(&format!(
            "fold {}-{} {}\n",
            fold["startLine"], fold["endLine"], fold["kind"]
        ));
    }
    let coloured = client.ask("textDocument/semanticTokens/full", document.clone());
    let numbers: Vec<u64> =
        coloured["data"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let (mut line, mut column) = (0, 0);
    let lines = guiju_editor::Text::new(base.clone());
    for token in numbers.chunks(5) {
        (line, column) =
            if token[0] == 0 { (line, column + token[1]) } else { (line + token[0], token[1]) };
        let place =
            |column| lines.offset(guiju_editor::Place { line: line as u32, column: column as u32 });
        let word = &base[place(column)..place(column + token[2])];
        if (12..=15).contains(&line) {
            text.push_str(&format!(
                "{word} {}\n",
                guiju_editor::ask::colours::SORTS[token[3] as usize]
            ));
        }
    }
    let links = client.ask("textDocument/documentLink", document.clone());
    for link in links.as_array().into_iter().flatten() {
        text.push_str(&format!(
            "link {} {} {}\n",
            range(&link["range"]),
            link["target"],
            link["tooltip"]
        ));
    }
    let mut asked = document.clone();
    asked["range"] =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let hints = client.ask("textDocument/inlayHint", asked);
    for hint in hints.as_array().into_iter().flatten() {
        text.push_str(&format!(
            "hint {}:{} {}\n",
            hint["position"]["line"], hint["position"]["character"], hint["label"]
        ));
    }
    let edits = client.ask(
        "textDocument/formatting",
        json!({ "textDocument": { "uri": "file:///w/old/a.guiju" }, "options": { "tabSize": 2, "insertSpaces": true } }),
    );
    text.push_str(&format!("edits {}\n", edits.as_array().map_or(0, Vec::len)));
    let called =
        client.ask("textDocument/signatureHelp", at("/w/old/a.guiju", &base, "= members", 2));
    text.push_str(&format!("call {called}\n"));
    client.change("/w/old/a.guiju", 3, &format!("{base}kpi k = round(members, |").replace('|', ""));
    let end = guiju_editor::Text::new(format!("{base}kpi k = round(members, ")).place(usize::MAX);
    let called = client.ask(
        "textDocument/signatureHelp",
        json!({ "textDocument": { "uri": "file:///w/old/a.guiju" }, "position": { "line": end.line, "character": end.column } }),
    );
    text.push_str(&format!(
        "call {} {}\n",
        called["signatures"][0]["label"], called["activeParameter"]
    ));
    insta::assert_snapshot!(text);
}

#[test]
fn problems_come_and_go_in_all_packs_that_read_a_file() {
    let mut client = client();
    client.open("/w/old/a.guiju");
    let found = client.problems();
    assert!(found.values().all(Vec::is_empty), "{found:?}");
    client.change("/w/old/a.guiju", 2, &BASE.replace("let member.paying", "let member.payed"));
    let found = client.problems();
    assert_eq!(found["/w/old/a.guiju"].len(), 1, "{found:?}");
    assert!(found["/w/old/a.guiju"][0].starts_with("14:10-14:16 "), "{found:?}");
    // The edition asks for it too.
    assert!(found.contains_key("/w/new/b.guiju"), "{found:?}");
    // What comes too late is of another text.
    client.change("/w/old/a.guiju", 1, "");
    assert!(client.problems().is_empty());
    client.change("/w/old/a.guiju", 3, BASE);
    assert!(client.problems().values().all(Vec::is_empty));
    // A file that goes takes its problems with it.
    client
        .files
        .0
        .borrow_mut()
        .insert("/w/new/c.guiju".to_owned(), "let x = nothing @ 1".to_owned());
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert!(!client.problems()["/w/new/c.guiju"].is_empty());
    client.files.0.borrow_mut().remove("/w/new/c.guiju");
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(client.problems().get("/w/new/c.guiju"), Some(&Vec::new()));
}

#[test]
fn suggestions_of_the_compiler_are_offered_and_no_others() {
    let mut client = client();
    let text =
        BASE.replace("require paying", "require payng").replace("members * 2 @ 1", "members * 2");
    client.open_with("/w/old/a.guiju", &text);
    let asked = |line: u32| {
        let whole = json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 99 } });
        json!({ "textDocument": { "uri": "file:///w/old/a.guiju" }, "range": whole, "context": { "diagnostics": [] } })
    };
    let actions = client.ask("textDocument/codeAction", asked(14));
    assert_eq!(
        (actions.as_array().map(Vec::len), actions[0]["title"].as_str()),
        (Some(1), Some("change to `paying`")),
        "{actions}"
    );
    // A rule without a clause is told, and nothing is put in the clause's place.
    assert_eq!(client.ask("textDocument/codeAction", asked(18)), json!([]));
}

#[test]
fn tests_are_run_and_what_failed_is_told_until_something_changes() {
    let mut client = client();
    client.open("/w/new/tests/t.guiju");
    client.problems();
    let lenses = client.ask(
        "textDocument/codeLens",
        json!({ "textDocument": { "uri": "file:///w/new/tests/t.guiju" } }),
    );
    let titles: Vec<&str> = lenses
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|lens| lens["command"]["title"].as_str())
        .collect();
    assert_eq!(titles, ["run all tests", "run test", "run test"]);
    let run = |client: &mut Client, lens: usize| {
        client.ask("workspace/executeCommand", lenses[lens]["command"].clone())
    };
    assert_eq!(run(&mut client, 1)["message"], "1 passed, 0 failed");
    assert_eq!(
        run(&mut client, 0),
        json!({ "passed": 1, "failed": 1, "message": "1 passed, 1 failed" })
    );
    assert_eq!(client.problems()["/w/new/tests/t.guiju"].len(), 1);
    client.change("/w/new/tests/t.guiju", 2, TESTS);
    assert_eq!(client.problems()["/w/new/tests/t.guiju"], Vec::<String>::new());
}

#[test]
fn figures_of_the_data_beside_a_pack_stand_in_the_margin() {
    let data = r#"{"alliances": [{"id": "A", "member": [
        {"name": "甲", "kind": "company", "fee": 9}, {"name": "乙", "kind": "school", "fee": 1}, {"name": "丙", "kind": "company"}]}]}"#;
    let mut client = Client::english(&[("/w/old/a.guiju", BASE), ("/w/old/data.json", data)]);
    client.open("/w/old/a.guiju");
    client.problems();
    client.session.figures();
    let asked = json!({ "textDocument": { "uri": "file:///w/old/a.guiju" }, "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } } });
    let hints = client.ask("textDocument/inlayHint", asked);
    let shown: Vec<String> = hints
        .as_array()
        .into_iter()
        .flatten()
        .map(|hint| {
            format!("{} {}", hint["position"]["line"], hint["label"].as_str().unwrap_or_default())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn whatever_a_client_does_it_is_answered() {
    let mut client = Client::english(&[("/w/readme.md", "no pack")]);
    for uri in ["file:///w/none.guiju", "untitled:Untitled-1", "file:///", "x", ""] {
        client.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "guiju", "version": 1, "text": "tally 😀 from {" } }),
        );
        for method in [
            "hover",
            "definition",
            "completion",
            "signatureHelp",
            "documentSymbol",
            "foldingRange",
            "semanticTokens/full",
            "formatting",
            "codeLens",
            "documentLink",
        ] {
            let place = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
            client.ask(
                &format!("textDocument/{method}"),
                json!({ "textDocument": { "uri": uri }, "position": place }),
            );
        }
    }
    client.problems();
    // A line of a mebibyte.
    let long = format!("pack p\nlet x = ({}1) @ 甲😀", "1 + ".repeat(1 << 18));
    client.open_with("/w/p/long.guiju", &long);
    client.problems();
    let document = json!({ "textDocument": { "uri": "file:///w/p/long.guiju" }, "position": { "line": 1, "character": 500_000 } });
    for method in ["hover", "completion", "semanticTokens/full", "foldingRange", "formatting"] {
        assert_eq!(
            client.ask(&format!("textDocument/{method}"), document.clone()).get("error"),
            None,
            "{method}"
        );
    }
    for (method, params) in [
        ("textDocument/hover", json!(7)),
        ("textDocument/none", json!({})),
        ("initialize", json!({})),
        ("workspace/executeCommand", json!({ "command": "rm" })),
    ] {
        assert!(client.ask(method, params)["error"]["code"].is_i64(), "{method}");
    }
    for (method, params) in [
        ("textDocument/didChange", json!({})),
        ("textDocument/didOpen", json!(null)),
        ("none", json!({})),
    ] {
        assert!(client.tell(method, params).is_empty());
    }
    assert_eq!(client.ask("shutdown", json!(null)), Value::Null);
    assert!(client.ask("textDocument/hover", document)["error"]["code"].is_i64());
    client.tell("exit", json!(null));
    assert!(client.session.is_over() && client.session.took_leave());
}

#[test]
fn a_failure_of_ours_and_requests_that_are_taken_back_end_one_answer() {
    let frame = |body: Value| {
        let body = body.to_string();
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let hover = |id: u32| json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": { "textDocument": { "uri": "file:///w/a.guiju" }, "position": { "line": 0, "character": 0 } } });
    let sent = [
        frame(
            json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {}, "locale": "en" } }),
        ),
        frame(hover(2)),
        frame(json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 2 } })),
        frame(hover(3)),
        frame(json!({ "jsonrpc": "2.0", "id": 4, "method": "shutdown" })),
        frame(json!({ "jsonrpc": "2.0", "method": "exit" })),
    ];
    let input = std::io::Cursor::new(sent.concat().into_bytes());
    let mut output = Vec::new();
    let left = guiju_editor::serve(
        input,
        &mut output,
        std::rc::Rc::new(common::Stored::default()),
        &guiju::Limits::default(),
        guiju::Locale::En,
    )
    .expect("memory");
    let said = String::from_utf8_lossy(&output).into_owned();
    assert!(left && said.contains(r#""id":3"#) && said.contains(r#""id":4"#), "{said}");
}

#[test]
fn rows_of_tables_are_told_of_in_their_file_as_it_stands_in_the_editor() {
    let rules = "pack p\nsource g { 1 }\nentity shop { key id: text  fee: money }\n\
        table rate above money file \"rates.csv\" @ 1\nkpi due = fee * rate(fee) @ 1\n";
    let mut client =
        Client::english(&[("/w/p/a.guiju", rules), ("/w/p/rates.csv", "money,rate\n0,1%\n5,x\n")]);
    client.open("/w/p/a.guiju");
    let found = client.problems();
    let of = |found: &std::collections::BTreeMap<String, Vec<String>>, file: &str| {
        let files = found.iter().filter(|(name, _)| name.ends_with(file));
        files.flat_map(|(_, told)| told.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&found, "rates.csv"), ["2:2-2:3 G607"], "{found:?}");
    client.open_with("/w/p/rates.csv", "money,rate\n0,1%\n5,2%\n");
    assert!(of(&client.problems(), "rates.csv").is_empty());
    client.change("/w/p/rates.csv", 2, "money,rate\n5,2%\n");
    assert_eq!(of(&client.problems(), "rates.csv"), ["1:0-1:4 G239"]);
}
