//! Requests of guiju's own, beside those of the protocol: results of the data, why they are so, and
//! what tests leave open. Clients that do not know them miss nothing else.
//!
//! Not here: the answers (`ask::live`, `ask::tested`).

use guiju::{JsonOptions, KpiId, Localized, Question, RootOutcome, Source, kpi_words};
use guiju_model::rules::Kpi;
use lsp_server::ErrorCode;
use lsp_types::TextDocumentIdentifier;
use serde::Deserialize;
use serde_json::{Map, Value, from_str, json};

use super::answers::{Refusal, params};
use super::convert::range;
use super::session::Session;
use crate::ask::live::{data, worth};
use crate::ask::tested::{self, Seen, Silent, Survivor};
use crate::text::Spot;

/// What each of them is asked with; the rest is for explanations.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    text_document: TextDocumentIdentifier,
    /// The root by its number in the data, from 0.
    #[serde(default)]
    root: usize,
    kpi: Option<String>,
    obligation: Option<String>,
    entity: Option<String>,
    key: Option<String>,
}

impl Session {
    /// The result of a request of guiju's own; `None` where it is none.
    pub(super) fn report(&mut self, method: &str, value: Value) -> Option<Result<Value, Refusal>> {
        let known = ["guiju/results", "guiju/explain", "guiju/coverage", "guiju/mutants"];
        known.contains(&method).then(|| {
            let asked: Asked = params(value)?;
            let path = self.addresses.keep(&asked.text_document.uri);
            match method {
                "guiju/coverage" => self.coverage(&path),
                "guiju/mutants" => self.mutants(&path),
                "guiju/explain" => self.judged(&path, Some(&asked)),
                _ => self.judged(&path, None),
            }
        })
    }

    /// The results of the data beside a pack in the one JSON form, with what people call its KPIs
    /// and their values in words; or the answer to a question about them. Nothing where there is no
    /// data.
    fn judged(&self, path: &str, asked: Option<&Asked>) -> Result<Value, Refusal> {
        let analysis = self.workspace.analysis(path);
        let Some(pack) = analysis.findings().pack.as_ref() else { return Err(self.unsound()) };
        let limits = worth(self.workspace.limits());
        let found =
            data(&analysis.folder, pack, self.workspace.files(), &limits, self.data.as_deref());
        let Some(found) = found else { return Ok(Value::Null) };
        let data = found.map_err(|problems| {
            let all: Vec<String> =
                problems.diagnostics.iter().map(|found| found.message(self.locale)).collect();
            (ErrorCode::RequestFailed, all.join("\n"))
        })?;
        let evaluation = pack
            .evaluate(&data, &limits)
            .map_err(|abort| (ErrorCode::RequestFailed, abort.message(self.locale)))?;
        let Some(asked) = asked else {
            let text = evaluation.to_json(&JsonOptions::default());
            let results: Value =
                from_str(&text).map_err(|error| (ErrorCode::InternalError, error.to_string()))?;
            let kpis = &pack.rules.kpis;
            let label = |kpi: &Kpi| (kpi.name.clone(), json!(kpi.label.get(self.locale)));
            let labels: Map<String, Value> = kpis.iter().map(label).collect();
            let words = |root: &RootOutcome| -> Map<String, Value> {
                let of_kpi = |(at, kpi): (KpiId, &Kpi)| {
                    let words = kpi_words(root.kpis.get(at)?, &kpi.unit, self.locale);
                    Some((kpi.name.clone(), json!(words)))
                };
                kpis.entries().filter_map(of_kpi).collect()
            };
            let words: Vec<_> = evaluation.outcome().roots.iter().map(words).collect();
            return Ok(json!({ "results": results, "labels": labels, "words": words }));
        };
        let question = match asked {
            Asked { kpi: Some(kpi), .. } => Question::Kpi(kpi.clone()),
            Asked { obligation: Some(obligation), .. } => Question::Obligation(obligation.clone()),
            Asked { entity: Some(entity), key: Some(key), .. } => {
                Question::Record { entity: entity.clone(), key: key.clone() }
            }
            _ => Question::Root,
        };
        evaluation
            .explain(asked.root, &question, &limits)
            .map(|explanation| json!({ "text": explanation.to_text(self.locale) }))
            .map_err(|error| (ErrorCode::RequestFailed, error.message(self.locale)))
    }

    fn coverage(&self, path: &str) -> Result<Value, Refusal> {
        let analysis = self.workspace.analysis(path);
        let seen = tested::coverage(&analysis, self.workspace.limits(), self.locale)
            .ok_or_else(|| self.unsound())?;
        let complete = seen.iter().filter(|seen| seen.holds && seen.fails != Some(false)).count();
        let rule = |seen: &Seen| {
            let mut rule = self.placed(&seen.spot);
            rule["rule"] = json!(seen.rule);
            rule["label"] = json!(seen.label);
            rule["holds"] = json!(seen.holds);
            rule["fails"] = json!(seen.fails);
            rule
        };
        let rules: Vec<Value> = seen.iter().map(rule).collect();
        Ok(json!({ "complete": complete, "of": seen.len(), "rules": rules }))
    }

    fn mutants(&self, path: &str) -> Result<Value, Refusal> {
        let analysis = self.workspace.analysis(path);
        let file = format!("{}/mutants.allow", analysis.folder);
        let text = self.workspace.files().text(&file).and_then(Result::ok).unwrap_or_default();
        let allowed = Source::new(file, text);
        let found = tested::mutants(&analysis, &allowed, self.workspace.limits())
            .map_err(|silent| self.silent(silent))?;
        let survivor = |survivor: &Survivor| {
            let mut entry = self.placed(&survivor.spot);
            entry["item"] = json!(survivor.item);
            entry["was"] = json!(survivor.was);
            entry["would"] = json!(survivor.would);
            entry["clauses"] = json!(survivor.clauses);
            entry["proposal"] = json!(survivor.proposal);
            entry
        };
        let survivors: Vec<Value> = found.survivors.iter().map(survivor).collect();
        Ok(json!({
            "noticed": found.noticed,
            "of": found.of,
            "survivors": survivors,
            "proposals": found.proposals,
        }))
    }

    fn placed(&self, spot: &Spot) -> Value {
        let uri = self.addresses.of(&spot.path).map(|uri| uri.as_str().to_owned());
        json!({ "uri": uri, "range": range(spot.reach) })
    }

    fn unsound(&self) -> Refusal {
        self.silent(Silent::Unsound)
    }

    fn silent(&self, silent: Silent) -> Refusal {
        let reason = match silent {
            Silent::Unsound => {
                Localized::new("規則有錯，先改正", "the rules have errors; mend those first")
            }
            Silent::Untested => {
                Localized::new("這個規則包沒有測試", "the pack has no tests; write one first")
            }
            Silent::Failing(names) => Localized::new(
                format!("有測試不通過，先讓這些測試通過：{}", names.join("、")),
                format!("tests fail; mend these first: {}", names.join(", ")),
            ),
        };
        self.refused(&reason)
    }
}
