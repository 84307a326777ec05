//! The engine behind the npm package `guiju`: texts in, JSON texts out.
//!
//! Translation only. What people call is `js/guiju.js`, which turns these texts into objects and errors, and survives a trap. Reading
//! files, fetching and showing belong to the page.

mod describe;

use std::collections::HashMap;

use guiju::{
    Dataset, Diagnostic, DraftError, Earlier, JsonOptions, JudgedDraft, Limits, Locale, Outcome, Pack, Parsed, Plan, Question, Source,
    explain, to_json,
};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

/// Names and texts of rule files, in order.
type Files = Vec<(String, String)>;

/// What a pack is made of.
#[derive(Deserialize)]
struct PackInput {
    files: Files,
    /// The packs it may amend, by name.
    #[serde(default)]
    library: HashMap<String, Files>,
    /// Rules and data of one's own, not a stranger's.
    #[serde(default)]
    trusted: bool,
}

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

/// A pack that compiles.
#[wasm_bindgen]
pub struct Rules {
    pack: Pack,
    limits: Limits,
    /// The draft asked about last: a form asks twice about the same one at every keystroke.
    last: Option<(String, String, JudgedDraft)>,
}

/// Everything there is to say about the rules, warnings too: the diagnostics as JSON.
///
/// # Errors
/// JSON with a code, where the input is not of the wrapper's making.
#[wasm_bindgen]
pub fn check(input: &str, locale: &str) -> Result<String, String> {
    let (checked, _) = compile(input)?;
    Ok(list(checked.diagnostics(), checked.sources(), locale_of(locale)))
}

fn compile(input: &str) -> Result<(guiju::Checked, Limits), String> {
    let input: PackInput = read(input)?;
    let limits = if input.trusted { Limits::default() } else { Limits::untrusted() };
    let sources = |files: &Files| files.iter().map(|(name, text)| Source::new(name.as_str(), text.as_str())).collect::<Vec<_>>();
    let library = |name: &str| input.library.get(name).map(sources);
    Ok((Parsed::parse_with(sources(&input.files), &limits, &library).check(), limits))
}

#[wasm_bindgen]
impl Rules {
    /// Compiles a pack.
    ///
    /// # Errors
    /// JSON with the code `PACK` and every diagnostic.
    #[wasm_bindgen(constructor)]
    pub fn new(input: &str, locale: &str) -> Result<Rules, String> {
        let (checked, limits) = compile(input)?;
        let pack = checked.into_pack().map_err(|error| {
            let locale = locale_of(locale);
            failure("PACK", &words(locale, "規則無法使用", "the rules do not compile"), &error.diagnostics, &error.sources, locale)
        })?;
        Ok(Rules { pack, limits, last: None })
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

fn words(locale: Locale, zh: &str, en: &str) -> String {
    (if locale == Locale::ZhTw { zh } else { en }).to_owned()
}

/// What the wrapper makes a `GuijuError` of.
fn failure(code: &str, message: &str, diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    let first = diagnostics.first().map(|first| format!("{message}：{}", first.message(locale)));
    let first = first.map(|text| if locale == Locale::En { text.replacen('：', ": ", 1) } else { text });
    let diagnostics: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.to_json(sources, locale)).collect();
    json!({ "code": code, "message": first.unwrap_or_else(|| message.to_owned()), "diagnostics": diagnostics }).to_string()
}

fn list(diagnostics: &[Diagnostic], sources: &[Source], locale: Locale) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.to_json(sources, locale)).collect::<serde_json::Value>().to_string()
}

fn locale_of(name: &str) -> Locale {
    name.parse().unwrap_or_default()
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| failure("ARGUMENT", &error.to_string(), &[], &[], Locale::En))
}
