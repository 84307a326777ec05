//! `guiju evaluate`: data judged by a pack, or that of several years by one each, as a table, a
//! page, JSON or CSV.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use guiju::{Diagnostic, Limits, Locale};

use super::{Asked, Judged, judge, receipt};
use crate::args::{Evaluate, ResultFormat};
use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::report::page::result;
use crate::report::{Report, csv, diagnostics, years};

pub(crate) fn run(args: &Evaluate, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    // A key that cannot be used shows before any work is done.
    let signer = args
        .seal
        .as_ref()
        .map(|_| receipt::private_key(args.key.as_deref()))
        .transpose()?
        .flatten();
    if let Some(receipt) = &args.seal {
        let mut inputs = Inputs::default()
            .file(args.previous.as_deref(), "前一年的結果", "the result of the year before")
            .file(args.key.as_deref(), "簽章的金鑰", "the key to sign with");
        for (_, data) in args.years() {
            inputs = inputs.data(data);
        }
        inputs.spared_by("--seal", receipt)?;
    }
    let judged = judge(
        &Asked {
            years: args.years(),
            previous: args.previous.as_deref(),
            root: args.alliance.as_deref(),
            engine: args.engine.into(),
            digests: args.seal.is_some(),
        },
        limits,
        locale,
    )?;
    let warnings: Vec<Diagnostic> =
        judged.iter().flat_map(|year| year.evaluation.data().warnings()).cloned().collect();
    if !warnings.is_empty() {
        diagnostics::to_stderr(&warnings, &[], locale, args.format == ResultFormat::Json);
    }
    let reports: Vec<Report<'_>> = judged.iter().map(|year| Judged::report(year, locale)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    match (args.format, reports.as_slice()) {
        (ResultFormat::Json, [report]) => writeln!(out, "{}", report.json(args.records)?)?,
        (ResultFormat::Json, reports) => {
            // Each is byte for byte what a run of its own would give.
            let each: Vec<String> =
                reports.iter().map(|report| report.json(args.records)).collect::<Result<_, _>>()?;
            writeln!(out, "[\n{}\n]", each.join(",\n"))?;
        }
        (ResultFormat::Table, [report]) => out.write_all(report.tables(args.records).as_bytes())?,
        (ResultFormat::Table, reports) => {
            out.write_all(years::tables(reports, args.records).as_bytes())?
        }
        (ResultFormat::Csv, reports) if args.records => {
            csv::records(reports, args.raw_cells, &mut out)?
        }
        (ResultFormat::Csv, reports) => csv::kpis(reports, args.raw_cells, &mut out)?,
        (ResultFormat::Html, reports) => result::write(&mut out, reports, args.records)?,
    }
    out.flush()?;
    if let (Some(path), [year]) = (&args.seal, judged.as_slice()) {
        receipt::write(path, &receipt::statement(year, args.records, locale)?, signer.as_ref())?;
    }
    Ok(ExitCode::SUCCESS)
}
