//! Reads data and earlier results from where the command is told: a path, or standard input.
//!
//! Not here: files and folders, which are read by `guiju_files` for every host.

use std::io;
use std::path::Path;
use std::sync::Arc;

use guiju::{Dataset, Earlier, Limits, Reading, Schema};
use guiju_files::Gathered;

use crate::failure::Failure;
use crate::progress::Progress;

/// The bytes of the data at a path; `-` is JSON from standard input.
pub(crate) fn gather(
    path: &Path,
    limits: &Limits,
    progress: &Progress,
) -> Result<Gathered, Failure> {
    if path == Path::new("-") {
        return Ok(Gathered::json(STDIN, stdin(limits, progress)?));
    }
    progress.reading(&path.display().to_string());
    Ok(guiju_files::gather(path, limits)?)
}

/// The data at a path; `-` is JSON from standard input.
pub(crate) fn read(
    schema: &Arc<Schema>,
    path: &Path,
    limits: &Limits,
    progress: &Progress,
) -> Result<Dataset, Failure> {
    Ok(gather(path, limits, progress)?.read(Reading::new(schema, limits))?)
}

/// The bytes of the result of an earlier year at a path; `-` is standard input.
pub(crate) fn result_bytes(
    path: &Path,
    limits: &Limits,
    progress: &Progress,
) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return stdin(limits, progress);
    }
    progress.reading(&path.display().to_string());
    Ok(guiju_files::result_bytes(path, limits)?)
}

/// The result of an earlier year in these bytes, which came from a path or standard input.
pub(crate) fn result(path: &Path, bytes: Vec<u8>, limits: &Limits) -> Result<Earlier, Failure> {
    let text = guiju_files::text(path, bytes)?;
    Earlier::from_json(&text, Some(&called(path)), limits)
        .map_err(|error| Failure::data(error.diagnostics))
}

/// What a path, or standard input, is called in messages.
pub(crate) fn called(path: &Path) -> String {
    if path == Path::new("-") { STDIN.to_owned() } else { path.display().to_string() }
}

/// What standard input is called in messages.
const STDIN: &str = "stdin";

fn stdin(limits: &Limits, progress: &Progress) -> Result<Vec<u8>, Failure> {
    progress.reading(STDIN);
    Ok(guiju_files::capped(io::stdin().lock(), Path::new(STDIN), limits)?)
}
