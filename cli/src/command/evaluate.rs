//! `guiju evaluate`: data judged by a pack, as a table, JSON or CSV.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use guiju::{JsonOptions, Limits, Locale, to_json};

use super::judge;
use crate::args::{Evaluate, ResultFormat};
use crate::failure::Failure;
use crate::report::{Report, diagnostics};

pub(crate) fn run(args: &Evaluate, locale: Locale) -> Result<ExitCode, Failure> {
    let judged = judge(&args.pack, &args.data, args.alliance.as_deref(), &Limits::default(), locale)?;
    if !judged.data.warnings().is_empty() {
        diagnostics::to_stderr(judged.data.warnings(), &[], locale, args.format == ResultFormat::Json);
    }
    let report = Report::new(&judged.plan, judged.label.get(locale), &judged.data, &judged.outcome, locale);
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        ResultFormat::Json => {
            let options = JsonOptions { records: args.records, root: judged.root, locale };
            writeln!(out, "{}", to_json(&judged.plan, &judged.data, &judged.outcome, &options))?;
        }
        ResultFormat::Table => out.write_all(report.tables(judged.root, args.records).as_bytes())?,
        ResultFormat::Csv if args.records => report.records_csv(judged.root, &mut out)?,
        ResultFormat::Csv => report.kpis_csv(judged.root, &mut out)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
