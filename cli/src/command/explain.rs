//! `guiju explain`: why a KPI, a record or an obligation came out as it did.
//!
//! Without a question it explains the alliance as a whole, and without an alliance the programme.

use std::io::{self, Write};
use std::process::ExitCode;

use guiju::{Engine, ExplainError, Json, Limits, Locale, Question};

use super::{Asked, judge};
use crate::args::{About, Explain, TextFormat};
use crate::failure::Failure;
use crate::report::Wanted;

pub(crate) fn run(args: &Explain, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let asked = Asked {
        years: vec![(args.pack.as_str(), args.data.as_path())],
        previous: args.previous.as_deref(),
        root: args.alliance.as_deref(),
        engine: Engine::default(),
        digests: false,
    };
    let question = question(&args.about, args.alliance.is_some());
    let mut out = io::stdout().lock();
    for judged in &judge(&asked, limits, locale)? {
        // What is asked of the programme needs no root.
        let root = if let Wanted::One(root) = judged.wanted {
            root
        } else {
            judged.evaluation.data().len()
        };
        let explanation = judged.evaluation.explain(root, &question, limits)?;
        let text = match args.format {
            TextFormat::Text => explanation.to_text(locale),
            TextFormat::Json => {
                let mut json = Json::pretty();
                explanation.to_json(&mut json, locale);
                json.finish()
            }
        };
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn question(about: &About, of_root: bool) -> Question {
    match about {
        About { kpi: Some(kpi), .. } => Question::Kpi(kpi.clone()),
        About { record: Some(record), .. } => {
            Question::Record { entity: record.entity.clone(), key: record.key.clone() }
        }
        About { obligation: Some(obligation), .. } => Question::Obligation(obligation.clone()),
        _ if of_root => Question::Root,
        _ => Question::Programme,
    }
}

impl From<ExplainError> for Failure {
    fn from(error: ExplainError) -> Failure {
        let (zh, en) = (error.message(Locale::ZhTw), error.message(Locale::En));
        match error {
            ExplainError::OfRoot { .. } => Failure::message(
                format!("{zh}：`--alliance ID`"),
                format!("{en}, by `--alliance ID`"),
            ),
            _ => Failure::message(zh, en),
        }
    }
}
