//! Judging: a compiled pack and texts of data in, JSON texts out. Not here: reasons and earlier
//! years (`explain`), compiling (`compile`).

use guiju::DataError;
use guiju::{
    Code, Dataset, Diagnostic, DraftError, Evaluation, Json, JsonOptions, JudgedDraft, Limits,
    Locale, Pack,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::said::{failure, known, limits, list, words};

/// A pack ready to judge.
#[wasm_bindgen]
pub struct Rules {
    pub(crate) pack: Pack,
    pub(crate) limits: Limits,
    /// The draft asked about last: a form asks twice about the same one at every keystroke.
    last: Option<(String, String, JudgedDraft)>,
}

#[wasm_bindgen]
impl Rules {
    /// Reads a compiled pack.
    ///
    /// # Errors
    /// JSON with a code, where another version of the engine compiled it, where it is none, or
    /// where there is no such language.
    #[wasm_bindgen(constructor)]
    pub fn new(compiled: &[u8], trusted: bool, locale: &str) -> Result<Rules, String> {
        let locale = known(locale)?;
        // A pack was compiled within the limits of whoever compiled it; these are for data.
        let pack = Pack::from_compiled(compiled, &Limits::default());
        let pack =
            pack.map_err(|error| failure(error.code(), &error.message(locale), &[], &[], locale))?;
        Ok(Rules { pack, limits: limits(trusted), last: None })
    }

    /// The data model, the KPIs and the clauses, as JSON: all that a form needs.
    pub fn describe(&self) -> String {
        self.pack.to_json()
    }

    /// The result and the warnings about the data, as a list in JSON.
    ///
    /// # Errors
    /// JSON with the code `DATA` (or `LIMIT`, where there is too much of it) and every diagnostic,
    /// `LIMIT` where judging takes too long, or `ARGUMENT` where there is no such language.
    pub fn evaluate(
        &self,
        data: &str,
        locale: &str,
        records: bool,
        lines: bool,
        file: Option<String>,
    ) -> Result<String, String> {
        let locale = known(locale)?;
        let data = found(self.read(data, lines, file.as_deref()), locale)?;
        self.result(&data, records, locale)
    }

    /// What there is to say about a record in the making, as JSON.
    ///
    /// # Errors
    /// JSON with the code `ENTITY`, `LIMIT`, or `ARGUMENT` where there is no such language.
    pub fn validate(&mut self, entity: &str, record: &str, locale: &str) -> Result<String, String> {
        let locale = known(locale)?;
        let issues =
            self.draft(entity, record).map_err(|error| draft_failure(&error, locale))?.issues();
        let mut json = Json::compact();
        json.list(|json| issues.iter().for_each(|issue| issue.to_json(json, locale)));
        Ok(json.finish())
    }

    /// The figures of a root in the making, as JSON.
    ///
    /// # Errors
    /// As [`Rules::evaluate`]; `DATA` where the root or some of its records cannot be read.
    pub fn progress(&mut self, root: &str, locale: &str) -> Result<String, String> {
        let locale = known(locale)?;
        let entity = self.pack.schema().root_entity().name.clone();
        let draft = self.draft(&entity, root).map_err(|error| draft_failure(&error, locale))?;
        Ok(draft.progress().map_err(|problems| refused(problems, locale))?.to_json(locale))
    }

    fn draft(&mut self, entity: &str, record: &str) -> Result<&JudgedDraft, DraftError> {
        let last = self
            .last
            .take()
            .filter(|(last_entity, last_record, _)| last_entity == entity && last_record == record);
        let last = match last {
            Some(last) => last,
            None => (
                entity.to_owned(),
                record.to_owned(),
                self.pack.judge_draft(entity, record, &self.limits)?,
            ),
        };
        Ok(&self.last.insert(last).2)
    }
}

impl Rules {
    /// Reads data, one root a line or as one document; `file` is its name in messages.
    pub(crate) fn read(
        &self,
        text: &str,
        lines: bool,
        file: Option<&str>,
    ) -> Result<Dataset, DataError> {
        let read = if lines { Pack::read_json_lines } else { Pack::read_json };
        read(&self.pack, text, file, &self.limits)
    }

    /// What an evaluation gives back, of data that was read.
    pub(crate) fn result(
        &self,
        data: &Dataset,
        records: bool,
        locale: Locale,
    ) -> Result<String, String> {
        let options = JsonOptions { records, root: None, locale };
        let result = self
            .judge(data, locale)?
            .to_json_within(&options, &self.limits)
            .map_err(|abort| draft_failure(&abort.into(), locale))?;
        let mut warnings = Json::compact();
        list(&mut warnings, data.warnings(), &[], locale);
        Ok(format!("[{result},{}]", warnings.finish()))
    }

    /// The one place where a page's evaluations go through: by the evaluator of one record at a
    /// time, which is small and fast enough here.
    pub(crate) fn judge(&self, data: &Dataset, locale: Locale) -> Result<Evaluation, String> {
        self.pack.evaluate(data, &self.limits).map_err(|abort| draft_failure(&abort.into(), locale))
    }
}

/// The data that was read, or every problem with it.
pub(crate) fn found(read: Result<Dataset, DataError>, locale: Locale) -> Result<Dataset, String> {
    read.map_err(|error| refused(&error.diagnostics, locale))
}

/// The failure for data that cannot be judged.
fn refused(problems: &[Diagnostic], locale: Locale) -> String {
    let over = problems.iter().any(|problem| problem.code == Code::DataTooLarge);
    let (code, words) = if over {
        ("LIMIT", words(locale, "資料過多", "too much data"))
    } else {
        ("DATA", words(locale, "資料有誤", "the data has errors"))
    };
    failure(code, &words, problems, &[], locale)
}

fn draft_failure(error: &DraftError, locale: Locale) -> String {
    match error {
        DraftError::UnknownEntity { name, .. } => failure(
            "ENTITY",
            &words(locale, &format!("沒有名為 `{name}` 的資料類別"), &error.to_string()),
            &[],
            &[],
            locale,
        ),
        DraftError::Unreadable { problems } => refused(problems, locale),
        DraftError::Abort(abort) => failure("LIMIT", &abort.message(locale), &[], &[], locale),
        other => failure("DRAFT", &other.to_string(), &[], &[], locale),
    }
}
