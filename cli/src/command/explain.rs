//! `guiju explain`: why a KPI, a record or an obligation came out as it did.
//!
//! Without a question it shows the alliance as a whole, as `evaluate --alliance` does: from there one sees what to ask.

use std::io::{self, Write};
use std::process::ExitCode;

use guiju::{Engine, ExplainError, Json, Limits, Locale, Question, explain};

use super::judge;
use crate::args::{About, Explain, TextFormat};
use crate::failure::Failure;
use crate::report::Wanted;

pub(crate) fn run(args: &Explain, locale: Locale) -> Result<ExitCode, Failure> {
    let limits = Limits::default();
    let year = [(args.pack.as_str(), args.data.as_path())];
    let judged = judge(&year, args.previous.as_deref(), Some(&args.alliance), Engine::default(), locale)?;
    let mut out = io::stdout().lock();
    for judged in &judged {
        let text = match (question(&args.about), args.format, judged.wanted) {
            (Some(question), format, Wanted::One(root)) => {
                let explanation = explain(&judged.plan, &judged.data, &judged.outcome, root, &question, &limits)?;
                match format {
                    TextFormat::Text => explanation.to_text(locale),
                    TextFormat::Json => {
                        let mut json = Json::pretty();
                        explanation.to_json(&mut json, locale);
                        json.finish()
                    }
                }
            }
            (_, TextFormat::Text, _) => judged.report(locale).tables(false),
            (_, TextFormat::Json, _) => judged.report(locale).json(false),
        };
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn question(about: &About) -> Option<Question> {
    match about {
        About { kpi: Some(kpi), .. } => Some(Question::Kpi(kpi.clone())),
        About { record: Some(record), .. } => Some(Question::Record { entity: record.entity.clone(), key: record.key.clone() }),
        About { obligation: Some(obligation), .. } => Some(Question::Obligation(obligation.clone())),
        _ => None,
    }
}

impl From<ExplainError> for Failure {
    fn from(error: ExplainError) -> Failure {
        Failure::message(error.message(Locale::ZhTw), error.message(Locale::En))
    }
}
