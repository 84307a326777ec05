//! Reads data and earlier results from where the command is told: a path, or standard input.
//!
//! Not here: files and folders, which are read by `guiju_files` for every host.

use std::io;
use std::path::Path;
use std::sync::Arc;

use guiju::{Dataset, Earlier, Limits, Schema};

use crate::failure::Failure;
use crate::progress::Progress;

/// The data at a path; `-` is JSON from standard input.
pub(crate) fn read(schema: &Arc<Schema>, path: &Path, limits: &Limits, progress: &Progress) -> Result<Dataset, Failure> {
    if path == Path::new("-") {
        return guiju::read_json(&stdin(limits, progress)?, Some(STDIN), schema, limits).map_err(Failure::data);
    }
    progress.reading(&path.display().to_string());
    Ok(guiju_files::data(schema, path, limits)?)
}

/// The result of an earlier year at a path; `-` is standard input.
pub(crate) fn read_result(path: &Path, limits: &Limits, progress: &Progress) -> Result<Earlier, Failure> {
    if path == Path::new("-") {
        return Earlier::from_json(&stdin(limits, progress)?, Some(STDIN), limits).map_err(Failure::data);
    }
    progress.reading(&path.display().to_string());
    Ok(guiju_files::result(path, limits)?)
}

/// What standard input is called in messages.
const STDIN: &str = "stdin";

fn stdin(limits: &Limits, progress: &Progress) -> Result<String, Failure> {
    progress.reading(STDIN);
    let path = Path::new(STDIN);
    Ok(guiju_files::text(path, guiju_files::capped(io::stdin().lock(), path, limits)?)?)
}
