//! Awards, figures of records, measures and conditions over records in a session: where they are
//! declared and used, what is known of them, what may stand in them, and how they are renamed.

mod common;

use common::{Client, at, range};
use serde_json::json;

const RULES: &str = "pack call \"徵件\" / \"call\"
source g \"須知\" / \"guide\" { 1 \"補助\" / \"grants\"  2 \"評審\" / \"experts\" }
entity project \"計畫\" / \"project\" { key id: text  field: ict | bio  cost \"經費\" / \"cost\": money }
entity review \"評審\" / \"review\" in project {
  key no: text
  round \"輪次\" / \"round\": int
  points \"分數\" / \"points\": number 0..100 in 分
}
entity remark \"意見\" / \"remark\" in project { key no: text  on: review  round: int  length: int }
let budget = 100 元  @ 1
tally review.remarks \"意見數\" / \"remarks\" in 則 from remark { count  maximum length as longest \"最長\" / \"longest\" }  @ 2
tally remark.alike \"同輪\" / \"of one round\" in 則 from remark by round { count }  @ 2
tally score \"平均\" / \"score\" in 分 from review {
  require remarks >= 1 則 and longest > 0 else \"無意見 {remarks}\" / \"no remark {remarks}\"  @ 2
  average points
  count distinct round as rounds \"輪數\" / \"rounds\" in 輪
}
obligation heard \"已評\" / \"heard\" expect some(review: points > 0 分)  @ 2
award funded \"核定\" / \"funded\" for programme by field from project {
  require heard is met else \"未評\" / \"not heard\"  @ 1
  order highest score, lowest cost
  budget budget  give min(cost, 60 元)  rest partly  ties open
} @ 1
kpi granted \"核定額\" / \"granted\" for programme = sum(funded.amount)  @ 1
test \"甲\" { project A { field: ict  cost: 70 元  review R { round: 1  points: 80 分 } remark M { on: R  round: 1  length: 3 } }
  expect A.review.R.remarks = 1 則
  expect A.funded.amount = 60 元
  expect A counted in funded }
";

const PATH: &str = "/w/call/a.guiju";

fn client() -> Client {
    Client::english(&[(PATH, RULES)])
}

#[test]
fn what_is_known_of_figures_of_records_and_awards_is_shown() {
    let mut client = client();
    client.open(PATH);
    let hover = |client: &mut Client, mark: &str| {
        let answer = client.ask("textDocument/hover", at(PATH, RULES, mark, 0));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(
        ["remarks >= 1", "longest > 0", "funded.amount)", "rounds"]
            .map(|mark| hover(&mut client, mark))
            .join("\n=====\n")
    );
}

#[test]
fn they_are_renamed_in_rules_messages_and_tests() {
    let mut client = client();
    client.open(PATH);
    let rename = |client: &mut Client, mark: &str, to: &str| {
        let mut asked = at(PATH, RULES, mark, 0);
        asked["newName"] = json!(to);
        let answer = client.ask("textDocument/rename", asked);
        match answer["error"]["message"].as_str() {
            Some(refused) => format!("{mark} → {to}: {refused}"),
            None => {
                let edits = answer["changes"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .flat_map(|(_, edits)| edits.as_array().into_iter().flatten());
                let edits: Vec<String> = edits.map(|edit| range(&edit["range"])).collect();
                format!("{mark} → {to}: {}", edits.join(" "))
            }
        }
    };
    let asked = [
        ("remarks >= 1", "notes"),
        ("longest > 0", "most"),
        ("funded.amount)", "granted_to"),
        ("round {", "turn"),
        ("remarks >= 1", "points"),
        ("longest > 0", "remarks"),
        ("funded }", "score"),
    ];
    insta::assert_snapshot!(asked.map(|(mark, to)| rename(&mut client, mark, to)).join("\n"));
}

#[test]
fn what_may_stand_in_them_is_offered() {
    let mut client = client();
    client.open(PATH);
    let mut offered = |written: &str| -> String {
        client.change(PATH, 2, &format!("{RULES}{written}"));
        let place = guiju_editor::Text::new(format!("{RULES}{written}")).place(usize::MAX);
        let asked = json!({ "textDocument": { "uri": common::uri(PATH) }, "position": { "line": place.line, "character": place.column } });
        let answer = client.ask("textDocument/completion", asked);
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let shown: Vec<&str> =
            items.iter().take(9).filter_map(|item| item["label"].as_str()).collect();
        format!("{written}|\n    {}", shown.join(" · "))
    };
    let award = "award a for programme from project {";
    let all = [
        "award a from ".to_owned(),
        format!("{award} or"),
        format!("{award} require he"),
        format!("{award} require heard is"),
        format!("{award} order "),
        format!("{award} order highest score, "),
        format!("{award} order highest "),
        format!("{award} rest "),
        format!("{award} places 2 ties "),
        "award a from review { order highest poi".to_owned(),
        "award a from review { order highest rem".to_owned(),
        "award a from review { order highest points places co".to_owned(),
        "kpi k for programme = sum(funded.".to_owned(),
        "kpi k for programme = count(counted in ".to_owned(),
        "let review.x = re".to_owned(),
        "let remark.x = on.".to_owned(),
        "let project.x = some(".to_owned(),
        "let project.x = every(review: ".to_owned(),
        "tally review.x from remark by ".to_owned(),
        "tally x from review { aver".to_owned(),
        "tally x from review { tar".to_owned(),
        "tally x from review { average ".to_owned(),
        "tally x from review { count dis".to_owned(),
        "entity barred in programme { key no: text }\ntally x from review { require by not in "
            .to_owned(),
        "extend tally ".to_owned(),
        "extend tally review.".to_owned(),
        "extend tally review.remarks { require le".to_owned(),
        "drop tally rev".to_owned(),
        "test \"t\" { project A { } expect A.fun".to_owned(),
        "test \"t\" { project A { } expect A.funded.".to_owned(),
        "test \"t\" { project A { } expect A.review.R.re".to_owned(),
        "test \"t\" { project A { } expect A counted in fu".to_owned(),
    ];
    insta::assert_snapshot!(all.map(|written| offered(&written)).join("\n"));
}

#[test]
fn they_stand_in_the_outline_and_their_figures_in_the_margin() {
    let data = json!({ "projects": [
        { "id": "A", "field": "ict", "cost": 70, "review": [{ "no": "R", "round": 1, "points": 80 }],
            "remark": [{ "no": "M", "on": "R", "round": 1, "length": 3 }] },
        { "id": "B", "field": "bio", "cost": 70, "review": [], "remark": [] },
    ] });
    let mut client = Client::english(&[(PATH, RULES), ("/w/call/data.json", &data.to_string())]);
    client.open(PATH);
    client.problems();
    client.session.figures();
    let outline = client.ask(
        "textDocument/documentSymbol",
        json!({ "textDocument": { "uri": common::uri(PATH) } }),
    );
    let names = outline.as_array().into_iter().flatten().map(|entry| {
        let within: Vec<&str> = entry["children"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|child| child["name"].as_str())
            .collect();
        format!(
            "{}: {} [{}]",
            entry["name"].as_str().unwrap_or_default(),
            entry["detail"].as_str().unwrap_or_default(),
            within.join(", ")
        )
    });
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 40, "character": 0 } });
    let hints = client.ask(
        "textDocument/inlayHint",
        json!({ "textDocument": { "uri": common::uri(PATH) }, "range": whole }),
    );
    let hints = hints.as_array().cloned().unwrap_or_default();
    let hints = hints.iter().map(|hint| {
        format!("{}:{} {}", hint["position"]["line"], hint["position"]["character"], hint["label"])
    });
    insta::assert_snapshot!(names.chain(hints).collect::<Vec<_>>().join("\n"));
}
