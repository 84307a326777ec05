//! Files in memory, as a host told of them. Not here: which of them are open in an editor, which
//! the session knows.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use guiju::DataError;
use guiju::{
    Code, DataPlace, Dataset, Diagnostic, Limits, Schema, Source, TableFile, decode_utf16,
    read_json, read_json_lines, read_tables,
};
use guiju_editor::Files;

/// Below it are the packs that come with the program.
const BUILT_IN: &str = "/@built-in";

/// Files by their absolute paths.
#[derive(Default)]
pub(crate) struct Stored(RefCell<BTreeMap<String, Vec<u8>>>);

impl Stored {
    pub(crate) fn store(&self, path: &str, content: Vec<u8>) {
        self.0.borrow_mut().insert(path.to_owned(), content);
    }

    pub(crate) fn forget(&self, path: &str) {
        let below = format!("{}/", path.trim_end_matches('/'));
        self.0.borrow_mut().retain(|known, _| known != path && !known.starts_with(&below));
    }

    /// The files right in a folder whose names end so.
    fn in_folder(&self, folder: &str, ending: &str) -> Vec<String> {
        let below = format!("{folder}/");
        let files = self.0.borrow();
        let inside = files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
        let right_in = |path: &&String| {
            path.get(below.len()..)
                .is_some_and(|name| !name.contains('/') && ends_with(name, ending))
        };
        inside.map(|(path, _)| path).filter(right_in).cloned().collect()
    }

    fn source(&self, path: &str) -> Option<Result<Source, Vec<Diagnostic>>> {
        let files = self.0.borrow();
        let content = files.get(path)?;
        let limit = Limits::default().pack_bytes;
        if content.len() > limit {
            let place = DataPlace { file: Some(path.to_owned()), ..DataPlace::default() };
            let large = Diagnostic::new(Code::TooLarge)
                .arg(content.len().to_string())
                .arg(limit.to_string());
            return Some(Err(vec![large.in_data(place)]));
        }
        Some(Source::from_bytes(path, content).map_err(|problem| vec![*problem]))
    }
}

fn ends_with(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case(ending))
}

impl Files for Stored {
    fn rules(&self, folder: &str) -> Vec<String> {
        let mut files = self.in_folder(folder, "guiju");
        files.extend(self.in_folder(&format!("{folder}/tests"), "guiju"));
        files
    }

    fn text(&self, path: &str) -> Option<Result<String, Vec<Diagnostic>>> {
        Some(self.source(path)?.map(|source| source.text().to_owned()))
    }

    fn folders(&self, folder: &str) -> Vec<String> {
        let below = format!("{folder}/");
        let files = self.0.borrow();
        let inside = files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
        let found: BTreeSet<&str> = inside
            .filter(|(path, _)| !path.starts_with(BUILT_IN) && ends_with(path, "guiju"))
            .filter_map(|(path, _)| Some(path.rsplit_once('/')?.0))
            .collect();
        found.into_iter().map(str::to_owned).collect()
    }

    fn built_in(&self, name: &str) -> Option<Vec<Source>> {
        let folder = format!("{BUILT_IN}/{name}");
        let mut files = self.rules(&folder);
        files.extend(self.in_folder(&folder, "csv"));
        let sources: Vec<Source> =
            files.iter().filter_map(|path| self.source(path)?.ok()).collect();
        (!sources.is_empty()).then_some(sources)
    }

    /// JSON, JSON lines, or a folder of CSV tables.
    fn data(
        &self,
        path: &str,
        schema: &Arc<Schema>,
        limits: &Limits,
    ) -> Option<Result<Dataset, DataError>> {
        let path = path.trim_end_matches('/');
        let files = self.0.borrow();
        if let Some(content) = files.get(path) {
            let text = match text(path, content) {
                Ok(text) => text,
                Err(problem) => return Some(Err((*problem).into())),
            };
            return match () {
                () if ends_with(path, "json") => Some(read_json(&text, Some(path), schema, limits)),
                () if ends_with(path, "jsonl") || ends_with(path, "ndjson") => {
                    Some(read_json_lines(&text, Some(path), schema, limits))
                }
                () => None,
            };
        }
        let tables = self.in_folder(path, "csv");
        let tables: Vec<TableFile<'_>> = tables
            .iter()
            .filter_map(|path| {
                let name = path.rsplit_once('/').map_or(path.as_str(), |(_, name)| name);
                Some(TableFile { name, bytes: files.get(path)? })
            })
            .collect();
        (!tables.is_empty()).then(|| read_tables(&tables, schema, limits))
    }
}

fn text(path: &str, content: &[u8]) -> Result<String, Box<Diagnostic>> {
    if let Some(Ok(text)) = decode_utf16(content) {
        return Ok(text);
    }
    Source::from_bytes(path, content).map(|source| source.text().to_owned())
}
