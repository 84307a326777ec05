//! `guiju explain`: why a KPI, a record or an obligation came out as it did.
//!
//! Without a question it explains the alliance as a whole, and without an alliance the programme.
//! With `--hangs-on` it says which single records and values turn a verdict.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use guiju::{Engine, Evaluation, ExplainError, HangsOnError, Json, Limits, Locale, Question};

use super::{Asked, judge};
use crate::args::{About, Explain, TextFormat};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::{Wanted, clean};

/// Roots that are named where several may be meant.
const ROOTS_SHOWN: usize = 5;

pub(crate) fn run(args: &Explain, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let asked = Asked {
        years: vec![(args.pack.as_str(), args.data.as_path())],
        previous: args.previous.as_deref(),
        root: args.alliance.as_deref(),
        engine: Engine::default(),
        digests: false,
    };
    let question = match &args.hangs_on {
        Some(name) if args.about.record.is_none() => Question::Obligation(name.clone()),
        _ => question(&args.about, args.alliance.is_some()),
    };
    let mut out = io::stdout().lock();
    for judged in &judge(&asked, limits, locale)? {
        let data = judged.evaluation.data();
        let question = question.named(judged.evaluation.pack());
        let meant = roots(&judged.evaluation, &question);
        let root = match (judged.wanted, meant.as_slice()) {
            (Wanted::One(root), _) => root,
            (Wanted::All, [only]) => *only,
            // What is asked of the programme needs no root.
            _ => data.len(),
        };
        let unanswered = |error: &ExplainError| {
            let shown = meant.iter().take(ROOTS_SHOWN).map(|root| clean(data.root_key(*root)));
            say_which(error, &shown.collect::<Vec<_>>())
        };
        let mut json = Json::pretty();
        let text = if let Some(name) = &args.hangs_on {
            let progress = Progress::start(locale);
            progress.trying();
            let record = args.about.record.as_ref();
            let record = record.map(|record| (record.entity.as_str(), record.key.as_str()));
            let mut step = |reached: guiju::Progress| {
                progress.step(reached.done, reached.total);
                ControlFlow::Continue(())
            };
            let found = judged.evaluation.hangs_on(root, name, record, limits, &mut step);
            let found = found.map_err(|error| match error {
                HangsOnError::Unknown(error) => unanswered(&error),
                error => Failure::message(error.message(Locale::ZhTw), error.message(Locale::En)),
            })?;
            found.to_json(&mut json, locale);
            found.to_text(locale)
        } else {
            let found = judged.evaluation.explain(root, &question, limits);
            let found = found.map_err(|error| unanswered(&error))?;
            found.to_json(&mut json, locale);
            found.to_text(locale)
        };
        let text = match args.format {
            TextFormat::Text => text,
            TextFormat::Json => json.finish(),
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

/// The roots that a question may be about where none is named: the only one there is, or those that
/// have the record.
fn roots(evaluation: &Evaluation, question: &Question) -> Vec<usize> {
    let (data, schema) = (evaluation.data(), evaluation.pack().schema());
    match question {
        Question::Programme => Vec::new(),
        _ if data.len() == 1 => vec![0],
        Question::Record { entity, key } => {
            let Some(entity) = schema.entities.find_id(|shape| shape.name == *entity) else {
                return Vec::new();
            };
            let wanted = guiju::fold(key);
            let has = |root: &usize| {
                data.rows_of(entity, *root).any(|row| guiju::fold(&data.key(entity, row)) == wanted)
            };
            (0..data.len()).filter(has).collect()
        }
        _ => Vec::new(),
    }
}

/// What an explanation lacks; of what several roots have, which ones these are.
fn say_which(error: &ExplainError, roots: &[String]) -> Failure {
    let (zh, en) = (error.message(Locale::ZhTw), error.message(Locale::En));
    let ExplainError::OfRoot { .. } = error else { return Failure::message(zh, en) };
    let of = |before: &str, between: &str| {
        if roots.is_empty() { String::new() } else { before.to_owned() + &roots.join(between) }
    };
    Failure::message(
        format!("{zh}：`--alliance ID`{}", of("，有的是 ", "、")),
        format!("{en}, by `--alliance ID`{}", of("; those that have it: ", ", ")),
    )
}
