//! One file for each command, and the steps that several of them take.
//!
//! A command writes its result to standard output and returns why it could not ([`Failure`]). Not here: how results look (`report`).

mod check;
mod evaluate;
mod explain;
mod test;

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use guiju::{Dataset, Limits, Locale, Localized, Outcome, Plan};

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::{data, pack};

/// Runs the command that was asked for.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let locale = args.locale();
    match &args.command {
        Command::Evaluate(args) => evaluate::run(args, locale),
        Command::Explain(args) => explain::run(args, locale),
        Command::Check(args) => check::run(args, locale),
        Command::Test(args) => test::run(args, locale),
    }
}

/// Data judged by a pack.
struct Judged {
    label: Localized,
    plan: Plan,
    data: Dataset,
    outcome: Outcome,
    /// The root that was asked for.
    root: Option<usize>,
}

fn judge(pack: &str, path: &Path, root: Option<&str>, limits: &Limits, locale: Locale) -> Result<Judged, Failure> {
    let progress = Progress::start(locale);
    let pack = pack::load(pack, limits)?;
    let plan = pack.plan();
    let data = data::read(&pack, path, limits, &progress)?;
    let root = root.map(|key| find(&data, &plan, key)).transpose()?;
    progress.evaluating(data.records());
    let outcome = plan.evaluate_watched(&data, limits, &mut |reached| {
        progress.step(reached.done, reached.total);
        ControlFlow::Continue(())
    })?;
    Ok(Judged { label: pack.label().clone(), plan, data, outcome, root })
}

fn find(data: &Dataset, plan: &Plan, key: &str) -> Result<usize, Failure> {
    const SHOWN: usize = 8;
    data.find_root(key).ok_or_else(|| {
        let label = &plan.schema().root_entity().label;
        let known: Vec<&str> = (0..data.len().min(SHOWN)).map(|root| data.root_key(root)).collect();
        let more = if data.len() > SHOWN { " …" } else { "" };
        let known = known.join(", ") + more;
        Failure::message(
            format!("資料裡沒有{} {key}；有的是：{known}", label.get(Locale::ZhTw)),
            format!("the data has no {} {key}; it has: {known}", label.get(Locale::En)),
        )
    })
}
