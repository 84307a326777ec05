//! One pack as it stands in an editor: its files and those of the packs it amends, its names, and,
//! once asked for, what is wrong with it.
//!
//! Not here: which files those are (`workspace`).

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use guiju::{Diagnostic, Limits, Parsed, Source, SourceId, SourcePack, Span};
use guiju_compiler::names::{Mention, Names};

use crate::text::{Place, Spot, Text};

/// A pack that was read.
pub struct Analysis {
    /// The folder it stands in.
    pub folder: String,
    /// The folders that its bases stand in, or would.
    pub(crate) bases: Vec<String>,
    /// Its files, and those of the packs it amends.
    pub sources: Vec<Source>,
    /// Which of them are files that can be changed; others come with the program.
    changeable: Vec<bool>,
    /// Its names.
    pub names: Names,
    texts: Vec<OnceCell<Text>>,
    unread: Vec<Diagnostic>,
    parsed: RefCell<Option<Parsed>>,
    checked: OnceCell<Findings>,
    tests: OnceCell<Vec<Diagnostic>>,
}

/// What checking found.
pub struct Findings {
    /// Everything that is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The pack, where no error was found.
    pub pack: Option<SourcePack>,
}

impl Analysis {
    pub(crate) fn new(
        folder: String,
        bases: Vec<String>,
        parsed: Parsed,
        unread: Vec<Diagnostic>,
        changeable: impl Fn(&str) -> bool,
    ) -> Analysis {
        let sources = parsed.sources().to_vec();
        Analysis {
            folder,
            bases,
            changeable: sources.iter().map(|source| changeable(source.name())).collect(),
            texts: sources.iter().map(|_| OnceCell::new()).collect(),
            names: parsed.names(),
            sources,
            unread,
            parsed: RefCell::new(Some(parsed)),
            checked: OnceCell::new(),
            tests: OnceCell::new(),
        }
    }

    /// What is wrong with its rules.
    pub fn findings(&self) -> &Findings {
        self.checked.get_or_init(|| {
            let checked = self.parsed.take().map(Parsed::check);
            let mut diagnostics = self.unread.clone();
            diagnostics.extend(checked.iter().flat_map(|checked| checked.diagnostics()).cloned());
            Findings { diagnostics, pack: checked.and_then(|checked| checked.into_pack().ok()) }
        })
    }

    /// What is wrong with its tests: names that lead nowhere, records that are no data. Nothing
    /// where the rules are not sound.
    pub fn test_findings(&self, limits: &Limits) -> &[Diagnostic] {
        self.tests.get_or_init(|| {
            self.findings().pack.as_ref().map_or(Vec::new(), |pack| pack.check_tests(limits))
        })
    }

    /// A place as editors name it; `None` where it is in no file.
    pub fn spot(&self, span: Span) -> Option<Spot> {
        let reach = self.text(span.source)?.reach(bytes(span));
        Some(Spot { path: self.path(span.source).to_owned(), reach })
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<SourceId> {
        self.sources.iter().position(|source| source.name() == path).map(|at| SourceId(at as u32))
    }

    /// The path of a file.
    pub fn path(&self, source: SourceId) -> &str {
        self.sources.get(source.0 as usize).map_or("", Source::name)
    }

    /// Whether a file can be changed.
    pub fn is_changeable(&self, source: SourceId) -> bool {
        self.changeable.get(source.0 as usize).copied().unwrap_or(false)
    }

    /// The text of a file by lines.
    pub fn text(&self, source: SourceId) -> Option<&Text> {
        let (text, file) =
            (self.texts.get(source.0 as usize)?, self.sources.get(source.0 as usize)?);
        Some(text.get_or_init(|| Text::new(file.text())))
    }

    /// What stands at a place in the rules.
    pub fn slice(&self, span: Span) -> &str {
        self.sources.get(span.source.0 as usize).map_or("", |source| source.slice(span))
    }

    /// A file, and the byte of a place in it.
    pub fn locate(&self, path: &str, place: Place) -> Option<(SourceId, u32)> {
        let file = self.file(path)?;
        Some((file, self.text(file)?.offset(place) as u32))
    }

    /// The names at a place of a file.
    pub fn at(&self, path: &str, place: Place) -> Vec<Mention> {
        self.locate(path, place).map_or(Vec::new(), |(file, offset)| self.names.at(file, offset))
    }

    /// The pack's name as it is declared.
    pub fn name(&self) -> &str {
        self.names.editions().last().map_or("", |(name, _)| name)
    }

    /// Whether files of a folder are among its own.
    pub(crate) fn reads(&self, folder: &str) -> bool {
        self.folder == folder || self.bases.iter().any(|base| base == folder)
    }
}

/// The bytes of a place.
pub(crate) fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
