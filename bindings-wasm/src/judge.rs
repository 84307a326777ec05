//! Judging: a compiled pack and texts of data in, JSON texts out. Not here: compiling (`compile`).

use guiju::{Dataset, DraftError, Earlier, JsonOptions, JudgedDraft, Limits, Locale, Outcome, Pack, Plan, Question, explain, to_json};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::describe;
use crate::said::{failure, limits, list, locale_of, read, words};

/// How to evaluate, and what to show.
#[derive(Deserialize)]
#[serde(default)]
struct Options {
    locale: Locale,
    records: bool,
    /// One root a line.
    lines: bool,
    /// The name of the data in messages.
    file: Option<String>,
    /// The result of an earlier year, and its name in messages.
    previous: Option<String>,
    previous_file: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options { locale: Locale::ZhTw, records: false, lines: false, file: None, previous: None, previous_file: None }
    }
}

/// What to explain of a root.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Asked {
    Kpi(String),
    Record(String),
    Obligation(String),
}

/// A pack ready to judge.
#[wasm_bindgen]
pub struct Rules {
    pack: Pack,
    limits: Limits,
    /// The draft asked about last: a form asks twice about the same one at every keystroke.
    last: Option<(String, String, JudgedDraft)>,
}

#[wasm_bindgen]
impl Rules {
    /// Reads a compiled pack.
    ///
    /// # Errors
    /// JSON with a code, where another version of the engine compiled it, or where it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(compiled: &[u8], trusted: bool) -> Result<Rules, String> {
        // A pack was compiled within the limits of whoever compiled it; these are for data.
        let pack = Pack::from_compiled(compiled, &Limits::default());
        let pack = pack.map_err(|error| failure(error.code(), &error.to_string(), &[], &[], Locale::En))?;
        Ok(Rules { pack, limits: limits(trusted), last: None })
    }

    /// The data model, the KPIs and the clauses, as JSON: all that a form needs.
    pub fn describe(&self) -> String {
        describe::pack(&self.pack).to_string()
    }

    /// The result as JSON, and the warnings about the data.
    ///
    /// # Errors
    /// JSON with the code `DATA` and every diagnostic, or `LIMIT`.
    pub fn evaluate(&self, data: &str, options: &str) -> Result<Vec<String>, String> {
        let options: Options = read(options)?;
        let (plan, data) = (self.pack.plan(), self.read(data, &options)?);
        let outcome = self.judge(&plan, &data, options.locale)?;
        let json = JsonOptions { records: options.records, root: None, locale: options.locale };
        Ok(vec![to_json(&plan, &data, &outcome, &json), list(data.warnings(), &[], options.locale)])
    }

    /// Why a KPI, a record or an obligation of a root is as it is: the explanation as JSON, and in words.
    ///
    /// # Errors
    /// As [`Rules::evaluate`], and `QUESTION` where nothing of that name is there.
    pub fn explain(&self, data: &str, root: &str, asked: &str, options: &str) -> Result<Vec<String>, String> {
        let options: Options = read(options)?;
        let locale = options.locale;
        let question = match read(asked)? {
            Asked::Kpi(name) => Question::Kpi(name),
            Asked::Obligation(name) => Question::Obligation(name),
            Asked::Record(path) => {
                let (entity, key) = path.split_once('/').unwrap_or((&path, ""));
                Question::Record { entity: entity.to_owned(), key: key.to_owned() }
            }
        };
        let (plan, data) = (self.pack.plan(), self.read(data, &options)?);
        let index = data.find_root(root).ok_or_else(|| {
            let message = words(locale, &format!("資料裡沒有 `{root}`"), &format!("there is no `{root}` in the data"));
            failure("QUESTION", &message, &[], &[], locale)
        })?;
        let outcome = self.judge(&plan, &data, locale)?;
        let answer = explain(&plan, &data, &outcome, index, &question, &self.limits)
            .map_err(|error| failure("QUESTION", &error.to_string(), &[], &[], locale))?;
        Ok(vec![answer.to_json(locale).to_string(), answer.to_text(locale)])
    }

    /// What there is to say about a record in the making, as JSON.
    ///
    /// # Errors
    /// JSON with the code `ENTITY` or `LIMIT`.
    pub fn validate(&mut self, entity: &str, record: &str, locale: &str) -> Result<String, String> {
        let locale = locale_of(locale);
        let issues = self.draft(entity, record).map_err(|error| draft_failure(&error, locale))?.issues();
        let issues = issues.iter().map(|issue| {
            let mut line = json!({
                "path": issue.path, "code": issue.code, "severity": issue.severity, "message": issue.message.get(locale), "clause": issue.clause,
            });
            if let Some(help) = &issue.help {
                line["help"] = help.get(locale).into();
            }
            line
        });
        Ok(issues.collect::<serde_json::Value>().to_string())
    }

    /// The figures of a root in the making, as JSON.
    ///
    /// # Errors
    /// JSON with the code `LIMIT`.
    pub fn progress(&mut self, root: &str, locale: &str) -> Result<String, String> {
        let locale = locale_of(locale);
        let entity = self.pack.schema().root_entity().name.clone();
        let report = self.draft(&entity, root).map_err(|error| draft_failure(&error, locale))?.progress();
        Ok(report.to_json(locale))
    }

    fn draft(&mut self, entity: &str, record: &str) -> Result<&JudgedDraft, DraftError> {
        let last = self.last.take().filter(|(last_entity, last_record, _)| last_entity == entity && last_record == record);
        let last = match last {
            Some(last) => last,
            None => (entity.to_owned(), record.to_owned(), self.pack.judge_draft(entity, record, &self.limits)?),
        };
        Ok(&self.last.insert(last).2)
    }

    fn read(&self, text: &str, options: &Options) -> Result<Dataset, String> {
        let file = options.file.as_deref();
        let read = if options.lines { Pack::read_json_lines } else { Pack::read_json };
        let earlier = options.previous.as_deref().map(|text| Earlier::from_json(text, options.previous_file.as_deref(), &self.limits));
        let data = match earlier.transpose() {
            Ok(None) => read(&self.pack, text, file, &self.limits),
            Ok(Some(earlier)) => {
                read(&self.pack, text, file, &self.limits).and_then(|data| data.with_previous(&self.pack.plan(), &earlier, &self.limits))
            }
            Err(problems) => Err(problems),
        };
        data.map_err(|problems| {
            let message = words(options.locale, "資料有誤", "the data has errors");
            failure("DATA", &message, &problems, &[], options.locale)
        })
    }

    /// The one place where a page's evaluations go through: by the evaluator of one record at a time, which is small and fast enough here.
    fn judge(&self, plan: &Plan, data: &Dataset, locale: Locale) -> Result<Outcome, String> {
        plan.evaluate(data, &self.limits).map_err(|abort| draft_failure(&abort.into(), locale))
    }
}

fn draft_failure(error: &DraftError, locale: Locale) -> String {
    match error {
        DraftError::UnknownEntity { name, .. } => {
            failure("ENTITY", &words(locale, &format!("沒有名為 `{name}` 的資料類別"), &error.to_string()), &[], &[], locale)
        }
        DraftError::Abort(abort) => failure("LIMIT", &words(locale, "計算量超過上限", &abort.to_string()), &[], &[], locale),
    }
}
