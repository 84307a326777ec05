//! What only the larger module does: reasons, and results of an earlier year as previous values.
//! Not here: judging itself (`judge`).

use guiju::{Dataset, Earlier, Json, Locale, Question};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::judge::{Rules, found};
use crate::said::{failure, known, words};

#[wasm_bindgen]
impl Rules {
    /// As [`Rules::evaluate`], with the result of an earlier year, whose name in messages is
    /// `previous_file`.
    ///
    /// # Errors
    /// As [`Rules::evaluate`].
    #[wasm_bindgen(js_name = evaluateAfter)]
    #[expect(
        clippy::too_many_arguments,
        reason = "called from JavaScript, where a record would have to be written and read"
    )]
    pub fn evaluate_after(
        &self,
        previous: &str,
        previous_file: Option<String>,
        data: &str,
        locale: &str,
        records: bool,
        lines: bool,
        file: Option<String>,
    ) -> Result<String, String> {
        let locale = known(locale)?;
        let data = self.read_after(
            Some(previous),
            previous_file.as_deref(),
            data,
            lines,
            file.as_deref(),
            locale,
        )?;
        self.result(&data, records, locale)
    }

    /// Why a KPI, a record or an obligation (which of them, `kind` says) of a root is as it is, or
    /// with no `kind` the root as a whole; without a root, the same of the programme. A list of the
    /// explanation and the same in words, in JSON.
    ///
    /// # Errors
    /// As [`Rules::evaluate`], and `QUESTION` where nothing of that name is there.
    #[expect(
        clippy::too_many_arguments,
        reason = "called from JavaScript, where a record would have to be written and read"
    )]
    pub fn explain(
        &self,
        root: Option<String>,
        kind: &str,
        name: String,
        previous: Option<String>,
        previous_file: Option<String>,
        data: &str,
        locale: &str,
        lines: bool,
        file: Option<String>,
    ) -> Result<String, String> {
        let locale = known(locale)?;
        let question = match kind {
            "kpi" => Question::Kpi(name),
            "obligation" => Question::Obligation(name),
            "record" => {
                let (entity, key) = name.split_once('/').unwrap_or((&name, ""));
                Question::Record { entity: entity.to_owned(), key: key.to_owned() }
            }
            "" if root.is_some() => Question::Root,
            "" => Question::Programme,
            _ => {
                let message = words(
                    locale,
                    &format!("無法說明 `{kind}`；可以問的是 kpi、record、obligation"),
                    &format!("`{kind}` cannot be explained; ask for kpi, record or obligation"),
                );
                return Err(failure("ARGUMENT", &message, &[], &[], locale));
            }
        };
        let data = self.read_after(
            previous.as_deref(),
            previous_file.as_deref(),
            data,
            lines,
            file.as_deref(),
            locale,
        )?;
        let find = |root: String| {
            data.find_root(&root).ok_or_else(|| {
                let message = words(
                    locale,
                    &format!("資料裡沒有 `{root}`"),
                    &format!("there is no `{root}` in the data"),
                );
                failure("QUESTION", &message, &[], &[], locale)
            })
        };
        // What is asked of the programme needs no root.
        let index = root.map_or(Ok(data.len()), find)?;
        let evaluation = self.judge(&data, locale)?;
        let answer = evaluation
            .explain(index, &question, &self.limits)
            .map_err(|error| failure("QUESTION", &error.message(locale), &[], &[], locale))?;
        let mut json = Json::compact();
        json.list(|json| {
            answer.to_json(json, locale);
            json.text(&answer.to_text(locale));
        });
        Ok(json.finish())
    }
}

impl Rules {
    fn read_after(
        &self,
        previous: Option<&str>,
        previous_file: Option<&str>,
        data: &str,
        lines: bool,
        file: Option<&str>,
        locale: Locale,
    ) -> Result<Dataset, String> {
        let earlier =
            previous.map(|text| Earlier::from_json(text, previous_file, &self.limits)).transpose();
        let read = earlier.and_then(|earlier| {
            let data = self.read(data, lines, file)?;
            match earlier {
                Some(earlier) => data.with_previous(&self.pack, &earlier, &self.limits),
                None => Ok(data),
            }
        });
        found(read, locale)
    }
}
