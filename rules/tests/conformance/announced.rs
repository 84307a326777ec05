//! In the cases of clauses, the keys of records and roots announce what becomes of them; here the
//! expected results are held to it.
//!
//! `counted-…`, `refused-…`, `undetermined-…` and `outside-…` (of every tally) stand for a record's
//! verdict, the worst where several tallies look at it; a refused one fails one requirement only,
//! which cites the clause. `flagged-…` and `silent-…` say whether a check that cites the clause
//! speaks of the record or root. `met-…`, `not_met-…`, `undetermined-…` and `not_applicable-…`
//! stand for what a root makes of the obligations that cite the clause, those left aside that do
//! not apply to it. Whoever writes a case thus says what is right before the engine does.
//!
//! Not here: whether the engine gives the expected results.

use guiju::Pack;
use serde_json::Value;

use crate::case::{Case, built_in};

const OF_RECORDS: [&str; 6] =
    ["counted", "refused", "undetermined", "outside", "flagged", "silent"];
const OF_CHECKS: [&str; 2] = ["flagged", "silent"];
const OF_ROOTS: [&str; 4] = ["met", "not_met", "undetermined", "not_applicable"];

#[test]
fn clauses_have_the_announced_results() {
    let mut wrong = Vec::new();
    for case in Case::all() {
        let Some((pack, clause)) =
            case.name().strip_prefix("clauses/").and_then(|name| name.split_once('/'))
        else {
            continue;
        };
        let checked = built_in(pack);
        let pack = checked.pack().unwrap_or_else(|| panic!("{} names no sound pack", case.name()));
        let expected = case.expected();
        // A clause may be kept by the data model: then the data of its case is refused.
        let Some(result) = expected.get("expected.json") else { continue };
        let result: Value = serde_json::from_str(result).expect("a result is JSON");
        let look = Look { pack, clause };
        let roots = result
            .as_object()
            .and_then(|result| result.values().find_map(Value::as_array))
            .expect("a result has roots");
        for root in roots {
            let found =
                look.root(root).into_iter().map(|found| format!("{}: {found}", case.name()));
            wrong.extend(found);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Looks at results with a clause in mind.
struct Look<'a> {
    pack: &'a Pack,
    clause: &'a str,
}

impl Look<'_> {
    fn root(&self, root: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let id = text(&root["id"]);
        if let Some(status) = announced(id, &OF_ROOTS) {
            let by_clause = |exact: bool| {
                let found = list(&root["obligations"])
                    .iter()
                    .filter(|found| if exact { self.is_first(found) } else { self.cites(found) });
                found.map(|found| text(&found["status"])).collect::<Vec<_>>()
            };
            let mut statuses = Some(by_clause(true))
                .filter(|found| !found.is_empty())
                .unwrap_or_else(|| by_clause(false));
            if statuses.iter().any(|found| *found != "not_applicable") {
                statuses.retain(|found| *found != "not_applicable");
            }
            if statuses.is_empty() || statuses.iter().any(|found| *found != status) {
                wrong.push(format!("{id}: the obligations are {statuses:?}"));
            }
        }
        if let Some(word) = announced(id, &OF_CHECKS) {
            let own = |issue: &&Value| {
                text(&issue["path"]).matches('/').count() <= 1 && self.cites(issue)
            };
            if list(&root["issues"]).iter().find(own).is_some() != (word == "flagged") {
                wrong.push(format!("{id} is not {word}"));
            }
        }
        for (entity, records) in root["records"].as_object().into_iter().flatten() {
            for (row, record) in list(records).iter().enumerate() {
                let key = text(&record["key"]);
                let Some(word) = announced(key, &OF_RECORDS) else {
                    // A year is a key that has to be what it is.
                    if key.contains('-') {
                        wrong.push(format!("{entity}/{key} announces nothing"));
                    }
                    continue;
                };
                let place = format!("/{entity}/{row}");
                let spoken = list(&root["issues"])
                    .iter()
                    .any(|issue| self.cites(issue) && within(text(&issue["path"]), &place));
                let (found, other) = match word {
                    "flagged" | "silent" => (if spoken { "flagged" } else { "silent" }, None),
                    _ => self.verdict(record),
                };
                if found != word {
                    wrong.push(format!("{entity}/{key} is {found}"));
                }
                wrong.extend(other.map(|other| format!("{entity}/{key} {other}")));
            }
        }
        wrong
    }

    /// The worst verdict, and what is wrong with a refusal.
    fn verdict(&self, record: &Value) -> (&'static str, Option<String>) {
        let verdicts: Vec<&Value> = record["verdicts"]
            .as_object()
            .into_iter()
            .flat_map(|verdicts| verdicts.values())
            .collect();
        let with = |word: &'static str| {
            verdicts.iter().filter(move |verdict| text(&verdict["verdict"]) == word)
        };
        if with("refused").next().is_some() {
            let other = match with("refused").find(|refused| self.cites(refused)) {
                None => Some("is refused for something else".to_owned()),
                Some(refused) if !refused["also"].is_null() => {
                    Some("fails more than one requirement".to_owned())
                }
                Some(_) => None,
            };
            return ("refused", other);
        }
        (
            ["undetermined", "counted"]
                .into_iter()
                .find(|word| with(word).next().is_some())
                .unwrap_or("outside"),
            None,
        )
    }

    /// Whether the clause is the first that a result rests on.
    fn is_first(&self, found: &Value) -> bool {
        text(&found["clause"]).rsplit(':').next() == Some(self.clause)
    }

    /// Whether a result rests on the clause: results name the first clause that a rule cites, and
    /// the others stand on the same line.
    fn cites(&self, found: &Value) -> bool {
        let Some((document, first)) = text(&found["clause"]).split_once(':') else { return false };
        let lines = |document: Option<&str>, id: &str| {
            let documents = self
                .pack
                .documents()
                .iter()
                .filter(move |known| document.is_none_or(|name| known.name == name));
            let clauses = documents.flat_map(|known| &known.clauses).filter(|known| known.id == id);
            let spans = clauses.flat_map(|clause| &clause.cited);
            spans
                .map(|span| {
                    (
                        span.source,
                        self.pack.sources()[span.source.0 as usize].position(span.start).line,
                    )
                })
                .collect::<Vec<_>>()
        };
        let own = lines(None, self.clause);
        lines(Some(document), first).iter().any(|line| own.contains(line))
    }
}

/// The word that a key begins with.
fn announced(key: &str, words: &[&'static str]) -> Option<&'static str> {
    let (word, _) = key.split_once('-')?;
    words.iter().copied().find(|known| *known == word)
}

/// Whether an issue is at a record or one of its fields.
fn within(path: &str, record: &str) -> bool {
    path.strip_prefix(record).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
