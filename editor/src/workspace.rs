//! The files that an editor has open over those that are stored, and the packs they make.
//!
//! A pack is a folder of `.guiju` files with those in its `tests` folder; the base of an edition is
//! the folder of that name beside it, or a pack that comes with the program. Paths are texts with
//! `/` between their parts, whatever the host makes of them. Not here: what is asked of a pack
//! (`ask`).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use guiju::DataError;
use guiju::{Dataset, Diagnostic, Limits, Parsed, Schema, Source, beside, table_files};

use crate::analysis::Analysis;
use crate::text::Text;

/// What the host has stored.
pub trait Files {
    /// The paths of the `.guiju` files of a folder, then of those in its `tests` folder, each in
    /// the order of their names.
    fn rules(&self, folder: &str) -> Vec<String>;

    /// The text of a file; `None` where there is none any more.
    ///
    /// # Errors
    /// What is wrong with it: too large, or no UTF-8.
    fn text(&self, path: &str) -> Option<Result<String, Vec<Diagnostic>>>;

    /// The folders with `.guiju` files in a folder and below it.
    fn folders(&self, folder: &str) -> Vec<String>;

    /// The files of a pack that comes with the program, its tests too: tests of editions use the
    /// examples in them.
    fn built_in(&self, name: &str) -> Option<Vec<Source>>;

    /// The data in a folder or file; `None` where there is none.
    ///
    /// # Errors
    /// What is wrong with it.
    fn data(
        &self,
        path: &str,
        schema: &Arc<Schema>,
        limits: &Limits,
    ) -> Option<Result<Dataset, DataError>>;
}

/// How many packs of a workspace are looked through for editions of one another, beyond those with
/// open files.
const PACKS: usize = 200;

/// Open files and stored ones.
pub struct Workspace {
    files: Rc<dyn Files>,
    limits: Limits,
    roots: Vec<String>,
    open: HashMap<String, Rc<Text>>,
    /// Every pack that is known, with what was read of it.
    packs: RefCell<BTreeMap<String, Option<Rc<Analysis>>>>,
}

impl Workspace {
    /// A workspace over what a host has stored, in these folders.
    pub fn new(files: Rc<dyn Files>, roots: Vec<String>) -> Workspace {
        let workspace = Workspace {
            files,
            limits: Limits::default(),
            roots,
            open: HashMap::new(),
            packs: RefCell::default(),
        };
        workspace.look_around();
        workspace
    }

    /// The same with other texts for some files, as if they were open.
    #[must_use]
    pub fn with(&self, texts: impl IntoIterator<Item = (String, Text)>) -> Workspace {
        let mut open = self.open.clone();
        let texts: Vec<(String, Rc<Text>)> =
            texts.into_iter().map(|(path, text)| (path, Rc::new(text))).collect();
        let folders: Vec<String> = texts.iter().map(|(path, _)| self.pack_of(path)).collect();
        open.extend(texts);
        let mut packs = self.packs.borrow().clone();
        for read in packs.values_mut() {
            if read
                .as_ref()
                .is_some_and(|analysis| folders.iter().any(|folder| analysis.reads(folder)))
            {
                *read = None;
            }
        }
        let (files, limits, roots) =
            (Rc::clone(&self.files), self.limits.clone(), self.roots.clone());
        Workspace { files, limits, roots, open, packs: RefCell::new(packs) }
    }

    /// The same within limits of the host's, before anything is open.
    #[must_use]
    pub fn within(self, limits: &Limits) -> Workspace {
        Workspace { limits: limits.clone(), ..self }
    }

    /// The limits on what is read.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The files of the host.
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Opens a file, or takes a new text for one that is open.
    pub fn set(&mut self, path: &str, text: Text) {
        self.open.insert(path.to_owned(), Rc::new(text));
        self.changed(path);
    }

    /// Closes a file: from here on it is what is stored.
    pub fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.changed(path);
    }

    /// The text of an open file.
    pub fn open(&self, path: &str) -> Option<Rc<Text>> {
        self.open.get(path).cloned()
    }

    /// The paths of the open files.
    pub fn open_paths(&self) -> BTreeSet<String> {
        self.open.keys().cloned().collect()
    }

    /// Tells that stored files changed, came or went.
    pub fn stored_changed(&mut self) {
        self.packs.get_mut().clear();
        self.look_around();
        let open: Vec<String> = self.open.keys().cloned().collect();
        open.iter().for_each(|path| self.changed(path));
    }

    /// Takes folders of the workspace in and out.
    pub fn set_roots(&mut self, roots: Vec<String>) {
        self.roots = roots;
        self.stored_changed();
    }

    /// The folders of the workspace.
    pub fn roots(&self) -> &[String] {
        &self.roots
    }

    fn look_around(&self) {
        let mut packs = self.packs.borrow_mut();
        for folder in self.roots.iter().flat_map(|root| self.files.folders(root)) {
            if packs.len() < PACKS {
                packs.entry(self.pack_of(&format!("{folder}/"))).or_default();
            }
        }
    }

    fn changed(&self, path: &str) {
        let folder = self.pack_of(path);
        let mut packs = self.packs.borrow_mut();
        for read in packs.values_mut() {
            if read.as_ref().is_some_and(|analysis| analysis.reads(&folder)) {
                *read = None;
            }
        }
        packs.entry(folder).or_default();
    }

    /// The folder of the pack that a file belongs to; a file without a folder is a pack by itself.
    pub fn pack_of(&self, path: &str) -> String {
        let Some((folder, _)) = path.rsplit_once('/').filter(|_| path.starts_with('/')) else {
            return path.to_owned();
        };
        match folder.rsplit_once('/') {
            Some((parent, "tests")) if !parent.is_empty() && !self.rules(parent).is_empty() => {
                parent.to_owned()
            }
            _ => folder.to_owned(),
        }
    }

    /// The files of a pack, open ones that are not stored yet among them, in the order in which
    /// they are read.
    fn rules(&self, folder: &str) -> Vec<String> {
        let stored = self.files.rules(folder);
        let of = |path: &str, folder: &str| {
            path.rsplit_once('/')
                .is_some_and(|(parent, name)| parent == folder && name.ends_with(".guiju"))
        };
        let tests = format!("{folder}/tests");
        let (mut rules, mut in_tests): (BTreeSet<String>, BTreeSet<String>) =
            stored.into_iter().partition(|path| !of(path, &tests));
        for path in self.open.keys() {
            if path == folder || of(path, folder) {
                rules.insert(path.clone());
            } else if of(path, &tests) {
                in_tests.insert(path.clone());
            }
        }
        rules.into_iter().chain(in_tests).collect()
    }

    /// The sources of a folder, as they stand in the editor; what cannot be read is told.
    fn sources(&self, folder: &str, unread: &mut Vec<Diagnostic>) -> Vec<Source> {
        let mut source = |path: String| {
            if let Some(text) = self.open.get(&path) {
                return Some(Source::new(path, text.as_str()));
            }
            match self.files.text(&path)? {
                Ok(text) => Some(Source::new(path, text)),
                Err(found) => {
                    unread.extend(found);
                    None
                }
            }
        };
        let mut sources: Vec<Source> =
            self.rules(folder).into_iter().filter_map(&mut source).collect();
        // Tables have their rows in files beside the rules.
        let tables: BTreeSet<String> = sources
            .iter()
            .flat_map(|source| {
                let names = table_files(source, &self.limits).into_iter();
                names.map(|name| beside(source.name(), &name)).collect::<Vec<_>>()
            })
            .collect();
        sources.extend(tables.into_iter().filter_map(source));
        sources
    }

    /// The pack that a file belongs to. It is read where something changed since.
    pub fn analysis(&self, path: &str) -> Rc<Analysis> {
        self.pack(&self.pack_of(path))
    }

    /// The pack of a folder.
    pub(crate) fn pack(&self, folder: &str) -> Rc<Analysis> {
        if let Some(Some(read)) = self.packs.borrow().get(folder) {
            return Rc::clone(read);
        }
        let analysis = Rc::new(self.read(folder));
        self.packs.borrow_mut().insert(folder.to_owned(), Some(Rc::clone(&analysis)));
        analysis
    }

    fn read(&self, folder: &str) -> Analysis {
        let (unread, bases) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let built_in: RefCell<HashSet<String>> = RefCell::default();
        let library = |name: &str| {
            let beside = match folder.rsplit_once('/') {
                Some((parent, _)) => format!("{parent}/{name}"),
                None => name.to_owned(),
            };
            bases.borrow_mut().push(beside.clone());
            let sources = self.sources(&beside, &mut unread.borrow_mut());
            if !sources.is_empty() {
                return Some(sources);
            }
            let sources = self.files.built_in(name)?;
            built_in.borrow_mut().extend(sources.iter().map(|source| source.name().to_owned()));
            Some(sources)
        };
        let own = self.sources(folder, &mut unread.borrow_mut());
        let parsed = Parsed::parse_with(own, &self.limits, &library);
        let (unread, bases, built_in) =
            (unread.into_inner(), bases.into_inner(), built_in.into_inner());
        Analysis::new(folder.to_owned(), bases, parsed, unread, |path| !built_in.contains(path))
    }

    /// The pack that a file belongs to, and every other of the workspace that reads files of it,
    /// directly or through others.
    pub fn family(&self, path: &str) -> Vec<Rc<Analysis>> {
        let folder = self.pack_of(path);
        let mut family = vec![self.pack(&folder)];
        let known: Vec<String> =
            self.packs.borrow().keys().filter(|other| **other != folder).cloned().collect();
        family.extend(
            known.iter().map(|other| self.pack(other)).filter(|other| other.reads(&folder)),
        );
        family
    }

    /// Every pack that is of one line of editions with the one of a file: its bases too, and what
    /// else amends them.
    pub fn line(&self, path: &str) -> Vec<Rc<Analysis>> {
        let own = self.analysis(path);
        let known: Vec<String> =
            self.packs.borrow().keys().filter(|other| **other != own.folder).cloned().collect();
        let mut folders: HashSet<String> =
            own.bases.iter().cloned().chain([own.folder.clone()]).collect();
        let mut line = vec![own];
        let mut rest: Vec<Rc<Analysis>> = known.iter().map(|other| self.pack(other)).collect();
        loop {
            let (of, others): (Vec<_>, Vec<_>) = rest
                .into_iter()
                .partition(|other| folders.iter().any(|folder| other.reads(folder)));
            if of.is_empty() {
                return line;
            }
            folders.extend(
                of.iter()
                    .flat_map(|other| other.bases.iter().cloned().chain([other.folder.clone()])),
            );
            line.extend(of);
            rest = others;
        }
    }

    /// The packs that are known, read where something changed.
    pub fn packs(&self) -> Vec<Rc<Analysis>> {
        let known: Vec<String> = self.packs.borrow().keys().cloned().collect();
        known.iter().map(|folder| self.pack(folder)).collect()
    }
}
