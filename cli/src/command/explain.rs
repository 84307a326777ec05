//! `guiju explain`: why a KPI, a record or an obligation came out as it did.

use std::io::{self, Write};
use std::process::ExitCode;

use guiju::{Dataset, Limits, Locale, Outcome, Plan};

use super::judge;
use crate::args::{About, Explain, TextFormat};
use crate::failure::Failure;

pub(crate) fn run(args: &Explain, locale: Locale) -> Result<ExitCode, Failure> {
    let limits = Limits::default();
    let judged = judge(&args.pack, &args.data, Some(&args.alliance), &limits, locale)?;
    let root = judged.root.unwrap_or_default();
    let explanation = explain(&judged.plan, &judged.data, &judged.outcome, root, &question(&args.about), &limits)
        .map_err(|error| Failure::message(error.to_string(), error.to_string()))?;
    let mut out = io::stdout().lock();
    match args.format {
        TextFormat::Text => write!(out, "{}", explanation.to_text(locale))?,
        TextFormat::Json => writeln!(out, "{:#}", explanation.to_json(locale))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn question(about: &About) -> Question {
    match about {
        About { kpi: Some(kpi), .. } => Question::Kpi(kpi.clone()),
        About { record: Some(record), .. } => Question::Record { entity: record.entity.clone(), key: record.key.clone() },
        About { obligation: Some(obligation), .. } => Question::Obligation(obligation.clone()),
        _ => Question::Overview,
    }
}

enum Question {
    Kpi(String),
    Record { entity: String, key: String },
    Obligation(String),
    Overview,
}

struct Explanation;

impl Explanation {
    fn to_text(&self, _locale: Locale) -> String {
        String::new()
    }

    fn to_json(&self, _locale: Locale) -> serde_json::Value {
        serde_json::Value::Null
    }
}

fn explain(_plan: &Plan, _data: &Dataset, _outcome: &Outcome, root: usize, question: &Question, _limits: &Limits) -> Result<Explanation, String> {
    Err(match question {
        Question::Kpi(name) => format!("no explanation of {name} yet (root {root})"),
        Question::Record { entity, key } => format!("no explanation of {entity}/{key} yet (root {root})"),
        Question::Obligation(name) => format!("no explanation of {name} yet (root {root})"),
        Question::Overview => format!("no explanation yet (root {root})"),
    })
}
