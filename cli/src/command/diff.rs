//! `guiju diff`: what changed from one pack to another, and what each change does to the figures of
//! some data.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;

use guiju::{Comparison, DiffError, Limits, Locale, diff_document};

use crate::args::{Diff, DiffFormat};
use crate::data;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::difference::{Difference, html};

pub(crate) fn run(args: &Diff, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let (before, after) = (
        guiju_files::pack(&args.before, limits)?.into_pack()?,
        guiju_files::pack(&args.after, limits)?.into_pack()?,
    );
    let mut out = BufWriter::new(io::stdout().lock());
    let Some(path) = &args.data else {
        let rules = guiju::diff(&before, &after);
        write(&mut out, args.format, &Difference { rules: &rules, data: None, locale })?;
        return Ok(ExitCode::SUCCESS);
    };
    let comparison = Comparison::new(&before, &after).map_err(|error| match error {
        DiffError::OtherData { problem: Some(problem) } => Failure::data(vec![*problem]),
        other => Failure::message("兩個規則包的資料不同，無法比較", other.to_string()),
    })?;
    let comparison = Arc::new(comparison);
    let progress = Progress::start(locale);
    let data = data::read(comparison.schema(), path, limits, &progress)?;
    let root = match args.alliance.as_deref() {
        None => None,
        Some(key) => Some(data.find_root(key).ok_or_else(|| super::no_root(&data, &after, key))?),
    };
    progress.evaluating(data.records());
    let judged = comparison.judge_watched(&data, root, limits, &mut |reached| {
        progress.step(reached.done, reached.total);
        ControlFlow::Continue(())
    })?;
    drop(progress);
    write(
        &mut out,
        args.format,
        &Difference { rules: comparison.rules(), data: Some(&judged), locale },
    )?;
    Ok(ExitCode::SUCCESS)
}

fn write(out: &mut impl Write, format: DiffFormat, difference: &Difference<'_>) -> io::Result<()> {
    match format {
        DiffFormat::Text => out.write_all(difference.text().as_bytes())?,
        DiffFormat::Json => {
            serde_json::to_writer_pretty(
                &mut *out,
                &diff_document(difference.rules, difference.data, difference.locale),
            )?;
            writeln!(out)?;
        }
        DiffFormat::Html => html::page(out, difference)?,
    }
    out.flush()
}
