//! The stages of compiling as types, one method from each to the next: [`Parsed`] → [`Checked`] →
//! [`Pack`].
//!
//! Not here: what a pack does once it is there (`pack`).

use std::collections::HashMap;

use crate::check::{self, amend::Edition, spelled::told_in_words_of};
use crate::source_pack::SourcePack;
use crate::syntax::{self, ast};
use guiju_engine::pack::Pack;
use guiju_model::diagnostic::{Code, Diagnostic, Findings, Severity};
use guiju_model::limits::Limits;
use guiju_model::source::{Source, SourceId, Span};

/// Rule files that were read, as far as they could be.
pub struct Parsed {
    pub(crate) sources: Vec<Source>,
    /// The oldest first.
    pub(crate) editions: Vec<Edition>,
    /// Whether every pack that is amended was found, and every file read.
    complete: bool,
    /// The bytes of the files so far, and the items of editions so far.
    bytes: usize,
    /// What they take in memory.
    memory: u64,
    items: usize,
    pub(crate) findings: Findings,
    pub(crate) limits: Limits,
}

/// What reading and checking take for each word and sign of the rules, in bytes.
const EACH: u64 = 330;

/// The bytes that are made of a text of rules: what is written densely takes more than what is
/// explained at length.
fn made_of(text: &str) -> u64 {
    let (mut parts, mut in_word) = (0, false);
    for line in text.lines() {
        let line = line.split_once("--").map_or(line, |(rule, _)| rule);
        for byte in line.bytes().chain([b'\n']) {
            let word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | 0x80..);
            parts += u64::from(!(byte.is_ascii_whitespace() || word && in_word));
            in_word = word;
        }
        parts += u64::from(!line.trim().is_empty());
    }
    parts * EACH + text.len() as u64
}

impl Parsed {
    /// Reads the files of a pack that amends no other. Never fails: what cannot be read is a
    /// diagnostic, and everything else goes on.
    pub fn parse(sources: Vec<Source>, limits: &Limits) -> Parsed {
        Parsed::parse_with(sources, limits, &|_| None)
    }

    /// Reads the files of a pack, and those of the packs it amends: `library` gives the files of a
    /// pack by its name. Never fails.
    ///
    /// ```
    /// use guiju::{Limits, Parsed, Source};
    /// let old = "pack a_107\nsource g { 1 }\nentity shop { key id: text  fee: money }\nkpi due = fee * 2 @ 1";
    /// let new = "pack a_108 amends a_107\nkpi due = fee * 3 @ 1";
    /// let library = |name: &str| (name == "a_107").then(|| vec![Source::new("a_107.guiju", old)]);
    /// let pack = Parsed::parse_with(vec![Source::new("a_108.guiju", new)], &Limits::default(), &library).check().into_pack()?;
    /// assert_eq!(pack.editions(), ["a_107", "a_108"]);
    /// # Ok::<(), guiju::PackError>(())
    /// ```
    pub fn parse_with(
        sources: Vec<Source>,
        limits: &Limits,
        library: &dyn Fn(&str) -> Option<Vec<Source>>,
    ) -> Parsed {
        let mut parsed = Parsed {
            sources: Vec::new(),
            editions: Vec::new(),
            complete: true,
            bytes: 0,
            memory: 0,
            items: 0,
            findings: Findings::new(limits.diagnostics),
            limits: limits.clone(),
        };
        let mut base = parsed.edition(sources, None);
        let mut known: HashMap<String, usize> = HashMap::new();
        while let Some(name) = base {
            for (at, edition) in parsed.editions.iter().enumerate().skip(known.len()) {
                known.entry(edition.name.clone()).or_insert(at);
            }
            if let Some(at) = known.get(&name.node) {
                let circle = parsed.editions[*at..].iter().map(|edition| edition.name.as_str());
                let circle = circle.chain([name.node.as_str()]).collect::<Vec<_>>().join(" → ");
                parsed
                    .findings
                    .push(Diagnostic::new(Code::AmendmentCycle).arg(circle).at(name.span));
                break;
            }
            let Some(sources) = library(&name.node) else {
                parsed
                    .findings
                    .push(Diagnostic::new(Code::UnknownBase).arg(&name.node).at(name.span));
                break;
            };
            base = parsed.edition(sources, Some(name));
        }
        parsed.complete = !parsed.findings.has(&[
            Code::AmendmentCycle,
            Code::UnknownBase,
            Code::BaseName,
            Code::PackTooLarge,
        ]);
        parsed.editions.reverse();
        parsed
    }

    /// Reads the files of one edition; gives the name of the pack it amends.
    fn edition(
        &mut self,
        mut sources: Vec<Source>,
        wanted: Option<ast::Name>,
    ) -> Option<ast::Name> {
        // The rows of tables after the rules, in the order of their names, however they are given.
        let is_rows = |source: &Source| syntax::is_table_file(source.name());
        sources.sort_by(|a, b| match (is_rows(a), is_rows(b)) {
            (true, true) => a.name().cmp(b.name()),
            (a, b) => a.cmp(&b),
        });
        let mut items = Vec::new();
        let first = self.sources.len() as u32;
        let ids: Vec<SourceId> = (first..first + sources.len() as u32).map(SourceId).collect();
        for (source, id) in sources.iter().zip(&ids) {
            // A file that is too large by itself is told so, and not read.
            let length =
                Some(source.text().len()).filter(|length| *length <= self.limits.pack_bytes);
            self.bytes = self.bytes.saturating_add(length.unwrap_or(0));
            let before = self.bytes - length.unwrap_or(0);
            self.memory = self.memory.saturating_add(length.map_or(0, |_| made_of(source.text())));
            let crowded = self.memory > self.limits.memory;
            if crowded || self.bytes > self.limits.pack_total_bytes {
                let most = if crowded { before } else { self.limits.pack_total_bytes };
                let span = Span { source: *id, start: 0, end: 0 };
                let mut large = Diagnostic::new(Code::PackTooLarge).arg(most.to_string()).at(span);
                if crowded {
                    let (memory, limit) = (self.memory, self.limits.memory);
                    large = large.note(
                        format!("這些規則約需 {memory} 位元組的記憶體，上限為 {limit}"),
                        format!("they take about {memory} bytes of memory; the limit is {limit}"),
                    );
                }
                self.findings.push(large);
                self.sources.extend(sources);
                return None;
            }
            if is_rows(source) {
                if length.is_none() {
                    let span = Span { source: *id, start: 0, end: 0 };
                    let (size, limit) = (source.text().len(), self.limits.pack_bytes);
                    let large = Diagnostic::new(Code::TooLarge).arg(size.to_string());
                    self.findings.push(large.arg(limit.to_string()).at(span));
                }
                continue;
            }
            // The tests of a base speak of the base; they were read with it, and are half of all
            // there is to read.
            items.extend(syntax::parse(
                source,
                *id,
                wanted.is_none(),
                &self.limits,
                &mut self.findings,
            ));
            if self.items + items.len() > self.limits.items {
                let span = Span { source: *id, start: 0, end: 0 };
                self.findings.push(
                    Diagnostic::new(Code::TooManyItems).arg(self.limits.items.to_string()).at(span),
                );
                items.truncate(self.limits.items.saturating_sub(self.items));
                break;
            }
        }
        self.items += items.len();
        syntax::bring(&mut items, &sources, first, &self.limits, &mut self.findings);
        self.sources.extend(sources);
        let pack = items.iter().find_map(|item| match &item.kind {
            ast::ItemKind::Pack(pack) => Some(pack),
            _ => None,
        });
        let name = pack.map(|pack| pack.name.node.clone()).unwrap_or_default();
        if let Some(wanted) = &wanted
            && wanted.node != name
            && pack.is_some()
        {
            self.findings
                .push(Diagnostic::new(Code::BaseName).arg(&wanted.node).arg(&name).at(wanted.span));
        }
        let base = pack.and_then(|pack| pack.amends.clone());
        self.editions.push(Edition {
            name: wanted.map_or(name, |wanted| wanted.node),
            sources: ids,
            items,
        });
        base
    }

    /// Resolves names, types, units and citations, and analyses tables. Never fails either.
    pub fn check(mut self) -> Checked {
        let sources = self.sources.clone();
        if !self.complete {
            // Nothing certain can be said of rules whose base is not there.
            let diagnostics = told_in_words_of(self.findings.finish(), &sources);
            return Checked { sources, diagnostics, pack: None };
        }
        let checked = check::check(self.editions, self.sources, &self.limits, &mut self.findings);
        let pack = checked.into_pack(&self.limits);
        let diagnostics = told_in_words_of(self.findings.finish(), &sources);
        Checked { sources, diagnostics, pack }
    }
}

impl check::Checked {
    /// The pack, where no error was found.
    pub(crate) fn into_pack(self, limits: &Limits) -> Option<SourcePack> {
        self.rules.map(|rules| SourcePack {
            pack: Pack::new(rules, self.steps, self.kpi_order),
            examples: self.examples,
            tests: self.tests,
            values: self.values,
            places: self.places,
            limits: limits.clone(),
        })
    }
}

/// The findings of checking, and the pack where there was no error.
pub struct Checked {
    sources: Vec<Source>,
    diagnostics: Vec<Diagnostic>,
    pack: Option<SourcePack>,
}

impl Checked {
    /// Every finding, in the order of the files; warnings too.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The files, for drawing diagnostics.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The pack, where no error was found.
    pub fn pack(&self) -> Option<&SourcePack> {
        self.pack.as_ref()
    }

    /// The pack, or the errors.
    ///
    /// # Errors
    /// Every diagnostic, where at least one of them is an error.
    pub fn into_pack(self) -> Result<SourcePack, PackError> {
        self.pack.ok_or(PackError { sources: self.sources, diagnostics: self.diagnostics })
    }
}

/// A pack that does not compile: its files and what is wrong with them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PackError {
    /// The files, for drawing diagnostics.
    pub sources: Vec<Source>,
    /// Every finding; at least one is an error.
    pub diagnostics: Vec<Diagnostic>,
}

impl std::fmt::Display for PackError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let errors =
            self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        for (n, diagnostic) in errors.enumerate() {
            write!(f, "{}{diagnostic}", if n > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PackError {}
