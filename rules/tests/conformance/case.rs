//! A case of the corpus: what it gives the engine, what it expects, and what the engine says.
//!
//! A case is a folder with a `pack` folder or a `pack.txt`. File names in findings are relative to that folder, as they are where the
//! command runs in it. Not here: comparing.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use guiju::{Checked, Dataset, Diagnostic, Earlier, JsonOptions, Limits, Locale, Pack, Parsed, Source, TableFile, to_json};

/// The expected files by name, or what was found in their place.
pub(crate) type Files = BTreeMap<String, String>;

/// Every expected file: its name and its language. Those in Chinese are always compared, the others where a case has them.
const RESULTS: [(&str, Locale); 2] = [("expected.json", Locale::ZhTw), ("expected.en.json", Locale::En)];
const FINDINGS: [(&str, Locale); 2] = [("diagnostics.json", Locale::ZhTw), ("diagnostics.en.json", Locale::En)];

/// The result of an earlier year.
const PREVIOUS: &str = "previous.json";

/// A folder of the corpus that holds one case.
pub(crate) struct Case {
    folder: PathBuf,
    name: String,
}

/// The folder of the corpus.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

impl Case {
    /// Every case, in the order of the folders.
    pub(crate) fn all() -> Vec<Case> {
        let mut cases = Vec::new();
        gather(&corpus(), "", &mut cases);
        cases
    }

    /// The path below the corpus, with `/`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The expected files that are there.
    pub(crate) fn expected(&self) -> Files {
        let names = RESULTS.iter().chain(&FINDINGS).map(|(name, _)| (*name).to_owned());
        names.filter_map(|name| fs::read_to_string(self.folder.join(&name)).ok().map(|text| (name, text))).collect()
    }

    /// The rule files that a case brings along, its base packs included.
    pub(crate) fn rules(&self) -> Vec<Source> {
        let folders = entries(&self.folder).into_iter().filter(|path| path.is_dir());
        folders.flat_map(|folder| sources(&name(&folder), &folder).unwrap_or_default()).collect()
    }

    /// What the engine says, file by file.
    pub(crate) fn run(&self) -> Files {
        let limits = Limits::default();
        let checked = self.check(&limits);
        let mut findings: Vec<(Diagnostic, &[Source])> = Vec::new();
        let mut files = Files::new();
        let unplaced = |list: &[Diagnostic]| list.iter().map(|finding| (finding.clone(), [].as_slice())).collect::<Vec<_>>();
        match &checked {
            Err(unreadable) => findings.extend(unplaced(unreadable)),
            Ok(checked) => {
                findings.extend(checked.diagnostics().iter().map(|finding| (finding.clone(), checked.sources())));
                match checked.pack().and_then(|pack| Some((pack, self.read(pack, &limits)?))) {
                    None => {}
                    Some((_, Err(problems))) => findings.extend(unplaced(&problems)),
                    Some((pack, Ok(data))) => {
                        findings.extend(unplaced(data.warnings()));
                        self.evaluate(pack, &data, &limits, &mut files);
                    }
                }
            }
        }
        if !findings.is_empty() {
            for (name, locale) in self.wanted(&FINDINGS) {
                let list: Vec<_> = findings.iter().map(|(finding, sources)| finding.to_json(sources, locale)).collect();
                files.insert(name, format!("{:#}\n", serde_json::json!({ "diagnostics": list })));
            }
        }
        files
    }

    fn evaluate(&self, pack: &Pack, data: &Dataset, limits: &Limits, files: &mut Files) {
        let plan = pack.plan();
        let outcome = plan.evaluate(data, limits).unwrap_or_else(|abort| panic!("{}: {abort}", self.name));
        for (name, locale) in self.wanted(&RESULTS) {
            let text = to_json(&plan, data, &outcome, &JsonOptions { records: true, root: None, locale });
            // The version changes with every release, and is the one thing that is not compared.
            let version = concat!("\"engine\": \"", env!("CARGO_PKG_VERSION"), "\"");
            assert!(text.contains(version), "{}: the result names no engine", self.name);
            files.insert(name, text.replacen(version, "\"engine\": \"*\"", 1) + "\n");
        }
    }

    /// The Chinese file, and those in other languages that the case has.
    fn wanted(&self, names: &[(&'static str, Locale)]) -> Vec<(String, Locale)> {
        let there = names.iter().filter(|(name, locale)| *locale == Locale::ZhTw || self.folder.join(name).exists());
        there.map(|(name, locale)| ((*name).to_owned(), *locale)).collect()
    }

    fn check(&self, limits: &Limits) -> Result<Arc<Checked>, Vec<Diagnostic>> {
        if let Ok(name) = fs::read_to_string(self.folder.join("pack.txt")) {
            return Ok(built_in(name.trim()));
        }
        let library = |base: &str| match self.folder.join(base) {
            folder if folder.is_dir() => sources(base, &folder).ok(),
            _ => guiju_rules::sources(base),
        };
        let files = sources("pack", &self.folder.join("pack"))?;
        Ok(Arc::new(Parsed::parse_with(files, limits, &library).check()))
    }

    /// The data of the case, where it has any, with the values of an earlier year where it has those.
    fn read(&self, pack: &Pack, limits: &Limits) -> Option<Result<Dataset, Vec<Diagnostic>>> {
        let data = self.data(pack, limits)?;
        let Ok(earlier) = fs::read_to_string(self.folder.join(PREVIOUS)) else { return Some(data) };
        Some(Earlier::from_json(&earlier, Some(PREVIOUS), limits).and_then(|earlier| data?.with_previous(&pack.plan(), &earlier, limits)))
    }

    fn data(&self, pack: &Pack, limits: &Limits) -> Option<Result<Dataset, Vec<Diagnostic>>> {
        for (name, lines) in [("data.json", false), ("data.jsonl", true)] {
            let Ok(bytes) = fs::read(self.folder.join(name)) else { continue };
            return Some(Source::from_bytes(name, &bytes).map_err(|finding| vec![*finding]).and_then(|source| match lines {
                false => pack.read_json(source.text(), Some(name), limits),
                true => pack.read_json_lines(source.text(), Some(name), limits),
            }));
        }
        let folder = self.folder.join("data");
        folder.is_dir().then(|| {
            let tables: Vec<(String, Vec<u8>)> = with_extension(&folder, "csv")
                .into_iter()
                .map(|path| (name(&path), fs::read(&path).expect("a table can be read")))
                .collect();
            let tables: Vec<TableFile<'_>> = tables.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
            pack.read_tables(&tables, limits)
        })
    }
}

/// A built-in pack, compiled once.
pub(crate) fn built_in(name: &str) -> Arc<Checked> {
    static PACKS: OnceLock<Mutex<HashMap<String, Arc<Checked>>>> = OnceLock::new();
    let mut packs = PACKS.get_or_init(Mutex::default).lock().expect("no other test fails while compiling");
    let pack = packs.entry(name.to_owned()).or_insert_with(|| {
        let sources = guiju_rules::sources(name).unwrap_or_else(|| panic!("there is no built-in pack {name}"));
        Arc::new(Parsed::parse_with(sources, &Limits::default(), &guiju_rules::sources).check())
    });
    Arc::clone(pack)
}

/// The rule files of a folder and those in its `tests`, named from the case; or what is wrong with their bytes.
fn sources(shown: &str, folder: &Path) -> Result<Vec<Source>, Vec<Diagnostic>> {
    let mut sources = Vec::new();
    let mut unreadable = Vec::new();
    for (shown, folder) in [(shown.to_owned(), folder.to_owned()), (format!("{shown}/tests"), folder.join("tests"))] {
        for path in with_extension(&folder, "guiju") {
            let bytes = fs::read(&path).expect("a rule file can be read");
            match Source::from_bytes(format!("{shown}/{}", name(&path)), &bytes) {
                Ok(source) => sources.push(source),
                Err(finding) => unreadable.push(*finding),
            }
        }
    }
    if unreadable.is_empty() { Ok(sources) } else { Err(unreadable) }
}

fn gather(folder: &Path, shown: &str, cases: &mut Vec<Case>) {
    if folder.join("pack").is_dir() || folder.join("pack.txt").is_file() {
        cases.push(Case { folder: folder.to_owned(), name: shown.to_owned() });
        return;
    }
    for path in entries(folder).into_iter().filter(|path| path.is_dir()) {
        gather(&path, format!("{shown}/{}", name(&path)).trim_start_matches('/'), cases);
    }
}

fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

/// What stands in a folder, in one order on every machine; nothing where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(list) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = list.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
