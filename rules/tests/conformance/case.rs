//! A case of the corpus: what it gives the engine, what it expects, and what the engine says.
//!
//! A case is a folder with a `pack` folder, a `pack.txt` or, for several years in one run, a
//! `years.txt`. File names in findings are relative to that folder, as they are where the command
//! runs in it. Not here: comparing.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use guiju::DataError;
use guiju::{
    Checked, Dataset, Diagnostic, Earlier, Evaluation, Json, JsonOptions, Limits, Locale, Pack,
    Parsed, Source, TableFile,
};

use crate::parts;

/// The expected files by name, or what was found in their place.
pub(crate) type Files = BTreeMap<String, String>;

/// Every expected file: its name and its language. Those in Chinese are always compared, the others
/// where a case has them.
const RESULTS: [(&str, Locale); 2] =
    [("expected.json", Locale::ZhTw), ("expected.en.json", Locale::En)];
const FINDINGS: [(&str, Locale); 2] =
    [("diagnostics.json", Locale::ZhTw), ("diagnostics.en.json", Locale::En)];

/// The result of an earlier year.
const PREVIOUS: &str = "previous.json";
/// Years, one a line: a pack and its data.
const YEARS: &str = "years.txt";

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
        names
            .filter_map(|name| {
                fs::read_to_string(self.folder.join(&name)).ok().map(|text| (name, text))
            })
            .collect()
    }

    /// The rule files that a case brings along, its base packs included.
    pub(crate) fn rules(&self) -> Vec<Source> {
        let folders = entries(&self.folder).into_iter().filter(|path| path.is_dir());
        folders.flat_map(|folder| sources(&name(&folder), &folder).unwrap_or_default()).collect()
    }

    /// What the engine says, file by file.
    pub(crate) fn run(&self) -> Files {
        let limits = Limits::default();
        if let Ok(years) = fs::read_to_string(self.folder.join(YEARS)) {
            return self.several(&years, &limits);
        }
        let checked = self.check(&limits);
        let mut findings: Vec<(Diagnostic, &[Source])> = Vec::new();
        let mut files = Files::new();
        let unplaced = |list: &[Diagnostic]| {
            list.iter().map(|finding| (finding.clone(), [].as_slice())).collect::<Vec<_>>()
        };
        match &checked {
            Err(unreadable) => findings.extend(unplaced(unreadable)),
            Ok(checked) => {
                findings.extend(
                    checked
                        .diagnostics()
                        .iter()
                        .map(|finding| (finding.clone(), checked.sources())),
                );
                match checked.pack().and_then(|pack| Some((pack, self.read(pack, &limits)?))) {
                    None => {}
                    Some((_, Err(error))) => findings.extend(unplaced(&error.diagnostics)),
                    Some((pack, Ok(data))) => {
                        findings.extend(unplaced(data.warnings()));
                        self.evaluate(pack, &data, &limits, &mut files);
                    }
                }
            }
        }
        self.say(&findings, &mut files);
        files
    }

    /// Several years: what one finds, the next one reads as its previous values.
    fn several(&self, years: &str, limits: &Limits) -> Files {
        let mut results: Vec<Evaluation> = Vec::new();
        let mut findings: Vec<(Diagnostic, &[Source])> = Vec::new();
        for line in years.lines() {
            let (pack, data) = line
                .split_once(' ')
                .unwrap_or_else(|| panic!("{}: a year is a pack and its data", self.name));
            let checked =
                self.pack(pack, limits).unwrap_or_else(|found| panic!("{}: {found:?}", self.name));
            let pack =
                checked.pack().unwrap_or_else(|| panic!("{}: {pack} is not sound", self.name));
            let data = self.named(data, pack, limits).and_then(|data| match results.last() {
                Some(before) => data.with_previous(pack, &before.earlier(), limits),
                None => Ok(data),
            });
            let data = data.unwrap_or_else(|found| panic!("{}: {found:?}", self.name));
            findings.extend(data.warnings().iter().map(|finding| (finding.clone(), [].as_slice())));
            results.push(
                pack.evaluate(&data, limits)
                    .unwrap_or_else(|abort| panic!("{}: {abort}", self.name)),
            );
        }
        let mut files = Files::new();
        for (name, locale) in self.wanted(&RESULTS) {
            let each: Vec<String> =
                results.iter().map(|evaluation| self.result(evaluation, locale)).collect();
            files.insert(name, format!("[\n{}\n]\n", each.join(",\n")));
        }
        self.say(&findings, &mut files);
        files
    }

    fn say(&self, findings: &[(Diagnostic, &[Source])], files: &mut Files) {
        for (name, locale) in self.wanted(&FINDINGS).into_iter().filter(|_| !findings.is_empty()) {
            let mut json = Json::pretty();
            json.object(|json| {
                json.key("diagnostics").list(|json| {
                    findings
                        .iter()
                        .for_each(|(finding, sources)| finding.to_json(json, sources, locale))
                });
            });
            files.insert(name, json.finish() + "\n");
        }
    }

    fn evaluate(&self, pack: &Pack, data: &Dataset, limits: &Limits, files: &mut Files) {
        let evaluation =
            pack.evaluate(data, limits).unwrap_or_else(|abort| panic!("{}: {abort}", self.name));
        self.canonical_form_is_the_same_data(pack, &evaluation, limits);
        for (name, locale) in self.wanted(&RESULTS) {
            files.insert(name, self.result(&evaluation, locale) + "\n");
        }
    }

    /// What the digest of data is made of reads back as that data: same digest, same result.
    fn canonical_form_is_the_same_data(&self, pack: &Pack, found: &Evaluation, limits: &Limits) {
        let text = found.data().to_canonical_json();
        let again = pack
            .read_json(&text, None, limits)
            .unwrap_or_else(|problems| panic!("{}: {text}: {problems:?}", self.name));
        assert_eq!(again.to_canonical_json(), text, "{}", self.name);
        assert_eq!(again.digest(), found.data().digest(), "{}", self.name);
        // What an earlier result brought is no part of the data.
        if found.data().earlier_digests().is_empty() {
            let again = pack
                .evaluate(&again, limits)
                .unwrap_or_else(|abort| panic!("{}: {abort}", self.name));
            let result = |found| self.result(found, Locale::ZhTw);
            assert_eq!(result(&again), result(found), "{}", self.name);
            parts::make_the_whole(&self.name, pack, found, limits);
        }
    }

    /// A result without the version, which changes with every release and is the one thing that is
    /// not compared.
    fn result(&self, evaluation: &Evaluation, locale: Locale) -> String {
        let text = evaluation.to_json(&JsonOptions { records: true, root: None, locale });
        let version = concat!("\"engine\": \"", env!("CARGO_PKG_VERSION"), "\"");
        assert!(text.contains(version), "{}: the result names no engine", self.name);
        text.replacen(version, "\"engine\": \"*\"", 1)
    }

    /// The Chinese file, and those in other languages that the case has.
    fn wanted(&self, names: &[(&'static str, Locale)]) -> Vec<(String, Locale)> {
        let there = names
            .iter()
            .filter(|(name, locale)| *locale == Locale::ZhTw || self.folder.join(name).exists());
        there.map(|(name, locale)| ((*name).to_owned(), *locale)).collect()
    }

    fn check(&self, limits: &Limits) -> Result<Arc<Checked>, Vec<Diagnostic>> {
        let built_in = fs::read_to_string(self.folder.join("pack.txt"));
        self.pack(built_in.as_deref().map_or("pack", str::trim), limits)
    }

    /// The pack in a folder of the case or, where there is none of that name, the built-in one.
    fn pack(&self, name: &str, limits: &Limits) -> Result<Arc<Checked>, Vec<Diagnostic>> {
        let folder = self.folder.join(name);
        if !folder.is_dir() {
            return Ok(built_in(name));
        }
        let library = |base: &str| match self.folder.join(base) {
            folder if folder.is_dir() => sources(base, &folder).ok(),
            _ => guiju_rules::sources(base),
        };
        Ok(Arc::new(Parsed::parse_with(sources(name, &folder)?, limits, &library).check()))
    }

    /// The data of the case, where it has any, with the values of an earlier year where it has
    /// those.
    fn read(&self, pack: &Pack, limits: &Limits) -> Option<Result<Dataset, DataError>> {
        let data = self.data(pack, limits)?;
        let Ok(earlier) = fs::read_to_string(self.folder.join(PREVIOUS)) else { return Some(data) };
        Some(
            Earlier::from_json(&earlier, Some(PREVIOUS), limits)
                .and_then(|earlier| data?.with_previous(pack, &earlier, limits)),
        )
    }

    fn data(&self, pack: &Pack, limits: &Limits) -> Option<Result<Dataset, DataError>> {
        let there = ["data.json", "data.jsonl", "data"]
            .into_iter()
            .find(|name| self.folder.join(name).exists());
        there.map(|name| self.named(name, pack, limits))
    }

    /// A document, JSON lines or a folder of tables.
    fn named(&self, name: &str, pack: &Pack, limits: &Limits) -> Result<Dataset, DataError> {
        let path = self.folder.join(name);
        if path.is_dir() {
            let read =
                |path: PathBuf| (self::name(&path), fs::read(&path).expect("a table can be read"));
            let tables: Vec<(String, Vec<u8>)> =
                with_extension(&path, "csv").into_iter().map(read).collect();
            let tables: Vec<TableFile<'_>> =
                tables.iter().map(|(name, bytes)| TableFile { name, bytes }).collect();
            return pack.read_tables(&tables, limits);
        }
        let bytes =
            fs::read(&path).unwrap_or_else(|error| panic!("{}: {name}: {error}", self.name));
        let source = Source::from_bytes(name, &bytes).map_err(|finding| vec![*finding])?;
        match name.ends_with(".jsonl") {
            false => pack.read_json(source.text(), Some(name), limits),
            true => pack.read_json_lines(source.text(), Some(name), limits),
        }
    }
}

/// A built-in pack, compiled once.
pub(crate) fn built_in(name: &str) -> Arc<Checked> {
    static PACKS: OnceLock<Mutex<HashMap<String, Arc<Checked>>>> = OnceLock::new();
    let mut packs =
        PACKS.get_or_init(Mutex::default).lock().expect("no other test fails while compiling");
    let pack = packs.entry(name.to_owned()).or_insert_with(|| {
        let sources = guiju_rules::sources(name)
            .unwrap_or_else(|| panic!("there is no built-in pack {name}"));
        Arc::new(Parsed::parse_with(sources, &Limits::default(), &guiju_rules::sources).check())
    });
    Arc::clone(pack)
}

/// The rule files of a folder and those in its `tests`, named from the case; or what is wrong with
/// their bytes.
fn sources(shown: &str, folder: &Path) -> Result<Vec<Source>, Vec<Diagnostic>> {
    let mut sources = Vec::new();
    let mut unreadable = Vec::new();
    for (shown, folder) in
        [(shown.to_owned(), folder.to_owned()), (format!("{shown}/tests"), folder.join("tests"))]
    {
        for path in with_extension(&folder, "guiju") {
            let bytes = fs::read(&path).expect("a rule file can be read");
            match Source::from_bytes(format!("{shown}/{}", name(&path)), &bytes) {
                Ok(source) => sources.push(source),
                Err(finding) => unreadable.push(*finding),
            }
        }
        // Those that no table asks for are left alone.
        for path in with_extension(&folder, "csv") {
            let bytes = fs::read(&path).expect("a table can be read");
            match Source::from_bytes(format!("{shown}/{}", name(&path)), &bytes) {
                Ok(source) => sources.push(source),
                Err(finding) => unreadable.push(*finding),
            }
        }
    }
    if unreadable.is_empty() { Ok(sources) } else { Err(unreadable) }
}

fn gather(folder: &Path, shown: &str, cases: &mut Vec<Case>) {
    if folder.join("pack").is_dir()
        || folder.join("pack.txt").is_file()
        || folder.join(YEARS).is_file()
    {
        cases.push(Case { folder: folder.to_owned(), name: shown.to_owned() });
        return;
    }
    for path in entries(folder).into_iter().filter(|path| path.is_dir()) {
        gather(&path, format!("{shown}/{}", name(&path)).trim_start_matches('/'), cases);
    }
}

fn with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}

/// What stands in a folder, in one order on every machine; nothing where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(list) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        list.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
