//! One file for each command, and the steps that several of them take.
//!
//! A command writes its result to standard output and returns why it could not ([`Failure`]). Not
//! here: how results look (`report`).

mod check;
mod compile;
mod diff;
mod doc;
mod evaluate;
mod explain;
mod fmt;
mod lsp;
mod mutate;
mod pdf;
mod receipt;
mod report;
mod template;
mod test;
mod types;
mod verify;

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use guiju::{Dataset, Engine, Evaluation, Limits, Locale, Pack, Reading};
use guiju_files::Found;
use guiju_seal::{Material, Role};

use crate::args::{Args, Command};
use crate::data;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::{Report, Wanted};

/// Runs the command that was asked for.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (locale, limits) = (args.locale(), &args.limits());
    match &args.command {
        Command::Evaluate(args) => evaluate::run(args, limits, locale),
        Command::Verify(args) => verify::run(args, limits, locale),
        Command::Explain(args) => explain::run(args, limits, locale),
        Command::Check(args) => check::run(args, limits, locale),
        Command::Diff(args) => diff::run(args, limits, locale),
        Command::Mutate(args) => mutate::run(args, limits, locale),
        Command::Test(args) => test::run(args, limits, locale),
        Command::Template(args) => template::run(args, limits, locale),
        Command::Report(args) => report::run(args, limits, locale),
        Command::Fmt(args) => fmt::run(args, limits, locale),
        Command::Lsp => lsp::run(limits, locale),
        Command::Compile(args) => compile::run(args, limits, locale),
        Command::Types(args) => types::run(args, limits),
        Command::Doc(args) => doc::run(args, limits, locale),
    }
}

/// Data judged by a pack, as it was asked for.
struct Judged {
    evaluation: Evaluation,
    /// What the data is called: the name of its file or folder.
    source: String,
    /// What was asked for.
    wanted: Wanted,
    /// The files that were read for it, without those of the rules; only where digests are wanted.
    files: Vec<Material>,
    /// What a result may come to.
    limits: Limits,
}

impl Judged {
    fn report(&self, locale: Locale) -> Report<'_> {
        Report::new(&self.evaluation, &self.source, self.wanted, &self.limits, locale)
    }
}

/// What is to be judged, and how.
struct Asked<'a> {
    /// Every pack with its data, in the order of time: what one year found, the next one reads as
    /// its previous values.
    years: Vec<(&'a str, &'a Path)>,
    /// The result of the year before the first.
    previous: Option<&'a Path>,
    /// The key of the only root that is wanted.
    root: Option<&'a str>,
    engine: Engine,
    /// Whether the digests of the files are wanted too.
    digests: bool,
}

/// Judges the data of each year by its pack.
fn judge(asked: &Asked<'_>, limits: &Limits, locale: Locale) -> Result<Vec<Judged>, Failure> {
    let progress = Progress::start(locale);
    let of_file = |role: Role, name: &str, bytes: &[u8]| {
        asked.digests.then(|| Material::of(role, name, bytes))
    };
    let mut first_files = Vec::new();
    let mut earlier = None;
    if let Some(path) = asked.previous {
        let bytes = data::result_bytes(path, limits, &progress)?;
        first_files.extend(of_file(Role::Previous, &name(path), &bytes));
        earlier = Some(data::result(path, bytes, limits)?);
    }
    // Everything is read before anything is judged: mistakes show at once.
    let mut read = Vec::with_capacity(asked.years.len());
    for (pack, path) in &asked.years {
        let find = if asked.digests { written_pack } else { pack_for };
        let pack = find(pack, asked.engine, limits)?;
        let gathered = data::gather(path, limits, &progress)?;
        let mut files = std::mem::take(&mut first_files);
        files.extend(gathered.files().filter_map(|(name, bytes)| of_file(Role::Data, name, bytes)));
        let data = gathered.read(Reading::new(pack.schema(), limits))?;
        read.push((pack, name(path), data, files));
    }
    if let (Some(key), Some((pack, _, data, _))) = (asked.root, read.last())
        && read.iter().all(|(_, _, data, _)| data.find_root(key).is_none())
    {
        return Err(no_root(data, pack, key));
    }
    let mut judged: Vec<Judged> = Vec::with_capacity(read.len());
    for (pack, source, data, files) in read {
        if let Some(before) = judged.last() {
            earlier = Some(before.evaluation.earlier());
        }
        let data = match &earlier {
            Some(earlier) => data
                .with_previous(&pack, earlier, limits)
                .map_err(|error| Failure::data(error.diagnostics))?,
            None => data,
        };
        progress.evaluating(data.records());
        let evaluation = pack.evaluate_watched(&data, limits, &mut |reached| {
            progress.step(reached.done, reached.total);
            ControlFlow::Continue(())
        })?;
        let wanted = match asked.root.map(|key| data.find_root(key)) {
            None => Wanted::All,
            Some(Some(root)) => Wanted::One(root),
            Some(None) => Wanted::Absent,
        };
        judged.push(Judged { evaluation, source, wanted, files, limits: limits.clone() });
    }
    Ok(judged)
}

/// The name of a file or folder without those it is in.
fn name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A pack to judge by, with the evaluator that was asked for. A compiled one keeps its own: nobody
/// has checked the types that the other takes for granted.
fn pack_for(name: &str, engine: Engine, limits: &Limits) -> Result<Pack, Failure> {
    Ok(match guiju_files::find(name, limits)? {
        Found::Checked(checked) => checked.into_pack()?.with_engine(engine),
        Found::BuiltIn(pack) => pack.with_engine(engine),
        Found::Compiled(pack) => pack,
    })
}

/// The same from rules as they are written, whose files a receipt can name.
fn written_pack(name: &str, engine: Engine, limits: &Limits) -> Result<Pack, Failure> {
    let path = Path::new(name);
    if guiju_files::is_compiled(path) && path.exists() {
        return Err(Failure::message(
            format!("{name} 是編譯過的規則包，收據要依規則檔本身簽發與核對：請給規則檔的資料夾"),
            format!(
                "{name} is a compiled pack, and receipts are of rules as they are written: give the folder of .guiju files"
            ),
        ));
    }
    Ok(guiju_files::pack(name, limits)?.into_pack()?.with_engine(engine))
}

fn no_root(data: &Dataset, pack: &Pack, key: &str) -> Failure {
    Failure::data(vec![guiju_sheets::no_such_root(data, pack.schema(), key)])
}
