//! `guiju mutate`: which changes of a pack's rules its tests would not notice, and tests that
//! would.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::AutoStream;
use guiju::{Fate, Limits, Locale, MutantOptions, Mutants, Severity, SourcePack, allowances};

use crate::args::{Mutate, TextFormat};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::{clean, diagnostics, mutants};

pub(crate) fn run(args: &Mutate, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let folder = args.write.then(|| tests_of(&args.pack)).transpose()?;
    let file = guiju_files::allowed_mutants(&args.pack, limits)?;
    let (allowed, mut findings) = allowances(&file);
    let (pack, mut found) = {
        let progress = Progress::start(locale);
        let pack = guiju_files::pack_with_tests(&args.pack, limits)?.into_pack()?;
        progress.changing();
        let found = pack.mutants(
            MutantOptions { propose: args.write, inherited: true },
            limits,
            &mut |done, total| progress.step(done as u64, total as u64),
        );
        (pack, found.map_err(|failing| tests_fail(&failing.0))?)
    };
    if pack.counts().tests == 0 {
        return Err(Failure::message("這個規則包沒有測試", "the pack has no tests"));
    }
    findings.extend(found.allow(&allowed));
    let files = [file];
    let mut out = AutoStream::auto(io::stdout().lock());
    match args.format {
        TextFormat::Json => {
            writeln!(out, "{}", mutants::to_json(&pack, &found, &findings, &files, locale))?
        }
        TextFormat::Text => {
            diagnostics::to_stderr(&findings, &files, locale, false);
            write!(out, "{}", mutants::text(&pack, &found, locale))?;
        }
    }
    if let Some(folder) = folder
        && let Some(path) = write_tests(&folder, &pack, &found)?
    {
        let shown = path.display();
        diagnostics::say(&match locale {
            Locale::ZhTw => format!("建議的測試寫在 {shown}，請逐一確認期望的結果是否符合條文\n"),
            Locale::En => format!(
                "proposed tests are in {shown}; read each, and keep those whose results are what the clause says\n"
            ),
        });
    }
    let survived =
        found.list.iter().any(|mutant| mutant.pack == pack.name() && mutant.fate == Fate::Survived);
    let unread = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if unread || args.check && (survived || !findings.is_empty()) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn tests_fail(names: &[String]) -> Failure {
    let names = names.iter().map(|name| clean(name)).collect::<Vec<_>>();
    let (zh, en) = (names.join("、"), names.join(", "));
    Failure::message(
        format!("有測試不通過，改動規則之後無從比較；先讓這些測試通過：{zh}"),
        format!(
            "tests fail, so that nothing can be told from changed rules; mend these first: {en}"
        ),
    )
}

/// The folder for tests of a pack, which has to be a folder itself.
fn tests_of(pack: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(pack);
    if path.is_dir() {
        return Ok(path.join("tests"));
    }
    Err(Failure::message(
        format!("{pack} 不是資料夾，沒有地方寫測試"),
        format!("{pack} is no folder, so that there is no place for tests"),
    ))
}

/// Writes the proposed tests to a file of their own; gives its path, where there is anything to
/// propose.
fn write_tests(
    folder: &Path,
    pack: &SourcePack,
    found: &Mutants,
) -> Result<Option<PathBuf>, Failure> {
    if found.proposals.is_empty() {
        return Ok(None);
    }
    fs::create_dir_all(folder)?;
    let names = (1..).map(|number| {
        if number == 1 { "proposed.guiju".to_owned() } else { format!("proposed_{number}.guiju") }
    });
    let Some(path) = names.map(|name| folder.join(name)).find(|path| !path.exists()) else {
        return Ok(None);
    };
    let text =
        format!("-- Proposed by `guiju mutate {}`.\n\n{}", pack.name(), found.proposals.join("\n"));
    let laid_out =
        guiju::format(&guiju::Source::new("proposed.guiju", text.clone()), &Limits::default())
            .unwrap_or(text);
    fs::write(&path, laid_out)?;
    Ok(Some(path))
}
