//! One file for each command, and the steps that several of them take.
//!
//! A command writes its result to standard output and returns why it could not ([`Failure`]). Not here: how results look (`report`).

mod check;
mod compile;
mod diff;
mod evaluate;
mod explain;
mod fmt;
mod test;
mod types;

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use guiju::{Dataset, Engine, Evaluation, Limits, Locale, Pack};
use guiju_files::Found;

use crate::args::{Args, Command};
use crate::data;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::{Report, Wanted};

/// Runs the command that was asked for.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let locale = args.locale();
    match &args.command {
        Command::Evaluate(args) => evaluate::run(args, locale),
        Command::Explain(args) => explain::run(args, locale),
        Command::Check(args) => check::run(args, locale),
        Command::Diff(args) => diff::run(args, locale),
        Command::Test(args) => test::run(args, locale),
        Command::Fmt(args) => fmt::run(args, locale),
        Command::Compile(args) => compile::run(args, locale),
        Command::Types(args) => types::run(args),
    }
}

/// Data judged by a pack, as it was asked for.
struct Judged {
    evaluation: Evaluation,
    /// What the data is called: the name of its file or folder.
    source: String,
    /// What was asked for.
    wanted: Wanted,
}

impl Judged {
    fn report(&self, locale: Locale) -> Report<'_> {
        Report::new(&self.evaluation, &self.source, self.wanted, locale)
    }
}

/// Judges the data of each year by its pack, in the order of time: what one year found, the next one reads as its previous values.
fn judge(
    years: &[(&str, &Path)],
    previous: Option<&Path>,
    root: Option<&str>,
    engine: Engine,
    locale: Locale,
) -> Result<Vec<Judged>, Failure> {
    let limits = &Limits::default();
    let progress = Progress::start(locale);
    let mut earlier = previous.map(|path| data::read_result(path, limits, &progress)).transpose()?;
    // Everything is read before anything is judged: mistakes show at once.
    let mut read = Vec::with_capacity(years.len());
    for (pack, path) in years {
        let pack = pack_for(pack, engine, limits)?;
        let data = data::read(pack.schema(), path, limits, &progress)?;
        let source = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        read.push((pack, source, data));
    }
    if let (Some(key), Some((pack, _, data))) = (root, read.last())
        && read.iter().all(|(_, _, data)| data.find_root(key).is_none())
    {
        return Err(no_root(data, pack, key));
    }
    let mut judged: Vec<Judged> = Vec::with_capacity(read.len());
    for (pack, source, data) in read {
        if let Some(before) = judged.last() {
            earlier = Some(before.evaluation.earlier());
        }
        let data = match &earlier {
            Some(earlier) => data.with_previous(&pack, earlier, limits).map_err(Failure::data)?,
            None => data,
        };
        progress.evaluating(data.records());
        let evaluation = pack.evaluate_watched(&data, limits, &mut |reached| {
            progress.step(reached.done, reached.total);
            ControlFlow::Continue(())
        })?;
        let wanted = match root.map(|key| data.find_root(key)) {
            None => Wanted::All,
            Some(Some(root)) => Wanted::One(root),
            Some(None) => Wanted::Absent,
        };
        judged.push(Judged { evaluation, source, wanted });
    }
    Ok(judged)
}

/// A pack to judge by, with the evaluator that was asked for. A compiled one keeps its own: nobody has checked the types that the other takes
/// for granted.
fn pack_for(name: &str, engine: Engine, limits: &Limits) -> Result<Pack, Failure> {
    Ok(match guiju_files::find(name, limits)? {
        Found::Checked(checked) => checked.into_pack()?.with_engine(engine),
        Found::Compiled(pack) => pack,
    })
}

fn no_root(data: &Dataset, pack: &Pack, key: &str) -> Failure {
    const SHOWN: usize = 8;
    let label = &pack.schema().root_entity().label;
    let known: Vec<&str> = (0..data.len().min(SHOWN)).map(|root| data.root_key(root)).collect();
    let more = if data.len() > SHOWN { " …" } else { "" };
    let known = known.join(", ") + more;
    Failure::message(
        format!("資料裡沒有{} {key}；有的是：{known}", label.get(Locale::ZhTw)),
        format!("the data has no {} {key}; it has: {known}", label.get(Locale::En)),
    )
}
