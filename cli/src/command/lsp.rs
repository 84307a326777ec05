//! `guiju lsp`: the language server on standard input and output, and the stored files it reads.
//!
//! Not here: what it answers (`guiju-editor`).

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use guiju::DataError;
use guiju::{Dataset, Diagnostic, Limits, Locale, Schema, Source};
use guiju_editor::Files;
use guiju_files::FileError;

use crate::failure::Failure;

/// How many folders are looked through for packs, and how deep: a workspace may be somebody's home.
const FOLDERS: usize = 5_000;
const DEPTH: usize = 12;

pub(crate) fn run(limits: &Limits, locale: Locale) -> Result<ExitCode, Failure> {
    let took_leave = guiju_editor::serve(
        BufReader::new(io::stdin()),
        io::stdout().lock(),
        Rc::new(Stored { limits: limits.clone() }),
        limits,
        locale,
    )?;
    // As the protocol asks: a client that goes without a word was an error.
    Ok(if took_leave { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The files of this machine.
struct Stored {
    /// What they may come to.
    limits: Limits,
}

/// A path of the server as one of this machine: on Windows nothing stands before the drive.
fn local(path: &str) -> PathBuf {
    match path.strip_prefix('/') {
        Some(rest) if cfg!(windows) && rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ if path.is_empty() => PathBuf::from("/"),
        _ => PathBuf::from(path),
    }
}

/// The same the other way. Paths that are no text are left out: no client can name them.
fn shared(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text.to_owned() })
}

impl Files for Stored {
    fn rules(&self, folder: &str) -> Vec<String> {
        if !folder.starts_with('/') {
            return Vec::new();
        }
        let files = guiju_files::rule_files(&local(folder)).unwrap_or_default();
        files.iter().filter_map(|path| shared(path)).collect()
    }

    fn text(&self, path: &str) -> Option<Result<String, Vec<Diagnostic>>> {
        let file = local(path);
        if !file.is_file() {
            return None;
        }
        match guiju_files::rule_file(&file, &self.limits) {
            Ok(source) => Some(Ok(source.text().to_owned())),
            Err(FileError::Diagnostics(found)) => Some(Err(found)),
            // It went away, or nobody may read it.
            Err(FileError::Message(_)) => None,
        }
    }

    fn folders(&self, folder: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut work = vec![(local(folder), 0)];
        let mut seen = 0;
        while let Some((folder, depth)) = work.pop() {
            seen += 1;
            if seen > FOLDERS {
                break;
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                // Links may lead in circles, and into what is no part of the workspace.
                let Ok(kind) = entry.file_type() else { continue };
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if kind.is_dir()
                    && depth < DEPTH
                    && !name.starts_with('.')
                    && !matches!(&*name, "target" | "node_modules")
                {
                    work.push((path, depth + 1));
                } else if name.ends_with(".guiju") {
                    found.extend(shared(&folder));
                }
            }
        }
        found.into_iter().collect()
    }

    fn built_in(&self, name: &str) -> Option<Vec<Source>> {
        guiju_rules::sources(name)
    }

    fn data(
        &self,
        path: &str,
        schema: &Arc<Schema>,
        limits: &Limits,
    ) -> Option<Result<Dataset, DataError>> {
        let place = local(path);
        if !place.exists() {
            return None;
        }
        match guiju_files::data(schema, &place, limits) {
            Ok(data) => Some(Ok(data)),
            Err(FileError::Diagnostics(found)) => Some(Err(found.into())),
            // A folder of samples may have none that can be read.
            Err(FileError::Message(_)) => None,
        }
    }
}
