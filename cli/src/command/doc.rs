//! `guiju doc`: the law and the rules of a pack on one page.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use guiju::{Limits, Locale};

use crate::args::{Doc, DocFormat};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::doc::{Handbook, files, html, markdown};

pub(crate) fn run(args: &Doc, limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let progress = Progress::start(locale);
    let parsed = guiju_files::parse_with_tests(&args.pack, limits)?;
    let names = parsed.names();
    let pack = parsed.check().into_pack()?;
    let results = pack.run_tests(limits);
    let files = files(&pack, &names, locale, limits);
    let book = Handbook::of(&pack, &names, &files, &results, locale, limits);
    drop(progress);
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        DocFormat::Html => html::write(&mut out, &book)?,
        DocFormat::Markdown => markdown::write(&mut out, &book)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
