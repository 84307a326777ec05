//! Reads data from where it is: a folder of tables, a JSON document, JSON lines, or standard input. And the results of earlier years.
//!
//! Not here: what the bytes mean, which the engine's readers decide.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use guiju::{Code, Dataset, Diagnostic, Earlier, Limits, Localized, Schema, Source, TableFile};

use crate::failure::Failure;
use crate::pack::{extension, files};
use crate::progress::Progress;

/// The data at a path; `-` is JSON from standard input.
pub(crate) fn read(schema: &Arc<Schema>, path: &Path, limits: &Limits, progress: &Progress) -> Result<Dataset, Failure> {
    if path == Path::new("-") {
        return guiju::read_json(&stdin(limits, progress)?, Some(STDIN), schema, limits).map_err(Failure::data);
    }
    let shown = path.display().to_string();
    progress.reading(&shown);
    if fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?.is_dir() {
        return tables(schema, path, limits);
    }
    let lines = match extension(path).as_deref() {
        Some("json") => false,
        Some("jsonl" | "ndjson") => true,
        _ => {
            return Err(Failure::message(
                format!("{shown} 不是可讀的資料：請給一個 CSV 資料夾，或 .json、.jsonl 檔"),
                format!("{shown} is not data that can be read: give a folder of CSV tables, or a .json or .jsonl file"),
            ));
        }
    };
    let text = text(path, file(path, limits)?)?;
    let read = if lines { guiju::read_json_lines } else { guiju::read_json };
    let read = read(&text, Some(&shown), schema, limits);
    read.map_err(Failure::data)
}

/// The result of an earlier year at a path; `-` is standard input.
pub(crate) fn read_result(path: &Path, limits: &Limits, progress: &Progress) -> Result<Earlier, Failure> {
    if path == Path::new("-") {
        return Earlier::from_json(&stdin(limits, progress)?, Some(STDIN), limits).map_err(Failure::data);
    }
    let shown = path.display().to_string();
    progress.reading(&shown);
    if fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?.is_dir() {
        let place = guiju::DataPlace { file: Some(shown), ..Default::default() };
        let folder = Diagnostic::new(Code::NotAResult).word(Localized::new("這是資料夾", "it is a folder"));
        return Err(Failure::data(vec![folder.in_data(place)]));
    }
    Earlier::from_json(&text(path, file(path, limits)?)?, Some(&shown), limits).map_err(Failure::data)
}

/// What standard input is called in messages.
const STDIN: &str = "stdin";

fn stdin(limits: &Limits, progress: &Progress) -> Result<String, Failure> {
    progress.reading(STDIN);
    let path = Path::new(STDIN);
    text(path, capped(io::stdin().lock(), path, limits)?)
}

fn tables(schema: &Arc<Schema>, folder: &Path, limits: &Limits) -> Result<Dataset, Failure> {
    let paths = files(folder, &["csv"])?;
    if paths.is_empty() {
        let folder = folder.display();
        return Err(Failure::message(format!("{folder} 裡沒有 .csv 檔"), format!("{folder} has no .csv files")));
    }
    let mut contents = Vec::with_capacity(paths.len());
    for path in &paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        contents.push((name, file(path, limits)?));
    }
    let tables: Vec<TableFile<'_>> = contents.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
    guiju::read_tables(&tables, schema, limits).map_err(Failure::data)
}

fn file(path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let open = fs::File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    capped(open, path, limits)
}

/// Everything there is to read; never more in memory than the limit allows.
fn capped(from: impl Read, path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(limits.data_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| Failure::unreadable(path, &error))?;
    if bytes.len() as u64 > limits.data_bytes {
        let place = guiju::DataPlace { file: Some(path.display().to_string()), ..Default::default() };
        return Err(Failure::data(vec![Diagnostic::new(Code::DataTooLarge).arg(limits.data_bytes.to_string()).in_data(place)]));
    }
    Ok(bytes)
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let diagnostic = Source::from_bytes(path.display().to_string(), error.as_bytes()).err();
        Failure::data(diagnostic.into_iter().map(|diagnostic| *diagnostic).collect())
    })
}
